"""Links of a chapter that lead nowhere once the manual is built."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from reader.domain.contents import ContentsList
from reader.domain.errors import NotFoundError
from reader.domain.location import CHAPTER_ID_PATTERN, Location
from reader.domain.manual import ManualId
from reader.publish.lint.findings import Finding, shortened
from reader.publish.lint.pages import Link, Page
from reader.publish.lint.report import finding

_CHAPTER: Final = re.compile(rf"(?P<chapter>{CHAPTER_ID_PATTERN.pattern})\.(?:html|md)(?:#(?P<anchor>.*))?")
_OUTSIDE: Final = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)


@dataclass(frozen=True)
class Surroundings:
    """What a chapter can point at.

    Attributes:
        pages: The chapters whose text the folder holds, by id.
        contents: Every chapter, with lasting ids.
        files: Pictures and forms, as "media/flow.png".
    """

    pages: Mapping[str, Page]
    contents: ContentsList
    manual: ManualId
    files: frozenset[str]


def link_findings(page: Page, around: Surroundings) -> Iterator[Finding]:
    """Links and anchors of a chapter that are dead."""
    for link in page.links:
        if not _OUTSIDE.match(link.href):
            found = _LinkCheck(page, around, link).finding()
            if found is not None:
                yield found


@dataclass(frozen=True)
class _LinkCheck:
    page: Page
    around: Surroundings
    link: Link

    def finding(self) -> Finding | None:
        href = self.link.href
        if href.startswith("#"):
            return None if href[1:] in self.page.anchors else self._dead_anchor("this chapter")
        if match := _CHAPTER.fullmatch(href):
            anchor = match["anchor"]
            built = f"manual:{self.around.manual}/{match['chapter']}" + (
                "" if anchor is None else f"#{anchor}"
            )
            return self._chapter(match["chapter"], anchor or "", built)
        if href.startswith("../forms/"):
            return self._form(href.removeprefix("../"))
        if href.startswith("manual:"):
            return self._location()
        return self._dead(
            "such a link leads nowhere inside of a manual",
            "Link to a chapter (OTHER-ID.html), to a form (../forms/NAME.pdf) or to an address.",
        )

    def _location(self) -> Finding | None:
        try:
            location = Location.parse(self.link.href)
        except NotFoundError:
            return self._dead(
                "it is not written as links to a manual are", "Write manual:AUTHORITY/MANUAL/CHAPTER#ANCHOR."
            )
        if location.manual != self.around.manual or location.edition is not None:
            return None  # what other manuals and older editions hold is not known here
        if location.form is not None:
            return self._form(f"forms/{location.form}")
        if location.chapter is not None:
            return self._chapter(location.chapter, location.anchor or "", self.link.href)
        return None

    def _form(self, file: str) -> Finding | None:
        if file not in self.around.files:
            return self._dead(f"{file} is not in the folder", f"Put {file} there, or mend the link.")
        return self._unless_lost(f"manual:{self.around.manual}/{file}")

    def _chapter(self, chapter: str, anchor: str, built: str) -> Finding | None:
        place = self.around.contents.place(chapter)
        if place is None:
            return self._dead(
                f"no chapter has the id {chapter}", "Link to the chapter's id, as chapter-ids.toml has it."
            )
        page = self.around.pages.get(chapter)
        if anchor and page is None:
            return self._dead_anchor(f"“{place.chapter.title}”, whose text is not in the folder,")
        if anchor and page is not None and not page.refused and anchor not in page.anchors:
            return self._dead_anchor(f"“{place.chapter.title}”")
        return self._unless_lost(built)

    def _unless_lost(self, built: str) -> Finding | None:
        if self.page.refused or built in self.page.targets:
            return None
        return self._dead(
            "it is lost when the manual is built, because it is not written as links in chapters are",
            f'Write it as <a href="{shortened(self.link.href)}">, in double quotes.',
        )

    def _dead(self, why: str, advice: str) -> Finding:
        words, target = shortened(self.link.text or self.link.href), shortened(self.link.href) or "nothing"
        return finding(
            "dead-link",
            self.page,
            self.link.spot,
            f"The link “{words}” to {target} is dead: {why}.",
            advice=advice,
            subject=f"{self.link.href} {self.link.text}",
        )

    def _dead_anchor(self, where: str) -> Finding:
        anchor = shortened(self.link.href.partition("#")[2])
        return finding(
            "dead-anchor",
            self.page,
            self.link.spot,
            f"The link “{shortened(self.link.text)}” leads to the passage “{anchor}”, which {where} does not have.",
            advice="Link to the passage's own anchor, made of its heading (“4. Records” has the anchor 4-records).",
            subject=f"{self.link.href} {self.link.text}",
        )
