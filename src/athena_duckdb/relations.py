"""FROM: tables, subqueries and joins; `unnest` has UNNEST."""
# ruff: noqa: S608 - writing SQL is what this module does; its parts are its own, or quoted

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from athena_duckdb import unnest
from athena_duckdb.expressions import condition, no_equal, translate, unified
from athena_duckdb.grammar import refused, source_text
from athena_duckdb.grouping import refuse_aggregates
from athena_duckdb.queries import Query, check_alias_count, primary, query
from athena_duckdb.results import Column
from athena_duckdb.scope import Expr, Field, Scope, identifier
from athena_duckdb.types import quoted

CATALOG = "awsdatacatalog"

type Relation = tuple[list[Field], str]  # the columns, and DuckDB's text


def relations(nodes: Sequence[Any], scope: Scope) -> tuple[Scope, str]:
    """The scope that the comma-separated relations of a FROM make, and DuckDB's text of them."""
    fields, sql = _relation(nodes[0], scope.inside(()))
    for node in nodes[1:]:
        fields, sql = _crossed(fields, sql, node, scope.inside(fields))
    return scope.inside(fields), sql


def _crossed(left: list[Field], left_sql: str, node: Any, scope: Scope) -> Relation:
    aliased = _unnest_of(node)
    if aliased:
        left, right, sql = unnest.beside(
            aliased.relationPrimary(), left, left_sql, scope, keep_empty=False
        )
        return [*left, *_apply_alias(aliased, right)], sql
    right, right_sql = (
        _sampled(node, scope)
        if type(node).__name__ == "SampledRelationContext"
        else _relation(node, scope)
    )
    return [*left, *right], f"{left_sql} CROSS JOIN {right_sql}"


def _unnest_of(node: Any) -> Any:
    """The aliased relation that a relation consists of, if it is an UNNEST."""
    while node.getChildCount() == 1 and type(node).__name__ != "AliasedRelationContext":
        node = node.getChild(0)
    is_one = (
        type(node).__name__ == "AliasedRelationContext"
        and type(node.relationPrimary()).__name__ == "UnnestContext"
    )
    return node if is_one else None


def _relation(node: Any, scope: Scope) -> Relation:
    if type(node).__name__ == "JoinRelationContext":
        return _join(node, scope)
    return _sampled(node.sampledRelation(), scope)


def _sampled(node: Any, scope: Scope) -> Relation:
    if node.patternRecognition().MATCH_RECOGNIZE():
        raise no_equal(node, "MATCH_RECOGNIZE")
    aliased = node.patternRecognition().aliasedRelation()
    fields, sql = _primary(aliased.relationPrimary(), scope)
    return _apply_alias(aliased, fields), f"{sql}{_sample(node, scope)}"


def _sample(node: Any, scope: Scope) -> str:
    """TABLESAMPLE as DuckDB has it: another part of the rows each time, as in Trino."""
    if not node.TABLESAMPLE():
        return ""
    share = translate(node.percentage, scope)
    if share.type.numeric is False:
        problem = f"Sample percentage should be a numeric expression, and is {share.type}"
        raise refused(node.percentage, problem, "write a number from 0 to 100")
    try:
        percent = float(source_text(node.percentage))
    except ValueError:
        raise no_equal(node.percentage, "a share of TABLESAMPLE that is computed") from None
    if not 0 <= percent <= 100:
        problem = "Sample percentage must be between 0 and 100"
        raise refused(node.percentage, problem, "write a number from 0 to 100")
    return f" TABLESAMPLE {source_text(node.sampleType())}({percent} PERCENT)"


def _apply_alias(aliased: Any, fields: list[Field]) -> list[Field]:
    """The columns with the relation's alias and the names of its alias list, if it has any."""
    alias = identifier(aliased.identifier()) if aliased.identifier() else None
    names = (
        [identifier(name) for name in aliased.columnAliases().identifier()]
        if aliased.columnAliases()
        else None
    )
    if names is not None:
        fields = [field for field in fields if not field.hidden]
        check_alias_count(aliased, names, len(fields))
    return [
        field._replace(
            qualifier=(alias,) if alias else field.qualifier,
            name=names[index] if names else field.name,
        )
        for index, field in enumerate(fields)
    ]


def _primary(node: Any, scope: Scope) -> Relation:
    match type(node).__name__.removesuffix("Context"):
        case "TableName" if not node.queryPeriod():
            return table(node, node.qualifiedName(), scope)
        case "SubqueryRelation":
            return _derived(node, scope)
        case "Lateral":
            fields, sql = _derived(node, scope)
            return fields, f"LATERAL {sql}"
        case "ParenthesizedRelation":
            fields, sql = _relation(node.relation(), scope)
            return fields, f"({sql})"
        case "Unnest":
            return unnest.alone(node, scope)
    raise no_equal(node)


def _derived(node: Any, scope: Scope) -> Relation:
    # only a LATERAL query sees the relations before it, which are the scope's own
    outer = scope if type(node).__name__ == "LateralContext" else scope.outer
    inner_query = query(node.query(), outer or scope)
    relation = f"r{scope.fresh()}"
    return inner_query.fields(relation, ()), f"({inner_query.sql}) AS {relation}"


def table(node: Any, name: Any, scope: Scope) -> Relation:
    """A table of the catalog, or a query of WITH."""
    parts = [identifier(part) for part in name.identifier()]
    relation = f"r{scope.fresh()}"
    if len(parts) == 1 and parts[0] in scope.named:
        duckdb_name, columns = scope.named[parts[0]]
        fields = [
            Field(column.name or None, (parts[0],), Expr(f"{relation}.c{index}", column.type))
            for index, column in enumerate(columns)
        ]
        return fields, f"{duckdb_name} AS {relation}"
    database = parts[-2] if len(parts) > 1 else ""
    full = (CATALOG, database, parts[-1])
    # a table of another database than the tables' is known by both names, as
    # information_schema.tables
    table_name = ".".join(parts[-2:])
    known_database = not database or re.fullmatch(scope.database, database)
    if known_database:
        table_name = parts[-1]
    if tuple(parts) != full[-len(parts) :] or table_name not in scope.tables:
        known = [*scope.tables, *scope.named]
        close = get_close_matches(parts[-1], known, n=1)
        raise refused(
            node,
            f"Table '{'.'.join(parts)}' does not exist",
            f"did you mean {close[0]}?" if close else f"there is {', '.join(known)}",
        )
    fields = [
        Field(column.name, full, Expr(f"{relation}.{quoted(column.name)}", column.type), hidden)
        for hidden, columns in (
            (False, scope.tables[table_name]),
            (True, scope.hidden.get(table_name, ())),
        )
        for column in columns
    ]
    return fields, f"{quoted(table_name)} AS {relation}"


@primary("Table")
def _whole_table(node: Any, scope: Scope, ordering: Sequence[Any]) -> Query:  # noqa: ARG001 - TABLE has no ORDER BY of its own
    all_fields, sql = table(node, node.qualifiedName(), scope)
    fields = [field for field in all_fields if not field.hidden]
    items = ", ".join(f"{field.value.sql} AS c{index}" for index, field in enumerate(fields))
    return Query(
        f"SELECT {items} FROM {sql}",
        [Column(field.name or "", field.value.type) for field in fields],
    )


def _join(node: Any, scope: Scope) -> Relation:
    if node.NATURAL():
        raise no_equal(node, "NATURAL JOIN")
    left, left_sql = _relation(node.left, scope)
    inside = scope.outer.inside(left) if scope.outer else scope.inside(left)
    if node.CROSS():
        return _crossed(left, left_sql, node.right, inside)
    kind = (
        node.joinType().getChild(0).getText().upper()
        if node.joinType().getChildCount()
        else "INNER"
    )
    criteria = node.joinCriteria()
    aliased = _unnest_of(node.rightRelation)
    if aliased:
        if kind not in ("INNER", "LEFT") or criteria.getText().upper() != "ONTRUE":
            raise no_equal(
                node,
                "a join with UNNEST other than INNER or LEFT, or on a condition other than TRUE",
            )
        left, right, sql = unnest.beside(
            aliased.relationPrimary(), left, left_sql, inside, keep_empty=kind != "INNER"
        )
        return [*left, *_apply_alias(aliased, right)], sql
    right, right_sql = _relation(node.rightRelation, inside)
    if criteria.USING():
        return _using(node, left, right, f"{left_sql} {kind} JOIN {right_sql}", scope)
    refuse_aggregates(criteria.booleanExpression(), "JOIN")
    seen = replace(inside.inside([*left, *right]), join_condition=kind != "INNER")
    on = condition(criteria.booleanExpression(), seen)
    if right_sql.startswith("LATERAL") and on != "TRUE":
        raise no_equal(node, "a join with LATERAL on a condition other than TRUE")
    return [*left, *right], f"{left_sql} {kind} JOIN {right_sql} ON {on}"


def _using(node: Any, left: list[Field], right: list[Field], sql: str, scope: Scope) -> Relation:
    names = [identifier(name) for name in node.joinCriteria().identifier()]
    if twice := next((name for name in names if names.count(name) > 1), ""):
        problem = f"Column '{twice}' appears multiple times in USING clause"
        raise refused(node, problem, "name it once")
    joined, tests = [], []
    for name in names:
        matches = [scope.inside(side).find([name], node) for side in (left, right)]
        if not matches[0] or not matches[1]:
            raise refused(
                node, f"Column '{name}' is missing on one side of the join", "join ON a condition"
            )
        left_value, right_value = unified(node, [matches[0][0], matches[1][0]])
        tests.append(f"{left_value.sql} = {right_value.sql}")
        value_sql = f"coalesce({left_value.sql}, {right_value.sql})"
        joined.append(Field(name, (), Expr(value_sql, left_value.type)))
    rest = [field for field in (*left, *right) if field.name not in names]
    return [*joined, *rest], f"{sql} ON {' AND '.join(tests)}"
