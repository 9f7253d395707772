"""What a reader sees on a terminal: days, events, lists, hits, counts and the links around an event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.style import Style
from rich.table import Table
from rich.text import Text

from newsarc.index import EventRow
from newsarc.model import Event, RelatedLink
from newsarc.output.humanize import long_date, plural
from newsarc.output.terminal.bars import Scale
from newsarc.parser.contexts import headline_prefixes
from newsarc.query.matcher import Highlighted
from newsarc.search.engine import Hit, passage
from newsarc.text.normalize import fold
from newsarc.text.sanitize import visible, web_address

TOPIC = "cyan"
DIM = "dim"
BROKEN = "red"
HEADLINE = "bold"
MARK = "bold yellow"
_MAX_LINES = 3  # of a page that an exact scan found
_BATCH = 100  # rows per table: Rich measures a whole table before it prints a line of it


def print_day(console: Console, date: dt.date | None, events: Sequence[tuple[Event, str]]) -> None:
    """Print a day as a front page; each event comes with the REF that it can be asked for by."""
    console.print(banner(long_date(date), plural(len(events), "event"), console.width))
    for number, (event, ref) in enumerate(events, 1):
        console.print()
        console.print(_numbered(number, _front_page_item(event, ref, console.width - 4)))


def banner(left: str, right: str, width: int) -> RenderableType:
    """Return a title and a note: on the left and on the right of one line, or below each other where a long note leaves
    too little of ``width``.
    """
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
    if topics := unsaid(event.topics, event.headline):
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


def unsaid(topics: Sequence[str], headline: str) -> list[str]:
    """Return the topics that the headline does not begin with: the others would be read twice."""
    said = {fold(prefix) for prefix in headline_prefixes(headline)}
    return [topic for topic in topics if fold(topic) not in said]


def _notes(event: Event) -> Text:
    """Return where an event is from and how many related links it has: ``The Independent · 10 related, 2 broken``."""
    notes = Text(style=DIM)
    for source in event.sources:
        if source.text.casefold() != "cover image":
            notes.append(", " if notes else "").append(visible(source.text), style=_link_style(source.url))
    if not notes:
        notes.append("no source")
    if event.related:
        notes.append(f" · {len(event.related)} related")
        broken = sum(link.broken is True for link in event.related)
        if broken:
            notes.append(", ").append(f"{broken} broken", style=BROKEN)
    return notes


def print_event(console: Console, event: Event, ref: str, refs: Mapping[str, str]) -> None:
    """Print everything that one event has; ``refs`` gives the REFs of the events it names, by path."""
    console.print(banner(long_date(event.date), visible(ref), console.width))
    console.print()
    if topics := unsaid(event.topics, event.headline):
        console.print(_joined(topics, " · ", TOPIC))
    console.print(Text(visible(event.title), style=HEADLINE))
    if event.summary:
        console.print()
        console.print(Text(visible(event.summary)))
    if event.sources:
        _section(console, "Sources")
        for source in event.sources:
            label = Text(visible(source.text) or "(no name)", style=_link_style(source.url))
            label.append(f"  {visible(source.url)}", style=DIM)
            console.print(Padding(label, (0, 0, 0, 2)), overflow="fold")
    if event.changes:
        _section(console, "Changes")
        for change in event.changes:
            when = " ".join(part for part in (change.timestamp, change.note and f"({change.note})") if part)
            console.print(_hanging("·", Text(visible(change.text)), Text(visible(when), style=DIM)))
    if event.related:
        _section(console, "Related", _count(event.related))
        print_links(console, event.related, refs)
    if event.aliases:
        _section(console, "Formerly")
        for alias in event.aliases:
            console.print(Padding(Text(visible(alias)), (0, 0, 0, 2)))
    console.print()
    console.print(Text(visible(event.path), style=DIM), soft_wrap=True)


def print_related(
    console: Console,
    event: Event,
    ref: str,
    links: Sequence[RelatedLink],
    backlinks: Sequence[tuple[EventRow, tuple[str, ...]]],
    refs: Mapping[str, str],
) -> None:
    """Print an event's headline with the links that it has, those that it is named by, or both; with their REFs."""
    console.print(banner(long_date(event.date), visible(ref), console.width))
    console.print(Text(visible(event.title), style=HEADLINE))
    if links:
        _section(console, "Related", _count(links))
        print_links(console, links, refs)
    if backlinks:
        _section(console, "Named by", f"{len(backlinks)}")
        print_backlinks(console, backlinks, refs)


def _count(links: Sequence[RelatedLink]) -> str:
    broken = sum(link.broken is True for link in links)
    return f"{len(links)}, {broken} broken" if broken else f"{len(links)}"


def _section(console: Console, title: str, note: str = "") -> None:
    console.print()
    console.print(Text(title, style="bold").append(f"  {note}" if note else "", style=DIM))


def print_links(console: Console, links: Iterable[RelatedLink], refs: Mapping[str, str]) -> None:
    """Print related links: whole ones with their day and REF, broken ones marked and with the target that is dead.

    ``refs`` gives the REF of each path that is an event's.
    """
    for link in links:
        if link.broken:
            body = Text(visible(link.text))
            body.append(f"\nno such event: {visible(link.target)}", style=BROKEN)
            console.print(_hanging("✗", body, _joined(link.contexts, ", ", DIM), "broken", BROKEN))
        else:
            note = _note(link.contexts, refs.get(link.path or ""))
            console.print(_hanging("→", Text(visible(link.text)), note, _date_of(link.path)))


def print_backlinks(
    console: Console, backlinks: Iterable[tuple[EventRow, tuple[str, ...]]], refs: Mapping[str, str]
) -> None:
    """Print the events that name another one, with the contexts they give for it and their REFs."""
    for row, contexts in backlinks:
        note = _note(contexts, refs.get(row.path))
        console.print(_hanging("←", Text(visible(row.title)), note, row.day or ""))


def _note(contexts: Sequence[str], ref: str | None) -> Text:
    """Return the dim lines below a link: what the events have in common, and how to ask for the other one."""
    lines = [line for line in (visible(", ".join(contexts)), visible(ref or "")) if line]
    return Text("\n".join(lines), style=DIM)


def _date_of(path: str | None) -> str:
    parts = (path or "").split("/")
    return f"{parts[1]}-{parts[2]:0>2}-{parts[3]:0>2}" if len(parts) == 5 and parts[0] == "news" else ""


def _hanging(mark: str, body: Text, note: Text, date: str = "", style: str = DIM) -> Table:
    grid = Table.grid(padding=(0, 1), expand=True)
    grid.add_column(width=3, justify="right", no_wrap=True)
    grid.add_column(width=10, no_wrap=True)
    grid.add_column(ratio=1, overflow="fold")
    text = body if not note.plain else Text("\n").join((body, note))
    grid.add_row(Text(mark, style=style), Text(date, style=style), text)
    return grid


def print_rows(console: Console, rows: Iterable[tuple[EventRow, str, Sequence[str]]]) -> None:
    """Print a list of events with their REFs and topics, in batches, so that a long list begins at once."""
    for batch in _batches(rows):
        grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
        grid.add_column(width=10, no_wrap=True, style=DIM)
        grid.add_column(ratio=1, overflow="fold")
        for row, ref, topics in batch:
            grid.add_row(row.day or "no date", _row_text(row, ref, topics))
        console.print(grid)


def _row_text(row: EventRow, ref: str, topics: Sequence[str]) -> Text:
    text = Text(visible(row.title))
    notes = Text(style=DIM)
    for topic in unsaid(topics, row.headline):
        notes.append(f"{visible(topic)}", style=TOPIC).append(" · ")
    notes.append(visible(ref))
    if row.broken:
        notes.append(" · ").append(f"{row.broken} broken", style=BROKEN)
    return Text("\n").join((text, notes))


def _batches(
    rows: Iterable[tuple[EventRow, str, Sequence[str]]],
) -> Iterator[list[tuple[EventRow, str, Sequence[str]]]]:
    for _, batch in groupby(enumerate(rows), key=lambda numbered: numbered[0] // _BATCH):
        yield [row for _, row in batch]


def print_counts(console: Console, counts: Sequence[tuple[str, int]]) -> None:
    """Print counts as bars that fill the width which the names leave."""
    scale = Scale.fit(counts, console.width)
    for at in range(0, len(counts), _BATCH):
        console.print(scale.table(counts[at : at + _BATCH]))


def print_hits(console: Console, hits: Sequence[tuple[Hit, str]], total: int, *, by_date: bool = False) -> None:
    """Print the hits of a search with the words found marked; ``by_date`` says how they are sorted."""
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
    """Return a text with its marks highlighted; made visible piece by piece, so that offsets keep their meaning."""
    text = Text(style=style)
    at = 0
    for start, end in marked.marks:
        text.append(visible(marked.text[at:start])).append(visible(marked.text[start:end]), style=MARK)
        at = end
    return text.append(visible(marked.text[at:]))


def _joined(names: Sequence[str], separator: str, style: str) -> Text:
    return Text(separator.join(visible(name) for name in names), style=style)


def _link_style(url: str) -> Style:
    address = web_address(url)
    return Style(link=address) if address else Style()
