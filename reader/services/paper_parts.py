"""Parts of documents for paper: texts as they were signed, with what vouches for them and how they are cited."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Protocol

from reader.bundle import html
from reader.bundle.pictures import bare_picture, picture_size
from reader.domain.contents import Chapter
from reader.domain.errors import NotFoundError, ReaderError
from reader.domain.manual import Edition, day
from reader.domain.paper import (
    Block,
    Box,
    Cell,
    Heading,
    ItemList,
    PaperPart,
    Paragraph,
    Picture,
    Rule,
    Run,
    Style,
    Table,
    passage_of,
    walk_blocks,
)
from reader.domain.text import one_line
from reader.paper.blocks import blocks_of
from reader.services import citations
from reader.services.provenance import signature_line

_COMPARED: Final = (
    "A program found the differences: read both texts before you rely on one of them, or on there being none."
)
_BOLD: Final = frozenset({Style.BOLD})
_SMALL: Final = frozenset({Style.SMALL})


@dataclass(frozen=True, slots=True)
class Cited:
    """What a citation names.

    Attributes:
        chapter: Number and title; empty for a manual as a whole.
        fingerprint: Of the words, as citations on the screen give it; empty where there are none of the manual's own.
        passage: The heading of the passage, or empty.
        printed: The day on which it was printed.
    """

    authority: str
    manual: str
    chapter: str
    passage: str
    edition: str
    in_force_from: date
    printed: date
    fingerprint: str = ""


def citation(cited: Cited) -> str:
    """How a chapter or a passage is cited."""
    passage = f"“{cited.passage}”" if cited.passage else ""
    parts = [
        cited.authority,
        cited.manual,
        cited.chapter,
        passage,
        cited.edition,
        f"in force from {day(cited.in_force_from)}",
        f"printed on {day(cited.printed)}",
    ]
    text = f" Text {cited.fingerprint}." if cited.fingerprint else ""
    return f"{', '.join(part for part in parts if part)}.{text}"


class Source(citations.Source, Protocol):
    """An edition that texts are read from, with what vouches for it."""

    @property
    def edition(self) -> Edition: ...
    @property
    def role_sha256(self) -> str: ...
    def file_hashes(self, places: tuple[str, ...]) -> dict[str, str]: ...


class PartComposer:
    """Puts together parts that say on every page what vouches for them."""

    def __init__(self, cite: Callable[[Cited], str] = citation) -> None:
        """Make it. `cite` says how a text is cited."""
        self._cite = cite

    def text(
        self,
        edition: Edition,
        *,
        title: str,
        passage: str,
        blocks: tuple[Block, ...],
        warnings: tuple[str, ...],
        made: datetime,
        fingerprint: str = "",
    ) -> PaperPart:
        """A text of one edition."""
        return PaperPart(
            f"{title} › {passage}" if passage else title,
            (authority_line(edition), *self._vouching(edition, title, passage, made, fingerprint)),
            warnings,
            foot([edition], made.date()),
            (*blocks, *_addresses(blocks)),
        )

    def compared(
        self, title: str, body: str, cited: Sequence[tuple[Edition, str]], made: datetime
    ) -> PaperPart:
        """Texts of several editions (each with its number and title) beside each other, as sanitised HTML."""
        lines = [line for edition, chapter in cited for line in self._vouching(edition, chapter, "", made)]
        editions = [edition for edition, _ in cited]
        warnings = [
            f"{edition.manifest.authority_name}, {edition.manifest.edition_name}: {warning}"
            for edition in editions
            for warning in edition.warnings(made.date())
        ]
        head = (" beside ".join(dict.fromkeys(authority_line(edition) for edition in editions)), *lines)
        blocks = (*blocks_of(body), paragraph(_COMPARED, _SMALL))
        return PaperPart(title, head, tuple(dict.fromkeys(warnings)), foot(editions, made.date()), blocks)

    def _vouching(
        self, edition: Edition, chapter: str, passage: str, made: datetime, fingerprint: str = ""
    ) -> tuple[str, str]:
        """How a text is cited, and who signed it."""
        manifest = edition.manifest
        cited = Cited(
            manifest.authority_name,
            manifest.title,
            chapter,
            passage,
            manifest.edition_name,
            manifest.effective_from,
            made.date(),
            fingerprint,
        )
        dates = f"Issued on {day(manifest.issued)}, review by {day(manifest.review_by)}."
        return self._cite(cited), f"{signature_line(edition, made)}. {dates}"


def passage_heading(blocks: tuple[Block, ...], anchor: str, chapter: Chapter) -> str:
    """The heading of the passage that an anchor names.

    Raises:
        NotFoundError: when there is none.
    """
    found = passage_of(blocks, anchor)
    if not found or not isinstance(found[0], Heading):
        raise NotFoundError(f"{chapter.numbered_title} has no passage “{anchor}”.")
    return found[0].text


def chapter_blocks(source: Source, chapter: Chapter) -> tuple[Block, ...]:
    """The text of a chapter, with its pictures.

    Raises:
        BundleRefusedError: when it was changed since it was signed, or cannot be printed safely.
        StorageError: when the bundle cannot be read.
    """
    assert chapter.file is not None  # noqa: S101  # the contents list was checked: an included chapter has a file
    blocks = blocks_of(html.readable(source.read(chapter.file), source.manual))
    has_title = any(isinstance(block, Heading) and block.level == 1 for block in walk_blocks(blocks))
    titled = blocks if has_title else (heading(1, chapter.numbered_title), *blocks)
    return with_pictures(titled, source)


def with_pictures(blocks: tuple[Block, ...], source: Source) -> tuple[Block, ...]:
    """The blocks with the pixels of their pictures, each checked when it is read."""
    return tuple(_with_picture(block, source) for block in blocks)


def _with_picture(block: Block, source: Source) -> Block:
    match block:
        case Picture():
            return _read_picture(block, source)
        case Box():
            return replace(block, blocks=with_pictures(block.blocks, source))
        case ItemList():
            items = tuple(replace(item, blocks=with_pictures(item.blocks, source)) for item in block.items)
            return replace(block, items=items)
        case Table():
            rows = tuple(
                tuple(replace(cell, blocks=with_pictures(cell.blocks, source)) for cell in row)
                for row in block.rows
            )
            return replace(block, rows=rows)
        case _:
            return block


def _read_picture(block: Picture, source: Source) -> Picture:
    """The picture with its pixels; one that cannot be had stays without, and the page says so."""
    target = block.name.removeprefix("manual:")
    try:
        data = source.read(target)
        width, height = picture_size(data, target)
        bare = bare_picture(data, target)
    except ReaderError:
        return replace(block, data=None)
    if block.width and not block.height:
        width, height = block.width, max(1, height * block.width // width)
    elif block.height and not block.width:
        width, height = max(1, width * block.height // height), block.height
    elif block.width and block.height:
        width, height = block.width, block.height
    return replace(block, name=target, data=bare, width=width, height=height)


def remark_box(remark: str) -> Iterator[Block]:
    """What the person says of a text, marked as that."""
    if remark.strip():
        runs = (Run("Remark, not part of the procedure: ", _BOLD), Run(one_line(remark)))
        yield Box("remark", (Paragraph(runs),))


def _addresses(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """On paper a link cannot be followed: the addresses that a text leads to, below it."""
    found: dict[str, str] = {}
    for run in _runs(blocks):
        if run.link and not run.link.startswith(("#", "manual:")) and run.link != run.text.strip():
            found.setdefault(run.link, run.text.strip())
    if found:
        yield Rule()
        yield paragraph("Addresses of the links in this text:", _SMALL)
        for address, text in found.items():
            yield Paragraph((Run(f"{text}: {address}", _SMALL),))


def _runs(blocks: Iterable[Block]) -> Iterator[Run]:
    for block in walk_blocks(tuple(blocks)):
        if isinstance(block, Paragraph | Heading):
            yield from block.runs


def heading(level: int, text: str) -> Heading:
    """A heading of plain text."""
    return Heading(level, (Run(text),))


def paragraph(text: str, styles: frozenset[Style] = frozenset()) -> Paragraph:
    """A paragraph of plain text."""
    return Paragraph((Run(text, styles),))


def authority_line(edition: Edition) -> str:
    """Whose manual it is."""
    return f"{edition.manifest.authority_name}: {edition.manifest.title}"


def authors(editions: Iterable[Edition]) -> str:
    """Whose texts they are."""
    return "; ".join(dict.fromkeys(edition.manifest.authority_name for edition in editions))


def edition_lines(editions: Iterable[Edition]) -> Iterator[str]:
    """What a sheet says of the editions that it speaks of."""
    each = {(edition.manifest.id, edition.manifest.edition): edition for edition in editions}
    for edition in each.values():
        manifest = edition.manifest
        names = "; ".join(signer.name for signer in edition.signers)
        yield (
            f"{authority_line(edition)}, {manifest.edition_name}, in force from {day(manifest.effective_from)}."
            f" {f'Signed by {names}' if names else 'A newer edition vouches for it'}."
        )


def shared_warnings(editions: Sequence[Edition], today: date) -> tuple[str, ...]:
    """The warnings of several editions, each once; with the authority's name where there are several."""
    several = len({edition.manifest.id for edition in editions}) > 1
    warnings = (
        f"{edition.manifest.authority_name}: {warning}" if several else warning
        for edition in editions
        for warning in edition.warnings(today)
    )
    return tuple(dict.fromkeys(warnings))


def foot(editions: Sequence[Edition], today: date) -> str:
    """When it was printed, and after which day to look for a newer edition."""
    dates = {
        edition.manifest.id: (edition.manifest.authority_name, edition.manifest.review_by)
        for edition in editions
    }
    if len({review_by for _, review_by in dates.values()}) == 1:
        after = day(next(iter(dates.values()))[1])
    else:
        after = "; ".join(f"{day(review_by)} ({authority})" for authority, review_by in dates.values())
    return f"Printed on {day(today)}. Check for a newer edition after {after}."


def facts_table(rows: Sequence[tuple[str, str]]) -> Table:
    """Names and values, without those that are empty."""
    return Table(
        tuple(
            (Cell((paragraph(name, _BOLD),), is_head=True), Cell((paragraph(value),)))
            for name, value in rows
            if value
        )
    )
