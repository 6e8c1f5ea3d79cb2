"""What the palette offers, and how what is typed finds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from reader.domain.location import Location
from reader.ui.actions import ActionId

_SHOWN: Final = 60
_FUZZY_SHOWN: Final = 12
_SCORED_MOST: Final = 4_000
_FUZZY_MOST: Final = 6_000
_FUZZY_SCORE: Final = 72.0
_FUZZY_LETTERS: Final = 4


@dataclass(frozen=True, slots=True)
class Command:
    """Something to be done, or a chapter to go to.

    Attributes:
        text: What it is called.
        detail: Its keys, or whose chapter it is.
        value: What is chosen with it.
        reason: Why it cannot be done now; empty when it can.
        key: What words are looked for in.
    """

    text: str
    detail: str
    value: ActionId | Location
    reason: str = ""
    key: str = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", f"{self.text} {self.detail}".casefold())


def matching(
    commands: Sequence[Command], chapters: Sequence[Command], typed: str, recent: Sequence[ActionId] = ()
) -> list[Command]:
    """What a query stands for, best first: what was used last, then what holds its words, then what sounds like it.

    Args:
        commands: What can be done.
        chapters: Where one can go; offered only when something is typed.
        typed: Any number of words or beginnings of words, or the number of a chapter.
        recent: What was done before, the last first.
    """
    words = typed.casefold().split()
    if not words:
        used: dict[object, int] = {one: place for place, one in enumerate(recent)}
        return sorted(commands, key=lambda one: used.get(one.value, len(used)))
    holding = [one for one in commands if all(word in one.key for word in words)]
    for one in chapters:  # of a whole country's chapters most hold one letter: the first thousands will do
        if all(word in one.key for word in words):
            holding.append(one)
            if len(holding) >= _SCORED_MOST:
                break
    scored = [
        (score, place, one) for place, one in enumerate(holding) if (score := _score(one, words, recent))
    ]
    scored.sort(key=lambda entry: (-entry[0], entry[1]))
    found = [one for _, _, one in scored[:_SHOWN]]
    if len(found) < _FUZZY_SHOWN and sum(map(len, words)) >= _FUZZY_LETTERS:
        found += _alike([*commands, *chapters][:_FUZZY_MOST], typed, found)
    return found


def _score(one: Command, words: list[str], recent: Sequence[ActionId]) -> int:
    """0 when a word is missing; more for whole words, for beginnings, and for a number that is meant exactly."""
    text = one.text.casefold()
    parts = text.split()
    score = 0
    for word in words:
        if word in parts:
            score += 30
        elif any(part.startswith(word) for part in parts):
            score += 20
        elif word in text:
            score += 10
        elif word in one.detail.casefold():
            score += 5
        else:
            return 0
    if parts[0] == words[0]:
        score += 15
    if isinstance(one.value, ActionId):
        score += 3 + (4 if one.value in recent else 0)
    return score


def _alike(commands: list[Command], typed: str, known: list[Command]) -> list[Command]:
    from rapidfuzz import fuzz, process  # noqa: PLC0415  # only where nothing was found by its letters

    texts = [one.text.casefold() for one in commands]
    best = process.extract(
        typed.casefold(),
        texts,
        scorer=fuzz.token_set_ratio,
        score_cutoff=_FUZZY_SCORE,
        limit=2 * _FUZZY_SHOWN,
    )
    seen = {id(one) for one in known}
    return [commands[place] for _, _, place in best if id(commands[place]) not in seen][:_FUZZY_SHOWN]
