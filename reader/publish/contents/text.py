"""A contents list as text, as it comes when a page is copied or printed to text."""

from __future__ import annotations

import re

from reader.publish.contents.lines import Line, Page, clean, has_words, without_bullet

# What is left of a table's empty cells: a non-breaking space before a row's text or behind it.
_NO_BREAK_SPACE = "\u00a0"
_LINE_END = re.compile(r"\r\n|\r|\n")


def text_page(text: str) -> Page:
    """The lines of a text. Blank lines, bullets and empty cells part paragraphs and are not kept."""
    lines: list[Line] = []
    starts_afresh = True
    for position, raw in enumerate(_LINE_END.split(text), start=1):
        behind = without_bullet(raw)
        has_bullet = behind != raw
        content = clean(behind)
        if not content or (has_bullet and not has_words(content)):
            starts_afresh = True
            continue
        starts_afresh = starts_afresh or has_bullet or raw.lstrip(" \t").startswith(_NO_BREAK_SPACE)
        lines.append(
            Line(position, content, depth=int(has_bullet), joins_previous=bool(lines) and not starts_afresh)
        )
        starts_afresh = raw.rstrip(" \t").endswith(_NO_BREAK_SPACE)
    return Page(tuple(lines))
