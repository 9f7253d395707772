"""``newsarc sources check`` and ``sources status``, in a made world without a network."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from newsarc.cli.session import Session
from newsarc.cli.streams import OutputEndedError
from newsarc.output.terminal import run_progress
from newsarc.sources.check import run as sources_run
from newsarc.sources.history import Check
from newsarc.sources.ledger import read_ledger, write_ledger
from tests.cli.driver import EXAMPLE, Outcome, on_terminal, run, spawn
from tests.sources import virtual_time
from tests.sources.world import KINDS, World, headline
from tests.test_imports import loaded

PLAIN, CHALLENGE, VANISHED, SHELL = (
    f"k{list(KINDS).index(kind)}-0.example" for kind in ("plain", "challenge", "vanished", "shell")
)
ANNOUNCED = "newsarc: will request 30 addresses on 3 hosts, at least 16 seconds"


def write_archive(root: Path, *hosts: str) -> Path:
    """Write an archive with an event for each of the ten pages of each host."""
    for number in range(10):
        folder = root / f"news/2020/03/{number + 1}"
        folder.mkdir(parents=True)
        sources = "".join(
            f"{place}. [The Gazette](https://{host}/news/{number})\n" for place, host in enumerate(hosts, 1)
        )
        text = f"### [2020-03-{number + 1}](/news/2020/03/{number + 1}/index.md)\n\n# {headline(number)}\n"
        (folder / f"event-{number}.md").write_text(f"{text}\n### Sources:\n\n{sources}", encoding="utf-8")
    return root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = write_archive(tmp_path / "archive", PLAIN, CHALLENGE, VANISHED)
    (root / "sources.jsonl").touch()
    return root


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """The world that newsarc then asks instead of the Internet."""
    world = World(1)
    agents: list[str] = []

    @asynccontextmanager
    async def requests(agent: str) -> AsyncIterator[World]:
        agents.append(agent)
        yield world

    monkeypatch.setattr(sources_run, "_open_requests", requests)
    monkeypatch.setattr(sources_run, "_run", virtual_time.run)
    monkeypatch.setattr(world, "agents", agents, raising=False)
    return world


def check(root: Path, *words: str) -> Outcome:
    return run("-A", root, "sources", "check", *words)


def test_check(root: Path, world: World) -> None:
    result = check(root, "--yes")
    assert (result.code, len(result.rows)) == (0, 30)
    assert [f"https://{PLAIN}/news/9", "gone", "404"] == [result_of(result, PLAIN, 9)[i] for i in (2, 0, 1)]
    assert result_of(result, CHALLENGE, 1)[0] == "blocked"
    assert result_of(result, VANISHED, 1) == ["gone", "", f"https://{VANISHED}/news/1", "no such host"]
    assert result.err.splitlines()[0] == ANNOUNCED
    assert result.err.splitlines()[1].startswith("newsarc: checked 30 of 30 addresses: 14 gone, 8 ")
    assert result.err.count("\n") == 2
    ledger = read_ledger(root / "sources.jsonl")
    assert len(ledger) == 30
    lines = (root / "sources.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["url"] for line in lines] == sorted(ledger)


def result_of(result: Outcome, host: str, number: int) -> list[str]:
    (row,) = (row for row in result.rows if row[2] == f"https://{host}/news/{number}")
    return row


def test_check_goes_on_where_it_was(root: Path, world: World) -> None:
    first = check(root, "--yes", "--for", "5s")
    assert 0 < len(first.rows) < 30
    second = check(root, "--yes")
    assert len(first.rows) + len(second.rows) == 30
    requests = world.requests
    third = check(root, "--yes")
    assert (third.code, third.out, world.requests) == (0, "", requests)
    assert "nothing to check: 30 addresses, all checked within the last 20 hours" in third.err


def test_check_from_another_place(root: Path, world: World) -> None:
    check(root, "--yes", "--from", "ci")
    blocked = {row[2] for row in check(root, "--yes", "--from", "home").rows}
    assert {address.split("/")[2] for address in blocked} == {CHALLENGE}, "and what was seen is not asked for again"
    places = {check.seen_from for history in read_ledger(root / "sources.jsonl").values() for check in history}
    assert places == {"ci", "home"}
    assert '"from": "home"' in (root / "sources.jsonl").read_text(encoding="utf-8")


def test_check_of_some_events(root: Path, world: World) -> None:
    assert {row[2] for row in check(root, "2020-03-01", "--yes").rows} == {
        f"https://{host}/news/0" for host in (PLAIN, CHALLENGE, VANISHED)
    }
    assert len(check(root, "--until", "2020-03-02", "--yes").rows) == 3


def test_check_asks_first(root: Path, world: World) -> None:
    result = check(root)
    assert (result.code, result.out, world.requests) == (2, "", 0)
    assert "would request 30 addresses on 3 hosts, at least 16 seconds; use --yes to do so" in result.err


def test_dry_run_connects_to_nothing_and_needs_no_package(
    root: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources_run, "find_spec", lambda name: None)
    result = check(root, "--dry-run", "--for", "10s")
    assert result.code == 0
    assert sorted(result.rows) == sorted([[host, "10"] for host in (PLAIN, CHALLENGE, VANISHED)])
    assert "30 addresses on 3 hosts, at least 16 seconds; this run stops after 10 seconds" in result.err
    assert (world.requests, (root / "sources.jsonl").read_bytes()) == (0, b"")


def test_without_the_package_check_says_how_to_get_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources_run, "find_spec", lambda name: None)
    result = check(root, "--yes")
    assert result.code == 2
    packages = '"aiohttp>=3.14,<4" "protego>=0.7,<1"'
    assert result.err == (
        f"newsarc: newsarc sources check requires other packages: pip install {packages} (or pipx inject newsarc "
        f"{packages})\n"
    )
    assert run("-A", root, "sources", "status").code == 0
    assert run("-A", root, "sources").code == 0


@pytest.mark.parametrize(
    ("versions", "message"),
    [
        (
            {"aiohttp": "3.11.18", "protego": "0.7.0"},
            'does not work with aiohttp 3.11.18: pip install "aiohttp>=3.14,<4" (or',
        ),
        ({"aiohttp": "4.0.0a1", "protego": "0.8"}, "does not work with aiohttp 4.0.0a1: pip install "),
        (
            {"aiohttp": "3.13.9", "protego": "0.6.2"},
            'with aiohttp 3.13.9 and protego 0.6.2: pip install "aiohttp>=3.14,<4" "protego>=0.7,<1" (or',
        ),
        ({"aiohttp": "3.14", "protego": "1"}, 'does not work with protego 1: pip install "protego>=0.7,<1" (or'),
    ],
)
def test_another_version_of_a_package_is_an_error(
    root: Path, versions: dict[str, str], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.metadata.version", versions.get)
    result = check(root, "--yes")
    assert (result.code, len(result.err.splitlines())) == (2, 1)
    assert message in result.err


@pytest.mark.parametrize("versions", [("3.14", "0.7"), ("3.14.5", "0.7.0"), ("3.20.0rc1", "0.99.1.dev3"), ("", "")])
def test_packages_of_these_versions_are_taken(versions: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.version", dict(zip(("aiohttp", "protego"), versions, strict=True)).get)
    sources_run.require_checker()


def test_packages_that_do_not_say_their_version_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    def version(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.version", version)
    sources_run.require_checker()


def test_the_contact_is_sent(root: Path, world: World) -> None:
    (root / "newsarc.toml").write_text('[sources]\ncontact = "https://example.org/about"\n', encoding="utf-8")
    check(root, "--yes")
    (agent,) = world.agents  # type: ignore[attr-defined]
    assert agent.startswith("newsarc/")
    assert agent.endswith("; +https://example.org/about)")


@pytest.mark.parametrize("contact", ["a b", "a)b", "a\\nb", "ä@example.org"])
def test_a_contact_that_fits_no_header(root: Path, contact: str) -> None:
    (root / "newsarc.toml").write_text(f'[sources]\ncontact = "{contact}"\n', encoding="utf-8")
    result = check(root, "--dry-run")
    assert (result.code, "sources.contact: must be a URL or an e-mail address" in result.err) == (2, True)


def test_a_ledger_of_another_name_is_not_written(root: Path) -> None:
    (root / "newsarc.toml").write_text('[sources]\nledger = ".git/config"\n', encoding="utf-8")
    result = check(root, "--dry-run")
    assert (result.code, "sources.ledger: must end in .jsonl" in result.err) == (2, True)


@pytest.mark.parametrize("named", ["../l.jsonl", "{outside}/l.jsonl", "out/l.jsonl"])
def test_no_ledger_outside_the_archive_is_read_or_written(root: Path, tmp_path: Path, named: str) -> None:
    (root / "out").symlink_to(tmp_path)
    config = f'[sources]\nledger = "{named.replace("{outside}", str(tmp_path))}"\n'
    (root / "newsarc.toml").write_text(config, encoding="utf-8")
    (tmp_path / "l.jsonl").write_text("not a ledger\n", encoding="utf-8")
    for words in (["lint"], ["sources", "status"], ["sources", "check", "--yes"]):
        result = run("-A", root, *words)
        assert (result.code, "is outside the archive" in result.err) == (2, True), words
    assert (tmp_path / "l.jsonl").read_text(encoding="utf-8") == "not a ledger\n"


def test_a_closed_pipe_ends_the_run_silently(root: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[object] = []

    def write(session: Session, pieces: Iterable[str], **_: object) -> None:
        if len(written) == 3:
            raise OutputEndedError
        written.append(list(pieces))

    monkeypatch.setattr(Session, "write", write)
    result = check(root, "--yes")
    assert (result.code, result.err) == (0, f"{ANNOUNCED}\n")
    assert 3 <= len(read_ledger(root / "sources.jsonl")) < 30


def test_ctrl_c_keeps_what_was_checked(root: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    fetch = world.fetch

    async def interrupted(address: str) -> object:
        if world.requests > 12:
            raise KeyboardInterrupt
        return await fetch(address)

    monkeypatch.setattr(world, "fetch", interrupted)
    result = check(root, "--yes")
    assert result.code == 130
    assert len(read_ledger(root / "sources.jsonl")) == len(result.rows) > 5
    assert "recorded in" in result.err


def test_ctrl_c_keeps_pages_with_other_titles(tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_archive(tmp_path / "archive", SHELL)
    (root / "sources.jsonl").touch()
    fetch = world.fetch

    async def interrupted(address: str) -> object:
        if world.requests > 5:
            raise KeyboardInterrupt
        return await fetch(address)

    monkeypatch.setattr(world, "fetch", interrupted)
    assert check(root, "--yes").code == 130
    assert len(read_ledger(root / "sources.jsonl")) == 5


def test_a_kill_loses_no_page_with_another_title(tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_archive(tmp_path / "archive", SHELL)
    (root / "sources.jsonl").touch()
    fetch = world.fetch
    known: list[int] = []

    async def looking(address: str) -> object:
        known.append(len(read_ledger(root / "sources.jsonl")))
        return await fetch(address)

    monkeypatch.setattr(world, "fetch", looking)
    assert check(root, "--yes").code == 0
    assert known[1:] == list(range(len(known) - 1)), "each is on disk before the next is asked for"


def test_without_a_network_nothing_is_recorded(tmp_path: Path, world: World) -> None:
    root = write_archive(tmp_path / "archive", VANISHED)
    (root / "sources.jsonl").touch()
    result = check(root, "--yes")
    assert (result.code, result.out) == (2, "")
    assert "no host answered, so nothing was recorded" in result.err
    assert (root / "sources.jsonl").read_bytes() == b""


def test_without_time_nothing_is_asked(root: Path, world: World) -> None:
    result = check(root, "--yes", "--for", "0s")
    assert (result.code, result.out) == (2, "")
    assert result.err.endswith("\nnewsarc: no time for a single request; use a longer --for\n")


def test_one_run_at_a_time(root: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Outcome] = []
    fetch = world.fetch

    async def again(address: str) -> object:
        if not seen:
            seen.append(Outcome(0, "", ""))
            seen[0] = check(root, "--yes")
        return await fetch(address)

    monkeypatch.setattr(world, "fetch", again)
    assert check(root, "--yes").code == 0
    assert (seen[0].code, "another newsarc sources check or copies of this archive is running" in seen[0].err) == (
        2,
        True,
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--for", "soon"], '--for: "soon" is not a time; use 30m, 2h or 1h30m'),
        (["--for", ""], '--for: "" is not a time'),
        (["--rate", "0"], "--rate must be between"),
        (["--no-cache"], "no cache folder for the ledger"),
        (["2031"], "no events"),
    ],
)
def test_what_cannot_be_checked(tmp_path: Path, words: list[str], said: str) -> None:
    result = check(write_archive(tmp_path / "archive", PLAIN), "--yes", *words)
    assert result.code in (1, 2)
    assert said in result.err


def test_an_archive_without_sources(tmp_path: Path) -> None:
    result = run("-A", write_archive(tmp_path / "archive"), "sources", "status")
    assert (result.code, result.err) == (1, "newsarc: no event has a source with a web address\n")


# --- status ---


def write_dead(root: Path) -> None:
    """Write a ledger in which two pages of a host are dead, all of another, and the rest is alive or unchecked."""
    start = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    gone = tuple(Check(start + dt.timedelta(days=7 * place), "gone", 404, "404") for place in range(3))
    alive = (Check(start, "alive", 200),)
    ledger = {f"https://{PLAIN}/news/{number}": gone if number >= 8 else alive for number in range(10)}
    ledger |= {f"https://{VANISHED}/news/{number}": gone for number in range(10)}
    write_ledger(root / "sources.jsonl", ledger)


def test_status(root: Path) -> None:
    write_dead(root)
    result = run("-A", root, "sources", "status")
    assert result.rows == [
        [PLAIN, "10", "8", "0", "0", "2", "0", "0", "0", "0", "0", "2", "0"],
        [VANISHED, "10", "0", "0", "0", "10", "0", "0", "0", "0", "0", "0", "0"],
        [CHALLENGE, "10", "0", "0", "0", "0", "0", "0", "0", "0", "10", "0", "0"],
    ]
    assert result.err.splitlines() == [
        "newsarc: 10 sources were never checked: newsarc sources check",
        "newsarc: 2 dead sources need a search for copies: newsarc sources copies",
    ]
    first, second, _ = run("-A", root, "sources", "status", "--json").json["hosts"]
    assert (first["dead"], first["failing_since"]) == (2, None)
    assert (second["failing_since"], second["failing_reason"]) == ("2026-03-01T00:00:00+00:00", "404")
    assert len(run("-A", root, "sources", "status", "-n", "1", "--format", "csv").lines) == 2


def test_status_on_a_terminal(root: Path) -> None:
    write_dead(root)
    _, shown = on_terminal("-A", root, "--color", "never", "sources", "status")
    lines = [line.rstrip() for line in shown.splitlines()]
    assert lines[0].split() == ["addresses", "alive", "drifted", "gone", "blocked", "down", "unchecked", "dead"]
    assert lines[1].split() == [PLAIN, "10", "8", "2", "2"]
    assert lines[4].split() == ["total", "30", "8", "12", "10", "2"]
    assert lines[5] == f"every source at {VANISHED} has been gone since 2026-03-01 (404; 10 checked)"
    assert max(map(len, lines)) <= 80


def test_status_of_other_days(root: Path) -> None:
    write_dead(root)
    result = run("-A", root, "sources", "status", "--until", "2020-03-01")
    assert [row[:3] for row in result.rows if row[0] == PLAIN] == [[PLAIN, "1", "1"]]


def test_a_bad_ledger_is_one_line(root: Path) -> None:
    (root / "sources.jsonl").write_text("{}\n", encoding="utf-8")
    for words in (["sources", "status"], ["sources", "check", "--yes"], ["lint"]):
        result = run("-A", root, *words)
        assert (result.code, len(result.err.splitlines())) == (2, 1)
        assert "sources.jsonl:1:" in result.err


def test_lint_reads_the_ledger_in_the_cache_too(root: Path, world: World) -> None:
    (root / "sources.jsonl").unlink()
    for place in range(3):
        world.day = 7 * place
        assert check(root, "--yes").code == 0 if not place else True
    assert not (root / "sources.jsonl").exists()
    assert run("-A", root, "cache", "clear").code == 0
    assert "10\t8\t0\t0\t2" in run("-A", root, "sources", "status").out
    assert run("-A", root, "sources", "status", "--no-cache").code == 2


# --- on a terminal ---


@pytest.mark.parametrize(
    ("typed", "is_done"), [("y\n", True), ("YES\n", True), ("\n", False), ("n\n", False), ("", False)]
)
def test_the_question(root: Path, world: World, monkeypatch: pytest.MonkeyPatch, typed: str, is_done: bool) -> None:
    monkeypatch.setattr("newsarc.cli.source_requests.is_terminal", lambda stream: True)
    result = run("-A", root, "sources", "check", stdin=typed)
    assert result.code == 0
    assert result.err.startswith(
        "Request 30 addresses on 3 hosts, at least 16 seconds?\nThe requests come from this machine"
    )
    assert (len(read_ledger(root / "sources.jsonl")), world.requests > 0) == (30 if is_done else 0, is_done)
    assert ("nothing was sent" in result.err) is not is_done


def test_the_progress(root: Path, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsarc.cli.source_requests.is_terminal", lambda stream: True)
    told: list[tuple[str, str]] = []
    monkeypatch.setattr(run_progress.RunProgress, "add", lambda progress, *result: told.append(result))
    assert check(root, "--yes").out == ""
    assert Counter(told) == {
        ("alive", PLAIN): 8, ("gone", PLAIN): 2, ("blocked", CHALLENGE): 8, ("gone", CHALLENGE): 2,
        ("gone", VANISHED): 10,
    }  # fmt: skip


# --- lint ---


def test_lint_says_the_same_without_a_cache(root: Path) -> None:
    write_dead(root)
    found = [run("-A", root, *words, "lint", "--select", "NA3") for words in ([], ["--no-cache"], [])]
    assert found[0].out.count("NA304") == 3
    assert {one.out for one in found} == {found[0].out}
    (root / "sources.jsonl").unlink()
    assert run("-A", root, "lint", "--select", "NA304").out == ""


def test_a_suppression_is_not_unused_because_a_page_lives_again(root: Path) -> None:
    page = root / "news/2020/03/9/event-8.md"
    page.write_text(f"{page.read_text('utf-8')}\n<!-- newsarc: ignore-file NA304 -->\n", encoding="utf-8")
    assert run("-A", root, "lint", "--select", "NA304,NA902").out == ""
    write_dead(root)
    result = run("-A", root, "lint", "--select", "NA304,NA902")
    assert "event-8.md" not in result.out
    assert result.out.count("NA304") == 2


def test_what_a_ledger_says_cannot_control_the_terminal(root: Path) -> None:
    write_dead(root)
    file = root / "sources.jsonl"
    file.write_text(file.read_text("utf-8").replace('"404"', '"\\u001b[31m\\nforged\\u202e"'), encoding="utf-8")
    for words in (["lint", "--select", "NA304"], ["sources", "status", "--json"], ["sources", "status"]):
        for color in ([], ["--color", "always"]):
            result = run("-A", root, *words, *color)
            text = re.sub(r"\x1b\[[0-9;]*m", "", result.out) if color else result.out
            assert not {"\x1b", "\u202e"} & {*text, *result.err}, words
            assert not any(line.startswith("forged") for line in result.lines)
            assert "\x1b[31m\\n" not in result.out


def test_without_check_nothing_loads_what_connects() -> None:
    names = loaded("-A", str(EXAMPLE), "sources", "status")
    connecting = {"aiohttp", "asyncio", "newsarc.sources.check.fetch"}
    assert not names & {*connecting, "protego", "ssl", "newsarc.sources.check.checker"}
    assert not loaded("-A", str(EXAMPLE), "lint", "--exit-zero") & connecting


# --- the two words ---


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("", ["check", "copies", "list", "show", "status"]),
        ("c", ["check", "copies"]),
        ("s", ["show", "status"]),
        ("x", []),
    ],
)
def test_the_second_word_is_completed(typed: str, offered: list[str]) -> None:
    line = {"_NEWSARC_COMPLETE": "complete_bash", "COMP_WORDS": f"newsarc\nsources\n{typed}", "COMP_CWORD": "2"}
    assert spawn(env=line).lines == offered


def test_another_second_word_is_an_error() -> None:
    result = run("-A", EXAMPLE, "sources", "chekc")
    assert (result.code, len(result.err.splitlines())) == (2, 1)
    assert "see newsarc sources --help" in result.err
    assert run("help", "sources", "chekc").code == 2
    assert run("-A", EXAMPLE, "sources", "check", "--sideways").err.startswith("newsarc: unknown option --sideways")
