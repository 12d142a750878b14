"""The stream, its function and their roles: whether records become files."""

from typing import Any

from voice_analytics.operate.findings import Findings, doubt, fault, ok
from voice_analytics.operate.stack import Stack


def stack_itself(stack: Stack) -> Findings:
    """Whether the last deployment ended well."""
    if stack.status.endswith(("ROLLBACK_COMPLETE", "FAILED")):
        cure = "see the stack's events, correct the reason and deploy again"
        yield fault("stack", f"its status is {stack.status}", cure)
    else:
        yield ok("stack", stack.status)


def stream(stack: Stack) -> Findings:
    """Active, transforming by the alias, converting, encrypted by a key that can be used."""
    link = "stream"
    client = stack.aws.client("firehose")
    described = client.describe_delivery_stream(DeliveryStreamName=stack.stream)
    about = described["DeliveryStreamDescription"]
    if about["DeliveryStreamStatus"] != "ACTIVE":
        evidence = f"its status is {about['DeliveryStreamStatus']}"
        yield fault(link, evidence, "see its failure description; deploy again")
    destination = about["Destinations"][0]["ExtendedS3DestinationDescription"]
    yield from _processing(stack, destination.get("ProcessingConfiguration", {}))
    conversion = destination.get("DataFormatConversionConfiguration", {})
    if not conversion.get("Enabled", bool(conversion)):
        yield fault(link, "conversion to Parquet is switched off", "deploy the stack again")
    prefix = destination.get("Prefix", "")
    if not prefix.startswith("sessions/dt="):
        yield fault(link, f"it writes to {prefix}", "deploy the stack again")
    yield ok(link, f"{stack.stream} is {about['DeliveryStreamStatus']}")


def _processing(stack: Stack, processing: dict[str, Any]) -> Findings:
    arns = [
        parameter["ParameterValue"]
        for processor in processing.get("Processors", [])
        for parameter in processor.get("Parameters", [])
        if parameter["ParameterName"] == "LambdaArn"
    ]
    if not processing.get("Enabled") or not arns:
        yield fault("stream", "the transformation is switched off", "deploy the stack again")
    elif arns != [stack.alias_arn]:
        evidence = f"it calls {arns[0].rpartition(':function:')[2]}, not the alias live"
        yield fault("stream", evidence, "deploy the stack again")


def key(stack: Stack) -> Findings:
    """Whether the customer's key can be used."""
    arn = stack.parameters.get("KmsKeyArn")
    if not arn:
        return
    about = stack.aws.client("kms").describe_key(KeyId=arn)["KeyMetadata"]
    if about["KeyState"] != "Enabled":
        yield fault(
            "key",
            f"its state is {about['KeyState']}: Firehose discards what it holds after 24 hours",
            "enable the key, or cancel its deletion, at once",
        )
    else:
        yield ok("key", "enabled")


def function(stack: Stack) -> Findings:
    """The alias at the newest version, with the settings of the stack."""
    link = "function"
    client = stack.aws.client("lambda")
    live = client.get_alias(FunctionName=stack.function, Name="live")["FunctionVersion"]
    pages = client.get_paginator("list_versions_by_function").paginate(FunctionName=stack.function)
    numbers = [
        int(each["Version"])
        for page in pages
        for each in page["Versions"]
        if each["Version"].isdecimal()
    ]
    newest = max(numbers, default=0)
    if str(newest) != live:
        yield doubt(
            link,
            f"the alias live names version {live}, the newest is {newest}",
            "a deployment is under way or was rolled back: see CodeDeploy",
        )
    settings = client.get_function_configuration(FunctionName=stack.function, Qualifier="live")
    variables = settings.get("Environment", {}).get("Variables", {})
    expected = {
        "BUCKET_NAME": stack.bucket,
        "PROJECTION_START_DATE": stack.parameters["ProjectionStartDate"],
    }
    for name, value in expected.items():
        if variables.get(name) != value:
            evidence = f"{name} is {variables.get(name)!r} in version {live}, not {value!r}"
            yield fault(link, evidence, "deploy the stack again")
    yield ok(link, f"live is version {live}")


def roles(stack: Stack) -> Findings:
    """Whether the services' roles may do what the way needs, by IAM's simulator."""
    objects = f"arn:aws:s3:::{stack.bucket}/"
    catalog = f"arn:aws:glue:{stack.region}:{stack.account}:"
    table = f"{catalog}table/{stack.database}/session_analytics"
    needs = {
        "SubscriptionRole": [("firehose:PutRecordBatch", stack.stream_arn)],
        "DeliveryRole": [
            ("lambda:InvokeFunction", stack.alias_arn),
            ("glue:GetTableVersions", table),
            ("s3:PutObject", f"{objects}sessions/x"),
            ("s3:PutObject", f"{objects}errors/x"),
        ],
        "TransformRole": [
            ("s3:PutObject", f"{objects}rejected/x"),
            ("firehose:PutRecordBatch", stack.stream_arn),
        ],
    }
    application = stack.resources.get("ServerlessDeploymentApplication")
    if application:  # a stack that shifts traffic: the hook tells CodeDeploy whether to go on
        groups = f"arn:aws:codedeploy:{stack.region}:{stack.account}:deploymentgroup:"
        reports = "codedeploy:PutLifecycleEventHookExecutionStatus"
        needs["PreTrafficRole"] = [
            (reports, f"{groups}{application}/x"),
            ("lambda:InvokeFunction", stack.alias_arn.removesuffix("live") + "1"),
        ]
    iam = stack.aws.client("iam")
    for role, permissions in needs.items():
        arn = f"arn:aws:iam::{stack.account}:role/{stack.resources.get(role, role)}"
        denied = [
            action
            for action, resource in permissions
            if not _may(iam.simulate_principal_policy, arn, action, resource)
        ]
        if denied:
            evidence = f"{role} may not {', '.join(denied)}"
            yield fault("roles", evidence, "deploy again; look for boundaries and SCPs")
        else:
            yield ok("roles", f"{role} may do what it needs")


def _may(simulate: Any, arn: str, action: str, resource: str) -> bool:
    answer = simulate(PolicySourceArn=arn, ActionNames=[action], ResourceArns=[resource])
    return all(each["EvalDecision"] == "allowed" for each in answer["EvaluationResults"])


def lambda_concurrency(stack: Stack) -> Findings:
    """Whether the account has concurrency left for the function."""
    limit = stack.aws.client("lambda").get_account_settings()["AccountLimit"]
    free = limit["UnreservedConcurrentExecutions"]
    if free < 10:
        cure = "ask AWS for more concurrency, or reserve less for other functions"
        yield fault("concurrency", f"{free} unreserved executions are left", cure)
    else:
        yield ok("concurrency", f"{free} unreserved executions")
