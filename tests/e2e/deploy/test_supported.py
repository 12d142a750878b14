"""The copy of the template lacks what the emulator refuses, and nothing else.

What it takes one day fails here.
"""

import json
import re
from pathlib import Path

import pytest
from botocore.exceptions import WaiterError

from tests.e2e.deploy.ministack import Cloud
from tests.e2e.deploy.sam_deploy import sam_deploy
from tests.e2e.deploy.stack import RESOURCES
from tests.e2e.deploy.supported import (
    UNKNOWN_IN_APPLICATION,
    UNKNOWN_IN_NESTED_STACKS,
    alarms_of_several_metrics,
    without_transform,
)
from tests.template.cloudformation import REGION, load

pytestmark = [pytest.mark.sam, pytest.mark.xdist_group("sam")]  # on one worker, which builds once


def test_the_emulator_refuses_what_the_copy_lacks_of_the_application(
    build: Path, cloud: Cloud
) -> None:
    output = sam_deploy(build / "template.yaml", cloud)
    assert output.returncode == 1
    assert unrecognized(output.stderr) == UNKNOWN_IN_APPLICATION


@pytest.mark.parametrize("name", UNKNOWN_IN_NESTED_STACKS)
def test_the_emulator_refuses_what_the_copy_lacks_of_a_nested_stack(
    name: str, build: Path, cloud: Cloud
) -> None:
    template = without_transform(load(build / name / "template.yaml"))
    for resource in template["Resources"].values():
        resource["Properties"].pop("Code", None)  # of which only the upload makes an object
    bucket = name.lower()
    cloud.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    cloud.s3.put_object(Bucket=bucket, Key="template", Body=json.dumps(template).encode())
    parameters = [{"ParameterKey": name, "ParameterValue": "1"} for name in template["Parameters"]]
    with pytest.raises(cloud.cloudformation.exceptions.ClientError) as refused:
        cloud.cloudformation.create_stack(
            StackName=bucket,
            TemplateURL=f"{cloud.endpoint}/{bucket}/template",
            Parameters=parameters,
        )
    assert unrecognized(str(refused.value)) == UNKNOWN_IN_NESTED_STACKS[name]


def unrecognized(message: str) -> set[str]:
    match = re.search(r"Unrecognized resource types: \[(.*)\]", message)
    assert match, message
    return set(match[1].split(", "))


@pytest.mark.parametrize("name", alarms_of_several_metrics(load()))
def test_the_emulator_refuses_an_alarm_that_the_copy_lacks(name: str, cloud: Cloud) -> None:
    template = json.dumps({"Resources": {"Alarm": RESOURCES[name]}})
    cloud.cloudformation.create_stack(StackName=name, TemplateBody=template)
    with pytest.raises(WaiterError, match="ROLLBACK_COMPLETE"):
        cloud.cloudformation.get_waiter("stack_create_complete").wait(
            StackName=name, WaiterConfig={"Delay": 1}
        )
    events = cloud.cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    (reason,) = (
        event["ResourceStatusReason"]
        for event in events
        if event["ResourceStatus"] == "CREATE_FAILED"
    )
    assert "(metric math) is not supported" in reason
