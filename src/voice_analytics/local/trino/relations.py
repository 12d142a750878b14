"""FROM: tables, subqueries, joins, and UNNEST, which in Trino gives one column for each field of a row."""
# ruff: noqa: S608 - writing SQL is what this module does; its parts are its own, or quoted

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from voice_analytics.local.trino.expressions import condition, mismatch, no_equal, translate, unified
from voice_analytics.local.trino.grammar import refused
from voice_analytics.local.trino.grouping import refuse_aggregates
from voice_analytics.local.trino.queries import Query, check_alias_count, primary, query
from voice_analytics.local.trino.scope import Column, Expr, Field, Scope, identifier
from voice_analytics.local.trino.types import BIGINT, quoted

CATALOG, DATABASE = "awsdatacatalog", "voice_analytics"
# of any stage, so that a query for a deployed one is answered here too; the template appends the stage like this
_OF_A_STAGE = re.compile(rf"{DATABASE}(_[a-z][a-z0-9]{{0,15}})?")

type Found = tuple[list[Field], str]  # the columns, and DuckDB's text


def relations(nodes: Sequence[Any], scope: Scope) -> tuple[Scope, str]:
    """The scope that the comma-separated relations of a FROM make, and DuckDB's text of them."""
    fields, sql = _relation(nodes[0], scope.inside(()))
    for node in nodes[1:]:
        more, text = _relation(node, scope.inside(fields))
        fields, sql = [*fields, *more], f"{sql} CROSS JOIN {text}"
    return scope.inside(fields), sql


def _relation(node: Any, scope: Scope) -> Found:
    if type(node).__name__ == "JoinRelationContext":
        return _join(node, scope)
    return _sampled(node.sampledRelation(), scope)


def _sampled(node: Any, scope: Scope) -> Found:
    if node.TABLESAMPLE() or node.patternRecognition().MATCH_RECOGNIZE():
        raise no_equal(node)
    aliased = node.patternRecognition().aliasedRelation()
    alias = identifier(aliased.identifier()) if aliased.identifier() else None
    names = [identifier(one) for one in aliased.columnAliases().identifier()] if aliased.columnAliases() else None
    fields, sql = _primary(aliased.relationPrimary(), scope)
    if names is not None:
        check_alias_count(aliased, names, len(fields))
    return [
        field._replace(qualifier=(alias,) if alias else field.qualifier, name=names[at] if names else field.name)
        for at, field in enumerate(fields)
    ], sql


def _primary(node: Any, scope: Scope) -> Found:
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
            return _unnest(node, scope)
    raise no_equal(node)


def _derived(node: Any, scope: Scope) -> Found:
    # only a LATERAL query sees the relations before it, which are the scope's own
    outer = scope if type(node).__name__ == "LateralContext" else scope.outer
    found = query(node.query(), outer or scope)
    relation = f"r{scope.fresh()}"
    return found.fields(relation, ()), f"({found.sql}) AS {relation}"


def table(node: Any, name: Any, scope: Scope) -> Found:
    """A table of the catalog, or a query of WITH."""
    parts = [identifier(one) for one in name.identifier()]
    relation = f"r{scope.fresh()}"
    if len(parts) == 1 and parts[0] in scope.named:
        duckdb_name, columns = scope.named[parts[0]]
        fields = [Field(column.name, (parts[0],), Expr(f"{relation}.c{at}", column.type)) for at, column in enumerate(columns)]
        return fields, f"{duckdb_name} AS {relation}"
    database = parts[-2] if len(parts) > 1 and _OF_A_STAGE.fullmatch(parts[-2]) else DATABASE
    full = (CATALOG, database, parts[-1])
    if tuple(parts) != full[-len(parts) :] or parts[-1] not in scope.tables:
        known = [*scope.tables, *scope.named]
        close = get_close_matches(parts[-1], known, n=1)
        raise refused(
            node,
            f"Table '{'.'.join(parts)}' does not exist",
            f"did you mean {close[0]}?" if close else f"there is {', '.join(known)}",
        )
    columns = scope.tables[parts[-1]]
    fields = [Field(column.name, full, Expr(f"{relation}.{quoted(column.name)}", column.type)) for column in columns]
    return fields, f"{quoted(parts[-1])} AS {relation}"


@primary("Table")
def _whole_table(node: Any, scope: Scope, ordering: Sequence[Any]) -> Query:  # noqa: ARG001 - TABLE has no ORDER BY of its own
    fields, sql = table(node, node.qualifiedName(), scope)
    items = ", ".join(f"{field.value.sql} AS c{at}" for at, field in enumerate(fields))
    return Query(f"SELECT {items} FROM {sql}", [Column(field.name or "", field.value.type) for field in fields])


def _unnest(node: Any, scope: Scope) -> Found:
    """UNNEST of arrays (of rows: a column a field) and maps (key and value), side by side; the shorter are filled with nulls."""
    relation, inner = f"r{scope.fresh()}", f"r{scope.fresh()}"
    names: list[str | None] = []
    values: list[Expr] = []
    unnested, lengths = [], []
    for at, expression in enumerate(node.expression()):
        value = translate(expression, scope)
        entry, of = f"{inner}.u{at}", value.type
        if of.name not in ("array", "map"):
            raise mismatch(expression, f"Cannot unnest type: {of}")
        items = value.sql if of.name == "array" else f"map_entries({value.sql})"
        unnested.append(f"unnest({items}) AS u{at}")
        lengths.append(f"coalesce(len({items}), 0)")
        if of.name == "map":
            names += [None, None]
            values += [Expr(f"{entry}.key", of.parts[0]), Expr(f"{entry}.value", of.parts[1])]
        elif of.parts[0].name == "row":
            row = of.parts[0]
            names += row.fields
            values += [Expr(f"{entry}.{quoted(key)}", part) for key, part in zip(row.field_keys, row.parts, strict=True)]
        else:
            names.append(None)
            values.append(Expr(entry, of.parts[0]))
    if node.ORDINALITY():
        longest = f"greatest({', '.join(lengths)})" if len(lengths) > 1 else lengths[0]
        unnested.append(f"unnest(range(1, {longest} + 1)) AS ordinality")
        names.append(None)
        values.append(Expr(f"{inner}.ordinality", BIGINT))
    columns = ", ".join(f"{value.sql} AS c{at}" for at, value in enumerate(values))
    sql = f"LATERAL (SELECT {columns} FROM (SELECT {', '.join(unnested)}) AS {inner}) AS {relation}"
    fields = [
        Field(name, (), Expr(f"{relation}.c{at}", value.type)) for at, (name, value) in enumerate(zip(names, values, strict=True))
    ]
    return fields, sql


def _join(node: Any, scope: Scope) -> Found:
    if node.NATURAL():
        raise no_equal(node, "NATURAL JOIN")
    left, left_sql = _relation(node.left, scope)
    inside = scope.outer.inside(left) if scope.outer else scope.inside(left)
    if node.CROSS():
        right, right_sql = _sampled(node.right, inside)
        return [*left, *right], f"{left_sql} CROSS JOIN {right_sql}"
    right, right_sql = _relation(node.rightRelation, inside)
    kind = node.joinType().getChild(0).getText().upper() if node.joinType().getChildCount() else "INNER"
    criteria = node.joinCriteria()
    if criteria.USING():
        return _using(node, left, right, f"{left_sql} {kind} JOIN {right_sql}", scope)
    refuse_aggregates(criteria.booleanExpression(), "JOIN")
    on = condition(criteria.booleanExpression(), inside.inside([*left, *right]))
    if right_sql.startswith("LATERAL") and on != "TRUE":
        raise no_equal(node, "a join with UNNEST or LATERAL on a condition other than TRUE")
    return [*left, *right], f"{left_sql} {kind} JOIN {right_sql} ON {on}"


def _using(node: Any, left: list[Field], right: list[Field], sql: str, scope: Scope) -> Found:
    names = [identifier(one) for one in node.joinCriteria().identifier()]
    joined, tests = [], []
    for name in names:
        found = [scope.inside(side).find([name], node) for side in (left, right)]
        if not found[0] or not found[1]:
            raise refused(node, f"Column '{name}' is missing on one side of the join", "join ON a condition")
        one, other = unified(node, [found[0][0], found[1][0]])
        tests.append(f"{one.sql} = {other.sql}")
        joined.append(Field(name, (), Expr(f"coalesce({one.sql}, {other.sql})", one.type)))
    rest = [field for field in (*left, *right) if field.name not in names]
    return [*joined, *rest], f"{sql} ON {' AND '.join(tests)}"
