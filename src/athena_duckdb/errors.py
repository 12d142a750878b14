"""The error of a query: what is wrong with it, and what to write instead."""

import re

import duckdb

_GUARD = "guard the value with try() or CASE"
_SAID = [  # a regular expression of what DuckDB says, the problem in Trino's words, what to do
    # of a trino_fail of macros.sql
    (r"(?s)Could not convert string 'trino: (.*)' to INT32", "{0}", _GUARD),
    # of a function in Python: see udf/registry.py
    (r"executing the UDF: Failure: (.*)", "{0}", _GUARD),
    (
        r'(date|time|timestamp) field value out of range: "(.*?)"',
        "Value cannot be cast to {0}: {1}",
        _GUARD,
    ),
    (
        r"More than one row returned",
        "Scalar sub-query has returned multiple rows",
        "aggregate it, or use IN or LIMIT 1",
    ),
    (  # grouping.py sees all others
        r"must appear in the GROUP BY clause",
        "the local engine sees no group for a column in a subquery, a lambda, try() or a window",
        "group by the expression's position, as in GROUP BY 1, or by the column too",
    ),
    (r"Division by zero", "Division by zero", "guard it with nullif(divisor, 0) or try()"),
    (
        r"inside the TRY expression|TRY can not be used",
        "the local engine does not support try() around an aggregate or a subquery",
        "use nullif or CASE",
    ),
    (
        r"Out of Memory",
        "the local engine has not the memory for this query",
        "ask for fewer rows, days or columns",
    ),
]
_OVERFLOW = re.compile(
    r"Overflow in (addition|subtraction|multiplication|division|negation)"
    r" of (\w+)?.*?\(?(-?\d.*?)\)?!?$",
    re.MULTILINE,
)
_OUT_OF_RANGE = re.compile(r"with value (\S+) can't be cast because .* destination type (\w+)")
# a file that is cut off, or of another kind
_UNREADABLE = re.compile(r"GZIP stream|the file .* cannot be read|No magic bytes")
_INTEGERS = {"INT8": "tinyint", "INT16": "smallint", "INT32": "integer", "INT64": "bigint"}


class QueryError(Exception):
    """A query that Athena would refuse, or that the local engine cannot answer.

    `problem` says what is wrong and where, `hint` what to do about it.
    """

    def __init__(self, problem: str, hint: str) -> None:
        super().__init__(f"{problem}: {hint}" if hint else problem)
        self.problem = problem
        self.hint = hint


def explain(error: duckdb.Error) -> QueryError:
    """The error of a query that failed while DuckDB ran it, in Trino's words."""
    text = str(error)
    for said, problem, hint in _SAID:
        if found := re.search(said, text):
            return QueryError(problem.format(*found.groups()), hint)
    if overflow := _OVERFLOW.search(text):
        name = _INTEGERS.get(overflow[2], "decimal")
        return QueryError(
            f"{name} {overflow[1]} overflow: {overflow[3]}", "CAST the numbers to a larger type"
        )
    if out_of_range := _OUT_OF_RANGE.search(text):
        name = _INTEGERS.get(out_of_range[2], "decimal")
        return QueryError(
            f"Out of range for {name}: {out_of_range[1]}", "CAST to a larger type, or use try()"
        )
    if _UNREADABLE.search(text):
        problem = first_line(error).partition(": ")[2]
        return QueryError(problem, "move the file away, or write its day again")
    return QueryError(
        f"the local engine cannot run this: {first_line(error).partition(': ')[2]}",
        "Athena may accept it: ask Athena, or write it another way",
    )


def first_line(error: duckdb.Error) -> str:
    return str(error).partition("\n")[0]
