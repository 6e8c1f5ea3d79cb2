"""Exact days as contents lists write them. A month without a day is no date and stays where it stands."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
# A day may follow a year directly, where a title's last word is a year: "Act 19835 February 2025".
_NOT_WITHIN_DIGITS = r"(?:(?<!\d)|(?<=\D(?:19|20)\d\d))"
_FORMS = (
    re.compile(rf"{_MONTH} ?{_DAY},? ?{_YEAR}$", re.IGNORECASE),
    re.compile(rf"{_NOT_WITHIN_DIGITS}{_DAY} ?(?:of )?{_MONTH},? ?{_YEAR}$", re.IGNORECASE),
    re.compile(rf"(?<![\d./-])(?P<day>\d{{1,2}})([./-])(?P<month>\d{{1,2}})\2{_YEAR}$"),
    re.compile(rf"(?<![\d./-]){_YEAR}-(?P<month>\d{{2}})-(?P<day>\d{{2}})$"),
)
_LONGEST = 40


def trailing_date(text: str) -> tuple[str, date] | None:
    """The day that a text ends with, and the text before it as it stands; None when there is none."""
    start = max(0, len(text) - _LONGEST)
    for form in _FORMS:
        found = form.search(text[start:])
        if not found:
            continue
        before = text[: start + found.start()]
        if before[-1:].isalpha() and not (found[0][0].isupper() or found[0][0].isdigit()):
            continue
        day = _day(found["year"], found["month"], found["day"])
        if day is not None:
            return before, day
    return None


def whole_date(text: str) -> date | None:
    """The day that a text is, or None."""
    found = trailing_date(text)
    return found[1] if found and not found[0].strip() else None


def _day(year: str, month: str, day: str) -> date | None:
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3].casefold()) + 1
    try:
        return date(int(year), number, int(day))
    except ValueError:
        return None
