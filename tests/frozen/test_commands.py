"""Every command of the frozen program is there, and what commands import late is in the program."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from PIL import Image

from reader.cli.commands import app
from reader.store.places import sample_bundles
from tests.frozen.conftest import Frozen
from tests.support.word_files import heading, paragraph, word_file

SOURCES = Path(__file__).parents[2] / "bundles" / "sources"


def _paths(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, child in getattr(command, "commands", {}).items():
        yield from _paths(child, (*path, name))


@pytest.mark.parametrize("path", list(_paths(typer.main.get_command(app))), ids=" ".join)
def test_every_command_says_how_it_is_used(frozen: Frozen, path: tuple[str, ...]) -> None:
    said = frozen.run(*path, "--help").out
    assert said.startswith(f"Usage: {' '.join(('procedures', *path))} ")


def test_extracts_are_made_and_verified(frozen: Frozen) -> None:
    pdf = frozen.home / "court.pdf"
    frozen.sample("extract", "northmere:kinship-care", "saltby:2.1", "--out", pdf, "--title", "For court")
    row = frozen.sample("verify", pdf.with_suffix(".extract"), "--json").json["files"][0]
    assert row["ok"]
    assert row["pdf"]["same"], "the PDF is made again and compared, byte for byte"


def test_texts_are_compared(frozen: Frozen) -> None:
    page = frozen.home / "compared.html"
    frozen.sample("compare", "northmere", "kinship-care", "--with", "all", "--html", page)
    assert "Saltby" in page.read_text("utf-8")
    assert frozen.sample("compare", "northmere", "kinship-care", "--edition", "2").out
    pairs = frozen.sample("counterparts", "lancashire", "--with", "leicestershire", "--json").json["pairs"]
    assert len(pairs) > 30
    table = frozen.home / "coverage.csv"
    frozen.sample("coverage", "--export", table)
    assert "kinship" in table.read_text("utf-8-sig").casefold()
    assert frozen.sample("changes", "northmere", "--since", "2", "--json").json


def test_contents_chapters_and_hits_are_given_out(frozen: Frozen) -> None:
    assert "Kinship Care" in frozen.sample("contents", "northmere").out
    assert "kinship" in frozen.sample("show", "northmere", "kinship-care").out.casefold()
    page = frozen.home / "hits.html"
    frozen.sample("search", '"strategy discussion"', "--export", page)
    assert "strategy discussion" in page.read_text("utf-8").casefold()
    assert frozen.sample("search", "kinshpi", "--json").json["suggestions"], "spelling is mended"


def test_what_a_person_keeps_is_kept_and_given_out(frozen: Frozen) -> None:
    said = frozen.sample("cite", "northmere", "kinship-care", "--style", "court").out.strip()
    assert "Kinship" in frozen.sample("cite", "--check", said).out
    frozen.sample("reading-list", "add", "Induction", "northmere", "kinship-care", "--remark", "Begin here")
    handed_out, pdf = frozen.home / "induction.readinglist", frozen.home / "list.pdf"
    frozen.sample("reading-list", "save", "Induction", handed_out)
    frozen.sample("reading-list", "print", "Induction", "--pdf", pdf)
    assert pdf.read_bytes().startswith(b"%PDF-")
    for name in ("bookmarks.html", "bookmarks.md", "bookmarks.csv", "bookmarks.json", "bookmarks.jsonld"):
        frozen.sample("bookmarks", "export", frozen.home / name)
    frozen.sample("bookmarks", "import", frozen.home / "bookmarks.json")
    frozen.sample("bookmarks", "carry")
    frozen.sample("corrections", "list", "--json")


def test_trust_is_shown_and_pinned(fresh: Frozen) -> None:
    assert "root" in fresh.sample("trust", "show").out.casefold()
    domain = fresh.home / "domain"
    fresh.run("publish", "init", domain, "--authority", "westshire", "--name", "Westshire Council")
    shown = fresh.run("publish", "status", domain)
    assert shown.out


def test_a_publisher_goes_from_a_word_file_to_a_signed_bundle(fresh: Frozen) -> None:
    document = fresh.home / "Procedures Manual.docx"
    body = "".join(
        heading(title) + paragraph(f"{title}: what is to be done, by whom, and by when, stands here.")
        for title in ("Referrals and Assessments", "Visits to Children", "Kinship Care")
    )
    document.write_bytes(word_file(body))
    source, bundle, domain = fresh.home / "source", fresh.home / "west.manual", fresh.home / "domain"
    fresh.run("publish", "import", document, source)
    assert len(list((source / "chapters").iterdir())) == 3
    (source / "manual.toml").write_text(
        'authority = "westshire"\nauthority_name = "Westshire Council"\nmanual = "procedures"\n'
        'title = "Procedures Manual"\nedition = 1\nlabel = "May 2026"\nissued = 2026-05-01\n'
        "effective_from = 2026-05-01\nreview_by = 2027-05-01\n",
        "utf-8",
    )
    fresh.run("publish", "lint", source)
    fresh.run("publish", "init", domain, "--authority", "westshire", "--name", "Westshire Council")
    fresh.run("publish", "build", source, "--domain", domain, "--out", bundle)
    (key,) = (domain / "keys").glob("*.procedures.pem")
    fresh.run("publish", "sign", bundle, "--key", key)
    assert fresh.run("publish", "status", bundle).out
    place = ("--library", fresh.home / "library", "--trust", domain / "1.root.json")
    fresh.run(*place, "install", bundle)
    assert fresh.run(*place, "search", "kinship", "--json").json["total"] >= 1


def test_a_website_with_pictures_of_other_kinds_is_imported(fresh: Frozen) -> None:
    site = fresh.home / "site"
    site.mkdir()
    kinds = ("webp", "tiff", "gif", "bmp", "jpg")
    for number, kind in enumerate(kinds):
        Image.new("RGB", (120, 80 + number), "#17496b").save(site / f"flow.{kind}")
    pictures = "".join(f'<img src="flow.{kind}" alt="The way">' for kind in kinds)
    for name in ("visits", "kinship"):
        (site / f"{name}.html").write_text(
            f"<html><head><title>{name.title()}</title></head><body><h1>{name.title()}</h1>"
            f"<p>What is to be done, by whom, and by when.</p>{pictures}</body></html>",
            "utf-8",
        )
    links = "".join(f'<li><a href="{name}.html">{name.title()}</a></li>' for name in ("visits", "kinship"))
    (site / "index.html").write_text(f"<html><body><h1>Contents</h1><ul>{links}</ul></body></html>", "utf-8")
    fresh.run("publish", "import", site, fresh.home / "source", "--contents", "index.html")
    assert len(list((fresh.home / "source" / "chapters").iterdir())) == 2
    made = sorted(file.suffix for file in (fresh.home / "source" / "media").iterdir())
    assert made == [".jpg", *[".png"] * 4], "each kind was decoded"


@pytest.mark.parametrize("number", [1, 2])
def test_sources_are_read_and_compared(frozen: Frozen, number: int) -> None:
    contents = frozen.run(
        "publish", "contents", SOURCES / "northmere" / str(number) / "contents.md", "--json"
    )
    assert contents.json["entries"]


def test_an_edition_says_what_it_changes(frozen: Frozen) -> None:
    bundles = {file.stem: file for file in sample_bundles()}
    newer = SOURCES / "northmere" / "3"
    assert "hint" in frozen.run("publish", "lint", newer, code=1).out, (
        "its pictures lie elsewhere, which is an error"
    )
    assert "Kinship" in frozen.run("publish", "changes", newer, "--since", bundles["northmere-2"]).out
