"""The settings of a layout, checked and applied to what was detected."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import PurePosixPath
from typing import Any

from newsarc.errors import ConfigError
from newsarc.layout.date_placeholders import DATE_PLACEHOLDERS
from newsarc.layout.path_patterns import PatternError, path_pattern
from newsarc.layout.presets import PRESETS, Layout, preset
from newsarc.layout.redirects import Redirects, read_redirects
from newsarc.layout.settings import LayoutSettings

NAMES = ("context", *PRESETS)
_CHOICES = {"layout": NAMES, "slug-from": ("name", "file", "title"), "permalink-date": ("front-matter", "name")}
_SITE = re.compile(r"https?://[^\s/?#\"<>\\]+[^\s?#\"<>\\]*\Z")
_MAX_SHOWN = 80  # characters of a value in a message


def checked_setting(value: object, key: str) -> Any:
    """Return the value of the setting ``key``, whose last part is its name. Raises ConfigError for an invalid one."""
    name = key.rpartition(".")[2]
    if name in ("lower-case", "padded-dates"):
        if not isinstance(value, bool):
            raise _invalid(key, "must be true or false")
        return value
    if name in ("posts", "site", "redirects"):
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise _invalid(key, "must be a list of strings")
        for text in value:
            _check_item(text, name, key)
        if name == "posts" and not value:
            raise _invalid(key, f'must have a pattern, such as ["{PRESETS["jekyll"]["posts"][0]}"]')
        return tuple(value)
    if not isinstance(value, str):
        raise _invalid(key, "must be a string")
    if name in _CHOICES and value not in _CHOICES[name]:
        raise _invalid(key, f"must be one of {', '.join(_CHOICES[name])}")
    if name == "permalink":
        _check_permalink(value, key)
    elif name == "source":
        _check_inside(value, key)
        return value.strip("/")
    elif name == "timezone":
        _check_timezone(value, key)
    return value


def configured_layout(
    settings: LayoutSettings,
    detected: Layout | None,
    has_days: bool,
    read: Callable[[str], str | None],
    prefix: str = "",
) -> Layout | None:
    """Return the layout of ``settings``; None is the ``context`` layout.

    Settings replace what was ``detected``; a name replaces it as a whole if it is that of another layout. ``has_days``:
    there are day folders. ``read`` returns the text of a redirect table, or None. ``prefix`` precedes key names in
    messages. Raises ConfigError for settings that have no meaning together, and for a missing redirect table.
    """
    given = {item.name: value for item in fields(LayoutSettings) if (value := getattr(settings, item.name)) is not None}
    name = given.pop("layout", None)
    if name == "context" or (name is None and has_days and "posts" not in given):
        if given:
            first = f"{prefix}{next(iter(given)).replace('_', '-')}"
            raise _invalid(first, "is for sites of posts, and this archive has day folders (layout context)")
        return None
    if name is None and not given:
        return detected
    layout = detected if detected is not None and name in (None, detected.name) else preset(name or "plain")
    if "redirects" in given:
        given["redirects"] = _redirects(given["redirects"], read, f"{prefix}redirects")
    if not given.keys().isdisjoint(("posts", "permalink", "slug_from", "source")):
        given["permalinks"] = ()  # those of sections, which were detected
    if "permalink" in given:
        given |= {"is_permalink_read": True, "is_permalink_guessed": False}
    return replace(layout, **given)


def _invalid(key: str, what: str) -> ConfigError:
    return ConfigError(f"{key}: {what}", key)


def _check_item(text: str, name: str, key: str) -> None:
    """Check an item of a list. Raises ConfigError."""
    if name == "site":
        if _SITE.match(text) is None:
            raise _invalid(key, f'"{text[:_MAX_SHOWN]}" is not an http(s) URL, such as "https://example.org"')
        return
    _check_inside(text, key)
    if name == "posts":
        _check_pattern(text, key)
        only = sorted(path_pattern(text).names & DATE_PLACEHOLDERS.keys())
        if only:
            raise _invalid(key, f'"{text[:_MAX_SHOWN]}": {{{only[0]}}} is for permalink only')


def _check_permalink(text: str, key: str) -> None:
    _check_pattern(text, key)
    if not text.startswith("/") or "*" in text:
        raise _invalid(key, 'must begin with "/" and have no "*"')
    if "slug" not in path_pattern(text).names:
        raise _invalid(key, "must have {slug}, or all posts of a day would have the same address")


def _check_pattern(text: str, key: str) -> None:
    try:
        path_pattern(text)
    except PatternError as error:
        raise _invalid(key, f'"{text[:_MAX_SHOWN]}": {error}') from None


def _check_inside(text: str, key: str) -> None:
    """Raise ConfigError for a path that leaves the archive."""
    parts = PurePosixPath(text.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts or "\0" in text or re.match(r"[A-Za-z]:", text):
        raise _invalid(key, f'"{text[:_MAX_SHOWN]}" must be a path inside the archive, without a leading "/"')


def _check_timezone(text: str, key: str) -> None:
    """Raise ConfigError for an unknown time zone, if the system has time zones."""
    import zoneinfo

    zones = zoneinfo.available_timezones() if text else set()
    if zones and text not in zones:
        raise _invalid(key, f'"{text[:_MAX_SHOWN]}" is not a time zone, such as "Europe/Berlin"')


def _redirects(names: tuple[str, ...], read: Callable[[str], str | None], key: str) -> Redirects:
    rules: list[tuple[str, str]] = []
    for name in names:
        text = read(name)
        if text is None:
            raise _invalid(key, f"{name[:_MAX_SHOWN]} does not exist")
        rules += read_redirects(text)
    return Redirects(rules)
