"""The parts of the resolved template that the rules look at."""

from collections.abc import Callable, Iterator
from typing import Any

from tests.template.cloudformation import Template

type Findings = Iterator[str]
"""What a rule gives: a line for each thing that is wrong."""

type Rule = Callable[[Template], Findings]


def destination_of(resources: Template) -> dict[str, Any]:
    destination: dict[str, Any] = resources["DeliveryStream"]["Properties"][
        "ExtendedS3DestinationConfiguration"
    ]
    return destination


def transformation_of(resources: Template) -> dict[str, str]:
    """The parameters of the stream's one processor, by name."""
    [processor] = destination_of(resources)["ProcessingConfiguration"]["Processors"]
    return {item["ParameterName"]: item["ParameterValue"] for item in processor["Parameters"]}


def table_of(resources: Template, name: str) -> dict[str, Any]:
    tables: Iterator[dict[str, Any]] = (
        table["Properties"]["TableInput"] for _, table in of_type(resources, "AWS::Glue::Table")
    )
    return next(table for table in tables if table["Name"] == name)


def environment_of(resources: Template) -> dict[str, str]:
    """What the function is told."""
    variables: dict[str, str] = resources["TransformFunction"]["Properties"]["Environment"][
        "Variables"
    ]
    return variables


def folder_of(prefix: str) -> str:
    """The part of a prefix that is the same for all objects: `sessions/` of `sessions/dt=…/`."""
    return prefix.partition("!{")[0].rpartition("/")[0] + "/"


def of_type(resources: Template, kind: str) -> list[tuple[str, dict[str, Any]]]:
    return [(name, resource) for name, resource in resources.items() if resource["Type"] == kind]
