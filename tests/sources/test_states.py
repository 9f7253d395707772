"""What the ledger says of the sources of an event: the same, however few of its lines are read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarc.errors import ArchiveError
from newsarc.parser.event import parse_event
from newsarc.sources.history import NO_SUCH_HOST, Check
from newsarc.sources.ledger import Ledger, read_all, read_hosts, write_ledger
from newsarc.sources.states import SourceStates, read_states
from newsarc.sources.web_addresses import host_of_address
from tests.sources.test_ledger_copies import FOUND as NO_CAPTURE

FOUND = NO_CAPTURE._replace(
    copy=NO_CAPTURE.copy and NO_CAPTURE.copy._replace(url="https://web.archive.org/web/20190303101500/http://a.test/1")
)
START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
HOSTS = ("a.test", "b.a.test", "é.test", "zeitung.test")
ADDRESSES = st.builds("https://{}/{}?to={}".format, st.sampled_from(HOSTS), st.integers(0, 3), st.sampled_from(HOSTS))
GONE = tuple(Check(START + dt.timedelta(days=7 * place), "gone", 404, "404") for place in range(3))
VANISHED = tuple(check._replace(status=None, reason=NO_SUCH_HOST) for check in GONE)


def page(*urls: str) -> str:
    items = "".join(f"{number}. [A]({url})\n" for number, url in enumerate(urls, 1))
    return f"### [2019-03-01](/news/2019/03/1/index.md)\n\n# Bridges\n\n### Sources:\n\n{items}"


@given(st.sets(ADDRESSES), st.sets(ADDRESSES), st.sets(st.sampled_from(HOSTS)), st.booleans())
def test_some_hosts(
    tmp_path_factory: pytest.TempPathFactory, checked: set[str], searched: set[str], hosts: set[str], is_raw: bool
) -> None:
    file = tmp_path_factory.mktemp("ledger") / "sources.jsonl"
    write_ledger(file, dict.fromkeys(checked, GONE), dict.fromkeys(searched, (FOUND,)))
    if is_raw:  # as other programs may write it
        file.write_text(file.read_text(encoding="utf-8").replace("\\u00e9", "é").rstrip("\n"), encoding="utf-8")
    whole = read_all(file)
    wanted = ({key: part[key] for key in part if host_of_address(key) in hosts} for part in whole)
    assert read_hosts(file, hosts) == tuple(wanted)


def test_only_bad_lines_that_matter_are_errors(tmp_path: Path) -> None:
    file = tmp_path / "sources.jsonl"
    file.write_text('{"url": 1}\n{"url": "https://a.test/", "checks": 3}\n{"url": "https://a.te', encoding="utf-8")
    assert read_hosts(file, ["b.test"]) == ({}, {})
    with pytest.raises(ArchiveError, match=r"sources\.jsonl:2: \"checks\" must be a list"):
        read_hosts(file, ["a.test"])
    assert read_hosts(tmp_path / "none.jsonl", ["a.test"]) == ({}, {})
    file.write_text('{"url": "https://a.test/", "che', encoding="utf-8")  # of a run that was killed
    assert read_hosts(file, ["a.test"]) == ({}, {})


@pytest.mark.parametrize(
    ("history", "verdict", "is_dead"), [(GONE, "gone", True), (GONE[:2], "gone", False), ((), "unchecked", False)]
)
def test_states(tmp_path: Path, history: tuple[Check, ...], verdict: str, is_dead: bool) -> None:
    file = tmp_path / "sources.jsonl"
    write_ledger(file, {"https://a.test/1": history}, {"https://a.test/1": (FOUND,)})
    event = parse_event(page("https://a.test/1#part", "mailto:x@a.test"), "news/2019/03/1/bridges.md")
    states = read_states(file, [event])
    state = states.of(event.sources[0], event.date)
    assert state is not None
    assert (state.verdict, state.dead_since) == (verdict, START if is_dead else None)
    assert state.checked == (history[-1].at if history else None)
    assert state.copy == FOUND.copy
    other = states.of(event.sources[0], dt.date(2020, 1, 1))
    assert other is not None
    assert other.copy is None
    assert states.of(event.sources[1], event.date) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://web.archive.org/web/20190303101500/https://evil.test/1",
        "https://evil.test/web/20190303101500/https://a.test/1",
        "https://web.archive.org/https://a.test/1",
    ],
)
def test_what_is_no_capture_of_the_source_is_no_copy(url: str) -> None:
    assert FOUND.copy is not None
    search = FOUND._replace(copy=FOUND.copy._replace(url=url))
    states = SourceStates(Ledger({}, {"https://a.test/1": (search,)}))
    assert states.copy_of("https://a.test/1", search.date) is None


def test_a_failing_host_is_judged_as_a_whole() -> None:
    event = parse_event(page("https://a.test/1"), "news/2019/03/1/bridges.md")
    for history, is_dead in ((GONE, False), (VANISHED, True)):
        states = SourceStates(Ledger({f"https://a.test/{number}": history for number in range(3)}, {}))
        state = states.of(event.sources[0], event.date)
        assert state is not None
        assert (state.dead_since is not None) == is_dead


def test_many_hosts(tmp_path: Path) -> None:
    file = tmp_path / "sources.jsonl"
    urls = [f"https://h{number}.test/" for number in range(40)]
    write_ledger(file, dict.fromkeys(urls, GONE))
    event = parse_event(page(*urls), "news/2019/03/1/bridges.md")
    states = read_states(file, [event])
    assert all((state := states.of(source, None)) and state.dead_since for source in event.sources)
