"""Comparisons and tests: what stands after a value in a condition."""
# ruff: noqa: S608 - writing SQL is what this module does; its parts are its own, or quoted

import re
from dataclasses import replace
from typing import Any

from athena_duckdb import udf
from athena_duckdb.casts import type_text
from athena_duckdb.expressions import (
    common_type,
    mismatch,
    no_equal,
    rule,
    translate,
    unified,
    untried,
)
from athena_duckdb.grammar import refused
from athena_duckdb.queries import query, refuse_correlated, subquery
from athena_duckdb.scope import Expr, Scope, cast, text_literal
from athena_duckdb.types import BOOLEAN, INTEGERS, UTC, VARCHAR, Type, common, quoted

# A column of a stored table or a literal: neither is ever NaN (no value of the contract is).
_NEVER_NAN = re.compile(
    r"""(CAST\()?(r\d+\."\w+"|CAST\('[\d.eE+-]+' AS DOUBLE\)|-?\d+)( AS \w+\))?"""
    r"""|CAST\(CAST\([^()]+\) AS DOUBLE\)"""
)


@rule("Predicated")
def _predicated(node: Any, scope: Scope) -> Expr:
    predicate = node.predicate()
    value = translate(node.valueExpression(), scope)
    if predicate is None:
        return value
    kind = type(predicate).__name__.removesuffix("Context")
    test = _TESTS.get(kind)
    if test is None:
        raise no_equal(node)
    negated = any(child.getText().upper() == "NOT" for child in predicate.getChildren())
    sql = test(predicate, value, scope)
    return Expr(f"(NOT {sql})" if negated else sql, BOOLEAN)


def _comparison(node: Any, value: Expr, scope: Scope) -> str:
    return compared(node, value, node.comparisonOperator().getText(), translate(node.right, scope))


def compared(node: Any, left: Expr, operator: str, right: Expr) -> str:
    """DuckDB's text of a comparison.

    NaN, which DuckDB takes for equal to itself and the largest, is unequal to all in Trino.
    """
    to = _comparable(node, left, operator, right)
    left_sql, right_sql = cast(left, to).sql, cast(right, to).sql
    operator = "<>" if operator == "!=" else operator
    if to.nested and operator in ("=", "<>"):
        same = udf.call("equal", BOOLEAN, left_sql, right_sql, text_literal(type_text(to)).sql)
        return same if operator == "=" else f"(NOT {same})"
    sql = f"({left_sql} {operator} {right_sql})"
    if to.name not in ("double", "real") or (
        _NEVER_NAN.fullmatch(left_sql) and _NEVER_NAN.fullmatch(right_sql)
    ):
        return sql
    return f"trino_unless_nan({sql}, {left_sql}, {right_sql}, {operator == '<>'})"


def _comparable(node: Any, left: Expr, operator: str, right: Expr) -> Type:
    to = common(left.type, right.type)
    if to is None:
        problem = f"Cannot apply operator: {left.type} {operator} {right.type}"
        raise refused(node, problem, _comparison_hint(left.type, right.type))
    if operator not in ("=", "<>", "!=", "IN", "IS DISTINCT FROM") and not to.orderable:
        raise mismatch(node, f"Cannot apply operator: {left.type} {operator} {right.type}")
    if to.nested and operator in ("<", ">", "<=", ">="):
        raise no_equal(node, f"the order of {to} values")
    return to


def _comparison_hint(left: Type, right: Type) -> str:
    names = {left.name, right.name}
    if names == {"varchar", "date"}:
        return (
            "compare text with text: CAST(current_date - INTERVAL '7' DAY AS varchar), or dates "
            "with dates: date(column)"
        )
    if "varchar" in names and names & {"timestamp", UTC.name}:
        return "write TIMESTAMP '2025-10-31 00:00:00', or date_format(time, '%Y-%m-%d')"
    if "array" in names and len(names) > 1:
        return "write contains(array, value)"
    if names == {"boolean", "varchar"} or ("boolean" in names and names & INTEGERS.keys()):
        return "a boolean stands by itself: WHERE qualified"
    if "varchar" in names and names & INTEGERS.keys():
        return "put the number in single quotes, or CAST the text"
    return "use CAST, or a literal of the other type"


def _between(node: Any, value: Expr, scope: Scope) -> str:
    lower, upper = translate(node.lower, scope), translate(node.upper, scope)
    return f"({compared(node, value, '>=', lower)} AND {compared(node, value, '<=', upper)})"


def _in_list(node: Any, value: Expr, scope: Scope) -> str:
    options = [translate(option, scope) for option in node.expression()]
    for option in options:
        _comparable(node, value, "IN", option)
    first, *rest = unified(node, [value, *options])
    if first.type.nested or (
        first.type.name in ("double", "real")
        and not all(_NEVER_NAN.fullmatch(option.sql) for option in (first, *rest))
    ):
        return f"({' OR '.join(compared(node, first, '=', option) for option in rest)})"
    return f"({first.sql} IN ({', '.join(option.sql for option in rest)}))"


def _in_query(node: Any, value: Expr, scope: Scope) -> str:
    if value.type.name == "row":
        return _rows_in_query(node, value, scope)
    sql, column_type = subquery(node.query(), scope)
    to = common_type(node, value.type, column_type)
    if to.nested:
        raise no_equal(node, f"IN over a query of {to} values")
    if to.duckdb != column_type.duckdb:
        sql = f"SELECT CAST(c0 AS {to.duckdb}) FROM ({sql})"
    return f"({cast(value, to).sql} IN ({sql}))"


def _quantified(node: Any, value: Expr, scope: Scope) -> str:
    """Value > ANY (SELECT …), value <= ALL (SELECT …)."""
    named: list[str] = []
    query(node.query(), replace(scope.inside(()), correlations=named))
    refuse_correlated(node.query(), named, "behind ANY or ALL")
    sql, column_type = subquery(node.query(), scope)
    operator = node.comparisonOperator().getText().replace("!=", "<>")
    if value.type.name == "row":
        raise no_equal(node, "the comparison of rows with a query")
    to = _comparable(node, value, operator, Expr("", column_type))
    if to.nested:
        raise no_equal(node, f"the comparison of {to} values with a query")
    if to.duckdb != column_type.duckdb:
        sql = f"SELECT CAST(c0 AS {to.duckdb}) FROM ({sql})"
    quantifier = "ALL" if node.comparisonQuantifier().ALL() else "ANY"
    return f"({cast(value, to).sql} {operator} {quantifier} ({sql}))"


def _rows_in_query(node: Any, value: Expr, scope: Scope) -> str:
    """(a, b) IN (SELECT c, d …)."""
    inner_query = query(node.query(), scope.inside(()))
    if len(inner_query.columns) != len(value.type.parts):
        raise refused(
            node,
            f"Value expression and result of subquery must be of the same type: {value.type} vs "
            f"{len(inner_query.columns)} columns",
            "select as many columns",
        )
    pairs = zip(value.type.field_keys, value.type.parts, inner_query.columns, strict=True)
    left, right = [], []
    for index, (key, part, column) in enumerate(pairs):
        to = common_type(node, part, column.type)
        left.append(cast(Expr(f"({value.sql}).{quoted(key)}", part), to).sql)
        right.append(cast(Expr(f"c{index}", column.type), to).sql)
    return f"(({', '.join(left)}) IN (SELECT ({', '.join(right)}) FROM ({inner_query.sql})))"


def _like(node: Any, value: Expr, scope: Scope) -> str:
    parts = [
        value,
        translate(node.pattern, scope),
        *([translate(node.escape, scope)] if node.escape else []),
    ]
    names = ("Left side of", "Pattern for", "Escape in")
    places = (node.parentCtx.valueExpression(), node.pattern, node.escape)
    for part, name, place in zip(parts, names, places, strict=False):
        if common(part.type, VARCHAR) != VARCHAR:
            problem = f"{name} LIKE expression must evaluate to a varchar (actual: {part.type})"
            raise mismatch(place, problem)
    escape = f" ESCAPE {parts[2].sql}" if node.escape else ""
    return f"({parts[0].sql} LIKE {parts[1].sql}{escape})"


def _is_null(node: Any, value: Expr, scope: Scope) -> str:  # noqa: ARG001 - a test's signature
    return f"({value.sql} IS NULL)"


def _distinct_from(node: Any, value: Expr, scope: Scope) -> str:
    right = translate(node.right, scope)
    to = _comparable(node, value, "IS DISTINCT FROM", right)
    return f"({cast(value, to).sql} IS DISTINCT FROM {cast(right, to).sql})"


_TESTS = {
    "Comparison": _comparison,
    "Between": _between,
    "InList": _in_list,
    "InSubquery": _in_query,
    "Like": _like,
    "QuantifiedComparison": _quantified,
    "NullPredicate": _is_null,
    "DistinctFrom": _distinct_from,
}


@rule("Exists")
def _exists(node: Any, scope: Scope) -> Expr:
    def exists(around: Scope) -> Expr:
        return Expr(f"EXISTS ({subquery(node.query(), around, one_column=False)[0]})", BOOLEAN)

    return untried(scope, exists)


@rule("SubqueryExpression")
def _scalar(node: Any, scope: Scope) -> Expr:
    def value(around: Scope) -> Expr:
        sql, column_type = subquery(node.query(), around)
        return Expr(f"({sql})", column_type)

    return untried(scope, value)


@rule("SimpleCase")
def _simple_case(node: Any, scope: Scope) -> Expr:
    operand = translate(node.operand, scope)
    whens = [
        compared(branch, operand, "=", translate(branch.condition, scope))
        for branch in node.whenClause()
    ]
    return _case(node, whens, scope)


@rule("SearchedCase")
def _searched_case(node: Any, scope: Scope) -> Expr:
    whens = []
    for branch in node.whenClause():
        when = translate(branch.condition, scope)
        if common(when.type, BOOLEAN) != BOOLEAN:
            raise mismatch(
                branch, f"CASE WHEN clause must evaluate to a boolean (actual: {when.type})"
            )
        whens.append(when.sql)
    return _case(node, whens, scope)


def _case(node: Any, whens: list[str], scope: Scope) -> Expr:
    results = [translate(branch.result, scope) for branch in node.whenClause()]
    otherwise = [translate(node.elseExpression, scope)] if node.elseExpression else []
    places = [branch.result for branch in node.whenClause()]
    places += [node.elseExpression] if otherwise else []
    values = unified(node, [*results, *otherwise], "CASE results", places)
    branches = " ".join(
        f"WHEN {when} THEN {value.sql}" for when, value in zip(whens, values, strict=False)
    )
    end = f" ELSE {values[-1].sql}" if otherwise else ""
    return Expr(f"CASE {branches}{end} END", values[0].type)
