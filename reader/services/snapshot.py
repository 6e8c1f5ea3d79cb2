"""The library at one moment: what was verified and what could not be. Immutable, and replaced as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from reader.bundle.verifier import VerifiedBundle
from reader.domain.errors import NotFoundError
from reader.domain.manual import GUIDE, ManualId
from reader.domain.trust import STORAGE, TrustState


@dataclass(frozen=True, slots=True)
class LibraryProblem:
    """Something in the library folder that is not shown, and why.

    Attributes:
        code: The reason's code; `storage` when the disk was at fault.
        place: The manual and the edition that the file's place speaks of.
    """

    file: Path
    message: str
    code: str = STORAGE
    place: tuple[ManualId | None, int | None] = (None, None)

    @property
    def subject(self) -> str:
        """What the problem is about: an edition where the file stands for one, else the file."""
        manual, edition = self.place
        return f"{manual}, edition {edition}" if manual else self.file.name


@dataclass(frozen=True, slots=True)
class LibrarySnapshot:
    """The verified editions at one moment: by manual, newest edition first.

    Attributes:
        state: What was remembered then; None without a trust root.
    """

    bundles: tuple[VerifiedBundle, ...] = ()
    problems: tuple[LibraryProblem, ...] = ()
    state: TrustState | None = None

    def manuals(self) -> tuple[ManualId, ...]:
        return tuple(dict.fromkeys(bundle.manual for bundle in self.bundles))

    def comparable(self) -> tuple[ManualId, ...]:
        """The manuals of procedures: the program's own guide is nobody's counterpart."""
        return tuple(manual for manual in self.manuals() if manual != GUIDE)

    def editions(self, manual: ManualId) -> tuple[VerifiedBundle, ...]:
        return tuple(bundle for bundle in self.bundles if bundle.manual == manual)

    def current(self, today: date) -> tuple[VerifiedBundle, ...]:
        """The current edition of each manual."""
        return tuple(self.get(manual, None, today) for manual in self.manuals())

    def in_force(self, day: date) -> tuple[VerifiedBundle, ...]:
        """The edition of each manual that was in force on a day; manuals of which none is installed are left out."""
        found = (
            next((b for b in self.editions(manual) if b.edition.manifest.effective_from <= day), None)
            for manual in self.manuals()
        )
        return tuple(bundle for bundle in found if bundle is not None)

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

    def refusal_of(self, manual: ManualId, edition: int | None) -> str | None:
        """Why an edition that lies in the library is not shown any more; None when it is, or is simply gone."""
        found = (problem.message for problem in self.problems if problem.place == (manual, edition))
        return next(found, None)

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
        installed = (
            ", ".join(str(manual) for manual in self.manuals())
            or "none; add a bundle first, or look around with --sample"
        )
        raise NotFoundError(f"No manual “{name}” is installed. Installed: {installed}.")
