"""Patterns of paths: what they match, and what is wrong with an invalid one."""

from __future__ import annotations

import pytest

from newsarc.layout.path_patterns import PatternError, normal_address, path_pattern
from newsarc.layout.presets import PRESETS, preset


@pytest.mark.parametrize(
    ("pattern", "path", "found"),
    [
        ("_posts/{year}-{month}-{day}-{slug}.{md,markdown}", "_posts/2016-9-2-harbour-fair.markdown", "harbour-fair"),
        ("**/{slug}.md", "fair.md", "fair"),
        ("**/{slug}.md", "a/b/fair.md", "fair"),
        ("{section}/_posts/{slug}.md", "de/news/_posts/fair.md", "fair"),
        ("{slug}/index.{lang}.md", "fair/index.pt-br.md", "fair"),
        ("{slug}.md", "a/fair.md", None),
        ("{year}/{slug}.md", "２０２０/fair.md", None),
        ("{slug}.{md,mdx}", "fair.mdxx", None),
    ],
)
def test_match(pattern: str, path: str, found: str | None) -> None:
    values = path_pattern(pattern).match(path)
    assert (values and values["slug"]) == found


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("{name}.md", "{name} is not a placeholder"),
        ("{slug", "{ is not a placeholder"),
        ("**/**/**/**/{slug}.md", "more than 4 parts"),
        ("x" * 501, "longer than 500"),
    ],
)
def test_an_invalid_pattern_is_refused(pattern: str, message: str) -> None:
    with pytest.raises(PatternError, match=message.replace("{", r"\{").replace("}", r"\}")):
        path_pattern(pattern)


def test_a_long_hostile_path_matches_nothing() -> None:
    assert path_pattern("**/{section}/_posts/**/{slug}.md").match("_posts/" * 580 + "x") is None


def test_a_path_that_is_too_long_matches_nothing() -> None:
    assert path_pattern("{slug}.md").match("x" * 5000 + ".md") is None


@pytest.mark.parametrize("name", PRESETS)
def test_the_patterns_of_each_preset_are_valid(name: str) -> None:
    layout = preset(name)
    assert layout.patterns
    assert layout.permalink_pattern.text.startswith("/")


def test_folders_are_those_before_the_first_placeholder() -> None:
    assert preset("hugo").folders() == ("content/blog", "content/news", "content/post", "content/posts")
    assert preset("jekyll").folders() == ("",)
    assert preset("plain", posts=("a/{slug}.md", "a/b/{slug}.md", "ab/{slug}.md")).folders() == ("a", "ab")


@pytest.mark.parametrize("address", ["/2020/x", "/2020/x/", "/2020/x.html", "/2020/x/index.html", "2020/x/"])
def test_forms_of_an_address_are_the_same(address: str) -> None:
    assert normal_address(address) == "/2020/x"


def test_an_index_in_a_name_is_part_of_the_address() -> None:
    assert normal_address("/2020/price-index.html") == "/2020/price-index"
