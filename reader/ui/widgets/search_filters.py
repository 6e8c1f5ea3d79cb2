"""Where a search looks: which manuals, chapters, statuses, dates and editions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from PySide6.QtCore import QDate, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QDateEdit, QGridLayout, QSizePolicy, QWidget

from reader.domain.contents import Status
from reader.domain.manual import ManualId
from reader.domain.search import SearchFilter
from reader.ui.theme import Space

_STATUSES: Final = (None, *Status)
_REVISED_MONTHS: Final = (None, 1, 6, 12)
_REVISED_SINCE: Final = len(_REVISED_MONTHS)
_CURRENT, _AS_AT, _ALL = range(3)
_BOX_LETTERS: Final = 4


@dataclass(frozen=True, slots=True)
class SearchContext:
    """The chapter in front, in which one may want to look. `division` as `SearchFilter.division` names it."""

    manual: ManualId
    chapter: str | None = None
    title: str = ""
    division: str = ""


@dataclass(frozen=True, slots=True)
class _Scope:
    label: str
    manuals: frozenset[ManualId] = frozenset()
    chapter: str | None = None
    division: str | None = None


_EVERYWHERE: Final = _Scope("All manuals")
_SEVERAL: Final = "Several manuals…"


class SearchFilters(QWidget):
    """The boxes above the hits. Says when the person narrows or widens the search."""

    filter_changed = Signal(object)
    several_requested = Signal(object)
    """Carries the manuals that are chosen now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: dict[ManualId, str] = {}
        self._context: SearchContext | None = None
        self._own: _Scope | None = None
        self._scopes: list[_Scope] = []
        self._chosen = 0
        self._scope_box = _box("Search in")
        self._status_box = _box("Status")
        self._status_box.addItems(["Any status", *(status.label for status in Status)])
        self._revised_box = _box("Revised")
        self._revised_box.addItems(
            [
                "Any date",
                "Revised in a month",
                "Revised in 6 months",
                "Revised in a year",
                "Revised since…",
            ]
        )
        self._revised_date = _date_edit("Revised since")
        self._editions_box = _box("Editions")
        self._editions_box.addItems(["In force now", "As at…", "All editions"])
        self._as_at_date = _date_edit("Editions as at")
        self._other_terms = QCheckBox("Other terms too")
        self._other_terms.setChecked(True)
        self._other_terms.setToolTip(
            "Also find places that say the same in another term, such as family time for contact"
        )
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(Space.SMALL)
        layout.setVerticalSpacing(Space.TIGHT)
        layout.addWidget(self._scope_box, 0, 0, 1, 2)
        layout.addWidget(self._other_terms, 0, 2)
        for column, widget in enumerate((self._status_box, self._revised_box, self._editions_box)):
            layout.addWidget(widget, 1, column)
            layout.setColumnStretch(column, 1)
        layout.addWidget(self._revised_date, 2, 1)
        layout.addWidget(self._as_at_date, 2, 2)
        self._scope_box.activated.connect(self._on_scope_activated)
        self._status_box.activated.connect(self._on_changed)
        self._revised_box.activated.connect(self._on_changed)
        self._editions_box.activated.connect(self._on_changed)
        self._revised_date.dateChanged.connect(self._on_date_changed)
        self._as_at_date.dateChanged.connect(self._on_date_changed)
        self._other_terms.clicked.connect(self._on_clicked)
        self._fill_scopes(_EVERYWHERE)
        self._show_dates()

    @property
    def search_filter(self) -> SearchFilter:
        """What the boxes say."""
        scope = self._scopes[self._chosen]
        editions = self._editions_box.currentIndex()
        return SearchFilter(
            scope.manuals or None,
            _STATUSES[self._status_box.currentIndex()],
            self._other_terms.isChecked(),
            scope.chapter,
            scope.division,
            self._revised_since(),
            _python(self._as_at_date.date()) if editions == _AS_AT else None,
            editions == _ALL,
        )

    def set_filter(self, search_filter: SearchFilter) -> None:
        """Let the boxes say what a filter says; nothing is announced."""
        scope = _Scope(
            "",
            search_filter.manuals or frozenset(),
            search_filter.chapter,
            search_filter.division,
        )
        self._fill_scopes(scope)
        self._status_box.setCurrentIndex(_STATUSES.index(search_filter.status))
        self._other_terms.setChecked(search_filter.with_other_terms)
        since = search_filter.revised_since
        self._revised_box.setCurrentIndex(_REVISED_SINCE if since else 0)
        _set_date(self._revised_date, since)
        as_at = search_filter.as_at
        self._editions_box.setCurrentIndex(
            _ALL if search_filter.all_editions else _AS_AT if as_at else _CURRENT
        )
        _set_date(self._as_at_date, as_at)
        self._show_dates()

    def set_manuals(self, names: Mapping[ManualId, str]) -> None:
        """The manuals to choose from, by the names that stand on screen."""
        self._names = dict(names)
        self._fill_scopes(self._scopes[self._chosen])

    def set_context(self, context: SearchContext | None) -> None:
        """The chapter in front."""
        if context != self._context:
            self._context = context
            self._fill_scopes(self._scopes[self._chosen])

    def set_as_at(self, day: date | None) -> None:
        """Look in the editions of a day, or in those in force now."""
        self._editions_box.setCurrentIndex(_CURRENT if day is None else _AS_AT)
        _set_date(self._as_at_date, day)
        self._announce()

    def choose_status(self, status: Status | None) -> None:
        """Look for chapters of a status only, or of any."""
        self._status_box.setCurrentIndex(_STATUSES.index(status))
        self._announce()

    def choose_manuals(self, manuals: frozenset[ManualId]) -> None:
        """Look in these manuals only; in all when there are none."""
        self._fill_scopes(_Scope("", manuals))
        self._announce()

    def _fill_scopes(self, wanted: _Scope) -> None:
        """Fill the box anew, the wanted scope chosen; one that is in no row gets a row of its own."""
        known = frozenset(self._names)
        manuals = wanted.manuals & known if known else wanted.manuals
        wanted = _Scope(wanted.label, manuals, wanted.chapter, wanted.division)
        self._scopes = [_EVERYWHERE, *self._scopes_of_context()]
        self._scopes += [_Scope(name, frozenset({manual})) for manual, name in self._names.items()]
        same = (index for index, scope in enumerate(self._scopes) if _is_same(scope, wanted))
        index = next(same, None)
        if index is None:
            self._scopes.append(_Scope(self._label(wanted), manuals, wanted.chapter, wanted.division))
            index = len(self._scopes) - 1
        self._scope_box.clear()
        self._scope_box.addItems([scope.label for scope in self._scopes])
        if len(self._names) > 1:
            self._scope_box.addItem(_SEVERAL)
        self._chosen = index
        self._scope_box.setCurrentIndex(index)

    def _scopes_of_context(self) -> Iterator[_Scope]:
        context = self._context
        if context is None or context.manual not in self._names:
            return
        manuals = frozenset({context.manual})
        if context.chapter:
            yield _Scope(f"This chapter: {context.title}", manuals, context.chapter)
        if context.division:
            last = context.division.rpartition(" › ")[2]
            yield _Scope(f"This division: {last}", manuals, None, context.division)

    def _label(self, scope: _Scope) -> str:
        names = [self._names.get(manual, str(manual)) for manual in sorted(scope.manuals)]
        where = names[0] if len(names) == 1 else f"{len(names)} manuals: {', '.join(names)}"
        if scope.chapter:
            return f"Chapter “{scope.chapter}”, {where}"
        if scope.division:
            return f"{scope.division.rpartition(' › ')[2]}, {where}"
        return where

    def _revised_since(self) -> date | None:
        row = self._revised_box.currentIndex()
        if row == _REVISED_SINCE:
            return _python(self._revised_date.date())
        months = _REVISED_MONTHS[row]
        return _python(QDate.currentDate().addMonths(-months)) if months else None

    def _show_dates(self) -> None:
        self._revised_date.setVisible(self._revised_box.currentIndex() == _REVISED_SINCE)
        self._as_at_date.setVisible(self._editions_box.currentIndex() == _AS_AT)

    def _announce(self) -> None:
        self._show_dates()
        self.filter_changed.emit(self.search_filter)

    @Slot(int)
    def _on_scope_activated(self, row: int) -> None:
        if row == len(self._scopes):
            self._scope_box.setCurrentIndex(self._chosen)
            self.several_requested.emit(self._scopes[self._chosen].manuals)
        else:
            self._chosen = row
            self._announce()

    @Slot(int)
    def _on_changed(self, _: int) -> None:
        self._announce()

    @Slot(QDate)
    def _on_date_changed(self, _: QDate) -> None:
        self._announce()

    @Slot(bool)
    def _on_clicked(self, _: bool) -> None:  # noqa: FBT001  # Qt's signal
        self._announce()


def _is_same(scope: _Scope, wanted: _Scope) -> bool:
    return (scope.manuals, scope.chapter, scope.division) == (wanted.manuals, wanted.chapter, wanted.division)


def _box(name: str) -> QComboBox:
    """A box that never widens the window, however long its rows are."""
    box = QComboBox()
    box.setAccessibleName(name)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(_BOX_LETTERS)
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return box


def _date_edit(name: str) -> QDateEdit:
    edit = QDateEdit(QDate.currentDate())
    edit.setAccessibleName(name)
    edit.setCalendarPopup(True)
    edit.setDisplayFormat("d MMM yyyy")
    return edit


def _set_date(edit: QDateEdit, value: date | None) -> None:
    edit.blockSignals(True)  # noqa: FBT003  # Qt takes it by position only
    edit.setDate(QDate(value.year, value.month, value.day) if value else QDate.currentDate())
    edit.blockSignals(False)  # noqa: FBT003


def _python(value: QDate) -> date:
    return date(value.year(), value.month(), value.day())
