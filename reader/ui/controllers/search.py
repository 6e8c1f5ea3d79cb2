"""Search as you type."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from PySide6.QtCore import Slot

from reader.domain.cancel import CancelToken
from reader.domain.contents import path_of
from reader.domain.errors import NotFoundError, ReaderError
from reader.domain.machine import Permission
from reader.domain.manual import ManualId
from reader.domain.search import KeptSearch, SearchAnswer, SearchFilter
from reader.services.search_export import EXPORT_SUFFIXES
from reader.services.workspace import today
from reader.ui.actions import ActionId
from reader.ui.controllers.tools import ToolController, Tools
from reader.ui.tasks import nothing_to_show
from reader.ui.widgets.search_filters import SearchContext
from reader.ui.widgets.search_panel import ChosenHit

if TYPE_CHECKING:
    from reader.store.personal import PersonalStore

_LIMIT: Final = 200
_MOST_TYPED: Final = 400


class CitationOpener(Protocol):
    """Opens what was typed if it is a citation, and says whether it was."""

    def __call__(self, text: str, *, is_accepted: bool) -> bool: ...


class SearchController(ToolController):
    """Asks the search service at each pause in typing; the newest question wins."""

    def __init__(self, tools: Tools, *, open_citation: CitationOpener) -> None:
        """Make the controller.

        Args:
            tools: What it works with.
            open_citation: Takes what was typed, and whether Enter was pressed; says whether it opens it as a citation.
        """
        super().__init__(tools)
        window = tools.window
        self._open_citation = open_citation
        self._question = CancelToken()
        self._is_accept_waiting = False
        self._searches: tuple[KeptSearch, ...] = ()
        field, results = window.search_field, window.results
        field.query_changed.connect(self._on_query_changed)
        field.left_downwards.connect(self._on_left_downwards)
        field.accepted.connect(self._on_accepted)
        field.dismissed.connect(self._on_dismissed)
        results.hit_chosen.connect(self._on_hit_chosen)
        results.search_chosen.connect(self._on_search_chosen)
        results.search_forgotten.connect(self._on_search_forgotten)
        results.save_toggled.connect(self._on_save_toggled)
        results.export_requested.connect(self._on_export_requested)
        results.suggestion_chosen.connect(self._on_suggestion_chosen)
        results.dismissed.connect(self._on_dismissed)
        results.filters.filter_changed.connect(self._on_filter_changed)
        results.filters.several_requested.connect(self._on_several_requested)
        window.actions_by_id[ActionId.SEARCH].triggered.connect(self._on_search)

    def load(self) -> None:
        """Read the searches that the person made before."""
        self._runner.read(lambda _: self._workspace.personal.searches(), self._set_searches, nothing_to_show)

    @Slot()
    def refresh(self) -> None:
        """Ask again: the indexes have changed."""
        if self._window.is_showing_results:
            self._ask()

    def _ask(self) -> None:
        self._question.cancel()
        typed = self._window.search_field.text()[:_MOST_TYPED]
        search_filter = self._window.results.filters.search_filter

        def work(cancel: CancelToken) -> SearchAnswer:
            return self._workspace.search.search(typed, search_filter, _LIMIT, cancel)

        self._question = self._runner.read(work, self._show, self._on_failed)

    def _show(self, answer: SearchAnswer) -> None:
        is_saved = KeptSearch(answer.query.strip(), self._filter, is_saved=True) in self._searches
        self._window.results.set_answer(answer, self._library.names, is_saved=is_saved)
        if self._window.activity.activity.startswith("Indexing") and not answer.hits:
            self._window.results.set_message(
                "The manuals are still being indexed: hits appear when that is done."
            )
        if self._is_accept_waiting:
            self._is_accept_waiting = False
            self._window.results.activate_current()

    def _on_failed(self, error: ReaderError) -> None:
        self._window.results.set_message(str(error))

    @Slot(object)
    def _on_query_changed(self, typed: str) -> None:
        if self._open_citation(typed, is_accepted=False):
            return
        if typed.strip():
            if not self._window.is_showing_results:
                self._window.results.filters.set_context(self._context())
            self._window.show_results()
            self._ask()
        elif self._window.is_showing_results:
            self._question.cancel()
            self._window.results.show_searches(self._searches, self._library.names)

    @Slot(object)
    def _on_filter_changed(self, _: object) -> None:
        if self._typed:
            self._ask()

    @Slot(object)
    def _on_suggestion_chosen(self, suggestion: str) -> None:
        self._window.search_field.setText(suggestion)
        self._window.search_field.setFocus()

    @Slot(object)
    def _on_hit_chosen(self, chosen: ChosenHit) -> None:
        query, search_filter = self._typed, self._filter
        self._keep(lambda store: store.add_search(query, search_filter), nothing_to_show)
        self._navigation.go(chosen.location, chosen.words)

    @Slot(object)
    def _on_search_chosen(self, search: KeptSearch) -> None:
        self._window.results.filters.set_filter(search.search_filter)
        self._window.search_field.setText(search.query)
        self._window.search_field.setFocus()
        self._ask()

    @Slot(object)
    def _on_search_forgotten(self, search: KeptSearch) -> None:
        self._keep(lambda store: store.forget_search(search.query, search.search_filter), self._on_failed)

    @Slot(object)
    def _on_save_toggled(self, is_wanted: bool) -> None:  # noqa: FBT001  # Qt's signal
        query, search_filter = self._typed, self._filter

        def change(store: PersonalStore) -> None:
            if is_wanted:
                store.save_search(query, search_filter)
            else:
                store.forget_search(query, search_filter)

        self._keep(change, self._on_failed)

    @Slot()
    def _on_export_requested(self) -> None:
        if not self._may(Permission.EXPORT, "Export these hits"):
            return

        def name_it(choice: int) -> None:
            self._dialogs.choose_copy("Export these hits", f"search{EXPORT_SUFFIXES[choice]}", self._export)

        self._dialogs.ask_choice(
            "Export these hits",
            "As",
            ("A table for an office program (CSV)", "A page to print (HTML)"),
            0,
            name_it,
        )

    def _export(self, file: Path) -> None:
        typed, search_filter = self._typed, self._filter
        self._runner.write(
            lambda token: self._workspace.search.export(file, typed, search_filter, _LIMIT, token),
            lambda _: self._window.results.set_message(f"Written: {file}"),
            self._on_failed,
        )

    @Slot(object)
    def _on_several_requested(self, chosen: frozenset[ManualId]) -> None:
        manuals = tuple(self._library.names)
        self._dialogs.choose_several(
            "Search in",
            tuple(self._library.names.values()),
            frozenset(number for number, manual in enumerate(manuals) if manual in chosen),
            lambda numbers: self._window.results.filters.choose_manuals(
                frozenset(manuals[number] for number in numbers)
            ),
        )

    @Slot()
    def _on_search(self) -> None:
        self._window.search_field.open_field()
        self._window.results.filters.set_context(self._context())
        self._window.show_results()
        if self._typed:
            self._ask()
        else:
            self._window.results.show_searches(self._searches, self._library.names)

    @property
    def _typed(self) -> str:
        return self._window.search_field.text()[:_MOST_TYPED].strip()

    @property
    def _filter(self) -> SearchFilter:
        return self._window.results.filters.search_filter

    def _context(self) -> SearchContext | None:
        """The chapter in front, to look in."""
        page = self._navigation.page_in_front
        if page is None:
            return None
        location = page.location
        with contextlib.suppress(NotFoundError):
            bundle = self._library.snapshot.get(location.manual, location.edition, today())
            place = bundle.edition.contents.place(location.chapter) if location.chapter else None
            if place is not None:
                return SearchContext(
                    location.manual,
                    place.chapter.id,
                    place.chapter.numbered_title,
                    path_of(place.divisions),
                )
        return SearchContext(location.manual)

    def _keep(
        self, change: Callable[[PersonalStore], None], on_failed: Callable[[ReaderError], None]
    ) -> None:
        """Change what is kept of searches, and show what is kept then."""

        def work(_: CancelToken) -> tuple[KeptSearch, ...]:
            store = self._workspace.personal
            change(store)
            return store.searches()

        self._runner.write(work, self._set_searches, on_failed)

    def _set_searches(self, searches: tuple[KeptSearch, ...]) -> None:
        self._searches = searches
        if self._window.is_showing_results and not self._typed:
            self._window.results.show_searches(searches, self._library.names)

    @Slot()
    def _on_left_downwards(self) -> None:
        if self._window.is_showing_results:
            self._window.results.focus_results()

    @Slot()
    def _on_accepted(self) -> None:
        """Enter opens the best hit of what is typed, even when it was pressed before the answer came."""
        typed = self._window.search_field.text()
        if typed.strip() and not self._open_citation(typed, is_accepted=True):
            self._is_accept_waiting = True
            self._window.show_results()
            self._ask()

    @Slot()
    def _on_dismissed(self) -> None:
        self._question.cancel()
        self._is_accept_waiting = False
        self._window.show_tabs()
        view = self._window.current_view
        if view is not None:
            view.text.setFocus()
