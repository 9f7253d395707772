"""URLs in link targets: external targets, web addresses and site paths."""

from __future__ import annotations

import re

from newsarc.text.entities import decode_entities

SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_SITE = re.compile(r"(?:https?:)?//[^/?#]+", re.IGNORECASE)
# The host of another site. Without a scheme it needs a dot, a port or a user: "//news/" is a path after a slash.
_HOST = r"(?:[^\s/?#\\]*[^\s/?#\\.][.:@][^\s/?#\\.]|\[[0-9A-F:]+\]|localhost(?=[/?#]|\Z))"
_PLAIN_HOST = re.compile(r"https?://([A-Za-z0-9.-]+)(?=(?::[0-9]*)?(?:[/?#]|\Z))")
_WEB_ADDRESS = re.compile(rf"//{_HOST}|https?://(?!news/\d{{4}}/)[^\s/?#\\]", re.IGNORECASE | re.ASCII)


def is_external(target: str) -> bool:
    """Whether ``target`` has a scheme (``https:``, ``mailto:``, ``C:``) or a host (``//host``), so that it is not a
    path in the archive.
    """
    return SCHEME.match(unescaped(target.strip())) is not None


def is_web_address(target: str) -> bool:
    """Whether ``target`` is the URL of another site: ``https://host/…`` or ``//host.example/…``.

    All other external targets are broken: other schemes, drive letters, URLs without a host, and ``//news/…``, which a
    template produces by putting ``/`` before an absolute path.
    """
    return _WEB_ADDRESS.match(unescaped(target.strip())) is not None


def host_of(url: str) -> str:
    """Return the host of ``url`` in lower case and without ``www.``, or an empty string."""
    plain = _PLAIN_HOST.match(url)  # nearly always, and much faster
    if plain is not None:
        return plain[1].lower().removeprefix("www.")
    from urllib.parse import urlsplit

    from newsarc.text.normalize import without_surrogates

    try:
        return (urlsplit(without_surrogates(url)).hostname or "").removeprefix("www.")
    except ValueError:  # brackets without an IPv6 address
        return ""


def without_site(target: str) -> str:
    """Return the path of a URL (``https://host/news/…`` → ``/news/…``), or any other target unchanged."""
    site = _SITE.match(target)
    return target if site is None else target[site.end() :] or "/"


def unescaped(target: str) -> str:
    """Return ``target`` without backslash escapes and entities."""
    if "\\" in target:
        target = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", target)
    return decode_entities(target) if "&" in target else target
