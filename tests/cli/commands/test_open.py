"""``newsarc open``: which program starts, with which arguments, and what is never opened."""

from __future__ import annotations

import datetime as dt
import shlex
import sys
import webbrowser
from pathlib import Path

import pytest

from newsarc.cli.external_programs import is_safe_address
from newsarc.text.sanitize import visible
from tests.cli.driver import EXAMPLE, Outcome, fork, on_example, run
from tests.naive import Page, write

RUSSIAN = "2017-06-16/russian"
FILE = next((EXAMPLE / "news/2017/06/16").glob("russian*.md"))


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    addresses: list[str] = []

    def remember(address: str) -> bool:
        addresses.append(address)
        return True

    monkeypatch.setattr(webbrowser, "open", remember)
    return addresses


def edit(
    tmp_path: Path, name: str, *arguments: str, options: str = "", root: Path = EXAMPLE
) -> tuple[Outcome, list[str]]:
    """Run ``newsarc open`` with an editor of this name. Return the arguments that the editor got, too."""
    program, got = tmp_path / name, tmp_path / "got"
    program.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$@\" > {shlex.quote(str(got))}\n")
    program.chmod(0o755)
    environment = {"VISUAL": f"{shlex.quote(str(program))} {options}", "EDITOR": "false"}
    result = run("-A", root, "open", *arguments, env=environment)
    return result, got.read_text().splitlines() if got.exists() else []


@pytest.mark.skipif(sys.platform == "win32", reason="the editor is a shell script")
@pytest.mark.parametrize(
    ("editor", "arguments"),
    [
        *((name, ["+3", str(FILE)]) for name in ("vi", "vim", "nvim", "nano", "emacs", "emacsclient", "micro", "kak")),
        *((name, [f"{FILE}:3"]) for name in ("hx", "subl", "zed")),
        *((name, ["--goto", f"{FILE}:3"]) for name in ("code", "codium", "CODE.exe")),
        *((name, ["--line", "3", str(FILE)]) for name in ("kate", "idea")),
        ("notepad++", ["-n3", str(FILE)]),
        ("my editor", [str(FILE)]),
    ],
)
def test_an_editor_starts_at_the_headline(tmp_path: Path, editor: str, arguments: list[str]) -> None:
    assert FILE.read_text().splitlines()[2].startswith("# ")
    result, got = edit(tmp_path, editor, RUSSIAN, options="--wait '-x y'")
    assert (result.code, result.out, result.err) == (0, "", "")
    assert got == ["--wait", "-x y", *arguments]


@pytest.mark.skipif(sys.platform == "win32", reason="the editor is a shell script")
def test_nothing_reaches_a_shell(tmp_path: Path) -> None:
    page = Page(dt.date(2020, 3, 1), "x;touch owned;$(touch owned)", "Ferry sinks")
    root = write(tmp_path / "a b", [page])
    program, got = tmp_path / "vi", tmp_path / "got"
    program.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$@\" > {got}\n")
    program.chmod(0o755)
    result = fork("-A", root, "open", "2020-03-01", env={"VISUAL": str(program)}, cwd=tmp_path)
    assert (result.code, result.err) == (0, "")
    assert got.read_text().splitlines()[1:] == [str(root / page.path)]
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"VISUAL": None, "EDITOR": None}, "no editor: set $VISUAL or $EDITOR"),
        ({"VISUAL": "'x", "EDITOR": "true"}, "$VISUAL cannot be parsed: No closing quotation"),
        ({"VISUAL": "no-such-editor"}, ".md: no-such-editor could not be started: No such file or directory"),
        ({"VISUAL": " ", "EDITOR": "false"}, ".md: false exited with 1"),
    ],
)
def test_an_editor_that_cannot_be_run(environment: dict[str, str | None], said: str) -> None:
    result = on_example("open", RUSSIAN, env=environment)
    assert (result.code, result.out) == (2, "")
    assert result.err.endswith(f"{said}\n")
    assert result.err.count("\n") == 1


@pytest.mark.parametrize("options", [[], ["--source"], ["--web"]], ids=str)
def test_several_events_are_ambiguous(opened: list[str], tmp_path: Path, options: list[str]) -> None:
    (tmp_path / "a").mkdir()
    root = write(tmp_path, [Page(dt.date(2020, 3, 1), name, f"Ferry {name}") for name in ("a", "b")])
    (root / "newsarc.toml").write_text('page-url = "https://a.example/{page}"')
    result = run("-A", root, "open", "2020-03-01", *options, env={"VISUAL": "false"})
    assert (result.code, opened) == (3, [])
    assert result.err.splitlines() == ["newsarc: 2020-03-01 has 2 events", "  2020-03-01/a", "  2020-03-01/b"]


@pytest.mark.parametrize(("words", "number"), [(["--source"], 1), (["--source", "2"], 2), (["--source=2"], 2)], ids=str)
def test_sources_open_in_the_browser(opened: list[str], tmp_path: Path, words: list[str], number: int) -> None:
    page = tmp_path / "news/2020/03/01/a.md"
    page.parent.mkdir(parents=True)
    page.write_text(
        "# Ferry sinks\n\n### Sources:\n\n1. [Cover Image](https://a.example/x.png)\n"
        "1. [One](https://a.example/1)\n1. [Two](http://a.example/2?x=1&y='2')\n"
    )
    for line in (["a", *words], [*words, "a"]):
        assert run("-A", tmp_path, "open", *line).code == 0
    assert opened == [["https://a.example/1", "http://a.example/2?x=1&y='2'"][number - 1]] * 2
    assert run("-A", tmp_path, "open", "a", "--source", "3").err == "newsarc: --source 3: the event has 2 sources\n"
    assert run("-A", tmp_path, "open", "a", "--source", "-1").code == 2
    assert len(opened) == 2


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "file:///etc/passwd", "//a.example/x", "/news/x", "--version", "https://", "ftp://a/b",
        "https:///x", "https://a.example/x\x1b[31m", "vscode://x", "data:text/html,x", "https://a.example/ --x",
        'https://a.example/"x', "mailto:a@a.example", "https:a.example",
    ],
)  # fmt: skip
def test_only_web_addresses_are_opened(opened: list[str], tmp_path: Path, address: str) -> None:
    assert not is_safe_address(address)
    page = tmp_path / "news/2020/03/01/a.md"
    page.parent.mkdir(parents=True)
    page.write_text(f"# Ferry sinks\n\n### Sources:\n\n1. [One](<{address}>)\n")
    result = run("-A", tmp_path, "open", "a", "--source")
    assert (result.out, opened) == ("", [])
    assert (result.code, "only http and https addresses are opened" in result.err) in {(2, True), (1, False)}
    assert visible(result.err).replace("␊", "\n") == result.err


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_nothing_outside_the_archive_is_opened(tmp_path: Path) -> None:
    root = write(tmp_path / "archive", [Page(dt.date(2020, 3, 1), "a", "Ferry sinks")])
    (tmp_path / "secret.md").write_text("# Secret\n")
    (root / "news/2020/03/1/b.md").symlink_to(tmp_path / "secret.md")
    result, got = edit(tmp_path, "vi", "2020-03-01/b", root=root)
    assert (result.code in {1, 2}, got) == (True, [])


def test_an_event_without_sources(opened: list[str], tmp_path: Path) -> None:
    root = write(tmp_path, [Page(dt.date(2020, 3, 1), "a", "Ferry sinks", sources=())])
    result = run("-A", root, "open", "a", "--source")
    assert (result.code, opened) == (1, [])
    assert result.err.endswith("a.md: the event has no sources\n")


def test_the_published_page(opened: list[str], tmp_path: Path) -> None:
    root = write(tmp_path, [Page(dt.date(2020, 3, 1), "fähre 1%", "Ferry sinks")])
    refused = run("-A", root, "open", "2020-03-01", "--web")
    assert (refused.code, opened) == (2, [])
    assert "requires the setting page-url" in refused.err
    (root / "newsarc.toml").write_text('page-url = "https://a.example/zh/{page}.html"')
    assert run("-A", root, "open", "2020-03-01", "--web").code == 0
    (event,) = run("-A", root, "show", "2020-03-01", "--json").json["events"]
    assert opened[-1] == f"https://a.example{event['address']}"
    folder = Page(dt.date(2020, 3, 1), "x", "").path.rpartition("/")[0]
    assert opened == [f"https://a.example/zh/{folder}/f%C3%A4hre%201%25.html"]


def test_without_a_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda address: False)
    result = on_example("open", RUSSIAN, "--source")
    assert result.code == 2
    assert "could not find a browser to open http://" in result.err


def test_one_way_of_opening() -> None:
    assert on_example("open", RUSSIAN, "--source", "--web").code == 2
    assert on_example("open", "-", stdin="a\nb\n", env={"VISUAL": "true"}).err.startswith("newsarc: expected one REF")
