"""The hits of a search as a file to pass on: a table (CSV), or a page (HTML). Each says what vouches for the texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Final

from reader.bundle.verifier import VerifiedBundle
from reader.domain.errors import StorageError
from reader.domain.files import write_in_one_step
from reader.domain.manual import day
from reader.domain.search import SearchAnswer, SearchHit, Snippet
from reader.domain.text import counted, storable
from reader.services.csv_table import csv_table
from reader.services.html_page import html_page
from reader.services.snapshot import LibrarySnapshot

EXPORT_SUFFIXES: Final = (".csv", ".html")
_COLUMNS: Final = (
    "Authority",
    "Manual",
    "Edition",
    "In force from",
    "Signed by",
    "Number",
    "Chapter",
    "Passage",
    "Division",
    "Status",
    "Text",
    "Found as",
    "Location",
    "Warnings",
)


def export_hits(file: Path, answer: SearchAnswer, snapshot: LibrarySnapshot, today: date) -> None:
    """Write the hits of an answer, in their order.

    Args:
        file: Where to; its ending says how (".csv" or ".html").
        answer: What was found.
        snapshot: The library that it was found in.
        today: The day that stands on it.

    Raises:
        StorageError: when the ending is another one, or the file cannot be written.
        NotFoundError: when an edition was removed in the meantime.
    """
    makers: dict[str, Callable[[SearchAnswer, LibrarySnapshot, date], bytes]] = {
        ".csv": _table,
        ".html": _page,
    }
    make = makers.get(file.suffix.lower())
    if make is None:
        raise StorageError(f"{file} cannot be written: let its name end with {' or '.join(EXPORT_SUFFIXES)}.")
    write_in_one_step(file, make(answer, snapshot, today))


def _table(answer: SearchAnswer, snapshot: LibrarySnapshot, today: date) -> bytes:
    return csv_table([_COLUMNS, *(_cells(hit, snapshot, today) for hit in answer.hits)])


def _cells(hit: SearchHit, snapshot: LibrarySnapshot, today: date) -> tuple[str, ...]:
    bundle = _bundle(hit, snapshot)
    manifest = bundle.edition.manifest
    return (
        manifest.authority_name,
        manifest.title,
        manifest.edition_name,
        manifest.effective_from.isoformat(),
        "; ".join(signer.name for signer in bundle.edition.signers),
        hit.number or "",
        hit.title,
        hit.heading,
        hit.division,
        ", ".join(status.label for status in hit.statuses),
        hit.snippet.text,
        hit.also or "",
        str(hit.location),
        " ".join(bundle.edition.warnings(today)),
    )


def _page(answer: SearchAnswer, snapshot: LibrarySnapshot, today: date) -> bytes:
    shown = "" if len(answer.hits) == answer.total else f", the best {len(answer.hits)} of them"
    summary = (
        f"{counted(answer.total, 'place')} found{shown}. Searched on {day(today)}; check for newer editions."
    )
    parts = [f"<p>{summary}</p>", *(f'<p class="note">{escape(note)}</p>' for note in answer.notes)]
    by_edition = sorted(answer.hits, key=lambda hit: (hit.location.manual, -(hit.location.edition or 0)))
    for _, hits in groupby(by_edition, key=lambda hit: (hit.location.manual, hit.location.edition)):
        parts += _edition_part(list(hits), snapshot, today)
    return storable(html_page(f"Search: {answer.query.strip()}", parts)).encode()


def _edition_part(hits: list[SearchHit], snapshot: LibrarySnapshot, today: date) -> Iterator[str]:
    bundle = _bundle(hits[0], snapshot)
    manifest = bundle.edition.manifest
    signers = "; ".join(signer.name for signer in bundle.edition.signers)
    yield f"<h2>{escape(manifest.authority_name)}</h2>"
    yield (
        f"<p>{escape(manifest.title)}, {escape(manifest.edition_name)}, in force from"
        f" {day(manifest.effective_from)}. Signed by {escape(signers or 'nobody: a newer edition vouches for it')}.</p>"
    )
    for warning in bundle.edition.warnings(today):
        yield f'<p class="warning">{escape(warning)}</p>'
    for hit in hits:
        number = f"{hit.number} " if hit.number else ""
        heading = f" › {hit.heading}" if hit.heading else ""
        marks = "".join(f'<span class="kind">{escape(status.label)}</span>' for status in hit.statuses)
        also = f"also: {hit.also}{' · ' if hit.snippet.text else ''}" if hit.also else ""
        yield f"<h3>{escape(f'{number}{hit.title}{heading}')} {marks}</h3>"
        yield f'<p class="note">{escape(hit.division)}</p>'
        yield f"<p>{escape(also)}{_marked(hit.snippet)}</p>"


def _marked(snippet: Snippet) -> str:
    done = 0
    found: list[str] = []
    for start, end in snippet.marks:
        found += [escape(snippet.text[done:start]), f"<mark>{escape(snippet.text[start:end])}</mark>"]
        done = end
    return "".join([*found, escape(snippet.text[done:])])


def _bundle(hit: SearchHit, snapshot: LibrarySnapshot) -> VerifiedBundle:
    return snapshot.get(hit.location.manual, hit.location.edition, date.max)
