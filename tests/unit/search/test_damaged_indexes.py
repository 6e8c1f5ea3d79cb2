"""An index is disposable: whatever happened to it, that is noticed, and it is built again."""

from __future__ import annotations

import contextlib
import gc
import json
import random
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from reader.domain.cancel import CancelToken
from reader.domain.errors import SearchError
from reader.domain.manual import ManualId
from reader.domain.search import IndexDocument
from reader.search.engine import SearchEngine
from reader.search.indexer import (
    COMPLETE,
    ENTRIES,
    IMPACTS,
    LEXICON,
    STREAM,
    build_index,
    digests,
    index_folder,
    is_complete,
    sweep,
)
from reader.search.open_index import DamagedIndexError, OpenIndex, PostingsCache
from tests.support.search_worlds import EVERYWHERE, WESTSHIRE, answer, build, chapters, document, engine_over

FILES = (COMPLETE, ENTRIES, IMPACTS, LEXICON, STREAM, "*.trm", "*.pst", "*.text.col", "*.anchor.col", "*.toc")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    chance = random.Random(5)  # noqa: S311
    texts = [" ".join(chance.choices(["dog", "cat", "elk", "fox"], k=9)) for _ in range(40)]
    documents = [
        document(text, chapter=f"c{n}", title="Title", anchor=f"a{n}") for n, text in enumerate(texts)
    ]
    return build(tmp_path_factory.mktemp("sound") / "index", documents)


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("other") / "index", chapters("goose"))


def the_file(folder: Path, name: str) -> Path:
    (found,) = folder.glob(name) if "*" in name else (folder / name,)
    return found


def assert_is_noticed(damaged: Path, other: Path) -> None:
    """`use` names the folder, it counts as unfinished, and the other index is searched all the same."""
    engine = SearchEngine()
    try:
        assert engine.use([damaged, other]) == (damaged,)
        assert not is_complete(damaged)
        assert engine.use([other, damaged]) == (damaged,)
        assert answer(engine, "goose dog ").total == 1
    finally:
        engine.close()


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_missing_is_noticed(sound: Path, other: Path, tmp_path: Path, name: str) -> None:
    folder = shutil.copytree(sound, tmp_path / "index")
    the_file(folder, name).unlink()
    assert_is_noticed(folder, other)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_cut_is_noticed(sound: Path, other: Path, tmp_path: Path, name: str) -> None:
    data = the_file(sound, name).read_bytes()
    chance = random.Random(name)  # noqa: S311
    for cut in {0, 1, len(data) // 2, len(data) - 1, *(chance.randrange(len(data)) for _ in range(6))}:
        folder = shutil.copytree(sound, tmp_path / str(cut))
        the_file(folder, name).write_bytes(data[:cut])
        assert_is_noticed(folder, other)


@pytest.mark.parametrize("name", FILES)
def test_a_bit_that_is_changed_is_noticed(sound: Path, other: Path, tmp_path: Path, name: str) -> None:
    data = the_file(sound, name).read_bytes()
    chance = random.Random(name)  # noqa: S311
    for number, place in enumerate((0, len(data) - 1, *(chance.randrange(len(data)) for _ in range(4)))):
        folder = shutil.copytree(sound, tmp_path / str(number))
        changed = bytearray(data)
        changed[place] ^= 1 << chance.randrange(8)
        the_file(folder, name).write_bytes(changed)
        assert_is_noticed(folder, other)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_became_longer_is_noticed(sound: Path, other: Path, tmp_path: Path, name: str) -> None:
    folder = shutil.copytree(sound, tmp_path / "index")
    with the_file(folder, name).open("ab") as stream:
        stream.write(b"x")
    assert_is_noticed(folder, other)


@pytest.mark.parametrize(
    "content", [b"", b"null", b"[]", b'{"lexicon.bin": 1}', b"\xff\xfe", b"[" * 100_000, b"true"]
)
def test_a_list_of_digests_that_is_none_is_noticed(
    sound: Path, other: Path, tmp_path: Path, content: bytes
) -> None:
    folder = shutil.copytree(sound, tmp_path / "index")
    (folder / COMPLETE).write_bytes(content)
    assert_is_noticed(folder, other)


@pytest.mark.parametrize("left_out", [ENTRIES, IMPACTS, LEXICON, STREAM, "everything"])
def test_a_file_that_the_digests_leave_out_is_noticed(
    sound: Path, other: Path, tmp_path: Path, left_out: str
) -> None:
    folder = shutil.copytree(sound, tmp_path / "index")
    recorded = json.loads((folder / COMPLETE).read_text(encoding="utf-8"))
    kept = {name: digest for name, digest in recorded.items() if left_out not in {name, "everything"}}
    (folder / COMPLETE).write_text(json.dumps(kept), encoding="utf-8")
    assert_is_noticed(folder, other)


def test_a_stray_file_beside_an_index_is_no_damage(sound: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(sound, tmp_path / "index")
    (folder / ".DS_Store").write_bytes(b"of another program")
    assert answer(engine_over(folder), "dog ").total


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"manual": "a/b"}', b"x" * 1_000])
def test_entries_that_are_none_are_noticed_though_the_digests_hold(
    sound: Path, other: Path, tmp_path: Path, content: bytes
) -> None:
    folder = shutil.copytree(sound, tmp_path / "index")
    (folder / ENTRIES).write_bytes(content)
    names = sorted(file.name for file in folder.iterdir() if file.name != COMPLETE)
    (folder / COMPLETE).write_text(json.dumps(digests(folder, names)), encoding="utf-8")
    assert_is_noticed(folder, other)


@pytest.mark.parametrize(
    "make", [lambda _: None, lambda place: place.mkdir(), lambda place: place.write_bytes(b"no folder")]
)
def test_a_folder_that_is_none_is_noticed(other: Path, tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "index")
    assert_is_noticed(tmp_path / "index", other)


def test_two_indexes_with_their_files_exchanged_are_noticed(sound: Path, other: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(sound, tmp_path / "index")
    shutil.copyfile(other / LEXICON, folder / LEXICON)
    assert_is_noticed(folder, other)


def test_words_in_reading_order_that_are_cut_while_they_are_open_end_no_program(tmp_path: Path) -> None:
    """Looked at through a memory map they would: the system ends who reads behind the end of a file."""
    folder = build(tmp_path / "index", chapters(*["dog cat elk " * 500] * 20))
    in_memory = engine_over(folder)
    index = OpenIndex(folder, 1, PostingsCache(1_000), keeps_tokens=False)
    pattern = index.pattern(("dog", "cat"))
    assert pattern is not None
    with (folder / STREAM).open("rb+") as stream:
        stream.truncate(0)
    with pytest.raises(DamagedIndexError):
        index.holds(7, pattern)
    with pytest.raises(DamagedIndexError):
        list(index.holding(list(range(20)) * 10, pattern))
    index.close()
    assert in_memory.search('"dog cat"', EVERYWHERE, 10, CancelToken()).total == 20


@pytest.mark.parametrize(("name", "typed"), [(IMPACTS, "dog "), ("*.pst", "title:title ")])
def test_damage_to_an_open_index_is_said_and_the_index_is_built_again(
    sound: Path, tmp_path: Path, name: str, typed: str
) -> None:
    """What the disk gives back may change while the program runs."""
    folder = shutil.copytree(sound, tmp_path / "index")
    engine = engine_over(folder)
    with the_file(folder, name).open("rb+") as stream:
        stream.truncate(3)
    with pytest.raises(SearchError, match=r"The search index is damaged"):
        engine.search(typed, EVERYWHERE, 10, CancelToken())
    assert not is_complete(folder)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs /proc")
def test_of_many_indexes_only_some_have_all_their_files_open(tmp_path: Path) -> None:
    folders = [
        build(
            tmp_path / str(number), chapters(f"dog w{number}"), manual=ManualId(f"authority-{number}", "all")
        )
        for number in range(80)
    ]
    before = len(list(Path("/proc/self/fd").iterdir()))
    engine = engine_over(*folders)
    found = answer(engine, "dog ", limit=100)
    assert [hit.text for hit in found.hits] == [f"dog w{number}" for number in range(80)]
    assert answer(engine, "title:dog ").total == 0
    assert {answer(engine, f"w{number} ").total for number in range(80)} == {1}
    assert len(list(Path("/proc/self/fd").iterdir())) - before <= 80 * 2 + 64 * 6
    engine.close()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_damage_to_an_index_that_a_search_names_is_said(sound: Path, other: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(sound, tmp_path / "index")
    (folder / LEXICON).write_bytes(b"")
    engine = engine_over(other)
    with pytest.raises(SearchError):
        engine.search("dog ", EVERYWHERE, 10, CancelToken(), [other, folder])


# ---- Building.


def test_an_index_replaces_what_was_in_its_place(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    folder.mkdir()
    (folder / "something").write_text("else", encoding="utf-8")
    build(folder, chapters("dog"))
    assert not (folder / "something").exists()
    assert is_complete(folder)
    build(folder, chapters("cat"))
    engine = engine_over(folder)
    assert (answer(engine, "dog ").total, answer(engine, "cat ").total) == (0, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["index"]


def test_two_indexes_of_one_text_hold_the_same_words_in_the_same_order(tmp_path: Path) -> None:
    documents = chapters("dog cat elk", "visits visiting", "section 47")
    one, two = build(tmp_path / "one", documents), build(tmp_path / "two", documents)
    for name in (IMPACTS, LEXICON, STREAM, ENTRIES):
        assert (one / name).read_bytes() == (two / name).read_bytes()


def test_an_index_that_cannot_be_written_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"in the way")
    with pytest.raises(SearchError, match="Cannot write the search index"):
        build(tmp_path / "file" / "index", chapters("dog"))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def give_up(folder: Path) -> list[str]:
    """Stop building an index in its midst; say which files nobody has closed."""

    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always", ResourceWarning)
        with contextlib.suppress(KeyboardInterrupt):
            build_index(folder, WESTSHIRE, 1, chapters(*["dog"] * 60), stop)
        gc.collect()
    return [str(one.message) for one in seen]


def test_an_index_that_is_given_up_leaves_nothing(tmp_path: Path) -> None:
    give_up(tmp_path / "new" / "index")
    assert list((tmp_path / "new").iterdir()) == []


def test_an_index_that_is_given_up_leaves_no_file_open(tmp_path: Path) -> None:
    assert give_up(tmp_path / "index") == []


def test_progress_ends_with_everything_done(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    build_index(
        tmp_path / "index", WESTSHIRE, 1, chapters(*["dog"] * 120), lambda done, of: seen.append((done, of))
    )
    assert seen == [(50, 120), (100, 120), (120, 120)]


@pytest.mark.parametrize(
    "texts",
    [
        ("", ""),
        ("\x00\n\t", "\u2028"),
        ("x" * 1_000_000, "a"),
        ("a " * 100_000, "b"),
        ("é" * 100_000, "\U0001f600 " * 1_000),
        ("title:dog heading:dog", "dog"),
        ("العربية हिन्दी 中文 Ελληνικά", "עברית"),
    ],
    ids=["empty", "controls", "one word", "many words", "signs", "fields", "scripts"],
)
def test_texts_of_every_kind_can_be_indexed_and_are_shown_as_they_are(
    tmp_path: Path, texts: tuple[str, str]
) -> None:
    documents: list[IndexDocument] = [
        document(text, chapter=f"c{n}", title="dog", heading=text[:500], extra=text, division=text[:50])
        for n, text in enumerate(texts)
    ]
    engine = engine_over(build(tmp_path / "index", documents))
    hits = answer(engine, "title:dog ").hits
    assert {hit.text for hit in hits} == set(texts)
    assert {hit.beside for hit in hits} == set(texts)
    assert all(hit.snippet is not None for hit in hits)


def test_what_no_edition_wants_is_swept_away(tmp_path: Path, sound: Path) -> None:
    wanted = index_folder(tmp_path, "a" * 64)
    shutil.copytree(sound, wanted)
    shutil.copytree(sound, index_folder(tmp_path, "b" * 64))
    (tmp_path / "stray file").write_text("x", encoding="utf-8")
    (tmp_path / ".index.still-at-work").mkdir()
    sweep(tmp_path, {wanted})
    assert {path.name for path in tmp_path.iterdir()} == {wanted.name, ".index.still-at-work"}
    sweep(tmp_path / "nowhere", set())
