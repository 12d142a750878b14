"""Expressions: a registered function translates each supported rule of Trino's grammar.

A rule without a function is refused: this is the list of what is allowed, not of what is known to
differ.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from athena_duckdb import udf
from athena_duckdb.errors import QueryError
from athena_duckdb.grammar import refused, source_text
from athena_duckdb.scope import Expr, Scope, cast
from athena_duckdb.types import BOOLEAN, UNKNOWN, Type, common

type Rule = Callable[[Any, Scope], Expr]
_RULES: dict[str, Rule] = {}
TRIED = "l99999"  # the argument of the lambda around a TRY
_LONGEST_SHOWN = 40  # characters of a refused expression


def rule(*names: str) -> Callable[[Rule], Rule]:
    """Register a function as what handles the grammar's alternatives of these names."""

    def register(function: Rule) -> Rule:
        _RULES.update(dict.fromkeys(names, function))
        return function

    return register


def translate(node: Any, scope: Scope) -> Expr:
    """DuckDB's expression with the meaning of a node of Trino's parse tree.

    Raises QueryError where there is none.
    """
    handler = _RULES.get(type(node).__name__.removesuffix("Context"))
    if handler is None:
        raise no_equal(node)
    return handler(node, scope)


def tried(scope: Scope, make: Callable[[Scope], Expr]) -> Expr:
    """TRY around what `make` translates.

    DuckDB takes no aggregate and no subquery within TRY: they are computed before, as fields of a
    row that a lambda is given.
    """
    if scope.before_try is not None:  # within another TRY
        value = make(scope)
        return Expr(f"TRY({udf.surely(value.sql)})", value.type)
    before: list[str] = []
    value = make(replace(scope, before_try=before))
    sql = f"TRY({udf.surely(value.sql)})"
    if before:
        row = ", ".join(f"a{index} := {field}" for index, field in enumerate(before))
        sql = f"list_transform([struct_pack({row})], lambda {TRIED}: {sql})[1]"
    return Expr(sql, value.type)


def untried(scope: Scope, make: Callable[[Scope], Expr]) -> Expr:
    """What `make` translates; computed before a TRY that it stands in."""
    if scope.before_try is None:
        return make(scope)
    return computed_before(scope, make(replace(scope, before_try=None)))


def computed_before(scope: Scope, value: Expr) -> Expr:
    """The value within the TRY of a scope, computed before it."""
    assert scope.before_try is not None
    scope.before_try.append(value.sql)
    return value._replace(sql=f"({TRIED}.a{len(scope.before_try) - 1})")


def is_expression(node: Any) -> bool:
    """Whether a node can be translated for itself."""
    return type(node).__name__.removesuffix("Context") in _RULES


def no_equal(node: Any, what: str = "") -> QueryError:
    """The error for what the local engine does not support, whether Athena does or not."""
    text = " ".join(source_text(node).split())
    shown = what or (text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…")
    return refused(
        node,
        f"the local engine does not support {shown}",
        "Athena may accept it: ask Athena, or write it another way",
    )


def mismatch(node: Any, message: str) -> QueryError:
    """What Trino refuses for its types."""
    return refused(node, message, "use CAST, or a literal of the other type")


def condition(node: Any, scope: Scope) -> str:
    """DuckDB's text of a boolean expression."""
    value = translate(node, scope)
    if value.type not in (BOOLEAN, UNKNOWN):
        raise mismatch(node, f"this must evaluate to a boolean, and is {value.type}")
    return cast(value, BOOLEAN).sql


def unified(
    node: Any, values: list[Expr], what: str = "values", places: Sequence[Any] = ()
) -> list[Expr]:
    """The values in the one type that they have in common.

    Refused where there is none; `what` they are, and the nodes that they stand at.
    """
    to = values[0].type
    for value, place in zip(values[1:], places[1:] or [node] * len(values), strict=False):
        wider = common(to, value.type)
        if wider is None:
            problem = (
                f"All {what} must be the same type or coercible to a common type. Cannot find "
                f"common type between {to} and {value.type}"
            )
            raise mismatch(place, problem)
        to = wider
    return [cast(value, to) for value in values]


def common_type(node: Any, left: Type, right: Type) -> Type:
    """The type that both turn into; refused where there is none."""
    common_type = common(left, right)
    if common_type is None:
        raise mismatch(node, f"all must be of one type: {left} and {right} are not")
    return common_type


@rule("Expression", "ValueExpressionDefault")
def _transparent(node: Any, scope: Scope) -> Expr:
    return translate(node.getChild(0), scope)


@rule("ParenthesizedExpression")
def _parenthesised(node: Any, scope: Scope) -> Expr:
    inner = translate(node.expression(), scope)
    return inner._replace(sql=f"({inner.sql})") if inner.constant is None else inner
