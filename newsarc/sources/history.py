"""The history of an address: what its checks found, shortened to what verdicts need."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import Final, Literal, NamedTuple, TypeAlias, get_args

Outcome = Literal["alive", "moved", "drifted", "gone", "soft-gone", "blocked", "down", "refused"]
OUTCOMES: Final = get_args(Outcome)
_SAME_PAGE = ("alive", "moved")
_ANSWERED = (*_SAME_PAGE, "drifted")
NO_SUCH_HOST: Final = "no such host"  # the reason of a check
UNSEEN: Final = ("blocked", "down")  # whoever asked could not see the page, or that it is gone
_TELLS = {"blocked": 1, "alive": 2, "moved": 2, "soft-gone": 3, "drifted": 3}  # how much about a page that answers
_GONE = ("gone", "soft-gone")
_KEPT = 3  # checks at the end of a run of failures


class Check(NamedTuple):
    """One check of an address.

    ``at`` is when it ended, in UTC and whole seconds. ``status`` is the HTTP status of the last answer, None if there
    was none. ``reason`` says what happened in a few words, empty if nothing did. ``to`` is the address that a permanent
    redirect names. ``is_identified`` is true if the title of the page was that of an event, false if it was another
    one, None if that is unknown. ``title`` is the digest of the titles of a page that was that of an event
    (:func:`newsarc.sources.check.drift.title_digest`). ``seen_from`` names the place of the machine that asked; empty
    if it has no name. A page may be readable from one place alone.
    """

    at: dt.datetime
    outcome: Outcome
    status: int | None = None
    reason: str = ""
    to: str | None = None
    is_identified: bool | None = None
    title: str = ""
    seen_from: str = ""


History: TypeAlias = tuple[Check, ...]  # in chronological order


def gone_run(history: Sequence[Check]) -> list[Check]:
    """Return the checks since the page last answered that found it gone. Checks that tell nothing are left out."""
    return [check for check in _since(history, _ANSWERED) if check.outcome in _GONE]


def failing_run(history: Sequence[Check]) -> list[Check]:
    """Return the checks since the host last answered for this address that found it gone or down."""
    return [check for check in _since(history, (*_ANSWERED, "blocked")) if check.outcome in (*_GONE, "down")]


def vanished_run(history: Sequence[Check]) -> list[Check]:
    """Return the last checks of :func:`failing_run` that all found that the host does not exist."""
    run = list(takewhile(lambda check: check.reason == NO_SUCH_HOST, reversed(failing_run(history))))
    return run[::-1]


def drifted_run(history: Sequence[Check]) -> list[Check]:
    """Return the checks since the page was last itself, as far as we know, that found a page of something else."""
    return [check for check in _since(history, _SAME_PAGE) if check.outcome == "drifted"]


def last_answered(history: Sequence[Check]) -> dt.datetime | None:
    """Return when the host last answered for this address, be it with a refusal; None if it never did."""
    return next((check.at for check in reversed(history) if check.outcome in (*_ANSWERED, "blocked")), None)


def last_identified(history: Sequence[Check]) -> Check | None:
    """Return the last check that found the page of an event, and noted its title."""
    return next((check for check in reversed(history) if check.title), None)


def _since(history: Sequence[Check], outcomes: Sequence[str]) -> Sequence[Check]:
    last = next((place for place in range(len(history), 0, -1) if history[place - 1].outcome in outcomes), 0)
    return history[last:]


def merged(*histories: Iterable[Check]) -> History:
    """Return all checks of some histories of one address in chronological order, shortened by :func:`shortened`.

    Of checks of the same time, one that found a page to be a soft 404, or of something else, replaces those that only
    saw an answer; one that saw the page replaces those that were blocked.
    """
    checks = {check for history in histories for check in history}
    if len(checks) < 2:
        return tuple(checks)
    best: dict[dt.datetime, int] = {}
    for check in checks:
        best[check.at] = max(best.get(check.at, 0), _TELLS.get(check.outcome, 0))
    told = (check for check in checks if _TELLS.get(check.outcome, best[check.at]) == best[check.at])
    return shortened(sorted(told, key=_order))


def shortened(history: Sequence[Check]) -> History:
    """Return the checks of a history that its verdict depends on.

    They are the last one, the last answer, the last that found the page of an event, the last of each place that told
    anything, and the first and the last few of each run of failures.
    """
    last: dict[object, Check] = {None: history[-1]} if history else {}
    for check in history:
        if check.outcome not in UNSEEN:
            last["place", check.seen_from] = check
        if check.outcome in _SAME_PAGE:
            last["answer"] = check
        if check.outcome == "blocked":
            last["blocked"] = check
        if check.title:
            last["title"] = check
    kept = {id(check) for check in last.values()}
    for find in (gone_run, failing_run, vanished_run, drifted_run):
        run = find(history)
        kept.update(map(id, (*run[:1], *run[-_KEPT:])))
    return tuple(check for check in history if id(check) in kept)


def _order(check: Check) -> tuple[object, ...]:
    """Return what checks are sorted by, so that the order does not depend on where they come from."""
    texts = (check.outcome, check.reason, check.to or "", check.title, check.seen_from)
    return check.at, OUTCOMES.index(check.outcome), check.status or 0, *texts, str(check.is_identified)
