"""docs/dependencies.md says of each package why it is there, and within which bounds."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

from newsarc.errors import how_to_install
from newsarc.output.export import parquet
from newsarc.output.story import vega
from newsarc.sources.check import run as sources

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENT = re.compile(r"(?P<name>[A-Za-z0-9-]+)(?:\[[^\]]*\])?(?P<bounds>[^;]*)")


def test_each_dependency_is_explained() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = {name for names in project["optional-dependencies"].values() for name in names}
    for requirement in sorted({*project["dependencies"], *extras}):
        match = REQUIREMENT.fullmatch(requirement)
        assert match is not None, requirement
        if match["name"] == "newsarc":
            continue
        assert re.search(rf"[ `]{re.escape(match['name'])}\b", page), requirement
        if requirement in project["dependencies"]:
            lowest, highest = match["bounds"].split(",")
            assert f"{match['name']} ≥ {lowest[2:]}, < {highest[1:]} |" in page, requirement


def test_advice_names_the_requirement_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    assert (extras["graph"], extras["parquet"]) == ([vega.REQUIREMENT], [parquet.REQUIREMENT])
    assert extras["sources"][:2] == list(sources.REQUIREMENTS)
    page = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    assert how_to_install(*sources.REQUIREMENTS).partition(" (")[0] in page


def test_nothing_is_explained_that_is_not_there() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for name in re.findall(r"^\| (?:`\w+` \| )?([a-zA-Z][\w-]*(?:, [a-zA-Z][\w-]*)*)[ ≥|]", page, re.MULTILINE):
        for package in name.split(", "):
            assert package in ("package", "extra") or f'"{package}' in project, package


def test_everything_that_is_imported_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [name for names in project["optional-dependencies"].values() for name in names]
    declared = {re.split(r"[<>=\[]", name)[0].lower().replace("-", "_") for name in (*project["dependencies"], *extras)}
    called = {"python_frontmatter": "frontmatter", "pyyaml": "yaml", "vl_convert_python": "vl_convert"}
    known = {called.get(name, name) for name in declared} | sys.stdlib_module_names | {"newsarc", "__future__"}
    known.add("_typeshed")  # of the type checker alone
    for file in sorted((ROOT / "newsarc").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            assert {name.partition(".")[0] for name in names} <= known, file
