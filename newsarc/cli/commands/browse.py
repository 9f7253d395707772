"""``newsarc browse``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from newsarc.api import Archive
from newsarc.archive.refs import looks_like_ref
from newsarc.cli.browsing import numbered
from newsarc.cli.browsing.fzf import Fzf
from newsarc.cli.browsing.menu import Choice, Menu, MenuRow
from newsarc.cli.completion.archive_values import complete_query
from newsarc.cli.event_filter import Filters, no_matches, select_events
from newsarc.cli.session import Session
from newsarc.errors import NotFoundError, UsageError
from newsarc.output.terminal.console import is_terminal
from newsarc.output.terminal.pager import wanted_pager
from newsarc.storage.signals import run_program


def browse(
    session: Session,
    filters: Filters,
    query: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[QUERY]...",
            help="A search query, or REFs such as 2017-06. Default: all events, newest first.",
            show_default=False,
            autocompletion=complete_query,
        ),
    ] = None,
    no_fzf: Annotated[bool, typer.Option("--no-fzf", help="Use a numbered list even if fzf is installed.")] = False,
) -> None:
    """Browse events on the terminal.

    With fzf, type to narrow the list; the event under the cursor is shown below it. Keys show, edit and open events and
    list related ones. Without fzf, choose by number.

    Examples:
        newsarc browse
        newsarc browse raqqa --since 2017
        newsarc browse --topic "Syrian Civil War"
    """
    if not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
        raise UsageError("browse needs a terminal; use newsarc list or newsarc search")
    commands = _Commands(session)
    preview = commands.words("show", "--color", "always", "--format", "table", "--no-pager", "--quiet")
    fzf = None if no_fzf else Fzf.find(preview, commands.environment)
    choose = numbered.choose if fzf is None else fzf.choose
    _run(session, _first_menu(session, query or [], filters), choose, commands)


class _Commands:
    """Runs other commands of newsarc on the same archive, as processes of their own."""

    def __init__(self, session: Session) -> None:
        self.environment = {"NEWSARC_ARCHIVE": str(session.folder.absolute())}
        if wanted_pager() is not None:
            self.environment["LESS"] = "R"  # waits for a key even if the text fits on the screen
        given = {"--no-cache": session.options.no_cache, "--drafts": session.options.drafts}
        self._options = [option for option, is_given in given.items() if is_given]

    def words(self, *arguments: str) -> list[str]:
        """Return the words of a newsarc command."""
        return [sys.executable, "-m", "newsarc", *arguments, *self._options]

    def run(self, *arguments: str) -> int:
        """Run a newsarc command in the foreground and return its exit code."""
        os.environ.update(self.environment)
        return run_program(self.words(*arguments))


def _run(session: Session, menu: Menu, choose: Callable[[Menu], Choice], commands: _Commands) -> None:
    """Show ``menu``, and the menus that follow from choices, until the user leaves the first one."""
    menus = [menu]
    if next(iter(menu), None) is None:
        raise NotFoundError(f"{menu.title}: no events")
    while menus:
        choice = choose(menus[-1])
        if choice.action == "quit":
            return
        if choice.action == "back":
            menus.pop()
        elif choice.action == "related":
            related = Menu(f"related to {choice.ref[:40]}", _related(session.archive, choice.ref))
            if next(iter(related), None) is None:
                session.note(f"{choice.ref}: no related events")
                _wait()
            else:
                menus.append(related)
        else:
            _act(commands, choice)


def _act(commands: _Commands, choice: Choice) -> None:
    arguments = {
        "show": ("show", choice.ref),
        "timeline": ("timeline", choice.ref),
        "edit": ("open", choice.ref),
        "source": ("open", choice.ref, "--source"),
        "web": ("open", choice.ref, "--web"),
    }[choice.action]
    failed = commands.run(*arguments)
    if failed or (arguments[0] != "open" and wanted_pager() is None):
        _wait()


def _wait() -> None:
    sys.stderr.write("Press Enter to go on ")
    sys.stderr.flush()
    sys.stdin.readline()


def _first_menu(session: Session, words: list[str], filters: Filters) -> Menu:
    """Return the menu of the events that match words and filters: best first for a query, else newest first."""
    archive, text = session.archive, " ".join(words)
    title = filters.title(words) or Path(archive.root).absolute().name
    are_refs = bool(words) and all(map(looks_like_ref, words))
    wanted = select_events(archive, session.resolve(words) if are_refs else (), filters)
    if not words or are_refs:
        rows = archive.index(wanted.days).events(wanted.filter, "date", reverse=True)
        return Menu(title, (MenuRow.of(row.day, row.slug, row.path, row.title) for row in rows))
    from newsarc.search.engine import search

    hits = search(archive.index(), text, wanted.filter, None).hits
    if not hits:
        raise NotFoundError(no_matches(text, has_filters=not wanted.is_everything))
    return Menu(title, (MenuRow.of(hit.row.day, hit.row.slug, hit.row.path, hit.row.title) for hit in hits))


def _related(archive: Archive, ref: str) -> Iterator[MenuRow]:
    """Yield the events that the event of ``ref`` links to (→), then those that link to it (←)."""
    path = archive.event_path(ref)
    for event in archive.related(archive.load(path)):
        day = event.date.isoformat() if event.date else None
        yield MenuRow.of(day, archive.tree.slug(event.path), event.path, event.title, "→ ")
    for row, _ in archive.index().backlinks(path):
        yield MenuRow.of(row.day, row.slug, row.path, row.title, "← ")
