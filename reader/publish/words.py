"""The words of a chapter's HTML, for comparing chapters with each other."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

_BLOCK_TAG: Final = re.compile(
    r"""</?(?:p|h[1-6]|li|t[dhr]|d[dt]|div|br|hr|pre|blockquote|ul|ol|dl|table)\b[^>]*>"""
)
_TAG: Final = re.compile(r"""<(?:[^>"]|"[^"]*")*>""")


def words_of(html: str) -> str:
    """The words of a chapter on one line."""
    return " ".join(unescape(_TAG.sub("", _BLOCK_TAG.sub(" ", html))).split())
