"""Links and pictures of drafts: from where they led in the source to where they lead in the source folder."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape, unescape
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import unquote, urldefrag, urlsplit

from reader.domain.errors import SourceError
from reader.domain.text import file_slug, one_line
from reader.publish.importing.draft import Draft
from reader.publish.importing.elements import LINE_ATTRIBUTE
from reader.publish.importing.files import SourceFiles, alias_of
from reader.publish.importing.findings import Findings, Outcome
from reader.publish.importing.forms import FORM_SUFFIXES, OTHER_DOCUMENTS
from reader.publish.importing.pictures import carried_picture

_WITHIN_TAG: Final = r"""((?:[^>"]|"[^"]*")*)"""
_LINK: Final = re.compile(rf"<a\b{_WITHIN_TAG}>(.*?)</a>", re.DOTALL)
_PICTURE: Final = re.compile(rf"<img\b{_WITHIN_TAG}>")
_ATTRIBUTE: Final = re.compile(r'\s([a-z-]+)="([^"]*)"')
_OUTSIDE: Final = frozenset({"http", "https", "mailto", "tel"})
_MAX_PICTURE_BYTES: Final = 64 * 1024 * 1024
_UNFIT: Final = re.compile(r"[\s\x00-\x20]")


@dataclass(slots=True)
class Media:
    """Files that travel beside the chapters, by their name in the source folder ("media/flow.png")."""

    files: dict[str, bytes] = field(default_factory=dict)
    _by_bytes: dict[bytes, str] = field(default_factory=dict)

    def add(self, place: str, stem: str, kind: str, data: bytes) -> str:
        """Keep a file under a readable name; the same bytes are kept once.

        Returns:
            Its name in the source folder.
        """
        key = f"{place}.{kind}:".encode() + data
        if key in self._by_bytes:
            return self._by_bytes[key]
        base = file_slug(stem, place)
        name, count = f"{place}/{base}.{kind}", 1
        while name in self.files:
            count += 1
            name = f"{place}/{base}-{count}.{kind}"
        self.files[name] = data
        self._by_bytes[key] = name
        return name


@dataclass(slots=True)
class Linker:
    """Rewrites the links of all drafts.

    Attributes:
        chapter_of: The chapter id of each page that became a chapter.
        embedded: The pictures inside of documents, by the name that the draft calls them.
        on_form: Told of each form that a chapter links to, with the words of the link; answers its file's name.
    """

    files: SourceFiles
    findings: Findings
    media: Media
    chapter_of: dict[str, str]
    anchors: dict[str, dict[str, str]]
    aliases: dict[str, str]
    on_form: Callable[[str, str], str | None]
    embedded: dict[str, bytes] = field(default_factory=dict)
    contents_file: str | None = None
    _pictures: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set)
    _line: int | None = None

    def rewritten(self, draft: Draft) -> str:
        """The draft's HTML with its links and pictures as a source folder has them."""
        html = _LINK.sub(lambda match: self._link(draft, match), draft.html)
        return _PICTURE.sub(lambda match: self._picture(draft, match[1]), html)

    # Links

    def _link(self, draft: Draft, match: re.Match[str]) -> str:
        given, words = _attributes(match[1]), match[2]
        self._line = _line_of(given)
        target = self._target(draft, given["href"].strip(), words) if "href" in given else None
        if target is None:
            return words
        return f'<a href="{escape(target, quote=True)}">{words}</a>'

    def _target(self, draft: Draft, href: str, words: str) -> str | None:
        said = one_line(re.sub(r"<[^>]*>", "", unescape(words)))[:80]
        scheme = urlsplit(href).scheme.casefold() if _is_splittable(href) else "?"
        page = draft.page.split("#")[0]
        if scheme in {"http", "https", ""} or scheme not in _OUTSIDE:
            inside = self._inside(page, href) if scheme in {"", "http", "https"} else None
            if inside is not None:
                return self._target_inside(draft, inside, said)
        if scheme in _OUTSIDE:
            if _UNFIT.search(href):
                href = href.replace(" ", "%20")
            return href if not _UNFIT.search(href) else None
        if href.startswith("manual:"):
            return href
        fragment = urldefrag(href).fragment if scheme == "" else ""
        if scheme == "" and not urldefrag(href).url:
            self._report(
                draft,
                f"the link “{said}” leads to “#{fragment}” on this page, and nothing there is called so;"
                " its words stay.",
            )
        elif scheme == "":
            self._report(draft, f"the link “{said}” is broken ({href[:200]} is not there); its words stay.")
        elif scheme != "javascript":
            self._report(
                draft,
                f"the link “{said}” ({href[:100]}) is of a kind that no bundle carries; its words stay.",
            )
        else:
            self._report(draft, f"the link “{said}” runs a script, which no bundle carries; its words stay.")
        return None

    def _inside(self, page: str, href: str) -> tuple[str, str] | None:
        """The file of the source that a link leads to, and the fragment in it."""
        address, fragment = urldefrag(href)
        if urlsplit(address).scheme:
            alias = alias_of(address) or ""
            name = self.aliases.get(address) or self.aliases.get(alias)
            name = name or (self.files.resolve("", f"/{alias}") if alias else None)
        elif not address:
            name = page
        else:
            name = self.files.resolve(page, address)
        return (name, unquote(fragment)) if name else None

    def _target_inside(self, draft: Draft, inside: tuple[str, str], said: str) -> str | None:
        name, fragment = inside
        own = draft.page.split("#")[0]
        if name == own and not fragment:
            return None
        if name == own and (anchor := draft.anchors.get(fragment)):
            return f"#{anchor}"
        for page in (f"{name}#{fragment}", name) if fragment else (name,):
            chapter = self.chapter_of.get(page)
            if chapter is None:
                continue
            anchor = self.anchors.get(page, {}).get(fragment) if fragment and page == name else None
            if fragment and page == name and anchor is None:
                if page == own:
                    self._report(
                        draft,
                        f"the link “{said}” leads to “#{fragment}” on this page, and nothing there is"
                        " called so; its words stay.",
                    )
                    return None
                self._report(
                    draft,
                    f"the link “{said}” leads to “#{fragment}” in {name}, and nothing there is called so;"
                    " it leads to the chapter.",
                    Outcome.CHANGED,
                )
            return f"{chapter}.html{f'#{anchor}' if anchor else ''}"
        part = self._part_with(name, fragment)
        if part is not None:
            return part.removeprefix(f"{self.chapter_of.get(draft.page)}.html")
        suffix = PurePosixPath(name).suffix.casefold()
        if suffix in FORM_SUFFIXES:
            place = self.on_form(name, said)
            return f"../{place}" if place else None
        if suffix in OTHER_DOCUMENTS:
            self._report(
                draft,
                f"“{said}” links to {name}; bundles carry PDF and .docx only. Save it as one of these; its"
                " words stay.",
            )
        elif name == self.contents_file:
            return None
        else:
            self._report(draft, f"the link “{said}” leads to {name}, which is no chapter; its words stay.")
        return None

    def _part_with(self, name: str, fragment: str) -> str | None:
        """The chapter that holds a fragment of a document which was split."""
        if not fragment:
            return None
        for page, anchors in self.anchors.items():
            if page.startswith(f"{name}#") and fragment in anchors and page in self.chapter_of:
                return f"{self.chapter_of[page]}.html#{anchors[fragment]}"
        return None

    # Pictures

    def _picture(self, draft: Draft, attributes: str) -> str:
        given = _attributes(attributes)
        self._line = _line_of(given)
        alt = one_line(given.get("alt", ""))
        place = self._carried(draft, given.get("src", ""), alt)
        if place is None:
            return f"[Picture not carried over: {escape(alt)}]" if alt else ""
        sizes = "".join(f' {side}="{given[side]}"' for side in ("width", "height") if side in given)
        return f'<img src="../{place}" alt="{escape(alt, quote=True)}"{sizes}>'

    def _carried(self, draft: Draft, src: str, alt: str) -> str | None:
        called = f"the picture{f' “{alt[:60]}”' if alt else ''}"
        if src in self.embedded:
            return self._add_picture(draft, called, src, alt or draft.title, self.embedded[src])
        if src.startswith("data:"):
            data = _data_of(src)
            if data is None:
                self._report(draft, f"{called} is written into the page in a form that cannot be read.")
                return None
            return self._add_picture(draft, called, src, alt or draft.title, data)
        inside = self._inside(draft.page.split("#")[0], src) if src and _is_splittable(src) else None
        if inside is None:
            self._report(draft, f"{called} was not saved with the page ({src[:200]}).")
            return None
        name = inside[0]
        if name in self._pictures:
            return self._add_picture(draft, called, name, "", b"")
        try:
            raw = self.files.read(name, _MAX_PICTURE_BYTES)
        except SourceError as error:
            self._report(draft, f"{called} cannot be carried over: {error}")
            return None
        return self._add_picture(draft, called, name, PurePosixPath(name).stem, raw)

    def _add_picture(self, draft: Draft, called: str, key: str, stem: str, raw: bytes) -> str | None:
        if key not in self._pictures:
            found = carried_picture(raw)
            if isinstance(found, str):
                self._pictures[key] = ("", found)
            else:
                data, kind, change = found
                self._pictures[key] = (self.media.add("media", stem, kind, data), change)
        place, remark = self._pictures[key]
        if not place:
            source = "" if key.startswith("data:") else f" ({key})"
            self._report(draft, f"{called}{source} was left out: {remark}")
            return None
        if remark and key not in self._told:
            self._told.add(key)
            self._report(draft, f"{called} was {remark}.", Outcome.CHANGED)
        return place

    def _report(self, draft: Draft, text: str, outcome: Outcome = Outcome.LEFT_OUT) -> None:
        self.findings.add(draft.page, self._line, outcome, text)


def _attributes(tag: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in _ATTRIBUTE.findall(tag)}


def _line_of(given: dict[str, str]) -> int | None:
    line = given.get(LINE_ATTRIBUTE, "")
    return int(line) if line.isdecimal() else None


def _is_splittable(address: str) -> bool:
    try:
        urlsplit(address)
    except ValueError:
        return False
    return True


def _data_of(address: str) -> bytes | None:
    head, comma, body = address.partition(",")
    if not comma:
        return None
    try:
        return (
            base64.b64decode(unquote(body), validate=False)
            if head.endswith(";base64")
            else unquote(body).encode("latin-1")
        )
    except (binascii.Error, UnicodeEncodeError):
        return None
