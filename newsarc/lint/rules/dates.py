"""NA2: the date of a page, and the folder that it is in."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from newsarc.lint.finding import Finding
from newsarc.lint.rules.rule import PageRule
from newsarc.model import FrontMatter, Link
from newsarc.parser.page import DATE_LABEL, folder_date, make_date
from newsarc.storage import clock

if TYPE_CHECKING:
    from newsarc.archive.reader import PageReader
    from newsarc.lint.page import Page

_DATE_KEY = re.compile(r"date\s*:")


class DateMismatch(PageRule):
    """The date heading, its target, the front matter and the folder disagree on the day.

    newsarc files an event under its folder and shows the date in the front matter. If they differ, `list --since` and
    `show` contradict each other. This happens when a page is copied from another day. Padding is ignored, and so is a
    heading that links to something other than a day. There is no fix: only the author knows the right day.

    Bad, in `news/2019/03/2/`:

        ### [2019-03-01](/news/2019/03/1/index.md)

    Good:

        ### [2019-03-02](/news/2019/03/2/index.md)
    """

    code = "NA201"
    name = "date-mismatch"
    summary = "date heading, front matter and folder disagree on the day"
    severity = "error"
    silent_on_canonical = True

    def check(self, page: Page, reader: PageReader) -> Iterator[Finding]:
        heading = _date_heading(page)
        said, led = (_heading_date(heading), _led_to(heading, page)) if heading else (None, None)
        day = page.day.date or said
        if day is None:
            return
        if heading and said and said != day:
            yield self._at_label(page, heading, f"the heading says {said}, but the folder is {day}")
        elif heading and led and led != day:
            other = f"the folder is {day}" if page.day.date else f"says {day}"
            yield self.at(page.path, heading, f"the heading links to {led}, but {other}")
        front = _front_matter(page)
        if front and front.date and front.date != day:
            line, other = _date_line(front), f"the folder is {day}" if page.day.date else f"the heading says {day}"
            yield self.finding(page.path, line, f"the front matter says {front.date}, but {other}")

    def _at_label(self, page: Page, heading: Link, message: str) -> Finding:
        start = max(heading.column - 2 - len(heading.label), 1)
        return self.finding(page.path, heading.line, message, column=start, end_column=start + len(heading.label))


class InvalidDate(PageRule):
    """A date heading or a folder is not a valid date.

    An event without a date is missing from lists and day pages. A folder is reported once, on its first page. For
    invalid dates in front matter, see `invalid-front-matter`.

    Bad:

        ### [2019-02-30](/news/2019/02/30/index.md)

    Good:

        ### [2019-02-28](/news/2019/02/28/index.md)
    """

    code = "NA202"
    name = "invalid-date"
    summary = "the date heading or the folder is not a valid date"
    severity = "error"
    silent_on_canonical = True

    def check(self, page: Page, reader: PageReader) -> Iterator[Finding]:
        for problem in page.problems:
            if problem.kind == "invalid-date":
                yield self.finding(page.path, problem.line, problem.message, column=problem.column)
        if page.day.date is None and page.path == _first_page(page, reader):
            yield self.finding(page.path, 1, f"the folder is not a date: {page.day.path}", target=page.day.path)


class MissingDate(PageRule):
    """An event has no date heading and no date in its front matter.

    Only the folder tells the date then: a page that is mailed, printed or shown elsewhere loses it, and with it the
    link to the other events of the day.

    Bad:

        # Two bridges close

    Good:

        ### [2019-03-01](/news/2019/03/1/index.md)

        # Two bridges close
    """

    code = "NA203"
    name = "missing-date"
    summary = "an event has no date heading"
    severity = "warning"
    silent_on_canonical = True
    checks_day_pages = False

    def check(self, page: Page, reader: PageReader) -> Iterator[Finding]:
        event = page.event
        if event is None or event.date_link is not None or (event.front_matter and event.front_matter.date):
            return
        bare = next((section for section in event.sections if DATE_LABEL.match(section.title)), None)
        if bare is not None:
            yield self.finding(page.path, bare.line, "the date heading does not link to its day page")
        else:
            day = page.day.date or "date"
            wanted = f"### [{day}]({reader.config.site_prefix}/{page.day.path}/index.md)"
            yield self.finding(page.path, 1, f"missing date heading: {wanted}")


class FutureDate(PageRule):
    """An event is dated later than today.

    A date in the future is almost always a typo, mostly in the year. "Today" is the latest date anywhere on Earth, so
    time zones cause no false alarms. Heading, front matter and folder are checked in this order; the first one in the
    future is reported.

    Bad:

        ### [2091-03-01](/news/2091/03/1/index.md)

    Good:

        ### [2019-03-01](/news/2019/03/1/index.md)
    """

    code = "NA204"
    name = "future-date"
    summary = "an event is dated later than today"
    severity = "warning"
    in_sites = True
    silent_on_canonical = True
    checks_day_pages = False

    def check(self, page: Page, reader: PageReader) -> Iterator[Finding]:
        if page.event is None:
            return
        now = clock.latest_date()
        heading, front = page.event.date_link, page.event.front_matter
        said = _heading_date(heading) if heading else None
        if heading and said and said > now:
            yield self.finding(page.path, heading.line, f"the date heading is in the future: {said}")
        elif front and front.date and front.date > now and (page.day.date or _has_date(front)):
            line = _date_line(front)
            yield self.finding(page.path, line, f"the date in the front matter is in the future: {front.date}")
        elif reader.layout is not None and page.event.date and page.event.date > now:
            yield self.finding(page.path, 1, f"the date in the file name is in the future: {page.event.date}")
        elif page.day.date and page.day.date > now:
            yield self.finding(page.path, 1, f"the date of the folder is in the future: {page.day.date}")


def _date_heading(page: Page) -> Link | None:
    """Return the heading that names the page's own day."""
    if page.event is not None:
        return page.event.date_link
    headings = page.day_page.headings if page.day_page else ()
    return headings[0] if headings and DATE_LABEL.match(headings[0].label) else None


def _heading_date(heading: Link) -> dt.date | None:
    match = DATE_LABEL.match(heading.label)
    return make_date(match) if match else None


def _led_to(heading: Link, page: Page) -> dt.date | None:
    """Return the day whose page or folder a heading links to."""
    if heading.path is None:
        return None
    if heading.path == f"{page.day.path}/index.md":  # nearly always
        return page.day.date
    return folder_date(heading.path) or folder_date(f"{heading.path}/")


def _front_matter(page: Page) -> FrontMatter | None:
    return page.event.front_matter if page.event else None


def _date_line(front: FrontMatter) -> int:
    """Return the line of the front matter's date; of two the last, which is the one that counts."""
    return next((key.line for key in reversed(front.keys) if key.name == "date"), front.line)


def _has_date(front: FrontMatter) -> bool:
    return any(key.name.lower() == "date" for key in front.keys)


def _first_page(page: Page, reader: PageReader) -> str:
    return (*reader.tree.event_paths(page.day), *reader.tree.day_page_paths(page.day))[0]


RULES = (DateMismatch(), InvalidDate(), MissingDate(), FutureDate())
