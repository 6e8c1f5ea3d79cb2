"""The same list as text, HTML and Markdown gives the same tree; and what is particular to each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from html import escape
from pathlib import Path

import pytest

from reader.domain.contents import Chapter, Division, Entry, SeeAlso, Status
from reader.publish.contents import ContentsKind, ContentsPage, parse_contents_list

Outline = Callable[[ContentsPage], list[str]]
Parse = Callable[..., ContentsPage]

SOURCES = Path(__file__).parents[4] / "bundles" / "sources"
NAMES = ("bedford-borough", "cambridgeshire", "lancashire", "leicestershire", "westmorland-and-furness")
LABELS = {
    Status.NEW: "New",
    Status.UPDATED: "Updated",
    Status.UNDER_REVIEW: "under review",
    Status.TO_FOLLOW: "to follow",
}


def _as_html_tables(page: ContentsPage) -> str:
    """Sections as headings, one table under each: number cell, title cell, status cell."""
    parts = ["<!DOCTYPE html><html><head><style>p { color: red }</style></head><body>"]
    for section in page.contents.entries:
        assert isinstance(section, Division)
        if section.title:
            parts.append(f"<h2>{section.number}. {escape(section.title)}</h2>")
        parts += [
            "<table><caption>Contents</caption><tbody>",
            *_table_rows(section.entries),
            "</tbody></table>",
        ]
    return "\n".join([*parts, "<script>var x = '9.9 Nothing';</script></body></html>"])


def _table_rows(entries: tuple[Entry, ...]) -> Iterator[str]:
    for entry in entries:
        if isinstance(entry, Division):
            yield f"<tr><td>{entry.number}</td><td colspan='2'>{escape(entry.title or '')}</td></tr>"
            yield from _table_rows(entry.entries)
        elif isinstance(entry, Chapter):
            source = f"<br>({escape(entry.source)})" if entry.source else ""
            marks = [f"<span class='label'>{LABELS[status]}</span>" for status in entry.statuses]
            marks += [f"{entry.revised:%d/%m/%Y}"] if entry.revised else []
            title = f"<a href='x.html'>{escape(entry.title)}</a>{source}"
            yield f"<tr><td>{entry.number}</td><td>{title}</td><td>{' '.join(marks) or '&nbsp;'}</td></tr>"
        else:
            words = "<br>".join(escape(text) for text in _companion(entry))
            yield f"<tr><td>&nbsp;</td><td>{words}</td><td>&nbsp;</td></tr>"


def _as_nested_markdown(page: ContentsPage) -> str:
    return "\n".join(_items(page.contents.entries, ""))


def _items(entries: tuple[Entry, ...], indent: str) -> Iterator[str]:
    for entry in entries:
        if isinstance(entry, Division):
            stop = "." if entry.number and "." not in entry.number else ""
            if entry.title:
                yield f"{indent}- {entry.number}{stop} {entry.title}"
            yield from _items(entry.entries, indent + "  ")
        elif isinstance(entry, Chapter):
            marks = "".join(f" **{LABELS[status]}**" for status in entry.statuses)
            day = f" {entry.revised:%d %B %Y}" if entry.revised else ""
            yield f"{indent}- {entry.number} [{entry.title}](chapter.html){marks}{day}"
            if entry.source:
                yield f"{indent}  ({entry.source})"
        else:
            first, *others = _companion(entry)
            yield f"{indent}- {first}"
            yield from (f"{indent}  {other}" for other in others)


def _companion(entry: Entry) -> list[str]:
    if not isinstance(entry, SeeAlso):
        return [getattr(entry, "text", "")]
    note = f" - {entry.note}" if entry.note else ""
    return [f"See also: {entry.title}{note}", *([f"({entry.source})"] if entry.source else [])]


@pytest.mark.parametrize("name", NAMES)
def test_a_real_list_as_html_tables_gives_the_same_tree(
    real_pages: dict[str, ContentsPage], name: str
) -> None:
    markup = _as_html_tables(real_pages[name])
    again = parse_contents_list(markup.encode(), f"{name}.html")
    assert again.contents == real_pages[name].contents


@pytest.mark.parametrize("name", NAMES)
def test_a_real_list_as_nested_markdown_gives_the_same_tree(
    real_pages: dict[str, ContentsPage], name: str
) -> None:
    again = parse_contents_list(_as_nested_markdown(real_pages[name]).encode(), f"{name}.md")
    assert again.contents == real_pages[name].contents


@pytest.mark.parametrize("name", NAMES)
def test_a_real_list_in_a_preformatted_block_gives_the_same_tree(
    real_pages: dict[str, ContentsPage], name: str
) -> None:
    text = (SOURCES / name / "contents.txt").read_text(encoding="utf-8")
    again = parse_contents_list(f"<!doctype html><pre>{escape(text)}</pre>".encode(), "list.html")
    assert again == replace(real_pages[name], warnings=again.warnings)


def test_an_html_page_is_read_as_a_reader_sees_it(parse: Parse, outline: Outline) -> None:
    page = parse(
        """<!doctype html><html><head><title>Ignored</title></head><body>
        <nav><ol><li>Home</li></ol></nav><img alt="Northbrook Council Logo"><a href="#c">Skip to content</a>
        <h1>Northbrook Children's Services Procedures Manual</h1>
        <p><a href="p"><img alt="View Partner Manual"></a> <a href="p">View Partner Manual</a></p>
        <h2>Quick Links:</h2><ol><li><a href="#1">All Children</a></li><li><a href="#2">Fostering</a></li></ol>
        <h2>1. All Children</h2>
        <table><tr><th>Number</th><th>Chapter</th><th>Status</th></tr>
        <tr><td>1.1</td><td><a href="a">Confidentiality<br>Policy</a></td><td>updated</td></tr>
        <tr><td>1.2</td><td>Missing<br>(Southmere Procedures)</td><td></td></tr>
        <tr><td></td><td><em>See also: Confidentiality Policy</em></td><td></td></tr>
        <tr><td>1.3</td><td>Records<sup>New</sup> <span>UPDATED</span></td>
        <td>5 February 2025</td><td>Word file</td></tr>
        </table>
        <h2>2. Fostering</h2><ul><li>2.1 Panel <em>under review</em></li>
        <li>2.2 Forms<ul><li>See also:<ul><li>Templates</li><li>Flowchart</li></ul></li></ul></li></ul>
        <p hidden>2.3 Never shown</p>
        <footer>Cookies<p>Last Updated: 5 February 2025</p><p>v3</p></footer></body></html>""",
        ContentsKind.HTML,
    )
    assert outline(page) == [
        "[1] All Children",
        "  1.1 Confidentiality Policy <updated>",
        "  1.2 Missing @Southmere Procedures",
        "  see: Confidentiality Policy -> confidentiality-policy",
        "  1.3 Records <new> <updated> 2025-02-05 (Word file)",
        "[2] Fostering",
        "  2.1 Panel <under-review>",
        "  2.2 Forms",
        "  see: Templates",
        "  see: Flowchart",
    ]
    assert page.facts.authority_name == "Northbrook Council"
    assert page.facts.title == "Northbrook Children's Services Procedures Manual"
    assert page.facts.links == ("View Partner Manual",)
    assert page.facts.quick_links == ("1. All Children", "2. Fostering")
    assert (page.facts.last_updated, page.facts.version_label) == (date(2025, 2, 5), "v3")
    assert page.warnings == ()


def test_headings_without_a_number_are_divisions(parse: Parse, outline: Outline) -> None:
    page = parse(
        "<h1>Northbrook Procedures</h1><h2>Local Information</h2><p>Intranet</p>"
        "<h2>Safeguarding</h2><p>1.1 Plans</p><h3>Harm</h3><p>1.2 Visits</p><h2>Fostering</h2><p>2.1 Panel</p>",
        ContentsKind.HTML,
    )
    assert outline(page) == [
        "[-] Safeguarding",
        "  1.1 Plans",
        "  [-] Harm",
        "    1.2 Visits",
        "[-] Fostering",
        "  2.1 Panel",
    ]
    assert page.facts.links == ("Local Information", "Intranet")


def test_counted_lists_within_lists_number_their_rows(parse: Parse, outline: Outline) -> None:
    expected = [
        "[1] All",
        "  [1.1] Policy",
        "    1.1.1 Records",
        "    1.1.2 Access",
        "[2] Rest",
        "  2.1 Contacts",
    ]
    markup = (
        "<ol><li>All<ol><li>Policy<ol><li>Records</li><li>Access</li></ol></li></ol></li>"
        "<li>Rest<ol><li>Contacts</li></ol></li></ol>"
    )
    markdown = "1. All\n   1. Policy\n      1. Records\n      1. Access\n2. Rest\n   - 2.1 Contacts\n"
    assert outline(parse(markup, ContentsKind.HTML)) == expected
    assert outline(parse(markdown, ContentsKind.MARKDOWN)) == expected


def test_a_list_of_definitions_and_a_grid_of_blocks_are_read(parse: Parse, outline: Outline) -> None:
    page = parse(
        "<div><div>1.</div><div>All</div></div><dl><dt>1.1</dt><dd>Plans</dd>"
        "<dt>1.2</dt><dd>Visits <b>New</b></dd></dl>",
        ContentsKind.HTML,
    )
    assert outline(page) == ["[1] All", "  1.1 Plans", "  1.2 Visits <new>"]


def test_a_table_that_only_lays_out_the_page_is_no_row(parse: Parse, outline: Outline) -> None:
    page = parse(
        "<table><tr><td><p>1. All</p><table><tr><td>1.1</td><td>Plans</td></tr></table><p>1.2 Visits</p></td>"
        "<td>1.3 Reviews</td></tr></table>",
        ContentsKind.HTML,
    )
    assert outline(page) == ["[1] All", "  1.1 Plans", "  1.2 Visits", "  1.3 Reviews"]


def test_a_list_that_stands_in_the_navigation_is_read(parse: Parse, outline: Outline) -> None:
    page = parse(
        "<nav><ul><li>1. All<ul><li>1.1 Plans</li></ul></li></ul></nav><p>Hello</p>", ContentsKind.HTML
    )
    assert outline(page)[:2] == ["[1] All", "  1.1 Plans"]


def test_markdown_has_headings_lists_and_tables(parse: Parse, outline: Outline) -> None:
    page = parse(
        """# Northbrook Children's Services Procedures Manual

## 1. All Children

### 1.1 Policy

- 1.1.1 Confidentiality **Updated**
- 1.1.2 Missing *(2024)* - under review
  (Southmere Procedures)
  - See also: [Confidentiality](x.html)

### 1.2

Records

| Number | Title | Status | Date |
|---|---|---|---|
| 1.2.1 | Case Records | New | 5 February 2025 |
| 1.2.3 | Access |  |  |

## Appendices

1. Contacts
2. Amendments

Last Updated: 5 February 2025
""",
        ContentsKind.MARKDOWN,
    )
    assert outline(page) == [
        "[1] All Children",
        "  [1.1] Policy",
        "    1.1.1 Confidentiality <updated>",
        "    1.1.2 Missing (2024) <under-review> @Southmere Procedures",
        "    see: Confidentiality -> confidentiality",
        "  [1.2] Records",
        "    1.2.1 Case Records <new> 2025-02-05",
        "    1.2.3 Access",
        "[-] Appendices",
        "  1 Contacts",
        "  2 Amendments",
    ]
    assert page.facts.last_updated == date(2025, 2, 5)
    assert "line 19: 1.2.1 is followed by 1.2.3." in page.warnings


def test_the_kind_is_told_by_the_extension_and_else_by_the_look() -> None:
    markup = b"<ul><li>1. All<ul><li>1.1 Plans</li></ul></li></ul>"
    markdown = b"## 1. All\n\n- 1.1 Plans\n"
    text = b"1. All\n1.1 Plans\n"
    expected = parse_contents_list(text, "list.txt").contents
    for raw, names in (
        (markup, ("list.html", "list.HTM", "list", "list.dat")),
        (markdown, ("list.md", "list.markdown", "list")),
        (text, ("list", "list.text", "list.dat")),
    ):
        for name in names:
            assert parse_contents_list(raw, name).contents == expected
