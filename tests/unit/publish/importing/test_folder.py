"""The folder that an import makes: the same bytes each time, a person's files kept, in one step."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.domain.cancel import CancelToken
from reader.domain.errors import CancelledError, SourceError, StorageError
from reader.publish.importing import ImportOptions, import_source
from reader.publish.importing.folder import check_writable, write_folder
from tests.support.pictures import png
from tests.support.word_files import Link, heading, paragraph, picture, word_file
from tests.unit.publish.importing.sources import (
    WORDS,
    Files,
    files_of,
    imported,
    page,
    site,
    write,
)

_GONE = (Link("rNone", "image", "media/gone.png"),)
SOURCES: dict[str, Files] = {
    "website": site('<p><img src="a.png" alt="x"><img src="b.png" alt="y"></p>', more={"a.png": png(3, 3)}),
    "markdown": {"a.md": f"# A\n\n{WORDS}", "b/c.md": f"# C\n\n{WORDS}", "forms/f.pdf": b"%PDF-1"},
    "word": {
        "a b.docx": word_file(heading("A") + paragraph(WORDS, runs=picture("rNone", "gone")), links=_GONE)
    },
}


@pytest.mark.parametrize("kind", SOURCES)
def test_an_unchanged_source_gives_the_same_bytes(tmp_path: Path, kind: str) -> None:
    first = imported(tmp_path, SOURCES[kind]).files
    assert imported(tmp_path, {}).files == first
    assert imported(tmp_path, {}, out="elsewhere").files == first


def test_what_was_changed_by_hand_is_not_written_over(tmp_path: Path) -> None:
    done = imported(tmp_path, site())
    file = done.folder / "chapters" / "contact.html"
    file.write_text("<p>mine</p>")
    before = files_of(done.folder)
    with pytest.raises(SourceError, match="was changed by hand since it was imported"):
        imported(tmp_path, {})
    assert files_of(done.folder) == before
    again = imported(tmp_path, {}, ImportOptions(discard_edits=True))
    assert "mine" not in again.chapter("contact")


def test_what_a_person_added_stays_and_is_not_written_over(tmp_path: Path) -> None:
    done = imported(tmp_path, site())
    (done.folder / "notes").mkdir()
    (done.folder / "notes" / "mine.txt").write_text("mine")
    (done.folder / "chapters" / "glossary.html").write_text("<p>mine</p>")
    assert imported(tmp_path, {}).files["notes/mine.txt"] == b"mine"
    new = site(
        rows='<li><a href="g.html">1.3 Glossary</a></li>',
        more={"g.html": page("<h1>Glossary</h1><p>What our words mean.</p>")},
    )
    with pytest.raises(SourceError, match="was put there by hand, and the import makes a file of that name"):
        imported(tmp_path, new)
    assert done.chapter("glossary") == "<p>mine</p>"
    assert "our words" in imported(tmp_path, {}, ImportOptions(discard_edits=True)).chapter("glossary")


def test_chapters_that_are_gone_leave_the_folder(tmp_path: Path) -> None:
    imported(tmp_path, {"a.md": "# A\n\nwords", "b.md": "# B\n\nother"})
    (tmp_path / "source" / "b.md").unlink()
    assert "chapters/b.html" not in imported(tmp_path, {}).files


def test_manual_toml_belongs_to_people(tmp_path: Path) -> None:
    done = imported(tmp_path, site())
    assert b'title = "Manual of Northmere"' in done.files["manual.toml"]
    (done.folder / "manual.toml").write_text("mine")
    assert imported(tmp_path, {}).files["manual.toml"] == b"mine"
    other = imported(tmp_path, {}, ImportOptions(last=done.folder), out="next")
    assert other.files["manual.toml"] == b"mine"


def test_a_folder_that_no_import_made_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "letter.txt").write_text("mine")
    with pytest.raises(SourceError, match="holds files, and no import made them"):
        imported(tmp_path, site())
    (tmp_path / "file").write_text("mine")
    with pytest.raises(SourceError, match="is a file"):
        imported(tmp_path, {}, out="file")
    assert files_of(tmp_path / "out") == {"letter.txt": b"mine"}


def test_a_folder_inside_of_the_source_is_refused(tmp_path: Path) -> None:
    for out in ("source", "source/out", "x/../source/out"):
        (tmp_path / "x").mkdir(exist_ok=True)
        with pytest.raises(SourceError, match=r"lies inside of|holds files"):
            imported(tmp_path, site(), out=out)


@pytest.mark.parametrize(
    "record", [b"", b"\xff", b"files = 1", b"[files", b'[other]\nx = "y"', b"files = ['a']"]
)
def test_a_record_that_cannot_be_read_is_refused(tmp_path: Path, record: bytes) -> None:
    done = imported(tmp_path, site())
    (done.folder / "import.toml").write_bytes(record)
    with pytest.raises(SourceError, match=r"import\.toml cannot be read"):
        imported(tmp_path, {})


def test_a_record_that_names_files_elsewhere_changes_nothing_there(tmp_path: Path) -> None:
    (tmp_path / "outside.txt").write_text("mine")
    done = imported(tmp_path, site())
    with (done.folder / "import.toml").open("a") as record:
        record.write(f'"../outside.txt" = "{"0" * 64}"\n')
    with pytest.raises(SourceError, match="was changed by hand"):
        imported(tmp_path, {})
    imported(tmp_path, {}, ImportOptions(discard_edits=True))
    assert (tmp_path / "outside.txt").read_text() == "mine"


@pytest.mark.parametrize(
    "contents", [b"", b"{}", b"[" * 100_000, b'{"entries": 1}', b"\xff", b'{"entries": [{"kind": "x"}]}']
)
def test_a_tree_that_cannot_be_read_is_refused(tmp_path: Path, contents: bytes) -> None:
    done = imported(tmp_path, site())
    (done.folder / "contents.json").write_bytes(contents)
    with pytest.raises(SourceError, match=r"contents\.json"):
        imported(tmp_path, {}, ImportOptions(discard_edits=True))


def test_a_write_that_fails_leaves_the_old_folder(tmp_path: Path) -> None:
    done = imported(tmp_path, site())
    before = files_of(done.folder)
    with pytest.raises(StorageError, match="Cannot write"):
        write_folder(done.folder, {"a": b"1", "a/b": b"2"}, None)
    assert files_of(done.folder) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "source"]


def test_an_import_that_is_stopped_writes_nothing(tmp_path: Path) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(CancelledError):
        import_source(write(tmp_path, site()), tmp_path / "out", token=token)
    assert [path.name for path in tmp_path.iterdir()] == ["source"]


def test_progress_goes_from_nothing_to_all(tmp_path: Path) -> None:
    told: list[tuple[int, int, str]] = []
    import_source(write(tmp_path, site()), tmp_path / "out", progress=lambda *said: told.append(said))
    assert [what for done, total, what in told if done == total] == [
        "Looking at pages",
        "Reading chapters",
        "Writing chapters",
    ]


def test_the_report_lies_beside_the_chapters(tmp_path: Path) -> None:
    done = imported(tmp_path, site('<p><a href="gone.html">x</a></p>'))
    assert done.files["import-report.txt"].decode() == (
        "2 chapters, the text of 2 included, 0 forms, 0 pictures.\n\n"
        "Left out (1):\n  contact.html, line 3: the link “x” is broken (gone.html is not there); its words stay.\n"
    )


def test_a_folder_that_was_moved_aside_when_an_import_was_killed_comes_back(tmp_path: Path) -> None:
    out = tmp_path / "east"
    aside = tmp_path / ".east.old.k1ll3d"
    write_folder(out, {"chapters/visits.html": b"<p>Visits</p>"}, None)
    (out / "manual.toml").write_text("edition = 7", encoding="utf-8")
    aside.mkdir()
    out.rename(aside / "folder")
    check_writable(out)
    assert (out / "manual.toml").read_text(encoding="utf-8") == "edition = 7"
    assert not aside.exists()


def test_what_a_finished_swap_left_behind_is_cleared_away(tmp_path: Path) -> None:
    out = tmp_path / "east"
    write_folder(out, {"chapters/visits.html": b"new"}, None)
    aside = tmp_path / ".east.old.k1ll3d"
    (aside / "folder" / "chapters").mkdir(parents=True)
    (aside / "folder" / "chapters" / "visits.html").write_bytes(b"old")
    check_writable(out)
    assert (out / "chapters" / "visits.html").read_bytes() == b"new"
    assert not aside.exists()
