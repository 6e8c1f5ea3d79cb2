"""The comparison pane: the counterpart of the open chapter in another authority, beside it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLabel, QVBoxLayout, QWidget

from reader.domain.counterpart import Counterpart
from reader.domain.location import Location
from reader.domain.manual import ManualId
from reader.domain.page import Page
from reader.ui.theme import Colours
from reader.ui.widgets.images import PictureSource
from reader.ui.widgets.page_view import PageView


class ComparisonPanel(QWidget):
    """Shows one chapter of another manual; says which manual and chapter the person wants there."""

    manual_chosen = Signal(object)
    edition_chosen = Signal(int)
    chapter_chosen = Signal(object)
    """Carries a location, or None for "no counterpart"."""
    link_activated = Signal(object)
    zoom_requested = Signal(object)
    provenance_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heading = QLabel()
        self._heading.setTextFormat(Qt.TextFormat.PlainText)
        self._heading.setWordWrap(True)
        self._manual_box = _box("Compare with")
        self._chapter_box = _box("Chapter to compare with")
        # Qt is given positions in these lists, never the values: it compares Python objects by identity.
        self._manuals: list[ManualId] = []
        self._editions: list[int] = []
        self._chapters: list[Location | None] = []
        self._message = QLabel()
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        self._message.setWordWrap(True)
        self._message.setAccessibleName("About this comparison")
        self._together = QCheckBox("Scroll together")
        self._together.setChecked(True)
        self._together.setToolTip(
            "Show the passage here that says the same as the one at the top of the open chapter"
        )
        self._pairs: Mapping[str, str] = {}
        self._view = PageView()
        self._view.text.setAccessibleName("Text of the counterpart")
        form = QFormLayout()
        form.setContentsMargins(12, 8, 12, 4)
        form.addRow(self._heading)
        form.addRow("With", self._manual_box)
        form.addRow("Chapter", self._chapter_box)
        form.addRow(self._message)
        form.addRow(self._together)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(form)
        layout.addWidget(self._view, 1)
        self._manual_box.currentIndexChanged.connect(self._on_manual_changed)
        self._chapter_box.currentIndexChanged.connect(self._on_chapter_changed)
        self._view.link_activated.connect(self.link_activated)
        self._view.zoom_requested.connect(self.zoom_requested)
        self._view.provenance_requested.connect(self.provenance_requested)
        self._view.hide()

    @property
    def page(self) -> Page | None:
        """The page that is shown, or None."""
        return self._view.page if not self._view.isHidden() else None

    @property
    def view(self) -> PageView:
        """The text that stands beside the open one."""
        return self._view

    @property
    def scrolls_together(self) -> bool:
        return self._together.isChecked()

    @scrolls_together.setter
    def scrolls_together(self, is_wanted: bool) -> None:
        self._together.setChecked(is_wanted)

    @property
    def message(self) -> str:
        return self._message.text()

    @property
    def manual(self) -> ManualId | None:
        """The other manual that is chosen."""
        index = self._manual_box.currentIndex()
        return self._manuals[index] if 0 <= index < len(self._manuals) else None

    @property
    def edition(self) -> int | None:
        """The other edition of the same manual that is chosen."""
        index = self._manual_box.currentIndex() - len(self._manuals)
        return self._editions[index] if 0 <= index < len(self._editions) else None

    def set_targets(self, names: Mapping[ManualId, str], editions: Mapping[int, str]) -> None:
        """The manuals and the other editions to compare with; the chosen one stays chosen where it can."""
        manual, edition = self.manual, self.edition
        self._manuals, self._editions = list(names), list(editions)
        self._manual_box.blockSignals(True)  # noqa: FBT003  # Qt takes it by position only
        self._manual_box.clear()
        self._manual_box.addItems([*names.values(), *editions.values()])
        index = 0
        if manual in self._manuals:
            index = self._manuals.index(manual)
        elif edition in self._editions:
            index = len(self._manuals) + self._editions.index(edition)
        self._manual_box.setCurrentIndex(index)
        self._manual_box.blockSignals(False)  # noqa: FBT003

    def choose_edition(self, edition: int) -> None:
        """Compare with another edition; one that is not in the list changes nothing."""
        if edition in self._editions:
            self._manual_box.setCurrentIndex(len(self._manuals) + self._editions.index(edition))

    def set_no_chapters(self) -> None:
        """Offer no chapter to choose: editions are compared chapter by chapter as they are."""
        self._chapter_box.blockSignals(True)  # noqa: FBT003
        self._chapter_box.clear()
        self._chapters = []
        self._chapter_box.blockSignals(False)  # noqa: FBT003
        self._chapter_box.setEnabled(False)

    def choose_manual(self, manual: ManualId) -> None:
        """Compare with this manual; one that is not in the list changes nothing."""
        if manual in self._manuals:
            self._manual_box.setCurrentIndex(self._manuals.index(manual))

    def set_heading(self, text: str) -> None:
        """Say what is being compared."""
        self._heading.setText(text)

    def set_suggestions(self, suggestions: tuple[Counterpart, ...], counterpart: Counterpart | None) -> None:
        """The chapters to choose from, best first; the counterpart is chosen, or none if there is none."""
        self._chapter_box.blockSignals(True)  # noqa: FBT003
        self._chapter_box.clear()
        self._chapters = [Location(suggestion.manual, suggestion.chapter.id) for suggestion in suggestions]
        if counterpart is None:
            self._chapters.insert(0, None)
            self._chapter_box.addItem("No counterpart: choose a chapter")
        for suggestion in suggestions:
            self._chapter_box.addItem(f"{suggestion.chapter.numbered_title}  ({suggestion.score:.0%})")
        self._chapter_box.setCurrentIndex(0)
        self._chapter_box.blockSignals(False)  # noqa: FBT003
        self._chapter_box.setEnabled(True)
        if counterpart is not None:
            self._message.setText(f"Counterpart: {counterpart.why}.")
        elif suggestions:
            self._message.setText(
                "No chapter there has a title that is alike enough. The nearest ones are in the list."
            )
        else:
            self._message.setText("No chapter there has a title like this.")
        self._view.hide()

    def set_page(self, page: Page, pictures: PictureSource, pairs: Mapping[str, str]) -> None:
        """Show a chapter.

        Args:
            page: The chapter.
            pictures: Where its pictures come from.
            pairs: For passages of the open chapter, by anchor: the anchor of the passage here that says the same.
        """
        self._pairs = pairs
        self._view.set_pictures(pictures)
        self._view.set_page(page)
        self._view.show()

    def follow(self, anchor: str | None) -> None:
        """Show the passage that says the same as one of the open chapter, if there is one and the person wants it."""
        if anchor is not None and self._together.isChecked() and (here := self._pairs.get(anchor)):
            self._view.text.go_to_anchor(here)

    def set_remark(self, text: str) -> None:
        """Say something about the comparison that is shown."""
        self._message.setText(text)

    def set_message(self, text: str) -> None:
        """Show a sentence and no chapter."""
        self._message.setText(text)
        self._view.hide()

    def set_colours(self, colours: Colours) -> None:
        self._view.set_colours(colours)

    def set_zoom(self, percent: int) -> None:
        self._view.set_zoom(percent)

    @Slot(int)
    def _on_manual_changed(self, _: int) -> None:
        if self.manual is not None:
            self.manual_chosen.emit(self.manual)
        elif self.edition is not None:
            self.edition_chosen.emit(self.edition)

    @Slot(int)
    def _on_chapter_changed(self, index: int) -> None:
        self.chapter_chosen.emit(self._chapters[index] if 0 <= index < len(self._chapters) else None)


def _box(name: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(8)
    return box
