"""Every function of the application: code that is there, and a log group of the stack's."""

import ast

from tests.template.cloudformation import TEMPLATE, Template
from tests.template.deployed import EVERYTHING, deployed
from tests.template.rules.parts import Findings, of_type


def handlers_are_in_the_code(template: Template) -> Findings:
    for name, function in _functions(template):
        module, _, handler = function["Handler"].rpartition(".")
        code = TEMPLATE.parent / function["CodeUri"] / f"{module}.py"
        if not code.is_file() or handler not in _defined(code.read_text(encoding="utf-8")):
            yield f"{name}: {function['CodeUri']} has no {function['Handler']}"


def functions_log_into_groups_of_the_stack(template: Template) -> Findings:
    """Else Lambda makes a group itself, without retention or key, that outlives the stack."""
    resources = deployed(template, **EVERYTHING)
    groups = {
        group["Properties"]["LogGroupName"]
        for _, group in of_type(resources, "AWS::Logs::LogGroup")
    }
    for name, function in _functions(template):
        if function.get("LoggingConfig", {}).get("LogGroup") not in groups - {
            resources["AgentLogGroup"]["Properties"]["LogGroupName"]
        }:
            yield f"{name} has no log group of its own in the stack"


RULES = [handlers_are_in_the_code, functions_log_into_groups_of_the_stack]


def _functions(template: Template) -> list[tuple[str, Template]]:
    resources = deployed(template, **EVERYTHING)
    return [
        (name, function["Properties"])
        for name, function in of_type(resources, "AWS::Serverless::Function")
    ]


def _defined(code: str) -> set[str]:
    return {node.name for node in ast.parse(code).body if isinstance(node, ast.FunctionDef)}
