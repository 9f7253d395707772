"""Pages read one by one: exact scans find what ripgrep finds, wide searches what stands in more of a page."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsarc import Archive
from newsarc.errors import UsageError
from newsarc.index import Filter
from newsarc.search.engine import result_of, search
from newsarc.search.scan import MatchingPage, ScanScope, exact_pattern, exact_result, in_time, scan, scan_fields
from tests.cli.driver import run
from tests.naive import Named, Page, write

NO_PROGRESS = lambda done, of: None  # noqa: E731
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "archive"


def lines(archive: Archive, text: str, is_regex: bool = True, ignore_case: bool = False) -> set[tuple[str, int]]:
    pattern = exact_pattern(text, is_regex=is_regex, ignore_case=ignore_case)
    found = scan(archive, list(archive.tree.days()), pattern, NO_PROGRESS)
    return {(page.path, line.number) for page in found for line in page.lines}


def ripgrep(root: Path, text: str, *options: str) -> set[tuple[str, int]]:
    rg = shutil.which("rg")
    if rg is None:
        pytest.skip("ripgrep is not installed")
    only = ["-g", "news/*/*/*/*.md", "-g", "!index.md", "-g", "!README.md"]
    command = [rg, "--no-config", "-an", "--no-heading", "--no-ignore", *options, *only, "-e", text, "."]
    printed = subprocess.run(command, cwd=root, capture_output=True, check=False).stdout
    found = set()
    for line in printed.decode("utf-8", "surrogateescape").split("\n")[:-1]:
        path, number, _ = line.split(":", 2)
        found.add((path.removeprefix("./"), int(number)))
    return found


REGEXES = [
    "Raqqa",
    r"\bISIL\b",
    r"^# .*[Dd]am",
    r"\d{1,3} (million|billion)",
    r"\[.*\]\]",
    "ー",
    "震$",
    r"\.\s*$",
    "^$",
    "z{9}",
]


@pytest.mark.parametrize("regex", REGEXES)
def test_a_regex_finds_the_lines_that_ripgrep_finds(regex: str) -> None:
    with Archive.open(EXAMPLE) as archive:
        assert lines(archive, regex) == ripgrep(EXAMPLE, regex)
        assert lines(archive, regex, ignore_case=True) == ripgrep(EXAMPLE, regex, "-i")


@pytest.mark.parametrize("text", ["[Isis territory]", "(", "AT&T", "a.b", "*", "_Context: Raqqa", "震"])
def test_a_fixed_text_finds_the_lines_that_ripgrep_finds(text: str) -> None:
    with Archive.open(EXAMPLE) as archive:
        assert lines(archive, text, is_regex=False) == ripgrep(EXAMPLE, text, "-F")


@pytest.mark.parametrize("text", ["地震", "阿富汗", "### 有关", "&"])
def test_on_the_chinese_archive(zh_archive: Path, text: str) -> None:
    with Archive.open(zh_archive) as archive:
        found = lines(archive, text, is_regex=False)
        assert found == ripgrep(zh_archive, text, "-F") != set()


def test_odd_bytes_and_line_ends(tmp_path: Path) -> None:
    root = write(tmp_path, [Page(dt.date(2020, 3, 1), "a", "A")])
    (root / "news/2020/03/1/odd.md").write_bytes(b"# Needle\r\n\n\xff\xfe needle\x00 more\nneedle")
    with Archive.open(root) as archive:
        for regex in ("needle", "needle$", "more$", r"\r$", "."):
            assert lines(archive, regex) == ripgrep(root, regex), regex


@pytest.mark.parametrize("text", ["(", "[", "*", "(?P<a>", "(" * 2000, "a{99999999999}"])
def test_what_is_no_regular_expression(text: str) -> None:
    with pytest.raises(UsageError) as error:
        exact_pattern(text, is_regex=True)
    assert len(str(error.value)) < 400


def test_a_hit_of_an_exact_scan_has_its_lines() -> None:
    with Archive.open(EXAMPLE) as archive:
        pattern = exact_pattern("Raqqa", is_regex=False)
        found = list(scan(archive, list(archive.tree.days()), pattern, NO_PROGRESS))
        result = exact_result(archive, found, pattern, 2)
    assert (len(result.hits), result.total) == (2, len(found))
    assert [hit.row.day for hit in result.hits] == sorted(page.day or "" for page in found)[:2]
    for hit in result.hits:
        assert hit.score == len(hit.lines) > 0
        for _, line in hit.lines:
            assert {line.text[start:end] for start, end in line.marks} == {"Raqqa"}


@pytest.fixture
def ports(tmp_path: Path) -> Iterator[Archive]:
    day = dt.date(2020, 3, 1)
    pages = [
        Page(
            day,
            "quay",
            "The quay is closed",
            related=(Named("news/2020/03/2/ship.md", ("Port",), "The ship’s cease-fire"),),
        ),
        Page(
            dt.date(2020, 3, 2), "ship", "A ship comes in", sources=(("Wire", "https://wire.example/harbour-master"),)
        ),
        Page(
            dt.date(2020, 3, 3),
            "gull",
            "A gull, a ceasefire",
            changes=(("A seagull", "/news/2020/03/3/sea.md", "(First)"),),
        ),
        Page(
            dt.date(2020, 3, 4),
            "fête",
            "Fête",
            summary="Caf&eacute; ou th&#xE9; Bogot&aacute;",
            day_contexts=("Market",),
        ),
    ]
    with Archive.open(write(tmp_path, pages)) as archive:
        yield archive


@pytest.mark.parametrize(
    ("query", "wider", "slugs"),
    [
        ("ship", "related", "quay ship"),
        ("ship -closed", "related", "ship"),
        ("ceasefire", "related", "gull quay"),
        ("headline:ship", "related", "ship"),
        ("port ship", "related", "quay"),
        ("harbour", "related", ""),
        ("harbour", "sources", "ship"),
        ("master harbour", "sources", "ship"),
        ("seagull", "sources", ""),
        ("seagull", "all", "gull"),
        ("seagulls", "all", "gull"),
        ("cafe", "related", "fête"),
        ("the", "related", "fête quay"),
        ("bogota market", "related", "fête"),
        ("fete", "all", "fête"),
        ("ship OR seagull", "all", "gull quay ship"),
        ("date:2020-03-02..2020-03-03", "all", "gull ship"),
        ("-ship", "all", "fête gull"),
    ],
)
def test_looking_into_more(ports: Archive, query: str, wider: ScanScope, slugs: str) -> None:
    found = [
        page.path for page in scan_fields(ports, list(ports.tree.days()), query, wider, NO_PROGRESS, ports.index())
    ]
    assert found == sorted(found)
    result = result_of(ports.index(), query, found, None)
    assert sorted(hit.row.slug for hit in result.hits) == slugs.split()
    assert result.total == len(slugs.split())


def test_what_a_search_finds_ranks_before_what_only_a_wider_one_finds(ports: Archive) -> None:
    found = [
        page.path
        for page in scan_fields(ports, list(ports.tree.days()), "ceasefire", "all", NO_PROGRESS, ports.index())
    ]
    index = ports.index()
    assert [hit.row.slug for hit in result_of(index, "ceasefire", found, None).hits] == ["gull", "quay"]
    assert [hit.row.slug for hit in result_of(index, "ceasefire", found, 1).hits] == ["gull"]
    assert [hit.row.slug for hit in result_of(index, "ceasefire", found, None, "date").hits] == ["quay", "gull"]
    assert [hit.row.slug for hit in result_of(index, "ceasefire", found, 1, "date", True).hits] == ["gull"]


@pytest.mark.parametrize(
    "query", ["raqqa", "raqqa -dam", "isil OR kohl", "source:wire strikes", "地震", "topic:raqqa", "the"]
)
def test_a_wider_search_finds_all_that_a_search_does(query: str) -> None:
    with Archive.open(EXAMPLE) as archive:
        narrow = {hit.row.path for hit in search(archive.index(), query, Filter(), None).hits}
        wide = {
            page.path
            for page in scan_fields(archive, list(archive.tree.days()), query, "sources", NO_PROGRESS, archive.index())
        }
    assert narrow
    if "-" not in query:
        assert narrow <= wide


def test_pages_without_a_day_are_last_whichever_way() -> None:
    found = [
        MatchingPage("b.md", None, ()),
        MatchingPage("news/2020/03/2/a.md", "2020-03-02", ()),
        MatchingPage("x.md", "2020-03-01", ()),
    ]
    assert [page.day for page in in_time(found)] == ["2020-03-01", "2020-03-02", None]
    assert [page.day for page in in_time(found, reverse=True)] == ["2020-03-02", "2020-03-01", None]


def test_a_page_of_an_impossible_day_goes_by_its_own_date(tmp_path: Path) -> None:
    root = write(tmp_path, [Page(dt.date(2020, 3, 5), "late", "A zed")])
    (root / "news/2020/13/1").mkdir(parents=True)
    (root / "news/2020/13/1/odd.md").write_text("### [2020-03-04](/news/2020/03/4/index.md)\n\n# A zed\n", "utf-8")
    for options in ([], ["--in", "related"], ["--fixed"]):
        arguments: list[str | Path] = ["-q", "-A", root, "search", *options, "zed"]
        assert [row[1] for row in run(*arguments, "-r").rows] == ["late", "odd"], options
        assert [row[1] for row in run(*arguments, "--since", "2020-03-04", "--until", "2020-03-04").rows] == ["odd"], (
            options
        )
