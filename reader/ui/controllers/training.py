"""Training mode: what is in front, shown to a room."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot

from reader.domain.training import Show
from reader.ui.actions import ActionId
from reader.ui.controllers.comparison import ComparisonController
from reader.ui.controllers.media import MediaSource
from reader.ui.controllers.tools import ToolController, Tools
from reader.ui.theme import LIGHT, Colours
from reader.ui.widgets.training_view import TrainingView


class TrainingController(ToolController):
    """Opens the view over the whole screen: the chapter, or both chapters while they stand side by side.

    Attributes:
        view: The view while it is open, else None.
    """

    def __init__(self, tools: Tools, *, comparison: ComparisonController) -> None:
        super().__init__(tools)
        window = tools.window
        self._comparison = comparison
        self._colours: Colours = LIGHT
        self.view: TrainingView | None = None
        window.actions_by_id[ActionId.TRAINING].triggered.connect(self._on_start)
        window.closing.connect(self.end)

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours

    @Slot()
    def end(self) -> None:
        """Leave the mode; without it nothing happens."""
        if self.view is not None:
            self.view.close()

    @Slot()
    def _on_start(self) -> None:
        from reader.services.training import show_of_page, show_of_sides  # noqa: PLC0415  # not needed to read

        view = self._window.current_view
        if view is None or view.page is None or self.view is not None:
            return
        sides = self._comparison.sides if self._window.is_comparison_visible else None
        if sides is not None:
            self._open(show_of_sides(sides))
        else:
            self._open(show_of_page(view.page, view.text.passage_at_top))

    def _open(self, show: Show) -> None:
        page = self._navigation.page_in_front
        if page is None:
            return
        pictures = MediaSource(self._workspace, self._library, page.location, self._runner)
        self.view = TrainingView(show, self._colours, pictures)
        self.view.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.view.ended.connect(self._on_ended)
        self.view.showFullScreen()
        self.view.activateWindow()
        self.view.setFocus()

    @Slot()
    def _on_ended(self) -> None:
        self.view = None
        self._window.activateWindow()
