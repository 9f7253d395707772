"""Measures newsarc on a site of posts: ``python -m benchmarks.site_speed [FOLDER]``.

Writes a Jekyll site of 12,000 posts, 4,700 of them in one folder, to FOLDER or to a temporary folder, and prints the
seconds and the memory of commands: without a cache, with one, and after a post was edited or added.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

POSTS, IN_ONE_FOLDER = 12_000, 4_700
_WORDS = tuple(
    re.findall(
        r"\w+",
        "bridge toll ferry harbour quay crane heron lock council vote debate storm flood repair market tram station "
        "school library museum mayor budget plan permit strike union river canal dock light winter spring morning",
    )
)
_FIRST = dt.date(2001, 1, 1)


def write_site(root: Path, posts: int = POSTS, in_one_folder: int = IN_ONE_FOLDER) -> None:
    """Write a Jekyll site: ``_posts``, and sections of 300 posts, with links to earlier ones and to other sites."""
    chance = random.Random(18)
    root.mkdir(parents=True, exist_ok=True)
    (root / "_config.yml").write_text("url: https://town.example\npermalink: /:categories/:year/:month/:day/:title/\n")
    addresses: list[str] = []
    for number in range(posts):
        date = _FIRST + dt.timedelta(days=number // 2)
        section = "" if number % posts < in_one_folder else f"section-{number // 300}"
        slug = f"{'-'.join(chance.choices(_WORDS, k=4))}-{number}"
        folder = root / section / "_posts"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{date}-{slug}.md").write_text(_post(chance, slug, addresses), encoding="utf-8")
        addresses.append(f"{'/' if section else ''}{section}/{date:%Y/%m/%d}/{slug}/")


def _post(chance: random.Random, slug: str, addresses: Sequence[str]) -> str:
    """Return a post of about 6 KB, as is usual."""
    tags = ", ".join(chance.sample(_WORDS, 3))
    paragraphs = [" ".join(chance.choices(_WORDS, k=chance.randint(40, 120))) for _ in range(chance.randint(4, 14))]
    links = [f"[{chance.choice(_WORDS)}]({chance.choice(addresses)})" for _ in range(3) if addresses]
    links += [f"[{chance.choice(_WORDS)}](https://{chance.choice(_WORDS)}.example/{at})" for at in range(8)]
    for link in links:
        paragraphs[chance.randrange(len(paragraphs))] += f" {link}"
    title = slug.rpartition("-")[0].replace("-", " ").capitalize()
    head = f"---\nlayout: post\ntitle: {title}\nauthor: A. Reporter\ntags: [{tags}]\n---\n"
    return head + "\n\n".join(paragraphs) + "\n"


def measure(root: Path, cache: Path, *words: str) -> str:
    """Return the seconds that a command takes, those of all its processes, and the memory of the largest, as text."""
    environment = {**os.environ, "NEWSARC_CACHE_DIR": str(cache), "NEWSARC_ARCHIVE": str(root)}
    started = time.perf_counter()
    done = subprocess.Popen([sys.executable, "-m", "newsarc", *words], stdout=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(done.pid, 0)
    seconds = time.perf_counter() - started
    assert os.waitstatus_to_exitcode(status) == 0, words
    busy = usage.ru_utime + usage.ru_stime
    return f"{seconds:6.2f} s {busy:6.2f} s of processors {usage.ru_maxrss / 1024:5.0f} MB"


def main() -> int:
    """Print a line per command."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, nargs="?")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        root = arguments.folder or Path(place, "site")
        if not root.exists():
            write_site(root)
        cache = Path(place, "cache")
        cache.mkdir(mode=0o700)
        a_post = sorted((root / "_posts").iterdir())[1000]
        time.sleep(2.5)  # files that were written a moment ago are not trusted
        listing = ("list", "--reverse", "-n", "3")
        print("cold list ", measure(root, cache, *listing))
        for words in (listing, ("show", "latest"), ("related", a_post.stem[11:]), ("stats",), ("topics",)):
            print(f"warm {words[0]:8}", measure(root, cache, *words))
        print("first search", measure(root, cache, "search", "heron"))
        print("warm search", measure(root, cache, "search", "heron"))
        a_post.write_text(a_post.read_text(encoding="utf-8") + "\nMore.\n", encoding="utf-8")
        print("after an edit", measure(root, cache, *listing))
        new = a_post.with_name("2030-01-01-new.md")
        new.write_text("---\ntitle: New\n---\n", encoding="utf-8")
        print("after a new post", measure(root, cache, *listing))
        new.unlink()
        print("after it is gone", measure(root, cache, *listing))
        print("warm list ", measure(root, cache, *listing))
        print("no cache  ", measure(root, cache, *listing, "--no-cache"))
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"largest process: {largest:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
