"""`procedures cite`: what is cited on one computer is checked on another."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reader.store.places import sample_bundles, sample_root_file
from tests.support.terminals import Answer, Terminal

CHAPTER = "section-47-enquiries"


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """A terminal whose library holds two editions of one manual."""
    found = Terminal(tmp_path_factory.mktemp("cite"))
    wanted = [file for file in sample_bundles() if file.stem.startswith(("northmere-2", "northmere-3"))]
    assert _run(found, "install", *wanted).code == 0
    return found


def _run(terminal: Terminal, *arguments: str | Path) -> Answer:
    return terminal.run("--library", terminal.folder / "laptop", "--trust", sample_root_file(), *arguments)


def _check(terminal: Terminal, text: str) -> dict[str, str]:
    answer = _run(terminal, "cite", "--check", text, "--json")
    found: dict[str, str] = answer.json
    assert answer.code == (1 if found["verdict"] == "altered" else 0)
    return found


def test_a_citation_says_where_which_edition_and_when_it_was_read(terminal: Terminal) -> None:
    said = _run(terminal, "cite", "northmere", "2.1.2").out
    for part in ("Northmere County Council", "2.1.2 Section 47 Enquiries", "edition 3 (April 2026)"):
        assert part in said
    assert "in force from 1 April 2026" in said
    assert re.search(r"Read on \d+ \w+ \d{4}\. Text \w{4}-\w{4}-\w{2}\.", said)
    assert said.rstrip().endswith(f"procedures://northmere/procedures/{CHAPTER}@3")


@pytest.mark.parametrize("style", ["plain", "court"])
def test_the_text_that_was_cited_is_told_from_an_older_edition(terminal: Terminal, style: str) -> None:
    now = _run(terminal, "cite", "northmere", CHAPTER, "--style", style).out
    before = _run(terminal, "cite", "northmere", CHAPTER, "--edition", "2", "--style", style).out
    assert _check(terminal, now)["verdict"] == "held"
    older = _check(terminal, before)
    assert older["verdict"] == "older"
    assert older["location"].endswith(f"{CHAPTER}@2")
    assert "edition 3 (April 2026) is in force" in older["message"]
    assert "in other words" in older["message"]


def test_a_citation_without_its_link_is_found_by_its_words(terminal: Terminal) -> None:
    said = _run(terminal, "cite", "northmere", CHAPTER, "--edition", "2").out
    without = re.sub(r"procedures://\S+", "", said)
    assert _check(terminal, without) == _check(terminal, said)


def test_a_passage_is_cited_by_its_heading(terminal: Terminal) -> None:
    anchor = "3-seeing-and-hearing-the-child"
    citation = _run(terminal, "cite", "northmere", CHAPTER, anchor, "--json").json
    assert "“3. Seeing and hearing the child”" in citation["plain"]
    assert _check(terminal, citation["plain"])["location"].endswith(f"@3#{anchor}")
    assert _check(terminal, re.sub(r"procedures:\S+", "", citation["plain"]))["location"].endswith(
        f"@3#{anchor}"
    )
    assert _check(terminal, citation["link"])["verdict"] == "held"


def test_an_altered_citation_is_said_to_be_altered(terminal: Terminal) -> None:
    said = _run(terminal, "cite", "northmere", CHAPTER).out
    of_other = _run(terminal, "cite", "northmere", CHAPTER, "--edition", "2").out
    signs = re.search(r"Text (\S+)\.", of_other)
    assert signs
    altered = re.sub(r"Text \S+\.", f"Text {signs[1]}.", said)
    assert _check(terminal, altered)["verdict"] == "altered"
    assert _check(terminal, f"“Nobody need be told” ({said.strip()})")["verdict"] == "altered"


def test_an_edition_that_is_not_here_is_said_to_be_missing_or_newer(terminal: Terminal) -> None:
    said = _run(terminal, "cite", "northmere", CHAPTER).out
    newer = _check(terminal, said.replace("@3", "@9").replace("edition 3", "edition 9"))
    assert newer["verdict"] == "newer"
    assert "Its words are those that were cited." in newer["message"]
    older = _check(terminal, said.replace("@3", "@1").replace("edition 3", "edition 1"))
    assert older["verdict"] == "missing"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--check", "contact"), 1, "names no chapter that could be looked up"),
        (("--check", "procedures://nowhere/procedures/contact@1"), 1, "is not installed"),
        (("--check", "procedures://northmere/procedures/nothing@3"), 1, "has no chapter “nothing”"),
        (("northmere", "nothing"), 1, "has no chapter “nothing”"),
        (("northmere", CHAPTER, "nothing"), 1, "has no passage “nothing”"),
        (("northmere", CHAPTER, "not a name"), 1, "is the name of no passage"),
        (("northmere",), 2, "name the manual and the chapter"),
        (("northmere", CHAPTER, "--check", "x"), 2, "not both"),
    ],
)
def test_what_cannot_be_cited_is_said_in_a_sentence(
    terminal: Terminal, arguments: tuple[str, ...], code: int, words: str
) -> None:
    answer = _run(terminal, "cite", *arguments)
    assert answer.code == code
    assert words in answer.err.replace("\n", " ").replace("│ ", "").replace(" │", "")
