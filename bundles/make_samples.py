"""Make the sample trust domain and the signed sample bundles anew (`make samples`).

The private keys live in this process only and are gone when it ends: a sample bundle is never changed, all of
them are made again, under a new sample trust root.

A folder of `sources` with a manual.toml is a source folder as it stands. The others hold one folder of documents for
each edition of a training manual; of a later one only what is new or changed, with its own contents list.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from reader.bundle import names
from reader.bundle.verifier import open_bundle, walk_bundle
from reader.domain.cancel import CancelToken
from reader.domain.files import write_in_one_step
from reader.domain.manual import Domain
from reader.publish.build import build_bundle, sign_bundle
from reader.publish.importing import ImportOptions, import_source
from reader.publish.keys import new_signer
from reader.publish.source import read_source
from reader.publish.trust_domain import Holders, TrustFiles, make_authority, make_register, make_root

BUNDLES_DIR: Final = Path(__file__).resolve().parent
SOURCES_DIR: Final = BUNDLES_DIR / "sources"
SAMPLE_ROOT_FILE: Final = BUNDLES_DIR.parent / "resources" / "trust" / "sample-root.json"
EXPIRES: Final = date(2036, 11, 22)
_DOCUMENTS: Final = ("chapters", "media", "forms")


@dataclass(frozen=True)
class Prepared:
    """A source folder that is ready to be built, and the name of the bundle of the edition before it."""

    name: str
    folder: Path
    previous: str | None


def prepared_sources(work: Path) -> Iterator[Prepared]:
    """Every source folder of the samples, those of the training manuals imported from their documents.

    Args:
        work: An empty folder for them.
    """
    for folder in sorted(path for path in SOURCES_DIR.iterdir() if path.is_dir()):
        if (folder / "manual.toml").exists():
            yield Prepared(folder.name, shutil.copytree(folder, work / folder.name), None)
        else:
            yield from _prepared_editions(folder, work)


def _prepared_editions(folder: Path, work: Path) -> Iterator[Prepared]:
    documents: Path | None = None
    last: Prepared | None = None
    for edition in sorted(path for path in folder.iterdir() if path.is_dir()):
        name = f"{folder.name}-{edition.name}"
        documents = documents_of_edition(edition, documents, work / f"{name}-documents")
        import_source(documents, work / name, ImportOptions(last=last.folder if last else None))
        last = Prepared(name, work / name, last.name if last else None)
        yield last


def documents_of_edition(edition: Path, before: Path | None, target: Path) -> Path:
    """The whole documents of an edition: those of the edition before, with its own laid over them.

    What neither its contents list nor a chapter names any more is left away.
    """
    target.mkdir()
    for source in filter(None, (before, edition)):
        for place in _DOCUMENTS:
            if (source / place).is_dir():
                shutil.copytree(source / place, target / place, dirs_exist_ok=True)
    for file in ("contents.md", "manual.toml"):
        shutil.copyfile(edition / file, target / file)
    listed = (target / "contents.md").read_text(encoding="utf-8")
    for chapter in (target / "chapters").iterdir():
        if f"chapters/{chapter.name}" not in listed:
            chapter.unlink()
    said = listed + "".join(
        chapter.read_text(encoding="utf-8") for chapter in sorted((target / "chapters").iterdir())
    )
    for place in ("media", "forms"):
        for file in (target / place).glob("*"):  # a manual need not have both
            if not re.search(rf"{place}/{re.escape(file.name)}\b", said):
                file.unlink()
    return target


def main() -> int:
    """Build, sign and verify one bundle for each edition."""
    with tempfile.TemporaryDirectory() as work:
        return _make(list(prepared_sources(Path(work))))


def _make(editions: list[Prepared]) -> int:
    root = new_signer("Sample root")
    registrar = new_signer("Sample registrar")
    manuals = {edition.name: read_source(edition.folder).manifest.id for edition in editions}
    leads = {manual.authority: new_signer("Sample lead") for manual in manuals.values()}
    officers = {manual: new_signer("Sample signer") for manual in manuals.values()}
    trust = TrustFiles(
        {
            names.root_name(1): make_root(Holders.of([root]), Holders.of([registrar]), [root], EXPIRES),
            names.REGISTER_NAME: make_register(
                {name: Holders.of([lead]) for name, lead in leads.items()}, [registrar], EXPIRES
            ),
        }
        | {
            names.authority_role_name(manual.authority): make_authority(
                manual.authority, {manual.manual: Holders.of([officer])}, [leads[manual.authority]], EXPIRES
            )
            for manual, officer in officers.items()
        }
    )
    state = trust.first_root.start(None)
    for edition in editions:
        file = BUNDLES_DIR / f"{edition.name}.manual"
        previous = BUNDLES_DIR / f"{edition.previous}.manual" if edition.previous else None
        report = build_bundle(edition.folder, trust, file, previous)
        sign_bundle(file, officers[manuals[edition.name]])
        open_bundle(walk_bundle(file, state), {}, Domain.SAMPLE).check_all(CancelToken())
        print(
            f"{file.name}: {report.chapters} chapters, {report.included} with text, {file.stat().st_size // 1024} KiB"
        )
    write_in_one_step(SAMPLE_ROOT_FILE, trust.first_root.raw)
    print(f"{SAMPLE_ROOT_FILE.name}: {trust.first_root.fingerprint}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
