"""An archive, and the queries to run on it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

SOURCE = re.compile(rb"^1\. \[[^\[\]\n]+\](?=\(https?://)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive and its queries, always the same ones for the same archive.

    ``edited`` is the page that is changed before some runs.
    """

    root: Path
    events: int
    files: int
    size: int
    day: str
    month: str
    slug: str
    word: str
    edited: Path

    @property
    def completions(self) -> dict[str, tuple[str, str]]:
        """The typed prefix of a date and of a slug, and the completion that must be offered."""
        return {"date": (f"{self.month}-", self.day), "slug": (self.slug[:12], self.slug)}


def choose_queries(root: Path, word: str | None = None) -> Archive:
    """Choose the middle one of the days with events, one of its events, and a name in its headline."""
    days: dict[tuple[int, int, int], list[str]] = {}
    names: dict[str, int] = {}
    files = size = 0
    for folder, _, pages in os.walk(root):
        files += len(pages)
        size += sum(Path(folder, page).stat().st_size for page in pages)
        parts = Path(folder).relative_to(root).parts
        if len(parts) == 4 and parts[0] == "news" and all(part.isdecimal() for part in parts[1:]):
            events = [page for page in pages if page.endswith(".md") and page not in ("index.md", "README.md")]
            year, month, day = map(int, parts[1:])
            if events:
                days.setdefault((year, month, day), []).extend(events)
            for page in events:
                names[page] = names.get(page, 0) + 1
    if not days:
        raise SystemExit(f"{root} has no events")
    dates = sorted(days)
    date = dates[len(dates) // 2]
    events = sorted(days[date])
    unique = [page for page in events if names[page] == 1] or events
    page = next((page for page in unique if b"\n### Related" in _page(root, date, page).read_bytes()), unique[0])
    quarter = dates[len(dates) // 4]
    near = [_page(root, quarter, page) for page in sorted(days[quarter])]
    edited = next((file for file in near if SOURCE.search(file.read_bytes())), near[0])
    year, month, day = date
    return Archive(
        root=root,
        events=sum(names.values()),
        files=files,
        size=size,
        day=f"{year:04d}-{month:02d}-{day:02d}",
        month=f"{year:04d}-{month:02d}",
        slug=page.removesuffix(".md"),
        word=word or _word_of(_page(root, date, page)),
        edited=edited,
    )


def _page(root: Path, date: tuple[int, int, int], name: str) -> Path:
    year, month, day = date
    return root / "news" / f"{year:04d}" / f"{month:02d}" / str(day) / name


def _word_of(file: Path) -> str:
    """Return the longest name in the headline, or its longest word; in scripts without spaces, its start."""
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    words = next((line for line in lines if line.startswith("# ")), "# ").split()[1:]
    plain = [word for word in words[1:] if word.isascii() and word.isalpha()]
    if not plain:
        return words[0][:2] if words else "a"
    names = [word for word in plain if word[0].isupper()]
    return max(names or plain, key=lambda word: (len(word), word))
