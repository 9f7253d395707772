"""The slugs that headlines get: those of the archives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarc import Archive
from newsarc.lint.page import Page
from newsarc.lint.rules.structure import SlugMismatch
from newsarc.parser import parse_event
from newsarc.scaffold.event.slug import slug_of
from newsarc.storage.tree import Day
from tests.cli.driver import EXAMPLE


@pytest.mark.parametrize(
    ("headline", "slug"),
    [
        ("Two bridges close", "two-bridges-close"),
        ("  Ferry 'Ansel'  sinks; 3.5 m waves! ", "ferry-ansel-sinks-3-5-m-waves"),
        ("Ængus Łódź, Bogotá & Straße", "aengus-lodz-bogota-strasse"),
        ("AT&amp;T buys [the] rest", "at-t-buys-the-rest"),
        ("''Fitzgerald'' docks {{convert|6.2|mi|km}} away", "fitzgerald-docks-6-2-mi-away"),
        ("#MeToo: one year on", "metoo-one-year-on"),
        ("日本東京發生4.5級地震，逾20,700戶停電", "日本東京發生45級地震-逾20700戶停電"),
        ("亞美尼亞 Armenian election 進行投票", "亞美尼亞-Armenian-election-進行投票"),
        ("В Москве открыт мост", "в-москве-открыт-мост"),
        ("हिन्दी में समाचार", "हिन्दी-में-समाचार"),
        ("🚢 \ufe0f⚓", ""),
        ("… -- !", ""),
        ("", ""),
    ],
)
def test_slugs(headline: str, slug: str) -> None:
    assert slug_of(headline) == slug


def test_a_slug_is_cut_where_the_archives_cut_it() -> None:
    assert slug_of("word " * 60) == ("word-" * 28).rstrip("-")
    assert slug_of("字" * 80) == "字" * 60
    assert len(slug_of("Ж" * 200)) == 70  # two bytes each


def test_the_slugs_of_the_example() -> None:
    """All but two, whose headlines have wiki markup or a letter that the archives' generator spoilt."""
    differing = 0
    for file in EXAMPLE.glob("news/*/*/*/*.md"):
        if file.name not in ("index.md", "README.md"):
            event = parse_event(file.read_text("utf-8"), file.relative_to(EXAMPLE).as_posix())
            differing += slug_of(event.headline_written) != file.name.removesuffix(".md")
    assert differing == 2


@given(st.text(max_size=300))
def test_a_slug_is_a_plain_name(headline: str) -> None:
    slug = slug_of(headline)
    assert len(slug.encode("utf-8")) <= 240
    assert not set(slug) & set(" /\\.%#?()<>\"'\0\n")
    assert slug == slug.strip("-")
    assert "--" not in slug


@given(st.text("abcdefgh éüß-:,.", min_size=1, max_size=200))
def test_lint_takes_the_slug_for_the_headlines(headline: str) -> None:
    slug = slug_of(headline)
    if slug:
        path, text = f"news/2020/03/1/{slug}.md", f"# {headline}\n"
        page = Page(path, text, Day.at("news/2020/03/1"), event=parse_event(text, path))
        assert list(SlugMismatch().check(page, Archive.open(EXAMPLE))) == []
