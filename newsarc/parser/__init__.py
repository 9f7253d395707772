"""One page's text → :class:`~newsarc.model.Event` or :class:`~newsarc.model.DayPage`: pure, no I/O, never raises on
content.
"""

from newsarc.parser.day import parse_day
from newsarc.parser.event import parse_event

__all__ = ["parse_day", "parse_event"]
