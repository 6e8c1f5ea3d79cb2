"""What a query marks: its words in every form that stands in the manuals, as authors write them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from reader.domain.search import Marking
from reader.search import words
from reader.search.open_index import OpenIndex
from reader.search.query import (
    All,
    Any,
    InPart,
    Near,
    Node,
    Number,
    OneMeaning,
    Phrase,
    Prefix,
    Word,
)

_MOST_FORMS: Final = 200


def marking_of(node: Node | None, indexes: Sequence[OpenIndex]) -> Marking:
    """What to mark for a query; `indexes` are those that the hits are in."""
    patterns = dict.fromkeys(_patterns(node, indexes)) if node is not None else {}
    if not patterns:
        return Marking()
    longest_first = sorted(patterns, key=len, reverse=True)
    return Marking(rf"(?<![^\W_])(?:{'|'.join(longest_first[:_MOST_FORMS])})(?![^\W_])")


def _patterns(node: Node, indexes: Sequence[OpenIndex]) -> Iterator[str]:
    match node:
        case Word():
            if node.word not in words.STOP_WORDS:
                yield from _forms(node.word, indexes)
            if node.is_open and node.word not in words.STOP_WORDS:
                yield rf"{words.as_written(node.word)}[^\W_]*(?:['’]s?)?"
        case Prefix():
            yield rf"{words.as_written(node.word)}[^\W_]*(?:['’]s?)?"
        case Phrase():
            yield _row(node.words, indexes)
        case Near():
            yield from (_row(node.one, indexes), _row(node.other, indexes))
        case InPart():
            yield from _patterns(node.node, indexes)
        case Number():
            yield r"\W+".join(words.words(node.number))
        case All() | Any():
            for inner in node.nodes:
                yield from _patterns(inner, indexes)
        case OneMeaning():
            yield from _patterns(node.typed, indexes)
            for _, other in node.others:
                yield from _patterns(other, indexes)
        case _:
            return


def _row(row: tuple[str, ...], indexes: Sequence[OpenIndex]) -> str:
    """The words with anything but words between them; numbers of sections may stand in a list."""
    patterns: list[str] = []
    for place, word in enumerate(row):
        is_in_list = place > 0 and words.law_number(row[place - 1]) is not None
        patterns.append(f"(?:{'|'.join(_sorted(_forms(word, indexes, is_in_list=is_in_list)))})")
    return r"\W+".join(patterns)


def _forms(word: str, indexes: Sequence[OpenIndex], *, is_in_list: bool = False) -> Iterator[str]:
    """The word and its other forms, each with its possessives."""
    forms = {word}
    for index in indexes:
        forms.update(index.forms(words.stem(word)))
    yield from (rf"{words.as_written(form, is_in_list=is_in_list)}(?:['’]s?)?" for form in sorted(forms))


def _sorted(patterns: Iterable[str]) -> list[str]:
    return sorted(patterns, key=len, reverse=True)
