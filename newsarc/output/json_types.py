"""Types of the JSON records; ``tests/output/test_json_types.py`` compares them with the published schemas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NotRequired, TypeAlias, TypedDict

Record: TypeAlias = Mapping[str, object]  # any of the records below
Relation = Literal["related", "backlink"]


class CopyJson(TypedDict):
    """An archived copy of a source. ``days`` is its distance from the event, negative if it is before the event."""

    url: str
    at: str
    days: int
    archive: str


class SourceStateJson(TypedDict):
    """What the ledger says of a source. ``copy`` is only there if one was found."""

    verdict: Literal["alive", "moved", "drifted", "gone", "soft-gone", "blocked", "down", "refused", "unchecked"]
    checked: str | None
    dead_since: str | None
    retitled_after: str | None
    moved_to: str | None
    copy: NotRequired[CopyJson]


class SourceJson(TypedDict):
    """A source of an event. ``state`` is only there in ``show`` and ``export``, if there is a ledger."""

    label: str
    url: str
    line: int
    state: NotRequired[SourceStateJson]


class CitedSourceJson(SourceJson):
    """A source, and the event that cites it. ``event`` is the path of its page."""

    event: str
    date: str | None


class CitationJson(TypedDict):
    """An event that cites an address. ``event`` is the path of its page, ``archived`` the copy cited beside it."""

    event: str
    slug: str
    date: str | None
    headline: str
    label: str
    url: str
    line: int
    archived: str | None


CheckJson = TypedDict(  # "from" is no name of a field
    "CheckJson",
    {
        "at": str,
        "outcome": Literal["alive", "moved", "drifted", "gone", "soft-gone", "blocked", "down", "refused"],
        "status": int | None,
        "reason": str,
        "to": str | None,
        "identified": bool | None,
        "from": str,
    },
)


class MissJson(TypedDict):
    """Why an archive has no copy, or no better one."""

    archive: str
    why: Literal["withheld", "no-answer", "no-page", "never-archived"]
    detail: str


class DatedCopyJson(TypedDict):
    """The copy for the events of a date, if there is one; ``asked`` is null if none was looked for."""

    date: str
    copy: NotRequired[CopyJson]
    why: Literal["withheld", "no-answer", "no-page", "never-archived"] | None
    asked: str | None
    misses: list[MissJson]


class NextStepJson(TypedDict):
    """What to do next about a source; ``command`` is empty if a person must do it."""

    step: Literal["check", "find-copy", "cite-copy", "look", "cite-new-address", "replace", "open", "wait"]
    text: str
    command: list[str]


class SourceReportJson(TypedDict):
    """Everything known about an address. ``next`` is only there if there is something to do."""

    url: str
    verdict: Literal["alive", "moved", "drifted", "gone", "soft-gone", "blocked", "down", "refused", "unchecked"]
    dead_since: str | None
    retitled_after: str | None
    failing_since: str | None
    failing_reason: str | None
    cited: list[CitationJson]
    checks: list[CheckJson]
    copies: list[DatedCopyJson]
    next: NotRequired[NextStepJson]


class ChangeJson(TypedDict):
    """A version of the headline of an event."""

    label: str
    target: str
    path: str | None
    timestamp: str | None
    note: str | None
    line: int


class SuggestionJson(TypedDict):
    """The page that a broken link probably means."""

    path: str
    reason: str
    certain: bool


class LinkJson(TypedDict):
    """A related link. ``suggestion`` is only there for a broken link that probably means another page."""

    label: str
    target: str
    path: str | None
    contexts: list[str]
    broken: bool
    line: int
    column: int
    suggestion: NotRequired[SuggestionJson]


class BacklinkJson(TypedDict):
    """An event that links to another one."""

    path: str
    headline: str
    date: str | None
    contexts: list[str]


class EventJson(TypedDict):
    """An event, with the additions of ``show``, ``timeline`` and ``export``."""

    path: str
    slug: str
    date: str | None
    headline: str
    topics: list[str]
    summary: str | None
    address: str | None
    sources: list[SourceJson]
    changes: list[ChangeJson]
    related: list[LinkJson]
    backlinks: NotRequired[list[BacklinkJson]]
    relation: NotRequired[Literal["start", "related", "backlink"]]
    depth: NotRequired[int]
    via: NotRequired[str | None]
    day: NotRequired[str | None]
    found_topics: NotRequired[list[str]]
    contexts: NotRequired[list[str]]


class LineJson(TypedDict):
    """A matching line of an exact scan."""

    line: int
    text: str


class HitJson(TypedDict):
    """A hit of a search."""

    score: float
    snippet: str
    event: EventJson
    lines: NotRequired[list[LineJson]]


class RecommendationJson(TypedDict):
    """A recommended link."""

    score: float
    reasons: list[str]
    event: EventJson


class StepJson(TypedDict):
    """A step of a traversal."""

    depth: int
    relation: Relation
    via: str
    path: str
    date: str | None
    headline: str
    contexts: list[str]


class NodeJson(TypedDict):
    """A node of a graph."""

    path: str
    slug: str
    date: str | None
    headline: str
    topics: list[str]
    depth: int


class EdgeJson(TypedDict):
    """An edge of a graph."""

    source: str
    target: str
    contexts: list[str]


class GraphJson(TypedDict):
    """A graph in the node-link form of networkx."""

    directed: bool
    multigraph: bool
    nodes: list[NodeJson]
    links: list[EdgeJson]


class RelatedHead(TypedDict):
    """The document of ``related`` without its steps or recommendations."""

    event: EventJson
    links: list[LinkJson]
    backlinks: list[BacklinkJson]
    cut: NotRequired[bool]
    graph: NotRequired[GraphJson]


class PathNodeJson(TypedDict):
    """An event of a path."""

    path: str
    slug: str
    date: str | None
    headline: str
    relation: Relation | None
    contexts: list[str]


# "from" is a keyword of Python.
PathHead = TypedDict("PathHead", {"from": EventJson, "to": EventJson})


class CountJson(TypedDict):
    """A name or a period, and its number of events."""

    value: str
    count: int


class NameSpanJson(TypedDict):
    """A name with its number of events, and the dates of the first and the last one."""

    name: str
    count: int
    first: str | None
    last: str | None


class HostStatusJson(TypedDict):
    """The sources at a host: numbers of addresses. The three about time and reason are null where
    there is none."""

    host: str
    addresses: int
    alive: int
    moved: int
    drifted: int
    gone: int
    soft_gone: int
    blocked: int
    down: int
    refused: int
    unchecked: int
    dead: int
    failing_since: str | None
    failing_reason: str | None
    last_check: str | None
    with_copy: int


class YearStatusJson(TypedDict):
    """The sources of a year: numbers of addresses. ``share`` is the share of the checked ones that is dead."""

    year: int | None
    addresses: int
    checked: int
    alive: int
    dead: int
    share: float | None
    with_copy: int


class LinkedJson(TypedDict):
    """An event, and the number of events that link to it."""

    path: str
    slug: str
    date: str | None
    headline: str
    count: int


class TotalsJson(TypedDict):
    """The single numbers of the statistics, and the first and last day; addresses only if there is a ledger."""

    count: int
    since: str | None
    until: str | None
    days: int
    undated: int
    with_sources: int
    with_related: int
    with_summary: int
    links: int
    links_whole: int
    links_broken: int
    distinct_topics: int
    distinct_contexts: int
    distinct_sources: int
    addresses_checked: NotRequired[int]
    addresses_alive: NotRequired[int]
    addresses_dead: NotRequired[int]
    addresses_with_copy: NotRequired[int]


class StatsJson(TotalsJson):
    """The document of ``stats``."""

    years: list[CountJson]
    months: list[CountJson]
    busiest_days: list[CountJson]
    topics: list[CountJson]
    contexts: list[CountJson]
    sources: list[CountJson]
    most_linked: list[LinkedJson]


class StorySourceJson(TypedDict):
    """A source on the graph page; ``url`` is None if it is not a web address."""

    label: str
    url: str | None


class StoryEventJson(TypedDict):
    """An event on the graph page. ``outside`` counts its valid links to events that the page does not have."""

    ref: str
    day: str | None
    when: str
    headline: str
    lang: str
    topics: list[str]
    summary: str | None
    sources: list[StorySourceJson]
    outside: int
    broken: int


class StoryLinkJson(TypedDict):
    """A link on the graph page. ``source`` and ``target`` are places in the list of events."""

    source: int
    target: int
    contexts: list[str]


class FoldingJson(TypedDict):
    """Tables for folding text in JavaScript: the ranges of optional marks, and folded characters."""

    marks: str
    characters: dict[str, str]


class StoryJson(TypedDict):
    """The data of the graph page. ``start`` is a place in the list of events."""

    start: int | None
    events: list[StoryEventJson]
    links: list[StoryLinkJson]
    folding: FoldingJson
