"""The settings file: every setting is in it, and it says what it was made of."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarc.config import DEFAULT_CONFIG, Config, Labels, LintConfig, load_config, parse_config
from newsarc.scaffold.config.config_file import settings_text
from newsarc.text.labels import is_label, label_key, label_word

BUILT_IN = {label_key(word) for part in fields(Labels) for word in getattr(Labels(), part.name)}
WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
LABELS = WORDS.filter(lambda word: is_label(label_word(word)) and label_key(word) not in BUILT_IN)
LISTS = st.lists(WORDS, unique=True, max_size=3).map(tuple)


def settings_of(values: Any, prefix: str = "") -> list[tuple[str, Any]]:
    found = []
    for setting in fields(values):
        name, value = setting.name.replace("_", "-"), getattr(values, setting.name)
        if is_dataclass(value):
            found += settings_of(value, f"{prefix}{name}.")
        else:
            found.append((f"{prefix}{name}", setting))
    return found


def test_every_setting_is_there_with_its_meaning_and_its_default() -> None:
    text = settings_text(DEFAULT_CONFIG)
    on = re.sub(r"^# ([a-z-]+ = )", r"\1", text, flags=re.MULTILINE)
    table = tomllib.loads(on)
    for name, setting in settings_of(DEFAULT_CONFIG):
        place: Any = table
        *tables, key = name.split(".")
        for part in tables:
            place = place[part]
        assert key in place, name
        assert f"# {setting.metadata['about'].replace('`', '')}\n# {key} = " in text, name
    assert parse_config(table) == DEFAULT_CONFIG


def test_the_defaults_are_comments() -> None:
    assert tomllib.loads(settings_text(DEFAULT_CONFIG)) == {"labels": {}, "lint": {}, "sources": {}}


@given(
    prefix=st.sampled_from(["", "/zh", "/a/b"]),
    size=st.integers(1, 10**9),
    labels=st.lists(LABELS, min_size=4, max_size=4, unique_by=label_key),
    select=LISTS,
    ignore=LISTS,
    baseline=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\\"), max_size=8),
    ignores=st.dictionaries(WORDS, LISTS, max_size=3),
    since=st.integers(0, 3000),
)
def test_what_is_written_is_read(
    prefix: str,
    size: int,
    labels: list[str],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    baseline: str,
    ignores: dict[str, tuple[str, ...]],
    since: int,
) -> None:
    built_in = Labels()
    words = [
        (*getattr(built_in, part.name), label_word(word)) for part, word in zip(fields(Labels), labels, strict=True)
    ]
    rules = LintConfig(select, ignore, baseline, ignores, since)
    config = Config("sub", prefix, "https://a.example/{page}", size, Labels(*words), rules)
    assert parse_config(tomllib.loads(settings_text(config))) == config


@pytest.mark.parametrize("word", ['"', "\\", "\n", "\x7f", "\x00", "é", "</a>", "[x]", "=", "#"])
def test_odd_words(word: str, tmp_path: Path) -> None:
    config = replace(DEFAULT_CONFIG, lint=replace(DEFAULT_CONFIG.lint, per_file_ignores={word: (word,)}))
    (tmp_path / "newsarc.toml").write_bytes(settings_text(config).encode())
    assert load_config(tmp_path / "newsarc.toml") == config
