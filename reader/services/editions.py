"""Installed editions, made ready to be compared."""

from __future__ import annotations

from reader.bundle import html
from reader.bundle.verifier import VerifiedBundle
from reader.domain.changes import EditionText
from reader.domain.contents import Passage


def edition_of(bundle: VerifiedBundle) -> EditionText:
    """The text of a verified edition, read and checked chapter by chapter.

    Raises:
        BundleRefusedError: when a chapter was changed since it was signed.
        StorageError: when the bundle cannot be read.
    """
    manifest = bundle.edition.manifest
    passages: dict[str, tuple[Passage, ...]] = {}
    for chapter in bundle.edition.contents.chapters():
        if chapter.file is not None:
            passages[chapter.id] = html.passages(html.readable(bundle.read(chapter.file), bundle.manual))
    return EditionText(
        manual=manifest.id,
        authority_name=manifest.authority_name,
        title=manifest.title,
        edition=manifest.edition,
        label=manifest.label,
        effective_from=manifest.effective_from,
        contents=bundle.edition.contents,
        passages=passages,
        files=bundle.file_hashes(("media", "forms")),
    )
