"""Event filters by date, name and path, and their SQL conditions."""

from __future__ import annotations

import json
from dataclasses import dataclass

from newsarc.index.schema import LINK_BITS, PATH
from newsarc.text.normalize import fold, without_surrogates

_EVENTS_WITH_NAME = {
    "topic": "SELECT event FROM topic WHERE name IN ({0}) UNION ALL SELECT event FROM found_topic WHERE name IN ({0})",
    "context": (
        f"SELECT id >> {LINK_BITS} FROM link WHERE contexts IN (SELECT list FROM list_name WHERE name IN ({{0}}))"
        " UNION ALL SELECT event FROM entry WHERE contexts IN (SELECT list FROM list_name WHERE name IN ({0}))"
    ),
}
EVENTS_OF_HOST = (
    "SELECT source.event FROM source JOIN name AS host ON host.id = source.host"
    " WHERE host.text = ? OR substr(host.text, -length(?) - 1) = '.' || ?"
)
_EVENTS_OF_HOSTS = (
    "SELECT source.event FROM source JOIN name AS host ON host.id = source.host"
    " WHERE host.text IN (SELECT value FROM json_each(?))"
)
Condition = tuple[str, list[str]]
_LAST = "\U0010ffff"  # sorts behind every other character


@dataclass(frozen=True, slots=True)
class Filter:
    """Criteria that an event must meet; None or empty means no restriction.

    ``since`` and ``until`` are inclusive ISO dates. An event must have all names. Names are compared ignoring case,
    accents and script, and ``*`` at their end stands for any ending. If ``hosts`` are given, without ``www.``, an
    event must have a source at one of them. If ``ranges`` (first and last day) or ``paths`` are given, an event must be
    in one of the ranges or at one of the paths.
    """

    since: str | None = None
    until: str | None = None
    topics: tuple[str, ...] = ()
    contexts: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    ranges: tuple[tuple[str, str], ...] = ()
    paths: tuple[str, ...] = ()


def condition(wanted: Filter) -> Condition:
    """Return the SQL condition on the rows of ``event``, ``page`` and ``folder``, and its parameters.

    If ``wanted`` has a topic, the table ``found_topic`` must exist.
    """
    clauses: list[str] = ["1"]
    values: list[str] = []
    for clause, value in (("event.day >= ?", wanted.since), ("event.day <= ?", wanted.until)):
        if value is not None:
            clauses.append(clause)
            values.append(value)
    for kind, names in (("topic", wanted.topics), ("context", wanted.contexts)):
        for name in names:
            ids, parameters = _name_ids(name)
            clauses.append(f"event.id IN ({_EVENTS_WITH_NAME[kind].format(ids)})")
            values.extend(parameters * 2)
    for name in wanted.sources:
        ids, parameters = _name_ids(name)
        host = EVENTS_OF_HOST if not name.endswith("*") else f"SELECT event FROM source WHERE host IN ({ids})"
        clauses.append(f"(event.id IN (SELECT event FROM source WHERE label IN ({ids})) OR event.id IN ({host}))")
        values.extend([*parameters, *(parameters if name.endswith("*") else host_parameters(name))])
    if wanted.hosts:
        clauses.append(f"event.id IN ({_EVENTS_OF_HOSTS})")
        values.append(json.dumps(wanted.hosts))
    if wanted.ranges or wanted.paths:
        # As JSON, because there may be more of them than a query takes parameters.
        clauses.append(
            "(EXISTS (SELECT 1 FROM json_each(?) AS part WHERE event.day BETWEEN json_extract(part.value, '$[0]')"
            f" AND json_extract(part.value, '$[1]')) OR {PATH} IN (SELECT value FROM json_each(?)))"
        )
        values.extend([json.dumps(wanted.ranges), json.dumps(wanted.paths)])
    return " AND ".join(clauses), values


def _name_ids(name: str) -> Condition:
    """Return the query for the ids of the spellings of ``name``, and its parameters."""
    if name.endswith("*"):
        start = fold_name(name[:-1])
        return "SELECT id FROM name WHERE folded >= ? AND folded < ?", [start, start + _LAST]
    return "SELECT id FROM name WHERE folded = ?", [fold_name(name)]


def host_parameters(name: str) -> list[str]:
    """Return the parameters of EVENTS_OF_HOST for a host name. Subdomains match too."""
    host = without_surrogates(name).strip().casefold().removeprefix("www.") or "?"  # never a host name
    return [host] * 3


def is_named(label: str, host: str, name: str) -> bool:
    """Whether a source is one of those that :attr:`Filter.sources` means by ``name``, given its name and its host."""
    if name.endswith("*"):
        start = fold_name(name[:-1])
        return fold_name(label).startswith(start) or fold_name(host).startswith(start)
    wanted = host_parameters(name)[0]
    return fold_name(label) == fold_name(name) or host == wanted or host.endswith(f".{wanted}")


def fold_name(name: str) -> str:
    """Return ``name`` in the folded form of the table of names."""
    return fold(without_surrogates(name))
