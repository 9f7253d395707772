"""The draft of a new post."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from urllib.parse import quote, urlsplit

from newsarc.api import Archive
from newsarc.errors import ArchiveError, PageError, UsageError
from newsarc.layout.link_keys import post_keys
from newsarc.layout.path_patterns import normal_address
from newsarc.lint.labels import headline_label
from newsarc.model import Event
from newsarc.scaffold.event.new_event import NewEvent
from newsarc.scaffold.event.slug import slug_of
from newsarc.scaffold.event.source import source_of
from newsarc.scaffold.post.post_path import has_dated_name, post_path
from newsarc.scaffold.post.post_style import post_style
from newsarc.scaffold.post.post_text import post_text
from newsarc.storage.changeset import FileChange
from newsarc.text.normalize import display

_SAMPLE = 20  # of the newest posts, whose style counts


def post_draft(archive: Archive, new: NewEvent) -> FileChange:
    """Return the draft of a post of a site. Writes nothing.

    Raises UsageError if the text would not parse as given, ArchiveError if the post already exists, and as
    :meth:`Archive.ref` for REFs.
    """
    assert archive.layout is not None
    new = new.normalized()
    if new.contexts:
        raise UsageError("--context is for archives with day folders: posts have no contexts")
    slug = slug_of(new.headline)
    if not slug:
        raise UsageError(f'cannot make a slug from "{new.headline}": it has no letters or digits')
    newest = _newest(archive)
    path = post_path(archive.layout, newest, new.date, slug)
    if archive.tree.exists(path):
        raise ArchiveError(f"post already exists: {path}")
    if not archive.tree.is_event(path):
        raise UsageError(f"{path} would not be a post of this site; use another headline")
    style = post_style(_texts(archive, newest), archive.layout, has_dated_name(archive.layout, path))
    related = [archive.load(one) for one in dict.fromkeys(map(archive.event_path, new.related))]
    links = [_link(archive, event) for event in related] + [source_of(given).item for given in new.sources]
    text = post_text(new, slug, links, style)
    _check_meaning(archive, path, text, new, related)
    return FileChange(path, None, text)


def _newest(archive: Archive) -> list[tuple[dt.date | None, str]]:
    """Return the dates and paths of the newest posts, newest first."""
    posts = sorted(((day or "", path) for day, path, _ in archive.index().days_and_slugs()), reverse=True)[:_SAMPLE]
    return [(dt.date.fromisoformat(day) if day else None, path) for day, path in posts]


def _texts(archive: Archive, posts: Sequence[tuple[dt.date | None, str]]) -> list[str]:
    texts = []
    for _, path in posts:
        try:
            texts.append(archive.tree.read(path))
        except PageError:
            continue
    return texts


def _link(archive: Archive, event: Event) -> str:
    """Return a Markdown link to a post, with the path of its URL."""
    layout = archive.layout
    base = urlsplit(layout.site[0]).path.rstrip("/") if layout is not None and layout.site else ""
    return (
        f"[{headline_label(event)}]({base}{quote(event.address or '', safe='/:;=@,~+!$&', errors='surrogateescape')})"
    )


def _check_meaning(archive: Archive, path: str, text: str, new: NewEvent, related: Sequence[Event]) -> None:
    """Raise UsageError if the post does not parse as given, and ArchiveError if another has its address."""
    parsed = archive.parse_post(path, text)
    event = parsed.event
    keys = {key for meaning in parsed.meanings for key in meaning.keys}
    reached = [other.path for other in related if not keys.isdisjoint(_keys(archive, other))]
    checks: tuple[tuple[str, object, object], ...] = (
        ("the headline", event.headline, display(new.headline)),
        ("the date", event.date, new.date),
        ("--summary", event.summary if new.summary else "", display(new.summary)),
        ("--topic", event.topics if new.topics else (), new.topics),
        ("--source", len(event.sources), len(new.sources)),
        ("--related", reached, [other.path for other in related]),
    )
    for name, read, meant in checks:
        if read != meant:
            raise UsageError(f"{name} would be parsed as: {read or 'nothing'}; use text without markup")
    refuse_taken_address(archive, event)


def refuse_taken_address(archive: Archive, event: Event, besides: str = "") -> None:
    """Raise ArchiveError if another post than that at ``besides`` has the slug and the address of ``event``."""
    for _, other, slug in archive.index().days_and_slugs():
        taken = archive.try_load(other) if slug == event.slug and other != besides else None
        if taken is not None and normal_address(taken.address or "") == normal_address(event.address or ""):
            raise ArchiveError(f"{other} already has the address {event.address}")


def _keys(archive: Archive, event: Event) -> set[str]:
    return set(post_keys(archive.parse_post(event.path, archive.tree.read(event.path)).post))
