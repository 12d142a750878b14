"""What makes the application deployable: one runtime, parameters that explain themselves."""

from tests.template.cloudformation import Template, resolved
from tests.template.rules.parts import Findings, of_type

RUNTIME = "python3.13"


def one_runtime_everywhere(template: Template) -> Findings:
    for architecture in ("arm64", "x86_64"):
        resources = resolved(template, Architecture=architecture)
        for name, function in of_type(resources, "AWS::Serverless::Function"):
            if (function["Properties"].get("Runtime"), function["Properties"].get("Architectures")) != (RUNTIME, [architecture]):
                yield f"{name} is not for {RUNTIME} on {architecture} when that is asked for"
        for name, layer in of_type(resources, "AWS::Serverless::LayerVersion"):
            suits, build = layer["Properties"], layer["Metadata"]
            if (suits["CompatibleRuntimes"], suits["CompatibleArchitectures"]) != ([RUNTIME], [architecture]):
                yield f"{name} is for other functions than the application's on {architecture}"
            if (build["BuildMethod"], build["BuildArchitecture"]) != (RUNTIME, architecture):
                yield f"{name} is not built for {RUNTIME} on {architecture}"


def parameters_and_outputs_are_described(template: Template) -> Findings:
    for section in ("Parameters", "Outputs"):
        yield from (f"{name} has no description" for name, item in template[section].items() if not item.get("Description"))


RULES = [
    one_runtime_everywhere,
    parameters_and_outputs_are_described,
]
