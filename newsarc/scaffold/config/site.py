"""What ``newsarc init`` finds out about a site of posts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from newsarc.config import Config

if TYPE_CHECKING:
    from newsarc.api import Archive
    from newsarc.archive.post_tree import PostTree
    from newsarc.layout.presets import Layout


@dataclass(frozen=True, slots=True)
class SiteFindings:
    """How well a layout fits a site.

    ``posts`` is the number of posts that are events, ``left_out`` that of drafts, translations and pages without a
    date. ``others`` are the paths of Markdown files beside posts that are not posts, ``unknown`` the names of settings
    that could not be detected.
    """

    posts: int
    left_out: int
    others: tuple[str, ...]
    unknown: tuple[str, ...]


def examine_site(archive: Archive) -> SiteFindings:
    """Return how well the layout of a site of posts fits it. Reads all posts."""
    assert archive.layout is not None
    events = sum(1 for _ in archive.index().days_and_slugs())
    tree = cast("PostTree", archive.tree)
    fitting = sum(len(tree.event_names(folder)) for folder in tree.page_folders())
    unknown = unknown_settings(archive.config, archive.layout)
    return SiteFindings(events, fitting - events, tuple(tree.other_pages()), unknown)


def unknown_settings(config: Config, layout: Layout) -> tuple[str, ...]:
    """Return the names of the settings that were neither given nor detected."""
    # Any other generator computes addresses in a program.
    is_guessed = (layout.name == "plain" and config.permalink is None) or not layout.is_permalink_read
    return (*(["permalink"] if is_guessed else []), *(["site"] if not layout.site and config.site is None else []))


def site_config(config: Config, layout: Layout) -> Config:
    """Return the configuration to write for a site: its own, with the name of the layout."""
    return replace(config, layout=layout.name)
