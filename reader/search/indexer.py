"""Building the index of one edition. Runs in a child process: Whoosh in a thread would make the window stutter."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import time
import unicodedata
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Final

from whoosh.index import create_in

from reader.domain.errors import SearchError
from reader.domain.files import replace, sync_folder
from reader.domain.manual import ManualId
from reader.domain.search import IndexDocument
from reader.search import ranking, words
from reader.search.impacts import STEPS, ImpactsWriter
from reader.search.lexicon import Lexicon
from reader.search.phrases import PhraseFinder
from reader.search.schema import (
    HEADING,
    PARTS,
    SCHEMA_VERSION,
    TITLE,
    make_schema,
    packed,
    part_end,
)
from reader.search.whoosh_files import Gathered, GatheredCodec

COMPLETE: Final = "complete"
ENTRIES: Final = "entries.json"
LEXICON: Final = "lexicon.bin"
STREAM: Final = "stream.bin"
IMPACTS: Final = "impacts.bin"
_REPORT_EVERY: Final = 50
_PART_PREFIX: Final = ".index."
_PART_SECONDS: Final = 24 * 60 * 60
_NUMBER_WEIGHT: Final = 0.5


def index_folder(index_dir: Path, role_sha256: str) -> Path:
    """Where the index of an edition lies: named by the edition's exact text and the schema version."""
    return index_dir / f"{role_sha256}-{SCHEMA_VERSION}"


def is_complete(folder: Path) -> bool:
    """Whether an index was finished. Whether it is sound shows when it is opened."""
    return (folder / COMPLETE).is_file()


def is_sound(folder: Path) -> bool:
    """Whether every byte of a finished index is as it was built."""
    try:
        recorded = json.loads((folder / COMPLETE).read_text(encoding="utf-8"))
        return bool(digests(folder, recorded) == recorded)
    except (OSError, ValueError, AttributeError, TypeError):
        return False


def build_index(
    folder: Path,
    manual: ManualId,
    edition: int,
    documents: Sequence[IndexDocument],
    on_progress: Callable[[int, int], None],
    *,
    authority: str = "",
    phrases: Sequence[tuple[str, ...]] = (),
) -> None:
    """Build an index beside its place and move it there when it is complete and on the disk.

    Args:
        folder: The place of the index; what is there is replaced.
        manual: The manual that the documents are of.
        edition: Its edition.
        documents: Everything that can be found; the documents of one chapter stand together.
        on_progress: Called with (documents done, documents in all).
        authority: The authority's name, for people who look in one authority only.
        phrases: Stems in a row that will be looked for often; where they stand is noted. Others are found too.

    Raises:
        SearchError: when it cannot be written; nothing is left behind.
    """
    part: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=_PART_PREFIX, dir=folder.parent))
        _write(part, _Entries(manual, edition, authority), documents, phrases, on_progress)
        _complete(part)
        _remove(folder)
        replace(part, folder)
        sync_folder(folder.parent)
        on_progress(len(documents), len(documents))
    except OSError as error:
        raise SearchError(
            f"Cannot write the search index in {folder.parent}: {error.strerror or error}."
        ) from error
    finally:
        if part is not None and part.exists():
            shutil.rmtree(part, ignore_errors=True)


def digests(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """The digest of each of the files of an index.

    Raises:
        OSError: when one cannot be read.
    """
    found: dict[str, str] = {}
    for name in names:
        with (folder / name).open("rb") as stream:
            found[name] = hashlib.file_digest(stream, "blake2b").hexdigest()
    return found


def forget(folder: Path) -> None:
    """Mark an index as unfinished, so that it is built again."""
    with contextlib.suppress(OSError):
        (folder / COMPLETE).unlink(missing_ok=True)


def sweep(index_dir: Path, wanted: set[Path]) -> None:
    """Remove the indexes of editions that are no longer installed, and what was left half-built a day ago.

    A younger half-built one may be another program's, still at work.
    """
    with contextlib.suppress(OSError):
        for folder in index_dir.iterdir():
            is_part = folder.name.startswith(_PART_PREFIX)
            if is_part and time.time() - folder.stat().st_mtime < _PART_SECONDS:
                continue
            if folder not in wanted:
                _remove(folder)


class _Entries:
    """The chapters, divisions and forms, as `entries.json` holds them."""

    def __init__(self, manual: ManualId, edition: int, authority: str) -> None:
        self._head = {"manual": str(manual), "edition": edition, "authority": authority}
        self._rows: list[dict[str, object]] = []
        self._last: tuple[object, ...] | None = None

    def add(self, document: IndexDocument, number: int) -> bool:
        """Note the entry of a document; say whether it is the entry's first."""
        is_place = document.chapter is None and document.form is None
        key = (document.chapter, document.form, document.anchor if is_place else None)
        if key == self._last:
            return False
        self._last = key
        self._rows.append(
            {
                "first": number,
                "chapter": document.chapter,
                "form": document.form,
                "number": document.number,
                "title": document.title,
                "division": document.division,
                "statuses": [status.value for status in document.statuses],
                "revised": document.revised.isoformat() if document.revised else None,
            }
        )
        return True

    def to_json(self, ends: array[int], token_type: str) -> str:
        return json.dumps(
            self._head | {"token": token_type, "ends": ends.tolist(), "entries": self._rows},
            separators=(",", ":"),
        )


class _Numbering(dict[str, int]):
    """For each word the number of its stem, given as it comes; and what the lexicon will say of them."""

    def __init__(self) -> None:
        super().__init__()
        self.stems: list[str] = []
        self.bare: dict[int, int] = {}
        """For a reference to law the number of its bare number: "47" finds section 47 too."""
        self._numbers: dict[str, int] = {}
        self._stem_of: dict[str, str] = {}
        self._bare_of: dict[str, str] = {}
        self._frequencies: Counter[str] = Counter()

    def __missing__(self, word: str) -> int:
        stem = words.stem(word)
        self._stem_of[word] = stem
        number = self._numbers.setdefault(stem, len(self.stems))
        if number == len(self.stems):
            self.stems.append(stem)
        self[word] = number
        bare = words.law_number(word)
        if bare is not None:
            self._bare_of[word] = bare
            self.bare[number] = self[bare]
        return number

    def number(self, stem: str) -> int | None:
        """The number of a stem, or None when it has none yet."""
        return self._numbers.get(stem)

    def numbers(self, text: str) -> tuple[array[int], list[str]]:
        """The numbers of a text's stems in reading order, and its words."""
        found = words.words(text)
        return array("I", map(self.__getitem__, found)), found

    def count(self, held: set[str]) -> None:
        """Note which distinct words a document holds."""
        self._frequencies.update(held | {self._bare_of[word] for word in held & self._bare_of.keys()})

    def order(self) -> list[int]:
        """For each number given here the one that the lexicon will give."""
        sorted_ = {stem: number for number, stem in enumerate(sorted(self.stems, key=str.encode))}
        return [sorted_[stem] for stem in self.stems]

    def lexicon(self, stem_frequencies: Mapping[str, int]) -> Lexicon:
        return Lexicon.of(self._stem_of, self._frequencies, stem_frequencies)


class _Fields:
    """In which documents each stem stands in the title, or in the heading."""

    def __init__(self, numbering: _Numbering) -> None:
        self._numbering = numbering
        self._documents: dict[tuple[str, int], array[int]] = {}

    def add(self, document: int, field: str, numbers: Iterable[int]) -> None:
        bare = self._numbering.bare
        held = set(numbers)
        held.update(bare[number] for number in held & bare.keys())
        for number in held:
            self._documents.setdefault((field, number), array("I")).append(document)

    def terms(self) -> Iterator[tuple[bytes, array[int], array[float]]]:
        """The terms that say so. What is found by them counts what the stem itself does."""
        stems = self._numbering.stems
        for (field, number), documents in self._documents.items():
            yield (field + stems[number]).encode(), documents, array("f", (1.0,)) * len(documents)


def _write(
    part: Path,
    entries: _Entries,
    documents: Sequence[IndexDocument],
    phrases: Sequence[tuple[str, ...]],
    on_progress: Callable[[int, int], None],
) -> None:
    numbering = _Numbering()
    parts: list[tuple[tuple[array[int], ...], bool]] = []
    length = 0
    for number, document in enumerate(documents):
        texts = (document.title, document.heading, document.text, document.extra, document.division)
        read = [numbering.numbers(text) for text in texts]
        numbering.count({word for _, found in read for word in found})
        parts.append((tuple(numbers for numbers, _ in read), entries.add(document, number)))
        length += len(read[2][0])
    average = max(length / max(len(documents), 1), 1.0)
    order = numbering.order()
    token_type = "H" if len(order) < part_end("H") else "I"
    order.append(part_end(token_type))
    known = PhraseFinder(phrases, numbering.number)

    impacts = ImpactsWriter()
    fields = _Fields(numbering)

    def gathered() -> Gathered:
        weights = [step / STEPS for step in range(256)]
        of_stems = (
            (stem.encode(), held, array("f", map(weights.__getitem__, steps)))
            for stem, held, steps in impacts.rows()
        )
        return sorted((*of_stems, *fields.terms()), key=itemgetter(0))

    index = create_in(str(part), make_schema())
    writer = index.writer(codec=GatheredCodec(gathered), compound=False)
    ends = array("I")
    end = 0
    try:
        with (part / STREAM).open("wb") as stream:
            for done, (document, (numbers, is_first)) in enumerate(
                zip(documents, parts, strict=True), start=1
            ):
                steps = _steps(numbers, numbering, average, is_first=is_first, box=document.box)
                impacts.add(steps, dict.fromkeys(row for one in numbers for row in known.found(one)))
                fields.add(done - 1, TITLE, numbers[0])
                fields.add(done - 1, HEADING, numbers[1])
                writer.add_document(
                    text=packed(unicodedata.normalize("NFC", document.text)),
                    extra=packed(unicodedata.normalize("NFC", document.extra)),
                    heading=packed(document.heading),
                    anchor=packed(document.anchor or ""),
                )
                tokens = array(token_type)
                for one in numbers:
                    tokens.extend(map(order.__getitem__, one))
                    tokens.append(order[-1])
                tokens.tofile(stream)
                end += len(tokens)
                ends.append(end)
                if done % _REPORT_EVERY == 0:
                    on_progress(done, len(documents))
        lexicon = numbering.lexicon(impacts.stem_frequencies())
        (part / LEXICON).write_bytes(lexicon.to_bytes())
        stems = sorted(numbering.stems, key=str.encode)
        impacts.write(part / IMPACTS, stems, lexicon.beginnings(), phrases)
        (part / ENTRIES).write_text(entries.to_json(ends, token_type), encoding="utf-8")
    except BaseException:
        writer.cancel()  # lets go of its files: Windows removes no open ones
        raise
    writer.commit(optimize=True)
    index.close()


def _steps(
    numbers: tuple[array[int], ...], numbering: _Numbering, average: float, *, is_first: bool, box: str | None
) -> dict[str, int]:
    """The stems of a document and what each counts, in steps; never 0, which would say that it is not there."""
    weights: dict[int, float] = dict(Counter(numbers[2]))
    for part, held in zip(PARTS, numbers, strict=True):
        if part != "text":
            weight = ranking.PART_WEIGHTS[part]
            if part == "title" and not is_first:
                weight = ranking.LATER_TITLE_WEIGHT
            for number in held:
                weights[number] = weights.get(number, 0.0) + weight
    length = len(numbers[2])
    factor = ranking.BOX_WEIGHTS.get(box or "", 1.0) * STEPS
    steps = {  # words that stand equally often count the same
        weight: max(round(factor * ranking.impact(weight, length, average)), 1)
        for weight in set(weights.values())
    }
    stems, bare = numbering.stems, numbering.bare
    found = {stems[number]: steps[weight] for number, weight in weights.items()}
    if not bare.keys().isdisjoint(weights):
        for number in weights:
            if number in bare:  # "47" finds section 47 too
                found.setdefault(stems[bare[number]], max(round(_NUMBER_WEIGHT * found[stems[number]]), 1))
    return found


def _complete(part: Path) -> None:
    names = sorted(file.name for file in part.iterdir())
    for file in part.iterdir():
        with file.open("rb+") as stream:
            os.fsync(stream.fileno())
    with (part / COMPLETE).open("w", encoding="utf-8") as stream:
        json.dump(digests(part, names), stream)
        stream.flush()
        os.fsync(stream.fileno())
    sync_folder(part)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
