"""What is generated is as its one source says."""

import json
import re
from pathlib import Path

import pytest
import sqlglot
from jsonschema import Draft202012Validator
from session_analytics.event import Event
from session_analytics.row import Row

from tests.rows import event
from voice_analytics.glue import Column, columns, struct_fields
from voice_analytics.project import generated, layer

ROOT = Path(__file__).parents[2]


def test_no_generated_file_has_drifted() -> None:
    assert generated.drifted(ROOT) == [], "run `make schemas`"


def test_a_changed_file_is_noticed_and_mended(tmp_path: Path) -> None:
    for path in [
        "template.yaml",
        "README.md",
        "requirements.lock",
        *map(str, Path("events/sources").iterdir()),
        *map(str, layer.LAYER.rglob("session_analytics/*.py")),
    ]:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text((ROOT / path).read_text())
    for folder in ("schemas", "functions/transform"):
        (tmp_path / folder).mkdir(parents=True)
    template = tmp_path / "template.yaml"
    template.write_text(template.read_text().replace("Name: session_id, Type: string", "Name: session_id, Type: bigint"))
    assert Path("template.yaml") in generated.write(tmp_path)
    assert generated.drifted(tmp_path) == []
    module = tmp_path / layer.LAYER / "session_analytics" / "new.py"
    module.write_text("")
    assert generated.drifted(tmp_path) == [layer.HASH_FILE]


def test_every_column_has_a_description_that_glue_takes() -> None:
    for column in columns():
        assert column.comment
        assert len(column.comment) <= 255  # Glue's limit (cfn-lint E3033)
        assert column.comment.isascii()
        assert column.name == column.name.lower()
        assert all(field.comment for field in struct_fields(column.name))


def test_the_dictionary_explains_every_column_and_every_field() -> None:
    text = (ROOT / "schemas" / "data-dictionary.md").read_text()
    explained = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    fields = [field.name for column in columns() for field in struct_fields(column.name)]
    assert explained == [*Row.__annotations__, *fields]


def test_the_ddl_is_one_that_athena_reads_and_has_the_columns() -> None:
    table = sqlglot.parse_one((ROOT / "schemas" / "session_analytics.sql").read_text(), read="athena")
    names = [column.name for column in table.this.expressions]
    assert names[: len(columns())] == [column.name for column in columns()]
    assert "projection.dt.range" in table.sql("athena")


def test_the_schema_names_every_field_and_takes_what_the_contract_takes() -> None:
    schema = json.loads((ROOT / "schemas" / "session_analytics.schema.json").read_text())
    assert schema["properties"].keys() == Event.__annotations__.keys()
    validator = Draft202012Validator(schema)
    validator.check_schema(schema)
    assert validator.is_valid(event(unknown={"a": 1}, transcript=[{"role": "user", "content": ["hi"]}]))
    for missing in ("_event_type", "session_id", "start_time"):
        assert not validator.is_valid({key: value for key, value in event().items() if key != missing})
    assert not validator.is_valid(event(team="x", discovered_signals={"team_size": "many"}))


def test_a_column_is_no_column_without_a_hive_type() -> None:
    wrong = type("Wrong", (), {"__annotations__": {"a": Column}})
    with pytest.raises(AttributeError):
        columns(wrong)
