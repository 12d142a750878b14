"""Tables, views and what lies under `errors/`: whether Athena sees what S3 holds."""

import re
from base64 import b64decode
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson

from voice_analytics.catalog.columns import columns
from voice_analytics.catalog.saved_queries import views
from voice_analytics.catalog.tables import DELIVERY_ERRORS, SESSION_ANALYTICS
from voice_analytics.operate.athena import ask
from voice_analytics.operate.findings import Findings, doubt, fault, ok
from voice_analytics.operate.objects import ERRORS, REJECTED, day_of, list_objects
from voice_analytics.operate.stack import Stack

_DOCUMENT = re.compile(r"/\* Presto View: (\S+) \*/")


def tables(stack: Stack) -> Findings:
    """The table's columns and the days that the projection covers."""
    link = "table"
    client = stack.aws.client("glue")
    for name in (SESSION_ANALYTICS.name, DELIVERY_ERRORS.name):
        table = client.get_table(DatabaseName=stack.database, Name=name)["Table"]
        parameters = table.get("Parameters", {})
        yield from _projection(name, parameters)
        if name == SESSION_ANALYTICS.name:
            yield from _columns(table)
        else:
            yield from _error_types(stack, parameters)
    yield ok(link, "tables are there")


def _projection(name: str, parameters: dict[str, str]) -> Findings:
    cure = "deploy the stack again: the table was changed by hand"
    if parameters.get("projection.enabled") != "true":
        evidence = f"projection of {name} is off: Athena finds no file"
        yield fault("projection", evidence, cure)
        return
    first, _, last = parameters.get("projection.dt.range", "").partition(",")
    today = datetime.now(UTC).date()
    if not _is_before(first, today) or not (last.startswith("NOW") or not _is_before(last, today)):
        evidence = f"projection of {name} covers {first} to {last}, and not today"
        yield fault("projection", evidence, "correct ProjectionStartDate and deploy")


def _is_before(text: str, day: date) -> bool:
    try:
        return date.fromisoformat(text) <= day
    except ValueError:
        return False


def _columns(table: dict[str, Any]) -> Findings:
    there = {each["Name"]: each["Type"] for each in table["StorageDescriptor"]["Columns"]}
    wrong = [each.name for each in columns() if there.get(each.name) != each.type]
    if wrong:
        yield fault(
            "table",
            f"columns of session_analytics are not those of this version: {', '.join(wrong[:5])}",
            "deploy this version; rows that did not convert: replay errors",
        )


def _error_types(stack: Stack, parameters: dict[str, str]) -> Findings:
    projected = set(parameters.get("projection.error_type.values", "").split(","))
    listed = stack.aws.client("s3").list_objects_v2(
        Bucket=stack.bucket, Prefix=ERRORS, Delimiter="/"
    )
    folders = {each["Prefix"].split("/")[1] for each in listed.get("CommonPrefixes", [])}
    if hidden := folders - projected:
        evidence = f"errors/ has folders that Athena does not look into: {', '.join(hidden)}"
        yield fault("projection", evidence, "add them to projection.error_type.values")


def leftovers(stack: Stack) -> Findings:
    """Errors and rejects that are open, by the days of the last week."""
    since = (datetime.now(UTC).date() - timedelta(days=7)).isoformat()
    for folder, source in ((ERRORS, "errors"), (REJECTED, "rejected")):
        days = sorted(
            day for each in list_objects(stack, folder) if (day := day_of(each.key)) >= since
        )
        if days:
            yield doubt(
                source,
                f"{len(days)} objects of the last week, the newest of {days[-1]}",
                f"voice-analytics operate replay {source} --stack {stack.name}",
            )
        else:
            yield ok(source, "none of the last week")


def stale_views(stack: Stack) -> Findings:
    """Whether the views are those of this version."""
    client = stack.aws.client("glue")
    pages = client.get_paginator("get_tables").paginate(DatabaseName=stack.database)
    there = {
        table["Name"]: _sql(table.get("ViewOriginalText", ""))
        for page in pages
        for table in page["TableList"]
    }
    expected = {view.name: view.sql for view in views().values()}
    missing = sorted(expected.keys() - there.keys())
    other = sorted(name for name, sql in expected.items() if name in there and there[name] != sql)
    cure = "deploy this version, or run the doctor of the version that is deployed"
    if missing:
        yield fault("views", f"missing: {', '.join(missing)}", cure)
    if other:
        yield fault("views", f"not as in this version: {', '.join(other)}", cure)
    if not missing and not other:
        yield ok("views", f"{len(expected)} views are those of this version")


def _sql(text: str) -> str:
    match = _DOCUMENT.fullmatch(text.strip())
    try:
        document = orjson.loads(b64decode(match[1])) if match else {}
    except ValueError:
        return ""
    return str(document.get("originalSql", ""))


def answers(stack: Stack, names: tuple[str, ...] = ("sessions", "data_quality")) -> Findings:
    """Whether Athena answers from the views that all others read."""
    for name in names:
        sql = f"SELECT 1 FROM {name} WHERE dt = '{datetime.now(UTC):%Y-%m-%d}' LIMIT 1"  # noqa: S608 - own names
        _, state, reason = ask(stack, sql)
        if state == "SUCCEEDED":
            yield ok("athena", f"{name} answers")
        else:
            cure = "see the query in Athena's history; deploy again where the view is stale"
            yield fault("athena", f"{name}: {state} {reason}".strip(), cure)
