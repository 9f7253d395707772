"""``newsarc new``."""

from __future__ import annotations

import datetime as dt
import os
import shlex
from pathlib import Path
from typing import Annotated

import typer

from newsarc.cli.completion import complete_ref
from newsarc.cli.lint_report import folder_of
from newsarc.cli.session import Session
from newsarc.errors import ExitCode, UsageError
from newsarc.storage.signals import run_program

_PARTS = "What the page says"


def new(
    session: Session,
    headline: Annotated[str, typer.Argument(metavar="HEADLINE", help="The headline, which also makes the slug.")],
    date: Annotated[
        str | None,
        typer.Option("--date", metavar="DATE", help="The day (2017-06-16). Otherwise today.", rich_help_panel=_PARTS),
    ] = None,
    topic: Annotated[
        list[str] | None, typer.Option("--topic", metavar="NAME", help="A topic; repeatable.", rich_help_panel=_PARTS)
    ] = None,
    summary: Annotated[
        str | None,
        typer.Option("--summary", metavar="TEXT", help="What happened, in one paragraph.", rich_help_panel=_PARTS),
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option(
            "--source",
            metavar="SOURCE",
            help='Where it was reported: "The Independent https://…", or the address alone; repeatable.',
            rich_help_panel=_PARTS,
        ),
    ] = None,
    related: Annotated[
        list[str] | None,
        typer.Option(
            "--related",
            metavar="REF",
            help="An event to name as related; repeatable.",
            rich_help_panel=_PARTS,
            autocompletion=complete_ref,
        ),
    ] = None,
    context: Annotated[
        list[str] | None,
        typer.Option(
            "--context",
            metavar="NAME",
            help="What the event has in common with related ones, where that is not its topics; repeatable.",
            rich_help_panel=_PARTS,
        ),
    ] = None,
    edit: Annotated[bool, typer.Option("--edit", help="Open the page in $VISUAL or $EDITOR.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be written; write nothing.")] = False,
) -> None:
    """Write the page of a new event, and its entry on the day page.

    The page has the form of those around its day; its path is printed. Nothing is overwritten, and nothing is written
    that lint would find fault with.

    Examples:
        newsarc new "Flood in Mosul" --date 2017-06-17 --topic Floods
        newsarc new "Dam repaired" --source "Radio Nine https://nine.example/dam"
        newsarc new "Dam repaired" --dry-run
    """
    from newsarc.scaffold.event import NewEvent, drafts
    from newsarc.storage.changeset import apply_changes

    if edit and dry_run:
        raise UsageError("--dry-run writes no page that --edit could open")
    editor = _editor() if edit else None
    archive = session.archive
    event = NewEvent(
        headline, _day(date), tuple(topic or ()), tuple(context or ()), tuple(source or ()), tuple(related or ()),
        summary or "",
    )  # fmt: skip
    made = drafts(archive, event)
    if dry_run:
        with session.output():
            for draft in made:
                session.write_diff(draft.path, draft.before, draft.after, folder_of(archive))
        return
    apply_changes(archive.root, made)
    file = archive.root / made[0].path
    session.write((f"{file}\n",))
    if editor is not None:
        _open(session, editor, file)


def _day(date: str | None) -> dt.date:
    from newsarc.archive.refs import date_range

    if date is None:
        return dt.datetime.now().astimezone().date()
    days = date_range(date)
    if days is None or not days.is_day:
        raise UsageError(f"--date {date}: no day; write it as 2017-06-16")
    return days.first


def _editor() -> list[str]:
    for variable in ("VISUAL", "EDITOR"):
        if words := os.environ.get(variable, "").strip():
            try:
                return shlex.split(words)
            except ValueError as error:
                raise UsageError(f"${variable} cannot be read: {error}") from None
    raise UsageError("--edit needs an editor: set $VISUAL or $EDITOR")


def _open(session: Session, editor: list[str], file: Path) -> None:
    try:
        code = run_program([*editor, str(file)])
    except OSError as error:
        session.warn(f"the page is written, but {editor[0]} cannot be run: {error.strerror}")
        raise typer.Exit(ExitCode.SETUP) from None
    if code:
        session.warn(f"the page is written, but {editor[0]} ended with {code}")
        raise typer.Exit(ExitCode.SETUP)
