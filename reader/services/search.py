"""Searching, and keeping the indexes in step with the library."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from pathlib import Path
from typing import Final

from reader.domain.cancel import CancelToken
from reader.domain.errors import SearchError
from reader.domain.search import IndexProgress, SearchAnswer, SearchFilter
from reader.search.engine import SearchEngine
from reader.search.indexer import index_folder, is_complete, sweep
from reader.services import index_worker
from reader.services.index_worker import IndexReport
from reader.services.library import IndexJob, LibraryService
from reader.services.snapshot import LibrarySnapshot

_POLL_SECONDS: Final = 0.1


class SearchService:
    """One search over every installed edition. The indexes are disposable: missing or damaged ones are rebuilt."""

    def __init__(self, engine: SearchEngine, library: LibraryService, index_dir: Path) -> None:
        self._engine = engine
        self._library = library
        self._index_dir = index_dir

    def prepare(
        self, snapshot: LibrarySnapshot, on_progress: Callable[[IndexProgress], None], cancel: CancelToken
    ) -> tuple[str, ...]:
        """Build what is missing, in a child process, and search everything from then on.

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
        jobs = {
            index_folder(self._index_dir, job.role_sha256): job for job in self._library.index_jobs(snapshot)
        }
        ready = [folder for folder in jobs if is_complete(folder)]
        damaged = self._engine.use(ready)
        missing = [folder for folder in jobs if folder not in ready or folder in damaged]
        if not missing:
            sweep(self._index_dir, set(jobs))
            return ()
        try:
            return self._build([jobs[folder] for folder in missing], on_progress, cancel)
        finally:
            if damaged or any(is_complete(folder) for folder in missing):
                self._engine.use([folder for folder in jobs if is_complete(folder)])
            if not cancel.is_cancelled:
                sweep(self._index_dir, set(jobs))

    def search(
        self, typed: str, search_filter: SearchFilter, limit: int, cancel: CancelToken
    ) -> SearchAnswer:
        """See `SearchEngine.search`."""
        return self._engine.search(typed, search_filter, limit, cancel)

    def close(self) -> None:
        self._engine.close()

    def _build(
        self, jobs: list[IndexJob], on_progress: Callable[[IndexProgress], None], cancel: CancelToken
    ) -> tuple[str, ...]:
        # Spawned, not forked: a fork of a process with Qt's threads is not safe, and Windows has no fork.
        context = multiprocessing.get_context("spawn")
        receiving, sending = context.Pipe(duplex=False)
        child = context.Process(
            target=index_worker.run,
            args=(jobs, self._index_dir, sending),
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
