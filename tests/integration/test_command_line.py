"""`procedures`, from an empty folder to a counterpart, as scripts run it. Row 48 of the threat table."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from reader.domain.location import Location
from reader.store.bookmark_file import write_bookmarks
from reader.store.personal import PersonalStore
from reader.store.places import Places
from tests.support.terminals import PASSPHRASE, Answer, Terminal
from tests.support.worlds import PICTURE, WESTSHIRE, World

TODAY = date.today()  # noqa: DTZ011  # the day that the command line itself goes by

CONTENTS = """\
1 Assessment
1.1 Home Visits
1.2 Private Fostering
1.3 Missing Children
2 Looked After Children
2.1 Health Assessments
2.2 Pocket Money
"""


def _source(folder: Path, authority: str, edition: int = 1, contents: str = CONTENTS, **more: str) -> Path:
    (folder / "chapters").mkdir(parents=True, exist_ok=True)
    (folder / "media").mkdir(exist_ok=True)
    facts = {
        "authority": f'"{authority}"',
        "authority_name": f'"{authority.capitalize()} Council"',
        "title": '"Procedures Manual"',
        "edition": str(edition),
        "issued": (TODAY - timedelta(days=30)).isoformat(),
        "effective_from": (TODAY - timedelta(days=20)).isoformat(),
        "review_by": (TODAY + timedelta(days=300)).isoformat(),
        **more,
    }
    lines = "\n".join(f"{name} = {value}" for name, value in facts.items())
    (folder / "manual.toml").write_text(lines, encoding="utf-8")
    (folder / "contents.txt").write_text(contents, encoding="utf-8")
    (folder / "chapters" / "home-visits.html").write_text(
        "<h2>Before the visit</h2><p>Read the chronology; look for the heron.</p>"
        f'<p><img src="manual:{authority}/procedures/media/flow.png" alt="Flow"></p><script>alert(1)</script>',
        encoding="utf-8",
    )
    (folder / "chapters" / "pocket-money.md").write_text(
        "# Pocket Money\n\nEvery *Friday*.\n", encoding="utf-8"
    )
    (folder / "media" / "flow.png").write_bytes(PICTURE)
    return folder


def _publish(terminal: Terminal, authority: str, edition: int = 1, previous: Path | None = None) -> Path:
    """Init, build and sign with the command line; gives the bundle."""
    folder = terminal.folder
    domain, file = folder / f"domain-{authority}", folder / f"{authority}-{edition}.manual"
    if not domain.exists():
        name = f"{authority.capitalize()} Council"
        done = terminal.run("publish", "init", domain, "--authority", authority, "--name", name)
        assert done.code == 0, done.err
    source = _source(folder / f"source-{authority}", authority, edition)
    more: Sequence[str | Path] = ("--previous", previous) if previous else ()
    built = terminal.run("publish", "build", source, "--domain", domain, "--out", file, *more)
    assert built.code == 0, built.err
    key = domain / "keys" / f"{authority}.procedures.pem"
    signed = terminal.run("publish", "sign", file, "--key", key)
    assert signed.code == 0, signed.err
    return file


@dataclass(frozen=True, slots=True)
class Council:
    """A laptop on which one council's manual was published and installed."""

    terminal: Terminal
    bundle: Path

    @property
    def options(self) -> tuple[str | Path, ...]:
        folder = self.terminal.folder
        return ("--library", folder / "laptop", "--trust", folder / "domain-westshire" / "1.root.json")

    def run(self, *arguments: str | Path) -> Answer:
        return self.terminal.run(*self.options, *arguments)

    def spawn(self, *arguments: str | Path) -> Answer:
        return self.terminal.spawn(*self.options, *arguments)


@pytest.fixture(scope="module")
def council(tmp_path_factory: pytest.TempPathFactory) -> Council:
    """Published and installed once; tests only look."""
    terminal = Terminal(tmp_path_factory.mktemp("council"))
    found = Council(terminal, _publish(terminal, "westshire"))
    installed = found.run("install", found.bundle, "--json")
    assert installed.code == 0, installed.err
    assert installed.json["files"][0]["ok"] is True
    return found


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


# From init to counterparts, each command as a process of its own


def test_a_manual_travels_from_the_publisher_to_the_reader(terminal: Terminal) -> None:
    folder = terminal.folder
    domain, file, library = folder / "domain", folder / "westshire.manual", folder / "laptop"
    reader = ("--library", library, "--trust", domain / "1.root.json")
    init = terminal.spawn(
        "publish",
        "init",
        domain,
        "--authority",
        "westshire",
        "--name",
        "Westshire Council",
        "--holder",
        "Pat Doe",
    )
    assert init.code == 0, init.err
    assert "fingerprint" in init.out
    source = _source(folder / "source", "westshire")
    build = terminal.spawn("publish", "build", source, "--domain", domain, "--out", file)
    assert build.code == 0, build.err
    assert "0 of 1 signatures" in build.out
    unsigned = terminal.spawn(*reader, "verify", file)
    assert unsigned.code == 1
    assert "0 of 1" in unsigned.err
    sign = terminal.spawn("publish", "sign", file, "--key", domain / "keys" / "westshire.procedures.pem")
    assert sign.code == 0, sign.err
    assert "1 of 1 signatures of the signers of westshire/procedures (Pat Doe)" in sign.out
    verify = terminal.spawn(*reader, "verify", file)
    assert verify.code == 0, verify.err
    assert "signed by Pat Doe" in verify.out
    assert not (library / "library").exists() or not list((library / "library").rglob("*.manual"))
    install = terminal.spawn(*reader, "install", file)
    assert (install.code, install.err) == (0, "")
    listed = terminal.spawn(*reader, "list")
    assert "westshire/procedures: Westshire Council, Procedures Manual, edition 1, current" in listed.out
    shown = terminal.spawn(*reader, "show", "westshire", "1.1")
    assert "look for the heron" in shown.out
    assert "Signed by Pat Doe, verified at" in shown.out
    assert "alert" not in shown.out
    searched = terminal.spawn(*reader, "search", "heron", "--json")
    assert searched.code == 0, searched.err
    assert searched.json["hits"][0]["chapter"] == "home-visits"
    for answer in (init, build, sign, verify, install, listed, shown, searched):
        assert PASSPHRASE not in answer.out + answer.err
        assert "PRIVATE KEY" not in answer.out + answer.err
        assert "Traceback" not in answer.err


# The shapes that scripts rely on


def _has(row: Mapping[str, object], *names: str) -> None:
    assert set(names) <= set(row), set(names) - set(row)


def test_verify_says_of_each_file_what_it_is(council: Council) -> None:
    missing = council.terminal.folder / "missing.manual"
    other = council.terminal.folder / "other.manual"
    other.write_bytes(World.new().bundle().pack())
    answer = council.run("verify", council.bundle, missing, other, "--json")
    assert answer.code == 1
    good, gone, foreign = answer.json["files"]
    for row in (good, gone, foreign):
        _has(row, "file", "ok", "reason", "message", "authority", "manual", "edition", "warnings")
    assert (good["ok"], good["reason"], good["authority"], good["manual"], good["edition"]) == (
        True,
        None,
        "westshire",
        "procedures",
        1,
    )
    assert (gone["ok"], gone["reason"], gone["authority"]) == (False, None, None)
    assert (foreign["ok"], foreign["reason"]) == (False, "signature")
    assert council.run("verify", council.bundle).code == 0


def test_list_gives_manuals_with_their_editions(council: Council) -> None:
    (manual,) = council.run("list", "--json").json["manuals"]
    _has(manual, "authority", "authority_name", "manual", "title", "editions")
    (edition,) = manual["editions"]
    _has(
        edition, "edition", "label", "issued", "effective_from", "review_by", "current", "signers", "warnings"
    )
    assert manual["authority_name"] == "Westshire Council"
    assert (edition["edition"], edition["current"], edition["signers"], edition["warnings"]) == (
        1,
        True,
        ["Westshire Council"],
        [],
    )


def test_contents_gives_the_tree(council: Council) -> None:
    answer = council.run("contents", "westshire", "--json").json
    _has(answer, "authority", "manual", "edition", "entries")
    first = answer["entries"][0]
    assert (first["kind"], first["number"], first["title"]) == ("division", "1", "Assessment")
    chapter = first["entries"][0]
    assert chapter == {
        "kind": "chapter",
        "id": "home-visits",
        "number": "1.1",
        "title": "Home Visits",
        "status": [],
        "revised": None,
        "held": "included",
        "file": "westshire/procedures/chapters/home-visits.html",
        "source": None,
        "note": None,
    }
    text = council.run("contents", "westshire/procedures").out
    assert "1 Assessment\n  1.1 Home Visits\n" in text


def test_show_gives_a_chapter_by_id_or_number(council: Council) -> None:
    by_id, by_number = (
        council.run("show", "westshire", name, "--json").json for name in ("home-visits", "1.1")
    )
    assert by_id == by_number
    assert by_id["chapter"]["id"] == "home-visits"
    assert "Before the visit" in by_id["text"]
    assert by_id["breadcrumb"] == ["Westshire Council", "1 Assessment"]
    listed = council.run("show", "westshire", "missing-children").out
    assert "The text of this chapter is not in this bundle" in listed
    assert "Friday" in council.run("show", "westshire", "pocket-money", "--edition", "1").out
    assert council.run("show", "westshire", "1.1", "--as-at", TODAY.isoformat()).code == 0


def test_search_gives_hits_and_suggestions(council: Council) -> None:
    answer = council.run("search", "heron", "--json").json
    _has(answer, "query", "total", "hits", "suggestions")
    assert (answer["query"], answer["total"], len(answer["hits"])) == ("heron", 1, 1)
    hit = answer["hits"][0]
    _has(hit, "manual", "edition", "chapter", "number", "title", "heading", "anchor", "snippet", "score")
    assert (hit["manual"], hit["edition"], hit["chapter"], hit["number"], hit["heading"], hit["anchor"]) == (
        "westshire/procedures",
        1,
        "home-visits",
        "1.1",
        "Before the visit",
        "before-the-visit",
    )
    assert "heron" in hit["snippet"]
    nothing = council.run("search", "qqqq").out
    assert "Nothing found for “qqqq”." in nothing
    assert council.run("search", "heron", "--manual", "westshire", "--limit", "1").code == 0
    assert council.run("search", "heron", "--status", "new", "--json").json["total"] == 0


def test_counterparts_pair_chapters_of_two_authorities(tmp_path: Path) -> None:
    world = World.new()
    root = tmp_path / "root.json"
    root.write_bytes(world.roots[0])
    terminal = Terminal(tmp_path)
    options = ("--library", tmp_path / "laptop", "--trust", root)
    for manual in (WESTSHIRE, *(m for m in world.officers if m.authority == "eastshire")):
        assert terminal.run(*options, "install", world.bundle(manual).write(tmp_path)).code == 0
    answer = terminal.run(*options, "counterparts", "westshire", "1.2", "--json").json
    (pair,) = answer["pairs"]
    _has(pair, "from", "to", "score", "why")
    _has(pair["from"], "manual", "chapter", "number", "title")
    _has(pair["to"], "manual", "chapter", "number", "title")
    assert (pair["from"]["chapter"], pair["to"]["manual"]) == ("private-fostering", "eastshire/procedures")
    assert 0 <= pair["score"] <= 1
    everything = terminal.run(*options, "counterparts", "westshire", "--with", "eastshire", "--json").json
    assert len(everything["pairs"]) == 3


def test_bookmarks_are_listed_exported_and_imported(council: Council, tmp_path: Path) -> None:
    other = Council(Terminal(tmp_path), council.bundle)
    options = ("--library", tmp_path / "laptop")
    places = Places(tmp_path / "laptop")
    store = PersonalStore(places.personal_file, places.backup_dir, commands_now)
    folder = store.add_folder("Court")
    store.add_bookmark("Before court", Location(WESTSHIRE, "home-visits"), "1.1 Home Visits", folder.id)
    tree = store.bookmarks()
    store.close()
    listed = other.terminal.run(*options, "bookmarks", "list", "--json").json
    assert [(row["name"], row["location"]) for row in listed["bookmarks"]] == [
        ("Before court", "manual:westshire/procedures/home-visits")
    ]
    assert "Court:\n  Before court" in other.terminal.run(*options, "bookmarks", "list").out
    file = tmp_path / "export.json"
    assert other.terminal.run(*options, "bookmarks", "export", file).code == 0
    expected = tmp_path / "expected.json"
    write_bookmarks(expected, tree)
    assert file.read_bytes() == expected.read_bytes()
    fresh = ("--library", tmp_path / "second")
    assert "Added 1 bookmark." in other.terminal.run(*fresh, "bookmarks", "import", file).out
    assert "Added 0 bookmarks." in other.terminal.run(*fresh, "bookmarks", "import", file).out


def commands_now() -> Any:
    from reader.services.workspace import now  # noqa: PLC0415

    return now()


def test_publish_status_and_contents_speak_json(council: Council) -> None:
    status = council.terminal.run("publish", "status", council.bundle, "--json").json
    assert (status["manual"], status["edition"], status["signed"], status["threshold"]) == (
        "westshire/procedures",
        1,
        1,
        1,
    )
    source = council.terminal.folder / "source-westshire" / "contents.txt"
    read = council.terminal.run("publish", "contents", source, "--json").json
    _has(read, "authority", "manual", "edition", "entries", "warnings")
    assert read["edition"] is None


# Exit codes and sentences


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("list",), 0),
        (("--version",), 0),
        (("--help",), 0),
        (("show", "westshire", "no-such-chapter"), 1),
        (("show", "northshire", "1.1"), 1),
        (("show", "westshire", "1.1", "--edition", "9"), 1),
        (("show", "West shire/x", "1.1"), 1),
        (("contents", "northshire"), 1),
        (("counterparts", "westshire", "9.9"), 1),
        (("search", "heron", "--manual", "northshire"), 1),
        (("verify", "none.manual"), 1),
        (("install", "none.manual"), 1),
        (("bookmarks", "import", "none.json"), 1),
        (("publish", "status", "none.manual"), 1),
        (("publish", "sign", "none.manual", "--key", "none.pem"), 1),
        (("publish", "build", "none", "--domain", "none"), 1),
        (("publish", "contents", "none.txt"), 1),
        ((), 2),
        (("frobnicate",), 2),
        (("show",), 2),
        (("show", "westshire", "1.1", "--as-at", "yesterday"), 2),
        (("show", "westshire", "1.1", "--edition", "one"), 2),
        (("search", "heron", "--limit", "0"), 2),
        (("search", "heron", "--status", "old"), 2),
        (("install",), 2),
        (("publish", "init", "folder", "--authority", "West Shire", "--name", "x"), 2),
        (("publish", "init", "folder"), 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else str(value),
)
def test_a_command_ends_with_the_code_of_what_happened(
    council: Council, arguments: tuple[str, ...], code: int
) -> None:
    answer = council.run(*arguments)
    assert answer.code == code, answer
    if code == 1:
        assert answer.out == ""
        sentence = answer.err.strip()
        assert sentence
        assert "Traceback" not in sentence
        assert "\n" not in sentence


@pytest.mark.parametrize("name", ["root", "targets", "snapshot", "timestamp", "con", "nul"])
def test_an_authority_id_that_the_format_cannot_carry_is_refused_in_a_sentence(
    terminal: Terminal, name: str
) -> None:
    answer = terminal.run("publish", "init", terminal.folder / "d", "--authority", name, "--name", "x")
    assert answer.code in {1, 2}
    assert "Traceback" not in answer.err
    assert not list(terminal.folder.rglob("*.pem"))


def test_a_process_that_fails_says_one_sentence_and_no_traceback(council: Council) -> None:
    refused = council.spawn("show", "westshire", "no-such-chapter")
    assert (refused.code, refused.out) == (1, "")
    assert "has no chapter “no-such-chapter”" in refused.err
    assert refused.err.count("\n") == 1
    wrong = council.spawn("show")
    assert wrong.code == 2
    for answer in (refused, wrong):
        assert "Traceback" not in answer.err


def test_a_refused_bundle_in_a_row_of_good_ones_is_said_and_the_others_are_installed(tmp_path: Path) -> None:
    world = World.new()
    root = tmp_path / "root.json"
    root.write_bytes(world.roots[0])
    terminal = Terminal(tmp_path)
    options = ("--library", tmp_path / "laptop", "--trust", root)
    good = [world.bundle(manual).write(tmp_path) for manual in world.officers]
    bad = world.bundle().with_file("chapters/home-visits.html", b"bad").write(tmp_path, "bad.manual")
    answer = terminal.run(*options, "install", good[0], bad, *good[1:], "--json")
    assert answer.code == 1
    assert [row["ok"] for row in answer.json["files"]] == [True, False, True, True]
    assert answer.json["files"][1]["reason"] == "tampered"
    assert len(terminal.run(*options, "list", "--json").json["manuals"]) == 3


def test_without_a_pin_nothing_is_verified_and_it_is_said_what_to_do(
    council: Council, tmp_path: Path
) -> None:
    answer = Terminal(tmp_path).run("--library", tmp_path / "laptop", "verify", council.bundle, "--json")
    assert answer.code == 1
    (row,) = answer.json["files"]
    assert row["reason"] == "no-trust-root"
    assert "Ask IT" in row["message"]


@pytest.mark.parametrize("content", [None, b"", b"hello", b"{}\n"])
def test_a_pin_that_cannot_be_used_is_said(council: Council, tmp_path: Path, content: bytes | None) -> None:
    root = tmp_path / "root.json"
    if content is not None:
        root.write_bytes(content)
    answer = Terminal(tmp_path).run("--library", tmp_path / "laptop", "--trust", root, "list")
    assert answer.code == 1
    assert "root.json" in answer.err


def test_the_sample_library_opens_by_itself(terminal: Terminal) -> None:
    answer = terminal.run("--sample", "--library", terminal.folder / "laptop", "list", "--json")
    assert answer.code == 0, answer.err
    manuals = answer.json["manuals"]
    assert [manual["authority"] for manual in manuals if len(manual["editions"]) > 1] == [
        "northmere",
        "saltby",
    ]
    assert len(manuals) == 8, "seven of councils, and the user guide"
    for manual in manuals:
        for edition in manual["editions"]:
            assert any("sample key" in warning for warning in edition["warnings"])


# Publishing


def test_a_second_edition_vouches_for_the_first(terminal: Terminal) -> None:
    first = _publish(terminal, "westshire", 1)
    second = _publish(terminal, "westshire", 2, previous=first)
    council = Council(terminal, second)
    assert council.run("install", second).code == 0
    assert council.run("install", first).code == 0
    (manual,) = council.run("list", "--json").json["manuals"]
    assert [(row["edition"], row["current"]) for row in manual["editions"]] == [(2, True), (1, False)]
    assert "Superseded" in council.run("list").out


def test_an_edition_does_not_vouch_for_one_that_nobody_signed(terminal: Terminal) -> None:
    """What is vouched for needs no signature any more: it must have had one when the word was given."""
    first = _publish(terminal, "westshire", 1)
    domain = terminal.folder / "domain-westshire"
    source = terminal.folder / "source-westshire"
    unsigned = terminal.folder / "unsigned.manual"
    assert terminal.run("publish", "build", source, "--domain", domain, "--out", unsigned).code == 0
    _source(source, "westshire", 2)
    for previous in (unsigned, World.new().bundle().write(terminal.folder, "foreign.manual")):
        built = terminal.run(
            "publish", "build", source, "--domain", domain, "--out", terminal.folder / "2.manual",
            "--previous", previous,
        )  # fmt: skip
        assert built.code == 1, built
        assert previous.name in built.err or "sign" in built.err
    tampered = terminal.folder / "tampered.manual"
    tampered.write_bytes(first.read_bytes().replace(b"look for the heron", b"look for the bears"))
    built = terminal.run(
        "publish", "build", source, "--domain", domain, "--out", terminal.folder / "2.manual",
        "--previous", tampered,
    )  # fmt: skip
    assert built.code == 1, built


def test_a_key_that_is_not_of_the_manual_cannot_sign(terminal: Terminal) -> None:
    file = _publish(terminal, "westshire")
    before = file.read_bytes()
    for key in ("root.pem", "registrar.pem", "westshire.pem"):
        answer = terminal.run(
            "publish", "sign", file, "--key", terminal.folder / "domain-westshire" / "keys" / key
        )
        assert answer.code == 1
        assert "may not sign" in answer.err
    assert file.read_bytes() == before


def test_a_wrong_passphrase_is_said_and_signs_nothing(terminal: Terminal) -> None:
    file = _publish(terminal, "westshire")
    before = file.read_bytes()
    key = terminal.folder / "domain-westshire" / "keys" / "westshire.procedures.pem"
    for wrong in ("a wrong one entirely", "x"):
        answer = terminal.run(
            "publish", "sign", file, "--key", key, environment={"PROCEDURES_PASSPHRASE": wrong}
        )
        assert answer.code == 1
        assert "does not open with this passphrase" in answer.err
    assert file.read_bytes() == before


def test_a_short_passphrase_makes_no_domain(terminal: Terminal) -> None:
    folder = terminal.folder / "domain"
    answer = terminal.run(
        "publish", "init", folder, "--authority", "westshire", "--name", "Westshire Council",
        environment={"PROCEDURES_PASSPHRASE": "short"},
    )  # fmt: skip
    assert answer.code == 1
    assert not list(terminal.folder.rglob("*.pem"))
    again = terminal.run("publish", "init", folder, "--authority", "westshire", "--name", "Westshire Council")
    assert again.code == 0, again.err
    third = terminal.run("publish", "init", folder, "--authority", "westshire", "--name", "Westshire Council")
    assert third.code == 1
    assert "holds a trust domain already" in third.err


# Row 48


def test_no_secret_appears_in_any_output_or_public_file(council: Council) -> None:
    folder = council.terminal.folder
    keys = sorted((folder / "domain-westshire" / "keys").glob("*.pem"))
    assert len(keys) == 4
    for key in keys:
        raw = key.read_bytes()
        assert raw.startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
        if os.name != "nt":
            assert key.stat().st_mode & 0o077 == 0
    secrets = [PASSPHRASE.encode(), b"PRIVATE KEY", *(key.read_bytes().split(b"\n")[1] for key in keys)]
    public = [file for file in folder.rglob("*") if file.is_file() and file.suffix != ".pem"]
    assert council.bundle in public
    for file in public:
        data = file.read_bytes()
        for secret in secrets:
            assert secret not in data, file
    for arguments in (
        ("list",),
        ("list", "--json"),
        ("verify", council.bundle, "--json"),
        ("publish", "status", council.bundle, "--json"),
        ("publish", "status", folder / "domain-westshire"),
        ("publish", "keys", "show", folder / "domain-westshire"),
        ("publish", "keys", "show", keys[0]),
        ("publish", "keys", "show", keys[0], "--json"),
        ("publish", "authorise", folder / "domain-westshire", "westshire/other", "--key", keys[0]),
        ("publish", "sign", folder / "domain-westshire", "--yes"),
        ("publish", "update", folder / "domain-westshire", "--out", folder / "news.trust"),
        ("publish", "sign", council.bundle, "--key", keys[0]),
        ("publish", "sign", council.bundle, "--key", council.bundle),
        ("publish", "sign", keys[0], "--key", keys[0]),
        ("verify", keys[0]),
        ("publish", "contents", keys[0]),
        ("--help",),
    ):
        answer = council.run(*arguments)
        for secret in secrets[1:]:
            assert secret.decode() not in answer.out + answer.err, arguments
        assert PASSPHRASE not in answer.out + answer.err


def test_a_passphrase_that_is_typed_is_not_shown(terminal: Terminal) -> None:
    typed = "typed by a person 123"
    answer = terminal.spawn(
        "publish", "init", "domain", "--authority", "westshire", "--name", "W",
        stdin=f"{typed}\n{typed}\n", passphrase=None,
    )  # fmt: skip
    assert typed not in answer.out + answer.err
    assert "Traceback" not in answer.err
    ended = terminal.spawn(
        "publish", "init", "d2", "--authority", "westshire", "--name", "W", passphrase=None
    )
    assert ended.code == 1
    assert "Traceback" not in ended.err


# No window is needed for any of this

_WITHOUT_QT = """
import importlib, pkgutil, sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"PySide6", "shiboken6"}:
            raise ImportError(f"{name} is blocked")
        return None

sys.meta_path.insert(0, Blocked())
count = 0
for package in ("domain", "bundle", "publish", "search", "compare", "store", "paper", "services", "cli"):
    module = importlib.import_module(f"reader.{package}")
    for info in pkgutil.walk_packages(module.__path__, module.__name__ + "."):
        if not info.name.endswith("__main__"):
            importlib.import_module(info.name)
            count += 1
import reader.cli.__main__
assert not any(name.startswith(("PySide6", "shiboken6")) for name in sys.modules)
try:
    import PySide6
except ImportError:
    print(count)
"""


def test_every_package_but_the_window_works_without_qt() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", _WITHOUT_QT], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 50


def test_an_empty_library_says_how_to_fill_it_and_where_to_look_around(terminal: Terminal) -> None:
    for arguments in (("list",), ("search", "kinship")):
        answer = terminal.run("--library", terminal.folder / "empty", *arguments)
        assert answer.code == 0
        assert "procedures install" in answer.out
        assert "--sample" in answer.out
    answer = terminal.run("--library", terminal.folder / "empty", "contents", "westshire")
    assert answer.code == 1
    assert "--sample" in answer.err
