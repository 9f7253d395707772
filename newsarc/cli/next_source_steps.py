"""What to do next about sources, given the pages of an archive."""

from __future__ import annotations

import datetime as dt
import shlex
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from newsarc.cli.event_filter import Filters
from newsarc.cli.session import Session
from newsarc.errors import PageError
from newsarc.output.humanize import plural
from newsarc.parser.page import page_lines
from newsarc.sources.archived.archived_links import copy_insertion
from newsarc.sources.next_steps import NextStep, NextSteps
from newsarc.sources.states import CitedSource, SourceState, SourceStates

_MOST_NOTES = 3


def next_steps(session: Session, states: SourceStates) -> NextSteps:
    """Return the next steps for the sources of the archive."""
    archive = session.archive

    @lru_cache(1)  # the sources of a page follow each other
    def lines(path: str) -> list[str]:
        return page_lines(archive.tree.read(path))

    def may_fix(one: CitedSource) -> bool:
        if archive.layout is not None or one.state.copy is None:  # as NA304
            return False
        try:
            return copy_insertion(lines(one.event.path)[one.source.line - 1], one.source, one.state.copy) is not None
        except PageError:  # it was readable a moment ago
            return False

    return NextSteps(states, dt.datetime.now(dt.UTC), may_fix, session.here)


def step_notes(steps: Iterable[tuple[SourceState, NextStep]], filters: Filters) -> list[str]:
    """Return what to do next about many sources: a line for each kind of step, most important first, at most three."""
    counts = Counter(_kind(state, step) for state, step in steps)
    given = shlex.join(f"--{name}={value}" for name, values in filters.given().items() for value in values)
    among = f" {given}" if given else ""
    lines = (
        (_checkable(counts["unchecked"], counts["failed"]), f"newsarc sources check{among}"),
        (
            _told(counts["find-copy"], ("needs", "need"), "a search for copies", "dead source"),
            f"newsarc sources copies{among}",
        ),
        _citable(counts["certain"], counts["uncertain"]),
        (_told(counts["look"], ("has", "have"), "another title now"), f"newsarc sources list --retitled{among}"),
        (_told(counts["cite-new-address"], ("has", "have"), "moved"), f"newsarc sources list --verdict moved{among}"),
    )
    return [f"{text}: {command}" for text, command in lines if text][:_MOST_NOTES]


def _kind(state: SourceState, step: NextStep) -> str:
    if step.step == "check":
        return "unchecked" if state.verdict == "unchecked" else "failed"
    if state.dead_since is None and step.step in ("find-copy", "cite-copy"):
        return "drifted"
    if step.step == "cite-copy":
        return "by hand" if not step.command else "uncertain" if "--unsafe-fixes" in step.command else "certain"
    return step.step


def _told(number: int, verbs: tuple[str, str], rest: str, noun: str = "source") -> str:
    """Return ``2 sources have moved``; empty for none. ``verbs`` are the forms for one and for several."""
    return f"{plural(number, noun)} {verbs[number > 1]} {rest}" if number else ""


def _checkable(unchecked: int, failed: int) -> str:
    parts = [_told(unchecked, ("was", "were"), "never checked")] if unchecked else []
    if failed:
        parts.append(f"{f'{failed:,}' if parts else plural(failed, 'source')} failed and may be dead")
    return ", ".join(parts)


def _citable(certain: int, uncertain: int) -> tuple[str, str]:
    """Return the note about copies to cite, and the command: certain ones, or else those of other days."""
    command, rest = "newsarc lint --select NA304 --fix", "a copy to cite"
    if not certain:
        command, rest = f"{command} --unsafe-fixes", "only a copy from another time"
    elif uncertain:
        command += f" ({uncertain:,} more with --unsafe-fixes)"
    return _told(certain or uncertain, ("has", "have"), rest, "dead source"), command
