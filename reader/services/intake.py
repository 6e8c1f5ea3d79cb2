"""Taking in bundles from watched folders by themselves: what IT deploys, and what the person lets be watched."""

from __future__ import annotations

import re
import stat
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from reader.bundle.verifier import VerifiedBundle
from reader.domain.cancel import CancelToken
from reader.domain.errors import BundleRefusedError, StorageError
from reader.domain.intake import Fate, Look, Offer, Taken, Unreachable
from reader.domain.manual import BUNDLE_SUFFIX, UPDATE_SUFFIX
from reader.services.library import LibraryService
from reader.store.intake_memory import IntakeMemory


class IntakeService:
    """Looks into folders, and takes in one file after the other. Safe to call from several threads.

    A file counts as whole once two looks found the same size and time. What was taken in, or refused, is not looked
    at again until it changes; refused files are tried again at each start and after each trust update.
    """

    def __init__(self, library: LibraryService, memory: IntakeMemory) -> None:
        self._library = library
        self._memory = memory
        self._lock = threading.RLock()
        self._seen: frozenset[Offer] = frozenset()
        self._fates: dict[Offer, str | None] | None = None
        self._tried: set[Offer] = set()

    @property
    def refused(self) -> tuple[tuple[Path, str], ...]:
        """The files that were refused, as they lie there, and why."""
        with self._lock:
            return tuple((offer.file, why) for offer, why in self._known().items() if why is not None)

    def look(self, folders: Sequence[Path], cancel: CancelToken) -> Look:
        """See what lies in the folders and was not taken in yet. Reads names, sizes and times only.

        Raises:
            CancelledError: when that was stopped.
        """
        found: list[Offer] = []
        unreachable: list[Unreachable] = []
        for folder in dict.fromkeys(folders):
            cancel.raise_if_cancelled()
            try:
                found.extend(_offers(folder))
            except OSError as error:
                is_away = not isinstance(error, PermissionError | NotADirectoryError)
                unreachable.append(Unreachable(folder, error.strerror or str(error), is_away))
        with self._lock:
            fates = self._known()
            away, here = {one.folder for one in unreachable}, frozenset(found)
            for offer in [o for o in fates if o.file.parent not in away and o not in here]:
                del fates[offer]
            new = [offer for offer in found if offer not in self._tried and fates.get(offer, "") is not None]
            whole = [offer for offer in new if offer in self._seen]
            self._seen = here
        return Look(tuple(sorted(whole, key=_turn)), len(new) - len(whole), tuple(unreachable))

    def take(self, offer: Offer, installed: Sequence[VerifiedBundle], cancel: CancelToken) -> Taken:
        """Take in one file. A refusal is an answer, and stops nothing else.

        Args:
            offer: The file.
            installed: What is installed now: of this nothing is copied again.
            cancel: Stops it before the file is given its place.

        Raises:
            CancelledError: when it was stopped.
        """
        before = self._known().get(offer)
        try:
            taken = self._take(offer, installed, cancel)
        except BundleRefusedError as error:
            sentence = error.explanation.happened
            taken = Taken(offer.file, Fate.REFUSED, sentence=sentence, is_news=sentence != before)
        except StorageError as error:  # still locked by whoever copies it, or the disk is full
            return Taken(offer.file, Fate.LATER, sentence=str(error))
        with self._lock:
            fates = self._known()
            if taken.fate is Fate.TRUST_UPDATED:
                self._tried.clear()
            fates[offer] = taken.sentence if taken.fate is Fate.REFUSED else None
            self._tried.add(offer)
        return taken

    def remember(self) -> None:
        """Keep what became of the files."""
        with self._lock:
            self._memory.save(self._known())

    def take_all(
        self, folders: Sequence[Path], pause: Callable[[], None], cancel: CancelToken
    ) -> Iterator[Taken | Unreachable]:
        """Take in everything that lies whole in the folders now: for the command line.

        Args:
            folders: Where to look.
            pause: Waits between the two looks that tell a whole file from one that is still being copied.
            cancel: Stops it between two files.

        Yields:
            What became of each file, and each folder that cannot be looked into.

        Raises:
            ReaderError: when the library itself cannot be opened.
            CancelledError: when that was stopped.
        """
        self.look(folders, cancel)
        pause()
        look = self.look(folders, cancel)
        yield from look.unreachable
        installed = self._library.load(cancel).bundles
        for offer in look.offers:
            yield self.take(offer, installed, cancel)
        self.remember()

    def trust_has_changed(self) -> None:
        """Let refused files be tried again."""
        with self._lock:
            self._tried.clear()

    def _known(self) -> dict[Offer, str | None]:
        with self._lock:
            if self._fates is None:
                self._fates = self._memory.load()
            return self._fates

    def _take(self, offer: Offer, installed: Sequence[VerifiedBundle], cancel: CancelToken) -> Taken:
        if offer.file.suffix == UPDATE_SUFFIX:
            self._library.update_trust(offer.file)
            return Taken(offer.file, Fate.TRUST_UPDATED)
        identity = self._library.identify(offer.file)
        if any(bundle.role_sha256 == identity for bundle in installed):
            return Taken(offer.file, Fate.KNOWN)
        bundle = self._library.install(offer.file, cancel)
        return Taken(offer.file, Fate.ADDED, bundle.edition.manifest)


def summary(taken: Sequence[Taken]) -> str:
    """One quiet sentence on what was taken in by itself; empty when there is nothing to say."""
    parts: list[str] = []
    added = [one.manifest for one in taken if one.manifest is not None]
    named = 3
    if added:
        names = "; ".join(f"{manifest.authority_name}, {manifest.edition_name}" for manifest in added[:named])
        more = f" and {len(added) - named} more" if len(added) > named else ""
        parts.append(f"Added from the watched folders: {names}{more}.")
    if any(one.fate is Fate.TRUST_UPDATED for one in taken):
        parts.append("Took in a trust update.")
    refused = [one for one in taken if one.fate is Fate.REFUSED and one.is_news]
    if len(refused) == 1:
        parts.append(f"{refused[0].file.name} was not added: {refused[0].sentence}")
    elif refused:
        parts.append(f"{len(refused)} files in the watched folders were not added: Help > Problems says why.")
    return " ".join(parts)


def _offers(folder: Path) -> Iterator[Offer]:
    for file in folder.iterdir():
        if file.suffix not in {BUNDLE_SUFFIX, UPDATE_SUFFIX}:
            continue
        try:
            found = file.stat()
        except OSError:
            continue  # gone since, or not to be looked at: the next look finds it if it is there
        if stat.S_ISREG(found.st_mode):
            yield Offer(file, found.st_size, found.st_mtime_ns)


def _turn(offer: Offer) -> tuple[bool, list[tuple[bool, int, str]], Path]:
    """Trust updates first; then by name, with numbers as numbers, so that older editions mostly come first."""
    parts = re.findall(r"\d{1,9}|\D+", offer.file.name.casefold())
    name = [(part.isdigit(), int(part) if part.isdigit() else 0, part) for part in parts]
    return offer.file.suffix == BUNDLE_SUFFIX, name, offer.file
