"""Citations: copied from the text in front, and looked up when one is pasted into the search field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication

from reader.domain.citation import Citation, CitationStyle, read_citation
from reader.domain.errors import ReaderError
from reader.services.citations import CheckedCitation, CitationVerdict
from reader.ui.actions import ActionId
from reader.ui.controllers.tools import ToolController, Tools


class CitationsController(ToolController):
    """Cites what is selected, else the passage at the top of the view; checks what was cited."""

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        window = tools.window
        actions = window.actions_by_id
        actions[ActionId.COPY_CITATION].triggered.connect(self._on_copy)
        actions[ActionId.COPY_COURT_CITATION].triggered.connect(self._on_copy_for_court)
        actions[ActionId.COPY_LINK].triggered.connect(self._on_copy_link)

    def offer(self, text: str, *, is_accepted: bool) -> bool:
        """Open what was typed or pasted if it is a citation.

        One with a fingerprint is whole and opens at once; a link may still be on its way, and waits for Enter.

        Returns:
            Whether it is opened; else it is something to search for.
        """
        cited = read_citation(text)
        if cited is None:
            return False
        is_whole = cited.fingerprint is not None and (cited.location is not None or cited.edition is not None)
        if is_whole or (is_accepted and cited.location is not None):
            self.open_text(text)
            return True
        return False

    def open_text(self, text: str) -> None:
        """Look up a citation or link, open what it cites, and say what it is worth."""
        snapshot = self._library.snapshot

        def done(checked: CheckedCitation | None) -> None:
            if checked is None:
                self._dialogs.show_text("Citation", "This citation names no chapter that is installed here.")
                return
            self._navigation.go(checked.location)
            self._window.search_field.clear()
            if checked.verdict is CitationVerdict.HELD:
                self._window.activity.show_message(checked.sentence)
            else:
                self._dialogs.show_text("Citation", f"{checked.title}\n\n{checked.sentence}")

        self._runner.read(lambda _: self._workspace.citations.check(snapshot, text), done, self._on_not_found)

    def _copy(self, written: Callable[[Citation], str]) -> None:
        view = self._window.current_view
        if view is None or view.page is None:
            return
        chosen = view.text.selection
        anchor = chosen[2] if chosen is not None else view.text.passage_at_top or view.page.location.anchor
        location, snapshot = replace(view.page.location, anchor=anchor), self._library.snapshot
        quote = chosen[0] if chosen is not None else ""

        def done(citation: Citation) -> None:
            text = written(citation)
            QGuiApplication.clipboard().setText(text)
            self._window.activity.show_message(f"Copied: {text}")

        self._runner.read(
            lambda _: self._workspace.citations.cite(snapshot, location, quote), done, self._on_failed
        )

    def _on_failed(self, error: ReaderError) -> None:
        self._window.activity.show_message(str(error))

    def _on_not_found(self, error: ReaderError) -> None:
        self._dialogs.show_text("Citation", str(error))

    @Slot()
    def _on_copy(self) -> None:
        self._copy(lambda citation: citation.text(CitationStyle.PLAIN))

    @Slot()
    def _on_copy_for_court(self) -> None:
        self._copy(lambda citation: citation.text(CitationStyle.COURT))

    @Slot()
    def _on_copy_link(self) -> None:
        self._copy(lambda citation: citation.link)
