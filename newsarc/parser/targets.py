"""A link target as written → a page of the archive.

Two questions are kept apart: which paths a target *could* mean (:func:`spellings`, which looks at nothing but the
text), and which of them exists (:func:`resolve`, which asks the caller's ``exists``). The first that exists wins, so
the raw spelling goes before the decoded one.

A target with a scheme, a drive letter or a host never means a page. :func:`intended` guesses what its author wanted to
write, for a suggestion.
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

# re.ASCII: digits of other scripts would turn into these where a month or a day is padded.
_EVENT = re.compile(r"news/\d{4}/\d{2}/(?:[1-9]|[12]\d|3[01])/[^/#?%\\&]+\.md\Z", re.ASCII)
_EVENT_FORMAT = re.compile(
    r"/(news/\d{4}/\d{2}/(?:[1-9]|[12]\d|3[01])/[^/#?%\\&.]+)\.(html|json|xml)\Z", re.ASCII
)  # as _EVENT, in another format
_PLAIN_EVENT = re.compile(r"(news/\d{4}/\d{2}/)([1-9]|[12]\d|3[01])(/[^/#?%\\&]+\.md)\Z", re.ASCII)
_DAY = re.compile(r"news/(\d{4})/(\d{1,2})(?:/(\d{1,2}))?(?=/|\Z)", re.ASCII)
_NEEDS_ESCAPE = re.compile(r"[\s()<>\\%#?]")
_PREFIXED = re.compile(r"/([^/]+)/news/\d{4}/", re.ASCII)
_MAY_BE_CODED = re.compile(r"[%&\\#?]")
_NO_HOST = re.compile(r"(?:https?:)?/*", re.IGNORECASE)
_WITH_ROOT = re.compile(r"/*(?:https?://|file:|[A-Za-z]:/)", re.IGNORECASE)
_NEWS = re.compile(r"news/\d{4}/\d{1,2}/\d{1,2}/")  # in digits of any script
_IS_PLAIN = re.compile(r"/(?:[A-Za-z0-9._-]+/)*[A-Za-z0-9._-]*\Z")
_WINDOWS_SEPARATOR = re.compile(r"\\\w")

_MAX_REASON = 80


class Intended(NamedTuple):
    """The path that a target was probably meant to be, what to do about the target, and whether its author can have
    meant nothing else.
    """

    path: str
    reason: str
    certain: bool


def intended(target: str, page: str, site_prefix: str = "") -> Intended | None:
    """Return the path that ``target``, which reaches no page, was meant to be where it is only written wrongly.

    That is with a scheme or slashes before the path (``//news/…``, ``http:///news/…``), with backslashes, with digits
    that are not ASCII in its date, or as a file of somebody's computer or a page of some site (not certain).
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
    path = canonical(text, page, site_prefix)
    if path is None:
        return None
    if not path.isascii() and (date := _NEWS.match(path)) and not date[0].isascii():
        folder = "".join(str(int(char)) if char.isdecimal() else char for char in date[0])
        reason, path = "written with ASCII digits", unpadded(folder + path[date.end() :])
    return Intended(path, reason, is_sure) if reason else None


def _without_lead(text: str, site_prefix: str) -> tuple[str, bool] | None:
    """Return the path from the root in a target that has a scheme or slashes before it, and whether that is all it has;
    None where there is no such path.
    """
    lead = _NO_HOST.match(text)
    assert lead is not None  # it may be empty
    if lead.end() and any(
        text.startswith(f"{first}news/", lead.end()) for first in {"", f"{site_prefix.lstrip('/')}/".lstrip("/")}
    ):
        return f"/{text[lead.end() :]}", True
    if _WITH_ROOT.match(text):
        at = text.rfind("/news/")
        return (text[at:], False) if at >= 0 else None
    return None


def canonical(target: str, page: str, site_prefix: str = "") -> str | None:
    """Return the path that ``target``, written in ``page``, means when nothing is known of the archive.

    That is its plainest reading: prefix and fragment dropped, percent-encoding decoded, ``.html`` as ``.md``, the day
    unpadded. None for a target that leaves the archive, is empty or is a mere ``#fragment``.
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
    """Return the target that reaches ``path``, as the archive writes it: from the root, after the site prefix.

    What Markdown or a browser would take for something else (white space, parentheses, ``%``, ``#``, ``?``) is
    percent-encoded.
    """
    return f"{site_prefix}/" + _NEEDS_ESCAPE.sub(lambda match: quote(match[0], safe=""), path)


def foreign_prefix(target: str, has_folder: Callable[[str], bool]) -> str | None:
    """Return what ``target`` puts before ``/news/…`` when the archive has no such folder: ``/zh/news/…`` → ``/zh``.

    None where it puts nothing there, or a folder that exists. A site prefix looks like this until it is configured.
    """
    match = _PREFIXED.match(target.strip())
    return None if match is None or has_folder(match[1]) else f"/{match[1]}"


def leaves_archive(target: str, page: str, site_prefix: str = "") -> bool:
    """Whether ``target``, written in ``page``, climbs out of the archive root by ``..``."""
    if ".." not in target and not _MAY_BE_CODED.search(target):
        return False
    decoded = _decoded(target.strip())
    return bool(decoded) and _inside(decoded, page, site_prefix) is None


def resolve(target: str, page: str, exists: Callable[[str], bool], site_prefix: str = "") -> str | None:
    """Return the path of the page that ``target``, written in ``page``, reaches, or None where there is none.

    ``exists`` says of a path (relative to the root, ``/`` between names, no ``.`` or ``..``) whether it is a file of
    the archive under exactly that name.
    """
    for path in spellings(target, page, site_prefix):
        if exists(path):
            return path
    return None


def is_plain(path: str) -> bool:
    """Whether a target that is ``path`` from the root can mean :func:`plain_spellings` of it and nothing else."""
    return _PLAIN_EVENT.match(path) is not None


def is_written_plainly(target: str, path: str, site_prefix: str = "") -> bool:
    """Whether ``target`` is the plain ``path`` as the archive writes it, from the root and after the site prefix."""
    return target == f"{site_prefix}/{path}" and is_plain(path) and not _MAY_BE_CODED.search(site_prefix)


def plain_spellings(path: str) -> Iterator[str]:
    """Yield the pages that a target can mean which says the plain ``path``, the likeliest first."""
    for dated in dict.fromkeys((path, _padded(path))):
        yield dated
        yield from (f"{dated}/{name}" for name in DAY_PAGE_NAMES)


def is_page_path(path: str) -> bool:
    """Whether a file at ``path`` is a page, and not hidden."""
    return path.endswith(".md") and not path.startswith(".") and "/." not in path


def spellings(target: str, page: str, site_prefix: str = "") -> Iterator[str]:
    """Yield each path that ``target`` could mean, the likeliest first; may repeat itself.

    Never yields a path outside the root. Besides the raw spelling these are: without ``#fragment`` and ``?query``,
    percent-decoded, Markdown escapes and entities decoded; then each of those as ``.html``, without ending, as a folder
    with a day page, and with its month padded and its day padded or not.
    """
    target = target.strip()
    if target.startswith("/") and _EVENT.match(target, 1):
        yield target[1:]
    if not target or is_external(target):
        return
    for written in dict.fromkeys(_decodings(target)) if _MAY_BE_CODED.search(target) else (target,):
        # Decoded once more than Markdown decodes, "%2F/host" is no address, but no path of the archive either.
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
    """Return the plainest reading of a target; empty for one that is no path."""
    if not target or is_external(target):
        return ""
    decoded = unquote(_without_fragment(unescaped(target)), errors="surrogateescape")
    return "" if decoded.startswith("//") else decoded


def _without_fragment(target: str) -> str:
    return target.split("#", 1)[0].split("?", 1)[0]


def _inside(written: str, page: str, site_prefix: str) -> str | None:
    """Return ``written`` as a path from the root, or None where it climbs out of the root."""
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
    """Return ``path`` with the date in it as archives write it: the month with two digits, the day without a zero."""
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
