"""The file of a court extract on another computer: what is proved, and everything that must not be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from reader.bundle import canonical_json, names
from reader.bundle.container import Container, pack
from reader.bundle.extract import VerifiedExtract, pack_extract
from reader.bundle.verifier import VerifiedBundle
from reader.domain.cancel import CancelToken
from reader.domain.errors import BundleRefusedError, Reason
from reader.domain.extract import ExtractFacts, ExtractRecord, PdfRecord, Quote, QuotedEdition
from tests.support.laptops import Laptop
from tests.support.opening import open_in_full, reason_of, refused
from tests.support.worlds import EASTSHIRE, PICTURE, WESTSHIRE, SignedBundle, Team, World, resigned

Members = dict[str, bytes]
MADE = datetime(2026, 3, 2, 9, 31, tzinfo=UTC)
VISITS = Quote(0, "home-visits", "1.1 Home Visits", "before-the-visit", "Before the visit", "", "A2", "A2")
FOSTERING = Quote(0, "private-fostering", "1.2 Private Fostering", None, "", "", "A3", "A3")
CHAPTER = "bundle-1/content/westshire/procedures/chapters/home-visits.html"
OTHER_CHAPTER = "bundle-1/content/westshire/procedures/chapters/private-fostering.html"


def packed(
    tmp_path: Path,
    *bundles: SignedBundle,
    quotes: tuple[Quote, ...] = (VISITS,),
    superseded_by: int | None = None,
) -> Members:
    """The members of an extract, as the program packs it."""
    opened: list[VerifiedBundle] = []
    for number, bundle in enumerate(bundles):
        bundle.write(tmp_path, f"{number}.manual")
        opened.append(open_in_full(tmp_path / f"{number}.manual", bundle.world.trust_root))
    editions = tuple(QuotedEdition(one.manual, one.edition.manifest.edition, superseded_by) for one in opened)
    pdf = PdfRecord("court.pdf", "0" * 64, 4)
    record = ExtractRecord(ExtractFacts(case="MK26C50123"), MADE, editions, quotes, pdf)
    file = tmp_path / "made.extract"
    file.write_bytes(pack_extract(record, opened))
    container = Container(file, names.EXTRACT_MIMETYPE)
    return {name: container.read(name) for name in container.names if name != names.MIMETYPE_NAME}


def written(tmp_path: Path, members: Members) -> Path:
    file = tmp_path / "court.extract"
    file.write_bytes(pack(members, names.EXTRACT_MIMETYPE))
    return file


def verify(laptop: Laptop, file: Path) -> VerifiedExtract:
    return laptop.service().verify_extract(file, CancelToken())


def with_record(members: Members, edit: Callable[[dict[str, Any]], object]) -> Members:
    raw = members[names.EXTRACT_RECORD_NAME]
    value = canonical_json.parse(raw, "record", Reason.MANIFEST, 2**20)
    assert isinstance(value, dict)
    edit(value)
    return {**members, names.EXTRACT_RECORD_NAME: canonical_json.dump(value)}


@pytest.fixture(scope="module")
def world() -> World:
    return World.new()


@pytest.fixture
def laptop(world: World, tmp_path: Path) -> Laptop:
    """Another computer, on which nothing is installed."""
    return Laptop(tmp_path / "laptop", world.trust_root)


@pytest.fixture(scope="module")
def members(world: World, tmp_path_factory: pytest.TempPathFactory) -> Members:
    return packed(tmp_path_factory.mktemp("extract"), world.bundle())


# What is proved


def test_a_quoted_passage_is_proved_on_a_computer_where_nothing_is_installed(
    laptop: Laptop, members: Members, tmp_path: Path
) -> None:
    found = verify(laptop, written(tmp_path, members))
    assert [excerpt.manual for excerpt in found.excerpts] == [WESTSHIRE]
    assert found.record.quotes == (VISITS,)
    assert found.record.facts.case == "MK26C50123"
    assert b"See every child alone" in found.excerpts[0].read(
        "westshire/procedures/chapters/home-visits.html"
    )
    assert [signer.name for signer in found.excerpts[0].edition.signers]


def test_verifying_installs_and_remembers_nothing(laptop: Laptop, members: Members, tmp_path: Path) -> None:
    verify(laptop, written(tmp_path, members))
    assert laptop.files() == {}
    assert laptop.installed() == []
    assert [row["code"] for row in laptop.decisions()] == ["accepted"]


def test_only_quoted_chapters_and_their_pictures_are_packed(world: World, tmp_path: Path) -> None:
    with_picture = packed(tmp_path, world.bundle(), quotes=(FOSTERING,))
    content = {name.partition("procedures/")[2] for name in with_picture if "/content/" in name}
    assert content == {
        "meta/manifest.json",
        "meta/contents.json",
        "chapters/private-fostering.html",
        "media/flow.png",
    }


def test_two_authorities_stand_in_folders_of_their_own(world: World, laptop: Laptop, tmp_path: Path) -> None:
    quotes = (VISITS, replace(VISITS, bundle=1))
    both = packed(tmp_path, world.bundle(), world.bundle(EASTSHIRE), quotes=quotes)
    found = verify(laptop, written(tmp_path, both))
    assert [excerpt.manual for excerpt in found.excerpts] == [WESTSHIRE, EASTSHIRE]


def test_an_expired_edition_warns_and_is_still_proved(
    laptop: Laptop, members: Members, tmp_path: Path
) -> None:
    file = written(tmp_path, members)
    later = date(2040, 3, 2)
    warnings = verify(laptop.on(later), file).excerpts[0].edition.warnings(later)
    assert any("The review date, 5 January 2027, has passed" in warning for warning in warnings)


def test_a_clock_behind_the_issue_date_warns(laptop: Laptop, members: Members, tmp_path: Path) -> None:
    before = date(2025, 3, 2)
    warnings = verify(laptop.on(before), written(tmp_path, members)).excerpts[0].edition.warnings(before)
    assert any("check the clock" in warning for warning in warnings)


def test_an_older_edition_that_the_installed_one_vouches_for_is_proved_as_superseded(
    world: World, laptop: Laptop, members: Members, tmp_path: Path
) -> None:
    laptop.install(world.bundle(edition=2, history=[world.bundle()]))
    warnings = verify(laptop, written(tmp_path, members)).excerpts[0].edition.warnings(laptop.today)
    assert any(warning.startswith("Superseded: edition 2") for warning in warnings)


# What is refused


def test_one_changed_byte_of_a_chapter_is_refused(laptop: Laptop, members: Members, tmp_path: Path) -> None:
    changed = members[CHAPTER].replace(b"alone", b"along")
    with refused(Reason.TAMPERED, "1.1 Home Visits"):
        verify(laptop, written(tmp_path, {**members, CHAPTER: changed}))


def test_swapped_chapters_are_refused(world: World, laptop: Laptop, tmp_path: Path) -> None:
    both = packed(tmp_path, world.bundle(), quotes=(VISITS, FOSTERING))
    swapped = {**both, CHAPTER: both[OTHER_CHAPTER], OTHER_CHAPTER: both[CHAPTER]}
    with refused(Reason.TAMPERED):
        verify(laptop, written(tmp_path, swapped))


def test_a_chapter_that_nobody_signed_is_refused(laptop: Laptop, members: Members, tmp_path: Path) -> None:
    added = f"{CHAPTER.rpartition('/')[0]}/invented.html"
    with refused(Reason.EXTRA, "invented"):
        verify(laptop, written(tmp_path, {**members, added: b"<p>Invented</p>"}))


def test_a_signed_chapter_that_is_not_quoted_is_refused(
    world: World, laptop: Laptop, members: Members, tmp_path: Path
) -> None:
    more = packed(tmp_path, world.bundle(), quotes=(VISITS, FOSTERING))
    with refused(Reason.SHAPE, "does not quote"):
        verify(laptop, written(tmp_path, {**members, OTHER_CHAPTER: more[OTHER_CHAPTER]}))


def test_a_quoted_chapter_that_is_missing_is_refused(
    laptop: Laptop, members: Members, tmp_path: Path
) -> None:
    without = {name: data for name, data in members.items() if name != CHAPTER}
    with refused(Reason.MISSING, "home-visits"):
        verify(laptop, written(tmp_path, without))


@pytest.mark.parametrize(
    "name",
    [
        "extract.json",
        "bundle-1/trust/1.root.json",
        "bundle-1/trust/targets.json",
        "bundle-1/trust/westshire.json",
        "bundle-1/trust/westshire.procedures.json",
        "bundle-1/content/westshire/procedures/meta/manifest.json",
        "bundle-1/content/westshire/procedures/meta/contents.json",
    ],
)
def test_a_missing_file_of_what_vouches_is_refused(
    laptop: Laptop, members: Members, tmp_path: Path, name: str
) -> None:
    assert name in members
    without = {own: data for own, data in members.items() if own != name}
    reason = reason_of(lambda: verify(laptop, written(tmp_path, without)))
    assert reason in {Reason.SHAPE, Reason.MISSING}


@pytest.mark.parametrize(
    "name",
    [
        "bundle-2/trust/targets.json",
        "trust/targets.json",
        "content/x.html",
        "readme.json",
        "bundle-01/a.json",
    ],
)
def test_a_file_without_a_place_is_refused(
    laptop: Laptop, members: Members, tmp_path: Path, name: str
) -> None:
    with refused(Reason.SHAPE):
        verify(laptop, written(tmp_path, {**members, name: b"{}\n"}))


def test_another_root_is_refused_without_showing_anything(laptop: Laptop, tmp_path: Path) -> None:
    attacker = packed(tmp_path, World.new("attacker").bundle(words="Invented words"))
    with refused(Reason.SIGNATURE) as _:
        verify(laptop, written(tmp_path, attacker))
    assert "Invented" not in str(laptop.decisions())


def test_without_a_pin_nothing_is_proved_and_the_offered_root_is_named(
    world: World, laptop: Laptop, members: Members, tmp_path: Path
) -> None:
    with refused(Reason.NO_TRUST_ROOT, world.trust_root.fingerprint):
        verify(laptop.pinned(None), written(tmp_path, members))


def test_a_withdrawn_signer_is_refused(
    world: World, laptop: Laptop, members: Members, tmp_path: Path
) -> None:
    newer = world.with_officers(WESTSHIRE, Team.new("new officer"))
    laptop.install(newer.bundle(edition=2))
    with refused(Reason.SIGNATURE):
        verify(laptop, written(tmp_path, members))


def test_a_key_that_one_folder_withdraws_counts_in_no_other(
    world: World, laptop: Laptop, tmp_path: Path
) -> None:
    newer = world.with_lead("westshire", Team.new("new lead"))
    quotes = (VISITS, replace(VISITS, bundle=1))
    both = packed(tmp_path, world.bundle(), newer.bundle(EASTSHIRE), quotes=quotes)
    with refused(Reason.SIGNATURE):
        verify(laptop, written(tmp_path, both))


def test_an_older_edition_that_nobody_vouches_for_is_refused(
    world: World, laptop: Laptop, members: Members, tmp_path: Path
) -> None:
    laptop.install(world.bundle(edition=2))
    with refused(Reason.ROLLBACK, "edition 1", "edition 2"):
        verify(laptop, written(tmp_path, members))


def test_another_text_of_an_installed_edition_is_refused(
    world: World, laptop: Laptop, members: Members, tmp_path: Path
) -> None:
    laptop.install(world.bundle(words="Other words"))
    with refused(Reason.CONFLICT):
        verify(laptop, written(tmp_path, members))


def test_stripped_signatures_are_refused(laptop: Laptop, members: Members, tmp_path: Path) -> None:
    name = "bundle-1/trust/westshire.procedures.json"
    bare = resigned(members[name], lambda signed: signed, ())
    with refused(Reason.SIGNATURE):
        verify(laptop, written(tmp_path, {**members, name: bare}))


def test_a_picture_in_the_place_of_a_signed_one_is_refused(
    world: World, laptop: Laptop, tmp_path: Path
) -> None:
    found = packed(tmp_path, world.bundle(), quotes=(FOSTERING,))
    name = next(name for name in found if name.endswith(".png"))
    with refused(Reason.TAMPERED):
        verify(laptop, written(tmp_path, {**found, name: PICTURE + b"\0"}))


@pytest.mark.parametrize(
    "edit",
    [
        lambda value: value["quotes"][0].update(title="1.1 Visits at Home"),
        lambda value: value["quotes"][0].update(passage="After the visit"),
        lambda value: value["quotes"][0].update(anchor="after-the-visit"),
        lambda value: value["quotes"][0].update(anchor="no anchor"),
        lambda value: value["quotes"][0].update(chapter="../home-visits"),
        lambda value: value["quotes"][0].update(bundle=2),
        lambda value: value["quotes"][0].update(bundle=0),
        lambda value: value["quotes"][0].update(remark="two\nlines"),
        lambda value: value["quotes"][0].update(remark="\u202eright to left"),
        lambda value: value["quotes"].clear(),
        lambda value: value["bundles"][0].update(edition=2),
        lambda value: value["bundles"][0].update(authority="eastshire"),
        lambda value: value["bundles"][0].update(authority="no/authority"),
        lambda value: value["bundles"][0].update(superseded_by=True),
        lambda value: value["pdf"].update(sha256="ab"),
        lambda value: value["pdf"].update(pages=0),
        lambda value: value.update(made="yesterday"),
        lambda value: value.update(made="2026-03-02T09:31:00"),
        lambda value: value.update(prefix="a1"),
        lambda value: value.update(format=2),
        lambda value: value.update(more=1),
        lambda value: value.pop("case"),
    ],
)
def test_a_record_that_does_not_fit_is_refused(
    laptop: Laptop, members: Members, tmp_path: Path, edit: Callable[[dict[str, Any]], object]
) -> None:
    with refused(Reason.MANIFEST):
        verify(laptop, written(tmp_path, with_record(members, edit)))


def test_another_spelling_of_the_record_is_refused(laptop: Laptop, members: Members, tmp_path: Path) -> None:
    raw = members[names.EXTRACT_RECORD_NAME]
    with refused(Reason.MANIFEST, "canonical"):
        verify(laptop, written(tmp_path, {**members, names.EXTRACT_RECORD_NAME: raw + b" "}))


def test_no_flipped_byte_is_accepted(laptop: Laptop, members: Members, tmp_path: Path) -> None:
    file = written(tmp_path, members)
    whole = file.read_bytes()
    service = laptop.service()
    for position in range(0, len(whole), len(whole) // 120):
        file.write_bytes(whole[:position] + bytes([whole[position] ^ 0x20]) + whole[position + 1 :])
        assert reason_of(lambda: service.verify_extract(file, CancelToken())) is not None, position


@pytest.mark.parametrize("length", [0, 10, 200, 4000, -1, -30])
def test_a_file_that_was_cut_short_is_refused(
    laptop: Laptop, members: Members, tmp_path: Path, length: int
) -> None:
    file = written(tmp_path, members)
    file.write_bytes(file.read_bytes()[:length])
    with pytest.raises(BundleRefusedError):
        verify(laptop, file)


# What is no bundle, and no extract


def test_an_extract_cannot_be_installed(laptop: Laptop, members: Members, tmp_path: Path) -> None:
    file = written(tmp_path, members)
    for name in ("court.extract", "court.manual", "court.trust"):
        copy = tmp_path / name
        copy.write_bytes(file.read_bytes())
        with refused(Reason.NOT_A_BUNDLE, "court extract", "installs nothing"):
            laptop.install(copy)
        with refused(Reason.NOT_A_BUNDLE):
            laptop.service().update_trust(copy)
    assert laptop.files() == {}


def test_a_bundle_is_no_extract(world: World, laptop: Laptop, tmp_path: Path) -> None:
    file = world.bundle().write(tmp_path, "court.extract")
    with refused(Reason.NOT_A_BUNDLE, "not the file of an extract"):
        verify(laptop, file)


def test_the_content_of_an_extract_repacked_as_a_bundle_is_refused(
    laptop: Laptop, members: Members, tmp_path: Path
) -> None:
    inner = {name.removeprefix("bundle-1/"): data for name, data in members.items() if "/" in name}
    file = tmp_path / "delivered.manual"
    file.write_bytes(pack(inner))
    with refused(Reason.MISSING):
        laptop.install(file)
