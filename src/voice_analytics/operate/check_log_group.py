"""The agent's log group: whether its lines can be subscribed to, and come through unmasked."""

from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError
from session_analytics.batch import Rules

from voice_analytics.errors import UserError
from voice_analytics.operate.aws import Aws, error_code
from voice_analytics.operate.findings import Findings, doubt, fault, ok
from voice_analytics.operate.logs import log_event, log_events
from voice_analytics.operate.sifting import batch_of, sift
from voice_analytics.operate.stack import Stack
from voice_analytics.template.filter_pattern import compile_pattern

_LINK = "log group"
MAX_FILTERS = 2  # of a log group, by the API reference; newer sources say five
_FEW_DAYS = 7
_MOST_LINES = 500  # looked at
_MASK = "*****"


def log_group(aws: Aws, name: str) -> Findings:
    """Class, retention, data protection and transformer of the log group."""
    logs = aws.client("logs")
    groups = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    group = next((each for each in groups if each["logGroupName"] == name), None)
    if group is None:
        yield fault(_LINK, f"{name} does not exist", "correct LogGroupName, or CreateLogGroup=true")
        return
    kind = group.get("logGroupClass", "STANDARD")
    if kind != "STANDARD":
        yield fault(
            _LINK,
            f"its class is {kind}, which has no subscription filters",
            "let the agent write to a log group of class STANDARD: a class cannot be changed",
        )
    days = group.get("retentionInDays")
    if days is not None and days < _FEW_DAYS:
        yield doubt(
            _LINK,
            f"lines are kept for {days} days",
            f"keep them for {_FEW_DAYS} at least: they are the source of a replay",
        )
    yield from _protection(logs, name)
    yield from _transformer(logs, name)
    yield ok(_LINK, f"{name} is there")


def _protection(logs: Any, name: str) -> Findings:
    own = logs.get_data_protection_policy(logGroupIdentifier=name).get("policyDocument")
    policies = logs.describe_account_policies(policyType="DATA_PROTECTION_POLICY")
    for where, policy in (("the log group", own), ("the account", policies["accountPolicies"])):
        if policy:
            yield fault(
                "data protection",
                f"a policy of {where} masks values, in what the filter passes on too",
                "exclude e-mail addresses and names from it; what is masked stays masked",
            )


def _transformer(logs: Any, name: str) -> Findings:
    try:
        config = logs.get_transformer(logGroupIdentifier=name).get("transformerConfig")
    except ClientError as error:
        if error_code(error) != "ResourceNotFoundException":
            raise
        return
    if config:
        yield doubt(
            "transformer",
            "a transformer changes the lines of the log group",
            "see that the filter has applyOnTransformedLogs switched off",
        )


def slots(aws: Aws, name: str, own: str | None) -> Findings:
    """Whether there is room for the subscription filter, or it is there."""
    response = aws.client("logs").describe_subscription_filters(logGroupName=name)
    names = [each["filterName"] for each in response["subscriptionFilters"]]
    foreign = [each for each in names if each != own]
    if own not in names and len(foreign) >= MAX_FILTERS:
        yield fault(
            "filter slots",
            f"{len(foreign)} other filters use up the log group's quota: {', '.join(foreign)}",
            "delete one of them, or ask AWS for a higher quota",
        )
    else:
        yield ok("filter slots", f"{len(foreign)} filters of others")


def subscription(stack: Stack) -> Findings:
    """The filter as the stack made it: there, with its pattern, to its stream."""
    link = "subscription"
    logs = stack.aws.client("logs")
    response = logs.describe_subscription_filters(logGroupName=stack.agent_log)
    own = next(
        (
            each
            for each in response["subscriptionFilters"]
            if each["filterName"] == stack.filter_name
        ),
        None,
    )
    if own is None:
        yield fault(link, f"there is no filter {stack.filter_name}", "deploy the stack again")
        return
    if own["destinationArn"] != stack.stream_arn:
        evidence = f"it sends to {own['destinationArn'].rpartition(':')[2]}"
        yield fault(link, evidence, "deploy the stack again: the filter was changed by hand")
    if own["filterPattern"] != stack.filter_pattern:
        evidence = f"its pattern is {own['filterPattern']!r}, not {stack.filter_pattern!r}"
        yield fault(link, evidence, "deploy the stack again: the filter was changed by hand")
    else:
        yield ok(link, f"{stack.filter_name} sends to {stack.stream}")


def lines(stack: Stack) -> Findings:
    """The last day's lines that name the event: passed by the filter, understood, unmasked."""
    link = "lines"
    until = datetime.now(UTC)
    matches = log_events(
        stack.aws, stack.agent_log, '"session_analytics"', until - timedelta(days=1), until
    )
    events = [each for each, _ in zip(matches, range(_MOST_LINES), strict=False)]
    if not events:
        yield doubt(link, "no line of the last 24 hours names the event", "see that the agent logs")
        return
    yield from _passed(stack, [each["message"] for each in events])
    rules = Rules(stack.rules.first_day, stack.rules.loggers)
    batch = batch_of(stack.account, stack.agent_log, "", [log_event(each) for each in events])
    sifted = sift(batch, rules)
    reasons = ", ".join(f"{code}: {count}" for code, count in sorted(sifted.reasons.items()))
    if sifted.rejected:
        evidence = f"{len(sifted.rejected)} of the last {len(events)} are rejected ({reasons})"
        yield fault(link, evidence, "see the view rejects; correct the agent, then replay rejected")
    if any(_MASK in each["message"] for each in events):
        yield fault(
            "data protection",
            f"lines hold {_MASK} where values were masked",
            "see data protection policies of the log group and the account",
        )
    if not sifted.accepted:
        yield fault(link, f"none of {len(events)} lines would become a row", "see --help of tail")
    elif not sifted.rejected:
        yield ok(link, f"{len(sifted.accepted)} calls in the last {len(events)} lines")


def _passed(stack: Stack, messages: list[str]) -> Findings:
    try:
        matches = compile_pattern(stack.filter_pattern)
    except UserError as error:
        yield doubt("filter pattern", error.problem, "see that it passes the agent's lines")
        return
    stopped = sum(not matches(message) for message in messages)
    if stopped:
        yield fault(
            "filter pattern",
            f"{stopped} of the last {len(messages)} lines that name the event do not match "
            f"{stack.filter_pattern}",
            "set FilterPattern to %session_analytics% and deploy; then replay log",
        )
