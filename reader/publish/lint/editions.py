"""An edition held against the last one: what amendments and statuses claim, and what the texts show."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from reader.domain.contents import Chapter, ContentsList, Status
from reader.publish.lint.contents_rules import MANUAL_TOML, Lines, is_to_follow
from reader.publish.lint.findings import Finding, shortened
from reader.publish.lint.pages import Block, Page, Spot
from reader.publish.lint.report import finding, manual_finding
from reader.publish.source import Source

_AMENDMENT: Final = "amendment"
_POINTING: Final = frozenset({"related", "forms"})
_WORD: Final = re.compile(r"[\w£%]+(?:['’.,]\w+)*")
_TARGET: Final = re.compile(r"\[[^\]]{0,400}\]")
# Small words that turn a rule round, and every figure: a change of one of them is a change of the rule.
_WEIGHTY: Final = frozenset(
    {
        "must",
        "should",
        "may",
        "can",
        "not",
        "no",
        "never",
        "always",
        "only",
        "all",
        "any",
        "each",
        "every",
        "and",
    }
    | {
        "or",
        "unless",
        "before",
        "after",
        "within",
        "without",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
    }
    | {
        "eight",
        "nine",
        "ten",
        "twelve",
        "fifteen",
        "twenty",
        "daily",
        "weekly",
        "monthly",
        "yearly",
        "will",
        "cannot",
    }
)
_WORDS_BEFORE: Final = 20
_SLIGHT_WORDS: Final = 4
_MOST_SLIGHT_BLOCKS: Final = 3
_MONTH: Final = re.compile(r"[A-Za-z]{3,12} (?:19|20)\d\d")
_NUMBERED: Final = re.compile(r"(\d{1,3}(?:\.\d{1,3})*)\.?\s")
_SECTIONS: Final = re.compile(
    r"\b[Ss]ections?\s+(?P<numbers>\d{1,3}(?:\.\d{1,3})*(?:(?:,\s(?:and\s)?|\s(?:and|to|or)\s)\d{1,3}(?:\.\d{1,3})*)*)"
)
_ONE_NUMBER: Final = re.compile(r"\d{1,3}(?:\.\d{1,3})*")
# Such an amendment speaks of more than the sections that it names, or of sections elsewhere.
_AT_LARGE: Final = re.compile(
    r"\b(?:throughout|whole|reworded|rewritten|renumbered|new order|split|merged|moved|former|came here|all sections"
    r"|tables?|flowcharts?|scope|guidance|legislation"
    r"|renamed|brought up to date|(?:became|was) \d|chapter is new|new chapter)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Edition:
    """An edition as it is compared: its source, its contents list with lasting ids, its chapters."""

    source: Source
    contents: ContentsList
    pages: Mapping[str, Page]


def edition_findings(now: Edition, last: Edition, lines: Lines) -> Iterator[Finding]:
    """What does not fit between two editions of a manual."""
    before, manifest = last.source.manifest, now.source.manifest
    if manifest.edition <= before.edition and manifest.id == before.id:
        yield manual_finding(
            "edition-not-raised",
            MANUAL_TOML,
            None,
            f"manual.toml says edition {manifest.edition}, and the last one is edition {before.edition}.",
            advice="Write the new edition's number and dates into manual.toml.",
            subject=f"{manifest.edition} {before.edition}",
        )
    months = _months(now.source) - _months(last.source)
    files = _FileChanges(now.source, last.source)
    for chapter in now.contents.chapters():
        page = now.pages.get(chapter.id)
        if page is None or page.refused or is_to_follow(chapter):
            continue
        place = last.contents.place(chapter.id)
        old_page = last.pages.get(chapter.id)
        if place is None or old_page is None:
            yield from _new_chapter(chapter, lines)
        else:
            versions = _Version(chapter, page), _Version(place.chapter, old_page)
            yield from _Comparison(*versions, files, lines).findings(months)


def _new_chapter(chapter: Chapter, lines: Lines) -> Iterator[Finding]:
    if {Status.NEW, Status.UPDATED}.isdisjoint(chapter.statuses):
        yield manual_finding(
            "change-without-status",
            lines.file,
            lines.of(chapter),
            f"The last edition has no text of “{chapter.numbered_title}”, and its status does not say that it is new.",
            advice="Give it the status “new” in the contents list.",
            subject=f"new {chapter.numbered_title}",
            chapter=chapter.id,
        )


def _months(source: Source) -> frozenset[str]:
    """How amendments name an edition: "april 2026"."""
    manifest = source.manifest
    names = {_month(manifest.effective_from), _month(manifest.issued)}
    if manifest.label and _MONTH.fullmatch(manifest.label):
        names.add(manifest.label.casefold())
    return frozenset(names)


def _month(value: date) -> str:
    return f"{value:%B %Y}".casefold()


@dataclass(frozen=True)
class _FileChanges:
    now: Source
    last: Source

    def differ(self, page: Page) -> bool:
        """Whether a picture or form that a page names is another file than it was."""
        inside = f"manual:{self.now.manifest.id}/"
        names = (target.removeprefix(inside) for target in page.targets)
        return any(
            name in self.now.files and self.now.files[name] != self.last.files.get(name) for name in names
        )


@dataclass(frozen=True)
class _Version:
    chapter: Chapter
    page: Page


class _Comparison:
    """One chapter in two editions."""

    def __init__(self, now: _Version, last: _Version, files: _FileChanges, lines: Lines) -> None:
        chapter, page, old, old_page = now.chapter, now.page, last.chapter, last.page
        self._chapter, self._page, self._old_page = chapter, page, old_page
        self._lines = lines
        self._box, self._old_box = _boxed(page), _boxed(old_page)
        texts, old_texts = _compared(page), _compared(old_page)
        self._is_changed = (
            texts != old_texts
            or (chapter.title, chapter.number) != (old.title, old.number)
            or files.differ(page)
        )
        self._is_materially_changed = texts != old_texts and _is_material(_rules(old_page), _rules(page))

    def findings(self, months: frozenset[str]) -> Iterator[Finding]:
        names_month = any(month in self._box.casefold() for month in months)
        has_new_box = bool(self._box) and self._box != self._old_box
        if (has_new_box or (names_month and not self._is_materially_changed)) and not self._is_changed:
            yield self._finding(
                "amendment-without-change",
                "The amendment claims a change, and the chapter is as it was in the last edition.",
                "Make the change that the amendment names, or take the amendment out.",
            )
        elif self._is_materially_changed and not has_new_box:
            yield self._finding(
                "change-without-amendment",
                f"The chapter was changed, and no amendment says so: {self._first_change()}.",
                'Say in an amendment (<div class="amendment">) what was changed, and when.',
            )
        elif has_new_box and self._is_changed:
            yield from self._sections()
        yield from self._statuses()

    def _statuses(self) -> Iterator[Finding]:
        statuses = set(self._chapter.statuses)
        title = f"“{self._chapter.numbered_title}”"
        if Status.NEW in statuses:
            yield self._in_list(
                "status-without-change",
                f"{title} has the status “new”, and the last edition has its text already.",
                "Give it the status “updated”, or none.",
            )
        elif Status.UPDATED in statuses and not self._is_changed:
            yield self._in_list(
                "status-without-change",
                f"{title} has the status “updated”, and it is as it was in the last edition.",
                "Take the status away.",
            )
        elif self._is_materially_changed and Status.UPDATED not in statuses:
            yield self._in_list(
                "change-without-status",
                f"{title} was changed since the last edition, and its status does not say so.",
                "Give it the status “updated” in the contents list.",
            )

    def _sections(self) -> Iterator[Finding]:
        """Sections that the amendment names and that stand as they were, and the other way round."""
        named = _named_sections(self._box)
        if not named:
            return
        now, before = _by_section(self._page), _by_section(self._old_page)
        changed = {number for number in {*now, *before} if now.get(number) != before.get(number)}
        for number in sorted(named):
            holds = {found for found in now if found == number or found.startswith(f"{number}.")}
            if holds and not any(found in changed for found in {*holds, number}):
                yield self._finding(
                    "section-not-changed",
                    f"The amendment names Section {number}, which is as it was in the last edition.",
                    "Check which section is meant.",
                    f"{number} ",
                )
        if _AT_LARGE.search(self._box):
            return
        for number in sorted(changed & now.keys()):
            if not any(
                f"{number}.".startswith(f"{found}.") or found.startswith(f"{number}.") for found in named
            ):
                yield self._finding(
                    "section-not-named",
                    f"Section {number} was changed, and the amendment does not name it.",
                    "Name the section in the amendment.",
                    f"{number} ",
                )

    def _first_change(self) -> str:
        old, now = _rules(self._old_page), _rules(self._page)
        known, kept = set(old), set(now)
        gone = next((text for text in old if text not in kept), "")
        new = next((text for text in now if text not in known), "")
        if not new:
            return f"“{shortened(gone)}” is gone" if gone else "its parts stand in another order"
        # Where the two part, from the beginning of a word a little before.
        pairs = enumerate(zip(gone, new, strict=False))
        same = next((place for place, (one, other) in pairs if one != other), min(len(gone), len(new)))
        start = new.rfind(" ", 0, max(0, same - _WORDS_BEFORE)) + 1 if same > _WORDS_BEFORE else 0
        return f"“{'...' if start else ''}{shortened(new[start:])}” is new"

    def _spot(self) -> Spot:
        found = next((block.spot for block in self._page.blocks if block.box == _AMENDMENT), None)
        return found or Spot(None, None, "")

    def _finding(self, code: str, text: str, advice: str, about: str = "") -> Finding:
        return finding(
            code,
            self._page,
            self._spot(),
            text,
            advice=advice,
            subject=f"{about}{self._box} | {self._page.text}",
        )

    def _in_list(self, code: str, text: str, advice: str) -> Finding:
        statuses = " ".join(status.value for status in self._chapter.statuses)
        subject = f"{statuses} {self._page.text}"
        line = self._lines.of(self._chapter)
        return manual_finding(
            code, self._lines.file, line, text, advice=advice, subject=subject, chapter=self._chapter.id
        )


def _boxed(page: Page) -> str:
    return " ".join(block.text for block in page.blocks if block.box == _AMENDMENT)


def _compared(page: Page) -> list[str]:
    return [block.compared for block in page.blocks if block.box != _AMENDMENT]


def _rules(page: Page) -> list[str]:
    """What a chapter says, without its amendment, its lists of links, and the words and targets of links."""
    found = (_TARGET.sub(" ", block.compared) for block in page.blocks if _is_rule(block))
    return [text for text in (" ".join(words.split()) for words in found) if text]


def _is_rule(block: Block) -> bool:
    return block.box != _AMENDMENT and block.box not in _POINTING


def _is_material(before: list[str], now: list[str]) -> bool:
    """Whether more was changed than spelling, punctuation or the order of blocks."""
    words_before = [tuple(_words(text)) for text in before]
    words_now = [tuple(_words(text)) for text in now]
    gone = list((Counter(words_before) - Counter(words_now)).elements())
    new = list((Counter(words_now) - Counter(words_before)).elements())
    if not gone and not new:
        return False
    if len(gone) != len(new) or len(new) > _MOST_SLIGHT_BLOCKS:
        return True
    return any(_differs_in_substance(one, other) for one, other in zip(gone, new, strict=True))


def _differs_in_substance(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    left, right = Counter(one), Counter(other)
    words = [*(left - right).elements(), *(right - left).elements()]
    if len(words) > _SLIGHT_WORDS:
        return True
    return any(word in _WEIGHTY or any(c.isdecimal() for c in word) for word in words)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _named_sections(box: str) -> set[str]:
    named: set[str] = set()
    for match in _SECTIONS.finditer(box):
        sentence_start = max(box.rfind(". ", 0, match.start()), box.rfind("; ", 0, match.start()))
        end = box.find(". ", match.end())
        sentence = box[sentence_start + 1 : end if end >= 0 else len(box)]
        behind = box[match.end() : match.end() + 30]
        if re.match(r"\s+of\s", behind) or re.search(
            r"\b(?:not changed|unchanged|former|moved|came here|became|was in|renumbered|enlarges|old)\b",
            sentence,
        ):
            continue
        named.update(_ONE_NUMBER.findall(match["numbers"]))
    return named


def _by_section(page: Page) -> dict[str, str]:
    """The text of each numbered section, without that of its numbered subsections."""
    found: dict[str, list[str]] = {}
    for block in page.blocks:
        match = _NUMBERED.match(f"{block.spot.heading} ")
        if match and block.box != _AMENDMENT:
            found.setdefault(match[1], []).append(block.compared)
    return {number: "\n".join(texts) for number, texts in found.items()}
