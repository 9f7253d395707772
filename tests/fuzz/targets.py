"""What must hold for any bytes whatever: each target takes them and raises AssertionError, or anything at all, if not.

``test_corpus.py`` gives them the inputs in ``corpus/``; ``python -m tests.fuzz`` looks for new ones with atheris.
"""

from __future__ import annotations

import re
import tempfile
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from newsarc.archive.dates import DayRange
from newsarc.archive.reader import PageReader
from newsarc.archive.refs import EventRef, resolve_ref
from newsarc.config import DEFAULT_CONFIG, load_config, parse_config
from newsarc.errors import ConfigError, NewsarcError, UsageError
from newsarc.index import Filter, Index
from newsarc.model import Event
from newsarc.parser import parse_day, parse_event
from newsarc.parser.targets import (
    canonical_path,
    is_page_path,
    is_written_plainly,
    leaves_archive,
    plain_spellings,
    resolve,
    spellings,
    written_target,
)
from newsarc.query.language import parse_query, wanted_words
from newsarc.query.matcher import Highlighter
from newsarc.storage.config_file import CONFIG_NAME
from newsarc.storage.tree import Tree, decode_page
from newsarc.text.urls import is_external
from tests.parser.accounting import accounted_lines, all_links, filled_lines

EVENT_PATH = "news/2017/06/16/a.md"
DAY_PATH = "news/2017/06/16/index.md"
HERE = Path(__file__).parent
ARCHIVE = HERE.parents[1] / "examples" / "archive"
_OUTSIDE = re.compile(r"(?:\A|/)\.{0,2}(?:/|\Z)")


def page(data: bytes) -> None:
    """A page is parsed, each of its lines accounted for, and each place in it is one."""
    text = decode_page(data)
    lines = text.removeprefix("\ufeff").split("\n")
    for parsed in (parse_event(text, EVENT_PATH), parse_day(text, DAY_PATH)):
        accounted = accounted_lines(parsed, text)
        lost = filled_lines(text) - accounted
        assert not lost, f"lines {sorted(lost)} are lost"
        assert all(1 <= line <= len(lines) for line in accounted), "a line behind the end of the page"
        for problem in parsed.problems:
            assert 1 <= problem.line <= len(lines), problem
            assert problem.column >= 1, problem
        for link, _ in all_links(parsed):
            if "\n" not in link.target:
                written = lines[link.line - 1][link.column - 1 : link.end_column - 1]
                assert written.strip() == link.target.strip(), link
        if isinstance(parsed, Event):
            shown = (parsed.headline, parsed.summary or "", *parsed.topics, *(link.text for link in parsed.related))
            assert all(text == " ".join(text.split()) for text in shown), "text for reading is one line"


def link(data: bytes) -> None:
    """No spelling of a target leads out of the root, and the target that newsarc writes for a path leads there."""
    text = decode_page(data)
    for page, prefix in ((EVENT_PATH, ""), ("index.md", "/zh")):
        found = list(spellings(text, page, prefix))
        plain = canonical_path(text, page, prefix)
        for path in (*found, *((plain,) if plain else ())):
            assert not _OUTSIDE.search(path), path
        if leaves_archive(text, page, prefix):
            assert plain is None, plain
        if is_external(text.strip()):
            assert not found, found
        if plain is not None and is_written_plainly(text, plain, prefix):
            assert list(dict.fromkeys(filter(is_page_path, found))) == list(plain_spellings(plain))
    path = f"news/2017/06/16/{text.replace('/', '').replace(chr(0), '')}.md"
    assert resolve(written_target(path), EVENT_PATH, {path}.__contains__) == path


@cache
def _index() -> Index:
    return Index.open(PageReader(ARCHIVE, DEFAULT_CONFIG))


def query(data: bytes) -> None:
    """A query is read or refused in one line; what is read is asked, and found events have what is marked in them."""
    try:
        asked = parse_query(decode_page(data))
    except UsageError as error:
        assert "\n" not in str(error).strip()
        return
    index = _index()
    rows, total = index.match(asked, Filter(), limit=None)
    assert len(rows) == total
    highlighter = Highlighter(wanted_words(asked))
    for row in rows[:3]:
        ends = [place for span in highlighter.highlight(row.headline).marks for place in span]
        assert ends == sorted(ends), row.headline
        assert all(0 <= place <= len(row.headline) for place in ends), row.headline
    assert str(asked)


def config(data: bytes) -> None:
    """A configuration is read or refused with the key in its message."""
    try:
        table = tomllib.loads(data.decode())
    except (ValueError, RecursionError):
        return
    try:
        parse_config(table)
    except ConfigError as error:
        assert str(error)


def config_file(data: bytes) -> None:
    """A configuration file is read or refused in one line, whatever bytes it has."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / CONFIG_NAME
        file.write_bytes(data)
        try:
            load_config(file)
        except ConfigError as error:
            assert str(error).startswith(str(file))


def ref(data: bytes) -> None:
    """A REF means days or an event that is there, or is refused."""
    tree = _tree()
    try:
        found = resolve_ref(decode_page(data), tree, "/zh", cwd=ARCHIVE / "news")
    except NewsarcError:
        return
    if isinstance(found, EventRef):
        assert tree.exists(found.path), found
    else:
        assert isinstance(found, DayRange)
        assert found.first <= found.last


@cache
def _tree() -> Tree:
    return Tree(ARCHIVE, max_page_bytes=1 << 20)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "page": page,
    "link": link,
    "query": query,
    "config": config,
    "config_file": config_file,
    "ref": ref,
}
