"""Setting up a trust domain and changing who may sign, as the people do it: each with a key that only they hold."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from reader.bundle.container import Container, pack
from reader.domain import files
from reader.domain.errors import StorageError
from reader.domain.manual import ManualId
from reader.publish.domain_changes import TrustDomain
from tests.support.terminals import PASSPHRASE, Answer, Terminal

MANUAL = """\
authority = "eastshire"
authority_name = "Eastshire Council"
title = "Procedures Manual"
edition = {edition}
issued = 2026-01-05
effective_from = 2026-01-12
review_by = 2099-01-05
"""


@dataclass(frozen=True, slots=True)
class Consortium:
    """A folder with the keys of several people, and a terminal of each."""

    terminal: Terminal

    @property
    def folder(self) -> Path:
        return self.terminal.folder

    @property
    def domain(self) -> Path:
        return self.folder / "domain"

    def run(self, *arguments: str | Path) -> Answer:
        return self.terminal.run("publish", *arguments)

    def done(self, *arguments: str | Path) -> str:
        """Run a command that must succeed; gives what it printed."""
        answer = self.run(*arguments)
        assert answer.code == 0, answer.err
        return answer.out

    def key(self, name: str) -> Path:
        """The public key of somebody; made when it is first asked for."""
        file = self.folder / "keys" / f"{name}.pem"
        if not file.exists():
            self.done("keys", "new", file, "--holder", name.capitalize())
        return file.with_suffix(".pub")

    def sign(self, name: str, target: Path | None = None) -> str:
        private = self.key(name).with_suffix(".pem")
        return self.done("sign", target or self.domain, "--key", private, "--yes")

    def status(self) -> dict[str, Any]:
        """Every file of the domain by its title; of one that waits and is in force too, the one that waits."""
        rows = json.loads(self.done("status", self.domain, "--json"))["files"]
        return {row["title"]: row for row in reversed(rows)}

    def waiting(self) -> list[str]:
        return sorted(title for title, row in self.status().items() if row["is_waiting"])

    def bundle(self, edition: int = 1) -> Path:
        source = self.folder / "source"
        source.mkdir(exist_ok=True)
        (source / "manual.toml").write_text(MANUAL.format(edition=edition), "utf-8")
        (source / "contents.txt").write_text("1 Assessment\n1.1 Home Visits\n1.2 Missing Children\n", "utf-8")
        file = self.folder / f"east{edition}.manual"
        self.done("build", source, "--domain", self.domain, "--out", file)
        return file

    def reader(self, *arguments: str | Path, pin: Path | None = None) -> Answer:
        return self.terminal.run(
            "--library", self.folder / "laptop", "--trust", pin or self.domain / "1.root.json", *arguments
        )


@pytest.fixture
def consortium(tmp_path: Path, ready: Path) -> Consortium:
    """A copy of it for each test."""
    shutil.copytree(ready, tmp_path, dirs_exist_ok=True)
    return Consortium(Terminal(tmp_path))


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Root 2 of 3, one registrar, Eastshire with one lead and a manual that two of two sign. All in force."""
    found = Consortium(Terminal(tmp_path_factory.mktemp("ready")))
    roots = [part for name in ("ann", "ben", "cat") for part in ("--root", found.key(name))]
    found.done("init", found.domain, *roots, "--registrar", found.key("reg"))
    for name in ("ann", "reg", "cat"):
        found.sign(name)
    found.done("authorise", found.domain, "eastshire", "--key", found.key("lea"))
    found.sign("reg")
    found.done(
        "authorise", found.domain, "eastshire/procedures", "--key", found.key("ola"), "--key", found.key("oli"),
        "--threshold", "2",
    )  # fmt: skip
    found.sign("lea")
    assert found.waiting() == []
    return found.folder


def test_a_consortium_is_set_up_by_its_holders_in_turn(tmp_path: Path) -> None:
    found = Consortium(Terminal(tmp_path))
    roots = [part for name in ("ann", "ben", "cat") for part in ("--root", found.key(name))]
    said = found.done("init", found.domain, *roots, "--registrar", found.key("reg"))
    assert "0 of 2 signatures of the holders of the trust root, waiting for 2 of Ann; Ben; Cat" in said
    assert found.run("build", tmp_path, "--domain", found.domain).err.startswith("Nothing in")
    said = found.sign("ann")
    assert "1 of 2 signatures of the holders of the trust root (Ann), waiting for Ben or Cat" in said
    assert not (found.domain / "1.root.json").exists()
    found.sign("ben")
    assert found.waiting() == ["The register", "Trust root 1"], "the two go into force together"
    assert "Everything is signed and in force" in found.sign("reg")
    assert (found.domain / "1.root.json").exists()
    assert not list((found.domain / "waiting").iterdir())


def test_two_people_sign_a_manual_and_only_then_it_is_read(consortium: Consortium) -> None:
    file = consortium.bundle()
    assert "waiting for Ola and Oli. Readers refuse it until then" in consortium.done("status", file)
    consortium.sign("ola", file)
    answer = consortium.reader("verify", file)
    assert answer.code == 1
    assert "1 of 2" in answer.err
    row = json.loads(consortium.done("status", file, "--json"))
    assert (row["signed"], row["threshold"], row["signed_by"], row["waiting_for"]) == (1, 2, ["Ola"], ["Oli"])
    consortium.sign("oli", file)
    assert (
        "signed by Ola; Oli" in consortium.reader("install", file).out + consortium.reader("verify", file).out
    )


def test_an_officer_is_replaced_and_a_trust_update_tells_the_readers(consortium: Consortium) -> None:
    file = consortium.bundle()
    consortium.sign("ola", file)
    consortium.sign("oli", file)
    assert consortium.reader("install", file).code == 0
    said = consortium.done("rotate", consortium.domain, "Oli", consortium.key("una"))
    assert "adds Una" in said
    assert "withdraws Oli" in said
    consortium.sign("lea")
    news = consortium.folder / "news.trust"
    consortium.done("update", consortium.domain, "--out", news)
    assert consortium.reader("verify", file).code == 0, "nobody has told this laptop yet"
    assert consortium.reader("trust", "update", news).code == 0
    answer = consortium.reader("verify", file)
    assert answer.code == 1
    assert "1 of 2" in answer.err
    refused = consortium.run("sign", file, "--key", consortium.key("una").with_suffix(".pem"))
    assert refused.code == 1
    assert "--domain" in refused.err
    consortium.done(
        "sign", file, "--key", consortium.key("una").with_suffix(".pem"), "--domain", consortium.domain
    )
    assert consortium.reader("install", file).code == 0


def test_a_new_registrar_goes_into_force_together_with_the_register_that_they_signed(
    consortium: Consortium,
) -> None:
    consortium.done("rotate", consortium.domain, consortium.key("reg"), consortium.key("rob"))
    assert consortium.waiting() == ["The register", "Trust root 2"]
    consortium.sign("ann")
    consortium.sign("ben")
    assert consortium.waiting() == ["The register", "Trust root 2"], (
        "the old register would not hold under it"
    )
    assert not (consortium.domain / "2.root.json").exists()
    consortium.sign("rob")
    assert consortium.waiting() == []
    file = consortium.bundle()
    consortium.sign("ola", file)
    consortium.sign("oli", file)
    assert consortium.reader("install", file).code == 0, "the old pin leads to the new registrar"


def test_a_new_lead_goes_into_force_together_with_the_list_that_they_signed(consortium: Consortium) -> None:
    consortium.done("rotate", consortium.domain, "lea", consortium.key("lou"))
    assert consortium.waiting() == ["The list of signers of eastshire", "The register"]
    consortium.sign("reg")
    assert consortium.waiting() == ["The list of signers of eastshire", "The register"]
    consortium.sign("lou")
    assert consortium.waiting() == []


def test_a_change_that_is_ready_does_not_wait_for_one_that_is_not(consortium: Consortium) -> None:
    consortium.done("authorise", consortium.domain, "westshire", "--key", consortium.key("wes"))
    consortium.done("authorise", consortium.domain, "eastshire/fostering", "--key", consortium.key("ola"))
    consortium.sign("lea")
    assert consortium.waiting() == ["The register"]
    assert consortium.status()["The list of signers of eastshire"]["version"] == 2


def test_a_withdrawn_root_holder_cannot_sign_any_more(consortium: Consortium) -> None:
    consortium.done("revoke", consortium.domain, "Cat")
    consortium.sign("ann")
    consortium.sign("ben")
    assert consortium.status()["Trust root 2"]["signatures"][1]["threshold"] == 2
    answer = consortium.run("revoke", consortium.domain, "Ann")
    assert answer.code == 1
    assert "2 signatures would be needed of 1 keys" in answer.err
    consortium.done("revoke", consortium.domain, "Ann", "--threshold", "1")
    consortium.sign("ann")
    consortium.sign("ben")
    assert consortium.waiting() == []
    consortium.done("renew", consortium.domain, "--expires", "2099-01-01")
    answer = consortium.run(
        "sign", consortium.domain, "--key", consortium.key("cat").with_suffix(".pem"), "--yes"
    )
    assert answer.code == 1
    assert "waits for this key" in answer.err


def test_an_authority_that_is_struck_off_is_refused_after_a_trust_update(consortium: Consortium) -> None:
    file = consortium.bundle()
    consortium.sign("ola", file)
    consortium.sign("oli", file)
    assert consortium.reader("install", file).code == 0
    consortium.done("revoke", consortium.domain, "eastshire")
    consortium.sign("reg")
    news = consortium.folder / "news.trust"
    consortium.done("update", consortium.domain, "--out", news)
    assert consortium.reader("trust", "update", news).code == 0
    listed = consortium.reader("list")
    assert "not on the register" in listed.err
    assert "Eastshire" not in listed.out


def test_a_manual_is_taken_off_its_list(consortium: Consortium) -> None:
    consortium.done("revoke", consortium.domain, "eastshire/procedures")
    consortium.sign("lea")
    assert TrustDomain(consortium.domain).authorised == ("eastshire",)
    file = consortium.run("build", consortium.folder, "--domain", consortium.domain)
    assert file.code == 1


def test_renewing_asks_everybody_again(consortium: Consortium) -> None:
    said = consortium.done("renew", consortium.domain, "--expires", "2099-01-01")
    assert "to be renewed by 1 January 2099, instead of" in said
    for name in ("ann", "cat", "reg"):
        consortium.sign(name)
    assert consortium.waiting() == ["The list of signers of eastshire"]
    consortium.sign("lea")
    assert {row["expires"] for row in consortium.status().values()} == {"2099-01-01"}


def test_a_further_change_drops_the_signatures_under_the_one_that_waits(consortium: Consortium) -> None:
    consortium.done("authorise", consortium.domain, "westshire", "--key", consortium.key("wes"))
    consortium.done("revoke", consortium.domain, "Cat")
    consortium.sign("ann")
    assert consortium.status()["Trust root 2"]["signatures"][0]["signed_by"] == ["Ann"]
    consortium.done("rotate", consortium.domain, "Ben", consortium.key("bea"))
    row = consortium.status()["Trust root 2"]
    assert [need["signed_by"] for need in row["signatures"]] == [[], []]
    assert row["version"] == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("authorise", "DOMAIN", "northshire/procedures", "--key", "KEY"), "is not on the register"),
        (("authorise", "DOMAIN", "eastshire/procedures", "--key", "KEY", "--threshold", "4"), "of 3 keys"),
        (("authorise", "DOMAIN", "eastshire", "--key", "PRIVATE"), "of 2 keys"),
        (("authorise", "DOMAIN", "eastshire", "--key", "TEXT"), "is no public key"),
        (("authorise", "DOMAIN", "eastshire", "--key", "NOTHING"), "cannot be read"),
        (("revoke", "DOMAIN", "Nobody"), "knows no key “Nobody”"),
        (("revoke", "DOMAIN", "KEY"), "holds no role"),
        (("rotate", "DOMAIN", "ola", "OLI"), "Oli holds signer of eastshire/procedures already"),
        (("update", "DOMAIN", "--out", "TEXT"), "NAME.trust"),
        (("status", "FOLDER"), "is no trust domain"),
        (("sign", "DOMAIN", "--key", "TEXT", "--yes"), ""),
        (("init", "DOMAIN", "--root", "KEY", "--registrar", "KEY"), "holds a trust domain already"),
        (
            ("init", "NEW", "--root", "KEY", "--root-threshold", "2", "--registrar", "KEY"),
            "2 signatures would",
        ),
        (
            ("init", "NEW", "--root", "KEY", "--root", "KEY", "--registrar", "KEY"),
            "named twice",
        ),
        (("keys", "new", "KEYFILE", "--holder", "X"), "never overwritten"),
        (("keys", "new", "TEXT", "--holder", "X"), "exists already"),
        (("keys", "new", "x.key", "--holder", "X"), "NAME.pem"),
        (("keys", "new", "x.pem", "--holder", "bad\nname"), "one printable line"),
        (("keys", "show", "TEXT"), "is no public key"),
        (("sign", "TEXT", "--key", "KEYFILE"), "is not a manual bundle"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence_and_changes_nothing(
    consortium: Consortium, arguments: tuple[str, ...], words: str
) -> None:
    text = consortium.folder / "text.txt"
    text.write_text("hello", encoding="ascii")
    empty = consortium.folder / "empty"
    empty.mkdir()
    places: dict[str, Path] = {
        "DOMAIN": consortium.domain,
        "KEY": consortium.key("stranger"),
        "KEYFILE": consortium.key("stranger").with_suffix(".pem"),
        "PRIVATE": consortium.key("stranger").with_suffix(".pem"),
        "OLI": consortium.key("oli"),
        "TEXT": text,
        "NOTHING": consortium.folder / "nothing.pub",
        "FOLDER": empty,
        "NEW": consortium.folder / "new",
        "x.key": consortium.folder / "x.key",
        "x.pem": consortium.folder / "x.pem",
    }
    before = {file: file.read_bytes() for file in consortium.domain.rglob("*.json")}
    answer = consortium.run(*(places.get(argument, argument) for argument in arguments))
    if arguments[:2] == ("authorise", "DOMAIN") and "PRIVATE" in arguments:
        assert answer.code == 0, "the public half lies beside it"
        return
    if arguments[0] == "sign" and "DOMAIN" in arguments:
        assert answer.code == 0
        assert "Nothing in" in answer.out
    else:
        assert answer.code == 1, answer.out
        assert words in answer.err
    assert {file: file.read_bytes() for file in consortium.domain.rglob("*.json")} == before


def test_a_bundle_that_was_changed_after_the_build_is_not_signed(consortium: Consortium) -> None:
    file = consortium.bundle()
    container = Container(file)
    members = {name: container.read(name) for name in container.names if name != "mimetype"}
    contents = "content/eastshire/procedures/meta/contents.json"
    file.write_bytes(pack({**members, contents: members[contents].replace(b"Home Visits", b"Home Truths")}))
    answer = consortium.run("sign", file, "--key", consortium.key("ola").with_suffix(".pem"))
    assert answer.code == 1
    assert "was changed since it was built" in answer.err
    assert '"signed": 0' in consortium.done("status", file, "--json")


def test_a_signer_is_told_what_the_bundle_says_that_it_is(consortium: Consortium) -> None:
    said = consortium.sign("ola", consortium.bundle())
    assert "You sign: Eastshire Council, Procedures Manual, edition 1, issued 5 January 2026" in said
    assert "2 chapters, the text of 0 included" in said


def test_a_bundle_that_does_not_say_what_it_is_is_not_signed(consortium: Consortium) -> None:
    file = consortium.bundle()
    container = Container(file)
    members = {name: container.read(name) for name in container.names if name != "mimetype"}
    del members["content/eastshire/procedures/meta/manifest.json"]
    file.write_bytes(pack(members))
    answer = consortium.run("sign", file, "--key", consortium.key("ola").with_suffix(".pem"))
    assert answer.code == 1
    assert "does not say what it is" in answer.err


def test_nobody_signs_a_domain_without_being_shown_what(consortium: Consortium) -> None:
    consortium.done("revoke", consortium.domain, "Cat")
    private = consortium.key("ann").with_suffix(".pem")
    answer = consortium.terminal.spawn("publish", "sign", consortium.domain, "--key", private, stdin="n\n")
    assert answer.code == 1
    assert "withdraws Cat" in answer.out
    assert "Nothing was signed" in answer.err
    answer = consortium.terminal.spawn("publish", "sign", consortium.domain, "--key", private, stdin="y\n")
    assert answer.code == 0, answer.err
    assert "1 of 2" in answer.out


def test_a_forged_signature_in_the_waiting_folder_does_not_count(consortium: Consortium) -> None:
    consortium.done("revoke", consortium.domain, "Cat")
    consortium.sign("ann")
    file = consortium.domain / "waiting" / "2.root.json"
    value = json.loads(file.read_bytes())
    ben = json.loads(consortium.key("ben").read_bytes())["keyid"]
    value["signatures"].append({"keyid": ben, "sig": value["signatures"][0]["sig"]})
    file.write_bytes((json.dumps(value, indent=1, sort_keys=True, separators=(",", ": ")) + "\n").encode())
    assert consortium.status()["Trust root 2"]["signatures"][0]["signed"] == 1
    consortium.sign("ann")
    assert consortium.waiting() == ["Trust root 2"]


def test_a_small_council_signs_its_changes_with_all_its_keys_at_once(tmp_path: Path) -> None:
    found = Consortium(Terminal(tmp_path))
    sheet = tmp_path / "sheet.html"
    found.done(
        "init", found.domain, "--authority", "eastshire", "--name", "Eastshire <Council>", "--sheet", sheet
    )
    text = sheet.read_text("utf-8")
    assert "Trust root" in text
    assert "<script" not in text
    found.done("authorise", found.domain, "eastshire/fostering", "--key", found.key("ola"))
    assert "Everything is signed" in found.done("sign", found.domain, "--yes")
    found.done("renew", found.domain, "--expires", "2099-01-01")
    assert "Everything is signed" in found.done("sign", found.domain, "--yes")
    assert {row["expires"] for row in found.status().values()} == {"2099-01-01"}


def test_an_interrupted_move_into_force_is_finished_by_the_next_signature(
    consortium: Consortium, monkeypatch: pytest.MonkeyPatch
) -> None:
    consortium.done("rotate", consortium.domain, consortium.key("reg"), consortium.key("rob"))
    consortium.sign("ann")
    consortium.sign("ben")

    whole = files.write_in_one_step

    def full(path: Path, data: bytes, mode: int = 0o644) -> None:
        if path == consortium.domain / "targets.json":
            raise StorageError("Cannot write: No space left on device.")
        whole(path, data, mode)

    with monkeypatch.context() as patch:
        patch.setattr("reader.publish.domain_changes.write_in_one_step", full)
        answer = consortium.run(
            "sign", consortium.domain, "--key", consortium.key("rob").with_suffix(".pem"), "--yes"
        )
        assert answer.code == 1
    consortium.sign("rob")
    assert consortium.waiting() == []
    file = consortium.bundle()
    consortium.sign("ola", file)
    consortium.sign("oli", file)
    assert consortium.reader("verify", file).code == 0


# Fingerprint sheets


def test_a_sheet_shows_the_holder_and_the_whole_fingerprint(consortium: Consortium) -> None:
    key_id = json.loads(consortium.key("ola").read_bytes())["keyid"]
    for name in ("sheet.txt", "sheet.html"):
        file = consortium.folder / name
        consortium.done("keys", "show", consortium.key("ola"), "--sheet", file)
        text = file.read_text("utf-8")
        assert "Ola" in text
        digits = "".join(text.replace("<br>", "").split())
        assert key_id in digits
    assert "loads" not in text
    assert "http" not in text


def test_keys_of_a_domain_are_listed_with_what_they_are_for(consortium: Consortium) -> None:
    rows = json.loads(consortium.done("keys", "show", consortium.domain, "--json"))["keys"]
    assert [(row["role"], row["holder"]) for row in rows] == [
        ("trust root 1", "Ann"),
        ("trust root 1", "Ben"),
        ("trust root 1", "Cat"),
        ("register", "Reg"),
        ("lead of eastshire", "Lea"),
        ("signer of eastshire/procedures", "Ola"),
        ("signer of eastshire/procedures", "Oli"),
    ]


# Row 48


@pytest.mark.threat(48)
def test_no_ceremony_leaks_a_passphrase_or_a_private_key(consortium: Consortium) -> None:
    secrets = [PASSPHRASE, "PRIVATE KEY"]
    private = list((consortium.folder / "keys").glob("*.pem"))
    secrets += [line for file in private for line in file.read_text("ascii").splitlines()[1:-1]]
    file = consortium.bundle()
    commands: tuple[tuple[str | Path, ...], ...] = (
        ("status", consortium.domain),
        ("keys", "show", consortium.domain),
        ("keys", "show", *private),
        ("keys", "show", private[0], "--sheet", consortium.folder / "sheet.html"),
        ("sign", file, "--key", consortium.key("ola").with_suffix(".pem")),
        ("sign", file, "--key", private[0]),
        ("authorise", consortium.domain, "eastshire", "--key", private[0]),
        ("rotate", consortium.domain, "Lea", private[1]),
        ("update", consortium.domain, "--out", consortium.folder / "news.trust"),
    )
    outputs = [consortium.run(*arguments) for arguments in commands]
    wrong = consortium.terminal.run(
        "publish", "sign", file, "--key", private[0], environment={"PROCEDURES_PASSPHRASE": "wrong one here"}
    )
    assert wrong.code == 1
    assert "wrong one here" not in wrong.out + wrong.err
    for answer in outputs:
        for secret in secrets:
            assert secret not in answer.out + answer.err
    for public in consortium.folder.rglob("*"):
        if public.is_file() and public not in private:
            data = public.read_bytes()
            for secret in secrets:
                assert secret.encode() not in data, public


# Keys in hardware

_SOFTHSM = next(
    (
        path
        for path in (
            Path("/usr/lib/softhsm/libsofthsm2.so"),
            Path("/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"),
            Path("/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so"),
            Path("/opt/homebrew/lib/softhsm/libsofthsm2.so"),
        )
        if path.exists()
    ),
    None,
)
_MAKE_KEY = """
import sys, pkcs11
from pkcs11.util.ec import encode_named_curve_parameters
token = pkcs11.lib(sys.argv[1]).get_token(token_label="desk")
with token.open(rw=True, user_pin="648219") as session:
    parameters = session.create_domain_parameters(
        pkcs11.KeyType.EC, {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters(sys.argv[2])}, local=True
    )
    parameters.generate_keypair(id=bytes([int(sys.argv[3])]), label="signing", store=True)
"""


@dataclass(frozen=True, slots=True)
class Token:
    """A token in software, with a PIN."""

    consortium: Consortium
    module: Path

    @property
    def environment(self) -> dict[str, str]:
        return {
            "SOFTHSM2_CONF": str(self.consortium.folder / "softhsm2.conf"),
            "PYKCS11LIB": str(self.module),
            "PROCEDURES_PIN": "648219",
        }

    def publish(self, *arguments: str | Path, **more: str) -> Answer:
        return self.consortium.terminal.spawn("publish", *arguments, environment={**self.environment, **more})


@pytest.fixture
def token(consortium: Consortium) -> Token:
    if _SOFTHSM is None or shutil.which("softhsm2-util") is None:
        pytest.skip("SoftHSM is not installed here (on Debian: apt install softhsm2)")
    store = consortium.folder / "tokens"
    store.mkdir()
    (consortium.folder / "softhsm2.conf").write_text(
        f"directories.tokendir = {store}\nlog.level = ERROR\n", "ascii"
    )
    found = Token(consortium, _SOFTHSM)
    environment = {**consortium.terminal.environment, **found.environment}
    make = [
        "softhsm2-util",
        "--init-token",
        "--free",
        "--label",
        "desk",
        "--so-pin",
        "11223344",
        "--pin",
        "648219",
    ]
    subprocess.run(make, env=environment, check=True, capture_output=True)
    for number, curve in ((2, "secp256r1"), (3, "secp384r1")):
        subprocess.run(
            [sys.executable, "-c", _MAKE_KEY, str(_SOFTHSM), curve, str(number)], env=environment, check=True
        )
    return found


@pytest.mark.parametrize("uri", ["hsm:2?label=desk", "hsm:3?label=desk", "hsm:"])
def test_a_key_in_hardware_signs_a_manual(token: Token, uri: str) -> None:
    consortium = token.consortium
    public = consortium.folder / "token.pub"
    shown = token.publish("keys", "show", uri, "--holder", "Tess with a token", "--out", public)
    assert shown.code == 0, shown.err
    assert "Tess with a token (ECDSA P-" in shown.out
    consortium.done("rotate", consortium.domain, "Oli", public)
    consortium.sign("lea")
    file = consortium.bundle()
    consortium.sign("ola", file)
    signed = token.publish("sign", file, "--key", uri)
    assert signed.code == 0, signed.err
    assert "2 of 2" in signed.out
    assert "648219" not in signed.out + signed.err
    assert "Tess with a token" in consortium.reader("verify", file).out


def test_a_key_in_hardware_signs_changes_of_a_domain(token: Token) -> None:
    consortium = token.consortium
    public = consortium.folder / "token.pub"
    assert token.publish("keys", "show", "hsm:2", "--holder", "Tess", "--out", public).code == 0
    consortium.done("rotate", consortium.domain, "Lea", public)
    consortium.sign("reg")
    signed = token.publish("sign", consortium.domain, "--key", "hsm:2", "--yes")
    assert signed.code == 0, signed.err
    assert consortium.waiting() == []


@pytest.mark.parametrize(
    ("uri", "more", "words"),
    [
        ("hsm:2", {"PROCEDURES_PIN": "999999"}, "the PIN"),
        ("hsm:7", {}, "cannot be used"),
        ("hsm:2?label=elsewhere", {}, "elsewhere"),
        ("hsm:two", {}, "cannot be used"),
        ("hsm:2?nonsense", {}, "cannot be used"),
        ("hsm:2", {"PYKCS11LIB": "/nowhere/module.so"}, "PYKCS11LIB"),
        ("hsm:2", {"PYKCS11LIB": ""}, "PYKCS11LIB"),
    ],
)
def test_a_token_that_does_not_sign_is_said_in_a_sentence(
    token: Token, uri: str, more: dict[str, str], words: str
) -> None:
    consortium = token.consortium
    public = consortium.folder / "token.pub"
    assert token.publish("keys", "show", "hsm:2", "--holder", "Tess", "--out", public).code == 0
    consortium.done("rotate", consortium.domain, "Lea", public)
    consortium.sign("reg")
    answer = token.publish("sign", consortium.domain, "--key", uri, "--yes", **more)
    assert answer.code == 1
    assert words in answer.err
    assert "Traceback" not in answer.err
    assert len(answer.err.strip().splitlines()) == 1, answer.err
    assert consortium.waiting() != []


def test_a_domain_says_who_may_sign_for_what(consortium: Consortium) -> None:
    assert TrustDomain(consortium.domain).authorised == (
        "eastshire",
        str(ManualId("eastshire", "procedures")),
    )


@pytest.mark.parametrize("name", ["targets.json", "1.root.json", "eastshire.json"])
@pytest.mark.parametrize("how", ["removed", "emptied", "cut short", "taken for another", "a folder"])
def test_a_damaged_domain_is_refused_in_a_sentence_and_nothing_is_written(
    consortium: Consortium, name: str, how: str
) -> None:
    file = consortium.domain / name
    raw = file.read_bytes()
    file.unlink()
    if how == "emptied":
        file.write_bytes(b"")
    elif how == "cut short":
        file.write_bytes(raw[: len(raw) // 2])
    elif how == "taken for another":
        file.with_name("7.root.json").write_bytes(raw)
    elif how == "a folder":
        file.mkdir()
    if (name, how) == ("eastshire.json", "removed"):
        assert consortium.run("status", consortium.domain).code == 0, "an authority may have no list yet"
        return
    for arguments in (
        ("status", consortium.domain),
        ("keys", "show", consortium.domain),
        ("renew", consortium.domain, "--expires", "2099-01-01"),
        ("sign", consortium.domain, "--key", consortium.key("ann").with_suffix(".pem"), "--yes"),
        ("update", consortium.domain, "--out", consortium.folder / "news.trust"),
    ):
        answer = consortium.run(*arguments)
        assert answer.code == 1, arguments
        assert str(consortium.domain) in answer.err
    assert not (consortium.folder / "news.trust").exists()
    waiting = consortium.domain / "waiting"
    assert not waiting.exists() or not list(waiting.iterdir())


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<table>" + "<tr><td>x</td></tr>" * 6001 + "</table>", "more than 6,000 cells"),
        ("<p>" + "line<br>" * 2001 + "</p>", "too complex"),
    ],
    ids=["over the format's limit", "over the window's limit"],
)
def test_a_chapter_that_no_window_would_show_is_not_built(
    consortium: Consortium, html: str, words: str
) -> None:
    file = consortium.bundle()
    file.unlink()
    chapters = consortium.folder / "source" / "chapters"
    chapters.mkdir()
    (chapters / "home-visits.html").write_text(html, "utf-8")
    answer = consortium.run(
        "build", consortium.folder / "source", "--domain", consortium.domain, "--out", file
    )
    assert answer.code == 1
    assert words in answer.err
    assert "home-visits" in answer.err
    assert not file.exists()
