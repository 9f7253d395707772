"""``newsarc sources status``: copies, years, and what to do next."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from newsarc.sources.archived.copy_search import Copy, CopySearch
from newsarc.sources.history import Check
from newsarc.sources.ledger import write_ledger
from tests.cli.driver import on_terminal, run

START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
GONE = tuple(Check(START + dt.timedelta(days=7 * place), "gone", 404, "404") for place in range(3))
ALIVE = (Check(START, "alive", 200),)
MOVED = (Check(START, "moved", 200, "", "https://new.test/"),)
COPY = Copy("https://web.archive.org/web/20190303101500/https://a.test/1", START, 2, 200, "wayback")
FOUND = (CopySearch(dt.date(2019, 3, 1), START, COPY, ()),)
MISSED = (CopySearch(dt.date(2019, 3, 1), START, None, ()),)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Events of three years and of none, with sources of two hosts; both events of 2019 cite the same one, too."""
    root = tmp_path / "archive"
    cited = {
        "2019/03/1/a": ("https://a.test/1", "https://a.test/2", "https://b.test/1"),
        "2019/03/2/b": ("https://a.test/1", "mailto:x@a.test"),
        "2020/03/1/c": ("https://a.test/1", "https://a.test/3"),
        "2021/03/1/d": ("https://b.test/2",),
        "2022/03/1/e": (),
    }
    for place, urls in cited.items():
        file = root / f"news/{place}.md"
        file.parent.mkdir(parents=True)
        items = "".join(f"{number}. [Paper](<{url}>)\n" for number, url in enumerate(urls, 1))
        date = "-".join(place.split("/")[:3])
        link = f"### [{date}](/news/{place.rpartition('/')[0]}/index.md)"
        file.write_text(f"{link}\n\n# Event\n\n### Sources:\n\n{items}", encoding="utf-8")
    histories = {"https://a.test/1": GONE, "https://a.test/2": ALIVE, "https://a.test/3": MOVED}
    searches = {"https://a.test/1": FOUND, "https://a.test/3": MISSED, "https://b.test/1": FOUND}
    write_ledger(root / "sources.jsonl", histories, searches)
    return root


def status(root: Path, *words: str) -> list[list[str]]:
    return run("-A", root, "sources", "status", *words).rows


def test_years(root: Path) -> None:
    assert status(root, "--by", "year") == [
        ["2019", "3", "2", "1", "1", "0.5", "2"],
        ["2020", "2", "2", "1", "1", "0.5", "1"],
        ["2021", "1", "0", "0", "0", "", "0"],
    ]
    assert status(root, "--by", "year", "--since", "2020", "-n", "1") == [["2020", "2", "2", "1", "1", "0.5", "1"]]
    result = run("-A", root, "sources", "status", "--by", "year", "--format", "csv")
    assert result.lines[0] == "year,addresses,checked,alive,dead,share,with_copy"
    assert "1 of 3 years shown" in run("-A", root, "sources", "status", "--by", "year", "-n", "1").err


def test_years_in_json(root: Path) -> None:
    document = run("-A", root, "sources", "status", "--by", "year", "--json").json
    assert (document["by"], document["count"], document["total"]) == ("year", 3, 3)
    assert document["years"][0] == {
        "year": 2019,
        "addresses": 3,
        "checked": 2,
        "alive": 1,
        "dead": 1,
        "share": 0.5,
        "with_copy": 2,
    }
    assert document["years"][2]["share"] is None
    assert run("-A", root, "sources", "status", "--by", "year", "--format", "jsonl").jsonl == document["years"]


def test_events_without_a_date_come_last(tmp_path: Path) -> None:
    (tmp_path / "_config.yml").write_text("title: x\n", encoding="utf-8")
    for name in ("_posts/2019-03-01-a", "_drafts/b"):
        file = tmp_path / f"{name}.md"
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"---\ntitle: A\n---\n[paper](https://{file.stem[-1]}.test/)\n", encoding="utf-8")
    (tmp_path / "sources.jsonl").touch()
    years = [row[0] for row in status(tmp_path, "--by", "year")]
    assert years in (["2019"], ["2019", ""])


def test_years_on_a_terminal(root: Path) -> None:
    _, shown = on_terminal("-A", root, "--color", "never", "sources", "status", "--by", "year")
    lines = [line.split() for line in shown.splitlines()]
    assert lines[:4] == [
        ["addresses", "checked", "alive", "dead", "share", "with", "copy"],
        ["2019", "3", "2", "1", "1", "50%", "2"],
        ["2020", "2", "2", "1", "1", "50%", "1"],
        ["2021", "1"],
    ]


def test_hosts_with_copies(root: Path) -> None:
    assert [[row[0], *row[-2:]] for row in status(root)] == [["a.test", "1", "1"], ["b.test", "0", "1"]]
    hosts = run("-A", root, "sources", "status", "--json").json["hosts"]
    assert [host["with_copy"] for host in hosts] == [1, 1]
    _, shown = on_terminal("-A", root, "--color", "never", "sources", "status")
    lines = [line.split() for line in shown.splitlines()]
    assert lines[0][-3:] == ["dead", "with", "copy"]
    assert lines[1] == ["a.test", "3", "2", "1", "1", "1"]
    assert lines[3] == ["total", "5", "2", "1", "2", "1", "2"]
    assert max(len(line.rstrip()) for line in shown.splitlines()) <= 80


# --- what to do next ---

ONE, TWO, THREE = (f"https://a.test/{number}" for number in (1, 2, 3))
FOUR, FIVE = "https://b.test/1", "https://b.test/2"
ALL_ALIVE = dict.fromkeys((ONE, TWO, THREE, FOUR, FIVE), ALIVE)
DAY = dt.timedelta(days=1)
RETITLED = (Check(START, "alive", 200, "", None, True, "ab"), Check(START + DAY, "alive", 200, "", None, False))
DRIFTED = (RETITLED[0], *(Check(START + days * DAY, "drifted", 200, "", None, False) for days in (1, 9)))
JUST_GONE = (Check(dt.datetime.now(dt.UTC).replace(microsecond=0), "gone", 404),)


def found(url: str, date: dt.date, days: int) -> tuple[CopySearch, ...]:
    at = dt.datetime.combine(date, dt.time(), dt.UTC) + days * DAY
    copy = Copy(f"https://web.archive.org/web/{at:%Y%m%d}000000/{url}", at, days, 200, "wayback")
    return (CopySearch(date, START, copy, ()),)


def notes(root: Path, *words: str) -> list[str]:
    result = run("-A", root, "sources", "status", *words)
    assert result.code == 0
    return [line.removeprefix("newsarc: ") for line in result.err.splitlines()]


@pytest.mark.parametrize(
    ("histories", "searches", "wanted"),
    [
        (ALL_ALIVE, {}, []),
        ({}, {}, ["5 sources were never checked: newsarc sources check"]),
        (ALL_ALIVE | {TWO: GONE[:1]}, {}, ["1 source failed and may be dead: newsarc sources check"]),
        (ALL_ALIVE | {TWO: JUST_GONE}, {}, []),
        (
            {ONE: ALIVE, TWO: GONE[:1], THREE: ALIVE, FOUR: ALIVE},
            {},
            ["1 source was never checked, 1 failed and may be dead: newsarc sources check"],
        ),
        (ALL_ALIVE | {TWO: GONE}, {}, ["1 dead source needs a search for copies: newsarc sources copies"]),
        (ALL_ALIVE | {TWO: GONE}, {TWO: (MISSED[0]._replace(asked=JUST_GONE[0].at),)}, []),
        (
            ALL_ALIVE | {TWO: GONE},
            {TWO: found(TWO, dt.date(2019, 3, 1), 30)},
            ["1 dead source has a copy to cite: newsarc lint --select NA304 --fix"],
        ),
        (
            ALL_ALIVE | {TWO: GONE, THREE: GONE},
            {TWO: found(TWO, dt.date(2019, 3, 1), 30), THREE: found(THREE, dt.date(2020, 3, 1), 40)},
            ["1 dead source has a copy to cite: newsarc lint --select NA304 --fix (1 more with --unsafe-fixes)"],
        ),
        (
            ALL_ALIVE | {THREE: GONE},
            {THREE: found(THREE, dt.date(2020, 3, 1), 40)},
            ["1 dead source has only a copy from another time: newsarc lint --select NA304 --fix --unsafe-fixes"],
        ),
        (ALL_ALIVE | {TWO: DRIFTED}, {}, []),
        (
            {ONE: RETITLED, TWO: MOVED, THREE: GONE, FOUR: GONE},
            {FOUR: found(FOUR, dt.date(2019, 3, 1), 2)},
            [
                "1 source was never checked: newsarc sources check",
                "1 dead source needs a search for copies: newsarc sources copies",
                "1 dead source has a copy to cite: newsarc lint --select NA304 --fix",
            ],
        ),
        (
            ALL_ALIVE | {ONE: RETITLED, TWO: MOVED},
            {},
            [
                "1 source has another title now: newsarc sources list --retitled",
                "1 source has moved: newsarc sources list --verdict moved",
            ],
        ),
    ],
)
def test_what_to_do_next(
    root: Path,
    histories: dict[str, tuple[Check, ...]],
    searches: dict[str, tuple[CopySearch, ...]],
    wanted: list[str],
) -> None:
    write_ledger(root / "sources.jsonl", histories, searches)
    assert notes(root) == wanted
    assert notes(root, "--by", "year") == wanted
    assert notes(root, "-q") == []


def test_the_commands_that_notes_name_are_about_the_same_sources(root: Path) -> None:
    write_ledger(root / "sources.jsonl", {ONE: GONE, TWO: GONE, THREE: RETITLED})
    assert notes(root, "--since", "2020") == [
        "1 source was never checked: newsarc sources check --since=2020",
        "1 dead source needs a search for copies: newsarc sources copies --since=2020",
        "1 source has another title now: newsarc sources list --retitled --since=2020",
    ]
    assert run("-A", root, "sources", "copies", "--since=2020", "--dry-run").rows == [[ONE]]
    assert notes(root, "--source", "Pap*")[0].endswith("newsarc sources check '--source=Pap*'")


def test_notes_after_lint_has_fixed(root: Path) -> None:
    write_ledger(root / "sources.jsonl", ALL_ALIVE | {TWO: GONE}, {TWO: found(TWO, dt.date(2019, 3, 1), 2)})
    assert notes(root) == ["1 dead source has a copy to cite: newsarc lint --select NA304 --fix"]
    assert run("-A", root, "lint", "--select", "NA304", "--fix").code == 0
    assert notes(root) == []


def test_a_host_is_judged_by_all_of_its_addresses(root: Path) -> None:
    def judged(*words: str) -> tuple[int, str | None]:
        hosts = {host["host"]: host for host in run("-A", root, "sources", "status", *words, "--json").json["hosts"]}
        return hosts["a.test"]["dead"], hosts["a.test"]["failing_since"]

    cited = ("https://a.test/1", "https://a.test/2", "https://a.test/3")
    write_ledger(root / "sources.jsonl", dict.fromkeys(cited, GONE) | {"https://a.test/no-longer-cited": ALIVE})
    assert judged() == (3, None)  # else all three would be one finding about the host
    assert judged("--since", "2020") == (2, None)
    assert run("-A", root, "lint", "--select", "NA304").out.count("the source has been gone") == 5
    assert status(root, "--by", "year", "--since", "2020")[0] == ["2020", "2", "2", "0", "2", "1.0", "0"]

    write_ledger(root / "sources.jsonl", dict.fromkeys(cited, GONE))
    assert judged() == (0, START.isoformat())
    assert judged("--since", "2020") == (0, START.isoformat())  # which cites two of them
    assert run("-A", root, "lint", "--select", "NA304").out.count("NA304") == 1
    assert status(root, "--by", "year", "--since", "2020")[0] == ["2020", "2", "2", "0", "0", "0.0", "0"]
