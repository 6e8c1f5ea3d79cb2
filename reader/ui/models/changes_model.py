"""What has changed: manual, chapter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from reader.domain.changes import ChangedChapter, Kind
from reader.domain.manual import ManualId
from reader.ui.models.nodes import Node, NodeKind, NodeModel

_KINDS: Final = {
    Kind.NEW: "New",
    Kind.GONE: "Gone",
    Kind.RENAMED: "Renamed",
    Kind.RENUMBERED: "Renumbered",
    Kind.MOVED: "Moved",
    Kind.TEXT: "Reworded",
    Kind.TEXT_ADDED: "Text added",
    Kind.TEXT_GONE: "Text gone",
    Kind.STATUS: "Status",
}


class ChangesModel(NodeModel[ChangedChapter | None]):
    """The changed chapters of each manual, in the order of its contents list."""

    def set_changes(self, changes: Iterable[ChangedChapter], names: Mapping[ManualId, str]) -> None:
        """Show changes; `names` are the manuals' names as they stand on screen."""
        self.begin()
        manuals: dict[tuple[ManualId, int], int] = {}
        for one in changes:
            key = one.manual, one.before
            if key not in manuals:
                since = f"{names.get(one.manual, str(one.manual))}, since edition {one.before}"
                manuals[key] = self.add(Node(NodeKind.AUTHORITY, since, None))
            entry = one.change.after or one.change.before
            badges = tuple(_KINDS[kind] for kind in one.change.kinds)
            self.add(
                Node(
                    NodeKind.CHAPTER,
                    entry.title if entry else one.change.id,
                    one,
                    number=(entry.number or "") if entry else "",
                    badges=(*badges, "Seen") if one.is_seen else badges,
                ),
                manuals[key],
            )
        self.end()
