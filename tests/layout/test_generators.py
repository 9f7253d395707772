"""Dates and addresses of the small sites, compared with those of the real Hugo and Pelican.

``nox -s generators`` installs both. Without them, these tests are skipped.
"""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from newsarc.api import Archive
from newsarc.index import Filter
from tests.cli.driver import REPOSITORY

CASES = REPOSITORY / "tests" / "archive" / "site_cases"
REFUSED_BY_HUGO = ("05-a-blank-line-and-a-key-twice",)  # newsarc reports the key
Posts = dict[str, tuple[str | None, str]]  # by path: date, which a generator may not know, and address

PELICAN = """
import json
import sys
from pathlib import Path
from pelican.generators import ArticlesGenerator
from pelican.settings import read_settings

settings = read_settings("pelicanconf.py", override={"OUTPUT_PATH": sys.argv[1], "CACHE_CONTENT": False})
context = {**settings, "generated_content": {}, "static_links": set(), "static_content": {}, "localsiteurl": ""}
generator = ArticlesGenerator(context, settings, settings["PATH"], settings["THEME"], sys.argv[1])
generator.generate_context()
posts = [(str(Path(one.source_path).relative_to(Path.cwd())), f"{one.date:%Y-%m-%d}", f"/{one.url}")
         for one in (*generator.articles, *generator.translations)]
print(json.dumps(posts))
"""


def cases(layout: str) -> Iterator[str]:
    for case in sorted(CASES.iterdir()):
        if f'layout = "{layout}"' in (case / "expected.toml").read_text(encoding="utf-8"):
            yield case.name


def found_by_newsarc(root: Path) -> Posts:
    with Archive.open(root, cache=False) as archive:
        rows = list(archive.index().events(Filter()))
        posts = (archive.parse_post(row.path, archive.tree.read(row.path)).post for row in rows)
        return {row.path: (row.day, post.address) for row, post in zip(rows, posts, strict=True)}


@pytest.mark.parametrize("case", [case for case in cases("hugo") if case not in REFUSED_BY_HUGO])
def test_hugo_computes_the_same(case: str, tmp_path: Path) -> None:
    hugo = shutil.which("hugo") or pytest.skip("Hugo is not installed; run nox -s generators")
    site = shutil.copytree(CASES / case / "site", tmp_path / "site")
    listed = subprocess.run(
        [hugo, "list", "all"], cwd=site, capture_output=True, text=True, check=True, timeout=60
    ).stdout.splitlines()
    start = next(at for at, line in enumerate(listed) if line.startswith("path,"))
    rows = {row["path"]: row for row in csv.DictReader(listed[start:])}
    for path, (day, address) in found_by_newsarc(site).items():
        date = rows[path]["date"][:10]
        assert urlsplit(rows[path]["permalink"]).path == address
        assert date in (day, "0001-01-01")  # Hugo does not read the date of a name unless told to


@pytest.mark.parametrize("case", [case for case in cases("pelican") if not case.startswith("08")])
def test_pelican_computes_the_same(case: str, tmp_path: Path) -> None:
    pelican = shutil.which("pelican") or pytest.skip("Pelican is not installed; run nox -s generators")
    site = shutil.copytree(CASES / case / "site", tmp_path / "site")
    python = Path(pelican).with_name("python")
    printed = subprocess.run(
        [python, "-c", PELICAN, tmp_path / "out"], cwd=site, capture_output=True, text=True, check=True, timeout=60
    ).stdout
    posts: Posts = {path: (date, address) for path, date, address in json.loads(printed) if path.endswith(".md")}
    assert posts == found_by_newsarc(site)
