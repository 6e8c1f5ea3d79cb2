"""The numbers that Word counts before headings and paragraphs, written into their text.

Facts of the format: ECMA-376, part 1, section 17.9 (numbering).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from lxml import etree
from lxml.etree import _Element as Element

from reader.publish.importing.elements import unwrap

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
_LEVELS: Final = 9
_ROMAN: Final = tuple(
    zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"),
        strict=True,
    )
)
_LONGEST_COUNT: Final = 32_767
_LONGEST_PATTERN: Final = 60
_MOST_LETTERS: Final = 26 * 30
_LIST_STYLE: Final = re.compile(r"list (?:bullet|number) ([2-9])")
_PLAIN_LISTS: Final = {"bullet": 2_000_000_001, "decimal": 2_000_000_002}
_TYPES: Final = {"lowerLetter": "a", "upperLetter": "A", "lowerRoman": "i", "upperRoman": "I"}
COUNT_MARK: Final = "count-of-list-"
"""What the bookmarks begin with that say how far a list had counted."""


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    kind: str
    text: str
    restart_after: int | None
    style: str | None


@dataclass(frozen=True, slots=True)
class _Counted:
    """A paragraph of a list, and what its list had counted there."""

    paragraph: Element
    number_id: str
    level: int
    label: str
    count: int | None
    is_heading: bool
    is_legal: bool


@dataclass(slots=True)
class Numbering:
    """The lists of a document, and how far each has counted."""

    _lists: dict[str, dict[int, _Level]] = field(default_factory=dict)
    _abstract_of: dict[str, str] = field(default_factory=dict)
    _style_numbers: dict[str, tuple[str, int]] = field(default_factory=dict)
    _heading_styles: set[str] = field(default_factory=set)
    _levels_of_style: dict[str, int] = field(default_factory=dict)
    _counts: dict[str, list[int | None]] = field(default_factory=dict)

    @classmethod
    def of(cls, numbering: Element | None, styles: Element | None) -> Numbering:
        """Read numbering.xml and styles.xml; either may be missing."""
        made = cls()
        if numbering is not None:
            made._read_lists(numbering)
        if styles is not None:
            made._read_styles(styles)
        return made

    def write_into(self, document: Element) -> None:
        """Write the number of every numbered heading, and of paragraphs numbered in steps ("1.1"), before its words.

        Where some of a list's paragraphs are numbered in steps, those above them ("1.") are written so too. Plain lists
        (bullets, 1 2 3, a b c) stay lists: they are mammoth's business. A bookmark says how far each had counted, since
        mammoth begins every list anew; `restore_counts` reads it.
        """
        counted: list[_Counted] = []
        for paragraph in document.iter(f"{_W}p"):
            place = self._place_of(paragraph)
            if place is None:
                continue
            number_id, level = place
            label, is_legal = self._counted(number_id, level)
            is_heading = self._style_of(paragraph) in self._heading_styles or _has_outline(paragraph)
            counted.append(
                _Counted(paragraph, number_id, level, label, self._count_of(place), is_heading, is_legal)
            )
        deepest: dict[str, int] = {}
        for found in counted:
            if found.is_legal and not found.is_heading:
                key = self._key_of(found.number_id)
                deepest[key] = max(deepest.get(key, 0), found.level)
        for found in counted:
            steps = deepest.get(self._key_of(found.number_id), -1)
            if not _has_words(found.paragraph):
                continue
            if found.label and (found.is_heading or found.is_legal or found.level <= steps):
                _put_before(found.paragraph, f"{found.label} ")
                _take_number_off(found.paragraph)
                continue
            level = self._levels_of_style.get(self._style_of(found.paragraph), 0) or found.level - steps - 1
            self._put_in_plain_list(found, max(0, level))

    def plain_lists(self) -> str:
        """The lists that numbered and marked paragraphs were put into, as a part of numbering.xml."""
        levels = "".join(
            f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{{}}"/><w:lvlText w:val="%1."/></w:lvl>'
            for level in range(_LEVELS)
        )
        return "".join(
            f'<w:abstractNum w:abstractNumId="{number}">{levels.replace("{}", kind)}</w:abstractNum>'
            f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'
            for kind, number in _PLAIN_LISTS.items()
        )

    def _key_of(self, number_id: str) -> str:
        return self._abstract_of.get(number_id, number_id)

    def _count_of(self, place: tuple[str, int]) -> int | None:
        counts = self._counts.get(self._key_of(place[0]))
        return counts[place[1]] if counts and 0 <= place[1] < _LEVELS else None

    def _put_in_plain_list(self, found: _Counted, level: int) -> None:
        own = self._lists.get(found.number_id, {}).get(found.level)
        if own is None or own.kind == "none":
            return
        is_marked = own.kind == "bullet"
        _take_number_off(found.paragraph)
        numbering = found.paragraph.find(f"{_W}pPr/{_W}numPr")
        if numbering is None:
            return
        values = (level, _PLAIN_LISTS["bullet" if is_marked else "decimal"])
        for child, value in zip(numbering, values, strict=True):
            child.set(f"{_W}val", str(min(value, _LEVELS - 1) if child.tag == f"{_W}ilvl" else value))
        if not is_marked and found.count is not None and found.count > 0:
            _put_bookmark(found.paragraph, f"{COUNT_MARK}{found.count}{_TYPES.get(own.kind, '')}")

    def _read_lists(self, root: Element) -> None:
        abstract: dict[str, dict[int, _Level]] = {}
        style_links: dict[str, str] = {}
        for found in root.iterfind(f"{_W}abstractNum"):
            key = found.get(f"{_W}abstractNumId") or ""
            abstract[key] = dict(_levels(found))
            link = found.find(f"{_W}styleLink")
            if link is not None:
                style_links[link.get(f"{_W}val") or ""] = key
        for found in root.iterfind(f"{_W}abstractNum"):
            linked = found.find(f"{_W}numStyleLink")
            if linked is not None and (target := style_links.get(linked.get(f"{_W}val") or "")):
                abstract[found.get(f"{_W}abstractNumId") or ""] = abstract[target]
        for found in root.iterfind(f"{_W}num"):
            key = found.get(f"{_W}numId") or ""
            base = found.find(f"{_W}abstractNumId")
            levels = dict(abstract.get((base.get(f"{_W}val") or "") if base is not None else "", {}))
            has_override = False
            for override in found.iterfind(f"{_W}lvlOverride"):
                has_override = True
                number = _int(override.get(f"{_W}ilvl"), 0)
                for _, level in _levels(override):
                    levels[number] = level
                start = override.find(f"{_W}startOverride")
                if start is not None and number in levels:
                    old = levels[number]
                    levels[number] = _Level(
                        _int(start.get(f"{_W}val"), old.start),
                        old.kind,
                        old.text,
                        old.restart_after,
                        old.style,
                    )
            self._lists[key] = levels
            self._abstract_of[key] = key if has_override or base is None else f"a{base.get(f'{_W}val')}"

    def _read_styles(self, root: Element) -> None:
        based: dict[str, str] = {}
        own: dict[str, tuple[str | None, int | None]] = {}
        for style in root.iterfind(f"{_W}style"):
            key = style.get(f"{_W}styleId") or ""
            parent = style.find(f"{_W}basedOn")
            if parent is not None:
                based[key] = parent.get(f"{_W}val") or ""
            name = style.find(f"{_W}name")
            said = (name.get(f"{_W}val") or "").casefold() if name is not None else ""
            if in_list := _LIST_STYLE.fullmatch(said):
                self._levels_of_style[key] = int(in_list[1]) - 1
            if said.startswith("heading ") or style.find(f"{_W}pPr/{_W}outlineLvl") is not None:
                self._heading_styles.add(key)
            numbering = style.find(f"{_W}pPr/{_W}numPr")
            if numbering is not None:
                own[key] = (_value(numbering, "numId"), _number(numbering, "ilvl"))
        linked = {
            level.style: (key, number)
            for key, levels in self._lists.items()
            for number, level in levels.items()
            if level.style
        }
        for key in {*own, *based}:
            node, seen, number_id, level = key, set[str](), None, None
            while node and node not in seen:
                seen.add(node)
                found = own.get(node)
                if found:
                    number_id = number_id or found[0]
                    level = level if level is not None else found[1]
                if node in self._heading_styles:
                    self._heading_styles.add(key)
                node = based.get(node, "")
            if number_id and number_id != "0":
                if level is None and key in linked and linked[key][0] == number_id:
                    level = linked[key][1]
                if level is None:
                    level = next(
                        (n for n, own in self._lists.get(number_id, {}).items() if own.style == key), 0
                    )
                self._style_numbers[key] = (number_id, level)

    def _style_of(self, paragraph: Element) -> str:
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        return style.get(f"{_W}val") or "" if style is not None else ""

    def _place_of(self, paragraph: Element) -> tuple[str, int] | None:
        """The list that a paragraph counts in, and its level there."""
        style = self._style_numbers.get(self._style_of(paragraph))
        numbering = paragraph.find(f"{_W}pPr/{_W}numPr")
        if numbering is None:
            return style
        number_id = _value(numbering, "numId")
        level = _number(numbering, "ilvl")
        if number_id == "0":
            return None
        if number_id is None:
            return (style[0], level if level is not None else style[1]) if style else None
        return number_id, level or 0

    def _counted(self, number_id: str, level: int) -> tuple[str, bool]:
        """Count one paragraph; its label, and whether that is a number in steps such as 1.1."""
        levels = self._lists.get(number_id, {})
        own = levels.get(level)
        if own is None or not 0 <= level < _LEVELS:
            return "", False
        counts = self._counts.setdefault(self._abstract_of.get(number_id, number_id), [None] * _LEVELS)
        for above in range(level):
            if counts[above] is None and above in levels:
                counts[above] = levels[above].start
        current = counts[level]
        counts[level] = own.start if current is None else min(current + 1, _LONGEST_COUNT)
        for below in range(level + 1, _LEVELS):
            restart = levels[below].restart_after if below in levels else None
            if restart != 0 and (restart is None or level < restart):
                counts[below] = None
        if own.kind in {"bullet", "none"}:
            return "", False
        label = own.text
        for number in range(level, -1, -1):
            mark = f"%{number + 1}"
            if mark in label:
                kind = levels[number].kind if number in levels else "decimal"
                label = label.replace(mark, _spelt(counts[number] or 0, kind))
        is_steps = own.text.count("%") > 1 and own.kind == "decimal"
        return label.strip(), is_steps


def _levels(root: Element) -> Iterator[tuple[int, _Level]]:
    for found in root.iterfind(f"{_W}lvl"):
        restart = found.find(f"{_W}lvlRestart")
        yield (
            _int(found.get(f"{_W}ilvl"), 0),
            _Level(
                _int(_value(found, "start"), 1),
                _value(found, "numFmt") or "decimal",
                (_value(found, "lvlText") or "")[:_LONGEST_PATTERN],
                _int(restart.get(f"{_W}val"), 0) if restart is not None else None,
                _value(found, "pStyle"),
            ),
        )


def _value(parent: Element, tag: str) -> str | None:
    found = parent.find(f"{_W}{tag}")
    return found.get(f"{_W}val") if found is not None else None


def _number(parent: Element, tag: str) -> int | None:
    value = _value(parent, tag)
    return _int(value, 0) if value is not None else None


def _int(text: str | None, otherwise: int) -> int:
    try:
        return max(-1, min(int(text or ""), _LONGEST_COUNT))
    except ValueError:
        return otherwise


def _spelt(count: int, kind: str) -> str:
    if kind in {"lowerRoman", "upperRoman"}:
        roman = _roman(count)
        return roman.upper() if kind == "upperRoman" else roman
    if kind in {"lowerLetter", "upperLetter"} and 0 < count <= _MOST_LETTERS:
        letter = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letter.upper() if kind == "upperLetter" else letter
    return f"0{count}" if kind == "decimalZero" and count < 10 else str(count)  # noqa: PLR2004  # one figure


def _roman(count: int) -> str:
    out = ""
    for value, letters in _ROMAN:
        out += letters * (count // value)
        count %= value
    return out


def _has_outline(paragraph: Element) -> bool:
    return paragraph.find(f"{_W}pPr/{_W}outlineLvl") is not None


def _has_words(paragraph: Element) -> bool:
    return any((text.text or "").strip() for text in paragraph.iter(f"{_W}t"))


def _put_before(paragraph: Element, label: str) -> None:
    run = etree.Element(f"{_W}r")
    text = etree.SubElement(run, f"{_W}t")
    text.text = label
    text.set(_SPACE, "preserve")
    properties = paragraph.find(f"{_W}pPr")
    paragraph.insert(0 if properties is None else paragraph.index(properties) + 1, run)


def _take_number_off(paragraph: Element) -> None:
    properties = paragraph.find(f"{_W}pPr")
    if properties is None:
        return
    numbering = properties.find(f"{_W}numPr")
    if numbering is None:
        numbering = etree.SubElement(properties, f"{_W}numPr")
    for child in list(numbering):
        numbering.remove(child)
    for tag in ("ilvl", "numId"):  # the list without a number
        etree.SubElement(numbering, f"{_W}{tag}").set(f"{_W}val", "0")


def _put_bookmark(paragraph: Element, name: str) -> None:
    mark = etree.Element(f"{_W}bookmarkStart")
    mark.set(f"{_W}id", "0")
    mark.set(f"{_W}name", name)
    properties = paragraph.find(f"{_W}pPr")
    paragraph.insert(0 if properties is None else paragraph.index(properties) + 1, mark)


def restore_counts(root: Element, prefix: str) -> None:
    """Let the lists of a body count on where they did in Word; takes the bookmarks out that say so."""
    for mark in list(root.iter("a")):
        name = mark.get("id") or ""
        if not name.startswith(f"{prefix}{COUNT_MARK}"):
            continue
        item = next(mark.iterancestors("li"), None)
        unwrap(mark)
        made = item.getparent() if item is not None else None
        if item is None or made is None or made.tag != "ol":
            continue
        said = name.removeprefix(f"{prefix}{COUNT_MARK}")
        kind = said.lstrip("0123456789")
        count = int(said.removesuffix(kind))
        if kind:
            made.set("type", kind)
        index = made.index(item)
        if int(made.get("start") or 1) + index == count:
            continue
        if index:  # another list, which mammoth joined to the one before it
            rest = etree.Element("ol")
            rest.extend(list(made)[index:])
            made.addnext(rest)
            rest.tail, made.tail = made.tail, None
            made = rest
        if count != 1:
            made.set("start", str(count))
