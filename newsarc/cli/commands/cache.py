"""``newsarc cache``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from newsarc.__about__ import __version__
from newsarc.archive.sites import cache_key
from newsarc.cli.options import JsonOption
from newsarc.cli.session import Session
from newsarc.output.delimited import tab_separated
from newsarc.output.humanize import plural
from newsarc.storage.cache import Cache, cache_folder, delete_files, files_in, find_cache, is_temporary, why_unusable

Action = Literal["info", "clear"]


def cache(
    session: Session,
    action: Annotated[
        Action,
        typer.Argument(metavar="[ACTION]", help="info: location, size and age. clear: delete it.", show_default=False),
    ] = "info",
    everything: Annotated[bool, typer.Option("--all", help="With clear: delete the caches of all archives.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show or clear the cache.

    The cache holds the search index and lint results. It can be deleted safely; the next run rebuilds it.

    Examples:
        newsarc cache
        newsarc cache clear
    """
    if action == "clear":
        _clear(session, everything)
        return
    folder = cache_folder()
    unusable = why_unusable(folder) if folder is not None else "no home folder"
    cached = find_cache(session.archive.root, cache_key(session.archive.config, session.archive.layout))
    index = _index(session, cached) if cached is not None and unusable is None else None
    files = [_file(file, index) for file in cached.files()] if cached is not None else []
    size = sum(file["bytes"] for file in files)
    size_of_all = sum(file.lstat().st_size for file in files_in(folder)) if folder is not None else 0
    if as_json:
        from newsarc.output.json import VERSION, json_line

        head = {"version": VERSION, "folder": str(folder) if folder else None, "usable": unusable is None}
        sizes = {"reason": unusable, "bytes": size, "bytes_of_all_archives": size_of_all}
        session.write([json_line({**head, **sizes, "index": index, "files": files}) + "\n"])
        return
    if session.is_read_by_people:
        _print(session, folder, unusable, index, size, size_of_all)
        return
    rows: list[tuple[str, ...]] = [("folder", str(folder or "none"))]
    if unusable is not None:
        rows.append(("unusable", unusable))
    elif index is not None:
        rows.append(_row(session, index, size))
    else:
        rows.append(("empty", "no usable index yet" if files else "nothing cached yet"))
    if size_of_all:
        rows.append(("total", "all archives", _size(size_of_all)))
    session.write(tab_separated(rows))


def _print(
    session: Session, folder: Path | None, unusable: str | None, index: dict[str, Any] | None, size: int, of_all: int
) -> None:
    from newsarc.output.terminal.settings import print_table

    rows = [("folder", str(folder or "none"))]
    if unusable is not None:
        rows.append(("unusable", unusable))
    elif index is not None:
        _, path, _, pages, findings, texts, written, state, program = _row(session, index, size)
        rows += [("index", path), ("size", _size(size)), ("content", f"{pages}, {findings}, {texts}")]
        rows += [("written", f"{written.removesuffix('+00:00').replace('T', ' ')} UTC by {program}"), ("state", state)]
    else:
        rows.append(("state", "no usable index yet" if size else "nothing cached yet"))
    if of_all:
        rows.append(("all archives", _size(of_all)))
    with session.console() as console:
        print_table(console, rows)


def _file(file: Path, index: dict[str, Any] | None) -> dict[str, Any]:
    status = file.lstat()
    changed = index["changed_days"] if index is not None and index["path"] == str(file) else None
    written = _time(status.st_mtime)
    return {"kind": "index", "path": str(file), "bytes": status.st_size, "written": written, "changed_days": changed}


def _time(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat(timespec="seconds")


def _index(session: Session, cached: Cache) -> dict[str, Any] | None:
    """Return a description of the cached index, or None if there is none for this version."""
    from newsarc.archive.reader import PageReader
    from newsarc.index.lifecycle import describe

    archive = session.archive
    found = describe(PageReader(archive.root, archive.config, layout=archive.layout), cached)
    if found is None:
        return None
    written = _time(cached.index.lstat().st_mtime)
    return {"path": str(cached.index), "newsarc": __version__, "written": written, **found._asdict()}


def _row(session: Session, index: dict[str, Any], size: int) -> tuple[str, ...]:
    changed = index["changed_days"]
    folder = "day folder" if session.archive.layout is None else "folder"
    return (
        "index",
        index["path"],
        _size(size),
        plural(index["pages"], "page"),
        plural(index["findings"], "finding") if index["checked"] else "not linted yet",
        "with full text" if index["full_text"] else "without full text",
        index["written"],
        f"{plural(changed, folder)} changed since" if changed else "up to date",
        f"newsarc {index['newsarc']}",
    )


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size >= 999_950 else f"{size / 1e3:.1f} kB"


def _clear(session: Session, everything: bool) -> None:
    folder = cache_folder()
    files = files_in(folder) if folder is not None else []
    if not everything:
        cached = find_cache(session.archive.root, cache_key(session.archive.config, session.archive.layout))
        own = set(cached.files()) if cached is not None else set()
        # Leftovers of a killed run do not name their archive.
        files = [file for file in files if file in own or is_temporary(file)]
    sizes = delete_files(files)
    deleted = f"{plural(len(sizes), 'file')} deleted, {_size(sum(sizes))}"
    session.note(deleted if sizes else "nothing was cached")
