"""The schema that is sent is one that strict servers take, and loses nothing unsaid."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel, Field, RootModel

from filmagent.crew.model.schema import is_closed, name_of, strict_schema
from tests.crew.model.asked import Outline, outline


class Walk(BaseModel):
    kind: Literal["walk"]
    mark: Annotated[str, Field(pattern="^[a-z_]+$", description="Where to.")]


class Sit(BaseModel):
    kind: Literal["sit"]
    seconds: Annotated[float, Field(ge=0, le=60, multiple_of=0.5)] = 1.0


class Everything(BaseModel):
    moves: list[Annotated[Walk | Sit, Field(discriminator="kind")]] = Field(max_length=9)
    name: Annotated[str, Field(min_length=1, max_length=20, description="A name.")] = "x"
    pair: tuple[int, str] = (1, "a")
    first: Walk | None = None
    last: Annotated[Sit, Field(description="How it ends.")]
    inner: list[Everything] = []


class Mapped(BaseModel):
    prices: dict[str, int]


def nodes(value: Any) -> list[dict[str, Any]]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    found = [value] if isinstance(value, dict) else []
    return found + [node for item in inner for node in nodes(item)]


@pytest.mark.parametrize("answer", [Outline, Everything])
def test_every_object_is_closed_and_every_property_required(answer: type[BaseModel]) -> None:
    schema = strict_schema(answer)
    Draft202012Validator.check_schema(schema)
    objects = [node for node in nodes(schema) if isinstance(node.get("properties"), dict)]
    assert objects and schema["type"] == "object"
    for node in objects:
        assert node["additionalProperties"] is False
        assert node["required"] == list(node["properties"])
    banned = {"default", "title", "oneOf", "allOf", "prefixItems", "minLength", "maxLength"}
    keywords = {key for node in nodes(schema) for key in node} - {"title"}
    assert not keywords & banned
    assert is_closed(answer)
    for node in nodes(schema):
        assert "$ref" not in node or len(node) == 1


def test_a_field_may_be_called_like_a_keyword() -> None:
    class Film(BaseModel):
        title: str
        default: str
        oneOf: str

    assert list(strict_schema(Film)["properties"]) == ["title", "default", "oneOf"]


def test_what_strict_servers_do_not_take_is_said_in_words() -> None:
    schema = strict_schema(Everything)
    everything = schema["$defs"].get("Everything", schema)["properties"]
    assert everything["name"]["description"] == (
        "A name.; at least 1 characters; at most 20 characters"
    )
    assert schema["$defs"]["Sit"]["properties"]["seconds"]["description"] == "a multiple of 0.5"
    assert schema["$defs"]["Walk"]["properties"]["mark"]["pattern"] == "^[a-z_]+$"


def test_good_answers_pass_and_open_ones_do_not() -> None:
    checks = Draft202012Validator(strict_schema(Outline))
    assert checks.is_valid(outline())
    assert not checks.is_valid(outline() | {"price": 1})


def test_a_map_is_asked_for_without_strictness() -> None:
    assert not is_closed(Mapped)


def test_a_bare_list_is_refused_where_it_is_defined() -> None:
    class Names(RootModel[list[str]]):
        pass

    with pytest.raises(ValueError, match="Names is no object"):
        strict_schema(Names)


def test_a_schemas_name_is_of_signs_that_servers_take() -> None:
    class Répliqueß(BaseModel):
        text: str

    assert name_of(Répliqueß) == "R_plique_"
