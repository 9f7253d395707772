"""The files that an archive begins with, as drafts."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from newsarc.archive.reader import Pages
from newsarc.config import CONFIG_NAME, load_config
from newsarc.errors import ArchiveError
from newsarc.scaffold.config import SetupPart
from newsarc.scaffold.config.config_file import settings_text
from newsarc.scaffold.config.detect import fitted
from newsarc.scaffold.config.pre_commit import HOOK_FILE, hook_text
from newsarc.scaffold.config.workflow import WORKFLOW_FILE, workflow_text
from newsarc.storage.changeset import FileChange
from newsarc.storage.files import read_file

_MAX_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Planned:
    """A file and what is to become of it: ``draft`` is None where it is left as it is, for the reason that ``note``
    says. Of a file that is there, ``note`` says what the draft does to it.
    """

    path: str
    draft: FileChange | None
    note: str = ""


def repository_of(folder: Path) -> Path:
    """Return the root of the git repository that ``folder`` is in; ``folder`` itself where it is in none."""
    place = Path(os.path.realpath(folder))
    return next((parent for parent in (place, *place.parents) if (parent / ".git").exists()), place)


def planned_files(archive: Pages, folder: Path, parts: Collection[SetupPart], installed: str) -> Iterator[Planned]:
    """Yield what becomes of each file of ``parts``, with paths from the root of the repository (:func:`repository_of`).

    ``folder`` holds the configuration of ``archive``, or is to; ``installed`` is what pip installs on other machines.
    Raises ArchiveError for a file that cannot be read, ConfigError for a configuration that cannot.
    """
    root = repository_of(folder)
    place = Path(os.path.relpath(os.path.realpath(folder), root)).as_posix()
    if SetupPart.SETTINGS in parts:
        yield _settings(archive, root, CONFIG_NAME if place == "." else f"{place}/{CONFIG_NAME}")
    if SetupPart.HOOK in parts:
        yield _hook(root, place, installed)
    if SetupPart.WORKFLOW in parts:
        before, after = _read(root / WORKFLOW_FILE), workflow_text(place, installed)
        yield _planned(WORKFLOW_FILE, before, after, "write it anew?")


def _settings(archive: Pages, root: Path, path: str) -> Planned:
    before, config = _read(root / path), fitted(archive)
    if before is not None and load_config(root / path) == config:
        return Planned(path, None, "it says already what the archive needs")
    return _planned(path, before, settings_text(config), "write it anew? Its settings stay, its comments do not.")


def _hook(root: Path, place: str, installed: str) -> Planned:
    before = _read(root / HOOK_FILE)
    try:
        after = hook_text(place, installed, before)
    except ValueError as error:
        return Planned(HOOK_FILE, None, f"{error}; put the hook in by hand, as docs/ci.md shows it")
    if after is None:
        return Planned(HOOK_FILE, None, "it has a hook of newsarc already")
    return _planned(HOOK_FILE, before, after, "add a hook to it? What it says stays.")


def _planned(path: str, before: str | None, after: str, note: str) -> Planned:
    if before == after:
        return Planned(path, None, "nothing in it would change")
    return Planned(path, FileChange(path, before, after), note)


def _read(file: Path) -> str | None:
    try:
        data = read_file(file, _MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ArchiveError(f"{file}: cannot be read: {error.strerror}") from None
    if len(data) > _MAX_BYTES:
        raise ArchiveError(f"{file}: cannot be read: more than {_MAX_BYTES:,} bytes")
    return data.decode("utf-8", "surrogateescape")
