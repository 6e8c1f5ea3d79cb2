"""Search results, grouped: authority, chapter, passage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

from reader.domain.location import Location
from reader.domain.manual import ManualId
from reader.domain.search import KeptSearch, SearchAnswer, SearchFilter, SearchHit
from reader.domain.text import counted
from reader.ui.models.nodes import Node, NodeKind, NodeModel

_Value = SearchHit | Location | KeptSearch | None


class SearchModel(NodeModel[_Value]):
    """The hits of one answer. Manuals stand in the order of their best hit, hits of one in theirs.

    Snippets are worked out for the rows that a view asks for, which are those on screen.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._without_snippet: set[int] = set()

    def set_answer(self, answer: SearchAnswer, names: Mapping[ManualId, str]) -> None:
        """Show an answer; `names` are the authorities' names as they stand on screen."""
        self.begin()
        self._without_snippet.clear()
        counts = dict(answer.per_manual)
        manuals: dict[ManualId, int] = {}
        chapters: dict[Location, int] = {}
        for hit in answer.hits:
            manual = hit.location.manual
            if manual not in manuals:
                count = counts.get(manual, 0)
                label = f"{names.get(manual, str(manual))} ({counted(count, 'hit')})"
                manuals[manual] = self.add(Node(NodeKind.AUTHORITY, label, Location(manual)))
            self._add_hit(hit, manuals[manual], chapters)
        self.end()

    def set_searches(self, searches: tuple[KeptSearch, ...], names: Mapping[ManualId, str]) -> None:
        """Show searches of before: the saved ones, then the others."""
        self.begin()
        self._without_snippet.clear()
        for title, is_saved in (("Saved searches", True), ("Recent searches", False)):
            rows = [search for search in searches if search.is_saved is is_saved]
            if rows:
                folder = self.add(Node(NodeKind.FOLDER, title, None))
                for search in rows:
                    path = filter_words(search.search_filter, names)
                    self.add(Node(NodeKind.SEARCH, search.query, search, path=path), folder)
        self.end()

    @override
    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if index.isValid() and index.internalId() in self._without_snippet:
            self._without_snippet.discard(index.internalId())
            _add_snippet(self.node_at(index.internalId()))
        return super().data(index, role)

    def _add_hit(self, hit: SearchHit, manual: int, chapters: dict[Location, int]) -> None:
        key = hit.location.without_anchor()
        is_division = hit.location.chapter is None and hit.location.form is None
        kind = NodeKind.FORM if hit.location.form else NodeKind.DIVISION if is_division else NodeKind.CHAPTER
        if is_division or key not in chapters:
            node_id = self.add(
                Node(
                    kind,
                    hit.title,
                    hit,
                    number=hit.number or "",
                    badges=tuple(status.label for status in hit.statuses),
                    path=_path(hit),
                    title_marks=hit.marking.marks(hit.title),
                ),
                manual,
            )
            if not is_division:
                chapters[key] = node_id
            if not hit.heading:
                self._without_snippet.add(node_id)
                return
        passage = Node[_Value](
            NodeKind.PASSAGE,
            hit.heading or hit.title,
            hit,
            title_marks=hit.marking.marks(hit.heading or hit.title),
        )
        self._without_snippet.add(self.add(passage, chapters[key]))


def _path(hit: SearchHit) -> str:
    """Where a chapter stands, and how many of its passages were found."""
    edition = f"edition {hit.location.edition}" if hit.is_past else ""
    count = f"{hit.in_chapter} passages found" if hit.in_chapter > 1 else ""
    return " · ".join(part for part in (edition, hit.division, count) if part)


def _add_snippet(node: Node[_Value]) -> None:
    hit = node.value
    if isinstance(hit, SearchHit):
        snippet = hit.snippet
        lead = f"also: {hit.also} · " if hit.also else ""
        node.detail = lead + snippet.text
        node.marks = tuple((start + len(lead), end + len(lead)) for start, end in snippet.marks)


def filter_words(search_filter: SearchFilter, names: Mapping[ManualId, str]) -> str:
    """A filter on one line; empty for one that limits nothing."""
    parts = [", ".join(names.get(manual, str(manual)) for manual in sorted(search_filter.manuals or ()))]
    if search_filter.chapter:
        parts.append(f"chapter “{search_filter.chapter}”")
    if search_filter.division:
        parts.append(search_filter.division)
    if search_filter.status:
        parts.append(search_filter.status.label)
    if search_filter.revised_since:
        parts.append(f"revised since {search_filter.revised_since.isoformat()}")
    if search_filter.as_at:
        parts.append(f"as at {search_filter.as_at.isoformat()}")
    if search_filter.all_editions:
        parts.append("all editions")
    if not search_filter.with_other_terms:
        parts.append("no other terms")
    return " · ".join(part for part in parts if part)
