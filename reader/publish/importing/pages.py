"""A saved web page: its bytes as a tree, without the furniture that surrounds the procedure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from lxml import etree
from lxml.etree import _Element as Element

from reader.domain.text import one_line
from reader.publish.importing.elements import HEADINGS, MAX_DEPTH, raw_text, text_of, with_real_characters
from reader.publish.importing.labels import box_of

_FURNITURE_TAGS: Final = frozenset({"nav", "footer", "search", "dialog"})
_FURNITURE_ROLES: Final = frozenset(
    {"navigation", "banner", "contentinfo", "search", "menu", "menubar", "dialog", "alertdialog", "toolbar"}
)
# Words that the classes and ids of furniture are made of.
_FURNITURE_WORDS: Final = frozenset(
    {
        "nav",
        "navbar",
        "navbars",
        "navigation",
        "navheader",
        "navfooter",
        "docnav",
        "breadcrumb",
        "breadcrumbs",
        "crumbs",
    }
    | {
        "footer",
        "cookie",
        "cookies",
        "consent",
        "gdpr",
        "search",
        "searchbox",
        "searchform",
        "skip",
        "skiplink",
    }
    | {
        "skiplinks",
        "toolbar",
        "pagination",
        "pager",
        "prevnext",
        "addthis",
        "masthead",
        "headerlink",
        "backtotop",
    }
    | {
        "totop",
        "toc",
        "minitoc",
        "localtoc",
        "toctree",
        "langselect",
        "sphinxsidebar",
        "sphinxsidebarwrapper",
    }
)
# These are furniture only where they hold no sentences: a publisher may call a box of text so too.
_DOUBTFUL_WORDS: Final = frozenset(
    {"sidebar", "menu", "banner", "social", "share", "sharing", "feedback", "print", "modal"}
)
_LISTS_OF_CONTENTS: Final = frozenset({"toc", "minitoc", "localtoc", "toctree"})
_STRUCTURAL: Final = frozenset(
    {
        "div",
        "section",
        "aside",
        "header",
        "ul",
        "ol",
        "table",
        "form",
        "p",
        "a",
        "span",
        "dl",
        "button",
        "iframe",
    }
)
_TOKEN: Final = re.compile(r"[a-z]+|[A-Z][a-z]+")
_SENTENCES: Final = 40  # words outside of links
_FEW_WORDS: Final = 12
_MOST_SHARE: Final = 0.5
_FEWEST_PAGES: Final = 4
_REPEATED_SHARE: Final = 0.6
_BLOCK_TAGS: Final = frozenset(
    {"p", "div", "ul", "ol", "table", "li", "td", "a", "span", "hr", "section", "header"}
)
_TOO_DEEP: Final = etree.XPath(f"boolean(//*[count(ancestor::*) > {MAX_DEPTH}])")
_ADDRESS: Final = re.compile(rb"<!--\s*saved from url=\(\d{1,6}\)([^\s>]{1,2000})\s*-->")


@dataclass(slots=True)
class SavedPage:
    """A page that was read.

    Attributes:
        name: Its path inside the source.
        root: Its body, furniture taken out.
        title: What its head calls it.
        addresses: The addresses that it says it was saved from.
        lists: The parts taken out that list other pages.
        furniture: What was taken out: its kind ("div.navheader") and its first words.
    """

    name: str
    root: Element
    title: str
    addresses: tuple[str, ...]
    lists: tuple[Element, ...]
    furniture: tuple[tuple[str, str], ...]


def parse_page(name: str, text: str, raw: bytes) -> SavedPage | str:
    """Read a page; where that cannot be done, the reason."""
    text = re.sub(r"\A\s*<\?xml[^>]*\?>", "", text).replace("\0", "")
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        document = etree.fromstring(text.encode("utf-8", errors="replace"), parser)
    except etree.XMLSyntaxError:
        return "it holds no page."
    if document is None:
        return "it holds no page."
    is_cut_short = any(
        entry.type_name == "ERR_RESOURCE_LIMIT" or "depth" in entry.message for entry in parser.error_log
    )
    if is_cut_short or _TOO_DEEP(document):
        return f"its elements are nested more than {MAX_DEPTH} deep."
    body = document.find("body")
    if body is None:
        body = document.find(".//frameset")
        if body is not None:
            return "it is a set of frames: save the pages inside of it."
        return "it holds no page."
    with_real_characters(document)
    title = document.find("head/title")
    root, lists, furniture = _content(body)
    return SavedPage(
        name,
        root,
        one_line(raw_text(title)) if title is not None else "",
        tuple(_addresses(document, raw)),
        lists,
        furniture,
    )


def _addresses(document: Element, raw: bytes) -> Iterable[str]:
    saved = _ADDRESS.search(raw[:4_096])
    if saved:
        yield saved[1].decode("utf-8", errors="replace")
    for link in document.iterfind("head/link"):
        if (link.get("rel") or "").casefold() == "canonical" and link.get("href"):
            yield str(link.get("href"))
    for meta in document.iterfind("head/meta"):
        if meta.get("property") == "og:url" and meta.get("content"):
            yield str(meta.get("content"))


def _content(body: Element) -> tuple[Element, tuple[Element, ...], tuple[tuple[str, str], ...]]:
    """The part of a page that holds its text."""
    lists: list[Element] = []
    quotes: list[tuple[str, str]] = []
    whole = len(raw_text(body))
    for element in list(body.iter(etree.Element)):
        if element is body or element.getparent() is None or not _is_furniture(element):
            continue
        if not _is_within(element, body):
            continue
        said = raw_text(element)
        is_list = bool(_words_of(element) & _LISTS_OF_CONTENTS) or _is_list_of_links(element)
        heading = element.find(".//h1")
        if heading is not None and element.tag != "nav":
            continue
        if len(said) > whole * _MOST_SHARE and not is_list and element.tag not in _FURNITURE_TAGS:
            continue
        if is_list:
            lists.append(element)
        quote = one_line(said)
        if quote:
            quotes.append((_kind_of(element), quote[:80]))
        _cut_out(element)
    mains = [
        x
        for x in body.iter("main", "div", "article", "section")
        if x.tag == "main" or x.get("role") == "main"
    ]
    if len(mains) == 1:
        main = mains[0]
        rest = _rest_of(body, main)
        if rest and not _holds_heading(body, main):
            quotes.extend(("what stands beside the main part", words) for words in rest)
            return main, tuple(lists), tuple(quotes)
        if not rest:
            return main, tuple(lists), tuple(quotes)
    return body, tuple(lists), tuple(quotes)


def _kind_of(element: Element) -> str:
    first = (element.get("class") or element.get("id") or element.get("role") or "").split()
    return f"{element.tag}.{first[0]}" if first else str(element.tag)


def _is_within(element: Element, body: Element) -> bool:
    return any(ancestor is body for ancestor in element.iterancestors())


def _rest_of(body: Element, main: Element) -> list[str]:
    """What stands outside of the main part, as short quotes."""
    inside = set(main.iter())
    rest = []
    for element in body.iter(etree.Element):
        if element not in inside and element.tag not in {"script", "style", "noscript", "template"}:
            words = one_line(element.text or "")
            if words:
                rest.append(words[:80])
        if element not in inside or element is main:
            words = one_line(element.tail or "") if element is not body else ""
            if words:
                rest.append(words[:80])
    return rest


def _holds_heading(body: Element, main: Element) -> bool:
    """Whether a page has its title outside of its main part."""
    inside = set(main.iter("h1"))
    has_own = bool(inside) or any(True for _ in main.iter("h2"))
    return not has_own and any(x not in inside for x in body.iter("h1"))


def _words_of(element: Element) -> frozenset[str]:
    """The words that an element's classes are made of, and its id when that is one word or only such words."""
    found: set[str] = set()
    for name in (element.get("class") or "").split():
        found |= _parts_of_name(name)
    own = _parts_of_name(element.get("id") or "")
    if own <= _FURNITURE_WORDS | _DOUBTFUL_WORDS or len(own) == 1:
        found |= own
    return frozenset(found)


def _parts_of_name(name: str) -> set[str]:
    whole = {part.casefold() for part in re.split(r"[-_]", name) if part}
    return whole | {part.casefold() for part in _TOKEN.findall(name) if len(part) > 1}


def _is_furniture(element: Element) -> bool:
    tag = str(element.tag)
    if tag in _FURNITURE_TAGS or element.get("role") in _FURNITURE_ROLES:
        return True
    if tag == "header":
        return element.find(".//h1") is None
    if tag not in _STRUCTURAL:
        return False
    if "hidden" in element.attrib or (element.get("aria-hidden") == "true" and tag in {"div", "section"}):
        return True
    words = _words_of(element)
    if words & _FURNITURE_WORDS:
        return not (_has_heading(element) and _unlinked_words(element) > _SENTENCES)
    return bool(words & _DOUBTFUL_WORDS) and _unlinked_words(element) <= _FEW_WORDS


def _has_heading(element: Element) -> bool:
    return next(element.iter(*HEADINGS), None) is not None


def _unlinked_words(element: Element) -> int:
    linked = sum(len(text_of(a).split()) for a in element.iter("a"))
    return len(text_of(element).split()) - linked


def _is_list_of_links(element: Element) -> bool:
    words = len(text_of(element).split())
    linked = sum(len(text_of(a).split()) for a in element.iter("a"))
    return words > 0 and linked * 10 >= words * 7


def _cut_out(element: Element) -> None:
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
        element.tail = None
    parent.remove(element)


def repeated_blocks(pages: Iterable[SavedPage]) -> dict[str, int]:
    """What stands before the title or at the end of most pages in the same words, with how many pages it is on."""
    counts: Counter[str] = Counter()
    total = 0
    for page in pages:
        total += 1
        counts.update(set(_edge_texts(page.root)))
    if total < _FEWEST_PAGES:
        return {}
    return {
        text: count for text, count in counts.items() if count >= max(_FEWEST_PAGES, total * _REPEATED_SHARE)
    }


def drop_repeated(page: SavedPage, repeated: dict[str, int]) -> tuple[str, ...]:
    """Take what is repeated on most pages out of the edges of one; what was taken out."""
    taken: list[str] = []
    for element in _edges(page.root):
        text = one_line(raw_text(element))
        if text in repeated and element.getparent() is not None:
            taken.append(text)
            _cut_out(element)
    return tuple(taken)


def _edge_texts(root: Element) -> Iterable[str]:
    return (text for element in _edges(root) if (text := one_line(raw_text(element))))


def _edges(root: Element) -> list[Element]:
    """The innermost blocks before the first heading and behind the last one's last paragraph, outermost first."""
    elements = [x for x in root.iter(etree.Element) if x is not root]
    first = next((i for i, x in enumerate(elements) if x.tag in HEADINGS), 0)
    leaves = [
        x for x in elements if x.tag in _BLOCK_TAGS and not any(child.tag in _BLOCK_TAGS for child in x)
    ]
    order = {id(x): i for i, x in enumerate(elements)}
    before = [x for x in leaves if order[id(x)] < first]
    behind = leaves[-12:]
    return [*before, *(x for x in behind if order[id(x)] > first and not _is_label(x))]


def _is_label(element: Element) -> bool:
    return box_of(text_of(element)) is not None
