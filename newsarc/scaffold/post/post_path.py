"""The path of a new post."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from newsarc.layout.path_patterns import PathPattern
from newsarc.layout.presets import Layout


def post_path(layout: Layout, newest: Sequence[tuple[dt.date | None, str]], date: dt.date, slug: str) -> str:
    """Return the path of a post with this date and slug.

    ``newest`` has the dates and paths of other posts, newest first. The pattern and the number of folders that most of
    them have count, and of these posts the folders and the extension of the first. Without posts, the first pattern of
    the layout counts.
    """
    values = {"year": f"{date.year:04}", "month": f"{date.month:02}", "day": f"{date.day:02}", "slug": slug}
    matched = [(pattern, day, path) for day, path in newest if (pattern := _pattern(layout, path)) is not None]
    if not matched:
        return _first_pattern(layout).new_path(values)
    shapes = [(pattern.text, path.count("/")) for pattern, _, path in matched]
    pattern, day, like = matched[shapes.index(Counter(shapes).most_common(1)[0][0])]
    path = pattern.new_path(values, like)
    return path if day is None else _in_folders_of(path, day, date)


def has_dated_name(layout: Layout, path: str) -> bool:
    """Whether the pattern that ``path`` matches has a whole date."""
    pattern = _pattern(layout, path)
    return pattern is not None and {"year", "month", "day"} <= pattern.names


def _pattern(layout: Layout, path: str) -> PathPattern | None:
    """Return the first pattern that ``path`` matches; None for the translation of a post."""
    found = next((pattern for pattern in layout.patterns if pattern.match(path)), None)
    return None if found is None or "lang" in found.names else found


def _first_pattern(layout: Layout) -> PathPattern:
    return next((pattern for pattern in layout.patterns if "lang" not in pattern.names), layout.patterns[0])


def _in_folders_of(path: str, old: dt.date, new: dt.date) -> str:
    """Return ``path`` with the year, month and day of ``old`` in names of folders, in this order, replaced."""
    *folders, name = path.split("/")
    units = [(old.year, new.year, 4), (old.month, new.month, 2), (old.day, new.day, 2)]
    for place, folder in enumerate(folders):
        if units and folder.isdecimal() and int(folder) == units[0][0]:
            _, number, width = units.pop(0)
            folders[place] = f"{number:0{width}}" if len(folder) == width else str(number)
    return "/".join([*folders, name])
