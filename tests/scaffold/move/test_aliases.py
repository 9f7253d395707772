from __future__ import annotations

import pytest

from newsarc.parser import parse_event
from newsarc.scaffold.move.aliases import with_alias

PATH = "news/2019/03/1/dam-repaired.md"
BODY = "# Dam repaired\n"


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("", "---\naliases: [old-slug]\n---\n"),
        ("---\ntitle: Dam\n---\n", "---\ntitle: Dam\naliases: [old-slug]\n---\n"),
        ("---\naliases: []\n---\n", "---\naliases: [old-slug]\n---\n"),
        ("---\naliases: [a-b, c-d]  # both\n---\n", "---\naliases: [a-b, c-d, old-slug]  # both\n---\n"),
        (
            "---\naliases:\n  - a-b\n  - c-d\ntitle: Dam\n---\n",
            "---\naliases:\n  - a-b\n  - c-d\n  - old-slug\ntitle: Dam\n---\n",
        ),
        ("---\naliases:\n- a-b\n---\n", "---\naliases:\n- a-b\n- old-slug\n---\n"),
        ("---\naliases: a-b\n---\n", "---\naliases: [a-b, old-slug]\n---\n"),
        (
            '+++\ntitle = "Dam"\n[more]\nx = 1\n+++\n',
            '+++\naliases = ["old-slug"]\ntitle = "Dam"\n[more]\nx = 1\n+++\n',
        ),
        (
            '+++\naliases = [\n    "a-b",\n]\n+++\n',
            '+++\naliases = [\n    "old-slug",\n    "a-b",\n]\n+++\n',
        ),
        ('+++\naliases = ["a-b"]\n+++\n', '+++\naliases = ["a-b", "old-slug"]\n+++\n'),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_form_of_the_front_matter_stays(front: str, expected: str, end: str) -> None:
    text = (front + BODY).replace("\n", end)
    before = parse_event(text, PATH)
    after = with_alias(text, before.front_matter, "old-slug")
    assert after == (expected + BODY).replace("\n", end)
    event = parse_event(after, PATH)
    assert event.former_slugs == (*before.former_slugs, "old-slug")
    assert (event.headline, event.title) == (before.headline, before.title)


@pytest.mark.parametrize("alias", ["2019", "yes", "null", "a: b", "[x]", "\u65b0\u6e21", "1e3", 'a"b', "0x1f", "- x"])
def test_an_alias_that_yaml_would_read_otherwise_is_quoted(alias: str) -> None:
    after = with_alias(BODY, None, alias)
    assert after is not None
    assert parse_event(after, PATH).aliases == (alias,)


def test_a_form_that_cannot_be_extended() -> None:
    for front in ("---\naliases: [a,\n  b]\n---\n", "---\naliases: {a: b}\n---\n", "---\naliases: &x [a]\n---\n"):
        event = parse_event(front + BODY, PATH)
        assert (
            event.front_matter is None
            or with_alias(front + BODY, event.front_matter, "c") is None
            or ("c" in parse_event(with_alias(front + BODY, event.front_matter, "c") or "", PATH).aliases)
        )
