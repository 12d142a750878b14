"""Cases: a query, what Trino answered, and whether the local engine answers the same.

A file of cases has one JSON object a line: `sql`; Trino's `names`, `types` and `rows`, or its
`error`; `count` where only the first rows are kept; `unsupported` where the local engine refuses
what Trino answers. `source` says where a query is from, `version` tells a saved query apart from
what it was before.
"""

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from athena_duckdb import QueryError, Result
from tests.athena_duckdb.answers import local_rows, ordered, plain_type, same_rows, trino_rows
from tests.truth.client import Answer
from voice_analytics.errors import UserError

MOST_ROWS = 20  # that are kept of an answer

type Case = dict[str, Any]
type Run = Callable[[str], Result]  # the local engine; raises QueryError or UserError


def read(path: Path) -> list[Case]:
    """The cases of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def write(path: Path, cases: Iterable[Case]) -> None:
    """Write a file of cases."""
    path.write_text("".join(f"{json.dumps(case)}\n" for case in cases), encoding="utf-8")


def case_of(question: Case, answer: Answer) -> Case:
    """The case that Trino's answer to a question makes."""
    kept: Case = {key: question[key] for key in ("sql", "source", "version") if key in question}
    if answer.error:
        return {**kept, "error": answer.error}
    rows = in_order(kept["sql"], trino_rows(answer.rows, answer.types))
    count: Case = {"count": len(rows)} if len(rows) > MOST_ROWS else {}
    return {
        **kept,
        "names": answer.names,
        "types": answer.types,
        "rows": rows[:MOST_ROWS],
        **count,
    }


def agreed(case: Case, other: Case) -> bool:
    """Whether two answers of Trino to one query say the same."""
    facts = ("names", "types", "error", "count")
    if any(case.get(fact) != other.get(fact) for fact in facts):
        return False
    return same_rows(case["sql"], case.get("rows", []), other.get("rows", []))


def in_order(sql: str, rows: list[list[Any]]) -> list[list[Any]]:
    """The rows as they came where the query orders them, else by their text."""
    return rows if ordered(sql) else sorted(rows, key=_text)


def _text(row: list[Any]) -> str:
    return json.dumps(_rounded(row))


def _rounded(value: Any) -> Any:
    """The value with its doubles cut: their last digits depend on the order of additions."""
    if isinstance(value, float):
        return float(f"{value:.9g}")
    return list(map(_rounded, value)) if isinstance(value, list) else value


def difference(case: Case, run: Run, ignored: str = "") -> tuple[str, str]:
    """What kind of difference there is between the local engine's answer and Trino's, and its text.

    The kinds are value, type, name, answered (Trino refuses it), refused (Trino answers it, and
    the message says so), false claim (the message says that Athena refuses it too); "" for none.
    Columns whose names the regular expression `ignored` matches are not compared.
    """
    sql = case["sql"]
    try:
        result = run(sql)
    except (QueryError, UserError) as error:
        if "error" in case:
            return "", ""
        kind = "refused" if "local engine" in str(error) else "false claim"
        return kind, f"{sql}\n  is refused: {error}"
    if "error" in case:
        return "answered", f"{sql}\n  is answered: {result.rows[:3]}\n  Trino: {case['error']}"
    return _of_result(case, result, ignored)


def _of_result(case: Case, result: Result, ignored: str) -> tuple[str, str]:
    sql = case["sql"]
    types = [plain_type(str(column.type)) for column in result.columns]
    if types != [plain_type(type_name) for type_name in case["types"]]:
        return "type", f"{sql}\n  gives {types}\n  Trino: {case['types']}"
    local = in_order(sql, local_rows(result))
    if case.get("count", len(case["rows"])) != len(local):
        return "value", f"{sql}\n  gives {len(local)} rows\n  Trino: {case.get('count')}"
    compared = [
        index
        for index, column in enumerate(result.columns)
        if not ignored or not re.fullmatch(ignored, column.name)
    ]
    actual, expected = (
        [[row[index] for index in compared] for row in rows]
        for rows in (local[: len(case["rows"])], case["rows"])
    )
    if not same_rows(sql, actual, expected):
        return "value", f"{sql}\n  gives {actual}\n  Trino: {expected}"
    names = [column.name for column in result.columns]
    if names != [name.lower() for name in case.get("names", names)]:
        return "name", f"{sql}\n  gives {names}\n  Trino: {case['names']}"
    return "", ""
