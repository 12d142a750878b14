"""What makes the application deployable.

One runtime, parameters that explain themselves, and lines that flow last of all.
"""

import re
from collections.abc import Iterator
from typing import Any

from tests.template.cloudformation import Template, resolved
from tests.template.rules.parts import Findings, of_type

RUNTIME = "python3.13"


def one_runtime_everywhere(template: Template) -> Findings:
    for architecture in ("arm64", "x86_64"):
        resources = resolved(template, Architecture=architecture)
        for name, function in of_type(resources, "AWS::Serverless::Function"):
            if (
                function["Properties"].get("Runtime"),
                function["Properties"].get("Architectures"),
            ) != (RUNTIME, [architecture]):
                yield f"{name} is not for {RUNTIME} on {architecture} when that is asked for"
        for name, layer in of_type(resources, "AWS::Serverless::LayerVersion"):
            suits, build = layer["Properties"], layer["Metadata"]
            if (suits["CompatibleRuntimes"], suits["CompatibleArchitectures"]) != (
                [RUNTIME],
                [architecture],
            ):
                yield f"{name} is for other functions than the application's on {architecture}"
            if (build["BuildMethod"], build["BuildArchitecture"]) != (RUNTIME, architecture):
                yield f"{name} is not built for {RUNTIME} on {architecture}"


def parameters_and_outputs_are_described(template: Template) -> Findings:
    for section in ("Parameters", "Outputs"):
        yield from (
            f"{name} has no description"
            for name, item in template[section].items()
            if not item.get("Description")
        )


def the_subscription_comes_last(template: Template) -> Findings:
    """What fails in a first deployment has all of it undone.

    Until then no line may have been taken in.
    """
    resources = template["Resources"]
    before: set[str] = set()
    waiting = ["Subscription"]
    while waiting:
        names = set(_waits_for(resources[waiting.pop()])) & resources.keys() - before
        before |= names
        waiting += names
    for name, resource in resources.items():
        if name not in {"Subscription", *before} and "Condition" not in resource:
            yield f"{name} may be made, and fail, when lines flow already"


RULES = [
    one_runtime_everywhere,
    parameters_and_outputs_are_described,
    the_subscription_comes_last,
]


def _waits_for(node: Any) -> Iterator[str]:
    """Names that a resource refers to, resources among them."""
    if isinstance(node, list):
        for item in node:
            yield from _waits_for(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            match key, value:
                case "Ref", str(name):  # SAM's `Function.Alias` as well
                    yield name.partition(".")[0]
                case "Fn::GetAtt", [str(name), _]:
                    yield name
                case "DependsOn", _:
                    yield from [value] if isinstance(value, str) else value
                case "Fn::Sub", _:
                    yield from re.findall(
                        r"\$\{(\w+)", value if isinstance(value, str) else value[0]
                    )
            yield from _waits_for(value)
