"""The coverage map of a library, and the map as a file to pass on: in words, harmless, with what vouches for it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from reader.bundle.verifier import VerifiedBundle
from reader.domain.cancel import CancelToken
from reader.domain.contents import Chapter, Status
from reader.domain.counterpart import CounterpartPair
from reader.domain.coverage import Coverage, CoveredManual, Topic, TopicChapter
from reader.domain.errors import CancelledError, NotFoundError, StorageError
from reader.domain.manual import ManualId
from reader.domain.vocabulary import Vocabulary
from reader.services.counterparts import CounterpartService
from reader.services.coverage import CoverageService
from reader.services.coverage_export import export_coverage
from reader.services.snapshot import LibrarySnapshot
from tests.support.laptops import Laptop
from tests.support.worlds import EASTSHIRE, TODAY, WESTSHIRE, WESTSHIRE_FOSTERING, World

LATER = date(2050, 1, 1)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> LibrarySnapshot:
    world = World.new()
    laptop = Laptop(tmp_path_factory.mktemp("laptop"), world.trust_root)
    for manual in (WESTSHIRE, EASTSHIRE):
        laptop.install(world.bundle(manual))
    return laptop.load()


def _chapter(manual: ManualId, title: str, number: str | None = None, *statuses: Status) -> TopicChapter:
    return TopicChapter(manual, Chapter("home-visits", number, title, statuses), "Assessment")


def _coverage(*topics: Topic) -> Coverage:
    return Coverage((CoveredManual(EASTSHIRE, 1), CoveredManual(WESTSHIRE, 1)), topics)


VISITS = Topic(
    "Home Visits",
    "Assessment",
    (
        _chapter(EASTSHIRE, "Home Visits", "1.1", Status.UPDATED),
        _chapter(EASTSHIRE, "Seeing Children", "1.2"),
        _chapter(WESTSHIRE, "Visits"),
    ),
)
GAP = Topic("Kinship", "", (_chapter(EASTSHIRE, "Kinship"),), (_chapter(WESTSHIRE, "Placements", "2.3"),))
BARE_GAP = Topic("Records", "", (_chapter(EASTSHIRE, "Records"),))
HOSTILE = Topic("=1+1", "@SUM(A1)", (_chapter(EASTSHIRE, "<script>alert(1)</script>", "+4"),))


def _rows(file: Path, snapshot: LibrarySnapshot, *topics: Topic) -> list[list[str]]:
    export_coverage(file, _coverage(*topics), snapshot, TODAY)
    raw = file.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")  # office programs know the encoding by it
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))


def _page(file: Path, snapshot: LibrarySnapshot, *topics: Topic, today: date = TODAY) -> LexborHTMLParser:
    export_coverage(file, _coverage(*topics), snapshot, today)
    return LexborHTMLParser(file.read_text("utf-8"))


# A table


def test_a_table_has_a_row_for_each_topic_and_a_column_for_each_authority(
    tmp_path: Path, snapshot: LibrarySnapshot
) -> None:
    head, visits, gap, bare, *_ = _rows(tmp_path / "map.csv", snapshot, VISITS, GAP, BARE_GAP)
    assert head == ["Topic", "Division", "Eastshire Council", "Westshire Council"]
    assert visits == ["Home Visits", "Assessment", "1.1 Home Visits (Updated); 1.2 Seeing Children", "Visits"]
    assert gap == ["Kinship", "", "Kinship", "none (nearest: 2.3 Placements)"]
    assert bare[-1] == "none"


def test_a_table_ends_with_what_vouches_for_each_list(tmp_path: Path, snapshot: LibrarySnapshot) -> None:
    facts = {row[0]: row[2:] for row in _rows(tmp_path / "map.csv", snapshot, VISITS)[2:]}
    assert list(facts) == ["(Edition)", "(In force from)", "(Signed by)", "(Warnings)"]
    assert facts["(Edition)"] == ["Procedures Manual, edition 1"] * 2
    assert all(facts["(Signed by)"])


def test_no_cell_of_a_table_is_a_formula(tmp_path: Path, snapshot: LibrarySnapshot) -> None:
    rows = _rows(tmp_path / "map.csv", snapshot, HOSTILE)
    assert rows[1][:3] == ["'=1+1", "'@SUM(A1)", "'+4 <script>alert(1)</script>"]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


# A page


def test_a_page_has_the_authorities_as_columns_and_says_none_in_words(
    tmp_path: Path, snapshot: LibrarySnapshot
) -> None:
    page = _page(tmp_path / "map.html", snapshot, VISITS, GAP, BARE_GAP)
    assert [cell.text() for cell in page.css("thead th")] == [
        "Topic",
        "Eastshire Council",
        "Westshire Council",
    ]
    cells = [[part.text() for part in row.css("td")] for row in page.css("tbody tr")]
    assert cells[1][1] == "nonenearest: 2.3 Placements"
    assert cells[2][1] == "none"
    assert [cell.attributes["scope"] for cell in page.css("tbody th")] == ["row"] * 3


def test_a_page_says_of_each_list_what_vouches_for_it(tmp_path: Path, snapshot: LibrarySnapshot) -> None:
    text = (_page(tmp_path / "map.html", snapshot, VISITS, today=LATER).body or pytest.fail("empty")).text()
    for name in ("Eastshire Council", "Westshire Council"):
        assert f"{name}: Procedures Manual, edition 1, in force from" in text
    assert "Signed by" in text
    assert "The review date" in text  # a warning of the edition
    assert "Made on 1 January 2050" in text


def test_a_title_is_text_on_a_page_that_loads_nothing(tmp_path: Path, snapshot: LibrarySnapshot) -> None:
    page = _page(tmp_path / "map.html", snapshot, HOSTILE)
    assert not page.css("script, link, img, [src], [href]")
    assert page.css("tbody td")[0].text() == "+4 <script>alert(1)</script>"


def test_an_authority_with_two_manuals_has_its_titles_above_the_columns(tmp_path: Path) -> None:
    world = World.new()
    laptop = Laptop(tmp_path / "laptop", world.trust_root)
    for manual in (WESTSHIRE, WESTSHIRE_FOSTERING):
        laptop.install(world.bundle(manual))
    coverage = Coverage((CoveredManual(WESTSHIRE_FOSTERING, 1), CoveredManual(WESTSHIRE, 1)), ())
    export_coverage(tmp_path / "map.csv", coverage, laptop.load(), TODAY)
    head = (tmp_path / "map.csv").read_text("utf-8-sig").splitlines()[0]
    assert (
        head == 'Topic,Division,"Westshire Council, Fostering Manual","Westshire Council, Procedures Manual"'
    )


def test_only_the_chosen_topics_are_written(tmp_path: Path, snapshot: LibrarySnapshot) -> None:
    export_coverage(tmp_path / "map.csv", _coverage(VISITS, GAP), snapshot, TODAY, [GAP])
    text = (tmp_path / "map.csv").read_text("utf-8-sig")
    assert "Kinship" in text
    assert "Home Visits" not in text


def test_another_ending_is_refused(tmp_path: Path, snapshot: LibrarySnapshot) -> None:
    with pytest.raises(StorageError, match=r"\.csv or \.html"):
        export_coverage(tmp_path / "map.xlsx", _coverage(VISITS), snapshot, TODAY)
    assert not list(tmp_path.iterdir())


def test_an_edition_that_was_removed_meanwhile_is_named(tmp_path: Path, snapshot: LibrarySnapshot) -> None:
    only = LibrarySnapshot(snapshot.editions(WESTSHIRE))
    with pytest.raises(NotFoundError, match="eastshire"):
        export_coverage(tmp_path / "map.csv", _coverage(VISITS), only, TODAY)


# The map of a library


class _CountingCounterparts(CounterpartService):
    """Counts how often two editions are compared."""

    def __init__(self) -> None:
        super().__init__(Vocabulary())
        self.count = 0
        self.were_by_text = True

    def pairs(
        self, first: VerifiedBundle, second: VerifiedBundle, *, by_text: bool = True
    ) -> tuple[CounterpartPair, ...]:
        self.count += 1
        self.were_by_text = by_text
        return super().pairs(first, second, by_text=by_text)


def _service(counterparts: CounterpartService) -> CoverageService:
    return CoverageService(counterparts, Vocabulary(), lambda: TODAY)


def test_the_map_of_a_library_is_worked_out_once_for_the_same_editions(snapshot: LibrarySnapshot) -> None:
    counterparts = _CountingCounterparts()
    service = _service(counterparts)
    said: list[str] = []
    first = service.coverage(snapshot, CancelToken(), said.append)
    turned = replace(snapshot, bundles=tuple(reversed(snapshot.bundles)))
    assert service.coverage(turned, CancelToken(), said.append) is first
    assert counterparts.count == 1
    assert said == ["Comparing Eastshire Council and Westshire Council (1 of 1)."]


def test_of_many_manuals_titles_alone_are_compared(
    snapshot: LibrarySnapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = _CountingCounterparts()
    assert not _service(few).coverage(snapshot, CancelToken()).by_titles_alone
    assert few.were_by_text
    monkeypatch.setattr("reader.services.counterparts.MOST_BY_TEXT", 1)
    many = _CountingCounterparts()
    assert _service(many).coverage(snapshot, CancelToken()).by_titles_alone
    assert not many.were_by_text


def test_two_manuals_with_the_same_chapters_have_no_gaps(snapshot: LibrarySnapshot) -> None:
    found = _service(CounterpartService(Vocabulary())).coverage(snapshot, CancelToken())
    assert found.manual_ids == (EASTSHIRE, WESTSHIRE)
    assert [len(topic.manuals) for topic in found.topics] == [2, 2, 2]
    assert found.gaps(WESTSHIRE) == found.gaps(EASTSHIRE) == found.incomplete() == ()


def test_a_map_of_some_manuals_holds_only_these(snapshot: LibrarySnapshot) -> None:
    service = _service(CounterpartService(Vocabulary()))
    found = service.coverage(snapshot, CancelToken(), manuals=[WESTSHIRE])
    assert found.manual_ids == (WESTSHIRE,)
    assert {entry.manual for entry in found.chapters()} == {WESTSHIRE}
    with pytest.raises(NotFoundError):
        service.coverage(snapshot, CancelToken(), manuals=[ManualId("northshire", "procedures")])


def test_a_map_that_is_not_wanted_any_more_is_given_up(snapshot: LibrarySnapshot) -> None:
    counterparts = _CountingCounterparts()
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        _service(counterparts).coverage(snapshot, cancel)
    assert counterparts.count == 0
