"""The entry of a new event on its day page, which is created if missing."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Collection, Sequence

from newsarc.archive.reader import PageReader
from newsarc.errors import ArchiveError, UsageError
from newsarc.layout import DAY_PAGE_NAMES
from newsarc.lint.day_entry import entry_lines, insertion
from newsarc.lint.edits import apply
from newsarc.lint.page import Page
from newsarc.model import Event
from newsarc.scaffold.event.page_style import PageStyle
from newsarc.storage.changeset import FileChange
from newsarc.storage.tree import Day


def day_drafts(
    reader: PageReader, day: Day, event: Event, text: str, contexts: Collection[str], style: PageStyle
) -> list[FileChange]:
    """Return the drafts of the pages of ``day``, with an entry for ``event``.

    ``text`` is the page of the event, and ``contexts`` are all of its contexts. Existing day pages only gain the entry;
    missing ones are made in ``style``. Raises ArchiveError if a page is not a day page, UsageError if the entry would
    not parse as given, and PageError if a day page cannot be read.
    """
    entry = list(entry_lines(event, text, reader, contexts, style.context))
    there = _own_pages(reader, day)
    made = [_with_entry(reader, day, path, entry, event.path) for path in there]
    names = {path.rpartition("/")[2] for path in reader.tree.day_page_paths(day)}
    wanted = [] if names else list(style.day_pages)
    if style.has_date and "index.md" not in {*names, *wanted}:  # the date heading links to it
        wanted.insert(0, "index.md")
    new = made[0].after if made else _day_text(reader, day, entry, style)
    made += [FileChange(f"{day.path}/{name}", None, new) for name in wanted]
    for draft in made:
        entries = reader.parse_day_page(draft.path, draft.after).entries
        if event.path not in [known.link.path for known in entries]:
            raise UsageError(f"{draft.path}: the new entry would not be parsed correctly; use text without markup")
    return [draft for draft in made if draft.after != draft.before]


def _own_pages(reader: PageReader, day: Day) -> list[str]:
    """Return the day pages of a folder, without symbolic links to each other."""
    pages: dict[str, str] = {}
    for path in sorted(reader.tree.day_page_paths(day), key=lambda path: (reader.root / path).is_symlink()):
        pages.setdefault(os.path.realpath(reader.root / path), path)
    return sorted(pages.values(), key=lambda path: DAY_PAGE_NAMES.index(path.rpartition("/")[2]))


def _with_entry(reader: PageReader, day: Day, path: str, entry: Sequence[str], event: str) -> FileChange:
    before = reader.tree.read(path)
    page = Page(path, before, day, day_page=reader.parse_day_page(path, before))
    if page.day_page is not None and any(known.link.path == event for known in page.day_page.entries):
        return FileChange(path, before, before)  # it waited for its event
    edit = insertion(entry, page)
    if edit is None:
        raise ArchiveError(f"{path}: not a day page (no heading and no events); fix or delete it")
    return FileChange(path, before, apply(before, [(edit,)]))


def _day_text(reader: PageReader, day: Day, entry: Sequence[str], style: PageStyle) -> str:
    assert day.date is not None
    prefix = reader.config.site_prefix
    lines = ["", style.day_formats.of(f"{day.path.removeprefix('news/')}/"), ""] if style.day_formats else []
    lines += [f"## [{style.written_date(day.date)}]({prefix}/{day.path}/index.md)", "", *entry, ""]
    if (before := _day_before(reader, day.date)) is not None:
        lines += [f"## [{style.previous}]({prefix}/{before}/index.md)", ""]
    return style.line_end.join([*lines, ""])


def _day_before(reader: PageReader, date: dt.date) -> str | None:
    """Return the folder of the last day before ``date`` that has a day page, or None."""
    if date == dt.date.min:
        return None
    days = sorted(reader.tree.days(until=date - dt.timedelta(days=1)), reverse=True)
    return next((day.path for day in days if reader.tree.day_page_paths(day)), None)
