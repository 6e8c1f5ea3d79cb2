"""`procedures reading-list`: lists of places to read, kept here and handed out as files."""

from __future__ import annotations

import uuid
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from reader.cli.output import Context, print_json
from reader.cli.paper import Force, check_free
from reader.domain.cancel import CancelToken
from reader.domain.errors import NotFoundError
from reader.domain.files import write_in_one_step
from reader.domain.location import Location
from reader.domain.machine import Permission
from reader.domain.paper import PaperItem
from reader.domain.reading_list import READING_LIST_SUFFIX, ReadingList
from reader.domain.text import counted
from reader.services.reading_lists import CheckedItem, printed
from reader.services.workspace import today
from reader.store.reading_lists import read_reading_list, write_reading_list

app = typer.Typer(help="Reading lists: show, add, save to a file, take in.", no_args_is_help=True)
Title = Annotated[
    str, typer.Argument(metavar="TITLE", help="The title of the list, or a file (.readinglist).")
]


@app.command("list")
def list_lists(ctx: typer.Context) -> None:
    """The reading lists that are kept here."""
    context: Context = ctx.obj
    lists = context.workspace.personal.reading_lists.all()
    for one in lists:
        typer.echo(f"{one.title}  ({_places(one)})")
    if not lists:
        typer.echo("There are no reading lists yet.")


@app.command("show")
def show(
    ctx: typer.Context,
    title: Title,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """A list in its order, with what of it is missing here."""
    context: Context = ctx.obj
    found = _find(context, title)
    checked = context.workspace.reading_lists.checked(context.load(), found)
    if as_json:
        print_json({"title": found.title, "remark": found.remark, "items": [_json(one) for one in checked]})
        return
    typer.echo(found.title)
    if found.remark:
        typer.echo(found.remark)
    for number, one in enumerate(checked, start=1):
        typer.echo(f"{number}. {one.item.title}, {one.item.edition}  ({one.item.location})")
        if one.item.remark:
            typer.echo(f"   {one.item.remark}")
        if one.problem:
            typer.echo(f"   Missing: {one.problem}")


@app.command("add")
def add(
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(metavar="TITLE", help="The title of the list; a new one makes it.")],
    manual: Annotated[str, typer.Argument(metavar="MANUAL", help="Authority, or authority/manual.")],
    chapter: Annotated[str, typer.Argument(metavar="CHAPTER", help="Its id or its number.")],
    anchor: Annotated[str | None, typer.Argument(metavar="[ANCHOR]", help="A passage of it.")] = None,
    remark: Annotated[str, typer.Option("--remark", help="What to say of it.")] = "",
) -> None:
    """Add a chapter or passage to a list, pinned to its edition."""
    context: Context = ctx.obj
    snapshot = context.load()
    manual_id = snapshot.find_manual(manual)
    place = snapshot.get(manual_id, None, today()).edition.contents.find(chapter)
    if place is None:
        raise NotFoundError(f"{manual_id} has no chapter “{chapter}”: name its id or number.")
    try:
        location = Location(manual_id, place.chapter.id, None, anchor)
    except ValueError as error:
        raise NotFoundError(f"“{anchor}” is the name of no passage.") from error
    item = context.workspace.reading_lists.item(snapshot, location, remark)
    table = context.workspace.personal.reading_lists
    known = next((one for one in table.all() if one.title == title), None)
    reading_list = known or ReadingList(uuid.uuid4().hex, title)
    table.put(replace(reading_list, items=(*reading_list.items, item)))
    typer.echo(f"Added {item.title}, {item.edition}, to “{title}”.")


@app.command("save")
def save(
    ctx: typer.Context,
    title: Title,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=f"Where to: a file ending with {READING_LIST_SUFFIX}.")
    ],
) -> None:
    """Save a list as a file to hand out."""
    context: Context = ctx.obj
    context.require(Permission.EXPORT)
    found = _find(context, title)
    write_reading_list(file, found)
    typer.echo(f"Wrote “{found.title}” ({_places(found)}) to {file}.")


@app.command("print")
def print_list(
    ctx: typer.Context,
    title: Title,
    pdf: Annotated[Path, typer.Option("--pdf", metavar="FILE.pdf", help="The PDF file to write.")],
    force: Force = False,
) -> None:
    """Write a list with the texts of its places as a PDF file, each in its edition."""
    context: Context = ctx.obj
    context.require(Permission.SAVE_PDF)
    if pdf.suffix.lower() != ".pdf":
        raise typer.BadParameter("name the file to write: --pdf FILE.pdf")
    check_free([pdf], force=force)
    snapshot, workspace = context.load(), context.workspace
    found = _find(context, title)
    listed = printed(found, workspace.reading_lists.checked(snapshot, found))
    items = [PaperItem(location, remark) for location, remark in listed.places]
    document = workspace.paper.reading_list(snapshot, listed.title, items, listed.missing)
    made = workspace.paper.make(document, CancelToken())
    write_in_one_step(pdf, made.pdf)
    typer.echo(f"Written: {pdf} ({counted(made.pages, 'page')})")
    for line in listed.missing:
        typer.echo(f"Not here: {line}")


@app.command("take-in")
def take_in(ctx: typer.Context, file: Annotated[Path, typer.Argument(metavar="FILE")]) -> None:
    """Keep a list that was handed out, and say what of it is missing here."""
    context: Context = ctx.obj
    found = read_reading_list(file)
    checked = context.workspace.reading_lists.checked(context.load(), found)
    context.workspace.personal.back_up()
    context.workspace.personal.reading_lists.put(found)
    typer.echo(f"Took in “{found.title}” ({_places(found)}).")
    for one in checked:
        if one.problem:
            typer.echo(f"Missing: {one.item.title}: {one.problem}")


@app.command("remove")
def remove(ctx: typer.Context, title: Title) -> None:
    """Remove a list that is kept here."""
    context: Context = ctx.obj
    found = _find(context, title)
    context.workspace.personal.reading_lists.remove(found.id)
    typer.echo(f"Removed “{found.title}”.")


def _find(context: Context, title: str) -> ReadingList:
    if title.endswith(READING_LIST_SUFFIX):
        return read_reading_list(Path(title))
    lists = context.workspace.personal.reading_lists.all()
    found = next((one for one in lists if one.title == title), None)
    if found is None:
        there = ", ".join(f"“{one.title}”" for one in lists) or "none"
        raise NotFoundError(f"There is no reading list “{title}”. Kept here: {there}.")
    return found


def _json(one: CheckedItem) -> dict[str, str]:
    return {
        "location": str(one.item.location),
        "title": one.item.title,
        "edition": one.item.edition,
        "remark": one.item.remark,
        "problem": one.problem,
    }


def _places(reading_list: ReadingList) -> str:
    return counted(len(reading_list.items), "place")
