"""Words as the index holds them: small letters, law references in one spelling, stems.

The same functions read the manuals and what people type, so that both sides always agree.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from whoosh.lang.snowball.english import EnglishStemmer

WORD_PATTERN: Final = r"[^\W_]+(?:['’][^\W_]+)*"
"""A word keeps inner apostrophes and digits."""

MAX_WORD_LENGTH: Final = 64
"""Longer runs of letters are cut: nobody types them, and stemming them takes time."""

_WORD: Final = re.compile(WORD_PATTERN)
_POSSESSIVE: Final = re.compile(r"['’]s?$")
_SHORT: Final = 4
_APOSTROPHE: Final = "['’]?"
_APOSTROPHES: Final = str.maketrans("", "", "'’")
_STEMMER: Final = EnglishStemmer()

# Plurals that no rule of spelling gives. "People" stands for "person" because practice speaks of both.
_IRREGULAR: Final = {
    "children": "child",
    "childrens": "child",
    "men": "man",
    "women": "woman",
    "people": "person",
    "lives": "life",
    "wives": "wife",
}

# How people write a part of an Act or of regulations, and how the index does: "section 47" and "S.47" are "s47".
_PARTS_OF_LAW: Final = {
    "s": r"sections?|sect?\.?|ss?\.?",
    "reg": r"regulations?|regs?\.?",
    "sch": r"schedules?|sched?\.?|sch\.?",
    "para": r"paragraphs?|paras?\.?",
    "art": r"articles?|arts?\.|art",
}
_SEVERAL: Final = frozenset({"ss", "regs", "paras", "arts"})
_LAW_NUMBER: Final = r"[0-9]{1,3}(?:[a-rt-z][a-z]?)?"
_LAW_ITEM: Final = rf"{_LAW_NUMBER}(?:['’]?s)?(?!\w|\.\d)(?:\s?\([0-9a-z]{{1,4}}\))*"
_BETWEEN_ITEMS: Final = r"\s*(?:,\s?(?:and|or)\b|,|and\b|or\b|to\b|&|-|–)\s*"
_LAW_REFERENCE: Final = re.compile(
    r"(?<![\w'’-])(?:"
    + "|".join(f"(?P<{part}>{spellings})" for part, spellings in _PARTS_OF_LAW.items())
    + rf")\s*(?P<first>{_LAW_ITEM})(?P<more>(?:{_BETWEEN_ITEMS}{_LAW_ITEM})*)"
)
_ITEM: Final = re.compile(rf"(?P<number>{_LAW_NUMBER})(?:['’]?s)?(?P<below>(?:\s?\([0-9a-z]{{1,4}}\))*)")
_FOLDED: Final = re.compile(rf"({'|'.join(_PARTS_OF_LAW)})({_LAW_NUMBER})")

_STOP_WORDS: Final = """
a about an and any are as at be been but by can could did do does for from get had has have how i if in into is it its
may me must my need of on or our shall should so than that the their them then there these they this to was we were
what when where which who whom why will with would you your
"""
STOP_WORDS: Final = frozenset(_STOP_WORDS.split())
"""Words of a question that say nothing of what is looked for. A place is not asked to hold them."""


def fold(text: str) -> str:
    """The text in small letters, each reference to law in one spelling ("Sections 31 and 38" is "s31 s38")."""
    composed = text if text.isascii() else unicodedata.normalize("NFC", text)
    return _LAW_REFERENCE.sub(_folded, composed.lower())


def words(text: str) -> list[str]:
    """The words of a text in their order, folded, without possessives."""
    return [
        word if len(word) <= MAX_WORD_LENGTH and word.isalnum() else plain(word[:MAX_WORD_LENGTH])
        for word in _WORD.findall(fold(text))
    ]


def plain(word: str) -> str:
    """A word without its possessive and other apostrophes ("child's" is "child")."""
    return _POSSESSIVE.sub("", word).translate(_APOSTROPHES) or word


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The stem of a folded word: what its forms have in common (Snowball's English stemmer)."""
    irregular = _IRREGULAR.get(word)
    if irregular is not None:
        return irregular
    if not word.isascii() or any(character.isdigit() for character in word):
        return word
    return str(_STEMMER.stem(word)) or word


def law_number(word: str) -> str | None:
    """The bare number of a folded reference ("s47": "47"), or None for any other word."""
    match = _FOLDED.fullmatch(word)
    return match[2] if match else None


def as_written(word: str, *, is_in_list: bool = False) -> str:
    """A pattern that finds a folded word in text as authors write it; "s47" finds "Section 47" too.

    Args:
        word: As `words` gives it.
        is_in_list: Whether it stands behind another reference, which says for both what they are ("and 38").
    """
    match = _FOLDED.fullmatch(word)
    if match is None:
        if len(word) < _SHORT:
            return re.escape(word)
        inner = re.escape(word[1:-1])  # “O’Brien” and “don't” are folded to words without an apostrophe
        return f"{re.escape(word[0])}{_APOSTROPHE}{inner}{_APOSTROPHE}{re.escape(word[-1])}"
    if is_in_list:
        return rf"(?:(?:and|or|to)\s+)?(?:(?:{_PARTS_OF_LAW[match[1]]})\s*)?{match[2]}"
    return rf"(?:{_PARTS_OF_LAW[match[1]]})\s*(?:{_LAW_ITEM}{_BETWEEN_ITEMS})*{match[2]}"


def _folded(match: re.Match[str]) -> str:
    part = next(part for part in _PARTS_OF_LAW if match[part] is not None)
    first, more = _item(part, match["first"]), match["more"]
    spelling = match[part].rstrip(".")
    if not more or not (spelling in _SEVERAL or (spelling.endswith("s") and len(spelling) > _SHORT)):
        return first + more  # "s20 and 10 days" names one section
    items = _ITEM.finditer(more)
    return " ".join([first, *(_item(part, item[0]) for item in items)])


def _item(part: str, text: str) -> str:
    match = _ITEM.fullmatch(text)
    return f"{part}{match['number']}{match['below']}" if match else f"{part}{text}"
