"""Archives that try to exhaust memory or time: ``python benchmarks/bombs.py [NAME ...]``.

For each archive and command, prints the CPU time, peak memory, exit code and last line of stderr. Commands run as
processes, on an archive in a temporary folder. ``--events N`` is the number of events in the crowded day folder
[default: 20,000].
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

DAY = "news/2020/03/1"
HEAD = f"### [2020-03-01](/{DAY}/index.md)\n\n# Storm\n\n"
SHOW = ["show", "2020-03-01/bomb"]
ALL = [["list"], SHOW, ["search", "storm"], ["lint"]]


def page(root: Path, text: str, name: str = "bomb.md") -> None:
    """Write one page of the day."""
    (root / DAY / name).write_text(text, encoding="utf-8")


def links(count: int) -> str:
    """Return ``count`` related links to different missing pages."""
    return "".join(f"1. [gone {n}](/{DAY}/gone-{n}.md) _Context: A_\n" for n in range(count))


def sparse(file: Path, size: int) -> None:
    """Write a file of ``size`` bytes without data."""
    with file.open("wb") as opened:
        opened.truncate(size)


def crowd(root: Path, count: int) -> None:
    """Write ``count`` events of one day."""
    for number in range(count):
        page(root, f"### [2020-03-01](/{DAY}/index.md)\n\n# Storm {number}\n", f"storm-{number:07}.md")


def deep(root: Path) -> None:
    """Write folders nested 1,000 deep, relative to open folders because the path is too long, and a link into them."""
    here = os.open(root / DAY, os.O_RDONLY)
    for _ in range(1000):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    page(root, f"{HEAD}### Related:\n\n1. [a](/{DAY}{'/d' * 1000}/x.md) _Context: A_\n")


def entries(count: int) -> str:
    """Return a day page with ``count`` entries."""
    return f"## [2020-03-01](/{DAY}/index.md)\n\n" + "".join(
        f"##### Topic {n}, more\n### [Storm {n}](/{DAY}/storm-{n}.md)\n_Context: a, b_\n\n" for n in range(count)
    )


def laughs(levels: int) -> str:
    """Return YAML in which each list has ten times as many items as the one before."""
    lines = ["a0: &a0 [x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels)]
    return "---\n" + "\n".join(lines) + f"\ntopics: *a{levels - 1}\n---\n{HEAD}"


def all_of(*makers: Callable[[Path], None]) -> Callable[[Path], None]:
    """Return a function that calls all ``makers``."""

    def make(root: Path) -> None:
        for maker in makers:
            maker(root)

    return make


def bombs(events: int) -> dict[str, tuple[Callable[[Path], object], list[list[str]]]]:
    """Return the functions that write the archives, by name, with the commands to run on each."""
    config, baseline = "newsarc.toml", "baseline.json"
    with_baseline = [["lint", "--baseline", baseline]]
    return {
        "YAML aliases, 10^30 items": (lambda root: page(root, laughs(30)), ALL),
        "YAML 30,000 deep": (lambda root: page(root, f"---\na: {'[' * 30_000}\n---\n{HEAD}"), ALL),
        "YAML 6,500 keys": (
            lambda r: page(r, "---\n" + "".join(f"k{n}: 1\n" for n in range(6500)) + f"---\n{HEAD}"),
            ALL,
        ),
        "sparse page of 1 GB": (lambda root: sparse(root / DAY / "bomb.md", 1 << 30), ALL),
        "100,000 links in one event": (lambda root: page(root, f"{HEAD}### Related:\n\n{links(100_000)}"), ALL),
        "headline of 10 MB": (lambda root: page(root, f"# {'storm ' * 1_700_000}\n"), ALL),
        "headline of 10 MB, one word": (lambda root: page(root, f"# {'storm' * 2_000_000}\n"), ALL),
        "folders 1,000 deep": (deep, ALL),
        "day page of 100,000 entries": (
            all_of(lambda root: page(root, HEAD), lambda root: page(root, entries(100_000), "index.md")),
            ALL,
        ),
        f"{events:,} events of one day": (
            all_of(lambda root: crowd(root, events), lambda root: page(root, HEAD)),
            [*ALL, ["list", "--format", "table"], ["show", "2020-03-01", "--format", "table"], ["stats"]],
        ),
        "crowd, and 20,000 dead links": (
            all_of(
                lambda root: crowd(root, min(events, 20_000)),
                lambda root: page(root, f"{HEAD}### Related:\n\n{links(20_000)}"),
            ),
            [["lint"]],
        ),
        "100,000 comments to lint": (
            lambda root: page(
                root, f"{HEAD}### Related:\n\n1. [a](b)\n" + "x <!-- newsarc: ignore NA101 -->\n" * 100_000
            ),
            [["lint"]],
        ),
        "configuration of 100 MB": (lambda root: (root / config).write_text("a.b = 1\n" * 12_500_000), [["list"]]),
        "configuration: a key of 500,000 parts": (
            lambda root: (root / config).write_text(f"{'a.' * 500_000}a = 1\n"),
            [["list"]],
        ),
        "sparse configuration of 1 GB": (lambda root: sparse(root / config, 1 << 30), [["list"]]),
        "baseline of 100 MB of noise": (
            lambda root: (root / baseline).write_bytes(os.urandom(100 << 20)),
            with_baseline,
        ),
        "baseline of brackets": (lambda root: (root / baseline).write_text("[" * (60 << 20)), with_baseline),
        "query of 100,000 characters": (lambda root: page(root, HEAD), [["search", "a" * 100_000]]),
        "REF of 100,000 characters": (
            lambda root: page(root, HEAD),
            [["show", "a" * 100_000], ["show", "/a" * 50_000]],
        ),
    }


def run(root: Path, words: list[str], cache: Path) -> str:
    """Run a command and return its row of the table."""

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (600, 610))

    said = cache / "said"
    with said.open("wb") as error:
        started = subprocess.Popen(
            [sys.executable, "-m", "newsarc", "-A", ".", *words],
            cwd=root,
            stdout=subprocess.DEVNULL,
            stderr=error,
            env={**os.environ, "NEWSARC_CACHE_DIR": str(cache), "PYTHONUTF8": "1", "COLUMNS": "100"},
            preexec_fn=limited,  # noqa: PLW1509 (there are no threads)
        )
        _, status, usage = os.wait4(started.pid, 0)
    started.returncode = os.waitstatus_to_exitcode(status)
    lines = said.read_text("utf-8", "replace").splitlines() or [""]
    seconds, memory = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
    name = " ".join(words)[:40]
    return f"| {name} | {seconds:.1f} s | {memory:.0f} MB | {started.returncode} | {lines[-1][:110]} |"


def main() -> None:
    """Run all archives, or those whose name contains one of the given words."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--events", type=int, default=20_000)
    asked = parser.parse_args()
    for name, (make, commands) in bombs(asked.events).items():
        if asked.names and not any(word in name for word in asked.names):
            continue
        with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as cache:
            root = Path(folder)
            (root / DAY).mkdir(parents=True)
            page(root, "# Other\n", "other.md")
            make(root)
            for words in commands:
                print(f"| {name} {run(root, words, Path(cache))}", flush=True)
            subprocess.run(["rm", "-r", str(root / "news")], check=True)  # shutil.rmtree recurses too deeply


if __name__ == "__main__":
    main()
