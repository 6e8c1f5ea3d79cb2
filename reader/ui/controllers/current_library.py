"""What is installed now, for every controller to look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from PySide6.QtCore import QObject, Signal

from reader.bundle.verifier import VerifiedBundle
from reader.domain.errors import NotFoundError
from reader.domain.location import Location
from reader.domain.manual import ManualId
from reader.services.snapshot import LibrarySnapshot


class CurrentLibrary(QObject):
    """Holds the newest snapshot. The library controller sets it; everybody else reads and listens."""

    changed = Signal()
    as_at_changed = Signal()

    def __init__(self, today: Callable[[], date], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self._snapshot = LibrarySnapshot()
        self._names: dict[ManualId, str] = {}
        self._as_at: date | None = None

    @property
    def as_at(self) -> date | None:
        """The day whose editions are shown in place of those in force now; None for now."""
        return self._as_at

    def set_as_at(self, day: date | None) -> None:
        """Show the editions of a day from now on, or those in force."""
        if day != self._as_at:
            self._as_at = day
            self.as_at_changed.emit()
            self.changed.emit()

    @property
    def editions(self) -> tuple[VerifiedBundle, ...]:
        """The edition of each manual that is shown: the one in force now, or on the day that was chosen."""
        if self._as_at is None:
            return self._snapshot.current(self._today())
        return self._snapshot.in_force(self._as_at)

    @property
    def shown(self) -> Mapping[ManualId, VerifiedBundle]:
        """The edition of each manual that is shown, by manual."""
        return {bundle.manual: bundle for bundle in self.editions}

    def dated(self, location: Location) -> Location:
        """A location without an edition as it is to be opened: in the edition of the day that was chosen, if any."""
        if self._as_at is None or location.edition is not None:
            return location
        bundle = self.shown.get(location.manual)
        return replace(location, edition=bundle.edition.manifest.edition) if bundle else location

    @property
    def snapshot(self) -> LibrarySnapshot:
        return self._snapshot

    @property
    def names(self) -> Mapping[ManualId, str]:
        """Each manual by the name that stands on screen: the authority's, with the title where it has several."""
        return self._names

    def following(self, location: Location) -> Location:
        """Where a kept location leads today: into the current edition, if the chapter is still in it."""
        if self._as_at is not None:
            return self.dated(replace(location, edition=None))
        try:
            current = self._snapshot.get(location.manual, None, self._today())
        except NotFoundError:
            return location
        if location.chapter is not None and current.edition.contents.place(location.chapter) is None:
            return location
        if location.form is not None and f"{location.manual}/forms/{location.form}" not in current.targets:
            return location
        return replace(location, edition=None)

    def set_snapshot(self, snapshot: LibrarySnapshot) -> None:
        self._snapshot = snapshot
        manifests = [bundle.edition.manifest for bundle in snapshot.current(self._today())]
        authorities = [manifest.id.authority for manifest in manifests]
        self._names = {
            manifest.id: manifest.authority_name
            if authorities.count(manifest.id.authority) == 1
            else f"{manifest.authority_name}, {manifest.title}"
            for manifest in manifests
        }
        self.changed.emit()
