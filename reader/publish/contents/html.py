"""A contents list as HTML: tables, lists, headings and paragraphs, read as the lines that a reader sees."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain

from reader.publish.contents.furniture import is_version_label, last_updated
from reader.publish.contents.html_tokens import Kind, Token, tokens_of
from reader.publish.contents.lines import Line, Page, clean, has_words, without_bullet, word_set
from reader.publish.contents.marks import marks_alone, whole_bracket
from reader.publish.contents.numbers import leading_number

# Put on blocks by the Markdown reader: the line of the file that a block begins on.
LINE_ATTRIBUTE = "data-source-line"

_UNREAD = frozenset({"button", "dialog", "title"})
_BLOCKS = word_set(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure"
    " footer form h1 h2 h3 h4 h5 h6 header hr legend li main menu nav ol p pre section summary table tbody td"
    " tfoot th thead tr ul"
)
_LISTS = frozenset({"ol", "ul", "menu"})
_CELLS = frozenset({"td", "th"})
_WORDS_WITHIN_LINES = word_set("abbr b code em font i label mark small span strong sub sup u")
# Elements that end by themselves: open tags of theirs say nothing of how deep a page nests.
_SELF_ENDING = word_set(
    "area base br col colgroup dd dt hr img input li link meta option p source tbody td tfoot th thead tr wbr"
)
_HEADING = re.compile(r"h[1-6]")
_FIGURE = re.compile(r"\d{1,7}")
_BARE_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,3}){0,5}\.?")
_LONGEST_LABEL = 60
_LABEL_SEGMENTS = 3
_COLUMN_NAMES = word_set(
    "chapter chapters date last list name no number of procedure procedures ref reference review reviewed"
    " revised section status title updated"
)
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9]*)(?P<rest>[^<]*)")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_MOST_TAGS = 60_000
_MOST_OPEN = 1_000
_MOST_ATTRIBUTES = 200


@dataclass(frozen=True, slots=True)
class _Segment:
    text: str
    is_label: bool = False


@dataclass(slots=True)
class _Item:
    """A list item: the number that it shows, until its first line has taken it, and the one its children add to."""

    shown: str | None = None
    path: str | None = None


@dataclass(slots=True)
class _List:
    is_ordered: bool
    path: str | None
    last: int


@dataclass(slots=True)
class _Collector:
    """Collects lines while the elements of a page are entered and left in order."""

    counts_lines: bool
    lines: list[Line] = field(default_factory=list)
    _segments: list[_Segment] = field(default_factory=list)
    _row: list[list[Line]] | None = None
    _row_is_header: bool = False
    _lists: list[_List] = field(default_factory=list)
    _items: list[_Item] = field(default_factory=list)
    _label_starts: list[int] = field(default_factory=list)
    _heading: int = 0
    _links: list[bool] = field(default_factory=list)
    _footers: int = 0
    _captions: int = 0
    _source_line: int = 1
    _line_begun: int = 1
    _joins: bool = False
    _href: str | None = None

    def enter(self, tag: str, attributes: Mapping[str, str], *, is_alone_in_link: bool) -> None:
        if tag in _BLOCKS:
            self._end_line(joins=False)
        if self.counts_lines and _FIGURE.fullmatch(attributes.get(LINE_ATTRIBUTE, "")):
            self._source_line = int(attributes[LINE_ATTRIBUTE])
        if tag == "br":
            self._break_line()
        elif tag == "img":
            self._enter_image(clean(attributes.get("alt", "")), is_alone_in_link=is_alone_in_link)
        elif tag == "tr":
            self._end_row()
            self._row, self._row_is_header = [], True
        elif tag in _CELLS and self._row is not None:
            self._row.append([])
            self._row_is_header = self._row_is_header and tag == "th"
        elif tag in _LISTS:
            self._enter_list(attributes.get("start", ""), is_ordered=tag == "ol")
        elif tag == "li":
            self._enter_item(attributes.get("value", ""))
        elif _HEADING.fullmatch(tag):
            self._heading = int(tag[1])
        elif tag in _WORDS_WITHIN_LINES:
            self._label_starts.append(len(self._segments))
        if tag == "a":
            self._links.append("href" in attributes)
            self._href = self._href or attributes.get("href")
        self._footers += tag == "footer"
        self._captions += tag == "caption"

    def leave(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end_line(joins=False)
        if tag == "tr":
            self._end_row()
        elif tag in _LISTS and self._lists:
            self._lists.pop()
        elif tag == "li" and self._items:
            self._items.pop()
        elif _HEADING.fullmatch(tag):
            self._heading = 0
        elif tag in _WORDS_WITHIN_LINES:
            self._leave_words(self._label_starts.pop())
        if tag == "a":
            self._links.pop()
        self._footers -= tag == "footer"
        self._captions -= tag == "caption"

    def add(self, text: str, *, keeps_lines: bool) -> None:
        if not keeps_lines:
            self._add_segment(text)
            return
        for index, part in enumerate(text.split("\n")):
            if index:
                self._break_line()
            self._add_segment(part)

    def finish(self) -> tuple[Line, ...]:
        self._end_line(joins=False)
        self._end_row()
        if self.counts_lines:
            return tuple(self.lines)
        return tuple(replace(line, position=index) for index, line in enumerate(self.lines, start=1))

    def _break_line(self) -> None:
        """End the line, but not the paragraph; within a link there is one line only."""
        if any(self._links) and not self.counts_lines:
            self._add_segment(" ")
        else:
            self._end_line(joins=bool(self._text().strip()))
        self._source_line += 1

    def _add_segment(self, text: str) -> None:
        if not self._segments:
            self._line_begun = self._source_line
        self._segments.append(_Segment(text))

    def _text(self) -> str:
        return "".join(segment.text for segment in self._segments)

    def _enter_image(self, alternative: str, *, is_alone_in_link: bool) -> None:
        """A logo names the authority; a picture that is a link stands for its words. Other pictures are silent."""
        if alternative.casefold().endswith("logo"):
            self._end_line(joins=False)
            self._add_segment(alternative)
            self._end_line(joins=False)
        elif is_alone_in_link:
            self._add_segment(f" {alternative} ")

    def _enter_list(self, start: str, *, is_ordered: bool) -> None:
        path = self._items[-1].path if self._items else None
        first = int(start) if _FIGURE.fullmatch(start) else 1
        self._lists.append(_List(is_ordered, path, first - 1))

    def _enter_item(self, value: str) -> None:
        parent = self._lists[-1] if self._lists else None
        item = _Item()
        if parent is not None and parent.is_ordered:
            parent.last = int(value) if _FIGURE.fullmatch(value) else parent.last + 1
            item.path = f"{parent.path}.{parent.last}" if parent.path else str(parent.last)
            item.shown = item.path
        self._items.append(item)

    def _leave_words(self, start: int) -> None:
        inner = self._segments[start:] if len(self._segments) - start <= _LABEL_SEGMENTS else []
        text = "".join(segment.text for segment in inner)
        if 0 < len(text) <= _LONGEST_LABEL and marks_alone(clean(text)):
            self._segments[start:] = [_Segment(text, is_label=True)]

    def _end_line(self, *, joins: bool) -> None:
        segments, self._segments = self._segments, []
        href = self._href
        self._label_starts = [0] * len(self._label_starts)
        end = len(segments)
        while end and (segments[end - 1].is_label or not segments[end - 1].text.strip()):
            end -= 1
        written = clean("".join(segment.text for segment in segments[:end]))
        text = without_bullet(written)
        depth = len(self._lists) + (text != written)
        labels = tuple(clean(segment.text) for segment in segments[end:] if clean(segment.text))
        if not text:
            text, labels = " ".join(labels), ()
        if text:
            goes_on = self._joins and text == written
            line = Line(self._line_begun, text, labels, self._heading, depth, goes_on, href)
            self._href = None
            self._place(self._numbered(line))
        self._joins = joins

    def _numbered(self, line: Line) -> Line:
        """The line with the number that its list item shows, unless it begins with a number of its own."""
        if not self._items or not has_words(line.text):
            return line
        item = self._items[-1]
        own = leading_number(line.text)
        if own is not None and (own.is_certain or not item.shown):
            item.path = own.number.text if own.is_certain else item.path
        elif item.shown is not None:
            line = replace(line, text=f"{item.shown}. {line.text}")
        item.shown = None
        return line

    def _place(self, line: Line) -> None:
        if self._footers and last_updated(line.text) is None and not is_version_label(line.text):
            return
        if self._captions and leading_number(line.text) is None:
            return
        if self._row:
            self._row[-1].append(line)
        else:
            self.lines.append(line)

    def _end_row(self) -> None:
        if self._row is not None:
            cells = [cell for cell in self._row if cell]
            if not (self._row_is_header and _are_column_names(cells)):
                self.lines.extend(_row_lines(cells))
        self._row = None


def is_too_intricate(markup: str) -> bool:
    """Whether a page has so many, so deeply nested or so laden elements that reading it would take for ever.

    Tree building takes the square of the nesting and of a tag's attributes; no page of text comes near these.
    """
    open_tags = 0
    for count, tag in enumerate(_TAG.finditer(markup), start=1):
        inside = tag["rest"].partition(">")[0]
        if len(inside) > _MOST_ATTRIBUTES and len(_QUOTED.sub("", inside).split()) > _MOST_ATTRIBUTES:
            return True
        if tag["name"].casefold() not in _SELF_ENDING:
            open_tags = max(0, open_tags - 1) if tag["end"] else open_tags + 1
        if count > _MOST_TAGS or open_tags > _MOST_OPEN:
            return True
    return False


def html_page(markup: str, *, counts_lines: bool = False) -> Page:
    """The lines of an HTML page.

    Navigation is furniture, unless the page has no numbered row outside it.

    Args:
        markup: The page.
        counts_lines: Whether `LINE_ATTRIBUTE` tells the line of the file; else rows are counted.
    """
    tokens = tokens_of(markup, LINE_ATTRIBUTE)
    unit = "line" if counts_lines else "row"
    lines = _lines(tokens, unread=_UNREAD | {"nav"}, counts_lines=counts_lines)
    if not any(leading_number(line.text) for line in lines):
        lines = _lines(tokens, unread=_UNREAD, counts_lines=counts_lines)
    return Page(lines, unit, clean(_head_title(tokens)) or None)


def _head_title(tokens: Iterable[Token]) -> str:
    """What stands in a title before anything of the page is shown."""
    is_title = False
    words: list[str] = []
    for token in tokens:
        if token.kind is Kind.TEXT:
            if is_title:
                words.append(token.name)
            elif token.name.strip():
                return ""
        elif token.name != "title":
            return ""
        elif token.kind is Kind.END:
            break
        else:
            is_title = True
    return "".join(words)


def _lines(tokens: list[Token], *, unread: frozenset[str], counts_lines: bool) -> tuple[Line, ...]:
    collector = _Collector(counts_lines)
    preformatted = 0
    left_out = 0  # how deep in an element that nobody is shown
    for number, token in enumerate(tokens):
        if token.kind is Kind.TEXT:
            if not left_out:
                collector.add(token.name, keeps_lines=preformatted > 0)
        elif token.kind is Kind.END:
            if left_out:
                left_out -= 1
            else:
                collector.leave(token.name)
                preformatted -= token.name == "pre"
        elif left_out or _is_unread(token, unread):
            left_out += token.kind is Kind.START
        else:
            around = tokens[max(number - 1, 0)], tokens[min(number + 1, len(tokens) - 1)]
            is_alone = [(one.kind, one.name) for one in around] == [(Kind.START, "a"), (Kind.END, "a")]
            collector.enter(token.name, token.attributes, is_alone_in_link=is_alone)
            if token.kind is Kind.EMPTY:
                collector.leave(token.name)
            else:
                preformatted += token.name == "pre"
    return collector.finish()


def _is_unread(token: Token, unread: frozenset[str]) -> bool:
    if token.name in unread:
        return True
    attributes = token.attributes
    return token.name in _BLOCKS and ("hidden" in attributes or "breadcrumb" in attributes.get("class", ""))


def _are_column_names(cells: list[list[Line]]) -> bool:
    words = [word for line in chain.from_iterable(cells) for word in re.findall(r"\w+", line.text.casefold())]
    return len(cells) > 1 and all(word in _COLUMN_NAMES for word in words)


def _row_lines(cells: list[list[Line]]) -> Iterator[Line]:
    """The lines of one table row: number, title and what stands in the cells behind become one line."""
    if len(cells) > 1 and len(cells[0]) == 1 and _BARE_NUMBER.fullmatch(cells[0][0].text):
        number, title = cells[0][0], cells[1][0]
        stop = "" if "." in number.text else "."
        first = replace(title, text=f"{number.text}{stop} {title.text}", position=number.position)
        cells = [[replace(first, joins_previous=False), *cells[1][1:]], *cells[2:]]
    if not cells:
        return
    first, *others = cells[0]
    href = next((line.href for line in chain.from_iterable(cells) if line.href), None)
    is_numbered = leading_number(first.text) is not None
    labels: list[str] = []
    for line in chain.from_iterable(cells[1:]):
        is_mark = bool(marks_alone(line.text)) or whole_bracket(line.text) is not None
        if is_mark or (is_numbered and leading_number(line.text) is None):
            labels.extend((line.text, *line.labels))
        else:
            others.append(line)
    yield replace(first, labels=(*first.labels, *labels), href=first.href or (href if is_numbered else None))
    yield from others
