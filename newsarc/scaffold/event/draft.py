"""Drafts of the page and the day pages of a new event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence

from newsarc.api import Archive
from newsarc.archive.reader import PageReader
from newsarc.errors import ArchiveError, ConfigError, UsageError
from newsarc.layout import DAY_PAGE_NAMES
from newsarc.lint.finding import Finding
from newsarc.lint.labels import topic_prefix
from newsarc.lint.page import Page
from newsarc.lint.rule_selection import selected_rules
from newsarc.lint.rules import PageRule
from newsarc.lint.rules.dates import MissingDate
from newsarc.lint.suppressions import per_file_ignores
from newsarc.model import Event
from newsarc.scaffold.event.day_page import day_drafts
from newsarc.scaffold.event.event_page import page_text
from newsarc.scaffold.event.new_event import NewEvent
from newsarc.scaffold.event.page_style import detect_style
from newsarc.scaffold.event.related_links import RelatedEvent, related_events
from newsarc.scaffold.event.slug import slug_of
from newsarc.scaffold.event.source import source_of
from newsarc.storage.changeset import FileChange
from newsarc.storage.tree import Day
from newsarc.text.headlines import strip_punctuation
from newsarc.text.normalize import display, fold


def drafts(archive: Archive, new: NewEvent) -> list[FileChange]:
    """Return the drafts for an event: its page first, then its day pages. Writes nothing.

    Raises UsageError if the text would not parse as given or not pass lint, ArchiveError if the event already exists,
    as :meth:`Archive.ref` for REFs, and ConfigError if the configuration lacks the site prefix.
    """
    if archive.missing_prefix:
        raise ConfigError(archive.missing_prefix_warning)
    new = new.normalized()
    _refuse_comments(new)
    day = Day(new.date.year, new.date.month, new.date.day, _folder(archive, new.date))
    path = _free_path(archive, day, new.headline)
    style = detect_style(archive, new.date, new.headline)
    related = related_events(archive, new.related, new.contexts or new.topics, f"{new.headline} {new.summary}")
    sources = [source_of(said) for said in new.sources]
    text = page_text(new, path, sources, related, style, archive.config.site_prefix)
    event = archive.parse_event(path, text)
    _check_meaning(event, new, related)
    _check_others(archive, day, event)
    if new.contexts and not related and new.summary:
        raise UsageError("--context requires --related: contexts belong to related links")
    days = day_drafts(archive, day, event, text, new.contexts, style)
    # Where pages have no date heading, a new one has none either.
    accepted = () if style.has_date else (MissingDate.code,)
    _check_rules(archive, Page(path, text, day, event=event), days, accepted)
    return [FileChange(path, None, text), *days]


def _refuse_comments(new: NewEvent) -> None:
    """Raise UsageError for the start of a comment, which would hide text or suppress findings."""
    for said in (new.headline, new.summary, *new.topics, *new.contexts, *new.sources):
        if "<!--" in said:
            raise UsageError(f"{said}: remove <!-- (it starts a comment)")


def _folder(archive: Archive, date: dt.date) -> str:
    """Return the folder of a day: the existing one, in any spelling, or a new one."""
    there = [day.path for day in archive.tree.days(date, date)]
    return there[0] if there else f"news/{date.year:04}/{date.month:02}/{date.day}"


def _free_path(archive: Archive, day: Day, headline: str) -> str:
    slug = slug_of(headline)
    if not headline:
        raise UsageError("the headline is empty")
    if not slug:
        raise UsageError(f'cannot make a slug from "{headline}": it has no letters or digits')
    names = {name.casefold(): name for name in archive.tree.files(day.path)}
    name = f"{slug}.md"
    if name.casefold() in {page.casefold() for page in DAY_PAGE_NAMES}:
        raise UsageError(f'the headline "{headline}" would overwrite the day page; use a longer one')
    if (there := names.get(name.casefold())) is not None:
        raise ArchiveError(f"event already exists: {day.path}/{there}")
    return f"{day.path}/{name}"


def _check_meaning(event: Event, new: NewEvent, related: Iterable[RelatedEvent]) -> None:
    """Raise UsageError if the page does not parse as given, for example because of markup."""
    named = {link.path: link.contexts for link in event.related}
    contexts = [tuple(map(display, one.contexts)) for one in related]
    checks: tuple[tuple[str, object, object], ...] = (
        ("the headline", event.headline, display(new.headline)),
        ("--summary", event.summary or "", display(new.summary)),
        ("--topic", event.topics if new.topics else (), tuple(display(topic) for topic in new.topics)),
        ("--source", len(event.sources), len(new.sources)),
        ("--related", list(named), [one.event.path for one in related]),
        ("--context", list(named.values()), contexts),
    )
    for name, read, meant in checks:
        if read != meant:
            raise UsageError(f"{name} would be parsed as: {read or 'nothing'}; use text without markup")


def _check_others(archive: Archive, day: Day, event: Event) -> None:
    """Raise ArchiveError if the event already exists on its day under another slug."""
    headline = fold(event.headline)
    for path in archive.tree.event_paths(day):
        other = archive.try_load(path)
        if other is None:
            continue
        title = fold(other.headline)
        if strip_punctuation(title) == strip_punctuation(headline) or topic_prefix(title, headline) is not None:
            raise ArchiveError(f"an event with this headline already exists: {path}")
        if event.path in other.former_paths or event.slug in other.former_slugs:
            raise ArchiveError(f"this is a former headline of {path}, and its slug is taken")


def _check_rules(archive: Archive, page: Page, days: Sequence[FileChange], accepted: Collection[str]) -> None:
    """Raise UsageError if the page has findings, apart from ``accepted`` codes, or if its day pages get new ones."""
    unsaved = {draft.path: draft.after.encode("utf-8", "surrogateescape") for draft in days}
    unsaved[page.path] = page.text.encode("utf-8", "surrogateescape")
    written = archive.with_overlay(unsaved)
    configured = archive.config.lint
    is_ignored = per_file_ignores(dict(configured.per_file_ignores))
    wanted = (*configured.select, *(("NA301",) if configured.sources_since else ()))
    rules = [rule for rule in selected_rules(wanted, configured.ignore) if isinstance(rule, PageRule)]
    about_days = [rule for rule in rules if rule.checks_day_pages]
    known = {
        (finding.path, finding.code, finding.message)
        for draft in days
        if draft.before is not None
        for finding in _found(about_days, _day_page(archive, draft.path, draft.before, page.day), archive)
    }
    found = [
        *(finding for finding in _found(rules, page, written) if finding.code not in accepted),
        *(
            finding
            for draft in days
            for finding in _found(about_days, _day_page(written, draft.path, draft.after, page.day), written)
            if (finding.path, finding.code, finding.message) not in known
        ),
    ]
    for finding in found:
        if not is_ignored(finding):
            where = "the page" if finding.path == page.path else finding.path
            raise UsageError(f"{where} would not pass lint: {finding.message} ({finding.code}); nothing was written")


def _found(rules: Iterable[PageRule], page: Page, reader: PageReader) -> Iterator[Finding]:
    for rule in rules:
        yield from rule.check(page, reader)


def _day_page(reader: PageReader, path: str, text: str, day: Day) -> Page:
    return Page(path, text, day, day_page=reader.parse_day_page(path, text))
