"""The entry of a new event on the page of its day, which is made where there is none."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Collection, Sequence

from newsarc.archive.reader import Pages
from newsarc.errors import ArchiveError, UsageError
from newsarc.layout import DAY_PAGE_NAMES
from newsarc.lint.day_entry import entry_lines, insertion
from newsarc.lint.edits import apply
from newsarc.lint.page import Page
from newsarc.model import Event
from newsarc.scaffold.event.page_style import Form
from newsarc.storage.changeset import Draft
from newsarc.storage.tree import Day


def day_drafts(archive: Pages, day: Day, event: Event, text: str, contexts: Collection[str], form: Form) -> list[Draft]:
    """Return the drafts of the pages of ``day`` that list ``event``, whose page says ``text``; ``contexts`` are all
    that it has.

    Pages that are there get the entry, and stay as they are besides; where there is none, they are made as the days
    around have them. Raises ArchiveError for a day page that lists no events, UsageError for an entry that would be
    read as something else, PageError for a day page that cannot be read.
    """
    entry = list(entry_lines(event, text, archive, contexts, form.context))
    there = _own_pages(archive, day)
    made = [_with_entry(archive, day, path, entry, event.path) for path in there]
    names = {path.rpartition("/")[2] for path in archive.tree.day_page_paths(day)}
    wanted = [] if names else list(form.day_pages)
    if form.has_date and "index.md" not in {*names, *wanted}:  # the date heading leads there
        wanted.insert(0, "index.md")
    new = made[0].after if made else _day_text(archive, day, entry, form)
    made += [Draft(f"{day.path}/{name}", None, new) for name in wanted]
    for draft in made:
        entries = archive.parse_day_page(draft.path, draft.after).entries
        if event.path not in [known.link.path for known in entries]:
            raise UsageError(f"{draft.path}: its entry of the event would not be read as one; write it without markup")
    return [draft for draft in made if draft.after != draft.before]


def _own_pages(archive: Pages, day: Day) -> list[str]:
    """Return the pages of a day folder, without one that is a link on disk to the other."""
    pages: dict[str, str] = {}
    for path in sorted(archive.tree.day_page_paths(day), key=lambda path: (archive.root / path).is_symlink()):
        pages.setdefault(os.path.realpath(archive.root / path), path)
    return sorted(pages.values(), key=lambda path: DAY_PAGE_NAMES.index(path.rpartition("/")[2]))


def _with_entry(archive: Pages, day: Day, path: str, entry: Sequence[str], event: str) -> Draft:
    before = archive.tree.read(path)
    page = Page(path, before, day, day_page=archive.parse_day_page(path, before))
    if page.day_page is not None and any(known.link.path == event for known in page.day_page.entries):
        return Draft(path, before, before)  # it waited for its event
    edit = insertion(entry, page)
    if edit is None:
        raise ArchiveError(f"{path}: it has no heading and lists no events; make it a day page, or delete it")
    return Draft(path, before, apply(before, [(edit,)]))


def _day_text(archive: Pages, day: Day, entry: Sequence[str], form: Form) -> str:
    assert day.date is not None
    prefix = archive.config.site_prefix
    lines = ["", form.day_formats.of(f"{day.path.removeprefix('news/')}/"), ""] if form.day_formats else []
    lines += [f"## [{form.written_date(day.date)}]({prefix}/{day.path}/index.md)", "", *entry, ""]
    if (before := _day_before(archive, day.date)) is not None:
        lines += [f"## [{form.previous}]({prefix}/{before}/index.md)", ""]
    return form.line_end.join([*lines, ""])


def _day_before(archive: Pages, date: dt.date) -> str | None:
    """Return the last day before ``date`` that has a page; None where there is none."""
    if date == dt.date.min:
        return None
    days = sorted(archive.tree.days(until=date - dt.timedelta(days=1)), reverse=True)
    return next((day.path for day in days if archive.tree.day_page_paths(day)), None)
