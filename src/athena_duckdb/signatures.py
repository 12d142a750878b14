"""Which overload of a function a call means, by Trino's rules.

An exact one, else the one with the fewest implicit casts.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

from athena_duckdb import udf
from athena_duckdb.casts import local_time
from athena_duckdb.errors import QueryError
from athena_duckdb.expressions import mismatch, no_equal, translate
from athena_duckdb.grammar import refused, source_text
from athena_duckdb.scope import Expr, Field, Scope, cast, identifier, lambda_name
from athena_duckdb.type_names import from_text
from athena_duckdb.types import UNKNOWN, UTC, Type, common, walk

_STEPS = (
    "tinyint",
    "smallint",
    "integer",
    "bigint",
    "decimal",
    "real",
    "double",
)  # each turns into the next
_MOST_FORMS = 3  # of a function in an error
_SAME_SCALE = (
    38,
    0,
)  # a result `decimal(38)` has the scale of the first argument, and a bare `decimal` its whole type
_VARIABLE = re.compile(r"[A-Z]")

# how the lambda's arguments are given by DuckDB, where it is not one by one
_LAMBDAS = {
    **dict.fromkeys(("map_filter", "transform_values", "transform_keys"), "entry"),
    "zip_with": "pair",
    "map_zip_with": "row",
    "array_sort": "all pairs",
}

# what the arguments are of the one value that DuckDB gives, that of map_entries or list_zip
_PARTS = {
    "entry": (".key", ".value"),
    "pair": ("[1]", "[2]"),
    "row": (".field0", ".field1", ".field2"),
}


class Signature(NamedTuple):
    """A function's signature, `name(parameters) -> result`; the last parameter may repeat.

    One upper-case letter is a type variable: N a numeric one, O an orderable one, E one without
    parts. Without a template, Trino has the function and the local engine does not: a call of it
    is refused as unsupported, not as wrong.
    """

    parameters: tuple[Type, ...]
    repeats: bool
    result: Type
    template: str


class Argument(NamedTuple):
    """An argument in a template: `{0}` is its text, `{0.local}` what a clock shows in its zone."""

    value: Expr
    node: Any

    def __str__(self) -> str:
        return self.value.sql

    @property
    def local(self) -> str:
        return local_time(self.node, self.value)

    @property
    def scale(self) -> int:
        return self.value.type.size[1]

    @property
    def precision(self) -> int:
        return self.value.type.precision

    @property
    def zone(self) -> str:
        """The zone of a time as a literal; refused where each value has its own."""
        local_time(self.node, self.value)
        return f"'{self.value.type.zone}'"


def table(*groups: Mapping[str, str]) -> dict[str, list[Signature]]:
    """The signatures by name, from texts such as `strpos(varchar, varchar) -> bigint`."""
    signatures: dict[str, list[Signature]] = {}
    for text, template in (item for group in groups for item in group.items()):
        name, parameters, result = re.fullmatch(r"(\w+)\((.*)\) -> (.*)", text).groups()  # type: ignore[union-attr] # ours
        repeats = parameters.endswith("...")
        types = _function_type(parameters.removesuffix("...")).parts if parameters else ()
        signatures.setdefault(name, []).append(
            Signature(types, repeats, from_text(result), template)
        )
    return signatures


@cache
def _function_type(parameters: str) -> Type:
    return from_text(f"function({parameters})")


def resolve(  # noqa: PLR0913, PLR0917 - what a call is made of
    node: Any,
    name: str,
    signatures: Sequence[Signature],
    arguments: Sequence[Any],
    scope: Scope,
    clauses: Mapping[str, str] | None = None,
) -> Expr:
    """The call by its best signature; `clauses` fill the rest of an aggregate's template.

    Refuses arguments that no signature takes, as Trino does, and those that only Trino takes.
    """
    values = [None if _lambda(argument) else translate(argument, scope) for argument in arguments]
    best: tuple[int, Signature, dict[str, Type]] | None = None
    for signature in signatures:
        fit = _fit(signature, values)
        if fit and (best is None or fit[0] < best[0]):
            best = (fit[0], signature, fit[1])
    given_types = f"({', '.join(str(value.type) if value else 'function' for value in values)})"
    if best is None:
        raise _unfit(node, f"{given_types} for function {name}", name, signatures, values)
    _, signature, bound = best
    if not signature.template:
        raise no_equal(node, f"{name}{given_types}")
    parameters = _spread(signature, len(values))
    array = values[0].sql if values and values[0] else ""
    form = _LAMBDAS.get(name, "")
    lambdas = {
        index: _lambda_value(arguments[index], parameters[index], bound, scope, form, array)
        for index, value in enumerate(values)
        if value is None
    }
    filled = [
        Argument(
            lambdas[index] if value is None else _fitted(value, _bind(parameters[index], bound)),
            arguments[index],
        )
        for index, value in enumerate(values)
    ]
    result = _bind(signature.result, bound)
    if result.name == "decimal" and result.size in ((), _SAME_SCALE):
        size = filled[0].value.type.size
        result = replace(result, size=(result.size or size)[:1] + size[1:])
    first = filled[0].value.type if filled else UNKNOWN
    if result.parts and result.parts[0].name == first.name in ("timestamp", UTC.name):
        result = replace(result, parts=(first, *result.parts[1:]))
    if result.name == UTC.name and filled and filled[0].value.type.name == UTC.name:
        result = filled[0].value.type
    places = {"all": ", ".join(map(str, filled)), "type": result.duckdb, **(clauses or {})}
    template = signature.template
    if template.startswith("py:"):
        function, _, given = template.removeprefix("py:").partition(" ")
        sql = udf.call(function, result, (given or "{all}").format(*filled, **places))
        return Expr(sql, result)
    return Expr(template.format(*filled, **places), result)


def _unfit(
    node: Any,
    given: str,
    name: str,
    signatures: Sequence[Signature],
    values: Sequence[Expr | None],
) -> QueryError:
    """The error for arguments that no signature takes."""
    if any(
        _fit(signature._replace(parameters=tuple(map(_of_any, signature.parameters))), values)
        for signature in signatures
    ):
        return no_equal(node)
    problem = f"Unexpected parameters {given}"
    if any(len(signature.parameters) == len(values) for signature in signatures):
        return mismatch(node, problem)
    forms = dict.fromkeys(
        f"{name}({', '.join(map(str, signature.parameters))})" for signature in signatures
    )
    return refused(node, problem, f"write {' or '.join(list(forms)[:_MOST_FORMS])}")


def _of_any(parameter: Type) -> Type:
    """The parameter as Trino has it, whose arrays and rows can be ordered and compared too."""
    return replace(
        parameter,
        name="T" if parameter.name in ("O", "E") else parameter.name,
        parts=tuple(map(_of_any, parameter.parts)),
    )


def _spread(signature: Signature, count: int) -> tuple[Type, ...]:
    more = count - len(signature.parameters)
    return (
        signature.parameters + signature.parameters[-1:] * more
        if signature.repeats and more > 0
        else signature.parameters
    )


def _fit(signature: Signature, values: Sequence[Expr | None]) -> tuple[int, dict[str, Type]] | None:
    """How many casts a signature needs, and what its variables stand for.

    None where it does not fit.
    """
    parameters = _spread(signature, len(values))
    if len(parameters) != len(values):
        return None
    bound: dict[str, Type] = {}
    cost = 0
    for value, parameter in zip(values, parameters, strict=True):
        if (value is None) != (parameter.name == "function"):
            return None
        step = _match(value.type, parameter, bound) if value else 0
        if step is None:
            return None
        cost += step
    return cost, bound


def _match(argument_type: Type, parameter: Type, bound: dict[str, Type]) -> int | None:
    if _VARIABLE.fullmatch(parameter.name):
        if (
            (parameter.name == "N" and not argument_type.numeric)
            or (parameter.name == "O" and not _ordered_alike(argument_type))
            or (parameter.name == "E" and (argument_type.nested or not argument_type.comparable))
        ):
            return None
        to = common(bound.get(parameter.name, UNKNOWN), argument_type)
        if to is not None:
            bound[parameter.name] = to
        return None if to is None else 0
    if argument_type.name == parameter.name:
        steps = [
            _match(part, parameter_part, bound)
            for part, parameter_part in zip(argument_type.parts, parameter.parts, strict=True)
        ]
        return None if None in steps else sum(step or 0 for step in steps)
    if argument_type == UNKNOWN:
        return 1
    if argument_type.name in _STEPS and parameter.name in _STEPS:
        distance = _STEPS.index(parameter.name) - _STEPS.index(argument_type.name)
        return distance if distance > 0 and parameter.name != "decimal" else None
    return 1 if common(argument_type, parameter) == parameter else None


def _ordered_alike(data_type: Type) -> bool:
    """Whether DuckDB orders values as Trino; it does not put a NaN within an array as Trino."""
    inside = any(part.name in ("double", "real") for part in walk(data_type))
    return data_type.orderable and not (data_type.nested and inside)


def _bind(data_type: Type, bound: Mapping[str, Type]) -> Type:
    if data_type.name in bound or _VARIABLE.fullmatch(data_type.name):
        return bound.get(data_type.name, UNKNOWN)
    return (
        replace(data_type, parts=tuple(_bind(part, bound) for part in data_type.parts))
        if data_type.parts
        else data_type
    )


def _fitted(value: Expr, to: Type) -> Expr:
    if value.type.name == to.name and not to.parts and to.name != "unknown":
        return value
    return cast(value, to)._replace(constant=value.constant)


def _lambda(node: Any) -> Any:
    """The lambda that an argument consists of, if it is one."""
    while node.getChildCount() == 1:
        node = node.getChild(0)
    return node if type(node).__name__ == "LambdaContext" else None


def _lambda_value(  # noqa: PLR0913, PLR0917 - what a lambda is made of
    node: Any, parameter: Type, bound: dict[str, Type], scope: Scope, form: str, array: str
) -> Expr:
    lambda_node = _lambda(node)
    names = [identifier(name) for name in lambda_node.identifier()]
    *inputs, output = parameter.parts
    if len(names) != len(inputs):
        raise mismatch(
            node, f"Expected a lambda that takes {len(inputs)} argument(s) but got {len(names)}"
        )
    arguments = [lambda_name(f"{place} {source_text(node)}") for place in range(len(names))]
    texts = arguments
    if parts := _PARTS.get(form):
        texts = [f"({arguments[0]}){part}" for part in parts]
        arguments = arguments[:1]
    fields = [
        Field(name, (), Expr(text, _bind(input_type, bound)))
        for name, text, input_type in zip(names, texts, inputs, strict=True)
    ]
    body = translate(lambda_node.expression(), scope.inside(fields))
    result_type = bound.get(output.name, body.type) if _VARIABLE.fullmatch(output.name) else output
    wider = common(body.type, result_type)
    if wider is not None and wider != result_type and output in inputs:
        # the start of reduce() takes the type of what the lambda makes of it
        bound[output.name] = wider
        return _lambda_value(node, parameter, bound, scope, form, array)
    if output in inputs and body.type not in (result_type, UNKNOWN):
        raise no_equal(node, f"a lambda of reduce() that gives {body.type} for {result_type}")
    if wider != result_type:
        raise refused(
            node, f"the lambda gives {body.type}, and {result_type} is needed", "use CAST"
        )
    bound[output.name] = result_type
    result = cast(body, result_type).sql
    if form == "all pairs":
        # of each two items of the array, as a matrix
        result = f"list_transform({array}, lambda {arguments[1]}: {result})"
        arguments = arguments[:1]
    return Expr(f"lambda {', '.join(arguments)}: {result}", parameter)
