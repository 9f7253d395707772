"""Front matter is read where other programs read it, or reported; one bad value does not lose the others."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import frontmatter
import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from newsarc.model import Event
from newsarc.parser import parse_event
from tests.cli.driver import run

PATH = "news/2020/01/5/ferry-stops.md"
BODY = "### [2020-01-05](/news/2020/01/5/index.md)\n\n# Ferry stops\n\nBoats wait.\n"


def read(text: str) -> Event:
    return parse_event(text, PATH)


def problems(event: Event, kind: str = "front-matter") -> list[tuple[str, int, int]]:
    return [(problem.message, problem.line, problem.column) for problem in event.problems if problem.kind == kind]


# --- position ---


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "before",
    [
        "",
        "\n",
        " \n\t\n",
        "\ufeff",
        "\ufeff\n",
        "  ",
        "<!-- newsarc: ignore-file NA109 -->\n",
        "\n<!-- newsarc:\nignore-file NA109 -->\n\n<!-- draft -->\n",
    ],
)
@pytest.mark.parametrize("block", ["---\ntitle: Boats halt\n---\n", "+++\ntitle = 'Boats halt'\n+++\n"])
def test_white_space_and_comments_may_precede_it(before: str, block: str, end: str) -> None:
    text = f"{before}{block}\n{BODY}"
    event = read(text.replace("\n", end))
    assert (event.headline, event.headline_written, event.summary) == ("Boats halt", "Ferry stops", "Boats wait.")
    assert problems(event) == []
    front = event.front_matter
    assert front is not None
    line = before.count("\n") + 1
    assert (front.line, front.end_line, front.keys) == (line, line + 2, (("title", line + 1, 1),))
    assert event.headline_line == line + 6
    if not before.startswith("<"):
        found = frontmatter.loads(text.removeprefix("\ufeff")) if "+++" not in block and "<!--" not in before else None
        assert found is None or found.metadata == {"title": "Boats halt"}


def test_comments_before_it_are_read() -> None:
    event = read(f"<!-- newsarc: ignore-file NA109 -->\n---\ntitle: a <!-- b -->\n---\n{BODY}<!-- c -->\n")
    assert [(directive.rules, directive.line) for directive in event.directives] == [(("NA109",), 1)]
    assert [comment.text.strip() for comment in event.comments] == ["newsarc: ignore-file NA109", "c"]
    assert event.headline == "a <!-- b -->"


def test_dots_end_a_block_as_in_jekyll() -> None:
    assert read(f"---\ntitle: Boats halt\n...\n{BODY}").headline == "Boats halt"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"---\ntitle: Boats halt\n\n{BODY}", 1),
        (f"---\ntitle: Boats halt\n\n{BODY}\n---\n\nMore.\n", 1),
        (f"---\n\n# a comment\nlayout: post\n\n{BODY}\n---\n", 1),
        ("---\ntitle: Boats halt\n\n### [2020-01-05](/news/2020/01/5/index.md)\n\n---\n", 1),
        (f"+++\ntitle = 'Boats halt'\n\n{BODY}", 1),
        (f"\n---\ntitle: Boats halt\n{BODY}", 2),
    ],
)
def test_an_unclosed_block(text: str, line: int) -> None:
    event = read(text)
    fence = text.lstrip()[:3]
    assert problems(event) == [(f"the closing {fence} of the front matter is missing", line, 1)]
    assert event.front_matter is None
    assert event.date_link is not None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"Draft.\n\n---\ntitle: Boats halt\n---\n{BODY}", 3),
        (f"{BODY}\n---\ndate: 2020-01-06\n---\n", 7),
        (f"{BODY}\n+++\ntitle = 'a'\n+++\n", 7),
        (f"---\ntitle: a\n---\n---\ntitle: b\n---\n{BODY}", 4),
        (f"<!-- a --> b\n---\ntitle: Boats halt\n---\n{BODY}", 2),
    ],
)
def test_a_block_in_the_wrong_place(text: str, line: int) -> None:
    assert problems(read(text)) == [("front matter must be at the top of the page", line, 1)]


def test_json() -> None:
    (found,) = problems(read(f'{{\n  "title": "Boats halt"\n}}\n{BODY}'))
    assert found == ("JSON front matter is not supported; use YAML between --- or TOML between +++", 1, 1)


@pytest.mark.parametrize(
    "text",
    [
        f"---\n\n{BODY}\n---\n\nMore.\n",
        f"---\n{BODY}",
        f"---\n\nFormats: [HTML](a.html)  [JSON](a.json)  [XML](a.xml)  \n\n{BODY}\n---\n",
        f"{BODY}\n---\n\nMore.\n\n---\n",
        f"{BODY}\nThis is how:\n\n```\n---\ntitle: a\n---\n```\n",
        f"+++\n{BODY}",
    ],
)
def test_a_rule_is_not_front_matter(text: str) -> None:
    event = read(text)
    assert problems(event) == []
    assert (event.front_matter, event.headline) == (None, "Ferry stops")


def test_a_block_of_comments_is_empty() -> None:
    for block in ("# title: Boats halt\n# date: 2020-01-05\n", "\n# nothing yet\n\n", "", "\n"):
        event = read(f"---\n{block}---\n\n{BODY}")
        assert (event.headline, problems(event), problems(event, "second-headline")) == ("Ferry stops", [], [])
        assert event.front_matter is not None
        assert frontmatter.parse(f"---\n{block}---\n\n{BODY}")[0] == {}


# --- values ---

TRAPS = [
    *("10:30", "007", "0o17", "0x1F", "1_000", "1e3", ".inf", ".NaN", "no", "on", "Yes", "true", "y", "3.10", "+1"),
    *("2020-01-05", "2020-01-05T10:00:00Z", "2020-01-05 10:00:00 -05:00", "12:30:45", "=", "1__0", "0b11", "-.5"),
]


@pytest.mark.parametrize("written", TRAPS)
def test_text_stays_as_written(written: str) -> None:
    event = read(f"---\ntitle: {written}\ntopics: [{written}, b]\nslug: {written}\naliases: {written}\n---\n{BODY}")
    assert problems(event) == []
    assert (event.headline, event.topics, event.slug, event.aliases) == (written, (written, "b"), written, (written,))


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=20))
@example("no")
@example("10:30")
def test_the_output_of_yaml_is_read(title: str) -> None:
    block = yaml.safe_dump({"title": title, "topics": [title]}, allow_unicode=True, width=2**31 - 1)
    front = read(f"---\n{block}---\n").front_matter
    assert front is not None
    assert (front.title or "", front.topics) == (title, (title,) if title else ())


@pytest.mark.parametrize("written", ["~", "null", "", "''"])
def test_empty_values_are_missing(written: str) -> None:
    event = read(
        f"---\ntitle: {written}\ntopics: {written}\ndate: {written if written != repr('') else ''}\n---\n{BODY}"
    )
    assert (event.headline, event.topics, problems(event)) == ("Ferry stops", (), [])


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2020-01-05", 5),
        ("2020-1-5", 5),
        ("2020-01-05T23:30:00-05:00", 5),
        ("2020-01-05 23:30:00 +0200", 5),
        ("2020-01-05 1:02", 5),
        ("2020-01-05T10:00:00.25Z", 5),
        ("2020-01-05T23:59:60Z", 5),
        ("2020-01-05 10:00:00 Europe/Berlin", 5),
        ("'2020-01-05'", 5),
        ("2020-01-05T24:00:00Z", None),
        ("2020-01-05 10:60", None),
        ("2020-01-05T10:00:61Z", None),
        ("2020-01-32", None),
        ("2020-13-01T10:00:00", None),
        ("20200105", None),
        ("soon", None),
        ("\u0662\u0660\u0662\u0660-01-05", None),
    ],
)
def test_dates(written: str, day: int | None) -> None:
    event = read(f"---\ntitle: Boats halt\ntopics: [A]\ndate: {written}\n---\n")
    front = event.front_matter
    assert front is not None
    assert (front.title, front.topics) == ("Boats halt", ("A",))
    assert front.date == (dt.date(2020, 1, day) if day else None)
    assert [(line, column) for _, line, column in problems(event)] == ([] if day else [(4, 1)])


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("title: !!python/object:os.system x", "title must be text, not the tag !!python/object:os.system"),
        ("title: !secret x", "title must be text, not the tag !secret"),
        ("title: !!binary aGk=", "title must be text, not the tag !!binary"),
        ("title: [a]", "title must be text"),
        ("title: &a [*a]", "title must be text"),
        ("title: caf\udce9", "title contains invalid UTF-8 and is ignored"),
        ("title: a\x07b", "title contains control characters and is ignored"),
        ("topics: &t [a, *t]", "topics must be text or a list of texts, not it contains itself"),
        ("topics: {a: b}", "topics must be text or a list of texts"),
        ("newsarc: {ignor: [NA1]}", "newsarc must be {ignore: [CODE, …]}"),
        ("sources: [{label: x}]", "sources must be a list of URLs or of {label: …, url: …}"),
    ],
)
def test_one_bad_value_loses_no_other(line: str, message: str) -> None:
    event = read(f"---\nslug: s\n{line}\naliases: [x]\n---\n{BODY}")
    assert problems(event) == [(message, 3, 1)]
    assert (event.slug, event.aliases, event.headline) == ("s", ("x",), "Ferry stops")


def test_a_list_over_several_lines_with_a_bad_byte() -> None:
    event = read(f"---\ntopics:\n- a\n- caf\udce9\ntitle: Boats halt\n---\n{BODY}")
    assert problems(event) == [("topics contains invalid UTF-8 and is ignored", 4, 1)]
    assert (event.headline, event.topics) == ("Boats halt", ())


def test_duplicate_keys() -> None:
    event = read(f"---\ntitle: a\ntitle: b\n'title': c\n---\n{BODY}")
    assert event.headline == "c"
    assert [(line, column) for _, line, column in problems(event)] == [(3, 1), (4, 2)]


def test_aliases_and_merge_keys_are_evaluated_once() -> None:
    merging = [f"m{n}: &m{n} {{a{n}: x, <<: [{', '.join(f'*m{k}' for k in range(n))}]}}" for n in range(60)]
    block = [*merging, "<<: *m59", "x: &x [a, b]", f"y: &y [{', '.join(['*x'] * 5000)}]"]
    event = read("\n".join(["---", *block, f"topics: [{', '.join(['*y'] * 5000)}]", "---", BODY]))
    assert [message for message, *_ in problems(event)] == ["topics must be text or a list of texts"]


def test_merged_keys_are_read() -> None:
    event = read(f"---\nbase: &b {{title: a, slug: s}}\n<<: *b\ntitle: b\n---\n{BODY}")
    assert (event.headline, event.slug) == ("b", "s")
    itself = read(f"---\nbase: &b\n  <<: *b\n  title: a\n<<: *b\n---\n{BODY}")
    assert itself.headline == "a"


@pytest.mark.parametrize(
    ("block", "line", "column"),
    [('title: "unclosed\nx: [', 3, 5), ("title: a: b", 2, 9), ("title: *nowhere", 2, 8), ("a: b\n\tc: d", 3, 1)],
)
def test_invalid_yaml_is_reported_at_its_line(block: str, line: int, column: int) -> None:
    (found,) = problems(read(f"---\n{block}\n---\n{BODY}"))
    assert found[0].startswith("the front matter is not valid YAML: ")
    assert found[1:] == (line, column) or found[1] == line


# --- TOML ---


def test_toml_has_the_same_keys() -> None:
    event = read(
        '+++\n# of Hugo\ntitle = "Boats halt"\ndate = 2020-01-05T23:30:00-05:00\ntopics = ["A", "B"]\n'
        'aliases = ["old"]\nsources = [{label = "S", url = "https://s.example"}]\nweight = 3\n\n'
        f'[newsarc]\nignore = ["NA301"]\n\n[taxonomies]\ntitle = "no"\n+++\n{BODY}'
    )
    front = event.front_matter
    assert front is not None
    assert problems(event) == []
    assert (front.title, front.date, front.topics) == ("Boats halt", dt.date(2020, 1, 5), ("A", "B"))
    assert (front.aliases, front.ignore, front.unknown) == (("old",), ("NA301",), ("weight", "taxonomies"))
    assert [source.url for source in front.sources] == ["https://s.example"]
    assert [(key.name, key.line) for key in front.keys] == [
        *(("title", 3), ("date", 4), ("topics", 5), ("aliases", 6), ("sources", 7), ("weight", 8)),
        *(("newsarc", 10), ("taxonomies", 13)),
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("title = 1_030", "title must be text; put it in quotes"),
        ("title = true", "title must be text; put it in quotes"),
        ("topics = [7]", "topics must be text or a list of texts; put it in quotes"),
        ("date = 10:30:00", "date must be a valid date, such as 2017-06-16"),
        ("date = '2020-02-30'", "date must be a valid date, such as 2017-06-16"),
        ("title = 'caf\udce9'", "title contains invalid UTF-8 and is ignored"),
    ],
)
def test_a_bad_value_in_toml(line: str, message: str) -> None:
    event = read(f"+++\nslug = 's'\n{line}\naliases = ['x']\n+++\n{BODY}")
    assert problems(event) == [(message, 3, 1)]
    assert (event.slug, event.aliases, event.headline) == ("s", ("x",), "Ferry stops")


@pytest.mark.parametrize(
    ("block", "line"),
    [
        ("title = 'a'\ndate = 2020-01-05T24:00:00Z", 3),
        ("title = 'a'\ntitle = 'b'", 3),
        ("title =", 2),
        ("x = " + "[" * 2000, 1),
        ("x = " + "9" * 5000, 1),
        (".".join("a" * 200) + " = 1", 2),
        ("x = '" + "y" * 70_000 + "'", 1),
    ],
)
def test_invalid_toml_is_a_problem(block: str, line: int) -> None:
    event = read(f"+++\n{block}\n+++\n{BODY}")
    assert [found[1] for found in problems(event)] == [line]
    assert event.headline == "Ferry stops"


# --- commands ---


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    pages = {
        "blank": f"\n---\ntitle: Boats halt\ndate: 2020-01-06\n---\n\n{BODY}",
        "open": f"---\ntitle: Boats stay\n\n{BODY}\n---\n\nMore.\n",
        "comments": f"---\n# title: Boats go\n---\n\n{BODY}",
        "times": "---\ntitle: 10:30\ntopics: [007]\n---\n\n### [2020-01-05](/news/2020/01/5/index.md)\n",
        "bytes": f"---\ntitle: F\udce9rry\n---\n\n{BODY}",
        "midnight": f"---\ntopics: [A]\ndate: 2020-01-05T24:00:00Z\n---\n\n{BODY}",
        "toml": f"+++\ntitle = 7\nlayout = 'x'\n+++\n\n{BODY}",
        "regular": f"{BODY}\n---\ntitle: x\n---\n",
    }
    folder = tmp_path / "news/2020/01/5"
    folder.mkdir(parents=True)
    for name, text in pages.items():
        (folder / f"{name}.md").write_bytes(text.encode("utf-8", "surrogateescape"))
    (folder / "index.md").write_text("## [2020-01-05](/news/2020/01/5/index.md)\n", encoding="utf-8")
    return tmp_path


def test_every_loss_is_reported(archive: Path) -> None:
    found = run(
        "-A", archive, "lint", "--select", "NA2,NA4,NA601,NA7", "--ignore", "NA405,NA406", "--output-format", "json"
    )
    places = {(Path(one["path"]).stem, one["line"], one["code"]) for one in found.json["findings"]}
    assert places == {
        *(("blank", 4, "NA201"), ("blank", 3, "NA703"), ("open", 1, "NA701"), ("bytes", 2, "NA601")),
        *(("bytes", 2, "NA701"), ("midnight", 3, "NA701"), ("toml", 2, "NA701"), ("toml", 3, "NA702")),
        ("regular", 7, "NA701"),
    }
    listed = {row[1]: row[2:] for row in run("-A", archive, "list").rows}
    assert listed["times"] == ["007", "10:30"]
    assert listed["comments"] == ["", "Ferry stops"]
    assert listed["midnight"] == ["A", "Ferry stops"]
    assert "codec" not in json.dumps(found.json)


def test_new_writes_toml_if_other_pages_do(archive: Path) -> None:
    for page in (archive / "news/2020/01/5").glob("*.md"):
        page.unlink()
    for name in ("a", "b"):
        text = f'+++\ntitle = "{name}"\ndate = 2020-01-05\ntopics = ["A"]\n+++\n\n# {name}\n'
        (archive / f"news/2020/01/5/{name}.md").write_text(text, encoding="utf-8")
    made = run(
        *("-A", archive, "new", 'The "Fitzgerald" \\ docks', "--date", "2020-01-05", "--topic", "no", "--no-cache"),
    )
    assert made.code == 0, made.err
    text = (archive / "news/2020/01/5/the-fitzgerald-docks.md").read_text(encoding="utf-8")
    front = parse_event(text, PATH).front_matter
    assert front is not None
    assert (front.title, front.date, front.topics) == ('The "Fitzgerald" \\ docks', dt.date(2020, 1, 5), ("no",))
    assert text.startswith("+++\n")
