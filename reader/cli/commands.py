"""The commands of `procedures`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from reader import __version__
from reader.bundle.schema import contents_json, entry_json
from reader.bundle.verifier import VerifiedBundle
from reader.cli import (
    bookmarks,
    changes,
    cite,
    compare,
    corrections,
    coverage,
    machine,
    paper,
    publish,
    reading_lists,
    trust,
    upkeep,
)
from reader.cli.output import Context, Json, ManualName, parse_date, print_json
from reader.cli.tree import print_tree
from reader.domain.cancel import CancelToken
from reader.domain.contents import Status
from reader.domain.counterpart import CounterpartPair
from reader.domain.errors import BundleRefusedError, NotFoundError, ReaderError
from reader.domain.location import Location
from reader.domain.machine import Permission
from reader.domain.manual import ManualId
from reader.domain.search import SearchFilter, SearchHit
from reader.services.plain_text import plain_text
from reader.services.snapshot import LibrarySnapshot
from reader.services.workspace import WorkspaceChoice, today

app = typer.Typer(
    name="procedures",
    help="Offline reader of children's services procedures: the command line.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(publish.app, name="publish")
app.add_typer(bookmarks.app, name="bookmarks")
app.add_typer(reading_lists.app, name="reading-list")
app.add_typer(corrections.app, name="corrections")
app.add_typer(trust.app, name="trust")
app.add_typer(machine.app, name="machine")
app.command()(changes.changes)
app.command()(cite.cite)
app.command()(compare.compare)
app.command()(coverage.coverage)
app.command("print")(paper.print_)
app.command()(paper.extract)
app.command()(upkeep.update)
app.command()(upkeep.remove)
app.command()(upkeep.doctor)

_NOTHING_INSTALLED: Final = (
    "No manual is installed: add one with `procedures install FILE.manual`,"
    " or look around in the sample library with `procedures --sample list`."
)


def _print_version(is_wanted: bool) -> None:  # noqa: FBT001  # typer calls it with the flag
    if is_wanted:
        typer.echo(f"Procedures Reader {__version__}")
        raise typer.Exit


@app.callback()
def options(
    ctx: typer.Context,
    library: Annotated[
        Path | None, typer.Option("--library", metavar="DIR", help="The library folder, instead of your own.")
    ] = None,
    trust_file: Annotated[
        Path | None,
        typer.Option("--trust", metavar="FILE", help="The trust root, instead of the one that IT set."),
    ] = None,
    is_sample: Annotated[
        bool, typer.Option("--sample", help="Use the sample library that came with the program.")
    ] = False,
    version: Annotated[  # noqa: ARG001  # its callback does the work
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    context = Context(WorkspaceChoice(library, trust_file, is_sample))
    ctx.obj = context
    ctx.call_on_close(context.close)


@app.command()
def verify(
    ctx: typer.Context, files: Annotated[list[Path], typer.Argument(metavar="FILE...")], as_json: Json = False
) -> None:
    """Verify bundles, or the files of court extracts, in full; nothing is installed."""
    context: Context = ctx.obj
    rows = [_verify_one(context, file) for file in files]
    if as_json:
        print_json({"files": rows})
    else:
        for row in rows:
            typer.echo(f"{row['file']}: {row['message']}", err=not row["ok"])
            paper.print_extract_row(row)
            for warning in row["warnings"]:
                typer.echo(f"  {warning}")
    if not all(row["ok"] for row in rows):
        raise typer.Exit(1)


def _verify_one(context: Context, file: Path) -> dict[str, Any]:
    row: dict[str, Any] = {
        "file": str(file),
        "authority": None,
        "manual": None,
        "edition": None,
        "warnings": [],
    }
    if paper.is_extract(file):
        return paper.verify_extract(context, file, row)
    try:
        bundle = context.workspace.library.verify(file, CancelToken())
    except ReaderError as error:
        reason = error.reason.value if isinstance(error, BundleRefusedError) else None
        return {**row, "ok": False, "reason": reason, "message": str(error)}
    manifest = bundle.edition.manifest
    signers = "; ".join(signer.name for signer in bundle.edition.signers)
    return {
        **row,
        "ok": True,
        "reason": None,
        "message": f"{manifest.authority_name}, {manifest.title}, {manifest.edition_name}, signed by {signers}.",
        "authority": manifest.id.authority,
        "manual": manifest.id.manual,
        "edition": manifest.edition,
        "warnings": list(bundle.edition.warnings(today())),
    }


@app.command()
def install(
    ctx: typer.Context, files: Annotated[list[Path], typer.Argument(metavar="FILE...")], as_json: Json = False
) -> None:
    """Verify bundles and add them to the library."""
    context: Context = ctx.obj
    rows: list[dict[str, object]] = []
    for file in files:
        try:
            bundle = context.workspace.library.install(file, CancelToken())
        except ReaderError as error:
            reason = error.reason.value if isinstance(error, BundleRefusedError) else None
            rows.append({"file": str(file), "ok": False, "reason": reason, "message": str(error)})
            typer.echo(str(error), err=True)
            continue
        manifest = bundle.edition.manifest
        message = f"Installed {manifest.authority_name}, {manifest.title}, {manifest.edition_name}."
        rows.append(
            {"file": str(file), "ok": True, "reason": None, "message": message, "manual": str(manifest.id)}
            | {"edition": manifest.edition}
        )
        if not as_json:
            typer.echo(message)
    if as_json:
        print_json({"files": rows})
    if not all(row["ok"] for row in rows):
        raise typer.Exit(1)


@app.command("list")
def list_manuals(ctx: typer.Context, as_json: Json = False) -> None:
    """List the installed manuals and their editions."""
    snapshot = ctx.obj.load()
    rows = [_manual_row(snapshot, manual) for manual in snapshot.manuals()]
    if as_json:
        print_json({"manuals": rows})
        return
    if not rows:
        typer.echo(_NOTHING_INSTALLED)
    for bundle in snapshot.bundles:
        manifest = bundle.edition.manifest
        is_current = bundle is snapshot.get(bundle.manual, None, today())
        typer.echo(
            f"{manifest.id}: {manifest.authority_name}, {manifest.title}, {manifest.edition_name}"
            f"{', current' if is_current else ''}"
        )
        for warning in bundle.edition.warnings(today()):
            typer.echo(f"  {warning}")


def _manual_row(snapshot: LibrarySnapshot, manual: ManualId) -> dict[str, object]:
    current = snapshot.get(manual, None, today())
    manifest = current.edition.manifest
    return {
        "authority": manual.authority,
        "authority_name": manifest.authority_name,
        "manual": manual.manual,
        "title": manifest.title,
        "editions": [
            _edition_row(bundle, is_current=bundle is current) for bundle in snapshot.editions(manual)
        ],
    }


def _edition_row(bundle: VerifiedBundle, *, is_current: bool) -> dict[str, object]:
    manifest = bundle.edition.manifest
    return {
        "edition": manifest.edition,
        "label": manifest.label,
        "issued": manifest.issued.isoformat(),
        "effective_from": manifest.effective_from.isoformat(),
        "review_by": manifest.review_by.isoformat(),
        "purpose": manifest.purpose.value,
        "current": is_current,
        "signers": [signer.name for signer in bundle.edition.signers],
        "warnings": list(bundle.edition.warnings(today())),
        "file": str(bundle.path),
        "size_bytes": bundle.path.stat().st_size,
        "signed_sha256": bundle.role_sha256,
    }


@app.command()
def contents(ctx: typer.Context, manual: ManualName, as_json: Json = False) -> None:
    """Print the contents list of a manual."""
    snapshot = ctx.obj.load()
    bundle = snapshot.get(snapshot.find_manual(manual), None, today())
    if as_json:
        manifest = bundle.edition.manifest
        head = {"authority": manifest.id.authority, "manual": manifest.id.manual, "edition": manifest.edition}
        listed = contents_json(bundle.edition.contents)
        print_json(head | listed)
        return
    print_tree(bundle.edition.contents.entries)


@app.command()
def show(
    ctx: typer.Context,
    manual: ManualName,
    chapter: Annotated[str, typer.Argument(metavar="CHAPTER", help="Its id or its number.")],
    edition: Annotated[int | None, typer.Option("--edition", metavar="N")] = None,
    as_at: Annotated[str | None, typer.Option("--as-at", metavar="DATE", help="2025-02-05")] = None,
    as_json: Json = False,
) -> None:
    """Print a chapter, with its provenance."""
    context: Context = ctx.obj
    snapshot = context.load()
    manual_id = snapshot.find_manual(manual)
    bundle = snapshot.get(manual_id, edition, parse_date(as_at) if as_at else today())
    place = bundle.edition.contents.find(chapter)
    manifest = bundle.edition.manifest
    if place is None:
        raise NotFoundError(
            f"{manifest.authority_name}, {manifest.edition_name}, has no chapter “{chapter}”: name its id or number,"
            f" as `procedures contents {manual_id}` shows them."
        )
    page = context.workspace.pages.page(snapshot, Location(manual_id, place.chapter.id, manifest.edition))
    text = plain_text(page.html)
    strip = page.strip
    if as_json:
        print_json(
            {
                "authority": manual_id.authority,
                "manual": manual_id.manual,
                "edition": manifest.edition,
                "chapter": entry_json(place.chapter),
                "breadcrumb": list(strip.breadcrumb),
                "beside": [entry_json(entry) for entry in place.companions],
                "signed_by": strip.signed_by,
                "provenance": [line.sentence for line in page.provenance],
                "warnings": list(strip.warnings),
                "text": text,
            }
        )
        return
    typer.echo(" › ".join(strip.breadcrumb))
    typer.echo(f"{strip.manual}, {strip.edition}")
    typer.echo(strip.signed_by)
    for warning in strip.warnings:
        typer.echo(f"! {warning}")
    typer.echo("")
    typer.echo(text, nl=False)


@app.command()
def search(
    ctx: typer.Context,
    query: Annotated[str, typer.Argument(metavar="QUERY")],
    manual: Annotated[
        list[str] | None, typer.Option("--manual", metavar="M", help="Only here; may stand repeatedly.")
    ] = None,
    chapter: Annotated[
        str | None, typer.Option("--chapter", metavar="C", help="Only in this chapter, by its id.")
    ] = None,
    division: Annotated[
        str | None, typer.Option("--division", metavar="D", help="Only below this division, as hits show it.")
    ] = None,
    status: Annotated[Status | None, typer.Option("--status", metavar="S")] = None,
    since: Annotated[
        str | None,
        typer.Option("--revised-since", metavar="DATE", help="Only chapters revised since: 2025-02-05"),
    ] = None,
    as_at: Annotated[
        str | None, typer.Option("--as-at", metavar="DATE", help="The editions in force then: 2025-02-05")
    ] = None,
    is_everything: Annotated[
        bool, typer.Option("--all-editions", help="Every edition that is installed.")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, max=1000)] = 50,
    is_exact: Annotated[
        bool, typer.Option("--exact", help="No other terms of the vocabulary that mean the same.")
    ] = False,
    export: Annotated[
        Path | None,
        typer.Option("--export", metavar="FILE", help="Write the hits to FILE.csv or FILE.html too."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Search the current edition of every installed manual.

    "words in a row", OR, -not, begin*, one NEAR two, title: heading: authority: status: and brackets are understood.
    """
    context: Context = ctx.obj
    if export is not None:
        context.require(Permission.EXPORT)
    snapshot = context.load()
    manuals = frozenset(snapshot.find_manual(name) for name in manual) if manual else None
    search_filter = SearchFilter(
        manuals,
        status,
        with_other_terms=not is_exact,
        chapter=chapter,
        division=division,
        revised_since=parse_date(since) if since else None,
        as_at=parse_date(as_at) if as_at else None,
        all_editions=is_everything,
    )
    service = context.workspace.search
    for problem in service.prepare(snapshot, lambda _: None, CancelToken()):
        typer.echo(problem, err=True)
    if export is not None:
        answer = service.export(export, query, search_filter, limit, CancelToken())
    else:
        answer = service.search(query, search_filter, limit, CancelToken())
    if not snapshot.bundles:
        answer = replace(answer, suggestions=(_NOTHING_INSTALLED,))
    if as_json:
        print_json(
            {
                "query": answer.query,
                "total": answer.total,
                "hits": [_hit_row(hit) for hit in answer.hits],
                "per_manual": {str(manual_id): count for manual_id, count in answer.per_manual},
                "suggestions": list(answer.suggestions),
                "notes": list(answer.notes),
            }
        )
        return
    for note in answer.notes:
        typer.echo(note)
    for hit in answer.hits:
        heading = f" › {hit.heading}" if hit.heading else ""
        also = f"  (also: {hit.also})" if hit.also else ""
        edition = f"@{hit.location.edition}" if hit.is_past else ""
        typer.echo(f"{hit.location.manual}{edition}  {hit.number or ''} {hit.title}{heading}{also}")
        if hit.division:
            typer.echo(f"    {hit.division}")
        if hit.snippet.text:
            typer.echo(f"    {hit.snippet.text}")
    typer.echo(f"{answer.total} found." if answer.total else f"Nothing found for “{answer.query}”.")
    for suggestion in answer.suggestions:
        typer.echo(f"Try: {suggestion}")
    if export is not None:
        typer.echo(f"Written: {export}")


def _hit_row(hit: SearchHit) -> dict[str, object]:
    return {
        "manual": str(hit.location.manual),
        "edition": hit.location.edition,
        "chapter": hit.location.chapter,
        "number": hit.number,
        "title": hit.title,
        "heading": hit.heading,
        "anchor": hit.location.anchor,
        "form": hit.location.form,
        "snippet": hit.snippet.text,
        "also": hit.also,
        "in_chapter": hit.in_chapter,
        "score": hit.score,
        "division": hit.division,
        "status": [status.value for status in hit.statuses],
    }


@app.command()
def counterparts(
    ctx: typer.Context,
    manual: ManualName,
    chapter: Annotated[str | None, typer.Argument(metavar="[CHAPTER]", help="Its id or its number.")] = None,
    other: Annotated[str | None, typer.Option("--with", metavar="MANUAL", help="Only this manual.")] = None,
    as_json: Json = False,
) -> None:
    """List which chapters of other manuals answer the same practice question."""
    context: Context = ctx.obj
    snapshot = context.load()
    bundle = snapshot.get(snapshot.find_manual(manual), None, today())
    others = (
        [snapshot.get(snapshot.find_manual(other), None, today())]
        if other
        else [found for found in snapshot.current(today()) if found.manual != bundle.manual]
    )
    chapter_id = None
    if chapter is not None:
        place = bundle.edition.contents.find(chapter)
        if place is None:
            raise NotFoundError(f"{bundle.manual} has no chapter “{chapter}”: name its id or number.")
        chapter_id = place.chapter.id
    pairs = [
        pair
        for found in others
        for pair in context.workspace.counterparts.pairs(bundle, found)
        if chapter_id is None or pair.chapter.id == chapter_id
    ]
    if as_json:
        print_json({"pairs": [_pair_row(pair) for pair in pairs]})
        return
    for pair in pairs:
        found_chapter = pair.counterpart
        typer.echo(
            f"{pair.chapter.numbered_title}  =  {found_chapter.manual} {found_chapter.chapter.numbered_title}"
            f"  ({found_chapter.score:.2f}, {found_chapter.why})"
        )
    if not pairs:
        typer.echo("No counterpart was found.")


def _pair_row(pair: CounterpartPair) -> dict[str, object]:
    found = pair.counterpart
    return {
        "from": {
            "manual": str(pair.manual),
            "chapter": pair.chapter.id,
            "number": pair.chapter.number,
            "title": pair.chapter.title,
        },
        "to": {
            "manual": str(found.manual),
            "chapter": found.chapter.id,
            "number": found.chapter.number,
            "title": found.chapter.title,
        },
        "score": found.score,
        "why": found.why,
    }
