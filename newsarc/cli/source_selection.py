"""The sources that a command is about, and the ledger."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from newsarc.archive.refs import EventRef, Ref
from newsarc.cli.completion.archive_values import complete_ref
from newsarc.cli.event_filter import Filters, Selection, nothing_found, select_events
from newsarc.cli.options import REF_FORMS
from newsarc.cli.session import Session
from newsarc.errors import NotFoundError, UsageError
from newsarc.sources.citations import citations_in
from newsarc.sources.web_addresses import host_of_address, is_same_page, normalized, web_address
from newsarc.text.normalize import without_surrogates
from newsarc.text.suggest import closest
from newsarc.text.urls import host_of

if TYPE_CHECKING:
    from pathlib import Path

    from newsarc.api import Archive
    from newsarc.model import Event
    from newsarc.output.json_types import Record

NO_FILTERS = Filters()
_ALIKE = 80  # of 100
_MOST_SUGGESTIONS = 3
_SOURCE_HELP = (
    f"The URL of a source, or events with their sources: a date {REF_FORMS}. - reads them from standard input, one per "
    "line."
)
SourcesArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="[SOURCE]...", help=_SOURCE_HELP, show_default=False, autocompletion=complete_ref),
]
RequiredSourcesArgument = Annotated[
    list[str], typer.Argument(metavar="SOURCE...", help=_SOURCE_HELP, show_default=False, autocompletion=complete_ref)
]
RowsOption = Annotated[
    int, typer.Option("--limit", "-n", min=0, help="Maximum number of rows (0 for no limit).", show_default=False)
]


def ledger_file(session: Session) -> Path:
    """Return the path of the ledger. Raises ConfigError, and UsageError if there is no place for it."""
    from newsarc.sources.ledger_place import find_ledger

    archive = session.archive
    file = find_ledger(archive.root, archive.config.sources, archive.cache)
    if file is None:
        raise UsageError(
            "there is no cache folder for the ledger of sources; create an empty sources.jsonl in the archive root"
        )
    return file


def ledger_head(session: Session, file: Path, count: int, total: int) -> Record:
    """Return the head of a JSON document about the ledger: ``count`` records of ``total``."""
    ledger = str(file) if file.exists() else None
    return {"archive": str(session.archive.root), "ledger": ledger, "count": count, "total": total}


def read_events(session: Session, words: list[str], filters: Filters) -> Iterator[Event]:
    """Yield the events that ``words`` (see SourcesArgument) and ``filters`` select, with a progress bar.

    An event that only the URL of a source selects is without its other sources. With ``--source``, all are without
    sources of other names and hosts. Raises NotFoundError without any event.
    """
    archive = session.archive
    found = find_sources(session, words, filters)
    paths: list[str] = []
    if found.refs or not words:
        paths = _paths(archive, select_events(archive, found.refs, filters))
        if not paths and not found.citing:
            raise nothing_found(archive.index(), select_events(archive, found.refs, filters).filter)
    whole = set(paths)
    if found.citing:
        both = [*found.refs, *(EventRef(path, path) for path in found.citing)]
        paths = _paths(archive, select_events(archive, both, filters))
    known = {path: event for path, event in found.citing.items() if path not in whole}
    for event in _load(session, paths, known):
        yield _with_sources(event, filters.source) if filters.source else event


def _with_sources(event: Event, names: Collection[str]) -> Event:
    """Return an event without the sources that are none of ``names``."""
    from newsarc.index.filters import is_named

    wanted = (one for one in event.sources if any(is_named(one.text, host_of(one.url), name) for name in names))
    return replace(event, sources=tuple(wanted))


def events_of(session: Session, ref: Ref) -> Iterator[Event]:
    """Yield the events of a REF, with a progress bar."""
    archive = session.archive
    yield from _load(session, _paths(archive, select_events(archive, [ref], NO_FILTERS)))


def _paths(archive: Archive, selection: Selection) -> list[str]:
    return [row.path for row in archive.index(selection.days).events(selection.filter)]


def _load(session: Session, paths: list[str], known: Mapping[str, Event] | None = None) -> Iterator[Event]:
    """Yield the events at ``paths``, with a progress bar; those in ``known`` are read already."""
    from newsarc.output.terminal.progress import ProgressBar

    with ProgressBar("Reading sources", is_wanted=not session.quiet) as progress:
        for number, path in enumerate(paths, 1):
            event = (known or {}).get(path) or session.archive.try_load(path)
            progress(number, len(paths))
            if event is not None:
                yield event


class FoundSources(NamedTuple):
    """What words mean: addresses of sources and REFs, in their order, and the events that cite the addresses.

    These, by path, have no other sources.
    """

    wanted: list[str | Ref]
    citing: dict[str, Event]

    @property
    def refs(self) -> list[Ref]:
        """The REFs."""
        return [one for one in self.wanted if not isinstance(one, str)]


def find_sources(
    session: Session, words: Iterable[str], filters: Filters, ledger: Collection[str] | None = None
) -> FoundSources:
    """Return what ``words`` mean: URLs of sources that events cite, or that are in ``ledger``, else REFs.

    Raises as :meth:`Session.find_each` does, with similar addresses for an unknown URL.
    """
    urls = {word: addresses for word in words if (addresses := url_addresses(word))}
    citing = {
        event.path: event
        for event in events_citing(session, {one for addresses in urls.values() for one in addresses}, filters)
    }
    cited = citations_in(citing.values())

    def find(word: str) -> str | Ref:
        for address in urls.get(word, ()):
            if address in cited or address in (ledger or ()):
                return address
        try:
            found = session.ref(word)
        except NotFoundError:
            if word not in urls:
                raise
        else:
            if word not in urls or not (isinstance(found, EventRef) and found.is_former):
                return found
        raise _unknown(session, urls[word][0], filters, ledger)

    return FoundSources(session.find_each(words, find), citing)


def events_citing(session: Session, addresses: Collection[str], filters: Filters = NO_FILTERS) -> Iterator[Event]:
    """Yield the events that cite one of ``addresses``, without their other sources, in chronological order."""
    for event in _events_at(session, {host_of_address(address) for address in addresses}, filters):
        sources = tuple(one for one in event.sources if not one.is_cover_image and web_address(one.url) in addresses)
        if sources:
            yield replace(event, sources=sources)


def _events_at(session: Session, hosts: Collection[str], filters: Filters) -> Iterator[Event]:
    """Yield the events with a source at one of ``hosts``."""
    if not hosts:
        return
    selection = select_events(session.archive, (), filters)
    names = tuple(sorted(host.removeprefix("www.") for host in hosts))
    wanted = replace(selection, filter=replace(selection.filter, hosts=names))
    yield from _load(session, _paths(session.archive, wanted))


def url_addresses(word: str) -> list[str]:
    """Return the addresses that a URL may be recorded as: as it is, or as Markdown reads it. Empty for other words."""
    forms = dict.fromkeys((normalized(without_surrogates(word).strip()), web_address(word)))
    return [form for form in forms if form is not None]


def _unknown(session: Session, address: str, filters: Filters, ledger: Collection[str] | None) -> NotFoundError:
    """Return the error for an address that is unknown, with similar ones at its host."""
    host = host_of_address(address).removeprefix("www.")
    every = dict.fromkeys([*citations_in(_events_at(session, {host}, filters)), *(ledger or ())])
    known = [one for one in every if host_of_address(one).removeprefix("www.") == host]
    near = [one for one in known if is_same_page(one, address)]
    near = near or [known[at] for at in closest(address, known, cutoff=_ALIKE, limit=_MOST_SUGGESTIONS)]
    which = " with these filters" if filters.given() else ""
    also = "" if ledger is None else ", and it is not in the ledger"
    return NotFoundError(f"no event{which} cites {address}{also}", tuple(near))


def no_sources() -> NotFoundError:
    """Return the error for events without a source that can be checked."""
    return NotFoundError("no event has a source with a web address")
