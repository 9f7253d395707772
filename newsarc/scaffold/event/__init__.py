"""A new event: from what its author says of it to its page and its entry on the page of its day.

:func:`drafts` is the way in; :func:`newsarc.storage.changeset.apply_changes` writes what comes out.
"""

from newsarc.scaffold.event.draft import drafts
from newsarc.scaffold.event.new_event import NewEvent

__all__ = ["NewEvent", "drafts"]
