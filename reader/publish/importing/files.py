"""The files of a source folder: found once, read within limits, never outside of the folder."""

from __future__ import annotations

import codecs
import os
import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import SplitResult, unquote, urldefrag, urlsplit

from reader.domain.errors import SourceError
from reader.publish.importing.findings import Findings, Outcome

MIB: Final = 1024 * 1024
MAX_FILES: Final = 50_000
MAX_PAGE_BYTES: Final = 16 * MIB
HTML_SUFFIXES: Final = frozenset({".html", ".htm", ".xhtml", ".shtml", ".php", ".asp", ".aspx"})
_SKIPPED_NAMES: Final = frozenset({".git", ".svn", "__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"})
_CHARSET: Final = re.compile(
    rb"""<(?:meta[^>]{0,200}?charset\s*=\s*["']?|\?xml[^>]{0,100}?encoding\s*=\s*["'])([\w.:-]{2,40})""",
    re.IGNORECASE,
)
_SNIFFED: Final = 4_096
_NO_CHARACTER: Final = "the page holds bytes that stand for no character; each became “\ufffd”."
# Codecs of Python that are no encodings of pages; some of them take minutes, or fail in ways of their own.
_NO_ENCODINGS: Final = frozenset(
    {"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7", "mbcs", "oem"}
)


@dataclass(slots=True)
class SourceFiles:
    """Every file below a folder, by its path inside it."""

    folder: Path
    names: tuple[str, ...]
    _by_name: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path, findings: Findings) -> SourceFiles:
        """Look through a folder. Links that lead out of it are not followed.

        Raises:
            SourceError: when it cannot be read or holds too many files.
        """
        root = folder.resolve()
        names: list[str] = []

        def on_error(error: OSError) -> None:
            raise SourceError(
                f"{error.filename} cannot be read ({error.strerror}): check your rights to it."
            ) from error

        for where, folders, files in os.walk(root, onerror=on_error, followlinks=False):
            folders[:] = sorted(name for name in folders if name not in _SKIPPED_NAMES)
            linked = [name for name in folders if (Path(where) / name).is_symlink()]
            for name in [*linked, *sorted(files)]:
                if name in _SKIPPED_NAMES or name.startswith("~$"):
                    continue
                path = Path(where) / name
                inside = path.relative_to(root).as_posix()
                if reason := _why_not_read(path, root):
                    findings.add(_shown(inside), None, Outcome.LEFT_OUT, reason)
                else:
                    names.append(inside)
                if len(names) > MAX_FILES:
                    raise SourceError(
                        f"{folder} holds more than {MAX_FILES:,} files: name the folder of the manual alone."
                    )
        folded = {name.casefold(): name for name in reversed(names)}
        return cls(root, tuple(names), folded | {name: name for name in names})

    def with_suffix(self, suffixes: frozenset[str]) -> tuple[str, ...]:
        return tuple(name for name in self.names if PurePosixPath(name).suffix.casefold() in suffixes)

    def find(self, name: str) -> str | None:
        """The file of a path inside the folder; where none is called just so, capitals do not matter."""
        return self._by_name.get(name) or self._by_name.get(name.casefold())

    def resolve(self, page: str, href: str) -> str | None:
        """The file that a relative link of a page leads to, or None."""
        parts = split_address(href)
        if parts is None or parts.scheme or parts.netloc:
            return None
        path = unquote(parts.path)
        if not path:
            return page
        base = PurePosixPath(page).parent
        whole = PurePosixPath(path.lstrip("/")) if path.startswith("/") else base / path
        inside = _normal(whole)
        if inside is None:
            return None
        candidates = [inside]
        if parts.query:
            candidates = [f"{inside}?{unquote(parts.query)}", f"{inside}@{unquote(parts.query)}", inside]
            candidates += [f"{candidate}.html" for candidate in candidates]
        if path.startswith("/") and "/" in page:  # the host's folder, as a mirror makes it
            candidates += [f"{page.split('/', 1)[0]}/{candidate}" for candidate in list(candidates)]
        for candidate in candidates:
            slash = "" if not candidate or candidate.endswith("/") else "/"
            for name in (candidate, f"{candidate}.html", f"{candidate}.htm", f"{candidate}{slash}index.html"):
                if found := self.find(name):
                    return found
        return None

    def read(self, name: str, limit: int) -> bytes:
        """The bytes of a file.

        Raises:
            SourceError: when it cannot be read or is larger than `limit` bytes.
        """
        path = self.folder / name
        try:
            with path.open("rb") as stream:
                raw = stream.read(limit + 1)
        except OSError as error:
            raise SourceError(
                f"{path} cannot be read ({error.strerror}): check your rights to it."
            ) from error
        if len(raw) > limit:
            raise SourceError(f"{path} is larger than {limit // MIB} MiB.")
        return raw


def split_address(href: str) -> SplitResult | None:
    """An address in its parts; None when it is written as no address is ("http://[x")."""
    try:
        return urlsplit(href)
    except ValueError:
        return None


def without_fragment(href: str) -> tuple[str, str]:
    """An address and its fragment; one that is written as no address is has none."""
    if split_address(href) is None:
        return href, ""
    found = urldefrag(href)
    return found.url, found.fragment


def alias_of(address: str) -> str | None:
    """What tells a page of the web from others, however a link writes it; None for other addresses.

    "chapter.php?id=3" and "chapter.php?id=4" are two pages.
    """
    parts = split_address(address)
    if parts is None or parts.scheme not in {"http", "https"}:
        return None
    return f"{parts.netloc}{parts.path.rstrip('/')}{f'?{parts.query}' if parts.query else ''}"


def _why_not_read(path: Path, root: Path) -> str | None:
    """Why something in the folder is no file of the source, or None."""
    try:
        str(path).encode("utf-8")
        end = path.resolve(strict=True) if path.is_symlink() else path
    except UnicodeEncodeError:
        return "the name of this file is not written in characters; give it another one."
    except (OSError, RuntimeError):  # Python 3.11 raises RuntimeError for links that lead to each other
        return "this link leads to nothing; it was not followed."
    if not end.is_relative_to(root):
        return "this link leads out of the folder; it was not followed."
    if end.is_dir():
        return "this link leads to a folder that is read in its own place; it was not followed."
    return None if end.is_file() else "this is no file; it was not read."


def _shown(name: str) -> str:
    return os.fsencode(name).decode("utf-8", errors="replace")


def _normal(path: PurePosixPath) -> str | None:
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in {".", "/"}:
            parts.append(part)
    return "/".join(parts)


def decoded(raw: bytes, name: str, findings: Findings) -> str:
    """The characters of a page: as its first bytes or its own words say, else as they must be."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if raw.startswith(mark):
            text = raw.decode(encoding, errors="replace")
            if "\ufffd" in text:
                findings.add(name, None, Outcome.CHANGED, _NO_CHARACTER)
            return text
    declared = _CHARSET.search(raw[:_SNIFFED])
    said = declared[1].decode("ascii").casefold() if declared else None
    # The web reads these as Windows-1252, whatever pages say.
    meant = "cp1252" if said in {"iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii"} else said
    for candidate in (meant, "utf-8", "cp1252"):
        if candidate is None or candidate.startswith("utf-16") or not _is_text_codec(candidate):
            continue
        try:
            text = raw.decode(candidate)
        except UnicodeError:
            continue
        if said is not None and candidate != meant:
            findings.add(
                name,
                None,
                Outcome.TO_CHECK,
                f"the page says that it is written in {said}, and is not; it was read as {candidate}. Look"
                " at its quotes and dashes.",
            )
        return text
    findings.add(
        name,
        None,
        Outcome.CHANGED,
        _NO_CHARACTER,
    )
    return raw.decode("utf-8", errors="replace")


def _is_text_codec(name: str) -> bool:
    try:
        found = codecs.lookup(name)
    except LookupError:
        return False
    return found._is_text_encoding and found.name not in _NO_ENCODINGS  # noqa: SLF001  # tells "hex" apart
