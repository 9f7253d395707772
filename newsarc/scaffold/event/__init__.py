"""Creates a new event: its page, and its entry on the day page.

:func:`drafts` makes the drafts; :func:`newsarc.storage.changeset.apply_changes` writes them.
"""

from newsarc.scaffold.event.draft import drafts
from newsarc.scaffold.event.new_event import NewEvent

__all__ = ["NewEvent", "drafts"]
