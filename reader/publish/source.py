"""A publisher's source folder.

manual.toml          what the manifest says
contents.txt         the contents list; contents.html or contents.md are taken as well
chapters/ID.html     the text of a chapter, where the publisher holds it; ID.md is taken as well
media/, forms/       pictures and documents, under the names that chapters use
chapter-ids.toml     the ids of the chapters, made once and kept (see `chapter_ids`)
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Final, Literal

from markdown_it import MarkdownIt
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from reader.bundle import limits
from reader.domain.errors import SourceError
from reader.domain.location import CHAPTER_ID_PATTERN
from reader.domain.manual import Manifest, ManualId, Purpose, is_usable_id
from reader.publish.contents import ContentsPage, read_contents_list


def _usable_id(text: str) -> str:
    if not is_usable_id(text):
        raise ValueError("is no id: write small letters, digits and hyphens, and no reserved name")
    return text


_CONTENTS_NAMES: Final = ("contents.txt", "contents.html", "contents.htm", "contents.md")
_Id = Annotated[str, AfterValidator(_usable_id)]
_Line = Annotated[str, StringConstraints(min_length=1, max_length=2_000, strip_whitespace=True)]


class _ManualToml(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    authority: _Id
    authority_name: _Line
    manual: _Id = "procedures"
    title: _Line
    edition: Annotated[int, Field(ge=1)]
    label: _Line | None = None
    issued: date
    effective_from: date
    review_by: date
    purpose: Literal["practice", "training", "contents-only"] = "practice"
    note: _Line | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A source folder, read.

    Attributes:
        chapter_html: The unsanitised HTML of the chapters that the folder holds, by chapter id.
        files: The bytes of pictures and forms, by place in the manual ("media/flow.png").
    """

    folder: Path
    manifest: Manifest
    page: ContentsPage
    chapter_html: dict[str, str]
    files: dict[str, bytes]


def read_source(folder: Path) -> Source:
    """Read a source folder.

    Raises:
        SourceError: when something in it is missing or wrong, naming the file and what to do.
    """
    if not folder.is_dir():
        raise SourceError(f"{folder} is not a folder: name the folder that holds manual.toml.")
    return Source(
        folder,
        _read_manifest(folder / "manual.toml"),
        _read_contents(folder),
        _read_chapters(folder),
        _read_files(folder),
    )


def _read_manifest(file: Path) -> Manifest:
    try:
        parsed = _ManualToml.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise SourceError(
            f"{file} is missing: write it, as the publisher's notes in README.md show."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{file} cannot be read: {error}.") from error
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"{file} is not written as TOML: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise SourceError(f"{file}: “{field}”: {first['msg']}.") from error
    return Manifest(
        id=ManualId(parsed.authority, parsed.manual),
        authority_name=parsed.authority_name,
        title=parsed.title,
        edition=parsed.edition,
        label=parsed.label,
        issued=parsed.issued,
        effective_from=parsed.effective_from,
        review_by=parsed.review_by,
        purpose=Purpose(parsed.purpose),
        note=parsed.note,
    )


def _read_contents(folder: Path) -> ContentsPage:
    found = [folder / name for name in _CONTENTS_NAMES if (folder / name).is_file()]
    if not found:
        raise SourceError(f"{folder} holds no contents list: save one there as {', '.join(_CONTENTS_NAMES)}.")
    if len(found) > 1:
        raise SourceError(f"{folder} holds {found[0].name} and {found[1].name}: keep one contents list.")
    return read_contents_list(found[0])


def _read_chapters(folder: Path) -> dict[str, str]:
    chapters: dict[str, str] = {}
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    for file in sorted((folder / "chapters").glob("*")):
        if file.suffix not in {".html", ".md"}:
            raise SourceError(f"{file} is not a chapter: chapters are .html or .md files.")
        if not CHAPTER_ID_PATTERN.fullmatch(file.stem):
            raise SourceError(f"{file} is not named by a chapter id (small letters, digits and hyphens).")
        if file.stem in chapters:
            raise SourceError(f"{file}: the chapter {file.stem} is there as .html and as .md: keep one.")
        try:
            text = file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise SourceError(f"{file} cannot be read as UTF-8 text: {error}.") from error
        chapters[file.stem] = markdown.render(text) if file.suffix == ".md" else text
    return chapters


def _read_files(folder: Path) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for place in ("media", "forms"):
        for file in sorted((folder / place).glob("*")):
            kind = file.suffix.removeprefix(".")
            limit = limits.MEMBER_BYTES.get(kind)
            if limit is None:
                raise SourceError(f"{file} is of a kind that no bundle carries.")
            try:
                if file.stat().st_size > limit:
                    raise SourceError(f"{file} is larger than {limit // limits.MIB} MiB.")
                files[f"{place}/{file.name}"] = file.read_bytes()
            except OSError as error:
                raise SourceError(f"{file} cannot be read: {error.strerror}.") from error
    return files
