"""The page's own facts, and where they end and the contents begin."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from reader.domain.text import title_key
from reader.publish.contents.dates import whole_date
from reader.publish.contents.furniture import last_updated
from reader.publish.contents.rows import Row, RowKind


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What a page says of itself.

    Attributes:
        authority_name: The council, in the fullest form that the page gives.
        title: The manual's title; without the council's name where the two run together.
        links: Partner manuals, the intranet and other un-numbered lines above the sections.
        quick_links: The jump list in its order, each as it stands ("1. All Children").
    """

    authority_name: str | None
    title: str | None
    last_updated: date | None
    version_label: str | None
    links: tuple[str, ...]
    quick_links: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SplitPage:
    """A page in its three areas."""

    preamble: tuple[Row, ...]
    quick_links: tuple[Row, ...]
    body: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class _Title:
    rank: int
    authority_name: str | None
    title: str
    line: str


@dataclass(slots=True)
class _Preamble:
    """What the lines above the sections come to, while they are read."""

    logo_name: str | None = None
    titles: list[_Title] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    jumps: list[str] = field(default_factory=list)
    kept: list[Row] = field(default_factory=list)

    def add_to_latest(self, row: Row, text: str) -> None:
        """Add the line on which a remark or a link goes on."""
        if self.kept and self.kept[-1].position == row.position - 1:
            self.kept.append(row)
        elif self.links:
            self.links[-1] += f" {text}"
        else:
            self.links.append(text)


_LOGO = re.compile(r"(?P<name>.{2,100}) logo", re.IGNORECASE)
_TITLE = re.compile(
    r".{0,120}\b(?:manual|procedures|procedures online|policies)(?: contents(?: list)?)?", re.IGNORECASE
)
_NO_TITLE = re.compile(
    r"(?:view|click|see|visit|open|go to|link)\b|.{0,120}:|.{0,200}\bsafeguarding\b", re.IGNORECASE
)
_MANUAL_SUBJECT = re.compile(r"\b(?:child|famil|social care|adult|young people)", re.IGNORECASE)
_RUN_TOGETHER = re.compile(r"(?P<name>[A-Z].{2,80}?[a-z])(?P<title>[A-Z][a-z]{2}.*)")
_NAMED = re.compile(
    r"(?:welcome to )?(?:the )?(?P<name>.{2,80}?)(?:['’]s?)? "
    r"(?=(?:child|famil|adult|social|early|young|online|polic|procedure))",
    re.IGNORECASE,
)
_SUBJECT_FIRST = re.compile(r"(?:child|famil|adult|social|early|young|online|polic|procedure)", re.IGNORECASE)
_NO_NAMES = frozenset({"our", "the", "welcome", "welcome to", "local", "online", "all", "and", "contents"})
_LINK_WORDS = re.compile(r"(?:click|view|visit|open|go to)\b|.{0,200}\bclick here\b", re.IGNORECASE)
_NO_HEADING = 7


def split_page(rows: Sequence[Row]) -> SplitPage:
    """Part what stands above the sections, the jump list, and the contents."""
    first = _next_numbered(rows, 0)
    end = _jump_list_end(rows, first)
    start = _body_start(rows, _next_numbered(rows, end))
    if end == first:
        return SplitPage(tuple(rows[:start]), (), tuple(rows[start:]))
    start = max(start, end)
    return SplitPage((*rows[:first], *rows[end:start]), tuple(rows[first:end]), tuple(rows[start:]))


def read_facts(page: SplitPage, head_title: str | None) -> tuple[PageFacts, tuple[Row, ...]]:
    """The facts of a page, and the rows that are left for the tree.

    Remarks and see-alsos above the sections are left, and a "Last Updated" that names no exact day.
    """
    preamble = _read_preamble(page)
    best = max(preamble.titles, key=lambda title: title.rank, default=None)
    links = [*preamble.links, *(title.line for title in preamble.titles if title is not best)]
    if best is None and head_title is not None:
        best = _title(head_title, heading=0)
    last_numbered = max((i for i, row in enumerate(page.body) if row.number), default=-1)
    own_rows = (*page.preamble, *page.body[last_numbered + 1 :])
    updates = [row for row in own_rows if row.kind is RowKind.LAST_UPDATED]
    updated = next((row for row in updates if day_of_update(row)), None)
    version = next((row for row in own_rows if row.kind is RowKind.VERSION), None)
    facts = PageFacts(
        authority_name=_fuller(preamble.logo_name, best.authority_name if best else None),
        title=best.title if best else None,
        last_updated=day_of_update(updated) if updated else None,
        version_label=version.text if version else None,
        links=tuple(links),
        quick_links=tuple(row.line.text for row in page.quick_links) or tuple(preamble.jumps),
    )
    vague = [row for row in updates if not day_of_update(row)]
    taken = {id(row) for row in (updated, version, *vague) if row is not None}
    left = (row for row in (*preamble.kept, *page.body) if id(row) not in taken)
    return facts, (*vague, *left)


def day_of_update(row: Row) -> date | None:
    """The exact day that a "Last Updated" names, or None."""
    return whole_date(last_updated(row.text) or "")


def _read_preamble(page: SplitPage) -> _Preamble:
    found = _Preamble()
    section_keys = {title_key(row.text) for row in page.body}
    is_jump_list = False
    for row in page.preamble:
        text = _undoubled(row.line.text)
        is_jump_list = is_jump_list or row.kind is RowKind.QUICK_LINKS
        is_note = row.kind is RowKind.REMARK and not _LINK_WORDS.match(text)
        if is_note or row.kind in {RowKind.SEE_ALSO, RowKind.LAST_UPDATED, RowKind.VERSION}:
            found.kept.append(row)
        elif row.kind is RowKind.QUICK_LINKS:
            continue
        elif is_jump_list and title_key(text) in section_keys:
            found.jumps.append(text)
        elif found.logo_name is None and (logo := _LOGO.fullmatch(text)):
            found.logo_name = logo["name"]
        elif not is_jump_list and (title := _title(text, heading=row.line.heading)):
            found.titles.append(title)
        elif row.line.joins_previous and text[0].islower():
            found.add_to_latest(row, text)
        else:
            found.links.append(text)
    return found


def _title(text: str, *, heading: int) -> _Title | None:
    """The text as the manual's title, or None. The higher its rank, the more it looks like one."""
    has_form = _TITLE.fullmatch(text) is not None
    if _NO_TITLE.match(text) or not (has_form or heading == 1):
        return None
    has_subject = _MANUAL_SUBJECT.search(text) is not None
    rank = 4 * (heading == 1 and has_form) + 2 * (has_form and has_subject) + has_form
    if together := _RUN_TOGETHER.fullmatch(text):
        return _Title(rank + 3, together["name"], together["title"], text)
    named = _NAMED.match(text)
    name = named["name"] if named else ""
    if name.casefold() in _NO_NAMES or _SUBJECT_FIRST.match(name):
        name = ""
    return _Title(rank, name or None, text, text)


def _fuller(first: str | None, second: str | None) -> str | None:
    if first is None or second is None:
        return first or second
    return second if len(second) > len(first) and first.casefold() in second.casefold() else first


def _undoubled(text: str) -> str:
    """The words of a link once, where a picture's text and the link's own say the same."""
    words = text.split(" ")
    half = len(words) // 2
    return " ".join(words[:half]) if half > 1 and words[:half] == words[half:] else text


def _next_numbered(rows: Sequence[Row], start: int) -> int:
    return next((i for i in range(start, len(rows)) if rows[i].number is not None), len(rows))


def _jump_list_end(rows: Sequence[Row], first: int) -> int:
    """The index behind the jump list that begins at `first`; `first` itself when there is none there.

    A jump list counts the sections once before they come: after it the figures begin again.
    """
    end, last = first, 0
    while end < len(rows) and (figure := _section_figure(rows[end])) is not None and figure > last:
        end, last = end + 1, figure
    following = _next_numbered(rows, end)
    if end == first or following == len(rows):
        return first
    number, opening = rows[following].number, rows[first].number
    if number is None or opening is None:
        return first
    is_marked = any(row.kind is RowKind.QUICK_LINKS for row in rows[:first])
    begins_again = number.parts[0] < last + (number.level == 1)
    if is_marked:
        return end if begins_again else first
    after = _next_numbered(rows, following + 1)
    is_section = number.level > 1 or (
        after < len(rows)
        and (next_number := rows[after].number) is not None
        and next_number.is_under(number.parts)
    )
    is_repeated = number.parts[0] == opening.parts[0] and end - first > 1 and is_section
    return end if begins_again and is_repeated else first


def _section_figure(row: Row) -> int | None:
    return row.number.parts[0] if row.number and row.number.level == 1 and row.text else None


def _body_start(rows: Sequence[Row], first: int) -> int:
    """The index of the un-numbered headings over the first numbered row, else of that row itself."""
    number = rows[first].number if first < len(rows) else None
    if number is None:
        return first
    start, level = first, rows[first].line.heading or _NO_HEADING
    if (
        number.level == 1
        and level == _NO_HEADING
        and any(row.number and row.number.level > 1 for row in rows)
    ):
        return first
    top_headings = sum(1 for row in rows if row.kind is RowKind.HEADING and row.line.heading == 1)
    for index in range(first - 1, -1, -1):
        row = rows[index]
        if row.kind is RowKind.QUICK_LINKS:
            break
        if row.kind is not RowKind.HEADING:
            continue
        is_title = row.line.heading == 1 and top_headings == 1
        if row.line.heading >= level or is_title or _TITLE.fullmatch(row.text):
            break
        start, level = index, row.line.heading
    return start
