"""What the function emits under the template's environment, found by running it."""

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

from tests.template import transform_run
from tests.template.cloudformation import TEMPLATE, Template
from tests.template.rules.parts import environment_of

# The system lines that Lambda itself writes into the function's log group in the format JSON, as
# far as queries use them: "Lambda Telemetry API Event schema reference" in the developer guide.
PLATFORM_FIELDS = frozenset({"type", "record.status"})


class Metric(NamedTuple):
    namespace: str
    name: str
    dimensions: frozenset[str]


class Emitted(NamedTuple):
    """`services`: the values of the dimension `service`."""

    metrics: frozenset[Metric]
    services: frozenset[str]
    fields: frozenset[str]


def emitted(resources: Template) -> Emitted:
    folders = (
        resources["TransformFunction"]["Properties"]["CodeUri"],
        resources["SessionAnalyticsLayer"]["Properties"]["ContentUri"],
    )
    environment = environment_of(resources)
    return _emitted(
        tuple(TEMPLATE.parent / folder for folder in folders), tuple(sorted(environment.items()))
    )


@cache
def _emitted(folders: tuple[Path, ...], environment: tuple[tuple[str, str], ...]) -> Emitted:
    run = subprocess.run(
        [sys.executable, transform_run.__file__, *folders],
        env={**os.environ, **dict(environment)},
        capture_output=True,
        text=True,
        check=True,
    )
    written = [json.loads(line) for line in run.stdout.splitlines()]
    sent = [line for line in written if "_aws" in line]
    return Emitted(
        frozenset(
            metric for line in sent for metric in _metrics_of(line["_aws"]["CloudWatchMetrics"])
        ),
        frozenset(line["service"] for line in sent),
        frozenset(field for line in written if "_aws" not in line for field in line),
    )


def _metrics_of(directives: list[dict[str, list[dict[str, str]]]]) -> list[Metric]:
    """Of a line in the embedded metric format."""
    return [
        Metric(str(directive["Namespace"]), metric["Name"], frozenset(dimensions))
        for directive in directives
        for dimensions in directive["Dimensions"]
        for metric in directive["Metrics"]
    ]
