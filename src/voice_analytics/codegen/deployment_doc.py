"""What docs/reference.md and docs/operate.md list of the template."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from voice_analytics.codegen.blocks import table, with_block
from voice_analytics.codegen.columns import TEMPLATE
from voice_analytics.template.intrinsics import parse

REFERENCE, OPERATE = Path("docs/reference.md"), Path("docs/operate.md")

type Template = dict[str, Any]
type List = tuple[str, str, Callable[[Template], Iterator[tuple[str, ...]]]]

_SECTION = re.compile(r"  # --- (\d+)\. (.+?) -+")
_LOGICAL_ID = re.compile(r"  (\w+):")
_PLACEHOLDER = re.compile(r"\$\{([\w:.]+)\}")
_OPERATORS = {
    "GreaterThanThreshold": ">",
    "GreaterThanOrEqualToThreshold": "≥",
    "LessThanThreshold": "<",
}
_SPANS = {60: "a minute", 300: "five minutes", 3600: "an hour"}  # by the seconds of a period


def reference_with_lists(root: Path) -> str:
    """docs/reference.md with its lists made anew."""
    written = (root / TEMPLATE).read_text(encoding="utf-8")
    sections = table("section | resources", _sections(written, parse(written)))
    text = (root / REFERENCE).read_text(encoding="utf-8")
    return _with_lists(with_block(text, "sections", sections), parse(written), _REFERENCE_LISTS)


def operate_with_lists(root: Path) -> str:
    """docs/operate.md with its lists made anew."""
    template = parse((root / TEMPLATE).read_text(encoding="utf-8"))
    return _with_lists((root / OPERATE).read_text(encoding="utf-8"), template, _OPERATE_LISTS)


def _with_lists(text: str, template: Template, lists: Iterable[List]) -> str:
    for name, heading, rows in lists:
        text = with_block(text, name, table(heading, rows(template)))
    return text


def _sections(written: str, template: Template) -> Iterator[tuple[str, ...]]:
    """The template's sections by their comments, each with its resources."""
    sections: list[tuple[str, list[str]]] = []
    for line in written.partition("\nResources:\n")[2].partition("\nOutputs:\n")[0].splitlines():
        if match := _SECTION.match(line):
            sections.append((f"{match[1]}. {match[2]}", []))
        elif match := _LOGICAL_ID.match(line):
            sections[-1][1].append(
                f"`{match[1]}`{_only_with(template, template['Resources'][match[1]])}"
            )
    return ((title, ", ".join(resources)) for title, resources in sections)


def _parameters(template: Template) -> Iterator[tuple[str, ...]]:
    for name, parameter in template["Parameters"].items():
        default = f"`{parameter['Default']}`" if parameter["Default"] != "" else "(empty)"
        yield f"`{name}`", default, _range(parameter), _cell(parameter["Description"])


def _range(parameter: Template) -> str:
    if "AllowedValues" in parameter:
        return ", ".join(map(str, parameter["AllowedValues"]))
    least, most = parameter.get("MinValue"), parameter.get("MaxValue")
    if least is None:
        return "text"
    return f"{least} and more" if most is None else f"{least} to {most}"


def _outputs(template: Template) -> Iterator[tuple[str, ...]]:
    for name, output in template["Outputs"].items():
        yield f"`{name}`{_only_with(template, output)}", output["Description"]


def _alarms(template: Template) -> Iterator[tuple[str, ...]]:
    for name, resource in _of_type(template, "AWS::CloudWatch::Alarm"):
        alarm = resource["Properties"]
        short = _text(alarm["AlarmName"]).removeprefix("voice-analytics-")
        description = _PLACEHOLDER.sub(r"`\1`", _value_text(alarm["AlarmDescription"]))
        yield (
            f"`{short}`<br>{name}{_only_with(template, resource)}",
            _condition(alarm),
            _cell(description),
        )


def _condition(alarm: Template) -> str:
    """When the alarm fires."""
    if "MetricName" in alarm:
        measured, seconds = (
            f"{alarm['Statistic'].lower()} of `{alarm['MetricName']}`",
            alarm["Period"],
        )
    else:
        measured, seconds = _reckoned(alarm["Metrics"])
    threshold = _text(alarm["Threshold"])
    return (
        f"{measured} {_OPERATORS[alarm['ComparisonOperator']]} {threshold}, "
        f"{_window(alarm, seconds)}"
    )


def _reckoned(metrics: list[Template]) -> tuple[str, int]:
    """The formula, with the metrics' names for their ids, and the seconds of a period."""
    [result] = [metric for metric in metrics if metric.get("ReturnData", True)]
    formula = _text(result["Expression"])
    if query := re.match(r"SELECT (\w+)\((\w+)\)", formula):
        return f"{query[1].lower()} of `{query[2]}`", result["Period"]
    stats = {metric["Id"]: metric["MetricStat"] for metric in metrics if "MetricStat" in metric}
    for key, stat in stats.items():
        formula = re.sub(rf"\b{key}\b", stat["Metric"]["MetricName"], formula)
    [seconds] = {stat["Period"] for stat in stats.values()}
    return f"`{formula}`", seconds


def _window(alarm: Template, seconds: int) -> str:
    periods, span = _text(alarm["EvaluationPeriods"]), _SPANS[seconds]
    needed = _text(alarm.get("DatapointsToAlarm", alarm["EvaluationPeriods"]))
    if periods == "1":
        return f"over {span}"
    return (
        f"in {f'each of {periods}' if needed == periods else f'{needed} of {periods}'} periods "
        f"of {span}"
    )


def _widgets(template: Template) -> Iterator[tuple[str, ...]]:
    """The dashboard's widgets that show something, row by row."""

    def value(placeholder: re.Match[str]) -> str:
        parameter = template["Parameters"].get(placeholder[1], {})
        return str(parameter["Default"]) if parameter.get("Type") == "Number" else placeholder[1]

    body = template["Resources"]["Dashboard"]["Properties"]["DashboardBody"]
    for widget in json.loads(_PLACEHOLDER.sub(value, _value_text(body)))["widgets"]:
        shown = widget["properties"]
        if widget["type"] != "text":
            yield shown["title"], _source(widget["type"], shown)


def _source(kind: str, shown: Template) -> str:
    if kind == "alarm":
        return "all alarms"
    if kind == "log":
        return f"`{shown['query'].split("'")[1]}`"
    names = (
        re.findall(r'MetricName="([^"]+)"', row[0]["expression"])
        if isinstance(row[0], dict)
        else row[1:2]
        for row in shown["metrics"]
    )
    return ", ".join(
        f"`{name}`" for name in dict.fromkeys(name for group in names for name in group)
    )


def _log_queries(template: Template) -> Iterator[tuple[str, ...]]:
    for _, resource in _of_type(template, "AWS::Logs::QueryDefinition"):
        query = resource["Properties"]
        comments = [
            line.removeprefix("# ")
            for line in query["QueryString"].splitlines()
            if line.startswith("# ")
        ]
        [group] = query["LogGroupNames"]
        yield (
            f"`{_text(query['Name']).rpartition('/')[2]}`",
            f"`{_text(group)}`",
            _cell(" ".join(comments)),
        )


_REFERENCE_LISTS: list[List] = [
    ("parameters", "parameter | default | values | meaning", _parameters),
    ("outputs", "output | what it is", _outputs),
]
_OPERATE_LISTS: list[List] = [
    ("alarms", "alarm | fires when | what it means, and what to do", _alarms),
    ("widgets", "widget | shows", _widgets),
    ("log queries", "query | reads | answers", _log_queries),
]


def _of_type(template: Template, kind: str) -> Iterator[tuple[str, Template]]:
    return (
        (name, resource)
        for name, resource in template["Resources"].items()
        if resource["Type"] == kind
    )


def _only_with(template: Template, described: Template) -> str:
    """In brackets the parameter that decides whether there is such a resource or output.

    Nothing where there always is.
    """
    if "Condition" not in described:
        return ""
    condition = str(template["Conditions"][described["Condition"]])
    parameters = re.findall(r"'Ref': '(\w+)'", condition)
    return f" ({' or '.join(f'`{parameter}`' for parameter in parameters)})"


def _value_text(value: Any) -> str:
    """The text of a value, with the placeholders that `Fn::Sub` would fill."""
    if not isinstance(value, dict):
        return str(value)
    text = value["Fn::Sub"]
    return str(text[0] if isinstance(text, list) else text)


def _text(value: Any) -> str:
    """A value as a person reads it: a reference by its name, of two names that of prod."""
    match value:
        case {"Ref": name}:
            return str(name)
        case {"Fn::If": [_, prod, _]}:
            return _text(prod)
    return _PLACEHOLDER.sub(r"\1", _value_text(value))


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
