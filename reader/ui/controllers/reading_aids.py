"""What helps while reading: headings, words explained, tables and pictures in views of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, Slot
from PySide6.QtWidgets import QWidget

from reader.domain.cancel import CancelToken
from reader.domain.errors import ReaderError
from reader.domain.explanation import Explanation, WordAt
from reader.domain.files import write_in_one_step
from reader.domain.machine import Permission
from reader.domain.page import Page
from reader.domain.page_extras import PagePicture
from reader.ui.actions import ActionId
from reader.ui.controllers.media import MediaSource
from reader.ui.controllers.tools import ToolController, Tools
from reader.ui.tasks import nothing_to_show
from reader.ui.theme import LIGHT, Colours
from reader.ui.widgets.page_view import PageView

_MOST_PICTURE: Final = QSize(4_000, 4_000)


class ReadingAidsController(ToolController):
    """Looks at the text that has the keyboard: the chapter in front, or the one beside it."""

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        window, navigation = tools.window, tools.navigation
        self._colours: Colours = LIGHT
        self._request = CancelToken()
        self._picture: tuple[Page, PagePicture] | None = None
        actions = window.actions_by_id
        actions[ActionId.NEXT_HEADING].triggered.connect(self._on_next_heading)
        actions[ActionId.PREVIOUS_HEADING].triggered.connect(self._on_previous_heading)
        actions[ActionId.EXPLAIN].triggered.connect(self._on_explain)
        actions[ActionId.OPEN_TABLE].triggered.connect(self._on_open_table)
        actions[ActionId.OPEN_PICTURE].triggered.connect(self._on_open_picture)
        actions[ActionId.SHOW_OUTLINE].triggered.connect(self._on_show_outline)
        navigation.view_opened.connect(self._on_view_opened)
        navigation.page_shown.connect(self._on_page_shown)
        navigation.passage_reached.connect(self._on_passage_reached)
        window.outline.passage_chosen.connect(self._on_passage_chosen)
        self._on_view_opened(window.comparison.view)
        self._on_page_shown(None)

    def set_colours(self, colours: Colours) -> None:
        """The colours of what is opened from now on."""
        self._colours = colours

    @property
    def _view(self) -> PageView | None:
        """The text that has the keyboard, else the one in front."""
        beside = self._window.comparison.view
        return beside if beside.isVisible() and beside.text.hasFocus() else self._window.current_view

    def _say(self, sentence: str) -> None:
        self._window.activity.show_message(sentence)

    def _on_failed(self, error: ReaderError) -> None:
        self._say(str(error))

    # Headings

    @Slot()
    def _on_next_heading(self) -> None:
        self._step_heading(1)

    @Slot()
    def _on_previous_heading(self) -> None:
        self._step_heading(-1)

    def _step_heading(self, step: int) -> None:
        view = self._view
        if view is not None:
            view.text.setFocus()
            if not view.text.step_heading(step):
                self._say("This is the last heading." if step > 0 else "This is the first heading.")

    @Slot()
    def _on_show_outline(self) -> None:
        self._window.show_side(self._window.outline)
        self._window.outline.tree.setFocus()

    @Slot(object)
    def _on_page_shown(self, page: Page | None) -> None:
        passages = page.passages if page is not None else ()
        self._window.outline.set_passages(passages, dict(page.revised) if page is not None else {})
        view = self._window.current_view
        if view is not None and passages:
            self._window.outline.follow(view.text.passage_at_top)
        for action in (
            ActionId.NEXT_HEADING,
            ActionId.PREVIOUS_HEADING,
            ActionId.EXPLAIN,
            ActionId.OPEN_TABLE,
            ActionId.OPEN_PICTURE,
        ):
            self._window.actions_by_id[action].setEnabled(page is not None)

    @Slot(object)
    def _on_passage_reached(self, anchor: str | None) -> None:
        self._window.outline.follow(anchor)

    @Slot(object)
    def _on_passage_chosen(self, anchor: str) -> None:
        view = self._window.current_view
        if view is not None:
            self._window.show_tabs()
            view.text.go_to_anchor(anchor)

    # Words

    @Slot()
    def _on_explain(self) -> None:
        view = self._view
        if view is not None:
            view.text.ask_explanation()

    @Slot(object)
    def _on_explanation_requested(self, at: WordAt) -> None:
        view = self.sender()
        page = view.page if isinstance(view, PageView) else None
        if page is None:
            return
        self._request.cancel()
        snapshot = self._library.snapshot

        def work(cancel: CancelToken) -> Explanation | None:
            return self._workspace.explanations.explain(at, page, snapshot, cancel)

        self._request = self._runner.read(work, self._show_explanation, self._on_failed)

    def _show_explanation(self, explanation: Explanation | None) -> None:
        if explanation is None:
            self._say("Put the cursor on a word, or select some words, and ask again.")
            return
        from reader.ui.widgets.explanation_dialog import ExplanationDialog  # noqa: PLC0415  # wanted seldom

        def make(window: QWidget) -> ExplanationDialog:
            dialog = ExplanationDialog(explanation, window)
            dialog.search_requested.connect(self._on_search_requested)
            return dialog

        self._dialogs.show(make)

    @Slot(object)
    def _on_search_requested(self, term: str) -> None:
        self._window.search_field.setText(term)
        self._window.search_field.open_field()

    # Tables and pictures

    @Slot(object)
    def _on_view_opened(self, view: PageView) -> None:
        view.table_requested.connect(self._on_table_requested)
        view.picture_requested.connect(self._on_picture_requested)
        view.explanation_requested.connect(self._on_explanation_requested)

    @Slot()
    def _on_open_table(self) -> None:
        view = self._view
        if view is not None and not view.text.ask_table():
            self._say("This text has no table.")

    @Slot()
    def _on_open_picture(self) -> None:
        view = self._view
        if view is not None and not view.text.ask_picture():
            self._say("This text has no picture.")

    @Slot(object)
    def _on_table_requested(self, number: int) -> None:
        view = self.sender()
        page = view.page if isinstance(view, PageView) else None
        if page is None:
            return

        from reader.domain.page_tables import PageTable, table_of  # noqa: PLC0415  # wanted seldom

        def show(table: PageTable) -> None:
            from reader.ui.widgets.table_dialog import TableDialog  # noqa: PLC0415  # wanted seldom

            self._dialogs.show(lambda window: TableDialog(table, page.title, self._colours, window))

        self._runner.read(lambda _: table_of(page.html, number), show, self._on_failed)

    @Slot(object)
    def _on_picture_requested(self, picture: PagePicture) -> None:
        view = self.sender()
        page = view.page if isinstance(view, PageView) else None
        if page is None:
            return
        from reader.ui.widgets.picture_dialog import PictureDialog  # noqa: PLC0415  # wanted seldom

        source = MediaSource(self._workspace, self._library, page.location, self._runner)

        def make(window: QWidget) -> PictureDialog:
            dialog = PictureDialog(picture.alt, page.title, self._colours, window)
            dialog.save_requested.connect(self._on_save_requested)
            dialog.loading = source.load(picture.target, _MOST_PICTURE, dialog.show_picture)
            return dialog

        self._picture = (page, picture)
        self._dialogs.show(make)

    @Slot()
    def _on_save_requested(self) -> None:
        if self._picture is None or not self._may(Permission.EXPORT, "Save a copy of this picture"):
            return
        page, picture = self._picture
        snapshot, location = self._library.snapshot, page.location

        def write(file: Path) -> None:
            def work(_: CancelToken) -> None:
                data = self._workspace.pages.media(
                    snapshot, location.manual, location.edition, picture.target
                )
                write_in_one_step(file, data)

            self._runner.write(work, nothing_to_show, self._on_failed)

        self._dialogs.choose_copy("Save a copy of this picture", picture.target.rpartition("/")[2], write)
