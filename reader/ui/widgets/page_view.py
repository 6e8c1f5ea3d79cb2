"""One tab: the strip, the text, and find in page."""

from __future__ import annotations

import re
from itertools import pairwise

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from reader.domain.page import Page
from reader.ui.styles import TextLook
from reader.ui.theme import Colours
from reader.ui.widgets.find_bar import FindBar
from reader.ui.widgets.images import PictureSource
from reader.ui.widgets.page_text import PageText
from reader.ui.widgets.strip_bar import StripBar


class PageView(QWidget):
    """Shows a page. `page` is the one that it shows, or None while it waits for its first."""

    link_activated = Signal(object)
    zoom_requested = Signal(object)
    provenance_requested = Signal(object)
    """Carries the page that is shown."""
    passage_reached = Signal(object)
    table_requested = Signal(object)
    """Carries the number of a table of the page."""
    picture_requested = Signal(object)
    explanation_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.page: Page | None = None
        self.strip = StripBar()
        self.text = PageText("Text of the chapter")
        self._find = FindBar()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.strip)
        layout.addWidget(self.text, 1)
        layout.addWidget(self._find)
        self.strip.hide()
        order = (*self.strip.stops, self.text, *self._find.stops)
        for one, other in pairwise(order):
            self.setTabOrder(one, other)
        self.text.link_activated.connect(self.link_activated)
        self.text.zoom_requested.connect(self.zoom_requested)
        self.text.passage_reached.connect(self.passage_reached)
        self.text.passage_reached.connect(self.strip.follow)
        self.text.table_requested.connect(self.table_requested)
        self.text.picture_requested.connect(self.picture_requested)
        self.text.explanation_requested.connect(self.explanation_requested)
        self.strip.passage_chosen.connect(self._on_passage_chosen)
        self.strip.provenance_requested.connect(self._on_provenance_requested)
        self._find.pattern_changed.connect(self._on_pattern_changed)
        self._find.step_requested.connect(self._on_step_requested)
        self._find.closed.connect(self._on_find_closed)

    def set_page(self, page: Page, *, moves: bool = True) -> None:
        """Show a page at its anchor; without `moves` a text that is shown already stays where it is."""
        is_same_text = (
            self.page is not None
            and self.page.html == page.html
            and self.page.location.without_anchor() == page.location.without_anchor()
        )
        self.page = page
        self.strip.set_strip(page.strip)
        self.strip.set_outline(page.passages, dict(page.revised), page.revised_since)
        self.text.set_revised(frozenset(anchor for anchor, _ in page.revised))
        self.strip.show()
        if is_same_text and page.location.anchor and moves:
            self.text.go_to_anchor(page.location.anchor)
        elif not is_same_text:
            self.text.set_extras(page.extras, page.location.anchor)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.strip.claim_share(event.size().height())

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # What stands in it was shown before it; where it is dressed only now, the strip measured the letters of before.
        self.strip.claim_share(self.height())

    def set_pictures(self, source: PictureSource) -> None:
        self.text.set_pictures(source)

    def set_look(self, look: TextLook) -> None:
        """Set how the text looks."""
        self.text.set_look(look)

    def set_colours(self, colours: Colours) -> None:
        """Colour what stands around the text, in the size that the window's letters have now."""
        self.strip.set_colours(colours)
        self._find.set_colours(colours)

    def mark_words(self, words: tuple[str, ...]) -> None:
        """Mark the words that a search found, and go to the first of them below the anchor."""
        if not words:
            return
        alternatives = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
        pattern = re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)", re.IGNORECASE)
        self.text.mark(pattern, moves=True)

    def open_find(self) -> None:
        self._find.open_line()

    def step_mark(self, step: int) -> None:
        """Go to the next or previous match, of a search or of find in page."""
        self.text.step_mark(step)
        self._find.set_position(*self.text.mark_position)

    @Slot()
    def _on_provenance_requested(self) -> None:
        if self.page is not None:
            self.provenance_requested.emit(self.page)

    @Slot(object)
    def _on_passage_chosen(self, anchor: str) -> None:
        self.text.go_to_anchor(anchor)
        self.text.setFocus()

    @Slot(object)
    def _on_pattern_changed(self, pattern: re.Pattern[str] | None) -> None:
        self.text.mark(pattern, moves=True)
        self._find.set_position(*self.text.mark_position)

    @Slot(object)
    def _on_step_requested(self, step: int) -> None:
        self.step_mark(step)

    @Slot()
    def _on_find_closed(self) -> None:
        self.text.mark(None, moves=False)
        self.text.setFocus()
