"""Reading settings: theme, letters, spacing and the length of lines, seen at once in a text beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSlider,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from reader.domain.settings import (
    LEAST_LINES,
    LEAST_PARAGRAPHS,
    LEAST_ZOOM,
    MOST_LINES,
    MOST_PARAGRAPHS,
    MOST_ZOOM,
    LineLength,
    Settings,
    TextFont,
    Theme,
)
from reader.ui.styles import TextLook
from reader.ui.theme import Space
from reader.ui.widgets.dialog_size import fit
from reader.ui.widgets.page_text import PageText

_REST_MS: Final = 120
_THEMES: Final = (
    (Theme.SYSTEM, "Like the system's"),
    (Theme.LIGHT, "Light"),
    (Theme.DARK, "Dark"),
    (Theme.SEPIA, "Sepia"),
    (Theme.HIGH_CONTRAST, "High contrast"),
)
_FONTS: Final = {
    TextFont.SYSTEM: "The window's",
    TextFont.SERIF: "With serifs",
    TextFont.READABLE: "Easy to tell apart",
}
_LENGTHS: Final = (
    (LineLength.NARROW, "Narrow"),
    (LineLength.NORMAL, "Normal (about 75 characters)"),
    (LineLength.WIDE, "Wide"),
    (LineLength.FULL, "As wide as the window"),
)
_SAMPLE: Final = (
    "<h2>Before the visit</h2><p>Read the record, and agree with your manager whom you will see alone. Take the"
    ' number of the <a href="#x">Emergency Duty Team</a> along: there may be no signal.</p><p>If nobody answers'
    " the door, go round once, leave a card, and ring before you drive away.</p>"
    '<table class="box" width="100%" cellspacing="0"><tr><td class="note"><p>A child who is not seen within five'
    " working days is reported to the Team Manager on the same day.</p></td></tr></table>"
    "<table><tr><th>Visit</th><th>At the latest after</th></tr><tr><td>First</td><td>1 week</td></tr></table>"
)


class ReadingDialog(QDialog):
    """Says what the person wants; shows what the controller made of it."""

    settings_changed = Signal(object)
    """Carries the new settings, a blink after the last change."""

    def __init__(
        self, settings: Settings, fonts: Mapping[TextFont, str], parent: QWidget | None = None
    ) -> None:
        """Make the dialog.

        Args:
            settings: What counts now.
            fonts: The choices of letters that there are on this computer, with their fonts.
            parent: The window.
        """
        super().__init__(parent)
        self.setWindowTitle("Reading settings")
        self._settings = settings
        self._fonts = list(fonts)
        self._is_filling = False
        self._theme = _box("Colours", [label for _, label in _THEMES])
        self._font = _box("Letters", [f"{_FONTS[choice]} ({family})" for choice, family in fonts.items()])
        self._zoom, self._zoom_said = _slider("Size of the text", LEAST_ZOOM, MOST_ZOOM, 10)
        self._lines, self._lines_said = _slider("Distance of lines", LEAST_LINES, MOST_LINES, 5)
        self._paragraphs, self._paragraphs_said = _slider(
            "Distance of paragraphs", LEAST_PARAGRAPHS, MOST_PARAGRAPHS, 25
        )
        self._length = _box("Length of lines", [label for _, label in _LENGTHS])
        self._follows = QCheckBox("Window letters follow")
        self._follows.setToolTip("The letters of the window grow with the text, up to twice their size")
        self._calm = QCheckBox("Nothing moves by itself")
        self.preview = PageText("A text as it will look")
        self.preview.setMinimumWidth(160)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_REST_MS)
        self._timer.timeout.connect(self._on_rested)
        self._lay_out()
        self._fill()
        self.preview.set_page(_SAMPLE, None)
        for box in (self._theme, self._font, self._length):
            box.currentIndexChanged.connect(self._on_changed)
        for slider in (self._zoom, self._lines, self._paragraphs):
            slider.valueChanged.connect(self._on_changed)
        for check in (self._follows, self._calm):
            check.toggled.connect(self._on_toggled)

    def _lay_out(self) -> None:
        controls = QWidget()
        controls.setObjectName("scrolled")
        form = QFormLayout(controls)
        form.setContentsMargins(0, 0, Space.SMALL, 0)
        form.setVerticalSpacing(Space.SMALL)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.addRow("&Colours", self._theme)
        form.addRow("&Letters", self._font)
        for label, slider, said in (
            ("&Size of the text", self._zoom, self._zoom_said),
            ("Distance of l&ines", self._lines, self._lines_said),
            ("Distance of &paragraphs", self._paragraphs, self._paragraphs_said),
        ):
            row = QHBoxLayout()
            row.addWidget(slider, 1)
            row.addWidget(said)
            form.addRow(label, row)
            form.labelForField(row).setBuddy(slider)  # type: ignore[attr-defined]  # it is a QLabel
        form.addRow("Length of li&nes", self._length)
        form.addRow(self._follows)
        form.addRow(self._calm)
        scroll = QScrollArea()
        scroll.setWidget(controls)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._controls, self._form = controls, form
        scroll.setMinimumWidth(
            controls.minimumSizeHint().width() + scroll.verticalScrollBar().sizeHint().width()
        )
        both = QHBoxLayout()
        both.setSpacing(Space.MEDIUM)
        both.addWidget(scroll, 4)
        both.addWidget(self.preview, 5)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        usual = buttons.addButton("As at first", QDialogButtonBox.ButtonRole.ResetRole)
        usual.setAutoDefault(False)  # Enter in a field resets nothing
        usual.setToolTip("Set everything here back to what it was at the first start")
        usual.clicked.connect(self._on_usual)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.LARGE, Space.LARGE, Space.LARGE, Space.MEDIUM)
        layout.setSpacing(Space.MEDIUM)
        layout.addLayout(both, 1)
        layout.addWidget(buttons)
        fit(self, 760, 500)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._controls.setMinimumHeight(self._form.sizeHint().height())  # known once the style is

    @property
    def settings(self) -> Settings:
        """What the dialog says."""
        return replace(
            self._settings,
            theme=_THEMES[self._theme.currentIndex()][0],
            text_font=self._fonts[self._font.currentIndex()],
            zoom_percent=_stepped(self._zoom, 10),
            line_percent=_stepped(self._lines, 5),
            paragraph_percent=_stepped(self._paragraphs, 25),
            line_length=_LENGTHS[self._length.currentIndex()][0],
            window_follows=self._follows.isChecked(),
            less_motion=self._calm.isChecked(),
        )

    def show_settings(self, settings: Settings, look: TextLook) -> None:
        """Show what counts now, in the controls and in the text beside them."""
        self._settings = settings
        self._fill()
        self.preview.set_look(look)

    def _fill(self) -> None:
        settings = self._settings
        self._is_filling = True
        self._theme.setCurrentIndex([theme for theme, _ in _THEMES].index(settings.theme))
        self._font.setCurrentIndex(
            self._fonts.index(settings.text_font) if settings.text_font in self._fonts else 0
        )
        self._length.setCurrentIndex([length for length, _ in _LENGTHS].index(settings.line_length))
        for slider, value in (
            (self._zoom, settings.zoom_percent),
            (self._lines, settings.line_percent),
            (self._paragraphs, settings.paragraph_percent),
        ):
            if not slider.isSliderDown():
                slider.setValue(value)
        self._follows.setChecked(settings.window_follows)
        self._calm.setChecked(settings.less_motion)
        self._say_values()
        self._is_filling = False

    def _say_values(self) -> None:
        self._zoom_said.setText(f"{_stepped(self._zoom, 10)} %")
        self._lines_said.setText(f"{_stepped(self._lines, 5) / 100:.2f}")
        self._paragraphs_said.setText(f"{_stepped(self._paragraphs, 25)} %")

    @Slot(int)
    def _on_changed(self, _: int) -> None:
        self._say_values()
        if not self._is_filling:
            self._timer.start()

    @Slot(bool)
    def _on_toggled(self, _: bool) -> None:  # noqa: FBT001  # Qt's signal
        self._on_changed(0)

    @Slot()
    def _on_rested(self) -> None:
        self.settings_changed.emit(self.settings)

    @Slot()
    def _on_usual(self) -> None:
        usual = Settings(watched_dir=self._settings.watched_dir)
        self.settings_changed.emit(usual)


def _box(name: str, choices: list[str]) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.addItems(choices)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(12)
    return box


def _slider(name: str, least: int, most: int, step: int) -> tuple[QSlider, QLabel]:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setAccessibleName(name)
    slider.setRange(least, most)
    slider.setSingleStep(step)
    slider.setPageStep(2 * step)
    said = QLabel()
    said.setTextFormat(Qt.TextFormat.PlainText)
    said.setMinimumWidth(said.fontMetrics().horizontalAdvance("300 %"))
    said.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return slider, said


def _stepped(slider: QSlider, step: int) -> int:
    """Where the slider stands, on a whole step: a mouse leaves it between two."""
    return min(max(round(slider.value() / step) * step, slider.minimum()), slider.maximum())
