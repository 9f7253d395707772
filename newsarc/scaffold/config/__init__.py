"""Files for ``newsarc init``: configuration, pre-commit hook and CI workflow."""

from enum import StrEnum


class SetupPart(StrEnum):
    """The parts of ``newsarc init``."""

    SETTINGS = "settings"
    HOOK = "hook"
    WORKFLOW = "workflow"
