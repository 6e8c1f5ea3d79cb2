"""Paints rows of the trees: number and title in full, badges, and a second line with the found words marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QPalette,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView
from typing_extensions import override

from reader.ui.models.nodes import NodeKind, Role
from reader.ui.theme import LIGHT, Colours
from reader.ui.widgets.offsets import qt_offsets

_PADDING: Final = 3
_GAP: Final = 6
_MIN_TEXT_WIDTH: Final = 80
_MIN_WIDTH_BESIDE_BADGES: Final = 150
_MUTED_KINDS: Final = frozenset({NodeKind.SEE_ALSO, NodeKind.NOTE, NodeKind.FORM})
_LEADS: Final = {NodeKind.SEE_ALSO: "See also: ", NodeKind.FORM: "Form: "}
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class _Badge:
    text: str
    width: int


@dataclass(frozen=True, slots=True)
class _Row:
    """A row laid out: the title in as many lines as it needs, badges beside it or, where it is narrow, below."""

    title: QTextLayout
    badges: tuple[_Badge, ...]
    are_badges_below: bool
    line_height: int

    @property
    def height(self) -> float:
        """Of title and badges, in pixels."""
        return self.title.boundingRect().height() + (self.line_height if self.are_badges_below else 0)


class EntryDelegate(QStyledItemDelegate):
    """Draws what a node says, all of it as plain text. Long titles go on in a second line and are never cut."""

    def __init__(self, view: QTreeView) -> None:
        super().__init__(view)
        self._view = view
        self._colours = LIGHT

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        width = self._row_width(index)
        font = _font(option.font, index)
        metrics = QFontMetrics(font)
        if index.data(Role.BADGES) or metrics.horizontalAdvance(_text(index)) > width - _PADDING:
            height = _row(font, index, width).height
        else:
            height = metrics.height()  # one line: no need to lay it out to know that
        if index.data(Role.DETAIL):
            height += QFontMetrics(option.font).height()
        return QSize(width, round(height) + 2 * _PADDING)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        self.initStyleOption(option, index)
        option.text = ""
        self._view.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, self._view)
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        palette: QPalette = option.palette
        selected_ink = palette.color(QPalette.ColorRole.HighlightedText)
        area: QRect = option.rect.adjusted(_PADDING, _PADDING, -_PADDING, -_PADDING)
        font = _font(option.font, index)
        row = _row(font, index, area.width())
        is_muted = index.data(Role.KIND) in _MUTED_KINDS
        painter.save()
        painter.setClipRect(option.rect)
        painter.setPen(
            selected_ink if is_selected else QColor(self._colours.muted if is_muted else self._colours.ink)
        )
        row.title.draw(painter, QPointF(area.topLeft()))
        self._paint_badges(painter, font, row, area)
        detail = index.data(Role.DETAIL)
        if detail:
            top = area.top() + row.height
            marks = index.data(Role.MARKS) or ()
            painter.setPen(selected_ink if is_selected else QColor(self._colours.muted))
            self._paint_detail(
                painter,
                option.font,
                str(detail),
                marks,
                QRectF(area.left(), top, area.width(), area.height()),
            )
        painter.restore()

    def _row_width(self, index: _Index) -> int:
        depth, above = 1, index.parent()
        while above.isValid():
            depth, above = depth + 1, above.parent()
        if not self._view.rootIsDecorated():
            depth -= 1
        return self._view.viewport().width() - depth * self._view.indentation() - 2 * _PADDING

    def _paint_badges(self, painter: QPainter, font: QFont, row: _Row, area: QRect) -> None:
        right, top = area.right(), area.top() + 1
        if row.are_badges_below:
            right = area.left() + _badges_width(row.badges) - _GAP
            top += round(row.title.boundingRect().height())
        painter.setFont(_small(font))
        for badge in reversed(row.badges):
            box = QRect(right - badge.width, top, badge.width, row.line_height - 2)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._colours.badge))
            painter.drawRoundedRect(box, 4, 4)
            painter.setPen(QColor(self._colours.badge_ink))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, badge.text)
            right = box.left() - _GAP // 2

    def _paint_detail(
        self, painter: QPainter, font: QFont, detail: str, marks: tuple[tuple[int, int], ...], area: QRectF
    ) -> None:
        layout = QTextLayout(detail, font)
        formats: list[QTextLayout.FormatRange] = []
        to_qt = qt_offsets(detail)
        for start, end in marks:
            found = QTextLayout.FormatRange()
            found.start, found.length = to_qt(start), to_qt(end) - to_qt(start)
            form = QTextCharFormat()
            form.setFontWeight(QFont.Weight.Bold)
            form.setFontUnderline(True)  # more than colour tells a found word
            form.setBackground(QColor(self._colours.mark))
            form.setForeground(QColor(self._colours.mark_ink))
            found.format = form
            formats.append(found)
        layout.setFormats(formats)
        layout.beginLayout()
        layout.createLine().setLineWidth(1e6)
        layout.endLayout()
        layout.draw(painter, area.topLeft(), clip=area)


def _text(index: _Index) -> str:
    return _LEADS.get(index.data(Role.KIND), "") + str(index.data(Qt.ItemDataRole.DisplayRole))


def _font(base: QFont, index: _Index) -> QFont:
    kind = index.data(Role.KIND)
    font = QFont(base)
    font.setBold(kind in {NodeKind.AUTHORITY, NodeKind.FOLDER})
    font.setItalic(kind in _MUTED_KINDS)
    return font


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(max(font.pointSizeF() * 0.85, 6.0))
    return small


def _badges(font: QFont, index: _Index) -> tuple[_Badge, ...]:
    metrics = QFontMetrics(_small(font))
    return tuple(
        _Badge(text, metrics.horizontalAdvance(text) + 2 * _GAP) for text in index.data(Role.BADGES) or ()
    )


def _badges_width(badges: tuple[_Badge, ...]) -> int:
    return sum(badge.width + _GAP // 2 for badge in badges) + (_GAP if badges else 0)


def _row(font: QFont, index: _Index, width: int) -> _Row:
    badges = _badges(font, index)
    beside = width - _badges_width(badges)
    are_badges_below = bool(badges) and beside < _MIN_WIDTH_BESIDE_BADGES
    title = _lay_out(_text(index), font, width if are_badges_below else beside)
    return _Row(title, badges, are_badges_below, QFontMetrics(font).height())


def _lay_out(text: str, font: QFont, width: int) -> QTextLayout:
    """The text in as many lines as it needs."""
    layout = QTextLayout(text, font)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    height = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(width, _MIN_TEXT_WIDTH))
        line.setPosition(QPointF(0, height))
        height += line.height()
    layout.endLayout()
    return layout
