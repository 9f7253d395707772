"""The page as HTML: what stands in it, and that texts of the archive stay texts."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from newsarc.output.story import html, story_html, vega
from newsarc.text.sanitize import visible
from tests.cli.driver import EXAMPLE
from tests.output.story.archives import HOSTILE, hostile_archive, story_of

VOID = {"meta", "input", "img", "br", "link", "hr"}


class Reader(HTMLParser):
    """Reads a page strictly: every element that is opened is closed, and in order."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.links: list[dict[str, str | None]] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        assert len(attributes) == len(attrs), f"an attribute twice: {attrs}"
        self.elements.append((tag, attributes))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "script":
            self.scripts.append((attributes, ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "script":
            attributes, text = self.scripts[-1]
            self.scripts[-1] = (attributes, text + data)
        elif self.open:
            self.texts.setdefault(self.open[-1], []).append(data)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def data(self) -> dict[str, Any]:
        (text,) = [text for attributes, text in self.scripts if attributes.get("type") == "application/json"]
        return json.loads(text)  # type: ignore[no-any-return]


@pytest.fixture(autouse=True)
def small_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the place of Vega, which these tests do without."""
    monkeypatch.setattr(html, "library_script", lambda: "window.vegaEmbed = null; // Vega")
    monkeypatch.setattr(html, "library_version", lambda: "6.0.0")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hostile_archive(tmp_path_factory.mktemp("hostile"))


def test_a_page_has_the_data_the_library_and_our_program() -> None:
    reader = Reader(story_html(story_of(EXAMPLE, "2017-06-16/russian-intervention")))
    assert [attributes.get("type") for attributes, _ in reader.scripts] == ["application/json", "module", "module"]
    assert "// Vega" in reader.scripts[1][1]
    assert "class Story" in reader.scripts[2][1]
    assert all("src" not in attributes for attributes, _ in reader.scripts)


def test_the_policy_allows_these_scripts_and_nothing_from_elsewhere() -> None:
    text = story_html(story_of(EXAMPLE))
    reader = Reader(text)
    (policy,) = [
        meta["content"] or "" for meta in reader.named("meta") if meta.get("http-equiv") == "Content-Security-Policy"
    ]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)

    def source_of(content: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"

    assert rules["default-src"] == "'none'"
    assert rules["script-src"].split() == [source_of(content) for _, content in reader.scripts[1:]]
    assert rules["style-src"] == source_of(style)
    assert "unsafe" not in policy
    assert text.index("Content-Security-Policy") < text.index("<style>")
    assert not {"link", "img", "iframe", "object", "embed", "base"} & {tag for tag, _ in reader.elements}
    assert not re.search(r"url\(|@import", style)


def test_no_element_has_style_or_handlers() -> None:
    for tag, attributes in Reader(story_html(story_of(EXAMPLE))).elements:
        assert not [name for name in attributes if name == "style" or name.startswith("on")], tag


def test_hostile_texts_stay_texts(hostile: Path) -> None:
    text = story_html(story_of(hostile))
    reader = Reader(text)
    assert len(reader.scripts) == 3
    assert "img" not in {tag for tag, _ in reader.elements}
    assert len(reader.named("style")) == 1
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]", text)
    headlines = {event["headline"] for event in reader.data["story"]["events"]}
    assert visible(HOSTILE["bidi"]) in headlines
    assert HOSTILE["script"] in headlines
    assert HOSTILE["template"].replace("\\u", "\\u") in headlines
    assert "Bytes \ufffd\ufffd of no text" in headlines
    assert headlines <= set(reader.texts["h2"])


def test_the_data_has_no_character_that_ends_a_script(hostile: Path) -> None:
    text = story_html(story_of(hostile))
    (data,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert not set("<>&\u2028\u2029") & set(data)
    assert json.loads(data)["version"] == 1


def test_sources_are_links_only_where_they_are_web_addresses(hostile: Path) -> None:
    reader = Reader(story_html(story_of(hostile)))
    links = [link for link in reader.named("a") if link.get("class") != "skip"]
    assert links
    for link in links:
        assert re.match(r"https?://", link["href"] or "")
        assert link["rel"] == "noopener noreferrer"
    urls = [source["url"] for event in reader.data["story"]["events"] for source in event["sources"]]
    assert None in urls
    assert all(url is None or url.startswith("https://") for url in urls)


def test_what_the_data_says_of_an_event() -> None:
    story = Reader(story_html(story_of(EXAMPLE, "2017-06-16/russian-intervention"))).data["story"]
    event = story["events"][story["start"]]
    assert event["day"] == "2017-06-16"
    assert event["when"] == "Friday 16 June 2017"
    assert event["headline"].startswith("Russian intervention in Syria: The defence ministry")
    assert event["ref"] == "2017-06-16/russian-intervention-in-syria"
    assert event["sources"][0] == {
        "label": "The Independent",
        "url": event["sources"][0]["url"],
    }
    assert event["broken"] == 2
    days = [event["day"] for event in story["events"]]
    assert days == sorted(days)
    names = [link for link in story["links"] if link["source"] == story["start"]]
    assert len(names) == 8
    assert event["outside"] == 0
    assert all(link["contexts"] for link in names)


def test_related_events_outside_the_picture_are_counted() -> None:
    from newsarc import Archive
    from newsarc.analysis.graph import graph_of
    from newsarc.output.story import build_story

    with Archive.open(EXAMPLE, cache=False) as archive:
        start = archive.event("2017-06-16/russian-intervention")
        story = build_story(archive, graph_of(archive.index(), [start.path]), "Alone")
    (event,) = Reader(story_html(story)).data["story"]["events"]
    assert event["outside"] == 8


def test_a_reader_without_scripts_has_the_events() -> None:
    story = story_of(EXAMPLE, "2017-06-16/russian-intervention")
    text = story_html(story)
    (plain,) = re.findall(r"<noscript>(.*?)</noscript>", text, re.DOTALL)
    headlines = Reader(plain).texts["h2"]
    assert headlines == [node.headline for node in story.graph.nodes]


@pytest.mark.parametrize(("text", "language"), [("地震在四川", "zh"), ("Earthquake", ""), ("地震のニュース", "")])
def test_chinese_is_set_as_chinese(text: str, language: str) -> None:
    from newsarc.output.story.story import language as language_of

    assert language_of(text) == language


def test_the_real_library_comes_with_its_licence_and_fits_in_a_page() -> None:
    pytest.importorskip("vl_convert", reason='pip install "newsarc[graph]"')
    script = vega.library_script()
    assert script.startswith("/*!\nVega")
    assert "BSD-3-Clause" in script[:400]
    assert "Redistributions of source code must retain" in script[:2000]
    assert "</script" not in script.lower()
    assert "window.vegaEmbed=" in script.replace(" ", "")
    assert re.fullmatch(r"6\.\d+\.\d+", vega.library_version())
