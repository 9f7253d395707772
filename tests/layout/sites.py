"""Small sites as mappings of paths to texts, read as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from newsarc.archive.site_detection import detect_layout
from newsarc.layout.bundles import post_paths
from newsarc.layout.link_keys import post_keys, resolve
from newsarc.parser.post import ParsedPost, read_post_page


@dataclass
class Site:
    """The posts of a site by path, the targets of their related links, and the dead links as (path, target)."""

    layout: str
    posts: dict[str, ParsedPost]
    related: dict[str, list[str]]
    dead: list[tuple[str, str]]

    def address(self, path: str) -> str:
        return self.posts[path].post.address

    def date(self, path: str) -> str:
        return str(self.posts[path].post.date)


def read_site(files: Mapping[str, str], **given: Any) -> Site:
    """Detect the layout of a site, with the keys in ``given`` changed, and read all of its posts."""
    layout = detect_layout(sorted(files), files.get)
    assert layout is not None
    layout = replace(layout, **given)
    paths = post_paths(sorted(files), layout)
    posts = {path: one for path in paths if (one := read_post_page(files[path], path, layout))}
    table: dict[str, str] = {}
    for one in posts.values():
        for key in post_keys(one.post):
            table.setdefault(key, one.post.path)
    site = Site(layout.name, posts, {}, [])
    for path, one in posts.items():
        found: dict[str, None] = {}
        for link, meaning in zip(one.event.related, one.meanings, strict=True):
            to = resolve(meaning, table)
            if to is not None:
                found[to] = None
            elif meaning.wanted is not None:
                site.dead.append((path, link.target))
        site.related[path] = list(found)
    return site
