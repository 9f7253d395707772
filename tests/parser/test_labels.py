"""All readers of pages agree on which headings start a section and which words mark contexts."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsarc.archive.reader import PageReader
from newsarc.config import DEFAULT_CONFIG, Config, Labels, parse_config
from newsarc.parser import parse_day
from newsarc.parser.canonical import read_event
from newsarc.parser.event import parse_event
from newsarc.scaffold.config.detect import detect_config
from tests.cli.driver import run

PATH = "news/2020/01/6/pilots-strike.md"
TARGET = "/news/2020/01/5/harbour-opens.md"
PAGE = f"""\
### [2020-01-06](/news/2020/01/6/index.md)

# Pilots strike

### {{heading}}

1. [Harbour opens]({TARGET}) _{{mark}} Ports, Unions_
"""
WORDS = ["Verwandt:", "Siehe  auch", " Ähnlich：", "A\u0308hnliches", "C#", "v.1 (neu)", "straße"]
HEADINGS = ["{}", "{}:", "{} ：  ", "{}::"]
OTHERS = [
    "verwandt",
    "SIEHE AUCH",
    "siehe\tauch:",
    "Ähnliches",
    "c#:",
    "STRASSE",
    "Verwand",
    "Verwandt:x",
    "Siehe auch ch",
]


def contexts_in(heading: str, mark: str, config: Config) -> list[tuple[str, ...]]:
    """Return the contexts that the parser reads on a page; the fast path must agree if the page is canonical."""
    text = PAGE.format(heading=heading, mark=mark)
    event = parse_event(text, PATH, config)
    assert read_event(text, PATH, config) in (None, event)
    return [link.contexts for link in event.related]


@pytest.mark.parametrize("heading", [form.format(word) for word in WORDS for form in HEADINGS] + OTHERS)
def test_the_fast_path_agrees_with_the_parser(heading: str) -> None:
    contexts_in(heading, "Context:", parse_config({"labels": {"related": WORDS}}))


@pytest.mark.parametrize("word", WORDS)
def test_the_fast_path_reads_configured_headings(word: str) -> None:
    config = parse_config({"labels": {"related": [word]}})
    heading = " ".join(word.split())
    assert contexts_in(heading, "Context:", config) == [("Ports", "Unions")]
    assert read_event(PAGE.format(heading=heading, mark="Context:"), PATH, config) is not None


@pytest.mark.parametrize("word", ["Kontext:", "Im  Zusammenhang", "Thema ："])
@pytest.mark.parametrize("mark", ["{}:", "{} :", "{}："])
def test_words_that_mark_contexts(word: str, mark: str) -> None:
    config = parse_config({"labels": {"context": [word]}})
    written = mark.format(word.strip().rstrip(":：").strip())
    assert contexts_in("Related:", written, config) == [("Ports", "Unions")]
    day = parse_day(f"### [Harbour opens]({TARGET})\n_{written} Ports, Unions_\n", "news/2020/01/5/index.md", config)
    assert day.entries[0].contexts == ("Ports", "Unions")


def test_labels_made_in_python_are_read_the_same_way() -> None:
    config = Config(labels=Labels(related=("Verwandt:",), context=("Kontext :",)))
    assert contexts_in("verwandt", "kontext:", config) == [("Ports", "Unions")]
    assert contexts_in("Verwandt:", "Kontext:", config) == [("Ports", "Unions")]


@pytest.fixture
def german(tmp_path: Path) -> Path:
    for number, title in ((5, "Hafen öffnet"), (6, "Lotsen streiken")):
        folder = tmp_path / f"news/2020/01/{number}"
        folder.mkdir(parents=True)
        page = f"### [2020-01-0{number}](/news/2020/01/{number}/index.md)\n\n# {title}\n"
        if number == 6:
            page += "\n### Verwandt:\n\n1. [Hafen öffnet](/news/2020/01/5/event.md) _Context: Ports_\n"
        (folder / "event.md").write_text(page, encoding="utf-8")
        link = f"/news/2020/01/{number}"
        day = f"## [2020-01-0{number}]({link}/index.md)\n\n### [{title}]({link}/event.md)\n"
        for name in ("index.md", "README.md"):
            (folder / name).write_text(day, encoding="utf-8")
    return tmp_path


def test_a_configured_word_with_its_colon(german: Path) -> None:
    (german / "newsarc.toml").write_text('[labels]\nrelated = ["Verwandt:"]\n', encoding="utf-8")
    assert run("-A", german, "lint", "--ignore", "NA405").code == 0
    assert "news/2020/01/5/event.md" in run("-A", german, "related", "2020-01-06/event").out
    assert "news/2020/01/6/event.md" in run("-A", german, "related", "2020-01-05/event", "--backlinks").out
    assert run("-A", german, "list", "--context", "Ports", "--count").out == "1\n"
    assert detect_config(PageReader(german, parse_config({"labels": {"related": ["Verwandt:"]}}))).labels.related[
        2:
    ] == ("Verwandt",)


def test_init_offers_the_word_used_on_pages(german: Path) -> None:
    for number in (7, 8):
        folder = german / f"news/2020/01/{number}"
        folder.mkdir()
        page = (german / "news/2020/01/6/event.md").read_text(encoding="utf-8")
        (folder / "event.md").write_text(page.replace("Verwandt:", "Verwandt ："), encoding="utf-8")
    assert detect_config(PageReader(german, DEFAULT_CONFIG)).labels.related[2:] == ("Verwandt",)


def test_an_impossible_word_exits_with_2(german: Path) -> None:
    (german / "newsarc.toml").write_text('[labels]\nrelated = ["### "]\n', encoding="utf-8")
    result = run("-A", german, "list")
    assert result.code == 2
    assert 'labels.related: "### " must be plain text without Markdown' in result.err
