"""What `build.spec` needs to know: which libraries go into the program, and how little of ICU Qt can do with.

Qt's hooks bring every plugin that is installed, and each plugin brings libraries of its own. Here only the plugins in
use are kept, and then only what these and Python's own modules link to.
"""

from __future__ import annotations

import importlib.util
import marshal
import shutil
import struct
import subprocess
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath
from typing import Final

Entry = tuple[str, str, str]
"""A file of the program as PyInstaller writes it: place in the program, source, kind."""

PLUGINS: Final = frozenset(
    f"plugins/{name}"
    for name in (
        # The screen: X and Wayland, and none (`--picture`); Windows and macOS have one each.
        "platforms/xcb",
        "platforms/wayland",
        "platforms/offscreen",
        "platforms/windows",
        "platforms/cocoa",
        "wayland-shell-integration/xdg-shell",
        "wayland-decoration-client/bradient",
        # Accents that are typed in two strokes, and other scripts.
        "platforminputcontexts/composeplatforminputcontextplugin",
        "platforminputcontexts/ibusplatforminputcontextplugin",
        # Bundles hold PNG, which Qt reads by itself, and JPEG. No other decoder stands open to their content.
        "imageformats/jpeg",
        "printsupport/cupsprintersupport",
        # The sizes and file dialogs of the system; the colours are our own.
        "styles/modernwindowsstyle",
        "styles/macstyle",
    )
)
"""Qt's plugins in use, without the letters that systems put before and after their names."""

CUPS: Final = "libcups.so"
"""Where a system prints, its own libcups is there with all that it needs; elsewhere the plugin rests."""

ICU_KEPT: Final = frozenset(
    (
        *("cnvalias.icu", "pool.res", "root.res", "en.res", "en_001.res", "en_GB.res", "res_index.res"),
        *("coll/root.res", "coll/en.res", "coll/res_index.res", "coll/ucadata.icu"),
        *("zoneinfo64.res", "timezoneTypes.res", "metaZones.res"),
    )
)
"""What Qt asks ICU for: the order of names in a file dialog, and the hours of this place. The rest is for others."""

_ICU_MARK: Final = b"CmnD"
_ICU_MARK_AT: Final = 12


def needed(
    binaries: Iterable[Entry], imports_of: Callable[[str], Iterable[tuple[str, str | None]]]
) -> list[Entry]:
    """The binaries that the program can come to load.

    Args:
        binaries: All that PyInstaller found.
        imports_of: The names of the libraries that a file links to, its own and theirs.
    """
    found = list(binaries)
    roots = [entry for entry in found if _is_root(entry)]
    names: set[str] = set()
    for _, source, _ in roots:
        if "cupsprintersupport" not in source:
            names |= {PurePosixPath(name).name for name, _ in imports_of(source)}
    return [
        entry
        for entry in found
        if entry in roots or (_is_library(entry) and _names(entry) & names and CUPS not in entry[0])
    ]


def _names(entry: Entry) -> set[str]:
    return {PurePosixPath(part.replace("\\", "/")).name for part in entry[:2]}


def _is_root(entry: Entry) -> bool:
    """Whether a file is loaded by name: a module of Python, Python itself, or a plugin in use."""
    place, _, kind = entry
    plugin = _plugin(place)
    if plugin is not None:
        return plugin in PLUGINS
    name = PurePosixPath(place.replace("\\", "/")).name.lower()
    # PDFium is loaded by its path.
    return kind == "EXTENSION" or name.startswith(
        ("libpython", "python3", "vcruntime", "msvcp", "libpdfium", "pdfium")
    )


def _plugin(place: str) -> str | None:
    """The folder and the bare name of a plugin of Qt; None for anything else."""
    path = PurePosixPath(place.replace("\\", "/"))
    if "plugins" not in path.parts:
        return None
    name = path.name.partition(".")[0].removeprefix("lib")
    return f"plugins/{path.parent.name}/{name.removeprefix('q')}"


def _is_library(entry: Entry) -> bool:
    return entry[2] == "BINARY" and _plugin(entry[0]) is None


def small_icu(library: Path, folder: Path) -> Path:
    """ICU's data library with the few pieces that Qt starts with: 32 MB become less than two.

    It is put together by `as` and `ld`, which come with the `strip` and `objdump` that freezing needs anyhow.

    Returns:
        The new library, of the same name, in `folder`.
    """
    raw = library.read_bytes()
    start = raw.index(_ICU_MARK) - _ICU_MARK_AT
    data = cut_icu(raw[start:])
    symbol = f"icudt{library.name.rpartition('.')[2]}_dat"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "icu.dat").write_bytes(data)
    (folder / "icu.s").write_text(
        f'.section .rodata\n.balign 16\n.globl {symbol}\n.type {symbol}, @object\n{symbol}:\n.incbin "icu.dat"\n'
        f".size {symbol}, .-{symbol}\n.section .note.GNU-stack\n",
        "ascii",
    )
    subprocess.run(["as", "-o", "icu.o", "icu.s"], cwd=folder, check=True)
    subprocess.run(
        ["ld", "-shared", "-soname", library.name, "-o", library.name, "icu.o"], cwd=folder, check=True
    )
    return folder / library.name


def cut_icu(data: bytes) -> bytes:
    """A package of ICU data with nothing in it but `ICU_KEPT`.

    The form: a header of so many bytes as its first two say, then how many pieces there are, then for each the place
    of its name and of its bytes, counted from behind the header, in the order of their names.
    """
    header = struct.unpack_from("<H", data)[0]
    table = data[header:]
    (count,) = struct.unpack_from("<I", table)
    rows = [struct.unpack_from("<2I", table, 4 + 8 * number) for number in range(count)]
    names = [table[at : table.index(b"\0", at)] for at, _ in rows]
    ends = [at for _, at in rows[1:]]
    pieces = [
        (name, table[at : ends[number] if number < len(ends) else len(table)])
        for number, (name, (_, at)) in enumerate(zip(names, rows, strict=True))
        if name.decode("ascii").partition("/")[2] in ICU_KEPT
    ]
    said = b"".join(name + b"\0" for name, _ in pieces)
    first_name = 4 + 8 * len(pieces)
    position = _rounded(first_name + len(said))
    body = bytearray(said.ljust(position - first_name, b"\0"))
    index = bytearray(struct.pack("<I", len(pieces)))
    name_at = first_name
    for name, piece in pieces:
        index += struct.pack("<2I", name_at, first_name + len(body))
        name_at += len(name) + 1
        body += piece.ljust(_rounded(len(piece)), b"\0")
    return data[:header] + bytes(index) + bytes(body)


def _rounded(size: int) -> int:
    return (size + 15) // 16 * 16


def alone(modules: Iterable[Entry], files: Iterable[Entry]) -> list[Entry]:
    """The modules of packages that need no files beside them: one copy of them will do for both programs.

    A package stays together, whichever program holds which module of it: Python looks for all of it in one place.

    Args:
        modules: Those of both programs.
        files: All libraries and data of both, which say what packages are more than modules.
    """
    beside = {PurePosixPath(place.replace("\\", "/")).parts[0].partition(".")[0] for place, _, _ in files}
    found = {
        entry[0]: entry
        for entry in modules
        if entry[0].partition(".")[0] not in beside and entry[1].endswith(".py")
    }
    return list(found.values())


def with_modules(library: Path, modules: Iterable[Entry], folder: Path) -> Path:
    """Python's own packed library, which lies open to both programs, with further modules in it.

    Returns:
        The new file, of the same name, in `folder`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / library.name
    shutil.copyfile(library, target)
    given = sorted(modules)
    places = {name: name.replace(".", "/") for name, _, _ in given}
    packages = {name for name, source, _ in given if Path(source).name == "__init__.py"}
    folders = {str(parent) for place in places.values() for parent in PurePosixPath(place).parents} - {"."}
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        # A package without an `__init__` is found by its folder alone, and only where the archive names that.
        for place in sorted(folders - {places[name] for name in packages}):
            archive.writestr(zipfile.ZipInfo(f"{place}/"), b"")
        for name, source, _ in given:
            place = f"{places[name]}/__init__" if name in packages else places[name]
            code = compile(Path(source).read_bytes(), f"{place}.py", "exec", dont_inherit=True)
            # Of the two kinds of compiled files the one that is not held against a source, which is not there.
            head = importlib.util.MAGIC_NUMBER + (1).to_bytes(4, "little") + bytes(8)
            archive.writestr(
                zipfile.ZipInfo(f"{place}.pyc"), head + marshal.dumps(code), zipfile.ZIP_DEFLATED
            )
    return target
