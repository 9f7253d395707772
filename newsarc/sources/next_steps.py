"""What to do next about a source, given its state."""

from __future__ import annotations

import datetime as dt
import shlex
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import Final, Literal, NamedTuple, get_args

from newsarc.model import Event
from newsarc.sources.archived.archived_links import is_certain
from newsarc.sources.archived.copy_plan import MISS_LASTS, SILENCE_LASTS, cited_dates, is_due
from newsarc.sources.archived.copy_search import Copy
from newsarc.sources.check.plan import FRESH
from newsarc.sources.states import CitedSource, SourceState, SourceStates, cited_sources
from newsarc.sources.verdicts import moved_to

Step = Literal["check", "find-copy", "cite-copy", "look", "cite-new-address", "replace", "open", "wait"]
STEPS: Final = get_args(Step)
_FAILED = ("gone", "soft-gone", "down")
_MOST_PAGES = 3  # named in a command
_LINT = ("newsarc", "lint", "--select", "NA304", "--fix")


class NextStep(NamedTuple):
    """What to do next about a source.

    ``check``: it was never checked, or it failed but is not dead. ``find-copy``: it is dead or drifted, and a search
    for a copy is due. ``cite-copy``: a copy is known and not cited. ``look``: its page has another title.
    ``cite-new-address``: it has moved. ``replace``: it is dead or drifted, and no archive has a copy. ``open``: newsarc
    cannot tell whether it is alive. ``wait``: it is too early for the next check or search. ``command`` does the
    step; it is empty if a person must do it.
    """

    step: Step
    text: str
    command: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """The command, quoted for a shell; empty without one."""
        return shlex.join(self.command)

    def __str__(self) -> str:
        """Return the text and the command on one line."""
        return f"{self.text}: {self.line}" if self.command else self.text


class NextSteps:
    """Decides what to do next about sources.

    ``may_fix`` says whether lint can cite the copy of a source on its page. ``prefix`` is put before paths in commands.
    """

    def __init__(
        self, states: SourceStates, now: dt.datetime, may_fix: Callable[[CitedSource], bool], prefix: str = ""
    ) -> None:
        self._states = states
        self._now = now
        self._may_fix = may_fix
        self._prefix = prefix

    def of(
        self, address: str, state: SourceState, uncited: Sequence[CitedSource], dates: Collection[dt.date]
    ) -> NextStep | None:
        """Return what to do next about an address that events cite; None if there is nothing to do.

        ``uncited`` are its citations without a copy beside them, and ``dates`` those for which copies can be looked for
        (:func:`newsarc.sources.archived.copy_plan.cited_dates`); both only matter if it :func:`needs_copy`.
        """
        if needs_copy(state):
            return self._about_copy(address, uncited, dates, is_dead=state.dead_since is not None)
        if state.verdict == "unchecked":
            return NextStep("check", "never checked", _check(address))
        if self._states.failure(address) is not None:
            return NextStep(
                "open", "every source at this host fails; open it in a browser, the host may refuse programs"
            )
        return self._about_failure(address) if state.verdict in _FAILED else self._about_page(address, state)

    def _about_page(self, address: str, state: SourceState) -> NextStep | None:
        if state.retitled_after is not None:
            return NextStep("look", f"look at the page: it has another title than on {state.retitled_after.date()}")
        if state.verdict == "moved" and (to := moved_to(self._states.history(address))):
            return NextStep("cite-new-address", f"cite the new address: {to}")
        if state.verdict == "blocked":
            return NextStep("open", "open it in a browser: the host refuses programs")
        return None

    def _about_failure(self, address: str) -> NextStep:
        check = self._states.history(address)[-1]
        text = "it may be back" if check.outcome == "down" else "dead only if gone three times over seven days"
        if (due := check.at + FRESH) <= self._now:
            return NextStep("check", f"check it again: {text}", _check(address))
        return NextStep("wait", f"check it again after {due:%Y-%m-%d %H:%M} UTC: {text}")

    def _about_copy(
        self, address: str, uncited: Sequence[CitedSource], dates: Collection[dt.date], *, is_dead: bool
    ) -> NextStep | None:
        if not uncited:
            return None
        searches = {search.date: search for search in self._states.searches(address)}
        if any(date not in searches or is_due(searches[date], self._now) for date in dates):
            command = ("newsarc", "sources", "copies", *(() if is_dead else ("--all",)), address)
            return NextStep("find-copy", "look for an archived copy", command)
        with_copy = [(one, one.state.copy) for one in uncited if one.state.copy is not None]
        if with_copy:
            return self._cite(with_copy, is_dead=is_dead)
        waiting = [searches[date] for date in dates if not searches[date].is_final]
        if waiting:
            again = min(search.asked for search in waiting) + SILENCE_LASTS
            return NextStep("wait", f"an archive did not answer; look for a copy after {again:%Y-%m-%d %H:%M} UTC")
        text = "no archive has a copy; look for the report at another address"
        if dates:
            again = min(searches[date].asked for date in dates) + MISS_LASTS
            text += f"; ask the archives again on {again.date()}"
        return NextStep("replace", text)

    def _cite(self, found: Sequence[tuple[CitedSource, Copy]], *, is_dead: bool) -> NextStep:
        fixable = [pair for pair in found if is_dead and self._may_fix(pair[0])]
        certain = [pair for pair in fixable if is_certain(pair[1], pair[0].event.date)]
        _, copy = (certain or fixable or found)[0]
        of_date = f"the copy of {copy.at.date()}"
        if not fixable:
            return NextStep("cite-copy", f"cite {of_date} beside the source by hand: {copy.url}")
        pages = dict.fromkeys(f"{self._prefix}{one.event.path}" for one, _ in certain or fixable)
        paths = tuple(pages) if len(pages) <= _MOST_PAGES else ()
        if certain:
            return NextStep("cite-copy", f"cite {of_date}", (*_LINT, *paths))
        text = f"look at {of_date}, which is from another time than the event, and cite it"
        return NextStep("cite-copy", text, (*_LINT, "--unsafe-fixes", *paths))


class StepSurvey:
    """What to do next about all addresses that events cite. :meth:`add` each event first."""

    def __init__(self, states: SourceStates) -> None:
        self._states = states
        self._found: dict[str, SourceState] = {}
        self._uncited: dict[str, list[CitedSource]] = defaultdict(list)
        self._dates: dict[str, dict[dt.date, None]] = defaultdict(dict)

    def add(self, event: Event) -> None:
        """Add the sources of an event."""
        cited = cited_sources([event], self._states)
        self._found.update((one.address, one.state) for one in cited)
        lost = [one for one in cited if needs_copy(one.state) and one.source.archived is None]
        if not lost:
            return
        small = replace(event, related=(), links=(), prose=(), changes=())  # there may be many
        dates = cited_dates([event])
        for one in lost:
            self._uncited[one.address].append(one._replace(event=small))
            self._dates[one.address].update(dates.get(one.address, {}))

    def steps(self, steps: NextSteps) -> Iterator[tuple[SourceState, NextStep]]:
        """Yield the state of each address about which there is something to do, and what."""
        for address, state in self._found.items():
            step = steps.of(address, state, self._uncited.get(address, ()), self._dates.get(address, {}))
            if step is not None:
                yield state, step


def needs_copy(state: SourceState) -> bool:
    """Whether a source is dead or drifted, so that a copy should be cited beside it."""
    return state.dead_since is not None or state.verdict == "drifted"


def _check(address: str) -> tuple[str, ...]:
    return "newsarc", "sources", "check", address
