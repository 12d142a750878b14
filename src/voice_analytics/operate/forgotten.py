"""The list of those who were forgotten: replay, backfill and compact bring none of them back.

An object a person's identifier under `forgotten/`, whose name is the identifier's HMAC-SHA-256
under the stack's key: who reads the list learns nobody's name. It holds for what was logged before
its entry: whoever calls again is a caller like any other. No lifecycle rule removes it.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

import orjson
import pyarrow as pa
from session_analytics.privacy.pseudonyms import Key, Keys, pseudonym, read_keys
from session_analytics.schema.envelope import LogEvent

from voice_analytics.errors import UserError
from voice_analytics.operate.objects import list_objects
from voice_analytics.operate.person import Identifier, Person, digits
from voice_analytics.operate.stack import Stack
from voice_analytics.operate.work import Content, Work

PREFIX = "forgotten/"
_SECRET = "PseudonymKey"  # noqa: S105 - the resource's logical id
_ADDRESS = re.compile(r"[\w.%+'-]{1,64}@[\w.-]{1,255}\w")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.){1,200})"')
_NUMBER = re.compile(r"\+?\d(?:[ .()/-]{0,3}\d){6,17}")


def stack_keys(stack: Stack) -> Keys:
    """The keys of the stack's pseudonyms. Raises UserError where it has none."""
    secret = stack.resources.get(_SECRET)
    if not secret:
        raise UserError(
            f"the stack {stack.name} has no key for pseudonyms",
            "deploy it with CreateOperatorPolicies=true, or with another PrivacyProfile than sales",
        )
    with stack.aws.refusals():
        response = stack.aws.client("secretsmanager").get_secret_value(SecretId=secret)
    return read_keys(response["SecretString"])


def name_on_list(identifier: Identifier, key: Key) -> str:
    """The identifier's name on the list."""
    return pseudonym(f"{identifier.kind}:{identifier.canonical}", key)


def remember(stack: Stack, person: Person, keys: Keys, run: str) -> None:
    """Put a person on the list."""
    for each in person.identifiers:
        name = name_on_list(each, keys.current)
        stack.aws.client("s3").put_object(
            Bucket=stack.bucket,
            Key=f"{PREFIX}{keys.current.id}/{name}.json",
            Body=json.dumps({"kind": each.kind, "run": run}).encode(),
        )


class Forgotten:
    """The list: entries by hash, with the time from which each holds backwards."""

    def __init__(self, entries: Mapping[str, datetime], keys: Iterable[Key]) -> None:
        self._entries = entries
        self._keys = list(keys)

    def holds(self, text: str, logged_at: datetime) -> bool:
        """Whether a line or row of that time names somebody who was forgotten afterwards."""
        return any(
            logged_at < self._entries[name]
            for each in set(_candidates(text))
            for key in self._keys
            if (name := name_on_list(each, key)) in self._entries
        )

    def without(self, events: Iterable[LogEvent]) -> list[LogEvent]:
        """The log events of people who were not forgotten."""
        return [
            event
            for event in events
            if not self.holds(
                event["message"], datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
            )
        ]


def read_forgotten(stack: Stack) -> Forgotten | None:
    """The list; None where it is empty, for which no key is asked."""
    entries = {
        each.key.rpartition("/")[2].removesuffix(".json"): each.modified
        for each in list_objects(stack, PREFIX)
    }
    return Forgotten(entries, stack_keys(stack).all) if entries else None


def forgotten_names(stack: Stack) -> list[str]:
    """The names on the list, which tell it apart from the list of another time."""
    return sorted(each.key for each in list_objects(stack, PREFIX))


def leave_out(stack: Stack, works: Iterable[Work]) -> Iterator[Work]:
    """The units of work without the events of those who were forgotten."""
    known = read_forgotten(stack)
    for work in works:
        yield work if known is None else work._replace(read=partial(_read, work, known))


def _read(work: Work, known: Forgotten) -> Content:
    content = work.read()
    content.pieces = (
        piece._replace(batch={**piece.batch, "logEvents": known.without(piece.batch["logEvents"])})
        for piece in content.pieces
    )
    return content


def remaining_rows(stack: Stack, table: pa.Table) -> pa.Table:
    """The rows of people who were not forgotten."""
    known = read_forgotten(stack)
    if known is None:
        return table
    mask = [not known.holds(_as_text(row), _logged_at(row)) for row in table.to_pylist()]
    return table if all(mask) else table.filter(pa.array(mask))


def _as_text(row: Mapping[str, Any]) -> str:
    return orjson.dumps(row, default=str).decode()


def _logged_at(row: Mapping[str, Any]) -> datetime:
    value = row.get("logged_at")
    return (
        value.replace(tzinfo=UTC)
        if isinstance(value, datetime)
        else datetime.min.replace(tzinfo=UTC)
    )


def _candidates(text: str) -> Iterator[Identifier]:
    """Whatever in a text could be an identifier: addresses, numbers, and JSON's texts."""
    plain = text.replace('\\"', '"')
    for candidate in _ADDRESS.findall(plain):
        yield Identifier("email", candidate)
    for candidate in _NUMBER.findall(plain):
        if len(digits(candidate)) >= 7:
            yield Identifier("phone", candidate)
    for candidate in _QUOTED.findall(plain):
        yield Identifier("email", candidate)
        yield Identifier("participant", candidate)
        yield Identifier("session", candidate)
