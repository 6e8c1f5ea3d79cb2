"""`procedures publish lint`, as a publisher runs it before signing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.lint_sources import LintSource, chapter
from tests.support.terminals import Terminal

TEXT = '<h2>Aim</h2>\n<p>Tell the LSCB.</p>\n<p><a href="gone.html">See there</a></p>\n<p>See Every Child Matters.</p>'
FINE = "<h2>Aim</h2><p>See the child every four weeks at home and write it down.</p>"


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    rows = [chapter("records", "1", "Records"), chapter("visits", "2", "Visits")]
    return LintSource(tmp_path / "source", {"visits": TEXT, "records": FINE}, rows).write()


def test_findings_stand_by_chapter_with_their_counts_at_the_end(terminal: Terminal, source: Path) -> None:
    done = terminal.run("publish", "lint", source)
    assert (done.code, done.err) == (1, "")
    lines = done.out.splitlines()
    assert lines[0] == "2 Visits (visits)"
    assert lines[1].startswith("  warning: chapters/visits.html, line 2, “Aim”: “LSCB” is out of date")
    assert "[dead-link:visits#aim@" in lines[2]
    assert lines[-1] == "1 error, 1 warning, 1 hint, 0 accepted."
    assert len(lines) == 5


def test_one_json_document(terminal: Terminal, source: Path) -> None:
    done = terminal.run("publish", "lint", source, "--json")
    assert done.code == 1
    told = done.json
    assert told["source"] == str(source)
    assert told["counts"] == {"error": 1, "warning": 1, "hint": 1, "accepted": 0}
    first = told["findings"][0]
    assert list(first) == "code severity file line chapter anchor text advice key accepted".split()  # noqa: SIM905
    assert (first["code"], first["severity"], first["line"]) == ("outdated-body", "warning", 2)
    assert (first["chapter"], first["anchor"], first["accepted"]) == ("visits", "aim", None)


def test_hints_alone_and_a_sound_folder_end_well(terminal: Terminal, tmp_path: Path, source: Path) -> None:
    hints = terminal.run("publish", "lint", source, "--code", "outdated-guidance", "--code", "long-paragraph")
    assert hints.code == 0
    assert hints.out.splitlines()[-1] == "0 errors, 0 warnings, 1 hint, 0 accepted."
    fine = LintSource(tmp_path / "fine", {"visits": FINE}).write()
    done = terminal.run("publish", "lint", fine)
    assert (done.code, done.out) == (0, "0 errors, 0 warnings, 0 hints, 0 accepted.\n")


def test_findings_are_accepted_with_a_reason(terminal: Terminal, source: Path) -> None:
    reason = ("--because", "The chapter comes in May.")
    for key in ("dead-link:visits#aim", "outdated-body:visits#aim"):
        done = terminal.run("publish", "lint", source, "--accept", key, *reason)
        assert (done.code, done.err) == (0, ""), done.err
        assert done.out.startswith(f"Accepted {key}@")
    told = terminal.run("publish", "lint", source)
    assert told.code == 0
    assert told.out.splitlines()[-1] == "0 errors, 0 warnings, 1 hint, 2 accepted."
    assert told.out.count("The chapter comes in May.") == 2
    as_json = terminal.run("publish", "lint", source, "--json").json
    assert as_json["findings"][0]["accepted"]["because"] == "The chapter comes in May."


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--accept", "dead-link:gone", "--because", "x"), 1, "no finding is named"),
        (("--accept", "dead-link:visits#aim"), 1, "say why"),
        (("--accept", "dead-link:visits#aim", "--because", " "), 1, "say why"),
        (("--because", "x"), 2, "--because goes with --accept"),
        (("--code", "no-such-rule"), 2, "no rule"),
    ],
)
def test_what_cannot_be_accepted_is_refused(
    terminal: Terminal, source: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    done = terminal.run("publish", "lint", source, *arguments)
    assert done.code == code
    assert said in " ".join(done.err.replace("│", " ").split())
    assert not (source / "lint-accepted.toml").exists()


def test_the_last_edition_is_compared_with(terminal: Terminal, tmp_path: Path) -> None:
    last = LintSource(tmp_path / "last", {"visits": FINE}).write()
    now = LintSource(
        tmp_path / "now", {"visits": FINE.replace("four", "six")}, None, {"edition": "2"}
    ).write()
    assert terminal.run("publish", "lint", now).code == 0
    done = terminal.run("publish", "lint", now, "--last", last)
    assert done.code == 1
    assert "[change-without-amendment:visits@" in done.out
    assert "[change-without-status:visits@" in done.out


def test_a_folder_that_cannot_be_read_ends_with_one_sentence(terminal: Terminal, tmp_path: Path) -> None:
    done = terminal.spawn("publish", "lint", tmp_path / "nothing")
    assert (done.code, done.out) == (1, "")
    assert "is not a folder: name the folder that holds manual.toml." in done.err
