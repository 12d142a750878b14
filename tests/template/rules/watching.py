"""Alarms.

Each on a metric that exists, explained, deliberate about silence, and heard where somebody wants to
hear it.
"""

import re
from collections.abc import Iterator
from typing import Any

from tests.template.cloudformation import ACCOUNT, TEMPLATE, Template, resolved
from tests.template.rules.metrics import Use, unknown_metrics, use_of, used_by_expression
from tests.template.rules.parts import Findings, of_type

# PutMetricAlarm: how far back an alarm may look, by the length of its period.
HOUR_SECONDS = 3_600
MAX_WINDOW_SECONDS, MAX_WINDOW_OF_HOURS_SECONDS = 86_400, 604_800
MAX_INSIGHTS_WINDOW_SECONDS = 10_800  # where the metric is a query
MAX_DESCRIPTION = 1_024
# A gradual deployment is watched for half an hour; what is seen in a minute stops it in time.
DEPLOYMENT_PERIOD_SECONDS = 60
ROLL_BACK_ALARMS = {
    *("TransformErrorsAlarm", "RecordsFailedAlarm", "EventFaultsAlarm", "RejectsAlarm")
}
ATHENA_QUERIES = TEMPLATE.with_name("schemas") / "queries"
KEY = "arn:aws:kms:us-west-1:123456789012:key/a-key"
EMAIL = "operations@example.com"


def every_metric_of_an_alarm_exists(template: Template) -> Findings:
    for stage in ("prod", "dev"):
        resources = resolved(template, Stage=stage)
        yield from unknown_metrics(
            ((name, use) for name, alarm in _alarms(resources) for use in _uses(alarm)), resources
        )


def alarms_reckon_with_the_metrics_beside_them(template: Template) -> Findings:
    for name, alarm in _alarms(resolved(template)):
        metrics = alarm.get("Metrics", [])
        returned = [metric for metric in metrics if metric.get("ReturnData", True)]
        if metrics and len(returned) != 1:
            yield f"{name} must look at exactly one of its metrics"
        ids = {metric["Id"] for metric in metrics if "MetricStat" in metric}
        used = {
            word
            for metric in returned
            for word in re.findall(r"\b[a-z]\w*", metric.get("Expression", ""))
        }
        if ids and used != ids:
            yield f"{name} reckons with {sorted(used)} and has {sorted(ids)}"


def every_alarm_says_what_it_means_and_what_to_do(template: Template) -> Findings:
    for name, alarm in _alarms(resolved(template)):
        description = alarm.get("AlarmDescription", "")
        if description.count(". ") < 1 or len(description) > MAX_DESCRIPTION:
            yield f"{name} does not say in some sentences what it means and what to do"


def descriptions_name_queries_that_exist(template: Template) -> Findings:
    resources = resolved(template)
    names = {
        query["Properties"]["Name"].rpartition("/")[2]
        for _, query in of_type(resources, "AWS::Logs::QueryDefinition")
    }
    names |= {path.stem for path in ATHENA_QUERIES.glob("*.sql")}
    for name, alarm in _alarms(resources):
        for query in re.findall(r"saved (?:Athena )?query ([\w-]+)", alarm["AlarmDescription"]):
            if query not in names:
                yield f"{name} sends people to {query}, which there is not"


def silence_is_one_alarms_business(template: Template) -> Findings:
    """An alarm that fires for missing data cries when nobody calls.

    One that does not say so keeps its state for ever.
    """
    for name, alarm in _alarms(resolved(template)):
        if alarm.get("TreatMissingData") != (
            "breaching" if name in {"NoEventsAlarm", "CanaryAlarm"} else "notBreaching"
        ):
            yield f"{name} leaves to chance what missing data means"


def silence_is_watched_for_the_hours_given(template: Template) -> Findings:
    for hours in (1, 24, template["Parameters"]["QuietHours"]["MaxValue"]):
        alarm = resolved(template, QuietHours=str(hours))["NoEventsAlarm"]["Properties"]
        if (
            int(alarm["EvaluationPeriods"]) * alarm["Period"] != hours * HOUR_SECONDS
            or "DatapointsToAlarm" in alarm
        ):
            yield f"NoEventsAlarm does not wait for {hours} hours"
    if template["Resources"]["NoEventsAlarm"].get("Condition") != "WatchesSilence":
        yield "NoEventsAlarm cannot be switched off"


def every_alarm_reaches_the_topic(template: Template) -> Findings:
    for email, actions in ((EMAIL, ["AlarmTopic"]), ("", [])):
        yield from (
            f"{name} calls {alarm.get('AlarmActions')} where AlarmEmail is {email!r}"
            for name, alarm in _alarms(resolved(template, AlarmEmail=email))
            if alarm.get("AlarmActions", []) != actions
        )
    resources = resolved(template, AlarmEmail=EMAIL)
    subscription = resources.get("AlarmEmailSubscription", {}).get("Properties")
    if subscription != {"TopicArn": "AlarmTopic", "Protocol": "email", "Endpoint": EMAIL}:
        yield "nobody is told what reaches the topic"


def cloudwatch_may_publish_to_the_topic(template: Template) -> Findings:
    """It cannot under `alias/aws/sns`; under another key it can if that key's policy names it."""
    for key in ("", KEY):
        for name, topic in of_type(resolved(template, KmsKeyArn=key), "AWS::SNS::Topic"):
            if "KmsMasterKeyId" in topic["Properties"]:
                used = topic["Properties"]["KmsMasterKeyId"]
                yield f"{name} is encrypted with {used} where KmsKeyArn is {key!r}"
    statements = resolved(template)["AlarmTopicPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    if statements != [
        {
            "Effect": "Allow",
            "Principal": {"Service": "cloudwatch.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": "AlarmTopic",
            "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
        },
        {
            "Sid": "OnlyTls",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sns:Publish",
            "Resource": "AlarmTopic",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    ]:
        yield "the topic is not for the alarms of this account alone, or not over TLS alone"


def alarms_look_back_no_further_than_cloudwatch_does(template: Template) -> Findings:
    longest = str(template["Parameters"]["QuietHours"]["MaxValue"])
    for name, alarm in _alarms(resolved(template, QuietHours=longest)):
        period = _period(alarm)
        is_query = any(
            "SELECT" in metric.get("Expression", "") for metric in alarm.get("Metrics", [])
        )
        limit = MAX_WINDOW_OF_HOURS_SECONDS if period >= HOUR_SECONDS else MAX_WINDOW_SECONDS
        if period % 60 or int(alarm["EvaluationPeriods"]) * period > (
            MAX_INSIGHTS_WINDOW_SECONDS if is_query else limit
        ):
            yield f"{name} looks at {alarm['EvaluationPeriods']} periods of {period} seconds"
        if alarm.get("DatapointsToAlarm", 1) > int(alarm["EvaluationPeriods"]):
            yield f"{name} can never have as many data points as it waits for"


def a_bad_deployment_is_rolled_back_in_time(template: Template) -> Findings:
    resources = resolved(template)
    if (watched := _deployment_alarms(resources)) != ROLL_BACK_ALARMS:
        yield f"a deployment is watched by {sorted(watched)}"
    for name, alarm in _alarms(resources):
        if name in ROLL_BACK_ALARMS and (_period(alarm), alarm.get("DatapointsToAlarm")) != (
            DEPLOYMENT_PERIOD_SECONDS,
            1,
        ):
            yield f"{name} fires too late for a deployment"


def an_alarm_that_is_on_does_not_block_its_own_cure(template: Template) -> Findings:
    """CodeDeploy stops a deployment whose alarm is on already.

    One that is over in seconds is helped by none.
    """
    for changed in ({"Stage": "dev"}, {"Stage": "staging"}, {"RollbackAlarms": "false"}):
        if watched := _deployment_alarms(resolved(template, **changed)):
            yield f"with {changed} a deployment is stopped by {sorted(watched)}"


def the_duration_alarm_comes_before_the_timeout(template: Template) -> Findings:
    resources = resolved(template)
    timeout = resources["TransformFunction"]["Properties"]["Timeout"]
    alarm = resources["TransformDurationAlarm"]["Properties"]
    if not timeout / 2 <= alarm["Threshold"] / 1000 < timeout:
        yield f"an alarm at {alarm['Threshold']} ms is not near a limit of {timeout} s"
    if f"{alarm['Threshold'] // 1000} of its {timeout} seconds" not in alarm["AlarmDescription"]:
        yield "the alarm's description names other seconds than the alarm"


def late_means_later_than_the_buffer(template: Template) -> Findings:
    for seconds in ("60", "900"):
        alarm = resolved(template, BufferIntervalSeconds=seconds)["DeliveryLateAlarm"]["Properties"]
        if alarm["Metrics"][0]["Expression"] != f"age - {seconds}":
            yield f"lateness ignores the {seconds} seconds for which Firehose buffers"


def stages_are_measured_apart(template: Template) -> Findings:
    """No metric sums two stages of an account up."""
    stages = [resolved(template, Stage=stage) for stage in ("prod", "staging", "dev")]
    services = {
        resources["TransformFunction"]["Properties"]["Environment"]["Variables"].get(
            "POWERTOOLS_SERVICE_NAME"
        )
        for resources in stages
    }
    if len(services) != len(stages):
        yield "the stages' metrics are one"


RULES = [
    every_metric_of_an_alarm_exists,
    alarms_reckon_with_the_metrics_beside_them,
    every_alarm_says_what_it_means_and_what_to_do,
    descriptions_name_queries_that_exist,
    silence_is_one_alarms_business,
    silence_is_watched_for_the_hours_given,
    every_alarm_reaches_the_topic,
    cloudwatch_may_publish_to_the_topic,
    alarms_look_back_no_further_than_cloudwatch_does,
    a_bad_deployment_is_rolled_back_in_time,
    an_alarm_that_is_on_does_not_block_its_own_cure,
    the_duration_alarm_comes_before_the_timeout,
    late_means_later_than_the_buffer,
    stages_are_measured_apart,
]


def _alarms(resources: Template) -> list[tuple[str, dict[str, Any]]]:
    return [
        (name, alarm["Properties"]) for name, alarm in of_type(resources, "AWS::CloudWatch::Alarm")
    ]


def _deployment_alarms(resources: Template) -> set[str]:
    return set(
        resources["TransformFunction"]["Properties"]["DeploymentPreference"].get("Alarms", [])
    )


def _uses(alarm: dict[str, Any]) -> Iterator[Use]:
    for metric in (
        [alarm]
        if "MetricName" in alarm
        else [m["MetricStat"]["Metric"] for m in alarm["Metrics"] if "MetricStat" in m]
    ):
        yield use_of(
            metric["Namespace"],
            metric["MetricName"],
            {d["Name"]: d["Value"] for d in metric.get("Dimensions", [])},
        )
    for metric in alarm.get("Metrics", []):
        use = used_by_expression(metric.get("Expression", ""))
        if use:
            yield use


def _period(alarm: dict[str, Any]) -> int:
    """In seconds; the longest, where an alarm has several metrics."""
    metrics = alarm.get("Metrics", [])
    periods = [metric["Period"] for metric in metrics if "Period" in metric]
    periods += [metric["MetricStat"]["Period"] for metric in metrics if "MetricStat" in metric]
    return int(max(periods, default=alarm.get("Period", 0)))
