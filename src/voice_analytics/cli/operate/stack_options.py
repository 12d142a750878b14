"""Options and output that the commands of `operate` share."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console
from rich.text import Text

from voice_analytics.operate.aws import Aws
from voice_analytics.operate.stack import Stack, find_stack

FINE, FINDING = 0, 1
PLAN = "nothing is changed without --yes"


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """The stack, and how to reach its account."""

    stack: str
    "Name of the CloudFormation stack."
    region: str | None = None
    "Region of the stack, where the profile names another or none."
    profile: str | None = None
    "Profile of the AWS configuration."
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False
    "Print the result as one JSON object."

    def find(self) -> Stack:
        """The stack as it is deployed."""
        return find_stack(Aws(self.region, self.profile), self.stack)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True, slots=True)
class Acting:
    """Whether and how a plan is carried out."""

    yes: Annotated[bool, Parameter(negative="")] = False
    "Act. Without it the plan is printed, and nothing is changed."
    resume: str | None = None
    "Go on with a run that was interrupted, by the name that it printed; goes with --yes."


def tell(text: str) -> None:
    """Progress goes to standard error: results alone go to standard output."""
    Console(stderr=True).print(Text(text))


def show(facts: Mapping[str, Any], *, as_json: bool) -> None:
    """Print facts, one a line or as one JSON object."""
    if as_json:
        print(json.dumps(facts))
        return
    width = max(map(len, facts), default=0)
    for name, value in facts.items():
        Console(soft_wrap=True).print(Text(f"{name:<{width}}  {_as_text(value)}"))


def _as_text(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {number}" for key, number in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return f"{value:,}" if isinstance(value, int | float) else str(value)
