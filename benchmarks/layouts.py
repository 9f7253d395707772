"""Compares dates and addresses of posts with those that the real generators compute, and counts links between posts.

``python -m benchmarks.layouts FOLDER`` reads ``NAME.tar.xz`` and ``NAME.tsv`` (path, date, address) in FOLDER, and
unpacks the archives to a temporary folder. The layout of each is detected; what cannot be detected is in ``GIVEN``.
"""

from __future__ import annotations

import argparse
import csv
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from newsarc.archive.site_detection import detect_layout
from newsarc.layout.bundles import post_paths
from newsarc.layout.link_keys import post_keys, resolve
from newsarc.parser.post import ParsedPost, read_post_page

# Eleventy's configuration is a program, and a former host is in no configuration.
GIVEN: dict[str, dict[str, Any]] = {
    "18f": {"site": ("https://18f.gsa.gov",)},
    "digitalgov": {"site": ("https://digital.gov", "https://www.digitalgov.gov")},
}


@dataclass
class Comparison:
    """The result for one archive. ``differ`` and ``dead`` are lines for reading."""

    name: str
    layout: str
    posts: int = 0
    listed: int = 0
    agree: int = 0
    links: int = 0
    seconds: float = 0
    differ: list[str] = field(default_factory=list)
    dead: list[str] = field(default_factory=list)


def compare(archive: Path) -> Comparison:
    """Compare the archive ``NAME.tar.xz`` with the table beside it."""
    name = archive.name.removesuffix(".tar.xz")
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(archive) as packed:
            packed.extractall(folder, filter="data")
        root = Path(folder, name)
        paths = sorted(file.relative_to(root).as_posix() for file in root.rglob("*") if file.is_file())
        started = time.perf_counter()
        layout = detect_layout(paths, lambda path: _text(root / path))
        assert layout is not None, f"{name}: no layout detected"
        layout = replace(layout, **GIVEN.get(name, {}))
        texts = ((path, _text(root / path) or "") for path in post_paths(paths, layout))
        posts = {path: post for path, text in texts if (post := read_post_page(text, path, layout)) is not None}
        result = Comparison(name, layout.name, len(posts))
        _resolve(list(posts.values()), result)
        result.seconds = time.perf_counter() - started
        with archive.with_name(f"{name}.tsv").open(encoding="utf-8", newline="") as table:
            for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE):
                _compare_row(row, posts.get(row["path"]), result)
    return result


def _text(file: Path) -> str | None:
    return file.read_text(encoding="utf-8", errors="surrogateescape") if file.is_file() else None


def _resolve(posts: list[ParsedPost], result: Comparison) -> None:
    table: dict[str, str] = {}
    for parsed in posts:
        for key in post_keys(parsed.post):
            table.setdefault(key, parsed.post.path)
    for parsed in posts:
        for link, meaning in zip(parsed.event.related, parsed.meanings, strict=True):
            path = resolve(meaning, table)
            result.links += path not in (None, parsed.post.path)
            if path is None and meaning.wanted:
                result.dead.append(f"{parsed.post.path}:{link.line}: {link.target}")


def _compare_row(row: dict[str, str], parsed: ParsedPost | None, result: Comparison) -> None:
    if row["path"].endswith(("/_index.md", ".rst")) or not row["date"]:
        return  # lists of posts, pages in a format that newsarc does not read, pages without a date
    result.listed += 1
    found = (str(parsed.post.date), parsed.post.address) if parsed is not None else ("no post", "")
    if found == (row["date"], row["address"]):
        result.agree += 1
    else:
        result.differ.append(f"{row['path']}: {' '.join(found)}, generator: {row['date']} {row['address']}")


def compare_all(folder: Path) -> Iterator[Comparison]:
    """Yield the comparison of each archive in ``folder``."""
    for archive in sorted(folder.glob("*.tar.xz")):
        yield compare(archive)


def main() -> int:
    """Print the comparison of each archive."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--verbose", action="store_true", help="list differences and dead links")
    arguments = parser.parse_args()
    print("archive     layout      posts  agree of listed  links  dead  seconds")
    for one in compare_all(arguments.folder):
        print(
            f"{one.name:11} {one.layout:10} {one.posts:6} {one.agree:6} of {one.listed:6} {one.links:6} "
            f"{len(one.dead):5} {one.seconds:8.1f}"
        )
        for line in (*one.differ, *one.dead) if arguments.verbose else ():
            print(f"    {line}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
