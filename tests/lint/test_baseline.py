"""Accepted findings: new ones fail, and entries that nothing needs any more fail too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from newsarc.cli.app import app

PAGE = """### [2020-05-4](/news/2020/05/4/index.md)

# The harbour opens

### Related:

{items}
"""


CONFIG = '[lint]\nselect = ["NA101", "NA103"]\n'


def dead(*slugs: str) -> str:
    return "\n".join(f"1. [Gone](/news/2020/05/4/{slug}.md) _Context: Harbour_" for slug in slugs)


def write(root: Path, items: str) -> None:
    page = root / "news/2020/05/4/the-harbour-opens.md"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(PAGE.format(items=items), encoding="utf-8")
    (root / "newsarc.toml").write_text(CONFIG)


def lint(root: Path, *options: str) -> Result:
    arguments = ["-A", str(root), "lint", *options]
    return CliRunner().invoke(app, arguments)


@pytest.fixture
def accepted(tmp_path: Path) -> tuple[Path, str]:
    write(tmp_path, dead("one", "two", "two"))
    baseline = str(tmp_path / "baseline.json")
    assert lint(tmp_path, "--baseline", baseline, "--write-baseline").exit_code == 0
    return tmp_path, baseline


def test_accepted_findings_do_not_fail(accepted: tuple[Path, str]) -> None:
    root, baseline = accepted
    result = lint(root, "--baseline", baseline)
    assert (result.exit_code, result.stdout) == (0, "")
    assert "3 accepted by the baseline" in result.stderr


def test_lines_do_not_count(accepted: tuple[Path, str]) -> None:
    root, baseline = accepted
    write(root, "\n\n" + dead("two", "two", "one"))
    assert lint(root, "--baseline", baseline).exit_code == 0


def test_a_new_finding_fails_and_is_the_only_one_shown(accepted: tuple[Path, str]) -> None:
    root, baseline = accepted
    write(root, dead("one", "two", "two", "three"))
    result = lint(root, "--baseline", baseline)
    assert result.exit_code == 1
    assert [line for line in result.stdout.splitlines() if "three" in line] == result.stdout.splitlines() != []


def test_a_third_of_a_kind_is_new(accepted: tuple[Path, str]) -> None:
    root, baseline = accepted
    write(root, dead("one", "two", "two", "two"))
    assert lint(root, "--baseline", baseline).exit_code == 1


def test_an_obsolete_entry_fails_until_the_baseline_is_rewritten(accepted: tuple[Path, str]) -> None:
    root, baseline = accepted
    write(root, dead("two", "two"))
    result = lint(root, "--baseline", baseline)
    assert result.exit_code == 1
    assert "obsolete baseline entry: news/2020/05/4/the-harbour-opens.md NA101 /news/2020/05/4/one.md" in result.stderr
    assert lint(root, "--baseline", baseline, "--write-baseline").exit_code == 0
    assert lint(root, "--baseline", baseline).exit_code == 0
    assert len(json.loads(Path(baseline).read_text())["findings"]) == 2


def test_entries_that_were_not_checked_are_not_obsolete(accepted: tuple[Path, str]) -> None:
    root, baseline = accepted
    assert lint(root, "--baseline", baseline, "--ignore", "NA101").exit_code == 0
    (root / "news/2020/05/5").mkdir()
    assert lint(root, "--baseline", baseline, str(root / "news/2020/05/5")).exit_code == 0


def test_the_configuration_can_name_it(accepted: tuple[Path, str]) -> None:
    root, _ = accepted
    (root / "newsarc.toml").write_text(f'{CONFIG}baseline = "baseline.json"\n')
    assert lint(root).exit_code == 0


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"version": 2, "findings": []}', '{"version": 1, "findings": [1]}']
)
def test_an_invalid_baseline_is_a_configuration_error(tmp_path: Path, content: str) -> None:
    write(tmp_path, dead("one"))
    (tmp_path / "baseline.json").write_text(content)
    result = lint(tmp_path, "--baseline", str(tmp_path / "baseline.json"))
    assert result.exit_code == 2
    assert "not a baseline of newsarc" in result.stderr


def test_a_missing_baseline_is_a_configuration_error(tmp_path: Path) -> None:
    write(tmp_path, dead("one"))
    result = lint(tmp_path, "--baseline", str(tmp_path / "none.json"))
    assert result.exit_code == 2
    assert "--write-baseline makes it" in result.stderr


@pytest.mark.parametrize("option", ["--select=NA101", "--ignore=NA103", "--fix", "--changed-since=HEAD", "news"])
def test_writing_a_part_is_refused(accepted: tuple[Path, str], option: str) -> None:
    root, baseline = accepted
    (root / "news").mkdir(exist_ok=True)
    assert lint(root, "--baseline", baseline, "--write-baseline", option).exit_code == 2
    assert len(json.loads(Path(baseline).read_text())["findings"]) == 3


def test_writing_needs_a_file(tmp_path: Path) -> None:
    write(tmp_path, dead("one"))
    assert lint(tmp_path, "--write-baseline").exit_code == 2
