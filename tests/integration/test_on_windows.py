"""What is different on Windows, as far as another system can show it: names, lengths, and files that are open."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path, PureWindowsPath

import pytest

from reader.bundle import names
from reader.domain.cancel import CancelToken
from reader.domain.errors import BundleRefusedError
from reader.domain.manual import is_usable_id
from reader.domain.text import DEVICE_NAMES, file_slug, slug
from reader.search.indexer import index_folder
from reader.services.workspace import Workspace, WorkspaceChoice
from reader.store.places import Places, sample_bundles, sample_root_file

_MOST_CHARACTERS = 259
_OPEN_FILES = Path("/proc/self/fd")
_HOME = PureWindowsPath("C:/Users/a-name-of-twenty-one/AppData/Local/procedures-reader")


@pytest.mark.parametrize("device", sorted(DEVICE_NAMES))
def test_no_file_is_ever_called_like_a_device(device: str) -> None:
    assert slug(device.upper()) == device
    assert file_slug(device.upper(), "chapter") == f"chapter-{device}"
    assert not is_usable_id(device)
    for name in (f"content/{device}.html", f"{device}/x.html", f"content/{device}"):
        with pytest.raises(BundleRefusedError):
            names.check_safe(name)


def test_a_name_that_only_begins_like_a_device_is_kept() -> None:
    assert file_slug("Contact", "chapter") == "contact"
    assert file_slug("Con-tact", "chapter") == "con-tact"
    assert file_slug("???", "chapter") == "chapter"


@pytest.mark.parametrize("name", ["a.", "a /b", "a:b", "a\\b", "A", "a/B.html", "a*", "a?", "a|b", "ä"])
def test_names_that_windows_reads_otherwise_are_refused(name: str) -> None:
    with pytest.raises(BundleRefusedError):
        names.check_safe(name)


def test_paths_stay_below_the_length_that_windows_allows() -> None:
    """Without long paths switched on, which a council's IT seldom does."""
    longest_id = "a" * 41
    places = Places(Path(_HOME))
    bundle = _HOME / "library" / longest_id / longest_id / "999999999.manual"
    index = PureWindowsPath(str(index_folder(places.index_dir, "f" * 64)))
    part = f".{'x' * 40}.12345678.part"
    for path in (bundle, index / ("MAIN_" + "a" * 40 + ".seg"), _HOME / "library" / part):
        assert len(str(path)) <= _MOST_CHARACTERS, path


@pytest.mark.skipif(not _OPEN_FILES.is_dir(), reason="Linux lists the files that are open")
def test_nothing_of_an_index_is_open_when_it_is_moved_into_its_place(tmp_path: Path) -> None:
    """Windows moves no folder in which a file is open."""
    script = f"""
import os, sys
from pathlib import Path
from reader.domain import files
import reader.search.indexer as indexer
seen = []
def watched(source, target):
    opened = [os.path.realpath(entry) for entry in Path("/proc/self/fd").iterdir()]
    seen.append([name for name in opened if str(source) in name])
    files.replace(source, target)
indexer.replace = watched
from reader.domain.cancel import CancelToken
from reader.services.documents import documents_of
from reader.services.workspace import Workspace, WorkspaceChoice
workspace = Workspace(WorkspaceChoice(Path(sys.argv[1]), Path({str(sample_root_file())!r})))
workspace.library.install(Path({str(sample_bundles()[0])!r}), CancelToken())
(bundle,) = workspace.library.load(CancelToken()).bundles
documents = tuple(documents_of(bundle, lambda *_: ()))
indexer.build_index(Path(sys.argv[1]) / "index" / "x", bundle.manual, 1, documents, lambda *_: None)
print(seen)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "[[]]", done.stderr


@pytest.mark.skipif(not _OPEN_FILES.is_dir(), reason="Linux lists the files that are open")
def test_no_bundle_stays_open_so_that_it_can_be_removed(tmp_path: Path) -> None:
    workspace = Workspace(WorkspaceChoice(tmp_path, sample_root_file()))
    workspace.library.install(sample_bundles()[0], CancelToken())
    (bundle,) = workspace.library.load(CancelToken()).bundles
    opened = [os.path.realpath(entry) for entry in _OPEN_FILES.iterdir()]
    assert [name for name in opened if name.endswith(".manual")] == []
    assert bundle.edition.contents.entries


@pytest.mark.parametrize("code_page", ["cp437", "cp1252", "ascii"])
def test_a_console_of_another_code_page_gets_every_letter(tmp_path: Path, code_page: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "reader.cli", "--sample", "--library", str(tmp_path), "show", "nobody", "“x”"],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": code_page},
    )
    assert done.returncode == 1
    assert re.search("[“”]", done.stderr.decode("utf-8")), done.stderr
