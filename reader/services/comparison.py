"""Two texts beside each other: editions of a chapter word by word, chapters of two authorities passage by passage."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from html import escape
from typing import Final

from reader.bundle import html
from reader.bundle.verifier import VerifiedBundle
from reader.compare.passages import changed_passages, heading_key
from reader.compare.sides import aligned_by_meaning, compared, compared_with_each
from reader.domain.cancel import CancelToken
from reader.domain.changes import PassageChange, WordKind, Words
from reader.domain.contents import ChapterPlace, Held, Passage
from reader.domain.errors import NotFoundError
from reader.domain.location import Location
from reader.domain.sides import Side, SideBySide
from reader.domain.text import counted
from reader.domain.vocabulary import Vocabulary
from reader.services.pages import PageService
from reader.services.snapshot import LibrarySnapshot

_MARKS: Final = {WordKind.ADDED: ("u", "added"), WordKind.REMOVED: ("s", "removed")}


class ComparisonService:
    """Compares chapters."""

    def __init__(self, vocabulary: Vocabulary, pages: PageService, today: Callable[[], date]) -> None:
        """Make the service. `today` is the day on this computer's clock."""
        self._vocabulary = vocabulary
        self._pages = pages
        self._today = today

    def changes(
        self, snapshot: LibrarySnapshot, location: Location, other: int
    ) -> tuple[VerifiedBundle, VerifiedBundle, tuple[PassageChange, ...]]:
        """What differs in a chapter between two editions, whichever of them is open.

        Args:
            snapshot: The library.
            location: The chapter, in one edition.
            other: The number of the other edition.

        Returns:
            The older edition, the newer one, and the passages that differ.

        Raises:
            NotFoundError: when an edition is not installed, or one of them has no text of this chapter.
            BundleRefusedError: when the chapter was changed since it was signed.
            StorageError: when a bundle cannot be read.
        """
        older, newer = self._older_and_newer(snapshot, location, other)
        passages = changed_passages(self._passages(older, location), self._passages(newer, location))
        return older, newer, passages

    def changes_page(self, snapshot: LibrarySnapshot, location: Location, other: int) -> tuple[str, str]:
        """The differences of a chapter between two editions, as a title and the sanitised HTML below it.

        Raises:
            NotFoundError: when an edition is not installed, or one of them has no text of this chapter.
            BundleRefusedError: when the chapter was changed since it was signed.
            StorageError: when a bundle cannot be read.
        """
        older, newer = self._older_and_newer(snapshot, location, other)
        passages = self._passages(newer, location)
        changes = changed_passages(self._passages(older, location), passages)
        was, now = older.edition.manifest.edition_name, newer.edition.manifest.edition_name
        parts: list[str] = []
        before, after = self._place(older, location).chapter, self._place(newer, location).chapter
        if before.title != after.title:
            parts.append(f"<p>Renamed: it was called “{escape(before.title)}”.</p>")
        if before.number != after.number:
            parts.append(f"<p>Its number was {escape(before.number or 'none')}.</p>")
        if not changes:
            parts.append("<p>The text is the same in both editions.</p>")
        parts += [_passage(change) for change in changes]
        same = len(passages) - sum(change.after is not None for change in changes)
        if changes and same:
            unchanged = counted(same, "passage is", "passages are")
            parts.append(f"<p><small>{unchanged} the same in both editions.</small></p>")
        return f"{after.numbered_title}: what changed from {was} to {now}", "".join(parts)

    def _older_and_newer(
        self, snapshot: LibrarySnapshot, location: Location, other: int
    ) -> tuple[VerifiedBundle, VerifiedBundle]:
        pair = [snapshot.get(location.manual, number, self._today()) for number in (location.edition, other)]
        older, newer = sorted(pair, key=lambda bundle: bundle.edition.manifest.edition)
        return older, newer

    def side_by_side(
        self,
        snapshot: LibrarySnapshot,
        location: Location,
        others: Sequence[Location],
        cancel: CancelToken,
    ) -> SideBySide:
        """A chapter beside chapters of other manuals, passage by passage.

        Args:
            snapshot: The library.
            location: The chapter whose order counts.
            others: What stands beside it, one or more.
            cancel: Stops it.

        Raises:
            CancelledError: when the person stopped it.
            NotFoundError: when an edition is not installed, or one of the chapters has no text.
            BundleRefusedError: when a chapter was changed since it was signed.
            StorageError: when a bundle cannot be read.
        """
        places = [(one.manual, one.chapter) for one in (location, *others)]
        if len(set(places)) < len(places):
            raise NotFoundError("A chapter is not set beside itself: name another one.")
        pages = [self._pages.page(snapshot, one.without_anchor()) for one in (location, *others)]
        for page in pages:
            if page.held is not Held.INCLUDED:
                raise NotFoundError(
                    f"The text of {page.title} ({page.strip.authority}) is not held in its bundle: there is nothing to"
                    " set beside the other."
                )
            if not page.passages:
                raise NotFoundError(
                    f"{page.title} ({page.strip.authority}) has no text that can be compared: open it to see why."
                )
        texts = [page.passages for page in pages]
        if len(texts) == 2:  # noqa: PLR2004  # two may also split what the other merges
            rows = compared(texts[0], texts[1], self._vocabulary, cancel)
        else:
            rows = compared_with_each(texts[0], texts[1:], self._vocabulary, cancel)
        sides = tuple(Side(page.location.without_anchor(), page.title, page.strip) for page in pages)
        return SideBySide(sides, rows)

    def passage_pairs(
        self, first: Sequence[Passage], second: Sequence[Passage], cancel: CancelToken
    ) -> dict[str, str]:
        """Which passage of another authority's chapter says the same as one of a chapter, both by anchor."""
        pairs: dict[str, str] = {}
        for ones, others in aligned_by_meaning(first, second, self._vocabulary, cancel):
            there = next((anchor for j in others if (anchor := second[j].anchor)), None)
            if there is not None:
                pairs.update((anchor, there) for i in ones if (anchor := first[i].anchor))
        return pairs

    def _passages(self, bundle: VerifiedBundle, location: Location) -> tuple[Passage, ...]:
        chapter = self._place(bundle, location).chapter
        if chapter.file is None:
            raise NotFoundError(
                f"The text of this chapter is not held in {bundle.edition.manifest.edition_name}: it is"
                " only listed there."
            )
        return html.passages(html.readable(bundle.read(chapter.file), bundle.manual))

    def _place(self, bundle: VerifiedBundle, location: Location) -> ChapterPlace:
        place = bundle.edition.contents.place(location.chapter or "")
        if place is None:
            raise NotFoundError(
                f"Edition {bundle.edition.manifest.edition_name.removeprefix('edition ')} does not hold this chapter."
            )
        return place


def _passage(change: PassageChange) -> str:
    heading = escape(change.heading) or "Before the first heading"
    remarks = []
    if change.before is None:
        remarks.append("new passage")
    elif change.after is None:
        remarks.append("passage removed")
    elif change.is_renamed:
        only_number = heading_key(change.before) == heading_key(change.after)
        remarks.append("renumbered" if only_number else f"was headed “{escape(change.before.heading)}”")
    if change.is_moved:
        remarks.append("moved")
    said = f" <small>({', '.join(remarks)})</small>" if remarks else ""
    words = " ".join(_spoken(change.words))
    is_same = all(piece.kind is WordKind.SAME for piece in change.words)
    same = (
        "Its words are the same."
        if change.before and change.after
        else "It has a heading and no words of its own."
    )
    text = f"<p><small>{same}</small></p>" if is_same else f"<p>{words}</p>"
    found = change.after or change.before
    anchor = f' id="{escape(found.anchor, quote=True)}"' if found and found.anchor else ""
    return f"<h2{anchor}>{heading}{said}</h2>{text}"


def _spoken(words: Sequence[Words]) -> Iterator[str]:
    """Words with their marks: a line under or through them, and what happened in words, for those who hear the page."""
    at = 0
    while at < len(words):
        piece = words[at]
        following = words[at + 1] if at + 1 < len(words) else None
        at += 1
        if piece.kind is WordKind.SAME:
            yield escape(piece.text)
        elif piece.kind is WordKind.REMOVED and following is not None and following.kind is WordKind.ADDED:
            yield f"[changed from {_marked(piece)} to {_marked(following)}]"
            at += 1
        else:
            yield f"[{_MARKS[piece.kind][1]}: {_marked(piece)}]"


def _marked(words: Words) -> str:
    tag, name = _MARKS[words.kind]
    return f'<{tag} class="{name}">{escape(words.text)}</{tag}>'
