"""SHOW and DESCRIBE: what there is in the database, as Athena says it.

SHOW COLUMNS tells the types too, which Athena leaves to DESCRIBE. Types have the names that CAST
takes. https://docs.aws.amazon.com/athena/latest/ug/ddl-reference.html
"""

import re
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from athena_duckdb.errors import QueryError
from athena_duckdb.grammar import ANSWERED, parse_statement, words
from athena_duckdb.parameters import Value, bound
from athena_duckdb.relations import table
from athena_duckdb.results import Column
from athena_duckdb.scope import Scope
from athena_duckdb.types import VARCHAR
from voice_analytics.catalog.saved_queries import SCHEMAS, views
from voice_analytics.catalog.tables import TABLES, table_named
from voice_analytics.errors import UserError
from voice_analytics.lake.views import DATABASE

type Answer = tuple[list[Column], list[tuple[Any, ...]]]

_NAME = r"(?:\w+\.)?(?P<name>\w+)"
# Athena's statements, of which some are not in Trino's grammar. A pattern of names is Trino's LIKE,
# or Hive's with * and |.
_FORMS = {
    "databases": r"SHOW (?:DATABASES|SCHEMAS)(?: LIKE)?(?: (?P<pattern>'[^']*'))?",
    "tables": r"SHOW TABLES(?: (?:IN|FROM) \w+)?(?: LIKE)?(?: (?P<pattern>'[^']*'))?",
    "views": r"SHOW VIEWS(?: (?:IN|FROM) \w+)?(?: LIKE)?(?: (?P<pattern>'[^']*'))?",
    "partitions": rf"SHOW PARTITIONS {_NAME}",
    "properties": rf"SHOW TBLPROPERTIES {_NAME}(?: ?\( ?'(?P<property>[^']*)' ?\))?",
    "table text": rf"SHOW CREATE TABLE {_NAME}",
    "view text": rf"SHOW CREATE VIEW {_NAME}",
}
_PROPERTY = re.compile(r"  '([^']+)' = '([^']*)'")


def names_catalog(sql: str) -> bool:
    """Whether a statement asks for the database's tables or columns, and not for their rows."""
    return next(words(sql), "") in {"SHOW", "DESCRIBE", "DESC"}


def described(
    sql: str, tables: Mapping[str, Sequence[Column]], parameters: Sequence[Value] = ()
) -> Answer:
    """The answer to such a statement.

    Raises UserError for one of another form, and for a table that is not there.
    """
    tokens = [word for word in words(sql) if word != ";"]
    text = re.sub(r"\s+", " ", re.sub(r"--[^\n]*|/\*.*?\*/", " ", sql, flags=re.DOTALL)).strip(" ;")
    for form, pattern in _FORMS.items():
        if match := re.fullmatch(pattern, text, re.IGNORECASE):
            bound(None, parameters)
            return _of_form(form, match.groupdict(), tables)
    try:
        statement = parse_statement(sql)
    except QueryError as error:
        raise UserError(error.problem, f"{error.hint}; {ANSWERED}") from error
    bound(statement, parameters)
    if type(statement).__name__ != "ShowColumnsContext" or statement.LIKE():
        raise UserError(
            f"the local engine does not support {' '.join(tokens[:2])} in this form", ANSWERED
        )
    numbers = count(1)
    name = statement.qualifiedName()
    fields, _ = table(name, name, Scope((), None, tables, lambda: next(numbers), database=DATABASE))
    columns = [Column("col_name", VARCHAR), Column("data_type", VARCHAR)]
    return columns, [(field.name, str(field.value.type)) for field in fields]


def _of_form(form: str, groups: dict[str, str | None], tables: Mapping[str, Any]) -> Answer:
    name = (groups.get("name") or "").lower()
    match form:
        case "partitions":
            table_named(name)
            return _listed("partition", [])  # Athena lists none that projection works out
        case "view text":
            return _listed("Create View", _view_text(name))
        case "table text":
            ddl = [line for line in _ddl(name).splitlines() if not line.startswith("--")]
            return _listed("createtab_stmt", ddl)
        case "properties":
            key = groups["property"]
            pairs = [pair for pair in _PROPERTY.findall(_ddl(name)) if key in (None, pair[0])]
            return [Column("prpt_name", VARCHAR), Column("prpt_value", VARCHAR)], pairs
    names = {
        "databases": ("database_name", ["voice_analytics"]),
        "tables": ("tab_name", sorted(tables)),
        "views": ("views", sorted(set(tables) - {table.name for table in TABLES})),
    }
    column, listed = names[form]
    return _listed(column, filter(_matching(groups["pattern"]), listed))


def _view_text(name: str) -> list[str]:
    if name not in views():
        raise UserError(f"view {name} does not exist", f"there is {', '.join(views())}")
    return [f"CREATE VIEW {name} AS", *views()[name].sql.strip().splitlines()]


def _ddl(name: str) -> str:
    return (SCHEMAS / f"{table_named(name).name}.sql").read_text(encoding="utf-8")


def _matching(pattern: str | None) -> Any:
    """Whether a name is meant by a pattern."""
    if pattern is None:
        return lambda _: True
    expression = re.sub(r"[%*]", ".*", pattern[1:-1])
    return lambda name: re.fullmatch(expression, name, re.IGNORECASE)


def _listed(name: str, values: Any) -> Answer:
    return [Column(name, VARCHAR)], [(value,) for value in values]
