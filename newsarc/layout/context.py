"""The layout of an archive: ``news/YYYY/MM/D/slug.md``, with the page of the day in the same folder."""

from __future__ import annotations

import re

NEWS = "news"
DAY_PAGE_NAMES = ("index.md", "README.md")
_EVENT_PLACE = re.compile(rf"{NEWS}/\d{{4}}/\d{{1,2}}/\d{{1,2}}/[^/]+\.md\Z", re.ASCII)


def is_event_path(path: str) -> bool:
    """Whether ``path`` is that of an event: an ``.md`` file in a day folder, but not the page of the day."""
    return _EVENT_PLACE.match(path) is not None and path.rpartition("/")[2] not in DAY_PAGE_NAMES


def slug_of(path: str) -> str:
    """Return the slug in a path, file name or URL: its last part without ``.md`` or ``.html``."""
    return path.rstrip("/").rpartition("/")[2].removesuffix(".md").removesuffix(".html")
