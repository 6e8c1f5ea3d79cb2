"""The sources of the user guide, and its table of keys."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from reader.ui.controllers.commands import key_rows

SOURCE: Final = Path(__file__).parents[2] / "bundles" / "sources" / "user-guide" / "1"
MEDIA_DIR: Final = SOURCE / "media"
KEYS_FILE: Final = SOURCE / "chapters" / "keys.md"
MOST_BYTES: Final = 120_000
_START: Final = """---
id: keys
title: Keys
---

F1 shows these keys in the window, where you can search them and save them as text. Ctrl+Shift+P finds any command by
its name, also one that has no key. On a Mac the Command key takes the place of Ctrl.
"""


def keys_chapter() -> str:
    """The chapter of the guide that lists all keys, made of the tables that the window goes by."""
    lines = [_START]
    group = ""
    for where, what, keys in key_rows():
        if where != group:
            group = where
            lines += [f"\n## {where}\n", "| To | Press |", "|---|---|"]
        lines.append(f"| {what} | {keys} |")
    return "\n".join(lines) + "\n"
