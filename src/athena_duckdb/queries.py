"""Queries: SELECT, VALUES, TABLE, set operations, WITH, ORDER BY and LIMIT.

Each query's columns are called c0, c1, … in DuckDB, so that no name of Trino's (twice the same,
none at all, an alias that DuckDB would see in WHERE or GROUP BY) can mean something else there.
"""
# ruff: noqa: S608 - writing SQL is what this module does; its parts are its own, or quoted

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from athena_duckdb.errors import QueryError
from athena_duckdb.expressions import mismatch, no_equal, translate, unified
from athena_duckdb.grammar import refused
from athena_duckdb.results import Column
from athena_duckdb.scope import Expr, Field, Scope, cast, identifier
from athena_duckdb.types import Type, common, quoted

_MOST_ROUNDS = 10  # of WITH RECURSIVE, as Trino's max_recursion_depth


class Query(NamedTuple):
    """DuckDB's text of a query, and its columns with the names that Athena gives them."""

    sql: str
    columns: list[Column]

    def fields(
        self, relation: str, qualifier: tuple[str, ...], names: Sequence[str] | None = None
    ) -> list[Field]:
        """The columns as those of a relation of this name; `names` are an alias list's."""
        shown = names or [column.name for column in self.columns]
        return [
            Field(name or None, qualifier, Expr(f"{relation}.c{index}", column.type))
            for index, (name, column) in enumerate(zip(shown, self.columns, strict=True))
        ]


type Primary = Callable[[Any, Scope, Sequence[Any]], Query]
_PRIMARIES: dict[str, Primary] = {}


def primary(name: str) -> Callable[[Primary], Primary]:
    """Register what translates a SELECT or a TABLE, with the items of its ORDER BY.

    They hold queries themselves.
    """

    def register(function: Primary) -> Primary:
        _PRIMARIES[name] = function
        return function

    return register


def query(node: Any, scope: Scope) -> Query:
    """A whole query with its WITH clause."""
    clauses = []
    seen: set[str] = set()
    if node.with_():
        recursive = node.with_().RECURSIVE() is not None
        for named in node.with_().namedQuery():
            name, aliases = identifier(named.name), named.columnAliases()
            if name in seen:
                problem = f"WITH query name '{name}' specified more than once"
                raise refused(named, problem, "give each its own name")
            seen.add(name)
            if recursive and (unrolled := _recursive(named, scope)):
                clauses += unrolled[0]
                scope = unrolled[1]
                continue
            inner = query(named.query(), scope)
            names = (
                [identifier(alias) for alias in aliases.identifier()]
                if aliases
                else [column.name for column in inner.columns]
            )
            check_alias_count(named, names, len(inner.columns))
            relation = f"w{scope.fresh()}"
            # written into each place that reads it, as Trino does: a filter there reaches the
            # tables
            clauses.append(f"{relation} AS NOT MATERIALIZED ({inner.sql})")
            columns = [
                Column(alias, column.type)
                for alias, column in zip(names, inner.columns, strict=True)
            ]
            scope = replace(scope, named={**scope.named, name: (relation, columns)})
    body = _ordered(node.queryNoWith(), scope)
    return body._replace(sql=f"WITH {', '.join(clauses)} {body.sql}") if clauses else body


def _recursive(named: Any, scope: Scope) -> tuple[list[str], Scope] | None:
    """The clauses of a query that names itself, and the scope that knows it; None for another.

    As in Trino, it is a UNION ALL of a query and of one that names it, written out round by round,
    and fails where there are rows after the last.
    """
    term = named.query().queryNoWith().queryTerm()
    while hasattr(term, "queryPrimary") and hasattr(term.queryPrimary(), "queryNoWith"):
        term = term.queryPrimary().queryNoWith().queryTerm()
    name, aliases = identifier(named.name), named.columnAliases()
    if type(term).__name__ != "SetOperationContext" or not aliases:
        return None
    first = _term(term.left, scope)
    names = [identifier(alias) for alias in aliases.identifier()]
    check_alias_count(named, names, len(first.columns))
    columns = [
        Column(alias, column.type) for alias, column in zip(names, first.columns, strict=True)
    ]
    relation = f"w{scope.fresh()}"
    clauses = [f"{relation} AS MATERIALIZED ({first.sql})"]
    rounds = [relation]
    for _ in range(_MOST_ROUNDS):
        step = _term(term.right, replace(scope, named={**scope.named, name: (relation, columns)}))
        if f"{relation} AS" not in step.sql:
            return None
        if any(
            common(column.type, step_column.type) != column.type
            for column, step_column in zip(columns, step.columns, strict=True)
        ):
            problem = "Recursion step relation output types are not those of the base relation"
            raise refused(named, problem, "CAST the columns of the first query")
        relation = f"w{scope.fresh()}"
        clauses.append(f"{relation} AS MATERIALIZED ({_recast(step, columns, scope)})")
        rounds.append(relation)
    last = rounds.pop()
    too_deep = f"trino_fail('Recursion depth limit exceeded ({_MOST_ROUNDS})')"
    nothing = ", ".join(f"CAST(NULL AS {column.type.duckdb})" for column in columns)
    parts = [f"SELECT * FROM {source}" for source in rounds]
    parts.append(f"SELECT {nothing} FROM {last} WHERE {too_deep} = 0")
    whole = f"w{scope.fresh()}"
    clauses.append(f"{whole} AS MATERIALIZED ({' UNION ALL '.join(parts)})")
    return clauses, replace(scope, named={**scope.named, name: (whole, columns)})


def subquery(node: Any, scope: Scope, *, one_column: bool = True) -> tuple[str, Type]:
    """A query within an expression: its text, and the type of its one column."""
    named: list[str] = []
    inner = replace(scope.inside(()), barrier=scope.join_condition, correlations=named)
    inner_query = query(node, inner)
    refuse_correlated(node, named)
    if one_column and len(inner_query.columns) != 1:
        if type(node.parentCtx).__name__ == "InSubqueryContext":
            problem = "Value expression and result of subquery must be of the same type"
            raise refused(node.parentCtx, problem, "select one column in the subquery")
        raise no_equal(node, f"a subquery of {len(inner_query.columns)} columns")
    return inner_query.sql, inner_query.columns[0].type


def refuse_correlated(node: Any, named: Sequence[str], what: str = "") -> None:
    """Refuse a correlated subquery of a kind that Trino has no plan for, or not for all of it."""
    inside = node.queryNoWith()
    if named and not what and (inside.limit or inside.offset or inside.FETCH()):
        what = "with LIMIT"
    if named and what:
        raise no_equal(
            node,
            f"a correlated subquery {what} ({named[0]} is of the query around); Trino often"
            " does not either; this",
        )


def check_alias_count(node: Any, names: Sequence[str], count: int) -> None:
    """Refuse a list of column aliases of another length than the relation."""
    if len(names) != count:
        raise refused(
            node,
            f"Column alias list has {len(names)} entries but the relation has {count} columns",
            f"name all {count}, or none: an alias alone, AS t, and then t.column",
        )


def _ordered(node: Any, scope: Scope) -> Query:
    if node.TIES():
        return _with_ties(node, scope)
    term = node.queryTerm()
    first = term.queryPrimary() if type(term).__name__ == "QueryTermDefaultContext" else None
    if first and type(first).__name__ == "QueryPrimaryDefaultContext":
        body = _PRIMARIES["QueryPrimaryDefault"](first.querySpecification(), scope, node.sortItem())
    else:
        body = _term(term, scope)
        if node.sortItem():
            relation, items = _by_outputs(node, scope, body)
            body = body._replace(sql=f"SELECT * FROM ({body.sql}) AS {relation} ORDER BY {items}")
    return body._replace(sql=body.sql + _limit(node))


def _by_outputs(node: Any, scope: Scope, found: Query) -> tuple[str, str]:
    """A name for a query as a relation, and its ORDER BY, which names output columns alone."""
    relation = f"r{scope.fresh()}"
    inner = scope.inside(found.fields(relation, ()))
    outputs = [field.value for field in inner.fields]
    return relation, ", ".join(order(item, inner, outputs) for item in node.sortItem())


def _with_ties(node: Any, scope: Scope) -> Query:
    """FETCH FIRST … WITH TIES: the rows up to the last one fetched, and those that equal it."""
    if not node.sortItem():
        problem = "FETCH FIRST WITH TIES clause requires ORDER BY"
        raise refused(node.queryTerm(), problem, "add ORDER BY")
    found = _term(node.queryTerm(), scope)
    try:
        relation, items = _by_outputs(node, scope, found)
    except QueryError as error:
        what = "WITH TIES where ORDER BY names more than output columns"
        raise no_equal(node, what) from error
    skipped = node.offset.getText() if node.offset else "0"
    last = f"{skipped} + {node.fetchFirst.getText() if node.fetchFirst else 1}"
    if "?" in last:
        raise no_equal(node, "a parameter in LIMIT")
    window = f"OVER (ORDER BY {items})"
    kept = f"rank() {window} <= {last} AND row_number() {window} > {skipped}"
    sql = f"SELECT * FROM ({found.sql}) AS {relation} QUALIFY {kept} ORDER BY {items}"
    return found._replace(sql=sql)


def _limit(node: Any) -> str:
    count = node.limit or node.fetchFirst
    text = count.getText() if count else "1" if node.FETCH() else "ALL"
    if "?" in (text, node.offset.getText() if node.offset else ""):
        raise no_equal(node, "a parameter in LIMIT")
    limit = "" if text.upper() == "ALL" else f" LIMIT {text}"
    return limit + (f" OFFSET {node.offset.getText()}" if node.offset else "")


def order(item: Any, scope: Scope, outputs: Sequence[Expr]) -> str:
    """An item of ORDER BY: a number means an output column.

    Nulls come last unless the query says otherwise.
    """
    value = translate(item.expression(), scope)
    if isinstance(value.constant, int) and outputs:
        if not 1 <= value.constant <= len(outputs):
            raise refused(
                item,
                f"ORDER BY position {value.constant} is not in select list",
                columns_there(len(outputs)),
            )
        value = outputs[value.constant - 1]
    if not value.type.orderable and value.type.name != "unknown":
        raise no_equal(item, f"ORDER BY of {value.type}")
    nulls = item.nullOrdering.text.upper() if item.nullOrdering else "LAST"
    return f"{value.sql} {item.ordering.text.upper() if item.ordering else 'ASC'} NULLS {nulls}"


def columns_there(count: int) -> str:
    return "there is 1 column" if count == 1 else f"there are {count} columns"


def _term(node: Any, scope: Scope) -> Query:
    if type(node).__name__ == "SetOperationContext":
        return _set_operation(node, scope)
    term = node.queryPrimary()
    match type(term).__name__.removesuffix("Context"):
        case "QueryPrimaryDefault":
            return _PRIMARIES["QueryPrimaryDefault"](term.querySpecification(), scope, ())
        case "InlineTable":
            return _values(term, scope)
        case "Table":
            return _PRIMARIES["Table"](term, scope, ())
        case _:
            return _ordered(term.queryNoWith(), scope)


def _set_operation(node: Any, scope: Scope) -> Query:
    left, right = _term(node.left, scope), _term(node.right, scope)
    place = type("Place", (), {"start": node.operator, "stop": node.operator})
    if len(left.columns) != len(right.columns):
        raise refused(
            place,
            f"{node.operator.text.upper()} query has different number of fields: "
            f"{len(left.columns)}, {len(right.columns)}",
            "select as many",
        )
    columns = []
    for number, (left_column, right_column) in enumerate(
        zip(left.columns, right.columns, strict=True), start=1
    ):
        to = common(left_column.type, right_column.type)
        if to is None:
            raise mismatch(
                place,
                f"column {number} in {node.operator.text.upper()} query has incompatible types: "
                f"{left_column.type}, {right_column.type}",
            )
        columns.append(Column(left_column.name, to))
    quantifier = " ALL" if node.setQuantifier() and node.setQuantifier().ALL() else ""
    sides = [_recast(side, columns, scope) for side in (left, right)]
    return Query(f"(({sides[0]}) {node.operator.text.upper()}{quantifier} ({sides[1]}))", columns)


def _recast(side: Query, columns: Sequence[Column], scope: Scope) -> str:
    relation = f"r{scope.fresh()}"
    values = [
        cast(field.value, column.type)
        for field, column in zip(side.fields(relation, ()), columns, strict=True)
    ]
    items = ", ".join(f"{value.sql} AS c{index}" for index, value in enumerate(values))
    return f"SELECT {items} FROM ({side.sql}) AS {relation}"


def _values(node: Any, scope: Scope) -> Query:
    rows = []
    for expression in node.expression():
        constructor = _row_constructor(expression)
        parts = constructor.expression() if constructor else [expression]
        values = [translate(part, scope) for part in parts]
        if not constructor and values[0].type.name == "row":
            row = values[0]
            keys = zip(row.type.field_keys, row.type.parts, strict=True)
            values = [Expr(f"({row.sql}).{quoted(key)}", part) for key, part in keys]
        rows.append(values)
    if len({len(row) for row in rows}) > 1:
        raise refused(node, "Values rows have mismatched sizes", "give each row as many values")
    columns = [unified(node, list(column)) for column in zip(*rows, strict=True)]
    lines = (f"({', '.join(value.sql for value in row)})" for row in zip(*columns, strict=True))
    names = ", ".join(f"c{index}" for index in range(len(columns)))
    sql = f"SELECT * FROM (VALUES {', '.join(lines)}) AS r{scope.fresh()}({names})"
    return Query(sql, [Column("", column[0].type) for column in columns])


def _row_constructor(node: Any) -> Any:
    """The row constructor that an expression of VALUES consists of, if it is one."""
    while node.getChildCount() == 1:
        node = node.getChild(0)
    return node if type(node).__name__ == "RowConstructorContext" else None
