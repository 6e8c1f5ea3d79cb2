"""Names of bodies, courts, Acts and guidance that are no more, and Acts with a year that is not theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from reader.publish.lint.findings import Finding, Severity, shortened
from reader.publish.lint.outdated import Entry, Outdated
from reader.publish.lint.pages import Block, Page
from reader.publish.lint.report import finding

_NEAR_CHARACTERS: Final = 200
_SENTENCE_END: Final = re.compile(r"[.!?;]\s+(?=[A-Z“\"‘'(])")
_LAW: Final = re.compile(r"(?<!\w)(Act|Regulations|Rules|Order),?\s{1,3}((?:18|19|20)\d\d)(?!\d)")
_LONGEST_NAME: Final = 170
# A name that goes on to the left of a known one is another name: "Protection of Children Act".
_GOES_ON: Final = re.compile(r"(?:\b[A-Z][\w'’-]*,?|\))\s+(?:(?:and|of|for|to|in|the|&)\s+){0,2}$")
_BEGINS_SENTENCE: Final = re.compile(
    r"\b(?:Act|Regulations|Rules|Order|The|Under|See|In|And|From|By|Of|Also|Both|Section|Sections|Part|Schedule|Whether"
    r"|Read|Using|Unlike|Since|When|Where|If|UK|Relevant|Replacement),?\s+(?:(?:and|of|for|to|in|the|&)\s+){0,2}$"
)
# Who published something keeps the name of that time: "(Department for Education and Skills, 2006)".
_AS_AUTHOR: Final = re.compile(r",?\s{0,2}\(?(?:19|20)\d\d\b")
_MADE: Final = re.compile(
    r"(?<!\w)(?:[Bb]efore|[Uu]ntil|[Uu]p to|prior to|between)\s+(?:\w+\s+){0,2}(?:19|20)\d\d"
)


def wording_findings(page: Page, outdated: Outdated) -> Iterator[Finding]:
    """What a chapter calls by a name that is no more."""
    entries = outdated.may_be_in(page.text)
    has_laws = _LAW.search(page.text) is not None
    if not entries and not has_laws:
        return
    for block in page.blocks:
        if block.tag == "pre":
            continue
        taken: list[tuple[int, int]] = []
        for entry in entries:
            for match in entry.pattern.finditer(block.text):
                if any(start < match.end() and match.start() < end for start, end in taken):
                    continue
                taken.append(match.span())
                if _counts(entry, block, match.span(), outdated):
                    yield _outdated(page, block, entry, match[0])
        if has_laws:
            yield from _wrong_years(page, block, outdated, taken)


def sentence_around(text: str, start: int, end: int) -> str:
    """The sentence of a text that holds a stretch of it, as far as it is near."""
    first, last = max(0, start - _NEAR_CHARACTERS), min(len(text), end + _NEAR_CHARACTERS)
    for stop in _SENTENCE_END.finditer(text, first, start):
        first = stop.end()
    following = _SENTENCE_END.search(text, end, last)
    return text[first : following.start() + 1 if following else last]


def _counts(entry: Entry, block: Block, span: tuple[int, int], outdated: Outdated) -> bool:
    if entry.kind == "body" and _AS_AUTHOR.match(block.text, span[1]):
        return False
    sentence = sentence_around(block.text, *span)
    if entry.only_with_pattern and not entry.only_with_pattern.search(f"{block.spot.heading}. {sentence}"):
        return False
    if entry.unless_pattern and entry.unless_pattern.search(sentence):
        return False
    return not _speaks_of_the_past(sentence, outdated)


def _speaks_of_the_past(sentence: str, outdated: Outdated) -> bool:
    if _MADE.search(sentence):
        return True
    return outdated.past_pattern is not None and outdated.past_pattern.search(sentence) is not None


def _outdated(page: Page, block: Block, entry: Entry, words: str) -> Finding:
    shown, subject = shortened(words), f"{words} | {block.text}"
    if entry.since is None:
        return finding(
            "wrong-year",
            page,
            block.spot,
            f"There is no “{shown}”.",
            advice=f"Look up which law is meant; probably the {entry.instead}.",
            subject=subject,
        )
    return finding(
        f"outdated-{entry.kind}",
        page,
        block.spot,
        f"“{shown}” is out of date (since {entry.since}: {entry.source}).",
        advice=f"Write instead: {entry.instead}; or say that the sentence speaks of the past (“formerly”).",
        subject=subject,
        severity=Severity(entry.severity) if entry.severity else None,
    )


def _wrong_years(
    page: Page, block: Block, outdated: Outdated, taken: list[tuple[int, int]]
) -> Iterator[Finding]:
    for match in _LAW.finditer(block.text):
        if any(start < match.end() and match.start() < end for start, end in taken):
            continue
        before = block.text[max(0, match.start() - _LONGEST_NAME) : match.end(1)]
        name = _known_name(before, outdated)
        if name is None:
            continue
        rest = before[: -len(name)]
        if _GOES_ON.search(rest) and not _BEGINS_SENTENCE.search(rest):
            continue
        years, year = outdated.laws[name], int(match[2])
        if year in years:
            continue
        yield finding(
            "wrong-year",
            page,
            block.spot,
            f"There is no {name} of {year}.",
            advice=f"Look up which law is meant: the {name} is of {_listed(years)}.",
            subject=f"{name} {year} | {block.text}",
        )


def _known_name(before: str, outdated: Outdated) -> str | None:
    """The longest known name of a law that a text ends with."""
    plain = before.replace("’", "'")
    found = [
        name for name in outdated.laws if plain.endswith(name) and not plain[: -len(name)][-1:].isalnum()
    ]
    return max(found, key=len, default=None)


def _listed(years: tuple[int, ...]) -> str:
    words = [str(year) for year in sorted(years)]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
