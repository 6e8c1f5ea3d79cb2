"""What practice hangs on in a text: time limits, figures, who decides, and what must, should or may be done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from reader.domain.sides import MarkKind
from reader.domain.text import title_key
from reader.domain.vocabulary import Vocabulary, words_of

_UP_TO_TWENTY: Final = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
nineteen twenty
"""
_NUMBERS: Final = {word: number for number, word in enumerate(_UP_TO_TWENTY.split())} | {
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "ninety": 90,
    "a": 1,
    "an": 1,
    "each": 1,
    "every": 1,
}
_TENS: Final = "twenty|thirty|forty|fifty|sixty|ninety"
_DIGIT_WORDS: Final = "|".join(
    sorted(
        (word for word in _NUMBERS if word not in {"a", "an", "each", "every", "zero"}), key=len, reverse=True
    )
)
_BELOW_HUNDRED: Final = rf"(?:(?:{_TENS})[- ](?:{_DIGIT_WORDS})|{_DIGIT_WORDS})"
_NUMBER: Final = (
    r"(?:[0-9]{1,3}(?:,[0-9]{3})+|(?:[0-9]+ )?[0-9]/[0-9]|[0-9]+(?:\.[0-9]+)?"
    rf"|(?:a|one|two|three|four|five) hundred(?: and {_BELOW_HUNDRED})?|{_BELOW_HUNDRED})"
)
_BEGIN: Final = r"(?<![\w.,/£-])"
_IN_BRACKETS: Final = r"(?:\s?\([^()]{1,20}\))?"
_UNIT: Final = (
    r"(?:(?:calendar|school|clear|consecutive)[- ])?(?:working[- ])?"
    r"(?:minute|hour|hr|h|day|night|week|fortnight|month|year)"
)
_TIME: Final = re.compile(
    rf"{_BEGIN}(?P<number>{_NUMBER}){_IN_BRACKETS}(?:\s*(?:to|-|–|or)\s*(?P<until>{_NUMBER}){_IN_BRACKETS})?[- ]?"
    rf"(?P<unit>{_UNIT})s?\b(?![- ]old)"
    rf"|\b(?P<half>half )?(?P<single>a|an|each|every|the next|the same) (?P<single_unit>{_UNIT})\b"
    r"|\b(?P<often>(?:(?:two|three|four|six|[0-9]{1,2})[- ])?"
    r"(?:daily|weekly|fortnightly|monthly|quarterly|yearly|annually))\b"
    r"|\b(?P<word>immediately|at once|a fortnight|fortnight)\b",
    re.IGNORECASE,
)
_OFTEN: Final = {
    "daily": (1, "day"),
    "weekly": (1, "week"),
    "fortnightly": (2, "week"),
    "monthly": (1, "month"),
    "quarterly": (3, "month"),
    "yearly": (1, "year"),
    "annually": (1, "year"),
}
_MONEY: Final = r"£\s?[0-9][0-9,]*(?:\.[0-9]+)?(?:\s?(?:million|billion|bn|m|k)\b)?"
_AGE: Final = rf"{_NUMBER}(?:\s?(?:-|–|to|and|or) {{0,1}}{_NUMBER})?"
_FIGURE: Final = re.compile(
    rf"(?P<money>{_MONEY})"
    r"|(?P<share>[0-9]+(?:\.[0-9]+)?\s?(?:%|per cent|percent))"
    rf"|\b(?P<age>(?:aged?|under|over|below|above) (?:the age of )?{_AGE})\b(?! (?:{_UNIT})s?\b)"
    rf"|{_BEGIN}(?P<least>{_NUMBER} (?:or|and) (?:over|older|above|more|under|younger|below|fewer))\b"
    rf"|{_BEGIN}(?P<count>(?:{_NUMBER})"
    r" (?:times|children(?! acts?\b)|visits|nights|people|references|referees|members|copies))\b",
    re.IGNORECASE,
)
_OFFICE: Final = re.compile(
    r"\b(?:(?:[A-Z][A-Za-z'’-]{1,30}|of|the) ){0,4}"
    r"(?:Manager|Director|Officer|Panel|Maker|Lead|Chair|Supervisor|Adviser|Advisor|Head|Social Worker|Court|Board"
    r"|Coordinator|Commissioner|Practitioner|Guardian|Magistrate)s?(?: of (?:[A-Z][A-Za-z'’-]{1,30} ?){1,3})?\b"
    r"|\b(?:ADM|IRO|LADO|DCS|ADCS|IRM)s?\b"
    r"|\b(?:(?:team|service|practice|duty|area|group|senior|assistant|line) )?(?:manager|director)s?\b"
    r"|\b(?:head of service|agency decision maker|independent reviewing officer|social worker)s?\b"
)
_SMALL: Final = frozenset(
    {"of", "and", "for", "the", "if", "when", "where", "after", "before", "each", "every"}
)
_DECIDES: Final = re.compile(
    r"\b(?:decid|decision|agree[ds]?\b|agreement|approv|authoris|consent|sign(?:s|ed)?\b|permission|chair|endors|refus"
    r"|allow|answerable|responsible|accountable)",
    re.IGNORECASE,
)
_DUTY: Final = re.compile(
    r"\b(?:must not|must|shall not|shall|should not|should|may not|may|can|cannot|need not|has to|have to)\b",
    re.IGNORECASE,
)
_SENTENCE_END: Final = re.compile(r"(?<=[.;:?!])\s+(?=[A-Z0-9“\"(])")
_DUTIES: Final = {
    "shall": "must",
    "has to": "must",
    "have to": "must",
    "shall not": "must not",
    "cannot": "may not",
    "can": "may",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that practice hangs on. `value` is what is compared; `start` to `end` is where it stands."""

    kind: MarkKind
    value: str
    start: int
    end: int


def facts(text: str, vocabulary: Vocabulary) -> tuple[Fact, ...]:
    """Every fact of a text, in order. Facts do not overlap."""
    found = [*_times(text), *_figures(text), *_deciders(text, vocabulary)]
    found.sort(key=lambda fact: (fact.start, -fact.end))
    kept: list[Fact] = []
    for fact in found:
        if not kept or fact.start >= kept[-1].end:
            kept.append(fact)
    return tuple(kept)


def duties(text: str) -> tuple[Fact, ...]:
    """Every word that says how binding something is ("must", "should", "may")."""
    return tuple(
        Fact(MarkKind.DUTY, _DUTIES.get(match[0].lower(), match[0].lower()), *match.span())
        for match in _DUTY.finditer(text)
        if not is_month(text, *match.span())
    )


def is_month(text: str, start: int, end: int) -> bool:
    """Whether "May" is the month: written large within a sentence, or beside a number."""
    if text[start:end] != "May":
        return False
    before, behind = text[:start].rstrip(), text[end:].lstrip()
    return behind[:1].isdigit() or (bool(before) and before[-1] not in ".;:!?")


def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """Where each sentence of a text begins and ends."""
    starts = [0, *(match.end() for match in _SENTENCE_END.finditer(text))]
    ends = [*(match.start() for match in _SENTENCE_END.finditer(text)), len(text)]
    return tuple((start, end) for start, end in zip(starts, ends, strict=True) if end > start)


def _times(text: str) -> Iterator[Fact]:
    for match in _TIME.finditer(text):
        yield Fact(MarkKind.TIME, _time(match), *match.span())


def _time(match: re.Match[str]) -> str:
    if match["often"]:
        times, _, often = match["often"].lower().replace("-", " ").rpartition(" ")
        count, unit = _OFTEN[often]
        return f"{count * int(_number(times) if times else 1)} {unit}"
    if match["word"]:
        return "2 week" if "fortnight" in match["word"].lower() else "immediately"
    unit = (match["unit"] or match["single_unit"]).lower().replace("-", " ")
    unit = re.sub(r"\b(?:hr|h)$", "hour", unit)
    if match["single"]:
        single = match["single"].lower()
        number = "0.5" if match["half"] else single if single.startswith("the ") else "1"
        return "2 week" if unit.endswith("fortnight") and number == "1" else f"{number} {unit}"
    until = f" to {_number(match['until'])}" if match["until"] else ""
    number = _number(match["number"])
    if unit.endswith("fortnight") and not until:
        return f"{2 * int(number)} week" if number.isdigit() else f"{number} fortnight"
    return f"{number}{until} {unit}"


def _figures(text: str) -> Iterator[Fact]:
    for match in _FIGURE.finditer(text):
        said = re.sub(r"\s+", " ", match[0].lower())
        if match["money"]:
            value = said.replace(" ", "").replace(",", "")
        else:
            value = re.sub(_NUMBER, lambda number: _number(number[0]), said.replace("the age of ", ""))
            value = value.replace("per cent", "%").replace("percent", "%").replace(" %", "%")
        yield Fact(MarkKind.FIGURE, value, *match.span())


def _deciders(text: str, vocabulary: Vocabulary) -> Iterator[Fact]:
    """Offices and bodies in sentences that speak of deciding."""
    for start, end in sentences(text):
        if not _DECIDES.search(text, start, end):
            continue
        for match in _OFFICE.finditer(text, start, end):
            words = match[0].rstrip().split(" ")
            while words and words[0].lower() in _SMALL:
                words.pop(0)
            said = " ".join(words)
            if not said:
                continue
            start_of = match.start() + match[0].index(said)
            keys = vocabulary.in_words(words_of(said))
            yield Fact(
                MarkKind.DECIDER,
                " ".join(vocabulary.name_of(key) or key for key in keys) or title_key(said),
                start_of,
                start_of + len(said),
            )


def _number(said: str) -> str:
    said = said.lower()
    if said[0].isdigit():
        return said.replace(",", "").removesuffix(".0")
    total = 0
    for part in re.split(r"[- ]", said):
        total = max(total, 1) * 100 if part == "hundred" else total + _NUMBERS.get(part, 0)
    return str(total)
