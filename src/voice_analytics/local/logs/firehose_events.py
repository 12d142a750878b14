"""Events for a transformation function, as the files in `events/` hold them."""

import base64
import binascii
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from voice_analytics.errors import UserError


def _from_base64(value: Any) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise ValueError("should be base64") from None


class _Firehose(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, frozen=True)


class EventRecord(_Firehose):
    """A record of a Firehose event; its arrival in epoch milliseconds."""

    record_id: Annotated[str, Field(min_length=1)]
    approximate_arrival_timestamp: Annotated[
        int, Field(ge=0, le=9_000_000_000_000)
    ]  # to the year 2255
    data: Annotated[bytes, BeforeValidator(_from_base64)]


class FirehoseEvent(_Firehose):
    """An event for a transformation function (Developer Guide, "Transform source data")."""

    records: list[EventRecord]


def firehose_event(document: dict[str, Any], name: str) -> FirehoseEvent:
    """The event in a document. Raises UserError for one that Firehose would not send."""
    try:
        return FirehoseEvent.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        message = first["msg"].removeprefix("Value error, ")
        raise UserError(
            f"{name} is not a Firehose event: {where}: {message}",
            "look at the files in events/ for what one looks like",
        ) from None
