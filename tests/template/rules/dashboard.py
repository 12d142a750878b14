"""The dashboard.

A body that CloudWatch takes, of widgets that show something, beside each other.
"""

import json
from collections.abc import Iterator
from itertools import combinations
from typing import Any

from tests.template.cloudformation import REGION, TEMPLATE, Template, load, resolved
from tests.template.rules.log_queries import unknown_names
from tests.template.rules.metrics import Use, unknown_metrics, use_of, used_by_expression
from tests.template.rules.parts import Findings, of_type

# "Dashboard body structure and syntax" in the API reference of CloudWatch.
COLUMNS = 24
MAX_HEIGHT = 1_000
WIDGET_FIELDS = {"type", "x", "y", "width", "height", "properties"}
PROPERTIES = {
    "alarm": {"needed": {"alarms"}, "known": {"sortBy", "states", "title"}},
    "log": {"needed": {"query", "region"}, "known": {"title", "view"}},
    "metric": {
        "needed": {"metrics", "region"},
        "known": {
            "annotations",
            "legend",
            "liveData",
            "period",
            "stacked",
            "stat",
            "timezone",
            "title",
            "view",
            "yAxis",
        },
    },
    "text": {"needed": {"markdown"}, "known": {"background"}},
}
METRIC_OPTIONS = {
    "color",
    "expression",
    "id",
    "label",
    "period",
    "region",
    "stat",
    "visible",
    "yAxis",
}
KEY = "arn:aws:kms:us-west-1:123456789012:key/a-key"

type Widget = dict[str, Any]


def widgets_are_such_as_cloudwatch_knows(template: Template) -> Findings:
    for stage in ("prod", "dev"):
        body = json.loads(_text(resolved(template, Stage=stage)))
        if body.keys() - {"end", "periodOverride", "start", "widgets"}:
            yield f"the body has {sorted(body)}"
        for widget in body["widgets"]:
            kind = PROPERTIES.get(widget.get("type", ""), {"needed": set(), "known": set()})
            properties = widget.get("properties", {})
            if widget.keys() != WIDGET_FIELDS or kind["needed"] - properties.keys():
                yield f"{_title(widget)} lacks something or has too much"
            if unknown := properties.keys() - kind["needed"] - kind["known"]:
                yield f"{_title(widget)} has {sorted(unknown)}"
            if properties.get("region", REGION) != REGION:
                yield f"{_title(widget)} looks into another region than the stack's"
            yield from (
                f"{_title(widget)}: {row} has unknown options"
                for row in _rows(widget)
                if _options(row).keys() - METRIC_OPTIONS
            )


def widgets_lie_beside_each_other(template: Template) -> Findings:
    widgets = _widgets(resolved(template))
    for widget in widgets:
        fits = widget["x"] >= 0 and widget["x"] + widget["width"] <= COLUMNS
        if not fits or widget["width"] < 1 or not 1 <= widget["height"] <= MAX_HEIGHT:
            yield f"{_title(widget)} does not fit into {COLUMNS} columns"
    yield from (
        f"{_title(first)} covers {_title(second)}"
        for first, second in combinations(widgets, 2)
        if _overlap(first, second)
    )


def every_metric_of_a_widget_exists(template: Template) -> Findings:
    for stage in ("prod", "dev"):
        resources = resolved(template, Stage=stage)
        yield from unknown_metrics(
            ((_title(widget), use) for widget in _widgets(resources) for use in _uses(widget)),
            resources,
        )


def every_alarm_is_on_the_dashboard(template: Template) -> Findings:
    resources = resolved(template, KmsKeyArn=KEY, ScheduledCanary="true", LeadAlerts="true")
    shown = {
        arn.rpartition(":")[2]
        for widget in _widgets(resources)
        for arn in widget["properties"].get("alarms", [])
    }
    alarms = {name for name, _ in of_type(resources, "AWS::CloudWatch::Alarm")}
    nested = load(TEMPLATE.with_name("alerts.yaml"))["Resources"]
    alarms |= {
        alarm["Properties"]["AlarmName"]["Fn::Sub"].replace("${Prefix}", "voice-analytics")
        for _, alarm in of_type(nested, "AWS::CloudWatch::Alarm")
    }
    yield from (
        f"{name} is on one of the two, the stack and the dashboard" for name in shown ^ alarms
    )


def lines_drawn_are_where_the_alarms_are(template: Template) -> Findings:
    resources = resolved(template, BufferIntervalSeconds="450")
    drawn = {
        line["value"]
        for widget in _widgets(resources)
        for line in widget["properties"].get("annotations", {}).get("horizontal", [])
    }
    if drawn != {450, resources["TransformDurationAlarm"]["Properties"]["Threshold"]}:
        yield f"lines are drawn at {sorted(drawn)}"


def queries_on_the_dashboard_name_fields_that_are_logged(template: Template) -> Findings:
    resources = resolved(template)
    for widget in _widgets(resources):
        if widget["type"] == "log":
            source, _, query = widget["properties"]["query"].partition(" | ")
            group = source.removeprefix("SOURCE ").strip("'")
            yield from (
                f"{_title(widget)}: {name} is in no line of {group}"
                for name in unknown_names(query, group, resources)
            )


RULES = [
    widgets_are_such_as_cloudwatch_knows,
    widgets_lie_beside_each_other,
    every_metric_of_a_widget_exists,
    every_alarm_is_on_the_dashboard,
    lines_drawn_are_where_the_alarms_are,
    queries_on_the_dashboard_name_fields_that_are_logged,
]


def _text(resources: Template) -> str:
    body: str = resources["Dashboard"]["Properties"]["DashboardBody"]
    return body


def _widgets(resources: Template) -> list[Widget]:
    widgets: list[Widget] = json.loads(_text(resources))["widgets"]
    return widgets


def _title(widget: Widget) -> str:
    properties = widget.get("properties", {})
    return repr(properties.get("title") or properties.get("markdown", "")[:40])


def _rows(widget: Widget) -> list[list[Any]]:
    rows: list[list[Any]] = widget.get("properties", {}).get("metrics", [])
    return rows


def _options(row: list[Any]) -> dict[str, Any]:
    return row[-1] if isinstance(row[-1], dict) else {}


def _uses(widget: Widget) -> Iterator[Use]:
    for row in _rows(widget):
        names = [part for part in row if isinstance(part, str)]
        if names:
            namespace, name, *dimensions = names
            yield use_of(namespace, name, dict(zip(dimensions[::2], dimensions[1::2], strict=True)))
        use = used_by_expression(_options(row).get("expression", ""))
        if use:
            yield use


def _overlap(first: Widget, second: Widget) -> bool:
    return all(
        first[start] < second[start] + second[length]
        and second[start] < first[start] + first[length]
        for start, length in (("x", "width"), ("y", "height"))
    )
