"""The floor: only the steps that every solution needs, each by the fastest library on PyPI.

Decode, gunzip, parse the envelope, parse each message, write each message, encode. Nothing is
checked and there are no columns. Which library is the fastest is found out on this machine, by each
one's time for the same record.
"""

import base64
import gzip
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import orjson
import pybase64
from isal import igzip
from zlib_ng import gzip_ng

from benchmarks.traffic import Invocation

_REPEATS = 50

type Step = Callable[[Any], Any]

_BY_STEP: Mapping[str, Mapping[str, Step]] = {
    "decode": {
        "base64": base64.b64decode,
        "pybase64": lambda text: pybase64.b64decode(text, validate=True),
    },
    "gunzip": {"gzip": gzip.decompress, "isal": igzip.decompress, "zlib-ng": gzip_ng.decompress},
    "parse": {"json": json.loads, "msgspec": msgspec.json.Decoder().decode, "orjson": orjson.loads},
    "write": {
        "json": lambda value: json.dumps(value).encode(),
        "msgspec": msgspec.json.Encoder().encode,
        "orjson": orjson.dumps,
    },
    "encode": {
        "base64": lambda data: base64.b64encode(data).decode(),
        "pybase64": pybase64.b64encode_as_string,
    },
}


class Floor:
    """Answers with the libraries that were the fastest on a record of this invocation.

    `libraries` names them by step.
    """

    def __init__(self, event: Invocation) -> None:
        self.libraries: dict[str, str] = {}
        steps = []
        value = max((record["data"] for record in event["records"]), key=len)
        for step, contenders in _BY_STEP.items():
            best = min(contenders, key=lambda name: _seconds(contenders[name], value))
            self.libraries[step] = best
            steps.append(contenders[best])
            value = steps[-1](value)
        self._decode, self._gunzip, self._parse, self._write, self._encode = steps

    def __call__(self, event: Invocation) -> dict[str, Any]:
        return {"records": [self._answer(record) for record in event["records"]]}

    def _answer(self, record: dict[str, Any]) -> dict[str, Any]:
        batch = self._parse(self._gunzip(self._decode(record["data"])))
        lines = b"\n".join(
            line for log_event in batch["logEvents"] if (line := self._line(log_event["message"]))
        )
        return {"recordId": record["recordId"], "result": "Ok", "data": self._encode(lines)}

    def _line(self, message: str) -> bytes:
        try:
            line: bytes = self._write(self._parse(message))
        except (ValueError, msgspec.DecodeError):  # a cut line
            return b""
        return line


def _seconds(step: Step, value: Any) -> float:
    """The shortest time of one step."""
    shortest = float("inf")
    for _ in range(_REPEATS):
        started = time.thread_time_ns()
        step(value)
        shortest = min(shortest, (time.thread_time_ns() - started) / 1e9)
    return shortest
