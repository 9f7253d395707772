"""All rules. A new one is its class, its place in the list of its family, and the folder of its test case."""

from __future__ import annotations

from newsarc.lint.rules.links import RULES as LINK_RULES
from newsarc.lint.rules.rule import EventRule

RULES: tuple[EventRule, ...] = (*LINK_RULES,)

__all__ = ["RULES", "EventRule"]
