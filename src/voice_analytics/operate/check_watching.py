"""Alarms, their topic and the metrics of the last day: whether somebody would hear of a fault."""

from datetime import UTC, datetime, timedelta

from voice_analytics.operate.findings import Findings, doubt, fault, ok
from voice_analytics.operate.stack import Stack


def alarms(stack: Stack) -> Findings:
    """Alarms that ring, and those that are switched off."""
    stage = stack.parameters.get("Stage", "prod")
    prefix = "voice-analytics-" if stage == "prod" else f"voice-analytics-{stage}-"
    pages = (
        stack.aws.client("cloudwatch")
        .get_paginator("describe_alarms")
        .paginate(AlarmNamePrefix=prefix)
    )
    found = [alarm for page in pages for alarm in page["MetricAlarms"]]
    if not found:
        yield fault("alarms", "there is no alarm", "deploy the stack again")
    for alarm in found:
        if alarm["StateValue"] == "ALARM":
            cure = alarm.get("AlarmDescription", "").partition(". ")[0]
            yield fault("alarms", f"{alarm['AlarmName']} is on", cure)
        if not alarm.get("ActionsEnabled", True):
            evidence = f"the actions of {alarm['AlarmName']} are switched off"
            yield fault("alarms", evidence, "switch them on: aws cloudwatch enable-alarm-actions")
    yield ok("alarms", f"{len(found)} alarms")


def listener(stack: Stack) -> Findings:
    """Whether the address of the alarms has been confirmed."""
    topic = stack.resources.get("AlarmTopic")
    if not stack.parameters.get("AlarmEmail") or not topic:
        yield doubt("alarm topic", "nobody is told of an alarm", "deploy with AlarmEmail")
        return
    found = stack.aws.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    confirmed = [each for each in found if each["SubscriptionArn"].startswith("arn:")]
    if confirmed:
        yield ok("alarm topic", f"{len(confirmed)} confirmed subscriptions")
    else:
        cure = "open the mail of AWS Notifications and confirm; deploy again after three days"
        yield fault("alarm topic", "the subscription has not been confirmed", cure)


def metrics(stack: Stack) -> Findings:
    """What the last day's metrics tell: failures, throttling, lateness."""
    until = datetime.now(UTC)
    firehose = {"Name": "DeliveryStreamName", "Value": stack.stream}
    service = {"Name": "service", "Value": stack.function}
    asked = {
        "throttled": ("AWS/Firehose", "ThrottledRecords", firehose, "Sum"),
        "unconverted": ("AWS/Firehose", "FailedConversion.Records", firehose, "Sum"),
        "partitions": ("AWS/Firehose", "PartitionCountExceeded", firehose, "Maximum"),
        "failed": ("VoiceAnalytics", "RecordsFailed", service, "Sum"),
    }
    answer = stack.aws.client("cloudwatch").get_metric_data(
        MetricDataQueries=[
            {
                "Id": name,
                "MetricStat": {
                    "Metric": {
                        "Namespace": namespace,
                        "MetricName": metric,
                        "Dimensions": [dimension],
                    },
                    "Period": 3600,
                    "Stat": stat,
                },
            }
            for name, (namespace, metric, dimension, stat) in asked.items()
        ],
        StartTime=until - timedelta(days=1),
        EndTime=until,
    )
    counts = {each["Id"]: sum(each["Values"]) for each in answer["MetricDataResults"]}
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
            evidence = f"{asked[name][1]} is {counts[name]:.0f} in the last 24 hours"
            yield doubt("metrics", evidence, cure)
    if not any(counts.values()):
        yield ok("metrics", "no failure in the last 24 hours")
