"""What is decided before freezing: which libraries go in, how little of ICU, and the licences of the parts."""

from __future__ import annotations

import importlib.metadata
import platform
import re
import runpy
import shutil
import signal
import struct
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from reader.domain.citation import LINK_SCHEME
from reader.domain.manual import BUNDLE_SUFFIX, EXTRACT_SUFFIX, UPDATE_SUFFIX
from reader.domain.reading_list import READING_LIST_SUFFIX

TOP = Path(__file__).parents[2]
FREEZING = runpy.run_path(str(TOP / "bundles" / "freezing.py"))
NOTICES = runpy.run_path(str(TOP / "bundles" / "make_notices.py"))
DESKTOP = TOP / "resources" / "desktop"


def test_only_plugins_in_use_and_what_is_linked_to_are_kept() -> None:
    qt = "PySide6/Qt"
    binaries = [
        (f"{qt}/plugins/platforms/libqxcb.so", "/q/libqxcb.so", "BINARY"),
        (f"{qt}/plugins/imageformats/libqsvg.so", "/q/libqsvg.so", "BINARY"),
        (f"{qt}/plugins/printsupport/libcupsprintersupport.so", "/q/libcupsprintersupport.so", "BINARY"),
        (f"{qt}/lib/libQt6Gui.so.6", "/q/libQt6Gui.so.6", "BINARY"),
        (f"{qt}/lib/libQt6Pdf.so.6", "/q/libQt6Pdf.so.6", "BINARY"),
        ("libcups.so.2", "/usr/lib/libcups.so.2", "BINARY"),
        ("libglib-2.0.so.0", "/usr/lib/libglib-2.0.so.0", "BINARY"),
        ("lxml/etree.so", "/s/lxml/etree.so", "EXTENSION"),
        ("libQt6Gui.so.6", f"{qt}/lib/libQt6Gui.so.6", "SYMLINK"),
    ]
    links = {
        "/q/libqxcb.so": ["libQt6Gui.so.6", "libglib-2.0.so.0"],
        "/q/libqsvg.so": ["libQt6Pdf.so.6"],
        "/q/libcupsprintersupport.so": ["libcups.so.2"],
    }
    kept = FREEZING["needed"](binaries, lambda file: [(name, None) for name in links.get(file, [])])
    assert [Path(place).name for place, _, _ in kept] == [
        "libqxcb.so",
        "libcupsprintersupport.so",
        "libQt6Gui.so.6",
        "etree.so",
    ]


@pytest.mark.parametrize(
    "place",
    [
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6\\plugins\\platforms\\qwindows.dll",
        "PySide6/Qt/plugins/platforms/libqcocoa.dylib",
        "PySide6\\plugins\\imageformats\\qjpeg.dll",
    ],
)
def test_a_plugin_is_known_by_its_name_on_every_system(place: str) -> None:
    assert FREEZING["_plugin"](place) in FREEZING["PLUGINS"]


def test_of_icu_what_is_kept_stays_as_it_was() -> None:
    pieces = {
        "icudt73l/coll/root.res": b"order",
        "icudt73l/de.res": b"German" * 99,
        "icudt73l/root.res": b"root!",
    }
    table = 4 + 8 * len(pieces)
    names, places = bytearray(), []
    for name in pieces:
        places.append(table + len(names))
        names += name.encode() + b"\0"
    data_at = table + len(names)
    body, index = bytearray(), bytearray(struct.pack("<I", len(pieces)))
    for place, data in zip(places, pieces.values(), strict=True):
        index += struct.pack("<2I", place, data_at + len(body))
        body += data
    header = struct.pack("<H", 16) + b"\xda\x27" + bytes(8) + b"CmnD"
    cut = FREEZING["cut_icu"](header + index + names + body)
    assert cut[:16] == header
    inner = cut[16:]
    (count,) = struct.unpack_from("<I", inner)
    found = {}
    for number in range(count):
        name_at, at = struct.unpack_from("<2I", inner, 4 + 8 * number)
        assert at % 16 == 0
        found[inner[name_at : inner.index(b"\0", name_at)].decode()] = inner[at : at + 5]
    assert found == {"icudt73l/coll/root.res": b"order", "icudt73l/root.res": b"root!"}


@pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() != "x86_64" or shutil.which("as") is None,
    reason="packages bring no copies of libraries like this",
)
def test_copies_of_libraries_are_stood_in_for(tmp_path: Path) -> None:
    """By the one that Python has, or by one that has the names alone; what is the system's or not known stays."""
    copies = tmp_path / "package.libs"
    copies.mkdir()
    places: list[Path] = []
    for name in ("liblzma-1a2b.so.5", "libxcb-1a2b.so.1", "libother-1a2b.so.1"):
        source = ".globl answer\n.text\nanswer: ret\n.section .note.GNU-stack\n"
        subprocess.run(["as", "-o", "a.o", "-"], input=source, text=True, cwd=tmp_path, check=True)
        subprocess.run(["ld", "-shared", "-o", str(copies / name), "a.o"], cwd=tmp_path, check=True)
        places.append(FREEZING["standing_in"](copies / name, tmp_path / "made"))
    same, silent, kept = places
    script = (
        "import ctypes, sys; print(all(hasattr(ctypes.CDLL(sys.argv[1]), name) for name in sys.argv[2:]))"
    )
    for library, asked in ((same, "lzma_version_string"), (silent, "answer")):
        assert library.parent.name == "made"
        done = subprocess.run(
            [sys.executable, "-c", script, str(library), asked], capture_output=True, check=True
        )
        assert done.stdout.strip() == b"True", library
    script = f"import ctypes; ctypes.CDLL({str(silent)!r}).answer()"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert done.returncode == -signal.SIGILL, "whoever asks it all the same does not go on with nonsense"
    assert kept == copies / "libother-1a2b.so.1"


def test_modules_that_need_no_files_lie_in_one_archive_for_both_programs(tmp_path: Path) -> None:
    """A package with a library of its own stays apart; a folder without `__init__` is still found."""
    for name in ("whole/__init__.py", "whole/inner/part.py", "mixed/__init__.py"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"NAME = {name!r}\n")
    modules = [
        (module, str(tmp_path / file), "PYMODULE")
        for module, file in (
            ("whole", "whole/__init__.py"),
            ("whole.inner.part", "whole/inner/part.py"),
            ("mixed", "mixed/__init__.py"),
        )
    ]
    common = FREEZING["shared"](modules, [("mixed/fast.so", "/s/mixed/fast.so", "EXTENSION")])
    assert [module for module, _, _ in common] == ["whole", "whole.inner.part"]
    library = tmp_path / "base_library.zip"
    with zipfile.ZipFile(library, "w") as archive:
        archive.writestr("there.pyc", b"")
    packed = FREEZING["with_modules"](library, common, tmp_path / "made")
    script = "import whole.inner.part as part, whole; print(part.NAME, whole.NAME)"
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(packed)!r}); {script}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["whole/inner/part.py", "whole/__init__.py"], done.stderr


def test_words_about_parts_go_and_assertions_stay(tmp_path: Path) -> None:
    source = tmp_path / "words.py"
    source.write_text(
        '"""Words."""\nfrom __future__ import annotations\nfrom dataclasses import dataclass\n\n'
        'def one():\n    """Words."""\n\n'
        'class Two:\n    """Words."""\n    NAME = "Words."\n\n'
        '@dataclass\nclass Three:\n    """Words."""\n\ndef four():\n    assert not NUMBER\n\nNUMBER = 4\n'
    )
    found: dict[bool, dict[str, Any]] = {False: {}, True: {}}
    for keeps_words, names in found.items():
        exec(FREEZING["compiled"](source, "words.py", keeps_words=keeps_words), names)  # noqa: S102  # our own
        assert names["Two"].NAME == "Words."
        with pytest.raises(AssertionError):
            names["four"]()
    said = {
        keeps: [names.get("__doc__"), *(names[name].__doc__ for name in ("one", "Two", "Three"))]
        for keeps, names in found.items()
    }
    assert said == {False: [None, None, None, "Words."], True: ["Words."] * 4}
    source.write_text('"""Words."""\nSAID = __doc__.upper()\n')
    exec(FREEZING["compiled"](source, "words.py"), found[False])  # noqa: S102  # our own
    assert found[False]["SAID"] == "WORDS."


def test_a_package_whose_modules_lie_apart_finds_its_libraries(tmp_path: Path) -> None:
    source = tmp_path / "PIL" / "__init__.py"
    source.parent.mkdir()
    source.write_text('"""Words."""\nfrom __future__ import annotations\nSEEN = list(__path__)\n')
    (tmp_path / "program" / "PIL").mkdir(parents=True)
    (tmp_path / "program" / "PIL" / "beside.py").write_text("NAME = 'beside'\n")
    files = [
        ("PIL/_imaging.so", "/s/PIL/_imaging.so", "EXTENSION"),
        ("lib/other.so", "/s/other.so", "EXTENSION"),
    ]
    common = FREEZING["shared"]([("PIL", str(source), "PYMODULE")], files)
    library = tmp_path / "base_library.zip"
    with zipfile.ZipFile(library, "w") as archive:
        archive.writestr("there.pyc", b"")
    packed = FREEZING["with_modules"](library, common, tmp_path / "made")
    script = (
        f"import sys; sys._MEIPASS = {str(tmp_path / 'program')!r}; sys.path.insert(0, {str(packed)!r}); "
        "import PIL.beside as beside; print(beside.NAME)"
    )
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["beside"], done.stderr


def _required(name: str, found: set[str]) -> set[str]:
    if name not in found:
        found.add(name)
        for line in importlib.metadata.requires(name) or ():
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                _required(canonicalize_name(requirement.name), found)
    return found


def test_everything_that_the_reader_requires_has_a_licence_to_show() -> None:
    names = _required("procedures-reader", set()) - {"procedures-reader"}
    assert len(names) > 20
    for name in names:
        distribution = importlib.metadata.distribution(name)
        part = NOTICES["_distribution"](distribution.metadata["Name"].lower())
        assert len(part.text) > 600, name
        assert re.search(r"copyright|permission|licen[cs]e", part.text, re.IGNORECASE), name


def test_a_part_without_a_licence_stops_the_build(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bare = tmp_path / "bare-1.0.dist-info"
    bare.mkdir()
    (bare / "METADATA").write_text("Metadata-Version: 2.1\nName: bare\nVersion: 1.0\n")
    (bare / "RECORD").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(LookupError, match="No licence was found for bare"):
        NOTICES["_distribution"]("bare")


def test_every_kind_of_file_and_the_links_have_their_program_on_every_system() -> None:
    linux = DESKTOP / "linux"
    entry = (linux / "procedures-reader.desktop").read_text("utf-8")
    kinds = list(etree.parse(linux / "procedures-reader.xml").getroot())
    known = [kind.get("type", "") for kind in kinds]
    ends = {glob.get("pattern") for kind in kinds for glob in kind.iterchildren("{*}glob")}
    assert ends == {f"*{end}" for end in (BUNDLE_SUFFIX, READING_LIST_SUFFIX, EXTRACT_SUFFIX, UPDATE_SUFFIX)}
    assert all(f"{kind};" in entry for kind in known)
    scheme = LINK_SCHEME.rstrip(":")
    assert f"x-scheme-handler/{scheme};" in entry
    setup = (DESKTOP / "windows" / "procedures-reader.iss").read_text("utf-8")
    spec = (TOP / "build.spec").read_text("utf-8")
    for end in (BUNDLE_SUFFIX, READING_LIST_SUFFIX, EXTRACT_SUFFIX):
        assert f'Subkey: "Software\\Classes\\{end}"' in setup
        assert f'"{end[1:]}": ' in spec
    assert f'Subkey: "Software\\Classes\\{scheme}\\shell\\open\\command"' in setup
    assert f'"CFBundleURLSchemes": ["{scheme}"]' in spec
    assert "PrivilegesRequired=lowest" in setup


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
def test_the_icons_that_the_desktop_asks_for_are_there() -> None:
    folder = TOP / "resources" / "icons" / "program"
    script = (DESKTOP / "linux" / "install.sh").read_text("utf-8")
    sides = re.search(r"for side in ([0-9 ]+);", script)
    assert sides is not None
    for side in sides[1].split():
        assert (folder / f"procedures-reader-{side}.png").read_bytes().startswith(b"\x89PNG")
    assert (folder / "procedures-reader.ico").read_bytes().startswith(b"\0\0\1\0")
    assert (folder / "procedures-reader.icns").read_bytes().startswith(b"icns")
