"""Verdicts: pure functions of histories."""

from __future__ import annotations

import datetime as dt

import pytest

from newsarc.sources.history import NO_SUCH_HOST, Check, History, Outcome, merged
from newsarc.sources.verdicts import drifted_since, judge, moved_to, verdict_on

START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
ADDRESS = "https://gazette.test/1"


def history(*checks: tuple[int, Outcome], reason: str = "404") -> History:
    return tuple(Check(START + dt.timedelta(days=day), outcome, reason=reason) for day, outcome in checks)


@pytest.mark.parametrize(
    ("checks", "is_dead"),
    [
        ([(0, "gone"), (7, "gone")], False),
        ([(0, "gone"), (1, "gone"), (6, "gone")], False),
        ([(0, "gone"), (1, "gone"), (7, "gone")], True),
        ([(0, "gone"), (3, "soft-gone"), (7, "soft-gone")], True),
        ([(0, "gone"), (1, "alive"), (7, "gone"), (8, "gone")], False),
        ([(0, "gone"), (1, "moved"), (7, "gone"), (8, "gone")], False),
        ([(0, "gone"), (1, "down"), (2, "blocked"), (7, "gone"), (8, "refused"), (9, "gone")], True),
        ([(0, "gone"), (4, "gone"), (8, "gone"), (9, "down")], True),
        ([(0, "gone"), (4, "gone"), (8, "gone"), (9, "alive")], False),
        ([(0, "down"), (4, "down"), (8, "down"), (90, "down")], False),
        ([(0, "blocked"), (4, "blocked"), (8, "blocked"), (90, "blocked")], False),
        ([], False),
    ],
)
def test_dead(checks: list[tuple[int, Outcome]], is_dead: bool) -> None:
    judgement = judge({ADDRESS: history(*checks)})
    assert (ADDRESS in judgement.dead) is is_dead
    assert judgement.verdicts[ADDRESS] == (checks[-1][1] if checks else "unchecked")


GONE = history((0, "gone"), (4, "gone"), (8, "gone"))


def site(*histories: History, host: str = "gazette.test") -> dict[str, History]:
    return {f"https://{host}/{number}": one for number, one in enumerate(histories)}


def test_a_host_that_fails_is_one_finding() -> None:
    down = history((0, "down"), (4, "down"), (8, "down"), reason="timeout")
    judgement = judge(site(GONE, GONE, down, ()) | site(GONE, GONE, history((9, "alive")), host="radio.test"))
    assert set(judgement.failing) == {"gazette.test"}
    assert judgement.failing["gazette.test"].addresses == 3
    assert judgement.at_failing_hosts == {f"https://gazette.test/{number}" for number in range(4)}
    assert set(judgement.dead) == {"https://radio.test/0", "https://radio.test/1"}


def test_a_host_is_gone_or_fails_for_a_reason() -> None:
    down = history((0, "down"), (4, "down"), (8, "down"), reason="timeout")
    found = {
        name: judge(site(*runs)).failing["gazette.test"]
        for name, runs in {"gone": [GONE] * 3, "down": [down] * 3, "both": [GONE, down, GONE]}.items()
    }
    assert str(found["gone"]) == "every source at gazette.test has been gone since 2026-03-01 (404; 3 checked)"
    assert str(found["down"]) == "every source at gazette.test has failed since 2026-03-01 (timeout; 3 checked)"
    assert str(found["both"]) == "every source at gazette.test has failed since 2026-03-01 (404; 3 checked)"


def test_a_host_that_keeps_us_out_does_not_fail() -> None:
    blocked = history((0, "blocked"), (4, "blocked"), (8, "blocked"))
    judgement = judge(site(GONE, GONE, blocked))
    assert judgement.failing == {}
    assert len(judgement.dead) == 2


def test_a_host_that_is_no_more_takes_its_pages_with_it() -> None:
    lost = history((0, "gone"), (4, "gone"), (8, "gone"), reason=NO_SUCH_HOST)
    judgement = judge(site(lost, lost, lost))
    assert judgement.failing["gazette.test"].has_vanished
    assert len(judgement.dead) == 3


ALL_GONE = history((0, "gone"), (7, "gone"), (14, "gone"))


def test_a_new_source_makes_no_other_one_dead() -> None:
    """At a host that answers 404 to programs."""
    judgement = judge(site(ALL_GONE, ALL_GONE, ALL_GONE, history((14, "gone"))))
    assert (judgement.dead, judgement.failing["gazette.test"].addresses) == ({}, 4)


def test_without_an_answer_since_it_was_gone_no_page_is_dead() -> None:
    """As where a run ended before it came to the others."""
    stale = history((-1, "alive"))
    judgement = judge(site(ALL_GONE, ALL_GONE, ALL_GONE, stale))
    assert (judgement.dead, judgement.failing) == ({}, {})
    assert len(judge(site(ALL_GONE, ALL_GONE, ALL_GONE, history((0, "alive")))).dead) == 3


def test_an_old_answer_of_the_front_page_keeps_no_host_from_failing() -> None:
    later = history((7, "gone"), (14, "gone"), (21, "gone"))
    found = site(ALL_GONE, later, later, later) | {"https://gazette.test/": history((0, "alive"))}
    judgement = judge(found)
    assert set(judgement.dead) == {"https://gazette.test/0"}
    assert judgement.failing["gazette.test"].addresses == 4


def test_a_host_that_once_was_not_found_has_not_vanished() -> None:
    lost = (*history((0, "gone"), (4, "gone")), *history((8, "gone"), reason=NO_SUCH_HOST))
    judgement = judge(site(lost, lost, lost))
    assert (judgement.failing["gazette.test"].has_vanished, judgement.dead) == (False, {})


def test_few_addresses_are_no_host() -> None:
    judgement = judge(site(GONE, GONE))
    assert (judgement.failing, len(judgement.dead)) == ({}, 2)


@pytest.mark.parametrize(
    ("checks", "verdict"),
    [
        ([(0, "alive", "home"), (9, "blocked", "ci")], "alive"),
        ([(0, "alive", "home"), (9, "down", "ci")], "alive"),
        ([(0, "moved", "home"), (9, "blocked", "ci")], "moved"),
        ([(0, "gone", "home"), (9, "blocked", "ci")], "gone"),
        ([(0, "alive", "home"), (9, "blocked", "home")], "blocked"),
        ([(0, "alive", ""), (9, "blocked", "")], "blocked"),
        ([(0, "alive", "home"), (90, "blocked", "ci")], "alive"),
        ([(0, "alive", "home"), (91, "blocked", "ci")], "blocked"),
        ([(0, "alive", "home"), (9, "gone", "ci")], "gone"),
        ([(0, "alive", "home"), (3, "blocked", "office"), (9, "blocked", "ci")], "alive"),
        ([(0, "blocked", "home"), (9, "blocked", "ci")], "blocked"),
    ],
)
def test_what_one_place_cannot_see_another_one_may(checks: list[tuple[int, Outcome, str]], verdict: str) -> None:
    found = merged(Check(START + dt.timedelta(days=day), outcome, seen_from=place) for day, outcome, place in checks)
    assert verdict_on(found) == verdict


def test_a_page_that_another_place_can_see_is_not_dead() -> None:
    gone = [Check(START + dt.timedelta(days=day), "gone", 404, seen_from="ci") for day in (0, 7, 14)]
    assert judge({"https://a.test/": merged(gone)}).dead
    seen = Check(START + dt.timedelta(days=10), "alive", 200, seen_from="home")
    assert not judge({"https://a.test/": merged(gone, [seen])}).dead


DRIFTED: list[tuple[int, Outcome]] = [(0, "alive"), (7, "drifted"), (21, "drifted")]


@pytest.mark.parametrize(
    ("checks", "verdict"),
    [
        (DRIFTED, "drifted"),
        ([*DRIFTED, (28, "down")], "drifted"),
        ([*DRIFTED, (28, "down"), (35, "blocked"), (300, "refused")], "drifted"),
        ([*DRIFTED, (28, "down"), (29, "drifted")], "drifted"),
        ([*DRIFTED, (28, "gone")], "gone"),
        ([*DRIFTED, (28, "gone"), (29, "down")], "down"),
        ([*DRIFTED, (28, "gone"), (35, "drifted")], "drifted"),
        ([*DRIFTED, (28, "alive"), (35, "down")], "down"),
        ([*DRIFTED, (28, "alive"), (35, "drifted")], "alive"),
        ([(0, "alive"), (7, "drifted"), (13, "drifted")], "alive"),
        ([(0, "alive"), (7, "drifted"), (13, "drifted"), (20, "down")], "down"),
    ],
)
def test_a_check_that_tells_nothing_does_not_undo_a_drift(checks: list[tuple[int, Outcome]], verdict: str) -> None:
    found = history(*checks)
    assert verdict_on(found) == verdict
    assert (drifted_since(found) == START + dt.timedelta(days=7)) is (verdict == "drifted")
    assert moved_to(found) is None


@pytest.mark.parametrize(
    ("checks", "verdict"),
    [
        ([(0, "moved")], "moved"),
        ([(0, "moved"), (7, "down"), (14, "blocked")], "moved"),
        ([(0, "moved"), (7, "alive"), (14, "down")], "down"),
        ([(0, "moved"), (7, "gone")], "gone"),
        ([(0, "moved"), (7, "gone"), (14, "down")], "down"),
    ],
)
def test_a_check_that_tells_nothing_does_not_undo_a_move(checks: list[tuple[int, Outcome]], verdict: str) -> None:
    new = "https://gazette.test/new"
    found = tuple(check._replace(to=new if check.outcome == "moved" else None) for check in history(*checks))
    assert verdict_on(found) == verdict
    assert moved_to(found) == (new if verdict == "moved" else None)
    assert drifted_since(found) is None


def test_nothing_is_known_without_checks() -> None:
    assert (verdict_on(()), drifted_since(()), moved_to(())) == ("unchecked", None, None)
