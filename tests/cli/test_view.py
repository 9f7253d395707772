"""Writing a result evaluates only the part that the output format needs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from newsarc.cli.global_options import GlobalOptions
from newsarc.cli.session import Session
from newsarc.cli.view import Json, OutputView, json_lines, write_view
from tests.cli.driver import EXAMPLE


def view(needed: str, paths: bool = True) -> OutputView:
    """Return a view that fails when any part but ``needed`` is evaluated."""

    def part(name: str, *values: object) -> Iterator[object]:
        assert name == needed, f"{name} is evaluated for {needed}"
        yield from values

    def document() -> Iterator[str]:
        yield from map(str, part("json", "{}\n"))

    def lines() -> Iterator[str]:
        assert needed == "jsonl"
        return json_lines([{"a": 1}])

    return OutputView(
        ("one", "two"),
        (row for row in part("rows", (1, None))),  # type: ignore[misc]
        Json(document, lines),
        lambda: print(*part("table", "printed")),
        map(str, part("paths", "news/2017/06/16/a.md")) if paths else None,
    )


@pytest.mark.parametrize(
    ("output", "needed", "said"),
    [
        ("plain", "rows", "1\t\n"),
        ("csv", "rows", "one,two\n1,\n"),
        ("json", "json", "{}\n"),
        ("jsonl", "jsonl", '{"a": 1}\n'),
        ("table", "table", "printed\n"),
        ("paths", "paths", f"{EXAMPLE / 'news/2017/06/16/a.md'}\n"),
    ],
)
def test_a_format_evaluates_its_part(output: str, needed: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    write_view(Session(GlobalOptions(archive=Path(EXAMPLE), no_cache=True)), view(needed), output)
    assert capsys.readouterr().out == said


def test_without_paths_they_are_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    write_view(Session(GlobalOptions(archive=Path(EXAMPLE))), view("rows", paths=False), "paths")
    assert capsys.readouterr().out == "1\t\n"
