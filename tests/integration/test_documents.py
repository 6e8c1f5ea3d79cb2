"""What the documents say is what the program does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import pytest
import typer

from reader.bundle import limits, names
from reader.cli.commands import app
from reader.domain.errors import Reason

ROOT: Final = Path(__file__).parents[2]
DOCUMENTS: Final = (ROOT / "README.md", *sorted((ROOT / "resources" / "docs").glob("*.md")))
_COMMAND: Final = re.compile(
    r"(?:^|[`|] ?)\s*procedures ((?:--[a-z]+(?: DIR| FILE)? )*)([a-z][^`|\n]*)", re.MULTILINE
)
_OPTION: Final = re.compile(r"--[a-z][a-z-]*")


def _named_commands() -> list[tuple[str, str]]:
    return [
        (document.name, match[2].split("#")[0].strip())
        for document in DOCUMENTS
        for match in _COMMAND.finditer(document.read_text("utf-8"))
    ]


def _find(command: Any, words: list[str]) -> tuple[Any, list[str]]:
    """The command that the words lead to, and the words that are left."""
    while words and hasattr(command, "commands"):
        name = words[0].split("|")[0]
        if name not in command.commands:
            break
        for other in words[0].split("|"):
            assert other in command.commands, other
        command, words = command.commands[name], words[1:]
    return command, words


@pytest.mark.parametrize(("document", "line"), _named_commands())
def test_every_command_in_the_documents_is_there_with_its_options(document: str, line: str) -> None:
    for part in re.split(r"\s{2,}procedures ", line):
        command, rest = _find(typer.main.get_command(app), part.split())
        assert not hasattr(command, "commands") or not rest, f"{document}: {part}"
        options = {option for parameter in command.params for option in parameter.opts}
        for option in _OPTION.findall(" ".join(rest)):
            assert option in options | {"--help"}, f"{document}: {part}"


def test_the_documents_name_enough_commands_to_be_worth_the_look() -> None:
    assert len(_named_commands()) > 30


def test_every_code_of_a_refusal_is_explained_to_it() -> None:
    text = (ROOT / "resources" / "docs" / "it.md").read_text("utf-8")
    table = [line for line in text.splitlines() if line.startswith("| `")]
    named = {code for line in table for code in re.findall(r"`([a-z-]+)`", line.split("|")[1])}
    assert {reason.value for reason in Reason} <= named


def test_the_figures_of_the_format_document_are_those_of_the_code() -> None:
    text = (ROOT / "resources" / "docs" / "bundle-format.md").read_text("utf-8")
    assert names.MIMETYPE.decode() in text
    assert names.UPDATE_MIMETYPE.decode() in text
    for figure in (limits.RSA_BITS, limits.RSA_EXPONENT, limits.EDITION_JUMP):
        assert f"{figure:,}" in text
    for figure in (limits.JSON_DEPTH, limits.JSON_INTEGER_DIGITS):
        assert f"at most {figure}" in text


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_links_between_the_documents_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text("utf-8")):
        assert (document.parent / target).exists(), target
