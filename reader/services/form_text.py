"""The words of forms: PDF and Word documents, read in a process of their own.

A signature says who made a document, not that it is harmless: whoever made it to hang or to fill the memory stops
this process, and nothing else.
"""

from __future__ import annotations

import io
import multiprocessing
import os
import signal
import threading
import time
import zipfile
import zlib
from multiprocessing.connection import Connection
from typing import Final, Self

from reader.domain.cancel import CancelToken
from reader.domain.text import one_line

_SECONDS: Final = 20.0
_STEP_SECONDS: Final = 0.1
_MAX_PAGES: Final = 500
_FULL_LINE: Final = 70  # characters: a line of this length ends where the page does
_MAX_CHARACTERS: Final = 1_000_000
_MAX_XML_BYTES: Final = 32 * 1024 * 1024
_MEMORY_BYTES: Final = 1024 * 1024 * 1024
_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class FormReader:
    """Reads the words of forms in a child process, which it starts when the first one is asked for.

    Use it in a `with` statement: the child ends with it.
    """

    def __init__(self, seconds: float = _SECONDS) -> None:
        """Make a reader that gives each form so many seconds."""
        self._seconds = seconds
        self._child: multiprocessing.process.BaseProcess | None = None
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def paragraphs(self, data: bytes, name: str, token: CancelToken | None = None) -> tuple[str, ...]:
        """The paragraphs of a form, one line each; none when it holds no text that can be read.

        Args:
            data: Verified bytes.
            name: The file's name; its extension says the kind.
            token: Stops waiting.

        Raises:
            CancelledError: when it was stopped.
        """
        if token is not None:
            token.raise_if_cancelled()
        connection = self._started()
        try:
            connection.send((name, data))
            end = time.monotonic() + self._seconds
            while not connection.poll(_STEP_SECONDS):
                if time.monotonic() > end:
                    self._stop()
                    return ()
                if token is not None and token.is_cancelled:
                    self._stop()
                    token.raise_if_cancelled()
            found: tuple[str, ...] = connection.recv()
        except (EOFError, OSError):  # the child has gone under
            self._stop()
            return ()
        return found

    def _started(self) -> Connection:
        if self._connection is None:
            context = multiprocessing.get_context("spawn")
            ours, theirs = context.Pipe()
            child = context.Process(
                target=_serve, args=(theirs, self._seconds), name="procedures-forms", daemon=True
            )
            child.start()
            theirs.close()
            self._child, self._connection = child, ours
        return self._connection

    def _stop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        if self._child is not None:
            self._child.kill()
            self._child.join()
            self._child.close()
        self._child = self._connection = None


def _serve(connection: Connection, seconds: float) -> None:
    """Answer each form with its paragraphs, until nobody asks any more. A form that takes too long ends the process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit_memory()
    while True:
        try:
            name, data = connection.recv()
            watchdog = threading.Timer(
                seconds * 2, os._exit, (1,)
            )  # whether or not anybody is left to stop it
            watchdog.daemon = True
            watchdog.start()
            connection.send(_read(name, data))
            watchdog.cancel()
        except (EOFError, OSError):
            return


def _limit_memory() -> None:
    try:
        import resource  # noqa: PLC0415  # not on Windows
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))


def _read(name: str, data: bytes) -> tuple[str, ...]:
    try:
        return _of_pdf(data) if name.endswith(".pdf") else _of_word(data)
    except Exception:  # noqa: BLE001  # whatever is wrong with a document, it has no words for us
        return ()


def _of_pdf(data: bytes) -> tuple[str, ...]:
    import logging  # noqa: PLC0415

    import pypdf  # noqa: PLC0415  # only this process needs it

    logging.disable(logging.CRITICAL)
    reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
    lines: list[str] = []
    for page in reader.pages[:_MAX_PAGES]:
        lines += [words for line in page.extract_text().splitlines() if (words := one_line(line))]
        if sum(map(len, lines)) > _MAX_CHARACTERS:
            break
    return _in_paragraphs(lines)


def _in_paragraphs(lines: list[str]) -> tuple[str, ...]:
    """Lines as a page breaks them, joined where a sentence goes on in the next one."""
    paragraphs: list[str] = []
    for line in lines:
        before = paragraphs[-1] if paragraphs else ""
        is_full = len(before.rsplit("\n", 1)[-1]) >= _FULL_LINE and before[-1] not in ".:;?!"
        if before and (line[0].islower() or (is_full and line[0].isalpha())):
            paragraphs[-1] = f"{before} {line}"
        else:
            paragraphs.append(line)
    return tuple(paragraphs)


def _of_word(data: bytes) -> tuple[str, ...]:
    from lxml import etree  # noqa: PLC0415  # only this process needs it

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("word/document.xml") as stream:
            raw = stream.read(_MAX_XML_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, KeyError):
        return ()
    if len(raw) > _MAX_XML_BYTES or b"<!DOCTYPE" in raw:
        return ()
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    document = etree.fromstring(raw, parser)
    found = (
        one_line("".join(text.text or "" for text in paragraph.iter(f"{_W}t")))
        for paragraph in document.iter(f"{_W}p")
    )
    return tuple(words for words in found if words)
