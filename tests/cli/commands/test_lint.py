"""``newsarc lint``, its frame, with NA101 alone: each rule has its own tests."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from tests.cli.driver import CASES, EXAMPLE, on_example, run

HARBOUR = CASES / "harbour"
PREFIXED = CASES / "prefixed"
FINDING = [
    "code",
    "name",
    "severity",
    "message",
    "path",
    "line",
    "column",
    "end_line",
    "end_column",
    "target",
    "suggestion",
    "fix",
]
NA101 = ("--select", "NA101")
CAPTAIN = "news/2020/03/3/captain-held.md"
LOST = "/news/2020/03/1/ferry-burns-off-port-ansel-and-is-lost.md"
COUNCIL = "/news/2020/03/5/council-names-members.md"


def test_the_findings_of_the_example() -> None:
    """Three dead links: two events that were renamed, and one that was deleted."""
    result = on_example("lint", *NA101, "--output-format", "json")
    findings = result.json["findings"]
    assert result.code == 1
    assert [(Path(f["path"]).name[:20], f["line"], f["column"], f["target"][:40]) for f in findings] == [
        ("russian-intervention", 15, 215, "/news/2017/07/11/syrian-civil-war-a-moni"),
        ("russian-intervention", 19, 146, "/news/2017/06/22/a-russian-deputy-foreig"),
        ("syrian-civil-war-ira", 15, 168, "/news/2017/06/7/gunmen-and-suicide-bombe"),
    ]
    for finding in findings:
        line = (EXAMPLE / finding["path"]).read_text("utf-8").split("\n")[finding["line"] - 1]
        assert line[finding["column"] - 1 : finding["end_column"] - 1] == finding["target"]
    renamed, deleted, corrected = (finding["suggestion"] for finding in findings)
    assert renamed["path"].startswith("news/2017/07/11/a-monitoring-group-based-in-britain")
    assert corrected["path"].startswith("news/2017/06/7/gunmen-and-suicide-bombers")
    assert deleted is None
    for suggestion in (renamed, corrected):
        assert list(suggestion) == ["path", "reason", "certain"]
        assert (EXAMPLE / suggestion["path"]).is_file()
        assert isinstance(suggestion["certain"], bool)


def test_json() -> None:
    result = run("-A", HARBOUR, "lint", *NA101, "--output-format", "json")
    document = result.json
    assert list(document) == ["version", "summary", "findings"]
    assert document["version"] == 1
    assert list(document["summary"])[:4] == ["errors", "warnings", "files", "seconds"]
    assert (document["summary"]["errors"], document["summary"]["warnings"]) == (2, 0)
    assert document["summary"]["files"] > 0
    assert document["summary"]["seconds"] >= 0
    assert all(list(finding) == FINDING for finding in document["findings"])
    first, second = document["findings"]
    assert {name: first[name] for name in FINDING[:10]} == {
        "code": "NA101",
        "name": "broken-related-link",
        "severity": "error",
        "message": f"link to a page that does not exist: {LOST}",
        "path": CAPTAIN,
        "line": 21,
        "column": 55,
        "end_line": 21,
        "end_column": 55 + len(LOST),
        "target": LOST,
    }
    assert (second["target"], second["suggestion"], second["fix"]) == (COUNCIL, None, None)
    lines = run("-A", HARBOUR, "lint", *NA101, "--output-format", "jsonl")
    assert (lines.code, lines.jsonl) == (1, document["findings"])


# Paths that editors follow are seen from here, where the archive is below.
HERE = f"{HARBOUR.relative_to(Path.cwd()).as_posix()}/" if HARBOUR.is_relative_to(Path.cwd()) else ""


def test_concise_is_what_a_pipe_gets() -> None:
    result = run("-A", HARBOUR, "lint", *NA101)
    assert result.out == run("-A", HARBOUR, "lint", *NA101, "--output-format", "concise").out
    assert [line.split(": ")[0] for line in result.lines] == [f"{HERE}{CAPTAIN}:21:55", f"{HERE}{CAPTAIN}:22:43"]
    assert all("NA101" in line for line in result.lines)
    assert "2 errors" in result.err


def test_full_shows_the_line_and_marks_the_target() -> None:
    result = run("-A", HARBOUR, "lint", *NA101, "--output-format", "full", env={"COLUMNS": "110"})
    assert result.code == 1
    assert result.out.count(f"{CAPTAIN}\n") == result.out.count(CAPTAIN) == 1
    assert f"22:43 E NA101 broken-related-link: link to a page that does not exist: {COUNCIL}\n" in result.out
    lines = result.lines
    (source,) = [number for number, line in enumerate(lines) if line.lstrip().startswith("22 │")]
    start = lines[source].index(COUNCIL)
    assert lines[source + 1].rstrip() == " " * 6 + "│" + " " * (start - 7) + "^" * len(COUNCIL)


def test_a_message_is_not_broken_inside_a_path() -> None:
    """At any width the path of the message can be copied as it stands."""
    shown = on_example("lint", *NA101, "--output-format", "full", env={"COLUMNS": "80"}).out
    for finding in on_example("lint", *NA101, "--output-format", "json").json["findings"]:
        assert f"link to a page that does not exist: {finding['target']}" in shown


def test_no_findings() -> None:
    result = run("-A", HARBOUR, "lint", *NA101, "news/2020/03/9")
    assert (result.code, result.out) == (0, "")
    assert "no findings" in result.err
    assert run("-A", HARBOUR, "-q", "lint", *NA101, "news/2020/03/9").err == ""
    assert run("-A", HARBOUR, "lint", *NA101, "news/2020/03/9", "--output-format", "json").json["findings"] == []


@pytest.mark.parametrize(
    ("paths", "findings"),
    [
        ([CAPTAIN], 2),
        (["news/2020/03/3"], 2),
        (["news/2020/03/3/"], 2),
        (["news/2020/03"], 2),
        (["news/2020/03/3", CAPTAIN], 2),
        (["news/2020/03/1", "news/2020/03/9"], 0),
        (["news"], 2),
        ([str(HARBOUR)], 2),
        ([str(HARBOUR / "news/2020/03/3")], 2),
        (["news/2020/03/1/ferry-burns-off-port-ansel.md"], 0),
        (["news/2020/03/3/captain"], None),
    ],
)
def test_paths_limit_what_is_reported(paths: list[str], findings: int | None) -> None:
    result = run("-A", HARBOUR, "lint", *NA101, *paths)
    assert result.code == {None: 2, 0: 0}.get(findings, 1)
    assert len(result.lines) == (findings or 0)


def test_paths_are_relative_to_where_the_user_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HARBOUR / "news" / "2020" / "03")
    assert len(run("lint", *NA101, "3").lines) == 2
    assert run("lint", *NA101, "9").code == 0
    assert len(run("lint", *NA101, ".").lines) == 2
    assert len(run("lint", *NA101, "../..").lines) == 2


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["no/such/folder"], 2, "no/such/folder"),
        ([".."], 2, ".."),
        (["--select", "NA999"], 2, "NA999"),
        (["--select", "broken-relatd-link"], 2, "broken-related-link"),
        (["--ignore", "nothing"], 2, "nothing"),
        (["--output-format", "xml"], 2, "xml"),
    ],
)
def test_what_goes_wrong(arguments: list[str], code: int, said: str) -> None:
    result = run("-A", HARBOUR, "lint", *arguments)
    assert (result.code, result.out) == (code, "")
    assert said in result.err
    assert "Traceback" not in result.err


@pytest.mark.parametrize(
    ("arguments", "number"),
    [
        (["--select", "NA101"], 2),
        (["--select", "na101"], 2),
        (["--select", "NA1"], 2),
        (["--select", "broken-related-link"], 2),
        (["--select", "E"], 2),
        (["--select", "ALL"], 2),
        (["--select", "W"], 0),
        (["--select", "W,NA101"], 2),
        (["--select", "W", "--select", "NA101"], 2),
        ([], 2),
        (["--ignore", "NA101"], 0),
        (["--ignore", "broken-related-link"], 0),
        (["--select", "ALL", "--ignore", "E"], 0),
        (["--select", "NA1", "--ignore", "NA101"], 0),
    ],
)
def test_select_and_ignore(arguments: list[str], number: int) -> None:
    result = run("-A", HARBOUR, "lint", *arguments)
    assert sum("NA101" in line for line in result.lines) == number
    assert number == 0 or result.code == 1


def test_exit_zero() -> None:
    result = run("-A", HARBOUR, "lint", *NA101, "--exit-zero")
    assert (result.code, len(result.lines)) == (0, 2)


def test_a_missing_site_prefix_is_one_line_and_no_finding() -> None:
    result = run("-A", PREFIXED, "lint")
    assert (result.code, result.out) == (2, "")
    (line,) = result.err.splitlines()
    assert 'site-prefix = "/bay"' in line
    assert "newsarc.toml" in line


@pytest.mark.parametrize("file", ["newsarc.toml", "pyproject.toml"])
def test_with_the_site_prefix(tmp_path: Path, file: str) -> None:
    root = shutil.copytree(PREFIXED, tmp_path / "a")
    head = "" if file == "newsarc.toml" else "[tool.newsarc]\n"
    (root / file).write_text(f'{head}site-prefix = "/bay"\n', encoding="utf-8")
    result = run("-A", root, "lint", *NA101, "--output-format", "json")
    assert result.code == 1
    assert [finding["target"] for finding in result.json["findings"]] == ["/bay/news/2020/05/4/page-4.md"] * 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('site-prefx = "/bay"', "site-prefix"),
        ("site-prefix = 3", "site-prefix"),
        ("site-prefix = ", "TOML"),
        ('[lint]\nselect = "E"', "lint.select"),
        ('[lint]\nselect = ["NA999"]', "NA999"),
        ("[labels]\nrelatd = []", "related"),
        ("labels = 3", "labels"),
        ("\xff", "TOML"),
    ],
)
def test_a_bad_configuration_is_one_line(tmp_path: Path, text: str, said: str) -> None:
    root = shutil.copytree(PREFIXED, tmp_path / "a")
    (root / "newsarc.toml").write_bytes(text.encode("latin-1"))
    result = run("-A", root, "lint", "-q")
    assert (result.code, result.out) == (2, "")
    (line,) = result.err.splitlines()
    assert said in line


def test_configured_rules_and_labels(tmp_path: Path) -> None:
    root = shutil.copytree(HARBOUR, tmp_path / "a")
    (root / "newsarc.toml").write_text('[lint]\nselect = ["NA101"]\nignore = ["NA1"]\n', encoding="utf-8")
    assert run("-A", root, "lint").code == 0
    page = root / "news/2020/03/2/storm-warning.md"
    page.write_text(page.read_text("utf-8") + "\n### Verwandt:\n\n1. [Weg](/news/2020/03/2/weg.md)\n", encoding="utf-8")
    (root / "newsarc.toml").write_text('[labels]\nrelated = ["Verwandt"]\n', encoding="utf-8")
    assert [line.split(":")[0] for line in run("-A", root, "lint", *NA101).lines] == [
        str(page),
        f"{root}/{CAPTAIN}",
        f"{root}/{CAPTAIN}",
    ]


def test_show_files_names_what_would_be_checked(tmp_path: Path) -> None:
    root = tmp_path / "archive"
    shutil.copytree(HARBOUR, root)
    (root / "index.md").write_text("## [Today](/news/2020/03/9/index.md)\n\n### [Gone](/news/2020/03/9/gone.md)\n")
    shown = run("-A", root, "lint", "--show-files").lines
    assert shown == sorted(map(str, root.rglob("*.md")))
    assert run("-A", root, "lint", "--show-files", str(root / "news/2020/04")).lines == [
        line for line in shown if line.startswith(f"{root}/news/2020/04/")
    ]
    found = run("-A", root, "lint", "--select", "NA502", str(root / "index.md")).lines
    assert [line.split(": ")[0] for line in found] == [f"{root}/index.md:3:12"]


@pytest.mark.parametrize("place", [".", "archive", "archive/news/2020", "elsewhere"])
def test_paths_can_be_opened_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    root = shutil.copytree(HARBOUR, tmp_path / "archive")
    (root / "news" / "2020" / "03" / "1" / "gone.md").symlink_to("nowhere.md")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / place)
    named = () if place.startswith("archive") else ("-A", os.path.relpath(root))
    files = run(*named, "lint", "--show-files").lines
    listed = run(*named, "list", "--format", "paths")
    found = run(*named, "lint", "--output-format", "concise").lines
    full = run(*named, "lint", "--output-format", "full").lines
    assert files
    assert set(listed.lines) <= set(files)
    for path in (*files, *listed.lines, *(line.split(":")[0] for line in found)):
        assert os.path.lexists(path), path
    assert found[0].partition(":")[0] in full
    (note,) = [line for line in listed.err.splitlines() if "gone.md" in line]
    assert os.path.lexists(note.removeprefix("newsarc: ").partition(":")[0])
    below = "archive/" if place == "." else ""
    report = run(*named, "lint", "--output-format", "github").out
    assert f"file={below}news/2020/03/3/captain-held.md" in report
    for finding in run(*named, "lint", "--output-format", "jsonl").jsonl:
        assert os.path.lexists(root / finding["path"])


def test_an_error_names_a_page_that_can_be_opened_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = shutil.copytree(HARBOUR, tmp_path / "archive")
    page = root / CAPTAIN
    page.write_bytes(b"x" * 2000)
    (root / "newsarc.toml").write_text("max-page-bytes = 1000\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    result = run("-A", "archive", "show", "captain-held")
    assert result.code == 2
    assert f"newsarc: archive/{CAPTAIN}: not read: " in result.err


def test_statistics_and_a_diff_are_two_things() -> None:
    result = run("-A", EXAMPLE, "lint", "--diff", "--statistics")
    assert (result.code, result.out) == (2, "")
    assert "cannot be combined" in result.err


def test_a_sarif_file_that_github_would_reject_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsarc.cli.lint_report._MOST_SARIF_RESULTS", 3)
    allowed = on_example("lint", *NA101, "--output-format", "sarif")
    assert "GitHub rejects" not in allowed.err
    monkeypatch.setattr("newsarc.cli.lint_report._MOST_SARIF_RESULTS", 2)
    rejected = on_example("lint", *NA101, "--output-format", "sarif")
    assert rejected.out == allowed.out
    assert "GitHub rejects SARIF files with more than 2 results; this one has 3. Use --select" in rejected.err


def test_the_summary_counts_what_each_option_would_fix(tmp_path: Path) -> None:
    root = shutil.copytree(EXAMPLE, tmp_path / "archive")
    summary = run("-A", root, "lint").err
    assert "; 4 fixable with newsarc lint --fix (1 more with --unsafe-fixes)" in summary
    day = run("-A", root, "lint", "news/2017/06/18").err
    assert "1 error in 5 pages" in day
    assert day.endswith("; 1 fixable with newsarc lint --fix --unsafe-fixes\n")
    fixed = run("-A", root, "lint", "--fix").err
    assert fixed.endswith("; 4 fixed; 1 more fixable with newsarc lint --fix --unsafe-fixes\n")
    assert run("-A", root, "lint", "--fix", "--unsafe-fixes").err.endswith("; 2 fixed\n")  # the link, then its text
    assert "fixable" not in run("-A", root, "lint").err


@pytest.mark.parametrize(
    ("paths", "pages"),
    [
        (["news/2017/06/18"], 5),
        (["news/2017/06/18/index.md"], 1),
        (["news/2017/06/18", "news/2017/06"], 30),
        ([""], 140),
    ],
)
def test_the_summary_counts_the_pages_that_were_asked_for(paths: list[str], pages: int) -> None:
    result = run("-A", EXAMPLE, "lint", *(EXAMPLE / path for path in paths), "--output-format", "json")
    assert result.json["summary"]["files"] == pages
    shown = run("-A", EXAMPLE, "lint", *(EXAMPLE / path for path in paths), "--show-files").lines
    assert len(shown) == pages


@pytest.mark.parametrize("output", ["concise", "full"])
def test_findings_with_a_safe_fix_are_marked(output: str) -> None:
    text = run("-A", EXAMPLE, "lint", "--output-format", output).out
    findings = [line for line in text.splitlines() if "NA1" in line]
    assert [("[*]" in line) for line in findings] == [True, False, False, True, True, True]


def test_the_diff_is_coloured_on_request_and_says_how_many_findings_it_fixes() -> None:
    plain = run("-A", EXAMPLE, "lint", "--diff")
    assert plain.err == "newsarc: Would fix 4 of 6 findings (1 more with --unsafe-fixes).\n"
    assert "\x1b" not in plain.out
    colored = run("-A", EXAMPLE, "lint", "--diff", "--color", "always")
    assert re.sub(r"\x1b\[\d*m", "", colored.out) == plain.out
    assert "\x1b[32m+1. [Syrian" in colored.out
    assert "\x1b[7mdeath-of-abu-bakr-a\x1b[27m" in colored.out
    one = run("-A", EXAMPLE, "lint", "--diff", "--unsafe-fixes", "news/2017/06/18").err
    assert one == "newsarc: Would fix 1 of 1 finding.\n"
    assert run("-A", EXAMPLE, "-q", "lint", "--diff").err == ""


def test_full_tells_errors_and_warnings_apart_by_letter_and_colour() -> None:
    text = run("-A", EXAMPLE, "lint", "--output-format", "full", "--color", "always").out
    errors, warnings = "\x1b[1;31m", "\x1b[1;33m"
    assert (text.count(f"{errors}E NA101\x1b"), text.count(f"{warnings}W NA111\x1b")) == (3, 3)
    assert (text.count(f"{errors}^^^"), text.count(f"{warnings}^^^")) == (3, 3)


def test_other_names_of_the_output_format() -> None:
    one = run("-A", HARBOUR, "lint", *NA101, "--output-format", "json").json["findings"]
    assert one
    for options in (("--json",), ("--format", "json"), ("--json", "--output-format", "json")):
        assert run("-A", HARBOUR, "lint", *NA101, *options).json["findings"] == one


def test_a_duplicate_link_is_reported_once(tmp_path: Path) -> None:
    day = tmp_path / "news" / "2019" / "03" / "1"
    day.mkdir(parents=True)
    (day / "two-bridges-close.md").write_text("# Two bridges close\n", encoding="utf-8")
    link = "1. [{}](/news/2019/03/1/two-bridges-close.{}) {}\n"
    page = day / "ferries-are-full.md"
    items = (
        link.format("Two bridges close", "md", "_Context: Bridges_"),
        link.format("A bridge closes", "html", ""),
        link.format("A bridge closes", "md", "<!-- newsarc: ignore NA104 -->"),
    )
    page.write_text("# Ferries are full\n\n### Related:\n\n" + "".join(items), encoding="utf-8")

    def found(*options: str) -> list[tuple[int, str]]:
        findings = run("-A", tmp_path, "lint", "--select", "NA1", "--json", *options).json["findings"]
        return [(finding["line"], finding["code"]) for finding in findings]

    ignored = [(7, "NA105"), (7, "NA109")]
    others = [(6, "NA105"), (6, "NA106"), (6, "NA109"), *ignored]
    assert found() == [(6, "NA104"), *ignored]
    assert found("--ignore", "NA104") == others
    (tmp_path / "newsarc.toml").write_text('[lint.per-file-ignores]\n"news/**" = ["NA104"]\n', encoding="utf-8")
    assert found() == others
