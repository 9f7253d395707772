"""Drafts of the files for ``newsarc init``."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from newsarc.archive.reader import PageReader
from newsarc.archive.sites import redirect_tables
from newsarc.config import load_config
from newsarc.errors import ArchiveError
from newsarc.scaffold.config import SetupPart
from newsarc.scaffold.config.config_file import settings_text, site_settings_text
from newsarc.scaffold.config.detect import detect_config
from newsarc.scaffold.config.pre_commit import HOOK_FILE, hook_text
from newsarc.scaffold.config.site import site_config
from newsarc.scaffold.config.workflow import WORKFLOW_FILE, workflow_text
from newsarc.storage.changeset import FileChange
from newsarc.storage.config_file import CONFIG_NAME
from newsarc.storage.files import read_file

_MAX_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Planned:
    """A file and its draft. ``draft`` is None if the file stays unchanged, and ``note`` says why. For an existing file,
    ``note`` says what the draft changes.
    """

    path: str
    draft: FileChange | None
    note: str = ""


def repository_of(folder: Path) -> Path:
    """Return the root of the git repository around ``folder``, or ``folder`` if there is none."""
    place = Path(os.path.realpath(folder))
    return next((parent for parent in (place, *place.parents) if (parent / ".git").exists()), place)


def planned_files(reader: PageReader, folder: Path, parts: Collection[SetupPart], installed: str) -> Iterator[Planned]:
    """Yield the plan for each file of ``parts``, with paths relative to :func:`repository_of`.

    ``folder`` contains the configuration of the archive; ``installed`` is the requirement for pip. Raises ArchiveError
    for an unreadable file, and ConfigError for an unreadable configuration.
    """
    root = repository_of(folder)
    place = Path(os.path.relpath(os.path.realpath(folder), root)).as_posix()
    if SetupPart.SETTINGS in parts:
        yield _settings(reader, root, CONFIG_NAME if place == "." else f"{place}/{CONFIG_NAME}")
    if SetupPart.HOOK in parts:
        yield _hook(root, place, installed)
    if SetupPart.WORKFLOW in parts:
        before, after = _read(root / WORKFLOW_FILE), workflow_text(place, installed)
        yield _planned(WORKFLOW_FILE, before, after, "Overwrite?")


def _settings(reader: PageReader, root: Path, path: str) -> Planned:
    layout = reader.layout
    before, config = _read(root / path), detect_config(reader) if layout is None else site_config(reader.config, layout)
    if before is not None and load_config(root / path) == config:
        return Planned(path, None, "already up to date")
    if layout is None:
        after = settings_text(config)
    else:
        after = site_settings_text(config, layout, redirect_tables(reader.root) if layout.redirects else ())
    return _planned(path, before, after, "Overwrite? Settings are kept, comments are not.")


def _hook(root: Path, place: str, installed: str) -> Planned:
    before = _read(root / HOOK_FILE)
    try:
        after = hook_text(place, installed, before)
    except ValueError as error:
        return Planned(HOOK_FILE, None, f"{error}; add the hook by hand, see docs/pre-commit.md")
    if after is None:
        return Planned(HOOK_FILE, None, "already has a newsarc hook")
    return _planned(HOOK_FILE, before, after, "Add the newsarc hook? The rest is kept.")


def _planned(path: str, before: str | None, after: str, note: str) -> Planned:
    if before == after:
        return Planned(path, None, "")
    return Planned(path, FileChange(path, before, after), note)


def _read(file: Path) -> str | None:
    try:
        data = read_file(file, _MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ArchiveError(f"{file}: cannot be read: {error.strerror}") from None
    if len(data) > _MAX_BYTES:
        raise ArchiveError(f"{file}: cannot be read: larger than {_MAX_BYTES:,} bytes")
    return data.decode("utf-8", "surrogateescape")
