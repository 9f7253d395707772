"""Archive text as a reader sees it, and as two spellings compare."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from newsarc.text.entities import decode_entities
from newsarc.text.normalize import display, fold, fold_latin, without_surrogates

anything = st.text(st.characters(codec=None, exclude_categories=()), max_size=80)
markup = st.lists(
    st.sampled_from(
        [
            "&",
            "&#",
            "&#x",
            "20;",
            "amp",
            "quo",
            ";",
            "''",
            "'",
            "{{convert|",
            "|",
            "}}",
            "-{",
            "}-",
            "\\",
            "[",
            "a",
            " ",
        ]
    )
).map("".join)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("  two  spaces\tand\u3000others ", "two spaces and others"),
        ("Navy&#039;s &quot;Fitz&quot; &amp; co", 'Navy\'s "Fitz" & co'),
        ("Britain,&#x20;France&#x20;and&#x20;Germany", "Britain, France and Germany"),
        ("a&nbsp;b", "a b"),
        ("&#x1b;[31m", "[31m"),
        ("AT&T", "AT&T"),
        ("R&D", "R&D"),
        ("Q&A &", "Q&A &"),
        ("&unheardof; stays", "&unheardof; stays"),
        ("&#xD800;", "\ufffd"),
    ],
)
def test_entities_and_spaces(written: str, shown: str) -> None:
    assert display(written) == shown


@pytest.mark.parametrize(
    "cut", ["&#", "&#x", "&#x2", "&#x201", "&#03", "&quo", "&qu", "&am", "&nbs", "&rsqu", "&helli"]
)
@pytest.mark.parametrize("end", ["", "...", "…", " ", "... "])
def test_an_entity_cut_at_the_end_is_dropped(cut: str, end: str) -> None:
    assert display(f"They said {cut}{end}") == f"They said {end}".strip()


@pytest.mark.parametrize("text", ["&quo is not at the end", "AT&T", "Marks&Spencer", "Q&A", "Johnson & Johnson"])
def test_what_only_looks_like_a_cut_entity_stays(text: str) -> None:
    assert display(text) == text


@pytest.mark.parametrize(
    "written", ["&#" + "9" * 5000 + ";", "&#" + "9" * 5000, "&#x" + "f" * 5000 + ";", "&#99999999999;"]
)
def test_an_entity_beyond_all_numbers_stands_for_no_character(written: str) -> None:
    assert display(f"a {written} b") == "a \ufffd b"
    assert decode_entities(written) == "\ufffd"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("the USS ''Fitzgerald''", 'the USS "Fitzgerald"'),
        ("'''bold''' and ''italic''", '"bold" and "italic"'),
        ("AP via ''The Times", "AP via The Times"),
        ("''a'' and ''b", '"a" and b'),
        ("the ship's crew", "the ship's crew"),
        ("{{convert|6.2|mi|km}} deep", "6.2 mi deep"),
        ("{{convert|6.2|mi}}", "6.2 mi"),
        ("{{convert|100|km|mi|abbr=on}}", "100 km"),
        ("{{convert|6.2", "{{convert|6.2"),
        ("{{other|x}}", "{{other|x}}"),
        ("-{zh-hans:甲; zh-hant:乙}-", "甲"),
        ("-{zh-tw:強烈颱風; zh-hk:超強颱風;}-來襲", "強烈颱風來襲"),
        ("-{原文}-", "原文"),
        (r"in the cms\] \(UTC\)", "in the cms] (UTC)"),
        (r"a \b and \\", "a \\b and \\"),
    ],
)
def test_wiki_leftovers_and_escapes(written: str, shown: str) -> None:
    assert display(written) == shown


@given(anything | markup)
@example("&#" + "1" * 5000)
def test_display_never_raises_and_gives_one_trimmed_line(written: str) -> None:
    shown = display(written)
    assert shown == " ".join(shown.split())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bogotá", "bogota"),
        ("ÖSTERREICH", "osterreich"),
        ("Straße", "STRASSE"),
        ("  a \n b ", "A B"),
        ("ﬁne", "fine"),
        ("Ｆｕｌｌ", "full"),
        ("cafe\u0301", "café"),
        ("Łódź", "lodz"),
        ("Đà Nẵng", "da nang"),
        ("Ægisson þórður", "aegisson thordur"),
        ("YILDIRIM", "yıldırım"),
        ("İZMİR", "izmir"),
        ("Əliyev", "aliyev"),
        ("it´s, it’s", "it's, it's"),
        ("Israel–Gaza", "israel-gaza"),
        ("inteŀligent", "intelligent"),
        ("a—b", "a - b"),
        ("soft\u00adhyphen and\u200b joiners\u2060", "softhyphen and joiners"),
        ("أَحْمَد ٱلمؤمن", "احمد المومن"),
        ("مكتبة", "مکتبه"),
        ("على", "علی"),
        ("مـصـر", "مصر"),
        ("שָׁלוֹם", "שלום"),
        ("क़ानून", "कानून"),
        ("क्\u200dष", "क्ष"),
        ("۱۳۹۹ ٢٠٢٠ २०२० ๒๕๖๓", "1399 2020 2020 2563"),
        ("葛\U000e0100城", "葛城"),
        ("敘利亞 臺灣", "叙利亚 台湾"),
        ("敍利亞 衞生", "叙利亚 卫生"),
        ("U.S.-led", "us-led"),
        ("the U.N. agrees", "the un agrees"),
        ("N.A.T.O.", "nato"),
        ("С.Ш.А. и Е.С.", "США и ЕС"),
        ("बी.जे.पी.", "बीजेपी"),
        ("ส.ส.ใหม่", "สสใหม่"),
    ],
)
def test_fold_makes_spellings_equal(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("か", "が"),
        ("北京", "南京"),
        ("a b", "ab"),
        ("दिल", "दाल"),
        ("ท่วม", "ทวม"),
        ("J. K.", "JK"),
        ("v1.2", "v12"),
        ("a.bc", "abc"),
        ("end.The", "endthe"),
    ],
)
def test_fold_keeps_words_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(anything)
def test_fold_of_folded_text_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_fold_latin_leaves_other_scripts() -> None:
    assert fold_latin("Łódź أحمد 敘利亞 İ") == "lodz أحمد 敘利亞 i"


def test_bytes_that_were_no_text_are_replaced() -> None:
    assert without_surrogates("caf\udce9 é") == "caf\ufffd é"
    assert without_surrogates("plain") == "plain"
