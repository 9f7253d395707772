"""Files of a site that a link may lead to when it leads to no post."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from urllib.parse import unquote

from newsarc.layout.addresses import Post
from newsarc.layout.link_keys import ROOT_ALIAS, LinkMeaning, file_reference, is_post_url, link_path
from newsarc.layout.presets import Layout, below_base

# Folders whose files generators copy or render to the root of the site.
_ROOTS = ("", "static", "public", "content", "docs", "src", "source", "pages", "_pages", "content/pages")
MARKDOWN_ENDINGS = (".md", ".markdown", ".mdx")
_PAGES = (*MARKDOWN_ENDINGS, ".html", ".htm", ".rst", ".njk")
_LONGEST_ENDING = 6  # characters, with the dot
_DATED = re.compile(r"\d{4}-\d{1,2}-\d{1,2}-.", re.ASCII)
_SUFFIXES = ("", *_PAGES, *(f"/{name}{ending}" for name in ("index", "_index") for ending in _PAGES))


def possible_files(target: str, post: Post, layout: Layout) -> Iterator[str]:
    """Yield the paths of the files that ``target``, as written in ``post``, may lead to, likeliest first."""
    path = unquote(link_path(target), errors="surrogateescape")
    is_file = file_reference(target) is not None or path.endswith(MARKDOWN_ENDINGS)
    roots = dict.fromkeys((layout.source, *_ROOTS))
    joined = []
    if not path.startswith("/"):
        joined.append(posixpath.join(posixpath.dirname(post.path), path))
        if not is_file:
            folder = posixpath.dirname(post.address) if post.address.endswith(".html") else post.address
            path = posixpath.normpath(posixpath.join("/", folder, path))
    paths = dict.fromkeys((path, below_base(path, layout.bases) or path))
    joined += [posixpath.join(root, one.lstrip("/")) for one in paths for root in roots]
    stripped = [posixpath.splitext(one)[0] for one in joined if one.endswith((".html", ".htm"))]
    for one in dict.fromkeys(map(posixpath.normpath, (*joined, *stripped))):
        if not one.startswith("..") and one != ".":
            yield from (one + suffix for suffix in _SUFFIXES)


def needs_page(target: str, meaning: LinkMeaning, layout: Layout) -> bool:
    """Whether ``target`` is dead if it leads to no post and to no file of the site.

    True for addresses and files that can only be posts, and for relative links to pages. Other references to files are
    checked by the generator, which knows what it makes pages of.
    """
    return needs_post(target, meaning, layout) or (meaning.is_local and _is_relative_page(target))


def needs_post(target: str, meaning: LinkMeaning, layout: Layout) -> bool:
    """Whether ``target`` is an address or a file that can only be that of a post."""
    return meaning.wanted is not None or (meaning.is_local and names_post(target, layout))


def _is_relative_page(target: str) -> bool:
    """Whether ``target`` is a relative link to a page or a folder, not to another file such as an image."""
    path = link_path(target)
    if path.startswith("/") or file_reference(target) is not None:
        return False
    ending = posixpath.splitext(path)[1].lower()
    return ending in ("", *_PAGES) or not ending[1:].isalnum() or len(ending) > _LONGEST_ENDING


def names_post(target: str, layout: Layout) -> bool:
    """Whether ``target`` is a reference to a file that can only be a post, as its form, name or folder tells."""
    if is_post_url(target):
        return True
    path = unquote(link_path(target), errors="surrogateescape")
    is_tag = file_reference(target) is not None
    if path.startswith(".") or not (is_tag or path.endswith(MARKDOWN_ENDINGS)):
        return False
    if not is_tag and _DATED.match(posixpath.basename(path)):
        return True
    source = "" if target.startswith(ROOT_ALIAS) else layout.source
    inside = posixpath.normpath(posixpath.join(source, path.lstrip("/")))
    return "/" in path.strip("/") and any(map(layout.is_post, (inside, f"{inside}.md")))
