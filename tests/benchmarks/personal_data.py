"""What the person wrote, under attack: kills while writing, damaged files, full disks. What was tried, what was lost.

    python -m tests.benchmarks.personal_data [--kills N] [--damages N] [--full N] [--seed N]

Needs a system with `fork` (Linux, macOS).
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import resource
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from reader.domain.bookmark import Colour, Quote
from reader.domain.errors import ReaderError, StorageError
from reader.domain.location import Location
from reader.domain.manual import ManualId
from reader.domain.reading_list import ReadingItem, ReadingList
from reader.store.personal import PersonalStore

HERE = Location(ManualId("westshire", "procedures"), "home-visits", 3, "before")
_ID_LENGTH = 32


def open_store(folder: Path) -> PersonalStore:
    """The store of a folder, as the program opens it."""
    return PersonalStore(folder / "personal.sqlite", folder / "backups", lambda: datetime.now(UTC))


def kills(count: int, chance: random.Random, folder: Path) -> Counter[str]:
    """Kill a writer at random moments; everything that it had acknowledged must be there."""
    found: Counter[str] = Counter()
    acknowledged: dict[str, str] = {}
    open_store(folder).close()
    for _ in range(count):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            _write_for_ever(folder, writing, chance.random())
        os.close(writing)
        time.sleep(chance.uniform(0.002, 0.06))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with os.fdopen(reading, "rb") as stream:
            lines = stream.read().decode().split("\n")[:-1]
        for line in lines:
            id_, _, note = line.partition(" ")
            acknowledged[id_] = note
        found["tried"] += 1
        found["acknowledged writes"] += len(lines)
        store = open_store(folder)
        there = {bookmark.id: bookmark.note for bookmark in store.bookmarks().bookmarks}
        found["lost"] += sum(
            1 for id_, note in acknowledged.items() if not there.get(id_, "").startswith(note)
        )
        found["set aside as damaged"] += store.recovery is not None
        if len(there) > 600:  # each round looks at every one of them
            store.remove(list(there))
            acknowledged.clear()
        store.close()
    return found


def _write_for_ever(folder: Path, pipe: int, seed: float) -> None:
    """Add bookmarks, change them, keep reading lists; say each bookmark's id and note once it is promised."""
    chance = random.Random(seed)  # noqa: S311
    store = open_store(folder)
    number = 0
    while True:
        number += 1
        quote = Quote("words " * chance.randrange(1, 400), fingerprint="AAAA-AAAA-AA")
        made = store.add_bookmark(str(number), HERE, "t", None, quote=quote, colour=Colour.BLUE)
        os.write(pipe, f"{made.id} \n".encode())
        note = f"note {number}"
        store.change_bookmarks([replace(made, note=note, tags=("a", "b"))])
        os.write(pipe, f"{made.id} {note}\n".encode())
        store.reading_lists.put(
            ReadingList("list", "List", "", (ReadingItem(HERE, "t", "e"),) * (number % 30))
        )
        if chance.random() < 0.05:
            store.back_up()


def damages(count: int, chance: random.Random, folder: Path) -> Counter[str]:
    """Damage the file in every way that comes to mind; the store must open, with the newest backup if need be."""
    found: Counter[str] = Counter()
    whole = folder / "whole"
    store = open_store(whole)
    for number in range(60):
        store.add_bookmark(f"bookmark {number}", HERE, "t", None, note="note " * 40)
    store.back_up()
    names = [bookmark.name for bookmark in store.bookmarks().bookmarks]
    store.close()
    for _ in range(count):
        place = folder / "damaged"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(whole, place)
        how = chance.choice(("flip", "flip", "cut", "zero", "nonsense", "empty", "gone"))
        _damage(place / "personal.sqlite", how, chance)
        found["tried"] += 1
        try:
            store = open_store(place)
        except ReaderError:
            found["not opened"] += 1
            continue
        there = store.bookmarks().bookmarks
        kept = sum(bookmark.name in names and bookmark.note == "note " * 40 for bookmark in there)
        found["recovered from the backup"] += store.recovery is not None
        found["opened as it was"] += store.recovery is None and kept == len(names)
        found["bookmarks lost"] += len(names) - len(there) if len(there) < len(names) else 0
        found["bookmarks with a changed letter that nothing notices"] += len(there) - kept
        store.close()
    return found


def _damage(file: Path, how: str, chance: random.Random) -> None:
    data = bytearray(file.read_bytes())
    match how:
        case "flip":
            for _ in range(chance.choice((1, 8, 200))):
                data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        case "cut":
            del data[chance.randrange(len(data)) :]
        case "zero":
            start = chance.randrange(len(data))
            data[start : start + 4096] = bytes(min(4096, len(data) - start))
        case "nonsense":
            start = chance.randrange(len(data))
            data[start : start + 4096] = os.urandom(min(4096, len(data) - start))
        case "empty":
            data.clear()
        case _:
            file.unlink()
            return
    file.write_bytes(data)


def full_disks(count: int, chance: random.Random, folder: Path) -> Counter[str]:
    """Let the disk run full at a random size of the file; what was promised stays, what fails is said in a sentence."""
    found: Counter[str] = Counter()
    for number in range(count):
        place = folder / f"full-{number}"
        open_store(place).close()
        limit = (place / "personal.sqlite").stat().st_size + chance.randrange(200_000)
        promised = _in_child(_until_full, place, limit)
        store = open_store(place)
        there = {bookmark.id for bookmark in store.bookmarks().bookmarks}
        found["tried"] += 1
        found["said in a sentence"] += promised[-1:] == ["said"]
        found["lost"] += sum(1 for id_ in promised if len(id_) == _ID_LENGTH and id_ not in there)
        found["set aside as damaged"] += store.recovery is not None
        store.add_bookmark("there is room again", HERE, "t", None)
        store.close()
        shutil.rmtree(place)
    return found


def _in_child(work: Callable[[Path, int, int], None], place: Path, limit: int) -> list[str]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with contextlib.suppress(BaseException):
            work(place, limit, writing)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as stream:
        lines = stream.read().decode().split("\n")[:-1]
    os.waitpid(child, 0)
    return lines


def _until_full(place: Path, limit: int, pipe: int) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    store = open_store(place)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        while True:
            made = store.add_bookmark("x", HERE, "t", None, note="n" * 500)
            os.write(pipe, f"{made.id}\n".encode())
    except StorageError:
        os.write(pipe, b"said\n")


def main(arguments: list[str] | None = None) -> int:
    reading = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    reading.add_argument("--kills", type=int, default=1_000)
    reading.add_argument("--damages", type=int, default=500)
    reading.add_argument("--full", type=int, default=200)
    reading.add_argument("--seed", type=int, default=1)
    options = reading.parse_args(arguments)
    chance = random.Random(options.seed)  # noqa: S311
    print(f"SQLite {sqlite3.sqlite_version}, Python {sys.version.split()[0]}, seed {options.seed}")
    with tempfile.TemporaryDirectory(prefix="procedures-personal-") as folder:
        for name, attack, count in (
            ("kills while writing", kills, options.kills),
            ("damaged files", damages, options.damages),
            ("full disks", full_disks, options.full),
        ):
            begun = time.perf_counter()
            place = Path(folder) / name.replace(" ", "-")
            place.mkdir()
            found = attack(count, chance, place)
            print(f"\n{name} ({time.perf_counter() - begun:.0f} s)")
            for what, number in found.items():
                print(f"  {what}: {number}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
