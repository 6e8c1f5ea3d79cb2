"""A document of the source on its way to a chapter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from reader.domain.contents import Entry, Status
from reader.publish.importing.findings import Findings
from reader.publish.importing.forms import FormRow

Progress = Callable[[int, int, str], None]
"""Told how far a piece of work is: done, of how many, what."""


@dataclass(slots=True)
class Draft:
    """One chapter as its document has it.

    Attributes:
        page: The document's path inside the source; part of a longer document: with "#" and a slug behind it.
        title: As the document itself says it; "" when it says none.
        id: The identity that the document claims for itself, where it may.
        html: The body in the form that `body` makes; links and pictures still lead where they led in the source.
        anchors: The anchors of `html` by the fragment that led there in the source.
        own_words: How many words its text has beside links.
    """

    page: str
    title: str
    html: str
    number: str | None = None
    id: str | None = None
    statuses: tuple[Status, ...] = ()
    revised: date | None = None
    anchors: dict[str, str] = field(default_factory=dict)
    own_words: int = 0


@dataclass(slots=True)
class Harvest:
    """Everything that was read of a source.

    Attributes:
        entries: The tree; its chapters have temporary ids.
        pages: The document of each chapter that has one, by temporary id.
        drafts: Documents by page.
        see_also_pages: The documents that see-alsos lead to, by title.
        stand_ins: For pages that became divisions: the page of the chapter to which links to them lead.
        aliases: Further names by which links call a page: addresses, other spellings.
        form_rows: What the pages of a documents library say of forms, by file.
        contents_file: The file that the tree was read from, where there is one.
    """

    entries: tuple[Entry, ...]
    pages: dict[str, str]
    drafts: dict[str, Draft]
    findings: Findings
    see_also_pages: dict[str, str] = field(default_factory=dict)
    stand_ins: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    form_rows: dict[str, FormRow] = field(default_factory=dict)
    contents_file: str | None = None
    authority_name: str | None = None
    title: str | None = None
