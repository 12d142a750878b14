"""schemas/athena.yaml deploys the views and saved queries of schemas/ in Athena's form."""

import base64
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cfnlint.api import lint
from samcli.yamlhelper import yaml_dump, yaml_parse

from athena_duckdb.grammar import parse_query
from athena_duckdb.to_duckdb import to_duckdb
from athena_duckdb.type_names import from_hive, from_text, to_hive
from athena_duckdb.types import UTC, Type
from tests.template.cloudformation import TEMPLATE, Template, load
from tests.template.deployed import deployed
from tests.template.test_linters import REGIONS
from voice_analytics.catalog.saved_queries import Query, queries, views
from voice_analytics.codegen.athena import ATHENA_STACK, athena_stack
from voice_analytics.errors import UserError
from voice_analytics.lake.views import Database
from voice_analytics.template.intrinsics import Resolver

STACK = TEMPLATE.parent / ATHENA_STACK
VIEWS, QUERIES = views(), queries()
COLUMNS = Database(VIEWS)
WITH_PARAMETERS = [name for name, query in QUERIES.items() if query.parameters]
DATABASE, WORKGROUP = "voice_analytics_dev", "voice-analytics-dev"
_BASE64_OF = re.compile(r"/\* Presto View: ([A-Za-z0-9+/=]+) \*/")


@cache
def _resources() -> dict[str, dict[str, Any]]:
    """The stack's resources by type and name, as they are deployed."""
    resources = deployed(load(STACK), DatabaseName=DATABASE, WorkGroupName=WORKGROUP)
    return {
        _key(resource["Type"], resource["Properties"]): resource["Properties"]
        for resource in resources.values()
    }


def _key(kind: str, properties: dict[str, Any]) -> str:
    named = properties.get("TableInput", properties)
    return f"{kind} {named.get('Name') or named['StatementName']}"


def _view(name: str) -> dict[str, Any]:
    table: dict[str, Any] = _resources()[f"AWS::Glue::Table {name}"]["TableInput"]
    return table


def _document(name: str) -> Any:
    match = _BASE64_OF.fullmatch(_view(name)["ViewOriginalText"])
    assert match
    return json.loads(base64.b64decode(match[1], validate=True))


def _root(folder: Path, **files: str) -> Path:
    """A checkout with these views (`view_…`) and queries (`query_…`)."""
    for name, text in files.items():
        kind, _, stem = name.partition("_")
        path = folder / "schemas" / {"view": "views", "query": "queries"}[kind] / f"{stem}.sql"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def test_each_view_and_query_is_deployed_once_and_nothing_else() -> None:
    wanted = [f"AWS::Glue::Table {name}" for name in VIEWS]
    wanted += [f"AWS::Athena::NamedQuery {name}" for name in QUERIES]
    wanted += [f"AWS::Athena::PreparedStatement {name}" for name in WITH_PARAMETERS]
    assert sorted(_resources()) == sorted(wanted)
    assert len(load(STACK)["Resources"]) == len(wanted)


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_has_the_sql_of_its_file_and_the_database_of_the_stage(name: str) -> None:
    document = _document(name)
    assert document["originalSql"] == VIEWS[name].sql
    assert (document["catalog"], document["schema"]) == ("awsdatacatalog", DATABASE)
    assert document.keys() == {"originalSql", "catalog", "schema", "columns"}
    assert _resources()[f"AWS::Glue::Table {name}"]["DatabaseName"] == DATABASE


@pytest.mark.parametrize("name", VIEWS)
def test_the_columns_are_what_the_query_gives_in_trinos_and_in_hives_words(name: str) -> None:
    given = to_duckdb(VIEWS[name].sql, COLUMNS).columns
    assert [
        (column["name"], from_text(column["type"])) for column in _document(name)["columns"]
    ] == given
    in_glue = [
        (column["Name"], from_hive(column["Type"]))
        for column in _view(name)["StorageDescriptor"]["Columns"]
    ]
    assert in_glue == given


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_is_a_glue_table_of_the_form_that_athena_takes_for_a_view(name: str) -> None:
    view = _view(name)
    assert view["TableType"] == "VIRTUAL_VIEW"
    assert view["Parameters"] == {"presto_view": "true", "comment": "Presto View"}
    assert view["ViewExpandedText"] == "/* Presto View */"
    assert view["PartitionKeys"] == []
    assert view["Description"] == VIEWS[name].description


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_is_within_the_limits_of_glue_and_athena(name: str) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]{0,254}", name)  # Athena: no special character but _
    assert 0 < len(VIEWS[name].description) <= 2048  # Glue's DescriptionString
    assert len(_view(name)["ViewOriginalText"]) <= 409_600  # Glue's ViewTextString
    columns = _view(name)["StorageDescriptor"]["Columns"]
    assert len({column["Name"] for column in columns}) == len(columns)
    for column in columns:
        assert re.fullmatch(r"[a-z][a-z0-9_]{0,254}", column["Name"])
        assert len(column["Type"]) <= 131_072  # Glue's ColumnTypeString


@pytest.mark.parametrize("name", QUERIES)
def test_a_saved_query_is_as_in_its_file_with_its_question_and_audience(name: str) -> None:
    deployed, query = _resources()[f"AWS::Athena::NamedQuery {name}"], QUERIES[name]
    assert deployed["QueryString"] == query.statement
    assert query.question in deployed["Description"]
    assert query.audience in deployed["Description"]
    assert (deployed["Database"], deployed["WorkGroup"]) == (DATABASE, WORKGROUP)
    assert len(deployed["Description"]) <= 1024
    assert len(query.sql.encode()) <= 262_144


@pytest.mark.parametrize("name", QUERIES)
def test_a_saved_query_has_as_many_question_marks_as_it_takes_values(name: str) -> None:
    """A console or a driver may count them wherever they stand."""
    assert _resources()[f"AWS::Athena::NamedQuery {name}"]["QueryString"].count("?") == len(
        QUERIES[name].parameters
    )


@pytest.mark.parametrize("name", WITH_PARAMETERS)
def test_a_query_that_takes_values_is_a_prepared_statement_too(name: str) -> None:
    deployed = _resources()[f"AWS::Athena::PreparedStatement {name}"]
    assert deployed["QueryStatement"] == QUERIES[name].statement
    assert deployed["WorkGroup"] == WORKGROUP
    assert re.fullmatch(r"[a-zA-Z_][a-zA-Z0-9_@:]{1,256}", name)


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_a_saved_query_is_typed_with_values_of_the_types_that_it_names(query: Query) -> None:
    assert to_duckdb(
        query.sql, COLUMNS, [from_text(parameter.type) for parameter in query.parameters]
    ).columns


@pytest.mark.parametrize("query", [QUERIES[name] for name in WITH_PARAMETERS], ids=WITH_PARAMETERS)
def test_a_value_stands_in_where_the_only_place_for_it_in_athena(query: Query) -> None:
    """User Guide, "Use parameterized queries"."""
    for mark in _marks(parse_query(query.sql)):
        assert any(
            type(around.parentCtx).__name__ == "QuerySpecificationContext"
            and around.parentCtx.where is around
            for around in _around(mark)
        )


def _marks(node: Any) -> list[Any]:
    inside = [mark for child in getattr(node, "children", None) or () for mark in _marks(child)]
    return [node, *inside] if type(node).__name__ == "ParameterContext" else inside


def _around(node: Any) -> list[Any]:
    return [node, *_around(node.parentCtx)] if node.parentCtx else [node]


def test_the_template_is_small_enough_and_says_where_it_comes_from() -> None:
    text = STACK.read_text(encoding="utf-8")
    assert len(text.encode()) <= 1_000_000  # CloudFormation's limit for a template in S3
    assert text.startswith(
        "# Made from schemas/views/*.sql and schemas/queries/*.sql by `make schemas`"
    )
    assert len(load(STACK)["Resources"]) <= 500


@pytest.mark.slow
def test_cfn_lint_finds_nothing_in_the_stack() -> None:
    assert lint(STACK.read_text(encoding="utf-8"), regions=REGIONS) == []


def test_the_sam_cli_packages_the_stack_as_it_is() -> None:
    """It writes each nested template anew.

    A text that its YAML folded otherwise would be another query.
    """
    written = load(STACK)
    assert yaml_parse(yaml_dump(written)) == written


def test_the_application_gives_the_stack_its_parameters() -> None:
    nested = load()["Resources"]["AthenaStack"]["Properties"]
    assert nested["TemplateURL"] == str(ATHENA_STACK)
    assert nested["Parameters"].keys() == load(STACK)["Parameters"].keys()


def test_what_sub_or_yaml_would_read_otherwise_stays_as_it_is(tmp_path: Path) -> None:
    sql = (
        "-- a \"b\": ${AWS::Region} \\ #\n\nSELECT\n\tsession_id, '${DatabaseName}é' AS x  -- "
        "{{y}}\nFROM session_analytics"
    )
    query = f'-- Question: what: "x"?\n-- Audience: sales\n-- Parameters: none\n{sql}\n'
    text = athena_stack(_root(tmp_path, view_v=sql, query_q=query))
    (tmp_path / "athena.yaml").write_text(text, encoding="utf-8")
    template: Template = load(tmp_path / "athena.yaml")
    resolver = Resolver(template, {"DatabaseName": DATABASE, "WorkGroupName": WORKGROUP})
    view = template["Resources"]["VView"]["Properties"]["TableInput"]["ViewOriginalText"][
        "Fn::Sub"
    ][1]["View"]["Fn::Base64"]
    assert json.loads(resolver.resolve(view))["originalSql"] == sql
    assert resolver.resolve(
        template["Resources"]["QQuery"]["Properties"]["QueryString"]
    ) == query.replace("?", "")


def test_a_checkout_without_views_and_queries_has_an_empty_stack(tmp_path: Path) -> None:
    (tmp_path / "athena.yaml").write_text(athena_stack(tmp_path), encoding="utf-8")
    assert load(tmp_path / "athena.yaml")["Resources"] == {}


@pytest.mark.parametrize(
    ("column", "what"),
    [
        ("current_timestamp", "timestamp with time zone"),
        ("NULL", "unknown"),
        ("ROW(1)", "row(integer)"),
    ],
)
def test_a_column_of_a_type_that_glue_has_not_is_refused(
    column: str, what: str, tmp_path: Path
) -> None:
    with pytest.raises(UserError) as refused:
        athena_stack(_root(tmp_path, view_v=f"-- a\nSELECT {column} AS x FROM session_analytics"))
    assert f"schemas/views/v.sql: Glue has no type for the column x, which is {what}" in str(
        refused.value
    )


@pytest.mark.parametrize(
    "hive",
    [
        *(
            "string",
            "int",
            "bigint",
            "double",
            "boolean",
            "date",
            "timestamp",
            "decimal(38,2)",
            "map<string,bigint>",
        ),
        "array<struct<string:string,int:int,a:array<struct<b:map<string,timestamp>>>>>",
    ],
)
def test_a_hive_type_comes_back_as_it_was(hive: str) -> None:
    assert to_hive(from_hive(hive)) == hive


@pytest.mark.parametrize(
    "of", [UTC, Type("json"), Type("interval day to second"), Type("array", (UTC,))]
)
def test_a_type_that_hive_lacks_is_not_a_hive_type(of: Type) -> None:
    with pytest.raises(ValueError, match=re.escape(str(of.parts[0] if of.parts else of))):
        to_hive(of)
