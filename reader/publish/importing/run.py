"""An import from its start to its end."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Final

import tomlkit

from reader.bundle import html as chapter_html
from reader.bundle import limits, schema
from reader.bundle.screen_html import check_screen
from reader.domain.cancel import CancelToken
from reader.domain.contents import Chapter, Division, Entry, Form, Note, SeeAlso, walk
from reader.domain.errors import BundleRefusedError, SourceError
from reader.domain.manual import USUAL_MANUAL, ManualId
from reader.domain.text import counted, one_line, slug, title_key
from reader.publish.chapter_ids import FILE_NAME as IDS_NAME
from reader.publish.chapter_ids import ChapterId, chapter_ids_bytes, division_path
from reader.publish.importing import forms, word
from reader.publish.importing.documents import is_document, read_documents
from reader.publish.importing.draft import Harvest, Progress
from reader.publish.importing.files import HTML_SUFFIXES, MAX_PAGE_BYTES, SourceFiles
from reader.publish.importing.findings import Finding, Findings, Outcome
from reader.publish.importing.folder import (
    REPORT_NAME,
    LastEdition,
    added_by_hand,
    changed_by_hand,
    check_writable,
    read_last,
    write_folder,
)
from reader.publish.importing.forms import FormRow
from reader.publish.importing.identity import Identity, NewChapter, Verdict, gone, identify, shingles
from reader.publish.importing.linking import Linker, Media
from reader.publish.importing.review import read_review, write_review
from reader.publish.importing.website import read_website
from reader.publish.importing.whole_document import read_whole_manual
from reader.publish.links import within_bundle
from reader.publish.source import CONTENTS_JSON
from reader.publish.words import words_of

_CHECKED_AS: Final = ManualId("any", "manual")
_MERGED: Final = 0.6
_LONGEST_TITLE: Final = 2_000
_DOWNLOAD: Final = re.compile(r"(?:download|open|view|see)\s+(?:(?:the|a|this)\s+)?", re.IGNORECASE)
_NO_TITLES: Final = frozenset(
    {"click here", "this form", "the form", "this document", "please click here", "read more"}
)


def _no_progress(_done: int, _total: int, _what: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What a person may say beside the source.

    Attributes:
        contents: The contents page or list, as a path inside the source.
        last: The source folder of the last edition; the folder that is written, when that is there.
        review: The table of identities: written where chapters are unsure, read when it is there.
        split_at: The level of heading at which one Word document is split.
        discard_edits: Whether changes by hand to files of the last import may be lost.
    """

    contents: str | None = None
    last: Path | None = None
    review: Path | None = None
    split_at: int | None = None
    discard_edits: bool = False


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did.

    Attributes:
        is_written: False when it waits for answers in the table of identities.
        identities: One for each chapter, in the order of the tree.
        gone: The titles of chapters of the last edition that the source does not hold.
    """

    folder: Path
    is_written: bool
    chapters: int
    included: int
    forms: int
    pictures: int
    identities: tuple[Identity, ...]
    gone: tuple[str, ...]
    findings: tuple[Finding, ...]
    review: Path | None = None
    waiting: int = 0

    @property
    def new(self) -> tuple[Identity, ...]:
        return tuple(found for found in self.identities if found.verdict is Verdict.NEW)


def import_source(
    source: Path,
    folder: Path,
    options: ImportOptions | None = None,
    progress: Progress = _no_progress,
    token: CancelToken | None = None,
) -> ImportReport:
    """Make a source folder of a saved website, of a folder of documents, or of one Word document.

    Args:
        source: The saved website's or the documents' folder, or one .docx file.
        folder: The source folder to make, or to make anew.
        options: What the person says beside it.
        progress: Told how far it is: done, of how many, what.
        token: Stops it; nothing is then written.

    Raises:
        SourceError: when the source cannot be used, or the folder holds what no import made.
        StorageError: when the folder cannot be written; it is then as it was.
        CancelledError: when it was stopped.
    """
    return _Import(source, folder, options or ImportOptions(), progress, token or CancelToken()).run()


@dataclass(slots=True)
class _FormFile:
    place: str
    title: str
    review_by: date | None = None
    is_listed: bool = False


@dataclass(slots=True)
class _Import:
    source: Path
    folder: Path
    options: ImportOptions
    progress: Progress
    token: CancelToken
    findings: Findings = field(default_factory=Findings)
    media: Media = field(default_factory=Media)
    forms: dict[str, _FormFile] = field(default_factory=dict)
    refused_forms: set[str] = field(default_factory=set)
    files: SourceFiles = field(init=False)
    embedded: dict[str, bytes] = field(default_factory=dict)
    form_rows: dict[str, FormRow] = field(default_factory=dict)

    def run(self) -> ImportReport:
        check_writable(self.folder)
        if not self.options.discard_edits and (edited := changed_by_hand(self.folder)):
            raise SourceError(
                f"{self.folder / edited[0]} was changed by hand since it was imported ({len(edited)} such"
                " files): change the"
                " source instead, import into a new folder, or give --discard-edits."
            )
        harvest = self._read()
        self.form_rows = harvest.form_rows
        last_folder = self.options.last or self.folder
        last = read_last(last_folder) if last_folder.is_dir() else LastEdition((), ())
        if self.options.last is not None and not last.ids:
            raise SourceError(
                f"{self.options.last} holds no {IDS_NAME}: name the source folder of the last edition."
            )
        answers = self._answers(last)
        identities = identify(_new_chapters(harvest), last.chapters, answers)
        self._report_ids(identities)
        unsure = [found for found in identities if found.verdict is Verdict.UNSURE]
        if unsure:
            return self._ask(identities, len(unsure), are_answered=bool(answers))
        return self._write(harvest, last, identities)

    # Reading

    def _read(self) -> Harvest:
        if not self.source.exists():
            raise SourceError(f"{self.source} does not exist: check the name and the folder.")
        if self.source.is_file():
            if self.source.suffix.casefold() not in word.SUFFIXES:
                raise SourceError(
                    f"{self.source} is no folder and no .docx file: name the folder of the saved website or"
                    " of the documents."
                )
            self.files = SourceFiles(self.source.parent.resolve(), (), {})
            harvest, self.embedded = read_whole_manual(
                self.source, self.options.split_at, self.findings, self.progress
            )
            return harvest
        if self.folder.resolve().is_relative_to(self.source.resolve()):
            raise SourceError(
                f"{self.folder} lies inside of {self.source}: name a folder outside of what is imported."
            )
        self.files = SourceFiles.of(self.source, self.findings)
        documents = sum(is_document(name) for name in self.files.names)
        pages = len(self.files.with_suffix(HTML_SUFFIXES))
        if documents > pages or (documents and self.options.contents and not _is_page(self.options.contents)):
            harvest, self.embedded = read_documents(
                self.files, self.options.contents, self.findings, self.progress, self.token
            )
            return harvest
        return read_website(self.files, self.options.contents, self.findings, self.progress, self.token)

    def _answers(self, last: LastEdition) -> dict[str, str]:
        """What the table of identities says, when it is there."""
        table = self.options.review
        return read_review(table, last.chapters) if table is not None and table.exists() else {}

    def _ask(self, identities: tuple[Identity, ...], waiting: int, *, are_answered: bool) -> ImportReport:
        """Nothing is written but the table of questions: an identity is never guessed."""
        if self.options.review is None:
            first = next(found for found in identities if found.verdict is Verdict.UNSURE)
            raise SourceError(
                f"{counted(waiting, 'chapter')} may belong to the last edition or be new,"
                f" “{first.chapter.title}” is the first"
                f" (like “{first.candidates[0].known.title if first.candidates else first.id}”): give"
                " --review FILE.csv,"
                " answer in that table, and import again."
            )
        if are_answered:
            raise SourceError(
                f"{self.options.review} leaves {counted(waiting, 'chapter')} without an answer: write “same”,"
                " “new”, or an id beside each; or remove the file, to have it written anew."
            )
        write_review(self.options.review, identities)
        return ImportReport(
            self.folder,
            is_written=False,
            chapters=len(identities),
            included=0,
            forms=0,
            pictures=0,
            identities=identities,
            gone=(),
            findings=self.findings.all(),
            review=self.options.review,
            waiting=waiting,
        )

    def _report_ids(self, identities: tuple[Identity, ...]) -> None:
        for found in identities:
            own = found.chapter.own_id
            if own is not None and own != found.id:
                self.findings.add(
                    found.chapter.key,
                    None,
                    Outcome.TO_CHECK,
                    f"the document names the id “{own}”, which belongs to another chapter; it has “{found.id}”.",
                )

    # Writing

    def _write(self, harvest: Harvest, last: LastEdition, identities: tuple[Identity, ...]) -> ImportReport:
        lasting = {found.chapter.key: found.id for found in identities}
        ids = _ids_by_entry(harvest, lasting)
        chapter_of = {page: ids[temporary] for temporary, page in harvest.pages.items()}
        entries = self._entries(harvest, harvest.entries, ids, chapter_of)
        ends = {page: _end_of(page, harvest.stand_ins) for page in harvest.stand_ins}
        linker = Linker(
            self.files,
            self.findings,
            self.media,
            chapter_of | {page: chapter_of[end] for page, end in ends.items() if end in chapter_of},
            {page: draft.anchors for page, draft in harvest.drafts.items()},
            harvest.aliases,
            self._add_form,
            self.embedded,
            harvest.contents_file,
        )
        files: dict[str, bytes] = {}
        for done, (page, chapter_id) in enumerate(chapter_of.items()):
            self.token.raise_if_cancelled()
            self.progress(done, len(chapter_of), "Writing chapters")
            text = linker.rewritten(harvest.drafts[page])
            if self._can_be_shown(page, text):
                files[f"chapters/{chapter_id}.html"] = text.encode("utf-8")
        self._add_form_files()
        entries = _with_library(entries, [f for f in self.forms.values() if not f.is_listed])
        rows = _mapping(last, identities)
        files[IDS_NAME] = chapter_ids_bytes(rows)
        _check_depth(self.source, entries)
        files[CONTENTS_JSON] = _checked_contents(self.source, _contents_bytes(entries))
        files |= self.media.files
        manual_toml = self._manual_toml(harvest)
        if manual_toml is not None:
            files["manual.toml"] = manual_toml
        chapters = [entry for entry, _ in walk(entries) if isinstance(entry, Chapter)]
        report = ImportReport(
            self.folder,
            is_written=True,
            chapters=len(chapters),
            included=sum(f"chapters/{chapter.id}.html" in files for chapter in chapters),
            forms=len(self.forms),
            pictures=sum(name.startswith("media/") for name in files),
            identities=identities,
            gone=tuple(row.title for row in gone(identities, last.chapters)),
            findings=self.findings.all(),
        )
        files[REPORT_NAME] = report_text(report).encode("utf-8")
        if not self.options.discard_edits and (own := added_by_hand(self.folder, files)):
            raise SourceError(
                f"{self.folder / own[0]} was put there by hand, and the import makes a file of that name ({len(own)}"
                " such files): rename yours, import into a new folder, or give --discard-edits."
            )
        write_folder(self.folder, files, self.options.last)
        self.progress(len(chapter_of), len(chapter_of), "Writing chapters")
        return report

    def _can_be_shown(self, page: str, text: str) -> bool:
        """Whether a chapter keeps the limits of the format; one that does not is listed without its text."""
        if len(text.encode("utf-8")) > limits.MEMBER_BYTES["html"]:
            self.findings.add(
                page,
                None,
                Outcome.LEFT_OUT,
                "the text is larger than 2 MiB: split the chapter; it is listed without text.",
            )
            return False
        try:
            clean = chapter_html.sanitise(within_bundle(text, _CHECKED_AS), _CHECKED_AS)
            chapter_html.check_layout(clean)
            check_screen(clean)
        except BundleRefusedError as error:
            self.findings.add(
                page, None, Outcome.LEFT_OUT, f"{error.finding} Split it; it is listed without text."
            )
            return False
        return True

    def _entries(
        self, harvest: Harvest, entries: tuple[Entry, ...], ids: dict[str, str], chapter_of: dict[str, str]
    ) -> tuple[Entry, ...]:
        made: list[Entry] = []
        for entry in entries:
            match entry:
                case Division():
                    inner = self._entries(harvest, entry.entries, ids, chapter_of)
                    title = self._fitting(entry.title) if entry.title else None
                    made.append(replace(entry, title=title, entries=inner))
                case Chapter():
                    title = self._fitting(entry.title)
                    made.append(replace(entry, id=ids[entry.id], title=title, file=None))
                case SeeAlso():
                    page = harvest.see_also_pages.get(entry.title)
                    target = chapter_of.get(page) if page else None
                    known = ids.get(entry.chapter) if entry.chapter else None
                    made.append(replace(entry, chapter=target or known))
                case Note():
                    page = harvest.see_also_pages.get(entry.text)
                    form = self._listed_form(page, entry.text) if page else None
                    made.append(form or entry)
                case _:
                    made.append(entry)
        return tuple(made)

    def _fitting(self, title: str) -> str:
        """A title of a length that the format takes."""
        if len(title) <= _LONGEST_TITLE:
            return title
        self.findings.add(
            self.source.resolve().name,
            None,
            Outcome.CHANGED,
            f"the title “{title[:80]}…” is longer than {_LONGEST_TITLE:,} characters and was cut.",
        )
        return title[:_LONGEST_TITLE].strip()

    # Forms

    def _listed_form(self, name: str, text: str) -> Form | None:
        row = forms.read_form_row(text)
        place = self._add_form(name, row.title)
        if place is None:
            return None
        found = self.forms[name]
        found.is_listed = True
        return Form(row.title, place, row.review_by or found.review_by)

    def _add_form(self, name: str, said: str) -> str | None:
        """Take a form in, once; its place in the source folder."""
        if name in self.forms:
            return self.forms[name].place
        suffix = PurePosixPath(name).suffix.casefold()
        if suffix not in forms.FORM_SUFFIXES or name in self.refused_forms:
            return None
        self.refused_forms.add(name)
        kind = suffix.removeprefix(".")
        try:
            raw = self.files.read(name, limits.MEMBER_BYTES[kind])
        except SourceError as error:
            self.findings.add(name, None, Outcome.LEFT_OUT, f"this form was left out: {error}")
            return None
        if not raw.startswith(b"%PDF" if kind == "pdf" else b"PK\x03\x04"):
            self.findings.add(
                name,
                None,
                Outcome.LEFT_OUT,
                f"this form is no {kind.upper()} file, whatever its name says; it was left out.",
            )
            return None
        place = self.media.add("forms", PurePosixPath(name).stem, kind, raw)
        self.refused_forms.discard(name)
        said = forms.read_form_row(_DOWNLOAD.sub("", said)).title
        is_title = len(said.split()) > 1 and title_key(said) not in _NO_TITLES
        title = said if is_title else forms.title_of_file(name)
        row = self.form_rows.get(name)
        self.forms[name] = _FormFile(
            place, row.title if row else one_line(title), row.review_by if row else None
        )
        return place

    def _add_form_files(self) -> None:
        """What lies in a folder "forms" is part of the manual; other documents that nothing links to are not."""
        for name in self.files.names:
            suffix = PurePosixPath(name).suffix.casefold()
            if (
                name in self.forms
                or name in self.refused_forms
                or suffix not in forms.FORM_SUFFIXES
                or is_document(name)
            ):
                continue
            if PurePosixPath(name).name.casefold() == "contents.docx":
                continue
            if PurePosixPath(name).parts[0].casefold() == "forms":
                self._add_form(name, forms.title_of_file(name))
            else:
                self.findings.add(
                    name, None, Outcome.LEFT_OUT, "nothing links to this document; it was left out."
                )

    # manual.toml

    def _manual_toml(self, harvest: Harvest) -> bytes | None:
        """The source's own manual.toml, else a first one to be filled in."""
        own = self.files.find("manual.toml")
        if own is not None:
            return self.files.read(own, MAX_PAGE_BYTES)
        if (self.folder / "manual.toml").exists() or (
            self.options.last is not None and (self.options.last / "manual.toml").exists()
        ):
            return None
        name = harvest.authority_name
        document = tomlkit.document()
        document.add(tomlkit.comment("What the manifest says. Fill in what is missing, and take the # away."))
        authority = slug(council_id(name), 40) if name else ""
        for key, value in (
            ("authority", authority or None),
            ("authority_name", name),
            ("manual", USUAL_MANUAL),
            ("title", harvest.title),
        ):
            if value:
                document.add(key, value)
            else:
                document.add(tomlkit.comment(f'{key} = ""'))
        document.add("edition", 1)
        for key in ("issued", "effective_from", "review_by"):
            document.add(tomlkit.comment(f"{key} = 2027-01-31"))
        document.add(tomlkit.comment('label = "January 2027"'))
        document.add("purpose", "practice")
        return tomlkit.dumps(document).encode("utf-8")


def council_id(name: str) -> str:
    """A council's name without what kind of council it is: the id of an authority."""
    words = [
        word
        for word in name.split()
        if word.casefold() not in {"council", "county", "city", "borough", "the"}
    ]
    return " ".join(words) or name


def _is_page(name: str) -> bool:
    return PurePosixPath(name).suffix.casefold() in HTML_SUFFIXES


def _new_chapters(harvest: Harvest) -> tuple[NewChapter, ...]:
    found: list[NewChapter] = []
    for entry, divisions in walk(harvest.entries):
        if isinstance(entry, Chapter):
            draft = harvest.drafts.get(harvest.pages.get(entry.id, ""))
            found.append(
                NewChapter(
                    key=_key(harvest, entry.id),
                    title=entry.title,
                    division=division_path(divisions),
                    number=entry.number,
                    text=words_of(draft.html) if draft else "",
                    origin=draft.page if draft else None,
                    own_id=draft.id if draft else None,
                )
            )
    return tuple(found)


def _key(harvest: Harvest, temporary: str) -> str:
    """What a chapter is called in the table of identities: its page; one without a page by its place."""
    return harvest.pages.get(temporary, f"(listed) {temporary}")


def _ids_by_entry(harvest: Harvest, lasting: dict[str, str]) -> dict[str, str]:
    return {
        entry.id: lasting[_key(harvest, entry.id)]
        for entry, _ in walk(harvest.entries)
        if isinstance(entry, Chapter)
    }


def _end_of(page: str, stand_ins: dict[str, str]) -> str:
    while page in stand_ins:
        page = stand_ins[page]
    return page


def _mapping(last: LastEdition, identities: tuple[Identity, ...]) -> tuple[ChapterId, ...]:
    """chapter-ids.toml of this edition: the rows that were there, and the new ones behind them."""
    by_id = {found.id: found for found in identities}
    rows: list[ChapterId] = []
    texts = {found.id: shingles(found.chapter.text) for found in identities}
    known_texts = {row.id: shingles(row.text) for row in last.chapters if row.text}
    for row in last.ids:
        found = by_id.pop(row.id, None)
        if found is not None:
            rows.append(
                replace(
                    row,
                    title=found.chapter.title,
                    division=found.chapter.division,
                    origin=found.chapter.origin,
                    merged_into=None,
                )
            )
        else:
            rows.append(replace(row, merged_into=row.merged_into or _holder(known_texts.get(row.id), texts)))
    for found in identities:
        if found.id in by_id:
            split_from = found.candidates[0].known.id if found.candidates else None
            held = _holder(shingles(found.chapter.text), known_texts)
            rows.append(
                ChapterId(
                    found.id,
                    found.chapter.title,
                    found.chapter.division,
                    found.chapter.origin,
                    split_from=split_from or held,
                )
            )
    return tuple(rows)


def _holder(text: frozenset[int] | None, others: dict[str, frozenset[int]]) -> str | None:
    """The id whose text holds most of a text, if any does."""
    if not text:
        return None
    best = max(others, key=lambda other: len(text & others[other]), default=None)
    return best if best is not None and len(text & others[best]) >= _MERGED * len(text) else None


def _with_library(entries: tuple[Entry, ...], left: list[_FormFile]) -> tuple[Entry, ...]:
    """The forms that no row of the tree names, in the documents library."""
    rows = tuple(Form(found.title, found.place, found.review_by) for found in left)
    if not rows:
        return entries
    for index, entry in enumerate(entries):
        if isinstance(entry, Division) and title_key(entry.title or "") in forms.LIBRARY_TITLES:
            return (*entries[:index], replace(entry, entries=(*entry.entries, *rows)), *entries[index + 1 :])
    return (*entries, Division(None, forms.LIBRARY_TITLE, rows))


def _contents_bytes(entries: tuple[Entry, ...]) -> bytes:
    value = {"entries": [schema.entry_json(entry) for entry in entries]}
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode("utf-8")


def _check_depth(source: Path, entries: tuple[Entry, ...]) -> None:
    """Refuse a tree that no bundle carries: a division is two levels of JSON, a chapter with its statuses two more.

    Raises:
        SourceError: with what to do.
    """
    deepest = max((len(divisions) for _, divisions in walk(entries)), default=0)
    most = (limits.JSON_DEPTH - 4) // 2
    if deepest > most:
        raise SourceError(
            f"{source} makes divisions that stand in each other {deepest} deep, and a manual can have {most}: put some"
            " of them together."
        )


def _checked_contents(source: Path, raw: bytes) -> bytes:
    """The tree, when a build and the next import can read it.

    Raises:
        SourceError: when it cannot be a contents list of the format.
    """
    if len(raw) > limits.MEMBER_BYTES["json"]:
        raise SourceError(f"{source} lists more than a manual can hold: import its parts on their own.")
    try:
        schema.contents_of_source(json.loads(raw), _CHECKED_AS)
    except BundleRefusedError as error:
        raise SourceError(
            f"{source} makes a contents list that no manual can have: {error.finding}"
        ) from error
    return raw


def report_text(report: ImportReport) -> str:
    """The whole report, for the file beside the chapters."""
    forms, pictures = counted(report.forms, "form"), counted(report.pictures, "picture")
    held = f"the text of {report.included} included, {forms}, {pictures}"
    lines = [f"{counted(report.chapters, 'chapter')}, {held}.", ""]
    if report.gone:
        lines += ["Chapters of the last edition that are gone:", *(f"  {title}" for title in report.gone), ""]
    if report.new and len(report.new) < report.chapters:  # of the first edition all are new
        lines += [
            "New chapters:",
            *(f"  {found.id}: {found.chapter.title} ({found.why})" for found in report.new),
            "",
        ]
    for outcome in (Outcome.LEFT_OUT, Outcome.TO_CHECK, Outcome.CHANGED, Outcome.FURNITURE):
        found = [finding for finding in report.findings if finding.outcome is outcome]
        if found:
            lines += [
                f"{outcome.value.capitalize()} ({len(found)}):",
                *(f"  {finding}" for finding in found),
                "",
            ]
    return "\n".join(lines).rstrip() + "\n"
