"""Court extracts: a PDF, and the file with which somebody else proves what it quotes.

An extract is made of its record and the signed chapters alone, so that whoever has both can make it again and compare.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from reader.bundle.extract import VerifiedExtract, pack_extract
from reader.bundle.limits import BUNDLE_BYTES
from reader.bundle.verifier import VerifiedBundle
from reader.domain.cancel import CancelToken
from reader.domain.contents import Chapter, Held
from reader.domain.errors import NotFoundError, StorageError
from reader.domain.extract import ExtractFacts, ExtractRecord, PdfRecord, Quote, QuotedEdition
from reader.domain.files import write_together
from reader.domain.location import Location
from reader.domain.manual import ManualId
from reader.domain.paper import MadePaper, PaperDocument, PaperItem, PaperPart, label, passage_of
from reader.domain.text import counted, one_line
from reader.paper.document import make_pdf
from reader.paper.raster import PdfPages
from reader.services.citations import cited_fingerprint
from reader.services.extract_pages import cover, proof_file, verification_sheet
from reader.services.paper_parts import (
    PartComposer,
    Source,
    authors,
    chapter_blocks,
    edition_lines,
    foot,
    passage_heading,
    remark_box,
    shared_warnings,
)
from reader.services.snapshot import LibrarySnapshot

_PDF_NAME: Final = "extract.pdf"
_PREFIX: Final = re.compile(r"[A-Z]{0,4}")
_LOOK_DPI: Final = 60.0
_LONGEST_LINE: Final = 400
_LONGEST_REMARK: Final = 4000


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


class ExtractService:
    """Makes court extracts, and holds their PDF files against signed texts."""

    def __init__(self, composer: PartComposer, now: Callable[[], datetime], fonts_dir: Path) -> None:
        """Make the service.

        Args:
            composer: Puts parts of documents together.
            now: The moment on this computer's clock, in its own time zone.
            fonts_dir: Where the program's fonts are.
        """
        self._composer = composer
        self._now = now
        self._fonts_dir = fonts_dir

    def write(
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
        made = self._make(record, bundles, cancel, on_page)  # part 0 is the cover
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
        write_together(
            {file: made.pdf, proof_file(file): proof}
        )  # the PDF first: another program may hold it open
        return record

    def preview(
        self,
        snapshot: LibrarySnapshot,
        items: Sequence[PaperItem],
        facts: ExtractFacts,
        cancel: CancelToken,
    ) -> MadePaper:
        """The PDF of an extract as it would be; nothing is written.

        Raises:
            ReaderError: as `write`.
        """
        record, bundles = self._record(snapshot, items, facts, Path(_PDF_NAME))
        return self._make(record, bundles, cancel)

    def check_pdf(self, extract: VerifiedExtract, file: Path, cancel: CancelToken) -> PdfCheck:
        """Hold the PDF of an extract against the signed texts: it is made again of them, and compared.

        Raises:
            StorageError: when it cannot be read.
            CancelledError: when the person stopped it.
        """
        record = extract.record
        try:
            if file.stat().st_size > BUNDLE_BYTES:
                raise StorageError(f"{file} is larger than any extract can be: it is another file.")
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
        sources = [  # as it was known where the extract was made, whatever is known here
            excerpt.as_superseded_by(edition.superseded_by)
            for excerpt, edition in zip(extract.excerpts, record.editions, strict=True)
        ]
        again = self._make(record, sources, cancel).pdf
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

    def _make(
        self,
        record: ExtractRecord,
        sources: Sequence[Source],
        cancel: CancelToken,
        on_page: Callable[[int, int], None] = lambda _done, _total: None,
    ) -> MadePaper:
        return make_pdf(self._document(record, sources), self._fonts_dir, cancel, on_page)

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
                passage = passage_heading(chapter_blocks(bundle, chapter), location.anchor, chapter)
            remark = one_line(item.remark)[:_LONGEST_REMARK]
            at = list(bundles).index(key)
            quotes.append(Quote(at, chapter.id, chapter.numbered_title, location.anchor, passage, remark))
        editions = tuple(
            QuotedEdition(manual, number, bundle.edition.superseded_by)
            for (manual, number), bundle in bundles.items()
        )
        record = ExtractRecord(facts, made, editions, tuple(quotes), PdfRecord(file.name, "", 1))
        return record, list(bundles.values())

    def _document(self, record: ExtractRecord, sources: Sequence[Source]) -> PaperDocument:
        """The document of an extract. It depends on nothing but the record and what is signed."""
        made = record.made
        parts = [self._quoted(quote, sources[quote.bundle], made) for quote in record.quotes]
        facts = record.facts
        editions = [source.edition for source in sources]
        head = (
            f"Court extract: {facts.title}",
            *([f"Case: {facts.case}"] if facts.case else []),
            *edition_lines(editions),
        )
        warnings = shared_warnings(editions, made.date())
        below = foot(editions, made.date())
        first = PaperPart(
            "Cover and contents", head, warnings, below, tuple(cover(record, sources)), is_listed=False
        )
        last = PaperPart("Verification", head, warnings, below, tuple(verification_sheet(record, sources)))
        return PaperDocument(
            facts.title,
            "Court extract of signed procedures",
            authors(editions),
            (first, *parts, last),
            made,
            facts.prefix,
        )

    def _quoted(self, quote: Quote, source: Source, made: datetime) -> PaperPart:
        place = source.edition.contents.place(quote.chapter)
        if place is None:
            raise NotFoundError(f"{source.manual} has no chapter “{quote.chapter}”.")
        blocks = chapter_blocks(source, place.chapter)
        if quote.anchor:
            blocks = passage_of(blocks, quote.anchor)
        return self._composer.text(
            source.edition,
            title=place.chapter.numbered_title,
            passage=quote.passage,
            blocks=(*remark_box(quote.remark), *blocks),
            warnings=source.edition.warnings(made.date()),
            made=made,
            fingerprint=cited_fingerprint(source, place.chapter, quote.anchor),
        )


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


def _different_pages(given: bytes, again: bytes, prefix: str, cancel: CancelToken) -> list[str]:
    """The numbers of the pages that do not look or read the same."""
    with PdfPages(given) as one, PdfPages(again) as other:
        if one.count != other.count:
            return [f"{counted(one.count, 'page')} instead of {other.count}"]
        found: list[str] = []
        for index in range(one.count):
            cancel.raise_if_cancelled()
            if one.words(index) != other.words(index) or one.picture(index, _LOOK_DPI) != other.picture(
                index, _LOOK_DPI
            ):
                found.append(label(prefix, index))
        return found
