"""The page of a new event."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from newsarc.lint.labels import headline_label
from newsarc.parser.page import HEADING, heading_line
from newsarc.parser.targets import written_target
from newsarc.scaffold.event.new_event import NewEvent
from newsarc.scaffold.event.page_style import PageStyle
from newsarc.scaffold.event.related_links import RelatedEvent
from newsarc.scaffold.event.source import NewSource
from newsarc.text.toml import toml


def page_text(
    new: NewEvent,
    path: str,
    sources: Sequence[NewSource],
    related: Sequence[RelatedEvent],
    style: PageStyle,
    site_prefix: str,
) -> str:
    """Return the text of the page at ``path`` for an event, in ``style``, with links to its related events."""
    lines = [*_front_matter(new, sources, style), *_head(new, path, style, site_prefix)]
    if "sources" not in style.front_matter:
        lines += _section(style.source if len(sources) == 1 else style.sources, [source.item for source in sources])
    lines += _section(style.related, [_item(one, style.context, site_prefix) for one in related])
    while lines[-1] == "":
        lines.pop()
    return style.line_end.join([*lines, ""])


def _front_matter(new: NewEvent, sources: Sequence[NewSource], style: PageStyle) -> Iterator[str]:
    said = {
        "title": new.headline,
        "date": new.date,
        "topics": list(new.topics),
        "sources": [{"label": source.label, "url": source.url} for source in sources],
    }
    values = {key: said[key] for key in style.front_matter if said[key]}
    if values and style.is_toml:
        yield from ("+++", *(f"{key} = {toml(value)}" for key, value in values.items()), "+++", "")
    elif values:
        import yaml  # imported here: most archives have no front matter

        block = yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=2**31 - 1)
        yield from ("---", *block.splitlines(), "---", "")


def _head(new: NewEvent, path: str, style: PageStyle, site_prefix: str) -> Iterator[str]:
    """Yield the lines before the first section."""
    if style.formats is not None:
        yield from ("", style.formats.of(path.removesuffix(".md")), "")
    if style.has_date:
        folder = path.rpartition("/")[0]
        yield from (f"### [{style.written_date(new.date)}]({site_prefix}/{folder}/index.md)", "")
    if "topics" not in style.front_matter:
        yield from (heading_line(5, topic) for topic in new.topics)
    if style.has_headline or "title" not in style.front_matter:
        yield from (heading_line(1, new.headline), "")
    if new.summary:
        # Escaped, so that it is not a heading of the page.
        yield f"\\{new.summary}" if HEADING.match(new.summary) else new.summary
    else:
        yield ""
    yield from ("", "")


def _section(heading: str, items: Sequence[str]) -> list[str]:
    if not items:
        return []
    return [f"### {heading}", "", *(f"{number}. {item}" for number, item in enumerate(items, 1)), ""]


def _item(one: RelatedEvent, context_word: str, site_prefix: str) -> str:
    target = written_target(one.event.path, site_prefix)
    return f"[{headline_label(one.event)}]({target}) _{context_word}: {', '.join(one.contexts)}_"
