"""Paper documents as PDF files: what is on the pages, and what a screen reader gets of them."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

import pytest

from reader.domain.cancel import CancelToken
from reader.domain.errors import CancelledError, StorageError
from reader.domain.paper import (
    Block,
    Contents,
    Heading,
    MadePaper,
    PaperDocument,
    PaperPart,
    Picture,
    Run,
)
from reader.paper.blocks import blocks_of
from reader.paper.document import make_pdf
from reader.paper.raster import PdfPages
from reader.store.places import fonts_dir
from tests.support.pdfs import Node, parents_fit, read, structure, unmarked, words
from tests.support.worlds import PICTURE

MADE = datetime(2026, 3, 2, 9, 31, tzinfo=UTC)
LONG = " ".join(f"word{number}" for number in range(400))
FOOT = "Printed on 2 March 2026. Check for a newer edition after 5 January 2027."
CHAPTER = (
    '<h1>1.1 Home Visits</h1><p>Read <a href="https://example.org/a">guidance</a> and <a href="#late">below</a>.</p>'
    f'<div class="warning"><p>Never alone.</p></div><ul><li>one<ul><li>inner</li></ul></li></ul><p>{LONG}</p>'
    "<table><caption>Limits</caption><thead><tr><th>Step</th><th>Within</th></tr></thead><tbody>"
    + "".join(f"<tr><th>Step {n}</th><td>{n} days</td></tr>" for n in range(70))
    + f'</tbody></table><h4 id="late">Late</h4><p>{LONG} {LONG}</p>'
)


def part(blocks: tuple[Block, ...], title: str = "1.1 Home Visits") -> PaperPart:
    head = ("Westshire Council: Procedures Manual", f"{title}, edition 1.", "Signed by A. Officer.")
    return PaperPart(title, head, ("For training only.",), FOOT, blocks)


def document(*parts: PaperPart, prefix: str = "") -> PaperDocument:
    return PaperDocument("Procedures", "Procedures on home visits", "Westshire Council", parts, MADE, prefix)


def made(found: PaperDocument) -> MadePaper:
    return make_pdf(found, fonts_dir(), CancelToken())


@cache
def chapter() -> MadePaper:
    cover = replace(part((Heading(1, (Run("Extract"),)), Contents()), "Cover"), is_listed=False)
    return made(document(cover, part(blocks_of(CHAPTER)), part(blocks_of("<h1>Two</h1>"), "Two"), prefix="A"))


@cache
def tree() -> Node:
    return structure(chapter().pdf)


# On the pages


def test_every_page_says_what_vouches_for_it_and_which_page_it_is() -> None:
    found = chapter()
    assert found.pages > 4
    for page in range(found.pages):
        text = " ".join(words(found.pdf, page))
        assert "Westshire Council: Procedures Manual" in text
        assert "Signed by A. Officer." in text
        assert "For training only." in text
        assert FOOT in text
        assert f"A{page + 1} (page {page + 1} of {found.pages})" in text


def test_no_word_is_lost_and_none_is_outside_the_page() -> None:
    found = Counter(words(chapter().pdf))
    for number in range(400):
        assert found[f"word{number}"] == 3
    for number in range(1, 70):
        assert found[str(number)] >= 2
    assert found["Limits"] == 1


def test_page_labels_are_the_printed_numbers_and_the_contents_name_them() -> None:
    found = chapter()
    reader = read(found.pdf)
    assert reader.page_labels == [f"A{number}" for number in range(1, found.pages + 1)]
    first, _ = found.span(1)
    contents = " ".join(words(found.pdf, 0))
    assert f"1.1 Home Visits A{first + 1}" in contents
    assert f"Two A{found.pages}" in contents


def test_the_outline_leads_to_parts_and_passages() -> None:
    reader = read(chapter().pdf)
    titles: list[tuple[str, int | None]] = []

    def walk(rows: object) -> None:
        assert isinstance(rows, list)
        for row in rows:
            if isinstance(row, list):
                walk(row)
            else:
                titles.append((row.title, reader.get_destination_page_number(row)))

    walk(reader.outline)
    assert [title for title, _ in titles] == ["1.1 Home Visits", "Late", "Two"]
    assert titles[0][1] == 1
    assert titles[2][1] == chapter().pages - 1


def test_heads_of_a_table_stand_above_each_part_of_it() -> None:
    pages = [page for page in range(chapter().pages) if "Within" in words(chapter().pdf, page)]
    assert len(pages) >= 2


def test_equal_documents_give_equal_bytes() -> None:
    found = document(part(blocks_of(CHAPTER)))
    assert made(found).pdf == made(found).pdf
    assert made(replace(found, title="Other")).pdf != made(found).pdf


def test_documents_made_at_the_same_time_do_not_mix() -> None:
    both = [document(part(blocks_of(CHAPTER))), document(part(blocks_of(f"<p>é {LONG}</p>" * 9)))]
    alone = [made(found).pdf for found in both]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda found: made(found).pdf, both * 3))
    assert together == alone * 3


def test_a_character_without_a_font_is_named() -> None:
    found = made(document(part(blocks_of("<p>Call 😀 or → ✓ ☐ ≥ “é” \u200b中</p>"))))
    text = " ".join(words(found.pdf))
    assert "[grinning face]" in text
    assert "→ ✓ ☐ ≥ “é”" in text
    assert found.replaced == ("😀", "中")


def test_long_names_wrap_above_the_text() -> None:
    name = (
        "The Metropolitan Borough Council of Saint Bartholomew upon the Water and its Partners for Children"
    )
    long = PaperPart(
        "T", (f"{name}: {name}", f"{name}, edition 3."), (name,) * 6, f"{FOOT} {name}", blocks_of(CHAPTER)
    )
    found = made(document(long))
    for page in range(found.pages):
        text = " ".join(words(found.pdf, page))
        assert text.count(name) == 10
        assert f"Page {page + 1} of {found.pages}" in text


def test_a_picture_is_printed_with_its_words_and_a_damaged_one_is_named() -> None:
    good = Picture("a/b/media/x.png", "Flow chart", PICTURE, 300, 9000)
    bad = replace(good, data=PICTURE[:40], alternative="Another one")
    found = made(document(part((Heading(1, (Run("H"),)), good, bad))))
    figures = structure(found.pdf).all("Figure")
    assert [figure.alternative for figure in figures] == ["Flow chart"]
    assert "[Picture that could not be printed: Another one]" in " ".join(words(found.pdf))
    with PdfPages(found.pdf) as pages:
        pixels = pages.picture(0, 40).pixels
    assert b"\x00\x00\xff" in pixels  # red


@pytest.mark.parametrize(
    "html",
    [
        f"<table><tr><td><p>{LONG}</p><p>{LONG} {LONG} {LONG}</p></td><td>b</td></tr></table>",
        f"<table><tr><td rowspan='40'>{LONG} {LONG}</td><td>x</td></tr>{'<tr><td>a b c</td></tr>' * 39}</table>",
        f"<table><tr><td><table><tr><td>{LONG} {LONG} {LONG}</td></tr></table></td></tr></table>",
        f"<ul><li>{'<ul><li>' * 8}{LONG} {LONG} {LONG}{'</li></ul>' * 8}</li></ul>",
        f"<div class='note'><blockquote>{LONG} {LONG} {LONG} {LONG}</blockquote></div>",
        "<table><tr><td colspan='3'>a</td></tr><tr><td>b</td></tr><tr></tr></table>",
        f"<p>{'x' * 900}</p><p></p><ul></ul>",
        "",
    ],
    ids=["tall row", "tall span", "nested", "deep list", "boxes", "gaps", "long word", "nothing"],
)
def test_what_is_hard_to_lay_out_is_printed_whole(html: str) -> None:
    blocks = blocks_of(html.replace("'", '"'))
    found = made(document(part(blocks)))
    wanted = Counter(
        word for word in html.replace("<", " <").replace(">", "> ").split() if word.startswith("word")
    )
    have = Counter(words(found.pdf))
    assert {word: have[word] for word in wanted} == dict(wanted)
    assert unmarked(found.pdf) == []
    with PdfPages(found.pdf) as pages:
        for index in range(pages.count):
            assert f"Page {index + 1} of {pages.count}" in " ".join(pages.words(index))


def test_a_table_that_is_wider_than_the_page_is_a_list_of_its_rows() -> None:
    heads = "".join(f"<th>Headingofcolumn{n}</th>" for n in range(20))
    cells = "".join(f"<td>valueincolumn{n}</td>" for n in range(20))
    blocks = blocks_of(
        f"<h1>T</h1><table><thead><tr>{heads}</tr></thead><tr>{cells}</tr><tr>{cells}</tr></table>"
    )
    found = made(document(part(blocks)))
    text = " ".join(words(found.pdf))
    assert "it stands here row by row" in text
    assert text.count("Headingofcolumn7: valueincolumn7") == 2
    assert [len(listing.kids) for listing in structure(found.pdf).all("L")] == [2]


# For a screen reader


def test_everything_that_is_painted_is_tagged_or_an_artifact() -> None:
    assert unmarked(chapter().pdf) == []
    assert parents_fit(chapter().pdf)


def test_the_file_says_that_it_is_tagged_english_and_called_by_its_title() -> None:
    reader = read(chapter().pdf)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is True or str(root["/MarkInfo"]["/Marked"]) == "True"  # type: ignore[index]
    assert root["/Lang"] == "en-GB"  # type: ignore[index]
    assert str(root["/ViewerPreferences"]["/DisplayDocTitle"]) == "True"  # type: ignore[index]
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.author) == ("Procedures", "Westshire Council")
    assert reader.xmp_metadata is not None
    assert reader.xmp_metadata.dc_title == {"x-default": "Procedures"}
    assert b"pdfuaid" not in chapter().pdf
    assert {str(page["/Tabs"]) for page in reader.pages} == {"/S"}


def test_every_font_is_in_the_file_and_knows_its_characters() -> None:
    fonts = [
        font.get_object()
        for page in read(chapter().pdf).pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    ]
    assert fonts
    for font in fonts:
        assert "/FontFile2" in font["/FontDescriptor"]
        assert "/ToUnicode" in font


def test_a_paragraph_over_two_pages_is_one_element() -> None:
    long = [node for node in tree().all("P") if len(set(node.pages)) > 1]
    assert len(long) == 1
    assert long[0].pages == sorted(long[0].pages)


def test_headings_begin_at_one_and_skip_no_level() -> None:
    kinds = [node.kind for node in tree().walk() if node.kind[0] == "H" and node.kind[1:].isdigit()]
    assert kinds == ["H1", "H1", "H2", "H1"]  # a fourth level right below the first


def test_table_rows_cells_and_scopes() -> None:
    (table,) = tree().all("Table")
    rows = [kid for kid in table.kids if kid.kind == "TR"]
    assert len(rows) == 71
    assert {len(row.kids) for row in rows} == {2}
    assert [cell.attributes["Scope"] for cell in rows[0].kids] == ["/Column", "/Column"]
    assert [(cell.kind, cell.attributes.get("Scope")) for cell in rows[5].kids] == [
        ("TH", "/Row"),
        ("TD", None),
    ]
    assert table.kids[0].kind == "Caption"
    # Repeated above each page, and read once.
    assert all(len(node.pages) == 1 for cell in rows[0].kids for node in cell.walk() if node.kind == "P")


def test_lists_labels_and_boxes() -> None:
    outer, inner = tree().all("L")
    assert [kid.kind for kid in outer.kids[0].kids] == ["Lbl", "LBody"]
    assert inner in outer.all("L")
    assert [node.title for node in tree().all("Div")] == ["Warning"]


def test_links_hold_their_text_and_their_annotation() -> None:
    links = tree().all("Link")
    assert len(links) == 4  # two of the contents, two of the chapter
    assert all(link.pages and link.annotations == 1 for link in links)
    addresses = [
        annotation.get_object()
        for page in read(chapter().pdf).pages
        for annotation in page.get("/Annots", [])
    ]
    assert all(annotation["/Contents"] for annotation in addresses)
    assert [a["/A"]["/URI"] for a in addresses if "/A" in a] == ["https://example.org/a"]


def test_what_vouches_for_a_part_is_read_once_before_its_text() -> None:
    second = tree().kids[1]
    assert [len(node.pages) for node in second.kids[:3]] == [1, 1, 1]
    assert second.kids[4].kind == "H1"


# What goes wrong


def test_making_can_be_stopped() -> None:
    cancel = CancelToken()
    done: list[int] = []

    def stop(page: int, _: int) -> None:
        done.append(page)
        cancel.cancel()

    with pytest.raises(CancelledError):
        make_pdf(document(part(blocks_of(CHAPTER))), fonts_dir(), cancel, stop)
    assert done == [1]


def test_what_is_no_pdf_is_said() -> None:
    with pytest.raises(StorageError, match="not a PDF file"):
        PdfPages(b"no PDF")
