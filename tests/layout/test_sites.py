"""Small sites of each generator: detected layout, dates, addresses, links and fields of their posts."""

from __future__ import annotations

import pytest

from newsarc.archive.site_detection import detect_layout
from tests.layout.sites import read_site

BRIDGE = "---\ntitle: Bridge opens\n---\nThe bridge is open.\n"
JEKYLL = {"_config.yml": "url: https://a.example\n", "_posts/2020-01-02-bridge.md": BRIDGE}
TOLL = "_posts/2020-01-03-toll.md"
HUGO_TOML = 'baseURL = "https://a.example"\n[permalinks]\nposts = "/:year/:month/:day/:slug/"\n'


def jekyll(body: str, **files: str) -> dict[str, str]:
    return JEKYLL | {TOLL: f"---\ntitle: Toll\n---\n{body}\n"} | files


@pytest.mark.parametrize(
    "link",
    [
        "[x]({% post_url 2020-01-02-bridge %})",
        "[x]({% link _posts/2020-01-02-bridge.md %})",
        "[x]({% link\n_posts/2020-01-02-bridge.md %})",
        "[x]({{ site.baseurl }}{% link _posts/2020-01-02-bridge.md %})",
        "[x](/2020/01/02/bridge.html)",
        "[x](/2020/01/02/bridge)",
        "[x](/2020/01/02/bridge/#span)",
        "[x](/2020/01/02/Bridge.html)",
        "[x](/2020/01/02/%62ridge.html)",
        "[x](https://a.example/2020/01/02/bridge/)",
        "[x](http://www.a.example/2020/01/02/bridge.html?from=mail)",
        "[x]({{ '/2020/01/02/bridge.html' | relative_url }})",
        "[x]({{ site.url }}/2020/01/02/bridge.html)",
        "[x][b]\n\n[b]: {{ site.url }}/2020/01/02/bridge.html",
        "[b]\n\n[B]: /2020/01/02/bridge.html 'Bridge'",
        '<a class="c" href="{{ \'/2020/01/02/bridge.html\' | relative_url }}">x</a>',
        "<https://a.example/2020/01/02/bridge.html>",
        "[x](2020-01-02-bridge.md)",
    ],
)
def test_a_link_in_any_form_leads_to_its_post(link: str) -> None:
    site = read_site(jekyll(link))
    assert site.related[TOLL] == ["_posts/2020-01-02-bridge.md"]
    assert site.dead == []


@pytest.mark.parametrize("config", ["url: https://a.example/\nbaseurl: /log/\n", "baseurl: log\n"])
@pytest.mark.parametrize(
    "link",
    [
        "/log/2020/01/02/bridge.html",
        "/log/2020/01/02/bridge/#span",
        "/2020/01/02/bridge.html",
        "{{ site.baseurl }}/2020/01/02/bridge.html",
        "{{ site.baseurl }}{% post_url 2020-01-02-bridge %}",
    ],
)
def test_the_folder_of_a_site_on_its_host_is_no_part_of_addresses(config: str, link: str) -> None:
    site = read_site(jekyll(f"[x]({link}) [y](/log/2020/01/09/nope.html)", **{"_config.yml": config}))
    assert site.address("_posts/2020-01-02-bridge.md") == "/2020/01/02/bridge.html"
    assert site.related[TOLL] == ["_posts/2020-01-02-bridge.md"]
    assert site.dead == [(TOLL, "/log/2020/01/09/nope.html")]


def test_another_site_on_the_same_host_is_another_site() -> None:
    config = "url: https://a.example\nbaseurl: /log\n"
    body = "[x](https://a.example/log/2020/01/02/bridge.html) [y](https://a.example/2020/01/02/nope.html)"
    site = read_site(jekyll(body, **{"_config.yml": config}))
    assert site.related[TOLL] == ["_posts/2020-01-02-bridge.md"]
    assert site.dead == []
    assert [source.url for source in site.posts[TOLL].event.sources] == ["https://a.example/2020/01/02/nope.html"]


@pytest.mark.parametrize(
    ("link", "leads"),
    [
        ("{% post_url 2020-01-02-bridge %}", True),
        ('{{< ref "2020-01-02-bridge.md" >}}', True),
        ('{{< relref "2020-01-02-bridge" >}}', True),
        ("{% link 2020-01-02-bridge.md %}", False),
        ("2020-01-02-bridge.md", False),
        ("old/2020-01-02-bridge.md", False),
        ("/2020-01-02-bridge.md", False),
    ],
)
def test_the_name_of_a_file_in_another_folder_is_enough_for_some_links(link: str, leads: bool) -> None:
    path = "log/_posts/2020-01-04-crane.md"
    site = read_site(jekyll("", **{path: f"---\ntitle: Crane\n---\n[x]({link})\n"}))
    assert site.related[path] == (["_posts/2020-01-02-bridge.md"] if leads else [])


@pytest.mark.parametrize(
    "text",
    [
        "`[x](/2020/01/02/nope/)`",
        "```\n[x](/2020/01/02/nope/)\n```",
        "~~~ md\n[x](/2020/01/02/nope/)\n~~~",
        "{% raw %}\n[x](/2020/01/02/nope/)\n{% endraw %}",
        "<!-- [x](/2020/01/02/nope/) -->",
        "![x](/2020/01/02/nope.html)",
        "[^1]: /2020/01/02/nope/\n\nA note[^1].",
        "[unused]: /2020/01/02/nope/",
        "[x](/about.html)",
        "[x](/2020/01/)",
        "[x](ann)",
        "[x](https://b.example/2020/01/02/nope/)",
        "[x]({{ page.next.url }})",
        "[x](/2020/01/02/two words)",
    ],
)
def test_what_is_no_link_to_a_post_is_not_dead(text: str) -> None:
    site = read_site(jekyll(text))
    assert site.dead == []
    assert site.related[TOLL] == []


@pytest.mark.parametrize(
    "target",
    ["/2020/01/02/brigde.html", "https://a.example/2020/01/02/brigde/", "2020/01/02/brigde.html", "/2020/01/02/a.md/"],
)
def test_a_link_that_only_a_post_can_have_is_dead(target: str) -> None:
    assert read_site(jekyll(f"[x]({target})")).dead == [(TOLL, target)]


@pytest.mark.parametrize("name", ["page2/", "page/2/", "2024/", "tags/", "archive", "categories.html", "feed"])
def test_listings_of_posts_are_no_posts(name: str) -> None:
    config = {"_config.yml": "permalink: /blog/:title/\n"}
    assert read_site(jekyll(f"[x](/blog/{name})", **config)).dead == []
    assert read_site(jekyll(f"[x](/blog/x-{name.replace('/2', '-2')})", **config)).dead != []


@pytest.mark.parametrize(
    ("link", "is_dead"),
    [
        ("/posts/brigde/", True),
        ("https://a.example/posts/brigde/", True),
        ("/de/posts/brigde/", True),
        ("/fr/posts/brigde/", False),  # not a language of the site
        ("/blog/brigde/", False),
        ("/posts/", False),
        ("/posts/page/2/", False),
        ("/posts/2020/", False),
    ],
)
def test_sections_of_hugo_are_folders_of_posts(link: str, is_dead: bool) -> None:
    page = "---\ntitle: Bridge\ndate: 2020-01-02\n---\n"
    files = {
        "hugo.toml": 'baseURL = "https://a.example"\n[languages.en]\n[languages.de]\n',
        "content/posts/bridge.md": page,
        "content/posts/toll.md": f"{page}[x]({link}) [y](/posts/bridge/)\n",
    }
    site = read_site(files)
    assert site.dead == ([("content/posts/toll.md", link)] if is_dead else [])
    assert site.related["content/posts/toll.md"] == ["content/posts/bridge.md"]


def test_a_link_has_its_line_and_column() -> None:
    event = read_site(jekyll("One\n\n`x` [x]({% post_url 2020-01-02-bridge %})")).posts[TOLL].event
    (link,) = event.related
    assert (link.line, link.column, link.end_column, link.label) == (6, 9, 41, "x")
    assert link.target == "{% post_url 2020-01-02-bridge %}"


def test_front_matter_has_no_comments() -> None:
    text = "---\ntitle: Toll <!-- old --> debate\n---\nSee <!-- one --> [x](/2020/01/02/bridge.html) <!-- two -->\n"
    site = read_site(jekyll("", **{TOLL: text}))
    assert [(comment.text, comment.line) for comment in site.posts[TOLL].event.comments] == [(" one ", 4), (" two ", 4)]
    assert site.related[TOLL] == ["_posts/2020-01-02-bridge.md"]


def test_a_time_counts_in_the_zone_of_the_site() -> None:
    path = "_posts/2020-01-03-ferry.md"
    ferry = "---\ndate: 2020-01-05 01:00 +0900\n---\n"
    site = read_site(jekyll("[x](/2020/01/04/ferry.html)", **{"_config.yml": "timezone: UTC\n", path: ferry}))
    assert (site.date(path), site.address(path)) == ("2020-01-04", "/2020/01/04/ferry.html")
    assert site.related[TOLL] == [path]
    without = read_site(jekyll("", **{"_config.yml": "url: x\n", path: ferry}))
    assert without.date(path) == "2020-01-05"


@pytest.mark.parametrize(
    ("config", "address"),
    [
        ("permalink: pretty", "/2020/01/02/bridge/"),
        ("permalink: /log/:title/", "/log/bridge/"),
        ("collections:\n  posts:\n    permalink: /news/:year/:title:output_ext", "/news/2020/bridge.html"),
        ("defaults:\n- scope: {type: posts}\n  values: {permalink: /b/:year/:slug/}", "/b/2020/bridge/"),
        ("permalink: /:unknown/:title/", "/2020/01/02/bridge.html"),
    ],
)
def test_the_permalink_of_jekyll_is_read(config: str, address: str) -> None:
    site = read_site(JEKYLL | {"_config.yml": f"{config}\n"})
    assert site.address("_posts/2020-01-02-bridge.md") == address


def test_a_folder_of_a_year_is_no_part_of_the_pattern() -> None:
    site = read_site({".eleventy.js": "", "log/2020/2020-01-02-x.md": BRIDGE, "log/2020/02/2020-02-03-y.md": BRIDGE})
    assert list(site.posts) == ["log/2020/02/2020-02-03-y.md", "log/2020/2020-01-02-x.md"]
    layout = detect_layout(["2020/2020-01-02-x.md", ".eleventy.js"], {".eleventy.js": ""}.get)
    assert layout is not None
    assert layout.is_post("2021/2021-01-02-x.md")


def test_what_the_defaults_of_jekyll_are_about() -> None:
    pages = "- scope: {path: _pages}\n  values: {permalink: /p/:title/}\n"
    drafts = "- scope: {path: '', type: drafts}\n  values: {permalink: /d/:title/}\n"
    site = read_site(JEKYLL | {"_config.yml": f"permalink: pretty\ndefaults:\n{pages}{drafts}"})
    assert site.address("_posts/2020-01-02-bridge.md") == "/2020/01/02/bridge/"


def test_defaults_of_jekyll_for_folders_of_posts() -> None:
    folders = {"": "/b/:title/", "_posts/old": "/old/:year/:title", "_posts/old/inner": "/inner/:title"}
    rules = [f"- scope: {{path: '{path}'}}\n  values: {{permalink: {text}}}\n" for path, text in folders.items()]
    paths = ["_posts/2020-01-02-a.md", "_posts/old/2020-01-02-b.md", "_posts/old/inner/2020-01-02-c.md"]
    site = read_site({"_config.yml": "defaults:\n" + "".join(rules), **dict.fromkeys(paths, BRIDGE)})
    assert [site.address(path) for path in paths] == ["/b/a/", "/old/2020/b", "/inner/c"]


@pytest.mark.parametrize(
    ("name", "front_matter", "slug"),
    [
        ("my long post", "", "my-long-post"),
        ("--a - b--", "", "a-b"),
        ("Über_Straße", "", "Über_Straße"),
        ("v1.2", "", "v1.2"),
        ("100%-sure", "", "100-sure"),
        ("हिन्दी", "", "हिन्दी"),
        ("%", "", "%"),
        ("x", "slug: Other Slug", "Other-Slug"),
    ],
)
def test_jekyll_writes_slugs_with_single_hyphens(name: str, front_matter: str, slug: str) -> None:
    path = f"_posts/2020-01-02-{name}.md"
    site = read_site({"_config.yml": "", path: f"---\ntitle: X\n{front_matter}\n---\n"})
    assert site.address(path) == f"/2020/01/02/{slug}.html"


# Each as the generator itself makes it: Hugo 0.168, MkDocs Material 9, Pelican 4.12.
@pytest.mark.parametrize(
    ("title", "hugo", "mkdocs", "pelican"),
    [
        ("Über Straße", "über-straße", "über-straße", "uber-strasse"),
        ("Version 1.2", "version-1.2", "version-12", "version-12"),
        ("C# & C++", "c#-c", "c--c", "c-c"),
        ("A/B: one - two -- three", "a-b-one-two--three", "ab-one---two----three", "ab-one-two-three"),
        ("@user at #tag", "@user-at-#tag", "user-at-tag", "user-at-tag"),
        ("日本語 テスト", "日本語-テスト", "日本語-テスト", None),
        ("हिन्दी", "हिन्दी", "हनद", None),
    ],
)
def test_the_slug_of_a_title_is_that_of_the_generator(title: str, hugo: str, mkdocs: str, pelican: str | None) -> None:
    page = f'---\ntitle: "{title}"\ndate: 2020-01-02\n---\n'
    site = read_site({"hugo.toml": '[permalinks]\nposts = "/x/:slug/"\n', "content/posts/a.md": page})
    assert site.address("content/posts/a.md") == f"/x/{hugo}/"
    site = read_site({"mkdocs.yml": "plugins: [blog]\n", "docs/blog/posts/a.md": page})
    assert site.address("docs/blog/posts/a.md") == f"/blog/2020/01/02/{mkdocs}/"
    if pelican is not None:
        site = read_site({"pelicanconf.py": "", "content/a.md": page})
        assert site.address("content/a.md") == f"/{pelican}.html"


@pytest.mark.parametrize(
    ("path", "key", "address"),
    [
        ("under__score--dash.md", "", "/posts/under__score--dash/"),
        ("a - b.md", "", "/posts/a---b/"),
        ("c++ & co.md", "", "/posts/c++--co/"),
        ("हिन्दी.md", "", "/posts/हिन्दी/"),
        ("x.md", "slug: An Old -- Slug", "/posts/an-old--slug/"),
    ],
)
def test_hugo_keeps_hyphens_and_marks(path: str, key: str, address: str) -> None:
    page = f"---\ntitle: X\ndate: 2020-01-02\n{key}\n---\n"
    site = read_site({"hugo.toml": "", f"content/posts/{path}": page})
    assert site.address(f"content/posts/{path}") == address


@pytest.mark.parametrize(
    "config",
    [
        "permalink: /:year/:hour/:title/",
        "permalink: pretty\ndefaults:\n- scope: {path: _posts}\n  values: {permalink: /:minute/:title}",
    ],
)
def test_no_address_is_dead_with_a_permalink_that_is_not_read(config: str) -> None:
    files = jekyll("[x](/2020/1/nope/) [y](/2020/01/02/nope.html) [z]({% post_url 2020-01-02-nope %})")
    assert read_site(files | {"_config.yml": f"{config}\n"}).dead == []
    assert read_site(files | {"_config.yml": f"{config}\n"}, is_permalink_read=True).dead != []


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("2020/01/02/bridge.md", "/blog/2020/01/02/bridge"),
        ("2020/01/02-bridge.md", "/blog/2020/01/02/bridge"),
        ("2020/01-02-bridge/index.mdx", "/blog/2020/01/02/bridge"),
        ("town/2020/01-02-bridge.md", "/blog/2020/01/02/town/bridge"),
        ("2020/2020-01-02-bridge.md", "/blog/2020/01/02/2020/bridge"),
    ],
)
def test_docusaurus_finds_dates_across_folders(path: str, address: str) -> None:
    post = f"blog/{path}"
    site = read_site({"docusaurus.config.js": "", post: BRIDGE})
    assert (site.date(post), site.address(post)) == ("2020-01-02", address)


def test_docusaurus_names_files_from_the_root_of_the_site() -> None:
    body = "---\ntitle: Toll\n---\n[x](@site/blog/2020-01-02-bridge.md) [y](@site/docs/toll.md)\n"
    files = {"docusaurus.config.js": "", "blog/2020-01-02-bridge.md": BRIDGE, "blog/2020-01-03-toll.md": body}
    site = read_site(files)
    assert site.related["blog/2020-01-03-toll.md"] == ["blog/2020-01-02-bridge.md"]


def test_a_permalink_of_pelican_with_names_of_months_is_not_read() -> None:
    config = 'ARTICLE_URL = "posts/{date:%Y}/{date:%b}/{slug}/"\n'
    layout = detect_layout(["content/x.md", "pelicanconf.py"], {"pelicanconf.py": config}.get)
    assert layout is not None
    assert not layout.is_permalink_read


def test_jekyll_in_folders_of_its_own() -> None:
    path = "site/collections/river/_posts/2020-01-02-bridge.md"
    site = read_site({"_config.yml": "source: ./site\ncollections_dir: collections\n", path: BRIDGE})
    assert site.address(path) == "/river/2020/01/02/bridge.html"
    assert site.posts[path].event.topics == ("river",)


@pytest.mark.parametrize("name", ["_index.md", "_part.mdx", "index.md", "README.md", ".#2020-01-02-x.md"])
def test_what_is_no_post(name: str) -> None:
    folder = "content/posts"
    site = read_site({"hugo.toml": "", f"{folder}/2020-01-02-x.md": BRIDGE, f"{folder}/{name}": BRIDGE})
    assert list(site.posts) == [f"{folder}/2020-01-02-x.md"]


def test_unpadded_dates() -> None:
    post = "_posts/2020-1-2-x.md"
    assert read_site(jekyll("", **{post: BRIDGE})).address(post) == "/2020/01/02/x.html"
    site = read_site({".eleventy.js": "", "blog/2020-1-2-x.md": BRIDGE})
    assert (site.layout, site.date("blog/2020-1-2-x.md")) == ("plain", "2020-01-02")
    assert site.address("blog/2020-1-2-x.md") == "/2020/01/02/2020-1-2-x/"


def test_a_permalink_at_the_root_makes_no_link_dead() -> None:
    files = jekyll("[x](/about.html) [y](/bridge.html)", **{"_config.yml": "permalink: none\n"})
    site = read_site(files)
    assert site.dead == []
    assert site.related[TOLL] == ["_posts/2020-01-02-bridge.md"]


def test_hugo_lower_case_and_key_slug() -> None:
    path = "content/posts/2020-01-02-Big-Bridge.md"
    files = {
        "hugo.toml": HUGO_TOML,
        path: "\n---\ndate: 2020-01-01\ndate: 2020-01-02\nslug: Big-Bridge\n---\n",
        "content/posts/b.md": '---\ndate: 2020-01-03\ntitle: "B b"\n---\n[x]({{< ref "2020-01-02-Big-Bridge.md" >}})\n',
    }
    site = read_site(files)
    assert (site.layout, site.address(path)) == ("hugo", "/2020/01/02/big-bridge/")
    assert site.related["content/posts/b.md"] == [path]
    assert site.address("content/posts/b.md") == "/2020/01/03/b-b/"
    assert [problem.message for problem in site.posts[path].event.problems] == [
        "duplicate key date; the last value counts"
    ]


def test_hugo_bundles_and_translations() -> None:
    folder = "content/blog/2020-01-02-x"
    french = "[x](/fr/blog/2020-01-02-x/) [y](/blog/2020-01-02-x/)"
    site = read_site(
        {
            "hugo.yaml": "baseURL: https://a.example\n",
            f"{folder}/index.md": "---\ntitle: X\n---\n[x](/fr/blog/2020-01-02-x/)\n",
            f"{folder}/index.fr.md": f"---\ntitle: X\n---\n{french}\n",
            f"{folder}/notes.md": "Notes of the author\n",
        }
    )
    assert site.address(f"{folder}/index.fr.md") == "/fr/blog/2020-01-02-x/"
    assert site.related[f"{folder}/index.md"] == [f"{folder}/index.fr.md"]
    assert site.related[f"{folder}/index.fr.md"] == [f"{folder}/index.md"]
    assert f"{folder}/notes.md" not in site.posts


def test_hugo_in_a_folder_news_is_not_the_context_layout() -> None:
    path = "content/news/2016/10/2016-10-24-x.md"
    site = read_site({"config.yml": 'permalinks:\n  news: ":year/:slug/"\n', path: "---\nslug: x\n---\n"})
    assert (site.layout, site.address(path)) == ("hugo", "/2016/x/")


def test_zola_paths_and_aliases() -> None:
    files = {
        "config.toml": 'base_url = "https://a.example"\n',
        "content/x.md": '+++\npath = "2020/01/02/x"\ntitle = "X"\naliases = ["2020/01/02/old.html"]\n'
        '[taxonomies]\ntags = ["Rivers"]\n+++\n',
        "content/y/index.md": '+++\npath = "2020/01/03/y"\ntitle = "Y"\n+++\n[a](@/x.md#top) [b](/2020/01/02/old)\n'
        "[c](y.html)\n",
    }
    site = read_site(files)
    assert (site.layout, site.date("content/x.md"), site.address("content/x.md")) == (
        "zola",
        "2020-01-02",
        "/2020/01/02/x",
    )
    assert site.posts["content/x.md"].event.topics == ("Rivers",)
    assert site.related["content/y/index.md"] == ["content/x.md"]
    assert site.dead == [("content/y/index.md", "y.html")]


def test_pelican_headers() -> None:
    path = "content/2020-01-02-week.md"
    files = {
        "pelicanconf.py": "ARTICLE_URL = 'w/{date:%Y}/{slug}/'\nSITEURL = 'https://a.example'\n",
        path: "Title: Week in Boats 7\nDate: 2020-1-2\nCategory: Boats, Harbours\n\n# Fleet\n",
        "content/b.md": "Title: B\nDate: 2021-(TODO: MM-DD)\n\n[x]({filename}2020-01-02-week.md)\n",
    }
    site = read_site(files)
    event = site.posts[path].event
    assert (site.layout, site.address(path)) == ("pelican", "/w/2020/week-in-boats-7/")
    assert (event.headline, event.topics) == ("Week in Boats 7", ("Boats", "Harbours"))
    assert site.related["content/b.md"] == [path]
    assert site.posts["content/b.md"].event.date is None
    assert "valid date" in site.posts["content/b.md"].event.problems[0].message


def test_docusaurus_puts_the_date_of_the_name_into_the_address() -> None:
    path = "blog/2020-01-02-x.md"
    config = "module.exports = {url: 'https://a.example'}"
    other = "---\nslug: why\n---\n[x](/blog/2020/01/02/x) [y](https://a.example/blog/2020/01/01/none)\n"
    site = read_site(
        {"docusaurus.config.js": config, path: "---\ndate: 2020-01-09\n---\n", "blog/2020-02-01-y.mdx": other}
    )
    assert (site.date(path), site.address(path)) == ("2020-01-09", "/blog/2020/01/02/x")
    assert site.address("blog/2020-02-01-y.mdx") == "/blog/why"
    assert site.related["blog/2020-02-01-y.mdx"] == [path]
    assert len(site.dead) == 1


def test_mkdocs_links_and_heading() -> None:
    folder = "docs/blog/posts"
    first = "---\ndate:\n  created: 2020-01-02\n  updated: 2021-01-01\nlinks:\n  - blog/posts/y.md\n---\n# Bridge\n"
    site = read_site(
        {
            "mkdocs.yml": "plugins:\n  - search\n  - blog\n",
            f"{folder}/x.md": first,
            f"{folder}/y.md": "---\ndate: 2020-01-03\n---\n# Y\n[x](x.md)\n",
        }
    )
    assert site.related[f"{folder}/x.md"] == [f"{folder}/y.md"]
    assert site.related[f"{folder}/y.md"] == [f"{folder}/x.md"]
    assert site.posts[f"{folder}/x.md"].event.headline == "Bridge"
    assert site.address(f"{folder}/x.md") == "/blog/2020/01/02/bridge/"


def test_impossible_dates_and_broken_yaml_lose_nothing_else() -> None:
    late, tabbed = "_posts/2021-03-01-x.md", "_posts/2021-03-02-y.md"
    site = read_site(
        jekyll(
            "",
            **{late: "---\ntitle: X\ndate: 2021-02-29\n---\n", tabbed: "---\n  title: Y\ntags:\n- \ta\n\t- b\n---\n"},
        )
    )
    assert (site.date(late), site.date(tabbed)) == ("2021-03-01", "2021-03-02")
    assert "valid date" in site.posts[late].event.problems[0].message
    assert site.posts[tabbed].event.headline == "Y"
    assert "not valid YAML" in site.posts[tabbed].event.problems[0].message


def test_redirects_with_a_splat() -> None:
    link = "[x](/old/2020/01/02/bridge.html) [y](/2019/01/01/gone.html)"
    rules = "# moved\n/old/* /:splat 301\n/2019/01/01/gone.html /about/\n"
    site = read_site(jekyll(link, _redirects=rules))
    assert site.related[TOLL] == ["_posts/2020-01-02-bridge.md"]
    assert site.dead == []


def test_a_redirect_that_leads_to_itself_ends() -> None:
    site = read_site(jekyll("[x](/2019/01/01/a.html)", _redirects="/2019/01/01/a.html /b\n/b /2019/01/01/a.html\n"))
    assert site.related[TOLL] == []


@pytest.mark.parametrize("line", ["draft: true", "published: false", "status: draft"])
def test_drafts(line: str) -> None:
    path = "_posts/2020-05-05-d.md"
    assert read_site(jekyll("", **{path: f"---\n{line}\n---\n"})).posts[path].post.is_draft
    assert not read_site(jekyll("", **{path: "---\ndraft: false\n---\n"})).posts[path].post.is_draft


def test_topics_summary_and_sources() -> None:
    body = "See [a](https://www.b.example/1), [b](https://b.example/1?x) and [a](https://www.b.example/1).\n\nMore.\n"
    head = "---\ntitle: <i>Kinds</i> of *boats*\ntags: sea salt\ncategory: Log\ncanonical: https://c.example/2\n---\n"
    event = read_site(jekyll("", **{TOLL: head + body})).posts[TOLL].event
    assert event.headline == "Kinds of boats"
    assert event.topics == ("sea", "salt", "Log")
    assert event.summary == "See a, b and a."
    assert [(source.label, source.url) for source in event.sources] == [
        ("c.example", "https://c.example/2"),
        ("b.example", "https://www.b.example/1"),
        ("b.example", "https://b.example/1?x"),
    ]
    cut = read_site(jekyll("", **{TOLL: "One.\n\nTwo.\n<!-- more -->\nThree.\n"})).posts[TOLL].event
    assert cut.summary == "One. Two."


def test_hosts_of_the_site() -> None:
    body = "[a](https://old.example/2020/01/02/bridge.html) [b](https://new.example/2020/01/02/bridge.html)"
    site = read_site(jekyll(body), site=("https://new.example",))
    assert site.related[TOLL] == ["_posts/2020-01-02-bridge.md"]
    assert [source.label for source in site.posts[TOLL].event.sources] == ["old.example"]


def test_a_link_in_another_language_is_dead_without_its_translation() -> None:
    post = "---\ntitle: Z\n---\n"
    files = {
        "_config.yml": "url: https://a.example\npermalink: pretty\n",
        "en/_posts/2020-01-01-z.md": post,
        "de/_posts/2020-01-02-x.md": f"{post}[z](/de/2020/01/01/z/) [e](/en/2020/01/01/z/)\n",
    }
    site = read_site(files)
    assert site.related["de/_posts/2020-01-02-x.md"] == ["en/_posts/2020-01-01-z.md"]
    assert site.dead == [("de/_posts/2020-01-02-x.md", "/de/2020/01/01/z/")]


def test_hugo_drops_encoded_spaces_of_names() -> None:
    path = "content/posts/2020-01-02-harbour%e2%80%8a-%e2%80%8aready.md"
    config = (
        'baseURL = "https://a.example"\n[frontmatter]\ndate = [":filename"]\n[permalinks]\nposts = "/:year/:slug/"\n'
    )
    assert read_site({"hugo.toml": config, path: "---\n---\n"}).address(path) == "/2020/harbour-ready/"
