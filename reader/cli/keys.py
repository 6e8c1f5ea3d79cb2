"""`procedures publish keys`: making keys and showing their fingerprints."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from securesystemslib.signer import Key

from reader.bundle.metadata import holder_of
from reader.cli.output import print_json
from reader.cli.secrets import ask_new_passphrase, ask_secret
from reader.domain.errors import SourceError
from reader.domain.provenance import grouped
from reader.publish.domain_changes import TrustDomain
from reader.publish.keys import (
    HARDWARE_SCHEME,
    PUBLIC_SUFFIX,
    FingerprintSheet,
    kind_of,
    named_key,
    new_key_file,
    public_key_of,
    write_public_key,
)
from reader.services.workspace import today

app = typer.Typer(help="Make keys and show their fingerprints.", no_args_is_help=True)

Holder = Annotated[
    str | None, typer.Option("--holder", metavar="NAME", help="Who holds it, as readers see it.")
]
Sheet = Annotated[
    Path | None,
    typer.Option("--sheet", metavar="FILE", help="A sheet to print: FILE.html, or FILE.txt."),
]


@app.command()
def new(
    file: Annotated[Path, typer.Argument(metavar="NAME.pem", help="Where your private key goes, encrypted.")],
    holder: Holder = None,
    sheet: Sheet = None,
) -> None:
    """Make a key for yourself. Keep NAME.pem; hand out NAME.pub."""
    name = holder or str(typer.prompt("Who holds this key, as readers will see it", err=True))
    key = new_key_file(file, name, ask_new_passphrase())
    public = file.with_suffix(PUBLIC_SUFFIX)
    typer.echo(f"Made {file}, which only you keep, and {public}, which you hand out.")
    _print_keys((key,))
    _write_sheet(sheet, (key,))


@app.command()
def show(
    which: Annotated[
        list[str],
        typer.Argument(metavar="KEY...", help="A .pub file, a trust domain's folder, or hsm: for a token."),
    ],
    holder: Holder = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="NAME.pub", help="Write the public key of a token, to hand it out."),
    ] = None,
    sheet: Sheet = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Show keys and their fingerprints."""
    rows: list[tuple[str, Key]] = []
    for one in which:
        if not one.startswith(HARDWARE_SCHEME) and Path(one).is_dir():
            rows += TrustDomain(Path(one)).keys
        else:
            key = public_key_of(one, ask_secret)
            rows.append(("", named_key(key, holder) if holder else key))
    keys = tuple(key for _, key in rows)
    if out is not None:
        if len(keys) != 1:
            raise SourceError("--out writes one key: name one.")
        if out.suffix != PUBLIC_SUFFIX:
            raise SourceError(f"{out}: name the file of a public key NAME{PUBLIC_SUFFIX}.")
        write_public_key(out, keys[0])
    if as_json:
        print_json(
            {
                "keys": [
                    {
                        "key_id": key.keyid,
                        "holder": holder_of(key),
                        "kind": kind_of(key),
                        "role": role or None,
                    }
                    for role, key in rows
                ]
            }
        )
    else:
        _print_keys(keys, tuple(role for role, _ in rows))
    _write_sheet(sheet, keys)


def _print_keys(keys: tuple[Key, ...], roles: tuple[str, ...] = ()) -> None:
    for number, key in enumerate(keys):
        role = f"{roles[number]}: " if roles and roles[number] else ""
        typer.echo(f"{role}{holder_of(key)} ({kind_of(key)})")
        typer.echo(f"    {grouped(key.keyid)}")


def _write_sheet(file: Path | None, keys: tuple[Key, ...]) -> None:
    if file is not None:
        FingerprintSheet.of_keys(tuple({key.keyid: key for key in keys}.values()), today()).write(file)
        typer.echo(f"Wrote {file}, to be printed.")
