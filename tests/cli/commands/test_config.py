"""``newsarc config``: each setting, and where it comes from."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from newsarc.config import Config, LintConfig
from newsarc.layout.settings import LAYOUT_KEYS
from tests.cli.driver import Outcome, on_terminal, run

FILE = """\
site-prefix = "/zh"
labels = { related = ["Verwandt"] }

[lint]
ignore = [
  "NA105",
]
[lint.per-file-ignores]
"news/1999/**" = ["NA301"]
"""
UNSET: dict[str, str | None] = dict.fromkeys(("NEWSARC_PAGER", "PAGER", "VISUAL", "EDITOR", "NEWSARC_CACHE_DIR"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "news" / "2020").mkdir(parents=True)
    return tmp_path


def settings(result: Outcome) -> dict[str, tuple[str, str]]:
    assert (result.code, result.err) == (0, "")
    return {name: (value, source) for name, value, source in result.rows}


def test_all_settings_are_shown(root: Path) -> None:
    found = settings(run("-A", root, "config"))
    names = {part.name.replace("_", "-") for part in fields(Config)} - {"lint", "labels", "sources", *LAYOUT_KEYS}
    assert set(found) >= names | {f"lint.{part.name.replace('_', '-')}" for part in fields(LintConfig)}
    assert set(found) >= {"sources.ledger", "sources.contact"}
    assert {found[name][1] for name in names} == {"default"}
    assert found["lint.select"] == ('["E", "W"]', "default")
    # What is for sites of posts is not shown here.
    assert found["layout"] == ('"context"', "detected")
    assert not set(LAYOUT_KEYS[1:]) & set(found)


def test_the_line_of_a_setting(root: Path) -> None:
    (root / "newsarc.toml").write_text(FILE)
    found = settings(run("-A", root, "config"))
    assert found["site-prefix"] == ('"/zh"', f"{root}/newsarc.toml:1")
    assert found["labels.related"] == ('["Related", "有关", "Verwandt"]', f"{root}/newsarc.toml:2")
    assert found["lint.ignore"] == ('["NA105"]', f"{root}/newsarc.toml:5")
    assert found["lint.per-file-ignores"] == ('{"news/1999/**" = ["NA301"]}', f"{root}/newsarc.toml:8")
    assert {found[name][1] for name in ("root", "labels.sources", "lint.select")} == {"default"}


def test_pyproject_toml(root: Path) -> None:
    (root / "pyproject.toml").write_text("[tool.other]\nselect = 1\n[tool.newsarc.lint]\nselect = ['E']\n")
    found = settings(run("-A", root, "config"))
    assert found["lint.select"] == ('["E"]', f"{root}/pyproject.toml:4")
    (root / "pyproject.toml").write_text("tool.newsarc = { lint.select = ['E'], site-prefix = '/zh' }\n")
    found = settings(run("-A", root, "config"))
    assert found["site-prefix"][1] == found["lint.select"][1] == f"{root}/pyproject.toml:1"


def test_options_win_over_the_environment(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "newsarc.toml").write_text(FILE)
    environment = {**UNSET, "NEWSARC_ARCHIVE": str(root), "NO_COLOR": "1", "PAGER": "most", "EDITOR": "vi -x"}
    found = settings(run("config", env={**environment, "NEWSARC_CACHE_DIR": str(root / "c")}))
    assert found["archive"] == (f'"{root}"', "$NEWSARC_ARCHIVE")
    assert found["cache"] == (f'"{root}/c"', "$NEWSARC_CACHE_DIR")
    assert found["color"] == ('"never"', "$NO_COLOR")
    assert found["pager"] == ('"most"', "$PAGER")
    assert found["editor"] == ('"vi -x"', "$EDITOR")
    line = ["config", "--color", "auto", "--no-cache", "--no-pager"]
    found = settings(run("-A", root, *line, env={**environment, "VISUAL": "hx"}))
    assert found["archive"][1] == "--archive"
    assert found["cache"] == ("-", "--no-cache")
    assert found["color"] == ('"auto"', "--color")
    assert found["pager"] == ("-", "--no-pager")
    assert found["editor"] == ('"hx"', "$VISUAL")
    assert settings(run("config", env={**environment, "PAGER": ""}))["pager"] == ("-", "$PAGER")
    assert settings(run("config", env={**environment, "TERM": "dumb"}))["pager"] == ("-", "$TERM")
    monkeypatch.chdir(root / "news")
    found = settings(run("config", env=UNSET))
    assert found["archive"] == (f'"{root}"', "detected")
    assert (found["editor"], found["pager"], found["site-prefix"][1]) == (
        ("-", "default"), ('"less"', "default"), "../newsarc.toml:1",
    )  # fmt: skip


def test_a_value_cannot_control_the_terminal(root: Path) -> None:
    (root / "newsarc.toml").write_text('[lint.per-file-ignores]\n"\\u001b[31m\\u009b\\u202e" = ["NA301"]\n')
    _, shown = on_terminal("-A", root, "--color", "never", "config")
    plain = run("-A", root, "config").out
    assert "per-file-ignores" in shown
    assert not {"\x1b", "\x9b", "\u202e"} & {*shown, *plain}
    found = {setting["name"]: setting["value"] for setting in run("-A", root, "config", "--json").json["settings"]}
    assert found["lint.per-file-ignores"] == {"\x1b[31m\x9b\u202e": ["NA301"]}


def test_80_columns(root: Path) -> None:
    (root / "newsarc.toml").write_text(FILE)
    code, shown = on_terminal("-A", root, "--color", "never", "config")
    assert code == 0
    assert max(map(len, shown.split("\n"))) <= 80


def test_the_layout_of_a_site(tmp_path: Path) -> None:
    (tmp_path / "_posts").mkdir()
    (tmp_path / "_posts" / "2020-01-02-bridge.md").write_text("---\ntitle: Bridge\n---\n")
    (tmp_path / "_config.yml").write_text("url: https://a.example\npermalink: /:year/:title/\n")
    (tmp_path / "_redirects").write_text("/a /b\n")
    found = settings(run("-A", tmp_path, "config"))
    assert set(LAYOUT_KEYS) <= set(found)
    assert found["layout"] == ('"jekyll"', "detected")
    assert found["permalink"] == ('"/{year}/{slug}/"', "detected")
    assert found["site"] == ('["https://a.example"]', "detected")
    assert found["redirects"] == ('["_redirects"]', "detected")
    assert found["lower-case"] == ("false", "detected")
    (tmp_path / "newsarc.toml").write_text('site = ["https://b.example"]\n\nlower-case = true\n')
    found = settings(run("-A", tmp_path, "config"))
    assert found["site"] == ('["https://b.example"]', f"{tmp_path}/newsarc.toml:1")
    assert found["lower-case"] == ("true", f"{tmp_path}/newsarc.toml:3")
    assert found["permalink"] == ('"/{year}/{slug}/"', "detected")
