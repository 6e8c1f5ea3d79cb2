"""The tags and texts of an HTML page, balanced as the HTML standard says that browsers understand what was written.

`nh3` parses as the standard says and writes what it understood; that needs no more than telling tags from texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from html.parser import HTMLParser

import nh3
from typing_extensions import override

from reader.publish.contents.lines import word_set

_NOT_SHOWN = word_set(
    "script style noscript template svg math iframe object embed select input textarea canvas audio video"
    " noembed noframes xmp plaintext applet"
)
_KEPT = word_set(
    "a abbr address area article aside b bdi bdo big blockquote br button caption center cite code col colgroup"
    " data dd del details dfn dialog dir div dl dt em fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6"
    " header hgroup hr i img ins kbd label legend li main map mark menu meter nav nobr ol output p picture pre progress"
    " q rp rt ruby s samp search section small source span strike strong sub summary sup table tbody td tfoot th thead"
    " time title tr tt u ul var wbr"
)
_EMPTY = word_set("area br col hr img source wbr")
_ATTRIBUTES = frozenset({"alt", "class", "hidden", "href", "start", "value"})
# Where links lead is not shown to anybody here: only that they are links, and to which saved files.
_SCHEMES = word_set("about blob data file ftp http https javascript mailto procedures sms tel")


class Kind(Enum):
    """What a token is."""

    TEXT = "text"
    START = "start"
    END = "end"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Token:
    """A tag or a text.

    Attributes:
        kind: What it is; a tag without an end is empty.
        name: The tag's name in small letters, or the text.
        attributes: Those that say something about contents lists.
    """

    kind: Kind
    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)


def tokens_of(markup: str, *attributes: str) -> list[Token]:
    """The tags and texts of a page, each start with its end; what browsers do not show as text is left out.

    Args:
        markup: The page: bound how deep it nests before.
        attributes: Further ones to keep.
    """
    balanced = nh3.clean(
        markup,
        tags=set(_KEPT),
        clean_content_tags=set(_NOT_SHOWN),
        attributes={"*": {*_ATTRIBUTES, *attributes}},
        link_rel=None,
        url_schemes=set(_SCHEMES),
    )
    reader = _Reader()
    reader.feed(balanced)
    reader.close()
    return reader.tokens


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tokens: list[Token] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kind = Kind.EMPTY if tag in _EMPTY else Kind.START
        self.tokens.append(Token(kind, tag, {name: value or "" for name, value in attrs}))

    @override
    def handle_endtag(self, tag: str) -> None:
        self.tokens.append(Token(Kind.END, tag))

    @override
    def handle_data(self, data: str) -> None:
        self.tokens.append(Token(Kind.TEXT, data))
