"""Kept searches and decisions about counterparts in personal.sqlite, and the files in which decisions travel."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.domain.contents import Status
from reader.domain.counterpart import Correction
from reader.domain.errors import StorageError
from reader.domain.location import Location
from reader.domain.manual import ManualId
from reader.domain.search import SearchFilter
from reader.store import personal
from reader.store.correction_file import corrections_json, read_corrections, write_corrections
from reader.store.personal import PersonalStore
from reader.store.search_filter_json import filter_from_json, filter_to_json
from tests.support.search_worlds import repeatable
from tests.support.worlds import EASTSHIRE, WESTSHIRE

EVERYWHERE = SearchFilter()
HERE = Location(WESTSHIRE, "home-visits")
THERE = Location(EASTSHIRE, "home-visits")
OTHER = Location(EASTSHIRE, "private-fostering")
YES = Correction.of(HERE, THERE, is_counterpart=True)
NO = Correction.of(HERE, THERE, is_counterpart=False)
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Clock:
    """Goes on by one second at each look."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


class Desk:
    """Opens the store of one folder, again and again, as restarts do."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "personal.sqlite"
        self.backup_dir = folder / "backups"
        self.clock = Clock()
        self._open: list[PersonalStore] = []

    def store(self) -> PersonalStore:
        self.close()
        store = PersonalStore(self.file, self.backup_dir, self.clock)
        self._open.append(store)
        return store

    def close(self) -> None:
        for store in self._open:
            store.close()
        self._open.clear()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    found = Desk(tmp_path)
    yield found
    found.close()


def kept(store: PersonalStore) -> list[tuple[str, bool]]:
    return [(one.query, one.is_saved) for one in store.searches()]


# Kept searches


def test_searches_come_back_newest_first_behind_the_saved_ones(desk: Desk) -> None:
    store = desk.store()
    for query in ("a", "b", "c", "a"):
        store.add_search(query, EVERYWHERE)
    store.save_search("z", EVERYWHERE)
    store.save_search("m", EVERYWHERE)
    assert kept(desk.store()) == [("m", True), ("z", True), ("a", False), ("c", False), ("b", False)]


def test_a_saved_search_that_is_used_again_stays_saved(desk: Desk) -> None:
    store = desk.store()
    store.save_search("a", EVERYWHERE)
    store.add_search("a", EVERYWHERE)
    assert kept(store) == [("a", True)]


def test_a_used_search_can_be_saved_and_let_go_of(desk: Desk) -> None:
    store = desk.store()
    store.add_search("a", EVERYWHERE)
    store.save_search("a", EVERYWHERE)
    assert kept(store) == [("a", True)]
    store.forget_search("a", EVERYWHERE)
    store.forget_search("a", EVERYWHERE)
    assert kept(desk.store()) == []


def test_the_same_words_with_another_filter_are_another_search(desk: Desk) -> None:
    store = desk.store()
    store.add_search("a", EVERYWHERE)
    store.add_search("a", SearchFilter(manuals=frozenset({WESTSHIRE})))
    store.forget_search("a", EVERYWHERE)
    [one] = store.searches()
    assert one.search_filter.manuals == frozenset({WESTSHIRE})


def test_old_searches_are_forgotten_and_saved_ones_never(desk: Desk) -> None:
    store = desk.store()
    for number in range(5):
        store.save_search(f"saved {number}", EVERYWHERE)
    for number in range(100):
        store.add_search(f"used {number}", EVERYWHERE)
    found = kept(store)
    assert [query for query, is_saved in found if is_saved] == [f"saved {number}" for number in range(5)]
    used = [query for query, is_saved in found if not is_saved]
    assert used[0] == "used 99"
    assert len(used) == 30


def test_hostile_words_are_kept_as_they_are(desk: Desk) -> None:
    hostile = ["'; DROP TABLE search; --", "<script>", "\u202egnp", "a\x00b", " ", "=1+1", "x" * 100_000]
    store = desk.store()
    for query in hostile:
        store.add_search(query, SearchFilter(division=query))
    assert sorted(query for query, _ in kept(desk.store())) == sorted(hostile)


@pytest.mark.parametrize("where", ["query", "division"])
def test_words_that_are_no_text_are_refused_in_a_sentence_or_kept(desk: Desk, where: str) -> None:
    store = desk.store()
    store.save_search("before", EVERYWHERE)
    broken = "contact \udcff"
    try:
        if where == "query":
            store.add_search(broken, EVERYWHERE)
        else:
            store.add_search("a", SearchFilter(division=broken))
    except StorageError:
        pass
    assert ("before", True) in kept(store)


def test_filters_that_another_program_spoiled_are_left_out_and_stay_in_the_file(desk: Desk) -> None:
    desk.store().save_search("good", EVERYWHERE)
    desk.close()
    spoiled = [
        "",
        "{",
        "[]",
        "null",
        '{"manuals": ["../.."]}',
        '{"manuals": "westshire"}',
        '{"status": "burnt"}',
        '{"as_at": "yesterday"}',
        '{"as_at": 1e400}',
        "[" * 10_000,
    ]
    with sqlite3.connect(desk.file) as connection:
        connection.executemany(
            "INSERT INTO search VALUES (?, ?, 1, '')", [(f"bad {n}", text) for n, text in enumerate(spoiled)]
        )
    connection.close()
    assert kept(desk.store()) == [("good", True)]
    desk.close()
    connection = sqlite3.connect(desk.file)
    assert connection.execute("SELECT count(*) FROM search").fetchone() == (len(spoiled) + 1,)
    connection.close()


MANUALS = st.sampled_from([WESTSHIRE, EASTSHIRE, ManualId("gone", "procedures")])
DAYS = st.none() | st.dates()
FILTERS = st.builds(
    SearchFilter,
    manuals=st.none() | st.frozensets(MANUALS, min_size=1),
    status=st.none() | st.sampled_from(list(Status)),
    with_other_terms=st.booleans(),
    chapter=st.none() | st.text("aZ é\u202e\x00'\"{}[]\\\n", max_size=8),
    division=st.none() | st.text("aZ é\u202e\x00'\"{}[]\\\n", max_size=8),
    revised_since=DAYS,
    as_at=DAYS,
    all_editions=st.booleans(),
)


@repeatable(200)
@given(FILTERS)
def test_any_filter_is_read_as_it_was_written(search_filter: SearchFilter) -> None:
    text = filter_to_json(search_filter)
    assert filter_from_json(text) == search_filter
    assert filter_to_json(filter_from_json(text)) == text


@repeatable(200)
@given(st.text(max_size=30) | st.from_regex(r"\{\"(manuals|status|as_at)\": ?[\[\]\"0-9a-z,]{0,9}\}"))
def test_any_text_is_a_filter_or_a_value_error(text: str) -> None:
    try:
        filter_from_json(text)
    except ValueError:
        return


# Decisions about counterparts


def test_a_newer_decision_about_the_same_two_takes_the_place_of_the_older(desk: Desk) -> None:
    store = desk.store()
    store.correct([YES])
    store.correct([Correction.of(THERE, HERE, is_counterpart=False)])
    assert desk.store().corrections() == (NO,)


def test_decisions_are_kept_without_edition_and_anchor() -> None:
    one = Location(WESTSHIRE, "home-visits", 3, "before-the-visit")
    assert Correction.of(THERE, one, is_counterpart=True) == YES


def test_forgetting_leaves_two_chapters_to_the_matching_and_others_alone(desk: Desk) -> None:
    store = desk.store()
    other = Correction.of(HERE, OTHER, is_counterpart=False)
    store.correct([YES, other])
    store.forget_correction(NO)
    store.forget_correction(NO)
    assert store.corrections() == (other,)


def test_rows_that_another_program_spoiled_are_left_out(desk: Desk) -> None:
    desk.store().correct([YES])
    desk.close()
    connection = sqlite3.connect(desk.file)
    with connection:
        for place in ("", "manual:", "nonsense", "manual:a/b/../c"):
            connection.execute("INSERT INTO correction VALUES (?, ?, 1, '')", (place, str(THERE)))
    connection.close()
    assert desk.store().corrections() == (YES,)


def test_none_of_many_is_kept_when_one_cannot_be(desk: Desk) -> None:
    store = desk.store()

    def many() -> Iterator[Correction]:
        yield YES
        raise StorageError("the file ended")

    with pytest.raises(StorageError):
        store.correct(many())
    assert store.corrections() == ()


def test_of_two_counterparts_in_one_manual_the_newest_counts(desk: Desk) -> None:
    store = desk.store()
    for chosen in (THERE, OTHER, THERE):
        store.correct([Correction.of(HERE, chosen, is_counterpart=True)])
    right = [one for one in store.corrections() if one.is_counterpart]
    assert right == [YES], "a chapter has one counterpart in a manual"


def test_what_was_called_wrong_stays_wrong_when_another_is_called_right(desk: Desk) -> None:
    store = desk.store()
    store.correct([NO])
    store.correct([Correction.of(HERE, OTHER, is_counterpart=True)])
    assert NO in store.corrections()


# The file of the schema before


def old_file(desk: Desk, version: int) -> dict[str, list[tuple[Any, ...]]]:
    """A file as an older program left it, with something in every table."""
    connection = sqlite3.connect(desk.file)
    connection.execute("PRAGMA journal_mode = WAL")
    for script in personal._MIGRATIONS[:version]:
        connection.executescript(script)
    connection.execute(f"PRAGMA user_version = {version}")
    connection.execute("INSERT INTO folder VALUES ('f', 'Court', 0)")
    connection.execute(
        "INSERT INTO bookmark (id, name, location, title, folder, position, created)"
        " VALUES ('b', 'My name', ?, '1.1', 'f', 0, ?)",
        (str(HERE), START.isoformat()),
    )
    connection.execute("INSERT INTO recent VALUES (?, '1.1', ?)", (str(HERE), START.isoformat()))
    connection.execute("INSERT INTO session_tab VALUES (0, ?)", (str(HERE),))
    connection.execute("INSERT INTO session VALUES ('current', x'30')")
    connection.commit()
    rows = rows_of(connection)
    connection.close()
    return rows


def rows_of(connection: sqlite3.Connection) -> dict[str, list[tuple[Any, ...]]]:
    columns = dict.fromkeys(("folder", "recent", "session_tab", "session"), "*")
    columns["bookmark"] = "id, name, location, title, folder, position, created"  # those of the oldest schema
    return {
        table: connection.execute(f"SELECT {chosen} FROM {table}").fetchall()  # noqa: S608
        for table, chosen in columns.items()
    }


@pytest.mark.parametrize("version", range(1, len(personal._MIGRATIONS)))
def test_a_file_of_an_older_schema_keeps_everything_and_takes_the_new(desk: Desk, version: int) -> None:
    before = old_file(desk, version)
    store = desk.store()
    assert store.recovery is None
    assert [(mark.name, mark.location) for mark in store.bookmarks().bookmarks] == [("My name", HERE)]
    store.add_search("contact", EVERYWHERE)
    store.correct([YES])
    desk.close()
    connection = sqlite3.connect(desk.file)
    assert rows_of(connection) == before
    assert connection.execute("PRAGMA user_version").fetchone() == (len(personal._MIGRATIONS),)
    connection.close()
    assert desk.store().corrections() == (YES,)


def test_an_older_file_that_is_locked_is_left_as_it_is(desk: Desk) -> None:
    before = old_file(desk, 1)
    holder = sqlite3.connect(desk.file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageError, match="locked"):
        desk.store()
    holder.execute("ROLLBACK")
    holder.close()
    assert not list(desk.file.parent.glob("personal-damaged*"))
    assert desk.store().bookmarks().bookmarks[0].name == "My name"
    desk.close()
    connection = sqlite3.connect(desk.file)
    assert rows_of(connection) == before
    connection.close()


def test_a_migration_that_is_cut_off_leaves_the_old_file(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = old_file(desk, 1)
    broken = (*personal._MIGRATIONS[:2], personal._MIGRATIONS[2] + "; CREATE TABLE correction (x)")
    with monkeypatch.context() as patch:
        patch.setattr(personal, "_MIGRATIONS", broken)
        with pytest.raises(StorageError):
            desk.store()
    store = desk.store()
    assert store.recovery is None
    desk.close()
    connection = sqlite3.connect(desk.file)
    assert rows_of(connection) == before
    connection.close()


def test_a_damaged_file_is_set_aside_and_the_backup_holds_searches_and_decisions(desk: Desk) -> None:
    store = desk.store()
    store.save_search("contact", EVERYWHERE)
    store.correct([YES])
    store.back_up()
    desk.close()
    raw = bytearray(desk.file.read_bytes())
    raw[100:] = os.urandom(len(raw) - 100)
    desk.file.write_bytes(raw)
    store = desk.store()
    assert store.recovery is not None
    assert kept(store) == [("contact", True)]
    assert store.corrections() == (YES,)


_WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from reader.domain.counterpart import Correction
from reader.domain.location import Location
from reader.domain.search import SearchFilter
from reader.store.personal import PersonalStore
folder = Path(sys.argv[1])
store = PersonalStore(folder / "personal.sqlite", folder / "backups", lambda: datetime.now(UTC))
one, other = (Location.parse(f"manual:{name}/procedures/x") for name in ("westshire", "eastshire"))
number = 0
while True:
    number += 1
    names = [f"a{number}-{part}" for part in range(20)]
    store.correct(
        Correction.of(Location(one.manual, name), Location(other.manual, name), is_counterpart=True) for name in names
    )
    store.save_search(f"query {number}", SearchFilter())
    print(number, flush=True)
"""


def test_a_kill_while_writing_loses_nothing_that_was_promised_and_leaves_no_half(desk: Desk) -> None:
    desk.store().close()
    environment = {**os.environ, "PYTHONPATH": str(Path(personal.__file__).parents[2])}
    process = subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(desk.file.parent)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    promised = 0
    for line in process.stdout:
        promised = int(line)
        if promised >= 25:
            break
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    promised = max([promised, *(int(line) for line in process.stdout)])
    process.stdout.close()
    store = desk.store()
    assert store.recovery is None
    count = len(store.corrections())
    assert count % 20 == 0
    assert count >= promised * 20
    assert len(store.searches()) >= promised


# Files of decisions


def test_an_export_is_read_as_it_was_written(tmp_path: Path) -> None:
    decisions = (YES, Correction.of(HERE, OTHER, is_counterpart=False))
    write_corrections(tmp_path / "mine.json", decisions)
    assert read_corrections(tmp_path / "mine.json") == decisions
    write_corrections(tmp_path / "none.json", ())
    assert read_corrections(tmp_path / "none.json") == ()


def document(**changes: object) -> str:
    row = {"first": str(HERE), "second": str(THERE), "is_counterpart": True}
    changed_row = {**row, **{key: value for key, value in changes.items() if key in row}}
    rest = {key: value for key, value in changes.items() if key not in row}
    return json.dumps(
        {"kind": "procedures-corrections", "format": 1, "corrections": [row, changed_row], **rest}
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "[" * 50_000,
        '{"a":' * 50_000,
        document(kind="procedures-bookmarks"),
        document(format=2),
        document(corrections={}),
        document(corrections=[[]]),
        document(first="manual:westshire/procedures"),
        document(first="manual:westshire/procedures/forms/plan.docx"),
        document(first="manual:westshire/procedures/../x"),
        document(first="file:///etc/passwd"),
        document(first="manual:westshire/procedures/a\u202eb"),
        document(first=None),
        document(is_counterpart="sometimes"),
        corrections_json([YES])[:-20],
    ],
    ids=lambda text: text[:40],
)
def test_of_a_hostile_or_damaged_file_nothing_is_taken(tmp_path: Path, text: str) -> None:
    file = tmp_path / "import.json"
    file.write_text(text, "utf-8")
    with pytest.raises(StorageError, match="nothing was imported"):
        read_corrections(file)


@pytest.mark.parametrize("raw", [b"\xff\xfe{}", b"PK\x03\x04", b"\x00" * 100, b"\xc3\x28"])
def test_a_file_that_is_no_text_is_refused_in_a_sentence(tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "import.json"
    file.write_bytes(raw)
    with pytest.raises(StorageError):
        read_corrections(file)


def test_a_folder_and_a_missing_file_are_refused_in_a_sentence(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "none.json"):
        with pytest.raises(StorageError, match="Cannot read"):
            read_corrections(place)


@pytest.mark.parametrize("second", [str(HERE), str(Location(WESTSHIRE, "private-fostering"))])
def test_two_chapters_of_one_manual_are_no_counterparts_in_a_file_either(tmp_path: Path, second: str) -> None:
    file = tmp_path / "import.json"
    file.write_text(document(second=second), "utf-8")
    with pytest.raises(StorageError):
        read_corrections(file)


def test_many_decisions_are_taken_in_a_few_seconds(desk: Desk, tmp_path: Path) -> None:
    decisions = [
        Correction.of(
            Location(WESTSHIRE, f"a-{number}"),
            Location(EASTSHIRE, f"a-{number}"),
            is_counterpart=number % 3 > 0,
        )
        for number in range(5_000)
    ]
    file = tmp_path / "many.json"
    write_corrections(file, decisions)
    started = time.perf_counter()
    store = desk.store()
    store.correct(read_corrections(file))
    assert len(store.corrections()) == len(decisions)
    assert time.perf_counter() - started < 20


def test_the_day_of_a_filter_is_a_day_and_no_moment() -> None:
    assert filter_from_json('{"as_at": "2025-06-01"}').as_at == date(2025, 6, 1)
    with pytest.raises(ValueError, match="no filter"):
        filter_from_json('{"as_at": "2025-06-01T12:00:00Z"}')
