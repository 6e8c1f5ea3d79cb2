"""The library: what is installed, verified at each start; installing, verifying and removing bundles."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reader.bundle import names
from reader.bundle.container import Container
from reader.bundle.trust import TrustRoot, offered_fingerprint, report
from reader.bundle.verifier import (
    VerifiedBundle,
    VerifiedExcerpt,
    Walked,
    open_bundle,
    open_excerpt,
    walk_bundle,
    walk_update_file,
)
from reader.domain.cancel import CancelToken
from reader.domain.errors import (
    BundleRefusedError,
    NotAllowedError,
    NotFoundError,
    ReaderError,
    Reason,
    StorageError,
)
from reader.domain.machine import MachineSettings, Permission
from reader.domain.manual import Domain, ManualId
from reader.domain.provenance import TrustReport
from reader.domain.trust import ACCEPTED, NOT_ALLOWED, STORAGE, Act, Decision, Floor, TrustState
from reader.services.snapshot import LibraryProblem, LibrarySnapshot
from reader.store.library import LibraryStore, StoredEdition

if TYPE_CHECKING:
    from reader.bundle.extract import VerifiedExtract


class LibraryService:
    """The one door to the library. Safe to call from several threads and beside other processes.

    What is remembered is read from the disk for every call: another window or the command line may have learnt of a
    withdrawn key in the meantime, and nothing that was learnt is ever forgotten by writing back an older memory.
    """

    def __init__(
        self,
        store: LibraryStore,
        trust_root: TrustRoot | None,
        domain: Domain,
        today: Callable[[], date],
        *,
        updates: Callable[[], tuple[Path, ...]] = tuple,
        record: Callable[[Sequence[Decision]], None] = lambda _: None,
        machine: MachineSettings = MachineSettings(),  # noqa: B008  # immutable
    ) -> None:
        """Make the service; nothing is read yet.

        Args:
            store: The library folder.
            trust_root: The pin; without one nothing opens.
            domain: Which trust root this is.
            today: The day on this computer's clock.
            updates: The trust updates that IT has deployed beside the pin.
            record: Takes down what was decided.
            machine: What IT allows.
        """
        self._store = store
        self._trust_root = trust_root
        self._domain = domain
        self._today = today
        self._updates = updates
        self._record = record
        self._machine = machine
        self._recorded: set[tuple[Path, str]] = set()
        self._lock = threading.RLock()

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
            if self._trust_root is None:
                rows = self._store.editions()
                return LibrarySnapshot((), tuple(LibraryProblem(row.file, _NO_TRUST_ROOT) for row in rows))
            loaded = self._load(self._trust_root, cancel)
            if loaded.is_news:
                try:
                    with self._store.locked():
                        # Under the lock it counts: another process may have remembered something since.
                        loaded = self._load(self._trust_root, cancel)
                        self._store.save_trust(loaded.state)
                except StorageError as error:  # a read-only library is still read
                    loaded.problems.append(LibraryProblem(self._store.folder, str(error)))
            self._record_load(loaded)
            return LibrarySnapshot(tuple(loaded.bundles), tuple(loaded.problems), loaded.state)

    def verify(self, file: Path, cancel: CancelToken) -> VerifiedBundle:
        """Verify a file in full where it lies; nothing is installed or remembered.

        Raises:
            BundleRefusedError: with the reason.
            StorageError: when it cannot be read.
            CancelledError: when the person stopped it.
        """
        with self._recorded_act(Act.VERIFY, file) as decided:
            with self._lock:
                state = self._remembered()
                walked = self._walk(file, state)
                bundle = open_bundle(walked, self._vouched(walked.layout.manual, state), self._domain)
            bundle.check_all(cancel)
            decided.append(bundle)
        return bundle

    def identify(self, file: Path) -> str:
        """The hash that names the edition in a file (see `VerifiedBundle.role_sha256`), without looking at its content.

        Raises:
            BundleRefusedError: with the reason.
            StorageError: when it cannot be read.
        """
        with self._recorded_act(Act.VERIFY, file), self._lock:
            state = self._remembered()
            walked = self._walk(file, state)
            return open_bundle(walked, self._vouched(walked.layout.manual, state), self._domain).role_sha256

    def verify_extract(self, file: Path, cancel: CancelToken) -> VerifiedExtract:
        """Verify the file of a court extract where it lies, by the rules for bundles; nothing is remembered of it.

        Raises:
            BundleRefusedError: with the reason.
            StorageError: when it cannot be read.
            CancelledError: when the person stopped it.
        """
        from reader.bundle.extract import ExtractFile, verify_extract  # noqa: PLC0415  # nh3

        with self._recorded_act(Act.VERIFY, file):
            opened = ExtractFile(file)
            if self._trust_root is None:
                raise _no_trust_root(file, opened.offered_fingerprint)
            with self._lock:
                state = self._remembered()
                walked = opened.walk(state)
                excerpts = [
                    self._marked_excerpt(
                        open_excerpt(one, self._vouched(one.layout.manual, state), self._domain), state
                    )
                    for one in walked
                ]
            return verify_extract(opened, walked, excerpts, cancel)

    def _marked_excerpt(self, excerpt: VerifiedExcerpt, state: TrustState) -> VerifiedExcerpt:
        """The excerpt, marked when a newer edition is installed here."""
        number = excerpt.edition.manifest.edition
        newer = [row.edition for row in self._store.editions() if row.manual == excerpt.manual]
        known = max(newer, default=0)
        is_seen = known in state.floors.get(excerpt.manual, Floor({})).accepted
        return excerpt.as_superseded_by(known) if known > number and is_seen else excerpt

    def install(self, file: Path, cancel: CancelToken) -> VerifiedBundle:
        """Copy a bundle into the library, verify the copy in full, keep it, then remember it.

        Raises:
            NotAllowedError: where only IT adds bundles, and this is none of IT's.
            BundleRefusedError: with the reason; the library is then as before, verified trust updates aside.
            StorageError: when it cannot be read or kept; the library is then as before.
            CancelledError: when the person stopped it.
        """
        with self._recorded_act(Act.INSTALL, file) as decided:
            self._machine.require_source(file)
            with self._lock:
                self._walk(file, self._remembered())  # most refusals need no copy
                with self._store.locked():
                    decided.append(self._install_locked(file, cancel))
            return decided[0]

    def update_trust(self, file: Path) -> TrustReport:
        """Take in a trust update: newer roots, register and lists of signers, without any content.

        Returns:
            Whom this laptop trusts from now on.

        Raises:
            BundleRefusedError: with the reason; what is remembered is then as before.
            StorageError: when it cannot be read or kept.
        """
        with self._recorded_act(Act.UPDATE, file), self._lock:
            if self._trust_root is None:
                raise _no_trust_root(file, offered_fingerprint(Container(file, names.UPDATE_MIMETYPE)))
            with self._store.locked():
                state = walk_update_file(file, self._remembered())
                self._store.save_trust(state)
            return report(self._trust_root, state)

    def trust_report(self) -> TrustReport | None:
        """Whom this laptop trusts with what at this moment; None without a trust root.

        Raises:
            StorageError: when the library folder cannot be read.
            BundleRefusedError: `wrong-library`.
        """
        with self._lock:
            return report(self._trust_root, self._remembered()) if self._trust_root is not None else None

    def read_refused(self, bundle: VerifiedBundle, error: BundleRefusedError) -> None:
        """Take down that a part of an installed edition was not shown."""
        edition = bundle.edition.manifest.edition
        self._record([Decision(Act.READ, bundle.path.name, error.reason.value, bundle.manual, edition)])

    def remove(self, manual: ManualId, edition: int) -> None:
        """Remove an edition from this laptop. Bookmarks into it stay, and so does what is remembered of it.

        Raises:
            NotAllowedError: where IT keeps the manuals of this computer.
            NotFoundError: when it is not installed.
            StorageError: when it cannot be removed.
        """
        self._machine.require(Permission.REMOVE)
        with self._lock, self._store.locked():
            for stored in self._store.editions():
                if stored.manual == manual and stored.edition == edition:
                    self._store.remove(stored)
                    self._record([Decision(Act.REMOVE, stored.file.name, ACCEPTED, manual, edition)])
                    return
        raise NotFoundError(f"Edition {edition} of {manual} is not installed.")

    def sweep(self) -> None:
        """Remove what an interrupted installation left behind."""
        with self._lock, self._store.locked():
            self._store.sweep()

    def index_jobs(self, snapshot: LibrarySnapshot) -> Iterator[IndexJob]:
        """What a child process needs to verify each edition for itself and index it; the current ones first."""
        if snapshot.state is None:
            return
        current = snapshot.current(self._today())
        for bundle in (*current, *(bundle for bundle in snapshot.bundles if bundle not in current)):
            newest = snapshot.editions(bundle.manual)[0]
            yield IndexJob(
                bundle.path,
                snapshot.state,
                _history(newest),
                self._domain,
                bundle.role_sha256,
                is_current=bundle in current,
            )

    @contextlib.contextmanager
    def _recorded_act(self, act: Act, file: Path) -> Iterator[list[VerifiedBundle]]:
        """Take down how an act ends. The body appends the bundle that it accepted, if it is about one."""
        decided: list[VerifiedBundle] = []
        try:
            yield decided
        except BundleRefusedError as error:
            self._record([Decision(act, file.name, _code(error))])
            raise error.with_outcome(_OUTCOMES[act]) from error
        except (StorageError, NotAllowedError) as error:
            self._record([Decision(act, file.name, _code(error))])
            raise
        bundle = decided[0] if decided else None
        manual = bundle.manual if bundle else None
        edition = bundle.edition.manifest.edition if bundle else None
        self._record([Decision(act, file.name, ACCEPTED, manual, edition)])

    def _record_load(self, loaded: _Loaded) -> None:
        """Take down what a look at the library found, each thing once while the program runs."""
        decisions: list[Decision] = []
        for bundle in loaded.bundles:
            if (mark := (bundle.path, bundle.role_sha256)) not in self._recorded:
                self._recorded.add(mark)
                edition = bundle.edition.manifest.edition
                decisions.append(Decision(Act.LOAD, bundle.path.name, ACCEPTED, bundle.manual, edition))
        for problem in loaded.problems:
            if (mark := (problem.file, problem.message)) not in self._recorded:
                self._recorded.add(mark)
                decisions.append(Decision(Act.LOAD, problem.file.name, problem.code, *problem.place))
        self._record(decisions)

    def _install_locked(self, file: Path, cancel: CancelToken) -> VerifiedBundle:
        state = self._remembered()
        staged = self._store.stage(file)
        try:
            walked = self._walk(staged, state)
            if walked.state != state:
                self._store.save_trust(walked.state)
            bundle = open_bundle(walked, self._vouched(walked.layout.manual, state), self._domain)
            bundle.check_all(cancel)
        except BundleRefusedError as error:
            self._store.discard(staged)
            raise BundleRefusedError(error.reason, error.finding.replace(staged.name, file.name)) from error
        except BaseException:
            self._store.discard(staged)
            raise
        return self._keep(staged, walked.state, bundle)

    def _keep(self, staged: Path, state: TrustState, bundle: VerifiedBundle) -> VerifiedBundle:
        manual, edition = bundle.manual, bundle.edition.manifest.edition
        is_new = not any(row.manual == manual and row.edition == edition for row in self._store.editions())
        kept = self._store.keep(staged, manual, edition)
        new_state = replace(state, floors={**state.floors, manual: bundle.floor})
        try:
            self._store.save_trust(new_state)
        except StorageError:
            if is_new:  # otherwise the same signed text stood there before
                self._store.remove(StoredEdition(manual, edition, kept))
            raise
        return open_bundle(walk_bundle(kept, new_state), self._vouched(manual, new_state), self._domain)

    def _load(self, trust_root: TrustRoot, cancel: CancelToken) -> _Loaded:
        problems: list[LibraryProblem] = []
        before = self._start_state(trust_root, problems)
        is_news = bool(problems)
        rows = self._store.editions()
        # First every trust file, so that a key that one bundle withdraws counts in none of the others.
        state = self._with_updates(before, problems)
        walked: dict[Path, Walked] = {}
        for row in rows:
            cancel.raise_if_cancelled()
            with contextlib.suppress(BundleRefusedError, StorageError):
                walked[row.file] = walk_bundle(row.file, state)
                state = walked[row.file].state
        bundles: list[VerifiedBundle] = []
        floors = dict(state.floors)
        for manual, group in groupby(rows, key=lambda row: row.manual):
            loaded = self._load_manual(list(group), state, walked, problems, cancel=cancel)
            bundles.extend(self._marked(loaded))
            if loaded:
                known = floors.get(manual, Floor({})).accepted
                seen = {edition: one for bundle in loaded for edition, one in bundle.floor.accepted.items()}
                floors[manual] = Floor({**known, **seen})
        state = replace(state, floors=floors)
        return _Loaded(bundles, problems, state, is_news or state != before)

    def _load_manual(
        self,
        rows: list[StoredEdition],
        state: TrustState,
        walked: Mapping[Path, Walked],
        problems: list[LibraryProblem],
        *,
        cancel: CancelToken,
    ) -> list[VerifiedBundle]:
        """Verify the editions of one manual, newest first: the newest vouches for the older ones."""
        manual = rows[0].manual
        # Without a remembered floor (the memory was lost) an older edition is no rollback: it was installed once.
        floor = state.floors.get(manual)
        own_state = replace(state, floors={manual: floor} if floor else {})
        loaded: list[VerifiedBundle] = []
        for row in reversed(rows):
            cancel.raise_if_cancelled()
            try:
                found = _walked_under(own_state, walked.get(row.file)) or walk_bundle(row.file, own_state)
                if found.layout.manual != manual:
                    raise BundleRefusedError(
                        Reason.MANIFEST,
                        f"{row.file} holds {found.layout.manual} in the place of another manual.",
                    )
                bundle = open_bundle(found, _history(loaded[0]) if loaded else {}, self._domain)
                if bundle.edition.manifest.edition != row.edition:
                    raise BundleRefusedError(
                        Reason.MANIFEST,
                        f"{row.file} is not the edition that its name says.",
                    )
            except (BundleRefusedError, StorageError) as error:
                problems.append(LibraryProblem(row.file, str(error), _code(error), (row.manual, row.edition)))
                continue
            loaded.append(bundle)
        return loaded

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
            sentence = f"{error} What is installed was verified again and is remembered anew."
            problems.append(LibraryProblem(self._store.folder, sentence))
            remembered = None
        state = trust_root.start(remembered)
        is_other_line = remembered is not None and not set(remembered.roots) & set(state.roots)
        if is_other_line and self._domain is Domain.SAMPLE and remembered is not None and remembered.floors:
            raise BundleRefusedError(
                Reason.WRONG_LIBRARY,
                f"The library in {self._store.folder} holds manuals of another trust root: the sample trust root"
                " counts in the sample library alone.",
            )
        if state == TrustState(
            (trust_root.raw,)
        ):  # nothing is known of this line; perhaps it was the one before
            for other in self._store.load_set_aside_trust():
                found = trust_root.start(other)
                if set(found.roots) & set(other.roots):
                    return found
        return state

    def _remembered(self) -> TrustState:
        """What is remembered on the disk at this moment; rebuilt from what is installed where it has gaps."""
        if self._trust_root is None:
            return TrustState(())
        problems: list[LibraryProblem] = []
        state = self._with_updates(self._start_state(self._trust_root, problems), [])
        is_complete = not problems and all(
            row.edition in state.floors.get(row.manual, Floor({})).accepted for row in self._store.editions()
        )
        return state if is_complete else self._load(self._trust_root, CancelToken()).state

    def _walk(self, file: Path, state: TrustState) -> Walked:
        if self._trust_root is None:
            raise _no_trust_root(file, offered_fingerprint(Container(file)))
        return walk_bundle(file, state)

    def _with_updates(self, state: TrustState, problems: list[LibraryProblem]) -> TrustState:
        """The state with the trust updates that IT has deployed; a bad one stops nothing."""
        for file in self._updates():
            try:
                state = walk_update_file(file, state)
            except (BundleRefusedError, StorageError) as error:
                problems.append(LibraryProblem(file, str(error), _code(error)))
        return state

    def _vouched(self, manual: ManualId, state: TrustState) -> Mapping[int, str]:
        """What the newest installed edition of a manual vouches for."""
        rows = [row for row in self._store.editions() if row.manual == manual]
        for row in reversed(rows):
            try:
                return _history(open_bundle(walk_bundle(row.file, state), {}, self._domain))
            except ReaderError:
                continue
        return {}


@dataclass(slots=True)
class _Loaded:
    """What one look at the library found. `is_news` says that the memory on disk has to be written."""

    bundles: list[VerifiedBundle]
    problems: list[LibraryProblem]
    state: TrustState
    is_news: bool


@dataclass(frozen=True, slots=True)
class IndexJob:
    """One bundle to be indexed. Travels to the child process."""

    file: Path
    state: TrustState
    vouched: Mapping[int, str]
    domain: Domain
    role_sha256: str
    is_current: bool = True


def _walked_under(state: TrustState, walked: Walked | None) -> Walked | None:
    """A walk of a moment ago, if it would end at the same chain of trust under this state; else None."""
    if walked is None:
        return None
    authority = walked.layout.manual.authority
    before = walked.state
    is_same_chain = (
        before.roots == state.roots
        and before.register == state.register
        and before.authorities.get(authority) == state.authorities.get(authority)
    )
    return replace(walked, state=state) if is_same_chain else None


def _no_trust_root(file: Path, offered: str | None) -> BundleRefusedError:
    return BundleRefusedError(
        Reason.NO_TRUST_ROOT,
        f"No trust root is set on this computer, so {file.name} cannot be opened. It offers the"
        f" root with the fingerprint {offered or '(none)'}.",
    )


def _code(error: BundleRefusedError | StorageError | NotAllowedError) -> str:
    if isinstance(error, BundleRefusedError):
        return error.reason.value
    return NOT_ALLOWED if isinstance(error, NotAllowedError) else STORAGE


def _history(bundle: VerifiedBundle) -> Mapping[int, str]:
    return {past.edition: past.role_sha256 for past in bundle.edition.manifest.history}


_OUTCOMES: Final = {
    Act.VERIFY: "Nothing of it was shown.",
    Act.INSTALL: "Nothing of it was shown, and the library is as it was.",
    Act.UPDATE: "Nothing of it was taken in.",
}
_NO_TRUST_ROOT = "No trust root is set on this computer, so nothing can be verified: ask IT to set one."
