"""A story, that is a graph of events, as an HTML page and as an SVG picture."""

from __future__ import annotations

from newsarc.output.story.html import story_html
from newsarc.output.story.story import Story, build_story
from newsarc.output.story.svg import story_svg

__all__ = ["Story", "build_story", "story_html", "story_svg"]
