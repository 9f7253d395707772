"""``newsarc lint --fix`` cites archived copies beside dead sources, and nothing else changes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from newsarc.sources.archived.copy_search import Copy, CopySearch, Miss
from newsarc.sources.history import NO_SUCH_HOST, Check
from newsarc.sources.ledger import write_ledger
from tests.cli.driver import Outcome, run

START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
DAY = dt.date(2019, 3, 1)
GONE = tuple(Check(START + dt.timedelta(days=7 * place), "gone", 404, "404") for place in range(3))
VANISHED = tuple(check._replace(status=None, reason=NO_SUCH_HOST) for check in GONE)
ALIVE = (Check(START, "alive", 200),)
HEAD = "### [2019-03-01](/news/2019/03/1/index.md)\n\n# Bridges\n\n### Sources:\n\n"


def capture(url: str, day: str = "20190303") -> str:
    return f"https://web.archive.org/web/{day}101500/{url}"


def found(url: str, days: int = 2, status: int = 200, copy: str = "") -> tuple[CopySearch, ...]:
    at = dt.datetime(2019, 3, 1, 10, 15, tzinfo=dt.UTC) + dt.timedelta(days=days)
    return (CopySearch(DAY, START, Copy(copy or capture(url, f"{at:%Y%m%d}"), at, days, status, "wayback"), ()),)


def write_page(root: Path, text: str, place: str = "2019/03/1/bridges") -> Path:
    file = root / f"news/{place}.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode("utf-8"))
    return file


def lint(root: Path, *words: str) -> Outcome:
    return run("-A", root, "lint", "--select", "NA304", *words)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "archive"
    root.mkdir()
    addresses = [f"https://a.test/{number}" for number in range(6)]
    histories = dict.fromkeys(addresses[:5], GONE) | {addresses[5]: ALIVE}
    searches = {
        addresses[0]: found(addresses[0]),
        addresses[1]: found(addresses[1], days=31),
        addresses[3]: found(addresses[3], copy="https://evil.test/web/20190303101500/https://a.test/3"),
        addresses[4]: (CopySearch(DAY, START, None, (Miss("wayback", "never-archived", ""),)),),
        addresses[5]: found(addresses[5]),
    }
    write_ledger(root / "sources.jsonl", histories, searches)
    return root


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_copies_are_cited_beside_the_sources(root: Path, end: str, mark: str) -> None:
    items = "".join(f"{number + 1}. [Paper](https://a.test/{number})\n" for number in range(6))
    before = f"{mark}{HEAD}{items}".replace("\n", end)
    file = write_page(root, before)
    listed = lint(root)
    assert [line.partition(" NA304 ")[2] for line in listed.lines if "NA304" in line] == [
        "[*] the source has been gone since 2026-03-01: 404 (archived copy of 2019-03-03)",
        "the source has been gone since 2026-03-01: 404 (archived copy of 2019-04-01)",
        "the source has been gone since 2026-03-01: 404 (find a copy with newsarc sources copies)",
        *["the source has been gone since 2026-03-01: 404 (no archived copy)"] * 2,
    ]
    safe = before.replace("a.test/0)", f"a.test/0) ([archived 2019-03-03]({capture('https://a.test/0')}))")
    diff = lint(root, "--diff")
    assert [line for line in diff.lines if line.startswith("+1")] == [
        f"+1. [Paper](https://a.test/0) ([archived 2019-03-03]({capture('https://a.test/0')}))"
    ]
    assert file.read_bytes().decode() == before
    lint(root, "--fix")
    assert file.read_bytes().decode() == safe
    lint(root, "--fix")
    assert file.read_bytes().decode() == safe
    assert lint(root).out.count("NA304") == 4
    lint(root, "--fix", "--unsafe-fixes")
    both = safe.replace("a.test/1)", f"a.test/1) ([archived 2019-04-01]({capture('https://a.test/1', '20190401')}))")
    assert file.read_bytes().decode() == both
    assert lint(root).out.count("NA304") == 3


@pytest.mark.parametrize(
    ("days", "status", "is_safe"),
    [(30, 200, True), (31, 200, False), (-1, 200, True), (-2, 200, False), (-29, 200, False), (2, 203, False)],
)
def test_what_is_safe(root: Path, days: int, status: int, is_safe: bool) -> None:
    write_ledger(
        root / "sources.jsonl",
        {"https://a.test/0": GONE},
        {"https://a.test/0": found("https://a.test/0", days, status)},
    )
    file = write_page(root, f"{HEAD}1. [Paper](https://a.test/0)\n")
    lint(root, "--fix")
    assert ("archived" in file.read_text("utf-8")) == is_safe
    lint(root, "--fix", "--unsafe-fixes")
    assert "archived" in file.read_text("utf-8")


def test_the_date_of_a_copy_is_that_in_its_url(root: Path) -> None:
    late = capture("https://a.test/0", "20260101")
    ledger = root / "sources.jsonl"
    write_ledger(ledger, {"https://a.test/0": GONE}, {"https://a.test/0": found("https://a.test/0", 0, copy=late)})
    file = write_page(root, f"{HEAD}1. [Paper](https://a.test/0)\n")
    assert "(archived copy of 2026-01-01)" in lint(root).out
    lint(root, "--fix")
    assert "archived" not in file.read_text("utf-8")
    assert run("-A", root, "sources", "list").rows[0][2] == "2026-01-01"
    (event,) = run("-A", root, "show", "2019-03-01/bridges", "--json").json["events"]
    assert event["sources"][0]["state"]["copy"]["days"] == 2498


def test_two_sources_of_one_line_and_another_fix_there(root: Path) -> None:
    write_ledger(
        root / "sources.jsonl",
        dict.fromkeys(("https://a.test/0", "https://a.test/1"), GONE),
        {url: found(url) for url in ("https://a.test/0", "https://a.test/1")},
    )
    file = write_page(
        root, f"{HEAD}1. [Paper](https://a.test/0)\n2. [Radio](https://a.test/1#part)  \n- [A](https://b.test)\n"
    )
    lint(root, "--fix")
    lines = file.read_text("utf-8").splitlines()
    assert lines[6] == f"1. [Paper](https://a.test/0) ([archived 2019-03-03]({capture('https://a.test/0')}))"
    assert lines[7] == f"2. [Radio](https://a.test/1#part) ([archived 2019-03-03]({capture('https://a.test/1')}))  "
    assert lines[8] == "- [A](https://b.test)"


@pytest.mark.parametrize(
    ("title", "word"), [("Sources:", "archived"), ("信息来源：", "存档"), ("消息來源", "存檔"), ("Źródła", "archived")]
)
def test_the_word_is_that_of_the_page(root: Path, title: str, word: str) -> None:
    (root / "newsarc.toml").write_text('[labels]\nsources = ["消息來源", "Źródła"]\n', encoding="utf-8")
    file = write_page(root, HEAD.replace("Sources:", title) + "1. [Paper](https://a.test/0)\n")
    lint(root, "--fix")
    assert f"([{word} 2019-03-03](" in file.read_text("utf-8")
    assert lint(root).out == ""


def test_a_copy_that_is_cited_is_enough(root: Path) -> None:
    other = "https://arquivo.pt/wayback/20190401000000/https://a.test/0"
    write_page(root, f"{HEAD}1. [Paper](https://a.test/0) ([archived 2019-04-01]({other}))\n")
    assert lint(root).out == ""


def test_of_a_host_that_is_no_more_only_sources_with_copies_are_told(root: Path) -> None:
    addresses = [f"https://gone.test/{number}" for number in range(5)]
    write_ledger(root / "sources.jsonl", dict.fromkeys(addresses, VANISHED), {addresses[3]: found(addresses[3])})
    items = "".join(f"{number}. [Paper]({address})\n" for number, address in enumerate(addresses, 1))
    file = write_page(root, f"{HEAD}{items}")
    found_lines = [line.partition("NA304 ")[2] for line in lint(root).lines if "NA304" in line]
    assert found_lines == [
        "every source at gone.test has been gone since 2026-03-01 (no such host; 5 checked)",
        "[*] the source has been gone since 2026-03-01: no such host (archived copy of 2019-03-03)",
    ]
    lint(root, "--fix")
    assert file.read_text("utf-8").count("archived") == 1
    assert lint(root).out.count("NA304") == 1


def test_copies_of_sources_at_a_host_that_fails_are_cited_if_asked_to(root: Path) -> None:
    """It may only refuse to answer programs."""
    addresses = [f"https://gone.test/{number}" for number in range(3)]
    write_ledger(root / "sources.jsonl", dict.fromkeys(addresses, GONE), {addresses[1]: found(addresses[1])})
    file = write_page(root, HEAD + "".join(f"- [Paper]({address})\n" for address in addresses))
    host = "every source at gone.test has been gone since 2026-03-01 (404; 3 checked)"
    assert [line.partition("NA304 ")[2] for line in lint(root).lines] == [host, f"{host} (archived copy of 2019-03-03)"]
    lint(root, "--fix")
    assert "archived" not in file.read_text("utf-8")
    lint(root, "--fix", "--unsafe-fixes")
    assert file.read_text("utf-8").count(f"({addresses[1]}) ([archived 2019-03-03](") == 1
    assert [line.partition("NA304 ")[2] for line in lint(root).lines] == [host]


def test_copies_are_only_promised_where_archives_may_have_one(root: Path) -> None:
    """Neither for an archive that did not answer, nor for a private address, nor without the date of an event."""
    silent = (CopySearch(DAY, START, None, (Miss("wayback", "no-answer", "HTTP 503"),)),)
    private = "https://10.0.0.5/1"
    write_ledger(
        root / "sources.jsonl", dict.fromkeys(("https://a.test/0", private), GONE), {"https://a.test/0": silent}
    )
    write_page(root, f"{HEAD}- [Paper](https://a.test/0)\n- [Intranet]({private})\n")
    gone = "the source has been gone since 2026-03-01: 404"
    assert [line.partition("NA304 ")[2] for line in lint(root).lines] == [
        f"{gone} (find a copy with newsarc sources copies)",
        gone,
    ]


def test_sources_that_are_not_links_on_a_line_stay(root: Path) -> None:
    text = "---\nsources: [https://a.test/0]\ndate: 2019-03-01\n---\n# Bridges\n"
    file = write_page(root, text)
    lint(root, "--fix", "--unsafe-fixes")
    assert file.read_text("utf-8") == text


def test_what_the_page_cites_is_shown_as_the_copy(root: Path) -> None:
    write_page(root, f"{HEAD}1. [Paper](https://a.test/0)\n")
    lint(root, "--fix")
    (event,) = run("-A", root, "show", "2019", "--json").json["events"]
    assert [source["url"] for source in event["sources"]] == ["https://a.test/0"]


def test_a_fix_of_another_date_is_none(root: Path) -> None:
    file = write_page(
        root,
        f"{HEAD}1. [Paper](https://a.test/0)\n".replace("2019-03-01", "2019-03-02").replace("03/1", "03/2"),
        "2019/03/2/bridges",
    )
    lint(root, "--fix", "--unsafe-fixes")
    assert "archived" not in file.read_text("utf-8")
