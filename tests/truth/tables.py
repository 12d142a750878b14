"""The tables and views of the database in Trino, over a folder that stands for the bucket."""

from collections.abc import Iterator

from samtranslator.yaml_helper import yaml_parse

from athena_duckdb.type_names import from_hive, from_text, to_hive
from tests.truth.client import Trino
from voice_analytics.catalog.saved_queries import views
from voice_analytics.catalog.tables import TABLES, Table
from voice_analytics.project_files import ROOT

_ATHENA_STACK = ROOT / "schemas/athena.yaml"

_FIRST_DAY = "2025-01-01"  # the template's ProjectionStartDate
_FORMATS = {"parquet": "PARQUET", "json": "OPENX_JSON"}


def create(server: Trino, database: str, folder: str) -> list[str]:
    """Make the database with all tables and views over a folder; returns what Trino refused."""
    statements = [f"CREATE SCHEMA {database}"]
    statements += [_table(table, folder) for table in TABLES]
    statements += [f"CREATE VIEW {name} AS {view.sql}" for name, view in views().items()]
    answers = [(statement, server.ask(statement)) for statement in statements]
    return [f"{answer.error}\n{statement[:200]}" for statement, answer in answers if answer.error]


def _table(table: Table, folder: str) -> str:
    location = f"local:///{folder}/{table.folder}"
    projected = table.projection("", _FIRST_DAY)
    template = projected["storage.location.template"].removeprefix(table.location(""))
    columns = [f'"{column.name}" {from_hive(column.type)}' for column in table.columns]
    for key in table.partition_keys:
        settings = ", ".join(_settings(key, projected))
        columns.append(f'"{key}" varchar WITH ({settings})')
    keys = ", ".join(f"'{key}'" for key in table.partition_keys)
    return (
        f"CREATE TABLE {table.name} ({', '.join(columns)}) WITH ("
        f"external_location = '{location}', "
        f"format = '{_FORMATS[table.storage.classification]}', "
        f"partitioned_by = ARRAY[{keys}], "
        f"partition_projection_enabled = true, "
        f"partition_projection_location_template = '{location}{template}')"
    )


def _settings(key: str, projected: dict[str, str]) -> Iterator[str]:
    """The properties of a partition key, in the names and types that Trino has for Athena's."""
    prefix = f"projection.{key}."
    for name, value in projected.items():
        if name.startswith(prefix):
            setting = name.removeprefix(prefix).replace(".", "_")
            yield f"partition_projection_{setting} = {_literal(setting, value)}"


def _literal(setting: str, value: str) -> str:
    match setting:
        case "interval":
            return value
        case "range" | "values":
            return f"ARRAY[{', '.join(f"'{item}'" for item in value.split(','))}]"
        case "type":
            return f"'{value.upper()}'"
    return f"'{value}'"


def stale_views(server: Trino) -> list[str]:
    """The views whose declared columns are not those that Trino derives: Athena refuses them."""
    stale = []
    for name in views():
        derived = [
            (column, to_hive(from_text(data_type)))
            for column, data_type, *_ in server.ask(f"SHOW COLUMNS FROM {name}").rows
        ]
        declared = [(column["Name"], column["Type"]) for column in _declared(name)]
        if derived != declared:
            stale.append(f"view {name}: declared {declared}, Trino derives {derived}")
    return stale


def _declared(view: str) -> list[dict[str, str]]:
    """The columns of a view's Glue table."""
    for resource in yaml_parse(_ATHENA_STACK.read_text(encoding="utf-8"))["Resources"].values():
        table = resource["Properties"].get("TableInput", {})
        if table.get("Name") == view:
            columns: list[dict[str, str]] = table["StorageDescriptor"]["Columns"]
            return columns
    return []
