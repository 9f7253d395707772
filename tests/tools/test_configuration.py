"""docs/configuration.md is made from the Config type, and what it shows works."""

from __future__ import annotations

import tomllib
from dataclasses import fields, is_dataclass
from typing import Any

from newsarc.config import DEFAULT_CONFIG, Labels, parse_config
from tests.cli.driver import REPOSITORY
from tools.reference.configuration import example

PAGE = REPOSITORY / "docs" / "configuration.md"


def test_the_example_is_read_and_sets_every_key() -> None:
    config = parse_config(tomllib.loads(example()))
    assert config != DEFAULT_CONFIG
    assert same(config, DEFAULT_CONFIG) == []
    assert config.lint.per_file_ignores == {"news/1999/**": ("NA105",)}
    assert config.labels.related == (*Labels().related, "Verwandt")


def same(config: Any, default: Any) -> list[str]:
    """The names of keys whose values are the built-in ones."""
    names: list[str] = []
    for item in fields(default):
        mine, built_in = getattr(config, item.name), getattr(default, item.name)
        if is_dataclass(built_in):
            names += same(mine, built_in)
        elif mine == built_in:
            names.append(item.name)
    return names


def test_each_key_is_told() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for config in (DEFAULT_CONFIG, DEFAULT_CONFIG.labels, DEFAULT_CONFIG.lint):
        for item in fields(config):
            assert item.metadata.get("about") or is_dataclass(getattr(config, item.name))
            assert item.name.replace("_", "-") in text
