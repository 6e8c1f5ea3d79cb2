"""personal.sqlite: bookmarks, recent chapters, searches, corrections, the session. What the person wrote is never lost.

SQLite in WAL with full synchronisation: what a method has returned from is on the disk, and a kill at any moment
leaves either all of a change or nothing of it. The file is checked when it is opened; a damaged one is set aside,
never deleted, and the newest good backup takes its place.
"""

from __future__ import annotations

import contextlib
import re
import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from reader.domain import files
from reader.domain.bookmark import (
    Bookmark,
    BookmarkFolder,
    BookmarkTree,
    Colour,
    Quote,
    RecentVisit,
    Session,
)
from reader.domain.counterpart import Correction
from reader.domain.errors import NotFoundError, StorageError
from reader.domain.location import Location
from reader.domain.search import KeptSearch, SearchFilter
from reader.domain.text import storable
from reader.store.bookmark_rows import COLUMNS, INSERT, UPDATE, bookmark_of, changes_of, row_of, seal_of
from reader.store.reading_lists import ReadingListTable
from reader.store.search_filter_json import filter_from_json, filter_to_json

_BACKUPS_KEPT: Final = 5
_RECENT_KEPT: Final = 100
_SEARCHES_KEPT: Final = 30
_BUSY_SECONDS: Final = 2.0
_BACKUP: Final = re.compile(r"personal-([0-9]{6})-[0-9]{8}-[0-9]{6}-[0-9]{6}\.sqlite")
_INDEX: Final = re.compile(r"[0-9]{1,6}")

_SELECT_SEALED: Final = f"SELECT {COLUMNS}, seal FROM bookmark"  # noqa: S608
_SELECT_BOOKMARKS: Final = f"SELECT {COLUMNS} FROM bookmark ORDER BY position, created"  # noqa: S608

# One entry per schema version; each runs in one transaction. Never change one that was released: add the next.
_MIGRATIONS: Final[tuple[str, ...]] = (
    """
    CREATE TABLE folder (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, position INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE bookmark (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, location TEXT NOT NULL, title TEXT NOT NULL,
        folder TEXT REFERENCES folder (id) ON DELETE SET NULL, position INTEGER NOT NULL, created TEXT NOT NULL
    ) STRICT;
    CREATE TABLE recent (location TEXT PRIMARY KEY, title TEXT NOT NULL, opened TEXT NOT NULL) STRICT;
    CREATE TABLE session_tab (position INTEGER PRIMARY KEY, location TEXT NOT NULL) STRICT;
    CREATE TABLE session (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
    """,
    """
    CREATE TABLE search (
        query TEXT NOT NULL, filter TEXT NOT NULL, is_saved INTEGER NOT NULL, used TEXT NOT NULL,
        PRIMARY KEY (query, filter)
    ) STRICT, WITHOUT ROWID;
    """,
    """
    CREATE TABLE correction (
        first TEXT NOT NULL, second TEXT NOT NULL, is_counterpart INTEGER NOT NULL, made TEXT NOT NULL,
        PRIMARY KEY (first, second)
    ) STRICT, WITHOUT ROWID;
    """,
    """
    ALTER TABLE bookmark ADD COLUMN note TEXT NOT NULL DEFAULT '';
    ALTER TABLE bookmark ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
    ALTER TABLE bookmark ADD COLUMN colour TEXT;
    ALTER TABLE bookmark ADD COLUMN quote TEXT;
    ALTER TABLE bookmark ADD COLUMN carried TEXT;
    ALTER TABLE bookmark ADD COLUMN seal TEXT;
    CREATE TABLE reading_list (
        id TEXT PRIMARY KEY, title TEXT NOT NULL, remark TEXT NOT NULL, position INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE reading_list_item (
        list TEXT NOT NULL REFERENCES reading_list (id) ON DELETE CASCADE, position INTEGER NOT NULL,
        item TEXT NOT NULL, PRIMARY KEY (list, position)
    ) STRICT, WITHOUT ROWID;
    """,
)


class PersonalStore:
    """The only writer of personal.sqlite in this process. Safe to call from several threads.

    Attributes:
        recovery: A sentence for the person when the file was damaged and a backup took its place, else None.
    """

    def __init__(self, file: Path, backup_dir: Path, clock: Callable[[], datetime]) -> None:
        """Open the file, check it and bring it to the newest schema.

        Raises:
            StorageError: when neither the file nor a new one can be used.
        """
        self._file = file
        self._backup_dir = backup_dir
        self._clock = clock
        self._lock = threading.RLock()
        self.recovery: str | None = None
        self.reading_lists = ReadingListTable(self._reading, self._writing)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._connection = self._open_or_recover()
            self._mend()
            self._data_version = int(self._connection.execute("PRAGMA data_version").fetchone()[0])
        except (OSError, sqlite3.Error) as error:
            raise StorageError(f"Cannot open {file}: {error}. Bookmarks cannot be shown or kept.") from error

    def changed_elsewhere(self) -> bool:
        """Whether another program wrote to the file since this was asked last.

        Raises:
            StorageError: when the file cannot be read.
        """
        with self._reading() as connection:
            version = int(connection.execute("PRAGMA data_version").fetchone()[0])
        before, self._data_version = self._data_version, version
        return version != before

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    # Bookmarks

    def bookmarks(self) -> BookmarkTree:
        """Everything, in order.

        Raises:
            StorageError: when the file cannot be read.
        """
        with self._reading() as connection:
            folders = tuple(
                BookmarkFolder(*row)
                for row in connection.execute("SELECT id, name, position FROM folder ORDER BY position, name")
            )
            rows = connection.execute(_SELECT_BOOKMARKS)
            return BookmarkTree(folders, tuple(_readable(rows)))

    def add_bookmark(
        self,
        name: str,
        location: Location,
        title: str,
        folder: str | None,
        *,
        note: str = "",
        tags: tuple[str, ...] = (),
        colour: Colour | None = None,
        quote: Quote | None = None,
    ) -> Bookmark:
        """Add a bookmark at the end of a folder.

        Raises:
            StorageError: when it cannot be kept.
            NotFoundError: when the folder is gone.
        """
        with self._writing() as connection:
            self._check_folder(connection, folder)
            bookmark = Bookmark(
                uuid.uuid4().hex,
                name,
                location,
                title,
                folder,
                _end_of(connection, folder),
                self._clock(),
                note,
                tags,
                colour,
                quote,
            )
            connection.execute(INSERT, row_of(bookmark))
        return bookmark

    def import_bookmarks(self, tree: BookmarkTree) -> int:
        """Merge bookmarks of an export. Those that are there already stay as they are.

        Returns:
            How many were new.

        Raises:
            StorageError: when they cannot be kept; then none is.
        """
        added = 0
        with self._writing() as connection:
            for folder in tree.folders:
                connection.execute(
                    "INSERT OR IGNORE INTO folder VALUES (?, ?, ?)",
                    (folder.id, folder.name, _end_of_folders(connection)),
                )
            for bookmark in tree.bookmarks:
                if connection.execute("SELECT 1 FROM bookmark WHERE id = ?", (bookmark.id,)).fetchone():
                    continue
                is_known = connection.execute(
                    "SELECT 1 FROM folder WHERE id = ?", (bookmark.folder,)
                ).fetchone()
                folder_id = bookmark.folder if is_known else None
                position = _end_of(connection, folder_id)
                connection.execute(INSERT, row_of(replace(bookmark, folder=folder_id, position=position)))
                added += 1
        return added

    def restore_bookmarks(self, tree: BookmarkTree, undone: BookmarkTree) -> None:
        """Put bookmarks and folders back as they were, as undo does.

        Args:
            tree: How it was.
            undone: How it is on screen. What is in neither (unreadable here, or added by another program) stays.

        Raises:
            StorageError: when that cannot be kept; then nothing changed.
        """
        bookmarks = {(bookmark.id,) for one in (tree, undone) for bookmark in one.bookmarks}
        folders = {(folder.id,) for one in (tree, undone) for folder in one.folders}
        with self._writing() as connection:
            kept = connection.execute("SELECT id, folder FROM bookmark WHERE folder IS NOT NULL").fetchall()
            connection.executemany("DELETE FROM bookmark WHERE id = ?", bookmarks)
            connection.executemany("DELETE FROM folder WHERE id = ?", folders)
            connection.executemany(
                "INSERT INTO folder VALUES (?, ?, ?)", [(f.id, f.name, f.position) for f in tree.folders]
            )
            connection.executemany(INSERT, [row_of(bookmark) for bookmark in tree.bookmarks])
            connection.executemany(
                "UPDATE bookmark SET folder = ?2 WHERE id = ?1 AND folder IS NULL AND ?2 IN (SELECT id FROM folder)",
                [row for row in kept if (row[0],) not in bookmarks],
            )

    def change_bookmarks(self, bookmarks: Iterable[Bookmark]) -> None:
        """Keep what is said of bookmarks now, and where they lead; they stay where they stand among the others.

        Raises:
            NotFoundError: when one of them is gone; then none is changed.
            StorageError: when it cannot be kept; then none is changed.
        """
        with self._writing() as connection:
            for bookmark in bookmarks:
                _must_change(connection.execute(UPDATE, changes_of(bookmark)))

    def remove(self, bookmarks: Iterable[str], folders: Iterable[str] = ()) -> None:
        """Remove bookmarks and folders, by id; the bookmarks that are left in a folder move to the top.

        Raises:
            NotFoundError: when one is gone already; then none is removed.
            StorageError: when that cannot be kept; then none is removed.
        """
        with self._writing() as connection:
            for bookmark_id in bookmarks:
                _must_change(connection.execute("DELETE FROM bookmark WHERE id = ?", (bookmark_id,)))
            for folder_id in folders:
                connection.execute(
                    "UPDATE bookmark SET folder = NULL, position = position + ? WHERE folder = ?",
                    (_end_of(connection, None), folder_id),
                )
                _must_change(connection.execute("DELETE FROM folder WHERE id = ?", (folder_id,)))

    def move_bookmarks(self, bookmarks: Sequence[str], folder: str | None, position: int) -> None:
        """Put bookmarks, in this order, at a place (from 0) of a folder.

        Raises:
            NotFoundError: when one of them or the folder is gone; then none is moved.
            StorageError: when that cannot be kept; then none is moved.
        """
        with self._writing() as connection:
            self._check_folder(connection, folder)
            for bookmark_id in bookmarks:
                _must_change(
                    connection.execute("UPDATE bookmark SET folder = ? WHERE id = ?", (folder, bookmark_id))
                )
            rows = connection.execute(
                "SELECT id FROM bookmark WHERE folder IS ? ORDER BY position, created", (folder,)
            )
            ids = [str(row[0]) for row in rows if row[0] not in set(bookmarks)]
            place = max(0, min(position, len(ids)))
            connection.executemany(
                "UPDATE bookmark SET position = ? WHERE id = ?",
                enumerate([*ids[:place], *bookmarks, *ids[place:]]),
            )

    def add_folder(self, name: str) -> BookmarkFolder:
        """Add a folder at the end.

        Raises:
            StorageError: when it cannot be kept.
        """
        with self._writing() as connection:
            folder = BookmarkFolder(uuid.uuid4().hex, name, _end_of_folders(connection))
            connection.execute(
                "INSERT INTO folder VALUES (?, ?, ?)", (folder.id, folder.name, folder.position)
            )
        return folder

    def rename_folder(self, folder_id: str, name: str) -> None:
        """Rename.

        Raises:
            NotFoundError: when it is gone.
            StorageError: when it cannot be kept.
        """
        with self._writing() as connection:
            _must_change(connection.execute("UPDATE folder SET name = ? WHERE id = ?", (name, folder_id)))

    # Recent chapters and the session

    def add_recent(self, location: Location, title: str) -> None:
        """Note that a chapter was opened.

        Raises:
            StorageError: when it cannot be kept.
        """
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO recent VALUES (?, ?, ?) ON CONFLICT (location)"
                " DO UPDATE SET title = excluded.title, opened = excluded.opened",
                (str(location), title, self._next(connection, "SELECT max(opened) FROM recent")),
            )
            connection.execute(
                "DELETE FROM recent WHERE location NOT IN"
                " (SELECT location FROM recent ORDER BY opened DESC LIMIT ?)",
                (_RECENT_KEPT,),
            )

    def recent(self) -> tuple[RecentVisit, ...]:
        """The chapters that were opened, newest first.

        Raises:
            StorageError: when the file cannot be read.
        """
        with self._reading() as connection:
            rows = connection.execute("SELECT location, title, opened FROM recent ORDER BY opened DESC")
            visits: list[RecentVisit] = []
            for location, title, opened in rows:
                with contextlib.suppress(NotFoundError, ValueError):
                    visits.append(
                        RecentVisit(Location.parse(location), title, datetime.fromisoformat(opened))
                    )
            return tuple(visits)

    # Searches

    def add_search(self, query: str, search_filter: SearchFilter) -> None:
        """Note that a search was used. Those that are not saved are forgotten in their order.

        Raises:
            StorageError: when it cannot be kept.
        """
        query = storable(query)
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO search VALUES (?, ?, 0, ?) ON CONFLICT (query, filter) DO UPDATE SET used = excluded.used",
                (
                    query,
                    filter_to_json(search_filter),
                    self._next(connection, "SELECT max(used) FROM search"),
                ),
            )
            connection.execute(
                "DELETE FROM search WHERE NOT is_saved AND (query, filter) NOT IN"
                " (SELECT query, filter FROM search WHERE NOT is_saved ORDER BY used DESC LIMIT ?)",
                (_SEARCHES_KEPT,),
            )

    def save_search(self, query: str, search_filter: SearchFilter) -> None:
        """Keep a search until it is forgotten.

        Raises:
            StorageError: when it cannot be kept.
        """
        query = storable(query)
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO search VALUES (?, ?, 1, ?) ON CONFLICT (query, filter) DO UPDATE SET is_saved = 1",
                (query, filter_to_json(search_filter), self._clock().isoformat()),
            )

    def forget_search(self, query: str, search_filter: SearchFilter) -> None:
        """Forget a search, saved or not; one that is forgotten already is no fault.

        Raises:
            StorageError: when that cannot be kept.
        """
        with self._writing() as connection:
            connection.execute(
                "DELETE FROM search WHERE query = ? AND filter = ?",
                (storable(query), filter_to_json(search_filter)),
            )

    def searches(self) -> tuple[KeptSearch, ...]:
        """Every search that is kept: the saved ones by their words, then the others, newest first.

        Raises:
            StorageError: when the file cannot be read.
        """
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT query, filter, is_saved FROM search ORDER BY is_saved DESC,"
                " CASE WHEN is_saved THEN query END, used DESC"
            )
            kept: list[KeptSearch] = []
            for query, search_filter, is_saved in rows:
                with contextlib.suppress(ValueError):
                    kept.append(KeptSearch(query, filter_from_json(search_filter), bool(is_saved)))
            return tuple(kept)

    # Corrections of counterparts

    def correct(self, corrections: Iterable[Correction]) -> None:
        """Keep decisions about counterparts; a newer one about the same two chapters takes the place of the older.

        Raises:
            StorageError: when they cannot be kept; then none is.
        """
        with self._writing() as connection:
            for one in corrections:
                if (
                    one.is_counterpart
                ):  # a chapter has one counterpart in another manual: the newer choice counts
                    for own, other in ((one.first, one.second), (one.second, one.first)):
                        manual = f"manual:{other.manual}/"
                        connection.execute(
                            "DELETE FROM correction WHERE is_counterpart"
                            " AND ((first = ?1 AND substr(second, 1, length(?2)) = ?2)"
                            " OR (second = ?1 AND substr(first, 1, length(?2)) = ?2))",
                            (str(own), manual),
                        )
                connection.execute(
                    "INSERT INTO correction VALUES (?, ?, ?, ?) ON CONFLICT (first, second)"
                    " DO UPDATE SET is_counterpart = excluded.is_counterpart, made = excluded.made",
                    (str(one.first), str(one.second), one.is_counterpart, self._clock().isoformat()),
                )

    def forget_correction(self, correction: Correction) -> None:
        """Leave two chapters to the matching again.

        Raises:
            StorageError: when that cannot be kept.
        """
        with self._writing() as connection:
            connection.execute(
                "DELETE FROM correction WHERE first = ? AND second = ?",
                (str(correction.first), str(correction.second)),
            )

    def corrections(self) -> tuple[Correction, ...]:
        """Every decision about counterparts.

        Raises:
            StorageError: when the file cannot be read.
        """
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT first, second, is_counterpart FROM correction ORDER BY first, second"
            )
            kept: list[Correction] = []
            for first, second, is_counterpart in rows:
                with contextlib.suppress(NotFoundError):
                    kept.append(
                        Correction(Location.parse(first), Location.parse(second), bool(is_counterpart))
                    )
            return tuple(kept)

    def save_session(self, session: Session) -> None:
        """Remember the open tabs.

        Raises:
            StorageError: when it cannot be kept; the last one then stays.
        """
        with self._writing() as connection:
            connection.execute("DELETE FROM session_tab")
            connection.executemany(
                "INSERT INTO session_tab VALUES (?, ?)", [(i, str(tab)) for i, tab in enumerate(session.tabs)]
            )
            connection.executemany(
                "INSERT OR REPLACE INTO session VALUES (?, ?)",
                [("current", str(session.current).encode()), ("window", session.window)],
            )

    def session(self) -> Session:
        """The tabs of the last time; an empty session when there was none.

        Raises:
            StorageError: when the file cannot be read.
        """
        with self._reading() as connection:
            tabs: list[Location] = []
            for row in connection.execute("SELECT location FROM session_tab ORDER BY position"):
                with contextlib.suppress(NotFoundError):
                    tabs.append(Location.parse(str(row[0])))
            values = {
                str(name): bytes(value)
                for name, value in connection.execute("SELECT name, value FROM session")
            }
        current = values.get("current", b"-1").decode(errors="replace")
        index = int(current) if _INDEX.fullmatch(current) else -1
        return Session(tuple(tabs), min(index, len(tabs) - 1), values.get("window", b""))

    # The file itself

    def back_up(self) -> None:
        """Keep a copy of the file as it is now; a backup that fails costs nothing but itself."""
        with contextlib.suppress(OSError, sqlite3.Error):
            self._backup_dir.mkdir(parents=True, exist_ok=True)
            backups = self._backups()
            number = _number_of(backups[0]) + 1 if backups else 1
            stamp = self._clock().strftime("%Y%m%d-%H%M%S-%f")
            target = self._backup_dir / f"personal-{number:06d}-{stamp}.sqlite"
            with self._lock, contextlib.closing(sqlite3.connect(target)) as copy:
                self._connection.backup(copy)
            for old in self._backups()[_BACKUPS_KEPT:]:
                old.unlink()

    def _backups(self) -> list[Path]:
        """The backups, the newest first: by their numbers, because a clock can be set back."""
        found = self._backup_dir.glob("personal-*.sqlite")
        return sorted(found, key=lambda file: (_number_of(file), file.name), reverse=True)

    def _next(self, connection: sqlite3.Connection, newest: str) -> str:
        """The moment of something that is newer than all before it, even when the clock was set back."""
        now, last = self._clock(), connection.execute(newest).fetchone()[0]
        with contextlib.suppress(TypeError, ValueError):
            now = max(now, datetime.fromisoformat(last) + timedelta(microseconds=1))
        return now.isoformat()

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it is on the disk when this ends, or nothing of it ever happened."""
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                try:
                    yield self._connection
                except BaseException:
                    if self._connection.in_transaction:  # SQLite itself rolls back when the disk is full
                        self._connection.execute("ROLLBACK")
                    raise
                self._connection.execute("COMMIT")
            except (sqlite3.Error, UnicodeDecodeError) as error:
                if self._connection.in_transaction:
                    with contextlib.suppress(sqlite3.Error):
                        self._connection.execute("ROLLBACK")
                raise StorageError(f"Cannot save to {self._file}: {error}. Nothing was changed.") from error

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._connection
            except (sqlite3.Error, UnicodeDecodeError) as error:
                raise StorageError(f"Cannot read {self._file}: {error}.") from error

    @staticmethod
    def _check_folder(connection: sqlite3.Connection, folder: str | None) -> None:
        if (
            folder is not None
            and not connection.execute("SELECT 1 FROM folder WHERE id = ?", (folder,)).fetchone()
        ):
            raise NotFoundError("This folder of bookmarks is gone: choose another one.")

    def _clear_the_way(self) -> None:
        """Set aside what cannot be a file of SQLite's: a folder, a link that leads nowhere."""
        for name in (self._file.name, f"{self._file.name}-wal", f"{self._file.name}-shm"):
            place = self._file.with_name(name)
            if place.is_dir() or (place.is_symlink() and not place.exists()):
                stamp = self._clock().strftime("%Y%m%d-%H%M%S-%f")
                aside = place.with_name(f"personal-damaged-{stamp}-{name}")
                files.replace(place, aside)
                if place == self._file:
                    self.recovery = (
                        f"Where your bookmarks should be ({place}) lay something else; it is kept as"
                        f" {aside.name}."
                    )

    def _open_or_recover(self) -> sqlite3.Connection:
        self._clear_the_way()
        backups = self._backups()
        size = self._file.stat().st_size if self._file.exists() else 0
        try:
            if size or not backups:
                return _open_checked(self._file)
            # Cut to nothing, as a power cut may leave it, or gone: never start anew while there are backups.
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) and "malformed" not in str(error):
                raise  # locked, full or read-only: the file itself may be sound
        aside = self._set_aside()
        for backup in backups:
            with contextlib.suppress(sqlite3.Error, OSError):
                _open_checked(backup).close()
                self._file.write_bytes(backup.read_bytes())
                connection = _open_checked(self._file)
                made = datetime.fromtimestamp(backup.stat().st_mtime, tz=UTC).date()
                self.recovery = (
                    f"The file with your bookmarks was damaged. The backup of {made.isoformat()} took its place;"
                    f" the damaged file is kept as {aside.name}."
                )
                return connection
        self.recovery = (
            "The file with your bookmarks was damaged and there is no good backup of it;"
            f" it is kept as {aside.name}."
        )
        return _open_checked(self._file)

    def _mend(self) -> None:
        """Bring bookmarks back whose words are not as they were written: from the newest backup that has them whole."""
        rows = self._connection.execute(_SELECT_SEALED).fetchall()
        damaged = [row for row in rows if row[-1] and row[-1] != seal_of(row[:-1])]
        if not damaged:
            return
        whole: dict[str, tuple[Any, ...]] = {}
        for backup in reversed(self._backups()):
            with (
                contextlib.suppress(sqlite3.Error, UnicodeDecodeError),
                contextlib.closing(_open_checked(backup)) as connection,
            ):
                for row in connection.execute(_SELECT_SEALED):
                    if row[-1] == seal_of(row[:-1]):
                        whole[row[0]] = whole[row[-1]] = row
        found = [(row, whole.get(row[-1]) or whole.get(row[0])) for row in damaged]
        with contextlib.suppress(StorageError), self._writing() as connection:
            for row, good in found:
                if good is not None:
                    connection.execute("DELETE FROM bookmark WHERE id IN (?, ?)", (row[0], good[0]))
                    connection.execute(INSERT, (*good[:4], *row[4:6], *good[6:]))
            mended = sum(good is not None for _, good in found)
            self.recovery = self.recovery or _mended_sentence(len(found), mended)

    def _set_aside(self) -> Path:
        stamp = self._clock().strftime("%Y%m%d-%H%M%S-%f")
        aside = self._file.with_name(f"personal-damaged-{stamp}.sqlite")
        if self._file.exists():
            files.replace(self._file, aside)
        for suffix in ("-wal", "-shm"):
            beside = self._file.with_name(self._file.name + suffix)
            if beside.exists():
                files.replace(beside, aside.with_name(aside.name + suffix))
        return aside


@dataclass(frozen=True, slots=True)
class PersonalHealth:
    """How it stands with the person's file, without a word of what is in it.

    Attributes:
        problem: What is wrong with it; empty when it is sound.
    """

    is_there: bool
    problem: str = ""
    bookmarks: int = 0
    reading_lists: int = 0
    backups: int = 0
    newest_backup: date | None = None


def look_at(file: Path, backup_dir: Path) -> PersonalHealth:
    """Look at the person's file without changing it, and at its backups."""
    times = [backup.stat().st_mtime for backup in backup_dir.glob("personal-*.sqlite")]
    newest = datetime.fromtimestamp(max(times), tz=UTC).date() if times else None
    if not file.exists():
        return PersonalHealth(is_there=False, backups=len(times), newest_backup=newest)
    try:
        with contextlib.closing(
            sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
        ) as connection:
            problem = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
            bookmarks = int(connection.execute("SELECT count(*) FROM bookmark").fetchone()[0])
            lists = int(connection.execute("SELECT count(*) FROM reading_list").fetchone()[0])
    except (sqlite3.Error, UnicodeDecodeError) as error:
        return PersonalHealth(is_there=True, problem=str(error), backups=len(times), newest_backup=newest)
    fault = "" if problem == "ok" else problem
    return PersonalHealth(
        is_there=True,
        problem=fault,
        bookmarks=bookmarks,
        reading_lists=lists,
        backups=len(times),
        newest_backup=newest,
    )


def _open_checked(file: Path) -> sqlite3.Connection:
    """Open a file, bring it to the newest schema and check its integrity.

    Raises:
        sqlite3.DatabaseError: when it is damaged or from a newer program.
    """
    connection = sqlite3.connect(
        file, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=64
    )
    connection.text_factory = _text  # one letter that was damaged must not hide every bookmark
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        # What was written goes into the file itself at once: SQLite's log beside it, damaged after a crash, is left
        # out without a word, and everything since the last checkpoint with it.
        connection.execute("PRAGMA wal_autocheckpoint = 1")
        connection.execute("PRAGMA foreign_keys = ON")
        problems = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if problems is None or problems[0] != "ok":
            raise sqlite3.DatabaseError(f"database disk image is malformed: {problems}")
        if _version_of(connection) > len(_MIGRATIONS):
            raise sqlite3.OperationalError(
                "it was written by a newer version of the reader: install that one"
            )
        if _version_of(connection) < len(_MIGRATIONS):
            _migrate(connection)
    except UnicodeDecodeError as error:  # Python cannot read what SQLite says of a damaged schema
        connection.close()
        raise sqlite3.DatabaseError("database disk image is malformed") from error
    except BaseException:
        connection.close()
        raise
    return connection


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _version_of(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _migrate(connection: sqlite3.Connection) -> None:
    """Bring the schema up to date, one step and one transaction at a time; another program may be at it as well."""
    for number, script in enumerate(_MIGRATIONS, start=1):
        connection.execute("BEGIN IMMEDIATE")
        if _version_of(connection) < number:
            for statement in script.split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")


def _readable(rows: Iterable[tuple[Any, ...]]) -> Iterator[Bookmark]:
    """The bookmarks of the rows that can be read; one that cannot hides none of the others, and stays in the file."""
    for row in rows:
        with contextlib.suppress(NotFoundError, ValueError):
            yield bookmark_of(row)


def _mended_sentence(damaged: int, mended: int) -> str:
    what = "A bookmark was" if damaged == 1 else f"{damaged} bookmarks were"
    if mended == damaged:
        return (
            f"{what} damaged on the disk and came back from a backup. Have the disk of this computer checked."
        )
    return (
        f"{what} damaged on the disk; {mended} of them came back from a backup. Look through what they say, and have"
        " the disk of this computer checked."
    )


def _number_of(backup: Path) -> int:
    """The number of a backup; 0 for those of older programs, which had none."""
    match = _BACKUP.fullmatch(backup.name)
    return int(match[1]) if match else 0


def _end_of(connection: sqlite3.Connection, folder: str | None) -> int:
    """The position behind the last bookmark of a folder."""
    row = connection.execute(
        "SELECT coalesce(max(position), -1) + 1 FROM bookmark WHERE folder IS ?", (folder,)
    )
    return int(row.fetchone()[0])


def _end_of_folders(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(position), -1) + 1 FROM folder").fetchone()[0])


def _must_change(cursor: sqlite3.Cursor) -> None:
    if cursor.rowcount == 0:
        raise NotFoundError("This bookmark is gone: it was removed in another window.")
