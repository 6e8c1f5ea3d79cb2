"""The child process that builds indexes. It trusts nothing that it is told: it verifies each bundle for itself."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from reader.bundle.verifier import open_bundle, walk_bundle
from reader.domain.errors import ReaderError
from reader.search.indexer import build_index, index_folder
from reader.services.documents import documents_of
from reader.services.form_text import FormReader
from reader.services.library import IndexJob

_NICENESS: Final = 10


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What the child says while it works.

    Attributes:
        job: Number of the bundle, from 0.
        done: Documents written of it.
        total: Documents that it has.
        error: A sentence when this bundle could not be indexed.
    """

    job: int
    done: int
    total: int
    error: str | None = None


def run(
    jobs: Sequence[IndexJob], index_dir: Path, connection: Connection, phrases: Sequence[tuple[str, ...]]
) -> None:
    """Build the index of each bundle in turn, reporting through the connection; ends when all are done.

    Args:
        jobs: The bundles.
        index_dir: Where their indexes lie.
        connection: Takes an `IndexReport` now and then.
        phrases: What each index notes beforehand, see `build_index`.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the parent, which then ends this process
    _step_back()
    for number, job in enumerate(jobs):
        try:
            _build(number, job, index_dir, connection, phrases)
        except ReaderError as error:
            connection.send(IndexReport(number, 0, 0, str(error)))
    connection.close()


def _step_back() -> None:
    """Leave the processor to whatever the person does meanwhile."""
    if sys.platform == "win32":
        below_normal = 0x4000
        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), below_normal)
    else:
        with contextlib.suppress(OSError):
            os.nice(_NICENESS)


def _build(
    number: int,
    job: IndexJob,
    index_dir: Path,
    connection: Connection,
    phrases: Sequence[tuple[str, ...]],
) -> None:
    bundle = open_bundle(walk_bundle(job.file, job.state), job.vouched, job.domain)
    with FormReader() as forms:
        documents = tuple(documents_of(bundle, forms.paragraphs))

    def report(done: int, total: int) -> None:
        connection.send(IndexReport(number, done, total))

    build_index(
        index_folder(index_dir, bundle.role_sha256),
        bundle.manual,
        bundle.edition.manifest.edition,
        documents,
        report,
        authority=bundle.edition.manifest.authority_name,
        phrases=phrases,
    )
