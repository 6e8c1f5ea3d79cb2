"""What the documents tell people to type works when it is typed, in the order in which it stands there.

Lines that begin with `$ ` in a block of the language `console` are commands; what cannot be run here (make, an
installer, a window) stands in other blocks. A command that ends otherwise than with 0 says so: `# exit code 1`.
"""

from __future__ import annotations

import re
import shlex
import shutil
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

from reader.bundle.trust import TrustRoot
from reader.store import places
from tests.support.commands_page import FILE, commands_page, leaves
from tests.support.prepared import Prepared
from tests.support.terminals import Answer, Terminal
from tests.support.word_files import heading, paragraph, word_file

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = ROOT / "resources" / "docs"
MARKDOWN: Final = (
    *sorted(ROOT.glob("*.md")),
    *sorted(DOCS.glob("*.md")),
)
_BLOCK: Final = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_EXIT: Final = re.compile(r"\s+# exit code (\d)$")
_LINK: Final = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_Hands = Mapping[str, Callable[[Path], None]]
"""What a person does by hand before a command."""


def commands_of(text: str) -> Iterator[tuple[str, int]]:
    """Each command of a document with the exit code that it says."""
    for block in _BLOCK.finditer(text):
        for line in block[1].splitlines():
            assert line.startswith("$ "), f"a block of commands holds “{line}”"
            stated = _EXIT.search(line)
            yield _EXIT.sub("", line[2:]), int(stated[1]) if stated else 0


def run_document(text: str, terminal: Terminal, hands: _Hands | None = None) -> list[tuple[str, Answer]]:
    """Type the commands of a document, in order."""
    done = []
    for command, code in commands_of(text):
        (hands or {}).get(command, _nothing)(terminal.folder)
        program, *words = shlex.split(command)
        assert program == "procedures", command
        into = words.pop() if ">" in words else None
        if into is not None:
            assert words.pop() == ">"
        answer = terminal.run(
            *(_fingerprint(terminal.folder) if word == "FINGERPRINT" else word for word in words)
        )
        assert answer.code == code, f"{command}: {answer.code}\n{answer.out}\n{answer.err}"
        if into is not None:
            (terminal.folder / into).write_text(answer.out, encoding="utf-8")
        done.append((command, answer))
    return done


def _nothing(_: Path) -> None:
    """A person types the next command at once."""


def _fingerprint(folder: Path) -> str:
    return TrustRoot.parse((folder / "1.root.json").read_bytes()).fingerprint


def _document(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def _write_chapter(folder: Path, hours: int) -> None:
    body = (
        heading("Missing children")
        + heading("1. What to do", 2)
        + paragraph("Ring the police at once.")
        + paragraph(f"A return interview takes place within {hours} hours.")
    )
    (folder / "word").mkdir(exist_ok=True)
    (folder / "word" / "1.1 Missing children.docx").write_bytes(word_file(body))


def _fill_in(folder: Path) -> None:
    """Write manual.toml as the document shows it."""
    text = _document("resources/docs/publishers.md")
    shown = re.search(r"^    authority = .*?(?=^\n\*\*3)", text, re.MULTILINE | re.DOTALL)
    assert shown is not None
    lines = [line.removeprefix("    ") for line in shown[0].splitlines()]
    assert tomllib.loads("\n".join(lines))["purpose"] == "practice"
    text = "\n".join(lines).replace("2027-10-31", "2036-10-31")  # this test is to pass after that day too
    (folder / "east" / "manual.toml").write_text(text, encoding="utf-8")


def _number_2(folder: Path) -> None:
    file = folder / "east2" / "manual.toml"
    text = file.read_text(encoding="utf-8").replace("edition = 1", "edition = 2")
    file.write_text(text.replace("2026-11-01", "2026-11-16"), encoding="utf-8")


def _word_files(folder: Path) -> None:
    _write_chapter(folder, 72)


def _changed_word_files(folder: Path) -> None:
    _write_chapter(folder, 48)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[str, Answer]]]:
    """The folder in which everything of the publisher's guide was typed, and the answers."""
    folder = tmp_path_factory.mktemp("publisher")
    hands = {
        "procedures publish import word east": _word_files,
        "procedures publish lint east": _fill_in,
        "procedures publish import word east2 --last east --review chapters.csv": _changed_word_files,
        "procedures publish changes east2 --since east --html changes.html": _number_2,
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        done = run_document(_document("resources/docs/publishers.md"), Terminal(folder), hands)
    return folder, done


def _received(published: tuple[Path, list[tuple[str, Answer]]], target: Path) -> Terminal:
    """What a publisher hands out, in another folder."""
    folder, _ = published
    for file in ("domain/1.root.json", "eastshire-1.manual", "2027-03.trust"):
        shutil.copy(folder / file, target)
    (target / "drop").mkdir()
    return Terminal(target)


def test_the_publisher_s_ten_minutes_end_with_a_manual_that_readers_open(
    published: tuple[Path, list[tuple[str, Answer]]],
) -> None:
    folder, done = published
    said = {command: answer.out for command, answer in done}
    assert (
        "signed by Eastshire Council"
        in said["procedures --trust domain/1.root.json verify eastshire-1.manual"]
    )
    assert "Missing children" in said["procedures --library try --trust domain/1.root.json search police"]
    assert "72" in said["procedures --library try --trust domain/1.root.json changes eastshire"]
    assert (folder / "eastshire-2.manual").is_file()


def test_what_the_administrator_s_guide_says_can_be_typed(
    published: tuple[Path, list[tuple[str, Answer]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = _received(published, tmp_path)
    monkeypatch.chdir(tmp_path)
    done = run_document(_document("resources/docs/it.md"), terminal, {"procedures update drop --json": _drop})
    updated = next(answer for command, answer in done if command == "procedures update drop --json")
    assert [row["outcome"] for row in updated.json["files"]] == ["added"]
    doctor = next(answer for command, answer in done if command == "procedures doctor")
    assert doctor.out.startswith("Nothing is wrong.")


def _drop(folder: Path) -> None:
    shutil.copy(folder / "eastshire-1.manual", folder / "drop")


def test_what_the_readme_says_can_be_typed(
    published: tuple[Path, list[tuple[str, Answer]]],
    prepared: Prepared,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    few = tuple(file for file in places.sample_bundles() if file.stem in {"northmere-3", "user-guide-1"})
    monkeypatch.setattr("reader.services.workspace.sample_bundles", lambda: few)
    shutil.copytree(prepared.library(few), tmp_path / "data" / "procedures-reader-sample")
    terminal = _received(published, tmp_path)
    monkeypatch.chdir(tmp_path)
    done = run_document(_document("README.md"), terminal)
    assert len(done) >= 6
    assert "NEAR" in done[-1][1].out


@pytest.mark.parametrize(
    "line", ["procedures list --nonsense", "procedures lsit", "procedures list # exit code 1", "rm file"]
)
def test_a_command_that_is_none_is_noticed(line: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        run_document(f"```console\n$ {line}\n```\n", Terminal(tmp_path))


def test_a_command_that_fails_as_the_document_says_is_right(tmp_path: Path) -> None:
    text = "```console\n$ procedures verify nothing.manual  # exit code 1\n```\n"
    assert [answer.code for _, answer in run_document(text, Terminal(tmp_path))] == [1]


def test_the_page_of_commands_is_what_the_command_line_says() -> None:
    assert FILE.read_text("utf-8") == commands_page(), "run `make commands-page`"


@pytest.mark.parametrize(("path", "command"), list(leaves()), ids=[path for path, _ in leaves()])
def test_every_command_and_option_stands_in_the_documents(path: str, command: object) -> None:
    """Those of publishers in their guide or the page of commands; the README names every command."""
    page = (
        FILE.read_text("utf-8").partition(f"## {path.removeprefix('procedures ')}\n")[2].partition("\n## ")[0]
    )
    assert f"    {path}" in page
    for option in getattr(command, "params", ()):
        for name in option.opts:
            if name.startswith("--") and name != "--help":
                assert f"`{name}" in page, name
    words = path.split()[1:]
    readme = _document("README.md")
    named = [re.split(r"[ |]+", rest) for rest in re.findall(rf"procedures {words[0]}\b *([^\n]*)", readme)]
    assert named, path
    assert len(words) == 1 or any(words[1] in rest for rest in named), path


@pytest.mark.parametrize("document", MARKDOWN, ids=lambda file: file.name)
def test_every_link_of_a_document_leads_to_a_file(document: Path) -> None:
    for target in _LINK.findall(document.read_text("utf-8")):
        if not re.match(r"[a-z]+:", target):
            assert (document.parent / target.partition("#")[0]).exists(), target
