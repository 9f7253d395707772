"""Titles of pages, and what they tell of a page."""

from __future__ import annotations

import pytest

from newsarc.sources.check.page_identity import common_words, is_identified, page_titles


@pytest.mark.parametrize(
    ("body", "charset", "titles"),
    [
        (b"<title>One</title>", None, ("One",)),
        (b"<TITLE data-x='1'>\n One &amp;\n two </TITLE>", None, ("One & two",)),
        (b'<title>One</title><meta property="og:title" content="Two">', None, ("One", "Two")),
        (b"<meta content='Two' property='og:title'><title>Two</title>", None, ("Two",)),
        (b'<meta name="twitter:title" content="Three">', None, ("Three",)),
        ("<title>Größe</title>".encode("latin-1"), "iso-8859-1", ("Größe",)),
        ('<meta charset="gb2312"><title>地震</title>'.encode("gb2312"), None, ("地震",)),
        ("<title>Größe</title>".encode(), "no-such-encoding", ("Größe",)),
        (b"<title>One</title><svg><title>Icon</title></svg>", None, ("One",)),
        (b"<title></title>", None, ()),
        (b"%PDF-1.7", None, ()),
        (bytes(20_000) + b"<title>Late</title>", None, ()),
    ],
)
def test_titles(body: bytes, charset: str | None, titles: tuple[str, ...]) -> None:
    assert page_titles(body, charset) == titles


@pytest.mark.parametrize(
    ("title", "headline", "label", "expected"),
    [
        ("Harbour bridge closes after storm", "Harbour bridge closes after storm", "The Gazette", True),
        ("Storm shuts harbour bridge | The Gazette", "Harbour bridge closes after storm", "The Gazette", True),
        ("The Gazette", "The Gazette of Lima is sold", "The Gazette", False),
        ("Page not found | The Gazette", "Harbour bridge closes after storm", "The Gazette", False),
        ("Before you continue", "Harbour bridge closes after storm", "The Gazette", False),
        ("This website is for sale", "Harbour bridge closes after storm", "The Gazette", False),
        ("四川发生地震，多人受伤", "四川地震", "新华网", True),
        ("新华网首页", "四川地震", "新华网", False),
        ("", "Harbour bridge closes after storm", "The Gazette", None),
    ],
)
def test_is_identified(title: str, headline: str, label: str, expected: bool | None) -> None:
    assert is_identified((title,) if title else (), [headline], [label]) is expected


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("Access denied", "Minister denied charges"),
        ("Subscribe now", "Police now search river"),
        ("News", "News agency closes"),
        ("The site and the cookies", "The council and the mayor are here"),
    ],
)
def test_a_word_by_chance_identifies_nothing(title: str, headline: str) -> None:
    assert is_identified((title,), [headline], []) is False


def test_words_of_many_headlines_identify_nothing() -> None:
    headlines = [f"Syria war report{number} town{number}" for number in range(10)]
    common = common_words(headlines)
    assert common == {"syria"}
    assert is_identified(("Syria war: latest news",), headlines, [], common) is False
    assert is_identified(("Syria war: report3 from town3",), headlines, [], common) is True
    assert common_words(["Syria war", "War in Syria"]) == frozenset()


def test_hostile_pages_take_no_time() -> None:
    for piece in (b"<title", b"<meta ", b"<meta property='og:title' content='", b"<title>&#", b"&", b"content="):
        page_titles(piece * 3000)
