"""The policy documents of a deployed template, and the findings of parliament, their linter."""

import importlib
import importlib.util
import json
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from tests.template.cloudformation import Template
from tests.template.deployed import with_everything


class Document(NamedTuple):
    where: str
    content: dict[str, Any]


def findings(document: Document) -> Iterator[str]:
    """What parliament finds, as `where: ISSUE detail`."""
    analysis = _PARLIAMENT.analyze_policy_string(json.dumps(document.content))
    for finding in analysis.findings:
        yield f"{document.where}: {finding.issue} {finding.detail}"


def documents(template: Template) -> list[Document]:
    """Of every role, managed policy, bucket and topic, with every optional part switched on."""
    result: list[Document] = []
    for name, resource in with_everything(template).items():
        properties = resource["Properties"]
        result += [
            Document(f"{name}/{policy['PolicyName']}", policy["PolicyDocument"])
            for policy in properties.get("Policies", [])
        ]
        if "PolicyDocument" in properties:
            result.append(Document(name, properties["PolicyDocument"]))
        if "AssumeRolePolicyDocument" in properties:
            result.append(
                Document(
                    f"{name}/trust", _on_the_role(properties["AssumeRolePolicyDocument"], name)
                )
            )
    return result


def _on_the_role(trust: dict[str, Any], role: str) -> dict[str, Any]:
    """A trust policy names no resource, because it is its role.

    Parliament asks for one all the same.
    """
    arn = f"arn:aws:iam::123456789012:role/{role}"
    return {
        **trust,
        "Statement": [{**statement, "Resource": arn} for statement in trust["Statement"]],
    }


def _import_parliament() -> Any:
    """Parliament with a stand-in for `pkg_resources`, by which it finds its two data files.

    setuptools has dropped that module, and nothing else may see the stand-in.
    Its warnings are about escapes in its own texts and about the files that it leaves open.
    """
    stand_in: Any = ModuleType("pkg_resources")
    stand_in.resource_filename = _beside
    sys.modules["pkg_resources"] = stand_in
    try:
        with warnings.catch_warnings(action="ignore"):
            return importlib.import_module("parliament")
    finally:
        del sys.modules["pkg_resources"]


def _beside(package: str, name: str) -> str:
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return str(Path(spec.origin).with_name(name))


_PARLIAMENT = _import_parliament()
