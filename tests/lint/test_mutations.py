"""NA101 against the truth: archives broken on purpose, from the real Chinese one and from generated ones."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from newsarc.api import Archive
from newsarc.cli.app import app
from newsarc.lint import lint
from newsarc.lint.finding import Finding
from tests.generated import generate
from tests.mutation import DELETED, MOVED, RENAMES, TYPOS, Place, Rates, Truth, mutate

CASES = (
    "zh 1",
    "recent-zh 2",
    "recent-zh 3",
    "generated 1",
    "generated 2",
    "generated 3",
    "generated 4 /en",
    "generated 5, rough",
)
ITEM = re.compile(r"^\d+\. .*\]\((/news/[^()\s]*\.md)\)")


@dataclass(frozen=True)
class Broken:
    """A mutated archive, the truth about it, and what lint finds."""

    root: Path
    truth: Truth
    findings: tuple[Finding, ...]

    def judged(self) -> list[tuple[Place, Finding, str]]:
        by_place = {(place.path, place.line, place.column): place for place in self.truth.dead}
        places = [by_place[finding.path, finding.line, finding.column] for finding in self.findings]
        return [
            (place, finding, place.verdict(finding.suggestion.path if finding.suggestion else None))
            for place, finding in zip(places, self.findings, strict=True)
        ]


def found(root: Path) -> tuple[Finding, ...]:
    with Archive.open(root) as archive:
        return lint(archive, select=["NA101"]).findings


def places_of(findings: tuple[Finding, ...]) -> list[tuple[str, int, int, str | None]]:
    return [(finding.path, finding.line, finding.column, finding.target) for finding in findings]


def copy_recent(archive: Path, copy: Path) -> None:
    """Copy the last months of the Chinese archive, without the links that lead to what is left out."""
    recent = (*archive.glob("news/2018/1[12]/*/*.md"), *archive.glob("news/2019/*/*/*.md"))
    names = {f"/{file.relative_to(archive).as_posix()}" for file in recent}
    for file in recent:
        lines = file.read_text(encoding="utf-8").split("\n")
        kept = [line for line in lines if (link := ITEM.search(line)) is None or link[1] in names]
        there = copy / file.relative_to(archive)
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_text("\n".join(kept), encoding="utf-8")


@pytest.fixture(scope="module", params=CASES)
def broken(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Broken:
    name = str(request.param)
    folder = tmp_path_factory.mktemp("mutated")
    seed = int(name.split()[1].rstrip(","))
    source = folder / "source"
    if name.startswith("zh"):
        source = request.getfixturevalue("zh_archive")
    elif name.startswith("recent-zh"):
        copy_recent(request.getfixturevalue("zh_archive"), source)
    else:
        generate(source, seed, days=40)
    rates = Rates(rough=0.7, unbalanced=0.2, respelled=0.4) if name.endswith("rough") else Rates()
    truth = mutate(source, folder / "mutated", seed, rates=rates, site_prefix="/en" if name.endswith("/en") else "")
    return Broken(folder / "mutated", truth, found(folder / "mutated"))


def test_what_is_dead_and_only_that_is_found(broken: Broken) -> None:
    assert sorted(places_of(broken.findings)) == sorted(broken.truth.places)
    assert broken.truth.dead
    assert broken.truth.harmless


def test_renamed_events_are_suggested(broken: Broken) -> None:
    counts = Counter(verdict for place, _, verdict in broken.judged() if place.kind in RENAMES)
    assert counts["right"] >= 0.95 * counts.total()
    assert counts["wrong"] < 0.01 * counts.total()


def test_typos_and_wrong_days_are_resolved(broken: Broken) -> None:
    counts = Counter(verdict for place, _, verdict in broken.judged() if place.kind in (*TYPOS, MOVED))
    assert counts["right"] >= 0.9 * counts.total()
    assert not counts["wrong"]


def test_a_former_slug_on_a_page_is_certain(broken: Broken) -> None:
    recorded = [finding for place, finding, _ in broken.judged() if place.recorded]
    assert all(finding.suggestion is not None and finding.suggestion.certain for finding in recorded)


def test_a_deleted_event_gets_no_false_suggestion(broken: Broken) -> None:
    verdicts = Counter(verdict for place, _, verdict in broken.judged() if place.kind == DELETED)
    assert set(verdicts) <= {"none", "twin"}
    assert verdicts["twin"] < 0.02 * verdicts.total() + 1


def test_a_safe_fix_is_never_wrong(broken: Broken) -> None:
    applied = [verdict for _, finding, verdict in broken.judged() if finding.fix is not None and finding.fix.safe]
    assert applied
    assert set(applied) <= {"right"}


def contents(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*.md")}


def run_lint(root: Path, *options: str) -> bytes:
    result = CliRunner().invoke(app, ["-A", str(root), "lint", "--select", "NA101", "--exit-zero", *options])
    assert result.exit_code == 0, result.output
    return result.stdout_bytes


def fixed_by_hand(broken: Broken, unsafe: bool) -> dict[str, bytes]:
    """What the files should be: each target replaced where it stands, and no other byte."""
    pages = contents(broken.root)
    for finding in sorted(broken.findings, key=lambda finding: (finding.path, finding.line, -finding.column)):
        if finding.fix is None or finding.suggestion is None or not (finding.fix.safe or unsafe):
            continue
        lines = pages[finding.path].decode("utf-8", "surrogateescape").split("\n")
        line = lines[finding.line - 1]
        start, target = finding.column - 1, finding.target or ""
        assert line[start : start + len(target)] == target
        prefix = "/en" if (broken.root / "newsarc.toml").exists() else ""
        lines[finding.line - 1] = f"{line[:start]}{prefix}/{finding.suggestion.path}{line[start + len(target) :]}"
        pages[finding.path] = "\n".join(lines).encode("utf-8", "surrogateescape")
    return pages


@pytest.mark.parametrize(
    ("broken", "unsafe"),
    [("recent-zh 3", True), ("generated 4 /en", True), ("generated 5, rough", False), ("generated 5, rough", True)],
    indirect=["broken"],
)
def test_fix_changes_the_targets_and_nothing_else(broken: Broken, unsafe: bool, tmp_path: Path) -> None:
    root = tmp_path / "archive"
    shutil.copytree(broken.root, root)
    options = ["--unsafe-fixes"] if unsafe else []
    diff = run_lint(root, "--diff", *options)
    assert contents(root) == contents(broken.root), "--diff writes nothing"

    expected = fixed_by_hand(broken, unsafe)
    run_lint(root, "--fix", *options)
    assert contents(root) == expected
    left = found(root)
    was_left = [finding for finding in broken.findings if finding.fix is None or not (finding.fix.safe or unsafe)]
    assert [finding.target for finding in left] == [finding.target for finding in was_left]
    run_lint(root, "--fix", *options)
    assert contents(root) == expected, "a second run changes nothing"

    for number, command in enumerate((["patch", "-p1", "--binary", "-s"], ["git", "apply", "--whitespace=nowarn"])):
        if shutil.which(command[0]):
            patched = tmp_path / f"patched{number}"
            shutil.copytree(broken.root, patched)
            subprocess.run(command, cwd=patched, input=diff, check=True, capture_output=True)
            assert contents(patched) == expected, command
