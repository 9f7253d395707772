"""Values that the archive has: REFs, dates, names, queries and revisions.

Typer passes on the functions of this module by their parameters ``ctx`` and ``incomplete``, but does not call them.
Each returns the values that complete ``incomplete``, and may raise any exception.
"""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from newsarc.cli.completion.command_line import TypedCommand
from newsarc.errors import ArchiveError, ConfigError

if TYPE_CHECKING:
    from newsarc.index.cached_names import NameKind

_IS_WORD = re.compile(r"\w+")
_NAME_KINDS: tuple[NameKind, ...] = ("topic", "context", "source")


def complete_ref(ctx: TypedCommand, incomplete: str) -> list[str]:
    """Return completions of a REF."""
    from newsarc.cli.completion.refs import complete_refs

    return complete_refs(_archive_of(ctx), incomplete)


def complete_date(ctx: TypedCommand, incomplete: str) -> list[str]:
    """Return completions of a date."""
    from newsarc.cli.completion.refs import complete_dates

    return complete_dates(_archive_of(ctx), incomplete)


def complete_topic(ctx: TypedCommand, incomplete: str) -> list[str]:
    """Return the topics that begin like ``incomplete``."""
    return _names(ctx, "topic", incomplete)


def complete_context(ctx: TypedCommand, incomplete: str) -> list[str]:
    """Return the contexts that begin like ``incomplete``."""
    return _names(ctx, "context", incomplete)


def complete_source(ctx: TypedCommand, incomplete: str) -> list[str]:
    """Return the sources, names and hosts, that begin like ``incomplete``."""
    return _names(ctx, "source", incomplete)


def _names(ctx: TypedCommand, kind: NameKind, beginning: str) -> list[str]:
    """Return the names that begin like ``beginning``, sorted; ignores case, accents and script, as filters do.

    Reads them from the cached index, which may be out of date. Without one there are none, because building it takes
    too long for a key press.
    """
    from newsarc.index.cached_names import open_cached_names
    from newsarc.text.sanitize import visible

    with open_cached_names(_archive_of(ctx)) as cached:
        names = cached.names(kind, beginning) if cached is not None else []
    return sorted(name for name in names if visible(name) == name and name[0] != "-")


def complete_query(ctx: TypedCommand, incomplete: str) -> list[str]:
    """Return completions of the last word of a search query: a field, or the value of one."""
    from newsarc.query.fields import FIELD_NAMES

    before, word = _split_at_last_word(incomplete)
    written, colon, value = word.partition(":")
    field = written.casefold()
    if not colon:
        return [f"{before}{name}:" for name in FIELD_NAMES if name.startswith(field)]
    if field in ("date", "since", "until"):
        return [f"{before}{written}:{date}" for date in complete_date(ctx, value)]
    if field not in _NAME_KINDS or '"' in value[1:]:
        return []
    names = _names(ctx, field, value.removeprefix('"'))
    # A name of several words is a phrase. No query can contain a quotation mark.
    words = (name if _IS_WORD.fullmatch(name) else f'"{name}"' for name in names if '"' not in name)
    return [f"{before}{written}:{word}" for word in words]


def _split_at_last_word(query: str) -> tuple[str, str]:
    """Return ``query`` up to its last word, and that word; an open quotation mark keeps words together."""
    end = query.rfind('"') if query.count('"') % 2 else len(query)
    start = next((at for at in range(end, 0, -1) if query[at - 1].isspace()), 0)
    word = query[start:].lstrip("(-")
    return query[: len(query) - len(word)], word


def complete_ref_or_query(ctx: TypedCommand, incomplete: str) -> list[str]:
    """Return completions of a REF or of a search query."""
    fields = complete_query(ctx, incomplete) if incomplete else []
    with contextlib.suppress(ArchiveError, ConfigError):  # without an archive, fields are still a choice
        return [*complete_ref(ctx, incomplete), *fields]
    return fields


def complete_revision(ctx: TypedCommand, incomplete: str) -> list[str]:
    """Return the branches and tags of git that start with ``incomplete``."""
    from newsarc.storage.git import Repository

    refs = ("refs/heads", "refs/tags", "refs/remotes")
    names = Repository(_archive_of(ctx)).run("for-each-ref", "--format=%(refname:lstrip=2)", *refs).splitlines()
    return [name for name in ("HEAD", *names) if name.startswith(incomplete) and name.isprintable()]


def _archive_of(ctx: TypedCommand) -> Path:
    """Return the root of the archive that the command line means."""
    from newsarc.archive.root import archive_root
    from newsarc.storage.config_file import find_config

    # The shell has not expanded ~ and $HOME yet.
    named = Path(os.path.expandvars(ctx.archive)).expanduser() if ctx.archive else None
    root = archive_root(named, is_site=_has_posts)
    found = find_config(root)
    if found is None:
        return root
    from newsarc.config import load_config

    return root / load_config(found).root


def _has_posts(folder: Path) -> bool:
    """Whether ``folder`` looks like the root of a site of posts. Looks at no more than some thousand files."""
    from newsarc.archive.sites import may_be_site

    if not may_be_site(folder):
        return False
    from newsarc.archive.post_names import PostNames
    from newsarc.index.cached_names import open_cached_names

    with open_cached_names(folder) as cached:
        return cached is not None or PostNames(folder).has_posts()
