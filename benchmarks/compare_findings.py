"""Compares the findings of this newsarc and an earlier one, rule by rule, on the same archives.

``python -m benchmarks.compare_findings ROOT... --before REV [--mutations N] [--show N]`` lints each archive with both,
with all rules and without a cache. Findings are compared as sets of code, path, line, column and target, without
messages, fixes and suggestions. ``--mutations N`` adds N copies of the first archive with broken links
(:mod:`tests.mutation`). Exits with 1 if any set differs.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.before import install
from tests.mutation import mutate


class Place(NamedTuple):
    """A finding without its message. ``target`` is None unless it is about a link."""

    code: str
    path: str
    line: int
    column: int
    target: str | None


def findings(newsarc: Path, root: Path) -> frozenset[Place]:
    """Return the places of all findings of ``newsarc`` in the archive at ``root``.

    Raises RuntimeError with its error output if newsarc fails.
    """
    options = ["lint", "--no-cache", "--select", "ALL", "--exit-zero", "--output-format", "json"]
    env = {name: value for name, value in os.environ.items() if name != "NEWSARC_ARCHIVE"}
    ran = subprocess.run([str(newsarc), "-q", "-A", str(root), *options], capture_output=True, env=env, check=False)
    if ran.returncode:
        raise RuntimeError(f"{newsarc} lint {root}: exit code {ran.returncode}\n{ran.stderr.decode(errors='replace')}")
    found = json.loads(ran.stdout)["findings"]
    return frozenset(Place(one["code"], one["path"], one["line"], one["column"], one["target"]) for one in found)


def table(name: str, before: frozenset[Place], now: frozenset[Place]) -> str:
    """Return a Markdown table with one row per rule that has findings in the archive ``name``."""
    counts = [Counter(place.code for place in places) for places in (before, now, before - now, now - before)]
    lines = [f"{name}:", "", "| rule | before | now | only before | only now |", "| --- | ---: | ---: | ---: | ---: |"]
    for code in sorted({*counts[0], *counts[1]}):
        lines.append(f"| {code} | {' | '.join(f'{count[code]:,}' for count in counts)} |")
    return "\n".join(lines)


def differences(before: frozenset[Place], now: frozenset[Place], most: int) -> Iterator[str]:
    """Yield a line for each of the first ``most`` findings that only one version has."""
    for sign, places in (("-", before - now), ("+", now - before)):
        for place in sorted(places, key=lambda place: (*place[:4], place.target or ""))[:most]:
            target = "" if place.target is None else f" {place.target}"
            yield f"{sign} {place.path}:{place.line}:{place.column}: {place.code}{target}"


def main() -> None:
    """Run the comparison."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.compare_findings",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("roots", nargs="+", type=Path, metavar="ROOT", help="an archive")
    parser.add_argument("--before", required=True, metavar="REV", help="the git revision to compare with")
    parser.add_argument("--newsarc", type=Path, default=Path(sys.executable).with_name("newsarc"))
    parser.add_argument("--mutations", type=int, default=0, metavar="N", help="mutated copies of the first archive")
    parser.add_argument("--show", type=int, default=20, metavar="N", help="differences to print per archive and side")
    options = parser.parse_args()
    is_different = False
    with tempfile.TemporaryDirectory() as folder:
        earlier = install(options.before, Path(folder) / "before")
        archives = {str(root): root for root in options.roots}
        for seed in range(1, options.mutations + 1):
            copy = Path(folder) / f"mutated-{seed}"
            mutate(options.roots[0], copy, seed)
            archives[f"{options.roots[0]}, mutated with seed {seed}"] = copy
        for name, root in archives.items():
            before, now = findings(earlier, root), findings(options.newsarc, root)
            print(table(name, before, now), end="\n\n")
            for line in differences(before, now, options.show):
                print(line)
            is_different = is_different or before != now
    sys.exit(is_different)


if __name__ == "__main__":
    main()
