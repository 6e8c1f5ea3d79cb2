"""Damage to every file that the program reads, one at a time: it opens, says what happened, and loses nothing written.

Each file of a used library and of what IT has deployed is damaged in each way, and the window is opened over it; small
files are damaged byte by byte as well, and opened without the window, which is quicker.
"""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reader.domain.cancel import CancelToken
from reader.domain.errors import ReaderError
from reader.services.workspace import Workspace, WorkspaceChoice
from reader.ui.actions import ActionId
from tests.support.damages import DAMAGES, each_byte, files_of, fresh_copy
from tests.support.driven import Driven, application
from tests.support.used_library import Used, deployed, make_used
from tests.support.worlds import EASTSHIRE, WESTSHIRE

_SMALL: Final = 1500
_QUIET: Final = ("index", "taken-in.json", "decisions.jsonl", "faults.log", "backups", "personal.sqlite-shm")
"""What is built anew, or is a copy of what is there: its damage costs nothing, so that nothing need be said."""


@dataclass(slots=True)
class Tally:
    """What came of the damages."""

    outcomes: Counter[str]
    complaints: list[str]

    def complain(self, what: str, why: str) -> None:
        self.outcomes[why] += 1
        self.complaints.append(f"{what}: {why}")


def damage(*, is_every_byte: bool) -> bool:
    """Do it, print the figures, and say whether it always opened, always said so, and never lost anything."""
    application()
    started = time.monotonic()
    tally = Tally(Counter(), [])
    with tempfile.TemporaryDirectory(prefix="procedures-damage-") as place:
        used = make_used(Path(place) / "used")
        fresh_copy(used.folder / "killed", used.library)
        damaged = Path(place) / "damaged"
        for file in files_of(used.folder):
            part = file.relative_to(used.folder)
            if part.parts[0] not in {"library", "machine"}:
                continue
            for name, harm in DAMAGES.items():
                fresh_copy(used.folder, damaged)
                harm(damaged / part)
                tally.outcomes["in the window"] += 1
                _open_window(Used(damaged, used.names), part, name, tally)
            if is_every_byte and file.stat().st_size <= _SMALL:
                _each_byte(used, damaged, part, tally)
    took = time.monotonic() - started
    tried = tally.outcomes.pop("in the window"), tally.outcomes.pop("byte by byte", 0)
    print(
        f"Damaged and opened: {tried[0]} times in the window, {tried[1]} times byte by byte, in {took:.0f} s"
    )
    for outcome, count in tally.outcomes.most_common():
        print(f"  {outcome}: {count}")
    for complaint in tally.complaints[:40]:
        print(f"! {complaint}")
    print("Never lost, always said." if not tally.complaints else f"COMPLAINTS: {len(tally.complaints)}")
    return not tally.complaints


def _open_window(used: Used, part: Path, harm: str, tally: Tally) -> None:
    what = f"{part} ({harm})"
    with deployed(used.folder):
        driven = Driven.open(used.library)
        driven.settle(lambda: driven.desk.intake.is_at_rest)
        window = driven.desk.window
        if not window.isVisible() or driven.faults:
            tally.complain(what, f"the window did not open well {driven.faults[:1]}")
        said = " ".join((window.activity.message, *driven.dialogs.shown))
        driven.dialogs.shown.clear()
        window.actions_by_id[ActionId.PROBLEMS].trigger()
        said += "" if "Everything that is installed" in driven.dialogs.shown[-1] else driven.dialogs.shown[-1]
        _look_at_what_was_written(driven.desk.workspace, used, what, tally)
        is_quiet = any(name in part.parts or name in str(part) for name in _QUIET)
        matters = harm not in {"gone", "a link to nowhere"} and not is_quiet
        if said:
            tally.outcomes["said"] += 1
        elif matters and not _is_as_before(driven, used):
            tally.complain(what, "not said")
        else:
            tally.outcomes["mended without a word"] += 1
        driven.close()


def _is_as_before(driven: Driven, used: Used) -> bool:
    """Whether everything that the person sees is as it was: then there is nothing to be said."""
    shown = {bundle.manual for bundle in driven.desk.library_state.editions}
    theme = driven.desk.appearance.settings.theme.value
    return shown == {WESTSHIRE, EASTSHIRE} and theme == "dark" and bool(used.names)


def _look_at_what_was_written(workspace: Workspace, used: Used, what: str, tally: Tally) -> None:
    try:
        names = {bookmark.name for bookmark in workspace.personal.bookmarks().bookmarks}
        lists = [one.title for one in workspace.personal.reading_lists.all()]
    except ReaderError as error:
        tally.complain(what, f"what was written cannot be opened: {error}")
        return
    if names != used.names or lists != ["To read"]:
        tally.complain(what, f"lost what was written: {sorted(used.names - names)} {lists}")


def _each_byte(used: Used, damaged: Path, part: Path, tally: Tally) -> None:
    """One byte after the other, and cut at each: everything that a start reads, without the window."""
    raw = (used.folder / part).read_bytes()
    for number, changed in enumerate(each_byte(raw)):
        fresh_copy(used.folder, damaged)
        (damaged / part).write_bytes(changed)
        tally.outcomes["byte by byte"] += 1
        what = f"{part} (byte damage {number})"
        with deployed(damaged):
            try:
                workspace = Workspace(WorkspaceChoice(damaged / "library"))
                with contextlib.suppress(ReaderError):
                    workspace.settings.load()
                with contextlib.suppress(ReaderError):
                    workspace.library.load(CancelToken())
                workspace.intake.look(workspace.watched_folders(None), CancelToken())
                _look_at_what_was_written(workspace, Used(damaged, used.names), what, tally)
                workspace.close()
            except Exception as error:  # noqa: BLE001  # what is looked for
                tally.complain(what, f"an error that nobody expected: {error!r}")
