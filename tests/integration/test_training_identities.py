"""The training manuals, imported without the ids that their documents name: each chapter is found again, or asked for.

Titles, numbers, file names and words change between their editions; chapters are renamed, split, merged and rewritten.
"""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from reader.domain.errors import SourceError
from reader.publish.importing import ImportOptions, import_source
from reader.publish.importing.folder import read_last
from reader.publish.importing.identity import Verdict
from reader.publish.importing.review import read_review, write_review

SOURCES = Path(__file__).parents[2] / "bundles" / "sources"
TOOL = runpy.run_path(str(SOURCES.parent / "make_samples.py"))


def nameless(documents: Path, edition: str) -> dict[str, str]:
    """Take the ids out of an edition's documents and give each file another name; the true id by page."""
    contents = (documents / "contents.md").read_text(encoding="utf-8")
    files = sorted((documents / "chapters").iterdir())
    names = {file.name: f"{edition}-{number}.md" for number, file in enumerate(files)}
    for file in files:
        text = re.sub(r"^id: .*\n", "", file.read_text(encoding="utf-8"), count=1, flags=re.MULTILINE)
        for old, new in names.items():
            text = text.replace(f"]({old}", f"]({new}")
        file.unlink()
        (documents / "chapters" / names[file.name]).write_text(text, encoding="utf-8")
    for old, new in names.items():
        contents = contents.replace(f"chapters/{old}", f"chapters/{new}")
    (documents / "contents.md").write_text(contents, encoding="utf-8")
    return {f"chapters/{new}": Path(old).stem for old, new in names.items()}


@pytest.mark.parametrize(("manual", "asked"), [("northmere", 2), ("saltby", 1)])
def test_no_chapter_gets_a_wrong_identity_and_few_are_asked_about(
    manual: str, asked: int, tmp_path: Path
) -> None:
    documents: Path | None = None
    last: Path | None = None
    known: dict[str, str] = {}
    questions = 0
    for edition in sorted((SOURCES / manual).iterdir()):
        documents = TOOL["documents_of_edition"](edition, documents, tmp_path / f"{edition.name}-whole")
        true_ids = nameless(
            TOOL["documents_of_edition"](edition, documents, tmp_path / edition.name), edition.name
        )
        target, table = tmp_path / f"{edition.name}-source", tmp_path / f"{edition.name}.csv"
        options = ImportOptions(last=last, review=table if last else None)
        report = import_source(tmp_path / edition.name, target, options)
        if not report.is_written:
            assert last is not None
            questions += report.waiting
            rows = table.read_text(encoding="utf-8-sig").splitlines()
            answered = [rows[0]]
            for row in rows[1:]:
                page = next(name for name in true_ids if f",{name}," in row)
                answered.append((known.get(true_ids[page]) or "new") + row)
            table.write_text("\n".join(answered), encoding="utf-8")
            report = import_source(tmp_path / edition.name, target, options)
        assert report.is_written
        for found in report.identities:
            true = true_ids.get(found.chapter.key)
            if true in known:
                assert found.id == known[true], found
            elif true is not None and found.verdict is Verdict.SAME:
                assert found.chapter.title in {row.title for row in read_last(last or target).chapters}, found
        known = {
            true_ids[found.chapter.key]: found.id
            for found in report.identities
            if found.chapter.key in true_ids
        }
        last = target
    assert questions == asked


def test_answers_that_are_no_ids_are_refused(tmp_path: Path) -> None:
    table = tmp_path / "chapters.csv"
    write_review(table, ())
    table.write_text("answer,page\nsomething,visits.html\n", encoding="utf-8")
    with pytest.raises(SourceError, match="line 2"):
        read_review(table, ())
