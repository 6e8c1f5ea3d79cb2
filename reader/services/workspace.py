"""One library with everything that works on it, put together. Window and command line open the same one."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from reader.bundle.trust import TrustRoot
from reader.domain.cancel import CancelToken
from reader.domain.counterpart import Correction
from reader.domain.errors import ReaderError, StorageError, TrustError
from reader.domain.files import is_there
from reader.domain.machine import MachineSettings, Permission
from reader.domain.manual import Domain
from reader.domain.settings import Settings
from reader.domain.vocabulary import Vocabulary
from reader.services.library import LibraryService
from reader.services.trust import read_root
from reader.store.libraries import read_ahead
from reader.store.library import LibraryStore
from reader.store.machine_settings import read_machine_settings
from reader.store.places import (
    Pin,
    Places,
    default_base_dir,
    deployed_dir,
    fonts_dir,
    guide_base_dir,
    guide_bundles,
    machine_settings_file,
    pinned_root,
    sample_base_dir,
    sample_bundles,
    sample_root_file,
    vocabulary_file,
)
from reader.store.settings import SettingsStore

if TYPE_CHECKING:
    from reader.services.carrying import CarryService
    from reader.services.change_queue import ChangeQueue
    from reader.services.citations import CitationService
    from reader.services.comparison import ComparisonService
    from reader.services.counterparts import CounterpartService
    from reader.services.coverage import CoverageService
    from reader.services.explanations import ExplanationService
    from reader.services.extracts import ExtractService
    from reader.services.intake import IntakeService
    from reader.services.pages import PageService
    from reader.services.paper import PaperService
    from reader.services.reading_lists import ReadingListService
    from reader.services.search import SearchService
    from reader.store.decision_log import DecisionLog
    from reader.store.fault_log import FaultLog
    from reader.store.personal import PersonalStore


_log = logging.getLogger(__name__)


_LIBRARIES_OF_PAPER: Final = ("PIL", "pypdfium2_raw")


@dataclass(frozen=True, slots=True)
class WorkspaceChoice:
    """Which library, under which trust root. None means: the person's own, the one that IT has set.

    Attributes:
        is_sample: The library of what came with the program, under the sample root.
        is_guide: Such a library with the user guide alone; it is a sample library too.
    """

    library_dir: Path | None = None
    trust_file: Path | None = None
    is_sample: bool = False
    is_guide: bool = False

    @classmethod
    def guide(cls, library_dir: Path | None = None) -> WorkspaceChoice:
        """The user guide, in its own place or in another folder."""
        return cls(library_dir, is_sample=True, is_guide=True)


class Workspace:
    """The services of one library.

    What the tree does not need is imported when it is first asked for: together that is a third of the start.
    """

    def __init__(self, choice: WorkspaceChoice) -> None:
        """Open a workspace; nothing is verified yet.

        A trust root that is set and cannot be used is no reason to stay shut: see `trust_fault`.

        Raises:
            BundleRefusedError: when the trust root that was named cannot be used.
            StorageError: when its file cannot be read.
            TrustError: when another trust root was named than the one that IT has set.
        """
        self.is_sample = choice.is_sample
        self.is_guide = choice.is_guide
        self.places = _places(choice)
        self.machine = (
            MachineSettings() if choice.is_sample else read_machine_settings(machine_settings_file())
        )
        self.pin = _pin(choice, self.machine)
        self.trust_fault: ReaderError | None = None
        trust_root = None
        try:
            trust_root = read_root(self.pin.file, self.machine) if self.pin else None
        except ReaderError as error:
            if choice.trust_file is not None or choice.is_sample:
                raise
            self.trust_fault = error
        domain = Domain.SAMPLE if _is_sample_root(trust_root) else Domain.PINNED
        self._store = LibraryStore(self.places.library_dir)
        if choice.is_sample and choice.library_dir is None and trust_root is not None:
            self._drop_other_samples(trust_root)
        self.library = LibraryService(
            self._store,
            trust_root,
            domain,
            today,
            updates=lambda: self.pin.updates if self.pin else (),
            record=lambda decisions: open_decision_log(choice).record(decisions),
            machine=self.machine,
        )
        self.settings = SettingsStore(self.places.settings_file, self.places.settings_copy)

    @property
    def faults(self) -> tuple[str, ...]:
        """Sentences on what IT has to mend: its settings, or the trust root."""
        found = (self.machine.problem, str(self.trust_fault) if self.trust_fault else None)
        return tuple(sentence for sentence in found if sentence)

    @cached_property
    def intake(self) -> IntakeService:
        from reader.services.intake import IntakeService  # noqa: PLC0415  # not needed to show the tree
        from reader.store.intake_memory import IntakeMemory  # noqa: PLC0415

        return IntakeService(self.library, IntakeMemory(self.places.intake_file))

    def watched_folders(self, own: Path | None) -> tuple[Path, ...]:
        """The folders that bundles are taken in from: those of IT, then the person's own where that is allowed."""
        if self.is_sample:
            return () if own is None else (own,)
        of_it = [f for f in self.machine.folders if f != deployed_dir() or is_there(f)]
        of_person = [own] if own is not None and self.machine.allows(Permission.ADD) else []
        return (*of_it, *of_person)

    @cached_property
    def counterparts(self) -> CounterpartService:
        from reader.services.counterparts import CounterpartService  # noqa: PLC0415

        return CounterpartService(self.vocabulary, self._corrections)

    def _corrections(self) -> tuple[Correction, ...]:
        """What the person decided about counterparts; where that cannot be read, the matching alone counts."""
        if not self.places.personal_file.exists():
            return ()
        try:
            return self.personal.corrections()
        except StorageError as error:
            _log.warning("Your own decisions about counterparts are left out: %s", error)
            return ()

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The sector's vocabulary. One that cannot be used costs what it adds, and nothing else."""
        from reader.store.vocabulary import read_vocabulary  # noqa: PLC0415  # not needed to show the tree

        try:
            return read_vocabulary(vocabulary_file())
        except StorageError as error:
            _log.warning("Counterparts are found by words alone: %s", error)
            return Vocabulary()

    @cached_property
    def pages(self) -> PageService:
        from reader.services.pages import PageService  # noqa: PLC0415

        return PageService(self.counterparts, today, now=local_now, on_refused=self.library.read_refused)

    @cached_property
    def explanations(self) -> ExplanationService:
        from reader.services.explanations import ExplanationService  # noqa: PLC0415  # when the first word is asked for

        return ExplanationService(lambda: self.vocabulary, self.pages)

    @cached_property
    def comparison(self) -> ComparisonService:
        from reader.services.comparison import ComparisonService  # noqa: PLC0415  # RapidFuzz

        return ComparisonService(self.vocabulary, self.pages, today)

    @cached_property
    def carrying(self) -> CarryService:
        from reader.services.carrying import CarryService  # noqa: PLC0415  # RapidFuzz

        return CarryService(today)

    @cached_property
    def citations(self) -> CitationService:
        from reader.services.citations import CitationService  # noqa: PLC0415

        return CitationService(today)

    @cached_property
    def reading_lists(self) -> ReadingListService:
        from reader.services.reading_lists import ReadingListService  # noqa: PLC0415

        return ReadingListService(self.citations, today)

    @cached_property
    def paper(self) -> PaperService:
        read_ahead(*_LIBRARIES_OF_PAPER)
        from reader.services.paper import PaperService  # noqa: PLC0415  # reportlab, PDFium
        from reader.services.paper_parts import PartComposer  # noqa: PLC0415

        return PaperService(
            PartComposer(), lambda: self.pages, lambda: self.comparison, local_now, fonts_dir()
        )

    @cached_property
    def extracts(self) -> ExtractService:
        read_ahead(*_LIBRARIES_OF_PAPER)
        from reader.services.extracts import ExtractService  # noqa: PLC0415  # reportlab, PDFium
        from reader.services.paper_parts import PartComposer  # noqa: PLC0415

        return ExtractService(PartComposer(), local_now, fonts_dir())

    @cached_property
    def coverage(self) -> CoverageService:
        from reader.services.coverage import CoverageService  # noqa: PLC0415  # RapidFuzz

        return CoverageService(self.counterparts, self.vocabulary, today)

    @cached_property
    def change_queue(self) -> ChangeQueue:
        from reader.services.change_queue import ChangeQueue  # noqa: PLC0415

        return ChangeQueue(today)

    @cached_property
    def search(self) -> SearchService:
        from reader.search.engine import SearchEngine  # noqa: PLC0415  # a tenth of a second of Whoosh
        from reader.services.search import SearchService  # noqa: PLC0415

        return SearchService(
            SearchEngine(lambda: self.vocabulary), self.library, self.places.index_dir, today
        )

    @cached_property
    def personal(self) -> PersonalStore:
        """The person's own file.

        Raises:
            StorageError: when it cannot be opened.
        """
        from reader.store.personal import PersonalStore  # noqa: PLC0415  # not needed to show the tree

        return PersonalStore(self.places.personal_file, self.places.backup_dir, now)

    def install_samples(self, cancel: CancelToken) -> Iterator[str]:
        """Install the sample bundles that are not installed yet; gives the name of each one installed.

        Raises:
            BundleRefusedError: when a sample bundle does not verify.
            StorageError: when the library cannot be written, or the program came without samples.
        """
        bundles = guide_bundles() if self.is_guide else sample_bundles()
        if not bundles:
            raise StorageError("The program came without its sample bundles: run `make samples`.")
        installed = {bundle.role_sha256 for bundle in self.library.load(cancel).bundles}
        for file in bundles:
            if self.library.verify(file, cancel).role_sha256 not in installed:
                self.library.install(file, cancel)
                yield file.name

    def close(self) -> None:
        """Let go of files. What was asked for once is closed, nothing is opened for it."""
        for name in ("search", "personal"):
            opened = self.__dict__.get(name)
            if opened is not None:
                opened.close()

    def _drop_other_samples(self, trust_root: TrustRoot) -> None:
        """Empty the sample library when it was filled under an older sample root. Bookmarks stay."""
        try:
            remembered = self._store.load_trust()
        except StorageError:
            return
        if remembered is not None and trust_root.raw not in remembered.roots:
            with self._store.locked():
                self._store.clear()


def lend_looks_to_guide(settings: Settings) -> None:
    """Let the user guide open in the colours and letters of another window.

    Raises:
        StorageError: when the guide's folder cannot be written.
    """
    SettingsStore(_places(WorkspaceChoice.guide()).settings_file).save(replace(settings, watched_dir=None))


def open_decision_log(choice: WorkspaceChoice) -> DecisionLog:
    """The log of decisions of a library, whether or not the library itself can be opened."""
    from reader.store.decision_log import DecisionLog  # noqa: PLC0415  # not needed to show the tree

    return DecisionLog(_places(choice).decision_log_file, now)


def open_fault_log(choice: WorkspaceChoice) -> FaultLog:
    """The log of faults of the program, beside that of decisions."""
    from reader.store.fault_log import FaultLog  # noqa: PLC0415  # not needed to show the tree

    return FaultLog(_places(choice).fault_log_file, now)


def _places(choice: WorkspaceChoice) -> Places:
    if choice.library_dir is not None:
        return Places(choice.library_dir.absolute())
    if choice.is_guide:
        return Places(guide_base_dir().absolute())
    return Places((sample_base_dir() if choice.is_sample else default_base_dir()).absolute())


def _pin(choice: WorkspaceChoice, machine: MachineSettings) -> Pin | None:
    """The trust root to go by: the sample's own in the sample library, else the machine's, else what was named.

    Raises:
        TrustError: when another root was named than the one that IT has set.
    """
    if choice.is_sample:
        return Pin(choice.trust_file or sample_root_file(), is_machine_wide=False)
    pin = pinned_root(machine)
    if choice.trust_file is None:
        return pin
    if pin is None and machine.problem is not None:
        raise TrustError(machine.problem)
    if pin is not None and pin.is_machine_wide and not _is_same_file(pin.file, choice.trust_file):
        raise TrustError(
            f"IT has set the trust root of this computer ({pin.file}), and {choice.trust_file} cannot stand in its"
            " place: leave --trust out, or ask IT."
        )
    return Pin(choice.trust_file, is_machine_wide=False) if pin is None or not pin.is_machine_wide else pin


def _is_same_file(one: Path, other: Path) -> bool:
    try:
        return one.read_bytes() == other.read_bytes()
    except OSError:
        return False


def today() -> date:
    """The day on this computer's clock."""
    return datetime.now().astimezone().date()


def local_now() -> datetime:
    """The moment on this computer's clock, in its own time zone."""
    return datetime.now().astimezone()


def now() -> datetime:
    return datetime.now(UTC)


def _is_sample_root(trust_root: TrustRoot | None) -> bool:
    if trust_root is None:
        return False
    try:
        return trust_root.raw == sample_root_file().read_bytes()
    except OSError:
        return False
