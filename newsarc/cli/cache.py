"""``newsarc cache``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from newsarc.cache import SUFFIXES, Cache, cache_folder, open_cache
from newsarc.cli.options import JsonOption
from newsarc.cli.session import Session
from newsarc.output.plain import tab_separated
from newsarc.output.words import plural

Action = Literal["info", "clear"]


def cache(
    session: Session,
    action: Annotated[
        Action,
        typer.Argument(
            metavar="[ACTION]", help="info: where, how big, how fresh. clear: delete it.", show_default=False
        ),
    ] = "info",
    everything: Annotated[
        bool, typer.Option("--all", help="With clear: what is kept of all archives, and not of this one alone.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show or delete what newsarc keeps of the archive between runs.

    That is the index, which search, related and list ask, and what lint knows of each page. Nothing is lost with it:
    the next run works it out anew.

    Examples:
        newsarc cache
        newsarc cache clear
    """
    if action == "clear":
        _clear(session, everything)
        return
    folder = cache_folder()
    kept = open_cache(session.archive.root, session.archive.config)
    parts = list(_parts(session, kept)) if kept is not None else []
    if as_json:
        from newsarc.output.records import VERSION, json_line

        head = {"version": VERSION, "folder": str(folder) if folder else None, "usable": kept is not None}
        session.write([json_line({**head, "files": parts}) + "\n"])
        return
    rows = [("folder", folder or "none: there is no home folder"), *(_line(part) for part in parts)]
    if kept is None and folder is not None:
        rows.append(("unusable", "the folder cannot be made, or is somebody else's"))
    elif not parts:
        rows.append(("empty", "nothing is kept of this archive yet"))
    session.write(tab_separated(rows))


def _parts(session: Session, kept: Cache) -> Iterator[dict[str, Any]]:
    for kind, file in (("index", kept.index), ("lint", kept.lint)):
        if not file.is_file():
            continue
        status = file.stat()
        changed = _changed_since(session, kept) if kind == "index" else None
        written = dt.datetime.fromtimestamp(status.st_mtime, dt.UTC).isoformat(timespec="seconds")
        yield {"kind": kind, "path": str(file), "bytes": status.st_size, "written": written, "changed_days": changed}


def _changed_since(session: Session, kept: Cache) -> int | None:
    """Return how many day folders changed since the index was made; None where it is of no use any more."""
    from newsarc.index.opening import stale_days
    from newsarc.pages import Pages

    return stale_days(Pages(session.archive.root, session.archive.config), kept)


def _line(part: dict[str, Any]) -> tuple[str, ...]:
    fresh = ""
    if part["kind"] == "index":
        changed = part["changed_days"]
        fresh = (
            "to be made anew"
            if changed is None
            else f"{plural(changed, 'day folder')} changed since"
            if changed
            else "up to date"
        )
    return part["kind"], part["path"], f"{part['bytes'] / 1e6:.1f} MB", part["written"], fresh


def _clear(session: Session, everything: bool) -> None:
    folder = cache_folder()
    if everything:
        files = sorted(file for file in _all_files(folder)) if folder is not None else []
    else:
        kept = open_cache(session.archive.root, session.archive.config)
        files = list(kept.files()) if kept is not None else []
    size = sum(file.stat().st_size for file in files)
    for file in files:
        file.unlink(missing_ok=True)
    session.note(f"{plural(len(files), 'file')} deleted, {size / 1e6:.1f} MB" if files else "nothing was kept")


def _all_files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (file for file in folder.iterdir() if file.suffix in SUFFIXES and file.is_file())
