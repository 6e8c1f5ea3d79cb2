"""What goes on paper: parts with what vouches for them, made of blocks, whatever they are printed with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from reader.domain.location import Location


class Style(StrEnum):
    """How a run of text is set."""

    BOLD = "bold"
    ITALIC = "italic"
    UNDERLINE = "underline"
    STRIKE = "strike"
    SUB = "sub"
    SUP = "sup"
    SMALL = "small"


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one style. A line break is a newline of its own.

    Attributes:
        link: Where it leads: an address outside, or "#anchor" of the same document.
    """

    text: str
    styles: frozenset[Style] = frozenset()
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a level from 1 to 6. `anchor` is its id in the chapter."""

    level: int
    runs: tuple[Run, ...]
    anchor: str | None = None

    @property
    def text(self) -> str:
        return " ".join("".join(run.text for run in self.runs).split())


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph. `is_code` keeps its spaces."""

    runs: tuple[Run, ...]
    is_code: bool = False


@dataclass(frozen=True, slots=True)
class ListItem:
    """An item with the label that stands before it ("•", "3.")."""

    label: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class ItemList:
    """A list."""

    items: tuple[ListItem, ...]
    is_numbered: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table."""

    blocks: tuple[Block, ...]
    is_head: bool = False
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        heads: How many of the first rows are headings, to be repeated on each page.
    """

    rows: tuple[tuple[Cell, ...], ...]
    heads: int = 0
    caption: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture.

    Attributes:
        data: A bare PNG or JPEG file, or None where it could not be had.
        width: In pixels, as it is to be shown; 0 where the chapter does not say.
    """

    name: str
    alternative: str
    data: bytes | None = None
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Box:
    """Blocks that stand in a box of a kind ("warning", "related", ...), or are quoted ("quote")."""

    kind: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across."""


@dataclass(frozen=True, slots=True)
class Contents:
    """The list of the document's parts, with their pages."""


Block = Heading | Paragraph | ItemList | Table | Picture | Box | Rule | Contents


@dataclass(frozen=True, slots=True)
class PaperPart:
    """Pages that one thing vouches for.

    Attributes:
        title: As the contents and the outline name it.
        head: What stands above every page; the first line names the authority.
        warnings: What must not be overlooked, above every page.
        foot: What stands below every page, before its number.
        is_listed: Whether contents and outline name it.
    """

    title: str
    head: tuple[str, ...]
    warnings: tuple[str, ...]
    foot: str
    blocks: tuple[Block, ...]
    is_landscape: bool = False
    is_listed: bool = True


@dataclass(frozen=True, slots=True)
class PaperDocument:
    """A document that is ready to be printed.

    Attributes:
        authors: Whose texts it holds.
        prefix: Letters before every page number ("A" makes A1, A2, ...).
        made: The moment that it says it was made; two documents that are equal give the same bytes.
    """

    title: str
    subject: str
    authors: str
    parts: tuple[PaperPart, ...]
    made: datetime
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class MadePaper:
    """A PDF.

    Attributes:
        first_pages: Of each part its first page, from 0.
        replaced: Characters that no font here has; each stands in the document by its name, in brackets.
    """

    pdf: bytes
    pages: int
    first_pages: tuple[int, ...]
    replaced: tuple[str, ...] = ()

    def span(self, part: int) -> tuple[int, int]:
        """The first and the last page of a part, from 0."""
        ends = (*self.first_pages, self.pages)
        return ends[part], ends[part + 1] - 1


@dataclass(frozen=True, slots=True)
class PaperItem:
    """A chapter or a passage that goes into a document, with what the person says of it."""

    location: Location
    remark: str = ""


def label(prefix: str, page: int) -> str:
    """The number of a page (from 0) as it is printed: "A1"."""
    return f"{prefix}{page + 1}"


def inner_blocks(block: Block) -> Iterator[tuple[Block, ...]]:
    """The blocks that a block holds, group by group."""
    match block:
        case Box():
            yield block.blocks
        case ItemList():
            yield from (item.blocks for item in block.items)
        case Table():
            yield from (cell.blocks for row in block.rows for cell in row)
        case _:
            return


def walk_blocks(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Every block, those inside others too, in reading order."""
    for block in blocks:
        yield block
        for group in inner_blocks(block):
            yield from walk_blocks(group)


def passage_of(blocks: tuple[Block, ...], anchor: str) -> tuple[Block, ...]:
    """A passage: the heading of an anchor with all that stands below it; nothing when there is none."""
    for index, block in enumerate(blocks):
        if isinstance(block, Heading) and block.anchor == anchor:
            end = next(
                (
                    at
                    for at, later in enumerate(blocks[index + 1 :], index + 1)
                    if isinstance(later, Heading) and later.level <= block.level
                ),
                len(blocks),
            )
            return blocks[index:end]
        for group in inner_blocks(block):
            if found := passage_of(group, anchor):
                return found
    return ()
