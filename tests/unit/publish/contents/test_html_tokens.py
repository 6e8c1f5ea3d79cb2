"""What a page says is told as browsers understand it, however its tags are nested."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser, LexborNode

from reader.publish.contents.html import html_page
from reader.publish.contents.html_tokens import Kind, tokens_of

_EMPTY = ("br", "hr", "img", "wbr")
_NAMES = (
    *(
        "a",
        "b",
        "button",
        "caption",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "em",
        "font",
        "footer",
        "form",
        "h1",
        "h2",
        "i",
    ),
    *(
        "li",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "span",
        "strong",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ),
    *_EMPTY,
)
_TAG = st.builds("<{}{}>".format, st.sampled_from(("", "", "/")), st.sampled_from(_NAMES))
_PIECES = st.lists(
    _TAG | st.sampled_from(("1.2 Kinship", " ", "\n", "&amp;", "&nbsp;", "<", "’")), max_size=30
)


def _browser_tokens(node: LexborNode) -> Iterator[tuple[Kind, str]]:
    child = node.child
    while child is not None:
        tag = child.tag or ""
        if tag == "-text":
            yield Kind.TEXT, child.text_content or ""
        elif tag in _EMPTY:
            yield Kind.EMPTY, tag
        else:
            yield Kind.START, tag
            yield from _browser_tokens(child)
            yield Kind.END, tag
        child = child.next


@given(_PIECES)
def test_every_page_is_told_as_an_independent_parser_understands_it(pieces: list[str]) -> None:
    markup = "<!DOCTYPE html><body>" + "".join(pieces)
    body = LexborHTMLParser(markup).body
    assert body is not None
    assert [(token.kind, token.name) for token in tokens_of(markup)] == list(_browser_tokens(body))


def _texts(markup: str) -> list[str]:
    return [line.text for line in html_page(markup).lines]


@pytest.mark.parametrize(
    "name", ["script", "style", "svg", "select", "textarea", "template", "noscript", "title"]
)
def test_what_no_reader_sees_as_text_is_left_out(name: str) -> None:
    assert _texts(f"<p>1. Visits</p><{name}>2. Hidden</{name}><p>3. Kinship care</p>") == [
        "1. Visits",
        "3. Kinship care",
    ]


def test_a_page_whose_body_is_of_a_class_for_breadcrumbs_is_read() -> None:
    assert _texts("<body class='no-breadcrumbs'><p>1. Visits</p><p class='breadcrumbs'>Home</p>") == [
        "1. Visits"
    ]


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        ("<html><head><meta charset=utf-8><title>The manual</title></head><body><p>1. Visits", "The manual"),
        ("<p>1. Visits</p><title>Not of the page</title>", None),
        ("1. Visits<title>Not of the page</title>", None),
        ("<svg><title>A house</title></svg><p>1. Visits</p>", None),
    ],
)
def test_the_title_of_a_page_stands_before_all_that_is_shown(markup: str, title: str | None) -> None:
    assert html_page(markup).head_title == title


@pytest.mark.parametrize(
    "href", ["a.html", "../b.html#c", "https://procedures.example/1", "file:///c/1.html", "#d"]
)
def test_links_lead_where_the_page_says(href: str) -> None:
    assert [line.href for line in html_page(f"<p><a href='{href}'>1. Visits</a></p>").lines] == [href]
