"""Reads a contents list: bytes to lines, lines to rows, rows to the tree, the page's facts and its warnings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from reader.domain.contents import ContentsList, Note, walk
from reader.domain.text import title_key
from reader.publish.contents.facts import PageFacts, read_facts, split_page
from reader.publish.contents.html import html_page, is_too_intricate
from reader.publish.contents.joining import joined
from reader.publish.contents.lines import Page
from reader.publish.contents.markdown import is_too_dense, markdown_markup
from reader.publish.contents.numbering import Finding
from reader.publish.contents.numbers import leading_number
from reader.publish.contents.rows import Row, rows_of
from reader.publish.contents.sources import ContentsKind, decode, kind_of, read_source, refusal
from reader.publish.contents.text import text_page
from reader.publish.contents.tree import EntryLinks, Tree, build_tree

_MOST_LINES = 20_000
_MOST_LINES_WITH_BLANKS = 100_000
_TOO_LONG = f"has more than {_MOST_LINES:,} lines: use the page that holds the contents list alone."
_TOO_INTRICATE = "is too intricate for a contents list: save the contents page alone and use that file."
# Prose that happens to have numbered paragraphs: at least so many words beside the titles, and so many for each
# word of a title.
_PROSE_WORDS = 300
_PROSE_RATIO = 10


@dataclass(frozen=True, slots=True)
class ContentsPage:
    """A contents list as its page gives it.

    Attributes:
        warnings: What its publisher should look at, each one sentence that begins with the place in the file.
        links: Where its entries lead, as far as they are links.
    """

    contents: ContentsList
    facts: PageFacts
    warnings: tuple[str, ...]
    links: EntryLinks = field(default_factory=EntryLinks)


def read_contents_list(path: Path) -> ContentsPage:
    """Read a contents list from a text, HTML or Markdown file.

    Raises:
        SourceError: when the file cannot be read, or is no contents list.
    """
    return parse_contents_list(read_source(path), path.name)


def parse_contents_list(raw: bytes, name: str, kind: ContentsKind | None = None) -> ContentsPage:
    """Read a contents list from bytes.

    Args:
        raw: The file's bytes.
        name: The file's name, for refusals; its extension tells the kind when `kind` is not given.
        kind: How the list is written.

    Raises:
        SourceError: when the bytes are no contents list.
    """
    text = decode(raw, name)
    page = _page_lines(text, name, kind or kind_of(name, text))
    if len(page.lines) > _MOST_LINES:
        raise refusal(name, _TOO_LONG)
    return _page_of(page, name)


def _page_lines(text: str, name: str, kind: ContentsKind) -> Page:
    if text.count("\n") + text.count("\r") > _MOST_LINES_WITH_BLANKS:
        raise refusal(name, _TOO_LONG)
    if kind is ContentsKind.TEXT:
        return text_page(text)
    is_markdown = kind is ContentsKind.MARKDOWN
    if is_markdown and is_too_dense(text):
        raise refusal(name, _TOO_INTRICATE)
    markup = markdown_markup(text) if is_markdown else text
    if is_too_intricate(markup):
        raise refusal(name, _TOO_INTRICATE)
    return html_page(markup, counts_lines=is_markdown)


def _page_of(page: Page, name: str) -> ContentsPage:
    split = split_page(rows_of(page))
    facts, rows = read_facts(split, page.head_title)
    tree = build_tree(joined(rows), page.unit)
    contents = ContentsList(tree.entries)
    _refuse_no_contents_list(contents, name)
    findings = sorted(
        (*tree.findings, *_jump_findings(split.quick_links, tree)), key=lambda found: found.position
    )
    warnings = tuple(f"{page.unit} {finding.position}: {finding.text}." for finding in findings)
    return ContentsPage(contents, facts, warnings, tree.links)


def _refuse_no_contents_list(contents: ContentsList, name: str) -> None:
    titles = sum(len(chapter.title.split()) for chapter in contents.chapters())
    if not titles:
        raise refusal(
            name,
            "holds no numbered chapters: a contents list has rows such as “1.1.3 Confidentiality Policy”; "
            "use the file of the contents page.",
        )
    remarks = sum(len(entry.text.split()) for entry, _ in walk(contents.entries) if isinstance(entry, Note))
    if remarks > _PROSE_WORDS and remarks > _PROSE_RATIO * titles:
        raise refusal(
            name,
            "reads as running text and not as a list of chapters: use the file of the contents page.",
        )


def _jump_findings(jumps: tuple[Row, ...], tree: Tree) -> Iterator[Finding]:
    """Where the jump list and the headings of the sections do not say the same. The headings count."""
    named: set[int] = set()
    for jump in jumps:
        found = leading_number(jump.line.text)
        if found is None:
            continue
        figure = found.number.parts[0]
        named.add(figure)
        if figure not in tree.section_titles:
            yield Finding(
                jump.position, f"the quick links name “{jump.line.text}”, and no such section follows"
            )
            continue
        title, position = tree.section_titles[figure]
        if title is None:
            yield Finding(position, f"section {figure} has no heading; the quick links call it “{jump.text}”")
        elif title_key(title) != title_key(jump.text):
            yield Finding(
                position,
                f"section {figure} is headed “{title}”, and the quick links call it “{jump.text}”",
            )
    if jumps:
        for figure, (_, position) in tree.section_titles.items():
            if figure not in named:
                yield Finding(position, f"section {figure} is missing in the quick links")
