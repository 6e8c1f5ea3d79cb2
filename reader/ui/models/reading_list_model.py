"""The places of a reading list, in their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reader.domain.reading_list import ReadingItem
from reader.ui.models.nodes import Node, NodeKind, NodeModel


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """An item with its number from 0, and what is wrong with it here ("" when nothing is)."""

    number: int
    item: ReadingItem
    problem: str


class ReadingListModel(NodeModel[ReadingRow]):
    """One row for each place; what is missing says so."""

    def set_rows(self, rows: Sequence[ReadingRow]) -> None:
        """Show these."""
        self.begin()
        for row in rows:
            self.add(
                Node(
                    NodeKind.PASSAGE,
                    row.item.title,
                    row,
                    number=f"{row.number + 1}.",
                    badges=("Missing",) if row.problem else (),
                    path=row.item.edition,
                    detail=" · ".join(filter(None, (row.item.remark, row.problem))),
                )
            )
        self.end()
