"""Permalinks of generators, such as ``/:year/:title/``, as patterns of addresses."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsarc.archive.generator_config import plain
from newsarc.layout.path_patterns import PatternError, path_pattern

_STYLES = {
    "date": "/{section}/{year}/{month}/{day}/{slug}.html",
    "pretty": "/{section}/{year}/{month}/{day}/{slug}/",
    "none": "/{section}/{slug}.html",
}
_UNREAD_STYLES = ("ordinal", "weekdate")
_COLON_NAME = re.compile(r":(\w+)(?:\[[^\]]*\])?")
_COLON_NAMES = {
    "year": "{year}",
    "month": "{month}",
    "day": "{day}",
    "categories": "{section}",
    "slugified_categories": "{section}",
    "section": "{section}",
    "sections": "{section}",
    "output_ext": ".html",
    **dict.fromkeys(
        ("title", "slug", "filename", "contentbasename", "slugorfilename", "slugorcontentbasename"), "{slug}"
    ),
}


def last_permalink(written: Sequence[object], default: str) -> str:
    """Return the last of these permalinks that has only known placeholders, as a pattern; else ``default``."""
    for one in reversed(written):
        text = plain(one)
        style = _STYLES.get(text)
        pattern = style or _COLON_NAME.sub(lambda found: _COLON_NAMES.get(found[1], "{?}"), text)
        if text and (style or ":" in text) and is_pattern(pattern):
            return f"/{pattern.lstrip('/')}"
    return default


def is_readable(text: str) -> bool:
    """Whether ``text`` is a permalink that is read, if it is one at all: without an unknown style or placeholder."""
    if "[" in text:  # a part of the sections, such as :sections[1:]
        return False
    return text not in _UNREAD_STYLES and _COLON_NAMES.keys() >= {found[1] for found in _COLON_NAME.finditer(text)}


def is_pattern(text: str) -> bool:
    """Whether ``text`` is a valid pattern."""
    try:
        path_pattern(text)
    except PatternError:
        return False
    return True
