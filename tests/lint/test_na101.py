"""NA101 against the truth: nothing on an archive that is sound, everything on one that was broken on purpose."""

from __future__ import annotations

import os
import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from newsarc.api import Archive
from newsarc.config import Config
from newsarc.errors import ConfigError
from newsarc.lint.finding import Finding

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "archive"
PREFIXED = Path(__file__).resolve().parents[1] / "archives" / "prefixed"
RELATED = re.compile(r"###\s+(Related|有关)\s*:?\s*\Z")
ITEM = re.compile(r"\d+\.\s+\[.*\]\((?P<target>[^()]*)\)[^()\[\]]*\Z")
Place = tuple[str, int, int, str]


def broken(root: Path, config: Config | None = None) -> list[Finding]:
    with Archive.open(root, config=config) as archive:
        return list(archive.lint(select=["NA101"]))


def places(findings: list[Finding]) -> set[Place]:
    return {(finding.path, finding.line, finding.column, finding.target or "") for finding in findings}


def events_of(root: Path) -> list[Path]:
    files = (root / "news").glob("*/*/*/*.md")
    return sorted(file for file in files if file.name not in {"index.md", "README.md"})


def related_items(text: str) -> Iterator[tuple[int, re.Match[str]]]:
    """Line numbers and items of the Related section of a page, found by nothing but these lines."""
    inside = False
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("#"):
            inside = RELATED.match(line) is not None
        elif inside and (match := ITEM.match(line)):
            yield number, match


def test_a_valid_archive_has_no_findings(zh_archive: Path) -> None:
    assert broken(zh_archive) == []


def test_the_example_has_its_three() -> None:
    findings = broken(EXAMPLE)
    truth = set()
    for file in events_of(EXAMPLE):
        path = file.relative_to(EXAMPLE).as_posix()
        for number, match in related_items(file.read_text("utf-8")):
            if not (EXAMPLE / match["target"].lstrip("/")).is_file():
                truth.add((path, number, match.start("target") + 1, match["target"]))
    assert places(findings) == truth
    assert len(findings) == 3
    assert [finding.suggestion is not None for finding in findings] == [True, False, True]
    for finding in findings:
        assert (finding.code, finding.name, finding.severity) == ("NA101", "broken-related-link", "error")
        assert (finding.end_line, finding.end_column) == (finding.line, finding.column + len(finding.target or ""))


def respelt(target: str, page: str, number: int) -> str:
    """One of the ways to write the same target."""
    path = target.lstrip("/")
    year, month, day, name = path.split("/")[1:]
    return [
        target,
        quote(target),
        re.sub("%..", lambda escape: escape[0].lower(), quote(target)),
        target.removesuffix(".md") + ".html",
        f"{target}#related",
        f"{quote(target)}?x=1#top",
        os.path.relpath(path, page.rpartition("/")[0]),
        "./" + os.path.relpath(path, page.rpartition("/")[0]),
        f"/news/{year}/{month}/{int(day):02}/{name}",
        f"/news/{year}/{int(month)}/{int(day)}/{name}",
        f"/news/./{year}/{month}/../{month}/{day}/{name}",
        f"/mirror{target}",
        f"/mirror{quote(target.removesuffix('.md'))}.html#x",
        quote(target, safe=""),
        target.removesuffix(".md"),
        f"{target} ".strip(),
    ][number]


SPELLINGS = 16


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("source", ["example", "chinese"])
def test_what_was_broken_on_purpose_is_found_and_nothing_else(
    source: str, seed: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    chance = random.Random(seed)
    root = tmp_path / "archive"
    if source == "example":
        shutil.copytree(EXAMPLE, root)
    else:
        whole: Path = request.getfixturevalue("zh_archive")
        shutil.copytree(whole / "news" / "2019", root / "news" / "2019")
    for file in chance.sample(events_of(root), 8):
        if chance.random() < 0.5:
            file.unlink()
        else:
            file.rename(file.with_name(f"renamed-{file.name[:60].removesuffix('.md')}.md"))
    there = {file.relative_to(root).as_posix() for file in root.rglob("*.md")}
    truth: set[Place] = set()
    spellings: set[int] = set()
    for file in events_of(root):
        path = file.relative_to(root).as_posix()
        lines = file.read_text("utf-8").split("\n")
        for number, match in list(related_items("\n".join(lines))):
            target = match["target"]
            spelling = chance.randrange(SPELLINGS)
            written = respelt(target, path, spelling)
            spellings.add(spelling)
            start, end = match.span("target")
            lines[number - 1] = lines[number - 1][:start] + written + lines[number - 1][end:]
            if target.lstrip("/") not in there:
                truth.add((path, number, start + 1, written))
        file.write_text("\n".join(lines), encoding="utf-8", newline="\n")
    assert len(truth) >= 3
    assert len(spellings) > 8
    assert places(broken(root, Config(site_prefix="/mirror"))) == truth


def rename(root: Path, old: str, new: str) -> str:
    """Rename the one event whose slug begins with ``old``; return its new path."""
    (file,) = [file for file in events_of(root) if file.name.startswith(old)]
    return file.rename(file.with_name(f"{new}.md")).relative_to(root).as_posix()


def test_a_renamed_event_is_suggested(tmp_path: Path) -> None:
    root = shutil.copytree(EXAMPLE, tmp_path / "archive")
    path = rename(
        root,
        "an-alliance-of-kurdish",
        "an-alliance-of-kurdish-and-arab-militias-opens-a-campaign-to-cut-off-raqqa-the-seat-of-the-islamic-state-in-syria-with-air-cover-from-the",
    )
    new = places(broken(root)) - places(broken(EXAMPLE))
    assert new
    for finding in broken(root):
        if "an-alliance-of-kurdish" in (finding.target or ""):
            assert finding.suggestion is not None
            assert finding.suggestion.path == path


def test_a_deleted_event_is_not_guessed(tmp_path: Path) -> None:
    root = shutil.copytree(EXAMPLE, tmp_path / "archive")
    (file,) = [file for file in events_of(root) if file.name.startswith("helmut-kohl")]
    (other,) = [
        file for file in events_of(root) if file.name.startswith("russian-intervention") and "2017" in str(file)
    ]
    old = "/" + other.relative_to(root).as_posix()
    other.unlink()
    file.unlink()
    for finding in broken(root):
        if finding.target == old:
            assert finding.suggestion is None


def test_links_resolve_against_the_whole_archive() -> None:
    with Archive.open(EXAMPLE) as archive:
        from newsarc.lint import lint

        report = lint(archive, paths=["news/2018"], select=["NA101"])
    assert report.findings == ()


def test_a_missing_site_prefix_is_a_configuration_error() -> None:
    with pytest.raises(ConfigError, match='site-prefix = "/bay"'):
        broken(PREFIXED)
    assert len(broken(PREFIXED, Config(site_prefix="/bay"))) == 3


def test_a_few_links_with_a_strange_prefix_are_broken(tmp_path: Path) -> None:
    root = shutil.copytree(EXAMPLE, tmp_path / "archive")
    page = events_of(root)[0]
    target = "/zh/" + events_of(root)[1].relative_to(root).as_posix()
    page.write_text(page.read_text("utf-8") + f"\n\n### Related:\n\n1. [x]({target})\n", encoding="utf-8")
    assert target in {finding.target for finding in broken(root)}


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A copy of the example, and a page in it to write."""
    root = shutil.copytree(EXAMPLE, tmp_path_factory.mktemp("odd") / "archive")
    return root, events_of(root)[0]


@pytest.mark.parametrize(
    "target",
    [
        "",
        "#top",
        "nothing.md",
        "/news/2017/06/16/",
        "/news/2017/06/16/index.md",
        "//host/news/x.md",
        "https://host/x",
        "mailto:a@b",
        "/",
        "..",
        "%00",
        "news/2017/06/16/%FF.md",
        "/opinion/2019/05/4/a-link-is-a-promise/",
    ],
)
def test_odd_targets_do_not_crash(odd: tuple[Path, Path], target: str) -> None:
    root, page = odd
    page.write_text(f"# A\n\n### Related:\n\n1. [x]({target})\n", encoding="utf-8")
    found = [finding for finding in broken(root) if finding.path == page.relative_to(root).as_posix()]
    dead = target in {"", "nothing.md", "..", "%00", "news/2017/06/16/%FF.md"}
    assert len(found) <= 1
    assert not dead or len(found) == 1
    assert bool(found) or target not in {"//host/news/x.md", "mailto:a@b"}
    assert not found or not target.startswith("https:")
