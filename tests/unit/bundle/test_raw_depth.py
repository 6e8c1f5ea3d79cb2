"""How deep unclean HTML may nest, counted without a parser: exactly where it is well formed, never too little."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser, LexborNode

from reader.bundle.raw_depth import is_nested_deeper_than


def _depth(html: str) -> int:
    return next(depth for depth in range(10_000) if not is_nested_deeper_than(html, depth))


@pytest.mark.parametrize(
    ("html", "depth"),
    [
        ("", 0),
        ("text > text", 0),
        ("<", 0),
        ("< div>", 0),
        ("<div>", 1),
        ("<div></div><div></div>", 1),
        ("<div><div></div></div><b><i></i></b>", 2),
        ("<div><b></b><b></b></div>", 2),
        ("<DIV></div><div></DIV><Div>", 1),
        ("<br><img><hr><input><meta>", 0),
        ("<p><li><td>", 0),
        ("<table><tr><td><table><tr><td>", 2),
        # Tags end where the standard says.
        ("<div/><div />", 2),
        ("<div\n></div\n><div\t></div/>", 1),
        ("<br a='<div><div>'><br b=\"<div>\"><br c=<div><br>", 0),
        ("<br a=1 b='2' c=\"<div><div>\" d><div>", 1),
        ("<br a b c><div><br/a/b><div>", 2),
        ("<br a = 'x' b= 'y' =c><div>", 1),
        ("<br a='>'><div>", 1),
        ("<div a='</div>'><div>", 2),
        ("<div a", 1),
        # Comments
        ("<!-- <div> --><div>", 1),
        ("<!-- <div> -- > <div> --!><div>", 1),
        ("<!--><div>--><div>", 2),
        ("<!---><div>--><div>", 2),
        ("<!----><div>", 1),
        ("<!-- <div>", 0),
        ("<div><!-- </div> --><div>", 2),
        # Only the innermost element is closed.
        ("<div></b><div>", 2),
        ("<div><b></div></b></div>", 2),
        ("</div><div>", 1),
        ("<!-- <!-- --><div>", 1),
        # Comments that are none: the first ">" ends them, whatever else seems to begin in them.
        ("<!x <!-- ><div><div>-->", 2),
        ("<!doctype html '><div><div>'>", 2),
        ("<![x<a b='><div><div>'>", 2),
        ("<![CDATA[<div>]]></div><div>", 1),
        ("<?x <a b='><div><div>'>", 2),
        ("</3 <a b='><div><div>'>", 2),
        ("<?x", 0),
        ("</><div>", 1),
        # Words of a program, or of a title, open and close nothing.
        ("<script><div><div></script><div>", 1),
        ("<script>a = '<!--' </script><div>", 2),
        ("<script>", 0),
        ("<div><title></div></title></div><div>", 1),
        ("<title><!--</title><div><div>-->", 2),
        ("<title><a b='</title><div><div>'>", 2),
        ("<textarea></textareas><div></TEXTAREA ><b>", 1),
        ("<style>p > b { } </style/><div>", 1),
        ("<title", 0),
        # White space and letters of the standard.
        ("<a\x0bb='><div><div>'>", 3),
        ("<a\u00a0b='><div><div>'>", 3),
        ("<br\fa='><div>'><div>", 1),
        ("<lin\u212a><lin\u212a>", 2),
        ("<div></d\u0130v><div>", 2),
        # From here on it depends on the tree: every tag counts.
        ("<div></div><svg><title><br b='</title>'><p></svg>", 4),
        ("<math></math><b></b><b></b>", 3),
        ("<select><option><option></select><div>", 4),
        ("<noscript></noscript><br>", 2),
        ("<plaintext></plaintext><div>", 2),
        ("<b><frameset><frame>", 3),
    ],
)
def test_elements_are_counted_as_deep_as_they_stand(html: str, depth: int) -> None:
    assert _depth(html) == depth


def _real_depth(node: LexborNode | None) -> int:
    """How deep the elements stand that a browser would make of a text, without those that it adds by itself."""
    if node is None:
        return 0
    own = 1 if node.tag in {"div", "ul", "section", "blockquote", "unknown", "lin\u212a"} else 0
    return own + max((_real_depth(child) for child in node.iter()), default=0)


_pieces = st.sampled_from(
    [
        *(
            "<div>",
            "</div>",
            "<ul>",
            "</ul>",
            "<section>",
            "</section>",
            "<br>",
            "<DIV/>",
            "<div",
            "</div",
            "<table>",
        ),
        *("<tr>", "<td>", "</table>", "<template>", "</template>", "<p>", "<blockquote>", "</blockquote>"),
        *(
            "<div a='",
            "'>",
            '<div b="',
            '">',
            "<br c=x>",
            "</ul >",
            "'",
            '"',
            "<",
            ">",
            "=",
            " ",
            "x",
            "/",
            "-",
            "!",
        ),
        *("<!--", "-->", "<!-->", "--!>", "<![CDATA[", "]]>", "<!x", "<?x", "</3", "\x0b", "\f", "\u00a0"),
        *("<script>", "</script>", "<title>", "</title>", "<style>", "</style>", "<textarea>", "</textarea>"),
        *(
            "<svg>",
            "</svg>",
            "<math>",
            "<select>",
            "</select>",
            "<noscript>",
            "</noscript>",
            "<plaintext>",
            "<xmp>",
        ),
        *("<iframe>", "</iframe>", "<lin\u212a>", "<unknown>", "</unknown>"),
    ]
)


@settings(deadline=None, max_examples=300)
@given(st.lists(_pieces, max_size=30).map("".join))
def test_no_text_nests_deeper_than_it_is_counted(html: str) -> None:
    assert _real_depth(LexborHTMLParser(html).body) <= _depth(html)


_DEEP = "<div>" * 1_000


@pytest.mark.threat(44)
@pytest.mark.parametrize(
    "html",
    [
        f"<![x<!-- >{_DEEP}",
        f"<!x <!-- >{_DEEP}",
        f"<?x <a b='>{_DEEP}'>",
        f"</3 <a b='>{_DEEP}'>",
        f"<title><!--</title>{_DEEP}",
        f"<script><a b='</script>{_DEEP}'>",
        f"<script><!-- <script></script>{_DEEP}",
        f"<a\x0bb='>{_DEEP}'>",
        "<lin\u212a>" * 1_000,
        "<svg><title><br b='</title>'>" * 1_000,
        "<svg>" + "<link></br>" * 1_000,
        f"<select><title></select><input>{_DEEP}",
        f"<noscript><!--</noscript>{_DEEP}",
    ],
    ids=lambda html: html[:32],
)
def test_nothing_hides_deep_nesting_from_the_count(html: str) -> None:
    assert is_nested_deeper_than(html, 400)
