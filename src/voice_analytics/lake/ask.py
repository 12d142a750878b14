"""A question to a lake: a saved query's name with its values, or SQL."""

from collections.abc import Sequence
from datetime import date
from difflib import get_close_matches

from voice_analytics.catalog.saved_queries import Query, period, queries, views
from voice_analytics.errors import UserError
from voice_analytics.lake.engine import Lake, Result, run_query


def ask(question: str, values: Sequence[str], lake: Lake, days: tuple[date, date]) -> Result:
    """The answer; `days` are the first and the last that a saved query reads.

    Raises UserError for an unknown name, for values that do not fit, and for SQL that Athena would
    refuse.
    """
    sql, parameters = resolve(question, values, days)
    return run_query(sql, lake, parameters)


def resolve(
    question: str, values: Sequence[str], days: tuple[date, date]
) -> tuple[str, Sequence[str | int]]:
    """The SQL of a question, and the values of its parameters.

    Raises UserError for an unknown name, and for values that do not fit.
    """
    if saved := queries().get(question):
        return period(saved.sql, *days), arguments(saved, values)
    refuse_unknown(question)
    return question, values


def refuse_unknown(question: str) -> None:
    """Raises UserError for a single word that is not the name of a saved query."""
    saved = queries()
    if question in saved or not (
        question[:1].isalpha() and question.replace("-", "_").isidentifier()
    ):
        return
    if question in views():
        raise UserError(f"{question} is a view and not a saved query", "ask it in SQL, behind FROM")
    near = get_close_matches(question.lower().replace("-", "_"), saved, n=1)
    hint = f"did you mean {near[0]}?" if near else "see voice-analytics local queries, or give SQL"
    raise UserError(f"there is no saved query {question}", hint)


def arguments(saved: Query, values: Sequence[str]) -> list[str | int]:
    """The values of a saved query, of the types that it says.

    Raises UserError for a wrong number or type of them.
    """
    if len(values) != len(saved.parameters):
        expected = (
            ", ".join(f"{parameter.name} ({parameter.meaning})" for parameter in saved.parameters)
            or "no value"
        )
        raise UserError(
            f"{saved.name} takes {expected}; {len(values)} given",
            "give the values behind the query's name",
        )
    try:
        return [
            int(value) if parameter.type == "bigint" else value
            for parameter, value in zip(saved.parameters, values, strict=True)
        ]
    except ValueError as error:
        raise UserError(
            f"{saved.name} wants a whole number: {error}", "see voice-analytics local queries"
        ) from None
