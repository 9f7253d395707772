"""What pages show to be missing in the configuration."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest

from newsarc import Archive
from newsarc.config import DEFAULT_CONFIG, Labels
from newsarc.lint import lint
from newsarc.scaffold.config.detect import detect_config
from tests.cli.driver import CASES, EXAMPLE

GERMAN = """### [2020-03-0{n}](/news/2020/03/{n}/index.md)

# Meldung {n}

### {sources}

1. [Hafenblatt](https://blatt.example/{n})

### Frühere Titel:

1. [Alte Meldung](/news/2020/03/{n}/alt-{n}.md) _2020-03-01 10:00:00 (erste Fassung)_

### Verwandt

1. [Meldung 1](/news/2020/03/1/meldung-1.md) _Zusammenhang: Hafen, Brücke_
"""


def german(root: Path, days: int, sources: str = "Quellen:") -> Archive:
    for n in range(1, days + 1):
        folder = root / f"news/2020/03/{n}"
        folder.mkdir(parents=True)
        (folder / f"meldung-{n}.md").write_text(GERMAN.format(n=n, sources=sources), encoding="utf-8")
    return Archive.open(root, cache=False)


def extra(labels: Labels) -> dict[str, tuple[str, ...]]:
    return {part.name: getattr(labels, part.name)[len(getattr(Labels(), part.name)) :] for part in fields(Labels)}


def test_words_of_another_language(tmp_path: Path) -> None:
    archive = german(tmp_path, 4)
    config = detect_config(archive)
    assert extra(config.labels) == {
        "sources": ("Quellen",),
        "changes": ("Frühere Titel",),
        "related": ("Verwandt",),
        "context": ("Zusammenhang",),
    }
    assert [finding.code for finding in lint(archive, select=["NA403"]).findings]
    with_words = Archive.open(tmp_path, config=config, cache=False)
    assert not lint(with_words, select=["NA403", "NA109", "NA110"]).findings
    assert with_words.load("news/2020/03/2/meldung-2.md").related[0].contexts == ("Hafen", "Brücke")


def test_a_word_that_one_page_has_is_a_slip_of_the_pen(tmp_path: Path) -> None:
    german(tmp_path, 1)
    assert detect_config(Archive.open(tmp_path, cache=False)) == DEFAULT_CONFIG


def test_what_has_no_list_below_it_is_no_section_of_ours(tmp_path: Path) -> None:
    for n in (1, 2, 3):
        folder = tmp_path / f"news/2020/03/{n}"
        folder.mkdir(parents=True)
        text = "# A\n\n### Notes:\n\nProse with _words: in it_\n\n### 2020-03-01\n"
        (folder / "a.md").write_text(text, encoding="utf-8")
    assert detect_config(Archive.open(tmp_path, cache=False)) == DEFAULT_CONFIG


@pytest.mark.parametrize("root", [EXAMPLE, CASES / "harbour", CASES / "valley"], ids=lambda root: root.name)
def test_archives_that_need_nothing(root: Path) -> None:
    assert detect_config(Archive.open(root, config=DEFAULT_CONFIG, cache=False)) == DEFAULT_CONFIG


def test_the_chinese_archive_needs_nothing(zh_archive: Path) -> None:
    assert detect_config(Archive.open(zh_archive, cache=False)) == DEFAULT_CONFIG


def test_a_site_prefix() -> None:
    archive = Archive.open(CASES / "prefixed", config=DEFAULT_CONFIG, cache=False)
    assert detect_config(archive) == replace(DEFAULT_CONFIG, site_prefix="/bay")


def test_what_is_configured_stays(tmp_path: Path) -> None:
    german(tmp_path, 3)
    labels = replace(DEFAULT_CONFIG.labels, sources=(*DEFAULT_CONFIG.labels.sources, "Belege"))
    before = replace(DEFAULT_CONFIG, labels=labels, max_page_bytes=77_777)
    config = detect_config(Archive.open(tmp_path, config=before, cache=False))
    assert extra(config.labels)["sources"] == ("Belege", "Quellen")
    assert config.max_page_bytes == 77_777
