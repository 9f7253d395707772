"""Search: the query language, and recall and precision on the Chinese archive."""

from __future__ import annotations

import datetime as dt
import random
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarc import Archive
from newsarc.config import DEFAULT_CONFIG
from newsarc.errors import UsageError
from newsarc.index import Filter
from newsarc.parser import parse_day, parse_event
from newsarc.query.language import parse_query
from newsarc.query.matcher import Document, Evaluator, SearchedText
from newsarc.search.engine import Hit, matching, search
from newsarc.text.normalize import fold
from newsarc.text.tokenizer import index_text
from tests.naive import Model, Page, write

TWO_HAN = re.compile(r"(?=([\u4e00-\u9fff]{2}))")


class Texts:
    """Per event of an archive, every text that a search looks at, by reading each page."""

    def __init__(self, root: Path) -> None:
        self.of: dict[str, list[str]] = defaultdict(list)
        days = sorted(path for path in (root / "news").glob("*/*/*") if path.is_dir())
        for file in sorted(file for day in days for file in day.glob("*.md")):
            path, text = file.relative_to(root).as_posix(), file.read_text("utf-8", "surrogateescape")
            if file.name in ("index.md", "README.md"):
                for entry in parse_day(text, path, DEFAULT_CONFIG).entries:
                    if entry.link.path:
                        self.of[entry.link.path].extend(entry.contexts)
                continue
            event = parse_event(text, path)
            contexts = [name for link in event.related for name in link.contexts]
            labels = [source.text for source in event.sources]
            self.of[path] += [event.headline, event.summary or "", *event.topics, *contexts, *labels]
        self.folded = {path: list(map(fold, texts)) for path, texts in self.of.items()}

    def having(self, word: str) -> set[str]:
        folded = fold(word)
        return {path for path, texts in self.folded.items() if any(folded in text for text in texts)}

    def two_characters(self) -> list[str]:
        return sorted({pair for texts in self.of.values() for text in texts for pair in TWO_HAN.findall(text)})


@pytest.fixture(scope="module")
def texts(zh_archive: Path) -> Texts:
    return Texts(zh_archive)


@pytest.fixture(scope="module")
def chinese(zh_archive: Path) -> Iterator[Archive]:
    with Archive.open(zh_archive) as archive:
        yield archive


def found(archive: Archive, query: str) -> set[str]:
    return {hit.row.path for hit in search(archive.index(), query, Filter(), None).hits}


def test_recall_and_precision_on_the_chinese_archive(texts: Texts, chinese: Archive) -> None:
    words = ["地震", "中國", "阿富汗", *random.Random(2019).sample(texts.two_characters(), 50)]
    for word in words:
        expected = texts.having(word)
        assert expected, word
        assert found(chinese, word) == expected, word


def test_two_words_are_both_required(texts: Texts, chinese: Archive) -> None:
    assert found(chinese, "地震 中國") == texts.having("地震") & texts.having("中國") != set()
    assert found(chinese, "地震 -中國") == texts.having("地震") - texts.having("中國") != set()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Archive]:
    day = dt.date(2020, 3, 1)
    pages = [
        Page(day, "ab", "Storm over the bay", summary="The harbour of Bogotá is shut; don't sail."),
        Page(day, "b", "The harbour opens", summary="After the storms of March, ships sail again.", topics=("Storm",)),
        Page(day, "c", "地、震與地震", sources=(("伊斯蘭・國日報", "https://a.example/"),)),
        Page(day, "d", "Quiet day", sources=(("Storm Weekly", "https://b.example/"),)),
        Page(day, "e", "地，震", summary="ＮＡＳＡ說：5月地動"),
    ]
    with Archive.open(write(tmp_path, pages)) as archive:
        yield archive


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("storm", "ab b d"),
        ("STORM", "ab b d"),
        ("storm harbour", "ab b"),
        ("harbour storm", "ab b"),
        ('"storm over"', "ab"),
        ('"over storm"', ""),
        ("storm -harbour", "d"),
        ('storm -"harbour opens"', "ab d"),
        ("-harbour storm", "d"),
        ("storms", "ab b d"),
        ('"storms"', "b"),
        ("storm* -storm", ""),
        ("ships harbours", "b"),
        ("-storm", "c e"),
        ("storm OR nasa", "ab b d e"),
        ("storm (harbour OR weekly)", "ab b d"),
        ("storm NOT harbour", "d"),
        ("headline:storm", "ab"),
        ("topic:storm", "b"),
        ("topic:storm OR headline:quiet", "b d"),
        ("source:storm", "d"),
        ("source:b.example", "d"),
        ("source:example", "c d"),
        ("-source:example", "ab b e"),
        ("summary:harbour", "ab"),
        ("slug:ab", "ab"),
        ("date:2020-03 slug:b -slug:ab", "b"),
        ("storm until:2019", ""),
        ("storm OR date:2020-03-01", "ab b c d e"),
        ("😀", ""),
        ("stor", ""),
        ("stor*", "ab b d"),
        ("bogota", "ab"),
        ("Bogotá", "ab"),
        ("don't", "ab"),
        ('"the harbour', "ab b"),
        ("地震", "c"),
        ("地", "c e"),
        ("地*", "c e"),
        ("震與", "c"),
        ("蘭國", ""),
        ("nasa", "e"),
        ("5月", "e"),
        ("storm storm", "ab b d"),
        ("bay; harbour", "ab"),
        ("OR storm", ""),
        ("summary", ""),
        ("NEAR(storm)", ""),
        ("storm AND harbour", "ab b"),
        ("headline : storm", ""),
        ("^storm", "ab b d"),
        ("{storm}", "ab b d"),
        ('storm"', "ab b d"),
        ("storm\0harbour", "ab b"),
    ],
)
def test_queries(small: Archive, query: str, slugs: str) -> None:
    hits = search(small.index(), query, Filter(), None).hits
    assert sorted(hit.row.slug for hit in hits) == slugs.split()


def test_a_name_with_a_middle_dot_is_no_phrase_across_it(small: Archive) -> None:
    assert found(small, "伊斯蘭") != set()
    assert found(small, "蘭國") == set()


@pytest.mark.parametrize("query", ["", "  ", '""', "---", "!?", "*", "\0"])
def test_a_query_without_a_word_is_a_usage_error(small: Archive, query: str) -> None:
    with pytest.raises(UsageError):
        small.search(query)


def test_headline_ranks_over_topic_over_summary_over_source(small: Archive) -> None:
    assert [hit.row.slug for hit in small.search("storm")] == ["ab", "b", "d"]


def test_limit(small: Archive) -> None:
    assert len(small.search("storm", limit=2)) == 2
    assert len(small.search("storm", limit=None)) == 3
    result = search(small.index(), "storm", Filter(), 1)
    assert (len(result.hits), result.total) == (1, 3)


def marked(hit: Hit) -> list[str]:
    return [text.text[start:end] for text in (hit.headline, hit.snippet) for start, end in text.marks]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("bogota", ["Bogotá"]),
        ("storm*", ["Storm"]),
        ('"over the bay"', ["over the bay"]),
        ("don't", ["don't"]),
        ("DON'T", ["don't"]),
    ],
)
def test_marks_are_what_was_found(small: Archive, query: str, words: list[str]) -> None:
    hit = small.search(query)[0]
    assert marked(hit)[: len(words)] == words


@pytest.mark.parametrize(("query", "word"), [("nasa", "ＮＡＳＡ"), ("5", "5"), ("5月", "5月")])
def test_a_word_that_stands_against_chinese_is_marked(small: Archive, query: str, word: str) -> None:
    (hit,) = small.search(query)
    assert marked(hit) == [word]


def test_marks_do_not_cross_a_gap_in_chinese(small: Archive) -> None:
    (hit,) = small.search("地震")
    assert marked(hit) == ["地震"]


def test_a_long_summary_is_cut_around_the_word(tmp_path: Path) -> None:
    words = " ".join(f"word{number}" for number in range(200))
    page = Page(dt.date(2020, 3, 1), "a", "A", summary=f"{words} needle {words}")
    with Archive.open(write(tmp_path, [page])) as archive:
        (hit,) = archive.search("needle")
    assert marked(hit) == ["needle"]
    assert hit.snippet.text.startswith("…")
    assert hit.snippet.text.endswith("…")
    assert len(hit.snippet.text) < 200


WORDS = (
    "strike",
    "strikes",
    "Cease-fire",
    "ceasefire",
    "O'Brien",
    "Bogotá",
    "C++",
    "9/11",
    "地震",
    "地",
    "U.S.",
    "us",
    "敘利亞",
    "叙利亚",
    "น้ำท่วม",
    "Battle",
    "of",
)
texts_of_words = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)
fielded = st.sampled_from(["", "", "", "headline:", "context:", "summary:", "source:"])
terms = st.builds(
    "{}{}{}".format, st.sampled_from(["", "", "-"]), fielded, st.sampled_from([*WORDS, '"of strike"', "stri*"])
)
queries = st.lists(st.sampled_from(["OR", "(", ")", "slug:b", "date:2020-03-02"]) | terms, min_size=1, max_size=6)


@st.composite
def few_pages(draw: st.DrawFn) -> list[Page]:
    return [
        Page(
            dt.date(2020, 3, number % 2 + 1),
            "ab"[number % 2] * (number + 1),
            draw(texts_of_words) or "Headline",
            summary=draw(texts_of_words) or None,
            sources=((draw(texts_of_words) or "Wire", "https://wire.example/"),),
            day_contexts=tuple(filter(None, [draw(texts_of_words)])),
        )
        for number in range(draw(st.integers(1, 4)))
    ]


@settings(max_examples=60)
@given(few_pages(), queries.map(" ".join))
def test_the_index_finds_what_a_look_at_each_page_finds(pages: list[Page], query: str) -> None:
    with tempfile.TemporaryDirectory() as folder, Archive.open(write(Path(folder), pages), cache=False) as archive:
        try:
            evaluator = Evaluator(parse_query(query))
        except UsageError:
            return
        expected = set()
        for page in pages:
            texts = {
                "headline": [page.headline],
                "context": sorted(Model(pages).contexts(page)),
                "summary": [page.summary or ""],
                "source": [label for label, _ in page.sources],
            }
            searched = {name: [SearchedText(text) for text in found] for name, found in texts.items()}
            if evaluator.matches(Document(searched, page.slug, page.date.isoformat(), ["wire.example"])):
                expected.add(page.path)
        assert found(archive, query) == expected


def test_the_exact_spelling_ranks_before_the_others(tmp_path: Path) -> None:
    day = dt.date(2020, 3, 1)
    headlines = {
        "a": "Strikes at the port",
        "b": "Strike at the port",
        "c": "In Bogotá at last",
        "d": "In Bogota at last",
    }
    with Archive.open(write(tmp_path, [Page(day, slug, text) for slug, text in headlines.items()])) as archive:
        for query, slugs in (("strike", "ba"), ("strikes", "ab"), ("bogota", "dc"), ("bogotá", "cd")):
            assert "".join(hit.row.slug for hit in archive.search(query)) == slugs, query


def test_the_newest_of_equals_comes_first_and_date_orders_purely(tmp_path: Path) -> None:
    pages = [Page(dt.date(2020, 3, day), f"s{day}", "Storm at sea") for day in (1, 3, 2)]
    pages.append(Page(dt.date(2020, 3, 2), "weak", "Quiet", summary="A storm."))
    with Archive.open(write(tmp_path, pages)) as archive:
        index = archive.index()
        assert [hit.row.slug for hit in archive.search("storm")] == ["s3", "s2", "s1", "weak"]
        by_date = search(index, "storm", Filter(), sort="date").hits
        assert [hit.row.slug for hit in by_date] == ["s1", "s2", "weak", "s3"]
        newest = search(index, "storm", Filter(), 2, "date", reverse=True).hits
        assert [hit.row.slug for hit in newest] == ["s3", "weak"]
        assert [row.slug for row in matching(index, "storm -weak", Filter())] == ["s1", "s2", "weak", "s3"]


def test_words_side_by_side_and_names_rank_before_words_apart(tmp_path: Path) -> None:
    day = dt.date(2020, 3, 1)
    pages = [
        Page(day, "apart", "The bank of the river and the south"),
        Page(day, "beside", "Votes in the South Bank and the city"),
        Page(day, "named", "The quiet town", topics=("South Bank",)),
        Page(day, "longer", "The quiet town", topics=("South Bank of the river",)),
    ]
    with Archive.open(write(tmp_path, pages)) as archive:
        assert [hit.row.slug for hit in archive.search("south bank")] == ["beside", "apart", "named", "longer"]


def test_all_hits_are_in_order_where_all_are_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [Page(dt.date(2020, 3, 1 + number % 9), f"s{number}", "Storm " * (number + 1)) for number in range(12)]
    with Archive.open(write(tmp_path, pages)) as archive:
        everything = archive.search("storm", limit=None)
        assert [hit.score for hit in everything] == sorted((hit.score for hit in everything), reverse=True)
        for limit in (1, 4, 11):  # the same, as long as there are no more than are looked at closely
            assert archive.search("storm", limit=limit) == everything[:limit]
        monkeypatch.setattr("newsarc.search.engine._CANDIDATES", 5)
        assert archive.search("storm", limit=None) == everything
        assert all(hit.score > 0 for hit in archive.search("storm", limit=8))


def slugs(archive: Archive, query: str) -> list[str]:
    return sorted(hit.row.slug for hit in archive.search(query, limit=None))


def test_symbols_stand_as_typed_and_not_inside_of_more(tmp_path: Path) -> None:
    day = dt.date(2020, 3, 1)
    texts = {
        "more": "Rates of 15%, 1.5% and $50 on 19/11, with a 5 and 9-11",
        "just": "Rates of 5% and $5 on 9/11",
        "plus": "Written in C++",
        "letter": "Vitamin C language",
    }
    with Archive.open(write(tmp_path, [Page(day, slug, text) for slug, text in texts.items()])) as archive:
        for query in ("5%", "$5", "9/11", '"9/11"', '"rates of 5%"'):
            assert slugs(archive, query) == ["just"], query
        assert slugs(archive, "C++") == slugs(archive, '"C++"') == ["plus"]


def test_no_phrase_runs_from_one_name_into_the_next(tmp_path: Path) -> None:
    day = dt.date(2020, 3, 1)
    pages = [Page(day, "names", "A", topics=("地震", "四川")), Page(day, "text", "地震 四川")]
    with Archive.open(write(tmp_path, pages)) as archive:
        assert slugs(archive, '"地震 四川"') == ["text"]
        assert slugs(archive, "地震 四川") == ["names", "text"]


def test_scripts_side_by_side(tmp_path: Path) -> None:
    day = dt.date(2020, 3, 1)
    with Archive.open(write(tmp_path, [Page(day, "a", "G20 峰会在7 月"), Page(day, "b", "FM廣播")])) as archive:
        for query in ("G20峰会", "7月"):
            (hit,) = archive.search(query)
            assert (hit.row.slug, hit.score > 0, bool(hit.headline.marks)) == ("a", True, True)
        assert slugs(archive, "M廣播") == []
        assert not Evaluator(parse_query("M廣播")).matches(Document({"headline": [SearchedText("FM廣播")]}, "b", None))


def test_each_run_of_a_word_with_hyphens_is_found(tmp_path: Path) -> None:
    day = dt.date(2020, 3, 1)
    with Archive.open(write(tmp_path, [Page(day, "a", "A pro-Russian-backed cease-fire")])) as archive:
        for query in ("prorussian", "russianbacked", "prorussianbacked", "ceasefire", "pro-russian"):
            assert slugs(archive, query) == ["a"], query
        assert slugs(archive, "backedcease") == []


def test_a_topic_that_only_begins_headlines_counts_as_much(tmp_path: Path) -> None:
    pages = [
        Page(dt.date(2020, 3, 1), "longer", "Quiet", topics=("Battle of Raqqa and much more",)),
        Page(dt.date(2020, 3, 2), "one", "Battle of Raqqa: The siege begins"),
        Page(dt.date(2020, 3, 3), "two", "Battle of Raqqa: The siege ends"),
    ]
    with Archive.open(write(tmp_path, pages)) as archive:
        hits = archive.search('topic:"battle of raqqa"')
    assert [hit.row.slug for hit in hits] == ["two", "one", "longer"]
    assert all(hit.score > 0 for hit in hits)


def test_slugs_in_capitals_beyond_ascii(tmp_path: Path) -> None:
    with Archive.open(write(tmp_path, [Page(dt.date(2020, 3, 1), "Éa-Straße", "A")])) as archive:
        assert (
            slugs(archive, "slug:Éa")
            == slugs(archive, "slug:straße")
            == slugs(archive, "slug:STRASSE")
            == ["Éa-Straße"]
        )


def test_a_limit_is_none_or_a_number_of_events(small: Archive) -> None:
    assert small.search("storm", limit=0) == []
    with pytest.raises(UsageError):
        small.search("storm", limit=-1)


def test_texts_are_indexed_in_linear_time() -> None:
    """A run that was begun anew in each of its letters would take hours here."""
    for text in ("well-known " + "a" * 1_000_000, "a-" + "地" * 1_000_000, "a-" * 100_000, "'" * 1_000_000):
        assert index_text(text)
