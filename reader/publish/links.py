"""Links as a source folder writes them, and as a bundle does."""

from __future__ import annotations

import re
from typing import Final

from reader.domain.location import CHAPTER_ID_PATTERN
from reader.domain.manual import ManualId

_TAG: Final = re.compile(r"""<(?:a|img)\b(?:[^>"]|"[^"]*")*>""")
_TARGET: Final = re.compile(
    rf'(\s(?:href|src)=")(?:(?P<chapter>{CHAPTER_ID_PATTERN.pattern})\.(?:html|md)(?P<anchor>#[^"]*)?'
    r'|\.\./(?P<file>(?:media|forms)/[a-z0-9][a-z0-9.-]*))"'
)


def within_bundle(html: str, manual: ManualId) -> str:
    """A chapter whose links inside of the source folder are those inside of a bundle.

    >>> within_bundle('<a href="family-time.html#2-visits">', ManualId("northmere", "procedures"))
    '<a href="manual:northmere/procedures/family-time#2-visits">'
    """

    def one(match: re.Match[str]) -> str:
        inside = match["file"] or f"{match['chapter']}{match['anchor'] or ''}"
        return f'{match[1]}manual:{manual}/{inside}"'

    return _TAG.sub(lambda tag: _TARGET.sub(one, tag[0]), html)
