"""What the doctor says of one link of the chain."""

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from voice_analytics.operate.aws import Aws, error_code, iam_action
from voice_analytics.operate.stack import Stack


class State(StrEnum):
    """`doubt` may be intended; `unknown` could not be looked at."""

    OK = "ok"
    FAULT = "fault"
    DOUBT = "doubt"
    UNKNOWN = "unknown"


class Finding(NamedTuple):
    """A link of the chain, its state, what was seen, and what to do. No personal data."""

    link: str
    state: State
    evidence: str
    cure: str = ""

    def as_json(self) -> dict[str, Any]:
        return {**self._asdict(), "state": self.state.value}


type Findings = Iterator[Finding]
type Check = Callable[[Stack], Findings]


def ok(link: str, evidence: str) -> Finding:
    return Finding(link, State.OK, evidence)


def fault(link: str, evidence: str, cure: str) -> Finding:
    return Finding(link, State.FAULT, evidence, cure)


def doubt(link: str, evidence: str, cure: str) -> Finding:
    return Finding(link, State.DOUBT, evidence, cure)


def looked_at(check: Callable[[], Findings], link: str, aws: Aws) -> Findings:
    """The findings of a check; one that AWS refuses is `unknown` and names the action."""
    try:
        yield from check()
    except ClientError as error:
        service, operation = aws.last_call
        action = iam_action(service, operation)
        evidence = f"{operation} of {service} answers {error_code(error)}"
        yield Finding(link, State.UNKNOWN, evidence, f"allow {action} to look at this")
    except BotoCoreError as error:
        yield Finding(link, State.UNKNOWN, type(error).__name__, "see network and region")
