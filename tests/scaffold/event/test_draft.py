"""New events: pages in the form of their neighbours, which lint finds nothing in."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarc import Archive
from newsarc.config import DEFAULT_CONFIG
from newsarc.errors import ArchiveError, ConfigError, NewsarcError, UsageError
from newsarc.lint import lint
from newsarc.scaffold.event import NewEvent, drafts
from newsarc.storage.changeset import FileChange, apply_changes
from tests.cli.driver import CASES, EXAMPLE
from tests.naive import Page, write

DAY = dt.date(2020, 3, 2)
FOLDER = "news/2020/03/2"


def archive_of(root: Path, *pages: Page) -> Archive:
    """An archive without a fault: two bridges, and the day before."""
    first = Page(
        dt.date(2020, 3, 1),
        "two-bridges-close",
        "Two bridges close",
        ("Bridges",),
        sources=(("Port Radio", "https://radio.example/1"),),
    )
    return Archive.open(write(root, [first, *pages]), cache=False)


def text_of(made: Iterable[FileChange], end: str) -> str:
    return next(draft.after for draft in made if draft.path.endswith(end))


def findings(root: Path) -> list[str]:
    return [
        f"{f.path}:{f.line} {f.code} {f.message}"
        for f in lint(Archive.open(root, cache=False), ignore=["NA504"]).findings
    ]


def test_a_page_with_everything(tmp_path: Path) -> None:
    archive = archive_of(tmp_path)
    new = NewEvent(
        headline="Ferries run at night",
        date=DAY,
        topics=("Bridges",),
        contexts=("Port Ansel", "Bridges"),
        sources=("The Harbour Gazette https://gazette.example/a_(b)", "https://www.radio.example/2"),
        related=("two-bridges",),
        summary="Until the bridges\nopen again.",
    )
    made = drafts(archive, new)
    assert [(draft.path, draft.before) for draft in made] == [
        (f"{FOLDER}/ferries-run-at-night.md", None),
        (f"{FOLDER}/index.md", None),
        (f"{FOLDER}/README.md", None),
    ]
    assert (
        made[0].after
        == """\
### [2020-03-2](/news/2020/03/2/index.md)

##### Bridges
# Ferries run at night

Until the bridges open again.


### Sources:

1. [The Harbour Gazette](https://gazette.example/a_%28b%29)
2. [radio.example](https://www.radio.example/2)

### Related:

1. [Two bridges close](/news/2020/03/1/two-bridges-close.md) _Context: Bridges_
""".replace("2020-03-2]", "2020-03-02]")
    )
    assert (
        made[1].after
        == made[2].after
        == """\
## [2020-03-02](/news/2020/03/2/index.md)

##### Bridges
### [Ferries run at night](/news/2020/03/2/ferries-run-at-night.md)
Until the bridges open again.

## [Previous Day...](/news/2020/03/1/index.md)

"""
    )
    apply_changes(archive.root, made)
    assert findings(tmp_path) == []


HEADLINES = [
    "Two [bridges] close",
    "A ] bracket too many [",
    "A link [here](https://x.example) in it",
    "Quotes “curly”, 'single', \"double\" and ''wiki''",
    "*Stars*, _lines_, `code` and <b>tags</b>",
    "#MeToo marches",
    "## two marks",
    "Ends in C #",
    "- a dash",
    "1. a number",
    "---",
    "Bogotá, 東京, Москва",
    "AT&T &amp; others &quo",
    "word " * 200,
    "{{convert|6.2|mi|km}} of -{zh-hans:甲; zh-hant:乙}-",
    "back\\slash \\[ and \\",
    "tab\tand\nline\r\nends\u2028and more",
    "<!-- newsarc: ignore NA101 --> hidden",
    "Formats: [HTML](x.html)",
    "Topic: Headline",
    "e\u0301 combined",
    "\u200f\u05e2\u05d1\u200f and \u200djoiners",
    "escape \x1b[31m",
    "override \u202e evil",
    "no width \u200b",
    "&#x1b; entity",
    "lone \udcff byte",
    "index",
    "Readme",
    "",
    " \n ",
    "🚢",
]


@pytest.mark.parametrize("headline", HEADLINES)
def test_a_headline_is_written_well_or_refused(headline: str, tmp_path: Path) -> None:
    archive = archive_of(tmp_path)
    event = NewEvent(headline, DAY, ("Bridges",), sources=("Radio https://radio.example/2",), summary="A summary.")
    try:
        made = drafts(archive, event)
    except (UsageError, ArchiveError) as error:
        assert "\n" not in str(error)
        assert not (tmp_path / FOLDER).exists()
        refused = ("\x1b", "\u202e", "\u200b", "&#x1b;", "\udcff", "index", "Readme", "🚢", "---", "<!--")
        assert not headline.strip() or headline.startswith(refused) or any(char in headline for char in refused[:5])
        return
    apply_changes(archive.root, made)
    assert findings(tmp_path) == []
    page = Archive.open(tmp_path, cache=False).load(made[0].path)
    from newsarc.text.normalize import display

    assert page.headline == display(headline)


TEXT = st.text(st.sampled_from("ab é字#[](){}<>*_`\\\"'&;:!-.,|~^ \n\t1️⃣0"), max_size=30)


@given(headline=TEXT, summary=TEXT, topics=st.lists(TEXT, max_size=2), contexts=st.lists(TEXT, max_size=2), label=TEXT)
def test_whatever_is_said_lint_finds_nothing(
    headline: str,
    summary: str,
    topics: list[str],
    contexts: list[str],
    label: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    root = tmp_path_factory.mktemp("new")
    archive = archive_of(root)
    event = NewEvent(
        headline, DAY, tuple(topics), tuple(contexts), (f"{label} https://radio.example/2",), ("two-bridges",), summary
    )
    try:
        apply_changes(root, drafts(archive, event))
    except (UsageError, ArchiveError):
        assert not (root / FOLDER).exists()
    else:
        assert findings(root) == []
    shutil.rmtree(root)


# --- the day page ---


def test_an_entry_goes_before_the_previous_day_and_touches_nothing_else(tmp_path: Path) -> None:
    archive_of(tmp_path, Page(DAY, "storm", "Storm", summary="It blows."))
    before = (
        "\r\n## [2020-03-2](/news/2020/03/2/index.md)  \r\n\r\n### [Storm](/news/2020/03/2/storm.md)\r\nIt blows.\r\n"
        "\r\n## [Previous Day...](/news/2020/03/1/index.md)\r\n<!-- an end -->"
    )
    (tmp_path / FOLDER / "index.md").write_bytes(before.encode())
    (tmp_path / FOLDER / "README.md").unlink()
    made = drafts(Archive.open(tmp_path, cache=False), NewEvent("Calm", DAY, sources=("https://r.example",)))
    assert [draft.path for draft in made] == [f"{FOLDER}/calm.md", f"{FOLDER}/index.md"]
    entry = "### [Calm](/news/2020/03/2/calm.md)\r\n\r\n"
    at = before.index("## [Previous")
    assert made[1].after == before[:at] + entry + before[at:]


def test_an_entry_that_waits_for_its_event_is_left(tmp_path: Path) -> None:
    archive_of(tmp_path, Page(DAY, "storm", "Storm"))
    for name in ("index.md", "README.md"):
        file = tmp_path / FOLDER / name
        file.write_text(file.read_text("utf-8") + f"\n### [Calm](/{FOLDER}/calm.md)\n", encoding="utf-8")
    made = drafts(Archive.open(tmp_path, cache=False), NewEvent("Calm", DAY))
    assert [draft.path for draft in made] == [f"{FOLDER}/calm.md"]


def test_a_readme_that_is_a_link_to_the_index_is_left_to_it(tmp_path: Path) -> None:
    archive_of(tmp_path, Page(DAY, "storm", "Storm"))
    (tmp_path / FOLDER / "README.md").unlink()
    (tmp_path / FOLDER / "README.md").symlink_to("index.md")
    archive = Archive.open(tmp_path, cache=False)
    apply_changes(archive.root, drafts(archive, NewEvent("Calm", DAY)))
    assert (tmp_path / FOLDER / "README.md").is_symlink()
    assert "calm.md" in (tmp_path / FOLDER / "README.md").read_text("utf-8")


def test_a_day_page_that_lists_nothing_is_refused(tmp_path: Path) -> None:
    archive_of(tmp_path, Page(DAY, "storm", "Storm"))
    (tmp_path / FOLDER / "index.md").write_text("nothing here\n", encoding="utf-8")
    with pytest.raises(ArchiveError, match="not a day page"):
        drafts(Archive.open(tmp_path, cache=False), NewEvent("Calm", DAY))


# --- the form ---


def test_front_matter_where_neighbours_have_it(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "archive")
    for folder in ("2019/04/23", "2019/04/9"):
        assert (tmp_path / "archive/news" / folder).exists()
    for year in ("2014", "2015", "2016", "2017", "2018"):
        shutil.rmtree(tmp_path / "archive/news" / year)
    for file in (tmp_path / "archive").glob("news/2019/*/*/*.md"):
        if file.name not in ("index.md", "README.md") and not file.read_text("utf-8").startswith("---"):
            shutil.rmtree(file.parent, ignore_errors=True)
    archive = Archive.open(tmp_path / "archive", cache=False)
    new = NewEvent("A: quake", dt.date(2019, 4, 24), ("InSight",), sources=("Science Desk https://s.example/1",))
    made = drafts(archive, new)
    assert made[0].after.startswith(
        "---\ntitle: 'A: quake'\ndate: 2019-04-24\ntopics:\n- InSight\nsources:\n- label: Science Desk\n"
        "  url: https://s.example/1\n---\n\n### [2019-04-24](/news/2019/04/24/index.md)\n\n# A: quake\n"
    )
    assert "##### InSight" not in made[0].after
    assert "Source" not in made[0].after
    apply_changes(archive.root, made)
    paths = {draft.path for draft in made}
    assert [f for f in lint(Archive.open(archive.root, cache=False), paths).findings if f.code != "NA504"] == []


def test_chinese_labels_unpadded_days_and_formats(tmp_path: Path) -> None:
    before = tmp_path / "news/2020/03/1"
    before.mkdir(parents=True)
    path = "/news/2020/03/1/大橋關閉"
    (before / "大橋關閉.md").write_text(
        f"\nFormats: [HTML]({path}.html)  [JSON]({path}.json)  \n\n### [2020-03-1](/news/2020/03/1/index.md)\n\n"
        "##### 大橋\n# 大橋關閉\n\n\n\n\n### 信息来源:\n\n1. [電台](https://r.example)\n",
        encoding="utf-8",
    )
    (before / "index.md").write_text(
        "\nFormats: [HTML](2020/03/1/index.html)  \n\n## [2020-03-1](/news/2020/03/1/index.md)\n\n##### 大橋\n"
        f"### [大橋關閉]({path}.md)\n_上下文: 大橋_\n\n## [前一天...](/news/2020/02/29/index.md)\n",
        encoding="utf-8",
    )
    new = NewEvent("渡輪開航", DAY, ("大橋",), ("大橋",), ("電台 https://r.example/2",), ("大橋關閉",))
    made = drafts(Archive.open(tmp_path, cache=False), new)
    here = "/news/2020/03/2/渡輪開航"
    assert made[0].after == (
        f"\nFormats: [HTML]({here}.html)  [JSON]({here}.json)  \n\n### [2020-03-2](/news/2020/03/2/index.md)\n\n"
        "##### 大橋\n# 渡輪開航\n\n\n\n\n### 信息来源:\n\n1. [電台](https://r.example/2)\n\n### 有关:\n\n"
        f"1. [大橋關閉]({path}.md) _上下文: 大橋_\n"
    )
    assert [draft.path for draft in made[1:]] == [f"{FOLDER}/index.md"]
    assert made[1].after == (
        "\nFormats: [HTML](2020/03/2/index.html)  \n\n## [2020-03-2](/news/2020/03/2/index.md)\n\n##### 大橋\n"
        f"### [渡輪開航]({here}.md)\n_上下文: 大橋_\n\n## [前一天...](/news/2020/03/1/index.md)\n\n"
    )


def test_an_archive_without_events(tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    archive = Archive.open(tmp_path, cache=False)
    apply_changes(tmp_path, drafts(archive, NewEvent("First", DAY, sources=("https://r.example",))))
    assert sorted(path.name for path in (tmp_path / FOLDER).iterdir()) == ["README.md", "first.md", "index.md"]
    assert findings(tmp_path) == []


def test_the_site_prefix_is_written_and_a_missing_one_told(tmp_path: Path) -> None:
    root = shutil.copytree(CASES / "prefixed", tmp_path / "archive")
    with pytest.raises(ConfigError, match="site-prefix"):
        drafts(Archive.open(root, config=DEFAULT_CONFIG, cache=False), NewEvent("New", DAY))
    prefixed = Archive.open(root, config=replace(DEFAULT_CONFIG, site_prefix="/bay"), cache=False)
    assert "](/bay/news/2020/03/2/" in drafts(prefixed, NewEvent("New", DAY))[0].after


# --- what is refused ---


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"headline": "Two bridges close", "date": dt.date(2020, 3, 1)}, "already exists"),
        ({"headline": "TWO BRIDGES: close!", "date": dt.date(2020, 3, 1)}, "already"),
        ({"headline": "Harbour news: Two bridges close at noon"}, ""),
        ({"date": dt.date(2999, 1, 1)}, "NA204"),
        ({"sources": ("no address",)}, "--source no address"),
        ({"sources": ("//host/x",)}, "--source"),
        ({"sources": ("https:///x",)}, "no host"),
        ({"sources": ("A https://r.example/1", "B https://r.example/1")}, "NA303"),
        ({"topics": ("",)}, "--topic is empty"),
        ({"related": ("no-such-event",)}, "no-such-event"),
        ({"related": ("two-bridges",), "topics": ()}, "--context NAME"),
        ({"contexts": ("Port",), "summary": "A summary."}, "--context requires --related"),
        ({"contexts": ("Port, harbour",), "related": ("two-bridges",)}, "--context would be parsed"),
        ({"summary": "### Sources:"}, ""),
        ({"summary": "---"}, "--summary would be parsed"),
    ],
)
def test_what_is_refused(changes: dict[str, object], said: str, tmp_path: Path) -> None:
    archive = archive_of(tmp_path)
    event = replace(NewEvent("Something else", DAY, ("Something",)), **changes)  # type: ignore[arg-type]
    if not said:
        assert drafts(archive, event)
        return
    with pytest.raises(NewsarcError, match=said):
        drafts(archive, event)


def test_a_former_slug_is_taken(tmp_path: Path) -> None:
    changes = (("Calm", f"/{FOLDER}/calm.md", "(First version)"), ("Storm", f"/{FOLDER}/storm.md", "(Current version)"))
    archive = archive_of(tmp_path, Page(DAY, "storm", "Storm", changes=changes))
    with pytest.raises(ArchiveError, match=r"former headline of news/2020/03/2/storm\.md"):
        drafts(archive, NewEvent("Calm", DAY))


def test_what_the_configuration_asks_for_is_asked(tmp_path: Path) -> None:
    archive = archive_of(tmp_path)
    strict = replace(archive.config, lint=replace(archive.config.lint, sources_since=2020))
    with pytest.raises(UsageError, match="NA301"):
        drafts(Archive.open(tmp_path, config=strict, cache=False), NewEvent("Calm", DAY))
    lenient = replace(strict, lint=replace(strict.lint, per_file_ignores={"news/2020/03/**": ("NA301",)}))
    assert drafts(Archive.open(tmp_path, config=lenient, cache=False), NewEvent("Calm", DAY))


# --- related links ---


def test_contexts_are_those_that_the_other_event_has(tmp_path: Path) -> None:
    other = Page(dt.date(2020, 3, 1), "inquiry", "Inquiry in Port Ansel opens", ("Inquiry",))
    archive = archive_of(tmp_path, other)
    new = NewEvent(
        "Calm", DAY, ("Bridges",), ("Port Ansel", "Bridges", "Ferries"), (), ("inquiry", "two-bridges", "inquiry")
    )
    text = drafts(archive, new)[0].after
    assert "1. [Inquiry in Port Ansel opens](/news/2020/03/1/inquiry.md) _Context: Port Ansel_\n" in text
    assert "2. [Two bridges close](/news/2020/03/1/two-bridges-close.md) _Context: Bridges_\n" in text
    assert "3." not in text


def test_without_contexts_what_the_headline_mentions_is_one(tmp_path: Path) -> None:
    archive = archive_of(tmp_path)
    text = drafts(archive, NewEvent("All bridges open", DAY, related=("two-bridges",)))[0].after
    assert "_Context: Bridges_" in text
