"""NA1: related links, and the links of the Changes section."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, groupby
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING

from newsarc.lint.finding import Edit, Finding, Fix
from newsarc.lint.labels import balance_brackets, label_edit, label_from_headline, same_headline
from newsarc.lint.rules.rule import ArchiveRule, PageRule, RuleScope
from newsarc.model import Change, Event, Link, RelatedLink
from newsarc.parser.targets import canonical, leaves_archive, written_target
from newsarc.text.headlines import strip_punctuation
from newsarc.text.normalize import display, fold

if TYPE_CHECKING:
    from newsarc.archive.reader import Pages
    from newsarc.lint.event_table import EventTable, LabelMismatch
    from newsarc.lint.page import Page


_LONGEST_PATH = 4096  # bytes that a path of a file has at most; targets are as long as one likes


class BrokenRelatedLink(PageRule):
    """A related link names an event that the archive does not have.

    Every edit of a headline renames its file, and the pages that name the event keep the old name until someone mends
    them. A reader who follows such a link learns nothing of what led there or what came after. However a link is
    spelled (percent-encoded, as `.html`, with a `#fragment`, relative, its day padded), it is whole when it reaches a
    page under exactly that name; upper and lower case, and composed and decomposed accents, are different names on most
    systems, so they are here.

    A target with a scheme, a drive letter or a host is never a page of the archive: `//news/2019/03/1/x.md` means a
    host called `news`. Only the address of another site (`https://host/…`, `//host.example/…`) is accepted.

    The finding names the event that was probably meant and why. Fixed safely: what a page itself or git says
    (a former slug, the same headline on the same day), what differs only in a known topic before the headline, or a
    path written with a slash, a scheme, backslashes or digits that do not belong there. There is no fix where the text
    of the link is the headline of another event.

    Bad, when the file was renamed to `two-bridges-close.md`:

        1. [A bridge closes](/news/2019/03/1/a-bridge-closes.md) _Context: Bridges_

    Good:

        1. [Two bridges close](/news/2019/03/1/two-bridges-close.md) _Context: Bridges_
    """

    code = "NA101"
    name = "broken-related-link"
    summary = "the target of a related link is no page of the archive"
    severity = "error"
    silent_on_valid_links = True
    finds_dead_links = True
    checks_day_pages = False

    def check(self, page: Page, archive: Pages) -> Iterator[Finding]:
        for link in page.event.related if page.event else ():
            if (finding := self.check_link(link, page.path, archive)) is not None:
                yield finding

    def check_link(self, link: RelatedLink, page: str, archive: Pages) -> Finding | None:
        """Return the finding about ``link``, checked, in ``page``; None where there is none."""
        if not link.broken or _leaves(link, page, archive):
            return None
        return self.at(page, link, f"no such event: {link.target}" if link.target else "the link has no target")


class BrokenChangeLink(PageRule):
    """An item of the Changes section leads nowhere.

    The item marked as the current version must lead to this very page's event; it is checked always. The former
    versions are checked only where the archive keeps old pages, which it does when another former version of this
    event still exists.

    Bad, when the file is called `two-bridges-close.md`:

        1. [Two bridges close](/news/2019/03/1/a-bridge-closes.md) _(Current version)_

    Good:

        1. [Two bridges close](/news/2019/03/1/two-bridges-close.md) _(Current version)_
    """

    code = "NA102"
    name = "broken-change-link"
    summary = "an item of Changes leads to no page of the archive"
    severity = "error"
    finds_dead_links = True
    silent_on_valid_links = True
    checks_day_pages = False

    def check(self, page: Page, archive: Pages) -> Iterator[Finding]:
        changes = page.event.changes if page.event else ()
        dead = {change for change in changes if archive.reach(change.target, page.path) is None}
        keeps_old = any(not change.is_current and change not in dead for change in changes)
        for change in changes:
            if change in dead and (change.is_current or keeps_old):
                yield self.at(page.path, change, f"no such page: {change.target}")
            elif change not in dead and change.is_current and not _is_here(change, page, archive):
                yield self.at(page.path, change, f"the current version is this page, not {change.target}")


class SelfLink(PageRule):
    """An event names itself as related.

    Bad, in `news/2019/03/1/two-bridges-close.md`:

        1. [Two bridges close](/news/2019/03/1/two-bridges-close.md) _Context: Bridges_

    Good: leave the item out.
    """

    code = "NA103"
    name = "self-link"
    summary = "an event is related to itself"
    severity = "warning"
    silent_on_valid_links = True
    checks_day_pages = False

    def check(self, page: Page, archive: Pages) -> Iterator[Finding]:
        for link in page.event.related if page.event else ():
            if link.path == page.path:
                yield self.at(page.path, link, "the event names itself")


class DuplicateRelatedLink(PageRule):
    """Two related links of one event reach the same page.

    Fixed by taking out the later item: safely where it has no context that the earlier one lacks.

    Bad:

        1. [Two bridges close](/news/2019/03/1/two-bridges-close.md) _Context: Bridges_
        2. [Two bridges close](/news/2019/03/1/two-bridges-close.html) _Context: Bridges_

    Good:

        1. [Two bridges close](/news/2019/03/1/two-bridges-close.md) _Context: Bridges_
    """

    code = "NA104"
    name = "duplicate-related-link"
    summary = "two related links of one event reach the same page"
    severity = "warning"
    silent_on_valid_links = True
    checks_day_pages = False

    def check(self, page: Page, archive: Pages) -> Iterator[Finding]:
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
            yield self.at(page.path, link, f"line {earlier.line} names the same event", fix=fix)


class StaleLinkText(ArchiveRule):
    """The text of a related link is not the headline of the event that it reaches.

    The headline was edited and the link only half mended. Spacing, quotation marks, HTML entities and a topic before
    the headline make no difference, nor do the slashes of addresses, which the archive writes as `-` in labels.
    Fixed by writing the headline.

    Bad:

        1. [A bridge closes](/news/2019/03/1/two-bridges-close.md) _Context: Bridges_

    Good:

        1. [Two bridges close](/news/2019/03/1/two-bridges-close.md) _Context: Bridges_
    """

    code = "NA105"
    name = "stale-link-text"
    summary = "the text of a related link is not the headline of its target"
    severity = "warning"
    checks_day_pages = False
    reach = "links"

    def check(self, events: EventTable, archive: Pages, scope: RuleScope) -> Iterator[Finding]:
        mismatches = events.label_mismatches(scope.pages)
        for source, links in groupby(list(mismatches), key=attrgetter("source")):
            yield from self._check_page(source, list(links), events, archive)

    def _check_page(
        self, source: int, links: Sequence[LabelMismatch], events: EventTable, archive: Pages
    ) -> Iterator[Finding]:
        path = events.path(source)
        text = archive.tree.read(path)
        event = archive.parse_event(path, text)
        lines = text.split("\n")
        for _, place, target, _ in links:
            meant = events.event(target)
            link = _link_at(event, place, meant.path)
            if link is None or not meant.headline or same_headline(fold(display(link.label)), meant.headline):
                continue
            words = strip_punctuation(fold(link.text))
            other = next((other for other in events.with_headline([words]).get(words, ()) if other != target), None)
            if other is not None:
                # Then the target is the wrong half, or may be: the label is all that is left of what was meant.
                message = f"the headline is: {meant.title}; this text is the headline of {events.path(other)}"
                yield self.at(path, link, message)
                continue
            written = archive.load(meant.path).headline_written.strip()
            # What front matter calls the event may need other escapes than Markdown does: left to the author.
            is_same = bool(written) and fold(display(written)) == meant.headline
            edit = label_edit(path, lines, link, label_from_headline(written)) if is_same else None
            fix = Fix(True, (edit,)) if edit else None
            yield self.at(path, link, f"the headline is: {meant.title}", fix=fix)


class NonCanonicalLink(PageRule):
    """A link reaches its page, but is not written as the archive writes links.

    That is from the root, as the file is called: not percent-encoded, not as `.html`, not relative, the month padded
    and the day not. Other tools, and a search for the path, miss every other spelling. Fixed by writing it so: safely
    where no `#fragment` or `?query` is lost.

    Bad:

        1. [Two bridges close](../01/two-bridges-close.html#top) _Context: Bridges_

    Good:

        1. [Two bridges close](/news/2019/03/1/two-bridges-close.md) _Context: Bridges_
    """

    code = "NA106"
    name = "non-canonical-link"
    summary = "a link reaches its page, but is not written as the archive writes links"
    severity = "warning"
    silent_on_valid_links = True
    checks_day_pages = False

    def check(self, page: Page, archive: Pages) -> Iterator[Finding]:
        links: tuple[Link, ...] = (*page.event.related, *page.event.changes) if page.event else ()
        for link in links:
            path = archive.reach(link.target, page.path) if isinstance(link, Change) else link.path
            if path is None:
                continue
            wanted = written_target(path, archive.config.site_prefix)
            if link.target not in (wanted, f"{archive.config.site_prefix}/{path}"):
                edit = Edit(page.path, link.line, link.column, link.line, link.end_column, wanted)
                # A fragment or a query may have been meant for somebody.
                is_safe = not any(char in link.target for char in "#?") and link.rendered
                yield self.at(page.path, link, f"the archive writes {wanted}", fix=Fix(is_safe, (edit,)))


class LinkOutsideArchive(PageRule):
    """A link climbs out of the archive by `..`, or by a symbolic link on disk.

    It cannot work for anyone else's copy, and what it reaches is none of the archive's business.

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

    def check(self, page: Page, archive: Pages) -> Iterator[Finding]:
        links: tuple[Link, ...] = (*page.event.related, *page.event.changes) if page.event else ()
        for link in links:
            if how := _leaves(link, page.path, archive):
                yield self.at(page.path, link, f"leaves the archive{how}: {link.target}")


class OneWayLink(ArchiveRule):
    """An event names another that does not name it.

    Off by default: the archives that newsarc was made for name mostly older events, and the older ones are not edited.
    `newsarc related --backlinks` shows the other direction without any link.

    Bad: `two-bridges-close.md` names `a-bridge-opens.md`, whose Related section does not name it.

    Good: both name each other.
    """

    code = "NA108"
    name = "one-way-link"
    summary = "an event names another that does not name it"
    severity = "warning"
    default = False
    checks_day_pages = False

    def check(self, events: EventTable, archive: Pages, scope: RuleScope) -> Iterator[Finding]:
        for source, links in groupby(events.one_way_links(), key=itemgetter(0)):
            event = archive.load(events.path(source))
            for _, place, target in links:
                if link := _link_at(event, place, events.path(target)):
                    yield self.at(event.path, link, f"{link.path} does not name this event")


class MissingContext(PageRule):
    """A related link does not say what the two events have in common.

    The context is why the link is there; `newsarc related --context` and `list --context` find events by it.

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

    def check(self, page: Page, archive: Pages) -> Iterator[Finding]:
        for link in page.event.related if page.event else ():
            if not link.contexts:
                yield self.at(page.path, link, "the context is empty" if link.has_context else "there is no context")


class MalformedItem(PageRule):
    """A line of a list section is no item of its list: a bracket is not closed, the target is missing, or it is prose.

    What it was meant to name is lost to readers and to every check.

    Bad:

        1. [Two bridges close(/news/2019/03/1/two-bridges-close.md) _Context: Bridges_

    Good:

        1. [Two bridges close](/news/2019/03/1/two-bridges-close.md) _Context: Bridges_
    """

    code = "NA110"
    name = "malformed-item"
    summary = "a line in a list section is no item of the list"
    severity = "error"
    silent_on_canonical = True
    checks_day_pages = False

    def check(self, page: Page, archive: Pages) -> Iterator[Finding]:
        for problem in page.problems:
            if problem.kind == "malformed-item":
                yield self.finding(page.path, problem.line, problem.message, column=problem.column)


class UnrenderedLink(PageRule):
    """An item is read by newsarc, but Markdown does not show it as a link: the brackets of its label do not balance.

    Headlines are cut anywhere, so about one label in 700 has a `]` too many. Every Markdown renderer shows the raw
    text, and every other link checker passes the link over. Fixed by a backslash before the odd bracket.

    Bad:

        1. [The minister resigns [in the cms]]](/news/2019/03/1/the-minister-resigns.md) _Context: Cabinet_

    Good:

        1. [The minister resigns [in the cms]\\]](/news/2019/03/1/the-minister-resigns.md) _Context: Cabinet_
    """

    code = "NA111"
    name = "unrendered-link"
    summary = "Markdown shows no link, for an unbalanced bracket in the label"
    severity = "warning"
    checks_front_page = True
    silent_on_canonical = True

    def check(self, page: Page, archive: Pages) -> Iterator[Finding]:
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
                "the space in the target"
                if any(map(str.isspace, link.target))
                else "an unbalanced bracket in the label"
            )
            yield self.at(page.path, link, f"Markdown shows no link here, for {what}", fix=fix)


def _link_at(page: Event, number: int, path: str) -> RelatedLink | None:
    """Return the related link of this number if it still reaches ``path``: the page may have changed meanwhile."""
    link = page.related[number] if number < len(page.related) else None
    return link if link is not None and link.path == path else None


def _is_here(change: Change, page: Page, archive: Pages) -> bool:
    return archive.reach(change.target, page.path) == page.path


def _leaves(link: Link, page: str, archive: Pages) -> str:
    """Return how ``link`` leaves the archive: `` by ..`` or `` by a symbolic link``; empty where it does not."""
    if leaves_archive(link.target, page, archive.config.site_prefix):
        return " by .."
    if not archive.tree.skipped:
        return ""
    path = canonical(link.target, page, archive.config.site_prefix)
    if path is None or archive.tree.exists(path):
        return ""
    folders = (path[:at] for at, char in enumerate(path[:_LONGEST_PATH]) if char == "/")
    is_skipped = any("symbolic link" in archive.tree.skipped.get(place, "") for place in chain((path,), folders))
    return " by a symbolic link" if is_skipped else ""


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
