"""Athena of the account on moto: a lake on this machine answers what is asked."""

import json
from pathlib import Path
from typing import Any

from tests.operate.account import Account
from voice_analytics.errors import UserError
from voice_analytics.lake.engine import open_lake, run_query


def answer_from(account: Account, folder: Path) -> None:
    """Answer every query from now on with the rows in a folder; one query at a time."""
    rows: list[list[Any]] = []
    reason = ""

    def start(params: dict[str, Any], **_: object) -> dict[str, Any]:
        nonlocal rows, reason
        sql = json.loads(params["body"])["QueryString"]
        reason = ""
        with open_lake(folder) as lake:
            try:
                result = run_query(sql, lake)
            except UserError as error:
                reason = error.problem
                return {"QueryExecutionId": "q"}
        rows = [[column.name for column in result.columns], *map(list, result.rows)]
        return {"QueryExecutionId": "q"}

    def state(**_: object) -> dict[str, Any]:
        status = {"State": "FAILED" if reason else "SUCCEEDED", "StateChangeReason": reason}
        return {"QueryExecution": {"Status": status}}

    def results(**_: object) -> dict[str, Any]:
        return {"ResultSet": {"Rows": [{"Data": [_text(value) for value in row]} for row in rows]}}

    account.answer_by("athena", "StartQueryExecution", start)
    account.answer_by("athena", "GetQueryExecution", state)
    account.answer_by("athena", "GetQueryResults", results)


def _text(value: Any) -> dict[str, str]:
    return {} if value is None else {"VarCharValue": str(value)}
