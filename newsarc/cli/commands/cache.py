"""``newsarc cache``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Any, Literal

import typer

from newsarc.cli.options import JsonOption
from newsarc.cli.session import Session
from newsarc.output.delimited import tab_separated
from newsarc.output.humanize import plural
from newsarc.storage.cache import Cache, cache_folder, cache_of, delete_files, files_in, is_temporary, why_unusable

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
    unusable = why_unusable(folder) if folder is not None else "there is no home folder"
    kept = cache_of(session.archive.root, session.archive.config)
    parts = list(_parts(session, kept, is_usable=unusable is None)) if kept is not None else []
    size = sum(part["bytes"] for part in parts)
    size_of_all = sum(file.lstat().st_size for file in files_in(folder)) if folder is not None else 0
    if as_json:
        from newsarc.output.json import VERSION, json_line

        head = {"version": VERSION, "folder": str(folder) if folder else None, "usable": unusable is None}
        sizes = {"reason": unusable, "bytes": size, "bytes_of_all_archives": size_of_all}
        session.write([json_line({**head, **sizes, "files": parts}) + "\n"])
        return
    rows = [("folder", str(folder or "none")), *(_line(part) for part in parts)]
    if unusable is not None:
        rows.append(("unusable", unusable))
    elif not parts:
        rows.append(("empty", "nothing is kept of this archive yet"))
    if size_of_all:
        rows.append(("total", "this archive", _size(size)))
        rows.append(("total", "all archives", _size(size_of_all)))
    session.write(tab_separated(rows))


def _parts(session: Session, kept: Cache, *, is_usable: bool) -> Iterator[dict[str, Any]]:
    for file in kept.files():
        status = file.lstat()
        changed = _changed_since(session, kept) if is_usable and file == kept.index else None
        written = dt.datetime.fromtimestamp(status.st_mtime, dt.UTC).isoformat(timespec="seconds")
        kind = "lint" if file.suffix.startswith(kept.lint.suffix) else "index"
        yield {"kind": kind, "path": str(file), "bytes": status.st_size, "written": written, "changed_days": changed}


def _changed_since(session: Session, kept: Cache) -> int | None:
    """Return how many day folders changed since the index was made; None where it is of no use any more."""
    from newsarc.archive.reader import Pages
    from newsarc.index.opening import stale_days

    return stale_days(Pages(session.archive.root, session.archive.config), kept)


def _line(part: dict[str, Any]) -> tuple[str, ...]:
    fresh = ""
    if part["path"].endswith(".index"):
        changed = part["changed_days"]
        fresh = (
            "to be made anew"
            if changed is None
            else f"{plural(changed, 'day folder')} changed since"
            if changed
            else "up to date"
        )
    return part["kind"], part["path"], _size(part["bytes"]), part["written"], fresh


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{size / 1e3:.1f} kB"


def _clear(session: Session, everything: bool) -> None:
    folder = cache_folder()
    files = files_in(folder) if folder is not None else []
    if not everything:
        kept = cache_of(session.archive.root, session.archive.config)
        own = set(kept.files()) if kept is not None else set()
        # What a killed run left unfinished tells of no archive.
        files = [file for file in files if file in own or is_temporary(file)]
    sizes = delete_files(files)
    deleted = f"{plural(len(sizes), 'file')} deleted, {_size(sum(sizes))}"
    session.note(deleted if sizes else "nothing was kept")
