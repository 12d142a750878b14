"""Names that an account has once.

Different in every stage, and left to AWS for roles and policies.
"""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from tests.template.cloudformation import REGION, Template
from tests.template.deployed import EVERYTHING, deployed
from tests.template.rules.parts import Findings

STAGES = ("prod", "staging", "dev")
# Where the identifier of CloudFormation's schema is made up by AWS, or stands elsewhere among the
# properties.
_NAMED_BY: dict[str, list[tuple[str, ...]]] = {
    "AWS::Glue::Database": [("DatabaseInput", "Name")],
    "AWS::Glue::Table": [("DatabaseName",), ("TableInput", "Name")],
    "AWS::IAM::ManagedPolicy": [("ManagedPolicyName",)],
    "AWS::Logs::QueryDefinition": [("Name",)],
    "AWS::SNS::Topic": [("TopicName",)],
    "AWS::Serverless::Function": [("FunctionName",)],
    "AWS::Serverless::LayerVersion": [("LayerName",)],
}


def no_name_is_there_twice(template: Template) -> Findings:
    """Not even where two stages read the same log group."""
    shared = EVERYTHING | {"CreateLogGroup": "false"}
    stages = {stage: dict(_names(deployed(template, **shared, Stage=stage))) for stage in STAGES}
    for first, second in combinations(stages, 2):
        names = set(stages[second].values())
        yield from (
            f"{resource} has one name in {first} and {second}: {name}"
            for resource, name in stages[first].items()
            if name in names
        )


def no_name_is_there_twice_in_a_stage(template: Template) -> Findings:
    names = list(_names(deployed(template, **EVERYTHING)))
    yield from (
        f"{first} and {second} are both {name}"
        for (first, name), (second, same) in combinations(names, 2)
        if name == same
    )


def prod_has_the_plain_names(template: Template) -> Findings:
    for resource, (_, *name) in _names(deployed(template, **EVERYTHING, Stage="prod")):
        if any("prod" in part for part in name):
            yield f"{resource} is named for its stage: {name}"


def roles_and_policies_have_no_names(template: Template) -> Findings:
    """Names need CAPABILITY_NAMED_IAM, and a replacement would collide with the old name."""
    for name, resource in template["Resources"].items():
        for setting in {"RoleName", "ManagedPolicyName"} & resource["Properties"].keys():
            yield f"{name} has a {setting}"


RULES = [
    no_name_is_there_twice,
    no_name_is_there_twice_in_a_stage,
    prod_has_the_plain_names,
    roles_and_policies_have_no_names,
]

type _Name = tuple[str, ...]


def _names(resources: Template) -> Iterator[tuple[str, _Name]]:
    """Each resource's type and name, of those that have a name of the template's choice."""
    for logical_id, resource in resources.items():
        values = [_at(resource["Properties"], path) for path in _paths(resource["Type"])]
        if values and None not in values:
            yield logical_id, (resource["Type"], *map(str, values))


def _paths(kind: str) -> list[tuple[str, ...]]:
    if kind in _NAMED_BY:
        return _NAMED_BY[kind]
    identifier: list[str] = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, kind).schema[
        "primaryIdentifier"
    ]
    return [tuple(pointer.split("/")[2:]) for pointer in identifier]


def _at(node: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        node = node.get(key) if isinstance(node, dict) else None
    return node
