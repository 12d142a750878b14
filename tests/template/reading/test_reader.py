"""What the local chain reads out of template.yaml, and which mistakes in it are said at once."""

from pathlib import Path

import pytest

from tests.local.streams import TEMPLATE
from voice_analytics.catalog.tables import TABLES
from voice_analytics.errors import UserError
from voice_analytics.template.application import Application
from voice_analytics.template.reader import read_template


def changed(tmp_path: Path, *changes: tuple[str, str]) -> Application:
    """The project's template with some of its text replaced."""
    text = TEMPLATE.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    for folder in ("functions", "layers"):
        (tmp_path / folder).symlink_to(TEMPLATE.parent / folder)
    path = tmp_path / "template.yaml"
    path.write_text(text, encoding="utf-8")
    return read_template(path)


def test_the_project_is_read_as_it_would_be_deployed() -> None:
    application = read_template(TEMPLATE)
    stream = application.stream
    assert application.subscription.filter_pattern == "%session_analytics%"
    assert application.subscription.log_group == "/aws/livekit/pd-voice-trialist-4"
    assert stream.name == "voice-analytics-to-s3"
    assert stream.destination.data_prefix.keys == ("dt",)
    assert stream.destination.conversion.input.deserializer.openx is not None
    assert stream.destination.buffering_hints.interval_in_seconds == 300


def test_the_function_is_found_by_the_streams_reference_to_it() -> None:
    function = read_template(TEMPLATE).stream.function
    assert function is not None
    assert function.name == "voice-analytics-transform"
    assert function.handler == "app.lambda_handler"
    assert function.code == TEMPLATE.parent / "functions/transform"
    assert function.layers == (TEMPLATE.parent / "layers/session_analytics",)
    assert function.environment["PROJECTION_START_DATE"] == "2025-01-01"


def test_the_folders_of_the_tables_are_those_of_their_locations(tmp_path: Path) -> None:
    assert read_template(TEMPLATE).folders == {table.name: table.folder for table in TABLES}
    renamed = changed(tmp_path, ("sessions/", "calls/v2/"))
    assert renamed.folders["session_analytics"] == "calls/v2/"


def test_parameters_change_what_they_would_change_in_a_deployment() -> None:
    application = read_template(
        TEMPLATE, {"Stage": "staging", "BucketName": "our-bucket", "BufferIntervalSeconds": "60"}
    )
    assert application.stream.name == "voice-analytics-to-s3-staging"
    assert application.stream.destination.bucket_arn == "arn:aws:s3:::our-bucket"
    assert application.stream.destination.buffering_hints.interval_in_seconds == 60


@pytest.mark.parametrize(
    ("parameters", "wrong"),
    [
        ({"Stag": "x"}, "no parameter Stag"),
        ({"Stage": "No Stage"}, "not a value for the parameter Stage"),
        ({"Architecture": "sparc"}, "it may be arm64, x86_64"),
        ({"FilterPattern": "two words"}, "filter pattern two words"),
        ({"BufferIntervalSeconds": "1000"}, "less than or equal to 900"),
        ({"BufferIntervalSeconds": "30"}, "at least 60 with dynamic partitioning"),
    ],
)
def test_a_parameter_that_a_deployment_would_refuse_is_refused(
    parameters: dict[str, str], wrong: str
) -> None:
    with pytest.raises(UserError, match=wrong):
        read_template(TEMPLATE, parameters)


def test_processing_is_off_unless_it_is_switched_on(tmp_path: Path) -> None:
    application = changed(
        tmp_path, ("ProcessingConfiguration:\n          Enabled: true", "ProcessingConfiguration:")
    )
    assert application.stream.function is None


def test_globals_are_merged_into_the_function(tmp_path: Path) -> None:
    application = changed(
        tmp_path,
        (
            "Resources:\n",
            (
                "Globals:\n  Function:\n    MemorySize: 1024\n    Environment: {Variables: {A: "
                "b}}\n\nResources:\n"
            ),
        ),
        ("      MemorySize: 1769", ""),
    )
    function = application.stream.function
    assert function is not None
    assert function.memory_mb == 1024
    assert {"A", "PROJECTION_START_DATE"} <= function.environment.keys()


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ("SizeInMBs: 128", "SizeInMBs: 32", "at least 64 with format conversion"),
        ("SizeInMBs: 128", "sizeInMBs: 128", "SizeInMBs: Field required"),
        (
            "CompressionFormat: UNCOMPRESSED",
            "CompressionFormat: GZIP",
            "CompressionFormat: Input should be 'UNCOMPRESSED'",
        ),
        ("Compression: SNAPPY", "Compression: ZSTD", "ParquetSerDe.Compression"),
        ("dt=!{partitionKeyFromLambda:dt}/", "all/", "should name a partition key"),
        ("DynamicPartitioningConfiguration:", "Ignored:", "Ignored: Extra inputs"),
        ("!{firehose:error-output-type}", "failed", "ErrorOutputPrefix has expressions"),
        (
            "errors/!{firehose:error-output-type}",
            "errors/!{partitionKeyFromLambda:dt}",
            "is not an expression for ErrorOutputPrefix",
        ),
        (
            "!{timestamp:yyyy-MM-dd}",
            "!{timestamp:yyyy-QQ}",
            "cannot write the time pattern yyyy-QQ",
        ),
        (
            "sessions/dt=!{partitionKeyFromLambda:dt}/",
            "sessions/dt=!{partitionKeyFromLambda:dt",
            "does not end",
        ),
        (
            'ParameterValue: "0.3"',
            'ParameterValue: "0.1"',
            "BufferSizeInMBs: Input should be greater than or equal to 0.2",
        ),
        ('ParameterValue: "0.3"', "ParameterValue: 0.3", "ParameterValue in quotes"),
        (
            "ParameterName: NumberOfRetries",
            "ParameterName: NumberRetries",
            "NumberRetries: Extra inputs",
        ),
        ("- Type: Lambda", "- Type: Decompression", "Type: Input should be 'Lambda'"),
        (
            "OpenXJsonSerDe: {CaseInsensitive: true}",
            "OpenXJsonSerDe: {CaseInsensitive: false}",
            "CaseInsensitive",
        ),
        ("OpenXJsonSerDe: {CaseInsensitive: true}", "{}", "Deserializer"),
        (
            "TableName: !Ref SessionAnalyticsTable",
            "TableName: sessions",
            "table voice_analytics.sessions, which is not in this template",
        ),
        ("parquet.serde.ParquetHiveSerDe", "serde.JsonSerDe", "Firehose writes Parquet"),
        (
            "Location: !Sub [",
            "Location: !Sub ['s3://elsewhere/', {}]\n          X: !Sub [",
            "not in the table's Location",
        ),
        (
            "DestinationArn: !GetAtt DeliveryStream.Arn",
            "DestinationArn: !GetAtt TransformFunction.Arn",
            "does not send to DeliveryStream",
        ),
        (
            "ParameterValue: !Ref TransformFunction.Alias",
            "ParameterValue: arn:aws:lambda:x",
            "names no function of this template",
        ),
        ("      AutoPublishAlias: live\n", "", "publishes no alias"),
        ("CodeUri: functions/transform", "CodeUri: functions/transfrom", "there is no directory"),
        (
            "ContentUri: layers/session_analytics",
            "ContentUri: layers/other",
            "there is no directory",
        ),
        (
            "Layers: [!Ref SessionAnalyticsLayer]",
            "Layers: ['arn:aws:lambda:x']",
            "not a layer of this template",
        ),
        ("      Handler: app.lambda_handler\n", "", "TransformFunction has no Handler"),
        ("Timeout: 120", "Timeout: 301", "Firehose waits 300 seconds at most"),
        ("Timeout: 120", "Timeout: long", "it must be a whole number"),
        (
            "FilterPattern: !Ref FilterPattern",
            "FilterPattern: !Ref Filter",
            "Filter is neither a parameter nor a resource",
        ),
        ("FilterPattern: !Ref FilterPattern", "FilterPattern: !ImportValue x", "Fn::ImportValue"),
        (
            "!If [IsProd, session-analytics,",
            "!If [IsProduction, session-analytics,",
            "condition IsProduction is not defined",
        ),
        (
            "Type: AWS::Logs::SubscriptionFilter",
            "Type: AWS::Logs::MetricFilter",
            "0 resources of type AWS::Logs::SubscriptionFilter",
        ),
        ("Resources:\n", "Resource:\n", "it has no Resources"),
        ("Resources:\n", "Resources: [\n", "is not YAML"),
    ],
)
def test_a_mistake_in_the_template_is_said_at_once(
    old: str, new: str, wrong: str, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match=wrong.replace("(", r"\(")) as error:
        changed(tmp_path, (old, new))
    assert error.value.problem.startswith(str(tmp_path))
    assert error.value.hint


def test_a_template_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"none.yaml cannot be read.*--template"):
        read_template(tmp_path / "none.yaml")
