"""One Word document that holds a whole manual, split at its headings."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from lxml import etree
from lxml.etree import _Element as Element

from reader.domain.contents import Chapter, Division, Entry
from reader.domain.errors import SourceError
from reader.domain.text import counted, file_slug
from reader.publish.contents.numbers import leading_number
from reader.publish.importing import word
from reader.publish.importing.body import BodyReader
from reader.publish.importing.documents import numbered_name
from reader.publish.importing.draft import Draft, Harvest, Progress
from reader.publish.importing.elements import HEADINGS, raw_text, text_of
from reader.publish.importing.findings import Findings, Outcome
from reader.publish.importing.labels import box_of

_MIN_PARTS: Final = 2
_MANY_TOP_PARTS: Final = 12
_CHILDREN_EACH: Final = 2
_WORDS_OF_A_CHAPTER: Final = 150


def read_whole_manual(
    file: Path, split_at: int | None, findings: Findings, progress: Progress
) -> tuple[Harvest, dict[str, bytes]]:
    """Read one Word document and split it at its headings.

    Args:
        file: The document.
        split_at: The level of heading that begins a chapter; found when it is not given. Higher ones are divisions.
        findings: Gets what could not be carried over.
        progress: Told how far it is.

    Raises:
        SourceError: when it cannot be read, or has no headings.
    """
    name = file.name
    if split_at is not None and not 1 <= split_at <= len(HEADINGS):
        raise SourceError(
            f"--split-at {split_at} is no level of headings: name one from 1 to {len(HEADINGS)}."
        )
    progress(0, 2, "Reading the document")
    try:
        if file.stat().st_size > word.MAX_BYTES:
            raise SourceError(f"{file} is larger than {word.MAX_BYTES // 1024 // 1024} MiB.")
        raw = file.read_bytes()
    except OSError as error:
        raise SourceError(
            f"{file} cannot be read ({error.strerror}): check the name and your rights to it."
        ) from error
    document = word.read_word(name, raw, findings)
    progress(1, 2, "Splitting it into chapters")
    title = word.own_title(document) or document.title
    _take_document_title(name, document.root, findings)
    level = split_at or _level_of_chapters(document.root)
    if level is None:
        raise SourceError(
            f"{file} has no headings, so that nothing says where a chapter begins: give the chapters'"
            " titles the style"
            " “Heading 1”."
        )
    splitter = _Splitter(name, findings, word.own_fragments(document.root), level)
    entries = splitter.split(document.root)
    progress(2, 2, "Splitting it into chapters")
    findings.add(
        name,
        None,
        Outcome.TO_CHECK,
        f"the document was split into {counted(len(splitter.pages), 'chapter')}, at its headings of level {level};"
        " --split-at says otherwise.",
    )
    return Harvest(entries, splitter.pages, splitter.drafts, findings, title=title or None), document.pictures


def _take_document_title(name: str, root: Element, findings: Findings) -> None:
    """The first title is the manual's; there is no place for further ones."""
    titles = [heading for heading in root.findall("h1") if heading.get("class") == "document-title"]
    for heading in titles:
        root.remove(heading)
    for words in [words for heading in titles if (words := text_of(heading))][1:]:
        findings.add(
            name,
            None,
            Outcome.LEFT_OUT,
            f"the document has a second title (“{words[:300]}”); it was left out.",
        )


def _level_of_chapters(root: Element) -> int | None:
    """The level of heading at which chapters begin: the first one that gives parts of a chapter's size."""
    counts = {level: len(root.findall(f"h{level}")) for level in range(1, 7)}
    used = [level for level in range(1, 7) if counts[level]]
    if not used:
        return None
    top = used[0]
    second = next((level for level in used[1:]), None)
    words = len(raw_text(root).split())
    if counts[top] < _MIN_PARTS and second is not None:
        top, second = second, next((level for level in used if level > second), None)
    if second is None or counts[top] > _MANY_TOP_PARTS or counts[second] < _CHILDREN_EACH * counts[top]:
        return top
    has_size = words / max(counts[second], 1) >= _WORDS_OF_A_CHAPTER
    numbered = [leading_number(text_of(heading)) for heading in root.findall(f"h{second}")]
    deep = sum(1 for found in numbered if found and found.number.level > 1)
    is_passage = any(box_of(text_of(heading)) for heading in root.findall(f"h{second}"))
    return second if has_size and not is_passage and (deep or not any(numbered)) else top


@dataclass(slots=True)
class _Splitter:
    name: str
    findings: Findings
    wanted: frozenset[str]
    level: int
    pages: dict[str, str] = field(default_factory=dict)
    drafts: dict[str, Draft] = field(default_factory=dict)

    def split(self, root: Element) -> tuple[Entry, ...]:
        top: list[Entry] = []
        open_divisions: list[tuple[int, str | None, str, list[Entry]]] = []
        current: list[Element] = []
        heading: Element | None = None

        def target() -> list[Entry]:
            return open_divisions[-1][3] if open_divisions else top

        def close_chapter() -> None:
            nonlocal current, heading
            if heading is not None or any(text_of(x) or x.find(".//img") is not None for x in current):
                title = text_of(heading) if heading is not None else ""
                fallback = open_divisions[-1][2] if open_divisions else "Introduction"
                target().append(self._chapter(title or fallback, heading, current))
            current, heading = [], None

        def close_divisions(level: int) -> None:
            while open_divisions and open_divisions[-1][0] >= level:
                _, number, title, entries = open_divisions.pop()
                target().append(Division(number, title, tuple(entries)))

        if root.text and root.text.strip():
            paragraph = etree.Element("p")
            paragraph.text = root.text
            current.append(paragraph)
        for child in list(root):
            level = int(str(child.tag)[1]) if child.tag in HEADINGS and text_of(child) else 0
            if 0 < level < self.level:
                close_chapter()
                close_divisions(level)
                number, title = numbered_name(text_of(child))
                open_divisions.append((level, number, title, []))
            elif level == self.level:
                close_chapter()
                heading = child
            else:
                current.append(child)
        close_chapter()
        close_divisions(0)
        return tuple(top)

    def _chapter(self, said: str, heading: Element | None, blocks: list[Element]) -> Chapter:
        number, title = numbered_name(said)
        base = file_slug(title, "chapter")
        chapter_id, count = base, 1
        while chapter_id in self.pages:
            count += 1
            chapter_id = f"{base}-{count}"
        root = etree.Element("body")
        if heading is not None:
            heading.tag = "h1"
            root.append(heading)
        root.extend(blocks)
        page = f"{self.name}#{chapter_id}"
        body = BodyReader(page, self.findings, lambda _: None).read(root, [said, title], self.wanted)
        self.drafts[page] = Draft(
            page, title, body.html, number, anchors=body.anchors, own_words=body.own_words
        )
        self.pages[chapter_id] = page
        return Chapter(chapter_id, number, title)
