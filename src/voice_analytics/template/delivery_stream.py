"""A delivery stream's configuration: what Firehose accepts, and the defaults that it fills in.

Names and defaults: CloudFormation's `AWS::KinesisFirehose::DeliveryStream` and the Firehose API
Reference. A property that the local chain does not replay is refused, so that none is silently
ignored.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_pascal

from voice_analytics.template.prefix import Prefix, destination_prefix, error_prefix

MEBIBYTE = 1024 * 1024
# "Convert input data format": the minimum with record format conversion, and with dynamic
# partitioning
_MIN_PARQUET_BUFFER_MB = 64
_MIN_PARTITIONING_SECONDS = 60  # Dynamic partitioning has no zero buffering


class _Aws(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_pascal, extra="forbid", frozen=True, validate_by_name=True
    )


class BufferingHints(_Aws):
    """Both members or none (API Reference, "BufferingHints")."""

    size_in_mbs: Annotated[int, Field(alias="SizeInMBs", ge=1, le=128)]
    interval_in_seconds: Annotated[int, Field(ge=0, le=900)]


class LambdaParameters(_Aws):
    """Parameters of the Lambda processor; limits and defaults.

    Developer Guide, "Transform source data".
    """

    lambda_arn: str
    buffer_size_in_mbs: Annotated[float, Field(alias="BufferSizeInMBs", ge=0.2, le=3)] = 1
    buffer_interval_in_seconds: Annotated[int, Field(ge=0, le=900)] = 60
    number_of_retries: Annotated[int, Field(ge=0)] = 3
    role_arn: str | None = None


def _by_name(parameters: Any) -> Any:
    """`[{ParameterName, ParameterValue}, …]` as an object.

    The API takes strings only ("ProcessorParameter").
    """
    if not isinstance(parameters, list):
        raise ValueError("should be a list of ParameterName and ParameterValue")  # noqa: TRY004 - pydantic collects ValueErrors
    named: dict[str, str] = {}
    for parameter in parameters:
        match parameter:
            case {"ParameterName": str(name), "ParameterValue": str(value), **others} if (
                not others and name not in named
            ):
                named[name] = value
            case _:
                raise ValueError(
                    f"should be a ParameterName and a ParameterValue in quotes, each name once: "
                    f"{parameter}"
                )
    return named


class Processor(_Aws):
    """A step before delivery."""

    type: Literal["Lambda"]
    parameters: Annotated[LambdaParameters, BeforeValidator(_by_name)]


class ProcessingConfiguration(_Aws):
    """Without `Enabled` it is switched off (floci probe, issue 3349)."""

    enabled: bool = False
    processors: Annotated[list[Processor], Field(max_length=1)] = []


class OpenXJsonSerDe(_Aws):
    case_insensitive: Literal[True] = True
    convert_dots_in_json_keys_to_underscores: Literal[False] = False


class HiveJsonSerDe(_Aws):
    """Without TimestampFormats: `java.sql.Timestamp::valueOf`."""


class Deserializer(_Aws):
    """One of the two."""

    openx: Annotated[OpenXJsonSerDe | None, Field(alias="OpenXJsonSerDe")] = None
    hive: Annotated[HiveJsonSerDe | None, Field(alias="HiveJsonSerDe")] = None

    @model_validator(mode="after")
    def _require_one(self) -> Self:
        if (self.openx is None) == (self.hive is None):
            raise ValueError("needs one of OpenXJsonSerDe and HiveJsonSerDe")
        return self


class InputFormatConfiguration(_Aws):
    deserializer: Deserializer


class ParquetSerDe(_Aws):
    """How files are written (API Reference, "ParquetSerDe"): no ZSTD.

    One row group a file, as files are smaller than a block.
    """

    compression: Literal["UNCOMPRESSED", "GZIP", "SNAPPY"] = "SNAPPY"
    enable_dictionary_compression: bool = False
    writer_version: Literal["V1", "V2"] = "V1"
    page_size_bytes: Annotated[int, Field(ge=65536)] = MEBIBYTE
    block_size_bytes: Annotated[int, Field(ge=64 * MEBIBYTE)] = 256 * MEBIBYTE


class Serializer(_Aws):
    parquet: Annotated[ParquetSerDe, Field(alias="ParquetSerDe")]


class OutputFormatConfiguration(_Aws):
    serializer: Serializer


class SchemaConfiguration(_Aws):
    """The Glue table whose columns the files get."""

    database_name: str
    table_name: str
    role_arn: Annotated[str, Field(alias="RoleARN")]
    catalog_id: str
    region: str
    version_id: Literal["LATEST"] = "LATEST"


class DataFormatConversionConfiguration(_Aws):
    """Without `Enabled` it is switched on (floci probe, issue 3349).

    The local chain writes Parquet only.
    """

    enabled: Literal[True] = True
    input: Annotated[InputFormatConfiguration, Field(alias="InputFormatConfiguration")]
    output: Annotated[OutputFormatConfiguration, Field(alias="OutputFormatConfiguration")]
    schema_configuration: SchemaConfiguration


class DynamicPartitioningConfiguration(_Aws):
    enabled: bool = False
    retry_options: dict[str, int] = {}


class Destination(_Aws):
    """`ExtendedS3DestinationConfiguration`."""

    bucket_arn: Annotated[str, Field(alias="BucketARN")]
    role_arn: Annotated[str, Field(alias="RoleARN")]
    prefix: str = ""
    error_output_prefix: str = ""
    buffering_hints: BufferingHints = BufferingHints(size_in_mbs=128, interval_in_seconds=300)
    compression_format: Literal["UNCOMPRESSED"] = "UNCOMPRESSED"
    conversion: Annotated[
        DataFormatConversionConfiguration, Field(alias="DataFormatConversionConfiguration")
    ]
    processing: Annotated[ProcessingConfiguration, Field(alias="ProcessingConfiguration")] = (
        ProcessingConfiguration()
    )
    partitioning: Annotated[
        DynamicPartitioningConfiguration, Field(alias="DynamicPartitioningConfiguration")
    ] = DynamicPartitioningConfiguration()
    s3_backup_mode: Annotated[Literal["Disabled"], Field(alias="S3BackupMode")] = "Disabled"
    # Has no effect on what is delivered.
    cloud_watch_logging_options: Any = None
    encryption_configuration: Any = None

    @property
    def processor(self) -> LambdaParameters | None:
        """The transformation, where there is one and it is switched on."""
        return (
            self.processing.processors[0].parameters
            if self.processing.enabled and self.processing.processors
            else None
        )

    @property
    def data_prefix(self) -> Prefix:
        return destination_prefix(self.prefix)

    @property
    def error_prefix(self) -> Prefix:
        return error_prefix(self.error_output_prefix)

    @model_validator(mode="after")
    def _as_firehose_creates_it(self) -> Self:
        """What `CreateDeliveryStream` refuses across properties.

        Firehose Developer Guide, "Convert input data format" and "Dynamic partitioning".
        """
        keys = self.data_prefix.keys
        if self.buffering_hints.size_in_mbs < _MIN_PARQUET_BUFFER_MB:
            raise ValueError(
                f"BufferingHints.SizeInMBs should be at least {_MIN_PARQUET_BUFFER_MB} with format "
                f"conversion"
            )
        if self.partitioning.enabled and not keys:
            raise ValueError(
                "Prefix should name a partition key, as in !{partitionKeyFromLambda:dt}, with "
                "dynamic partitioning"
            )
        if keys and not self.partitioning.enabled:
            raise ValueError(
                "Prefix names partition keys, but DynamicPartitioningConfiguration.Enabled is not "
                "true"
            )
        if (
            self.partitioning.enabled
            and self.buffering_hints.interval_in_seconds < _MIN_PARTITIONING_SECONDS
        ):
            raise ValueError(
                f"BufferingHints.IntervalInSeconds should be at least {_MIN_PARTITIONING_SECONDS} "
                f"with dynamic partitioning"
            )
        if "!{" in self.prefix and not self.error_output_prefix:
            raise ValueError("ErrorOutputPrefix is needed where Prefix has expressions")
        self.error_prefix  # noqa: B018 - raises for one that Firehose refuses
        return self
