"""Names that people try for commands, options and schemas, each with what it is called here.

Several answers are in order of preference: the first one that exists is suggested. Query fields and rules have tables
of their own, in ``newsarc.query.language`` and ``newsarc.lint.select``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

# Command → command lines. The first word is a command.
COMMAND_ALIASES: Mapping[str, tuple[str, ...]] = {
    "add": ("new",),
    "backlinks": ("related REF --backlinks",),
    "broken": ("lint --select broken-related-link",),
    "cat": ("show",),
    "check": ("lint",),
    "clean": ("cache clear",),
    "clear": ("cache clear",),
    "context": ("contexts", "list --count-by context"),
    "contexts": ("list --count-by context",),
    "count": ("list --count", "stats"),
    "create": ("new",),
    "day": ("show DATE",),
    "dead-links": ("lint --select broken-related-link",),
    "discover": ("related REF --discover",),
    "edit": ("open",),
    "events": ("list",),
    "find": ("search",),
    "fix": ("lint --fix",),
    "fzf": ("browse",),
    "get": ("show",),
    "grep": ("search",),
    "head": ("show latest",),
    "history": ("timeline",),
    "hosts": ("list --count-by host",),
    "interactive": ("browse",),
    "latest": ("show latest",),
    "links": ("related REF --backlinks",),
    "linked": ("related REF --backlinks",),
    "log": ("timeline",),
    "ls": ("list",),
    "move": ("mv",),
    "month": ("list DATE",),
    "names": ("topics", "list --count-by topic"),
    "neighbours": ("related",),
    "path": ("show REF --path",),
    "pick": ("browse",),
    "print": ("show",),
    "query": ("search",),
    "random": ("show random",),
    "read": ("show",),
    "recommend": ("related REF --discover",),
    "rename": ("mv",),
    "rules": ("rule",),
    "schemas": ("schema",),
    "settings": ("config",),
    "setup": ("init",),
    "similar": ("related REF --discover",),
    "site": ("open REF --source, or --web",),
    "source": ("sources", "open REF --source"),
    "sources": ("list --count-by source",),
    "story": ("timeline",),
    "summary": ("stats",),
    "tags": ("topics", "list --count-by topic"),
    "test": ("lint",),
    "today": ("show today",),
    "topic": ("topics", "list --count-by topic"),
    "topics": ("list --count-by topic",),
    "tree": ("related REF --format tree",),
    "tui": ("browse",),
    "validate": ("lint",),
    "verify": ("lint",),
    "view": ("show",),
    "week": ("list 2017-W24",),
    "web": ("open REF --source, or --web",),
    "yesterday": ("show yesterday",),
}

_DATE = ("newsarc {command} DATE", "newsarc {command} date:DATE")
_WEEK = ("newsarc {command} 2017-W24", "newsarc {command} date:2017-W24")
_WITHOUT_SOURCE = ("newsarc lint --select missing-source",)
# Option → options of the command, or command lines. {command} is the command that was typed.
OPTION_ALIASES: Mapping[str, tuple[str, ...]] = {
    "--after": ("--since",),
    "--all": ("--limit 0",),
    "--before": ("--until",),
    "--browser": ("--open", "newsarc open REF --source, or --web"),
    "--by": ("--count-by",),
    "--category": ("--topic",),
    "--chain": ("--to",),
    "--chain-to": ("--to",),
    "--changed": ("--retitled", "--changed-since"),
    "--check": ("newsarc lint",),
    "--colour": ("--color",),
    "--count-by": ("newsarc list --count-by",),
    "--date": _DATE,
    "--day": _DATE,
    "--dead": ("--verdict dead",),
    "--desc": ("--reverse",),
    "--descending": ("--reverse",),
    "--dir": ("--archive",),
    "--directory": ("--archive",),
    "--domain": ("--source",),
    "--edit": ("newsarc open REF",),
    "--editor": ("newsarc open REF",),
    "--end": ("--until",),
    "--exclude": ("--ignore",),
    "--file": ("--output", "--path"),
    "--first": ("--limit",),
    "--format": ("--output-format",),
    "--from": ("--since",),
    "--grep": ("newsarc search QUERY",),
    "--group-by": ("--count-by",),
    "--head": ("--limit",),
    "--host": ("--source",),
    "--incoming": ("--backlinks",),
    "--json": ("--output-format json",),
    "--last": ("--since 7d",),
    "--latest": ("newsarc {command} latest", "newsarc show latest"),
    "--levels": ("--depth",),
    "--list-rules": ("newsarc rule",),
    "--max": ("--limit",),
    "--max-count": ("--limit",),
    "--max-depth": ("--depth",),
    "--month": _DATE,
    "--newest": ("--sort date", "--reverse"),
    "--newer": ("--since",),
    "--no-color": ("--color never",),
    "--no-colour": ("--color never",),
    "--no-source": _WITHOUT_SOURCE,
    "--no-sources": _WITHOUT_SOURCE,
    "--number": ("--limit",),
    "--oldest": ("--sort date",),
    "--older": ("--until",),
    "--on": _DATE,
    "--open": ("newsarc open REF",),
    "--order": ("--sort",),
    "--order-by": ("--sort",),
    "--out": ("--output",),
    "--pattern": ("--regex", "newsarc search --regex"),
    "--query": ("newsarc search QUERY",),
    "--random": ("newsarc {command} random", "newsarc show random"),
    "--recommend": ("--discover",),
    "--regexp": ("--regex", "newsarc search --regex"),
    "--rev": ("--changed-since",),
    "--root": ("--archive",),
    "--rule": ("--select", "newsarc rule"),
    "--rules": ("newsarc rule",),
    "--similar": ("--discover",),
    "--site": ("--source",),
    "--skip": ("--ignore",),
    "--source": ("newsarc open REF --source",),
    "--start": ("--since",),
    "--steps": ("--depth",),
    "--suggest": ("--discover",),
    "--tag": ("--topic",),
    "--to": ("--until",),
    "--type": ("--format", "--output-format"),
    "--today": ("newsarc {command} today", "newsarc {command} date:today"),
    "--unsourced": _WITHOUT_SOURCE,
    "--unsafe": ("--unsafe-fixes",),
    "--url": ("--source", "newsarc open REF --source"),
    "--web": ("newsarc open REF --source, or --web",),
    "--week": _WEEK,
    "--when": _DATE,
    "--without-source": _WITHOUT_SOURCE,
    "--without-sources": _WITHOUT_SOURCE,
    "--year": _DATE,
}

SCHEMA_ALIASES: Mapping[str, tuple[str, ...]] = {
    "backlinks": ("related",),
    "chain": ("related-path",),
    "count": ("list-count",),
    "count-by": ("list-count-by",),
    "event": ("show",),
    "events": ("list",),
    "finding": ("lint",),
    "findings": ("lint",),
    "path": ("related-path",),
    "related-to": ("related-path",),
    "rules": ("rule",),
}
_FORMAT_ENDINGS = ("-json", "-jsonl", "-line")


def schema_aliases(name: str) -> Mapping[str, tuple[str, ...]]:
    """Return the aliases of schemas; for ``lint-json``, that it is called lint."""
    for ending in _FORMAT_ENDINGS:
        if name.endswith(ending):
            return {name: (name.removesuffix(ending),)}
    return SCHEMA_ALIASES


def option_aliases(option: str, command: str, commands: Iterable[str], arguments: Iterable[str]) -> tuple[str, ...]:
    """Return what ``option`` may be called in ``command``: options, which it may not have, and command lines.

    The command lines are of existing commands. Those with a date are only for a command whose ``arguments``
    (placeholders of the help) take one.
    """
    known = set(commands)
    words = "".join(arguments)
    takes = "REF" if "REF" in words or "SOURCE" in words else "QUERY" if "QUERY" in words else ""
    found = []
    for line in OPTION_ALIASES.get(option, ()):
        if "{command}" in line:
            if takes == ("QUERY" if "date:" in line else "REF"):
                found.append(line.format(command=command))
        elif line.startswith("--") or line.split()[1] in known:
            found.append(line)
    return tuple(found)
