"""newsarc.toml and [tool.newsarc]: what is taken from them, and what a mistake in them says."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsarc.config import Config, Labels, load_config, parse_config
from newsarc.errors import ConfigError, ExitCode
from newsarc.parser import parse_event
from newsarc.storage.config_file import find_config


def write(folder: Path, text: str, name: str = "newsarc.toml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_every_key_is_optional(tmp_path: Path) -> None:
    assert load_config(write(tmp_path, "")) == Config()
    assert parse_config({}) == Config()


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path: Path) -> None:
    (tmp_path / "newsarc.toml").write_text('site-prefix = "/zh"\n', encoding="utf-8-sig")
    assert load_config(tmp_path / "newsarc.toml").site_prefix == "/zh"


def test_what_the_file_says_is_in_force(tmp_path: Path) -> None:
    config = load_config(
        write(
            tmp_path,
            """
            root = "archive"
            site-prefix = "/zh"
            max-page-bytes = 1000
            [lint]
            select = ["E", "NA108"]
            ignore = ["stale-link-text"]
            """,
        )
    )
    assert config.root == "archive"
    assert config.site_prefix == "/zh"
    assert config.max_page_bytes == 1000
    assert config.lint.select == ("E", "NA108")
    assert config.lint.ignore == ("stale-link-text",)
    assert config.labels == Labels()


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ('site_prefix = "/zh"', "unknown key site_prefix; did you mean site-prefix?"),
        ('siteprefix = "/zh"', "unknown key siteprefix; did you mean site-prefix?"),
        ('[lint]\nselct = ["E"]', "unknown key lint.selct; did you mean select?"),
        ('[labels]\nrelate = ["x"]', "unknown key labels.relate; did you mean related?"),
        ("[lints]", "unknown key lints; did you mean lint?"),
        ("qqq = 1", "unknown key qqq; known keys: layout, posts,"),
    ],
)
def test_an_unknown_key_is_an_error_with_a_suggestion(tmp_path: Path, text: str, suggestion: str) -> None:
    file = write(tmp_path, text)
    with pytest.raises(ConfigError) as raised:
        load_config(file)
    assert str(raised.value).startswith(f"{file}:{text.count(chr(10)) + 1}: {suggestion}")
    assert "\n" not in str(raised.value)
    assert raised.value.exit_code == ExitCode.SETUP


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("site-prefix = 1", 'site-prefix: must be a string, such as "/zh"'),
        ("root = []", 'root: must be a string, such as "."'),
        ('max-page-bytes = "1"', "max-page-bytes: must be an integer, such as"),
        ("max-page-bytes = true", "max-page-bytes: must be an integer"),
        ("max-page-bytes = 1.5", "max-page-bytes: must be an integer"),
        ("max-page-bytes = 0", "max-page-bytes: must be more than 0"),
        ('[lint]\nselect = "E"', 'lint.select: must be a list of strings, such as ["E"]'),
        ("[lint]\nselect = [1]", "lint.select: must be a list of strings"),
        ("[labels]\nrelated = 3", 'labels.related: must be a list of strings, such as ["Related"]'),
        ("lint = 1", "lint: must be a table"),
        ('labels = ["a"]', "labels: must be a table"),
        ('site-prefix = "/../x"', 'site-prefix: ".." is not allowed'),
        ('site-prefix = "."', 'site-prefix: "." is not allowed'),
        ('site-prefix = "a/./b"', 'site-prefix: "." is not allowed'),
        (
            'site-prefix = "https://site.example/zh"',
            'site-prefix: "https://site.example/zh" is a URL; use only its path',
        ),
        (
            'site-prefix = "HTTPS://site.example/zh/"',
            'site-prefix: "HTTPS://site.example/zh/" is a URL; use only its',
        ),
        (
            'site-prefix = "https://site.example"',
            'site-prefix: "https://site.example" is a URL; remove this key',
        ),
        (
            'site-prefix = "https://a.example/x?y"',
            'site-prefix: "https://a.example/x?y" is a URL; use only its path, f',
        ),
        (
            'site-prefix = "//site.example/zh"',
            'site-prefix: "//site.example/zh" is a URL; use only its path: "/zh"',
        ),
        ('site-prefix = "//zh"', 'site-prefix: "//zh" is a URL; remove this key'),
        ('site-prefix = "C:/zh"', 'site-prefix: "C:/zh" is a URL; use only its path: "/zh"'),
        ('site-prefix = "mailto:a"', 'site-prefix: "mailto:a" is a URL'),
        ('site-prefix = "/a//b"', 'site-prefix: "//" is not allowed'),
        ("site-prefix = '/zh\\news'", 'site-prefix: "\\" is not allowed'),
        ('site-prefix = "/zh?a"', 'site-prefix: "?" is not allowed'),
        ('site-prefix = "/zh#a"', 'site-prefix: "#" is not allowed'),
        ('site-prefix = "/z%68"', 'site-prefix: "%" is not allowed'),
        ('site-prefix = "/(zh)"', 'site-prefix: "(" is not allowed'),
        ('site-prefix = "/z h"', "site-prefix: white space is not allowed"),
        ('site-prefix = " "', "site-prefix: white space is not allowed"),
        ('site-prefix = "/z\\nh"', "site-prefix: white space is not allowed"),
        ('site-prefix = ["/zh"]', "site-prefix: must be a string"),
    ],
)
def test_a_wrong_value_is_an_error_that_names_the_key(tmp_path: Path, text: str, message: str) -> None:
    file = write(tmp_path, text)
    with pytest.raises(ConfigError) as raised:
        load_config(file)
    assert str(raised.value).startswith(f"{file}:{text.count(chr(10)) + 1}: {message}")


@pytest.mark.parametrize(
    "content",
    [
        b"site-prefix = ",
        b"a = 1\na = 2",
        b"\xff\xfe",
        b"a = " + b"[" * 100_000,
        b"max-page-bytes = " + b"9" * 5000,
    ],
)
def test_what_is_no_toml_is_an_error(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "newsarc.toml"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=r"newsarc\.toml: not valid TOML"):
        load_config(file)


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"missing\.toml: cannot be read: No such file"):
        load_config(tmp_path / "missing.toml")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path)


def test_tool_newsarc_in_pyproject(tmp_path: Path) -> None:
    file = write(tmp_path, '[project]\nname = "x"\n[tool.newsarc]\nsite-prefix = "en"\n', "pyproject.toml")
    assert find_config(tmp_path) == file
    assert load_config(file).site_prefix == "/en"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tool.newsarc]\nsite_prefix = 1", "unknown key tool.newsarc.site_prefix; did you mean site-prefix?"),
        ("[tool.newsarc.lint]\nselect = 1", "tool.newsarc.lint.select: must be a list"),
        ("[tool]\nnewsarc = 3", "tool.newsarc: must be a table"),
    ],
)
def test_mistakes_in_pyproject_name_the_whole_key(tmp_path: Path, text: str, message: str) -> None:
    file = write(tmp_path, text, "pyproject.toml")
    with pytest.raises(ConfigError) as raised:
        load_config(file)
    assert str(raised.value).startswith(f"{file}:2: {message}")


@pytest.mark.parametrize("text", ["", "tool = 3", "[[tool]]", "[tool.other]\nx = 1", "newsarc = 1"])
def test_a_pyproject_without_tool_newsarc_says_nothing(tmp_path: Path, text: str) -> None:
    file = write(tmp_path, text, "pyproject.toml")
    assert find_config(tmp_path) is None
    assert load_config(file) == Config()


def test_newsarc_toml_goes_before_pyproject(tmp_path: Path) -> None:
    assert find_config(tmp_path) is None
    write(tmp_path, "[tool.newsarc]\n", "pyproject.toml")
    own = write(tmp_path, "")
    assert find_config(tmp_path) == own


def test_labels_are_added_to_the_built_in_ones() -> None:
    config = parse_config({"labels": {"related": ["Verwandt", "Related"], "context": ["Kontext"]}})
    assert config.labels.related == ("Related", "有关", "Verwandt")
    assert config.labels.context == (*Labels().context, "Kontext")
    assert config.labels.sources == Labels().sources


def test_labels_are_added_as_words_however_they_are_written() -> None:
    written = ["Verwandt:", "verwandt", " Siehe \t auch ：", "RELATED", "A\u0308hnlich"]
    config = parse_config({"labels": {"related": written}})
    assert config.labels.related == ("Related", "有关", "Verwandt", "Siehe auch", "A\u0308hnlich")


@pytest.mark.parametrize(
    "word", ["", " ", ":", "：", "### Verwandt:", "_Kontext", "**", "-", "[Verwandt]", "a\x00", "<b>"]
)
@pytest.mark.parametrize("kind", ["sources", "changes", "related", "context"])
def test_what_no_page_can_have_for_a_label_is_refused(kind: str, word: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_config({"labels": {kind: ["Wort", word]}})
    assert str(caught.value).startswith(f'labels.{kind}: "{word}" must be plain text without Markdown, such as "')


def test_a_heading_of_two_sections_is_refused() -> None:
    with pytest.raises(ConfigError, match=r'^labels\.related: "sources" is already a label for sources$'):
        parse_config({"labels": {"related": ["sources:"]}})
    with pytest.raises(ConfigError, match=r"^labels\.changes: .* is already a label for related$"):
        parse_config({"labels": {"related": ["Verlauf"], "changes": ["VERLAUF:"]}})
    parse_config({"labels": {"context": ["Related"], "related": ["Context"]}})  # no heading marks a context


def test_added_labels_are_read_in_pages() -> None:
    page = "# h\n\n### Verwandt:\n\n1. [a](/news/2017/06/1/a.md) _Kontext: Berlin, Bonn_\n"
    config = parse_config({"labels": {"related": ["Verwandt"], "context": ["Kontext"]}})
    event = parse_event(page, "news/2017/06/16/a.md", config)
    assert [link.contexts for link in event.related] == [("Berlin", "Bonn")]
    assert event.problems == ()
    unread = parse_event(page, "news/2017/06/16/a.md")
    assert unread.related == ()
    assert [problem.kind for problem in unread.problems] == ["unknown-section"]


@pytest.mark.parametrize(
    ("written", "prefix"),
    [
        ("", ""),
        ("/", ""),
        ("zh", "/zh"),
        ("/zh", "/zh"),
        ("/zh/", "/zh"),
        ("zh//", "/zh"),
        ("/a/b/", "/a/b"),
        ("/中文", "/中文"),
    ],
)
def test_the_site_prefix_is_normalised(written: str, prefix: str) -> None:
    assert parse_config({"site-prefix": written}).site_prefix == prefix
