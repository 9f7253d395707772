"""The searches for copies in the ledger: read as they were written, merged, and damaged."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarc.errors import ArchiveError
from newsarc.sources.archived.copy_search import WHYS, Copy, CopySearch, Miss, merged_searches
from newsarc.sources.archived.memento import timestamp
from newsarc.sources.history import Check
from newsarc.sources.ledger import LedgerWriter, ledger_line, read_all, read_ledger, write_ledger
from tests.cli.driver import REPOSITORY

START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
ADDRESS = "https://gazette.test/1"
DAYS = st.integers(0, 3).map(lambda day: dt.date(2019, 3, 1) + dt.timedelta(days=day))
TIMES = st.integers(0, 60).map(lambda day: START + dt.timedelta(days=day))
DISTANCES = st.integers(-900, 900)  # days
MISSES = st.lists(st.builds(Miss, st.just("arquivo"), st.sampled_from(WHYS), st.just("why")), max_size=2).map(tuple)
CHECK = Check(START, "gone", 404, "404")
URL = "https://web.archive.org/web/20190303101500/https://gazette.test/1"
FOUND = CopySearch(
    dt.date(2019, 3, 1), START, Copy(URL, dt.datetime(2019, 3, 3, 10, 15, tzinfo=dt.UTC), 2, 200, "wayback"), ()
)


def _search(date: dt.date, asked: dt.datetime, days: int | None, misses: tuple[Miss, ...]) -> CopySearch:
    if days is None:
        return CopySearch(date, asked, None, misses)
    at = dt.datetime.combine(date, dt.time(12), dt.UTC) + dt.timedelta(days=days)
    url = f"https://web.archive.org/web/{timestamp(at)}/https://gazette.test/1"
    return CopySearch(date, asked, Copy(url, at, days, 200, "wayback"), misses)


SEARCHES = st.builds(_search, DAYS, TIMES, st.none() | DISTANCES, MISSES)


@given(st.lists(SEARCHES, max_size=6))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, searches: list[CopySearch]) -> None:
    file = tmp_path_factory.mktemp("ledger") / "sources.jsonl"
    found = merged_searches(searches)
    write_ledger(file, {ADDRESS: (CHECK,)}, {ADDRESS: found, "https://gazette.test/2": found})
    ledger = read_all(file)
    assert ledger.histories == {ADDRESS: (CHECK,)}
    assert ledger.searches == ({ADDRESS: found, "https://gazette.test/2": found} if found else {})
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("".join(f"{line}\n" for line in (*lines, *lines)), encoding="utf-8")
    assert read_all(file) == ledger


@given(st.lists(SEARCHES, max_size=6), st.lists(SEARCHES, max_size=6))
def test_merging_is_the_same_both_ways(one: list[CopySearch], other: list[CopySearch]) -> None:
    both = merged_searches(one, other)
    assert both == merged_searches(other, one) == merged_searches(merged_searches(one), merged_searches(other))
    assert [search.date for search in both] == sorted({search.date for search in (*one, *other)})
    for search in both:
        same = [found for found in (*one, *other) if found.date == search.date]
        distances = [abs(found.copy.days) for found in same if found.copy is not None and found.copy.is_from_then]
        if distances:
            assert search.copy is not None
            assert abs(search.copy.days) == min(distances)
        elif all(found.copy is None for found in same):
            assert search.asked == max(found.asked for found in same)


def test_a_copy_is_not_lost_where_a_later_search_finds_none() -> None:
    later = CopySearch(FOUND.date, START + dt.timedelta(days=90), None, (Miss("wayback", "withheld", ""),))
    assert merged_searches((later,), (FOUND,)) == (FOUND,)


def test_checks_and_searches_are_added_to_one_line(tmp_path: Path) -> None:
    file = tmp_path / "sources.jsonl"
    with LedgerWriter(file) as ledger:
        ledger.add_search(ADDRESS, FOUND)
        ledger.flush()
        assert read_all(file).searches == {ADDRESS: (FOUND,)}
        assert read_ledger(file) == {}
        ledger.add(ADDRESS, CHECK)
    (line,) = file.read_text(encoding="utf-8").splitlines()
    assert list(json.loads(line)) == ["url", "checks", "copies"]
    with LedgerWriter(file) as ledger:
        ledger.add("https://gazette.test/0", CHECK)
    assert read_all(file) == ({"https://gazette.test/0": (CHECK,), ADDRESS: (CHECK,)}, {ADDRESS: (FOUND,)})


@pytest.mark.parametrize(
    ("copies", "said"),
    [
        (3, '"copies" must be a list'),
        ([3], "must be an object"),
        ([{"date": "2019-03-01", "asked": "soon"}], '"asked" must be a date or time'),
        ([{"date": "2019-03-01", "asked": "2026-03-01", "copy": {"url": "javascript:alert(1)"}}], '"url" of a copy'),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, copies: object, said: str) -> None:
    file = tmp_path / "sources.jsonl"
    file.write_text(ledger_line(ADDRESS, [CHECK]) + json.dumps({"url": ADDRESS, "copies": copies}) + "\n", "utf-8")
    with pytest.raises(ArchiveError, match=rf"sources\.jsonl:2: .*{said}"):
        read_all(file)


@pytest.mark.parametrize(
    ("detail", "read"), [("a  b ", "a b"), ("a\t\x1b[31mb", "a [31mb"), ("x" * 300, "x" * 200), (None, "")]
)
def test_details_are_one_short_line(tmp_path: Path, detail: str | None, read: str) -> None:
    file = tmp_path / "sources.jsonl"
    miss = {"archive": "wayback", "why": "withheld", "detail": detail}
    search = {"date": "2019-03-01", "asked": "2026-03-01T09:00:00Z", "misses": [miss]}
    file.write_text(json.dumps({"url": "https://gazette.test/1", "copies": [search]}) + "\n", encoding="utf-8")
    ((found,),) = read_all(file).searches.values()
    assert [miss.detail for miss in found.misses] == [read]


def test_the_guide_names_all_keys() -> None:
    check = Check(START, "moved", 200, "why", "https://gazette.test/2", True, "0a1b2c", "ci")
    search = FOUND._replace(misses=(Miss("arquivo", "no-answer", "down"),))
    line = json.loads(ledger_line(ADDRESS, [check], [search]))
    written = [line, *line["checks"], *line["copies"], line["copies"][0]["copy"], *line["copies"][0]["misses"]]
    guide = (REPOSITORY / "docs/sources/ledger.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?:line|check|search) \| .*$", guide, re.MULTILINE)
    named = set(re.findall(r"`(\w+)`", "".join(rows)))
    assert {key for record in written for key in record} <= named
    assert {re.split(r"[`]", row)[1] for row in rows} == {*line, *line["checks"][0], *line["copies"][0]}
