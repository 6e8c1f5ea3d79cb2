"""Pictures for the texts that are shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QSize

from reader.domain.cancel import CancelToken
from reader.domain.errors import ReaderError
from reader.domain.location import Location
from reader.services.workspace import Workspace
from reader.ui.controllers.current_library import CurrentLibrary
from reader.ui.tasks import TaskRunner
from reader.ui.widgets.images import LoadedPicture, decode, unloaded


@dataclass(frozen=True, slots=True)
class MediaSource:
    """Gives the pictures of one edition, each checked against its signed hash when it is read."""

    workspace: Workspace
    library: CurrentLibrary
    location: Location
    runner: TaskRunner

    def load(self, target: str, most: QSize, on_loaded: Callable[[LoadedPicture], None]) -> CancelToken:
        """Read, check and decode a picture beside the GUI thread."""
        snapshot, pages = self.library.snapshot, self.workspace.pages
        manual, edition = self.location.manual, self.location.edition

        def work(cancel: CancelToken) -> LoadedPicture:
            data = pages.media(snapshot, manual, edition, target)
            cancel.raise_if_cancelled()
            return decode(data, target, most)

        def say(error: ReaderError) -> None:
            on_loaded(unloaded(str(error)))

        return self.runner.read(work, on_loaded, say)
