"""Manuals and editions: what is known of them once their bundle is verified."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from reader.domain.contents import ContentsList
from reader.domain.errors import NotFoundError
from reader.domain.provenance import LinkKind, Provenance, Signer
from reader.domain.text import DEVICE_NAMES

BUNDLE_SUFFIX: Final = ".manual"
UPDATE_SUFFIX: Final = ".trust"
EXTRACT_SUFFIX: Final = ".extract"
USUAL_MANUAL: Final = "procedures"
"""The id of an authority's manual where nobody gives it another."""
_TRAINING: Final = "For training only: do not use it for practice."
_SAMPLE: Final = "Sample library: signed by a sample key, not by the authority. Do not use it for practice."
_SAMPLE_GUIDE: Final = "Signed by the sample key that came with the program, not by any council."
ID_PATTERN = re.compile(r"[a-z][a-z0-9-]{1,40}")


# Role names of the trust chain, and names that no folder can have everywhere.
_RESERVED_IDS: Final = DEVICE_NAMES | {"root", "targets", "snapshot", "timestamp"}


def is_usable_id(text: str) -> bool:
    """Whether an authority or a manual may have this id."""
    return ID_PATTERN.fullmatch(text) is not None and text not in _RESERVED_IDS


class Purpose(StrEnum):
    """What a bundle is for; shown wherever anything but practice could mislead."""

    PRACTICE = "practice"
    TRAINING = "training"
    CONTENTS_ONLY = "contents-only"


@dataclass(frozen=True, slots=True, order=True)
class ManualId:
    """Names a manual: the authority's id and the manual's id within the authority."""

    authority: str
    manual: str

    def __str__(self) -> str:
        return f"{self.authority}/{self.manual}"

    @classmethod
    def parse(cls, text: str) -> ManualId:
        """Read "authority/manual".

        Raises:
            NotFoundError: when the text is not of that form.
        """
        authority, _, manual = text.partition("/")
        if not is_usable_id(authority) or not is_usable_id(manual):
            raise NotFoundError(
                f"“{text}” names no manual; write authority/manual, as `procedures list` shows it."
            )
        return cls(authority, manual)


GUIDE: Final = ManualId("procedures-reader", "guide")
"""The user guide that comes with the program: a manual like the others, but of nobody's procedures."""


@dataclass(frozen=True, slots=True)
class PastEdition:
    """An older edition that a newer one vouches for. `role_sha256` is the hash of its role file."""

    edition: int
    effective_from: date
    role_sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the publisher says of an edition."""

    id: ManualId
    authority_name: str
    title: str
    edition: int
    label: str | None
    issued: date
    effective_from: date
    review_by: date
    purpose: Purpose
    note: str | None
    history: tuple[PastEdition, ...] = ()

    @property
    def edition_name(self) -> str:
        """The edition as it stands on screen: "edition 3 (v87)"."""
        return f"edition {self.edition}" + (f" ({self.label})" if self.label else "")


class Domain(StrEnum):
    """Which trust root vouches for a library. The sample root counts in the sample library alone."""

    PINNED = "pinned"
    SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition, verified: manifest, contents list, who vouches for it, and the warnings that go with it everywhere.

    Attributes:
        superseded_by: The newer installed edition that is in force in its place, if there is one.
    """

    manifest: Manifest
    contents: ContentsList
    provenance: Provenance
    domain: Domain
    superseded_by: int | None = None

    @property
    def signers(self) -> tuple[Signer, ...]:
        """Who signed the edition itself; nobody when only a newer edition vouches for it."""
        return next(link.signers for link in self.provenance.links if link.kind is LinkKind.EDITION)

    def warnings(self, today: date) -> tuple[str, ...]:
        """Sentences that must stand beside whatever is shown or printed of this edition on that day."""
        manifest = self.manifest
        found: list[str] = []
        if manifest.purpose is Purpose.TRAINING:
            says_so = manifest.note is not None and "not for practice" in manifest.note.casefold()
            found.append(manifest.note if manifest.note and says_so else _TRAINING)
        if self.superseded_by is not None:
            found.append(
                f"Superseded: edition {self.superseded_by} of this manual is installed and in force."
            )
        if today > manifest.review_by:
            found.append(
                f"The review date, {day(manifest.review_by)}, has passed: check whether there is a newer edition."
            )
        if today > self.provenance.renew_by:
            found.append(
                f"The list of who may sign was to be renewed by {day(self.provenance.renew_by)}: ask IT for a newer"
                " trust update."
            )
        if today < manifest.issued:
            found.append(
                f"This computer's clock says {day(today)}, before this edition was issued ({day(manifest.issued)}):"
                " check the clock."
            )
        if today < manifest.effective_from:
            found.append(f"Not yet in force: this edition takes effect on {day(manifest.effective_from)}.")
        if self.domain is Domain.SAMPLE:
            found.append(_SAMPLE_GUIDE if manifest.id == GUIDE else _SAMPLE)
        return tuple(found)


def day(value: date) -> str:
    """A date as it stands on screen: "5 February 2025"."""
    return f"{value.day} {value:%B %Y}"
