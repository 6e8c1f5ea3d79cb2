"""Pictures for the texts that are shown."""

from __future__ import annotations

from dataclasses import dataclass

from reader.domain.errors import ReaderError
from reader.domain.location import Location
from reader.services.workspace import Workspace
from reader.ui.controllers.current_library import CurrentLibrary


@dataclass(frozen=True, slots=True)
class MediaSource:
    """Gives the pictures of one edition, each checked against its signed hash when it is read."""

    workspace: Workspace
    library: CurrentLibrary
    location: Location

    def __call__(self, target: str) -> bytes | None:
        """The bytes of a picture, or None when it cannot be had."""
        manual, edition = self.location.manual, self.location.edition
        try:
            return self.workspace.pages.media(self.library.snapshot, manual, edition, target)
        except ReaderError:
            return None
