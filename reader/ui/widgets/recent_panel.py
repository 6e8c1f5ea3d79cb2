"""The chapters that were opened last."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from reader.domain.bookmark import RecentVisit
from reader.domain.location import Location
from reader.ui.models.nodes import Node, NodeKind, NodeModel
from reader.ui.theme import Colours
from reader.ui.widgets.entry_tree import EntryTree


class RecentPanel(QWidget):
    """Shows visits, newest first; says which one was chosen."""

    location_activated = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model: NodeModel[Location] = NodeModel(self)
        self.tree = EntryTree("Recent chapters")
        self.tree.setModel(self._model)
        self.tree.setRootIsDecorated(False)
        self._empty = QLabel("Chapters that you open are listed here.")
        self._empty.setTextFormat(Qt.TextFormat.PlainText)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(self._empty)
        layout.addWidget(self.tree, 1)
        layout.addStretch(0)
        self.tree.entry_activated.connect(self.location_activated)

    def set_visits(self, visits: tuple[RecentVisit, ...]) -> None:
        self._model.begin()
        for visit in visits:
            opened = visit.opened.astimezone()
            detail = f"{visit.location.manual.authority}, {opened:%d %B %Y, %H:%M}"
            self._model.add(Node(NodeKind.VISIT, visit.title, visit.location, detail=detail))
        self._model.end()
        self._empty.setVisible(not visits)
        self.tree.setVisible(bool(visits))

    def set_colours(self, colours: Colours) -> None:
        self.tree.set_colours(colours)
