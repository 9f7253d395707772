"""All lint rules, by family. A new rule needs a class, a place in the list of its family, and a test case folder."""

from __future__ import annotations

from newsarc.lint.rules.dates import RULES as DATE_RULES
from newsarc.lint.rules.days import RULES as DAY_RULES
from newsarc.lint.rules.dead_sources import RULES as DEAD_SOURCE_RULES
from newsarc.lint.rules.files import RULES as FILE_RULES
from newsarc.lint.rules.front_matter import RULES as FRONT_MATTER_RULES
from newsarc.lint.rules.links import RULES as LINK_RULES
from newsarc.lint.rules.posts import RULES as POST_RULES
from newsarc.lint.rules.rule import ArchiveRule, PageRule, Rule
from newsarc.lint.rules.sources import RULES as SOURCE_RULES
from newsarc.lint.rules.structure import RULES as STRUCTURE_RULES
from newsarc.lint.rules.text import RULES as TEXT_RULES

_ALL: tuple[Rule, ...] = (
    *LINK_RULES,
    *DATE_RULES,
    *SOURCE_RULES,
    *DEAD_SOURCE_RULES,
    *STRUCTURE_RULES,
    *DAY_RULES,
    *TEXT_RULES,
    *FRONT_MATTER_RULES,
    *FILE_RULES,
    *POST_RULES,
)
RULES = tuple(sorted(_ALL, key=lambda rule: rule.code))

__all__ = ["RULES", "ArchiveRule", "PageRule", "Rule"]
