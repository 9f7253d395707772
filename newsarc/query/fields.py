"""The fields that queries search in. To add one, add it here; mypy and the tests then name the places that fill it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

FieldName = Literal["headline", "topic", "context", "source", "summary"]


class TextField(NamedTuple):
    """A field of text.

    ``name`` is its name in queries, ``column`` the column of the full-text table, ``weight`` the weight of a word found
    in it. ``adjacent`` is the bonus if all words of a query are adjacent in it, ``whole`` the additional bonus if they
    are all of it. The weights were tuned on the judged queries of ``benchmarks/ranking.py``.
    """

    name: FieldName
    column: str
    weight: float
    adjacent: float = 0
    whole: float = 0


TEXT_FIELDS = (
    TextField("headline", "headline", weight=10, adjacent=0.3),
    TextField("topic", "topics", weight=6, adjacent=0.15, whole=0.3),
    TextField("context", "contexts", weight=4, adjacent=0.1, whole=0.15),
    TextField("source", "sources", weight=1),
    TextField("summary", "summary", weight=2, adjacent=0.1),
)
TEXT_FIELD_NAMES: tuple[FieldName, ...] = tuple(field.name for field in TEXT_FIELDS)
# All fields of the query language, as suggestions and completion list them.
FIELD_NAMES = (*TEXT_FIELD_NAMES, "slug", "date", "since", "until")

_BY_NAME = {field.name: field for field in TEXT_FIELDS}


def text_field(name: FieldName) -> TextField:
    """Return the field with this name."""
    return _BY_NAME[name]


def columns(names: Iterable[FieldName] = TEXT_FIELD_NAMES) -> str:
    """Return the columns of the full-text table for these fields, as SQL: ``"headline, topics"``."""
    return ", ".join(_BY_NAME[name].column for name in names)
