"""The headings of the chapter in front, beside it; the passage that is being read is the chosen one."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from reader.domain.contents import Passage
from reader.ui.models.nodes import Node, NodeKind, NodeModel, Role
from reader.ui.theme import Colours, Space
from reader.ui.widgets.entry_tree import EntryTree


class OutlinePanel(QWidget):
    """Shows passages; says which one was chosen."""

    passage_chosen = Signal(object)
    """Carries the anchor of a passage."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: NodeModel[str] = NodeModel(self)
        self._rows: dict[str, int] = {}
        self.tree = EntryTree("Outline of the chapter")
        self.tree.setModel(self._model)
        self._empty = QLabel(
            "The headings of the open chapter are listed here.\nOpen a chapter that has some."
        )
        self._empty.setTextFormat(Qt.TextFormat.PlainText)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.SMALL, Space.SMALL, Space.SMALL, Space.SMALL)
        layout.addWidget(self._empty)
        layout.addWidget(self.tree, 1)
        layout.addStretch(0)
        self.tree.entry_activated.connect(self.passage_chosen)
        self.set_passages((), {})

    def set_passages(self, passages: tuple[Passage, ...], revised: Mapping[str, str]) -> None:
        """Show the passages that have a heading; those that changed say so."""
        offered = [passage for passage in passages if passage.anchor and passage.heading]
        self._rows = {}
        self._model.begin()
        above: list[tuple[int, int]] = []
        for passage in offered:
            anchor = str(passage.anchor)
            while above and above[-1][0] >= passage.level:
                above.pop()
            badges = (revised[anchor].capitalize(),) if anchor in revised else ()
            node = Node(NodeKind.PASSAGE, passage.heading or "", anchor, badges=badges)
            node_id = self._model.add(node, above[-1][1] if above else None)
            above.append((passage.level, node_id))
            self._rows[anchor] = node_id
        self._model.end()
        self.tree.expandAll()
        self._empty.setVisible(not offered)
        self.tree.setVisible(bool(offered))

    def follow(self, anchor: str | None) -> None:
        """Choose the passage that is being read, without announcing it."""
        node_id = self._rows.get(anchor) if anchor else None
        index = self._model.index_of(node_id) if node_id is not None else QModelIndex()
        if index != self.tree.currentIndex() and not self.tree.hasFocus():
            self.tree.setCurrentIndex(index)
            self.tree.scrollTo(index)

    @property
    def current(self) -> str | None:
        """The anchor of the chosen passage."""
        value = self.tree.currentIndex().data(Role.LOCATION)
        return str(value) if value is not None else None

    def set_colours(self, colours: Colours) -> None:
        self.tree.set_colours(colours)
