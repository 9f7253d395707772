"""Records of searches for archived copies, and their form in JSON."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from typing import Any, Final, Literal, NamedTuple, TypeAlias, get_args

from newsarc.sources.archived.web_archives import capture_time, is_capture_of
from newsarc.sources.times import time_text

Why = Literal["withheld", "no-answer", "no-page", "never-archived"]
WHYS: Final = get_args(Why)  # from the one that says most
FIRST_DAY, LAST_DAY = -1, 365  # days from an event on which a capture most likely has the report of it
_MAX_DETAIL = 200
_MAX_URL = 8192


class Copy(NamedTuple):
    """An archived copy of a source.

    ``at`` is the time of the capture, in UTC; ``days`` is its distance from the event, negative if it is before the
    event. ``status`` is the HTTP status of the captured page, and ``archive`` the key of the archive. Both times are
    those that the URL says, whatever a ledger says beside it.
    """

    url: str
    at: dt.datetime
    days: int
    status: int
    archive: str

    @property
    def is_from_then(self) -> bool:
        """Whether the capture is from the time of the event: from the day before it to a year after it."""
        return FIRST_DAY <= self.days <= LAST_DAY


class Miss(NamedTuple):
    """Why one archive has no copy.

    ``withheld``: it has captures, but the publisher or a law keeps it from showing them. ``no-answer``: it did not
    answer, so it may have one. ``no-page``: it only has captures of redirects and errors, or they cannot be played.
    ``detail`` says more, partly in the words of the archive.
    """

    archive: str
    why: Why
    detail: str


class CopySearch(NamedTuple):
    """The result of a search for the copy of a source from the time of an event.

    ``asked`` is when it ended, in UTC. ``misses`` are the archives that were asked and have no copy, or may have a
    better one.
    """

    date: dt.date
    asked: dt.datetime
    copy: Copy | None
    misses: tuple[Miss, ...]

    @property
    def why(self) -> Why | None:
        """Why there is no copy: the reason of the archive that says most about it; None if there is one."""
        found = {miss.why for miss in self.misses}
        return None if self.copy is not None else next((why for why in WHYS if why in found), "never-archived")

    @property
    def is_final(self) -> bool:
        """Whether all archives that matter answered, so that the same search need not be repeated soon."""
        is_from_then = self.copy is not None and self.copy.is_from_then
        return is_from_then or all(miss.why != "no-answer" for miss in self.misses)

    def to_json(self) -> dict[str, object]:
        """Return the search as a value for JSON."""
        record: dict[str, object] = {"date": self.date.isoformat(), "asked": time_text(self.asked)}
        if self.copy is not None:
            record["copy"] = self.copy._asdict() | {"at": time_text(self.copy.at)}
        if self.misses:
            record["misses"] = [miss._asdict() for miss in self.misses]
        return record


Searches: TypeAlias = tuple[CopySearch, ...]  # of one source, one for each date, sorted by date


def merged_searches(*searches: Iterable[CopySearch]) -> Searches:
    """Return the best search of each date: with the copy nearest to the event, or else the latest one."""
    given = [search for found in searches for search in found]
    if len(given) < 2:
        return tuple(given)
    best: dict[dt.date, CopySearch] = {}
    for search in given:
        known = best.get(search.date)
        best[search.date] = search if known is None else max(known, search, key=_merit)
    return tuple(best[date] for date in sorted(best))


def _merit(search: CopySearch) -> tuple[object, ...]:
    copy = search.copy
    rank = (copy.is_from_then, -abs(copy.days)) if copy is not None else (False, -math.inf)
    return *rank, search.asked, str(search)  # the last so that the order of merging does not matter


def known_copy(searches: Iterable[CopySearch], address: str, date: dt.date | None) -> Copy | None:
    """Return the copy of an address that ``searches`` found for events of ``date``.

    A ledger may come from anywhere, so one that is no capture of this address at some time does not count.
    """
    copy = next((search.copy for search in searches if search.date == date), None)
    is_valid = copy is not None and is_capture_of(copy.url, address) and capture_time(copy.url) is not None
    return copy if is_valid else None


def read_copy_search(record: Any) -> CopySearch:
    """Return the search that :meth:`CopySearch.to_json` wrote. Unknown keys are ignored.

    Raises ValueError, with a message that says which value is wrong.
    """
    if not isinstance(record, dict):
        raise ValueError("a search for a copy must be an object")
    misses = record.get("misses", [])
    if not isinstance(misses, list):
        raise ValueError('"misses" must be a list')
    copy = record.get("copy")
    date = _time(record.get("date"), "date").date()
    return CopySearch(
        date,
        _time(record.get("asked"), "asked"),
        None if copy is None else _read_copy(copy, date),
        tuple(map(_read_miss, misses)),
    )


def _read_copy(record: Any, date: dt.date) -> Copy:
    values = record if isinstance(record, dict) else {}
    url, days, status = values.get("url"), values.get("days"), values.get("status")
    if not isinstance(url, str) or not url.startswith(("https://", "http://")) or not is_plain_url(url):
        raise ValueError('"url" of a copy must be an http or https URL')
    if not isinstance(days, int) or not isinstance(status, int):
        raise ValueError('"days" and "status" of a copy must be whole numbers')
    written = _time(values.get("at"), "at")
    at = capture_time(url) or written
    return Copy(url, at, (at.date() - date).days, int(status), _line(values.get("archive")))


def _read_miss(record: Any) -> Miss:
    values = record if isinstance(record, dict) else {}
    if values.get("why") not in WHYS:
        raise ValueError(f'"why" must be one of {", ".join(WHYS)}')
    return Miss(_line(values.get("archive")), values["why"], _line(values.get("detail")))


def is_plain_url(url: str) -> bool:
    """Whether a URL can be written down: printable, without spaces, and not too long."""
    return len(url) <= _MAX_URL and url.isprintable() and " " not in url  # no other white space is printable


def shortened(detail: str) -> str:
    """Return a detail as it is recorded: one line, not too long."""
    if not detail.isprintable():
        detail = "".join(char if char.isprintable() else " " for char in detail)
    return " ".join(detail.split())[:_MAX_DETAIL]


def _line(value: object) -> str:
    return shortened(value) if isinstance(value, str) else ""


def _time(value: object, name: str) -> dt.datetime:
    try:
        time = dt.datetime.fromisoformat(value if isinstance(value, str) else "")
        if time.tzinfo is dt.UTC and not time.microsecond:  # as it is written
            return time
        return (time if time.tzinfo else time.replace(tzinfo=dt.UTC)).astimezone(dt.UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        raise ValueError(f'"{name}" must be a date or time, such as 2017-06-16T10:15:00Z') from None
