"""What the documents say is what the program does."""

from __future__ import annotations

import functools
import re
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest
import typer

from reader.bundle import html, limits, names, schema
from reader.cli.commands import app
from reader.domain.contents import Chapter, Division, Form, Held, Note, SeeAlso, Status
from reader.domain.errors import Reason
from reader.domain.manual import Purpose
from reader.store.places import machine_settings_template

ROOT: Final = Path(__file__).parents[2]
DOCUMENTS: Final = (ROOT / "README.md", *sorted((ROOT / "resources" / "docs").glob("*.md")))
_COMMAND: Final = re.compile(
    r"(?:^|[`|] ?)\s*procedures ((?:--[a-z]+(?: DIR| FILE)? )*)([a-z][^`|\n]*)", re.MULTILINE
)
_OPTION: Final = re.compile(r"--[a-z][a-z-]*")


@functools.cache
def _tree() -> Any:
    return typer.main.get_command(app)


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
        command, rest = _find(_tree(), part.split())
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


def test_every_setting_for_everybody_is_explained_to_it() -> None:
    text = (ROOT / "resources" / "docs" / "it.md").read_text("utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    settings = tomllib.loads(machine_settings_template().read_text("utf-8"))
    for name, value in settings.items():
        for key in [f"{name}.{inner}" for inner in value] if isinstance(value, dict) else [name]:
            assert [row for row in rows if f"`{key}`" in row.split("|")[1]], key


def test_the_figures_of_the_format_document_are_those_of_the_code() -> None:
    text = (ROOT / "resources" / "docs" / "bundle-format.md").read_text("utf-8")
    assert names.MIMETYPE.decode() in text
    assert names.UPDATE_MIMETYPE.decode() in text
    for figure in (limits.RSA_BITS, limits.RSA_EXPONENT, limits.EDITION_JUMP):
        assert f"{figure:,}" in text
    for figure in (limits.JSON_DEPTH, limits.JSON_INTEGER_DIGITS):
        assert f"at most {figure}" in text


def test_the_limits_of_the_format_document_are_those_of_the_code() -> None:
    text = (ROOT / "resources" / "docs" / "bundle-format.md").read_text("utf-8")
    table = text.partition("## Limits")[2]
    sizes = (
        limits.BUNDLE_BYTES,
        limits.CENTRAL_DIRECTORY_BYTES,
        limits.ROLE_BYTES,
        *limits.MEMBER_BYTES.values(),
    )
    for size in sizes:
        assert f"{size // limits.MIB} MiB" in table
    assert f"{limits.ROOT_BYTES // 1024} KiB" in table
    for figure in (
        limits.MEMBERS,
        limits.ROOTS_IN_A_BUNDLE,
        limits.KEYS_IN_A_LIST,
        limits.ROLES_OF_A_DELEGATOR,
        limits.IMAGE_PIXELS,
        limits.IMAGE_SIDE_PIXELS,
        limits.TABLE_NESTING,
        limits.TABLE_CELLS,
        limits.CHAPTER_CELLS,
        limits.SPAN,
        limits.ELEMENT_DEPTH,
        limits.TAGS,
        limits.IMAGES,
        limits.PARAGRAPH_CHARACTERS,
        limits.WORD_CHARACTERS,
    ):
        assert re.search(rf"(?<![\d,]){figure:,}(?![\d,]*\d)", table), figure


def test_the_format_document_names_every_field_element_and_class() -> None:
    text = (ROOT / "resources" / "docs" / "bundle-format.md").read_text("utf-8")
    entries = (
        Division("1", "One", ()),
        Chapter("a-chapter", "1.1", "A chapter"),
        SeeAlso("Elsewhere"),
        Note("A note"),
        Form("A form", "east/procedures/forms/a.docx"),
    )
    fields = set(schema.ManifestSchema.model_fields)
    for entry in entries:
        value = schema.entry_json(entry)
        assert isinstance(value, dict)
        fields |= set(value)
    fields |= {status.value for status in Status} | {held.value for held in Held} | {p.value for p in Purpose}
    for name in sorted(fields | html._CLASSES | html._TAGS - {f"h{level}" for level in range(2, 6)}):
        assert f"`{name}`" in text, name


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_links_between_the_documents_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text("utf-8")):
        assert (document.parent / target).exists(), target
