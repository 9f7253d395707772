"""Links to posts: the keys under which a post is found, and the keys that a link can mean.

Both are computed from one page alone, so that an index can store them and join them:

- ``address:``, ``alias:`` and ``folded:`` (without case): an address without a trailing ``/`` or ``.html``, decoded.
- ``file:``: a path from the archive root. ``name:``: the name of a file without folders and extension, which is enough
  for ``ref`` and ``post_url``.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import unquote

from newsarc.layout.addresses import Post
from newsarc.layout.path_patterns import normal_address, path_pattern
from newsarc.layout.presets import Layout, below_base, host_key
from newsarc.text.urls import SCHEME, unescaped

ROOT_ALIAS = "@site/"  # of Docusaurus, before the path of a file from the archive root
_EXTENSION = re.compile(r"\.(?:md|markdown|mdx)\Z", re.IGNORECASE)
_URL = re.compile(r"(?:https?:)?//([^/?#\s]*)", re.IGNORECASE)
_POST_URL = re.compile(r"\{%-?\s*post_url\s+([^\s%]+)\s*-?%\}")
_LINK_TAG = re.compile(r"\{%-?\s*link\s+([^\s%]+)\s*-?%\}")
_REF = re.compile(r"""\{\{[<%]\s*(?:rel)?ref\s+(?:path=)?["'`]?([^"'`\s>%]+)["'`]?[^{}]*[>%]\}\}""")
_FILTERED = re.compile(
    r"""\{\{-?\s*(?:"([^"]*)"|'([^']*)')\s*\|\s*(?:url|relative_url|absolute_url|prepend:[^{}]*)\s*-?\}\}"""
)
_SITE_VALUE = re.compile(r"\{\{-?\s*(?:site\.(?:url|baseurl)|\$?\.?Site\.BaseURL|base_url)\s*-?\}\}")
_FILENAME = re.compile(r"[{|](?:filename|link)[}|]")
_TEMPLATE = re.compile(r"\{[{%]|[{|](?:static|attach|tag|category|author|index)[}|]")
# Files that lie beside posts; in a slug, a dot is followed by other things ("v1.19").
_OTHER_FILE = re.compile(
    r"\.(?:avif|bib|css|csv|docx?|epub|gif|gz|ico|ics|jpe?g|js|json|m4a|mov|mp[34]|odp|ods|odt|og[gv]|pdf|png|pptx?|py|rss"
    r"|svg|txt|wasm|wav|webm|webp|woff2?|xlsx?|xml|ya?ml|zip)\Z",
    re.IGNORECASE,
)
_LANG = re.compile(r"[a-z]{2}(?:[-_][A-Za-z]{2,4})?\Z")
# Lists of posts that generators and their plugins make, where permalinks have no date: /blog/page2, /blog/tags.
_LISTING = re.compile(
    r"/(?:page-?\d+|\d{4}|archives?|all|tags?|topics?|categor(?:y|ies)|authors?|series|search|latest|feed|rss|atom)\Z",
    re.IGNORECASE,
)
_BLANK = re.compile(r"\s")
_JUNK = re.compile(r"[\s>)\]\"',;]+\Z")


class LinkMeaning(NamedTuple):
    """What a link can mean: the ``keys`` of a post, in order of preference.

    ``wanted`` is the address of a post if the link is dead without a match; otherwise None: then it leads to some
    other page. ``is_external`` is true for links to other sites. ``is_local`` is true for links to files and for
    relative ones: without a match, they need a file of the site.
    """

    keys: tuple[str, ...] = ()
    wanted: str | None = None
    is_external: bool = False
    is_local: bool = False


OTHER_PAGE = LinkMeaning()


def post_keys(post: Post) -> tuple[str, ...]:
    """Return the keys under which ``post`` is found, exact ones first."""
    address = _address_key(post.address)
    aliases = [_address_key(alias) for alias in post.aliases if not alias.startswith("//") and ":" not in alias]
    keys = [f"file:{post.path}", f"address:{address}", f"name:{_name(post.path)}"]
    keys += [f"alias:{alias}" for alias in aliases]
    keys += [f"folded:{known.casefold()}" for known in (address, *aliases)]
    return tuple(dict.fromkeys(keys))


def link_keys(target: str, post: Post, layout: Layout) -> LinkMeaning:
    """Return what ``target``, as written in ``post``, can mean."""
    target = target.strip()
    for tag in (_POST_URL, _REF) if "{" in target else ():
        found = tag.search(target)
        if found is not None:
            return _file_meaning(found[1], post, layout, or_name=True)
    file = file_reference(target)
    if file is not None:
        return _file_meaning(file, post, layout)
    target = unescaped(_without_site_values(target))
    path = _bare(target)
    if not path or _BLANK.search(path) or _TEMPLATE.search(target):
        return OTHER_PAGE  # with blanks, Markdown shows it as text
    if SCHEME.match(target):
        return _url_meaning(target, layout)
    if not path.startswith("/"):
        is_file = _EXTENSION.search(path)
        return _file_meaning(path, post, layout) if is_file else _relative_meaning(path, post, layout)
    address = _site_path_meaning(path, layout)
    if _EXTENSION.search(path):
        return LinkMeaning((*_file_meaning(path, post, layout).keys, *address.keys), address.wanted, is_local=True)
    return address


def link_path(target: str) -> str:
    """Return the path in ``target``, without what is around it: host, query, fragment, Liquid, shortcodes."""
    target = target.strip()
    file = file_reference(target)
    if file is not None:
        return _bare(file)
    target = unescaped(_without_site_values(target))
    url = _URL.match(target)
    return _bare(target if url is None else target[url.end() :])


def is_post_url(target: str) -> bool:
    """Whether ``target`` is ``{% post_url … %}``, which leads to nothing but posts."""
    return "{" in target and _POST_URL.search(target) is not None


def file_reference(target: str) -> str | None:
    """Return the file in ``{% link FILE %}``, ``{{< ref "FILE" >}}``, ``@/FILE`` and their like; None for others.

    That in ``@site/FILE`` of Docusaurus is a path from the archive root.
    """
    for tag in (_POST_URL, _LINK_TAG, _REF) if "{" in target else ():
        found = tag.search(target)
        if found is not None:
            return found[1]
    if target.startswith(("@/", ROOT_ALIAS)):
        return target[target.index("/") :]
    filename = _FILENAME.match(target)
    return None if filename is None else target[filename.end() :]


def _without_site_values(target: str) -> str:
    """Return ``/p`` for ``{{ "/p" | url }}`` and for ``{{ site.url }}/p``; other targets unchanged."""
    if "{{" not in target:
        return target
    target = _FILTERED.sub(lambda found: found[1] or found[2] or "", target)
    without = _SITE_VALUE.sub("", target)
    return target if without == target else f"/{without.lstrip('/')}"


def _url_meaning(target: str, layout: Layout) -> LinkMeaning:
    """Return the meaning of a URL, which is a path of the archive if it is on a host of the site."""
    url = _URL.match(target)
    bases = () if url is None else layout.hosts.get(host_key(url[1]), ())
    if url is None or not bases:
        return LinkMeaning(is_external=True)
    path = _bare(target[url.end() :]) or "/"
    inside = below_base(path, bases) if path.startswith("/") else None
    # Beside the folder of the site, a host has other sites, for example those of other repositories.
    return LinkMeaning(is_external=True) if inside is None else _address_meaning(inside, layout, is_url=True)


def folded_key(address: str) -> str:
    """Return the key of an address without case."""
    return f"folded:{_address_key(address).casefold()}"


def address_keys(written: str, layout: Layout) -> tuple[str, ...]:
    """Return the keys of the post at ``written``, a URL or a path of the site; none for a URL of another one."""
    written = written.strip()
    if SCHEME.match(written):
        return _url_meaning(written, layout).keys
    return _site_path_meaning(f"/{_bare(written).lstrip('/')}", layout).keys


def reference_keys(written: str, post: Post, layout: Layout) -> LinkMeaning:
    """Return what an item of front matter (``links``, ``related`` …) can mean: an address, a file or a slug."""
    is_link = written.startswith(("/", "{", "@")) or SCHEME.match(written) is not None
    return link_keys(written, post, layout) if is_link else _file_meaning(written, post, layout, or_name=True)


def resolve(meaning: LinkMeaning, posts: Mapping[str, str]) -> str | None:
    """Return the path of the post that a link leads to, or None; ``posts`` has the path for each of their keys."""
    return next((posts[key] for key in meaning.keys if key in posts), None)


def _file_meaning(written: str, post: Post, layout: Layout, *, or_name: bool = False) -> LinkMeaning:
    """Return the meaning of a reference to a file: from the page, the source folder or the root.

    ``or_name``: the name of a file in any folder is enough, as for ``ref`` and ``post_url``.
    """
    path = unquote(_bare(written), errors="surrogateescape")
    if not path:
        return OTHER_PAGE
    beside = () if path.startswith("/") else (posixpath.dirname(post.path),)
    keys = []
    for folder in dict.fromkeys((*beside, layout.source, "")):
        joined = posixpath.normpath(posixpath.join(folder, path.lstrip("/")))
        if not joined.startswith(".."):
            keys.append(f"file:{joined}")
            if not _EXTENSION.search(joined):
                keys += [f"file:{joined}.md", f"file:{joined}/index.md"]
    name = _name(path)
    if or_name and name not in ("", "_index", "README"):
        keys.append(f"name:{name}")
    return LinkMeaning(tuple(dict.fromkeys(keys)), is_local=True)


def _site_path_meaning(path: str, layout: Layout) -> LinkMeaning:
    """Return the meaning of a path that may begin with the folder of the site on its host, such as ``baseurl``."""
    inside = below_base(path, layout.bases)
    if inside is None:
        return _address_meaning(path, layout)
    found = _address_meaning(inside, layout)
    as_written = _address_meaning(path, layout).keys  # of a folder of posts with the same name
    return found._replace(keys=tuple(dict.fromkeys((*found.keys, *as_written))))


def _address_meaning(path: str, layout: Layout, is_url: bool = False) -> LinkMeaning:
    """Return the meaning of a path from the root of the site."""
    address = _address_key(path)
    known = [address]
    lead = layout.permalink_pattern.folder.rstrip("/")
    if is_url and lead and not address.startswith(f"{lead}/"):
        known.append(lead + address)  # of an old host of the posts alone, without their folder
    keys = [f"{kind}:{one}" for kind in ("address", "alias") for one in known]
    wanted = address if _is_post_address(address, layout) else None
    redirected = layout.redirects.follow(path)
    if redirected is not None:
        goal = _URL.sub("", redirected) or "/"
        keys += [f"address:{_address_key(goal)}", f"alias:{_address_key(goal)}"]
        if goal != redirected or not _is_post_address(_address_key(goal), layout):
            wanted = None
    keys += [f"folded:{one.casefold()}" for one in known]
    return LinkMeaning(tuple(dict.fromkeys(keys)), wanted)


def _relative_meaning(path: str, post: Post, layout: Layout) -> LinkMeaning:
    """Return the meaning of a path relative to the address of ``post``.

    It is dead if it would be the address of a post with a ``/`` in front of it, or as it stands; or if it repeats the
    name of the post itself, whose address was a file once and is a folder now.
    """
    is_folder = not post.address.endswith(".html")
    joined = posixpath.normpath(posixpath.join(post.address if is_folder else posixpath.dirname(post.address), path))
    if path.endswith("/"):
        joined += "/"
    found = _address_meaning(joined, layout)
    # A bare name is a forgotten scheme or a placeholder rather than an address: [Ann](ann).
    is_bare = "/" not in path and not path.endswith(".html")
    wanted = None if is_bare else found.wanted or _address_meaning(f"/{path}", layout).wanted
    if layout.is_permalink_guessed and not is_bare:
        return LinkMeaning(found.keys)
    own = post.address.rstrip("/")
    if is_folder and path.endswith(".html") and joined == f"{own}/{posixpath.basename(own)}.html":
        wanted = _address_key(joined)
    file = f"file:{posixpath.normpath(posixpath.join(posixpath.dirname(post.path), path))}"
    return LinkMeaning((*found.keys, file, f"{file}.md"), wanted, is_local=True)


def _is_post_address(address: str, layout: Layout) -> bool:
    """Whether only a post can have ``address``: it fits a permalink that has a date, or a folder of its own."""
    if _OTHER_FILE.search(address) or not layout.is_permalink_read:
        return False
    address = normal_address(_JUNK.sub("", address))
    lang, _, rest = address[1:].partition("/")
    is_translated = layout.has_languages and _LANG.match(lang) is not None
    permalinks = list(map(normal_address, layout.checked_permalinks))
    # Posts outside any section have no folder in its place.
    is_listing = _LISTING.search(address) is not None
    for text in dict.fromkeys((*permalinks, *(one.replace("/{section}", "", 1) for one in permalinks))):
        pattern = path_pattern(text)
        is_own = pattern.has_date or (bool(pattern.folder.strip("/")) and not is_listing)
        is_in_language = is_translated and (pattern.has_date or not layout.languages or lang in layout.languages)
        if is_own and (pattern.match(address) or (is_in_language and pattern.match(f"/{rest}"))):
            return True
    return False


def _address_key(path: str) -> str:
    decoded = unquote(path, errors="surrogateescape") if "%" in path else path
    return normal_address(re.sub("/{2,}", "/", decoded))


def _bare(target: str) -> str:
    return target.split("#", 1)[0].split("?", 1)[0].strip()


def _name(path: str) -> str:
    """Return the name of a post's file without extension; of a bundle, that of its folder."""
    folder, _, name = path.rstrip("/").rpartition("/")
    name = _EXTENSION.sub("", name)
    stem, _, rest = name.partition(".")
    return f"{posixpath.basename(folder)}{'.' if rest else ''}{rest}" if stem == "index" else name
