"""The words of one index: which there are, how often, and what stem each has.

Whoosh's dictionary answers one term at a time. This one is read whole, is small, and answers what typing asks: which
words begin so, and what is a stem's number in the stream of tokens.
"""

from __future__ import annotations

import struct
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

_HEADER: Final = struct.Struct("=4sIIII")
_MAGIC: Final = b"LEX1"
_LAST: Final = b"\xff"
_MOST_ASKED: Final = 5_000
_SHORTEST: Final = 2
_MANY: Final = 3

OPEN_BUDGET: Final = 4_000
"""How many places in documents the words may have together that begin like a half-typed one."""


class _Strings:
    """Sorted byte strings in one piece of memory."""

    def __init__(self, blob: bytes, ends: array[int]) -> None:
        self._blob = blob
        self._ends = ends

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, index: int) -> bytes:
        return self._blob[self._ends[index - 1] if index else 0 : self._ends[index]]

    def place(self, key: bytes, first: int = 0, last: int | None = None) -> int:
        """Where a string stands, or would stand, if that is among some of them."""
        return bisect_left(
            range(len(self._ends)),
            key,
            first,
            len(self._ends) if last is None else last,
            key=self.__getitem__,
        )


class Lexicon:
    """Surface words and stems of one index, both sorted; a stem's number is its place."""

    def __init__(
        self,
        surfaces: _Strings,
        stems: _Strings,
        stem_numbers: array[int],
        frequencies: array[int],
        stem_frequencies: array[int],
    ) -> None:
        self._surfaces = surfaces
        self._stems = stems
        self._stem_numbers = stem_numbers
        self._frequencies = frequencies
        self._stem_frequencies = stem_frequencies
        self._asked: dict[str, int | None] = {}
        self._typed = b"", range(len(surfaces))

    @classmethod
    def of(
        cls, stems: Mapping[str, str], frequencies: Mapping[str, int], stem_frequencies: Mapping[str, int]
    ) -> Lexicon:
        """The lexicon of some words.

        Args:
            stems: The stem of each surface word.
            frequencies: In how many documents each surface word stands.
            stem_frequencies: In how many documents each stem stands.
        """
        surfaces = sorted(word.encode() for word in stems)
        distinct = sorted({stem.encode() for stem in stems.values()})
        numbers = {stem: number for number, stem in enumerate(distinct)}
        return cls(
            _packed(surfaces),
            _packed(distinct),
            array("I", (numbers[stems[word.decode()].encode()] for word in surfaces)),
            array("I", (frequencies[word.decode()] for word in surfaces)),
            array("I", (stem_frequencies[stem.decode()] for stem in distinct)),
        )

    def number(self, stem: str) -> int | None:
        """The number of a stem, or None when no document holds it."""
        if stem not in self._asked:
            if len(self._asked) > _MOST_ASKED:
                self._asked.clear()
            key = stem.encode()
            place = self._stems.place(key)
            is_held = place < len(self._stems) and self._stems[place] == key
            self._asked[stem] = place if is_held else None
        return self._asked[stem]

    def stem(self, number: int) -> str:
        return self._stems[number].decode()

    def stem_frequency(self, stem: str) -> int:
        """In how many documents a stem stands."""
        number = self.number(stem)
        return 0 if number is None else self._stem_frequencies[number]

    @property
    def stem_count(self) -> int:
        return len(self._stems)

    @property
    def is_empty(self) -> bool:
        return not len(self._stems)

    def words_of(self, number: int, beginning: str) -> tuple[str, ...]:
        """The words that have a stem, of those that begin so."""
        numbers = self._stem_numbers
        return tuple(
            self._surfaces[place].decode() for place in self._beginning(beginning) if numbers[place] == number
        )

    def count_beginning_with(self, prefix: str) -> int:
        """How many words begin so."""
        return len(self._beginning(prefix))

    def beginning_with(self, prefix: str, budget: int) -> list[tuple[str, int]]:
        """Words that begin so, with their stem's number; the most frequent first.

        Args:
            prefix: The beginning, folded.
            budget: How many places in documents the words may have together; the first one may have more.
        """
        return [
            (self._surfaces[place].decode(), self._stem_numbers[place])
            for place in self._chosen(prefix, budget)
        ]

    def _chosen(self, prefix: str, budget: int) -> list[int]:
        """The places of `beginning_with`."""
        frequencies = self._frequencies
        chosen: list[int] = []
        for place in sorted(self._beginning(prefix), key=frequencies.__getitem__, reverse=True):
            budget -= frequencies[place]
            if budget < 0 and chosen:
                break
            chosen.append(place)
        return chosen

    def _beginning(self, prefix: str) -> range:
        """The places of the words that begin so. What is typed next is looked for among them."""
        key = prefix.encode()
        last_key, places = self._typed
        if key != last_key:
            if not key.startswith(last_key):
                places = range(len(self._surfaces))
            first = self._surfaces.place(key, places.start, places.stop)
            places = range(first, self._surfaces.place(key + _LAST, first, places.stop))
            self._typed = key, places
        return places

    def beginnings(self) -> dict[str, tuple[str, ...]]:
        """Beginnings of half-typed words that many stems stand for, with these; the most frequent word's first."""
        counted: Counter[str] = Counter()
        for word, _ in self.words():
            counted.update(word[:length] for length in range(_SHORTEST, len(word)))
        found = {
            beginning: self.stems_beginning_with(beginning)
            for beginning, count in counted.items()
            if count > _MANY
        }
        return {beginning: stems for beginning, stems in found.items() if len(stems) > _MANY}

    def stems_beginning_with(self, prefix: str, budget: int = OPEN_BUDGET) -> tuple[str, ...]:
        """The stems of `beginning_with`, each once."""
        numbers = dict.fromkeys(self._stem_numbers[place] for place in self._chosen(prefix, budget))
        return tuple(self._stems[number].decode() for number in numbers)

    def words(self) -> Iterator[tuple[str, int]]:
        """Every surface word, with the number of documents that hold it."""
        return (
            (self._surfaces[index].decode(), frequency) for index, frequency in enumerate(self._frequencies)
        )

    def to_bytes(self) -> bytes:
        header = _HEADER.pack(
            _MAGIC,
            len(self._surfaces),
            len(self._surfaces._blob),  # noqa: SLF001  # its own module's
            len(self._stems),
            len(self._stems._blob),  # noqa: SLF001
        )
        return b"".join(
            (
                header,
                self._surfaces._ends.tobytes(),  # noqa: SLF001
                self._surfaces._blob,  # noqa: SLF001
                self._stems._ends.tobytes(),  # noqa: SLF001
                self._stems._blob,  # noqa: SLF001
                self._stem_numbers.tobytes(),
                self._frequencies.tobytes(),
                self._stem_frequencies.tobytes(),
            )
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Lexicon:
        """Read what `to_bytes` wrote on this machine.

        Raises:
            ValueError: when it is something else.
        """
        if len(data) < _HEADER.size:
            raise ValueError("no lexicon")
        magic, surface_count, surface_size, stem_count, stem_size = _HEADER.unpack_from(data)
        place = _HEADER.size
        width = array("I").itemsize

        def numbers(count: int) -> array[int]:
            nonlocal place
            part = data[place : place + count * width]
            place += count * width
            return array("I", part)

        def blob(size: int) -> bytes:
            nonlocal place
            part = data[place : place + size]
            place += size
            return part

        surface_ends = numbers(surface_count)
        surfaces = _Strings(blob(surface_size), surface_ends)
        stem_ends = numbers(stem_count)
        stems = _Strings(blob(stem_size), stem_ends)
        lexicon = cls(surfaces, stems, numbers(surface_count), numbers(surface_count), numbers(stem_count))
        if magic != _MAGIC or place != len(data):
            raise ValueError("no lexicon")
        return lexicon


def _packed(strings: list[bytes]) -> _Strings:
    ends = array("I")
    end = 0
    for string in strings:
        end += len(string)
        ends.append(end)
    return _Strings(b"".join(strings), ends)
