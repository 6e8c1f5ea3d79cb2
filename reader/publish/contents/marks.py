"""What stands behind a title: statuses, the date of the last revision, and the body that holds the text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from reader.domain.contents import Status
from reader.publish.contents.dates import trailing_date
from reader.publish.contents.lines import has_words, word_set

_STATUS_BY_WORDS = {
    "new": Status.NEW,
    "updated": Status.UPDATED,
    "under review": Status.UNDER_REVIEW,
    "to follow": Status.TO_FOLLOW,
}
_MOST_MARKS = 8
_LONGEST_MARKS = 100
_SEPARATORS = " -–—,;|/"
_ANY_STATUS = r"(?P<status>under[ -]review|to[ -]follow|updated|new)"
_DASHED_STATUS = re.compile(rf"\s[-–—]\s?{_ANY_STATUS}$", re.IGNORECASE)
_BRACKETED_STATUS = re.compile(rf"\s*[(\[]{_ANY_STATUS}[)\]]$", re.IGNORECASE)
_STATUS_LABEL = re.compile(
    r"(?P<status>Under Review|Under review|To Follow|To follow|Updated|New|UNDER REVIEW|TO FOLLOW|UPDATED|NEW)$"
)
_STATUS_ALONE = re.compile(rf"(?:^|(?<=[\s,;/|&(\[*-])){_ANY_STATUS}$", re.IGNORECASE)
_DATE_LABEL = re.compile(
    r"(?:^|\s)(?:(?:last )?(?:updated|revised|amended)(?: on)?:|last (?:updated|revised))$", re.IGNORECASE
)
# A status word behind one of these is the end of a phrase: "What is New", "Keeping Updated".
_PHRASE_WORDS = word_set(
    "a an and are as at be been being by for getting have how in is keep keeping not of on or recently something"
    " stay staying the to was were what's what’s whats when with"
)
# The same for a date: "as at 1 April 2020". A capital ("Children Looked After") ends a title and no phrase.
_DATE_PHRASE_WORDS = word_set("and as at before by dated from in of on since to until")
_HOLDINGS = word_set("procedures manual manuals website websites library")
_OWN_HOLDINGS = word_set(
    "local internal our this see and or with for including documents document forms form resource resources"
)
_SENTENCE_WORDS = 6


@dataclass(frozen=True, slots=True)
class Marks:
    """Statuses in their order, and the date of a row."""

    statuses: tuple[Status, ...] = ()
    revised: date | None = None


@dataclass(frozen=True, slots=True)
class TitleParts:
    """A title, and what stood behind it."""

    title: str
    marks: Marks = Marks()
    source: str | None = None


def split_title(text: str) -> TitleParts:
    """Take statuses, a date and a source off the end of a row's text; the title keeps everything else."""
    title, statuses, revised, source = text, list[Status](), None, None
    for _ in range(_MOST_MARKS):
        dated = trailing_date(title) if revised is None else None
        before = _without_label(dated[0]) if dated else ""
        if dated and has_words(before) and _last_word(dated[0]) not in _DATE_PHRASE_WORDS:
            title, revised = before, dated[1]
        elif status := _trailing_status(title):
            title = status[0]
            statuses.insert(0, status[1])
        elif source is None and (held := _trailing_source(title)):
            title, source = held
        else:
            break
    return TitleParts(title, Marks(tuple(dict.fromkeys(statuses)), revised), source)


def marks_alone(text: str) -> Marks | None:
    """The statuses and the date that a text consists of; None when anything else stands in it."""
    if len(text) > _LONGEST_MARKS:
        return None
    rest, statuses, revised = _bare(text), list[Status](), None
    for _ in range(_MOST_MARKS):
        dated = trailing_date(rest) if revised is None else None
        if dated:
            rest, revised = _bare(_without_label(dated[0])), dated[1]
        elif found := _STATUS_ALONE.search(rest):
            statuses.insert(0, _status(found["status"]))
            rest = _bare(rest[: found.start()])
        else:
            break
    if has_words(rest) or not (statuses or revised):
        return None
    return Marks(tuple(dict.fromkeys(statuses)), revised)


def added(first: Marks, second: Marks) -> Marks:
    """Both marks of one row, the first date standing."""
    statuses = tuple(dict.fromkeys((*first.statuses, *second.statuses)))
    return replace(first, statuses=statuses, revised=first.revised or second.revised)


def is_sentence(text: str) -> bool:
    """Whether a text is a sentence and no title."""
    return text.rstrip(")”\"' ").endswith((".", "!", "?")) and text.count(" ") + 1 >= _SENTENCE_WORDS


def whole_bracket(text: str) -> str | None:
    """What stands in the brackets that a text begins and ends with, when they are one pair."""
    if not text.startswith("("):
        return None
    found = _trailing_bracket(text)
    return found[1] if found and not found[0] else None


def names_a_source(inner: str) -> bool:
    """Whether a bracket on a line of its own can name who holds a text."""
    words = inner.casefold().split()
    return (
        any(c.isalpha() for c in inner) and not is_sentence(inner) and words[-1] not in {"required", "only"}
    )


def _trailing_status(text: str) -> tuple[str, Status] | None:
    bracketed = _BRACKETED_STATUS.search(text[-_LONGEST_MARKS:])
    if bracketed:
        rest = text[: len(text) - len(bracketed[0])].rstrip(_SEPARATORS)
        return (rest, _status(bracketed["status"])) if has_words(rest) else None
    found = _DASHED_STATUS.search(text[-_LONGEST_MARKS:])
    if not found:
        found = _STATUS_LABEL.search(text[-_LONGEST_MARKS:])
        if not found or _last_word(text[: len(text) - len(found[0])]).casefold() in _PHRASE_WORDS:
            return None
        before = text[: len(text) - len(found[0])]
        if found[0].isupper() and not any(c.islower() for c in before):
            return None
        if not before.endswith(" ") and not (before[-1:].isalnum() or before[-1:] in ")]’'\"”.?!"):
            return None
    rest = text[: len(text) - len(found[0])].rstrip(_SEPARATORS)
    return (rest, _status(found["status"])) if has_words(rest) else None


def _trailing_source(text: str) -> tuple[str, str] | None:
    found = _trailing_bracket(text)
    if not found or not has_words(found[0]):
        return None
    words = found[1].casefold().split()
    if len(words) < 2 or words[-1] not in _HOLDINGS or words[0] in _OWN_HOLDINGS:  # noqa: PLR2004
        return None
    return found[0].rstrip(), found[1]


def _trailing_bracket(text: str) -> tuple[str, str] | None:
    """The text before a balanced bracket at the end, and what stands in the bracket."""
    if not text.endswith(")"):
        return None
    depth = 0
    for index in range(len(text) - 1, -1, -1):
        if text[index] == ")":
            depth += 1
        elif text[index] == "(":
            depth -= 1
            if depth == 0:
                inner = text[index + 1 : -1].strip()
                return (text[:index], inner) if inner else None
    return None


def _status(words: str) -> Status:
    return _STATUS_BY_WORDS[words.casefold().replace("-", " ")]


def _bare(text: str) -> str:
    return text.strip(_SEPARATORS + "()[]*&•.")


def _without_label(text: str) -> str:
    before = text.rstrip(_SEPARATORS)
    found = _DATE_LABEL.search(before[-_LONGEST_MARKS:])
    return before[: len(before) - len(found[0])].rstrip(_SEPARATORS) if found else before


def _last_word(text: str) -> str:
    words = text[-_LONGEST_MARKS:].split(" ")
    return next((word for word in reversed(words) if word), "") if text.endswith(" ") else ""
