"""A coverage map as a file to pass on: a table (CSV), or a page (HTML). Each says what vouches for the lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from html import escape
from pathlib import Path
from typing import Final

from reader.bundle.verifier import VerifiedBundle
from reader.domain.coverage import Coverage, Topic, TopicChapter
from reader.domain.errors import StorageError
from reader.domain.files import write_in_one_step
from reader.domain.manual import ManualId, day
from reader.domain.text import counted
from reader.services.csv_table import csv_table
from reader.services.html_page import html_page
from reader.services.search_export import EXPORT_SUFFIXES
from reader.services.snapshot import LibrarySnapshot

_NONE: Final = "none"
_ABOUT_NONE: Final = (
    "A cell that says “none” means: no chapter of that contents list was found to answer the same question. What is"
    " then said to be nearest belongs to another topic. Titles and texts were compared by a program; look for yourself"
    " before you rely on a gap."
)
# A page that is as wide as the screen, and whose headings stay in view.
_STYLE: Final = """<style>
body { max-width: none; }
.coverage { table-layout: fixed; width: 100%; }
.coverage thead th { font-size: .9rem; }
.coverage th, .coverage td { border: 1px solid #c9ced6; padding: .3rem .5rem; vertical-align: top;
  overflow-wrap: break-word; }
.coverage thead th { position: sticky; top: 0; background: #f3f4f6; }
.coverage p { margin: 0 0 .2rem; }
@media print { .coverage { min-width: 0 !important; font-size: 8pt; } .coverage thead th { position: static; }
  .coverage tr { break-inside: avoid; } }
</style>"""


def export_coverage(
    file: Path,
    coverage: Coverage,
    snapshot: LibrarySnapshot,
    today: date,
    topics: Sequence[Topic] | None = None,
) -> None:
    """Write a coverage map.

    Args:
        file: Where to; its ending says how (".csv" or ".html").
        coverage: The map.
        snapshot: The library that it was made of.
        today: The day that stands on it.
        topics: Only these of its topics; None means all.

    Raises:
        StorageError: when the ending is another one, or the file cannot be written.
        NotFoundError: when an edition was removed in the meantime.
    """
    makers: dict[str, Callable[[_Sheet], bytes]] = {".csv": _table, ".html": _page}
    make = makers.get(file.suffix.lower())
    if make is None:
        raise StorageError(f"{file} cannot be written: let its name end with {' or '.join(EXPORT_SUFFIXES)}.")
    bundles = [snapshot.get(manual.id, manual.edition, date.max) for manual in coverage.manuals]
    sheet = _Sheet(coverage, coverage.topics if topics is None else topics, bundles, today)
    write_in_one_step(file, make(sheet))


class _Sheet:
    """What is to be written."""

    def __init__(
        self, coverage: Coverage, topics: Sequence[Topic], bundles: Sequence[VerifiedBundle], today: date
    ) -> None:
        self.coverage = coverage
        self.topics = topics
        self.bundles = bundles
        self.today = today
        self.columns = column_names({bundle.manual: bundle for bundle in bundles})

    def signers(self, bundle: VerifiedBundle) -> str:
        names = "; ".join(signer.name for signer in bundle.edition.signers)
        return names or "nobody: a newer edition vouches for it"


def column_names(bundles: Mapping[ManualId, VerifiedBundle]) -> dict[ManualId, str]:
    """What heads a manual's column: its authority, and its title where the authority has several manuals here."""
    authorities = [manual.authority for manual in bundles]
    names: dict[ManualId, str] = {}
    for manual, bundle in bundles.items():
        manifest = bundle.edition.manifest
        is_one_of_several = authorities.count(manual.authority) > 1
        names[manual] = manifest.authority_name + (f", {manifest.title}" if is_one_of_several else "")
    return names


def _table(sheet: _Sheet) -> bytes:
    manuals = sheet.coverage.manual_ids
    rows = [["Topic", "Division", *(sheet.columns[manual] for manual in manuals)]]
    rows += [
        [topic.name, topic.division, *(_cell(topic, manual) for manual in manuals)] for topic in sheet.topics
    ]
    editions = {bundle.manual: bundle for bundle in sheet.bundles}
    facts: list[tuple[str, Callable[[VerifiedBundle], str]]] = [
        (
            "Edition",
            lambda bundle: f"{bundle.edition.manifest.title}, {bundle.edition.manifest.edition_name}",
        ),
        ("In force from", lambda bundle: bundle.edition.manifest.effective_from.isoformat()),
        ("Signed by", sheet.signers),
        ("Warnings", lambda bundle: " ".join(bundle.edition.warnings(sheet.today))),
    ]
    rows += [[f"({name})", "", *(fact(editions[manual]) for manual in manuals)] for name, fact in facts]
    return csv_table(rows)


def _cell(topic: Topic, manual: ManualId) -> str:
    chapters = topic.of(manual)
    if chapters:
        return "; ".join(_chapter(found) for found in chapters)
    near = topic.near_in(manual)
    return f"{_NONE} (nearest: {'; '.join(_chapter(found) for found in near)})" if near else _NONE


def _chapter(found: TopicChapter) -> str:
    """A chapter on one line: "6.4.1 Family Time / Contact (Updated)"."""
    marks = ", ".join(status.label for status in found.chapter.statuses)
    return found.chapter.numbered_title + (f" ({marks})" if marks else "")


def _page(sheet: _Sheet) -> bytes:
    count = len(sheet.topics)
    summary = (
        f"{counted(count, 'topic')} in {counted(len(sheet.bundles), 'manual')}. Made on"
        f" {day(sheet.today)}; check for newer editions."
    )
    parts = [
        _STYLE,
        f"<p>{summary}</p>",
        f'<p class="note">{_ABOUT_NONE}</p>',
        *(line for bundle in sheet.bundles for line in _provenance(bundle, sheet)),
        *_rows(sheet),
    ]
    return html_page("Coverage: who has a chapter on what", parts).encode()


def _provenance(bundle: VerifiedBundle, sheet: _Sheet) -> Iterator[str]:
    manifest = bundle.edition.manifest
    yield (
        f"<p><b>{escape(manifest.authority_name)}</b>: {escape(manifest.title)}, {escape(manifest.edition_name)}, in"
        f" force from {day(manifest.effective_from)}. Signed by {escape(sheet.signers(bundle))}."
    )
    warnings = (
        f'<br><span class="warning">{escape(text)}</span>' for text in bundle.edition.warnings(sheet.today)
    )
    yield from warnings
    yield "</p>"


def _rows(sheet: _Sheet) -> Iterator[str]:
    manuals = sheet.coverage.manual_ids
    heads = "".join(f'<th scope="col">{escape(sheet.columns[manual])}</th>' for manual in manuals)
    yield f'<table class="coverage" style="min-width: {10 * (1 + len(manuals))}rem">'
    yield f'<thead><tr><th scope="col">Topic</th>{heads}</tr></thead><tbody>'
    for topic in sheet.topics:
        division = f'<p class="note">{escape(topic.division)}</p>' if topic.division else ""
        cells = "".join(f"<td>{''.join(_paragraphs(topic, manual))}</td>" for manual in manuals)
        yield f'<tr><th scope="row">{escape(topic.name)}{division}</th>{cells}</tr>'
    yield "</tbody></table>"


def _paragraphs(topic: Topic, manual: ManualId) -> Iterator[str]:
    chapters = topic.of(manual)
    for found in chapters:
        yield f"<p>{escape(_chapter(found))}</p>"
    if not chapters:
        yield f"<p>{_NONE}</p>"
        near = "; ".join(_chapter(found) for found in topic.near_in(manual))
        if near:
            yield f'<p class="note">nearest: {escape(near)}</p>'
