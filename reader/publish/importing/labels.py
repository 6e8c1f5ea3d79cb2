"""The labels under which chapters put their boxes, and the class that each box gets."""

from __future__ import annotations

import re
from typing import Final

from reader.domain.text import title_key

_BOXES: Final = {
    "scope": (
        "scope",
        "scope of chapter",
        "scope of the chapter",
        "scope of this chapter",
        "scope of this procedure",
        "scope of this policy",
        "purpose and scope",
        "scope and purpose",
    ),
    "related": (
        "related chapter",
        "related chapters",
        "relevant chapter",
        "relevant chapters",
        "other chapters",
        "other related chapters",
        "other relevant chapters",
        "related procedures",
        "relevant procedures",
        "related policies",
        "related policies and procedures",
        "see also",
        "this chapter should be read in conjunction with",
    ),
    "guidance": (
        "guidance",
        "further reading",
        "local guidance",
        "local guidance and resources",
        "national and local guidance",
        "national guidance",
        "related guidance",
        "related guidance and legislation",
        "related reading",
        "related resources",
        "relevant guidance",
        "relevant national and local guidance",
        "statutory guidance",
    ),
    "legislation": (
        "legislation",
        "legislation and guidance",
        "regulations",
        "regulations and standards",
        "related legislation",
        "relevant law",
        "relevant legislation",
        "relevant legislation and guidance",
        "relevant legislation and regulations",
        "relevant regulations",
        "statutory framework",
    ),
    "forms": ("form", "forms", "forms and templates", "related forms", "relevant forms", "local forms"),
    "note": ("note", "notes", "important note", "please note", "important"),
    "amendment": (
        "amendment",
        "amendments",
        "amendment history",
        "amendments to this chapter",
        "chapter amendments",
        "updates to this chapter",
    ),
}
_CLASS_BY_LABEL: Final = {label: box for box, labels in _BOXES.items() for label in labels}
_LONGEST_LABEL: Final = 60
_STANDARDS: Final = re.compile(
    r"(?:regulations|standards|quality standards) and standards|.* quality standards"
)


def box_of(text: str) -> str | None:
    """The class of the box that a label opens ("Other Relevant Chapters:" opens "related"), or None."""
    if len(text) > _LONGEST_LABEL:
        return None
    key = title_key(text)
    if _STANDARDS.fullmatch(key):
        return "legislation"
    return _CLASS_BY_LABEL.get(key)


def label_and_rest(text: str) -> tuple[str, str] | None:
    """The label that a text begins with and what stands behind its colon ("Note: the rest"), or None."""
    label, colon, rest = text.partition(":")
    if colon and rest.strip() and box_of(label):
        return label, rest.strip()
    return None
