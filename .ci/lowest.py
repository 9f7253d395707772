"""Print the lower bounds of ``pyproject.toml`` as constraints for pip: ``rich>=14.3,<16`` becomes ``rich==14.3``."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

project = tomllib.loads((Path(__file__).resolve().parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
requirements = [
    *project["dependencies"],
    *(one for extra in project["optional-dependencies"].values() for one in extra),
]
for requirement in sorted(set(requirements)):
    if match := re.match(r"([\w-]+)>=([\w.]+)", requirement):
        sys.stdout.write(f"{match[1]}=={match[2]}\n")
