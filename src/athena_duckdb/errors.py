"""The error of a query: what is wrong with it, and what to write instead."""

import re

import duckdb

# the message of a trino_fail of macros.sql
_FAILURE = re.compile(r"Could not convert string 'trino: (.*)' to INT32", re.DOTALL)


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
    if failure := _FAILURE.search(text):
        return QueryError(failure[1], "guard the value with try() or CASE")
    if "must appear in the GROUP BY clause" in text:  # grouping.py sees all others
        problem = (
            "a column that is neither aggregated nor grouped stands in a subquery, a lambda or "
            "a window"
        )
        return QueryError(
            problem, "group by the expression's position, as in GROUP BY 1, or by the column too"
        )
    if "Division by zero" in text:
        return QueryError("Division by zero", "guard it with nullif(divisor, 0) or try()")
    if "inside the TRY expression" in text or "TRY can not be used" in text:
        return QueryError(
            "try() around an aggregate or a subquery has no equal on the local engine",
            "use nullif or CASE",
        )
    return QueryError(first_line(error), "change the query")


def first_line(error: duckdb.Error) -> str:
    return str(error).partition("\n")[0]
