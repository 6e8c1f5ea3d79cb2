"""The page of every command and option, made of what the command line says of itself (`make commands-page`)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import typer.main

from reader.cli.commands import app

FILE: Final = Path(__file__).parents[2] / "resources" / "docs" / "commands.md"
_START: Final = """# Every command and option

Made of what `procedures --help` says (`make commands-page`). `--library`, `--trust` and `--sample` stand before the
command, everything else behind it. With `--json` a command gives one JSON document on standard output. Exit codes: 0
done, 1 refused or failed (one sentence on standard error), 2 wrong usage. MANUAL is the authority's id, or
authority/manual where an authority has several; CHAPTER is an id or a number; a day is written 2027-01-31.
"""


_VALUES: Final = {"style": "plain\\|court", "split_at": "LEVEL"}
"""What stands for a value where the command line does not say it in one word."""


def leaves(command: Any = None, path: tuple[str, ...] = ("procedures",)) -> Iterator[tuple[str, Any]]:
    """Every command that does something, with the words that lead to it."""
    found = typer.main.get_command(app) if command is None else command
    for name, inner in getattr(found, "commands", {}).items():
        if hasattr(inner, "commands"):
            yield from leaves(inner, (*path, name))
        else:
            yield " ".join((*path, name)), inner


def commands_page() -> str:
    """The whole page."""
    lines = [_START, *_options(typer.main.get_command(app))]
    for path, command in leaves():
        lines += ["", f"## {path.removeprefix('procedures ')}", "", f"    {_usage(path, command)}", ""]
        lines += [_text(command.help), ""]
        lines += _options(command)
    return "\n".join(lines).rstrip() + "\n"


def _usage(path: str, command: Any) -> str:
    words = [_metavar(one) for one in command.params if one.param_type_name == "argument"]
    return " ".join((path, *words))


def _metavar(argument: Any) -> str:
    name = argument.metavar or (argument.name or "").upper()
    if argument.nargs == -1 and not name.endswith("..."):
        name = f"{name}..."
    return name if argument.required or name.startswith("[") else f"[{name}]"


def _options(command: Any) -> list[str]:
    rows = []
    for option in command.params:
        if option.param_type_name != "option" or option.name == "help" or option.hidden:
            continue
        value = "" if option.is_flag else f" {option.metavar or _VALUES.get(option.name, 'TEXT')}"
        rows.append(f"| `{option.opts[0]}{value}` | {_text(option.help)} |")
    return ["| option | |", "|---|---|", *rows] if rows else []


def _text(words: str | None) -> str:
    return " ".join((words or "").split()).replace("|", "\\|")


if __name__ == "__main__":
    FILE.write_text(commands_page(), encoding="utf-8")
