"""A hard day: thousands of chapters opened, with everything else that people do; memory and handles must stay level."""

from __future__ import annotations

import gc
import hashlib
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QApplication

from reader.domain.location import Location
from reader.domain.manual import ManualId
from reader.store.places import sample_bundles
from reader.ui.actions import ActionId
from tests.support.driven import Driven, application
from tests.support.heap import give_back
from tests.support.stalls import Clock, Stall

_SAMPLES: Final = 40
_REFERENCE_EVERY: Final = 10
_AIM_MS: Final = 100.0
_NAMED_TURNS: Final = 10
_WORDS: Final = (
    "kinship care",
    "s47",
    '"initial visit"',
    "lado OR iro",
    "missing from care",
    "plan -court",
    "zzzz",
)
_THEMES: Final = (
    ActionId.THEME_DARK,
    ActionId.THEME_SEPIA,
    ActionId.THEME_HIGH_CONTRAST,
    ActionId.THEME_LIGHT,
)
_MOVED: Final = ManualId("saltby", "procedures")
_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_ALLOWED: Final = {"memory_mb": 10.0, "files": 2, "threads": 1, "widgets": 100, "objects": 20_000}
"""How much more the last quarter may hold than the second: what grows without end grows by more in a working day."""


class Reference:
    """A fixed piece of work, done again and again: what the machine makes of it tells a stall of ours from its own."""

    _MS: Final = 50.0

    def __init__(self) -> None:
        self.took: list[float] = []
        self._rounds = 1
        while self._once() < self._MS:
            self._rounds *= 2

    def do(self) -> None:
        """Do it, in a moment when nothing else of this process runs."""
        self.took.append(self._once())

    def __str__(self) -> str:
        usual = statistics.median(self.took)
        twice = sum(took > 2 * usual for took in self.took)
        return (
            f"{usual:.0f} ms mostly, {max(self.took):.0f} ms at most, over twice the usual"
            f" {twice} times in {len(self.took)}"
        )

    def _once(self) -> float:
        before = Clock.now()
        for _ in range(self._rounds):
            hashlib.sha256(bytes(100_000)).digest()
        return Stall.between(before, Clock.now(), 0.0).whole


@dataclass(frozen=True, slots=True)
class Sample:
    """What the process held at one moment."""

    openings: int
    memory_mb: float
    files: int
    threads: int
    widgets: int
    objects: int

    @classmethod
    def now(cls, openings: int) -> Sample:
        give_back()
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return cls(
            openings,
            pages * _PAGE_BYTES / 1e6,
            sum(1 for _ in Path("/proc/self/fd").iterdir()),
            threading.active_count(),
            len(QApplication.allWidgets()),
            len(gc.get_objects()),
        )


def soak(openings: int) -> bool:
    """Do it, print the figures, and say whether everything stayed level."""
    application()
    chance = random.Random(20260301)  # noqa: S311  # no secret
    with tempfile.TemporaryDirectory(prefix="procedures-soak-") as folder:
        driven = Driven.open(Path(folder) / "library", is_sample=True)
        driven.dialogs.folder = Path(folder)
        places = [
            Location(bundle.manual, chapter.id)
            for bundle in driven.desk.library_state.editions
            for chapter in bundle.edition.contents.chapters()
        ]
        started = time.monotonic()
        driven.turns.clear()
        samples = [Sample.now(0)]
        reference = Reference()
        counts: dict[str, int] = {}
        for number in range(1, openings + 1):
            driven.doing = "open a chapter"
            driven.do(partial(driven.desk.navigation.go, chance.choice(places)))
            for what in _what_else(number):
                driven.doing = what
                counts[what] = counts.get(what, 0) + 1
                try:
                    _do(driven, what, counts[what], chance)
                except AssertionError:
                    print(f"after {number} openings: {what}")
                    raise
            if number % _REFERENCE_EVERY == 0:
                reference.do()
            if number % max(openings // _SAMPLES, 1) == 0:
                samples.append(Sample.now(number))
                print(f"\r{number} of {openings}", end="", file=sys.stderr, flush=True)
        took = time.monotonic() - started
        driven.close()
    return _report(samples, counts, driven, reference, took)


def _what_else(number: int) -> list[str]:
    """What is done beside the opening of a chapter."""
    every = {
        "search": 5,
        "bookmark": 20,
        "zoom": 25,
        "side by side": 40,
        "print preview": 250,
        "close tabs": 50,
        "theme": 100,
        "coverage": 500,
        "remove and install": 500,
        "as at a day": 300,
    }
    return [what for what, turn in every.items() if number % turn == 0]


def _do(driven: Driven, what: str, count: int, chance: random.Random) -> None:  # a list of things
    desk, window = driven.desk, driven.desk.window
    actions = window.actions_by_id
    if what == "search":
        words = f"{chance.choice(_WORDS)} {chance.choice(_WORDS)}"
        with driven.hearing(window.search_field.query_changed) as is_heard:
            driven.do(partial(window.search_field.setText, words))
            driven.settle(is_heard)
        driven.do(window.search_field.clear)
    elif what == "bookmark":
        driven.do(actions[ActionId.ADD_BOOKMARK].trigger)
        tree = desk.workspace.personal.bookmarks()
        if len(tree.bookmarks) > 20:  # a day's worth, and then one goes for one that comes
            driven.do(partial(desk.workspace.personal.remove, [tree.bookmarks[0].id]))
    elif what == "zoom":
        driven.do(actions[ActionId.ZOOM_IN if count % 2 else ActionId.ZOOM_OUT].trigger)
    elif what == "side by side":
        driven.do(actions[ActionId.SIDE_BY_SIDE].trigger)
        driven.do(actions[ActionId.COMPARE].trigger)
    elif what == "print preview":
        driven.do(actions[ActionId.PRINT].trigger)
        if desk.paper.print_dialog is not None:
            driven.do(desk.paper.print_dialog.reject)
    elif what == "close tabs":
        while window.tabs.count():
            driven.do(actions[ActionId.CLOSE_TAB].trigger)
    elif what == "theme":
        driven.do(actions[_THEMES[count % len(_THEMES)]].trigger)
    elif what == "coverage":
        driven.do(actions[ActionId.COVERAGE].trigger)
    elif what == "as at a day":
        first = desk.library_state.snapshot.editions(ManualId("northmere", "procedures"))[-1]
        driven.do(
            partial(
                desk.library_state.set_as_at, first.edition.manifest.effective_from if count % 2 else None
            )
        )
    elif what == "remove and install":
        desk.workspace.library.remove(_MOVED, 1)
        saltby = tuple(file for file in sample_bundles() if file.stem == "saltby-1")
        driven.do(partial(desk.library.install, saltby))


def _report(
    samples: list[Sample], counts: dict[str, int], driven: Driven, reference: Reference, took: float
) -> bool:
    print(
        f"{samples[-1].openings} chapters opened in {took:.0f} s, and "
        + ", ".join(f"{n} x {w}" for w, n in counts.items())
    )
    print("openings  memory MB  files  threads  widgets  objects")
    for one in samples[:: max(len(samples) // 12, 1)]:
        print(
            f"{one.openings:8}  {one.memory_mb:9.1f}  {one.files:5}  {one.threads:7}  {one.widgets:7}  {one.objects:7}"
        )
    quarter = len(samples) // 4
    is_level = True
    for name, allowed in _ALLOWED.items():
        early = statistics.median(float(getattr(s, name)) for s in samples[quarter : 2 * quarter])
        late = statistics.median(float(getattr(s, name)) for s in samples[-quarter:])
        is_kept = late - early <= allowed
        is_level = is_level and is_kept
        print(
            f"{name}: {early:.1f} in the second quarter, {late:.1f} in the last ({'level' if is_kept else 'GROWS'})"
        )
    turns = sorted(driven.turns, key=lambda turn: turn[1].whole, reverse=True)
    over = sum(stall.whole > _AIM_MS for _, stall in turns)
    print(f"Turns of the event loop over {_AIM_MS:.0f} ms: {over}; the longest:")
    for what, stall in turns[:_NAMED_TURNS]:
        print(f"  {what}: {stall}")
    print(f"A fixed piece of work between them took {reference}")
    print(f"Errors that nobody caught: {len(driven.faults)}")
    for fault in driven.faults[:3]:
        print(f"  {fault!r}")
    return is_level and not driven.faults
