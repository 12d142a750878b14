"""schemas/athena.yaml: the nested stack of views, saved queries and prepared statements.

A view is a Glue table whose text is a JSON document in base64, the form in which Athena keeps what
CREATE VIEW made. AWS does not publish it; mapbox/cloudfriend and iconara/terraform-aws-athena-view
do. CloudFormation encodes it, because the name of the database stands in it. Athena calls a view
stale whose columns in the document are not those of its query, so their types are what the query is
found to give. They have the names that the published views have: `timestamp` means timestamp(3),
see https://trino.io/docs/current/language/types.html
"""

import json
from collections.abc import Sequence
from pathlib import Path

from athena_duckdb.results import Column
from athena_duckdb.type_names import to_hive
from voice_analytics.catalog.columns import Column as GlueColumn
from voice_analytics.catalog.saved_queries import Query, View, queries, views
from voice_analytics.catalog.view_columns import described
from voice_analytics.errors import UserError
from voice_analytics.lake.views import Database

ATHENA_STACK = Path("schemas/athena.yaml")


def athena_stack(root: Path) -> str:
    """The stack's template.

    Raises UserError for a view that Athena would refuse, or with a column of which Glue has no
    type.
    """
    all_views = views(root / "schemas")
    database = Database(all_views)
    saved = queries(root / "schemas")
    parts = [
        *(_view(view, database[view.name]) for view in all_views.values()),
        *map(_named_query, saved.values()),
        *(_prepared_statement(query) for query in saved.values() if query.parameters),
    ]
    return _HEAD + "\n".join(parts) if parts else f"{_HEAD.rstrip()} {{}}\n"


def _view(view: View, columns: Sequence[Column]) -> str:
    listed = "\n".join(
        f"            - Name: {column.name}\n"
        f'              Type: "{column.type}"\n'
        f"              Comment: {_quoted(column.comment)}"
        for column in glue_columns(view, columns)
    )
    return f"""\
  {_logical_id(view.name, "View")}:
    Type: AWS::Glue::Table
    Properties:
      CatalogId: !Ref AWS::AccountId
      DatabaseName: !Ref DatabaseName
      TableInput:
        Name: {view.name}
        Description: {_quoted(view.description)}
        TableType: VIRTUAL_VIEW
        PartitionKeys: []
        Parameters: {{presto_view: "true", comment: Presto View}}
        ViewExpandedText: "/* Presto View */"
        ViewOriginalText: !Sub
          - "/* Presto View: ${{View}} */"
          - View:
              Fn::Base64: !Sub |-
{_indented(_presto_view(view, columns), 16)}
        StorageDescriptor:
          Location: ""
          NumberOfBuckets: 0
          SerdeInfo: {{}}
          Columns:
{listed}
"""


def _presto_view(view: View, columns: Sequence[Column]) -> str:
    """The document for Fn::Sub: `${DatabaseName}` is the only variable in it."""
    listed = ",\n".join(
        f"  {json.dumps({'name': column.name, 'type': str(column.type)})}" for column in columns
    )
    sql = json.dumps(view.sql).replace("${", "\\u0024{")
    return f"""\
{{"originalSql": {sql},
"catalog": "awsdatacatalog", "schema": "${{DatabaseName}}", "columns": [
{listed}
]}}"""


def glue_columns(view: View, columns: Sequence[Column]) -> list[GlueColumn]:
    """The columns of a view as Glue has them. Raises UserError for a type that Glue lacks."""
    return described(view, [(column.name, _glue_type(view, column)) for column in columns])


def _glue_type(view: View, column: Column) -> str:
    try:
        return to_hive(column.type)
    except ValueError:
        problem = (
            f"schemas/views/{view.name}.sql: Glue has no type for the column {column.name}, "
            f"which is {column.type}"
        )
        raise UserError(problem, "CAST it to a type that Glue has") from None


def _named_query(query: Query) -> str:
    return f"""\
  {_logical_id(query.name, "Query")}:
    Type: AWS::Athena::NamedQuery
    Properties:
      Name: {query.name}
      Description: {_quoted(_description(query))}
      Database: !Ref DatabaseName
      WorkGroup: !Ref WorkGroupName
      QueryString: |
{_indented(query.statement, 8)}
"""


def _prepared_statement(query: Query) -> str:
    return f"""\
  {_logical_id(query.name, "Statement")}:
    Type: AWS::Athena::PreparedStatement
    Properties:
      StatementName: {query.name}
      Description: {_quoted(_description(query))}
      WorkGroup: !Ref WorkGroupName
      QueryStatement: |
{_indented(query.statement, 8)}
"""


def _description(query: Query) -> str:
    return f"{query.question} (for: {query.audience})"


def _logical_id(name: str, kind: str) -> str:
    return "".join(word.capitalize() for word in name.split("_")) + kind


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # which YAML reads as it is


def _indented(text: str, by: int) -> str:
    return "\n".join(" " * by + line if line else "" for line in text.rstrip("\n").split("\n"))


_HEAD = """\
# Made from schemas/views/*.sql and schemas/queries/*.sql by `make schemas`: change those.
AWSTemplateFormatVersion: "2010-09-09"
Description: Voice analytics, the views and the saved queries of Athena

Parameters:
  DatabaseName:
    Type: String
    Description: Glue database of the tables that the views read
  WorkGroupName:
    Type: String
    Description: Athena workgroup that the saved queries belong to

# A changed view or statement is updated in place. A changed saved query is replaced, because
# CloudFormation can change none: the new one is there before the old one is deleted, which Athena
# allows, as it tells saved queries apart by their ids.
Resources:
"""
