"""What IT has settled for everybody on a computer: whom it trusts, where bundles come from, and what people may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from reader.domain.errors import NotAllowedError


class Permission(StrEnum):
    """Something that IT can keep to itself, or switch off."""

    ADD = "add bundles"
    REMOVE = "remove editions"
    PRINT = "print"
    SAVE_PDF = "save as PDF"
    EXTRACT = "make court extracts"
    EXPORT = "export files"


_SWITCHED_OFF: Final[Mapping[Permission, str]] = {
    Permission.ADD: "IT adds the manuals of this computer: ask IT for the manual that you miss.",
    Permission.REMOVE: "IT keeps the manuals of this computer: ask IT to remove an edition.",
    Permission.PRINT: "IT has switched printing off on this computer.",
    Permission.SAVE_PDF: "IT has switched saving as PDF off on this computer.",
    Permission.EXTRACT: "IT has switched court extracts off on this computer.",
    Permission.EXPORT: "IT has switched saving and exporting files off on this computer.",
}

DEFAULT_LOOK_EVERY_MINUTES: Final = 15


@dataclass(frozen=True, slots=True)
class MachineSettings:
    """The settings for everybody on a computer; without a file everything is allowed and nothing is set.

    Attributes:
        file: Where they stand; None where IT has written none.
        root_file: The trust root that they name.
        root_fingerprint: The fingerprint that this root must have, without spaces.
        folders: Where bundles and trust updates are taken in from; they need not be there now.
        look_every_minutes: How often these folders are looked into while the reader is open.
        forbidden: What is kept from people.
        problem: A sentence when the file is there and cannot be used: then everything is forbidden that it could
            have forbidden, and reading goes on.
    """

    file: Path | None = None
    root_file: Path | None = None
    root_fingerprint: str | None = None
    folders: tuple[Path, ...] = ()
    look_every_minutes: int = DEFAULT_LOOK_EVERY_MINUTES
    forbidden: frozenset[Permission] = field(default_factory=frozenset)
    problem: str | None = None

    def allows(self, permission: Permission) -> bool:
        return permission not in self.forbidden

    def require(self, permission: Permission) -> None:
        """Do nothing where something is allowed.

        Raises:
            NotAllowedError: where it is not; says who can change that.
        """
        if permission in self.forbidden:
            raise NotAllowedError(self.problem or _SWITCHED_OFF[permission])

    def require_source(self, file: Path) -> None:
        """Do nothing where a bundle may be added: by everybody, or because it lies in a folder that IT has named.

        Raises:
            NotAllowedError: where only IT adds bundles, and this one lies elsewhere.
        """
        if not any(file.resolve().parent == folder.resolve() for folder in self.folders):
            self.require(Permission.ADD)
