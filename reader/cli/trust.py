"""`procedures trust`: whom this computer trusts. For IT."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from reader.cli.output import Context, Json, print_json
from reader.domain.cancel import CancelToken
from reader.domain.errors import BundleRefusedError, ReaderError, TrustError
from reader.domain.manual import day
from reader.domain.provenance import Link, TrustReport
from reader.domain.trust import ACCEPTED, Act, Decision
from reader.services.trust import may_be_changed_by_anybody, read_root_to_set, set_pin
from reader.services.workspace import Workspace, open_decision_log
from reader.store.machine_settings import read_machine_settings
from reader.store.places import machine_settings_file, pinned_root

app = typer.Typer(help="For IT: whom this computer trusts.", no_args_is_help=True)


@app.command()
def show(ctx: typer.Context, as_json: Json = False) -> None:
    """Show the trust root, and who may sign what under it."""
    context: Context = ctx.obj
    workspace = context.workspace
    report = workspace.library.trust_report()
    if as_json:
        print_json(_report_row(workspace, report))
        return
    if report is None or workspace.pin is None:
        typer.echo(
            "No trust root is set on this computer: nothing can be opened. Set one with `procedures trust pin FILE`."
        )
        return
    typer.echo(f"Trust root: {workspace.pin.file} ({_whose(workspace)})")
    typer.echo(f"    version {report.pin_version}, fingerprint {report.pin_fingerprint}")
    if may_be_changed_by_anybody(workspace.pin):
        typer.echo("    Warning: you can change this file; IT should make it read-only for everybody.")
    if report.root.version != report.pin_version:
        typer.echo(f"Newest root that follows from it: version {report.root.version}")
        typer.echo(f"    fingerprint {report.root_fingerprint}")
    typer.echo(f"    {_link_text(report.root)}")
    for file in workspace.pin.updates:
        typer.echo(f"Trust update beside it: {file.name}")
    if report.register is None:
        typer.echo("No register is known yet: the first bundle or trust update brings it.")
        return
    typer.echo(f"Register: version {report.register.version}, {_link_text(report.register)}")
    for authority in report.authorities:
        typer.echo(f"{authority.authority}, led by {'; '.join(authority.leads)}")
        if authority.signer_list is None:
            typer.echo("    no list of its signers is known yet")
            continue
        found = authority.signer_list
        typer.echo(f"    list of signers: version {found.version}, {_link_text(found)}")
        for manual in authority.manuals:
            seen = f", newest edition seen: {manual.edition}" if manual.edition else ""
            holders = "; ".join(manual.holders)
            needed = f"{manual.threshold} of {len(manual.holders)} must sign ({holders})"
            typer.echo(f"    {manual.manual}: {needed}{seen}")


@app.command()
def pin(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The root that the publisher gave you.")],
    fingerprint: Annotated[
        str | None,
        typer.Option(
            "--fingerprint", metavar="HEX", help="What the publisher read out; without it you are asked."
        ),
    ] = None,
    machine: Annotated[
        bool, typer.Option("--machine", help="For everybody on this computer; needs administrator rights.")
    ] = False,
) -> None:
    """Set the trust root: whom this computer believes."""
    context: Context = ctx.obj
    log = open_decision_log(context.choice)
    try:
        root = read_root_to_set(file)
        machine_settings = read_machine_settings(machine_settings_file())
        before = pinned_root(machine_settings)
        if fingerprint is None:
            typer.echo(
                f"{file} offers trust root version {root.version}, with the fingerprint\n{root.fingerprint}"
            )
            if before is not None:
                typer.echo(f"It takes the place of {before.file}.")
            if not typer.confirm(
                "Is this what the publisher gave you by another way than this file?", err=True
            ):
                raise TrustError("Nothing was set.")
        elif "".join(fingerprint.split()).casefold() != "".join(root.fingerprint.split()):
            raise TrustError(
                f"{file} has the fingerprint {root.fingerprint}, which is not the one that you named: do not use this"
                " file, and ask the publisher for the right one."
            )
        place = set_pin(root, machine_settings, is_machine_wide=machine)
    except ReaderError as error:
        log.record([Decision(Act.PIN, file.name, _code(error))])
        raise
    log.record([Decision(Act.PIN, file.name, ACCEPTED)])
    typer.echo(f"Set {place}: manuals that are signed under it can be opened from now on.")


@app.command()
def update(
    ctx: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE.trust...")],
    as_json: Json = False,
) -> None:
    """Take in trust updates: who may sign from now on, without any content."""
    context: Context = ctx.obj
    rows: list[dict[str, Any]] = []
    for file in files:
        row: dict[str, Any] = {"file": str(file), "ok": True, "reason": None}
        try:
            report = context.workspace.library.update_trust(file)
            register = report.register.version if report.register else 0
            row["message"] = f"Took in {file.name}: trust root {report.root.version}, register {register}."
        except ReaderError as error:
            row |= {"ok": False, "reason": _code(error), "message": str(error)}
        rows.append(row)
        if not as_json:
            typer.echo(row["message"], err=not row["ok"])
    if as_json:
        print_json({"files": rows})
    else:
        snapshot = context.workspace.library.load(CancelToken())
        for problem in snapshot.problems:
            typer.echo(f"{problem.subject}: {problem.message}", err=True)
    if not all(row["ok"] for row in rows):
        raise typer.Exit(1)


def _code(error: ReaderError) -> str:
    return error.reason.value if isinstance(error, BundleRefusedError) else "failed"


def _whose(workspace: Workspace) -> str:
    if workspace.is_sample:
        return "of the sample library"
    if workspace.pin is not None and workspace.pin.is_machine_wide:
        return "set by IT for this computer"
    set_pin_file = pinned_root(workspace.machine)
    is_own = (
        workspace.pin is not None and set_pin_file is not None and workspace.pin.file == set_pin_file.file
    )
    return "set by you" if is_own else "named with --trust"


def _link_text(link: Link) -> str:
    names = "; ".join(signer.name for signer in link.signers) or "nobody"
    return (
        f"signed by {names} ({link.threshold} of {link.holders} must), to be renewed by {day(link.expires)}"
    )


def _report_row(workspace: Workspace, report: TrustReport | None) -> dict[str, Any]:
    if report is None or workspace.pin is None:
        return {"pin": None, "root": None, "register": None, "authorities": []}
    return {
        "pin": {
            "file": str(workspace.pin.file),
            "is_machine_wide": workspace.pin.is_machine_wide,
            "is_writable": may_be_changed_by_anybody(workspace.pin),
            "version": report.pin_version,
            "fingerprint": report.pin_fingerprint,
            "updates": [file.name for file in workspace.pin.updates],
        },
        "root": {**_link_row(report.root), "fingerprint": report.root_fingerprint},
        "register": _link_row(report.register) if report.register else None,
        "authorities": [
            {
                "authority": authority.authority,
                "leads": list(authority.leads),
                "signer_list": _link_row(authority.signer_list) if authority.signer_list else None,
                "manuals": [
                    {
                        "manual": manual.manual,
                        "signers": list(manual.holders),
                        "threshold": manual.threshold,
                        "newest_edition_seen": manual.edition or None,
                    }
                    for manual in authority.manuals
                ],
            }
            for authority in report.authorities
        ],
    }


def _link_row(link: Link) -> dict[str, Any]:
    return {
        "version": link.version,
        "expires": link.expires.isoformat(),
        "threshold": link.threshold,
        "holders": link.holders,
        "signed_by": [{"name": signer.name, "key_id": signer.key_id} for signer in link.signers],
    }
