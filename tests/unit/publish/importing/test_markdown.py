"""Markdown documents: what stands above their text, their text, and the tree of their folder."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from reader.domain.contents import Chapter, Division, Status
from reader.domain.errors import SourceError
from reader.publish.importing.findings import Findings, Outcome
from reader.publish.importing.markdown import read_front_matter, read_markdown
from tests.unit.publish.importing.sources import WORDS, imported


def _front(fields: str) -> str:
    return f"---\n{fields}\n---\n"


def test_front_matter_says_what_the_chapter_is() -> None:
    front, rest = read_front_matter(
        _front(
            'id: contact\ntitle: Contact: who visits\nnumber: "1.1"\nstatus: [new, under review]\nrevised: 2027-03-31'
        )
        + "Text",
        "a.md",
    )
    assert (front.id, front.title, front.number) == ("contact", "Contact: who visits", "1.1")
    assert front.statuses == (Status.NEW, Status.UNDER_REVIEW)
    assert front.revised == date(2027, 3, 31)
    assert rest == "Text"


@pytest.mark.parametrize("number", ["1.10", "2.0", "010", "1_0", "12:30"])
def test_numbers_stay_as_they_are_written(number: str) -> None:
    assert read_front_matter(_front(f"number: {number}"), "a.md")[0].number == number


@pytest.mark.parametrize("title", ["No", "On", "Yes", "2027-03-31", "1e3", "=", "<<"])
def test_titles_stay_words(title: str) -> None:
    assert read_front_matter(_front(f"title: {title}"), "a.md")[0].title == title


def test_empty_fields_say_nothing() -> None:
    front, _ = read_front_matter(_front("id:\ntitle: ~\nnumber: ''\nstatus:\nrevised: null"), "a.md")
    assert (front.id, front.title, front.number, front.statuses, front.revised) == (
        None,
        None,
        None,
        (),
        None,
    )


@pytest.mark.parametrize("text", ["\ufeff---\ntitle: T\n---\nx", "---\r\ntitle: T\r\n---\r\nx"])
def test_marks_and_line_ends_of_windows_do_no_harm(text: str) -> None:
    front, rest = read_front_matter(text, "a.md")
    assert (front.title, rest) == ("T", "x")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ("id: ../../x", "is no id"),
        ("status: odd", "“odd” is no status"),
        ("revised: 2027-13-45", "is no date"),
        ("- a", "holds no fields"),
        ("words", "holds no fields"),
        ("title: [", "is not written as YAML"),
        ("title: !!python/object/apply:os.system ['true']", "is not written as YAML"),
        ("title: &a x\nnumber: *a", "is not written as YAML"),
        ("title: [&a [x,x], &b [*a,*a], [*b,*b]]", "is not written as YAML"),
        ("title: " + "[" * 8_000, "is not written as YAML"),
        ("title: " + "x" * 20_000, "is too long"),
    ],
)
def test_front_matter_that_says_nothing_sound_is_refused(fields: str, said: str) -> None:
    with pytest.raises(SourceError, match=r"^a\.md") as refused:
        read_front_matter(_front(fields), "a.md")
    assert said in str(refused.value)


def test_fields_that_nobody_knows_are_named() -> None:
    findings = Findings()
    read_markdown("a.md", _front("author: A. Person"), frozenset(), findings)
    assert [str(finding) for finding in findings.all()] == [
        "a.md, line 1: the front matter's field “author” means nothing here."
    ]


def test_a_heading_beside_the_title_is_named() -> None:
    findings = Findings()
    draft = read_markdown("a.md", _front("title: Contact") + "# Visits\n\nx", frozenset(), findings)
    assert draft.title == "Contact"
    assert "is headed “Visits”" in str(findings.all()[0])


def test_the_text_becomes_a_chapter() -> None:
    text = (
        "# Contact\n\n## Scope of this chapter\n\nAll *children*.\n\n## 1. First\n\n1. one\n2. two\n\n"
        "| Who | When |\n|---|---|\n| Nurse | May |\n\n> said\n\n~~old~~ `code`\n"
    )
    draft = read_markdown("a.md", text, frozenset(), Findings())
    assert draft.title == "Contact"
    assert draft.html.startswith(
        '<div class="scope">\n<h2>Scope of this chapter</h2>\n<p>All <em>children</em>.'
    )
    assert "<th>Who</th>" in draft.html
    assert "<s>old</s> <code>code</code>" in draft.html


def test_html_in_markdown_is_text() -> None:
    html = read_markdown(
        "a.md", "<b onclick=x>bold</b>\n\n<script>x()</script>", frozenset(), Findings()
    ).html
    assert "&lt;b onclick=x&gt;bold&lt;/b&gt;" in html
    assert "&lt;script&gt;x()&lt;/script&gt;" in html


@pytest.mark.parametrize("depth", [10, 25, 45])
def test_quotes_in_quotes_keep_their_words(depth: int) -> None:
    html = read_markdown("a.md", "> " * depth + "deep words", frozenset(), Findings()).html
    assert "deep words" in html


@pytest.mark.parametrize("depth", [99, 100, 101, 5_000])
def test_quotes_that_nest_without_end_are_refused(depth: int) -> None:
    with pytest.raises(SourceError, match="nested more than 100 deep"):
        read_markdown("a.md", "> " * depth + "deep words", frozenset(), Findings())


def test_marks_without_end_are_refused() -> None:
    with pytest.raises(SourceError, match="too many marks"):
        read_markdown("a.md", "[" * 200_001, frozenset(), Findings())


def test_links_lead_from_document_to_document(tmp_path: Path) -> None:
    done = imported(
        tmp_path,
        {
            "a.md": f"# Contact\n\n[there](b.md#school-nurse) [gone](c.md)\n\n{WORDS}",
            "b.md": f"# Health\n\n## School nurse\n\n{WORDS}",
        },
    )
    assert '<a href="health.html#school-nurse">there</a> gone' in done.chapter("contact")
    assert '<h2 id="school-nurse">' in done.chapter("health")
    assert "a.md, line 3: the link “gone” is broken" in done.said(Outcome.LEFT_OUT)


# The tree


def test_folders_are_divisions_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    names = ("10 Staff/10.2 Leave.md", "2 Care/2.10 Visits.md", "2 Care/2.9 Contact.md", "² odd/١.md")
    done = imported(tmp_path, {name: f"# {name[:-3].split('/')[1]}\n\n{WORDS}" for name in names})
    divisions = [d for d in done.contents.entries if isinstance(d, Division)]
    assert [(d.number, d.title) for d in divisions] == [("2", "Care"), ("10", "Staff"), (None, "² odd")]
    assert [c.title for c in divisions[0].entries if isinstance(c, Chapter)] == ["Contact", "Visits"]


def test_a_contents_list_makes_the_tree_of_documents(tmp_path: Path) -> None:
    done = imported(
        tmp_path,
        {
            "contents.md": "# Manual\n\n1. Care\n   - 1.1 [Contact](a.md)\n   - 1.2 [Gone](gone.md)\n"
            "   - 1.3 [Far](https://far.example/x)\n",
            "a.md": f"# Visits\n\n{WORDS}",
            "b.md": f"# Health\n\n{WORDS}",
        },
    )
    assert done.ids == ["contact", "gone", "far"]
    said = done.said()
    assert "b.md: contents.md does not list this document" in said
    assert "“1.2 Gone” leads to gone.md, and that document is not there" in said
    assert "the document is called “Visits”, and contents.md calls it “Contact”" in said


def test_a_title_without_end_is_cut_and_named(tmp_path: Path) -> None:
    done = imported(tmp_path, {"a.md": f"# {'word ' * 700}\n\n{WORDS}", "b.md": f"# B\n\n{WORDS}"})
    [long, _] = done.contents.chapters()
    assert len(long.title) <= 2_000
    assert "is longer than 2,000 characters and was cut" in done.said(Outcome.CHANGED)


def test_a_number_without_end_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="makes a contents list that no manual can have"):
        imported(tmp_path, {"a.md": _front(f"number: {'9' * 5_000}") + WORDS})
    assert not (tmp_path / "out").exists()
