"""Forms: PDF and Word documents that travel as they are, in the documents library of a manual."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import Final

from reader.domain.text import one_line
from reader.publish.contents.dates import trailing_date

FORM_SUFFIXES: Final = frozenset({".pdf", ".docx"})
OTHER_DOCUMENTS: Final = frozenset(
    {
        ".doc",
        ".dot",
        ".dotx",
        ".docm",
        ".rtf",
        ".odt",
        ".xls",
        ".xlsx",
        ".xlsm",
        ".ods",
        ".ppt",
        ".pptx",
        ".zip",
    }
    | {".msg", ".eml", ".csv", ".pub", ".vsd", ".vsdx", ".txt"}
)
LIBRARY_TITLES: Final = frozenset(
    {
        "documents library",
        "document library",
        "forms",
        "forms library",
        "forms and templates",
        "local resources",
    }
)
LIBRARY_TITLE: Final = "Documents Library"
_REVIEW: Final = re.compile(
    r"[\s(\[,;–-]*(?:next )?(?:to be )?review(?:ed)?(?: (?:by|date|due|on))?\s*:?\s*$", re.IGNORECASE
)
_SIZE: Final = re.compile(r"\s*[(\[](?:pdf|word|docx?)?[,\s]*(?:[\d.]+ ?[km]b)?[)\]]\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FormRow:
    """What a row says of a form: its title, and when it is to be reviewed."""

    title: str
    review_by: date | None


def read_form_row(text: str) -> FormRow:
    """Read a row such as "Placement Information Record (PDF, 120 KB), review by 31 March 2027"."""
    review_by = None
    bare = text.strip().removesuffix(")").removesuffix("]")
    dated = trailing_date(bare)
    if dated is not None and (found := _REVIEW.search(dated[0])):
        review_by = dated[1]
        text = dated[0][: found.start()]
    title = _SIZE.sub("", one_line(text)).strip(" -–,;([")
    return FormRow(title or one_line(text), review_by)


def title_of_file(name: str) -> str:
    """A title for a form that nothing names: its file name in words."""
    words = re.sub(r"[-_+.]+", " ", PurePosixPath(name).stem).strip()
    return words[:1].upper() + words[1:] if words else name
