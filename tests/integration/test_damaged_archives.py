"""Archives that others made to break readers of archives (`make corpora`), opened as if they were bundles.

READER_CORPORA names the folder that they lie in; without it nothing is run. None of them is part of this repository.
"""

from __future__ import annotations

import binascii
import os
import re
import resource
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from reader.bundle.container import Container, pack
from reader.bundle.verifier import walk_bundle
from reader.domain.errors import BundleRefusedError, Reason
from tests.support.worlds import World

_FOLDER: Final = os.environ.get("READER_CORPORA", "")
_ARCHIVES: Final = frozenset(
    {".7z", ".ar", ".cab", ".cpio", ".gz", ".iso", ".lha", ".lzh", ".rar", ".tar", ".xar", ".xz", ".zip"}
)
_MAX_SECONDS: Final = 1.0
_MAX_BYTES: Final = 100 * 1024 * 1024

pytestmark = pytest.mark.skipif(not _FOLDER, reason="READER_CORPORA names no folder: see `make corpora`")


def _files() -> Iterator[Path]:
    for file in sorted(Path(_FOLDER).rglob("*")):
        is_archive = file.suffix == ".uu" or file.suffix in _ARCHIVES or "zip" in file.parent.name
        if is_archive and file.is_file() and file.suffix != ".py":
            yield file


def _decoded(file: Path) -> bytes:
    """The archive in a file; those of libarchive's tests are uuencoded."""
    raw = file.read_bytes()
    if file.suffix != ".uu":
        return raw
    lines = raw.partition(b"begin ")[2].splitlines()[1:]
    return b"".join(_line(line) for line in lines if line not in {b"", b"`", b" ", b"end"})


def _line(line: bytes) -> bytes:
    """A line of uuencoded text; some encoders wrote more letters than its bytes need."""
    size = (line[0] - 32) & 63
    return binascii.a2b_uu(line[: (size * 4 + 5) // 3])


def _refusal(file: Path) -> Reason | None:
    began, before = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        Container(file)
        walk_bundle(file, World.new().trust_root.start(None))
    except BundleRefusedError as error:
        reason: Reason | None = error.reason
    else:
        reason = None
    assert time.process_time() - began < _MAX_SECONDS, "it took too long"
    grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown_kib * 1024 < _MAX_BYTES, "it took too much memory"
    return reason


def test_no_archive_of_others_is_a_bundle(tmp_path: Path) -> None:
    reasons: Counter[Reason | None] = Counter()
    for file in _files():
        opened = tmp_path / "some.manual"
        opened.write_bytes(_decoded(file))
        reasons[_refusal(opened)] += 1
        assert None not in reasons, file
    print(dict(reasons))  # noqa: T201  # `make corpora` shows it
    assert reasons.total() > 100


def test_no_archive_of_others_is_a_bundle_for_beginning_like_one(tmp_path: Path) -> None:
    """Each archive behind the beginning of a bundle, before the end of one, and between the two."""
    whole = pack({"content/a.html": b"hello"})
    beginning, end = whole[: len(whole) // 2], whole[-200:]
    reasons: Counter[Reason | None] = Counter()
    for file in _files():
        data = _decoded(file)
        for mixed in (beginning + data, data + end, beginning + data + end, whole + data, data + whole):
            opened = tmp_path / "some.manual"
            opened.write_bytes(mixed)
            reasons[_refusal(opened)] += 1
            assert None not in reasons, file
    print(dict(reasons))  # noqa: T201


def test_no_archive_of_others_is_a_bundle_for_lying_in_one(tmp_path: Path) -> None:
    """As a member it is carried whole, or its name is refused; the file still has no chain of trust."""
    for file in _files():
        data = _decoded(file)
        name = re.sub(r"[^a-z0-9]+", "-", file.stem.lower()).strip("-") or "a"
        if len(data) > 8 * 1024 * 1024:
            continue
        opened = tmp_path / "some.manual"
        opened.write_bytes(pack({f"content/{name[:80]}.png": data}))
        assert Container(opened).read(f"content/{name[:80]}.png") == data
        assert _refusal(opened) is Reason.SHAPE
