"""Installs an earlier newsarc from git into its own environment, for comparison."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_REPOSITORY = Path(__file__).parent.parent


def install(revision: str, folder: Path) -> Path:
    """Install newsarc of git ``revision`` into ``folder``, which must not exist; return the path of its command.

    The environment uses the current Python and the newest dependencies that the revision allows. Raises
    subprocess.CalledProcessError for an unknown revision, or if pip fails.
    """
    source = folder / "source"
    source.mkdir(parents=True)
    archive = subprocess.run(
        ["git", "-C", str(_REPOSITORY), "archive", "--format=tar", revision], stdout=subprocess.PIPE, check=True
    )
    subprocess.run(["tar", "-x", "-C", str(source)], input=archive.stdout, check=True)
    environment = folder / "environment"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    scripts = environment / ("Scripts" if sys.platform == "win32" else "bin")
    # Some revisions import PyYAML without declaring it.
    subprocess.run([str(scripts / "pip"), "install", "--quiet", str(source), "PyYAML"], check=True)
    return scripts / "newsarc"
