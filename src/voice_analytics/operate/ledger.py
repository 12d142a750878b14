"""The ledger of a command in the bucket: who does which unit of work, and what is done.

A unit is an object, a window of a log or a day; it is claimed by a conditional put
(`If-None-Match: *`), so of two operators one gets it. A unit that was claimed and not finished is
done again by whoever resumes its run. Nothing personal is written: keys, counts and times.
"""

import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from hashlib import sha256
from typing import Any

from botocore.exceptions import ClientError

from voice_analytics.errors import UserError
from voice_analytics.operate.aws import Aws, error_code

PREFIX = "operate/"
_TAKEN = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})


class Claim(Enum):
    """What a run may do with a unit."""

    OURS = "ours"
    DONE = "done"
    OF_ANOTHER_RUN = "of another run"


class Ledger:
    """The ledger of one run. `run` is new unless it is to be resumed."""

    def __init__(self, aws: Aws, bucket: str, command: str, run: str | None = None) -> None:
        self._s3 = aws.client("s3")
        self._bucket = bucket
        self._folder = f"{PREFIX}{command}/"
        self._command = command
        self.run = run or f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"

    def begin(self, options: Mapping[str, Any]) -> None:
        """Note what the run was asked for, so that it can be resumed with the same."""
        self._put(self._run_key, {"run": self.run, "begun": _now(), "options": dict(options)})

    def options(self) -> Mapping[str, Any]:
        """What the run was asked for. Raises UserError for a run that was never begun."""
        noted = self._get(self._run_key)
        if noted is None:
            raise UserError(
                f"there is no run {self.run} of {self._command}",
                f"see which there are: aws s3 ls s3://{self._bucket}/{self._folder}runs/",
            )
        options: Mapping[str, Any] = noted["options"]
        return options

    def claim(self, unit: str) -> Claim:
        """Take a unit of work, or tell why not."""
        key = self._unit_key(unit)
        try:
            self._put(key, {"run": self.run, "unit": unit, "claimed": _now()}, IfNoneMatch="*")
        except ClientError as error:
            if error_code(error) not in _TAKEN:
                raise
        else:
            return Claim.OURS
        noted = self._get(key) or {}
        if "done" in noted:
            return Claim.DONE
        return Claim.OURS if noted.get("run") == self.run else Claim.OF_ANOTHER_RUN

    def note(self, unit: str, **facts: Any) -> None:
        """Add facts to a unit that is ours, such as `sent=True`."""
        key = self._unit_key(unit)
        self._put(key, {**(self._get(key) or {}), "run": self.run, "unit": unit, **facts})

    def finish(self, unit: str, **facts: Any) -> None:
        """Note that nothing is left to do for a unit."""
        self.note(unit, **facts, done=_now())

    def noted(self, unit: str) -> Mapping[str, Any]:
        """The facts of a unit; empty where nobody has claimed it."""
        return self._get(self._unit_key(unit)) or {}

    def forget(self, unit: str) -> None:
        """Give a unit back, as if nobody had claimed it."""
        self._s3.delete_object(Bucket=self._bucket, Key=self._unit_key(unit))

    @property
    def _run_key(self) -> str:
        return f"{self._folder}runs/{self.run}.json"

    def _unit_key(self, unit: str) -> str:
        return f"{self._folder}units/{sha256(unit.encode()).hexdigest()}.json"

    def _put(self, key: str, content: Mapping[str, Any], **conditions: str) -> None:
        body = json.dumps(content).encode()
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=body, **conditions)

    def _get(self, key: str) -> dict[str, Any] | None:
        try:
            body = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except ClientError as error:
            if error_code(error) != "NoSuchKey":
                raise
            return None
        content: dict[str, Any] = json.loads(body)
        return content


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
