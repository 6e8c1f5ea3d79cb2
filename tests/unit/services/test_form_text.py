"""The words of forms, whatever the documents are."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from reader.domain.cancel import CancelToken
from reader.domain.errors import CancelledError
from reader.services.form_text import FormReader

SOURCES = Path(__file__).parents[3] / "bundles" / "sources"
DOCUMENT = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>'

CYCLIC_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[2 0 R]/Count 9>>endobj"
    b" trailer<</Root 1 0 R>>"
)


def word_file(body: str, *, doctype: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", doctype + DOCUMENT.format(body))
    return out.getvalue()


def test_the_words_of_a_pdf_and_of_a_word_form_are_read_by_one_child() -> None:
    folder = SOURCES / "northmere" / "1" / "forms"
    with FormReader() as reader:
        pdf = reader.paragraphs((folder / "overnight-stay-record.pdf").read_bytes(), "stay.pdf")
        document = reader.paragraphs((folder / "child-in-need-plan.docx").read_bytes(), "plan.docx")
    assert "Overnight Stay Record" in pdf
    assert "Child in Need Plan" in document


def test_lines_of_a_pdf_that_go_on_are_one_paragraph() -> None:
    folder = SOURCES / "northmere" / "1" / "forms"
    with FormReader() as reader:
        pdf = reader.paragraphs((folder / "overnight-stay-record.pdf").read_bytes(), "stay.pdf")
    assert not any(paragraph[0].islower() for paragraph in pdf)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.7 and then nothing",
        CYCLIC_PDF,
        b"PK\x03\x04 broken",
        word_file("<w:p><w:r><w:t>x</w:t></w:r></w:p>", doctype='<!DOCTYPE a [<!ENTITY b "c">]>'),
        word_file("<w:p>" * 500),
    ],
)
@pytest.mark.parametrize("name", ["form.pdf", "form.docx"])
def test_a_document_that_is_none_has_no_words(data: bytes, name: str) -> None:
    with FormReader(seconds=10) as reader:
        assert reader.paragraphs(data, name) == ()


def test_one_bad_form_does_not_spoil_the_next() -> None:
    good = word_file("<w:p><w:r><w:t>Agreed by</w:t></w:r></w:p>")
    with FormReader() as reader:
        assert reader.paragraphs(b"PK\x03\x04 broken", "bad.docx") == ()
        assert reader.paragraphs(good, "good.docx") == ("Agreed by",)


def test_a_form_that_takes_too_long_is_given_up_and_the_next_one_is_read() -> None:
    good = word_file("<w:p><w:r><w:t>Agreed by</w:t></w:r></w:p>")
    with FormReader(seconds=0) as reader:
        assert reader.paragraphs(good, "slow.docx") == ()
    with FormReader() as reader:
        assert reader.paragraphs(good, "good.docx") == ("Agreed by",)


def test_waiting_for_a_form_can_be_stopped() -> None:
    token = CancelToken()
    token.cancel()
    with FormReader() as reader, pytest.raises(CancelledError):
        reader.paragraphs(word_file(""), "form.docx", token)


def test_a_zip_bomb_is_not_unpacked() -> None:
    bomb = word_file("<w:p>" + "a" * 60_000_000 + "</w:p>")
    with FormReader() as reader:
        assert reader.paragraphs(bomb, "bomb.docx") == ()
