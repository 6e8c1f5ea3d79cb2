"""Names that are no more, Acts of a wrong year, and people with telephone numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from reader.domain.errors import SourceError
from reader.domain.manual import ManualId
from reader.publish.lint import Finding, Severity, read_outdated
from reader.publish.lint.outdated import Entry
from reader.publish.lint.pages import read_page
from reader.publish.lint.people import person_findings
from reader.publish.lint.wording import wording_findings
from tests.support.lint_sources import OUTDATED

MANUAL = ManualId("westshire", "procedures")
HEADER = 'format = 1\npast = ["formerly"]\n'
LAW = '[law]\n"Care Act" = [2014]\n'
ENTRY = """\
[outdated.xx]
kind = "body"
words = ["Old Board"]
instead = "y"
since = "2019"
source = "z"
example = "w"
"""


def _wording(text: str, folder: Path) -> list[Finding]:
    return list(wording_findings(read_page(folder, "visits", text, MANUAL), OUTDATED))


def _people(text: str, folder: Path) -> list[Finding]:
    page = read_page(folder, "visits", text, MANUAL)
    return list(person_findings(page, frozenset({"westshire", "council"})))


# The table


def test_the_table_is_large_enough_to_be_of_use() -> None:
    assert len(OUTDATED.entries) >= 45
    assert len(OUTDATED.laws) >= 30
    assert all(" Act" in name or name.endswith(("Regulations", "Rules", "Order")) for name in OUTDATED.laws)
    assert all(years == tuple(sorted(years)) for years in OUTDATED.laws.values())


@pytest.mark.parametrize("entry", OUTDATED.entries, ids=lambda entry: entry.id)
def test_each_entrys_own_example_is_found_by_it_alone(entry: Entry, tmp_path: Path) -> None:
    (found,) = _wording(f"<p>{entry.example}</p>", tmp_path)
    assert found.code == (f"outdated-{entry.kind}" if entry.since else "wrong-year")
    assert entry.instead in found.advice
    assert (entry.since or "There is no") in found.text


@pytest.mark.parametrize("entry", OUTDATED.entries, ids=lambda entry: entry.id)
def test_what_is_written_instead_is_not_outdated_itself(entry: Entry, tmp_path: Path) -> None:
    assert _wording(f"<p>See the {entry.instead}.</p>", tmp_path) == []


@pytest.mark.parametrize("name", OUTDATED.laws)
def test_each_law_with_its_own_years_is_right_and_with_another_wrong(name: str, tmp_path: Path) -> None:
    others = {f"{entry_word}" for entry in OUTDATED.entries for entry_word in entry.words}
    right = [
        f"<p>See the {name} {year}.</p>" for year in OUTDATED.laws[name] if f"{name} {year}" not in others
    ]
    assert [_wording(text, tmp_path) for text in right] == [[] for _ in right]
    (found,) = _wording(f"<p>See section 3 of the {name} 1901.</p>", tmp_path)
    assert found.code == "wrong-year"
    assert str(OUTDATED.laws[name][-1]) in found.advice


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "cannot be read|“format”"),
        ("format = 2\npast = []\n" + LAW + ENTRY, "“format”"),
        (HEADER + LAW + ENTRY.replace("body", "bodies"), "“outdated.xx.kind”"),
        (HEADER + LAW + ENTRY.replace('["Old Board"]', "[]"), "“outdated.xx.words”"),
        (HEADER + LAW + ENTRY + 'more = "x"\n', "“outdated.xx.more”"),
        ("not toml", "not written as TOML"),
    ],
)
def test_a_table_that_is_not_well_formed_is_refused_by_name(tmp_path: Path, text: str, named: str) -> None:
    file = tmp_path / "outdated.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=named):
        read_outdated(file)


# Sentences


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Tell the LSCB.", "outdated-body"),
        ("Tell the local safeguarding children board.", "outdated-body"),
        ("THE LOCAL SAFEGUARDING CHILDREN BOARD", "outdated-body"),
        ("Follow Working Together (2018).", "outdated-guidance"),
        ("Follow Working Together to Safeguard Children, July 2018.", "outdated-guidance"),
        ("See the Children’s Rights Director.", "outdated-body"),
        ("The Care Act 2014 and the Equality Act 2011 apply.", "wrong-year"),
        ("the Care Act 2014 and Human Rights Act 1997", "wrong-year"),
        ("Under section 20 of Children Act 1987 a child is looked after.", "wrong-year"),
        ("The partners were strengthened. The LSCB meets each month.", "outdated-body"),
    ],
)
def test_what_is_out_of_date_is_found(tmp_path: Path, text: str, code: str) -> None:
    assert [found.code for found in _wording(f"<p>{text}</p>", tmp_path)] == [code]


@pytest.mark.parametrize(
    "text",
    [
        "The safeguarding partnership (formerly the LSCB) meets each month.",
        "Until 2014 the court made residence orders; these now count as child arrangements orders.",
        "A residence order made before 22 April 2014 stands as a child arrangements order.",
        "The DBS replaced the Criminal Records Bureau.",
        "What was known as a serious case review is held by the partners.",
        "Getting the Best from Complaints (Department for Education and Skills, 2006)",
        "An application for a section 34 contact order is made to the Family Court.",
        "The occupational therapist is registered with the HCPC, the social worker with Social Work England.",
        "The claim for damages is made in the county court.",
        "The child is in police custody.",
        "Working together, 2018 families were helped.",
        "Follow Working Together to Safeguard Children 2023.",
        "Adoption and Children Act 2002, sections 18 to 22",
        "Protection of Children Act 1978",
        "Children and Young Persons Act 1933",
        "Carers and Disabled Children Act 2000",
        "the Education (Independent Care Act) Act 1950 and Children’s Homes (England) Regulations 2015",
        "Local Authority Social Services and Care Act 1970",
        "CoramBAAF and Coram BAAF publish the form.",
        "The word lscb or a CRBX is no abbreviation; PCTS neither.",
    ],
)
def test_what_is_right_is_left_alone(tmp_path: Path, text: str) -> None:
    assert _wording(f"<p>{text}</p>", tmp_path) == []


def test_preformatted_text_is_left_alone(tmp_path: Path) -> None:
    assert _wording("<pre>the LSCB</pre>", tmp_path) == []


def test_a_heading_can_say_whom_a_sentence_is_about(tmp_path: Path) -> None:
    text = "<h2>Standards for social workers</h2><p>Everybody is registered with the HCPC.</p>"
    assert [found.code for found in _wording(text, tmp_path)] == ["outdated-body"]


def test_guidance_is_a_hint_and_a_body_a_warning(tmp_path: Path) -> None:
    found = _wording("<p>See Every Child Matters.</p><p>Tell the LSCB.</p>", tmp_path)
    assert [one.severity for one in found] == [Severity.HINT, Severity.WARNING]


# People


@pytest.mark.parametrize(
    "text",
    [
        "<p>Ring Jane Smith on 01632 960001.</p>",
        "<p>The Designated Officer is Mohammed Al-Hussain, 01632 960 001.</p>",
        "<p>Contact Mrs Okonkwo (tel. 01632-960001) with questions.</p>",
        "<p>Dr J. Patel: 07700 900123</p>",
        "<p>Ifeoma Obi, Team Manager, +44 (0)1632 960001</p>",
        "<p>Duty Manager Sarah O'Neill<br>020 7946 0018</p>",
        "<table><tr><th>Name</th></tr><tr><td>David Jones</td><td>Manager</td><td>(01632) 960001</td></tr></table>",
        "<dl><dt>Priya Shah</dt><dd>01632 960001</dd></dl>",
        "<ul><li>Emergency Duty Team: Tom Baker 0808 157 0192</li></ul>",
    ],
)
def test_a_named_person_with_a_number_is_found(tmp_path: Path, text: str) -> None:
    (found,) = _people(text, tmp_path)
    assert found.code == "person-with-number"


@pytest.mark.parametrize(
    "text",
    [
        "<p>Ring the Emergency Duty Team on 01632 960199.</p>",
        "<p>The Designated Officer, Westshire Council, is on 01632 960145.</p>",
        "<p>Ring Westshire Voices on 01632 960162 or the Children's Advocacy Line on 0800 111 2222.</p>",
        "<p>Team Manager, Head of Service or Practice Lead: 01632 960001</p>",
        "<p>Victoria House, Alexandra Road, 01632 960001. Grace Centre, 01632 960002.</p>",
        "<p>St Mary's Hospital, Martha Ward Sister: 01632 960001</p>",
        "<p>Jane Smith wrote the first report.</p><p>Ring 01632 960001.</p>",
        "<p>Jane Smith is the Director. The office is on 01632 960001.</p>",
        "<p>Jane Smith keeps record 2024 123456 and case 0012345.</p>",
        "<p>In April May Day is a holiday; ring 01632 960001.</p>",
        "<table><tr><td>David Jones</td><td>Chair</td></tr><tr><td>Duty Team</td><td>01632 960001</td></tr></table>",
        "<p>Ring Childline on 0800 1111, or Refuge on 0808 2000 247.</p>",
    ],
)
def test_posts_teams_and_places_with_a_number_are_left_alone(tmp_path: Path, text: str) -> None:
    assert _people(text, tmp_path) == []
