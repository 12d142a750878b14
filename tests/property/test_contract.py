"""The compiled contract validates every value as pydantic does with the types."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from pydantic_core import SchemaValidator, ValidationError
from session_analytics.schema import contract
from session_analytics.schema.envelope import LogBatch
from session_analytics.schema.event import Event

from tests.property.strategies import JSON, TEXT, events

VALIDATORS: list[tuple[SchemaValidator, TypeAdapter[Any]]] = [
    (contract.event_validator(), TypeAdapter(Event)),
    (contract.LOG_BATCH, TypeAdapter(LogBatch)),
]
KEYS = st.sampled_from(sorted({key for keys in contract.KEYS.values() for key in keys}))
WRONG = st.recursive(
    JSON,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)

BATCHES = st.fixed_dictionaries(
    {
        "messageType": st.sampled_from(["DATA_MESSAGE", "CONTROL_MESSAGE"]) | JSON,
        "owner": TEXT,
        "logGroup": TEXT,
        "logStream": TEXT | JSON,
        "subscriptionFilters": st.lists(TEXT, max_size=2),
        "logEvents": st.lists(
            st.fixed_dictionaries(
                {"id": TEXT, "timestamp": st.integers(-1, 2**44) | JSON, "message": TEXT}
            ),
            max_size=2,
        ),
    },
    optional={"x": JSON},
)


def result_of(validator: SchemaValidator | TypeAdapter[Any], value: Any, *, from_json: bool) -> Any:
    try:
        return repr(
            validator.validate_json(json.dumps(value))
            if from_json
            else validator.validate_python(value)
        )
    except ValidationError as error:
        return error.errors(include_url=False)


@pytest.mark.parametrize("from_json", [False, True])
@given(value=events | WRONG | BATCHES)
def test_both_say_the_same(value: Any, from_json: bool) -> None:
    for compiled, read in VALIDATORS:
        assert str(result_of(compiled, value, from_json=from_json)) == str(
            result_of(read, value, from_json=from_json)
        )


@given(value=events | WRONG)
def test_native_checks_change_no_value_and_pass_no_other(value: Any) -> None:
    exact = result_of(contract.event_validator(), value, from_json=False)
    native = result_of(contract.EVENT, value, from_json=False)
    assert native == exact or (isinstance(native, list) and isinstance(exact, list))
