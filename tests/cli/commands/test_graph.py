"""``newsarc graph``: which events are drawn, and where the drawing goes."""

from __future__ import annotations

import errno
import json
import re
import sys
from importlib import util
from pathlib import Path
from xml.etree import ElementTree

import pytest

from newsarc.output.story import html, vega
from tests.cli.driver import EXAMPLE, Outcome, on_example, run, spawn
from tests.output.story.archives import hostile_archive

STRIKE = "2017-06-16/russian-intervention"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def small_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the place of Vega."""
    monkeypatch.setattr(vega, "require_library", lambda: None)
    monkeypatch.setattr(html, "library_script", lambda: "window.vegaEmbed = null;")
    monkeypatch.setattr(html, "library_version", lambda: "6.0.0")


def headlines(svg: str) -> list[str]:
    """The headlines of a picture, the first line of each."""
    picture = ElementTree.fromstring(svg.encode())
    first: dict[str, str] = {}
    dots = {float(dot.attrib["cy"]) + 5 for dot in picture.iter(SVG + "circle")}
    for text in picture.iter(SVG + "text"):
        if "headline" in text.attrib["class"] and float(text.attrib["y"]) in dots:
            first[text.attrib["y"]] = text.text or ""
    return list(first.values())


def draw(*arguments: str | Path) -> Outcome:
    return on_example("graph", *arguments, "--format", "svg", "--output", "-")


def counts(outcome: Outcome) -> tuple[int, int]:
    found = re.search(r"(\d+) events?, (\d+) links?$", outcome.err.splitlines()[-1])
    assert found is not None, outcome.err
    return int(found[1]), int(found[2])


# --- which events ---


def test_one_event_is_walked_from_in_both_directions() -> None:
    outcome = draw(STRIKE)
    assert outcome.code == 0
    assert counts(outcome) == (26, 86)
    assert len(headlines(outcome.out)) == 26


def test_depth_and_directions() -> None:
    events = {
        name: counts(draw(STRIKE, "--depth", "1", *options))[0]
        for name, options in {"related": ["--related"], "backlinks": ["--backlinks"], "both": ["--both"]}.items()
    }
    related = on_example("related", STRIKE, "--format", "paths").lines
    backlinks = on_example("related", STRIKE, "--backlinks", "--format", "paths").lines
    assert events["related"] == 1 + len(set(related))
    assert events["backlinks"] == 1 + len(set(backlinks))
    assert events["both"] == 1 + len(set(related) | set(backlinks)) == counts(draw(STRIKE, "-d", "1"))[0]


def test_a_month_gives_its_events() -> None:
    outcome = draw("2017-06")
    listed = on_example("list", "2017-06").rows
    shown = headlines(outcome.out)
    assert len(shown) == len(listed)
    assert all(row[3].startswith(line) for line, row in zip(shown, listed, strict=True))


def test_a_day_with_one_event_is_walked_from() -> None:
    assert counts(draw("2017-06-04")) == counts(draw("2017-06-4/syrian"))


def test_a_query_gives_its_hits() -> None:
    found = on_example("search", "raqqa", "--limit", "0").rows
    assert counts(draw("--query", "raqqa"))[0] == len(found)


def test_filters_give_the_events_that_pass() -> None:
    for filters in (
        ["--topic", "Syrian Civil War"],
        ["--since", "2019"],
        ["--source", "Wire Example", "--until", "2016"],
    ):
        assert counts(draw(*filters))[0] == len(on_example("list", *filters).rows)


def test_filters_of_a_walk_keep_its_start() -> None:
    outcome = draw(STRIKE, "--since", "2019")
    shown = headlines(outcome.out)
    assert shown[0].startswith("Russian intervention in Syria")
    assert len(shown) > 1
    assert f"{len(shown) - 1} of 25 events around it match the filters" in outcome.err


def test_a_query_narrows_a_walk() -> None:
    shown = headlines(draw(STRIKE, "--query", "submarine OR dam").out)
    assert len(shown) == 1 + len(on_example("search", "submarine OR dam").rows) == 4
    assert any("A submarine in the Mediterranean" in headline for headline in shown)


def test_a_context_of_a_walk_is_the_context_of_its_links() -> None:
    outcome = draw(STRIKE, "--context", "raqqa")
    picture = ElementTree.fromstring(outcome.out.encode())
    curves = [path for path in picture.iter(SVG + "path") if "C" in path.attrib["d"]]
    assert curves
    assert all("Raqqa" in (curve.findtext(SVG + "title") or "") for curve in curves)


def test_rows_of_a_list_can_be_piped_in() -> None:
    rows = on_example("list", "--topic", "Battle of Raqqa").out
    outcome = on_example("graph", "-", "--format", "svg", stdin=rows)
    assert counts(outcome)[0] == 2


def test_limits_are_said_out_loud() -> None:
    walked = draw(STRIKE, "--limit", "5")
    assert counts(walked)[0] == 5
    assert "only the 4 nearest events are shown (change with --limit)" in walked.err
    assert "nearest events only" in walked.out
    month = draw("2017-06", "--limit", "3")
    assert counts(month)[0] == 3
    assert "only the 3 most linked of 14 events are shown" in month.err
    hits = draw("--query", "raqqa", "--limit", "2")
    assert "only the 2 best matches of 10 events are shown" in hits.err


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 2, "specify an event, a day or a month"),
        (["2017-06", "--depth", "2"], 2, "require the REF of one event"),
        (["2017-06", "--backlinks"], 2, "require the REF of one event"),
        (["--query", "zzzz"], 1, 'no matches for "zzzz"'),
        (["--topic", "Batle of Raqqa"], 1, 'no event has the topic "Batle of Raqqa"'),
        (["1990"], 1, "1990"),
        (["russian"], 3, "russian"),
        ([STRIKE, "--limit", "0"], 2, "limit"),
    ],
    ids=str,
)
def test_what_cannot_be_drawn(arguments: list[str], code: int, message: str) -> None:
    outcome = draw(*arguments)
    assert outcome.code == code
    assert message in outcome.err
    assert outcome.out == ""


# --- where to ---


def test_the_ending_decides_and_the_file_is_named(tmp_path: Path, small_library: None) -> None:
    for name, beginning in (("story.svg", "<?xml"), ("story.html", "<!DOCTYPE html>"), ("UP.SVG", "<?xml")):
        outcome = on_example("graph", STRIKE, "--output", tmp_path / name)
        assert (outcome.code, outcome.out) == (0, f"{tmp_path / name}: 26 events, 86 links\n")
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(beginning)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["UP.SVG", "story.html", "story.svg"]


def test_format_overrides_the_ending(tmp_path: Path) -> None:
    assert on_example("graph", STRIKE, "-o", tmp_path / "story.html", "--format", "svg").code == 0
    assert (tmp_path / "story.html").read_text(encoding="utf-8").startswith("<?xml")


def test_a_pipe_gets_the_page(small_library: None) -> None:
    outcome = on_example("graph", STRIKE)
    assert outcome.out.startswith("<!DOCTYPE html>")
    assert outcome.err == "newsarc: 26 events, 86 links\n"
    assert on_example("-q", "graph", STRIKE).err == ""


def test_on_a_terminal_a_file_must_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsarc.cli.output_target.is_terminal", lambda stream: True)
    outcome = on_example("graph", STRIKE)
    assert (outcome.code, outcome.out) == (2, "")
    assert "--output story.html" in outcome.err


def test_a_file_of_somebody_else_stays(tmp_path: Path, small_library: None) -> None:
    for name in ("notes.html", "drawing.svg"):
        file = tmp_path / name
        file.write_text("<!DOCTYPE html><p>my own</p>", encoding="utf-8")
        outcome = on_example("graph", STRIKE, "--output", file)
        assert outcome.code == 2
        assert "was not created by newsarc; use --force to overwrite it" in outcome.err
        assert "my own" in file.read_text(encoding="utf-8")
        assert on_example("graph", STRIKE, "--output", file, "--force").code == 0
        assert "my own" not in file.read_text(encoding="utf-8")
        assert on_example("graph", "2017-06", "--output", file).code == 0  # ours now


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("story.pdf", "use .html or .svg, or --format"),
        ("story", "use .html or .svg, or --format"),
        ("nowhere/story.svg", "does not exist"),
        ("folder.svg", "not a regular file"),
    ],
)
def test_where_nothing_can_be_written(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "folder.svg").mkdir()
    outcome = on_example("graph", STRIKE, "--output", tmp_path / name)
    assert (outcome.code, outcome.out) == (2, "")
    assert message in outcome.err


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "story.svg"
    assert on_example("graph", STRIKE, "-o", file).code == 0
    before = file.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    outcome = on_example("--no-cache", "graph", "2017-06", "-o", file)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == f"newsarc: {file}: cannot be written: No space left on device\n"
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


def test_a_former_slug_leads_to_the_event() -> None:
    former = on_example("show", "2018-05-17", "--json").json["events"][0]["changes"]
    slugs = [
        change["target"].rpartition("/")[2].removesuffix(".md")
        for change in former
        if change["note"] != "Current version"
    ]
    outcome = draw(slugs[0])
    assert outcome.code == 0
    assert f"{slugs[0]} is a former slug of 2018-05-17/" in outcome.err


@pytest.mark.skipif(sys.platform == "win32", reason="needs symbolic links")
def test_a_link_to_a_file_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "there.svg").touch()
    (tmp_path / "here.svg").symlink_to("there.svg")
    assert on_example("graph", STRIKE, "--output", tmp_path / "here.svg").code == 0
    assert (tmp_path / "here.svg").is_symlink()
    assert (tmp_path / "there.svg").read_text(encoding="utf-8").startswith("<?xml")


def test_open_shows_a_named_or_a_temporary_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_library: None
) -> None:
    opened: list[str] = []

    def open_(address: str) -> bool:
        opened.append(address)
        return True

    monkeypatch.setattr("webbrowser.open", open_)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert on_example("graph", STRIKE, "--open", "-o", tmp_path / "a b.html").code == 0
    outcome = on_example("graph", STRIKE, "--open")
    assert outcome.code == 0
    file = Path(outcome.out.rpartition(": ")[0])
    assert file.name == "story.html"
    assert opened == [(tmp_path / "a b.html").as_uri(), file.as_uri()]
    assert on_example("graph", STRIKE, "--open", "--output", "-").code == 2


def test_no_browser_is_no_failure_of_the_drawing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webbrowser.open", lambda address: False)
    outcome = on_example("graph", STRIKE, "--open", "-o", tmp_path / "story.svg")
    assert outcome.code == 0
    assert "could not find a browser" in outcome.err
    assert (tmp_path / "story.svg").is_file()


def test_without_the_extra_a_page_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(vega, "find_spec", lambda name: None)
    outcome = on_example("graph", STRIKE, "-o", tmp_path / "story.html")
    assert (outcome.code, outcome.out) == (2, "")
    assert f'pip install "{vega.REQUIREMENT}"' in outcome.err
    assert len(outcome.err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
    assert on_example("graph", STRIKE, "-o", tmp_path / "story.svg").code == 0


def test_a_page_as_users_get_it(tmp_path: Path) -> None:
    if util.find_spec("vl_convert") is None:
        pytest.skip('pip install "newsarc[graph]"')
    outcome = spawn("-A", EXAMPLE, "graph", "2017-06-16", cwd=tmp_path)
    assert outcome.code == 0
    (data,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', outcome.out, re.DOTALL)
    assert len(json.loads(data)["story"]["events"]) == 4
    assert "window.vegaEmbed=" in outcome.out


def test_hostile_names_of_files_and_texts(tmp_path: Path) -> None:
    archive = hostile_archive(tmp_path / "archive")
    outcome = run("-A", archive, "graph", "2020-03-03", "-o", tmp_path / "a\x1b[31m\u202eb.svg")
    assert outcome.code == 0
    assert outcome.out == f"{tmp_path}/a␛[31m⟨U+202E⟩b.svg: 5 events, 4 links\n"
