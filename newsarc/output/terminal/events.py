"""Tables on a terminal: days, events, lists, hits, counts and the links of an event."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.style import Style
from rich.table import Table
from rich.text import Text

from newsarc.index import EventRow
from newsarc.model import Event, RelatedLink, Source, broken_count
from newsarc.output.humanize import long_date, plural
from newsarc.output.terminal.bars import Scale
from newsarc.parser.contexts import headline_prefixes
from newsarc.query.matcher import Highlighted
from newsarc.search.engine import Hit, passage
from newsarc.text.normalize import fold
from newsarc.text.sanitize import visible, web_address

if TYPE_CHECKING:
    from newsarc.lint.finding import Renames, Suggestion
    from newsarc.sources.archived.copy_search import Copy
    from newsarc.sources.states import SourceStates

T = TypeVar("T")
TOPIC = "cyan"
DIM = "dim"
BROKEN = "red"
HEADLINE = "bold"
MARK = "bold yellow"
_MOST_SOURCES = 6  # named below an event of a day; posts can have hundreds
_MAX_LINES = 3  # matching lines shown of a page
_NARROWEST = 16  # cells of a column
_DATED_REF = re.compile(r"\d{4}-\d\d-\d\d/", re.ASCII)
_BATCH = 100  # rows per table, because Rich measures a whole table before it prints it


def print_day(
    console: Console,
    date: dt.date | None,
    events: Sequence[tuple[Event, str]],
    near: tuple[dt.date | None, dt.date | None] = (None, None),
) -> None:
    """Print a day as a front page. ``events`` come with their short REFs, ``near`` are the days before and after."""
    console.print(banner(long_date(date), plural(len(events), "event"), console.width))
    for number, (event, ref) in enumerate(events, 1):
        console.print()
        console.print(_numbered(number, _front_page_item(event, ref, console.width - 4)))
    before, after = near
    if before or after:
        console.print()
        days = [*([f"← {before}"] if before else []), *([f"{after} →"] if after else [])]
        console.print(Text(" · ".join(days), style=DIM))


def banner(left: str, right: str, width: int) -> RenderableType:
    """Return a title and a note, on the left and right of one line, or on two lines if they do not fit."""
    if cell_len(right) > width // 2 and cell_len(left) + cell_len(right) + 2 > width:
        return Text.assemble((left, "bold"), "\n", (right, DIM), overflow="fold")
    line = Table.grid(padding=(0, 2, 0, 0), expand=True)
    line.add_column(ratio=1)
    line.add_column(justify="right", no_wrap=True)
    line.add_row(Text(left, style="bold"), Text(right, style=DIM))
    return line


def _numbered(number: int, body: RenderableType) -> Table:
    grid = Table.grid(padding=(0, 1), expand=True)
    grid.add_column(width=2, justify="right", style=DIM, no_wrap=True)
    grid.add_column(ratio=1, overflow="fold")
    grid.add_row(str(number), body)
    return grid


def _front_page_item(event: Event, ref: str, width: int) -> Table:
    item = Table.grid(expand=True)
    item.add_column(ratio=1, overflow="fold")
    if topics := topics_beyond_headline(event.topics, event.headline):
        item.add_row(_joined(topics, " · ", TOPIC))
    item.add_row(Text(visible(event.title), style=HEADLINE))
    if event.summary:
        item.add_row(Text(visible(event.summary)))
    notes = _notes(event)
    if notes.cell_len + cell_len(visible(ref)) + 3 <= width:
        line = Table.grid(expand=True)
        line.add_column(ratio=1)
        line.add_column(justify="right", no_wrap=True)
        line.add_row(notes, Text(visible(ref), style=DIM))
        item.add_row(line)
    else:
        item.add_row(notes)
        item.add_row(Text(visible(ref), style=DIM, overflow="fold"))
    return item


def topics_beyond_headline(topics: Sequence[str], headline: str) -> list[str]:
    """Return the topics that are not prefixes of the headline, which would repeat them."""
    prefixes = {fold(prefix) for prefix in headline_prefixes(headline)}
    return [topic for topic in topics if fold(topic) not in prefixes]


def _notes(event: Event) -> Text:
    """Return the sources and the number of links of an event: ``The Independent · 10 related, 2 broken``."""
    notes = Text(style=DIM)
    sources: dict[str, Source] = {}
    for source in event.sources:
        if not source.is_cover_image:
            sources.setdefault(source.text, source)
    named = list(sources.values())
    for source in named[:_MOST_SOURCES]:
        notes.append(", " if notes else "").append(visible(source.text), style=link_style(source.url))
    if len(named) > _MOST_SOURCES:
        notes.append(f" and {len(named) - _MOST_SOURCES:,} more")
    if not notes:
        notes.append("no source")
    if event.related:
        notes.append(f" · {len(event.related)} related")
        if event.broken_count:
            notes.append(", ").append(f"{event.broken_count} broken", style=BROKEN)
    return notes


def print_event(
    console: Console,
    event: Event,
    ref: str,
    refs: Mapping[str, str],
    renames: Renames,
    states: SourceStates | None = None,
) -> None:
    """Print an event in full. ``refs`` are the short REFs of its related events, by path; ``renames`` the pages that
    broken links probably meant; ``states`` what is known of its sources.
    """
    console.print(banner(long_date(event.date), visible(ref), console.width))
    console.print()
    if topics := topics_beyond_headline(event.topics, event.headline):
        console.print(_joined(topics, " · ", TOPIC))
    console.print(Text(visible(event.title), style=HEADLINE))
    if event.summary:
        console.print()
        console.print(Text(visible(event.summary)))
    if event.sources:
        _section(console, "Sources")
        for source in event.sources:
            label = Text(visible(source.text) or "(no name)", style=link_style(source.url))
            label.append(f"  {visible(source.url)}", style=DIM)
            console.print(Padding(label, (0, 0, 0, 2)), overflow="fold")
            state = states.of(source, event.date) if states is not None else None
            if state is not None and state.dead_since is not None:
                console.print(Padding(_death_note(state.dead_since, state.copy, source), (0, 0, 0, 4)), overflow="fold")
    if event.changes:
        _section(console, "Changes")
        for change in event.changes:
            when = " ".join(part for part in (change.timestamp, change.note and f"({change.note})") if part)
            console.print(hanging_row("·", Text(visible(change.text)), Text(visible(when), style=DIM)))
    if event.related:
        _section(console, "Related", _count(event.related))
        print_links(console, event.path, event.related, refs, renames)
    if event.aliases:
        _section(console, "Formerly")
        for alias in event.aliases:
            console.print(Padding(Text(visible(alias)), (0, 0, 0, 2)))
    console.print()
    console.print(Text(visible(event.path), style=DIM), soft_wrap=True)
    if event.address:
        console.print(Text(visible(event.address), style=DIM), soft_wrap=True)


def _death_note(since: dt.datetime, copy: Copy | None, source: Source) -> Text:
    """Return what is said below a dead source: since when, and the copy that the page cites or that was found."""
    note = Text(f"dead since {since:%Y-%m}", style=DIM)
    if source.archived is not None:
        note.append(f", copy: {visible(source.archived)}", style=link_style(source.archived))
    elif copy is not None:
        note.append(f", copy of {copy.at.date()}: {visible(copy.url)}", style=link_style(copy.url))
    return note


def print_related(
    console: Console,
    event: Event,
    ref: str,
    links: Sequence[RelatedLink],
    backlinks: Sequence[tuple[EventRow, tuple[str, ...]]],
    refs: Mapping[str, str],
    renames: Renames,
) -> None:
    """Print the headline of an event with its links, its backlinks, or both.

    ``refs`` are short REFs, by path; ``renames`` the pages that broken links probably meant.
    """
    console.print(banner(long_date(event.date), visible(ref), console.width))
    console.print(Text(visible(event.title), style=HEADLINE))
    if links:
        _section(console, "Related", _count(links))
        print_links(console, event.path, links, refs, renames)
    if backlinks:
        _section(console, "Linked from", f"{len(backlinks)}")
        print_backlinks(console, backlinks, refs)


def _count(links: Sequence[RelatedLink]) -> str:
    broken = broken_count(links)
    return f"{len(links)}, {broken} broken" if broken else f"{len(links)}"


def _section(console: Console, title: str, note: str = "") -> None:
    console.print()
    console.print(Text(title, style="bold").append(f"  {note}" if note else "", style=DIM))


def print_links(
    console: Console, page: str, links: Iterable[RelatedLink], refs: Mapping[str, str], renames: Renames
) -> None:
    """Print the related links of the event at ``page``: valid ones with their day and short REF from ``refs``, broken
    ones with their target and the REF of the page that they probably meant.
    """
    for link in links:
        if link.broken:
            body = broken_link(link, renames.get((page, link.target)), refs)
            console.print(hanging_row("✗", body, _joined(link.contexts, ", ", DIM), "broken", BROKEN))
        else:
            ref = refs.get(link.path or "", "")
            text = link.text or link.target  # links in front matter have no text
            console.print(hanging_row("→", Text(visible(text)), _note(link.contexts, ref), _date_of(link.path, ref)))


def broken_link(link: RelatedLink, renamed: Suggestion | None, refs: Mapping[str, str]) -> Text:
    """Return the text of a broken link, its target, and the REF of the page that it probably meant."""
    body = Text(visible(link.text))
    body.append(f"\npage does not exist: {visible(link.target)}", style=BROKEN)
    if renamed is not None:
        ref = visible(refs.get(renamed.path, renamed.path))
        body.append("\nrenamed? ", style="green").append(f"{ref}  ").append(visible(renamed.reason), style=DIM)
    return body


def print_backlinks(
    console: Console, backlinks: Iterable[tuple[EventRow, tuple[str, ...]]], refs: Mapping[str, str]
) -> None:
    """Print the events that link to another one, with the contexts of the links and short REFs from ``refs``."""
    for row, contexts in backlinks:
        note = _note(contexts, refs.get(row.path))
        console.print(hanging_row("←", Text(visible(row.title)), note, row.day or ""))


def _note(contexts: Sequence[str], ref: str | None) -> Text:
    """Return the lines below a link: its contexts, and the short REF of the other event."""
    lines = [line for line in (visible(", ".join(contexts)), visible(ref or "")) if line]
    return Text("\n".join(lines), style=DIM)


def _date_of(path: str | None, ref: str) -> str:
    """Return the date in the REF of an event, or else in its path; empty without one."""
    if _DATED_REF.match(ref):
        return ref.partition("/")[0]
    parts = (path or "").split("/")
    return f"{parts[1]}-{parts[2]:0>2}-{parts[3]:0>2}" if len(parts) == 5 and parts[0] == "news" else ""


def hanging_row(mark: str, body: Text, note: Text, date: str = "", style: str = DIM) -> Table:
    """Return ``body`` with ``note`` below it, to the right of a mark and a date in ``style``."""
    grid = Table.grid(padding=(0, 1), expand=True)
    grid.add_column(width=3, justify="right", no_wrap=True)
    grid.add_column(width=10, no_wrap=True)
    grid.add_column(ratio=1, overflow="fold")
    text = body if not note.plain else Text("\n").join((body, note))
    grid.add_row(Text(mark, style=style), Text(date, style=style), text)
    return grid


def print_rows(
    console: Console,
    rows: Iterable[tuple[EventRow, str, Sequence[str]]],
    unit: str = "",
    numbers: Mapping[int, int] | None = None,
) -> None:
    """Print a list of events with their short REFs and topics, in batches, so that a long list appears at once.

    ``numbers`` are printed after the REFs, with their ``unit``; they are those that the events are sorted by.
    """
    for batch in _batches(rows):
        grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
        grid.add_column(width=10, no_wrap=True, style=DIM)
        grid.add_column(ratio=1, overflow="fold")
        for row, ref, topics in batch:
            grid.add_row(
                row.day or "no date",
                _row_text(row, ref, topics, None if numbers is None else f"{numbers.get(row.id, 0):,} {unit}"),
            )
        console.print(grid)


def _row_text(row: EventRow, ref: str, topics: Sequence[str], note: str | None) -> Text:
    text = Text(visible(row.title))
    notes = Text(style=DIM)
    for topic in topics_beyond_headline(topics, row.headline):
        notes.append(f"{visible(topic)}", style=TOPIC).append(" · ")
    notes.append(visible(ref))
    if note is not None:
        notes.append(f" · {note}")
    if row.broken:
        notes.append(" · ").append(f"{row.broken} broken", style=BROKEN)
    return Text("\n").join((text, notes))


def _batches(rows: Iterable[T]) -> Iterator[list[T]]:
    for _, batch in groupby(enumerate(rows), key=lambda numbered: numbered[0] // _BATCH):
        yield [row for _, row in batch]


def print_columns(console: Console, names: Sequence[str], rows: Iterable[Sequence[str | int | None]]) -> None:
    """Print rows with columns called ``names``, or each row as a block of lines if the columns would be narrow."""
    if console.width < _NARROWEST * len(names):
        widest = max(map(len, names))
        for row in rows:
            grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
            grid.add_column(width=widest, no_wrap=True, style=DIM)
            grid.add_column(ratio=1, overflow="fold")
            for name, value in zip(names, row, strict=True):
                grid.add_row(name, _cell(value))
            console.print(grid)
            console.print()
        return
    for number, batch in enumerate(_batches(rows)):
        grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
        for name in names:
            is_date = name == "date"
            grid.add_column(width=10 if is_date else None, ratio=None if is_date else 1, overflow="fold")
        if not number:
            grid.add_row(*(Text(name, style=DIM) for name in names))
        for row in batch:
            grid.add_row(*map(_cell, row))
        console.print(grid)


def _cell(value: str | int | None) -> Text:
    return Text(f"{value:,}" if isinstance(value, int) else visible(value or ""))


def print_counts(console: Console, counts: Sequence[tuple[str, int]]) -> None:
    """Print counts as a bar chart that fills the width of the terminal."""
    scale = Scale.fit(counts, console.width)
    for at in range(0, len(counts), _BATCH):
        console.print(scale.table(counts[at : at + _BATCH]))


def print_hits(console: Console, hits: Sequence[tuple[Hit, str]], total: int, *, by_date: bool = False) -> None:
    """Print the hits of a search with highlighted words. ``by_date`` is true if they are sorted by date."""
    for hit, ref in hits:
        grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
        grid.add_column(width=10, no_wrap=True, style=DIM)
        grid.add_column(ratio=1, overflow="fold")
        lines = [_marked(hit.headline, HEADLINE)]
        if hit.lines:
            lines.extend(_line_of_page(number, line) for number, line in hit.lines[:_MAX_LINES])
            if len(hit.lines) > _MAX_LINES:
                lines.append(Text(f"and {plural(len(hit.lines) - _MAX_LINES, 'line')} more", style=DIM))
        elif hit.snippet.text:
            lines.append(_marked(hit.snippet, ""))
        lines.append(Text(visible(ref), style=DIM))
        grid.add_row(hit.row.day or "no date", Text("\n").join(lines))
        console.print(grid)
        console.print()
    shown = (
        "" if len(hits) == total else f", the {'first' if by_date else 'best'} {len(hits)} shown (--limit 0 shows all)"
    )
    console.print(Text(f"{plural(total, 'event')} found{shown}", style=DIM))


def _line_of_page(number: int, line: Highlighted) -> Text:
    return Text(f"{number}: ", style=DIM).append_text(_marked(passage(line), "not dim"))


def _marked(marked: Highlighted, style: str) -> Text:
    """Return a text with its marks highlighted. Each piece is escaped separately, so that the offsets stay valid."""
    text = Text(style=style)
    at = 0
    for start, end in marked.marks:
        text.append(visible(marked.text[at:start])).append(visible(marked.text[start:end]), style=MARK)
        at = end
    return text.append(visible(marked.text[at:]))


def _joined(names: Sequence[str], separator: str, style: str) -> Text:
    return Text(separator.join(visible(name) for name in names), style=style)


def link_style(url: str) -> Style:
    """Return the style of a hyperlink to ``url``; no style if it is not safe."""
    address = web_address(url)
    return Style(link=address) if address else Style()
