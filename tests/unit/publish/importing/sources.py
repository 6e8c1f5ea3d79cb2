"""Sources for the tests of the importer: written into a folder, imported, and what came of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reader.domain.contents import ContentsList
from reader.publish.importing import ImportOptions, ImportReport, import_source
from reader.publish.importing.findings import Outcome
from reader.publish.source import read_source_text

Files = Mapping[str, str | bytes]

WORDS: Final = "Every child who is looked after has a plan that says where they live and who visits them. "
TELLS_OF_THE_RUN: Final = {"import-report.txt", "import.toml"}
"""What an import says of itself: what was new at the last one is not new at the next."""


@dataclass(frozen=True, slots=True)
class Imported:
    """An import, and the folder that it wrote."""

    report: ImportReport
    folder: Path

    @property
    def files(self) -> dict[str, bytes]:
        return files_of(self.folder)

    def chapter(self, chapter_id: str) -> str:
        return (self.folder / "chapters" / f"{chapter_id}.html").read_text(encoding="utf-8")

    @property
    def contents(self) -> ContentsList:
        """As a build and the next import read it."""
        text = read_source_text(self.folder)
        assert text is not None
        return text.contents

    @property
    def ids(self) -> list[str]:
        return [chapter.id for chapter in self.contents.chapters()]

    def said(self, outcome: Outcome | None = None) -> str:
        """All findings, or those of one kind, one a line."""
        found = [f for f in self.report.findings if outcome in {None, f.outcome}]
        return "\n".join(str(finding) for finding in found)


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def write(tmp_path: Path, files: Files) -> Path:
    """Write files into the folder "source"; what is there already stays."""
    folder = tmp_path / "source"
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def imported(
    tmp_path: Path,
    files: Files,
    options: ImportOptions | None = None,
    *,
    out: str = "out",
    one_file: str | None = None,
) -> Imported:
    """Write a source and import it."""
    source = write(tmp_path, files)
    folder = tmp_path / out
    return Imported(import_source(source / one_file if one_file else source, folder, options), folder)


def page(body: str, head: str = "") -> str:
    return f"<!doctype html><html><head>{head}</head><body>\n{body}\n</body></html>"


def site(chapter: str = "", rows: str = "", more: Files | None = None) -> dict[str, str | bytes]:
    """A contents page with two chapters, Contact (with `chapter` behind its first words) and Health.

    Args:
        chapter: Markup of the chapter Contact; it begins in line 3 of contact.html.
        rows: Further rows of the contents page.
        more: Further files, or others in the place of these.
    """
    files: dict[str, str | bytes] = {
        "index.html": page(
            "<h1>Manual of Northmere</h1><ul><li>1. Care<ul>"
            '<li><a href="contact.html">1.1 Contact</a></li><li><a href="health.html">1.2 Health</a></li>'
            f"{rows}</ul></li></ul>"
        ),
        "contact.html": page(f"<h1>1.1 Contact</h1><p>{WORDS}</p>\n{chapter}"),
        "health.html": page(f"<h1>1.2 Health</h1><p>A nurse sees each child twice a year. {WORDS}</p>"),
    }
    return files | dict(more or {})
