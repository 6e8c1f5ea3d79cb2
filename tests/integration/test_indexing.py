"""Indexing in a real child process, and searching what it built."""

from __future__ import annotations

import multiprocessing
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from reader.domain.cancel import CancelToken
from reader.domain.contents import Status
from reader.domain.errors import CancelledError, SearchError
from reader.domain.search import IndexProgress, SearchAnswer, SearchFilter
from reader.domain.trust import TrustState
from reader.domain.vocabulary import Concept, Vocabulary
from reader.search.engine import SearchEngine
from reader.search.indexer import index_folder
from reader.search.open_index import OpenIndex, PostingsCache
from reader.services.library import LibraryService
from reader.services.search import SearchService
from reader.services.snapshot import LibrarySnapshot
from tests.support.laptops import Laptop
from tests.support.worlds import EASTSHIRE, WESTSHIRE, World, chapter_entry


class Desk:
    """A library with its search, of a program that is running."""

    def __init__(self, laptop: Laptop, vocabulary: Vocabulary | None = None) -> None:
        self.laptop = laptop
        self.library: LibraryService = laptop.service()
        self.index_dir = laptop.base_dir / "index"
        engine = SearchEngine(lambda: vocabulary or Vocabulary())
        self.search = SearchService(engine, self.library, self.index_dir, lambda: self.laptop.today)
        self.progress: list[IndexProgress] = []

    def load(self) -> LibrarySnapshot:
        return self.library.load(CancelToken())

    def prepare(self, cancel: CancelToken | None = None) -> tuple[str, ...]:
        self.progress.clear()
        return self.search.prepare(self.load(), self.progress.append, cancel or CancelToken())

    def find(self, typed: str, search_filter: SearchFilter | None = None, limit: int = 20) -> SearchAnswer:
        return self.search.search(typed, search_filter or SearchFilter(), limit, CancelToken())

    def indexes(self) -> list[str]:
        return sorted(path.name for path in self.index_dir.iterdir()) if self.index_dir.exists() else []


@pytest.fixture(scope="module")
def world() -> World:
    return World.new()


@pytest.fixture
def desk(tmp_path: Path, world: World) -> Iterator[Desk]:
    laptop = Laptop(tmp_path, world.trust_root)
    laptop.install(world.bundle(words="Zebra crossing."))
    laptop.install(world.bundle(EASTSHIRE, words="Giraffes."))
    found = Desk(laptop)
    yield found
    found.search.close()
    assert multiprocessing.active_children() == []


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory, world: World) -> Iterator[Desk]:
    """A desk that was prepared once and is only searched."""
    laptop = Laptop(tmp_path_factory.mktemp("ready"), world.trust_root)
    laptop.install(world.bundle(words="Zebra crossing."))
    laptop.install(world.bundle(EASTSHIRE, words="Giraffes."))
    found = Desk(laptop)
    found.prepare()
    yield found
    found.search.close()


# Building


def test_what_was_installed_is_found_after_indexing(desk: Desk) -> None:
    assert desk.find("zebra").total == 0
    assert desk.prepare() == ()
    answer = desk.find("zebra")
    assert answer.total == 1
    (hit,) = answer.hits
    assert hit.location.manual == WESTSHIRE
    assert hit.location.chapter == "home-visits"
    assert hit.location.edition == 1
    assert "Zebra" in hit.snippet.text
    assert [hit.snippet.text[a:b] for a, b in hit.snippet.marks] == ["Zebra"]
    assert len(desk.indexes()) == 2
    assert desk.progress[0] == IndexProgress(0, 2, 0.0)
    assert desk.progress[-1].done == desk.progress[-1].total == 2


def test_an_index_notes_where_the_vocabularys_phrases_stand(tmp_path: Path, world: World) -> None:
    laptop = Laptop(tmp_path, world.trust_root)
    laptop.install(world.bundle(words="Zebra crossings."))
    vocabulary = Vocabulary((Concept("road", "zebra crossing", "group", same=("pelican", "green man")),))
    desk = Desk(laptop, vocabulary)
    desk.prepare()
    (name,) = desk.indexes()
    index = OpenIndex(desk.index_dir / name, 1, PostingsCache(1_000))
    for row, count in ((("zebra", "cross"), 1), (("green", "man"), 0)):
        noted = index.phrased(row)
        assert noted is not None
        assert len(noted.documents) == count
    assert index.phrased(("cross", "zebra")) is None
    index.close()
    assert desk.find("pelican ").hits[0].also == "zebra crossing"
    desk.search.close()


def test_an_index_that_is_there_is_not_built_again(desk: Desk) -> None:
    desk.prepare()
    again = Desk(desk.laptop)
    assert again.prepare() == ()
    assert again.progress == []
    assert again.find("zebra").total == 1
    again.search.close()


def test_only_what_is_missing_is_built(desk: Desk, world: World) -> None:
    desk.prepare()
    desk.library.install(desk.laptop.deliver(world.bundle(edition=2, words="Camels.")), CancelToken())
    assert desk.prepare() == ()
    assert desk.progress[-1].total == 1
    assert desk.find("camels").hits[0].location.edition == 2


def test_the_index_of_a_removed_edition_is_swept_away(desk: Desk) -> None:
    desk.prepare()
    desk.library.remove(EASTSHIRE, 1)
    desk.prepare()
    assert len(desk.indexes()) == 1
    assert desk.find("giraffes").total == 0


def test_half_built_indexes_are_swept_away(desk: Desk) -> None:
    for name in (".index.abc", "0" * 64 + "-1", "something"):
        (desk.index_dir / name).mkdir(parents=True)
        (desk.index_dir / name / "part").write_bytes(b"x")
        os.utime(desk.index_dir / name, (0, 0))
    desk.prepare()
    assert len(desk.indexes()) == 2
    assert desk.find("zebra").total == 1


def _index_of(desk: Desk, text_of: str) -> Path:
    snapshot = desk.load()
    bundle = next(b for b in snapshot.bundles if str(b.manual) == text_of)
    return index_folder(desk.index_dir, bundle.role_sha256)


def _damage(file: Path, how: str) -> None:
    data = file.read_bytes()
    middle = len(data) // 2
    match how:
        case "emptied":
            file.write_bytes(b"")
        case "cut":
            file.write_bytes(data[:middle])
        case "last byte gone":
            file.write_bytes(data[:-1])
        case "grown":
            file.write_bytes(data + b"x")
        case "one byte changed":
            file.write_bytes(data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :])
        case "gone":
            file.unlink()


@pytest.mark.parametrize(
    "how", ["emptied", "cut", "last byte gone", "grown", "one byte changed", "gone", "a file in its place"]
)
def test_a_damaged_index_is_built_again(desk: Desk, how: str) -> None:
    """Which damage to which file is noticed is looked at where an index is opened; here it is built again."""
    desk.prepare()
    desk.search.close()
    folder = _index_of(desk, "westshire/procedures")
    if how == "a file in its place":
        shutil.rmtree(folder)
        folder.write_bytes(b"x")
    else:
        files = sorted(file for file in folder.iterdir() if file.name != "complete" and file.stat().st_size)
        _damage(files[len(how) % len(files)], how)
    again = Desk(desk.laptop)
    assert again.prepare() == ()
    assert again.progress[-1].total == 1
    assert again.find("zebra").total == 1
    assert again.find("giraffes").total == 1
    again.search.close()


def test_a_damage_that_shows_only_while_searching_is_said_and_mended_at_the_next_start(desk: Desk) -> None:
    desk.prepare()
    for file in desk.index_dir.rglob("impacts.bin"):
        file.write_bytes(b"\xff" * file.stat().st_size)
    with pytest.raises(SearchError, match="built again") as caught:
        desk.find("every child")
    assert "Error" not in str(caught.value)
    desk.search.close()
    restarted = Desk(desk.laptop)
    restarted.prepare()
    assert restarted.progress[-1].total == 2
    assert restarted.find("zebra").total == 1
    restarted.search.close()


def test_stopping_ends_the_child_and_leaves_no_index_that_counts(desk: Desk) -> None:
    token = CancelToken()

    def stop(_: IndexProgress) -> None:
        token.cancel()

    with pytest.raises(CancelledError):
        desk.search.prepare(desk.load(), stop, token)
    assert multiprocessing.active_children() == []
    for name in desk.indexes():
        assert name.startswith(".index.")
    assert desk.find("zebra").total == 0
    assert desk.prepare() == ()
    assert len(desk.indexes()) == 2
    assert desk.find("zebra").total == 1


def test_what_was_built_before_stopping_is_used(desk: Desk) -> None:
    token = CancelToken()

    def stop(progress: IndexProgress) -> None:
        if progress.done == 1:
            token.cancel()

    with pytest.raises(CancelledError):
        desk.search.prepare(desk.load(), stop, token)
    assert desk.find("giraffes").total + desk.find("zebra").total >= 1


def test_an_index_folder_that_cannot_be_written_is_said(desk: Desk) -> None:
    desk.index_dir.write_bytes(b"a file stands in its place")
    problems = desk.prepare()
    assert len(problems) == 2
    assert all("Cannot write the search index" in problem for problem in problems)
    assert desk.find("zebra").total == 0


def test_a_bundle_that_changed_since_it_was_loaded_is_not_indexed_and_the_rest_is(desk: Desk) -> None:
    snapshot = desk.load()
    file = desk.laptop.library_dir / "westshire" / "procedures" / "1.manual"
    file.write_bytes(file.read_bytes().replace(b"Westshire Council", b"Wastshire Council"))
    problems = desk.search.prepare(snapshot, lambda _: None, CancelToken())
    assert len(problems) == 1
    assert "changed after it was signed" in problems[0]
    assert desk.find("giraffes").total == 1
    assert desk.find("zebra").total == 0


def test_a_chapter_that_changed_is_left_out_and_the_rest_of_its_manual_is_found(desk: Desk) -> None:
    snapshot = desk.load()
    file = desk.laptop.library_dir / "westshire" / "procedures" / "1.manual"
    file.write_bytes(file.read_bytes().replace(b"Zebra", b"Horse"))
    assert desk.search.prepare(snapshot, lambda _: None, CancelToken()) == ()
    assert desk.find("horse").total == 0
    assert desk.find("chronology", SearchFilter(frozenset({WESTSHIRE}))).total == 0
    assert desk.find("home visits", SearchFilter(frozenset({WESTSHIRE}))).total >= 1
    assert desk.find("notify", SearchFilter(frozenset({WESTSHIRE}))).total >= 1


def test_a_signed_chapter_that_is_hostile_to_the_indexer_stops_nothing(desk: Desk, world: World) -> None:
    hostile = (
        '<table><tbody><tr><td colspan="0001' + "9" * 5000 + '">x</td></tr></tbody></table>'
        + "\ud7ff\U0010ffff\0" + "<p>" + "x" * 900 + "</p>" + "<h2>" + "\u0301" * 50 + "</h2>"
    ).encode()  # fmt: skip
    bundle = world.bundle(edition=2, words="Camels.").with_signed_file("chapters/home-visits.html", hostile)
    garbled = bundle.with_signed_file("chapters/private-fostering.html", b"<p>caf\xe9 \xff\xfe okapi</p>")
    desk.library.install(desk.laptop.deliver(garbled), CancelToken())
    assert desk.prepare() == ()
    assert desk.find("okapi").total == 1


def test_an_index_of_another_text_of_the_edition_is_not_used(desk: Desk) -> None:
    desk.prepare()
    folder = _index_of(desk, "westshire/procedures")
    assert folder.name.startswith(desk.load().editions(WESTSHIRE)[0].role_sha256)


def test_preparing_nothing_searches_nothing(tmp_path: Path, world: World) -> None:
    empty = Desk(Laptop(tmp_path, world.trust_root))
    assert empty.prepare() == ()
    assert empty.find("zebra").suggestions == ("No manual is indexed yet.",)
    unpinned = Desk(Laptop(tmp_path, None))
    assert unpinned.prepare() == ()
    assert unpinned.find("zebra").total == 0


# Searching


def test_words_are_found_by_their_stem_and_half_typed(ready: Desk) -> None:
    for typed in ("visits", "visit", "VISIT", "visi", "fostering", "foster"):
        assert ready.find(typed).total > 0, typed


def test_a_phrase_and_a_number_are_found(ready: Desk) -> None:
    assert ready.find('"what the child said"').total == 2
    assert ready.find('"said child the what"').hits == () or ready.find('"said child the what"').suggestions
    assert {hit.location.chapter for hit in ready.find("1.2").hits} == {"private-fostering"}


def test_the_filter_limits_to_manual_and_status(ready: Desk) -> None:
    only_west = SearchFilter(manuals=frozenset({WESTSHIRE}))
    assert {hit.location.manual for hit in ready.find("child", only_west).hits} == {WESTSHIRE}
    to_follow = ready.find("missing", SearchFilter(status=Status.TO_FOLLOW))
    assert {hit.location.chapter for hit in to_follow.hits} == {"missing-children"}
    assert ready.find("zebra", SearchFilter(frozenset({EASTSHIRE}))).suggestions


def test_an_empty_set_of_manuals_limits_nothing(ready: Desk) -> None:
    """As SearchFilter says: "None and empty mean: everything that is installed"."""
    assert ready.find("child", SearchFilter(manuals=frozenset())).total == ready.find("child").total > 0


def test_a_misspelled_word_is_answered_with_the_right_one(ready: Desk) -> None:
    answer = ready.find("zebar")
    assert answer.total == 1
    assert answer.suggestions == ("zebra",)
    assert answer.notes == ("Nothing holds “zebar”. This is what “zebra” finds.",)
    assert ready.find("xyzzyx").total == 0


def test_hits_are_limited_and_counted_in_full(ready: Desk) -> None:
    everything = ready.find("child")
    limited = ready.find("child", limit=1)
    assert len(limited.hits) == 1
    assert limited.total == everything.total == sum(count for _, count in everything.per_manual)
    assert limited.hits[0] == everything.hits[0]


def test_a_newer_query_takes_the_place_of_an_older_one(ready: Desk) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(CancelledError):
        ready.search.search("child", SearchFilter(), 5, token)


_typed = st.text(max_size=40) | st.lists(
    st.sampled_from(
        ["child", "visits", '"', "'", "’", "*", "?", "(", ")", "[", "]", "{", "}", "~", "^", ":", "\\", "/", "AND",
         "OR", "NOT", "TO", "-", "+", "title:x", "manual:", "1.1", "1.", ".1", "1.2.3.4.5", "999.999", "\0", "\ud800",
         "é", "日本語", "ß", "İ", "ﬁ", "\u202e", "<b>", "&amp;", "_", "zebar", "a", "the"]
    ),
    max_size=12,
).map(" ".join)  # fmt: skip


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=_typed, limit=st.integers(1, 5))
@example(typed='"' * 50, limit=1)
@example(typed="x" * 400, limit=1)
@example(typed="word " * 200, limit=1)
@example(typed="1.1 " * 50, limit=1)
@example(typed='"child ' * 30, limit=1)
@example(typed="\udcff\ud800", limit=1)
def test_no_text_that_can_be_typed_raises(ready: Desk, typed: str, limit: int) -> None:
    for search_filter in (SearchFilter(), SearchFilter(frozenset({WESTSHIRE}), Status.NEW)):
        answer = ready.find(typed, search_filter, limit)
        assert answer.query == typed
        assert len(answer.hits) <= limit
        assert answer.total >= len(answer.hits)
        for hit in answer.hits:
            for start, end in hit.snippet.marks:
                assert 0 <= start < end <= len(hit.snippet.text)


def test_documents_of_every_kind_of_entry_are_found(tmp_path: Path, world: World) -> None:
    external = chapter_entry(
        WESTSHIRE, "abroad", "2.1", "Abroad", held="external", file=None, source="Northshire library"
    )
    see_also = {
        "kind": "see_also",
        "title": "Quagga guidance",
        "source": None,
        "chapter": None,
        "note": "Aardvark",
    }
    division = {"kind": "division", "number": "2", "title": "Platypus", "entries": [external, see_also]}
    bundle = world.bundle().with_contents(lambda contents: contents["entries"].append(division))
    laptop = Laptop(tmp_path, world.trust_root)
    laptop.install(bundle)
    desk = Desk(laptop)
    desk.prepare()
    for typed, chapter in (("northshire", "abroad"), ("quagga", "abroad"), ("aardvark", "abroad")):
        assert [hit.location.chapter for hit in desk.find(typed).hits] == [chapter], typed
    assert None in [hit.location.chapter for hit in desk.find("platypus").hits]
    desk.search.close()


def test_the_child_verifies_each_bundle_for_itself(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It trusts nothing that it is told: under another pin it indexes nothing."""
    snapshot = desk.load()
    other = TrustState((World.new("other").roots[0],))
    jobs = [replace(job, state=other) for job in desk.library.index_jobs(snapshot)]
    assert len(jobs) == 2
    monkeypatch.setattr(desk.library, "index_jobs", lambda _: iter(jobs))
    problems = desk.search.prepare(snapshot, lambda _: None, CancelToken())
    assert len(problems) == 2
    assert all("another trust root" in problem for problem in problems)
    assert desk.indexes() == []
