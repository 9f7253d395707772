"""Properties of the parser of posts and of the resolver of their links, for any text."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from newsarc.layout.addresses import read_post
from newsarc.layout.link_keys import link_keys, link_path, post_keys
from newsarc.layout.local_files import needs_page, possible_files
from newsarc.layout.presets import Layout, preset
from newsarc.lint.posts.written_form import rewritten_target
from newsarc.parser.post import read_post_page

LAYOUTS = [
    preset("jekyll", permalink="/news/{year}/{month}/{day}/{slug}/", site=("https://town.example/base",)),
    preset("hugo", permalink="/{year}/{month}/{day}/{slug}/", site=("https://town.example",)),
    preset("pelican", permalink="/{year}/{slug}.html", site=("//town.example",)),
]
PATHS = {
    "jekyll": "_posts/2020-01-02-bridge-opens.md",
    "hugo": "content/posts/2020-01-02-bridge-opens.md",
    "pelican": "content/2020-01-02-bridge-opens.md",
}
layouts = st.sampled_from(LAYOUTS)
_LINES = (
    *(
        "---",
        "+++",
        "title: x",
        "tags: [a",
        "date: 2020-13-45",
        "Title: y",
        "```",
        "    [a](b)",
        "- item",
        "(",
        "[^1]: z",
    ),
    *("[a](/2020/01/02/b/)", "{% raw %}", "<!-- ", " -->", "[a]: /b", "[a]", "<a href='/2020/1/2/c'>", "&#x2F;", "\r"),
    *("{{ site.url }}/x", "[[a]]((https://b.example))", "{% post_url 2020-01-02-x %}", "\udcff", "\x1b[31m", "\x00"),
)
pages = st.lists(st.sampled_from(_LINES) | st.text(max_size=20), max_size=30).map("\n".join)


@given(pages, layouts)
def test_no_text_breaks_the_parser(text: str, layout: Layout) -> None:
    parsed = read_post_page(text, PATHS[layout.name], layout)
    assert parsed is not None
    lines = text.replace("\r\n", "\n").split("\n")
    for link in parsed.event.links:
        assert lines[link.line - 1][link.column - 1 : link.end_column - 1] == link.target


@given(st.text(max_size=40), layouts)
def test_no_target_breaks_the_resolver(target: str, layout: Layout) -> None:
    post = read_post(PATHS[layout.name], {}, layout)
    assert post is not None
    meaning = link_keys(target, post, layout)
    needs_page(target, meaning, layout)
    assert all(not path.startswith(("/", "../")) for path in possible_files(target, post, layout))


@given(
    layouts,
    st.sampled_from(["", "https://town.example", "HTTP://www.Town.example:80", "//town.example"]),
    st.sampled_from(["", "/", ".html", "/index.html"]),
    st.sampled_from(["", "#top", "?a=b", "?a=b#top"]),
    st.sampled_from([str, str.upper, str.title]),
    st.booleans(),
    st.sampled_from(["{}", "{{{{ '{}' | relative_url }}}}", "{{{{ site.url }}}}{}"]),
)
def test_every_spelling_of_an_address_reaches_the_post(
    layout: Layout, host: str, end: str, rest: str, change: Callable[[str], str], is_encoded: bool, around: str
) -> None:
    post = read_post(PATHS[layout.name], {"title": "Bridge opens"}, layout)
    assert post is not None
    path = change(post.address.removesuffix("/").removesuffix(".html")) + end
    target = around.format(quote(path.replace("-", "%2D"), safe="/%") if is_encoded else path) + rest
    base = layout.bases[0] if host and layout.bases else ""  # beside it, the host has other sites
    target = host + base + target if around == "{}" else target
    keys = post_keys(post)
    assert not set(link_keys(target, post, layout).keys).isdisjoint(keys), (target, keys)


@given(
    layouts,
    st.sampled_from(["/", "", "#a", "/?b=c#d"]),
    st.sampled_from(["", "https://town.example", "{{ site.url }}"]),
)
def test_a_rewritten_link_leads_to_the_post_and_keeps_the_rest(layout: Layout, rest: str, before: str) -> None:
    page = read_post(PATHS[layout.name].replace("bridge", "page"), {"title": "Page"}, layout)
    post = read_post(PATHS[layout.name], {"title": "Bridge opens"}, layout)
    assert page is not None
    assert post is not None
    before += layout.bases[0] if before.startswith("https:") and layout.bases else ""
    target = f"{before}{post.address.replace('bridge', 'brigde').rstrip('/')}{rest}"
    new = rewritten_target(target, page, post, layout, is_address=True)
    assert new is not None
    assert new.startswith(before)
    assert new.endswith(rest.lstrip("/"))
    assert not set(link_keys(new, page, layout).keys).isdisjoint(post_keys(post))
    assert rewritten_target(new, page, post, layout, is_address=True) == new
    assert link_path(new)
