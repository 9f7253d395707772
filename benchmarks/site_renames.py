"""How many broken links lint finds, and how many posts it names rightly, when posts of a real site are renamed.

``python -m benchmarks.site_renames FOLDER [--seed N]`` reads ``NAME.tar.xz`` in FOLDER, as :mod:`benchmarks.layouts`
does. In each archive, posts that others link to are moved to another day, given another slug or deleted, without
aliases; then lint runs. A broken link counts as found if it has a finding NA101, and as named rightly if the suggestion
is the renamed post, or, for a deleted one, if there is no suggestion.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import re
import tarfile
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

from benchmarks.layouts import GIVEN
from newsarc.api import Archive
from newsarc.archive.sites import layout_at
from newsarc.config import DEFAULT_CONFIG
from newsarc.layout.link_keys import file_reference, link_keys
from newsarc.layout.presets import Layout
from newsarc.lint import lint
from newsarc.lint.event_table import EventTable
from newsarc.lint.posts.post_table import PostTable

_SHARE = 0.15  # of the posts that others link to
_DATED = re.compile(r"(.*?)(\d{4})-(\d{1,2})-(\d{1,2})-(.+?)((?:/index)?\.\w+)\Z", re.DOTALL)
_ALIASES = re.compile(r"^(?:aliases|redirect_from)\s*[:=].*\n(?:\s*(?:-|\").*\n|\s*\]\n)*", re.MULTILINE)

Links = dict[tuple[str, str], str]  # page and target → path of the post


def _links(archive: Archive) -> Links:
    """Return the links between posts by address: not those to files, which generators check."""
    layout = archive.layout
    assert layout is not None
    posts = PostTable(EventTable(archive.index().connection))
    found: Links = {}
    for record in posts.posts:
        parsed = archive.parse_post(record.path, archive.tree.read(record.path))
        for link in parsed.event.links:
            meaning = link_keys(link.target, parsed.post, layout)
            if file_reference(link.target) is None and meaning.wanted is not None:
                reached = posts.reached(meaning.keys)
                if reached is not None and reached.path != record.path:
                    found[record.path, link.target] = reached.path
    return found


def _rename(root: Path, path: str, how: str, chance: random.Random) -> str | None:
    """Rename the post at ``path``. Return its new path, or None if it cannot be renamed in this way."""
    text = _ALIASES.sub("", (root / path).read_text(encoding="utf-8", errors="surrogateescape"))
    if how == "deleted":
        (root / path).unlink()
        return ""
    name = _DATED.match(path)
    key = re.search(r"^path = \"(\d{4})/(\d\d)/(\d\d)/([^\"]+)\"", text, re.MULTILINE)
    found = key or (name and re.match(r"(\d{4})-(\d{1,2})-(\d{1,2})-(.+)", "-".join(name.groups()[1:5])))
    if found is None:
        return None
    day, slug = dt.date(*map(int, found.groups()[:3])), found[4]
    if how == "day":
        day += dt.timedelta(days=chance.choice((-7, -3, -1, 1, 2, 5, 14)))
    else:
        words = slug.split("-")
        if len(words) < 4:
            return None
        words[chance.randrange(1, len(words))] = chance.choice(("updated", "revised", "more", "new"))
        slug = "-".join(words)
    if key is not None:
        text = text.replace(key[0], f'path = "{day:%Y/%m/%d}/{slug}"')
        new = path if name is None else f"{name[1]}{day}-{slug}{name[6]}"
    else:
        assert name is not None
        new = f"{name[1]}{day}-{slug}{name[6]}"
        text = re.sub(
            r"^(date:\s*['\"]?)\d{4}-\d{1,2}-\d{1,2}", rf"\g<1>{day}", text, count=1, flags=re.MULTILINE | re.IGNORECASE
        )
        text = re.sub(r"^slug:.*$", f"slug: {slug}", text, count=1, flags=re.MULTILINE)
    (root / path).unlink()
    (root / new).parent.mkdir(parents=True, exist_ok=True)
    (root / new).write_text(text, encoding="utf-8", errors="surrogateescape")
    return new


def measure(root: Path, layout: Layout, seed: int) -> Counter[str]:
    """Rename posts in the archive at ``root``, lint it, and count."""
    chance = random.Random(seed)
    with Archive(root, DEFAULT_CONFIG, layout=layout) as archive:
        links = _links(archive)
        known = {(finding.path, finding.target) for finding in lint(archive, select=["NA101"]).findings}
    linked = sorted(set(links.values()))
    renamed: dict[str, tuple[str, str]] = {}
    for path in chance.sample(linked, max(1, int(len(linked) * _SHARE))):
        how = chance.choice(("day", "words", "deleted"))
        new = _rename(root, path, how, chance)
        if new is not None:
            renamed[path] = how, new
    with Archive(root, DEFAULT_CONFIG, layout=layout) as archive:
        findings = lint(archive, select=["NA101"]).findings
    suggested = {(one.path, one.target): one.suggestion and one.suggestion.path for one in findings}
    counts: Counter[str] = Counter()
    for (page, target), path in links.items():
        if path not in renamed or page in renamed:
            continue
        how, new = renamed[path]
        counts[f"{how} broken"] += 1
        if (page, target) in suggested:
            counts[f"{how} found"] += 1
            named = suggested[page, target]
            counts[f"{how} {'none' if named is None else 'right' if named == new else 'wrong'}"] += 1
    expected = {(page, target) for (page, target), path in links.items() if path in renamed}
    others = set(suggested) - known - expected
    counts["other findings"] = sum(page not in {new for _, new in renamed.values()} for page, _ in others)
    return counts


def main() -> None:
    """Print one line per archive and kind of rename."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print("archive     renamed  broken  found  named rightly  wrongly  not named")
    for file in sorted(options.folder.glob("*.tar.xz")):
        name = file.name.removesuffix(".tar.xz")
        with tempfile.TemporaryDirectory() as folder:
            with tarfile.open(file) as archive:
                archive.extractall(folder, filter="data")
            root = next(one for one in Path(folder).iterdir() if one.is_dir())
            layout = layout_at(root)
            assert layout is not None, name
            counts = measure(root, replace(layout, **GIVEN.get(name, {})), options.seed)
        for how in ("day", "words", "deleted"):
            if broken := counts[f"{how} broken"]:
                numbers = [counts[f"{how} {what}"] for what in ("found", "right", "wrong", "none")]
                print(f"{name:11} {how:8}{broken:7}{numbers[0]:7}{numbers[1]:15}{numbers[2]:9}{numbers[3]:11}")
        if counts["other findings"]:
            print(f"{name:11} other findings: {counts['other findings']}")


if __name__ == "__main__":
    main()
