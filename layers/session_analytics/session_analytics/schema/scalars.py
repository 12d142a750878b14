"""The scalar types of the contract and of the columns, with their ranges.

Pydantic validates in its lax mode, so that harmless differences (`"8"` or `8.0` for 8, `"true"` for
true) are accepted. Ranges are those of the Glue types: a value outside would make a line that
Firehose cannot convert.
"""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from session_analytics.schema.values import (
    INT64_MAX,
    latency,
    no_bool,
    phrase,
    text,
    utc,
    word,
)

_NUMBER = BeforeValidator(no_bool)
Int32 = Annotated[int, Field(ge=-(2**31), le=2**31 - 1), _NUMBER]
Int64 = Annotated[int, Field(ge=-INT64_MAX - 1, le=INT64_MAX), _NUMBER]
Double = Annotated[float, Field(allow_inf_nan=False), _NUMBER]
# What is counted or measured is not negative.
Count32 = Annotated[int, Field(ge=0, le=2**31 - 1), _NUMBER]
Count64 = Annotated[int, Field(ge=0, le=INT64_MAX), _NUMBER]
Amount = Annotated[float, Field(allow_inf_nan=False, ge=0), _NUMBER]
Share = Annotated[float, Field(allow_inf_nan=False, ge=0, le=1), _NUMBER]
Timestamp = Annotated[datetime, AfterValidator(utc)]
# Latencies come in seconds and are stored in milliseconds: the bound keeps the product finite.
Latency = Annotated[float, Field(allow_inf_nan=False, le=1e9), AfterValidator(latency), _NUMBER]

Text = Annotated[str, BeforeValidator(text)]
Word = Annotated[str, BeforeValidator(word)]
Phrase = Annotated[str, BeforeValidator(phrase)]
