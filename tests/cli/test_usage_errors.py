"""A command line that makes no sense ends in one line that says what, where and what to do."""

from __future__ import annotations

import pytest

from tests.cli.driver import on_example, run


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("serch", "no command serch; did you mean search?"),
        ("xyzzy", "no command xyzzy; newsarc --help lists them"),
        ("list --topc x", "list: no option --topc; did you mean --topic?"),
        ("list --topc=x", "list: no option --topc; did you mean --topic?"),
        ("list --archiv x", "list: no option --archiv; did you mean --archive?"),
        ("list --xyzzy", "list: no option --xyzzy; newsarc list --help lists them"),
        ("list -x", "list: no option -x; newsarc list --help lists them"),
        ("--no-cach list", "no option --no-cach; did you mean --no-cache?"),
        ("show", "show: REF is missing; newsarc show --help tells what it is"),
        ("list --format xml", "list: --format: xml is none of table, plain, json, jsonl, csv, paths"),
        ("list --format tabel",
         "list: --format: tabel is none of table, plain, json, jsonl, csv, paths; did you mean table?"),
        ("lint --output-format jnuit",
         "lint: --output-format: jnuit is none of full, concise, json, jsonl, sarif, github, gitlab, junit; "
         "did you mean junit?"),
        ("search --in foo x", "search: --in: foo is none of related, sources, all"),
        ("cache cler", "cache: ACTION: cler is none of info, clear; did you mean clear?"),
        ("list --limit x", "list: --limit: 'x' is no whole number"),
        ("related x --depth 0", "related: --depth: 0 is not in the range 1<=x<=20"),
        ("list --limit", "list: option '--limit' requires an argument; see newsarc list --help"),
        ("related a b", "related: got unexpected extra argument(s) (b); see newsarc related --help"),
        ("list \x1b[31m --top\x1b[31mc", "list: no option --top␛[31mc; did you mean --topic?"),
        ("rule NA1O1", "no rule is called NA1O1; did you mean NA101?"),
        ("rule broken-relatd-link", "no rule is called broken-relatd-link; did you mean broken-related-link?"),
        ("rule xyzzy", "no rule is called xyzzy; newsarc rule lists them"),
        ("lint --select NA999", "no rule is called NA999; did you mean NA902?"),
        ("lint --ignore self-lnk", "no rule is called self-lnk; did you mean self-link?"),
        ("schema serch", "no schema is called serch; did you mean search?"),
        ("schema xyzzy", "no schema is called xyzzy; newsarc schema lists them"),
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
    assert head == f"newsarc: no event has the {line[0].removeprefix('--')} {line[1]}"
    assert (mean, names[0]) == ("did you mean", f"  {name}")


def test_a_mistake_in_the_middle_of_completion_is_silent() -> None:
    result = run(
        "serch", env={"_NEWSARC_COMPLETE": "complete_bash", "COMP_WORDS": "newsarc serch x", "COMP_CWORD": "2"}
    )
    assert result.err == ""
