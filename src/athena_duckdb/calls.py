"""Calls of functions.

Scalar, aggregate and window functions with all that may stand behind them.
"""

from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

from athena_duckdb.aggregates import AGGREGATES, WINDOWS
from athena_duckdb.casts import INTERVALS
from athena_duckdb.errors import QueryError
from athena_duckdb.expressions import condition, mismatch, no_equal, rule, translate, untried
from athena_duckdb.forms import FORMS
from athena_duckdb.functions import PARTS, SCALARS
from athena_duckdb.grammar import refused
from athena_duckdb.grouping import refuse_nesting
from athena_duckdb.queries import order
from athena_duckdb.scope import Expr, Scope, identifier
from athena_duckdb.signatures import resolve
from athena_duckdb.types import DATE, TIMESTAMP, UTC, VARCHAR, Type, common

_EXTRACTED = {
    *("year", "quarter", "month", "week", "day", "day_of_month", "day_of_week", "dow"),
    *("day_of_year", "doy", "year_of_week", "yow", "hour", "minute", "second"),
    *("timezone_minute", "timezone_hour"),
}
_SYNONYMS = {"dow": "day_of_week", "doy": "day_of_year", "yow": "year_of_week"}


@rule("FunctionCall")
def _call(node: Any, scope: Scope) -> Expr:
    if len(node.qualifiedName().identifier()) > 1 or node.processingMode() or node.label:
        raise no_equal(node)
    name = identifier(node.qualifiedName())
    name = _SYNONYMS.get(name, name)
    modified = (
        node.setQuantifier()
        or node.sortItem()
        or node.filter_()
        or node.over()
        or node.nullTreatment()
    )
    if name in WINDOWS and not node.over():
        raise refused(node, f"Window function {name} requires an OVER clause", "add OVER (…)")
    if name in AGGREGATES or name in WINDOWS:
        return untried(scope, lambda around: _aggregate(node, name, around))
    if modified:
        raise no_equal(node, f"DISTINCT, ORDER BY, FILTER or OVER with {name}")
    if name in FORMS:
        return FORMS[name](node, node.expression(), scope)
    if name in SCALARS:
        return resolve(node, name, SCALARS[name], node.expression(), scope)
    if name in trino_functions():
        refusal = no_equal(node, f"the function {name}")
        raise QueryError(refusal.problem, _ELSEWHERE.get(name, refusal.hint))
    raise refused(node, f"Function '{name}' not registered", _nearest(name))


def answered_functions() -> list[str]:
    """The names of the functions that have an equal here."""
    return sorted({*SCALARS, *AGGREGATES, *WINDOWS, *FORMS})


@cache
def trino_functions() -> frozenset[str]:
    """The names of all functions that Trino has, whether known here or not."""
    listed = files("athena_duckdb").joinpath("function_names.txt").read_text(encoding="utf-8")
    names = {
        name for line in listed.splitlines() if not line.startswith("#") for name in line.split()
    }
    return frozenset(names)


def _nearest(name: str) -> str:
    if name in _ELSEWHERE:
        return _ELSEWHERE[name]
    close = get_close_matches(name, answered_functions(), n=1, cutoff=0.8) or get_close_matches(
        name, trino_functions(), n=1, cutoff=0.8
    )
    return f"did you mean {close[0]}?" if close else "Trino has no function of this name"


# what other engines call a function, with what Trino has instead
_ELSEWHERE = {
    **dict.fromkeys(("nvl", "ifnull", "isnull"), "use coalesce(value, other), or value IS NULL"),
    **dict.fromkeys(("len", "char_length", "character_length"), "use length(text)"),
    **dict.fromkeys(
        ("string_agg", "group_concat"),
        "use listagg(value, ',') WITHIN GROUP (ORDER BY value), "
        "or array_join(array_agg(value), ',')",
    ),
    **dict.fromkeys(("getdate", "sysdate", "curdate"), "use now() or current_date"),
    "datediff": "use date_diff('day', start, end)",
    "dateadd": "use date_add('day', 1, time)",
    "datepart": "use extract(hour FROM time), or hour(time)",
    "to_number": "use CAST(text AS double)",
    "to_timestamp": "use date_parse(text, '%Y-%m-%d %H:%i:%s')",
    "to_date": "use date(text), or date_parse(text, '%Y-%m-%d')",
    "to_char": "use date_format(time, '%Y-%m-%d')",
    "unix_timestamp": "use to_unixtime(time)",
    "median": "use approx_percentile(value, 0.5)",
    "percentile": "use approx_percentile(value, 0.95)",
    "percentile_cont": "use approx_percentile(value, 0.95)",
    "convert": "use CAST(value AS type)",
    "explode": "use CROSS JOIN UNNEST(array) AS t (name)",
    "size": "use cardinality(array)",
    "array_length": "use cardinality(array)",
    "array_contains": "use contains(array, value)",
    "get_json_object": "use json_extract_scalar(json, '$.key')",
    "instr": "use strpos(text, part)",
    "charindex": "use strpos(text, part)",
    "left": "use substr(text, 1, n)",
    "right": "use substr(text, -n)",
    "collect_list": "use array_agg(value)",
    "collect_set": "use array_agg(DISTINCT value)",
    "zeroifnull": "use coalesce(value, 0)",
    "nullifzero": "use nullif(value, 0)",
    "nvl2": "use if(value IS NOT NULL, one, other)",
    "decode": "use CASE value WHEN … THEN … END",
    "substring_index": "use split_part(text, delimiter, n)",
    **dict.fromkeys(
        ("regexp_matches", "regexp_contains", "rlike", "regexp"), "use regexp_like(text, 'pattern')"
    ),
    "regexp_substr": "use regexp_extract(text, 'pattern')",
    "regexp_instr": "use regexp_position(text, 'pattern')",
    "locate": "use strpos(text, part)",
    "initcap": "use upper(substr(text, 1, 1)) || lower(substr(text, 2))",
    **dict.fromkeys(("lcase", "to_lower"), "use lower(text)"),
    **dict.fromkeys(("ucase", "to_upper"), "use upper(text)"),
    "mid": "use substr(text, first, n)",
    "space": "use lpad('', n, ' ')",
    "sumif": "use sum(if(condition, value))",
    "avgif": "use avg(if(condition, value))",
    "safe_divide": "use a / nullif(b, 0)",
    "div": "integers are divided as integers: a / b",
    "sha2": "use to_hex(sha256(to_utf8(text)))",
    "generate_series": "use UNNEST(sequence(1, 3)) AS t (n)",
    "range": "use UNNEST(sequence(1, 3)) AS t (n)",
    **dict.fromkeys(("date_sub", "timestamp_sub", "add_months"), "use date_add('day', -1, time)"),
    "timestamp_add": "use date_add('day', 1, time)",
    **dict.fromkeys(
        ("timestampdiff", "timestamp_diff", "months_between"), "use date_diff('day', start, end)"
    ),
    **dict.fromkeys(("timestamp_trunc", "datetime_trunc", "trunc"), "use date_trunc('day', time)"),
    **dict.fromkeys(("weekday", "dayofweek"), "use day_of_week(time): 1 is Monday"),
    "dayofyear": "use day_of_year(time)",
    "weekofyear": "use week(time)",
    "dayname": "use date_format(time, '%W')",
    "monthname": "use date_format(time, '%M')",
    **dict.fromkeys(
        ("strftime", "format_date", "format_timestamp"), "use date_format(time, '%Y-%m-%d')"
    ),
    **dict.fromkeys(
        ("str_to_date", "strptime", "parse_date", "parse_timestamp"),
        "use date_parse(text, '%Y-%m-%d')",
    ),
    **dict.fromkeys(
        ("from_utc_timestamp", "convert_timezone", "convert_tz", "timezone"),
        "use time AT TIME ZONE 'America/New_York'",
    ),
    "date_part": "use extract(hour FROM time), or hour(time)",
    "last_day": "use last_day_of_month(time)",
    **dict.fromkeys(("array_size", "json_array_size"), "use cardinality(array)"),
    "array_to_string": "use array_join(array, ',')",
    "string_to_array": "use split(text, ',')",
    "array": "use ARRAY[1, 2]",
    **dict.fromkeys(("struct", "named_struct"), "use CAST(ROW(…) AS row(name type))"),
    **dict.fromkeys(("parse_json", "to_json"), "use json_parse(text), or CAST(value AS json)"),
    **dict.fromkeys(("to_json_string", "tojson"), "use json_format(CAST(value AS json))"),
    **dict.fromkeys(("json_extract_path_text", "json_extract_string"), "use json_extract_scalar"),
    **dict.fromkeys(("to_varchar", "str", "tostring"), "use CAST(value AS varchar)"),
    **dict.fromkeys(("try_to_number", "safe_cast"), "use TRY_CAST(text AS double)"),
    **dict.fromkeys(("quantile", "percentile_disc"), "use approx_percentile(value, 0.95)"),
    "count_distinct": "use count(DISTINCT value)",
    "isnumeric": "use TRY_CAST(text AS double) IS NOT NULL",
    "hash": "use to_hex(md5(to_utf8(text)))",
    "iif": "use if(condition, value, other)",
    "all": "use ALL (SELECT …), or greatest(…)",
    "any": "use ANY (SELECT …), or contains(ARRAY[…], value)",
}


def _aggregate(node: Any, name: str, scope: Scope) -> Expr:
    if node.ASTERISK() and name != "count":
        raise mismatch(node, f"{name}(*) is not a function")
    if not node.over():
        refuse_nesting(node)
    distinct = node.setQuantifier() is not None and node.setQuantifier().DISTINCT() is not None
    if node.over() and node.sortItem():
        raise no_equal(node, "ORDER BY in a window function")
    if node.over() and node.filter_():
        raise refused(
            _select(node),
            "FILTER is not yet supported for window functions",
            "write sum(CASE WHEN condition THEN value END) OVER (…), or count_if(condition) OVER …",
        )
    ordering = ""
    if node.sortItem():
        ordering = f" ORDER BY {', '.join(order(item, scope, ()) for item in node.sortItem())}"
    elif distinct and name == "array_agg" and not node.over():
        # in no order that is promised; DuckDB's is another one each time
        ordering = f" ORDER BY {translate(node.expression(0), scope).sql} NULLS LAST"
    nulls = " IGNORE NULLS" if node.nullTreatment() and node.nullTreatment().IGNORE() else ""
    clauses = {
        "before": "DISTINCT " if distinct else "",
        "inside": ordering + nulls,
        "after": _filter(node, scope)
        + (f" OVER {_window(node.over(), scope)}" if node.over() else ""),
    }
    return resolve(node, name, (AGGREGATES | WINDOWS)[name], node.expression(), scope, clauses)


def _select(node: Any) -> Any:
    """The SELECT that a node stands in."""
    while node.parentCtx and type(node).__name__ != "QuerySpecificationContext":
        node = node.parentCtx
    return node


def _filter(node: Any, scope: Scope) -> str:
    return (
        f" FILTER (WHERE {condition(node.filter_().booleanExpression(), scope)})"
        if node.filter_()
        else ""
    )


def _window(node: Any, scope: Scope) -> str:
    specification = node.windowSpecification()
    if node.windowName:
        specification = scope.windows.get(identifier(node.windowName))
        if specification is None:
            raise refused(
                node,
                f"Cannot resolve WINDOW name {node.windowName.getText()}",
                "name it in a WINDOW clause",
            )
    base = specification
    if specification.existingWindowName:
        base = _extended(specification, scope)
    partition = specification.partition or base.partition
    items = specification.sortItem() or base.sortItem()
    parts = []
    if partition:
        parts.append(f"PARTITION BY {', '.join(translate(key, scope).sql for key in partition)}")
    if items:
        parts.append(f"ORDER BY {', '.join(order(item, scope, ()) for item in items)}")
    if specification.windowFrame():
        parts.append(_frame(specification.windowFrame(), scope))
    return f"({' '.join(parts)})"


def _extended(specification: Any, scope: Scope) -> Any:
    """The window of WINDOW that another one begins with the name of."""
    name = specification.existingWindowName
    base = scope.windows.get(identifier(name))
    if base is None:
        problem = f"Cannot resolve WINDOW name {name.getText()}"
        raise refused(specification, problem, "name it in a WINDOW clause")
    if (
        specification.partition
        or base.windowFrame()
        or base.existingWindowName
        or (base.sortItem() and specification.sortItem())
    ):
        raise no_equal(specification, "this extension of a window")
    return base


def _frame(node: Any, scope: Scope) -> str:
    if node.getChildCount() > 1:
        raise no_equal(node)
    extent = node.frameExtent()
    _refuse_backward(node, extent)
    start = _bound(extent.frameBound(0), scope)
    kind = extent.frameType.text.upper()
    if not extent.BETWEEN():
        return f"{kind} {start}"
    return f"{kind} BETWEEN {start} AND {_bound(extent.frameBound(1), scope)}"


_FRAME_PLACES = ("UNBOUNDED PRECEDING", "PRECEDING", "CURRENT ROW", "FOLLOWING")


def _refuse_backward(node: Any, extent: Any) -> None:
    """Refuse a window frame whose end stands before its start."""
    first, *rest = [
        " ".join(
            word.getText().upper()
            for word in bound.getChildren()
            if type(word).__name__ == "TerminalNodeImpl"
        )
        for bound in extent.frameBound()
    ]
    last = rest[0] if rest else "CURRENT ROW"
    hint = "write ROWS BETWEEN 2 PRECEDING AND CURRENT ROW"
    if first == "UNBOUNDED FOLLOWING":
        raise refused(node, "Window frame start cannot be UNBOUNDED FOLLOWING", hint)
    if last == "UNBOUNDED PRECEDING":
        raise refused(node, "Window frame end cannot be UNBOUNDED PRECEDING", hint)
    if last in _FRAME_PLACES and _FRAME_PLACES.index(first) > _FRAME_PLACES.index(last):
        problem = f"Window frame starting from {first} cannot end with {last}"
        raise refused(node, problem, hint)


def _bound(node: Any, scope: Scope) -> str:
    match type(node).__name__:
        case "CurrentRowBoundContext":
            return "CURRENT ROW"
        case "UnboundedFrameContext":
            return f"UNBOUNDED {node.boundType.text.upper()}"
    value = translate(node.expression(), scope)
    if to_interval := INTERVALS.get(value.type.name):
        return f"{to_interval}({value.sql}) {node.boundType.text.upper()}"
    if not value.type.numeric:
        raise mismatch(node, f"Window frame offset value type {value.type} is not supported")
    offset = value.sql if value.constant is not None else f"trino_frame_offset({value.sql})"
    return f"{offset} {node.boundType.text.upper()}"


@rule("Listagg")
def _listagg(node: Any, scope: Scope) -> Expr:
    return untried(scope, lambda around: _joined_text(node, around))


def _joined_text(node: Any, scope: Scope) -> Expr:
    if node.listAggOverflowBehavior():
        raise no_equal(node, "ON OVERFLOW")
    value = translate(node.expression(), scope)
    if common(value.type, VARCHAR) != VARCHAR:
        raise mismatch(node, f"Unexpected parameters ({value.type}) for function listagg")
    separator = node.string().getText() if node.string() else "''"
    distinct = "DISTINCT " if node.setQuantifier() and node.setQuantifier().DISTINCT() else ""
    ordering = ", ".join(order(item, scope, ()) for item in node.sortItem())
    return Expr(f"string_agg({distinct}{value.sql}, {separator} ORDER BY {ordering})", VARCHAR)


@rule("GroupingOperation")
def _grouping(node: Any, scope: Scope) -> Expr:
    keys = []
    for name in node.qualifiedName():
        match = scope.find([identifier(part) for part in name.identifier()], name)
        if match is None:
            raise refused(
                name,
                f"Column '{name.getText()}' cannot be resolved",
                scope.nearest([name.getText()]),
            )
        keys.append(match[0].sql)
    return Expr(f"CAST(GROUPING({', '.join(keys)}) AS INTEGER)", Type("integer"))


@rule("Extract")
def _extract(node: Any, scope: Scope) -> Expr:
    field = identifier(node.identifier())
    name = _SYNONYMS.get(field, field)
    if field not in _EXTRACTED:
        valid = ", ".join(sorted(_EXTRACTED)).upper()
        problem = f"Invalid EXTRACT field {field}, valid fields are: {valid}"
        raise refused(node, problem, f"or call {field}(…)" if field in PARTS else "use one of them")
    value = translate(node.valueExpression(), scope)
    if value.type.name == "date" and name in ("hour", "minute", "second"):
        problem = f"Cannot extract {field.upper()} from date"
        raise refused(node.valueExpression(), problem, "CAST it to timestamp first")
    if field.startswith("timezone") and value.type.name != UTC.name:
        problem = f"Cannot extract {field.upper()} from {value.type}"
        raise refused(node.valueExpression(), problem, "give it a zone: AT TIME ZONE 'UTC'")
    return resolve(node, name, SCALARS[name], [node.valueExpression()], scope)


@rule("SpecialDateTimeFunction")
def _current(node: Any, scope: Scope) -> Expr:  # noqa: ARG001 - a rule's signature
    if node.precision is not None and node.precision.text != "3":
        raise no_equal(node)
    match node.name.text.upper():
        case "CURRENT_DATE":
            return Expr("CAST(timezone('UTC', now()) AS DATE)", DATE)
        case "CURRENT_TIMESTAMP":
            return Expr("CAST(date_trunc('millisecond', now()) AS TIMESTAMPTZ)", UTC)
        case "LOCALTIME":
            sql = "CAST(date_trunc('millisecond', timezone('UTC', now())) AS TIME)"
            return Expr(sql, Type("time", size=(3,)))
        case "LOCALTIMESTAMP":
            return Expr("date_trunc('millisecond', timezone('UTC', now()))", TIMESTAMP)
    raise no_equal(node)
