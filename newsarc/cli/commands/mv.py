"""``newsarc mv``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from newsarc.cli.completion.archive_values import complete_ref
from newsarc.cli.lint_report import folder_of
from newsarc.cli.session import Session
from newsarc.errors import UsageError
from newsarc.output.humanize import plural

if TYPE_CHECKING:
    from newsarc.api import Archive


def mv(
    session: Session,
    old: Annotated[
        str,
        typer.Argument(metavar="OLD", help="The REF of an event.", show_default=False, autocompletion=complete_ref),
    ],
    new: Annotated[
        str, typer.Argument(metavar="NEW", help="Its new slug, or its new path on the same day.", show_default=False)
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the changes as a diff, without writing them.")
    ] = False,
) -> None:
    """Rename an event and update links to it.

    The former slug becomes an alias, so old REFs still work. Links keep the form in which they are written. Either all
    files change or none. To give an event another date, edit its page.

    Examples:
        newsarc mv 2017-06-16/russian-intervention baghdadi-reported-killed
        newsarc mv 2017-06-16/russian-intervention baghdadi-reported-killed --dry-run
    """
    from newsarc.scaffold.move import move_event
    from newsarc.storage.changeset import apply_changes

    archive = session.archive
    archive.require_day_folders("mv")
    path = archive.event_path(old)
    move = move_event(archive, path, _slug(archive, path, new))
    if dry_run:
        folder = folder_of(archive)
        with session.output():
            session.write_diff(move.new, move.before, move.after, folder, move.old)
            for change in move.others:
                session.write_diff(change.path, change.before, change.after, folder)
        return
    apply_changes(archive.root, move.changes)
    session.write((f"{archive.root / move.new}\n",))
    session.note(f"{plural(move.links, 'link')} on {plural(len(move.others) + 1, 'page')} changed")


def _slug(archive: Archive, path: str, new: str) -> str:
    """Return the slug of ``new``. Raises UsageError if it names another folder than that of ``path``."""
    folder, _, name = new.replace("\\", "/").rpartition("/")
    there = path.rpartition("/")[0]
    if folder and folder != there:
        from newsarc.archive.dates import DayRange, fixed_days

        day, days = archive.tree.day_at(there), fixed_days(folder.removeprefix("news/"))
        is_same = isinstance(days, DayRange) and days.is_day and day is not None and day.date == days.first
        if not is_same:
            raise UsageError(f"mv keeps the day of an event; to give it another date, edit {path}")
    return name.removesuffix(".md")
