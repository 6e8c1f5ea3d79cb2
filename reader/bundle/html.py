"""Chapter HTML: what is allowed, what is too complex to lay out, and its passages as plain text.

A signature says who wrote a chapter, not that it is harmless: `sanitise` runs when a bundle is built and again
whenever a chapter is shown. The limits are those of format 1; each was measured as a way to freeze the window.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

import nh3
from typing_extensions import override

from reader.bundle import limits
from reader.bundle.raw_depth import is_nested_deeper_than
from reader.bundle.screen_html import check_screen
from reader.domain.contents import Passage
from reader.domain.errors import BundleRefusedError, Reason
from reader.domain.location import CHAPTER_ID_PATTERN
from reader.domain.manual import ID_PATTERN, ManualId
from reader.domain.text import one_line, slug

HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
_TAGS: Final = frozenset(
    {*HEADINGS, "p", "br", "hr", "div", "span", "strong", "b", "em", "i", "u", "s", "sub", "sup", "small"}
    | {"blockquote", "pre", "code", "abbr", "cite", "ul", "ol", "li", "dl", "dt", "dd"}
    | {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "a", "img"}
)
_CLASSES: Final = frozenset(
    {"scope", "related", "guidance", "legislation", "forms", "note", "amendment", "warning"}
)
_ATTRIBUTES: Final = {
    "*": {"id"},
    "a": {"href", "name", "title"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
    "abbr": {"title"},
}
_SCHEMES: Final = {"manual", "http", "https", "mailto", "tel"}
_LINK: Final = re.compile(r"(?:https?://|mailto:|tel:)[^\s\x00-\x20]{1,2000}")
_MANUAL_LINK: Final = re.compile(
    rf"manual:{ID_PATTERN.pattern}/{ID_PATTERN.pattern}(?:(?:/{CHAPTER_ID_PATTERN.pattern})?"
    r"(?:@[0-9]{1,9})?(?:#[A-Za-z0-9._:-]{1,120})?|/forms/[a-z0-9][a-z0-9-]{0,80}\.(?:pdf|docx))"
)
_ANCHOR: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,120}")
_PICTURE_FROM_NOWHERE: Final = re.compile(r'<img(?![^<>]*\ssrc=")[^<>]*>')
_MAX_ROUNDS: Final = 8
_HEADING_END: Final = re.compile(r"</?h[1-6][\s>]")
_VOID: Final = frozenset({"br", "hr", "img"})
_BLOCKS: Final = frozenset(
    {
        *HEADINGS,
        "p",
        "div",
        "blockquote",
        "pre",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "tr",
        "td",
        "th",
    }
    | {"caption", "br", "hr"}
)
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,4}")
_MAX_RAW_DEPTH: Final = 400


def sanitise(html: str, manual: ManualId) -> str:
    """The allowed part of a chapter's HTML; a second pass over the result changes nothing.

    Args:
        html: The chapter, trusted by nobody.
        manual: Images may come from this manual's media and from nowhere else.

    Raises:
        BundleRefusedError: `content` when no fixpoint is reached, which no honest chapter does;
            `chapter-too-complex` when it is nested so deeply that cleaning it would take minutes.
    """
    if is_nested_deeper_than(html, _MAX_RAW_DEPTH):
        raise _too_complex(f"its elements are nested more than {limits.ELEMENT_DEPTH} deep")
    media = re.compile(rf"manual:{re.escape(str(manual))}/media/[a-z0-9][a-z0-9-]{{0,80}}\.(?:png|jpg)")

    def allowed_value(tag: str, attribute: str, value: str) -> str | None:
        value = value.strip()
        match attribute:
            case "href":
                is_good = (
                    (value.startswith("#") and _ANCHOR.fullmatch(value[1:]) is not None)
                    or _MANUAL_LINK.fullmatch(value) is not None
                    or _LINK.fullmatch(value) is not None
                )
            case "src":
                is_good = tag == "img" and media.fullmatch(value) is not None
            case "id" | "name":
                is_good = _ANCHOR.fullmatch(value) is not None
            case "colspan" | "rowspan":
                is_good = _NUMBER.fullmatch(value) is not None and int(value) <= limits.SPAN
            case "width" | "height":
                is_good = _NUMBER.fullmatch(value) is not None and int(value) <= limits.IMAGE_SIDE_PIXELS
            case "start":
                is_good = _NUMBER.fullmatch(value) is not None
            case _:
                is_good = True
        return value if is_good else None

    for _ in range(_MAX_ROUNDS):
        cleaned = nh3.clean(
            html,
            tags=set(_TAGS),
            clean_content_tags={"script", "style", "title", "svg", "math", "template", "noscript"},
            attributes={tag: set(allowed) for tag, allowed in _ATTRIBUTES.items()},
            attribute_filter=allowed_value,
            allowed_classes={"div": set(_CLASSES), "p": set(_CLASSES), "table": set(_CLASSES)},
            url_schemes=_SCHEMES,
            link_rel=None,
            strip_comments=True,
        )
        if cleaned == html:
            return cleaned
        html = cleaned
    raise BundleRefusedError(Reason.CONTENT, "The chapter's HTML does not come to rest when it is cleaned.")


def readable(raw: bytes, manual: ManualId) -> str:
    """The bytes of a chapter as HTML that may be shown: sanitised, and simple enough to be laid out.

    Raises:
        BundleRefusedError: `content` or `chapter-too-complex`.
    """
    clean = sanitise(raw.decode("utf-8", errors="replace"), manual)
    # What is left of a picture from elsewhere: Qt would look for it on the disk, under an empty name.
    clean = _PICTURE_FROM_NOWHERE.sub("", clean)
    check_layout(clean)
    check_screen(clean)
    return clean


def check_layout(html: str) -> None:
    """Refuse a sanitised chapter that would freeze the window while it is laid out.

    Raises:
        BundleRefusedError: `chapter-too-complex`, naming the limit.
    """
    _LayoutMeter().run(html)


def passages(html: str) -> tuple[Passage, ...]:
    """The passages of a sanitised chapter, in order; text is folded to single spaces."""
    reader = _PassageReader()
    reader.feed(html)
    reader.close()
    return reader.finish()


def with_anchors(html: str) -> str:
    """A sanitised chapter in which every heading has an id, so that each passage can be pointed at."""
    taken = set(re.findall(r'\sid="([^"]*)"', html))

    def add_id(match: re.Match[str]) -> str:
        tag, attributes = match[1], match[2]
        if ' id="' in attributes:
            return match[0]
        end = _HEADING_END.search(html, match.end())
        inner = html[match.end() : end.start() if end else None]
        base = slug(re.sub(r"<[^>]*>", " ", inner)) or "passage"
        anchor, count = base, 1
        while anchor in taken:
            count += 1
            anchor = f"{base}-{count}"
        taken.add(anchor)
        return f'<{tag}{attributes} id="{anchor}">'

    return re.sub(r"<(h[1-6])((?:\s[^>]*)?)>", add_id, html)


def _too_complex(cause: str) -> BundleRefusedError:
    return BundleRefusedError(
        Reason.CHAPTER_TOO_COMPLEX,
        f"This chapter is too complex to be shown safely: {cause}.",
    )


class _LayoutMeter(HTMLParser):
    """Counts what costs layout time. Sanitised HTML is balanced, so a counter is a depth."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._depth = 0
        self._tags = 0
        self._images = 0
        self._chapter_cells = 0
        self._table_cells: list[int] = []
        self._paragraph_characters = 0
        self._word_characters = 0

    def run(self, html: str) -> None:
        self.feed(html)
        self.close()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tags += 1
        if self._tags > limits.TAGS:
            raise _too_complex(f"it has more than {limits.TAGS:,} elements")
        if tag in _BLOCKS:
            self._paragraph_characters = self._word_characters = 0
        if tag == "img":
            self._images += 1
            if self._images > limits.IMAGES:
                raise _too_complex(f"it has more than {limits.IMAGES} images")
        if tag in _VOID:
            return
        self._depth += 1
        if self._depth > limits.ELEMENT_DEPTH:
            raise _too_complex(f"its elements are nested more than {limits.ELEMENT_DEPTH} deep")
        if tag == "table":
            self._table_cells.append(0)
            if len(self._table_cells) > limits.TABLE_NESTING:
                raise _too_complex(f"tables are nested more than {limits.TABLE_NESTING} deep")
        elif tag in {"td", "th"}:
            self._count_cell(dict(attrs))

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID:
            return
        self._depth = max(self._depth - 1, 0)
        if tag == "table" and self._table_cells:
            self._table_cells.pop()
        if tag in _BLOCKS:
            self._paragraph_characters = self._word_characters = 0

    @override
    def handle_data(self, data: str) -> None:
        self._paragraph_characters += len(data)
        if self._paragraph_characters > limits.PARAGRAPH_CHARACTERS:
            raise _too_complex(f"a paragraph is longer than {limits.PARAGRAPH_CHARACTERS:,} characters")
        words = re.split(r"[ \t\r\n\f]+", data)  # a line does not break at the other spaces
        for index, word in enumerate(words):
            self._word_characters = len(word) + (self._word_characters if index == 0 else 0)
            if self._word_characters > limits.WORD_CHARACTERS:
                raise _too_complex(f"a word is longer than {limits.WORD_CHARACTERS:,} characters")

    def _count_cell(self, attributes: dict[str, str | None]) -> None:
        columns = int(attributes.get("colspan") or 1)
        rows = int(attributes.get("rowspan") or 1)
        self._chapter_cells += columns * rows
        if self._table_cells:
            self._table_cells[-1] += columns * rows
            if self._table_cells[-1] > limits.TABLE_CELLS:
                raise _too_complex(f"a table has more than {limits.TABLE_CELLS:,} cells")
        if self._chapter_cells > limits.CHAPTER_CELLS:
            raise _too_complex(f"its tables have more than {limits.CHAPTER_CELLS:,} cells")


class _PassageReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._done: list[Passage] = []
        self._anchor: str | None = None
        self._level = 0
        self._heading: list[str] = []
        self._text: list[str] = []
        self._pictures: list[str] = []
        self._is_in_heading = False
        self._boxes: list[str | None] = []
        self._box: str | None = None

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = dict(attrs)
        if tag in HEADINGS:
            self._flush()
            self._anchor = own.get("id")
            self._level = int(tag[1])
            self._is_in_heading = True
            self._box = next((box for box in reversed(self._boxes) if box), None)
        elif tag == "img":
            self._pictures.append(own.get("alt") or "")
        elif tag in _BLOCKS:
            self._text.append(" ")
        if tag == "div":
            self._boxes.append(own.get("class"))

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag in HEADINGS:
            self._is_in_heading = False
        elif tag in _BLOCKS:
            self._text.append(" ")
        if tag == "div" and self._boxes:
            self._boxes.pop()

    @override
    def handle_data(self, data: str) -> None:
        (self._heading if self._is_in_heading else self._text).append(data)

    def finish(self) -> tuple[Passage, ...]:
        self._flush()
        return tuple(self._done)

    def _flush(self) -> None:
        heading = " ".join("".join(self._heading).split())
        text = " ".join("".join(self._text).split())
        # Control characters that a chapter may hold would act in a terminal and in exported files.
        heading = heading if heading.isprintable() else one_line(heading)
        text = text if text.isprintable() else one_line(text)
        if heading or text:
            pictures = tuple(alternative for alternative in self._pictures if alternative)
            self._done.append(Passage(self._anchor, heading, self._level, text, self._box, pictures))
        self._anchor, self._level, self._box = None, 0, None
        self._heading, self._text, self._pictures = [], [], []
