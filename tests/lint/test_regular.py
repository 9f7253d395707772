"""The sieve in front of the parser lets through nothing that the parser and the rules would object to."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarc import Archive
from newsarc.lint import look
from newsarc.lint.engine import lint
from newsarc.lint.facts import Facts
from newsarc.lint.linked import LinkReader
from newsarc.lint.look import Look, Seen
from newsarc.lint.select import selected_rules
from tests.generated import generate
from tests.mutation import Rates, mutate

CASES = sorted(Path(__file__).parent.glob("cases/*/*/"))
EXAMPLE = Path(__file__).parents[2] / "examples" / "archive"
SELECTED = (["E", "W"], ["NA101"], ["NA405"], ["ALL"])


def seen(archive: Archive, select: Sequence[str]) -> Seen:
    """What a look at all pages finds with the sieve in place."""
    facts = Facts(archive.tree, list(archive.tree.days()), archive.config.site_prefix)
    found = Look(archive, selected_rules(select, ()), facts).at_days(facts.days)
    found.findings.sort(key=lambda finding: finding.place)
    found.dead.sort(key=lambda pair: pair[0].place)
    return found


def seen_by_the_parser(archive: Archive, select: Sequence[str]) -> Seen:
    """The same without it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(look, "read_event", lambda text, day, labels: None)
        patch.setattr(look, "read_day_page", lambda text, day: None)
        patch.setattr(LinkReader, "read", lambda reader, data, path: None)
        return seen(archive, select)


def alike(archive: Archive, select: Sequence[str]) -> bool:
    """Whether both ways see the same. Of a page that is only looked at for broken links they need not know which of its
    links are related ones, what these are called, and former versions that are still there.
    """
    one, other = seen(archive, select), seen_by_the_parser(archive, select)
    if list(select) == ["NA101"]:
        for found in (one, other):
            found.columns.former = {}
            for column in (found.columns.counts, found.columns.targets, found.columns.labels):
                del column[:]
    return one == other


def check(root: Path) -> None:
    for select in SELECTED:
        assert alike(Archive.open(root), select)
    with pytest.MonkeyPatch.context() as patch:
        found = lint(Archive.open(root, cache=False), select=["NA101"]).findings
        patch.setattr(LinkReader, "read", lambda reader, data, path: None)
        assert lint(Archive.open(root, cache=False), select=["NA101"]).findings == found


@pytest.mark.parametrize("root", [EXAMPLE, *CASES], ids=lambda path: "-".join(path.parts[-2:]))
def test_both_see_the_same_in_the_small_archives(root: Path) -> None:
    check(root)


@pytest.mark.parametrize("seed", [1, 2])
def test_both_see_the_same_in_generated_archives(tmp_path: Path, seed: int) -> None:
    generate(tmp_path / "sound", seed, days=40)
    check(tmp_path / "sound")
    mutate(tmp_path / "sound", tmp_path / "broken", seed, rates=Rates(unbalanced=0.05))
    check(tmp_path / "broken")


def test_both_see_the_same_in_the_chinese_archive(zh_archive: Path) -> None:
    check(zh_archive)


def test_most_pages_are_regular(zh_archive: Path) -> None:
    """Else the sieve would be of no use, and these tests would compare the parser with itself."""
    parsed = 0
    archive = Archive.open(zh_archive)
    parse = archive.parse_event

    def counting(path: str, text: str) -> object:
        nonlocal parsed
        parsed += 1
        return parse(path, text)

    archive.parse_event = counting  # type: ignore[method-assign,assignment]
    events = len(seen(archive, ["E", "W"]).columns.headlines)
    assert events > 2000
    assert parsed < events / 10


@pytest.mark.parametrize("select", [["NA101"], ["E", "W"]])
def test_most_odd_links_go_past_the_parser(tmp_path: Path, select: Sequence[str]) -> None:
    """Else the tests would say nothing about the ways that are taken with dead links and other spellings."""
    generate(tmp_path / "sound", 3, days=40)
    mutate(tmp_path / "sound", tmp_path / "broken", 3, rates=Rates(rough=0))
    archive = Archive.open(tmp_path / "broken")
    parse = archive.parse_event
    parsed: set[str] = set()

    def counting(path: str, text: str) -> object:
        parsed.add(path)
        return parse(path, text)

    archive.parse_event = counting  # type: ignore[method-assign,assignment]
    found = seen(archive, select)
    dead = {finding.path for finding, _ in found.dead if finding.code == "NA101"}
    assert len(dead) > 20
    assert len(dead & parsed) < len(dead) / 3


def test_both_see_the_same_in_english_samples(en_samples: Path) -> None:
    for root in sorted(path for path in en_samples.iterdir() if (path / "news").is_dir()):
        check(root)


PIECES = [
    *"[]()<>\\_#*!&:;,.'\"`{}|~-+= \n\t\r\0",
    "](", "[[", "]]", "](/news/2019/03/1/two-bridges-close.md)", "\n\n", "\n# Another\n", "\n### Related:\n", "### ",
    "##### ", "\n##### Ferries\n", "<!-- newsarc: ignore NA101 -->", "---\n", "1. ", "\n1. ", " _Context: Bridges_",
    "_Context: _", "_(Current version)_", "&amp;", "&#27;", "&#x200b;", "&quo", "\u202e", "\u200b", "\x9b", "\ufeff",
    "\u3000", "\u00a0", "\udcff", "é", "地", "http://a.example/b", "//a.example", "%20", "#top", ".html", "/../", "''",
    "-{zh-hans:甲;}-", "{{convert|1|mi}}",
    "\n1. [Two bridges close](/news/2019/03/1/two-bridges-close.md) _Context: Bridges_",
    "\n1. [Two bridges close](/news/2019/03/01/two%20bridges-close.html#top) _Context: Bridges, Washington, D.C._",
    "\n1. [Two bridges close](/news/2019/03/1/two-bridges-close.md) _(Current version)_",
    "\n1. [Two bridges close](/news/2019/03/1/two-bridges-close.md) _2019-03-01 09:12:44 (First version)_",
    "\n### Changes:\n\n", "\n### Source:\n\n", "\n##### Bridges, Ferries\n", "![", "\\](", "/news/2019/03/01/",
]  # fmt: skip


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    root = tmp_path_factory.mktemp("regular") / "archive"
    generate(root, 7, days=12)
    return Archive.open(root)


@given(seed=st.integers(0, 2**32), edits=st.integers(1, 4), is_event=st.integers(0, 3).map(bool))
def test_both_see_the_same_in_pages_with_something_put_in(
    pages: Archive, seed: int, edits: int, is_event: bool
) -> None:
    rng = random.Random(seed)
    day = rng.choice([day for day in pages.tree.days() if pages.tree.event_paths(day)])
    path = rng.choice(pages.tree.event_paths(day) if is_event else pages.tree.day_page_paths(day))
    text = pages.tree.read(path)
    for _ in range(edits):
        at = rng.randrange(len(text) + 1)
        text = text[:at] + rng.choice(PIECES) + text[at + rng.choice((0, 0, 1, 9)) :]
    data = text.encode("utf-8", "surrogateescape")
    with pytest.MonkeyPatch.context() as patch:
        read = type(pages.tree).read_bytes
        patch.setattr(type(pages.tree), "read_bytes", lambda tree, name: data if name == path else read(tree, name))
        for select in (["E", "W"], ["NA101"]):
            assert alike(pages, select)
