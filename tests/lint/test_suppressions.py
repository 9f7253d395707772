"""Findings that pages, or the configuration, ask not to hear of."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsarc.api import Archive
from newsarc.errors import ConfigError
from newsarc.lint import lint

DEAD = "1. [Gone](/news/2020/05/4/gone.md) _Context: Harbour_"
PAGE = """### [2020-05-4](/news/2020/05/4/index.md)

# The harbour opens

### Related:

{items}
"""


def archive_with(tmp_path: Path, items: str, *, head: str = "", config: str = "") -> Archive:
    page = tmp_path / "news/2020/05/4/the-harbour-opens.md"
    page.parent.mkdir(parents=True)
    page.write_text(head + PAGE.format(items=items), encoding="utf-8")
    (tmp_path / "newsarc.toml").write_text(config, encoding="utf-8")
    return Archive.open(tmp_path)


def codes(archive: Archive, *select: str) -> list[str]:
    return [finding.code for finding in lint(archive, select=select or ("NA101", "NA902")).findings]


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    assert codes(archive_with(tmp_path, DEAD)) == ["NA101"]


@pytest.mark.parametrize("rule", ["NA101", "NA1", "broken-related-link", "NA103, NA101", "E", "ALL"])
def test_a_comment_on_the_line_silences_it(tmp_path: Path, rule: str) -> None:
    assert "NA101" not in codes(archive_with(tmp_path, f"{DEAD} <!-- newsarc: ignore {rule} -->"))


def test_the_comment_hides_nothing_of_the_item(tmp_path: Path) -> None:
    archive = archive_with(tmp_path, f"{DEAD} <!-- newsarc: ignore NA101 -->")
    (link,) = archive.event("the-harbour-opens").related
    assert (link.label, link.contexts, link.column) == ("Gone", ("Harbour",), 11)
    assert archive.event("the-harbour-opens").problems == ()


def test_a_comment_on_its_own_line_is_about_the_next(tmp_path: Path) -> None:
    items = f"<!-- newsarc: ignore NA101 -->\n{DEAD}\n{DEAD.replace('gone', 'too')}"
    assert codes(archive_with(tmp_path, items)) == ["NA101"]


def test_a_comment_in_an_item_of_two_lines_is_about_all_of_it(tmp_path: Path) -> None:
    items = "1. [Gone with <!-- newsarc: ignore NA101 -->\n   the tide](/news/2020/05/4/gone.md) _Context: Harbour_"
    assert codes(archive_with(tmp_path, items)) == []


def test_a_comment_for_the_file_silences_all_of_it(tmp_path: Path) -> None:
    items = f"{DEAD}\n{DEAD.replace('gone', 'too')}\n\n<!-- newsarc: ignore-file NA101 -->"
    assert codes(archive_with(tmp_path, items)) == []


def test_front_matter_silences_the_file(tmp_path: Path) -> None:
    head = "---\nnewsarc:\n  ignore: [NA101]\n---\n"
    assert codes(archive_with(tmp_path, DEAD, head=head)) == []


@pytest.mark.parametrize(
    ("items", "head"),
    [
        ("<!-- newsarc: ignore NA101 -->", ""),
        ("<!-- newsarc: ignore-file broken-related-link -->", ""),
        ("", "---\nnewsarc: {ignore: [NA101]}\n---\n"),
        ("<!-- newsarc: ignore NA777 -->", ""),
        (
            f"<!-- newsarc: ignore NA101 -->\n\n{DEAD} <!-- newsarc: ignore NA101 -->\n<!-- newsarc: ignore NA101 -->",
            "",
        ),
    ],
)
def test_an_unused_suppression_is_a_finding(tmp_path: Path, items: str, head: str) -> None:
    assert "NA902" in codes(archive_with(tmp_path, items, head=head))


def test_a_suppression_of_a_rule_that_does_not_run_is_not_a_finding(tmp_path: Path) -> None:
    assert codes(archive_with(tmp_path, f"{DEAD} <!-- newsarc: ignore NA101 -->"), "NA103", "NA902") == []


def test_per_file_ignores(tmp_path: Path) -> None:
    config = '[lint.per-file-ignores]\n"news/2019/**" = ["NA103"]\n"news/2020/**" = ["NA1"]\n'
    assert codes(archive_with(tmp_path, DEAD, config=config)) == []


def test_per_file_ignores_of_other_files(tmp_path: Path) -> None:
    config = '[lint.per-file-ignores]\n"news/2019/**" = ["NA101"]\n'
    assert codes(archive_with(tmp_path, DEAD, config=config)) == ["NA101"]


def test_an_unknown_rule_in_the_configuration_is_an_error(tmp_path: Path) -> None:
    config = '[lint.per-file-ignores]\n"news/2019/**" = ["broken-relatd-link"]\n'
    with pytest.raises(ConfigError, match="did you mean broken-related-link"):
        codes(archive_with(tmp_path, DEAD, config=config))


@pytest.mark.parametrize(
    "comment", ["ignore NA101: an old name", "ignore NA101 - an old name", "ignore-file NA101: old"]
)
def test_a_reason_may_follow(tmp_path: Path, comment: str) -> None:
    assert codes(archive_with(tmp_path, f"{DEAD} <!-- newsarc: {comment} -->")) == []


@pytest.mark.parametrize("comment", ["ignroe NA101", "ignore", "ignore :"])
def test_an_invalid_suppression_is_reported_and_hides_nothing(tmp_path: Path, comment: str) -> None:
    archive = archive_with(tmp_path, f"{DEAD} <!-- newsarc: {comment} -->")
    assert codes(archive) == ["NA101", "NA902"]
    assert archive.event("the-harbour-opens").related[0].contexts == ("Harbour",)


def test_a_comment_after_a_continuation_is_about_the_item(tmp_path: Path) -> None:
    items = "1. [Gone](/news/2020/05/4/gone.md)\n   _Context: Harbour_ <!-- newsarc: ignore NA101 -->"
    assert codes(archive_with(tmp_path, items)) == []


@pytest.mark.parametrize(
    "comment",
    [
        "<!-- newsarc: ignore NA101: lost for <good> -->",
        "<!--newsarc: ignore NA101-->",
        "<!--newsarc:ignore NA101-->",
        "<!-- Newsarc: Ignore na101 -->",
        "<!-- newsarc: ignore NA101 - nobody has it -->",
        "<!-- newsarc: ignore NA101 \u2013 nobody has it -->",
        "<!-- newsarc: ignore NA101\u2014nobody has it -->",
        "<!-- newsarc: ignore NA101 (nobody has it) -->",
        "<!-- newsarc: ignore NA101\uff08nobody has it\uff09 -->",
        "<!-- newsarc: ignore broken-related-link, NA101 -- nobody has it -->",
        "<!-- newsarc: ignore\n   NA101: nobody\n   has it -->",
        "<!-- newsarc:\nignore NA101 -->",
    ],
)
def test_every_spelling_of_a_comment_that_html_allows(tmp_path: Path, comment: str) -> None:
    archive = archive_with(tmp_path, f"{DEAD} {comment}")
    assert codes(archive, "NA1", "NA902") == []
    assert archive.event("the-harbour-opens").related[0].contexts == ("Harbour",)


@pytest.mark.parametrize(
    "comment", ["<!--\nnewsarc: ignore\n\nNA101\n-->", "<!-- a -->\n<!-- newsarc: ignore NA101 -->\n"]
)
def test_a_comment_of_several_lines_is_about_what_follows(tmp_path: Path, comment: str) -> None:
    assert codes(archive_with(tmp_path, f"{comment}\n{DEAD}\n{DEAD.replace('gone', 'too')}")) == ["NA101"]


def test_comments_one_below_the_other_are_about_the_same_item(tmp_path: Path) -> None:
    items = f"<!-- newsarc: ignore NA109 -->\n<!-- newsarc: ignore NA101 -->\n{DEAD.partition(' _')[0]}"
    assert codes(archive_with(tmp_path, items), "NA101", "NA109", "NA902") == []


@pytest.mark.parametrize(
    ("comment", "written"),
    [
        ("<!-- newsarc: ignore NA101 nobody has it -->", "nobody has it"),
        ("<!-- newsarc: ignroe NA101 -->", "ignroe NA101"),
        ("<!-- newsarc ignore NA101x -->", "NA101x"),
        ("<!-- newsarc: ignore: NA101 -->", "ignore: NA101"),
        ("<!-- newsarc: -->", ""),
    ],
)
def test_a_slip_in_a_comment_is_one_finding(tmp_path: Path, comment: str, written: str) -> None:
    found = lint(archive_with(tmp_path, f"{DEAD} {comment}"), select=["NA109", "NA110", "NA902"]).findings
    assert [(finding.code, finding.target) for finding in found] == [("NA902", written)]


@pytest.mark.parametrize("comment", ["<!-- newsarc cannot tell -->", "<!-- about newsarc: ignore NA101 -->"])
def test_a_comment_that_mentions_newsarc_is_not_a_directive(tmp_path: Path, comment: str) -> None:
    assert codes(archive_with(tmp_path, f"{DEAD} {comment}")) == ["NA101"]
