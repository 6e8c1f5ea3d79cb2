"""A chapter keeps its id over titles, numbers and pages that change; where that is unsure, a person is asked."""

from __future__ import annotations

import csv
import io
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from reader.domain.errors import SourceError
from reader.publish.chapter_ids import read_chapter_ids
from reader.publish.importing import ImportOptions
from reader.publish.importing.findings import Outcome
from reader.publish.importing.identity import (
    Identity,
    KnownChapter,
    NewChapter,
    Verdict,
    gone,
    identify,
)
from reader.publish.importing.review import read_review, write_review
from tests.unit.publish.importing.sources import TELLS_OF_THE_RUN, imported


def _text(seed: str, words: int = 120) -> str:
    """Words that no other seed has in this order."""
    source = random.Random(seed)  # noqa: S311  # a text, no secret
    return " ".join(f"{seed}{source.randrange(900)}" for _ in range(words))


def _known(chapter_id: str, title: str, text: str = "", origin: str | None = None) -> KnownChapter:
    return KnownChapter(chapter_id, title, "Care", text, origin)


def _new(title: str, text: str = "", key: str | None = None, number: str | None = None) -> NewChapter:
    return NewChapter(key or title, title, "Care", number, text, key)


def _one(chapter: NewChapter, *known: KnownChapter) -> Identity:
    [found] = identify([chapter], known)
    return found


def test_the_first_edition_makes_ids_of_titles() -> None:
    found = identify([_new("Contact", key="a"), _new("Contact", key="b"), _new("…", key="c")], [])
    assert [identity.id for identity in found] == ["contact", "contact-2", "chapter"]
    assert {identity.verdict for identity in found} == {Verdict.NEW}


def test_the_same_text_under_a_new_title_keeps_its_id() -> None:
    found = _one(
        _new("Family time", _text("a"), "a.html"), _known("contact", "Contact", _text("a"), "a.html")
    )
    assert (found.verdict, found.id) == (Verdict.SAME, "contact")


def test_the_same_title_under_a_new_number_keeps_its_id() -> None:
    known = _known("contact", "Contact", _text("a"), "1-1.html")
    found = _one(_new("Contact", _text("a"), "2-7.html", "2.7"), known)
    assert (found.verdict, found.id) == (Verdict.SAME, "contact")


def test_the_same_title_in_its_place_keeps_its_id_over_a_new_text() -> None:
    found = _one(_new("Contact", _text("b")), _known("contact", "Contact", _text("a")))
    assert (found.verdict, found.id) == (Verdict.SAME, "contact")


def test_another_chapter_is_new_and_gets_no_id_that_was_given_out() -> None:
    known = KnownChapter("leave", "Leave of staff", "Staff", _text("a"), is_current=False)
    found = _one(_new("Leave", _text("b")), known)
    assert (found.verdict, found.id) == (Verdict.NEW, "leave-2")


def test_a_split_chapter_asks_about_its_parts() -> None:
    first, second = _text("a"), _text("b")
    known = _known("contact", "Contact", f"{first} {second}", "a.html")
    found = identify([_new("Visits", first, "v.html"), _new("Calls", second, "c.html")], [known])
    assert Verdict.UNSURE in {identity.verdict for identity in found}
    assert Verdict.SAME not in {identity.verdict for identity in found}


def test_a_split_that_keeps_its_title_asks_about_the_other_part() -> None:
    first, second = _text("a"), _text("b")
    known = _known("contact", "Contact", f"{first} {second}", "a.html")
    kept, other = identify([_new("Contact", first, "a.html"), _new("Calls", second, "c.html")], [known])
    assert (kept.verdict, kept.id) == (Verdict.SAME, "contact")
    assert other.verdict is Verdict.UNSURE
    assert "perhaps split from “Contact”" in other.why


def test_a_merge_keeps_the_id_of_the_title_and_names_the_one_that_is_gone() -> None:
    first, second = _text("a"), _text("b")
    known = [_known("visits", "Visits", first), _known("calls", "Calls", second)]
    found = identify([_new("Visits", f"{first} {second}")], known)
    assert [(identity.verdict, identity.id) for identity in found] == [(Verdict.SAME, "visits")]
    assert [row.id for row in gone(found, known)] == ["calls"]


def test_chapters_with_the_same_words_keep_their_own_ids() -> None:
    boiler = _text("x")
    known = [_known("contact", "Contact", f"{boiler} [Picture]"), _known("health", "Health", boiler)]
    found = identify([_new("Contact", boiler), _new("Health", boiler)], known)
    assert [identity.id for identity in found] == ["contact", "health"]


def test_chapters_that_swap_their_titles_go_with_their_words() -> None:
    known = [_known("contact", "Contact", _text("a")), _known("health", "Health", _text("b"))]
    found = identify([_new("Health", _text("a")), _new("Contact", _text("b"))], known)
    assert [identity.id for identity in found] == ["contact", "health"]


def test_many_chapters_of_one_title_and_text_stay_where_their_pages_are() -> None:
    chapters = [_new("Form of words", _text("x"), f"{n}.html") for n in range(15)]
    first = identify(chapters, [])
    known = [_known(found.id, found.chapter.title, found.chapter.text, found.chapter.key) for found in first]
    assert [found.id for found in identify(chapters, known)] == [found.id for found in first]


def test_documents_may_name_their_ids() -> None:
    chapters = [
        NewChapter("a", "Contact", "", own_id="visits"),
        NewChapter("b", "Other", "", own_id="visits"),
    ]
    first, second = identify(chapters, [])
    assert (first.id, second.id) == ("visits", "visits-2")


def test_a_new_id_is_none_that_another_document_names() -> None:
    chapters = [_new("Visits", key="a"), NewChapter("b", "Other", "", own_id="visits")]
    found = identify(chapters, [_known("old", "Old")], {"a": "new"})
    assert [identity.id for identity in found] == ["visits-2", "visits"]


def test_answers_count() -> None:
    known = [_known("contact", "Contact", _text("a"))]
    chapters = [_new("Visits", _text("z"), "v.html"), _new("Contact", _text("a"), "c.html")]
    found = identify(chapters, known, {"v.html": "contact", "c.html": "new"})
    assert [(identity.verdict, identity.id) for identity in found] == [
        (Verdict.SAME, "contact"),
        (Verdict.NEW, "contact-2"),
    ]


_IN_ANOTHER_RUN = """
from reader.publish.importing.identity import KnownChapter, NewChapter, identify
words = [" ".join(f"w{n * 7 % 61 + k}" for n in range(60)) for k in range(12)]
known = [KnownChapter(f"k{n}", f"Known {n}", "x", words[n] + " " + words[(n + 1) % 12]) for n in range(12)]
for found in identify([NewChapter(str(n), f"Title {n}", "y", None, words[n]) for n in range(12)], known):
    print(found.verdict, found.id, [(c.known.id, c.likeness) for c in found.candidates])
"""


def test_every_run_comes_to_the_same() -> None:
    said = {
        subprocess.run(
            [sys.executable, "-c", _IN_ANOTHER_RUN],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(said) == 1


# The table in which a person answers


def _unsure(key: str = "=calls.html") -> Identity:
    first, second = _text("a"), _text("b")
    known = _known("contact", "Contact", f"{first} {second}", "a.html")
    return identify([_new("Contact", first, "a.html"), _new("@Calls", second, key)], [known])[1]


@pytest.mark.parametrize("key", ["=calls.html", "'calls.html", "-x.html", "a,b;c.html", 'a"b.html', "ü.html"])
@pytest.mark.parametrize("semicolons", [False, True])
def test_the_table_comes_back_as_it_was_answered(tmp_path: Path, key: str, semicolons: bool) -> None:
    file = tmp_path / "review.csv"
    assert write_review(file, [_unsure(key)]) == 1
    rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
    assert not any(cell[:1] in set("=+-@") for row in rows for cell in row)
    rows[1][0] = "Same"
    out = io.StringIO()
    csv.writer(out, delimiter=";" if semicolons else ",").writerows(rows)
    file.write_text(out.getvalue(), encoding="utf-8")
    assert read_review(file, [_known("contact", "Contact")]) == {key: "contact"}


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (b"answer,page\nnothing,a.html\n", "line 2: “nothing” is no id of the last edition"),
        (b"answer,page\ncontact,a.html\ncontact,b.html\n", "was given to another chapter in line 2"),
        (b"a,b\n1,2\n", "has no columns “answer” and “page”"),
        (b"answer,page\n\xff,a.html\n", "is no UTF-8 text"),
        (b"answer,page\nnew," + b"x" * 200_000, "is not written as a table"),
        (b"x" * (5 * 1024 * 1024), "is larger than any such table"),
    ],
)
def test_a_table_that_says_nothing_sound_is_refused(tmp_path: Path, table: bytes, said: str) -> None:
    file = tmp_path / "review.csv"
    file.write_bytes(table)
    with pytest.raises(SourceError, match=r"review\.csv") as refused:
        read_review(file, [_known("contact", "Contact")])
    assert said in str(refused.value)


# Whole imports, one after the other


def _documents(**texts: str) -> dict[str, str | bytes]:
    return {f"{name}.md": f"# {name.replace('_', ' ').title()}\n\n{text}\n" for name, text in texts.items()}


def test_a_renamed_chapter_keeps_its_file(tmp_path: Path) -> None:
    first = imported(tmp_path, _documents(contact=_text("a"), health=_text("b")))
    assert first.ids == ["contact", "health"]
    (tmp_path / "source" / "contact.md").unlink()
    second = imported(tmp_path, _documents(family_time=_text("a")))
    assert {row.id: row.title for row in read_chapter_ids(second.folder)} == {
        "contact": "Family Time",
        "health": "Health",
    }
    assert second.report.new == ()


def test_an_id_that_is_gone_stays_in_the_mapping_and_comes_back(tmp_path: Path) -> None:
    imported(tmp_path, _documents(contact=_text("a"), health=_text("b")))
    (tmp_path / "source" / "health.md").unlink()
    second = imported(tmp_path, {})
    assert second.report.gone == ("Health",)
    assert [row.id for row in read_chapter_ids(second.folder)] == ["contact", "health"]
    third = imported(tmp_path, _documents(health=_text("b")))
    assert third.ids == ["contact", "health"]


def test_a_merge_is_remembered(tmp_path: Path) -> None:
    imported(tmp_path, _documents(calls=_text("a"), visits=_text("b")))
    (tmp_path / "source" / "calls.md").unlink()
    second = imported(tmp_path, _documents(visits=f"{_text('b')} {_text('a')}"))
    assert {row.id: row.merged_into for row in read_chapter_ids(second.folder)} == {
        "calls": "visits",
        "visits": None,
    }


def test_an_unsure_chapter_stops_an_import_without_a_table(tmp_path: Path) -> None:
    imported(tmp_path, _documents(contact=f"{_text('a')} {_text('b')}"))
    with pytest.raises(SourceError, match="give --review FILE"):
        imported(tmp_path, _documents(contact=_text("a"), calls=_text("b")))


def test_an_answer_is_asked_for_once_and_stays(tmp_path: Path) -> None:
    table = tmp_path / "review.csv"
    imported(tmp_path, _documents(contact=f"{_text('a')} {_text('b')}"))
    options = ImportOptions(review=table)
    asked = imported(tmp_path, _documents(contact=_text("a"), calls=_text("b")), options)
    assert (asked.report.is_written, asked.report.waiting, asked.report.review) == (False, 1, table)
    assert asked.ids == ["contact"]
    with_answer = table.read_text(encoding="utf-8").replace("\n,", "\nnew,", 1)
    table.write_text(with_answer, encoding="utf-8")
    first = imported(tmp_path, {}, options)
    assert first.ids == ["calls", "contact"]
    assert {row.id: row.split_from for row in read_chapter_ids(first.folder)}["calls"] == "contact"
    before = first.files
    second = imported(tmp_path, {}, options)
    assert second.ids == ["calls", "contact"]
    for name in before.keys() - TELLS_OF_THE_RUN:
        assert second.files[name] == before[name], name


def test_a_table_without_answers_is_no_answer(tmp_path: Path) -> None:
    table = tmp_path / "review.csv"
    imported(tmp_path, _documents(contact=f"{_text('a')} {_text('b')}"))
    for _ in range(2):
        asked = imported(
            tmp_path, _documents(contact=_text("a"), calls=_text("b")), ImportOptions(review=table)
        )
        assert asked.report.waiting == 1


def test_two_documents_that_name_one_id_are_reported(tmp_path: Path) -> None:
    front = "---\nid: visits\n---\n"
    done = imported(tmp_path, {"a.md": f"{front}# A\n\n{_text('a')}", "b.md": f"{front}# B\n\n{_text('b')}"})
    assert done.ids == ["visits", "visits-2"]
    assert "b.md: the document names the id “visits”, which belongs to another chapter" in done.said(
        Outcome.TO_CHECK
    )


def test_the_ids_of_another_folder_are_taken_over(tmp_path: Path) -> None:
    imported(tmp_path, _documents(contact=_text("a")), out="edition-1")
    (tmp_path / "source" / "contact.md").unlink()
    options = ImportOptions(last=tmp_path / "edition-1")
    second = imported(tmp_path, _documents(family_time=_text("a")), options, out="edition-2")
    assert second.ids == ["contact"]


def test_a_last_edition_without_ids_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match=r"holds no chapter-ids\.toml"):
        imported(tmp_path, _documents(contact=_text("a")), ImportOptions(last=tmp_path / "empty"))
