"""Completion through the protocol of the shells: what their scripts put into the environment, what they get back."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from newsarc.cli.completion.refs import complete_refs
from newsarc.cli.rule_names import RULE_NAMES
from newsarc.lint.rules import RULES
from newsarc.storage.tree import Tree
from tests.cli.driver import EXAMPLE, TIMEOUT, clean_environment, fork

AS_NEWSARC = "import sys; sys.argv[0] = 'newsarc'; from newsarc.cli import main; main()"
DAY = "2017-06-16"

WORDS = ["latest", "random", "today", "yesterday"]


def ask(shell: str, line: Mapping[str, str], cwd: Path | None = None, env: Mapping[str, str] | None = None) -> str:
    result = fork(env={"_NEWSARC_COMPLETE": f"complete_{shell}", **line, **(env or {})}, cwd=cwd)
    assert result.err == ""
    assert result.code in ((0,) if result.out.strip() else (0, 1))  # 1: not even a file name fits
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
    assert ask("zsh", line) == (
        "local -a newsarc_values newsarc_shown; newsarc_values=( $'2018-05-03' $'2018-05-05' $'2018-05-17' ); "
        "compadd -U -a newsarc_values\n"
    )


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
    reading = [
        "list",
        "show",
        "open",
        "search",
        "browse",
        "related",
        "timeline",
        "graph",
        "topics",
        "contexts",
        "sources",
        "stats",
        "export",
    ]
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


def test_fields_of_list() -> None:
    assert bash("list", "--fields", "date,rel") == ["date,related", "date,related_count"]
    assert bash("list", "--fields", "topics,top") == []


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
    expected = {slug for slug in slugs if slug.startswith("s") and re.fullmatch(r"[\w.,+-]+", slug)}
    assert sorted(min(slug for slug in expected if slug.startswith(short)) for short in found) == sorted(expected)


def test_dates_at_the_end_of_a_range_and_in_filters() -> None:
    assert on_example("show", "2016..2017-1") == ["2016..2017-10", "2016..2017-12"]
    assert on_example("list", "--since", "2017-06-1")[:2] == on_example("show", "2017-06-1")[:2]
    assert on_example("list", "--until", "to") == ["today"]


# --- names, queries and revisions ---

HOSTILE = ["A $(touch x) `b`", 'It\'s, "so": \\$HOME!', "[a]* ~ #; (b) | c & d < e > f = @g", "Überfälle"]


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with a cached index, whose topics are HOSTILE."""
    root = tmp_path_factory.mktemp("named")
    page = archive(root, "2020/03/1/one.md") / "news" / "2020" / "03" / "1" / "one.md"
    sources = "1. [Ärzteblatt](https://www.aerzte.example/1)\n2. [Nine](https://nine.example/2)"
    page.write_text(
        f"---\ntopics: {json.dumps(HOSTILE)}\n---\n### 2020-03-01\n\n# One\n\n### Sources:\n\n{sources}\n",
        encoding="utf-8",
    )
    assert fork("-A", str(root), "list").code == 0
    return root


def shell_reads(shell: str, text: str) -> list[str]:
    """The words that a shell makes of ``text``."""
    script = f"printf '%s\\0' {text}"
    done = subprocess.run([shell, "-c", script], capture_output=True, check=True, timeout=TIMEOUT)
    return done.stdout.decode("utf-8").split("\0")[:-1]


def bash_offers(root: Path, *words: str) -> list[str]:
    return ask(
        "bash", {"COMP_WORDS": "\n".join(["newsarc", "-A", str(root), *words]), "COMP_CWORD": str(len(words) + 2)}
    ).splitlines()


def test_topics_contexts_and_sources() -> None:
    fork("-A", str(EXAMPLE), "list")  # caches the index
    assert bash_offers(EXAMPLE, "list", "--topic", "SYR") == [r"Syrian\ Civil\ War"]
    assert bash_offers(EXAMPLE, "list", "--topic", "四") == ["四川"]
    assert bash_offers(EXAMPLE, "stats", "--context", "raq") == ["Raqqa"]
    assert bash_offers(EXAMPLE, "list", "--source", "gaz") == [r"Gazette\ Exemple", "gazette.example"]
    assert bash_offers(EXAMPLE, "list", "--source", "cover") == []
    assert bash_offers(EXAMPLE, "list", "--topic", "nonesuch") == []
    assert on_example("list", "--topic=syr") == ["Syrian\\", "Civil\\", "War"]


def test_names_ignore_case_accents_and_script(named: Path) -> None:
    assert bash_offers(named, "list", "--topic", "uber") == ["Überfälle"]
    assert bash_offers(named, "list", "--source", "arzt") == ["Ärzteblatt"]
    assert bash_offers(named, "list", "--source", "aerz") == ["aerzte.example"]
    assert bash_offers(EXAMPLE, "list", "--topic", "中国") == ["中國"]


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
def test_each_shell_reads_the_name_that_was_offered(named: Path) -> None:
    assert shell_reads("bash", " ".join(bash_offers(named, "list", "--topic", ""))) == sorted(HOSTILE)
    for quote in ("'", '"'):
        offers = bash_offers(named, "list", "--topic", quote)
        assert shell_reads("bash", " ".join(f"{quote}{offer}{quote}" for offer in offers)) == sorted(HOSTILE)
    code = ask("zsh", {"_TYPER_COMPLETE_ARGS": f"newsarc -A {named} list --topic "})
    values = code.split("newsarc_values=( ")[1].split(" )")[0]
    assert re.fullmatch(r"[\w$'\\., /-]+", values, re.ASCII)
    assert shell_reads("bash", values) == sorted(HOSTILE)
    line = {"_TYPER_COMPLETE_ARGS": f"newsarc -A {named} list --topic ", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    assert ask("fish", line).splitlines() == sorted(HOSTILE)


def test_powershell_quotes_names(named: Path) -> None:
    line = {"_TYPER_COMPLETE_ARGS": f"newsarc -A {named} list --topic it", "_TYPER_COMPLETE_WORD_TO_COMPLETE": "it"}
    assert ask("powershell", line) == "'It''s, \"so\": \\$HOME!'::: \n"


def test_a_space_in_quotes_does_not_end_the_word() -> None:
    fork("-A", str(EXAMPLE), "list")
    for typed in ('"Syrian ', "'Syrian ", "Syrian\\ "):
        line = {"_TYPER_COMPLETE_ARGS": f"newsarc -A {EXAMPLE} list --topic {typed}"}
        assert "$'Syrian\\x20Civil\\x20War'" in ask("zsh", line)


def test_without_a_cached_index_there_are_no_names(tmp_path: Path) -> None:
    cache = {"NEWSARC_CACHE_DIR": str(tmp_path)}
    assert bash("-A", str(EXAMPLE), "list", "--topic", "syr", env=cache) == []
    assert not [file for file in tmp_path.iterdir() if file.suffix == ".index"]


def test_queries() -> None:
    fork("-A", str(EXAMPLE), "list")
    assert on_example("search", "to") == ["topic:"]
    assert bash_offers(EXAMPLE, "search", "topic", ":", "syr") == [r"\"Syrian\ Civil\ War\""]
    assert bash_offers(EXAMPLE, "search", "topic", ":", "kil") == ["Kilauea"]
    assert bash_offers(EXAMPLE, "graph", "--query", "'raqqa -topic:\"syr") == ['raqqa -topic:"Syrian Civil War"']
    assert bash_offers(EXAMPLE, "search", "date", ":", "2016") == ["2016-11-06"]
    assert bash_offers(EXAMPLE, "timeline", "since", ":", "2019-0") == ["2019-01", "2019-03", "2019-04", "2019-06"]
    assert on_example("timeline", "2016") == ["2016-11-06"]
    assert bash_offers(EXAMPLE, "search", "headline", ":", "a") == []
    assert bash_offers(EXAMPLE, "search", "nonesuch", ":", "a") == []


def test_revisions(tmp_path: Path) -> None:
    root = archive(tmp_path, "2020/03/1/one.md")
    git = ["git", "-C", str(root), "-c", "user.name=a", "-c", "user.email=a@b.example"]
    for words in (
        ["init", "-qb", "main"],
        ["commit", "-qm", "x", "--allow-empty"],
        ["branch", "feature/a"],
        ["tag", "v1"],
    ):
        subprocess.run([*git, *words], check=True, timeout=TIMEOUT)
    assert bash("-A", str(root), "lint", "--changed-since", "") == ["HEAD", "feature/a", "main", "v1"]
    assert bash("-A", str(root), "lint", "--changed-since=fe") == ["feature/a"]


def test_files_are_a_choice_only_for_refs_and_paths() -> None:
    def code(*words: str) -> int:
        line = {"COMP_WORDS": "\n".join(["newsarc", *words]), "COMP_CWORD": str(len(words))}
        return fork(env={"_NEWSARC_COMPLETE": "complete_bash", **line}).code

    assert code("show", "nonesuch") == code("lint", "nonesuch") == code("lint", "--baseline", "x") == 0
    assert code("list", "--topic", "nonesuch") == code("rule", "nonesuch") == code("nonesuch") == 1


def test_short_refs_like_those_of_listings(tmp_path: Path) -> None:
    long = "floods-in-the-valley-of-the-river-leave-two-hundred-homeless"
    root = archive(tmp_path, f"2020/03/1/{long}.md", "2020/03/1/美国总统宣布新政策.md", f"2021/03/1/{long}-again.md")
    assert complete_refs(root, "2020-03-01/") == ["2020-03-01/floods-in-the-valley-of-the", "2020-03-01/美国"]
    assert complete_refs(root, f"2020-03-01/{long[:40]}") == ["2020-03-01/floods-in-the-valley-of-the-river-leave-two"]
    assert complete_refs(root, "floods") == [long, f"{long}-again"]
