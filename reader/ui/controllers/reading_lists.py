"""Reading lists: collected while reading, kept, handed out, and opened with what is missing named."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot

from reader.domain.cancel import CancelToken
from reader.domain.errors import ReaderError
from reader.domain.machine import Permission
from reader.domain.reading_list import ReadingList
from reader.domain.text import DEVICE_NAMES, counted
from reader.ui.actions import ActionId
from reader.ui.controllers.tools import ToolController, Tools
from reader.ui.models.reading_list_model import ReadingRow
from reader.ui.widgets.reading_lists_panel import ItemMove

if TYPE_CHECKING:
    from reader.services.reading_lists import CheckedItem
    from reader.store.personal import PersonalStore

_NEW = "A new list…"
_KINDS = "Reading lists (*.readinglist)"
_Loaded = tuple[tuple[ReadingList, ...], tuple["CheckedItem", ...]]


class ReadingListsController(ToolController):
    """Shows one list; every change of it is written before it is shown."""

    print_requested = Signal(object)
    """Carries a `PrintedList`."""

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        window = tools.window
        self._lists: tuple[ReadingList, ...] = ()
        self._checked: tuple[CheckedItem, ...] = ()
        self._chosen = ""
        panel = window.reading_lists
        panel.list_chosen.connect(self._on_list_chosen)
        panel.item_activated.connect(self._on_item_activated)
        panel.remark_requested.connect(self._on_remark_requested)
        panel.item_removed.connect(self._on_item_removed)
        panel.item_moved.connect(self._on_item_moved)
        panel.new_requested.connect(self._on_new)
        panel.remove_requested.connect(self._on_remove)
        panel.save_requested.connect(self._on_save)
        panel.print_requested.connect(self._on_print)
        panel.open_requested.connect(self._on_open)
        actions = window.actions_by_id
        actions[ActionId.ADD_TO_READING_LIST].triggered.connect(self._on_add)
        actions[ActionId.OPEN_READING_LIST].triggered.connect(self._on_open)

    def load(self) -> None:
        """Show the lists as they are kept, checked against what is installed now."""
        self._keep(None)

    def open_file(self, file: Path) -> None:
        """Take in a list that was handed out, and name what of it is missing here."""

        def take(store: PersonalStore) -> str:
            from reader.store.reading_lists import read_reading_list  # noqa: PLC0415  # pydantic

            found = read_reading_list(file)
            store.back_up()
            store.reading_lists.put(found)
            return found.id

        self._keep(take, self._say_missing)
        self._window.show_side(self._window.reading_lists)

    @property
    def chosen(self) -> ReadingList | None:
        """The list that is shown."""
        return next((one for one in self._lists if one.id == self._chosen), None)

    def _keep(
        self, change: Callable[[PersonalStore], str] | None, on_shown: Callable[[], None] | None = None
    ) -> None:
        """Change what is kept, then show it; the change gives the id of the list to be shown."""
        snapshot, chosen = self._library.snapshot, self._chosen

        def work(_: CancelToken) -> tuple[str, _Loaded]:
            store = self._workspace.personal
            wanted = change(store) if change is not None else chosen
            lists = store.reading_lists.all()
            shown = next((one for one in lists if one.id == wanted), lists[0] if lists else None)
            checked = self._workspace.reading_lists.checked(snapshot, shown) if shown is not None else ()
            return shown.id if shown is not None else "", (lists, checked)

        def done(result: tuple[str, _Loaded]) -> None:
            self._chosen, (self._lists, self._checked) = result
            numbers = [one.id for one in self._lists]
            rows = [ReadingRow(i, one.item, one.problem) for i, one in enumerate(self._checked)]
            number = numbers.index(self._chosen) if self._chosen in numbers else -1
            self._window.reading_lists.set_lists(self._lists, number, rows)
            if on_shown is not None:
                on_shown()

        self._runner.write(work, done, self._on_failed if change is not None else self._on_load_failed)

    def _put(self, reading_list: ReadingList) -> None:
        def put(store: PersonalStore) -> str:
            store.reading_lists.put(reading_list)
            return reading_list.id

        self._keep(put)

    def _say_missing(self) -> None:
        from reader.services.reading_lists import missing_lines  # noqa: PLC0415

        missing, chosen = missing_lines(self._checked), self.chosen
        if missing and chosen is not None:
            self._dialogs.show_text(
                "Reading list",
                f"“{chosen.title}” is here. Not everything of it is:\n\n" + "\n".join(missing),
            )

    def _on_load_failed(self, error: ReaderError) -> None:
        """The bookmarks, in the same file, have said it already."""
        self._window.activity.show_message(str(error))

    def _on_failed(self, error: ReaderError) -> None:
        self._dialogs.show_text("Reading lists", str(error))

    @Slot(object)
    def _on_list_chosen(self, number: int) -> None:
        self._chosen = self._lists[number].id
        self._keep(None)

    @Slot(object)
    def _on_item_activated(self, row: ReadingRow) -> None:
        place = self._checked[row.number].location
        if place is not None:
            self._navigation.go(place)
        else:
            self._window.activity.show_message(row.problem)

    @Slot(object)
    def _on_remark_requested(self, row: ReadingRow) -> None:
        chosen = self.chosen
        if chosen is None:
            return

        def change(remark: str) -> None:
            items = list(chosen.items)
            items[row.number] = replace(row.item, remark=remark)
            self._put(replace(chosen, items=tuple(items)))

        self._dialogs.ask_text("Reading list", "Remark on this place:", row.item.remark, change)

    @Slot(object)
    def _on_item_removed(self, row: ReadingRow) -> None:
        chosen = self.chosen
        if chosen is not None:
            items = (*chosen.items[: row.number], *chosen.items[row.number + 1 :])
            self._put(replace(chosen, items=items))

    @Slot(object)
    def _on_item_moved(self, move: ItemMove) -> None:
        chosen = self.chosen
        if chosen is not None:
            items = list(chosen.items)
            items.insert(move.to, items.pop(move.number))
            self._put(replace(chosen, items=tuple(items)))

    @Slot()
    def _on_add(self) -> None:
        view = self._window.current_view
        if view is None or view.page is None:
            return
        location = replace(view.page.location, anchor=view.text.passage_at_top)
        snapshot = self._library.snapshot

        def add_to(chosen: ReadingList, remark: str) -> None:
            def add(store: PersonalStore) -> str:
                item = self._workspace.reading_lists.item(snapshot, location, remark)
                kept = next((one for one in store.reading_lists.all() if one.id == chosen.id), chosen)
                store.reading_lists.put(replace(kept, items=(*kept.items, item)))
                return chosen.id

            self._keep(add, lambda: self._window.activity.show_message(f"Added to “{chosen.title}”."))

        def choose(number: int) -> None:
            if number < len(self._lists):
                add_to(self._lists[number], "")
            else:
                self._ask_title(lambda title: add_to(ReadingList(uuid.uuid4().hex, title), ""))

        if not self._lists:
            choose(0)
            return
        titles = (*(one.title for one in self._lists), _NEW)
        current = next((i for i, one in enumerate(self._lists) if one.id == self._chosen), 0)
        self._dialogs.ask_choice("Reading list", "Add this place to:", titles, current, choose)

    def _ask_title(self, on_given: Callable[[str], None]) -> None:
        self._dialogs.ask_text("New reading list", "Title of the list:", "", on_given)

    @Slot()
    def _on_new(self) -> None:
        self._ask_title(lambda title: self._put(ReadingList(uuid.uuid4().hex, title)))

    @Slot()
    def _on_remove(self) -> None:
        chosen = self.chosen
        if chosen is None:
            return

        def remove(store: PersonalStore) -> str:
            store.reading_lists.remove(chosen.id)
            return ""

        self._dialogs.confirm(
            "Remove this list?",
            f"“{chosen.title}” with {counted(len(chosen.items), 'place')} is removed from this computer.",
            "Remove it",
            lambda: self._keep(remove),
        )

    @Slot()
    def _on_save(self) -> None:
        chosen = self.chosen
        if chosen is None or not self._may(Permission.EXPORT, "Save this reading list"):
            return

        def write(file: Path) -> None:
            from reader.store.reading_lists import write_reading_list  # noqa: PLC0415  # pydantic

            self._runner.write(
                lambda _: write_reading_list(file, chosen),
                lambda _: self._window.activity.show_message(f"Written: {file}"),
                self._on_failed,
            )

        name = "".join(c if c.isalnum() or c in " -" else " " for c in chosen.title).strip() or "reading list"
        if name.lower() in DEVICE_NAMES:
            name = f"reading list {name}"
        self._dialogs.choose_copy("Save this reading list", f"{name[:80]}.readinglist", write)

    @Slot()
    def _on_print(self) -> None:
        from reader.services.reading_lists import printed  # noqa: PLC0415

        chosen = self.chosen
        if chosen is not None:
            self.print_requested.emit(printed(chosen, self._checked))

    @Slot()
    def _on_open(self) -> None:
        self._dialogs.choose_file("Open a reading list", _KINDS, self.open_file)
