"""The strip above a text: where it stands, whose it is, which edition, who signed it, and what to beware of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from reader.domain.contents import Passage
from reader.domain.page import Strip
from reader.ui.icons import Icon, dress, icon_side, pixmap
from reader.ui.part_styles import leave_background_to_frame
from reader.ui.theme import LIGHT, RADIUS, Colours, Space, letter_factor
from reader.ui.widgets.plain_label import plain_label

_SHARE: Final = 0.4
_LEAST_HEIGHT: Final = 72
_USUAL_MOST: Final = 320
_EDGE: Final = 1
_NARROW_PX: Final = 420


class StripBar(QScrollArea):
    """Provenance in a few lines, and the outline. Labels show plain text: they would load files from rich text.

    It leaves room to read: where it would take more than its share of the tab, it scrolls inside itself.
    """

    passage_chosen = Signal(object)
    """Carries the anchor of a passage."""
    provenance_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("strip-scroll")
        self.setAccessibleName("Where this chapter stands and who vouches for it")
        self.setWidgetResizable(True)
        leave_background_to_frame(self)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._is_compact = False
        self._content = QFrame()
        self._content.setObjectName("strip")
        self._breadcrumb = _label("Breadcrumb")
        self._edition = _label("Edition")
        self._signature_icon = QLabel()
        self._signature = _label("Signature")
        self._vouches = QToolButton()
        self._vouches.setText("Signature…")
        self._vouches.setAutoRaise(True)
        self._vouches.setAccessibleName("Who vouches for this?")
        self._vouches.setToolTip("Who signed this text, and who says that they may (Ctrl+I)")
        self._vouches.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._vouches.clicked.connect(self.provenance_requested)
        self._badges = QHBoxLayout()
        self._badges.setSpacing(Space.TIGHT)
        self._warnings = _label("Warnings")
        self._warning_icon = QLabel()
        self._warning_box = QFrame()
        self._warning_box.setObjectName("warnings")
        self.outline = QToolButton()
        self.outline.setText("Outline")
        self.outline.setAutoRaise(True)
        self.outline.setAccessibleName("Outline of the chapter")
        self.outline.setToolTip("Go to a passage of this chapter (Ctrl+G)")
        self.outline.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.outline.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.outline.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.outline.setMenu(QMenu(self.outline))
        self.outline.menu().triggered.connect(self._on_passage_triggered)
        self.outline.hide()
        self._badge_labels: list[QLabel] = []
        self._colours = LIGHT
        self._is_coloured = False
        self._is_verified = False
        self._most = _USUAL_MOST
        self._lay_out()

    def _lay_out(self) -> None:
        first = self._first = QHBoxLayout()
        first.setSpacing(Space.SMALL)
        first.addWidget(self._breadcrumb, 1)
        marks = QHBoxLayout()
        marks.setSpacing(Space.SMALL)
        marks.addLayout(self._badges)
        marks.addStretch(1)
        marks.addWidget(self.outline, 0, Qt.AlignmentFlag.AlignTop)
        first.addLayout(marks)
        signed = QHBoxLayout()
        signed.setSpacing(Space.TIGHT)
        signed.addWidget(self._signature_icon, 0, Qt.AlignmentFlag.AlignTop)
        signed.addWidget(self._signature, 1)
        signed.addWidget(self._vouches, 0, Qt.AlignmentFlag.AlignTop)
        warned = QHBoxLayout(self._warning_box)
        warned.setContentsMargins(Space.SMALL, Space.TIGHT, Space.SMALL, Space.TIGHT)
        warned.setSpacing(Space.SMALL)
        warned.addWidget(self._warning_icon, 0, Qt.AlignmentFlag.AlignTop)
        warned.addWidget(self._warnings, 1)
        layout = self._layout = QVBoxLayout(self._content)
        layout.setContentsMargins(Space.MEDIUM, Space.SMALL, Space.MEDIUM, Space.SMALL)
        layout.setSpacing(Space.TIGHT)
        layout.addLayout(first)
        layout.addWidget(self._edition)
        layout.addLayout(signed)
        layout.addWidget(self._warning_box)
        self.setWidget(self._content)

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Where Tab stops, in order."""
        return self, self.outline, self._vouches

    def set_compact(self) -> None:
        """Leave out where the chapter stands and its statuses: what stands around the strip says them."""
        self._is_compact = True

    def set_strip(self, strip: Strip) -> None:
        """Show the provenance of a page."""
        self._breadcrumb.setText(" › ".join(strip.breadcrumb))
        self._breadcrumb.setVisible(not self._is_compact)
        self._edition.setText(f"{strip.manual}, {strip.edition}")
        self._is_verified = bool(strip.signed_by)
        self._signature.setText(strip.signed_by or "Not verified")
        self._vouches.setVisible(bool(strip.signed_by))
        for label in self._badge_labels:
            self._badges.removeWidget(label)
            label.deleteLater()
        self._badge_labels = []
        for status in () if self._is_compact else strip.statuses:
            label = _label("Status")
            label.setText(status.label)
            label.setWordWrap(False)
            label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            self._badges.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
            self._badge_labels.append(label)
        self._warnings.setText("\n".join(strip.warnings))
        self._warning_box.setVisible(bool(strip.warnings))
        self.verticalScrollBar().setValue(0)
        self._is_coloured = False
        self._colour_when_seen()

    def set_outline(
        self, passages: tuple[Passage, ...], revised: Mapping[str, str] | None = None, since: str = ""
    ) -> None:
        """Offer the passages that have a heading and can be pointed at; without any there is no outline.

        Args:
            passages: The passages of the chapter.
            revised: What those are, by anchor, that changed: "new" or "reworded".
            since: The edition since which they did.
        """
        what = revised or {}
        menu = self.outline.menu()
        menu.clear()
        offered = [passage for passage in passages if passage.anchor and passage.heading]
        for passage in offered:
            revised_as = what.get(passage.anchor or "")
            change = f"  ({revised_as} since {since})" if revised_as else ""
            heading = passage.heading.replace("&", "&&")
            action = menu.addAction(f"{'    ' * max(passage.level - 1, 0)}{heading}{change}")
            action.setData(passage.anchor)
        self.outline.setVisible(bool(offered))

    @Slot(object)
    def follow(self, anchor: str | None) -> None:
        """Mark the passage that is being read."""
        for action in self.outline.menu().actions():
            action.setCheckable(True)
            action.setChecked(anchor is not None and action.data() == anchor)

    def open_outline(self) -> None:
        """Show the outline, if the chapter has one."""
        if self.outline.isVisible():
            self.outline.showMenu()

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        self._is_coloured = False
        self._colour_when_seen()

    def _colour_when_seen(self) -> None:
        """Colour what it says now, or when its tab comes to the front: of many tabs only one is looked at."""
        if not self._is_coloured and self.isVisible():
            self._is_coloured = True
            self._colour()
            self._claim_height()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._colour_when_seen()

    def _colour(self) -> None:
        colours, side = self._colours, icon_side()
        verified = Icon.VERIFIED if self._is_verified else Icon.REFUSED
        self._signature_icon.setPixmap(pixmap(verified, colours.ink, side))
        self._warning_icon.setPixmap(pixmap(Icon.WARNING, colours.warning_ink, side))
        dress(self.outline, Icon.OUTLINE, colours)
        self._content.setStyleSheet(
            f"#strip {{ background: {colours.panel}; border: 0; }}"
            f"#warnings {{ background: {colours.warning}; border-radius: {RADIUS}px; }}"
            f"#warnings QLabel {{ color: {colours.warning_ink}; }}"
        )
        for label in self._badge_labels:
            back, ink = colours.badge_of(label.text())
            label.setStyleSheet(
                f"background: {back}; color: {ink}; border-radius: {RADIUS}px; padding: 1px {Space.SMALL}px;"
            )

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._claim_height()

    def claim_share(self, tab_height: int) -> None:
        """Take no more than a share of a tab of this height, in pixels."""
        self._most = max(round(tab_height * _SHARE), _LEAST_HEIGHT)
        self._claim_height()

    def _claim_height(self) -> None:
        """Be as high as the text needs: layouts forget that wrapped labels need more where they are narrow."""
        is_narrow = self.viewport().width() < _NARROW_PX * letter_factor()
        across, below = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._first.setDirection(below if is_narrow else across)
        self._layout.invalidate()  # labels remember the height that they needed at another width
        needed = max(self._layout.heightForWidth(self.viewport().width()), 0)
        height = min(needed, self._most)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if needed > height else Qt.FocusPolicy.NoFocus)
        self._content.setMinimumHeight(needed)
        if self.height() != height + _EDGE:
            self.setFixedHeight(height + _EDGE)
        self._layout.activate()

    @Slot(QAction)
    def _on_passage_triggered(self, action: QAction) -> None:
        self.passage_chosen.emit(str(action.data()))

    @property
    def text(self) -> str:
        """Everything that the strip says, for screen readers and tests."""
        badges = [label.text() for label in self._badge_labels]
        return "\n".join(
            [
                self._breadcrumb.text(),
                self._edition.text(),
                f"{'✓' if self._is_verified else '✗'} {self._signature.text()}",
                *badges,
                self._warnings.text(),
            ]
        )


def _label(name: str) -> QLabel:
    label = plain_label()
    label.setAccessibleDescription(name)
    label.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return label
