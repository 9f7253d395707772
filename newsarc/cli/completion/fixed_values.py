"""Values that do not depend on the archive: rules, fields, schemas, commands."""

from __future__ import annotations


def complete_rule(incomplete: str) -> list[str]:
    """Return codes, families and names of rules that start with ``incomplete``. If it is empty, omits the names."""
    from newsarc.cli.rule_names import RULE_NAMES

    families = dict.fromkeys(code[:3] for code in RULE_NAMES)
    offers = [*families, *RULE_NAMES, *(RULE_NAMES.values() if incomplete else ())]
    return [word for word in offers if word.startswith(incomplete)]


def complete_selector(incomplete: str) -> list[str]:
    """Return completions for ``--select`` and ``--ignore``, after the last comma."""
    before, comma, last = incomplete.rpartition(",")
    words = [word for word in ("ALL", "E", "W") if word.startswith(last)] + complete_rule(last)
    return [f"{before}{comma}{word}" for word in words]


def complete_fields(incomplete: str) -> list[str]:
    """Return completions for ``list --fields``, after the last comma."""
    from newsarc.cli.fields import FIELDS

    before, comma, last = incomplete.rpartition(",")
    given = before.split(",")
    return [f"{before}{comma}{name}" for name in FIELDS if name.startswith(last) and name not in given]


def complete_schema(incomplete: str) -> list[str]:
    """Return the names of schemas that start with ``incomplete``."""
    from newsarc.output.schemas import NAMES

    return [name for name in NAMES if name.startswith(incomplete)]


def complete_command(incomplete: str) -> list[str]:
    """Return the commands that start with ``incomplete``."""
    from newsarc.cli.completion.parameters import COMMANDS

    return [name for name in COMMANDS if name.startswith(incomplete) and " " not in name]
