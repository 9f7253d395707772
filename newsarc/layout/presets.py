"""The keys of a layout, and the named layouts that are values of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from newsarc.layout.path_patterns import PathPattern, path_pattern
from newsarc.layout.redirects import Redirects

MARKDOWN = "{md,markdown,mdx}"
_DATED = "{year}-{month}-{day}-{slug}"
DRAFTS = "_drafts"  # the folder of Jekyll's drafts
# Of blogs. Some other codes of languages are more often endings of file names, such as .ts and .io.
_LANGUAGES = frozenset(
    re.findall(
        r"\S+",
        "ar bg bn ca cs da de el en es et eu fa fi fr ga gl he hi hr hu hy id is it ja ka ko lt lv mk ms nb nl nn no pl"
        " pt pt-br pt-BR ro ru sk sl sq sr sv ta th tr uk ur uz vi zh zh-cn zh-CN zh-hans zh-hant zh-tw zh-TW zh_CN",
    )
)
NOT_POSTS = frozenset(("index", "readme", "_index"))  # names without extension, in lower case


class SectionPermalink(NamedTuple):
    """The permalink and ``slug_from`` of the posts below ``folder``, a pattern such as ``content/{lang}/news``."""

    folder: str
    permalink: str
    slug_from: str


@dataclass(frozen=True)
class Layout:
    """Where posts are, and how their addresses are made.

    - ``posts``: patterns of their paths; the first that matches counts.
    - ``excludes``: folders in which pages are not posts, with ``/`` at their end.
    - ``permalink``: the pattern of their addresses.
    - ``permalinks``: other permalinks, of posts in some folders.
    - ``is_permalink_read``: False if the site has permalinks with unknown placeholders. Then no address is dead.
    - ``is_permalink_guessed``: addresses are made by a program. Then no address relative to that of a post is dead.
    - ``site``: URLs of the site; a link to one of them is a link in the archive.
    - ``base_path``: the folder of the site on its host, such as ``/log``, if ``site`` does not tell.
    - ``source``: the folder that paths in ``{% link %}``, ``ref`` and ``@/`` start from.
    - ``redirects``: former addresses, from redirect tables.
    - ``slug_from``: ``name`` (the name of the file after the date), ``file`` (the whole name) or ``title``.
    - ``slugifies``: slugs have nothing but letters a to z, digits and hyphens, as in Zola.
    - ``permalink_date``: ``front-matter`` (before the name's) or ``name``.
    - ``address_keys``: keys of front matter that replace the whole address.
    - ``lower_case``: addresses are in lower case.
    - ``padded_dates``: a name with an unpadded date has no date.
    - ``timezone``: the time zone of the site; empty: dates count as written.
    - ``base``: the folder of the address before the ``address_keys``, as in Docusaurus.
    - ``headers``: pages begin with ``Title: …`` lines instead of front matter.
    - ``language``: the language of posts whose paths name none; its addresses have no folder for the language,
      unless ``language_folder``.
    - ``languages``: those that the site has; empty: common ones.
    - ``lang_permalink``: the permalink of posts with a key ``lang`` of another language than ``language``.
    - ``is_franklin``: posts that begin with ``@def`` are in a format that is not read.
    - ``drafts``: drafts are posts, too; not a property of the site, but of what is asked.
    """

    name: str = "plain"
    posts: tuple[str, ...] = (f"**/{_DATED}.{MARKDOWN}", f"**/{_DATED}/index.{MARKDOWN}")
    excludes: tuple[str, ...] = ()
    permalink: str = "/{year}/{month}/{day}/{slug}/"
    permalinks: tuple[SectionPermalink, ...] = ()
    is_permalink_read: bool = True
    is_permalink_guessed: bool = False
    site: tuple[str, ...] = ()
    base_path: str = ""
    source: str = ""
    redirects: Redirects = field(default_factory=Redirects)
    slug_from: str = "name"
    slugifies: bool = False
    permalink_date: str = "front-matter"
    address_keys: tuple[str, ...] = ("permalink", "url")
    lower_case: bool = False
    padded_dates: bool = False
    timezone: str = ""
    base: str = ""
    headers: bool = False
    language: str = ""
    languages: tuple[str, ...] = ()
    lang_permalink: str = ""
    language_folder: bool = False
    is_franklin: bool = False
    drafts: bool = False

    @cached_property
    def patterns(self) -> tuple[PathPattern, ...]:
        """The compiled patterns of ``posts``. Raises PatternError."""
        return tuple(map(path_pattern, self.posts))

    @cached_property
    def permalink_pattern(self) -> PathPattern:
        """The compiled ``permalink``. Raises PatternError."""
        return path_pattern(self.permalink)

    def permalink_of(self, path: str) -> tuple[PathPattern, str]:
        """Return the permalink of the post at ``path``, and where its slug is from: a value of ``slug_from``."""
        for section in self.permalinks:
            if path_pattern(f"{section.folder}/{{section}}").match(path) is not None:
                return path_pattern(section.permalink), section.slug_from
        return self.permalink_pattern, self.slug_from

    @cached_property
    def all_permalinks(self) -> tuple[str, ...]:
        """All permalinks, that of most posts first."""
        written = (self.permalink, *(section.permalink for section in self.permalinks), self.lang_permalink)
        return tuple(dict.fromkeys(filter(None, written)))

    @cached_property
    def checked_permalinks(self) -> tuple[str, ...]:
        """All permalinks, with the folder in place of a leading ``{section}``: ``/posts/{slug}/``."""
        found = dict.fromkeys(self.all_permalinks)
        for folder in self.folders():
            permalink = self.permalink_of(f"{folder}/x.md")[0].text
            if permalink.startswith("/{section}/{slug}") and _is_below(folder, self.source):
                found[permalink.replace("{section}", folder.removeprefix(self.source).strip("/"), 1)] = None
        return tuple(found)

    @cached_property
    def has_languages(self) -> bool:
        """Whether paths of posts name languages."""
        return any("lang" in pattern.names for pattern in self.patterns)

    @cached_property
    def hosts(self) -> dict[str, tuple[str, ...]]:
        """The hosts of ``site``, in lower case and without ``www.``, each with the folders of the site on it.

        The longest folder is first; the root of a host is an empty one.
        """
        found: dict[str, set[str]] = {}
        for site in self.site:
            url = urlsplit(site if "//" in site else f"//{site}")
            found.setdefault(host_key(url.netloc), set()).add(url.path.rstrip("/"))
        return {host: tuple(sorted(folders, key=lambda one: (-len(one), one))) for host, folders in found.items()}

    @cached_property
    def bases(self) -> tuple[str, ...]:
        """The folders of the site on all its hosts, such as ``/log`` of ``https://example.org/log``, without roots."""
        found = {folder for folders in (*self.hosts.values(), (self.base_path,)) for folder in folders if folder}
        return tuple(sorted(found, key=lambda one: (-len(one), one)))

    def match(self, path: str) -> dict[str, str] | None:
        """Return the placeholders of the first pattern that matches ``path``; None if it is not the path of a post."""
        found = self.matched(path)
        return None if found is None else found[1]

    def matched(self, path: str) -> tuple[PathPattern, dict[str, str]] | None:
        """Return the first pattern that matches ``path``, and its placeholders; None if it is no post."""
        if path.startswith(self.excludes) or path.rpartition("/")[2].startswith(("_", ".")):
            return None
        for pattern in self.patterns:
            found = pattern.match(path)
            if found is not None and self._has_language(path, found.get("lang")):
                stem = path.rpartition("/")[2].partition(".")[0].lower()
                is_post = stem not in NOT_POSTS or found.get("slug", stem).lower() != stem
                return (pattern, found) if is_post else None
        return None

    def _has_language(self, path: str, lang: str | None) -> bool:
        """Whether ``lang``, from the end of a file name, is a language: in ``bridge.fr.md`` but not ``node.js.md``."""
        return not lang or lang in (self.languages or _LANGUAGES) or path.rpartition("/")[2].startswith("index.")

    def is_post(self, path: str) -> bool:
        """Whether ``path``, relative to the archive root, is that of a post."""
        return self.match(path) is not None

    def folders(self) -> tuple[str, ...]:
        """Return the folders that contain all posts; an empty one is the root."""
        found = {pattern.folder for pattern in self.patterns}
        return tuple(sorted(one for one in found if not any(one != up and _is_below(one, up) for up in found)))


def below_base(path: str, bases: Iterable[str]) -> str | None:
    """Return ``path`` without the first of ``bases`` that it is in: ``/p`` of ``/log/p``; None if it is in none."""
    for base in bases:
        if path == base or path.startswith(f"{base}/"):
            return path[len(base) :] or "/"
    return None


def host_key(host: str) -> str:
    """Return a host as it is compared: in lower case, without user, default port and ``www.``"""
    return host.lower().rpartition("@")[2].removesuffix(":443").removesuffix(":80").removeprefix("www.")


def _is_below(folder: str, upper: str) -> bool:
    return not upper or folder.startswith(f"{upper}/")


def _in_folders(folders: Iterable[str]) -> tuple[str, ...]:
    """Return the patterns of posts and bundles below ``folders``."""
    names = [
        f"{stem}{ending}.{MARKDOWN}"
        for stem in (_DATED, "{slug}")
        for ending in ("/index.{lang}", "/index", ".{lang}", "")
    ]
    return tuple(f"{folder}/**/{name}" for folder in folders for name in names)


# Of Docusaurus, which finds the date of a post across folders, too.
_DATED_FOLDERS = tuple(
    f"{{year}}/{date}{ending}"
    for date in ("{month}/{day}/{slug}", "{month}/{day}-{slug}", "{month}-{day}-{slug}")
    for ending in ("/index", "")
)
_HUGO_FOLDERS = ("posts", "post", "blog", "news")
PRESETS: dict[str, dict[str, Any]] = {
    "plain": {},
    "jekyll": {
        "posts": (
            f"_posts/**/{_DATED}.{MARKDOWN}",
            f"{{section}}/_posts/**/{_DATED}.{MARKDOWN}",
            *(f"{lead}{DRAFTS}/**/{name}.{MARKDOWN}" for lead in ("", "{section}/") for name in (_DATED, "{slug}")),
        ),
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
        "slugifies": True,
        "address_keys": ("path",),
    },
    "pelican": {
        "posts": (f"content/**/{_DATED}.{MARKDOWN}", f"content/**/{{slug}}.{MARKDOWN}"),
        "excludes": ("content/pages/",),
        "permalink": "/{slug}.html",
        "lang_permalink": "/{slug}-{lang}.html",
        "language": "en",
        "source": "content",
        "slug_from": "title",
        "address_keys": ("url",),
        "headers": True,
    },
    "docusaurus": {
        "posts": (*(f"blog/**/{name}.{MARKDOWN}" for name in _DATED_FOLDERS), *_in_folders(("blog",))),
        "permalink": "/blog/{year}/{month}/{day}/{section}/{slug}",
        "source": "blog",
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
