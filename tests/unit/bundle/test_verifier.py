"""From a file to a verified edition. Rows 1 to 5, 27, 28, 38 and 39 of the threat table."""

from __future__ import annotations

import copy
import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from reader.bundle import canonical_json, names, verifier
from reader.bundle.container import pack
from reader.bundle.verifier import open_bundle, walk_bundle
from reader.domain.cancel import CancelToken
from reader.domain.contents import Held, Status
from reader.domain.errors import BundleRefusedError, CancelledError, Reason
from reader.domain.manual import Domain
from tests.support.opening import open_in_full, refused
from tests.support.worlds import (
    CHAPTERS,
    PICTURE,
    TODAY,
    WESTSHIRE,
    Edit,
    Json,
    SignedBundle,
    World,
    chapter_entry,
    sha256,
)
from tests.support.zips import Header, changed, entries_of_bundle, write_zip

VISITS = "chapters/home-visits.html"
FOSTERING = "chapters/private-fostering.html"


@pytest.fixture(scope="module")
def bundle() -> SignedBundle:
    return World.new().bundle()


def _data(bundle: SignedBundle, place: str) -> bytes:
    return bundle.files[bundle.target(place)]


# The good way


def test_an_edition_is_read_as_it_was_signed(bundle: SignedBundle) -> None:
    opened = open_in_full(bundle)
    manifest = opened.edition.manifest
    assert (manifest.id, manifest.edition, manifest.title) == (WESTSHIRE, 1, "Procedures Manual")
    assert manifest.issued == date(2026, 1, 5)
    assert [chapter.id for chapter in opened.edition.contents.chapters()] == [
        "home-visits",
        "private-fostering",
        "missing-children",
    ]
    place = opened.edition.contents.place("missing-children")
    assert place is not None
    assert place.chapter.held is Held.LISTED
    assert place.chapter.statuses == (Status.TO_FOLLOW,)
    assert [division.title for division in place.divisions] == ["Assessment"]


def test_content_is_read_byte_for_byte(tmp_path: Path, bundle: SignedBundle) -> None:
    state = bundle.world.trust_root.start(None)
    opened = open_bundle(walk_bundle(bundle.write(tmp_path), state), {}, Domain.PINNED)
    assert opened.read(bundle.target(VISITS)) == CHAPTERS["home-visits"].encode()
    assert opened.read(bundle.target("media/flow.png")) == PICTURE
    assert opened.role_sha256 == bundle.role_sha256


# Rows 1 to 5


def test_tampered_chapter_is_refused(tmp_path: Path, bundle: SignedBundle) -> None:
    raw = bundle.pack()
    assert raw.count(b"what the child said") == 1
    file = tmp_path / "tampered.manual"
    file.write_bytes(raw.replace(b"what the child said", b"what the child hid!"))
    with refused(Reason.TAMPERED, "“1.1 Home Visits”", "get a fresh one"):
        open_in_full(file, bundle.world.trust_root)


def test_tampered_chapter_with_a_corrected_checksum_is_refused(bundle: SignedBundle) -> None:
    data = _data(bundle, VISITS).replace(b"alone", b"never")
    with refused(Reason.TAMPERED, "“1.1 Home Visits”"):
        open_in_full(bundle.with_file(VISITS, data))


def test_a_chapter_as_it_was_signed_under_a_wrong_checksum_is_damaged(
    tmp_path: Path, bundle: SignedBundle
) -> None:
    wrong = Header(crc=1)
    entries = changed(
        entries_of_bundle(bundle),
        f"content/{bundle.target(VISITS)}",
        lambda entry: replace(entry, local=wrong, central=wrong),
    )
    file = tmp_path / "checksum.manual"
    file.write_bytes(write_zip(entries))
    with refused(Reason.DAMAGED, "Home Visits", "get a fresh copy"):
        open_in_full(file, bundle.world.trust_root)


@pytest.mark.parametrize("change", [b"", b"x", b" "])
def test_a_chapter_of_another_length_is_refused(bundle: SignedBundle, change: bytes) -> None:
    data = _data(bundle, VISITS) + change if change else b""
    with refused(Reason.TAMPERED, "“1.1 Home Visits”"):
        open_in_full(bundle.with_file(VISITS, data))


def test_two_chapters_that_changed_places_are_refused(bundle: SignedBundle) -> None:
    swapped = bundle.with_file(VISITS, _data(bundle, FOSTERING)).with_file(FOSTERING, _data(bundle, VISITS))
    with refused(Reason.TAMPERED):
        open_in_full(swapped)


@pytest.mark.parametrize("place", [VISITS, "media/flow.png"])
def test_a_file_that_was_taken_out_is_missing(bundle: SignedBundle, place: str) -> None:
    with refused(Reason.MISSING, "get a fresh copy", "Home Visits" if place == VISITS else place):
        open_in_full(bundle.without_file(place))


@pytest.mark.parametrize("place", ["meta/manifest.json", "meta/contents.json"])
def test_an_edition_without_its_manifest_or_contents_list_is_refused(
    bundle: SignedBundle, place: str
) -> None:
    with pytest.raises(BundleRefusedError) as error:
        open_in_full(bundle.without_file(place))
    assert error.value.reason is Reason.MISSING
    unsigned = bundle.without_file(place).with_role(lambda role: role["targets"].pop(bundle.target(place)))
    with refused(Reason.MANIFEST, place):
        open_in_full(unsigned)


@pytest.mark.parametrize("place", ["chapters/extra.html", "media/extra.png", "forms/extra.pdf"])
def test_a_file_that_nobody_signed_is_refused(bundle: SignedBundle, place: str) -> None:
    with refused(Reason.EXTRA, place):
        open_in_full(bundle.with_file(place, b"extra"))


@pytest.mark.parametrize(
    "name",
    [
        "trust/eastshire.json",
        "trust/westshire.fostering.json",
        "trust/snapshot.json",
        "trust/timestamp.json",
        "trust/root.json",
        "trust/1.targets.json",
        "trust/readme.txt",
        "trust/0.root.json",
        "trust/01.root.json",
        "trust/a/b.json",
        "readme.html",
        "index/words.json",
        "meta-inf/container.json",
    ],
)
def test_a_file_without_a_place_in_the_format_is_refused(bundle: SignedBundle, name: str) -> None:
    with refused(Reason.SHAPE):
        open_in_full(bundle.with_member(name, b"{}\n"))


@pytest.mark.parametrize("name", ["register", "signer list", "role", "roots"])
def test_a_bundle_that_lacks_a_part_of_its_chain_is_refused(
    tmp_path: Path, bundle: SignedBundle, name: str
) -> None:
    left_out = {
        "register": names.REGISTER_NAME,
        "signer list": bundle.list_name,
        "role": bundle.role_name,
        "roots": names.root_name(1),
    }[name]
    file = tmp_path / "short.manual"
    file.write_bytes(pack({key: data for key, data in bundle.members.items() if key != left_out}))
    with refused(Reason.SHAPE, "chain of trust"):
        open_in_full(file, bundle.world.trust_root)


def test_a_bundle_of_nothing_is_refused(tmp_path: Path, bundle: SignedBundle) -> None:
    file = tmp_path / "empty.manual"
    file.write_bytes(pack({}))
    with refused(Reason.SHAPE):
        open_in_full(file, bundle.world.trust_root)


# Row 38: the manifest and the contents list against what was signed; everything below is re-signed by the officers


def _manifest_edits() -> dict[str, Edit]:
    def put(**fields: object) -> Edit:
        return lambda manifest: manifest.update(fields)

    past = {"edition": 1, "effective_from": "2025-01-01", "role_sha256": "0" * 64}
    return {
        "another edition": put(edition=2),
        "edition zero": put(edition=0),
        "edition as text": put(edition="1"),
        "boolean edition": put(edition=True),
        "another authority": put(authority="eastshire"),
        "another manual": put(manual="fostering"),
        "another review date": put(review_by="2028-01-05"),
        "review before issue": put(issued="2027-06-01"),
        "issue date in another form": put(issued="5 January 2026"),
        "issue date without hyphens": put(issued="20260105"),
        "a week date": put(issued="2026-W02-1"),
        "a day that is not": put(effective_from="2026-02-30"),
        "date and time": put(effective_from="2026-01-12T00:00:00"),
        "date with a line end": put(effective_from="2026-01-12\n"),
        "other digits": put(effective_from="２０２６-01-12"),
        "another format": put(format=2),
        "boolean format": put(format=True),
        "unknown purpose": put(purpose="fun"),
        "empty title": put(title=""),
        "title of a space": put(title=" "),
        "title of two lines": put(title="Procedures\nManual"),
        "title with a bidirectional control": put(title="Procedures \u202emanual"),
        "title with a zero width space": put(title="Procedures\u200bManual"),
        "title with NUL": put(title="Procedures\0"),
        "title with a lone surrogate": put(title="\udc80"),
        "title too long": put(title="x" * 2_001),
        "title as a number": put(title=5),
        "authority name null": put(authority_name=None),
        "label empty": put(label=""),
        "extra field": put(colour="red"),
        "no title": lambda manifest: manifest.pop("title"),
        "history of itself": put(history=[past]),
        "history of the future": put(history=[{**past, "edition": 2}]),
        "history with a short hash": put(history=[{**past, "edition": 0}]),
        "history as null": put(history=None),
        "history with an extra field": put(history=[{**past, "title": "x"}]),
    }


@pytest.mark.parametrize("name", list(_manifest_edits()))
def test_a_signed_manifest_that_disagrees_is_refused(bundle: SignedBundle, name: str) -> None:
    with refused(Reason.MANIFEST):
        open_in_full(bundle.with_manifest(_manifest_edits()[name]))


def test_a_history_that_lists_one_edition_twice_is_refused() -> None:
    past = {"edition": 1, "effective_from": "2025-01-01", "role_sha256": "0" * 64}
    with refused(Reason.MANIFEST, "history"):
        open_in_full(World.new().bundle(edition=3, manifest={"history": [past, past]}))


def _entries(contents: Json) -> list[Any]:
    entries: list[Any] = contents["entries"][0]["entries"]
    return entries


def _swap_files(contents: Json) -> None:
    first, second = _entries(contents)[:2]
    first["file"], second["file"] = second["file"], first["file"]


def _contents_edits() -> dict[str, Edit]:
    def first(**fields: object) -> Edit:
        return lambda contents: _entries(contents)[0].update(fields)

    def add(entry: object) -> Edit:
        return lambda contents: _entries(contents).append(entry)

    twin = chapter_entry(WESTSHIRE, "home-visits", "9", "Twin", held="listed", file=None)
    external = chapter_entry(WESTSHIRE, "abroad", "9", "Abroad")
    return {
        "a chapter listed though its text is signed": first(held="listed", file=None),
        "a chapter included without a file": first(file=None),
        "a chapter of another file": first(file="westshire/procedures/chapters/private-fostering.html"),
        "a chapter of another manual's file": first(file="eastshire/procedures/chapters/home-visits.html"),
        "two chapters that swap their files": _swap_files,
        "a chapter of a picture": first(file="westshire/procedures/media/flow.png"),
        "a chapter of the manifest": first(file="westshire/procedures/meta/manifest.json"),
        "a chapter of a path outwards": first(file="../../etc/passwd"),
        "an id twice": add(twin),
        "an id in capitals": first(id="Home-Visits"),
        "an id with a slash": first(id="home/visits"),
        "an id with a line end": first(id="home-visits\n"),
        "an empty id": first(id=""),
        "a chapter whose text is not signed": add(external),
        "an external chapter with a file": add({**external, "held": "external"}),
        "unknown held": first(held="somewhere"),
        "unknown status": first(status=["old"]),
        "status twice": first(status=["new", "new"]),
        "status as text": first(status="new"),
        "title with a bidirectional control": first(title="Home \u2066Visits"),
        "title of spaces outside": first(title=" Home Visits"),
        "empty title": first(title=""),
        "revised in another form": first(revised="05/01/2026"),
        "number as a number": first(number=1),
        "extra field": first(html="<p>"),
        "missing field": lambda contents: _entries(contents)[0].pop("note"),
        "unknown kind": add({"kind": "script", "text": "alert(1)"}),
        "no kind": add({"text": "hello"}),
        "an entry that is a list": add([]),
        "an entry that is null": add(None),
        "see-also to nowhere": add(
            {"kind": "see_also", "title": "x", "source": None, "chapter": "nowhere", "note": None}
        ),
        "see-also with an address for an id": add(
            {"kind": "see_also", "title": "x", "source": None, "chapter": "http://evil", "note": None}
        ),
        "an unsigned form": add(
            {
                "kind": "form",
                "title": "x",
                "file": "westshire/procedures/forms/a.pdf",
                "review_by": None,
            }
        ),
        "a form that is a chapter": add(
            {
                "kind": "form",
                "title": "x",
                "file": "westshire/procedures/chapters/home-visits.html",
                "review_by": None,
            }
        ),
        "a division of nothing": lambda contents: contents["entries"].append(
            {"kind": "division", "number": None, "title": None, "entries": []}
        ),
        "entries as an object": lambda contents: contents.update(entries={}),
        "no entries": lambda contents: contents.clear(),
        "extra field at the top": lambda contents: contents.update(title="x"),
    }


@pytest.mark.parametrize("name", list(_contents_edits()))
def test_a_signed_contents_list_that_contradicts_is_refused(bundle: SignedBundle, name: str) -> None:
    with refused(Reason.MANIFEST):
        open_in_full(bundle.with_contents(_contents_edits()[name]))


@pytest.mark.parametrize("place", ["meta/manifest.json", "meta/contents.json"])
@pytest.mark.parametrize("raw", [b"", b"null\n", b"[]\n", b"{}\n", b"{", b"[" * 100_000])
def test_a_signed_manifest_or_contents_list_that_is_none_is_refused(
    bundle: SignedBundle, place: str, raw: bytes
) -> None:
    with refused(Reason.MANIFEST):
        open_in_full(bundle.with_signed_file(place, raw))


def test_a_manifest_in_another_spelling_is_refused(bundle: SignedBundle) -> None:
    raw = _data(bundle, "meta/manifest.json").replace(b'"format": 1', b'"format":  1')
    with refused(Reason.MANIFEST, "canonical"):
        open_in_full(bundle.with_signed_file("meta/manifest.json", raw))


@pytest.mark.parametrize("place", ["chapters/unlisted.html", "forms/unlisted.pdf"])
def test_a_signed_file_that_the_contents_list_does_not_name_is_refused(
    bundle: SignedBundle, place: str
) -> None:
    with refused(Reason.MANIFEST, place):
        open_in_full(bundle.with_signed_file(place, b"hello"))


def test_a_form_that_is_listed_and_signed_is_read(bundle: SignedBundle) -> None:
    form = {
        "kind": "form",
        "title": "Referral",
        "file": "westshire/procedures/forms/referral.pdf",
        "review_by": "2026-12-01",
    }
    signed = bundle.with_signed_file("forms/referral.pdf", b"%PDF").with_contents(
        lambda contents: _entries(contents).append(form)
    )
    open_in_full(signed)
    twice = signed.with_contents(lambda contents: _entries(contents).append({**form, "title": "Again"}))
    with refused(Reason.MANIFEST, "one file twice"):
        open_in_full(twice)


# Row 39: kinds of files that no bundle carries, signed all the same

BAD_PLACES = [
    "media/logo.svg",
    "media/run.js",
    "media/words.pkl",
    "media/page.html",
    "media/logo.gif",
    "media/logo.jpeg",
    "media/logo.png.html",
    "media/deep/logo.png",
    "chapters/style.css",
    "chapters/page.xhtml",
    "chapters/a.b.html",
    "forms/macro.docm",
    "forms/old.doc",
    "forms/run.exe",
    "meta/index.sqlite",
    "meta/other.json",
    "fonts/a.ttf",
    "index/toc.json",
]


@pytest.mark.parametrize("place", BAD_PLACES)
def test_a_signed_file_of_a_kind_that_no_bundle_carries_is_refused(bundle: SignedBundle, place: str) -> None:
    with refused(Reason.OUT_OF_SCOPE):
        open_in_full(bundle.with_signed_file(place, b"hello"))
    row = {"hashes": {"sha256": sha256(b"hello")}, "length": 5}
    with refused(Reason.OUT_OF_SCOPE):  # signed and not even in the bundle
        open_in_full(bundle.with_role(lambda role: role["targets"].update({bundle.target(place): row})))


@pytest.mark.parametrize("target", ["../evil.html", "/etc/passwd", "westshire/procedures/media/EVIL.png", ""])
def test_a_signed_name_that_could_mean_something_else_is_refused(bundle: SignedBundle, target: str) -> None:
    row = {"hashes": {"sha256": sha256(b"hello")}, "length": 5}
    with refused(Reason.BAD_NAME):
        open_in_full(bundle.with_role(lambda role: role["targets"].update({target: row})))


# Every read is checked


def test_a_file_that_changes_after_it_was_verified_is_refused_when_it_is_read(
    tmp_path: Path, bundle: SignedBundle
) -> None:
    file = bundle.write(tmp_path)
    opened = open_in_full(file, bundle.world.trust_root)
    assert opened.read(bundle.target(VISITS))
    file.write_bytes(file.read_bytes().replace(b"what the child said", b"what the child hid!"))
    with refused(Reason.TAMPERED, "Home Visits"):
        opened.read(bundle.target(VISITS))
    assert opened.read(bundle.target(FOSTERING))


def test_a_file_that_another_edition_replaced_is_refused_when_it_is_read(
    tmp_path: Path, bundle: SignedBundle
) -> None:
    file = bundle.write(tmp_path)
    opened = open_in_full(file, bundle.world.trust_root)
    other = bundle.world.bundle(edition=2)
    shifted = other.with_signed_file(VISITS, b"<p>Another beginning.</p>" + _data(other, VISITS))
    file.write_bytes(shifted.pack())
    with refused(Reason.TAMPERED):
        opened.read(bundle.target(VISITS))


@pytest.mark.parametrize(
    "target", ["", "westshire/procedures/chapters/none.html", "trust/targets.json", "../x"]
)
def test_nothing_but_signed_files_can_be_read(tmp_path: Path, bundle: SignedBundle, target: str) -> None:
    opened = open_in_full(bundle.write(tmp_path), bundle.world.trust_root)
    with refused(Reason.MISSING):
        opened.read(target)


def test_checking_can_be_stopped(tmp_path: Path, bundle: SignedBundle) -> None:
    opened = open_in_full(bundle.write(tmp_path), bundle.world.trust_root)
    token = CancelToken()
    token.cancel()
    with pytest.raises(CancelledError):
        opened.check_all(token)


# Rows 27 and 28: the calendar


def test_everything_that_expired_years_ago_opens_with_a_warning() -> None:
    world = replace(World.new(), register_expires="2012-01-01")
    old = {"issued": "2011-01-05", "effective_from": "2011-01-12", "review_by": "2012-01-05"}
    opened = open_in_full(world.bundle(manifest=old))
    warnings = opened.edition.warnings(TODAY)
    assert len(warnings) == 2
    assert "The review date, 5 January 2012, has passed" in warnings[0]
    assert "was to be renewed by 1 January 2012" in warnings[1]


def test_a_clock_behind_the_issue_date_is_a_warning(bundle: SignedBundle) -> None:
    warnings = open_in_full(bundle).edition.warnings(date(2025, 3, 2))
    assert any("2 March 2025" in warning and "check the clock" in warning for warning in warnings)
    assert any("takes effect on 12 January 2026" in warning for warning in warnings)
    assert open_in_full(bundle).edition.warnings(TODAY) == ()


def test_the_day_of_review_itself_is_no_warning_yet(bundle: SignedBundle) -> None:
    opened = open_in_full(bundle)
    assert opened.edition.warnings(date(2027, 1, 5)) == ()
    assert len(opened.edition.warnings(date(2027, 1, 6))) == 1


def test_a_superseded_edition_and_a_sample_say_so(bundle: SignedBundle) -> None:
    opened = open_in_full(bundle)
    marked = opened.as_superseded_by(2)
    assert "edition 2 of this manual is installed" in marked.edition.warnings(TODAY)[0]
    assert opened.edition.superseded_by is None
    sample = replace(opened.edition, domain=Domain.SAMPLE)
    assert "Do not use it for practice" in sample.warnings(TODAY)[0]


# Without the checks these would be shown


def test_without_the_hash_a_tampered_chapter_would_be_read(
    bundle: SignedBundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = _data(bundle, VISITS).replace(b"alone", b"never")
    tampered = bundle.with_file(VISITS, data)
    with refused(Reason.TAMPERED):
        open_in_full(tampered)

    class Believing:
        def __init__(self, signed: str) -> None:
            self._signed = signed

        def hexdigest(self) -> str:
            return self._signed

    real = hashlib.sha256
    expected = sha256(_data(bundle, VISITS))
    monkeypatch.setattr(hashlib, "sha256", lambda raw: Believing(expected) if raw == data else real(raw))
    open_in_full(tampered)


def test_without_the_check_of_scope_a_script_would_be_carried(
    bundle: SignedBundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"hashes": {"sha256": sha256(b"hello")}, "length": 5}
    signed = bundle.with_role(lambda role: role["targets"].update({bundle.target("media/run.js"): row}))
    monkeypatch.setattr(verifier, "_check_scope", lambda *_: None)
    with refused(Reason.MISSING, "run.js"):  # it came as far as being looked for
        open_in_full(signed)


def test_without_the_check_of_the_manifest_another_edition_would_be_shown(
    bundle: SignedBundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    lying = bundle.with_manifest(lambda manifest: manifest.update(edition=2))
    monkeypatch.setattr(verifier, "_check_manifest", lambda *_: None)
    assert open_in_full(lying).edition.manifest.edition == 2


# The generator: every value of manifest and contents list changed and signed again

_VALUES: list[object] = [
    None,
    True,
    -1,
    2**53,
    "",
    "x\u202e",
    "\ud800",
    [],
    {},
    "../x",
    "<script>alert(1)</script>",
]


def _places(value: object, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place, *(found for key, item in inner for found in _places(item, (*place, key)))]


@pytest.mark.parametrize("place", ["meta/manifest.json", "meta/contents.json"])
def test_a_changed_value_of_the_manifest_or_contents_list_is_refused_or_is_text(
    bundle: SignedBundle, place: str
) -> None:
    value = canonical_json.parse(_data(bundle, place), "it", Reason.MANIFEST, 10**6)
    accepted: set[tuple[object, str]] = set()
    for where in _places(value)[1:]:
        for new in _VALUES:

            def edit(document: Json, where: tuple[Any, ...] = where, new: object = new) -> None:
                inner: Any = document
                for key in where[:-1]:
                    inner = inner[key]
                inner[where[-1]] = new

            changed = bundle.with_signed_file(place, canonical_json.dump(_edited(value, edit)))
            if changed.files == bundle.files:
                continue
            try:
                open_in_full(changed)
            except BundleRefusedError:
                continue
            accepted.add((where[-1], repr(new)))
    texts = {"title", "authority_name", "label", "note", "number", "source", "text"}
    nothing = {
        ("label", "None"),
        ("note", "None"),
        ("number", "None"),
        ("source", "None"),
        ("revised", "None"),
        ("chapter", "None"),
        ("title", "None"),  # of a division that has a number
        ("status", "[]"),
        ("history", "[]"),
    }
    # Text is any one line, shown as plain text; everything else is refused.
    assert {
        row
        for row in accepted
        if not (row[0] in texts and row[1] in {"'../x'", "'<script>alert(1)</script>'"})
    } <= nothing


def _edited(value: Any, edit: Edit) -> Any:
    copied = copy.deepcopy(value)
    edit(copied)
    return copied
