"""A picture of a chapter, large: whole or as large as one likes, with its words beneath."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QPixmap, QResizeEvent, QShowEvent, QWheelEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QGraphicsScene,
    QGraphicsView,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from reader.domain.cancel import CancelToken
from reader.ui.icons import Icon, dress
from reader.ui.theme import Colours, Space
from reader.ui.widgets.dialog_size import fit
from reader.ui.widgets.images import LoadedPicture
from reader.ui.widgets.plain_label import plain_label

_STEP: Final = 1.25
_LEAST: Final = 0.05
_MOST: Final = 8.0
_PAN_PX: Final = 60
_WORDS_PX: Final = 64


class PictureDialog(QDialog):
    """Keys: + and - change the size, 0 shows all of it, 1 its own size, arrows move over it, Escape closes."""

    save_requested = Signal()

    def __init__(self, alt: str, title: str, colours: Colours, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Picture: {title}")
        self.view = _PictureView(colours.paper)
        self.view.setAccessibleName(alt or "A picture without words")
        self._loading: CancelToken | None = None
        self._size = QLabel("Loading…")
        self._size.setAccessibleDescription("Size of the picture on screen")
        bar = QHBoxLayout()
        bar.setSpacing(Space.TIGHT)
        self._buttons: list[QToolButton | QPushButton] = []
        for text, words, slot in (
            ("Whole", "Show all of it (0)", self.view.show_whole),
            ("100 %", "Show it in its own size (1)", self.view.show_own_size),
        ):
            button = QPushButton(text)
            button.setAccessibleName(words)
            button.setToolTip(words)
            button.setAutoDefault(False)
            button.clicked.connect(slot)
            bar.addWidget(button)
            self._buttons.append(button)
        for name, words, slot in (
            (Icon.ZOOM_OUT, "Smaller (-)", self.view.make_smaller),
            (Icon.ZOOM_IN, "Larger (+)", self.view.make_larger),
            (Icon.COPY, "Copy the picture", self.copy),
            (Icon.SAVE, "Save a copy of the picture…", self._on_save),
        ):
            tool = QToolButton()
            tool.setAutoRaise(True)
            tool.setAccessibleName(words)
            tool.setToolTip(words)
            tool.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            dress(tool, name, colours)
            tool.clicked.connect(slot)
            bar.addWidget(tool)
            self._buttons.append(tool)
        bar.addWidget(self._size)
        bar.addStretch(1)
        self._words = plain_label(alt or "Its publisher has not said in words what this picture shows.")
        self._words.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._words.setAccessibleDescription("What the picture shows")
        scroll = QScrollArea()
        scroll.setWidget(self._words)
        scroll.setWidgetResizable(True)
        scroll.setMaximumHeight(round(_WORDS_PX * max(self.fontMetrics().height() / 15, 1)))
        scroll.setAccessibleName("What the picture shows")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.MEDIUM, Space.MEDIUM, Space.MEDIUM, Space.MEDIUM)
        layout.setSpacing(Space.SMALL)
        layout.addLayout(bar)
        layout.addWidget(self.view, 1)
        layout.addWidget(scroll)
        layout.addWidget(buttons)
        self.view.scaled.connect(self._on_scaled)
        self._enable(is_there=False)
        fit(self, 1000, 680)
        self.view.setFocus()

    @property
    def loading(self) -> CancelToken | None:
        """What brings the picture; cancelled when the dialog closes before it is there."""
        return self._loading

    @loading.setter
    def loading(self, token: CancelToken) -> None:
        self._loading = token

    @override
    def done(self, result: int) -> None:
        if self._loading is not None:
            self._loading.cancel()
        super().done(result)

    def show_picture(self, picture: LoadedPicture) -> None:
        """Show what was loaded, or why it cannot be shown."""
        if picture.problem:
            self._size.setText(picture.problem)
            return
        self._enable(is_there=True)
        self.view.show_pixmap(QPixmap.fromImage(picture.image))

    @Slot()
    def copy(self) -> None:
        """Copy the picture."""
        QApplication.clipboard().setPixmap(self.view.pixmap)

    def _enable(self, *, is_there: bool) -> None:
        for button in self._buttons:
            button.setEnabled(is_there)

    @Slot()
    def _on_save(self) -> None:
        self.save_requested.emit()

    @Slot(object)
    def _on_scaled(self, factor: float) -> None:
        self._size.setText(f"{factor:.0%}")


class _PictureView(QGraphicsView):
    """A picture that is scaled and moved over."""

    scaled = Signal(object)
    """Carries the factor, 1 being its own size."""

    def __init__(self, paper: str) -> None:
        super().__init__()
        self._scene = QGraphicsScene(self)
        self._item = self._scene.addPixmap(QPixmap())
        self._item.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self._is_whole = True
        self.setScene(self._scene)
        self.setBackgroundBrush(QColor(paper))
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorViewCenter)
        self.setMinimumHeight(80)

    @property
    def pixmap(self) -> QPixmap:
        return self._item.pixmap()

    @property
    def factor(self) -> float:
        return float(self.transform().m11())

    def show_pixmap(self, pixmap: QPixmap) -> None:
        """Show all of a picture, and no larger than it is."""
        self._item.setPixmap(pixmap)
        self._scene.setSceneRect(self._item.boundingRect())
        self.show_whole()

    @Slot()
    def show_whole(self) -> None:
        self._is_whole = True
        area = self._item.boundingRect()
        if area.isEmpty():
            return
        room = self.viewport().size()
        self._scale_to(min(room.width() / area.width(), room.height() / area.height(), 1.0))

    @Slot()
    def show_own_size(self) -> None:
        self._is_whole = False
        self._scale_to(1.0)

    @Slot()
    def make_larger(self) -> None:
        self._is_whole = False
        self._scale_to(self.factor * _STEP)

    @Slot()
    def make_smaller(self) -> None:
        self._is_whole = False
        self._scale_to(self.factor / _STEP)

    def _scale_to(self, factor: float) -> None:
        factor = min(max(factor, _LEAST), _MOST)
        centre: QPointF = self.mapToScene(self.viewport().rect().center())
        self.resetTransform()
        self.scale(factor, factor)
        self.centerOn(centre)
        self.scaled.emit(factor)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        bars = {
            Qt.Key.Key_Left: (self.horizontalScrollBar(), -_PAN_PX),
            Qt.Key.Key_Right: (self.horizontalScrollBar(), _PAN_PX),
            Qt.Key.Key_Up: (self.verticalScrollBar(), -_PAN_PX),
            Qt.Key.Key_Down: (self.verticalScrollBar(), _PAN_PX),
        }
        match event.key():
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.make_larger()
            case Qt.Key.Key_Minus:
                self.make_smaller()
            case Qt.Key.Key_0:
                self.show_whole()
            case Qt.Key.Key_1:
                self.show_own_size()
            case key if key in bars:
                bar, step = bars[Qt.Key(key)]
                bar.setValue(bar.value() + step)
            case _:
                super().keyPressEvent(event)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if event.angleDelta().y() > 0:
                self.make_larger()
            else:
                self.make_smaller()
            event.accept()
            return
        super().wheelEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_whole:
            self.show_whole()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_whole:
            self.show_whole()
