"""`procedures bookmarks`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reader.cli.output import Context
from reader.store.bookmark_file import bookmarks_json, read_bookmarks, write_bookmarks

app = typer.Typer(help="Bookmarks: list, export, import.", no_args_is_help=True)


@app.command("list")
def list_bookmarks(
    ctx: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """List the bookmarks by folder."""
    context: Context = ctx.obj
    tree = context.workspace.personal.bookmarks()
    if as_json:
        typer.echo(bookmarks_json(tree), nl=False)
        return
    for folder_id, name in [(None, ""), *((folder.id, folder.name) for folder in tree.folders)]:
        if name:
            typer.echo(f"{name}:")
        for bookmark in tree.of_folder(folder_id):
            typer.echo(f"{'  ' if name else ''}{bookmark.name}  ({bookmark.location})")
    if not tree.bookmarks:
        typer.echo("There are no bookmarks yet.")


@app.command("export")
def export_bookmarks(ctx: typer.Context, file: Annotated[Path, typer.Argument(metavar="FILE")]) -> None:
    """Write all bookmarks to a file."""
    context: Context = ctx.obj
    tree = context.workspace.personal.bookmarks()
    write_bookmarks(file, tree)
    typer.echo(f"Wrote {len(tree.bookmarks)} bookmarks to {file}.")


@app.command("import")
def import_bookmarks(ctx: typer.Context, file: Annotated[Path, typer.Argument(metavar="FILE")]) -> None:
    """Add the bookmarks of an export; those that are there already stay as they are."""
    context: Context = ctx.obj
    bookmarks = read_bookmarks(file)
    context.workspace.personal.back_up()
    added = context.workspace.personal.import_bookmarks(bookmarks)
    typer.echo(f"Added {added} bookmarks.")
