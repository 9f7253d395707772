"""``newsarc init``."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsarc.archive.root import has_news
from newsarc.cli.session import Session
from newsarc.errors import ArchiveError, UsageError
from newsarc.output.humanize import plural
from newsarc.output.terminal.console import is_terminal
from newsarc.scaffold.config import SetupPart
from newsarc.text.sanitize import visible

if TYPE_CHECKING:
    from newsarc.scaffold.config.draft import Planned

_NAMES = {SetupPart.SETTINGS: "configuration", SetupPart.HOOK: "pre-commit hook", SetupPart.WORKFLOW: "CI workflow"}
# What the folder of an archive that does not exist yet may have.
_COUNTS_FOR_NOTHING = re.compile(r"\.|(?:README|LICEN[CS]E|COPYING)(?:\.|\Z)", re.IGNORECASE)
_MAX_OTHERS = 3  # names of files that are shown
_INSTALL_EXAMPLE = "--install 'newsarc @ git+https://…'"


def init(
    session: Session,
    only: Annotated[
        list[SetupPart] | None,
        typer.Option(
            "--only",
            help="Write only settings (newsarc.toml), hook (.pre-commit-config.yaml) or workflow "
            "(.github/workflows/newsarc.yml); repeatable.",
        ),
    ] = None,
    install: Annotated[
        str | None,
        typer.Option(
            "--install",
            metavar="WHAT",
            help="Requirement for hook and workflow (name or git URL). Default: the installed version.",
        ),
    ] = None,
    new: Annotated[bool, typer.Option("--new", help="Start an archive even if the folder has other files.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Overwrite existing files without asking.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be written, without writing.")] = False,
) -> None:
    """Set up an archive, its hook and its CI.

    Starts an archive if the folder is empty. Creates a newsarc.toml with all settings explained, a pre-commit hook and
    a GitHub workflow. Detects the prefix of links and section headings that newsarc does not know; for a site of posts,
    its layout, and says how many posts fit. Prints the paths of the files.

    Examples:
        newsarc init
        newsarc init --only settings --dry-run
    """
    from newsarc.layout import NEWS
    from newsarc.scaffold.config.draft import planned_files, repository_of
    from newsarc.scaffold.config.requirement import requirement
    from newsarc.storage.changeset import FileChange, apply_changes
    from newsarc.storage.config_file import PYPROJECT_NAME, find_config

    parts = set(only or SetupPart)
    folder = _started(session, new) if SetupPart.SETTINGS in parts else None
    is_new = folder is not None
    folder = folder or session.folder
    installed = install or requirement() or ""
    if not installed:
        parts = _without_installs(session, parts, is_asked_for=bool(only))
    root = repository_of(folder)
    planned = list(planned_files(session.archive, folder, parts, installed))
    for plan in planned:
        if plan.draft is None:
            session.note(f"{plan.path}: unchanged: {plan.note}" if plan.note else f"{plan.path}: unchanged")
    if session.archive.layout is not None and SetupPart.SETTINGS in parts:
        _note_site(session)
    if dry_run:
        with session.output():
            for plan in planned:
                if plan.draft is not None:
                    session.write_diff(plan.path, plan.draft.before, plan.draft.after)
        return
    drafts = [plan.draft for plan in _agreed(planned, yes) if plan.draft is not None]
    kept = folder / NEWS / ".gitkeep"  # git does not keep empty folders
    if is_new and not kept.exists():
        # By its empty news folder, lint tells a new archive from the wrong folder.
        drafts.append(FileChange(Path(os.path.relpath(kept, root)).as_posix(), None, ""))
    found = find_config(folder)
    apply_changes(root, drafts)
    session.write(f"{os.path.relpath(root / draft.path)}\n" for draft in drafts)
    if found is not None and found.name == PYPROJECT_NAME and SetupPart.SETTINGS in parts:
        session.note(f"{PYPROJECT_NAME}: [tool.newsarc] is now ignored; newsarc.toml has its settings")
    if is_new:
        session.note(f'started an archive in {folder.resolve()}; add an event with newsarc new "HEADLINE"')


def _started(session: Session, may_have_files: bool) -> Path | None:
    """Return the folder in which to start an archive, or None if there is an archive.

    Raises ArchiveError if the folder has files and ``may_have_files`` is false.
    """
    from newsarc.archive.sites import is_site
    from newsarc.storage.config_file import find_config

    try:
        folder = session.folder
    except ArchiveError:
        folder = Path()
    if not folder.is_dir() or find_config(folder) is not None or has_news(folder) or is_site(folder):
        return None
    names = sorted(name for name in os.listdir(folder) if _is_content(folder / name))
    below = next((name for name in names if has_news(folder / name)), None)
    if below is not None:
        raise ArchiveError(f"{folder}: the archive is in {folder / below}; use newsarc --archive {folder / below} init")
    if names and not may_have_files:
        raise ArchiveError(f"{folder}: not an archive, and not empty ({names[0]}); use --new to start an archive here")
    session.start_archive(folder)
    return folder


def _note_site(session: Session) -> None:
    """Say how many posts of a site fit its layout, and what could not be detected."""
    from newsarc.scaffold.config.site import examine_site

    layout = session.archive.layout
    assert layout is not None
    found = examine_site(session.archive)
    left_out = f" ({found.left_out} more without a date, drafts or translations)" if found.left_out else ""
    others = f"{plural(len(found.others), 'file')} {'does' if len(found.others) == 1 else 'do'} not"
    shown = found.others if session.verbose else found.others[:_MAX_OTHERS]
    more = len(found.others) - len(shown)
    names = f": {', '.join(shown)}{f' and {more} more (-v shows all)' if more else ''}" if shown else ""
    fit = "fits" if found.posts == 1 else "fit"
    session.note(f"layout {layout.name}: {plural(found.posts, 'post')} {fit}{left_out}, {others}{names}")
    if "permalink" in found.unknown:
        session.note(f"permalink cannot be detected here, and {layout.permalink} is assumed; set it in newsarc.toml")
    if "site" in found.unknown:
        session.note(
            "site cannot be detected here: set it in newsarc.toml, so that full URLs of the site count as links"
        )


def _is_content(place: Path) -> bool:
    """Whether a file or folder shows that its folder has another purpose than a new archive."""
    if _COUNTS_FOR_NOTHING.match(place.name):
        return False
    return not place.is_dir() or any(place.iterdir())


def _without_installs(session: Session, parts: set[SetupPart], is_asked_for: bool) -> set[SetupPart]:
    """Return ``parts`` without those that install newsarc, with a note. Raises UsageError if the user named them."""
    left_out = parts - {SetupPart.SETTINGS}
    names = " and ".join(_NAMES[part] for part in SetupPart if part in left_out)
    why = "newsarc was installed from a local folder"
    if left_out and is_asked_for:
        raise UsageError(f"cannot create the {names}: {why}; add {_INSTALL_EXAMPLE}")
    if left_out:
        session.note(
            f"skipped the {names}: {why}. Run newsarc init {_INSTALL_EXAMPLE} to create "
            f"{'it' if len(left_out) == 1 else 'them'}"
        )
    return parts & {SetupPart.SETTINGS}


def _agreed(planned: list[Planned], yes: bool) -> list[Planned]:
    """Return the files that are new or that the user agrees to overwrite. Raises UsageError without a terminal."""
    there = [plan for plan in planned if plan.draft is not None and plan.draft.before is not None]
    if yes or not there:
        return planned
    if not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
        names = " and ".join(plan.path for plan in there)
        raise UsageError(f"{names}: already exists; nothing was written. Use --yes to overwrite, --dry-run to preview")
    refused = [plan for plan in there if not _asked(plan)]
    return [plan for plan in planned if plan not in refused]


def _asked(plan: Planned) -> bool:
    sys.stderr.write(visible(f"{plan.path} already exists: {plan.note} [y/N] "))
    sys.stderr.flush()
    return sys.stdin.readline().strip().casefold() in ("y", "yes")
