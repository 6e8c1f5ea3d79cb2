"""Court extracts: what one quotes, and what its file says of itself. Nothing of that is signed; the chapters are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from reader.domain.manual import ManualId

DEFAULT_TITLE: Final = "Extract of procedures"


@dataclass(frozen=True, slots=True)
class Quote:
    """A chapter, or a passage of it, that an extract quotes.

    Attributes:
        bundle: Which of the extract's editions it is from, from 0.
        title: Number and title of the chapter.
        anchor: The passage; None: the whole chapter.
        passage: The heading of the passage.
        first_page: The number of its first page as it is printed ("A3").
    """

    bundle: int
    chapter: str
    title: str
    anchor: str | None
    passage: str
    remark: str
    first_page: str = ""
    last_page: str = ""


@dataclass(frozen=True, slots=True)
class QuotedEdition:
    """An edition that an extract quotes. `superseded_by` is what the computer knew that made the extract."""

    manual: ManualId
    edition: int
    superseded_by: int | None


@dataclass(frozen=True, slots=True)
class ExtractFacts:
    """What the person says of an extract.

    Attributes:
        prefix: Letters before its page numbers.
    """

    title: str = DEFAULT_TITLE
    case: str = ""
    prepared_by: str = ""
    prefix: str = "A"


@dataclass(frozen=True, slots=True)
class PdfRecord:
    """The PDF that was made together with the file of an extract."""

    name: str
    sha256: str
    pages: int


@dataclass(frozen=True, slots=True)
class ExtractRecord:
    """What an extract says of itself."""

    facts: ExtractFacts
    made: datetime
    editions: tuple[QuotedEdition, ...]
    quotes: tuple[Quote, ...]
    pdf: PdfRecord
