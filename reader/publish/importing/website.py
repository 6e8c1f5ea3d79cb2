"""A saved website: a contents page, the pages that it leads to, and what they link to among each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote

from lxml.etree import _Element as Element

from reader.domain.cancel import CancelToken
from reader.domain.contents import Chapter, Division, Entry, Held, Note, SeeAlso, walk
from reader.domain.errors import SourceError
from reader.domain.text import file_slug, one_line, title_key
from reader.publish.contents import ContentsPage, parse_contents_list
from reader.publish.contents.dates import trailing_date
from reader.publish.contents.marks import split_title
from reader.publish.contents.numbers import leading_number
from reader.publish.importing.body import BodyReader, says_no_more
from reader.publish.importing.draft import Draft, Harvest, Progress
from reader.publish.importing.elements import HEADINGS, raw_text, text_of
from reader.publish.importing.files import (
    HTML_SUFFIXES,
    MAX_PAGE_BYTES,
    SourceFiles,
    alias_of,
    decoded,
    split_address,
    without_fragment,
)
from reader.publish.importing.findings import Finding, Findings, Outcome
from reader.publish.importing.forms import FORM_SUFFIXES, LIBRARY_TITLES, FormRow, library_rows
from reader.publish.importing.link_tree import Node, link_tree
from reader.publish.importing.pages import (
    HEADING_MARK,
    SavedPage,
    drop_repeated,
    parse_page,
    repeated_blocks,
    without_banners,
)

_CONTENTS_NAMES: Final = ("contents", "contents_list", "toc", "index", "default", "home")
_CONTENTS_TITLES: Final = frozenset({"contents", "contents list", "manual contents", "table of contents"})
_OF_A_FOLDER: Final = frozenset({"index", "default"})
_FEWEST_LINKS: Final = 2
_UNCOVERED: Final = 0.1
_FEW_PAGES: Final = 5
_MOST_DEPTH: Final = 8
_ALL_PAGES: Final = "(all pages)"
_FEW_WORDS: Final = 12
_CALLS_ITSELF: Final = re.compile(
    r"^(?:home|(?:manual |table of )?contents(?: list| page)?)\s*(?:[-–|:>]\s*|$)|\s*[-–|]\s*(?:home|contents)$",
    re.IGNORECASE,
)
_SEE_ALSO: Final = re.compile(r"see(?: also)?:?\s+", re.IGNORECASE)
_LAST_UPDATE: Final = re.compile(r"last\s+(?:updated|amended|revised)", re.IGNORECASE)
_UPDATED: Final = re.compile(
    r"(?:(?:this )?(?:page|chapter|procedure) )?(?:was )?(?:last )?(?:updated|amended|revised)(?: on)?\s*:?\s*",
    re.IGNORECASE,
)
_LONGEST_TITLE: Final = 2_000
_LONGEST_UPDATE: Final = 80
_MOST_PARTS_OF_UPDATE: Final = 3
_NO_TITLES: Final = frozenset({"", "home", "next", "previous", "prev", "up", "back", "index", "top", "more"})


@dataclass(slots=True)
class _Scan:
    """What a first look at a page gives."""

    title: str
    addresses: tuple[str, ...]
    hrefs: tuple[str, ...]
    local_links: int
    furniture: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class _Site:
    files: SourceFiles
    findings: Findings
    token: CancelToken
    scans: dict[str, _Scan] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    repeated: dict[str, int] = field(default_factory=dict)

    def page(self, name: str) -> SavedPage | None:
        raw = self.files.read(name, MAX_PAGE_BYTES)
        found = parse_page(name, decoded(raw, name, self.findings), raw)
        if isinstance(found, str):
            self.findings.add(name, None, Outcome.LEFT_OUT, f"this page cannot be read: {found}")
            return None
        return found

    def target(self, page: str, href: str) -> tuple[str, str] | None:
        """The page of this site that a link leads to, and the fragment within it."""
        address, fragment = without_fragment(href.strip())
        parts = split_address(address)
        if parts is None:
            return None
        name = self._alias(address) if parts.scheme else self.files.resolve(page, address)
        return (name, unquote(fragment)) if name else None

    def _alias(self, address: str) -> str | None:
        if address in self.aliases:
            return self.aliases[address]
        alias = alias_of(address)
        if alias is None:
            return None
        return self.aliases.get(alias) or self.files.resolve("", f"/{alias}")


def read_website(
    files: SourceFiles, contents: str | None, findings: Findings, progress: Progress, token: CancelToken
) -> Harvest:
    """Read a saved website.

    Args:
        files: Its folder.
        contents: The path of its contents page; found when it is not given.
        findings: Gets what could not be carried over.
        progress: Told how many of how many pages were read.
        token: Stops it.

    Raises:
        SourceError: when there is no page, or no contents page.
    """
    site = _Site(files, findings, token)
    names = [name for name in files.with_suffix(HTML_SUFFIXES) if not _is_part_of_a_saved_page(name)]
    _scan(site, names, progress)
    if not site.scans:
        raise SourceError(f"{files.folder} holds no readable web page: name the folder of the saved website.")
    start = _contents_page(site, contents)
    tree = _Tree(site, start)
    tree.read()
    wanted = _wanted_fragments(site)
    drafts: dict[str, Draft] = {}
    form_rows: dict[str, FormRow] = {}
    pages = sorted(set(tree.pages.values()), key=names.index)
    titles = {page: chapter.title for chapter, page in tree.chapters_with_pages()}
    for done, name in enumerate(pages):
        token.raise_if_cancelled()
        progress(done, len(pages), "Reading chapters")
        draft = _draft(site, name, titles[name], wanted.get(name, frozenset()))
        if title_key(titles[name]) in LIBRARY_TITLES:
            form_rows = dict(_form_rows(site, name)) | form_rows
        if draft is not None:
            drafts[name] = draft
    progress(len(pages), len(pages), "Reading chapters")
    _report_furniture(site)
    _report_unreached(site, names, {start, *pages})
    facts = tree.facts
    stand_ins: dict[str, str] = {}
    entries = _with_updates(
        _without_empty_heads(tree.entries, tree.pages, drafts, stand_ins), tree.pages, drafts
    )
    for name, draft in drafts.items():
        if name not in stand_ins and _is_empty(draft) and title_key(titles[name]) not in LIBRARY_TITLES:
            findings.add(name, None, Outcome.TO_CHECK, "the page holds next to no text of its own.")
    return Harvest(
        entries=entries,
        pages={
            chapter: page for chapter, page in tree.pages.items() if page in drafts and page not in stand_ins
        },
        drafts=drafts,
        findings=findings,
        see_also_pages=tree.see_also_pages,
        aliases=site.aliases,
        stand_ins=stand_ins,
        form_rows=form_rows,
        contents_file=start,
        authority_name=facts[0],
        title=facts[1] or _of_manual(site.scans[start].title),
    )


def _is_part_of_a_saved_page(name: str) -> bool:
    """Whether a file lies in the folder that a browser puts beside a saved page."""
    return any(part.endswith(("_files", ".files", "-Dateien")) for part in PurePosixPath(name).parts[:-1])


def _scan(site: _Site, names: list[str], progress: Progress) -> None:
    def looked_at() -> Iterator[SavedPage]:
        for done, name in enumerate(names):
            site.token.raise_if_cancelled()
            progress(done, len(names), "Looking at pages")
            try:
                page = site.page(name)
            except SourceError as error:
                site.findings.add(name, None, Outcome.LEFT_OUT, f"this page was left out: {error}")
                continue
            if page is None:
                continue
            parts = (page.root, *page.lists)
            hrefs = tuple(str(a.get("href")) for part in parts for a in part.iter("a") if a.get("href"))
            title = next((t for h in page.root.iter(*HEADINGS) if (t := text_of(h))), "") or page.title
            site.scans[name] = _Scan(title, page.addresses, hrefs, 0, page.furniture)
            for address in page.addresses:
                whole = without_fragment(address)[0]
                if (alias := alias_of(whole)) is not None:
                    site.aliases.setdefault(whole, name)
                    site.aliases.setdefault(alias, name)
            yield page

    site.repeated = repeated_blocks(looked_at())
    progress(len(names), len(names), "Looking at pages")
    for name, scan in site.scans.items():
        targets = {found[0] for href in scan.hrefs if (found := site.target(name, href)) is not None}
        scan.local_links = len((targets & site.scans.keys()) - {name})


def _contents_page(site: _Site, given: str | None) -> str:
    if given is not None:
        found = site.files.find(given)
        if found is None or found not in site.scans:
            raise SourceError(
                f"{site.files.folder / given} is no readable page: name the contents page with --contents."
            )
        return found

    def rank(name: str) -> tuple[int, int, int, int]:
        path = PurePosixPath(name)
        stem = path.stem.casefold()
        if stem in _OF_A_FOLDER and path.parent.name.casefold() in _CONTENTS_NAMES:
            stem = path.parent.name.casefold()  # contents/index.html
        elif stem not in _CONTENTS_NAMES and title_key(site.scans[name].title) in _CONTENTS_TITLES:
            stem = _CONTENTS_NAMES[0]
        called = next((i for i, word in enumerate(_CONTENTS_NAMES) if stem == word), len(_CONTENTS_NAMES))
        has_links = site.scans[name].local_links >= _FEWEST_LINKS
        return (
            -called if has_links else -len(_CONTENTS_NAMES),
            -name.count("/") if called < len(_CONTENTS_NAMES) else 0,
            site.scans[name].local_links,
            -len(name),
        )

    best = max(site.scans, key=rank)
    if site.scans[best].local_links == 0 and len(site.scans) > 1:
        raise SourceError(
            f"No page of {site.files.folder} links to the others: name the contents page with --contents"
            " PAGE."
        )
    return best


class _Tree:
    """The tree of the contents page, and of the lists of contents on the pages that it leads to."""

    def __init__(self, site: _Site, start: str) -> None:
        self._site = site
        self._start = start
        self.entries: tuple[Entry, ...] = ()
        self.pages: dict[str, str] = {}
        self.see_also_pages: dict[str, str] = {}
        self.facts: tuple[str | None, str | None] = (None, None)
        self._claimed: set[str] = {start}
        self._made: set[str] = set()
        self._found_elsewhere: dict[str, list[Node]] = {}
        self._ids: set[str] = set()

    def chapters_with_pages(self) -> Iterator[tuple[Chapter, str]]:
        for entry, _ in walk(self.entries):
            if isinstance(entry, Chapter) and entry.id in self.pages:
                yield entry, self.pages[entry.id]

    def read(self) -> None:
        numbered = self._numbered()
        page = self._site.page(self._start)
        nodes = (
            [node for part in (page.root, *page.lists) for node in link_tree(part, self._start)]
            if page
            else []
        )
        linked = self._linked_pages(nodes)
        if numbered is not None:
            hrefs = [*numbered.links.chapters.values()]
            hrefs += [href for (kind, _), href in numbered.links.others.items() if kind is not Note]
            covered = {target[0] for href in hrefs if (target := self._site.target(self._start, href))}
            if len(linked - covered) <= max(_FEW_PAGES, _UNCOVERED * len(linked)) and covered & linked:
                self._take_numbered(numbered)
                return
        self._claimed |= linked
        entries = [entry for node in nodes for entry in self._entry(node, 0)]
        left = [node for found in self._found_elsewhere.values() for node in found]
        self._found_elsewhere = {}
        self.entries = (*entries, *(entry for node in left for entry in self._entry(node, 1)))
        if not any(True for entry, _ in walk(self.entries) if isinstance(entry, Chapter)):
            raise SourceError(
                f"{self._site.files.folder / self._start} lists no chapters: name the contents page with"
                " --contents PAGE."
            )

    # A numbered list, as councils write it

    def _numbered(self) -> ContentsPage | None:
        raw = self._site.files.read(self._start, MAX_PAGE_BYTES)
        try:
            page = parse_contents_list(
                without_banners(raw, decoded(raw, self._start, Findings()), self._site.repeated),
                PurePosixPath(self._start).name,
            )
        except SourceError:
            return None
        return page if page.links.chapters else None

    def _take_numbered(self, page: ContentsPage) -> None:
        self.facts = (_of_manual(page.facts.authority_name), _of_manual(page.facts.title))
        for warning in page.warnings:
            self._site.findings.add(self._start, None, Outcome.TO_CHECK, warning)
        links = page.links
        self._ids |= {chapter.id for chapter in page.contents.chapters()}

        def one(entry: Entry) -> Iterator[Entry]:
            href = links.of(entry)
            target = self._site.target(self._start, href) if href else None
            match entry:
                case Division() if (
                    not entry.entries
                    and target
                    and target[0] in self._site.scans
                    and self._is_free(target[0])
                ):
                    title = entry.title or entry.numbered_title
                    alone = Chapter(self._new_id(title), entry.number if entry.title else None, title)
                    self.pages[alone.id] = target[0]
                    yield alone
                case Division():
                    inner: list[Entry] = []
                    if target and target[0] in self._site.scans and self._is_free(target[0]):
                        inner.append(self._chapter_of_division(entry, target[0]))
                    inner += [made for child in entry.entries for made in one(child)]
                    yield replace(entry, entries=tuple(inner))
                case Chapter():
                    yield self._take_chapter(entry, href, target)
                case SeeAlso():
                    yield self._take_see_also(entry, href, target)
                case Note() if target is None and entry.text in self._site.repeated:
                    pass
                case Note():
                    yield self._take_note(entry, target)
                case _:
                    yield entry

        self.entries = tuple(made for entry in page.contents.entries for made in one(entry))

    def _is_free(self, page: str) -> bool:
        if page in self._claimed:
            return False
        self._claimed.add(page)
        return True

    def _chapter_of_division(self, division: Division, page: str) -> Chapter:
        chapter = Chapter(
            self._new_id(division.title or division.numbered_title),
            None,
            division.title or division.numbered_title,
        )
        self.pages[chapter.id] = page
        return chapter

    def _take_chapter(
        self, chapter: Chapter, href: str | None, target: tuple[str, str] | None
    ) -> Chapter | SeeAlso:
        if target is not None and target[0] in self._site.scans:
            page = target[0]
            if page == self._start:
                return chapter
            if not self._is_free(page):
                self._site.findings.add(
                    self._start,
                    None,
                    Outcome.TO_CHECK,
                    f"“{chapter.numbered_title}” leads to {page}, as another row does; its text stands at"
                    " the first one, and this row points there.",
                )
                title = _SEE_ALSO.sub("", chapter.title) or chapter.title
                self.see_also_pages[title] = page
                return SeeAlso(title, note=chapter.note)
            self.pages[chapter.id] = page
            return (
                replace(chapter, held=Held.LISTED, source=None)
                if chapter.source is None
                else replace(chapter, held=Held.LISTED)
            )
        if href and (host := _host(href)):
            source = chapter.source or host
            return replace(chapter, held=Held.EXTERNAL, source=one_line(source))
        if href and not href.startswith("#") and (target is None or not _is_form(target[0])):
            self._site.findings.add(
                self._start,
                None,
                Outcome.LEFT_OUT,
                f"“{chapter.numbered_title}” leads to {href[:200]}, and that page is not there; the chapter"
                " is listed without text.",
            )
        return chapter

    def _take_see_also(self, entry: SeeAlso, href: str | None, target: tuple[str, str] | None) -> SeeAlso:
        if target is not None:
            self.see_also_pages[entry.title] = target[0]
        elif href and (host := _host(href)) and entry.source is None:
            return replace(entry, source=host)
        return entry

    def _take_note(self, note: Note, target: tuple[str, str] | None) -> Entry:
        """A row without a number: a chapter where it leads to a page of its own, or a form."""
        if target is not None and _is_form(target[0]):
            self.see_also_pages[note.text] = target[0]
        elif target is not None and target[0] in self._site.scans and self._is_free(target[0]):
            row = split_title(note.text)
            chapter = Chapter(self._new_id(row.title), None, row.title, row.marks.statuses, row.marks.revised)
            self.pages[chapter.id] = target[0]
            return chapter
        return note

    # A list of links of any shape

    def _linked_pages(self, nodes: Iterable[Node]) -> set[str]:
        found: set[str] = set()
        for node in nodes:
            target = self._site.target(self._start, node.href) if node.href else None
            if target and target[0] in self._site.scans and target[0] != self._start:
                found.add(target[0])
            found |= self._linked_pages(node.children)
        return found

    def _entry(self, node: Node, depth: int) -> Iterator[Entry]:
        numbered = leading_number(node.text)
        number = numbered.number.text if numbered and numbered.is_certain and numbered.text else None
        title = (numbered.text if numbered and number else node.text)[:_LONGEST_TITLE]
        own = list(self._own_entry(node, number, title))
        children = node.children
        if own and isinstance(own[0], Chapter) and own[0].id in self.pages:
            name = self.pages[own[0].id]
            children = [*children, *self._found_elsewhere.pop(name, []), *self._sub_contents(name, depth)]
        below = [entry for child in children for entry in self._entry(child, depth + 1)]
        if below and title:
            first = [replace(entry, number=None) if isinstance(entry, Chapter) else entry for entry in own]
            yield Division(number, title, (*first, *below))
        else:
            yield from own
            yield from below

    def _own_entry(self, node: Node, number: str | None, title: str) -> Iterator[Entry]:
        """What the words of a node themselves are: a chapter, a pointer to one, a form, or only a heading."""
        if not node.href or not title or title_key(title) in _NO_TITLES:
            return
        target = self._site.target(node.page, node.href)
        if target is not None and target[0] in self._site.scans:
            name, fragment = target
            if name == self._start:
                return
            if name not in self._made:
                self._made.add(name)
                chapter = Chapter(self._new_id(title), number, title)
                self.pages[chapter.id] = name
                yield chapter
            elif not fragment:
                self.see_also_pages[title] = name
                yield SeeAlso(title)
        elif target is not None and _is_form(target[0]):
            self.see_also_pages[node.text] = target[0]
            yield Note(node.text[:_LONGEST_TITLE])
        elif (host := _host(node.href)) and not node.heading:
            yield Chapter(self._new_id(title), number, title, held=Held.EXTERNAL, source=host)

    def _sub_contents(self, name: str, depth: int) -> list[Node]:
        """What the list of contents on a page leads to, and no page before it has listed."""
        page = self._site.page(name) if depth < _MOST_DEPTH else None
        if page is None:
            return []
        nodes = [node for part in page.lists if _names_contents(part) for node in link_tree(part, name)]
        return [sub for node in nodes for sub in self._unlisted(node)]

    def _unlisted(self, node: Node) -> list[Node]:
        """A node as far as its pages are new. What stands below a page that is listed already belongs to that one."""
        target = self._site.target(node.page, node.href) if node.href else None
        is_page = target is not None and target[0] in self._site.scans
        is_new = is_page and target is not None and target[0] not in self._claimed
        if is_new and target is not None:
            self._claimed.add(target[0])
        children = [sub for child in node.children for sub in self._unlisted(child)]
        if is_new:
            return [replace(node, children=children)]
        if target is not None and is_page and target[0] != node.page and target[0] not in self._made:
            self._found_elsewhere.setdefault(target[0], []).extend(children)
            return []
        return children

    def _new_id(self, title: str) -> str:
        base = file_slug(title, "chapter")
        chapter_id, count = base, 1
        while chapter_id in self._ids:
            count += 1
            chapter_id = f"{base}-{count}"
        self._ids.add(chapter_id)
        return chapter_id


def _of_manual(said: str | None) -> str | None:
    """What the contents page calls the manual or its authority, without what it calls itself ("Contents - X")."""
    return (_CALLS_ITSELF.sub("", said) if said else None) or None


def _names_contents(part: Element) -> bool:
    words = f"{part.get('class') or ''} {part.get('id') or ''}".casefold()
    return "toc" in words or "contents" in words


def _host(href: str) -> str | None:
    """The host that an address of the web leads to, as it may be shown."""
    parts = split_address(href.strip())
    if parts is None or parts.scheme not in {"http", "https"}:
        return None
    return one_line(parts.hostname or href)[:_LONGEST_TITLE] or None


def _is_form(name: str) -> bool:
    return PurePosixPath(name).suffix.casefold() in FORM_SUFFIXES


def _wanted_fragments(site: _Site) -> dict[str, frozenset[str]]:
    wanted: dict[str, set[str]] = {}
    for name, scan in site.scans.items():
        for href in scan.hrefs:
            if "#" in href and (target := site.target(name, href)) and target[1]:
                wanted.setdefault(target[0], set()).add(target[1])
    return {name: frozenset(found) for name, found in wanted.items()}


def _draft(site: _Site, name: str, title: str, wanted: frozenset[str]) -> Draft | None:
    page = site.page(name)
    if page is None:
        return None
    revised = _last_update(page.root)
    drop_repeated(page, site.repeated)
    reader = BodyReader(name, site.findings)
    numberless = leading_number(title)
    body = reader.read(page.root, [title, numberless.text if numberless else title], wanted)
    if body.heading and not says_no_more(body.heading, title):
        site.findings.add(
            name,
            None,
            Outcome.TO_CHECK,
            f"the page is headed “{body.heading}”, and the contents page calls it “{title}”; the contents"
            " page counts.",
        )
    return Draft(
        name,
        body.heading or page.title,
        body.html,
        revised=revised,
        anchors=body.anchors,
        own_words=body.own_words,
    )


def _form_rows(site: _Site, name: str) -> Iterator[tuple[str, FormRow]]:
    page = site.page(name)

    def file_of(href: str) -> str | None:
        target = site.target(name, href) if href else None
        return target[0] if target and _is_form(target[0]) else None

    return library_rows(page.root, file_of) if page is not None else iter(())


def _last_update(root: Element) -> date | None:
    """The day that a line such as "Last updated: 2 March 2026" says."""
    if _LAST_UPDATE.search(raw_text(root)) is None:
        return None
    for element in root.iter("p", "div", "span", "li", "dd", "td", "small", "time"):
        if len(element) > _MOST_PARTS_OF_UPDATE:
            continue
        said = text_of(element)
        found = trailing_date(said.rstrip(".")) if len(said) <= _LONGEST_UPDATE else None
        if found is not None and _LAST_UPDATE.search(found[0]) and _UPDATED.fullmatch(found[0]):
            return found[1]
    return None


def _is_empty(draft: Draft) -> bool:
    return draft.own_words < _FEW_WORDS and "<img" not in draft.html


def _without_empty_heads(
    entries: tuple[Entry, ...], pages: dict[str, str], drafts: dict[str, Draft], stand_ins: dict[str, str]
) -> tuple[Entry, ...]:
    """The tree without pages that only list what stands in their own division: its first chapter stands in for them."""
    made: list[Entry] = []
    for entry in entries:
        if not isinstance(entry, Division):
            made.append(entry)
            continue
        inner = _without_empty_heads(entry.entries, pages, drafts, stand_ins)
        head = inner[0] if len(inner) > 1 else None
        draft = drafts.get(pages.get(head.id, "")) if isinstance(head, Chapter) else None
        if (
            isinstance(head, Chapter)
            and draft is not None
            and _is_empty(draft)
            and head.title in {entry.title, ""}
        ):
            rest = (e for e, _ in walk(inner[1:]) if isinstance(e, Chapter) and e.id in pages)
            following = next(rest, None)
            if following is not None:
                stand_ins[draft.page] = pages[following.id]
                inner = inner[1:]
        made.append(replace(entry, entries=inner))
    return tuple(made)


def _with_updates(
    entries: tuple[Entry, ...], pages: dict[str, str], drafts: dict[str, Draft]
) -> tuple[Entry, ...]:
    """The tree with the days that pages say they were last updated on, where rows say none."""
    made: list[Entry] = []
    for entry in entries:
        if isinstance(entry, Division):
            made.append(replace(entry, entries=_with_updates(entry.entries, pages, drafts)))
        elif isinstance(entry, Chapter) and entry.revised is None and (page := pages.get(entry.id)) in drafts:
            made.append(replace(entry, revised=drafts[page].revised))
        else:
            made.append(entry)
    return tuple(made)


def _report_furniture(site: _Site) -> None:
    """What was taken for furniture: each kind once, with its first words and the number of its pages."""
    site.findings.extend(
        Finding(
            _ALL_PAGES,
            None,
            Outcome.FURNITURE,
            f"“{text.removeprefix(HEADING_MARK)[:80]}” stands at the edge of {count} pages and was left out.",
        )
        for text, count in site.repeated.items()
    )
    kinds: dict[str, dict[str, str]] = {}
    for name, scan in site.scans.items():
        for kind, quote in scan.furniture:
            kinds.setdefault(kind, {}).setdefault(name, quote)
    for kind, quotes in kinds.items():
        name, quote = next(iter(quotes.items()))
        pages = "one page" if len(quotes) == 1 else f"{len(quotes)} pages"
        where = name if len(quotes) == 1 else _ALL_PAGES
        site.findings.add(
            where,
            None,
            Outcome.FURNITURE,
            f"{kind} surrounds the text of {pages} and was left out (“{quote}”).",
        )


def _report_unreached(site: _Site, names: list[str], reached: set[str]) -> None:
    for name in names:
        if name in site.scans and name not in reached:
            site.findings.add(
                name,
                None,
                Outcome.LEFT_OUT,
                "no row of a contents list leads to this page, so it is no chapter.",
            )
