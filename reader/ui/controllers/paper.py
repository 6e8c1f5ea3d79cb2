"""Printing, PDF files and court extracts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QImage, QPageLayout, QPainter

from reader.domain.cancel import CancelToken
from reader.domain.contents import Held
from reader.domain.errors import ReaderError, StorageError
from reader.domain.files import write_in_one_step
from reader.domain.location import Location
from reader.domain.machine import Permission
from reader.domain.manual import EXTRACT_SUFFIX
from reader.domain.paper import MadePaper, PaperDocument, PaperItem
from reader.domain.reading_list import PrintedList
from reader.domain.text import counted, file_slug
from reader.services.workspace import today
from reader.ui.actions import ActionId
from reader.ui.controllers.comparison import ComparisonController
from reader.ui.controllers.tools import ToolController, Tools
from reader.ui.widgets.extract_dialog import Candidate, ExtractDialog
from reader.ui.widgets.print_dialog import PrintDialog

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

    from reader.bundle.extract import VerifiedExtract
    from reader.services.extracts import PdfCheck

_PREVIEW_DPI: Final = 110.0
_MOST_DPI: Final = 300
_BAND_PX: Final = 100
_KEEP: Final = Qt.AspectRatioMode.KeepAspectRatio


@dataclass(frozen=True, slots=True)
class _Choice:
    """Something to print: its name, and what makes the document of it in a worker."""

    name: str
    compose: Callable[[], PaperDocument]


@dataclass(frozen=True, slots=True)
class _Ready:
    choice: _Choice
    document: PaperDocument
    made: MadePaper


class PaperController(ToolController):
    """Makes pages in workers, and shows, prints and saves them. The newest request wins."""

    def __init__(self, tools: Tools, *, comparison: ComparisonController) -> None:
        super().__init__(tools)
        window, navigation = tools.window, tools.navigation
        self._comparison = comparison
        self._choices: tuple[_Choice, ...] = ()
        self._ready: _Ready | None = None
        self._request = CancelToken()
        self._passages = CancelToken()
        self.print_dialog: PrintDialog | None = None
        self.extract_dialog: ExtractDialog | None = None
        actions = window.actions_by_id
        actions[ActionId.PRINT].triggered.connect(self._on_print)
        actions[ActionId.SAVE_PDF].triggered.connect(self._on_save_pdf)
        actions[ActionId.PRINT_COMPARISON].triggered.connect(self._on_print_comparison)
        actions[ActionId.COURT_EXTRACT].triggered.connect(self._on_court_extract)
        navigation.page_shown.connect(self._on_page_shown)
        for action in (ActionId.PRINT, ActionId.SAVE_PDF):
            actions[action].setEnabled(False)

    # What there is to print

    def _of_page(self) -> tuple[_Choice, ...]:
        """The page in front as a whole, what is selected of it, and each of its passages."""
        view = self._window.current_view
        page = view.page if view is not None else None
        if view is None or page is None:
            return ()
        snapshot, paper = self._library.snapshot, self._workspace
        location = page.location.without_anchor()

        def at(anchor: str | None) -> Callable[[], PaperDocument]:
            place = Location(location.manual, location.chapter, location.edition, anchor, location.form)
            return lambda: paper.paper.chapter(snapshot, place)

        whole = [_Choice(f"All of {page.title}", at(None))]
        cursor = view.text.textCursor()
        if cursor.hasSelection():
            fragment = cursor.selection().toHtml()
            selected = _Choice(
                "The selected text", lambda: paper.paper.selection(snapshot, location, fragment)
            )
            whole.append(selected)
        if page.held is Held.INCLUDED and location.form is None:
            whole += [
                _Choice(f"Passage: {passage.heading}", at(passage.anchor))
                for passage in page.passages
                if passage.anchor and passage.heading and passage.level > 1
            ]
        return tuple(whole)

    def _of_comparison(self) -> tuple[_Choice, ...]:
        """What stands in the comparison pane, beside the page in front."""
        snapshot, workspace = self._library.snapshot, self._workspace
        page, sides = self._navigation.page_in_front, self._comparison.sides
        if sides is not None:
            return (
                _Choice("Both texts side by side", lambda: workspace.paper.side_by_side(snapshot, sides)),
            )
        if page is None:
            return ()
        location = page.location.without_anchor()
        edition, other = self._comparison.compared_edition, self._comparison.other
        if edition is not None:
            return (_Choice("What changed", lambda: workspace.paper.editions(snapshot, location, edition)),)
        if other is None:
            return ()
        there = self._library.dated(other)

        def both() -> PaperDocument:
            found = workspace.comparison.side_by_side(snapshot, location, (there,), CancelToken())
            return workspace.paper.side_by_side(snapshot, found)

        return (
            _Choice("Both texts side by side", both),
            _Choice("The text in the pane", lambda: workspace.paper.chapter(snapshot, there)),
        )

    @Slot(object)
    def _on_page_shown(self, page: object) -> None:
        for action in (ActionId.PRINT, ActionId.SAVE_PDF):
            self._window.actions_by_id[action].setEnabled(page is not None)

    # Printing

    @Slot()
    def _on_print(self) -> None:
        self._open_print(self._of_page())

    @Slot()
    def _on_print_comparison(self) -> None:
        choices = self._of_comparison()
        if not choices:
            self._window.activity.show_message("Open the comparison first (F9): then it can be printed.")
            return
        self._open_print(choices)

    @Slot(object)
    def print_reading_list(self, printed: PrintedList) -> None:
        """Show a reading list with its texts as it prints."""
        snapshot, workspace = self._library.snapshot, self._workspace
        items = [PaperItem(location, remark) for location, remark in printed.places]
        self._open_print(
            (
                _Choice(
                    printed.title,
                    lambda: workspace.paper.reading_list(snapshot, printed.title, items, printed.missing),
                ),
            )
        )

    def _open_print(self, choices: tuple[_Choice, ...]) -> None:
        machine = self._workspace.machine
        if not choices or (
            not machine.allows(Permission.SAVE_PDF) and not self._may(Permission.PRINT, "Print")
        ):
            return
        if self.print_dialog is not None:
            self.print_dialog.reject()
        self._choices, self._ready = choices, None
        dialog = self.print_dialog = PrintDialog(tuple(choice.name for choice in choices), self._window)
        dialog.choice_changed.connect(self._on_choice_changed)
        dialog.page_wanted.connect(self._show_page)
        dialog.print_requested.connect(self._on_printer_wanted)
        dialog.save_requested.connect(self._on_file_wanted)
        dialog.finished.connect(self._on_print_closed)
        dialog.open()
        self._on_choice_changed(0)

    @Slot(object)
    def _on_choice_changed(self, number: int) -> None:
        """Make the pages of a choice, and show the first."""
        self._request.cancel()
        self._ready = None
        if self.print_dialog is not None:
            self.print_dialog.show_waiting()
        choice = self._choices[number]

        def work(cancel: CancelToken) -> _Ready:
            document = choice.compose()
            cancel.raise_if_cancelled()
            return _Ready(choice, document, self._workspace.paper.make(document, cancel))

        def show(ready: _Ready) -> None:
            self._ready = ready
            self._show_page(0)

        self._request = self._runner.read(work, show, self._on_not_made)

    def _on_not_made(self, error: ReaderError) -> None:
        if self.print_dialog is not None:
            self.print_dialog.show_problem(str(error))

    @Slot(object)
    def _show_page(self, index: int) -> None:
        ready = self._ready
        if ready is None or not 0 <= index < ready.made.pages:
            return

        def show(picture: QImage) -> None:
            if self.print_dialog is not None and self._ready is ready:
                self.print_dialog.show_page(index, ready.made.pages, picture)

        self._runner.read(
            lambda _: self._pictures(ready.made, index, index + 1, _PREVIEW_DPI)[0], show, self._on_not_made
        )

    def _pictures(self, made: MadePaper, first: int, end: int, dots_per_inch: float) -> list[QImage]:
        return [
            QImage(found.pixels, found.width, found.height, found.stride, QImage.Format.Format_RGB32).copy()
            for found in self._workspace.paper.pictures(made, range(first, end), dots_per_inch)
        ]

    @Slot()
    def _on_printer_wanted(self) -> None:
        ready = self._ready
        if ready is not None and self._may(Permission.PRINT, "Print"):
            self._dialogs.choose_printer(
                ready.document.title, ready.made.pages, lambda printer: self._print(printer, ready)
            )

    def _print(self, printer: QPrinter, ready: _Ready) -> None:
        """Print page by page, in the lane of what writes: nothing of it waits for the GUI thread, nor stops it."""
        first = max(printer.fromPage(), 1) - 1
        end = min(printer.toPage() or ready.made.pages, ready.made.pages)
        if any(part.is_landscape for part in ready.document.parts):
            printer.setPageOrientation(QPageLayout.Orientation.Landscape)
        printer.setFullPage(True)  # the pages have their own margins

        def say(done: int) -> Callable[[], None]:
            text, share = f"Printing page {done} of {end - first}", done / max(end - first, 1)
            return lambda: self._window.activity.show_activity(text, share, can_cancel=False)

        def work(_: CancelToken) -> int:
            painter = QPainter()
            if not painter.begin(printer):
                raise StorageError(
                    "The printer did not take the document: look whether it is switched on and connected."
                )
            try:
                for index in range(first, end):
                    if index > first and not printer.newPage():
                        raise StorageError(
                            "The printer stopped taking pages: look at it, then print the rest."
                        )
                    picture = self._pictures(
                        ready.made, index, index + 1, min(printer.resolution(), _MOST_DPI)
                    )[0]
                    _draw(painter, picture)
                    self._runner.report(say(index - first + 1))
            finally:
                painter.end()
            return end - first

        def done(pages: int) -> None:
            self._window.activity.end_activity()
            self._say(f"Printed: {counted(pages, 'page')} of {ready.document.title}")

        self._runner.write(work, done, self._on_failed)

    @Slot()
    def _on_file_wanted(self) -> None:
        ready = self._ready
        if ready is not None:
            self._save(ready.document.title, lambda _: ready.made)

    @Slot()
    def _on_save_pdf(self) -> None:
        """Save all of the page in front."""
        choices = self._of_page()
        page = self._navigation.page_in_front
        if choices and page is not None:
            compose = choices[0].compose
            self._save(page.title, lambda cancel: self._workspace.paper.make(compose(), cancel))

    def _save(self, title: str, make: Callable[[CancelToken], MadePaper]) -> None:
        def chosen(file: Path) -> None:
            def work(cancel: CancelToken) -> MadePaper:
                made = make(cancel)
                write_in_one_step(file, made.pdf)
                return made

            self._runner.write(work, lambda made: self._say(_written(file, made)), self._on_failed)

        if not self._may(Permission.SAVE_PDF, "Save as PDF"):
            return
        self._dialogs.choose_copy("Save as PDF", f"{file_slug(title, 'procedures')}.pdf", chosen)

    def _say(self, sentence: str) -> None:
        self._window.activity.show_message(sentence)
        if self.print_dialog is not None:
            self.print_dialog.show_message(sentence)

    def _on_failed(self, error: ReaderError) -> None:
        self._window.activity.end_activity()
        self._dialogs.show_text("Print", str(error))

    @Slot(int)
    def _on_print_closed(self, _: int) -> None:
        dialog = self.sender()
        if dialog is self.print_dialog:
            self._request.cancel()
            self.print_dialog, self._ready = None, None
        if isinstance(dialog, PrintDialog):
            dialog.deleteLater()

    # Court extracts

    def prove(self, file: Path) -> None:
        """Verify the file of a court extract that somebody opened, with its PDF where that lies beside it."""

        def work(cancel: CancelToken) -> str:
            found = self._workspace.library.verify_extract(file, cancel)
            pdf = file.with_name(Path(found.record.pdf.name).name)
            check = self._workspace.extracts.check_pdf(found, pdf, cancel) if pdf.exists() else None
            return _said_of(found, check)

        self._runner.read(
            work,
            lambda said: self._dialogs.show_text(f"Court extract {file.name}", said),
            lambda error: self._dialogs.show_text(f"Court extract {file.name}", str(error)),
        )

    @Slot()
    def _on_court_extract(self) -> None:
        if self.extract_dialog is not None or not self._may(Permission.EXTRACT, "Court extract"):
            return
        candidates = self._candidates()
        dialog = self.extract_dialog = ExtractDialog(candidates, self._window)
        dialog.changed.connect(self._on_extract_changed)
        dialog.passages_wanted.connect(self._on_passages_wanted)
        dialog.make_requested.connect(self._on_make_requested)
        dialog.cancel_requested.connect(self._on_cancel_requested)
        dialog.finished.connect(self._on_extract_closed)
        page = self._navigation.page_in_front
        in_front = page.location.without_anchor() if page is not None else None
        for candidate in candidates:
            if candidate.location == in_front:
                dialog.choose(candidate)
                break
        dialog.open()

    def _candidates(self) -> tuple[Candidate, ...]:
        """The chapters of the open tabs first, then every chapter whose text is held, in the editions shown."""
        found: dict[Location, str] = {}
        for view in self._window.views():
            page = view.page
            if page is not None and page.location.chapter and page.held is Held.INCLUDED:
                edition = f", {page.strip.edition.split(',')[0]}"
                found[page.location.without_anchor()] = f"{page.title} ({page.strip.authority}{edition})"
        for bundle in self._library.editions:
            manifest = bundle.edition.manifest
            for chapter in bundle.edition.contents.chapters():
                if chapter.file is not None:
                    location = Location(bundle.manual, chapter.id, manifest.edition)
                    name = f"{chapter.numbered_title} ({manifest.authority_name}, {manifest.edition_name})"
                    found.setdefault(location, name)
        return tuple(Candidate(name, location) for location, name in found.items())

    @Slot(object)
    def _on_passages_wanted(self, location: Location) -> None:
        self._passages.cancel()
        snapshot = self._library.snapshot

        def work(_: CancelToken) -> list[tuple[str, str]]:
            page = self._workspace.pages.page(snapshot, location)
            return [
                (passage.anchor, passage.heading)
                for passage in page.passages
                if passage.anchor and passage.heading and passage.level > 1
            ]

        def show(headings: list[tuple[str, str]]) -> None:
            if self.extract_dialog is not None:
                self.extract_dialog.set_passages(location, headings)

        self._passages = self._runner.read(work, show, self._on_extract_problem)

    @Slot()
    def _on_extract_changed(self) -> None:
        """Count the pages."""
        self._request.cancel()
        dialog = self.extract_dialog
        if dialog is None or not dialog.items or dialog.is_making:
            return
        snapshot, items, facts = self._library.snapshot, dialog.items, dialog.facts

        def work(cancel: CancelToken) -> MadePaper:
            return self._workspace.extracts.preview(snapshot, items, facts, cancel)

        def show(made: MadePaper) -> None:
            if self.extract_dialog is dialog and dialog.items == items:
                last = f"{facts.prefix}{made.pages}"
                dialog.show_message(f"{counted(made.pages, 'page')}, {facts.prefix}1 to {last}")

        self._request = self._runner.read(work, show, self._on_extract_problem)

    def _on_extract_problem(self, error: ReaderError) -> None:
        if self.extract_dialog is not None:
            self.extract_dialog.set_making(is_making=False)
            self.extract_dialog.show_message(str(error))

    @Slot()
    def _on_make_requested(self) -> None:
        dialog = self.extract_dialog
        if dialog is not None:
            name = f"{file_slug(dialog.facts.title, 'extract')}.pdf"
            self._dialogs.choose_copy("Save the court extract", name, self._on_extract_file_chosen)

    def _on_extract_file_chosen(self, file: Path) -> None:
        file = file if file.suffix.lower() == ".pdf" else file.with_name(f"{file.name}.pdf")
        proof = file.with_suffix(EXTRACT_SUFFIX)
        if proof.exists() and not file.exists():  # a PDF that is there was asked about already
            self._dialogs.confirm(
                "Replace the file?",
                f"{proof.name} is there already, and belongs to another extract.",
                "Replace it",
                lambda: self._make_extract(file),
            )
        else:
            self._make_extract(file)

    def _make_extract(self, file: Path) -> None:
        dialog = self.extract_dialog
        if dialog is None:
            return
        self._request.cancel()
        snapshot, items, facts = self._library.snapshot, dialog.items, dialog.facts
        dialog.set_making(is_making=True)

        def progress(done: int, total: int) -> None:
            self._runner.report(lambda: self._on_progress(done, total))

        def work(cancel: CancelToken) -> int:
            record = self._workspace.extracts.write(
                snapshot, items, facts, file, cancel=cancel, on_page=progress
            )
            return record.pdf.pages

        self._request = self._runner.write(
            work, lambda pages: self._on_extract_written(file, pages), self._on_extract_problem
        )

    def _on_progress(self, done: int, total: int) -> None:
        if self.extract_dialog is not None and self.extract_dialog.is_making:
            self.extract_dialog.show_progress(done, total)

    def _on_extract_written(self, file: Path, pages: int) -> None:
        if self.extract_dialog is not None:
            self.extract_dialog.set_making(is_making=False)
            self.extract_dialog.accept()
        proof = file.with_suffix(EXTRACT_SUFFIX)
        self._window.activity.show_message(f"Written: {file} and {proof.name}")
        self._dialogs.confirm(
            "The extract is written",
            f"{file.name} ({counted(pages, 'page')}) and {proof.name} lie in {file.parent}.\n\nGive both away together:"
            f" “procedures verify {proof.name}” proves on another computer that what is quoted is what was signed.",
            "Show in folder",
            lambda: _show_folder(file.parent),
        )

    @Slot()
    def _on_cancel_requested(self) -> None:
        self._request.cancel()
        if self.extract_dialog is not None:
            self.extract_dialog.set_making(is_making=False)
            self.extract_dialog.show_message("Stopped: nothing was written.")

    @Slot(int)
    def _on_extract_closed(self, _: int) -> None:
        dialog, self.extract_dialog = self.extract_dialog, None
        if dialog is not None:
            if dialog.is_making:
                self._request.cancel()
            dialog.deleteLater()


def _draw(painter: QPainter, picture: QImage) -> None:
    """Draw a page, as large as the paper, in bands: nothing else of the program runs while Qt draws one."""
    size = picture.size().scaled(painter.viewport().size(), _KEEP)
    height = picture.height()
    for top in range(0, height, _BAND_PX):
        bottom = min(top + _BAND_PX, height)
        y, end = top * size.height() // height, bottom * size.height() // height
        painter.drawImage(
            QRect(0, y, size.width(), end - y), picture, QRect(0, top, picture.width(), bottom - top)
        )


def _written(file: Path, made: MadePaper) -> str:
    replaced = (
        f" Characters without a font stand as their names: {' '.join(made.replaced)}" if made.replaced else ""
    )
    return f"Written: {file}.{replaced}"


def _said_of(found: VerifiedExtract, check: PdfCheck | None) -> str:
    """What is proved of an extract, quote by quote, and how its PDF stands to that."""
    lines = ["Proved: what this extract quotes is in its file exactly as it was signed.", ""]
    for quote in found.record.quotes:
        edition = found.excerpts[quote.bundle].edition
        signers = "; ".join(signer.name for signer in edition.signers)
        lines.append(
            f"{quote.first_page} to {quote.last_page}: {edition.manifest.authority_name}, {quote.title}"
            f"{f' › {quote.passage}' if quote.passage else ''}, {edition.manifest.edition_name}, signed by"
            f" {signers or 'a newer edition that vouches for it'}."
        )
        lines += [f"  {warning}" for warning in edition.warnings(today())]
    lines += [
        "",
        check.message if check else "The PDF does not lie beside this file, so it was not compared.",
    ]
    return "\n".join(lines)


def _show_folder(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
