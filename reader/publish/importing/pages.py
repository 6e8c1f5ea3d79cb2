"""A saved web page: its bytes as a tree, without the furniture that surrounds the procedure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree
from lxml.etree import _Element as Element

from reader.domain.text import one_line, title_key
from reader.publish.contents.numbers import leading_number
from reader.publish.importing.elements import (
    HEADINGS,
    MAX_DEPTH,
    raw_text,
    remove,
    text_of,
    with_real_characters,
)
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
# What is hidden and called so is text that opens when its heading is pressed.
_OPENED_WORDS: Final = frozenset(
    {"accordion", "collapse", "collapsible", "panel", "tab", "tabpanel", "details", "expander", "reveal"}
    | {"toggle", "expandable"}
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
_SEARCH_FIELDS: Final = frozenset({"q", "s", "query", "search", "keyword", "keywords", "searchterm", "term"})
_MOST_SEARCH_FIELDS: Final = 2
_LONGEST_BUTTON: Final = 60
_BUTTON: Final = re.compile(
    r"(?:print|download|share|e-?mail|save|copy|listen)(?: (?:to|as|a|the|this|link|pdf|page|chapter|section))*"
    r"|(?:back to |return to |go to )?(?:the )?top(?: of (?:the |this )?page)?"
    r"|(?:open|close|show|hide|expand|collapse) all(?: sections)?|yes|no|accept.{0,20}|reject.{0,20}|menu",
    re.IGNORECASE,
)
_HEADS_OF_CONTENTS: Final = frozenset(
    {"contents", "on this page", "in this chapter", "in this section", "chapter contents", "page contents"}
)
_HOLDS_LEAVES: Final = _BLOCK_TAGS - {"a", "span"} | frozenset(HEADINGS)
HEADING_MARK: Final = "# "
"""Before the words of repeated headings: a page may have the title that a menu has on every page."""
_MOST_LINKS_OF_A_BANNER: Final = 5
_EDGE: Final = 12  # leaves
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
        if is_list and (label := element.getprevious()) is not None and _heads_contents(label, element):
            remove(label)
        remove(element)
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


def _heads_contents(label: Element, listed: Element) -> bool:
    """Whether an element is but the heading of a list of contents."""
    if (label.tail or "").strip() or listed.find(".//li") is None:
        return False
    return label.tag in {*HEADINGS, "p", "div"} and title_key(text_of(label)) in _HEADS_OF_CONTENTS


def _kind_of(element: Element) -> str:
    if _presses(element):
        return f"“{text_of(element)}”"
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
    if tag == "form" and _searches(element):
        return True
    if _presses(element):
        return True
    words = _words_of(element)
    is_hidden = "hidden" in element.attrib or (
        element.get("aria-hidden") == "true" and tag in {"div", "section"}
    )
    if is_hidden and not _opens(element, words):
        return True
    if words & _FURNITURE_WORDS:
        return not (_has_heading(element) and _unlinked_words(element) > _SENTENCES)
    return bool(words & _DOUBTFUL_WORDS) and _unlinked_words(element) <= _FEW_WORDS


def _searches(form: Element) -> bool:
    """Whether a form is the box for searching the website."""
    fields = [
        x for x in form.iter("input", "select", "textarea") if x.get("type") not in {"hidden", "submit"}
    ]
    is_called_so = "search" in (form.get("action") or "").casefold() or any(
        x.get("type") == "search" or (x.get("name") or "").casefold() in _SEARCH_FIELDS for x in fields
    )
    return is_called_so and len(fields) <= _MOST_SEARCH_FIELDS and _unlinked_words(form) <= _FEW_WORDS


def _presses(element: Element) -> bool:
    """Whether something is there to be pressed only: a button that prints, a link to the top of the page."""
    if element.tag != "button" and not (
        element.tag == "a" and (_stays_here(element) or "#" in (element.get("href") or ""))
    ):
        return False
    return len(said := text_of(element)) <= _LONGEST_BUTTON and _BUTTON.fullmatch(said) is not None


def _stays_here(link: Element) -> bool:
    """Whether a link leads to no other page."""
    return (link.get("href") or "#").casefold().startswith(("#", "javascript:", "mailto:"))


def _opens(element: Element, words: frozenset[str]) -> bool:
    """Whether something hidden is the closed part of a page, which a reader opens."""
    return bool(words & _OPENED_WORDS) or element.get("role") in {"tabpanel", "region"}


def _has_heading(element: Element) -> bool:
    return next(element.iter(*HEADINGS), None) is not None


def _unlinked_words(element: Element) -> int:
    linked = sum(len(text_of(a).split()) for a in element.iter("a"))
    return len(text_of(element).split()) - linked


def _is_list_of_links(element: Element) -> bool:
    words = len(text_of(element).split())
    linked = sum(len(text_of(a).split()) for a in element.iter("a"))
    return words > 0 and linked * 10 >= words * 7


def without_banners(raw: bytes, text: str, repeated: dict[str, int]) -> bytes:
    """A contents page without what is certainly no row of it: cookie banners, forms, what all pages repeat."""
    found = parse_page("", text, raw)
    if isinstance(found, str):
        return raw
    document = etree.fromstring(
        re.sub(r"\A\s*<\?xml[^>]*\?>", "", text).replace("\0", "").encode("utf-8", errors="replace"),
        etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True),
    )
    body = document.find("body")
    if body is None:
        return raw
    with_real_characters(document)
    is_changed = False
    for element in list(body.iter(etree.Element)):
        if not _is_within(element, body) or element.find(".//h1") is not None or not _is_furniture(element):
            continue
        if sum(not _stays_here(a) for a in element.iter("a")) > _MOST_LINKS_OF_A_BANNER:
            continue
        if not _is_list_of_links(element) and not _words_of(element) & _LISTS_OF_CONTENTS:
            remove(element)
            is_changed = True
    for element in _repeated_edges(body, repeated):
        if all(_stays_here(a) for a in element.iter("a")):
            remove(element)
            is_changed = True
    return etree.tostring(document, encoding="utf-8", method="html") if is_changed else raw


def repeated_blocks(pages: Iterable[SavedPage]) -> dict[str, int]:
    """What stands before the title or at the end of most pages in the same words, with how many pages it is on."""
    counts: Counter[str] = Counter()
    total = 0
    for page in pages:
        total += 1
        counts.update(dict.fromkeys(_edge_texts(page.root), 1))
    if total < _FEWEST_PAGES:
        return {}
    return {
        text: count for text, count in counts.items() if count >= max(_FEWEST_PAGES, total * _REPEATED_SHARE)
    }


def drop_repeated(page: SavedPage, repeated: dict[str, int]) -> tuple[str, ...]:
    """Take what is repeated on most pages out of the edges of one; what was taken out."""
    taken: list[str] = []
    for element in _repeated_edges(page.root, repeated):
        taken.append(_said(element))
        remove(element)
    return tuple(taken)


def _edge_texts(root: Element) -> Iterable[str]:
    leaves = list(_leaves(root))
    first = next((i for i, x in enumerate(leaves) if x.tag in HEADINGS), 0)
    return (_said(x) for x in (*leaves[: max(first, _EDGE)], *leaves[-_EDGE:]) if _said(x))


def _repeated_edges(root: Element, repeated: dict[str, int]) -> list[Element]:
    """What most pages have in the same words: anything before the title, and what stands at the edges together."""
    leaves = list(_leaves(root))
    titles = (i for i, x in enumerate(leaves) if x.tag in HEADINGS and _said(x) not in repeated)
    title = next(titles, -1)
    found = [x for x in leaves[: max(title, 0)] if _said(x) in repeated]
    leading = (x for x in _run_of(leaves[title + 1 :], repeated) if x.tag not in HEADINGS)
    found += [x for x in leading if title < 0 or len(_said(x).split()) <= _FEW_WORDS]
    found += _run_of(leaves[:title:-1] if title >= 0 else leaves[::-1], repeated)
    return list(dict.fromkeys(found))


def _run_of(leaves: list[Element], repeated: dict[str, int]) -> list[Element]:
    """The repeated ones among the first leaves; lists of links that other pages have differently end no run."""
    found: list[Element] = []
    for leaf in leaves:
        said = _said(leaf)
        if said in repeated and not _is_text(leaf):
            found.append(leaf)
        elif said and not _is_list_of_links(leaf):
            break
    return found


def _is_text(leaf: Element) -> bool:
    """Whether a leaf that many pages have is the label of a box, or a heading that nobody marked as such."""
    said = text_of(leaf)
    return box_of(said) is not None or leading_number(said) is not None


def _said(leaf: Element) -> str:
    """The words of a leaf, those of a heading marked; without any the name of its picture, for banners."""
    if words := one_line(raw_text(leaf)):
        return f"{HEADING_MARK}{words}" if leaf.tag in HEADINGS else words
    picture = next(leaf.iter("img"), None)
    return f"[{(picture.get('src') or '').rsplit('/', 1)[-1]}]" if picture is not None else ""


def _leaves(element: Element) -> Iterator[Element]:
    """The innermost blocks and headings, in order."""
    for child in element:
        if child.tag in HEADINGS or (
            child.tag in _BLOCK_TAGS
            and not any(inner.tag in _HOLDS_LEAVES for inner in child.iterdescendants(etree.Element))
        ):
            yield child
        elif isinstance(child.tag, str):
            yield from _leaves(child)
