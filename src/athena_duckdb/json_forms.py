"""The JSON functions of the SQL standard, of simple paths and without RETURNING.

https://trino.io/docs/current/functions/json.html
"""

import re
from typing import Any

from athena_duckdb import udf
from athena_duckdb.casts import converted
from athena_duckdb.expressions import mismatch, no_equal, rule, translate
from athena_duckdb.grammar import refused
from athena_duckdb.scope import Expr, Scope, cast, text_literal
from athena_duckdb.types import BOOLEAN, JSON, UNKNOWN, VARCHAR, common

_PATH = re.compile(r"\s*(lax|strict)\s+\$((?:\.(?:\w+|\"[^\"]*\")|\[\d+\])*)\s*", re.IGNORECASE)


def _invocation(node: Any, scope: Scope) -> tuple[str, str]:
    """The text and the path that a function is called with."""
    call = node.jsonPathInvocation()
    path = call.path.getText()[1:-1].replace("''", "'")
    match = _PATH.fullmatch(path)
    if not match or match[1].lower() == "strict" or call.PASSING() or call.pathName:
        raise no_equal(node, f"the JSON path {path} in {node.getChild(0).getText().lower()}")
    if call.jsonValueExpression().FORMAT():
        raise no_equal(node, "FORMAT JSON")
    value = translate(call.jsonValueExpression().expression(), scope)
    if common(value.type, VARCHAR) != VARCHAR:
        problem = f"Cannot read input of type {value.type} as JSON using formatting JSON"
        raise mismatch(node, problem)
    return cast(value, VARCHAR).sql, text_literal(match[2]).sql


@rule("JsonValue", "JsonQuery", "JsonExists")
def _path_function(node: Any, scope: Scope) -> Expr:
    text, path = _invocation(node, scope)
    name = type(node).__name__.removesuffix("Context")
    # behind the path there is nothing but the closing bracket
    if node.getChildCount() > 4:
        raise no_equal(node, f"a clause of {node.getChild(0).getText().lower()}")
    if name == "JsonExists":
        return Expr(udf.call("json_exists", BOOLEAN, text, path), BOOLEAN)
    function = "json_value" if name == "JsonValue" else "json_query"
    return Expr(udf.call(function, VARCHAR, text, path), VARCHAR)


def _as_json(node: Any, expression: Any, scope: Scope) -> str:
    """DuckDB's text of an expression as JSON; what these functions give is JSON already."""
    value = translate(expression, scope)
    if value.type == JSON:
        raise no_equal(expression, "a value of type json in json_object and json_array")
    if value.type.nested:
        function = node.getChild(0).getText().upper()
        problem = f"Unsupported type of value passed to {function} function: {value.type}"
        raise refused(expression, problem, "CAST it AS json, then json_format(…) FORMAT JSON")
    while expression.getChildCount() == 1:
        expression = expression.getChild(0)
    if type(expression).__name__ in ("JsonObjectContext", "JsonArrayContext", "JsonQueryContext"):
        return value.sql
    return "CAST(NULL AS JSON)" if value.type == UNKNOWN else converted(node, value, JSON).sql


@rule("JsonObject")
def _object(node: Any, scope: Scope) -> Expr:
    words = {child.getText().upper() for child in node.getChildren()}
    if words & {"ABSENT", "WITH", "WITHOUT", "RETURNING"}:
        raise no_equal(node, "a clause of json_object")
    given = []
    for member in node.jsonObjectMember():
        if member.jsonValueExpression().FORMAT():
            raise no_equal(node, "FORMAT JSON")
        key = translate(member.expression(), scope)
        if common(key.type, VARCHAR) != VARCHAR:
            raise mismatch(node, f"Invalid key type {key.type} of json_object")
        value = _as_json(node, member.jsonValueExpression().expression(), scope)
        given += [cast(key, VARCHAR).sql, value]
    return Expr(udf.call("json_object", VARCHAR, *given), VARCHAR)


@rule("JsonArray")
def _array(node: Any, scope: Scope) -> Expr:
    words = [child.getText().upper() for child in node.getChildren()]
    if "RETURNING" in words or any(item.FORMAT() for item in node.jsonValueExpression()):
        raise no_equal(node, "a clause of json_array")
    nulls = "ABSENT" not in words and "NULL" in words
    values = [_as_json(node, item.expression(), scope) for item in node.jsonValueExpression()]
    return Expr(udf.call("json_array", VARCHAR, str(nulls).upper(), *values), VARCHAR)
