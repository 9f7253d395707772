"""The docstrings of the rules say enough, and their examples are what they are called."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from newsarc.api import Archive
from newsarc.lint.docs import FAMILIES, blocks, explanation, family, first_line, rule_markdown
from newsarc.lint.rules import RULES
from newsarc.lint.rules.rule import Rule
from tests.cli.driver import REPOSITORY

PAGE = REPOSITORY / "docs" / "rules.md"


def each_rule() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)


def test_codes_and_names_are_unique_and_in_order() -> None:
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes))
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert {family(rule) for rule in RULES} <= set(FAMILIES)


@each_rule()
def test_a_rule_says_what_it_is_about(rule: Rule) -> None:
    assert re.fullmatch(r"NA\d{3}", rule.code)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
    assert re.fullmatch(r"\S[^\n]*[^\n.]", rule.summary), "one line, no full stop"
    assert rule.severity in ("error", "warning")


@each_rule()
def test_a_docstring_teaches(rule: Rule) -> None:
    first = first_line(rule)
    assert "\n" not in first, "the first sentence stands on a line of its own"
    assert first.endswith(".")
    assert explanation(rule).startswith(first)
    parts = blocks(rule)
    for word in ("Bad", "Good"):
        (at,) = [number for number, block in enumerate(parts) if re.match(rf"{word}\b[^\n]*:", block.text)]
        is_inline = not parts[at].text.endswith(":")
        assert is_inline or parts[at + 1].is_example, f"{word}: is followed by an example, or says it on its line"


@each_rule()
def test_markdown_has_the_examples_fenced(rule: Rule) -> None:
    text = rule_markdown(rule, 3)
    assert text.startswith(f"### {rule.code} {rule.name}\n")
    fences = re.findall(r"^`{3,}.*$", text, re.MULTILINE)
    assert len(fences) == 2 * sum(block.is_example for block in blocks(rule))


TARGETS = {"two-bridges-close": "Two bridges close", "the-minister-resigns": "The minister resigns [in the cms]]"}
ABOUT_ONE_ITEM = ["NA101", "NA102", "NA103", "NA104", "NA105", "NA106", "NA107", "NA109", "NA110", "NA111", "NA902"]


def archive_with(items: str, code: str, root: Path) -> Path:
    """Make an archive with one event that has ``items`` in a section, and the events that the examples name."""
    title = "Changes" if code == "NA102" else "Related"
    host = "1/two-bridges-close.md" if code in ("NA102", "NA103") else "2/another-event.md"
    pages = {f"1/{slug}.md": f"# {headline}\n" for slug, headline in TARGETS.items()}
    pages[host] = f"{pages.get(host, '# Another event')}\n\n### {title}:\n{items}\n"
    for path, text in pages.items():
        file = root / "news" / "2019" / "03" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize("code", ABOUT_ONE_ITEM)
def test_examples_are_labelled_correctly(code: str, tmp_path: Path) -> None:
    (rule,) = (rule for rule in RULES if rule.code == code)
    examples = [block.text for block in blocks(rule) if block.is_example]
    select = [code, "NA101"] if code == "NA902" else [code]
    found: list[set[str]] = []
    for number, items in enumerate(examples):
        with Archive.open(archive_with(items, code, tmp_path / str(number))) as archive:
            found.append({finding.code for finding in archive.lint(select=select)})
    assert found[0] == {code}, "the bad one"
    assert all(not codes for codes in found[1:]), "the good one"
