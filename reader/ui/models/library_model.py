"""The library tree: authority, divisions, chapters, with see-alsos and notes in their place."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final

from PySide6.QtCore import QModelIndex, QObject

from reader.domain.contents import Chapter, Division, Entry, Form, Note, SeeAlso
from reader.domain.location import Location
from reader.domain.manual import Edition, ManualId, day
from reader.ui.models.nodes import Node, NodeKind, NodeModel

_PLACES: Final = frozenset({NodeKind.CHAPTER, NodeKind.AUTHORITY, NodeKind.FORM})


class LibraryModel(NodeModel[Location | None]):
    """The current editions of all manuals. A row's value is where it leads, or None for a note."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows_of: dict[Location, int] = {}

    def set_editions(self, editions: Iterable[Edition]) -> None:
        """Show these editions, in this order."""
        self.begin()
        for edition in editions:
            manifest = edition.manifest
            root = self.add(
                Node(
                    NodeKind.AUTHORITY,
                    manifest.authority_name,
                    Location(manifest.id),
                    tooltip=_tooltip(f"{manifest.authority_name}: {manifest.title}, {manifest.edition_name}"),
                )
            )
            self._add_entries(edition.contents.entries, root, manifest.id)
        self._rows_of = {}
        for node_id in self.node_ids():
            node = self.node_at(node_id)
            if node.kind in _PLACES and node.value is not None:
                self._rows_of.setdefault(node.value, node_id)
        self.end()

    def index_of_location(self, location: Location) -> QModelIndex:
        """The row of a chapter or cover, whatever the edition and anchor; an invalid index when there is none."""
        node_id = self._rows_of.get(Location(location.manual, location.chapter, form=location.form))
        return QModelIndex() if node_id is None else self.index_of(node_id)

    def _add_entries(self, entries: tuple[Entry, ...], parent: int, manual: ManualId) -> None:
        above = parent
        for entry in entries:
            match entry:
                case Division():
                    above = parent
                    title = entry.numbered_title
                    number = (entry.number or "") if entry.title else ""
                    node: Node[Location | None] = Node(
                        NodeKind.DIVISION, entry.title or title, None, number=number, tooltip=_tooltip(title)
                    )
                    node_id = self.add(node, parent)
                    self._add_entries(entry.entries, node_id, manual)
                case Chapter():
                    above = self._add_chapter(entry, parent, manual)
                case SeeAlso():
                    self._add_see_also(entry, above, manual)
                case Note():
                    self.add(Node(NodeKind.NOTE, entry.text, None, tooltip=_tooltip(entry.text)), above)
                case Form():
                    self._add_form(entry, above, manual)

    def _add_chapter(self, chapter: Chapter, parent: int, manual: ManualId) -> int:
        badges = tuple(status.label for status in chapter.statuses)
        lines = [chapter.numbered_title]
        if badges:
            lines.append(", ".join(badges))
        if chapter.source:
            lines.append(f"Held in: {chapter.source}")
        node_id = self.add(
            Node(
                NodeKind.CHAPTER,
                chapter.title,
                Location(manual, chapter.id),
                number=chapter.number or "",
                badges=badges,
                tooltip=_tooltip(*lines),
            ),
            parent,
        )
        if chapter.note:
            self.add(Node(NodeKind.NOTE, chapter.note, None, tooltip=_tooltip(chapter.note)), node_id)
        return node_id

    def _add_form(self, form: Form, parent: int, manual: ManualId) -> None:
        lines = [f"Form: {form.title}"]
        if form.review_by:
            lines.append(f"Review by {day(form.review_by)}")
        self.add(
            Node(NodeKind.FORM, form.title, Location(manual, form=form.file_name), tooltip=_tooltip(*lines)),
            parent,
        )

    def _add_see_also(self, entry: SeeAlso, parent: int, manual: ManualId) -> None:
        target = Location(manual, entry.chapter) if entry.chapter else None
        lines = [f"See also: {entry.title}"]
        if entry.source:
            lines.append(f"Held in: {entry.source}")
        if entry.note:
            lines.append(entry.note)
        self.add(Node(NodeKind.SEE_ALSO, entry.title, target, tooltip=_tooltip(*lines)), parent)


def _tooltip(*lines: str) -> str:
    """Tooltips take rich text and would load files from it: escape, and say that it is rich so that long ones wrap."""
    return "<qt>" + "<br>".join(escape(line) for line in lines) + "</qt>"
