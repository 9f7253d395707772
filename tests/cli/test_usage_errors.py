"""A command line that makes no sense ends in one line that says what, where and what to do."""

from __future__ import annotations

import pytest

from tests.cli.driver import on_example, run


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("serch", 'unknown command "serch"; did you mean search?'),
        ("xyzzy", 'unknown command "xyzzy"; see newsarc --help'),
        ("list --topc x", "unknown option --topc; did you mean --topic?"),
        ("list --topc=x", "unknown option --topc; did you mean --topic?"),
        ("list --archiv x", "unknown option --archiv; did you mean --archive?"),
        ("list --xyzzy", "unknown option --xyzzy; see newsarc list --help"),
        ("list -x", "unknown option -x; see newsarc list --help"),
        ("--no-cach list", "unknown option --no-cach; did you mean --no-cache?"),
        ("show", "missing argument REF; see newsarc show --help"),
        ("list --format xml", 'invalid value "xml" for --format; choose table, plain, json, jsonl, csv or paths'),
        ("list --format tabel", 'invalid value "tabel" for --format; did you mean table?'),
        ("lint --output-format jnuit", 'invalid value "jnuit" for --output-format; did you mean junit?'),
        ("search --in foo x", 'invalid value "foo" for --in; choose related, sources or all'),
        ("cache cler", 'invalid value "cler" for ACTION; did you mean clear?'),
        ("list --limit x", '--limit: "x" is not a number'),
        ("related x --depth 0", "--depth must be between 1 and 20"),
        ("list --limit -1", "--limit must be 0 or more"),
        ("list --limit", 'option "--limit" requires an argument; see newsarc list --help'),
        ("related a b", "got unexpected extra argument(s) (b); see newsarc related --help"),
        ("new two words", 'quote the headline: newsarc new "Two words"'),
        ("list \x1b[31m --top\x1b[31mc", "unknown option --top␛[31mc; did you mean --topic?"),
        ("rule NA1O1", "no rule is called NA1O1; did you mean NA101?"),
        ("rule broken-relatd-link", "no rule is called broken-relatd-link; did you mean broken-related-link?"),
        ("rule xyzzy", "no rule is called xyzzy; newsarc rule lists them"),
        ("lint --select NA999", "no rule is called NA999; did you mean NA902?"),
        ("lint --ignore self-lnk", "no rule is called self-lnk; did you mean self-link?"),
        ("schema serch", 'unknown schema "serch"; did you mean search?'),
        ("schema xyzzy", 'unknown schema "xyzzy"; run newsarc schema for a list'),
        ("search heddline:x",
         'unknown field heddline:; did you mean headline:? (to search for the text, quote it: "heddline:…")'),
        ("search xyzzy:x",
         "unknown field xyzzy:; available fields: headline:, topic:, context:, source:, summary:, slug:, date:, "
         'since:, until: (to search for the text, quote it: "xyzzy:…")'),
    ],
)  # fmt: skip
def test_one_line(line: str, said: str) -> None:
    result = on_example(*line.split())
    assert (result.code, result.out, result.err) == (2, "", f"newsarc: {said}\n")


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (["--topic", "Battle of Raqa"], "Battle of Raqqa"),
        (["--topic", "Raqa"], "Battle of Raqqa"),
        (["--context", "Mosull"], "Mosul"),
        (["--source", "Wire Exmple"], "Wire Example"),
    ],
)
def test_names_of_the_archive(line: list[str], name: str) -> None:
    result = on_example("list", *line)
    assert (result.code, result.out) == (1, "")
    head, mean, *names = result.err.splitlines()
    assert head == f'newsarc: no event has the {line[0].removeprefix("--")} "{line[1]}"'
    assert (mean, names[0]) == ("did you mean", f"  {name}")


def test_a_mistake_in_the_middle_of_completion_is_silent() -> None:
    result = run(
        "serch", env={"_NEWSARC_COMPLETE": "complete_bash", "COMP_WORDS": "newsarc serch x", "COMP_CWORD": "2"}
    )
    assert result.err == ""


@pytest.mark.parametrize(
    "command",
    [
        ["list"],
        ["show", "latest"],
        ["search", "raqqa"],
        ["related", "2017-06-17/uss"],
        ["timeline", "raqqa"],
        ["stats"],
        ["rule"],
        ["lint"],
    ],
    ids=lambda command: command[0],
)
def test_json_contradicts_another_format(command: list[str]) -> None:
    result = on_example(*command, "--json", "--format", "jsonl")
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert "--json and" in result.err
    assert "cannot be combined" in result.err
    assert on_example(*command, "--json", "--format", "json").json["version"] == 1


@pytest.mark.parametrize(
    "options",
    [("--path", "--json"), ("--path", "--format", "csv"), ("--raw", "--json"), ("--raw", "--path")],
    ids=" ".join,
)
def test_show_prints_one_thing(options: tuple[str, ...]) -> None:
    result = on_example("show", "latest", *options)
    assert (result.code, result.out) == (2, "")
    assert "cannot be combined" in result.err
