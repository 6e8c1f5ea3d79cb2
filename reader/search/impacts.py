"""What each stem counts in each document of an index, one byte for a document: whole rows are added at once.

The postings say the same, one document after the other. A row lies as the few documents that are in it, or packed as a
whole. Beside the stems' rows stand those of beginnings that many words have, as `evaluation` would put them together.
"""

from __future__ import annotations

import struct
import zlib
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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


_HEADER: Final = struct.Struct("=4sIIII")
_MAGIC: Final = b"IMP1"
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
        self._count = 0

    def add(self, steps: Mapping[str, int]) -> None:
        """The next document: each stem that it holds, with its impact in steps (1 to 255)."""
        for stem, step in steps.items():
            if stem not in self._documents:
                self._documents[stem], self._steps[stem] = array("I"), bytearray()
            self._documents[stem].append(self._count)
            self._steps[stem].append(step)
        self._count += 1

    def write(self, file: Path, stems: Sequence[str], beginnings: Mapping[str, Sequence[str]]) -> None:
        """Write the rows of stems in this order, and of beginnings that stand for several stems.

        Args:
            file: Where to.
            stems: All stems, in the lexicon's order.
            beginnings: For each the stems, of which an earlier one has the say where several stand.
        """
        rows = [self._packed(self._documents[stem], self._steps[stem]) for stem in stems]
        names = sorted(beginnings)
        for name in names:
            together: dict[int, int] = {}
            for stem in reversed(beginnings[name]):
                together.update(zip(self._documents[stem], self._steps[stem], strict=True))
            documents = array("I", sorted(together))
            rows.append(self._packed(documents, bytes(together[document] for document in documents)))
        ends = array("Q")
        end = 0
        for row in rows:
            end += len(row)
            ends.append(end)
        blob = "\n".join(names).encode()
        header = _HEADER.pack(_MAGIC, self._count, len(stems), len(names), len(blob))
        file.write_bytes(b"".join((header, blob, ends.tobytes(), *rows)))

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
            magic, self._count, self._stems, names, size = _HEADER.unpack(head)
            if magic != _MAGIC or file.stat().st_size < size + (self._stems + names) * array("Q").itemsize:
                raise ValueError("no impacts")
            blob = self._stream.read(size).decode()
            self._beginnings = {
                name: self._stems + place for place, name in enumerate(blob.split("\n") if names else ())
            }
            ends = self._stream.read((self._stems + names) * array("Q").itemsize)
            self._ends = array("Q", ends)
            self._start = _HEADER.size + size + len(ends)
            if len(self._ends) != self._stems + len(self._beginnings):
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

    def _row(self, place: int) -> Row:
        """Read a row.

        Raises:
            OSError, ValueError, zlib.error: when the file is no longer as it was opened.
        """
        start = self._ends[place - 1] if place else 0
        size = self._ends[place] - start
        self._stream.seek(self._start + start)
        data = self._stream.read(size)
        if len(data) != size:
            raise ValueError("the impacts are cut short")
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
