"""Writing Whoosh's files: all postings of a term at once, in their order.

Whoosh gathers postings one by one, sorts them, and asks of each how long its document is. Whoever has them in order,
and has weighed them, needs none of that.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias

from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3PostingsWriter

from reader.search.schema import TERMS

_BLOCK: Final = 2048
_COMPRESSION: Final = 1

Gathered: TypeAlias = "Iterable[tuple[bytes, array[int], array[float]]]"
"""Terms in their order, each with its documents, in theirs, and what it weighs in each."""


class GatheredCodec(W3Codec):  # type: ignore[misc]  # Whoosh has no types
    """Writes postings that were gathered elsewhere. Blocks are large and lightly compressed: they are decoded whole."""

    length_stats = False

    def __init__(self, gathered: Callable[[], Gathered]) -> None:
        """Make a codec; `gathered` is asked when all documents were added."""
        super().__init__(blocklimit=_BLOCK, compression=_COMPRESSION)
        self._gathered = gathered

    def __reduce__(self) -> tuple[type[W3Codec], tuple[int, int]]:
        """What Whoosh writes down for its readers: these need Whoosh's own codec only."""
        return W3Codec, (_BLOCK, _COMPRESSION)

    def field_writer(self, storage: Any, segment: Any) -> _FieldWriter:
        return _FieldWriter(self, storage, segment, self._gathered)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> _PostingsWriter:  # noqa: FBT001, FBT002  # Whoosh's
        return _PostingsWriter(
            dbfile, self._blocklimit, byteids=byteids, compression=self._compression, inlinelimit=1
        )


class _FieldWriter(W3FieldWriter):  # type: ignore[misc]
    def __init__(
        self, codec: GatheredCodec, storage: Any, segment: Any, gathered: Callable[[], Gathered]
    ) -> None:
        super().__init__(codec, storage, segment)
        self._gathered = gathered

    def add_postings(self, schema: Any, lengths: object, items: object) -> None:  # noqa: ARG002  # Whoosh's
        is_begun = False
        for term, documents, weights in self._gathered():
            if not is_begun:
                self.start_field(TERMS, schema[TERMS])
                is_begun = True
            self.start_term(term)
            self._postwriter.add_all(documents, weights)
            self.finish_term()
        if is_begun:
            self.finish_field()


class _PostingsWriter(W3PostingsWriter):  # type: ignore[misc]
    def add_all(self, documents: array[int], weights: array[float]) -> None:
        """Add all postings of a term, block by block."""
        for first in range(0, len(documents), self._blocklimit):
            if len(self):
                self._write_block()
            self._ids = documents[first : first + self._blocklimit]
            self._weights = weights[first : first + self._blocklimit]
            self._maxweight = max(self._weights)
