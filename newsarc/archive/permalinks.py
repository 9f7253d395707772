"""Permalinks of generators, such as ``/:year/:title/``, as patterns of addresses."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsarc.archive.generator_config import plain
from newsarc.layout.date_placeholders import DATE_PLACEHOLDERS
from newsarc.layout.path_patterns import PatternError, path_pattern

_STYLES = {
    "date": "/{section}/{year}/{month}/{day}/{slug}.html",
    "pretty": "/{section}/{year}/{month}/{day}/{slug}/",
    "ordinal": "/{section}/{year}/{y_day}/{slug}.html",
    "weekdate": "/{section}/{year}/W{week}/{short_day}/{slug}.html",
    "none": "/{section}/{slug}.html",
}
_COLON_NAME = re.compile(r":(\w+)(?:\[[^\]]*\])?")
_COLON_NAMES = {
    "year": "{year}",
    "month": "{month}",
    "day": "{day}",
    **{name: f"{{{name}}}" for name in DATE_PLACEHOLDERS},
    "monthname": "{long_month}",
    "weekdayname": "{long_day}",
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
    """Whether ``text`` is a permalink that is read, if it is one at all: without an unknown placeholder."""
    if "[" in text:  # a part of the sections, such as :sections[1:]
        return False
    return _COLON_NAMES.keys() >= {found[1] for found in _COLON_NAME.finditer(text)}


def is_pattern(text: str) -> bool:
    """Whether ``text`` is a valid pattern."""
    try:
        path_pattern(text)
    except PatternError:
        return False
    return True
