"""Documents for paper of really signed editions: provenance on every page, reading lists, selections, extracts."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from reader.domain.cancel import CancelToken
from reader.domain.errors import BundleRefusedError, CancelledError, NotFoundError, StorageError
from reader.domain.extract import ExtractFacts
from reader.domain.location import Location
from reader.domain.paper import PaperDocument, PaperItem
from reader.services.citations import CitationService, CitationVerdict
from reader.services.comparison import ComparisonService
from reader.services.extract_pages import proof_file
from reader.services.extracts import ExtractService
from reader.services.paper import PaperService
from reader.services.paper_parts import Cited, PartComposer, citation
from reader.services.snapshot import LibrarySnapshot
from reader.store.places import fonts_dir
from tests.support.laptops import Laptop, page_service
from tests.support.pdfs import words
from tests.support.worlds import EASTSHIRE, TODAY, WESTSHIRE, World

VISITS = Location(WESTSHIRE, "home-visits")
FOSTERING = Location(WESTSHIRE, "private-fostering")
BEFORE = replace(VISITS, anchor="before-the-visit")
CITED = (
    "Westshire Council, Procedures Manual, 1.1 Home Visits, edition 1, in force from 12 January 2026,"
    " printed on 2 March 2026."
)


def service(day: date = TODAY, cite: Callable[[Cited], str] = citation) -> PaperService:
    moment = datetime(day.year, day.month, day.day, 9, 31, tzinfo=UTC)
    pages = page_service()

    def comparison() -> ComparisonService:
        raise AssertionError("nothing is compared here")

    return PaperService(PartComposer(cite), lambda: pages, comparison, lambda: moment, fonts_dir())


def extracts() -> ExtractService:
    moment = datetime(TODAY.year, TODAY.month, TODAY.day, 9, 31, tzinfo=UTC)
    return ExtractService(PartComposer(), lambda: moment, fonts_dir())


@pytest.fixture(scope="module")
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Laptop:
    world = World.new()
    found = Laptop(tmp_path_factory.mktemp("paper"), world.trust_root)
    found.install(world.bundle())
    found.install(world.bundle(EASTSHIRE, manifest={"purpose": "training", "review_by": "2026-12-01"}))
    return found


@pytest.fixture(scope="module")
def snapshot(laptop: Laptop) -> LibrarySnapshot:
    return laptop.load()


def text_of(document: PaperDocument) -> str:
    return " ".join(words(service().make(document, CancelToken()).pdf))


def test_a_chapter_carries_its_provenance(snapshot: LibrarySnapshot) -> None:
    (part,) = service().chapter(snapshot, VISITS).parts
    authority, cited, signed = part.head
    assert authority == "Westshire Council: Procedures Manual"
    assert cited.startswith(f"{CITED} Text ")
    checked = CitationService(lambda: TODAY).check(snapshot, cited)
    assert checked is not None
    assert checked.verdict is CitationVerdict.HELD, "what is printed can be typed into the search field"
    assert signed.startswith("Signed by ")
    assert "verified at 09:31. Issued on 5 January 2026, review by 5 January 2027." in signed
    assert part.foot == "Printed on 2 March 2026. Check for a newer edition after 5 January 2027."
    assert part.warnings == ()


def test_the_citation_is_made_by_what_is_given(snapshot: LibrarySnapshot) -> None:
    own = service(cite=lambda cited: f"{cited.chapter} | {cited.passage} | {cited.printed}")
    (part,) = own.chapter(snapshot, BEFORE).parts
    assert part.head[1] == "1.1 Home Visits | Before the visit | 2026-03-02"


def test_a_passage_is_printed_without_the_rest(snapshot: LibrarySnapshot) -> None:
    document = service().chapter(snapshot, BEFORE)
    assert document.title == "1.1 Home Visits › Before the visit"
    text = text_of(document)
    assert "Read the chronology." in text
    assert "See every child alone" not in text
    with pytest.raises(NotFoundError, match="has no passage “nowhere”"):
        service().chapter(snapshot, replace(VISITS, anchor="nowhere"))


def test_an_overdue_training_or_future_edition_says_so_on_every_page(snapshot: LibrarySnapshot) -> None:
    (part,) = service(date(2031, 1, 1)).chapter(snapshot, replace(VISITS, manual=EASTSHIRE)).parts
    assert part.warnings[0] == "For training only: do not use it for practice."
    assert part.warnings[1].startswith("The review date, 1 December 2026, has passed")


def test_a_chapter_whose_text_is_not_held_says_so_above_all(snapshot: LibrarySnapshot) -> None:
    document = service().chapter(snapshot, replace(VISITS, chapter="missing-children"))
    assert document.parts[0].warnings[0].startswith("The text of this chapter is not held")
    assert "1.3 Missing Children" in text_of(document)


def test_a_manual_as_a_whole_is_printed_as_its_contents_list(snapshot: LibrarySnapshot) -> None:
    text = text_of(service().chapter(snapshot, Location(WESTSHIRE)))
    assert "1.2 Private Fostering" in text


def test_an_older_edition_says_that_it_is_superseded(tmp_path: Path) -> None:
    world = World.new()
    laptop = Laptop(tmp_path, world.trust_root)
    first = world.bundle()
    laptop.install(first)
    laptop.install(world.bundle(edition=2, history=[first]))
    (part,) = service().chapter(laptop.load(), replace(VISITS, edition=1)).parts
    assert part.warnings == ("Superseded: edition 2 of this manual is installed and in force.",)


def test_a_selection_says_that_it_is_one_and_is_sanitised(snapshot: LibrarySnapshot) -> None:
    fragment = '<p>See every <b>child</b><script>alert(1)</script><img src="file:///etc/passwd"></p>'
    document = service().selection(snapshot, VISITS, fragment)
    assert document.parts[0].warnings == ("A selection: only a part of the chapter is printed here.",)
    text = text_of(document)
    assert "See every child" in text
    assert "alert" not in text
    with pytest.raises(NotFoundError, match="Nothing is selected"):
        service().selection(snapshot, VISITS, "<p> </p>")


def test_a_reading_list_has_a_cover_and_the_remarks(snapshot: LibrarySnapshot) -> None:
    items = (
        PaperItem(BEFORE, "For Tuesday"),
        PaperItem(replace(VISITS, manual=EASTSHIRE)),
        PaperItem(FOSTERING),
    )
    document = service().reading_list(snapshot, "Induction", items)
    text = text_of(document)
    assert text.count("Remark, not part of the procedure: For Tuesday") == 1
    assert "1.1 Home Visits › Before the visit 2 1.1 Home Visits 3" in text
    assert "5 January 2027 (Westshire Council); 1 December 2026 (Eastshire Council)" in document.parts[0].foot
    assert document.parts[0].warnings == (
        "Eastshire Council: For training only: do not use it for practice.",
    )
    with pytest.raises(NotFoundError, match="empty"):
        service().reading_list(snapshot, "Induction", ())


def test_addresses_of_links_stand_below_the_text(tmp_path: Path) -> None:
    world = World.new()
    laptop = Laptop(tmp_path, world.trust_root)
    html = b'<p>See <a href="https://www.gov.uk/guidance">the guidance</a> and <a href="#x">this</a>.</p>'
    laptop.install(world.bundle().with_signed_file("chapters/home-visits.html", html))
    text = text_of(service().chapter(laptop.load(), VISITS))
    assert "See the guidance and this." in text
    assert "Addresses of the links in this text: the guidance: https://www.gov.uk/guidance" in text


def test_a_chapter_that_changed_since_is_not_printed(tmp_path: Path) -> None:
    world = World.new()
    laptop = Laptop(tmp_path, world.trust_root)
    bundle = laptop.install(world.bundle())
    snapshot = laptop.load()
    bundle.path.write_bytes(bundle.path.read_bytes().replace(b"child alone", b"child along"))
    with pytest.raises(BundleRefusedError, match="changed after it was signed"):
        service().chapter(snapshot, VISITS)


# Court extracts


def test_an_extract_is_written_with_its_file_and_proved(
    laptop: Laptop, snapshot: LibrarySnapshot, tmp_path: Path
) -> None:
    file = tmp_path / "court.pdf"
    items = (PaperItem(BEFORE, "Tab 4"), PaperItem(FOSTERING), PaperItem(replace(VISITS, manual=EASTSHIRE)))
    facts = ExtractFacts("Visits", "MK26C50123", "A. Barrister", "C")
    record = extracts().write(snapshot, items, facts, file, cancel=CancelToken())
    assert [(quote.first_page, quote.last_page) for quote in record.quotes] == [
        ("C2", "C2"),
        ("C3", "C3"),
        ("C4", "C4"),
    ]
    pdf = file.read_bytes()
    cover, sheet = " ".join(words(pdf, 0)), " ".join(words(pdf, 4))
    assert "MK26C50123" in cover
    assert "1.1 Home Visits › Before the visit C2" in cover
    assert "procedures verify court.extract" in sheet
    assert "Flow chart" not in cover
    found = laptop.service().verify_extract(proof_file(file), CancelToken())
    assert found.record == record
    check = extracts().check_pdf(found, file, CancelToken())
    assert (check.is_recorded, check.is_same) == (True, True)
    assert "byte for byte" in check.message


def test_a_newer_edition_on_the_other_computer_changes_nothing_of_the_pdf(tmp_path: Path) -> None:
    world = World.new()
    first = world.bundle()
    here, there = Laptop(tmp_path / "a", world.trust_root), Laptop(tmp_path / "b", world.trust_root)
    here.install(first)
    there.install(world.bundle(edition=2, history=[first]))
    file = tmp_path / "court.pdf"
    extracts().write(here.load(), [PaperItem(VISITS)], ExtractFacts(), file, cancel=CancelToken())
    found = there.service().verify_extract(proof_file(file), CancelToken())
    assert found.excerpts[0].edition.superseded_by == 2
    assert extracts().check_pdf(found, file, CancelToken()).is_same is True


def test_a_pdf_with_changed_words_is_not_taken_for_the_extract(
    laptop: Laptop, snapshot: LibrarySnapshot, tmp_path: Path
) -> None:
    file = tmp_path / "court.pdf"
    own = extracts()
    own.write(snapshot, [PaperItem(VISITS)], ExtractFacts(), file, cancel=CancelToken())
    found = laptop.service().verify_extract(proof_file(file), CancelToken())
    file.write_bytes(file.read_bytes() + b"\n")
    check = own.check_pdf(found, file, CancelToken())
    assert (check.is_recorded, check.is_same) == (False, None)
    assert "do not rely on it" in check.message


def test_a_pdf_that_lies_beside_a_record_of_its_hash_is_compared_page_by_page(
    laptop: Laptop, snapshot: LibrarySnapshot, tmp_path: Path
) -> None:
    """Whoever changes the PDF can change the record too: nobody signs that. The signed texts say otherwise."""
    file, other = tmp_path / "court.pdf", tmp_path / "other.pdf"
    own = extracts()
    own.write(snapshot, [PaperItem(VISITS)], ExtractFacts(), file, cancel=CancelToken())
    forged = own.write(snapshot, [PaperItem(VISITS, "Invented")], ExtractFacts(), other, cancel=CancelToken())
    found = laptop.service().verify_extract(proof_file(file), CancelToken())
    lying = replace(found, record=replace(found.record, pdf=forged.pdf))
    check = own.check_pdf(lying, other, CancelToken())
    assert (check.is_recorded, check.is_same) == (True, False)
    assert "(see A2, A3)" in check.message or "(see A2)" in check.message


@pytest.mark.parametrize(
    ("item", "sentence"),
    [
        (replace(VISITS, chapter="missing-children"), "is not held here"),
        (Location(WESTSHIRE), "has no chapter"),
        (replace(VISITS, anchor="nowhere"), "has no passage"),
        (replace(VISITS, edition=7), "not installed"),
    ],
)
def test_what_is_not_signed_cannot_be_quoted(
    snapshot: LibrarySnapshot, tmp_path: Path, item: Location, sentence: str
) -> None:
    with pytest.raises(NotFoundError, match=sentence):
        extracts().write(
            snapshot, [PaperItem(item)], ExtractFacts(), tmp_path / "x.pdf", cancel=CancelToken()
        )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "facts", [ExtractFacts(prefix="a"), ExtractFacts(prefix="A1"), ExtractFacts(case="a\nb")]
)
def test_words_on_the_cover_that_cannot_be_used_are_said(
    snapshot: LibrarySnapshot, tmp_path: Path, facts: ExtractFacts
) -> None:
    with pytest.raises(NotFoundError):
        extracts().write(snapshot, [PaperItem(VISITS)], facts, tmp_path / "x.pdf", cancel=CancelToken())


def test_a_full_disk_leaves_the_old_files(
    snapshot: LibrarySnapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "court.pdf"
    file.write_bytes(b"old")
    calls: list[int] = []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="No space left on device"):
        extracts().write(snapshot, [PaperItem(VISITS)], ExtractFacts(), file, cancel=CancelToken())
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == {"court.pdf": b"old"}


def test_a_pdf_that_another_program_holds_open_leaves_both_files_as_they_were(
    snapshot: LibrarySnapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "court.pdf"
    extracts().write(snapshot, [PaperItem(VISITS)], ExtractFacts(), file, cancel=CancelToken())
    before = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    replace_file = Path.replace

    def held_open(self: Path, target: Path) -> Path:
        if target.suffix == ".pdf":
            raise PermissionError(13, "The process cannot access the file")
        return replace_file(self, target)

    monkeypatch.setattr(Path, "replace", held_open)
    with pytest.raises(StorageError, match=r"court\.pdf.*cannot access the file"):
        extracts().write(snapshot, [PaperItem(FOSTERING)], ExtractFacts(), file, cancel=CancelToken())
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == before


def test_a_pdf_that_is_far_too_large_is_not_read(
    laptop: Laptop, snapshot: LibrarySnapshot, tmp_path: Path
) -> None:
    file = tmp_path / "court.pdf"
    extracts().write(snapshot, [PaperItem(VISITS)], ExtractFacts(), file, cancel=CancelToken())
    found = laptop.service().verify_extract(proof_file(file), CancelToken())
    with file.open("r+b") as opened:
        opened.truncate(600 * 1024 * 1024)  # no byte of it is on the disk
    with pytest.raises(StorageError, match="larger than any extract"):
        extracts().check_pdf(found, file, CancelToken())


def test_a_stopped_extract_writes_nothing(snapshot: LibrarySnapshot, tmp_path: Path) -> None:
    cancel = CancelToken()

    def stop(_done: int, _total: int) -> None:
        cancel.cancel()

    with pytest.raises(CancelledError):
        extracts().write(
            snapshot, [PaperItem(VISITS)], ExtractFacts(), tmp_path / "x.pdf", cancel=cancel, on_page=stop
        )
    assert list(tmp_path.iterdir()) == []
