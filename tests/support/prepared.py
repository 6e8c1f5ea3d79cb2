"""What is made once for all workers of a run. It is only looked at: a test that changes something copies it first."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import cast

import pytest
from filelock import FileLock

from reader.domain.cancel import CancelToken
from reader.search.indexer import index_folder, is_complete
from reader.services import index_worker
from reader.services.index_worker import IndexReport
from reader.services.library import IndexJob
from reader.services.workspace import Workspace, WorkspaceChoice
from reader.store.places import sample_root_file


class Prepared:
    """Folders of one run of the tests, each made by the worker that first needs it."""

    def __init__(self, factory: pytest.TempPathFactory) -> None:
        base = factory.getbasetemp()
        run = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
        self._folder = run / "prepared"
        self._folder.mkdir(exist_ok=True)

    def folder(self, name: str, make: Callable[[Path], object]) -> Path:
        """A folder of this name, with what `make` puts into an empty one."""
        done = self._folder / name
        with FileLock(f"{done}.lock"):
            if not done.exists():
                begun = self._folder / f"{name}.begun"
                shutil.rmtree(begun, ignore_errors=True)  # of a worker that failed half-way
                begun.mkdir()
                with pytest.MonkeyPatch.context() as patch:
                    patch.setattr(os, "fsync", lambda _: None)  # nothing here is to outlive a power cut
                    make(begun)
                begun.rename(done)
        return done

    def library(self, files: Iterable[Path], *, trust: Path | None = None) -> Path:
        """A library with these bundles installed and indexed; under the root of the samples, without another."""
        chosen = sorted(files)
        name = "library " + " ".join(file.stem for file in chosen)
        return self.folder(name, lambda folder: self._fill(folder, chosen, trust or sample_root_file()))

    def _fill(self, folder: Path, files: list[Path], trust: Path) -> None:
        workspace = Workspace(WorkspaceChoice(folder, trust))
        cancel = CancelToken()
        for file in files:
            workspace.library.install(file, cancel)
        index_dir = workspace.places.index_dir
        for job in workspace.library.index_jobs(workspace.library.load(cancel)):
            built = self._index(job)
            shutil.copytree(built, index_dir / built.name)
        workspace.close()

    def _index(self, job: IndexJob) -> Path:
        """The index of one edition, built in this process: a child of low priority starves beside other tests."""

        def make(folder: Path) -> None:
            index_worker._build(0, job, folder, cast("Connection", _Strict()), ())
            assert is_complete(index_folder(folder, job.role_sha256))

        return index_folder(self.folder(f"index {job.role_sha256}", make), job.role_sha256)


class _Strict:
    """Where the builder of an index reports to: an index that cannot be built fails the tests that need it."""

    def send(self, report: IndexReport) -> None:
        assert report.error is None, report.error
