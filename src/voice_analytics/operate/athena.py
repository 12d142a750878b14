"""Queries of the stack's workgroup, for the commands that ask the table itself."""

import time
from collections.abc import Callable, Iterator

from voice_analytics.operate.aws import Refused
from voice_analytics.operate.stack import Stack

_POLLS, _POLL_SECONDS = 60, 1.0


def ask(
    stack: Stack, sql: str, sleep: Callable[[float], None] = time.sleep
) -> tuple[str, str, str]:
    """Run a query; its id, its last state, and the first words of Athena's reason."""
    athena = stack.aws.client("athena")
    started = athena.start_query_execution(
        QueryString=sql,
        WorkGroup=stack.workgroup,
        QueryExecutionContext={"Database": stack.database},
    )
    query: str = started["QueryExecutionId"]
    for _ in range(_POLLS):
        execution = athena.get_query_execution(QueryExecutionId=query)
        status = execution["QueryExecution"]["Status"]
        if status["State"] not in {"QUEUED", "RUNNING"}:
            return query, status["State"], status.get("StateChangeReason", "").partition(":")[0]
        sleep(_POLL_SECONDS)
    return query, "RUNNING", "after a minute"


def rows_of(stack: Stack, sql: str) -> Iterator[list[str]]:
    """The rows of a query as texts. Raises Refused where Athena does not answer it."""
    query, state, reason = ask(stack, sql)
    if state != "SUCCEEDED":
        raise Refused(f"Athena does not answer: {state} {reason}".strip(), "see its history")
    pages = stack.aws.client("athena").get_paginator("get_query_results")
    is_header = True
    for page in pages.paginate(QueryExecutionId=query):
        for row in page["ResultSet"]["Rows"]:
            if not is_header:
                yield [each.get("VarCharValue", "") for each in row["Data"]]
            is_header = False
