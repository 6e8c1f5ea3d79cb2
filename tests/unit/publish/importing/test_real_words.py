"""Word procedures as councils have them: what Word, LibreOffice and hurried people make of a chapter."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from reader.publish.importing.findings import Findings, Outcome
from reader.publish.importing.word import read_word
from tests.support.word_files import heading, paragraph, part, run, table, word_file
from tests.unit.publish.importing.sources import WORDS, Imported, imported


def _html(body: str, parts: dict[str, bytes] | None = None, findings: Findings | None = None) -> str:
    root = read_word("a.docx", word_file(body, parts), findings or Findings()).root
    return "".join(etree.tostring(child, encoding="unicode", method="html") for child in root)


def _imported(tmp_path: Path, body: str, name: str = "4.1 Leaving Care.docx") -> Imported:
    return imported(tmp_path, {name: word_file(body), "other.md": f"# Health\n\n{WORDS}"})


def _lists(*levels_of: tuple[str, str], more: str = "") -> dict[str, bytes]:
    """numbering.xml with list 1: the kind and the text of each level."""
    made = "".join(
        f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for index, (kind, text) in enumerate(levels_of)
    )
    body = f'<w:abstractNum w:abstractNumId="0">{made}</w:abstractNum>'
    return {
        "word/numbering.xml": part(
            "w:numbering", f'{body}<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>{more}'
        )
    }


def _field(code: str, shown: str) -> str:
    marks = [f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")]
    instruction = f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
    return f"{marks[0]}{instruction}{marks[1]}{run(shown)}{marks[2]}"


def test_a_list_numbered_in_steps_keeps_its_whole_numbers_too() -> None:
    body = (
        paragraph("The plan", number="1 0")
        + paragraph("It is made.", number="1 1")
        + paragraph("It is kept.", number="1 1")
        + paragraph("The review", number="1 0")
        + paragraph("It is held.", number="1 1")
    )
    assert _html(body, _lists(("decimal", "%1."), ("decimal", "%1.%2"))) == (
        "<p>1. The plan</p><p>1.1 It is made.</p><p>1.2 It is kept.</p><p>2. The review</p><p>2.1 It is held.</p>"
    )


def test_lists_below_paragraphs_in_steps_stand_under_no_empty_items() -> None:
    kinds = _lists(("decimal", "%1."), ("decimal", "%1.%2"), ("lowerLetter", "(%3)"), ("bullet", "•"))
    body = (
        paragraph("The plan is made.", number="1 1")
        + paragraph("in writing;", number="1 2")
        + paragraph("by the nurse;", number="1 3")
        + paragraph("in time.", number="1 2")
    )
    assert _html(body, kinds) == (
        '<p>1.1 The plan is made.</p><ol type="a"><li>in writing;<ul><li>by the nurse;</li></ul></li>'
        "<li>in time.</li></ol>"
    )


def test_a_list_counts_on_after_a_paragraph_between_its_items() -> None:
    body = (
        paragraph("One", number="1 0")
        + paragraph("Two", number="1 0")
        + paragraph("In between.")
        + paragraph("Three", number="1 0")
        + paragraph("Four", number="1 0")
    )
    assert _html(body, _lists(("decimal", "%1."))) == (
        '<ol><li>One</li><li>Two</li></ol><p>In between.</p><ol start="3"><li>Three</li><li>Four</li></ol>'
    )


def test_two_lists_that_touch_stay_two() -> None:
    start = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    more = f'<w:num w:numId="2"><w:abstractNumId w:val="0"/>{start}</w:num>'
    body = "".join(
        paragraph(text, number=f"{key} 0")
        for text, key in (("One", 1), ("Two", 1), ("First", 2), ("Second", 2))
    )
    assert _html(body, _lists(("decimal", "%1."), more=more)) == (
        "<ol><li>One</li><li>Two</li></ol><ol><li>First</li><li>Second</li></ol>"
    )


def test_words_styles_of_lists_say_how_deep_an_item_is() -> None:
    styles = part(
        "w:styles",
        "".join(
            f'<w:style w:type="paragraph" w:styleId="B{level}"><w:name w:val="List Bullet{name}"/><w:pPr><w:numPr>'
            '<w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
            for level, name in ((1, ""), (2, " 2"), (3, " 3"))
        ),
    )
    body = (
        paragraph("Carers", "B1")
        + paragraph("keep a diary", "B2")
        + paragraph("daily", "B3")
        + paragraph("Staff", "B1")
    )
    assert _html(body, {**_lists(("bullet", "•")), "word/styles.xml": styles}) == (
        "<ul><li>Carers<ul><li>keep a diary<ul><li>daily</li></ul></li></ul></li><li>Staff</li></ul>"
    )


def test_cross_references_become_links(tmp_path: Path) -> None:
    named = '<w:bookmarkStart w:id="1" w:name="_Ref7"/>'
    head = paragraph(style="Heading2", runs=f"{named}{run('Money')}")
    body = (
        heading("Leaving Care")
        + head
        + paragraph(WORDS)
        + paragraph(runs=run("See ") + _field(r"REF _Ref7 \h", "Money"))
    )
    done = _imported(tmp_path, body)
    assert '<h2 id="money">Money</h2>' in done.chapter("leaving-care")
    assert '<p>See <a href="#money">Money</a></p>' in done.chapter("leaving-care")


def test_references_to_pages_are_named_once() -> None:
    findings = Findings()
    body = paragraph(runs=run("See page ") + _field(r"PAGEREF _Ref7 \h", "12") + _field("PAGEREF _Toc3", "4"))
    assert "See page 12" in _html(body, findings=findings)
    [found] = findings.all()
    assert found.outcome is Outcome.TO_CHECK
    assert "(1 of them)" in found.text


def test_text_boxes_stand_behind_their_paragraph_whatever_they_are_drawn_with() -> None:
    findings = Findings()
    box = (
        "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx><w:txbxContent>"
        + paragraph("Ask the child.")
        + "</w:txbxContent></wps:txbx></w:drawing></mc:Choice></mc:AlternateContent></w:r>"
    )
    assert _html(paragraph("Beside a box.", runs=box), findings=findings) == (
        "<p>Beside a box.</p><p>Ask the child.</p>"
    )
    assert findings.all() == ()


def test_styles_that_a_document_does_not_hold_are_no_matter() -> None:
    findings = Findings()
    _html(
        paragraph("Words", "Gone")
        + '<w:p><w:r><w:rPr><w:rStyle w:val="Link"/></w:rPr><w:t>x</w:t></w:r></w:p>',
        findings=findings,
    )
    assert findings.all() == ()


def test_a_title_in_bold_and_the_end_are_no_part_of_the_chapter(tmp_path: Path) -> None:
    done = _imported(
        tmp_path,
        paragraph(runs=run("4.1 Leaving Care", bold=True)) + paragraph(WORDS) + paragraph("End"),
    )
    assert done.chapter("leaving-care") == f"<p>{WORDS.strip()}</p>\n"
    assert "“End” under the last words" in done.said(Outcome.FURNITURE)


def test_tables_that_word_joined_are_a_box_each(tmp_path: Path) -> None:
    def cell(label: str, words: str) -> str:
        return f"<w:tr><w:tc>{paragraph(runs=run(label, bold=True))}{paragraph(words)}</w:tc></w:tr>"

    joined = (
        f"<w:tbl>{cell('SCOPE OF THIS CHAPTER', 'All children.')}{cell('RELATED CHAPTERS', 'Health')}</w:tbl>"
    )
    done = _imported(tmp_path, heading("Leaving Care") + joined + paragraph(WORDS))
    assert done.chapter("leaving-care").startswith(
        '<div class="scope">\n<h2>SCOPE OF THIS CHAPTER</h2>\n<p>All children.</p>\n</div>\n'
        '<div class="related">\n<h2>RELATED CHAPTERS</h2>\n<p>Health</p>\n</div>\n'
    )


def test_a_table_with_one_column_of_plain_words_stays_a_table(tmp_path: Path) -> None:
    done = _imported(
        tmp_path, heading("Leaving Care") + table(("Ages",), ("16",), ("17",)) + paragraph(WORDS)
    )
    assert done.chapter("leaving-care").count("<tr>") == 3


def test_references_to_letters_of_a_list_are_to_be_looked_at(tmp_path: Path) -> None:
    items = paragraph("who;", number="1 0") + paragraph("when.", number="1 0")
    for name, words, is_said in (("a", "See point (b).", True), ("b", "See above.", False)):
        raw = word_file(heading("Notes") + items + paragraph(words), _lists(("lowerLetter", "(%1)")))
        (tmp_path / name).mkdir()
        done = imported(tmp_path / name, {"notes.docx": raw, "other.md": f"# Health\n\n{WORDS}"})
        assert "<ol>\n<li>who;</li>" in done.chapter("notes")
        assert ("refers to “point (b)”" in done.said(Outcome.TO_CHECK)) is is_said
