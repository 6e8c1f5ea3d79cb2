"""`procedures corrections`: what a person decided about counterparts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reader.cli.output import Context
from reader.domain.counterpart import Correction
from reader.domain.errors import NotFoundError
from reader.domain.location import Location
from reader.domain.machine import Permission
from reader.domain.text import counted
from reader.services.workspace import today
from reader.store.correction_file import corrections_json, read_corrections, write_corrections

app = typer.Typer(
    help="Your own decisions about counterparts: they win over the matching.", no_args_is_help=True
)
_Chapter = Annotated[str, typer.Argument(metavar="MANUAL:CHAPTER", help="lancashire:6.4.1, by id or number.")]


@app.command("list")
def list_corrections(
    ctx: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """List the decisions."""
    context: Context = ctx.obj
    found = context.workspace.personal.corrections()
    if as_json:
        typer.echo(corrections_json(found), nl=False)
        return
    for one in found:
        typer.echo(f"{one.first}  {'=' if one.is_counterpart else 'is not'}  {one.second}")
    if not found:
        typer.echo("There are no corrections yet.")


@app.command("add")
def add_correction(
    ctx: typer.Context,
    one: _Chapter,
    other: _Chapter,
    is_not: Annotated[bool, typer.Option("--is-not", help="They are no counterparts.")] = False,
) -> None:
    """Decide that two chapters are counterparts, or that they are not."""
    context: Context = ctx.obj
    correction = Correction.of(_chapter(context, one), _chapter(context, other), is_counterpart=not is_not)
    if correction.first.manual == correction.second.manual:
        raise NotFoundError("Both chapters are of one manual: counterparts stand in different ones.")
    context.workspace.personal.correct([correction])
    typer.echo(f"{correction.first}  {'is not' if is_not else '='}  {correction.second}")


@app.command("forget")
def forget_correction(ctx: typer.Context, one: _Chapter, other: _Chapter) -> None:
    """Leave two chapters to the matching again."""
    context: Context = ctx.obj
    places = (_decided_chapter(context, named) for named in (one, other))
    wanted = Correction.of(*places, is_counterpart=True)
    context.workspace.personal.forget_correction(wanted)
    typer.echo(f"{wanted.first} and {wanted.second} are left to the matching.")


@app.command("export")
def export_corrections(ctx: typer.Context, file: Annotated[Path, typer.Argument(metavar="FILE")]) -> None:
    """Write all decisions to a file."""
    context: Context = ctx.obj
    context.require(Permission.EXPORT)
    found = context.workspace.personal.corrections()
    write_corrections(file, found)
    typer.echo(f"Wrote {counted(len(found), 'correction')} to {file}.")


@app.command("import")
def import_corrections(ctx: typer.Context, file: Annotated[Path, typer.Argument(metavar="FILE")]) -> None:
    """Take in the decisions of an export; where you decided otherwise the imported one counts from now on."""
    context: Context = ctx.obj
    found = read_corrections(file)
    context.workspace.personal.back_up()
    context.workspace.personal.correct(found)
    typer.echo(f"Took in {counted(len(found), 'correction')}.")


def _decided_chapter(context: Context, named: str) -> Location:
    """A chapter that something was decided about; it, or its manual, may be gone."""
    try:
        return _chapter(context, named)
    except NotFoundError:
        name, _, chapter = named.partition(":")
        if "/" not in name:
            raise
        return Location.parse(f"manual:{name}/{chapter}")


def _chapter(context: Context, named: str) -> Location:
    if named.startswith("manual:"):  # as `list` shows it; the chapter may be gone
        return Location.parse(named).without_anchor()
    name, _, wanted = named.partition(":")
    snapshot = context.load()
    manual = snapshot.find_manual(name)
    place = snapshot.get(manual, None, today()).edition.contents.find(wanted)
    if place is None:
        raise NotFoundError(f"{manual} has no chapter “{wanted}”: name its id or number, as in {name}:1.2.")
    return Location(manual, place.chapter.id)
