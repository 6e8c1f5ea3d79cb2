"""Training mode: one passage at a time in large letters over the whole screen, worked with a remote control."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from reader.domain.training import Show
from reader.ui.styles import TextLook, Typography, widget_css
from reader.ui.theme import Colours, Letters, Space, letter_factor, system_letter_factor
from reader.ui.widgets.images import PictureSource
from reader.ui.widgets.page_text import PageText
from reader.ui.widgets.plain_label import plain_label
from reader.ui.widgets.spotlight import Spotlight

_ZOOM_STEP: Final = 20
_LEAST_ZOOM, _MOST_ZOOM = 100, 400
_USUAL_ZOOM: Final = 200
_SCROLLED: Final = 0.85
_MOST_FACTOR: Final = 1.25  # what stands around a passage must leave it room
_KEYS: Final = (
    "Page Down, Space or → goes on, Page Up or ← goes back. S lights one paragraph, ↓ and ↑ move the light."
    " B makes the screen dark. + and − change the letters. Esc ends."
)
_FORWARD: Final = frozenset(
    {
        Qt.Key.Key_PageDown,
        Qt.Key.Key_Right,
        Qt.Key.Key_Space,
        Qt.Key.Key_Return,
        Qt.Key.Key_Enter,
        Qt.Key.Key_N,
    }
)
_BACK: Final = frozenset({Qt.Key.Key_PageUp, Qt.Key.Key_Left, Qt.Key.Key_Backspace, Qt.Key.Key_P})
_DARK: Final = frozenset({Qt.Key.Key_B, Qt.Key.Key_Period})
_END: Final = frozenset({Qt.Key.Key_Escape, Qt.Key.Key_F5})


def _css(colours: Colours) -> str:
    """What is read from the back of a room."""
    points = Letters.BODY * min(letter_factor(), _MOST_FACTOR)
    return f"""
#training-title {{ font-size: {points * 1.5:.1f}pt; font-weight: bold; }}
#training-warning {{ font-size: {points * 1.3:.1f}pt; font-weight: bold; padding: {Space.SMALL}px;
    background: {colours.warning}; color: {colours.warning_ink}; }}
#training-foot {{ font-size: {points:.1f}pt; }}
"""


class TrainingView(QWidget):
    """Shows slides. Keys are those that remote controls send: Page Down, Page Up, full stop, F5, Escape.

    Nothing that the person wrote is shown here, and what vouches for the text stands on every slide.
    """

    link_activated = Signal(object)
    ended = Signal()

    def __init__(self, show: Show, colours: Colours, pictures: PictureSource) -> None:
        super().__init__()
        self.setObjectName("training")
        self.setWindowTitle(f"Training: {show.title}")
        self.setAccessibleName("Training mode")
        self._show = show
        self._slide = show.start
        self._step = 0
        self._title = plain_label(show.title)
        self._title.setObjectName("training-title")
        self._warnings = plain_label("\n".join(show.warnings))
        self._warnings.setObjectName("training-warning")
        self._warnings.setVisible(bool(show.warnings))
        self.text = PageText("The passage")
        self.text.set_pictures(pictures)
        self._colours = colours
        self._set_zoom(max(round(_USUAL_ZOOM / system_letter_factor()), _LEAST_ZOOM))
        self.text.link_activated.connect(self.link_activated)
        self.text.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.spotlight = Spotlight(self.text)
        self._provenance = plain_label(show.provenance)
        self._place = QLabel()
        self._place.setTextFormat(Qt.TextFormat.PlainText)
        self._place.setAccessibleDescription("Which passage of how many")
        self._keys = plain_label(_KEYS)
        for label in (self._provenance, self._place, self._keys):
            label.setObjectName("training-foot")
        self._dark = QWidget(self)
        self._dark.setAutoFillBackground(True)
        self._dark.setStyleSheet("background: black;")
        self._dark.hide()
        foot = QHBoxLayout()
        foot.addWidget(self._provenance, 1)
        foot.addWidget(self._place)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.WIDE, Space.MEDIUM, Space.WIDE, Space.MEDIUM)
        layout.addWidget(self._title)
        layout.addWidget(self._warnings)
        layout.addWidget(self.text, 1)
        layout.addWidget(self._keys)
        layout.addLayout(foot)
        self.setStyleSheet(widget_css(colours, letter_factor()) + _css(colours))
        self._present()

    @property
    def place(self) -> tuple[int, int]:
        """(the slide, the step of it), both from 0."""
        return self._slide, self._step

    @property
    def is_dark(self) -> bool:
        return not self._dark.isHidden()

    @property
    def said(self) -> str:
        """Everything that stands around the passage."""
        labels = (self._title, self._warnings, self._provenance, self._place)
        return "\n".join(label.text() for label in labels if label.text())

    def go_on(self) -> None:
        """The next step, or the next slide."""
        if self._step + 1 < len(self._show.slides[self._slide].steps):
            self._step += 1
        elif self._slide + 1 < len(self._show.slides):
            self._slide, self._step = self._slide + 1, 0
        else:
            return
        self._present()

    def go_back(self) -> None:
        """The step before, or the last one of the slide before."""
        if self._step:
            self._step -= 1
        elif self._slide:
            self._slide -= 1
            self._step = len(self._show.slides[self._slide].steps) - 1
        else:
            return
        self._present()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in _END:
            self.close()
        elif key in _DARK:
            self._set_dark(is_dark=not self.is_dark)
        elif self.is_dark:
            self._set_dark(is_dark=False)  # any key lights the screen again, and does nothing else
        elif key in _FORWARD:
            if not self._scroll(1):
                self.go_on()
        elif key in _BACK:
            if not self._scroll(-1):
                self.go_back()
        elif not self._press_in_text(key):
            super().keyPressEvent(event)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self.ended.emit()
        super().closeEvent(event)

    def _press_in_text(self, key: int) -> bool:
        match key:
            case Qt.Key.Key_S:
                self.spotlight.switch(is_on=not self.spotlight.is_on)
            case Qt.Key.Key_Down:
                self._down(1)
            case Qt.Key.Key_Up:
                self._down(-1)
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self._set_zoom(self._zoom + _ZOOM_STEP)
            case Qt.Key.Key_Minus:
                self._set_zoom(self._zoom - _ZOOM_STEP)
            case Qt.Key.Key_Home:
                self._jump(0)
            case Qt.Key.Key_End:
                self._jump(len(self._show.slides) - 1)
            case _:
                return False
        return True

    def _down(self, step: int) -> None:
        if self.spotlight.is_on:
            self.spotlight.step(step)
        else:
            self._scroll(step)

    def _scroll(self, step: int) -> bool:
        """Show more of a passage that is longer than the screen; False when there is no more of it."""
        bar = self.text.verticalScrollBar()
        before = bar.value()
        bar.setValue(before + step * round(bar.pageStep() * _SCROLLED))
        return bar.value() != before

    def _set_zoom(self, percent: int) -> None:
        self._zoom = max(_LEAST_ZOOM, min(percent, _MOST_ZOOM))
        self.text.set_look(TextLook(self._colours, Typography(line_characters=60), self._zoom))

    def _jump(self, slide: int) -> None:
        self._slide, self._step = slide, 0
        self._present()

    def _set_dark(self, *, is_dark: bool) -> None:
        self._dark.setGeometry(self.rect())
        self._dark.setVisible(is_dark)
        self._dark.raise_()

    def _present(self) -> None:
        slide = self._show.slides[self._slide]
        self.spotlight.switch(is_on=False)
        self.text.set_page(slide.steps[self._step], None)
        step = f", step {self._step + 1} of {len(slide.steps)}" if len(slide.steps) > 1 else ""
        self._place.setText(f"{self._slide + 1} of {len(self._show.slides)}{step}")
        self._keys.setVisible((self._slide, self._step) == (self._show.start, 0))
