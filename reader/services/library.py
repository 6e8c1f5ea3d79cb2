"""The library: what is installed, verified at each start; installing, verifying and removing bundles."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from pathlib import Path

from reader.bundle.container import Container
from reader.bundle.trust import TrustRoot, offered_fingerprint
from reader.bundle.verifier import VerifiedBundle, Walked, open_bundle, walk_bundle
from reader.domain.cancel import CancelToken
from reader.domain.errors import BundleRefusedError, NotFoundError, ReaderError, Reason, StorageError
from reader.domain.manual import Domain, ManualId
from reader.domain.trust import AcceptedEdition, Floor, TrustState
from reader.store.library import LibraryStore, StoredEdition


@dataclass(frozen=True, slots=True)
class LibraryProblem:
    """Something in the library folder that is not shown, and why."""

    file: Path
    message: str


@dataclass(frozen=True, slots=True)
class LibrarySnapshot:
    """The verified editions at one moment: by manual, newest edition first."""

    bundles: tuple[VerifiedBundle, ...] = ()
    problems: tuple[LibraryProblem, ...] = ()

    def manuals(self) -> tuple[ManualId, ...]:
        return tuple(dict.fromkeys(bundle.manual for bundle in self.bundles))

    def editions(self, manual: ManualId) -> tuple[VerifiedBundle, ...]:
        return tuple(bundle for bundle in self.bundles if bundle.manual == manual)

    def current(self, today: date) -> tuple[VerifiedBundle, ...]:
        """The current edition of each manual."""
        return tuple(self.get(manual, None, today) for manual in self.manuals())

    def get(self, manual: ManualId, edition: int | None, as_at: date) -> VerifiedBundle:
        """An edition of a manual; without a number the one in force on a day, or the oldest if none was yet.

        Raises:
            NotFoundError: when it is not installed.
        """
        editions = self.editions(manual)
        if not editions:
            raise NotFoundError(f"The manual {manual} is not installed: add its bundle first.")
        if edition is None:
            in_force = (b for b in editions if b.edition.manifest.effective_from <= as_at)
            return next(in_force, editions[-1])
        for bundle in editions:
            if bundle.edition.manifest.edition == edition:
                return bundle
        raise NotFoundError(f"Edition {edition} of {manual} is not installed.")

    def find_manual(self, name: str) -> ManualId:
        """The manual that a person names: "authority/manual", or the authority alone where it has one manual.

        Raises:
            NotFoundError: when there is none, or more than one.
        """
        if "/" in name:
            manual = ManualId.parse(name)
            if manual in self.manuals():
                return manual
            found = []
        else:
            found = [manual for manual in self.manuals() if manual.authority == name]
            if len(found) == 1:
                return found[0]
        if found:
            choices = ", ".join(str(manual) for manual in found)
            raise NotFoundError(f"{name} has several manuals: name one of {choices}.")
        installed = ", ".join(str(manual) for manual in self.manuals()) or "none; add a bundle first"
        raise NotFoundError(f"No manual “{name}” is installed. Installed: {installed}.")


class LibraryService:
    """The one door to the library. Safe to call from several threads; one change at a time."""

    def __init__(
        self,
        store: LibraryStore,
        trust_root: TrustRoot | None,
        domain: Domain,
        today: Callable[[], date],
    ) -> None:
        self._store = store
        self._trust_root = trust_root
        self._domain = domain
        self._today = today
        self._lock = threading.RLock()
        self._state: TrustState | None = None

    @property
    def domain(self) -> Domain:
        return self._domain

    @property
    def has_trust_root(self) -> bool:
        return self._trust_root is not None

    def load(self, cancel: CancelToken) -> LibrarySnapshot:
        """Verify everything that is installed. What cannot be shown becomes a problem and stops nothing else.

        Raises:
            CancelledError: when the person stopped it.
            BundleRefusedError: `wrong-library`.
            StorageError: when the library folder cannot be read.
        """
        with self._lock:
            problems: list[LibraryProblem] = []
            stored = self._store.editions()
            if self._trust_root is None:
                return LibrarySnapshot((), tuple(LibraryProblem(row.file, _NO_TRUST_ROOT) for row in stored))
            state = before = self._start_state(self._trust_root, problems)
            bundles: list[VerifiedBundle] = []
            for _, rows in groupby(stored, key=lambda row: row.manual):
                loaded, state = self._load_manual(list(rows), state, problems, cancel)
                bundles.extend(loaded)
            self._state = state
            if state != before:
                try:
                    self._store.save_trust(state)
                except StorageError as error:  # a read-only library is still read
                    problems.append(LibraryProblem(self._store.folder, str(error)))
            return LibrarySnapshot(tuple(bundles), tuple(problems))

    def verify(self, file: Path, cancel: CancelToken) -> VerifiedBundle:
        """Verify a file in full where it lies; nothing is installed or remembered.

        Raises:
            BundleRefusedError: with the reason.
            StorageError: when it cannot be read.
            CancelledError: when the person stopped it.
        """
        with self._lock:
            walked = self._walk(file, self._remembered())
            bundle = open_bundle(walked, self._vouched(walked.layout.manual), self._domain)
        bundle.check_all(cancel)
        return bundle

    def install(self, file: Path, cancel: CancelToken) -> VerifiedBundle:
        """Copy a bundle into the library, verify the copy in full, keep it, then remember it.

        Raises:
            BundleRefusedError: with the reason; the library is then as before, verified trust updates aside.
            StorageError: when it cannot be read or kept; the library is then as before.
            CancelledError: when the person stopped it.
        """
        with self._lock, self._store.locked():
            state = self._remembered()
            self._walk(file, state)  # most refusals need no copy
            staged = self._store.stage(file)
            try:
                walked = self._walk(staged, state)
                if walked.state != state:
                    self._remember(walked.state)
                bundle = open_bundle(walked, self._vouched(walked.layout.manual), self._domain)
                bundle.check_all(cancel)
            except BaseException as error:
                self._store.discard(staged)
                if isinstance(error, BundleRefusedError):
                    raise BundleRefusedError(
                        error.reason, str(error).replace(staged.name, file.name)
                    ) from error
                raise
            manual, edition = bundle.manual, bundle.edition.manifest.edition
            kept = self._store.keep(staged, manual, edition)
            state = replace(walked.state, floors={**walked.state.floors, manual: bundle.floor})
            self._remember(state)
            return open_bundle(walk_bundle(kept, state), self._vouched(manual), self._domain)

    def remove(self, manual: ManualId, edition: int) -> None:
        """Remove an edition from this laptop. Bookmarks into it stay.

        Raises:
            NotFoundError: when it is not installed.
            StorageError: when it cannot be removed.
        """
        with self._lock, self._store.locked():
            for stored in self._store.editions():
                if stored.manual == manual and stored.edition == edition:
                    self._store.remove(stored)
                    return
        raise NotFoundError(f"Edition {edition} of {manual} is not installed.")

    def sweep(self) -> None:
        """Remove what an interrupted installation left behind."""
        with self._lock, self._store.locked():
            self._store.sweep()

    def index_jobs(self, snapshot: LibrarySnapshot) -> Iterator[IndexJob]:
        """What a child process needs to verify each bundle for itself and read it for its index."""
        if self._trust_root is None or self._state is None:
            return
        for bundle in snapshot.bundles:
            newest = snapshot.editions(bundle.manual)[0]
            yield IndexJob(bundle.path, self._state, _history(newest), self._domain, bundle.role_sha256)

    def _load_manual(
        self,
        rows: list[StoredEdition],
        state: TrustState,
        problems: list[LibraryProblem],
        cancel: CancelToken,
    ) -> tuple[list[VerifiedBundle], TrustState]:
        """Verify the editions of one manual, newest first: the newest vouches for the older ones."""
        manual = rows[0].manual
        remembered_floor = state.floors.get(manual)
        loaded: list[VerifiedBundle] = []
        accepted: dict[int, AcceptedEdition] = {}
        for row in reversed(rows):
            cancel.raise_if_cancelled()
            # Without a remembered floor (the state was lost) an older edition is no rollback: it was installed once.
            floors = {**state.floors}
            if remembered_floor is None:
                floors.pop(manual, None)
            try:
                walked = walk_bundle(row.file, replace(state, floors=floors))
                if walked.layout.manual != manual:
                    raise BundleRefusedError(
                        Reason.MANIFEST,
                        f"{row.file} holds {walked.layout.manual}: install it again from its bundle.",
                    )
                bundle = open_bundle(walked, _history(loaded[0]) if loaded else {}, self._domain)
                if bundle.edition.manifest.edition != row.edition:
                    raise BundleRefusedError(
                        Reason.MANIFEST,
                        f"{row.file} is not the edition that its name says: install it again.",
                    )
            except (BundleRefusedError, StorageError) as error:
                problems.append(LibraryProblem(row.file, str(error)))
                continue
            state = replace(walked.state, floors=state.floors)
            accepted |= bundle.floor.accepted
            loaded.append(bundle)
        if loaded and remembered_floor is None:
            state = replace(state, floors={**state.floors, manual: Floor(accepted)})
        return self._marked(loaded), state

    def _marked(self, loaded: list[VerifiedBundle]) -> list[VerifiedBundle]:
        """The editions with each one marked that a newer one in force has replaced."""
        in_force = [b.edition.manifest for b in loaded if b.edition.manifest.effective_from <= self._today()]
        newest = in_force[0].edition if in_force else None
        return [
            bundle.as_superseded_by(newest)
            if newest is not None and bundle.edition.manifest.edition < newest
            else bundle
            for bundle in loaded
        ]

    def _start_state(self, trust_root: TrustRoot, problems: list[LibraryProblem]) -> TrustState:
        try:
            remembered = self._store.load_trust()
        except StorageError as error:
            problems.append(
                LibraryProblem(
                    self._store.folder,
                    f"{error} What is installed was verified again and is remembered anew.",
                )
            )
            remembered = None
        try:
            state = trust_root.start(remembered)
        except BundleRefusedError:  # the remembered files are damaged inside: as good as lost
            state = trust_root.start(None)
        is_other_line = remembered is not None and not set(remembered.roots) & set(state.roots)
        if is_other_line and self._domain is Domain.SAMPLE and remembered is not None and remembered.floors:
            raise BundleRefusedError(
                Reason.WRONG_LIBRARY,
                f"The library in {self._store.folder} holds manuals of another trust root: the sample trust root"
                " counts in the sample library alone.",
            )
        return state

    def _remembered(self) -> TrustState:
        if self._trust_root is None:
            return TrustState(())
        if self._state is None:
            self._state = self._start_state(self._trust_root, [])
        return self._state

    def _remember(self, state: TrustState) -> None:
        self._store.save_trust(state)
        self._state = state

    def _walk(self, file: Path, state: TrustState) -> Walked:
        if self._trust_root is None:
            container = Container(file)
            offered = offered_fingerprint(container)
            raise BundleRefusedError(
                Reason.NO_TRUST_ROOT,
                f"No trust root is set on this computer, so {file.name} cannot be opened. Ask IT to set one; the"
                f" bundle offers the root with the fingerprint {offered or '(none)'}.",
            )
        return walk_bundle(file, state)

    def _vouched(self, manual: ManualId) -> Mapping[int, str]:
        """What the newest installed edition of a manual vouches for."""
        rows = [row for row in self._store.editions() if row.manual == manual]
        for row in reversed(rows):
            try:
                return _history(open_bundle(walk_bundle(row.file, self._remembered()), {}, self._domain))
            except ReaderError:
                continue
        return {}


@dataclass(frozen=True, slots=True)
class IndexJob:
    """One bundle to be indexed. Travels to the child process."""

    file: Path
    state: TrustState
    vouched: Mapping[int, str]
    domain: Domain
    role_sha256: str


def _history(bundle: VerifiedBundle) -> Mapping[int, str]:
    return {past.edition: past.role_sha256 for past in bundle.edition.manifest.history}


_NO_TRUST_ROOT = "No trust root is set on this computer, so nothing can be verified: ask IT to set one."
