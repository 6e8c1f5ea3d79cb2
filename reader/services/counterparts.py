"""Counterparts of chapters in the other installed manuals."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date

from reader.bundle.verifier import VerifiedBundle
from reader.compare.titles import TitleMatch, TitleMatcher
from reader.domain.counterpart import Counterpart, CounterpartPair
from reader.domain.vocabulary import Vocabulary
from reader.services.snapshot import LibrarySnapshot


class CounterpartService:
    """Matches chapters between current editions. Remembers what it worked out; safe to call from several threads."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._lock = threading.Lock()
        self._matchers: dict[tuple[str, str], TitleMatcher] = {}
        self._pairs: dict[tuple[str, str], list[TitleMatch]] = {}

    def pairs(self, first: VerifiedBundle, second: VerifiedBundle) -> tuple[CounterpartPair, ...]:
        """Every chapter of the first edition that has a counterpart in the second, in the first one's order."""
        by_chapter = {match.first: match for match in self._matches(first, second)}
        return tuple(
            CounterpartPair(first.manual, chapter, _counterpart(second, by_chapter[chapter.id]))
            for chapter in first.edition.contents.chapters()
            if chapter.id in by_chapter
        )

    def counterparts(
        self, bundle: VerifiedBundle, chapter_id: str, snapshot: LibrarySnapshot, today: date
    ) -> Iterator[tuple[VerifiedBundle, Counterpart | None]]:
        """For each other manual its current edition, and the counterpart of a chapter there or None."""
        for other in snapshot.current(today):
            if other.manual == bundle.manual:
                continue
            yield other, self.counterpart(bundle, chapter_id, other)

    def counterpart(
        self, bundle: VerifiedBundle, chapter_id: str, other: VerifiedBundle
    ) -> Counterpart | None:
        """The counterpart of a chapter in another edition, or None."""
        match = next((match for match in self._matches(bundle, other) if match.first == chapter_id), None)
        return _counterpart(other, match) if match else None

    def suggestions(
        self, bundle: VerifiedBundle, chapter_id: str, other: VerifiedBundle, limit: int
    ) -> tuple[Counterpart, ...]:
        """The chapters of another edition to choose from, the counterpart first if there is one."""
        matches = self._matcher(bundle, other).suggestions(chapter_id, limit)
        found = [_counterpart(other, match) for match in matches]
        pair = self.counterpart(bundle, chapter_id, other)
        if pair is not None:
            found = [pair, *(suggestion for suggestion in found if suggestion.chapter.id != pair.chapter.id)]
        return tuple(found[:limit])

    def _matcher(self, first: VerifiedBundle, second: VerifiedBundle) -> TitleMatcher:
        key = (first.role_sha256, second.role_sha256)
        with self._lock:
            if key not in self._matchers:
                self._matchers[key] = TitleMatcher(
                    list(first.edition.contents.chapters()),
                    list(second.edition.contents.chapters()),
                    self._vocabulary,
                )
            return self._matchers[key]

    def _matches(self, first: VerifiedBundle, second: VerifiedBundle) -> list[TitleMatch]:
        key = (first.role_sha256, second.role_sha256)
        if key not in self._pairs:
            self._pairs[key] = self._matcher(first, second).pairs()
        return self._pairs[key]


def _counterpart(bundle: VerifiedBundle, match: TitleMatch) -> Counterpart:
    place = bundle.edition.contents.place(match.second)
    assert place is not None  # noqa: S101  # the matcher was built from this very list
    return Counterpart(bundle.manual, place.chapter, match.score, match.why)
