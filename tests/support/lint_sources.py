"""Small source folders for the lint."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from reader.publish.lint import Finding, LintReport, Outdated, lint_source, read_outdated
from reader.store.places import resources_dir
from tests.support.worlds import PICTURE

OUTDATED: Final[Outdated] = read_outdated(resources_dir() / "outdated.toml")
Json = dict[str, Any]


def chapter(id_: str, number: str | None = None, title: str = "", **more: object) -> Json:
    """A row of contents.json."""
    row: Json = {
        "kind": "chapter",
        "id": id_,
        "number": number,
        "title": title or id_.replace("-", " ").title(),
    }
    row |= {"status": [], "revised": None, "held": "listed", "file": None, "source": None, "note": None}
    return row | more


def division(number: str | None, title: str, *entries: Json) -> Json:
    return {"kind": "division", "number": number, "title": title, "entries": list(entries)}


def form(title: str, file: str, review_by: str | None = None) -> Json:
    return {"kind": "form", "title": title, "file": file, "review_by": review_by}


@dataclass
class LintSource:
    """A source folder on disk, written by `lint` from what it is told."""

    folder: Path
    chapters: dict[str, str] = field(default_factory=dict)
    entries: list[Json] | None = None
    manifest: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    def write(self) -> Path:
        facts = {
            "authority": '"westshire"',
            "authority_name": '"Westshire Council"',
            "title": '"Procedures Manual"',
            "edition": "1",
            "issued": "2026-03-16",
            "effective_from": "2026-04-01",
            "review_by": "2027-03-31",
            **self.manifest,
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        lines = "".join(f"{name} = {value}\n" for name, value in facts.items())
        (self.folder / "manual.toml").write_text(lines, encoding="utf-8")
        entries = [chapter(id_) for id_ in self.chapters] if self.entries is None else self.entries
        (self.folder / "contents.json").write_text(
            json.dumps({"entries": entries}, indent=1), encoding="utf-8"
        )
        rows = "".join(
            f'[[chapter]]\nid = "{id_}"\ntitle = "{id_}"\ndivision = ""\n' for id_ in _ids(entries)
        )
        (self.folder / "chapter-ids.toml").write_text(rows or "chapter = []\n", encoding="utf-8")
        (self.folder / "chapters").mkdir(exist_ok=True)
        for id_, text in self.chapters.items():
            name = id_ if id_.endswith(".md") else f"{id_}.html"
            (self.folder / "chapters" / name).write_text(text, encoding="utf-8")
        for place, data in self.files.items():
            (self.folder / place).parent.mkdir(exist_ok=True)
            (self.folder / place).write_bytes(data)
        return self.folder

    def lint(self, last: Path | None = None, codes: Sequence[str] = ()) -> LintReport:
        return lint_source(self.write(), OUTDATED, last, codes)

    def found(self, last: Path | None = None) -> list[Finding]:
        return list(self.lint(last).findings)

    def codes(self, last: Path | None = None) -> list[str]:
        return [found.code for found in self.found(last)]


def one_chapter(folder: Path, text: str, **more: Mapping[str, bytes]) -> LintSource:
    """A folder with one chapter, "visits"."""
    return LintSource(folder, {"visits": text}, files=dict(more.get("files", {})))


def _ids(entries: Sequence[Json]) -> list[str]:
    found: list[str] = []
    for entry in entries:
        if entry["kind"] == "chapter":
            found.append(entry["id"])
        found += _ids(entry.get("entries", []))
    return found


__all__ = ["OUTDATED", "PICTURE", "LintSource", "chapter", "division", "form", "one_chapter"]
