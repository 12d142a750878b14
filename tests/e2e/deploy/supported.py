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
UNKNOWN_IN_NESTED_STACK = {"AWS::Athena::NamedQuery", "AWS::Athena::PreparedStatement"}
_UNKNOWN = UNKNOWN_IN_APPLICATION | UNKNOWN_IN_NESTED_STACK


def make_supported(build: Path) -> None:
    """Rewrite the templates that `sam build` has made, as JSON that the emulator can deploy."""
    application = build / "template.yaml"
    nested = build / load(application)["Resources"]["AthenaStack"]["Properties"]["TemplateURL"]
    for template in (application, nested):
        template.write_text(json.dumps(supported(load(template))), encoding="utf-8")


def supported(template: Template) -> Template:
    """The template without what the emulator does not know.

    That is some types, gradual deployment, and alarms of more than one metric.
    """
    less = copy.deepcopy(template)
    alarms = alarms_of_several_metrics(template)
    less["Resources"] = {
        name: resource
        for name, resource in less["Resources"].items()
        if resource["Type"] not in _UNKNOWN and name not in alarms
    }
    for resource in less["Resources"].values():
        resource["Properties"].pop("DeploymentPreference", None)
    return less


def alarms_of_several_metrics(template: Template) -> Template:
    """The alarms that compute with metrics, by name."""
    return {
        name: resource
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]
    }
