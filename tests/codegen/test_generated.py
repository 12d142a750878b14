"""What is generated is as its one source says."""

import json
import re
from operator import attrgetter
from pathlib import Path

import pytest
import sqlglot
from jsonschema import Draft202012Validator
from session_analytics.schema.event import Event
from session_analytics.schema.row import ERROR_CODES, PARTITION_KEY

from tests.rows import event
from voice_analytics.catalog.columns import Column, columns, struct_fields
from voice_analytics.catalog.saved_queries import views
from voice_analytics.catalog.tables import TABLES, Table
from voice_analytics.codegen import generated, layer
from voice_analytics.lake.views import Database

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
NAME = attrgetter("name")


def test_no_generated_file_has_drifted() -> None:
    assert generated.drifted(ROOT) == [], "run `make schemas`"


@pytest.mark.parametrize("column", ["session_id", "error_code"])
def test_a_changed_file_is_noticed_and_mended(column: str, tmp_path: Path) -> None:
    for path in [
        "template.yaml",
        "events/README.md",
        "docs/query.md",
        "docs/reference.md",
        "docs/operate.md",
        "docs/costs.md",
        "requirements.lock",
        "schemas/privacy.yaml",
        *map(str, Path("events/sources").iterdir()),
        *map(str, layer.LAYER.rglob("*.py")),
    ]:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text((ROOT / path).read_text())
    for folder in ("schemas", "functions/transform"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    template = tmp_path / "template.yaml"
    template.write_text(
        template.read_text().replace(
            f"Name: {column}, Type: string", f"Name: {column}, Type: bigint"
        )
    )
    assert Path("template.yaml") in generated.write(tmp_path)
    assert generated.drifted(tmp_path) == []
    module = tmp_path / layer.LAYER / "session_analytics" / "new.py"
    module.write_text("")
    assert generated.drifted(tmp_path) == [layer.HASH_FILE]


@pytest.mark.parametrize("table", TABLES, ids=NAME)
def test_every_column_has_a_description_that_glue_takes(table: Table) -> None:
    for column in columns(table.model):
        assert column.comment
        assert len(column.comment) <= 255  # Glue's limit (cfn-lint E3033)
        assert column.comment.isascii()
        assert column.name == column.name.lower()
        assert all(field.comment for field in struct_fields(column.name, table.model))


def test_the_dictionary_explains_every_column_every_field_and_every_error_code() -> None:
    text = (ROOT / "schemas" / "data-dictionary.md").read_text()
    explained = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    wanted: list[str] = []
    for table in TABLES:
        names = [column.name for column in columns(table.model)]
        wanted += names + [
            field.name for name in names for field in struct_fields(name, table.model)
        ]
    database = Database(views())
    assert sorted(explained) == sorted(
        [*wanted, *ERROR_CODES, *(column.name for name in views() for column in database[name])]
    )


def test_a_views_column_has_the_tables_meaning_or_its_own() -> None:
    text = (ROOT / "schemas" / "data-dictionary.md").read_text()
    listed = {
        name: text.partition(f"### View `{name}`\n")[2].partition("\n### ")[0].splitlines()
        for name in views()
    }
    assert (
        "| `team_size` | int | People in the caller's team; NULL where not mentioned (sent as 0) |"
        in listed["lead_scores"]
    )
    assert "| `hot` | boolean | Whether the score is over 80 |" in listed["lead_scores"]
    assert "| `unit` | string | tokens, minutes, characters, searches, ... |" in listed["costs"]
    assert (
        "| `llm_total_tokens` | bigint | Tokens as sent by the agent, else input plus output |"
        in listed["daily_summary"]
    )
    assert any(
        line.startswith("| `tool_calls` | array of structs, see above | Calls of")
        for line in listed["sessions"]
    )
    assert (
        next(line for line in listed["rejects"] if "`error_path`" in line).count("JSON Pointer")
        == 1
    )


@pytest.mark.parametrize("table", TABLES, ids=NAME)
def test_the_ddl_is_one_that_athena_reads_and_has_the_columns(table: Table) -> None:
    created = sqlglot.parse_one((ROOT / "schemas" / f"{table.name}.sql").read_text(), read="athena")
    assert created.this.this.name == table.name
    assert [column.name for column in created.this.expressions] == [
        column.name for column in columns(table.model)
    ]
    text = created.sql("athena")
    keys = ", ".join(f"`{key}` STRING" for key in table.partition_keys)
    assert f"PARTITIONED BY ({keys}) {' '.join(table.storage.ddl.split())} LOCATION" in text
    assert f"LOCATION 's3://YOUR-BUCKET/{table.folder}' " in text
    for name, value in table.projection("YOUR-BUCKET", "2025-01-01").items():
        assert f"'{name}'='{value}'" in text.replace("' = '", "'='")


@pytest.mark.parametrize("table", TABLES, ids=NAME)
def test_glue_is_given_the_columns_and_no_partition_key_among_them(table: Table) -> None:
    described = json.loads((ROOT / "schemas" / f"{table.name}.columns.json").read_text())
    glue_columns = [
        (each["Name"], each["Type"], each["Comment"], each["Parameters"]["personal_data"])
        for each in described["Columns"]
    ]
    assert glue_columns == columns(table.model)
    assert described["PartitionKeys"] == [
        {"Name": key, "Type": "string"} for key in table.partition_keys
    ]
    assert table.partition_keys[-1] == PARTITION_KEY
    assert not set(table.partition_keys) & set(table.model.__annotations__)


def test_the_schema_names_every_field_and_takes_what_the_contract_takes() -> None:
    schema = json.loads((ROOT / "schemas" / "session_analytics.schema.json").read_text())
    assert schema["properties"].keys() == Event.__annotations__.keys()
    validator = Draft202012Validator(schema)
    validator.check_schema(schema)
    assert validator.is_valid(
        event(unknown={"a": 1}, transcript=[{"role": "user", "content": ["hi"]}])
    )
    for missing in ("_event_type", "session_id", "start_time"):
        assert not validator.is_valid(
            {key: value for key, value in event().items() if key != missing}
        )
    assert not validator.is_valid(event(team="x", discovered_signals={"team_size": "many"}))


def test_a_column_needs_a_hive_type() -> None:
    wrong = type("Wrong", (), {"__annotations__": {"a": Column}})
    with pytest.raises(AttributeError):
        columns(wrong)
