"""Faults between CloudWatch Logs, Firehose, Lambda and S3, for `local run --fault NAME=RATE`.

Deterministic: each fault has dice of its own, made from the seed, so that one fault's rate does not
shift another's hits.
"""

import random
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Self

from voice_analytics.errors import UserError
from voice_analytics.local.firehose.transformation import Invoke
from voice_analytics.local.function.runtime import FunctionError

FAULTS = {
    "duplicate-delivery": "CloudWatch Logs sends a record twice",
    "record-corrupted": "a record arrives cut in half",
    "function-crashed": "an invocation dies when it has stored its rejects and reingested, so "
    "Firehose repeats it",
    "rejects-denied": "S3 denies a put",
    "rejects-timeout": "a put into S3 times out; half of these were stored",
    "reingest-throttled": "Firehose refuses a single record of a PutRecordBatch",
    "reingest-denied": "Firehose denies a PutRecordBatch",
    "reingest-timeout": "a PutRecordBatch times out; half of these were stored",
}
_STORED_NONETHELESS = 0.5  # of the calls that time out


class Faults:
    """`rates` (0 to 1) by name; a fault without a rate never happens."""

    def __init__(self, rates: Mapping[str, float], seed: int) -> None:
        self._rates = rates
        self._dice = {name: random.Random(f"{seed} {name}") for name in rates}  # noqa: S311 - no secret

    @classmethod
    def parse(cls, given: Iterable[str], seed: int) -> Self:
        """Faults as on the command line, NAME=RATE.

        Raises UserError for an unknown name, and for a rate that is not one.
        """
        return cls(dict(map(_name_and_rate, given)), seed)

    @property
    def injected(self) -> bool:
        """Whether any fault has a rate."""
        return bool(self._rates)

    def happens(self, name: str) -> bool:
        """Whether the fault strikes now; asked once for each thing that it may strike."""
        return name in self._rates and self._dice[name].random() < self._rates[name]

    def stored_nonetheless(self, name: str) -> bool:
        """Whether what timed out was stored: the caller cannot tell."""
        return self._dice[name].random() < _STORED_NONETHELESS

    def deliveries(self, data: bytes) -> Iterator[bytes]:
        """The record as the stream receives it, as often as it does."""
        for _ in range(2 if self.happens("duplicate-delivery") else 1):
            yield data[: len(data) // 2] if self.happens("record-corrupted") else data

    def crashing(self, invoke: Invoke) -> Invoke:
        """The function, which may die when it has done all but answer."""

        def invoked(event: Mapping[str, Any]) -> Any:
            answer = invoke(event)
            crashed = self.happens("function-crashed")
            return (
                FunctionError("Runtime.ExitError", "Runtime exited with error: signal: killed")
                if crashed
                else answer
            )

        return invoked


NONE = Faults({}, 0)


def _name_and_rate(text: str) -> tuple[str, float]:
    name, _, number = text.partition("=")
    if name not in FAULTS:
        raise UserError(f"unknown fault {name}", f"use one of {', '.join(FAULTS)}")
    try:
        rate = float(number)
    except ValueError:
        rate = -1
    if not 0 <= rate <= 1:
        raise UserError(f"--fault {text} has no rate from 0 to 1", f"write it as {name}=0.3")
    return name, rate
