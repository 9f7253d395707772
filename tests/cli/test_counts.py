"""``--count`` and ``--count-by`` of ``list`` and ``search``, and what sorts and limits lists."""

from __future__ import annotations

import pytest

from newsarc.errors import ExitCode
from tests.cli.driver import on_example


def counts(*arguments: str) -> list[tuple[str, int]]:
    """Return the values and their counts."""
    result = on_example(*arguments)
    assert result.code == 0, result.err
    return [(value, int(number)) for value, number in result.rows]


def test_counts_over_time_have_their_gaps() -> None:
    months = counts("list", "--since", "2017-10", "--until", "2018-06", "--count-by", "month")
    assert [month for month, _ in months] == [
        "2017-10", "2017-11", "2017-12", "2018-01", "2018-02", "2018-03", "2018-04", "2018-05", "2018-06",
    ]  # fmt: skip
    assert dict(months)["2017-11"] == 0
    years = counts("list", "--count-by", "year")
    assert [year for year, _ in years] == [str(year) for year in range(2014, 2020)]
    assert sum(number for _, number in years) == int(on_example("list", "--count").out)
    days = counts("list", "2017-06", "--count-by", "day")
    assert all(number for _, number in days)


def test_counts_are_sorted_reversed_and_limited() -> None:
    topics = counts("list", "2018", "--count-by", "topic")
    assert counts("list", "2018", "--count-by", "topic", "-n", "3") == topics[:3]
    assert counts("list", "2018", "--count-by", "topic", "--reverse") == topics[::-1]
    assert counts("list", "2018", "--count-by", "topic", "--sort", "name") == sorted(topics)
    months = counts("list", "2018", "--count-by", "month")
    assert counts("list", "2018", "--count-by", "month", "-r", "-n", "2") == months[:-3:-1]
    assert counts("list", "2018", "--count-by", "month", "--sort", "count")[0][1] == max(number for _, number in months)
    limited = on_example("list", "2018", "--count-by", "topic", "-n", "3")
    assert limited.err == f"newsarc: 3 of {len(topics)} shown\n"


def test_hosts() -> None:
    hosts = dict(counts("list", "--count-by", "host"))
    assert hosts["wire.example"] == int(on_example("list", "--source", "wire.example", "--count").out)


def test_counts_of_a_search() -> None:
    number = int(on_example("search", "raqqa", "--count").out)
    assert number == len(on_example("search", "raqqa", "-n", "0").lines)
    for key in ("year", "month", "topic"):
        slugs = "".join(f"{line}\n" for line in on_example("search", "raqqa", "-n", "0").lines)
        assert counts("search", "raqqa", "--count-by", key) == [
            (value, int(count)) for value, count in on_example("list", "-", "--count-by", key, stdin=slugs).rows
        ]
    assert counts("search", "--fixed", "Raqqa", "--count-by", "year")
    assert on_example("search", "raqqa", "--count-by", "topic", "-n", "2", "--json").json["by"] == "topic"
    nothing = on_example("search", "xyzzy", "--count")
    assert (nothing.out, nothing.code) == ("0\n", ExitCode.NOTHING_FOUND)
    assert on_example("search", "xyzzy", "--count-by", "year").code == ExitCode.NOTHING_FOUND


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["list", "--count", "-n", "3"], "--count prints one number, so --limit has no effect"),
        (["list", "--count", "--reverse"], "--count prints one number, so --reverse has no effect"),
        (["search", "raqqa", "--count", "--sort", "date"], "--count prints one number, so --sort has no effect"),
        (["list", "--count", "--count-by", "day"], "--count and --count-by cannot be combined"),
        (
            ["list", "--count-by", "day", "--sort", "headline"],
            "--sort headline cannot be combined with --count-by; use count or name",
        ),
        (["list", "--sort", "name"], "--sort name requires --count-by"),
        (["search", "raqqa", "--sort", "count"], "--sort count requires --count-by"),
    ],
)
def test_options_that_would_do_nothing(arguments: list[str], message: str) -> None:
    result = on_example(*arguments)
    assert (result.code, result.out, result.err) == (ExitCode.SETUP, "", f"newsarc: {message}\n")


def test_a_list_shows_the_number_that_it_is_sorted_by() -> None:
    for sort in ("related", "backlinks"):
        rows = on_example("list", "--sort", sort).rows
        numbers = [int(row[4]) for row in rows]
        assert numbers == sorted(numbers, reverse=True)
        assert numbers[0] > 1
        table = on_example("list", "--sort", sort, "-n", "2", "--format", "table")
        assert f"{numbers[0]} {sort}" in table.out
        csv = on_example("list", "--sort", sort, "--format", "csv")
        assert csv.lines[0] == f"date,slug,topics,headline,{sort}"
    assert all(len(row) == 4 for row in on_example("list").rows)


def test_a_limited_list_says_how_many_there_are() -> None:
    total = int(on_example("list", "--count").out)
    limited = on_example("list", "-n", "2", "--format", "table")
    assert limited.err == f"newsarc: 2 of {total} events shown (--limit 0 shows all)\n"
    assert on_example("list", "-n", "2").err == ""
