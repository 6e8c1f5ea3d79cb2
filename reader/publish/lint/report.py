"""How rules word their findings."""

from __future__ import annotations

from reader.publish.lint.findings import Finding, Severity
from reader.publish.lint.pages import Page, Spot
from reader.publish.lint.rules import RULES


def finding(
    code: str,
    page: Page,
    spot: Spot,
    text: str,
    *,
    advice: str,
    subject: str,
    severity: Severity | None = None,
) -> Finding:
    """A finding in a chapter's text."""
    return Finding(
        code=code,
        severity=severity or RULES[code].severity,
        file=page.file,
        line=spot.line,
        chapter=page.chapter,
        anchor=spot.anchor,
        heading=spot.heading,
        text=text,
        advice=advice,
        subject=subject,
    )


def manual_finding(
    code: str,
    file: str,
    line: int | None,
    text: str,
    *,
    advice: str,
    subject: str,
    chapter: str | None = None,
    spot: str = "",
) -> Finding:
    """A finding in what is said of the manual or of a chapter, outside of the chapters' own texts."""
    return Finding(
        code=code,
        severity=RULES[code].severity,
        file=file,
        line=line,
        chapter=chapter,
        anchor=None,
        heading="",
        text=text,
        advice=advice,
        subject=subject,
        spot=spot,
    )
