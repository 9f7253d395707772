"""``newsarc mv``."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from newsarc.cli.completion.archive_values import complete_ref
from newsarc.cli.lint_report import folder_of
from newsarc.cli.session import Session
from newsarc.errors import UsageError
from newsarc.output.humanize import plural

if TYPE_CHECKING:
    from newsarc.api import Archive
    from newsarc.scaffold.move import Move


def mv(
    session: Session,
    old: Annotated[
        str,
        typer.Argument(metavar="OLD", help="The REF of an event.", show_default=False, autocompletion=complete_ref),
    ],
    new: Annotated[
        str,
        typer.Argument(
            metavar="NEW",
            help="Its new slug, or its new path on the same day. For a post: a slug, a date, or 2017-06-16/slug.",
            show_default=False,
        ),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the changes as a diff, without writing them.")
    ] = False,
) -> None:
    """Rename an event and update links to it.

    The former slug becomes an alias, so old REFs still work; of a post, the former address, if the generator has
    aliases. Links keep the form in which they are written. Either all files change or none. To give an event another
    date, edit its page; posts can get another date. With a post move its translations, and the files of its folder.

    Examples:
        newsarc mv 2017-06-16/russian-intervention baghdadi-reported-killed
        newsarc mv 2017-06-16/russian-intervention baghdadi-reported-killed --dry-run
    """
    from newsarc.scaffold.move import move_event, move_post
    from newsarc.storage.changeset import apply_changes

    archive = session.archive
    path = archive.event_path(old)
    if archive.layout is None:
        move = move_event(archive, path, _slug(archive, path, new))
    else:
        move = move_post(archive, path, *_slug_and_date(new))
    if dry_run:
        _write_diffs(session, move, folder_of(archive))
        return
    apply_changes(archive.root, move.changes)
    session.write((f"{archive.root / move.page.new}\n",))
    session.note(f"{plural(move.links, 'link')} on {plural(len(move.others) + len(move.pages), 'page')} changed")
    if archive.layout is not None:
        _note_others(session, move)
        _note_redirects(session, archive, move)
        _note_mentions(session, archive, move)


def _write_diffs(session: Session, move: Move, folder: str) -> None:
    diffs = [
        (page.new, page.before, page.after, folder, None if page.new == page.old else page.old) for page in move.pages
    ]
    diffs += [(change.path, change.before or "", change.after, folder, None) for change in move.others]
    if move.folder is not None:
        diffs += [(f"{move.folder.path}/{path}", "", "", folder, f"{move.folder.old}/{path}") for path in move.files]
    with session.output():
        # git apply takes what follows a bare rename for a part of it, so such renames go last.
        for diff in sorted(diffs, key=lambda diff: diff[1] == diff[2]):
            session.write_diff(*diff)


def _note_others(session: Session, move: Move) -> None:
    """Say what else moved with a post."""
    translations = len(move.pages) - 1 if move.page.new != move.page.old else 0
    counted = ((translations, "translation"), (len(move.files), "file"))
    moved = [plural(number, name) for number, name in counted if number]
    if moved:
        session.note(f"moved with it: {' and '.join(moved)}")


def _note_redirects(session: Session, archive: Archive, move: Move) -> None:
    """Say which redirects a post needs whose generator has no aliases."""
    from newsarc.scaffold.move import ALIAS_KEYS

    assert archive.layout is not None
    for page in move.pages if archive.layout.name not in ALIAS_KEYS else ():
        before, after = (
            archive.parse_post(path, text).post.address
            for path, text in ((page.old, page.before), (page.new, page.after))
        )
        if before != after:
            session.note(f"the address changed: redirect {before} to {after} on the server")


def _note_mentions(session: Session, archive: Archive, move: Move) -> None:
    """Say which files still name a former file of a post."""
    from newsarc.scaffold.move.mentions import mentions

    assert archive.layout is not None
    for path, line, name in mentions(archive.root, archive.layout, move):
        session.note(f"{path}:{line}: still names {name}; change it by hand")


def _slug_and_date(new: str) -> tuple[str, dt.date | None]:
    """Return the slug and the date in ``new``: an empty slug, or no date, for what stays. Raises UsageError."""
    from newsarc.archive.dates import DayRange, fixed_days

    first, slash, slug = new.partition("/")
    days = fixed_days(first)
    if isinstance(days, DayRange) and days.is_day:
        return slug, days.first
    if slash:
        raise UsageError(f'"{new}" is not a slug, a date, or a date and a slug such as 2017-06-16/slug')
    return new, None


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
