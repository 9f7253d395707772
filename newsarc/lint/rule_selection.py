"""Selection of rules by code, family, name or severity."""

from __future__ import annotations

from collections.abc import Sequence

from newsarc.errors import UsageError
from newsarc.lint.rules import RULES
from newsarc.lint.rules.rule import Rule
from newsarc.text.suggest import did_you_mean

_SEVERITIES = {"E": "error", "W": "warning"}
# What people call a rule → its name.
_RULE_ALIASES = {
    "backlink": ("one-way-link",),
    "broken": ("broken-related-link",),
    "broken-link": ("broken-related-link",),
    "broken-links": ("broken-related-link",),
    "context": ("missing-context",),
    "date": ("date-mismatch",),
    "dead": ("broken-related-link",),
    "dead-link": ("broken-related-link",),
    "dead-links": ("broken-related-link",),
    "duplicate": ("duplicate-event",),
    "duplicate-link": ("duplicate-related-link",),
    "encoding": ("invalid-encoding",),
    "front-matter": ("invalid-front-matter",),
    "headline": ("missing-headline",),
    "links": ("broken-related-link",),
    "no-context": ("missing-context",),
    "no-headline": ("missing-headline",),
    "no-source": ("missing-source",),
    "no-sources": ("missing-source",),
    "orphan": ("event-not-on-day-page",),
    "source": ("missing-source",),
    "sources": ("missing-source",),
    "stale": ("stale-link-text",),
    "url": ("invalid-source-url",),
}
_LOOKALIKES = str.maketrans("OI", "01")  # letters typed instead of digits


def selected_rules(select: Sequence[str], ignore: Sequence[str]) -> tuple[Rule, ...]:
    """Return the rules that ``select`` matches and ``ignore`` does not.

    A selector is a code (``NA101``), a prefix of one (``NA1``), a name (``broken-related-link``), ``E`` or ``W`` for
    all rules of a severity, or ``ALL``. Rules that are off by default must be selected by code, name or ``ALL``. Raises
    UsageError for an unknown selector.
    """
    chosen = {rule.code for selector in select for rule in rules_for(selector) if _is_selected(rule, selector)}
    chosen -= {rule.code for selector in ignore for rule in rules_for(selector)}
    return tuple(rule for rule in RULES if rule.code in chosen)


def rules_for(selector: str) -> list[Rule]:
    """Return all rules that a selector matches, including those that are off by default.

    Raises UsageError, with a suggestion, if there are none.
    """
    found = match_selector(selector)
    if not found:
        raise UsageError(f"no rule is called {selector}{_closest(selector.strip())}")
    return found


def match_selector(selector: str) -> list[Rule]:
    """Return the same rules as :func:`rules_for`, but an empty list for an unknown selector."""
    word = selector.strip()
    if word.upper() == "ALL":
        return list(RULES)
    if word.upper() in _SEVERITIES:
        return [rule for rule in RULES if rule.severity == _SEVERITIES[word.upper()]]
    is_code = word.upper().startswith("NA") and word[2:].isdigit()
    return [rule for rule in RULES if rule.name == word.lower() or (is_code and rule.code.startswith(word.upper()))]


def _is_selected(rule: Rule, selector: str) -> bool:
    return rule.default or selector.strip().upper() in (rule.code, rule.name.upper(), "ALL")


def _closest(word: str) -> str:
    looks_like_code = word.upper().translate(_LOOKALIKES)
    if looks_like_code in (rule.code for rule in RULES):
        return f"; did you mean {looks_like_code}?"
    names = [rule.name for rule in RULES]  # not codes: two of them are alike by chance
    return did_you_mean(word, (*names, "ALL"), "; newsarc rule lists them", aliases=_RULE_ALIASES)
