"""The contract that the function runs is the one that its types describe."""

from typing import Annotated, Any, Literal, TypedDict

import pytest
from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError, with_config
from pydantic_core import SchemaValidator
from session_analytics.flatten.columns import mapping
from session_analytics.schema import contract, envelope, event
from session_analytics.schema.values import no_bool

from voice_analytics.codegen.contract import compiled
from voice_analytics.errors import UserError

Number = Annotated[int, BeforeValidator(no_bool)]


@with_config(ConfigDict(extra="allow"))
class SchemaWords(TypedDict, total=False):
    """The names of a schema's own keys as keys of an event."""

    type: Number
    fields: Number
    metadata: Number
    serialization: Number
    function: Number
    discriminator: Number
    cls: Number
    ref: Number
    schema_ref: Number


def unknown(value: Any) -> Any:
    return value


class Unknown(TypedDict):
    key: Annotated[int, BeforeValidator(unknown)]


class One(TypedDict):
    kind: Literal["one"]


class Two(TypedDict):
    kind: Literal["two"]


class ByField(TypedDict):
    key: Annotated[One | Two, Field(discriminator="kind")]


def test_a_key_of_the_contract_may_have_any_name() -> None:
    keys = contract.Keys()
    validator = SchemaValidator(contract.loaded(compiled(SchemaWords), keys))
    assert keys == {"SchemaWords": tuple(SchemaWords.__annotations__)}
    for key in SchemaWords.__annotations__:
        assert validator.validate_python({key: "1", "more": True}) == {key: 1, "more": True}
        with pytest.raises(ValidationError, match="a number"):
            validator.validate_python({key: True})


@pytest.mark.parametrize(("typed_dict", "named"), [(Unknown, "unknown"), (ByField, "kind")])
def test_what_the_layer_cannot_load_is_refused(typed_dict: type, named: str) -> None:
    with pytest.raises(UserError, match=named):
        compiled(typed_dict)


def test_code_that_has_lost_a_function_of_the_compiled_contract_says_what_to_do() -> None:
    with pytest.raises(contract.ContractError, match=r"names gone.*run `make schemas`"):
        contract.loaded({"type": "no-info", "function": "gone"}, contract.Keys())


@pytest.mark.parametrize(
    ("typed_dict", "key", "named"),
    [("Weather", "rain", "Weather"), ("ChatItem", "rain", r"ChatItem\.rain")],
)
def test_code_that_is_ahead_of_the_compiled_contract_says_what_to_do(
    typed_dict: str, key: str, named: str
) -> None:
    with pytest.raises(contract.ContractError, match=f"{named}: run `make schemas`"):
        mapping(typed_dict, [key])


@pytest.mark.parametrize(
    "described",
    [envelope.LogBatch, envelope.LogEvent, event.Event, event.TurnMetrics, event.ChatItem],
)
def test_the_keys_are_those_of_the_types(described: type) -> None:
    assert contract.KEYS[described.__name__] == tuple(
        TypeAdapter(described).json_schema()["properties"]
    )
