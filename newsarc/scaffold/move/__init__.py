"""An event page under a new slug, with every link to it.

:func:`move_event` returns the changes; :func:`newsarc.storage.changeset.apply_changes` writes them, all or none.
"""

from newsarc.scaffold.move.move import Move, move_event

__all__ = ["Move", "move_event"]
