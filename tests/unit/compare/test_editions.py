"""The differences between two editions, chapter by chapter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from reader.compare.editions import compare_editions
from reader.domain.changes import ChapterChange, EditionText, Kind
from reader.domain.contents import Chapter, ContentsList, Division, Entry, Form, Passage, Status
from reader.domain.manual import ManualId
from reader.services.changes_page import changes_page, changes_text

MANUAL = ManualId("northmere", "procedures")
VISITS = Chapter("visits", "1.1", "Visits")
REVIEWS = Chapter("reviews", "1.2", "Reviews")
TEXT = (Passage("a", "1. Aims", 2, "The social worker visits every six weeks."),)


def edition(
    number: int, *entries: Entry, passages: dict[str, tuple[Passage, ...]] | None = None, **files: str
) -> EditionText:
    return EditionText(
        MANUAL,
        "Northmere County Council",
        "Procedures",
        number,
        None,
        date(2024 + number, 4, 1),
        ContentsList(entries),
        passages or {},
        {name.replace("__", "/").replace("_", "."): digest for name, digest in files.items()},
    )


def only(before: EditionText, after: EditionText) -> ChapterChange:
    [change] = compare_editions(before, after).chapters
    return change


def test_nothing_differs_between_an_edition_and_itself() -> None:
    one = edition(1, VISITS, REVIEWS, passages={"visits": TEXT})
    found = compare_editions(one, one)
    assert found.chapters == ()
    assert found.files == ()
    assert "no chapter differs" in changes_text(found)


def test_new_and_gone_chapters() -> None:
    found = compare_editions(edition(1, VISITS), edition(2, REVIEWS))
    assert [(change.id, change.kinds) for change in found.chapters] == [
        ("reviews", (Kind.NEW,)),
        ("visits", (Kind.GONE,)),
    ]


def test_a_chapter_can_be_renamed_renumbered_and_moved_at_once() -> None:
    before = edition(1, Division("1", "Care", (VISITS,)))
    after = edition(2, Division("2", "Safety", (replace(VISITS, number="2.1", title="Seeing children"),)))
    change = only(before, after)
    assert change.kinds == (Kind.RENAMED, Kind.RENUMBERED, Kind.MOVED)


def test_a_division_with_another_number_has_not_moved_its_chapters() -> None:
    before = edition(1, Division("1", "Care", (VISITS,)))
    assert compare_editions(before, edition(2, Division("3", "Care", (VISITS,)))).chapters == ()


def test_a_changed_text_names_its_passage_and_words() -> None:
    now = (Passage("a", "1. Aims", 2, "The social worker visits every four weeks."),)
    change = only(edition(1, VISITS, passages={"visits": TEXT}), edition(2, VISITS, passages={"visits": now}))
    assert change.kinds == (Kind.TEXT,)
    found = compare_editions(
        edition(1, VISITS, passages={"visits": TEXT}), edition(2, VISITS, passages={"visits": now})
    )
    assert "[-six-] {+four+}" in changes_text(found)


def test_a_text_that_came_or_went_is_no_change_of_words() -> None:
    held, listed = edition(1, VISITS, passages={"visits": TEXT}), edition(2, VISITS)
    assert only(held, listed).kinds == (Kind.TEXT_GONE,)
    assert only(listed, held).kinds == (Kind.TEXT_ADDED,)


def test_a_status_alone_is_said() -> None:
    change = only(edition(1, VISITS), edition(2, replace(VISITS, statuses=(Status.UPDATED,))))
    assert change.kinds == (Kind.STATUS,)


def test_forms_are_compared_by_their_bytes() -> None:
    form = Form("Visit record", "northmere/procedures/forms/visit.docx")
    before = edition(1, form, forms__visit_docx="aa", media__flow_png="aa")
    after = edition(2, form, forms__visit_docx="bb", forms__plan_pdf="cc")
    assert [(row.file, row.title, row.kind) for row in compare_editions(before, after).files] == [
        ("forms/plan.pdf", None, Kind.NEW),
        ("forms/visit.docx", "Visit record", Kind.TEXT),
        ("media/flow.png", None, Kind.GONE),
    ]


def test_the_page_escapes_every_text_and_needs_nothing_beside_it() -> None:
    evil = "<script>alert(1)</script><img src=x>"
    before = edition(1, VISITS, passages={"visits": (Passage("a", evil, 2, "one"),)})
    after = edition(
        2, replace(VISITS, title=evil), passages={"visits": (Passage("a", evil, 2, f"two {evil}"),)}
    )
    page = changes_page(compare_editions(before, replace(after, authority_name=evil)))
    assert "<script" not in page
    assert "<img" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert '<span class="said"> added: </span>' in page
