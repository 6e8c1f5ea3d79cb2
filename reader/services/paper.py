"""Documents for paper: chapters, passages, selections, comparisons and reading lists, as PDF files and their pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Final

from reader.bundle import html
from reader.bundle.verifier import VerifiedBundle
from reader.domain.cancel import CancelToken
from reader.domain.contents import Held
from reader.domain.errors import NotFoundError
from reader.domain.location import Location
from reader.domain.manual import Edition, day
from reader.domain.page import Page
from reader.domain.paper import Block, Contents, MadePaper, PaperDocument, PaperItem, PaperPart, passage_of
from reader.domain.sides import SideBySide
from reader.paper.blocks import blocks_of
from reader.paper.document import make_pdf
from reader.paper.raster import PagePicture, PdfPages
from reader.services.citations import cited_fingerprint
from reader.services.comparison import ComparisonService
from reader.services.pages import PageService
from reader.services.paper_parts import (
    PartComposer,
    authors,
    chapter_blocks,
    edition_lines,
    foot,
    heading,
    paragraph,
    passage_heading,
    remark_box,
    shared_warnings,
    with_pictures,
)
from reader.services.side_by_side import sides_html, sides_title
from reader.services.snapshot import LibrarySnapshot

_NOT_HELD: Final = (
    "The text of this chapter is not held: only what the contents list says of it is printed here."
)
_SELECTION: Final = "A selection: only a part of the chapter is printed here."
_THREE_SIDES: Final = 3


class PaperService:
    """Composes documents, and makes PDF files and pictures of them."""

    def __init__(
        self,
        composer: PartComposer,
        pages: Callable[[], PageService],
        comparison: Callable[[], ComparisonService],
        now: Callable[[], datetime],
        fonts_dir: Path,
    ) -> None:
        """Make the service.

        Args:
            composer: Puts parts of documents together.
            pages: Makes pages of what is no chapter with a text.
            comparison: Compares editions.
            now: The moment on this computer's clock, in its own time zone.
            fonts_dir: Where the program's fonts are.
        """
        self._composer = composer
        self._pages = pages
        self._comparison = comparison
        self._now = now
        self._fonts_dir = fonts_dir

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
        part = self._composer.text(
            bundle.edition,
            title=page.title,
            passage="",
            blocks=with_pictures(blocks, bundle),
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
        part = self._composer.compared(sides_title(found), body, cited, made)
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
        body = f"<h1>{escape(title)}</h1>{body}"
        cited: list[tuple[Edition, str]] = []
        for number in (location.edition, other):
            bundle = snapshot.get(location.manual, number, made.date())
            place = bundle.edition.contents.place(location.chapter or "")
            cited.append((bundle.edition, place.chapter.numbered_title if place else ""))
        part = self._composer.compared(title, body, cited, made)
        return self._document(part, [edition for edition, _ in cited], made)

    def reading_list(
        self,
        snapshot: LibrarySnapshot,
        title: str,
        items: Sequence[PaperItem],
        missing: Sequence[str] = (),
    ) -> PaperDocument:
        """A reading list: a cover with its contents, then each chapter or passage, with what the person says of it.

        Args:
            snapshot: The library.
            title: What it is called.
            items: Its places, each in its edition.
            missing: What of the list is not here, a sentence each; it is named on the cover.

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
        blocks: tuple[Block, ...] = (
            heading(1, title),
            paragraph(f"Printed on {day(made.date())}."),
            heading(2, "Contents"),
            Contents(),
            *([heading(2, "Not here")] if missing else []),
            *(paragraph(line) for line in missing),
        )
        cover = PaperPart(
            title,
            (title, *edition_lines(editions)),
            shared_warnings(editions, made.date()),
            foot(editions, made.date()),
            blocks,
            is_listed=False,
        )
        return PaperDocument(title, "A reading list of procedures", authors(editions), (cover, *parts), made)

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

    @staticmethod
    def _document(part: PaperPart, editions: Sequence[Edition], made: datetime) -> PaperDocument:
        return PaperDocument(part.title, part.head[1], authors(editions), (part,), made)

    def _part(self, snapshot: LibrarySnapshot, location: Location, remark: str, made: datetime) -> PaperPart:
        bundle = snapshot.get(location.manual, location.edition, made.date())
        place = bundle.edition.contents.place(location.chapter) if location.chapter else None
        if place is None or place.chapter.held is not Held.INCLUDED:
            return self._of_page(bundle, self._pages().page(snapshot, location), remark, made)
        blocks = chapter_blocks(bundle, place.chapter)
        passage = ""
        if location.anchor:
            passage = passage_heading(blocks, location.anchor, place.chapter)
            blocks = passage_of(blocks, location.anchor)
        return self._composer.text(
            bundle.edition,
            title=place.chapter.numbered_title,
            passage=passage,
            blocks=(*remark_box(remark), *blocks),
            warnings=bundle.edition.warnings(made.date()),
            made=made,
            fingerprint=cited_fingerprint(bundle, place.chapter, location.anchor),
        )

    def _of_page(self, bundle: VerifiedBundle, page: Page, remark: str, made: datetime) -> PaperPart:
        """A page that is composed, not read: a cover, a form, or a chapter whose text is not held."""
        not_held = (_NOT_HELD,) if page.held is not Held.INCLUDED else ()
        return self._composer.text(
            bundle.edition,
            title=page.title,
            passage="",
            blocks=(*remark_box(remark), *with_pictures(blocks_of(page.html), bundle)),
            warnings=(*not_held, *page.strip.warnings),
            made=made,
        )
