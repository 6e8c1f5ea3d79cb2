"""How deeply unclean HTML may nest, found without parsing it into a tree.

An HTML parser looks up its stack of open elements for many tags, so that deep nesting costs it the square of the
depth: half a megabyte of open tags takes a minute. This count runs first, in one pass. It never counts too little:
tokens are cut as the HTML standard cuts them (section 13.2.5), and an end tag counts only when it closes the
innermost open element. Sloppy HTML may therefore count as deeper than it is; a limit of hundreds forgives that.

What a text means can depend on the tree that is built of it: inside of an svg a title is an element like others,
outside of it words. From where that may matter every further tag counts as one level more.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

# White space and letters are those of the standard, not of Python: a vertical tab belongs to a name, and so does a
# letter that only becomes a "k" in small letters.
_NAME: Final = re.compile(r"[a-zA-Z][^ \t\n\f\r/>]*")
_ATTRIBUTE: Final = re.compile(
    r"""[ \t\n\f\r/]*=?[^ \t\n\f\r/>=]*"""
    r"""(?:[ \t\n\f\r]*=[ \t\n\f\r]*(?:"[^"]*"|'[^']*'|(?!["'])[^ \t\n\f\r>]*))?"""
)
_ANY_TAG: Final = re.compile(r"<[a-zA-Z]")
_BOGUS_COMMENT: Final = re.compile(r"<[!?]|</[^a-zA-Z>]")
_COMMENT_END: Final = re.compile(r"--!?>")
_VOID: Final = frozenset(
    {"br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "wbr"}
)
# These end by themselves when the next one begins, so that honest HTML leaves them open; none nests without a list
# or a table around it, which is counted.
_SELF_ENDING: Final = frozenset(
    {"p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option"}
)
_RAW_TEXT: Final = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"})
# Inside of these the names above mean something else, or it depends on whether scripts run; the last one never ends.
_OTHER_RULES: Final = frozenset({"svg", "math", "select", "frameset", "noscript", "plaintext"})


def is_nested_deeper_than(html: str, limit: int) -> bool:
    """Whether elements may be nested deeper than a limit. Linear in the length of the text."""
    open_elements: list[str] = []
    position = html.find("<")
    while position >= 0:
        if html.startswith("<!--", position):
            position = _after_comment(html, position)
        elif _BOGUS_COMMENT.match(html, position):
            position = html.find(">", position)
        else:
            is_end = html.startswith("</", position)
            name_match = _NAME.match(html, position + (2 if is_end else 1))
            if name_match is None:
                position += 1
            else:
                name = name_match[0].lower() if name_match[0].isascii() else name_match[0]
                start, position = position, _after_tag(html, name_match.end())
                if is_end:
                    if open_elements and open_elements[-1] == name:
                        open_elements.pop()
                elif name in _RAW_TEXT:
                    after = _after_raw_text(html, position, name)
                    if name == "script" and "<!--" in html[position:after]:  # such a script may end elsewhere
                        return _may_nest(html, start, limit - len(open_elements))
                    position = after
                elif name in _OTHER_RULES:
                    return _may_nest(html, start, limit - len(open_elements))
                elif name not in _VOID and name not in _SELF_ENDING:
                    open_elements.append(name)
                    if len(open_elements) > limit:
                        return True
        position = html.find("<", position) if position >= 0 else -1
    return False


def _may_nest(html: str, start: int, limit: int) -> bool:
    """Whether there are more tags from there on than a limit: whatever they mean, they nest no deeper."""
    return next(islice(_ANY_TAG.finditer(html, start), limit, None), None) is not None


def _after_comment(html: str, start: int) -> int:
    """Where a comment has ended; -1 when it never does."""
    for short in ("<!-->", "<!--->"):
        if html.startswith(short, start):
            return start + len(short)
    end = _COMMENT_END.search(html, start + 4)
    return end.end() if end else -1


def _after_raw_text(html: str, start: int, name: str) -> int:
    """Where the words after a start tag have ended, at the end tag of its name; -1 when they never do."""
    if start < 0:
        return -1
    end = re.compile(rf"</{name}(?=[ \t\n\f\r/>])", re.IGNORECASE | re.ASCII).search(html, start)
    return end.start() if end else -1


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
