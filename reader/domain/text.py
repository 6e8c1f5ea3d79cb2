"""Rules that every text of a manual keeps: one line, printable, no bidirectional controls."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Cc controls, Cf format characters (bidirectional controls, zero widths), Cs surrogates, Co private use,
# Cn unassigned, Zl and Zp line separators. A soft hyphen or a zero-width joiner has no place in a title.
_REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_SPACES = re.compile(r"\s+")
_SHORT_WORD = 3
_NO_PLURALS = ("ss", "us", "is")
_NOT_WORD = re.compile(r"[^a-z0-9]+")

DEVICE_NAMES: Final = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{device}{number}" for device in ("com", "lpt") for number in range(10)}
)
"""Windows opens these as devices, in every folder and whatever stands behind a dot."""


def is_one_printable_line(text: str) -> bool:
    """Whether a text is shown as it is: no control, format or separator characters, no outer spaces."""
    return text == text.strip() and not any(
        unicodedata.category(character) in _REFUSED_CATEGORIES for character in text
    )


def one_line(text: str) -> str:
    """The text on one line: white space folded, characters that no line may hold taken out."""
    spaced = _SPACES.sub(" ", text)
    kept = "".join(c for c in spaced if unicodedata.category(c) not in _REFUSED_CATEGORIES)
    return _SPACES.sub(" ", kept).strip()


def counted(count: int, noun: str, nouns: str = "") -> str:
    """How many of something there are, as a sentence says it; `nouns` where no “s” makes the plural.

    >>> counted(1, "chapter"), counted(0, "chapter"), counted(1200, "chapter")
    ('1 chapter', '0 chapters', '1200 chapters')
    """
    return f"{count} {noun if count == 1 else nouns or noun + 's'}"


def storable(text: str) -> str:
    """A text without what no encoding holds: halves of characters, as some terminals hand over."""
    return text.encode("utf-8", "replace").decode()


def slug(text: str, max_length: int = 60) -> str:
    """A readable identifier made of a text: `[a-z0-9-]`, cut between words; "" if nothing is left.

    >>> slug("Marriage/Civil Partnership of a Looked After Child")
    'marriage-civil-partnership-of-a-looked-after-child'
    """
    plain = unicodedata.normalize("NFKD", text.replace("'", "").replace("’", "")).lower()
    words = _NOT_WORD.sub("-", "".join(c for c in plain if not unicodedata.combining(c))).strip("-")
    if len(words) <= max_length:
        return words
    cut = words[: max_length + 1]
    return (cut.rsplit("-", 1)[0] if "-" in cut else cut[:max_length]).strip("-")


def file_slug(text: str, otherwise: str) -> str:
    """`slug` for a name that may become a file's: never empty, and none that Windows takes for a device.

    >>> file_slug("Aux", "chapter")
    'chapter-aux'
    """
    name = slug(text)
    return f"{otherwise}-{name}" if name in DEVICE_NAMES else name or otherwise


def title_key(title: str) -> str:
    """The form in which two titles are compared for being the same title (case, spaces, quotes, ampersand)."""
    plain = unicodedata.normalize("NFKC", title).casefold().replace("&", " and ")
    return " ".join(re.findall(r"[\w]+", plain.replace("'", "").replace("’", "")))


def singular(word: str) -> str:
    """A plural without its s: enough to see that "placements" and "placement" are one word."""
    if word.endswith("ies") and len(word) > _SHORT_WORD + 1:
        return f"{word[:-3]}y"
    is_plural = word.endswith("s") and not word.endswith(_NO_PLURALS) and len(word) > _SHORT_WORD
    return word[:-1] if is_plural else word
