"""The fonts of the program, and what stands in for a character that none of them has."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FAMILY: Final = "ReaderSans"
_FACES: Final = {
    FAMILY: "DejaVuSansCondensed.ttf",
    f"{FAMILY}-Bold": "DejaVuSansCondensed-Bold.ttf",
    f"{FAMILY}-Italic": "DejaVuSansCondensed-Oblique.ttf",
    f"{FAMILY}-BoldItalic": "DejaVuSansCondensed-BoldOblique.ttf",
}
# What takes no place, and says nothing on paper.
_UNSEEN: Final = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufe0e\ufe0f")


@lru_cache(maxsize=1)
def _registered(folder: Path) -> frozenset[int]:
    """Register the fonts, once; gives the characters that every face has."""
    known: list[frozenset[int]] = []
    for name, file in _FACES.items():
        font = TTFont(name, str(folder / file))
        pdfmetrics.registerFont(font)
        known.append(frozenset(font.face.charToGlyph))
    pdfmetrics.registerFontFamily(FAMILY, *_FACES)
    return frozenset.intersection(*known)


class Fonts:
    """Measures and checks text.

    Attributes:
        replaced: The characters that were named instead of drawn, in the order in which they came.
    """

    def __init__(self, folder: Path) -> None:
        """Register the fonts.

        Args:
            folder: Where their files are.
        """
        self._known = _registered(folder)
        self.replaced: dict[str, None] = {}

    def drawable(self, text: str) -> str:
        """The text, with the name in brackets of each character that could not be drawn."""
        if text.isascii() and text.isprintable():
            return text
        return "".join(self._drawable(character) for character in unicodedata.normalize("NFC", text))

    def width(self, text: str, size: float, *, is_bold: bool = False) -> float:
        """How wide a text is, in points."""
        return float(pdfmetrics.stringWidth(text, f"{FAMILY}-Bold" if is_bold else FAMILY, size))

    def _drawable(self, character: str) -> str:
        if ord(character) in self._known or character in "\n\t":
            return character
        if character in _UNSEEN or unicodedata.category(character) in {"Cc", "Cf"}:
            return ""
        if unicodedata.category(character) == "Zs":
            return " "
        self.replaced[character] = None
        return f"[{unicodedata.name(character, f'U+{ord(character):04X}').lower()}]"
