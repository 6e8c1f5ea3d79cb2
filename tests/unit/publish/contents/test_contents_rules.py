"""One small list for each rule. The councils are invented."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from reader.domain.contents import Chapter, Held, SeeAlso, Status
from reader.publish.contents import ContentsPage

Outline = Callable[[ContentsPage], list[str]]
Parse = Callable[..., ContentsPage]


def _only_chapter(page: ContentsPage) -> Chapter:
    (chapter,) = page.contents.chapters()
    return chapter


# Shapes and numbers


def test_number_and_title_stand_on_one_line(parse: Parse, outline: Outline) -> None:
    page = parse("4. Fostering\n\n4.1 Statement of Purpose\n4.2 Private Fostering\n")
    assert outline(page) == ["[4] Fostering", "  4.1 Statement of Purpose", "  4.2 Private Fostering"]


def test_a_number_alone_takes_the_title_of_a_later_line(parse: Parse, outline: Outline) -> None:
    page = parse("1. All\n\n1.1\n\nPolicy\n\n\u00a0\n1.1.1 Records \u00a0\n\n1.2\n\nSafety\n\n1.2.1 Plans\n")
    assert outline(page) == [
        "[1] All",
        "  [1.1] Policy",
        "    1.1.1 Records",
        "  [1.2] Safety",
        "    1.2.1 Plans",
    ]


def test_chapters_whose_titles_stand_apart_stay_chapters(parse: Parse, outline: Outline) -> None:
    page = parse(
        "1\nAll\n1.1\nPolicy\n1.1.1\nRecords\nUpdated\n5 February 2025\n2\nAppendices\n2.1\nContacts\n"
    )
    assert outline(page) == [
        "[1] All",
        "  [1.1] Policy",
        "    1.1.1 Records <updated> 2025-02-05",
        "[2] Appendices",
        "  2.1 Contacts",
    ]


def test_number_title_and_date_run_together(parse: Parse, outline: Outline) -> None:
    page = parse(
        "1.1Policy\n- 1.1.1RecordsFebruary 5, 2025\n- 1.1.2Access\nUpdated\nAugust 12, 2024\n- 1.1.3Forms\n"
    )
    assert outline(page) == [
        "[1] -",
        "  [1.1] Policy",
        "    1.1.1 Records 2025-02-05",
        "    1.1.2 Access <updated> 2024-08-12",
        "    1.1.3 Forms",
    ]


def test_a_title_that_begins_with_digits_is_told_from_the_number_before_it(
    parse: Parse, outline: Outline
) -> None:
    page = parse(
        "1.1Homes\n- 1.1.1Needs\n- 1.1.216 and 17 Year Olds\n- 1.1.316/17 Leaflet\n- 1.1.47 Minute Briefing\n"
    )
    assert outline(page)[2:] == [
        "    1.1.1 Needs",
        "    1.1.2 16 and 17 Year Olds",
        "    1.1.3 16/17 Leaflet",
        "    1.1.4 7 Minute Briefing",
    ]


def test_a_row_with_longer_numbers_under_it_is_a_division(parse: Parse, outline: Outline) -> None:
    page = parse("2. Rest\n2.1 Deep\n2.1.1 Deeper\n2.1.1.1 Deepest\n2.2 Shallow\n")
    assert outline(page) == [
        "[2] Rest",
        "  [2.1] Deep",
        "    [2.1.1] Deeper",
        "      2.1.1.1 Deepest",
        "  2.2 Shallow",
    ]


def test_chapters_numbered_with_a_nought_stand_in_the_section_itself(parse: Parse, outline: Outline) -> None:
    page = parse("2.Recording\n- 2.0.1Policy\n- 2.0.2Retention\n3.0.1Networks\n")
    assert outline(page) == [
        "[2] Recording",
        "  2.0.1 Policy",
        "  2.0.2 Retention",
        "[3] -",
        "  3.0.1 Networks",
    ]


def test_a_list_of_one_level_has_chapters_only(parse: Parse, outline: Outline) -> None:
    assert outline(parse("1. Policy\n2. Records Updated\n3. Access\n")) == [
        "1 Policy",
        "2 Records <updated>",
        "3 Access",
    ]


def test_a_figure_without_a_full_stop_is_a_section_when_its_neighbours_say_so(
    parse: Parse, outline: Outline
) -> None:
    page = parse("1 Homes\n1.1 Needs\n16 And 17 Year Olds\n2 Records\n2.1 Access\n")
    assert outline(page) == [
        "[1] Homes",
        "  1.1 Needs",
        "  note: 16 And 17 Year Olds",
        "[2] Records",
        "  2.1 Access",
    ]


def test_a_heading_whose_title_never_comes_has_none(parse: Parse, outline: Outline) -> None:
    page = parse("1. All\n\n1.1\n\n1.1.1 Policy\n\n1.2\n\nNote: nothing is here yet.\n")
    assert outline(page) == [
        "[1] All",
        "  [1.1] -",
        "    1.1.1 Policy",
        "  [1.2] -",
        "    note: Note: nothing is here yet.",
    ]
    assert page.warnings == ("line 3: 1.1 has no title.", "line 7: 1.2 has no title.")


def test_divisions_without_a_row_are_made_and_reported(parse: Parse, outline: Outline) -> None:
    page = parse("1. All\n1.1 Policy\n1.1.1 Records\n1.2.1 Access\n")
    assert outline(page) == [
        "[1] All",
        "  [1.1] Policy",
        "    1.1.1 Records",
        "  [1.2] -",
        "    1.2.1 Access",
    ]
    assert page.warnings == ("line 4: 1.2 has no row of its own; 1.2.1 stands under it.",)


def test_a_misnumbered_row_stays_where_it_stands(parse: Parse, outline: Outline) -> None:
    page = parse("7. Homes\n7.3 Care\n7.3.1 Plans\n7.4.5 Visits\n7.3.2 Reviews\n8. Rest\n8.1 Contacts\n")
    assert outline(page) == [
        "[7] Homes",
        "  [7.3] Care",
        "    7.3.1 Plans",
        "    7.4.5 Visits",
        "    7.3.2 Reviews",
        "[8] Rest",
        "  8.1 Contacts",
    ]
    assert "line 4: 7.4.5 stands under 7.3." in page.warnings


def test_gaps_duplicates_and_slips_are_reported_with_their_line(parse: Parse) -> None:
    page = parse("1. All\n\n1.1 A\n1.2 B\n1.4 C\n1.4 D\n1.3 E\n")
    assert page.warnings == (
        "line 5: 1.2 is followed by 1.4.",
        "line 6: 1.4 stands twice, the first time in line 5.",
        "line 7: 1.3 comes after 1.4.",
    )


def test_numbers_keep_their_spelling_without_the_full_stop(parse: Parse) -> None:
    page = parse("1. All\n1.1. Policy\n1.2) Records\n1.3 - Access\n1.4a Forms\n")
    assert [chapter.numbered_title for chapter in page.contents.chapters()] == [
        "1.1 Policy",
        "1.2 Records",
        "1.3 Access",
        "1.4a Forms",
    ]


def test_a_time_of_day_is_no_number(parse: Parse, outline: Outline) -> None:
    assert outline(parse("1. All\n1.1 Duty Team\n9.30am to 5.00pm\n"))[-1] == "  note: 9.30am to 5.00pm"


# Statuses, dates, sources


@pytest.mark.parametrize(
    ("row", "title", "statuses"),
    [
        ("Single Assessment Updated", "Single Assessment", (Status.UPDATED,)),
        ("Safety Plans New", "Safety Plans", (Status.NEW,)),
        ("Birth Records - under review", "Birth Records", (Status.UNDER_REVIEW,)),
        ("Care Leavers - to follow", "Care Leavers", (Status.TO_FOLLOW,)),
        ("Private FosteringUnder Review", "Private Fostering", (Status.UNDER_REVIEW,)),
        ("Foster Panel - under review Updated", "Foster Panel", (Status.UNDER_REVIEW, Status.UPDATED)),
        ("Transfer Policy (2024) Updated", "Transfer Policy (2024)", (Status.UPDATED,)),
        ("Missing (Northbrook)New", "Missing (Northbrook)", (Status.NEW,)),
        ("Kinship – New", "Kinship", (Status.NEW,)),
        ("Policy Review", "Policy Review", ()),
        ("What is new", "What is new", ()),
        ("What's New", "What's New", ()),
        ("Keeping Records Safe and Updated", "Keeping Records Safe and Updated", ()),
        ("Cases we keep under review", "Cases we keep under review", ()),
        ("Renew", "Renew", ()),
        ("Updated", "Updated", ()),
    ],
)
def test_a_status_behind_a_title_is_told_from_the_end_of_a_phrase(
    parse: Parse, row: str, title: str, statuses: tuple[Status, ...]
) -> None:
    chapter = _only_chapter(parse(f"1. All\n1.1 {row}\n"))
    assert (chapter.title, chapter.statuses) == (title, statuses)


@pytest.mark.parametrize(
    "words", ["Updated", "Under Review, Updated", "under review", "(New)", "- to follow"]
)
def test_a_status_on_its_own_line_belongs_to_the_chapter_above(parse: Parse, words: str) -> None:
    chapter = _only_chapter(parse(f"1. All\n1.1 Policy\n{words}\n"))
    assert chapter.title == "Policy"
    assert chapter.statuses


@pytest.mark.parametrize(
    ("row", "title", "revised"),
    [
        ("RecordsFebruary 5, 2025", "Records", date(2025, 2, 5)),
        ("Records 5 February 2025", "Records", date(2025, 2, 5)),
        ("Records 5th Feb 2025", "Records", date(2025, 2, 5)),
        ("Records 05/02/2025", "Records", date(2025, 2, 5)),
        ("Records 05.02.2025", "Records", date(2025, 2, 5)),
        ("Records 2025-02-05", "Records", date(2025, 2, 5)),
        ("Records - 5 February 2025", "Records", date(2025, 2, 5)),
        ("Records Last Updated: 5 February 2025", "Records", date(2025, 2, 5)),
        ("Mental Health Act 1983February 5, 2025", "Mental Health Act 1983", date(2025, 2, 5)),
        ("Mental Health Act 19835 February 2025", "Mental Health Act 1983", date(2025, 2, 5)),
        ("Decision to Look After 5 February 2025", "Decision to Look After", date(2025, 2, 5)),
        ("Children we look after 5 February 2025", "Children we look after", date(2025, 2, 5)),
        ("Last Updated: 5 February 2025", "Last Updated: 5 February 2025", None),
        ("Records February 2025", "Records February 2025", None),
        ("Records 31/02/2025", "Records 31/02/2025", None),
        ("Records 02/13/2025", "Records 02/13/2025", None),
        ("Guidance (October 2013)", "Guidance (October 2013)", None),
        ("Guidance as at 1 April 2020", "Guidance as at 1 April 2020", None),
        ("Strategy (2022-2025)", "Strategy (2022-2025)", None),
    ],
)
def test_only_an_exact_day_behind_a_title_is_a_date(
    parse: Parse, row: str, title: str, revised: date | None
) -> None:
    chapter = _only_chapter(parse(f"1. All\n1.1 {row}\n"))
    assert (chapter.title, chapter.revised) == (title, revised)


@pytest.mark.parametrize(
    ("row", "title", "source"),
    [
        ("Missing (Northbrook Partnership Procedures)", "Missing", "Northbrook Partnership Procedures"),
        (
            "Missing (Northbrook (NSP) Procedures Manual) Updated",
            "Missing",
            "Northbrook (NSP) Procedures Manual",
        ),
        ("Offer (Northbrook Council website)", "Offer", "Northbrook Council website"),
        ("Early Help (House of Commons Library)", "Early Help", "House of Commons Library"),
        ("Abduction (DfE)", "Abduction (DfE)", None),
        ("Participation (Intranet Access is Required)", "Participation (Intranet Access is Required)", None),
        ("Conference (Local Resources)", "Conference (Local Resources)", None),
        ("Finding Homes (Local Procedures)", "Finding Homes (Local Procedures)", None),
        ("Authority (Documents Library, Appendices)", "Authority (Documents Library, Appendices)", None),
        ("Bullying (Northbrook & Southmere LSCB)", "Bullying (Northbrook & Southmere LSCB)", None),
        ("Open (bracket Procedures", "Open (bracket Procedures", None),
    ],
)
def test_a_bracket_behind_a_title_is_a_source_when_it_names_what_another_body_holds(
    parse: Parse, row: str, title: str, source: str | None
) -> None:
    chapter = _only_chapter(parse(f"1. All\n1.1 {row}\n"))
    assert (chapter.title, chapter.source) == (title, source)
    assert chapter.held is (Held.EXTERNAL if source else Held.LISTED)


def test_a_bracket_on_the_next_line_names_who_holds_the_chapter(parse: Parse) -> None:
    chapter = _only_chapter(parse("1. All\n1.1 Missing - under review\n(Northbrook Partnership)\n"))
    assert chapter.source == "Northbrook Partnership"
    assert chapter.held is Held.EXTERNAL
    assert chapter.statuses == (Status.UNDER_REVIEW,)


def test_a_bracket_over_two_lines_is_one_source(parse: Parse) -> None:
    chapter = _only_chapter(
        parse("1. All\n1.1 Missing\n(Northbrook and Southmere\nand Eastham Procedures)\n")
    )
    assert chapter.source == "Northbrook and Southmere and Eastham Procedures"


def test_two_sources_of_a_chapter_are_both_kept(parse: Parse) -> None:
    chapter = _only_chapter(parse("1. All\n1.1 Missing (Northbrook Library)\n(Southmere Manual)\n"))
    assert chapter.source == "Northbrook Library; Southmere Manual"


def test_a_sentence_in_brackets_is_a_note(parse: Parse, outline: Outline) -> None:
    page = parse("1. All\n1.1 Missing\n(This chapter will be written again in the spring.)\n")
    assert outline(page)[-1] == "  note: (This chapter will be written again in the spring.)"


def test_a_year_in_brackets_on_the_next_line_belongs_to_the_title(parse: Parse) -> None:
    assert _only_chapter(parse("1. All\n1.1 Missing\n(2024)\n")).title == "Missing (2024)"


# See-alsos and notes


@pytest.mark.parametrize(
    "words",
    ["See also:", "Also see:", "See:", "See also", "See Also –", "see also :", "Please see also:", "See"],
)
def test_a_see_also_is_known_in_every_spelling(parse: Parse, words: str) -> None:
    page = parse(f"1. All\n1.1 Policy\n{words} Records Template\n")
    place = page.contents.find("1.1")
    assert place is not None
    assert place.companions == (SeeAlso("Records Template"),)


def test_a_see_also_goes_on_in_the_next_line(parse: Parse, outline: Outline) -> None:
    page = parse(
        "1. All\n1.1 Policy\n\u00a0 See also: Forms \u00a0\n\u00a0 and Templates (Southmere Library) \u00a0\n"
    )
    assert outline(page)[-2:] == ["  see: Forms", "  see: Templates @Southmere Library"]


def test_and_behind_anything_else_is_a_note(parse: Parse, outline: Outline) -> None:
    assert outline(parse("1. All\n1.1 Policy\n\nand Templates\n"))[-1] == "  note: and Templates"


def test_a_see_also_stands_before_the_first_chapter(parse: Parse, outline: Outline) -> None:
    page = parse("1. All\n\n1.1\n\nHelp\n\n\u00a0\n\u00a0 See also: Forms\n1.1.1 Policy\n")
    assert outline(page) == ["[1] All", "  [1.1] Help", "    see: Forms", "    1.1.1 Policy"]


def test_a_see_also_with_nothing_behind_it_stays_a_note(parse: Parse, outline: Outline) -> None:
    page = parse("1. All\n1.1 Policy\n\nSee also:\n\n1.2 Records\n")
    assert outline(page) == ["[1] All", "  1.1 Policy", "  note: See also:", "  1.2 Records"]
    assert page.warnings == ("line 4: “See also:” points at nothing and stays a note.",)


def test_a_see_also_takes_its_targets_from_the_lines_below(parse: Parse, outline: Outline) -> None:
    page = parse("1. All\n1.1 Policy\nSee also:\n- Forms\n- Templates\n1.2 Records\nSee also:\nAccess\n")
    assert outline(page) == [
        "[1] All",
        "  1.1 Policy",
        "  see: Forms",
        "  see: Templates",
        "  1.2 Records",
        "  see: Access",
    ]


def test_a_bracket_under_a_see_also_is_its_source(parse: Parse, outline: Outline) -> None:
    page = parse("1. All\n1.1 Policy\nSee also: Voice of the Child\n(Northbrook Partnership)\n")
    assert outline(page)[1:] == ["  1.1 Policy", "  see: Voice of the Child @Northbrook Partnership"]


def test_a_see_also_points_at_the_chapter_of_the_same_title(parse: Parse, outline: Outline) -> None:
    page = parse("1. All\n1.1 Care & Support\nSee also: RECORDS\n1.2 Records\nSee also: Care and support\n")
    assert outline(page)[2] == "  see: RECORDS -> records"
    assert outline(page)[4] == "  see: Care and support -> care-support"


def test_a_see_also_in_anothers_manual_does_not_point_at_our_chapter(parse: Parse, outline: Outline) -> None:
    page = parse("1. All\n1.1 Records\nSee also: Records (Southmere Procedures)\n")
    assert outline(page)[-1] == "  see: Records @Southmere Procedures"


def test_an_explanation_behind_a_see_also_is_its_note(parse: Parse, outline: Outline) -> None:
    page = parse(
        "1. All\n1.1 Policy\nSee also: Hub (XYZ) - This holds templates that staff may use.\n"
        "See also: Guide - Part Two\n1.2 Hub - This holds templates that staff may use.\n"
    )
    assert outline(page)[2:] == [
        "  see: Hub (XYZ) (This holds templates that staff may use.)",
        "  see: Guide - Part Two",
        "  1.2 Hub - This holds templates that staff may use.",
    ]


def test_a_see_also_behind_a_title_is_an_entry_of_its_own(parse: Parse, outline: Outline) -> None:
    page = parse("1. All\n1.1 Policy See also: Forms\n")
    assert outline(page)[1:] == ["  1.1 Policy", "  see: Forms"]


def test_a_numbered_see_also_is_a_chapter_and_is_reported(parse: Parse, outline: Outline) -> None:
    page = parse("1. All\n1.1 See also: Forms\n")
    assert outline(page)[1:] == ["  1.1 See also: Forms"]
    assert page.warnings == ("line 2: 1.1 is a see-also with a number, and is read as a chapter.",)


def test_notes_follow_what_they_belong_to(parse: Parse, outline: Outline) -> None:
    page = parse(
        "1. All\nPlease note - this section is new.\n1.1 Policy\nFor forms please see Local Resources\n\n1.2 Records\n"
    )
    assert outline(page) == [
        "[1] All",
        "  note: Please note - this section is new.",
        "  1.1 Policy",
        "  note: For forms please see Local Resources",
        "  1.2 Records",
    ]


def test_a_paragraph_over_several_lines_is_one_note(parse: Parse, outline: Outline) -> None:
    page = parse(
        "1. All\n1.1 Policy\n\u00a0 Northbrook Manual\nIt says how all work together\n.\n\u00a0\nAnother note\n"
    )
    assert outline(page)[2:] == [
        "  note: Northbrook Manual It says how all work together.",
        "  note: Another note",
    ]


def test_a_title_that_wraps_stays_one_title(parse: Parse, outline: Outline) -> None:
    assert outline(parse("1. All\n1.1 Children who go missing from\nhome or care\n"))[-1] == (
        "  1.1 Children who go missing from home or care"
    )


# The page


def test_furniture_is_no_content(parse: Parse, outline: Outline) -> None:
    page = parse(
        "Skip to content\nContents\n1. All\nCAPTION: all\n(Click on the title to go there)\n1.1 Policy\nEnd\n"
    )
    assert outline(page) == ["[1] All", "  1.1 Policy"]
    assert page.facts.links == ()


def test_the_page_says_whose_it_is_and_how_old(parse: Parse) -> None:
    facts = parse(
        "Northbrook Borough Council Logo\n\nNorthbrookChildren's Services Procedures Manual\n\n"
        "View Partner Manual View Partner Manual\nStaff Intranet\n\n1. All\n1.1 Policy\n\n"
        "Last Updated: 5 February 2025\nVersion 8.1\n"
    ).facts
    assert facts.authority_name == "Northbrook Borough Council"
    assert facts.title == "Children's Services Procedures Manual"
    assert facts.links == ("View Partner Manual", "Staff Intranet")
    assert facts.last_updated == date(2025, 2, 5)
    assert facts.version_label == "Version 8.1"


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Northbrook Children's Services Procedures Manual", "Northbrook"),
        ("Welcome to the Northbrook Council Children's Services Procedures Manual", "Northbrook Council"),
        ("Northbrook and SouthmereFamily Procedures Manual", "Northbrook and Southmere"),
        ("Northbrook Procedures Manual", "Northbrook"),
        ("Our Children's Services Procedures Manual", None),
        ("Children's Services Procedures Manual", None),
    ],
)
def test_a_title_names_the_authority_when_it_does(parse: Parse, line: str, name: str | None) -> None:
    facts = parse(f"{line}\n\n1. All\n1.1 Policy\n").facts
    assert facts.authority_name == name
    assert facts.title is not None


def test_a_page_date_without_a_day_stays_a_note(parse: Parse, outline: Outline) -> None:
    page = parse("1. All\n1.1 Policy\nLast Updated: February 2025\n")
    assert page.facts.last_updated is None
    assert outline(page)[0] == "note: Last Updated: February 2025"
    assert page.warnings == ("line 3: “Last Updated: February 2025” names no exact day and stays a note.",)


def test_a_last_updated_between_chapters_is_the_chapters_date(parse: Parse, outline: Outline) -> None:
    page = parse("1. All\n1.1 Policy\nLast Updated: 5 February 2025\n1.2 Records\n")
    assert outline(page)[1] == "  1.1 Policy 2025-02-05"
    assert page.facts.last_updated is None


def test_a_banner_is_a_note_over_the_whole_list(parse: Parse, outline: Outline) -> None:
    page = parse(
        "Note: children in care are called cared for children\nin this manual.\n"
        "See also: Partner Manual\n1. All\n1.1 Policy\n"
    )
    assert outline(page)[:2] == [
        "note: Note: children in care are called cared for children in this manual.",
        "see: Partner Manual",
    ]


def test_quick_links_are_told_from_sections(parse: Parse, outline: Outline) -> None:
    page = parse(
        "Quick Links:\n 1. All\n 2. Homes and Care\n 3. Forms\nIntranet\n1. All\n1.1 Policy\n2. Homes\n2.1 Visits\n"
    )
    assert outline(page) == ["[1] All", "  1.1 Policy", "[2] Homes", "  2.1 Visits"]
    assert page.facts.quick_links == ("1. All", "2. Homes and Care", "3. Forms")
    assert page.facts.links == ("Intranet",)
    assert page.warnings == (
        "line 4: the quick links name “3. Forms”, and no such section follows.",
        "line 8: section 2 is headed “Homes”, and the quick links call it “Homes and Care”.",
    )


def test_quick_links_without_a_heading_are_known_by_the_figures_that_begin_again(parse: Parse) -> None:
    page = parse("1. All\n2. Homes\n\n1. All\n1.1 Policy\n2. Homes\n2.1 Visits\n")
    assert page.facts.quick_links == ("1. All", "2. Homes")


def test_a_quick_link_gives_no_title_to_a_section_that_has_none(parse: Parse, outline: Outline) -> None:
    page = parse("Quick Links\n1. All\n2. Homes\n1.1Policy\n- 1.1.1Records\n2.1Care\n- 2.1.1Visits\n")
    assert outline(page)[0] == "[1] -"
    assert "line 4: section 1 has no heading; the quick links call it “All”." in page.warnings


def test_repeated_titles_keep_ids_of_their_own(parse: Parse) -> None:
    page = parse("1. All\n1.1 Intranet\n1.2 Intranet\n1.3 Intranet 2\n1.4 Intranet\n1.5 §§ ¶\n1.6 Ж\n")
    assert [chapter.id for chapter in page.contents.chapters()] == [
        "intranet",
        "intranet-2",
        "intranet-2-2",
        "intranet-3",
        "chapter",
        "chapter-2",
    ]


def test_the_characters_of_other_programs_are_read(parse: Parse, outline: Outline) -> None:
    page = parse(
        "\ufeff1. All\r\n\t1.1\tPolicy\tUpdated\r\n\u2022 1.2\u200b Safe\u00adguarding\r\n* 1.3 Records\r\n"
    )
    assert outline(page) == ["[1] All", "  1.1 Policy <updated>", "  1.2 Safeguarding", "  1.3 Records"]
