"""manifest.json and contents.json: where their bytes become domain values, and back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from reader.bundle import canonical_json, names
from reader.bundle.canonical_json import JsonValue
from reader.bundle.limits import MEMBER_BYTES
from reader.domain.contents import (
    Chapter,
    ContentsList,
    Division,
    Entry,
    Form,
    Held,
    Note,
    SeeAlso,
    Status,
    walk,
)
from reader.domain.errors import BundleRefusedError, Reason
from reader.domain.location import CHAPTER_ID_PATTERN
from reader.domain.manual import Manifest, ManualId, PastEdition, Purpose, is_usable_id
from reader.domain.text import is_one_printable_line

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _printable(text: str) -> str:
    if not text or not is_one_printable_line(text):
        raise ValueError("is not one printable line of text")
    return text


def _usable_id(text: str) -> str:
    if not is_usable_id(text):
        raise ValueError("is no id: small letters, digits and hyphens, and no reserved name")
    return text


def _calendar_date(text: str) -> str:
    if not _DATE.fullmatch(text):
        raise ValueError("is no date in the form 2025-02-05")
    date.fromisoformat(text)
    return text


_Id = Annotated[str, AfterValidator(_usable_id)]
_ChapterId = Annotated[str, StringConstraints(pattern=f"^{CHAPTER_ID_PATTERN.pattern}$")]
_Line = Annotated[str, Field(max_length=2_000), AfterValidator(_printable)]
_LongLine = Annotated[str, Field(max_length=20_000), AfterValidator(_printable)]
_Date = Annotated[str, AfterValidator(_calendar_date)]
_EditionNumber = Annotated[int, Field(ge=1, le=2**31 - 1)]
_Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class _PastEditionSchema(_Strict):
    edition: _EditionNumber
    effective_from: _Date
    role_sha256: _Sha256


class ManifestSchema(_Strict):
    """The form of manifest.json."""

    format: Annotated[int, Field(ge=1, le=1)]
    authority: _Id
    authority_name: _Line
    manual: _Id
    title: _Line
    edition: _EditionNumber
    label: _Line | None
    issued: _Date
    effective_from: _Date
    review_by: _Date
    purpose: Literal["practice", "training", "contents-only"]
    note: _LongLine | None
    history: Annotated[list[_PastEditionSchema], Field(max_length=1_000)]

    def to_manifest(self) -> Manifest:
        return Manifest(
            id=ManualId(self.authority, self.manual),
            authority_name=self.authority_name,
            title=self.title,
            edition=self.edition,
            label=self.label,
            issued=date.fromisoformat(self.issued),
            effective_from=date.fromisoformat(self.effective_from),
            review_by=date.fromisoformat(self.review_by),
            purpose=Purpose(self.purpose),
            note=self.note,
            history=tuple(
                PastEdition(past.edition, date.fromisoformat(past.effective_from), past.role_sha256)
                for past in self.history
            ),
        )


class _ChapterSchema(_Strict):
    kind: Literal["chapter"]
    id: _ChapterId
    number: _Line | None
    title: _Line
    status: Annotated[list[Literal["new", "updated", "under-review", "to-follow"]], Field(max_length=4)]
    revised: _Date | None
    held: Literal["included", "listed", "external"]
    file: str | None
    source: _Line | None
    note: _LongLine | None


class _SeeAlsoSchema(_Strict):
    kind: Literal["see_also"]
    title: _Line
    source: _Line | None
    chapter: _ChapterId | None
    note: _LongLine | None


class _NoteSchema(_Strict):
    kind: Literal["note"]
    text: _LongLine


class _FormSchema(_Strict):
    kind: Literal["form"]
    title: _Line
    file: str
    review_by: _Date | None


class _DivisionSchema(_Strict):
    kind: Literal["division"]
    number: _Line | None
    title: _Line | None
    entries: list[_EntrySchema]


_EntrySchema = Annotated[
    _DivisionSchema | _ChapterSchema | _SeeAlsoSchema | _NoteSchema | _FormSchema, Field(discriminator="kind")
]


class ContentsSchema(_Strict):
    """The form of contents.json."""

    entries: list[_EntrySchema]

    def to_contents(self) -> ContentsList:
        return ContentsList(tuple(_to_entry(entry) for entry in self.entries))


def read_manifest(raw: bytes) -> Manifest:
    """Read manifest.json.

    Raises:
        BundleRefusedError: `manifest`.
    """
    value = canonical_json.parse(raw, "The manifest", Reason.MANIFEST, MEMBER_BYTES["json"])
    try:
        manifest = ManifestSchema.model_validate(value).to_manifest()
    except ValidationError as error:
        raise _refuse("The manifest", error) from error
    editions = [past.edition for past in manifest.history]
    if len(set(editions)) != len(editions) or any(past >= manifest.edition for past in editions):
        raise BundleRefusedError(
            Reason.MANIFEST, "The manifest's history does not list older editions once each."
        )
    if not manifest.issued <= manifest.review_by:
        raise BundleRefusedError(Reason.MANIFEST, "The manifest's review date lies before its issue date.")
    return manifest


def read_contents(raw: bytes, manual: ManualId) -> ContentsList:
    """Read contents.json.

    Raises:
        BundleRefusedError: `manifest`.
    """
    value = canonical_json.parse(raw, "The contents list", Reason.MANIFEST, MEMBER_BYTES["json"])
    try:
        contents = ContentsSchema.model_validate(value).to_contents()
    except ValidationError as error:
        raise _refuse("The contents list", error) from error
    check_contents(contents, manual)
    return contents


def contents_of_source(value: object, manual: ManualId) -> ContentsList:
    """Read the contents list of a source folder: as contents.json, but files are named within the folder.

    Which chapters are included is not said there; the chapters that lie in the folder are.

    Raises:
        BundleRefusedError: `manifest`.
    """
    try:
        contents = ContentsSchema.model_validate(value).to_contents()
    except ValidationError as error:
        raise _refuse("The contents list", error) from error

    def one(entry: Entry) -> Entry:
        if isinstance(entry, Division):
            return replace(entry, entries=tuple(one(child) for child in entry.entries))
        return replace(entry, file=f"{manual}/{entry.file}") if isinstance(entry, Form) else entry

    contents = ContentsList(tuple(one(entry) for entry in contents.entries))
    check_contents(contents, manual)
    return contents


def check_contents(contents: ContentsList, manual: ManualId) -> None:
    """Check what the shape alone does not say: unique ids, files of this manual, pointers that lead somewhere.

    Raises:
        BundleRefusedError: `manifest`.
    """
    ids: set[str] = set()
    for entry, _ in walk(contents.entries):
        if isinstance(entry, Chapter):
            if entry.id in ids:
                raise _wrong_contents(f"the chapter id {entry.id} stands twice")
            ids.add(entry.id)
            expected = names.chapter_target(manual, entry.id) if entry.held is Held.INCLUDED else None
            if entry.file != expected:
                raise _wrong_contents(f"the chapter {entry.id} names a file that is not its own")
            if len(set(entry.statuses)) != len(entry.statuses):
                raise _wrong_contents(f"the chapter {entry.id} has one status twice")
        elif isinstance(entry, Division) and entry.number is None and entry.title is None:
            raise _wrong_contents("a division has neither number nor title")
        elif isinstance(entry, Form) and not (
            entry.file.startswith(f"{manual}/forms/") and names.is_target(entry.file)
        ):
            raise _wrong_contents(f"the form {entry.title} names a file that is not a form of this manual")
    for entry, _ in walk(contents.entries):
        if isinstance(entry, SeeAlso) and entry.chapter is not None and entry.chapter not in ids:
            raise _wrong_contents(f"a see-also points at {entry.chapter}, which is no chapter")


def files_of(contents: ContentsList) -> Iterator[str]:
    """Every target that the contents list names."""
    for entry, _ in walk(contents.entries):
        if isinstance(entry, Chapter | Form) and entry.file is not None:
            yield entry.file


def manifest_json(manifest: Manifest) -> JsonValue:
    """The manifest as the value that manifest.json spells."""
    return {
        "format": 1,
        "authority": manifest.id.authority,
        "authority_name": manifest.authority_name,
        "manual": manifest.id.manual,
        "title": manifest.title,
        "edition": manifest.edition,
        "label": manifest.label,
        "issued": manifest.issued.isoformat(),
        "effective_from": manifest.effective_from.isoformat(),
        "review_by": manifest.review_by.isoformat(),
        "purpose": manifest.purpose.value,
        "note": manifest.note,
        "history": [
            {
                "edition": past.edition,
                "effective_from": past.effective_from.isoformat(),
                "role_sha256": past.role_sha256,
            }
            for past in manifest.history
        ],
    }


def entry_json(entry: Entry) -> JsonValue:
    """An entry as the value that contents.json, and the command line's --json, spell."""
    match entry:
        case Division():
            return {
                "kind": "division",
                "number": entry.number,
                "title": entry.title,
                "entries": [entry_json(child) for child in entry.entries],
            }
        case Chapter():
            return {
                "kind": "chapter",
                "id": entry.id,
                "number": entry.number,
                "title": entry.title,
                "status": [status.value for status in entry.statuses],
                "revised": entry.revised.isoformat() if entry.revised else None,
                "held": entry.held.value,
                "file": entry.file,
                "source": entry.source,
                "note": entry.note,
            }
        case SeeAlso():
            return {
                "kind": "see_also",
                "title": entry.title,
                "source": entry.source,
                "chapter": entry.chapter,
                "note": entry.note,
            }
        case Note():
            return {"kind": "note", "text": entry.text}
        case Form():
            return {
                "kind": "form",
                "title": entry.title,
                "file": entry.file,
                "review_by": entry.review_by.isoformat() if entry.review_by else None,
            }


def contents_json(contents: ContentsList) -> dict[str, JsonValue]:
    """The contents list as the value that contents.json spells."""
    return {"entries": [entry_json(entry) for entry in contents.entries]}


def _to_entry(entry: _EntrySchema) -> Entry:
    match entry:
        case _DivisionSchema():
            return Division(entry.number, entry.title, tuple(_to_entry(child) for child in entry.entries))
        case _ChapterSchema():
            return Chapter(
                id=entry.id,
                number=entry.number,
                title=entry.title,
                statuses=tuple(Status(status) for status in entry.status),
                revised=date.fromisoformat(entry.revised) if entry.revised else None,
                held=Held(entry.held),
                file=entry.file,
                source=entry.source,
                note=entry.note,
            )
        case _SeeAlsoSchema():
            return SeeAlso(entry.title, entry.source, entry.chapter, entry.note)
        case _NoteSchema():
            return Note(entry.text)
        case _FormSchema():
            return Form(
                entry.title, entry.file, date.fromisoformat(entry.review_by) if entry.review_by else None
            )


def _refuse(what: str, error: ValidationError) -> BundleRefusedError:
    first = error.errors()[0]
    place = ".".join(str(part)[:40] for part in first["loc"])
    return BundleRefusedError(
        Reason.MANIFEST, f"{what} is not in the form of the format: {place}: {first['msg']}."
    )


def _wrong_contents(cause: str) -> BundleRefusedError:
    return BundleRefusedError(Reason.MANIFEST, f"The contents list contradicts itself: {cause}.")
