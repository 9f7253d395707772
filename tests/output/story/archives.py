"""Small archives for stories, and the stories of them."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from newsarc import Archive
from newsarc.analysis.graph import graph_of, graph_of_traversal
from newsarc.analysis.traversal import traverse
from newsarc.output.story import Story, build_story
from tests.naive import Named, Page, folder_of, write

DAY = dt.date(2020, 3, 1)
HOSTILE = {
    "script": 'A "quoted" end </script><script>window.pwned = 1</script> of it',
    "comment": "An <!-- open comment and <![CDATA[ data ]]> and --> closed",
    "markup": "<img src=x onerror=window.pwned=1> &amp;lt;b&amp;gt; <b>bold</b> <style>*{display:none}</style>",
    "bidi": "Right \u202e tfel \u202c and \u2066 iso \u2069 mark",
    "controls": "NUL \x00 BEL \x07 ESC \x1b[31m and DEL \x7f",
    "separators": "One\u2028two\u2029three",
    "template": "${version} $list %s {0} `${alert(1)}` \\u003c",
    "noncharacters": "Not \ufffe one \uffff of them",
}


def hostile_archive(root: Path) -> Path:
    """Write an archive whose pages show each hostile text as headline, topic, context, summary and source."""
    pages = []
    for number, (slug, shown) in enumerate(HOSTILE.items()):
        text = re.sub(r"[<`*]", r"\\\g<0>", shown)  # or Markdown would take it for markup
        other = list(HOSTILE)[number - 1]
        label = text.replace("[", "(").replace("]", ")")
        pages.append(
            Page(
                DAY + dt.timedelta(days=number),
                slug,
                text,
                topics=(text,),
                summary=f"Summary: {text}",
                sources=((label, f"https://e.example/{slug}"), ("bad", "javascript:window.pwned=1")),
                related=(
                    Named(f"{folder_of(DAY + dt.timedelta(days=(number - 1) % len(HOSTILE)))}/{other}.md", (label,)),
                ),
            )
        )
    write(root, pages)
    surrogate = root / folder_of(DAY) / "bytes.md"
    surrogate.write_bytes(b"### [2020-03-01](/news/2020/03/1/index.md)\n\n# Bytes \xff\xfe of no text\n")
    return root


def story_of(root: Path, start: str | None = None, depth: int = 2) -> Story:
    """Return the story of all events of an archive, or of those around ``start``."""
    with Archive.open(root, cache=False) as archive:
        if start is None:
            paths = archive_paths(archive)
            return build_story(archive, graph_of(archive.index(), paths), "All of them")
        event = archive.event(start)
        walked = traverse(archive, archive.index(), event, depth, ("related", "backlink"))
        graph = graph_of_traversal(archive.index(), event, walked)
        return build_story(archive, graph, event.title, event.path)


def archive_paths(archive: Archive) -> list[str]:
    return [path for day in archive.tree.days() for path in archive.tree.event_paths(day)]
