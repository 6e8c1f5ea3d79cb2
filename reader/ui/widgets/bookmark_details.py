"""Everything about one bookmark, below the tree: its words, its note, and what a newer edition made of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from reader.domain.bookmark import Bookmark, Verdict
from reader.ui.theme import Space
from reader.ui.widgets.plain_label import plain_label

_SHOWN: Final = 600


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    """The wish to put a bookmark at one of the places that were suggested for it, by its number."""

    bookmark: Bookmark
    number: int


@dataclass(frozen=True, slots=True)
class SuggestedPlace:
    """A place that may be meant: its heading, its words, and how sure it is (0 to 1)."""

    heading: str
    words: str
    confidence: float


class BookmarkDetails(QScrollArea):
    """Shows a bookmark; says what the person decides about it. Empty while none is chosen."""

    edit_requested = Signal(object)
    settled = Signal(object)
    carry_undo_requested = Signal(object)
    older_requested = Signal(object)
    place_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bookmark: Bookmark | None = None
        self._suggested: tuple[SuggestedPlace, ...] = ()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName("About the chosen bookmark")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(Space.SMALL, Space.SMALL, Space.SMALL, Space.SMALL)
        layout.setSpacing(Space.SMALL)
        self._texts: dict[str, QLabel] = {}
        for name in ("place", "words", "note", "facts", "verdict", "then", "now"):
            label = plain_label()
            label.setObjectName(f"bookmark-{name}")
            self._texts[name] = label
            layout.addWidget(label)
        self._texts["verdict"].setObjectName("warning")
        self._places = QComboBox()
        self._places.setAccessibleName("Places that may be meant")
        self._places.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._places.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._put = self._button(
            "&Put it there", "Put the bookmark at the place that is chosen", self._on_put
        )
        self._places.currentIndexChanged.connect(self._on_place_changed)
        self._place_words = plain_label()
        for widget in (self._places, self._place_words, self._put):
            layout.addWidget(widget)
        self._edit = self._button("&Edit…", "Change name, note, tags, folder and highlight", self._on_edit)
        self._settle = self._button("&Leave it here", "This place is right: ask no more", self._on_settle)
        self._undo = self._button(
            "&Undo the carry-over",
            "Put the bookmark back into the edition that it was made in",
            self._on_undo,
        )
        self._older = self._button(
            "&Open where it was", "Open the edition that it was made in", self._on_older
        )
        for button in (self._edit, self._settle, self._undo, self._older):
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)  # below each other: letters may be large
        layout.addStretch(1)
        self.setWidget(inside)
        self.set_bookmark(None)

    def set_bookmark(self, bookmark: Bookmark | None) -> None:
        """Show a bookmark, or nothing."""
        self.bookmark = bookmark
        self.setVisible(bookmark is not None)
        self.set_places(())
        if bookmark is None:
            return
        quote, carried = bookmark.quote, bookmark.carried
        heading = f" › {quote.heading}" if quote is not None and quote.heading else ""
        edition = f", edition {bookmark.location.edition}" if bookmark.location.edition else ""
        is_open = bookmark.needs_a_look
        is_changed = carried is not None and carried.verdict is Verdict.CHANGED and carried.quote is not None
        self._say("place", f"{bookmark.title}{heading}{edition}")
        self._say("note", bookmark.note)
        self._say("facts", "  ".join(f"#{tag}" for tag in bookmark.tags))
        self._say("verdict", _verdict_sentence(bookmark))
        then = carried.quote.exact if is_changed and carried is not None and carried.quote else ""
        now = quote.exact if is_changed and quote is not None else ""
        is_shown = quote is not None and quote.is_selection and not (now and then != now)
        self._say("words", f"“{_cut(quote.exact)}”" if quote is not None and is_shown else "")
        self._say("then", f"Then: “{_cut(then)}”" if then and then != now else "")
        self._say("now", f"Now: “{_cut(now)}”" if now and then != now else "")
        self._settle.setVisible(is_open)
        can_undo = carried is not None and carried.before != bookmark.location
        self._undo.setVisible(can_undo)
        self._older.setVisible(can_undo)

    def set_places(self, places: tuple[SuggestedPlace, ...]) -> None:
        """Where it may belong, the likeliest first."""
        self._suggested = places
        self._places.clear()
        self._places.addItems([f"{place.heading} ({place.confidence:.0%} sure)" for place in places])
        for widget in (self._places, self._place_words, self._put):
            widget.setVisible(bool(places))

    @property
    def said(self) -> str:
        """All that is shown, a line each."""
        return "\n".join(label.text() for label in self._texts.values() if label.text())

    def _say(self, name: str, text: str) -> None:
        self._texts[name].setText(text)
        self._texts[name].setVisible(bool(text))

    @staticmethod
    def _button(text: str, name: str, slot: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.clicked.connect(slot)
        return button

    @Slot(int)
    def _on_place_changed(self, number: int) -> None:
        is_any = 0 <= number < len(self._suggested)
        self._place_words.setText(f"“{_cut(self._suggested[number].words)}”" if is_any else "")
        self._places.setToolTip(self._places.currentText())

    @Slot()
    def _on_edit(self) -> None:
        self.edit_requested.emit(self.bookmark)

    @Slot()
    def _on_settle(self) -> None:
        self.settled.emit(self.bookmark)

    @Slot()
    def _on_undo(self) -> None:
        self.carry_undo_requested.emit(self.bookmark)

    @Slot()
    def _on_older(self) -> None:
        self.older_requested.emit(self.bookmark)

    @Slot()
    def _on_put(self) -> None:
        if self.bookmark is not None and self._places.count():
            self.place_chosen.emit(PlaceChoice(self.bookmark, self._places.currentIndex()))


def _verdict_sentence(bookmark: Bookmark) -> str:
    carried = bookmark.carried
    if carried is None:
        return ""
    edition = f"edition {carried.edition}"
    was = f"edition {carried.before.edition}" if carried.before.edition else "its own edition"
    if carried.is_settled:
        return f"Left in {was} by you." if carried.verdict in {Verdict.UNSURE, Verdict.GONE} else ""
    match carried.verdict:
        case Verdict.SAME:
            return ""
        case Verdict.MOVED:
            return f"Moved: in {edition} the same words stand here."
        case Verdict.CHANGED:
            return f"Text changed in {edition}. The place is {_sure(carried.confidence)}."
        case Verdict.GONE:
            return f"Gone: {edition} does not hold these words any more. They are kept, and open in {was}."
        case _:
            return f"Not found again for sure in {edition}: it stays in {was} until you say where it belongs."


def _sure(confidence: float) -> str:
    return "certain" if confidence >= 0.95 else "almost certain" if confidence >= 0.85 else "likely"  # noqa: PLR2004


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN].rsplit(' ', 1)[0]} …"
