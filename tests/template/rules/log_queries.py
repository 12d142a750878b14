"""Saved log queries.

Over log groups of the stack, by names that their lines have, in every shape of an agent's line.
"""

import base64
import contextlib
import json
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from session_analytics.batch import Rules, read_record
from session_analytics.cloudwatch import CorruptRecord
from session_analytics.schema.row import ERROR_CODES

from tests.template.cloudformation import TEMPLATE, Template, resolved
from tests.template.rules.emitted import PLATFORM_FIELDS, emitted
from tests.template.rules.parts import Findings, of_type

EVENTS = TEMPLATE.with_name("events")
SESSIONS_VIEW = TEMPLATE.with_name("schemas") / "views" / "sessions.sql"
# "CloudWatch Logs Insights language query syntax" in the user guide, as far as it is used here.
SYSTEM_FIELDS = {"@timestamp", "@message", "@logStream"}
COMMANDS = {"display", "fields", "filter", "limit", "parse", "sort", "stats", "unnest"}
WORDS = {"and", "as", "asc", "by", "desc", "in", "into", "like", "not", "or"}
FUNCTIONS = {"bin", "coalesce", "count", "count_distinct", "ispresent", "jsonParse", "sum"}
# "Monitor Amazon Data Firehose using CloudWatch Logs" in its developer guide.
DELIVERY_LOG_FIELDS = {
    "deliveryStreamARN",
    "deliveryStreamVersionId",
    "destination",
    "errorCode",
    "message",
}
# What the queries call what the table has: the name in a query, and the column.
COLUMNS = {
    "job": "job_id",
    "tier": "qualification_tier",
    "email": "user_email",
    "team_size": "team_size",
    "urgency": "urgency",
}
_TOKEN = re.compile(
    r'"[^"]*"|/(?:[^/\\]|\\.)+/|\b\d\w*|`(?P<quoted>[^`]+)`|(?P<name>@?[A-Za-z_][\w.]*)'
)
_DEFINED = re.compile(r"\b(?:as|into) (\w+)|\(\?<(\w+)>")


class Logged(NamedTuple):
    """A line of an agent, and the row that the function makes of it."""

    line: str
    row: dict[str, Any]


def queries_are_over_log_groups_of_the_stack(template: Template) -> Findings:
    resources = resolved(template)
    groups = {
        _agents_group(resources),
        *(name for name, _ in of_type(resources, "AWS::Logs::LogGroup")),
    }
    for name, query in _queries(resources):
        if not query.get("LogGroupNames") or not groups.issuperset(query["LogGroupNames"]):
            yield f"{name} is over {query.get('LogGroupNames')}"


def queries_are_made_of_commands(template: Template) -> Findings:
    for name, query in _queries(resolved(template)):
        commands = [
            command.split()[0]
            for command in re.split(r"(?:^|\n)(?:\| )?(?=\w+ )", _text(query))
            if command.strip()
        ]
        yield from (
            f"{name}: {command} is not a command" for command in commands if command not in COMMANDS
        )
        if not query["QueryString"].startswith("# "):
            yield f"{name} does not begin with a sentence that says what it is for"


def queries_name_fields_that_are_logged(template: Template) -> Findings:
    resources = resolved(template)
    for name, query in _queries(resources):
        for group in query["LogGroupNames"]:
            yield from (
                f"{name}: {unknown} is in no line of {group}"
                for unknown in unknown_names(_text(query), group, resources)
            )


def values_are_found_in_every_shape_of_line(template: Template) -> Findings:
    """The regular expressions find on each line of events/ what the function finds."""
    for name, query in _queries(resolved(template)):
        for pattern in re.findall(r"parse @message /(.*)/", query["QueryString"]):
            expression = re.compile(pattern.replace("(?<", "(?P<"))
            [group] = expression.groupindex
            for line, row in logged():
                match = expression.search(line)
                value = match[group] if match else None
                expected = _expected(group, row)
                if value not in expected:
                    yield f"{name} finds {group} {value} in {line[:60]}, which is {expected}"


def tools_are_found_where_the_queries_say(template: Template) -> Findings:
    """All tools of lines that are JSON.

    An event inside of a text is left to Athena, and so is LiveKit's report.
    """
    queries = [
        query for _, query in _queries(resolved(template)) if "unnest" in query["QueryString"]
    ]
    for line, row in logged():
        tools = [tool for query in queries for tool in _tools(query["QueryString"], line)]
        inside_of_text = '\\"_event_type' in line or "'_event_type" in line
        expected = [] if inside_of_text else [call["tool"] for call in row.get("tool_calls", [])]
        if tools != expected and "chat_history" not in line:
            yield f"the queries find the tools {tools} in {line[:60]}, which has {expected}"


def leads_are_qualified_in_the_words_of_the_view(template: Template) -> Findings:
    query = resolved(template)["QualifiedLeadsQuery"]["Properties"]["QueryString"]
    [pattern] = re.findall(r"filter tier like /(.*)/", query)
    for words, tier in re.findall(
        r"WHEN tier_words IN \(([^)]*)\) THEN '(\w+)'", SESSIONS_VIEW.read_text()
    ):
        for word in re.findall(r"'([^']+)'", words):
            spellings = {word, word.title(), word.replace(" ", "_"), word.replace(" ", "-")}
            if {bool(re.search(pattern, spelling)) for spelling in spellings} != {
                tier == "sales_ready"
            }:
                yield f"the query and the view do not agree about {word}"


RULES = [
    queries_are_over_log_groups_of_the_stack,
    queries_are_made_of_commands,
    queries_name_fields_that_are_logged,
    values_are_found_in_every_shape_of_line,
    tools_are_found_where_the_queries_say,
    leads_are_qualified_in_the_words_of_the_view,
]


def unknown_names(query: str, group: str, resources: Template) -> set[str]:
    """The names in a query that neither the lines of the group have nor the query makes."""
    made = {name for pair in _DEFINED.findall(query) for name in pair}
    known = SYSTEM_FIELDS | COMMANDS | WORDS | FUNCTIONS | _fields_of(group, resources)
    names = {token["quoted"] or token["name"] for token in _TOKEN.finditer(query)} - {None}
    return {name for name in names - known if name.partition(".")[0] not in made}


@cache
def logged() -> tuple[Logged, ...]:
    """The lines of events/ of which the function makes rows."""
    return tuple(each for path in sorted(EVENTS.glob("*.json")) for each in _logged(path))


def _logged(path: Path) -> Iterator[Logged]:
    for record in json.loads(path.read_text())["records"]:
        with contextlib.suppress(CorruptRecord):
            data, arrived_ms = (
                base64.b64decode(record["data"]),
                record["approximateArrivalTimestamp"],
            )
            outcome = read_record(data, arrived_ms, Rules(date(2025, 1, 1))).outcome
            yield from (
                Logged(line.log_event["message"], json.loads(line.text))
                for lines in outcome.lines.values()
                for line in lines
            )


def _queries(resources: Template) -> list[tuple[str, dict[str, Any]]]:
    return [
        (name, query["Properties"])
        for name, query in of_type(resources, "AWS::Logs::QueryDefinition")
    ]


def _text(query: dict[str, Any]) -> str:
    """Without its comments."""
    return "\n".join(line for line in query["QueryString"].splitlines() if not line.startswith("#"))


def _agents_group(resources: Template) -> str:
    group: str = resources["Subscription"]["Properties"]["LogGroupName"]
    return group


def _fields_of(group: str, resources: Template) -> set[str]:
    if group == "TransformLogGroup":
        return {
            *emitted(resources).fields,
            *PLATFORM_FIELDS,
            *(f"Rejected.{code}" for code in ERROR_CODES),
        }
    return DELIVERY_LOG_FIELDS if group == "DeliveryLogGroup" else set()


def _expected(group: str, row: dict[str, Any]) -> set[str | None]:
    """A call may be named for its job or its room, because the event has no session."""
    if group == "session":
        named_for_another = row["session_id"] in {
            row.get("job_id"),
            row.get("room_id"),
            row.get("room"),
        }
        return {row["session_id"], None} if named_for_another else {row["session_id"]}
    value = row.get(COLUMNS[group])
    return {None if value is None else str(value)}


def _tools(query: str, line: str) -> list[str]:
    """What a query with `unnest` finds in a line."""
    conditions = re.findall(r"@message (not )?like /(.*?)/", query)
    if any(bool(re.search(pattern, line)) == bool(negated) for negated, pattern in conditions):
        return []
    [path] = re.findall(r"unnest line\.([\w.]+) into call", query)
    try:
        value = json.loads(line)
    except ValueError:
        return []
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return [call["tool"] for call in value or [] if isinstance(call, dict) and "tool" in call]
