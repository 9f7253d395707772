"""The keys of a layout, and the named layouts that are values of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from newsarc.layout.path_patterns import PathPattern, path_pattern
from newsarc.layout.redirects import Redirects

MARKDOWN = "{md,markdown,mdx}"
_DATED = "{year}-{month}-{day}-{slug}"
NOT_POSTS = frozenset(("index", "readme", "_index"))  # names without extension, in lower case


@dataclass(frozen=True)
class Layout:
    """Where posts are, and how their addresses are made.

    - ``posts``: patterns of their paths; the first that matches counts.
    - ``permalink``: the pattern of their addresses.
    - ``site``: URLs of the site; a link to one of them is a link in the archive.
    - ``source``: the folder that paths in ``{% link %}``, ``ref`` and ``@/`` start from.
    - ``redirects``: former addresses, from redirect tables.
    - ``slug_from``: ``name`` (the name of the file after the date), ``file`` (the whole name) or ``title``.
    - ``permalink_date``: ``front-matter`` (before the name's) or ``name``.
    - ``address_keys``: keys of front matter that replace the whole address.
    - ``lower_case``: addresses are in lower case.
    - ``padded_dates``: a name with an unpadded date has no date.
    - ``timezone``: the time zone of the site; empty: dates count as written.
    - ``base``: the folder of the address before the ``address_keys``, as in Docusaurus.
    - ``headers``: pages begin with ``Title: …`` lines instead of front matter.
    """

    name: str = "plain"
    posts: tuple[str, ...] = (f"**/{_DATED}.{MARKDOWN}", f"**/{_DATED}/index.{MARKDOWN}")
    permalink: str = "/{year}/{month}/{day}/{slug}/"
    site: tuple[str, ...] = ()
    source: str = ""
    redirects: Redirects = field(default_factory=Redirects)
    slug_from: str = "name"
    permalink_date: str = "front-matter"
    address_keys: tuple[str, ...] = ("permalink", "url")
    lower_case: bool = False
    padded_dates: bool = False
    timezone: str = ""
    base: str = ""
    headers: bool = False

    @cached_property
    def patterns(self) -> tuple[PathPattern, ...]:
        """The compiled patterns of ``posts``. Raises PatternError."""
        return tuple(map(path_pattern, self.posts))

    @cached_property
    def permalink_pattern(self) -> PathPattern:
        """The compiled ``permalink``. Raises PatternError."""
        return path_pattern(self.permalink)

    @cached_property
    def has_languages(self) -> bool:
        """Whether paths of posts name languages."""
        return any("lang" in pattern.names for pattern in self.patterns)

    @cached_property
    def hosts(self) -> dict[str, str]:
        """The hosts of ``site``, in lower case and without ``www.``, each with the path of the site on it."""
        sites = [urlsplit(site if "//" in site else f"//{site}") for site in self.site]
        return {host_key(site.netloc): site.path.rstrip("/") for site in sites}

    def match(self, path: str) -> dict[str, str] | None:
        """Return the placeholders of the first pattern that matches ``path``; None if it is not the path of a post."""
        for pattern in self.patterns:
            found = pattern.match(path)
            if found is not None:
                stem = path.rpartition("/")[2].partition(".")[0].lower()
                return None if stem in NOT_POSTS and found.get("slug", stem).lower() == stem else found
        return None

    def is_post(self, path: str) -> bool:
        """Whether ``path``, relative to the archive root, is that of a post."""
        return self.match(path) is not None

    def folders(self) -> tuple[str, ...]:
        """Return the folders that contain all posts; an empty one is the root."""
        found = {pattern.folder for pattern in self.patterns}
        return tuple(sorted(one for one in found if not any(one != up and _is_below(one, up) for up in found)))


def host_key(host: str) -> str:
    """Return a host as it is compared: in lower case, without user, default port and ``www.``"""
    return host.lower().rpartition("@")[2].removesuffix(":443").removesuffix(":80").removeprefix("www.")


def _is_below(folder: str, upper: str) -> bool:
    return not upper or folder.startswith(f"{upper}/")


def _in_folders(folders: Iterable[str]) -> tuple[str, ...]:
    """Return the patterns of posts and bundles below ``folders``."""
    names = (f"{_DATED}/index.{{lang}}.{MARKDOWN}", f"{_DATED}/index.{MARKDOWN}", f"{_DATED}.{MARKDOWN}")
    undated = (f"{{slug}}/index.{{lang}}.{MARKDOWN}", f"{{slug}}/index.{MARKDOWN}", f"{{slug}}.{MARKDOWN}")
    return tuple(f"{folder}/**/{name}" for folder in folders for name in (*names, *undated))


_HUGO_FOLDERS = ("posts", "post", "blog", "news")
PRESETS: dict[str, dict[str, Any]] = {
    "plain": {},
    "jekyll": {
        "posts": (f"_posts/**/{_DATED}.{MARKDOWN}", f"{{section}}/_posts/**/{_DATED}.{MARKDOWN}"),
        "permalink": "/{section}/{year}/{month}/{day}/{slug}.html",
        "address_keys": ("permalink",),
    },
    "hugo": {
        "posts": _in_folders(f"content/{folder}" for folder in _HUGO_FOLDERS),
        "permalink": "/{section}/{slug}/",
        "source": "content",
        "lower_case": True,
        "slug_from": "file",
        "address_keys": ("url",),
    },
    "zola": {
        "posts": _in_folders(("content",)),
        "permalink": "/{section}/{slug}/",
        "source": "content",
        "address_keys": ("path",),
    },
    "pelican": {
        "posts": (f"content/**/{_DATED}.{MARKDOWN}", f"content/**/{{slug}}.{MARKDOWN}"),
        "permalink": "/{slug}.html",
        "source": "content",
        "slug_from": "title",
        "address_keys": ("url",),
        "headers": True,
    },
    "docusaurus": {
        "posts": _in_folders(("blog",)),
        "permalink": "/blog/{year}/{month}/{day}/{slug}",
        "permalink_date": "name",
        "address_keys": ("slug",),
        "base": "/blog",
    },
    "mkdocs": {
        "posts": (f"docs/blog/posts/**/{{slug}}.{MARKDOWN}",),
        "permalink": "/blog/{year}/{month}/{day}/{slug}/",
        "source": "docs",
        "slug_from": "title",
        "address_keys": (),
    },
}


def preset(name: str, **changes: Any) -> Layout:
    """Return the named layout with ``changes`` of its keys. Raises KeyError for an unknown name."""
    return Layout(name=name, **(PRESETS[name] | changes))
