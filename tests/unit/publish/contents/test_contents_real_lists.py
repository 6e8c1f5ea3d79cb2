"""The five real contents lists: exact figures, the odd rows of each, and nothing lost."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest

from reader.domain.contents import Chapter, ContentsList, Division, Held, Note, SeeAlso, Status, walk
from reader.domain.text import is_one_printable_line
from reader.publish.contents import ContentsPage

SOURCES = Path(__file__).parents[4] / "bundles" / "sources"
CHAPTERS = {
    "bedford-borough": 138,
    "cambridgeshire": 121,
    "lancashire": 188,
    "leicestershire": 118,
    "westmorland-and-furness": 143,
}
NAMES = tuple(CHAPTERS)
CSAP = "Blackburn with Darwen, Blackpool and Lancashire Children's Safeguarding Assurance Partnership (CSAP) Procedures"
# Whole lines of the files that are furniture, or that end in the authority's name and the manual's title, which
# other lines of the page say as well.
FURNITURE = re.compile(
    r"(?:Contents|Skip to content|End|Quick Links:|.* Logo|See also: *|Also see: *|See: *"
    r"|caption: .*|This contents list is sub divided into the following sections, .*)",
    re.IGNORECASE,
)
DAY = r"(?:January|February|August) \d+, \d{4}$"
STATUS_WORDS = {
    Status.NEW: "New",
    Status.UPDATED: "Updated",
    Status.UNDER_REVIEW: "under review",
    Status.TO_FOLLOW: "to follow",
}


@dataclass(frozen=True, slots=True)
class _Figures:
    divisions: int
    see_alsos: int
    linked: int
    with_source: int
    notes: int


def _chapter(contents: ContentsList, number: str) -> Chapter:
    place = contents.find(number)
    assert place is not None
    return place.chapter


def _division(page: ContentsPage, number: str) -> Division:
    return next(
        entry
        for entry, _ in walk(page.contents.entries)
        if isinstance(entry, Division) and entry.number == number
    )


def test_all_five_lists_are_read(real_pages: dict[str, ContentsPage]) -> None:
    assert {name: len(list(page.contents.chapters())) for name, page in real_pages.items()} == CHAPTERS


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bedford-borough", _Figures(divisions=27, see_alsos=11, linked=3, with_source=1, notes=1)),
        ("cambridgeshire", _Figures(divisions=30, see_alsos=10, linked=0, with_source=0, notes=3)),
        ("lancashire", _Figures(divisions=38, see_alsos=29, linked=7, with_source=3, notes=5)),
        ("leicestershire", _Figures(divisions=33, see_alsos=11, linked=7, with_source=0, notes=1)),
        ("westmorland-and-furness", _Figures(divisions=27, see_alsos=0, linked=0, with_source=0, notes=0)),
    ],
)
def test_every_kind_of_entry_is_counted(
    real_pages: dict[str, ContentsPage], name: str, expected: _Figures
) -> None:
    entries = [entry for entry, _ in walk(real_pages[name].contents.entries)]
    pointers = [entry for entry in entries if isinstance(entry, SeeAlso)]
    assert expected == _Figures(
        divisions=sum(isinstance(entry, Division) for entry in entries),
        see_alsos=len(pointers),
        linked=sum(pointer.chapter is not None for pointer in pointers),
        with_source=sum(pointer.source is not None for pointer in pointers),
        notes=sum(isinstance(entry, Note) for entry in entries),
    )


@pytest.mark.parametrize(
    ("name", "statuses", "revised", "sources"),
    [
        ("bedford-borough", {"updated": 7, "under-review": 3, "to-follow": 1}, 0, 3),
        ("cambridgeshire", {"updated": 12, "new": 2}, 0, 0),
        ("lancashire", {"updated": 13, "new": 5, "under-review": 7}, 0, 2),
        ("leicestershire", {"updated": 16, "new": 1}, 0, 0),
        ("westmorland-and-furness", {"under-review": 3}, 112, 9),
    ],
)
def test_statuses_dates_and_sources_are_counted(
    real_pages: dict[str, ContentsPage], name: str, statuses: dict[str, int], revised: int, sources: int
) -> None:
    chapters = list(real_pages[name].contents.chapters())
    assert Counter(str(status) for chapter in chapters for status in chapter.statuses) == statuses
    assert sum(chapter.revised is not None for chapter in chapters) == revised
    assert sum(chapter.source is not None for chapter in chapters) == sources
    assert all((chapter.held is Held.EXTERNAL) == (chapter.source is not None) for chapter in chapters)


@pytest.mark.parametrize("name", NAMES)
def test_no_word_of_a_list_is_lost_or_made_up(real_pages: dict[str, ContentsPage], name: str) -> None:
    """Every word of the file stands in some entry or fact, as often as in the file."""
    page = real_pages[name]
    lines = (SOURCES / name / "contents.txt").read_text(encoding="utf-8").splitlines()
    kept = [_prepared(line) for line in lines if not FURNITURE.fullmatch(line.replace("\u00a0", " ").strip())]
    found = [word for text in _texts(page) for word in _words(text)]
    assert Counter(found) == Counter(word for line in kept for word in _words(line))


def _prepared(line: str) -> str:
    """A line of a file as the tree gives it: run-together words parted, repeated words and pointers' names off."""
    text = line.replace("\u00a0", " ").strip()
    text = re.sub(r"^(?:- )?(\d+(?:\.\d+)*)\.?(?=[A-Z])", r"\1 ", text)
    text = re.sub(r"(?<=[a-z0-9)])(?=Under Review$|Children(?:'s)? (?:and|Social))", " ", text)
    text = re.sub(r"^(View .*) \1$", r"\1", text)
    text = re.sub(r"^(?:See also:|Also see:|See:|Last Updated:|and) (?=\S)", "", text)
    return re.sub(DAY, _iso, text)


def _iso(day: re.Match[str]) -> str:
    return f" {datetime.strptime(f'{day[0]} +0000', '%B %d, %Y %z').date().isoformat()}"


def _words(text: str) -> Iterator[str]:
    return (word.casefold() for word in re.findall(r"\w+", text))


def _texts(page: ContentsPage) -> Iterator[str]:
    facts = page.facts
    yield from facts.links
    yield from facts.quick_links
    if facts.title and facts.authority_name:
        # The council's name stands before the title on the same line, or within it.
        first_name = facts.authority_name.split()[0]
        yield facts.title if first_name in facts.title else f"{first_name} {facts.title}"
    yield facts.last_updated.isoformat() if facts.last_updated else ""
    yield facts.version_label or ""
    # Sections that the page has rows under, and no row for.
    implied = {"1", "4", "5", "6"} if not facts.quick_links else set()
    for entry, _ in walk(page.contents.entries):
        if isinstance(entry, Division) and not (entry.title is None and entry.number in implied):
            yield entry.numbered_title
        elif isinstance(entry, Chapter):
            yield f"{entry.number} {entry.title} {entry.source or ''} {entry.note or ''}"
            yield " ".join(STATUS_WORDS[status] for status in entry.statuses)
            yield entry.revised.isoformat() if entry.revised else ""
        elif isinstance(entry, SeeAlso):
            yield f"{entry.title} {entry.source or ''} {entry.note or ''}"
        elif isinstance(entry, Note) and entry.text != "See also:":
            yield entry.text


@pytest.mark.parametrize("name", NAMES)
def test_every_text_is_one_printable_line_and_every_id_is_its_own(
    real_pages: dict[str, ContentsPage], name: str
) -> None:
    page = real_pages[name]
    ids = [entry.id for entry, _ in walk(page.contents.entries) if isinstance(entry, Chapter)]
    assert all(is_one_printable_line(text) for text in _texts(page) if text == text.strip())
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9-]{0,80}", chapter_id) for chapter_id in ids)
    assert len(set(ids)) == len(ids)


def test_bedford_borough_has_no_name_of_its_own_on_the_page(real_pages: dict[str, ContentsPage]) -> None:
    page = real_pages["bedford-borough"]
    assert page.facts.authority_name is None
    assert page.facts.title is None
    assert page.facts.links == ()
    assert page.facts.quick_links[2] == "3. Adoption and Permanence"
    assert _division(page, "3").title == "Adoption"
    assert page.warnings == (
        "line 271: section 3 is headed “Adoption”, and the quick links call it “Adoption and Permanence”.",
    )


def test_bedford_borough_has_two_statuses_on_one_chapter(real_pages: dict[str, ContentsPage]) -> None:
    chapter = _chapter(real_pages["bedford-borough"].contents, "4.6")
    assert chapter.title == "Assessment and Approvals of Foster Carers"
    assert chapter.statuses == (Status.UNDER_REVIEW, Status.UPDATED)


def test_bedford_borough_points_at_local_resources_in_four_spellings(
    real_pages: dict[str, ContentsPage],
) -> None:
    page = real_pages["bedford-borough"]
    assert _division(page, "1.4").entries[0] == SeeAlso("Local Resources", chapter="local-resources")
    assert _division(page, "3.1").entries[:2] == (
        SeeAlso("Local Resources (Adoption and Permanence)"),
        SeeAlso("Adoption Strategy: Achieving Excellence Everywhere"),
    )
    assert _division(page, "3.2").entries[0] == Note(
        "For Local Documents please see Local Resources (Special Guardianship)"
    )
    assert _division(page, "4").entries[0] == SeeAlso("Local Resources (Fostering Service)")


def test_bedford_borough_names_the_partnership_that_holds_a_chapter(
    real_pages: dict[str, ContentsPage],
) -> None:
    contents = real_pages["bedford-borough"].contents
    assert _chapter(contents, "1.3.2").source == (
        "Bedford Borough, Central Bedfordshire and Luton Safeguarding Children's Board Procedures Manual"
    )
    assert _chapter(contents, "1.12.2").source == (
        "Bedford Borough, Central Bedfordshire and Luton Safeguarding Children Boards Procedures"
    )
    assert _chapter(contents, "1.7.4").source is None
    place = contents.find("1.7.5")
    assert place is not None
    explained = place.companions[0]
    assert isinstance(explained, SeeAlso)
    assert explained.title == "Family Justice Resource Hub (ADCS)"
    assert explained.note is not None
    assert explained.note.startswith("This hosts a series")


def test_cambridgeshire_has_lone_see_alsos_and_a_gap(real_pages: dict[str, ContentsPage]) -> None:
    page = real_pages["cambridgeshire"]
    assert page.warnings == (
        "line 54: 1.3.2 is followed by 1.3.4.",
        "line 82: “See also:” points at nothing and stays a note.",
        "line 92: “See also:” points at nothing and stays a note.",
    )
    place = page.contents.find("2.2.3")
    assert place is not None
    assert place.companions == (Note("See also:"),)


def test_cambridgeshire_says_whose_manual_it_is(real_pages: dict[str, ContentsPage]) -> None:
    facts = real_pages["cambridgeshire"].facts
    assert facts.authority_name == "Cambridgeshire"
    assert facts.title == "Cambridgeshire Children's Service Procedures Manual"
    assert facts.links == ("View Cambridgeshire LSCB Manual", "View Working Together to Safeguard Children")


def test_cambridgeshire_keeps_its_note_with_the_chapter(real_pages: dict[str, ContentsPage]) -> None:
    place = real_pages["cambridgeshire"].contents.find("2.2.5")
    assert place is not None
    (note,) = place.companions
    assert isinstance(note, Note)
    assert note.text.startswith("In July 2019, CCC took the decision")
    assert note.text.endswith("Child Protection, Care Plan or Child in Need Plan.")


def test_lancashire_keeps_its_slips(real_pages: dict[str, ContentsPage]) -> None:
    page = real_pages["lancashire"]
    numbers = [entry.number for entry in _division(page, "7.3").entries if isinstance(entry, Chapter)]
    assert numbers == ["7.3.1", "7.3.2", "7.3.4", "7.4.5"]
    assert page.warnings == ("line 540: 7.3.2 is followed by 7.3.4.", "line 541: 7.4.5 stands under 7.3.")


def test_lancashire_keeps_a_chapter_that_stands_in_two_places(real_pages: dict[str, ContentsPage]) -> None:
    contents = real_pages["lancashire"].contents
    assert _chapter(contents, "1.1.8").id == "lancashire-csc-intranet"
    assert _chapter(contents, "8.6").id == "lancashire-csc-intranet-2"


def test_lancashire_joins_and_parts_its_see_alsos(real_pages: dict[str, ContentsPage]) -> None:
    contents = real_pages["lancashire"].contents
    place = contents.find("1.6.2")
    assert place is not None
    assert place.companions == (
        SeeAlso("Lancashire Pre Proceedings Protocol"),
        SeeAlso("PLO Toolkit (Intranet Access is Required)"),
    )
    voice = contents.find("1.1.9")
    assert voice is not None
    assert voice.chapter.title == "Participation (Intranet Access is Required)"
    assert voice.companions == (SeeAlso("Good Practice Supporting the Voice of the Child", source=CSAP),)
    allegations = _chapter(contents, "7.1.9")
    assert (allegations.statuses, allegations.source) == ((Status.UNDER_REVIEW,), CSAP)


def test_lancashire_keeps_brackets_in_titles(real_pages: dict[str, ContentsPage]) -> None:
    contents = real_pages["lancashire"].contents
    transfer = _chapter(contents, "1.3.7")
    assert (transfer.title, transfer.statuses) == ("Transfer Policy (2024)", (Status.UPDATED,))
    finding = _chapter(contents, "6.2.16")
    assert (finding.title, finding.statuses) == (
        "Placement Finding Procedures (Local Procedure)",
        (Status.NEW,),
    )
    assert _chapter(contents, "5.1.6").source == "Lancashire County Council website"
    assert _chapter(contents, "1.6.7").title.endswith("Care Direction Hearings (October 2013)")


def test_lancashire_names_itself_in_logo_and_title(real_pages: dict[str, ContentsPage]) -> None:
    facts = real_pages["lancashire"].facts
    assert facts.authority_name == "Lancashire"
    assert facts.title == "Children's Social Care Procedures Manual"
    assert facts.links == ("Click here to view Lancashire CSC Intranet.",)
    assert len(facts.quick_links) == 8


def test_lancashire_points_at_its_own_chapters(real_pages: dict[str, ContentsPage]) -> None:
    place = real_pages["lancashire"].contents.find("6.8.1")
    assert place is not None
    (pointer,) = place.companions
    assert isinstance(pointer, SeeAlso)
    target = real_pages["lancashire"].contents.place(pointer.chapter or "")
    assert target is not None
    assert target.chapter.number == "6.9.2"


def test_leicestershire_takes_the_fuller_name(real_pages: dict[str, ContentsPage]) -> None:
    facts = real_pages["leicestershire"].facts
    assert facts.authority_name == "Leicestershire County Council"
    assert facts.title == "Children and Family Service Procedures Manual"
    assert facts.links == (
        "Children's Services Policies, Values and Principles",
        "Children's Consultation and Participation",
        "Local Information",
        "Leicestershire: see Local Policies, Procedures & Guidance",
    )
    assert real_pages["leicestershire"].warnings == ()


def test_leicestershire_has_its_paragraph_as_one_note(real_pages: dict[str, ContentsPage]) -> None:
    note, pointer, *_ = _division(real_pages["leicestershire"], "1.7").entries
    assert isinstance(note, Note)
    assert note.text.startswith("Leicester City, Leicestershire and Rutland")
    assert note.text.endswith("which provide further safeguarding advice to practitioners.")
    assert pointer == SeeAlso("Local Policies, Procedures & Guidance")


def test_westmorland_and_furness_has_sections_without_a_title(real_pages: dict[str, ContentsPage]) -> None:
    page = real_pages["westmorland-and-furness"]
    sections = [(entry.number, entry.title) for entry in page.contents.entries if isinstance(entry, Division)]
    assert sections == [
        ("1", None),
        ("2", "Case Management and Recording"),
        ("3", "Prevention and Family Support"),
        ("4", None),
        ("5", None),
        ("6", None),
        ("7", "Appendices"),
    ]
    assert [entry.number for entry in _division(page, "2").entries if isinstance(entry, Chapter)] == [
        f"2.0.{number}" for number in range(1, 6)
    ]
    assert page.warnings == tuple(
        f"line {line}: {section} has no row of its own; {section}.1 stands under it."
        for line, section in ((3, 1), (60, 4), (75, 5), (132, 6))
    )


def test_westmorland_and_furness_has_dates_and_page_facts(real_pages: dict[str, ContentsPage]) -> None:
    page = real_pages["westmorland-and-furness"]
    assert page.facts.last_updated == date(2025, 2, 5)
    assert page.facts.version_label == "v87"
    assert page.facts.authority_name is None
    confidentiality = _chapter(page.contents, "1.1.3")
    assert (confidentiality.title, confidentiality.revised) == ("Confidentiality Policy", date(2025, 2, 5))
    aftercare = _chapter(page.contents, "4.4.1")
    assert aftercare.title == "Aftercare under Section 117 of the Mental Health Act 1983"
    assert aftercare.revised == date(2025, 2, 5)
    fostering = _chapter(page.contents, "3.0.2")
    assert (fostering.title, fostering.statuses) == ("Private Fostering", (Status.UNDER_REVIEW,))


def test_westmorland_and_furness_tells_sources_from_qualifiers(real_pages: dict[str, ContentsPage]) -> None:
    contents = real_pages["westmorland-and-furness"].contents
    missing = _chapter(contents, "1.5.4")
    assert missing.title == "Children and Families that go Missing (Including Unborn Children)"
    assert missing.source == "Cumbria Safeguarding Children Partnership Procedures"
    assert _chapter(contents, "1.2.4").source == "House of Commons Library"
    assert _chapter(contents, "1.4.6").source is None
    assert _chapter(contents, "7.0.2").title == "Delegation of Authority (Documents Library, Appendices)"
    assert _chapter(contents, "1.4.7").title.startswith("Family Justice Resource Hub (ADCS) - This hosts")
