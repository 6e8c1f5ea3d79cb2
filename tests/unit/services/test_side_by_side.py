"""Chapters side by side over really signed bundles: hostile texts, refused texts, empty ones, large ones."""

from __future__ import annotations

import re
import time
from html import escape
from pathlib import Path

import pytest

from reader.compare.sides import compared, compared_with_each
from reader.domain.cancel import CancelToken
from reader.domain.contents import Passage
from reader.domain.errors import BundleRefusedError, NotFoundError
from reader.domain.location import Location
from reader.domain.sides import SideBySide
from reader.domain.vocabulary import Vocabulary
from reader.services.comparison import ComparisonService
from reader.services.side_by_side import differing_rows, printable_page, screen_html, side_lines
from reader.services.snapshot import LibrarySnapshot
from tests.support.laptops import Laptop, page_service
from tests.support.worlds import EASTSHIRE, TODAY, WESTSHIRE, WESTSHIRE_FOSTERING, World

GOOD = (
    '<h1 id="a">Home Visits</h1><p>See every child alone within 5 working days.</p>'
    '<h2 id="b">Records</h2><p>Write it down on the day. The Team Manager decides.</p>'
)
HERE = Location(WESTSHIRE, "home-visits")
THERE = Location(EASTSHIRE, "home-visits")
HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)"> \'"&amp; \u202egnp'


def compare(snapshot: LibrarySnapshot, one: Location, *others: Location) -> SideBySide:
    service = ComparisonService(Vocabulary(), page_service(), lambda: TODAY)
    return service.side_by_side(snapshot, one, others, CancelToken())


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    return Laptop(tmp_path / "laptop", World.new().trust_root)


def library(laptop: Laptop, first: str, second: str, third: str | None = None) -> LibrarySnapshot:
    """Two or three manuals whose chapter "home-visits" says this."""
    world = World.new()
    for manual, text in ((WESTSHIRE, first), (EASTSHIRE, second), (WESTSHIRE_FOSTERING, third)):
        if text is not None:
            laptop.install(world.bundle(manual).with_signed_file("chapters/home-visits.html", text.encode()))
    return laptop.load()


def beside(laptop: Laptop, first: str, second: str) -> SideBySide:
    return compare(library(laptop, first, second), HERE, THERE)


def everything(found: SideBySide) -> list[str]:
    """Each way in which it is shown."""
    return [
        "\n".join(side_lines(found)),
        screen_html(found, shows_lone=True),
        screen_html(found, shows_lone=False),
        printable_page(found),
    ]


# What stands beside what


def test_a_chapter_is_not_set_beside_itself(laptop: Laptop) -> None:
    with pytest.raises(NotFoundError, match="itself"):
        compare(library(laptop, GOOD, GOOD), HERE, HERE)


def test_the_same_text_of_two_authorities_differs_nowhere_and_both_are_vouched_for(laptop: Laptop) -> None:
    found = beside(laptop, GOOD, GOOD)
    assert differing_rows(found) == ()
    lines, _, _, page = everything(found)
    for said in (lines, page):
        assert "Signed by shires officer of westshire/procedures 1" in said
        assert "Signed by shires officer of eastshire/procedures 1" in said


def test_a_listed_chapter_has_nothing_to_set_beside(laptop: Laptop) -> None:
    snapshot = library(laptop, GOOD, GOOD)
    for one, other in ((HERE, "missing-children"), (Location(WESTSHIRE, "missing-children"), "home-visits")):
        with pytest.raises(NotFoundError, match="nothing to"):
            compare(snapshot, one, Location(EASTSHIRE, other))


def test_a_chapter_or_manual_that_is_not_there_is_said(laptop: Laptop) -> None:
    snapshot = library(laptop, GOOD, GOOD)
    with pytest.raises(NotFoundError, match="no chapter"):
        compare(snapshot, HERE, Location(EASTSHIRE, "gone"))
    with pytest.raises(NotFoundError, match="not installed"):
        compare(snapshot, HERE, Location(WESTSHIRE_FOSTERING, "home-visits"))


def test_a_chapter_changed_behind_the_signers_back_is_refused(laptop: Laptop) -> None:
    snapshot = library(laptop, GOOD, GOOD)
    [file] = laptop.library_dir.glob("eastshire/**/*.manual")
    raw = file.read_bytes()
    file.write_bytes(raw.replace(b"See every child alone", b"See no child alone at"))
    with pytest.raises(BundleRefusedError):
        compare(snapshot, HERE, THERE)


def test_a_text_that_is_refused_is_not_called_empty(laptop: Laptop) -> None:
    too_long = f"<h1>Home Visits</h1><p>{'x ' * 40_000}</p>"
    snapshot = library(laptop, too_long, GOOD)
    for one, other in ((HERE, THERE), (THERE, HERE)):
        with pytest.raises((NotFoundError, BundleRefusedError)):
            compare(snapshot, one, other)


@pytest.mark.parametrize("text", ["", "<p></p>", "<p> \n </p>", "   "])
def test_an_empty_chapter_is_either_refused_or_said_to_be_empty(laptop: Laptop, text: str) -> None:
    snapshot = library(laptop, text, GOOD)
    with pytest.raises(NotFoundError):
        compare(snapshot, HERE, THERE)


@pytest.mark.parametrize(
    "text",
    [
        "<p>12 34 56</p>",
        "<p>... !!! ;;;</p>",
        "<p>and the of</p>",
        "<p>visits visits visits</p>",
        "<h1>Title alone</h1><p>x</p>",
    ],
)
def test_texts_without_sentences_stand_beside_any_other(laptop: Laptop, text: str) -> None:
    found = beside(laptop, text, GOOD)
    for side in (0, 1):
        held = [marked.passage for row in found.rows for marked in row.cells[side]]
        assert len(held) == len({id(one) for one in held})
    assert all(everything(found))


# Hostile texts


@pytest.mark.parametrize("place", ["heading", "text", "both"])
def test_hostile_texts_are_shown_as_they_are_written_everywhere(laptop: Laptop, place: str) -> None:
    said = escape(HOSTILE)
    heading, text = (said if place != "text" else "Title"), (said if place != "heading" else "Text")
    one = f"<h1>{heading}</h1><p>{text} within 5 days</p>"
    found = beside(laptop, one, one.replace("5 days", "6 days"))
    _, *shown = everything(found)
    for page in shown:
        assert "<script" not in page
        assert "<img" not in page
        assert "onerror=&quot;" in page
    assert set(re.findall(r"<(\w+)", shown[0])) <= {
        "p",
        "small",
        "b",
        "table",
        "tr",
        "td",
        "a",
        "i",
        "h3",
        "u",
        "sup",
    }


def test_a_printable_page_loads_nothing_and_holds_no_link_of_a_text(laptop: Laptop) -> None:
    picture = '<img src="manual:westshire/procedures/media/flow.png">'
    linked = f'{GOOD}<p><a href="https://example.org/">more</a> {picture}</p>'
    page = printable_page(beside(laptop, linked, GOOD))
    assert "default-src 'none'" in page
    assert "href=" not in page
    assert "src=" not in page


def test_control_characters_of_a_text_reach_no_terminal(laptop: Laptop) -> None:
    text = "<h1>Visits &#27;[31m</h1><p>See them &#27;]0;owned&#7; within 5 days.</p>"
    found = beside(laptop, text, text.replace("5 days", "6 days").replace("owned", "other"))
    said = "\n".join(side_lines(found))
    assert not [character for character in said if ord(character) < 32 and character != "\n"]


def test_differences_are_numbered_as_they_are_stepped_through(laptop: Laptop) -> None:
    extra = '<h2 id="z">Pets</h2><p>Dogs and cats of the household are looked at.</p>'
    found = beside(laptop, GOOD.replace("5 working", "7 working") + extra, GOOD.replace("Team", "Service"))
    count = len(differing_rows(found))
    assert count == 3
    for shows_lone in (True, False):
        names = re.findall(r'<a name="difference-(\d+)">', screen_html(found, shows_lone=shows_lone))
        assert names == [str(number) for number in range(1, count + 1)]


def test_passages_that_only_one_has_are_named_when_they_are_not_shown(laptop: Laptop) -> None:
    extra = '<h2 id="z">Pets</h2><p>Dogs and cats of the household are looked at.</p>'
    html = screen_html(beside(laptop, GOOD + extra, GOOD), shows_lone=False)
    assert "Only Westshire Council: Pets" in html
    assert "Dogs and cats" not in html


# Three at once


def test_three_sides_are_shown_each_with_what_vouches_for_it(laptop: Laptop) -> None:
    snapshot = library(laptop, GOOD, GOOD.replace("5 working", "7 working"), GOOD)
    found = compare(snapshot, HERE, THERE, Location(WESTSHIRE_FOSTERING, "home-visits"))
    said = "\n".join(side_lines(found))
    assert "Westshire Council 5 working days | Eastshire Council 7 working days | Westshire Council 5" in said
    assert printable_page(found).count("Signed by") == 3


def test_what_another_says_in_one_passage_is_not_missing_there_when_three_are_compared() -> None:
    whole = Passage(
        "v",
        "Visits",
        2,
        "The social worker visits weekly. Overnight stays are agreed by carers and written in the plan.",
    )
    split = (
        Passage("w", "Visits by the worker", 2, "The social worker visits weekly"),
        Passage(
            "o",
            "Visits and overnight stays",
            2,
            "Overnight stays are agreed by carers and written in the plan",
        ),
    )
    money = Passage("m", "Money", 2, "Fares and meals are paid in advance")
    rows = compared_with_each((*split, money), [(whole, money), (whole, money)], Vocabulary())
    own = [row for row in rows if any(marked.passage in split for marked in row.cells[0])]
    assert all(row.is_shared for row in own)


# Large ones


def words(count: int, seed: int) -> str:
    return " ".join(
        f"word{(number * 7919 + seed * 104_729) % 4_001}{'.' if number % 15 == 0 else ''}"
        for number in range(count)
    )


@pytest.mark.parametrize("count", [1_500])
def test_chapters_of_very_many_passages_are_compared_in_time(count: int) -> None:
    def chapter(seed: int) -> list[Passage]:
        return [Passage(None, f"{n}. Part", 2, words(12, seed + n)) for n in range(count)]

    started = time.perf_counter()
    rows = compared(chapter(1), chapter(2), Vocabulary())
    assert time.perf_counter() - started < 15
    assert sum(len(row.cells[0]) for row in rows) == count


def test_one_passage_of_twenty_thousand_words_beside_another_takes_moments() -> None:
    started = time.perf_counter()
    compared(
        [Passage(None, "All", 2, words(20_000, 1))], [Passage(None, "All", 2, words(20_000, 2))], Vocabulary()
    )
    assert time.perf_counter() - started < 15


def test_one_sentence_of_ten_thousand_words_without_a_stop_takes_moments() -> None:
    text = words(10_000, 1).replace(".", "")
    started = time.perf_counter()
    compared([Passage(None, "All", 2, text)], [Passage(None, "All", 2, text[60:])], Vocabulary())
    assert time.perf_counter() - started < 15
