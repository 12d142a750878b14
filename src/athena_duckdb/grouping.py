"""Where aggregates may stand and which columns a grouped SELECT may name: Trino's analyzer.

Subqueries are left out: DuckDB itself checks what they name of the query around them.
"""

import re
from collections.abc import Container, Iterable, Iterator
from typing import Any

from athena_duckdb.aggregates import AGGREGATES
from athena_duckdb.errors import QueryError
from athena_duckdb.expressions import is_expression, translate
from athena_duckdb.grammar import refused, source_text
from athena_duckdb.scope import Field, Scope, identifier

_SUBQUERIES = {"SubqueryExpressionContext", "ExistsContext", "QueryContext"}
_LAMBDA_NAME = re.compile(r"\bl\d+\b")  # numbered anew in each translation


def refuse_aggregates(node: Any, clause: str) -> None:
    """Refuse a WHERE, GROUP BY or JOIN clause that holds what is only known after grouping."""
    for call in _calls(node):
        problem = (
            f"{clause} clause cannot contain aggregations, window functions or grouping "
            f"operations: [{source_text(call)}]"
        )
        hint = "use HAVING, or compute it in a subquery and filter around it"
        raise refused(_place(node), problem, hint)


def _place(node: Any) -> Any:
    """Where Trino says that an expression stands: at its operator, if it has one."""
    while node.getChildCount() == 1:
        node = node.getChild(0)
    if type(node).__name__ == "ArithmeticBinaryContext":
        return type("Place", (), {"start": node.operator, "stop": node.operator})
    return node.predicate() if type(node).__name__ == "PredicatedContext" else node


def refuse_windows(node: Any, clause: str) -> None:
    """Refuse a clause that is evaluated before the window functions."""
    for call in _calls(node):
        if _kind(call) == "window":
            problem = f"{clause} clause cannot contain window functions: [{source_text(call)}]"
            raise refused(call, problem, "compute it in a subquery and filter around it")


def refuse_nesting(aggregate: Any) -> None:
    """Refuse an aggregate within an aggregate."""
    for part in _children(aggregate):
        for call in _calls(part):
            name = identifier(aggregate.qualifiedName())
            what = "window functions" if _kind(call) == "window" else "aggregations"
            problem = f"Cannot nest {what} inside aggregation '{name}': [{source_text(call)}]"
            raise refused(aggregate, problem, "compute the inner one in a subquery")


def refuse_outputs(node: Any, names: Container[str]) -> None:
    """Refuse an aggregate of ORDER BY over a column by a name that SELECT gives too."""
    for aggregate in (call for call in _calls(node) if _kind(call) == "aggregate"):
        for column, lambda_names in _columns(aggregate, frozenset()):
            if (name := identifier(column)) in names and name not in lambda_names:
                raise refused(
                    column,
                    "Invalid reference to output projection attribute from ORDER BY aggregation",
                    f"select the aggregate with a name, and order by that, or write t.{name}",
                )


def _columns(node: Any, lambda_names: frozenset[str]) -> Iterator[tuple[Any, frozenset[str]]]:
    """The columns without a relation's name, with the names that are a lambda's there."""
    name = type(node).__name__
    if name in _SUBQUERIES or name == "DereferenceContext":
        return
    if name == "ColumnReferenceContext":
        yield node, lambda_names
    if name == "LambdaContext":
        lambda_names |= {identifier(parameter) for parameter in node.identifier()}
    for child in _children(node):
        yield from _columns(child, lambda_names)


def has_aggregate(nodes: Iterable[Any]) -> bool:
    """Whether a SELECT with these expressions makes groups, be it only one of all rows."""
    return any(_kind(call) == "aggregate" for node in nodes for call in _calls(node))


def check_grouped(node: Any, scope: Scope, own: Iterable[Field], keys: Iterable[str]) -> None:
    """Refuse a column that is neither aggregated nor grouped.

    `own` are the columns of FROM, and `keys` DuckDB's texts of the GROUP BY expressions.
    """
    of_from = {field.value.sql for field in own}
    grouped = {_comparable(key) for key in keys}
    for column, lambda_names in _outside_aggregates(node, scope, grouped, frozenset()):
        column_sql = _grouped_sql(column, scope)
        if (
            identifier(_first(column)) not in lambda_names
            and column_sql in of_from
            and _comparable(column_sql) not in grouped
        ):
            raise ungrouped(column, source_text(column))


def ungrouped(node: Any, column: str) -> QueryError:
    """The error for a column that has many values in a group."""
    problem = f"'{column}' must be an aggregate expression or appear in GROUP BY clause"
    return refused(node, problem, "add it to GROUP BY, or aggregate it")


def _outside_aggregates(
    node: Any, scope: Scope, grouped: set[str], lambda_names: frozenset[str]
) -> Iterator[tuple[Any, frozenset[str]]]:
    """The columns that a group must have one value of, with the names that are a lambda's there."""
    name = type(node).__name__
    if name in _SUBQUERIES or _kind(node) == "aggregate":
        return
    whole = not lambda_names and node.getChildCount() > 1 and is_expression(node)
    if whole and _comparable(translate(node, scope).sql) in grouped:
        return
    if name == "ColumnReferenceContext" or (name == "DereferenceContext" and _dotted(node)):
        yield node, lambda_names
        return
    if name == "LambdaContext":
        lambda_names |= {identifier(parameter) for parameter in node.identifier()}
    for child in _children(node):
        yield from _outside_aggregates(child, scope, grouped, lambda_names)


def _dotted(node: Any) -> bool:
    """Whether names with dots are all that there is: `a.b.c`."""
    while type(node).__name__ == "DereferenceContext":
        node = node.base
    return type(node).__name__ == "ColumnReferenceContext"


def _first(node: Any) -> Any:
    while type(node).__name__ == "DereferenceContext":
        node = node.base
    return node


def _grouped_sql(column: Any, scope: Scope) -> str:
    """DuckDB's text of the column that names with dots begin with: "" for a lambda's argument."""
    names = []
    while type(column).__name__ == "DereferenceContext":
        names.append(identifier(column.fieldName))
        column = column.base
    match = scope.find([identifier(column), *reversed(names)], column)
    return match[0].sql if match else ""


def _comparable(sql: str) -> str:
    return _LAMBDA_NAME.sub("l", sql.strip("()"))


def _calls(node: Any) -> Iterator[Any]:
    """Aggregates, window functions and grouping operations of an expression, outermost first."""
    if type(node).__name__ in _SUBQUERIES:
        return
    if _kind(node):
        yield node
    for child in _children(node):
        yield from _calls(child)


def _children(node: Any) -> list[Any]:
    """The nodes inside; a word of the text has none."""
    return getattr(node, "children", None) or []


def _kind(node: Any) -> str:
    match type(node).__name__:
        case "FunctionCallContext" if node.over():
            return "window"
        case "FunctionCallContext" if identifier(node.qualifiedName()) in AGGREGATES:
            return "aggregate"
        case "ListaggContext" | "GroupingOperationContext":
            return "aggregate"
    return ""
