"""Names are UTF-8 and so is what programs read, whatever the locale is; a terminal gets its own encoding."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from xml.dom import minidom

import pytest

from tests.cli.driver import TIMEOUT, clean_environment, fork, on_terminal, spawn

LOCALES = {"en_US": "ISO-8859-1", "zh_CN": "GB2312"}
FERRY = "/news/2020/01/5/fähre-überfällig.md"
PAGES = {
    "5/index.md": f"### [2020-01-05](/news/2020/01/5/index.md)\n\n##### [Die Fähre ist überfällig]({FERRY})\n",
    "5/fähre-überfällig.md": "### [2020-01-05](/news/2020/01/5/index.md)\n\n# Die Fähre ist überfällig\n",
    "6/index.md": "### [2020-01-06](/news/2020/01/6/index.md)\n\n##### [Gefunden](/news/2020/01/6/gefunden.md)\n",
    "6/gefunden.md": "### [2020-01-06](/news/2020/01/6/index.md)\n\n# Gefunden\n\n### Related:\n\n"
    f"1. [Die Fähre ist überfällig]({FERRY}) _Context: Fähren_\n",
}


@pytest.fixture
def ferry(tmp_path: Path) -> Path:
    for name, text in PAGES.items():
        file = tmp_path / "archive" / "news" / "2020" / "01" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tmp_path / "archive"


@pytest.fixture(scope="module")
def locales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with compiled locales that are not UTF-8."""
    if shutil.which("localedef") is None:
        pytest.skip("no localedef here: other locales than UTF-8 are not tried")
    folder = tmp_path_factory.mktemp("locales")
    for name, charset in LOCALES.items():
        command = ["localedef", "-i", name, "-f", charset, str(folder / name)]
        done = subprocess.run(command, capture_output=True, check=False, timeout=TIMEOUT)
        if not (folder / name).exists():
            pytest.skip(f"localedef makes no {name}: {done.stderr.decode(errors='replace')}")
    return folder


def in_locale(locales: Path, name: str) -> dict[str, str]:
    return {"LOCPATH": str(locales), "LC_ALL": name, "PYTHONUTF8": ""}


@pytest.mark.parametrize("name", LOCALES)
def test_lint_finds_and_fixes_nothing_in_any_locale(ferry: Path, locales: Path, name: str) -> None:
    before = {file: file.read_bytes() for file in ferry.rglob("*.md")}
    done = spawn("-A", ferry, "lint", "--select", "E", "--fix", env=in_locale(locales, name))
    assert (done.code, done.out) == (0, "")
    assert "no findings in 4 pages" in done.err
    assert {file: file.read_bytes() for file in ferry.rglob("*.md")} == before


def test_an_argument_is_utf8(ferry: Path, locales: Path) -> None:
    env = in_locale(locales, "zh_CN")
    done = spawn("-A", ferry, "show", "fähre".encode(), "--path", env=env)
    assert (done.code, done.lines) == (0, [f"{ferry}{FERRY}"])
    assert spawn("-A", ferry, "show", "-", "--path", stdin="fähre-ü\n".encode(), env=env).lines == done.lines


def test_a_folder_and_a_file_of_any_name(tmp_path: Path, ferry: Path, locales: Path) -> None:
    place = ferry.rename(tmp_path / "Überfahrten")
    env = in_locale(locales, "zh_CN")
    done = spawn("export", "--output", "Fähren.csv", cwd=place, env={**env, "NEWSARC_ARCHIVE": str(place)})
    assert done.code == 0
    assert "Die Fähre ist überfällig" in (place / "Fähren.csv").read_text(encoding="utf-8")


def test_what_programs_read_is_utf8(ferry: Path, locales: Path) -> None:
    (ferry / "news" / "2020" / "01" / "6" / "index.md").unlink()
    at = ("-q", "-A", ferry)
    latin, ascii_only = in_locale(locales, "en_US"), {"PYTHONIOENCODING": "ascii"}
    events = spawn(*at, "list", "--json", env=latin).json["events"]
    assert events[0]["headline"] == "Die Fähre ist überfällig"
    assert "fähre-überfällig" in fork(*at, "list", env=ascii_only).out
    assert json.loads(fork(*at, "lint", "--output-format", "sarif", env=ascii_only).out)["version"] == "2.1.0"
    minidom.parseString(spawn(*at, "lint", "--output-format", "junit", env=latin).out.encode())
    minidom.parseString(spawn(*at, "related", "gefunden", "--format", "graphml", env=latin).out.encode())


def test_a_terminal_gets_the_encoding_of_the_locale(ferry: Path, locales: Path) -> None:
    page = ferry / "news" / "2020" / "01" / "6" / "gefunden.md"
    page.write_text(page.read_text(encoding="utf-8").replace("# Gefunden", "# Gefunden: 新渡輪"), encoding="utf-8")
    env = {**in_locale(locales, "en_US"), "NO_COLOR": "1"}
    code, shown = on_terminal("-A", ferry, "list", env=env, encoding="iso-8859-1")
    assert code == 0
    assert "Die Fähre ist überfällig" in shown
    assert "Gefunden: \\u65b0" in shown


def test_python_without_utf8_names_is_refused(ferry: Path, locales: Path) -> None:
    env = in_locale(locales, "en_US")
    script = """
import sys, newsarc.errors
try:
    newsarc.Archive.open(sys.argv[1])
except newsarc.errors.ArchiveError as error:
    print(error)
"""
    for command, code in (([sys.executable, "-c", script], 0), ([sys.executable, "-X", "utf8=0", "-m", "newsarc"], 2)):
        done = subprocess.run(
            [*command, *(["-A", ferry, "list"] if code else [ferry])],
            capture_output=True,
            env=clean_environment(env),
            timeout=TIMEOUT,
            check=False,
        )
        (line,) = (done.stdout + done.stderr).decode().splitlines()
        assert done.returncode == code
        assert "iso8859-1, and archives need UTF-8: use PYTHONUTF8=1" in line
