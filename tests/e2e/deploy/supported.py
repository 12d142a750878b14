"""What ministack knows of the application, and what a copy for it has to go without.

The templates of the project have everything; what is removed here is removed for the emulator's
sake alone, and a test shows that it refuses each of it. Without CodeDeploy, references to SAM's
`ServerlessDeploymentApplication` lead nowhere: the emulator lets them pass, in roles that nothing
assumes then.
"""

import copy
import json
from pathlib import Path

from tests.template.cloudformation import Template, load

# as it says itself that it does not know them; SAM makes CodeDeploy's resources of a
# DeploymentPreference
UNKNOWN_IN_APPLICATION = {
    "AWS::CodeDeploy::Application",
    "AWS::CodeDeploy::DeploymentGroup",
    "AWS::Logs::QueryDefinition",
}
UNKNOWN_IN_NESTED_STACKS = {
    "AthenaStack": {"AWS::Athena::NamedQuery", "AWS::Athena::PreparedStatement"},
    "LeadAlertsStack": {"AWS::Events::ApiDestination", "AWS::Events::Connection"},
}
_UNKNOWN = UNKNOWN_IN_APPLICATION.union(*UNKNOWN_IN_NESTED_STACKS.values())


def make_supported(build: Path) -> None:
    """Rewrite the templates that `sam build` has made, as JSON that the emulator can deploy."""
    application = build / "template.yaml"
    resources = load(application)["Resources"]
    nested = [
        build / resources[name]["Properties"]["TemplateURL"] for name in UNKNOWN_IN_NESTED_STACKS
    ]
    application.write_text(json.dumps(supported(load(application))), encoding="utf-8")
    for template in nested:
        plain = without_transform(supported(load(template)))
        template.write_text(json.dumps(plain), encoding="utf-8")


def supported(template: Template) -> Template:
    """The template without what the emulator does not know.

    That is some types with the rules that call them, gradual deployment, and alarms of more than
    one metric.
    """
    less = copy.deepcopy(template)
    alarms = alarms_of_several_metrics(template)
    less["Resources"] = {
        name: resource
        for name, resource in less["Resources"].items()
        if resource["Type"] not in _UNKNOWN and name not in alarms and not _calls_unknown(resource)
    }
    for resource in less["Resources"].values():
        resource["Properties"].pop("DeploymentPreference", None)
    return less


def without_transform(template: Template) -> Template:
    """A nested template with plain functions: the emulator applies SAM's transform to the outer."""
    plain = copy.deepcopy(template)
    plain.pop("Transform", None)
    common = plain.pop("Globals", {}).get("Function", {})
    for resource in plain["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Type"] = "AWS::Lambda::Function"
            resource["Properties"] = {**common, **resource["Properties"]}
            resource["Properties"]["Code"] = resource["Properties"].pop("CodeUri")
    return plain


def _calls_unknown(resource: Template) -> bool:
    """Whether a rule has a target that is an API destination."""
    targets = resource["Properties"].get("Targets", [])
    return any("Destination" in str(target.get("Arn")) for target in targets)


def alarms_of_several_metrics(template: Template) -> Template:
    """The alarms that compute with metrics, by name."""
    return {
        name: resource
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]
    }
