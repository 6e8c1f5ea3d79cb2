"""What is no contents list is refused in one plain sentence, and nothing else ever comes out of bad input."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.domain.contents import Chapter, Division, Entry, Note, SeeAlso, walk
from reader.domain.errors import SourceError
from reader.domain.text import is_one_printable_line
from reader.publish.contents import ContentsKind, ContentsPage, parse_contents_list, read_contents_list

SOURCES = Path(__file__).parents[4] / "bundles" / "sources"
LINES = [
    line
    for file in sorted(SOURCES.glob("*/contents.txt"))
    for line in file.read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "is empty"),
        (b" \r\n\t\n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"%PDF-1.7 1.1 Policy", "is a PDF file"),
        (b"PK\x03\x04 1.1 Policy", "is a Word or zip file"),
        (b"{\\rtf1 1.1 Policy}", "is a rich text file"),
        (b"1.1 Policy\0\n", "is no text"),
        (b"1.1 Policy\n\x01\x02\x03\x04", "is no text"),
        (b"1.1 Policy \x81\x8d", "holds characters that cannot be read"),
        (b"Dear colleague,\nplease find enclosed\n", "holds no numbered chapters"),
        (b"1.1\n\n1.2\n", "holds no numbered chapters"),
        (b"1. Scope\n" + b"This procedure says what to do in each case. " * 50, "reads as running text"),
        (b"1.1 Policy\n" * 20_001, "has more than 20,000 lines"),
        (b"x" * (2 * 1024 * 1024 + 1), "is larger than 2 MiB"),
    ],
)
def test_what_is_no_contents_list_is_refused_by_name(raw: bytes, words: str) -> None:
    with pytest.raises(SourceError, match=words) as refused:
        parse_contents_list(raw, "northbrook.txt")
    assert str(refused.value).startswith("“northbrook.txt” ")
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    "markup",
    ["<div>" * 2_000, "<b id=1><p>" * 2_000, "<br>" * 60_001, "<p " + " ".join(f"a{i}" for i in range(999))],
)
def test_a_page_that_would_take_for_ever_is_refused(markup: str) -> None:
    for kind in (ContentsKind.HTML, ContentsKind.MARKDOWN):
        with pytest.raises(SourceError, match=r"too intricate|no numbered chapters"):
            parse_contents_list(markup.encode(), "list", kind)


def test_dense_markdown_is_refused() -> None:
    with pytest.raises(SourceError, match="too intricate"):
        parse_contents_list(b"[" * 200_000, "list.md")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="does not exist: check the name"):
        read_contents_list(tmp_path / "none.txt")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is a folder"):
        read_contents_list(tmp_path)


def test_an_impossible_name_is_refused() -> None:
    with pytest.raises(SourceError):
        read_contents_list(Path("no\0name.txt"))


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "large.txt"
    file.write_bytes(b"1.1 Policy\n" * 200_000)
    with pytest.raises(SourceError, match="larger than 2 MiB"):
        read_contents_list(file)


def test_windows_and_utf_16_bytes_are_read() -> None:
    for raw in (
        "1. Children’s\n1.1 Café – New\n".encode("cp1252"),
        "1. Children’s\n1.1 Café – New\n".encode("utf-16"),
    ):
        (chapter,) = parse_contents_list(raw, "list.txt").contents.chapters()
        assert (chapter.title, chapter.statuses) == ("Café", ("new",))


def _page_or_refusal(raw: bytes, kind: ContentsKind | None) -> ContentsPage | None:
    """What reading gives: a page whose values are sound, or None for a refusal. Any other error fails the test."""
    page, refusal = None, ""
    try:
        page = parse_contents_list(raw, "list", kind)
    except SourceError as error:
        refusal = str(error)
    assert is_one_printable_line(refusal)
    if page is None:
        assert refusal
        return None
    ids = [entry.id for entry, _ in walk(page.contents.entries) if isinstance(entry, Chapter)]
    assert ids
    assert len(set(ids)) == len(ids)
    for entry, _ in walk(page.contents.entries):
        assert all(text and is_one_printable_line(text) for text in _texts(entry)), entry
    facts = page.facts
    for text in (*facts.links, *facts.quick_links, *page.warnings, facts.title, facts.authority_name):
        assert text is None or (text and is_one_printable_line(text))
    return page


def _texts(entry: Entry) -> Iterator[str]:
    if isinstance(entry, Division):
        yield from (text for text in (entry.number, entry.title) if text is not None)
        assert entry.number or entry.title
    elif isinstance(entry, Chapter):
        yield from (
            text for text in (entry.number, entry.title, entry.source, entry.note) if text is not None
        )
    elif isinstance(entry, SeeAlso):
        yield from (text for text in (entry.title, entry.source, entry.note) if text is not None)
    elif isinstance(entry, Note):
        yield entry.text


KINDS = st.sampled_from([None, *ContentsKind])


@settings(deadline=None)
@given(st.binary(max_size=300), KINDS)
def test_no_bytes_give_anything_but_a_page_or_a_refusal(raw: bytes, kind: ContentsKind | None) -> None:
    _page_or_refusal(raw, kind)


@settings(deadline=None)
@given(st.text(max_size=300), KINDS)
def test_no_text_gives_anything_but_a_page_or_a_refusal(text: str, kind: ContentsKind | None) -> None:
    _page_or_refusal(text.encode("utf-8", "surrogatepass"), kind)


PIECES = st.sampled_from(
    [
        "1",
        "1.",
        "1.1",
        "1.1.1",
        "2.0.1",
        "7.4.5",
        "1.1.116",
        "999.999",
        "0",
        " ",
        "\n",
        "\n\n",
        "\u00a0",
        "\u200b",
        "- ",
        "See also:",
        "and ",
        "(",
        ")",
        "Updated",
        "New",
        "under review",
        "5 May 2025",
        "May 5, 2025",
        "Policy",
        "Northbrook Procedures",
        ".",
        "Last Updated: ",
        "v1",
        "Quick Links:",
        "Logo",
        "Caption:",
        "# ",
        "|",
        "|---|---|\n",
        "<td>",
        "<tr>",
        "<table>",
        "</table>",
        "<li>",
        "<ol>",
        "<br>",
        "<h2>",
        "</h2>",
        "<sup>",
        "</sup>",
        "<a href=x>",
        "</a>",
        "<img alt=' Logo'>",
        "<footer>",
        "<pre>",
        "<caption>",
        "\u202e",
        "é",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40), KINDS)
def test_no_mixture_of_what_lists_are_made_of_breaks_the_reader(
    pieces: list[str], kind: ContentsKind | None
) -> None:
    _page_or_refusal("".join(pieces).encode(), kind)


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False), KINDS)
def test_shuffled_lines_of_real_lists_give_a_page_or_a_refusal(
    chance: random.Random, kind: ContentsKind | None
) -> None:
    lines = chance.sample(LINES, 80)
    _page_or_refusal("\n".join(lines).encode(), kind)


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False))
def test_numbered_rows_in_any_order_stay_in_that_order(chance: random.Random) -> None:
    """Rows are neither lost nor renumbered nor moved, whatever their numbers say."""
    numbers = [".".join(str(chance.randint(0, 4)) for _ in range(chance.randint(2, 4))) for _ in range(25)]
    page = _page_or_refusal(
        "\n".join(f"{number} Title {i}" for i, number in enumerate(numbers)).encode(), None
    )
    assert page is not None
    found = [
        (entry.number, entry.title)
        for entry, _ in walk(page.contents.entries)
        if isinstance(entry, Chapter | Division) and entry.title
    ]
    assert found == [(number, f"Title {i}") for i, number in enumerate(numbers)]
