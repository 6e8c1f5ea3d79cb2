"""A trust domain's folder in the wrong hands: an honest holder never signs what they were not shown."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from reader.bundle.trust import TrustRoot
from tests.integration.test_ceremonies import Consortium, consortium, ready
from tests.support.terminals import Terminal
from tests.support.worlds import Json, edited

__all__ = ("consortium", "ready")


def _edit(file: Path, change: Callable[[Json], None]) -> None:
    file.write_bytes(edited(file.read_bytes(), change))


def _make_wait(consortium: Consortium, name: str, change: Callable[[Json], None]) -> None:
    """A change that somebody wrote into the folder by hand, one version up and unsigned."""
    waiting = consortium.domain / "waiting"
    waiting.mkdir(exist_ok=True)
    shutil.copy(consortium.domain / name, waiting / name)

    def unsigned(value: Json) -> None:
        value["signatures"] = []
        value["signed"]["version"] += 1
        change(value["signed"])

    _edit(waiting / name, unsigned)


def _refused_to_sign(consortium: Consortium, name: str) -> str:
    private = consortium.key(name).with_suffix(".pem")
    answer = consortium.run("sign", consortium.domain, "--key", private, "--yes")
    assert answer.code == 1, answer.out
    return answer.err


@pytest.mark.parametrize("name", ["targets.json", "eastshire.json", "1.root.json"])
def test_a_key_that_was_slipped_into_what_is_in_force_is_not_signed_along(
    consortium: Consortium, name: str
) -> None:
    stranger = json.loads(consortium.key("mallory").read_bytes())
    key_id = stranger.pop("keyid")

    def slip_in(value: Json) -> None:
        signed = value["signed"]
        if name == "1.root.json":
            signed["keys"][key_id] = stranger
            signed["roles"]["targets"]["keyids"].append(key_id)
        else:
            signed["delegations"]["keys"][key_id] = stranger
            signed["delegations"]["roles"][0]["keyids"].append(key_id)

    _edit(consortium.domain / name, slip_in)
    answer = consortium.run("renew", consortium.domain, "--expires", "2099-01-01")
    assert answer.code == 1
    assert "in force without the signatures" in answer.err
    assert "in force without the signatures" in _refused_to_sign(consortium, "reg")


def test_what_was_in_force_once_does_not_come_back_through_what_waits(consortium: Consortium) -> None:
    old = (consortium.domain / "targets.json").read_bytes()
    consortium.done("authorise", consortium.domain, "northshire", "--key", consortium.key("nora"))
    consortium.sign("reg")
    consortium.done("revoke", consortium.domain, "northshire")
    consortium.sign("reg")
    newest = (consortium.domain / "targets.json").read_bytes()
    (consortium.domain / "waiting" / "targets.json").write_bytes(old)
    assert "is version 2 of what is in force as version 4" in _refused_to_sign(consortium, "reg")
    assert (consortium.domain / "targets.json").read_bytes() == newest


def test_a_leap_of_the_version_that_would_lock_everybody_out_is_not_signed(consortium: Consortium) -> None:
    _make_wait(consortium, "targets.json", lambda signed: signed.update(version=2**31 - 1))
    assert "and the next is 3" in _refused_to_sign(consortium, "reg")


@pytest.mark.parametrize("how", ["a wider path", "a file of its own"])
def test_what_no_reader_would_take_is_not_signed(consortium: Consortium, how: str) -> None:
    def change(signed: Json) -> None:
        if how == "a wider path":
            signed["delegations"]["roles"][0]["paths"] = ["*/*/*/*"]
        else:
            signed["targets"] = {"a/b/c/d": {"hashes": {"sha256": "0" * 64}, "length": 1}}

    _make_wait(consortium, "targets.json", change)
    wanted = (
        "gives away more than it may" if how == "a wider path" else "signs files itself, which it may not"
    )
    assert wanted in _refused_to_sign(consortium, "reg")


def test_another_name_for_a_key_is_shown_before_it_is_signed(consortium: Consortium) -> None:
    def rename(signed: Json) -> None:
        (key,) = signed["delegations"]["keys"].values()
        key["x-procedures-holder"] = "Chief Social Worker"

    _make_wait(consortium, "targets.json", rename)
    said = " ".join(consortium.done("status", consortium.domain).split())
    assert "is to be shown as held by “Chief Social Worker”, not by “Lea”" in said


def test_a_bad_signature_does_not_go_into_force_and_is_cleared_by_the_next_signer(
    consortium: Consortium,
) -> None:
    consortium.done("renew", consortium.domain, "--expires", "2099-01-01")
    (file,) = (consortium.domain / "waiting").glob("*.root.json")
    cat = json.loads(consortium.key("cat").read_bytes())["keyid"]
    _edit(file, lambda value: value["signatures"].append({"keyid": cat, "sig": "00" * 64}))
    for name in ("ann", "ben", "reg", "lea"):
        consortium.sign(name)
    assert consortium.waiting() == []
    signed = json.loads((consortium.domain / "2.root.json").read_bytes())["signatures"]
    assert cat not in {row["keyid"] for row in signed}
    bundle = consortium.bundle()
    consortium.sign("ola", bundle)
    consortium.sign("oli", bundle)
    assert consortium.reader("verify", bundle).code == 0


def test_a_trust_update_says_what_it_does_not_hold_yet(consortium: Consortium) -> None:
    consortium.done("revoke", consortium.domain, "eastshire")
    answer = consortium.run("update", consortium.domain, "--out", consortium.folder / "news.trust")
    assert answer.code == 0
    assert "The register still waits for signatures" in " ".join(answer.err.split())
    consortium.sign("reg")
    assert not consortium.run("update", consortium.domain, "--out", consortium.folder / "news.trust").err


def test_a_mistaken_change_is_given_up(consortium: Consortium) -> None:
    before = consortium.status()
    consortium.done("revoke", consortium.domain, "eastshire")
    assert "Given up" in consortium.done("drop", consortium.domain, "--yes")
    assert consortium.status() == before
    assert "Nothing waits" in consortium.done("drop", consortium.domain)


def test_a_holder_sees_with_which_root_a_domain_begins_and_it_gets_a_sheet(consortium: Consortium) -> None:
    fingerprint = TrustRoot.parse((consortium.domain / "1.root.json").read_bytes()).fingerprint
    assert fingerprint in consortium.done("status", consortium.domain)
    consortium.done("revoke", consortium.domain, "Cat")
    private = consortium.key("ann").with_suffix(".pem")
    answer = consortium.terminal.spawn("publish", "sign", consortium.domain, "--key", private, stdin="n\n")
    assert fingerprint in answer.out
    sheet = consortium.folder / "root.txt"
    consortium.done("status", consortium.domain, "--sheet", sheet)
    assert fingerprint.split()[0] in sheet.read_text("utf-8")


def test_a_key_that_is_named_twice_is_no_second_holder(tmp_path: Path) -> None:
    found = Consortium(Terminal(tmp_path))
    ann = found.key("ann")
    answer = found.run("init", found.domain, "--root", ann, "--root", ann, "--registrar", found.key("reg"))
    assert answer.code == 1
    assert "named twice" in answer.err


def test_an_edition_that_a_withdrawn_key_signed_is_not_vouched_for(consortium: Consortium) -> None:
    stolen = consortium.bundle(1)
    consortium.sign("ola", stolen)
    consortium.sign("oli", stolen)
    consortium.done("rotate", consortium.domain, consortium.key("oli"), consortium.key("una"))
    consortium.sign("lea")
    source = consortium.folder / "source"
    text = (source / "manual.toml").read_text("utf-8").replace("edition = 1", "edition = 2")
    (source / "manual.toml").write_text(text, "utf-8")
    build = ("build", source, "--domain", consortium.domain, "--out", consortium.folder / "e2.manual")
    answer = consortium.run(*build, "--previous", stolen)
    assert answer.code == 1
    assert "sign it anew first" in " ".join(answer.err.split())
    private = consortium.key("una").with_suffix(".pem")
    consortium.done("sign", stolen, "--key", private, "--domain", consortium.domain)
    consortium.done(*build, "--previous", stolen)


def test_the_only_lead_is_replaced_and_not_just_withdrawn(consortium: Consortium) -> None:
    answer = consortium.run("revoke", consortium.domain, "Lea")
    assert answer.code == 1
    assert "publish rotate" in answer.err


def test_a_public_key_that_was_changed_on_its_way_is_refused_and_says_so(consortium: Consortium) -> None:
    file = consortium.folder / "nora.pub"
    file.write_bytes(consortium.key("nora").read_bytes().replace(b"\n", b"\r\n"))
    answer = consortium.run("authorise", consortium.domain, "northshire", "--key", file)
    assert answer.code == 1
    assert "changed on its way" in answer.err
