"""Markdown documents: front matter, and a body that becomes a chapter."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

import yaml
from lxml import etree
from lxml.etree import _Element as Element
from markdown_it import MarkdownIt
from typing_extensions import override

from reader.domain.contents import Status
from reader.domain.errors import SourceError
from reader.domain.location import CHAPTER_ID_PATTERN
from reader.domain.text import one_line, slug
from reader.publish.contents.dates import whole_date
from reader.publish.importing.body import BodyReader, says_no_more
from reader.publish.importing.draft import Draft
from reader.publish.importing.elements import LINE_ATTRIBUTE, MAX_DEPTH, raw_text, with_real_characters
from reader.publish.importing.findings import Findings, Outcome

SUFFIXES: Final = frozenset({".md", ".markdown"})
_FRONT: Final = re.compile(
    r"\A\ufeff?---[ \t]*\r?\n(.*?)(?:\r?\n)?^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE
)
_UNQUOTED: Final = re.compile(
    r"""^([a-z_]+:[ \t]+)([^\s"'\[{|>&*!%@`#][^\n]*:[ \t][^\n]*?)[ \t\r]*$""", re.MULTILINE
)
_MAX_FRONT: Final = 16_384
_NOTHING: Final = (None, "", "~", "null")
_MOST_MARKS: Final = 200_000
_FIELDS: Final = frozenset({"id", "title", "number", "status", "revised", "review_by"})


class _PlainFields(yaml.SafeLoader):
    """Fields as they are written: 1.10 stays "1.10", "No" is a word, and nothing refers to something else."""

    @override
    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("an alias")
        return super().compose_node(parent, index)


_PlainFields.yaml_implicit_resolvers = {}


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What a document says of itself above its text."""

    id: str | None = None
    title: str | None = None
    number: str | None = None
    statuses: tuple[Status, ...] = ()
    revised: date | None = None
    review_by: date | None = None
    lines: int = 0
    unknown: tuple[str, ...] = field(default=())


def read_front_matter(text: str, name: str) -> tuple[FrontMatter, str]:
    """The front matter of a Markdown text, and the text behind it.

    Raises:
        SourceError: when it cannot be read, naming the file.
    """
    found = _FRONT.match(text)
    if not found:
        return FrontMatter(), text
    block = found[1]
    if len(block) > _MAX_FRONT:
        raise SourceError(f"{name}: its front matter is too long: write plain fields.")
    try:
        fields = _PlainFields(_UNQUOTED.sub(_quoted, block)).get_single_data() or {}
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        place = getattr(error, "problem_mark", None)
        line = f", line {place.line + 2}" if place is not None else ""
        raise SourceError(
            f"{name}{line}: its front matter is not written as YAML; put texts with a colon in quotes."
        ) from error
    if not isinstance(fields, dict):
        raise SourceError(f"{name}: its front matter holds no fields such as “title: Family Time”.")
    return (
        FrontMatter(
            id=_id(fields.get("id"), name),
            title=_line(fields.get("title")),
            number=_line(fields.get("number")),
            statuses=_statuses(fields.get("status"), name),
            revised=_day(fields.get("revised"), "revised", name),
            review_by=_day(fields.get("review_by"), "review_by", name),
            lines=found[0].count("\n"),
            unknown=tuple(str(key) for key in fields if str(key) not in _FIELDS),
        ),
        text[found.end() :],
    )


def read_markdown(
    name: str, text: str, wanted: frozenset[str], findings: Findings, titles: tuple[str, ...] = ()
) -> Draft:
    """A Markdown document as a draft.

    Raises:
        SourceError: when its front matter cannot be read, or its text is no text of people.
    """
    front, rest = read_front_matter(text, name)
    for key in front.unknown:
        findings.add(name, 1, Outcome.LEFT_OUT, f"the front matter's field “{key}” means nothing here.")
    root = _tree(rest, name, front.lines)
    body = BodyReader(name, findings, _line_of).read(root, [t for t in (front.title, *titles) if t], wanted)
    if front.title and body.heading and not says_no_more(body.heading, front.title):
        findings.add(
            name,
            None,
            Outcome.TO_CHECK,
            f"the document is headed “{body.heading}”, and its front matter calls it “{front.title}”; the front"
            " matter counts.",
        )
    return Draft(
        page=name,
        title=front.title or body.heading or "",
        html=body.html,
        number=front.number,
        id=front.id,
        statuses=front.statuses,
        revised=front.revised,
        anchors=body.anchors,
        own_words=body.own_words,
    )


def _quoted(match: re.Match[str]) -> str:
    """A title with a colon in it, as people write it, in the quotes that YAML asks for."""
    return f"{match[1]}'{match[2].replace(chr(39), chr(39) * 2)}'"


def hrefs_of(text: str) -> list[str]:
    """The targets of a Markdown text's links, as far as they are written in line."""
    return re.findall(r"\]\(<?([^)\s>]+)", text)


def _tree(text: str, name: str, lines_before: int) -> Element:
    if sum(text.count(mark) for mark in "[*_`<") > _MOST_MARKS:
        raise SourceError(f"{name} has too many marks to be a chapter: split it.")
    options = {"html": False, "linkify": False, "maxNesting": MAX_DEPTH}  # what is deeper it drops
    renderer = MarkdownIt("commonmark", options).enable(["table", "strikethrough"])
    environment: dict[str, object] = {}
    tokens = renderer.parse(text.replace("\0", ""), environment)
    if max((token.level for token in tokens), default=0) >= MAX_DEPTH - 1:
        raise SourceError(f"{name}: its lists are nested more than {MAX_DEPTH} deep.")
    for token in tokens:
        if token.map is not None and token.nesting == 1:
            token.attrSet(LINE_ATTRIBUTE, str(token.map[0] + 1 + lines_before))
    markup = str(renderer.renderer.render(tokens, renderer.options, environment))
    document = etree.fromstring(
        f"<html><body>{markup}</body></html>", etree.HTMLParser(huge_tree=True, no_network=True)
    )
    body = document.find("body") if document is not None else None
    if body is None:
        return etree.Element("body")
    with_real_characters(body)
    _give_headings_anchors(body)
    return body


def _give_headings_anchors(body: Element) -> None:
    """Links name headings of Markdown by their slug."""
    seen: dict[str, int] = {}
    for heading in body.iter("h1", "h2", "h3", "h4", "h5", "h6"):
        base = slug(raw_text(heading))
        seen[base] = seen.get(base, 0) + 1
        heading.set("id", base if seen[base] == 1 else f"{base}-{seen[base]}")


def _line_of(element: Element) -> int | None:
    node: Element | None = element
    while node is not None:
        line = node.get(LINE_ATTRIBUTE)
        if line:
            return int(line)
        node = node.getparent()
    return None


def _line(value: object) -> str | None:
    return one_line(str(value)) or None if value not in _NOTHING else None


def _id(value: object, name: str) -> str | None:
    if value in _NOTHING:
        return None
    text = str(value)
    if not CHAPTER_ID_PATTERN.fullmatch(text):
        raise SourceError(f"{name}: “{text[:80]}” is no id: write small letters, digits and hyphens.")
    return text


def _statuses(value: object, name: str) -> tuple[Status, ...]:
    if value in _NOTHING:
        return ()
    words = value if isinstance(value, list) else str(value).split(",")
    found = []
    for word in words:
        key = one_line(str(word)).casefold().replace(" ", "-")
        if key not in {status.value for status in Status}:
            raise SourceError(
                f"{name}: “{word}” is no status: write {', '.join(status.value for status in Status)}."
            )
        found.append(Status(key))
    return tuple(dict.fromkeys(found))


def _day(value: object, field_name: str, name: str) -> date | None:
    if value in _NOTHING:
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    day = whole_date(one_line(str(value)))
    if day is None:
        raise SourceError(f"{name}: “{field_name}: {value}” is no date: write it as 2027-03-31.")
    return day
