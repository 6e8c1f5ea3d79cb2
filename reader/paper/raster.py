"""PDF files to pictures of their pages, and to their words."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

import pypdfium2

from reader.domain.errors import StorageError

_POINTS_OF_AN_INCH: Final = 72
_LOCK: Final = threading.RLock()  # PDFium is not made for several threads


@dataclass(frozen=True, slots=True)
class PagePicture:
    """Pixels of a page, row by row, four bytes each: blue, green, red, and one that means nothing."""

    width: int
    height: int
    stride: int
    pixels: bytes


class PdfPages:
    """The pages of a PDF file. Safe to use from several threads."""

    def __init__(self, pdf: bytes) -> None:
        """Open it.

        Raises:
            StorageError: when it is no PDF file.
        """
        with _LOCK:
            try:
                self._document = pypdfium2.PdfDocument(pdf)
            except pypdfium2.PdfiumError as error:
                raise StorageError("This is not a PDF file, or it is damaged.") from error
            self.count = len(self._document)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        with _LOCK:
            self._document.close()

    def size(self, index: int) -> tuple[float, float]:
        """Width and height of a page in points."""
        with _LOCK:
            width, height = self._document.get_page_size(index)
        return float(width), float(height)

    def picture(self, index: int, dots_per_inch: float) -> PagePicture:
        """A picture of a page."""
        with _LOCK:
            page = self._document[index]
            bitmap = page.render(
                scale=dots_per_inch / _POINTS_OF_AN_INCH, rev_byteorder=False, prefer_bgrx=True
            )
            found = PagePicture(bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer))
            bitmap.close()
            page.close()
        return found

    def words(self, index: int) -> list[str]:
        """The words of a page, in the order in which they stand in it."""
        with _LOCK:
            page = self._document[index]
            text = page.get_textpage()
            found: str = text.get_text_range()
            text.close()
            page.close()
        return found.split()
