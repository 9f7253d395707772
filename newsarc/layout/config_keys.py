"""The keys of a layout in the configuration, checked: ``layout``, ``posts``, ``permalink`` and their like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from newsarc.errors import ConfigError
from newsarc.layout.path_patterns import PatternError, path_pattern
from newsarc.layout.presets import PRESETS, Layout, preset
from newsarc.layout.redirects import Redirects, read_redirects
from newsarc.text.suggest import did_you_mean

KEYS = ("layout", "posts", "permalink", "site", "redirects", "slug-from", "permalink-date", "lower-case",
        "padded-dates", "timezone", "source")  # fmt: skip
_CHOICES = {"slug-from": ("name", "file", "title"), "permalink-date": ("front-matter", "name")}


def layout_of_keys(
    keys: Mapping[str, object], detected: Layout | None, read: Callable[[str], str | None], prefix: str = ""
) -> Layout | None:
    """Return the layout that ``keys`` describe, on the basis of the named preset or else of the ``detected`` layout.

    None is the ``context`` layout. ``read`` returns the text of a redirect table, or None. ``prefix`` precedes key
    names in messages. Raises ConfigError for an unknown key, and for an invalid value.
    """
    for key in keys:
        if key not in KEYS:
            hint = did_you_mean(key, {known: known for known in KEYS}, f"; known keys: {', '.join(KEYS)}")
            raise ConfigError(f"unknown key {prefix}{key}{hint}")
    name = keys.get("layout")
    if name is not None and (not isinstance(name, str) or name not in {"context", *PRESETS}):
        raise ConfigError(f"{prefix}layout: must be one of {', '.join(('context', *PRESETS))}")
    others = [key for key in keys if key != "layout"]
    if name == "context" or (name is None and detected is None and not others):
        if others:
            raise ConfigError(f"{prefix}{others[0]}: has no meaning in the layout context")
        return None
    layout = preset(name) if isinstance(name, str) else detected or preset("plain")
    changes = {key.replace("-", "_"): _checked(key, keys[key], prefix) for key in others if key != "redirects"}
    if "redirects" in keys:
        changes["redirects"] = _redirects(_texts("redirects", keys["redirects"], prefix), read, prefix)
    return replace(layout, **changes)  # type: ignore[arg-type]  # each value was checked by its key


def _checked(key: str, value: object, prefix: str) -> object:
    if key in ("lower-case", "padded-dates"):
        if not isinstance(value, bool):
            raise ConfigError(f"{prefix}{key}: must be true or false")
        return value
    if key in ("posts", "site"):
        texts = _texts(key, value, prefix)
        for text in texts if key == "posts" else ():
            _check_pattern(key, text, prefix)
        if key == "posts" and not texts:
            raise ConfigError(f'{prefix}posts: must have a pattern, such as ["{PRESETS["jekyll"]["posts"][0]}"]')
        return texts
    if not isinstance(value, str):
        raise ConfigError(f"{prefix}{key}: must be a string")
    if key in _CHOICES and value not in _CHOICES[key]:
        raise ConfigError(f"{prefix}{key}: must be one of {', '.join(_CHOICES[key])}")
    if key == "permalink":
        _check_pattern(key, value, prefix)
        if not value.startswith("/") or "*" in value:
            raise ConfigError(f'{prefix}permalink: must begin with "/" and have no "*"')
    return value


def _texts(key: str, value: object, prefix: str) -> tuple[str, ...]:
    if isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise ConfigError(f"{prefix}{key}: must be a list of strings")


def _check_pattern(key: str, text: str, prefix: str) -> None:
    try:
        path_pattern(text)
    except PatternError as error:
        raise ConfigError(f'{prefix}{key}: "{text[:80]}": {error}') from None


def _redirects(names: tuple[str, ...], read: Callable[[str], str | None], prefix: str) -> Redirects:
    rules: list[tuple[str, str]] = []
    for name in names:
        text = read(name)
        if text is None:
            raise ConfigError(f"{prefix}redirects: {name[:80]} does not exist")
        rules += read_redirects(text)
    return Redirects(rules)
