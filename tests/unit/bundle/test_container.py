"""The container: exactly one spelling, and everything else refused. Rows 6, 7, 32 to 37 and 47 of the threat table."""

from __future__ import annotations

import random
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reader.bundle import container as container_module
from reader.bundle import limits, names
from reader.bundle.container import Container, pack
from reader.domain.errors import BundleRefusedError, Reason, StorageError
from tests.support.opening import open_in_full, refused
from tests.support.worlds import PICTURE, SignedBundle, World
from tests.support.zips import (
    MIMETYPE,
    End,
    Header,
    ZipEntry,
    changed,
    deflated,
    entries_of,
    entries_of_bundle,
    write_zip,
)

CHAPTER = "content/westshire/procedures/chapters/home-visits.html"


@pytest.fixture(scope="module")
def bundle() -> SignedBundle:
    return World.new().bundle()


@pytest.fixture(scope="module")
def entries(bundle: SignedBundle) -> tuple[ZipEntry, ...]:
    return entries_of_bundle(bundle)


def _write(folder: Path, data: bytes) -> Path:
    file = folder / "some.manual"
    file.write_bytes(data)
    return file


def _refusal(folder: Path, data: bytes) -> BundleRefusedError:
    with pytest.raises(BundleRefusedError) as error:
        Container(_write(folder, data))
    return error.value


# What is accepted

part = st.from_regex(r"[a-z0-9][a-z0-9-]{0,8}", fullmatch=True).filter(
    lambda text: text not in names._DEVICES
)
member_name = st.builds(
    lambda folders, name, kind: "/".join([*folders, f"{name}.{kind}"]),
    st.lists(part, max_size=3),
    part,
    st.sampled_from(["html", "json", "png", "jpg", "pdf", "docx"]),
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(member_name, st.binary(max_size=200), max_size=6))
def test_what_is_packed_is_read_back_byte_for_byte(tmp_path: Path, members: dict[str, bytes]) -> None:
    container = Container(_write(tmp_path, pack(members)))
    assert container.names == ("mimetype", *sorted(members))
    assert {name: container.read(name) for name in members} == members
    assert container.read("mimetype") == MIMETYPE


@settings(deadline=None, max_examples=60)
@given(st.dictionaries(member_name, st.binary(max_size=200), max_size=6))
def test_an_independent_writer_spells_the_same_container(members: dict[str, bytes]) -> None:
    assert write_zip(entries_of(members)) == pack(members)


def test_other_zip_programs_read_the_same_members(bundle: SignedBundle) -> None:
    with zipfile.ZipFile(BytesIO(bundle.pack())) as archive:
        assert archive.testzip() is None
        assert {info.filename: archive.read(info) for info in archive.infolist()[1:]} == bundle.members
        assert [info.filename for info in archive.infolist()] == ["mimetype", *sorted(bundle.members)]


# Row 6: cut short


@pytest.mark.threat(6)
def test_a_bundle_cut_short_at_200_lengths_is_refused(tmp_path: Path, bundle: SignedBundle) -> None:
    whole = bundle.pack()
    lengths = random.Random(6).sample(range(1, len(whole)), 200)  # noqa: S311  # the same bits each time
    for length in lengths:
        assert _refusal(tmp_path, whole[:length]).reason in {Reason.DAMAGED, Reason.NOT_A_BUNDLE}, length


def test_a_bundle_cut_short_says_to_get_a_fresh_copy(tmp_path: Path, bundle: SignedBundle) -> None:
    whole = bundle.pack()
    with refused(Reason.DAMAGED, "some.manual", "fresh copy"):
        Container(_write(tmp_path, whole[: len(whole) // 2]))


def test_a_bundle_cut_short_while_it_is_open_is_refused(tmp_path: Path, bundle: SignedBundle) -> None:
    file = _write(tmp_path, bundle.pack())
    container = Container(file)
    file.write_bytes(file.read_bytes()[:100])
    with refused(Reason.DAMAGED, "cut short"):
        container.read_unchecked(bundle.role_name)


def test_a_bundle_that_disappears_while_it_is_open_is_a_storage_error(
    tmp_path: Path, bundle: SignedBundle
) -> None:
    file = _write(tmp_path, bundle.pack())
    container = Container(file)
    file.unlink()
    with pytest.raises(StorageError, match="Cannot read"):
        container.read(bundle.role_name)


def test_a_bundle_cut_short_is_called_damaged_and_another_file_cut_short_is_not(
    tmp_path: Path, entries: tuple[ZipEntry, ...]
) -> None:
    """Who copied a bundle in haste is told so; who chose a wrong file is told that."""
    later = replace(Header(), date=0x5A21)
    changed_beginning = changed(entries, "mimetype", lambda entry: replace(entry, local=later, central=later))
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<xml/>" * 500)
    for data, reason in (
        (write_zip(entries)[:1000], Reason.DAMAGED),
        (write_zip(changed_beginning)[:1000], Reason.DAMAGED),
        (buffer.getvalue()[:1000], Reason.NOT_A_BUNDLE),
        (b"A mimetype says what a file is." * 50, Reason.NOT_A_BUNDLE),
    ):
        assert _refusal(tmp_path, data).reason is reason, data[:40]


# Row 7: bytes around it


@pytest.mark.threat(7)
@pytest.mark.parametrize("junk", [b"\0", b"junk" * 100, b"#!/bin/sh\n"])
def test_prepended_bytes_are_refused(tmp_path: Path, bundle: SignedBundle, junk: bytes) -> None:
    assert _refusal(tmp_path, junk + bundle.pack()).reason is Reason.DAMAGED


@pytest.mark.threat(7)
@pytest.mark.parametrize("junk", [b"\0", b"junk" * 100, b"PK\x05\x06", bytes(22)])
def test_appended_bytes_are_refused(tmp_path: Path, bundle: SignedBundle, junk: bytes) -> None:
    assert _refusal(tmp_path, bundle.pack() + junk).reason is Reason.DAMAGED


@pytest.mark.threat(7)
def test_two_bundles_in_one_file_are_refused(tmp_path: Path, bundle: SignedBundle) -> None:
    other = World.new().bundle(edition=2)
    assert _refusal(tmp_path, bundle.pack() + other.pack()).reason is Reason.DAMAGED


@pytest.mark.threat(7)
def test_a_prefix_with_offsets_that_allow_for_it_is_refused(
    tmp_path: Path, entries: tuple[ZipEntry, ...]
) -> None:
    data = write_zip(entries, End(prefix=b"MZ stub"))
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert archive.testzip() is None  # a self-extracting archive: other programs take it
    assert _refusal(tmp_path, data).reason in {Reason.DAMAGED, Reason.ZIP_FORM, Reason.NOT_A_BUNDLE}


@pytest.mark.threat(7)
def test_a_zip_comment_is_refused(tmp_path: Path, entries: tuple[ZipEntry, ...]) -> None:
    data = write_zip(entries, End(comment=b"kept by the shire"))
    assert _refusal(tmp_path, data).reason is Reason.DAMAGED


def test_an_end_record_that_speaks_of_a_comment_which_is_not_there_is_refused(
    tmp_path: Path, bundle: SignedBundle
) -> None:
    assert _refusal(tmp_path, bundle.pack()[:-2] + b"\1\0").reason is Reason.ZIP_FORM


@pytest.mark.parametrize("mimetype", [MIMETYPE + b"!", b"!" + MIMETYPE, MIMETYPE * 2])
def test_a_mimetype_that_says_more_is_refused(
    tmp_path: Path, entries: tuple[ZipEntry, ...], mimetype: bytes
) -> None:
    data = write_zip(changed(entries, "mimetype", lambda entry: replace(entry, data=mimetype)))
    assert _refusal(tmp_path, data).reason is Reason.ZIP_FORM


def test_a_comment_that_holds_a_second_end_record_is_refused(
    tmp_path: Path, entries: tuple[ZipEntry, ...]
) -> None:
    end = write_zip(entries)[-22:]
    data = write_zip(entries, End(comment=end))
    assert _refusal(tmp_path, data).reason is Reason.DAMAGED


# Rows 32 and 33: names

BAD_NAMES = [
    "../evil.html",
    "content/../../evil.html",
    "content/..",
    "/etc/passwd",
    "C:/windows/evil.html",
    "c:evil.html",
    "content\\evil.html",
    "..\\evil.html",
    "content/evil.html\0.png",
    "content//evil.html",
    "./evil.html",
    "content/./evil.html",
    "content/",
    "",
    ".hidden.html",
    "content/.hidden.html",
    "content/EVIL.html",
    "Content/evil.html",
    "content/caf\u00e9.html",
    "content/cafe\u0301.html",
    "content/\u202elmth.evil.html",
    "content/evil\u200b.html",
    "con",
    "content/nul.html",
    "content/com1.png",
    "content/lpt9.json",
    "aux/chapter.html",
    "content/prn.a.b.html",
    "content/evil.html.",
    "content./evil.html",
    "content/evil.html ",
    " content/evil.html",
    "content/evil\n.html",
    "content/evil.html\n",
    "content/evil~1.html",
    "content/evil.html:stream",
    "content/evil%2e.html",
    "content/a_b.html",
    "-rf.html",
    "content/*.html",
    "content/evil?.html",
    "a" * 241,
]


def test_a_name_may_be_240_characters_long(tmp_path: Path) -> None:
    name = "content/" + "a" * 232
    assert Container(_write(tmp_path, pack({name: b"x"}))).names == ("mimetype", name)


def _spellings() -> list[tuple[str, str]]:
    """Each bad name in each code page that holds it."""
    return [
        (name, encoding)
        for encoding in ("utf-8", "cp437")
        for name in BAD_NAMES
        if name.encode(encoding, errors="ignore").decode(encoding) == name
    ]


@pytest.mark.threat(32, 33)
@pytest.mark.parametrize(("name", "encoding"), _spellings())
def test_a_name_that_could_mean_something_else_is_refused(
    tmp_path: Path, entries: tuple[ZipEntry, ...], name: str, encoding: str
) -> None:
    evil = ZipEntry(name.encode(encoding), b"evil")
    for flags in (0, 0x800):
        marked = evil.with_both(lambda header, flags=flags: replace(header, flags=flags))  # type: ignore[misc]
        data = write_zip([entries[0], *sorted([*entries[1:], marked], key=lambda entry: entry.name)])
        assert _refusal(tmp_path, data).reason is Reason.BAD_NAME


@pytest.mark.parametrize("name", BAD_NAMES)
def test_no_bundle_is_packed_with_such_a_name(name: str) -> None:
    with refused(Reason.BAD_NAME):
        pack({name: b"evil"})


@pytest.mark.threat(33)
def test_a_name_differing_in_case_only_from_another_cannot_stand_beside_it(
    tmp_path: Path, entries: tuple[ZipEntry, ...]
) -> None:
    twin = ZipEntry(CHAPTER.replace("home", "Home").encode(), b"evil")
    data = write_zip([entries[0], *sorted([*entries[1:], twin], key=lambda entry: entry.name)])
    assert _refusal(tmp_path, data).reason is Reason.BAD_NAME


# Rows 34 and 35: attributes, fields, methods


def _header_faults() -> dict[str, tuple[Header, Header]]:
    """A local and a central header by what is wrong with them; both are what a zip program could write."""

    def both(**fields: object) -> tuple[Header, Header]:
        return replace(Header(), **fields), replace(Header(), **fields)  # type: ignore[arg-type]

    def central(**fields: object) -> tuple[Header, Header]:
        return Header(), replace(Header(), **fields)  # type: ignore[arg-type]

    def local(**fields: object) -> tuple[Header, Header]:
        return replace(Header(), **fields), Header()  # type: ignore[arg-type]

    return {
        "symlink": central(version_made_by=0x0314, external_attributes=0o120777 << 16),
        "symlink under a plain version": central(external_attributes=0o120777 << 16),
        "executable": central(version_made_by=0x0314, external_attributes=0o100755 << 16),
        "DOS read-only": central(external_attributes=0x01),
        "DOS hidden": central(external_attributes=0x02),
        "DOS folder": central(external_attributes=0x10),
        "text attribute": central(internal_attributes=1),
        "extra field in both": both(extra=b"\x0a\x00\x04\x00\0\0\0\0"),
        "extra field in the local header": local(extra=b"\x0a\x00\x04\x00\0\0\0\0"),
        "extra field in the directory": central(extra=b"\x0a\x00\x04\x00\0\0\0\0"),
        "zip64 extra field": both(extra=b"\x01\x00\x10\x00" + struct.pack("<QQ", 4, 4)),
        "unicode path extra field": both(extra=b"\x75\x70\x09\x00\x01\0\0\0\0evil"),
        "timestamp": both(time=0x6000),
        "date": both(date=0x5A21),
        "no date": both(date=0),
        "timestamp in one header": local(time=1),
        "encryption flag": both(flags=1),
        "strong encryption flag": both(flags=0x40),
        "data descriptor flag": both(flags=8),
        "UTF-8 flag": both(flags=0x800),
        "flag in the local header only": local(flags=1),
        "made by Unix": central(version_made_by=0x0314),
        "another version needed": both(version_needed=45),
        "local version needed": local(version_needed=10),
        "file comment": central(comment=b"hello"),
        "on another disk": central(disk=1),
        "method lzma": both(method=14),
        "method stored in one, deflate in the other": local(method=8),
    }


@pytest.mark.threat(34)
@pytest.mark.parametrize("fault", list(_header_faults()))
def test_a_header_with_anything_unusual_is_refused(
    tmp_path: Path, entries: tuple[ZipEntry, ...], fault: str
) -> None:
    local, central = _header_faults()[fault]
    for name in (CHAPTER, "mimetype"):
        data = write_zip(changed(entries, name, lambda entry: replace(entry, local=local, central=central)))
        assert _refusal(tmp_path, data).reason in {Reason.ZIP_FORM, Reason.NOT_A_BUNDLE}, name
        if name == CHAPTER:
            assert _refusal(tmp_path, data).reason is Reason.ZIP_FORM


@pytest.mark.threat(35)
def test_a_deflated_member_is_refused(tmp_path: Path, entries: tuple[ZipEntry, ...]) -> None:
    data = write_zip(
        changed(
            entries,
            CHAPTER,
            lambda entry: replace(entry, stored=deflated(entry.data)).with_both(
                lambda header: replace(header, method=8)
            ),
        )
    )
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert archive.testzip() is None
    assert _refusal(tmp_path, data).reason is Reason.ZIP_FORM


@pytest.mark.threat(35)
def test_a_bomb_is_refused_and_nothing_is_inflated(
    tmp_path: Path, entries: tuple[ZipEntry, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    zeros = bytes(50 * 1024 * 1024)
    bomb = ZipEntry(CHAPTER.encode(), zeros, stored=deflated(zeros)).with_both(
        lambda header: replace(header, method=8)
    )
    file = _write(tmp_path, write_zip(changed(entries, CHAPTER, lambda _: bomb)))

    def no_inflation(*_: object, **__: object) -> None:
        raise AssertionError("something was inflated")

    monkeypatch.setattr(zlib, "decompress", no_inflation)
    monkeypatch.setattr(zlib, "decompressobj", no_inflation)
    with refused(Reason.ZIP_FORM):
        Container(file)


# Row 36: two stories


@pytest.mark.threat(36)
def test_a_local_header_with_another_name_is_refused(tmp_path: Path, entries: tuple[ZipEntry, ...]) -> None:
    other = CHAPTER.replace("home-visits", "evil-visits").encode()
    data = write_zip(
        changed(entries, CHAPTER, lambda entry: replace(entry, local=replace(entry.local, name=other)))
    )
    assert _refusal(tmp_path, data).reason is Reason.ZIP_FORM


@pytest.mark.threat(36)
@pytest.mark.parametrize("fields", [{"size": 1}, {"packed_size": 1}, {"crc": 1}])
@pytest.mark.parametrize("where", ["local", "central"])
def test_headers_that_disagree_are_refused(
    tmp_path: Path, entries: tuple[ZipEntry, ...], fields: dict[str, int], where: str
) -> None:
    wrong = replace(Header(), **fields)  # type: ignore[arg-type]
    data = write_zip(changed(entries, CHAPTER, lambda entry: replace(entry, **{where: wrong})))  # type: ignore[arg-type]
    assert _refusal(tmp_path, data).reason is Reason.ZIP_FORM


@pytest.mark.threat(36)
def test_overlapping_members_are_refused(tmp_path: Path, entries: tuple[ZipEntry, ...]) -> None:
    first = Header(offset=0)
    data = write_zip(changed(entries, CHAPTER, lambda entry: replace(entry, central=first)))
    assert _refusal(tmp_path, data).reason is Reason.ZIP_FORM


@pytest.mark.threat(36)
def test_a_hidden_gap_is_refused(tmp_path: Path, entries: tuple[ZipEntry, ...]) -> None:
    data = write_zip(changed(entries, CHAPTER, lambda entry: replace(entry, gap_before=b"hidden")))
    assert _refusal(tmp_path, data).reason is Reason.ZIP_FORM


@pytest.mark.parametrize("end", [End(before_directory=b"hidden"), End(after_directory=b"hidden")])
def test_a_gap_beside_the_directory_is_refused(
    tmp_path: Path, entries: tuple[ZipEntry, ...], end: End
) -> None:
    assert _refusal(tmp_path, write_zip(entries, end)).reason in {Reason.ZIP_FORM, Reason.DAMAGED}


def test_a_gap_that_the_directory_size_covers_is_refused(
    tmp_path: Path, entries: tuple[ZipEntry, ...]
) -> None:
    plain = write_zip(entries)
    size = struct.unpack_from("<I", plain, len(plain) - 10)[0]
    data = write_zip(entries, End(after_directory=b"hidden", directory_size=size + 6))
    assert _refusal(tmp_path, data).reason is Reason.ZIP_FORM


def test_a_member_that_the_directory_does_not_name_is_refused(
    tmp_path: Path, entries: tuple[ZipEntry, ...]
) -> None:
    hidden = ZipEntry(b"content/hidden.html", b"evil", is_hidden=True)
    for place in (1, 3, len(entries)):
        data = write_zip([*entries[:place], hidden, *entries[place:]])
        assert _refusal(tmp_path, data).reason is Reason.ZIP_FORM


@pytest.mark.threat(36)
def test_a_name_that_stands_twice_is_refused(tmp_path: Path, entries: tuple[ZipEntry, ...]) -> None:
    twin = ZipEntry(CHAPTER.encode(), b"evil")
    place = [entry.name for entry in entries].index(CHAPTER.encode())
    for at in (place, place + 1):
        data = write_zip([*entries[:at], twin, *entries[at:]])
        assert _refusal(tmp_path, data).reason is Reason.ZIP_FORM


@pytest.mark.parametrize("order", ["swapped", "reversed", "mimetype last"])
def test_members_in_another_order_are_refused(
    tmp_path: Path, entries: tuple[ZipEntry, ...], order: str
) -> None:
    orders: dict[str, Sequence[ZipEntry]] = {
        "swapped": [entries[0], entries[2], entries[1], *entries[3:]],
        "reversed": [entries[0], *reversed(entries[1:])],
        "mimetype last": [*entries[1:], entries[0]],
    }
    reason = _refusal(tmp_path, write_zip(orders[order])).reason
    assert reason is (Reason.NOT_A_BUNDLE if order == "mimetype last" else Reason.ZIP_FORM)


@pytest.mark.parametrize(
    "end",
    [
        End(disk=1),
        End(start_disk=1),
        End(count_here=1),
        End(count=3, count_here=3),
        End(count=0, count_here=0),
        End(count=200, count_here=200),
        End(directory_size=10),
        End(directory_offset=0),
        End(directory_offset=0xFFFFFFFF, directory_size=0xFFFF),
    ],
    ids=repr,
)
def test_an_end_record_that_lies_is_refused(tmp_path: Path, entries: tuple[ZipEntry, ...], end: End) -> None:
    assert _refusal(tmp_path, write_zip(entries, end)).reason in {
        Reason.ZIP_FORM,
        Reason.DAMAGED,
        Reason.NOT_A_BUNDLE,
    }


# Row 37: too much


@pytest.mark.threat(37)
def test_more_members_than_allowed_are_refused(tmp_path: Path) -> None:
    members = {f"content/a{number}.html": b"" for number in range(limits.MEMBERS)}
    with refused(Reason.TOO_MANY):
        pack(members)
    assert _refusal(tmp_path, write_zip(entries_of(members))).reason is Reason.TOO_MANY
    del members["content/a0.html"]
    assert len(Container(_write(tmp_path, pack(members))).names) == limits.MEMBERS


def test_a_directory_that_claims_to_be_huge_is_refused_unread(
    tmp_path: Path, entries: tuple[ZipEntry, ...]
) -> None:
    end = End(directory_size=limits.CENTRAL_DIRECTORY_BYTES + 1)
    assert _refusal(tmp_path, write_zip(entries, end)).reason is Reason.TOO_BIG


@pytest.mark.threat(37)
def test_a_file_of_three_gigabytes_is_refused_unread(tmp_path: Path, bundle: SignedBundle) -> None:
    file = _write(tmp_path, bundle.pack())
    with file.open("r+b") as sparse:
        sparse.truncate(3 * 1024**3)
    with refused(Reason.TOO_BIG):
        Container(file)


@pytest.mark.parametrize("kind", ["html", "json", "png"])
def test_a_member_over_its_limit_is_refused_and_one_at_its_limit_is_not(tmp_path: Path, kind: str) -> None:
    limit = limits.MEMBER_BYTES[kind]
    name = f"content/big.{kind}"
    assert Container(_write(tmp_path, pack({name: bytes(limit)}))).size_bytes(name) == limit
    over = {name: bytes(limit + 1)}
    with refused(Reason.TOO_BIG, name):
        pack(over)
    assert _refusal(tmp_path, write_zip(entries_of(over))).reason is Reason.TOO_BIG


def test_a_bundle_at_a_limit_is_packed_and_read_and_one_over_it_is_not(
    tmp_path: Path, bundle: SignedBundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = bundle.pack()
    file = _write(tmp_path, whole)
    directory_bytes = struct.unpack_from("<I", whole, len(whole) - 10)[0]
    for name, size in (
        ("BUNDLE_BYTES", len(whole)),
        ("CENTRAL_DIRECTORY_BYTES", directory_bytes),
        ("MEMBERS", len(bundle.members) + 1),
    ):
        with monkeypatch.context() as limited:
            limited.setattr(container_module, name, size)
            assert Container(file).read(bundle.role_name) == bundle.role_bytes
            assert bundle.pack() == whole
            limited.setattr(container_module, name, size - 1)
            reason = Reason.TOO_MANY if name == "MEMBERS" else Reason.TOO_BIG
            with refused(reason):
                Container(file)
            with refused(reason):
                bundle.pack()


@pytest.mark.parametrize("name", ["trust/targets.json", "content/big.other"])
def test_a_trust_file_or_one_of_an_unknown_kind_may_be_as_large_as_a_role(tmp_path: Path, name: str) -> None:
    limit = limits.ROLE_BYTES
    assert Container(_write(tmp_path, pack({name: bytes(limit)}))).size_bytes(name) == limit
    with refused(Reason.TOO_BIG, name):
        pack({name: bytes(limit + 1)})


@pytest.mark.parametrize("name", ["trust/targets.json", "trust/1.root.json", "trust/westshire.json"])
def test_a_trust_file_under_a_wrong_checksum_is_damaged(
    tmp_path: Path, bundle: SignedBundle, entries: tuple[ZipEntry, ...], name: str
) -> None:
    wrong = Header(crc=1)
    data = write_zip(changed(entries, name, lambda entry: replace(entry, local=wrong, central=wrong)))
    with refused(Reason.DAMAGED, name, "fresh copy"):
        open_in_full(_write(tmp_path, data), bundle.world.trust_root)


def test_a_root_that_the_walk_never_reaches_is_checked_all_the_same(tmp_path: Path) -> None:
    second = World.new().with_next_root()
    bundle = World.new().bundle().with_roots({1: second.roots[0], 3: second.roots[1]})
    open_in_full(_write(tmp_path, bundle.pack()), bundle.world.trust_root)
    wrong = Header(crc=1)
    entries = changed(
        entries_of_bundle(bundle), "trust/3.root.json", lambda e: replace(e, local=wrong, central=wrong)
    )
    with refused(Reason.DAMAGED, "trust/3.root.json"):
        open_in_full(_write(tmp_path, write_zip(entries)), bundle.world.trust_root)


# Row 47: no bundle at all


@pytest.mark.threat(47)
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"P",
        b"PK",
        b"PK\x05\x06" + bytes(17),
        b"PK\x05\x06" + bytes(18),
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(3000) + b"%%EOF",
        b"<html><body>procedures</body></html>",
        b"Dear colleague, " * 500,
        PICTURE,
        bytes(100_000),
        random.Random(47).randbytes(50_000),  # noqa: S311  # the same bits each time
    ],
    ids=["empty", "P", "PK", "half an end", "empty zip", "pdf", "html", "text", "png", "zeros", "random"],
)
def test_a_file_that_is_no_bundle_is_called_that(tmp_path: Path, data: bytes) -> None:
    refusal = _refusal(tmp_path, data)
    assert refusal.reason is Reason.NOT_A_BUNDLE
    assert "some.manual is not a manual bundle" in str(refusal)


@pytest.mark.threat(47)
def test_an_ordinary_zip_is_no_bundle(tmp_path: Path) -> None:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "<xml/>" * 500)
    assert _refusal(tmp_path, buffer.getvalue()).reason is Reason.NOT_A_BUNDLE


def test_an_epub_is_no_bundle(tmp_path: Path) -> None:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", "<container/>")
    assert _refusal(tmp_path, buffer.getvalue()).reason is Reason.NOT_A_BUNDLE


def test_a_folder_and_a_file_that_is_not_there_are_storage_errors(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.manual"):
        with pytest.raises(StorageError, match="Cannot open"):
            Container(path)


def test_a_bundle_and_a_trust_update_are_not_taken_for_each_other(
    tmp_path: Path, bundle: SignedBundle
) -> None:
    trust_files = {name: data for name, data in bundle.trust.items() if name.startswith("trust/")}
    update = _write(tmp_path, pack(trust_files, names.UPDATE_MIMETYPE))
    assert Container(update, names.UPDATE_MIMETYPE).names == ("mimetype", *sorted(trust_files))
    with refused(Reason.NOT_A_BUNDLE, "is a trust update, not a manual"):
        Container(update)
    manual = _write(tmp_path, bundle.pack())
    assert Container(manual, names.MIMETYPE).read("mimetype") == MIMETYPE
    with refused(Reason.NOT_A_BUNDLE, "is a manual bundle, not a trust update"):
        Container(manual, names.UPDATE_MIMETYPE)
    for wanted in (names.MIMETYPE, names.UPDATE_MIMETYPE):
        with refused(Reason.NOT_A_BUNDLE):
            Container(_write(tmp_path, b"%PDF-1.7\n" + bytes(3000)), wanted)
