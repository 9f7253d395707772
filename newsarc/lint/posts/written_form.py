"""The target of a link to another post, in the form in which the link was written."""

from __future__ import annotations

import posixpath
import re
from urllib.parse import quote

from newsarc.layout.addresses import Post
from newsarc.layout.link_keys import ROOT_ALIAS, file_reference, is_post_url, link_path
from newsarc.layout.presets import Layout

_ENDS_LINK = re.compile(r"[\s<>()\"'`%#?\\\x00-\x1f\x7f\ud800-\udfff]")
_EXTENSION = re.compile(r"\.(?:md|markdown|mdx)\Z", re.IGNORECASE)


def rewritten_target(target: str, page: Post, post: Post, layout: Layout, *, is_address: bool) -> str | None:
    """Return ``target``, as written on ``page``, with ``post`` in place of the post that it names.

    ``is_address``: it fits the addresses of posts, even if it ends like a file name.

    What is around the path stays: host, Liquid, shortcode, query and fragment. Returns None if the path is not in
    ``target`` as it is read, for example because of HTML entities.
    """
    written = link_path(target)
    if not written or target.count(written) != 1:
        return None
    if post.path == page.path and "#" in target and target.startswith(written):
        return target[target.index("#") :]
    reference = file_reference(target)
    if reference is not None or (_EXTENSION.search(written) and not is_address):
        new = _file_path(target, written, page, post, layout)
    else:
        new = _address(written, post, layout)
    return target.replace(written, _encoded(new) if reference is None else new)


def _encoded(path: str) -> str:
    """Return a path without the characters that end a link or begin a query or a fragment: percent-encoded."""
    return _ENDS_LINK.sub(lambda found: quote(found[0], safe="", errors="surrogateescape"), path)


def _file_path(target: str, written: str, page: Post, post: Post, layout: Layout) -> str:
    """Return the path of a post's file as ``written`` names files: by name, from the page or from the source folder."""
    stem = _EXTENSION.sub("", post.path)
    if is_post_url(target):
        folder, _, name = stem.rpartition("_posts/")
        return posixpath.join(folder, name) if "/" in written else posixpath.basename(name)
    path = post.path if _EXTENSION.search(written) else stem.removesuffix("/index")
    if target.startswith(ROOT_ALIAS):
        return f"/{path}"
    from_source = posixpath.relpath(path, layout.source) if layout.source else path
    if target.startswith("@/") or written.startswith("/"):
        return f"/{from_source}" if written.startswith("/") else from_source
    if file_reference(target) is not None:
        return from_source if "/" in written else posixpath.basename(path)
    return posixpath.relpath(path, posixpath.dirname(page.path) or ".")


def _address(written: str, post: Post, layout: Layout) -> str:
    """Return the address of a post, below the folder of the site on its host if ``written`` is."""
    bases = [base for base in layout.bases if written.startswith(f"{base}/")]
    # Without the last slash only if it was left out before.
    address = post.address.rstrip("/") or "/" if written[-1:].isalnum() else post.address
    return f"{bases[0] if bases else ''}{address}"
