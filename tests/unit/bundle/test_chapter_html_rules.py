"""Each rule for the HTML of chapters by itself, at its edge: what is kept, and what is just not kept."""

from __future__ import annotations

import pytest

from reader.bundle import limits
from reader.bundle.html import check_layout, passages, readable, sanitise, with_anchors
from reader.domain.contents import Passage
from reader.domain.errors import Reason
from tests.support.opening import refused
from tests.support.worlds import WESTSHIRE

_MEDIA = "manual:westshire/procedures/media/"


def _clean(html: str) -> str:
    return sanitise(html, WESTSHIRE)


@pytest.mark.parametrize(
    "value",
    [
        "#a",
        "#a.b_c:d-e",
        "#" + "a" * 121,
        "manual:eastshire/procedures/home-visits@123456789#a.b",
        "manual:eastshire/procedures/home-visits#" + "a" * 120,
        "https://a",
        "http://example.org/" + "a" * 1900,
        "mailto:a@example.org",
        "tel:0",
    ],
)
def test_a_link_of_a_known_kind_is_kept(value: str) -> None:
    assert _clean(f'<p><a href="{value}">x</a></p>') == f'<p><a href="{value}">x</a></p>'


@pytest.mark.parametrize(
    "value",
    [
        "#",
        "#a b",
        "#-a",
        "#a!",
        "#" + "a" * 122,
        "#a#b",
        "manual:eastshire/procedures/home-visits?x",
        "manual:eastshire/procedures/home-visits#a b",
        "manual:eastshire/procedures/home-visits@1234567890",
        "manual:eastshire/procedures/home-visits@3#a@4",
        "manual:eastshire/procedures/home-visits#" + "a" * 121,
        "manual:eastshire",
        "manual://eastshire/procedures",
        "http://",
        "http:example.org",
        "http://a b",
        "http://example.org/\u00a0x",
        "https://" + "a" * 2001,
        "mailto:a@example.org b",
        "tel:",
        "ftp://example.org",
    ],
)
def test_a_link_that_is_nearly_of_a_known_kind_is_not_kept(value: str) -> None:
    assert "href" not in _clean(f'<p><a href="{value}">x</a></p>')


@pytest.mark.parametrize("name", ["a.png", "0.jpg", "a" * 81 + ".png"])
def test_a_picture_of_the_manual_is_kept(name: str) -> None:
    assert _clean(f'<p><img src="{_MEDIA}{name}"></p>') == f'<p><img src="{_MEDIA}{name}"></p>'


@pytest.mark.parametrize(
    "name", ["a" * 82 + ".png", "-a.png", "A.png", "a.PNG", "a.png.html", "a.jpeg", ".png", "a b.png"]
)
def test_a_picture_by_another_name_is_not_kept(name: str) -> None:
    assert "src" not in _clean(f'<p><img src="{_MEDIA}{name}"></p>')


@pytest.mark.parametrize("attribute", ["width", "height"])
@pytest.mark.parametrize("value", ["0", "10001", "99999", "100000", "1x", "1.5", "-1", "1%", "\u0661"])
def test_a_size_out_of_bounds_is_not_kept(attribute: str, value: str) -> None:
    assert _clean(f'<p><img alt="x" {attribute}="{value}"></p>') == '<p><img alt="x"></p>'
    assert f'{attribute}="10000"' in _clean(f'<p><img alt="x" {attribute}="10000"></p>')


@pytest.mark.parametrize("value", ["0", "-1", "x", "5x", "100000", "1 2", "\u0661"])
def test_a_list_begins_at_no_other_number(value: str) -> None:
    assert _clean(f'<ol start="{value}"><li>x</li></ol>') == "<ol><li>x</li></ol>"
    assert 'start="99999"' in _clean('<ol start="99999"><li>x</li></ol>')


@pytest.mark.parametrize("attribute", ["id", "name"])
@pytest.mark.parametrize("value", ["a b", "-a", "", "a!", "a/b", "a" * 122, "\u00e9"])
def test_an_anchor_by_another_name_is_not_kept(attribute: str, value: str) -> None:
    assert f"{attribute}=" not in _clean(f'<p><a {attribute}="{value}">x</a></p>')
    assert f'{attribute}="{"a" * 121}"' in _clean(f'<p><a {attribute}="{"a" * 121}">x</a></p>')


@pytest.mark.parametrize("tag", ["script", "style", "title", "svg", "math", "template", "noscript"])
def test_the_words_inside_of_what_is_no_text_are_not_kept(tag: str) -> None:
    """Else a reader would see the text of a program, or what a browser would hide."""
    assert "hidden" not in _clean(f"<p>Before</p><{tag}>hidden words</{tag}><p>After</p>")


def test_spaces_around_a_value_are_not_kept() -> None:
    assert (
        _clean('<p><a href=" https://example.org ">x</a></p>') == '<p><a href="https://example.org">x</a></p>'
    )


# Passages


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain text", "plain text"),
        ("AT&T", "AT&T"),
        ("a<p>b</p>c", "a b c"),
        ("<p>a</p><p>b</p>", "a b"),
        ("a<b>b</b>c<i>d</i>", "abcd"),
        ("a<br>b<hr>c", "a b c"),
    ],
)
def test_blocks_part_words_and_nothing_else_does(html: str, text: str) -> None:
    assert passages(html) == (Passage(None, "", 0, text),)


def test_a_heading_goes_on_behind_what_is_marked_in_it() -> None:
    assert passages("<h2>One <b>two</b> three</h2><p>x</p>") == (Passage(None, "One two three", 2, "x"),)


def test_a_heading_that_is_left_open_gets_an_anchor_too() -> None:
    assert with_anchors("<h2>Aims") == '<h2 id="aims">Aims'


# What is measured


def test_what_is_shown_is_cleaned_and_measured() -> None:
    assert readable("<p>caf\u00e9</p><script>x</script>".encode(), WESTSHIRE) == "<p>caf\u00e9</p>"
    assert readable(b"<p>\xff</p>", WESTSHIRE) == "<p>\ufffd</p>"
    with refused(Reason.CHAPTER_TOO_COMPLEX, "a word is longer"):
        readable(b"<p>" + b"x" * (limits.WORD_CHARACTERS + 1) + b"</p>", WESTSHIRE)


def test_text_outside_of_any_element_is_measured() -> None:
    with refused(Reason.CHAPTER_TOO_COMPLEX, "a word is longer"):
        check_layout("x" * (limits.WORD_CHARACTERS + 1))


@pytest.mark.parametrize(
    "html", ["{0}<p>{0}</p>", "<p>{0}</p>{0}", "{0}<br>{0}", "<ul><li>{0}</li><li>{0}</li></ul>"]
)
def test_each_block_begins_a_paragraph_of_its_own(html: str) -> None:
    check_layout(html.format("word " * (limits.PARAGRAPH_CHARACTERS // 5)))
    check_layout(html.format("x" * limits.WORD_CHARACTERS))


def test_inline_elements_do_not_begin_a_paragraph() -> None:
    with refused(Reason.CHAPTER_TOO_COMPLEX, "a paragraph is longer"):
        check_layout("<p>{0}<b>{0}</b></p>".format("word " * (limits.PARAGRAPH_CHARACTERS // 6)))


def test_an_element_without_an_end_closes_no_other() -> None:
    deep = "<div>" * limits.ELEMENT_DEPTH
    check_layout(f"{deep}<br><img><hr>")
    for void in ("<br/>", "</br>", "<img/>"):
        with refused(Reason.CHAPTER_TOO_COMPLEX, "nested"):
            check_layout(f"{deep}{void}<div>")


def test_tables_beside_each_other_are_not_nested() -> None:
    table = "<table><tbody><tr><td>x</td></tr></tbody></table>"
    check_layout(table * (limits.TABLE_NESTING + 1))


def test_cells_and_ends_of_tables_that_are_none_are_measured_without_a_fault() -> None:
    check_layout("</table><td>x</td></table>")
    with refused(Reason.CHAPTER_TOO_COMPLEX, "its tables have more than"):
        check_layout("<td colspan=200 rowspan=61>x</td>")
