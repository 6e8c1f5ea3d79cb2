"""What bookmarks stand on, and what a newer edition makes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from reader.bundle import html
from reader.bundle.verifier import VerifiedBundle
from reader.compare.carrying import (
    Carried,
    Suggestion,
    carry,
    quote_of_chapter,
    quote_of_passage,
    quote_of_selection,
)
from reader.domain.bookmark import Bookmark, CarryOver, Quote, Verdict
from reader.domain.cancel import CancelToken
from reader.domain.contents import Passage
from reader.domain.errors import BundleRefusedError, NotFoundError, StorageError
from reader.domain.location import Location
from reader.services.snapshot import LibrarySnapshot


@dataclass(frozen=True, slots=True)
class Selection:
    """Words that were selected on screen, and what stands before them there."""

    words: str
    before: str


@dataclass(frozen=True, slots=True)
class Target:
    """What a bookmark is to stand on. `what` says it for people: "this chapter", a heading, or the words."""

    location: Location
    quote: Quote | None
    what: str


class CarryService:
    """Finds what bookmarks stand on, in the edition that is read and in newer ones."""

    def __init__(self, today: Callable[[], date]) -> None:
        self._today = today

    def targets(
        self, snapshot: LibrarySnapshot, location: Location, selection: Selection | None
    ) -> tuple[Target, ...]:
        """What can be marked at a place, the narrowest first: selected words, the passage, the chapter.

        Raises:
            NotFoundError: when the place is not installed.
            BundleRefusedError: when the chapter was changed since it was signed.
            StorageError: when the bundle cannot be read.
        """
        bundle = snapshot.get(location.manual, location.edition, self._today())
        edition = bundle.edition.manifest.edition
        chapter = Location(location.manual, location.chapter, edition, form=location.form)
        passages = _Texts(bundle).of(location.chapter) if location.chapter else None
        whole = Target(chapter, quote_of_chapter(passages) if passages else None, "The whole chapter")
        if not passages:
            return (whole,)
        found: list[Target] = []
        if selection is not None:
            quoted = quote_of_selection(passages, selection.words, selection.before, location.anchor)
            if quoted is not None:
                quote, anchor = quoted
                found.append(Target(replace(chapter, anchor=anchor), quote, f"“{_short(quote.exact)}”"))
        passage = next((one for one in passages if one.anchor and one.anchor == location.anchor), None)
        if passage is not None and passage.level > 1:
            found.append(
                Target(
                    replace(chapter, anchor=passage.anchor),
                    quote_of_passage(passage),
                    f"The passage “{_short(passage.heading)}”",
                )
            )
        return (*found, whole)

    def carried_over(
        self, snapshot: LibrarySnapshot, bookmarks: Iterable[Bookmark], cancel: CancelToken
    ) -> tuple[Bookmark, ...]:
        """What the edition in force makes of the bookmarks that were made in older ones.

        Returns:
            Those that change by it. One that was looked for in this edition before is left as it is.

        Raises:
            CancelledError: when the person stopped it.
        """
        texts: dict[str, _Texts] = {}
        found: list[Bookmark] = []
        for bookmark in bookmarks:
            cancel.raise_if_cancelled()
            location = bookmark.location
            if location.edition is None or location.chapter is None:
                continue
            try:
                current = snapshot.get(location.manual, None, self._today())
            except NotFoundError:
                continue  # its manual is not here today
            number = current.edition.manifest.edition
            looked_for = bookmark.carried.edition if bookmark.carried else 0
            if max(location.edition, looked_for) >= number:
                continue
            newer = texts.setdefault(str(location.manual), _Texts(current))
            carried = self._looked_for(bookmark, newer)
            if carried is not None:
                found.append(_with(bookmark, carried, newer))
        return tuple(found)

    def suggestions(self, snapshot: LibrarySnapshot, bookmark: Bookmark) -> tuple[Suggestion, ...]:
        """Where a bookmark that was not found again may belong in the edition in force.

        Raises:
            NotFoundError: when its manual is not installed.
        """
        current = snapshot.get(bookmark.location.manual, None, self._today())
        carried = self._looked_for(bookmark, _Texts(current))
        if carried is None:
            return ()
        return carried.suggestions or ((carried.place,) if carried.place else ())

    def put(self, snapshot: LibrarySnapshot, bookmark: Bookmark, place: Suggestion) -> Bookmark:
        """A bookmark at the place that the person chose for it.

        Raises:
            NotFoundError: when its manual is not installed.
        """
        current = snapshot.get(bookmark.location.manual, None, self._today())
        carried = Carried(Verdict.CHANGED, place, 1.0)
        return _with(bookmark, carried, _Texts(current)).settled()

    def _looked_for(self, bookmark: Bookmark, newer: _Texts) -> Carried | None:
        """What became of it; None when nothing is known of the words that it stood on."""
        location, chapter = bookmark.location, bookmark.location.chapter or ""
        is_there = newer.holds(chapter)
        if bookmark.quote is None:
            if location.anchor is not None:
                return None  # from an older program, which kept no words: it is followed as it always was
            place = Suggestion(chapter, None, Quote(""), 1.0)
            return Carried(Verdict.SAME, place, 1.0) if is_there else Carried(Verdict.GONE, None, 1.0)
        return carry(
            bookmark.quote,
            chapter,
            location.anchor,
            newer.of(chapter) if is_there else None,
            lambda: newer.others(chapter),
        )


class _Texts:
    """The chapters of one edition, each read once."""

    def __init__(self, bundle: VerifiedBundle) -> None:
        self.bundle = bundle
        self._read: dict[str, Sequence[Passage] | None] = {}

    def holds(self, chapter: str) -> bool:
        return self.bundle.edition.contents.place(chapter) is not None

    def title(self, chapter: str) -> str | None:
        place = self.bundle.edition.contents.place(chapter)
        return place.chapter.numbered_title if place else None

    def of(self, chapter: str) -> Sequence[Passage] | None:
        """The passages of a chapter; None when its text is not held, or cannot be shown."""
        if chapter not in self._read:
            place = self.bundle.edition.contents.place(chapter)
            file = place.chapter.file if place else None
            try:
                self._read[chapter] = (
                    html.passages(html.readable(self.bundle.read(file), self.bundle.manual)) if file else None
                )
            except (BundleRefusedError, StorageError):
                self._read[chapter] = None
        return self._read[chapter]

    def others(self, chapter: str) -> Iterator[tuple[str, Sequence[Passage]]]:
        for other in self.bundle.edition.contents.chapters():
            passages = self.of(other.id) if other.id != chapter else None
            if passages:
                yield other.id, passages


def _with(bookmark: Bookmark, carried: Carried, newer: _Texts) -> Bookmark:
    """A bookmark with what became of it; what was not looked at since an earlier edition stays to be seen."""
    number = newer.bundle.edition.manifest.edition
    before, quote, verdict = bookmark.location, bookmark.quote, carried.verdict
    if bookmark.needs_a_look and bookmark.carried is not None and bookmark.carried.verdict is Verdict.CHANGED:
        before, quote = bookmark.carried.before, bookmark.carried.quote
        if verdict in {Verdict.SAME, Verdict.MOVED}:
            verdict = Verdict.CHANGED
    over = CarryOver(verdict, number, before, quote, carried.confidence)
    if carried.place is None:
        return replace(bookmark, carried=over)
    place = carried.place
    return replace(
        bookmark,
        location=Location(bookmark.location.manual, place.chapter, number, place.anchor),
        title=newer.title(place.chapter) or bookmark.title,
        quote=place.quote if bookmark.quote is not None else None,
        carried=over,
    )


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[:most].rsplit(' ', 1)[0]} …"
