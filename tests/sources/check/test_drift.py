"""Sources that drifted: pages of another site are found, and pages that only changed are not."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from aiohttp import web

from newsarc.sources.check.drift import is_other_page, of_another_site, title_digest
from newsarc.sources.citations import Citation
from newsarc.sources.history import Check, History, Outcome, merged
from newsarc.sources.verdicts import verdict_on
from tests.sources.changed_pages import ChangingWorld, scores
from tests.sources.check.test_checker import CITED as BRIDGE
from tests.sources.check.test_checker import check, html
from tests.sources.servers import START as NOW

START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
ADDRESS = "https://gazette.test/1"
CITED = Citation(("Harbour bridge closes after storm",), ("The Harbour Gazette",))
BEFORE = title_digest(["Storm closes harbour bridge | The Gazette"])
SPAM = "Casino bonus without deposit | Lucky Blog"


@pytest.mark.parametrize("is_held_out", [False, True])
def test_verdicts_on_pages_that_change(tmp_path: Path, is_held_out: bool) -> None:
    found = scores(tmp_path, ChangingWorld(7, 12, is_held_out=is_held_out))
    for score in found.values():
        assert score.precision >= 0.99, score.given
        assert score.recall > 0.05, "and some are found"


@pytest.mark.parametrize(
    ("title", "is_other"),
    [
        (SPAM, True),
        ("Storm hits the city hard tonight", False),
        ("Casino bonus without deposit | The Gazette", False),
        ("Casino bonus at gazette without deposit", False),
        ("Sign in here", False),
        ("Лучшие бонусы казино сегодня | Блог", False),
        ("", False),
    ],
)
def test_another_page(title: str, is_other: bool) -> None:
    assert is_other_page([title], BEFORE, ADDRESS, CITED) is is_other


def test_a_page_that_never_named_its_site_tells_nothing() -> None:
    assert not is_other_page([SPAM], title_digest(["Storm closes harbour bridge"]), ADDRESS, CITED)
    assert not is_other_page([SPAM], "", ADDRESS, CITED)


def test_the_digest_does_not_hold_the_title() -> None:
    assert set(BEFORE) <= set("0123456789abcdef")
    assert len(title_digest([" ".join(f"word{number}" for number in range(999))])) < 200


@pytest.mark.parametrize(
    ("titles", "found"),
    [
        ((SPAM, "Poker odds explained | Lucky Blog"), "01"),
        ((SPAM, SPAM), ""),
        ((SPAM,), ""),
        ((SPAM, "Poker odds explained"), ""),
        ((SPAM, "Poker odds explained | Other Blog", "Slots | Lucky Blog"), "02"),
    ],
)
def test_another_site(titles: tuple[str, ...], found: str) -> None:
    assert of_another_site({str(place): (title,) for place, title in enumerate(titles)}) == set(found)


def history(*checks: tuple[int, Outcome]) -> History:
    found: History = ()
    for day, outcome in checks:
        title = BEFORE if outcome == "alive" else ""
        found = merged(found, (Check(START + dt.timedelta(days=day), outcome, 200, title=title),))
    return found


@pytest.mark.parametrize(
    ("checks", "verdict"),
    [
        ([(0, "alive"), (1, "drifted")], "alive"),
        ([(0, "alive"), (1, "drifted"), (7, "drifted")], "alive"),
        ([(0, "alive"), (1, "drifted"), (8, "drifted")], "drifted"),
        ([(0, "alive"), (1, "drifted"), (2, "down"), (3, "blocked"), (4, "drifted"), (8, "drifted")], "drifted"),
        ([(0, "alive"), (1, "drifted"), (2, "alive"), (8, "drifted")], "alive"),
        ([(0, "alive"), (1, "drifted"), (8, "drifted"), (9, "gone")], "gone"),
        ([(0, "alive"), (1, "drifted"), (8, "drifted"), (9, "alive")], "alive"),
    ],
)
def test_the_verdict_needs_two_checks_a_week_apart(checks: list[tuple[int, Outcome]], verdict: str) -> None:
    found = history(*checks)
    assert verdict_on(found) == verdict
    assert any(check.title for check in found), "the title of the event is kept"


def test_the_same_check_is_not_counted_twice() -> None:
    seen = Check(START, "alive", 200, is_identified=False)
    assert merged((seen,), (seen._replace(outcome="drifted"),)) == (seen._replace(outcome="drifted"),)


@pytest.mark.parametrize(
    ("living", "is_moved", "outcome"),
    [(0, False, "drifted"), (1, False, "alive"), (3, False, "alive"), (0, True, "alive")],
)
def test_another_site_at_a_host(tmp_path: Path, living: int, is_moved: bool, outcome: str) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        name = request.path.rpartition("/")[2]
        if name.isdigit() and int(name) < living:
            return html(f"{BRIDGE.headlines[0]} {name}")
        if is_moved and name.isdigit():
            return web.Response(status=302, headers={"Location": f"/casino/{name}-bonus"})
        is_page = name.isdigit() or "bonus" in name
        return html(f"Casino bonus {name} without deposit | Lucky Blog") if is_page else web.Response(status=404)

    known = (Check(NOW - dt.timedelta(days=1), "alive", 200, title=title_digest([f"{BRIDGE.headlines[0]} | Gazette"])),)
    addresses = [f"http://gazette.test/news/{number}" for number in range(6)]
    found, _ = check(tmp_path, answer, *addresses, known=dict.fromkeys(addresses, known))
    assert {found[address][-1].outcome for address in addresses[living:]} == {outcome}
