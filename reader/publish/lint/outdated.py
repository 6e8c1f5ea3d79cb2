"""outdated.toml: bodies, courts, Acts, guidance and terms that are no more, which people read and add to."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from reader.domain.errors import SourceError

_Line = Annotated[str, StringConstraints(min_length=1, max_length=400, strip_whitespace=True)]
_Words = Annotated[str, StringConstraints(min_length=2, max_length=160, strip_whitespace=True)]
_Year = Annotated[int, Field(ge=1800, le=2100)]
_Kind = Literal["body", "court", "law", "guidance", "term"]
# Where one word ends and the next begins, for a quick look.
_SEPARATORS: Final = {code: " " for code in range(0x3000) if unicodedata.category(chr(code))[0] in "PSZC"}
# What may stand between the name of a document and its year.
_TO_YEAR: Final = r"[,:]?\s{1,3}\(?(?:[A-Z][a-z]{2,8}\s)?"


class _EntryToml(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: _Kind
    severity: Literal["warning", "hint"] | None = None
    words: Annotated[tuple[_Words, ...], Field(min_length=1, max_length=20)]
    years: tuple[_Year, ...] = ()
    instead: _Line
    since: _Line | None = None
    source: _Line
    unless: tuple[_Words, ...] = ()
    only_with: tuple[_Words, ...] = ()
    example: _Line


class _OutdatedToml(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1]
    past: tuple[_Words, ...]
    outdated: dict[Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,60}$")], _EntryToml]
    law: dict[_Words, Annotated[tuple[_Year, ...], Field(min_length=1, max_length=40)]]


@dataclass(frozen=True)
class Entry:
    """Something that is no more.

    Attributes:
        words: How it is written. One word is looked for with its capitals, several without.
        years: Only with one of these years behind it; with any or none when empty.
        instead: What to write instead.
        since: Since when, in words; None for a law that there never was.
        source: Where that is laid down.
        unless: Words that make it right when they stand in the same sentence.
        only_with: It counts only where one of these stands in the same sentence; always when empty.
    """

    id: str
    kind: _Kind
    severity: Literal["warning", "hint"] | None
    words: tuple[str, ...]
    years: tuple[int, ...]
    instead: str
    since: str | None
    source: str
    unless: tuple[str, ...]
    only_with: tuple[str, ...]
    example: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        years = rf"{_TO_YEAR}(?:{'|'.join(map(str, self.years))})(?!\d)" if self.years else r"(?!\w)"
        # What has a year is a title: "working together, 2018 families" is none.
        spelled = _spaced if self.years else _spelled
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(spelled, self.words))}){years}")

    @cached_property
    def unless_pattern(self) -> re.Pattern[str] | None:
        return any_of(self.unless)

    @cached_property
    def only_with_pattern(self) -> re.Pattern[str] | None:
        return any_of(self.only_with)


@dataclass(frozen=True)
class Outdated:
    """The whole table.

    Attributes:
        past: Words that show that a sentence speaks of the past.
        laws: The years of each Act and set of regulations, by name.
    """

    entries: tuple[Entry, ...]
    past: tuple[str, ...]
    laws: dict[str, tuple[int, ...]]

    @cached_property
    def past_pattern(self) -> re.Pattern[str] | None:
        return any_of(self.past)

    @cached_property
    def _by_word(self) -> dict[str, list[tuple[str, Entry]]]:
        """Each way to write each entry, under its longest word."""
        found: dict[str, list[tuple[str, Entry]]] = {}
        for entry in self.entries:
            for words in entry.words:
                row = (_folded(words), entry)
                found.setdefault(max(_plain_words(row[0]), key=len), []).append(row)
        return found

    def may_be_in(self, text: str) -> tuple[Entry, ...]:
        """The entries that a text holds whatever its capitals, in the order of the table. A quick look."""
        folded = _folded(text)
        rows = (row for word in self._by_word.keys() & _plain_words(folded) for row in self._by_word[word])
        found = {entry.id for words, entry in rows if words in folded}
        return tuple(entry for entry in self.entries if entry.id in found) if found else ()


def read_outdated(file: Path) -> Outdated:
    """Read the table.

    Raises:
        SourceError: when the file cannot be used, saying where and why.
    """
    try:
        parsed = _OutdatedToml.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"The table {file} cannot be read: {error}.") from error
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"The table {file} is not written as TOML: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise SourceError(f"The table {file}: “{place}”: {first['msg']}.") from error
    entries = tuple(Entry(id_, **row.model_dump()) for id_, row in parsed.outdated.items())
    return Outdated(entries, parsed.past, dict(parsed.law))


def _plain_words(text: str) -> set[str]:
    return set(text.translate(_SEPARATORS).split())


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split())


def any_of(words: tuple[str, ...]) -> re.Pattern[str] | None:
    """One pattern for any of some words, whatever their capitals; None for none."""
    if not words:
        return None
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(_spaced, words))})(?!\w)", re.IGNORECASE)


def _spelled(words: str) -> str:
    return f"(?i:{_spaced(words)})" if " " in words else re.escape(words)


def _spaced(words: str) -> str:
    return r"\s+".join(re.escape(word).replace("'", "['’]") for word in words.split())
