"""Pages as plain text, for terminals."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Final

from typing_extensions import override

_BREAKS: Final = frozenset(
    {
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "p",
        "div",
        "ul",
        "ol",
        "li",
        "table",
        "tr",
        "br",
        "blockquote",
        "dt",
        "dd",
    }
)


def plain_text(html: str) -> str:
    """The text of a sanitised page: a line for each block, bullets before list items, cells behind each other."""
    writer = _Writer()
    writer.feed(html)
    writer.close()
    lines = [" ".join(line.split()) for line in "".join(writer.parts).splitlines()]
    text: list[str] = []
    for line in lines:
        if line or (text and text[-1]):
            text.append(line)
    return "\n".join(text).strip() + "\n"


class _Writer(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKS:
            self.parts.append("\n\n" if tag.startswith("h") else "\n")
        if tag == "li":
            self.parts.append("- ")
        elif tag in {"td", "th"}:
            self.parts.append(" ")

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag == "th":
            self.parts.append(": ")
        elif tag in _BREAKS:
            self.parts.append("\n")

    @override
    def handle_data(self, data: str) -> None:
        self.parts.append(data.replace("\n", " "))
