"""The doctor: looks at each link of the chain, and names fault and cure."""

from collections.abc import Iterator
from functools import partial

from voice_analytics.operate import (
    check_load,
    check_log_group,
    check_stream,
    check_tables,
    check_watching,
)
from voice_analytics.operate.aws import Aws
from voice_analytics.operate.findings import Check, Finding, Findings, fault, looked_at, ok
from voice_analytics.operate.stack import Stack


def examine(stack: Stack) -> Iterator[Finding]:
    """What is found in a deployed stack, link by link."""
    for link, check in CHECKS:
        yield from looked_at(partial(check, stack), link, stack.aws)


def before_deploy(aws: Aws, log_group: str) -> Iterator[Finding]:
    """What is found in an account before the first deployment."""
    checks = {
        "log group": partial(check_log_group.log_group, aws, log_group),
        "filter slots": partial(check_log_group.slots, aws, log_group, None),
        "lake formation": partial(lake_formation, aws),
    }
    for link, check in checks.items():
        yield from looked_at(check, link, aws)


def _slots(stack: Stack) -> Findings:
    return check_log_group.slots(stack.aws, stack.agent_log, stack.filter_name)


def lake_formation(aws: Aws) -> Findings:
    """Whether new tables are open to IAM, or governed by Lake Formation."""
    settings = aws.client("lakeformation").get_data_lake_settings()["DataLakeSettings"]
    defaults = settings.get("CreateTableDefaultPermissions", [])
    open_to_iam = any(
        each["Principal"]["DataLakePrincipalIdentifier"] == "IAM_ALLOWED_PRINCIPALS"
        for each in defaults
    )
    if open_to_iam or not settings.get("DataLakeAdmins"):
        yield ok("lake formation", "does not govern new tables")
    else:
        yield fault(
            "lake formation",
            "governs new tables: the delivery role may not read the schema by IAM alone",
            "grant it SELECT and DESCRIBE on the tables, see Lake Formation in the guide",
        )


# In the order in which data flows.
CHECKS: tuple[tuple[str, Check], ...] = (
    ("stack", check_stream.stack_itself),
    ("log group", lambda stack: check_log_group.log_group(stack.aws, stack.agent_log)),
    ("filter slots", _slots),
    ("subscription", check_log_group.subscription),
    ("lines", check_log_group.lines),
    ("stream", check_stream.stream),
    ("quota", check_load.quota),
    ("freshness", check_load.freshness),
    ("key", check_stream.key),
    ("function", check_stream.function),
    ("concurrency", check_stream.lambda_concurrency),
    ("roles", check_stream.roles),
    ("table", check_tables.tables),
    ("lake formation", lambda stack: lake_formation(stack.aws)),
    ("leftovers", check_tables.leftovers),
    ("views", check_tables.stale_views),
    ("athena", check_tables.answers),
    ("alarms", check_watching.alarms),
    ("alarm topic", check_watching.listener),
    ("metrics", check_watching.metrics),
)
