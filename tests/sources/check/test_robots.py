"""robots.txt, as RFC 9309 says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarc.sources.check.fetch import Seen
from newsarc.sources.check.robots import Robots
from newsarc.sources.web_addresses import normalized
from tests.linear.work import growth

SITE = "https://gazette.test"


def robots(text: str | bytes, status: int | None = 200) -> Robots:
    body = text if isinstance(text, bytes) else text.encode()
    return Robots(Seen(f"{SITE}/robots.txt", status, "" if status else "timeout", {}, body))


def allows(text: str | bytes, path: str = "/news/1") -> bool:
    return robots(text).allows(SITE + path)


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("User-agent: *\nDisallow: /", "/news/1", False),
        ("\ufeffUser-agent: *\nDisallow: /", "/news/1", False),
        ("User-agent: *\r\nDisallow: /news\r\n", "/news/1", False),
        ("user-agent:*\rdisallow:/news # all of it\r", "/news/1", False),
        ("User-agent: *\nDisallow:\n", "/news/1", True),
        ("User-agent: *\nDisallow: /*?print=", "/a?print=1", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a.pdf?x", True),
        ("User-agent: *\nDisallow: /\nAllow: /news/", "/news/1", True),
        ("User-agent: *\nAllow: /news\nDisallow: /news/2019", "/news/2019/1", False),
        ("User-agent: *\nDisallow: /news\nAllow: /news", "/news/1", True),
        ("User-agent: *\nDisallow: /caf%c3%a9", "/café", False),
        ("User-agent: *\nDisallow: /café", "/caf%C3%A9", False),
        ("Disallow: /\nUser-agent: other\nDisallow: /", "/news/1", True),
    ],
)
def test_rules(text: str, path: str, expected: bool) -> None:
    assert allows(text, path) is expected


@pytest.mark.parametrize("name", ["newsarc", "NewsArc", "newsarc/1.0", "newsarc # a checker", "newsarc*"])
def test_names_of_newsarc(name: str) -> None:
    assert not allows(f"User-agent: {name}\nDisallow: /\n")
    assert allows(f"User-agent: *\nDisallow: /\n\nUser-agent: {name}\nDisallow: /private\n")


@pytest.mark.parametrize(
    "name",
    ["news", "n", "newsarcbot", "mynewsarc", "newsarc-image", "other", "news*", "*news", "*news*", "", "²", "[", "-"],
)
def test_names_of_others(name: str) -> None:
    assert allows(f"User-agent: {name}\nDisallow: /\n")
    assert not allows(f"User-agent: {name}\nAllow: /\n\nUser-agent: *\nDisallow: /\n")


def test_groups_for_one_name_are_one() -> None:
    text = "User-agent: newsarc\nDisallow: /a\n\nUser-agent: news\nUser-agent: newsarc\nDisallow: /b\n"
    assert [allows(text, path) for path in ("/a/1", "/b/1", "/c/1")] == [False, False, True]


@pytest.mark.parametrize(
    ("line", "delay"),
    [
        ("Crawl-delay: 12.5", 12.5),
        ("crawl-delay:3", 3),
        ("Crawl-delay: 5000", 60),
        ("Crawl-delay: 1e300", 60),
        ("Crawl-delay: ²", 0),
        ("Crawl-delay: -1", 0),
        ("Crawl-delay: nan", 0),
        ("Crawl-delay: " + "9" * 400, 0),
        ("Crawl-delay: " + "9" * 5000, 0),
        ("", 0),
    ],
)
def test_delay(line: str, delay: float) -> None:
    assert robots(f"User-agent: *\n{line}\nDisallow: /private\n").delay == delay


def test_delay_of_the_group_for_newsarc() -> None:
    assert robots("User-agent: *\nCrawl-delay: 9\n\nUser-agent: newsarc\nCrawl-delay: 2\n").delay == 2
    assert robots("User-agent: news\nCrawl-delay: 9\n").delay == 0


@pytest.mark.parametrize("status", [401, 403, 404, 410, 301])
def test_without_a_file_all_is_allowed(status: int) -> None:
    found = robots("User-agent: *\nDisallow: /", status)
    assert (found.failure, found.allows(f"{SITE}/1"), found.delay) == (None, True, 0)


@pytest.mark.parametrize("status", [None, 429, 500, 503])
def test_a_server_that_fails_may_not_be_asked(status: int | None) -> None:
    found = robots("", status)
    assert found.failure is not None
    assert (found.failure.status, found.failure.error) == (status, "" if status else "timeout")
    assert not found.allows(f"{SITE}/1")


FIELDS = [
    "User-agent",
    "Disallow",
    "Allow",
    "Crawl-delay",
    "Request-rate",
    "Visit-time",
    "Sitemap",
    "Host",
    "user agent",
]
VALUES = ["*", "newsarc", "news", "//[", "/*a$", "/%zz", "/$", "²", "9" * 5000, "1/0", "\ufeff", "\x00", "http://["]
LINES = st.tuples(st.sampled_from(FIELDS), st.sampled_from([":", ": ", " ", "::"]), st.sampled_from(VALUES) | st.text())
TEXTS = (
    st.lists(LINES.map("".join) | st.text(), max_size=20)
    .map("\n".join)
    .map(lambda text: text.encode("utf-8", "replace"))
    | st.binary()
)


@given(TEXTS, st.text())
def test_no_robots_txt_ends_a_run(text: bytes, path: str) -> None:
    found = robots(text)
    assert 0 <= found.delay <= 60
    found.allows(normalized(f"{SITE}/{path}") or SITE)


def test_rules_for_many_names_take_linear_work() -> None:
    """Each rule was stored once for each name: a file of 500 KiB took gigabytes."""

    def read(count: int) -> None:
        names = "".join(f"User-agent: bot{number}\n" for number in range(count))
        assert not allows(f"{names}User-agent: *\n" + "Disallow: /news\n" * count)

    assert growth(read, 50) <= 2.5
