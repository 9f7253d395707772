"""What is made to take all memory or time ends in a finding or in a line that says what is too much.

Each run has a bound on its memory. Former mistakes took minutes for inputs of these sizes; ``benchmarks/bombs.py`` has
the large ones and measures their time.
"""

from __future__ import annotations

import os
import re
import subprocess
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from newsarc import Archive
from newsarc.lint import lint
from newsarc.storage.config_file import MAX_CONFIG_BYTES
from tests.cli.driver import CAN_FORK, fork, run

pytestmark = pytest.mark.skipif(not CAN_FORK, reason="a bound on memory needs POSIX")
DAY = "news/2020/03/1"
HEAD = f"### [2020-03-01](/{DAY}/index.md)\n\n# Storm\n\n"
MEMORY = 1 << 30  # bytes of address space; newsarc itself takes less than half of it


def bounded(root: Path, *words: str, memory: int = MEMORY) -> tuple[int, str]:
    """Run newsarc with a bound on its memory; return its exit code and what it says on standard error."""
    result = fork("-q", "-A", root, "--no-cache", *words, memory=memory)
    return result.code, result.err


def write(root: Path, name: str, text: str) -> Path:
    file = root / DAY / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def sparse(file: Path, size: int) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as opened:
        opened.truncate(size)


def found(root: Path, *select: str) -> list[tuple[str, str]]:
    document = run("-A", root, "--no-cache", "lint", "--select", ",".join(select), "--output-format", "json").json
    return [(one["code"], one["message"]) for one in document["findings"]]


def laughs(levels: int, first: str, others: str) -> str:
    """YAML in which each level names the one before ten times."""
    lines = [f"a{n}: &a{n} {others.format(', '.join([f'*a{n - 1}'] * 10))}" for n in range(1, levels)]
    return "\n".join([f"a0: &a0 {first}", *lines, ""])


@pytest.mark.parametrize(
    ("block", "message"),
    [
        (f"{laughs(40, '[x, x]', '[{}]')}topics: *a39", "topics must be"),
        (laughs(9, "{x: 1}", "{{<<: [{}]}}"), ""),
        (f"a: {'[' * 30_000}", "nested too deeply"),
        (f"a: {'{a: ' * 10_000}", "nested too deeply"),
        ("\n".join(f"{'  ' * n}a:" for n in range(300)), "longer than 64 KiB|nested too deeply"),
        ("title: " + "x" * 70_000, "longer than 64 KiB"),
        ("a: " + "1:" * 20_000 + "1", ""),
    ],
    ids=["aliases", "merge keys", "lists", "mappings", "indents", "long", "base 60"],
)  # fmt: skip
def test_front_matter(tmp_path: Path, block: str, message: str) -> None:
    write(tmp_path, "bomb.md", f"---\n{block}\n---\n{HEAD}")
    code, said = bounded(tmp_path, "show", "2020-03-01/bomb", "--json")
    assert (code, said) == (0, "")
    if message:
        assert [text for code, text in found(tmp_path, "NA701") if re.search(message, text)]


def test_a_sparse_page_is_a_finding_and_the_rest_answers(tmp_path: Path) -> None:
    sparse(tmp_path / DAY / "bomb.md", 1 << 30)
    write(tmp_path, "other.md", HEAD)
    assert bounded(tmp_path, "search", "storm") == (0, "")
    ((code, message),) = found(tmp_path, "NA901")
    assert (code, message) == (
        "NA901",
        "not read: 1,073,741,824 bytes exceed max-page-bytes = 16,777,216",
    )


def test_the_size_of_a_page_is_for_the_configuration_to_say(tmp_path: Path) -> None:
    write(tmp_path, "bomb.md", f"{HEAD}{'x ' * 1000}\n")
    (tmp_path / "newsarc.toml").write_text("max-page-bytes = 1000\n", encoding="utf-8")
    assert [code for code, _ in found(tmp_path, "NA901")] == ["NA901"]


@pytest.mark.parametrize("words", [["list"], ["show", "2020-03-01/bomb", "--format", "table"], ["search", "storm"]])
def test_a_headline_of_a_megabyte(tmp_path: Path, words: list[str]) -> None:
    write(tmp_path, "bomb.md", f"# {'storm ' * (60_000 if words[0] == 'search' else 170_000)}\n")
    assert bounded(tmp_path, *words) == (0, "")


@pytest.mark.parametrize(
    "line",
    ["-" * 3_000_000 + "x", f'1. [a](b "{"x" * 3_000_000}', f"1. [a](<{'x' * 3_000_000}"],
    ids=["rule", "title", "angle"],
)
def test_a_line_as_long_as_a_page_may_be(tmp_path: Path, line: str) -> None:
    """What an expression keeps in order to go back took a hundred times the memory of the line."""
    write(tmp_path, "bomb.md", f"{HEAD}{line}\n\n### Related:\n\n{line}\n"[:4_000_000])
    assert bounded(tmp_path, "show", "2020-03-01/bomb", "--format", "csv", memory=MEMORY // 4) == (0, "")


PARTS = "a." * 400_000 + "a"
CONFIGS = {
    "sparse": (None, f"larger than {MAX_CONFIG_BYTES:,} bytes"),
    "long": ("a = 1\n" * MAX_CONFIG_BYTES, "the file is larger than"),
    "parts of a key": (f"{PARTS} = 1\n", "line 1: too many dots"),
    "parts of a table": (f"\n[{PARTS}]\n", "line 2: too many dots"),
    "parts in quotes": ("'a' . " * 100_000 + "a = 1\n", "line 1: too many dots"),
    "parts in a table": (f"lint = {{ {PARTS} = 1 }}\n", "line 1: too many dots"),
    "depth": ("a = " + "[" * 500_000, "not valid TOML"),
    "key": ("a" * 500_000 + " = 1\n", "unknown key aaaa"),
    "folders": (f'root = "{"a/" * 400_000}"\n', 'root = "a/a/'),
    "folders of a baseline": (f'lint.baseline = "{"a/" * 400_000}"\n', "is too long for a path"),
}


@pytest.mark.parametrize("name", CONFIGS)
def test_a_configuration(tmp_path: Path, name: str) -> None:
    write(tmp_path, "a.md", HEAD)
    text, message = CONFIGS[name]
    file = tmp_path / "newsarc.toml"
    if text is None:
        sparse(file, 1 << 30)
    else:
        file.write_text(text, encoding="utf-8")
    code, said = bounded(tmp_path, "lint")
    assert code == 2
    (line,) = said.splitlines()
    assert message in line
    assert len(line) < 500


def test_a_large_pyproject_of_something_else_is_no_configuration(tmp_path: Path) -> None:
    write(tmp_path, "a.md", HEAD)
    sparse(tmp_path / "pyproject.toml", 1 << 30)
    assert bounded(tmp_path, "list") == (0, "")


@pytest.mark.parametrize("make", [lambda file: sparse(file, 1 << 30), lambda file: file.write_bytes(b"[" * (1 << 20))])
def test_a_baseline(tmp_path: Path, make: Callable[[Path], object]) -> None:
    write(tmp_path, "a.md", HEAD)
    make(tmp_path / "base.json")
    code, said = bounded(tmp_path, "lint", "--baseline", str(tmp_path / "base.json"))
    assert code == 2
    assert len(said.splitlines()) == 1
    assert "base.json" in said


def test_stars_of_a_pattern(tmp_path: Path) -> None:
    """Each ``*`` in a name multiplies the ways to match it by its length."""
    write(tmp_path, f"{'a' * 140}.md", HEAD)
    config = tmp_path / "newsarc.toml"
    config.write_text(f'[lint.per-file-ignores]\n"{"*a" * 12}*b" = ["NA1"]\n', encoding="utf-8")
    code, said = bounded(tmp_path, "lint", "--select", "ALL")
    assert code == 2
    assert "has more than 3 * beside other characters" in said
    config.write_text('[lint.per-file-ignores]\n"news/*/*/*/*-a-*.md" = ["NA1"]\n"**/*" = ["W"]\n', encoding="utf-8")
    assert bounded(tmp_path, "lint", "--select", "ALL") == (1, "")


@pytest.mark.parametrize(
    "words",
    [
        ["search", "a" * 100_000],
        ["show", "/a" * 50_000],
        ["list", "--topic", "a" * 100_000],
        ["lint", "--stdin-filename", "a/" * 50_000, "-"],
    ],
)
def test_what_is_typed(tmp_path: Path, words: list[str]) -> None:
    write(tmp_path, "a.md", HEAD)
    code, said = bounded(tmp_path, *words)
    assert code in {1, 2}
    assert said.startswith("newsarc: ")
    assert len(said.splitlines()) <= 3


def test_a_target_of_as_many_folders_as_fit_in_a_page(tmp_path: Path) -> None:
    write(tmp_path, "bomb.md", f"{HEAD}### Related:\n\n1. [a]({'/a' * 400_000}) _Context: A_\n")
    (tmp_path / DAY / "out.md").symlink_to(tmp_path)  # then each folder of a dead link may be one that leads out
    (tmp_path / "news/2021").symlink_to(tmp_path)
    assert bounded(tmp_path, "lint", "--select", "NA101,NA107,NA106")[0] == 1


def test_folders_a_thousand_deep(tmp_path: Path) -> None:
    write(tmp_path, "a.md", f"{HEAD}### Related:\n\n1. [a](/{DAY}{'/d' * 1000}/x.md) _Context: A_\n")
    here = os.open(tmp_path / DAY, os.O_RDONLY)
    for _ in range(1000):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    try:
        assert bounded(tmp_path, "list") == (0, "")
        assert [code for code, _ in found(tmp_path, "NA101")] == ["NA101"]
    finally:  # shutil.rmtree of older Pythons goes as deep as the stack
        subprocess.run(["rm", "-r", str(tmp_path / DAY / "d")], check=True)


def test_dead_links_beside_whole_ones_take_little_memory(tmp_path: Path) -> None:
    """For each dead link, the events that its page names besides: a set of 700 for each of 700 took 30 MB."""
    number = 700
    whole = "".join(f"1. [e](/{DAY}/event-{at}.md) _Context: A_\n" for at in range(number))
    dead = "".join(f"1. [gone](/news/2020/03/2/gone-{at}.md) _Context: A_\n" for at in range(number))
    for at in range(number):
        write(tmp_path, f"event-{at}.md", f"### [2020-03-01](/{DAY}/index.md)\n\n# Event {at}\n")
    write(tmp_path, "bomb.md", f"{HEAD}### Related:\n\n{whole}{dead}")
    archive = Archive.open(tmp_path, cache=False)
    tracemalloc.start()
    try:
        report = lint(archive, select=["NA101"])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(report.findings) == number
    assert peak < 16 << 20


@pytest.mark.parametrize("number", [499, 501])
def test_a_crowded_day_gets_no_guesses_but_what_tells_outright(tmp_path: Path, number: int) -> None:
    """What a dead link meant is looked for by likeness among 500 events of a day at most; its headline still tells."""
    for at in range(number - 1):
        write(tmp_path, f"{at}-{at * at}.md", f"# {chr(0x4E00 + at) * 9}\n")
    write(tmp_path, "strike-in-the-harbour-of-the-north-ends.md", "# Strike in the harbour of the north ends\n")
    links = [("Unlike", "strike-in-the-harbour-of-the-north-ended"), (chr(0x4E09) * 9, "gone")]
    items = "".join(f"1. [{label}](/{DAY}/{slug}.md) _Context: A_\n" for label, slug in links)
    write(tmp_path, "index.md", f"## [2020-03-01](/{DAY}/index.md)\n")
    other = tmp_path / "news/2020/03/2/other.md"
    other.parent.mkdir()
    other.write_text(f"# Other\n\n### Related:\n\n{items}", encoding="utf-8")
    report = lint(Archive.open(tmp_path, cache=False), select=["NA101", "NA501"])
    meant = [finding.suggestion and finding.suggestion.path for finding in report.findings if finding.code == "NA101"]
    guess = f"{DAY}/strike-in-the-harbour-of-the-north-ends.md" if number < 500 else None
    assert meant == [guess, f"{DAY}/9-81.md"]
    unlisted = [finding for finding in report.findings if finding.code == "NA501"]
    assert len(unlisted) == number
    assert any(finding.fix for finding in unlisted) == (number < 500)
