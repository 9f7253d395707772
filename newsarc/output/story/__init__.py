"""The story around an event: a page for browsers, and a picture for documents."""

from __future__ import annotations

from newsarc.output.story.html import story_page
from newsarc.output.story.story import Story, tell
from newsarc.output.story.svg import story_picture

__all__ = ["Story", "story_page", "story_picture", "tell"]
