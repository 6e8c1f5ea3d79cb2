"""`procedures update`, `remove` and `doctor`: keeping an installation in order. For IT."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Final

import typer

from reader.cli.output import Context, Json, ManualName, print_json
from reader.domain.cancel import CancelToken
from reader.domain.errors import StorageError
from reader.domain.health import Finding, HealthReport
from reader.domain.intake import Fate, Taken, Unreachable
from reader.domain.manual import day
from reader.services.workspace import Workspace

_SETTLE_SECONDS: Final = 1.0


def update(
    ctx: typer.Context,
    folders: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FOLDER]...",
            help="Without one: those that IT has named, and the one that you let be watched.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Take in the bundles and trust updates of the watched folders now, as the window does by itself."""
    context: Context = ctx.obj
    workspace = context.workspace
    wanted = folders or workspace.watched_folders(_own_folder(workspace))
    rows: list[dict[str, object]] = []
    for found in workspace.intake.take_all(wanted, lambda: time.sleep(_SETTLE_SECONDS), CancelToken()):
        row, line = _taken(found) if isinstance(found, Taken) else _unreachable(found)
        rows.append(row)
        if not as_json:
            typer.echo(line, err=not row["ok"])
    if as_json:
        print_json({"folders": [str(folder) for folder in wanted], "files": rows})
    elif not wanted:
        typer.echo(
            "No folder is watched: IT names them in machine.toml; the window has File > Watch a folder."
        )
    elif not rows:
        typer.echo("Nothing new.")
    if not all(row["ok"] for row in rows):
        raise typer.Exit(1)


def _own_folder(workspace: Workspace) -> Path | None:
    try:
        return workspace.settings.read().watched_dir
    except StorageError as error:
        typer.echo(str(error), err=True)
        return None


def _taken(taken: Taken) -> tuple[dict[str, object], str]:
    row: dict[str, object] = {
        "file": str(taken.file),
        "ok": taken.fate not in {Fate.REFUSED, Fate.LATER},
        "outcome": taken.fate.value,
        "message": taken.sentence,
    }
    if taken.manifest is None:
        says = {Fate.KNOWN: "is installed already", Fate.TRUST_UPDATED: "was taken in"}
        return row, f"{taken.file.name} {says.get(taken.fate, f'was not added: {taken.sentence}')}"
    manifest = taken.manifest
    row |= {"manual": str(manifest.id), "edition": manifest.edition}
    in_force = day(manifest.effective_from)
    return row, f"Added {manifest.authority_name}, {manifest.edition_name}, in force from {in_force}"


def _unreachable(found: Unreachable) -> tuple[dict[str, object], str]:
    row: dict[str, object] = {
        "file": str(found.folder),
        "ok": found.is_away,  # no fault: the folder beside machine.toml that nobody has made, a stick elsewhere
        "outcome": "unreachable",
        "message": found.why,
    }
    return row, f"{found.folder}: {found.why}"


def remove(
    ctx: typer.Context,
    manual: ManualName,
    edition: Annotated[int, typer.Option("--edition", metavar="N", help="Which one.")],
) -> None:
    """Remove an edition from this computer. Bookmarks into it stay."""
    context: Context = ctx.obj
    found = context.load().find_manual(manual)
    context.workspace.library.remove(found, edition)
    typer.echo(f"Removed edition {edition} of {found}.")


def doctor(ctx: typer.Context, as_json: Json = False) -> None:
    """Say on one page what is installed, trusted, expired and indexed, how much space it takes, and what is wrong.

    Exit code 1 when something is wrong.
    """
    from reader.services.doctor import as_text, examine  # noqa: PLC0415  # Whoosh, for the indexes

    context: Context = ctx.obj
    report = examine(context.opened, CancelToken())
    if as_json:
        print_json(_report_row(report))
    else:
        typer.echo(as_text(report))
    if not report.is_well:
        raise typer.Exit(1)


def _report_row(report: HealthReport) -> dict[str, object]:
    return {
        "is_well": report.is_well,
        "sections": [
            {"name": section.name, "title": section.title, "findings": [_row(f) for f in section.findings]}
            for section in report.sections
        ],
    }


def _row(finding: Finding) -> dict[str, str]:
    return {"verdict": finding.verdict.value, "text": finding.text, "advice": finding.advice}
