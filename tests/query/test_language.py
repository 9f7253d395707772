"""The query language: what is read as what, and that nothing typed is an error but what says so."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsarc.errors import UsageError
from newsarc.query.fields import FIELD_NAMES
from newsarc.query.language import And, DateRange, Not, Or, Query, Slug, Word, parse_query, wanted_words


@pytest.mark.parametrize(
    ("query", "read"),
    [
        ("raqqa", "raqqa"),
        ("raqqa strike", "(raqqa strike)"),
        ("raqqa raqqa", "raqqa"),
        ("islamic state OR isil", "((islamic state) OR isil)"),
        ("islamic (state OR isil)", "(islamic (state OR isil))"),
        ("a OR b OR c", "(a OR b OR c)"),
        ("raqqa AND dam", "(raqqa dam)"),
        ("raqqa NOT dam", "(raqqa -dam)"),
        ("raqqa -dam", "(raqqa -dam)"),
        ('-"tal afar" raqqa', '(-"tal afar" raqqa)'),
        ("-(dam OR lake) raqqa", "(-(dam OR lake) raqqa)"),
        ('"as it stands', '"as it stands"'),
        ("sub* marine", "(sub* marine)"),
        ("headline:raqqa", "headline:raqqa"),
        ("Headline:raqqa", "headline:raqqa"),
        ('topic:"Battle of Raqqa"', 'topic:"Battle of Raqqa"'),
        ("context:(raqqa OR mosul)", "(context:raqqa OR context:mosul)"),
        ("-topic:raqqa dam", "(-topic:raqqa dam)"),
        ("slug:Tal-Afar", "slug:tal-afar"),
        ('slug:"tal afar"', "slug:tal-afar"),
        ("date:2017", "date:2017-01-01..2017-12-31"),
        ("date:2017-06..2017-08", "date:2017-06-01..2017-08-31"),
        ("date:2017-06..", "date:2017-06-01.."),
        ("date:..2017-06-03", "date:..2017-06-03"),
        ("since:2017/6/3", "date:2017-06-03.."),
        ("until:2016-02", "date:..2016-02-29"),
        # What is no syntax is a word.
        ("OR", '"OR"'),
        ("OR raqqa", '("OR" raqqa)'),
        ("raqqa OR", '(raqqa "OR")'),
        ("raqqa or dam", "(raqqa or dam)"),
        ("NOT", '"NOT"'),
        ("12:30", "12:30"),
        ("https://a.example/b", "https://a.example/b"),
        ("Re:Zero", "Re:Zero"),
        ("Syria: strike", "(Syria: strike)"),
        ("a:b", "a:b"),
        ("C++ AT&T 9/11", "(C++ AT&T 9/11)"),
        ("mid-air", "mid-air"),
        ("raqqa - dam", "(raqqa dam)"),
        ("(raqqa (dam", "(raqqa dam)"),
        ("raqqa) dam", "(raqqa) dam)"),
        ("f(x) (g(y))", "(f(x) g(y))"),
        ("()  raqqa", "raqqa"),
        ("raqqa\0dam", "(raqqa dam)"),
        ("raqqa ?! dam", "(raqqa dam)"),
        ("😀", "😀"),
    ],
)
def test_what_is_read(query: str, read: str) -> None:
    assert str(parse_query(query)) == read


def test_the_parts_of_a_query() -> None:
    query = parse_query('raqqa -"the dam" (slug:x OR source:sub*) since:2017')
    assert query == And(
        (
            Word("raqqa"),
            Not(Word("the dam", is_phrase=True)),
            Or((Slug("x"), Word("sub", "source", is_prefix=True))),
            DateRange("2017-01-01", None),
        )
    )
    assert wanted_words(query) == (Word("raqqa"), Word("sub", "source", is_prefix=True))


@pytest.mark.parametrize("query", ["", "  ", '""', "---", "!?", "*", "\0", "()", "topic:()", '"', "(("])
def test_nothing_to_look_for(query: str) -> None:
    with pytest.raises(UsageError, match="no search term"):
        parse_query(query)


def test_an_unknown_field_names_the_fields() -> None:
    with pytest.raises(UsageError) as error:
        parse_query("place:raqqa")
    assert "place:" in str(error.value)
    assert all(f"{field}:" in str(error.value) for field in FIELD_NAMES)


@pytest.mark.parametrize("query", ["date:soon", "since:2017-02-30", "until:13", "date:2017..x", "date:2017-13"])
def test_no_such_day(query: str) -> None:
    with pytest.raises(UsageError, match=r"soon|2017-02-30|13|x"):
        parse_query(query)


def test_a_group_in_two_thousand_parentheses_is_read() -> None:
    assert str(parse_query("(" * 2_000 + "raqqa" + ")" * 2_000)).startswith("raqqa")
    assert parse_query("-(" * 2_000 + "raqqa") is not None


@pytest.mark.parametrize("query", ["x" * 5_000, " ".join(f"w{number}" for number in range(300))])
def test_what_no_hand_types_is_refused(query: str) -> None:
    with pytest.raises(UsageError, match="the maximum is"):
        parse_query(query)


PIECES = st.sampled_from(
    [
        "raqqa",
        "dam",
        "OR",
        "AND",
        "NOT",
        "-",
        "(",
        ")",
        '"',
        "*",
        " ",
        " ",
        "topic:",
        "slug:",
        "date:2017",
        "C++",
        "地震",
    ]
)


def test_an_operator_that_is_a_word_is_written_in_quotation_marks() -> None:
    assert str(parse_query("dam (OR )")) == '(dam "OR")'


@given(st.lists(PIECES, max_size=14).map("".join) | st.text(max_size=30))
@example("raqqa OR )")
@example("(OR")
@example("-( ")
@example('topic:"')
def test_any_query_is_read_or_refused_in_words(text: str) -> None:
    try:
        query = parse_query(text)
    except UsageError as error:
        assert "\n" not in str(error)
    else:
        assert str(query)


words = st.builds(
    Word,
    st.sampled_from(["raqqa", "dam", "al-Bab", "OR x", "9/11"]),
    st.sampled_from([None, "headline", "topic"]),
    st.just(True),
)
slugs, dates = st.builds(Slug, st.just("dam")), st.just(DateRange("2017-01-01", "2017-06-30"))


def _groups(parts: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    lists = st.lists(parts, min_size=2, max_size=3, unique=True).map(tuple)
    return st.builds(Not, parts) | st.builds(And, lists) | st.builds(Or, lists)


@given(st.recursive(words | slugs | dates, _groups, max_leaves=8))
def test_a_query_written_out_reads_back(query: Query) -> None:
    once = parse_query(str(query))
    assert parse_query(str(once)) == once
    assert set(wanted_words(once)) == set(wanted_words(query))
