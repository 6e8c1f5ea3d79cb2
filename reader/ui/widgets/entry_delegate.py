"""Paints rows of the trees: number, title, badges, and a second line with the found words marked."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPalette, QTextCharFormat, QTextLayout
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from reader.ui.models.nodes import NodeKind, Role
from reader.ui.theme import LIGHT, Colours

_PADDING: Final = 3
_GAP: Final = 6
_MUTED_KINDS: Final = frozenset({NodeKind.SEE_ALSO, NodeKind.NOTE, NodeKind.FORM})
_LEADS: Final = {NodeKind.SEE_ALSO: "See also: ", NodeKind.FORM: "Form: "}


class EntryDelegate(QStyledItemDelegate):
    """Draws what a node says, all of it as plain text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colours = LIGHT

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        metrics = QFontMetrics(option.font)
        lines = 2 if index.data(Role.DETAIL) else 1
        return QSize(120, lines * metrics.height() + 2 * _PADDING)

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        self.initStyleOption(option, index)
        widget = option.widget
        style = widget.style()
        option.text = ""
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, widget)
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        area: QRect = option.rect.adjusted(_PADDING, _PADDING, -_PADDING, -_PADDING)
        painter.save()
        painter.setClipRect(area)
        line_height = QFontMetrics(option.font).height()
        first_line = QRect(area.left(), area.top(), area.width(), line_height)
        self._paint_first_line(painter, option, index, first_line, is_selected=is_selected)
        detail = index.data(Role.DETAIL)
        if detail:
            second = QRect(area.left(), area.top() + line_height, area.width(), line_height)
            self._paint_detail(
                painter, option, str(detail), index.data(Role.MARKS) or (), second, is_selected=is_selected
            )
        painter.restore()

    def _paint_first_line(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
        area: QRect,
        *,
        is_selected: bool,
    ) -> None:
        kind = index.data(Role.KIND)
        font = QFont(option.font)
        font.setBold(kind in {NodeKind.AUTHORITY, NodeKind.FOLDER})
        font.setItalic(kind in _MUTED_KINDS)
        painter.setFont(font)
        metrics = QFontMetrics(font)
        badges = index.data(Role.BADGES) or ()
        right = self._paint_badges(painter, font, badges, area)
        text_area = QRect(
            area.left(), area.top(), max(right - area.left() - (_GAP if badges else 0), 0), area.height()
        )
        palette: QPalette = option.palette
        if is_selected:
            painter.setPen(palette.color(QPalette.ColorRole.HighlightedText))
        else:
            painter.setPen(QColor(self._colours.muted if kind in _MUTED_KINDS else self._colours.ink))
        text = _LEADS.get(kind, "") + str(index.data(Qt.ItemDataRole.DisplayRole))
        elided = metrics.elidedText(text, Qt.TextElideMode.ElideRight, text_area.width())
        painter.drawText(
            text_area,
            Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine | Qt.AlignmentFlag.AlignLeft,
            elided,
        )

    def _paint_badges(self, painter: QPainter, font: QFont, badges: tuple[str, ...], area: QRect) -> int:
        """Draw the badges from the right.

        Returns:
            Where the text has to end.
        """
        right = area.right()
        small = QFont(font)
        small.setPointSizeF(max(font.pointSizeF() * 0.85, 6.0))
        metrics = QFontMetrics(small)
        for badge in reversed(badges):
            width = metrics.horizontalAdvance(badge) + 2 * _GAP
            if right - width < area.left() + area.width() // 3:
                break  # the title comes first; tooltip and screen reader still say the status
            box = QRect(right - width, area.top() + 1, width, area.height() - 2)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._colours.badge))
            painter.drawRoundedRect(box, 4, 4)
            painter.setFont(small)
            painter.setPen(QColor(self._colours.badge_ink))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, badge)
            right = box.left() - _GAP // 2
        painter.setFont(font)
        return right

    def _paint_detail(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        detail: str,
        marks: tuple[tuple[int, int], ...],
        area: QRect,
        *,
        is_selected: bool,
    ) -> None:
        layout = QTextLayout(detail, option.font)
        formats: list[QTextLayout.FormatRange] = []
        for start, end in marks:
            found = QTextLayout.FormatRange()
            found.start, found.length = start, end - start
            form = QTextCharFormat()
            form.setFontWeight(QFont.Weight.Bold)
            form.setFontUnderline(True)  # more than colour tells a found word
            if not is_selected:
                form.setBackground(QColor(self._colours.mark))
                form.setForeground(QColor(self._colours.mark_ink))
            found.format = form
            formats.append(found)
        layout.setFormats(formats)
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(1e6)
        layout.endLayout()
        palette: QPalette = option.palette
        painter.setPen(
            palette.color(QPalette.ColorRole.HighlightedText) if is_selected else QColor(self._colours.muted)
        )
        layout.draw(painter, QPoint(area.left(), area.top()).toPointF(), clip=QRectF(area))
