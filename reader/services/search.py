"""Searching, and keeping the indexes in step with the library."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from reader.bundle.verifier import VerifiedBundle
from reader.domain.cancel import CancelToken
from reader.domain.errors import SearchError
from reader.domain.manual import day
from reader.domain.search import IndexProgress, SearchAnswer, SearchFilter
from reader.search.engine import SearchEngine
from reader.search.indexer import index_folder, is_complete, sweep
from reader.services import index_worker
from reader.services.index_worker import IndexReport
from reader.services.library import IndexJob, LibraryService
from reader.services.search_export import export_hits
from reader.services.snapshot import LibrarySnapshot

_POLL_SECONDS: Final = 0.1


class SearchService:
    """One search over every installed edition. The indexes are disposable: missing or damaged ones are rebuilt."""

    def __init__(
        self, engine: SearchEngine, library: LibraryService, index_dir: Path, today: Callable[[], date]
    ) -> None:
        self._engine = engine
        self._library = library
        self._index_dir = index_dir
        self._today = today
        self._snapshot = LibrarySnapshot()

    def prepare(
        self, snapshot: LibrarySnapshot, on_progress: Callable[[IndexProgress], None], cancel: CancelToken
    ) -> tuple[str, ...]:
        """Build what is missing, in a child process, and search everything from then on.

        Current editions come first, and each can be searched as soon as it is done.

        Args:
            snapshot: The library as it is.
            on_progress: Called from this thread.
            cancel: Stops the child; what was built until then is used.

        Returns:
            Sentences about bundles that could not be indexed.

        Raises:
            CancelledError: when the person stopped it.
            SearchError: when the child process cannot be started or dies.
        """
        self._snapshot = snapshot
        jobs = {
            index_folder(self._index_dir, job.role_sha256): job for job in self._library.index_jobs(snapshot)
        }
        self._use(jobs)
        missing = [folder for folder in jobs if not is_complete(folder)]
        problems: tuple[str, ...] = ()
        try:
            if missing:
                problems = self._build(
                    [jobs[folder] for folder in missing], on_progress, lambda: self._use(jobs), cancel
                )
        finally:
            self._use(jobs)
            if not cancel.is_cancelled:
                sweep(self._index_dir, set(jobs))
        return problems

    def search(
        self, typed: str, search_filter: SearchFilter, limit: int, cancel: CancelToken
    ) -> SearchAnswer:
        """See `SearchEngine.search`. The editions of a day, or all of them, are those that are installed."""
        if search_filter.as_at is None and not search_filter.all_editions:
            return self._engine.search(typed, search_filter, limit, cancel)
        bundles = self._editions(search_filter.as_at)
        folders = {bundle: index_folder(self._index_dir, bundle.role_sha256) for bundle in bundles}
        ready = [folder for folder in folders.values() if is_complete(folder)]
        answer = self._engine.search(typed, search_filter, limit, cancel, ready)
        current = {(b.manual, b.edition.manifest.edition) for b in self._snapshot.current(self._today())}
        hits = tuple(
            replace(hit, is_past=(hit.location.manual, hit.location.edition) not in current)
            for hit in answer.hits
        )
        return replace(answer, hits=hits, notes=(*self._notes(search_filter, folders), *answer.notes))

    def _editions(self, as_at: date | None) -> tuple[VerifiedBundle, ...]:
        """The editions that were in force on a day, or all."""
        if as_at is None:
            return self._snapshot.bundles
        return self._snapshot.in_force(as_at)

    def _notes(self, search_filter: SearchFilter, folders: Mapping[VerifiedBundle, Path]) -> Iterator[str]:
        if search_filter.as_at is not None:
            yield f"As at {day(search_filter.as_at)}: the editions that were in force then."
            found = {bundle.manual for bundle in folders}
            for manual in self._snapshot.manuals():
                if manual not in found and (search_filter.manuals is None or manual in search_filter.manuals):
                    yield f"No edition of {manual} that was in force then is installed."
        waiting = sum(not is_complete(folder) for folder in folders.values())
        if waiting:
            yield f"Still being indexed: {waiting} of these editions."

    def _use(self, jobs: Mapping[Path, IndexJob]) -> None:
        """Search the current editions that are indexed. A damaged index is forgotten, and so built again."""
        self._engine.use([folder for folder, job in jobs.items() if job.is_current and is_complete(folder)])

    def export(
        self,
        file: Path,
        typed: str,
        search_filter: SearchFilter,
        limit: int,
        cancel: CancelToken,
    ) -> SearchAnswer:
        """Search, and write the hits into a file: a table (".csv") or a page (".html").

        Raises:
            StorageError: when it cannot be written.
            SearchError: when an index turns out to be damaged.
            CancelledError: when the person stopped it.
        """
        answer = self.search(typed, search_filter, limit, cancel)
        export_hits(file, answer, self._snapshot, self._today())
        return answer

    def close(self) -> None:
        self._engine.close()

    def _build(
        self,
        jobs: list[IndexJob],
        on_progress: Callable[[IndexProgress], None],
        on_built: Callable[[], None],
        cancel: CancelToken,
    ) -> tuple[str, ...]:
        # Spawned, not forked: a fork of a process with Qt's threads is not safe, and Windows has no fork.
        context = multiprocessing.get_context("spawn")
        receiving, sending = context.Pipe(duplex=False)
        child = context.Process(
            target=index_worker.run,
            args=(jobs, self._index_dir, sending, self._engine.phrases),
            name="procedures-index",
            daemon=False,  # it has a child of its own, which reads forms
        )
        problems: list[str] = []
        finished = 0
        try:
            child.start()
            sending.close()
            on_progress(IndexProgress(0, len(jobs), 0.0))
            while True:
                cancel.raise_if_cancelled()
                if not receiving.poll(_POLL_SECONDS):
                    continue
                report = receiving.recv()
                assert isinstance(report, IndexReport)  # noqa: S101  # our own child sends nothing else
                if report.error:
                    problems.append(report.error)
                finished = report.job + (1 if report.error or report.done == report.total else 0)
                share = report.done / report.total if report.total and finished == report.job else 0.0
                if finished > report.job and not report.error:
                    on_built()
                on_progress(IndexProgress(finished, len(jobs), share))
        except EOFError:
            child.join()
            if child.exitcode != 0 or finished < len(jobs):
                raise SearchError(
                    "Building the search index stopped half-way; it goes on when the program starts again."
                ) from None
        except OSError as error:
            raise SearchError(f"The search index cannot be built: {error.strerror or error}.") from error
        finally:
            receiving.close()
            if child.pid is not None:  # stopped, or ended already
                child.terminate()
                child.join()
        return tuple(problems)
