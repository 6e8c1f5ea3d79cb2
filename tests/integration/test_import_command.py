"""From a saved website to a manual that is read: the publisher's whole way, in commands."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.support.terminals import Terminal

CHAPTER = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title} - Eastshire</title></head><body>
<nav class="menu"><a href="index.html">Home</a></nav>
<div id="content"><h1>{title}</h1>{body}</div>
<footer>Copyright Eastshire Council. Cookies.</footer></body></html>"""
CONTENTS = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>Contents</title></head><body>
<h1>Eastshire Council Children's Services Procedures Manual</h1>
<h2>1. Safeguarding</h2>
<ul><li>1.1 <a href="visits.html">{visits}</a> <em>Updated</em></li><li>1.2 <a
href="reviews.html">Reviews</a></li>
<li>1.3 <a href="https://partner.example/neglect.html">Neglect</a></li><li>See also:
<a href="reviews.html">Reviews</a></li>
</ul>
<h2>2. Records</h2><ul><li>2.1 <a href="records.html">Case Records</a></li><li>2.2
<a href="lost.html">Lost Pages</a></li></ul>
</body></html>"""
VISITS = """<div class="panel"><h3>Scope of this chapter</h3><p>This chapter says how often a child is
visited.</p></div>
<h2>1. Aims</h2><p>The social worker sees the child alone, as <a href="records.html#s2">Case Records
</a> says, and speaks
with the carer about school, health and friends before leaving the house.</p>
<h2 id="how">2. How often</h2><table><tr><td><b>Who</b></td><td><b>When</b></td></tr><tr><td>Child in need</td>
<td>Every
four weeks</td></tr></table><p><img src="flow.gif" alt="First the visit, then the record"></p>
<p><a href="form.pdf">Visit record</a> and <a href="gone.html">a broken link</a>.</p>"""
REVIEWS = """<h2>1. When</h2><p>The first review is held within twenty working days of the day on which the
child came into
care, the second within three months of that, and each later one within six months of the one before it.</p>"""
RECORDS = """<h2>1. Who writes</h2><p>Whoever did the work writes it up within two working days and signs it
with their full
name and their job title, so that a later reader knows who it was.</p><h2 id="s2">2. Seeing the child</h2>
<p>What the child said is written in the child's own words.</p>"""
MANIFEST = """
authority = "eastshire"
authority_name = "Eastshire Council"
title = "Children's Services Procedures"
edition = {edition}
issued = {year}-01-05
effective_from = {year}-01-12
review_by = {next}-01-05
"""
GIF = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,"
    b"\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
)


def save_site(
    folder: Path, *, visits: str = "Visits", visits_body: str = VISITS, page: str = "visits.html"
) -> Path:
    folder.mkdir()
    contents = CONTENTS.format(visits=visits).replace("visits.html", page)
    (folder / "contents.html").write_text(contents, encoding="utf-8")
    for name, title, body in (
        (page, visits, visits_body),
        ("reviews.html", "Reviews", REVIEWS),
        ("records.html", "Case Records", RECORDS),
    ):
        (folder / name).write_text(CHAPTER.format(title=title, body=body), encoding="utf-8")
    (folder / "flow.gif").write_bytes(GIF)
    (folder / "form.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")
    return folder


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


def test_a_saved_website_is_imported_linted_built_signed_installed_and_read(
    terminal: Terminal, tmp_path: Path
) -> None:
    site, source = save_site(tmp_path / "site"), tmp_path / "east"
    answer = terminal.run("publish", "import", site, source)
    assert answer.code == 0, answer.err
    assert "5 chapters, the text of 3 included, 1 form, 1 picture" in answer.out
    assert "gone.html" in answer.err
    assert "lost.html" in answer.err
    assert "visits.html, line" in answer.err, "a finding names its file and line"
    (source / "manual.toml").write_text(MANIFEST.format(edition=1, year=2025, next=2026), encoding="utf-8")
    assert terminal.run("publish", "lint", source).code in {0, 1}
    domain = tmp_path / "domain"
    terminal.run("publish", "init", domain, "--authority", "eastshire", "--name", "Eastshire Council")
    bundle = tmp_path / "east1.manual"
    built = terminal.run("publish", "build", source, "--domain", domain, "--out", bundle)
    assert built.code == 0, built.err
    signed = terminal.run("publish", "sign", bundle, "--key", domain / "keys" / "eastshire.procedures.pem")
    assert signed.code == 0, signed.err
    laptop = ("--library", tmp_path / "laptop", "--trust", domain / "1.root.json")
    assert terminal.run(*laptop, "install", bundle).code == 0
    shown = terminal.run(*laptop, "show", "eastshire", "1.1")
    assert "The social worker sees the child alone" in shown.out
    assert "Cookies" not in shown.out
    contents = terminal.run(*laptop, "contents", "eastshire", "--json").json["entries"]
    [neglect] = [entry for entry in contents[0]["entries"] if entry.get("title") == "Neglect"]
    assert (neglect["held"], neglect["source"]) == ("external", "partner.example")
    assert contents[-1]["entries"][-1]["kind"] == "form"


def test_the_next_edition_keeps_ids_and_asks_where_it_is_unsure(terminal: Terminal, tmp_path: Path) -> None:
    first = tmp_path / "east1"
    assert terminal.run("publish", "import", save_site(tmp_path / "site1"), first).code == 0
    rewritten = """<h2>1. Why</h2><p>The social worker sees the child alone and speaks with the carer about
    school, health
    and friends. Everything else of this text was written anew for the second edition, in other words and in
    another order,
    so that only a person can say whether it still is the same chapter as before.</p>"""
    site = save_site(tmp_path / "site2", visits="Seeing Children", visits_body=rewritten, page="seeing.html")
    second, table = tmp_path / "east2", tmp_path / "chapters.csv"
    refused = terminal.run("publish", "import", site, second, "--last", first)
    assert refused.code == 1
    assert "--review" in refused.err
    assert not second.exists(), "an identity is never guessed"
    asked = terminal.run("publish", "import", site, second, "--last", first, "--review", table)
    assert asked.code == 0
    assert not second.exists()
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["chapter"], row["likeliest id"]) for row in rows] == [("Seeing Children", "visits")]
    rows[0]["answer"] = "same"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    done = terminal.run("publish", "import", site, second, "--last", first, "--review", table, "--json")
    assert done.code == 0, done.err
    ids = {row["title"]: row["id"] for row in done.json["identities"]}
    assert ids["Seeing Children"] == "visits"
    assert ids["Reviews"] == "reviews"
    assert (second / "chapters" / "visits.html").is_file()


def test_an_unchanged_source_gives_the_same_bytes_again(terminal: Terminal, tmp_path: Path) -> None:
    site, source = save_site(tmp_path / "site"), tmp_path / "east"
    terminal.run("publish", "import", site, source)
    before = {file.relative_to(source): file.read_bytes() for file in source.rglob("*") if file.is_file()}
    assert terminal.run("publish", "import", site, source).code == 0
    assert before == {
        file.relative_to(source): file.read_bytes() for file in source.rglob("*") if file.is_file()
    }


def test_what_a_person_changed_since_is_not_written_over(terminal: Terminal, tmp_path: Path) -> None:
    site, source = save_site(tmp_path / "site"), tmp_path / "east"
    terminal.run("publish", "import", site, source)
    edited = source / "chapters" / "reviews.html"
    edited.write_text("<p>Mended by hand.</p>", encoding="utf-8")
    refused = terminal.run("publish", "import", site, source)
    assert refused.code == 1
    assert "reviews.html was changed by hand" in refused.err
    assert edited.read_text(encoding="utf-8") == "<p>Mended by hand.</p>"
    assert terminal.run("publish", "import", site, source, "--discard-edits").code == 0
    assert "twenty working days" in edited.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["missing", "empty"])
def test_a_source_that_is_none_is_said_in_one_sentence(terminal: Terminal, tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    answer = terminal.run("publish", "import", tmp_path / name, tmp_path / "out")
    assert answer.code == 1
    assert name in answer.err
    assert "Traceback" not in answer.err
    assert not (tmp_path / "out").exists()
