"""Resolves link targets to pages of the archive.

There are two steps: :func:`spellings` yields the paths that a target *could* mean, from its text alone, and
:func:`resolve` returns the first of them that exists. The raw spelling comes before decoded ones.

A target with a scheme, drive letter or host is never a page. :func:`intended_path` guesses what its author meant, for
a suggestion.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import quote, unquote

from newsarc.layout import DAY_PAGE_NAMES
from newsarc.text.entities import decode_entities
from newsarc.text.urls import SCHEME, is_external, is_web_address, unescaped

# re.ASCII: padding a month or day would otherwise turn digits of other scripts into ASCII.
_EVENT = re.compile(r"news/\d{4}/\d{2}/(?:[1-9]|[12]\d|3[01])/[^/#?%\\&]+\.md\Z", re.ASCII)
_EVENT_FORMAT = re.compile(
    r"/(news/\d{4}/\d{2}/(?:[1-9]|[12]\d|3[01])/[^/#?%\\&.]+)\.(html|json|xml)\Z", re.ASCII
)  # like _EVENT, with another extension
_PLAIN_EVENT = re.compile(r"(news/\d{4}/\d{2}/)([1-9]|[12]\d|3[01])(/[^/#?%\\&]+\.md)\Z", re.ASCII)
_DAY = re.compile(r"news/(\d{4})/(\d{1,2})(?:/(\d{1,2}))?(?=/|\Z)", re.ASCII)
_NEEDS_ESCAPE = re.compile(r"[\s()<>\\%#?]")
_PREFIXED = re.compile(r"/([^/]+)/news/\d{4}/", re.ASCII)
_MAY_BE_ENCODED = re.compile(r"[%&\\#?]")
_NO_HOST = re.compile(r"(?:https?:)?/*", re.IGNORECASE)
_WITH_ROOT = re.compile(r"/*(?:https?://|file:|[A-Za-z]:/)", re.IGNORECASE)
_NEWS = re.compile(r"news/\d{4}/\d{1,2}/\d{1,2}/")  # digits of any script
_IS_PLAIN = re.compile(r"/(?:[A-Za-z0-9._-]+/)*[A-Za-z0-9._-]*\Z")
_WINDOWS_SEPARATOR = re.compile(r"\\\w")

_MAX_REASON = 80  # characters


class IntendedPath(NamedTuple):
    """The path that a malformed target probably means.

    ``reason`` describes the correction, such as "written with ASCII digits"; ``certain`` excludes other meanings.
    """

    path: str
    reason: str
    certain: bool


def intended_path(target: str, page: str, site_prefix: str = "") -> IntendedPath | None:
    """Return the path that ``target``, a broken link in ``page``, was meant to be; None if it is not malformed.

    Malformed are a scheme or slashes before the path (``//news/…``, ``http:///news/…``), backslashes, non-ASCII digits
    in the date, and a path on the author's computer or on some site (not certain).
    """
    target = target.strip()
    if _IS_PLAIN.match(target) or is_web_address(target):
        return None
    text = decode_entities(target) if "&" in target else target
    has_backslashes = _WINDOWS_SEPARATOR.search(text) is not None
    text = text.replace("\\", "/") if has_backslashes else unescaped(target)
    reason = "written with slashes for backslashes" if has_backslashes else ""
    is_sure = True
    if not text.startswith("/") or text.startswith("//") or _WITH_ROOT.match(text):
        found = _without_lead(text, site_prefix)
        if found is not None:
            written, is_sure = found
            reason, text = f"written without {text[: len(text) - len(written) + 1]}"[:_MAX_REASON], written
        elif SCHEME.match(text):
            return None
    path = canonical_path(text, page, site_prefix)
    if path is None:
        return None
    if not path.isascii() and (date := _NEWS.match(path)) and not date[0].isascii():
        folder = "".join(str(int(char)) if char.isdecimal() else char for char in date[0])
        reason, path = "written with ASCII digits", unpadded(folder + path[date.end() :])
    return IntendedPath(path, reason, is_sure) if reason else None


def _without_lead(text: str, site_prefix: str) -> tuple[str, bool] | None:
    """Return the path inside a target after its scheme, host or folders, and whether it is certain.

    It is certain if only a scheme or slashes come before it. None if there is no path from the root in ``text``.
    """
    lead = _NO_HOST.match(text)
    assert lead is not None  # it also matches nothing
    if lead.end() and any(
        text.startswith(f"{first}news/", lead.end()) for first in {"", f"{site_prefix.lstrip('/')}/".lstrip("/")}
    ):
        return f"/{text[lead.end() :]}", True
    if _WITH_ROOT.match(text):
        at = text.rfind("/news/")
        return (text[at:], False) if at >= 0 else None
    return None


def canonical_path(target: str, page: str, site_prefix: str = "") -> str | None:
    """Return the path that ``target``, in ``page``, means without knowledge of the archive.

    Prefix and fragment are removed, percent-encoding is decoded, ``.html`` becomes ``.md``, and the day is unpadded.
    None for a target that is empty, only a ``#fragment``, or outside the archive.
    """
    target = target.strip()
    if target.endswith(".md") and target.startswith("/") and _EVENT.match(target, 1):
        return target[1:]
    if not site_prefix and (match := _EVENT_FORMAT.match(target)):
        return f"{match[1]}.md" if match[2] == "html" else target[1:]
    decoded = _decoded(target)
    path = _inside(decoded, page, site_prefix) if decoded else None
    return None if path is None else _as_page(unpadded(path))


def written_target(path: str, site_prefix: str = "") -> str:
    """Return the link target for ``path``, as the archive writes it: from the root, with the site prefix.

    Characters with a meaning in Markdown or URLs (white space, parentheses, ``%``, ``#``, ``?``) are percent-encoded.
    """
    return f"{site_prefix}/" + _NEEDS_ESCAPE.sub(lambda match: quote(match[0], safe=""), path)


def foreign_prefix(target: str, has_folder: Callable[[str], bool]) -> str | None:
    """Return the folder before ``/news/…`` in ``target`` if the archive does not have it: ``/zh/news/…`` → ``/zh``.

    None if there is none, or if it exists. A site prefix that is not configured looks like this.
    """
    match = _PREFIXED.match(target.strip())
    return None if match is None or has_folder(match[1]) else f"/{match[1]}"


def leaves_archive(target: str, page: str, site_prefix: str = "") -> bool:
    """Whether ``target``, in ``page``, leaves the archive root through ``..``."""
    if ".." not in target and not _MAY_BE_ENCODED.search(target):
        return False
    decoded = _decoded(target.strip())
    return bool(decoded) and _inside(decoded, page, site_prefix) is None


def resolve(target: str, page: str, exists: Callable[[str], bool], site_prefix: str = "") -> str | None:
    """Return the path of the page that ``target``, in ``page``, links to; None if there is none.

    ``exists`` tells whether the archive has a file with exactly this path, relative to the root and without ``.`` and
    ``..``.
    """
    for path in spellings(target, page, site_prefix):
        if exists(path):
            return path
    return None


def is_plain(path: str) -> bool:
    """Whether :func:`plain_spellings` yields all that a target with this path, from the root, can mean."""
    return _PLAIN_EVENT.match(path) is not None


def is_written_plainly(target: str, path: str, site_prefix: str = "") -> bool:
    """Whether ``target`` is the plain ``path`` as the archive writes it: from the root, with the site prefix."""
    return target == f"{site_prefix}/{path}" and is_plain(path) and not _MAY_BE_ENCODED.search(site_prefix)


def plain_spellings(path: str) -> Iterator[str]:
    """Yield the paths that a target with the plain ``path`` can mean, likeliest first."""
    for dated in dict.fromkeys((path, _padded(path))):
        yield dated
        yield from (f"{dated}/{name}" for name in DAY_PAGE_NAMES)


def is_page_path(path: str) -> bool:
    """Whether ``path`` is that of a page: a Markdown file that is not hidden."""
    return path.endswith(".md") and not path.startswith(".") and "/." not in path


def spellings(target: str, page: str, site_prefix: str = "") -> Iterator[str]:
    """Yield each path that ``target``, in ``page``, could mean, likeliest first, possibly with duplicates.

    Never yields a path outside the root. The variants are: as written, without ``#fragment`` and ``?query``,
    percent-decoded, and with Markdown escapes and entities decoded; each of these also with ``.html`` or no extension
    read as ``.md``, as a folder with a day page, and with a padded month and a padded or unpadded day.
    """
    target = target.strip()
    if target.startswith("/") and _EVENT.match(target, 1):
        yield target[1:]
    if not target or is_external(target):
        return
    for written in dict.fromkeys(_decodings(target)) if _MAY_BE_ENCODED.search(target) else (target,):
        # "%2F/host" is not a URL, but decoded once more than Markdown does it is not an archive path either.
        path = _inside(written, page, site_prefix) if written and not written.startswith("//") else None
        if path == "":
            yield from DAY_PAGE_NAMES
        if not path:
            continue
        yield from _as_pages(path)
        for dated in dict.fromkeys((unpadded(path), _padded(path))):
            if dated != path:
                yield from _as_pages(dated)


def _as_pages(path: str) -> Iterator[str]:
    yield path
    stem, ending = posixpath.splitext(path)
    if ending.lower() in (".html", ".htm"):
        yield stem + ".md"
    elif ending != ".md":
        yield path + ".md"
    for name in DAY_PAGE_NAMES:
        yield f"{path}/{name}"


def _decodings(target: str) -> Iterator[str]:
    for written in (target, unescaped(target)):
        bare = _without_fragment(written)
        yield written
        yield bare
        if "%" in written:
            yield unquote(written, errors="surrogateescape")
            yield unquote(bare, errors="surrogateescape")


def _decoded(target: str) -> str:
    """Return ``target`` fully decoded, without fragment and query; empty if it is not a path."""
    if not target or is_external(target):
        return ""
    decoded = unquote(_without_fragment(unescaped(target)), errors="surrogateescape")
    return "" if decoded.startswith("//") else decoded


def _without_fragment(target: str) -> str:
    return target.split("#", 1)[0].split("?", 1)[0]


def _inside(written: str, page: str, site_prefix: str) -> str | None:
    """Return ``written``, in ``page``, as a path from the root; None if it leaves the root."""
    if written.startswith("/"):
        if site_prefix and (written == site_prefix or written.startswith(site_prefix + "/")):
            written = written[len(site_prefix) :]
        parts: list[str] = []
    else:
        parts = page.split("/")[:-1]
    for part in written.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def unpadded(path: str) -> str:
    """Return ``path`` with its date in the form of archive paths: a two-digit month, a day without leading zero."""
    return _DAY.sub(lambda match: _dated(match, "{:d}"), path, count=1)


def _padded(path: str) -> str:
    return _DAY.sub(lambda match: _dated(match, "{:02d}"), path, count=1)


def _dated(match: re.Match[str], day: str) -> str:
    dated = f"news/{match[1]}/{int(match[2]):02d}"
    return dated if match[3] is None else f"{dated}/{day.format(int(match[3]))}"


def _as_page(path: str) -> str:
    stem, ending = posixpath.splitext(path)
    if ending.lower() in (".html", ".htm"):
        return stem + ".md"
    return path
