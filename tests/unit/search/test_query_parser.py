"""What a person types is read in the nearest way, and never refused."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.domain.contents import Status
from reader.search.query import (
    All,
    Any,
    Field,
    InPart,
    Near,
    Node,
    Number,
    OfAuthority,
    OneMeaning,
    Phrase,
    Prefix,
    Without,
    WithStatus,
    Word,
    leaves,
    parse,
)
from tests.support.search_worlds import repeatable

NEAR_NOTE = "“NEAR” stands between two words or phrases: here it was left out."
OR_NOTE = "“OR” has nothing on one side: it was left out."
ONLY_WITHOUT_NOTE = "There are only words to leave out: type what to look for too."
NOT_CLOSED_NOTE = "A bracket is not closed: it was read as closed at the end."
NOT_OPENED_NOTE = "A bracket closes that was never opened: it was left out."

OPERATORS = st.sampled_from(
    [
        *('"', "(", ")", "|", "-", ":", "*", "“", "”", "−", "/", ".", ",", "'", "’", "NOT(", "(-", "*:"),
        *("OR", "AND", "NOT", "NEAR", "NEAR/3", "near/2", "NEAR/0", "NEAR/99999", "or", "not"),
        *(
            "title:",
            "heading:",
            "status:",
            "authority:",
            "TITLE:",
            "nonsense:",
            "status:new",
            "status:“under review”",
        ),
        *(
            "6.2.3",
            "1.2",
            "999.999.",
            "47",
            "1989",
            "s47",
            "section",
            "ss 31 and 38",
            "child",
            "visit*",
            "é",
            "😀",
        ),
    ]
)
TYPED = (
    st.text(st.characters(), max_size=5_000)
    | st.lists(OPERATORS, max_size=120).map(" ".join)
    | st.lists(OPERATORS, max_size=200).map("".join)
    | st.lists(st.sampled_from('"()|-:* a1.'), max_size=1_000).map("".join)
    | st.tuples(OPERATORS, st.sampled_from(["", " "]), st.integers(1, 2_000)).map(
        lambda of: (of[0] + of[1]) * of[2]
    )
)


def read(typed: str) -> Node | None:
    """How a text is read when a space says that its last word is complete."""
    return parse(f"{typed} ").node


def word(*folded: str) -> Node:
    return Word(folded[0]) if len(folded) == 1 else All(tuple(Word(one) for one in folded))


def every_node(node: Node | None) -> Iterator[Node]:
    if node is None:
        return
    yield node
    match node:
        case All() | Any():
            for inner in node.nodes:
                yield from every_node(inner)
        case Without() | InPart():
            yield from every_node(node.node)
        case OneMeaning():
            yield from every_node(node.typed)
        case _:
            return


@pytest.mark.parametrize(
    ("typed", "node"),
    [
        ("", None),
        ("   ", None),
        ("child", word("child")),
        ("Child Protection", word("child", "protection")),
        ("child AND protection", word("child", "protection")),
        ("section 47", word("s47")),
        ("section 47 enquiries", word("s47", "enquiries")),
        ("ss 31 and 38", word("s31", "s38")),
        ("child's", word("child")),
        ('"child protection"', Phrase(("child", "protection"))),
        ("“child protection”", Phrase(("child", "protection"))),
        ('“child protection"', Phrase(("child", "protection"))),
        ('"child"', Phrase(("child",))),
        ('"section 47 enquiry"', Phrase(("s47", "enquiry"))),
        (
            'visit "child protection" plan',
            All((Word("visit"), Phrase(("child", "protection")), Word("plan"))),
        ),
        ("child OR carer", Any((Word("child"), Word("carer")))),
        ("child | carer", Any((Word("child"), Word("carer")))),
        ("child|carer", Any((Word("child"), Word("carer")))),
        ("a1 OR b1 OR c1", Any((Word("a1"), Word("b1"), Word("c1")))),
        ("child or carer", word("child", "or", "carer")),
        ("child -carer", All((Word("child"), Without(Word("carer"))))),
        ("child −carer", All((Word("child"), Without(Word("carer"))))),
        ("child NOT carer", All((Word("child"), Without(Word("carer"))))),
        ("-carer child", All((Without(Word("carer")), Word("child")))),
        ('child -"foster carer"', All((Word("child"), Without(Phrase(("foster", "carer")))))),
        ("child -(foster carer)", All((Word("child"), Without(word("foster", "carer"))))),
        ("child -(foster OR carer)", All((Word("child"), Without(Any((Word("foster"), Word("carer"))))))),
        ("child -section 47", All((Word("child"), Without(Word("s47"))))),
        ("child NOT section 47 visit", All((Word("child"), Without(Word("s47")), Word("visit")))),
        ("child -foster carer", All((Word("child"), Without(Word("foster")), Word("carer")))),
        ("ex-partner", word("ex", "partner")),
        ("visit*", Prefix("visit")),
        ("home visit*", All((Word("home"), Prefix("visit")))),
        ("s4*", Prefix("s4")),
        ("section 4*", Prefix("s4")),
        ("child NEAR carer", Near(("child",), ("carer",), 8)),
        ("child NEAR/3 carer", Near(("child",), ("carer",), 3)),
        ("child near/3 carer", Near(("child",), ("carer",), 3)),
        ("child NEAR/9999 carer", Near(("child",), ("carer",), 100)),
        ("child near carer", word("child", "near", "carer")),
        ('"foster child" NEAR carer', Near(("foster", "child"), ("carer",), 8)),
        ("section 47 NEAR/2 visit", Near(("s47",), ("visit",), 2)),
        ("home visit NEAR child plan", All((Word("home"), Near(("visit",), ("child",), 8), Word("plan")))),
        ("6.2.3", Number("6.2.3")),
        ("6.2.3.", Number("6.2.3")),
        ("visits 6.2", All((Word("visits"), Number("6.2")))),
        ("title:visits", InPart(Field.TITLE, Word("visits"))),
        ("TITLE:visits", InPart(Field.TITLE, Word("visits"))),
        ("heading:visits", InPart(Field.HEADING, Word("visits"))),
        ("title:section 47", InPart(Field.TITLE, Word("s47"))),
        ("title:home visits", All((InPart(Field.TITLE, Word("home")), Word("visits")))),
        ('title:"home visits"', InPart(Field.TITLE, Phrase(("home", "visits")))),
        (
            "title:(home visits)",
            All((InPart(Field.TITLE, Word("home")), InPart(Field.TITLE, Word("visits")))),
        ),
        ("title:(a1 OR b1)", Any((InPart(Field.TITLE, Word("a1")), InPart(Field.TITLE, Word("b1"))))),
        ("title:visit*", InPart(Field.TITLE, Prefix("visit"))),
        ("child -title:visits", All((Word("child"), Without(InPart(Field.TITLE, Word("visits")))))),
        ("status:new", WithStatus(Status.NEW)),
        ("status:NEW", WithStatus(Status.NEW)),
        ("status:under-review", WithStatus(Status.UNDER_REVIEW)),
        ('status:"under review"', WithStatus(Status.UNDER_REVIEW)),
        ("status:“To follow” visits", All((WithStatus(Status.TO_FOLLOW), Word("visits")))),
        ("authority:westshire", OfAuthority(("westshire",))),
        ('authority:"Westshire County"', OfAuthority(("westshire", "county"))),
        (
            "authority:westshire -status:new",
            All((OfAuthority(("westshire",)), Without(WithStatus(Status.NEW)))),
        ),
        ("(child)", Word("child")),
        ("((((child))))", Word("child")),
        ("https://example.org", word("https", "example", "org")),
    ],
)
def test_each_operator_is_read_without_a_word_about_it(typed: str, node: Node | None) -> None:
    assert read(typed) == node
    assert parse(f"{typed} ").notes == ()


@pytest.mark.parametrize(
    ("typed", "same_as"),
    [
        ("a1 b1 OR c1 d1", "(a1 b1) OR (c1 d1)"),
        ("a1 -b1 OR c1", "(a1 -b1) OR c1"),
        ("a1 NEAR b1 OR c1", "(a1 NEAR b1) OR c1"),
        ("a1 OR b1 NEAR c1 d1", "a1 OR ((b1 NEAR c1) d1)"),
        ("title:a1 b1 OR c1", "((title:a1) b1) OR c1"),
        ("NOT a1 NEAR b1 c1", "(NOT a1) NEAR b1 c1"),
        ("a1 AND b1 AND c1", "a1 b1 c1"),
        ("a1 (b1 c1)", "a1 b1 c1"),
        ("a1 | b1 | c1", "a1 OR b1 OR c1"),
        ("−a1 b1", "-a1 b1"),
        ("a1 (-b1)", "a1 -b1"),
    ],
)
def test_operators_bind_in_their_order(typed: str, same_as: str) -> None:
    assert read(typed) == read(same_as)


@pytest.mark.parametrize(
    ("typed", "same_as", "note"),
    [
        ("(child", "child", NOT_CLOSED_NOTE),
        ("((child carer)", "child carer", NOT_CLOSED_NOTE),
        ("child)", "child", NOT_OPENED_NOTE),
        ("child) carer", "child carer", NOT_OPENED_NOTE),
        (")child(", "child", NOT_OPENED_NOTE),
        ("OR child", "child", OR_NOTE),
        ("child OR", "child", OR_NOTE),
        ("child OR OR carer", "child OR carer", OR_NOTE),
        ("child | | carer", "child OR carer", OR_NOTE),
        ("(child OR) carer", "child carer", OR_NOTE),
        ("child OR ()", "child", OR_NOTE),
        ("NEAR child", "child", NEAR_NOTE),
        ("child NEAR", "child", NEAR_NOTE),
        ("child NEAR NEAR carer", "child NEAR carer", NEAR_NOTE),
        ("child NEAR (foster carer)", "child foster carer", NEAR_NOTE),
        ("child NEAR -carer", "child -carer", NEAR_NOTE),
        ("child NEAR 6.2.3", "child 6.2.3", NEAR_NOTE),
        ("-child", "", ONLY_WITHOUT_NOTE),
        ("NOT child", "", ONLY_WITHOUT_NOTE),
        ("-child OR -carer", "", ONLY_WITHOUT_NOTE),
        ("-status:new", "", ONLY_WITHOUT_NOTE),
        ("(-(a1 OR b1))", "", ONLY_WITHOUT_NOTE),
    ],
)
def test_a_slip_is_read_in_the_nearest_way_and_said(typed: str, same_as: str, note: str) -> None:
    assert read(typed) == read(same_as)
    assert note in parse(typed).notes


def test_a_quotation_mark_that_is_not_closed_closes_at_the_end() -> None:
    assert read('visit "child protection') == read('visit "child protection"')


def test_a_bracket_that_is_not_closed_is_read_as_closed() -> None:
    assert read("visit (child OR carer") == read("visit (child OR carer)")


def test_a_field_that_is_none_is_read_as_a_word() -> None:
    read_as = parse("author:smith ")
    assert read_as.node == word("author", "smith")
    assert read_as.notes == (
        "There is no field “author:” (title, heading, authority, status): it was read as a word.",
    )


def test_a_status_that_is_none_is_left_out_and_the_statuses_are_named() -> None:
    read_as = parse("visits status:old ")
    assert read_as.node == Word("visits")
    assert read_as.notes == ("“old” is no status (new, updated, under-review, to-follow): it was left out.",)


def test_a_note_is_given_once() -> None:
    assert parse(")))) child )))").notes == (NOT_OPENED_NOTE,)


def test_brackets_too_deep_in_each_other_are_left_out_and_the_words_stay() -> None:
    read_as = parse("(" * 30 + "child" + ")" * 30)
    assert read_as.node == Word("child", is_open=False)
    assert any("too deep" in note for note in read_as.notes)


@pytest.mark.parametrize("typed", ["a" * 5_000, "child " * 1_000, '"' + "x" * 2_000])
def test_of_a_long_text_the_first_thousand_characters_count(typed: str) -> None:
    assert "Only the first 1000 characters are looked for." in parse(typed).notes
    assert parse(typed).node == parse(typed[:1_000]).node


def test_of_many_words_the_first_two_dozen_count() -> None:
    read_as = parse(" ".join(f"w{number}" for number in range(30)) + " ")
    assert read_as.node == word(*(f"w{number}" for number in range(24)))
    assert read_as.notes == ("Only the first 24 words are looked for.",)


def test_two_dozen_words_are_not_too_many() -> None:
    assert parse(" ".join(f"w{number}" for number in range(24))).notes == ()


@pytest.mark.parametrize(
    ("typed", "is_open"),
    [
        *(("visit", True), ("home visit", True), ("visit ", False), ("visit.", False), ("visit*", False)),
        *(
            ("v", False),
            ("vi", True),
            ('"visit', False),
            ('"visit"', False),
            ("(visit", True),
            ("(visit)", False),
        ),
        *(
            ("-visit", True),
            ("title:visit", True),
            ("child OR visit", True),
            ("visit OR", False),
            ("section 4", True),
        ),
    ],
)
def test_the_last_word_is_still_being_typed_unless_something_follows_it(typed: str, is_open: bool) -> None:
    open_words = [
        node for node in every_node(_parsed_with_child(typed)) if isinstance(node, Word) and node.is_open
    ]
    assert bool(open_words) == is_open


def _parsed_with_child(typed: str) -> Node | None:
    """The query, behind a word so that something is looked for in any case."""
    return parse(f'"x1" {typed}').node


@pytest.mark.parametrize(
    ("typed", "is_plain"),
    [
        *(("child visit", True), ('child "home visit"', True), ("section 47", True), ("child 6.2", True)),
        *(("child AND visit", True), ("child OR visit", False), ("child -visit", False), ("visit*", False)),
        *(
            ("(child visit)", False),
            ("title:child", False),
            ("child NEAR visit", False),
            ("status:new", False),
        ),
    ],
)
def test_a_query_of_words_and_phrases_only_is_plain(typed: str, is_plain: bool) -> None:
    assert parse(typed).is_plain == is_plain


def test_what_must_not_be_found_is_not_among_what_is_looked_for() -> None:
    looked_for = list(leaves(read('child -carer (visit OR "home plan") status:new authority:x1')))
    assert looked_for == [Word("child"), Word("visit"), Phrase(("home", "plan"))]


@repeatable(400)
@given(TYPED)
def test_nothing_that_can_be_typed_is_an_error(typed: str) -> None:
    read_as = parse(typed)
    assert parse(typed) == read_as
    _assert_notes_are_for_people(read_as.notes)
    looked_for = list(leaves(read_as.node))
    counted = 0
    for node in every_node(read_as.node):
        assert not isinstance(node, Any | All) or len(node.nodes) > 1
        assert not isinstance(node, All) or not any(isinstance(inner, All) for inner in node.nodes)
        assert not isinstance(node, Phrase) or node.words
        assert not isinstance(node, Near) or 0 <= node.distance <= 100
        match node:
            case Word() | Prefix():
                counted += 1
                assert node.word
            case Phrase():
                counted += len(node.words)
            case Near():
                counted += len(node.one) + len(node.other)
            case _:
                pass
    assert counted <= 24
    assert len(looked_for) <= 24
    assert len([node for node in every_node(read_as.node) if isinstance(node, Word) and node.is_open]) <= 1


@repeatable(200)
@given(st.lists(st.sampled_from(["child", "visit", "carer", "plan", "home"]), min_size=1, max_size=10))
def test_plain_words_are_all_looked_for_in_their_order(typed: list[str]) -> None:
    assert list(leaves(read(" ".join(typed)))) == [Word(one) for one in typed]
    assert parse(" ".join(typed)).notes == ()


@st.composite
def _written_nodes(draw: st.DrawFn, depth: int = 3) -> str:
    """A query without slips, fully in brackets."""
    if depth == 0 or draw(st.booleans()):
        return draw(st.sampled_from(["a1", "b1", '"a1 b1"', "c1*", "title:a1", "a1 NEAR/2 b1", "status:new"]))
    inner = [draw(_written_nodes(depth - 1)) for _ in range(draw(st.integers(2, 3)))]
    joined = draw(st.sampled_from([" ", " OR ", " | ", " AND "])).join(f"({one})" for one in inner)
    return joined + draw(st.sampled_from(["", " -d1", " NOT (d1 OR a1)"]))


@repeatable(150)
@given(_written_nodes())
def test_a_query_without_slips_is_read_without_notes(typed: str) -> None:
    notes = parse(f"{typed} ").notes
    assert notes == () or "Only the first 24 words are looked for." in notes


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "(" * 5_000,
            ")" * 5_000,
            "()" * 2_500,
            '"' * 5_000,
            "“" * 5_000,
            "-" * 5_000,
            "- " * 2_500,
            "|" * 5_000,
        ),
        *(
            "a OR " * 1_000,
            "title:" * 1_000,
            "NEAR " * 1_000,
            "a NEAR " * 1_000,
            "s 1, 2, 3, " * 500,
            " " * 100_000,
        ),
        *(
            "ab:" * 2_000,
            "NOT " * 2_000,
            "NOT(" * 1_000,
            "(-" * 2_000,
            " -(" * 2_000,
            "*" * 5_000,
            ":" * 5_000,
        ),
        *(
            "1." * 3_000,
            "a'" * 5_000,
            "s " * 5_000,
            "status:" * 1_000,
            "authority:" * 1_000,
            "-title:" * 1_000,
        ),
        *(
            "title:(" * 1_000,
            "nosuch:(" * 1_000,
            "NOT title:" * 1_000,
            "x* " * 2_000,
            "NEAR/3" * 1_000,
            "😀" * 5_000,
        ),
    ],
    ids=lambda typed: typed[:9].strip() or "spaces",
)
def test_reading_what_is_repeated_a_thousand_times_takes_a_moment(typed: str) -> None:
    start = time.perf_counter()
    read_as = parse(typed)
    assert time.perf_counter() - start < 0.5
    _assert_notes_are_for_people(read_as.notes)


def _assert_notes_are_for_people(notes: tuple[str, ...]) -> None:
    assert len(set(notes)) == len(notes)
    assert len(notes) <= 600
    for note in notes:
        own = re.sub(r"“[^”]*”", "", note, flags=re.DOTALL)
        assert note[0].isupper() or note[0] == "“"
        assert note.endswith(".")
        assert not re.search(r"None|Error|Exception|<|>|_|\bNode\b|\bquery\.|0x", own)


@pytest.mark.parametrize("typed", ["status:(new OR updated)", "authority:(westshire OR northmere)"])
def test_a_status_or_an_authority_may_stand_in_brackets(typed: str) -> None:
    assert parse(typed).notes == ()
    assert isinstance(parse(typed).node, Any)


@pytest.mark.parametrize("typed", ["NOT NOT child", "-(-child)", "carer NOT (NOT child)"])
def test_what_is_left_out_twice_is_looked_for(typed: str) -> None:
    assert Word("child") in list(leaves(read(typed)))


def test_a_space_behind_a_field_is_no_matter() -> None:
    assert read("title: visits") == read("title:visits") or parse("title: visits").notes


def test_nearness_in_a_title_is_kept_or_its_loss_is_said() -> None:
    read_as = parse("title:(home NEAR/1 visit)")
    assert any(isinstance(node, Near) for node in every_node(read_as.node)) or read_as.notes


@pytest.mark.parametrize(
    ("typed", "same_as"), [("visit* NEAR carer", "visit* carer"), ("6.2.3 NEAR/3 carer", "6.2.3 carer")]
)
def test_nearness_to_what_is_no_row_of_words_is_left_out_and_said(typed: str, same_as: str) -> None:
    assert read(typed) == read(same_as)
    assert parse(typed).notes == (NEAR_NOTE,)


def test_words_too_many_are_no_slip_of_the_person_who_typed_or() -> None:
    assert parse("w1 " * 24 + "OR w2 ").notes == ("Only the first 24 words are looked for.",)


@pytest.mark.parametrize(
    "typed", ["visit NOT", "visit (NOT) child", 'visit ""', "visit ()", 'authority:"" visit']
)
def test_an_operator_with_nothing_behind_it_is_left_out_and_said(typed: str) -> None:
    assert parse(f"{typed} ").notes


def test_a_field_before_a_section_is_for_the_section_only() -> None:
    assert read("title:section 47 50") == read("(title:section 47) 50")


def test_a_status_in_brackets_is_one_of_those_in_them() -> None:
    either = Any((WithStatus(Status.NEW), WithStatus(Status.UPDATED)))
    assert read("status:(new OR updated)") == read("status:(new updated)") == either
    assert read("visits status:(new | updated) plan") == All((Word("visits"), either, Word("plan")))
    assert read("status:(new)") == WithStatus(Status.NEW)


def test_a_status_in_brackets_that_is_left_out_is_left_out_or_said() -> None:
    read_as = parse("status:(new NOT updated) ")
    assert read_as.notes or read_as.node != parse("status:(new OR updated) ").node


def test_a_bracket_behind_a_status_that_is_not_closed_is_said() -> None:
    assert NOT_CLOSED_NOTE in parse("status:(new ").notes
