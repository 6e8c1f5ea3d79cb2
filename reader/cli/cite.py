"""`procedures cite`: a citation of a chapter or passage, and what an existing citation is worth here."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from reader.cli.output import Context, print_json
from reader.domain.citation import CitationStyle
from reader.domain.errors import NotFoundError
from reader.domain.location import Location
from reader.services.citations import CheckedCitation, CitationVerdict, lines
from reader.services.workspace import today


def cite(
    ctx: typer.Context,
    manual: Annotated[
        str | None, typer.Argument(metavar="MANUAL", help="Authority, or authority/manual.")
    ] = None,
    chapter: Annotated[str | None, typer.Argument(metavar="CHAPTER", help="Its id or its number.")] = None,
    anchor: Annotated[
        str | None, typer.Argument(metavar="[ANCHOR]", help="A passage of it; without one the whole chapter.")
    ] = None,
    edition: Annotated[
        int | None, typer.Option("--edition", metavar="N", help="This edition, instead of the one in force.")
    ] = None,
    style: Annotated[CitationStyle, typer.Option("--style", help="How it is written.")] = CitationStyle.PLAIN,
    check: Annotated[
        str | None,
        typer.Option(
            "--check", metavar="TEXT", help="Look up a citation instead; “-” reads it from standard input."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Cite a chapter or passage, or check a citation against what is installed."""
    context: Context = ctx.obj
    if check is not None:
        if manual is not None:
            raise typer.BadParameter("name a chapter to cite, or a citation to check, not both.")
        _check(context, typer.get_text_stream("stdin").read() if check == "-" else check, as_json=as_json)
        return
    if manual is None or chapter is None:
        raise typer.BadParameter("name the manual and the chapter.")
    snapshot = context.load()
    manual_id = snapshot.find_manual(manual)
    bundle = snapshot.get(manual_id, edition, today())
    place = bundle.edition.contents.find(chapter)
    if place is None:
        raise NotFoundError(f"{manual_id} has no chapter “{chapter}”: name its id or number.")
    try:
        location = Location(manual_id, place.chapter.id, bundle.edition.manifest.edition, anchor)
    except ValueError as error:
        raise NotFoundError(f"“{anchor}” is the name of no passage.") from error
    citation = context.workspace.citations.cite(snapshot, location)
    if anchor is not None and citation.location.anchor is None:
        raise NotFoundError(f"{citation.title} has no passage “{anchor}”.")
    if as_json:
        print_json(
            {
                "plain": citation.text(CitationStyle.PLAIN),
                "court": citation.text(CitationStyle.COURT),
                "link": citation.link,
                "fingerprint": citation.fingerprint,
                "location": str(citation.location),
            }
        )
        return
    typer.echo(replace(citation, quote="").text(style))


def _check(context: Context, text: str, *, as_json: bool) -> None:
    checked = context.workspace.citations.check(context.load(), text)
    if checked is None:
        raise NotFoundError(
            "This names no chapter that could be looked up: a citation holds a procedures:// link, or the authority,"
            " the chapter and its edition."
        )
    if as_json:
        print_json(_checked_json(checked))
    else:
        for line in lines(checked):
            typer.echo(line)
    if checked.verdict is CitationVerdict.ALTERED:
        raise typer.Exit(1)


def _checked_json(checked: CheckedCitation) -> dict[str, str]:
    return {
        "verdict": checked.verdict.value,
        "location": str(checked.location),
        "title": checked.title,
        "message": checked.sentence,
    }
