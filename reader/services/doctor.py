"""One page on an installation: what is installed, trusted, expired and indexed, how much space it takes, what is wrong.

Reads only, and nothing that the person wrote but how much of it there is.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from reader import __version__
from reader.domain.cancel import CancelToken
from reader.domain.errors import ReaderError, StorageError
from reader.domain.files import is_there
from reader.domain.health import Finding, HealthReport, HealthSection, Verdict
from reader.domain.machine import Permission
from reader.domain.manual import BUNDLE_SUFFIX, UPDATE_SUFFIX, day
from reader.domain.provenance import Link, TrustReport
from reader.domain.text import counted
from reader.domain.trust import ACCEPTED
from reader.search.indexer import index_folder, is_complete, is_sound
from reader.services.snapshot import LibrarySnapshot
from reader.services.trust import may_be_changed_by_anybody
from reader.services.workspace import Workspace, today
from reader.store.personal import PersonalHealth, look_at
from reader.store.places import portable_dir

_MEGABYTE: Final = 1_000_000
_LOW_SPACE: Final = 500 * _MEGABYTE
_RECENT: Final = timedelta(days=30)
_SIGNS: Final = {Verdict.FACT: " ", Verdict.NOTE: "-", Verdict.WRONG: "!"}


def examine(workspace: Workspace, cancel: CancelToken) -> HealthReport:
    """Examine an installation. Whatever cannot be looked at is a finding, and stops nothing else.

    Raises:
        CancelledError: when that was stopped.
    """
    snapshot, fault = _load(workspace, cancel)
    return HealthReport(
        (
            HealthSection("program", "Program", tuple(_program(workspace))),
            HealthSection("machine", "Settings of IT", tuple(_machine(workspace))),
            HealthSection("trust", "Trust", tuple(_trust(workspace))),
            HealthSection("manuals", "Manuals", (*fault, *_manuals(snapshot))),
            HealthSection("folders", "Watched folders", tuple(_folders(workspace))),
            HealthSection("index", "Search index", tuple(_index(workspace, snapshot, cancel))),
            HealthSection("personal", "What the person wrote", tuple(_personal(workspace))),
            HealthSection("space", "Space", tuple(_space(workspace, cancel))),
            HealthSection("log", "Log", tuple(_log(workspace))),
        )
    )


def as_text(report: HealthReport) -> str:
    """The report as text: “!” marks what is wrong, “-” what should be known."""
    wrong = len(report.of(Verdict.WRONG))
    lines = ["Nothing is wrong." if not wrong else f"Wrong: {wrong} (marked with “!”)"]
    for section in report.sections:
        lines += ["", section.title]
        for finding in section.findings:
            lines.append(f"  {_SIGNS[finding.verdict]} {finding.text}")
            if finding.advice:
                lines.append(f"      {finding.advice}")
    return "\n".join(lines)


def _load(workspace: Workspace, cancel: CancelToken) -> tuple[LibrarySnapshot, tuple[Finding, ...]]:
    try:
        return workspace.library.load(cancel), ()
    except StorageError as error:
        return LibrarySnapshot(), (Finding(str(error), Verdict.WRONG),)


def _program(workspace: Workspace) -> Iterator[Finding]:
    kind = "installed program" if getattr(sys, "frozen", False) else "run from Python"
    yield Finding(f"Procedures Reader {__version__}, {kind}, Python {platform.python_version()}")
    yield Finding(f"{platform.system()} {platform.release()}, {platform.machine()}")
    portable = portable_dir()
    if portable is not None:
        yield Finding(f"Portable: everything lies beside the program in {portable}")
    yield Finding(f"Library folder: {workspace.places.base_dir}")


def _machine(workspace: Workspace) -> Iterator[Finding]:
    machine = workspace.machine
    if machine.problem is not None:
        yield Finding(machine.problem, Verdict.WRONG, "Check it with `procedures machine check`.")
    elif machine.file is None:
        yield Finding(
            "None: everything is allowed. `procedures machine template` prints a file to start from."
        )
    else:
        yield Finding(f"File: {machine.file}")
    for permission in Permission:
        if not machine.allows(permission):
            yield Finding(f"Switched off for people: {permission.value}")


def _trust(workspace: Workspace) -> Iterator[Finding]:
    if workspace.trust_fault is not None:
        yield Finding(
            str(workspace.trust_fault), Verdict.WRONG, "Put the right root there: no manual can be opened."
        )
        return
    pin = workspace.pin
    try:
        report = workspace.library.trust_report()
    except ReaderError as error:
        yield Finding(str(error), Verdict.WRONG)
        return
    if pin is None or report is None:
        advice = "Set one with `procedures trust pin FILE --machine`: until then no manual can be opened."
        yield Finding("No trust root is set.", Verdict.WRONG, advice)
        return
    whose = "set by IT" if pin.is_machine_wide else "not set by IT"
    yield Finding(f"Trust root: {pin.file} ({whose}), version {report.pin_version}")
    yield Finding(f"Fingerprint: {report.pin_fingerprint}")
    if may_be_changed_by_anybody(pin):
        advice = "Make it, and its folder, read-only for everybody but administrators."
        yield Finding("Whoever runs this program can change the trust root.", Verdict.WRONG, advice)
    yield from _renewals(report)
    for file in pin.updates:
        yield Finding(f"Trust update beside it: {file.name}")


def _renewals(report: TrustReport) -> Iterator[Finding]:
    links: list[tuple[str, Link | None]] = [
        ("The trust root", report.root),
        ("The register", report.register),
    ]
    links += [
        (f"The list of signers of {authority.authority}", authority.signer_list)
        for authority in report.authorities
    ]
    for name, link in links:
        if link is not None and link.expires < today():
            advice = "Ask the publisher for a trust update. Reading goes on, with a warning on every page."
            yield Finding(f"{name} should have been renewed by {day(link.expires)}.", Verdict.NOTE, advice)


def _manuals(snapshot: LibrarySnapshot) -> Iterator[Finding]:
    if not snapshot.bundles:
        yield Finding(
            "No manual is installed.", Verdict.NOTE, "Add one with `procedures install FILE.manual`."
        )
    warned: dict[str, list[str]] = {}
    for manual in snapshot.manuals():
        current = snapshot.get(manual, None, today())
        for bundle in snapshot.editions(manual):
            manifest = bundle.edition.manifest
            mark = ", current" if bundle is current else ""
            yield Finding(
                f"{manual}: {manifest.authority_name}, {manifest.title}, {manifest.edition_name}, in force from"
                f" {day(manifest.effective_from)}, to be reviewed by {day(manifest.review_by)}{mark}"
            )
            if bundle is current:
                for warning in bundle.edition.warnings(today()):
                    warned.setdefault(warning, []).append(str(manual))
    for warning, names in warned.items():
        yield Finding(f"{warning} ({', '.join(names)})", Verdict.NOTE)
    for problem in snapshot.problems:
        yield Finding(f"{problem.subject}: {problem.message}", Verdict.WRONG, f"File: {problem.file}")


def _folders(workspace: Workspace) -> Iterator[Finding]:
    own = None
    with suppress(StorageError):
        own = workspace.settings.read().watched_dir
    folders = workspace.watched_folders(own)
    if not folders:
        yield Finding("None.")
    for folder in folders:
        try:
            count = sum(file.suffix in {BUNDLE_SUFFIX, UPDATE_SUFFIX} for file in folder.iterdir())
            yield Finding(f"{folder}: {counted(count, 'file')}")
        except FileNotFoundError:
            yield Finding(f"{folder}: not there now")
        except OSError as error:
            yield Finding(f"{folder}: cannot be looked into ({error.strerror})", Verdict.NOTE)
    for file, why in (row for row in workspace.intake.refused if is_there(row[0])):
        yield Finding(f"{file} was not added: {why}", Verdict.WRONG, f"`procedures verify {file}` says more.")


def _index(workspace: Workspace, snapshot: LibrarySnapshot, cancel: CancelToken) -> Iterator[Finding]:
    counts: Counter[str] = Counter()
    for bundle in snapshot.bundles:
        cancel.raise_if_cancelled()
        folder = index_folder(workspace.places.index_dir, bundle.role_sha256)
        if not is_complete(folder):
            counts["missing"] += 1
        else:
            counts["sound" if is_sound(folder) else "damaged"] += 1
    yield Finding(f"Editions that are indexed: {counts['sound']} of {len(snapshot.bundles)}")
    if counts["missing"]:
        yield Finding(
            f"Not indexed yet: {counts['missing']}",
            Verdict.NOTE,
            "They are indexed when the reader is next open, or by `procedures search`.",
        )
    if counts["damaged"]:
        yield Finding(
            f"Damaged: {counts['damaged']}",
            Verdict.NOTE,
            "They are built again when the reader is next open.",
        )


def _personal(workspace: Workspace) -> Iterator[Finding]:
    found: PersonalHealth = look_at(workspace.places.personal_file, workspace.places.backup_dir)
    if not found.is_there:
        yield Finding("Nothing yet.")
    elif found.problem:
        yield Finding(
            f"{workspace.places.personal_file}: {found.problem}",
            Verdict.WRONG,
            "Open the reader: the newest good backup takes its place, and the damaged file is kept.",
        )
    else:
        yield Finding(
            f"Bookmarks: {found.bookmarks}; reading lists: {found.reading_lists}; the file is sound"
        )
    newest = f", the newest of {day(found.newest_backup)}" if found.newest_backup else ""
    yield Finding(f"Backups: {found.backups}{newest}")
    try:
        workspace.settings.read()
    except StorageError as error:
        yield Finding(str(error), Verdict.WRONG)


def _space(workspace: Workspace, cancel: CancelToken) -> Iterator[Finding]:
    places = workspace.places
    for name, place in (
        ("Library", places.library_dir),
        ("Search index", places.index_dir),
        ("Backups", places.backup_dir),
        ("Log", places.log_dir),
    ):
        cancel.raise_if_cancelled()
        yield Finding(f"{name}: {_size(place) / _MEGABYTE:,.1f} MB")
    there = next((folder for folder in (places.base_dir, *places.base_dir.parents) if folder.exists()), None)
    if there is None:
        return
    free = shutil.disk_usage(there).free
    yield Finding(
        f"Free on this disk: {free / _MEGABYTE:,.0f} MB",
        Verdict.NOTE if free < _LOW_SPACE else Verdict.FACT,
        "A new edition needs its own size twice, and its index." if free < _LOW_SPACE else "",
    )
    if not os.access(there, os.W_OK):
        advice = "Manuals can be read; nothing can be added, bookmarked or indexed."
        yield Finding(f"{there} cannot be written to.", Verdict.WRONG, advice)


def _size(folder: Path) -> int:
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += (Path(place) / name).stat().st_size
    return total


def _log(workspace: Workspace) -> Iterator[Finding]:
    """How often files were refused lately, by the code of the refusal."""
    file = workspace.places.decision_log_file
    since = datetime.now(UTC) - _RECENT
    codes: Counter[str] = Counter()
    try:
        lines = file.read_text(encoding="ascii", errors="replace").splitlines()
    except FileNotFoundError:
        lines = []
    except OSError as error:
        yield Finding(f"{file} cannot be read: {error.strerror}", Verdict.NOTE)
        return
    for line in lines:
        with suppress(ValueError, KeyError, TypeError):
            row = json.loads(line)
            if datetime.fromisoformat(row["at"]) >= since and row["code"] != ACCEPTED:
                codes[f"{row['code']} ({row['act']})"] += 1
    for code, count in codes.most_common():
        yield Finding(
            f"Refused or failed in the last {_RECENT.days} days: {code}, {counted(count, 'time')}",
            Verdict.NOTE,
        )
    yield Finding(f"Decisions: {file}")
    crashes = workspace.places.fault_log_file
    if crashes.exists() and crashes.stat().st_size:
        yield Finding(f"Faults of the program: {crashes}", Verdict.NOTE, "Send this file to the supplier.")
