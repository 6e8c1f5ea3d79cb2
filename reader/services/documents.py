"""What can be found in an edition: its divisions, its chapters and their passages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from reader.bundle import html
from reader.bundle.verifier import VerifiedBundle
from reader.domain.contents import ChapterPlace, Division, Form, Held, Note, Passage, SeeAlso, path_of, walk
from reader.domain.errors import BundleRefusedError
from reader.domain.search import IndexDocument
from reader.domain.text import slug


def division_anchor(division: Division) -> str:
    """Where a division stands on the cover page of its manual."""
    return f"division-{slug(division.numbered_title)}"


def documents_of(
    bundle: VerifiedBundle, form_text: Callable[[bytes, str], tuple[str, ...]]
) -> Iterator[IndexDocument]:
    """Every searchable piece of a verified bundle. Of a chapter that is refused the reason is found instead.

    Args:
        bundle: The edition.
        form_text: Gives the paragraphs of a form, of its bytes and its name.

    Raises:
        StorageError: when the bundle cannot be read.
    """
    contents = bundle.edition.contents
    for entry, divisions in walk(contents.entries):
        if isinstance(entry, Division) and entry.title:
            yield _division_document(entry, divisions)
        elif isinstance(entry, Form):
            yield _form_document(bundle, entry, divisions, form_text)
    for place in contents.places():
        yield from _chapter_documents(bundle, place)


def _division_document(division: Division, above: tuple[Division, ...]) -> IndexDocument:
    own: list[str] = []
    for entry in division.entries:
        if not isinstance(entry, Note | SeeAlso | Form):
            break
        own.append(text_of(entry))
    return IndexDocument(
        chapter=None,
        number=division.number,
        title=division.title or "",
        division=path_of(above),
        heading="",
        anchor=division_anchor(division),
        statuses=(),
        text="",
        extra=" · ".join(own),
    )


def _form_document(
    bundle: VerifiedBundle,
    form: Form,
    above: tuple[Division, ...],
    form_text: Callable[[bytes, str], tuple[str, ...]],
) -> IndexDocument:
    name = form.file_name
    try:
        text, beside = " ".join(form_text(bundle.read(form.file), name)), ""
    except BundleRefusedError as error:
        text, beside = "", str(error)
    return IndexDocument(
        chapter=None,
        number=None,
        title=form.title,
        division=path_of(above),
        heading="",
        anchor=None,
        statuses=(),
        text=text,
        extra=" · ".join(part for part in (f"Form, {form_kind(form)}", beside) if part),
        form=name,
    )


def form_kind(form: Form) -> str:
    """What kind of file a form is, as people call it."""
    return "PDF" if form.file.endswith(".pdf") else "Word"


def _chapter_documents(bundle: VerifiedBundle, place: ChapterPlace) -> Iterator[IndexDocument]:
    chapter = place.chapter
    beside = [chapter.source, chapter.note, *(text_of(entry) for entry in place.companions)]
    passages: tuple[Passage, ...] = ()
    if chapter.held is Held.INCLUDED and chapter.file:
        try:
            passages = html.passages(html.readable(bundle.read(chapter.file), bundle.manual))
        except BundleRefusedError as error:
            beside.append(str(error))
    for index, passage in enumerate(passages or (Passage(None, "", 0, ""),)):
        yield IndexDocument(
            chapter=chapter.id,
            number=chapter.number,
            title=chapter.title,
            division=path_of(place.divisions),
            heading=passage.heading,
            anchor=passage.anchor,
            statuses=chapter.statuses,
            text=passage.text,
            extra=" · ".join(part for part in (*(beside if index == 0 else ()), *passage.pictures) if part),
            revised=chapter.revised,
            box=passage.box,
        )


def text_of(entry: Note | SeeAlso | Form) -> str:
    """What a contents list says in a see-also, note or form, on one line."""
    match entry:
        case Note():
            return entry.text
        case Form():
            return f"Form: {entry.title}"
        case SeeAlso():
            source = f" ({entry.source})" if entry.source else ""
            note = f" - {entry.note}" if entry.note else ""
            return f"See also: {entry.title}{source}{note}"
