"""Numbers that rows begin with. A number orders a page; it is no identity and is never changed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_LEADING = re.compile(
    r"(?P<digits>\d{1,3}(?:\.\d{1,5}){0,5})(?!\.?\d)(?P<suffix>[a-z](?=[\s.):]))?(?P<stop>[.):]{0,2})(?P<gap>\s*)"
)
_LARGEST = 999
_LARGEST_SECTION = 99
# A jump of more than this is a title that begins with digits: "1.2.316 and 17 year olds" behind 1.2.2.
_LARGEST_JUMP = 20
_TIME_OF_DAY = re.compile(r"[ap]\.?m\b", re.IGNORECASE)
_AFTER_NO_NUMBER = "/,%;:°"


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is written, and the figures it is made of. 1.2.3 has the parts 1, 2, 3."""

    text: str
    parts: tuple[int, ...]

    @property
    def level(self) -> int:
        return len(self.parts)

    @property
    def parent(self) -> tuple[int, ...]:
        """The parts of the division that the number stands in; 2.0.1 stands in 2."""
        parts = self.parts[:-1]
        while parts and parts[-1] == 0:
            parts = parts[:-1]
        return parts

    def is_under(self, parts: tuple[int, ...]) -> bool:
        """Whether the number is a longer one that begins with these parts."""
        return self.level > len(parts) and self.parts[: len(parts)] == parts


@dataclass(frozen=True, slots=True)
class NumberedText:
    """A number and the text behind it, which may be empty.

    Attributes:
        is_certain: False for a lone figure without a full stop, which only its neighbours can explain.
    """

    number: Number
    text: str
    is_certain: bool = True


@dataclass(slots=True)
class NumberReader:
    """Reads the rows of one page in order; it remembers the last number of every division."""

    _last: dict[tuple[int, ...], int] = field(default_factory=dict)

    def read(self, text: str) -> NumberedText | None:
        """The number that a row begins with and its text, or None when it begins with none."""
        found = leading_number(text, self._last)
        if found and found.is_certain:
            self._last[found.number.parts[:-1]] = found.number.parts[-1]
        return found


def leading_number(text: str, last: dict[tuple[int, ...], int] | None = None) -> NumberedText | None:
    """The number that a text begins with and the text behind it.

    Args:
        text: One line.
        last: The last part of the latest number under each prefix, by which digits of a title that run
            together with the number are told from it.
    """
    found = _LEADING.match(text)
    if not found:
        return None
    digits, rest, is_tight = found["digits"], text[found.end() :], not found["gap"] and not found["stop"]
    parts = tuple(int(part) for part in digits.split("."))
    expected = (last or {}).get(parts[:-1], 0) + 1
    written = digits.rsplit(".", 1)[-1]
    title_digits = written.removeprefix(str(expected))
    if (
        len(parts) > 1
        and parts[-1] - expected >= _LARGEST_JUMP
        and title_digits != written
        and not title_digits.startswith("0")
    ):
        parts = (*parts[:-1], expected)
        number = Number(".".join(digits.split(".")[:-1]) + f".{expected}", parts)
        return NumberedText(number, text[len(number.text) :])
    if max(parts) > _LARGEST or (is_tight and not _can_follow(rest)) or _TIME_OF_DAY.match(rest):
        return None
    number = Number(digits + (found["suffix"] or ""), parts)
    title = rest.lstrip(" -–—:.|\t)")
    if len(parts) > 1:
        return NumberedText(number, title)
    if parts[0] > _LARGEST_SECTION:
        return None
    if found["stop"]:
        return NumberedText(number, title)
    if rest and not (found["gap"] and title[:1].isupper()):
        return None
    return NumberedText(number, title, is_certain=False)


def _can_follow(rest: str) -> bool:
    return not rest or not (rest[0] in _AFTER_NO_NUMBER or (rest[0] in "-–" and rest[1:2].isdigit()))
