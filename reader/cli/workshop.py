"""`procedures publish import`: from a council's own files to a source folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Self

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from reader.cli.output import Json, print_json
from reader.domain.text import counted

if TYPE_CHECKING:
    from reader.publish.importing import ImportReport

app = typer.Typer()

_SHOWN: int = 40


class _Bar:
    """A bar on standard error, where that is a terminal."""

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=not Console(stderr=True).is_terminal,
        )
        self._task: TaskID | None = None
        self._what = ""

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def __call__(self, done: int, total: int, what: str) -> None:
        if what != self._what or self._task is None:
            self._what = what
            self._task = self._progress.add_task(what, total=total)
        self._progress.update(self._task, completed=done, total=total)


@app.command(name="import")
def import_(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="SOURCE",
            help="The folder of a saved website, of Word or Markdown files, or one .docx file.",
        ),
    ],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The source folder to make.")],
    contents: Annotated[
        str | None,
        typer.Option(
            "--contents", metavar="PAGE", help="The contents page or list, as a path inside SOURCE."
        ),
    ] = None,
    last: Annotated[
        Path | None,
        typer.Option(
            "--last", metavar="DIR", help="The source folder of the last edition, for its chapters' ids."
        ),
    ] = None,
    review: Annotated[
        Path | None,
        typer.Option(
            "--review", metavar="FILE.csv", help="The table in which you say which chapter is which."
        ),
    ] = None,
    split_at: Annotated[
        int | None,
        typer.Option(
            "--split-at", min=1, max=6, help="One .docx file: the level of heading that begins a chapter."
        ),
    ] = None,
    discard_edits: Annotated[
        bool,
        typer.Option("--discard-edits", help="Write over what was changed by hand since the last import."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Make a source folder of a saved website, of Word or Markdown documents, or of one long Word document."""
    from reader.publish.importing import ImportOptions, import_source  # noqa: PLC0415  # a third of a second

    options = ImportOptions(contents, last, review, split_at, discard_edits)
    with _Bar() as bar:
        report = import_source(source, out, options, bar)
    if as_json:
        print_json(_report_json(report))
    elif report.is_written:
        _print_report(report)
    else:
        typer.echo(
            f"{counted(report.waiting, 'chapter')} may belong to the last edition or be new. Nothing was"
            " imported yet: open"
            f" {report.review}, write “same”, “new” or an id in its first column, save it, and give the"
            " same command again."
        )


def _report_json(report: ImportReport) -> dict[str, object]:
    return {
        "folder": str(report.folder),
        "written": report.is_written,
        "chapters": report.chapters,
        "included": report.included,
        "forms": report.forms,
        "pictures": report.pictures,
        "review": str(report.review) if report.review else None,
        "waiting": report.waiting,
        "identities": [
            {
                "page": found.chapter.key,
                "title": found.chapter.title,
                "id": found.id,
                "verdict": found.verdict.value,
                "why": found.why,
            }
            for found in report.identities
        ],
        "gone": list(report.gone),
        "findings": [
            {"file": found.file, "line": found.line, "outcome": found.outcome.value, "text": found.text}
            for found in report.findings
        ],
    }


def _print_report(report: ImportReport) -> None:
    typer.echo(
        f"Made {report.folder}: {counted(report.chapters, 'chapter')}, the text of {report.included} included,"
        f" {counted(report.forms, 'form')},"
        f" {counted(report.pictures, 'picture')}."
    )
    is_first = len(report.new) == report.chapters
    if report.new and not is_first:
        typer.echo(f"{counted(len(report.new), 'chapter is', 'chapters are')} new:")
        for found in report.new[:_SHOWN]:
            typer.echo(f"  {found.chapter.title} ({found.id})")
    if report.gone:
        typer.echo(
            f"{counted(len(report.gone), 'chapter of the last edition is', 'chapters of the last edition are')} gone:"
        )
        for title in report.gone[:_SHOWN]:
            typer.echo(f"  {title}")
    from reader.publish.importing.findings import Outcome  # noqa: PLC0415  # is there by now

    for outcome in (Outcome.LEFT_OUT, Outcome.TO_CHECK, Outcome.CHANGED, Outcome.FURNITURE):
        findings = [found for found in report.findings if found.outcome is outcome]
        if not findings:
            continue
        typer.echo(f"{outcome.value.capitalize()}: {len(findings)}", err=True)
        for finding in findings[:_SHOWN]:
            typer.echo(f"  {finding}", err=True)
        if len(findings) > _SHOWN:
            typer.echo(f"  ... and {len(findings) - _SHOWN} more", err=True)
    typer.echo(
        f"The whole report is in {report.folder / 'import-report.txt'}. Next: look into"
        f" {report.folder / 'manual.toml'},"
        f" then `procedures publish lint {report.folder}`."
    )
