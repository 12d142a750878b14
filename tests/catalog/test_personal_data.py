"""Every field of the event and of the rows bears a class of personal data."""

import json
from operator import attrgetter
from pathlib import Path
from typing import Annotated, TypedDict

import pytest
from session_analytics.schema.personal_data import NONE, PersonalData
from typing_extensions import Doc

from voice_analytics.catalog.columns import columns, struct_fields
from voice_analytics.catalog.event_classes import classes_by_field, event_class
from voice_analytics.catalog.tables import SESSION_ANALYTICS, TABLES, Table
from voice_analytics.template.intrinsics import parse

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "schemas"
NAME = attrgetter("name")
# from the most personal to the least
ORDER = [
    PersonalData.FREE_TEXT,
    PersonalData.IDENTIFIER,
    PersonalData.QUASI_IDENTIFIER,
    PersonalData.NONE,
]


class WithoutClass(TypedDict, total=False):
    """A row model whose second column was added in a hurry."""

    event_id: Annotated[str, Doc("An id"), NONE]
    shoe_size: Annotated[str, Doc("A size")]


def test_a_column_without_a_class_is_refused_by_its_name() -> None:
    with pytest.raises(TypeError, match="shoe_size has no class"):
        columns(WithoutClass)


@pytest.mark.parametrize("table", TABLES, ids=NAME)
def test_a_list_of_structs_has_the_class_of_its_most_personal_field(table: Table) -> None:
    for column in table.columns:
        if fields := struct_fields(column.name, table.model):
            assert column.personal_data in {field.personal_data for field in fields}
            strongest = min((field.personal_data for field in fields), key=ORDER.index)
            assert column.personal_data in {strongest, PersonalData.IDENTIFIER}


def test_what_the_contract_calls_personal_is_classed() -> None:
    classes = {column.name: column.personal_data.value for column in SESSION_ANALYTICS.columns}
    for name in ("user_email", "user_name", "participant_id", "caller_number"):
        assert classes[name] == "identifier"
        assert event_class("Event", name).value == "identifier"
    for name in ("transcript", "conversation_notes", "extras", "transcript_text"):
        assert classes[name] == "free_text"
    for name in ("room", "device_location"):
        assert classes[name] == "quasi_identifier"


def test_a_column_of_the_same_name_as_a_field_has_its_class() -> None:
    for column in SESSION_ANALYTICS.columns:
        of_event = classes_by_field().get(f"Event.{column.name}")
        if of_event is not None:
            assert column.personal_data == of_event, column.name


def test_the_schema_of_the_event_names_the_class_of_every_field() -> None:
    schema = json.loads((SCHEMAS / "session_analytics.schema.json").read_text())
    classes = {
        f"{name}.{field}": described["x-personal-data"]
        for name, definition in (("Event", schema), *schema["$defs"].items())
        for field, described in definition["properties"].items()
    }
    assert classes == {name: data_class.value for name, data_class in classes_by_field().items()}


@pytest.mark.parametrize("table", TABLES, ids=NAME)
def test_the_columns_for_glue_have_their_class_as_a_parameter(table: Table) -> None:
    document = json.loads((SCHEMAS / f"{table.name}.columns.json").read_text())
    classes = {each["Name"]: each["Parameters"]["personal_data"] for each in document["Columns"]}
    assert classes == {column.name: column.personal_data.value for column in table.columns}


@pytest.mark.parametrize("table", TABLES, ids=NAME)
def test_the_stack_s_table_lists_its_personal_columns_by_class(table: Table) -> None:
    template = parse((ROOT / "template.yaml").read_text())
    [described] = [
        resource["Properties"]["TableInput"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Glue::Table"
        and resource["Properties"]["TableInput"]["Name"] == table.name
    ]
    classes = {
        name: key.removeprefix("personal_data.")
        for key, names in described["Parameters"].items()
        if key.startswith("personal_data.")
        for name in names.split(",")
    }
    assert classes == {
        column.name: column.personal_data.value
        for column in table.columns
        if column.personal_data is not PersonalData.NONE
    }
