"""Headings in lines of similar length."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsarc.output.story.text_metrics import balanced, font_share
from newsarc.text.width import width_of, wrap

TEXTS = st.text(st.sampled_from("ab MW.,，。《》加拿大 é-WW iii"), max_size=120)


@given(TEXTS, st.integers(40, 400))
def test_lines_have_all_of_the_text_and_fit(text: str, width: int) -> None:
    lines = balanced(text, width, 15, 200)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(15 * width_of(line, font_share) <= width + 1e-6 for line in lines)


def test_no_word_stands_alone_on_the_last_line() -> None:
    text = "The council of the harbour votes to keep the ferry going on"
    wrapped = list(wrap(text, 405 / 15, font_share))
    assert len(wrapped[-1].split()) == 1
    lines = balanced(text, 405, 15, 6)
    assert len(lines) == len(wrapped)
    assert len(lines[-1].split()) > 1
