"""The names that members of a bundle may have, and what each place is for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from reader.domain.errors import BundleRefusedError, Reason
from reader.domain.manual import ID_PATTERN, ManualId, is_usable_id

MIMETYPE_NAME: Final = "mimetype"
MIMETYPE: Final = b"application/vnd.procedures-manual+zip;v=1"
UPDATE_MIMETYPE: Final = b"application/vnd.procedures-trust+zip;v=1"
EXTRACT_MIMETYPE: Final = b"application/vnd.procedures-extract+zip;v=1"
EXTRACT_RECORD_NAME: Final = "extract.json"
REGISTER_NAME: Final = "trust/targets.json"
CONTENT_PREFIX: Final = "content/"

_ID = ID_PATTERN.pattern
_FILE = r"[a-z0-9][a-z0-9-]{0,80}"
_ROOT = re.compile(r"trust/([1-9][0-9]{0,8})\.root\.json")
_ROLE = re.compile(rf"trust/({_ID})(?:\.({_ID}))?\.json")
_TARGET = re.compile(
    rf"({_ID})/({_ID})/(?:meta/(?:manifest|contents)\.json|chapters/{_FILE}\.html"
    rf"|media/{_FILE}\.(?:png|jpg)|forms/{_FILE}\.(?:pdf|docx))"
)
_EXTRACT_FOLDER = re.compile(r"(bundle-[1-9][0-9]{0,2})/(.+)")
_SAFE = re.compile(r"[a-z0-9][a-z0-9.-]*(?:/[a-z0-9][a-z0-9.-]*)*")
# Windows opens these as devices whatever stands behind the dot.
_DEVICES: Final = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{device}{n}" for device in ("com", "lpt") for n in range(10)}
)
_MAX_NAME_LENGTH: Final = 240


def manifest_target(manual: ManualId) -> str:
    return f"{manual}/meta/manifest.json"


def contents_target(manual: ManualId) -> str:
    return f"{manual}/meta/contents.json"


def chapter_target(manual: ManualId, chapter_id: str) -> str:
    return f"{manual}/chapters/{chapter_id}.html"


def root_name(version: int) -> str:
    return f"trust/{version}.root.json"


def authority_role_name(authority: str) -> str:
    return f"trust/{authority}.json"


def manual_role_name(manual: ManualId) -> str:
    return f"trust/{manual.authority}.{manual.manual}.json"


def root_version(name: str) -> int | None:
    """The version that the name of a root file says, or None for any other name."""
    match = _ROOT.fullmatch(name)
    return int(match[1]) if match else None


def extract_folder(number: int) -> str:
    """The folder of a court extract that holds what one bundle gave to it; numbers begin with 1."""
    return f"bundle-{number}"


def in_extract_folder(name: str) -> tuple[str, str] | None:
    """The folder of an extract and the name within it, or None for any other name."""
    match = _EXTRACT_FOLDER.fullmatch(name)
    return (match[1], match[2]) if match else None


def check_safe(name: str) -> None:
    """Refuse a name that could mean something else on some disk.

    Raises:
        BundleRefusedError: `bad-name`.
    """
    is_safe = (
        len(name) <= _MAX_NAME_LENGTH
        and _SAFE.fullmatch(name) is not None
        and not any(part.endswith(".") or part.split(".")[0] in _DEVICES for part in name.split("/"))
    )
    if not is_safe:
        raise BundleRefusedError(
            Reason.BAD_NAME, f"The bundle holds a file with a name that is not allowed ({ascii(name)[:80]})."
        )


def is_target(target: str) -> bool:
    """Whether a target path is of a place and a kind that the format knows."""
    return _TARGET.fullmatch(target) is not None


@dataclass(frozen=True, slots=True)
class Layout:
    """The members of a bundle, sorted by their place. The targets are of one manual."""

    manual: ManualId
    root_versions: tuple[int, ...]
    targets: frozenset[str]

    @classmethod
    def of(cls, names: tuple[str, ...]) -> Layout:
        """Sort the names of a container.

        Raises:
            BundleRefusedError: `shape` when something has no place or a part of the trust chain is not there,
                `out-of-scope` for a kind of content that no bundle carries.
        """
        roots: list[int] = []
        roles: list[tuple[str, str | None]] = []
        targets: set[str] = set()
        for name in names:
            if name in {MIMETYPE_NAME, REGISTER_NAME}:
                continue
            if name.startswith(CONTENT_PREFIX):
                targets.add(name.removeprefix(CONTENT_PREFIX))
            elif (version := root_version(name)) is not None:
                roots.append(version)
            elif role := _ROLE.fullmatch(name):
                roles.append((role[1], role[2]))
            else:
                raise BundleRefusedError(
                    Reason.SHAPE, f"The bundle holds a file that has no place in it ({name})."
                )
        for part in {part for role in roles for part in role if part}:
            if not is_usable_id(part):
                raise BundleRefusedError(Reason.SHAPE, f"The bundle uses a reserved name as an id ({part}).")
        manuals = [ManualId(authority, manual) for authority, manual in roles if manual]
        authorities = [authority for authority, manual in roles if manual is None]
        if (
            len(manuals) != 1
            or authorities != [manuals[0].authority]
            or REGISTER_NAME not in names
            or not roots
        ):
            raise BundleRefusedError(
                Reason.SHAPE, "The bundle does not hold exactly one chain of trust for one manual."
            )
        for target in targets:
            if not is_target(target):
                raise BundleRefusedError(
                    Reason.OUT_OF_SCOPE,
                    f"The bundle holds a kind of file that no bundle may carry ({target}).",
                )
        return cls(manuals[0], tuple(sorted(roots)), frozenset(targets))


@dataclass(frozen=True, slots=True)
class UpdateLayout:
    """The members of a trust update: a run of roots, the register, and lists of signers. No content."""

    root_versions: tuple[int, ...]
    authorities: tuple[str, ...]

    @classmethod
    def of(cls, names: tuple[str, ...]) -> UpdateLayout:
        """Sort the names of a container.

        Raises:
            BundleRefusedError: `shape` when something has no place in a trust update, or there is no register.
        """
        roots: list[int] = []
        authorities: list[str] = []
        for name in names:
            if name in {MIMETYPE_NAME, REGISTER_NAME}:
                continue
            role = _ROLE.fullmatch(name)
            if (version := root_version(name)) is not None:
                roots.append(version)
            elif role and role[2] is None and is_usable_id(role[1]):
                authorities.append(role[1])
            else:
                raise BundleRefusedError(Reason.SHAPE, f"{name} has no place among trust files.")
        if REGISTER_NAME not in names:
            raise BundleRefusedError(Reason.SHAPE, "There is no register among the trust files.")
        return cls(tuple(sorted(roots)), tuple(authorities))
