"""One index, open for reading: the postings of a term, the tokens of a document, what is shown of it.

Whoosh's matchers go from document to document; whole blocks of postings, decoded at once and kept, answer a keystroke
in a fraction of the time. This module alone knows how Whoosh lays postings out. Not safe for several threads.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
from array import array
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from pathlib import Path
from typing import Any, Final, TypeAlias

from whoosh.filedb.filestore import FileStorage
from whoosh.reading import TermNotFound

from reader.domain.contents import Status
from reader.domain.manual import ManualId
from reader.search.impacts import Impacts, Phrased, Row, merged
from reader.search.indexer import COMPLETE, ENTRIES, IMPACTS, LEXICON, STREAM, digests
from reader.search.lexicon import Lexicon
from reader.search.schema import COLUMNS, TERMS, part_end, unpacked

Postings = Mapping[int, float]
"""The documents that hold something, each with what that counts there."""

_SHORT: Final = 4
_NEXT: Final = 16
_STRETCH: Final = 100
_MANY: Final = 100
_LETTER: Final = 2
_LETTERS: Final = f"utf-16-{'le' if sys.byteorder == 'little' else 'be'}"
_MOST_LETTERS: Final = 0xD800
"""Tokens up to here are letters in UTF-16: regular expressions find them by whole tokens."""
_PART_END: Final = chr(part_end("H"))
_OWN_FILES: Final = frozenset({ENTRIES, IMPACTS, LEXICON, STREAM})
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


_Numbers: TypeAlias = tuple[int, ...]
_Kept: TypeAlias = "Postings | Row | None"
_POSTING_BYTES: Final = 100
_ENTRY_BYTES: Final = 200


class _WhooshReader:
    """Whoosh's own files, which it keeps open. They are asked for what is shown, and for what stands in titles."""

    def __init__(self, folder: Path, *, is_empty: bool) -> None:
        # Without memory mapping: Whoosh copies whole mapped files into memory where it only wants a view.
        self._index = FileStorage(str(folder), supports_mmap=False).open_index()
        self.reader: Any = self._index.reader()
        self.columns: dict[str, Any] = {}
        if not is_empty:  # Whoosh's reader of an empty index can nothing but be closed
            self.columns = {name: self.reader.column_reader(name) for name in COLUMNS}

    def close(self) -> None:
        self.reader.close()
        self._index.close()


class PostingsCache:
    """Decoded postings and rows of all indexes; those used longest ago are dropped when they grow too many.

    Whoosh's readers are kept here too, and closed when they are too many: a system lets a program have a thousand files
    open, or fewer, and Whoosh opens six for each index.
    """

    def __init__(self, most_bytes: int, most_readers: int = 64) -> None:
        """Make a cache for so many bytes, and so many readers beside them."""
        self._most = most_bytes
        self._most_readers = most_readers
        self._readers: OrderedDict[int, _WhooshReader] = OrderedDict()
        self._held = 0
        self._kept: OrderedDict[tuple[int, str], tuple[_Kept, int]] = OrderedDict()

    @property
    def held_bytes(self) -> int:
        """About how many bytes are kept."""
        return self._held

    def get(self, key: tuple[int, str], work_out: Callable[[], _Kept]) -> _Kept:
        """What is kept under a key, worked out if it is not kept yet. The newest always stays."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found[0]
        thing = work_out()
        size = _ENTRY_BYTES
        if isinstance(thing, Row):
            size += len(thing.steps)
        elif thing is not None:
            size += _POSTING_BYTES * len(thing)
        self._kept[key] = thing, size
        self._held += size
        while self._held > self._most and len(self._kept) > 1:
            _, (_, dropped) = self._kept.popitem(last=False)
            self._held -= dropped
        return thing

    def reader(self, key: int, make: Callable[[], _WhooshReader]) -> _WhooshReader:
        """Whoosh's reader of an index, opened if it is not open."""
        found = self._readers.get(key)
        if found is None:
            found = self._readers[key] = make()
            if len(self._readers) > self._most_readers:
                self.close_reader(next(iter(self._readers)))
        self._readers.move_to_end(key)
        return found

    def close_reader(self, key: int) -> None:
        """Close Whoosh's reader of an index, if it is open."""
        reader = self._readers.pop(key, None)
        if reader is not None:
            reader.close()

    def forget(self, key: int) -> None:
        """Let go of what is kept of an index that is closed: opened again, it has another key."""
        self.close_reader(key)
        for kept in [one for one in self._kept if one[0] == key]:
            _, size = self._kept.pop(kept)
            self._held -= size

    def clear(self) -> None:
        """Let go of everything that is kept; readers are closed with their indexes."""
        self._kept.clear()
        self._held = 0


class OpenIndex:
    """The index of one edition."""

    def __init__(self, folder: Path, key: int, cache: PostingsCache, *, keeps_tokens: bool = True) -> None:
        """Open an index that was built here, after checking every byte of it.

        Args:
            folder: Where it lies.
            key: Tells it from the other indexes of the cache.
            cache: Keeps decoded postings.
            keeps_tokens: Whether the tokens of all documents stay in memory (two bytes for each word).

        Raises:
            DamagedIndexError: when it is not as it was built.
        """
        self.folder = folder
        self._key = key
        self._cache = cache
        self._forms: dict[str, tuple[str, ...]] = {}
        self._of_chapter: dict[str, list[Entry]] = {}
        with self._damage_named():
            recorded = json.loads((folder / COMPLETE).read_text(encoding="utf-8"))
            if not recorded.keys() >= _OWN_FILES or digests(folder, recorded) != recorded:
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
            self._is_text = self._token.itemsize == _LETTER and self.lexicon.stem_count <= _MOST_LETTERS
            self._impacts = Impacts(folder / IMPACTS)
            # Never mapped: a mapped file that is cut short ends the whole program.
            self._stream = (folder / STREAM).open("rb")
            self._all_tokens = self._stream.read() if keeps_tokens else None
            self.stream_size = self._stream.seek(0, os.SEEK_END)
            self._window: tuple[int, bytes] = (0, b"")
            self._last_read = -_NEXT

    @property
    def document_count(self) -> int:
        return len(self._ends)

    def close(self) -> None:
        self._cache.forget(self._key)
        self._stream.close()
        self._impacts.close()

    def entry_number(self, document: int) -> int:
        """Which of `entries` a document belongs to."""
        return bisect_right(self._firsts, document) - 1

    def entries_of(self, chapter: str) -> tuple[Entry, ...]:
        """The entries of a chapter."""
        if not self._of_chapter:
            for entry in self.entries:
                if entry.chapter:
                    self._of_chapter.setdefault(entry.chapter, []).append(entry)
        return tuple(self._of_chapter.get(chapter, ()))

    def documents_of(self, entry: int) -> range:
        """The documents of an entry."""
        end = self._firsts[entry + 1] if entry + 1 < len(self._firsts) else self.document_count
        return range(self._firsts[entry], end)

    def shown(self, document: int, what: str) -> str:
        """The text, the heading, the anchor of a document, or what stands beside it ("extra")."""
        with self._damage_named():
            return unpacked(self._whoosh().columns[what][document])

    def row(self, stem: str) -> Row | None:
        """What a stem counts in each document, or None when it is in none."""
        number = self.lexicon.number(stem)
        if number is None:
            return None
        found = self._cache.get((self._key, stem), lambda: self._read_row(number))
        assert isinstance(found, Row)  # noqa: S101  # no other thing is kept under a stem
        return found

    def row_of_beginning(self, beginning: str) -> Row | None:
        """The row of a half-typed word that lies ready, because many stems begin so; None for any other."""
        if not self._impacts.has_beginning(beginning):
            return None

        def read() -> Row | None:
            with self._damage_named():
                return self._impacts.of_beginning(beginning)

        found = self._cache.get((self._key, f"\n{beginning}*"), read)
        return found if isinstance(found, Row) else None

    def row_of(self, stems: tuple[str, ...], name: str) -> Row:
        """The rows of several stems that the index holds in one; an earlier one has the say.

        Args:
            stems: The stems, one at least.
            name: Under which it is kept; it says which stems they are.
        """

        def together() -> Row:
            return merged([row for stem in stems if (row := self.row(stem)) is not None])

        found = self._cache.get((self._key, f"\n{name}"), together)
        assert isinstance(found, Row)  # noqa: S101  # no other thing is kept under such a name
        return found

    def notes(self, stems: tuple[str, ...]) -> bool:
        """Whether it was noted where stems stand in a row."""
        return self._impacts.has_phrase(stems)

    def phrased(self, stems: tuple[str, ...]) -> Phrased | None:
        """Where stems in a row stand, if that was noted when the index was built; None when it was not."""
        with self._damage_named():
            return self._impacts.of_phrase(stems)

    def postings(self, term: str) -> Postings:
        """The documents that hold a term, and what it counts in each. Do not change what is given."""

        def read() -> Postings:
            with self._damage_named():
                return self._read(term)

        return self.kept(f"{term}\n", read)

    def forms(self, stem: str) -> tuple[str, ...]:
        """The words of the index that have a stem."""
        number = self.lexicon.number(stem)
        if number is None:
            return ()
        if stem not in self._forms:
            # A stem and its words begin alike; short ones by one letter only ("man" and "men", "die" and "dying").
            beginning = stem[: 1 if len(stem) <= _SHORT else 2]
            self._forms[stem] = self.lexicon.words_of(number, beginning)
        return self._forms[stem]

    def kept(self, name: str, work_out: Callable[[], Postings]) -> Postings:
        """Postings that are worked out from others, and kept like them."""
        found = self._cache.get((self._key, f"\n{name}"), work_out)
        assert isinstance(found, Mapping)  # noqa: S101  # no row is kept under such a name
        return found

    def numbers(self, stems: tuple[str, ...]) -> tuple[int, ...] | None:
        """The numbers of stems in the stream, or None when one of them is in no document."""
        found = tuple(number for stem in stems if (number := self.lexicon.number(stem)) is not None)
        return found if len(found) == len(stems) else None

    def pattern(self, stems: tuple[str, ...]) -> bytes | None:
        """Stems in a row as they stand in the stream, or None when one of them is in no document."""
        numbers = self.numbers(stems)
        return None if numbers is None else self._as_bytes(numbers)

    def holds(self, document: int, pattern: bytes) -> bool:
        """Whether a pattern stands in a document."""
        return self._find(self._tokens(document), pattern) >= 0

    def holding(self, documents: Sequence[int], pattern: bytes) -> Iterator[int]:
        """Those of some documents in which a pattern stands."""
        if self._all_tokens is not None:
            tokens = self._all_tokens
        elif len(documents) < _MANY:
            yield from (document for document in documents if self.holds(document, pattern))
            return
        else:
            if len(self._window[1]) < self.stream_size:
                self._window = 0, self._read_tokens(0, self._ends[-1])
            tokens = self._window[1]
        ends, width = self._ends, self._token.itemsize
        for document in documents:
            start, end = ends[document - 1] * width if document else 0, ends[document] * width
            found = tokens.find(pattern, start, end)
            if found >= 0 and (found % width == 0 or self._find(tokens, pattern, found + 1, end) >= 0):
                yield document

    def let_go(self) -> None:
        """Keep no tokens in memory that were read for `holding`."""
        self._window = 0, b""

    def part_holds(self, document: int, part: int, pattern: bytes) -> bool:
        """Whether a pattern stands in one of the parts (their order: `schema.PARTS`) of a document."""
        return self._find(self._part(document, part), pattern) >= 0

    def part(self, document: int, part: int) -> array[int]:
        """The numbers of the stems in one of the parts, in reading order."""
        return array(self._token.typecode, self._part(document, part))

    def near(
        self, documents: Sequence[int], one: _Numbers, other: _Numbers, distance: int, part: int | None = None
    ) -> list[int]:
        """Those of some documents in which two rows of stems begin at most so many tokens from each other, in one part.

        Args:
            documents: In their order.
            one: The numbers of some stems, see `numbers`.
            other: Others, or the same: then these must stand there twice.
            distance: In tokens.
            part: The only part to look in; None looks in each.
        """
        if distance < 1:
            return []
        if not self._is_text:
            patterns = self._as_bytes(one), self._as_bytes(other)
            return [document for document in documents if self._are_near(document, patterns, distance, part)]
        ahead, behind = _followed(one, other, distance).search, _followed(other, one, distance).search
        return [
            document
            for document, text, start, end in self._texts(documents, part)
            if ahead(text, start, end) or behind(text, start, end)
        ]

    def _texts(self, documents: Sequence[int], part: int | None) -> Iterator[tuple[int, str, int, int]]:
        """The tokens of documents as letters: each with a text, and where in it the document, or its part, lies."""
        if len(documents) < _MANY:
            for document in documents:
                tokens = self._tokens(document) if part is None else self._part(document, part)
                text = tokens.decode(_LETTERS)
                yield document, text, 0, len(text)
            return
        tokens = self._all_tokens if self._all_tokens is not None else self._read_tokens(0, self._ends[-1])
        text = tokens.decode(_LETTERS)
        ends = self._ends
        for document in documents:
            start, end = ends[document - 1] if document else 0, ends[document]
            if part is not None:
                for _ in range(part):
                    start = text.index(_PART_END, start, end) + 1
                end = text.index(_PART_END, start, end)
            yield document, text, start, end

    def _are_near(
        self, document: int, patterns: tuple[bytes, bytes], distance: int, part: int | None
    ) -> bool:
        """The same for one document of an index that has more stems than fit into letters of two bytes."""
        tokens = self._tokens(document) if part is None else self._part(document, part)
        reach = distance * self._token.itemsize
        one, others = (self._places(tokens, pattern) for pattern in patterns)
        place = 0
        for at in one:
            while place < len(others) and others[place] < at - reach:
                place += 1
            for near in others[place:]:
                if near > at + reach:
                    break
                if near != at and self._find(tokens, self._part_end, min(at, near), max(at, near)) < 0:
                    return True
        return False

    def _as_bytes(self, numbers: _Numbers) -> bytes:
        return array(self._token.typecode, numbers).tobytes()

    def _read_row(self, number: int) -> Row:
        with self._damage_named():
            return self._impacts.of_stem(number)

    def _places(self, tokens: bytes, pattern: bytes) -> list[int]:
        found: list[int] = []
        at = self._find(tokens, pattern)
        while at >= 0:
            found.append(at)
            at = self._find(tokens, pattern, at + self._token.itemsize)
        return found

    def _tokens(self, document: int) -> bytes:
        """The tokens of a document. What was read last is kept: one document is looked at several times."""
        width = self._token.itemsize
        start = self._ends[document - 1] if document else 0
        if self._all_tokens is not None:
            return self._all_tokens[start * width : self._ends[document] * width]
        first, read = self._window
        if not first <= start <= self._ends[document] <= first + len(read) // width:
            # Who goes from document to document is given a stretch at once.
            is_going_on = self._last_read < document <= self._last_read + _NEXT
            end = self._ends[min(document + _STRETCH, self.document_count - 1) if is_going_on else document]
            first, read = start, self._read_tokens(start, end)
            self._window = first, read
        self._last_read = document
        return read[(start - first) * width : (self._ends[document] - first) * width]

    def _read_tokens(self, start: int, end: int) -> bytes:
        """The tokens between two places of the stream."""
        width = self._token.itemsize
        with self._damage_named():
            self._stream.seek(start * width)
            tokens = self._stream.read((end - start) * width)
            if len(tokens) != (end - start) * width:
                raise ValueError("the stream of tokens is cut short")
        return tokens

    def _part(self, document: int, part: int) -> bytes:
        tokens = self._tokens(document)
        start = 0
        for _ in range(part):
            start = self._find(tokens, self._part_end, start) + self._token.itemsize
        return tokens[start : self._find(tokens, self._part_end, start)]

    def _whoosh(self) -> _WhooshReader:
        return self._cache.reader(self._key, lambda: _WhooshReader(self.folder, is_empty=not self._ends))

    @contextlib.contextmanager
    def _damage_named(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            raise DamagedIndexError(self.folder) from error

    def _find(self, tokens: bytes, pattern: bytes, start: int = 0, end: int | None = None) -> int:
        """Where a pattern stands, at the beginning of a token; -1 when it does not."""
        while True:
            found = tokens.find(pattern, start, end)
            if found < 0 or found % self._token.itemsize == 0:
                return found
            start = found + 1

    def _read(self, term: str) -> Postings:
        """Decode every block of a term's postings."""
        if self.lexicon.is_empty:
            return _NO_POSTINGS
        try:
            matcher = self._whoosh().reader.postings(TERMS, term.encode())
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


def _followed(one: _Numbers, other: _Numbers, distance: int) -> re.Pattern[str]:
    """What finds a row of tokens, and another one that begins behind its beginning: in the same part, and near."""
    between = f"[^{_PART_END}]{{0,{distance - 1}}}"
    return re.compile(f"{_in_letters(one)}{between}{_in_letters(other)}")


def _in_letters(row: _Numbers) -> str:
    """Matches the first token of a row, if the others stand behind it: rows may overlap."""
    first, *others = (re.escape(chr(number)) for number in row)
    return f"{first}(?={''.join(others)})" if others else first


def stream_size(folder: Path) -> int:
    """How many bytes the tokens of an index take; 0 when they are not there."""
    try:
        return (folder / STREAM).stat().st_size
    except OSError:
        return 0
