"""The contract that the function runs is the one that its types describe."""

from typing import Annotated, Any, TypedDict

import pytest
from pydantic import BeforeValidator, ConfigDict, TypeAdapter, ValidationError, with_config
from pydantic_core import SchemaValidator
from session_analytics import contract, envelope, event
from session_analytics.values import no_bool

from voice_analytics.project.contract import compiled

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


def test_a_key_of_the_contract_may_have_any_name() -> None:
    keys: dict[str, tuple[str, ...]] = {}
    validator = SchemaValidator(contract.loaded(compiled(SchemaWords), keys))
    assert keys == {"SchemaWords": tuple(SchemaWords.__annotations__)}
    for key in SchemaWords.__annotations__:
        assert validator.validate_python({key: "1", "more": True}) == {key: 1, "more": True}
        with pytest.raises(ValidationError, match="a number"):
            validator.validate_python({key: True})


def test_a_function_without_a_name_in_the_layer_is_refused() -> None:
    with pytest.raises(KeyError):
        compiled(Unknown)


@pytest.mark.parametrize("described", [envelope.LogBatch, envelope.LogEvent, event.Event, event.Turn, event.ChatItem])
def test_the_keys_are_those_of_the_types(described: type) -> None:
    assert contract.KEYS[described.__name__] == tuple(TypeAdapter(described).json_schema()["properties"])
