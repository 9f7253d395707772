"""JSON at the top of posts of Hugo."""

from __future__ import annotations

import pytest

from newsarc.layout.presets import preset
from newsarc.parser.post_front_matter import PostFrontMatter, read_post_front_matter
from tests.linear.work import growth


def read(text: str, layout: str = "hugo") -> PostFrontMatter:
    return read_post_front_matter(text.split("\n"), preset(layout))


def test_json_ends_with_its_line() -> None:
    front = read('\ufeff\n{\n "title": "A {b} \\"c\\"", "n": 1,\n "tags": ["x"]\n}\nText }\n')
    assert front.values == {"title": 'A {b} "c"', "n": 1, "tags": ["x"]}
    assert (front.start, front.end, front.is_json) == (1, 5, True)
    assert [(key.name, key.line, key.column) for key in front.keys] == [("title", 3, 2), ("n", 3, 26), ("tags", 4, 2)]


@pytest.mark.parametrize(
    "text", ["{{< note >}}\n", "{% raw %}\n", '{"a": 1} text\n', "{}[]\n", "{x}\n", "", "text\n{}\n"]
)
def test_other_braces_are_text(text: str) -> None:
    assert read(text) == PostFrontMatter({})


def test_json_is_for_hugo_alone() -> None:
    assert read('{"title": "A"}\n', "jekyll") == PostFrontMatter({})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"a": 1,}\n', "Expecting property name"),
        ('{"a": "x\n', "Invalid control character"),
        ('{"a": ' + "[" * 60_000, "nested too deeply"),
        ('{\n"a": ' + "9" * 5000 + "}\n", "a number is too long"),
    ],
)
def test_invalid_json_is_a_problem(text: str, reason: str) -> None:
    front = read(text)
    assert front.values == {}
    (problem,) = front.problems
    assert reason in problem.message


def test_halves_of_characters_are_replaced() -> None:
    assert read('{"title": "a\\ud800b\\ud83d\\ude00", "\\udfff": ["\\udc00"]}\n').values == {
        "title": "a\ufffdb😀",
        "\ufffd": ["\ufffd"],
    }


def test_the_time_is_linear_in_the_number_of_keys() -> None:
    def read_many(number: int) -> PostFrontMatter:
        return read("\n".join(("{", *(f'"k{at}": {at},' for at in range(number)), '"z": 0', "}")))

    assert len(read_many(100).keys) == 101
    assert growth(read_many, 500) <= 2.5
