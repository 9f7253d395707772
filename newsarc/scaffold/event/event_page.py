"""The text of a new event's page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from newsarc.lint.labels import headline_label
from newsarc.parser.page import HEADING, heading_line
from newsarc.parser.targets import written_target
from newsarc.scaffold.event.new_event import NewEvent
from newsarc.scaffold.event.page_style import Form
from newsarc.scaffold.event.related_links import RelatedEvent
from newsarc.scaffold.event.source import NewSource
from newsarc.text.toml import toml


def page_text(
    new: NewEvent,
    path: str,
    sources: Sequence[NewSource],
    related: Sequence[RelatedEvent],
    form: Form,
    site_prefix: str,
) -> str:
    """Return the text of the page at ``path`` for an event, in ``form``, with its related events as links."""
    lines = [*_front_matter(new, sources, form), *_head(new, path, form, site_prefix)]
    if "sources" not in form.front_matter:
        lines += _section(form.source if len(sources) == 1 else form.sources, [source.item for source in sources])
    lines += _section(form.related, [_item(one, form.context, site_prefix) for one in related])
    while lines[-1] == "":
        lines.pop()
    return form.line_end.join([*lines, ""])


def _front_matter(new: NewEvent, sources: Sequence[NewSource], form: Form) -> Iterator[str]:
    said = {
        "title": new.headline,
        "date": new.date,
        "topics": list(new.topics),
        "sources": [{"label": source.label, "url": source.url} for source in sources],
    }
    values = {key: said[key] for key in form.front_matter if said[key]}
    if values and form.is_toml:
        yield from ("+++", *(f"{key} = {toml(value)}" for key, value in values.items()), "+++", "")
    elif values:
        import yaml  # here, because most archives have no front matter

        block = yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=2**31 - 1)
        yield from ("---", *block.splitlines(), "---", "")


def _head(new: NewEvent, path: str, form: Form, site_prefix: str) -> Iterator[str]:
    """Yield what stands before the first section."""
    if form.formats is not None:
        yield from ("", form.formats.of(path.removesuffix(".md")), "")
    if form.has_date:
        folder = path.rpartition("/")[0]
        yield from (f"### [{form.written_date(new.date)}]({site_prefix}/{folder}/index.md)", "")
    if "topics" not in form.front_matter:
        yield from (heading_line(5, topic) for topic in new.topics)
    if form.has_headline or "title" not in form.front_matter:
        yield from (heading_line(1, new.headline), "")
    if new.summary:
        # Not a heading of the page's own.
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
