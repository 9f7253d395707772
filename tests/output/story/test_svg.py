"""The picture as SVG, read by a strict XML parser."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from newsarc.output.story import story_svg
from newsarc.output.story.svg import later, room_for_gap
from newsarc.text.sanitize import visible
from tests.cli.driver import EXAMPLE, REPOSITORY
from tests.output.story.archives import HOSTILE, hostile_archive, story_of

SVG = "{http://www.w3.org/2000/svg}"


def drawn(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text.encode())


def of_class(picture: ElementTree.Element, tag: str, kind: str) -> list[ElementTree.Element]:
    return [found for found in picture.iter(SVG + tag) if kind in (found.get("class") or "").split()]


def test_each_event_has_a_dot_and_each_link_a_curve_with_an_arrow() -> None:
    story = story_of(EXAMPLE, "2017-06-16/russian-intervention")
    picture = drawn(story_svg(story))
    assert len(of_class(picture, "circle", "dot")) == len(story.graph.nodes)
    assert len(of_class(picture, "circle", "start")) == 1
    curves = [path for path in of_class(picture, "path", "link") if "C" in path.attrib["d"]]
    assert len(curves) == len(story.graph.edges)
    assert len(of_class(picture, "path", "arrow")) == len(curves) + 2  # two in the legend
    contexts = {edge.contexts for edge in story.graph.edges}
    titles = {title.text for curve in curves for title in curve.iter(SVG + "title")}
    assert titles == {" · ".join(names) for names in contexts if names}


def test_curves_lead_from_an_event_to_the_one_it_names() -> None:
    story = story_of(EXAMPLE, "2017-06-16/russian-intervention")
    picture = drawn(story_svg(story))
    dots = [float(dot.attrib["cy"]) for dot in of_class(picture, "circle", "dot")]
    assert dots == sorted(dots)
    at = dict(zip((node.path for node in story.graph.nodes), dots, strict=True))
    ends = {(at[edge.source], at[edge.target]) for edge in story.graph.edges}
    curves = [path.attrib["d"] for path in of_class(picture, "path", "link") if "C" in path.attrib["d"]]
    pattern = re.compile(r"M216,([\d.]+)C.* 216,([\d.]+)\Z")
    assert {tuple(map(float, pattern.match(curve).groups())) for curve in curves} == ends  # type: ignore[union-attr]


def test_all_words_of_every_headline_are_there() -> None:
    story = story_of(EXAMPLE)
    picture = drawn(story_svg(story))
    shown = "".join(text.text or "" for text in of_class(picture, "text", "headline"))
    assert shown.replace(" ", "") == "".join(node.headline for node in story.graph.nodes).replace(" ", "")


def test_nothing_stands_outside_the_picture_or_on_something_else() -> None:
    picture = drawn(story_svg(story_of(EXAMPLE)))
    width, height = float(picture.attrib["width"]), float(picture.attrib["height"])
    lines = [(float(text.attrib["y"]), float(text.attrib["x"])) for text in picture.iter(SVG + "text")]
    assert all(0 < y < height and 0 < x < width for y, x in lines)
    column = sorted(y for y, x in lines if x == 300.0)
    assert all(after - before >= 16 for before, after in pairwise(column))


def test_a_picture_says_what_it_is() -> None:
    text = story_svg(story_of(EXAMPLE, "2017-06-16/russian-intervention"))
    picture = drawn(text)
    assert (picture.findtext(SVG + "title") or "").startswith("Russian intervention in Syria")
    assert "26 events, 86 links" in (picture.findtext(SVG + "desc") or "")
    assert text.splitlines()[1].startswith("<!-- made by newsarc ")
    assert picture.find(f".//{SVG}script") is None


@pytest.mark.parametrize("start", [None, "2020-03-01/script"])
def test_hostile_texts_stay_texts(tmp_path: Path, start: str | None) -> None:
    text = story_svg(story_of(hostile_archive(tmp_path), start, depth=9))
    picture = drawn(text)
    assert {element.tag.removeprefix(SVG) for element in picture.iter()} == {
        "svg", "title", "desc", "style", "rect", "text", "path", "line", "circle",
    }  # fmt: skip
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\ufeff\ufffe\uffff\ud800-\udfff]", text)
    shown = "".join(line.text or "" for line in of_class(picture, "text", "headline")).replace(" ", "")
    assert visible(HOSTILE["bidi"]).replace(" ", "") in shown
    assert HOSTILE["script"].replace(" ", "") in shown


def test_the_picture_in_docs_is_what_newsarc_draws() -> None:
    """Drawn anew by ``newsarc -A examples/archive graph 2017-06-16/russian --depth 1 --output docs/story.svg``."""
    kept = (REPOSITORY / "docs" / "story.svg").read_text(encoding="utf-8")
    new = story_svg(story_of(EXAMPLE, "2017-06-16/russian", depth=1))
    made_by = re.compile(r"<!-- made by newsarc .* -->")
    assert made_by.sub("", kept) == made_by.sub("", new)


def test_one_event_alone_has_a_picture() -> None:
    picture = drawn(story_svg(story_of(EXAMPLE, "2017-06-16/helmut-kohl")))
    assert len(of_class(picture, "circle", "dot")) == 1
    assert of_class(picture, "path", "link") == []


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (0, ""),
        (55, ""),
        (56, "2 months later"),
        (150, "5 months later"),
        (690, "23 months later"),
        (730, "2 years later"),
    ],
)
def test_gaps_in_words(days: int, text: str) -> None:
    assert later(days) == text


def test_gaps_grow_with_time_but_not_for_ever() -> None:
    rooms = [room_for_gap(days) for days in (0, 1, 7, 30, 365, 36500)]
    assert rooms == sorted(rooms)
    assert rooms[0] == 0
    assert rooms[-1] < 40
