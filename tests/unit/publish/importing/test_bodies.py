"""What a document's body becomes: blocks, boxes, headings in steps, and not a word lost on the way."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree

from reader.publish.importing.body import Body, BodyReader
from reader.publish.importing.elements import with_real_characters
from reader.publish.importing.findings import Findings, Outcome
from reader.publish.importing.flatten import flat
from reader.publish.importing.labels import box_of
from reader.publish.words import words_of


def _read(
    markup: str, titles: tuple[str, ...] = (), wanted: frozenset[str] = frozenset()
) -> tuple[Body, Findings]:
    root = etree.fromstring(f"<html><body>{markup}</body></html>", etree.HTMLParser()).find("body")
    assert root is not None
    findings = Findings()
    return BodyReader("page.html", findings).read(root, titles, wanted), findings


def _html(markup: str) -> str:
    """The body with its lines joined, as far as they part blocks."""
    return re.sub(r">\n<", "><", _read(markup)[0].html).strip()


@pytest.mark.parametrize(
    ("markup", "html"),
    [
        ("<div><div><p>a</p></div>b<span>c</span><section>d</section></div>", "<p>a</p><p>bc</p><p>d</p>"),
        ("one<br><br>two<br>three", "<p>one</p><p>two<br>three</p>"),
        ("<p>a<ul><li>b</ul>", "<p>a</p><ul><li>b</li></ul>"),
        ("<ul><li>a</li><ul><li>b</li></ul></ul>", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("<ol start=3><li><p>a</p></li></ol>", '<ol start="3"><li>a</li></ol>'),
        ("<dl><dt>Term<dd>Meaning<dd>More</dl>", "<dl><dt>Term</dt><dd><p>Meaning</p><p>More</p></dd></dl>"),
        ("<q>said</q> <del>old</del> <kbd>k</kbd>", "<p>“said” <s>old</s> <code>k</code></p>"),
        ("<details><summary>More</summary>inside</details>", "<p><strong>More</strong></p><p>inside</p>"),
        ("<pre>  two\n   lines</pre>", "<pre>  two\n   lines</pre>"),
        ("<table><tr><td>alone</td></tr></table>", "<p>alone</p>"),
        ("<input type=checkbox checked> Yes", "<p>☑ Yes</p>"),
        (
            "<img src=a.png alt='a \"b\"'>",
            '<p><img src="a.png" alt="a &quot;b&quot;" data-source-line="1"></p>',
        ),
        ("<p><abbr title='6\" wide'>x</abbr></p>", '<p><abbr title="6&quot; wide">x</abbr></p>'),
        ("<unknown-thing>words</unknown-thing><o:p>office</o:p>", "<p>wordsoffice</p>"),
    ],
)
def test_blocks_come_out_plain(markup: str, html: str) -> None:
    assert _html(markup) == html


def test_tables_keep_heads_captions_and_spans() -> None:
    html = _html(
        "<table border=1><caption>Visits</caption><thead><tr><th>Who<th>When</thead>"
        "<tr><td colspan=2 style='x'>Daily<tr><td>Nurse<td>May<tfoot><tr><td>End<td>.</tfoot></table>"
    )
    assert html == (
        "<table><caption>Visits</caption><thead><tr><th>Who</th><th>When</th></tr></thead>"
        '<tbody><tr><td colspan="2">Daily</td></tr><tr><td>Nurse</td><td>May</td></tr></tbody>'
        "<tfoot><tr><td>End</td><td>.</td></tr></tfoot></table>"
    )


def test_a_first_row_in_bold_is_the_head_of_its_table() -> None:
    html = _html("<table><tr><td><b>Who</b><td><p><b>When</b></p><tr><td>Nurse<td>May</table>")
    assert html.count("<th>") == 2
    assert "<b>" not in html


def test_words_between_cells_stand_before_the_table() -> None:
    html = _html("<table><caption>one</caption><caption>two</caption>stray<tr>odd<td>a<td>b</tr>late</table>")
    assert re.findall(r"\w+", words_of(html)) == ["two", "stray", "odd", "late", "one", "a", "b"]


# Headings


@pytest.mark.parametrize(
    ("markup", "tags"),
    [
        ("<h3>a</h3><h4>b</h4><h3>c</h3>", ["h2", "h3", "h2"]),
        ("<h2>1. a</h2><h2>1.1 b</h2><h2>1.1.1 c</h2><h2>2. d</h2>", ["h2", "h3", "h4", "h2"]),
        ("<p><b>1. a</b></p><p><b>1.1 b</b></p><p>1.2 no heading</p>", ["h2", "h3"]),
        ("<h2>Appendix 1: Flow</h2><h3>Step</h3>", ["h2", "h3"]),
    ],
)
def test_headings_go_in_steps(markup: str, tags: list[str]) -> None:
    assert re.findall(r"<(h\d)", _html(markup)) == tags


@pytest.mark.parametrize(
    ("markup", "title", "heading"),
    [
        ("<h1>Contact</h1><p>x</p>", "Contact", "Contact"),
        ("<h2>1.1 Contact</h2><p>x</p>", "Contact", "1.1 Contact"),
        ("<h1>Another name</h1><p>x</p>", "Contact", "Another name"),
        ("<h2>First passage</h2><p>x</p>", "Contact", None),
    ],
)
def test_the_title_is_no_part_of_the_body(markup: str, title: str, heading: str | None) -> None:
    body, _ = _read(markup, (title,))
    assert body.heading == heading
    assert ("<h" in body.html) == (heading is None)


# Boxes


@pytest.mark.parametrize(
    ("label", "box"),
    [
        ("SCOPE OF THIS CHAPTER", "scope"),
        ("Related Chapters", "related"),
        ("Relevant Chapters:", "related"),
        ("Other Chapters", "related"),
        ("Relevant Guidance", "guidance"),
        ("Legislation", "legislation"),
        ("Regulations and Standards", "legislation"),
        ("Forms", "forms"),
        ("NOTE", "note"),
        ("Amendment", "amendment"),
        ("Contact", None),
        ("Scope of this chapter and of everything else that was ever written down", None),
    ],
)
def test_labels_name_boxes(label: str, box: str | None) -> None:
    assert box_of(label) == box
    framed = _html(f"<div class=panel><h4>{label}</h4><p>inside</p></div><p>outside</p>")
    if box:
        assert framed == f'<div class="{box}"><h2>{label}</h2><p>inside</p></div><p>outside</p>'
    else:
        assert framed == f"<h2>{label}</h2><p>inside</p><p>outside</p>"


def test_a_box_without_a_frame_ends_at_the_next_heading_of_its_kind() -> None:
    html = _html("<h2>Forms</h2><p>a</p><h2>1. Next</h2><p>b</p>")
    assert html == '<div class="forms"><h2>Forms</h2><p>a</p></div><h2>1. Next</h2><p>b</p>'


def test_a_table_of_one_cell_is_a_box() -> None:
    html = _html("<table><tr><td><b>Amendment</b><p>In May the visits changed.</p></td></tr></table>")
    assert html == '<div class="amendment"><h2>Amendment</h2><p>In May the visits changed.</p></div>'


def test_a_note_in_bold_stands_out() -> None:
    assert _html("<p><b>Note:</b> take care</p>") == '<p class="note"><b>Note:</b> take care</p>'


def test_a_labelled_paragraph_in_a_box_keeps_its_pictures_and_emphasis() -> None:
    html = _html('<div><b>Note</b>: see the <em>plan</em> <img src="a.png" alt="flow"></div>')
    assert "<em>plan</em>" in html
    assert "<img" in html


# Anchors


def test_fragments_that_are_asked_for_become_anchors() -> None:
    body, _ = _read(
        '<a name="old"></a><h2 id="v">Visits</h2><p>x</p><a name="end"></a>',
        wanted=frozenset({"old", "v", "end"}),
    )
    assert body.anchors == {"old": "visits", "v": "visits", "end": "end"}
    assert '<h2 id="visits">Visits</h2>' in body.html


def test_names_that_nothing_leads_to_are_no_anchors() -> None:
    assert "id=" not in _read('<h2 id="v">Visits</h2>')[0].html


# What cannot stay


@pytest.mark.parametrize(
    ("markup", "said"),
    [
        ('<iframe src="https://v.example/1" title="Film"></iframe>', "an embedded page “Film”"),
        ("<object data=x.swf></object>", "an embedded object cannot be part of a bundle (x.swf)"),
        ("<video src=a.mp4></video>", "a video"),
        ("<svg><text>Flow</text></svg>", "a drawing (SVG) “Flow”"),
        ("<canvas></canvas>", "a drawing made by a script"),
        ("<textarea>Name of child</textarea>", "a field to fill in (“Name of child”)"),
        ("<select><option>North<option>South</select>", "a field to fill in (“NorthSouth”)"),
    ],
)
def test_what_no_bundle_carries_is_named_with_its_line(markup: str, said: str) -> None:
    _, findings = _read(f"<p>a</p>\n{markup}")
    [finding] = findings.all()
    assert (finding.line, finding.outcome) == (2, Outcome.LEFT_OUT)
    assert finding.text.startswith(said)


def test_an_embedded_page_of_the_web_becomes_a_link() -> None:
    html = _html('<p><iframe src="https://v.example/1" title="Film"></iframe></p>')
    assert html == '<p><a href="https://v.example/1">Film</a></p>'


@pytest.mark.parametrize(
    "attribute", ["onclick=x()", "style='x'", "{{ng}}=x", "@click=x", "[x]=y", "é=1", '"=2']
)
def test_no_attribute_but_the_known_ones_stays(attribute: str) -> None:
    assert _html(f"<p {attribute}>a <a{attribute[:1]} {attribute}>b</a></p>").startswith("<p>a ")


# No word is lost


_TAGS = (
    "div section header figure figcaption fieldset legend details summary blockquote p h1 h2 h3 ul ol li dl dt dd"
    " table caption thead tbody tr td th pre span strong em a q sub code font custom-x small button form main picture"
    " ruby rt center label address"
)
_LABELS = (
    "Scope of this chapter",
    "Note:",
    "Note: see",
    "Related Chapters",
    "1. First",
    "1.2 Second",
    "Forms",
)


def _joined(parts: list[str]) -> str:
    return "".join(parts)


def _wrapped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    element = st.builds(
        lambda tag, text: f"<{tag} id=x>{text}</{tag}>", st.sampled_from(_TAGS.split()), inner
    )
    return st.lists(st.one_of(element, inner), min_size=1, max_size=4).map(_joined)


_LEAVES = st.sampled_from(
    (" @ ", " @ ", "@", "<br>", "<br><br>", "<hr>", "<noscript>@ </noscript>", *_LABELS)
)


@settings(deadline=None, max_examples=300, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.recursive(_LEAVES, _wrapped, max_leaves=20))
@example("<table> @ <tr> @ <td>@</td><td>@</td> @ </tr> @ </table>")
@example("<table><td><button>@</button><tr></tr> @ </td></table>")
@example("<table><caption>@</caption><caption>@</caption><tr><td>@</td><td>@</td></tr></table>")
@example("<h1>@</h1><div><b>Note</b>: @ <em>@</em></div>")
@example("<ul>@<div><li>@</li>@</div><ul><li>@</li></ul></ul><dl>@<div><dt>@<dd>@</div></dl>")
def test_no_word_is_lost_and_none_stands_twice(markup: str) -> None:
    numbers = iter(range(10_000))
    numbered = re.sub("@", lambda _: f"w{next(numbers)}x", markup)
    root = etree.fromstring(f"<html><body>{numbered}</body></html>", etree.HTMLParser()).find("body")
    if root is None:
        return
    before = re.findall(r"w\d+x", "".join(str(text) for text in root.itertext()))
    findings = Findings()
    body = BodyReader("page.html", findings).read(root, (), frozenset({"x"}))
    after = re.findall(r"w\d+x", words_of(body.html))
    named = re.findall(r"w\d+x", " ".join([body.heading or "", *map(str, findings.all())]))
    assert sorted([*after, *named]) == sorted(before)
    assert not body.anchors or f'id="{body.anchors["x"]}"' in body.html


@settings(deadline=None, max_examples=200, derandomize=True)
@given(st.text(max_size=60), st.text(max_size=20))
def test_any_characters_can_be_text_and_attribute(text: str, name: str) -> None:
    markup = "".join(f"&#{ord(character)};" for character in text)
    root = etree.fromstring(
        f"<html><body><q>{markup}</q><p><a href='x{markup}'>{markup}</a></p></body></html>",
        etree.HTMLParser(),
    ).find("body")
    assert root is not None
    with_real_characters(root)
    html = BodyReader(name, Findings()).read(root).html
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", html.replace("\x81", ""))


@pytest.mark.parametrize("tag", ["div", "blockquote", "summary", "span", "p", "ul><li", "table><tr><td"])
def test_elements_nest_as_deep_as_pages_may(tag: str) -> None:
    depth = 98 // (tag.count(">") + 1)
    opening = f"<{tag}>" * depth
    root = etree.fromstring(f"<html><body>{opening}deep</body></html>", etree.HTMLParser()).find("body")
    assert root is not None
    assert "deep" in "".join(str(text) for block in flat(root) for text in block.itertext())
    assert "deep" in _read(f"{opening}deep")[0].html
