"""What docs/editors.md tells editors about the lines of lint, held against such lines; in the editors themselves where
they are installed.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.driver import CASES, REPOSITORY, run

GUIDE = (REPOSITORY / "docs" / "editors.md").read_text(encoding="utf-8")
Found = list[tuple[str, int, int, str]]  # path, line, column, code and message


def snippets(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def lines_and_findings(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], Found]:
    """What lint prints and what it means, with spaces and Chinese in names, and colons and brackets in messages."""
    root = shutil.copytree(CASES / "harbour", tmp_path_factory.mktemp("archive") / "a")
    text = "### [2020-03-02](/news/2020/03/2/index.md)\n\n# Odd\n\n### Related:\n\n"
    targets = ("/news/2020/03/2/a:12:3: NA101 b.md", "/news/2020/03/9/gone%20(1).md", "/news/2020/03/9/地震.md")
    items = [f"1. [é [x] {number}]({target}) _Context: P_" for number, target in enumerate(targets)]
    (root / "news/2020/03/2/a name 地震.md").write_text(text + "\n".join(items) + "\n", encoding="utf-8")
    lines = run("-A", root, "lint", "--output-format", "concise").lines
    found = run("-A", root, "lint", "--output-format", "json").json["findings"]
    meant = [
        (f"{root}/{one['path']}", one["line"], one["column"], line.split(": ", 1)[1])
        for one, line in zip(found, lines, strict=True)
    ]
    assert len({path for path, *_ in meant}) > 2
    assert all(
        f"{one['code']} {one['message']}" in said.replace("[*] ", "")
        for one, (*_, said) in zip(found, meant, strict=True)
    )
    return lines, meant


def test_the_line_of_the_guide_is_one_of_ours() -> None:
    (shown,) = snippets("text")
    assert re.fullmatch(_matcher()["pattern"]["regexp"], shown.rstrip("\n"))


# --- Visual Studio Code ---


def _matcher() -> dict[str, Any]:
    (snippet,) = snippets("json")
    (task,) = json.loads(snippet)["tasks"]
    assert task["command"] == "newsarc -q lint --output-format concise"
    matcher: dict[str, Any] = task["problemMatcher"]
    return matcher


def test_vs_code(lines_and_findings: tuple[list[str], Found]) -> None:
    lines, meant = lines_and_findings
    at = _matcher()["pattern"]
    matches = [re.match(at["regexp"], line) for line in lines]
    found = [
        (m[at["file"]], int(m[at["line"]]), int(m[at["column"]]), f"{m[at['code']]} {m[at['message']]}")
        for m in matches
        if m
    ]
    assert found == meant


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_vs_code_in_javascript(lines_and_findings: tuple[list[str], Found]) -> None:
    lines, meant = lines_and_findings
    script = (
        "const [regexp, lines] = JSON.parse(require('fs').readFileSync(0, 'utf8'));"
        "console.log(JSON.stringify(lines.map(line => line.match(new RegExp(regexp)))));"
    )
    asked = json.dumps([_matcher()["pattern"]["regexp"], lines])
    done = subprocess.run(["node", "-e", script], input=asked.encode(), capture_output=True, check=True)
    found = [(m[1], int(m[2]), int(m[3]), f"{m[4]} {m[5]}") for m in json.loads(done.stdout)]
    assert found == meant


# --- Vim ---


def in_vim(script: str, folder: Path) -> Any:
    """Return what a script for Vim puts into the variable ``found``."""
    if shutil.which("vim") is None:
        pytest.skip("vim is not installed")
    (folder / "script.vim").write_text(
        f"set encoding=utf-8\n{script}\ncall writefile([json_encode(found)], 'found.json')\nqall!\n",
        encoding="utf-8",
    )
    command = ["vim", "-u", "NONE", "-i", "NONE", "-N", "-n", "-es", "-S", "script.vim"]
    done = subprocess.run(command, cwd=folder, capture_output=True, stdin=subprocess.DEVNULL, timeout=600, check=False)
    if not (folder / "found.json").exists():
        version = subprocess.run(["vim", "--version"], capture_output=True, text=True, check=False).stdout
        if "+eval" not in version or "+quickfix" not in version:
            pytest.skip("this vim can do too little")
        pytest.fail((done.stdout + done.stderr).decode("utf-8", "replace"))
    return json.loads((folder / "found.json").read_text("utf-8"))


def test_vim_quickfix(lines_and_findings: tuple[list[str], Found], tmp_path: Path) -> None:
    lines, meant = lines_and_findings
    (tmp_path / "lines").write_text("\n".join(lines) + "\n", encoding="utf-8")
    quickfix, _ = snippets("vim")
    found = in_vim(
        f"{quickfix}\ncgetfile lines\n"
        "let found = map(getqflist(), {_, one -> [bufname(one.bufnr), one.lnum, one.col, one.text, one.valid]})",
        tmp_path,
    )
    assert [tuple(one) for one in found] == [(*one, 1) for one in meant]


def test_vim_ale(lines_and_findings: tuple[list[str], Found], tmp_path: Path) -> None:
    lines, meant = lines_and_findings
    (tmp_path / "lines").write_text("\n".join(["no finding", *lines]) + "\n", encoding="utf-8")
    _, ale = snippets("vim")
    found = in_vim(f"{ale}\nlet found = NewsarcFindings(1, readfile('lines'))", tmp_path)
    assert [(one["lnum"], one["col"], f"{one['code']} {one['text']}") for one in found] == [one[1:] for one in meant]


def test_neovim_has_the_same_errorformat() -> None:
    quickfix, _ = snippets("vim")
    (lua,) = snippets("lua")
    (ours,) = re.findall(r"^set errorformat=(.*)$", quickfix, re.MULTILINE)
    assert f'from_errorformat("{ours.replace(chr(92), "")}"' in lua


# --- Emacs ---


def test_emacs_expressions(lines_and_findings: tuple[list[str], Found]) -> None:
    """In Python's syntax: Emacs has its groups with backslashes."""
    lines, meant = lines_and_findings
    compilation, flymake = snippets("elisp")
    for snippet, groups in ((compilation, 3), (flymake, 3)):
        (written,) = re.findall(r'"(\^.*?)"(?: 1 2 3| nil t)', snippet)
        pattern = re.compile(written.replace("\\\\(", "(").replace("\\\\)", ")"))
        assert pattern.groups == groups
        matches = [match for line in lines if (match := pattern.search(line))]
        if snippet is compilation:
            assert [(m[1], int(m[2]), int(m[3])) for m in matches] == [one[:3] for one in meant]
        else:
            assert [(int(m[1]), int(m[2]), m[3]) for m in matches] == [one[1:] for one in meant]


@pytest.mark.skipif(shutil.which("emacs") is None, reason="emacs is not installed")
def test_emacs_itself(lines_and_findings: tuple[list[str], Found], tmp_path: Path) -> None:
    lines, meant = lines_and_findings
    (tmp_path / "lines").write_text("\n".join(lines) + "\n", encoding="utf-8")
    ask = """
(set-language-environment "UTF-8")
(with-temp-buffer
  (insert-file-contents "lines")
  (let ((regexp (nth 1 (assq 'newsarc compilation-error-regexp-alist-alist))))
    (while (re-search-forward regexp nil t)
      (princ (format "%s\\t%s\\t%s\\n" (match-string 1) (match-string 2) (match-string 3))))))
(let* ((output (find-file-noselect "lines"))
       (source (get-buffer-create "source")))
  (with-current-buffer source (dotimes (_ 40) (insert (make-string 400 ?x) "\\n")))
  (dolist (one (newsarc--diagnostics output source))
    (with-current-buffer source
      (princ (format "%s\\t%s\\n" (line-number-at-pos (flymake-diagnostic-beg one)) (flymake-diagnostic-text one))))))
"""
    (tmp_path / "ask.el").write_text("\n".join([*snippets("elisp"), ask]), encoding="utf-8")
    command = ["emacs", "-Q", "--batch", "-l", "ask.el"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True, timeout=600)
    rows = [tuple(line.split("\t")) for line in done.stdout.decode("utf-8").splitlines()]
    assert rows[: len(meant)] == [(path, str(line), str(column)) for path, line, column, _ in meant]
    assert rows[len(meant) :] == [(str(line), said) for _, line, _, said in meant]


def test_every_command_of_the_guide_runs(tmp_path: Path) -> None:
    root = shutil.copytree(CASES / "harbour", tmp_path / "a")
    options = re.findall(r'"?-q"?,? "?lint.*', GUIDE)
    assert len(options) >= 5
    known = run("lint", "--help", env={"COLUMNS": "200"}).out
    for option in set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", GUIDE)) - {"--archive"}:
        assert option in known, option
    result = run("-A", root, "-q", "lint", "--output-format", "concise", "--stdin-filename", "news/2020/03/2/a.md", "-")
    assert (result.code, result.err) == (1, "")
    assert "NA401" in result.out
