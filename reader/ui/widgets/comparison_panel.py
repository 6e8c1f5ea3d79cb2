"""The comparison pane: the counterpart of the open chapter in another authority, beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from reader.domain.counterpart import Counterpart
from reader.domain.location import Location
from reader.domain.manual import ManualId
from reader.domain.page import Page
from reader.ui.styles import TextLook
from reader.ui.theme import Colours, Space
from reader.ui.widgets.images import PictureSource
from reader.ui.widgets.page_view import PageView

_SHARE: Final = 0.4
_LEAST_HEIGHT: Final = 60


class ComparisonPanel(QWidget):
    """Shows one chapter of another manual; says which manual and chapter the person wants there."""

    manual_chosen = Signal(object)
    edition_chosen = Signal(int)
    all_chosen = Signal()
    counterpart_judged = Signal(object)
    """Carries whether the chapter that is chosen is the counterpart of the open one."""
    decision_forgotten = Signal()
    layout_changed = Signal()
    """Says that the person wants the comparison laid out otherwise."""
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
        self._has_all = False
        self._counterpart: Location | None = None
        self._chapters: list[Location | None] = []
        self._message = QLabel()
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        self._message.setWordWrap(True)
        self._message.setAccessibleDescription("About this comparison")
        self._together = QCheckBox("Scroll together")
        self._together.setChecked(True)
        self._together.setToolTip(
            "Show the passage here that says the same as the one at the top of the open chapter"
        )
        self._beside = QCheckBox("Side by side")
        self._beside.setToolTip("Show both texts here, passage beside passage, with what differs marked")
        self._fill_menu()
        self._place = QLabel()
        self._place.setTextFormat(Qt.TextFormat.PlainText)
        self._place.setAccessibleDescription("Differences")
        self._pairs: Mapping[str, str] = {}
        self._differences: tuple[str, ...] = ()
        self._current = -1
        self._view = PageView()
        self._view.strip.set_compact()
        self._view.text.setAccessibleName("Text of the counterpart")
        self._lay_out()
        self._manual_box.currentIndexChanged.connect(self._on_manual_changed)
        self._chapter_box.currentIndexChanged.connect(self._on_chapter_changed)
        self._view.link_activated.connect(self.link_activated)
        self._view.zoom_requested.connect(self.zoom_requested)
        self._view.provenance_requested.connect(self.provenance_requested)
        self._beside.toggled.connect(self._on_layout_toggled)
        self._lone.toggled.connect(self._on_layout_toggled)
        self._right.triggered.connect(self._on_right_clicked)
        self._wrong.triggered.connect(self._on_wrong_clicked)
        self._forget.triggered.connect(self._on_forget_clicked)
        self._forget.setVisible(False)  # Qt takes it by position only
        self._view.hide()
        self._show_switches()
        self._show_judgement()

    def _fill_menu(self) -> None:
        """What is wanted seldom."""
        self._more = QToolButton()
        self._more.setText("More")
        self._more.setAccessibleName("More about this comparison")
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self._more)
        self._more.setMenu(menu)
        self._lone = menu.addAction("Show passages that only one has")
        self._lone.setCheckable(True)
        self._lone.setChecked(True)
        # A decision is kept, and wins over the matching until it is forgotten.
        self._right = menu.addAction("This is the counterpart")
        self._wrong = menu.addAction("This is not the counterpart")
        self._forget = menu.addAction("Forget my decision")

    def _lay_out(self) -> None:
        self._controls = QWidget()
        self._controls.setObjectName("scrolled")
        form = self._form = QFormLayout(self._controls)
        form.setContentsMargins(Space.MEDIUM, Space.SMALL, Space.MEDIUM, Space.TIGHT)
        form.setVerticalSpacing(Space.TIGHT)
        form.addRow(self._heading)
        form.addRow("With", self._manual_box)
        form.addRow("Chapter", self._chapter_box)
        form.addRow(self._message)
        switches = QHBoxLayout()
        switches.addWidget(self._beside)
        switches.addWidget(self._more)
        switches.addWidget(self._together)
        switches.addStretch(1)
        form.addRow(switches)
        form.addRow(self._place)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self._controls)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout.addWidget(self._scroll)
        layout.addWidget(self._view, 1)
        layout.addStretch(0)
        self._controls.installEventFilter(self)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._claim_height()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self._claim_height()
        return super().eventFilter(watched, event)

    def _claim_height(self) -> None:
        """Give the controls what they need, and the text the larger share: with large letters the controls scroll."""
        needed = self._form.heightForWidth(self._scroll.viewport().width())
        needed = needed if needed > 0 else self._form.sizeHint().height()
        if self._controls.minimumHeight() != needed:
            self._controls.setMinimumHeight(needed)
        height = min(needed, max(round(self.height() * _SHARE), _LEAST_HEIGHT))
        if self._scroll.height() != height or self._scroll.minimumHeight() != height:
            self._scroll.setFixedHeight(height)

    @property
    def is_side_by_side(self) -> bool:
        """Whether both texts are to stand here."""
        return self._beside.isChecked()

    @is_side_by_side.setter
    def is_side_by_side(self, is_wanted: bool) -> None:
        self._beside.setChecked(is_wanted)

    @property
    def shows_lone(self) -> bool:
        """Whether passages that only some of the texts have are to be shown in full."""
        return self._lone.isChecked()

    @property
    def compares_with_all(self) -> bool:
        """Whether all other authorities are chosen."""
        return self._has_all and self._manual_box.currentIndex() == len(self._manuals) + len(self._editions)

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
        manual, edition, was_all = self.manual, self.edition, self.compares_with_all
        self._manuals, self._editions = list(names), list(editions)
        self._manual_box.blockSignals(True)  # noqa: FBT003  # Qt takes it by position only
        self._manual_box.clear()
        self._manual_box.addItems([*names.values(), *editions.values()])
        self._has_all = len(names) > 1
        if self._has_all:
            self._manual_box.addItem("All other authorities")
        index = 0
        if manual in self._manuals:
            index = self._manuals.index(manual)
        elif edition in self._editions:
            index = len(self._manuals) + self._editions.index(edition)
        elif was_all and self._has_all:
            index = len(self._manuals) + len(self._editions)
        self._manual_box.setCurrentIndex(index)
        self._manual_box.blockSignals(False)  # noqa: FBT003

    def choose_edition(self, edition: int) -> None:
        """Compare with another edition; one that is not in the list changes nothing."""
        if edition in self._editions:
            self._manual_box.setCurrentIndex(len(self._manuals) + self._editions.index(edition))

    def choose_all(self) -> None:
        """Compare with every other authority."""
        if self._has_all:
            self._manual_box.setCurrentIndex(len(self._manuals) + len(self._editions))

    def set_no_chapters(self) -> None:
        """Offer no chapter to choose: editions are compared chapter by chapter as they are."""
        self._chapter_box.blockSignals(True)  # noqa: FBT003
        self._chapter_box.clear()
        self._chapters = []
        self._chapter_box.blockSignals(False)  # noqa: FBT003
        self._chapter_box.setEnabled(False)
        self._forget.setVisible(False)  # Qt takes it by position only
        self._show_judgement()

    def choose_manual(self, manual: ManualId) -> None:
        """Compare with this manual; one that is not in the list changes nothing."""
        if manual in self._manuals:
            self._manual_box.setCurrentIndex(self._manuals.index(manual))

    def set_heading(self, text: str) -> None:
        """Say what is being compared."""
        self._heading.setText(text)

    def set_suggestions(
        self,
        suggestions: tuple[Counterpart, ...],
        counterpart: Counterpart | None,
        *,
        is_decided: bool = False,
    ) -> None:
        """The chapters to choose from, best first; the counterpart is chosen, or none if there is none.

        Args:
            suggestions: The chapters.
            counterpart: The one that is the counterpart.
            is_decided: Whether the person has decided something about the open chapter and this authority.
        """
        self._forget.setVisible(is_decided)
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
        self._counterpart = self._chapters[0] if counterpart is not None else None
        self._show_judgement()
        if counterpart is not None:
            self._message.setText(f"Counterpart: {counterpart.why}.")
        elif suggestions:
            self._message.setText(
                "No chapter there has a title that is alike enough. The nearest ones are in the list."
            )
        else:
            self._message.setText("No chapter there has a title like this.")
        self._view.hide()

    def set_page(
        self, page: Page, pictures: PictureSource, pairs: Mapping[str, str], differences: tuple[str, ...] = ()
    ) -> None:
        """Show a chapter, or what differs.

        Args:
            page: The chapter.
            pictures: Where its pictures come from.
            pairs: For passages of the open chapter, by anchor: the anchor of the passage here that says the same.
            differences: The anchors of what differs, in their order.
        """
        self._pairs = pairs
        self._differences, self._current = differences, -1
        self._show_switches()
        self._view.set_pictures(pictures)
        self._view.set_page(page)
        self._view.show()

    def follow(self, anchor: str | None) -> None:
        """Show the passage that says the same as one of the open chapter, if there is one and the person wants it."""
        if anchor is not None and self._together.isChecked() and (here := self._pairs.get(anchor)):
            self._view.text.go_to_anchor(here)

    @property
    def chosen(self) -> Location | None:
        """The chapter that is chosen in the list."""
        index = self._chapter_box.currentIndex()
        return self._chapters[index] if 0 <= index < len(self._chapters) else None

    def step_difference(self, step: int) -> None:
        """Go to the next difference (1) or the previous one (-1); behind the last comes the first."""
        if self._differences:
            count = len(self._differences)
            self._current = (
                (self._current + step) % count if self._current >= 0 else (0 if step > 0 else count - 1)
            )
            self._view.text.go_to_anchor(self._differences[self._current])
            self._show_switches()

    def set_remark(self, text: str) -> None:
        """Say something about the comparison that is shown."""
        self._message.setText(text)

    def set_message(self, text: str) -> None:
        """Show a sentence and no chapter."""
        self._message.setText(text)
        self._view.hide()

    def set_look(self, look: TextLook) -> None:
        self._view.set_look(look)

    def set_colours(self, colours: Colours) -> None:
        self._view.set_colours(colours)

    def _show_switches(self) -> None:
        is_edition = self.edition is not None
        self._beside.setVisible(not is_edition and not self.compares_with_all)
        self._lone.setVisible(not is_edition and (self.is_side_by_side or self.compares_with_all))
        self._together.setVisible(not self.is_side_by_side and not self.compares_with_all)
        count = len(self._differences)
        self._place.setVisible(bool(count))
        number = f"{self._current + 1} of {count}" if self._current >= 0 else str(count)
        self._place.setText(f"Differences: {number} (F8)")

    @Slot(bool)
    def _on_layout_toggled(self, _: bool) -> None:  # noqa: FBT001  # Qt's signal
        self._show_switches()
        self.layout_changed.emit()

    @Slot(int)
    def _on_manual_changed(self, _: int) -> None:
        self._show_switches()
        if self.compares_with_all:
            self.all_chosen.emit()
        elif self.manual is not None:
            self.manual_chosen.emit(self.manual)
        elif self.edition is not None:
            self.edition_chosen.emit(self.edition)

    def _show_judgement(self) -> None:
        """One may call wrong what was found, and right what one chose oneself."""
        chosen = self.chosen
        self._right.setVisible(chosen is not None and chosen != self._counterpart)
        self._wrong.setVisible(chosen is not None and chosen == self._counterpart)

    @Slot()
    def _on_right_clicked(self) -> None:
        self.counterpart_judged.emit(True)  # noqa: FBT003  # Qt takes it by position only

    @Slot()
    def _on_wrong_clicked(self) -> None:
        self.counterpart_judged.emit(False)  # noqa: FBT003

    @Slot()
    def _on_forget_clicked(self) -> None:
        self.decision_forgotten.emit()

    @Slot(int)
    def _on_chapter_changed(self, _: int) -> None:
        self._show_judgement()
        self.chapter_chosen.emit(self.chosen)


def _box(name: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(8)
    return box
