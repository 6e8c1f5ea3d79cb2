"""What each stem counts in each document of an index, one byte for a document: whole rows are added at once.

The postings say the same, one document after the other. A row lies as the few documents that are in it, or packed as a
whole. Beside the stems' rows stand those of beginnings that many words have, as `evaluation` would put them together,
and the places of phrases that were known when the index was built.
"""

from __future__ import annotations

import struct
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

STEPS: Final = 64
"""How many steps of a row make an impact of 1."""


@dataclass(frozen=True, slots=True)
class Row:
    """What each document of an index counts, in steps; 0 where it holds nothing.

    Attributes:
        steps: A byte for each document.
        count: How many documents hold something.
        highest: None of the steps is higher.
    """

    steps: bytes
    count: int
    highest: int


@dataclass(frozen=True, slots=True)
class Phrased:
    """Where a phrase stands.

    Attributes:
        documents: The documents that hold it, in their order.
        sums: The steps of its stems in each of these, added up.
    """

    documents: array[int]
    sums: array[int]


_HEADER: Final = struct.Struct("=4sIIIIII")
_MAGIC: Final = b"IMP2"
_FEW: Final = 128
_ROW: Final = struct.Struct("=BBI")
_IS_FEW: Final = 1
_PRESENT: Final = bytes([0]) + bytes([255]) * 255


def marked(steps: bytes) -> int:
    """A number whose bytes are 255 where a row holds something, the first document's byte the lowest."""
    return int.from_bytes(steps.translate(_PRESENT), "little")


def merged(rows: Sequence[Row]) -> Row:
    """Several rows in one; an earlier one has the say where several hold something."""
    size = len(rows[0].steps)
    found = 0
    for row in reversed(rows):
        found = (found & ~marked(row.steps)) | int.from_bytes(row.steps, "little")
    steps = found.to_bytes(size, "little")
    return Row(steps, size - steps.count(0), max(row.highest for row in rows))


class ImpactsWriter:
    """Gathers what documents hold, in their order, and writes it."""

    def __init__(self) -> None:
        self._documents: dict[str, array[int]] = {}
        self._steps: dict[str, bytearray] = {}
        self._phrases: dict[str, tuple[array[int], array[int]]] = {}
        self._count = 0

    def add(self, steps: Mapping[str, int], phrases: Iterable[tuple[str, ...]] = ()) -> None:
        """The next document.

        Args:
            steps: Each stem that it holds, with its impact in steps (1 to 255).
            phrases: The known phrases that it holds, each once.
        """
        documents, rows, number = self._documents, self._steps, self._count
        for stem, step in steps.items():
            if stem in documents:
                documents[stem].append(number)
                rows[stem].append(step)
            else:
                documents[stem], rows[stem] = array("I", (number,)), bytearray((step,))
        for phrase in phrases:
            held, sums = self._phrases.setdefault(" ".join(phrase), (array("I"), array("H")))
            held.append(number)
            sums.append(sum(steps[stem] for stem in dict.fromkeys(phrase)))
        self._count += 1

    def stem_frequencies(self) -> dict[str, int]:
        """In how many documents each stem stands."""
        return {stem: len(documents) for stem, documents in self._documents.items()}

    def rows(self) -> Iterator[tuple[str, array[int], bytearray]]:
        """Each stem with the documents that hold it and its steps there."""
        return ((stem, documents, self._steps[stem]) for stem, documents in self._documents.items())

    def write(
        self,
        file: Path,
        stems: Sequence[str],
        beginnings: Mapping[str, Sequence[str]],
        phrases: Iterable[tuple[str, ...]] = (),
    ) -> None:
        """Write the rows of stems in this order, of beginnings that stand for several stems, and of phrases.

        Args:
            file: Where to.
            stems: All stems, in the lexicon's order.
            beginnings: For each the stems, of which an earlier one has the say where several stand.
            phrases: All phrases that were looked for, found or not.
        """
        rows = [self._packed(self._documents[stem], self._steps[stem]) for stem in stems]
        names = sorted(beginnings)
        for name in names:
            together: dict[int, int] = {}
            for stem in reversed(beginnings[name]):
                together.update(zip(self._documents[stem], self._steps[stem], strict=True))
            documents = array("I", sorted(together))
            rows.append(self._packed(documents, bytes([together[document] for document in documents])))
        known = sorted({" ".join(phrase) for phrase in phrases})
        for phrase in known:
            held, sums = self._phrases.get(phrase, (array("I"), array("H")))
            rows.append(held.tobytes() + sums.tobytes())
        ends = array("Q")
        end = 0
        for row in rows:
            end += len(row)
            ends.append(end)
        blob, known_blob = "\n".join(names).encode(), "\n".join(known).encode()
        header = _HEADER.pack(
            _MAGIC, self._count, len(stems), len(names), len(blob), len(known), len(known_blob)
        )
        file.write_bytes(b"".join((header, blob, known_blob, ends.tobytes(), *rows)))

    def _packed(self, documents: array[int], steps: bytes | bytearray) -> bytes:
        is_few = len(documents) <= _FEW
        head = _ROW.pack(is_few, max(steps), len(documents))
        if is_few:
            return b"".join((head, documents.tobytes(), steps))
        row = bytearray(self._count)
        for document, step in zip(documents, steps, strict=True):
            row[document] = step
        return head + zlib.compress(row, 1)


class Impacts:
    """The rows of one index, read from the disk when they are asked for. Its file stays open."""

    def __init__(self, file: Path) -> None:
        """Open what `ImpactsWriter` wrote on this machine.

        Raises:
            OSError: when it cannot be read.
            ValueError: when it is something else.
        """
        # Unbuffered, and never mapped: a mapped file that is cut short ends the whole program.
        self._stream = file.open("rb", buffering=0)
        try:
            head = self._stream.read(_HEADER.size)
            if len(head) != _HEADER.size:
                raise ValueError("no impacts")
            magic, self._count, self._stems, names, size, phrases, phrases_size = _HEADER.unpack(head)
            row_count = self._stems + names + phrases
            held = size + phrases_size + row_count * array("Q").itemsize
            if magic != _MAGIC or file.stat().st_size < held:
                raise ValueError("no impacts")
            blob = self._stream.read(size).decode()
            self._beginnings = {
                name: self._stems + place for place, name in enumerate(blob.split("\n") if names else ())
            }
            self._phrases = _numbered(self._stream.read(phrases_size))
            self._first_phrase = self._stems + names
            ends = self._stream.read(row_count * array("Q").itemsize)
            self._ends = array("Q", ends)
            self._start = _HEADER.size + held
            if (
                len(self._ends) != row_count
                or len(self._beginnings) != names
                or len(self._phrases) != phrases
            ):
                raise ValueError("no impacts")
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._stream.close()

    def of_stem(self, number: int) -> Row:
        """The row of a stem, by its number in the lexicon."""
        return self._row(number)

    def of_beginning(self, beginning: str) -> Row | None:
        """The row of a beginning that many words have; None for any other."""
        place = self._beginnings.get(beginning)
        return None if place is None else self._row(place)

    def has_beginning(self, beginning: str) -> bool:
        return beginning in self._beginnings

    def of_phrase(self, phrase: tuple[str, ...]) -> Phrased | None:
        """Where a phrase stands; None when it was not known as the index was built, and may stand anywhere.

        Raises:
            OSError, ValueError: when the file is no longer as it was opened.
        """
        place = self._phrases.get(" ".join(phrase))
        if place is None:
            return None
        data = self._read(self._first_phrase + place)
        width = array("I").itemsize
        middle = len(data) // (width + array("H").itemsize) * width
        documents, sums = array("I", data[:middle]), array("H", data[middle:])
        if len(documents) != len(sums):
            raise ValueError("a phrase of the impacts is cut short")
        return Phrased(documents, sums)

    def has_phrase(self, phrase: tuple[str, ...]) -> bool:
        return " ".join(phrase) in self._phrases

    def _row(self, place: int) -> Row:
        """Read a row.

        Raises:
            OSError, ValueError, zlib.error: when the file is no longer as it was opened.
        """
        data = self._read(place)
        is_few, highest, count = _ROW.unpack_from(data)
        if is_few:
            middle = _ROW.size + count * array("I").itemsize
            filled = bytearray(self._count)
            for document, step in zip(array("I", data[_ROW.size : middle]), data[middle:], strict=True):
                filled[document] = step
            steps = bytes(filled)
        else:
            steps = zlib.decompress(data[_ROW.size :], bufsize=self._count)
        if len(steps) != self._count:
            raise ValueError("a row of the impacts is cut short")
        return Row(steps, count, highest)

    def _read(self, place: int) -> bytes:
        start = self._ends[place - 1] if place else 0
        size = self._ends[place] - start
        if not size:
            return b""
        self._stream.seek(self._start + start)
        data = self._stream.read(size)
        if len(data) != size:
            raise ValueError("the impacts are cut short")
        return data


@lru_cache(maxsize=4)
def _numbered(blob: bytes) -> Mapping[str, int]:
    """Phrases, each with its place. Many indexes know the same ones: these are in memory once."""
    return {phrase: place for place, phrase in enumerate(blob.decode().split("\n"))} if blob else {}
