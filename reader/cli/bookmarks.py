"""`procedures bookmarks`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reader.cli.output import Context
from reader.domain.cancel import CancelToken
from reader.domain.machine import Permission
from reader.domain.text import counted
from reader.services.bookmark_export import export_bookmarks
from reader.services.workspace import today
from reader.store.bookmark_file import bookmarks_json, read_bookmarks

app = typer.Typer(
    help="Bookmarks and notes: list, export, import, carry over to newer editions.", no_args_is_help=True
)


@app.command("list")
def list_bookmarks(
    ctx: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """List the bookmarks by folder, with their notes."""
    context: Context = ctx.obj
    tree = context.workspace.personal.bookmarks()
    if as_json:
        typer.echo(bookmarks_json(tree), nl=False)
        return
    for folder_id, name in [(None, ""), *((folder.id, folder.name) for folder in tree.folders)]:
        if name:
            typer.echo(f"{name}:")
        indent = "  " if name else ""
        for bookmark in tree.of_folder(folder_id):
            verdict = f"  [{bookmark.carried.verdict.label}]" if bookmark.carried else ""
            tags = "".join(f"  #{tag}" for tag in bookmark.tags)
            typer.echo(f"{indent}{bookmark.name}  ({bookmark.location}){tags}{verdict}")
            if bookmark.quote is not None and bookmark.quote.is_selection:
                typer.echo(f"{indent}  “{bookmark.quote.exact}”")
            for line in bookmark.note.splitlines():
                typer.echo(f"{indent}  {line}")
    if not tree.bookmarks:
        typer.echo("There are no bookmarks yet.")


@app.command("export")
def export(
    ctx: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="Its ending says how: .json (to import again), .jsonld, .html, .md or .csv."
        ),
    ],
) -> None:
    """Write all bookmarks and notes to a file."""
    context: Context = ctx.obj
    context.require(Permission.EXPORT)
    tree = context.workspace.personal.bookmarks()
    export_bookmarks(file, tree, context.load(), today())
    typer.echo(f"Wrote {counted(len(tree.bookmarks), 'bookmark')} to {file}.")


@app.command("import")
def import_bookmarks(ctx: typer.Context, file: Annotated[Path, typer.Argument(metavar="FILE")]) -> None:
    """Add the bookmarks of an export (.json or .jsonld); those that are there already stay as they are."""
    context: Context = ctx.obj
    bookmarks = read_bookmarks(file)
    context.workspace.personal.back_up()
    added = context.workspace.personal.import_bookmarks(bookmarks)
    typer.echo(f"Added {counted(added, 'bookmark')}.")


@app.command("carry")
def carry(ctx: typer.Context) -> None:
    """Look for each bookmark's words in the newest edition, and say what became of them."""
    context: Context = ctx.obj
    personal = context.workspace.personal
    found = context.workspace.carrying.carried_over(
        context.load(), personal.bookmarks().bookmarks, CancelToken()
    )
    if found:
        personal.back_up()
        personal.change_bookmarks(found)
    for bookmark in found:
        carried = bookmark.carried
        if carried is not None:
            typer.echo(
                f"{carried.verdict.label}: {bookmark.name}  ({carried.before} to edition {carried.edition})"
            )
    if not found:
        typer.echo("Every bookmark is in the newest edition already, or was looked for in it.")
