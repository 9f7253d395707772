"""Nothing outside the root is read, whatever an archive, its configuration or a user names; odd names are only names.

What the process opens and lists is recorded by an audit hook, which sees every call of the interpreter.
"""

from __future__ import annotations

import os
import random
import sys
import unicodedata
from pathlib import Path

import pytest

from tests.audit import recorded
from tests.cli.driver import run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX files")

SECRET = "the combination is 4711"
DAY = "news/2020/03/1"


def event(headline: str, related: str = "") -> str:
    return f"### [2020-03-01](/{DAY}/index.md)\n\n# {headline}\n\n### Related:\n\n{related}\n"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    (folder / "2020/03/1").mkdir(parents=True)
    (folder / "03/1").mkdir(parents=True)
    for name in ("secret.md", "index.md", "2020/03/1/secret.md", "03/1/secret.md", "newsarc.toml", "base.json"):
        (folder / name).write_text(f"# {SECRET}\n", encoding="utf-8")
    return folder


@pytest.fixture
def root(tmp_path: Path, outside: Path) -> Path:
    """An archive with every way out of it that links, on disk and in pages, can take."""
    root = tmp_path / "archive"
    day = root / DAY
    day.mkdir(parents=True)
    targets = [
        *(
            "../../../../../outside/secret.md",
            "/../outside/secret.md",
            f"{outside}/secret.md",
            f"file://{outside}/secret.md",
        ),
        *(
            "/%2e%2e/outside/secret.md",
            "..%2f..%2f..%2f..%2f..%2foutside%2fsecret.md",
            "..\\..\\..\\..\\..\\outside\\secret.md",
        ),
        *(
            "&#46;&#46;/&#46;&#46;/&#46;&#46;/&#46;&#46;/&#46;&#46;/outside/secret.md",
            f"/{DAY}/linked.md",
            "/up/secret.md",
        ),
        *(
            f"/{DAY}/gone.md",
            "/news/2021/03/1/secret.md",
            "/news/2020/04/1/secret.md",
            f"/{DAY}/../../../../../outside/",
        ),
    ]
    items = "\n".join(f"{number}. [needle](<{target}>) _Context: A_" for number, target in enumerate(targets, 1))
    (day / "ways-out.md").write_text(
        f"---\naliases: [../../../../../outside/secret, {outside}/secret.md]\n"
        "slug: ../../../../../outside/secret\n---\n" + event("Ways out needle", items),
        encoding="utf-8",
    )
    (day / "index.md").write_text(
        f"## [2020-03-01](/{DAY}/index.md)\n\n### [needle](../../../../../outside/secret.md)\n", encoding="utf-8"
    )
    for link, target in {
        f"{DAY}/linked.md": outside / "secret.md",
        f"{DAY}/README.md": Path("../../../../../outside/index.md"),
        f"{DAY}/chain.md": Path("linked.md"),
        "news/2021": outside / "2020",
        "news/2020/04": outside / "03",
        "news/2020/03/2": outside / "03/1",
        "up": outside,
        "index.md": outside / "index.md",
        "README.md": Path("up/index.md"),
    }.items():
        (root / link).symlink_to(target)
    return root


COMMANDS = [
    ["list"],
    ["list", "--json"],
    ["show", "2020-03-01", "--json"],
    ["show", "ways-out", "--raw"],
    ["show", "2020"],
    ["search", "combination"],
    ["search", "needle", "--in", "all"],
    ["search", "--fixed", "4711"],
    ["related", "ways-out", "--both", "--json"],
    ["related", "ways-out", "--depth", "3", "--format", "graphml"],
    ["related", "ways-out", "--discover"],
    ["timeline", "2020"],
    ["stats"],
    ["graph", "2020-03-01", "--format", "svg", "--output", "-"],
    ["lint", "--select", "ALL", "--output-format", "full"],
    ["lint", "--select", "ALL", "--diff", "--unsafe-fixes"],
    ["lint", "--select", "ALL", "--fix", "--unsafe-fixes"],
    *[[command, ref] for command in ("show", "related", "timeline") for ref in (
        "../outside/secret.md", "/../outside/secret.md", "up/secret.md", "news/2021/03/1/secret.md",
        "2021-03-01", "2020-04-01/secret", f"{DAY}/linked.md", "2020-03-01/linked", "..", "/", "secret",
        "file:///etc/passwd", "https://e.example/../outside/secret.md",
    )],
    ["lint", "../outside"],
    ["lint", "up"],
    ["list", "../outside/secret.md"],
]  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_nothing_outside_the_root_is_read(root: Path, outside: Path, tmp_path: Path, words: list[str]) -> None:
    before = {path: path.read_bytes() for path in outside.rglob("*") if path.is_file()}
    for place, working in (("archive", tmp_path), (".", root)):
        here = Path.cwd()
        os.chdir(working)
        try:
            with recorded() as seen:
                result = run("-A", place, "--no-cache", *words)
        finally:
            os.chdir(here)
        assert "internal error" not in result.err
        assert SECRET not in result.out + result.err
        assert seen, "the hook sees what is opened"
        real = [os.path.realpath(working / path) for path in seen]
        assert [path for path in real if path.startswith(str(outside))] == []
    assert {path: path.read_bytes() for path in outside.rglob("*") if path.is_file()} == before
    assert all((root / name).is_symlink() for name in (f"{DAY}/linked.md", f"{DAY}/README.md", "index.md"))


def test_an_absolute_ref_to_a_file_outside_reads_nothing(root: Path, outside: Path) -> None:
    with recorded() as seen:
        result = run("-A", root, "--no-cache", "show", str(outside / "index.md"))
    assert (result.code, result.out) == (1, "")
    assert [path for path in seen if os.path.realpath(path).startswith(str(outside))] == []


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ('root = "../outside"', "root: must be inside the folder of this file"),
        ('root = "{outside}"', "root: must be inside the folder of this file"),
        ('root = "up"', "is not a folder inside the folder of this file"),
        ('root = "a/../../outside"', "root: must be inside the folder of this file"),
        ('[lint]\nbaseline = "../outside/base.json"', "is outside the archive"),
        ('[lint]\nbaseline = "{outside}/base.json"', "is outside the archive"),
        ('[lint]\nbaseline = "up/base.json"', "is outside the archive"),
        ('site-prefix = "/../outside"', "is not allowed in a site prefix"),
        ('posts = ["../outside/{slug}.md"]', "must be a path inside the archive"),
        ('posts = ["{outside}/{slug}.md"]', "must be a path inside the archive"),
        ('layout = "plain"\nredirects = ["../outside/base.json"]', "must be a path inside the archive"),
        ('layout = "plain"\nredirects = ["up/base.json"]', "redirects: up/base.json does not exist"),
    ],
)
@pytest.mark.parametrize("more", [[], ["--write-baseline"]], ids=["read", "written"])
def test_a_configuration_leads_nowhere_else(root: Path, outside: Path, config: str, said: str, more: list[str]) -> None:
    (root / "newsarc.toml").write_text(config.replace("{outside}", str(outside)) + "\n", encoding="utf-8")
    before = (outside / "base.json").read_bytes()
    with recorded() as seen:
        result = run("-A", root, "--no-cache", "lint", *more)
    assert result.code == 2
    assert said in result.err
    assert len(result.err.splitlines()) == 1
    assert [path for path in seen if os.path.realpath(path).startswith(str(outside))] == []
    assert (outside / "base.json").read_bytes() == before


@pytest.mark.parametrize("posts", ["up/{slug}.md", "**/{slug}.md", "news/{year}/{slug}.md"])
def test_patterns_of_posts_lead_nowhere_else(root: Path, outside: Path, posts: str) -> None:
    (root / "newsarc.toml").write_text(f"posts = ['{posts}']\n", encoding="utf-8")
    (root / "_redirects").symlink_to(outside / "base.json")
    (root / "_config.yml").symlink_to(outside / "newsarc.toml")
    with recorded() as seen:
        result = run("-A", root, "--no-cache", "list", "--format", "paths")
    assert SECRET not in run("-A", root, "--no-cache", "search", "--fixed", "combination").out
    assert "outside" not in result.out.replace(str(root), "")
    assert [path for path in seen if os.path.realpath(path).startswith(str(outside))] == []


def test_the_hook_sees_a_file_outside(outside: Path) -> None:
    with recorded() as seen:
        (outside / "secret.md").read_text(encoding="utf-8")
        list(os.scandir(outside))
    assert [Path(path) for path in seen] == [outside / "secret.md", outside]


# --- names ---

LONG = "a" * 252 + ".md"
NAMES = [
    *(
        "CON.md",
        "con.md",
        "NUL.md",
        "aux.md",
        "COM1.md",
        "LPT9.md",
        "PRN.x.md",
        "trailing .md",
        " leading.md",
        "dots..md",
    ),
    *(
        "back\\slash.md",
        "x..\\climb.md",
        "a:stream.md",
        "C:drive.md",
        "star*.md",
        "question?.md",
        "hash#.md",
        "per%20cent.md",
    ),
    *(
        "pipe|.md",
        'quote".md',
        "less<more>.md",
        "two  spaces.md",
        "-dash.md",
        "~home.md",
        "$HOME.md",
        "`id`.md",
        "a&amp;b.md",
    ),
    *("Case.md", "case.md", "CASE.md", "ß.md", "ss.md", "ﬁ.md", "fi.md", "İ.md", "i̇.md", "news.md", "index.MD.md"),
    *(unicodedata.normalize("NFC", "Bogotá.md"), unicodedata.normalize("NFD", "Bogotá.md"), "한국.md", LONG),
    unicodedata.normalize("NFD", "한국.md"),
]


def headline_of(number: int) -> str:
    """A headline that nothing else is like."""
    return f"needle {' '.join(random.Random(number).choices('abcdefghijklmnopqrstuvwxyz' * 9, k=24))}"


@pytest.fixture
def named(tmp_path: Path) -> Path:
    """An archive with an event of each name, or of as many as the file system tells apart."""
    for number, name in enumerate(NAMES):
        file = tmp_path / DAY / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists():
            pytest.skip(f"{name} is another's name to this file system")
        try:
            file.write_text(event(headline_of(number)), encoding="utf-8")
        except OSError:
            pytest.skip(f"{name} is no name to this file system")
    return tmp_path


def test_each_name_is_an_event_of_its_own(named: Path) -> None:
    paths = {event["path"]: event["headline"] for event in run("-A", named, "list", "--json").json["events"]}
    assert paths == {f"{DAY}/{name}": headline_of(number) for number, name in enumerate(NAMES)}
    hits = run("-A", named, "search", "needle", "--limit", "0", "--json").json["hits"]
    assert {hit["event"]["path"] for hit in hits} == set(paths)
    for path, headline in paths.items():
        for ref in (path, str(named / path)):
            if any(char in path for char in "#?%\\&<>"):  # which a path as typed may mean otherwise
                continue
            shown = run("-A", named, "show", "--json", "--", ref).json["events"]
            assert [one["headline"] for one in shown] == [headline], ref


def test_lint_writes_targets_that_lead_to_each_name(named: Path) -> None:
    """The fix of NA501 adds all of them to the day page; then none of its entries is dead."""
    (named / DAY / "index.md").write_text(f"## [2020-03-01](/{DAY}/index.md)\n", encoding="utf-8")
    run("-A", named, "lint", "--select", "NA501", "--fix")
    listed = {entry for entry in (named / DAY / "index.md").read_text("utf-8").split("\n") if entry.startswith("### ")}
    assert len(listed) == len(NAMES)
    result = run("-A", named, "lint", "--select", "NA501,NA502", "--output-format", "json")
    assert result.json["findings"] == []


def test_dead_links_to_names_that_clash_are_not_guessed(named: Path) -> None:
    """Three events are called the same but for case: which of them a fourth spelling means, nobody knows."""
    page = named / DAY / "one.md"
    page.write_text(event("One", f"1. [x](/{DAY}/cAsE.md) _Context: A_"), encoding="utf-8")
    (found,) = run("-A", named, "lint", "--select", "NA101", "--output-format", "json", str(page)).json["findings"]
    assert found["suggestion"] is None or not found["suggestion"]["certain"]
