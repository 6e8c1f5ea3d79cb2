"""`procedures publish`: the publisher's workshop."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reader.bundle.schema import contents_json
from reader.cli import changes as changes_commands
from reader.cli import domain as domain_commands
from reader.cli import lint as lint_commands
from reader.cli import workshop as workshop_commands
from reader.cli.domain import file_row, print_domain, sign_domain, write_root_sheet
from reader.cli.keys import app as keys_app
from reader.cli.output import Json, print_json
from reader.cli.secrets import ask_secret
from reader.cli.tree import print_tree
from reader.domain.errors import SourceError
from reader.domain.text import counted
from reader.publish.build import (
    SigningStatus,
    bring_trust_up_to_date,
    build_bundle,
    describe_bundle,
    sign_bundle,
    signing_status,
)
from reader.publish.contents import read_contents_list
from reader.publish.domain_changes import TrustDomain
from reader.publish.keys import load_signer

app = typer.Typer(help="For publishers: read contents lists, build and sign bundles.", no_args_is_help=True)
app.add_typer(workshop_commands.app)
app.add_typer(lint_commands.app)
app.add_typer(changes_commands.publisher_app)
app.add_typer(domain_commands.app)
app.add_typer(keys_app, name="keys")


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
    typer.echo(f"{counted(sum(1 for _ in page.contents.chapters()), 'chapter')}.")
    for warning in page.warnings:
        typer.echo(f"Warning: {warning}", err=True)


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
    trust = TrustDomain(domain).trust_files
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
        f"Built {file}: {report.manifest.id}, {report.manifest.edition_name}, {counted(report.chapters, 'chapter')},"
        f" the text of {report.included} included."
    )
    if report.new_ids:
        typer.echo(
            f"{counted(len(report.new_ids), 'chapter is', 'chapters are')} new;"
            " the ids stand in chapter-ids.toml."
        )
    for warning in report.warnings:
        typer.echo(f"Warning: {warning}", err=True)
    _print_status(signing_status(file))


@app.command()
def sign(
    target: Annotated[
        Path, typer.Argument(metavar="FILE", help="A bundle, or the folder of a trust domain.")
    ],
    key: Annotated[
        str | None,
        typer.Option(
            "--key",
            metavar="KEY",
            help="Your encrypted key (.pem), or hsm: for a token. A domain: all in its keys/.",
        ),
    ] = None,
    domain: Annotated[
        Path | None,
        typer.Option(
            "--domain", metavar="DOMAIN", help="First bring the bundle's trust files up to date from here."
        ),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do not ask before signing changes of a domain.")
    ] = False,
) -> None:
    """Add your signature to a bundle, or to the changes of a trust domain that wait for it."""
    if target.is_dir():
        sign_domain(TrustDomain(target), key, is_confirmed=yes)
        return
    if not target.is_file():
        raise SourceError(f"{target} is not there: build the bundle first.")
    if key is None:
        raise typer.BadParameter("Name your key with --key.")
    if domain is not None:
        bring_trust_up_to_date(target, TrustDomain(domain).trust_files)
    typer.echo(f"You sign: {describe_bundle(target)}.")
    _print_status(sign_bundle(target, load_signer(key, ask_secret)))


@app.command()
def status(
    target: Annotated[
        Path, typer.Argument(metavar="FILE", help="A bundle, or the folder of a trust domain.")
    ],
    as_json: Json = False,
    sheet: Annotated[
        Path | None,
        typer.Option("--sheet", metavar="FILE", help="A domain: a sheet for IT with the root's fingerprint."),
    ] = None,
) -> None:
    """Say which signatures are there, and whose are still waited for."""
    if target.is_dir():
        domain = TrustDomain(target)
        first = domain.first_root
        if as_json:
            print_json(
                {
                    "folder": str(target),
                    "root_fingerprint": first.fingerprint if first else None,
                    "files": [file_row(found) for found in domain.status()],
                }
            )
        else:
            print_domain(domain)
        if sheet is not None:
            write_root_sheet(domain, sheet)
        return
    if sheet is not None:
        raise typer.BadParameter("--sheet is for the folder of a trust domain.")
    found = signing_status(target)
    if as_json:
        print_json(
            {
                "file": str(target),
                "manual": str(found.manual),
                "edition": found.edition,
                "signed": len(found.need.signed),
                "threshold": found.need.threshold,
                "signed_by": list(found.need.signed),
                "waiting_for": [] if found.need.is_met else list(found.need.missing),
            }
        )
        return
    _print_status(found)


def _print_status(found: SigningStatus) -> None:
    end = "" if found.need.is_met else ". Readers refuse it until then"
    typer.echo(f"{found.manual}, edition {found.edition}: {found.need.sentence}{end}.")
