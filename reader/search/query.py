"""From what a person types to a query. Nothing typed is an error: a slip is read in the nearest way, and that is said.

Words must all be found. "Words in a row"; `OR` (or `|`) between alternatives, brackets around them; `-word` or `NOT
word` for what must not be there; `word*` for beginnings; `one NEAR two` (or `NEAR/5`) for words near each other;
`title:`, `heading:`, `authority:`, `status:` before a word, a phrase or brackets; chapter numbers ("6.2.3").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from reader.domain.contents import Status
from reader.domain.text import title_key
from reader.search import words

_MAX_LENGTH: Final = 1_000
_MAX_WORDS: Final = 24
_MAX_DEPTH: Final = 12
_MIN_OPEN_LENGTH: Final = 2
_NEAR: Final = 8
_MOST_NEAR: Final = 100

_NUMBER: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3})+\.?")
_TOKEN: Final = re.compile(
    r"\s+"
    r'|["“”](?P<quoted>[^"“”]*)(?P<closed>["“”])?'
    r"|(?P<bracket>[()])"
    r"|(?P<bar>\|)"
    r"|(?P<minus>(?<!\S)[-−](?=[^\s-])|(?<=\()[-−](?=[^\s-]))"
    r"|(?P<field>(?i:title|heading|authority|status)):"
    r"|(?P<unknown>[A-Za-z]{2,12}):(?=[^\s:/])"
    r'|(?P<chunk>[^\s()"“”|]+)'
)
_NEAR_WORD: Final = re.compile(r"NEAR|(?:NEAR|near)/([0-9]{1,4})")


class Field(StrEnum):
    """What may stand before a colon."""

    TITLE = "title"
    HEADING = "heading"
    AUTHORITY = "authority"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class Word:
    """A word, folded. `is_open`: it may still be being typed, so words that begin with it count too."""

    word: str
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Prefix:
    """Every word that begins so."""

    word: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in a row."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """Two phrases (or words) with at most so many words from the beginning of one to the beginning of the other."""

    one: tuple[str, ...]
    other: tuple[str, ...]
    distance: int


@dataclass(frozen=True, slots=True)
class Number:
    """A chapter number, or the beginning of one; else these figures in a row."""

    number: str


@dataclass(frozen=True, slots=True)
class InPart:
    """Something in the title, or in the heading."""

    field: Field
    node: Word | Prefix | Phrase | Near


@dataclass(frozen=True, slots=True)
class OfAuthority:
    """Everything of the authorities whose name or id holds these words."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WithStatus:
    """Everything with a status."""

    status: Status


@dataclass(frozen=True, slots=True)
class All:
    """All of these must be found."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """One of these must be found."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Without:
    """This must not be found."""

    node: Node


@dataclass(frozen=True, slots=True)
class OneMeaning:
    """What was typed, or other terms of the sector that mean the same and count for less."""

    typed: All | Word
    others: tuple[tuple[str, Word | Phrase], ...]


Node = (
    Word
    | Prefix
    | Phrase
    | Near
    | Number
    | InPart
    | OfAuthority
    | WithStatus
    | All
    | Any
    | Without
    | OneMeaning
)


@dataclass(frozen=True, slots=True)
class Query:
    """A query as it was read.

    Attributes:
        node: None when nothing is looked for.
        notes: What was read otherwise than it was typed, in plain sentences.
        is_plain: Whether it has words and phrases only: then places that hold most of them help too.
    """

    node: Node | None
    notes: tuple[str, ...] = ()
    is_plain: bool = False


def parse(typed: str) -> Query:
    """Read what was typed."""
    return _Parser(typed).query()


def leaves(node: Node | None) -> Iterator[Word | Prefix | Phrase | Near | Number | InPart]:
    """Everything that a query looks for, what must not be found left out."""
    match node:
        case None | Without() | OfAuthority() | WithStatus():
            return
        case All() | Any():
            for inner in node.nodes:
                yield from leaves(inner)
        case OneMeaning():
            yield from leaves(node.typed)
        case _:
            yield node


def plain_parts(node: Node | None) -> tuple[Node, ...]:
    """The parts of a plain query that must all be found."""
    if node is None:
        return ()
    return node.nodes if isinstance(node, All) else (node,)


class _Parser:
    """Recursive descent: any = all (OR all)*; all = near+; near = unary (NEAR unary)*; unary = [-|NOT|field:] atom."""

    def __init__(self, typed: str) -> None:
        self._typed = typed[:_MAX_LENGTH]
        self._notes: list[str] = []
        if len(typed) > _MAX_LENGTH:
            self._note(f"Only the first {_MAX_LENGTH} characters are looked for.")
        self._tokens = [match for match in _TOKEN.finditer(self._typed) if match.lastgroup]
        self._at = 0
        self._words = 0
        self._is_plain = True
        self._is_full = False

    def query(self) -> Query:
        found: list[Node] = []
        while self._at < len(self._tokens):
            node = self._any(0)
            if node is not None:
                found.append(node)
            if self._is_bracket(")"):
                self._note("A bracket closes that was never opened: it was left out.")
                self._at += 1
        node = all_of(found)
        if node is not None and not any(True for _ in leaves(node)) and not _has_scope(node):
            self._note("There are only words to leave out: type what to look for too.")
            node = None
        return Query(node, tuple(dict.fromkeys(self._notes)), self._is_plain)

    def _any(self, depth: int) -> Node | None:
        choices: list[Node] = []
        is_missing = False
        while True:
            node = self._all(depth)
            if node is not None:
                choices.append(node)
            else:
                is_missing = True
            if not self._is_or():
                break
            self._at += 1
            self._is_plain = False
            is_missing = is_missing or node is None
        if is_missing and not self._is_plain and choices and not self._is_full:
            self._note("“OR” has nothing on one side: it was left out.")
        return Any(tuple(choices)) if len(choices) > 1 else choices[0] if choices else None

    def _all(self, depth: int) -> Node | None:
        nodes: list[Node] = []
        while self._at < len(self._tokens) and not self._is_or() and not self._is_bracket(")"):
            nodes += self._near(depth)
        return all_of(nodes)

    def _near(self, depth: int) -> list[Node]:
        nodes = self._unary(depth)
        while (distance := self._near_distance()) is not None:
            self._at += 1
            self._is_plain = False
            following = self._unary(depth) if self._at < len(self._tokens) and not self._is_or() else []
            one, other = _row(nodes[-1]) if nodes else None, _row(following[0]) if following else None
            if one is None or other is None:
                self._note("“NEAR” stands between two words or phrases: here it was left out.")
                nodes += following
            else:
                nodes[-1:] = [Near(one, other, distance), *following[1:]]
        return nodes

    def _unary(self, depth: int, *, is_single: bool = False) -> list[Node]:
        """One part of the query: a run of plain words, or a single one of them, or what an operator binds."""
        token = self._tokens[self._at]
        if token["minus"] or token["chunk"] == "NOT":
            return self._without(depth)
        if token["field"]:
            return self._in_field(token, depth)
        if token["unknown"]:
            fields = ", ".join(Field)
            self._note(f"There is no field “{token['unknown']}:” ({fields}): it was read as a word.")
            self._at += 1
            return [Word(word) for word in self._counted(words.words(token["unknown"]))]
        if token["bracket"] == "(":
            return self._in_brackets(depth)
        if token["quoted"] is not None:
            self._at += 1
            inside = self._counted(words.words(token["quoted"]))
            if not inside and token["closed"]:
                self._note("There is no word between these quotation marks: they were left out.")
            return [Phrase(tuple(inside))] if inside else []
        if token["bracket"] or token["bar"]:
            self._at += 1
            return []
        return self._words_in_a_run(is_single=is_single)

    def _without(self, depth: int) -> list[Node]:
        self._at += 1
        self._is_plain = False
        if depth >= _MAX_DEPTH:
            return []
        is_end = self._at == len(self._tokens) or self._is_or() or self._is_bracket(")")
        inner = None if is_end else all_of(self._unary(depth + 1, is_single=True))
        if inner is None:
            self._note("“NOT” has nothing behind it: it was left out.")
            return []
        return [inner.node] if isinstance(inner, Without) else [Without(inner)]

    def _in_brackets(self, depth: int) -> list[Node]:
        self._at += 1
        self._is_plain = False
        if depth >= _MAX_DEPTH:
            self._note("Brackets stand too deep in each other: the innermost were left out.")
            return []
        inner = self._any(depth + 1)
        if self._is_bracket(")"):
            self._at += 1
            if inner is None:
                self._note("There is no word between these brackets: they were left out.")
        else:
            self._note("A bracket is not closed: it was read as closed at the end.")
        return [inner] if inner is not None else []

    def _in_field(self, token: re.Match[str], depth: int) -> list[Node]:
        self._at += 1
        self._is_plain = False
        field = Field(token["field"].lower())
        if self._at < len(self._tokens) and depth < _MAX_DEPTH:
            if field in {Field.AUTHORITY, Field.STATUS}:
                return self._scope(field)
            inner = all_of(self._unary(depth + 1, is_single=True))
            if inner is not None:
                return [_in_part(field, inner)]
        self._note(f"“{field}:” has nothing behind it: it was left out.")
        return []

    def _scope(self, field: Field) -> list[Node]:
        """One value, or several in brackets, of which one is enough."""
        values = self._tokens[self._at : self._at + 1]
        if self._is_bracket("("):
            closing = (at for at in range(self._at, len(self._tokens)) if self._tokens[at]["bracket"] == ")")
            end = next(closing, None)
            if end is None:
                self._note("A bracket is not closed: it was read as closed at the end.")
                self._at += 1
                values = self._tokens[self._at : self._at + 1]
                end = self._at
            else:
                values = self._tokens[self._at + 1 : end]
            self._at = end
        self._at += 1
        wanted: list[Node] = []
        unwanted: list[Node] = []
        is_unwanted = False
        for token in values:
            value = token["quoted"] if token["quoted"] is not None else token["chunk"] or ""
            if token["minus"] or value == "NOT":
                is_unwanted = True
            elif value and value not in {"OR", "AND"}:
                (unwanted if is_unwanted else wanted).extend(self._scope_of(field, value))
                is_unwanted = False
        if not any(token["chunk"] or token["quoted"] for token in values):
            self._note(f"“{field}:” has nothing behind it: it was left out.")
        any_of = [Any(tuple(wanted))] if len(wanted) > 1 else wanted
        return [*any_of, *(Without(node) for node in unwanted)]

    def _scope_of(self, field: Field, value: str) -> list[Node]:
        if field is Field.AUTHORITY:
            named = tuple(title_key(value).split())
            return [OfAuthority(named)] if named else []
        key = "-".join(title_key(value).split())
        try:
            return [WithStatus(Status(key))]
        except ValueError:
            statuses = ", ".join(status.value for status in Status)
            self._note(f"“{value}” is no status ({statuses}): it was left out.")
            return []

    def _words_in_a_run(self, *, is_single: bool) -> list[Node]:
        """The words of plain chunks that stand beside each other: "section 47" is one word for the index."""
        found: list[Node] = []
        run: list[str] = []
        end = 0
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            chunk = token["chunk"]
            is_near = bool(run or found) and self._near_distance() is not None
            if chunk is None or chunk in {"OR", "NOT"} or is_near:
                break
            if is_single and (found or (run and not _is_one(" ".join(run), chunk))):
                break
            self._at += 1
            if chunk == "AND" or (not run and not found and _NEAR_WORD.fullmatch(chunk)):
                self._say_stray(chunk)
                continue
            if _NUMBER.fullmatch(chunk):
                found += self._run(run, is_open=False)
                run = []
                found += [Number(chunk.rstrip("."))] if self._counted([chunk]) else []
            elif chunk.endswith("*") and words.words(chunk):
                found += self._run([*run, chunk], is_open=False, is_prefix=True)
                run = []
            else:
                run.append(chunk)
            end = token.end()
        is_open = end == len(self._typed) and bool(run) and run[-1][-1].isalnum()
        return found + self._run(run, is_open=is_open)

    def _run(self, run: list[str], *, is_open: bool, is_prefix: bool = False) -> list[Node]:
        inside = self._counted(words.words(" ".join(run)))
        nodes: list[Node] = [Word(word) for word in inside]
        if nodes and is_prefix:
            self._is_plain = False
            nodes[-1] = Prefix(inside[-1])
        elif nodes and is_open and not self._is_full and len(inside[-1]) >= _MIN_OPEN_LENGTH:
            nodes[-1] = Word(inside[-1], is_open=True)
        return nodes

    def _say_stray(self, chunk: str) -> None:
        if chunk != "AND":
            self._note("“NEAR” stands between two words or phrases: here it was left out.")

    def _counted(self, inside: list[str]) -> list[str]:
        """As many of the words as may still be looked for."""
        left = max(_MAX_WORDS - self._words, 0)
        self._words += len(inside)
        if len(inside) > left:
            self._is_full = True
            self._note(f"Only the first {_MAX_WORDS} words are looked for.")
        return inside[:left]

    def _is_or(self) -> bool:
        if self._at == len(self._tokens):
            return False
        token = self._tokens[self._at]
        return token["chunk"] == "OR" or token["bar"] is not None

    def _is_bracket(self, bracket: str) -> bool:
        return self._at < len(self._tokens) and self._tokens[self._at]["bracket"] == bracket

    def _near_distance(self) -> int | None:
        """The distance when the next token is the word for nearness."""
        if self._at == len(self._tokens):
            return None
        match = _NEAR_WORD.fullmatch(self._tokens[self._at]["chunk"] or "")
        if match is None:
            return None
        return min(int(match[1]), _MOST_NEAR) if match[1] else _NEAR

    def _note(self, sentence: str) -> None:
        self._notes.append(sentence)


def all_of(nodes: Iterable[Node]) -> Node | None:
    """Nodes that must all be found, brackets within brackets taken apart."""
    flat: list[Node] = []
    for node in nodes:
        flat += node.nodes if isinstance(node, All) else (node,)
    return All(tuple(flat)) if len(flat) > 1 else flat[0] if flat else None


def _is_one(chunk: str, following: str) -> bool:
    """Whether two chunks are one word for the index, as "section" and "47" are."""
    return len(words.words(f"{chunk} {following}")) == len(words.words(chunk)) == 1


def _row(node: Node) -> tuple[str, ...] | None:
    """The words in a row that a node looks for, if it is a word or a phrase."""
    match node:
        case Word():
            return (node.word,)
        case Phrase():
            return node.words
        case _:
            return None


def row_node(inside: list[str]) -> Word | Phrase:
    return Word(inside[0]) if len(inside) == 1 else Phrase(tuple(inside))


def _in_part(field: Field, node: Node) -> Node:
    """A node with each of its words looked for in one part of the document only."""
    match node:
        case Word() | Prefix() | Phrase() | Near():
            return InPart(field, node)
        case All():
            return All(tuple(_in_part(field, inner) for inner in node.nodes))
        case Any():
            return Any(tuple(_in_part(field, inner) for inner in node.nodes))
        case Without():
            return Without(_in_part(field, node.node))
        case _:
            return node


def _has_scope(node: Node) -> bool:
    match node:
        case OfAuthority() | WithStatus():
            return True
        case All() | Any():
            return any(_has_scope(inner) for inner in node.nodes)
        case _:
            return False
