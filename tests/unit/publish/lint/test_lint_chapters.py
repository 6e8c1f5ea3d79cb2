"""What the lint sees in a chapter's make-up: links, headings, pictures, tables, paragraphs."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.domain.manual import ManualId
from reader.publish.lint import Severity
from reader.publish.lint.pages import read_page
from tests.support.lint_sources import PICTURE, LintSource, chapter, form, one_chapter

BODY = "<h2>Aim</h2><p>See the child.</p>"
RECORDS = '<h2>1. Keeping</h2><p>Write it down.</p><p id="last">At once.</p>'
FILES = {"media/flow.png": PICTURE, "forms/plan.pdf": b"%PDF-1.4"}


def _with_link(folder: Path, link: str) -> LintSource:
    return LintSource(
        folder,
        {"visits": f"{BODY}\n<p>{link}</p>", "records": RECORDS},
        [
            chapter("visits"),
            chapter("records"),
            chapter("homes", status=["to-follow"]),
            form("Plan", "forms/plan.pdf"),
        ],
        files={"forms/plan.pdf": b"%PDF-1.4"},
    )


@pytest.mark.parametrize(
    "href",
    [
        "records.html",
        "records.html#1-keeping",
        "records.html#last",
        "homes.html",
        "#aim",
        "../forms/plan.pdf",
        "manual:westshire/procedures/records#last",
        "manual:westshire/procedures/forms/plan.pdf",
        "manual:westshire/procedures",
        "manual:eastshire/procedures/whatever#there",
        "manual:westshire/procedures/gone@1#there",
        "https://www.gov.uk/nothing",
        "mailto:duty@westshire.example",
        "tel:01632960001",
    ],
)
def test_a_link_that_leads_somewhere_is_left_alone(tmp_path: Path, href: str) -> None:
    assert _with_link(tmp_path, f'<a href="{href}">there</a>').codes() == []


@pytest.mark.parametrize(
    ("href", "code"),
    [
        ("nowhere.html", "dead-link"),
        ("records.html#9-gone", "dead-anchor"),
        ("homes.html#aim", "dead-anchor"),
        ("#gone", "dead-anchor"),
        ("#", "dead-anchor"),
        ("", "dead-link"),
        ("../forms/gone.pdf", "dead-link"),
        ("records.aspx", "dead-link"),
        ("file:///C:/plan.docx", "dead-link"),
        ("javascript:alert(1)", "dead-link"),
        ("manual:westshire/procedures/gone", "dead-link"),
        ("manual:westshire/procedures/records#gone", "dead-anchor"),
        ("manual:westshire/procedures/forms/gone.pdf", "dead-link"),
        ("manual:nonsense", "dead-link"),
    ],
)
def test_a_link_that_leads_nowhere_is_an_error(tmp_path: Path, href: str, code: str) -> None:
    (found,) = _with_link(tmp_path, f'<a href="{href}">there</a>').found()
    assert (found.code, found.severity, found.line, found.anchor) == (code, Severity.ERROR, 2, "aim")


def test_a_link_that_the_build_would_lose_is_found(tmp_path: Path) -> None:
    (found,) = _with_link(tmp_path, "<a href='records.html'>there</a>").found()
    assert found.code == "dead-link"
    assert "double quotes" in found.advice


def test_pictures_are_there_and_say_what_they_show(tmp_path: Path) -> None:
    good = one_chapter(
        tmp_path / "a", f'{BODY}<p><img src="../media/flow.png" alt="A flowchart of visits"></p>', files=FILES
    )
    good.files.pop("forms/plan.pdf")
    assert good.codes() == []
    text = (
        f'{BODY}<p><img src="../media/gone.png" alt="A flowchart"><img src="https://x.example/y.png" alt="A map">'
        '<img src="../media/flow.png"><img src="../media/flow.png" alt=" ">'
        '<img src="../media/flow.png" alt="image1.png"></p>'
    )
    bad = one_chapter(tmp_path / "b", text, files={"media/flow.png": PICTURE})
    assert bad.codes() == [
        "missing-picture",
        "missing-picture",
        "picture-without-text",
        "picture-without-text",
    ]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("<h2>A</h2><p>x</p><h3>B</h3><p>x</p><h2>C</h2><p>x</p>", []),
        ("<h1>A</h1><p>x</p><h2>B</h2><p>x</p>", []),
        ("<h2>A</h2><p>x</p><h4>B</h4><p>x</p>", ["heading-skips"]),
        ("<h3>A</h3><p>x</p>", ["heading-skips"]),
        ("<h2>A</h2><p>x</p><h2> </h2><p>x</p>", ["heading-empty"]),
        ("<h2>A</h2><h2>B</h2><p>x</p>", ["empty-passage"]),
        ("<h2>A</h2><h3>B</h3><p>x</p>", []),
        ("<p>x</p><h2>A</h2>", ["empty-passage"]),
        ("<h2>1. A</h2><p>x</p><h2>2. B</h2><p>x</p><h2>4. C</h2><p>x</p>", ["heading-number"]),
        ("<h2>1. A</h2><p>x</p><h2>2. B</h2><p>x</p><h2>2. C</h2><p>x</p>", ["heading-number"]),
        (
            "<h2>1. A</h2><h3>1.1 B</h3><p>x</p><h3>1.2 C</h3><p>x</p><h2>2. D</h2><h3>2.1 E</h3><p>x</p>",
            [],
        ),
        ("<h2>1. A</h2><p>x</p><h3>1.1 B</h3><p>x</p><h3>1.3 C</h3><p>x</p>", ["heading-number"]),
        ("<h2>2023 rules</h2><p>x</p><h2>7 days</h2><p>x</p><h2>14 days</h2><p>x</p>", []),
    ],
)
def test_headings(tmp_path: Path, text: str, codes: list[str]) -> None:
    assert one_chapter(tmp_path, text).codes() == codes


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "<h2>Aim</h2>",
        "<p>To follow</p>",
        "<h2>Aim</h2><p>This chapter is under review.</p>",
        "<p>TBC</p>",
    ],
)
def test_an_empty_chapter_is_an_error(tmp_path: Path, text: str) -> None:
    assert "empty-chapter" in one_chapter(tmp_path, text).codes()


def test_a_short_chapter_or_one_of_a_picture_is_not_empty(tmp_path: Path) -> None:
    assert one_chapter(tmp_path / "a", "<p>Ring the duty desk. A draft is kept.</p>").codes() == []
    picture = '<p><img src="../media/flow.png" alt="A flowchart"></p>'
    assert one_chapter(tmp_path / "b", picture, files={"media/flow.png": PICTURE}).codes() == []


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        ("<tr><td>Time</td><td>Who</td></tr><tr><td>1 day</td><td>Team</td></tr>", ["table-without-headers"]),
        ("<tr><th></th><th> </th></tr><tr><td>1 day</td><td>Team</td></tr>", ["table-without-headers"]),
        ("<tr><th>Time</th><th>Who</th></tr><tr><td>1 day</td><td>Team</td></tr>", []),
        ("<tr><th>Time</th><td>1 day</td></tr><tr><th>Who</th><td>Team</td></tr>", []),
        ("<tr><td>A box of one cell</td></tr>", []),
        ("<tr><td>A list</td></tr><tr><td>in one column</td></tr>", []),
    ],
)
def test_tables_have_headers(tmp_path: Path, rows: str, codes: list[str]) -> None:
    assert one_chapter(tmp_path, f"{BODY}<table>{rows}</table>").codes() == codes


def test_a_paragraph_of_more_than_250_words_is_found(tmp_path: Path) -> None:
    long = " ".join(["visit"] * 251)
    (found,) = one_chapter(tmp_path / "a", f"{BODY}\n<p>{long}</p>").found()
    assert (found.code, found.line) == ("long-paragraph", 2)
    assert "251 words" in found.text
    fine = " ".join(["visit"] * 250)
    assert one_chapter(tmp_path / "b", f"{BODY}<p>{fine}</p><pre>{long}</pre>").codes() == []
    split = "".join(f"<li>{fine}</li>" for _ in range(3))
    assert one_chapter(tmp_path / "c", f"{BODY}<ul>{split}</ul>").codes() == []


def test_the_same_fault_twice_in_one_passage_is_told_once(tmp_path: Path) -> None:
    assert one_chapter(tmp_path, f'{BODY}<p><a href="x.html">a</a><a href="x.html">a</a></p>').codes() == [
        "dead-link"
    ]


# Hostile chapters


@pytest.mark.parametrize(
    "text",
    [
        "<div>" * 100_000,
        "<table>" * 500,
        "<p>" + "x" * 3_000_000 + "</p>",
        "<p>" + "visit " * 400_000 + "</p>",
    ],
)
def test_a_chapter_that_no_bundle_takes_is_an_error_and_does_not_stop_the_lint(
    tmp_path: Path, text: str
) -> None:
    source = LintSource(tmp_path, {"records": BODY, "visits": text})
    found = [found for found in source.found() if found.code == "chapter-refused"]
    assert [(one.chapter, one.severity) for one in found] == [("visits", Severity.ERROR)]


@pytest.mark.parametrize(
    "text",
    [
        "<", "<p", "<!--", "</p></div></table>", "<p>\0</p>", "<h2>A<h3>B<p>x", "<tr><td>x</table><p>y",
        "<a href='x><p>y", "&#xD800; &#0; &nbsp; &bogus;", "<script><p>x</script>", "<svg><title><p>x</svg>y",
        "<p>\ufeff\u202e\ud7ff</p>", "<h2 id=''>x</h2>", "<img><img src><a href>x</a>", "<li>" * 300,
    ],
)  # fmt: skip
def test_broken_html_is_read_to_its_end(tmp_path: Path, text: str) -> None:
    one_chapter(tmp_path, text).lint()


PIECES = (
    *(
        "<p>",
        "</p>",
        "<h2>",
        "</h2>",
        "<table>",
        "<tr>",
        "<td>",
        "</table>",
        '<a href="#x">',
        "</a>",
        "</div>",
    ),
    *(
        "<div class=amendment>",
        "Children Act 1990",
        "and of the ",
        "01632 960001 ",
        "Jane Smith ",
        "0 1 2 3 ",
    ),
    *(
        "Act ",
        "(" * 40,
        "A. " * 40,
        "Section 1, 2, 3 and ",
        "before 2014 ",
        "\0",
        "&amp;",
        "LSCB ",
        "1.1.1.1.1 ",
    ),
    *("+44 (0) ", "Mr. A. B. "),
)
HOSTILE = st.lists(st.sampled_from(PIECES), max_size=60)


@settings(max_examples=40, deadline=None)
@given(pieces=HOSTILE)
def test_any_jumble_is_read(tmp_path_factory: pytest.TempPathFactory, pieces: list[str]) -> None:
    folder = tmp_path_factory.mktemp("jumble")
    last = one_chapter(folder / "last", "".join(reversed(pieces))).write()
    one_chapter(folder / "now", "".join(pieces)).lint(last)


REPEATED = (
    *("0 1 2 3 4 ", "A. B. ", "Jane Smith, ", "Section 1, 2, 3 and ", "Act 1989 and ", "(0) ", "and of the "),
    *("Working  Together (", "before 20 ", "Mr A ", "x" * 50 + " ", ". ", "1.", "[["),
)


@pytest.mark.parametrize("piece", REPEATED)
def test_long_repetitions_are_read_in_no_time(tmp_path: Path, piece: str) -> None:
    text = piece * (60_000 // len(piece))
    last = one_chapter(tmp_path / "last", f'<div class="amendment"><p>{text}</p></div><p>x</p>').write()
    one_chapter(tmp_path / "now", f"<p>LSCB 01632 960001 {text}</p><h2>{text}</h2><p>LSCB</p>").lint(last)


def test_lines_and_passages_are_those_of_the_file(tmp_path: Path) -> None:
    text = '<h2>One</h2>\n<p>a\nb</p>\n<ul>\n<li>c</li>\n</ul>\n<div class="note"><h3 id="own">Two</h3>\n<p>d</p></div>'
    source = one_chapter(tmp_path, text)
    source.write()
    page = read_page(tmp_path, "visits", text, ManualId("westshire", "procedures"))
    assert [(block.text, block.spot.line, block.spot.anchor, block.box) for block in page.blocks] == [
        ("One", 1, "one", ""),
        ("a b", 2, "one", ""),
        ("c", 5, "one", ""),
        ("Two", 7, "own", "note"),
        ("d", 8, "own", "note"),
    ]
