"""The settings of a layout: what they change, and what a mistake in them says."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from newsarc.errors import ConfigError
from newsarc.layout.config_keys import checked_setting, configured_layout
from newsarc.layout.presets import Layout, SectionPermalink, preset
from newsarc.layout.settings import LAYOUT_KEYS, LayoutSettings

DETECTED = preset("hugo", site=("https://a.example",), permalink="/log/{slug}/")


def layout_of(
    detected: Layout | None = DETECTED, *, has_days: bool = False, texts: dict[str, str] | None = None, **given: object
) -> Layout | None:
    keys = {name: checked_setting(value, name.replace("_", "-")) for name, value in given.items()}
    return configured_layout(LayoutSettings(**keys), detected, has_days, (texts or {}).get)


def test_a_setting_replaces_what_was_detected_and_nothing_else() -> None:
    layout = layout_of(site=["https://b.example"], lower_case=False)
    assert layout is not None
    assert (layout.name, layout.site, layout.lower_case) == ("hugo", ("https://b.example",), False)
    assert layout.permalink == DETECTED.permalink


def test_a_name_replaces_another_layout_as_a_whole() -> None:
    assert repr(layout_of(layout="jekyll")) == repr(preset("jekyll"))
    assert layout_of(layout="hugo") == DETECTED
    assert layout_of(layout="context") is None
    assert repr(layout_of(None, permalink="/x/{slug}")) == repr(preset("plain", permalink="/x/{slug}"))


def test_day_folders_are_a_site_only_if_the_settings_say_so() -> None:
    posts = ["news/{year}/{month}/{slug}.md"]
    assert repr(layout_of(None, has_days=True, posts=posts)) == repr(preset("plain", posts=tuple(posts)))
    assert repr(layout_of(None, has_days=True, layout="jekyll")) == repr(preset("jekyll"))
    with pytest.raises(ConfigError, match="site: is for sites of posts, and this archive has day folders"):
        layout_of(None, has_days=True, site=["https://a.example"])
    with pytest.raises(ConfigError, match="lower-case: is for sites"):
        layout_of(layout="context", lower_case=True)


def test_redirect_tables_are_read() -> None:
    layout = layout_of(redirects=["_redirects"], texts={"_redirects": "/a /b\n"})
    assert layout is not None
    assert layout.redirects.follow("/a/") == "/b"
    with pytest.raises(ConfigError, match="redirects: gone does not exist"):
        layout_of(redirects=["gone"])


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("layout", "jeckyll", "must be one of context, plain, jekyll"),
        ("layout", 1, "must be a string"),
        ("posts", "x.md", "must be a list of strings"),
        ("posts", [1], "must be a list of strings"),
        ("posts", [], "must have a pattern, such as"),
        ("posts", ["{name}.md"], '"{name}.md": {name} is not a placeholder'),
        ("posts", ["{i_month}-{slug}.md"], '"{i_month}-{slug}.md": {i_month} is for permalink only'),
        ("posts", ["../{slug}.md"], '"../{slug}.md" must be a path inside the archive'),
        ("posts", ["/posts/{slug}.md"], "must be a path inside the archive"),
        ("permalink", "{slug}/", 'must begin with "/"'),
        ("permalink", "/**/{slug}/", 'must begin with "/" and have no "*"'),
        ("permalink", "/{year}/", "must have {slug}"),
        ("permalink", 3, "must be a string"),
        ("site", ["a.example"], '"a.example" is not an http(s) URL'),
        ("site", ["https://a.example", "https://b.example/ x"], '"https://b.example/ x" is not'),
        ("site", "https://a.example", "must be a list of strings"),
        ("redirects", ["..\\_redirects"], "must be a path inside the archive"),
        ("source", "/etc", "must be a path inside the archive"),
        ("slug-from", "path", "must be one of name, file, title"),
        ("permalink-date", "file", "must be one of front-matter, name"),
        ("lower-case", "yes", "must be true or false"),
        ("timezone", "Mars/Olympus", '"Mars/Olympus" is not a time zone'),
    ],
)
def test_a_mistake_is_named(key: str, value: object, message: str) -> None:
    assert key in LAYOUT_KEYS
    with pytest.raises(ConfigError, match=re.escape(f"tool.newsarc.{key}: ")) as raised:
        checked_setting(value, f"tool.newsarc.{key}")
    assert message in str(raised.value)
    assert raised.value.key == f"tool.newsarc.{key}"


@pytest.mark.parametrize(
    "given", [{"permalink": "/n/{slug}/"}, {"posts": ["content/n/{slug}.md"]}, {"slug_from": "title"}, {"source": "c"}]
)
def test_settings_of_addresses_replace_the_permalinks_of_sections(given: dict[str, Any]) -> None:
    detected = replace(DETECTED, permalinks=(SectionPermalink("content/news", "/{year}/{slug}/", "file"),))
    layout = layout_of(detected, **given)
    assert layout is not None
    assert layout.permalinks == ()
    kept = layout_of(detected, site=["https://b.example"])
    assert kept is not None
    assert kept.permalinks == detected.permalinks
