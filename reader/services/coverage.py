"""The coverage map of a library: which authority has a chapter on what."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date
from itertools import combinations
from typing import Final

from reader.bundle.verifier import VerifiedBundle
from reader.compare.coverage import ManualContents, coverage
from reader.domain.cancel import CancelToken
from reader.domain.counterpart import CounterpartPair
from reader.domain.coverage import Coverage
from reader.domain.manual import ManualId
from reader.domain.vocabulary import Vocabulary
from reader.services.counterparts import CounterpartService, are_few
from reader.services.snapshot import LibrarySnapshot

_KEPT: Final = 8


class CoverageService:
    """Makes coverage maps of current editions. Remembers the last few by their editions; safe to call from threads."""

    def __init__(
        self, counterparts: CounterpartService, vocabulary: Vocabulary, today: Callable[[], date]
    ) -> None:
        """Make the service. `today` is the day on this computer's clock."""
        self._counterparts = counterparts
        self._vocabulary = vocabulary
        self._today = today
        self._lock = threading.Lock()
        self._made: OrderedDict[tuple[str, ...], Coverage] = OrderedDict()

    def coverage(
        self,
        snapshot: LibrarySnapshot,
        cancel: CancelToken,
        on_progress: Callable[[str], None] = lambda _: None,
        manuals: Collection[ManualId] | None = None,
    ) -> Coverage:
        """The map of the current edition of each manual.

        Args:
            snapshot: The library.
            cancel: Asked before every two manuals that are compared.
            on_progress: Told in a sentence which two those are.
            manuals: Only these; None means all manuals of procedures.

        Raises:
            CancelledError: when the person stopped it.
            NotFoundError: when one of the manuals is not installed.
        """
        today = self._today()
        wanted = snapshot.comparable() if manuals is None else manuals
        bundles = [snapshot.get(manual, None, today) for manual in sorted(set(wanted))]
        key = tuple(bundle.role_sha256 for bundle in bundles)
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
        pairs: list[CounterpartPair] = []
        couples = list(combinations(bundles, 2))
        by_text = are_few(bundles)
        for number, (first, second) in enumerate(couples, start=1):
            cancel.raise_if_cancelled()
            names = (bundle.edition.manifest.authority_name for bundle in (first, second))
            on_progress(f"Comparing {' and '.join(names)} ({number} of {len(couples)}).")
            pairs += self._counterparts.pairs(first, second, by_text=by_text)
        cancel.raise_if_cancelled()
        made = coverage([_contents(bundle) for bundle in bundles], pairs, self._vocabulary)
        made = replace(made, by_titles_alone=not by_text)
        with self._lock:
            self._made[key] = made
            while len(self._made) > _KEPT:
                self._made.popitem(last=False)
        return made


def _contents(bundle: VerifiedBundle) -> ManualContents:
    return ManualContents(bundle.manual, bundle.edition.manifest.edition, bundle.edition.contents)
