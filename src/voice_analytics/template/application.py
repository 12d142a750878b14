"""What the template describes, typed: subscription, function, delivery stream, tables' folders."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from voice_analytics.template.delivery_stream import Destination


@dataclass(frozen=True, slots=True)
class Subscription:
    """Which lines of which log group reach the stream."""

    name: str
    log_group: str
    filter_pattern: str


@dataclass(frozen=True, slots=True)
class TransformFunction:
    """The function, as Lambda would run it; directories are those of the source."""

    name: str
    code: Path
    handler: str
    layers: tuple[Path, ...]
    environment: Mapping[str, str]
    memory_mb: int
    timeout_seconds: int


@dataclass(frozen=True, slots=True)
class DeliveryStream:
    """The stream; `function` is None where its processing is switched off."""

    name: str
    arn: str
    destination: Destination
    function: TransformFunction | None


@dataclass(frozen=True, slots=True)
class Application:
    """The data path of one template.

    `folders` has the bucket's folder, which ends with a slash, by the name of the Glue table.
    """

    subscription: Subscription
    stream: DeliveryStream
    folders: Mapping[str, str]

    def subscribed_by(self, filter_pattern: str) -> Self:
        """The same with another subscription filter."""
        return replace(self, subscription=replace(self.subscription, filter_pattern=filter_pattern))
