"""Tables for office programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from reader.domain.text import storable

_FORMULA: Final = tuple("=+-@＝＋－＠")


def csv_table(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows as CSV, with a mark by which office programs know the encoding; no cell is taken for a formula."""
    text = io.StringIO()
    csv.writer(text).writerows([_harmless(cell) for cell in row] for row in rows)
    return storable(text.getvalue()).encode("utf-8-sig")


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.lstrip().startswith(_FORMULA) or cell[:1] in {"\t", "\r", "\n"} else cell
