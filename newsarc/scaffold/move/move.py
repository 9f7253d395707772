"""The changes that give an event a new slug: its page under the new name, and the pages with links to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from newsarc.archive.reader import PageReader
from newsarc.errors import PageError, UsageError
from newsarc.layout import DAY_PAGE_NAMES
from newsarc.lint.edits import apply
from newsarc.lint.finding import Edit
from newsarc.model import DayPage, Event, Link
from newsarc.parser.targets import canonical_path, written_target
from newsarc.scaffold.move.aliases import with_alias
from newsarc.storage.changeset import Change, FileChange, FileDeletion, FolderMove
from newsarc.storage.tree import Day
from newsarc.storage.workers import map_ordered
from newsarc.text.normalize import without_surrogates
from newsarc.text.sanitize import visible

_DAYS_AT_ONCE = 50
_MAX_BYTES = 200  # of a file name; file systems allow 255
_ODD = re.compile(r"[\s/\\?#%&()<>\[\]|:*\"'`]")


@dataclass(frozen=True, slots=True)
class MovedPage:
    """A page that moves from ``old`` to ``new``, which may be the same, with its text before and after."""

    old: str
    new: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Move:
    """The pages that move: that of an event, and its translations.

    ``others`` are the changes of pages that link to it, ``links`` the number of links that change, its own included.
    ``folder`` is the folder that moves with all of its files, ``files`` the paths in it of those that are not pages.
    """

    pages: Sequence[MovedPage]
    others: Sequence[FileChange]
    links: int
    folder: FolderMove | None = None
    files: Sequence[str] = ()

    @property
    def page(self) -> MovedPage:
        """The page of the event."""
        return self.pages[0]

    @property
    def changes(self) -> list[Change]:
        """All changes. Old pages go last, so that there is no moment without the event."""
        edited = [FileChange(page.new, page.before, page.after) for page in self.pages if page.before != page.after]
        if self.folder is not None:
            return [self.folder, *edited, *self.others]
        if self.page.old == self.page.new:
            return [*edited, *self.others]
        new = [FileChange(page.new, None, page.after) for page in self.pages]
        return [*new, *self.others, *(FileDeletion(page.old, page.before) for page in self.pages)]


def move_event(reader: PageReader, old: str, slug: str) -> Move:
    """Return the changes that rename the event page at ``old`` to ``slug``, on the same day.

    The former slug becomes an alias of the event. Every link to the page changes, in the form in which it was written:
    on event pages, day pages and the front page. Raises UsageError for a slug that cannot name a page or is taken, and
    PageError if a page that links to the event cannot be read.
    """
    folder, _, name = old.rpartition("/")
    former, new = name.removesuffix(".md"), f"{folder}/{slug}.md"
    _check(reader, slug, old, new)
    text = reader.tree.read(old)
    event = reader.parse_event(old, text)
    edits = _edits(reader, old, event, old, new)
    moved = apply(text, [(edit,) for edit in edits])
    if former not in event.former_slugs:
        with_former = with_alias(moved, event.front_matter, former)
        if with_former is None or former not in reader.parse_unchecked(new, with_former).former_slugs:
            line = event.front_matter.line if event.front_matter else 1
            raise UsageError(f'{old}:{line}: add "{former}" to the aliases of its front matter first')
        moved = with_former
    links = len(edits)
    others: list[FileChange] = []
    for path, before, changed in _linking(reader, old, new):
        others.append(FileChange(path, before, apply(before, [(edit,) for edit in changed])))
        links += len(changed)
    return Move([MovedPage(old, new, text, moved)], others, links)


def check_slug(slug: str) -> None:
    """Raise UsageError if ``slug`` cannot name a page."""
    if not slug or slug.startswith((".", "-")) or _ODD.search(slug) or visible(slug) != slug:
        raise UsageError(f'"{slug}" cannot be a slug; use letters, digits and hyphens')
    if without_surrogates(slug) != slug or len(slug.encode("utf-8", "replace")) > _MAX_BYTES:
        raise UsageError(f"a slug must be UTF-8 of at most {_MAX_BYTES} bytes")


def _check(reader: PageReader, slug: str, old: str, new: str) -> None:
    check_slug(slug)
    if f"{slug}.md" in DAY_PAGE_NAMES:
        raise UsageError(f"{slug}.md is the name of a day page")
    if new == old:
        raise UsageError(f"the event already has the slug {slug}")
    folder = new.rpartition("/")[0]
    taken = {name.casefold(): name for name in reader.tree.files(folder)}
    other = taken.get(f"{slug}.md".casefold())
    if other is not None and f"{folder}/{other}" != old:
        raise UsageError(f"{folder}/{other} already exists")
    if other is not None:  # the file systems of macOS and Windows would take both for one file
        raise UsageError(f"{slug} and the present slug differ only in case; move the event twice")


def _linking(reader: PageReader, old: str, new: str) -> Iterator[tuple[str, str, list[Edit]]]:
    """Yield the other pages with links to ``old``: path, text and edits."""
    days = [Day.at("news/0000/0/0"), *reader.tree.days()]
    parts = [days[at : at + _DAYS_AT_ONCE] for at in range(0, len(days), _DAYS_AT_ONCE)]
    for found in map_ordered(partial(_pages_with, reader.for_workers(), old), parts):
        for path in found:
            before = reader.tree.read(path)
            folder = path.rpartition("/")[0]
            is_day_page = path.rpartition("/")[2] in DAY_PAGE_NAMES
            page = reader.parse_day_page(path, before) if is_day_page else reader.parse_event(path, before)
            if (reader.root / path).is_symlink():
                continue  # what it leads to is changed
            assert folder or is_day_page
            if edits := _edits(reader, path, page, old, new):
                yield path, before, edits


def _pages_with(reader: PageReader, old: str, days: Sequence[Day]) -> list[str]:
    """Return the pages of ``days`` whose bytes contain the slug of ``old``, written plainly or percent-encoded."""
    slug = old.rpartition("/")[2].removesuffix(".md")
    needles = {one.encode("utf-8", "surrogateescape").lower() for one in (slug, quote(slug))}
    found: list[str] = []
    for day in days:
        if day.year:
            paths = [*reader.tree.event_paths(day), *reader.tree.day_page_paths(day)]
        else:
            paths = [name for name in DAY_PAGE_NAMES if name in reader.tree.files("")]
        for path in paths:
            try:
                data = reader.tree.read_bytes(path).lower()
            except PageError:
                continue  # lint reports it
            if path != old and any(needle in data for needle in needles):
                found.append(path)
    return found


def _edits(reader: PageReader, path: str, page: Event | DayPage, old: str, new: str) -> list[Edit]:
    edits = []
    for link in dict.fromkeys(_links(page)):
        if _reaches(reader, link.target, path, old):
            target = _renamed(link.target, old, new, reader.config.site_prefix)
            edits.append(Edit(path, link.line, link.column, link.line, link.column + len(link.target), target))
    return edits


def _links(page: Event | DayPage) -> Iterator[Link]:
    if isinstance(page, Event):
        links = [*page.related, *page.changes, *page.formats, *page.links]
        links += [page.date_link] if page.date_link else []
    else:
        links = [*page.headings, *(entry.link for entry in page.entries), *page.formats, *page.links]
    seen: set[tuple[int, int]] = set()
    for link in links:
        if (link.line, link.column) not in seen:
            seen.add((link.line, link.column))
            yield Link(link.label, link.target, link.path, link.line, link.column, link.column + len(link.target))


def _reaches(reader: PageReader, target: str, page: str, old: str) -> bool:
    if reader.reach(target, page) == old:
        return True
    # The formats of a page: slug.html, slug.json, slug.xml.
    path = canonical_path(target, page, reader.config.site_prefix)
    return path is not None and path.rpartition(".")[0] == old.removesuffix(".md") and path != old


def _renamed(target: str, old: str, new: str, site_prefix: str) -> str:
    """Return ``target``, which reaches ``old``, as it would be written for ``new``."""
    before, after = (path.rpartition("/")[2].removesuffix(".md") for path in (old, new))
    head, slash, tail = target.rpartition("/")
    for written, changed in ((before, after), (quote(before), quote(after))):
        if tail.startswith(written) and not tail[len(written) :][:1].isalnum():
            return f"{head}{slash}{changed}{tail[len(written) :]}"
    return written_target(new, site_prefix)
