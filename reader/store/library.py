"""The library folder: bundles, whole, by manual and edition, and the remembered trust state beside them."""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from reader.domain.errors import NotFoundError, StorageError
from reader.domain.files import PART_SUFFIX, copy_to_part, remove, settle, write_in_one_step
from reader.domain.manual import BUNDLE_SUFFIX, ID_PATTERN, ManualId
from reader.domain.trust import AcceptedEdition, Floor, TrustState

_LOCK_SECONDS: Final = 30
_EDITION: Final = re.compile(r"[1-9][0-9]{0,9}")


@dataclass(frozen=True, slots=True, order=True)
class StoredEdition:
    """A bundle file of the library, by what its place says. What it holds is for the verifier to say."""

    manual: ManualId
    edition: int
    file: Path


class _AcceptedRow(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    manual: str
    edition: int
    signed_sha256: str
    key_ids: list[str]


class _TrustStateFile(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    format: int
    roots: list[str]
    register_list: str | None
    authorities: dict[str, str]
    accepted: list[_AcceptedRow]


_STATE_FORMAT: Final = 1
_LINE_DIGITS: Final = 16


class LibraryStore:
    """One writer per file: every change goes through here, one process at a time, each in one step."""

    def __init__(self, library_dir: Path) -> None:
        self._dir = library_dir
        self._state_file = library_dir / "trust-state.json"

    @property
    def folder(self) -> Path:
        return self._dir

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the library against other processes while something is installed or removed.

        Raises:
            StorageError: when another process holds it for longer than half a minute, or it cannot be written.
        """
        from filelock import FileLock, Timeout  # noqa: PLC0415  # not needed to start, and brings asyncio along

        try:
            self._dir.mkdir(parents=True, exist_ok=True)
            with FileLock(self._dir / ".lock", timeout=_LOCK_SECONDS):
                yield
        except Timeout as error:
            raise StorageError(
                f"Another program is changing the library in {self._dir}: try again when it is done."
            ) from error
        except OSError as error:
            raise StorageError(
                f"Cannot change the library in {self._dir}: {error.strerror or error}."
            ) from error

    def editions(self) -> tuple[StoredEdition, ...]:
        """Every bundle in its place, by manual, oldest edition first.

        Raises:
            StorageError: when the folder cannot be listed.
        """
        found: list[StoredEdition] = []
        try:
            for file in self._dir.glob(f"*/*/*{BUNDLE_SUFFIX}"):
                authority, manual, edition = file.parent.parent.name, file.parent.name, file.stem
                if (
                    ID_PATTERN.fullmatch(authority)
                    and ID_PATTERN.fullmatch(manual)
                    and _EDITION.fullmatch(edition)
                ):
                    found.append(StoredEdition(ManualId(authority, manual), int(edition), file))
        except OSError as error:
            raise StorageError(f"Cannot read the library in {self._dir}: {error.strerror}.") from error
        return tuple(sorted(found))

    def stage(self, bundle_file: Path) -> Path:
        """Copy a bundle into the library folder, to be verified there. See `files.copy_to_part`."""
        return copy_to_part(bundle_file, self._dir)

    def keep(self, staged: Path, manual: ManualId, edition: int) -> Path:
        """Give a staged and verified bundle its place.

        Raises:
            StorageError: when that fails; the staged file is then gone and the library as before.
        """
        target = self._dir / manual.authority / manual.manual / f"{edition}{BUNDLE_SUFFIX}"
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self.discard(staged)
            raise StorageError(f"Cannot write into {self._dir}: {error.strerror}.") from error
        settle(staged, target)
        return target

    def discard(self, staged: Path) -> None:
        """Remove a staged bundle that was refused."""
        with contextlib.suppress(OSError):
            staged.unlink(missing_ok=True)

    def remove(self, stored: StoredEdition) -> None:
        """Remove a bundle. What is remembered of its manual stays.

        Raises:
            StorageError: when it cannot be removed.
        """
        try:
            remove(stored.file)
        except OSError as error:
            raise StorageError(f"Cannot remove {stored.file}: {error.strerror}.") from error

    def clear(self) -> None:
        """Remove every bundle and what is remembered. Only ever right for a library of samples.

        Raises:
            StorageError: when something cannot be removed.
        """
        for stored in self.editions():
            self.remove(stored)
        try:
            for file in (self._state_file, *self._set_aside()):
                file.unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(f"Cannot remove {self._state_file}: {error.strerror}.") from error

    def sweep(self) -> None:
        """Remove what an interrupted installation left behind."""
        with contextlib.suppress(OSError):
            for file in self._dir.glob(f".*{PART_SUFFIX}"):
                file.unlink(missing_ok=True)

    def load_trust(self) -> TrustState | None:
        """What is remembered; None when there is nothing yet.

        Raises:
            StorageError: when the file is there and cannot be used.
        """
        return _read_state(self._state_file)

    def load_set_aside_trust(self) -> tuple[TrustState, ...]:
        """What is remembered of other lines of roots; what cannot be read of that is passed over."""
        found: list[TrustState] = []
        for file in self._set_aside():
            with contextlib.suppress(StorageError):
                state = _read_state(file)
                if state is not None:
                    found.append(state)
        return tuple(found)

    def save_trust(self, state: TrustState) -> None:
        """Remember, in one step. What is remembered of another line of roots is set aside, not lost.

        Raises:
            StorageError: when it cannot be written; what was remembered before stays.
        """
        before: TrustState | None = None
        with contextlib.suppress(StorageError):
            before = self.load_trust()
        if before is not None and before.roots and not set(before.roots) & set(state.roots):
            first = hashlib.sha256(before.roots[0]).hexdigest()[:_LINE_DIGITS]
            file = self._state_file.with_name(f"{self._state_file.stem}-{first}.json")
            write_in_one_step(file, _state_bytes(before))
        write_in_one_step(self._state_file, _state_bytes(state))
        for file in self._set_aside():
            with contextlib.suppress(OSError, StorageError):
                other = _read_state(file)
                if other is not None and set(other.roots) & set(state.roots):
                    file.unlink()

    def _set_aside(self) -> tuple[Path, ...]:
        return tuple(sorted(self._dir.glob(f"{self._state_file.stem}-*.json")))


def _read_state(file: Path) -> TrustState | None:
    try:
        parsed = _TrustStateFile.model_validate_json(file.read_bytes())
        if parsed.format != _STATE_FORMAT:
            raise StorageError(f"{file} was written by another version of the reader.")
        return TrustState(
            roots=tuple(root.encode("ascii") for root in parsed.roots),
            register=parsed.register_list.encode("ascii") if parsed.register_list is not None else None,
            authorities={name: raw.encode("ascii") for name, raw in parsed.authorities.items()},
            floors=_floors(parsed.accepted),
        )
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StorageError(f"Cannot read {file}: {error.strerror}.") from error
    except (ValidationError, UnicodeEncodeError, NotFoundError) as error:
        raise StorageError(f"{file} is damaged.") from error


def _state_bytes(state: TrustState) -> bytes:
    document = _TrustStateFile(
        format=_STATE_FORMAT,
        roots=[root.decode("ascii") for root in state.roots],
        register_list=state.register.decode("ascii") if state.register is not None else None,
        authorities={name: raw.decode("ascii") for name, raw in sorted(state.authorities.items())},
        accepted=[
            _AcceptedRow(
                manual=str(manual),
                edition=edition,
                signed_sha256=seen.signed_sha256,
                key_ids=sorted(seen.key_ids),
            )
            for manual, floor in sorted(state.floors.items())
            for edition, seen in sorted(floor.accepted.items())
        ],
    )
    return document.model_dump_json(indent=1).encode("ascii")


def _floors(rows: list[_AcceptedRow]) -> dict[ManualId, Floor]:
    by_manual: dict[ManualId, dict[int, AcceptedEdition]] = {}
    for row in rows:
        seen = AcceptedEdition(row.signed_sha256, frozenset(row.key_ids))
        by_manual.setdefault(ManualId.parse(row.manual), {})[row.edition] = seen
    return {manual: Floor(accepted) for manual, accepted in by_manual.items()}
