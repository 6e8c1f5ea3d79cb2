"""Every source ends in a sentence or a finding: never in a crash, a hang, or a file outside of the folder."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree

from reader.bundle.canonical_json import dump, parse
from reader.domain.errors import Reason, SourceError
from reader.publish.importing import ImportOptions, import_source
from reader.publish.importing import files as source_files
from reader.publish.importing.elements import raw_text
from reader.publish.importing.files import decoded
from reader.publish.importing.findings import Finding, Findings, Outcome
from reader.publish.importing.word import read_word
from reader.publish.importing.word_numbering import Numbering
from tests.support.word_files import heading, levels, packed, paragraph, part, word_file, word_parts
from tests.unit.publish.importing.sources import WORDS, Files, files_of, imported, page, site, write

ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'


def _refusal(tmp_path: Path, files: Files, one_file: str | None = None) -> str:
    """The sentence of the refusal; nothing was written beside the source."""
    source = write(tmp_path, files)
    with pytest.raises(SourceError) as refused:
        import_source(source / one_file if one_file else source, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["source"]
    return str(refused.value)


# Word


def _bomb(parts: int, megabytes: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in word_parts(heading("A")).items():
            archive.writestr(name, data)
        for number in range(parts):
            archive.writestr(f"word/media/{number}.bin", bytes(megabytes * 1024 * 1024))
    return out.getvalue()


def _with(part_name: str, data: bytes) -> bytes:
    return packed(word_parts(heading("A") + paragraph(WORDS)) | {part_name: data})


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "is no sound Word document"),
        (b"PK\x03\x04 and nothing behind it", "is no sound Word document"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "of an old or encrypted Word format"),
        (packed({"a.txt": b"x"}), "holds no text of Word"),
        (word_file(heading("A"))[:-40], "is no sound Word document"),
        (_bomb(1, 65), "unpacks to more than any document holds"),
        (packed({f"{n}.xml": b"" for n in range(5_001)}), "holds thousands of parts"),
        (_with("word/document.xml", ENTITIES), "declares entities"),
        (_with("word/document.xml", OUTSIDE), "declares entities"),
        (_with("word/document.xml", ENTITIES.decode().encode("utf-16")), "declares entities"),
        (_with("word/document.xml", b"<w:document"), "is damaged"),
        (_with("word/document.xml", part("w:document", "")), "is damaged"),
        (_with("word/document.xml", b"<html><body>x</body></html>"), "is damaged"),
        (word_file("<w:p>" * 300 + "</w:p>" * 300), "nests its parts like no document of people"),
        (
            word_file(heading("A") + "<w:tbl><w:tr><w:tc>" * 63 + "</w:tc></w:tr></w:tbl>" * 63),
            "is damaged (RecursionError)",
        ),
        (
            word_file(
                "<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='x'/></w:tcPr></w:tc></w:tr></w:tbl>"
            ),
            "is damaged",
        ),
    ],
)  # fmt: skip
def test_word_files_that_no_person_made_are_refused(tmp_path: Path, raw: bytes, said: str) -> None:
    assert said in _refusal(tmp_path, {"a.docx": raw})


@pytest.mark.parametrize(
    "name",
    [
        "word/styles.xml",
        "word/numbering.xml",
        "word/footnotes.xml",
        "word/comments.xml",
        "word/header1.xml",
        "word/_rels/document.xml.rels",
        "_rels/.rels",
        "docProps/core.xml",
        "[Content_Types].xml",
    ],
)
@pytest.mark.parametrize(
    "data",
    [
        ENTITIES,
        OUTSIDE,
        ENTITIES.decode().encode("utf-16"),
        ENTITIES.decode().encode("utf-16-be"),
        b"<x",
        b"\0",
    ],
)
def test_no_part_of_a_word_file_may_declare_entities_or_be_broken(name: str, data: bytes) -> None:
    with pytest.raises(SourceError, match=r"^a\.docx .*(declares entities|is damaged)"):
        read_word("a.docx", _with(name, data), Findings())


def test_a_document_of_more_elements_than_people_make_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reader.publish.importing.word._MAX_ELEMENTS", 2_000)
    raw = word_file("<w:p/>" * 2_001)
    with pytest.raises(SourceError, match="is made of more elements than any document of people"):
        read_word("a.docx", raw, Findings())


def test_many_small_bombs_are_one_large_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reader.publish.importing.word._MAX_WHOLE_BYTES", 4 * 1024 * 1024)
    with pytest.raises(SourceError, match="unpacks to more than any document holds"):
        read_word("a.docx", _bomb(5, 1), Findings())


def test_parts_with_names_of_paths_are_written_nowhere(tmp_path: Path) -> None:
    raw = packed(word_parts(heading("A") + paragraph(WORDS)) | {"../../evil.txt": b"x", "/evil.txt": b"x"})
    done = imported(tmp_path, {"a.docx": raw, "b.md": "# B\n\nwords"})
    assert done.ids == ["a", "b"]
    assert not list(tmp_path.rglob("evil*"))


@pytest.mark.parametrize(("pattern", "kind"), [("%1" * 5_000, "decimal"), ("%1" * 30, "lowerLetter")])
def test_labels_of_lists_do_not_grow_without_end(pattern: str, kind: str) -> None:
    start = levels(pattern, kind=kind).replace(b'w:start w:val="1"', b'w:start w:val="32767"')
    raw = word_file(heading("End", 1, "1 0") * 3, {"word/numbering.xml": start})
    root = read_word("a.docx", raw, Findings()).root
    assert 0 < len(raw_text(root)) < 3_000


def test_lists_that_lead_to_themselves_are_counted() -> None:
    numbering = part(
        "w:numbering",
        '<w:abstractNum w:abstractNumId="0"><w:numStyleLink w:val="s"/></w:abstractNum>'
        '<w:abstractNum w:abstractNumId="1"><w:styleLink w:val="s"/><w:numStyleLink w:val="s"/></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="x"><w:abstractNumId w:val="9"/></w:num>',
    )
    styles = part(
        "w:styles",
        '<w:style w:type="paragraph" w:styleId="A"><w:basedOn w:val="B"/>'
        '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="B"><w:basedOn w:val="A"/></w:style>',
    )
    body = "".join(paragraph("x", "A", number=number) for number in ("1 99", "1 -5", "7 0", "x y"))
    document = etree.fromstring(part("w:document", body))
    Numbering.of(etree.fromstring(numbering), etree.fromstring(styles)).write_into(document)
    assert raw_text(document) == "xxxx"


@settings(deadline=None, max_examples=60, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_word_file_with_any_byte_changed_is_read_or_refused(data: st.DataObject) -> None:
    raw = bytearray(word_file(heading("A") + paragraph(WORDS), {"word/numbering.xml": levels("%1.")}))
    for place in data.draw(st.lists(st.integers(0, len(raw) - 1), min_size=1, max_size=4)):
        raw[place] = data.draw(st.integers(0, 255))
    try:
        read_word("a.docx", bytes(raw), Findings())
    except SourceError as refused:
        assert str(refused).startswith("a.docx ")  # noqa: PT017  # either is right


# Pages


@pytest.mark.parametrize(
    "address",
    ["http://[x", "http://a℀b/", "//[", "http://x:y/", "\\\\[", "http://%zz", "#\0", "?" * 500, "http:"],
)
def test_addresses_that_are_none_stop_nothing(tmp_path: Path, address: str) -> None:
    head = f'<link rel="canonical" href="{address}"><meta property="og:url" content="{address}">'
    chapter = (
        f'<p><a href="{address}">x</a><img src="{address}" alt="y"></p><iframe src="{address}"></iframe>'
    )
    files = site(chapter, f'<li><a href="{address}">1.3 Odd</a></li><li><a href="{address}">Odd row</a></li>')
    files["health.html"] = page(f"<h1>1.2 Health</h1><p>{WORDS}</p>", head)
    done = imported(tmp_path, files)
    assert done.ids[:2] == ["contact", "health"]
    unnumbered = page(
        f'<h1>M</h1><a href="contact.html">C</a><a href="health.html">H</a><a href="{address}">O</a>'
    )
    assert {"c", "h"} <= set(imported(tmp_path, {"index.html": unnumbered}, out="other").ids)


@pytest.mark.parametrize(
    "markup",
    [
        "be\x01ll",
        "\x0b\x0c\x1f\x7f",
        "&#1;&#x1F;",
        "\ufffe\uffff",
        "&#xFFFE;&#xD800;&#x110000;",
        "\u202e\u2066x",
        "\x80\x9f",
    ],
)
def test_characters_that_no_text_holds_stop_nothing(tmp_path: Path, markup: str) -> None:
    chapter = (
        f"<q>{markup}</q><ul>{markup}<li>{markup}</li></ul><table>{markup}<tr><td>{markup}<td>x</table>"
        f'<a href="{markup}" name="{markup}">{markup}</a><img alt="{markup}" src="{markup}"><p {markup}=x>after</p>'
    )
    done = imported(tmp_path, site(chapter, f"<li>{markup}<a href='x.html'>{markup} 1.3 Odd</a></li>"))
    assert "after" in done.chapter("contact")


@pytest.mark.parametrize(
    "tag",
    ["div", "blockquote", "ul><li", "table><tr><td", "b", "summary", "p", "a href=x", "dl><dd", "object"],
)
@pytest.mark.parametrize("depth", [90, 3_000])
def test_pages_that_nest_without_end_stop_nothing(tmp_path: Path, tag: str, depth: int) -> None:
    done = imported(tmp_path, site(f"<{tag}>" * depth + "deep"))
    assert "health" in done.ids
    assert "deep" in (done.files.get("chapters/contact.html", b"").decode() or done.said(Outcome.LEFT_OUT))


@pytest.mark.parametrize(
    "name",
    [
        "idna",
        "punycode",
        "undefined",
        "unicode_escape",
        "raw_unicode_escape",
        "utf-7",
        "hex",
        "rot13",
        "base64",
        "zlib",
        "utf-16",
        "nonsense",
        "mbcs",
        "x" * 40,
        "..",
    ],
)
def test_encodings_that_no_page_has_are_not_believed(name: str) -> None:
    findings = Findings()
    raw = f'<meta charset="{name}"><p>it’s \\q \\ud800 +AGE- {"a.-" * 30}'.encode()
    assert decoded(raw, "a.html", findings) == raw.decode()
    assert f"says that it is written in {name}, and is not" in str(findings.all()[0])


@settings(deadline=None, max_examples=200, derandomize=True)
@given(
    st.binary(max_size=120), st.sampled_from(["", "utf-8", "utf-16", "cp1252", "shift_jis", "idna", "utf-32"])
)
@example(b"\xff\xfe\x00\xd8", "")
@example(b"\x81\x8d", "utf-8")
def test_any_bytes_become_text(raw: bytes, declared: str) -> None:
    text = decoded(f'<meta charset="{declared}">'.encode() + raw, "a.html", Findings())
    assert isinstance(text.encode("utf-8", errors="replace"), bytes)


def test_pages_of_any_bytes_are_read_or_refused(tmp_path: Path) -> None:
    noise = bytes((n * 7919 + n * n) % 256 for n in range(6_000))
    done = imported(tmp_path, site(more={"health.html": noise, "noise.htm": noise[::-1], "empty.php": b""}))
    assert done.ids == ["contact", "health"]
    assert "empty.php: this page cannot be read: it holds no page." in done.said(Outcome.LEFT_OUT)


def test_a_page_that_is_too_large_is_named(tmp_path: Path) -> None:
    done = imported(tmp_path, site(more={"health.html": b"x" * (16 * 1024 * 1024 + 1)}))
    said = done.said(Outcome.LEFT_OUT)
    assert "health.html is larger than 16 MiB" in said
    assert "“1.2 Health” leads to health.html" in said
    assert "chapters/health.html" not in done.files


@pytest.mark.parametrize(
    ("chapter", "said"),
    [
        (f"<p>{'long ' * 13_000}</p>", "a paragraph is longer"),
        (f"<p>{'x' * 1_001}</p>", "a word is longer"),
        ("<div><blockquote>" * 49 + "x", "nested more than 48 deep"),
        (f"<table>{'<tr><td>a<td>b' * 3_001}</table>", "a table has more than"),
    ],
)
def test_a_chapter_beyond_the_limits_is_listed_without_its_text(
    tmp_path: Path, chapter: str, said: str
) -> None:
    done = imported(tmp_path, site(chapter))
    assert done.ids == ["contact", "health"]
    assert "chapters/contact.html" not in done.files
    assert said in done.said(Outcome.LEFT_OUT)


def test_scripts_and_styles_go_nowhere(tmp_path: Path) -> None:
    done = imported(
        tmp_path,
        site(
            '<script>evil()</script><style>evil{}</style><p onclick="evil()" style="evil">word</p>'
            '<svg onload="evil()"><script>evil()</script></svg><a href=" javascript:evil()">link</a>'
            '<template>evil</template><form action="https://evil.example"><input type="hidden" value="evil"></form>'
        ),
    )
    html = done.chapter("contact")
    assert "<p>word</p>" in html
    assert "onclick" not in html
    assert "javascript:" not in html
    assert "<script" not in html


def test_pages_that_list_each_other_end(tmp_path: Path) -> None:
    def listing(title: str, *names: str) -> str:
        rows = "".join(f'<li><a href="{name}.html">{name.upper()}</a></li>' for name in names)
        return page(f'<h1>{title}</h1><div class="toc"><ul>{rows}</ul></div><p>{title}: {WORDS}</p>')

    done = imported(
        tmp_path,
        {
            "index.html": listing("Manual", "a", "b", "index"),
            "a.html": listing("A", "b", "a", "c", "index"),
            "b.html": listing("B", "a", "c", "d"),
            "c.html": listing("C", "a", "d"),
            "d.html": listing("D", "c", "b", "index"),
        },
    )
    assert sorted(done.ids) == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"readme.txt": "x"},
        {"index.html": ""},
        {"index.html": page('<a href="index.html">me</a>')},
        {"index.html": "<html><frameset><frame src='a.html'></frameset></html>", "a.html": page("<p>x</p>")},
        {"a.html": page("x"), "b.html": page("y")},
        {"a.md": "---\nid: '..'\n---\n"},
    ],
)  # fmt: skip
def test_sources_that_hold_no_manual_are_refused(tmp_path: Path, files: Files) -> None:
    assert len(_refusal(tmp_path, files)) > 20


@pytest.mark.parametrize("name", ["letter.txt", "gone", "gone.docx"])
def test_sources_that_are_none_are_refused(tmp_path: Path, name: str) -> None:
    assert name in _refusal(tmp_path, {"letter.txt": "x"}, name)


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_files, "MAX_FILES", 4)
    assert "holds more than 4 files" in _refusal(tmp_path, site(more={"a": "", "b": ""}))


def test_divisions_nest_as_deep_as_a_bundle_carries_them(tmp_path: Path) -> None:
    six = {"a.md": "# A\n\nx", f"{'/'.join('d' * 6)}/b.md": "# B\n\ny"}
    done = imported(tmp_path, six)
    tree = json.loads(done.files["contents.json"])
    assert parse(dump(tree), "contents.json", Reason.SHAPE, 100_000) == tree
    with pytest.raises(SourceError, match="stand in each other 7 deep, and a manual can have 6"):
        imported(tmp_path, {f"{'/'.join('e' * 7)}/b.md": "# C\n\ny"})


# Links of the file system


def test_links_that_lead_out_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "page.html").write_text(page("<h1>Secret</h1><p>secretword</p>"))
    (tmp_path / "secret" / "form.pdf").write_bytes(b"%PDF-1.4 secretword")
    rows = '<li><a href="linked.html">1.3 Linked</a></li><li><a href="folder/page.html">1.4 Folder</a></li>'
    source = write(tmp_path, site('<p><a href="form.pdf">f</a><img src="form.pdf"></p>', rows))
    (source / "linked.html").symlink_to(tmp_path / "secret" / "page.html")
    (source / "form.pdf").symlink_to("../secret/form.pdf")
    (source / "folder").symlink_to(tmp_path / "secret")
    done = imported(tmp_path, {})
    for name in ("linked.html", "form.pdf", "folder"):
        assert f"{name}: this link leads out of the folder; it was not followed." in done.said(
            Outcome.LEFT_OUT
        )
    assert not any(b"secretword" in data for data in done.files.values())


def test_links_that_lead_nowhere_or_in_circles_are_named(tmp_path: Path) -> None:
    source = write(tmp_path, site(more={"sub/note.txt": "x"}))
    (source / "circle.html").symlink_to("circle.html")
    (source / "a.html").symlink_to("b.html")
    (source / "b.html").symlink_to("a.html")
    (source / "dead.html").symlink_to("nothing.html")
    (source / "sub" / "up").symlink_to("..")
    os.mkfifo(source / "pipe.html")
    said = imported(tmp_path, {}).said(Outcome.LEFT_OUT)
    for name in ("circle.html", "a.html", "b.html", "dead.html"):
        assert f"{name}: this link leads to nothing" in said
    assert "sub/up: this link leads to a folder that is read in its own place" in said
    assert "pipe.html: this is no file; it was not read." in said


def test_links_inside_of_the_source_are_read(tmp_path: Path) -> None:
    source = write(tmp_path, site(rows='<li><a href="again.html">1.3 Again</a></li>'))
    (source / "again.html").symlink_to("health.html")
    assert "chapters/again.html" in imported(tmp_path, {}).files


def test_the_folder_that_is_written_may_hold_links(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    done = imported(tmp_path, site())
    (done.folder / "chapters" / "health.html").unlink()
    (done.folder / "chapters" / "health.html").symlink_to(tmp_path / "mine.txt")
    with pytest.raises(SourceError, match="was changed by hand"):
        imported(tmp_path, {})
    imported(tmp_path, {}, ImportOptions(discard_edits=True))
    assert (tmp_path / "mine.txt").read_text() == "mine"
    assert "nurse" in done.chapter("health")


# Names of files


@pytest.mark.parametrize("name", [b"\xff\xfe.html", b"caf\xe9.pdf"])
def test_names_that_are_no_characters_are_named(tmp_path: Path, name: bytes) -> None:
    source = write(tmp_path, site())
    Path(os.fsdecode(os.fsencode(source) + b"/" + name)).write_bytes(b"%PDF-1.4")
    said = imported(tmp_path, {}).said(Outcome.LEFT_OUT)
    assert f"{name.decode(errors='replace')}: the name of this file is not written in characters" in said


@pytest.mark.parametrize(
    "name",
    [
        "a\nb.html",
        "\x1b[31m.html",
        "<script>.html",
        "\u202e.html",
        "CON.html",
        "%2e%2e.html",
        "'; x.html",
        "&.html",
    ],
)
def test_odd_names_make_no_odd_files_and_no_odd_lines(tmp_path: Path, name: str) -> None:
    more: dict[str, str | bytes] = {
        name: page("<h1>Odd</h1><p>Words.</p>"),
        f"forms/{name}.pdf": b"%PDF-1",
    }
    done = imported(tmp_path, site(more=more))
    assert all(file.replace("/", "").replace("-", "").replace(".", "").isalnum() for file in done.files)
    report = done.files["import-report.txt"].decode()
    assert "\x1b" not in report
    assert sum("no row of a contents list leads to this page" in line for line in report.splitlines()) == 1
    assert str(Finding("a\nb", 1, Outcome.LEFT_OUT, "x\ny")) == "a b, line 1: x y"


@pytest.mark.parametrize(
    "title", ["../../evil", "/etc/passwd", "..", "CON", "a\\..\\b", "…", "\u202eabc", "x" * 300]
)
def test_titles_make_no_paths(tmp_path: Path, title: str) -> None:
    done = imported(tmp_path, {"a.md": f"# {title}\n\n{WORDS}", "b.md": "# B\n\nwords"})
    assert {path.parent.name for path in done.folder.rglob("*.html")} == {"chapters"}
    assert len([name for name in done.files if name.startswith("chapters/")]) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "source"]


# Anything


_PIECES = (
    "<p> </p> <table> <tr> <td> </table> <ul> <li> </ul> <nav> <div> </div> <h1> </h1> <h2> <b> </b>"
    " <a/href=health.html> <a/href=http://[> </a> <img/src=x> <script> </script> <svg> </svg> <form>"
    " <input> <!-- --> <![CDATA[ ]]> <?x ?> &amp; &#0; &bogus; <dl> <dt> <dd> <pre> <q> <main> <br><br>"
    " <caption>"
)
_MARKUP = st.lists(st.one_of(st.sampled_from(_PIECES.split()), st.text(max_size=8)), max_size=30).map("".join)


@settings(
    deadline=None,
    max_examples=60,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(_MARKUP, _MARKUP)
def test_any_markup_is_imported_twice_the_same(
    tmp_path_factory: pytest.TempPathFactory, chapter: str, row: str
) -> None:
    tmp_path = tmp_path_factory.mktemp("any")
    raw = {name: text.encode("utf-8", "replace") for name, text in (("c", chapter), ("r", row))}
    files = site()
    contact, index = str(files["contact.html"]).encode(), str(files["index.html"]).encode()
    files["contact.html"] = contact.replace(b"</body>", raw["c"] + b"</body>")
    files["index.html"] = index.replace(b"</body>", raw["r"] + b"</body>")
    first = imported(tmp_path, files).files
    assert imported(tmp_path, {}).files == first
    assert files_of(tmp_path / "source").keys() == files.keys()
