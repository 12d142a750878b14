"""`operate cost`: what a stack would cost, and what it has cost."""

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter

from voice_analytics.cli.operate.stack_options import FINE, Target, show, tell
from voice_analytics.operate import cost_actual, cost_model
from voice_analytics.operate.prices import OWN_TABLE, read_prices

cost = App(name="cost", help="What the stack costs a month.")


@cost.command
def estimate(  # noqa: PLR0913 - one parameter an option
    *,
    calls_per_day: float,
    line_bytes: int = cost_model.MEASURED_LINE_BYTES,
    log_days: int = 30,
    stored_days: int = 365,
    queries_per_day: float = 20,
    transcripts: Annotated[bool, Parameter(negative="")] = False,
    sink: Literal["cloudwatch", "firehose"] = "cloudwatch",
    region: str = "us-west-1",
    prices: Annotated[Path, Parameter(show_default=False)] = OWN_TABLE,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> int:
    """Work out the bill of a month from the traffic; AWS is not asked.

    Such as:

    voice-analytics operate cost estimate --calls-per-day 1000

    Parameters
    ----------
    calls_per_day
        Calls a day.
    line_bytes
        Bytes of the event's line.
    log_days
        Days for which the log group keeps lines.
    stored_days
        Days for which rows are kept.
    queries_per_day
        Queries a day, over a week each.
    transcripts
        The queries read transcripts.
    sink
        Where the agent sends the event: to its log (cloudwatch), or straight into the stream.
    region
        Region of the prices.
    prices
        A price table of your own, as prices.toml.
    as_json
        Print one JSON object.

    """
    traffic = cost_model.Traffic(
        calls_per_day,
        line_bytes,
        log_days,
        stored_days,
        queries_per_day,
        query_reads_transcripts=transcripts,
        sink=sink,
    )
    table = read_prices(region, prices)
    total = cost_model.total_usd(traffic, table)
    path = cost_model.path_usd(traffic, table)
    bill = {item.name: round(item.usd, 2) for item in cost_model.items(traffic, table)}
    changes = {
        change.name: round(change.usd, 2) for change in cost_model.best_changes(traffic, table)
    }
    facts: dict[str, Any] = {
        **bill,
        "total, USD a month": round(total, 2),
        "USD a million calls": round(total / traffic.calls_per_month * 1e6, 2),
        "of it by the calls alone": round(path / traffic.calls_per_month * 1e6, 2),
        "prices": f"{table.region}, as of {table.as_of}: {table.source}",
        "prices taken from us-east-1": ", ".join(table.assumed) or "none",
    }
    if as_json:
        print(json.dumps({**facts, "changes": changes}))
        return FINE
    show(facts, as_json=False)
    for name, saved in changes.items():
        print(f"saves ${saved:,.2f}: {name}")
    return FINE


@cost.command
def actual(
    target: Target,
    *,
    days: int = 30,
    prices: Annotated[Path, Parameter(show_default=False)] = OWN_TABLE,
    bill: Annotated[bool, Parameter(negative="")] = False,
    tag: str = "",
) -> int:
    """Work out from the stack's metrics what it has cost.

    Such as:

    voice-analytics operate cost actual --stack voice-analytics --days 7

    voice-analytics operate cost actual --stack voice-analytics --bill --tag stage=prod

    Parameters
    ----------
    target
        The stack.
    days
        How many days to look back.
    prices
        A price table of your own, as prices.toml.
    bill
        Ask Cost Explorer too what was billed, by service. A request costs $0.01.
    tag
        Cost allocation tag whose resources are billed, KEY=VALUE. Without it the stack's name,
        which CloudFormation tags its resources with.

    """
    stack = target.find()
    table = read_prices(stack.region, prices)
    facts = cost_actual.actual_cost(stack, table, days)
    if bill:
        tag = tag or f"aws:cloudformation:stack-name={stack.name}"
        tell(f"asking Cost Explorer for {tag}, which costs $0.01")
        billed = cost_actual.read_bill(stack, tag, days)
        if not billed:
            tell("nothing is billed: is the tag activated for cost allocation, since a day?")
        facts["billed, USD"] = billed
    show(facts, as_json=target.as_json)
    return FINE
