"""What a word of the sector means, and who says so."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WordAt:
    """A place in a text at which something is to be explained.

    Attributes:
        paragraph: The text around it.
        offset: Where in the paragraph, in characters.
        selected: What is selected there; empty when nothing is.
    """

    paragraph: str
    offset: int
    selected: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """What a manual itself says of a term, and where."""

    text: str
    where: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """A term explained.

    Attributes:
        term: As it stands in the text.
        name: The usual term; empty when nothing is known of it.
        facts: (what, terms) from the sector's vocabulary: "Also called", "Short", "Formerly", "Part of it".
        source: Where the vocabulary says that the meaning is laid down; may be empty.
        definitions: What the manual in front says.
    """

    term: str
    name: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    source: str = ""
    definitions: tuple[Definition, ...] = ()
