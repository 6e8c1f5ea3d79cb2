"""Search results, grouped: authority, chapter, passage."""

from __future__ import annotations

from collections.abc import Mapping

from reader.domain.location import Location
from reader.domain.manual import ManualId
from reader.domain.search import SearchAnswer, SearchHit
from reader.ui.models.nodes import Node, NodeKind, NodeModel


class SearchModel(NodeModel[SearchHit | Location]):
    """The hits of one answer. Manuals stand in the order of their best hit, hits of one in theirs."""

    def set_answer(self, answer: SearchAnswer, names: Mapping[ManualId, str]) -> None:
        """Show an answer; `names` are the authorities' names as they stand on screen."""
        self.begin()
        counts = dict(answer.per_manual)
        manuals: dict[ManualId, int] = {}
        chapters: dict[Location, int] = {}
        for hit in answer.hits:
            manual = hit.location.manual
            if manual not in manuals:
                count = counts.get(manual, 0)
                label = f"{names.get(manual, str(manual))} ({count} {'hit' if count == 1 else 'hits'})"
                manuals[manual] = self.add(Node(NodeKind.AUTHORITY, label, Location(manual)))
            self._add_hit(hit, manuals[manual], chapters)
        self.end()

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
                    detail="" if hit.heading else _detail(hit),
                    marks=() if hit.heading else _marks(hit),
                ),
                manual,
            )
            if not is_division:
                chapters[key] = node_id
            if not hit.heading:
                return
        self.add(
            Node(
                NodeKind.PASSAGE,
                hit.heading or hit.title,
                hit,
                detail=_detail(hit),
                marks=_marks(hit),
            ),
            chapters[key],
        )


def _lead(hit: SearchHit) -> str:
    """What stands before the snippet of a hit that says the same in another term."""
    return f"also: {hit.also} · " if hit.also else ""


def _detail(hit: SearchHit) -> str:
    return _lead(hit) + hit.snippet.text


def _marks(hit: SearchHit) -> tuple[tuple[int, int], ...]:
    shift = len(_lead(hit))
    return tuple((start + shift, end + shift) for start, end in hit.snippet.marks)
