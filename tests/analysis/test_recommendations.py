"""What else belongs to a story: on a small archive, and on random ones."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarc import Archive
from newsarc.analysis.recommendations import Recommendation, distance
from newsarc.index.similarity import headline_words, name_candidates
from tests.naive import Named, Page, folder_of, write

VALLEY = Path(__file__).parents[1] / "archives" / "valley"
DAY = dt.date(2021, 5, 4)


def found(ref: str, limit: int = 10, root: Path = VALLEY) -> list[Recommendation]:
    with Archive.open(root, cache=False) as archive:
        return archive.discover(archive.event(ref), limit)


def slugs(discoveries: list[Recommendation]) -> list[str]:
    return [discovery.row.slug for discovery in discoveries]


def reasons(ref: str, root: Path = VALLEY) -> dict[str, tuple[str, ...]]:
    return {discovery.row.slug: discovery.reasons for discovery in found(ref, 50, root)}


def test_what_belongs_together_comes_first() -> None:
    dam = found("inspectors-find")
    assert slugs(dam)[0] == "parliament-orders-a-report-on-the-tarn-dam"
    assert dam[0].reasons == ("shares Tarn Dam, Norland", "7 days later")
    assert [discovery.score for discovery in dam] == sorted((discovery.score for discovery in dam), reverse=True)


def test_what_is_linked_in_either_direction_does_not_come_back() -> None:
    dam = slugs(found("inspectors-find", 50))
    assert "families-spend-a-third-night-in-school-halls" not in dam  # it names this one
    assert "council-of-oss-is-elected" not in dam
    assert "pumps-are-brought-to-the-tarn-dam" not in dam  # that names it
    assert "inspectors-find-cracks-in-the-tarn-dam" not in dam
    assert "inspectors-find-cracks-in-the-tarn-dam" not in slugs(found("pumps-are", 50))


def test_rare_beats_common() -> None:
    report = slugs(found("parliament-orders", 50))
    assert report.index("ilva-brandt-says-who-knew") < report.index("norland-opens-a-railway-tunnel")
    assert report.index("repairs-of-the-tarn-dam-begin") < report.index("norland-sends-snow-ploughs")
    assert reasons("parliament-orders")["ilva-brandt-says-who-knew"][0] == "shares Ilva Brandt (rare)"


def test_a_rare_name_years_ago_beats_a_common_one_of_the_day(tmp_path: Path) -> None:
    pages = [
        Page(DAY, "asked", "Alpha", day_contexts=("Kell", "Norland")),
        Page(DAY - dt.timedelta(1000), "rare", "Beta", day_contexts=("Kell",)),
        *(Page(DAY, f"common-{number}", f"Gamma{number}", day_contexts=("Norland",)) for number in range(6)),
        *(Page(DAY, f"neither-{number}", f"Delta{number}") for number in range(13)),
    ]
    assert slugs(found("asked", root=write(tmp_path, pages)))[0] == "rare"


def test_rare_is_said_of_what_is_rare() -> None:
    for ref in ("parliament-orders", "inspectors-find", "norland-wins", "北岭水库大坝"):
        for said in reasons(ref).values():
            text = "; ".join(said)
            assert "Norland (rare)" not in text
            assert "Tarn Dam (rare)" not in text


def test_of_equals_the_nearest_in_time_comes_first(tmp_path: Path) -> None:
    names = ("Kell",)
    apart = {"a": -400, "b": 40, "c": -3, "d": 0}
    pages = [Page(DAY + dt.timedelta(days), slug, slug * 4, day_contexts=names) for slug, days in apart.items()]
    pages.append(Page(DAY, "asked", "Alpha", day_contexts=names))
    pages += [Page(DAY, f"n{number}", f"Filler {number}") for number in range(9)]
    near = found("asked", root=write(tmp_path, pages))
    assert slugs(near) == ["d", "c", "b", "a"]
    assert len({discovery.score for discovery in near}) == 4


def test_names_in_the_text_will_do_where_there_are_no_contexts() -> None:
    assert slugs(found("ilva-brandt")) == ["parliament-orders-a-report-on-the-tarn-dam"]
    repairs = reasons("repairs-of")
    assert set(repairs) == {
        "inspectors-find-cracks-in-the-tarn-dam",
        "parliament-orders-a-report-on-the-tarn-dam",
        "pumps-are-brought-to-the-tarn-dam",
        "families-spend-a-third-night-in-school-halls",
    }
    assert all(said[0] == "shares Tarn Dam" for said in repairs.values())


def test_a_twin() -> None:
    assert reasons("2020-08-01") == {
        "night-ferry-between-kell-and-sund-ran-aground": ("nearly the same headline", "1 day later")
    }


def test_nothing_in_common_is_nothing_found() -> None:
    assert found("a-lone-goat") == []


def test_chinese() -> None:
    dam = found("北岭水库大坝")
    assert slugs(dam)[0] == "专家公布北岭水库的调查报告"
    assert dam[0].reasons == ("shares 北岭水库 (rare)", "17 days later")
    assert "国家队抵达首都" not in slugs(dam)
    assert reasons("下游居民") == {"北岭水库大坝发现裂缝": ("headlines share 下游居民", "4 weeks earlier")}


def test_limit() -> None:
    every = found("norland-wins", 50)
    assert found("norland-wins", 3) == every[:3]
    assert found("norland-wins", 1) == every[:1]


def test_events_that_both_are_linked_with(tmp_path: Path) -> None:
    hub = f"{folder_of(DAY)}/hub.md"
    names = ("Kell",)
    pages = [Page(DAY, "hub", "The hub", day_contexts=names)]
    for slug in ("a", "z"):
        pages.append(Page(DAY, slug, f"{slug * 3} {slug * 4}", related=(Named(hub, names),), day_contexts=names))
    pages.append(Page(DAY, "c", "Kell alone", day_contexts=names))
    pages += [Page(DAY, f"other-{number}", f"Apple {number}") for number in range(9)]
    root = write(tmp_path, pages)
    assert slugs(found("2021-05-04/a", root=root))[:2] == ["z", "c"]
    assert reasons("2021-05-04/a", root)["z"] == ("shares Kell", "1 related event in common", "same day")


def test_no_more_than_three_names_the_rarest_first(tmp_path: Path) -> None:
    many = ("Alba", "Brno", "Cork", "Dole", "Ems")
    pages = [Page(DAY, slug, f"Event {slug}", day_contexts=many) for slug in ("x", "y")]
    pages += [
        Page(DAY, f"more-{number}", f"Filler {number}", day_contexts=many[: 5 - number // 3]) for number in range(12)
    ]
    pages += [Page(DAY, f"none-{number}", f"Nothing {number}") for number in range(20)]
    said = reasons("2021-05-04/x", write(tmp_path, pages))["y"][0]
    assert said == "shares Ems, Dole, Cork"


def test_a_name_that_most_events_have_is_no_reason(tmp_path: Path) -> None:
    pages = [Page(DAY, f"e{number}", f"Word{number}", day_contexts=("World",)) for number in range(10)]
    root = write(tmp_path, pages)
    assert found("2021-05-04/e3", root=root) == []


def test_dates_are_no_names_of_a_story(tmp_path: Path) -> None:
    pages = [Page(DAY, slug, text, day_contexts=("2021年",)) for slug, text in (("a", "甲乙丙"), ("b", "丁戊己"))]
    pages += [Page(DAY, f"n{number}", f"Nothing {number}") for number in range(6)]
    assert found("2021-05-04/a", root=write(tmp_path, pages)) == []


def test_what_is_before_a_colon_counts_as_a_topic(tmp_path: Path) -> None:
    pages = [
        Page(DAY, "a", "Battle of Kell: The bridge falls"),
        Page(DAY, "b", "Battle of Kell: A truce"),
        Page(DAY, "c", "Nobody: At least one apple"),
        *(Page(DAY, f"n{number}", f"Filler {number}") for number in range(9)),
    ]
    said = reasons("2021-05-04/a", write(tmp_path, pages))
    assert said["b"][0] == "shares Battle of Kell (rare)"
    assert "c" not in said


def test_an_event_without_a_day_or_a_headline(tmp_path: Path) -> None:
    root = write(tmp_path, [Page(DAY, "a", "Apples", day_contexts=("Kell",))])
    (root / "news/2021/05/odd").mkdir()
    for place in ("news/2021/05/4/no-headline.md", "news/2021/05/4/empty.md"):
        (root / place).write_text("", encoding="utf-8")
    assert found("no-headline", root=root) == []


def test_the_same_answer_after_pages_changed(tmp_path: Path) -> None:
    pages = [Page(DAY + dt.timedelta(number), f"e{number}", f"Rise {number} of Kell") for number in range(6)]
    root = write(tmp_path, pages)

    def answer(cache: bool) -> list[tuple[float, tuple[str, ...], str]]:
        with Archive.open(root, cache=cache) as archive:
            return [(d.score, d.reasons, d.row.path) for d in archive.discover(archive.event("2021-05-04/e0"))]

    assert answer(cache=True) == answer(cache=False)
    write(root, [*pages[:2], Page(DAY + dt.timedelta(3), "e3", "Rise 3 of Kell", day_contexts=("Kell",)), pages[4]])
    (root / pages[5].path).unlink()
    after = answer(cache=True)
    assert after == answer(cache=False)
    assert pages[5].path not in [path for _, _, path in after]


NAMES = ("Kell", "Sund", "Tarn Dam", "Oss, Upper", "水库", "Norland")


@st.composite
def archives(draw: st.DrawFn) -> list[Page]:
    number = draw(st.integers(2, 7))
    days = [DAY + dt.timedelta(draw(st.integers(0, 400))) for _ in range(number)]
    paths = [f"{folder_of(day)}/e{place}.md" for place, day in enumerate(days)]
    lists = st.lists(st.sampled_from(NAMES), max_size=3, unique=True).map(tuple)
    pages = []
    for place, day in enumerate(days):
        links = draw(st.lists(st.sampled_from(paths), max_size=2))
        related = tuple(Named(path, draw(lists)) for path in links)
        words = draw(st.lists(st.sampled_from(("rise", "fall", "of", "Kell", "水库", "北岭")), min_size=1, max_size=5))
        pages.append(
            Page(day, f"e{place}", " ".join(words), topics=draw(lists), related=related, day_contexts=draw(lists))
        )
    return pages


@settings(max_examples=40)
@given(archives())
def test_whatever_the_archive(tmp_path_factory: pytest.TempPathFactory, pages: list[Page]) -> None:
    root = write(tmp_path_factory.mktemp("any"), pages)
    linked = {(page.path, link.path) for page in pages for link in page.related}
    with Archive.open(root, cache=False) as archive:
        for page in pages:
            every = archive.discover(archive.load(page.path), 50)
            paths = [discovery.row.path for discovery in every]
            assert len(paths) == len(set(paths))
            assert page.path not in paths
            assert not any((page.path, path) in linked or (path, page.path) in linked for path in paths)
            assert all(len(discovery.reasons) > 1 and all(discovery.reasons) for discovery in every)
            assert archive.discover(archive.load(page.path), 2) == every[:2]


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "same day"),
        (1, "1 day later"),
        (-1, "1 day earlier"),
        (20, "20 days later"),
        (21, "3 weeks later"),
        (-55, "8 weeks earlier"),
        (56, "2 months later"),
        (365, "12 months later"),
        (699, "23 months later"),
        (700, "2 years later"),
        (-730, "2 years earlier"),
        (7305, "20 years later"),
    ],
)
def test_distance(days: int, words: str) -> None:
    assert distance(days) == words


def test_runs_of_words_that_may_be_names() -> None:
    found = name_candidates("The Battle of Kell (2017) in Upper Oss, D.C. ends")
    assert {"battle of kell (2017)", "battle of kell", "upper oss", "upper oss, dc", "kell"} <= found
    assert "of" not in found
    assert {"水库", "大坝", "水库大坝"} <= name_candidates("水库大坝")
    assert "库" not in name_candidates("水库大坝")


def test_words_of_a_headline() -> None:
    assert headline_words("A rise, a RISE in Bogotá") == ["a", "rise", "in", "bogota"]
    assert headline_words("水库大坝：裂缝 B2") == ["水库", "库大", "大坝", "裂缝", "b2"]
    assert headline_words("") == []
