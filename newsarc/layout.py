"""Where the pages of an archive are: ``news/YYYY/MM/D/slug.md``, and the day's own page beside them."""

from __future__ import annotations

import re

NEWS = "news"
DAY_PAGE_NAMES = ("index.md", "README.md")
_EVENT_PLACE = re.compile(rf"{NEWS}/\d{{4}}/\d{{1,2}}/\d{{1,2}}/[^/]+\.md\Z", re.ASCII)


def is_event_path(path: str) -> bool:
    """Whether ``path`` is where an event stands: an ``.md`` file in a day folder, and not the day's own page."""
    return _EVENT_PLACE.match(path) is not None and path.rpartition("/")[2] not in DAY_PAGE_NAMES
