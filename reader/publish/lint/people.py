"""Named people with telephone numbers: they change their posts, and the number is then somebody else's.

Job titles, teams, councils and buildings are written like names as well. A name is taken for a person's when it
begins with a form of address or a given name, or when a job title stands right behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from reader.publish.lint.findings import Finding
from reader.publish.lint.given_names import GIVEN_NAMES, NOT_SURNAMES
from reader.publish.lint.pages import Block, Page
from reader.publish.lint.report import finding

_NUMBER: Final = re.compile(r"(?<![\d+])(?:\+44[ -]?(?:\(0\)[ -]?)?|\(?0)[1-9](?:[ ()-]{0,2}\d){8,9}(?!\d)")
_NAME: Final = re.compile(
    r"(?<![\w'’-])(?:(?P<title>Mr|Mrs|Ms|Miss|Mx|Dr|Sir|Dame)\.?\s+(?:[A-Z][\w'’-]{0,20}\.?\s+){0,2}"
    r"(?P<surname>[A-Z][\w'’-]{1,24})"
    r"|(?P<given>[A-Z][a-z'’-]{1,20})\s+(?:[A-Z]\.?\s+)?(?P<family>[A-Z][\w'’-]{1,24}))"
)
_JOB: Final = re.compile(
    r"\s{0,2}(?:[,(–-]|:|\|)\s{0,2}(?:the\s)?(?:[A-Z][\w'’-]{1,20}\s){0,3}(?:[Mm]anager|[Oo]fficer|[Ww]orker|[Dd]irector"
    r"|[Ll]ead|[Nn]urse|[Aa]dministrator|[Cc]o-?ordinator|[Aa]dvis[eo]r|[Hh]ead|[Ss]olicitor|[Cc]hair|[Pp]rincipal"
    r"|[Tt]eacher|[Pp]aediatrician|[Ss]ecretary|[Pp]ractitioner)\b"
)
_NEAR_CHARACTERS: Final = 120
_SENTENCE_END: Final = re.compile(r"(?<!\b[A-Z])(?<!Mr)(?<!Dr)(?<!Ms)(?<!Mrs)[.!?]\s+(?=[A-Z])")


def person_findings(page: Page, not_names: frozenset[str]) -> Iterator[Finding]:
    """Where a chapter gives a person's telephone number.

    Args:
        page: The chapter.
        not_names: Words in small letters that are no surnames here, such as the council's own name.
    """
    for blocks in _rows(page.blocks):
        if not any(_NUMBER.search(block.text) for block in blocks):
            continue
        text = " | ".join(block.text for block in blocks)
        for name, number in _people(text, not_names):
            yield finding(
                "person-with-number",
                page,
                blocks[0].spot,
                f"“{name}” stands here with the telephone number {number}: people change their posts.",
                advice="Name the post or the team instead, with its own number.",
                subject=f"{name} {number} | {text}",
            )


def _rows(blocks: tuple[Block, ...]) -> Iterator[tuple[Block, ...]]:
    """Blocks that are read together: the cells of a row, a term with its meaning; each other block by itself."""
    for row, group in groupby(blocks, key=lambda block: block.row):
        if row is None:
            yield from ((block,) for block in group)
        else:
            yield tuple(group)


def _people(text: str, not_names: frozenset[str]) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for number in _NUMBER.finditer(text):
        first, last = (
            max(0, number.start() - _NEAR_CHARACTERS),
            min(len(text), number.end() + _NEAR_CHARACTERS),
        )
        for stop in _SENTENCE_END.finditer(text, first, number.start()):
            first = stop.end()
        following = _SENTENCE_END.search(text, number.end(), last)
        last = following.start() if following else last
        position = first
        while match := _NAME.search(text, position, last):
            # The second word of what is no name may be the first of one: "Manager Jane Smith".
            if name := _persons_name(match, text, not_names):
                position = match.end()
                if name not in seen:
                    seen.add(name)
                    yield name, number[0]
            else:
                position = match.start() + 1


def _persons_name(match: re.Match[str], text: str, not_names: frozenset[str]) -> str | None:
    if match["title"]:
        return None if _is_no_surname(match["surname"], not_names) else match[0]
    if _is_no_surname(match["family"], not_names):
        return None
    given = match["given"].casefold()
    if given in GIVEN_NAMES:
        behind = re.match(r"\s+([A-Z][\w'’-]{1,24})", text[match.end() : match.end() + 30])
        is_place = behind is not None and behind[1].casefold() in NOT_SURNAMES
        return None if is_place and given not in not_names and _is_place(behind) else match[0]
    if given in not_names or given in NOT_SURNAMES:
        return None
    return match[0] if _JOB.match(text, match.end()) else None


_PLACES: Final = frozenset(
    {
        "house",
        "centre",
        "center",
        "hospital",
        "school",
        "academy",
        "court",
        "road",
        "street",
        "avenue",
        "lane",
    }
    | {
        "building",
        "trust",
        "foundation",
        "clinic",
        "surgery",
        "college",
        "university",
        "unit",
        "ward",
        "hall",
    }
    | {
        "close",
        "drive",
        "way",
        "square",
        "place",
        "lodge",
        "suite",
        "helpline",
        "line",
        "service",
        "services",
    }
    | {"charity", "project", "hub", "team", "children's", "children’s", "society", "institute", "infirmary"}
    | {
        "cottage",
        "farm",
        "church",
        "gardens",
        "park",
        "inn",
        "club",
        "football",
        "chapel",
        "mosque",
        "gurdwara",
        "temple",
    }
)


def _is_place(word: re.Match[str] | None) -> bool:
    return word is not None and word[1].casefold() in _PLACES


def _is_no_surname(word: str, not_names: frozenset[str]) -> bool:
    plain = word.casefold().removesuffix("'s").removesuffix("’s")
    return plain in NOT_SURNAMES or plain in _PLACES or plain in not_names or word.isupper()
