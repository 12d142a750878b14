"""What makes the application deployable: stages beside each other, one runtime, parameters that explain themselves."""

from collections.abc import Iterator
from itertools import combinations

from tests.template.cloudformation import Template, resolved
from tests.template.rules.parts import Findings


def stages_share_an_account(template: Template) -> Findings:
    stages = {stage: dict(_names(resolved(template, Stage=stage))) for stage in ("prod", "staging", "dev")}
    for one, other in combinations(stages, 2):
        yield from (
            f"{resource} has one name in {one} and {other}: {name}"
            for resource, name in stages[one].items()
            if stages[other][resource] == name
        )
    yield from (f"prod's {resource} is named for its stage" for resource, name in stages["prod"].items() if "prod" in name)


def one_runtime_everywhere(template: Template) -> Findings:
    for architecture in ("arm64", "x86_64"):
        resources = resolved(template, Architecture=architecture)
        function, layer = resources["TransformFunction"]["Properties"], resources["SessionAnalyticsLayer"]
        if {function["Runtime"], *layer["Properties"]["CompatibleRuntimes"], layer["Metadata"]["BuildMethod"]} != {"python3.13"}:
            yield "function and layer are not both for Python 3.13"
        processors = [*function["Architectures"], *layer["Properties"]["CompatibleArchitectures"]]
        if {*processors, layer["Metadata"]["BuildArchitecture"]} != {architecture}:
            yield f"not all is built for {architecture} when that is asked for"


def parameters_and_outputs_are_described(template: Template) -> Findings:
    for section in ("Parameters", "Outputs"):
        yield from (f"{name} has no description" for name, item in template[section].items() if not item.get("Description"))


RULES = [
    stages_share_an_account,
    one_runtime_everywhere,
    parameters_and_outputs_are_described,
]


def _names(resources: Template) -> Iterator[tuple[str, str]]:
    """Names that an account (and region) has once. The agent's log group is named by whoever deploys."""
    own_name = {
        "AWS::Glue::Database": lambda of: of["DatabaseInput"]["Name"],
        "AWS::IAM::Role": lambda of: of.get("RoleName"),
        "AWS::KinesisFirehose::DeliveryStream": lambda of: of["DeliveryStreamName"],
        "AWS::Logs::LogGroup": lambda of: of["LogGroupName"],
        "AWS::Logs::SubscriptionFilter": lambda of: of["FilterName"],
        "AWS::S3::Bucket": lambda of: of.get("BucketName"),
        "AWS::Serverless::Function": lambda of: of["FunctionName"],
        "AWS::Serverless::LayerVersion": lambda of: of["LayerName"],
    }
    for logical_id, resource in resources.items():
        if resource["Type"] in own_name and logical_id != "AgentLogGroup":
            name = own_name[resource["Type"]](resource["Properties"])
            if name is not None:
                yield logical_id, name
