"""``newsarc init``."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from newsarc.cli.session import Session
from newsarc.errors import UsageError
from newsarc.output.terminal.console import is_terminal
from newsarc.scaffold.config import SetupPart
from newsarc.text.sanitize import visible

if TYPE_CHECKING:
    from newsarc.scaffold.config.draft import Planned


def init(
    session: Session,
    only: Annotated[
        list[SetupPart] | None,
        typer.Option(
            "--only",
            help="Write this alone: settings (newsarc.toml), hook (.pre-commit-config.yaml) or workflow "
            "(.github/workflows/newsarc.yml); repeatable.",
        ),
    ] = None,
    install: Annotated[
        str | None,
        typer.Option(
            "--install",
            metavar="WHAT",
            help="What pip is to install for hook and workflow: a requirement, or a git URL. Otherwise this newsarc.",
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Change files that are there without asking.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be written; write nothing.")] = False,
) -> None:
    """Write settings that fit the archive, a hook and a CI workflow.

    The settings are all there, with their meaning; what the archive needs is filled in: the prefix of its links, and
    words for the parts of its pages that newsarc does not know. Paths that were written are printed.

    Examples:
        newsarc init
        newsarc init --only settings --dry-run
    """
    from newsarc.config import PYPROJECT_NAME, find_config
    from newsarc.scaffold.config.draft import planned_files, repository_of
    from newsarc.scaffold.config.requirement import requirement
    from newsarc.storage.changeset import apply_changes

    folder, parts = session.folder, set(only or SetupPart)
    installed = install or requirement() or ""
    if not installed:
        parts = _without_installs(session, parts, is_asked_for=bool(only))
    root = repository_of(folder)
    planned = list(planned_files(session.archive, folder, parts, installed))
    for plan in planned:
        if plan.draft is None:
            session.note(f"{plan.path}: left as it is: {plan.note}")
    if dry_run:
        with session.output():
            for plan in planned:
                if plan.draft is not None:
                    session.write_diff(plan.path, plan.draft.before, plan.draft.after)
        return
    drafts = [plan.draft for plan in _agreed(planned, yes) if plan.draft is not None]
    found = find_config(folder)
    apply_changes(root, drafts)
    session.write(f"{os.path.relpath(root / draft.path)}\n" for draft in drafts)
    if found is not None and found.name == PYPROJECT_NAME and SetupPart.SETTINGS in parts:
        session.note(f"{PYPROJECT_NAME}: its [tool.newsarc] no longer counts; newsarc.toml has all that it said")


def _without_installs(session: Session, parts: set[SetupPart], is_asked_for: bool) -> set[SetupPart]:
    """Return ``parts`` without those that install newsarc, and say so. Raises UsageError where the user wants them."""
    left_out = parts - {SetupPart.SETTINGS}
    names = " and ".join(sorted(part.value for part in left_out))
    why = "newsarc was installed from a folder here, which no other machine has: --install says what pip is to get"
    if left_out and is_asked_for:
        raise UsageError(f"{names}: {why}")
    if left_out:
        session.note(f"no {names} written: {why}")
    return parts & {SetupPart.SETTINGS}


def _agreed(planned: list[Planned], yes: bool) -> list[Planned]:
    """Return those files that are new, or that the user wants changed. Raises UsageError where nobody can be asked."""
    there = [plan for plan in planned if plan.draft is not None and plan.draft.before is not None]
    if yes or not there:
        return planned
    if not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
        names = " and ".join(plan.path for plan in there)
        raise UsageError(f"{names}: there already; --yes changes that, --dry-run shows how. Nothing was written")
    refused = [plan for plan in there if not _asked(plan)]
    return [plan for plan in planned if plan not in refused]


def _asked(plan: Planned) -> bool:
    sys.stderr.write(visible(f"{plan.path} is there: {plan.note} [y/N] "))
    sys.stderr.flush()
    return sys.stdin.readline().strip().casefold() in ("y", "yes")
