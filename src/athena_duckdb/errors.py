"""The error of a query: what is wrong with it, and what to write instead."""

import re

import duckdb

# the message of a trino_fail of macros.sql
_FAILURE = re.compile(r"Could not convert string 'trino: (.*)' to INT32", re.DOTALL)

# what a function in Python raises: see udf/registry.py
_PYTHON_FAILURE = re.compile(r"executing the UDF: Failure: (.*)", re.DOTALL)
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


def explain(error: duckdb.Error) -> QueryError:  # noqa: PLR0911 - a case a kind of error
    """The error of a query that failed while DuckDB ran it, in Trino's words."""
    text = str(error)
    if failure := _FAILURE.search(text):
        return QueryError(failure[1], "guard the value with try() or CASE")
    if failure := _PYTHON_FAILURE.search(text):
        return QueryError(failure[1].partition("\n")[0], "guard the value with try() or CASE")
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
    if "More than one row returned" in text:
        return QueryError(
            "Scalar sub-query has returned multiple rows", "aggregate it, or use IN or LIMIT 1"
        )
    if "must appear in the GROUP BY clause" in text:  # grouping.py sees all others
        problem = (
            "the local engine sees no group for a column in a subquery, a lambda, try() or a window"
        )
        return QueryError(
            problem, "group by the expression's position, as in GROUP BY 1, or by the column too"
        )
    if "Division by zero" in text:
        return QueryError("Division by zero", "guard it with nullif(divisor, 0) or try()")
    if "inside the TRY expression" in text or "TRY can not be used" in text:
        return QueryError(
            "the local engine does not support try() around an aggregate or a subquery",
            "use nullif or CASE",
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
