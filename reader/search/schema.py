"""What an index holds. Raise `SCHEMA_VERSION` with every change: old indexes are then rebuilt by themselves."""

from __future__ import annotations

from typing import Any, Final

from whoosh.analysis import LowercaseFilter, RegexTokenizer, StemFilter
from whoosh.fields import ID, KEYWORD, NUMERIC, STORED, TEXT, Schema

SCHEMA_VERSION: Final = 3

# A word keeps its inner apostrophe off ("children's" finds "childrens" and "children") and its digits on.
WORD_PATTERN: Final = r"[^\W_]+(?:['’][^\W_]+)*"


def plain_analyzer() -> Any:
    """Words as they stand, in small letters: for exact words and half-typed ones."""
    return RegexTokenizer(WORD_PATTERN) | LowercaseFilter()


def stem_analyzer() -> Any:
    """Words by their stem, so that "placement" finds "placements"."""
    return RegexTokenizer(WORD_PATTERN) | LowercaseFilter() | StemFilter()


def make_schema() -> Schema:
    stems = stem_analyzer()
    return Schema(
        manual=ID(stored=True),
        edition=NUMERIC(stored=True, numtype=int),
        chapter=ID(stored=True),
        number=ID(stored=True),
        statuses=KEYWORD(stored=True, lowercase=True),
        anchor=STORED,
        form=STORED,
        title=TEXT(analyzer=stems, stored=True, field_boost=4.0),
        heading=TEXT(analyzer=stems, stored=True, field_boost=2.0),
        division=TEXT(analyzer=stems, stored=True, field_boost=0.5),
        text=TEXT(analyzer=stems, stored=True),
        extra=TEXT(analyzer=stems, stored=True, field_boost=0.7),
        words=TEXT(analyzer=plain_analyzer(), field_boost=1.0),
    )
