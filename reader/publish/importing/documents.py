"""A folder of Word and Markdown documents, or one Word document that holds a whole manual."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote

from lxml import etree

from reader.domain.cancel import CancelToken
from reader.domain.contents import Chapter, Division, Entry, Held, Note, SeeAlso, walk
from reader.domain.errors import SourceError
from reader.domain.text import file_slug, one_line, title_key
from reader.publish.contents import ContentsPage, parse_contents_list
from reader.publish.contents.numbers import leading_number
from reader.publish.importing import markdown, word
from reader.publish.importing.body import BodyReader
from reader.publish.importing.draft import Draft, Harvest, Progress
from reader.publish.importing.files import (
    MAX_PAGE_BYTES,
    SourceFiles,
    decoded,
    split_address,
    without_fragment,
)
from reader.publish.importing.findings import Findings, Outcome

CONTENTS_NAMES: Final = ("contents.md", "contents.txt", "contents.html", "contents.htm", "contents.docx")
_BESIDE: Final = frozenset({"readme.md", "manual.toml", "chapter-ids.toml", "lint-accepted.toml"})
_FIGURES: Final = frozenset("0123456789")
_LONGEST_SOURCE: Final = 200
_FORM_FOLDERS: Final = frozenset({"forms", "documents", "documents library", "templates"})


def is_document(name: str) -> bool:
    """Whether a file of a folder is a chapter, and no form."""
    path = PurePosixPath(name)
    if path.name.casefold() in _BESIDE or path.name.casefold() in CONTENTS_NAMES:
        return False
    in_forms = any(part.casefold() in _FORM_FOLDERS for part in path.parts[:-1])
    return path.suffix.casefold() in word.SUFFIXES | markdown.SUFFIXES and not in_forms


def read_documents(
    files: SourceFiles, contents: str | None, findings: Findings, progress: Progress, token: CancelToken
) -> tuple[Harvest, dict[str, bytes]]:
    """Read a folder of documents.

    The tree is that of its contents list, where there is one; else folders are divisions, and files stand in the
    order of their numbers and names.

    Returns:
        What was read, and the pictures inside of documents.

    Raises:
        SourceError: when a document cannot be read, or there is none.
    """
    names = [name for name in files.names if is_document(name)]
    contents = _contents_file(files, contents)
    names = [name for name in names if name != contents]
    if not names:
        raise SourceError(f"{files.folder} holds no Word or Markdown documents.")
    wanted = _wanted(files, names)
    titles = _titles_of(files, contents)
    drafts: dict[str, Draft] = {}
    pictures: dict[str, bytes] = {}
    for done, name in enumerate(names):
        token.raise_if_cancelled()
        progress(done, len(names), "Reading documents")
        drafts[name] = _draft(
            files,
            name,
            wanted.get(name, frozenset()),
            titles.get(name, ()),
            pictures=pictures,
            findings=findings,
        )
    progress(len(names), len(names), "Reading documents")
    if contents is None:
        entries, pages = _tree_of_folder(names, drafts)
        return Harvest(entries, pages, drafts, findings), pictures
    page = _read_contents(files, contents, findings)
    tree = _ListedTree(files, contents, page, drafts=drafts, findings=findings)
    harvest = Harvest(
        tree.entries,
        tree.pages,
        drafts,
        findings,
        see_also_pages=tree.linked,
        contents_file=contents,
        authority_name=page.facts.authority_name,
        title=page.facts.title,
    )
    return harvest, pictures


def _contents_file(files: SourceFiles, given: str | None) -> str | None:
    if given is not None:
        found = files.find(given)
        if found is None:
            raise SourceError(f"{files.folder / given} is not there: name the contents list with --contents.")
        return found
    return next((found for name in CONTENTS_NAMES if (found := files.find(name))), None)


def _read_contents(files: SourceFiles, name: str, findings: Findings) -> ContentsPage:
    raw = files.read(name, MAX_PAGE_BYTES)
    if name.casefold().endswith(".docx"):
        document = word.read_word(name, raw, findings)
        markup = etree.tostring(document.root, encoding="unicode", method="html")
        page = parse_contents_list(f"<!doctype html>{markup}".encode(), "contents.html")
    else:
        page = parse_contents_list(raw, name)
    for warning in page.warnings:
        findings.add(name, None, Outcome.TO_CHECK, warning)
    return page


def _titles_of(files: SourceFiles, contents: str | None) -> dict[str, tuple[str, ...]]:
    """What the contents list calls each document, by its path; a document need not repeat it."""
    if contents is None or contents.casefold().endswith(".docx"):
        return {}
    page = parse_contents_list(files.read(contents, MAX_PAGE_BYTES), contents)
    titles: dict[str, tuple[str, ...]] = {}
    for chapter in page.contents.chapters():
        href = page.links.chapters.get(chapter.id)
        name = files.resolve(contents, without_fragment(href)[0]) if href else None
        if name:
            titles[name] = (chapter.title,)
    return titles


def _draft(
    files: SourceFiles,
    name: str,
    wanted: frozenset[str],
    titles: tuple[str, ...],
    *,
    pictures: dict[str, bytes],
    findings: Findings,
) -> Draft:
    if PurePosixPath(name).suffix.casefold() in markdown.SUFFIXES:
        text = decoded(files.read(name, MAX_PAGE_BYTES), name, findings)
        draft = markdown.read_markdown(name, text, wanted, findings, titles)
    else:
        document = word.read_word(name, files.read(name, word.MAX_BYTES), findings)
        pictures.update(document.pictures)
        own = word.own_title(document) or document.title
        wanted |= word.own_fragments(document.root)
        named = numbered_name(PurePosixPath(name).stem)[1]
        body = BodyReader(name, findings, lambda _: None).read(
            document.root, [t for t in (own, *titles, named) if t], wanted
        )
        draft = Draft(name, body.heading or own, body.html, anchors=body.anchors, own_words=body.own_words)
    by_name = leading_number(PurePosixPath(name).stem.replace("_", " "))
    if not draft.title:
        stem = re.sub(r"[-_]+", " ", PurePosixPath(name).stem)
        draft.title = titles[0] if titles else (by_name.text if by_name and by_name.text else stem).strip()
    numbered = leading_number(draft.title)
    if numbered and numbered.text and numbered.is_certain:
        draft.number, draft.title = draft.number or numbered.number.text, numbered.text
    if draft.number is None and by_name and by_name.is_certain:
        draft.number = by_name.number.text
    if not draft.own_words:
        findings.add(name, None, Outcome.TO_CHECK, "the document holds no text.")
    return draft


def _wanted(files: SourceFiles, names: list[str]) -> dict[str, frozenset[str]]:
    """The anchors that Markdown documents link to."""
    wanted: dict[str, set[str]] = {}
    for name in names:
        if PurePosixPath(name).suffix.casefold() in markdown.SUFFIXES:
            for href in markdown.hrefs_of(files.read(name, MAX_PAGE_BYTES).decode("utf-8", errors="replace")):
                address, fragment = without_fragment(href)
                target = files.resolve(name, address) if fragment and not _has_scheme(address) else None
                if target:
                    wanted.setdefault(target, set()).add(unquote(fragment))
    return {name: frozenset(found) for name, found in wanted.items()}


def _has_scheme(address: str) -> bool:
    parts = split_address(address)
    return parts is not None and bool(parts.scheme)


# The tree


class _ListedTree:
    """The tree of a contents list, with the document of each chapter."""

    def __init__(
        self,
        files: SourceFiles,
        contents: str,
        page: ContentsPage,
        *,
        drafts: dict[str, Draft],
        findings: Findings,
    ) -> None:
        self._files = files
        self._contents = contents
        self._page = page
        self._drafts = drafts
        self._findings = findings
        self._by_title = {title_key(draft.title): name for name, draft in drafts.items()}
        self._by_number = {draft.number: name for name, draft in drafts.items() if draft.number}
        self.pages: dict[str, str] = {}
        self.linked: dict[str, str] = {}
        self.entries = tuple(self._one(entry) for entry in page.contents.entries)
        self._report_odd()

    def _one(self, entry: Entry) -> Entry:
        href = self._page.links.of(entry)
        name = self._file_of(href)
        match entry:
            case Division():
                return replace(entry, entries=tuple(self._one(child) for child in entry.entries))
            case Chapter():
                return self._chapter(entry, href, name)
            case SeeAlso() if name:
                self.linked[entry.title] = name
            case Note() if name:
                self.linked[entry.text] = name
            case _:
                pass
        return entry

    def _chapter(self, chapter: Chapter, href: str | None, name: str | None) -> Chapter:
        if href and name is None and _has_scheme(href):
            parts = split_address(href)
            host = parts.hostname if parts else None
            source = chapter.source or one_line(host or href)[:_LONGEST_SOURCE]
            return replace(chapter, held=Held.EXTERNAL, source=source)
        if href and name not in self._drafts:
            self._findings.add(
                self._contents,
                None,
                Outcome.LEFT_OUT,
                f"“{chapter.numbered_title}” leads to {href[:200]}, and that document is not there; the chapter is"
                " listed without text.",
            )
            return chapter
        if not href:
            name = self._by_title.get(title_key(chapter.title)) or self._by_number.get(chapter.number or "")
        if name is None or name in self.pages.values():
            return chapter
        self.pages[chapter.id] = name
        draft = self._drafts[name]
        return replace(
            chapter,
            held=Held.LISTED,
            statuses=chapter.statuses or draft.statuses,
            revised=chapter.revised or draft.revised,
        )

    def _file_of(self, href: str | None) -> str | None:
        if not href or _has_scheme(href):
            return None
        return self._files.resolve(self._contents, without_fragment(href)[0])

    def _report_odd(self) -> None:
        listed = set(self.pages.values())
        for name in self._drafts:
            if name not in listed:
                self._findings.add(
                    name,
                    None,
                    Outcome.LEFT_OUT,
                    f"{self._contents} does not list this document, so it is no chapter.",
                )
        for entry, _ in walk(self.entries):
            title = (
                self._drafts[self.pages[entry.id]].title
                if isinstance(entry, Chapter) and entry.id in self.pages
                else ""
            )
            if isinstance(entry, Chapter) and title and title_key(title) != title_key(entry.title):
                self._findings.add(
                    self.pages[entry.id],
                    None,
                    Outcome.TO_CHECK,
                    f"the document is called “{title}”, and {self._contents} calls it “{entry.title}”;"
                    f" {self._contents} counts.",
                )


def _natural(name: str) -> tuple[tuple[int, int | str], ...]:
    return tuple(
        (0, int(part)) if part[0] in _FIGURES else (1, part)
        for part in re.findall(r"[0-9]{1,18}|[^0-9]+", name.casefold())
    )


def _tree_of_folder(names: list[str], drafts: dict[str, Draft]) -> tuple[tuple[Entry, ...], dict[str, str]]:
    """Folders as divisions. A folder "chapters" alone at the top is none."""
    pages: dict[str, str] = {}
    ids: set[str] = set()
    tops = {PurePosixPath(name).parts[0] if "/" in name else "" for name in names}
    skip = 1 if len(tops) == 1 and tops != {""} and all("/" in name for name in names) else 0

    def entries_of(prefix: tuple[str, ...]) -> Iterator[Entry]:
        depth = len(prefix) + skip
        here = [n for n in names if PurePosixPath(n).parts[skip:depth] == prefix]
        seen: set[str] = set()
        order = sorted(
            here,
            key=lambda n: (_order_of(n, depth, drafts), _natural("/".join(PurePosixPath(n).parts[depth:]))),
        )
        for name in order:
            parts = PurePosixPath(name).parts
            if len(parts) - 1 > depth:
                folder = parts[depth]
                if folder not in seen:
                    seen.add(folder)
                    number, title = numbered_name(folder)
                    yield Division(number, title, tuple(entries_of((*prefix, folder))))
                continue
            draft = drafts[name]
            base = file_slug(draft.title, "chapter")
            chapter_id, count = base, 1
            while chapter_id in ids:
                count += 1
                chapter_id = f"{base}-{count}"
            ids.add(chapter_id)
            pages[chapter_id] = name
            yield Chapter(chapter_id, draft.number, draft.title, draft.statuses, draft.revised)

    return tuple(entries_of(())), pages


def _order_of(name: str, depth: int, drafts: dict[str, Draft]) -> tuple[tuple[int, int | str], ...]:
    """Numbers come first: that of the folder at this depth, else that of the document."""
    parts = PurePosixPath(name).parts
    number = numbered_name(parts[depth])[0] if len(parts) - 1 > depth else drafts[name].number
    return _natural(number) if number else ((2, ""),)


def numbered_name(name: str) -> tuple[str | None, str]:
    words = one_line(name.replace("_", " "))
    numbered = leading_number(words)
    if numbered and numbered.text:
        return numbered.number.text, numbered.text.strip(" -–")
    return None, words
