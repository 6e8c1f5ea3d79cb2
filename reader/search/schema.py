"""What an index holds. Raise `SCHEMA_VERSION` with every change: old indexes are then rebuilt by themselves.

An index is a folder: Whoosh's own files (postings, and each document's text and place), and beside them

- `lexicon.bin`, the words (`lexicon.Lexicon`);
- `impacts.bin`, the postings once more, a byte for each document (`impacts`): the words of a query are added up in it;
- `stream.bin`, for each document the numbers of its stems in reading order, two or four bytes each, `part_end` after
  each of its parts: phrases are looked for in it;
- `entries.json`, the chapters, divisions and forms that the documents belong to;
- `complete`, the digests of all these, written last.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from typing import Any, Final

from whoosh.codec.whoosh3 import W3Codec
from whoosh.columns import CompressedBytesColumn, VarBytesColumn
from whoosh.fields import COLUMN, FieldType, Schema
from whoosh.formats import Existence

SCHEMA_VERSION: Final = 5

TERMS: Final = "terms"
TITLE: Final = "title:"
HEADING: Final = "heading:"
"""Before a stem: it stands in the title, or in the heading. These postings only say where, and weigh nothing."""

COLUMNS: Final = ("text", "extra", "heading", "anchor")
"""What is kept of each document to be shown."""

PARTS: Final = ("title", "heading", "text", "extra", "division")
"""The parts of a document, in the order of the stream."""


class WeightedTerms(FieldType):  # type: ignore[misc]  # Whoosh has no types
    """A field whose terms and weights are worked out beforehand. It takes a mapping of term to weight."""

    def __init__(self) -> None:
        # “Scorable” makes Whoosh keep a length for each document. Nobody reads it; without one Whoosh looks on the disk
        # for the file of lengths once for each posting that it writes.
        super().__init__(Existence(), None, scorable=True)

    def index(self, value: Mapping[str, float], **_: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Whoosh's shape: the term, its frequency (unused), its weight, a payload (none)."""
        return ((term.encode(), 1, weight, b"") for term, weight in value.items())


def make_schema() -> Schema:
    return Schema(
        terms=WeightedTerms(),
        text=COLUMN(CompressedBytesColumn(level=3)),
        extra=COLUMN(VarBytesColumn()),
        heading=COLUMN(VarBytesColumn()),
        anchor=COLUMN(VarBytesColumn()),
    )


def make_codec() -> W3Codec:
    """Large blocks, lightly compressed: they are decoded whole."""
    return W3Codec(blocklimit=2048, compression=1)


def part_end(token_type: str) -> int:
    """The number that stands after each part in a stream of tokens of an array type."""
    return int(2 ** (8 * array(token_type).itemsize) - 1)
