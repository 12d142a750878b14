"""S3 and Firehose on loopback, by moto, with what moto has not.

A stream that refuses records for a while.
"""

import io
import json
import urllib.request
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from threading import Thread
from typing import Any, Literal, NamedTuple
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from boto3 import Session
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from tests.template.cloudformation import ACCOUNT, REGION

type Refusal = Literal["the whole call", "its first record"]

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "anyone", "AWS_SECRET_ACCESS_KEY": "unchecked"}
_REFUSED = "ServiceUnavailableException"
_STREAM_FOLDER = "stream/"  # where moto's Firehose puts what it takes: it transforms nothing


class Gate:
    """Passes calls on.

    Each PutRecordBatch meets the next of `refusals` first, until there is none left.
    """

    def __init__(self, behind: WSGIApplication) -> None:
        self.refusals: Iterator[Refusal] = iter(())
        self._behind = behind

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        refusal = (
            next(self.refusals, None)
            if request.headers.get("X-Amz-Target", "").endswith(".PutRecordBatch")
            else None
        )
        if refusal == "the whole call":
            return _json({"__type": _REFUSED, "message": "Slow down."}, status=500)(
                environ, start_response
            )
        if refusal == "its first record":
            return self._without_the_first(request)(environ, start_response)
        return self._behind(environ, start_response)

    def _without_the_first(self, request: Request) -> Response:
        call = json.loads(request.get_data())
        del call["Records"][0]
        results = [{"ErrorCode": _REFUSED, "ErrorMessage": "Slow down."}]
        if call["Records"]:
            body = json.dumps(call).encode()
            passed = {
                **request.environ,
                "wsgi.input": io.BytesIO(body),
                "CONTENT_LENGTH": str(len(body)),
            }
            results += json.loads(Response.from_app(self._behind, passed).get_data())[
                "RequestResponses"
            ]
        return _json({"FailedPutCount": 1, "RequestResponses": results})


class Aws(NamedTuple):
    """An account with the bucket and the stream of the application."""

    endpoint: str
    s3: Any
    gate: Gate
    bucket: str
    stream: str

    def begin_anew(self) -> None:
        """Nothing stored, nothing refused. The bucket keeps every version of an object."""
        self.gate.refusals = iter(())
        urllib.request.urlopen(
            urllib.request.Request(f"{self.endpoint}/moto-api/reset", method="POST")
        ).close()
        self.s3.create_bucket(
            Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        self.s3.put_bucket_versioning(
            Bucket=self.bucket, VersioningConfiguration={"Status": "Enabled"}
        )
        destination = {
            "RoleARN": f"arn:aws:iam::{ACCOUNT}:role/delivery",
            "BucketARN": f"arn:aws:s3:::{self.bucket}",
            "Prefix": _STREAM_FOLDER,
        }
        with closing(_session().client("firehose", endpoint_url=self.endpoint)) as firehose:
            firehose.create_delivery_stream(
                DeliveryStreamName=self.stream, ExtendedS3DestinationConfiguration=destination
            )

    def deny(self, action: str, prefix: str) -> None:
        """Refuse an action on the objects under a prefix, to everybody."""
        statement = {
            "Effect": "Deny",
            "Principal": "*",
            "Action": action,
            "Resource": f"arn:aws:s3:::{self.bucket}/{prefix}*",
        }
        self.s3.put_bucket_policy(
            Bucket=self.bucket,
            Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        )

    def stored(self, prefix: str) -> dict[str, list[bytes]]:
        """All versions of each object under a prefix."""
        versions: dict[str, list[bytes]] = {}
        for version in self._versions(prefix):
            versions.setdefault(version["Key"], []).append(
                self.s3.get_object(Bucket=self.bucket, **version)["Body"].read()
            )
        return versions

    def reingest(self) -> list[bytes]:
        """The gzipped records that the stream has taken since the last time."""
        bodies = [body for versions in self.stored(_STREAM_FOLDER).values() for body in versions]
        for version in self._versions(_STREAM_FOLDER):
            self.s3.delete_object(Bucket=self.bucket, **version)
        return [record for body in bodies for record in _members(body)]

    def _versions(self, prefix: str) -> list[dict[str, str]]:
        listed = self.s3.list_object_versions(Bucket=self.bucket, Prefix=prefix).get("Versions", [])
        return [{"Key": version["Key"], "VersionId": version["VersionId"]} for version in listed]


@contextmanager
def aws_on_loopback(bucket: str, stream: str) -> Iterator[Aws]:
    """Serve an account on 127.0.0.1; each test says `begin_anew`."""
    gate = Gate(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, gate, threaded=True, request_handler=MotoRequestHandler)
    serving = Thread(target=server.serve_forever)
    serving.start()
    endpoint = f"http://127.0.0.1:{server.server_port}"
    try:
        with closing(_session().client("s3", endpoint_url=endpoint)) as s3:
            yield Aws(endpoint, s3, gate, bucket, stream)
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


def _session() -> Session:
    return Session(
        aws_access_key_id="anyone", aws_secret_access_key="unchecked", region_name=REGION
    )


def _members(data: bytes) -> list[bytes]:
    """The gzipped records that are joined in an object."""
    members = []
    while data:
        member = zlib.decompressobj(16 + zlib.MAX_WBITS)
        member.decompress(data)
        members.append(data[: len(data) - len(member.unused_data)])
        data = member.unused_data
    return members


def _json(document: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(document), status, content_type="application/x-amz-json-1.1")
