"""What is inside the frozen program: all of the reader, nothing that it does not need, and a licence for each part."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from PyInstaller.archive.readers import CArchiveReader

import reader
from tests.frozen.conftest import ON_WINDOWS, Frozen

PACKAGE = Path(reader.__file__).parent
LINKED = re.compile(r"NEEDED +(\S+)")
OF_GLIBC = re.compile(r"(lib(c|m|dl|rt|pthread|util)|ld-linux.*)\.so\.\d+")
PACKAGES_OF = {
    "libegl1": {"libEGL.so.1"},
    # With it come X11, Mesa and what they link to.
    "libgl1": {
        "libGL.so.1",
        "libX11.so.6",
        "libxcb.so.1",
        "libz.so.1",
        "libzstd.so.1",
        "libstdc++.so.6",
        "libgcc_s.so.1",
    },
    "libglib2.0-0": {"libglib-2.0.so.0", "libgthread-2.0.so.0"},
    "libfontconfig1": {"libfontconfig.so.1", "libfreetype.so.6"},
    "libdbus-1-3": {"libdbus-1.so.3"},
}
"""The packages that the administrator's guide names, with the libraries of theirs that the program takes."""
RESTS_WITHOUT = {"libcups.so.2", "libwayland-client.so.0", "libwayland-cursor.so.0"}
"""Whoever prints or draws with Wayland has these; the plugins rest where they are not."""


@pytest.fixture(scope="module")
def modules(frozen: Frozen) -> set[str]:
    """The modules of both programs."""
    found: set[str] = set()
    for name in ("procedures", "procedures-reader"):
        archive = CArchiveReader(frozen.command_of(name)[0])
        (inner,) = (entry for entry in archive.toc if entry.startswith("PYZ"))
        found |= set(archive.open_embedded_archive(inner).toc)
    for entry in zipfile.ZipFile(frozen.internal / "base_library.zip").namelist():
        found.add(entry.removesuffix(".pyc").replace("/", ".").removesuffix(".__init__"))
    return found


def _files(frozen: Frozen) -> list[str]:
    return [file.relative_to(frozen.folder).as_posix() for file in frozen.folder.rglob("*") if file.is_file()]


def test_every_module_of_the_reader_is_inside(modules: set[str]) -> None:
    ours = {
        ".".join(("reader", *file.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
        for file in PACKAGE.rglob("*.py")
        if file.name != "__main__.py"
    }
    assert ours - modules == set()


def test_every_distribution_inside_has_its_licence_in_the_notices(frozen: Frozen, modules: set[str]) -> None:
    packages = importlib.metadata.packages_distributions()
    tops = {module.partition(".")[0] for module in modules}
    tops |= {path.name.partition(".")[0] for path in frozen.internal.iterdir()}
    names = {name for top in tops for name in packages.get(top, ())} - {"procedures-reader"}
    assert len(names) > 25
    said = (frozen.folder / "NOTICES.txt").read_text("utf-8")
    parts = {
        line.rpartition(" ")[0].casefold(): part
        for part in re.split(r"\n\n=+\n\n", said)[2:]
        for line in part.partition("\n\n")[0].splitlines()[:-1]
    }
    for name in names:
        text = parts.get(name.casefold(), "")
        assert len(text) > 600, f"{name} has no licence in NOTICES.txt"
        assert re.search(r"copyright|permission|licen[cs]e", text, re.IGNORECASE), name
    for others in ("python", "dejavu sans condensed", "lucide icons"):
        assert any(part.startswith(others) for part in parts), others
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in said


@pytest.mark.parametrize(
    "pattern",
    [
        r"Qt6?(Network|Qml|Quick|WebEngine|Pdf|Sql|Test|Designer|VirtualKeyboard)",
        r"imageformats/(?!libqjpeg|qjpeg)",
        r"DarkGarden|reportlab/fonts",
        r"(?i)(^|/)(tests?|tkinter|tcl|tk|pkcs11|selectolax|hypothesis|mypy|pytest|setuptools)(/|\.)",
        r"\.(py|pyi|pyx|c|h|qm|a|lib|pdb)$",
        r"libgtk|libcups\.|libgnutls|libkrb5|libcrypto|libssl",
    ],
)
def test_nothing_is_inside_that_the_reader_does_not_need(frozen: Frozen, pattern: str) -> None:
    assert [file for file in _files(frozen) if re.search(pattern, file)] == []


def test_no_module_of_the_network_is_inside(modules: set[str]) -> None:
    assert (
        modules & {"ssl", "urllib3", "requests", "ftplib", "smtplib", "xmlrpc", "PySide6.QtNetwork"} == set()
    )


def test_the_folder_can_be_laid_on_a_stick_that_knows_no_links(frozen: Frozen) -> None:
    assert [path for path in frozen.folder.rglob("*") if path.is_symlink()] == []
    names = [file.casefold() for file in _files(frozen)]
    assert len(names) == len(set(names))


@pytest.mark.skipif(sys.platform != "linux", reason="how libraries are loaded differs")
def test_every_library_still_loads_after_stripping(frozen: Frozen) -> None:
    # The system brings libcups where it prints, and Wayland's own libraries where it draws with Wayland.
    theirs = re.compile("cupsprintersupport|[Ww]ayland|xdg-shell|bradient")
    libraries = [file for file in frozen.internal.rglob("*.so*") if not theirs.search(str(file))]
    assert len(libraries) > 80
    script = "import ctypes, sys\nfor name in sys.argv[1:]: ctypes.CDLL(name)"
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, libraries)],
        capture_output=True,
        text=True,
        check=False,
        env={
            "LD_LIBRARY_PATH": f"{frozen.internal}:{frozen.internal}/PySide6/Qt/lib:{frozen.internal}/pillow.libs"
        },
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="the libraries of other systems are of other sizes")
def test_the_program_stays_small(frozen: Frozen) -> None:
    """The aim is 120 MB (`tests.benchmarks.frozen` says what each part takes); a newer library may be a bit larger."""
    size = sum(file.stat().st_size for file in frozen.folder.rglob("*") if file.is_file())
    assert size < 125_000_000


@pytest.mark.skipif(sys.platform != "linux", reason="other systems bring their own, or none")
def test_of_the_system_no_more_is_asked_than_the_guide_names(frozen: Frozen) -> None:
    libraries = list(frozen.internal.rglob("*.so*"))
    listed = subprocess.run(
        ["objdump", "--private-headers", *map(str, libraries)], capture_output=True, text=True, check=True
    )
    asked = {name for name in LINKED.findall(listed.stdout) if not OF_GLIBC.fullmatch(name)}
    asked -= {file.name for file in libraries}
    assert asked - RESTS_WITHOUT == set.union(*PACKAGES_OF.values())
    guide = (frozen.internal / "resources" / "docs" / "it.md").read_text("utf-8")
    (named,) = re.findall(r"apt install (.+)", guide)
    assert set(named.split()) == {*PACKAGES_OF, "fonts-dejavu-core"}


@pytest.mark.skipif(not ON_WINDOWS, reason="Windows shows it")
def test_windows_is_told_the_version(frozen: Frozen) -> None:
    from PyInstaller.utils.win32.versioninfo import read_version_info_from_executable  # noqa: PLC0415

    assert reader.__version__ in str(
        read_version_info_from_executable(frozen.command_of("procedures-reader")[0])
    )
