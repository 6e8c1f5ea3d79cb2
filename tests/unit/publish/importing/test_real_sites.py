"""Websites of three generations as they are saved: what surrounds a chapter goes, and every word of it stays."""

from __future__ import annotations

import base64
from datetime import date
from pathlib import Path

import pytest

from reader.domain.contents import Chapter, Division, Form, SeeAlso, walk
from reader.publish.importing.findings import Outcome
from reader.publish.importing.pages import SavedPage, parse_page, repeated_blocks
from tests.unit.publish.importing.sources import WORDS, Files, imported, page, site

_TITLES = ("Visits", "Reviews", "Health", "Records", "Staff")
_PDF = b"%PDF-1.4\n%%EOF"


def _old_page(title: str, body: str) -> str:
    """A page that is laid out with a table: banner, menu, text, foot."""
    return page(
        '<a name="top"></a><table width="760"><tr><td colspan="2"><img src="banner.gif" alt="Council"></td></tr>'
        '<tr><td colspan="2"><font size="1"><a href="index.html">Contents</a> | <a href="javascript:window.print()">'
        'Print this page</a></font></td></tr><tr><td width="140"><a href="index.html">Manual Contents</a><br>'
        '<a href="visits.html">Most read</a><img src="spacer.gif" width="140" height="1"></td>\n'
        '<td><table><tr><td><p align="center"><font size="4"><b>'
        f"{title}</b></font></p>{body}<p align=center><b>End</b></p></td></tr></table></td></tr>"
        '<tr><td colspan="2"><font size="1">&copy; Westhaven</font></td></tr></table>'
    )


def _old_site(body: str) -> dict[str, str | bytes]:
    rows = "".join(
        f"<li>1.{n} <a href='{title.casefold()}.html'>{title}</a></li>" for n, title in enumerate(_TITLES, 1)
    )
    pages = {
        f"{title.casefold()}.html": _old_page(
            f"1.{n} {title}",
            body if title == "Visits" else f"<p>{title}: {WORDS}</p><p>{title} are kept.</p>",
        )
        for n, title in enumerate(_TITLES, 1)
    }
    return {
        "index.html": page(f"<h1>Manual of Westhaven</h1><ul><li>1. Care<ul>{rows}</ul></li></ul>"),
        **pages,
    }


def test_a_page_laid_out_with_tables_gives_its_text_alone(tmp_path: Path) -> None:
    body = (
        "<table border=1><tr><td><font><b>SCOPE OF THIS CHAPTER</b></font><br><br>All children.</td></tr></table>"
        "<table border=1><tr><td><b>RELEVANT CHAPTERS</b></td></tr>"
        '<tr><td><a href="health.html">Health</a></td></tr></table>'
        f'<p><a name="s1"></a><b>1. First visit</b></p><p>{WORDS}</p>'
        '<p><b>2. Later visits</b></p><p>See <a href="#s1">above</a>.</p>'
        "<table border=1><tr><td><b>Visit</b></td><td><b>Days</b></td></tr><tr><td>First</td><td>7</td></tr></table>"
    )
    done = imported(tmp_path, _old_site(body))
    assert done.chapter("visits") == (
        '<div class="scope">\n<h2>SCOPE OF THIS CHAPTER</h2>\n<p>All children.</p>\n</div>\n'
        '<div class="related">\n<h2>RELEVANT CHAPTERS</h2>\n<p><a href="health.html">Health</a></p>\n</div>\n'
        f'<h2 id="1-first-visit">1. First visit</h2>\n<p>{WORDS.strip()}</p>\n<h2>2. Later visits</h2>\n'
        '<p>See <a href="#1-first-visit">above</a>.</p>\n'
        "<table>\n<tbody>\n<tr><th>Visit</th><th>Days</th></tr>\n<tr><td>First</td><td>7</td></tr>\n</tbody>\n</table>\n"
    )
    assert done.chapter("health") == f"<p>Health: {WORDS.strip()}</p>\n<p>Health are kept.</p>\n"
    assert done.said(Outcome.LEFT_OUT) == ""
    furniture = done.said(Outcome.FURNITURE)
    assert "“[banner.gif]” stands at the edge of 5 pages" in furniture
    assert furniture.count("\n") < 8


def test_a_table_of_long_cells_is_no_layout(tmp_path: Path) -> None:
    rows = f"<tr><td>Carer</td><td><p>{WORDS}</p></td></tr><tr><td>Plan</td><td><p>{WORDS}</p><ul><li>A</li></ul></td>"
    done = imported(tmp_path, site(f"<table>{rows}</tr></table>"))
    assert done.chapter("contact").count("<tr>") == 2


def test_numbered_headings_that_most_pages_have_stay(tmp_path: Path) -> None:
    body = "<p><b>1. Introduction</b></p><p>Words of {0}.</p><p><b>2. Legal framework</b></p><p>The Act.</p>"
    files = _old_site(body.format("Visits"))
    files |= {
        f"{title.casefold()}.html": _old_page(f"1.{n} {title}", body.format(title))
        for n, title in enumerate(_TITLES, 1)
    }
    done = imported(tmp_path, files)
    assert "<h2>1. Introduction</h2>\n<p>Words of Staff.</p>\n<h2>2. Legal framework</h2>" in done.chapter(
        "staff"
    )


def _kept(body: str) -> SavedPage:
    markup = page(f"<h1>Missing</h1><p>{WORDS}</p>{body}")
    found = parse_page("page.html", markup, markup.encode())
    assert isinstance(found, SavedPage)
    return found


@pytest.mark.parametrize(
    "closed",
    [
        '<div class="accordion-collapse collapse" hidden><p>The date is recorded.</p></div>',
        '<div role="tabpanel" hidden><p>The date is recorded.</p></div>',
        '<div class="expander-panel" aria-hidden="true"><p>The date is recorded.</p></div>',
    ],
)
def test_what_a_reader_opens_is_text_though_it_is_hidden(closed: str) -> None:
    assert "The date is recorded." in "".join(map(str, _kept(closed).root.itertext()))


@pytest.mark.parametrize(
    "control",
    [
        "<button>Print this chapter</button>",
        '<a href="#" onclick="print()">Print</a>',
        '<a href="#header">Back to top</a>',
        '<form action="search.php"><input name="q"><input type="submit" value="Search"></form>',
    ],
)
def test_buttons_and_search_boxes_are_no_text(control: str) -> None:
    found = _kept(control)
    assert "".join(map(str, found.root.itertext())).split() == f"Missing{WORDS}".split()
    assert found.root.find(".//input") is None


def test_a_link_to_a_document_is_no_button() -> None:
    assert "Download" in "".join(map(str, _kept('<p><a href="form.pdf">Download</a></p>').root.itertext()))


def test_the_heading_of_a_list_of_contents_goes_with_it() -> None:
    found = _kept('<h2>On this page</h2><ul class="toc"><li><a href="#a">A</a></li></ul><h2>Aims</h2>')
    assert [h.text for h in found.root.iter("h2")] == ["Aims"]


def test_a_page_in_two_places_is_a_chapter_and_a_pointer_to_it(tmp_path: Path) -> None:
    rows = (
        '<li>1.3 <a href="visits.html">Visits</a></li></ul></li></ul><h2>2. <a href="delegated.html">Decisions</a></h2>'
        '<ul><li>2.1 <a href="delegated.html">Decisions</a></li><li>2.2 See also <a href="visits.html">Visits</a></li>'
        "</ul><ul><li><ul>"
    )
    more = {f"{name}.html": page(f"<h1>{name}</h1><p>{WORDS}</p>") for name in ("visits", "delegated")}
    done = imported(tmp_path, site(rows=rows, more=more))
    assert len(done.ids) == len(set(done.ids))
    assert [e.chapter for e, _ in walk(done.contents.entries) if isinstance(e, SeeAlso)] == [
        "decisions",
        "visits",
    ]
    assert [e.title for e, _ in walk(done.contents.entries) if isinstance(e, SeeAlso)] == [
        "Decisions",
        "Visits",
    ]


def test_a_heading_that_leads_to_a_page_and_holds_nothing_is_a_chapter(tmp_path: Path) -> None:
    rows = '</ul></li></ul><h2>2. <a href="staff.html">Staff</a></h2><ul><li><ul>'
    done = imported(tmp_path, site(rows=rows, more={"staff.html": page(f"<h1>Staff</h1><p>{WORDS}</p>")}))
    last = done.contents.entries[-1]
    assert isinstance(last, Chapter)
    assert (last.number, last.title) == ("2", "Staff")


def test_the_status_of_a_row_without_a_number_is_no_part_of_its_title(tmp_path: Path) -> None:
    rows = '<li>1.3 Staff<ul><li><a href="friends.html">Friends</a> <span>New</span></li></ul></li>'
    done = imported(tmp_path, site(rows=rows, more={"friends.html": page(f"<h1>Friends</h1><p>{WORDS}</p>")}))
    [friends] = [chapter for chapter in done.contents.chapters() if chapter.id.startswith("friends")]
    assert (friends.title, [str(status) for status in friends.statuses]) == ("Friends", ["new"])


def test_the_contents_page_of_a_mirror_is_found_in_its_folder(tmp_path: Path) -> None:
    files = site()
    rows = files.pop("index.html")
    mirror = {f"host.example/{name}": text for name, text in files.items()}
    mirror["host.example/contents/index.html"] = str(rows).replace('href="', 'href="../')
    mirror["host.example/index.html"] = page(
        '<h1>Welcome</h1><a href="contents/index.html">Contents</a> <a href="health.html">Health</a>'
    )
    assert imported(tmp_path, mirror).ids == ["contact", "health"]


def test_pages_that_differ_in_their_query_alone_are_told_apart(tmp_path: Path) -> None:
    def saved(number: int) -> str:
        return f"<!-- saved from url=(0040)https://host.example/chapter.php?id={number} -->\n"

    link = "https://host.example/chapter.php?id="
    files = site(f'<p>See <a href="{link}2#a">health</a> and <a href="{link}77">gone</a>.</p>')
    files["contact.html"] = saved(1) + str(files["contact.html"])
    files["health.html"] = saved(2) + str(files["health.html"]).replace("<p>", '<p id="a">')
    assert f'See <a href="health.html#a">health</a> and <a href="{link}77">gone</a>.' in imported(
        tmp_path, files
    ).chapter("contact")


def test_the_day_of_the_last_update_is_that_of_the_chapter(tmp_path: Path) -> None:
    done = imported(tmp_path, site('<p class="u">Last updated: <time>2 March 2026</time></p>'))
    assert [chapter.revised for chapter in done.contents.chapters()] == [date(2026, 3, 2), None]


@pytest.mark.parametrize(
    "library",
    [
        "<table><tr><th>Form</th><th>Reviewed</th><th>Next review</th></tr>"  # noqa: ISC004
        '<tr><td><a href="f/claim.pdf">Claim form</a></td><td>1 May 2026</td><td>1 May 2027</td></tr></table>',
        '<ul><li><a href="f/claim.pdf">Claim form</a> (PDF, 20 KB), review by 1 May 2027</li></ul>',
    ],
)
def test_the_documents_library_names_forms_and_their_reviews(tmp_path: Path, library: str) -> None:
    more: dict[str, str | bytes] = {
        "library.html": page(f"<h1>Documents Library</h1>{library}"),
        "f/claim.pdf": _PDF,
    }
    rows = '<li>1.3 <a href="library.html">Documents Library</a></li>'
    done = imported(tmp_path, site('<p><a href="f/claim.pdf">click here</a></p>', rows, more))
    forms = [entry for entry, _ in walk(done.contents.entries) if isinstance(entry, Form)]
    assert forms == [Form("Claim form", "any/manual/forms/claim.pdf", date(2027, 5, 1))]
    assert "next to no text" not in done.said()


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("click here", "Claim"),
        ("Download the leaflet", "Claim"),
        ("Claim for travel (Word, 40 KB)", "Claim for travel"),
    ],
)
def test_a_form_is_called_by_words_that_say_something(tmp_path: Path, words: str, title: str) -> None:
    done = imported(tmp_path, site(f'<p><a href="f/claim.pdf">{words}</a></p>', more={"f/claim.pdf": _PDF}))
    assert [entry.title for entry, _ in walk(done.contents.entries) if isinstance(entry, Form)] == [title]


def test_cookie_banners_are_no_rows_of_the_contents_page(tmp_path: Path) -> None:
    files = site()
    banner = (
        '<div class="cookie-banner"><h2>Cookies</h2><p>We use cookies to make this site work well.</p></div>'
    )
    files["index.html"] = str(files["index.html"]).replace("<h1>", f"{banner}<h1>")
    done = imported(tmp_path, files)
    [care] = done.contents.entries
    assert isinstance(care, Division)


def test_rows_of_the_contents_page_stay_though_a_menu_repeats_them(tmp_path: Path) -> None:
    menu = '<p><a href="index.html">Contents</a></p><p><a href="glossary.html">Glossary</a></p>'
    names = ["contact", "health", "visits", "staff", "glossary"]
    rows = "".join(f'<li>1.{n} <a href="{x}.html">{x.title()}</a></li>' for n, x in enumerate(names[2:4], 3))
    more = {f"{x}.html": page(f"{menu}<h1>{x.title()}</h1><p>On {x}. {WORDS}</p>") for x in names}
    done = imported(tmp_path, site(rows=f'{rows}<li><a href="glossary.html">Glossary</a></li>', more=more))
    assert done.ids == names
    assert done.chapter("glossary") == f"<p>On glossary. {WORDS.strip()}</p>\n"


def test_a_picture_on_many_pages_is_reported_once_and_spacers_never(tmp_path: Path) -> None:
    gif = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==")
    shown = '<p>Look: <img src="a.gif" alt="Plan"><img src="b.gif" width="1" height="9"></p>'
    more: Files = {"a.gif": gif, "b.gif": gif, "health.html": page(f"<h1>Health</h1><p>{WORDS}</p>{shown}")}
    done = imported(tmp_path, site(shown, more=more))
    assert done.said(Outcome.CHANGED).count("turned from GIF") == 1
    assert done.chapter("health").count("<img") == 1


def test_what_the_contents_page_calls_itself_is_no_part_of_the_manuals_name(tmp_path: Path) -> None:
    files = site()
    files["index.html"] = (
        str(files["index.html"])
        .replace("<head>", "<head><title>Contents - Northmere Procedures</title>")
        .replace("<h1>Manual of Northmere</h1>", "")
    )
    manual = imported(tmp_path, files).files["manual.toml"].decode()
    assert 'authority = "northmere"' in manual
    assert 'title = "Northmere Procedures"' in manual


def test_a_sentence_under_every_title_is_text(tmp_path: Path) -> None:
    rule = "This chapter applies to everybody who works with children for the council or in its name."
    names = ["contact", "health", "visits", "staff", "plans"]
    rows = "".join(f'<li>1.{n} <a href="{x}.html">{x.title()}</a></li>' for n, x in enumerate(names[2:], 3))
    more = {f"{x}.html": page(f"<h1>{x.title()}</h1><p>{rule}</p><p>On {x}. {WORDS}</p>") for x in names}
    assert rule in imported(tmp_path, site(rows=rows, more=more)).chapter("plans")


def test_what_pages_repeat_is_reported_in_its_order_each_time() -> None:
    lines = ["Council online", "Menu of the day", "Find us here", "Call the team", "Write to us"]
    markup = page("".join(f"<p>{line}</p>" for line in lines) + f"<h1>Missing</h1><p>{WORDS}</p>")
    found = parse_page("page.html", markup, markup.encode())
    assert isinstance(found, SavedPage)
    assert list(repeated_blocks([found] * 4))[: len(lines)] == lines
