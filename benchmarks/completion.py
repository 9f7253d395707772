"""Measures shell completion against ``python -c pass``: ``python -m benchmarks.completion ARCHIVE``.

With ``--before REVISION``, an earlier newsarc is measured beside it. Both are installed from git, into environments of
their own. Each round runs ``python -c pass`` and then each completion; its CPU time, with that of the processes that it
starts, is divided by that of ``python -c pass`` of the same round. The table has the medians.
"""

from __future__ import annotations

import argparse
import os
import shlex
import statistics
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from benchmarks.before import install
from benchmarks.run.measure import run_once
from newsarc import Archive, Event
from newsarc.index import Filter

_TYPED = 4  # characters of a name
_TYPED_OF_SLUG = 12
_SET_BY_USERS = ("NEWSARC_ARCHIVE", "NEWSARC_CACHE_DIR", "GIT_DIR", "GIT_WORK_TREE")
_LIMIT = 8  # × python -c pass


class Installed(NamedTuple):
    """An installed newsarc."""

    name: str
    command: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.command.with_name("python")


@dataclass
class Cell:
    """One completion by one newsarc, with an index or without. ``ratios`` are to ``python -c pass``."""

    command: list[str]
    env: dict[str, str]
    offers: int = 0
    ratios: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """The median ratio."""
        return statistics.median(self.ratios)


def main() -> None:
    """Measure, and print the table of benchmarks/README.md."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.completion")
    parser.add_argument("archive", type=Path)
    parser.add_argument("--before", metavar="REVISION", help="an earlier newsarc to measure, too")
    parser.add_argument("--rounds", type=int, default=11)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        revisions = {"before": asked.before, "now": "HEAD"} if asked.before else {"now": "HEAD"}
        installed = [Installed(name, install(one, Path(scratch, name))) for name, one in revisions.items()]
        root = asked.archive.resolve()
        rows = {what: cells_of(words, root, installed, Path(scratch)) for what, words in completions(root)}
        measure(rows, installed[-1].python, root, asked.rounds)
        print_table(rows, [one.name for one in installed])


def completions(root: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield what is completed, and the words before the cursor."""
    event = _sample(root)
    yield "commands", ["li"]
    yield "options", ["list", "--to"]
    yield "dates", ["show", f"{event.date}"[:8]]
    yield "slugs of a day", ["show", f"{event.date}/"]
    yield "slugs", ["show", event.slug[:_TYPED_OF_SLUG]]
    yield "topics", ["list", "--topic", event.topics[0][:_TYPED]]
    yield "all topics", ["list", "--topic", ""]
    yield "topics in a query", ["search", "topic", ":", event.topics[0][:_TYPED]]
    contexts = [name for link in event.related for name in link.contexts]
    if contexts:
        yield "contexts", ["list", "--context", contexts[0][:_TYPED]]
    yield "sources", ["list", "--source", event.sources[0].text[:_TYPED]]
    yield "git revisions", ["lint", "--changed-since", "v"]


def _sample(root: Path) -> Event:
    """Return an event in the middle of the archive that has everything."""
    with Archive.open(root) as archive:
        paths = [row.path for row in archive.index().events(Filter())]
        middle = paths[len(paths) // 2 :]
        events = (archive.load(path) for path in middle)
        return next(event for event in events if event.topics and event.sources and event.sources[0].text)


def cells_of(words: list[str], root: Path, installed: list[Installed], scratch: Path) -> dict[str, Cell]:
    """Return a cell of each newsarc without and with an index, by a name for the column."""
    words = ["newsarc", *map(shlex.quote, words)]
    line = {"COMP_WORDS": "\n".join(words), "COMP_CWORD": str(len(words) - 1), "_NEWSARC_COMPLETE": "complete_bash"}
    own = {name: value for name, value in os.environ.items() if name not in _SET_BY_USERS}
    repository = _repository(scratch / "repository")
    found = {}
    for kind in ("no index", "index"):
        for newsarc in installed:
            cache = {"XDG_CACHE_HOME": str(scratch / f"{newsarc.name}, {kind}"), "NEWSARC_ARCHIVE": str(root)}
            git = {"GIT_DIR": str(repository), "GIT_WORK_TREE": str(root)}
            if kind == "index":
                _build_index(newsarc, own | cache)
            found[f"{newsarc.name}, {kind}"] = Cell([str(newsarc.command)], own | cache | line | git)
    return found


def _build_index(newsarc: Installed, env: Mapping[str, str]) -> None:
    if not Path(env["XDG_CACHE_HOME"], "newsarc").exists():
        subprocess.run([newsarc.command, "-q", "stats"], env=env, stdout=subprocess.DEVNULL, check=True)


def _repository(folder: Path) -> Path:
    """Create a git repository with a hundred tags in ``folder``, unless it exists."""
    if not folder.exists():
        git = ["git", f"--git-dir={folder}", "-c", "user.name=a", "-c", "user.email=a@b.example"]
        subprocess.run([*git, "init", "--quiet", "--bare"], check=True)
        tree = subprocess.run([*git, "mktree"], stdin=subprocess.DEVNULL, capture_output=True, check=True)
        commit = [*git, "commit-tree", "-m", "x", tree.stdout.decode().strip()]
        made = subprocess.run(commit, capture_output=True, check=True, text=True).stdout.strip()
        for number in range(100):
            subprocess.run([*git, "tag", f"v{number}", made], check=True)
        subprocess.run([*git, "config", "core.bare", "false"], check=True)
    return folder


def measure(rows: Mapping[str, Mapping[str, Cell]], python: Path, root: Path, rounds: int) -> None:
    """Run each cell once to warm up, then in rounds."""
    cells = [cell for row in rows.values() for cell in row.values()]
    for cell in cells:
        done = subprocess.run(cell.command, env=cell.env, cwd=root, capture_output=True, check=False)
        cell.offers = len(done.stdout.splitlines())
    for _ in range(rounds):
        for cell in cells:
            base = run_once([str(python), "-c", "pass"], root, cell.env).cpu
            cell.ratios.append(run_once(cell.command, root, cell.env, (0, 1)).cpu / base)


def print_table(rows: Mapping[str, Mapping[str, Cell]], names: list[str]) -> None:
    """Print the medians, and the number of offers of the newsarc that was measured last."""
    columns = list(next(iter(rows.values())))
    print(f"| completed | {' | '.join(columns)} | offers, no index | offers, index |")
    print(f"| --- |{' ---: |' * (len(columns) + 2)}")
    for what, row in rows.items():
        ratios = " | ".join(f"{row[column].ratio:.1f}" for column in columns)
        offers = " | ".join(str(row[f"{names[-1]}, {kind}"].offers) for kind in ("no index", "index"))
        print(f"| {what} | {ratios} | {offers} |")
    slow = [cell for row in rows.values() for column, cell in row.items() if column.startswith(names[-1])]
    print(f"\nThe slowest now: {max(cell.ratio for cell in slow):.1f} (limit: {_LIMIT})")


if __name__ == "__main__":
    main()
