"""What a chapter becomes for the window: the same words in the same order, in parts that are laid out one by one."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.bundle import screen_html
from reader.bundle.html import check_layout, readable, sanitise
from reader.bundle.screen_html import check_screen, for_screen
from reader.domain.errors import Reason
from tests.support.opening import reason_of, refused
from tests.support.worlds import CHAPTERS, WESTSHIRE

_TAG = re.compile(r"<[^>]*>")


def _table(rows: int, columns: int, text: str = "words", *, header: bool = False) -> str:
    head = "<thead><tr>" + "".join(f"<th>Head {c}</th>" for c in range(columns)) + "</tr></thead>"
    body = "".join(
        "<tr>" + "".join(f"<td>{text} {r}.{c}</td>" for c in range(columns)) + "</tr>" for r in range(rows)
    )
    return f"<table>{head if header else ''}<tbody>{body}</tbody></table>"


def _nested(depth: int, inner: str) -> str:
    return "<table><tbody><tr><td>" * depth + inner + "</td></tr></tbody></table>" * depth


def _words(html: str) -> list[str]:
    return _TAG.sub(" ", html).split()


def _clean(html: str) -> str:
    return sanitise(html, WESTSHIRE)


def _cells_of_each_table(html: str) -> list[int]:
    """How many cells stand in each outermost table."""
    counts: list[int] = []
    depth = 0
    for end, tag in re.findall(r"<(/?)([a-z][a-z0-9]*)", html):
        if tag == "table":
            depth += -1 if end else 1
            if depth == 1 and not end:
                counts.append(0)
        elif tag in {"td", "th"} and not end:
            counts[-1] += 1
    return counts


def test_an_honest_chapter_stays_as_it_is() -> None:
    for html in (*CHAPTERS.values(), _table(40, 4), "<ul>" + "<li>x</li>" * 60 + "</ul>", ""):
        clean = _clean(html)
        assert for_screen(clean) == clean
        check_screen(clean)


@pytest.mark.threat(44)
@pytest.mark.parametrize(
    "html",
    [
        _table(1_190, 5, "some words"),
        _table(6_000, 1),
        _table(300, 20),
        _table(30, 200, "x"),
        _nested(1, _table(1_190, 5)),
        _nested(3, _table(1_190, 5)),
        _nested(2, "<p>" + "<p>many words in a paragraph</p>" * 2_000),
        "<table>" + f"<tr><td>{_table(5, 4)}</td><td>{_table(5, 4)}</td></tr>" * 100 + "</table>",
        "<table><tr>" + f"<td>{'word ' * 11_000}</td>" * 6 + "</tr></table>",
    ],
    ids=[
        "long",
        "one column",
        "20 columns",
        "200 columns",
        "in one",
        "in three",
        "paragraphs",
        "of tables",
        "text",
    ],
)
def test_a_large_table_becomes_small_ones_with_the_same_words(html: str) -> None:
    clean = _clean(html)
    shown = for_screen(clean)
    assert max(_cells_of_each_table(shown), default=0) <= 600
    words = _words(clean)
    if "shown row by row" in shown:
        assert not set(words) - set(_words(shown))
    else:
        assert _words(shown) == words
    assert _clean(shown).count("<td") == shown.count("<td"), "it is good HTML"


def test_the_pieces_of_a_table_have_columns_of_the_same_width() -> None:
    shown = for_screen(_clean(_table(600, 3, "a longer text", header=True)))
    assert shown.count("<table") > 2
    rows = re.findall(r"<table[^>]*><tr>(.*?)</tr>", shown)
    assert len({tuple(re.findall(r'width="(\d+)%"', row)) for row in rows}) == 1
    assert len(re.findall(r'width="(\d+)%"', rows[0])) == 3
    assert shown.count("Head 0") == 1
    assert len(set(re.findall(r'<table[^>]* width="(\d+)%"', shown))) == 1


def test_what_a_table_says_of_itself_stands_before_its_first_piece_only() -> None:
    table = _table(600, 3).replace("<table>", '<table id="times" class="forms"><caption>Times</caption>')
    shown = for_screen(_clean(table))
    assert shown.count("Times") == shown.count('id="times"') == 1
    assert shown.count('class="forms"') == 1
    assert shown.count('class="forms part"') == shown.count("<table") - 1


def test_anchors_links_and_marks_of_cells_stay() -> None:
    table = _table(600, 3).replace(
        "<td>words 500.1", '<td id="there"><a href="#before">a</a> <b>words 500.1</b>'
    )
    shown = for_screen(_clean(table))
    assert '<td id="there"' in shown
    assert '<a href="#before">a</a> <b>words 500.1</b>' in shown


def test_rows_with_a_header_name_its_columns_when_they_are_shown_as_blocks() -> None:
    shown = for_screen(_clean(_table(3, 40, header=True)))
    assert "<table" not in shown
    assert "This table is large, so it is shown row by row." in shown
    assert "<b>Head 7:</b> words 2.7" in shown
    assert shown.count("<p>") == 4


def test_anchors_of_a_row_that_is_shown_as_blocks_stay() -> None:
    table = (
        _table(3, 40).replace("<table>", '<table id="t">').replace("<td>words 1.3<", '<td id="c">words 1.3<')
    )
    shown = for_screen(_clean(table.replace("<tr><td>words 2.0<", '<tr id="r"><td>words 2.0<')))
    for anchor in ("t", "c", "r"):
        assert shown.count(f'id="{anchor}"') == 1, anchor


def test_a_cell_that_reaches_over_the_edge_of_a_piece_goes_on_as_an_empty_one() -> None:
    body = "".join(
        f'<tr><td rowspan="200">group {start}</td><td>x</td></tr>' + "<tr><td>y</td></tr>" * 199
        for start in range(10)
    )
    shown = for_screen(_clean(f"<table>{body}</table>"))
    assert shown.count("<table") > 2
    for piece in re.findall(r"<table.*?</table>", shown):
        rows = re.findall(r"<tr>(.*?)</tr>", piece)
        spans = [int(span) for span in re.findall(r'rowspan="(\d+)"', piece)]
        assert sum(spans) + piece.count("group") * 0 <= len(rows)
        assert len(re.findall("<td", rows[0])) == 2, "the first row of each piece has both columns"
    assert [word for word in _words(shown) if word.isdigit()] == [str(n) for n in range(10)]


@pytest.mark.parametrize("tag", ["ul", "ol"])
def test_a_long_list_becomes_short_ones_that_go_on_counting(tag: str) -> None:
    clean = _clean(f'<{tag} id="list">' + "<li>x <b>y</b></li>" * 950 + f"</{tag}>")
    shown = for_screen(clean)
    lists = re.findall(rf"<{tag}.*?</{tag}>", shown)
    assert sum(part.count("<li>") for part in lists) == 950
    assert max(part.count("<li>") for part in lists) <= 100
    assert shown.count('id="list"') == 1
    if tag == "ol":
        assert re.findall(r'start="(\d+)"', shown) == [str(n) for n in range(101, 950, 100)]
        assert 'start="105"' in for_screen(_clean('<ol start="5">' + "<li>x</li>" * 150 + "</ol>"))


def test_long_lists_in_lists_are_cut_too() -> None:
    clean = _clean("<ul><li>a<ol>" + "<li>x</li>" * 250 + "</ol></li></ul>")
    shown = for_screen(clean)
    assert shown.count("<ol") == 3
    assert shown.count("<ul") == 1
    assert _words(shown) == _words(clean)


def test_of_very_many_anchors_those_that_are_linked_to_and_headings_stay() -> None:
    html = "".join(f'<p id="p{n}">x</p>' for n in range(3_000))
    shown = for_screen(
        _clean(f'{html}<h2 id="heading">y</h2><p><a href="#p2999">z</a><a name="old">o</a></p>')
    )
    kept = re.findall(r'\s(?:id|name)="([^"]*)"', shown)
    assert len(kept) == len(set(kept)) == 500
    assert {"heading", "p2999", "p0"} <= set(kept)
    assert shown.count("<p>") + shown.count("<p id") == 3_001


def test_tabs_of_code_are_written_as_spaces_and_other_tabs_stay() -> None:
    shown = for_screen(_clean("<pre>a\tb<b>\tc</b></pre><p>d\te</p>"))
    assert shown == "<pre>a    b<b>    c</b></pre><p>d\te</p>"


OVER: dict[str, tuple[Callable[[int], str], int, str]] = {
    "elements": (lambda n: "<p>x</p>" * n, screen_html.ELEMENTS, "elements"),
    "tables": (lambda n: "<table><tbody><tr><td>x</td></tr></tbody></table>" * n, 3_200, "elements"),
    "lines of code": (lambda n: "<pre>" + "x\n" * (n - 1) + "x</pre>", screen_html.ELEMENTS, "lines of code"),
    "tabs": (lambda n: "<pre>x" + "\tx" * (n - 1) + "</pre>", screen_html.ELEMENTS, "lines of code"),
    "lines": (lambda n: f"<p>{'x<br>' * n}</p>", screen_html.LINE_BREAKS, "lines"),
    "inline elements": (lambda n: f"<p>{'<b>x</b> ' * n}</p>", screen_html.INLINE_ELEMENTS, "elements"),
    "unusual scripts": (
        lambda n: f"<p>{'ก ' * n}</p>", screen_html.PARAGRAPH_UNUSUAL, "unusual scripts",
    ),
    "unusual scripts in all": (
        lambda n: "<p>" + "<br></p><p>".join(["語 " * (n // 12 + (i < n % 12)) for i in range(12)]) + "</p>",
        screen_html.CHAPTER_UNUSUAL,
        "unusual scripts",
    ),
    "invisible characters": (
        lambda n: "<p>" + "</p><p>".join(["a\u00ad" * 400 + " "] * (n // 400)) + "\u00ad" * (n % 400) + "</p>",
        screen_html.ZERO_WIDTH,
        "cannot be seen",
    ),
}  # fmt: skip


@pytest.mark.threat(44)
@pytest.mark.parametrize("name", list(OVER))
def test_a_chapter_at_a_limit_of_the_window_is_shown_and_one_over_it_is_not(name: str) -> None:
    make, limit, words = OVER[name]
    at_limit, over = _clean(make(limit)), _clean(make(limit + 1))
    check_layout(over)
    check_screen(at_limit)
    with refused(Reason.CHAPTER_TOO_COMPLEX, words):
        check_screen(over)
    with refused(Reason.CHAPTER_TOO_COMPLEX, words):
        readable(over.encode(), WESTSHIRE)


def test_the_limits_of_the_window_leave_room_for_long_honest_chapters() -> None:
    accented = "Żółć à côté — “naïve” ½ €5 … "
    chapter = "".join(
        f"<h2>Part {n}</h2><p>{accented * 30}<b>x</b><a href='#a'>y</a></p><ul>{'<li>item</li>' * 20}</ul>"
        for n in range(300)
    )
    check_screen(_clean(chapter + _table(1_000, 5)))
    check_screen(_clean("<p>" + "نص عربي " * 1_000 + "</p>" + "<p>中文字</p>" * 5_000))


_cells = st.sampled_from(
    [
        "<td>a</td>", "<th>h</th>", '<td rowspan="3">b</td>', '<td colspan="2">c</td>', "<td><p>d</p>e</td>",
        '<td rowspan="200" colspan="3">f</td>', f"<td>{_table(3, 2)}</td>", "<td></td>", "<td>&amp; &lt;</td>",
        f"<td>{'long ' * 9_000}</td>", '<td id="x"><a href="#y">g</a></td>', "<td><br><ul><li>i</li></ul></td>",
    ]
)  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.lists(_cells, max_size=8).map("".join), min_size=1, max_size=60),
    st.integers(1, 12),
    st.sampled_from(["", "<caption>cap</caption>"]),
)
def test_any_table_keeps_its_words_in_order(rows: list[str], times: int, caption: str) -> None:
    clean = _clean(
        f"<p>before</p><table>{caption}{''.join(f'<tr>{row}</tr>' for row in rows * times)}</table>"
    )
    shown = for_screen(clean)
    # Words of header cells are said again before the values of their columns.
    said_again = re.sub(r"<b>[^<]*:</b> ", "", shown).replace("; <span", " <span")
    said_again = said_again.replace("This table is large, so it is shown row by row.", "")
    assert _words(said_again) == _words(clean)
    again = _clean(shown)
    for tag in ("table", "tr", "td", "p", "div", "span"):
        assert again.count(f"<{tag}") == shown.count(f"<{tag}"), f"{tag}: it is good HTML"


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=100))
def test_any_text_raises_nothing_but_a_refusal(html: str) -> None:
    assert reason_of(lambda: check_screen(html)) in {None, Reason.CHAPTER_TOO_COMPLEX}
    assert reason_of(lambda: check_screen(_clean(html))) in {None, Reason.CHAPTER_TOO_COMPLEX}
    clean = _clean(html)
    assert for_screen(clean) == clean


def test_a_box_is_framed_as_a_table_of_one_cell_with_every_word_in_it() -> None:
    shown = for_screen(
        '<div class="scope"><h2 id="a">Scope</h2><p>Whom it is <b>for</b>.</p></div><p>After</p>'
    )
    assert shown == (
        '<table class="box" width="100%" cellspacing="0"><tr><td class="scope"><h2 id="a">Scope</h2>'
        "<p>Whom it is <b>for</b>.</p></td></tr></table><p>After</p>"
    )


@pytest.mark.parametrize(
    "html",
    [
        '<div class="scope"><table><tbody><tr><td>a</td></tr></tbody></table></div>',
        '<div class="scope"><div class="note">a</div></div>',
        '<div class="warning">' + "a " * 5_000 + "</div>",
        "<div>no box</div>",
    ],
)
def test_a_box_that_holds_more_than_words_stays_a_box(html: str) -> None:
    assert '<table class="box"' not in for_screen(html) or "note" in html


def test_hundreds_of_boxes_are_not_framed() -> None:
    html = '<div class="note">a</div>' * 500
    assert for_screen(html) == html
