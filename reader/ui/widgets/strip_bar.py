"""The strip above a text: where it stands, whose it is, which edition, who signed it, and what to beware of."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from reader.domain.contents import Passage
from reader.domain.page import Strip
from reader.ui.theme import Colours
from reader.ui.widgets.plain_label import plain_label


class StripBar(QFrame):
    """Provenance in a few lines, and the outline. Labels show plain text: they would load files from rich text."""

    passage_chosen = Signal(object)
    """Carries the anchor of a passage."""
    provenance_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self._is_compact = False
        self._breadcrumb = _label("Breadcrumb")
        self._edition = _label("Edition")
        self._signature = _label("Signature")
        self._vouches = QToolButton()
        self._vouches.setText("Signature…")
        self._vouches.setAccessibleName("Who vouches for this?")
        self._vouches.setToolTip("Who signed this text, and who says that they may")
        self._vouches.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._vouches.clicked.connect(self.provenance_requested)
        self._badges = QHBoxLayout()
        self._badges.setSpacing(6)
        self._warnings = _label("Warnings")
        self._warnings.setObjectName("warnings")
        self.outline = QToolButton()
        self.outline.setText("Outline")
        self.outline.setAccessibleName("Outline of the chapter")
        self.outline.setToolTip("Go to a passage of this chapter")
        self.outline.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.outline.setMenu(QMenu(self.outline))
        self.outline.menu().triggered.connect(self._on_passage_triggered)
        self.outline.hide()
        first = QHBoxLayout()
        first.addWidget(self._breadcrumb, 1)
        first.addLayout(self._badges)
        first.addWidget(self.outline, 0, Qt.AlignmentFlag.AlignTop)
        layout = self._layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(4)
        layout.addLayout(first)
        layout.addWidget(self._edition)
        signed = QHBoxLayout()
        signed.addWidget(self._signature, 1)
        signed.addWidget(self._vouches, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(signed)
        layout.addWidget(self._warnings)
        self._badge_labels: list[QLabel] = []

    def set_compact(self) -> None:
        """Leave out where the chapter stands and its statuses: what stands around the strip says them."""
        self._is_compact = True

    def set_strip(self, strip: Strip) -> None:
        """Show the provenance of a page."""
        self._breadcrumb.setText(" › ".join(strip.breadcrumb))
        self._breadcrumb.setVisible(not self._is_compact)
        self._edition.setText(f"{strip.manual}, {strip.edition}")
        self._signature.setText(f"✓ {strip.signed_by}" if strip.signed_by else "✗ Not verified")
        self._vouches.setVisible(bool(strip.signed_by))
        for label in self._badge_labels:
            self._badges.removeWidget(label)
            label.deleteLater()
        self._badge_labels = []
        for status in () if self._is_compact else strip.statuses:
            label = _label("Status")
            label.setObjectName("badge")
            label.setText(status.label)
            label.setWordWrap(False)
            label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            self._badges.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
            self._badge_labels.append(label)
        self._warnings.setText("\n".join(f"⚠ {warning}" for warning in strip.warnings))
        self._warnings.setVisible(bool(strip.warnings))
        self._claim_height()

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

    def open_outline(self) -> None:
        """Show the outline, if the chapter has one."""
        if self.outline.isVisible():
            self.outline.showMenu()

    def set_colours(self, colours: Colours) -> None:
        self.setStyleSheet(
            f"#strip {{ background: {colours.panel}; border: 0; border-bottom: 1px solid {colours.line}; }}"
            f"#badge {{ background: {colours.badge}; color: {colours.badge_ink};"
            " border-radius: 4px; padding: 1px 8px; }"
            f"#warnings {{ background: {colours.warning}; color: {colours.warning_ink};"
            " border-radius: 4px; padding: 3px 8px; }"
        )

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._claim_height()

    def _claim_height(self) -> None:
        """Never be squeezed: layouts forget that wrapped labels need more height where they are narrow."""
        self._layout.invalidate()  # labels remember the height that they needed at another width
        self.setMinimumHeight(max(self._layout.heightForWidth(self.width()), 0))
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
                self._signature.text(),
                *badges,
                self._warnings.text(),
            ]
        )


def _label(name: str) -> QLabel:
    label = plain_label()
    label.setAccessibleName(name)
    label.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return label
