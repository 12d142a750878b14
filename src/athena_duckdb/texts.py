"""Regular expressions, JSON with a path, and format().

A pattern that RE2, DuckDB's library, reads as Trino's does runs there; any other in Python.
https://trino.io/docs/current/functions/regexp.html
"""

import re
from collections.abc import Sequence
from typing import Any

from athena_duckdb import udf
from athena_duckdb.casts import local_time
from athena_duckdb.expressions import mismatch, no_equal, translate
from athena_duckdb.grammar import refused
from athena_duckdb.scope import Expr, Scope, cast, text_literal
from athena_duckdb.types import BIGINT, BOOLEAN, INTEGERS, UTC, VARCHAR, Type, array, common
from athena_duckdb.udf.registry import Failure
from athena_duckdb.udf.regular_expressions import group_count

# what RE2 has not, or reads in another way than Joni
_FOREIGN = re.compile(
    r"\(\?(?![:i)])|\\[^.\\/\-\[\](){}*+?|^$\"\',:;=!@#%&<>~ _dDwWsbnrt]|\[\[:|&&|[*+?}]\+|\\[pP]"
)
_OPTIONAL = re.compile(r"[|?*]|\{0")
_EDGE = re.compile(r"(?<!\\)(?:\\\\)*\\b")
_END = re.compile(r"(?<!\\)\$")
_CLASS_MARK = "\0"
_BLANK = re.compile(rf"(\\\\)|({_CLASS_MARK})?\\s")
_BLANKS = r"\t\n\v\f\r "
_REPLACEMENT = re.compile(r"\$(\d)(?!\d)")


class _Pattern:
    """A text and a pattern, each with DuckDB's text."""

    def __init__(self, node: Any, name: str, text: Expr, pattern: Expr) -> None:
        self.text = text.sql
        self.sql = pattern.sql
        self.constant = pattern.constant if isinstance(pattern.constant, str) else None
        self.groups = 0
        if self.constant is not None:
            try:
                self.groups = group_count(self.constant)
            except Failure as failure:
                raise refused(node, f"{name}: {failure}", "mend the pattern") from failure

    @property
    def native(self) -> bool:
        """Whether RE2 finds the same, but for the texts of `foreign_text`."""
        return self.constant is not None and not _FOREIGN.search(self.constant)

    @property
    def of_re2(self) -> str:
        """DuckDB's text of the pattern; the blanks of RE2 leave one out."""
        written = _BLANK.sub(
            lambda match: match[1] or (_BLANKS if match[2] else f"[{_BLANKS}]"),
            _in_classes(self.constant or ""),
        )
        return text_literal(written.replace(_CLASS_MARK, "")).sql

    @property
    def foreign_text(self) -> str:
        """DuckDB's text of whether a text needs Joni's rules: "" if none does."""
        pattern, tests = self.constant or "", []
        if _EDGE.search(pattern) or "(?i)" in pattern:
            tests.append(f"strlen({self.text}) <> length({self.text})")
        if _END.search(pattern):
            tests.append(f"ends_with({self.text}, chr(10))")
        return " OR ".join(tests)

    def choose(self, name: str, native: str, result_type: Type, *more: str) -> Expr:
        """The call where RE2 reads pattern and text as Joni does, else that of Python."""
        given = (self.text, self.sql, *more)
        if not self.native:
            return Expr(udf.call(name, result_type, *given), result_type)
        test = self.foreign_text
        if not test:
            return Expr(native, result_type)
        rare = udf.call(name, result_type, *given, rare=True)
        return Expr(f"CASE WHEN {test} THEN {rare} ELSE {native} END", result_type)


def _in_classes(pattern: str) -> str:
    """The pattern with a mark before each blank that stands in brackets."""
    return re.sub(
        r"\[(?:\\.|[^\]\\])+\]", lambda match: match[0].replace(r"\s", _CLASS_MARK + r"\s"), pattern
    )


def _pattern(node: Any, arguments: Sequence[Any], scope: Scope, *counts: int) -> _Pattern:
    name = node.qualifiedName().getText()
    if len(arguments) not in counts:
        listed = " or ".join(map(str, counts))
        raise refused(node, f"{name} takes {listed} arguments", f"{len(arguments)} are given")
    values = [translate(argument, scope) for argument in arguments[:2]]
    if any(common(value.type, VARCHAR) != VARCHAR for value in values):
        given = ", ".join(str(value.type) for value in values)
        raise mismatch(node, f"Unexpected parameters ({given}) for function {name}")
    text, pattern = (cast(value, VARCHAR)._replace(constant=value.constant) for value in values)
    return _Pattern(node, name, text, pattern)


def _regexp_like(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    pattern = _pattern(node, arguments, scope, 2)
    native = f"regexp_matches({pattern.text}, {pattern.of_re2})"
    return pattern.choose("regexp_like", native, BOOLEAN)


def _group(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    group = translate(arguments[2], scope) if len(arguments) > 2 else Expr("0", BIGINT, 0)
    if common(group.type, BIGINT) != BIGINT:
        raise mismatch(node, f"Unexpected parameter ({group.type}) where a group is needed")
    number = group.constant if isinstance(group.constant, int) else None
    return cast(group, BIGINT)._replace(constant=number)


def _by_group(
    node: Any, arguments: Sequence[Any], scope: Scope, native: str, result_type: Type
) -> Expr:
    pattern = _pattern(node, arguments, scope, 2, 3)
    name = node.qualifiedName().getText().lower()
    group = _group(node, arguments, scope)
    # a group that may take no part in a match is null in Trino and '' in RE2
    optional = group.constant != 0 and _OPTIONAL.search(pattern.constant or "")
    if group.constant not in range(pattern.groups + 1) or optional:
        return Expr(udf.call(name, result_type, pattern.text, pattern.sql, group.sql), result_type)
    place = {"text": pattern.text, "pattern": pattern.of_re2, "group": group.constant}
    return pattern.choose(name, native.format(**place), result_type, group.sql)


def _regexp_extract(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    native = (
        "CASE WHEN regexp_matches({text}, {pattern}) THEN regexp_extract({text}, {pattern}, "
        "{group}) END"
    )
    return _by_group(node, arguments, scope, native, VARCHAR)


def _regexp_extract_all(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    native = "regexp_extract_all({text}, {pattern}, {group})"
    return _by_group(node, arguments, scope, native, array(VARCHAR))


def _in_python(name: str, result_type: Type, *counts: int) -> Any:
    def translated(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
        pattern = _pattern(node, arguments, scope, *counts)
        more = [translate(argument, scope) for argument in arguments[2:]]
        if any(common(value.type, BIGINT) != BIGINT for value in more):
            raise mismatch(node, f"Unexpected parameters for function {name}")
        given = (pattern.text, pattern.sql, *(value.sql for value in more))
        return Expr(udf.call(name, result_type, *given), result_type)

    return translated


def _regexp_replace(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    if len(arguments) > 2 and type(_only(arguments[2])).__name__ == "LambdaContext":
        raise no_equal(node, "regexp_replace with a lambda")
    pattern = _pattern(node, arguments, scope, 2, 3)
    to = translate(arguments[2], scope) if len(arguments) > 2 else text_literal("")
    if common(to.type, VARCHAR) != VARCHAR:
        raise mismatch(node, f"Unexpected parameter ({to.type}) for function regexp_replace")
    target = cast(to, VARCHAR).sql
    written = to.constant if isinstance(to.constant, str) else None
    # RE2 finds no empty match behind another match, and knows no group above 9
    bad = written is None or "\\" in written or "$" in _REPLACEMENT.sub("", written)
    groups = [int(group) for group in _REPLACEMENT.findall(written or "")]
    if bad or any(group > pattern.groups for group in groups) or not _never_empty(pattern):
        called = udf.call("regexp_replace", VARCHAR, pattern.text, pattern.sql, target)
        return Expr(called, VARCHAR)
    native_to = text_literal(_REPLACEMENT.sub(r"\\\1", written or "")).sql
    native = f"regexp_replace({pattern.text}, {pattern.of_re2}, {native_to}, 'g')"
    return pattern.choose("regexp_replace", native, VARCHAR, target)


def _never_empty(pattern: _Pattern) -> bool:
    """Whether the pattern has no match of no letters, as far as a text of many kinds shows."""
    compiled = re.compile(pattern.constant or "") if pattern.native else None
    return compiled is not None and all(
        match.group()
        for text in ("", "a", " ", "0", "a b-c", "x_1\n")
        for match in compiled.finditer(text)
    )


def _only(node: Any) -> Any:
    while node.getChildCount() == 1:
        node = node.getChild(0)
    return node


def _format(node: Any, arguments: Sequence[Any], scope: Scope) -> Expr:
    """Java's String.format."""
    values = [translate(argument, scope) for argument in arguments]
    if len(values) < 2 or common(values[0].type, VARCHAR) != VARCHAR:
        raise refused(node, "format takes a format and values", "format('%s', value)")
    written = values[0].constant
    if isinstance(written, str) and re.search("%[^%a-zA-Z]*[tT]", written):
        for value in values[1:]:
            if value.type.name == UTC.name or value.type.name in INTEGERS:
                raise no_equal(node, f"%t in the format of a {value.type}")
    given = [cast(values[0], VARCHAR).sql]
    for value in values[1:]:
        data_type = value.type
        if data_type.name == UTC.name:
            instant = f"timezone('UTC', {value.sql})"
            local_time(node, value)
            given.append(udf.call("java_zoned", VARCHAR, instant, f"'{data_type.zone}'"))
        elif data_type.nested or data_type.name in ("varbinary", "interval day to second"):
            raise no_equal(node, f"format of a {data_type}")
        else:
            given.append(value.sql)
    return Expr(udf.call("format", VARCHAR, *given), VARCHAR)


TEXT_FORMS = {
    "regexp_like": _regexp_like,
    "regexp_extract": _regexp_extract,
    "regexp_extract_all": _regexp_extract_all,
    "regexp_count": _in_python("regexp_count", BIGINT, 2),
    "regexp_replace": _regexp_replace,
    "regexp_split": _in_python("regexp_split", array(VARCHAR), 2),
    "regexp_position": _in_python("regexp_position", Type("integer"), 2, 3, 4),
    "format": _format,
}
