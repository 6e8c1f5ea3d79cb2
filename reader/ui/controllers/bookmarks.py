"""Bookmarks, highlights, notes and recent chapters. Every change is written before it is shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal, Slot

from reader.domain.bookmark import (
    Bookmark,
    BookmarkFolder,
    BookmarkTree,
    Colour,
    Quote,
    RecentVisit,
    Verdict,
)
from reader.domain.cancel import CancelToken
from reader.domain.errors import NotFoundError, ReaderError
from reader.domain.location import Location
from reader.domain.machine import Permission
from reader.domain.page import Page
from reader.services.workspace import today
from reader.ui.actions import ActionId
from reader.ui.controllers.tools import ToolController, Tools
from reader.ui.models.bookmark_model import BookmarkMove
from reader.ui.widgets.bookmark_details import PlaceChoice, SuggestedPlace
from reader.ui.widgets.bookmark_dialog import BookmarkDraft
from reader.ui.widgets.bookmarks_panel import BookmarkChoice, ColourChoice
from reader.ui.widgets.highlights import Highlight
from reader.ui.widgets.page_view import PageView

if TYPE_CHECKING:
    from reader.compare.carrying import Suggestion
    from reader.services.carrying import Selection, Target
    from reader.store.personal import PersonalStore

_UNDO_STEPS: Final = 50
_SHORT: Final = 60
_STUCK: Final = frozenset({Verdict.UNSURE, Verdict.GONE})


class BookmarksController(ToolController):
    """Carries the person's wishes to the store, and its new state back to the panels and the texts."""

    changed_elsewhere = Signal()

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        window, navigation = tools.window, tools.navigation
        self._tree = BookmarkTree((), ())
        self._undo: list[BookmarkTree] = []
        self._is_loaded = False
        self._colour = Colour.YELLOW
        self._awaited: Bookmark | None = None
        self._suggestions: tuple[Suggestion, ...] = ()
        panel, details = window.bookmarks, window.bookmarks.details
        panel.bookmark_activated.connect(self._on_bookmark_activated)
        panel.bookmark_chosen.connect(self._on_bookmark_chosen)
        panel.edit_requested.connect(self._on_edit_requested)
        panel.rename_requested.connect(self._on_rename_requested)
        panel.remove_requested.connect(self._on_remove_requested)
        panel.move_requested.connect(self._on_move_requested)
        panel.colour_requested.connect(self._on_colour_requested)
        panel.tag_requested.connect(self._on_tag_requested)
        panel.folder_requested.connect(self._on_folder_requested)
        panel.undo_requested.connect(self._on_undo_requested)
        details.edit_requested.connect(self._on_edit_requested)
        details.settled.connect(self._on_settled)
        details.carry_undo_requested.connect(self._on_carry_undo_requested)
        details.older_requested.connect(self._on_older_requested)
        details.place_chosen.connect(self._on_place_chosen)
        window.recent.location_activated.connect(self._on_location_activated)
        actions = window.actions_by_id
        actions[ActionId.ADD_BOOKMARK].triggered.connect(self._on_add)
        actions[ActionId.HIGHLIGHT].triggered.connect(self._on_highlight)
        actions[ActionId.NEXT_HIGHLIGHT].triggered.connect(self._on_next_highlight)
        actions[ActionId.PREVIOUS_HIGHLIGHT].triggered.connect(self._on_previous_highlight)
        actions[ActionId.NEW_FOLDER].triggered.connect(self._on_folder_requested)
        actions[ActionId.EXPORT_BOOKMARKS].triggered.connect(self._on_export)
        actions[ActionId.IMPORT_BOOKMARKS].triggered.connect(self._on_import)
        window.came_to_front.connect(self.look_elsewhere)
        navigation.page_shown.connect(self._on_page_shown)
        navigation.highlight_activated.connect(self._on_highlight_activated)

    def load(self) -> None:
        """Open the person's file, show what is in it, and keep a backup of it."""

        def work(_: CancelToken) -> tuple[BookmarkTree, tuple[RecentVisit, ...], str | None]:
            personal = self._workspace.personal
            loaded = personal.bookmarks(), personal.recent(), personal.recovery
            personal.back_up()
            return loaded

        def done(loaded: tuple[BookmarkTree, tuple[RecentVisit, ...], str | None]) -> None:
            tree, visits, recovery = loaded
            self._is_loaded = True
            self._show(tree)
            self._window.recent.set_visits(visits)
            if recovery:
                self._dialogs.show_text("Your bookmarks", recovery)

        self._runner.write(work, done, self._on_failed)

    @Slot()
    def look_elsewhere(self) -> None:
        """Show what another window, or the command line, has written since."""
        if not self._is_loaded:
            return

        def work(_: CancelToken) -> tuple[BookmarkTree, tuple[RecentVisit, ...]] | None:
            personal = self._workspace.personal
            return (personal.bookmarks(), personal.recent()) if personal.changed_elsewhere() else None

        def done(found: tuple[BookmarkTree, tuple[RecentVisit, ...]] | None) -> None:
            if found is not None:
                self._undo.clear()  # what is taken back must not take the other window's work with it
                self._show(found[0])
                self._window.recent.set_visits(found[1])
                self.changed_elsewhere.emit()

        self._runner.write(work, done, self._on_visit_failed)

    def carry_over(self) -> None:
        """Look for the words of bookmarks in editions that have come since; what is not sure is asked about."""
        snapshot = self._library.snapshot

        def work(token: CancelToken) -> tuple[BookmarkTree, BookmarkTree, Counter[Verdict]]:
            personal = self._workspace.personal
            before = personal.bookmarks()
            found = (
                self._workspace.carrying.carried_over(snapshot, before.bookmarks, token)
                if before.bookmarks
                else ()
            )
            if not found:
                return before, before, Counter()
            personal.back_up()
            personal.change_bookmarks(found)
            return before, personal.bookmarks(), Counter(b.carried.verdict for b in found if b.carried)

        def done(result: tuple[BookmarkTree, BookmarkTree, Counter[Verdict]]) -> None:
            before, after, verdicts = result
            if verdicts:
                self._undo = [*self._undo, before][-_UNDO_STEPS:]
                self._show(after)
                self._window.activity.show_message(_carried_sentence(verdicts))

        self._runner.write(work, done, self._on_visit_failed)

    def visit(self, page: Page) -> None:
        """Note that a page was opened."""
        if page.location.chapter is None and page.location.form is None:
            return

        def work(_: CancelToken) -> tuple[RecentVisit, ...]:
            self._workspace.personal.add_recent(page.location.without_anchor(), page.title)
            return self._workspace.personal.recent()

        self._runner.write(work, self._window.recent.set_visits, self._on_visit_failed)

    def _change(self, change: Callable[[PersonalStore], object], said: str = "") -> None:
        """Write a change, then show what the store holds; the state before can be brought back.

        Args:
            change: What to do with the store.
            said: A sentence for the person once it is on the disk.
        """

        def work(_: CancelToken) -> tuple[BookmarkTree, BookmarkTree]:
            before = self._workspace.personal.bookmarks()
            change(self._workspace.personal)
            return before, self._workspace.personal.bookmarks()

        def done(result: tuple[BookmarkTree, BookmarkTree]) -> None:
            before, after = result
            self._undo = [*self._undo, before][-_UNDO_STEPS:]
            self._show(after)
            if said:
                self._window.activity.show_message(said)

        self._runner.write(work, done, self._on_failed)

    def _put(self, bookmarks: Sequence[Bookmark], said: str = "") -> None:
        self._change(lambda personal: personal.change_bookmarks(bookmarks), said)

    def _show(self, tree: BookmarkTree) -> None:
        self._tree = tree
        self._window.bookmarks.set_bookmarks(tree)
        for view in self._window.views():
            self._show_highlights(view)

    def _show_highlights(self, view: PageView) -> None:
        if view.page is not None:
            view.text.set_highlights(tuple(_highlights(self._tree.bookmarks, view.page.location)))

    def _on_failed(self, error: ReaderError) -> None:
        self._window.activity.show_message(str(error))
        self._dialogs.show_text("Your bookmarks", str(error))

    def _on_visit_failed(self, error: ReaderError) -> None:
        """Reading goes on: a visit that is not noted is worth a line and no dialog."""
        self._window.activity.show_message(str(error))

    @Slot(object)
    def _on_page_shown(self, page: Page | None) -> None:
        view, awaited = self._window.current_view, self._awaited
        if view is None or page is None:
            return
        self._show_highlights(view)
        if awaited is not None and awaited.location.chapter == page.location.chapter:
            self._awaited = None
            view.text.go_to_highlight(awaited.id)

    @Slot(object)
    def _on_location_activated(self, location: Location) -> None:
        self._navigation.go(self._library.following(location))

    @Slot(object)
    def _on_bookmark_activated(self, bookmark: Bookmark) -> None:
        self._awaited = bookmark if bookmark.quote is not None and bookmark.quote.is_selection else None
        carried = bookmark.carried
        if carried is not None and carried.verdict in _STUCK and self._is_installed(bookmark.location):
            self._navigation.go(bookmark.location)  # its words are there and nowhere else
        else:
            self._navigation.go(self._library.following(bookmark.location))

    def _is_installed(self, location: Location) -> bool:
        try:
            self._library.snapshot.get(location.manual, location.edition, today())
        except NotFoundError:
            return False
        return True

    @Slot(object)
    def _on_bookmark_chosen(self, bookmark: Bookmark | None) -> None:
        """Where a bookmark that was not found again may belong."""
        self._suggestions = ()
        if bookmark is None or not bookmark.needs_a_look:
            return
        if bookmark.carried is None or bookmark.carried.verdict not in _STUCK:
            return
        snapshot, details = self._library.snapshot, self._window.bookmarks.details

        def done(found: tuple[Suggestion, ...]) -> None:
            if details.bookmark == bookmark:
                self._suggestions = found
                details.set_places(
                    tuple(
                        SuggestedPlace(
                            place.quote.heading or "Beginning", place.quote.exact, place.confidence
                        )
                        for place in found
                    )
                )

        self._runner.read(
            lambda _: self._workspace.carrying.suggestions(snapshot, bookmark), done, self._on_visit_failed
        )

    @Slot(object)
    def _on_place_chosen(self, choice: PlaceChoice) -> None:
        if choice.number >= len(self._suggestions):
            return
        snapshot, place = self._library.snapshot, self._suggestions[choice.number]
        self._change(
            lambda personal: personal.change_bookmarks(
                [self._workspace.carrying.put(snapshot, choice.bookmark, place)]
            ),
            f"{choice.bookmark.name} is in the newest edition now.",
        )

    @Slot(object)
    def _on_settled(self, bookmark: Bookmark) -> None:
        self._put([bookmark.settled()])

    @Slot(object)
    def _on_carry_undo_requested(self, bookmark: Bookmark) -> None:
        self._put([bookmark.back_where_it_was()], f"{bookmark.name} is back where it was.")

    @Slot(object)
    def _on_older_requested(self, bookmark: Bookmark) -> None:
        if bookmark.carried is not None:
            self._awaited = bookmark
            self._navigation.go(bookmark.carried.before)

    @Slot(object)
    def _on_highlight_activated(self, bookmark_id: str) -> None:
        self._window.show_side(self._window.bookmarks)
        self._window.bookmarks.select(bookmark_id)

    @Slot()
    def _on_next_highlight(self) -> None:
        self._step_highlight(1)

    @Slot()
    def _on_previous_highlight(self) -> None:
        self._step_highlight(-1)

    def _step_highlight(self, step: int) -> None:
        view = self._window.current_view
        bookmark_id = view.text.step_highlight(step) if view is not None else None
        if bookmark_id is None:
            self._window.activity.show_message("Nothing is highlighted in this chapter.")
        else:
            self._window.bookmarks.select(bookmark_id)

    @Slot()
    def _on_add(self) -> None:
        view = self._window.current_view
        if view is None or view.page is None:
            return
        page = view.page

        def ask(targets: tuple[Target, ...]) -> None:
            draft = BookmarkDraft(
                _name_of(targets[0], page), tuple(target.what for target in targets), 0, colour=None
            )
            if targets[0].quote is not None and targets[0].quote.is_selection:
                draft = replace(draft, colour=self._colour)
            self._dialogs.edit_bookmark(
                "Bookmark",
                draft,
                tuple(folder.name for folder in self._tree.folders),
                self._tree.tags,
                lambda given: self._add(given, page, targets[given.target]),
            )

        self._find_targets(view, page, ask)

    @Slot()
    def _on_highlight(self) -> None:
        """Highlight what is selected, in the colour that was used last; nothing is asked."""
        view = self._window.current_view
        if view is None or view.page is None:
            return
        page = view.page
        if view.text.selection is None:
            self._window.activity.show_message("Select the words that you want to highlight first.")
            return

        def add(targets: tuple[Target, ...]) -> None:
            if targets[0].quote is None or not targets[0].quote.is_selection:
                self._window.activity.show_message("These words do not stand in the chapter's own text.")
                return
            draft = BookmarkDraft(_name_of(targets[0], page), colour=self._colour)
            self._add(draft, page, targets[0])

        self._find_targets(view, page, add)

    def _find_targets(
        self, view: PageView, page: Page, on_found: Callable[[tuple[Target, ...]], None]
    ) -> None:
        """What can be marked where the person is reading."""
        chosen = view.text.selection
        anchor = chosen[2] if chosen is not None else view.text.passage_at_top or page.location.anchor
        location, snapshot = replace(page.location, anchor=anchor), self._library.snapshot

        def work(_: CancelToken) -> tuple[Target, ...]:
            return self._workspace.carrying.targets(snapshot, location, selection)

        selection: Selection | None = None
        if chosen is not None:
            from reader.services.carrying import Selection  # noqa: PLC0415  # RapidFuzz

            selection = Selection(chosen[0], chosen[1])
        self._runner.read(work, on_found, self._on_failed)

    def _add(self, draft: BookmarkDraft, page: Page, target: Target) -> None:
        if draft.colour is not None:
            self._colour = draft.colour

        def add(personal: PersonalStore) -> None:
            personal.add_bookmark(
                draft.name,
                target.location,
                page.title,
                self._folder_id(personal, draft.folder),
                note=draft.note,
                tags=draft.tags,
                colour=draft.colour,
                quote=target.quote,
            )

        self._change(add, f"Bookmarked {page.title}.")

    @staticmethod
    def _folder_id(personal: PersonalStore, name: str) -> str | None:
        """The id of a folder of that name, which is made when there is none."""
        if not name:
            return None
        known = next((folder.id for folder in personal.bookmarks().folders if folder.name == name), None)
        return known or personal.add_folder(name).id

    @Slot(object)
    def _on_edit_requested(self, bookmark: Bookmark) -> None:
        has_words = bookmark.quote is not None and bookmark.quote.is_selection
        draft = BookmarkDraft(
            bookmark.name,
            () if has_words else ("The passage or chapter",),
            0,
            self._tree.folder_name(bookmark.folder),
            bookmark.tags,
            bookmark.colour,
            bookmark.note,
        )

        def keep(given: BookmarkDraft) -> None:
            changed = replace(
                bookmark, name=given.name, tags=given.tags, colour=given.colour, note=given.note
            )

            def change(personal: PersonalStore) -> None:
                personal.change_bookmarks([changed])
                folder = self._folder_id(personal, given.folder)
                if folder != bookmark.folder:
                    end = len(personal.bookmarks().of_folder(folder))
                    personal.move_bookmarks([bookmark.id], folder, end)

            self._change(change)

        self._dialogs.edit_bookmark(
            "Edit bookmark",
            draft,
            tuple(folder.name for folder in self._tree.folders),
            self._tree.tags,
            keep,
        )

    @Slot(object)
    def _on_rename_requested(self, folder: BookmarkFolder) -> None:
        self._dialogs.ask_text(
            "Rename",
            "New name:",
            folder.name,
            lambda name: self._change(lambda personal: personal.rename_folder(folder.id, name)),
        )

    @Slot(object)
    def _on_remove_requested(self, choice: BookmarkChoice) -> None:
        names = [bookmark.name for bookmark in choice.bookmarks] + [folder.name for folder in choice.folders]
        what = names[0] if len(names) == 1 else f"{len(names)} bookmarks and folders"
        self._change(
            lambda personal: personal.remove(
                [bookmark.id for bookmark in choice.bookmarks], [folder.id for folder in choice.folders]
            ),
            f"Removed {what}. Ctrl+Z in the bookmarks brings it back.",
        )

    @Slot(object)
    def _on_move_requested(self, move: BookmarkMove) -> None:
        self._change(lambda personal: personal.move_bookmarks(move.bookmarks, move.folder, move.position))

    @Slot(object)
    def _on_colour_requested(self, choice: ColourChoice) -> None:
        self._put(
            [
                replace(bookmark, colour=choice.colour)
                for bookmark in choice.bookmarks
                if bookmark.quote is not None and bookmark.quote.is_selection
            ]
        )

    @Slot(object)
    def _on_tag_requested(self, bookmarks: tuple[Bookmark, ...]) -> None:
        def tag(given: str) -> None:
            new = [part.strip().lstrip("#").strip() for part in given.split(",")]
            tags = tuple(part for part in new if part)
            self._put([replace(b, tags=tuple(dict.fromkeys((*b.tags, *tags)))) for b in bookmarks])

        self._dialogs.ask_text("Add a tag", "Tag:", "", tag)

    @Slot()
    def _on_folder_requested(self) -> None:
        self._window.show_side(self._window.bookmarks)
        self._dialogs.ask_text(
            "New folder",
            "Name of the folder:",
            "",
            lambda name: self._change(lambda personal: personal.add_folder(name)),
        )

    @Slot()
    def _on_export(self) -> None:
        if not self._may(Permission.EXPORT, "Export bookmarks and notes"):
            return
        from reader.services.bookmark_export import EXPORT_KINDS, export_bookmarks  # noqa: PLC0415  # pydantic

        endings, snapshot = tuple(EXPORT_KINDS), self._library.snapshot

        def write(file: Path) -> None:
            self._runner.write(
                lambda _: export_bookmarks(file, self._workspace.personal.bookmarks(), snapshot, today()),
                lambda _: self._window.activity.show_message(f"Written: {file}"),
                self._on_failed,
            )

        self._dialogs.ask_choice(
            "Export bookmarks and notes",
            "As",
            tuple(EXPORT_KINDS.values()),
            0,
            lambda kind: self._dialogs.choose_copy("Export", f"bookmarks{endings[kind]}", write),
        )

    @Slot()
    def _on_import(self) -> None:
        def read(file: Path) -> None:
            from reader.store.bookmark_file import read_bookmarks  # noqa: PLC0415  # pydantic

            def add(personal: PersonalStore) -> None:
                found = read_bookmarks(file)
                personal.back_up()
                personal.import_bookmarks(found)

            self._change(
                add, f"The bookmarks of {file.name} are here; those that were here stayed as they were."
            )

        self._dialogs.choose_file("Import bookmarks", "Bookmarks (*.json *.jsonld)", read)

    @Slot()
    def _on_undo_requested(self) -> None:
        if not self._undo:
            self._window.activity.show_message("There is nothing to undo.")
            return
        before, undone = self._undo.pop(), self._tree

        def work(_: CancelToken) -> BookmarkTree:
            self._workspace.personal.restore_bookmarks(before, undone)
            return self._workspace.personal.bookmarks()

        self._runner.write(work, self._show, self._on_failed)


def _highlights(bookmarks: Sequence[Bookmark], location: Location) -> list[Highlight]:
    """What the bookmarks mark in a chapter, in the edition that is shown."""
    found: list[Highlight] = []
    for bookmark in bookmarks:
        places: list[tuple[Location, Quote | None]] = [(bookmark.location, bookmark.quote)]
        if bookmark.carried is not None:
            places.append((bookmark.carried.before, bookmark.carried.quote))
        for place, quote in places:
            if quote is None or place.without_anchor() != location.without_anchor():
                continue
            if place.anchor is None and not quote.is_selection:
                continue  # the chapter as a whole
            words = quote.exact if quote.is_selection else ""
            found.append(
                Highlight(
                    bookmark.id, place.anchor, words, quote.prefix, bookmark.colour, bool(bookmark.note)
                )
            )
            break
    return found


def _name_of(target: Target, page: Page) -> str:
    if target.quote is not None and target.quote.is_selection:
        words = target.quote.exact
        return words if len(words) <= _SHORT else f"{words[:_SHORT].rsplit(' ', 1)[0]} …"
    if target.quote is not None and target.location.anchor and target.quote.heading:
        return f"{page.title}: {target.quote.heading} ({page.strip.authority})"
    return f"{page.title} ({page.strip.authority})"


def _carried_sentence(verdicts: Counter[Verdict]) -> str:
    counts = ", ".join(
        f"{verdicts[verdict]} {verdict.label.lower()}" for verdict in Verdict if verdicts[verdict]
    )
    look = sum(verdicts[verdict] for verdict in (Verdict.CHANGED, Verdict.GONE, Verdict.UNSURE))
    end = " Those to look at are marked among the bookmarks." if look else ""
    return f"Bookmarks carried over to new editions: {counts}.{end} Ctrl+Z in the bookmarks undoes it."
