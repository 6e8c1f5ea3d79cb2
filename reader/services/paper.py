"""Documents for paper: chapters, passages, selections, comparisons, reading lists and court extracts.

Every part says on every page what vouches for it, and how it is cited. A court extract is made of its record and the
signed chapters alone, so that whoever has both can make it again and compare.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from html import escape
from pathlib import Path
from typing import Final, Protocol

from reader.bundle import html, names
from reader.bundle.extract import VerifiedExtract, pack_extract
from reader.bundle.pictures import bare_picture, picture_size
from reader.bundle.verifier import VerifiedBundle
from reader.domain.cancel import CancelToken
from reader.domain.contents import Chapter, Held
from reader.domain.errors import NotFoundError, ReaderError, StorageError
from reader.domain.extract import ExtractFacts, ExtractRecord, PdfRecord, Quote, QuotedEdition
from reader.domain.files import write_together
from reader.domain.location import Location
from reader.domain.manual import EXTRACT_SUFFIX, Edition, ManualId, day
from reader.domain.page import Page
from reader.domain.paper import (
    Block,
    Box,
    Cell,
    Contents,
    Heading,
    ItemList,
    ListItem,
    MadePaper,
    PaperDocument,
    PaperItem,
    PaperPart,
    Paragraph,
    Picture,
    Rule,
    Run,
    Style,
    Table,
    label,
    passage_of,
    walk_blocks,
)
from reader.domain.provenance import LinkKind, grouped
from reader.domain.sides import SideBySide
from reader.domain.text import one_line
from reader.paper.blocks import blocks_of
from reader.paper.document import make_pdf
from reader.paper.raster import PagePicture, PdfPages
from reader.services.comparison import ComparisonService
from reader.services.pages import PageService
from reader.services.provenance import signature_line
from reader.services.side_by_side import sides_html, sides_title
from reader.services.snapshot import LibrarySnapshot

PDF_SUFFIX: Final = ".pdf"
_NOT_HELD: Final = (
    "The text of this chapter is not held: only what the contents list says of it is printed here."
)
_SELECTION: Final = "A selection: only a part of the chapter is printed here."
_COMPARED: Final = (
    "A program found the differences: read both texts before you rely on one of them, or on there being none."
)
_BOLD: Final = frozenset({Style.BOLD})
_SMALL: Final = frozenset({Style.SMALL})
_THREE_SIDES: Final = 3
_PREFIX: Final = re.compile(r"[A-Z]{0,4}")
_LOOK_DPI: Final = 60.0
_LONGEST_LINE: Final = 400
_LONGEST_REMARK: Final = 4000


@dataclass(frozen=True, slots=True)
class Cited:
    """What a citation names.

    Attributes:
        chapter: Number and title; empty for a manual as a whole.
        passage: The heading of the passage, or empty.
        printed: The day on which it was printed.
    """

    authority: str
    manual: str
    chapter: str
    passage: str
    edition: str
    in_force_from: date
    printed: date


def citation(cited: Cited) -> str:
    """How a chapter or a passage is cited."""
    passage = f"“{cited.passage}”" if cited.passage else ""
    parts = [
        cited.authority,
        cited.manual,
        cited.chapter,
        passage,
        cited.edition,
        f"in force from {day(cited.in_force_from)}",
        f"printed on {day(cited.printed)}",
    ]
    return f"{', '.join(part for part in parts if part)}."


class Source(Protocol):
    """An edition that texts are read from, checked at each read."""

    @property
    def edition(self) -> Edition: ...
    @property
    def manual(self) -> ManualId: ...
    @property
    def role_sha256(self) -> str: ...
    def read(self, target: str) -> bytes: ...
    def file_hashes(self, places: tuple[str, ...]) -> dict[str, str]: ...


@dataclass(frozen=True, slots=True)
class PdfCheck:
    """How a PDF compares with what is signed.

    Attributes:
        is_same: Made again from the signed texts it is the same, byte for byte or page for page. None: not looked into,
            because it is another file than the one that was made with the extract.
    """

    file: Path
    is_recorded: bool
    is_same: bool | None
    message: str


class PaperService:
    """Composes documents, makes PDF files of them, and holds PDF files of extracts against signed texts."""

    def __init__(
        self,
        pages: Callable[[], PageService],
        comparison: Callable[[], ComparisonService],
        now: Callable[[], datetime],
        fonts_dir: Path,
        *,
        cite: Callable[[Cited], str] = citation,
    ) -> None:
        """Make the service.

        Args:
            pages: Makes pages of what is no chapter with a text.
            comparison: Compares editions.
            now: The moment on this computer's clock, in its own time zone.
            fonts_dir: Where the program's fonts are.
            cite: How a text is cited.
        """
        self._pages = pages
        self._comparison = comparison
        self._now = now
        self._fonts_dir = fonts_dir
        self._cite = cite

    # Documents

    def chapter(self, snapshot: LibrarySnapshot, location: Location) -> PaperDocument:
        """A chapter, the passage that the location's anchor names, a manual's cover, or a form.

        Raises:
            NotFoundError: when it is not installed, or there is no such passage.
            BundleRefusedError: when it was changed since it was signed.
            StorageError: when the bundle cannot be read.
        """
        made = self._now()
        edition = snapshot.get(location.manual, location.edition, made.date()).edition
        return self._document(self._part(snapshot, location, "", made), [edition], made)

    def selection(self, snapshot: LibrarySnapshot, location: Location, fragment: str) -> PaperDocument:
        """A part of a page that the person chose.

        Args:
            snapshot: The library.
            location: The page.
            fragment: What was chosen, as HTML; it is sanitised here.

        Raises:
            NotFoundError: when the page is not installed, or nothing was chosen.
            BundleRefusedError: when a text cannot be printed safely.
        """
        made = self._now()
        bundle = snapshot.get(location.manual, location.edition, made.date())
        blocks = blocks_of(html.sanitise(fragment, bundle.manual))
        if not blocks:
            raise NotFoundError("Nothing is selected: select the text that you want to print.")
        page = self._pages().page(snapshot, location.without_anchor())
        part = self._composed(
            bundle.edition,
            title=page.title,
            passage="",
            blocks=_with_pictures(blocks, bundle),
            warnings=(*page.strip.warnings, _SELECTION),
            made=made,
        )
        return self._document(replace(part, title=f"Selection from {part.title}"), [bundle.edition], made)

    def side_by_side(self, snapshot: LibrarySnapshot, found: SideBySide) -> PaperDocument:
        """Chapters of several authorities beside each other.

        Raises:
            NotFoundError: when an edition was removed in the meantime.
        """
        made = self._now()
        cited = [
            (snapshot.get(side.location.manual, side.location.edition, made.date()).edition, side.title)
            for side in found.sides
        ]
        body = f"<h1>{escape(sides_title(found))}</h1>{sides_html(found)}"
        part = self._compared(sides_title(found), body, cited, made)
        editions = [edition for edition, _ in cited]
        return self._document(replace(part, is_landscape=len(cited) >= _THREE_SIDES), editions, made)

    def editions(self, snapshot: LibrarySnapshot, location: Location, other: int) -> PaperDocument:
        """What changed in a chapter between two editions.

        Raises:
            NotFoundError: when an edition is not installed, or one of them has no text of this chapter.
            BundleRefusedError: when the chapter was changed since it was signed.
            StorageError: when a bundle cannot be read.
        """
        made = self._now()
        title, body = self._comparison().changes_page(snapshot, location, other)
        cited: list[tuple[Edition, str]] = []
        for number in (location.edition, other):
            bundle = snapshot.get(location.manual, number, made.date())
            place = bundle.edition.contents.place(location.chapter or "")
            cited.append((bundle.edition, place.chapter.numbered_title if place else ""))
        part = self._compared(f"{cited[0][1]}: {title}", body, cited, made)
        return self._document(part, [edition for edition, _ in cited], made)

    def reading_list(
        self, snapshot: LibrarySnapshot, title: str, items: Sequence[PaperItem]
    ) -> PaperDocument:
        """A reading list: a cover with its contents, then each chapter or passage, with what the person says of it.

        Raises:
            NotFoundError: when the list is empty, or something of it is not installed.
            BundleRefusedError: when a text was changed since it was signed.
            StorageError: when a bundle cannot be read.
        """
        if not items:
            raise NotFoundError("The reading list is empty: add a chapter to it first.")
        made = self._now()
        parts = tuple(self._part(snapshot, item.location, item.remark, made) for item in items)
        editions = [
            snapshot.get(item.location.manual, item.location.edition, made.date()).edition for item in items
        ]
        blocks = (
            _heading(1, title),
            _paragraph(f"Printed on {day(made.date())}."),
            _heading(2, "Contents"),
            Contents(),
        )
        cover = PaperPart(
            title,
            (title, *_editions_lines(editions)),
            _shared_warnings(editions, made.date()),
            _foot(editions, made.date()),
            blocks,
            is_listed=False,
        )
        return PaperDocument(title, "A reading list of procedures", _authors(editions), (cover, *parts), made)

    def make(
        self,
        document: PaperDocument,
        cancel: CancelToken,
        on_page: Callable[[int, int], None] = lambda _done, _total: None,
    ) -> MadePaper:
        """The PDF of a document.

        Raises:
            CancelledError: when the person stopped it.
        """
        return make_pdf(document, self._fonts_dir, cancel, on_page)

    def pictures(self, made: MadePaper, pages: Iterable[int], dots_per_inch: float) -> Iterator[PagePicture]:
        """Pictures of pages, for the preview and the printer."""
        with PdfPages(made.pdf) as opened:
            for index in pages:
                yield opened.picture(index, dots_per_inch)

    # Court extracts

    def write_extract(
        self,
        snapshot: LibrarySnapshot,
        items: Sequence[PaperItem],
        facts: ExtractFacts,
        file: Path,
        *,
        cancel: CancelToken,
        on_page: Callable[[int, int], None] = lambda _done, _total: None,
    ) -> ExtractRecord:
        """Write a court extract: the PDF, and beside it the file that proves what it quotes.

        Args:
            snapshot: The library.
            items: What is quoted, in order.
            facts: What the person says of it.
            file: The PDF; the other file has its name with another ending.
            cancel: Stops it; nothing is written then.
            on_page: Told how many pages are done, of how many.

        Raises:
            NotFoundError: when something is not installed or not held, or nothing was chosen.
            BundleRefusedError: when a text was changed since it was signed.
            CancelledError: when the person stopped it.
            StorageError: when a file cannot be read or written; nothing of the extract is there then.
        """
        record, bundles = self._record(snapshot, items, facts, file)
        made = self.make(self._extract(record, bundles), cancel, on_page)  # part 0 is the cover
        quotes = tuple(
            replace(
                quote,
                first_page=label(facts.prefix, made.span(number)[0]),
                last_page=label(facts.prefix, made.span(number)[1]),
            )
            for number, quote in enumerate(record.quotes, start=1)
        )
        pdf = PdfRecord(file.name, hashlib.sha256(made.pdf).hexdigest(), made.pages)
        record = replace(record, quotes=quotes, pdf=pdf)
        proof = pack_extract(record, bundles)
        cancel.raise_if_cancelled()
        write_together({proof_file(file): proof, file: made.pdf})
        return record

    def preview_extract(
        self,
        snapshot: LibrarySnapshot,
        items: Sequence[PaperItem],
        facts: ExtractFacts,
        cancel: CancelToken,
    ) -> MadePaper:
        """The PDF of an extract as it would be; nothing is written.

        Raises:
            ReaderError: as `write_extract`.
        """
        record, bundles = self._record(snapshot, items, facts, Path(f"extract{PDF_SUFFIX}"))
        return self.make(self._extract(record, bundles), cancel)

    def check_pdf(self, extract: VerifiedExtract, file: Path, cancel: CancelToken) -> PdfCheck:
        """Hold the PDF of an extract against the signed texts: it is made again of them, and compared.

        Raises:
            StorageError: when it cannot be read.
            CancelledError: when the person stopped it.
        """
        record = extract.record
        try:
            given = file.read_bytes()
        except OSError as error:
            raise StorageError(f"Cannot read {file}: {error.strerror}.") from error
        is_recorded = hashlib.sha256(given).hexdigest() == record.pdf.sha256
        if not is_recorded:
            message = (
                f"{file.name} is not the PDF that was made with this extract, or it was changed since: do not rely on"
                " it."
            )
            return PdfCheck(file, is_recorded, None, message)
        sources = [
            excerpt.as_superseded_by(edition.superseded_by) if edition.superseded_by else excerpt
            for excerpt, edition in zip(extract.excerpts, record.editions, strict=True)
        ]
        again = self.make(self._extract(record, sources), cancel).pdf
        if again == given:
            message = (
                f"{file.name} says what was signed: made again here from the signed texts, it is the same byte for"
                " byte."
            )
            return PdfCheck(file, is_recorded, is_same=True, message=message)
        different = _different_pages(given, again, record.facts.prefix, cancel)
        if not different:
            message = (
                f"{file.name} says what was signed: made again here from the signed texts, every page looks and reads"
                " the same."
            )
            return PdfCheck(file, is_recorded, is_same=True, message=message)
        message = (
            f"{file.name} is not page for page what this program makes of the signed texts"
            f" (see {', '.join(different[:8])}). It was changed before its hash was taken down, or another version of"
            " the program made it: compare it with the signed texts before you rely on it."
        )
        return PdfCheck(file, is_recorded, is_same=False, message=message)

    def _record(
        self, snapshot: LibrarySnapshot, items: Sequence[PaperItem], facts: ExtractFacts, file: Path
    ) -> tuple[ExtractRecord, list[VerifiedBundle]]:
        if not items:
            raise NotFoundError("The extract is empty: choose the chapters or passages that it is to quote.")
        _check_facts(facts)
        made = self._now().replace(microsecond=0)
        bundles: dict[tuple[ManualId, int], VerifiedBundle] = {}
        quotes: list[Quote] = []
        for item in items:
            location = item.location
            bundle = snapshot.get(location.manual, location.edition, made.date())
            key = bundle.manual, bundle.edition.manifest.edition
            bundles.setdefault(key, bundle)
            chapter = _held_chapter(bundle, location)
            passage = ""
            if location.anchor:
                passage = _passage_heading(_chapter_blocks(bundle, chapter), location.anchor, chapter)
            remark = one_line(item.remark)[:_LONGEST_REMARK]
            at = list(bundles).index(key)
            quotes.append(Quote(at, chapter.id, chapter.numbered_title, location.anchor, passage, remark))
        editions = tuple(
            QuotedEdition(manual, number, bundle.edition.superseded_by)
            for (manual, number), bundle in bundles.items()
        )
        record = ExtractRecord(facts, made, editions, tuple(quotes), PdfRecord(file.name, "", 1))
        return record, list(bundles.values())

    def _extract(self, record: ExtractRecord, sources: Sequence[Source]) -> PaperDocument:
        """The document of an extract. It depends on nothing but the record and what is signed."""
        made = record.made
        parts = [self._quoted(quote, sources[quote.bundle], made) for quote in record.quotes]
        facts = record.facts
        editions = [source.edition for source in sources]
        head = (
            f"Court extract: {facts.title}",
            *([f"Case: {facts.case}"] if facts.case else []),
            *_editions_lines(editions),
        )
        warnings = _shared_warnings(editions, made.date())
        foot = _foot(editions, made.date())
        cover = PaperPart(
            "Cover and contents", head, warnings, foot, tuple(_cover(record, sources)), is_listed=False
        )
        sheet = PaperPart("Verification", head, warnings, foot, tuple(_sheet(record, sources)))
        return PaperDocument(
            facts.title,
            "Court extract of signed procedures",
            _authors(editions),
            (cover, *parts, sheet),
            made,
            facts.prefix,
        )

    def _quoted(self, quote: Quote, source: Source, made: datetime) -> PaperPart:
        place = source.edition.contents.place(quote.chapter)
        if place is None:
            raise NotFoundError(f"{source.manual} has no chapter “{quote.chapter}”.")
        blocks = _chapter_blocks(source, place.chapter)
        if quote.anchor:
            blocks = passage_of(blocks, quote.anchor)
        return self._composed(
            source.edition,
            title=place.chapter.numbered_title,
            passage=quote.passage,
            blocks=(*_remark(quote.remark), *blocks),
            warnings=source.edition.warnings(made.date()),
            made=made,
        )

    # Parts

    @staticmethod
    def _document(part: PaperPart, editions: Sequence[Edition], made: datetime) -> PaperDocument:
        return PaperDocument(part.title, part.head[1], _authors(editions), (part,), made)

    def _part(self, snapshot: LibrarySnapshot, location: Location, remark: str, made: datetime) -> PaperPart:
        bundle = snapshot.get(location.manual, location.edition, made.date())
        place = bundle.edition.contents.place(location.chapter) if location.chapter else None
        if place is None or place.chapter.held is not Held.INCLUDED:
            return self._of_page(bundle, self._pages().page(snapshot, location), remark, made)
        blocks = _chapter_blocks(bundle, place.chapter)
        passage = ""
        if location.anchor:
            passage = _passage_heading(blocks, location.anchor, place.chapter)
            blocks = passage_of(blocks, location.anchor)
        return self._composed(
            bundle.edition,
            title=place.chapter.numbered_title,
            passage=passage,
            blocks=(*_remark(remark), *blocks),
            warnings=bundle.edition.warnings(made.date()),
            made=made,
        )

    def _of_page(self, bundle: VerifiedBundle, page: Page, remark: str, made: datetime) -> PaperPart:
        """A page that is composed, not read: a cover, a form, or a chapter whose text is not held."""
        not_held = (_NOT_HELD,) if page.held is not Held.INCLUDED else ()
        return self._composed(
            bundle.edition,
            title=page.title,
            passage="",
            blocks=(*_remark(remark), *_with_pictures(blocks_of(page.html), bundle)),
            warnings=(*not_held, *page.strip.warnings),
            made=made,
        )

    def _composed(
        self,
        edition: Edition,
        *,
        title: str,
        passage: str,
        blocks: tuple[Block, ...],
        warnings: tuple[str, ...],
        made: datetime,
    ) -> PaperPart:
        return PaperPart(
            f"{title} › {passage}" if passage else title,
            (_authority_line(edition), *self._vouching(edition, title, passage, made)),
            warnings,
            _foot([edition], made.date()),
            (*blocks, *_addresses(blocks)),
        )

    def _compared(
        self, title: str, body: str, cited: Sequence[tuple[Edition, str]], made: datetime
    ) -> PaperPart:
        lines = [line for edition, chapter in cited for line in self._vouching(edition, chapter, "", made)]
        editions = [edition for edition, _ in cited]
        warnings = [
            f"{edition.manifest.authority_name}, {edition.manifest.edition_name}: {warning}"
            for edition in editions
            for warning in edition.warnings(made.date())
        ]
        head = (" beside ".join(dict.fromkeys(_authority_line(edition) for edition in editions)), *lines)
        blocks = (*blocks_of(body), _paragraph(_COMPARED, _SMALL))
        return PaperPart(title, head, tuple(dict.fromkeys(warnings)), _foot(editions, made.date()), blocks)

    def _vouching(self, edition: Edition, chapter: str, passage: str, made: datetime) -> tuple[str, str]:
        """How a text is cited, and who signed it."""
        manifest = edition.manifest
        cited = Cited(
            manifest.authority_name,
            manifest.title,
            chapter,
            passage,
            manifest.edition_name,
            manifest.effective_from,
            made.date(),
        )
        dates = f"Issued on {day(manifest.issued)}, review by {day(manifest.review_by)}."
        return self._cite(cited), f"{signature_line(edition, made)}. {dates}"


def proof_file(pdf: Path) -> Path:
    """The file that lies beside the PDF of an extract."""
    return pdf.with_suffix(EXTRACT_SUFFIX)


def _check_facts(facts: ExtractFacts) -> None:
    if not _PREFIX.fullmatch(facts.prefix):
        raise NotFoundError(
            f"“{facts.prefix}” cannot stand before page numbers: use up to four capital letters."
        )
    for text in (facts.title, facts.case, facts.prepared_by):
        if len(text) > _LONGEST_LINE or one_line(text) != text:
            raise NotFoundError("Write the title, the case and the name on one line each, and shorter.")


def _held_chapter(bundle: VerifiedBundle, location: Location) -> Chapter:
    place = bundle.edition.contents.place(location.chapter or "")
    manifest = bundle.edition.manifest
    if place is None:
        raise NotFoundError(
            f"{manifest.authority_name}, {manifest.edition_name}, has no chapter “{location.chapter or location.form}”:"
            " an extract quotes chapters and passages."
        )
    if place.chapter.held is not Held.INCLUDED or place.chapter.file is None:
        raise NotFoundError(
            f"The text of {place.chapter.numbered_title} ({manifest.authority_name}) is not held here, so there is no"
            " signed text to quote: leave it out."
        )
    return place.chapter


def _passage_heading(blocks: tuple[Block, ...], anchor: str, chapter: Chapter) -> str:
    found = passage_of(blocks, anchor)
    if not found or not isinstance(found[0], Heading):
        raise NotFoundError(f"{chapter.numbered_title} has no passage “{anchor}”.")
    return found[0].text


def _chapter_blocks(source: Source, chapter: Chapter) -> tuple[Block, ...]:
    """The text of a chapter, with its pictures.

    Raises:
        BundleRefusedError: when it was changed since it was signed, or cannot be printed safely.
        StorageError: when the bundle cannot be read.
    """
    assert chapter.file is not None  # noqa: S101  # the contents list was checked: an included chapter has a file
    blocks = blocks_of(html.readable(source.read(chapter.file), source.manual))
    has_title = any(isinstance(block, Heading) and block.level == 1 for block in walk_blocks(blocks))
    titled = blocks if has_title else (_heading(1, chapter.numbered_title), *blocks)
    return _with_pictures(titled, source)


def _with_pictures(blocks: tuple[Block, ...], source: Source) -> tuple[Block, ...]:
    return tuple(_with_picture(block, source) for block in blocks)


def _with_picture(block: Block, source: Source) -> Block:
    match block:
        case Picture():
            return _read_picture(block, source)
        case Box():
            return replace(block, blocks=_with_pictures(block.blocks, source))
        case ItemList():
            items = tuple(replace(item, blocks=_with_pictures(item.blocks, source)) for item in block.items)
            return replace(block, items=items)
        case Table():
            rows = tuple(
                tuple(replace(cell, blocks=_with_pictures(cell.blocks, source)) for cell in row)
                for row in block.rows
            )
            return replace(block, rows=rows)
        case _:
            return block


def _read_picture(block: Picture, source: Source) -> Picture:
    """The picture with its pixels; one that cannot be had stays without, and the page says so."""
    target = block.name.removeprefix("manual:")
    try:
        data = source.read(target)
        width, height = picture_size(data, target)
        bare = bare_picture(data, target)
    except ReaderError:
        return replace(block, data=None)
    if block.width and not block.height:
        width, height = block.width, max(1, height * block.width // width)
    elif block.height and not block.width:
        width, height = max(1, width * block.height // height), block.height
    elif block.width and block.height:
        width, height = block.width, block.height
    return replace(block, name=target, data=bare, width=width, height=height)


def _remark(remark: str) -> Iterator[Block]:
    if remark.strip():
        runs = (Run("Remark, not part of the procedure: ", _BOLD), Run(one_line(remark)))
        yield Box("remark", (Paragraph(runs),))


def _addresses(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """On paper a link cannot be followed: the addresses that a text leads to, below it."""
    found: dict[str, str] = {}
    for run in _runs(blocks):
        if run.link and not run.link.startswith(("#", "manual:")) and run.link != run.text.strip():
            found.setdefault(run.link, run.text.strip())
    if found:
        yield Rule()
        yield _paragraph("Addresses of the links in this text:", _SMALL)
        for address, text in found.items():
            yield Paragraph((Run(f"{text}: {address}", _SMALL),))


def _runs(blocks: Iterable[Block]) -> Iterator[Run]:
    for block in walk_blocks(tuple(blocks)):
        if isinstance(block, Paragraph | Heading):
            yield from block.runs


def _heading(level: int, text: str) -> Heading:
    return Heading(level, (Run(text),))


def _paragraph(text: str, styles: frozenset[Style] = frozenset()) -> Paragraph:
    return Paragraph((Run(text, styles),))


def _authority_line(edition: Edition) -> str:
    return f"{edition.manifest.authority_name}: {edition.manifest.title}"


def _authors(editions: Iterable[Edition]) -> str:
    return "; ".join(dict.fromkeys(edition.manifest.authority_name for edition in editions))


def _editions_lines(editions: Iterable[Edition]) -> Iterator[str]:
    """What a sheet says of the editions that it speaks of."""
    for edition in {
        (edition.manifest.id, edition.manifest.edition): edition for edition in editions
    }.values():
        manifest = edition.manifest
        signers = (
            "; ".join(signer.name for signer in edition.signers) or "a newer edition that vouches for it"
        )
        yield (
            f"{_authority_line(edition)}, {manifest.edition_name}, in force from {day(manifest.effective_from)}."
            f" Signed by {signers}."
        )


def _shared_warnings(editions: Sequence[Edition], today: date) -> tuple[str, ...]:
    several = len({edition.manifest.id for edition in editions}) > 1
    warnings = (
        f"{edition.manifest.authority_name}: {warning}" if several else warning
        for edition in editions
        for warning in edition.warnings(today)
    )
    return tuple(dict.fromkeys(warnings))


def _foot(editions: Sequence[Edition], today: date) -> str:
    dates = {
        edition.manifest.id: (edition.manifest.authority_name, edition.manifest.review_by)
        for edition in editions
    }
    if len({review_by for _, review_by in dates.values()}) == 1:
        after = day(next(iter(dates.values()))[1])
    else:
        after = "; ".join(f"{day(review_by)} ({authority})" for authority, review_by in dates.values())
    return f"Printed on {day(today)}. Check for a newer edition after {after}."


def _cover(record: ExtractRecord, sources: Sequence[Source]) -> Iterator[Block]:
    facts = record.facts
    yield _heading(1, facts.title)
    rows = [
        ("Case", facts.case),
        ("Prepared by", facts.prepared_by),
        ("Made on", f"{day(record.made.date())} at {record.made:%H:%M}"),
        (
            "Quotes",
            f"{len(record.quotes)} {'passage or chapter' if len(record.quotes) == 1 else 'passages and chapters'}",
        ),
    ]
    yield _facts(rows)
    yield _heading(2, "Editions")
    for source in sources:
        manifest = source.edition.manifest
        yield _heading(3, _authority_line(source.edition))
        yield _facts(
            [
                ("Edition", manifest.edition_name),
                ("Issued", day(manifest.issued)),
                ("In force from", day(manifest.effective_from)),
                ("Review by", day(manifest.review_by)),
                (
                    "Signed by",
                    "; ".join(signer.name for signer in source.edition.signers) or "a newer edition vouches",
                ),
            ]
        )
    yield _heading(2, "Contents")
    yield Contents()


def _facts(rows: Sequence[tuple[str, str]]) -> Table:
    return Table(
        tuple(
            (Cell((_paragraph(name, _BOLD),), is_head=True), Cell((_paragraph(value),)))
            for name, value in rows
            if value
        )
    )


def _sheet(record: ExtractRecord, sources: Sequence[Source]) -> Iterator[Block]:
    """What stands behind the extract, and how somebody else can check it."""
    proof = proof_file(Path(record.pdf.name)).name
    yield _heading(1, "Verification")
    yield _paragraph(
        f"The file {proof} belongs to this document. It holds the chapters that are quoted here exactly as their"
        " authorities signed them, and the signed files that vouch for them. On a computer that trusts the same trust"
        " root, this command"
    )
    yield Paragraph((Run(f"procedures verify {proof}", _BOLD),))
    yield _paragraph(
        "proves that these texts are what was signed, without a network. If this PDF lies beside it, the program makes"
        " the PDF again from the signed texts and says whether it is the same. A paper copy proves nothing by itself:"
        " compare its words with those that are verified. The title, the case, remarks and the numbers of pages are the"
        " words of whoever made the extract; nobody signed them."
    )
    yield _heading(2, "What is quoted")
    rows = [
        (_head_cell("Chapter or passage"), _head_cell("Edition"), _head_cell("SHA-256 of the signed chapter"))
    ]
    for quote in record.quotes:
        source = sources[quote.bundle]
        place = names.chapter_target(source.manual, quote.chapter).removeprefix(f"{source.manual}/")
        digest = source.file_hashes(("chapters",)).get(place, "")
        title = f"{quote.title} › {quote.passage}" if quote.passage else quote.title
        manifest = source.edition.manifest
        cells = (title, f"{manifest.authority_name}, {manifest.edition_name}", grouped(digest))
        rows.append((_cell(cells[0]), _cell(cells[1]), _cell(cells[2])))
    yield Table(tuple(rows), heads=1)
    for source in sources:
        yield from _vouchers(source)


def _vouchers(source: Source) -> Iterator[Block]:
    edition = source.edition
    manifest = edition.manifest
    yield _heading(2, f"{manifest.authority_name}, {manifest.edition_name}: who vouches for it")
    items = [
        f"SHA-256 of the signed list of all files of the edition: {grouped(source.role_sha256)}",
        f"Fingerprint of the trust root: {edition.provenance.root_fingerprint}",
    ]
    words = {
        LinkKind.ROOT: "The trust root",
        LinkKind.REGISTER: "The register of authorities",
        LinkKind.AUTHORITY: f"The list of who may sign for {manifest.authority_name}",
        LinkKind.EDITION: "The edition",
    }
    for link in edition.provenance.links:
        keys = "; ".join(f"{signer.name}, key {grouped(signer.key_id)}" for signer in link.signers)
        by = f"signed by {keys}" if keys else "vouched for by a newer edition"
        version = "" if link.kind is LinkKind.EDITION else f" (version {link.version})"
        items.append(f"{words[link.kind]}{version}: {by}")
    yield ItemList(tuple(ListItem("•", (_paragraph(item),)) for item in items))


def _head_cell(text: str) -> Cell:
    return Cell((_paragraph(text, _BOLD),), is_head=True)


def _cell(text: str) -> Cell:
    return Cell((_paragraph(text),))


def _different_pages(given: bytes, again: bytes, prefix: str, cancel: CancelToken) -> list[str]:
    """The numbers of the pages that do not look or read the same."""
    with PdfPages(given) as one, PdfPages(again) as other:
        if one.count != other.count:
            return [f"{one.count} pages instead of {other.count}"]
        found: list[str] = []
        for index in range(one.count):
            cancel.raise_if_cancelled()
            if one.words(index) != other.words(index) or one.picture(index, _LOOK_DPI) != other.picture(
                index, _LOOK_DPI
            ):
                found.append(label(prefix, index))
        return found
