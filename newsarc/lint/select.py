"""Which rules run: codes, families, names, severities → rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from newsarc.errors import UsageError
from newsarc.lint.rules import RULES, EventRule

_SEVERITIES = {"E": "error", "W": "warning"}


def selected_rules(select: Sequence[str], ignore: Sequence[str]) -> tuple[EventRule, ...]:
    """Return the rules that ``select`` names and ``ignore`` does not.

    A selector is a code (``NA101``), the beginning of one (``NA1``), a name (``broken-related-link``), ``E`` or ``W``
    for
    all of a severity, or ``ALL``. Raises UsageError, with the closest, for one that names nothing.
    """
    chosen = {rule.code for selector in select for rule in _named(selector)}
    chosen -= {rule.code for selector in ignore for rule in _named(selector)}
    return tuple(rule for rule in RULES if rule.code in chosen)


def _named(selector: str) -> list[EventRule]:
    word = selector.strip()
    if word.upper() == "ALL":
        return list(RULES)
    if word.upper() in _SEVERITIES:
        return [rule for rule in RULES if rule.severity == _SEVERITIES[word.upper()]]
    is_code = word.upper().startswith("NA") and word[2:].isdigit()
    found = [rule for rule in RULES if rule.name == word.lower() or (is_code and rule.code.startswith(word.upper()))]
    if not found:
        raise UsageError(f"no rule is called {selector}{_closest(word, (*_all_names(), 'ALL'))}")
    return found


def _all_names() -> Iterable[str]:
    for rule in RULES:
        yield from (rule.code, rule.name)


def _closest(word: str, names: Iterable[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(word, list(names), n=1, cutoff=0.4)
    return f"; did you mean {close[0]}?" if close else ""
