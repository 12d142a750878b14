"""How alarms, dashboard and saved log queries may be broken."""

from typing import Any

from tests.template.broken import GONE, Replaced
from tests.template.rules import dashboard, log_queries, watching
from tests.template.rules.parts import Rule

RULES: list[Rule] = [*watching.RULES, *dashboard.RULES, *log_queries.RULES]


def _alarm(name: str) -> str:
    return f"Resources/{name}/Properties"


def _query(name: str) -> str:
    return f"Resources/{name}/Properties/QueryString"


_ENVIRONMENT = "Resources/TransformFunction/Properties/Environment/Variables"
_DEPLOYMENT_ALARMS = "Resources/TransformFunction/Properties/DeploymentPreference/Alarms"
BODY = "Resources/Dashboard/Properties/DashboardBody/Fn::Sub/0"
_REJECTED = f"{_alarm('RejectsAlarm')}/Metrics/1/MetricStat"

BROKEN_COPIES: list[tuple[Rule, str, Any]] = [
    (
        watching.every_metric_of_an_alarm_exists,
        f"{_alarm('TransformErrorsAlarm')}/MetricName",
        "Error",
    ),
    (
        watching.every_metric_of_an_alarm_exists,
        f"{_alarm('ThrottledRecordsAlarm')}/Dimensions/0/Name",
        "StreamName",
    ),
    (
        watching.every_metric_of_an_alarm_exists,
        f"{_alarm('ThrottledRecordsAlarm')}/Dimensions/0/Value",
        "voice-analytics",
    ),
    (watching.every_metric_of_an_alarm_exists, f"{_REJECTED}/Metric/MetricName", "EventsRefused"),
    (watching.every_metric_of_an_alarm_exists, f"{_REJECTED}/Metric/Namespace", "Voice"),
    (
        watching.every_metric_of_an_alarm_exists,
        f"{_REJECTED}/Metric/Dimensions",
        [
            {"Name": "service", "Value": {"Ref": "TransformFunction"}},
            {"Name": "function_name", "Value": "x"},
        ],
    ),
    (
        watching.every_metric_of_an_alarm_exists,
        f"{_ENVIRONMENT}/POWERTOOLS_METRICS_NAMESPACE",
        "Voice",
    ),
    (
        watching.every_metric_of_an_alarm_exists,
        f"{_ENVIRONMENT}/POWERTOOLS_SERVICE_NAME",
        "voice-analytics-transform",
    ),
    (
        watching.every_metric_of_an_alarm_exists,
        f"{_alarm('SubscriptionErrorsAlarm')}/Metrics/0/Expression/Fn::Sub/0",
        Replaced("DestinationType, ", ""),
    ),
    (
        watching.every_metric_of_an_alarm_exists,
        f"{_alarm('SubscriptionErrorsAlarm')}/Metrics/0/Expression/Fn::Sub/1/Filter",
        "session-analytics",
    ),
    (
        watching.alarms_reckon_with_the_metrics_beside_them,
        f"{_alarm('RejectsAlarm')}/Metrics/2",
        GONE,
    ),
    (
        watching.alarms_reckon_with_the_metrics_beside_them,
        f"{_alarm('RejectsAlarm')}/Metrics/1/ReturnData",
        True,
    ),
    (
        watching.every_alarm_says_what_it_means_and_what_to_do,
        f"{_alarm('InvocationsAlarm')}/AlarmDescription",
        GONE,
    ),
    (
        watching.every_alarm_says_what_it_means_and_what_to_do,
        f"{_alarm('InvocationsAlarm')}/AlarmDescription",
        "Calls fail",
    ),
    (
        watching.descriptions_name_queries_that_exist,
        "Resources/TransformFailuresQuery/Properties/Name",
        "failures",
    ),
    (
        watching.descriptions_name_queries_that_exist,
        f"{_alarm('ViolationsAlarm')}/AlarmDescription/Fn::Sub",
        Replaced("violations_by_field", "violations"),
    ),
    (watching.silence_is_one_alarms_business, f"{_alarm('RejectsAlarm')}/TreatMissingData", GONE),
    (
        watching.silence_is_one_alarms_business,
        f"{_alarm('RejectsAlarm')}/TreatMissingData",
        "breaching",
    ),
    (
        watching.silence_is_one_alarms_business,
        f"{_alarm('NoEventsAlarm')}/TreatMissingData",
        "notBreaching",
    ),
    (
        watching.silence_is_watched_for_the_hours_given,
        f"{_alarm('NoEventsAlarm')}/EvaluationPeriods",
        24,
    ),
    (watching.silence_is_watched_for_the_hours_given, f"{_alarm('NoEventsAlarm')}/Period", 60),
    (watching.silence_is_watched_for_the_hours_given, "Resources/NoEventsAlarm/Condition", GONE),
    (watching.every_alarm_reaches_the_topic, f"{_alarm('RejectsAlarm')}/AlarmActions", GONE),
    (
        watching.every_alarm_reaches_the_topic,
        f"{_alarm('RejectsAlarm')}/AlarmActions",
        [{"Ref": "AlarmTopic"}],
    ),
    (
        watching.every_alarm_reaches_the_topic,
        "Resources/AlarmEmailSubscription/Properties/Endpoint",
        "me@example.com",
    ),
    (
        watching.cloudwatch_may_publish_to_the_topic,
        "Resources/AlarmTopic/Properties/KmsMasterKeyId",
        "alias/aws/sns",
    ),
    (
        watching.cloudwatch_may_publish_to_the_topic,
        "Resources/AlarmTopic/Properties/KmsMasterKeyId",
        {"Ref": "KmsKeyArn"},
    ),
    (
        watching.cloudwatch_may_publish_to_the_topic,
        "Resources/AlarmTopicPolicy/Properties/PolicyDocument/Statement/0/Condition",
        GONE,
    ),
    (
        watching.alarms_look_back_no_further_than_cloudwatch_does,
        "Parameters/QuietHours/MaxValue",
        169,
    ),
    (
        watching.alarms_look_back_no_further_than_cloudwatch_does,
        f"{_alarm('TransformErrorsAlarm')}/EvaluationPeriods",
        1_441,
    ),
    (
        watching.alarms_look_back_no_further_than_cloudwatch_does,
        f"{_alarm('SubscriptionErrorsAlarm')}/EvaluationPeriods",
        37,
    ),
    (
        watching.alarms_look_back_no_further_than_cloudwatch_does,
        f"{_alarm('TransformErrorsAlarm')}/Period",
        90,
    ),
    (
        watching.alarms_look_back_no_further_than_cloudwatch_does,
        f"{_alarm('TransformErrorsAlarm')}/DatapointsToAlarm",
        6,
    ),
    (
        watching.a_bad_deployment_is_rolled_back_in_time,
        f"{_alarm('TransformErrorsAlarm')}/Period",
        300,
    ),
    (
        watching.a_bad_deployment_is_rolled_back_in_time,
        f"{_alarm('RejectsAlarm')}/DatapointsToAlarm",
        5,
    ),
    (
        watching.a_bad_deployment_is_rolled_back_in_time,
        f"{_DEPLOYMENT_ALARMS}/Fn::If/1/0",
        GONE,
    ),
    (
        watching.a_bad_deployment_is_rolled_back_in_time,
        "Parameters/RollbackAlarms/Default",
        "false",
    ),
    (
        watching.an_alarm_that_is_on_does_not_block_its_own_cure,
        f"{_DEPLOYMENT_ALARMS}/Fn::If/0",
        "IsProd",
    ),
    (
        watching.an_alarm_that_is_on_does_not_block_its_own_cure,
        _DEPLOYMENT_ALARMS,
        [{"Ref": "RejectsAlarm"}],
    ),
    (
        watching.the_duration_alarm_comes_before_the_timeout,
        "Resources/TransformFunction/Properties/Timeout",
        60,
    ),
    (
        watching.the_duration_alarm_comes_before_the_timeout,
        f"{_alarm('TransformDurationAlarm')}/Threshold",
        110_000,
    ),
    (
        watching.late_means_later_than_the_buffer,
        f"{_alarm('DeliveryLateAlarm')}/Metrics/0/Expression",
        "age - 300",
    ),
    (
        watching.stages_are_measured_apart,
        f"{_ENVIRONMENT}/POWERTOOLS_SERVICE_NAME",
        "voice-analytics-transform",
    ),
    (
        dashboard.widgets_are_such_as_cloudwatch_knows,
        BODY,
        Replaced('"stacked": true', '"stacks": true'),
    ),
    (
        dashboard.widgets_are_such_as_cloudwatch_knows,
        BODY,
        Replaced('"type": "alarm"', '"type": "alarms"'),
    ),
    (
        dashboard.widgets_are_such_as_cloudwatch_knows,
        BODY,
        Replaced('"label": "Files"', '"name": "Files"'),
    ),
    (dashboard.widgets_are_such_as_cloudwatch_knows, BODY, Replaced("${AWS::Region}", "us-east-1")),
    (
        dashboard.widgets_lie_beside_each_other,
        BODY,
        Replaced('"x": 20, "y": 4, "width": 4', '"x": 20, "y": 4, "width": 5'),
    ),
    (dashboard.widgets_lie_beside_each_other, BODY, Replaced('"x": 5, "y": 4', '"x": 4, "y": 4')),
    (
        dashboard.every_metric_of_a_widget_exists,
        BODY,
        Replaced("IncomingRecords", "IncomingRecord"),
    ),
    (dashboard.every_metric_of_a_widget_exists, BODY, Replaced("error_code,service", "error_code")),
    (dashboard.every_metric_of_a_widget_exists, BODY, Replaced("${AnalyticsWorkGroup}", "primary")),
    (
        dashboard.every_metric_of_a_widget_exists,
        BODY,
        Replaced('"service", "${TransformFunction}"', '"service", "transform"'),
    ),
    (
        dashboard.every_alarm_is_on_the_dashboard,
        "Resources/Dashboard/Properties/DashboardBody/Fn::Sub/1/Alarms/Fn::Join/1/1",
        GONE,
    ),
    (
        dashboard.every_alarm_is_on_the_dashboard,
        "Resources/Late",
        {"Type": "AWS::CloudWatch::Alarm", "Properties": {}},
    ),
    (
        dashboard.lines_drawn_are_where_the_alarms_are,
        BODY,
        Replaced("${BufferIntervalSeconds}", "300"),
    ),
    (dashboard.lines_drawn_are_where_the_alarms_are, BODY, Replaced("96000", "90000")),
    (
        dashboard.queries_on_the_dashboard_name_fields_that_are_logged,
        BODY,
        Replaced("reason, error", "reason, exception"),
    ),
    (
        dashboard.queries_on_the_dashboard_name_fields_that_are_logged,
        BODY,
        Replaced("errorCode", "error_code"),
    ),
    (
        log_queries.queries_are_over_log_groups_of_the_stack,
        "Resources/ToolUsageQuery/Properties/LogGroupNames",
        GONE,
    ),
    (
        log_queries.queries_are_over_log_groups_of_the_stack,
        "Resources/ToolUsageQuery/Properties/LogGroupNames/0",
        "/aws/livekit",
    ),
    (
        log_queries.queries_are_made_of_commands,
        _query("ToolUsageQuery"),
        Replaced("| stats", "| stat"),
    ),
    (
        log_queries.queries_are_made_of_commands,
        _query("ToolUsageQuery"),
        Replaced("# Calls", "Calls"),
    ),
    (
        log_queries.queries_name_fields_that_are_logged,
        _query("TransformRejectsQuery"),
        Replaced("EventsRejected", "EventsRefused"),
    ),
    (
        log_queries.queries_name_fields_that_are_logged,
        _query("TransformRejectsQuery"),
        Replaced("Rejected.not_json", "Rejected.no_json"),
    ),
    (
        log_queries.queries_name_fields_that_are_logged,
        _query("TransformFailuresQuery"),
        Replaced("`where`", "`place`"),
    ),
    (
        log_queries.queries_name_fields_that_are_logged,
        _query("QualifiedLeadsQuery"),
        Replaced("tier, email", "tier, user_email"),
    ),
    (
        log_queries.queries_name_fields_that_are_logged,
        _query("DailySessionsQuery"),
        Replaced("count_distinct(call)", "count_distinct(calls)"),
    ),
    (
        log_queries.values_are_found_in_every_shape_of_line,
        _query("QualifiedLeadsQuery"),
        Replaced("\\\\?", ""),
    ),
    (
        log_queries.values_are_found_in_every_shape_of_line,
        _query("QualifiedLeadsQuery"),
        Replaced("[\"']user_email", '"user_email'),
    ),
    (
        log_queries.values_are_found_in_every_shape_of_line,
        _query("DailySessionsQuery"),
        Replaced("session_id", "session"),
    ),
    (
        log_queries.tools_are_found_where_the_queries_say,
        _query("ToolUsageQuery"),
        Replaced("tool_calls", "tools"),
    ),
    (
        log_queries.tools_are_found_where_the_queries_say,
        _query("ToolUsageWrappedQuery"),
        Replaced("line.analytics_data.", "line."),
    ),
    (
        log_queries.leads_are_qualified_in_the_words_of_the_view,
        _query("QualifiedLeadsQuery"),
        Replaced("medium|", ""),
    ),
    (
        log_queries.leads_are_qualified_in_the_words_of_the_view,
        _query("QualifiedLeadsQuery"),
        Replaced("medium|", "low|medium|"),
    ),
]
