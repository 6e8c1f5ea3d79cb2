"""Paints rows of the trees: number and title in full, badges, path, and a text below with the found words marked."""

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

from reader.ui.models.nodes import NodeKind, Role, Shown
from reader.ui.theme import LIGHT, Colours
from reader.ui.widgets.offsets import qt_offsets

_PADDING: Final = 3
_GAP: Final = 6
_MIN_TEXT_WIDTH: Final = 80
_MIN_WIDTH_BESIDE_BADGES: Final = 150
_MUTED_KINDS: Final = frozenset({NodeKind.SEE_ALSO, NodeKind.NOTE, NodeKind.FORM})
_LEADS: Final = {NodeKind.SEE_ALSO: "See also: ", NodeKind.FORM: "Form: "}
_MOST_HEIGHTS: Final = 3_000
_MOST_ROWS: Final = 300
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class _Badge:
    text: str
    width: int


@dataclass(frozen=True, slots=True)
class _Row:
    """A row laid out: title and detail in as many lines as they need, badges beside or, where it is narrow, below."""

    title: QTextLayout
    badges: tuple[_Badge, ...]
    are_badges_below: bool
    line_height: int
    path: str
    detail: QTextLayout | None

    @property
    def head_height(self) -> float:
        """Of title and badges, in pixels."""
        return self.title.boundingRect().height() + (self.line_height if self.are_badges_below else 0)

    @property
    def height(self) -> float:
        """Of everything, in pixels."""
        detail = self.detail.boundingRect().height() if self.detail else 0.0
        return self.head_height + (self.line_height if self.path else 0) + detail


class EntryDelegate(QStyledItemDelegate):
    """Draws what a node says, all of it as plain text. Long titles go on in a second line and are never cut."""

    def __init__(self, view: QTreeView) -> None:
        super().__init__(view)
        self._view = view
        self._colours = LIGHT
        # Views ask for each row's height at every change of width, and paint a row whenever the mouse moves over it.
        self._heights: dict[tuple[Shown, int], int] = {}
        self._letters = ""
        self._rows: dict[tuple[Shown, int, str], _Row] = {}

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        self._rows.clear()  # found words are marked in colour

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        shown: Shown = index.data(Role.SHOWN)
        width = self._row_width(shown)
        letters = option.font.key()
        if letters != self._letters:
            self._letters = letters
            self._heights.clear()
            self._rows.clear()
        key = shown, width
        height = self._heights.get(key)
        if height is None:
            height = round(self._height(option.font, shown, width)) + 2 * _PADDING
            if len(self._heights) >= _MOST_HEIGHTS:
                self._heights.clear()
            self._heights[key] = height
        return QSize(width, height)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        self.initStyleOption(option, index)
        option.text = ""
        self._view.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, self._view)
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        palette: QPalette = option.palette
        selected_ink = palette.color(QPalette.ColorRole.HighlightedText)
        area: QRect = option.rect.adjusted(_PADDING, _PADDING, -_PADDING, -_PADDING)
        shown: Shown = index.data(Role.SHOWN)
        row = self._row(option.font, shown, area.width())
        is_muted = shown.kind in _MUTED_KINDS
        painter.save()
        painter.setClipRect(option.rect)
        painter.setPen(
            selected_ink if is_selected else QColor(self._colours.muted if is_muted else self._colours.ink)
        )
        row.title.draw(painter, QPointF(area.topLeft()))
        self._paint_badges(painter, _font(option.font, shown.kind), row, area)
        painter.setPen(selected_ink if is_selected else QColor(self._colours.muted))
        top = area.top() + row.head_height
        if row.path:
            line = QRectF(area.left(), top, area.width(), row.line_height)
            painter.setFont(option.font)
            path = QFontMetrics(option.font).elidedText(row.path, Qt.TextElideMode.ElideMiddle, area.width())
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine, path)
            top += row.line_height
        if row.detail:
            row.detail.draw(painter, QPointF(area.left(), top))
        painter.restore()

    def _height(self, base: QFont, shown: Shown, width: int) -> float:
        metrics = QFontMetrics(_font(base, shown.kind))
        is_more = shown.badges or shown.path or shown.detail
        if is_more or metrics.horizontalAdvance(_text(shown)) > width - _PADDING:
            return self._row(base, shown, width).height
        return metrics.height()  # one line: no need to lay it out to know that

    def _row(self, base: QFont, shown: Shown, width: int) -> _Row:
        key = shown, width, base.key()
        row = self._rows.get(key)
        if row is None:
            if len(self._rows) >= _MOST_ROWS:
                self._rows.clear()
            row = self._rows[key] = self._laid_out(base, shown, width)
        return row

    def _laid_out(self, base: QFont, shown: Shown, width: int) -> _Row:
        font = _font(base, shown.kind)
        badges = _badges(font, shown.badges)
        beside = width - _badges_width(badges)
        are_badges_below = bool(badges) and beside < _MIN_WIDTH_BESIDE_BADGES
        lead = len(_LEADS.get(shown.kind, ""))
        title_marks = tuple((start + lead, end + lead) for start, end in shown.title_marks)
        text, detail = _text(shown), shown.detail
        return _Row(
            _lay_out(text, font, width if are_badges_below else beside, self._formats(text, title_marks)),
            badges,
            are_badges_below,
            QFontMetrics(font).height(),
            shown.path,
            _lay_out(detail, base, width, self._formats(detail, shown.marks)) if detail else None,
        )

    def _formats(self, text: str, marks: tuple[tuple[int, int], ...]) -> list[QTextLayout.FormatRange]:
        formats: list[QTextLayout.FormatRange] = []
        to_qt = qt_offsets(text)
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
        return formats

    def _row_width(self, shown: Shown) -> int:
        depth = shown.depth + (1 if self._view.rootIsDecorated() else 0)
        # The column's, not the viewport's: a style sheet's border of the hidden header makes it narrower.
        return self._view.columnWidth(0) - depth * self._view.indentation() - 2 * _PADDING

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


def _text(shown: Shown) -> str:
    return _LEADS.get(shown.kind, "") + shown.title


def _font(base: QFont, kind: NodeKind) -> QFont:
    font = QFont(base)
    font.setBold(kind in {NodeKind.AUTHORITY, NodeKind.FOLDER})
    font.setItalic(kind in _MUTED_KINDS)
    return font


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(max(font.pointSizeF() * 0.85, 6.0))
    return small


def _badges(font: QFont, texts: tuple[str, ...]) -> tuple[_Badge, ...]:
    if not texts:
        return ()
    metrics = QFontMetrics(_small(font))
    return tuple(_Badge(text, metrics.horizontalAdvance(text) + 2 * _GAP) for text in texts)


def _badges_width(badges: tuple[_Badge, ...]) -> int:
    return sum(badge.width + _GAP // 2 for badge in badges) + (_GAP if badges else 0)


def _lay_out(text: str, font: QFont, width: int, formats: list[QTextLayout.FormatRange]) -> QTextLayout:
    """The text in as many lines as it needs."""
    layout = QTextLayout(text, font)
    layout.setFormats(formats)
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
