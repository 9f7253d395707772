"""Link targets resolve to pages of the archive."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from newsarc.parser.targets import canonical_path, foreign_prefix, intended_path, leaves_archive, resolve, spellings
from newsarc.text.urls import is_external, is_web_address, without_site

EVENT = "news/2017/07/7/some-event.md"
CHINESE = "news/2019/03/2/龙飞船2号進行首次.md"
ODD = "news/2017/07/7/100%-of-c#.md"
DAY = "news/2017/07/7/index.md"
README_DAY = "news/2017/08/1/README.md"
FILES = frozenset((EVENT, CHINESE, ODD, DAY, README_DAY, "index.md", "faq/about.md"))
PAGE = "news/2017/07/11/other.md"

SPELLINGS = {
    EVENT: [
        "/news/2017/07/7/some-event.md",
        "news/../../7/some-event.md",
        "../7/some-event.md",
        "../../07/7/some-event.md",
        "/news/2017/07/7/some-event.html",
        "/news/2017/07/7/some-event.HTML",
        "/news/2017/07/07/some-event.md",
        "/news/2017/7/7/some-event.md",
        "/news/2017/7/07/some-event.html#top",
        "/news/2017/07/7/some-event.md#fragment",
        "/news/2017/07/7/some-event.md?utm=1&x=2#y",
        "/news/2017/07/7/some%2Devent.md",
        "/news/2017/07/7/some\\-event.md",
        "/news/2017/07/7/some&#45;event.md",
        "/news/./2017//07/7/some-event.md",
        " /news/2017/07/7/some-event.md ",
    ],
    CHINESE: [
        f"/{CHINESE}",
        f"/{quote(CHINESE)}",
        f"/{quote(CHINESE).lower()}",
        f"../../../2019/03/02/{quote('龙飞船2号進行首次')}.html",
    ],
    README_DAY: ["/news/2017/08/1/README.md", "../../08/01/README.md"],
    DAY: ["/news/2017/07/7/index.md", "/news/2017/07/07/index.html", "../7/index.md", "../07/index.html#top"],
    "faq/about.md": ["/faq/about.md", "/faq/about.html", "../../../../faq/about.md"],
}
PAIRS = [(path, target) for path, targets in SPELLINGS.items() for target in targets]


def exists(path: str) -> bool:
    return path in FILES


@pytest.mark.parametrize(("path", "target"), PAIRS)
def test_each_spelling_resolves_to_the_page(path: str, target: str) -> None:
    assert resolve(target, PAGE, exists) == path
    assert canonical_path(target, PAGE) == path


@pytest.mark.parametrize(("path", "target"), [(path, target) for path, target in PAIRS if target.startswith("/")])
def test_a_site_prefix_changes_nothing(path: str, target: str) -> None:
    assert resolve(f"/zh{target}", PAGE, exists, "/zh") == path
    assert canonical_path(f"/zh{target}", PAGE, "/zh") == path
    assert resolve(target, PAGE, exists, "/zh") == path
    assert resolve(f"/zh{target}", PAGE, exists) is None
    assert resolve(f"/zhu{target}", PAGE, exists, "/zh") is None


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/news/2017/07/7/some-event", EVENT),
        ("../7/some-event", EVENT),
        ("/news/2017/07/7", DAY),
        ("/news/2017/07/7/", DAY),
        ("/news/2017/07/07", DAY),
        ("/news/2017/08/1/", README_DAY),
        ("/", "index.md"),
        ("/.", "index.md"),
        ("../../../..", "index.md"),
        ("/news/2017/07/7/100%-of-c#.md", ODD),
        ("/news/2017/07/7/100%25-of-c%23.md", ODD),
    ],
)
def test_targets_without_extension_folders_and_unusual_names(target: str, path: str) -> None:
    assert resolve(target, PAGE, exists) == path


@pytest.mark.parametrize(
    "target",
    [
        "",
        "#top",
        "?x",
        "/news/2017/07/7/some-even.md",
        "/news/2017/07/8/some-event.md",
        "/News/2017/07/7/some-event.md",
        "/news/2017/07/7/Some-Event.md",
        "/news/2017/07/70/some-event.md",
        "/news/2017/07/7/some-event.md/",
        "/news/2017/07/7/some-event.txt",
        "../../../../../news/2017/07/7/some-event.md",
        "https://example.org/news/2017/07/7/some-event.md",
        "//example.org/news/2017/07/7/some-event.md",
        "mailto:a@example.org",
        "/news/2017/07/7/%00.md",
        "../" * 10_000,
        "/a" * 10_000,
    ],
)
def test_missing_pages_do_not_resolve(target: str) -> None:
    found = resolve(target, PAGE, exists)
    if target == "/news/2017/07/7/some-event.md/":
        assert found == EVENT  # an extra slash is ignored
    else:
        assert found is None


@pytest.mark.parametrize("day", ["5", "05"])
def test_a_folder_with_other_padding_is_found(day: str) -> None:
    for path in ("news/2018/01/05/a.md", "news/2018/01/5/a.md"):
        assert resolve(f"/news/2018/01/{day}/a.html", PAGE, {path}.__contains__) == path


def test_the_raw_name_comes_before_the_decoded_one() -> None:
    files = {"news/2017/07/7/a%20b.md", "news/2017/07/7/a b.md"}
    assert resolve("/news/2017/07/7/a%20b.md", PAGE, files.__contains__) == "news/2017/07/7/a%20b.md"
    files.remove("news/2017/07/7/a%20b.md")
    assert resolve("/news/2017/07/7/a%20b.md", PAGE, files.__contains__) == "news/2017/07/7/a b.md"


pieces = st.sampled_from(
    [
        *(
            "/",
            "//",
            ".",
            "..",
            "../",
            "./",
            "news",
            "2017",
            "07",
            "7",
            "07/7/",
            "a",
            ".md",
            ".html",
            "index.md",
            "/zh",
            "%2e",
            "%2E%2e/",
        ),
        *(
            "%2F",
            "%5c",
            "\\",
            "\\.",
            "&period;",
            "&sol;",
            "&#46;",
            "#",
            "?",
            "%",
            "%00",
            "\x00",
            " ",
            "http:",
            "龙",
            "\udc80",
            "%ff",
            "&#x2f;",
        ),
    ]
)
targets = st.lists(pieces, max_size=14).map("".join) | st.text(
    st.characters(codec=None, exclude_categories=()), max_size=40
)


@given(
    targets, st.sampled_from([PAGE, "index.md", "opinion/2017/04/4/x/README.md"]), st.sampled_from(["", "/zh", "/a/b"])
)
@example("/zh/../..", PAGE, "/zh")
@example("..%2f..%2f..%2f..%2f..%2fetc/passwd", PAGE, "")
@example("&#" + "9" * 5000 + ";", PAGE, "")
@example("/", PAGE, "")
def test_no_spelling_leaves_the_root(target: str, page: str, prefix: str) -> None:
    found = list(spellings(target, page, prefix))
    plain = canonical_path(target, page, prefix)
    for path in [*found, *([plain] if plain else [])]:
        parts = path.split("/")
        assert "" not in parts, path
        assert ".." not in parts
        assert "." not in parts
    assert leaves_archive(target, page, prefix) in (True, False)


@given(st.text(st.characters(codec="utf-8", exclude_characters="/\x00"), min_size=1, max_size=30))
def test_a_percent_encoded_name_resolves_to_its_page(slug: str) -> None:
    assume(slug.strip("."))
    path = f"news/2017/07/7/{slug}.md"
    encoded = f"/{quote(path)}"
    assert resolve(encoded, PAGE, {path}.__contains__) == path
    assert canonical_path(encoded, PAGE) == path


@pytest.mark.parametrize(
    ("target", "external"),
    [
        ("https://a.b", True),
        ("HTTP://a", True),
        ("//a.b/c", True),
        ("//news/2017/07/7/some-event.md", True),
        ("///news/2017/07/7/some-event.md", True),
        ("\\//news/2017/07/7/some-event.md", True),
        ("&sol;/news/2017/07/7/some-event.md", True),
        ("https&colon;//a.b/c", True),
        (" https://a.b/c", True),
        ("mailto:x", True),
        ("C:\\news\\2017", True),
        ("/news/a", False),
        ("a/b:c", False),
        ("", False),
    ],
)
def test_external(target: str, external: bool) -> None:
    assert is_external(target) is external
    if external:
        assert canonical_path(target, PAGE) is None
        assert not leaves_archive(target, PAGE)


@pytest.mark.parametrize(
    "target",
    [
        "https://a.example/news/x.md",
        "HTTPS://A",
        "http://wiki/news/x.md",
        "http://localhost:1313/news/2017/07/7/some-event.md",
        "//a.example/news/x.md",
        "//a.example",
        "//wiki:8080/x",
        "//me@wiki/x",
        "//[::1]/x",
        "//localhost/x",
        "//例え.example/x",
    ],
)
def test_a_url_of_another_site(target: str) -> None:
    assert is_web_address(target)
    assert resolve(target, PAGE, exists) is None
    assert intended_path(target, PAGE) is None


# Each target, the intended path, and whether it is certain.
MISWRITTEN = [
    ("//news/2017/07/7/some-event.md", EVENT, True),
    ("///news/2017/07/07/some-event.html", EVENT, True),
    ("//zh/news/2017/07/7/some-event.md", EVENT, True),
    ("\\/\\/news/2017/07/7/some-event.md", EVENT, True),
    ("http:///news/2017/07/7/some-event.md", EVENT, True),
    ("http://news/2017/07/7/some-event.md", EVENT, True),
    ("HTTPS:/news/2017/07/7/some-event.md", EVENT, True),
    ("https:news/2017/07/7/some-event.md", EVENT, True),
    ("\\news\\2017\\07\\7\\some-event.md", EVENT, True),
    ("..\\7\\some-event.md", EVENT, True),
    ("/news\\2017/07/7/some-event.md", EVENT, True),
    ("/news/２０１７/07/7/some-event.md", EVENT, True),
    ("/news/2017/٠٧/٧/some-event.md", EVENT, True),
    ("../٧/some-event.md", EVENT, True),
    ("C:\\site\\news\\2017\\07\\7\\some-event.md", EVENT, False),
    ("C:/site/news/2017/07/7/some-event.md", EVENT, False),
    ("file:///home/me/site/news/2017/07/7/some-event.md", EVENT, False),
    ("/https://site.example/zh/news/2017/07/7/some-event.md", EVENT, False),
    ("mailto:desk@gazette.example", None, False),
    ("javascript:alert(1)", None, False),
    ("ftp://gazette.example/news/2017/07/7/some-event.md", None, False),
    ("//wiki/some-event.md", None, False),
    ("http://", None, False),
    ("https:", None, False),
    ("%2F%2Fnews/2017/07/7/some-event.md", None, False),
    ("/%2Fnews/2017/07/7/some-event.md", None, False),
]


@pytest.mark.parametrize(("target", "path", "certain"), MISWRITTEN)
def test_a_malformed_target_does_not_resolve_but_has_an_intended_path(
    target: str, path: str | None, certain: bool
) -> None:
    assert resolve(target, PAGE, exists, "/zh") is None
    assert not is_web_address(target)
    assert canonical_path(target, PAGE, "/zh") not in FILES
    meant = intended_path(target, PAGE, "/zh")
    assert (meant and (meant.path, meant.certain)) == (path and (path, certain))


@pytest.mark.parametrize(
    "target", ["/news/2017/07/7/some\\-event.md", "/news/2017/07/7/１.md", "../7/x.md", "", "#top"]
)
def test_a_well_formed_target_has_no_other_intended_path(target: str) -> None:
    assert intended_path(target, PAGE) is None


@pytest.mark.parametrize("target", ["../../../../../x.md", "/../x.md", "/%2e%2e/x.md", "/zh/../../x.md", "/a/../../x"])
def test_leaving_the_archive(target: str) -> None:
    assert leaves_archive(target, PAGE, "/zh")
    assert canonical_path(target, PAGE, "/zh") is None


def test_without_site() -> None:
    assert without_site("https://example.org/news/2017/07/7/a.md") == "/news/2017/07/7/a.md"
    assert without_site("//example.org/news") == "/news"
    assert without_site("https://example.org") == "/"
    assert without_site("http:///news") == "http:///news"
    assert without_site("///news") == "///news"
    assert without_site("/news/a.md") == "/news/a.md"
    assert without_site("2017-06-16") == "2017-06-16"


def test_foreign_prefix() -> None:
    def nothing(folder: str) -> bool:
        return False

    assert foreign_prefix("/zh/news/2017/07/7/a.md", nothing) == "/zh"
    assert foreign_prefix("/news/2017/07/7/a.md", nothing) is None
    assert foreign_prefix("/zh/news/2017/07/7/a.md", {"zh"}.__contains__) is None
