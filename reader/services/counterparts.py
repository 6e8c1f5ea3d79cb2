"""Counterparts of chapters in the other installed manuals."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Final

from reader.bundle import html
from reader.bundle.verifier import VerifiedBundle
from reader.compare.texts import ChapterText, text_matches
from reader.compare.titles import (
    TitleMatch,
    TitleMatcher,
    TitlePairs,
    Titles,
    one_for_each,
    own_names,
    read_titles,
    sector_words,
)
from reader.domain.contents import ContentsList, SeeAlso
from reader.domain.counterpart import Correction, Counterpart, CounterpartPair
from reader.domain.errors import BundleRefusedError
from reader.domain.location import Location
from reader.domain.manual import GUIDE, ManualId
from reader.domain.vocabulary import Vocabulary
from reader.services.snapshot import LibrarySnapshot

_SURE_TITLE: Final = 0.9
_BOTH: Final = 0.98
MOST_BY_TEXT: Final = 12
"""Of how many manuals the texts are read to compare all of them with each other, or one with all. Of more, titles alone
tell: the texts of a whole country's manuals take hours to compare, and half a gigabyte of memory to hold."""

_HELD: Final = 8
"""The texts of how many editions are kept in memory."""
_KEPT: Final = 512
"""How many comparisons of two editions are remembered; those asked for longest ago go first."""


class CounterpartService:
    """Matches chapters between current editions. Remembers what it worked out; safe to call from several threads."""

    def __init__(
        self, vocabulary: Vocabulary, corrections: Callable[[], Iterable[Correction]] = tuple
    ) -> None:
        """Make the service.

        Args:
            vocabulary: Which terms mean the same.
            corrections: Gives what the person has decided; it wins over the matching.
        """
        self._vocabulary = vocabulary
        self._corrections = corrections
        self._lock = threading.Lock()
        self._titles: dict[str, Titles] = {}
        self._pairs: OrderedDict[tuple[str, str, bool], TitlePairs] = OrderedDict()
        self._held: OrderedDict[str, tuple[ChapterText, ...]] = OrderedDict()

    def pairs(
        self, first: VerifiedBundle, second: VerifiedBundle, *, by_text: bool = True
    ) -> tuple[CounterpartPair, ...]:
        """Every chapter of the first edition that has a counterpart in the second, in the first one's order.

        Args:
            first: The edition whose chapters are looked at.
            second: The one that is looked into.
            by_text: Whether texts that are held tell where titles do not.
        """
        by_chapter = {match.first: match for match in self._matches(first, second, by_text=by_text)}
        return tuple(
            CounterpartPair(first.manual, chapter, _counterpart(second, by_chapter[chapter.id]))
            for chapter in first.edition.contents.chapters()
            if chapter.id in by_chapter
        )

    def counterparts(
        self, bundle: VerifiedBundle, chapter_id: str, snapshot: LibrarySnapshot, today: date
    ) -> Iterator[tuple[VerifiedBundle, Counterpart | None]]:
        """For each other manual its current edition, and the counterpart of a chapter there or None.

        Where many manuals hold texts, titles alone tell (`MOST_BY_TEXT`).
        """
        if bundle.manual == GUIDE:
            return
        manuals = [manual for manual in snapshot.comparable() if manual != bundle.manual]
        others = [snapshot.get(manual, None, today) for manual in manuals]
        by_text = are_few([bundle, *others])
        for other in others:
            yield other, self.counterpart(bundle, chapter_id, other, by_text=by_text)

    def counterpart(
        self, bundle: VerifiedBundle, chapter_id: str, other: VerifiedBundle, *, by_text: bool = True
    ) -> Counterpart | None:
        """The counterpart of a chapter in another edition, or None."""
        matches = self._matches(bundle, other, by_text=by_text)
        match = next((match for match in matches if match.first == chapter_id), None)
        return _counterpart(other, match) if match else None

    def decisions(self, location: Location, manual: ManualId) -> tuple[Correction, ...]:
        """What the person has decided about a chapter and the chapters of another manual."""
        bare = Location(location.manual, location.chapter)
        return tuple(
            one
            for one in self._corrections()
            if bare in {one.first, one.second} and manual in {one.first.manual, one.second.manual}
        )

    def suggestions(
        self, bundle: VerifiedBundle, chapter_id: str, other: VerifiedBundle, limit: int
    ) -> tuple[Counterpart, ...]:
        """The chapters of another edition to choose from, the counterpart first if there is one."""
        wrong = {second for first, second in self._decided(bundle, other).wrong if first == chapter_id}
        matches = [
            match
            for match in self._matcher(bundle, other).suggestions(chapter_id, limit + len(wrong))
            if match.second not in wrong
        ]
        found = [_counterpart(other, match) for match in matches]
        pair = self.counterpart(bundle, chapter_id, other)
        if pair is not None:
            found = [pair, *(suggestion for suggestion in found if suggestion.chapter.id != pair.chapter.id)]
        return tuple(found[:limit])

    def _texts(self, bundle: VerifiedBundle) -> tuple[ChapterText, ...]:
        key = bundle.role_sha256
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        read = tuple(_read_texts(bundle))
        with self._lock:
            self._held[key] = read
            while len(self._held) > _HELD:
                self._held.popitem(last=False)
        return read

    def _titles_of(self, bundle: VerifiedBundle) -> Titles:
        """The titles of an edition, read once."""
        key = bundle.role_sha256
        if key not in self._titles:
            contents = bundle.edition.contents
            names = own_names(
                (bundle.edition.manifest.authority_name, *_sources(contents)), self._sector_words
            )
            self._titles[key] = read_titles(contents.chapters(), self._vocabulary, names)
        return self._titles[key]

    @cached_property
    def _sector_words(self) -> frozenset[str]:
        return sector_words(self._vocabulary)

    def _matcher(self, first: VerifiedBundle, second: VerifiedBundle) -> TitleMatcher:
        return TitleMatcher(self._titles_of(first), self._titles_of(second))

    def _matches(self, first: VerifiedBundle, second: VerifiedBundle, *, by_text: bool) -> list[TitleMatch]:
        """What is found for the chapters of the first edition; one comparison serves both directions."""
        if GUIDE in {first.manual, second.manual}:
            return []
        one, two = sorted((first, second), key=lambda bundle: bundle.role_sha256)
        pairs = self._pairs_of(one, two, by_text=by_text)
        if one is first:
            found = [*pairs.mutual, *pairs.of_first]
        else:
            found = [match.turned() for match in (*pairs.mutual, *pairs.of_second)]
        return self._decided(first, second).applied(found)

    def _pairs_of(self, one: VerifiedBundle, two: VerifiedBundle, *, by_text: bool) -> TitlePairs:
        """What belongs together in two editions, worked out or remembered from lately."""
        has_texts = by_text and _holds_text(one) and _holds_text(two)
        key = (one.role_sha256, two.role_sha256, has_texts)
        with self._lock:
            if key in self._pairs:
                self._pairs.move_to_end(key)
                return self._pairs[key]
        by_title = self._matcher(one, two).matches()
        found_by_text: list[TitleMatch] = []
        if has_texts:
            found_by_text = text_matches(self._texts(one), self._texts(two), self._vocabulary)
        pairs = one_for_each(_settled(by_title, found_by_text))
        with self._lock:
            self._pairs[key] = pairs
            while len(self._pairs) > _KEPT:
                self._pairs.popitem(last=False)
        return pairs

    def _decided(self, first: VerifiedBundle, second: VerifiedBundle) -> _Decided:
        """What the person has decided about two manuals, the chapters of the first one named first."""
        right: list[tuple[str, str]] = []
        wrong: list[tuple[str, str]] = []
        for one in self._corrections():
            both = {one.first.manual: one.first.chapter, one.second.manual: one.second.chapter}
            own, other = both.get(first.manual), both.get(second.manual)
            is_there = (
                own and other and first.edition.contents.place(own) and second.edition.contents.place(other)
            )
            if own and other and is_there:
                (right if one.is_counterpart else wrong).append((own, other))
        return _Decided(tuple(right), tuple(wrong))


@dataclass(frozen=True, slots=True)
class _Decided:
    """Pairs of chapter ids that the person has called right or wrong."""

    right: tuple[tuple[str, str], ...]
    wrong: tuple[tuple[str, str], ...]

    def applied(self, matches: list[TitleMatch]) -> list[TitleMatch]:
        """The matches with what the person decided in their place."""
        if not self.right and not self.wrong:
            return matches
        first, second = {one for one, _ in self.right}, {other for _, other in self.right}
        kept = [
            match
            for match in matches
            if match.first not in first
            and match.second not in second
            and (match.first, match.second) not in self.wrong
        ]
        return [*(TitleMatch(one, other, 1.0, "your own choice") for one, other in self.right), *kept]


def are_few(bundles: Iterable[VerifiedBundle]) -> bool:
    """Whether so few of these editions hold texts that all of them can be compared by text (`MOST_BY_TEXT`)."""
    return sum(map(_holds_text, bundles)) <= MOST_BY_TEXT


def _holds_text(bundle: VerifiedBundle) -> bool:
    return any(chapter.file is not None for chapter in bundle.edition.contents.chapters())


def _read_texts(bundle: VerifiedBundle) -> Iterator[ChapterText]:
    """The chapters whose text is held; one that is refused is compared by its title alone."""
    for chapter in bundle.edition.contents.chapters():
        if chapter.file is None:
            continue
        try:
            passages = html.passages(html.readable(bundle.read(chapter.file), bundle.manual))
        except BundleRefusedError:
            continue
        yield ChapterText(chapter.id, chapter.title, passages)


def _settled(by_title: list[TitleMatch], by_text: list[TitleMatch]) -> list[TitleMatch]:
    """All matches, the best first: sure titles, then texts, then likely titles. Both together are surest."""
    same = {(match.first, match.second): match for match in by_text}
    ranked: list[TitleMatch] = []
    for match in by_title:
        text = same.get((match.first, match.second))
        if text is not None:
            match = replace(match, score=max(match.score, _BOTH), why=f"{match.why}; {text.why}")  # noqa: PLW2901
        ranked.append(match)
    ranked.sort(key=lambda match: -match.score)
    sure = [match for match in ranked if match.score >= _SURE_TITLE]
    return [*sure, *by_text, *(match for match in ranked if match.score < _SURE_TITLE)]


def _sources(contents: ContentsList) -> Iterator[str]:
    """Who holds what the list points at beside the authority: mostly bodies of its region."""
    for place in contents.places():
        see_alsos = (entry.source for entry in place.companions if isinstance(entry, SeeAlso))
        yield from (source for source in (place.chapter.source, *see_alsos) if source)


def _counterpart(bundle: VerifiedBundle, match: TitleMatch) -> Counterpart:
    place = bundle.edition.contents.place(match.second)
    assert place is not None  # noqa: S101  # the matcher was built from this very list
    return Counterpart(bundle.manual, place.chapter, match.score, match.why)
