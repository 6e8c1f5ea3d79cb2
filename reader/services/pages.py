"""Chapters and covers, made ready to be shown. Every text of a manual is escaped or sanitised on its way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from html import escape
from typing import Final

from reader.bundle import html
from reader.bundle.limits import MIB
from reader.bundle.pictures import picture_size
from reader.bundle.screen_html import for_screen
from reader.bundle.verifier import VerifiedBundle
from reader.compare.passages import revised_passages
from reader.domain.contents import (
    Chapter,
    ChapterPlace,
    Division,
    Entry,
    Form,
    Held,
    Note,
    Passage,
    SeeAlso,
    Status,
    path_of,
    walk,
)
from reader.domain.counterpart import Counterpart
from reader.domain.errors import BundleRefusedError, NotFoundError, ReaderError, StorageError
from reader.domain.location import Location
from reader.domain.manual import ManualId, Purpose, day
from reader.domain.page import Page, Strip
from reader.services.counterparts import CounterpartService
from reader.services.documents import division_anchor, form_kind
from reader.services.form_text import FormReader
from reader.services.provenance import explain, signature_line
from reader.services.snapshot import LibrarySnapshot

_PURPOSES = {
    Purpose.PRACTICE: "For practice.",
    Purpose.TRAINING: "For training only: do not use it for practice.",
    Purpose.CONTENTS_ONLY: "Contents list only: the texts of the chapters are not held.",
}
_PICTURE: Final = re.compile(r'<img\b[^<>]*?\ssrc="manual:([^"]*)"[^<>]*>')
_GIVEN_SIDE: Final = re.compile(r'\s(width|height)="([0-9]+)"')
_MEASURED_BYTES: Final = 64 * MIB


class PageService:
    """Makes pages of locations."""

    def __init__(
        self,
        counterparts: CounterpartService,
        today: Callable[[], date],
        *,
        now: Callable[[], datetime],
        on_refused: Callable[[VerifiedBundle, BundleRefusedError], None],
    ) -> None:
        """Make the service.

        Args:
            counterparts: Finds the chapters of other manuals that a page names.
            today: The day on this computer's clock.
            now: The moment on this computer's clock, in its own time zone.
            on_refused: Told of every part of an edition that was not shown.
        """
        self._counterparts = counterparts
        self._today = today
        self._now = now
        self._on_refused = on_refused

    def page(self, snapshot: LibrarySnapshot, location: Location) -> Page:
        """The chapter, or the manual's cover, at a location.

        Raises:
            NotFoundError: when the manual, edition or chapter is not installed.
            BundleRefusedError: when the chapter was changed since it was signed.
            StorageError: when the bundle cannot be read.
        """
        bundle = snapshot.get(location.manual, location.edition, self._today())
        if location.form is not None:
            return self._form(bundle, location, location.form)
        if location.chapter is None:
            return self._cover(bundle, location)
        place = bundle.edition.contents.place(location.chapter)
        if place is None:
            manifest = bundle.edition.manifest
            raise NotFoundError(
                f"{manifest.authority_name}, {manifest.edition_name}, has no chapter “{location.chapter}”:"
                " it may stand in another edition."
            )
        if place.chapter.held is Held.INCLUDED:
            body, passages = self._included(bundle, place.chapter)
            revised, since = self._revised(snapshot, bundle, place.chapter, passages)
        else:
            body, passages = self._listed(snapshot, bundle, place), ()
            revised, since = (), ""
        return Page(
            location=_resolved(bundle, location),
            title=place.chapter.numbered_title,
            strip=self._strip(bundle, place.divisions, place.chapter.statuses),
            html=for_screen(body),
            passages=passages,
            held=place.chapter.held,
            provenance=explain(bundle.edition, self._now()),
            revised=revised,
            revised_since=since,
        )

    def form(self, snapshot: LibrarySnapshot, location: Location) -> bytes:
        """The file of a form, checked against its signed hash.

        Raises:
            NotFoundError: when the location is no form of an installed edition.
            BundleRefusedError: when it was changed or is missing.
            StorageError: when the bundle cannot be read.
        """
        bundle = snapshot.get(location.manual, location.edition, self._today())
        return self._read(bundle, _form_entry(bundle, location.form or "")[0].file)

    def media(self, snapshot: LibrarySnapshot, manual: ManualId, edition: int | None, target: str) -> bytes:
        """A picture of an edition, checked against its signed hash.

        Raises:
            NotFoundError: when the edition is not installed, or the target is no picture of this manual.
            BundleRefusedError: when it was changed or is missing.
            StorageError: when the bundle cannot be read.
        """
        if not target.startswith(f"{manual}/media/"):
            raise NotFoundError(f"{target} is no picture of {manual}.")
        return self._read(snapshot.get(manual, edition, self._today()), target)

    def _form(self, bundle: VerifiedBundle, location: Location, name: str) -> Page:
        """A form: what is known of it, and its words, so that it can be read and searched without another program."""
        form, divisions = _form_entry(bundle, name)
        data = self._read(bundle, form.file)
        with FormReader() as reader:
            paragraphs = reader.paragraphs(data, name)
        facts = [
            ("Kind", f"{form_kind(form)} document, {max(1, len(data) // 1024)} KB"),
            ("Review by", day(form.review_by) if form.review_by else None),
            ("In", path_of(divisions)),
        ]
        resolved = _resolved(bundle, location)
        parts = [
            f"<h1>{escape(form.title)}</h1>",
            _facts((label, value) for label, value in facts if value),
            f'<p><a href="{escape(str(resolved), quote=True)}">Save a copy of this form to fill in…</a></p>',
            "<h2>Text of this form</h2>",
            "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs)
            or "<p><em>This document holds no text that can be read here: save a copy to see it.</em></p>",
        ]
        return Page(
            location=resolved,
            title=form.title,
            strip=self._strip(bundle, divisions, (), _form_warnings(form, self._today())),
            html=for_screen("".join(parts)),
            passages=(),
            held=Held.INCLUDED,
            provenance=explain(bundle.edition, self._now()),
        )

    def _included(self, bundle: VerifiedBundle, chapter: Chapter) -> tuple[str, tuple[Passage, ...]]:
        """The text of a chapter; one that cannot be laid out safely is replaced by the reason.

        Raises:
            BundleRefusedError: when it was changed since it was signed.
        """
        assert chapter.file is not None  # noqa: S101  # the contents list was checked: an included chapter has a file
        title = f"<h1>{escape(chapter.numbered_title)}</h1>"
        raw = self._read(bundle, chapter.file)
        try:
            clean = html.readable(raw, bundle.manual)
        except BundleRefusedError as error:
            self._on_refused(bundle, error)
            return f'{title}<p class="warning">{escape(str(error))}</p>', ()
        passages = html.passages(clean)
        has_title = any(passage.level == 1 for passage in passages)
        return _with_picture_sizes(clean if has_title else title + clean, bundle), passages

    def _revised(
        self,
        snapshot: LibrarySnapshot,
        bundle: VerifiedBundle,
        chapter: Chapter,
        passages: tuple[Passage, ...],
    ) -> tuple[tuple[tuple[str, str], ...], str]:
        """What changed in a chapter since the installed edition before, and the name of that edition."""
        number = bundle.edition.manifest.edition
        for older in snapshot.editions(bundle.manual):
            if older.edition.manifest.edition >= number:
                continue
            place = older.edition.contents.place(chapter.id)
            if place is None or place.chapter.file is None:
                return (), ""
            try:
                before = html.passages(html.readable(older.read(place.chapter.file), bundle.manual))
            except (BundleRefusedError, StorageError):
                return (), ""  # the text that is asked for is another one
            found = revised_passages(before, passages)
            return tuple(found.items()), older.edition.manifest.edition_name
        return (), ""

    def _read(self, bundle: VerifiedBundle, target: str) -> bytes:
        try:
            return bundle.read(target)
        except BundleRefusedError as error:
            self._on_refused(bundle, error)
            raise

    def _strip(
        self,
        bundle: VerifiedBundle,
        divisions: tuple[Division, ...],
        statuses: tuple[Status, ...],
        warnings: tuple[str, ...] = (),
    ) -> Strip:
        edition = bundle.edition
        manifest = edition.manifest
        return Strip(
            breadcrumb=(manifest.authority_name, *(division.numbered_title for division in divisions)),
            authority=manifest.authority_name,
            manual=manifest.title,
            edition=(
                f"{manifest.edition_name}, in force from {day(manifest.effective_from)},"
                f" review by {day(manifest.review_by)}"
            ),
            statuses=statuses,
            signed_by=signature_line(edition, self._now()),
            warnings=(*edition.warnings(self._today()), *warnings),
        )

    def _listed(self, snapshot: LibrarySnapshot, bundle: VerifiedBundle, place: ChapterPlace) -> str:
        """A chapter whose text is not held: everything that the contents list says of it."""
        chapter, manual = place.chapter, bundle.manual
        parts = [f"<h1>{escape(chapter.numbered_title)}</h1>", _where_text_is(chapter, bundle)]
        facts = [
            ("Number", chapter.number),
            ("Status", ", ".join(status.label for status in chapter.statuses)),
            ("Revised", day(chapter.revised) if chapter.revised else None),
            ("In", path_of(place.divisions)),
        ]
        parts.append(_facts((name, value) for name, value in facts if value))
        notes = [chapter.note, *(entry.text for entry in place.companions if isinstance(entry, Note))]
        parts += [f'<p class="note">{escape(note)}</p>' for note in notes if note]
        see_alsos = [entry for entry in place.companions if isinstance(entry, SeeAlso)]
        if see_alsos:
            parts.append(
                "<h2>See also</h2><ul>" + "".join(_see_also(entry, manual) for entry in see_alsos) + "</ul>"
            )
        others = list(self._counterparts.counterparts(bundle, chapter.id, snapshot, self._today()))
        if others:
            parts.append("<h2>In other manuals</h2>")
            parts.append("<ul>" + "".join(_other(other, found) for other, found in others) + "</ul>")
        return "".join(parts)

    def _cover(self, bundle: VerifiedBundle, location: Location) -> Page:
        """The cover of a manual: what the manifest says, then the whole contents list with links."""
        manifest, manual = bundle.edition.manifest, bundle.manual
        facts = [
            ("Authority", manifest.authority_name),
            ("Edition", manifest.edition_name),
            ("Issued", day(manifest.issued)),
            ("In force from", day(manifest.effective_from)),
            ("Review by", day(manifest.review_by)),
            ("Purpose", _PURPOSES[manifest.purpose]),
            ("Signed by", ", ".join(signer.name for signer in bundle.edition.signers)),
        ]
        parts = [
            f"<h1>{escape(manifest.title)}</h1>",
            _facts((name, value) for name, value in facts if value),
        ]
        if manifest.note:
            parts.append(f'<p class="note">{escape(manifest.note)}</p>')
        parts.append(_contents(bundle.edition.contents.entries, manual, level=2))
        return Page(
            location=_resolved(bundle, location),
            title=f"{manifest.authority_name}: {manifest.title}",
            strip=self._strip(bundle, (), ()),
            html=for_screen("".join(parts)),
            passages=(),
            held=Held.INCLUDED,
        )


def _resolved(bundle: VerifiedBundle, location: Location) -> Location:
    edition = bundle.edition.manifest.edition
    return Location(bundle.manual, location.chapter, edition, location.anchor, location.form)


def _form_entry(bundle: VerifiedBundle, name: str) -> tuple[Form, tuple[Division, ...]]:
    for entry, divisions in walk(bundle.edition.contents.entries):
        if isinstance(entry, Form) and entry.file_name == name:
            return entry, divisions
    manifest = bundle.edition.manifest
    raise NotFoundError(
        f"{manifest.authority_name}, {manifest.edition_name}, has no form “{name}”: it may stand in another edition."
    )


def _form_warnings(form: Form, today: date) -> tuple[str, ...]:
    if form.review_by is None or today <= form.review_by:
        return ()
    return (f"This form was to be reviewed by {day(form.review_by)}: check whether there is a newer one.",)


def _with_picture_sizes(clean: str, bundle: VerifiedBundle) -> str:
    """Every picture says how large it is, so that a page can be laid out before it is decoded.

    One that cannot be had, and what stands behind many megabytes of pictures, stays without a size.
    """
    sizes: dict[str, tuple[int, int] | None] = {}
    read_bytes = 0

    def measured(target: str) -> tuple[int, int] | None:
        nonlocal read_bytes
        if read_bytes >= _MEASURED_BYTES:
            return None
        try:
            data = bundle.read(target)
            read_bytes += len(data)
            return picture_size(data, target)
        except ReaderError:
            return None

    def with_size(match: re.Match[str]) -> str:
        tag, target = match[0], match[1]
        if ' width="' in tag and ' height="' in tag:
            return tag
        if target not in sizes:
            sizes[target] = measured(target)
        size = sizes[target]
        if size is None:
            return tag
        width, height = size
        if given := _GIVEN_SIDE.search(tag):  # the other one follows from the shape
            side = int(given[2])
            width, height = (
                (side, height * side // width) if given[1] == "width" else (width * side // height, side)
            )
            tag = tag.replace(given[0], "", 1)
        return f'{tag[:-1]} width="{max(width, 1)}" height="{max(height, 1)}">'

    return _PICTURE.sub(with_size, clean)


def _where_text_is(chapter: Chapter, bundle: VerifiedBundle) -> str:
    authority = escape(bundle.edition.manifest.authority_name)
    if chapter.source:
        where = f"It is held in: <strong>{escape(chapter.source)}</strong>."
    elif Status.TO_FOLLOW in chapter.statuses:
        where = f"{authority} has announced it and not yet published it."
    else:
        where = f"It stands in the web manual of {authority}."
    sentence = "The text of this chapter is not in this bundle, only its entry in the contents list."
    return f'<p class="not-held">{sentence} {where}</p>'


def _facts(rows: Iterable[tuple[str, str | None]]) -> str:
    cells = "".join(f"<tr><th>{escape(name)}</th><td>{escape(value or '')}</td></tr>" for name, value in rows)
    return f'<table class="facts">{cells}</table>' if cells else ""


def _link(manual: ManualId, chapter: str, text: str) -> str:
    return f'<a href="{escape(str(Location(manual, chapter)), quote=True)}">{escape(text)}</a>'


def _see_also(entry: SeeAlso, manual: ManualId) -> str:
    text = _link(manual, entry.chapter, entry.title) if entry.chapter else escape(entry.title)
    source = f" <small>({escape(entry.source)})</small>" if entry.source else ""
    note = f"<br><small>{escape(entry.note)}</small>" if entry.note else ""
    return f"<li>{text}{source}{note}</li>"


def _other(bundle: VerifiedBundle, found: Counterpart | None) -> str:
    authority = escape(bundle.edition.manifest.authority_name)
    if found is None:
        return f"<li>{authority}: <small>no chapter with a title like this</small></li>"
    return (
        f"<li>{authority}: {_link(found.manual, found.chapter.id, found.chapter.numbered_title)}"
        f" <small>({escape(found.why)})</small></li>"
    )


def _contents(entries: tuple[Entry, ...], manual: ManualId, level: int) -> str:
    parts: list[str] = []
    items: list[str] = []

    def close_list() -> None:
        if items:
            parts.append("<ul>" + "".join(items) + "</ul>")
            items.clear()

    for entry in entries:
        match entry:
            case Division():
                close_list()
                tag = f"h{min(level, 6)}"
                anchor = escape(division_anchor(entry), quote=True)
                parts.append(f'<{tag} id="{anchor}">{escape(entry.numbered_title)}</{tag}>')
                parts.append(_contents(entry.entries, manual, level + 1))
            case Chapter():
                statuses = "".join(f" <em>[{escape(status.label)}]</em>" for status in entry.statuses)
                source = f" <small>({escape(entry.source)})</small>" if entry.source else ""
                items.append(f"<li>{_link(manual, entry.id, entry.numbered_title)}{statuses}{source}</li>")
            case SeeAlso():
                items.append(_see_also(entry, manual).replace("<li>", "<li><em>See also:</em> ", 1))
            case Note():
                items.append(f"<li><small>{escape(entry.text)}</small></li>")
            case Form():
                review = f" <small>(review by {day(entry.review_by)})</small>" if entry.review_by else ""
                link = escape(str(Location(manual, form=entry.file_name)), quote=True)
                items.append(f'<li>Form: <a href="{link}">{escape(entry.title)}</a>{review}</li>')
    close_list()
    return "".join(parts)
