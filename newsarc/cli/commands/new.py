"""``newsarc new``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from newsarc.cli.completion.archive_values import complete_context, complete_ref, complete_topic
from newsarc.cli.external_programs import editor_command, run_editor
from newsarc.cli.lint_report import folder_of
from newsarc.cli.session import Session
from newsarc.errors import ExitCode, UsageError
from newsarc.storage import clock

_CONTENT = "Content"


@dataclass(frozen=True, slots=True)
class ContentOptions:
    """The content of a new event, apart from its headline."""

    date: Annotated[
        str | None,
        typer.Option("--date", metavar="DATE", help="Date (2017-06-16). Default: today.", rich_help_panel=_CONTENT),
    ] = None
    topic: Annotated[
        list[str] | None,
        typer.Option(
            "--topic",
            metavar="NAME",
            help="A topic; repeatable.",
            rich_help_panel=_CONTENT,
            autocompletion=complete_topic,
        ),
    ] = None
    summary: Annotated[
        str | None,
        typer.Option("--summary", metavar="TEXT", help="What happened, in one paragraph.", rich_help_panel=_CONTENT),
    ] = None
    source: Annotated[
        list[str] | None,
        typer.Option(
            "--source",
            metavar="SOURCE",
            help='"Name https://example.org/x", or the URL alone; repeatable.',
            rich_help_panel=_CONTENT,
        ),
    ] = None
    related: Annotated[
        list[str] | None,
        typer.Option(
            "--related",
            metavar="REF",
            help="A related event; repeatable.",
            rich_help_panel=_CONTENT,
            autocompletion=complete_ref,
        ),
    ] = None
    context: Annotated[
        list[str] | None,
        typer.Option(
            "--context",
            metavar="NAME",
            help="Contexts for the related links (default: the topics); repeatable.",
            rich_help_panel=_CONTENT,
            autocompletion=complete_context,
        ),
    ] = None


def new(
    session: Session,
    headline: Annotated[str, typer.Argument(metavar="HEADLINE", help="The headline; the slug is derived from it.")],
    content: ContentOptions,
    archived: Annotated[
        bool, typer.Option("--archived", help="Cite an archived copy beside each source; sends their addresses.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="With --archived: do not ask before it sends.")] = False,
    edit: Annotated[bool, typer.Option("--edit", help="Open the page in $VISUAL or $EDITOR.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be written, without writing.")] = False,
) -> None:
    """Create an event and its day page entry.

    In a site, create a post. The page follows the style of its neighbours. Prints its path. Existing files are never
    overwritten, and the result always passes lint.

    With --archived, newsarc sends the addresses of the sources to web.archive.org and arquivo.pt, as newsarc sources
    copies does, after you agree. The copy nearest to the date is cited beside each source; where there is none, a note
    says why, and the event is created all the same.

    Examples:
        newsarc new "Flood in Mosul" --date 2017-06-17 --topic Floods
        newsarc new "Dam repaired" --source "Radio Nine https://nine.example/dam"
        newsarc new "Dam repaired" --dry-run
    """
    from newsarc.scaffold.event import NewEvent, drafts
    from newsarc.scaffold.post import post_draft
    from newsarc.storage.changeset import apply_changes

    if edit and dry_run:
        raise UsageError("--edit and --dry-run cannot be combined")
    if yes and not archived:
        raise UsageError("--yes requires --archived")
    editor = editor_command() if edit else None
    archive = session.archive
    event = NewEvent(
        headline,
        _day(content.date),
        tuple(content.topic or ()),
        tuple(content.context or ()),
        tuple(content.source or ()),
        tuple(content.related or ()),
        content.summary or "",
    )
    if archived:
        _check_archived(session, event.sources, dry_run=dry_run)
    made = drafts(archive, event) if archive.layout is None else [post_draft(archive, event)]
    if archived:
        from newsarc.cli.new_copies import with_copies

        made[0] = with_copies(session, made[0], may_ask=not dry_run, agrees=yes)
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


def _check_archived(session: Session, sources: Sequence[str], *, dry_run: bool) -> None:
    """Raise UsageError if copies cannot be looked for, or not be cited."""
    if not sources:
        raise UsageError("--archived requires --source")
    if session.archive.layout is not None:
        raise UsageError("--archived: posts of a site do not cite archived copies")
    if not dry_run:
        from newsarc.sources.check.run import require_client

        require_client("newsarc new --archived")


def _day(date: str | None) -> dt.date:
    from newsarc.archive.dates import DayRange, parse_days

    if date is None:
        return clock.today()
    days = parse_days(date, lambda: None)
    if not isinstance(days, DayRange) or not days.is_day:
        raise UsageError(f'--date: "{date}" is not a date; use YYYY-MM-DD')
    return days.first


def _open(session: Session, editor: list[str], file: Path) -> None:
    if failure := run_editor(editor, file):
        session.warn(f"the page was written, but {failure}")
        raise typer.Exit(ExitCode.SETUP)
