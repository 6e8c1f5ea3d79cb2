"""The commands of `procedures publish` that set up a trust domain and change who may sign."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Final

import typer

from reader.bundle import names
from reader.cli.keys import Sheet
from reader.cli.secrets import ask_new_passphrase, ask_secret
from reader.domain.errors import SourceError
from reader.domain.files import write_in_one_step
from reader.domain.manual import UPDATE_SUFFIX, USUAL_MANUAL, ManualId, day, is_usable_id
from reader.publish.domain_changes import FileStatus, TrustDomain
from reader.publish.keys import (
    PRIVATE_SUFFIX,
    PUBLIC_SUFFIX,
    FingerprintSheet,
    Secrets,
    load_signer,
    read_public_key,
)
from reader.publish.setup import KEYS_FOLDER, set_up_consortium, set_up_council
from reader.publish.trust_domain import Holders
from reader.services.workspace import today

app = typer.Typer()

_TEN_YEARS: Final = timedelta(days=3_652)
Domain = Annotated[Path, typer.Argument(metavar="DOMAIN", help="The folder of the trust domain.")]
Expires = Annotated[
    str | None,
    typer.Option("--expires", metavar="DATE", help="When to renew it, as 2036-02-05 (in ten years)."),
]


@app.command()
def init(  # typer calls it by name
    folder: Annotated[Path, typer.Argument(metavar="DOMAIN")],
    authority: Annotated[
        str | None, typer.Option("--authority", metavar="ID", help="One council: for example westshire")
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="One council: its name, as readers see it.")
    ] = None,
    manual: Annotated[
        str, typer.Option("--manual", metavar="ID", help="One council: its manual.")
    ] = USUAL_MANUAL,
    holder: Annotated[
        str | None, typer.Option("--holder", help="One council: who signs, as readers see it.")
    ] = None,
    root: Annotated[
        list[Path] | None,
        typer.Option("--root", metavar="PUB", help="A consortium: a holder of the trust root; repeat it."),
    ] = None,
    root_threshold: Annotated[
        int | None,
        typer.Option("--root-threshold", metavar="N", help="How many of them must sign (most of them)."),
    ] = None,
    registrar: Annotated[
        list[Path] | None,
        typer.Option("--registrar", metavar="PUB", help="A consortium: who keeps the register; repeat it."),
    ] = None,
    registrar_threshold: Annotated[
        int, typer.Option("--registrar-threshold", metavar="N", help="How many of them must sign.")
    ] = 1,
    expires: Expires = None,
    sheet: Sheet = None,
) -> None:
    """Set up a trust domain.

    For one council: root, register, list of signers, and four encrypted keys in DOMAIN/keys. For a consortium, name the
    public keys of the holders (made with `publish keys new`): the root and the register then wait for their signatures.
    """
    by = _expiry(expires)
    if root or registrar:
        if authority or name or holder:
            raise typer.BadParameter(
                "--root and --registrar are for a consortium, the other names for one council."
            )
        if not root or not registrar:
            raise typer.BadParameter("A consortium names --root and --registrar.")
        if sheet is not None:
            raise typer.BadParameter(
                "The trust root is not signed yet: `publish status DOMAIN --sheet FILE` makes its sheet once it is."
            )
        _init_consortium(
            folder, root, root_threshold or len(root) // 2 + 1, registrar, registrar_threshold, expires=by
        )
        return
    authority = authority or _asked("The authority's id, such as westshire", "--authority")
    name = name or _asked("The authority's name, as readers see it", "--name")
    for value in (authority, manual):
        if not is_usable_id(value):
            raise typer.BadParameter(
                f"“{value}” cannot be an id: write small letters, digits and hyphens, and no reserved name."
            )
    pin = set_up_council(
        folder,
        ManualId(authority, manual),
        authority_name=name,
        holder=holder or name,
        passphrase=ask_new_passphrase(),
        expires=by,
    )
    typer.echo(
        f"Set up {folder}. Its keys lie encrypted in {folder / KEYS_FOLDER}: keep root.pem and registrar.pem offline."
    )
    typer.echo(f"IT pins {folder / '1.root.json'}, with the fingerprint:\n{pin.fingerprint}")
    if sheet is not None:
        write_root_sheet(TrustDomain(folder), sheet)


def _asked(question: str, option: str) -> str:
    """What a person answers; a script has to name the option."""
    if not sys.stdin.isatty():
        raise typer.BadParameter(f"Name {option}.")
    return str(typer.prompt(question, err=True))


def _init_consortium(
    folder: Path,
    root: list[Path],
    root_threshold: int,
    registrar: list[Path],
    threshold: int,
    *,
    expires: date,
) -> None:
    domain = set_up_consortium(
        folder,
        Holders(tuple(map(read_public_key, root)), root_threshold),
        Holders(tuple(map(read_public_key, registrar)), threshold),
        expires,
    )
    typer.echo(
        f"Made {folder}. Pass it round: each holder runs `procedures publish sign {folder} --key THEIR.pem`."
    )
    print_domain(domain)


def write_root_sheet(domain: TrustDomain, file: Path) -> None:
    """Write the sheet with the fingerprint of the root that IT pins."""
    first = domain.first_root
    if first is None:
        raise SourceError(
            f"The trust root of {domain.folder} is not in force yet: its holders sign it first."
        )
    rows = (
        (
            "Trust root",
            names.root_name(first.version).removeprefix("trust/"),
            first.fingerprint.replace(" ", ""),
        ),
    )
    FingerprintSheet("Fingerprint of a trust root", rows, today()).write(file)
    typer.echo(f"Wrote {file}, to be printed and given to IT.")


@app.command()
def authorise(
    folder: Domain,
    what: Annotated[
        str,
        typer.Argument(metavar="WHAT", help="An authority (westshire), or a manual (westshire/procedures)."),
    ],
    keys: Annotated[
        list[Path],
        typer.Option("--key", metavar="PUB", help="The public key of a lead, or of a signer; repeat it."),
    ],
    threshold: Annotated[
        int | None, typer.Option("--threshold", metavar="N", help="How many of them must sign.")
    ] = None,
    expires: Expires = None,
) -> None:
    """Put an authority on the register with its lead's key, or let a person sign a manual."""
    domain = TrustDomain(folder)
    public = [read_public_key(file) for file in keys]
    if "/" in what:
        domain.authorise_signers(ManualId.parse(what), public, threshold, _expiry(expires))
    else:
        if not is_usable_id(what):
            raise typer.BadParameter(
                f"“{what}” cannot be an authority's id: write small letters, digits and hyphens."
            )
        domain.authorise_lead(what, public, threshold)
    print_domain(domain, only_waiting=True)


@app.command()
def revoke(
    folder: Domain,
    what: Annotated[
        str,
        typer.Argument(
            metavar="WHAT",
            help="A key (.pub file, start of its fingerprint, or holder), an authority, or a manual.",
        ),
    ],
    threshold: Annotated[
        int | None, typer.Option("--threshold", metavar="N", help="How many must sign from then on.")
    ] = None,
) -> None:
    """Withdraw a key wherever it counts, or take an authority or a manual off its list."""
    domain = TrustDomain(folder)
    if Path(what).is_file():
        domain.withdraw(read_public_key(Path(what)), threshold)
    elif what in domain.authorised:
        domain.strike_off(what)
    else:
        domain.withdraw(domain.find_key(what), threshold)
    print_domain(domain, only_waiting=True)
    typer.echo(
        "What counts no more is refused by readers once they learn of it: when all have signed, give IT a trust update"
        f" (`procedures publish update {folder} --out NEWS.trust`), and sign anew what should still be read."
    )


@app.command()
def rotate(
    folder: Domain,
    old: Annotated[
        str,
        typer.Argument(
            metavar="OLD", help="A key: its .pub file, the start of its fingerprint, or its holder."
        ),
    ],
    new: Annotated[Path, typer.Argument(metavar="NEW.pub", help="The key that takes its place.")],
) -> None:
    """Put one key in the place of another, in every role that it holds."""
    domain = TrustDomain(folder)
    old_key = read_public_key(Path(old)) if Path(old).is_file() else domain.find_key(old)
    domain.exchange(old_key, read_public_key(new))
    print_domain(domain, only_waiting=True)


@app.command()
def renew(folder: Domain, expires: Expires = None) -> None:
    """Give every file of a domain a later day of renewal."""
    domain = TrustDomain(folder)
    domain.renew(_expiry(expires))
    print_domain(domain, only_waiting=True)


@app.command()
def drop(folder: Domain, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Give up the changes that wait, with the signatures under them. What is in force stays."""
    domain = TrustDomain(folder)
    waiting = [found for found in domain.status() if found.is_waiting]
    if not waiting:
        typer.echo(f"Nothing waits in {folder}.")
        return
    for found in waiting:
        _print_file(found)
    if not yes and not typer.confirm("Give up what waits?", err=True):
        raise SourceError("Nothing was given up.")
    domain.drop_waiting()
    typer.echo("Given up. What is in force is as it was.")


@app.command()
def update(
    folder: Domain,
    out: Annotated[Path, typer.Option("--out", metavar="FILE.trust", help="The file that IT deploys.")],
) -> None:
    """Make a trust update for IT: who may sign, without any content."""
    domain = TrustDomain(folder)
    trust = domain.trust_files
    if out.suffix != UPDATE_SUFFIX:
        raise SourceError(f"{out}: name a trust update NAME{UPDATE_SUFFIX}.")
    write_in_one_step(out, trust.as_update())
    typer.echo(
        f"Wrote {out}. IT lays it beside the pinned root, or runs `procedures trust update {out.name}`."
    )
    waiting = [found.title for found in domain.status() if found.is_waiting]
    if waiting:
        typer.echo(
            f"Warning: {', '.join(waiting)} still waits for signatures, and what it changes is not in this update:"
            f" `publish status {folder}` shows whose. Make the update again when all have signed.",
            err=True,
        )


def sign_domain(domain: TrustDomain, key: str | None, *, is_confirmed: bool) -> None:
    waiting = [found for found in domain.status() if found.is_waiting]
    if not waiting:
        typer.echo(f"Nothing in {domain.folder} waits for a signature.")
        return
    if not is_confirmed:
        _print_pin(domain)
        for found in waiting:
            _print_file(found)
        if not typer.confirm("Sign what waits for your key?", err=True):
            raise SourceError("Nothing was signed.")
    references = [key] if key else _keys_that_wait(domain)
    if not references:
        raise SourceError(
            f"No key in {domain.folder / KEYS_FOLDER} may sign what waits: name yours with --key."
        )
    secrets = cache(ask_secret) if len(references) == 1 else _one_for_all(domain.folder)
    for reference in references:
        for title in domain.sign(load_signer(reference, secrets)):
            typer.echo(f"Signed: {title}.")
    print_domain(domain)


def _keys_that_wait(domain: TrustDomain) -> list[str]:
    """The keys in the domain's own folder that may sign something that waits."""
    return [
        str(file)
        for file in sorted((domain.folder / KEYS_FOLDER).glob(f"*{PRIVATE_SUFFIX}"))
        if file.with_suffix(PUBLIC_SUFFIX).is_file()
        and domain.may_sign(read_public_key(file.with_suffix(PUBLIC_SUFFIX)).keyid)
    ]


def _one_for_all(folder: Path) -> Secrets:
    """A small council's keys share a passphrase, which is then asked for once."""
    given = cache(lambda _: ask_secret(f"passphrase of the keys in {folder / KEYS_FOLDER}"))
    return lambda _: str(given(""))


def file_row(found: FileStatus) -> dict[str, object]:
    return {
        "name": found.name,
        "title": found.title,
        "version": found.version,
        "expires": found.expires.isoformat(),
        "is_waiting": found.is_waiting,
        "changes": list(found.changes),
        "signatures": [
            {
                "of": need.who,
                "signed": len(need.signed),
                "threshold": need.threshold,
                "signed_by": list(need.signed),
                "waiting_for": [] if need.is_met else list(need.missing),
            }
            for need in found.needs
        ],
    }


def print_domain(domain: TrustDomain, *, only_waiting: bool = False) -> None:
    rows = domain.status()
    for found in rows:
        if found.is_waiting or not only_waiting:
            _print_file(found)
    if not any(found.is_waiting for found in rows):
        typer.echo("Everything is signed and in force.")
    if not only_waiting:
        _print_pin(domain)


def _print_pin(domain: TrustDomain) -> None:
    """The first root by its fingerprint: what IT pins, and what a holder compares before signing."""
    if (first := domain.first_root) is not None:
        typer.echo(
            f"IT pins {domain.folder / names.root_name(first.version).removeprefix('trust/')}, with the fingerprint:\n"
            f"{first.fingerprint}"
        )


def _print_file(found: FileStatus) -> None:
    state = "waits" if found.is_waiting else "in force"
    typer.echo(f"{found.title}, version {found.version}, {state}, to be renewed by {day(found.expires)}")
    for change in found.changes:
        typer.echo(f"    {change}")
    for need in found.needs:
        typer.echo(f"    {need.sentence}")
    if not found.needs:
        typer.echo("    its authority is no longer on the register")


def _expiry(given: str | None) -> date:
    if given is None:
        return today() + _TEN_YEARS
    try:
        found = date.fromisoformat(given)
    except ValueError as error:
        raise typer.BadParameter(f"“{given}” is no date: write it as 2036-02-05.") from error
    if found <= today():
        raise typer.BadParameter(f"{given} has passed: name a later day.")
    return found
