"""Event filters by date, name and path, and their SQL conditions."""

from __future__ import annotations

import json
from dataclasses import dataclass

from newsarc.index.schema import LINK_BITS, PATH
from newsarc.text.normalize import fold, without_surrogates

EVENTS_WITH_NAME = {
    "topic": (
        "SELECT event FROM topic WHERE name IN (SELECT id FROM name WHERE folded = ?)"
        " UNION ALL SELECT event FROM found_topic WHERE name IN (SELECT id FROM name WHERE folded = ?)"
    ),
    "context": " UNION ALL ".join(
        f"SELECT {event} FROM {table} WHERE contexts IN"
        " (SELECT list FROM list_name WHERE name IN (SELECT id FROM name WHERE folded = ?))"
        for table, event in (("link", f"id >> {LINK_BITS}"), ("entry", "event"))
    ),
}
EVENTS_OF_HOST = (
    "SELECT source.event FROM source JOIN name AS host ON host.id = source.host"
    " WHERE host.text = ? OR substr(host.text, -length(?) - 1) = '.' || ?"
)
Condition = tuple[str, list[str]]


@dataclass(frozen=True, slots=True)
class Filter:
    """Criteria that an event must meet; None or empty means no restriction.

    ``since`` and ``until`` are inclusive ISO dates. Names are compared ignoring case and accents. If ``ranges`` (first
    and last day) or ``paths`` are given, an event must be in one of the ranges or at one of the paths.
    """

    since: str | None = None
    until: str | None = None
    topic: str | None = None
    context: str | None = None
    source: str | None = None
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
    for kind, name in (("topic", wanted.topic), ("context", wanted.context)):
        if name is not None:
            clauses.append(f"event.id IN ({EVENTS_WITH_NAME[kind]})")
            values.extend([fold_name(name)] * EVENTS_WITH_NAME[kind].count("?"))
    if wanted.source is not None:
        labelled = "SELECT event FROM source JOIN name ON name.id = source.label WHERE name.folded = ?"
        clauses.append(f"(event.id IN ({labelled}) OR event.id IN ({EVENTS_OF_HOST}))")
        values.extend([fold_name(wanted.source), *host_parameters(wanted.source)])
    if wanted.ranges or wanted.paths:
        # As JSON, because there may be more of them than a query takes parameters.
        clauses.append(
            "(EXISTS (SELECT 1 FROM json_each(?) AS part WHERE event.day BETWEEN json_extract(part.value, '$[0]')"
            f" AND json_extract(part.value, '$[1]')) OR {PATH} IN (SELECT value FROM json_each(?)))"
        )
        values.extend([json.dumps(wanted.ranges), json.dumps(wanted.paths)])
    return " AND ".join(clauses), values


def host_parameters(name: str) -> list[str]:
    """Return the parameters of EVENTS_OF_HOST for a host name. Subdomains match too."""
    host = without_surrogates(name).strip().casefold().removeprefix("www.") or "?"  # never a host name
    return [host] * 3


def fold_name(name: str) -> str:
    """Return ``name`` in the folded form of the table of names."""
    return fold(without_surrogates(name))
