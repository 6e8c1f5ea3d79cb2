"""From a file's bytes to its characters: what cannot be a contents list is refused here, in plain words."""

from __future__ import annotations

import codecs
import re
from enum import StrEnum
from pathlib import Path, PurePath

from reader.domain.errors import SourceError
from reader.publish.contents.lines import clean

MAX_SIZE_BYTES = 2 * 1024 * 1024

_SNIFFED_CHARACTERS = 20_000
_CONTROL_SHARE_PERCENT = 1
_TOO_BIG = "is larger than 2 MiB: a contents list is one page of text; save that page alone and use its file."
_BINARY = "is no text: save the contents page as text, HTML or Markdown and use that file."
_SIGNATURES = (
    (b"%PDF", "is a PDF file: copy the contents list into a text file and use that."),
    (
        b"PK\x03\x04",
        "is a Word or zip file: save the contents list as text, HTML or Markdown and use that file.",
    ),
    (
        b"PK\x05\x06",
        "is an empty zip file: save the contents list as text, HTML or Markdown and use that file.",
    ),
    (b"\xd0\xcf\x11\xe0", "is an old Word or Excel file: save the contents list as text and use that file."),
    (b"{\\rtf", "is a rich text file: save the contents list as plain text and use that file."),
    (b"\x89PNG", "is a picture: copy the contents list into a text file and use that."),
    (b"GIF8", "is a picture: copy the contents list into a text file and use that."),
    (b"\xff\xd8\xff", "is a picture: copy the contents list into a text file and use that."),
)
_HTML_MARK = re.compile(r"<(?:!doctype html|html|head|body|table|tr|ul|ol|li|div|p|h[1-6])\b", re.IGNORECASE)
_MARKDOWN_MARK = re.compile(
    r"^(?:#{1,6} |\|?[ \t]{0,8}:?-{3,}:?[ \t]{0,8}\|)|\]\([^\s()]{1,200}\)", re.MULTILINE
)


class ContentsKind(StrEnum):
    """How a contents list is written down."""

    TEXT = "text"
    HTML = "html"
    MARKDOWN = "markdown"


_KIND_BY_EXTENSION = {
    ".txt": ContentsKind.TEXT,
    ".text": ContentsKind.TEXT,
    ".htm": ContentsKind.HTML,
    ".html": ContentsKind.HTML,
    ".xhtml": ContentsKind.HTML,
    ".md": ContentsKind.MARKDOWN,
    ".markdown": ContentsKind.MARKDOWN,
}


def refusal(name: str, what: str) -> SourceError:
    """The sentence for a file that cannot be used: its name, what is wrong, what to do."""
    return SourceError(f"“{clean(name)}” {what}")


def read_source(path: Path) -> bytes:
    """The bytes of a file of at most 2 MiB.

    Raises:
        SourceError: when it is missing, no file, unreadable or too large.
    """
    name = path.name or str(path)
    try:
        if path.is_dir():
            raise refusal(name, "is a folder: name the file that holds the contents list.")
        if not path.exists():
            raise refusal(str(path), "does not exist: check the name and the folder.")
        if not path.is_file():
            raise refusal(name, "is no ordinary file: name the file that holds the contents list.")
        with path.open("rb") as stream:
            raw = stream.read(MAX_SIZE_BYTES + 1)
    except OSError as error:
        reason = error.strerror or "no reason given"
        raise refusal(name, f"cannot be read ({reason}): check the name and your rights to it.") from error
    except ValueError as error:
        raise refusal(str(path), "is not a possible file name: check it.") from error
    return raw


def decode(raw: bytes, name: str) -> str:
    """The characters of a source, read as Unicode, else as Windows-1252.

    Raises:
        SourceError: when it is empty, too large, binary or not readable as text.
    """
    if len(raw) > MAX_SIZE_BYTES:
        raise refusal(name, _TOO_BIG)
    for signature, what in _SIGNATURES:
        if raw.startswith(signature):
            raise refusal(name, what)
    text = _characters(raw, name)
    if not text.strip():
        raise refusal(name, "is empty: save the contents page again and use that file.")
    controls = sum(1 for character in text if character < " " and character not in "\t\n\r\f\v")
    if "\0" in text or controls * 100 > len(text) * _CONTROL_SHARE_PERCENT:
        raise refusal(name, _BINARY)
    return text


def kind_of(name: str, text: str) -> ContentsKind:
    """How a source is written: as its extension says, else as it looks."""
    known = _KIND_BY_EXTENSION.get(PurePath(name).suffix.casefold())
    if known is not None:
        return known
    start = text[:_SNIFFED_CHARACTERS]
    if _HTML_MARK.search(start):
        return ContentsKind.HTML
    return ContentsKind.MARKDOWN if _MARKDOWN_MARK.search(start) else ContentsKind.TEXT


def _characters(raw: bytes, name: str) -> str:
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings: tuple[str, ...] = ("utf-16",)
    elif b"\0" in raw:
        raise refusal(name, _BINARY)
    else:
        encodings = ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise refusal(name, "holds characters that cannot be read: save it as UTF-8 text and use that file.")
