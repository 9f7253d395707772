"""What to do next about sources, as the pages of an archive allow."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from newsarc.cli.session import Session
from newsarc.errors import PageError
from newsarc.parser.page import page_lines
from newsarc.sources.archived_links import copy_insertion
from newsarc.sources.next_steps import NextSteps
from newsarc.sources.states import CitedSource, SourceStates


def next_steps(session: Session, states: SourceStates) -> NextSteps:
    """Return what tells the next steps about the sources of the archive."""
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
