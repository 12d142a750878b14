"""Trino's own grammar: what it refuses, the Athena console refuses, and so does the local engine.

The parser is made from Trino's SqlBase.g4 (release 422; Athena publishes no version of its own).
Positions are `line 1:8`, columns counted from 1, as Trino's messages have them.
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from antlr4 import CommonTokenStream, InputStream, Token
from antlr4.error.ErrorListener import ErrorListener
from trino_query_parser.SqlBaseLexer import SqlBaseLexer
from trino_query_parser.SqlBaseParser import SqlBaseParser

from athena_duckdb.errors import QueryError

ANSWERED = (
    "the local lake answers SELECT, SHOW, DESCRIBE name, EXPLAIN, EXECUTE, CREATE VIEW, "
    "CREATE TABLE AS, UNLOAD and DROP"
)
_MOST_EXPECTED = 5  # more alternatives than this tell a reader nothing
_INSTEAD = {  # of what other engines have at, or just before, the place where Trino's grammar ends
    "::": "write CAST(value AS type)",
    "==": "write = once",
    "TOP": "Trino has no TOP: write LIMIT 10 at the end",
    "OFFSET": "OFFSET stands before LIMIT: write OFFSET 20 LIMIT 10",
    "->>": "write json_extract_scalar(json, '$.key')",
    "->": "write json_extract_scalar(json, '$.key')",
    "PIVOT": "Trino has no PIVOT: write count_if(…) or sum(CASE …) for each column",
    "LIMIT": "a LIMIT is a whole number: write LIMIT 10",
    "LIMIT,": "write OFFSET 10 LIMIT 20",
    "LEFT(": "write substr(text, 1, n)",
    "RIGHT(": "write substr(text, -n)",
    "UNNEST(": "UNNEST stands in FROM: CROSS JOIN UNNEST(array) AS t (name)",
    "LATERALVIEW": "write CROSS JOIN UNNEST(array) AS t (name)",
    **dict.fromkeys(("RLIKE", "REGEXP", "~"), "write regexp_like(value, 'pattern')"),
    "DIV": "integers are divided as integers: write a / b",
    "MOD": "write a % b, or mod(a, b)",
    **dict.fromkeys(("^", "**"), "write power(a, b)"),
    "&": "write bitwise_and(a, b)",
    "<=>": "write IS NOT DISTINCT FROM",
    "!": "write NOT",
    "MINUS": "Trino calls it EXCEPT",
    **dict.fromkeys(
        ("EXCEPT(", "*EXCLUDE", "*REPLACE"), "Trino has no * without some columns: name the columns"
    ),
    "NOTNULL": "write IS NOT NULL",
    "=>": "the arrow of a lambda is ->",
    **dict.fromkeys(
        ("CURRENT_DATE(", "CURRENT_TIMESTAMP(", "CURRENT_TIME("), "write it without brackets"
    ),
    "SEPARATOR": "write listagg(value, ',') WITHIN GROUP (ORDER BY value)",
    "INTERVAL": "the number takes single quotes: INTERVAL '1' DAY",
    "'": "double a quote within a text: 'it''s'",
    "WITHINGROUP": "only listagg has WITHIN GROUP: write approx_percentile(value, 0.5)",
    ",FROM": "take the comma before FROM away",
    ";SELECT": "one query at a time: take away what stands from the ; on",
    "IN": "IN takes a list in round brackets: IN ('a', 'b')",
    "ON": "Trino has no DISTINCT ON: take row_number() OVER (PARTITION BY …) = 1",
    "QUALIFY": "Trino has no QUALIFY: filter the window function's column in an outer SELECT",
    "ILIKE": "Trino has no ILIKE: write lower(value) LIKE 'pattern in lower case'",
}
_BEFORE_TEXT = {  # what stands before a text where Trino's grammar has none
    "FROM": "the name of a table takes no single quotes",
    "JOIN": "the name of a table takes no single quotes",
    "AS": "an alias takes double quotes, or none",
    "IN": "IN takes a list in round brackets: IN ('a', 'b')",
}
_CLAUSES = ("SELECT", "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "JOIN", "UNION")
_EXPECTING = re.compile(r"\s*expecting \{?(.*?)\}?$", re.DOTALL)


def parse_query(sql: str) -> Any:
    """The `query` node of Trino's parse tree.

    Raises QueryError with the position for what is not Trino SQL, and for statements other than
    queries.
    """
    statement = parse_statement(sql)
    if not isinstance(statement, SqlBaseParser.StatementDefaultContext):
        raise refused(statement, f"{statement.start.text.upper()} is not a query", ANSWERED)
    return statement.query()


def parse_statement(sql: str) -> Any:
    """The node of a statement of any kind.

    Raises QueryError with the position for what is not Trino SQL.
    """
    # The console cuts a statement at its semicolon; Trino's grammar has none.
    text = sql.rstrip().removesuffix(";").rstrip()
    if not text.strip():
        raise QueryError("the query is empty", "write a SELECT, such as SELECT 1")
    lexer = _lexer(text)
    parser = SqlBaseParser(CommonTokenStream(lexer))
    for recogniser in (lexer, parser):
        recogniser.removeErrorListeners()
        recogniser.addErrorListener(_Refusing())
    tree = parser.singleStatement()
    _refuse_backquotes(tree)
    return tree.statement()


def words(sql: str) -> Iterator[str]:
    """The tokens of a text in upper case, without comments."""
    lexer = _lexer(sql)
    while (token := lexer.nextToken()).type != Token.EOF:
        if token.channel == Token.DEFAULT_CHANNEL:
            yield token.text.upper()


def _lexer(text: str) -> SqlBaseLexer:
    return SqlBaseLexer(_CaseInsensitive(text))


def source_text(node: Any) -> str:
    """The text of a node as it was written, with its blanks."""
    return str(node.start.getInputStream().getText(node.start.start, node.stop.stop))


def refused(node: Any, problem: str, hint: str) -> QueryError:
    """The error for what `node` of the parse tree says."""
    return QueryError(f"line {node.start.line}:{node.start.column + 1}: {problem}", hint)


class _CaseInsensitive(InputStream):  # type: ignore[misc] # antlr4 has no types
    """Text in upper case for the lexer, whose grammar knows no other; tokens keep it as written."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.data = [ord(upper) if len(upper := char.upper()) == 1 else ord(char) for char in text]


class _Refusing(ErrorListener):  # type: ignore[misc] # antlr4 has no types
    def syntaxError(  # noqa: N802, PLR0913, PLR0917 - antlr4's signature
        self,
        recognizer: Any,
        offendingSymbol: Any,  # noqa: N803
        line: int,
        column: int,
        msg: str,
        e: Any,  # noqa: ARG002
    ) -> None:
        problem = _EXPECTING.sub("", msg).strip()
        listed = _EXPECTING.search(msg)
        expected = listed.group(1).split(", ") if listed else []
        shown = (
            f"expected {' or '.join(expected)}"
            if 0 < len(expected) <= _MOST_EXPECTED
            else "the query ends too early"
            if "<EOF>" in problem
            else "this is not Trino SQL"
        )
        raise QueryError(
            f"line {line}:{column + 1}: {problem}",
            (_instead(recognizer, offendingSymbol) if offendingSymbol else "") or shown,
        )


def _instead(parser: Any, offending: Any) -> str:
    """What to write instead, if the parser stopped at another engine's syntax."""
    written = [
        token.text.upper()
        for token in parser.getTokenStream().tokens
        if token.channel == Token.DEFAULT_CHANNEL
    ]
    place = sum(
        token.channel == Token.DEFAULT_CHANNEL
        for token in parser.getTokenStream().tokens[: offending.tokenIndex]
    )
    before, previous, here, following = (
        written[index] if 0 <= index < len(written) else "" for index in range(place - 2, place + 2)
    )
    if here[:1] == "'" and previous in _BEFORE_TEXT:
        return _BEFORE_TEXT[previous]
    near = (here + following, previous + here, before + here, before + previous, here, previous)
    hint = next((_INSTEAD[text] for text in near if text in _INSTEAD), "")
    return hint or _further(written[:place], previous, here)


def _further(before: list[str], previous: str, here: str) -> str:
    """What to write instead, if it is told by what stands farther before, or by a misspelt word."""
    if "SAFE_CAST" in before:
        return "write TRY_CAST(value AS type)"
    if "LISTAGG" in before and "WITHIN" not in before:
        return "write listagg(value, ',') WITHIN GROUP (ORDER BY value)"
    if previous in ("GROUP", "ORDER", "PARTITION"):
        return f"write {previous} BY"
    for word in (previous, here):
        if word not in _CLAUSES and (close := get_close_matches(word, _CLAUSES, 1, 0.7)):
            return f"did you mean {close[0]}?"
    return ""


def _refuse_backquotes(tree: Any) -> None:
    """The grammar reads backquoted names so that Trino can refuse them with a clear message."""
    nodes = [tree]
    while nodes:
        node = nodes.pop()
        if isinstance(node, SqlBaseParser.BackQuotedIdentifierContext):
            raise refused(
                node, "backquoted identifiers are not supported", 'use double quotes: "name"'
            )
        if isinstance(node, SqlBaseParser.DigitIdentifierContext):
            raise refused(
                node,
                "identifiers must not start with a digit",
                f'use double quotes: "{source_text(node)}"',
            )
        nodes.extend(getattr(node, "children", None) or ())
