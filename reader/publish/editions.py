"""Editions as they are compared before they are signed: of bundle files, and of source folders."""

from __future__ import annotations

import hashlib
from pathlib import Path

from reader.bundle import html, names, schema
from reader.bundle.container import Container
from reader.bundle.names import Layout
from reader.domain.changes import EditionText
from reader.domain.contents import ContentsList, Passage
from reader.domain.errors import BundleRefusedError, SourceError
from reader.domain.manual import BUNDLE_SUFFIX, Manifest, ManualId
from reader.publish.links import within_bundle
from reader.publish.source import read_source


def edition_text(path: Path) -> EditionText:
    """The edition that a bundle file or a source folder holds. Signatures are not looked at: it may have none yet.

    Raises:
        SourceError: when the folder or the file cannot be used.
        BundleRefusedError: when the file is no sound bundle.
        StorageError: when it cannot be read.
    """
    if path.is_dir():
        return _of_source(path)
    if path.suffix != BUNDLE_SUFFIX and not path.is_file():
        raise SourceError(f"{path} is not there: name a bundle or a source folder.")
    return _of_bundle(path)


def _of_source(folder: Path) -> EditionText:
    source = read_source(folder)
    manual = source.manifest.id
    passages: dict[str, tuple[Passage, ...]] = {}
    for chapter_id, text in source.chapter_html.items():
        try:
            passages[chapter_id] = _passages(within_bundle(text, manual), manual)
        except BundleRefusedError as error:
            raise SourceError(f"{folder / 'chapters' / chapter_id}: {error.finding}") from error
    files = {place: hashlib.sha256(data).hexdigest() for place, data in source.files.items()}
    return _edition(source.manifest, source.with_ids(), passages, files)


def _of_bundle(file: Path) -> EditionText:
    container = Container(file)
    layout = Layout.of(container.names)
    manual = layout.manual
    manifest = schema.read_manifest(container.read(f"{names.CONTENT_PREFIX}{names.manifest_target(manual)}"))
    contents = schema.read_contents(
        container.read(f"{names.CONTENT_PREFIX}{names.contents_target(manual)}"), manual
    )
    passages: dict[str, tuple[Passage, ...]] = {}
    files: dict[str, str] = {}
    for target in sorted(layout.targets):
        place = target.removeprefix(f"{manual}/")
        data = container.read(f"{names.CONTENT_PREFIX}{target}")
        if place.startswith("chapters/"):
            chapter_id = place.removeprefix("chapters/").removesuffix(".html")
            passages[chapter_id] = _passages(data.decode("utf-8", errors="replace"), manual)
        elif place.startswith(("media/", "forms/")):
            files[place] = hashlib.sha256(data).hexdigest()
    return _edition(manifest, contents, passages, files)


def _passages(text: str, manual: ManualId) -> tuple[Passage, ...]:
    return html.passages(html.with_anchors(html.sanitise(text, manual)))


def _edition(
    manifest: Manifest,
    contents: ContentsList,
    passages: dict[str, tuple[Passage, ...]],
    files: dict[str, str],
) -> EditionText:
    return EditionText(
        manual=manifest.id,
        authority_name=manifest.authority_name,
        title=manifest.title,
        edition=manifest.edition,
        label=manifest.label,
        effective_from=manifest.effective_from,
        contents=contents,
        passages=passages,
        files=files,
    )
