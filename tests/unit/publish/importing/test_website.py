"""A saved website becomes a source folder: its tree, its chapters, without what surrounds them."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.domain.contents import Chapter, Division, Form, Held, SeeAlso, walk
from reader.domain.errors import SourceError
from reader.publish.importing import ImportOptions
from reader.publish.importing.findings import Outcome
from reader.publish.importing.pages import SavedPage, parse_page
from tests.unit.publish.importing.sources import WORDS, imported, page, site


def _parsed(markup: str) -> SavedPage:
    found = parse_page("page.html", markup, markup.encode())
    assert isinstance(found, SavedPage), found
    return found


def _said(found: SavedPage) -> str:
    return " ".join(" ".join(str(text) for text in found.root.itertext()).split())


def test_chapters_stand_under_their_numbers_and_titles(tmp_path: Path) -> None:
    done = imported(tmp_path, site())
    [care] = done.contents.entries
    assert isinstance(care, Division)
    assert (care.number, care.title) == ("1", "Care")
    assert [(c.number, c.title) for c in care.entries if isinstance(c, Chapter)] == [
        ("1.1", "Contact"),
        ("1.2", "Health"),
    ]
    assert done.chapter("contact") == f"<p>{WORDS.strip()}</p>\n"
    assert done.report.included == 2


def test_a_mirror_of_wget_keeps_its_host_and_queries(tmp_path: Path) -> None:
    root = "procedures.example.org"
    files = {
        f"{root}/{name}": text
        for name, text in site(
            '<p><a href="/health.html">by root</a> <a href="https://procedures.example.org/health.html">whole</a>'
            ' <a href="list.php?id=7">query</a></p>',
            more={"list.php?id=7.html": page("<h1>List</h1><p>A page of the mirror.</p>")},
            rows='<li><a href="list.php?id=7">1.3 List</a></li>',
        ).items()
    }
    done = imported(tmp_path, files)
    html = done.chapter("contact")
    assert html.count('href="health.html"') == 2
    assert 'href="list.html"' in html


def test_a_page_saved_by_a_browser_is_known_by_its_address(tmp_path: Path) -> None:
    health = f"<!-- saved from url=(0034)https://old.example/care/health -->\n{page(f'<h1>Health</h1><p>{WORDS}</p>')}"
    done = imported(
        tmp_path,
        site(
            '<p><a href="https://old.example/care/health">there</a></p>',
            more={"health.html": health, "health_files/frame.html": page("<p>an advertisement</p>")},
        ),
    )
    assert '<a href="health.html">there</a>' in done.chapter("contact")
    assert "advertisement" not in done.said()


def test_a_canonical_address_is_known_too(tmp_path: Path) -> None:
    head = '<link rel="canonical" href="https://new.example/h/">'
    more = {"health.html": page(f"<h1>1.2 Health</h1><p>{WORDS}</p>", head)}
    done = imported(tmp_path, site('<p><a href="https://new.example/h">there</a></p>', more=more))
    assert '<a href="health.html">there</a>' in done.chapter("contact")


def test_rows_without_a_number_are_chapters_as_well(tmp_path: Path) -> None:
    rows = '<li><a href="glossary.html">Glossary of terms</a></li>'
    more = {"glossary.html": page(f"<h1>Glossary of terms</h1><p>{WORDS}</p>")}
    done = imported(tmp_path, site(rows=rows, more=more))
    assert done.ids == ["contact", "health", "glossary-of-terms"]
    assert done.said() == ""


def test_rows_that_lead_to_forms_are_forms_with_their_review_date(tmp_path: Path) -> None:
    rows = '<li><a href="forms/cr.pdf">Contact Record (PDF, 12 KB), review by 31 March 2027</a></li>'
    done = imported(tmp_path, site(rows=rows, more={"forms/cr.pdf": b"%PDF-1.4"}))
    [form] = [entry for entry, _ in walk(done.contents.entries) if isinstance(entry, Form)]
    assert (form.title, form.file, str(form.review_by)) == (
        "Contact Record",
        "any/manual/forms/cr.pdf",
        "2027-03-31",
    )
    assert "nothing links" not in done.said()


def test_rows_that_leave_the_manual_name_the_host(tmp_path: Path) -> None:
    rows = '<li><a href="https://partners.example/x">1.3 Safeguarding</a></li>'
    done = imported(tmp_path, site(rows=rows))
    last = list(done.contents.chapters())[-1]
    assert (last.title, last.held, last.source) == ("Safeguarding", Held.EXTERNAL, "partners.example")


def test_rows_whose_page_is_missing_are_listed_and_reported(tmp_path: Path) -> None:
    done = imported(tmp_path, site(rows='<li><a href="gone.html">1.3 Gone</a></li>'))
    assert done.ids == ["contact", "health", "gone"]
    assert "chapters/gone.html" not in done.files
    assert "index.html: “1.3 Gone” leads to gone.html, and that page is not there" in done.said(
        Outcome.LEFT_OUT
    )


def test_two_rows_of_one_page_hold_its_text_once(tmp_path: Path) -> None:
    done = imported(tmp_path, site(rows='<li><a href="contact.html">1.3 Visits</a></li>'))
    assert "chapters/visits.html" not in done.files
    assert "“1.3 Visits” leads to contact.html, as another row does" in done.said(Outcome.TO_CHECK)


def test_pages_that_no_row_leads_to_are_reported(tmp_path: Path) -> None:
    done = imported(tmp_path, site(more={"lost.html": page("<h1>Lost</h1><p>Words.</p>")}))
    assert "lost.html: no row of a contents list leads to this page" in done.said(Outcome.LEFT_OUT)


def test_files_that_differ_in_capitals_alone_are_two_files(tmp_path: Path) -> None:
    rows = '<li><a href="Plan.html">1.3 Big plan</a></li><li><a href="plan.html">1.4 Small plan</a></li>'
    more = {
        "Plan.html": page("<h1>Big plan</h1><p>The large plan.</p>"),
        "plan.html": page("<h1>Small plan</h1><p>The little plan.</p>"),
    }
    done = imported(tmp_path, site('<p><a href="HEALTH.HTML">h</a></p>', rows, more))
    assert "large" in done.chapter("big-plan")
    assert "little" in done.chapter("small-plan")
    assert '<a href="health.html">h</a>' in done.chapter("contact")


def test_headings_make_the_divisions_of_an_unnumbered_contents_page(tmp_path: Path) -> None:
    files = {
        "index.html": page(
            '<h1>Manual</h1><h2>Care</h2><p><a href="a.html">Contact</a></p><p><a href="b.html">Health</a></p>'
            '<h2>Staff</h2><p><a href="c.html">Leave</a></p><p><a href="a.html">Contact again</a></p>'
        ),
        **{
            f"{n}.html": page(f"<h1>{t}</h1><p>{t}: {WORDS}</p>")
            for n, t in (("a", "Contact"), ("b", "Health"), ("c", "Leave"))
        },
    }
    done = imported(tmp_path, files)
    found = {
        division.title: [e.title for e in division.entries if isinstance(e, Chapter)]
        for division, _ in walk(done.contents.entries)
        if isinstance(division, Division)
    }
    assert found["Care"] == ["Contact", "Health"]
    assert found["Staff"] == ["Leave"]
    [again] = [e for e, _ in walk(done.contents.entries) if isinstance(e, SeeAlso)]
    assert (again.title, again.chapter) == ("Contact again", "contact")


def test_a_heading_that_says_more_than_the_contents_page_is_reported(tmp_path: Path) -> None:
    more = {"health.html": page(f"<h1>1.2 Health of care leavers</h1><p>{WORDS}</p>")}
    done = imported(tmp_path, site(more=more))
    assert "the page is headed “1.2 Health of care leavers”" in done.said(Outcome.TO_CHECK)


def test_the_contents_page_may_be_named(tmp_path: Path) -> None:
    files = dict(site())
    files["start-here.html"] = files.pop("index.html")
    done = imported(tmp_path, files, ImportOptions(contents="start-here.html"))
    assert done.ids == ["contact", "health"]


@pytest.mark.parametrize("name", ["nothing.html", "../contact.html", "/etc/passwd", ""])
def test_a_contents_page_that_is_not_there_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourceError, match="is no readable page: name the contents page"):
        imported(tmp_path, site(), ImportOptions(contents=name))


# Furniture


@pytest.mark.parametrize(
    "furniture",
    [
        "<nav>Home Search</nav>",
        '<div class="breadcrumb">Home Search</div>',
        '<div id="footer"><p>Home Search</p></div>',
        '<div role="banner">Home Search</div>',
        '<div class="cookie-consent">Home Search</div>',
        '<header><img src="logo.png" alt="">Home Search</header>',
        '<ul class="skiplinks"><li>Home Search</li></ul>',
        "<div hidden>Home Search</div>",
    ],
)
def test_furniture_is_taken_out_and_named(furniture: str) -> None:
    found = _parsed(page(f"{furniture}<h1>Contact</h1><p>{WORDS}</p>"))
    assert _said(found) == f"Contact {WORDS.strip()}"
    assert [words for _, words in found.furniture] == ["Home Search"]


def test_a_box_of_text_that_is_called_a_sidebar_stays() -> None:
    found = _parsed(page(f'<h1>Contact</h1><div class="sidebar"><p>{WORDS}</p></div>'))
    assert WORDS.strip() in _said(found)
    assert found.furniture == ()


def test_a_header_with_the_title_in_it_stays() -> None:
    assert "Contact" in _said(_parsed(page("<header><h1>Contact</h1></header><p>Words of the chapter.</p>")))


def test_what_stands_beside_the_main_part_is_named() -> None:
    found = _parsed(page("<p>Council of Northmere</p><main><h1>Contact</h1><p>Words.</p></main>Tail words"))
    assert _said(found) == "Contact Words."
    assert {words for _, words in found.furniture} == {"Council of Northmere", "Tail words"}


def test_what_most_pages_repeat_at_their_edges_is_taken_out_once_reported(tmp_path: Path) -> None:
    rows = "".join(f'<li><a href="p{n}.html">1.{n} Page {n}</a></li>' for n in range(3, 8))
    more = {
        f"p{n}.html": page(
            f"<p>Northmere Council online</p><h1>1.{n} Page {n}</h1><p>Number {n}: {WORDS}</p>"
            "<p>Printed copies expire</p>"
        )
        for n in range(3, 8)
    }
    done = imported(tmp_path, site(rows=rows, more=more))
    assert done.chapter("page-3") == f"<p>Number 3: {WORDS.strip()}</p>\n"
    furniture = done.said(Outcome.FURNITURE)
    assert furniture.count("“Printed copies expire” stands at the edge of 5 pages") == 1
    assert furniture.count("“Northmere Council online”") == 1


def test_words_for_browsers_without_scripts_are_named(tmp_path: Path) -> None:
    done = imported(tmp_path, site("<noscript>Please turn scripts on</noscript>"))
    assert "Please" not in done.chapter("contact")
    assert "contact.html, line 3" in done.said(Outcome.FURNITURE)
    assert "“Please turn scripts on”" in done.said(Outcome.FURNITURE)


# Characters


def test_numbers_of_old_pages_mean_what_windows_means(tmp_path: Path) -> None:
    done = imported(tmp_path, site("<p>The child&#146;s plan \x96 \x93today\x94</p>"))
    assert "<p>The child’s plan – “today”</p>" in done.chapter("contact")


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("utf-8", ""), ("utf-8-sig", ""), ("utf-16", ""), ("cp1252", "iso-8859-1"), ("koi8-r", "koi8-r")],
)
def test_pages_are_read_in_their_own_encoding(tmp_path: Path, encoding: str, declared: str) -> None:
    word = "дом" if encoding == "koi8-r" else "café"
    text = page(
        f"<h1>1.2 Health</h1><p>{word} {WORDS}</p>", f'<meta charset="{declared}">' if declared else ""
    )
    done = imported(tmp_path, site(more={"health.html": text.encode(encoding)}))
    assert f"<p>{word} " in done.chapter("health")
    assert done.said() == ""


def test_a_page_that_says_the_wrong_encoding_is_to_be_looked_at(tmp_path: Path) -> None:
    text = page(f"<h1>1.2 Health</h1><p>it’s {WORDS}</p>", '<meta charset="utf-8">')
    done = imported(tmp_path, site(more={"health.html": text.encode("cp1252")}))
    assert "<p>it’s " in done.chapter("health")
    assert "says that it is written in utf-8, and is not" in done.said(Outcome.TO_CHECK)


def test_a_page_that_is_cut_within_a_character_says_so(tmp_path: Path) -> None:
    raw = page(f"<h1>1.2 Health</h1><p>{WORDS}</p>").encode("utf-16") + b"\x3d\xd8"
    done = imported(tmp_path, site(more={"health.html": raw}))
    assert "bytes that stand for no character" in done.said(Outcome.CHANGED)


def test_a_page_without_a_body_gives_the_reason() -> None:
    assert parse_page("a", "", b"") == "it holds no page."
    frames = "<html><frameset><frame src='a.html'></frameset></html>"
    assert parse_page("a", frames, b"") == "it is a set of frames: save the pages inside of it."
