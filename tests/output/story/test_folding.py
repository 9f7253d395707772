"""The page's own search: it folds text as newsarc does, by the tables that the page carries."""

from __future__ import annotations

import json
import shutil
import subprocess
from importlib.resources import files

import pytest

from newsarc.text.characters import folding_of, optional_marks
from newsarc.text.normalize import fold

TEXTS = (
    "Łódź, Đà Nẵng and the Große Straße",
    "Kılıçdaroğlu YILDIRIM İZMİR",
    "U.S.-led, a.b.cd and the U.N. (e.g.)",
    "敍利亞 敘利亞 叙利亚 臺灣",
    "كِتاب أحمد مـصـر شَلام",
    "שָׁלוֹם צה״ל",
    "Hawaiʻi O’Leary Israel–Gaza",
    "क्\u200dष दिल बी.जे.पी.",
    "น้ำท่วม ٢٠٢٠",
)


def test_a_table_has_all_that_is_folded_to_the_same() -> None:
    table = folding_of("叙利亚 ك")
    assert table["敘"] == table["敍"] == "叙"
    assert table["ک"] == "ك"
    assert table["ł"] == "l"
    assert "臺" not in table


def test_the_page_folds_as_newsarc_does() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no Node.js to run the page's program with")
    folding = {"marks": optional_marks(), "characters": folding_of("叙台 " + " ".join(TEXTS[3:]))}
    script = files("newsarc.output.story").joinpath("page", "text.js").read_text(encoding="utf-8")
    call = f"setFolding({json.dumps(folding)}); console.log(JSON.stringify({json.dumps(TEXTS)}.map(fold)))"
    done = subprocess.run(
        [node, "-"], input=f"{script}\n{call}", capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert json.loads(done.stdout) == list(map(fold, TEXTS))
