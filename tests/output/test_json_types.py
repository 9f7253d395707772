"""The types of JSON records agree with the schemas that newsarc publishes."""

from __future__ import annotations

from types import NoneType, UnionType
from typing import Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

import pytest

from newsarc.output import json_types
from newsarc.output.schemas import definitions, schema

DEFINITIONS = definitions()
OF_TYPES = {str: {"string"}, int: {"integer"}, float: {"number"}, bool: {"boolean"}, NoneType: {"null"}}
OF_SCHEMAS = {
    "backlink": json_types.BacklinkJson,
    "change": json_types.ChangeJson,
    "chained": json_types.PathNodeJson,
    "check": json_types.CheckJson,
    "citation": json_types.CitationJson,
    "cited-source": json_types.CitedSourceJson,
    "copy": json_types.CopyJson,
    "dated-copy": json_types.DatedCopyJson,
    "discovery": json_types.RecommendationJson,
    "event": json_types.EventJson,
    "graph": json_types.GraphJson,
    "hit": json_types.HitJson,
    "host-status": json_types.HostStatusJson,
    "link": json_types.LinkJson,
    "miss": json_types.MissJson,
    "name-count": json_types.CountJson,
    "name-span": json_types.NameSpanJson,
    "next-step": json_types.NextStepJson,
    "source": json_types.SourceJson,
    "source-report": json_types.SourceReportJson,
    "source-state": json_types.SourceStateJson,
    "step": json_types.StepJson,
    "suggestion": json_types.SuggestionJson,
    "year-status": json_types.YearStatusJson,
}
# What the commands add to the head of a document, and the list that follows it.
DOCUMENTS = {
    "related": (json_types.RelatedHead, {"version", "discovered", "walk"}),
    "related-path": (json_types.PathHead, {"version", "chain"}),
    "stats": (json_types.StatsJson, {"version", "archive"}),
}


def form_of_type(annotation: Any) -> Any:
    """Return an annotation in the form of :func:`form_of_schema`."""
    origin = get_origin(annotation)
    if is_typeddict(annotation):
        fields = get_type_hints(annotation, include_extras=True)
        return {name: (get_origin(part) is not NotRequired, form_of_type(part)) for name, part in fields.items()}
    if origin is NotRequired:
        return form_of_type(get_args(annotation)[0])
    if origin is list:
        (item,) = get_args(annotation)
        return [form_of_type(item)]
    if origin is Literal:
        return {f"={value}" for value in get_args(annotation)}
    if origin in {UnionType, Union}:
        return merged([form_of_type(part) for part in get_args(annotation)])
    return OF_TYPES[annotation]


def form_of_schema(written: dict[str, Any]) -> Any:
    """Return a schema as (is required, form) by name, a list of one form, or a set of kinds and values."""
    if "$ref" in written:
        return form_of_schema(DEFINITIONS[written["$ref"].rpartition("/")[2]])
    if "anyOf" in written:
        return merged([form_of_schema(part) for part in written["anyOf"]])
    if "enum" in written:
        return {"null" if value is None else f"={value}" for value in written["enum"]}
    if "const" in written:
        return {"boolean"} if isinstance(written["const"], bool) else {"integer"}
    if written["type"] == "object":
        return {
            name: (name in written["required"], form_of_schema(part)) for name, part in written["properties"].items()
        }
    if written["type"] == "array":
        return [form_of_schema(written["items"])]
    return {written["type"]} if isinstance(written["type"], str) else set(written["type"])


def merged(forms: list[Any]) -> Any:
    assert all(isinstance(form, set) for form in forms), forms
    return set().union(*forms)


@pytest.mark.parametrize("name", OF_SCHEMAS)
def test_a_record_has_the_form_of_its_schema(name: str) -> None:
    assert form_of_type(OF_SCHEMAS[name]) == form_of_schema(DEFINITIONS[name])


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_has_the_form_of_its_schema(name: str) -> None:
    head, added = DOCUMENTS[name]
    wanted = form_of_schema(schema(name))
    assert added <= set(wanted)
    assert form_of_type(head) == {key: form for key, form in wanted.items() if key not in added}


def test_each_record_of_the_schemas_that_json_py_makes_has_its_type() -> None:
    others = {"version", "archive", "path", "finding", "edit", "code", "severity", "rule", "setting", "value-count"}
    assert set(DEFINITIONS) == {*OF_SCHEMAS, *others}
