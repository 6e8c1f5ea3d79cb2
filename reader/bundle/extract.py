"""The file of a court extract: the signed chapters that it quotes, with everything that vouches for them.

It is packed like a bundle, with a folder for each edition that is quoted. In it are the edition's trust files,
manifest and contents list in full, and of its chapters only those that are quoted, with their pictures. `extract.json`
says what is quoted where; nobody signs that, so nothing of it is believed but by looking at the signed chapters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from reader.bundle import canonical_json, html, names
from reader.bundle.canonical_json import JsonValue
from reader.bundle.container import Container, pack
from reader.bundle.limits import MEMBER_BYTES
from reader.bundle.trust import offered_fingerprint
from reader.bundle.verifier import VerifiedBundle, VerifiedExcerpt, Walked, walk_container
from reader.domain.cancel import CancelToken
from reader.domain.errors import BundleRefusedError, NotFoundError, Reason
from reader.domain.extract import ExtractFacts, ExtractRecord, PdfRecord, Quote, QuotedEdition
from reader.domain.location import Location
from reader.domain.manual import ManualId
from reader.domain.text import is_one_printable_line
from reader.domain.trust import TrustState

_MEDIA: Final = re.compile(r'\ssrc="manual:([^"]*/media/[^"]*)"')
_Line = Annotated[str, StringConstraints(max_length=400)]
_Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
_PREFIX: Final = r"^[A-Z]{0,4}$"
_EDITIONS: Final = 99
_QUOTES: Final = 500


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class _QuoteSchema(_Strict):
    bundle: Annotated[int, Field(ge=1, le=_EDITIONS)]
    chapter: _Line
    title: _Line
    anchor: _Line | None
    passage: _Line
    remark: Annotated[str, StringConstraints(max_length=4000)]
    first_page: _Line
    last_page: _Line


class _EditionSchema(_Strict):
    authority: _Line
    manual: _Line
    edition: Annotated[int, Field(ge=1, le=2**31 - 1)]
    superseded_by: Annotated[int, Field(ge=1, le=2**31 - 1)] | None


class _PdfSchema(_Strict):
    name: _Line
    sha256: _Sha256
    pages: Annotated[int, Field(ge=1, le=100_000)]


class _RecordSchema(_Strict):
    format: Literal[1]
    title: _Line
    case: _Line
    prepared_by: _Line
    prefix: Annotated[str, StringConstraints(pattern=_PREFIX)]
    made: _Line
    bundles: Annotated[list[_EditionSchema], Field(min_length=1, max_length=_EDITIONS)]
    quotes: Annotated[list[_QuoteSchema], Field(min_length=1, max_length=_QUOTES)]
    pdf: _PdfSchema


@dataclass(frozen=True, slots=True)
class VerifiedExtract:
    """An extract whose chapters are what their authorities signed. Only `verify_extract` makes one.

    Attributes:
        record: What the file says of itself. That each quote is there was checked; title, remarks, pages and the PDF's
            hash are claims of whoever made the file.
        excerpts: The editions that are quoted, in the order of the record.
    """

    record: ExtractRecord
    excerpts: tuple[VerifiedExcerpt, ...]


class ExtractFile:
    """A file whose form was checked, and nothing else yet."""

    def __init__(self, path: Path) -> None:
        """Open a file.

        Raises:
            BundleRefusedError: as `Container`; `shape` and `manifest` when it is no extract inside.
            StorageError: when the file cannot be read.
        """
        self._container = Container(path, names.EXTRACT_MIMETYPE)
        self.record = self._record()
        self._check_shape()

    @property
    def offered_fingerprint(self) -> str | None:
        """The fingerprint of the oldest root that it brings; nothing is said about its worth."""
        return offered_fingerprint(self._container.folder(names.extract_folder(1)))

    def walk(self, state: TrustState) -> tuple[Walked, ...]:
        """Walk the trust files of every folder on top of what is known, so that what one withdraws counts in none.

        Raises:
            BundleRefusedError: see `walk_container`.
        """
        folders = [self._container.folder(folder) for folder in self._folders]
        for folder in folders:
            state = walk_container(folder, state).state
        return tuple(walk_container(folder, state) for folder in folders)

    @property
    def _folders(self) -> list[str]:
        return [names.extract_folder(number) for number in range(1, len(self.record.editions) + 1)]

    def _record(self) -> ExtractRecord:
        name = names.EXTRACT_RECORD_NAME
        if name not in self._container:
            raise BundleRefusedError(
                Reason.SHAPE, f"{self._container.path.name} does not say what it quotes."
            )
        what = "The list of what the extract quotes"
        raw = self._container.read(name)
        return _read_record(canonical_json.parse(raw, what, Reason.MANIFEST, MEMBER_BYTES["json"]))

    def _check_shape(self) -> None:
        known = {names.MIMETYPE_NAME, names.EXTRACT_RECORD_NAME}
        folders = set(self._folders)
        for name in self._container.names:
            inner = names.in_extract_folder(name)
            if name not in known and (inner is None or inner[0] not in folders):
                raise BundleRefusedError(
                    Reason.SHAPE, f"The extract holds a file that has no place in it ({name})."
                )


def verify_extract(
    file: ExtractFile,
    walked: Sequence[Walked],
    excerpts: Sequence[VerifiedExcerpt],
    cancel: CancelToken,
) -> VerifiedExtract:
    """Check every file that the extract holds, and that each quote is in a signed chapter.

    Args:
        file: The opened file.
        walked: What `ExtractFile.walk` found.
        excerpts: What `open_excerpt` made of each.
        cancel: Stops it.

    Raises:
        BundleRefusedError: `tampered`, `missing`, `extra`, `damaged`, `manifest` or `shape`.
        CancelledError: when the person stopped it.
        StorageError: when the file cannot be read.
    """
    record = file.record
    for number, (edition, excerpt) in enumerate(zip(record.editions, excerpts, strict=True)):
        cancel.raise_if_cancelled()
        excerpt.check_all(cancel)
        quoted = {quote.chapter for quote in record.quotes if quote.bundle == number}
        _check_edition(edition, excerpt, walked[number])
        for chapter in sorted(quoted - excerpt.chapters):
            raise BundleRefusedError(
                Reason.MISSING, f"The extract quotes the chapter {chapter} and does not hold its signed text."
            )
        if excerpt.chapters - quoted:
            raise BundleRefusedError(Reason.SHAPE, "The extract holds a chapter that it does not quote.")
    for quote in record.quotes:
        _check_quote(quote, excerpts[quote.bundle])
    return VerifiedExtract(record, tuple(excerpts))


def _check_edition(edition: QuotedEdition, excerpt: VerifiedExcerpt, walked: Walked) -> None:
    manifest = excerpt.edition.manifest
    if (edition.manual, edition.edition) != (manifest.id, manifest.edition):
        raise BundleRefusedError(
            Reason.MANIFEST,
            f"The extract says that it quotes edition {edition.edition} of {edition.manual}; what was signed is edition"
            f" {manifest.edition} of {walked.layout.manual}.",
        )


def _check_quote(quote: Quote, excerpt: VerifiedExcerpt) -> None:
    place = excerpt.edition.contents.place(quote.chapter)
    if place is None or place.chapter.file is None or place.chapter.numbered_title != quote.title:
        raise BundleRefusedError(
            Reason.MANIFEST,
            f"The extract calls a chapter “{quote.title}” that was signed under another title.",
        )
    passages = html.passages(html.readable(excerpt.read(place.chapter.file), excerpt.manual))
    heading = next((passage.heading for passage in passages if passage.anchor == quote.anchor), None)
    if quote.anchor is not None and heading != quote.passage:
        raise BundleRefusedError(
            Reason.MANIFEST,
            f"The extract quotes a passage “{quote.passage}” that the signed chapter does not have.",
        )


def pack_extract(record: ExtractRecord, bundles: Sequence[VerifiedBundle]) -> bytes:
    """The file of an extract.

    Args:
        record: What it says of itself.
        bundles: The editions that it quotes, in the order of the record.

    Raises:
        BundleRefusedError: when a chapter was changed since it was signed, or the file would be too large.
        StorageError: when a bundle cannot be read.
    """
    members: dict[str, bytes] = {names.EXTRACT_RECORD_NAME: canonical_json.dump(_record_json(record))}
    for number, bundle in enumerate(bundles):
        prefix = f"{names.extract_folder(number + 1)}/"
        chapters = {quote.chapter for quote in record.quotes if quote.bundle == number}
        found = bundle.trust_members() | _content(bundle, chapters)
        members |= {prefix + name: data for name, data in found.items()}
    return pack(members, names.EXTRACT_MIMETYPE)


def _content(bundle: VerifiedBundle, chapters: set[str]) -> dict[str, bytes]:
    targets = {names.manifest_target(bundle.manual), names.contents_target(bundle.manual)}
    for chapter in chapters:
        place = bundle.edition.contents.place(chapter)
        if place is None or place.chapter.file is None:
            raise NotFoundError(f"The text of {chapter} is not held, so it cannot be quoted.")
        targets.add(place.chapter.file)
        clean = html.readable(bundle.read(place.chapter.file), bundle.manual)
        targets.update(target for target in _MEDIA.findall(clean) if target in bundle.targets)
    return {names.CONTENT_PREFIX + target: bundle.read(target) for target in sorted(targets)}


def _record_json(record: ExtractRecord) -> JsonValue:
    facts = record.facts
    return {
        "format": 1,
        "title": facts.title,
        "case": facts.case,
        "prepared_by": facts.prepared_by,
        "prefix": facts.prefix,
        "made": record.made.isoformat(timespec="seconds"),
        "bundles": [
            {
                "authority": edition.manual.authority,
                "manual": edition.manual.manual,
                "edition": edition.edition,
                "superseded_by": edition.superseded_by,
            }
            for edition in record.editions
        ],
        "quotes": [
            {
                "bundle": quote.bundle + 1,
                "chapter": quote.chapter,
                "title": quote.title,
                "anchor": quote.anchor,
                "passage": quote.passage,
                "remark": quote.remark,
                "first_page": quote.first_page,
                "last_page": quote.last_page,
            }
            for quote in record.quotes
        ],
        "pdf": {"name": record.pdf.name, "sha256": record.pdf.sha256, "pages": record.pdf.pages},
    }


def _read_record(value: JsonValue) -> ExtractRecord:
    try:
        schema = _RecordSchema.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part)[:40] for part in first["loc"])
        raise _refuse(f"{place}: {first['msg']}") from error
    for text in _lines(schema):
        if not is_one_printable_line(text):
            raise _refuse("a text is not one printable line")
    if any(quote.bundle > len(schema.bundles) for quote in schema.quotes):
        raise _refuse("it quotes an edition that it does not list")
    try:
        made = datetime.fromisoformat(schema.made)
        editions = tuple(_edition(row) for row in schema.bundles)
        quotes = tuple(_quote(row, editions) for row in schema.quotes)
    except (ValueError, NotFoundError) as error:
        raise _refuse(str(error)[:120]) from error
    if made.tzinfo is None or made.year < 2000:  # noqa: PLR2004
        raise _refuse("the moment when it was made is none")
    facts = ExtractFacts(schema.title, schema.case, schema.prepared_by, schema.prefix)
    pdf = PdfRecord(schema.pdf.name, schema.pdf.sha256, schema.pdf.pages)
    return ExtractRecord(facts, made, editions, quotes, pdf)


def _lines(schema: _RecordSchema) -> list[str]:
    rows: list[Mapping[str, object]] = [schema.model_dump(), *(row.model_dump() for row in schema.quotes)]
    texts = [text for row in rows for text in row.values() if isinstance(text, str)]
    return [*texts, schema.pdf.name]


def _edition(row: _EditionSchema) -> QuotedEdition:
    return QuotedEdition(ManualId.parse(f"{row.authority}/{row.manual}"), row.edition, row.superseded_by)


def _quote(row: _QuoteSchema, editions: Sequence[QuotedEdition]) -> Quote:
    Location(
        editions[row.bundle - 1].manual, row.chapter, None, row.anchor
    )  # ids are spelled as they must be
    return Quote(
        row.bundle - 1,
        row.chapter,
        row.title,
        row.anchor,
        row.passage,
        row.remark,
        row.first_page,
        row.last_page,
    )


def _refuse(cause: str) -> BundleRefusedError:
    return BundleRefusedError(
        Reason.MANIFEST, f"The list of what the extract quotes is not in the form of the format: {cause}."
    )
