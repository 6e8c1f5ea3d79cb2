"""The training manuals as readers meet them: on the command line, in search, in forms and in what editions change."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.store.places import sample_bundles
from tests.support.terminals import Terminal

BUNDLES = {file.stem: file for file in sample_bundles()}


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    return Terminal(tmp_path_factory.mktemp("training"))


def sample(terminal: Terminal, *arguments: str) -> tuple[str, ...]:
    return ("--sample", "--library", str(terminal.folder / "laptop"), *arguments)


def test_a_chapter_prints_its_banner_and_its_full_text(terminal: Terminal) -> None:
    answer = terminal.run(*sample(terminal, "show", "northmere", "strategy-discussions"))
    assert answer.code == 0
    assert "Training manual of an invented council. Not for practice." in answer.out
    assert "Arranging a child protection medical" in answer.out


def test_an_older_edition_reads_as_it_was(terminal: Terminal) -> None:
    old = terminal.run(
        *sample(terminal, "show", "northmere", "strategy-discussions", "--as-at", "2024-06-01")
    )
    assert "edition 1" in old.out
    assert "Arranging a child protection medical\n" not in old.out


def test_the_words_of_a_form_are_found(terminal: Terminal) -> None:
    answer = terminal.run(
        *sample(terminal, "search", "grant purchases receipts", "--manual", "saltby", "--json")
    )
    hits = answer.json["hits"]
    assert any(hit["form"] == "leaving-care-grant-request.pdf" for hit in hits), answer.out[:2000]


def test_what_an_edition_changed_is_said(terminal: Terminal) -> None:
    answer = terminal.run(*sample(terminal, "changes", "northmere", "--since", "1", "--json"))
    changes = {chapter["id"]: chapter for chapter in answer.json["chapters"]}
    assert "renamed" in changes["early-help-assessments"]["kinds"]
    assert changes["accommodation-for-care-leavers"]["kinds"] == ["new"]
    assert changes["young-carers"]["kinds"][-1] == "text-gone"
    words = " ".join(
        piece["text"]
        for passage in changes["pathway-plans"]["passages"]
        for piece in passage["words"]
        if piece["kind"] == "removed"
    )
    assert "£2,000" in words


def test_a_manual_with_one_edition_has_nothing_to_compare(terminal: Terminal) -> None:
    answer = terminal.run(*sample(terminal, "changes", "lancashire"))
    assert answer.code == 1
    assert "there is nothing to compare it with" in answer.err


def test_what_is_to_be_signed_is_compared_before_anybody_signs(terminal: Terminal, tmp_path: Path) -> None:
    page = tmp_path / "changes.html"
    answer = terminal.run(
        "publish", "changes", BUNDLES["saltby-2"], "--since", BUNDLES["saltby-1"], "--html", page
    )
    assert answer.code == 0
    assert "Renamed: it was called “Single Assessments”." in answer.out
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_editions_of_two_manuals_are_not_compared(terminal: Terminal) -> None:
    answer = terminal.run("publish", "changes", BUNDLES["saltby-2"], "--since", BUNDLES["northmere-1"])
    assert answer.code == 1
    assert "northmere/procedures" in answer.err


def test_a_chapter_is_set_beside_another_edition_of_itself(terminal: Terminal) -> None:
    answer = terminal.run(*sample(terminal, "compare", "saltby", "contact", "--edition", "1"))
    assert answer.code == 0, answer.err
    assert "every [-three months-] {+eight weeks+} by" in answer.out
    same = terminal.run(*sample(terminal, "compare", "saltby", "case-records", "--edition", "1"))
    assert "The text is the same in both editions." in same.out


def test_a_chapter_that_an_edition_only_lists_cannot_be_compared(terminal: Terminal) -> None:
    answer = terminal.run(*sample(terminal, "compare", "northmere", "young-carers", "--edition", "2"))
    assert answer.code == 1
    assert "only listed" in answer.err


def test_another_term_finds_the_same_practice_below_the_typed_word(terminal: Terminal) -> None:
    hits = terminal.run(*sample(terminal, "search", "contact arrangements", "--limit", "200", "--json")).json[
        "hits"
    ]
    others = [hit for hit in hits if hit["also"]]
    assert any(hit["title"] == "Family Time" and hit["also"] == "family time" for hit in others)
    assert hits[0]["also"] is None
    exact = terminal.run(*sample(terminal, "search", "contact arrangements", "--exact", "--json")).json[
        "hits"
    ]
    assert exact
    assert not any(hit["also"] for hit in exact)


def test_a_superseded_edition_is_not_searched(terminal: Terminal) -> None:
    hits = terminal.run(*sample(terminal, "search", "overnight", "--limit", "500", "--json")).json["hits"]
    editions = {(hit["manual"], hit["edition"]) for hit in hits}
    assert ("northmere/procedures", 3) in editions
    assert len({manual for manual, _ in editions}) == len(editions)


# By reading: which chapter of Saltby answers the same practice question as one of Northmere. None: no chapter does.
COUNTERPARTS = {
    "1.1.2": "2.7",
    "1.1.3": "1.4",
    "1.2.1": "2.1",
    "1.2.2": "2.2",
    "1.2.3": "2.3",
    "1.2.4": "2.4",
    "1.2.5": "2.5",
    "1.2.6": None,
    "2.1.2": "3.1",
    "2.1.3": "3.2",
    "2.1.4": "3.3",
    "2.1.5": "3.4",
    "2.1.6": "3.5",
    "2.1.7": "3.6",
    "2.1.8": "3.8",
    "2.2.1": "3.7",
    "2.2.2": "4.1",
    "2.2.3": "4.2",
    "3.1.1": "5.1",
    "3.1.2": "5.2",
    "3.1.3": "5.3",
    "3.1.4": "5.4",
    "3.2.1": "5.7",
    "3.2.2": "5.5",
    "3.2.3": "5.6",
    "3.2.4": "5.8",
    "3.2.5": "5.9",
    "3.2.6": "5.10",
    "3.3.1": "5.11",
    "3.3.2": None,
    "3.3.3": None,
    "4.1.1": "6.1",
    "4.1.2": None,
    "4.1.3": "6.2",
    "4.1.4": "6.5",
    "5.1.1": "6.3",
    "5.1.2": None,
    "6.1.1": "7.1",
    "6.1.2": "7.2",
    "6.1.3": None,
    "7.1.1": "1.2",
    "7.1.2": "1.3",
    "7.1.3": "1.5",
}


def test_counterparts_are_found_by_what_the_chapters_say(terminal: Terminal) -> None:
    answer = terminal.run(*sample(terminal, "counterparts", "northmere", "--with", "saltby", "--json"))
    found = {pair["from"]["number"]: pair["to"]["number"] for pair in answer.json["pairs"]}
    right = {number for number, other in COUNTERPARTS.items() if other and found.get(number) == other}
    wrong = {number for number in COUNTERPARTS if number in found and found[number] != COUNTERPARTS[number]}
    assert wrong == set()
    assert len(right) >= 36, sorted(
        number for number in COUNTERPARTS if COUNTERPARTS[number] and number not in right
    )
