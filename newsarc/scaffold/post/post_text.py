"""The text of a new post."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from newsarc.errors import UsageError
from newsarc.parser.page import HEADING
from newsarc.scaffold.event.new_event import NewEvent
from newsarc.scaffold.post.post_style import PostStyle
from newsarc.text.toml import toml


class _Line(str):
    """A line of front matter, with its key."""

    __slots__ = ()


def post_text(new: NewEvent, slug: str, links: Sequence[str], style: PostStyle) -> str:
    """Return the text of a post in ``style``, with ``links`` as the items of a list at its end."""
    body = [*([f"# {new.headline}"] if not style.has_title else [])]
    if new.summary and not style.summary_key:
        body.append(f"\\{new.summary}" if HEADING.match(new.summary) else new.summary)
    if links:
        body.append("\n".join(f"- {link}" for link in links))
    head = "".join(f"{line}\n" for line in _front_matter(_values(new, slug, style), style))
    gap = "\n" if body and (style.has_blank or style.form == "headers") else ""
    return head + gap + "".join(f"{part}\n" for part in "\n\n".join(body).split("\n") if body)


def _values(new: NewEvent, slug: str, style: PostStyle) -> dict[str, object]:
    """Return the values of front matter by key in lower case, in the order of the newest post."""
    values: dict[str, object] = {"title": new.headline} if style.has_title else {}
    if style.has_date:
        values["date"] = new.date
    if style.address_key:
        values[style.address_key] = f"{style.before}{_slashed(new.date)}/{slug}{style.after}"
    if new.summary and style.summary_key:
        values[style.summary_key] = new.summary
    values |= {key: _Line(line) for key, line in style.constants.items()}
    if new.topics and style.in_taxonomies:
        values["taxonomies"] = {style.topic_key: list(new.topics)}
    elif new.topics:
        values[style.topic_key] = _topics(new.topics, style)
    order = [name.lower() for name in style.names]
    return dict(sorted(values.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order)))


def _topics(topics: Sequence[str], style: PostStyle) -> object:
    if style.topics_as != "text" and style.form != "headers":
        return list(topics)
    if len(topics) > 1 and style.topic_key == "category":
        raise UsageError("--topic: posts of this site have one category each; give one topic")
    if style.form != "headers" and style.topic_key != "category":  # a text with blanks or commas may be several topics
        return list(topics) if len(topics) > 1 or " " in topics[0] else topics[0]
    return ", ".join(topics)


def _slashed(date: dt.date) -> str:
    return f"{date.year:04}/{date.month:02}/{date.day:02}"


def _front_matter(values: Mapping[str, object], style: PostStyle) -> Iterator[str]:
    tables = {key: value for key, value in values.items() if isinstance(value, dict)}
    fence = {"yaml": ["---"], "toml": ["+++"], "headers": []}[style.form]
    yield from fence
    for key, value in values.items():
        if isinstance(value, _Line):
            yield value
        elif key not in tables:
            yield from _lines(style.written(key), value, style)
    for name, table in tables.items():
        yield f"[{name}]"
        for key, value in table.items():
            yield from _lines(key, value, style)
    yield from fence


def _lines(key: str, value: object, style: PostStyle) -> Sequence[str]:
    """Return the lines of a key in the form of the block."""
    if style.form == "headers":
        return [f"{key}: {value}"]
    if style.form == "toml":
        return [f"{key} = {toml(value)}"]
    import yaml  # imported here: most sites and archives need none

    # None: a list on one line.
    flow = None if isinstance(value, list) and style.topics_as != "block" else False
    block = yaml.safe_dump({key: value}, allow_unicode=True, width=2**31 - 1, default_flow_style=flow)
    return str(block).splitlines()
