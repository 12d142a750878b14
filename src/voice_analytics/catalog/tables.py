"""The application's tables as people are told of them; template.yaml has them for AWS."""

import inspect
from pathlib import Path
from typing import NamedTuple

from session_analytics.rejects import REJECTED_PREFIX
from session_analytics.schema.row import PARTITION_KEY, RejectedEvent, Row

from voice_analytics.catalog.delivery_errors import ERROR_TYPE, ERROR_TYPES, DeliveryError
from voice_analytics.lake.files import ERRORS, PREFIX

_CHECKOUT = Path(__file__).parents[3]


class Table(NamedTuple):
    """A table over a folder of the bucket."""

    name: str
    model: type
    folder: str  # ends with a slash
    storage: str  # how the files are read, as Athena's DDL says it
    block: str  # what the marker lines around the columns in template.yaml call them
    outer_keys: tuple[
        tuple[str, tuple[str, ...]], ...
    ] = ()  # partition keys before the day, each with all its values

    @property
    def partition_keys(self) -> list[str]:
        """In their order; all are strings."""
        return [*(key for key, _ in self.outer_keys), PARTITION_KEY]

    @property
    def partition_path(self) -> str:
        """Where a partition's files are, below the folder: `dt=${dt}/`."""
        return (
            "".join(f"${{{key}}}/" for key, _ in self.outer_keys)
            + f"{PARTITION_KEY}=${{{PARTITION_KEY}}}/"
        )

    @property
    def made_by(self) -> str:
        """What everything generated says of where it comes from."""
        module = Path(inspect.getfile(self.model)).relative_to(_CHECKOUT)
        return f"Made from the row model ({module.as_posix()}) by `make schemas`."


SESSION_ANALYTICS = Table(
    name="session_analytics",
    model=Row,
    folder=f"{PREFIX}/",
    storage="STORED AS PARQUET",
    block="columns",
)
REJECTED_EVENTS = Table(
    name="rejected_events",
    model=RejectedEvent,
    folder=REJECTED_PREFIX,
    storage="ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'\nSTORED AS TEXTFILE",
    block="rejected columns",
)
DELIVERY_ERRORS = Table(
    name="delivery_errors",
    model=DeliveryError,
    folder=f"{ERRORS}/",
    storage=REJECTED_EVENTS.storage,
    block="error columns",
    outer_keys=((ERROR_TYPE, ERROR_TYPES),),
)
TABLES = (SESSION_ANALYTICS, REJECTED_EVENTS, DELIVERY_ERRORS)
