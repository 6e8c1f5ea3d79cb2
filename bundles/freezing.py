"""What `build.spec` needs to know: which libraries go into the program, and how small they and its modules can be.

Qt's hooks bring every plugin that is installed, and each plugin brings libraries of its own. Here only the plugins in
use are kept, and then only what these and Python's own modules link to, as far as no Linux desktop has it. Of ICU stays
what Qt starts with, of modules what runs.
"""

from __future__ import annotations

import ast
import importlib.util
import marshal
import platform
import struct
import subprocess
import sysconfig
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath
from types import CodeType
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

OF_THE_SYSTEM: Final = frozenset(
    (
        # Of the C++ compiler: these packages are built to use the system's, and a graphics driver needs the newest.
        *("libstdc++.so.6", "libgcc_s.so.1"),
        # What libGL, which no program brings along, links to itself.
        *("libX11.so.6", "libxcb.so.1", "libXau.so.6", "libXdmcp.so.6", "libbsd.so.0", "libmd.so.0"),
        *("libz.so.1", "libzstd.so.1", "libexpat.so.1"),
        # Fonts: they read the system's settings, whose form goes with the version.
        *(
            "libfontconfig.so.1",
            "libfreetype.so.6",
            "libpng16.so.16",
            "libbrotlidec.so.1",
            "libbrotlicommon.so.1",
        ),
        # Messages between programs, and with these systemd's.
        *(
            "libdbus-1.so.3",
            "libsystemd.so.0",
            "libgcrypt.so.20",
            "libgpg-error.so.0",
            "liblz4.so.1",
            "libcap.so.2",
        ),
        *("libglib-2.0.so.0", "libgthread-2.0.so.0", "libpcre2-8.so.0"),
    )
)
"""Libraries that each Linux desktop has and that fit it: older ones from here would stand before them in its drivers'
way. `resources/docs/it.md` names the packages for a computer without a desktop."""

STANDS_FOR: Final = {
    "libzstd": "libzstd.so.1",
    "liblzma": "liblzma.so.5",
}
"""Copies that packages bring for themselves, by their names without version, and what Qt and Python link to anyhow."""

HALVED: Final = frozenset({"PIL", "cryptography", "lxml", "pydantic_core", "rapidfuzz"})
"""Packages with libraries which ask for nothing else by the place that they lie in: their modules lie apart."""

NEVER_ASKED: Final = frozenset({"libxcb", "libXau"})
"""Such copies that Pillow takes pictures of the screen with: its module for that is left out."""

_LIBRARY_FOLDERS: Final = tuple(
    Path(place, *inner)
    for place in ("/usr/lib", "/lib", "/usr/lib64", "/lib64")
    for inner in ((), (f"{platform.machine()}-linux-gnu",))
)

ICU_KEPT: Final = frozenset(
    (
        *("cnvalias.icu", "pool.res", "root.res", "en.res", "en_001.res", "en_GB.res", "res_index.res"),
        *("coll/root.res", "coll/en.res", "coll/res_index.res", "coll/ucadata.icu"),
        *("zoneinfo64.res", "timezoneTypes.res", "metaZones.res"),
    )
)
"""What Qt asks ICU for: the order of names in a file dialog, and the hours of this place. The rest is for others."""

_HEAD_BYTES: Final = 16
# Libraries of a package lie in the folder beside the archive, as `sys._MEIPASS` says.
_LOOKS_BESIDE: Final = "__path__.append('/'.join((__import__('sys')._MEIPASS, *__name__.split('.'))))"
_SHOWN_AS_HELP: Final = "reader.cli"
_WITH_WORDS: Final = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef)
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
        if entry in roots or (_is_library(entry) and _names(entry) & names and not _is_of_the_system(entry))
    ]


def _is_of_the_system(entry: Entry) -> bool:
    return CUPS in entry[0] or entry[0] in OF_THE_SYSTEM


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


def standing_in(library: Path, folder: Path) -> Path:
    """In place of a copy that a package brings for itself: a library that links to the one that is there anyhow.

    Where nothing ever asks it for anything, it holds the same names, and ends the program at each.

    Returns:
        The new library, of the same name, in `folder`; the library itself where nothing is known to do in its place.
    """
    name = library.name.partition("-")[0]
    is_known = name in STANDS_FOR or name in NEVER_ASKED
    if not is_known or not library.parent.name.endswith(".libs") or platform.machine() != "x86_64":
        return library
    folder.mkdir(parents=True, exist_ok=True)
    linked, labels = [], ""
    if name in STANDS_FOR:
        places = [f"-L{place}" for place in _LIBRARY_FOLDERS if place.is_dir()]
        linked = [*places, "--no-as-needed", f"-l:{STANDS_FOR[name]}"]
    else:
        command = ["nm", "--dynamic", "--defined-only", "--format=posix", str(library)]
        listed = subprocess.run(command, capture_output=True, text=True, check=True)
        names = [line.split()[0] for line in listed.stdout.splitlines()]
        labels = "".join(f".globl {name}\n{name}:\n" for name in names)
    source = f".text\n{labels}ud2\n.section .note.GNU-stack\n"
    subprocess.run(["as", "-o", "standing-in.o", "-"], input=source, text=True, cwd=folder, check=True)
    command = ["ld", "-shared", "-z", "noseparate-code", "-soname", library.name, "-o", library.name]
    subprocess.run([*command, "standing-in.o", *linked], cwd=folder, check=True)
    return folder / library.name


def shared(modules: Iterable[Entry], files: Iterable[Entry]) -> list[Entry]:
    """The modules of which one copy will do for both programs.

    A package stays together, whichever program holds which module of it: Python looks for all of it in one place, and
    for libraries beside it in `HALVED`. Others that come with files of their own stay with these.

    Args:
        modules: Those of both programs.
        files: All libraries and data of both, which say what packages are more than modules.
    """
    beside = {
        PurePosixPath(place.replace("\\", "/")).parts[0].partition(".")[0] for place, _, _ in files
    } - HALVED
    found = {
        entry[0]: entry
        for entry in modules
        if entry[0].partition(".")[0] not in beside and entry[1].endswith(".py")
    }
    return list(found.values())


def with_modules(library: Path, modules: Iterable[Entry], folder: Path) -> Path:
    """Python's own packed library, which lies open to both programs, with further modules in it, all of them small.

    Returns:
        The new file, of the same name, in `folder`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / library.name
    given = sorted(modules)
    places = {name: name.replace(".", "/") for name, _, _ in given}
    packages = {name for name, source, _ in given if Path(source).name == "__init__.py"}
    folders = {str(parent) for place in places.values() for parent in PurePosixPath(place).parents} - {"."}
    with zipfile.ZipFile(library) as before, zipfile.ZipFile(target, "w", compresslevel=9) as archive:
        for entry in before.infolist():
            data = before.read(entry)
            said = str(PurePosixPath(entry.filename).with_suffix(".py"))
            source = Path(sysconfig.get_path("stdlib"), said)
            if source.is_file():
                data = data[:_HEAD_BYTES] + marshal.dumps(compiled(source, said))
            archive.writestr(zipfile.ZipInfo(entry.filename), data, zipfile.ZIP_DEFLATED)
        # A package without an `__init__` is found by its folder alone, and only where the archive names that.
        for place in sorted(folders - {places[name] for name in packages}):
            archive.writestr(zipfile.ZipInfo(f"{place}/"), b"")
        for entry in given:
            code = module_code(entry)
            place = code.co_filename.removesuffix(".py")
            # Of the two kinds of compiled files the one that is not held against a source, which is not there.
            head = importlib.util.MAGIC_NUMBER + (1).to_bytes(4, "little") + bytes(8)
            archive.writestr(
                zipfile.ZipInfo(f"{place}.pyc"), head + marshal.dumps(code), zipfile.ZIP_DEFLATED
            )
    return target


def module_code(module: Entry) -> CodeType:
    """The code of a module as the program holds it."""
    name, source, _ = module
    place = name.replace(".", "/") + ("/__init__" if Path(source).name == "__init__.py" else "")
    keeps_words = name.startswith(_SHOWN_AS_HELP)
    if place.endswith("/__init__") and name.partition(".")[0] in HALVED:
        return compiled(Path(source), f"{place}.py", keeps_words=keeps_words, first=_LOOKS_BESIDE)
    return compiled(Path(source), f"{place}.py", keeps_words=keeps_words)


def compiled(source: Path, said: str, *, keeps_words: bool = False, first: str = "") -> CodeType:
    """A module's code. Assertions stay; what is written about its parts goes, unless the module itself reads it.

    Args:
        source: Its file.
        said: The file's name as a fault report shows it.
        keeps_words: Whether what is written about its parts stays, because others show it as help.
        first: What it does before all else.
    """
    text = source.read_bytes()
    keeps_words = keeps_words or b"__doc__" in text
    tree = ast.parse(text)
    for node in ast.walk(tree):
        # A dataclass without words makes up its own when it is imported, which takes longer than to read them.
        is_plain = isinstance(node, _WITH_WORDS) or (
            isinstance(node, ast.ClassDef) and not node.decorator_list
        )
        if is_plain and not keeps_words and ast.get_docstring(node, clean=False) is not None:
            # What has a body must have something in it; in a module, nothing may stand before `from __future__`.
            node.body[:1] = (
                [] if isinstance(node, ast.Module) else [ast.copy_location(ast.Pass(), node.body[0])]
            )
    start = next((at for at, node in enumerate(tree.body) if not _must_be_first(node)), len(tree.body))
    tree.body[start:start] = ast.parse(first).body
    return compile(tree, said, "exec", dont_inherit=True)


def _must_be_first(node: ast.stmt) -> bool:
    is_words = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return is_words or (isinstance(node, ast.ImportFrom) and node.module == "__future__")
