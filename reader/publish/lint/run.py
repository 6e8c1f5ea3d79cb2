"""From a source folder to its findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from reader.domain.contents import ContentsList
from reader.domain.errors import SourceError
from reader.publish.lint import accepted
from reader.publish.lint.chapter_rules import chapter_findings
from reader.publish.lint.contents_rules import (
    Lines,
    file_findings,
    held_findings,
    manifest_findings,
    number_findings,
    review_findings,
)
from reader.publish.lint.editions import Edition, edition_findings
from reader.publish.lint.findings import Finding, Severity
from reader.publish.lint.link_rules import Surroundings
from reader.publish.lint.outdated import Outdated
from reader.publish.lint.pages import Page, read_page
from reader.publish.lint.people import person_findings
from reader.publish.lint.report import manual_finding
from reader.publish.lint.rules import RULES
from reader.publish.lint.wording import wording_findings
from reader.publish.source import Source, read_source

_STALE = "acceptance-without-finding"


@dataclass(frozen=True)
class LintReport:
    """What a lint found.

    Attributes:
        findings: Those of the manual first, then those of each chapter, in the order of the contents list.
        titles: The chapters' titles with their numbers, by id.
    """

    source: Path
    findings: tuple[Finding, ...]
    titles: dict[str, str]

    @property
    def open(self) -> tuple[Finding, ...]:
        """The findings that nobody has accepted."""
        return tuple(found for found in self.findings if found.accepted is None)

    @property
    def accepted(self) -> tuple[Finding, ...]:
        return tuple(found for found in self.findings if found.accepted is not None)

    @property
    def counts(self) -> dict[str, int]:
        """How many stand of each severity, and how many were accepted."""
        told = Counter(found.severity for found in self.open)
        return {severity.value: told[severity] for severity in Severity} | {"accepted": len(self.accepted)}

    @property
    def is_clean(self) -> bool:
        """Whether no error and no warning stands."""
        return all(found.severity is Severity.HINT for found in self.open)


def lint_source(
    folder: Path, outdated: Outdated, last: Path | None = None, codes: Collection[str] = ()
) -> LintReport:
    """Look through a source folder.

    Args:
        folder: See `reader.publish.source`.
        outdated: The table of what is no more.
        last: The source folder of the last edition.
        codes: Only these rules; all when empty.

    Raises:
        SourceError: when the folder, or that of the last edition, cannot be read.
    """
    edition = _read(folder)
    rows = accepted.read_accepted(folder)
    before = _read(last, edition) if last is not None else None
    lines = Lines(folder)
    titles = {chapter.id: chapter.numbered_title for chapter in edition.contents.chapters()}
    order = {chapter_id: position for position, chapter_id in enumerate(titles, 1)}

    def rank(found: Finding) -> int:
        return 0 if found.chapter is None else order.get(found.chapter, len(order) + 1)

    wanted = [found for found in _all(edition, before, lines, outdated) if not codes or found.code in codes]
    findings = [_with_acceptance(found, rows) for found in _each_once(sorted(wanted, key=rank))]
    stale = _stale(rows, findings, codes, has_last=before is not None)
    return LintReport(folder, (*findings, *stale), titles)


def accept(report: LintReport, keys: Sequence[str], because: str, on: date) -> tuple[Finding, ...]:
    """Let findings stand, and write that down in the source folder.

    Args:
        report: What was found just now.
        keys: What names the findings: "CODE:PLACE@FINGERPRINT"; without the fingerprint where one finding is meant.
        because: Why they may stand.
        on: Today.

    Raises:
        SourceError: when there is no reason, or no such finding, or several are meant.
        StorageError: when the file cannot be written.
    """
    reason = " ".join(because.split())
    if not reason:
        raise SourceError('Nothing was accepted: say why with --because "...".')
    chosen = [_named(report, key) for key in keys]
    for found in chosen:
        accepted.add_acceptance(report.source, found, reason, on)
    return tuple(chosen)


def _named(report: LintReport, key: str) -> Finding:
    candidates = [
        found
        for found in report.findings
        if key in {found.key, found.key.rpartition("@")[0]} and found.code != _STALE
    ]
    if not candidates:
        raise SourceError(
            f"Nothing was accepted: no finding is named “{key}”; its name stands in brackets at the end of its line."
        )
    if len(candidates) > 1:
        names = ", ".join(found.key for found in candidates)
        raise SourceError(
            f"Nothing was accepted: “{key}” names {len(candidates)} findings; write one of {names}."
        )
    return candidates[0]


def _read(folder: Path, newer: Edition | None = None) -> Edition:
    """Read a folder; of the last edition only the chapters that are not as they are in the newer one."""
    source = read_source(folder)
    manual = source.manifest.id
    pages: dict[str, Page] = {}
    for chapter_id, raw in source.chapter_html.items():
        is_same = (
            newer is not None
            and newer.source.manifest.id == manual
            and newer.source.chapter_html.get(chapter_id) == raw
        )
        pages[chapter_id] = (
            newer.pages[chapter_id] if newer and is_same else read_page(folder, chapter_id, raw, manual)
        )
    return Edition(source, source.with_ids(), pages)


def _all(edition: Edition, last: Edition | None, lines: Lines, outdated: Outdated) -> Iterator[Finding]:
    source, contents, pages = edition.source, edition.contents, edition.pages
    yield from manifest_findings(source)
    yield from number_findings(contents, lines)
    yield from held_findings(source, contents, pages, lines)
    before = (last.contents, last.source.manifest.issued) if last else None
    yield from review_findings(source, contents, lines, before)
    yield from file_findings(source, contents, pages, lines)
    if last is not None:
        yield from edition_findings(edition, last, lines)
    around = Surroundings(pages, contents, source.manifest.id, frozenset(source.files))
    not_names = _own_names(source, contents)
    for page in pages.values():
        yield from sorted(_of_page(page, around, not_names, outdated), key=_line)


def _of_page(
    page: Page, around: Surroundings, not_names: frozenset[str], outdated: Outdated
) -> Iterator[Finding]:
    yield from chapter_findings(page, around)
    yield from wording_findings(page, outdated)
    yield from person_findings(page, not_names)


def _line(found: Finding) -> int:
    return found.line or 0


def _own_names(source: Source, contents: ContentsList) -> frozenset[str]:
    """The words of the council's own name, its manual and its chapters, which are no surnames there."""
    said = [source.manifest.authority_name, source.manifest.title, source.manifest.id.authority]
    said += [chapter.title for chapter in contents.chapters()]
    return frozenset(word for text in said for word in text.casefold().replace("'s", "").split())


def _each_once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The same text twice in one passage is one finding."""
    seen: set[str] = set()
    for found in findings:
        if found.key not in seen:
            seen.add(found.key)
            yield found


def _with_acceptance(found: Finding, rows: tuple[accepted.Row, ...]) -> Finding:
    row = next((row for row in rows if row.covers(found)), None)
    return replace(found, accepted=row.acceptance) if row else found


def _stale(
    rows: tuple[accepted.Row, ...], findings: list[Finding], codes: Collection[str], *, has_last: bool
) -> Iterator[Finding]:
    """Rows that no finding matches; not those of rules that did not run."""
    if codes and _STALE not in codes:
        return
    for row in rows:
        rule = RULES.get(row.code)
        did_run = (not codes or row.code in codes) and (rule is None or has_last or not rule.needs_last)
        if did_run and not any(row.covers(found) for found in findings):
            at_place = any(found.code == row.code and found.place == row.place for found in findings)
            why = (
                "the text at its place has changed since" if at_place else "there is no such finding any more"
            )
            yield manual_finding(
                _STALE,
                accepted.FILE_NAME,
                None,
                f"The acceptance of {row.code} at {row.place} counts no more: {why}.",
                advice="Remove this row" + (", or accept the finding anew." if at_place else "."),
                subject=f"{row.code} {row.place} {row.fingerprint}",
                spot=f"{row.code}/{row.place}",
            )
