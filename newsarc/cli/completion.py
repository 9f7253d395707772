"""Shell completion of REFs, dates, names, queries, revisions, rules and schemas."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from newsarc.cli.shells import Offer, TypedLine, offers_for, read_line

if TYPE_CHECKING:
    from newsarc.config import Config
    from newsarc.storage.tree import Tree

VARIABLE = "_NEWSARC_COMPLETE"
_DATE_BEGINNING = re.compile(r"\d{0,4}|\d{4}-\d{0,2}|\d{4}-\d{2}-\d{0,2}", re.ASCII)
_DATE_WORDS = ("latest", "today", "yesterday")
_DAY_SLUG = re.compile(r"(\d{4}-\d{2}-\d{2})/([^/]*)", re.ASCII)
_IS_WORD = re.compile(r"\w+")
NameKind = Literal["topic", "context", "source"]
_NAME_KINDS: tuple[NameKind, ...] = ("topic", "context", "source")
_PLAIN = "-_.,+/"  # ASCII characters that no shell interprets, besides letters and digits


def answer(command: Any) -> None:
    """Print completions of the line in the environment. Nothing is written to standard error.

    Exits with 1 if there is no such line, or if nothing fits, not even a file name.
    """
    with open(os.devnull, "w", encoding="utf-8") as nowhere, contextlib.redirect_stderr(nowhere):  # noqa: PTH123
        shell = os.environ[VARIABLE].partition("_")[2]
        try:
            line = read_line(shell)
            offers, files_fit = _offers(command, line)
        except Exception:  # no line, or one that cannot be parsed: completion cannot show errors
            sys.exit(1)
    action = os.environ.get("_TYPER_COMPLETE_FISH_ACTION")
    if action != "is-args" and (text := offers_for(shell, offers, line, files_fit=files_fit)):
        sys.stdout.write(f"{text}\n")
    is_known = bool(offers) or not files_fit
    if shell == "fish":
        sys.exit(0 if is_known else 1)
    sys.exit(0 if offers or files_fit or shell == "zsh" else 1)


def _offers(command: Any, line: TypedLine) -> tuple[list[Offer], bool]:
    """Return the offers at the cursor, and whether file names are a choice there, too."""
    from typer._click import shell_completion as click
    from typer._click.core import Parameter

    words = list(line.words)
    context = click._resolve_context(command, {}, "newsarc", words)
    parameter, current = click._resolve_incomplete(context, words, line.current)
    option = line.current[: len(line.current) - len(current)]  # --topic= if the value follows in the same word
    found = parameter.shell_complete(context, current)
    offers = [Offer(f"{option}{item.value}", item.help or "") for item in found if item.type == "plain"]
    own = getattr(parameter, "_custom_shell_complete", None) or hasattr(getattr(parameter, "type", None), "choices")
    takes_refs = "REF" in str(getattr(parameter, "metavar", "") or "")
    return offers, isinstance(parameter, Parameter) and (takes_refs or not own)


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
    choice. ``2017-06-16/`` and a prefix complete to the short REFs of that day, and any other prefix to slugs, as short
    as they are unique. Names that a shell could interpret are skipped.
    """
    from newsarc.archive.short_slugs import short_slugs
    from newsarc.storage.tree import Tree

    tree = Tree(root, max_page_bytes=0)  # reads no pages
    found: list[str] = []
    with contextlib.suppress(ValueError):  # no such day
        if match := _DAY_SLUG.fullmatch(beginning):
            from newsarc.archive.refs import short_refs

            day = dt.date.fromisoformat(match[1])
            paths = [path for path in _event_paths(tree, day, day) if _slug(path).startswith(match[2])]
            found = list(short_refs(paths, tree, len(match[2])))
        else:
            found = _days(tree, beginning)
    if not found and "/" not in beginning:
        found = short_slugs(filter(_is_plain, slugs_of(root, beginning, config)), len(beginning))
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


class _Match(str):
    """An offer that begins like the typed text apart from case, accents and script. Typer compares them literally."""

    __slots__ = ()

    def startswith(self, *_: object) -> bool:
        return True


def name_completer(kind: NameKind) -> Callable[[Any, str], list[str]]:
    """Return the completion of topics, contexts or sources for Typer. On any error, it returns none."""

    def complete(ctx: Any, incomplete: str) -> list[str]:
        try:
            return list(map(_Match, complete_names(*_place(ctx), kind, incomplete)))
        except Exception:  # completion cannot show errors
            return []

    return complete


def complete_names(root: Path, config: Config | None, kind: NameKind, beginning: str) -> list[str]:
    """Return the topics, contexts or sources (names and hosts) that begin like ``beginning``, sorted.

    Ignores case, accents and script, as filters do. Reads them from the cached index, which may be out of date; without
    a cached index there are none, because building it takes too long for a key press.
    """
    from newsarc.config import DEFAULT_CONFIG
    from newsarc.index.slug_lookup import names_beginning
    from newsarc.model import COVER_IMAGE
    from newsarc.storage.cache import open_cache
    from newsarc.text.normalize import fold
    from newsarc.text.sanitize import visible

    cache = open_cache(root, config or DEFAULT_CONFIG)
    names = names_beginning(cache, kind, beginning) if cache is not None else []
    return sorted(name for name in names if visible(name) == name and name[0] != "-" and fold(name) != COVER_IMAGE)


def complete_query(ctx: Any, incomplete: str) -> list[str]:
    """Return completions of the last word of a search query: a field, or the value of one. On any error, none."""
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
    names = name_completer(field)(ctx, value.removeprefix('"'))
    # A name of several words is a phrase. No query can contain a quotation mark.
    words = (name if _IS_WORD.fullmatch(name) else f'"{name}"' for name in names if '"' not in name)
    return [_Match(f"{before}{written}:{word}") for word in words]


def _split_at_last_word(query: str) -> tuple[str, str]:
    """Return ``query`` up to its last word, and that word; an open quotation mark keeps words together."""
    end = query.rfind('"') if query.count('"') % 2 else len(query)
    start = next((at for at in range(end, 0, -1) if query[at - 1].isspace()), 0)
    word = query[start:].lstrip("(-")
    return query[: len(query) - len(word)], word


def complete_ref_or_query(ctx: Any, incomplete: str) -> list[str]:
    """Return completions of a REF or of a search query, for Typer. On any error, returns none."""
    fields = complete_query(ctx, incomplete) if incomplete else []
    return [*complete_ref(ctx, incomplete), *fields]


def complete_revision(ctx: Any, incomplete: str) -> list[str]:
    """Return the branches and tags of git that start with ``incomplete``, for Typer. On any error, returns none."""
    from newsarc.storage.git import Repository

    try:
        refs = ("refs/heads", "refs/tags", "refs/remotes")
        names = Repository(_place(ctx)[0]).run("for-each-ref", "--format=%(refname:lstrip=2)", *refs).splitlines()
    except Exception:  # completion cannot show errors
        return []
    return [name for name in ("HEAD", *names) if name.startswith(incomplete) and name.isprintable()]


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


def complete_fields(incomplete: str) -> list[str]:
    """Return completions for ``list --fields``, after the last comma."""
    from newsarc.cli.fields import FIELDS

    before, comma, last = incomplete.rpartition(",")
    given = before.split(",")
    return [f"{before}{comma}{name}" for name in FIELDS if name.startswith(last) and name not in given]


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
    slugs = map(_slug, _event_paths(tree) if paths is None else paths)
    return [slug for slug in slugs if slug.startswith(beginning)]


def _event_paths(tree: Tree, since: dt.date | None = None, until: dt.date | None = None) -> Iterator[str]:
    return (path for day in tree.days(since, until) for path in tree.event_paths(day))


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
    from newsarc.archive.root import archive_root
    from newsarc.config import load_config
    from newsarc.storage.config_file import find_config

    contexts = (ctx, ctx.parent) if ctx.parent else (ctx,)
    named = next((str(value) for context in contexts if (value := context.params.get("archive"))), None)
    # The shell has not expanded ~ and $HOME yet.
    root = archive_root(Path(os.path.expandvars(named)).expanduser() if named else None)
    found = find_config(root)
    if found is None:
        return root, None
    config = load_config(found)
    return root / config.root, config
