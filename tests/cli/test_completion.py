"""Completion through the protocol of the shells: what their scripts put into the environment, what they get back."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from newsarc.cli.completion import complete_refs
from newsarc.cli.rule_names import RULE_NAMES
from newsarc.lint.rules import RULES
from newsarc.storage.tree import Tree
from tests.cli.driver import EXAMPLE, TIMEOUT, clean_environment, fork

AS_NEWSARC = "import sys; sys.argv[0] = 'newsarc'; from newsarc.cli import main; main()"
DAY = "2017-06-16"

WORDS = ["latest", "random", "today", "yesterday"]


def ask(shell: str, line: Mapping[str, str], cwd: Path | None = None, env: Mapping[str, str] | None = None) -> str:
    result = fork(env={"_NEWSARC_COMPLETE": f"complete_{shell}", **line, **(env or {})}, cwd=cwd)
    assert (result.code, result.err) == (0, "")
    return result.out


def bash(*words: str, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> list[str]:
    """What bash offers for the last of ``words``, which it hands over split at equal signs."""
    parts = [part for word in ("newsarc", *words) for part in (re.split("(=)", word) if word else [""])]
    line = {"COMP_WORDS": "\n".join(parts), "COMP_CWORD": str(len(parts) - 1)}
    return ask("bash", line, cwd, env).split()


def on_example(*words: str) -> list[str]:
    return bash("-A", str(EXAMPLE), *words)


def archive(root: Path, *pages: str) -> Path:
    for page in pages:
        file = root / "news" / page
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("### X\n", encoding="utf-8")
    return root


# --- the three shells ---


def test_bash() -> None:
    assert on_example("show", "2017-0") == ["2017-05", "2017-06", "2017-07", "2017-08", "2017-09"]


def test_zsh() -> None:
    line = {"_TYPER_COMPLETE_ARGS": f"newsarc -A {EXAMPLE} show 2018-05"}
    assert ask("zsh", line) == '_arguments \'*: :(("2018-05-03"\n"2018-05-05"\n"2018-05-17"))\'\n'


def test_fish() -> None:
    line = {"_TYPER_COMPLETE_ARGS": f"newsarc -A {EXAMPLE} show 2018-05", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    assert ask("fish", line).split() == ["2018-05-03", "2018-05-05", "2018-05-17"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_each_shell(shell: str) -> None:
    script = ask(shell, {"_NEWSARC_COMPLETE": f"source_{shell}"})
    assert "_NEWSARC_COMPLETE" in script


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
def test_in_a_real_bash(tmp_path: Path) -> None:
    command = tmp_path / "newsarc"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{AS_NEWSARC}" "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    script = f"""
        eval "$(_NEWSARC_COMPLETE=source_bash newsarc)"
        COMP_WORDS=(newsarc show --archive = '{EXAMPLE}' 2017-06-1) COMP_CWORD=5
        _newsarc_completion newsarc
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    env = clean_environment({"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"})
    done = subprocess.run(["bash", "-c", script], env=env, capture_output=True, check=True, timeout=TIMEOUT)
    assert (done.stdout, done.stderr) == (b"2017-06-16\n2017-06-17\n2017-06-18\n", b"")


# --- what is offered ---


def test_commands_and_options() -> None:
    reading = ["list", "show", "open", "search", "related", "timeline", "graph", "stats", "export"]
    assert bash("") == [
        *reading, "lint", "rule", "new", "mv", "init", "config", "cache", "schema", "help", "version",
    ]  # fmt: skip
    assert bash("li") == ["list", "lint"]
    assert sorted(bash("--ver")) == ["--verbose", "--version"]
    assert bash("list", "--count") == ["--count", "--count-by"]
    assert bash("list", "--count-by", "") == ["day", "month", "year", "topic", "context", "source", "host"]
    assert bash("help", "sc") == ["schema"]
    assert bash("--version", "sho") == ["show"]


@pytest.mark.parametrize("command", ["show", "list"])
def test_dates(command: str) -> None:
    assert on_example(command, "201") == ["2014", "2015", "2016", "2017", "2018", "2019"]
    assert on_example(command, "2016") == ["2016-11-06"]
    assert on_example(command, "2019-0") == ["2019-01", "2019-03", "2019-04", "2019-06"]
    assert on_example(command, "2018-12-") == ["2018-12-05"]
    assert on_example(command, DAY) == [DAY]
    assert on_example(command, "2013") == on_example(command, "2017-13") == on_example(command, "2017-06-31") == []


def test_rules() -> None:
    assert bash("rule", "NA10") == [rule.code for rule in RULES if rule.code.startswith("NA10")]
    assert bash("rule", "bro") == ["broken-related-link", "broken-change-link", "broken-day-link"]
    assert bash("rule", "")[:2] == ["NA1", "NA2"]
    assert bash("lint", "--select", "NA101") == ["NA101"]
    assert bash("lint", "--ignore", "NA101,NA10")[:2] == ["NA101,NA101", "NA101,NA102"]
    assert bash("lint", "--select", "A") == ["ALL"]
    assert bash("lint", "--select", "nonesuch") == []


def test_the_names_of_rules_are_those_of_the_rules() -> None:
    assert {rule.code: rule.name for rule in RULES} == RULE_NAMES
    assert list(RULE_NAMES) == [rule.code for rule in RULES]


def test_schemas() -> None:
    assert bash("schema", "related") == ["related", "related-path"]
    assert bash("schema", "nonesuch") == []


def test_nothing_typed_yet() -> None:
    assert on_example("show", "") == [*map(str, range(2014, 2020)), *WORDS]
    assert on_example("show", DAY, "201") == on_example("show", "201")


def test_slugs() -> None:
    both = on_example("show", "airbnb-d")
    assert [slug[:13] for slug in both] == ["airbnb-decide", "airbnb-drops-"]
    assert on_example("show", both[0]) == [both[0]]
    assert on_example("show", "late") == ["latest"]
    (one,) = on_example("show", f"{DAY}/rus")
    assert one.startswith(f"{DAY}/russian-intervention-")
    assert len(on_example("show", f"{DAY}/")) == 4
    assert on_example("show", "2017-06-31/") == on_example("show", "news/2017") == on_example("show", "no-such-") == []


def test_a_slug_that_begins_like_a_date(tmp_path: Path) -> None:
    root = archive(tmp_path, "2020/03/1/1000-miles.md", "2020/03/1/2020-olympics-postponed.md", "2021/01/2/b.md")
    assert complete_refs(root, "10") == ["1000-miles"]
    assert complete_refs(root, "202") == ["2020", "2021"]
    assert complete_refs(root, "2020-13-1") == []
    assert complete_refs(root, "2020-o") == ["2020-olympics-postponed"]


def test_all_years_there_can_be(tmp_path: Path) -> None:
    root = archive(tmp_path, "0001/01/1/a.md", "9998/12/31/b.md", "9999/12/31/c.md", "2017/02/30/d.md")
    assert complete_refs(root, "") == ["0001", "9998", *WORDS]
    assert complete_refs(root, "9998") == ["9998-12-31"]
    assert complete_refs(root, "2017") == []


# --- names that are more than names ---


def test_names_that_a_shell_could_take_for_more(tmp_path: Path) -> None:
    odd = [
        "a\x1b[31m",
        'a"',
        "a'",
        "a\\",
        "a$(x)",
        "a`x`",
        "a b",
        "a;b",
        "a|b",
        "a&b",
        "a:b",
        "a*",
        "a\n",
        "a\u202eb",
        "-a",
    ]
    root = archive(tmp_path, *(f"2020/03/1/{name}.md" for name in (*odd, "a-b_c.d", "aé", "地震")))
    assert complete_refs(root, "a") == ["a-b_c.d", "aé"]
    assert complete_refs(root, "-") == []
    assert complete_refs(root, "2020-03-01/")[1:] == ["2020-03-01/a-b_c.d", "2020-03-01/aé", "2020-03-01/地震"]
    assert complete_refs(root, "地") == ["地震"]


# --- which archive ---


def test_the_archive_as_given_on_the_line(tmp_path: Path) -> None:
    root = archive(tmp_path / "a", "2020/03/1/one.md")
    other = {"NEWSARC_ARCHIVE": str(EXAMPLE)}
    for words in (
        ["-A", str(root), "show"],
        ["--archive", str(root), "list"],
        [f"--archive={root}", "show"],
        ["show", "-A", str(root)],
        ["show", f"--archive={root}"],
        ["-A", str(EXAMPLE), "show", "--archive", str(root)],
        ["-A", "~/a", "show"],
        ["-A", "$HOME/a", "show"],
    ):
        assert bash(*words, "20", env={**other, "HOME": str(tmp_path)}) == ["2020-03-01"]
    assert bash("show", "20", env={"NEWSARC_ARCHIVE": str(root)}) == ["2020-03-01"]
    assert bash("show", "20", cwd=root / "news" / "2020") == ["2020-03-01"]


def test_the_root_that_a_configuration_names(tmp_path: Path) -> None:
    archive(tmp_path / "content", "2020/03/1/one.md")
    (tmp_path / "newsarc.toml").write_text('root = "content"\n', encoding="utf-8")
    assert bash("show", "o", cwd=tmp_path) == ["one"]


def test_without_an_archive_there_is_nothing_and_no_word_of_it(tmp_path: Path) -> None:
    (tmp_path / "newsarc.toml").write_text("root = [", encoding="utf-8")
    for words in (["-A", "nowhere"], ["-A", str(tmp_path / "newsarc.toml")], []):
        for ref in ("", "20", "2017-06-16/", "a", "\x7f", "'", '"', "\\"):
            assert [word for word in bash(*words, "show", ref, cwd=tmp_path) if word not in WORDS] == []


@pytest.mark.parametrize("line", [{}, {"COMP_WORDS": ""}, {"COMP_WORDS": "newsarc", "COMP_CWORD": "x"}])
def test_a_line_that_no_shell_sends(line: dict[str, str]) -> None:
    result = fork(env={"_NEWSARC_COMPLETE": "complete_bash", **line})
    assert (result.code, result.out, result.err) == (1, "", "")


# --- how much is read ---


@pytest.mark.parametrize(
    ("beginning", "listed"),
    [
        ("20", 2 + 2 * 2),
        ("2020", 3 + 3),
        ("2020-02", 4),
        ("2020-02-0", 4),
        ("2020-02-03/", 5),
    ],
)
def test_no_more_folders_are_listed_than_it_takes(
    tmp_path: Path, beginning: str, listed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = [f"{year}/{month:02d}/{day}" for year in (2020, 2021) for month in (1, 2, 3) for day in (1, 2, 3)]
    root = archive(tmp_path, *(f"{day}/event-{number}.md" for number, day in enumerate(days)))
    seen: list[str] = []
    scandir = os.scandir

    def counted(folder: Path) -> object:
        seen.append(str(folder))
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", counted)
    assert complete_refs(root, beginning)
    assert len(seen) <= listed, seen


def test_slugs_are_those_of_the_tree() -> None:
    tree = Tree(EXAMPLE, 0)
    slugs = {Path(path).stem for day in tree.days() for path in tree.event_paths(day)}
    found = complete_refs(EXAMPLE, "s")
    assert set(found) == {slug for slug in slugs if slug.startswith("s") and re.fullmatch(r"[\w.,+-]+", slug)}
    assert found


def test_dates_at_the_end_of_a_range_and_in_filters() -> None:
    assert on_example("show", "2016..2017-1") == ["2016..2017-10", "2016..2017-12"]
    assert on_example("list", "--since", "2017-06-1")[:2] == on_example("show", "2017-06-1")[:2]
    assert on_example("list", "--until", "to") == ["today"]
