"""Two texts beside each other: editions of a chapter word by word, chapters of two authorities passage by passage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from html import escape
from typing import Final

from reader.bundle import html
from reader.bundle.verifier import VerifiedBundle
from reader.compare.passages import changed_passages, heading_key
from reader.compare.texts import ChapterText, text_matches
from reader.domain.changes import PassageChange, WordKind, Words
from reader.domain.contents import ChapterPlace, Passage
from reader.domain.errors import NotFoundError
from reader.domain.location import Location
from reader.domain.vocabulary import Vocabulary
from reader.services.snapshot import LibrarySnapshot

_MARKS: Final = {WordKind.ADDED: ("u", "added"), WordKind.REMOVED: ("s", "removed")}


class ComparisonService:
    """Compares chapters."""

    def __init__(self, vocabulary: Vocabulary, today: Callable[[], date]) -> None:
        """Make the service. `today` is the day on this computer's clock."""
        self._vocabulary = vocabulary
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
        """The differences of a chapter between two editions, as a title and sanitised HTML.

        Raises:
            NotFoundError: when an edition is not installed, or one of them has no text of this chapter.
            BundleRefusedError: when the chapter was changed since it was signed.
            StorageError: when a bundle cannot be read.
        """
        older, newer = self._older_and_newer(snapshot, location, other)
        passages = self._passages(newer, location)
        changes = changed_passages(self._passages(older, location), passages)
        was, now = older.edition.manifest.edition_name, newer.edition.manifest.edition_name
        title = f"What changed from {was} to {now}"
        parts = [f"<h1>{escape(title)}</h1>"]
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
            parts.append(f"<p><small>{same} passages are the same in both editions.</small></p>")
        return title, "".join(parts)

    def _older_and_newer(
        self, snapshot: LibrarySnapshot, location: Location, other: int
    ) -> tuple[VerifiedBundle, VerifiedBundle]:
        pair = [snapshot.get(location.manual, number, self._today()) for number in (location.edition, other)]
        older, newer = sorted(pair, key=lambda bundle: bundle.edition.manifest.edition)
        return older, newer

    def passage_pairs(self, first: Sequence[Passage], second: Sequence[Passage]) -> dict[str, str]:
        """Which passage of another authority's chapter says the same as one of a chapter, both by anchor.

        Headings that say the same come first; then those whose words are each other's nearest.
        """
        pairs: dict[str, str] = {}
        headings = {heading_key(passage): passage.anchor for passage in reversed(second) if passage.heading}
        for passage in first:
            same = headings.get(heading_key(passage)) if passage.heading else None
            if passage.anchor and same and same not in pairs.values():
                pairs[passage.anchor] = same
        left = [_as_text(passage) for passage in first if passage.anchor and passage.anchor not in pairs]
        taken = set(pairs.values())
        right = [_as_text(passage) for passage in second if passage.anchor and passage.anchor not in taken]
        for match in text_matches(left, right, self._vocabulary):
            pairs[match.first] = match.second
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
                f"{bundle.edition.manifest.edition_name.capitalize()} does not hold this chapter."
            )
        return place


def _as_text(passage: Passage) -> ChapterText:
    return ChapterText(passage.anchor or "", heading_key(passage), (passage,))


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
    words = "".join(_marked(piece) for piece in change.words)
    is_same = all(piece.kind is WordKind.SAME for piece in change.words)
    text = "<p><small>Its words are the same.</small></p>" if is_same else f"<p>{words}</p>"
    found = change.after or change.before
    anchor = f' id="{escape(found.anchor, quote=True)}"' if found and found.anchor else ""
    return f"<h2{anchor}>{heading}{said}</h2>{text}"


def _marked(words: Words) -> str:
    """Words with their mark: a line under or through them, and brackets, so that nobody depends on colour."""
    text = escape(words.text)
    if words.kind is WordKind.SAME:
        return f"{text} "
    tag, name = _MARKS[words.kind]
    sign = "+" if words.kind is WordKind.ADDED else "−"
    return f'<{tag} class="{name}">[{sign} {text}]</{tag}> '
