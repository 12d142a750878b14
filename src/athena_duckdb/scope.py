"""What names mean at a place of a query.

Typed expressions, the columns in sight, and the queries around them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, NamedTuple
from zlib import crc32

from athena_duckdb.grammar import refused
from athena_duckdb.results import Column
from athena_duckdb.types import UTC, VARCHAR, Type, quoted

_MOST_LISTED = 12  # columns in one line of an error


class Expr(NamedTuple):
    """DuckDB's text for an expression with Trino's type; `constant` where it is a literal."""

    sql: str
    type: Type
    constant: str | int | None = None


class Field(NamedTuple):
    """A column in sight.

    `qualifier` is the relation's name with its catalog and schema, or its alias. A `hidden` one is
    none of `*`.
    """

    name: str | None
    qualifier: tuple[str, ...]
    value: Expr
    hidden: bool = False


@dataclass(frozen=True)
class Scope:
    """The columns that an expression may name, innermost first through `outer`.

    `tables` are those of the catalog, `named` the queries of WITH (with their names in DuckDB),
    `windows` those of a WINDOW clause, `parameters` the values of `?` by their places; `fresh`
    gives a number that the query has not used yet. `database` is a regular expression of the names
    that the tables' database has. `aliases` are the names that SELECT gives to its expressions,
    which the other clauses do not know. A subquery in a `join_condition` sees no column around: its
    scope is a `barrier`. `correlations` of a subquery's scope collects the columns of the query
    around that it names. `before_try` collects what TRY around an expression needs computed.
    `hidden` are the columns of tables that only their names find.
    """

    fields: Sequence[Field]
    outer: "Scope | None"
    tables: Mapping[str, Sequence[Column]]
    fresh: Callable[[], int]
    named: Mapping[str, tuple[str, Sequence[Column]]] = field(default_factory=dict)
    windows: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[int, Expr] = field(default_factory=dict)
    database: str = ".*"
    join_condition: bool = False
    aliases: Mapping[str, str] = field(default_factory=dict)
    barrier: bool = False
    correlations: list[str] | None = None
    before_try: list[str] | None = None
    hidden: Mapping[str, Sequence[Column]] = field(default_factory=dict)

    def inside(self, fields: Sequence[Field]) -> "Scope":
        """The scope of something inside that sees `fields` first."""
        return replace(
            self,
            fields=fields,
            outer=self,
            join_condition=False,
            barrier=False,
            correlations=None,
            before_try=None,
        )

    def find(self, parts: list[str], node: Any) -> tuple[Expr, list[str]] | None:
        """The column that dotted names mean, and the names that are left for fields of a row."""
        for qualifier_length in reversed(range(len(parts))):
            qualifier, name = tuple(parts[:qualifier_length]), parts[qualifier_length]
            matches = [
                field
                for field in self.fields
                if field.name == name and _ends_with(field.qualifier, qualifier)
            ]
            if len({field.value.sql for field in matches}) > 1 or (
                len(matches) > 1 and qualifier_length
            ):
                raise refused(
                    node,
                    f"Column '{'.'.join(parts)}' is ambiguous",
                    "put the relation's name before it",
                )
            if matches:
                return matches[0].value, parts[qualifier_length + 1 :]
        result = self.outer.find(parts, node) if self.outer else None
        if result and self.barrier:
            problem = (
                f"Reference to column '{'.'.join(parts)}' from outer scope not allowed in this "
                "context"
            )
            raise refused(node, problem, "join on the column, or filter in WHERE")
        if result and self.correlations is not None:
            self.correlations.append(".".join(parts))
        return result

    def nearest(self, parts: list[str]) -> str:
        """What to do about a column that is not there."""
        names: list[str] = []
        scope: Scope | None = self
        while scope:
            names += [field.name for field in scope.fields if field.name and not field.hidden]
            scope = scope.outer
        close = get_close_matches(parts[-1], names, n=1) or get_close_matches(parts[0], names, n=1)
        if close:
            return f"did you mean {close[0]}?"
        if not names:
            return "there is no table in FROM"
        shown = list(dict.fromkeys(names))
        listed = f"{'the column is' if len(shown) == 1 else 'the columns are'} {', '.join(shown)}"
        return listed if len(shown) <= _MOST_LISTED else f"DESCRIBE lists the {len(shown)} columns"


def _ends_with(qualifier: tuple[str, ...], asked: tuple[str, ...]) -> bool:
    return not asked or qualifier[-len(asked) :] == asked


def identifier(node: Any) -> str:
    """A name as Athena holds it: in lower case, quoted or not."""
    text = str(node.getText())
    return (text[1:-1].replace('""', '"') if text.startswith('"') else text).lower()


def cast(value: Expr, to: Type) -> Expr:
    """The value as a type that it turns into by itself (`types.common` says which)."""
    if value.type.duckdb == to.duckdb and value.type.name != "unknown":
        return value._replace(type=to)
    if to.nested and value.type.nested and _renames(value.type, to):
        return Expr(_by_position(value.sql, value.type, to), to)
    if to.name == UTC.name:
        return Expr(f"timezone('UTC', CAST({value.sql} AS TIMESTAMP))", to)
    return Expr(f"CAST({value.sql} AS {to.duckdb})", to)


def _renames(source: Type, to: Type) -> bool:
    """Whether a row within has fields of other names, by which DuckDB would look for them."""
    return len(source.parts) == len(to.parts) and (
        (source.name == "row" and source.field_keys != to.field_keys)
        or any(map(_renames, source.parts, to.parts))
    )


def _by_position(sql: str, source: Type, to: Type, depth: int = 0) -> str:
    if source.name == "row":
        fields = ", ".join(
            f"{quoted(key)} := {cast(Expr(f'({sql}).{quoted(own)}', part), target).sql}"
            for own, part, key, target in zip(
                source.field_keys, source.parts, to.field_keys, to.parts, strict=True
            )
        )
        return f"CASE WHEN ({sql}) IS NOT NULL THEN struct_pack({fields}) END"
    if source.name == "array":
        name = f"l{depth}0000"
        element = _by_position(name, source.parts[0], to.parts[0], depth + 1)
        return f"list_transform({sql}, lambda {name}: {element})"
    return f"CAST({sql} AS {to.duckdb})"


def lambda_name(of: str) -> str:
    """DuckDB's name of a lambda's argument.

    It is the same for the same text, so that what is selected is known in GROUP BY, and another
    for the lambdas within it.
    """
    return f"l{crc32(of.encode('utf-8', 'surrogatepass'))}"


def text_literal(text: str) -> Expr:
    return Expr("'" + text.replace("'", "''") + "'", VARCHAR, text)
