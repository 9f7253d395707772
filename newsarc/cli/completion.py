"""Shell completion of REFs (dates and slugs), rules and schemas."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newsarc.config import Config
    from newsarc.storage.tree import Tree

VARIABLE = "_NEWSARC_COMPLETE"
_DATE_BEGINNING = re.compile(r"\d{0,4}|\d{4}-\d{0,2}|\d{4}-\d{2}-\d{0,2}", re.ASCII)
_DATE_WORDS = ("latest", "today", "yesterday")
_DAY_SLUG = re.compile(r"(\d{4}-\d{2}-\d{2})/[^/]*", re.ASCII)
_PLAIN = "-_.,+/"  # ASCII characters that no shell interprets, besides letters and digits


def answer(app: Callable[[], None]) -> None:
    """Run ``app`` in completion mode. Nothing is written to standard error."""
    _join_at_equal_signs()
    with open(os.devnull, "w", encoding="utf-8") as nowhere, contextlib.redirect_stderr(nowhere):  # noqa: PTH123
        try:
            app()
        except SystemExit as end:
            sys.exit(1 if end.code else 0)  # the shell ignores the reason


def fix_zsh_script() -> None:
    """Make the zsh script of Typer complete on the first Tab of a session too.

    zsh calls the installed file as the completion function the first time; Typer's script only registers another one
    for the next time.
    """
    from typer import _completion_shared as shared

    script = shared._completion_scripts["zsh"]
    register = "compdef %(complete_func)s %(prog_name)s"
    now = f"{register}\n[[ $zsh_eval_context[-1] != loadautofunc ]] || %(complete_func)s"
    shared._completion_scripts["zsh"] = script.replace(f"\n{register}", f"\n{now}")


def complete_ref(ctx: Any, incomplete: str) -> list[str]:
    """Return completions of a REF, for Typer. On any error, returns none."""
    try:
        root, config = _place(ctx)
        return complete_refs(root, incomplete, config)
    except Exception:  # completion cannot show errors
        return []


def complete_refs(root: Path, beginning: str, config: Config | None = None) -> list[str]:
    """Return the REFs of the archive at ``root`` that start with ``beginning``, sorted.

    A partial date, also at the end of a range, completes to years, months or days: the coarsest level that leaves a
    choice. ``2017-06-16/`` and a
    prefix complete to slugs of that day, and any other prefix to all slugs. Names that a shell could interpret are
    skipped.
    """
    from newsarc.storage.tree import Tree

    tree = Tree(root, max_page_bytes=0)  # reads no pages
    found: list[str] = []
    with contextlib.suppress(ValueError):  # no such day
        if match := _DAY_SLUG.fullmatch(beginning):
            day = dt.date.fromisoformat(match[1])
            found = [f"{match[1]}/{slug}" for slug in _slugs(tree, day, day)]
        else:
            found = _days(tree, beginning)
    if not found and "/" not in beginning:
        found = slugs_of(root, beginning, config)
    found.extend(word for word in (*_DATE_WORDS, "random") if word.startswith(beginning))
    return sorted({ref for ref in found if ref.startswith(beginning) and _is_plain(ref)})


def complete_date(ctx: Any, incomplete: str) -> list[str]:
    """Return completions of a date, for Typer. On any error, returns none."""
    from newsarc.storage.tree import Tree

    try:
        found = _days(Tree(_place(ctx)[0], max_page_bytes=0), incomplete)
        return sorted({*found, *(word for word in _DATE_WORDS if word.startswith(incomplete))})
    except Exception:  # completion cannot show errors
        return []


def complete_rule(incomplete: str) -> list[str]:
    """Return codes, families and names of rules that start with ``incomplete``. If it is empty, omits the names."""
    from newsarc.cli.rule_names import RULE_NAMES

    families = dict.fromkeys(code[:3] for code in RULE_NAMES)
    offers = [*families, *RULE_NAMES, *(RULE_NAMES.values() if incomplete else ())]
    return [word for word in offers if word.startswith(incomplete)]


def complete_selector(incomplete: str) -> list[str]:
    """Return completions for ``--select`` and ``--ignore``, after the last comma."""
    before, comma, last = incomplete.rpartition(",")
    words = [word for word in ("ALL", "E", "W") if word.startswith(last)] + complete_rule(last)
    return [f"{before}{comma}{word}" for word in words]


def complete_schema(incomplete: str) -> list[str]:
    """Return the names of schemas that start with ``incomplete``."""
    from newsarc.output.schemas import NAMES

    return [name for name in NAMES if name.startswith(incomplete)]


def slugs_of(root: Path, beginning: str, config: Config | None = None) -> list[str]:
    """Return the slugs that start with ``beginning``.

    Reads them from the cached index, which may be out of date, or else from the day folders.
    """
    from newsarc.config import DEFAULT_CONFIG
    from newsarc.index.slug_lookup import paths_with_prefix
    from newsarc.storage.cache import open_cache
    from newsarc.storage.tree import Tree

    tree = Tree(root, max_page_bytes=0)
    cache = open_cache(root, config or DEFAULT_CONFIG)
    paths = paths_with_prefix(cache, root, tree, beginning, cached_only=True) if cache is not None else None
    return _slugs(tree) if paths is None else [_slug(path) for path in paths]


def _slugs(tree: Tree, since: dt.date | None = None, until: dt.date | None = None) -> list[str]:
    paths = (path for day in tree.days(since, until) for path in tree.event_paths(day))
    return [_slug(path) for path in paths]


def _slug(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".md")


def _days(tree: Tree, beginning: str) -> list[str]:
    """Return the dates, or the ranges, that start with ``beginning``."""
    before, dots, last = beginning.rpartition("..")
    if not _DATE_BEGINNING.fullmatch(last):
        return []
    return [f"{before}{dots}{date}" for date in _dates(tree, last)]


def _dates(tree: Tree, beginning: str) -> list[str]:
    """Return the years that start with ``beginning``; if there is only one, its months; then its days."""
    found: list[str] = []
    for length in (4, 7, 10):
        if len(beginning) <= length:
            found = [period for period in _periods(tree, beginning, length) if period.startswith(beginning)]
            if len(found) != 1:
                break
            beginning = found[0]
    return found


def _periods(tree: Tree, beginning: str, length: int) -> Iterator[str]:
    """Yield the years (``length`` 4), months (7) or days (10) that may start with ``beginning``.

    Skips to the first day of the next period, so that folders in between are not listed.
    """
    year, month = beginning[:4], beginning[5:7]
    since = dt.date(max(1, int(year.ljust(4, "0"))), 1, 1)
    until = dt.date(min(9998, int(year.ljust(4, "9"))), 12, 31)  # the year 9999 has no next one
    if len(month) == 2:
        since = since.replace(month=int(month))
        until = _next_month(since) - dt.timedelta(days=1)
    while (day := next(tree.days(since, until), None)) is not None and day.date is not None:
        yield day.date.isoformat()[:length]
        if length == 4:
            since = dt.date(day.year + 1, 1, 1)
        else:
            since = _next_month(day.date) if length == 7 else day.date + dt.timedelta(days=1)


def _next_month(date: dt.date) -> dt.date:
    return (date.replace(day=28) + dt.timedelta(days=4)).replace(day=1)


def _is_plain(ref: str) -> bool:
    """Whether no shell interprets ``ref``; zsh evaluates completions."""
    if ref.startswith("-"):
        return False
    return all(char.isalnum() or char in _PLAIN if char.isascii() else char.isprintable() for char in ref)


def _place(ctx: Any) -> tuple[Path, Config | None]:
    """Return the root and the configuration of the archive that the command line means."""
    from newsarc.cli.session import archive_root
    from newsarc.config import find_config, load_config

    contexts = (ctx, ctx.parent) if ctx.parent else (ctx,)
    named = next((str(value) for context in contexts if (value := context.params.get("archive"))), None)
    # The shell has not expanded ~ and $HOME yet.
    root = archive_root(Path(os.path.expandvars(named)).expanduser() if named else None)
    found = find_config(root)
    if found is None:
        return root, None
    config = load_config(found)
    return root / config.root, config


def _join_at_equal_signs() -> None:
    """Join ``--archive=DIR``, which bash passes as three words."""
    try:
        words, current = os.environ["COMP_WORDS"].split("\n"), int(os.environ["COMP_CWORD"])
    except (KeyError, ValueError):
        return  # another shell
    at = 1
    while at + 1 < current:
        if words[at] == "=" and words[at - 1].startswith("--"):
            words[at - 1 : at + 2] = ["".join(words[at - 1 : at + 2])]
            current -= 2
        else:
            at += 1
    os.environ["COMP_WORDS"], os.environ["COMP_CWORD"] = "\n".join(words), str(current)
