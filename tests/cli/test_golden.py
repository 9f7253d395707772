"""What a user sees on examples/archive, byte for byte. ``pytest tests/cli --update-golden`` writes the files anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.driver import EXAMPLE, run

GOLDEN = Path(__file__).parent / "golden"

PLAIN = {
    "list-2017-06": ["list", "2017-06"],
    "list-topic": ["list", "--topic", "syrian civil war", "--reverse"],
    "count-by-month": ["list", "--count-by", "month"],
    "count-by-topic": ["list", "--count-by", "topic"],
    "count-by-context": ["list", "2018", "--count-by", "context"],
    "show-day": ["show", "2017-06-16"],
    "show-event": ["show", "2017-06-16/russian-intervention"],
    "show-changes": ["show", "2018-05-17"],
    "show-front-matter": ["show", "airbnb-drops"],
    "show-chinese": ["show", "2018-02-06"],
    "search": ["search", "raqqa dam"],
    "search-chinese": ["search", "地震"],
    "search-fixed": ["search", "--fixed", "[Isis territory]"],
    "related-both": ["related", "2017-06-16/russian-intervention", "--both"],
    "related-depth": ["related", "2017-06-16/russian-intervention", "--depth", "2"],
    "related-tree": ["related", "2017-06-16/russian-intervention", "--depth", "2", "--format", "tree"],
    "related-dot": ["related", "2017-06-17/uss", "--both", "--format", "dot"],
    "related-mermaid": ["related", "2017-06-17/uss", "--both", "--format", "mermaid"],
    "related-graphml": ["related", "2018-02-06", "--both", "--format", "graphml"],
    "related-path": ["related", "2017-06-17/uss", "--path", "2019-03-23"],
    "timeline": ["timeline", "raqqa", "--summary"],
    "timeline-event": ["timeline", "2017-06-16/russian-intervention"],
    "stats": ["stats"],
    "related-discover": ["related", "2017-06-16/russian-intervention", "--discover"],
    "sources-show": ["sources", "show", "2017-06-16/russian-intervention"],
    "lint": ["lint", "--select", "NA101"],
}
TABLES = {
    "list-2017-06": ["list", "2017-06"],
    "count-by-month": ["list", "--count-by", "month"],
    "count-by-topic": ["list", "--count-by", "topic"],
    "show-day": ["show", "2017-06-16"],
    "show-event": ["show", "2017-06-16/russian-intervention"],
    "show-changes": ["show", "2018-05-17"],
    "show-front-matter": ["show", "airbnb-drops"],
    "show-chinese": ["show", "2018-02-06"],
    "search": ["search", "raqqa dam"],
    "search-chinese": ["search", "地震"],
    "search-fixed": ["search", "--fixed", "[Isis territory]"],
    "related-both": ["related", "2017-06-16/russian-intervention", "--both"],
    "related-depth": ["related", "2017-06-16/russian-intervention", "--depth", "2"],
    "related-path": ["related", "2017-06-17/uss", "--path", "2019-03-23"],
    "timeline": ["timeline", "raqqa", "--summary"],
    "timeline-event": ["timeline", "2017-06-16/russian-intervention"],
    "timeline-chinese": ["timeline", "地震"],
    "timeline-days": ["timeline", "2017-06", "--limit", "3"],
    "stats": ["stats"],
    "topics": ["topics"],
    "stats-filters": ["stats", "2017", "--topic", "Syrian Civil War", "--by", "month", "--top", "3"],
    "related-discover": ["related", "2017-06-16/russian-intervention", "--discover"],
    "sources-list": ["sources", "list", "2017-06"],
    "sources-show": ["sources", "show", "2017-06-16/russian-intervention"],
}
CASES = [(f"{name}.plain", arguments, 80) for name, arguments in PLAIN.items()] + [
    (f"{name}.{width}", [*arguments, "--format", "table"], width)
    for name, arguments in TABLES.items()
    for width in (80, 140)
]


def compare(file: Path, text: str, update: bool) -> None:
    if update:
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    assert file.is_file(), f"no {file.name}: run pytest tests/cli --update-golden and look at what it writes"
    assert text == file.read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "arguments", "width"), CASES, ids=[case[0] for case in CASES])
def test_golden(
    name: str, arguments: list[str], width: int, update_golden: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(EXAMPLE)
    result = run("-A", ".", *arguments, env={"COLUMNS": str(width)})
    assert result.code == (1 if arguments[0] == "lint" else 0)
    text = "".join(line.rstrip() + "\n" for line in result.lines) if not name.endswith(".plain") else result.out
    compare(GOLDEN / f"{name}.txt", text, update_golden)


def test_no_golden_file_without_its_case() -> None:
    assert {name for name in os.listdir(GOLDEN) if name.endswith(".txt")} == {f"{name}.txt" for name, _, _ in CASES}


@pytest.mark.parametrize("width", [60, 80, 140])
@pytest.mark.parametrize("name", TABLES)
def test_no_line_is_wider_than_the_terminal(name: str, width: int) -> None:
    from rich.cells import cell_len

    result = run("-A", EXAMPLE, *TABLES[name], "--format", "table", env={"COLUMNS": str(width)})
    for line in result.lines:
        if not line.startswith(("news/", "  newsarc ")):  # a path or a command that must stay in one piece
            assert cell_len(line) <= width, line
