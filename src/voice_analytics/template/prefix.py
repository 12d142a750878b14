"""Firehose's prefixes: where in the bucket an object goes.

Firehose Developer Guide, "Custom prefixes for Amazon S3 objects" (s3-prefixes) and "Dynamic
partitioning: S3 bucket prefix".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from voice_analytics.errors import UserError

ErrorType = Literal[
    "processing-failed",
    "format-conversion-failed",
    "metadata-extraction-failed",
    "activePartitionExceeded",
]
_EXPRESSION = re.compile(r"!\{([^}:]*):([^}]*)\}")
_DEFAULT_TIME = "yyyy/MM/dd/HH/"
# The letters of Java's DateTimeFormatter that a path needs, as strftime writes them.
_TIME_FIELDS = {"yyyy": "%Y", "MM": "%m", "dd": "%d", "HH": "%H", "mm": "%M", "ss": "%S"}
_TIME_TOKEN = re.compile(r"'(?P<quoted>[^']*)'|(?P<field>([A-Za-z])\3*)|(?P<literal>[^A-Za-z'])")


class MissingPartitionKey(Exception):  # noqa: N818 - it names what happened
    """The record has no value for a key that the prefix names."""


@dataclass(frozen=True, slots=True)
class Prefix:
    """A prefix and the partition keys that its expressions name."""

    text: str
    keys: tuple[str, ...]

    def partition(self, keys: Mapping[str, str]) -> tuple[str, ...]:
        """The values of the prefix' keys.

        Raises MissingPartitionKey where one is missing or empty.
        """
        for key in self.keys:
            if not keys.get(key):
                raise MissingPartitionKey(key)
        return tuple(keys[key] for key in self.keys)

    def evaluate(
        self, oldest_arrival: datetime, keys: Mapping[str, str], error_type: ErrorType | None = None
    ) -> str:
        """The path.

        `oldest_arrival` is that of the oldest record in the object, which `!{timestamp:…}` means.
        """

        def value(match: re.Match[str]) -> str:
            match match[1], match[2]:
                case "timestamp", pattern:
                    return oldest_arrival.strftime(_strftime(pattern))
                case "firehose", _:
                    return error_type or ""
            return keys[match[2]]

        return _EXPRESSION.sub(value, self.text)


def destination_prefix(text: str) -> Prefix:
    """`Prefix` of a destination.

    One without any expression gets `yyyy/MM/dd/HH/` appended, by plain concatenation.
    """
    prefix = _parse("Prefix", text, {"timestamp", "partitionKeyFromLambda"})
    return (
        prefix
        if _EXPRESSION.search(text)
        else _parse("Prefix", f"{text}!{{timestamp:{_DEFAULT_TIME}}}", {"timestamp"})
    )


def error_prefix(text: str) -> Prefix:
    """`ErrorOutputPrefix`.

    One without any expression gets the error type and `yyyy/MM/dd/HH/` appended.
    """
    if not _EXPRESSION.search(text):
        text = f"{text}!{{firehose:error-output-type}}/!{{timestamp:{_DEFAULT_TIME}}}"
    prefix = _parse("ErrorOutputPrefix", text, {"timestamp", "firehose"})
    if "!{firehose:error-output-type}" not in text:
        raise UserError(
            "ErrorOutputPrefix has expressions, but not the one that Firehose asks for",
            "add !{firehose:error-output-type}",
        )
    return prefix


def at(epoch_ms: int) -> datetime:
    """Firehose's time (epoch milliseconds) as a UTC time."""
    return datetime.fromtimestamp(epoch_ms / 1000, UTC)


def _parse(name: str, text: str, namespaces: set[str]) -> Prefix:
    keys: list[str] = []
    for match in _EXPRESSION.finditer(text):
        namespace, value = match.groups()
        if namespace not in namespaces or (
            namespace == "firehose" and value != "error-output-type"
        ):
            raise UserError(
                f"{match[0]} is not an expression for {name}",
                f"the local chain knows {', '.join(sorted(namespaces))}",
            )
        if namespace == "timestamp":
            _strftime(value)
        if namespace == "partitionKeyFromLambda":
            keys.append(value)
    if "!{" in _EXPRESSION.sub("", text):
        raise UserError(
            f"{name} {text} has an expression that does not end", "write it as !{namespace:value}"
        )
    return Prefix(text, tuple(keys))


def _strftime(pattern: str) -> str:
    parts: list[str] = []
    position = 0
    for match in _TIME_TOKEN.finditer(pattern):
        if match.start() != position or (match["field"] and match["field"] not in _TIME_FIELDS):
            break
        position = match.end()
        literal = match["quoted"] if match["quoted"] is not None else match["literal"]
        parts.append(_TIME_FIELDS[match["field"]] if match["field"] else literal.replace("%", "%%"))
    if position != len(pattern):
        raise UserError(
            f"the local chain cannot write the time pattern {pattern}",
            f"use {', '.join(_TIME_FIELDS)} and literals",
        )
    return "".join(parts)
