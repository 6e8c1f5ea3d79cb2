"""The user guide: opens beside every library, says whose it is, and is nobody's counterpart."""

from __future__ import annotations

import re
import shutil
import sys
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs
import pytest
from PIL import Image
from PySide6.QtCore import QProcess

from reader.domain.bookmark import Verdict
from reader.domain.cancel import CancelToken
from reader.domain.errors import EXPLANATIONS
from reader.domain.manual import GUIDE, Domain, Purpose
from reader.domain.settings import Settings, Theme
from reader.search.query import parse
from reader.services.workspace import Workspace, WorkspaceChoice
from reader.store import places
from reader.store.settings import SettingsStore
from reader.ui.actions import ActionId
from reader.ui.controllers import guide
from tests.support.guide import KEYS_FILE, MEDIA_DIR, MOST_BYTES, SOURCE, keys_chapter
from tests.support.prepared import Prepared
from tests.ui.conftest import COUNCILS, DeskOpener, OpenDesk, samples

_PICTURE = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<target>[^)]+)\)")
_LINK = re.compile(r"(?<!!)\[[^\]]+\]\((?P<target>[^)]+)\)")
CHAPTERS = sorted((SOURCE / "chapters").glob("*.md"))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which this person's data lies."""
    monkeypatch.setattr(platformdirs, "user_data_dir", lambda name, **_: str(tmp_path / "home" / name))
    return tmp_path / "home"


@pytest.fixture
def all_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """The five councils of the other tests, and the guide."""
    monkeypatch.setattr(places, "sample_bundles", lambda: (*COUNCILS, *samples("user-guide")))


# Where it opens


def _starts(desk: OpenDesk, monkeypatch: pytest.MonkeyPatch, *, can: bool = True) -> list[tuple[str, ...]]:
    started: list[tuple[str, ...]] = []

    def start() -> bool:
        started.append(guide.guide_command())
        return can

    monkeypatch.setattr(desk.desk.guide, "_start", start)
    return started


def test_the_guide_opens_beside_a_library_without_any_trust_root(
    open_desk: DeskOpener, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk(tmp_path / "empty", is_sample=False)
    desk.desk.appearance.change(Settings(Theme.SEPIA, 150, watched_dir=tmp_path))
    started = _starts(desk, monkeypatch)
    desk.window.actions_by_id[ActionId.USER_GUIDE].trigger()
    desk.wait()
    assert started == [(sys.executable, "-m", "reader.app", "--guide")]
    lent = SettingsStore(home / "procedures-reader-guide" / "settings.toml").load()
    assert (lent.theme, lent.zoom_percent, lent.watched_dir) == (Theme.SEPIA, 150, None)
    assert desk.desk.library_state.snapshot.bundles == (), "nothing of it comes among the person's manuals"


def test_where_the_looks_cannot_be_lent_the_guide_opens_all_the_same(
    desk: OpenDesk, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.write_text("a file where a folder should be", encoding="ascii")
    started = _starts(desk, monkeypatch)
    desk.window.actions_by_id[ActionId.USER_GUIDE].trigger()
    desk.wait()
    assert len(started) == 1


def test_a_guide_that_does_not_start_is_said_with_another_way_to_it(
    desk: OpenDesk, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _starts(desk, monkeypatch, can=False)
    desk.window.actions_by_id[ActionId.USER_GUIDE].trigger()
    desk.wait()
    assert "sample library" in desk.dialogs.shown[-1]


def test_the_frozen_program_starts_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/stick/procedures-reader")
    assert guide.guide_command() == ("/stick/procedures-reader", "--guide")


def test_starting_really_starts_a_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = tmp_path / "done"
    code = f"import os, pathlib; pathlib.Path({str(done)!r}).write_text(os.environ['PYINSTALLER_RESET_ENVIRONMENT'])"
    monkeypatch.setattr(guide, "guide_command", lambda: (sys.executable, "-c", code))
    assert guide.start_guide()
    for _ in range(200):
        if done.exists() and done.read_text():
            break
        QProcess.execute(sys.executable, ["-c", "import time; time.sleep(0.05)"])
    assert done.read_text() == "1"
    monkeypatch.setattr(guide, "guide_command", lambda: (str(tmp_path / "not-there"), "--guide"))
    assert not guide.start_guide()


@pytest.fixture
def guide_desk(
    open_desk: DeskOpener, prepared: Prepared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> OpenDesk:
    """The guide's own window."""
    monkeypatch.setattr(places, "sample_bundles", lambda: samples("user-guide"))
    library = shutil.copytree(prepared.library(samples("user-guide")), tmp_path / "guide")
    return open_desk(library, choice=WorkspaceChoice.guide(library))


def test_the_window_of_the_guide_shows_its_first_chapter_and_nothing_else(guide_desk: OpenDesk) -> None:
    desk = guide_desk
    assert desk.window.windowTitle() == "Procedures Reader: user guide"
    assert desk.page_text.startswith("1.1 First steps")
    assert desk.desk.library_state.snapshot.manuals() == (GUIDE,)
    desk.go("searching", GUIDE)
    desk.window.actions_by_id[ActionId.USER_GUIDE].trigger()
    desk.wait()
    assert desk.page_text.startswith("1.1 First steps"), "in its own window it is opened at its beginning"


def test_the_strip_of_the_guide_says_whose_it_is(guide_desk: OpenDesk) -> None:
    view = guide_desk.window.current_view
    assert view is not None
    assert view.page is not None
    assert view.page.strip.warnings == (
        "How to use this program. Not for practice.",
        "Signed by the sample key that came with the program, not by any council.",
    )
    assert "sample key" in view.page.strip.signed_by


def test_the_guide_can_be_searched(guide_desk: OpenDesk) -> None:
    guide_desk.type_search("remote control")
    guide_desk.qtbot.keyClick(guide_desk.window.search_field, "\r")
    guide_desk.wait()
    assert "Training mode" in guide_desk.page_text


# Among the samples


@pytest.mark.usefixtures("all_samples")
def test_the_guide_is_nobody_s_counterpart_and_no_gap(prepared: Prepared, tmp_path: Path) -> None:
    library = prepared.library((*COUNCILS, *samples("user-guide")))
    workspace = Workspace(WorkspaceChoice(shutil.copytree(library, tmp_path / "l"), None, is_sample=True))
    snapshot = workspace.library.load(CancelToken())
    today = date(2026, 12, 1)
    own = snapshot.get(GUIDE, None, today)
    other = next(bundle for bundle in snapshot.current(today) if bundle.manual != GUIDE)
    chapter = next(other.edition.contents.chapters()).id
    service = workspace.counterparts
    assert own.edition.domain is Domain.SAMPLE
    assert own.edition.manifest.purpose is Purpose.TRAINING
    assert GUIDE not in {b.manual for b, _ in service.counterparts(other, chapter, snapshot, today)}
    assert list(service.counterparts(own, "searching", snapshot, today)) == []
    assert service.pairs(own, other) == service.pairs(other, own) == ()
    assert GUIDE not in workspace.coverage.coverage(snapshot, CancelToken()).manual_ids
    workspace.close()


@pytest.mark.usefixtures("all_samples")
def test_the_comparison_pane_does_not_offer_the_guide(
    open_desk: DeskOpener, prepared: Prepared, tmp_path: Path
) -> None:
    library = prepared.library((*COUNCILS, *samples("user-guide")))
    desk = open_desk(shutil.copytree(library, tmp_path / "l"))
    chapters = desk.desk.library_state.shown
    lancashire = next(manual for manual in chapters if manual.authority == "lancashire")
    desk.go(next(chapters[lancashire].edition.contents.chapters()).id, lancashire)
    desk.window.actions_by_id[ActionId.COMPARE].trigger()
    desk.wait()
    boxes = desk.window.comparison._manual_box
    offered = [boxes.itemText(row) for row in range(boxes.count())]
    assert "Leicestershire County Council" in offered
    assert not [name for name in offered if "Procedures Reader" in name]


# Its sources


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda file: file.stem)
def test_every_picture_of_the_guide_is_there_and_has_words(chapter: Path) -> None:
    text = chapter.read_text("utf-8")
    for picture in _PICTURE.finditer(text):
        assert len(picture["alt"].split()) >= 6, "the words say what the picture shows"
        assert (chapter.parent / picture["target"]).is_file(), picture["target"]
    for link in _LINK.finditer(text):
        if not urlsplit(link["target"]).scheme:
            assert (chapter.parent / link["target"].partition("#")[0]).is_file(), link["target"]


def test_every_picture_is_shown_and_none_is_heavy_or_small() -> None:
    shown = {
        Path(picture["target"]).name
        for chapter in CHAPTERS
        for picture in _PICTURE.finditer(chapter.read_text("utf-8"))
    }
    pictures = sorted(MEDIA_DIR.glob("*.png"))
    assert {file.name for file in pictures} == shown
    for file in pictures:
        assert file.stat().st_size < MOST_BYTES, file.name
        with Image.open(file) as image:
            assert image.size == (1100, 700), file.name
            assert image.mode == "P", "few colours: `make guide-pictures` takes it so"


@pytest.mark.skipif(sys.platform != "linux", reason="keys are written as they are on Linux and Windows")
@pytest.mark.usefixtures("qapp")
def test_the_table_of_keys_is_that_of_the_window() -> None:
    assert KEYS_FILE.read_text("utf-8") == keys_chapter(), "run `make guide-pictures`, then `make samples`"


def _first_cells(chapter: str) -> list[str]:
    """What stands first in the rows of a chapter's tables, without their heads."""
    lines = (SOURCE / "chapters" / f"{chapter}.md").read_text("utf-8").splitlines()
    rows = [line for line, after in zip(lines, [*lines[1:], ""], strict=True) if not after.startswith("|---")]
    return [row.split("|")[1].strip() for row in rows if row.startswith("| ")]


def test_what_the_guide_says_of_refusals_is_what_the_program_says() -> None:
    said = {explanation.happened for explanation in EXPLANATIONS.values()}
    assert set(_first_cells("refused")) <= said
    assert len(_first_cells("refused")) >= 10


def test_the_verdicts_of_the_guide_are_those_of_the_program() -> None:
    assert _first_cells("carrying-over") == [verdict.label for verdict in Verdict]


def test_every_operator_of_the_guide_is_understood() -> None:
    operators = [cell.strip("`") for cell in _first_cells("searching")]
    assert len(operators) >= 12
    for typed in operators:
        assert parse(typed).notes == (), typed


def test_the_folders_of_the_guide_are_those_of_the_program(tmp_path: Path) -> None:
    there = places.Places(tmp_path)
    named = {cell.strip("`") for cell in _first_cells("your-data")}
    for place in (
        there.library_dir,
        there.personal_file,
        there.backup_dir,
        there.settings_file,
        there.index_dir,
        there.log_dir,
    ):
        assert place.name in named
