"""Forms: PDF and Word documents that travel as they are, in the documents library of a manual."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import Final

from lxml.etree import _Element as Element

from reader.domain.text import one_line
from reader.publish.contents.dates import trailing_date
from reader.publish.importing.elements import text_of

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
_REVIEW_COLUMN: Final = re.compile(r"(?:date of )?(?:next )?review(?: (?:by|date|due))?", re.IGNORECASE)
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


def library_rows(root: Element, file_of: Callable[[str], str | None]) -> Iterator[tuple[str, FormRow]]:
    """What a page of a documents library says of each form: in a table with a column of reviews, or in a list.

    Args:
        root: The page.
        file_of: The form that a link leads to, if it leads to one.
    """
    for table in root.iter("table"):
        column: int | None = None
        for row in table.iter("tr"):
            cells = [cell for cell in row if cell.tag in {"td", "th"}]
            named = [i for i, cell in enumerate(cells) if _REVIEW_COLUMN.fullmatch(text_of(cell))]
            column = named[-1] if named else column
            links = [a for a in row.iter("a") if file_of(a.get("href") or "")]
            if len(links) != 1 or named:
                continue
            dated = (
                trailing_date(text_of(cells[column])) if column is not None and column < len(cells) else None
            )
            title = read_form_row(text_of(links[0])).title
            yield file_of(links[0].get("href") or "") or "", FormRow(title, dated[1] if dated else None)
    for item in root.iter("li", "p"):
        links = [a for a in item.iter("a") if file_of(a.get("href") or "")]
        if len(links) == 1:
            row_said = read_form_row(text_of(item))
            title = read_form_row(text_of(links[0])).title
            yield file_of(links[0].get("href") or "") or "", FormRow(title, row_said.review_by)
