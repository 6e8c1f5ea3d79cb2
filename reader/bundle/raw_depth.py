"""How deeply unclean HTML may nest, found without parsing it into a tree.

An HTML parser looks up its stack of open elements for many tags, so that deep nesting costs it the square of the
depth: half a megabyte of open tags takes a minute. This count runs first, in one pass. It never counts too little:
tokens are cut as the HTML standard cuts them (section 13.2.5), and an end tag counts only when it closes the
innermost open element. Sloppy HTML may therefore count as deeper than it is; a limit of hundreds forgives that.
"""

from __future__ import annotations

import re
from typing import Final

_NAME: Final = re.compile(r"[a-zA-Z][^\s/>]*")
_ATTRIBUTE: Final = re.compile(r"""[\s/]*=?[^\s/>=]*(?:\s*=\s*(?:"[^"]*"|'[^']*'|(?!["'])[^\s>]*))?""")
_COMMENT_END: Final = re.compile(r"--!?>")
_VOID: Final = frozenset(
    {"br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "wbr"}
)
# These end by themselves when the next one begins, so that honest HTML leaves them open; none nests without a list
# or a table around it, which is counted.
_SELF_ENDING: Final = frozenset(
    {"p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option"}
)
_RAW_TEXT: Final = frozenset(
    {"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "noscript", "plaintext"}
)


def is_nested_deeper_than(html: str, limit: int) -> bool:
    """Whether elements may be nested deeper than a limit. Linear in the length of the text."""
    open_elements: list[str] = []
    raw_text_of: str | None = None
    position = html.find("<")
    while position >= 0:
        if html.startswith("<![", position):
            raw_text_of = ""  # a marked section ends differently in two places: no end tag counts any more
            position += 3
        elif html.startswith("<!--", position):
            position = _after_comment(html, position)
        else:
            is_end = html.startswith("</", position)
            name_match = _NAME.match(html, position + (2 if is_end else 1))
            if name_match is None:
                position += 1
            else:
                name = name_match[0].lower()
                position = _after_tag(html, name_match.end())
                if is_end:
                    if raw_text_of in {None, name} and open_elements and open_elements[-1] == name:
                        open_elements.pop()
                        raw_text_of = None
                elif name not in _VOID and name not in _SELF_ENDING:
                    open_elements.append(name)
                    if name in _RAW_TEXT and raw_text_of is None:
                        raw_text_of = name
                    if len(open_elements) > limit:
                        return True
        position = html.find("<", position) if position >= 0 else -1
    return False


def _after_comment(html: str, start: int) -> int:
    """Where a comment has ended; -1 when it never does."""
    for short in ("<!-->", "<!--->"):
        if html.startswith(short, start):
            return start + len(short)
    end = _COMMENT_END.search(html, start + 4)
    return end.end() if end else -1


def _after_tag(html: str, position: int) -> int:
    """Where a tag has ended, given the end of its name; -1 when it never does."""
    while position < len(html):
        attribute = _ATTRIBUTE.match(html, position)
        after = attribute.end() if attribute else position
        if html.startswith(">", after):
            return after + 1
        if after == position:
            return -1  # a quotation mark that never ends: the rest is one attribute
        position = after
    return -1
