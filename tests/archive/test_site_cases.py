"""Small sites in ``site_cases``: what commands say about them stands beside each, in ``expected.toml``.

``events``: day, slug and address of each event, as ``list`` orders them. ``related``, ``topics`` and ``sources``: by
slug. A related link that is broken is its target after an exclamation mark. ``notes``: what is written to standard
error. ``[[run]]``: the lines of another command, or with ``fields`` only these columns, or its error message.
"""

from __future__ import annotations

import shlex
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from newsarc.api import Archive
from newsarc.index import Filter
from tests.cli.driver import run

CASES = Path(__file__).with_name("site_cases")
NAMES = sorted(case.name for case in CASES.iterdir())


@pytest.fixture(params=NAMES)
def case(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, dict[str, Any]]:
    """A copy of the site, and what is expected of it."""
    folder = CASES / request.param
    expected = tomllib.loads((folder / "expected.toml").read_text(encoding="utf-8"))
    return Path(shutil.copytree(folder / "site", tmp_path / "site")), expected


def test_events_have_the_dates_slugs_and_addresses_of_the_generator(case: tuple[Path, dict[str, Any]]) -> None:
    root, expected = case
    with Archive.open(root, cache=False) as archive:
        assert archive.layout is not None
        assert archive.layout.name == expected["layout"]
        found = []
        for row in archive.index().events(Filter()):
            post = archive.parse_post(row.path, archive.tree.read(row.path)).post
            found.append(f"{row.day or 'undated'} {row.slug} {post.address}")
        assert found == expected["events"]


def test_events_have_their_links_topics_and_sources(case: tuple[Path, dict[str, Any]]) -> None:
    root, expected = case
    listed = run("-A", root, "list", "--json")
    assert listed.err.replace(f"{root}/", "").splitlines() == expected.get("notes", [])
    events = {event["slug"]: event for event in listed.json["events"]}
    for slug, topics in expected.get("topics", {}).items():
        assert (slug, events[slug]["topics"]) == (slug, topics)
    for slug, sources in expected.get("sources", {}).items():
        assert (slug, [source["label"] for source in events[slug]["sources"]]) == (slug, sources)
    slugs = {event["path"]: event["slug"] for event in listed.json["events"]}
    for slug, related in expected.get("related", {}).items():
        links = events[slug]["related"]
        found = [f"!{link['target']}" if link["broken"] else slugs[link["path"]] for link in links]
        assert (slug, found) == (slug, related)


def test_other_commands(case: tuple[Path, dict[str, Any]]) -> None:
    root, expected = case
    for one in expected.get("run", []):
        result = run("-A", root, *shlex.split(one["words"]))
        if "error" in one:
            assert (one["words"], result.err.replace(f"{root}/", "")) == (one["words"], f"newsarc: {one['error']}\n")
        else:
            plain = [[field.replace(f"{root}/", "") for field in row] for row in result.rows]
            rows = [[row[at] for at in one["fields"]] if "fields" in one else row for row in plain]
            assert (one["words"], ["\t".join(row) for row in rows]) == (one["words"], one["lines"])
