"""A command line that makes no sense ends in one line that says what, where and what to do."""

from __future__ import annotations

import pytest

from newsarc.cli import aliases, app
from newsarc.output import schemas
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
        ("topics 2018", "unexpected date 2018; did you mean --since 2018 --until 2018?"),
        ("sources 2017-W24",
         "unexpected date 2017-W24; did you mean --since 2017-W24 --until 2017-W24?"),
        ("topics raqqa", "got unexpected extra argument(s) (raqqa); see newsarc topics --help"),
        ("cache info 2018", "got unexpected extra argument(s) (2018); see newsarc cache --help"),
        ("new two words", 'quote the headline: newsarc new "Two words"'),
        ("list \x1b[31m --top\x1b[31mc", "unknown option --top␛[31mc; see newsarc list --help"),
        ("rule NA1O1", "no rule is called NA1O1; did you mean NA101?"),
        ("rule broken-relatd-link", "no rule is called broken-relatd-link; did you mean broken-related-link?"),
        ("rule xyzzy", "no rule is called xyzzy; newsarc rule lists them"),
        ("lint --select NA999", "no rule is called NA999; newsarc rule lists them"),
        ("lint --select broken", "no rule is called broken; did you mean broken-related-link?"),
        ("schema lint-json", 'unknown schema "lint-json"; did you mean lint?'),
        ("schema chain", 'unknown schema "chain"; did you mean related-path?'),
        ("lint --ignore self-lnk", "no rule is called self-lnk; did you mean self-link?"),
        ("schema serch", 'unknown schema "serch"; did you mean search?'),
        ("schema xyzzy", 'unknown schema "xyzzy"; run newsarc schema for a list'),
        ("search heddline:x",
         'unknown field heddline:; did you mean headline:? (to search for the text, quote it: "heddline:…")'),
        ("search title:x",
         'unknown field title:; did you mean headline:? (to search for the text, quote it: "title:…")'),
        ("search site:x",
         'unknown field site:; did you mean source:? (to search for the text, quote it: "site:…")'),
        ("show 16 June 2017", "16 June 2017 is not a date that newsarc reads; write it as 2017-06-16"),
        ("list June 16, 2017", "June 16, 2017 is not a date that newsarc reads; write it as 2017-06-16"),
        ("search xyzzy:x",
         "unknown field xyzzy:; available fields: headline:, topic:, context:, source:, summary:, slug:, date:, "
         'since:, until: (to search for the text, quote it: "xyzzy:…")'),
    ],
)  # fmt: skip
def test_one_line(line: str, said: str) -> None:
    result = on_example(*line.split())
    assert (result.code, result.out, result.err) == (2, "", f"newsarc: {said}\n")


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("list --from 2017", "--since"),
        ("list --AFTER=2017", "--since"),
        ("list --before 2017", "--until"),
        ("search x --host y", "--source"),
        ("list --last 7", "--since 7d"),
        ("list --on 2017", "newsarc list DATE"),
        ("search x --on 2017", "newsarc search date:DATE"),
        ("list --query x", "newsarc search QUERY"),
        ("--root x list", "--archive"),
        ("check", "lint"),
        ("backlinks", "related REF --backlinks"),
        ("links", "related REF --backlinks"),
        ("grep", "search"),
        ("show x --edit", "newsarc open REF"),
        ("show x --open", "newsarc open REF"),
        ("show x --web", "newsarc open REF --source, or --web"),
        ("edit", "open"),
        ("list --no-source", "newsarc lint --select missing-source"),
        ("list --without-sources", "newsarc lint --select missing-source"),
        ("list --week 2017-06-12", "newsarc list 2017-W24"),
        ("search x --week 2017-06-12", "newsarc search date:2017-W24"),
        ("list --random", "newsarc list random"),
        ("search x --random", "newsarc show random"),
        ("list --today", "newsarc list today"),
        ("show --latest", "newsarc show latest"),
        ("lint --list-rules", "newsarc rule"),
        ("stats --count-by topic", "newsarc list --count-by"),
        ("list --by topic", "--count-by"),
        ("sources list --changed", "--retitled"),
        ("lint --changed", "--changed-since"),
        ("sources list --dead", "--verdict dead"),
        ("sources check --week 2017-06-12", "newsarc sources check 2017-W24"),
        ("week", "list 2017-W24"),
    ],
)
def test_names_that_people_try(line: str, meant: str) -> None:
    result = on_example(*line.split())
    assert (result.code, result.out) == (2, "")
    assert result.err.endswith(f"; did you mean {meant}?\n")


@pytest.mark.parametrize(
    "line",
    [
        "show x --next", "lint --watch", "cache --to x", "related x --from 2017", "cache --on 2017",
        "search x --edition", "import", "remove", "doctor", "lint --select NA99", "schema new",
    ],
)  # fmt: skip
def test_no_suggestion_where_nothing_is_near(line: str) -> None:
    result = on_example(*line.split())
    assert (result.code, result.out) == (2, "")
    assert "did you mean" not in result.err


def test_aliases_are_of_names_that_exist() -> None:
    commands = (*app.COMMANDS, *app.SUBCOMMANDS)
    options = {option for name in commands for one in app.load(name).params for option in one.opts}
    for lines in aliases.OPTION_ALIASES.values():
        for line in lines:
            first, second = [*line.split(), ""][:2]
            assert first in options or (first == "newsarc" and second in {*app.COMMANDS, "{command}"}), line
    for name, lines in aliases.SCHEMA_ALIASES.items():
        assert name not in schemas.NAMES
        assert set(lines) <= set(schemas.NAMES)


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
