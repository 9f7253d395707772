"""The index: all events, links and findings of an archive, as rows in SQLite.

The rows hold only what queries need; to get a complete event, parse its page again. Rows refer to each other by integer
ids, so an archive of 100,000 events with 900,000 links stays small. Other packages use the methods of Index and need no
SQL, except for lint, which stores its findings here.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newsarc.index.events import EventRow
    from newsarc.index.filters import Filter
    from newsarc.index.index import Index
    from newsarc.index.searchable_fields import SearchableFields

__all__ = ["EventRow", "Filter", "Index", "SearchableFields"]
_MODULES = {"EventRow": "events", "Filter": "filters", "Index": "index", "SearchableFields": "searchable_fields"}


def __getattr__(name: str) -> Any:
    """Import names on first use: slug completion needs none of them and must start fast."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
