"""The compiled libraries of a package are read before it is imported, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.services.workspace import _LIBRARIES_OF_PAPER
from reader.store.libraries import read_ahead


def test_libraries_inside_and_beside_a_package_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package, beside = tmp_path / "Slow", tmp_path / "slowly.libs"
    for folder in (package / "inner", beside, package / "folder.so"):
        folder.mkdir(parents=True)
    (package / "__init__.py").write_text("raise AssertionError('not imported')", encoding="utf-8")
    (package / "inner" / "fast.cpython-311.so").write_bytes(bytes(5))
    (package / "other.pyd").write_bytes(bytes(7))
    (beside / "libz-1a2b.so.1.2").write_bytes(bytes(11))
    monkeypatch.syspath_prepend(str(tmp_path))
    assert read_ahead("Slow") == 5 + 7 + 11


def test_what_is_not_there_or_has_none_is_left_to_the_import() -> None:
    assert read_ahead("there_is_no_such_package", "json", "sys") == 0


def test_the_libraries_of_paper_are_found() -> None:
    """Else the window would wait for the disk at the first page that is printed."""
    for package in _LIBRARIES_OF_PAPER:
        assert read_ahead(package) > 1_000_000, package
