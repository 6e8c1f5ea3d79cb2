"""Bookmarks as a file: what `bookmarks export` writes and `bookmarks import` reads."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from reader.domain.bookmark import Bookmark, BookmarkFolder, BookmarkTree, Colour
from reader.domain.errors import NotFoundError, StorageError
from reader.domain.files import write_in_one_step
from reader.domain.location import Location
from reader.store.bookmark_rows import CarryRow, QuoteRow

_MOST_BYTES: Final = 64 * 1024 * 1024


class _FolderRow(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: str
    name: str


class _BookmarkRow(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: str
    name: str
    location: str
    title: str
    folder: str | None = None
    created: datetime
    note: str = ""
    tags: tuple[str, ...] = ()
    colour: Colour | None = None
    quote: QuoteRow | None = None
    carried: CarryRow | None = None

    @classmethod
    def of(cls, bookmark: Bookmark) -> _BookmarkRow:
        return cls(
            id=bookmark.id,
            name=bookmark.name,
            location=str(bookmark.location),
            title=bookmark.title,
            folder=bookmark.folder,
            created=bookmark.created,
            note=bookmark.note,
            tags=bookmark.tags,
            colour=bookmark.colour,
            quote=QuoteRow.of(bookmark.quote) if bookmark.quote else None,
            carried=CarryRow.of(bookmark.carried) if bookmark.carried else None,
        )

    def bookmark(self, position: int) -> Bookmark:
        return Bookmark(
            self.id,
            self.name,
            Location.parse(self.location),
            self.title,
            self.folder,
            position,
            self.created,
            note=self.note,
            tags=self.tags,
            colour=self.colour,
            quote=self.quote.quote() if self.quote else None,
            carried=self.carried.carried() if self.carried else None,
        )


class _BookmarkFile(BaseModel):
    """Format 1 knew no notes, tags, colours and words; it is read too."""

    model_config = ConfigDict(extra="ignore")

    kind: Literal["procedures-bookmarks"]
    format: Literal[1, 2]
    folders: list[_FolderRow]
    bookmarks: list[_BookmarkRow]


class _Selector(BaseModel):
    """A selector of the W3C's Web Annotation Data Model (section 4.2)."""

    model_config = ConfigDict(extra="ignore")

    type: str
    value: str | None = None
    exact: str | None = None
    prefix: str = ""
    suffix: str = ""


class _Target(BaseModel):
    model_config = ConfigDict(extra="ignore")

    source: str
    selector: list[_Selector] = Field(default_factory=list)


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore")

    type: str
    value: str = ""
    purpose: str = ""


class _Annotation(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: str
    type: Literal["Annotation"]
    motivation: str = ""
    created: datetime
    body: list[_Body] = Field(default_factory=list)
    target: _Target
    stylesheet: _Body | None = None


class _AnnotationPage(BaseModel):
    model_config = ConfigDict(extra="ignore")

    type: Literal["AnnotationPage"]
    items: list[_Annotation]


def bookmarks_json(tree: BookmarkTree) -> str:
    """The bookmarks as the text of a file, indented for people."""
    document = _BookmarkFile(
        kind="procedures-bookmarks",
        format=2,
        folders=[_FolderRow(id=folder.id, name=folder.name) for folder in tree.folders],
        bookmarks=[_BookmarkRow.of(bookmark) for bookmark in tree.bookmarks],
    )
    return document.model_dump_json(indent=1, exclude_none=True) + "\n"


def annotation_page(tree: BookmarkTree) -> dict[str, Any]:
    """The bookmarks as an annotation page of the W3C's Web Annotation Data Model, ready to be written as JSON.

    The source of a target is a location of this program; name, title, folder and verdict are terms of its own.
    """
    return {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "type": "AnnotationPage",
        "items": [_annotation(bookmark, tree) for bookmark in tree.bookmarks],
    }


def _annotation(bookmark: Bookmark, tree: BookmarkTree) -> dict[str, Any]:
    bodies = [{"type": "TextualBody", "value": bookmark.name, "purpose": "identifying"}]
    if bookmark.note:
        bodies.append({"type": "TextualBody", "value": bookmark.note, "purpose": "commenting"})
    bodies += [{"type": "TextualBody", "value": tag, "purpose": "tagging"} for tag in bookmark.tags]
    folder = tree.folder_name(bookmark.folder)
    if folder:
        bodies.append({"type": "TextualBody", "value": folder, "purpose": "classifying"})
    selectors: list[dict[str, str]] = []
    if bookmark.location.anchor:
        selectors.append(
            {
                "type": "FragmentSelector",
                "conformsTo": "http://tools.ietf.org/rfc/rfc3236",
                "value": bookmark.location.anchor,
            }
        )
    if bookmark.quote is not None and bookmark.quote.exact:
        quote = bookmark.quote
        selectors.append(
            {
                "type": "TextQuoteSelector",
                "exact": quote.exact,
                "prefix": quote.prefix,
                "suffix": quote.suffix,
            }
        )
    found: dict[str, Any] = {
        "id": f"urn:uuid:{bookmark.id}",
        "type": "Annotation",
        "motivation": "highlighting" if bookmark.colour else "bookmarking",
        "created": bookmark.created.isoformat(),
        "body": bodies,
        "target": {"source": str(bookmark.location.without_anchor()), "selector": selectors},
    }
    if bookmark.colour:
        found["stylesheet"] = {
            "type": "CssStylesheet",
            "value": f".highlight {{ background: {bookmark.colour.value}; }}",
        }
        found["target"]["styleClass"] = "highlight"
    return found


def write_bookmarks(file: Path, tree: BookmarkTree) -> None:
    """Write an export in one step.

    Raises:
        StorageError: when it cannot be written.
    """
    write_in_one_step(file, bookmarks_json(tree).encode("utf-8"))


def read_bookmarks(file: Path) -> BookmarkTree:
    """Read an export: the program's own, or annotations of the W3C's data model that point into manuals.

    Raises:
        StorageError: when it is not one; nothing of it is taken.
    """
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise StorageError(f"{file} is too large for an export of bookmarks; nothing was imported.")
        raw = file.read_bytes()
        if b'"AnnotationPage"' in raw[:400]:
            return _of_annotations(_AnnotationPage.model_validate_json(raw))
        parsed = _BookmarkFile.model_validate_json(raw)
        return BookmarkTree(
            tuple(BookmarkFolder(row.id, row.name, index) for index, row in enumerate(parsed.folders)),
            tuple(row.bookmark(index) for index, row in enumerate(parsed.bookmarks)),
        )
    except OSError as error:
        raise StorageError(f"Cannot read {file}: {error.strerror}.") from error
    except (ValidationError, NotFoundError, ValueError) as error:
        raise StorageError(f"{file} is no export of bookmarks; nothing was imported.") from error


def _colour(annotation: _Annotation) -> Colour | None:
    """The colour of a highlight; yellow where another program says that it is one and not which."""
    said = annotation.stylesheet.value if annotation.stylesheet else ""
    named = next((colour for colour in Colour if colour.value in said), None)
    return named or (Colour.YELLOW if annotation.motivation == "highlighting" else None)


def _of_annotations(page: _AnnotationPage) -> BookmarkTree:
    """Annotations as bookmarks; their folders are told apart by name."""
    names: dict[str, str] = {}
    bookmarks: list[Bookmark] = []
    for position, one in enumerate(page.items):
        said = {
            purpose: [body.value for body in one.body if body.purpose == purpose]
            for purpose in ("identifying", "commenting", "tagging", "classifying")
        }
        anchor = next((s.value for s in one.target.selector if s.type == "FragmentSelector"), None)
        quoted = next((s for s in one.target.selector if s.type == "TextQuoteSelector" and s.exact), None)
        location = Location.parse(one.target.source + (f"#{anchor}" if anchor else ""))
        folder = said["classifying"][0] if said["classifying"] else None
        if folder is not None:
            names.setdefault(folder, f"folder-{folder}")
        words = (quoted.exact or "") if quoted else ""
        bookmarks.append(
            Bookmark(
                one.id.removeprefix("urn:uuid:"),
                (said["identifying"] or [words[:60] or str(location)])[0],
                location,
                "",
                names[folder] if folder is not None else None,
                position,
                one.created,
                note="\n".join(said["commenting"]),
                tags=tuple(dict.fromkeys(said["tagging"])),
                colour=_colour(one),
                quote=QuoteRow(
                    exact=words,
                    prefix=quoted.prefix,
                    suffix=quoted.suffix,
                    is_selection=bool(quoted.prefix or quoted.suffix),
                ).quote()
                if quoted
                else None,
            )
        )
    folders = tuple(BookmarkFolder(id_, name, i) for i, (name, id_) in enumerate(names.items()))
    return BookmarkTree(folders, tuple(bookmarks))
