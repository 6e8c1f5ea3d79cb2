"""The library folder: bundles in their places, and the remembered trust state."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reader.domain.errors import StorageError
from reader.domain.manual import ManualId
from reader.domain.trust import AcceptedEdition, Floor, TrustState
from reader.store import library
from reader.store.library import LibraryStore, StoredEdition
from tests.support.worlds import EASTSHIRE, WESTSHIRE

STATE = TrustState(
    roots=(b"root 1\n", b"root 2\n"),
    register=b"register\n",
    authorities={"westshire": b"list of westshire\n", "eastshire": b"list of eastshire\n"},
    floors={
        WESTSHIRE: Floor(
            {
                2: AcceptedEdition("a" * 64, frozenset({"1" * 64})),
                3: AcceptedEdition("b" * 64, frozenset({"1" * 64, "2" * 64})),
            }
        ),
        EASTSHIRE: Floor({7: AcceptedEdition("c" * 64, frozenset())}),
    },
)


@pytest.fixture
def store(tmp_path: Path) -> LibraryStore:
    return LibraryStore(tmp_path / "library")


def _put(store: LibraryStore, place: str, data: bytes = b"bundle") -> Path:
    file = store.folder / place
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return file


# Trust state


def test_nothing_is_remembered_at_first(store: LibraryStore) -> None:
    assert store.load_trust() is None
    assert store.editions() == ()


@pytest.mark.parametrize(
    "state",
    [
        STATE,
        TrustState((b"root\n",)),
        replace(STATE, register=None),
        replace(STATE, floors={}),
        TrustState(()),
    ],
    ids=["everything", "a pin", "no register", "no floors", "nothing"],
)
def test_what_is_remembered_comes_back_as_it_was(store: LibraryStore, state: TrustState) -> None:
    store.save_trust(state)
    assert LibraryStore(store.folder).load_trust() == state


ids = st.from_regex(r"[a-z][a-z0-9-]{1,10}", fullmatch=True)
hex64 = st.text("0123456789abcdef", min_size=64, max_size=64)
raws = st.text(st.characters(min_codepoint=0, max_codepoint=127), max_size=30).map(str.encode)
states = st.builds(
    TrustState,
    roots=st.lists(raws, max_size=3).map(tuple),
    register=st.none() | raws,
    authorities=st.dictionaries(ids, raws, max_size=3),
    floors=st.dictionaries(
        st.builds(ManualId, ids, ids),
        st.builds(
            Floor,
            st.dictionaries(
                st.integers(1, 2**31 - 1),
                st.builds(AcceptedEdition, hex64, st.frozensets(hex64, max_size=2)),
                min_size=1,
                max_size=3,
            ),
        ),
        max_size=3,
    ),
)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(states)
def test_any_state_comes_back_as_it_was(store: LibraryStore, state: TrustState) -> None:
    store.save_trust(state)
    assert store.load_trust() == state


def _damaged_states(good: str) -> dict[str, bytes]:
    value = json.loads(good)
    return {
        "empty": b"",
        "half": good[: len(good) // 2].encode(),
        "zeros": bytes(500),
        "text": b"hello",
        "another value": b"[]",
        "no fields": b"{}",
        "another field": json.dumps({**value, "extra": 1}).encode(),
        "another format": json.dumps({**value, "format": 2}).encode(),
        "format as text": json.dumps({**value, "format": "1"}).encode(),
        "roots null": json.dumps({**value, "roots": None}).encode(),
        "root of numbers": json.dumps({**value, "roots": [5]}).encode(),
        "root beyond ASCII": json.dumps({**value, "roots": ["é"]}).encode(),
        "manual of no name": good.replace("westshire/procedures", "Westshire").encode(),
        "edition as text": good.replace('"edition": 3', '"edition": "3"').encode(),
        "not UTF-8": b"\xff" + good.encode(),
    }


@pytest.mark.parametrize("how", list(_damaged_states('{"format": 1}')))
def test_a_damaged_state_file_is_a_storage_error(store: LibraryStore, how: str) -> None:
    store.save_trust(STATE)
    file = store.folder / "trust-state.json"
    damaged = _damaged_states(file.read_text())[how]
    assert damaged != file.read_bytes()
    file.write_bytes(damaged)
    with pytest.raises(StorageError, match=r"trust-state\.json"):
        store.load_trust()
    assert file.read_bytes() == damaged


def test_a_state_that_cannot_be_written_leaves_the_old_one(
    store: LibraryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.save_trust(STATE)

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(StorageError, match="No space left"):
        store.save_trust(TrustState((b"other\n",)))
    assert store.load_trust() == STATE
    assert [file.name for file in store.folder.iterdir()] == ["trust-state.json"]


# Bundles


def test_editions_are_listed_by_manual_oldest_first(store: LibraryStore) -> None:
    for place in ("westshire/procedures/10", "westshire/procedures/9", "eastshire/procedures/2"):
        _put(store, f"{place}.manual")
    assert [(str(row.manual), row.edition) for row in store.editions()] == [
        ("eastshire/procedures", 2),
        ("westshire/procedures", 9),
        ("westshire/procedures", 10),
    ]


@pytest.mark.parametrize(
    "place",
    [
        "1.manual",
        "westshire/1.manual",
        "westshire/procedures/deep/1.manual",
        "Westshire/procedures/1.manual",
        "west shire/procedures/1.manual",
        "westshire/PROCEDURES/1.manual",
        "westshire/proce dures/1.manual",
        "westshire/procedures_old/1.manual",
        "westshire.old/procedures/1.manual",
        "westshire/procedures/one.manual",
        "westshire/procedures/-1.manual",
        "westshire/procedures/1.5.manual",
        "westshire/procedures/12345678901.manual",
        "westshire/procedures/1 (1).manual",
        "westshire/procedures/².manual",
        "westshire/procedures/1.manual.bak",
        "westshire/procedures/1.zip",
        "westshire/procedures/.install.x.part",
        "westshire/procedures/Thumbs.db",
        "desktop.ini",
        ".DS_Store",
    ],
)
def test_foreign_files_in_the_folder_are_ignored(store: LibraryStore, place: str) -> None:
    file = _put(store, place)
    _put(store, "westshire/procedures/3.manual")
    assert [row.edition for row in store.editions()] == [3]
    store.sweep()
    assert file.exists()


@pytest.mark.parametrize("name", ["03", "003", "٣", "３"])
def test_an_edition_has_one_place_only(store: LibraryStore, name: str) -> None:
    _put(store, "westshire/procedures/3.manual")
    _put(store, f"westshire/procedures/{name}.manual")
    assert [row.file.name for row in store.editions()] == ["3.manual"]


def test_a_bundle_is_staged_and_kept(store: LibraryStore, tmp_path: Path) -> None:
    source = tmp_path / "stick" / "a.manual"
    source.parent.mkdir()
    source.write_bytes(b"bundle")
    staged = store.stage(source)
    assert store.editions() == ()
    kept = store.keep(staged, WESTSHIRE, 3)
    assert not staged.exists()
    assert store.editions() == (StoredEdition(WESTSHIRE, 3, kept),)
    assert kept.read_bytes() == source.read_bytes() == b"bundle"


def test_a_staged_bundle_is_discarded(store: LibraryStore, tmp_path: Path) -> None:
    source = tmp_path / "a.manual"
    source.write_bytes(b"bundle")
    staged = store.stage(source)
    store.discard(staged)
    store.discard(staged)
    assert list(store.folder.iterdir()) == []


def test_a_bundle_that_cannot_be_kept_is_gone_and_the_old_one_stays(
    store: LibraryStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = _put(store, "westshire/procedures/3.manual", b"old")
    source = tmp_path / "a.manual"
    source.write_bytes(b"new")
    for step in ("replace", "mkdir"):
        staged = store.stage(source)

        def fail(*_: object, **__: object) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as full:
            full.setattr(Path, step, fail)
            with pytest.raises(StorageError, match="No space left"):
                store.keep(staged, WESTSHIRE, 3)
        assert old.read_bytes() == b"old"
        assert not staged.exists()


def test_a_folder_that_cannot_be_listed_is_a_storage_error(
    store: LibraryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "glob", fail)
    with pytest.raises(StorageError, match="Cannot read the library"):
        store.editions()
    store.sweep()  # what was left behind is no reason to stop


def test_a_state_file_that_cannot_be_opened_or_removed_is_a_storage_error(store: LibraryStore) -> None:
    (store.folder / "trust-state.json").mkdir(parents=True)
    with pytest.raises(StorageError, match="Cannot read"):
        store.load_trust()
    with pytest.raises(StorageError, match="Cannot remove"):
        store.clear()


def test_an_error_that_the_system_does_not_name_is_told_as_it_is(
    store: LibraryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    for error, told in (
        (OSError("an odd disk"), "an odd disk"),
        (OSError(28, "No space left"), "No space left"),
    ):

        def fail(*_: object, error: OSError = error, **__: object) -> None:
            raise error

        monkeypatch.setattr(Path, "mkdir", fail)
        with pytest.raises(StorageError, match=rf": {told}\.$"), store.locked():
            raise AssertionError("held nothing")


def test_sweeping_takes_half_written_files_and_nothing_else(store: LibraryStore) -> None:
    kept = [
        _put(store, "westshire/procedures/3.manual"),
        _put(store, "notes.part"),
        _put(store, "trust-state.json"),
    ]
    left = [_put(store, ".install.abc.part"), _put(store, ".trust-state.json.abc.part")]
    store.sweep()
    assert all(file.exists() for file in kept)
    assert not any(file.exists() for file in left)


def test_a_bundle_is_removed_and_what_is_remembered_stays(store: LibraryStore) -> None:
    store.save_trust(STATE)
    _put(store, "westshire/procedures/3.manual")
    (stored,) = store.editions()
    store.remove(stored)
    assert store.editions() == ()
    assert store.load_trust() == STATE
    with pytest.raises(StorageError, match="Cannot remove"):
        store.remove(stored)


def test_clearing_takes_bundles_and_memory(store: LibraryStore) -> None:
    store.save_trust(STATE)
    _put(store, "westshire/procedures/3.manual")
    store.clear()
    assert store.editions() == ()
    assert store.load_trust() is None


# The lock


def test_a_library_that_another_program_holds_is_said_so(
    store: LibraryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "_LOCK_SECONDS", 0.01)
    with (
        store.locked(),
        pytest.raises(StorageError, match="Another program is changing the library"),
        LibraryStore(store.folder).locked(),
    ):
        raise AssertionError("both hold it")
    with LibraryStore(store.folder).locked():
        pass


def test_the_lock_is_let_go_when_the_work_fails(store: LibraryStore) -> None:
    with pytest.raises(KeyError), store.locked():
        raise KeyError
    with LibraryStore(store.folder).locked():
        pass


def test_a_folder_that_cannot_be_made_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="ascii")
    store = LibraryStore(tmp_path / "file" / "library")
    with pytest.raises(StorageError, match="Cannot change the library"), store.locked():
        raise AssertionError("held nothing")
    assert store.editions() == ()
