"""`procedures print`, `procedures extract` and `procedures verify` of an extract, on two computers."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reader.store.places import sample_bundles, sample_root_file
from tests.support.pdfs import parents_fit, read, structure, unmarked, words
from tests.support.terminals import Answer, Terminal
from tests.support.worlds import World

ENQUIRIES = "northmere:2.1.2"


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """A terminal whose library holds both training manuals, an older edition, and a council of listed chapters."""
    found = Terminal(tmp_path_factory.mktemp("paper"))
    stems = ("northmere-3", "northmere-2", "saltby-2", "lancashire")
    wanted = [file for stem in stems for file in sample_bundles() if file.stem.startswith(stem)]
    answer = _run(found, "install", *wanted)
    assert answer.code == 0, answer.err
    return found


@pytest.fixture(scope="module")
def court(terminal: Terminal, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An extract of two authorities; the file lies beside the PDF."""
    pdf = tmp_path_factory.mktemp("court") / "court.pdf"
    items = (ENQUIRIES, "saltby:2.1")
    facts = (
        "--title",
        "Section 47",
        "--case",
        "MK26C50123",
        "--prepared-by",
        "A. Barrister",
        "--prefix",
        "B",
    )
    answer = _run(terminal, "extract", *items, "--out", pdf, *facts)
    assert answer.code == 0, answer.err
    assert f"procedures verify {pdf.with_suffix('.extract')}" in answer.out
    return pdf


def _run(terminal: Terminal, *arguments: str | Path, laptop: str = "laptop") -> Answer:
    return terminal.run("--library", terminal.folder / laptop, "--trust", sample_root_file(), *arguments)


def _text(pdf: Path, page: int | None = None) -> str:
    return " ".join(words(pdf.read_bytes(), page))


def _copy(court: Path, folder: Path) -> Path:
    """Both files, as somebody else was given them."""
    for suffix in (".pdf", ".extract"):
        shutil.copy(court.with_suffix(suffix), folder)
    return folder / "court.extract"


# print


def test_a_chapter_is_printed_with_its_flowchart(terminal: Terminal, tmp_path: Path) -> None:
    pdf = tmp_path / "enquiries.pdf"
    answer = _run(terminal, "print", "northmere", "2.1.2", "--pdf", pdf)
    assert answer.out == f"Written: {pdf} (4 pages)\n"
    data = pdf.read_bytes()
    tree = structure(data)
    (flowchart,) = tree.all("Figure")
    assert "strategy discussion" in flowchart.alternative.casefold()
    assert len(tree.all("Table")) == 1
    assert [box.title for box in tree.all("Div")][:2] == ["Scope", "Legislation"]
    assert unmarked(data) == []
    assert parents_fit(data)
    for page in range(4):
        text = _text(pdf, page)
        assert "Training manual of an invented council. Not for practice." in text
        assert "Signed by Sample signer (sample key)" in text
        assert f"Page {page + 1} of 4" in text


def test_a_passage_of_an_older_edition_says_so(terminal: Terminal, tmp_path: Path) -> None:
    shown = _run(terminal, "print", "northmere", "2.1.2", "--edition", "2", "--pdf", tmp_path / "old.pdf")
    assert shown.code == 0
    text = _text(tmp_path / "old.pdf", 0)
    assert "Superseded: edition 3 of this manual is installed and in force." in text
    answer = _run(
        terminal, "print", "northmere", "2.1.2", "--as-at", "2025-06-01", "--pdf", tmp_path / "day.pdf"
    )
    assert answer.code == 0
    assert "edition 2 (April 2025)" in _text(tmp_path / "day.pdf", 0)


def test_a_listed_chapter_says_that_its_text_is_not_held(terminal: Terminal, tmp_path: Path) -> None:
    found = _run(terminal, "contents", "lancashire", "--json").json["entries"]
    while found[0]["kind"] != "chapter":
        found = found[0]["entries"]
    answer = _run(terminal, "print", "lancashire", found[0]["id"], "--pdf", tmp_path / "x.pdf", "--json")
    assert answer.json["pages"] == 1
    assert "The text of this chapter is not held" in _text(tmp_path / "x.pdf")


def test_a_comparison_is_printed(terminal: Terminal, tmp_path: Path) -> None:
    answer = _run(terminal, "print", "northmere", "2.1.2", "--with", "saltby", "--pdf", tmp_path / "both.pdf")
    assert answer.code == 0, answer.err
    text = _text(tmp_path / "both.pdf", 1)
    assert "Northmere County Council" in text
    assert "Saltby Borough Council, Children and Families Practice Manual, 3.1" in text
    assert unmarked((tmp_path / "both.pdf").read_bytes()) == []


def test_a_file_that_is_there_is_replaced_only_when_that_is_asked_for(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "x.pdf"
    file.write_bytes(b"mine")
    answer = _run(terminal, "print", "northmere", "2.1.2", "--pdf", file)
    assert (answer.code, file.read_bytes()) == (1, b"mine")
    assert "--force" in answer.err
    assert _run(terminal, "print", "northmere", "2.1.2", "--pdf", file, "--force").code == 0
    assert file.read_bytes().startswith(b"%PDF")
    (tmp_path / "y.extract").write_bytes(b"mine")
    answer = _run(terminal, "extract", ENQUIRIES, "--out", tmp_path / "y.pdf")
    assert "y.extract is there already" in answer.err
    assert not (tmp_path / "y.pdf").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("print", "northmere", "2.1.2", "--pdf", "x.txt"), 2, "--pdf FILE.pdf"),
        (("print", "northmere", "2.1.2"), 2, "Missing option '--pdf'"),
        (("print", "northmere", "2.1.2", "nowhere", "--pdf", "x.pdf"), 1, "no passage “nowhere”"),
        (("print", "northmere", "2.1.2", "no where", "--pdf", "x.pdf"), 1, "no passage “no where”"),
        (("print", "northmere", "99", "--pdf", "x.pdf"), 1, "no chapter “99”"),
        (("extract", "northmere", "--out", "x.pdf"), 1, "MANUAL:CHAPTER#ANCHOR"),
        (("extract", "northmere:2.1.8", "--out", "x.pdf"), 1, "leave it out"),
        (("extract", ENQUIRIES, "--out", "x.pdf", "--prefix", "a-"), 1, "capital letters"),
        (("extract", ENQUIRIES, "--out", "x"), 2, ".pdf"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    terminal: Terminal,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    arguments: tuple[str, ...],
    code: int,
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = _run(terminal, *arguments)
    assert answer.code == code
    assert sentence in answer.err
    assert list(tmp_path.iterdir()) == []


# extract and verify


def test_an_extract_has_a_cover_contents_labels_and_a_verification_sheet(court: Path) -> None:
    reader = read(court.read_bytes())
    count = len(reader.pages)
    assert reader.page_labels == [f"B{number}" for number in range(1, count + 1)]
    assert "Case MK26C50123 Prepared by A. Barrister" in _text(court, 0)
    assert "2.1.2 Section 47 Enquiries B2" in _text(court, 0)
    for page in range(1, 5):
        assert (
            "Northmere County Council, Children's Services Procedures, 2.1.2 Section 47 Enquiries"
            in _text(court, page)
        )
        assert f"B{page + 1} (page {page + 1} of {count})" in _text(court, page)
    assert "procedures verify court.extract" in " ".join(
        _text(court, page) for page in range(count - 2, count)
    )
    assert unmarked(court.read_bytes()) == []


def test_another_computer_proves_what_is_quoted_and_that_the_pdf_says_it(
    terminal: Terminal, court: Path, tmp_path: Path
) -> None:
    proof = _copy(court, tmp_path)
    answer = _run(terminal, "verify", proof, laptop="another")
    assert answer.code == 0, answer.err
    assert "Proved: the 2 texts that this extract quotes are in its file exactly as signed." in answer.out
    assert (
        "B2 to B5: Northmere County Council, 2.1.2 Section 47 Enquiries, edition 3 (April 2026)" in answer.out
    )
    assert "court.pdf says what was signed: made again here from the signed texts" in answer.out
    assert _run(
        terminal,
        "list",
        laptop="another",
    ).out.startswith("No manual is installed")
    (row,) = _run(terminal, "verify", proof, "--json", laptop="another").json["files"]
    assert {"file", "ok", "reason", "message", "authority", "manual", "edition", "warnings"} <= row.keys()
    assert (row["kind"], row["ok"], row["reason"], row["authority"]) == ("extract", True, None, None)
    assert [quote["manual"] for quote in row["quotes"]] == ["northmere/procedures", "saltby/procedures"]
    assert (row["pdf"]["recorded"], row["pdf"]["same"]) == (True, True)
    assert any("Sample library" in warning for warning in row["warnings"])


def test_without_its_pdf_the_file_still_proves_the_texts(
    terminal: Terminal, court: Path, tmp_path: Path
) -> None:
    proof = _copy(court, tmp_path)
    (tmp_path / "court.pdf").unlink()
    answer = _run(terminal, "verify", proof, laptop="another")
    assert answer.code == 0
    assert "The PDF does not lie beside it" in answer.out


def test_a_changed_pdf_is_refused(terminal: Terminal, court: Path, tmp_path: Path) -> None:
    proof = _copy(court, tmp_path)
    pdf = tmp_path / "court.pdf"
    pdf.write_bytes(pdf.read_bytes() + b" ")
    answer = _run(terminal, "verify", proof, laptop="another")
    assert answer.code == 1
    assert "is not the PDF that was made with this extract" in answer.err
    (row,) = _run(terminal, "verify", proof, "--json", laptop="another").json["files"]
    assert (row["ok"], row["reason"]) == (False, "tampered")


def test_a_changed_chapter_is_refused_and_nothing_is_shown(
    terminal: Terminal, court: Path, tmp_path: Path
) -> None:
    proof = _copy(court, tmp_path)
    proof.write_bytes(proof.read_bytes().replace(b"reasonable cause", b"unreasonable c  ", 1))
    answer = _run(terminal, "verify", proof, laptop="another")
    assert answer.code == 1
    assert "was changed after it was signed" in answer.err
    assert "unreasonable" not in answer.out + answer.err


def test_a_computer_with_another_root_proves_nothing(terminal: Terminal, court: Path, tmp_path: Path) -> None:
    other = tmp_path / "root.json"
    other.write_bytes(World.new("other").roots[0])
    answer = terminal.run(
        "--library", tmp_path / "l", "--trust", other, "verify", court.with_suffix(".extract")
    )
    assert answer.code == 1
    assert "another trust root" in answer.err
    without = terminal.run("--library", tmp_path / "l", "verify", court.with_suffix(".extract"))
    assert "No trust root is set on this computer" in without.err


def test_an_extract_installs_nothing(terminal: Terminal, court: Path) -> None:
    answer = _run(terminal, "install", court.with_suffix(".extract"), laptop="another")
    assert answer.code == 1
    assert "installs nothing" in answer.err
