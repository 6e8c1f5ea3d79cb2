"""Which passage of one text is which of another, and which of their words differ."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

from reader.domain.changes import PassageChange, WordKind, Words
from reader.domain.contents import Passage
from reader.domain.text import title_key

_LIKE: Final = 0.5
_FEWEST_SHARED: Final = 4
_NUMBER: Final = re.compile(r"^(?:section |appendix )?[0-9]+(?: [0-9]+)* ")
_LONG_TEXT: Final = 4_000
_SHORT_RUN: Final = 2
_SHORT_CHARACTERS: Final = 9


def heading_key(passage: Passage) -> str:
    """What a heading says, without its number."""
    key = title_key(passage.heading)
    return _NUMBER.sub("", key) or key


def aligned(before: Sequence[Passage], after: Sequence[Passage]) -> list[tuple[int | None, int | None]]:
    """Pairs of positions: the same passage in both texts, or None where it stands in one only.

    Headings that say the same come first, whatever their numbers; then anchors; then the words themselves. The pairs
    are in the order of the newer text; passages that are gone stand behind the one that they followed.
    """
    pairs: dict[int, int] = {}
    _pair_by(heading_key, before, after, pairs)
    _pair_by(lambda passage: passage.anchor or "", before, after, pairs)
    _pair_by_words(before, after, pairs)
    return _in_order(len(before), len(after), pairs)


def changed_passages(before: Sequence[Passage], after: Sequence[Passage]) -> tuple[PassageChange, ...]:
    """The passages that differ between two texts of a chapter, in their order."""
    pairs = aligned(before, after)
    steady = _steady([(i, j) for i, j in pairs if i is not None and j is not None])
    found: list[PassageChange] = []
    for i, j in pairs:
        old = before[i] if i is not None else None
        new = after[j] if j is not None else None
        words = changed_words(old.text if old else "", new.text if new else "")
        is_moved = old is not None and new is not None and i not in steady
        change = PassageChange(old, new, words, is_moved)
        is_same = old is not None and new is not None and old.text == new.text and not change.is_renamed
        if not is_same or is_moved:
            found.append(change)
    return tuple(found)


def revised_passages(before: Sequence[Passage], after: Sequence[Passage]) -> dict[str, str]:
    """The passages of a text that are new or reworded since an older one: by anchor, what they are.

    A heading that only got another number is no revision, nor is what a chapter says of its own amendments.
    """
    revised: dict[str, str] = {}
    for i, j in aligned(before, after):
        if j is None or (anchor := after[j].anchor) is None or after[j].box == "amendment":
            continue
        if i is None:
            revised[anchor] = "new"
        elif before[i].text != after[j].text or heading_key(before[i]) != heading_key(after[j]):
            revised[anchor] = "reworded"
    return revised


def changed_words(before: str, after: str) -> tuple[Words, ...]:
    """The words of two texts in one row: what stayed, what went, what came."""
    old, new = before.split(), after.split()
    pieces: list[Words] = []

    def add(kind: WordKind, words: list[str]) -> None:
        if not words:
            return
        text = " ".join(words)
        if pieces and pieces[-1].kind is kind:
            pieces[-1] = Words(kind, f"{pieces[-1].text} {text}")
        else:
            pieces.append(Words(kind, text))

    for tag, i, i_end, j, j_end in _readable(list(_opcodes(old, new)), old):
        if tag == "equal":
            add(WordKind.SAME, old[i:i_end])
        else:
            add(WordKind.REMOVED, old[i:i_end])
            add(WordKind.ADDED, new[j:j_end])
    return tuple(pieces)


_Opcode = tuple[str, int, int, int, int]


def _opcodes(old: list[str], new: list[str]) -> Iterator[_Opcode]:
    if len(old) + len(new) > _LONG_TEXT:  # difflib takes the square of the length
        from rapidfuzz.distance import LCSseq  # noqa: PLC0415  # few texts are so long

        for op in LCSseq.opcodes(old, new):
            yield op.tag, op.src_start, op.src_end, op.dest_start, op.dest_end
        return
    yield from SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


def _readable(opcodes: list[_Opcode], old: list[str]) -> list[_Opcode]:
    """The same differences, without single small words that happen to stay between two changes."""
    found: list[_Opcode] = []
    for index, (tag, i, i_end, j, j_end) in enumerate(opcodes):
        is_between = 0 < index < len(opcodes) - 1
        is_short = i_end - i <= _SHORT_RUN and len(" ".join(old[i:i_end])) <= _SHORT_CHARACTERS
        kind = "replace" if tag != "equal" or (is_between and is_short) else "equal"
        if found and found[-1][0] == kind == "replace":
            _, first, _, start, _ = found[-1]
            found[-1] = (kind, first, i_end, start, j_end)
        else:
            found.append((kind, i, i_end, j, j_end))
    return found


def _pair_by(
    key: Callable[[Passage], str], before: Sequence[Passage], after: Sequence[Passage], pairs: dict[int, int]
) -> None:
    """Pair what has the same key, where that is found once on each side."""
    taken = set(pairs.values())
    old: dict[str, list[int]] = {}
    new: dict[str, list[int]] = {}
    for i, passage in enumerate(before):
        if i not in pairs:
            old.setdefault(key(passage), []).append(i)
    for j, passage in enumerate(after):
        if j not in taken:
            new.setdefault(key(passage), []).append(j)
    for said, places in old.items():
        others = new.get(said, [])
        if len(places) == len(others) == 1:
            pairs[places[0]] = others[0]


def _pair_by_words(before: Sequence[Passage], after: Sequence[Passage], pairs: dict[int, int]) -> None:
    taken = set(pairs.values())
    old = {i: _word_set(passage) for i, passage in enumerate(before) if i not in pairs}
    new = {j: _word_set(passage) for j, passage in enumerate(after) if j not in taken}
    scored = []
    for i, own in old.items():
        for j, other in new.items():
            shared = len(own & other)
            if shared >= _FEWEST_SHARED and 2 * shared >= _LIKE * (len(own) + len(other)):
                scored.append((2 * shared / (len(own) + len(other)), -abs(i - j), i, j))
    for _, _, i, j in sorted(scored, reverse=True):
        if i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)


def _word_set(passage: Passage) -> frozenset[str]:
    return frozenset(title_key(f"{passage.heading} {passage.text}").split())


def _in_order(old_count: int, new_count: int, pairs: dict[int, int]) -> list[tuple[int | None, int | None]]:
    back = {j: i for i, j in pairs.items()}
    gone_after: dict[int, list[int]] = {}
    last = -1
    for i in range(old_count):
        if i in pairs:
            last = i
        else:
            gone_after.setdefault(last, []).append(i)
    ordered: list[tuple[int | None, int | None]] = [(i, None) for i in gone_after.get(-1, [])]
    for j in range(new_count):
        same = back.get(j)
        ordered.append((same, j))
        if same is not None:
            ordered.extend((gone, None) for gone in gone_after.get(same, []))
    return ordered


def _steady(pairs: list[tuple[int, int]]) -> frozenset[int]:
    """The old positions of the longest run of pairs that keeps its order: the others have moved."""
    order = [i for i, _ in sorted(pairs, key=lambda pair: pair[1])]
    tails: list[int] = []
    chain: list[list[int]] = []
    for i in order:
        place = bisect_left(tails, i)
        run = [*(chain[place - 1] if place else []), i]
        if place == len(tails):
            tails.append(i)
            chain.append(run)
        else:
            tails[place], chain[place] = i, run
    return frozenset(chain[-1]) if chain else frozenset()
