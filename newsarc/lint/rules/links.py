"""NA1: related links, and the links of the Changes section."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, groupby
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING

from newsarc.lint.finding import Edit, Finding, Fix
from newsarc.lint.labels import balance_brackets, label_edit, label_from_headline, same_headline
from newsarc.lint.rules.rule import ArchiveRule, PageRule, RuleScope, missing_page
from newsarc.model import Change, Event, Link, RelatedLink
from newsarc.parser.targets import canonical_path, leaves_archive, written_target
from newsarc.text.headlines import strip_punctuation
from newsarc.text.normalize import display, fold

if TYPE_CHECKING:
    from newsarc.archive.reader import PageReader
    from newsarc.lint.event_table import EventTable, LabelMismatch
    from newsarc.lint.page import Page


_LONGEST_PATH = 4096  # bytes that a path of a file has at most; targets are as long as one likes


class BrokenRelatedLink(PageRule):
    """A related link points to a page that does not exist.

    Editing a headline renames the file, and links in other pages keep the old name until someone fixes them. Readers
    who follow such a link miss the context. A link is valid in any spelling (percent-encoded, as `.html`, with a
    `#fragment`, relative, with a padded day) if a page of exactly that name exists. Case and Unicode form count, as
    they do on most file systems.

    A target with a scheme, a drive letter or a host is never a page of the archive: in `//news/2019/03/1/x.md` the
    host is `news`. Addresses of other sites (`https://host/…`, `//host.example/…`) are accepted.

    The finding suggests the page that was probably meant, and says why. The fix is safe if a page or git records the
    rename (a former slug, the same headline on the same day), if only a known topic prefix differs, or if the path has
    a stray slash, scheme, backslashes or digits of another script. There is no fix if the link text is the headline of
    another event.

    Bad, when the file was renamed to `two-bridges-close.md`:

        1. [A bridge closes](/news/2019/03/1/a-bridge-closes.md) _Context: Bridges_

    Good:

        1. [Two bridges close](/news/2019/03/1/two-bridges-close.md) _Context: Bridges_
    """

    code = "NA101"
    name = "broken-related-link"
    summary = "a related link points to a page that does not exist"
    severity = "error"
    in_sites = True
    silent_on_valid_links = True
    finds_dead_links = True
    checks_day_pages = False

    def check(self, page: Page, reader: PageReader) -> Iterator[Finding]:
        for link in page.event.related if page.event else ():
            if (finding := self.check_link(link, page.path, reader)) is not None:
                yield finding

    def check_link(self, link: RelatedLink, page: str, reader: PageReader) -> Finding | None:
        """Return the finding about ``link``, checked, in ``page``; None where there is none."""
        if not link.broken or _leaves(link, page, reader):
            return None
        return self.at(page, link, missing_page(link.target))


class BrokenChangeLink(PageRule):
    """A link in the Changes section is broken.

    The item marked as the current version must link to this page; it is always checked. Former versions are checked
    only if the archive keeps old pages, that is, if another former version of the event still exists.

    Bad, when the file is called `two-bridges-close.md`:

        1. [Two bridges close](/news/2019/03/1/a-bridge-closes.md) _(Current version)_

    Good:

        1. [Two bridges close](/news/2019/03/1/two-bridges-close.md) _(Current version)_
    """

    code = "NA102"
    name = "broken-change-link"
    summary = "a link in Changes points to a page that does not exist"
    severity = "error"
    finds_dead_links = True
    silent_on_valid_links = True
    checks_day_pages = False

    def check(self, page: Page, reader: PageReader) -> Iterator[Finding]:
        changes = page.event.changes if page.event else ()
        dead = {change for change in changes if reader.reach(change.target, page.path) is None}
        keeps_old = any(not change.is_current and change not in dead for change in changes)
        for change in changes:
            if change in dead and (change.is_current or keeps_old):
                yield self.at(page.path, change, missing_page(change.target))
            elif change not in dead and change.is_current and not _is_here(change, page, reader):
                yield self.at(page.path, change, f"the current version must link to this page, not to {change.target}")


class SelfLink(PageRule):
    """An event links to itself.

    Bad, in `news/2019/03/1/two-bridges-close.md`:

        1. [Two bridges close](/news/2019/03/1/two-bridges-close.md) _Context: Bridges_

    Good: remove the item.
    """

    code = "NA103"
    name = "self-link"
    summary = "an event links to itself"
    severity = "warning"
    silent_on_valid_links = True
    checks_day_pages = False

    def check(self, page: Page, reader: PageReader) -> Iterator[Finding]:
        for link in page.event.related if page.event else ():
            if link.path == page.path:
                yield self.at(page.path, link, "the event links to itself")


class DuplicateRelatedLink(PageRule):
    """Two related links of one event point to the same page.

    The fix removes the later item. It is safe if the earlier item has all of its contexts. Other findings on the link,
    such as its text, are not reported besides.

    Bad:

        1. [Two bridges close](/news/2019/03/1/two-bridges-close.md) _Context: Bridges_
        2. [Two bridges close](/news/2019/03/1/two-bridges-close.html) _Context: Bridges_

    Good:

        1. [Two bridges close](/news/2019/03/1/two-bridges-close.md) _Context: Bridges_
    """

    code = "NA104"
    name = "duplicate-related-link"
    summary = "two related links of one event point to the same page"
    severity = "warning"
    supersedes = ("NA103", "NA105", "NA106", "NA109")  # the fix removes the item, whatever else is wrong with it
    silent_on_valid_links = True
    checks_day_pages = False

    def check(self, page: Page, reader: PageReader) -> Iterator[Finding]:
        first: dict[str, RelatedLink] = {}
        related = page.event.related if page.event else ()
        for link in related:
            if link.path is None:
                continue
            earlier = first.setdefault(link.path, link)
            if earlier is link:
                continue
            fix = None
            if not page.shares_line(link.line) and page.is_removable(link.line):
                edit = Edit(page.path, link.line, 1, link.line + 1, 1, "")
                is_safe = set(link.contexts) <= set(earlier.contexts) and "#" not in link.target
                fix = Fix(is_safe, (edit,))
            yield self.at(page.path, link, f"duplicate of the link on line {earlier.line}", fix=fix)


class StaleLinkText(ArchiveRule):
    """The text of a related link differs from the headline of its target.

    The headline was edited and the link was only partly updated. Spacing, quotation marks, HTML entities and a topic
    prefix are ignored, as are slashes in addresses, which the archive writes as `-` in link texts. The fix inserts the
    headline.

    Bad:

        1. [A bridge closes](/news/2019/03/1/two-bridges-close.md) _Context: Bridges_

    Good:

        1. [Two bridges close](/news/2019/03/1/two-bridges-close.md) _Context: Bridges_
    """

    code = "NA105"
    name = "stale-link-text"
    summary = "the text of a related link differs from the headline of its target"
    severity = "warning"
    checks_day_pages = False
    reach = "links"

    def check(self, events: EventTable, reader: PageReader, scope: RuleScope) -> Iterator[Finding]:
        mismatches = events.label_mismatches(scope.pages)
        for source, links in groupby(list(mismatches), key=attrgetter("source")):
            yield from self._check_page(source, list(links), events, reader)

    def _check_page(
        self, source: int, links: Sequence[LabelMismatch], events: EventTable, reader: PageReader
    ) -> Iterator[Finding]:
        path = events.path(source)
        text = reader.tree.read(path)
        event = reader.parse_event(path, text)
        lines = text.split("\n")
        for _, place, target, _ in links:
            meant = events.event(target)
            link = _link_at(event, place, meant.path)
            if link is None or not meant.headline or same_headline(fold(display(link.label)), meant.headline):
                continue
            words = strip_punctuation(fold(link.text))
            other = next((other for other in events.with_headline([words]).get(words, ()) if other != target), None)
            if other is not None:
                # The target may be wrong rather than the label, and only the label tells what was meant.
                message = f"link text is the headline of {events.path(other)}; the target's headline is: {meant.title}"
                yield self.at(path, link, message)
                continue
            written = reader.load(meant.path).headline_written.strip()
            # What front matter calls the event may need other escapes than Markdown does: left to the author.
            is_same = bool(written) and fold(display(written)) == meant.headline
            edit = label_edit(path, lines, link, label_from_headline(written)) if is_same else None
            fix = Fix(True, (edit,)) if edit else None
            yield self.at(path, link, f"link text differs from the headline: {meant.title}", fix=fix)


class NonCanonicalLink(PageRule):
    """A link is valid, but not in canonical form.

    The canonical form is the path from the root with the name of the file: not percent-encoded, not `.html`, not
    relative, with the month padded and the day unpadded. Other tools and text searches miss any other spelling. The fix
    writes the canonical form; it is safe if no `#fragment` or `?query` is lost.

    Bad:

        1. [Two bridges close](../01/two-bridges-close.html#top) _Context: Bridges_

    Good:

        1. [Two bridges close](/news/2019/03/1/two-bridges-close.md) _Context: Bridges_
    """

    code = "NA106"
    name = "non-canonical-link"
    summary = "a link is valid, but not in canonical form"
    severity = "warning"
    silent_on_valid_links = True
    checks_day_pages = False

    def check(self, page: Page, reader: PageReader) -> Iterator[Finding]:
        links: tuple[Link, ...] = (*page.event.related, *page.event.changes) if page.event else ()
        for link in links:
            path = reader.reach(link.target, page.path) if isinstance(link, Change) else link.path
            if path is None:
                continue
            wanted = written_target(path, reader.config.site_prefix)
            if link.target not in (wanted, f"{reader.config.site_prefix}/{path}"):
                edit = Edit(page.path, link.line, link.column, link.line, link.end_column, wanted)
                # A fragment or a query may have been meant for somebody.
                is_safe = not any(char in link.target for char in "#?") and link.rendered
                yield self.at(page.path, link, f"canonical form: {wanted}", fix=Fix(is_safe, (edit,)))


class LinkOutsideArchive(PageRule):
    """A link leaves the archive through `..` or a symbolic link.

    Such a link does not work in any other copy of the archive.

    Bad:

        1. [Two bridges close](/../../home/me/two-bridges-close.md) _Context: Bridges_

    Good:

        1. [Two bridges close](/news/2019/03/1/two-bridges-close.md) _Context: Bridges_
    """

    code = "NA107"
    name = "link-outside-archive"
    summary = "a link leaves the archive root"
    severity = "error"
    silent_on_valid_links = True
    checks_day_pages = False

    def check(self, page: Page, reader: PageReader) -> Iterator[Finding]:
        links: tuple[Link, ...] = (*page.event.related, *page.event.changes) if page.event else ()
        for link in links:
            if how := _leaves(link, page.path, reader):
                yield self.at(page.path, link, f"link leaves the archive{how}: {link.target}")


class OneWayLink(ArchiveRule):
    """An event links to another that does not link back.

    Off by default: events mostly link to older ones, which nobody edits any more. `newsarc related --backlinks` shows
    incoming links anyway.

    Bad: `two-bridges-close.md` links to `a-bridge-opens.md`, which does not link back.

    Good: each links to the other.
    """

    code = "NA108"
    name = "one-way-link"
    summary = "an event links to another that does not link back"
    severity = "warning"
    default = False
    checks_day_pages = False

    def check(self, events: EventTable, reader: PageReader, scope: RuleScope) -> Iterator[Finding]:
        for source, links in groupby(events.one_way_links(), key=itemgetter(0)):
            event = reader.load(events.path(source))
            for _, place, target in links:
                if link := _link_at(event, place, events.path(target)):
                    yield self.at(event.path, link, f"{link.path} does not link back")


class MissingContext(PageRule):
    """A related link does not say what the two events have in common.

    The context explains the link; `newsarc related --context` and `list --context` find events by it.

    Bad:

        1. [Two bridges close](/news/2019/03/1/two-bridges-close.md)

    Good:

        1. [Two bridges close](/news/2019/03/1/two-bridges-close.md) _Context: Bridges_
    """

    code = "NA109"
    name = "missing-context"
    summary = "a related link has no context, or an empty one"
    severity = "warning"
    silent_on_canonical = True
    checks_day_pages = False

    def check(self, page: Page, reader: PageReader) -> Iterator[Finding]:
        for link in page.event.related if page.event else ():
            if not link.contexts:
                yield self.at(
                    page.path, link, "the context is empty" if link.has_context else "related link has no context"
                )


class MalformedItem(PageRule):
    """A line in a list section is not a list item: a bracket is not closed, the target is missing, or it is prose.

    Neither readers nor checks can follow such a link.

    Bad:

        1. [Two bridges close(/news/2019/03/1/two-bridges-close.md) _Context: Bridges_

    Good:

        1. [Two bridges close](/news/2019/03/1/two-bridges-close.md) _Context: Bridges_
    """

    code = "NA110"
    name = "malformed-item"
    summary = "a line in a list section is not a list item"
    severity = "error"
    silent_on_canonical = True
    checks_day_pages = False

    def check(self, page: Page, reader: PageReader) -> Iterator[Finding]:
        for problem in page.problems:
            if problem.kind == "malformed-item":
                yield self.finding(page.path, problem.line, problem.message, column=problem.column)


class UnrenderedLink(PageRule):
    """Markdown does not render a link, because the brackets in its text do not balance.

    Headlines are cut off anywhere, so about one link text in 700 has an extra `]`. Markdown renderers show the source
    text, and other link checkers miss the link. The fix escapes the bracket.

    Bad:

        1. [The minister resigns [in the cms]]](/news/2019/03/1/the-minister-resigns.md) _Context: Cabinet_

    Good:

        1. [The minister resigns [in the cms]\\]](/news/2019/03/1/the-minister-resigns.md) _Context: Cabinet_
    """

    code = "NA111"
    name = "unrendered-link"
    summary = "Markdown does not render a link with an unbalanced bracket in its text"
    severity = "warning"
    checks_front_page = True
    silent_on_canonical = True

    def check(self, page: Page, reader: PageReader) -> Iterator[Finding]:
        links: list[Link] = [*page.event.related, *page.event.changes] if page.event else []
        if page.day_page is not None:
            links.extend(entry.link for entry in page.day_page.entries)
        for link in links:
            if link.rendered:
                continue
            balanced = balance_brackets(link.label)
            edit = label_edit(page.path, page.lines, link, balanced) if balanced != link.label else None
            fix = Fix(True, (edit,)) if edit else None
            what = (
                "space in the target" if any(map(str.isspace, link.target)) else "unbalanced bracket in the link text"
            )
            yield self.at(page.path, link, f"link is not rendered: {what}", fix=fix)


def _link_at(page: Event, number: int, path: str) -> RelatedLink | None:
    """Return the related link of this number if it still reaches ``path``: the page may have changed meanwhile."""
    link = page.related[number] if number < len(page.related) else None
    return link if link is not None and link.path == path else None


def _is_here(change: Change, page: Page, reader: PageReader) -> bool:
    return reader.reach(change.target, page.path) == page.path


def _leaves(link: Link, page: str, reader: PageReader) -> str:
    """Return how ``link`` leaves the archive (`` through ..``, `` through a symbolic link``), or an empty string."""
    if leaves_archive(link.target, page, reader.config.site_prefix):
        return " through .."
    if not reader.tree.skipped:
        return ""
    path = canonical_path(link.target, page, reader.config.site_prefix)
    if path is None or reader.tree.exists(path):
        return ""
    folders = (path[:at] for at, char in enumerate(path[:_LONGEST_PATH]) if char == "/")
    is_skipped = any("symbolic link" in reader.tree.skipped.get(place, "") for place in chain((path,), folders))
    return " through a symbolic link" if is_skipped else ""


RULES = (
    BrokenRelatedLink(),
    BrokenChangeLink(),
    SelfLink(),
    DuplicateRelatedLink(),
    StaleLinkText(),
    NonCanonicalLink(),
    LinkOutsideArchive(),
    OneWayLink(),
    MissingContext(),
    MalformedItem(),
    UnrenderedLink(),
)
