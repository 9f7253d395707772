"""``newsarc init``, its frame: what it writes, and that it destroys nothing."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from newsarc import Archive
from newsarc.layout.settings import LAYOUT_KEYS
from newsarc.scaffold.config import requirement
from tests.cli.driver import CASES, EXAMPLE, run

HOOK, WORKFLOW = ".pre-commit-config.yaml", ".github/workflows/newsarc.yml"
INSTALL = ("--install", "newsarc==9.9")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository that is an archive, and the current folder."""
    root = shutil.copytree(EXAMPLE, tmp_path / "archive")
    (root / ".git").mkdir()
    monkeypatch.chdir(root)
    return root


def state(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_all_three_are_written_and_lint_finds_the_same(root: Path) -> None:
    before = run("lint")
    result = run("init", *INSTALL)
    assert (result.code, result.err) == (0, "")
    assert result.lines == ["newsarc.toml", HOOK, WORKFLOW]
    after = run("lint")
    assert (after.code, after.out) == (before.code, before.out)
    assert before.code == 1
    workflow = yaml.safe_load((root / WORKFLOW).read_text("utf-8"))
    job = workflow["jobs"]["lint"]
    assert job["env"] == {"NEWSARC": "newsarc==9.9", "NEWSARC_ARCHIVE": "."}
    assert [step.get("run") for step in job["steps"]][2:] == [
        'python -m pip install --quiet "$NEWSARC"',
        "newsarc lint",
    ]
    (repo,) = yaml.safe_load((root / HOOK).read_text("utf-8"))["repos"]
    assert repo["hooks"][0]["additional_dependencies"] == ["newsarc==9.9"]


def test_once_more_changes_nothing(root: Path) -> None:
    run("init", *INSTALL)
    before = state(root)
    result = run("init", *INSTALL)
    assert (result.code, result.out, result.err.count(": unchanged")) == (0, "", 3)
    assert state(root) == before


@pytest.mark.parametrize(("part", "file"), [("settings", "newsarc.toml"), ("hook", HOOK), ("workflow", WORKFLOW)])
def test_only_what_is_wanted(root: Path, part: str, file: str) -> None:
    before = set(state(root))
    assert run("init", "--only", part, *INSTALL).lines == [file]
    assert set(state(root)) - before == {file}


def test_dry_run_writes_nothing(root: Path) -> None:
    before = state(root)
    result = run("init", "--dry-run", *INSTALL)
    assert result.code == 0
    for file in ("newsarc.toml", HOOK, WORKFLOW):
        assert f"--- /dev/null\n+++ b/{file}\n" in result.out
    assert state(root) == before


def mine(root: Path) -> dict[str, bytes]:
    (root / "newsarc.toml").write_text(
        "# mine\nmax-page-bytes = 5000000\n[labels]\nrelated = ['Mehr']\n", encoding="utf-8"
    )
    (root / HOOK).write_text("repos:\n- repo: meta\n  hooks:\n  - id: identity\n", encoding="utf-8")
    (root / WORKFLOW).parent.mkdir(parents=True)
    (root / WORKFLOW).write_text("name: mine\n", encoding="utf-8")
    return state(root)


def test_nobody_to_ask_is_one_error_and_nothing_is_written(root: Path) -> None:
    before = mine(root)
    result = run("init", *INSTALL)
    assert (result.code, result.out) == (2, "")
    (line,) = [line for line in result.err.splitlines() if ": unchanged" not in line]
    advice = "nothing was written. Use --yes to overwrite, --dry-run to preview"
    assert line == f"newsarc: {HOOK} and {WORKFLOW}: already exists; {advice}"
    assert state(root) == before


def test_yes_keeps_what_counts(root: Path) -> None:
    mine(root)
    config = Archive.open(root, cache=False).config
    result = run("init", "--yes", *INSTALL)
    assert (result.code, result.lines) == (0, [HOOK, WORKFLOW])
    assert "newsarc.toml: unchanged: already up to date" in result.err
    assert (
        (root / HOOK).read_text("utf-8").startswith("repos:\n- repo: meta\n  hooks:\n  - id: identity\n- repo: local\n")
    )
    assert Archive.open(root, cache=False).config == config


@pytest.mark.parametrize(
    ("answers", "written"),
    [("y\nn\n", [HOOK]), ("\n YES \n", [WORKFLOW]), ("no\n", []), ("", [])],
)
def test_a_person_is_asked_about_each(
    root: Path, answers: str, written: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    mine(root)
    monkeypatch.setattr("newsarc.cli.commands.init.is_terminal", lambda stream: True)
    result = run("init", *INSTALL, stdin=answers)
    assert (result.code, result.lines) == (0, written)
    assert f"{HOOK} already exists: Add the newsarc hook? The rest is kept. [y/N]" in result.err
    assert f"{WORKFLOW} already exists: Overwrite? [y/N]" in result.err


def test_settings_that_lack_the_prefix_are_written_anew_with_what_they_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = shutil.copytree(CASES / "prefixed", tmp_path / "archive")
    (root / "newsarc.toml").write_text("# mine\n[lint]\nignore = ['NA503']\n", encoding="utf-8")
    monkeypatch.chdir(root)
    assert run("lint").code == 2
    assert run("init", "--only", "settings", "--yes").lines == ["newsarc.toml"]
    config = Archive.open(root, cache=False).config
    assert (config.site_prefix, config.lint.ignore) == ("/bay", ("NA503",))
    assert run("lint").code != 2


def test_settings_of_pyproject_are_taken_over(root: Path) -> None:
    (root / "pyproject.toml").write_text("[tool.newsarc.lint]\nselect = ['NA101']\n", encoding="utf-8")
    result = run("init", "--only", "settings")
    assert result.lines == ["newsarc.toml"]
    assert "pyproject.toml: [tool.newsarc] is now ignored" in result.err
    assert Archive.open(root, cache=False).config.lint.select == ("NA101",)


def test_an_archive_in_a_folder_of_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    shutil.copytree(EXAMPLE, tmp_path / "my news")
    monkeypatch.chdir(tmp_path)
    result = run("-A", "my news", "init", *INSTALL)
    assert result.lines == ["my news/newsarc.toml", HOOK, WORKFLOW]
    (repo,) = yaml.safe_load((tmp_path / HOOK).read_text("utf-8"))["repos"]
    assert repo["hooks"][0]["args"][-2:] == ["--archive", "my news"]
    assert (
        yaml.safe_load((tmp_path / WORKFLOW).read_text("utf-8"))["jobs"]["lint"]["env"]["NEWSARC_ARCHIVE"] == "my news"
    )


def test_a_broken_file_is_left_alone(root: Path) -> None:
    (root / HOOK).write_text("repos: [\n", encoding="utf-8")
    result = run("init", *INSTALL)
    assert result.code == 0
    assert (root / HOOK).read_text("utf-8") == "repos: [\n"
    assert f"{HOOK}: unchanged: it is not valid YAML" in result.err


@pytest.mark.parametrize(
    ("origin", "wanted"),
    [
        (None, "newsarc=={version}"),
        ('{"url": "file:///home/me/newsarc", "dir_info": {"editable": true}}', None),
        (
            '{"url": "file:///home/me/newsarc", "vcs_info": {"vcs": "git", "commit_id": "abc"}}',
            None,
        ),
        (
            '{"url": "https://code.example/newsarc.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}}',
            "newsarc @ git+https://code.example/newsarc.git@abc",
        ),
    ],
)
def test_what_pip_installs(origin: str | None, wanted: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    import newsarc

    class Distribution:
        def read_text(self, name: str) -> str | None:
            return origin if name == "direct_url.json" else None

    monkeypatch.setattr("newsarc.scaffold.config.requirement.metadata.distribution", lambda name: Distribution())
    assert requirement.requirement() == (wanted and wanted.format(version=newsarc.__version__))


def test_nothing_is_installed_from_a_folder_that_only_this_machine_has(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsarc.scaffold.config.requirement.requirement", lambda: None)
    refused = run("init", "--only", "workflow")
    assert (refused.code, refused.out) == (2, "")
    assert "was installed from a local folder; add --install" in refused.err
    result = run("init")
    assert (result.code, result.lines) == (0, ["newsarc.toml"])
    assert "skipped the pre-commit hook and CI workflow" in result.err
    assert not (root / ".github").exists()


def test_words_that_are_no_utf8_do_not_get_into_the_settings(tmp_path: Path) -> None:
    for day in range(1, 7):
        folder = tmp_path / f"news/2017/06/{day}"
        folder.mkdir(parents=True)
        (folder / "storm.md").write_bytes(b"# Storm\n\n### Fuente\xff:\n\n1. [A](https://a.example)\n")
    assert run("-A", tmp_path, "init", "--only", "settings").code == 0
    assert run("-A", tmp_path, "list").code == 0


def test_a_name_that_github_would_work_out_is_refused(root: Path) -> None:
    result = run("init", "--only", "workflow", "--install", "newsarc ${{ secrets.TOKEN }}")
    assert (result.code, result.out) == (2, "")
    assert not (root / ".github").exists()


def test_a_hook_file_with_merged_keys_is_left_alone(root: Path) -> None:
    (root / ".pre-commit-config.yaml").write_text("<<: {repos: [{repo: local}]}\n", encoding="utf-8")
    result = run("init", "--only", "hook", "--install", "newsarc", "--yes")
    assert result.code == 0
    assert ": unchanged: " in result.err


def test_a_word_for_two_parts_tells_neither(tmp_path: Path) -> None:
    for day in range(1, 9):
        folder = tmp_path / f"news/2017/06/{day}"
        folder.mkdir(parents=True)
        target = "https://a.example" if day % 2 else "/news/2017/06/1/storm.md"
        text = f"# Storm\n\n### Verweise:\n\n1. [A]({target})\n\n### Quellen:\n\n1. [A](https://a.example)\n"
        (folder / "storm.md").write_text(text, encoding="utf-8")
    shown = run("-A", tmp_path, "init", "--only", "settings", "--dry-run").out
    assert "Quellen" in shown
    assert "Verweise" not in shown


# --- a new archive ---


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without an archive, and the current folder."""
    folder = tmp_path / "new"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_an_empty_folder_becomes_an_archive(empty: Path) -> None:
    for name in ("README.md", "LICENSE", ".gitignore"):
        (empty / name).write_text("mine\n")
    (empty / ".git").mkdir()
    (empty / "news").mkdir()
    result = run("init", *INSTALL)
    assert (result.code, result.lines) == (0, ["newsarc.toml", HOOK, WORKFLOW, "news/.gitkeep"])
    assert result.err == f'newsarc: started an archive in {empty}; add an event with newsarc new "HEADLINE"\n'
    assert run("new", "Two bridges close", "--source", "Radio https://radio.example/x").code == 0
    assert (run("lint").code, len(run("list").lines)) == (0, 1)
    again = run("init", *INSTALL)
    assert (again.code, again.out, "started" in again.err) == (0, "", False)


def test_a_named_folder_becomes_an_archive(empty: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    assert run("-A", tmp_path / "other", "init", "--only", "settings").lines == [
        "../other/newsarc.toml",
        "../other/news/.gitkeep",
    ]
    assert run("init", env={"NEWSARC_ARCHIVE": str(empty)}).code == 0
    assert (empty / "newsarc.toml").is_file()


def test_lint_passes_a_new_archive_but_not_the_wrong_folder(empty: Path) -> None:
    assert run("init", "--only", "settings").code == 0
    assert (run("lint").code, run("lint").err[:37]) == (0, "newsarc: no findings in 0 pages (0.0 ")
    (empty / "news" / "2017").mkdir()  # the pages of this year are elsewhere
    assert run("lint").code == 2
    (empty / "news" / "2017").rmdir()
    (empty / "news" / "stray.md").write_text("# Stray\n")
    assert run("lint").code == 2
    (empty / "news").rename(empty / "content")
    assert run("lint").err.startswith("newsarc: .: there is no page to check")


def test_a_dry_run_starts_no_archive(empty: Path) -> None:
    result = run("init", "--dry-run", *INSTALL)
    assert (result.code, list(empty.iterdir())) == (0, [])
    assert "+++ b/newsarc.toml\n" in result.out
    assert "started" not in result.err


@pytest.mark.parametrize(
    ("file", "words", "said"),
    [
        ("setup.py", [], ".: not an archive, and not empty (setup.py); use --new to start an archive here"),
        ("content/news/2017/x", [], ".: the archive is in content; use newsarc --archive content init"),
        ("content/news/2017/x", ["--new"], ".: the archive is in content; use newsarc --archive content init"),
        (".gitignore", ["--only", "hook"], "no archive found in this folder or its parents"),
        (".gitignore", ["-A", "nowhere"], "nowhere: folder does not exist"),
    ],
)
def test_where_no_archive_starts(empty: Path, file: str, words: list[str], said: str) -> None:
    (empty / file).parent.mkdir(parents=True, exist_ok=True)
    (empty / file).touch()
    before = state(empty)
    result = run("init", *words, *INSTALL)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"newsarc: {said}")
    assert state(empty) == before


def test_files_need_consent(empty: Path) -> None:
    (empty / "setup.py").touch()
    assert run("init", "--new", "--only", "settings").lines == ["newsarc.toml", "news/.gitkeep"]
    assert run("list").err == "newsarc: the archive has no events\n"


def test_a_folder_of_an_archive_stays_one_of_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "notes").mkdir()
    monkeypatch.chdir(root / "notes")
    assert run("init", "--only", "settings").lines == ["../newsarc.toml"]
    assert list((root / "notes").iterdir()) == []


# --- a site of posts ---

POST = "---\ntitle: A post\n---\n"
JEKYLL = {
    "_config.yml": "url: https://town.example\npermalink: /:year/:title/\n",
    "_redirects": "/a /b\n",
    "about.md": POST,
    "_posts/2020-01-02-bridge.md": POST,
    "_posts/2020-01-05-toll.markdown": POST,
    "_posts/readme.md": POST,
    "_posts/2020-02-heron.md": POST,
}
ELEVENTY = {".eleventy.js": "", "log/2020-01-02-bridge.md": POST}
HUGO = {
    "hugo.toml": 'baseURL = "https://lab.example"\n',
    "content/posts/first/index.md": POST,
    "content/posts/first/notes.md": POST,
    "content/posts/_index.md": POST,
}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, str]], Path]:
    """Make a site of these files, and enter it."""

    def make(files: dict[str, str]) -> Path:
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        monkeypatch.chdir(tmp_path)
        return tmp_path

    return make


def test_a_site_gets_settings_that_change_nothing(site: Callable[[dict[str, str]], Path]) -> None:
    root = site(JEKYLL)
    before = {row[0]: row[1] for row in run("config").rows}
    result = run("init", *INSTALL)
    assert (result.code, result.lines) == (0, ["newsarc.toml", HOOK, WORKFLOW])
    assert result.err == "newsarc: layout jekyll: 2 posts fit, 1 file does not: _posts/2020-02-heron.md\n"
    assert {row[0]: row[1] for row in run("config").rows} == before
    text = (root / "newsarc.toml").read_text()
    assert tomllib.loads(text) == {"layout": "jekyll", "lint": {}, "sources": {}}
    assert '\n# permalink = "/{year}/{slug}/"\n' in text
    assert '\n# site = ["https://town.example"]\n' in text
    assert '\n# redirects = ["_redirects"]\n' in text
    assert "site-prefix" not in text
    again = run("init", *INSTALL)
    assert (again.out, again.err.count(": unchanged")) == ("", 3)


def test_all_comments_of_a_site_are_settings(site: Callable[[dict[str, str]], Path]) -> None:
    root = site(JEKYLL)
    run("init", "--only", "settings")
    text = (root / "newsarc.toml").read_text()
    on = re.sub(r"^# ([a-z-]+ = )", r"\1", text, flags=re.MULTILINE)
    assert set(tomllib.loads(on)) >= set(LAYOUT_KEYS)
    (root / "newsarc.toml").write_text(on)
    assert run("list", "--count").out == "2\n"


def test_what_a_site_does_not_tell_is_asked_for(site: Callable[[dict[str, str]], Path]) -> None:
    root = site(ELEVENTY)
    result = run("init", "--only", "settings")
    assert result.err.splitlines() == [
        "newsarc: layout plain: 1 post fits, 0 files do not",
        "newsarc: permalink cannot be detected here, and /{year}/{month}/{day}/{slug}/ is assumed; "
        "set it in newsarc.toml",
        "newsarc: site cannot be detected here: set it in newsarc.toml, so that full URLs of the site count as links",
    ]
    assert (root / "newsarc.toml").read_text().count("newsarc cannot detect this here: set it.\n# ") == 2
    (root / "newsarc.toml").write_text('permalink = "/{slug}/"\nsite = ["https://a.example"]\nlower-case = true\n')
    result = run("init", "--only", "settings", "--yes")
    assert result.err == "newsarc: layout plain: 1 post fits, 0 files do not\n"
    assert tomllib.loads((root / "newsarc.toml").read_text()) == {
        "layout": "plain", "permalink": "/{slug}/", "site": ["https://a.example"], "lower-case": True,
        "lint": {}, "sources": {},
    }  # fmt: skip


def test_bundles_and_index_pages_are_no_misfits(site: Callable[[dict[str, str]], Path]) -> None:
    root = site(HUGO)
    assert run("init", "--only", "settings", "--dry-run").err == (
        "newsarc: layout hugo: 0 posts fit (1 more without a date, drafts or translations), 0 files do not\n"
    )
    assert not (root / "newsarc.toml").exists()
    for name in "abcde":
        (root / f"content/posts/{name}.md").write_text(POST)
    (root / "newsarc.toml").write_text('posts = ["content/posts/{slug}/index.md"]\n')
    assert run("init", "--only", "settings", "--dry-run").err == (
        "newsarc: layout hugo: 0 posts fit (1 more without a date, drafts or translations), 5 files do not: "
        "content/posts/a.md, content/posts/b.md, content/posts/c.md and 2 more (-v shows all)\n"
    )
