"""`procedures publish lint`: what readers would stumble over, before anybody signs it."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reader.cli.output import Json, print_json
from reader.domain.errors import SourceError
from reader.domain.text import counted, one_line
from reader.services.workspace import today
from reader.store.places import resources_dir

if TYPE_CHECKING:
    from reader.publish.lint import Finding, LintReport

app = typer.Typer()


@app.command()
def lint(
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help="The folder that holds manual.toml.")],
    last: Annotated[
        Path | None,
        typer.Option(
            "--last", metavar="DIR", help="The source folder of the last edition, to compare changes with."
        ),
    ] = None,
    code: Annotated[
        list[str] | None, typer.Option("--code", metavar="CODE", help="Only this rule; repeat it.")
    ] = None,
    accepting: Annotated[
        list[str] | None,
        typer.Option(
            "--accept", metavar="CODE:PLACE", help="Let a finding stand, as its line names it; repeat it."
        ),
    ] = None,
    because: Annotated[str | None, typer.Option("--because", help="Why it may stand.")] = None,
    as_json: Json = False,
) -> None:
    """Look for what readers would stumble over. Ends with 1 while an error or a warning stands that nobody accepted."""
    from reader.publish.lint import RULES, accept, lint_source, read_outdated  # noqa: PLC0415  # a sixth of a second

    codes = frozenset(code or ())
    if unknown := sorted(codes - RULES.keys()):
        raise typer.BadParameter(f"There is no rule “{unknown[0]}”: the rules are {', '.join(RULES)}.")
    if because is not None and not accepting:
        raise typer.BadParameter("--because goes with --accept.")
    if accepting and not (because or "").strip():
        raise SourceError('Nothing was accepted: say why with --because "...".')
    report = lint_source(source, read_outdated(resources_dir() / "outdated.toml"), last, codes)
    if accepting:
        for found in accept(report, accepting, because or "", today()):
            typer.echo(f"Accepted {found.key}: {one_line(found.text)}")
        return
    if as_json:
        print_json(report_json(report))
    else:
        _print_report(report)
    if not report.is_clean:
        raise typer.Exit(1)


def report_json(report: LintReport) -> dict[str, object]:
    """The report as --json prints it."""
    return {
        "source": str(report.source),
        "findings": [
            {
                "code": found.code,
                "severity": found.severity.value,
                "file": found.file,
                "line": found.line,
                "chapter": found.chapter,
                "anchor": found.anchor,
                "text": found.text,
                "advice": found.advice,
                "key": found.key,
                "accepted": None
                if found.accepted is None
                else {
                    "because": found.accepted.because,
                    "on": found.accepted.on.isoformat() if found.accepted.on else None,
                },
            }
            for found in report.findings
        ],
        "counts": report.counts,
    }


def _print_report(report: LintReport) -> None:
    for chapter, findings in groupby(report.open, key=lambda found: found.chapter):
        title = report.titles.get(chapter or "", chapter) if chapter else "The manual"
        typer.echo(one_line(f"{title} ({chapter})" if chapter else str(title)))
        for found in findings:
            typer.echo(f"  {_line(found)}")
    if report.accepted:
        typer.echo("Accepted")
        for found in report.accepted:
            reason = found.accepted.because if found.accepted else ""
            typer.echo("  " + one_line(f"{found.key}: {found.text} Because: {reason}"))
    counts = report.counts
    typer.echo(
        f"{counted(counts['error'], 'error')}, {counted(counts['warning'], 'warning')},"
        f" {counted(counts['hint'], 'hint')}, {counts['accepted']} accepted."
    )


def _line(found: Finding) -> str:
    where = f"{found.file}, line {found.line}" if found.line else found.file
    passage = f", “{found.heading}”" if found.heading else ""
    return one_line(f"{found.severity.value}: {where}{passage}: {found.text} {found.advice} [{found.key}]")
