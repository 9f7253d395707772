"""Every page of the real archives, compared with a CommonMark parser and with simple readings of the format."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pytest

from newsarc.model import DayPage, Event, RelatedLink
from newsarc.parser import parse_day, parse_event
from newsarc.text.normalize import display
from tests.parser.accounting import accounted_lines, all_links, filled_lines
from tests.parser.commonmark import page_links, plain

_CONTEXT = re.compile(r"\) _(?:Context|上下文|消息)[:：] (.*)_\s*$")


class Page(NamedTuple):
    name: str
    text: str
    model: Event | DayPage


def read_archive(root: Path) -> Iterator[Page]:
    for file in sorted(root.rglob("*.md")):
        path = file.relative_to(root).as_posix()
        text = file.read_bytes().decode("utf-8", "surrogateescape")
        parse = parse_day if file.name in ("index.md", "README.md") else parse_event
        yield Page(f"{root.name}/{path}", text, parse(text, path))


@pytest.fixture(scope="module")
def zh_pages(zh_archive: Path) -> list[Page]:
    pages = list(read_archive(zh_archive))
    assert len(pages) == 4317
    return pages


@pytest.fixture(scope="module")
def en_pages(en_samples: Path) -> list[Page]:
    roots = sorted(folder for folder in en_samples.iterdir() if folder.is_dir())
    pages = [page for root in roots for page in read_archive(root)]
    assert len(pages) >= 15
    return pages


@pytest.fixture(scope="module", params=["zh", "en"])
def pages(request: pytest.FixtureRequest) -> list[Page]:
    found: list[Page] = request.getfixturevalue(f"{request.param}_pages")
    return found


def source_links(page: Event | DayPage) -> Counter[tuple[int, str]]:
    links: Counter[tuple[int, str]] = Counter()
    for source in page.sources if isinstance(page, Event) else ():
        links[source.line, plain(source.url)] += 1
        if source.image is not None:
            links[source.line, plain(source.image)] += 1
    return links


def is_balanced(label: str) -> bool:
    depth = 0
    for bracket in re.findall(r"\\.|[\[\]]", label):
        depth += {"[": 1, "]": -1}.get(bracket, 0)
        if depth < 0:
            return False
    return depth == 0


shown_links = lru_cache(2)(page_links)  # both day pages of a day are equal


def test_rendered_links_are_those_of_the_model(pages: list[Page]) -> None:
    for page in pages:
        ours = Counter((link.line, plain(link.target)) for link, _ in all_links(page.model) if link.rendered)
        ours += source_links(page.model)
        assert ours == shown_links(page.text), page.name


def test_links_that_are_not_rendered_have_unbalanced_labels(pages: list[Page]) -> None:
    for page in pages:
        for link, is_item in all_links(page.model):
            if not link.rendered:
                assert is_item, (page.name, link)
                assert not is_balanced(link.label), (page.name, link)


def test_an_extra_bracket_hides_no_related_link(pages: list[Page]) -> None:
    """With a truncated headline in each item, Markdown renders none of these links, but newsarc reads them all."""
    hidden = 0
    for page in pages:
        if not isinstance(page.model, Event):
            continue
        cut = re.sub(r"\](?=\(/news/[^\n]*\) _(?:Context|上下文))", "]]", page.text)
        if cut == page.text:
            continue
        model = parse_event(cut, page.model.path)
        assert [_read(link) for link in model.related] == [_read(link) for link in page.model.related], page.name
        shown = page_links(cut)
        for link in model.related:
            assert link.rendered == ((link.line, plain(link.target)) in shown), (page.name, link)
            assert link.rendered == is_balanced(link.label), (page.name, link)
            hidden += not link.rendered
    assert hidden > 50


def _read(link: RelatedLink) -> tuple[str, str | None, tuple[str, ...], int]:
    return link.target, link.path, link.contexts, link.line


def test_every_line_belongs_to_some_part_of_its_page(pages: list[Page]) -> None:
    for page in pages:
        assert filled_lines(page.text) - accounted_lines(page.model, page.text) == set(), page.name


def test_each_related_link_has_its_contexts(pages: list[Page]) -> None:
    checked = 0
    for page in pages:
        if not isinstance(page.model, Event):
            continue
        lines = page.text.split("\n")
        for link in page.model.related:
            note = _CONTEXT.search(lines[link.line - 1])
            assert note is not None, (page.name, link)
            assert link.has_context, (page.name, link)
            plain_split = tuple(dict.fromkeys(display(name) for name in note[1].split(", ")))
            if not any("," in name for name in link.contexts):
                assert link.contexts == plain_split, (page.name, link)
                checked += 1
            assert ", ".join(link.contexts) == ", ".join(plain_split), (page.name, link)
    assert checked > 50


def test_targets_are_at_their_positions(pages: list[Page]) -> None:
    for page in pages:
        lines = page.text.split("\n")
        for link, _ in all_links(page.model):
            assert lines[link.line - 1][link.column - 1 : link.end_column - 1] == link.target, (page.name, link)


def test_no_page_of_the_whole_archive_has_problems(zh_pages: list[Page]) -> None:
    assert {page.name: page.model.problems for page in zh_pages if page.model.problems} == {}


def test_the_last_heading_is_the_previous_day(zh_pages: list[Page]) -> None:
    for page in zh_pages:
        if isinstance(page.model, DayPage):
            previous = page.model.previous
            assert (previous is not None) == ("## [前一天...](" in page.text), page.name
            assert previous is None or previous.label == "前一天...", page.name
