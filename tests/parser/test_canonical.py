"""The fast path (:mod:`newsarc.parser.canonical`) returns the result of the tolerant parser, or None."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarc.api import Archive
from newsarc.archive.reader import PageReader
from newsarc.config import DEFAULT_CONFIG, Config, Labels
from newsarc.layout import DAY_PAGE_NAMES
from newsarc.lint.finding import Finding
from newsarc.lint.linter import lint
from newsarc.lint.page import Page
from newsarc.lint.rules import RULES
from newsarc.lint.rules.rule import PageRule
from newsarc.model import DayPage, Event
from newsarc.parser import day, event
from newsarc.parser.canonical import read_day_page, read_event
from newsarc.storage.tree import Day
from tests.generated import generate
from tests.mutation import Rates, mutate

ROOT = Path(__file__).resolve().parents[2]
SILENT = [rule for rule in RULES if isinstance(rule, PageRule) and rule.silent_on_canonical]
FOLDER = "news/2018/03/1"
EVENT_PATH = f"{FOLDER}/a-flood.md"
DAY_PATH = f"{FOLDER}/index.md"
EVENT = f"""
Formats: [HTML](/{FOLDER}/a-flood.html)  [JSON](/{FOLDER}/a-flood.json)  [XML](/{FOLDER}/a-flood.xml)

### [2018-03-01](/{FOLDER}/index.md)

##### Alder flood
##### Paris, Texas
# Alder's mayor: "No more rain" (for now), [he](/he.md) says.\x20

The river fell, [they](https://x.example) say.
Twice&#x20;today.

### Sources:

1. [The Alder Post](http://post.example/a?b=c&d=e#f)
2) [晨报 [en]](https://morning.example:80/1)\x20\x20
3. [Radio](https://radio.example/1) ([archived 2018-03-01](https://web.archive.org/web/20180301/https://radio.example/1))

### Changes:

1. [A flood ](/{FOLDER}/flood.md) _2018-03-01 09:12:44 (First version)_
2. [A flood in Alder](/{FOLDER}/a-flood.md) _(Current version)_

### Related:

1. [The river rises in Alder. ](/news/2018/02/28/the-river-rises-in-alder.md) _Context: Alder, Alder flood_
2. [晨报: 河水上涨 ](/news/2018/02/28/晨报-河水上涨.md) _Context: Alder flood, Paris, Texas_
3. [A street [in Alder] floods](/news/2018/02/8/a%20street.html#top) _上下文：Washington, D.C._
"""
DAY_PAGE = f"""Formats: [HTML](/{FOLDER}/index.html)  [JSON](/{FOLDER}/index.json)  [XML](/{FOLDER}/index.xml)

## [2018-03-1](/{FOLDER}/index.md)

##### Alder flood
##### Paris, Texas
### [Alder's mayor: "No more [rain]" (for now). ](/{FOLDER}/a-flood.md)
The river fell, [they](/they.md) say.
_Context: Alder, Alder flood_

### [A bridge closes](../01/a-bridge-closes.html)

The bridge is closed.

It is old.

## [Previous Day...](/news/2018/02/28/index.md)
"""


class Read(NamedTuple):
    """The number of pages read, and of canonical ones among them."""

    pages: int
    canonical: int


def is_day_page(path: str) -> bool:
    return path.rpartition("/")[2] in DAY_PAGE_NAMES


def check(text: str, path: str, config: Config = DEFAULT_CONFIG, names: Collection[str] = ()) -> bool:
    """Compare the fast path with the tolerant parser and the rules; return whether the page is canonical."""
    found: Event | DayPage | None
    parsed: Event | DayPage
    if is_day_page(path):
        found = read_day_page(text, path, config, names)
        parsed = day.parse_day(text, path, config, names) if found else NotImplemented
    else:
        found = read_event(text, path, config, names)
        parsed = event.parse_event(text, path, config, names) if found else NotImplemented
    if found is None:
        return False
    assert found == parsed, path
    assert repr(found) == repr(parsed), path  # True is not 1
    folder = Day.at(path.rpartition("/")[0])
    page = (
        Page(path, text, folder, event=parsed)
        if isinstance(parsed, Event)
        else Page(path, text, folder, day_page=parsed)
    )
    archive = PageReader(ROOT / "no-such-archive", config)
    for rule in SILENT:
        assert list(rule.check(page, archive)) == [], (rule.code, path)
    return True


def pages_in(root: Path) -> Iterator[tuple[str, str]]:
    """Yield the path and text of each page in the archive at ``root``."""
    for file in sorted(root.glob("**/news/*/*/*/*.md")):
        path = file.as_posix()
        if file.is_file():
            yield path[path.index("/news/") + 1 :], file.read_bytes().decode("utf-8", "surrogateescape")


def check_archive(root: Path, config: Config = DEFAULT_CONFIG) -> Read:
    canonical = [check(text, path, config) for path, text in pages_in(root)]
    return Read(len(canonical), sum(canonical))


# --- existing pages ---


@pytest.mark.parametrize("folder", ["tests/archives", "tests/lint/cases", "examples/archive"], ids=lambda name: name)
def test_the_pages_of_the_project(folder: str) -> None:
    assert check_archive(ROOT / folder).canonical > 10


def test_generated_archives_with_and_without_broken_links(tmp_path: Path) -> None:
    generate(tmp_path / "sound", 7, days=30)
    read = check_archive(tmp_path / "sound")
    assert read.canonical > 0.95 * read.pages
    mutate(tmp_path / "sound", tmp_path / "broken", 7, rates=Rates(unbalanced=0.05))
    read = check_archive(tmp_path / "broken")
    assert 0.5 * read.pages < read.canonical < read.pages


def test_the_real_chinese_archive(zh_archive: Path) -> None:
    read = check_archive(zh_archive)
    assert read.pages == 4315
    assert read.canonical > 0.97 * read.pages


def test_the_real_english_samples(en_samples: Path) -> None:
    assert check_archive(en_samples).canonical > 10


# --- lint ---


def findings(root: Path) -> list[Sequence[Finding]]:
    """Return the findings of lint with the default rules, with one rule, and with all."""
    return [lint(Archive.open(root, cache=False), select=select).findings for select in ("EW", ["NA101"], ["ALL"])]


@pytest.mark.parametrize("kind", ["example", "generated", "broken"])
def test_lint_finds_the_same_without_the_fast_path(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = ROOT / "examples/archive" if kind == "example" else tmp_path / kind
    if kind != "example":
        generate(tmp_path / "generated", 3, days=25)
    if kind == "broken":
        mutate(tmp_path / "generated", root, 3, rates=Rates(mistyped=0.1, rough=0))
    found = findings(root)
    assert len(found[-1]) > 20
    monkeypatch.setattr("newsarc.parser.canonical._day", lambda *_: None)
    assert findings(root) == found


ODD_LINKS = {
    "NA103": "### Related:\n\n1. [Ice](/{0}/ice.md) _Context: A_\n",
    "NA104": "### Related:\n\n1. [Snow](/{0}/snow.md) _Context: A_\n2. [Snow](/{0}/snow.md) _Context: A_\n",
    "NA102": "### Changes:\n\n1. [Ice](/{0}/snow.md) _(Current version)_\n",
    "NA102 of two": "### Changes:\n\n1. [H](/{0}/h.md) _(First version)_\n2. [S](/{0}/snow.md) _(Second version)_\n",
}


@pytest.mark.parametrize("code", ODD_LINKS)
def test_lint_runs_the_rules_on_irregular_links(code: str, tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    folder.mkdir(parents=True)
    head = f"[2018-03-01](/{FOLDER}/index.md)\n\n"
    entries = "".join(f"### [{name}](/{FOLDER}/{name.lower()}.md)\n\n" for name in ("Ice", "Snow"))
    page = f"### {head}# Ice\n\n{ODD_LINKS[code].format(FOLDER)}"
    for name, text in (("ice", page), ("snow", f"### {head}# Snow\n"), ("index", f"## {head}{entries}")):
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    assert check(page, f"{FOLDER}/ice.md")
    assert code[:5] in {finding.code for finding in findings(tmp_path)[0]}


# --- constructed pages ---


def test_a_page_with_everything_is_canonical() -> None:
    assert check(EVENT, EVENT_PATH, names=["Washington, D.C."])
    assert check(DAY_PAGE, DAY_PATH)
    found = read_event(EVENT, EVENT_PATH)
    assert found is not None
    assert found.related[1].contexts == ("Alder flood", "Paris, Texas")
    never = {"aliases", "prose", "front_matter", "comments", "directives", "problems", "address"}
    assert {name for name in Event.__dataclass_fields__ if not getattr(found, name)} == never


NEARLY_CANONICAL = (
    (" says.", " says. #"),
    (" says.", " says \\#"),
    ("The river fell", "+++\ntitle: x\n+++\nThe river fell"),
    ("The river fell", "---\ntitle: x\n---\nThe river fell"),
    ("_Context: Alder,", "_Context: , _ _Context: Alder,"),
    ("_Context: Alder, Alder flood_", "_Context: , _"),
    ("_Context: Alder, Alder flood_", "_Context:  _"),
    ("Previous Day...", "2018-02-28"),
    ("28/the-river", "28/the%2driver"),
    ("28/the-river", "28/the&amp;river"),
    ("28/the-river", "028/the-river"),
    ("Alder. ]", "Alder\\]"),
    ("Alder. ]", "Alder\\\\]"),
)


@pytest.mark.parametrize(("old", "new"), NEARLY_CANONICAL)
def test_pages_that_are_nearly_canonical(old: str, new: str) -> None:
    plain = EVENT.replace("[in Alder] ", "")  # no label has brackets
    assert old in f"{EVENT}{DAY_PAGE}"
    for text, path in ((EVENT, EVENT_PATH), (plain, EVENT_PATH), (DAY_PAGE, DAY_PATH)):
        check(text.replace(old, new), path)


CONFIGS = (
    Config(site_prefix="/zh"),
    Config(site_prefix="/news"),
    Config(site_prefix="/..%2F"),
    Config(labels=Labels(context=("Kon.text", "a_b", "ſ", "Con text"), related=("Related", "C#", "Related #"))),
    Config(labels=Labels(context=("(x](y)", "Context"), sources=("Sources", "Related"))),
    Config(labels=Labels(context=("A: B", "A"), changes=())),
    Config(labels=Labels(context=())),
)


@pytest.mark.parametrize("config", CONFIGS, ids=range(len(CONFIGS)))
def test_other_configurations(config: Config) -> None:
    words = ["Context", *config.labels.context, *(word.upper() for word in config.labels.context)]
    marks = [f"_{word}{colon} B: c_" for word in words for colon in (":", "：", " :")]
    titles = [*config.labels.related, "Related:", "related", "C#  ", "Related #", "Related ："]
    prefixes = {"", "/zh", config.site_prefix}
    canonical = 0
    for prefix in prefixes:
        head = f"### [2018-03-01]({prefix}/{FOLDER}/index.md)\n\n# Flood\n\n"
        for mark in marks:
            item = f"1. [Flood]({prefix}/news/2018/03/2/b.md) {mark}\n"
            canonical += check(f"{head}### {titles[0]}:\n\n{item}", EVENT_PATH, config)
        for title in titles:
            item = f"1. [Flood]({prefix}/news/2018/03/02/b.html) _{(words * 2)[1]}: b_\n"
            canonical += check(f"{head}### {title}\n\n{item}", EVENT_PATH, config)
        entry = f"### [Flood]({prefix}/news/2018/03/2/b.md)\n{marks[-1]}\n"
        canonical += check(f"## [2018-03-01]({prefix}/{FOLDER}/index.md)\n\n{entry}", DAY_PATH, config)
    assert canonical or "%" in config.site_prefix


@pytest.mark.parametrize(
    "path",
    [
        "a.md",
        "news/2018/02/30/a.md",
        "news/2018/03/01/a.md",
        "zh/news/2018/03/1/a.md",
        "news/٢٠١٨/03/1/a.md",
        "news/2018/03/1/a.html",
        "index.md",
        "news/2018/02/30/index.md",
        "news/2018/03/01/README.md",
        "news/2018/03/2/index.md",
    ],
)
def test_other_folders(path: str) -> None:
    text = DAY_PAGE if is_day_page(path) else EVENT
    for folder in (FOLDER, path.rpartition("/")[0]):
        check(text.replace(FOLDER, folder), path)


# Each of these can turn a line into another kind of line.
PIECES = (
    *"[]()<>\\_#*!&:;,.'\"`{}|~-+=/%? \n\t\r\0x1",
    "](", "[[", "]]", "](/news/2019/03/1/b.md)", "\n\n", "\n ", "\r\n", "![", "\\](", "''", "://", ": ", ". ", ", ",
    "\n# Another\n", "# ", "\n## [2018-03-02](x.md)\n", "## ", "### ", "\n### Related:\n", "\n### Sources:\n\n",
    "\n### Changes:\n\n", "\n### Unheard of\n", "##### ", "\n##### Ferries\n", "##### Alder, Texas\n", " # ", " #\n",
    "<!-- newsarc: ignore NA101 -->", "<!--", "---\n", "\n---\n", "\n- - -\n", "\n+++\n", "\n{", "Formats: ",
    "1. ", "\n1. ", "- ", "2) ", " _Context: Bridges_", "_Context: _", "_", "_(Current version)_", " [IMG](//a.b/c)",
    " ([archived 2018-03-01](http://c.example/1))", " ([存档 2018-03-01](//c.example))", "[archived 2018-03-01](/a.md)",
    "\n1. [b](/news/2019/03/1/b.md) _Context: Bridges_", "\n1. [b](../01/b%20c.html#top) _Context: B, Paris, Texas_",
    "\n1. [b](https://b.example)", "\n1. [b](/news/2019/03/1/b.md) _2019-03-01 09:12 (First version)_",
    "&amp;", "&#27;", "&#x200b;", "&quo", "&Tab;", "{{convert|1|mi}}", "-{zh-hans:甲;}-", "http://a.b/c", "//a.b/",
    "\x85", "\x9b", "\x1c", "\u200b", "\u2028", "\u202e", "\ufeff", "\u3000", "\u00a0", "\udcff", "é", "中", "٣", "ſ",
)  # fmt: skip


def edited(text: str, rng: random.Random) -> str:
    """Return ``text`` with one to three pieces inserted or replaced."""
    for _ in range(rng.choice((1, 1, 2, 3))):
        at = rng.randrange(len(text) + 1)
        if rng.random() < 0.2:  # at the beginning of a line
            at = text.rfind("\n", 0, at) + 1
        text = text[:at] + rng.choice(PIECES) + text[at + rng.choice((0, 0, 1, 9)) :]
    return text


@given(seed=st.integers(0, 2**32))
def test_pages_with_insertions(seed: int) -> None:
    rng = random.Random(seed)
    config = rng.choice((DEFAULT_CONFIG, *CONFIGS))
    prefix = config.site_prefix
    for text, path in ((EVENT, EVENT_PATH), (DAY_PAGE, DAY_PATH)):
        for _ in range(12):
            check(
                edited(text, rng).replace("(/news", f"({prefix}/news"), path, config, rng.choice(((), ["Alder, Texas"]))
            )


def test_many_pages_with_insertions_stay_canonical() -> None:
    """Otherwise, the test above would compare little."""
    rng = random.Random(5)
    canonical = [
        check(edited(text, rng), path)
        for text, path in ((EVENT, EVENT_PATH), (DAY_PAGE, DAY_PATH))
        for _ in range(300)
    ]  # fmt: skip
    assert 0.15 < sum(canonical) / len(canonical) < 0.9


def test_every_kind_of_character_in_every_place() -> None:
    codes = [*range(0xC0), *range(0x2008, 0x2010), *range(0x2026, 0x2030), *range(0x205F, 0x206B), 0x0663, 0x180E]
    canonical = 0
    for char in map(chr, [*codes, 0x3000, 0xD800, 0xDC80, 0xFEFF, 0xFF1A, 0xFFFA, 0x1F600, 0xE0041]):
        for place in ("mayor", "fell", "Post", "post", "b=c", "rises", "the-river", "Alder, Alder", "Texas", "street"):
            canonical += check(EVENT.replace(place, f"{place[:2]}{char}{place[2:]}"), EVENT_PATH)
        for place in ("mayor", "fell", "a-flood", "_Context: Al", "old", "Previous"):
            canonical += check(DAY_PAGE.replace(place, f"{place[:2]}{char}{place[2:]}"), DAY_PATH)
    assert canonical > 1500
