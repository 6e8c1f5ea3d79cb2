"""What has changed in the installed manuals, chapter by chapter, for the person to step through."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from reader.bundle.verifier import VerifiedBundle
from reader.compare.editions import compare_editions
from reader.domain.bookmark import RecentVisit
from reader.domain.cancel import CancelToken
from reader.domain.changes import ChangedChapter, EditionChanges, EditionText
from reader.domain.manual import ManualId
from reader.services.editions import edition_of
from reader.services.snapshot import LibrarySnapshot

_Read = Mapping[tuple[ManualId, str], tuple[int, date]]
"""For each chapter: the newest edition in which it was opened, and when it was opened last."""


class ChangeQueue:
    """Finds what changed. Remembers what it read and compared; one thread at a time."""

    def __init__(self, today: Callable[[], date]) -> None:
        self._today = today
        self._texts: dict[str, EditionText] = {}
        self._changes: dict[tuple[str, str], EditionChanges] = {}

    def since_last_edition(
        self, snapshot: LibrarySnapshot, visits: Iterable[RecentVisit], cancel: CancelToken
    ) -> Iterator[ChangedChapter]:
        """Every chapter that the current edition of a manual changed, against the installed edition before it.

        Args:
            snapshot: The library.
            visits: What the person has opened: chapters read in the current edition are seen.
            cancel: Stops between two manuals.

        Raises:
            CancelledError: when the person stopped it.
            BundleRefusedError: when a chapter was changed since it was signed.
            StorageError: when a bundle cannot be read.
        """
        read = _read(visits)
        for current, before in self._pairs(snapshot):
            cancel.raise_if_cancelled()
            number = current.edition.manifest.edition
            for one in self._between(before[0], current):
                last, opened = read.get((one.manual, one.change.id), (0, date.min))
                # What is gone can be opened where it last stood only; what was read before it went is not seen.
                seen = opened >= current.edition.manifest.effective_from if one.is_gone else last >= number
                yield replace(one, is_seen=seen)

    def since_last_read(
        self, snapshot: LibrarySnapshot, visits: Iterable[RecentVisit], cancel: CancelToken
    ) -> Iterator[ChangedChapter]:
        """Every chapter that the person read in an older edition and that is another now.

        Raises:
            CancelledError: when the person stopped it.
            BundleRefusedError: when a chapter was changed since it was signed.
            StorageError: when a bundle cannot be read.
        """
        read = _read(visits)
        for current, older in self._pairs(snapshot):
            wanted: dict[int, set[str]] = {}
            for (manual, chapter), (last, _) in read.items():
                if manual == current.manual and last < current.edition.manifest.edition:
                    # Where the edition that was read is gone, the next one that is there must do.
                    numbers = [bundle.edition.manifest.edition for bundle in older]
                    before = max((number for number in numbers if number <= last), default=min(numbers))
                    wanted.setdefault(before, set()).add(chapter)
            for bundle in older:
                cancel.raise_if_cancelled()
                chapters = wanted.get(bundle.edition.manifest.edition)
                if chapters:
                    yield from (one for one in self._between(bundle, current) if one.change.id in chapters)

    def _pairs(
        self, snapshot: LibrarySnapshot
    ) -> Iterator[tuple[VerifiedBundle, tuple[VerifiedBundle, ...]]]:
        """The current edition of each manual that has older ones, with these, the newest first."""
        for current in snapshot.current(self._today()):
            number = current.edition.manifest.edition
            older = tuple(
                bundle
                for bundle in snapshot.editions(current.manual)
                if bundle.edition.manifest.edition < number
            )
            if older:
                yield current, older

    def _between(self, before: VerifiedBundle, current: VerifiedBundle) -> Iterator[ChangedChapter]:
        key = before.role_sha256, current.role_sha256
        if key not in self._changes:
            self._changes[key] = compare_editions(self._text(before), self._text(current))
        for change in self._changes[key].chapters:
            yield ChangedChapter(
                current.manual, current.edition.manifest.edition, before.edition.manifest.edition, change
            )

    def _text(self, bundle: VerifiedBundle) -> EditionText:
        if bundle.role_sha256 not in self._texts:
            self._texts[bundle.role_sha256] = edition_of(bundle)
        return self._texts[bundle.role_sha256]


def _read(visits: Iterable[RecentVisit]) -> _Read:
    read: dict[tuple[ManualId, str], tuple[int, date]] = {}
    for visit in visits:
        place = visit.location
        if place.chapter is not None and place.edition is not None:
            key = place.manual, place.chapter
            edition, opened = read.get(key, (0, date.min))
            read[key] = max(edition, place.edition), max(opened, visit.opened.date())
    return read
