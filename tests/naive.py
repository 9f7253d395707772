"""A slow, obvious model of an archive: pages as plain records, their files, and the answers found by looking at each one.

It shares no code with newsarc. What it says, the index must say.
"""  # noqa: E501

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

ALWAYS_ONE_NAME = frozenset({"Washington, D.C."})


@dataclass(frozen=True)
class Named:
    """A related link: the path it reaches or, with ``dead``, does not."""

    path: str
    contexts: tuple[str, ...] = ()
    label: str = "another event"
    dead: bool = False


@dataclass(frozen=True)
class Page:
    """What one event page says."""

    date: dt.date
    slug: str
    headline: str
    topics: tuple[str, ...] = ()
    summary: str | None = None
    sources: tuple[tuple[str, str], ...] = ()
    related: tuple[Named, ...] = ()
    day_contexts: tuple[str, ...] = ()  # what the day page says instead of a summary
    changes: tuple[tuple[str, str, str], ...] = ()  # label, target, note

    @property
    def path(self) -> str:
        return f"{folder_of(self.date)}/{self.slug}.md"

    @property
    def contexts(self) -> tuple[str, ...]:
        return (*(name for link in self.related for name in link.contexts), *self.day_contexts)

    def text(self) -> str:
        lines = [f"### [{self.date}](/{folder_of(self.date)}/index.md)", ""]
        lines += [f"##### {topic}" for topic in self.topics]
        lines += [f"# {self.headline}", ""]
        if self.summary:
            lines += [self.summary, ""]
        if self.sources:
            lines += ["", "### Sources:", ""]
            lines += [f"{n}. [{label}]({url})" for n, (label, url) in enumerate(self.sources, 1)]
        if self.changes:
            lines += ["", "### Changes:", ""]
            lines += [f"{n}. [{label}]({url}) _{note}_" for n, (label, url, note) in enumerate(self.changes, 1)]
        if self.related:
            lines += ["", "### Related:", ""]
            for n, link in enumerate(self.related, 1):
                note = f" _Context: {', '.join(link.contexts)}_" if link.contexts else ""
                lines.append(f"{n}. [{link.label}](/{link.path}){note}")
        return "\n".join(lines) + "\n"


def folder_of(date: dt.date) -> str:
    return f"news/{date.year:04}/{date.month:02}/{date.day}"


def write(root: Path, pages: Iterable[Page]) -> Path:
    """Write event pages and the day pages that go with them."""
    pages = list(pages)
    (root / "news" / "2000").mkdir(parents=True, exist_ok=True)  # an archive even without pages
    for page in pages:
        file = root / page.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(page.text(), encoding="utf-8", newline="\n")
    for date in {page.date for page in pages}:
        lines = [f"## [{date}](/{folder_of(date)}/index.md)", ""]
        for page in (page for page in pages if page.date == date):
            note = f"_Context: {', '.join(page.day_contexts)}_" if page.day_contexts else page.summary or ""
            lines += [f"### [{page.headline}](/{page.path})", "", note, ""]
        for name in ("index.md", "README.md"):
            (root / folder_of(date) / name).write_text("\n".join(lines), encoding="utf-8", newline="\n")
    return root


# --- answers ---


def plain(text: str) -> str:
    """Without case, accents and doubled spaces."""
    decomposed = unicodedata.normalize("NFKD", text)
    kept = "".join(char for char in decomposed if not 0x300 <= ord(char) < 0x370)
    return " ".join(unicodedata.normalize("NFC", kept).casefold().split())


@dataclass(frozen=True)
class Model:
    """An archive as a list of pages."""

    pages: Sequence[Page]

    def in_time(self) -> list[Page]:
        return sorted(self.pages, key=lambda page: (page.date, page.path))

    def contexts(self, page: Page) -> set[str]:
        """The names of a page's contexts. One with a comma is one name where the archive has it as a topic."""
        whole = {topic for other in self.pages for topic in other.topics} | ALWAYS_ONE_NAME
        names: set[str] = set()
        for name in page.contexts:
            names.update([name] if name in whole else name.split(", "))
        return names

    def select(
        self,
        since: dt.date | None = None,
        until: dt.date | None = None,
        topic: str | None = None,
        context: str | None = None,
        source: str | None = None,
    ) -> list[Page]:
        found = []
        for page in self.in_time():
            if since is not None and page.date < since:
                continue
            if until is not None and page.date > until:
                continue
            if topic is not None and plain(topic) not in {plain(name) for name in page.topics}:
                continue
            if context is not None and plain(context) not in {plain(name) for name in self.contexts(page)}:
                continue
            if source is not None and not any(_is_source(source, *named) for named in page.sources):
                continue
            found.append(page)
        return found

    def backlinks(self, path: str) -> list[Page]:
        return [page for page in self.in_time() if any(link.path == path for link in page.related)]

    def sort(self, pages: list[Page], key: str) -> list[Page]:
        if key == "headline":
            return sorted(pages, key=lambda page: page.headline.lower())
        if key == "related":
            return sorted(pages, key=lambda page: -len(page.related))
        if key == "backlinks":
            return sorted(pages, key=lambda page: -len(self.backlinks(page.path)))
        return pages

    def count_by(self, pages: list[Page], key: str) -> list[tuple[str, int]]:
        lengths = {"day": 10, "month": 7, "year": 4}
        if key in lengths:
            return sorted(Counter(page.date.isoformat()[: lengths[key]] for page in pages).items())
        counts: Counter[str] = Counter()
        for page in pages:
            names = {
                "topic": set(page.topics),
                "context": self.contexts(page),
                "source": {label for label, _ in page.sources},
            }[key]
            counts.update(names or {""})
        return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))

    def search(self, required: Iterable[str], excluded: Iterable[str] = ()) -> set[str]:
        """The paths of the pages that have all ``required`` phrases, each within one text, and no ``excluded`` one."""
        wanted, unwanted = [tokens(word) for word in required], [tokens(word) for word in excluded]
        found = set()
        for page in self.pages:
            texts = [page.headline, page.summary or "", *page.topics, *self.contexts(page)]
            fields = [tokens(text) for text in (*texts, *(label for label, _ in page.sources))]
            if all(any(_has(text, phrase) for text in fields) for phrase in wanted) and not any(
                _has(text, phrase) for text in fields for phrase in unwanted
            ):
                found.add(page.path)
        return found


def _is_source(wanted: str, label: str, url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return plain(label) == plain(wanted) or host == wanted or host.endswith("." + wanted)


_TOKEN = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+|[^\w\s]")


def tokens(text: str) -> list[str]:
    """Words, single Chinese characters, and the marks between Chinese characters."""
    found = _TOKEN.findall(plain(text))
    return [
        token
        for at, token in enumerate(found)
        if token.isalnum() or (0 < at < len(found) - 1 and _is_han(found[at - 1]) and _is_han(found[at + 1]))
    ]


def _is_han(token: str) -> bool:
    return "\u3400" <= token[0] <= "\u9fff"


def _has(text: list[str], phrase: list[str]) -> bool:
    return any(text[at : at + len(phrase)] == phrase for at in range(len(text) - len(phrase) + 1))
