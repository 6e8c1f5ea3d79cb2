"""A contents list as an indented tree of text."""

from __future__ import annotations

import typer

from reader.domain.contents import Chapter, Division, Entry, Form, Note, SeeAlso
from reader.services.documents import text_of


def print_tree(entries: tuple[Entry, ...], depth: int = 0) -> None:
    """Print entries, children indented by two more spaces."""
    indent = "  " * depth
    for entry in entries:
        match entry:
            case Division():
                typer.echo(f"{indent}{entry.numbered_title}")
                print_tree(entry.entries, depth + 1)
            case Chapter():
                typer.echo(indent + _chapter_line(entry))
            case SeeAlso() | Note() | Form():
                typer.echo(f"{indent}  {text_of(entry)}")


def _chapter_line(chapter: Chapter) -> str:
    parts = [chapter.numbered_title]
    parts += [f"[{status.label}]" for status in chapter.statuses]
    if chapter.revised:
        parts.append(f"[{chapter.revised.isoformat()}]")
    if chapter.source:
        parts.append(f"-> {chapter.source}")
    return " ".join(parts)
