"""`procedures print` and `procedures extract`: procedures as PDF files, and what proves them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final, Self

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from reader.bundle.names import EXTRACT_MIMETYPE
from reader.cli.compare import beside
from reader.cli.output import Context, Json, parse_date, print_json
from reader.domain.cancel import CancelToken
from reader.domain.errors import BundleRefusedError, NotFoundError, ReaderError, Reason, StorageError
from reader.domain.extract import DEFAULT_TITLE, ExtractFacts
from reader.domain.files import write_in_one_step
from reader.domain.location import Location
from reader.domain.machine import Permission
from reader.domain.manual import EXTRACT_SUFFIX
from reader.domain.paper import MadePaper, PaperItem
from reader.domain.text import counted
from reader.services.snapshot import LibrarySnapshot
from reader.services.workspace import today

Force = Annotated[bool, typer.Option("--force", help="Replace a file that is there already.")]
_PDF: Final = ".pdf"
_START_BYTES: Final = 128


def print_(
    ctx: typer.Context,
    manual: Annotated[str, typer.Argument(metavar="MANUAL", help="Authority, or authority/manual.")],
    chapter: Annotated[str, typer.Argument(metavar="CHAPTER", help="Its id or its number.")],
    pdf: Annotated[Path, typer.Option("--pdf", metavar="FILE.pdf", help="The PDF file to write.")],
    anchor: Annotated[
        str | None, typer.Argument(metavar="[ANCHOR]", help="Only this passage, and what stands below it.")
    ] = None,
    edition: Annotated[int | None, typer.Option("--edition", metavar="N")] = None,
    as_at: Annotated[str | None, typer.Option("--as-at", metavar="DATE", help="2025-02-05")] = None,
    others: Annotated[
        list[str] | None,
        typer.Option(
            "--with",
            metavar="MANUAL[:CHAPTER]",
            help="Beside another manual's counterpart, as `compare`; may stand repeatedly. “all”: every counterpart.",
        ),
    ] = None,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Write a chapter, a passage or a comparison as a PDF file, with what vouches for it on every page."""
    context: Context = ctx.obj
    context.require(Permission.SAVE_PDF)
    if pdf.suffix.lower() != _PDF:
        raise typer.BadParameter("name the file to write: --pdf FILE.pdf")
    check_free([pdf], force=force)
    snapshot = context.load()
    location = _location(snapshot, manual, chapter, anchor, edition, as_at)
    paper = context.workspace.paper
    if others:
        if anchor or edition is not None or as_at:
            raise typer.BadParameter("--with compares whole chapters of the editions in force.")
        sides = tuple(beside(context, location, others))
        found = context.workspace.comparison.side_by_side(snapshot, location, sides, CancelToken())
        document = paper.side_by_side(snapshot, found)
    else:
        document = paper.chapter(snapshot, location)
    with _Bar() as bar:
        made = paper.make(document, CancelToken(), bar)
    write_in_one_step(pdf, made.pdf)
    if as_json:
        print_json(
            {"pdf": str(pdf), "pages": made.pages, "title": document.title, "replaced": list(made.replaced)}
        )
        return
    typer.echo(f"Written: {pdf} ({counted(made.pages, 'page')})")
    _say_replaced(made)


def extract(
    ctx: typer.Context,
    items: Annotated[
        list[str],
        typer.Argument(metavar="ITEM...", help="MANUAL:CHAPTER, or MANUAL:CHAPTER#ANCHOR for a passage."),
    ],
    out: Annotated[
        Path,
        typer.Option("--out", metavar="FILE.pdf", help="The PDF; the proof lies beside it as FILE.extract."),
    ],
    prefix: Annotated[str, typer.Option("--prefix", metavar="A", help="Letters before page numbers.")] = "A",
    title: Annotated[str, typer.Option("--title", metavar="TEXT")] = DEFAULT_TITLE,
    case: Annotated[str, typer.Option("--case", metavar="TEXT", help="The case's reference.")] = "",
    prepared_by: Annotated[str, typer.Option("--prepared-by", metavar="TEXT")] = "",
    as_at: Annotated[
        str | None, typer.Option("--as-at", metavar="DATE", help="Of the editions in force then: 2025-02-05")
    ] = None,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """Write a court extract: a PDF, and beside it the file with which `verify` proves what it quotes."""
    from reader.services.extract_pages import proof_file  # noqa: PLC0415  # reportlab

    context: Context = ctx.obj
    context.require(Permission.EXTRACT)
    if out.suffix.lower() != _PDF:
        raise typer.BadParameter("let the name of the file end with .pdf.")
    check_free([out, proof_file(out)], force=force)
    snapshot = context.load()
    chosen = [PaperItem(_item(snapshot, item, as_at)) for item in items]
    facts = ExtractFacts(title, case, prepared_by, prefix)
    with _Bar() as bar:
        record = context.workspace.extracts.write(
            snapshot, chosen, facts, out, cancel=CancelToken(), on_page=bar
        )
    if as_json:
        print_json(
            {"pdf": str(out), "extract": str(proof_file(out)), "pages": record.pdf.pages}
            | {"sha256": record.pdf.sha256, "quotes": [_quote_row(quote) for quote in record.quotes]}
        )
        return
    typer.echo(f"Written: {out} ({counted(record.pdf.pages, 'page')})")
    typer.echo(f"Written: {proof_file(out)}")
    typer.echo(f"Give both files away together; `procedures verify {proof_file(out)}` proves what is quoted.")


def is_extract(file: Path) -> bool:
    """Whether a file is to be verified as that of an extract: it says so, by its name or by its first bytes."""
    if file.suffix.lower() == EXTRACT_SUFFIX:
        return True
    try:
        with file.open("rb") as opened:
            return EXTRACT_MIMETYPE in opened.read(_START_BYTES)
    except OSError:
        return False  # the verification says why it cannot be read


def verify_extract(context: Context, file: Path, row: dict[str, Any]) -> dict[str, Any]:
    """What `verify` says of the file of an extract; `row` is what it says of every file."""
    try:
        found = context.workspace.library.verify_extract(file, CancelToken())
        pdf = file.with_name(Path(found.record.pdf.name).name)
        check = context.workspace.extracts.check_pdf(found, pdf, CancelToken()) if pdf.exists() else None
    except ReaderError as error:
        reason = error.reason.value if isinstance(error, BundleRefusedError) else None
        return {**row, "kind": "extract", "ok": False, "reason": reason, "message": str(error)}
    editions = [excerpt.edition for excerpt in found.excerpts]
    only = editions[0].manifest if len(editions) == 1 else None
    is_pdf_good = check is None or check.is_same is True
    quotes = [_quote_row(quote) for quote in found.record.quotes]
    for quote, of_quote in zip(quotes, found.record.quotes, strict=True):
        edition = editions[of_quote.bundle]
        manifest = edition.manifest
        quote |= {
            "manual": str(manifest.id),
            "edition": manifest.edition,
            "signers": [signer.name for signer in edition.signers],
            "message": (
                f"{of_quote.first_page} to {of_quote.last_page}: {manifest.authority_name}, {of_quote.title}"
                f"{f' › {of_quote.passage}' if of_quote.passage else ''}, {manifest.edition_name}, signed by"
                f" {'; '.join(signer.name for signer in edition.signers) or 'a newer edition that vouches for it'}."
            ),
        }
    count = len(quotes)
    return {
        **row,
        "kind": "extract",
        "ok": is_pdf_good,
        "reason": None if is_pdf_good else Reason.TAMPERED.value,
        "message": (
            f"Proved: the {'text' if count == 1 else f'{count} texts'} that this extract quotes"
            f" {'is' if count == 1 else 'are'} in its file exactly as signed."
        ),
        "authority": only.id.authority if only else None,
        "manual": only.id.manual if only else None,
        "edition": only.edition if only else None,
        "warnings": [
            f"{edition.manifest.authority_name}: {warning}"
            for edition in editions
            for warning in edition.warnings(today())
        ],
        "quotes": quotes,
        "pdf": (
            {"file": str(pdf), "recorded": check.is_recorded, "same": check.is_same, "message": check.message}
            if check
            else None
        ),
    }


def print_extract_row(row: dict[str, Any]) -> None:
    """The lines below what `verify` says of an extract."""
    for quote in row.get("quotes", []):
        typer.echo(f"  {quote['message']}")
    pdf = row.get("pdf")
    if pdf is not None:
        typer.echo(f"  {pdf['message']}", err=not row["ok"])
    elif "quotes" in row:
        typer.echo(
            "  The PDF does not lie beside it: hold the words of your copy against the verified chapters."
        )


def _quote_row(quote: Any) -> dict[str, Any]:
    return {
        "chapter": quote.chapter,
        "title": quote.title,
        "anchor": quote.anchor,
        "passage": quote.passage,
        "first_page": quote.first_page,
        "last_page": quote.last_page,
    }


def _location(
    snapshot: LibrarySnapshot,
    manual: str,
    chapter: str,
    anchor: str | None,
    edition: int | None = None,
    as_at: str | None = None,
) -> Location:
    manual_id = snapshot.find_manual(manual)
    bundle = snapshot.get(manual_id, edition, parse_date(as_at) if as_at else today())
    place = bundle.edition.contents.find(chapter)
    number = bundle.edition.manifest.edition
    if place is None:
        raise NotFoundError(f"{manual_id} has no chapter “{chapter}”: name its id or number.")
    try:
        return Location(manual_id, place.chapter.id, number, anchor)
    except ValueError as error:
        raise NotFoundError(f"{place.chapter.numbered_title} has no passage “{anchor}”.") from error


def _item(snapshot: LibrarySnapshot, item: str, as_at: str | None) -> Location:
    name, _, rest = item.partition(":")
    chapter, _, anchor = rest.partition("#")
    if not chapter:
        raise NotFoundError(f"“{item}” names no chapter: write MANUAL:CHAPTER or MANUAL:CHAPTER#ANCHOR.")
    return _location(snapshot, name, chapter, anchor or None, None, as_at)


def check_free(files: Sequence[Path], *, force: bool) -> None:
    """See that nothing is replaced that the person did not name for it.

    Raises:
        StorageError: when one of the files is there.
    """
    for file in files:
        if file.exists() and not force:
            raise StorageError(f"{file} is there already: name another file, or give --force to replace it.")


def _say_replaced(made: MadePaper) -> None:
    if made.replaced:
        typer.echo(
            f"Characters without a font here stand as their names: {' '.join(made.replaced)}", err=True
        )


class _Bar:
    """A bar on standard error, where that is a terminal."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        self._progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._task = self._progress.add_task("Pages", total=None)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def __call__(self, done: int, total: int) -> None:
        self._progress.update(self._task, completed=done, total=total)
