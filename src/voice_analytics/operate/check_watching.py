"""Alarms, their topic and the metrics of the last day: whether somebody would hear of a fault."""

from itertools import batched
from typing import Any

from voice_analytics.operate.check_load import Metric, last_day
from voice_analytics.operate.findings import Findings, doubt, fault, ok
from voice_analytics.operate.stack import Stack


def stack_alarms(stack: Stack) -> list[dict[str, Any]]:
    """The stack's alarms as CloudWatch describes them, which gives a hundred at a time."""
    client = stack.aws.client("cloudwatch")
    metric_alarms: list[dict[str, Any]] = []
    for names in batched(sorted(stack.alarms), 100, strict=False):
        metric_alarms += client.describe_alarms(AlarmNames=names)["MetricAlarms"]
    return metric_alarms


def alarms(stack: Stack) -> Findings:
    """Alarms that are on, switched off, or gone."""
    metric_alarms = stack_alarms(stack)
    gone = stack.alarms - {alarm["AlarmName"] for alarm in metric_alarms}
    if gone:
        cure = "they were deleted by hand: deploy the stack again"
        yield fault("alarms", f"missing: {', '.join(sorted(gone))}", cure)
    for alarm in metric_alarms:
        if alarm["StateValue"] == "ALARM":
            cure = alarm.get("AlarmDescription", "").partition(". ")[0]
            yield fault("alarms", f"{alarm['AlarmName']} is on", cure)
        if not alarm.get("ActionsEnabled", True):
            evidence = f"the actions of {alarm['AlarmName']} are switched off"
            yield fault("alarms", evidence, "switch them on: aws cloudwatch enable-alarm-actions")
    yield ok("alarms", f"{len(metric_alarms)} alarms")


def listener(stack: Stack) -> Findings:
    """Whether the address of the alarms has been confirmed."""
    topic = stack.resources.get("AlarmTopic")
    if not stack.parameters.get("AlarmEmail") or not topic:
        yield doubt("alarm topic", "nobody is told of an alarm", "deploy with AlarmEmail")
        return
    subscriptions = stack.aws.client("sns").list_subscriptions_by_topic(TopicArn=topic)[
        "Subscriptions"
    ]
    confirmed = [each for each in subscriptions if each["SubscriptionArn"].startswith("arn:")]
    if confirmed:
        yield ok("alarm topic", f"{len(confirmed)} confirmed subscriptions")
    else:
        cure = "open the mail of AWS Notifications and confirm; deploy again after three days"
        yield fault("alarm topic", "the subscription has not been confirmed", cure)


def metrics(stack: Stack) -> Findings:
    """What the last day's metrics tell: failures, throttling."""
    firehose = {"Name": "DeliveryStreamName", "Value": stack.stream}
    service = {"Name": "service", "Value": stack.function}
    asked = {
        "throttled": Metric("AWS/Firehose", "ThrottledRecords", firehose, "Sum"),
        "unconverted": Metric("AWS/Firehose", "FailedConversion.Records", firehose, "Sum"),
        "partitions": Metric("AWS/Firehose", "PartitionCountExceeded", firehose, "Maximum"),
        "failed": Metric("VoiceAnalytics", "RecordsFailed", service, "Sum"),
    }
    counts = {name: sum(values) for name, values in last_day(stack, asked, 3600).items()}
    cures = {
        "throttled": "wait for Firehose to raise its limit; ask AWS only before a known burst",
        "unconverted": "compare the table's columns with this version; then replay errors",
        "partitions": (
            "replay fewer days at once; then replay errors --type activePartitionExceeded"
        ),
        "failed": "see the saved query failures-of-the-transform; then replay errors",
    }
    for name, cure in cures.items():
        if counts.get(name):
            evidence = f"{asked[name].name} is {counts[name]:.0f} in the last 24 hours"
            yield doubt("metrics", evidence, cure)
    if not any(counts.values()):
        yield ok("metrics", "no failure in the last 24 hours")
