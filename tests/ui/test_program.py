"""The program as a process: options, pictures without a display, exit codes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QFileOpenEvent, QImage
from PySide6.QtWidgets import QApplication, QMessageBox

from reader import __version__
from reader.app import __main__ as entry
from reader.app import program
from reader.domain.errors import BundleRefusedError, Reason
from reader.services.workspace import WorkspaceChoice
from reader.store.places import sample_root_file
from tests.ui.conftest import OpenDesk, samples


def _run(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("XDG_")}
    environment |= {"HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        [sys.executable, "-m", "reader.app", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=environment,
    )


def test_the_sample_library_is_shown_and_a_picture_of_it_saved(tmp_path: Path) -> None:
    picture = tmp_path / "window.png"
    done = _run("--sample", "--picture", str(picture), home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert str(picture) in done.stdout
    complaints = [line for line in done.stderr.splitlines() if "propagateSizeHints" not in line]
    assert complaints == [], "Qt says nothing on standard error, but what the offscreen platform always says"
    image = QImage(str(picture))
    assert (image.width(), image.height()) >= (1000, 700)
    ink = {image.pixelColor(x, y).lightness() for x in range(20, 360, 3) for y in range(120, 240, 3)}
    assert min(ink) < 90, "the tree is painted"


def test_the_version_is_printed(tmp_path: Path) -> None:
    assert _run("--version", home=tmp_path).stdout.strip() == f"Procedures Reader {__version__}"


@pytest.mark.parametrize("arguments", [("--nonsense",), ("--library",)])
def test_wrong_usage_ends_with_2(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert _run(*arguments, home=tmp_path).returncode == 2


def test_a_trust_root_that_is_none_ends_with_1_and_one_sentence(tmp_path: Path) -> None:
    root = tmp_path / "root.json"
    root.write_text("{}")
    done = _run("--trust", str(root), home=tmp_path)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert str(root) in done.stderr


def test_a_picture_that_cannot_be_saved_ends_with_1(tmp_path: Path) -> None:
    done = _run(
        "--library",
        str(tmp_path / "l"),
        "--picture",
        str(tmp_path / "no" / "folder" / "x.png"),
        home=tmp_path,
    )
    assert done.returncode == 1
    assert "Cannot save a picture" in done.stderr


def test_the_icon_of_the_program_is_drawn_in_every_size(qapp: QApplication) -> None:
    sizes = {size.width() for size in program._icon().availableSizes()}
    assert sizes == {16, 32, 48, 64, 128, 256}


def test_without_a_console_the_reason_stands_in_a_box(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(QMessageBox, "critical", lambda _parent, _title, text: said.append(text))
    monkeypatch.setattr(sys, "stderr", None)
    program._say(str(BundleRefusedError(Reason.SIGNATURE, "The root is not signed.")))
    assert len(said) == 1
    assert said[0].startswith("The root is not signed.")


def test_files_and_links_that_the_system_hands_over_are_opened(desk: OpenDesk, tmp_path: Path) -> None:
    """On macOS they are no arguments; a link may also come before the library is loaded."""
    running = program._Program(WorkspaceChoice(tmp_path, sample_root_file()), None)
    running._desk = desk.desk
    before = len(desk.desk.library_state.snapshot.bundles)
    (saltby,) = samples("saltby-2")
    running.take(QFileOpenEvent(str(saltby)))
    desk.wait()
    assert len(desk.desk.library_state.snapshot.bundles) == before + 1
    desk.desk._is_loaded = False
    running.take(QFileOpenEvent(QUrl("procedures://saltby/procedures/duty-desk-contacts@2")))
    assert desk.window.current_view is None
    desk.desk.library.load()
    desk.wait()
    assert "Duty Desk" in desk.page_text


@pytest.mark.skipif(sys.platform != "linux", reason="where a frozen program finds its libraries so")
@pytest.mark.parametrize("before", [None, "/opt/lib"])
def test_what_a_frozen_reader_opens_does_not_get_its_libraries(
    monkeypatch: pytest.MonkeyPatch, before: str | None
) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", "/program/_internal", raising=False)
    monkeypatch.setenv("LD_LIBRARY_PATH", "/program/_internal")
    monkeypatch.delenv("LD_LIBRARY_PATH_ORIG", raising=False)
    if before is not None:
        monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", before)
    entry._let_other_programs_be()
    assert os.environ.get("LD_LIBRARY_PATH") == before
    assert "LD_LIBRARY_PATH_ORIG" not in os.environ


def test_the_application_passes_on_what_the_system_hands_over() -> None:
    """In a process of its own: there is one application object in each."""
    script = (
        "from PySide6.QtCore import QCoreApplication; from PySide6.QtGui import QFileOpenEvent;"
        " from reader.app.program import _Application; application = _Application(['reader']); given = [];"
        " application.handed_over.connect(lambda event: given.append(event.file()));"
        " QCoreApplication.sendEvent(application, QFileOpenEvent('/x/one.manual')); print(given)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "['/x/one.manual']", done.stderr
