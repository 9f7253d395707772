"""NA4: headline and sections of an event page, and duplicate events."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from newsarc.lint.finding import Finding
from newsarc.lint.rules.rule import ArchiveRule, PageRule, RuleScope
from newsarc.model import Section
from newsarc.parser.contexts import headline_prefixes
from newsarc.parser.page import DATE_LABEL, HEADING, ITEM, heading_text, section_kind
from newsarc.text.headlines import strip_punctuation
from newsarc.text.labels import label_key, label_word
from newsarc.text.normalize import fold
from newsarc.text.tokenizer import has_spaceless, word_spans

if TYPE_CHECKING:
    from newsarc.archive.reader import PageReader
    from newsarc.config import Labels
    from newsarc.lint.event_table import EventRecord, EventTable
    from newsarc.lint.page import Page

# How many bytes of two headlines must be equal after a topic prefix: fewer could be two events of the same kind.
_MIN_SHARED = 24

_END = 24  # characters at the end of a headline that are compared first

# The share of words that slug and headline must have in common. The minimum is 0.5 in 2,184 real Chinese pages and 0.7
# in 219 English ones; 98 % (English) and 99 % (Chinese) of random pairs are below 0.25.
_ENOUGH_IN_COMMON = 0.25
_WORD = re.compile(r"[^\W_]{2,}")
_STEM = 5  # letters: headlines inflect, and slugs are cut
_STOP_WORDS = frozenset(
    _WORD.findall(
        """
        after against all an and are as at be been between by due during for from had has have in into is it its least
        more new no not of off on one or out over people said says than that the their this three to two under up was
        were which while who with year
        """
    )
)


class MissingHeadline(PageRule):
    """An event has no headline, or an empty one.

    Lists, day pages and related links show the headline. A `title` in the front matter works too.

    Bad:

        ### [2019-03-01](/news/2019/03/1/index.md)

        Both bridges over the harbour are closed.

    Good:

        ### [2019-03-01](/news/2019/03/1/index.md)

        # Two bridges close

        Both bridges over the harbour are closed.
    """

    code = "NA401"
    name = "missing-headline"
    summary = "an event has no headline"
    severity = "error"
    in_sites = True
    silent_on_canonical = True
    checks_day_pages = False

    def check(self, page: Page, reader: PageReader) -> Iterator[Finding]:
        if page.event is None or page.event.headline or (reader.layout is not None and page.event.date is None):
            return  # a page of a site without a date is no event
        if page.event.headline_line is not None:
            yield self.finding(page.path, page.event.headline_line, "the headline is empty")
        else:
            wanted = "# …" if reader.layout is None else "title in front matter"
            yield self.finding(page.path, 1, f"missing headline: {wanted}")


class MultipleHeadlines(PageRule):
    """A page has a second `#` heading.

    A file has one event, and the first headline is its name. The second one is not found as an event: move it to its
    own file, or make it part of the summary.

    Bad:

        # Two bridges close
        # The ferries run at night

    Good: two files, each with its headline.
    """

    code = "NA402"
    name = "multiple-headlines"
    summary = "a page has more than one headline"
    severity = "warning"
    silent_on_canonical = True
    checks_day_pages = False

    def check(self, page: Page, reader: PageReader) -> Iterator[Finding]:
        for problem in page.problems:
            if problem.kind == "second-headline" and page.event:
                message = f"second headline; the first is on line {page.event.headline_line}"
                target = page.lines[problem.line - 1].strip()
                yield self.finding(page.path, problem.line, message, column=problem.column, target=target)


class UnknownSection(PageRule):
    """A section heading is unknown, or does not have three `#`.

    The list below it is not read: its links are not checked, and search does not find them. Correct the heading, or add
    it to `[labels]` in `newsarc.toml` (`sources`, `changes` or `related`).

    Bad:

        ### Relatd:

        1. [A bridge opens](/news/1987/05/4/a-bridge-opens.md) _Context: Bridges_

    Good:

        ### Related:

        1. [A bridge opens](/news/1987/05/4/a-bridge-opens.md) _Context: Bridges_
    """

    code = "NA403"
    name = "unknown-section"
    summary = "a section heading is unknown"
    severity = "warning"
    silent_on_canonical = True
    checks_day_pages = False

    def check(self, page: Page, reader: PageReader) -> Iterator[Finding]:
        event = page.event
        unknown = [section for section in event.sections if section.kind == "other"] if event else []
        lines = page.visible_lines if unknown else ()
        for section in unknown:
            if DATE_LABEL.match(section.title):
                continue  # NA203 reports date headings without a link
            title = label_word(section.title)
            message = f'unknown section "{title}"' if title else "the section has no name"
            below = next((line for line in lines[section.line :] if line.strip()), "")
            close = _closest(title, reader.config.labels)
            hint = f"; did you mean {close}?" if close else ""
            lost = "; its list is not read" if ITEM.match(below) else ""
            yield self.finding(page.path, section.line, f"{message}{lost}{hint}")
        for prose in event.prose if event else ():
            heading = HEADING.match(prose.text)
            if heading and len(heading[1]) != 3 and section_kind(heading_text(heading), reader.config.labels):
                yield self.finding(page.path, prose.line, f"section headings need three #: ### {heading_text(heading)}")


class DuplicateSection(PageRule):
    """A page has the same section twice, under the same name or under a synonym (`Source` and `Sources`).

    newsarc reads both, but someone who edits the page may see only the first.

    Bad:

        ### Source:

        1. [The Harbour Gazette](https://gazette.example.org/bridges)

        ### Sources:

        1. [Port Radio](https://radio.example.org/bridges)

    Good:

        ### Sources:

        1. [The Harbour Gazette](https://gazette.example.org/bridges)
        2. [Port Radio](https://radio.example.org/bridges)
    """

    code = "NA404"
    name = "duplicate-section"
    summary = "a page has the same section twice"
    severity = "warning"
    silent_on_canonical = True
    checks_day_pages = False

    def check(self, page: Page, reader: PageReader) -> Iterator[Finding]:
        first: dict[str, Section] = {}
        for section in page.event.sections if page.event else ():
            earlier = first.setdefault(section.kind, section)
            if earlier is not section and section.kind != "other":
                title, other = label_word(section.title), label_word(earlier.title)
                message = f'duplicate section "{title}": already "{other}" on line {earlier.line}'
                yield self.finding(page.path, section.line, message, target=section.title)


class DuplicateEvent(ArchiveRule):
    """An event is in the archive twice: under a former slug, or with the same headline on the same day.

    Editing a headline renames the file. If the old file stays, the event is counted and found twice, and related links
    point to either page. Former slugs come from Changes, `aliases` and `slug`. Punctuation and a topic prefix are
    ignored. The same headline on another day is another event.

    Bad: besides `news/2019/03/1/two-bridges-close.md` there is `both-bridges-close.md`, with

        ### Changes:

        1. [Two bridges close](/news/2019/03/1/two-bridges-close.md) _2019-03-01 09:12:44 (First version)_
        2. [Both bridges close](/news/2019/03/1/both-bridges-close.md) _(Current version)_

    Good: `both-bridges-close.md` alone.
    """

    code = "NA405"
    name = "duplicate-event"
    summary = "an event is in the archive twice"
    severity = "warning"
    in_sites = True
    checks_day_pages = False
    reach = "day"

    def check(self, events: EventTable, reader: PageReader, scope: RuleScope) -> Iterator[Finding]:
        reported: set[frozenset[str]] = set()
        wanted = scope.folders
        for pair in events.at_former_paths(wanted):
            old, new = map(events.event, pair)
            if (paths := frozenset((old.path, new.path))) not in reported:
                reported.add(paths)
                if wanted is None or old.day.path in wanted:
                    yield self.finding(old.path, old.line, f"former slug of {new.path}", target=new.path)
        for earlier, later in _of_one_headline(events, wanted):
            is_wanted = wanted is None or later.day.path in wanted
            if is_wanted and (paths := frozenset((earlier.path, later.path))) not in reported:
                reported.add(paths)
                message = f"same headline on the same day as {earlier.path}"
                yield self.finding(later.path, later.line, message, target=earlier.path)


class SlugMismatch(PageRule):
    """The slug of an event does not match its headline.

    One of them was probably copied from another page. The rule compares the first letters of words, or pairs of
    characters in scripts without spaces. A quarter in common is enough, which allows for transliteration, truncation,
    topics and edits. A slug in a different script is not compared.

    Off by default, since slugs chosen by hand may differ from headlines.

    Bad, in `the-ferries-run-at-night.md`:

        # Two bridges close

    Good, in `two-bridges-close.md`:

        # Two bridges close
    """

    code = "NA406"
    name = "slug-mismatch"
    summary = "slug and headline have no words in common"
    severity = "warning"
    default = False
    checks_day_pages = False

    def check(self, page: Page, reader: PageReader) -> Iterator[Finding]:
        event = page.event
        if event is None or not event.headline:
            return
        if _in_common(fold(event.slug), fold(event.headline)) < _ENOUGH_IN_COMMON:
            message = f"the slug {event.slug} does not match the headline"
            yield self.finding(page.path, event.headline_line or 1, message)


# --- sections ---


def _closest(title: str, labels: Labels) -> str | None:
    """Return the section heading that ``title`` probably means, or None."""
    from difflib import get_close_matches

    words = {label_key(word): word for word in (*labels.sources, *labels.changes, *labels.related)}
    cutoff = 0.6 if title.isascii() else 0.5  # half of 信息来源 says more than half of "Related"
    close = get_close_matches(label_key(title), words, n=1, cutoff=cutoff)
    return words[close[0]] if close else None


# --- duplicates ---


def _of_one_headline(events: EventTable, folders: Collection[str] | None) -> Iterator[tuple[EventRecord, EventRecord]]:
    """Yield pairs of events with the same headline on one day of ``folders`` (None for all), sorted by path."""
    groups: dict[tuple[int, int, int, str], list[EventRecord]] = {}
    for event in events.in_folders(folders):
        # Equal headlines end alike, whatever their topic prefix. This rules out nearly all events.
        end = strip_punctuation(fold(event.title[-_END:]))[-6:]
        # 2019/03/1 and 2019/03/01 may both be there.
        groups.setdefault((event.day.year, event.day.month, event.day.day, end), []).append(event)
    for alike in groups.values():
        if len(alike) == 1:
            continue
        first: dict[str, EventRecord] = {}
        for event in sorted(alike, key=_path):
            first.setdefault(strip_punctuation(event.headline), event)
        for event in alike:
            twins = (first[form] for form in _forms(event.headline) if form in first)
            if (twin := next((twin for twin in twins if twin is not event), None)) is not None:
                earlier, later = sorted((event, twin), key=_path)
                yield earlier, later


def _forms(headline: str) -> Iterator[str]:
    """Yield a folded headline without punctuation: in full, and after each possible topic prefix."""
    if whole := strip_punctuation(headline):
        yield whole
    rest = headline
    for prefix in headline_prefixes(headline):
        rest = rest.partition(prefix)[2].lstrip(":. ")
        form = strip_punctuation(rest)
        if len(form.encode("utf-8", "surrogatepass")) >= _MIN_SHARED:
            yield form


def _path(event: EventRecord) -> str:
    return event.path.removesuffix(".md")  # "close" goes before "close-2"


# --- slugs ---


def _in_common(slug: str, headline: str) -> float:
    """Return the share of words of the shorter (folded) text that the other has; 1 if they cannot be compared."""
    is_ascii = slug.isascii() and headline.isascii()
    for parts in (_words,) if is_ascii else (_character_pairs, _words):
        ours, theirs = parts(slug), parts(headline)
        if ours and theirs:
            return len(ours & theirs) / min(len(ours), len(theirs))
        if ours or theirs:
            break  # in different scripts
    return 1.0


def _character_pairs(text: str) -> set[str]:
    letters = [span for span in word_spans(text) if has_spaceless(text[slice(*span)])]
    return {text[start:end] for (start, middle), (next_start, end) in pairwise(letters) if middle == next_start}


def _words(text: str) -> set[str]:
    """Return the first letters of each ASCII word that is neither a number nor a stop word."""
    words = {word for word in _WORD.findall(text) if word.isascii() and not word.isdecimal()}
    return {word[:_STEM] for word in words - _STOP_WORDS}


RULES = (
    MissingHeadline(),
    MultipleHeadlines(),
    UnknownSection(),
    DuplicateSection(),
    DuplicateEvent(),
    SlugMismatch(),
)
