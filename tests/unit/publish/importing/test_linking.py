"""Links and pictures lead where they led, or are named."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from reader.domain.contents import Form, walk
from reader.publish.importing import import_source
from reader.publish.importing.files import SourceFiles, split_address, without_fragment
from reader.publish.importing.findings import Findings, Outcome
from reader.publish.importing.linking import Media
from reader.publish.importing.pictures import carried_picture
from tests.support.pictures import packed_zeros, png
from tests.unit.publish.importing.sources import imported, page, site


@pytest.mark.parametrize(
    ("href", "target"),
    [
        ("health.html", "health.html"),
        ("./health.html#", "health.html"),
        ("HEALTH.html", "health.html"),
        ("sub/../health.html", "health.html"),
        ("health.html#visits", "health.html#visits"),
        ("health", "health.html"),
        ("/health.html", "health.html"),
        ("health.html?print=1", "health.html"),
        ("https://partner.example/x?a=1&amp;b=2", "https://partner.example/x?a=1&amp;b=2"),
        ("http://partner.example/a b", "http://partner.example/a%20b"),
        ("mailto:duty@northmere.example", "mailto:duty@northmere.example"),
        ("tel:01632960001", "tel:01632960001"),
        ("manual:saltby/procedures/health", "manual:saltby/procedures/health"),
        ("#here", "#here"),
    ],
)
def test_links_lead_where_they_led(tmp_path: Path, href: str, target: str) -> None:
    health = page("<h1>1.2 Health</h1><h2 id='visits'>Visits</h2><p>Words.</p>")
    done = imported(
        tmp_path, site(f'<p id="here"><a href="{href}">link</a></p>', more={"health.html": health})
    )
    assert f'<a href="{target}">link</a>' in done.chapter("contact")
    assert "link" not in done.said()


@pytest.mark.parametrize(
    ("href", "said"),
    [
        ("gone.html", "is broken (gone.html is not there)"),
        ("../../../etc/passwd", "is broken"),
        ("/etc/passwd", "is broken"),
        ("//evil.example/x", "is broken"),
        ("#nowhere", "leads to “#nowhere” on this page, and nothing there is called so"),
        ("javascript:alert(1)", "runs a script"),
        ("JavaScript:alert(1)", "runs a script"),
        ("data:text/html,x", "is of a kind that no bundle carries"),
        ("file:///etc/passwd", "is of a kind that no bundle carries"),
        ("vbscript:x", "is of a kind that no bundle carries"),
        ("C:\\plans\\a.html", "is of a kind that no bundle carries"),
        ("http://[x", "is of a kind that no bundle carries"),
        ("style.css", "leads to style.css, which is no chapter"),
        ("old.doc", "links to old.doc; bundles carry PDF and .docx only"),
    ],
)
def test_other_links_leave_their_words_and_are_named_with_their_line(
    tmp_path: Path, href: str, said: str
) -> None:
    done = imported(
        tmp_path,
        site(f'<p>the <a href="{href}">link</a> stays</p>', more={"style.css": "x", "old.doc": b"\xd0\xcf"}),
    )
    assert "<p>the link stays</p>" in done.chapter("contact")
    left_out = done.said(Outcome.LEFT_OUT)
    assert said in left_out
    assert "contact.html, line 3" in left_out


def test_a_fragment_that_is_not_there_leads_to_the_chapter(tmp_path: Path) -> None:
    done = imported(tmp_path, site('<p><a href="health.html#nowhere">link</a></p>'))
    assert '<a href="health.html">link</a>' in done.chapter("contact")
    assert "leads to “#nowhere” in health.html, and nothing there is called so" in done.said(Outcome.CHANGED)


def test_attributes_with_quotes_are_read(tmp_path: Path) -> None:
    done = imported(
        tmp_path,
        site(
            '<p><a title=\'a "b" > c\' href="health.html">link</a>'
            "<img src='flow.png' alt='the \"flow\" > it'></p>",
            more={"flow.png": png(3, 3)},
        ),
    )
    html = done.chapter("contact")
    assert '<a href="health.html">link</a>' in html
    assert '<img src="../media/flow.png" alt="the &quot;flow&quot; &gt; it">' in html


def test_an_address_that_is_none_is_not_split() -> None:
    assert split_address("http://[x") is None
    assert without_fragment("http://[x#a") == ("http://[x#a", "")
    assert without_fragment("a.html#b") == ("a.html", "b")


# Forms


def test_forms_are_taken_in_once_and_listed(tmp_path: Path) -> None:
    done = imported(
        tmp_path,
        site(
            '<p><a href="docs/Contact%20Record.pdf">the contact record</a>'
            ' <a href="docs/Contact Record.pdf">form</a></p>',
            more={"docs/Contact Record.pdf": b"%PDF-1.4", "forms/leave-form.docx": b"PK\x03\x04"},
        ),
    )
    assert done.chapter("contact").count('href="../forms/contact-record.pdf"') == 2
    forms = [entry for entry, _ in walk(done.contents.entries) if isinstance(entry, Form)]
    assert [form.title for form in forms] == ["the contact record", "Leave form"]
    assert done.files["forms/contact-record.pdf"] == b"%PDF-1.4"
    assert done.report.forms == 2


def test_a_form_that_is_none_is_named_once(tmp_path: Path) -> None:
    done = imported(
        tmp_path, site('<p><a href="a.pdf">one</a> <a href="a.pdf">two</a></p>', more={"a.pdf": b"MZ"})
    )
    assert done.said().count("a.pdf: ") == 1
    assert "this form is no PDF file" in done.said(Outcome.LEFT_OUT)
    assert not any(name.startswith("forms/") for name in done.files)


def test_a_form_that_nothing_links_to_is_named(tmp_path: Path) -> None:
    done = imported(tmp_path, site(more={"spare.pdf": b"%PDF-1.4"}))
    assert "spare.pdf: nothing links to this document" in done.said(Outcome.LEFT_OUT)


# Pictures


def test_pictures_are_carried_once_under_a_readable_name(tmp_path: Path) -> None:
    done = imported(
        tmp_path,
        site(
            '<p><img src="img/Flow%20Chart.png" alt="Flow" width="40" height="x"><img src="copy.png" alt=""></p>',
            more={"img/Flow Chart.png": png(4, 4), "copy.png": png(4, 4)},
        ),
    )
    html = done.chapter("contact")
    assert '<img src="../media/flow-chart.png" alt="Flow" width="40">' in html
    assert '<img src="../media/flow-chart.png" alt="">' in html
    assert done.report.pictures == 1


@pytest.mark.parametrize(
    ("src", "said"),
    [
        ("gone.png", "was not saved with the page (gone.png)"),
        ("../../outside.png", "was not saved with the page"),
        ("http://far.example/p.png", "was not saved with the page"),
        ("http://[x", "was not saved with the page"),
        ("text.png", "it is damaged, or of a kind that no bundle carries"),
        ("bomb.png", "it unpacks to more pixels than a bundle carries"),
        ("data:image/png;base64,####", "it is damaged"),
        ("data:image/png", "is written into the page in a form that cannot be read"),
    ],
)
def test_pictures_that_cannot_be_carried_leave_their_words(tmp_path: Path, src: str, said: str) -> None:
    bombs = {
        "text.png": b"words",
        "bomb.png": png(60_000, 60_000, pixels=packed_zeros(1)),
    }
    done = imported(tmp_path, site(f'<p>a <img src="{src}" alt="The flow"> b</p>', more=bombs))
    assert "<p>a [Picture not carried over: The flow] b</p>" in done.chapter("contact")
    assert said in done.said(Outcome.LEFT_OUT)
    assert not any(name.startswith("media/") for name in done.files)


def test_pictures_of_other_kinds_become_png() -> None:
    raw = io.BytesIO()
    Image.new("P", (5, 5)).save(raw, "GIF")
    found = carried_picture(raw.getvalue())
    assert not isinstance(found, str)
    data, kind, change = found
    assert (kind, change) == ("png", "turned from GIF into PNG")
    assert data.startswith(b"\x89PNG")


def test_files_of_one_name_get_two() -> None:
    media = Media()
    assert media.add("media", "Flow", "png", b"1") == "media/flow.png"
    assert media.add("media", "Flow", "png", b"2") == "media/flow-2.png"
    assert media.add("media", "Other", "png", b"1") == "media/flow.png"
    assert media.add("media", "…", "png", b"3") == "media/media.png"


# Paths


@pytest.mark.parametrize(
    ("page_name", "href", "found"),
    [
        ("a/b.html", "../c.html", "c.html"),
        ("a/b.html", "../../c.html", None),
        ("a/b.html", "..%2f..%2fc.html", None),
        ("a/b.html", "/a/b.html", "a/b.html"),
        ("a/b.html", "", "a/b.html"),
        ("a/b.html", ".", "a/index.html"),
        ("a/b.html", "//host/c.html", None),
        ("a/b.html", "http://[x", None),
        ("a/b.html", "c\0.html", None),
    ],
)
def test_paths_stay_inside_of_the_source(
    tmp_path: Path, page_name: str, href: str, found: str | None
) -> None:
    for name in ("source/a/b.html", "source/a/index.html", "source/c.html", "c.html"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x")
    assert SourceFiles.of(tmp_path / "source", Findings()).resolve(page_name, href) == found


def test_a_link_inside_of_a_link_gives_way_to_the_outer_one(tmp_path: Path) -> None:
    """DocBook writes glossary terms so: an a in an em in an a."""
    inner = '<a href="b.html#x"><em><a href="b.html#x">records</a></em></a>'
    write_site = {
        "contents.html": '<ul><li>1.1 <a href="a.html">A</a></li><li>1.2 <a href="b.html">B</a></li></ul>',
        "a.html": f"<h1>A</h1><p>See {inner} for more words.</p>",
        "b.html": '<h1>B</h1><p>First words.</p><p id="x">What a record is.</p>',
    }
    site = tmp_path / "site"
    site.mkdir()
    for name, markup in write_site.items():
        (site / name).write_text(f"<!DOCTYPE html><html><body>{markup}</body></html>", encoding="utf-8")
    import_source(site, tmp_path / "out")
    chapter = (tmp_path / "out" / "chapters" / "a.html").read_text(encoding="utf-8")
    assert chapter == '<p>See <a href="b.html#x"><em>records</em></a> for more words.</p>\n'
