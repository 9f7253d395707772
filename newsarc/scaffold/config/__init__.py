"""Files for an archive that begins to use newsarc: its settings, a pre-commit hook, a CI workflow."""

from enum import StrEnum


class SetupPart(StrEnum):
    """What can be written alone."""

    SETTINGS = "settings"
    HOOK = "hook"
    WORKFLOW = "workflow"
