"""``newsarc sources show``."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest

from newsarc.sources.archived.copy_search import Copy, CopySearch, Miss
from newsarc.sources.history import NO_SUCH_HOST, Check
from newsarc.sources.ledger import write_ledger
from tests.cli.commands.test_source_status import ALIVE, GONE, MOVED, START, root
from tests.cli.driver import run, spawn

__all__ = ["root"]

ONE, TWO = "https://a.test/1", "https://a.test/2"
FIRST, SECOND, THIRD = dt.date(2019, 3, 1), dt.date(2019, 3, 2), dt.date(2020, 3, 1)
DAY = dt.timedelta(days=1)
NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)


def copy_of(url: str, date: dt.date, days: int) -> CopySearch:
    at = dt.datetime.combine(date, dt.time(10, 15), dt.UTC) + days * DAY
    return CopySearch(
        date, START, Copy(f"https://web.archive.org/web/{at:%Y%m%d}101500/{url}", at, days, 200, "wayback"), ()
    )


def missed(date: dt.date, why: Any = "withheld", asked: dt.datetime = NOW) -> CopySearch:
    return CopySearch(date, asked, None, (Miss("wayback", why, "HTTP 403"), Miss("arquivo", "never-archived", "")))


def shown(root: Path, *words: str) -> Any:
    return run("-A", root, "sources", "show", *words, "--json").json["sources"]


def following(root: Path, url: str) -> Any:
    [report] = shown(root, url)
    return report.get("next", {"step": None})


def test_on_a_terminal(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    searches = {ONE: (copy_of(ONE, FIRST, 2), missed(SECOND))}
    write_ledger(root / "sources.jsonl", {ONE: GONE}, searches)
    result = run("sources", "show", ONE, "--format", "table")
    assert [line.rstrip() for line in result.lines] == [
        "https://a.test/1",
        "gone, dead since 2026-03-01",
        "",
        "Cited",
        "  2019-03-01  Event",
        "              2019-03-01/a · Paper",
        "              news/2019/03/1/a.md:7",
        "  2019-03-02  Event",
        "              2019-03-02/b · Paper",
        "              news/2019/03/2/b.md:7",
        "  2020-03-01  Event",
        "              2020-03-01/c · Paper",
        "              news/2020/03/1/c.md:7",
        "",
        "Checks (UTC)",
        "  2026-03-01 00:00  gone       404",
        "  2026-03-08 00:00  gone       404",
        "  2026-03-15 00:00  gone       404",
        "",
        "Copies",
        "  2019-03-01  captured 2019-03-03, 2 days after the event",
        "              https://web.archive.org/web/20190303101500/https://a.test/1",
        "  2019-03-02  none: withheld (wayback: HTTP 403; arquivo: never-archived; asked",
        f"              {NOW.date()})",
        "  2020-03-01  not searched for",
        "",
        "Next",
        "  look for an archived copy",
        "  newsarc sources copies https://a.test/1",
    ]
    assert (result.code, result.err) == (0, "")


def test_in_a_pipe(root: Path) -> None:
    write_ledger(root / "sources.jsonl", {TWO: (ALIVE[0]._replace(to="https://new.test/", outcome="moved"),)})
    page = root / "news/2019/03/1/a.md"
    assert run("-A", root, "sources", "show", TWO).rows == [
        [TWO, "verdict", "", "moved", ""],
        [TWO, "cited", "2019-03-01", f"{page}:8", "Event"],
        [TWO, "check", "2026-03-01T00:00:00+00:00", "moved", "200, to https://new.test/"],
        [TWO, "copy", "2019-03-01", "", "not searched for"],
        [TWO, "next", "", "cite-new-address", "cite the new address: https://new.test/"],
    ]
    assert run("-A", root, "sources", "show", TWO, "--format", "csv").lines[0] == "url,what,date,value,detail"


def test_an_event_is_all_its_sources_and_each_is_cited_elsewhere_too(root: Path) -> None:
    reports = shown(root, "2019-03-01")
    assert [report["url"] for report in reports] == [ONE, TWO, "https://b.test/1"]
    assert [one["slug"] for one in reports[0]["cited"]] == ["a", "b", "c"]
    assert [report["url"] for report in shown(root, TWO, "2019-03-01/a")] == [TWO, ONE, "https://b.test/1"]


def test_json(root: Path) -> None:
    write_ledger(root / "sources.jsonl", {ONE: GONE}, {ONE: (copy_of(ONE, FIRST, 2), missed(SECOND))})
    [report] = shown(root, ONE)
    assert (report["verdict"], report["dead_since"]) == ("gone", "2026-03-01T00:00:00+00:00")
    assert report["cited"][0] == {
        "event": "news/2019/03/1/a.md",
        "slug": "a",
        "date": "2019-03-01",
        "headline": "Event",
        "label": "Paper",
        "url": ONE,
        "line": 7,
        "archived": None,
    }
    assert [check["status"] for check in report["checks"]] == [404, 404, 404]
    found, none, never = report["copies"]
    assert (found["copy"]["days"], found["why"], found["misses"]) == (2, None, [])
    assert (none["why"], [miss["archive"] for miss in none["misses"]]) == ("withheld", ["wayback", "arquivo"])
    assert (never["date"], never["why"], never["asked"]) == ("2020-03-01", None, None)
    assert report["next"]["command"] == ["newsarc", "sources", "copies", ONE]


def test_what_only_the_ledger_knows(root: Path) -> None:
    old = "https://a.test/old"
    write_ledger(root / "sources.jsonl", {old: GONE}, {"https://z.test/": (missed(FIRST),)})
    [report] = shown(root, old)
    assert (report["cited"], report["dead_since"], "next" in report) == ([], "2026-03-01T00:00:00+00:00", False)
    assert "by no event; it is only in the ledger" in run("-A", root, "sources", "show", old, "--format", "table").out
    [sought] = shown(root, "https://z.test/")
    assert (sought["verdict"], sought["copies"][0]["why"]) == ("unchecked", "withheld")


def test_an_unknown_source(root: Path) -> None:
    result = run("-A", root, "sources", "show", "https://www.a.test/1/")
    assert (result.code, result.out) == (1, "")
    assert result.err == (
        "newsarc: no event cites https://www.a.test/1/, and it is not in the ledger\ndid you mean\n  https://a.test/1\n"
    )
    both = run("-A", root, "sources", "show", "https://z.test/", TWO)
    assert (both.code, both.rows[0][0], len(both.err.splitlines())) == (1, TWO, 1)
    assert run("-A", root, "sources", "show", "2022-03-01").err == "newsarc: no event has a source with a web address\n"


def test_without_a_ledger(root: Path) -> None:
    (root / "sources.jsonl").unlink()
    result = run("-A", root, "sources", "show", TWO)
    assert (result.code, result.rows[0][3]) == (0, "unchecked")
    assert result.err == "newsarc: nothing has been checked yet; run newsarc sources check\n"


RETITLED = (Check(START, "alive", 200, "", None, True, "ab"), Check(START + DAY, "alive", 200, "", None, False))
DRIFTED = (RETITLED[0], *(Check(START + days * DAY, "drifted", 200, "", None, False) for days in (1, 9)))
COPIES = ["newsarc", "sources", "copies"]


@pytest.mark.parametrize(
    ("history", "searches", "step", "command"),
    [
        ((), (), "check", ["newsarc", "sources", "check", TWO]),
        (ALIVE, (), None, None),
        (GONE[:1], (), "check", ["newsarc", "sources", "check", TWO]),
        ((GONE[0]._replace(at=NOW),), (), "wait", []),
        ((Check(START, "down", None, "timeout"),), (), "check", ["newsarc", "sources", "check", TWO]),
        ((Check(START, "blocked", 403),), (), "open", []),
        ((Check(START, "refused"),), (), None, None),
        (MOVED, (), "cite-new-address", []),
        (RETITLED, (), "look", []),
        (DRIFTED, (), "find-copy", [*COPIES, "--all", TWO]),
        (DRIFTED, (copy_of(TWO, FIRST, 2),), "cite-copy", []),
        (DRIFTED, (missed(FIRST),), "replace", []),
        (GONE, (), "find-copy", [*COPIES, TWO]),
        (GONE, (missed(FIRST, asked=START),), "find-copy", [*COPIES, TWO]),
        (GONE, (missed(FIRST),), "replace", []),
        (GONE, (missed(FIRST, "no-answer"),), "wait", []),
        (GONE, (copy_of(TWO, FIRST, 30),), "cite-copy", ["newsarc", "lint", "--select", "NA304", "--fix"]),
        (
            GONE,
            (copy_of(TWO, FIRST, 31),),
            "cite-copy",
            ["newsarc", "lint", "--select", "NA304", "--fix", "--unsafe-fixes"],
        ),
        (GONE, (copy_of("https://else.test/", FIRST, 2),), "replace", []),  # no capture of this source
    ],
)
def test_what_to_do_next(
    root: Path,
    history: tuple[Check, ...],
    searches: tuple[CopySearch, ...],
    step: str | None,
    command: list[str] | None,
) -> None:
    write_ledger(root / "sources.jsonl", {TWO: history}, {TWO: searches})
    found = following(root, TWO)
    assert found["step"] == step
    if command and "lint" in command:
        command = [*command, f"{root}/news/2019/03/1/a.md"]
    assert found.get("command") == command


def test_the_command_does_it(root: Path) -> None:
    for days in (2, 300):
        page = root / "news/2019/03/1/a.md"
        before = page.read_text(encoding="utf-8")
        write_ledger(root / "sources.jsonl", {TWO: GONE}, {TWO: (copy_of(TWO, FIRST, days),)})
        assert run("-A", root, *following(root, TWO)["command"][1:]).code == 0
        assert "(https://web.archive.org/web/" in page.read_text(encoding="utf-8")
        [report] = shown(root, TWO)
        assert "next" not in report
        assert report["cited"][0]["archived"].startswith("https://web.archive.org/web/")
        assert "copy cited:" in run("-A", root, "sources", "show", TWO, "--format", "table").out
        page.write_text(before, encoding="utf-8")


def test_a_copy_that_lint_cannot_cite(root: Path) -> None:
    page = root / "news/2019/03/1/a.md"
    page.write_text(f"---\nsources:\n  - {TWO}\n---\n# Event\n", encoding="utf-8")
    write_ledger(root / "sources.jsonl", {TWO: GONE}, {TWO: (copy_of(TWO, FIRST, 2),)})
    found = following(root, TWO)
    assert (found["step"], found["command"]) == ("cite-copy", [])
    assert "by hand: https://web.archive.org/" in found["text"]


def test_a_host_that_fails_as_a_whole(root: Path) -> None:
    urls = [ONE, TWO, "https://a.test/3"]
    write_ledger(root / "sources.jsonl", dict.fromkeys(urls, GONE))
    [report] = shown(root, TWO)
    assert (report["failing_reason"], report["dead_since"], report["next"]["step"]) == ("404", None, "open")
    table = run("-A", root, "sources", "show", TWO, "--format", "table").out
    assert "every source at a.test has been gone since 2026-03-01 (404; 3 checked)" in table
    gone = tuple(check._replace(status=None, reason=NO_SUCH_HOST) for check in GONE)
    write_ledger(root / "sources.jsonl", dict.fromkeys(urls, gone))
    assert following(root, TWO)["step"] == "find-copy"


def test_a_front_page_that_many_events_cite(root: Path) -> None:
    for number in range(25):
        file = root / f"news/2018/01/{number + 1}/many.md"
        file.parent.mkdir(parents=True)
        file.write_text(f"# Many\n\n### Sources:\n\n1. [Paper]({TWO})\n", encoding="utf-8")
    table = run("-A", root, "sources", "show", TWO, "--format", "table").out
    assert table.count("/many ·") == 10
    assert "and 16 more (--format plain has all)" in table
    assert re.search(r"26 dates +not searched for", table)
    assert len([row for row in run("-A", root, "sources", "show", TWO).rows if row[1] == "cited"]) == 26


def test_what_a_ledger_and_pages_say_cannot_control_the_terminal(root: Path) -> None:
    evil = "\x1b[31m[red]x[/red]\u202e\nforged"
    url = "https://a.test/[red]';rm -rf ~;'"
    url = url.replace(" ", "%20")
    page = root / "news/2019/03/1/a.md"
    page.write_text(f"# \x1b[31m[red]Bad\n\n### Sources:\n\n1. [\x1b[2J[b]](<{url}>)\n", encoding="utf-8")
    search = missed(FIRST)._replace(misses=(Miss("wayback", "withheld", evil),))
    down = Check(START, "down", None, evil)
    for history in ((down,), GONE):
        write_ledger(root / "sources.jsonl", {url: history}, {url: (search,)})
        for words in (["--format", "table"], ["--format", "table", "--color", "always"], [], ["--format", "csv"]):
            result = run("-A", root, "sources", "show", url, *words)
            text = re.sub(r"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b]*\x1b\\", "", result.out) if "always" in words else result.out
            assert not {"\x1b", "\u202e"} & {*text, *result.err}, words
            assert not any(line.startswith("forged") for line in result.lines)
            assert "[red]" in text
    assert shown(root, url)[0]["checks"][0]["reason"] == "404"
    write_ledger(root / "sources.jsonl", {url: ()})
    assert "'https://a.test/[red]'\"'\"';rm" in run("-A", root, "sources", "show", url).rows[-1][-1]


def test_rest_is_completed(root: Path) -> None:
    line = {"_NEWSARC_COMPLETE": "complete_bash", "COMP_WORDS": "newsarc\nsources\nshow\n2019-03", "COMP_CWORD": "3"}
    assert "2019-03-01" in spawn(env={**line, "NEWSARC_ARCHIVE": str(root)}).out


def test_in_a_post_lint_cites_no_copy(tmp_path: Path) -> None:
    (tmp_path / "_config.yml").write_text("title: x\n", encoding="utf-8")
    post = tmp_path / "_posts/2019-03-01-a.md"
    post.parent.mkdir()
    post.write_text(f"---\ntitle: A\n---\n[paper]({TWO})\n", encoding="utf-8")
    write_ledger(tmp_path / "sources.jsonl", {TWO: GONE}, {TWO: (copy_of(TWO, FIRST, 2),)})
    found = following(tmp_path, TWO)
    assert (found["step"], found["command"]) == ("cite-copy", [])
    assert run("-A", tmp_path, "lint", "--select", "NA304", "--fix").out.count("NA304") == 1
    assert TWO in post.read_text(encoding="utf-8")
    assert run("-A", tmp_path, "sources", "status").err == ""
