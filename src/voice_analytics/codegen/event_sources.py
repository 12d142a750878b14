"""events/sources/*.yaml: what is in a Firehose event, as people write it.

A source begins with a comment that says the situation in a sentence. In its `lines`, a mapping is
logged as JSON and a text as it stands; `!json` makes JSON text of a mapping; `!line` takes the
one line of a file in the checkout, `!object` the JSON object in it.
"""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from session_analytics.cloudwatch import encode
from session_analytics.schema.envelope import LogEvent

from voice_analytics.local.logs.subscription import log_batch, log_events
from voice_analytics.synthetic import generate
from voice_analytics.template.application import Subscription
from voice_analytics.template.filter_pattern import compile_pattern

SOURCES = Path("events/sources")
_TIMESTAMP_TAG = "tag:yaml.org,2002:timestamp"


class Payload(NamedTuple):
    """A record's bytes, and when its content was sent (epoch milliseconds)."""

    data: bytes
    sent_ms: int


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LoggedLines(_Record):
    """Lines of a log stream; `written_at` is for those that do not say it themselves."""

    lines: list[dict[str, Any] | str]
    written_at: AwareDatetime | None = None

    def texts(self) -> list[str]:
        return [
            line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)
            for line in self.lines
        ]

    def payload(self, stream: str, subscription: Subscription) -> Payload:
        written_ms = _epoch_ms(self.written_at) if self.written_at else 0
        return _batch(list(log_events(stream, self.texts(), written_ms)), stream, subscription)


class InventedCalls(_Record):
    """The lines that `local generate` invents for a day and the subscription filter lets pass."""

    invented_calls: int
    day: date
    seed: int

    def payload(self, stream: str, subscription: Subscription) -> Payload:
        passes = compile_pattern(subscription.filter_pattern)
        lines = [
            line for line in generate(self.invented_calls, 1, self.seed, self.day) if passes(line)
        ]
        return _batch(list(log_events(stream, lines, 0)), stream, subscription)


class ControlMessage(_Record):
    """CloudWatch Logs' check whether the stream can be reached."""

    control_message: str
    sent_at: AwareDatetime

    def payload(self, stream: str, subscription: Subscription) -> Payload:  # noqa: ARG002 - it names neither
        sent_ms = _epoch_ms(self.sent_at)
        return Payload(
            encode(
                {
                    "messageType": "CONTROL_MESSAGE",
                    "owner": "CloudwatchLogs",
                    "logGroup": "",
                    "logStream": "",
                    "subscriptionFilters": [],
                    "logEvents": [
                        {"id": "", "timestamp": sent_ms, "message": self.control_message}
                    ],
                }
            ),
            sent_ms,
        )


class RawBytes(_Record):
    """What CloudWatch Logs never sends."""

    text: str = Field(alias="bytes")
    sent_at: AwareDatetime

    def payload(self, stream: str, subscription: Subscription) -> Payload:  # noqa: ARG002 - it names neither
        return Payload(self.text.encode(), _epoch_ms(self.sent_at))


class Source(_Record):
    """An event as people write it."""

    records: list[LoggedLines | InventedCalls | ControlMessage | RawBytes]


class _Loader(yaml.SafeLoader):
    """YAML with `!json`, `!line` and `!object`, in which times stay the texts that agents log."""

    root = Path()
    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own name and form
        first: [(tag, pattern) for tag, pattern in resolvers if tag != _TIMESTAMP_TAG]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def json_text(self, node: yaml.MappingNode) -> str:
        return json.dumps(self.construct_mapping(node, deep=True), ensure_ascii=False)

    def line_of_file(self, node: yaml.ScalarNode) -> str:
        return (
            (self.root / str(self.construct_scalar(node)))
            .read_text(encoding="utf-8")
            .removesuffix("\n")
        )

    def object_of_file(self, node: yaml.ScalarNode) -> Any:
        return json.loads(self.line_of_file(node))


_Loader.add_constructor("!json", _Loader.json_text)
_Loader.add_constructor("!object", _Loader.object_of_file)
_Loader.add_constructor("!line", _Loader.line_of_file)


def read_source(root: Path, name: str) -> Source:
    """The source of an event.

    Raises pydantic's or PyYAML's error, with the file's name as a note.
    """
    path = root / SOURCES / f"{name}.yaml"
    try:
        loader = _Loader(path.read_text(encoding="utf-8"))
        loader.root = root
        return Source.model_validate(loader.get_single_data())
    except (ValidationError, yaml.YAMLError) as error:
        error.add_note(f"in {path}")
        raise


def sources(root: Path) -> list[Path]:
    """The sources of all events."""
    return sorted((root / SOURCES).glob("*.yaml"))


def _batch(events: list[LogEvent], stream: str, subscription: Subscription) -> Payload:
    return Payload(encode(log_batch(events, stream, subscription)), events[-1]["timestamp"])


def _epoch_ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
