"""`procedures machine`: what IT has settled for everybody on this computer. For IT."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reader.cli.output import Json, print_json
from reader.domain.errors import StorageError
from reader.domain.files import is_there
from reader.domain.machine import MachineSettings, Permission
from reader.store.machine_settings import (
    check_machine_settings,
    machine_settings_schema,
    read_machine_settings,
)
from reader.store.places import machine_settings_file, machine_settings_template

app = typer.Typer(help="For IT: the settings for everybody on this computer.", no_args_is_help=True)


@app.command()
def show(as_json: Json = False) -> None:
    """Show where the settings belong, and what they say."""
    file = machine_settings_file()
    machine = read_machine_settings(file)
    if as_json:
        print_json({"file": str(file), "is_there": machine.file is not None, **_row(machine)})
        return
    typer.echo(f"File: {file}{'' if machine.file else ' (not there)'}")
    _print(machine)


@app.command()
def check(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="Without one: the file of this computer.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say whether a settings file is right: 0 when it is, 1 with the reason when not."""
    wanted = file or machine_settings_file()
    try:
        machine = check_machine_settings(wanted)
    except FileNotFoundError as error:
        raise StorageError(f"There is no file {wanted}.") from error
    except StorageError as error:
        raise StorageError(f"{wanted} cannot be used: {error}.") from error
    if as_json:
        print_json({"file": str(wanted), "is_there": True, **_row(machine)})
        return
    typer.echo(f"{wanted} can be used.")
    _print(machine)


@app.command()
def template() -> None:
    """Print a settings file with every setting at its usual value."""
    typer.echo(machine_settings_template().read_text(encoding="utf-8"), nl=False)


@app.command()
def schema() -> None:
    """Print the JSON schema of the settings file."""
    typer.echo(machine_settings_schema(), nl=False)


def _print(machine: MachineSettings) -> None:
    if machine.problem:
        typer.echo(machine.problem)
    if machine.root_file:
        typer.echo(f"Trust root: {machine.root_file}")
    if machine.root_fingerprint:
        typer.echo(f"It must have the fingerprint {machine.root_fingerprint}")
    for folder in machine.folders:
        typer.echo(f"Watched folder: {folder}{'' if is_there(folder) else ' (not there now)'}")
    typer.echo(f"Looked into every {machine.look_every_minutes} minutes")
    for permission in Permission:
        typer.echo(f"People may {permission.value}: {'yes' if machine.allows(permission) else 'no'}")


def _row(machine: MachineSettings) -> dict[str, object]:
    return {
        "problem": machine.problem,
        "root": str(machine.root_file) if machine.root_file else None,
        "fingerprint": machine.root_fingerprint,
        "folders": [str(folder) for folder in machine.folders],
        "look_every_minutes": machine.look_every_minutes,
        "allowed": {permission.name.lower(): machine.allows(permission) for permission in Permission},
    }
