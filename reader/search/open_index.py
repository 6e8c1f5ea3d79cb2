"""One index, open for reading: the postings of a term, the tokens of a document, what is shown of it.

Whoosh's matchers go from document to document; whole blocks of postings, decoded at once and kept, answer a keystroke
in a fraction of the time. This module alone knows how Whoosh lays postings out. Not safe for several threads.
"""

from __future__ import annotations

import contextlib
import json
import mmap
from array import array
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

from whoosh.filedb.filestore import FileStorage
from whoosh.reading import TermNotFound

from reader.domain.contents import Status
from reader.domain.manual import ManualId
from reader.search.indexer import COMPLETE, ENTRIES, LEXICON, STREAM, digests
from reader.search.lexicon import Lexicon
from reader.search.schema import COLUMNS, PARTS, TERMS, part_end

Postings = Mapping[int, float]
"""The documents that hold something, each with what that counts there."""

_ALIKE: Final = 2
_NO_BUDGET: Final = 2**62
_NO_POSTINGS: Final[Postings] = {}


class DamagedIndexError(Exception):
    """An index that cannot be read: it is to be built again. Whoosh answers damage with errors of every kind."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self.folder = folder


@dataclass(frozen=True, slots=True)
class Entry:
    """A chapter, a division or a form of the index. `first` is its first document."""

    first: int
    chapter: str | None
    form: str | None
    number: str | None
    title: str
    division: str
    statuses: tuple[Status, ...]
    revised: date | None


class PostingsCache:
    """Decoded postings of all indexes, those used longest ago dropped when they grow too many."""

    def __init__(self, most: int) -> None:
        """Make a cache for so many postings in all."""
        self._most = most
        self._held = 0
        self._kept: OrderedDict[tuple[int, str], Postings] = OrderedDict()

    def get(self, key: tuple[int, str]) -> Postings | None:
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, key: tuple[int, str], postings: Postings) -> None:
        self._kept[key] = postings
        self._held += len(postings)
        while self._held > self._most and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._held -= len(dropped)

    def clear(self) -> None:
        self._kept.clear()
        self._held = 0


class OpenIndex:
    """The index of one edition."""

    def __init__(self, folder: Path, key: int, cache: PostingsCache) -> None:
        """Open an index that was built here, after checking every byte of it.

        Args:
            folder: Where it lies.
            key: Tells it from the other indexes of the cache.
            cache: Keeps decoded postings.

        Raises:
            DamagedIndexError: when it is not as it was built.
        """
        self.folder = folder
        self._key = key
        self._cache = cache
        self._forms: dict[str, tuple[str, ...]] = {}
        with self._damage_named():
            recorded = json.loads((folder / COMPLETE).read_text(encoding="utf-8"))
            if digests(folder) != recorded:
                raise ValueError("a file of the index has changed")
            entries = json.loads((folder / ENTRIES).read_text(encoding="utf-8"))
            self.manual = ManualId.parse(entries["manual"])
            self.edition = int(entries["edition"])
            self.authority = str(entries["authority"])
            self.entries = tuple(_entry(row) for row in entries["entries"])
            self._firsts = array("I", (entry.first for entry in self.entries))
            self._ends = array("I", entries["ends"])
            self._token = array(entries["token"])
            self._part_end = array(self._token.typecode, [part_end(self._token.typecode)]).tobytes()
            self.lexicon = Lexicon.from_bytes((folder / LEXICON).read_bytes())
            # Without memory mapping: Whoosh copies whole mapped files into memory where it only wants a view.
            self._index = FileStorage(str(folder), supports_mmap=False).open_index()
            self._reader: Any = self._index.reader()
            self._columns = {name: self._reader.column_reader(name) for name in COLUMNS}
            self._stream: mmap.mmap | bytes = b""
            if self._ends:
                with (folder / STREAM).open("rb") as stream:
                    self._stream = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)

    @property
    def document_count(self) -> int:
        return len(self._ends)

    def close(self) -> None:
        if isinstance(self._stream, mmap.mmap):
            self._stream.close()
        self._reader.close()
        self._index.close()

    def entry_number(self, document: int) -> int:
        """Which of `entries` a document belongs to."""
        return bisect_right(self._firsts, document) - 1

    def documents_of(self, entry: int) -> range:
        """The documents of an entry."""
        end = self._firsts[entry + 1] if entry + 1 < len(self._firsts) else self.document_count
        return range(self._firsts[entry], end)

    def shown(self, document: int, what: str) -> str:
        """The text, the heading, the anchor of a document, or what stands beside it ("extra")."""
        with self._damage_named():
            return bytes(self._columns[what][document]).decode()

    def postings(self, term: str) -> Postings:
        """The documents that hold a term, and what it counts in each. Do not change what is given."""
        key = (self._key, term)
        found = self._cache.get(key)
        if found is None:
            with self._damage_named():
                found = self._read(term)
            self._cache.put(key, found)
        return found

    def forms(self, stem: str) -> tuple[str, ...]:
        """The words of the index that have a stem."""
        number = self.lexicon.number(stem)
        if number is None:
            return ()
        if stem not in self._forms:
            # A stem and its words begin alike: "person" and "people" are the furthest apart.
            alike = self.lexicon.beginning_with(stem[:_ALIKE], _NO_BUDGET)
            self._forms[stem] = tuple(word for word, own in alike if own == number)
        return self._forms[stem]

    def kept(self, name: str, work_out: Callable[[], Postings]) -> Postings:
        """Postings that are worked out from others, and kept like them."""
        key = (self._key, f"\n{name}")
        found = self._cache.get(key)
        if found is None:
            found = work_out()
            self._cache.put(key, found)
        return found

    def numbers(self, stems: tuple[str, ...]) -> tuple[int, ...] | None:
        """The numbers of stems in the stream, or None when one of them is in no document."""
        found = tuple(number for stem in stems if (number := self.lexicon.number(stem)) is not None)
        return found if len(found) == len(stems) else None

    def pattern(self, stems: tuple[str, ...]) -> bytes | None:
        """Stems in a row as they stand in the stream, or None when one of them is in no document."""
        numbers = self.numbers(stems)
        return None if numbers is None else array(self._token.typecode, numbers).tobytes()

    def holds(self, document: int, pattern: bytes) -> bool:
        """Whether a pattern stands in a document."""
        start, end = self._span(document)
        return self._find(pattern, start, end) >= 0

    def part_holds(self, document: int, part: int, pattern: bytes) -> bool:
        """Whether a pattern stands in one of the parts (their order: `schema.PARTS`) of a document."""
        start, end = self._part_span(document, part)
        return self._find(pattern, start, end) >= 0

    def part(self, document: int, part: int) -> array[int]:
        """The numbers of the stems in one of the parts, in reading order."""
        start, end = self._part_span(document, part)
        return array(self._token.typecode, self._stream[start:end])

    def parts(self, document: int) -> list[array[int]]:
        """The numbers of the stems in each part, in reading order."""
        return [self.part(document, part) for part in range(len(PARTS))]

    def _span(self, document: int) -> tuple[int, int]:
        width = self._token.itemsize
        start = self._ends[document - 1] if document else 0
        return start * width, self._ends[document] * width

    @contextlib.contextmanager
    def _damage_named(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            raise DamagedIndexError(self.folder) from error

    def _part_span(self, document: int, part: int) -> tuple[int, int]:
        start, end = self._span(document)
        for _ in range(part):
            start = self._find(self._part_end, start, end) + self._token.itemsize
        return start, self._find(self._part_end, start, end)

    def _find(self, pattern: bytes, start: int, end: int) -> int:
        """Where a pattern stands in the stream, at the beginning of a token; -1 when it does not."""
        width = self._token.itemsize
        origin = start
        while True:
            found = self._stream.find(pattern, start, end)
            if found < 0 or (found - origin) % width == 0:
                return found
            start = found + 1

    def _read(self, term: str) -> Postings:
        """Decode every block of a term's postings."""
        try:
            matcher = self._reader.postings(TERMS, term.encode())
        except TermNotFound:
            return _NO_POSTINGS
        decoded: dict[int, float] = {}
        if not hasattr(matcher, "_read_data"):  # a term in one place stands in the dictionary itself
            while matcher.is_active():
                decoded[matcher.id()] = matcher.weight()
                matcher.next()
            return decoded
        while matcher.is_active():
            matcher._read_data()  # noqa: SLF001  # whole blocks; tests hold it to Whoosh's own matcher
            steps, weights, _ = matcher._data  # noqa: SLF001
            numbers = accumulate(steps)
            if weights is None or isinstance(weights, float):
                decoded.update(dict.fromkeys(numbers, 1.0 if weights is None else weights))
            else:
                decoded.update(zip(numbers, weights, strict=True))
            matcher._next_block()  # noqa: SLF001
        return decoded


def _entry(row: dict[str, Any]) -> Entry:
    return Entry(
        int(row["first"]),
        row["chapter"],
        row["form"],
        row["number"],
        str(row["title"]),
        str(row["division"]),
        tuple(Status(status) for status in row["statuses"]),
        date.fromisoformat(row["revised"]) if row["revised"] else None,
    )
