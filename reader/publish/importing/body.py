"""The body of a document in the form that chapters have: blocks without wrappers, boxes, headings in steps.

Whatever reads a document (a saved page, Word, Markdown) gives its body as an lxml tree; this is the one place
that makes a chapter of it. Nothing that a person could read is dropped without a finding.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final, cast

from lxml import etree
from lxml.etree import _Element as Element

from reader.domain.text import one_line, slug, title_key
from reader.publish.contents.numbers import leading_number
from reader.publish.importing.boxes import (
    is_all_bold,
    make_headings,
    make_table_heads,
    set_levels,
    with_boxes,
)
from reader.publish.importing.elements import (
    FRAGMENTS,
    HEADING_TAGS,
    HEADINGS,
    LINE_ATTRIBUTE,
    add_fragments,
    carrier_of,
    pop,
    remove,
    text_of,
)
from reader.publish.importing.findings import Findings, Outcome
from reader.publish.importing.flatten import flat
from reader.publish.importing.written import written

_UNSEEN: Final = frozenset(
    {"script", "style", "noscript", "template", "link", "meta", "base", "title", "head", "param", "source"}
    | {"track", "colgroup", "col", "datalist", "wbr", "area", "map"}
)
_EMBEDDED: Final = {
    "iframe": "an embedded page",
    "frame": "an embedded page",
    "object": "an embedded object",
    "embed": "an embedded object",
    "applet": "a program",
    "video": "a video",
    "audio": "a sound recording",
    "canvas": "a drawing made by a script",
    "svg": "a drawing (SVG)",
}
_CONTROLS: Final = frozenset({"input", "select", "textarea", "button", "progress", "meter", "output"})
_RENAMED: Final = {
    "strike": "s",
    "del": "s",
    "kbd": "code",
    "samp": "code",
    "tt": "code",
    "var": "em",
    "dfn": "em",
    "acronym": "abbr",
    "menu": "ul",
    "dir": "ul",
    "legend": "p",
    "figcaption": "p",
    "address": "p",
    "listing": "pre",
    "xmp": "pre",
    "plaintext": "pre",
}
_KEPT_ATTRIBUTES: Final = {
    "a": frozenset({"href", "title"}),
    "img": frozenset({"src", "alt", "width", "height"}),
    "td": frozenset({"colspan", "rowspan"}),
    "th": frozenset({"colspan", "rowspan"}),
    "ol": frozenset({"start"}),
    "abbr": frozenset({"title"}),
}
_PART_OF_A_BOOK: Final = re.compile(
    r"^(?:chapter|part|section|appendix)\s+(?=[0-9IVXLCA-Z]{1,6}\.)", re.IGNORECASE
)
_REFERS: Final = re.compile(
    r"\b(?:paragraph|point|item|step|section|criterion|criteria|clause)s?\s+(?:\d+(?:\.\d+)*\s*)?\(?[a-h]\)"
    r"|\d\s?\([a-h]\)",
    re.IGNORECASE,
)
_END: Final = re.compile(
    r"[-–—* ]*end(?: of (?:the |this )?(?:chapter|document|procedure|policy))?[-–—*. ]*", re.IGNORECASE
)
_FIGURES: Final = re.compile(r"[1-9][0-9]{0,4}")


@dataclass(slots=True)
class Body:
    """A chapter's body.

    Attributes:
        html: One block a line; links and pictures lead where they led in the document.
        heading: The text of the heading that was the document's title, taken out of the body.
        anchors: The anchor in `html` for each fragment that was asked for.
        own_words: Words that stand in no link.
    """

    html: str
    heading: str | None
    anchors: dict[str, str]
    own_words: int


def line_in_file(element: Element) -> int | None:
    """The line of an element, as the parser counted it."""
    return cast("int | None", element.sourceline)


@dataclass(slots=True)
class BodyReader:
    """Makes the bodies of one document.

    Attributes:
        page: What findings call the document.
        line_of: The line of an element in the file, where lines are known.
    """

    page: str
    findings: Findings
    line_of: Callable[[Element], int | None] = line_in_file
    _taken: set[str] = field(default_factory=set)

    def read(self, root: Element, titles: Iterable[str] = (), wanted: frozenset[str] = frozenset()) -> Body:
        """The body of a document.

        Args:
            root: Its root; it is taken apart.
            titles: What the document may be called: the heading that says so is no part of its body.
            wanted: The fragments by which something links into it.
        """
        self._mark_fragments(root, wanted)
        self._report_letters(root)
        self._take_out(root)
        heading = take_title(root, {title_key(title) for title in titles})
        blocks = flat(root)
        make_headings(blocks)
        if heading is None:
            heading = _take_bold_title(blocks, {title_key(title) for title in titles})
        self._take_end(blocks)
        blocks = with_boxes(blocks)
        set_levels(blocks)
        anchors = self._set_anchors(blocks)
        words = linked = 0
        for block in blocks:
            make_table_heads(block)
            words += sum(len(str(text).split()) for text in block.itertext())
            linked += sum(len(text_of(a).split()) for a in block.iter("a"))
        return Body("".join(written(block) for block in blocks), heading, anchors, words - linked)

    def _take_end(self, blocks: list[Element]) -> None:
        if len(blocks) > 1 and blocks[-1].tag in {"p", *HEADING_TAGS} and _END.fullmatch(text_of(blocks[-1])):
            end = blocks.pop()
            if fragments := end.get(FRAGMENTS):
                add_fragments(blocks[-1], fragments)
            self.findings.add(
                "(all pages)",
                None,
                Outcome.FURNITURE,
                f"“{text_of(end)}” under the last words of a chapter was left out.",
            )

    # What cannot stay as it is

    def _mark_fragments(self, root: Element, wanted: frozenset[str]) -> None:
        for element in root.iter(etree.Element):
            named = {element.get("id"), element.get("name") if element.tag == "a" else None}
            if found := sorted(name for name in named if name and name in wanted):
                element.set(FRAGMENTS, "\n".join(found))

    def _report_letters(self, root: Element) -> None:
        """A chapter counts its lists with figures: what refers to a letter is to be looked at."""
        lettered = next((x for x in root.iter("ol") if x.get("type") in {"a", "A", "i", "I"}), None)
        found = _REFERS.search(text_of(root)) if lettered is not None else None
        if lettered is not None and found is not None:
            self.findings.add(
                self.page,
                self.line_of(lettered),
                Outcome.TO_CHECK,
                f"the text refers to “{found[0]}”, and lists that were counted with letters are counted with figures.",
            )

    def _take_out(self, root: Element) -> None:
        for remark in list(root.iter(etree.Comment, etree.ProcessingInstruction)):
            remove(remark)
        for element in list(root.iter(etree.Element)):
            tag = element.tag
            if tag in _UNSEEN:
                if tag == "noscript" and element.getparent() is not None and (said := text_of(element)):
                    self.findings.add(
                        self.page,
                        self.line_of(element),
                        Outcome.FURNITURE,
                        f"what stands there for browsers without scripts was left out (“{said[:300]}”).",
                    )
                remove(element)
            elif tag == "img" and _is_spacer(element):
                remove(element)
            elif tag in _EMBEDDED:
                self._take_embedded(element, tag)
            elif tag in _CONTROLS:
                self._take_control(element, tag)
            else:
                self._clean_element(element, tag)

    def _clean_element(self, element: Element, tag: str) -> None:
        if tag == "q":
            element.text = f"“{element.text or ''}"
            element.tail = f"”{element.tail or ''}"
            element.tag = "span"
        elif tag == "summary":
            element.tag = "p"
            strong = etree.Element("strong")
            strong.text, element.text = element.text, None
            for child in list(element):
                strong.append(child)
            element.append(strong)
        elif tag in _RENAMED:
            element.tag = _RENAMED[tag]
        kept = _KEPT_ATTRIBUTES.get(str(element.tag), frozenset())
        stays = {*kept, FRAGMENTS, LINE_ATTRIBUTE}
        attributes = [(name, str(value)) for name, value in element.items() if name in stays]
        element.attrib.clear()  # pages hold attributes whose names lxml shows and does not take ("{{x}}")
        for name, said in attributes:
            element.set(name, said)
        if element.tag in {"a", "img"} and (line := self.line_of(element)):
            element.set(LINE_ATTRIBUTE, str(line))
        for name in ("width", "height", "colspan", "rowspan", "start"):
            value = element.get(name)
            if value is not None and not _FIGURES.fullmatch(value):
                del element.attrib[name]

    def _take_embedded(self, element: Element, tag: str) -> None:
        if element.getparent() is None:
            return
        address = element.get("src") or element.get("data") or ""
        inner = element.find(".//source")
        address = address or (inner.get("src") or "" if inner is not None else "")
        name = one_line(element.get("title") or element.get("aria-label") or "")
        if tag == "svg":
            name = name or text_of(element)[:300]
        what = f"{_EMBEDDED[tag]}{f' “{name}”' if name else ''}"
        is_web = address.startswith(("http://", "https://"))
        self.findings.add(
            self.page,
            self.line_of(element),
            Outcome.LEFT_OUT,
            f"{what} cannot be part of a bundle{' and became a link' if is_web else ''}"
            f"{f' ({address[:200]})' if address else ''}.",
        )
        # What it says in place of itself, and a link to it, stay.
        element.tag, replacement = "span", element
        fallback = [] if tag == "svg" else list(element)
        text = name if tag == "svg" else element.text
        tail = element.tail
        replacement.clear()
        replacement.tail = tail
        replacement.text = text
        for child in fallback:
            replacement.append(child)
        if is_web:
            link = etree.SubElement(replacement, "a", href=address)
            link.text = name or address

    def _take_control(self, element: Element, tag: str) -> None:
        if element.getparent() is None:
            return
        if tag == "input" and element.get("type") in {"checkbox", "radio"}:
            mark = "☑" if element.get("checked") is not None else "☐"
            tail = element.tail
            element.clear()
            element.tag, element.text, element.tail = "span", mark, tail
            return
        if tag in {"button", "output"}:
            element.tag = "span"
            self._clean_element(element, "span")
            return
        if tag != "input" or element.get("type") not in {"hidden", "submit", "button", "image", "reset"}:
            said = text_of(element)[:100]
            self.findings.add(
                self.page,
                self.line_of(element),
                Outcome.LEFT_OUT,
                f"a field to fill in{f' (“{said}”)' if said else ''} cannot be part of a bundle.",
            )
        remove(element)

    # Anchors

    def _set_anchors(self, blocks: list[Element]) -> dict[str, str]:
        anchors: dict[str, str] = {}
        for block in blocks:
            for element in block.iter(etree.Element):
                found = pop(element, FRAGMENTS)
                if found is None:
                    continue
                carrier = carrier_of(element, block)
                anchor = carrier.get("id") or self._new_anchor(carrier, found)
                carrier.set("id", anchor)
                for fragment in found.split("\n"):
                    anchors.setdefault(fragment, anchor)
        return anchors

    def _new_anchor(self, carrier: Element, fragments: str) -> str:
        text = text_of(carrier) if carrier.tag in HEADING_TAGS else fragments.split("\n", maxsplit=1)[0]
        base = slug(text) or "passage"
        anchor, count = base, 1
        while anchor in self._taken:
            count += 1
            anchor = f"{base}-{count}"
        self._taken.add(anchor)
        return anchor


def _take_bold_title(blocks: list[Element], keys: set[str]) -> str | None:
    """Take out a first paragraph in bold that says the document's title, as pages without headings have it."""
    first = blocks[0] if blocks else None
    if first is None or (first.tag not in HEADING_TAGS and not is_all_bold(first)):
        return None
    if not _title_keys(first) & keys - {""}:
        return None
    del blocks[0]
    if blocks and (fragments := "\n".join(str(pop(x, FRAGMENTS)) for x in first.iter() if x.get(FRAGMENTS))):
        add_fragments(blocks[0], fragments)
    return text_of(first)


def _is_spacer(picture: Element) -> bool:
    """Whether a picture is one of the invisible ones that old pages are laid out with."""
    return not (picture.get("alt") or "").strip() and bool(
        {picture.get("width"), picture.get("height")} & {"0", "1", "2"}
    )


def take_title(root: Element, keys: set[str]) -> str | None:
    """Take out the heading that is the document's title: one that says so, else the first, when it is an h1."""
    headings = [element for element in root.iter(*HEADINGS) if text_of(element)]
    titled = next((found for found in headings[:3] if _title_keys(found) & keys), None)
    if (
        titled is None
        and headings
        and any(key.startswith(f"{title_key(text_of(headings[0]))} ") for key in keys)
    ):
        titled = headings[0]  # "ABORT" over what the contents page calls "ABORT: end a transaction"
    found = titled if titled is not None else next((h for h in headings[:1] if h.tag == "h1"), None)
    if found is None:
        return None
    text = text_of(found)
    fragments = "\n".join(str(pop(x, FRAGMENTS)) for x in found.iter() if x.get(FRAGMENTS))
    following = found.getparent()
    for picture in list(found.iter("img")):  # a logo in the title is no title
        tail, picture.tail = picture.tail, None
        found.addnext(picture)
        picture.tail = tail and " "
    remove(found)
    if fragments and following is not None:
        add_fragments(following, fragments)
    return text


def _title_keys(heading: Element) -> set[str]:
    """What a heading may be the title of: "Chapter 4. Visits" is that of "4. Visits" and of "Visits"."""
    whole = text_of(heading)
    texts = {whole, _PART_OF_A_BOOK.sub("", whole)}
    texts |= {found.text for text in texts if (found := leading_number(text)) and found.text}
    return {title_key(text) for text in texts} - {""}


def says_no_more(heading: str, title: str) -> bool:
    """Whether the words of a heading, its number aside, stand in the title."""
    heading = _PART_OF_A_BOOK.sub("", heading)
    numbered = leading_number(heading)
    said = [heading, numbered.text] if numbered and numbered.text else [heading]
    return any(title_key(words) in title_key(title) for words in said)
