"""A publisher's source folder.

manual.toml          what the manifest says
contents.txt         the contents list; contents.html or contents.md are taken as well
contents.json        instead of it: the tree that an import made, with lasting ids (see `importing`)
chapters/ID.html     the text of a chapter, where the publisher holds it; ID.md is taken as well
media/, forms/       pictures and documents, under the names that chapters use
                     (chapters link to each other as OTHER-ID.html#anchor, to these as ../media/flow.png)
chapter-ids.toml     the ids of the chapters, made once and kept (see `chapter_ids`)
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Final, Literal

from markdown_it import MarkdownIt
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from reader.bundle import limits, schema
from reader.domain.contents import ContentsList
from reader.domain.errors import BundleRefusedError, SourceError
from reader.domain.location import CHAPTER_ID_PATTERN
from reader.domain.manual import USUAL_MANUAL, Manifest, ManualId, Purpose, is_usable_id
from reader.publish.chapter_ids import give_ids, read_chapter_ids
from reader.publish.contents import read_contents_list


def _usable_id(text: str) -> str:
    if not is_usable_id(text):
        raise ValueError("is no id: write small letters, digits and hyphens, and no reserved name")
    return text


CONTENTS_JSON: Final = "contents.json"
_CONTENTS_NAMES: Final = (CONTENTS_JSON, "contents.txt", "contents.html", "contents.htm", "contents.md")
_ANY_MANUAL: Final = ManualId("any", "manual")
_Id = Annotated[str, AfterValidator(_usable_id)]
_Line = Annotated[str, StringConstraints(min_length=1, max_length=2_000, strip_whitespace=True)]


class _ManualToml(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    authority: _Id
    authority_name: _Line
    manual: _Id = USUAL_MANUAL
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
        contents: The contents list, as the folder writes it down.
        has_lasting_ids: Whether its chapters have the ids that they keep; else `chapter_ids` knows them by title.
        warnings: What was odd in the contents list.
        chapter_html: The unsanitised HTML of the chapters that the folder holds, by chapter id.
        files: The bytes of pictures and forms, by place in the manual ("media/flow.png").
    """

    folder: Path
    manifest: Manifest
    contents: ContentsList
    has_lasting_ids: bool
    warnings: tuple[str, ...]
    chapter_html: dict[str, str]
    files: dict[str, bytes]

    def with_ids(self) -> ContentsList:
        """The contents list with lasting ids, as far as they are known.

        Raises:
            SourceError: when chapter-ids.toml cannot be read, or does not hold the ids that the list names.
        """
        known = read_chapter_ids(self.folder)
        if not self.has_lasting_ids:
            return give_ids(self.contents, known)[0]
        ids = {row.id for row in known}
        missing = [chapter.id for chapter in self.contents.chapters() if chapter.id not in ids]
        if missing:
            raise SourceError(
                f"{self.folder / 'chapter-ids.toml'} does not hold the id “{missing[0]}” of"
                f" {CONTENTS_JSON}: import again,"
                " or restore both files from the same edition."
            )
        return self.contents


@dataclass(frozen=True, slots=True)
class SourceText:
    """The text of a source folder alone: what an edition is compared by."""

    contents: ContentsList
    chapter_html: dict[str, str]


def read_source(folder: Path) -> Source:
    """Read a source folder.

    Raises:
        SourceError: when something in it is missing or wrong, naming the file and what to do.
    """
    if not folder.is_dir():
        raise SourceError(f"{folder} is not a folder: name the folder that holds manual.toml.")
    manifest = _read_manifest(folder / "manual.toml")
    contents, warnings, has_lasting_ids = _read_contents(_contents_file(folder), manifest.id)
    return Source(
        folder,
        manifest,
        contents,
        has_lasting_ids,
        warnings,
        _read_chapters(folder),
        _read_files(folder),
    )


def read_source_text(folder: Path) -> SourceText | None:
    """The chapters of a source folder, with their lasting ids; None when it has no contents list.

    Raises:
        SourceError: when something in it cannot be read.
    """
    if not any((folder / name).is_file() for name in _CONTENTS_NAMES):
        return None
    contents, _, has_lasting_ids = _read_contents(_contents_file(folder), _ANY_MANUAL)
    if not has_lasting_ids:
        contents = give_ids(contents, read_chapter_ids(folder))[0]
    return SourceText(contents, _read_chapters(folder))


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


def _contents_file(folder: Path) -> Path:
    found = [folder / name for name in _CONTENTS_NAMES if (folder / name).is_file()]
    if not found:
        raise SourceError(
            f"{folder} holds no contents list: save one there as {', '.join(_CONTENTS_NAMES[1:])}."
        )
    if len(found) > 1:
        raise SourceError(f"{folder} holds {found[0].name} and {found[1].name}: keep one contents list.")
    return found[0]


def _read_contents(file: Path, manual: ManualId) -> tuple[ContentsList, tuple[str, ...], bool]:
    if file.name != CONTENTS_JSON:
        page = read_contents_list(file)
        return page.contents, page.warnings, False
    try:
        if file.stat().st_size > limits.MEMBER_BYTES["json"]:
            raise SourceError(f"{file} is larger than {limits.MEMBER_BYTES['json'] // limits.MIB} MiB.")
        value = json.loads(file.read_text(encoding="utf-8"))
        return schema.contents_of_source(value, manual), (), True
    except (OSError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise SourceError(f"{file} cannot be read ({error}): import again.") from error
    except BundleRefusedError as error:
        raise SourceError(f"{file}: {error.finding} Import again, or mend it by hand.") from error


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
