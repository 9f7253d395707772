"""Why a site has no posts: where they were looked for, and what would make files there posts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from newsarc.errors import PageError
from newsarc.layout.path_patterns import path_pattern
from newsarc.layout.presets import DRAFTS, Layout

if TYPE_CHECKING:
    from newsarc.archive.reader import PageReader

_EXAMPLE = {"year": "2024", "month": "05", "day": "19", "slug": "a-slug"}
_MAX_FOLDERS = 6  # in the text
_SETTING = "for other files, set posts in newsarc.toml"


def why_no_posts(reader: PageReader) -> str:
    """Return why none of the files of a site is an event, in one line."""
    layout = reader.layout
    assert layout is not None
    drafts = undated = 0
    for folder in reader.tree.page_folders():
        for path in reader.tree.event_paths(folder):
            try:
                is_draft = reader.parse_post(path, reader.tree.read(path)).post.is_draft
            except PageError:  # there is a warning about it
                continue
            drafts, undated = drafts + is_draft, undated + (not is_draft)
    found = []
    if undated:
        lack = "lacks" if undated == 1 else "lack"
        found.append(f"{_files(undated)} in {_places(layout)} {lack} a date in front matter (date: 2024-05-19)")
    if drafts:
        found.append(f"{_files(drafts)} {'is a draft' if drafts == 1 else 'are drafts'} (add --drafts)")
    if not found:
        found = [f"looked in {_places(layout)} for {_example(layout)}", _SETTING]
    return f"the site has no posts: {'; '.join(found)}"


def _files(number: int) -> str:
    return f"{number:,} file{'s' if number != 1 else ''}"


def _places(layout: Layout) -> str:
    """Return the folders of posts; for those in any folder, what their paths have in them: ``_posts``."""
    names = [one for one in layout.folders() if one]
    if not names:
        parts = [part for text in _patterns(layout) for part in text.split("/")[:-1]]
        names = list(dict.fromkeys(part for part in parts if part.isidentifier()))
        names = names or ["all folders" if parts else "the archive root"]
    more = len(names) - _MAX_FOLDERS
    shown = [*names[:_MAX_FOLDERS], *([f"{more} more folders"] if more > 0 else [])]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _example(layout: Layout) -> str:
    """Return what a post is, with the shortest path as an example."""
    patterns = [path_pattern(text) for text in _patterns(layout) if "{lang}" not in text] or layout.patterns
    pattern = min(patterns, key=lambda one: len(one.new_path(_EXAMPLE)))
    what = "" if pattern.has_date else ", with a date in front matter"
    return f"files such as {pattern.new_path(_EXAMPLE)}{what}"


def _patterns(layout: Layout) -> Sequence[str]:
    return [text for text in layout.posts if DRAFTS not in text] or layout.posts
