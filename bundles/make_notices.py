"""Writes the licences of everything that is inside the frozen program into one file, NOTICES.txt (see build.spec).

They are taken from where each part was taken from: the distributions' own files, Python's, and on Debian the copyright
files of the packages that the system's libraries belong to. A part without one stops the build.
"""

from __future__ import annotations

import importlib.metadata
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

TOP: Final = Path(__file__).resolve().parent.parent
TEXTS: Final = TOP / "resources" / "licences"
OUR_NAME: Final = "procedures-reader"
TOOL: Final = "pyinstaller"
"""Its starter and the code that finds modules are in the program, under an exception that lets it have any licence."""

_LICENCE_FILE: Final = re.compile(r"(?:licen[cs]e|copying|notice|copyright)", re.IGNORECASE)
_RULE: Final = "=" * 100

_QT: Final = """
Qt for Python (PySide6 and Shiboken) and the Qt libraries that come with it are used under the GNU Lesser General
Public License, version 3. They are copyright of The Qt Company Ltd and other contributors. The program links to them
while it runs: they are files of their own in the program's folder (PySide6 and shiboken6), and you may put versions
of your own in their place. Their sources are published by The Qt Company with each release, under the version
number that stands above. The Lesser General Public License is the first text below; the General Public License,
to which it refers, is the second.

Inside the Qt libraries are parts of others, each under a permissive licence that its own sources state: among them
HarfBuzz, FreeType, PCRE2, libpng, libjpeg-turbo, zlib, MD4C, double-conversion, Unicode data, the
Wayland protocols, and on Linux ICU. Qt's documentation lists them under "Licenses Used in Qt".
"""


@dataclass(frozen=True, slots=True)
class Part:
    """Something that others made, with what they ask to be said."""

    name: str
    version: str
    licence: str
    text: str


def write_notices(sources: Iterable[str], target: Path) -> None:
    """Write the notices of a program.

    Args:
        sources: Every file that goes into it.
        target: The file to write.

    Raises:
        LookupError: when something is inside for which no licence is to be found.
    """
    parts = parts_of(sources)
    said = [
        "Procedures Reader\n\n" + (TOP / "LICENSE").read_text("utf-8").strip(),
        "The program holds parts that others made. Each stands below with its licence:\n\n"
        + "\n".join(f"  {part.name} {part.version}  ({part.licence})" for part in parts),
        *(f"{names}\n{licence}\n\n{text}" for (licence, text), names in _same_texts(parts).items()),
    ]
    target.write_text(f"\n\n{_RULE}\n\n".join(said) + "\n", "utf-8")


def _same_texts(parts: Iterable[Part]) -> dict[tuple[str, str], str]:
    """Each licence and text, with the parts that stand under them: several where they say the same, each in a line."""
    found: dict[tuple[str, str], str] = {}
    for part in parts:
        key = part.licence, part.text.strip()
        found[key] = "\n".join([*([found[key]] if key in found else []), f"{part.name} {part.version}"])
    return found


def parts_of(sources: Iterable[str]) -> list[Part]:
    """The parts that files belong to, by name.

    Raises:
        LookupError: when one of them has no licence to be found.
    """
    files = {Path(source).absolute() for source in sources}
    owners = _owners()
    names = {owners[file] for file in files if file in owners} | {TOOL}
    parts = [_distribution(name) for name in sorted(names - {OUR_NAME})]
    parts += [_python(), *_system_parts(files - owners.keys()), _font(), _icons()]
    return sorted(parts, key=lambda part: part.name.lower())


@cache
def _owners() -> dict[Path, str]:
    """Which distribution each installed file belongs to."""
    return {
        Path(str(distribution.locate_file(file))).absolute(): distribution.metadata["Name"].lower()
        for distribution in importlib.metadata.distributions()
        for file in distribution.files or ()
    }


def _distribution(name: str) -> Part:
    found = importlib.metadata.distribution(name)
    text = "\n\n".join(_licence_texts(found))
    licence = (
        found.metadata.get("License-Expression")
        or (found.metadata.get("License") or "").partition("\n")[0]
        or "see its text"
    )
    if name.startswith(("pyside6", "shiboken6")):
        text = "\n\n".join((_QT.strip(), _text("LGPL-3"), _text("GPL-3")))
        licence = "LGPL-3.0-only"
    elif not text and (TEXTS / f"{name}.txt").exists():
        text = _text(name)
    if not text:
        raise LookupError(f"No licence was found for {name}: lay its text into {TEXTS}.")
    return Part(found.metadata["Name"], found.version, licence, text)


def _licence_texts(found: importlib.metadata.Distribution) -> Iterator[str]:
    for file in found.files or ():
        inner = file.parts[1:] if file.parts[0].endswith(".dist-info") else ()
        if inner and (inner[0] == "licenses" or _LICENCE_FILE.match(inner[-1])):
            path = Path(str(found.locate_file(file)))
            if path.is_file():
                yield path.read_text("utf-8", errors="replace").strip()


def _python() -> Part:
    stdlib = Path(sysconfig.get_path("stdlib"))
    for file in (
        stdlib / "LICENSE.txt",
        Path(sys.base_prefix) / "LICENSE.txt",
        stdlib.parent.parent / "LICENSE.txt",
    ):
        if file.is_file():
            version = ".".join(map(str, sys.version_info[:3]))
            return Part("Python", version, "PSF-2.0", file.read_text("utf-8", errors="replace"))
    raise LookupError("Python's own licence (LICENSE.txt) was not found beside its library.")


def _system_parts(files: set[Path]) -> Iterator[Part]:
    """The libraries that came from this computer's system, by the packages that they belong to."""
    here = (TOP, Path(sys.base_prefix).absolute(), Path(sys.prefix).absolute())
    others = sorted(
        {file.resolve() for file in files if not any(file.is_relative_to(place) for place in here)}
    )
    packages: dict[str, list[str]] = {}
    for file in others:
        if Path(sysconfig.get_path("stdlib")).resolve() not in file.parents:
            packages.setdefault(_package(file), []).append(file.name)
    for package, names in sorted(packages.items()):
        licence_file = Path("/usr/share/doc", package, "copyright")
        if licence_file.is_file():
            text = licence_file.read_text("utf-8", errors="replace")
            yield Part(f"{package} ({', '.join(names)})", "", "see its text", text)
        elif sys.platform == "linux":
            raise LookupError(f"No licence was found for {package} ({', '.join(names)}).")
    if packages:
        yield Part(
            "GNU licences",
            "",
            "to which texts of this file refer",
            "\n\n".join(_text(name) for name in ("GPL-2", "LGPL-2.1")),
        )


def _package(file: Path) -> str:
    """The Debian package that a file came with; elsewhere the file's own name."""
    if shutil.which("dpkg") is None:
        return file.name
    for place in (file, Path("/", *file.parts[2:])):  # some know /lib, where the file is /usr/lib today
        done = subprocess.run(["dpkg", "-S", str(place)], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return done.stdout.partition(":")[0].partition(",")[0]
    return file.name


def _font() -> Part:
    text = (TOP / "resources" / "fonts" / "LICENCE.txt").read_text("utf-8")
    return Part("DejaVu Sans Condensed", "", "Bitstream Vera and Arev licences", text)


def _icons() -> Part:
    return Part("Lucide icons", "", "ISC, MIT", (TOP / "resources" / "icons" / "LICENSE").read_text("utf-8"))


def _text(name: str) -> str:
    return (TEXTS / f"{name}.txt").read_text("utf-8")
