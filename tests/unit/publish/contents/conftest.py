"""Shared by the tests of the contents list reader: parsing hand-made lists, and a tree written as lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reader.domain.contents import Chapter, Division, Entry, Note, SeeAlso
from reader.publish.contents import ContentsKind, ContentsPage, parse_contents_list, read_contents_list

SOURCES = Path(__file__).parents[4] / "bundles" / "sources"

Outline = Callable[[ContentsPage], list[str]]
Parse = Callable[..., ContentsPage]


@pytest.fixture(scope="session")
def real_pages() -> dict[str, ContentsPage]:
    """The five real lists, each read once."""
    return {file.parent.name: read_contents_list(file) for file in sorted(SOURCES.glob("*/contents.txt"))}


@pytest.fixture
def parse() -> Parse:
    """Parse a list that stands in the test itself."""

    def parsed(text: str, kind: ContentsKind = ContentsKind.TEXT) -> ContentsPage:
        return parse_contents_list(text.encode(), "list", kind)

    return parsed


@pytest.fixture
def outline() -> Outline:
    """A tree as lines, two spaces for every division above: easier to read in a test than nested values."""

    def lines(page: ContentsPage) -> list[str]:
        return list(_lines(page.contents.entries, ""))

    return lines


def _lines(entries: tuple[Entry, ...], indent: str) -> Iterator[str]:
    for entry in entries:
        if isinstance(entry, Division):
            yield f"{indent}[{entry.number or '-'}] {entry.title or '-'}"
            yield from _lines(entry.entries, indent + "  ")
        elif isinstance(entry, Chapter):
            marks = "".join(f" <{status}>" for status in entry.statuses)
            day = f" {entry.revised}" if entry.revised else ""
            source = f" @{entry.source}" if entry.source else ""
            note = f" ({entry.note})" if entry.note else ""
            yield f"{indent}{entry.number} {entry.title}{marks}{day}{source}{note}"
        elif isinstance(entry, SeeAlso):
            source = f" @{entry.source}" if entry.source else ""
            target = f" -> {entry.chapter}" if entry.chapter else ""
            note = f" ({entry.note})" if entry.note else ""
            yield f"{indent}see: {entry.title}{source}{target}{note}"
        elif isinstance(entry, Note):
            yield f"{indent}note: {entry.text}"
