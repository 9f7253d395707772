"""Layouts: where the posts of an archive are, and what their dates, slugs and addresses are.

This module has the names of the ``context`` layout, ``news/YYYY/MM/D/slug.md``, which needs no patterns. All other
layouts are values of :class:`newsarc.layout.presets.Layout`; import their modules where they are used.
"""

from newsarc.layout.context import DAY_PAGE_NAMES, NEWS, is_event_path, slug_of

__all__ = ["DAY_PAGE_NAMES", "NEWS", "is_event_path", "slug_of"]
