"""Sanitised HTML to blocks: nothing is lost, and everything is what it was."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from reader.bundle.html import sanitise
from reader.domain.paper import (
    Block,
    Box,
    Heading,
    ItemList,
    Paragraph,
    Picture,
    Rule,
    Run,
    Style,
    Table,
    inner_blocks,
    passage_of,
    walk_blocks,
)
from reader.paper.blocks import blocks_of
from reader.services.plain_text import plain_text
from tests.support.worlds import WESTSHIRE


def text_of(blocks: tuple[Block, ...]) -> str:
    found: list[str] = []
    for block in walk_blocks(blocks):
        if isinstance(block, Paragraph | Heading):
            found.append("".join(run.text for run in block.runs))
        if isinstance(block, Table):
            found.append("".join(run.text for run in block.caption))
    return " ".join(found)


def test_a_chapter_becomes_blocks() -> None:
    html = (
        '<h1>1.1 Home <em>Visits</em></h1><p>See <a href="https://x.org/">this</a>.<br>Now.</p>'
        '<div class="scope"><p>Scope</p></div><ol start="3"><li>three<ul><li>inner</li></ul></li><li>four</li></ol>'
        '<hr><p><img src="manual:a/b/media/x.png" alt="Flow" width="20"></p><pre>a  b\n c</pre>'
    )
    heading, paragraph, box, listing, rule, picture, code = blocks_of(html)
    italic = frozenset({Style.ITALIC})
    assert heading == Heading(1, (Run("1.1 Home "), Run("Visits", italic)))
    assert paragraph == Paragraph(
        (Run("See "), Run("this", link="https://x.org/"), Run("."), Run("\n"), Run("Now."))
    )
    assert box == Box("scope", (Paragraph((Run("Scope"),)),))
    assert isinstance(listing, ItemList)
    assert [item.label for item in listing.items] == ["3.", "4."]
    inner = listing.items[0].blocks[1]
    assert isinstance(inner, ItemList)
    assert inner.items[0].label == "–"
    assert rule == Rule()
    assert picture == Picture("manual:a/b/media/x.png", "Flow", None, 20, 0)
    assert code == Paragraph((Run("a  b\n c"),), is_code=True)


def test_heading_rows_of_a_table_are_those_at_its_top() -> None:
    html = (
        "<table><caption>Limits</caption><thead><tr><th>A</th><th>B</th></tr></thead><tbody><tr><th>x</th>"
        '<td colspan="2" rowspan="3">y</td></tr></tbody></table>'
    )
    (table,) = blocks_of(html)
    assert isinstance(table, Table)
    assert table.heads == 1
    assert table.caption == (Run("Limits"),)
    cell = table.rows[1][1]
    assert (cell.columns, cell.rows, cell.is_head) == (2, 3, False)
    assert table.rows[1][0].is_head


def test_a_table_of_headings_alone_has_no_row_to_repeat() -> None:
    (table,) = blocks_of("<table><tr><th>A</th></tr><tr><th>B</th></tr></table>")
    assert isinstance(table, Table)
    assert table.heads == 0


def test_a_passage_ends_at_the_next_heading_of_its_level_and_stays_in_its_box() -> None:
    html = (
        '<h2 id="a">A</h2><p>1</p><h3 id="b">B</h3><p>2</p><h2 id="c">C</h2><p>3</p>'
        '<div class="related"><h3 id="d">D</h3><p>4</p></div><p>5</p>'
    )
    blocks = blocks_of(html)
    assert text_of(passage_of(blocks, "a")).split() == ["A", "1", "B", "2"]
    assert text_of(passage_of(blocks, "b")).split() == ["B", "2"]
    assert text_of(passage_of(blocks, "d")).split() == ["D", "4"]
    assert passage_of(blocks, "e") == ()


_PIECES = st.sampled_from(
    """<p> </p> <ul> <li> </li> </ul> <table> <tr> <td> <th> </td> </tr> </table> <b> </b> <div_class='note'> </div>
    <dl> <dt> <dd> </dl> <h2> </h2> <br> <hr> one _two_ three <blockquote> </blockquote> <pre> </pre> <a_href='#x'> </a>
    <caption> </caption> <thead> <ol> </ol> &amp; <img_alt='x'>""".replace("\n", " ").split()
)


@given(st.lists(_PIECES, max_size=40))
@settings(max_examples=80, deadline=None)
def test_every_word_stays_in_its_order(pieces: list[str]) -> None:
    clean = sanitise("".join(pieces).replace("_", " "), WESTSHIRE)
    wanted = [word for word in plain_text(clean).replace("- ", " ").replace(":", " ").split() if word != "-"]
    blocks = blocks_of(clean)
    captions = "<caption>" in clean  # a caption stands above its table, wherever it is written
    have, want = "".join(text_of(blocks).split()), "".join(wanted)
    assert (sorted(have) == sorted(want)) if captions else (have == want)
    assert all(isinstance(group, tuple) for block in blocks for group in inner_blocks(block))
