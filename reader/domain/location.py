"""The one way to point at text."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from reader.domain.errors import NotFoundError
from reader.domain.manual import ManualId

CHAPTER_ID_PATTERN = re.compile(r"[a-z0-9][a-z0-9-]{0,80}")
FORM_PATTERN = re.compile(r"[a-z0-9][a-z0-9-]{0,80}\.(?:pdf|docx)")
_ANCHOR_PATTERN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,120}")
_MAX_EDITION = 2**31 - 1
_URI = re.compile(
    r"manual:(?P<authority>[^/@#]+)/(?P<manual>[^/@#]+)"
    r"(?:/forms/(?P<form>[^/@#]+)|/(?P<chapter>[^/@#]+))?(?:@(?P<edition>[0-9]{1,10}))?(?:#(?P<anchor>.+))?"
)


@dataclass(frozen=True, slots=True)
class Location:
    """Manual, edition, chapter and anchor.

    Attributes:
        edition: None means the current edition, whichever that is when it is opened.
        chapter: None means the manual as a whole.
        anchor: Id of a passage within the chapter.
        form: File name of a form in the documents library ("contact-agreement.docx"); then there is no chapter.
    """

    manual: ManualId
    chapter: str | None = None
    edition: int | None = None
    anchor: str | None = None
    form: str | None = None

    def __post_init__(self) -> None:
        """Hold only what can be written and read again."""
        is_good = (
            (self.chapter is None or CHAPTER_ID_PATTERN.fullmatch(self.chapter))
            and (self.anchor is None or _ANCHOR_PATTERN.fullmatch(self.anchor))
            and (self.edition is None or 0 < self.edition <= _MAX_EDITION)
            and (self.form is None or (FORM_PATTERN.fullmatch(self.form) and self.chapter is None))
        )
        if not is_good:
            raise ValueError(f"no location: {self.chapter!r} {self.edition!r} {self.anchor!r} {self.form!r}")

    def __str__(self) -> str:
        text = f"manual:{self.manual}"
        if self.chapter:
            text += f"/{self.chapter}"
        if self.form:
            text += f"/forms/{self.form}"
        if self.edition is not None:
            text += f"@{self.edition}"
        if self.anchor:
            text += f"#{self.anchor}"
        return text

    @classmethod
    def parse(cls, text: str) -> Location:
        """Read "manual:AUTHORITY/MANUAL[/CHAPTER|/forms/FILE][@EDITION][#ANCHOR]".

        Raises:
            NotFoundError: when the text is not of that form.
        """
        match = _URI.fullmatch(text)
        if not match:
            raise NotFoundError(f"“{text}” points at no chapter.")
        edition = int(match["edition"]) if match["edition"] else None
        try:
            manual = ManualId.parse(f"{match['authority']}/{match['manual']}")
            return cls(manual, match["chapter"], edition, match["anchor"], match["form"])
        except ValueError as error:
            raise NotFoundError(f"“{text}” points at no chapter.") from error

    def without_anchor(self) -> Location:
        return replace(self, anchor=None)
