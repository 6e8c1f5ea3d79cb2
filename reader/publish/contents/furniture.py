"""What a page carries beside its contents: furniture, which is left out, and lines that speak of the page itself."""

from __future__ import annotations

import re

from reader.publish.contents.lines import has_words, word_key

_PHRASES = frozenset({
    "back to top",
    "content",
    "contents",
    "contents list",
    "contents page",
    "end",
    "print",
    "print this page",
    "skip to content",
    "skip to main content",
    "table of contents",
    "top",
    "top of page",
})  # fmt: skip
_SENTENCE = re.compile(
    r"\(?(?:caption ?:|this contents list is sub-?\s?divided into|(?:please )?click on (?:the|a) "
    r"(?:title|chapter|section|heading|link)s?\b)",
    re.IGNORECASE,
)
_QUICK_LINKS = frozenset({"quick links", "quick link", "quicklinks", "jump to"})
_LAST_UPDATED = re.compile(
    r"(?:(?:this )?(?:page|manual|contents list|site) )?(?:was )?last updated(?: on)?"
    r" ?[:\-–]? ?(?P<when>.{3,40})",
    re.IGNORECASE,
)
_VERSION = re.compile(r"(?:v\.? ?|version ?(?:number|no\.?)?:? ?)\d{1,6}(?:\.\d{1,6}){0,3}", re.IGNORECASE)


def is_furniture(text: str) -> bool:
    """Whether a line is part of the page and says nothing of the manual."""
    return not has_words(text) or word_key(text) in _PHRASES or _SENTENCE.match(text) is not None


def is_quick_links_heading(text: str) -> bool:
    """Whether a line stands over the jump list."""
    return word_key(text) in _QUICK_LINKS


def last_updated(text: str) -> str | None:
    """What stands behind "Last Updated", or None when a line does not say it."""
    found = _LAST_UPDATED.fullmatch(text)
    return found["when"].strip(" .") if found else None


def is_version_label(text: str) -> bool:
    """Whether a line is a version label such as "v87"."""
    return _VERSION.fullmatch(text) is not None
