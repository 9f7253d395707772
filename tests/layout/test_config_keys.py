"""The keys of a layout: what they change, and what a mistake in them says."""

from __future__ import annotations

import re

import pytest

from newsarc.errors import ConfigError
from newsarc.layout.config_keys import layout_of_keys
from newsarc.layout.presets import preset


def nothing(name: str) -> str | None:
    return None


def test_no_keys_are_the_detected_layout() -> None:
    assert layout_of_keys({}, None, nothing) is None
    assert layout_of_keys({"layout": "context"}, preset("hugo"), nothing) is None
    detected = preset("hugo", site=("https://a.example",))
    assert layout_of_keys({}, detected, nothing) == detected


def test_keys_change_a_preset() -> None:
    keys = {"layout": "hugo", "posts": ["log/{slug}.md"], "lower-case": False, "redirects": ["_redirects"]}
    layout = layout_of_keys(keys, preset("zola"), {"_redirects": "/a /b\n"}.get)
    assert layout is not None
    assert (layout.name, layout.posts, layout.lower_case) == ("hugo", ("log/{slug}.md",), False)
    assert layout.redirects.follow("/a/") == "/b"


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"layout": "jeckyll"}, "tool.layout: must be one of context, plain, jekyll"),
        ({"permalnk": "/"}, "unknown key tool.permalnk"),
        ({"posts": "x.md"}, "tool.posts: must be a list of strings"),
        ({"posts": []}, "tool.posts: must have a pattern"),
        ({"posts": ["{name}.md"]}, 'tool.posts: "{name}.md": {name} is not a placeholder'),
        ({"permalink": "{slug}/"}, 'tool.permalink: must begin with "/"'),
        ({"permalink": 3}, "tool.permalink: must be a string"),
        ({"slug-from": "path"}, "tool.slug-from: must be one of name, file, title"),
        ({"lower-case": "yes"}, "tool.lower-case: must be true or false"),
        ({"redirects": ["gone"]}, "tool.redirects: gone does not exist"),
        ({"layout": "context", "posts": ["x.md"]}, "tool.posts: has no meaning in the layout context"),
    ],
)
def test_a_mistake_is_named(keys: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(message)):
        layout_of_keys(keys, None, nothing, "tool.")
