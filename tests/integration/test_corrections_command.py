"""`procedures corrections`: one's own decisions, and what they do to the matching."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reader.store.places import sample_bundles, sample_root_file
from tests.support.terminals import Answer, Terminal

HERE, FOUND = "saltby:contact", "northmere:family-time"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with both training manuals."""
    folder = tmp_path_factory.mktemp("corrections")
    wanted = [file for file in sample_bundles() if file.stem in {"saltby-2", "northmere-3"}]
    answer = Terminal(folder).run(
        "--library", folder / "laptop", "--trust", sample_root_file(), "install", *wanted
    )
    assert answer.code == 0, answer.err
    return folder / "laptop"


class Desk:
    """One library, whose personal file each test begins anew."""

    def __init__(self, folder: Path, library: Path) -> None:
        self.folder = folder
        self.library = library
        self.personal_file = library / "personal.sqlite"

    def run(self, *arguments: str | Path) -> Answer:
        return Terminal(self.folder).run("--library", self.library, "--trust", sample_root_file(), *arguments)

    def corrections(self, *arguments: str | Path) -> Answer:
        return self.run("corrections", *arguments)

    def counterpart(self, chapter: str = "contact") -> str | None:
        """The chapter of Northmere that stands for one of Saltby's."""
        found = self.run("counterparts", "saltby", chapter, "--with", "northmere", "--json")
        assert found.code == 0, found.err
        for row in found.json["pairs"]:
            return str(row["to"]["chapter"])
        return None

    def decided(self) -> list[tuple[str, str, bool]]:
        rows = self.corrections("list", "--json").json["corrections"]
        return [(row["first"], row["second"], row["is_counterpart"]) for row in rows]


@pytest.fixture
def desk(tmp_path: Path, installed: Path) -> Desk:
    for file in (*installed.glob("personal*"), *installed.glob("backups/*")):
        file.unlink()
    return Desk(tmp_path, installed)


def test_there_are_none_at_first(desk: Desk) -> None:
    assert desk.corrections("list").out == "There are no corrections yet.\n"
    assert desk.decided() == []


def test_what_was_called_wrong_is_no_counterpart_any_more_until_it_is_forgotten(desk: Desk) -> None:
    assert desk.counterpart() == "family-time"
    assert desk.corrections("add", HERE, FOUND, "--is-not").code == 0
    assert desk.counterpart() != "family-time"
    assert desk.corrections("forget", FOUND, HERE).code == 0
    assert desk.counterpart() == "family-time"
    assert desk.decided() == []


def test_what_was_called_right_is_the_counterpart_in_both_directions(desk: Desk) -> None:
    assert desk.corrections("add", "northmere:1.1.1", "saltby:5.7").code in {0, 1}
    contents = desk.run("contents", "northmere", "--json").json
    other = _chapters(contents)[3]
    assert desk.corrections("add", HERE, f"northmere:{other}").code == 0
    assert desk.counterpart() == other


def test_of_two_decisions_the_newest_counts(desk: Desk) -> None:
    others = _chapters(desk.run("contents", "northmere", "--json").json)[:6]
    for other in (others[4], others[0], others[2], others[1]):
        assert desk.corrections("add", HERE, f"northmere:{other}").code == 0
        assert desk.counterpart() == other
    assert len([one for one in desk.decided() if one[2]]) == 1


def _chapters(contents: object) -> list[str]:
    """The ids of all chapters of a contents list, in order."""
    if isinstance(contents, dict):
        own = [str(contents["id"])] if contents.get("kind") == "chapter" else []
        return [*own, *_chapters(contents.get("entries", []))]
    return [one for entry in contents for one in _chapters(entry)] if isinstance(contents, list) else []


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        (HERE, "northmere:nosuch", "has no chapter “nosuch”"),
        (HERE, "northmere", "has no chapter “”"),
        (HERE, "nowhere:x", "No manual “nowhere”"),
        (HERE, "", "No manual “”"),
        (HERE, HERE, "one manual"),
        (HERE, "saltby:5.6", "one manual"),
        ("../..:x", FOUND, "names no manual"),
    ],
)
def test_what_cannot_be_decided_is_said_and_nothing_is_kept(
    desk: Desk, one: str, other: str, words: str
) -> None:
    answer = desk.corrections("add", one, other)
    assert answer.code == 1
    assert words in answer.err
    assert desk.decided() == []


def test_decisions_travel_in_a_file_and_back(desk: Desk, tmp_path: Path) -> None:
    desk.corrections("add", HERE, FOUND, "--is-not")
    before = desk.decided()
    file = tmp_path / "mine.json"
    assert desk.corrections("export", file).out == f"Wrote 1 correction to {file}.\n"
    desk.corrections("forget", HERE, FOUND)
    answer = desk.corrections("import", file)
    assert answer.code == 0
    assert desk.decided() == before
    assert list(desk.library.glob("backups/*")), "what was there before was kept first"


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"kind":"procedures-corrections","format":1}', "[" * 99_999, "\x00"]
)
def test_of_a_damaged_file_nothing_is_taken(desk: Desk, tmp_path: Path, text: str) -> None:
    desk.corrections("add", HERE, FOUND)
    before = desk.decided()
    file = tmp_path / "bad.json"
    file.write_text(text)
    answer = desk.corrections("import", file)
    assert answer.code == 1
    assert "nothing was imported" in answer.err
    assert desk.decided() == before


def _file(folder: Path, *pairs: tuple[str, str]) -> Path:
    file = folder / "import.json"
    rows = [{"first": one, "second": other, "is_counterpart": True} for one, other in pairs]
    file.write_text(json.dumps({"kind": "procedures-corrections", "format": 1, "corrections": rows}))
    return file


def test_decisions_about_what_is_not_installed_are_kept_and_change_nothing(
    desk: Desk, tmp_path: Path
) -> None:
    gone = ("manual:gone/procedures/x", "manual:saltby/procedures/contact")
    old = ("manual:northmere/procedures/gone", "manual:saltby/procedures/contact")
    assert desk.corrections("import", _file(tmp_path, gone, old)).code == 0
    assert len(desk.decided()) == 2
    assert desk.counterpart() == "family-time"
    assert "manual:gone/procedures/x" in desk.corrections("list").out


def test_a_decision_about_a_chapter_that_is_gone_can_be_forgotten(desk: Desk, tmp_path: Path) -> None:
    gone = ("manual:gone/procedures/x", "manual:saltby/procedures/contact")
    desk.corrections("import", _file(tmp_path, gone))
    answer = desk.corrections("forget", "gone/procedures:x", HERE)
    assert answer.code == 0
    assert desk.decided() == []


def test_a_file_that_is_damaged_is_said_and_comparing_goes_on(desk: Desk) -> None:
    desk.corrections("add", HERE, FOUND, "--is-not")
    desk.personal_file.write_bytes(b"no database at all, and long enough to be one" * 100)
    assert desk.counterpart() == "family-time"
    assert list(desk.library.glob("personal-damaged*"))
