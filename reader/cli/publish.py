"""`procedures publish`: the publisher's workshop."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Final

import typer

from reader.bundle.schema import contents_json
from reader.cli.output import print_json
from reader.cli.tree import print_tree
from reader.domain.errors import SourceError
from reader.domain.manual import ManualId, is_usable_id
from reader.publish.build import SigningStatus, build_bundle, sign_bundle, signing_status
from reader.publish.contents import read_contents_list
from reader.publish.keys import load_signer
from reader.publish.setup import set_up_domain
from reader.publish.trust_domain import TrustFiles
from reader.services.workspace import today

app = typer.Typer(help="For publishers: read contents lists, build and sign bundles.", no_args_is_help=True)

PASSPHRASE_VARIABLE: Final = "PROCEDURES_PASSPHRASE"  # noqa: S105  # the variable's name, not its value
_TEN_YEARS: Final = timedelta(days=3_652)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.command()
def contents(file: Annotated[Path, typer.Argument(metavar="FILE")], as_json: Json = False) -> None:
    """Read a contents list (text, HTML or Markdown) and print its tree."""
    page = read_contents_list(file)
    facts = page.facts
    if as_json:
        listed = contents_json(page.contents)
        print_json(
            {
                "authority": facts.authority_name,
                "manual": facts.title,
                "edition": None,
                **listed,
                "warnings": list(page.warnings),
                "facts": {
                    "authority_name": facts.authority_name,
                    "title": facts.title,
                    "last_updated": facts.last_updated.isoformat() if facts.last_updated else None,
                    "version_label": facts.version_label,
                    "links": list(facts.links),
                    "quick_links": list(facts.quick_links),
                },
            }
        )
        return
    for name, value in (
        ("Authority", facts.authority_name),
        ("Title", facts.title),
        ("Last updated", facts.last_updated),
        ("Version", facts.version_label),
        ("Links", "; ".join(facts.links)),
    ):
        if value:
            typer.echo(f"{name}: {value}")
    print_tree(page.contents.entries)
    typer.echo(f"{sum(1 for _ in page.contents.chapters())} chapters.")
    for warning in page.warnings:
        typer.echo(f"Warning: {warning}", err=True)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR")],
    authority: Annotated[str, typer.Option("--authority", metavar="ID", help="For example: westshire")],
    name: Annotated[str, typer.Option("--name", help="The authority's name, as readers see it.")],
    manual: Annotated[str, typer.Option("--manual", metavar="ID")] = "procedures",
    holder: Annotated[
        str | None, typer.Option("--holder", help="Who holds the keys, as readers see it.")
    ] = None,
) -> None:
    """Set up a trust domain for one council: its root, register, list of signers and encrypted keys."""
    for value in (authority, manual):
        if not is_usable_id(value):
            raise typer.BadParameter(
                f"“{value}” cannot be an id: write small letters, digits and hyphens, and no reserved name."
            )
    passphrase = _passphrase(is_new=True)
    root = set_up_domain(
        folder,
        ManualId(authority, manual),
        authority_name=name,
        holder=holder or name,
        passphrase=passphrase,
        expires=today() + _TEN_YEARS,
    )
    typer.echo(
        f"Set up {folder}. Its keys lie encrypted in {folder / 'keys'}: keep root.pem and registrar.pem offline."
    )
    typer.echo(f"IT pins {folder / '1.root.json'}, with the fingerprint:\n{root.fingerprint}")


@app.command()
def build(
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help="The folder that holds manual.toml.")],
    domain: Annotated[
        Path, typer.Option("--domain", metavar="DIR", help="The trust domain that will sign it.")
    ],
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE")] = None,
    previous: Annotated[
        Path | None, typer.Option("--previous", metavar="FILE", help="The bundle of the edition before.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Build a bundle of a source folder. It is refused by readers until it is signed."""
    trust = TrustFiles.read(domain)
    file = out or source.parent / f"{source.resolve().name}.manual"
    report = build_bundle(source, trust, file, previous)
    if as_json:
        print_json(
            {
                "file": str(file),
                "authority": report.manifest.id.authority,
                "manual": report.manifest.id.manual,
                "edition": report.manifest.edition,
                "chapters": report.chapters,
                "included": report.included,
                "new_ids": list(report.new_ids),
                "warnings": list(report.warnings),
            }
        )
        return
    typer.echo(
        f"Built {file}: {report.manifest.id}, {report.manifest.edition_name}, {report.chapters} chapters,"
        f" the text of {report.included} included."
    )
    if report.new_ids:
        typer.echo(f"{len(report.new_ids)} chapters are new; their ids stand in chapter-ids.toml.")
    for warning in report.warnings:
        typer.echo(f"Warning: {warning}", err=True)
    _print_status(signing_status(file))


@app.command()
def sign(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    key: Annotated[Path, typer.Option("--key", metavar="KEYFILE", help="Your encrypted key.")],
) -> None:
    """Add your signature to a bundle."""
    if not file.is_file():
        raise SourceError(f"{file} is not there: build the bundle first.")
    status = sign_bundle(file, load_signer(key, _passphrase(is_new=False)))
    _print_status(status)


@app.command()
def status(file: Annotated[Path, typer.Argument(metavar="FILE")], as_json: Json = False) -> None:
    """Say how many of the signatures that a bundle needs it has."""
    found = signing_status(file)
    if as_json:
        print_json(
            {
                "file": str(file),
                "manual": str(found.manual),
                "edition": found.edition,
                "signed": found.signed,
                "threshold": found.threshold,
            }
        )
        return
    _print_status(found)


def _print_status(status: SigningStatus) -> None:
    done = "complete" if status.is_complete else "readers refuse it until the others have signed"
    typer.echo(
        f"{status.manual}, edition {status.edition}: {status.signed} of {status.threshold} signatures, {done}."
    )


def _passphrase(*, is_new: bool) -> str:
    """From the environment for scripts, else from the person; never from the command line, where others see it."""
    given = os.environ.get(PASSPHRASE_VARIABLE)
    if given:
        return given
    answer: str = typer.prompt("Passphrase", hide_input=True, confirmation_prompt=is_new, err=True)
    return answer
