"""What the build adds to the wheel: the man page, made from the commands themselves."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ManPage(BuildHookInterface[BuilderConfig]):
    """Puts ``newsarc.1`` where ``man`` looks for it, beside the folder of the command."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the page into a folder of its own, so that a build leaves nothing in the source."""
        sys.path.insert(0, self.root)
        try:
            from tools.reference.man_page import page
        finally:
            sys.path.remove(self.root)
        self._folder = tempfile.TemporaryDirectory(prefix="newsarc-man-")
        file = Path(self._folder.name, "newsarc.1")
        file.write_text("".join(page()), encoding="utf-8", newline="\n")
        file.chmod(0o644)  # the wheel keeps it; it must not depend on the umask of who builds
        build_data["shared_data"][str(file)] = "share/man/man1/newsarc.1"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Throw the folder away: the page is in the wheel."""
        self._folder.cleanup()
