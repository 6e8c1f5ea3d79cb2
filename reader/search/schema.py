"""What an index holds. Raise `SCHEMA_VERSION` with every change: old indexes are then rebuilt by themselves.

An index is a folder: Whoosh's own files (postings, and each document's text and place), and beside them

- `lexicon.bin`, the words (`lexicon.Lexicon`);
- `impacts.bin`, the postings once more, a byte for each document (`impacts`): the words of a query are added up in it;
  and where the vocabulary's phrases stand that were known when it was built;
- `stream.bin`, for each document the numbers of its stems in reading order, two or four bytes each, `part_end` after
  each of its parts: phrases are looked for in it;
- `entries.json`, the chapters, divisions and forms that the documents belong to;
- `complete`, the digests of all these, written last.
"""

from __future__ import annotations

import zlib
from array import array
from typing import Final

from whoosh.columns import VarBytesColumn
from whoosh.fields import COLUMN, FieldType, Schema
from whoosh.formats import Existence

SCHEMA_VERSION: Final = 6

_SHORT: Final = 80
_COMPRESSION: Final = 3

TERMS: Final = "terms"
TITLE: Final = "title:"
HEADING: Final = "heading:"
"""Before a stem: it stands in the title, or in the heading. These postings only say where, and weigh nothing."""

COLUMNS: Final = ("text", "extra", "heading", "anchor")
"""What is kept of each document to be shown."""

PARTS: Final = ("title", "heading", "text", "extra", "division")
"""The parts of a document, in the order of the stream."""


class WeightedTerms(FieldType):  # type: ignore[misc]  # Whoosh has no types
    """A field whose terms and weights are gathered and written elsewhere (`whoosh_files`)."""

    def __init__(self) -> None:
        super().__init__(Existence(), None, scorable=False)


def make_schema() -> Schema:
    # Whoosh works out where each value lies when it opens a column, unless that is written down.
    return Schema(
        terms=WeightedTerms(), **{name: COLUMN(VarBytesColumn(write_offsets_cutoff=0)) for name in COLUMNS}
    )


def packed(text: str) -> bytes:
    """What is shown of a document, as a column keeps it."""
    return zlib.compress(text.encode(), _COMPRESSION) if len(text) > _SHORT else b"\0" + text.encode()


def unpacked(value: bytes) -> str:
    """What `packed` kept.

    Raises:
        ValueError, zlib.error: when it is something else.
    """
    return (value[1:] if value.startswith(b"\0") else zlib.decompress(value)).decode()


def part_end(token_type: str) -> int:
    """The number that stands after each part in a stream of tokens of an array type."""
    return int(2 ** (8 * array(token_type).itemsize) - 1)
