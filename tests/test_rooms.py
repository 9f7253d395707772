"""The rooms of the package: what may import what, and how they are named. docs/architecture.md draws them."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.cli.driver import REPOSITORY

# From the top: a room imports only what stands below it.
ROOMS = (
    "__main__",
    "__init__",
    "cli",
    "output",
    "scaffold",
    "api",
    "analysis",
    "search",
    "lint",
    "sources",
    "index",
    "query",
    "archive",
    "parser",
    "model",
    "config",
    "storage",
    "layout",
    "text",
    "errors",
    "__about__",
)
MOST_PACKAGES, MOST_MODULES, MOST_OF_A_NAME = 14, 7, 2
# What is still to be untied: the fix for day pages that differ asks all other rules about its result.
KNOWN_CIRCLE = ("newsarc.lint.rules.days", "newsarc.lint.rules.__init__")
KNOWN_TWICE: frozenset[str] = frozenset()
# A library → the parts of the package that alone import it.
LIBRARIES: Mapping[str, tuple[str, ...]] = {
    "typer": ("newsarc.cli.",),
    "rich": ("newsarc.output.terminal.",),
    "yaml": ("newsarc.parser.front_matter", "newsarc.scaffold."),
    "aiohttp": ("newsarc.sources.check.fetch",),
    "protego": ("newsarc.sources.check.robots",),
    "gc": ("newsarc.storage.collector",),
    # Findings are rows of the index, and the lock of the cache is one of SQLite.
    "sqlite3": ("newsarc.index.", "newsarc.lint.", "newsarc.storage.lock", "newsarc.output.export."),
}


@cache
def modules() -> Mapping[str, ast.Module]:
    """The syntax tree of each module, by its name."""
    root = REPOSITORY / "newsarc"
    return {
        ".".join(("newsarc", *file.relative_to(root).with_suffix("").parts)): ast.parse(file.read_bytes())
        for file in sorted(root.rglob("*.py"))
    }


def imported(name: str) -> Iterator[str]:
    """Yield what a module imports anywhere: at its head, within functions, for the type checker alone.

    Of the package, these are modules; ``newsarc.cli.__init__`` stands for what a package itself defines.
    """
    for node in ast.walk(modules()[name]):
        if isinstance(node, ast.Import):
            yield from (_module(alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name}: imports are absolute"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield _module(inner) if _module(inner) in modules() else _module(str(node.module))


def _module(name: str) -> str:
    return f"{name}.__init__" if f"{name}.__init__" in modules() else name


def room(module: str) -> str:
    return module.split(".")[1]


def test_nothing_imports_what_stands_above_it() -> None:
    up = [
        f"{name} imports {other}"
        for name in modules()
        for other in imported(name)
        if other in modules() and ROOMS.index(room(other)) < ROOMS.index(room(name))
    ]
    assert up == []


def test_no_circle() -> None:
    graph = {name: {other for other in imported(name) if other in modules()} for name in modules()}
    graph[KNOWN_CIRCLE[0]].discard(KNOWN_CIRCLE[1])
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" ← ".join(error.args[1]))


def test_each_room_is_declared_and_there_are_few() -> None:
    assert {room(name) for name in modules()} == set(ROOMS)
    packages = {room(name) for name in modules() if name.count(".") > 1}
    assert len(packages) <= MOST_PACKAGES
    assert len(ROOMS) - len(packages) <= MOST_MODULES


def test_names_of_files_tell_them_apart() -> None:
    names = Counter(name.rpartition(".")[2] for name in modules() if not name.endswith(".__init__"))
    assert {name: number for name, number in names.items() if number > MOST_OF_A_NAME} == {}


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library_is_imported_in_its_place_alone(library: str) -> None:
    users = {name for name in modules() if any(other.split(".")[0] == library for other in imported(name))}
    assert users, "or the table is out of date"
    assert {name for name in users if not name.startswith(LIBRARIES[library])} == set()


def test_classes_with_one_meaning_each() -> None:
    names = Counter(
        node.name
        for tree in modules().values()
        for node in tree.body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    assert {name for name, number in names.items() if number > 1} <= KNOWN_TWICE
