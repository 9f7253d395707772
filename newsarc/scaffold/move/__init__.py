"""An event page under a new slug, or a post under a new slug or date, with every link to it.

:func:`move_event` and :func:`move_post` return the changes; :func:`newsarc.storage.changeset.apply_changes` writes
them, all or none.
"""

from newsarc.scaffold.move.move import Move, move_event
from newsarc.scaffold.move.move_post import ALIAS_KEYS, move_post

__all__ = ["ALIAS_KEYS", "Move", "move_event", "move_post"]
