"""A story as a single HTML page that works offline: it contains Vega, our scripts and the data."""

from __future__ import annotations

import base64
import hashlib
import json
from html import escape
from importlib.resources import files
from string import Template

from newsarc.__about__ import __version__
from newsarc.output.json_types import Record, StoryEventJson, StoryJson, StorySourceJson
from newsarc.output.story.story import Story, readable, story_record
from newsarc.output.story.vega import library_script, library_version

_FOLDER = files("newsarc.output.story") / "page"
_SCRIPTS = ("text.js", "model.js", "list.js", "panel.js", "filters.js", "pictures.js", "main.js")
_PICTURES = ("curves", "overview")
# Characters that could end a script element or a line of JavaScript, or that are special in HTML.
_ESCAPES = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def story_html(story: Story) -> str:
    """Return the page. Raises UsageError if vl-convert-python is not installed."""
    library, script, style = library_script(), _script(), _text("page.css")
    pictures = {name: json.loads(_text(f"{name}.json")) for name in _PICTURES}
    heading, record = readable(story.heading), story_record(story)
    return Template(_text("page.html")).substitute(
        version=escape(__version__),
        vega=escape(library_version()),
        policy=_policy([library, script], style),
        title=escape(heading),
        kicker=escape(story.kicker),
        heading=escape(heading),
        facts=escape(story.facts),
        list=_list(record),
        style=style,
        data=data_json({"version": 1, "story": record, "pictures": pictures}),
        library=library,
        script=script,
    )


def data_json(record: Record) -> str:
    """Return ``record`` as JSON that is safe in a script element."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)


def _policy(scripts: list[str], style: str) -> str:
    """Return a Content-Security-Policy that allows only these scripts and this style, and loads nothing."""
    # The template puts line ends around each script.
    allowed = " ".join(_hash(f"\n{script}\n") for script in scripts)
    return f"default-src 'none'; script-src {allowed}; style-src {_hash(style)}; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _script() -> str:
    return "\n".join(_text(name) for name in _SCRIPTS)


def _text(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _list(story: StoryJson) -> str:
    """Return the events as a list, for browsers without JavaScript."""
    return f"<ol>\n{''.join(map(_item, story['events']))}</ol>"


def _item(event: StoryEventJson) -> str:
    parts = [
        f'<p class="when"><time datetime="{event["day"]}">{event["when"]}</time></p>' if event["day"] else "",
        f'<h2 dir="auto" lang="{event["lang"]}">{escape(event["headline"])}</h2>',
        f'<p dir="auto" lang="{event["lang"]}">{escape(event["summary"])}</p>' if event["summary"] else "",
        f"<p>{', '.join(map(_source, event['sources']))}</p>" if event["sources"] else "",
    ]
    return f"<li>{''.join(parts)}</li>\n"


def _source(source: StorySourceJson) -> str:
    label = escape(source["label"] or source["url"] or "")
    if source["url"] is None:
        return label
    return f'<a href="{escape(source["url"])}" rel="noopener noreferrer">{label}</a>'
