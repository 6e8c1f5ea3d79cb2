"""The text of a page: a text browser that loads nothing by itself and keeps lines readable."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from typing import Any, Final

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QRectF, QSize, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QColor,
    QContextMenuEvent,
    QFontMetricsF,
    QHideEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextTable,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QTextBrowser, QTextEdit, QWidget
from typing_extensions import override

from reader.domain.explanation import WordAt
from reader.domain.page_extras import PICTURE_SCHEME, TABLE_SCHEME, Extras, PagePicture, with_extras
from reader.ui.icons import Icon, pixmap
from reader.ui.part_styles import leave_background_to_frame
from reader.ui.styles import TextLook, document_css
from reader.ui.theme import Letters, system_letter_factor
from reader.ui.widgets.highlights import Highlight, found_places, highlight_format
from reader.ui.widgets.images import PictureSource
from reader.ui.widgets.marked_scroll_bar import MarkedScrollBar
from reader.ui.widgets.offsets import qt_offsets
from reader.ui.widgets.paced_layout import PacedLayout, line_at
from reader.ui.widgets.page_pictures import PagePictures

_MIN_MARGIN: Final = 20
_BAR_GAP_PX: Final = 14
_BAR_PX: Final = 4
_MOST_BAR_CHANGES: Final = 4
_SIGN_PX: Final = 16
_SIGN_GAP_PX: Final = 36
_CONTEXT: Final = 200
_MIN_HEIGHT: Final = 60
_HAIR_PX: Final = 2
MOST_MARKS: Final = 2_000
"""How many matches are marked; more would take too long to show."""
RESIZE_REST_MS: Final = 120
"""After how long a size counts as the one that is wanted."""
_PICTURE_TAG: Final = re.compile(r"<img\b[^>]*>")


class PageText(QTextBrowser):
    """Shows sanitised HTML. Every resource that Qt asks for is answered here, from the bundle or by a placeholder."""

    link_activated = Signal(object)
    """Carries the address as text; nothing is opened here."""
    zoom_requested = Signal(object)
    """Carries +1 or -1."""
    passage_reached = Signal(object)
    """Carries the anchor of the passage at the top of the view, whenever that is another one."""
    table_requested = Signal(object)
    """Carries the number of a table of the text that is to be opened in a view of its own."""
    picture_requested = Signal(object)
    """Carries a picture that is to be opened large."""
    explanation_requested = Signal(object)
    """Carries a place in the text at which a word is to be explained."""

    highlight_activated = Signal(object)
    """Carries the id of a bookmark with a note whose words were clicked."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page-text")
        self.setAccessibleName(name)
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setMinimumHeight(_MIN_HEIGHT)
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        leave_background_to_frame(self)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextBrowserInteraction | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._html = ""
        self._look = TextLook()
        self._bar = MarkedScrollBar()
        self.setVerticalScrollBar(self._bar)
        self._pictures = PagePictures(self)
        self._extras = Extras("", (), ())
        self._layout = PacedLayout(self)
        self._anchor: str | None = None
        self._held_place: tuple[int, int] | None = None
        self._own_size = QSize()
        self._bar_changes = 0
        self._column_px = 0.0
        self._resize_timer = QTimer(self)
        self._resize_timer.setSingleShot(True)
        self._resize_timer.setInterval(RESIZE_REST_MS)
        self._resize_timer.timeout.connect(self._on_resize_rested)
        self._pictures.sizes_learnt.connect(self._render_in_place)
        self._pattern: re.Pattern[str] | None = None
        self._marks: list[tuple[int, int]] = []
        self._current_mark = -1
        self._is_stale = False
        self._anchors: list[tuple[int, str]] | None = None
        self._reached: str | None = None
        self._revised: frozenset[str] = frozenset()
        self._highlights: tuple[Highlight, ...] = ()
        self._highlight_places: list[tuple[int, int, Highlight]] | None = None
        self._menu_actions: tuple[QAction, ...] = ()
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.anchorClicked.connect(self._on_anchor_clicked)

    def set_pictures(self, source: PictureSource) -> None:
        """Take the pictures of the next text from here."""
        self._pictures.set_source(source)

    def set_page(self, html: str, anchor: str | None) -> None:
        """Show a text, at an anchor or at its beginning; laid out once it is seen."""
        self.set_extras(with_extras(html), anchor)

    def set_extras(self, extras: Extras, anchor: str | None) -> None:
        """Show a text that was made ready for the screen already."""
        self._pictures.clear()
        self._extras = extras
        self._html, self._anchor = extras.html, anchor
        self._anchors, self._reached = None, None
        self._let_go()
        self._settle_scroll_bar(is_own=True)
        self._is_stale = True
        if self.isVisible():
            self._render_if_stale()

    def set_revised(self, anchors: frozenset[str]) -> None:
        """The passages beside which a bar stands in the margin: they changed since the edition before."""
        self._revised = anchors
        self.viewport().update()

    def set_highlights(self, highlights: tuple[Highlight, ...]) -> None:
        """What the person has marked in this text."""
        if highlights != self._highlights:
            self._highlights, self._highlight_places = highlights, None
            if self.isVisible() and not self._is_stale:
                self._show_marks()
                self.viewport().update()

    def go_to_highlight(self, bookmark: str) -> bool:
        """Go to the words of a bookmark; False when they are not highlighted here."""
        self._render_if_stale()
        for start, end, highlight in self._places_of_highlights():
            if highlight.bookmark == bookmark:
                self._go_to_words(start, end)
                return True
        return False

    def step_highlight(self, step: int) -> str | None:
        """Go to the next (+1) or previous (-1) highlight, round the ends.

        Returns:
            The id of its bookmark, or None when there is none.
        """
        self._render_if_stale()
        places = self._places_of_highlights()
        if not places:
            return None
        here = self.textCursor().selectionStart() if self.textCursor().hasSelection() else self._place()[0]
        starts = [start for start, _, _ in places]
        index = bisect_right(starts, here) if step > 0 else bisect_left(starts, here) - 1
        start, end, highlight = places[index % len(places)]
        self._go_to_words(start, end)
        return highlight.bookmark

    @property
    def selection(self) -> tuple[str, str, str | None] | None:
        """(the words that are selected, what stands before them, the anchor of their passage); None without any."""
        cursor = self.textCursor()
        start, end = cursor.selectionStart(), cursor.selectionEnd()
        words = self._own_words(start, end)
        if not words.strip():
            return None
        return words, self._own_words(max(start - _CONTEXT, 0), start), self._anchor_at(start)

    def _own_words(self, start: int, end: int) -> str:
        """The chapter's own text between two positions."""
        units = self._text_without_additions().encode("utf-16-le", "surrogatepass")
        return units[2 * start : 2 * end].decode("utf-16-le", "replace")

    def set_menu_actions(self, actions: tuple[QAction, ...]) -> None:
        """Actions of the window that stand in the menu of the text, above Qt's own."""
        self._menu_actions = actions

    def go_to_anchor(self, anchor: str) -> None:
        """Scroll to an anchor of the text; one that is not there changes nothing."""
        if self._is_stale:
            self._anchor = anchor
        else:
            self._layout.when_reached(self.document().characterCount(), lambda: self.scrollToAnchor(anchor))

    def set_look(self, look: TextLook) -> None:
        """Set colours, letters, spacing, the length of lines and the size."""
        if look != self._look:
            self._look = look
            self._bar.set_colours(look.colours)
            self._pictures.set_colours(look.colours)
            self._settle_scroll_bar(is_own=True)
            self._render_when_seen()

    def mark(self, pattern: re.Pattern[str] | None, *, moves: bool) -> int:
        """Mark every match in the text; with `moves`, go to the first one at or below the top of the view.

        Returns:
            How many there are.
        """
        self._render_if_stale()
        self._pattern = pattern
        self._marks, self._current_mark = [], -1
        self._bar.set_shares(())
        if pattern is not None:
            text = self.document().toPlainText()
            to_qt = qt_offsets(text)
            for match in pattern.finditer(text):
                self._marks.append((to_qt(match.start()), to_qt(match.end())))
                if len(self._marks) >= MOST_MARKS:
                    break
        if moves and self._marks:
            top, _ = self._place()
            first = next((i for i, (start, _) in enumerate(self._marks) if start >= top), 0)
            self.go_to_mark(first)
        else:
            self._show_marks()
        return len(self._marks)

    def step_mark(self, step: int) -> int:
        """Go to the next (+1) or previous (-1) match, round the ends.

        Returns:
            Its number from 0, or -1 when there is none.
        """
        if self._marks:
            self.go_to_mark((self._current_mark + step) % len(self._marks))
        return self._current_mark

    def go_to_mark(self, number: int) -> None:
        self._current_mark = number
        position = self._marks[number][0]

        def show() -> None:
            cursor = QTextCursor(self.document())
            cursor.setPosition(position)
            self.setTextCursor(cursor)
            self.ensureCursorVisible()

        self._layout.when_reached(position, show)
        self._show_marks()

    @property
    def mark_position(self) -> tuple[int, int]:
        """(number of the current match from 1, or 0; how many there are)."""
        return self._current_mark + 1, len(self._marks)

    # What stands in the text

    @property
    def page_html(self) -> str:
        """The text as it is shown, with what was added to it."""
        return self._html

    @property
    def table_here(self) -> int | None:
        """The table at the cursor, else the first one below the top of the view, else the last; None without any."""
        place = self._reading_position()
        frames = (
            frame for frame in self.document().rootFrame().childFrames() if isinstance(frame, QTextTable)
        )
        tables = [
            (frame.lastPosition(), number)
            for frame, number in zip(frames, self._extras.tables, strict=False)
            if number is not None
        ]
        return next((number for last, number in tables if last >= place), tables[-1][1] if tables else None)

    @property
    def picture_here(self) -> PagePicture | None:
        """The picture at the cursor, else the first one below the top of the view, else the last; None without any."""
        place = self._reading_position()
        shown = list(zip(self._pictures.positions, self._extras.pictures, strict=False))
        pictures = [(position, picture) for position, picture in shown if picture.target]
        behind = (picture for position, picture in pictures if position >= place - 1)
        return next(behind, pictures[-1][1] if pictures else None)

    @property
    def word_here(self) -> WordAt:
        """What is selected, and the place of the cursor in its paragraph."""
        cursor = self.textCursor()
        block = cursor.block()
        offset = len(
            block.text().encode("utf-16-le")[: 2 * cursor.positionInBlock()].decode("utf-16-le", "ignore")
        )
        return WordAt(block.text(), offset, cursor.selectedText().replace("\u2029", " "))

    def step_heading(self, step: int) -> bool:
        """Go to the next (+1) or previous (-1) heading; whether there is one."""
        headings = [position for position, _ in headings_of(self.document())]
        place = self._reading_position()
        found = (
            next((position for position in headings if position > place), None)
            if step > 0
            else next((position for position in reversed(headings) if position < place), None)
        )
        if found is None:
            return False

        def show() -> None:
            cursor = QTextCursor(self.document())
            cursor.setPosition(found)
            self.setTextCursor(cursor)
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + self.cursorRect(cursor).top() - _HAIR_PX)

        self._layout.when_reached(self.document().characterCount(), show)
        return True

    def _reading_position(self) -> int:
        """Where the cursor is, or the top of the view when the cursor is not in view."""
        top, _ = self._place()
        cursor = self.textCursor()
        is_seen = cursor.position() >= top and self.cursorRect(cursor).top() < self.viewport().height()
        return cursor.position() if is_seen else top

    def _picture_at(self, point: QPoint) -> PagePicture | None:
        """The picture under a point of the view."""
        area = QPointF(
            point.x() + self.horizontalScrollBar().value(), point.y() + self.verticalScrollBar().value()
        )
        address = self.document().documentLayout().imageAt(area)
        targets = (one for one in self._extras.pictures if one.target and address == f"manual:{one.target}")
        return next(targets, None) if address else None

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        is_click = event.button() is Qt.MouseButton.LeftButton and not self.textCursor().hasSelection()
        picture = self._picture_at(event.position().toPoint()) if is_click else None
        super().mouseReleaseEvent(event)
        if picture is not None and not self.anchorAt(event.position().toPoint()):
            self.picture_requested.emit(picture)
        elif is_click:
            self._announce_highlight(self.cursorForPosition(event.position().toPoint()).position())

    def _announce_highlight(self, position: int) -> None:
        for start, end, highlight in self._places_of_highlights():
            if start <= position < end and highlight.has_note:
                self.highlight_activated.emit(highlight.bookmark)
                return

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What Qt offers for a text, and what can be done with the word, the table and the picture there."""
        menu = self.createStandardContextMenu(event.pos())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if event.reason() is not QContextMenuEvent.Reason.Keyboard and not self.textCursor().hasSelection():
            self.setTextCursor(self.cursorForPosition(event.pos()))
        first = menu.actions()[0]
        for action in self._menu_actions:
            menu.insertAction(first, action)
        menu.insertSeparator(first)
        menu.addSeparator()
        menu.addAction("Explain this word").triggered.connect(self.ask_explanation)
        if self.textCursor().currentTable() is not None and self.table_here is not None:
            menu.addAction("Open the table in a view of its own").triggered.connect(self.ask_table)
        if self.picture_here is not None:
            menu.addAction("Open the picture large").triggered.connect(self.ask_picture)
        menu.popup(event.globalPos())

    @Slot()
    def ask_explanation(self) -> None:
        """Say that the word at the cursor is to be explained."""
        self.explanation_requested.emit(self.word_here)

    @Slot()
    def ask_table(self) -> bool:
        """Say that the table here is to be opened; whether there is one."""
        number = self.table_here
        if number is not None:
            self.table_requested.emit(number)
        return number is not None

    @Slot()
    def ask_picture(self) -> bool:
        """Say that the picture here is to be opened; whether there is one."""
        picture = self.picture_here
        if picture is not None:
            self.picture_requested.emit(picture)
        return picture is not None

    @override
    def loadResource(self, type: int, name: QUrl | str) -> Any:
        url = QUrl(name) if isinstance(name, str) else name
        if type != QTextDocument.ResourceType.ImageResource:
            return b""
        address = url.toString()
        image = self._pictures.image(address)
        # Answering is not enough: for some addresses Qt would go on and look at the disk by itself.
        self.document().addResource(QTextDocument.ResourceType.ImageResource, url, image)
        return image

    @override
    def createMimeDataFromSelection(self) -> QMimeData:
        """What is copied or dragged: text and HTML without pictures, so that whoever takes it loads nothing."""
        # Qt's own object, changed: one that is made here would be destroyed after Python, and crash the end.
        data = super().createMimeDataFromSelection()
        html = _PICTURE_TAG.sub("", data.html())
        for kind in data.formats():
            if kind not in {"text/plain", "text/html"}:
                data.removeFormat(kind)  # a document of an office program would hold pictures
        data.setHtml(html)
        return data

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._render_if_stale()
        self._pictures.look()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        self._pictures.stop()
        super().hideEvent(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        is_deep = self.isVisible() and self.verticalScrollBar().value() > 0 and self._layout.is_long
        if not self._is_stale and (is_deep or self._held_place is not None):
            self._resize_timer.start()  # laying a long text out down to here takes a while: not at every step
            return
        is_own = self.size() != self._own_size  # not the scroll bar that came or went
        self._own_size = self.size()
        self._settle_scroll_bar(is_own=is_own)
        is_read = self.isVisible() and not self._is_stale and self.verticalScrollBar().value() > 0
        is_laid_out_anew = (
            event.size().width() != event.oldSize().width() and self.document().isLayoutEnabled()
        )
        place = self._place() if is_read and is_laid_out_anew else None
        self._layout.forget_reached()
        super().resizeEvent(event)
        self._set_margins()
        if place is not None:
            self._go_to_place(place)
        self._fit_pictures()

    def _settle_scroll_bar(self, *, is_own: bool) -> None:
        """Let a scroll bar that comes and goes stay: with it a text may need it and without it not, for ever."""
        if is_own:
            self._bar_changes = 0
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
            return
        self._bar_changes += 1
        if self._bar_changes == _MOST_BAR_CHANGES:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_requested.emit(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
            return
        super().wheelEvent(event)

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.ApplicationFontChange}:
            # Past `QTextEdit`, which would give the text the letters of the window.
            QAbstractScrollArea.changeEvent(self, event)
        else:
            super().changeEvent(event)

    def _render_when_seen(self) -> None:
        """Lay out now, or when the tab comes to the front: of many tabs only one is looked at."""
        if self.isVisible() and not self._is_stale:
            self._render_in_place()
        elif not self._is_stale:
            self._held_place, self._is_stale = self._place(), True

    def _render_if_stale(self) -> None:
        if not self._is_stale:
            return
        place, self._held_place = self._held_place, None
        anchor, self._anchor = self._anchor, None
        self._render()
        if place is not None:
            self._go_to_place(place)
        elif anchor:
            self.go_to_anchor(anchor)
        if self._pattern is not None:
            self.mark(self._pattern, moves=False)

    @Slot()
    def _render_in_place(self) -> None:
        """Lay the text out anew and stay where the reader is."""
        self._in_place(self._render)
        if self._pattern is not None:
            self.mark(self._pattern, moves=False)

    def _render(self) -> None:
        self._is_stale = False
        self._layout.restart()
        font = QApplication.font()
        scale = self._scale()
        font.setPointSizeF(Letters.BODY * scale)
        if self._look.typography.family:
            font.setFamilies([self._look.typography.family, *font.families()])
        self.document().setDefaultFont(font)
        self.document().setDefaultStyleSheet(document_css(self._look.colours, self._look.typography, scale))
        self._marks, self._current_mark = [], -1
        self._highlight_places = None
        self.setExtraSelections([])
        self._column_px = self._column_width()
        self._set_text(self._pictures.sized(self._html, int(self._column_px)))
        self._pictures.find_places()
        self._pictures.look()
        if self._highlights:
            self._show_marks()

    def _set_text(self, html: str) -> None:
        """Set the text and its margins, and lay it out once, beside the scroll bar that a long one needs.

        Only a short one, which needs none, is laid out again without it.
        """
        document, changes, had_bar = self.document(), self._bar_changes, self._bar.isVisible()
        document.setLayoutEnabled(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHtml(html)
        self._anchors = None
        self._set_margins()
        document.setLayoutEnabled(True)
        if changes < _MOST_BAR_CHANGES:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._bar_changes = changes  # not what came and went in between
        if self._bar.isVisible() != had_bar:
            self._settle_scroll_bar(is_own=False)

    def _fit_pictures(self) -> None:
        """Bring pictures to the column's new width, once the resizing rests."""
        if self._pictures.are_any and abs(self._column_width() - self._column_px) >= 1.0:
            self._resize_timer.start()

    @Slot()
    def _on_resize_rested(self) -> None:
        def relayout() -> None:
            size = self.viewport().size()
            QTextBrowser.resizeEvent(self, QResizeEvent(size, QSize()))  # Qt looks whether the width changed
            self._set_margins()

        if self._is_stale:
            return
        if self._pictures.are_any and abs(self._column_width() - self._column_px) >= 1.0:
            self._render_in_place()
        else:
            self._in_place(relayout)
        self._pictures.look_soon()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self._paint_signs()
        if self._revised and not self._is_stale and self._held_place is None:
            painter = QPainter(self.viewport())
            left = max(self.document().rootFrame().frameFormat().leftMargin() - _BAR_GAP_PX, 1.0)
            for top, height in self._revised_lines():
                painter.fillRect(QRectF(left, top, _BAR_PX, height), QColor(self._look.colours.accent))
            painter.end()

    def _paint_signs(self) -> None:
        """A sign beside the heading of each passage that is bookmarked as a whole."""
        marked = {one.anchor for one in self._highlights if not one.words}
        if not marked or self._is_stale or self._held_place is not None:
            return
        layout, scrolled = self.document().documentLayout(), self.verticalScrollBar().value()
        top = self._place()[0]
        left = max(self.document().rootFrame().frameFormat().leftMargin() - _SIGN_GAP_PX, 0.0)
        painter = QPainter(self.viewport())
        for position, anchor in self._headings():
            block = self.document().findBlock(position)
            if anchor not in marked or position < top - block.length():
                continue
            area = layout.blockBoundingRect(block)
            if area.top() - scrolled > self.viewport().height():
                break
            sign = pixmap(Icon.BOOKMARK, self._look.colours.accent, _SIGN_PX)
            painter.drawPixmap(round(left), round(area.center().y() - scrolled - _SIGN_PX / 2), sign)
        painter.end()

    def _revised_lines(self) -> Iterator[tuple[float, float]]:
        """(top, height) in the view of each paragraph on screen that stands in a revised passage."""
        anchors = self._headings()
        layout, scrolled = self.document().documentLayout(), self.verticalScrollBar().value()
        block = self.document().findBlock(self._place()[0])
        if block.previous().isValid():
            block = block.previous()
        while block.isValid():
            area = layout.blockBoundingRect(block)
            if area.top() - scrolled > self.viewport().height():
                return
            index = bisect_right(anchors, block.position(), key=lambda place: place[0]) - 1
            if index >= 0 and anchors[index][1] in self._revised:
                yield area.top() - scrolled, area.height()
            block = block.next()

    @property
    def passage_at_top(self) -> str | None:
        """The anchor of the passage at the top of the view; None above the first one."""
        return self._anchor_at(self._place()[0])

    def _anchor_at(self, position: int) -> str | None:
        if position == 0:  # where most pages are opened: no need to look through the whole text
            return _heading_anchor(self.document().begin())
        anchors = self._headings()
        index = bisect_right(anchors, position, key=lambda place: place[0]) - 1
        return anchors[index][1] if index >= 0 else None

    def _headings(self) -> list[tuple[int, str]]:
        if self._anchors is None:
            self._anchors = heading_anchors(self.document())
        return self._anchors

    def _places_of_highlights(self) -> list[tuple[int, int, Highlight]]:
        if self._highlight_places is None:
            words = [highlight for highlight in self._highlights if highlight.words]
            self._highlight_places = (
                found_places(self._text_without_additions(), self._headings(), words) if words else []
            )
        return self._highlight_places

    def _text_without_additions(self) -> str:
        """The plain text, with spaces in place of what is added for the screen, so that positions stay."""
        text = self.document().toPlainText()
        places = added_places(self.document())
        if not places:
            return text
        units = bytearray(text.encode("utf-16-le", "surrogatepass"))
        for first, last in places:
            units[2 * first : 2 * last] = " ".encode("utf-16-le") * (last - first)
        return units.decode("utf-16-le", "surrogatepass")

    def _go_to_words(self, start: int, end: int) -> None:
        def show() -> None:
            cursor = QTextCursor(self.document())
            cursor.setPosition(start)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            self.setTextCursor(cursor)
            self.ensureCursorVisible()

        self._layout.when_reached(end, show)

    @Slot(int)
    def _on_scrolled(self, _: int) -> None:
        if self._is_stale or self._held_place is not None:
            return
        reached = self.passage_at_top
        if reached != self._reached:
            self._reached = reached
            self.passage_reached.emit(reached)

    def _place(self) -> tuple[int, int]:
        """(the position in the text of the first whole line of the view, how many pixels below its top)."""
        if self._held_place is not None:
            return self._held_place
        if self.verticalScrollBar().value() == 0:
            return 0, 0
        value = self.verticalScrollBar().value()
        # An anchor is gone to by its letters: the air above them may be cut.
        air_px = (
            self._look.zoom_percent
            / 100
            * (self._look.typography.line_percent - 100)
            / 100
            * self.fontMetrics().height()
        )
        position, height = line_at(self.document(), max(value - air_px - 1, 0))
        return position, round(height) - value

    def _in_place(self, change: Callable[[], None]) -> None:
        """Change how the text is laid out and show the same place again; nothing is painted in between."""
        place = self._place()
        self._layout.restart()
        if place[0] == 0:
            change()
            return
        self._held_place = place
        self.viewport().setUpdatesEnabled(False)
        self.verticalScrollBar().setValue(0)  # else Qt lays out everything down to here at once
        change()
        self._go_to_place(place)

    def _go_to_place(self, place: tuple[int, int]) -> None:
        position, top_px = place

        def go() -> None:
            self._let_go()
            cursor = QTextCursor(self.document())
            cursor.setPosition(min(position, self.document().characterCount() - 1))
            bar = self.verticalScrollBar()
            value = bar.value() + self.cursorRect(cursor).top() - top_px
            bar.setMaximum(max(bar.maximum(), value))  # Qt corrects it when it has laid out the rest
            bar.setValue(value)

        self._layout.when_reached(position, go)

    def _let_go(self) -> None:
        """No place is held any more; the view paints what it shows."""
        self._held_place = None
        self.viewport().setUpdatesEnabled(True)

    def _set_margins(self) -> None:
        """Hold lines near the length that is wanted: the text browser ignores `max-width`."""
        side = (self.viewport().width() - self._column_width()) / 2
        frame = self.document().rootFrame()
        frame_format = QTextFrameFormat(frame.frameFormat())
        if abs(frame_format.leftMargin() - side) < 1.0:
            return
        frame_format.setLeftMargin(side)
        frame_format.setRightMargin(side)
        frame_format.setTopMargin(_MIN_MARGIN)
        frame_format.setBottomMargin(_MIN_MARGIN * 2)
        frame.setFrameFormat(frame_format)

    def _scale(self) -> float:
        """The size of the text: the person's zoom, on top of the system's size of letters."""
        return self._look.zoom_percent / 100 * system_letter_factor()

    def _column_width(self) -> float:
        room = float(self.viewport().width() - 2 * _MIN_MARGIN)
        characters = self._look.typography.line_characters
        if characters is None:
            return room
        return min(QFontMetricsF(self.document().defaultFont()).averageCharWidth() * characters, room)

    def _show_marks(self) -> None:
        # A cursor at a place lays everything out down to there, so there are none before it was reached.
        ends = [end for _, end in self._marks] + [end for _, end, _ in self._places_of_highlights()]
        last = max(ends, default=0)
        self._layout.when_reached(last, self._select_marks)

    def _select_marks(self) -> None:
        selections: list[QTextEdit.ExtraSelection] = []
        for start, end, highlight in self._places_of_highlights():
            chosen = QTextEdit.ExtraSelection()
            words = QTextCursor(self.document())
            words.setPosition(start)
            words.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            chosen.cursor = words
            chosen.format = highlight_format(highlight, self._look.colours)
            selections.append(chosen)
        for number, (start, end) in enumerate(self._marks):
            selection = QTextEdit.ExtraSelection()
            cursor = QTextCursor(self.document())
            cursor.setPosition(start)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            selection.cursor = cursor
            form = QTextCharFormat()
            is_current = number == self._current_mark
            form.setBackground(QColor(self._look.colours.accent if is_current else self._look.colours.mark))
            form.setForeground(
                QColor(self._look.colours.accent_ink if is_current else self._look.colours.mark_ink)
            )
            form.setFontUnderline(True)
            selection.format = form
            selections.append(selection)
        self.setExtraSelections(selections)
        self._show_marks_in_bar()

    def _show_marks_in_bar(self) -> None:
        """Where the matches are, beside the text: everything down to the last one is laid out by now."""
        document = self.document()
        layout, height = document.documentLayout(), max(document.size().height(), 1.0)
        tops: dict[int, float] = {}
        for start, _ in self._marks:
            block = document.findBlock(start)
            if block.blockNumber() not in tops:
                tops[block.blockNumber()] = min(layout.blockBoundingRect(block).top() / height, 1.0)
        self._bar.set_shares(tuple(tops.values()))

    @Slot(QUrl)
    def _on_anchor_clicked(self, url: QUrl) -> None:
        text = bytes(url.toEncoded().data()).decode("ascii")  # else look-alikes would be shown as they look
        scheme, _, number = text.partition(":")
        if text.startswith("#"):
            self.go_to_anchor(text[1:])
        elif scheme == TABLE_SCHEME and number.isdigit():
            self.table_requested.emit(int(number))
        elif scheme == PICTURE_SCHEME and number.isdigit() and int(number) < len(self._extras.pictures):
            self.picture_requested.emit(self._extras.pictures[int(number)])
        else:
            self.link_activated.emit(text)


def headings_of(document: QTextDocument) -> list[tuple[int, str]]:
    """Where each heading of a text begins, and its words."""
    found: list[tuple[int, str]] = []
    block = document.begin()
    while block.isValid():
        if block.blockFormat().headingLevel() and block.text().strip():
            found.append((block.position(), block.text()))
        block = block.next()
    return found


def added_places(document: QTextDocument) -> list[tuple[int, int]]:
    """From where to where stands what was added for the screen: links to tables and pictures."""
    found: list[tuple[int, int]] = []
    block = document.begin()
    while block.isValid():
        pieces = block.begin()
        while not pieces.atEnd():
            fragment = pieces.fragment()
            if fragment.charFormat().anchorHref().partition(":")[0] in {TABLE_SCHEME, PICTURE_SCHEME}:
                found.append((fragment.position(), fragment.position() + fragment.length()))
            pieces += 1
        block = block.next()
    return found


def heading_anchors(document: QTextDocument) -> list[tuple[int, str]]:
    """Where each heading of a text begins, and its anchor, in order."""
    found: list[tuple[int, str]] = []
    block = document.begin()
    while block.isValid():
        anchor = _heading_anchor(block)
        if anchor is not None:
            found.append((block.position(), anchor))
        block = block.next()
    return found


def _heading_anchor(block: QTextBlock) -> str | None:
    """The anchor of a paragraph that is a heading."""
    if not block.blockFormat().headingLevel():
        return None
    pieces = block.begin()
    names = [] if pieces.atEnd() else pieces.fragment().charFormat().anchorNames()
    return names[0] if names else None
