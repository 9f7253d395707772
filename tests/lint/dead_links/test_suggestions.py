"""What broken links probably meant, asked for a few events: the same as lint suggests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from newsarc.api import Archive
from tests.cli.driver import CASES, EXAMPLE, run

BROKEN = "2017-06-16/russian-intervention"
REF = "2017-07-11/a-monitoring-group-based"


def suggested_by_lint(root: Path) -> dict[tuple[str, str | None], str]:
    with Archive.open(root, cache=False) as archive:
        return {(one.path, one.target): one.suggestion.path for one in archive.lint(["NA101"]) if one.suggestion}


@pytest.mark.parametrize("root", [EXAMPLE, CASES / "harbour"], ids=lambda root: root.name)
def test_an_index_of_the_whole_archive_suggests_what_lint_does(root: Path) -> None:
    with Archive.open(root, cache=True) as archive:
        events = list(archive.events())
        archive.index()  # now there is one in the cache
        found = {place: suggestion.path for place, suggestion in archive.renames(events).items()}
    assert found == suggested_by_lint(root) != {}


def test_without_an_index_only_the_days_concerned_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with Archive.open(EXAMPLE, cache=False) as archive:
        event = archive.event(BROKEN)
        monkeypatch.setattr("newsarc.index.index.Index.open", lambda *_: pytest.fail("the whole archive was read"))
        renames = archive.renames([event])
    assert [(place[0], suggestion.reason) for place, suggestion in renames.items()] == [
        (event.path, "same day, topic prefix dropped")
    ]


def test_an_event_without_broken_links_reads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with Archive.open(EXAMPLE) as archive:
        event = archive.event("2017-06-17/uss")
        monkeypatch.setattr(Archive, "index", lambda *_: pytest.fail("an index was opened"))
        assert archive.renames([event]) == {}


@pytest.mark.parametrize("command", [("show",), ("related",), ("related", "--format", "tree")], ids=" ".join)
@pytest.mark.parametrize("options", [(), ("--no-cache",)], ids=["cache", "no cache"])
def test_commands_tell_where_a_broken_link_went(command: tuple[str, ...], options: tuple[str, ...]) -> None:
    shown = run("-A", EXAMPLE, *command, BROKEN, *options, "--color", "always", env={"COLUMNS": "110"}).out
    assert shown.count("page does not exist:") == 2
    assert shown.count("renamed?") == 1
    assert f"{REF}  " in shown.partition("renamed?")[2]


@pytest.mark.parametrize(
    ("command", "links"),
    [("show", lambda json: json["events"][0]["related"]), ("related", lambda json: json["links"])],
)
def test_json_has_the_suggestion_of_a_broken_link(command: str, links: Callable[[Any], list[Any]]) -> None:
    found = [link for link in links(run("-A", EXAMPLE, command, BROKEN, "--json").json) if link["broken"]]
    assert [link.get("suggestion", {}).get("reason") for link in found] == ["same day, topic prefix dropped", None]
    assert found[0]["suggestion"]["path"].startswith("news/2017/07/11/a-monitoring-group-based")


def test_a_tree_in_a_pipe_has_refs_and_broken_links() -> None:
    start, *lines = run("-A", EXAMPLE, "related", BROKEN, "--format", "tree", "--depth", "2").lines
    assert start.endswith("  2017-06-16/russian-intervention-in-syria")
    broken = [line for line in lines if "✗ broken" in line]
    assert [line.rpartition("  ")[2] for line in broken][-2] == f"renamed? {REF}"
    assert all(line.startswith(("├─", "└─")) for line in broken[-2:])
    for line in lines:
        if line not in broken:
            ref = line.rpartition("  ")[2]
            assert run("-A", EXAMPLE, "show", ref, "--path").code == 0
