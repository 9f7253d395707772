"""``--fix`` makes no finding of a default rule, over archives with random defects, and counts what it fixed."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from newsarc.api import Archive
from newsarc.cli.app import app
from newsarc.lint import lint as check
from newsarc.lint.linter import Report

WORDS = (
    *("river", "ferry", "bridge", "harbour", "storm", "council", "votes", "minister"),
    *("resigns", "strike", "market", "fire", "flood", "police", "court"),
)
TOPICS = ("Harbour", "Lorne council", "Storms, floods")

# Each of these has shown a fault while the fixes were made; 900 others showed no more.
SEEDS = (0, 3, 8, 9, 11, 14, 23, 26, 36, 43, 50, 63)


class _Archive:
    """A few days of a few events; whatever is written may have a defect."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.pages: dict[str, str] = {}
        # By path: the headline now, and one that the event had before.
        self.events: dict[str, tuple[str, str]] = {}
        for day in (1, 2, 3):
            for _ in range(self.rng.randint(1, 4)):
                self._event(f"news/2020/05/{day}")
        for path in list(self.events):
            self.pages[path] = self._page(path)
        for day in (1, 2, 3):
            self._day_pages(day)

    def _maybe(self, chance: float) -> bool:
        return self.rng.random() < chance

    def _event(self, folder: str) -> None:
        words = [self.rng.choice(WORDS) for _ in range(7)]
        old = " ".join(words).capitalize()
        words[self.rng.randrange(1, 7)] = self.rng.choice(WORDS)
        new = " ".join(words).capitalize() if self._maybe(0.5) else old
        if self._maybe(0.15):
            new = self.rng.choice(
                ("{} [the first", "{} ] again", "{} \x1b[1m", "{} &#0", "{} <!-- x -->", "[{}](x)")
            ).format(new)
        if self._maybe(0.1) and self.events:
            new = self.rng.choice(list(self.events.values()))[0]
        path = f"{folder}/{'-'.join(words)}.md"
        self.events.setdefault(path, (new, old))

    def _target(self, path: str) -> str:
        """A target for the event: as it is, as it was, or written in another way."""
        folder, _, name = path.rpartition("/")
        old = self.events[path][1].lower().replace(" ", "-")
        return self.rng.choice(
            (
                *((f"/{path}",) * 4),
                *((f"/{folder}/{old}.md",) * 3),
                f"//{path}",
                f"/{path.removesuffix('.md')}.html",
                f"/{folder}/{name.upper().replace('.MD', '.md')}",
                f"/{path}#top",
                f"/{path}".replace("/", "\\"),
                f"/news/2020/05/9/{name}",
            )
        )

    def _item(self) -> str:
        path = self.rng.choice(list(self.events))
        label = self.rng.choice((*self.events[path], self.rng.choice(list(self.events.values()))[0]))
        names = self.rng.sample(TOPICS[:2], self.rng.randint(1, 2))
        note = f" _Context: {', '.join(names)}_" if self._maybe(0.8) else ""
        comment = " <!-- newsarc: ignore NA104 -->" if self._maybe(0.03) else ""
        return f"1. [{label}]({self._target(path)}){note}{comment}"

    def _page(self, path: str) -> str:
        headline, old = self.events[path]
        day = path.split("/")[3]
        front = f"---\ntitle: Another title {day}\n---\n" if self._maybe(0.08) else ""
        topic = f"##### {self.rng.choice(TOPICS)}\n" if self._maybe(0.5) else ""
        summary = self.rng.choice(
            ("", "What came of it. ", "Cut &#0", "x" * 400, "With \x07 a bell", "A [link](x) in it")
        )
        urls = [
            self.rng.choice(("https://a.example/1", "//a.example/1", " https://a.example/1", "https://a.example/2"))
            for _ in range(3)
        ]
        sources = "".join(f"1. [{self.rng.choice(('A', 'B'))}]({url})\n" for url in urls)
        former = f"/{path.rpartition('/')[0]}/{old.lower().replace(' ', '-')}.md"
        changes = f"### Changes:\n\n1. [{old}]({former}) _(First version)_\n"
        related = "\n".join(self._item() for _ in range(self.rng.randint(1, 6)))
        return (
            f"{front}### [2020-05-0{day}](/news/2020/05/{day}/index.md)\n\n{topic}# {headline}\n\n{summary}\n\n"
            f"### Sources:\n\n{sources}\n{changes if self._maybe(0.2) else ''}\n### Related:\n\n{related}\n"
        )

    def _day_pages(self, day: int) -> None:
        paths = [path for path in self.events if path.startswith(f"news/2020/05/{day}/")]
        names = ("index.md", "README.md") if self._maybe(0.9) else ("index.md",)
        same = self._day_page(day, paths)
        for name in names:
            text = same if self._maybe(0.6) else self._day_page(day, paths)
            self.pages[f"news/2020/05/{day}/{name}"] = text.replace("\n", "\r\n") if self._maybe(0.05) else text

    def _day_page(self, day: int, paths: list[str]) -> str:
        entries = []
        for path in paths:
            if self._maybe(0.25):
                continue
            headline = self.rng.choice(self.events[path])
            target = f"/{path}" if self._maybe(0.7) else self._target(path)
            topic = "##### Harbour\n" if self._maybe(0.3) else ""
            body = self.rng.choice(("", "What came of it.\n", "_Context: Harbour_\n"))
            entries.append(f"{topic}### [{headline}]({target})\n{body}\n")
            if self._maybe(0.1):
                entries.append(entries[-1])
        previous = f"## [Previous Day...](/news/2020/05/{day - 1}/index.md)\n" if self._maybe(0.7) else ""
        return f"## [2020-05-0{day}](/news/2020/05/{day}/index.md)\n\n{''.join(entries)}{previous}"

    def write(self, root: Path) -> None:
        for path, text in self.pages.items():
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode())


def content(root: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in root.rglob("*.md")}


def report_of(root: Path) -> Report:
    with Archive.open(root, cache=False) as archive:
        return check(archive)


def count_findings(report: Report) -> Counter[tuple[str, str, str]]:
    """What a report says of each page, without what a fix may change in the message of a finding that stays: the number
    of a line, the target of an entry, and why an event that a day page does not list cannot be added to it.
    """
    changing = re.compile(r"(?<=line )\d+|: [/\\].*")
    return Counter(
        (finding.path, finding.code, "" if finding.code == "NA501" else changing.sub("", finding.message))
        for finding in report.findings
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_no_fix_creates_a_new_finding(tmp_path: Path, seed: int) -> None:
    before = None
    for unsafe in (False, True):
        root = tmp_path / str(unsafe)
        _Archive(seed).write(root)
        before, written = before or report_of(root), content(root)
        options = ["--fix", "--no-cache", *(["--unsafe-fixes"] if unsafe else [])]
        result = CliRunner().invoke(app, ["-A", str(root), "lint", *options])
        assert result.exit_code in (0, 1)
        after = report_of(root)
        assert not count_findings(after) - count_findings(before)
        fixed = int(match[1]) if (match := re.search(r"; (\d+) fixed", result.stderr)) else 0
        assert (fixed > 0) == (content(root) != written)
        assert all(finding.fix is None or not (finding.fix.safe or unsafe) for finding in after.findings)


def test_an_entry_is_copied_from_the_other_day_page(tmp_path: Path) -> None:
    folder = "news/2020/05/1"
    heading = f"## [2020-05-01](/{folder}/index.md)\n\n"
    ferry, quay = f"### [Ferry stops](/{folder}/ferry-stops.md)\n", f"### [Quay floods](/{folder}/quay-floods.md)\n"
    pages = {
        "ferry-stops.md": f"### [2020-05-01](/{folder}/index.md)\n\n##### Harbour\n# Ferry stops\n\nIt was cut &#0\n",
        "quay-floods.md": f"### [2020-05-01](/{folder}/index.md)\n\n# Quay floods\n\nThe tide came in.\n",
        "index.md": f"{heading}{ferry}\n{quay}\n",
        "README.md": f"{heading}{quay}The tide came in.\n\n",
    }
    for name, text in pages.items():
        file = tmp_path / folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    before = report_of(tmp_path)
    result = CliRunner().invoke(app, ["-A", str(tmp_path), "lint", "--fix", "--no-cache"])
    assert (tmp_path / folder / "README.md").read_text("utf-8") == f"{heading}{quay}The tide came in.\n\n{ferry}\n"
    assert "; 1 fixed" in result.stderr
    assert not count_findings(report_of(tmp_path)) - count_findings(before)


def test_each_fixed_finding_is_counted_and_no_other(tmp_path: Path) -> None:
    """A fix of two pages is one fix."""
    file = tmp_path / "news/2020/05/1/ferry-stops.md"
    file.parent.mkdir(parents=True)
    sources = "### Sources:\n\n1. [A](https://a.example/1)\n2. [A](https://a.example/1)\n3. [B](//a.example/2)\n"
    file.write_text(f"### [2020-05-01](/news/2020/05/1/index.md)\n\n# Ferry stops\n\n{sources}", encoding="utf-8")
    day = "## [2020-05-01](/news/2020/05/1/index.md)\n\n"
    for name in ("index.md", "README.md"):
        file.with_name(name).write_text(day, encoding="utf-8")
    result = CliRunner().invoke(app, ["-A", str(tmp_path), "lint", "--fix", "--no-cache"])
    assert "no findings" in result.stderr
    assert "; 3 fixed" in result.stderr  # the duplicate, the scheme, and one entry in two pages
