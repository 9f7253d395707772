"""Many runs at once over an archive that changes: ``python -m tests.faults.at_once [--runs 100] [--readers 8]``.

An editor gives pages new versions and spells links in an odd way until all others are done; two run ``lint --fix``,
which mends those; readers ask. Each answer must be true for some moment between its beginning and its end, page by
page. At the end, with everybody gone, what is kept must say what the files say, and nothing may be left behind.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import re
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path

from tests.cli.driver import Outcome, fork

PAGES = 40
READING = (
    ("list", "--json"),
    ("search", "version", "--json", "-n", "0"),
    ("timeline", "version", "--json"),
    ("stats", "--json"),
    ("lint", "--select", "NA101", "--output-format", "json"),
    ("list", "2020-05", "--no-cache", "--json"),
)
_VERSION = re.compile(r"Page (\d+) version (\d+)\b")


class Stage:
    """The archive, what its pages said when, and what went wrong so far."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.archive = folder / "archive"
        self.random = random.Random(seed)
        self.order = itertools.count()  # of what happens: a run is between two numbers, an edit after one
        self.written: list[list[tuple[int, int]]] = [[] for _ in range(PAGES)]  # when each version was about to be
        self.wrong: list[str] = []
        self.runs: Counter[str] = Counter()
        self.is_over = threading.Event()
        for number in range(PAGES):
            self.put(number, 0)
            self.spell_oddly(number)

    def put(self, number: int, version: int) -> None:
        """Give a page another version, as editors do: written beside it, and renamed."""
        self.written[number].append((next(self.order), version))
        text = f"### [2020-05-{1 + number % 28}](/news/2020/05/{1 + number % 28}/index.md)\n\n"
        self._replace(f"page-{number}", number, f"{text}# Page {number} version {version}\n")

    def spell_oddly(self, number: int) -> None:
        """Write a page with a link in an odd spelling (NA106), which ``lint --fix`` mends."""
        other = (number + 1) % PAGES
        link = (
            f"/news/2020/05/0{1 + other % 28}/page-{other}.md"
            if other % 28 < 9
            else f"/news/2020/05/{1 + other % 28}/page-{other}.html"
        )
        self._replace(
            f"odd-{number}", number, f"# Odd {number}\n\n### Related:\n\n1. [Page]({link}) _Context: Pages_\n"
        )

    def _replace(self, slug: str, number: int, text: str) -> None:
        file = self.archive / f"news/2020/05/{1 + number % 28}/{slug}.md"
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_name(f".{slug}.swp")
        beside.write_text(text, encoding="utf-8")
        beside.replace(file)

    def run(self, *arguments: str) -> Outcome:
        """Run newsarc to its end."""
        return fork("-q", *arguments, cwd=self.archive, env={"NEWSARC_CACHE_DIR": str(self.folder / "cache")})

    def edit(self) -> None:
        """Change pages until all others are done."""
        while not self.is_over.wait(self.random.random() * 0.05):
            number = self.random.randrange(PAGES)
            self.put(number, self.written[number][-1][1] + 1)
            self.spell_oddly(self.random.randrange(PAGES))

    def mend(self, runs: int) -> None:
        """Mend so many times."""
        for _ in range(runs):
            self.look(("lint", "--fix", "--select", "NA106"), (0, 1, 2))

    def read(self, runs: int) -> None:
        """Ask so many times."""
        for _ in range(runs):
            self.look(self.random.choice(READING), (0, 1))

    def look(self, arguments: tuple[str, ...], codes: tuple[int, ...]) -> None:
        """Run newsarc, and write down what is wrong about it."""
        started = next(self.order)
        found = self.run(*arguments)
        ended = next(self.order)
        self.runs[" ".join(arguments)] += 1
        name = " ".join(arguments)
        lines = found.err.splitlines()
        if found.code == 2 and 2 in codes and lines and all("not fixed: " in line for line in lines):
            return  # pages changed again and again, and it says so
        if found.code not in codes or lines:
            self.wrong.append(f"{name}: exit {found.code}: {found.err.strip()[-300:]}")
        elif arguments[-1] == "json" and any(f["code"] == "NA101" for f in json.loads(found.out)["findings"]):
            self.wrong.append(f"{name}: no link is dead, but {found.out[:300]}")
        seen = {int(number): int(version) for number, version in _VERSION.findall(found.out)}
        if arguments[0] == "list" and len(seen) != PAGES:
            self.wrong.append(f"{name}: {len(seen)} of {PAGES} pages")
        for number, version in seen.items():
            versions = self.written[number]
            oldest = max(v for at, v in versions if at <= started or v == 0)
            newest = max(v for at, v in versions if at <= ended)
            # What was about to be written when the run began may not have been there yet.
            if not oldest - 1 <= version <= newest:
                self.wrong.append(f"{name}: page {number}: version {version}, but {oldest} to {newest} at the time")

    def judge(self) -> None:
        """Look at what is left when everybody is gone."""
        self.look(("lint", "--fix", "--select", "NA106"), (0,))
        for arguments in READING:
            kept, new = self.run(*arguments), self.run("--no-cache", *arguments)
            if _timeless(kept.out) != _timeless(new.out):
                self.wrong.append(f"{' '.join(arguments)}: what is kept says otherwise")
        left = [str(file) for file in self.folder.rglob("*") if file.suffix in (".tmp", ".index-new")]
        if left:
            self.wrong.append(f"left behind: {left}")


def _timeless(text: str) -> str:
    return re.sub(r'"seconds": [\d.]+', "", text)


def perform(folder: Path, runs: int, readers: int, seed: int = 0) -> Stage:
    """Let an editor, two menders and ``readers``, of so many runs each, at an archive in ``folder``; return what came
    of it.
    """
    stage = Stage(folder, seed)
    editor = threading.Thread(target=stage.edit)
    others = [
        threading.Thread(target=actor, args=[runs]) for actor in (stage.mend, stage.mend, *[stage.read] * readers)
    ]
    for thread in (editor, *others):
        thread.start()
    for thread in others:
        thread.join()
    stage.is_over.set()
    editor.join()
    stage.judge()
    return stage


def main() -> int:
    """Perform; 1 where something was wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.faults.at_once", description=(__doc__ or "").partition(":")[0]
    )
    parser.add_argument("--runs", type=int, default=100, help="of each reader and mender")
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        stage = perform(Path(folder), asked.runs, asked.readers, asked.seed)
    for name, number in stage.runs.most_common():
        print(f"{number:6,}  {name}")
    print(f"{sum(map(len, stage.written)):6,}  versions of {PAGES} pages")
    print(*dict.fromkeys(stage.wrong), sep="\n")
    print(f"{sum(stage.runs.values()):,} runs, {len(stage.wrong):,} wrong")
    return 1 if stage.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
