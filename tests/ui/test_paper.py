"""Printing, PDF files and court extracts, as a person makes them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMarginsF, Qt
from PySide6.QtGui import QDesktopServices, QPageLayout, QPageSize, QTextCursor
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QListWidget, QWidget

from reader.domain.cancel import CancelToken
from reader.domain.manual import ManualId
from reader.paper.raster import PdfPages
from reader.services.workspace import Workspace, WorkspaceChoice
from reader.store.places import sample_bundles
from reader.ui.actions import ActionId
from reader.ui.widgets.extract_dialog import ExtractDialog
from reader.ui.widgets.print_dialog import PrintDialog
from tests.ui.conftest import DeskOpener, OpenDesk

SALTBY = ManualId("saltby", "procedures")
NORTHMERE = ManualId("northmere", "procedures")
ENQUIRIES = "section-47-enquiries"
PICTURES = os.environ.get("PROCEDURES_PICTURES")


@pytest.fixture(scope="module", autouse=True)
def the_sample_is_the_two_training_manuals() -> Iterator[None]:
    wanted = tuple(file for file in sample_bundles() if file.stem.startswith(("saltby-2", "northmere-3")))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reader.services.workspace.sample_bundles", lambda: wanted)
        patch.setattr(
            "reader.services.search.SearchService.prepare", lambda *_: ()
        )  # nothing is searched here
        yield


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, the_sample_is_the_two_training_manuals: None) -> Path:
    folder = tmp_path_factory.mktemp("two")
    workspace = Workspace(WorkspaceChoice(folder, is_sample=True))
    for _ in workspace.install_samples(CancelToken()):
        pass
    workspace.close()
    return folder


@pytest.fixture
def library_dir(installed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(installed, tmp_path / "library"))


@pytest.fixture
def desk(library_dir: Path, open_desk: DeskOpener, tmp_path: Path) -> OpenDesk:
    found = open_desk(library_dir)
    found.dialogs.folder = tmp_path
    found.go(ENQUIRIES, NORTHMERE)
    return found


def do(desk: OpenDesk, *actions: ActionId) -> None:
    for action in actions:
        desk.window.actions_by_id[action].trigger()
        desk.wait()


def press(desk: OpenDesk, button: QAbstractButton) -> None:
    assert button.isEnabled()
    desk.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    desk.wait()


def print_dialog(desk: OpenDesk) -> PrintDialog:
    dialog = desk.desk.paper.print_dialog
    assert dialog is not None
    return dialog


def extract_dialog(desk: OpenDesk) -> ExtractDialog:
    dialog = desk.desk.paper.extract_dialog
    assert dialog is not None
    return dialog


def pdf_text(file: Path, page: int = 0) -> str:
    with PdfPages(file.read_bytes()) as pages:
        return " ".join(pages.words(page))


def nameless(dialog: QWidget) -> list[QWidget]:
    kinds = (QAbstractButton, QComboBox, QLineEdit, QListWidget)
    controls = [
        one
        for kind in kinds
        for one in dialog.findChildren(kind)
        if one.objectName() != "qt_spinbox_lineedit"
    ]
    return [one for one in controls if not one.accessibleName() and one.parent() is dialog]


def test_print_shows_the_pages_and_prints_them(desk: OpenDesk, tmp_path: Path) -> None:
    do(desk, ActionId.PRINT)
    dialog = print_dialog(desk)
    assert dialog.message == "Page 1 of 4"
    assert dialog.picture.width() > 500
    press(desk, dialog.next)
    assert dialog.message == "Page 2 of 4"
    if PICTURES:
        dialog.grab().save(f"{PICTURES}/print.png")
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setResolution(72)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printer.pdf"))
    printer.setPageLayout(
        QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF())
    )
    desk.dialogs.printer = printer
    press(desk, dialog.to_printer)
    assert dialog.message == "Printed: 4 pages of 2.1.2 Section 47 Enquiries"
    with PdfPages((tmp_path / "printer.pdf").read_bytes()) as printed:
        assert printed.count == 4
        assert len(set(printed.picture(0, 40).pixels)) > 20  # not an empty sheet
    assert nameless(dialog) == []
    dialog.reject()


def test_a_passage_or_the_selection_is_printed_alone(desk: OpenDesk, tmp_path: Path) -> None:
    view = desk.window.current_view
    assert view is not None
    cursor = view.text.textCursor()
    found = view.text.document().find("The purpose is to find out")
    cursor.setPosition(found.selectionStart())
    cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
    view.text.setTextCursor(cursor)
    do(desk, ActionId.PRINT)
    dialog = print_dialog(desk)
    names = [dialog.choice.itemText(row) for row in range(dialog.choice.count())]
    assert names[:2] == ["All of 2.1.2 Section 47 Enquiries", "The selected text"]
    assert "Passage: 6.2 Decision not to apply for an order" in names
    dialog.choice.setCurrentIndex(1)
    desk.wait()
    press(desk, dialog.to_file)
    written = next(tmp_path.glob("*.pdf"))
    text = pdf_text(written)
    assert "A selection: only a part of the chapter is printed here." in text
    assert "The purpose is to find out" in text
    assert "Two workers visit" not in text
    written.unlink()
    dialog.choice.setCurrentIndex(names.index("Passage: 6.2 Decision not to apply for an order"))
    desk.wait()
    press(desk, dialog.to_file)
    text = pdf_text(next(tmp_path.glob("*.pdf")))
    assert "“6.2 Decision not to apply for an order”" in text
    assert "Telling the family" not in text
    dialog.reject()


def test_save_as_pdf_writes_the_page_in_front(desk: OpenDesk, tmp_path: Path) -> None:
    do(desk, ActionId.SAVE_PDF)
    assert "Northmere County Council" in pdf_text(tmp_path / "2-1-2-section-47-enquiries.pdf")
    assert desk.window.activity.message.startswith("Written: ")


def test_what_cannot_be_written_is_said_and_leaves_nothing(desk: OpenDesk, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    desk.dialogs.folder = tmp_path / "file"
    do(desk, ActionId.SAVE_PDF)
    assert len(desk.dialogs.shown) == 1
    assert "Cannot write" in desk.dialogs.shown[0]
    assert not list(tmp_path.glob("**/*.pdf"))


def test_the_comparison_that_is_shown_is_printed(desk: OpenDesk) -> None:
    do(desk, ActionId.PRINT_COMPARISON)
    assert desk.desk.paper.print_dialog is None
    assert "Open the comparison first" in desk.window.activity.message
    do(desk, ActionId.COMPARE, ActionId.PRINT_COMPARISON)
    dialog = print_dialog(desk)
    names = [dialog.choice.itemText(row) for row in range(dialog.choice.count())]
    assert names == ["Both texts side by side", "The text in the pane"]
    assert dialog.message.startswith("Page 1 of ")
    dialog.choice.setCurrentIndex(1)
    desk.wait()
    assert dialog.message.startswith("Page 1 of ")
    dialog.reject()
    do(desk, ActionId.SIDE_BY_SIDE, ActionId.PRINT_COMPARISON)
    dialog = print_dialog(desk)
    assert dialog.choice.count() == 1
    assert dialog.message.startswith("Page 1 of ")
    dialog.reject()


def test_a_court_extract_is_put_together_and_made(
    desk: OpenDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    do(desk, ActionId.COURT_EXTRACT)
    dialog = extract_dialog(desk)
    assert [item.location.chapter for item in dialog.items] == [ENQUIRIES]  # the chapter in front
    dialog.filter.setText("saltby duty desk")
    press(desk, dialog.add)
    assert [item.location.manual for item in dialog.items] == [NORTHMERE, SALTBY]
    press(desk, dialog.up)
    assert [item.location.manual for item in dialog.items] == [SALTBY, NORTHMERE]
    dialog.chosen.setCurrentRow(1)
    desk.wait()
    names = [dialog.passage.itemText(row) for row in range(dialog.passage.count())]
    dialog.passage.setCurrentIndex(names.index("6.2 Decision not to apply for an order"))
    desk.qtbot.keyClicks(dialog.remark, "See paragraph 4")
    desk.qtbot.keyClicks(dialog.case, "MK26C50123")
    dialog.prefix.setText("B")
    with desk.qtbot.waitSignal(dialog.changed):
        pass
    desk.wait()
    assert dialog.message == "9 pages, B1 to B9"
    if PICTURES:
        dialog.grab().save(f"{PICTURES}/extract.png")
    assert nameless(dialog) == []
    press(desk, dialog.make)
    assert desk.desk.paper.extract_dialog is None
    assert "The extract is written" in desk.dialogs.asked[-1]
    assert opened == [str(tmp_path)]
    verified = desk.desk.workspace.library.verify_extract(
        tmp_path / "extract-of-procedures.extract", CancelToken()
    )
    assert [quote.passage for quote in verified.record.quotes] == [
        "",
        "6.2 Decision not to apply for an order",
    ]
    assert verified.record.quotes[1].remark == "See paragraph 4"
    assert verified.record.facts.case == "MK26C50123"
    assert "Case: MK26C50123" in pdf_text(tmp_path / "extract-of-procedures.pdf")


def test_an_extract_that_was_handed_over_is_proved_when_it_is_opened(
    desk: OpenDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _: True)
    do(desk, ActionId.COURT_EXTRACT)
    desk.wait()
    press(desk, extract_dialog(desk).make)
    (proof,) = tmp_path.glob("*.extract")
    desk.desk.open_given((proof,))
    desk.wait()
    said = desk.dialogs.shown[-1]
    assert "Proved: what this extract quotes" in said
    assert "Northmere County Council" in said
    assert "byte for byte" in said
    proof.with_suffix(".pdf").unlink()
    damaged = bytearray(proof.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    proof.write_bytes(damaged)
    desk.desk.open_given((proof,))
    desk.wait()
    assert "Proved" not in desk.dialogs.shown[-1]


def test_stopping_an_extract_writes_nothing(desk: OpenDesk, tmp_path: Path) -> None:
    do(desk, ActionId.COURT_EXTRACT)
    dialog = extract_dialog(desk)
    desk.qtbot.mouseClick(dialog.make, Qt.MouseButton.LeftButton)
    assert dialog.is_making
    desk.qtbot.mouseClick(dialog.close_button, Qt.MouseButton.LeftButton)
    desk.wait()
    assert dialog.close_button.text() == "Close"
    assert dialog.message == "Stopped: nothing was written."
    assert not list(tmp_path.glob("*.pdf"))
    assert not list(tmp_path.glob("*.extract"))
    dialog.reject()
