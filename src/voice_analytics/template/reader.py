"""`template.yaml` as the local chain needs it.

The subscription, the function, the delivery stream, the tables' folders.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from voice_analytics.errors import UserError, why_unreadable
from voice_analytics.template.application import (
    Application,
    DeliveryStream,
    Subscription,
    TransformFunction,
)
from voice_analytics.template.delivery_stream import Destination
from voice_analytics.template.filter_pattern import compile_pattern
from voice_analytics.template.intrinsics import Resolver, parse

# Developer Guide, "Transform source data": Firehose gives up on a function after five minutes.
_MAX_TIMEOUT_SECONDS = 300
_PARQUET_LIBRARY = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"


def read_template(path: Path, parameters: Mapping[str, str] | None = None) -> Application:
    """The application that the template describes, with the parameters given, else their defaults.

    Raises UserError for a template that cannot be read, or that AWS would refuse or would run
    otherwise than meant.
    """
    try:
        template = parse(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        reason = why_unreadable(error)
        raise UserError(
            f"the template {path} cannot be read: {reason}", "give its path with --template"
        ) from None
    except yaml.YAMLError as error:
        raise UserError(
            f"{path} is not YAML: {' '.join(str(error).split())}", "correct it there"
        ) from None
    if not isinstance(template, dict) or not isinstance(template.get("Resources"), dict):
        raise UserError(
            f"{path} is not a CloudFormation template: it has no Resources",
            "give its path with --template",
        )
    try:
        return _Reader(template, path.parent, parameters or {}).application()
    except UserError as error:
        raise UserError(f"{path}: {error.problem}", error.hint) from None


class _Reader:
    def __init__(self, template: dict[str, Any], root: Path, parameters: Mapping[str, str]) -> None:
        self._resolver = Resolver(template, parameters)
        self._resources: dict[str, dict[str, Any]] = template["Resources"]
        self._globals = template.get("Globals", {}).get("Function", {})
        self._root = root

    def application(self) -> Application:
        stream_id, stream = self._only("AWS::KinesisFirehose::DeliveryStream")
        arn = self._resolver.resolve({"Fn::GetAtt": [stream_id, "Arn"]})
        subscription_id, subscription = self._only("AWS::Logs::SubscriptionFilter")
        if subscription.get("DestinationArn") != arn:
            raise UserError(
                f"{subscription_id} does not send to {stream_id}",
                f"make its DestinationArn !GetAtt {stream_id}.Arn",
            )
        pattern = str(_needed(subscription, "FilterPattern", subscription_id))
        compile_pattern(pattern)
        return Application(
            Subscription(
                str(subscription.get("FilterName", subscription_id)),
                _needed(subscription, "LogGroupName", subscription_id),
                pattern,
            ),
            self._stream(stream_id, stream, arn),
            self._folders(),
        )

    def _stream(self, name: str, stream: dict[str, Any], arn: str) -> DeliveryStream:
        configuration = _needed(stream, "ExtendedS3DestinationConfiguration", name)
        try:
            destination = Destination.model_validate(configuration)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join([name, "ExtendedS3DestinationConfiguration", *map(str, first["loc"])])
            raise UserError(
                f"{where}: {first['msg'].removeprefix('Value error, ')}",
                "Firehose would refuse it, or the local chain cannot replay it",
            ) from None
        processor = destination.processor
        function = self._function(processor.lambda_arn, name) if processor else None
        self._check_table(destination)
        return DeliveryStream(arn.rpartition("/")[2], arn, destination, function)

    def _function(self, arn: str, stream: str) -> TransformFunction:
        for name in self._of_type("AWS::Serverless::Function"):
            function_arn = self._resolver.resolve({"Fn::GetAtt": [name, "Arn"]})
            if arn == function_arn or arn.startswith(f"{function_arn}:"):
                break
        else:
            raise UserError(
                f"{stream}: LambdaArn names no function of this template",
                "make it !Ref <function>.Alias",
            )
        properties = self._merged_with_globals(self._properties(name))
        timeout = _whole(properties.get("Timeout", 3), f"{name}.Timeout")
        if timeout > _MAX_TIMEOUT_SECONDS:
            raise UserError(
                f"{name}: Timeout is {timeout} seconds",
                f"Firehose waits {_MAX_TIMEOUT_SECONDS} seconds at most",
            )
        variables = properties.get("Environment", {}).get("Variables", {})
        return TransformFunction(
            name=function_arn.rpartition(":")[2],
            code=self._directory(_needed(properties, "CodeUri", name), f"{name}.CodeUri"),
            handler=_needed(properties, "Handler", name),
            layers=tuple(self._layer(layer) for layer in properties.get("Layers", [])),
            environment={key: str(value) for key, value in variables.items()},
            memory_mb=_whole(properties.get("MemorySize", 128), f"{name}.MemorySize"),
            timeout_seconds=timeout,
        )

    def _layer(self, reference: str) -> Path:
        if reference not in self._of_type("AWS::Serverless::LayerVersion"):
            raise UserError(
                f"Layers names {reference}, which is not a layer of this template",
                "the local chain can only load its own layers",
            )
        return self._directory(
            _needed(self._properties(reference), "ContentUri", reference), f"{reference}.ContentUri"
        )

    def _folders(self) -> dict[str, str]:
        folders = {}
        for name in self._of_type("AWS::Glue::Table"):
            described = self._properties(name).get("TableInput", {})
            location = str(described.get("StorageDescriptor", {}).get("Location", ""))
            folder = location.removeprefix("s3://").partition("/")[2].strip("/")
            if folder:
                folders[str(described.get("Name", name))] = f"{folder}/"
        return folders

    def _check_table(self, destination: Destination) -> None:
        """Raises UserError where Athena would not find or read what the stream writes."""
        schema = destination.conversion.schema_configuration
        for name in self._of_type("AWS::Glue::Table"):
            table = self._properties(name)
            described = table.get("TableInput", {})
            if (table.get("DatabaseName"), described.get("Name")) == (
                schema.database_name,
                schema.table_name,
            ):
                break
        else:
            raise UserError(
                f"SchemaConfiguration names the table {schema.database_name}.{schema.table_name}, "
                f"which is not in this template",
                "Firehose refuses a stream without its table: correct the reference",
            )
        storage = _needed(described, "StorageDescriptor", name)
        location = str(_needed(storage, "Location", name))
        _check_athena_finds_it(name, storage, location, destination)

    def _only(self, kind: str) -> tuple[str, dict[str, Any]]:
        names = self._of_type(kind)
        if len(names) != 1:
            raise UserError(
                f"the template has {len(names)} resources of type {kind}",
                "the local chain needs exactly one",
            )
        return names[0], self._properties(names[0])

    def _of_type(self, kind: str) -> list[str]:
        return [
            name
            for name, resource in self._resources.items()
            if isinstance(resource, dict) and resource.get("Type") == kind
        ]

    def _properties(self, name: str) -> dict[str, Any]:
        properties: dict[str, Any] = self._resolver.resolve(
            self._resources[name].get("Properties", {})
        )
        return properties

    def _merged_with_globals(self, properties: dict[str, Any]) -> dict[str, Any]:
        """SAM.

        Maps are merged, lists are joined, all else is replaced ("Globals section of the AWS SAM
        template").
        """
        merged: dict[str, Any] = _merged(self._resolver.resolve(self._globals), properties)
        return merged

    def _directory(self, value: Any, where: str) -> Path:
        directory = self._root / str(value)
        if not directory.is_dir():
            raise UserError(
                f"{where}: there is no directory {directory}",
                "correct the path; it is relative to the template",
            )
        return directory


def _check_athena_finds_it(
    table: str, storage: Mapping[str, Any], location: str, destination: Destination
) -> None:
    """Athena reads files by the table's SerDe and below its location.

    With a JSON SerDe all columns of Parquet files would be NULL.
    """
    library = storage.get("SerdeInfo", {}).get("SerializationLibrary")
    if library != _PARQUET_LIBRARY:
        raise UserError(
            f"{table}: SerializationLibrary is {library}",
            f"Firehose writes Parquet: make it {_PARQUET_LIBRARY}",
        )
    folder = f"s3://{destination.bucket_arn.rpartition(':')[2]}/{destination.prefix}"
    if not folder.startswith(location.rstrip("/") + "/"):
        raise UserError(
            f"{table}: Firehose writes to {folder}, which is not in the table's Location "
            f"{location}",
            "make them agree",
        )


def _merged(general: Any, own: Any) -> Any:
    if isinstance(general, dict) and isinstance(own, dict):
        return general | {
            key: _merged(general[key], value) if key in general else value
            for key, value in own.items()
        }
    return [*general, *own] if isinstance(general, list) and isinstance(own, list) else own


def _needed(properties: Mapping[str, Any], key: str, resource: str) -> Any:
    if key not in properties:
        raise UserError(f"{resource} has no {key}", "AWS would refuse it: add it")
    return properties[key]


def _whole(value: Any, where: str) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise UserError(f"{where} is {value}", "it must be a whole number") from None
