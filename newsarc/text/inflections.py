"""English plurals and singulars, by rules and a short list of exceptions."""

from __future__ import annotations

# Irregular plurals that are frequent in news.
_IRREGULAR = (
    ("man", "men"),
    ("woman", "women"),
    ("child", "children"),
    ("foot", "feet"),
    ("wife", "wives"),
    ("life", "lives"),
    ("knife", "knives"),
    ("half", "halves"),
    ("leaf", "leaves"),
    ("thief", "thieves"),
    ("crisis", "crises"),
    ("analysis", "analyses"),
    ("medium", "media"),
)
_PARTNERS = {a: b for pair in _IRREGULAR for a, b in (pair, pair[::-1])}
# Words that look like plurals but are not. Without the ending, some would be other words.
_NO_PLURALS = frozenset(
    {"news", "mars", "hamas", "laos", "does", "this", "lens", "series", "species", "always", "perhaps", "whereas"}
)
_SHORTEST = 3  # letters of a singular, at least


def inflections(word: str) -> list[str]:
    """Return the possible plurals of an English singular, or the possible singulars of a plural."""
    if not (word.isascii() and word.isalpha()) or len(word) < _SHORTEST:
        return []
    if word in _PARTNERS:
        return [_PARTNERS[word]]
    singulars = [form for form in _singulars(word) if len(form) >= _SHORTEST]
    return singulars or [form for form in _plurals(word) if form not in _NO_PLURALS]


def _plurals(word: str) -> list[str]:
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return [f"{word}es"]
    if word.endswith("y") and word[-2] not in "aeiou":
        return [f"{word[:-1]}ies", f"{word}s"]
    return [f"{word}s", f"{word}es"] if word.endswith("o") else [f"{word}s"]


def _singulars(word: str) -> list[str]:
    if not word.endswith("s") or word.endswith(("ss", "us", "is")) or word in _NO_PLURALS:
        return []
    if word.endswith("ies"):
        return [f"{word[:-3]}y", word[:-1]]
    if word.endswith(("ses", "xes", "zes", "ches", "shes", "oes")):
        return [word[:-2], word[:-1]]
    return [word[:-1]]
