"""What reads text of archives, queries, REFs and configurations; and the pieces that tedious lines are made of.

Each of ``READERS`` takes a line that repeats one piece. Each of ``PAGES`` writes an archive with a number of lines and
has a command that reads it. Twice as much input may take about twice the work.
``tests/linear/test_linear.py`` counts that work; ``python -m benchmarks.linear`` measures the time.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from newsarc.analysis.graph import Edge, Graph, Node
from newsarc.archive.refs import looks_like_ref, resolve_ref
from newsarc.cli.completion.archive_values import _split_at_last_word
from newsarc.cli.completion.shells import parse_bash_words, parse_line, quote_for_bash, quote_for_zsh
from newsarc.config import load_config
from newsarc.errors import NewsarcError
from newsarc.lint.finding import Finding
from newsarc.lint.labels import balance_brackets, topic_prefix
from newsarc.lint.linter import Report
from newsarc.lint.page import Page
from newsarc.lint.reporters import REPORTERS
from newsarc.lint.reporters.concise import concise_line
from newsarc.lint.rule_selection import match_selector
from newsarc.lint.suppressions import suppressions_of
from newsarc.model import Comment
from newsarc.output.graphs import graph_pieces
from newsarc.output.story.text_metrics import balanced, font_share
from newsarc.output.terminal.diff import colored_diff
from newsarc.parser.canonical import read_day_page, read_event
from newsarc.parser.comments import extract_comments
from newsarc.parser.contexts import headline_prefixes, split_contexts
from newsarc.parser.day import parse_day
from newsarc.parser.directives import directives
from newsarc.parser.event import parse_event
from newsarc.parser.front_matter import read_front_matter
from newsarc.parser.targets import canonical_path, foreign_prefix, leaves_archive, spellings, written_target
from newsarc.query.language import parse_query, wanted_words
from newsarc.query.matcher import Highlighter
from newsarc.search.engine import passage
from newsarc.storage.changeset import unified_diff
from newsarc.storage.tree import Day, Tree
from newsarc.text.controls import is_clean
from newsarc.text.headlines import normalize_label
from newsarc.text.normalize import display, fold
from newsarc.text.patterns import literal
from newsarc.text.sanitize import csv_cell, json_text, visible, web_address
from newsarc.text.tokenizer import exact_text, index_text, variants
from newsarc.text.toml import key_lines
from newsarc.text.urls import host_of
from newsarc.text.width import cut, line_starts, wrap_lines

PIECES = [
    *("[", "]", "](", "[](", "[a](b)", "![", "(", ")", "<", "\\", "\\[", "`", "|", "{{", "{{convert|", "-{", "}}"),
    *("_", "_ ", "__", "*", "&", "&#", "&#9", "&am ", "&amp;", "'", "''", "''a", "' ", '"', "$", "%", "%2", "#", "?"),
    *(" ", "\t", "\u00a0", "\r", ": ", ":", ". ", ".", ", ", ",", "; ", "a: ", "a. ", "a, ", "-", "- ", "a-", "a'"),
    *(
        "/",
        "/..",
        "../",
        "/a",
        "/news/2020/03/1",
        "://",
        "a",
        "a ",
        "A",
        "9",
        "1. ",
        "---",
        "##### ",
        "storm ",
        "storm-",
    ),
    *(
        "<!-- newsarc:",
        "<!-- newsarc: ignore ",
        "<!--",
        "`` ",
        "> ",
        "-->",
        "\u4e00",
        "\u4e00.",
        "\u3002",
        "\u0301",
        "e\u0301",
        "\u200b",
    ),
    *(
        "[a](b",
        "](b)",
        "![a](b)",
        "](<",
        "](( ",
        '[](a "',
        "[](a '",
        "{{convert|a|",
        "-{a}",
        "a b",
        "](a ",
        "_Context:",
    ),
    *(".md", ".md)", "/news/2017/06/1/a.md) ", "\u7532"),
    *("\udcff", "\x00", "\x1b[31m", "\x9b", "\u202e", "＝", "ﷺ", "ß", "😀"),
]
EVENT, FOLDER = "news/2020/03/1/a.md", "news/2020/03/1"
DAY = Day.at(FOLDER)
_NOWHERE = Path(tempfile.gettempdir()) / "newsarc-no-such-archive"
_WANTED = Highlighter(wanted_words(parse_query('storm "a b" cease-fire a* headline:x OR 9/11')))
_QUOTED = ("{}", "# {}", "1. [a](b) {}", "1. [{}](b)", "### [2020-03-01](/a) {}")


def _graph(text: str) -> Graph:
    nodes = Node(EVENT, "a", "2020-03-01", text, (text,), 0), Node(f"{FOLDER}/b.md", "b", "2020-03-02", "B", (), 1)
    return Graph(nodes, (Edge(nodes[0].path, nodes[1].path, (text,)),))


def _finding(text: str) -> Finding:
    return Finding("NA101", "broken-related-link", "error", text, EVENT, 1, 1, 1, 2, text)


# Where a page can hold the line.
PLACES = {
    "headline": "# {}\n",
    "summary": "# h\n\n{}\n",
    "topic": "##### {}\n# h\n",
    "date": "### [2017-06-16](/a) {}\n# h\n",
    "source": "# h\n\n### Source:\n\n1. [a](b) {}\n",
    "change": "# h\n\n### Changes:\n\n1. [a](b) _{}\n",
    "related": "# h\n\n### Related:\n\n1. [{}\n",
    "label": "# h\n\n### Related:\n\n1. [{}](b)\n",
    "target": "# h\n\n### Related:\n\n1. [a](/news/2017/06/1/{}\n",
    "target and context": "# h\n\n### Related:\n\n1. [a](/news/2017/06/1/{}.md) _Context: ]_\n",
    "behind a link": "# h\n\n### Related:\n\n1. [a](/news/2017/06/1/a.md){}x\n",
    "before a link": "# h\n\n### Related:\n\n1.{}[a](b) x\n",
    "context": "# h\n\n### Related:\n\n1. [a](b) _Context: {}\n",
    "closed change": "# h\n\n### Changes:\n\n1. [a](b) _{}_\n",
    "closed link": "# h\n\n### Related:\n\n1. [{})\n",
    "closed context": "# h\n\n### Related:\n\n1. [a](b) _Context: {}_\n",
    "entry": "## [2017-06-16](a)\n### [{}](a) x\n",
    "formats": "Formats: [HTML]({}) [JSON](x)\n",
}


def _in_place(form: str, text: str) -> None:
    parse = parse_day if form.startswith("## ") else parse_event
    parse(form.replace("{}", text), "news/2017/06/16/a.md")


def _asked(text: str) -> None:
    tree = Tree(_NOWHERE, 1000)
    for path in spellings(text, EVENT, "/zh"):
        tree.exists(path)
        tree.has_folder(path)


def _ref(text: str) -> None:
    try:
        looks_like_ref(text)
        resolve_ref(text, Tree(_NOWHERE, 1000), "/zh", Path("/"))
    except NewsarcError:
        pass


def _comments(text: str) -> tuple[Comment, ...]:
    return extract_comments(text, text.split("\n"))[1]


def _page(text: str) -> None:
    event = parse_event(text, EVENT)
    suppressions_of(Page(EVENT, text, DAY, event=event))
    parse_day(text, f"{FOLDER}/index.md")


def _canonical(text: str) -> None:
    heading = f"[2020-03-01](/{FOLDER}/index.md)\n\n"
    for form in _QUOTED:
        line = form.format(text)
        is_clean(line)
        read_event(f"### {heading}{line}\n# h\n\n{line}\n", EVENT)
        for title in ("Sources", "Changes", "Related"):
            read_event(f"### {heading}# h\n\n### {title}:\n\n{line}\n", EVENT)
        read_day_page(f"## {heading}{line}\n{line}\n", f"{FOLDER}/index.md")


def _config(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "newsarc.toml"
        for form in ("{} = 1\n", "{}\n", 'root = "{}"\n', "[{}]\n"):
            file.write_bytes(form.format(text).encode("utf-8", "surrogateescape"))
            with contextlib.suppress(NewsarcError):
                load_config(file)


def _marked(text: str) -> None:
    for written in (text, fold(text)):
        passage(_WANTED.highlight(written))


READERS: dict[str, Callable[[str], object]] = {
    "text.display": display,
    "text.fold": fold,
    "toml.key_lines": key_lines,
    "words.index_text": index_text,
    "words.exact_text": exact_text,
    "words.variants": variants,
    "words.literal": literal,
    "matcher and passage": _marked,
    "query": lambda text: _tried(parse_query, text),
    "links.canonical": lambda text: canonical_path(text, EVENT, "/zh"),
    "links.leaves_archive": lambda text: leaves_archive(text, EVENT),
    "links.written_target": written_target,
    "links.foreign_prefix": lambda text: foreign_prefix(text, lambda _: False),
    "links looked up in the tree": _asked,
    "refs": _ref,
    "contexts.split_contexts": lambda text: split_contexts(text, frozenset({"a, a", "a, b"})),
    "contexts.headline_prefixes": headline_prefixes,
    "front matter": lambda text: read_front_matter(["---", *text.split("\n"), f"title: {text}", "---"]),
    "comments": lambda text: directives(
        _comments(f"{text}\n<!-- newsarc: {text}\n\n1. <!-- newsarc: ignore {text} -->")
    ),
    "labels": lambda text: (
        normalize_label(text),
        balance_brackets(text),
        topic_prefix(text, text[: len(text) // 2]),
    ),
    "selectors": match_selector,
    "pages of one line": _page,
    "canonical pages": _canonical,
    **{f"pages: {place}": partial(_in_place, form) for place, form in PLACES.items()},
    "configuration": _config,
    "hosts": lambda text: (host_of(text), host_of(f"https://{text}/"), web_address(f"https://{text}")),
    "visible, csv, json": lambda text: (visible(text), csv_cell(text), json_text(f'"{text}"')),
    "findings": lambda text: (
        concise_line(_finding(text)),
        # SARIF explains every rule in each log: see the pages below.
        [list(form(Report((_finding(text),), 1, 1.0))) for name, form in REPORTERS.items() if name != "sarif"],
    ),
    "diffs in colour": lambda text: list(colored_diff(unified_diff("p.md", f"one {text} two", f"one 1{text}1 two"))),
    "graphs": lambda text: [list(graph_pieces(_graph(text), form)) for form in ("dot", "mermaid", "graphml")],
    "completion": lambda text: (
        parse_line(text),
        parse_bash_words(["newsarc", "show", text], 2),
        quote_for_bash(text),
        quote_for_zsh(text),
        _split_at_last_word(text),
        line_starts(f"震{text}", 20),
    ),
    "labels of pictures": lambda text: (wrap_lines(text, 30, 4), balanced(text, 300, 14, 6), cut(text, 20, font_share)),
}


def _tried(read: Callable[[str], object], text: str) -> None:
    with contextlib.suppress(NewsarcError):
        read(text)


def line_of(piece: str, length: int) -> str:
    """Return a line of ``piece`` again and again, and something else at its end."""
    return piece * (length // len(piece)) + "x"


# --- archives of many lines ---


def write(root: Path, pages: dict[str, str]) -> None:
    """Write an archive of one day."""
    for name, text in pages.items():
        file = root / FOLDER / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode("utf-8", "surrogateescape"))


HEAD = f"### [2020-03-01](/{FOLDER}/index.md)\n\n# Storm\n\n"


def _dead(count: int, begin: int = 0) -> str:
    return "".join(f"1. [gone {n}](/{FOLDER}/gone-{n}.md) _Context: A_\n" for n in range(begin, begin + count))


LINT = ["lint", "--select", "ALL", "--output-format", "concise"]
FULL = ["lint", "--output-format", "full", "--color", "always"]
SHOW = ["show", "2020-03-01/a", "--format", "table", "--color", "always"]
SEARCH = ["search", "storm", "--format", "table", "--color", "always"]
# How many lines a benchmark begins with; the archive with that many; the command that reads it.
PAGES: dict[str, tuple[int, Callable[[int], dict[str, str]], list[str]]] = {
    "comments": (
        1000,
        lambda n: {"a.md": f"{HEAD}### Related:\n\n" + "<!-- newsarc: ignore NA101 -->\n" * n},
        [*LINT, "--ignore", "NA902"],
    ),
    "comments in an item": (
        600,
        lambda n: {"a.md": f"{HEAD}### Related:\n\n1. [a](b)\n" + "x <!-- newsarc: ignore NA101 -->\n" * n},
        LINT,
    ),
    "rules in a comment": (
        1000,
        lambda n: {"a.md": f"{HEAD}<!-- newsarc: ignore {' '.join(f'x{i}' for i in range(n))} -->\n"},
        LINT,
    ),
    "keys of front matter": (
        1600,
        lambda n: {"a.md": "---\n" + "".join(f"k{i}: 1\n" for i in range(n)) + "---\n# h\n"},
        LINT,
    ),
    "dead links": (300, lambda n: {"a.md": f"{HEAD}### Related:\n\n{_dead(n)}"}, LINT),
    "dead links in SARIF": (
        300,
        lambda n: {"a.md": f"{HEAD}### Related:\n\n1. [{'&[' * n}](/{FOLDER}/gone.md)\n{_dead(n)}"},
        ["lint", "--output-format", "sarif"],
    ),
    "dead links on one line": (
        100,
        lambda n: {"a.md": f"{HEAD}### Related:\n\n1. {'x' * 100 * n} " + f"[a](/{FOLDER}/gone.md)" * n + "\n"},
        FULL,
    ),
    "contexts": (
        500,
        lambda n: {"a.md": f"{HEAD}### Related:\n\n1. [a](b) _Context: {', '.join(f'c{i}' for i in range(n))}_\n"},
        SHOW,
    ),
    "words": (2000, lambda n: {"a.md": f"{HEAD}{'storm ' * n}\n"}, SEARCH),
    "entries of a day page": (
        500,
        lambda n: {
            "a.md": HEAD,
            "index.md": f"## [2020-03-01](/{FOLDER}/index.md)\n\n"
            + "".join(f"##### t{i}, u\n### [e](/{FOLDER}/a.md)\n_Context: a, b_\n\n" for i in range(n)),
        },
        LINT,
    ),
    "fences": (2000, lambda n: {"a.md": "---\n" * n}, SHOW),
}
