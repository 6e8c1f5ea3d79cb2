"""Word documents: what Word counts, tracks and hides comes out as a reader of the document sees it, or is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from reader.domain.contents import Chapter, Division
from reader.domain.errors import SourceError
from reader.publish.importing import ImportOptions
from reader.publish.importing.findings import Findings, Outcome
from reader.publish.importing.word import own_title, read_word
from reader.services.form_text import FormReader
from tests.support.pictures import png
from tests.support.word_files import (
    Link,
    deleted,
    heading,
    inserted,
    levels,
    paragraph,
    part,
    picture,
    run,
    table,
    word_file,
)
from tests.unit.publish.importing.sources import WORDS, Imported, imported

HEADINGS = {0: "Heading1", 1: "Heading2", 2: "Heading3"}


def _html(raw: bytes, findings: Findings | None = None) -> str:
    root = read_word("a.docx", raw, findings or Findings()).root
    return "".join(etree.tostring(child, encoding="unicode", method="html") for child in root)


def _imported(tmp_path: Path, raw: bytes, name: str = "Contact and visits.docx") -> Imported:
    return imported(tmp_path, {name: raw, "other.md": f"# Health\n\n{WORDS}"})


def test_headings_tables_and_lists_become_a_chapter(tmp_path: Path) -> None:
    body = heading("Contact") + paragraph(WORDS) + heading("Who visits", 2)
    done = _imported(tmp_path, word_file(body + table(("Who", "When"), ("Nurse", "May"), has_head=True)))
    assert done.chapter("contact") == (
        f"<p>{WORDS.strip()}</p>\n<h2>Who visits</h2>\n<table>\n<thead>\n<tr><th>Who</th><th>When</th></tr>\n</thead>\n"
        "<tbody>\n<tr><td>Nurse</td><td>May</td></tr>\n</tbody>\n</table>\n"
    )
    assert done.said() == ""


def test_numbers_that_word_counts_are_written_down() -> None:
    numbering = {"word/numbering.xml": levels("%1.", "%1.%2", "%1.%2.%3", styles=HEADINGS)}
    body = (
        heading("Care", 1, "1 0")
        + heading("Contact", 2, "1 1")
        + paragraph("Visits happen.", number="1 2")
        + heading("Health", 2, "1 1")
        + heading("Staff", 1, "1 0")
        + heading("Leave", 2, "1 1")
    )
    html = _html(word_file(body, numbering))
    assert html == (
        "<h1>1. Care</h1><h2>1.1 Contact</h2><p>1.1.1 Visits happen.</p><h2>1.2 Health</h2><h1>2. Staff</h1>"
        "<h2>2.1 Leave</h2>"
    )


def test_plain_lists_stay_lists() -> None:
    html = _html(word_file(paragraph("one", number="1 0") + paragraph("two", number="1 0"), {
        "word/numbering.xml": levels("%1."),
    }))  # fmt: skip
    assert html == "<ol><li>one</li><li>two</li></ol>"


@pytest.mark.parametrize(
    ("kind", "label"),
    [
        ("decimal", "1"),
        ("upperLetter", "A"),
        ("lowerLetter", "a"),
        ("upperRoman", "I"),
        ("decimalZero", "01"),
    ],
)
def test_counts_are_spelt_as_the_list_says(kind: str, label: str) -> None:
    raw = word_file(heading("Care", 1, "1 0"), {"word/numbering.xml": levels("Part %1:", kind=kind)})
    assert _html(raw) == f"<h1>Part {label}: Care</h1>"


def test_tracked_changes_are_accepted_and_counted() -> None:
    findings = Findings()
    html = _html(word_file(paragraph("Visits are ", runs=inserted("weekly") + deleted("monthly"))), findings)
    assert html == "<p>Visits are weekly</p>"
    assert [str(finding) for finding in findings.all()] == [
        "a.docx: tracked changes were accepted: 1 insertion, 1 deletion (“weekly”, “monthly”)."
    ]


def test_comments_are_never_published(tmp_path: Path) -> None:
    comments = {
        "word/comments.xml": part(
            "w:comments", f'<w:comment w:id="0" w:author="A. Name"><w:p>{run("secretword")}</w:p></w:comment>'
        )
    }
    commented = '<w:commentRangeStart w:id="0"/>' + run("weekly") + '<w:commentRangeEnd w:id="0"/>'
    commented += '<w:r><w:commentReference w:id="0"/></w:r>'
    done = _imported(tmp_path, word_file(heading("Contact") + paragraph(WORDS, runs=commented), comments))
    assert "1 comment of a reviewer was left out" in done.said(Outcome.LEFT_OUT)
    assert "weekly</p>" in done.chapter("contact")
    for name, data in done.files.items():
        assert b"secretword" not in data, name
        assert b"A. Name" not in data, name


def test_footnotes_lead_there_and_back(tmp_path: Path) -> None:
    notes = {
        "word/footnotes.xml": part(
            "w:footnotes", f'<w:footnote w:id="2">{paragraph("The Act.")}</w:footnote>'
        )
    }
    raw = word_file(
        heading("Contact") + paragraph("By law", runs='<w:r><w:footnoteReference w:id="2"/></w:r>'), notes
    )
    html = _imported(tmp_path, raw).chapter("contact")
    assert '<a href="#word-footnote-2">[1]</a>' in html
    assert '<li id="word-footnote-2">The Act. <a href="#word-footnote-ref-2">' in html


@pytest.mark.parametrize(
    "name", ["Contact and visits.docx", "Besuche & Kontakt – ü.docx", "100%.docx", "a#b.docx"]
)
def test_pictures_are_carried_whatever_the_document_is_called(tmp_path: Path, name: str) -> None:
    raw = word_file(
        heading("Contact") + paragraph("See", runs=picture("rId9", "The flow")),
        {"word/media/image1.png": png(4, 4)},
        (Link("rId9", "image", "media/image1.png"),),
    )
    done = _imported(tmp_path, raw, name)
    assert '<img src="../media/the-flow.png" alt="The flow">' in done.chapter("contact")
    assert done.said() == ""


@pytest.mark.parametrize(
    "target", ["media/gone.png", "../../../../../etc/passwd", "/etc/passwd", "\\\\host\\x"]
)
def test_a_picture_that_the_file_does_not_hold_is_named(tmp_path: Path, target: str) -> None:
    raw = word_file(
        heading("Contact") + paragraph(WORDS, runs=picture("rId9", "The flow")),
        links=(Link("rId9", "image", target),),
    )
    done = _imported(tmp_path, raw)
    assert "the picture “The flow”" in done.said(Outcome.LEFT_OUT)
    assert "[Picture not carried over: The flow]" in done.chapter("contact")


@pytest.mark.parametrize("target", ["file:///etc/passwd", "http://127.0.0.1:9/x.png"])
def test_a_picture_outside_of_the_file_is_not_fetched(target: str) -> None:
    findings = Findings()
    body = paragraph("See", runs=picture("rId9").replace("r:embed", "r:link"))
    assert (
        _html(word_file(body, links=(Link("rId9", "image", target, is_outside=True),)), findings)
        == "<p>See</p>"
    )
    assert f"could not open external image '{target}'" in "\n".join(map(str, findings.all()))


def test_links_of_word_are_links(tmp_path: Path) -> None:
    body = heading("Contact") + (
        f'<w:p><w:hyperlink r:id="rA">{run("law")}</w:hyperlink><w:hyperlink r:id="rB">{run("script")}</w:hyperlink>'
        f'<w:hyperlink w:anchor="mark">{run("below")}</w:hyperlink></w:p>'
        f'<w:p><w:bookmarkStart w:id="1" w:name="mark"/>{run("here")}<w:bookmarkEnd w:id="1"/></w:p>'
    )
    links = (
        Link("rA", "hyperlink", "https://law.example/", is_outside=True),
        Link("rB", "hyperlink", "javascript:x()", is_outside=True),
    )
    done = _imported(tmp_path, word_file(body, links=links))
    assert done.chapter("contact") == (
        '<p><a href="https://law.example/">law</a>script<a href="#word-mark">below</a></p>\n'
        '<p id="word-mark">here</p>\n'
    )
    assert "“script” runs a script" in done.said(Outcome.LEFT_OUT)


# What has no place in a chapter is named


@pytest.mark.parametrize(
    ("body", "outcome", "said"),
    [
        (paragraph("Contact 3", "TOC1"), Outcome.FURNITURE, "its own table of contents was left out: “Contact 3”"),
        (paragraph("Draft 3", "Header"), Outcome.FURNITURE, "headers and footers were left out: “Draft 3”"),
        (
            "<w:tbl><w:tr><w:tc><w:tcPr><w:vMerge w:val='restart'/></w:tcPr>" + paragraph("a") + "</w:tc>"
            "</w:tr><w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr>" + paragraph("Hidden words") + "</w:tc></w:tr></w:tbl>",
            Outcome.LEFT_OUT,
            "“Hidden words”",
        ),
        ("<w:p><m:oMath><m:r><m:t>x</m:t></m:r></m:oMath></w:p>", Outcome.LEFT_OUT, "a formula"),
        ("<w:p><w:r><w:drawing><c:chart/></w:drawing></w:r></w:p>", Outcome.LEFT_OUT, "a chart"),
        (
            "<w:p><w:r><w:instrText>MERGEFIELD Name</w:instrText></w:r></w:p>",
            Outcome.TO_CHECK,
            "a field of Word (MERGEFIELD Name) shows its last value only",
        ),
    ],
)  # fmt: skip
def test_what_mammoth_leaves_out_is_named(body: str, outcome: Outcome, said: str) -> None:
    findings = Findings()
    styles = part(
        "w:styles",
        "".join(
            f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
            for key, name in (("TOC1", "toc 1"), ("Header", "header"))
        ),
    )
    _html(word_file(paragraph(WORDS) + body, {"word/styles.xml": styles}), findings)
    assert said in "\n".join(str(finding) for finding in findings.all() if finding.outcome is outcome)


def test_headers_of_pages_are_named() -> None:
    findings = Findings()
    _html(
        word_file(paragraph("x"), {"word/header1.xml": part("w:hdr", paragraph("Northmere Council"))}),
        findings,
    )
    assert "the header of its pages was left out: “Northmere Council”" in str(findings.all()[0])


def test_words_in_controls_fields_and_boxes_stay_and_nothing_is_said() -> None:
    findings = Findings()
    box = (
        "<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx><w:txbxContent>"
        f"{paragraph('boxed')}</w:txbxContent></wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape>"
        f"<v:textbox><w:txbxContent>{paragraph('boxed')}</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )
    body = (
        f"<w:sdt><w:sdtPr/><w:sdtContent>{paragraph('controlled')}</w:sdtContent></w:sdt>"
        f"<w:p><w:fldSimple w:instr='REF x'>{run('referred')}</w:fldSimple></w:p>"
        "<w:p><w:r><w:t>co</w:t><w:softHyphen/></w:r><w:bookmarkStart w:id='1' w:name='m'/>"
        "<w:r><w:t>operate</w:t></w:r></w:p>"
        "<w:p><w:r><w:t>one</w:t><w:tab/><w:t>two</w:t><w:br/><w:t>three</w:t></w:r></w:p>"
        f"<w:p><w:pPr><w:rPr><w:del w:id='4' w:author='x'/></w:rPr></w:pPr>{run('join')}</w:p>{paragraph('ed')}"
    )
    html = _html(word_file(body + box), findings)
    for word in ("controlled", "referred", "operate", "two", "three", "joined", "boxed"):
        assert word in html, word
    assert html.count("boxed") == 1
    assert [f for f in findings.all() if f.outcome is not Outcome.CHANGED] == []


# One document that holds a whole manual


def _whole(tmp_path: Path, body: str, options: ImportOptions | None = None) -> Imported:
    return imported(tmp_path, {"manual.docx": word_file(body)}, options, one_file="manual.docx")


def test_one_document_is_split_at_its_headings(tmp_path: Path) -> None:
    body = paragraph("Manual of Northmere", "Title") + paragraph("Preface words.")
    body += (
        heading("1 Contact") + paragraph(WORDS) + heading("2 Health") + heading("Nurse", 2) + paragraph(WORDS)
    )
    done = _whole(tmp_path, body)
    assert [(c.number, c.title) for c in done.contents.chapters()] == [
        (None, "Introduction"),
        ("1", "Contact"),
        ("2", "Health"),
    ]
    assert done.chapter("health").startswith("<h2>Nurse</h2>")
    assert b'title = "Manual of Northmere"' in done.files["manual.toml"]
    assert "was split into 3 chapters, at its headings of level 1" in done.said(Outcome.TO_CHECK)


def test_headings_above_the_split_are_divisions(tmp_path: Path) -> None:
    body = (
        heading("Care")
        + heading("Contact", 2)
        + paragraph(WORDS)
        + heading("Staff")
        + paragraph("Own words.")
    )
    done = _whole(tmp_path, body, ImportOptions(split_at=2))
    [care, staff] = done.contents.entries
    assert isinstance(care, Division)
    assert isinstance(staff, Division)
    assert [e.title for e in care.entries if isinstance(e, Chapter)] == ["Contact"]
    assert done.chapter("staff") == "<p>Own words.</p>\n"


def test_links_between_the_parts_lead_from_chapter_to_chapter(tmp_path: Path) -> None:
    body = (
        heading("Contact")
        + f'<w:p><w:hyperlink w:anchor="nurse">{run("there")}</w:hyperlink></w:p>'
        + heading("Health")
        + f'<w:p><w:bookmarkStart w:id="1" w:name="nurse"/>{run("The nurse.")}<w:bookmarkEnd w:id="1"/></w:p>'
    )
    done = _whole(tmp_path, body)
    assert '<a href="health.html#word-nurse">there</a>' in done.chapter("contact")
    assert '<p id="word-nurse">The nurse.</p>' in done.chapter("health")


def test_a_second_title_is_named(tmp_path: Path) -> None:
    body = paragraph("Manual", "Title") + paragraph("of Northmere", "Title") + heading("A") + heading("B")
    assert "has a second title (“of Northmere”)" in _whole(tmp_path, body).said(Outcome.LEFT_OUT)


@pytest.mark.parametrize("level", [-1, 0, 7, 9])
def test_a_level_that_no_heading_has_is_refused(tmp_path: Path, level: int) -> None:
    with pytest.raises(SourceError, match="is no level of headings"):
        _whole(tmp_path, heading("A") + paragraph("x"), ImportOptions(split_at=level))


def test_a_document_without_headings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="has no headings, so that nothing says where a chapter begins"):
        _whole(tmp_path, paragraph(WORDS))


def test_words_for_a_search_and_the_title_are_read() -> None:
    raw = word_file(
        paragraph("Contact Record", "Title") + paragraph("Name of child"), title="Of its properties"
    )
    with FormReader() as forms:
        assert " ".join(forms.paragraphs(raw, "a.docx")) == "Contact Record Name of child"
        assert " ".join(forms.paragraphs(b"PK", "a.docx")) == ""
    document = read_word("a.docx", raw, Findings())
    assert (own_title(document), document.title) == ("Contact Record", "Of its properties")
