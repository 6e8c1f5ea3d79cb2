"""Bookmarks and notes as files to pass on: a page, Markdown, a table, W3C annotations, the reader's own form."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from html import escape
from pathlib import Path
from typing import Final

from reader.domain.bookmark import Bookmark, BookmarkTree
from reader.domain.errors import NotFoundError, StorageError
from reader.domain.files import write_in_one_step
from reader.domain.manual import day
from reader.domain.text import counted, storable
from reader.services.csv_table import csv_table
from reader.services.html_page import html_page
from reader.services.snapshot import LibrarySnapshot
from reader.store.bookmark_file import annotation_page, bookmarks_json

EXPORT_KINDS: Final = {
    ".html": "A page to read and print (HTML)",
    ".md": "A text with headings (Markdown)",
    ".csv": "A table for an office program (CSV)",
    ".jsonld": "Annotations for other programs (W3C, JSON)",
    ".json": "For another Procedures Reader (JSON)",
}
_COLUMNS: Final = (
    "Folder",
    "Name",
    "Chapter",
    "Passage",
    "Words",
    "Note",
    "Tags",
    "Colour",
    "Carried over",
    "Authority",
    "Edition",
    "Signed by",
    "Made on",
    "Location",
)
_MARKDOWN: Final = str.maketrans({character: f"\\{character}" for character in "\\`*_{}[]<>()#+-.!|~"})
_NOT_HERE: Final = "not installed here"


def export_bookmarks(file: Path, tree: BookmarkTree, snapshot: LibrarySnapshot, today: date) -> None:
    """Write all bookmarks, folder by folder.

    Args:
        file: Where to; its ending says how (one of `EXPORT_KINDS`).
        tree: The bookmarks.
        snapshot: The library: it says what vouches for the texts.
        today: The day that stands on it.

    Raises:
        StorageError: when the ending is another one, or the file cannot be written.
    """
    makers: dict[str, Callable[[BookmarkTree, LibrarySnapshot, date], str | bytes]] = {
        ".html": _page,
        ".md": _markdown,
        ".csv": _table,
        ".jsonld": lambda tree, *_: json.dumps(annotation_page(tree), ensure_ascii=False, indent=1) + "\n",
        ".json": lambda tree, *_: bookmarks_json(tree),
    }
    make = makers.get(file.suffix.lower())
    if make is None:
        endings = ", ".join(makers)
        raise StorageError(f"{file} cannot be written: let its name end with one of {endings}.")
    made = make(tree, snapshot, today)
    write_in_one_step(file, made if isinstance(made, bytes) else storable(made).encode())


def _by_folder(tree: BookmarkTree) -> Iterator[tuple[str, tuple[Bookmark, ...]]]:
    for folder_id, name in ((None, ""), *((folder.id, folder.name) for folder in tree.folders)):
        bookmarks = tree.of_folder(folder_id)
        if bookmarks or name:
            yield name, bookmarks


def _provenance(bookmark: Bookmark, snapshot: LibrarySnapshot) -> tuple[str, str, str]:
    """(authority, edition, signers) of the text that a bookmark stands on."""
    location = bookmark.location
    try:
        edition = snapshot.get(location.manual, location.edition, date.max).edition
    except NotFoundError:
        number = f"edition {location.edition}, " if location.edition else ""
        return location.manual.authority, f"{number}{_NOT_HERE}", ""
    manifest = edition.manifest
    name = f"{manifest.edition_name}, in force from {day(manifest.effective_from)}"
    return manifest.authority_name, name, "; ".join(signer.name for signer in edition.signers)


def _words(bookmark: Bookmark) -> str:
    return bookmark.quote.exact if bookmark.quote is not None and bookmark.quote.is_selection else ""


def _heading(bookmark: Bookmark) -> str:
    return bookmark.quote.heading if bookmark.quote is not None else ""


def _carried(bookmark: Bookmark) -> str:
    carried = bookmark.carried
    return f"{carried.verdict.label} (edition {carried.edition})" if carried is not None else ""


def _table(tree: BookmarkTree, snapshot: LibrarySnapshot, _: date) -> bytes:
    rows = [
        (
            folder,
            bookmark.name,
            bookmark.title,
            _heading(bookmark),
            _words(bookmark),
            bookmark.note,
            ", ".join(bookmark.tags),
            bookmark.colour.value if bookmark.colour else "",
            _carried(bookmark),
            *_provenance(bookmark, snapshot),
            bookmark.created.date().isoformat(),
            str(bookmark.location),
        )
        for folder, bookmarks in _by_folder(tree)
        for bookmark in bookmarks
    ]
    return csv_table([_COLUMNS, *rows])


def _summary(tree: BookmarkTree, today: date) -> str:
    count = len(tree.bookmarks)
    return f"{counted(count, 'bookmark')}, written on {day(today)}; check for newer editions."


def _place(bookmark: Bookmark, snapshot: LibrarySnapshot) -> str:
    authority, edition, signers = _provenance(bookmark, snapshot)
    heading = f" › {_heading(bookmark)}" if _heading(bookmark) else ""
    return f"{bookmark.title}{heading}. {authority}, {edition}.{f' Signed by {signers}.' if signers else ''}"


def _facts(bookmark: Bookmark) -> str:
    facts = [f"#{tag}" for tag in bookmark.tags]
    if bookmark.colour:
        facts.append(f"{bookmark.colour.value} highlight")
    if bookmark.carried:
        facts.append(_carried(bookmark).lower())
    return " · ".join(facts)


def _page(tree: BookmarkTree, snapshot: LibrarySnapshot, today: date) -> str:
    parts = [f"<p>{escape(_summary(tree, today))}</p>"]
    for folder, bookmarks in _by_folder(tree):
        parts.append(f"<h2>{escape(folder or 'In no folder')}</h2>")
        for bookmark in bookmarks:
            parts.append(f"<h3>{escape(bookmark.name)}</h3>")
            parts.append(f'<p class="note">{escape(_place(bookmark, snapshot))}</p>')
            if words := _words(bookmark):
                parts.append(f"<blockquote>{escape(words)}</blockquote>")
            parts += [f"<p>{escape(line)}</p>" for line in bookmark.note.splitlines() if line.strip()]
            if facts := _facts(bookmark):
                parts.append(f'<p class="note">{escape(facts)}</p>')
            if (then := _then(bookmark)) is not None:
                parts.append(f'<p class="note">It stood on:</p><blockquote>{escape(then)}</blockquote>')
    return html_page("Bookmarks and notes", parts)


def _markdown(tree: BookmarkTree, snapshot: LibrarySnapshot, today: date) -> str:
    lines = ["# Bookmarks and notes", "", _plain(_summary(tree, today)), ""]
    for folder, bookmarks in _by_folder(tree):
        lines += [f"## {_plain(folder or 'In no folder')}", ""]
        for bookmark in bookmarks:
            lines += [f"### {_plain(bookmark.name)}", "", _plain(_place(bookmark, snapshot)), ""]
            if words := _words(bookmark):
                lines += [f"> {_plain(words)}", ""]
            for line in bookmark.note.splitlines():
                lines += [_plain(line), ""] if line.strip() else []
            if facts := _facts(bookmark):
                lines += [f"*{_plain(facts)}*", ""]
            if (then := _then(bookmark)) is not None:
                lines += ["It stood on:", "", f"> {_plain(then)}", ""]
    return "\n".join(lines)


def _then(bookmark: Bookmark) -> str | None:
    """The words that a bookmark stood on before a newer edition changed them."""
    carried = bookmark.carried
    if carried is None or carried.quote is None or carried.quote == bookmark.quote:
        return None
    return carried.quote.exact or None


def _plain(text: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    return " ".join(text.split()).translate(_MARKDOWN)
