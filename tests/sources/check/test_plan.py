"""The plan of a check: order, what is left out, and how long it takes."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from newsarc.api import Archive
from newsarc.sources.check.plan import make_plan
from newsarc.sources.citations import Citation, citations_in
from newsarc.sources.history import Check, Outcome
from newsarc.sources.web_addresses import normalized, web_address
from tests.cli.driver import EXAMPLE

NOW = dt.datetime(2026, 3, 20, tzinfo=dt.UTC)


def known(hours: float, outcome: Outcome = "alive") -> tuple[Check, ...]:
    return (Check(NOW - dt.timedelta(hours=hours), outcome),)


def test_the_most_doubtful_and_the_longest_unchecked_come_first() -> None:
    histories = {
        "alive lately": known(30),
        "alive once": known(900),
        "blocked": known(200, "blocked"),
        "gone": known(40, "gone"),
        "down": known(50, "down"),
        "gone just now": known(1, "gone"),
        "just now": known(19),
    }
    citations = dict.fromkeys([*histories, "new"], Citation())
    plan = make_plan(citations, histories, NOW)
    assert list(plan.citations) == ["down", "gone", "new", "alive once", "blocked", "alive lately"]
    assert plan.fresh == 2


def test_what_could_not_be_seen_from_another_place_is_never_left_out() -> None:
    def checked(outcome: Outcome, seen_from: str) -> tuple[Check, ...]:
        return (Check(NOW - dt.timedelta(hours=1), outcome, seen_from=seen_from),)

    histories = {
        "alive in ci": checked("alive", "ci"),
        "gone in ci": checked("gone", "ci"),
        "blocked in ci": checked("blocked", "ci"),
        "down in ci": checked("down", "ci"),
        "blocked somewhere": checked("blocked", ""),
        "blocked here": checked("blocked", "home"),
        "once": known(900),
    }
    citations = dict.fromkeys([*reversed(histories), "new"], Citation())
    plan = make_plan(citations, histories, NOW, "home")
    assert list(plan.citations) == ["blocked somewhere", "down in ci", "blocked in ci", "new", "once"]
    assert plan.fresh == 3


def test_checks_in_the_future_do_not_count() -> None:
    ahead = Check(dt.datetime(2036, 1, 1, tzinfo=dt.UTC), "alive")
    histories = {
        "known": (*known(900), ahead),
        "just now": (*known(1), ahead),
        "of the future alone": (ahead,),
        "a bit ahead": known(-23),
    }
    plan = make_plan(dict.fromkeys(histories, Citation()), histories, NOW)
    assert list(plan.citations) == ["of the future alone", "known"]
    assert not make_plan(plan.citations, histories, dt.datetime(1970, 1, 1, tzinfo=dt.UTC)).citations


def test_the_largest_host_says_how_long_it_takes() -> None:
    citations = {f"https://a.test/{number}": Citation() for number in range(99)}
    citations |= {f"https://b.test/{number}": Citation() for number in range(9)}
    plan = make_plan(citations, {}, NOW)
    assert plan.hosts() == [("a.test", 99), ("b.test", 9)]
    assert plan.seconds(1.0) == 150
    assert make_plan({}, {}, NOW).seconds(1.0) == 0


def test_citations() -> None:
    with Archive.open(EXAMPLE) as archive:
        found = citations_in(archive.events())
    assert all(web_address(address) == address for address in found)
    assert all(citation.headlines and citation.labels for citation in found.values())
    assert not any("Cover Image" in citation.labels for citation in found.values())


def test_addresses() -> None:
    same = [
        "https://a.test/x?b=1#top",
        " HTTPS://A.test:443/x?b=1 ",
        "https://me:pw@a.test/x?b=1",
        "https://a.test/x?b&#61;1",
    ]
    assert {web_address(url) for url in same} == {"https://a.test/x?b=1"}
    others = ["http://a.test/x?b=1", "https://www.a.test/x?b=1", "https://a.test/x/?b=1", "https://a.test/X?b=1"]
    assert len({web_address(url) for url in (*same, *others)}) == 5
    for url in (
        "",
        "/x",
        "//a.test/x",
        "mailto:a@a.test",
        "https://",
        "https://[::1/",
        "https://a.test:x/",
        "ftp://a/",
    ):
        assert web_address(url) is None
    for url in (
        "https://a.test/a b",
        "https://a.test/\x1b[31m",
        "https://a.test/\u202e",
        "https://a.test/" + "x" * 5000,
    ):
        assert web_address(url) is None


@given(
    st.text("ah1.-/?&=#;%@:\\[]\x7f ~!\"'()^`|{}<>é", max_size=12),
    st.sampled_from(["http://", "https://a", "https://a.b/", "https://a.b:443/", "https://A@b/?"]),
)
def test_an_address_in_its_form_stays_as_it_is(rest: str, start: str) -> None:
    address = normalized(start + rest)
    if address is not None:
        assert normalized(address) == address
        longer = normalized(f"{start}{rest}#") if "#" not in rest else address  # which is not the short way
        assert longer == address


def test_entities_are_those_of_markdown_alone() -> None:
    address = web_address("https://a.test/?x&amp;amp;y")
    assert address == "https://a.test/?x&amp;y"
    assert normalized(address) == address
