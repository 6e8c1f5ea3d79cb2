"""The frozen program does what it is for: it opens, verifies, searches, prints and refuses, with no Python near it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pypdf
import pytest
from PySide6.QtGui import QImage

from reader import __version__
from reader.store.places import sample_bundles, sample_root_file
from tests.frozen.conftest import Frozen
from tests.support import screen_reader

_PROCESSES = Path("/proc")


def test_the_window_opens_the_sample_library_and_takes_a_picture(fresh: Frozen) -> None:
    picture = fresh.home / "window.png"
    done = fresh.window("--sample", "--picture", picture)
    assert done.code == 0, done
    image = QImage(str(picture))
    assert (image.width(), image.height()) >= (1000, 700)
    ink = {image.pixelColor(x, y).lightness() for x in range(20, 360, 3) for y in range(120, 240, 3)}
    assert min(ink) < 90, "the tree is painted"
    colours = {image.pixel(x, y) for x in range(0, image.width(), 4) for y in range(0, image.height(), 4)}
    assert len(colours) > 30, "letters, lines and icons are on it"


def test_both_programs_say_the_version(fresh: Frozen) -> None:
    assert fresh.run("--version").out.strip() == f"Procedures Reader {__version__}"
    if sys.platform != "win32":  # there the window has no console to say it on
        assert fresh.window("--version").out.strip() == f"Procedures Reader {__version__}"


def test_search_finds_through_indexes_that_a_frozen_child_built(fresh: Frozen) -> None:
    command = fresh.command_of("procedures", "--sample", "search", "kinship", "--json")
    children: set[tuple[str, str]] = set()
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=fresh.environment, encoding="utf-8"
    ) as running:
        while running.poll() is None and _PROCESSES.is_dir():
            children |= set(_spawned(running.pid))
            time.sleep(0.01)
        out, err = running.communicate(timeout=300)
    assert running.returncode == 0, err
    answer = json.loads(out)
    assert answer["total"] > 20
    assert answer["hits"][0]["chapter"] == "kinship-care"
    if _PROCESSES.is_dir():
        assert children, "a child built the indexes"
        assert {program for program, _ in children} == {str(fresh.folder / "procedures")}
        assert all("--multiprocessing-fork" in given for _, given in children)


def _spawned(parent: int) -> list[tuple[str, str]]:
    """(program, command line) of the processes that a process has started, at this moment."""
    found = []
    for entry in _PROCESSES.iterdir():
        try:
            status = (entry / "stat").read_text().rpartition(")")[2].split()
            given = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            if status[1] == str(parent) and "--multiprocessing-fork" in given:
                found.append((str((entry / "exe").readlink()), given))
        except (OSError, IndexError):
            continue
    return found


def test_a_bundle_is_installed_from_the_command_line_and_opened_in_the_window(fresh: Frozen) -> None:
    bundles = {file.stem: file for file in sample_bundles()}
    place = ("--library", fresh.home / "Bücher & mehr", "--trust", sample_root_file())
    fresh.run(*place, "install", bundles["northmere-3"])
    picture = fresh.home / "window.png"
    assert fresh.window(*place, bundles["saltby-2"], "--picture", picture).code == 0
    listed = fresh.run(*place, "list", "--json").json["manuals"]
    assert {manual["authority"] for manual in listed} == {"northmere", "saltby"}


def test_a_tampered_bundle_is_refused_with_its_reason(fresh: Frozen) -> None:
    raw = bytearray(next(file for file in sample_bundles() if file.stem == "lancashire").read_bytes())
    raw[len(raw) // 2] ^= 1
    tampered = fresh.home / "tampered.manual"
    tampered.write_bytes(raw)
    row = fresh.sample("verify", tampered, "--json", code=1).json["files"][0]
    assert (row["ok"], row["reason"]) == (False, "tampered")
    place = ("--library", fresh.home / "library", "--trust", sample_root_file())
    refused = fresh.run(*place, "install", tampered, code=1)
    assert "was changed after it was signed" in refused.err
    assert fresh.run(*place, "list", "--json").json["manuals"] == []


def test_a_chapter_is_printed_with_its_letters(frozen: Frozen) -> None:
    pdf = frozen.home / "chapter.pdf"
    frozen.sample("print", "northmere", "kinship-care", "--pdf", pdf)
    reader = pypdf.PdfReader(pdf)
    text = " ".join(page.extract_text() for page in reader.pages)
    assert "Kinship Care" in text
    assert any("DejaVu" in str(font) for font in reader.pages[0]["/Resources"]["/Font"].values())  # type: ignore[index]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing of the system is missing")
def test_a_library_that_the_system_lacks_is_named_in_a_sentence(fresh: Frozen) -> None:
    broken = fresh.home / "libraries"
    broken.mkdir()
    (broken / "libglib-2.0.so.0").touch()
    done = subprocess.run(
        fresh.command_of("procedures-reader", "--version"),
        capture_output=True,
        encoding="utf-8",
        check=False,
        env=fresh.environment | {"LD_LIBRARY_PATH": str(broken)},
    )
    assert done.returncode == 1
    assert done.stderr.startswith("The library libglib-2.0.so.0 of this system cannot be loaded")
    assert len(done.stderr.splitlines()) == 1


def test_a_screen_reader_reads_the_window(fresh: Frozen) -> None:
    reason = screen_reader.missing()
    if reason:
        pytest.skip(reason)
    nodes = screen_reader.read_window(fresh.command_of("procedures-reader", "--sample"), fresh.home, {})
    names = {node["name"] for node in nodes}
    assert {"Search all manuals", "Filter the library by number or title", "Library", "File"} <= names
