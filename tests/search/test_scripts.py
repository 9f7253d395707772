"""Search in many scripts: what a reader types finds what the pages of tests/archives/scripts say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsarc import Archive
from newsarc.index import Filter
from newsarc.search.engine import Hit, search
from tests.cli.driver import CASES, run
from tests.naive import Page, write

SCRIPTS = CASES / "scripts"
# A query and the slugs of the events that it finds.
QUERIES = [
    # Latin letters that Unicode does not decompose, dotted and dotless i
    ("lodz", "lodz"),
    ("ŁÓDŹ", "lodz"),
    ("thordur aegisson", "lodz"),
    ("da nang", "da-nang"),
    ("ĐÀ NẴNG", "da-nang"),
    ("Oresund strasse", "oresund"),
    ("yildirim", "yildirim"),
    ("YILDIRIM", "yildirim"),
    ("Yıldırım kilicdaroglu igdir", "yildirim"),
    ("izmir yarin", "yildirim"),
    ("headline:iğdir", "yildirim"),
    ("izm*", "yildirim"),
    # scripts without spaces
    ("กรุงเทพ", "bangkok"),
    ("มหานคร", "bangkok"),
    ("ท่วม", "bangkok"),
    ('"ฝนตกหนัก"', "bangkok"),
    ("ทวม", ""),
    ("สส bbc", "bangkok"),
    ("ນະຄອນຫຼວງ", "vientiane"),
    ("ភ្នំពេញ", "phnom-penh"),
    ("ရေကြီး", "yangon"),
    ("ལྷ་ས", "lhasa"),
    ("རྒྱལ་པོ་", "lhasa"),
    ("地下鉄 OR 서울", "seoul"),
    ("지하철", "seoul"),
    ("5월", "seoul"),
    ("サミット", "tokyo"),
    ("g20サミット", "tokyo"),
    ("バイデン", "tokyo"),
    ("ーバ", ""),
    # marks belong to their letters
    ("दिल", "heart"),
    ('"दिल"', "heart"),
    ("दाल", "lentils"),
    ("दल", ""),
    ("बारिश", "heart"),
    ("क्षेत्र", "heart"),
    ("कानून", "heart"),
    ("बीजेपी", "lentils"),
    ("சென்னையில்", "chennai"),
    ("সে OR নাক", "dhaka"),
    ("নৌকা", "dhaka"),
    # Arabic, Persian, Hebrew
    ("كتاب", "book-fair tehran"),
    ("كِتاب", "book-fair tehran"),
    ("احمد", "book-fair"),
    ("أحمد امنة", "book-fair"),
    ("مكتبه مصر", "book-fair"),
    ("كتابفروشيهاي", "tehran"),
    ("کتاب‌فروشی‌های", "tehran"),
    ("کتاب فروشی", "tehran"),
    ("1399", "tehran"),
    ("שלום", "jerusalem"),
    ("שָׁלוֹם", "jerusalem"),
    ("צהל", "jerusalem"),
    ('צה"ל', "jerusalem"),
    ("בן-גוריון", "jerusalem"),
    # letters for apostrophes
    ("sanaa", "sanaa"),
    ("sana'a", "sanaa"),
    ("hawaii", "sanaa"),
    ("Hawaiʻi", "sanaa"),
    ("taizz adan", "sanaa"),
    ("oleary", "sanaa"),
    ("O‘Leary", "sanaa"),
    ("пять", "kyiv"),
    ("пʼять", "kyiv"),
    # abbreviations
    ("US", "us-led usa"),
    ("U.S.", "us-led usa"),
    ("UN", "us-led usa"),
    ("u.n", "us-led usa"),
    ("usa", "us-led usa"),
    ("U.S.A.", "us-led usa"),
    ("NATO", "us-led usa"),
    ("N.A.T.O.", "us-led usa"),
    ('"US-led coalition"', "us-led"),
    ('"U.S.-led"', "us-led"),
    ("usled", "us-led"),
    ('"US and UN"', "usa"),
    ("eg", "us-led"),
    ("J.K.", "us-led usa"),
    ("J. K.", "us-led usa"),
    ("topic:U.N.", "us-led usa"),
    ("ηπα οηε єс", "kyiv"),
    ("nato -us", ""),
    # simplified and traditional Chinese
    ("叙利亚", "syria-hans syria-hant syria-hk"),
    ("敘利亞", "syria-hans syria-hant syria-hk"),
    ("敍利亞", "syria-hans syria-hant syria-hk"),
    ('"政府军收复"', "syria-hans syria-hant syria-hk"),
    ("台灣", "syria-hans syria-hant"),
    ("卫生部门", "syria-hk"),
    ("美国英国", "syria-hk"),
    ("context:中东", "syria-hans syria-hant"),
    ("地震", ""),
]


@pytest.fixture(scope="module")
def scripts() -> Iterator[Archive]:
    with Archive.open(SCRIPTS, cache=False) as archive:
        yield archive


def hits(archive: Archive, query: str) -> list[Hit]:
    return search(archive.index(), query, Filter(), None).hits


@pytest.mark.parametrize(("query", "slugs"), QUERIES)
def test_what_is_found(scripts: Archive, query: str, slugs: str) -> None:
    assert sorted(hit.row.slug for hit in hits(scripts, query)) == slugs.split()


def test_a_scan_finds_what_the_index_finds(scripts: Archive) -> None:
    """With ``--in sources`` pages are read; their addresses have nothing of these queries that the index lacks."""
    for query, slugs in QUERIES[::4]:
        found = run("-A", SCRIPTS, "search", "--in", "sources", "-n0", "--format", "plain", "--", query).rows
        assert sorted(row[1] for row in found) == slugs.split(), query


@pytest.mark.parametrize(
    ("query", "marks"),
    [
        ("lodz", ["Łódź"]),
        ("kilicdaroglu", ["Kılıçdaroğlu"]),
        ("กรุงเทพ", ["กรุงเทพ"]),
        ("ཁ་བ", ["ཁ་བ"]),
        ("서울", ["서울"]),
        ("g20", ["G20"]),
        ("दिल", ["दिल"]),
        ("कानून", ["क़ानून"]),
        ("كتاب", ["كِتاب"]),
        ("مصر", ["مـصـر"]),
        ("کتابفروشیهای", ["کتاب‌فروشی‌های"]),
        ("שלום", ["שָׁלוֹם"]),
        ("צהל", ["צה״ל"]),
        ("hawaii", ["Hawaiʻi"]),
        ("п'ять", ["П’ять"]),
        ("usa", ["U.S.A"]),
        ("eg", ["e.g"]),
        ("台湾", ["臺灣"]),
    ],
)
def test_words_are_marked_as_they_are_written(scripts: Archive, query: str, marks: list[str]) -> None:
    found = [
        text.text[start:end]
        for hit in hits(scripts, query)
        for text in (hit.headline, hit.snippet)
        for start, end in text.marks
    ]
    assert set(marks) <= set(found)
    assert all(len(text) < 2 * len(marks[0]) + 3 for text in found)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("叙利亚", "syria-hans"),
        ("敘利亞", "syria-hant"),
        ("敍利亞", "syria-hk"),
        ("U.S.", "us-led"),
        ("US", "usa"),
        ("topic:UN", "usa"),
        ("topic:U.N.", "us-led"),
    ],
)
def test_what_was_typed_comes_first(scripts: Archive, query: str, first: str) -> None:
    assert hits(scripts, query)[0].row.slug == first


@pytest.mark.parametrize(
    ("option", "name", "slugs"),
    [
        ("--topic", "叙利亚内战", "syria-hans syria-hant"),
        ("--topic", "敘利亞內戰", "syria-hans syria-hant"),
        ("--topic", "UN reform", "us-led usa"),
        ("--topic", "U.N. Reform", "us-led usa"),
        ("--topic", "ايران", "tehran"),
        ("--context", "中東", "syria-hans syria-hant"),
        ("--context", "اسواق", "book-fair"),
    ],
)
def test_filters_fold_names_the_same_way(option: str, name: str, slugs: str) -> None:
    found = run("-A", SCRIPTS, "list", option, name, "--format", "plain").rows
    assert sorted(row[1] for row in found) == slugs.split()


def test_an_initial_ends_no_topic(tmp_path: Path) -> None:
    """Two headlines that begin with an abbreviation have no topic in common."""
    write(tmp_path, [Page(dt.date(2020, 1, 3), slug, f"U.S. {slug} adjourns") for slug in ("senate", "court")])
    with Archive.open(tmp_path, cache=False) as archive:
        assert archive.index().count_by("topic", Filter()) == [("", 2)]


@pytest.mark.parametrize(
    ("arguments", "slugs"),
    [
        (["--fixed", "Łódź"], "lodz"),
        (["--fixed", "Lodz"], ""),
        (["--fixed", "U.S."], "us-led"),
        (["--regex", "叙利."], "syria-hans syria-hant"),
    ],
)
def test_exact_scans_fold_nothing(arguments: list[str], slugs: str) -> None:
    found = run("-A", SCRIPTS, "search", *arguments, "--format", "plain").rows
    assert sorted(row[1] for row in found) == slugs.split()


def test_what_headlines_share_is_shown_as_it_is_written() -> None:
    shown = run("-A", SCRIPTS, "related", "--discover", "syria-hk").out
    assert "headlines share 敍利亞政府軍收復" in shown


def test_a_misspelt_name_is_compared_without_accents(tmp_path: Path) -> None:
    write(tmp_path, [Page(dt.date(2020, 1, 3), "market", "A market opens", topics=("Đồng Đăng",))])
    result = run("-A", tmp_path, "list", "--topic", "dong dangg")
    assert result.code == 1
    assert "Đồng Đăng" in result.err
