"""What a chapter's text is made of: headings, pictures, tables, paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise, zip_longest
from typing import Final

from reader.domain.manual import ManualId
from reader.domain.text import counted
from reader.publish.lint.findings import Finding, shortened
from reader.publish.lint.link_rules import Surroundings, link_findings
from reader.publish.lint.pages import Heading, Page, Spot
from reader.publish.lint.report import finding

_PARAGRAPH_WORDS: Final = 250
_PLACEHOLDER: Final = re.compile(
    r"\W*(?:this (?:chapter|procedure|section|page) is )?(?:currently )?(?:to follow"
    r"|to be (?:confirmed|added|written|completed)"
    r"|tb[ac]|coming soon|(?:under|in) (?:construction|development|review|revision)"
    r"|being (?:written|revised|reviewed|updated)"
    r"|lorem ipsum\b.*|not yet available|in (?:progress|draft)|draft|insert text here)\W*",
    re.IGNORECASE,
)
_FILE_NAME: Final = re.compile(
    r"\S{1,80}\.(?:png|jpe?g|gif|bmp|emf|wmf|svg|tiff?)"
    r"|(?:image|img|picture|photo|graphic|diagram|figure|untitled)[ _-]?\d{0,6}",
    re.IGNORECASE,
)
_LONGEST_PLACEHOLDER: Final = 300
_DOTTED: Final = re.compile(
    r"(?P<parent>(?:\d{1,3}\.)*)(?P<last>\d{1,3})(?:\.(?=\s|$)|(?<=\.\d)(?=\s)|(?<=\.\d\d)(?=\s))\s*\S"
)
_NO_SPOT: Final = Spot(None, None, "")


def chapter_findings(page: Page, around: Surroundings) -> Iterator[Finding]:
    """Everything that a chapter's make-up shows by itself and beside the other chapters."""
    if page.refused:
        yield finding(
            "chapter-refused",
            page,
            _NO_SPOT,
            f"No bundle takes this chapter: {page.refused}",
            advice="Make the chapter simpler: the build stops at it.",
            subject=f"{page.refused}",
        )
        if not page.blocks:
            return
    yield from _empty(page)
    yield from link_findings(page, around)
    yield from _pictures(page, around.manual, around.files)
    yield from _headings(page)
    yield from _heading_numbers(page)
    yield from _tables(page)
    yield from _paragraphs(page)


def _empty(page: Page) -> Iterator[Finding]:
    said = [block.text for block in page.blocks if not block.tag.startswith("h") and block.text]
    whole = " ".join(said)
    if page.pictures or page.tables:
        return
    if not whole:
        yield finding(
            "empty-chapter",
            page,
            _NO_SPOT,
            "This chapter has no text.",
            advice="Write it, or remove the file and mark the chapter as to follow.",
            subject=page.text,
        )
    elif len(whole) <= _LONGEST_PLACEHOLDER and all(_PLACEHOLDER.fullmatch(text) for text in said):
        yield finding(
            "empty-chapter",
            page,
            page.blocks[-1].spot,
            f"This chapter says only “{shortened(whole)}”.",
            advice="Write it, or remove the file and mark the chapter as to follow.",
            subject=whole,
        )


def _pictures(page: Page, manual: ManualId, files: frozenset[str]) -> Iterator[Finding]:
    for picture in page.pictures:
        source = picture.src
        inside = source.removeprefix(f"manual:{manual}/").removeprefix("../")
        shown = shortened(source) or "without a file"
        if inside not in files or inside == source:
            yield finding(
                "missing-picture",
                page,
                picture.spot,
                f"The picture {shown} is not in the folder, so readers will not see it.",
                advice="Put it into the folder media, and name it as ../media/NAME.png.",
                subject=f"{source} {picture.alt or ''}",
            )
        alt = " ".join((picture.alt or "").split())
        if not alt:
            yield finding(
                "picture-without-text",
                page,
                picture.spot,
                f"The picture {shown} has no text alternative, so a screen reader has nothing to say.",
                advice='Say in alt="..." what the picture shows; of a flowchart, its steps.',
                subject=source,
            )
        elif _FILE_NAME.fullmatch(alt):
            yield finding(
                "picture-without-text",
                page,
                picture.spot,
                f"The text alternative of the picture {shown}, “{shortened(alt)}”, does not say what it shows.",
                advice='Say in alt="..." what the picture shows; of a flowchart, its steps.',
                subject=f"{source} {alt}",
            )


def _headings(page: Page) -> Iterator[Finding]:
    level = 1  # the chapter's title stands above its text
    for heading in page.headings:
        if not heading.text:
            yield finding(
                "heading-empty",
                page,
                heading.spot,
                f"A heading of level {heading.level} has no words.",
                advice="Write it, or remove it.",
                subject=_beside(page, heading),
            )
            continue
        if heading.level > level + 1:
            yield finding(
                "heading-skips",
                page,
                heading.spot,
                f"The heading “{shortened(heading.text)}” is of level {heading.level} and follows on level {level}.",
                advice=f"Make it level {level + 1}, or add the heading that is missing above it.",
                subject=f"{level} {heading.level} {heading.text}",
            )
        level = heading.level
    yield from _empty_passages(page)


def _empty_passages(page: Page) -> Iterator[Finding]:
    filled = {block.spot.anchor for block in page.blocks if not _is_heading(block.tag)}
    filled |= {picture.spot.anchor for picture in page.pictures}
    for heading, behind in zip_longest(page.headings, page.headings[1:]):
        is_above = behind is not None and behind.level > heading.level
        if heading.text and heading.spot.anchor and heading.spot.anchor not in filled and not is_above:
            yield finding(
                "empty-passage",
                page,
                heading.spot,
                f"Nothing stands under the heading “{shortened(heading.text)}”.",
                advice="Write what belongs there, or remove the heading.",
                subject=heading.text,
            )


def _is_heading(tag: str) -> bool:
    return len(tag) == len("h1") and tag[0] == "h" and tag[1].isdecimal()


def _beside(page: Page, heading: Heading) -> str:
    near = (block.text for block in page.blocks if block.spot.anchor == heading.spot.anchor)
    return next(near, "")


def _heading_numbers(page: Page) -> Iterator[Finding]:
    rows: dict[tuple[int, str], list[tuple[int, Heading]]] = {}
    part = 0
    for heading in page.headings:
        match = _DOTTED.match(heading.text)
        if match is None:
            if heading.level == 1:
                part += 1
            continue
        rows.setdefault((part, match["parent"]), []).append((int(match["last"]), heading))
    for (_, parent), numbered in rows.items():
        for (before, _), (number, heading) in pairwise(numbered):
            if number == before + 1 or (number == 1 and not parent):
                continue  # a count that begins anew belongs to another part
            shown = f"{parent}{number}"
            wrong = (
                f"stands twice, the second time at “{shortened(heading.text)}”"
                if number == before
                else f"follows on {parent}{before}, at “{shortened(heading.text)}”"
            )
            yield finding(
                "heading-number",
                page,
                heading.spot,
                f"The section number {shown} {wrong}.",
                advice="Number the sections anew, and mend what refers to them.",
                subject=f"{parent}{before} {heading.text}",
            )


def _tables(page: Page) -> Iterator[Finding]:
    for table in page.tables:
        if not table.has_headers and table.rows > 1 and table.columns > 1:
            yield finding(
                "table-without-headers",
                page,
                table.spot,
                f"This table of {counted(table.rows, 'row')} has no header cells, so nobody hears what a cell means:"
                f" “{shortened(table.text)}”.",
                advice="Make its first row, or its first column, header cells (<th>).",
                subject=table.text,
            )


def _paragraphs(page: Page) -> Iterator[Finding]:
    for block in page.blocks:
        if block.tag == "pre" or len(block.text) < 2 * _PARAGRAPH_WORDS:
            continue
        words = len(block.text.split())
        if words > _PARAGRAPH_WORDS:
            yield finding(
                "long-paragraph",
                page,
                block.spot,
                f"A paragraph of {words} words: “{shortened(block.text)}”.",
                advice="Break it up: a paragraph for each thought, a list for steps.",
                subject=block.text,
            )
