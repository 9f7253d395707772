"""The story around an event: a page for browsers, and a picture for documents."""

from __future__ import annotations

from newsarc.output.story.page import story_page
from newsarc.output.story.picture import story_picture
from newsarc.output.story.story import Story, tell

__all__ = ["Story", "story_page", "story_picture", "tell"]
