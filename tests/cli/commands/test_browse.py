"""``newsarc browse``, with a program in place of fzf and with numbers."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.cli.driver import CASES, EXAMPLE, Outcome, run

# Answers each run with the next line of a file, and writes down what it was given.
FAKE = f"""#!{sys.executable}
import json, os, pathlib, sys
if "--version" in sys.argv:
    print(os.environ.get("FAKE_VERSION", "0.67.0 (abc)"))
    sys.exit()
folder = pathlib.Path(os.environ["FAKE_FOLDER"])
answers = json.loads((folder / "answers.json").read_text())
rows = sys.stdin.read().splitlines()
names = ("NEWSARC_ARCHIVE", "SHELL", "LESS")
call = {{"words": sys.argv[1:], "rows": rows, "env": {{name: os.environ.get(name) for name in names}}}}
with (folder / "calls.jsonl").open("a") as calls:
    calls.write(json.dumps(call) + "\\n")
key, row = answers.pop(0)
(folder / "answers.json").write_text(json.dumps(answers))
if key == "code":
    sys.exit(row)
print("typed", key, next((line for line in rows if row and row in line), ""), sep="\\n")
"""


class Browser:
    """Runs ``browse`` and records the commands that it runs."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.ran: list[list[str]] = []
        (folder / "bin").mkdir()
        monkeypatch.setattr("newsarc.cli.commands.browse.is_terminal", lambda stream: True)
        monkeypatch.setattr("newsarc.cli.commands.browse.run_program", self._run_program)
        monkeypatch.setenv("PATH", str(folder / "bin"))
        monkeypatch.setenv("FAKE_FOLDER", str(folder))
        monkeypatch.setenv("NEWSARC_ARCHIVE", "")
        monkeypatch.setenv("LESS", "")

    def _run_program(self, words: Sequence[str]) -> int:
        self.ran.append(list(words[3:]))
        return 0

    def fzf(self, answers: Sequence[tuple[str, Any]], *arguments: str | Path) -> list[Any]:
        """Run with the fake fzf; return what it was given, once for each of its runs."""
        program = self.folder / "bin" / "fzf"
        program.write_text(FAKE)
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        (self.folder / "answers.json").write_text(json.dumps(answers))
        self.result: Outcome = run("-A", *(arguments or (EXAMPLE, "browse")))
        calls = self.folder / "calls.jsonl"
        return [json.loads(line) for line in calls.read_text().splitlines()] if calls.exists() else []


@pytest.fixture
def browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Browser:
    return Browser(tmp_path, monkeypatch)


def refs_of(call: Any) -> list[str]:
    return [row.partition("\t")[0] for row in call["rows"]]


posix = pytest.mark.skipif(sys.platform == "win32", reason="the fake fzf is a script")


# --- fzf ---


@posix
def test_all_events_newest_first(browser: Browser) -> None:
    (call,) = browser.fzf([("esc", "")])
    listed = run("-A", EXAMPLE, "list", "--reverse").lines
    assert refs_of(call) == ["/".join(line.split("\t")[:2]) for line in listed]
    assert call["env"]["NEWSARC_ARCHIVE"] == str(EXAMPLE.absolute())
    assert call["env"]["SHELL"] == "/bin/sh"
    assert (browser.result.code, browser.result.err, browser.ran) == (0, "", [])


@posix
def test_a_query_has_its_best_matches_first(browser: Browser) -> None:
    (call,) = browser.fzf([("esc", "")], EXAMPLE, "browse", "raqqa", "strike")
    listed = run("-A", EXAMPLE, "search", "raqqa strike", "-n", "0").lines
    assert refs_of(call) == ["/".join(line.split("\t")[:2]) for line in listed]
    assert "--prompt=raqqa strike> " in call["words"]


@posix
def test_refs_and_filters_narrow_the_list(browser: Browser) -> None:
    (call,) = browser.fzf([("esc", "")], EXAMPLE, "browse", "2017-06", "--source", "Wire Example")
    listed = run("-A", EXAMPLE, "list", "2017-06", "--source", "Wire Example", "--reverse").lines
    assert len(refs_of(call)) == len(listed) > 1


@posix
@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("enter", ["show"]),
        ("ctrl-t", ["timeline"]),
        ("ctrl-e", ["open"]),
        ("ctrl-s", ["open", "--source"]),
        ("ctrl-o", ["open", "--web"]),
    ],
)
def test_keys_run_commands_on_the_event(browser: Browser, key: str, words: list[str]) -> None:
    calls = browser.fzf([(key, "USS"), ("ctrl-c", "")])
    (ran,) = browser.ran
    assert [ran[0], *ran[2:]] == words
    assert ran[1] in refs_of(calls[0])
    assert "uss-fitzgerald" in ran[1]


@posix
def test_related_events_and_back(browser: Browser) -> None:
    first, related, again = browser.fzf(
        [("ctrl-r", "2017-06-16/russian"), ("esc", ""), ("esc", "")],
    )
    linked = run("-A", EXAMPLE, "related", "2017-06-16/russian", "--both", "--format", "csv").out
    assert len(related["rows"]) == sum(",related," in line or ",backlink," in line for line in linked.splitlines())
    assert all(row.partition("\t")[2].startswith(("→ ", "← ")) for row in related["rows"])
    assert again["rows"] == first["rows"]
    assert "--query=typed" in again["words"]


@posix
def test_an_event_without_related_ones_opens_no_list(browser: Browser) -> None:
    calls = browser.fzf([("ctrl-r", "helmut-kohl"), ("esc", "")])
    assert len(calls) == 2
    assert "no related events" in browser.result.err


@posix
def test_the_preview_gets_only_refs_that_no_shell_reads(browser: Browser, tmp_path: Path) -> None:
    day = tmp_path / "an archive's $(place)" / "news" / "2020" / "01" / "2"
    day.mkdir(parents=True)
    for name in ("plain", "a b", "$(touch x)", "it's", "`id`", 'quo"te', "{1}", "-n"):
        (day / f"{name}.md").write_text(f"# The \x1b[31m{name}\tevent\n")
    (call,) = browser.fzf([("esc", "")], day.parents[3], "browse")
    assert call["rows"] == [f"2020-01-02/{name}\t2020-01-02  The ␛[31m{name} event" for name in ("plain", "-n")]
    (preview,) = (word for word in call["words"] if word.startswith("--preview="))
    assert preview.endswith(" {1}")
    assert "place" not in preview
    shown = subprocess.run(
        ["/bin/sh", "-c", preview.removeprefix("--preview=").replace("{1}", "'2020-01-02/plain'")],
        capture_output=True, text=True, check=False, env={**os.environ, **call["env"]},
    )  # fmt: skip
    assert "plain event" in shown.stdout


@posix
def test_the_list_comes_back_at_its_place_if_fzf_can(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    script = FAKE.replace('print("typed"', 'print(""')
    monkeypatch.setattr(sys.modules[__name__], "FAKE", script)
    first, again = browser.fzf([("enter", "helmut-kohl"), ("esc", "")])
    at = next(number for number, ref in enumerate(refs_of(first), 1) if "helmut-kohl" in ref)
    assert f"--bind=load:pos({at})" in again["words"]
    monkeypatch.setenv("FAKE_VERSION", "0.20")
    *_, old = browser.fzf([("enter", "helmut-kohl"), ("esc", "")])
    assert not any(word.startswith("--bind") for word in old["words"])


@posix
@pytest.mark.parametrize(("code", "said"), [(1, ""), (130, ""), (2, "newsarc: fzf exited with 2; use --no-fzf\n")])
def test_how_fzf_ends(browser: Browser, code: int, said: str) -> None:
    browser.fzf([("code", code)])
    assert (browser.result.code, browser.result.err) == (2 if said else 0, said)


# --- numbers ---


def numbered(browser: Browser, typed: str, *arguments: str, root: Path = EXAMPLE, lines: str = "14") -> Outcome:
    environment = {"LINES": lines, "COLUMNS": "80"}
    return run("-A", root, "browse", "--no-fzf", *arguments, stdin=typed, env=environment)


def test_a_number_shows_an_event(browser: Browser) -> None:
    result = numbered(browser, "2\nq\n", "raqqa")
    slug = run("-A", EXAMPLE, "search", "raqqa").lines[1].split("\t")[1]
    assert [words[:1] + words[1].split("/")[1:] for words in browser.ran] == [["show", slug]]
    assert "   2  " in result.out
    assert all(len(line) < 80 for line in result.out.splitlines())


def test_letters_page_and_act(browser: Browser) -> None:
    result = numbered(browser, "n\np\nx\n99\ne 1\ns2\nb\n")
    assert [words[0] for words in browser.ran] == ["open", "open"]
    assert result.out.count("\n   1  ") == 6
    assert result.out.count("\n   9  ") == 1
    assert (result.code, result.err) == (0, "")


def test_related_and_back_by_number(browser: Browser) -> None:
    result = numbered(browser, "r1\nb\nb\n", "captain", root=CASES / "harbour")
    assert "related to " in result.out
    assert result.code == 0


def test_the_end_of_input_leaves(browser: Browser) -> None:
    assert numbered(browser, "").code == 0


# --- errors ---


def test_without_a_terminal(tmp_path: Path) -> None:
    result = run("-A", EXAMPLE, "browse")
    assert (result.code, result.err) == (2, "newsarc: browse needs a terminal; use newsarc list or newsarc search\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["xyzzy"], 'newsarc: no matches for "xyzzy"\n'),
        (["--topic", "xyzzy"], "newsarc: topic xyzzy: no events\n"),
    ],
)
def test_nothing_to_browse(browser: Browser, words: list[str], said: str) -> None:
    result = numbered(browser, "", *words)
    assert (result.code, result.err) == (1, said)
