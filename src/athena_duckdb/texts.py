"""Functions of text whose pattern, path or format is a constant: regular expressions, JSON paths,
format().

In a pattern, the classes of letters, digits and blanks and the edges of words are those of ASCII
here, of Unicode in Trino's library (Joni): a pattern with them is sure to find the same in ASCII
text alone. https://trino.io/docs/current/functions/regexp.html
https://trino.io/docs/current/functions/json.html
"""

import re
from collections.abc import Sequence
from typing import Any

from athena_duckdb.expressions import mismatch, no_equal, translate
from athena_duckdb.scope import Expr, Scope, text_literal
from athena_duckdb.times import constant_text
from athena_duckdb.types import BIGINT, BOOLEAN, INTEGERS, JSON, VARCHAR, array

# A group that may take no part in a match: NULL in Trino, '' in DuckDB
_OPTIONAL_GROUP = re.compile(r"\)(?:[?*]|\{0)|\|")
_PATH_STEP = re.compile(r"""\.([A-Za-z_][\w-]*)|\[(\d+)\]|\["([^"\\*]+)"\]|\['([^'\\"*]+)'\]""")
_CONVERSION = re.compile(r"%(?:(%)|(s)|(,?)d|(,?)\.(\d)f)")


def _subject(node: Any, arguments: Sequence[Any], scope: Scope, *counts: int) -> tuple[str, str]:
    """The text and the pattern of a regular expression's function."""
    if len(arguments) not in counts:
        raise mismatch(
            node,
            f"{node.qualifiedName().getText()} takes {' or '.join(map(str, counts))} arguments",
        )
    text = translate(arguments[0], scope)
    if text.type.name not in ("varchar", "unknown"):
        raise mismatch(
            node,
            f"Unexpected parameters ({text.type}, …) for function {node.qualifiedName().getText()}",
        )
    return text.sql, constant_text(node, arguments[1], scope, "a pattern")


def _regexp_like(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    text, pattern = _subject(node, arguments, scope, 2)
    return Expr(f"regexp_matches({text}, {text_literal(pattern).sql})", BOOLEAN)


def _group(node: Any, arguments: Sequence[Any], scope: Scope, pattern: str) -> int:
    group = translate(arguments[2], scope).constant if len(arguments) > 2 else 0
    if not isinstance(group, int) or (group and _OPTIONAL_GROUP.search(pattern)):
        raise no_equal(node)
    return group


def _regexp_extract(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    text, pattern = _subject(node, arguments, scope, 2, 3)
    literal = text_literal(pattern).sql
    extracted = f"regexp_extract({text}, {literal}, {_group(node, arguments, scope, pattern)})"
    return Expr(f"CASE WHEN regexp_matches({text}, {literal}) THEN {extracted} END", VARCHAR)


def _regexp_extract_all(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    text, pattern = _subject(node, arguments, scope, 2, 3)
    group = _group(node, arguments, scope, pattern)
    return Expr(f"regexp_extract_all({text}, {text_literal(pattern).sql}, {group})", array(VARCHAR))


def _regexp_count(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    text, pattern = _subject(node, arguments, scope, 2)
    return Expr(f"len(regexp_extract_all({text}, {text_literal(pattern).sql}))", BIGINT)


def _regexp_replace(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    text, pattern = _subject(node, arguments, scope, 2, 3)
    replacement = (
        constant_text(node, arguments[2], scope, "a replacement") if len(arguments) > 2 else ""
    )
    if "\\" in replacement or "${" in replacement:
        raise no_equal(node)
    to = re.sub(r"\$(\d)", r"\\\1", replacement)
    return Expr(
        f"regexp_replace({text}, {text_literal(pattern).sql}, {text_literal(to).sql}, 'g')", VARCHAR
    )


def _path(node: Any, arguments: Sequence[Any], scope: Scope) -> tuple[str, str]:
    """The JSON text and DuckDB's form of Trino's path."""
    if len(arguments) != 2:
        raise mismatch(node, f"{node.qualifiedName().getText()} takes 2 arguments")
    document = translate(arguments[0], scope)
    if document.type.name not in ("varchar", "json", "unknown"):
        raise mismatch(
            node,
            f"Unexpected parameters ({document.type}, varchar) for function "
            f"{node.qualifiedName().getText()}",
        )
    path = constant_text(node, arguments[1], scope, "a path")
    steps = list(_PATH_STEP.finditer(path, 1))
    if not path.startswith("$") or "".join(step[0] for step in steps) != path[1:]:
        raise no_equal(node, f"the JSON path {path}")
    written = "".join(
        f"[{step[2]}]" if step[2] else f'."{step[1] or step[3] or step[4]}"' for step in steps
    )
    return document.sql, text_literal(f"${written}").sql


def _json_extract(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    document, path = _path(node, arguments, scope)
    return Expr(f"trino_json_extract({document}, {path})", JSON)


def _json_extract_scalar(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    document, path = _path(node, arguments, scope)
    return Expr(f"trino_json_extract_scalar({document}, {path})", VARCHAR)


def _format(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    """Java's format: a half is rounded away from zero, in the number's decimal digits."""
    form = constant_text(node, arguments[0], scope, "a format")
    values = [translate(argument, scope) for argument in arguments[1:]]
    parts, at = [], 0
    for found in _CONVERSION.finditer(form):
        parts.append(text_literal(form[at : found.start()]).sql)
        at = found.end()
        if found[1]:
            parts.append("'%'")
        elif values:
            parts.append(_converted(node, found, values.pop(0)))
        else:
            raise mismatch(node, f"Format specifier '{found[0]}' has no argument")
    if values or "%" in re.sub(_CONVERSION, "", form):
        raise no_equal(node)
    return Expr(f"({' || '.join([*parts, text_literal(form[at:]).sql])})", VARCHAR)


def _converted(node: Any, found: re.Match[str], value: Expr) -> str:
    if found[2] and value.type.name in ("varchar", "boolean", *INTEGERS):
        return f"coalesce(CAST({value.sql} AS VARCHAR), 'null')"
    if found[3] is not None and value.type.name in INTEGERS:
        return f"coalesce({f"format('{{:,}}', {value.sql})" if found[3] else f'CAST({value.sql} AS VARCHAR)'}, 'null')"
    if found[5] and value.type.name in ("double", "decimal"):
        return f"trino_fixed({value.sql}, {found[5]}, {bool(found[4])})"
    raise no_equal(node)


TEXT_FORMS = {
    "regexp_like": _regexp_like,
    "regexp_extract": _regexp_extract,
    "regexp_extract_all": _regexp_extract_all,
    "regexp_count": _regexp_count,
    "regexp_replace": _regexp_replace,
    "json_extract": _json_extract,
    "json_extract_scalar": _json_extract_scalar,
    "format": _format,
}
