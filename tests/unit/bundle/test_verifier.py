"""From a file to a verified edition. Rows 1 to 5, 27, 28, 38 and 39 of the threat table."""

from __future__ import annotations

import functools
import hashlib
import tracemalloc
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from reader.bundle import canonical_json, names, schema, verifier
from reader.bundle.container import Container, pack
from reader.bundle.names import Layout, UpdateLayout
from reader.bundle.trust import TrustChain
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
    contents_of,
    edited,
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


@pytest.mark.threat(1)
def test_tampered_chapter_is_refused(tmp_path: Path, bundle: SignedBundle) -> None:
    raw = bundle.pack()
    assert raw.count(b"what the child said") == 1
    file = tmp_path / "tampered.manual"
    file.write_bytes(raw.replace(b"what the child said", b"what the child hid!"))
    with refused(Reason.TAMPERED, "“1.1 Home Visits”", "for a fresh one"):
        open_in_full(file, bundle.world.trust_root)


@pytest.mark.threat(2)
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
    with refused(Reason.DAMAGED, "Home Visits", "fresh copy"):
        open_in_full(file, bundle.world.trust_root)


@pytest.mark.parametrize("change", [b"", b"x", b" "])
def test_a_chapter_of_another_length_is_refused(bundle: SignedBundle, change: bytes) -> None:
    data = _data(bundle, VISITS) + change if change else b""
    with refused(Reason.TAMPERED, "“1.1 Home Visits”"):
        open_in_full(bundle.with_file(VISITS, data))


def test_a_file_of_another_length_is_refused_unread(
    bundle: SignedBundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    longer = bundle.with_file("media/flow.png", bytes(2**20))
    real = Container.read_unchecked

    def read(container: Container, name: str) -> bytes:
        assert not name.endswith("flow.png"), "it was read"
        return real(container, name)

    monkeypatch.setattr(Container, "read_unchecked", read)
    with refused(Reason.TAMPERED, "flow.png"):
        open_in_full(longer)


@pytest.mark.threat(3)
def test_two_chapters_that_changed_places_are_refused(bundle: SignedBundle) -> None:
    swapped = bundle.with_file(VISITS, _data(bundle, FOSTERING)).with_file(FOSTERING, _data(bundle, VISITS))
    with refused(Reason.TAMPERED):
        open_in_full(swapped)


@pytest.mark.threat(4)
@pytest.mark.parametrize("place", [VISITS, "media/flow.png"])
def test_a_file_that_was_taken_out_is_missing(bundle: SignedBundle, place: str) -> None:
    with refused(Reason.MISSING, "fresh copy", "Home Visits" if place == VISITS else place):
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


@pytest.mark.threat(5)
@pytest.mark.parametrize("place", ["chapters/extra.html", "media/extra.png", "forms/extra.pdf"])
def test_a_file_that_nobody_signed_is_refused(bundle: SignedBundle, place: str) -> None:
    with refused(Reason.EXTRA, place):
        open_in_full(bundle.with_file(place, b"extra"))


@pytest.mark.threat(5)
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


def test_a_trust_file_under_a_name_like_the_right_one_is_refused(bundle: SignedBundle) -> None:
    for name in (bundle.list_name, bundle.role_name, names.root_name(1), names.REGISTER_NAME):
        members = {f"{key}.bak" if key == name else key: data for key, data in bundle.members.items()}
        with refused(Reason.SHAPE, name):
            Layout.of(("mimetype", *sorted(members)))


@pytest.mark.parametrize("reserved", ["snapshot", "timestamp", "root", "targets", "con"])
def test_an_authority_or_a_manual_with_a_reserved_name_is_refused(reserved: str) -> None:
    for id_ in (f"{reserved}.procedures", f"westshire.{reserved}"):
        authority = id_.partition(".")[0]
        trust = ("trust/1.root.json", f"trust/{authority}.json", f"trust/{id_}.json", "trust/targets.json")
        with refused(Reason.SHAPE, "a reserved name"):
            Layout.of(("mimetype", *trust))


def test_a_trust_update_is_sorted_by_its_places() -> None:
    members = ("trust/10.root.json", "trust/2.root.json", names.REGISTER_NAME, "trust/westshire.json")
    layout = UpdateLayout.of(("mimetype", *members))
    assert layout.root_versions == (2, 10)
    assert layout.authorities == ("westshire",)
    assert UpdateLayout.of(("mimetype", names.REGISTER_NAME)).authorities == ()
    with refused(Reason.SHAPE, "register"):
        UpdateLayout.of(("mimetype", "trust/1.root.json"))


@pytest.mark.parametrize(
    "name",
    [
        "trust/westshire.procedures.json",
        "trust/snapshot.json",
        "trust/root.json",
        "trust/westshire.json.bak",
        "trust/1.root.json.bak",
        "trust/w.json",
        "content/westshire/procedures/chapters/home-visits.html",
        "readme.txt",
    ],
)
def test_a_trust_update_holds_nothing_but_delegators(name: str) -> None:
    with refused(Reason.SHAPE, name):
        UpdateLayout.of(("mimetype", names.REGISTER_NAME, name))


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
        "format zero": put(format=0),
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


@pytest.mark.threat(38)
@pytest.mark.parametrize("name", list(_manifest_edits()))
def test_a_signed_manifest_that_disagrees_is_refused(bundle: SignedBundle, name: str) -> None:
    with refused(Reason.MANIFEST):
        open_in_full(bundle.with_manifest(_manifest_edits()[name]))


@pytest.mark.parametrize("field", ["authority", "manual"])
@pytest.mark.parametrize("value", ["Westshire", "con", "root", "w", "west shire", "west/shire", "w" * 42])
def test_a_manifest_names_no_id_that_the_format_has_not(bundle: SignedBundle, field: str, value: str) -> None:
    raw = edited(_data(bundle, "meta/manifest.json"), lambda manifest: manifest.update({field: value}))
    with refused(Reason.MANIFEST, "is no id"):
        schema.read_manifest(raw)


@pytest.mark.parametrize(
    "text", ["two\nlines", "turned\u202eround", " outer spaces ", "", "\0", "x" * 20_001]
)
def test_a_note_is_one_printable_line_of_20000_characters_at_most(bundle: SignedBundle, text: str) -> None:
    def read(note: str) -> None:
        raw = edited(_data(bundle, "meta/manifest.json"), lambda manifest: manifest.update(note=note))
        assert schema.read_manifest(raw).note == note

    read("x" * 20_000)
    with refused(Reason.MANIFEST, "note"):
        read(text)


@pytest.mark.parametrize(
    "hash_", ["", "0" * 63, "0" * 65, "x" + "0" * 64, "0" * 64 + "x", "A" * 64, "0" * 64 + "\n"]
)
def test_a_history_names_each_edition_by_a_whole_hash(bundle: SignedBundle, hash_: str) -> None:
    past = {"edition": 1, "effective_from": "2025-01-01", "role_sha256": "0" * 64}
    raw = edited(_data(bundle, "meta/manifest.json"), lambda manifest: manifest.update(edition=2))
    schema.read_manifest(edited(raw, lambda manifest: manifest.update(history=[past])))
    with refused(Reason.MANIFEST, "role_sha256"):
        schema.read_manifest(
            edited(raw, lambda manifest: manifest.update(history=[{**past, "role_sha256": hash_}]))
        )


def test_a_history_may_name_1000_editions_and_no_more(bundle: SignedBundle) -> None:
    rows = [
        {"edition": number, "effective_from": "2025-01-01", "role_sha256": "0" * 64}
        for number in range(1, 1_002)
    ]
    raw = edited(_data(bundle, "meta/manifest.json"), lambda manifest: manifest.update(edition=2_000))
    manifest = schema.read_manifest(edited(raw, lambda value: value.update(history=rows[:1_000])))
    assert len(manifest.history) == 1_000
    with refused(Reason.MANIFEST, "history"):
        schema.read_manifest(edited(raw, lambda value: value.update(history=rows)))


@pytest.mark.parametrize("edition", [0, -1, 2**31])
def test_the_number_of_an_edition_is_bounded(bundle: SignedBundle, edition: int) -> None:
    raw = _data(bundle, "meta/manifest.json")
    schema.read_manifest(edited(raw, lambda manifest: manifest.update(edition=2**31 - 1)))
    with refused(Reason.MANIFEST, "edition"):
        schema.read_manifest(edited(raw, lambda manifest: manifest.update(edition=edition)))


@pytest.mark.parametrize(
    "id_", ["Home", "home visits", "home/visits", "../x", "-x", "", "x!", "x\n", "x" * 82]
)
def test_an_id_of_a_chapter_has_one_form_whether_its_text_is_held_or_not(id_: str) -> None:
    listed = chapter_entry(WESTSHIRE, id_, "1", "A", held="listed", file=None)
    with refused(Reason.MANIFEST, ".id"):
        schema.read_contents(canonical_json.dump({"entries": [listed]}), WESTSHIRE)
    schema.read_contents(canonical_json.dump({"entries": [{**listed, "id": "x" * 81}]}), WESTSHIRE)


@pytest.mark.parametrize("number", ["0", "01", "1000000000", "9" * 400, "1x", "-1", ""])
def test_a_root_has_a_number_of_nine_figures_at_most(number: str) -> None:
    assert names.root_version(f"trust/{number}.root.json") is None
    assert names.root_version("trust/999999999.root.json") == 999_999_999


def test_an_edition_may_be_due_for_review_on_the_day_of_its_issue() -> None:
    day = {"issued": "2026-01-05", "effective_from": "2026-01-05", "review_by": "2026-01-05"}
    assert open_in_full(World.new().bundle(manifest=day)).edition.manifest.edition == 1


@pytest.mark.parametrize(("number", "title"), [("7", None), (None, "Elsewhere"), ("7", "Elsewhere")])
def test_a_division_needs_a_number_or_a_title_and_not_both(
    bundle: SignedBundle, number: str | None, title: str | None
) -> None:
    division: Json = {"kind": "division", "number": number, "title": title, "entries": []}
    open_in_full(bundle.with_contents(lambda contents: contents["entries"].append(division)))


@pytest.mark.parametrize(
    "file",
    [
        "westshire/fostering/forms/referral.pdf",
        "eastshire/procedures/forms/referral.pdf",
        "westshire/procedures/forms/referral.exe",
        "westshire/procedures/forms/",
        "westshire/procedures/forms/../media/flow.png",
        "westshire/procedures/media/flow.png",
        "westshire/procedures/chapters/home-visits.html",
    ],
)
def test_a_form_is_a_form_of_its_own_manual(file: str) -> None:
    form: Json = {"kind": "form", "title": "Referral", "file": file, "review_by": None}
    with refused(Reason.MANIFEST, "is not a form of this manual"):
        schema.read_contents(canonical_json.dump({"entries": [form]}), WESTSHIRE)


def test_every_field_of_a_contents_list_is_read_and_written_again() -> None:
    value = contents_of(WESTSHIRE)
    _entries(value)[0].update(revised="2025-02-05", source="Eastshire", note="A note.", status=["new"])
    form = {"kind": "form", "title": "Referral", "file": "westshire/procedures/forms/referral.pdf"}
    see_also = {"kind": "see_also", "title": "Fostering", "source": None, "chapter": None, "note": None}
    _entries(value).extend([{**form, "review_by": "2026-12-01"}, {**form, "review_by": None}, see_also])
    contents = schema.read_contents(canonical_json.dump(value), WESTSHIRE)
    assert schema.contents_json(contents) == value
    place = contents.place("home-visits")
    assert place is not None
    assert place.chapter.revised == date(2025, 2, 5)


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


@pytest.mark.threat(38)
@pytest.mark.parametrize("name", list(_contents_edits()))
def test_a_signed_contents_list_that_contradicts_is_refused(bundle: SignedBundle, name: str) -> None:
    with refused(Reason.MANIFEST):
        open_in_full(bundle.with_contents(_contents_edits()[name]))


@functools.cache
def _bombs() -> dict[str, bytes]:
    """Little texts that ask for much, and large ones, by what they are."""
    return {
        "100,000 levels of lists": b"[" * 100_000 + b"]" * 100_000 + b"\n",
        "100,000 levels of objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"\n",
        "levels without an end": b"[" * 100_000,
        "5 MB": canonical_json.dump(["a"] * 900_000),
        "NaN": b'{\n "a": NaN\n}\n',
        "an integer of 5,000 digits": b"9" * 5_000 + b"\n",
        "an integer of a million digits": b"9" * 1_000_000 + b"\n",
        "a byte order mark": b"\xef\xbb\xbf{}\n",
        "many empty lists": b"[\n " + b"[],\n " * 20_000 + b"[]\n]\n",
    }


@pytest.mark.threat(31)
@pytest.mark.parametrize(
    "member", ["manifest", "contents list", "edition", "signer list", "register", "root"]
)
@pytest.mark.parametrize("bomb", list(_bombs()))
def test_json_that_would_exhaust_a_reader_is_refused(
    tmp_path: Path, bundle: SignedBundle, member: str, bomb: str
) -> None:
    raw = _bombs()[bomb]
    changed = {
        "manifest": lambda: bundle.with_signed_file("meta/manifest.json", raw),
        "contents list": lambda: bundle.with_signed_file("meta/contents.json", raw),
        "edition": lambda: bundle.with_role_raw(raw),
        "signer list": lambda: bundle.with_trust(signer_list=raw),
        "register": lambda: bundle.with_trust(register=raw),
        "root": lambda: bundle.with_roots({1: bundle.world.roots[0], 2: raw}),
    }[member]()
    file = tmp_path / "bomb.manual"
    file.write_bytes(write_zip(entries_of_bundle(changed)))
    tracemalloc.start()
    try:
        with pytest.raises(BundleRefusedError) as error:
            open_in_full(file, bundle.world.trust_root)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert error.value.reason in {Reason.META_FORM, Reason.MANIFEST, Reason.TOO_BIG}
    assert peak < 100 * 1024 * 1024


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


@pytest.mark.threat(38)
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


@pytest.mark.threat(39)
@pytest.mark.parametrize("place", BAD_PLACES)
def test_a_signed_file_of_a_kind_that_no_bundle_carries_is_refused(bundle: SignedBundle, place: str) -> None:
    with refused(Reason.OUT_OF_SCOPE):
        open_in_full(bundle.with_signed_file(place, b"hello"))
    row = {"hashes": {"sha256": sha256(b"hello")}, "length": 5}
    with refused(Reason.OUT_OF_SCOPE):  # signed and not even in the bundle
        open_in_full(bundle.with_role(lambda role: role["targets"].update({bundle.target(place): row})))


@pytest.mark.parametrize("place", BAD_PLACES)
def test_an_unsigned_file_of_a_kind_that_no_bundle_carries_is_refused_for_its_kind(
    bundle: SignedBundle, place: str
) -> None:
    with refused(Reason.OUT_OF_SCOPE, "a kind of file that no bundle may carry"):
        open_in_full(bundle.with_file(place, b"hello"))


@pytest.mark.threat(32)
@pytest.mark.parametrize("target", ["../evil.html", "/etc/passwd", "westshire/procedures/media/EVIL.png", ""])
def test_a_signed_name_that_could_mean_something_else_is_refused(bundle: SignedBundle, target: str) -> None:
    row = {"hashes": {"sha256": sha256(b"hello")}, "length": 5}
    with refused(Reason.BAD_NAME):
        open_in_full(bundle.with_role(lambda role: role["targets"].update({target: row})))


def test_a_name_alone_and_a_delegation_alone_give_nobody_a_file(
    bundle: SignedBundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two looks at one question: either of them refuses."""
    row = {"hashes": {"sha256": sha256(b"hello")}, "length": 5}
    foreign = bundle.with_role(lambda role: role["targets"].update({"eastshire/procedures/media/a.png": row}))
    with monkeypatch.context() as generous:
        generous.setattr(TrustChain, "owns", lambda *_: True)
        with refused(Reason.OUT_OF_SCOPE):
            open_in_full(foreign)
    monkeypatch.setattr(TrustChain, "owns", lambda *_: False)
    with refused(Reason.OUT_OF_SCOPE):
        open_in_full(bundle)


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


@pytest.mark.threat(27)
def test_everything_that_expired_years_ago_opens_with_a_warning() -> None:
    world = replace(World.new(), register_expires="2012-01-01")
    old = {"issued": "2011-01-05", "effective_from": "2011-01-12", "review_by": "2012-01-05"}
    opened = open_in_full(world.bundle(manifest=old))
    warnings = opened.edition.warnings(TODAY)
    assert len(warnings) == 2
    assert "The review date, 5 January 2012, has passed" in warnings[0]
    assert "was to be renewed by 1 January 2012" in warnings[1]


@pytest.mark.threat(28)
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
