"""The in-memory index: every event of an archive, or of a part of it, as rows that SQLite can answer questions about.

The rows hold what questions need; whoever wants a whole event parses its page again. Events have integer ids in the
order of time, and links hold ids, so that 100,000 events with 900,000 links stay small. Only here is SQL known.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newsarc.index.events import EventRow
    from newsarc.index.filters import Filter
    from newsarc.index.index import Index
    from newsarc.index.texts import Texts

__all__ = ["EventRow", "Filter", "Index", "Texts"]
_MODULES = {"EventRow": "events", "Filter": "filters", "Index": "index", "Texts": "texts"}


def __getattr__(name: str) -> Any:
    """Import what is asked for: completion of a slug needs none of it, and may not take the 10 ms."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
