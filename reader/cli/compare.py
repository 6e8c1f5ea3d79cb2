"""`procedures compare`: a chapter beside other authorities' on the same question, or beside another edition."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from reader.cli.changes import passage_json
from reader.cli.output import Context, Json, print_json
from reader.domain.cancel import CancelToken
from reader.domain.errors import NotFoundError
from reader.domain.files import write_in_one_step
from reader.domain.location import Location
from reader.domain.machine import Permission
from reader.domain.sides import SideBySide
from reader.services.changes_page import passage_lines
from reader.services.html_page import html_page
from reader.services.side_by_side import printable_page, provenance_lines, side_lines
from reader.services.workspace import today


def compare(
    ctx: typer.Context,
    manual: Annotated[str, typer.Argument(metavar="MANUAL", help="Authority, or authority/manual.")],
    chapter: Annotated[str, typer.Argument(metavar="CHAPTER", help="Its id or its number.")],
    edition: Annotated[
        int | None, typer.Option("--edition", metavar="N", help="Another edition of the same chapter.")
    ] = None,
    others: Annotated[
        list[str] | None,
        typer.Option(
            "--with",
            metavar="MANUAL[:CHAPTER]",
            help="Another manual's counterpart, or a chapter of it; may stand repeatedly. “all”: every counterpart.",
        ),
    ] = None,
    page: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write the page to print and pass on too.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Set a chapter beside other authorities' on the same question, or beside another edition of itself."""
    context: Context = ctx.obj
    if page is not None:
        context.require(Permission.EXPORT)
    snapshot = context.load()
    manual_id = snapshot.find_manual(manual)
    current = snapshot.get(manual_id, None, today())
    place = current.edition.contents.find(chapter)
    if place is None:
        raise NotFoundError(f"{manual_id} has no chapter “{chapter}”: name its id or number.")
    location = Location(manual_id, place.chapter.id, current.edition.manifest.edition)
    if (edition is None) == (not others):
        raise typer.BadParameter("name another edition with --edition, or another manual with --with.")
    if edition is None:
        _compare_sides(
            context, location, tuple(beside(context, location, others or [])), page, as_json=as_json
        )
        return
    older, newer, found = context.workspace.comparison.changes(snapshot, location, edition)
    if older is newer:
        raise NotFoundError(f"Edition {edition} is the one in force: name another one to compare it with.")
    if page is not None:
        strips = [context.workspace.pages.page(snapshot, location).strip]
        title, body = context.workspace.comparison.changes_page(snapshot, location, edition)
        write_in_one_step(page, html_page(title, [*provenance_lines(strips), body]).encode("utf-8"))
    if as_json:
        print_json(
            {
                "manual": str(manual_id),
                "chapter": place.chapter.id,
                "before": older.edition.manifest.edition,
                "after": newer.edition.manifest.edition,
                "passages": [passage_json(passage) for passage in found],
            }
        )
        return
    was, now = older.edition.manifest.edition_name, newer.edition.manifest.edition_name
    typer.echo(f"{place.chapter.numbered_title}: from {was} to {now}")
    for passage in found:
        for line in passage_lines(passage):
            typer.echo(f"  {line}")
    if not found:
        typer.echo("  The text is the same in both editions.")
    if page is not None:
        typer.echo(f"The page to print: {page}")


def beside(context: Context, location: Location, others: list[str]) -> Iterator[Location]:
    """The chapters that are asked for; without a chapter's name the counterpart."""
    snapshot = context.load()
    bundle = snapshot.get(location.manual, location.edition, today())
    chapter = location.chapter or ""
    if "all" in others:
        found = context.workspace.counterparts.counterparts(bundle, chapter, snapshot, today())
        every = [
            Location(other.manual, pair.chapter.id)
            for other, pair in found
            if pair is not None and pair.chapter.file is not None
        ]
        if not every:
            raise NotFoundError("No other installed manual holds the text of a counterpart of this chapter.")
        yield from every
        return
    for named in dict.fromkeys(others):
        name, _, wanted = named.partition(":")
        manual = snapshot.find_manual(name)
        other = snapshot.get(manual, None, today())
        if wanted:
            place = other.edition.contents.find(wanted)
            if place is None:
                raise NotFoundError(f"{manual} has no chapter “{wanted}”: name its id or number.")
            yield Location(manual, place.chapter.id)
            continue
        pair = context.workspace.counterparts.counterpart(bundle, chapter, other)
        if pair is None:
            raise NotFoundError(
                f"{manual} has no counterpart of this chapter: name a chapter of it, as in --with {name}:CHAPTER."
            )
        yield Location(manual, pair.chapter.id)


def _compare_sides(
    context: Context, location: Location, others: tuple[Location, ...], page: Path | None, *, as_json: bool
) -> None:
    found = context.workspace.comparison.side_by_side(context.load(), location, others, CancelToken())
    if page is not None:
        write_in_one_step(page, printable_page(found).encode("utf-8"))
    if as_json:
        print_json(_sides_json(found))
        return
    for line in side_lines(found):
        typer.echo(line)
    if page is not None:
        typer.echo(f"The page to print: {page}")


def _sides_json(found: SideBySide) -> dict[str, Any]:
    return {
        "sides": [
            {"manual": str(side.location.manual), "chapter": side.location.chapter, "title": side.title}
            | {"edition": side.location.edition}
            for side in found.sides
        ],
        "rows": [
            {
                "shared": row.is_shared,
                "cells": [
                    [
                        {
                            "heading": marked.passage.heading,
                            "anchor": marked.passage.anchor,
                            "text": marked.passage.text,
                            "marks": [
                                {"start": mark.start, "end": mark.end, "kind": mark.kind.value}
                                for mark in marked.marks
                            ],
                        }
                        for marked in cell
                    ]
                    for cell in row.cells
                ],
                "differences": [
                    {"kind": difference.kind.value, "said": [list(said) for said in difference.said]}
                    for difference in row.differences
                ],
            }
            for row in found.rows
        ],
    }
