"""One SELECT.

Its columns, WHERE, GROUP BY, HAVING, DISTINCT, and the ORDER BY that sees both sides of it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from athena_duckdb.expressions import TRIED, condition, is_expression, no_equal, translate
from athena_duckdb.grammar import refused, source_text
from athena_duckdb.grouping import (
    check_grouped,
    has_aggregate,
    refuse_aggregates,
    refuse_outputs,
    refuse_windows,
    ungrouped,
)
from athena_duckdb.queries import Query, columns_there, order, primary
from athena_duckdb.relations import relations
from athena_duckdb.results import Column
from athena_duckdb.scope import Expr, Field, Scope, identifier
from athena_duckdb.types import quoted


class _Item(NamedTuple):
    """What SELECT gives; `node` where it is one expression, `row` the text of what it is of."""

    name: str
    value: Expr
    node: Any = None
    row: str = ""


@primary("QueryPrimaryDefault")
def select(node: Any, scope: Scope, ordering: Sequence[Any]) -> Query:
    """A SELECT with the items of its ORDER BY."""
    scope, source = relations(node.relation(), scope) if node.relation() else (scope.inside(()), "")
    scope = replace(
        scope,
        aliases={
            identifier(item.identifier()): source_text(item.expression())
            for item in node.selectItem()
            if type(item).__name__ == "SelectSingleContext" and item.identifier()
        },
        windows={
            identifier(window.name): window.windowSpecification()
            for window in node.windowDefinition()
        },
    )
    clauses = [f" FROM {source}"] if source else []
    if node.where:
        refuse_aggregates(node.where, "WHERE")
        clauses.append(f" WHERE {condition(node.where, scope)}")
    items = [item for select_item in node.selectItem() for item in _items(select_item, scope)]
    keys: list[str] = []
    if node.groupBy():
        clauses.append(f" GROUP BY {_group_by(node.groupBy(), scope, items, keys)}")
    _check_groups(node, scope, ordering, items, keys)
    having = ""
    if node.having:
        refuse_windows(node.having, "HAVING")
        having = condition(node.having, scope)
    filtered_after = TRIED in having  # DuckDB's HAVING takes no lambda
    if having and not filtered_after:
        clauses.append(f" HAVING {having}")
    distinct = node.setQuantifier() is not None and node.setQuantifier().DISTINCT() is not None
    if ordering:
        orders = ", ".join(_order(item, scope, items, distinct=distinct) for item in ordering)
        clauses.append(f" ORDER BY {orders}")
    selected = ", ".join(f"{item.value.sql} AS c{index}" for index, item in enumerate(items))
    if filtered_after:
        selected += f", {having} AS kept"
    sql = f"SELECT {'DISTINCT ' if distinct else ''}{selected}{''.join(clauses)}"
    if filtered_after:
        sql = f"SELECT * EXCLUDE (kept) FROM ({sql}) AS r{scope.fresh()} WHERE kept"  # noqa: S608 - our own text
    return Query(sql, [Column(item.name, item.value.type) for item in items])


def _check_groups(
    node: Any, scope: Scope, ordering: Sequence[Any], items: Sequence[_Item], keys: Sequence[str]
) -> None:
    """Refuse a column outside the groups, if there are groups."""
    having = [node.having] if node.having else []
    selected = list(node.selectItem())
    if not (node.groupBy() or having or has_aggregate([*selected, *ordering])):
        return
    for item in selected:
        if type(item).__name__ == "SelectAllContext":
            for column in _items(item, scope):
                if column.value.sql not in keys and column.row not in keys:
                    raise ungrouped(item, column.name)
    for expression in [*selected, *having]:
        check_grouped(expression, scope, scope.fields, keys)
    for expression in ordering:
        refuse_outputs(expression, {item.name for item in items} - {""})
        check_grouped(expression, _with_outputs(scope, items), scope.fields, keys)


def _items(node: Any, scope: Scope) -> list[_Item]:
    if type(node).__name__ == "SelectSingleContext":
        value = translate(node.expression(), scope)
        return [
            _Item(
                identifier(node.identifier())
                if node.identifier()
                else _own_name(node.expression()),
                value,
                node.expression(),
            )
        ]
    if node.columnAliases():
        raise no_equal(node)
    qualifier = (
        node.primaryExpression().getText().lower().replace('"', "").split(".")
        if node.primaryExpression()
        else []
    )
    fields = [
        field
        for field in scope.fields
        if not field.hidden
        and (not qualifier or list(field.qualifier[-len(qualifier) :]) == qualifier)
    ]
    if not fields:
        if _of_outer(scope, qualifier):
            raise no_equal(node, "the columns of a query around, as *")
        if node.primaryExpression() and is_expression(node.primaryExpression()):
            return _fields(node, translate(node.primaryExpression(), scope))
        raise refused(
            node,
            f"Unable to resolve reference {'.'.join(qualifier) or '*'}",
            "name a relation of FROM before the asterisk",
        )
    return [_Item(field.name or "", field.value) for field in fields]


def _of_outer(scope: Scope, qualifier: Sequence[str]) -> bool:
    """Whether a query around has a relation of this name."""
    outer = scope.outer
    while outer and qualifier:
        if any(list(field.qualifier[-len(qualifier) :]) == qualifier for field in outer.fields):
            return True
        outer = outer.outer
    return False


def _fields(node: Any, row: Expr) -> list[_Item]:
    """The fields of a row, as `column.*` means them."""
    if row.type.name != "row":
        raise refused(node, f"Expression is of type {row.type}, which has no fields", "drop .*")
    inside = zip(row.type.fields, row.type.field_keys, row.type.parts, strict=True)
    return [
        _Item(name or "", Expr(f"({row.sql}).{quoted(key)}", part), row=row.sql)
        for name, key, part in inside
    ]


def _own_name(node: Any) -> str:
    """The name of an expression that is a column or a field of one: "" for any other."""
    while node.getChildCount() == 1 and type(node).__name__ != "ColumnReferenceContext":
        node = node.getChild(0)
    match type(node).__name__:
        case "ColumnReferenceContext":
            return identifier(node)
        case "DereferenceContext" if _own_name(node.base):
            return identifier(node.fieldName)
    return ""


def _group_by(node: Any, scope: Scope, items: Sequence[_Item], keys: list[str]) -> str:
    """The clause; the expressions in it are put into `keys`."""
    if node.setQuantifier() and node.setQuantifier().DISTINCT():
        raise no_equal(node, "GROUP BY DISTINCT")
    parts = []
    for element in node.groupingElement():
        kind = type(element).__name__.removesuffix("Context")
        sets = (
            element.groupingSet()
            if isinstance(element.groupingSet(), list)
            else [element.groupingSet()]
        )
        if kind != "SingleGroupingSet":
            _refuse_expressions(sets, scope)
        texts = [_grouping_set(grouping_set, scope, items, keys) for grouping_set in sets]
        prefix = {
            "SingleGroupingSet": "",
            "Rollup": "ROLLUP ",
            "Cube": "CUBE ",
            "MultipleGroupingSets": "GROUPING SETS ",
        }[kind]
        parts.append(f"{prefix}({', '.join(texts)})" if prefix else texts[0])
    return ", ".join(parts)


def _refuse_expressions(sets: Sequence[Any], scope: Scope) -> None:
    """ROLLUP, CUBE and GROUPING SETS take columns alone, neither expressions nor positions."""
    columns = {field.value.sql for field in scope.fields}
    for expression in (one for grouping_set in sets for one in grouping_set.expression()):
        if translate(expression, scope).sql.strip("()") not in columns:
            shown = source_text(expression)
            problem = f"GROUP BY expression must be a column reference: {shown}"
            hint = "compute it in a subquery, with a name, and group by the name around it"
            raise refused(expression, problem, hint)


def _grouping_set(node: Any, scope: Scope, items: Sequence[_Item], keys: list[str]) -> str:
    texts = []
    for expression in node.expression():
        refuse_aggregates(expression, "GROUP BY")
        value = translate(expression, scope)
        if isinstance(value.constant, int):
            if not 1 <= value.constant <= len(items):
                raise refused(
                    expression,
                    f"GROUP BY position {value.constant} is not in select list",
                    columns_there(len(items)),
                )
            item = items[value.constant - 1]
            if item.node:
                refuse_aggregates(item.node, "GROUP BY")
            value = item.value
        texts.append(value.sql)
    keys += texts
    return texts[0] if len(texts) == 1 and node.getChildCount() == 1 else f"({', '.join(texts)})"


def _with_outputs(scope: Scope, items: Sequence[_Item]) -> Scope:
    return scope.inside(
        [Field(item.name or None, (), item.value._replace(constant=None)) for item in items]
    )


def _order(node: Any, scope: Scope, items: Sequence[_Item], *, distinct: bool) -> str:
    """Trino looks for a name among the output columns first, then among those of FROM."""
    outputs = [item.value for item in items]
    text = order(node, _with_outputs(scope, items), outputs)
    expression, _, direction = text.rpartition(" NULLS ")
    expression, _, way = expression.rpartition(" ")
    same = [position for position, value in enumerate(outputs, start=1) if value.sql == expression]
    if distinct and not same:
        raise refused(
            node,
            "For SELECT DISTINCT, ORDER BY expressions must appear in select list",
            "select it too",
        )
    return f"{same[0] if same else expression} {way} NULLS {direction}"
