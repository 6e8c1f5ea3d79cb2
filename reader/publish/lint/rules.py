"""The codes of the lint: how much each weighs, and what it looks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from reader.publish.lint.findings import Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that the lint looks for.

    Attributes:
        severity: How much a finding weighs, where the finding itself does not say otherwise.
        about: What it looks for, in a few words.
        needs_last: Whether it compares with the last edition, and finds nothing without it.
    """

    severity: Severity
    about: str
    needs_last: bool = False


_ERROR: Final = Severity.ERROR
_WARNING: Final = Severity.WARNING
_HINT: Final = Severity.HINT

RULES: Final[Mapping[str, Rule]] = {
    # manual.toml
    "manual-dates": Rule(_ERROR, "dates of manual.toml that contradict each other"),
    "edition-not-raised": Rule(_ERROR, "an edition that is no higher than the last one", needs_last=True),
    # The contents list
    "duplicate-number": Rule(_ERROR, "two entries of the contents list with one number"),
    "missing-number": Rule(_WARNING, "numbers that the contents list leaves out"),
    "number-out-of-order": Rule(_HINT, "numbers of the contents list that go backwards"),
    "chapter-not-held": Rule(_WARNING, "chapters that are listed and have no text"),
    "chapter-not-listed": Rule(_ERROR, "chapter files that the contents list does not name"),
    "held-but-to-follow": Rule(_WARNING, "chapters with text that are said to follow"),
    "review-overdue": Rule(_WARNING, "chapters that have been under review for over a year"),
    "form-past-review": Rule(_WARNING, "forms whose review date passes before the edition is in force"),
    "missing-form": Rule(_ERROR, "forms that are named and do not lie in the folder"),
    "file-not-used": Rule(_HINT, "pictures and forms that nothing names"),
    # Chapters
    "chapter-refused": Rule(_ERROR, "chapters that no bundle takes"),
    "empty-chapter": Rule(_ERROR, "chapters that say nothing"),
    "empty-passage": Rule(_HINT, "headings with nothing under them"),
    "dead-link": Rule(_ERROR, "links that lead nowhere"),
    "dead-anchor": Rule(_ERROR, "links to a passage that is not there"),
    "missing-picture": Rule(_ERROR, "pictures that are not there"),
    "heading-skips": Rule(_WARNING, "headings that skip a level"),
    "heading-empty": Rule(_WARNING, "headings without words"),
    "heading-number": Rule(_WARNING, "numbers of headings that stand twice or are left out"),
    "picture-without-text": Rule(_WARNING, "pictures without a text alternative"),
    "table-without-headers": Rule(_WARNING, "tables without header cells"),
    "long-paragraph": Rule(_WARNING, "paragraphs of more than 250 words"),
    # Wording
    "outdated-body": Rule(_WARNING, "bodies and services that no longer exist"),
    "outdated-court": Rule(_WARNING, "courts, tribunals and orders that no longer exist"),
    "outdated-law": Rule(_WARNING, "Acts and regulations that were replaced"),
    "outdated-guidance": Rule(_HINT, "guidance that was replaced"),
    "outdated-term": Rule(_HINT, "terms that law or guidance gave up"),
    "wrong-year": Rule(_WARNING, "Acts and regulations with a year that is not theirs"),
    "person-with-number": Rule(_WARNING, "named people with telephone numbers"),
    # Against the last edition
    "amendment-without-change": Rule(
        _WARNING, "amendments that claim a change the text does not show", needs_last=True
    ),
    "change-without-amendment": Rule(_WARNING, "changes that no amendment names", needs_last=True),
    "section-not-changed": Rule(
        _HINT, "sections that an amendment names and that are as they were", needs_last=True
    ),
    "section-not-named": Rule(_HINT, "changed sections that the amendment does not name", needs_last=True),
    "status-without-change": Rule(
        _WARNING, "“updated” or “new” at a chapter that is neither", needs_last=True
    ),
    "change-without-status": Rule(_WARNING, "changed or new chapters that do not say so", needs_last=True),
    # Accepted findings
    "acceptance-without-finding": Rule(_HINT, "accepted findings that are no more"),
}
