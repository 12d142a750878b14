"""The table over what Firehose could not deliver: one row an object that it wrote under errors/.

Two forms are documented: "Handle failure in data transformation" and "Handle errors for data format
conversion" in its Developer Guide. Names are in lower case, as Glue has them and as the JSON SerDe
compares them: `lambdaArn` (documented) and `lambdaARN` (in real objects) are one column. The
documentation shows all values as text, real objects have numbers: the SerDe reads both.
"""

from typing import Annotated, TypedDict

from session_analytics.schema.personal_data import FREE_TEXT, NONE
from session_analytics.schema.scalars import Int32, Int64
from typing_extensions import Doc


class DataCatalogTable(TypedDict, total=False):
    """The table that a record was converted by."""

    catalogid: Annotated[str, Doc("Account of the catalog"), NONE]
    databasename: Annotated[str, Doc("Database"), NONE]
    tablename: Annotated[str, Doc("Table"), NONE]
    region: Annotated[str, Doc("Region of the catalog"), NONE]
    versionid: Annotated[str, Doc("Version of the table, or LATEST"), NONE]
    catalogarn: Annotated[str, Doc("ARN of the catalog"), NONE]


class DeliveryError(TypedDict, total=False):
    """A failed record, in whichever of the two forms."""

    errorcode: Annotated[
        str,
        Doc(
            "Why the transformation failed; NULL in the form of the conversion, which says "
            "lasterrorcode"
        ),
        NONE,
    ]
    errormessage: Annotated[
        str, Doc("Why the transformation failed, in Firehose's words"), FREE_TEXT
    ]
    lasterrorcode: Annotated[str, Doc("Why the conversion to Parquet failed"), NONE]
    lasterrormessage: Annotated[
        str,
        Doc("Why the conversion failed, in Firehose's words. May quote a value of the record"),
        FREE_TEXT,
    ]
    attemptsmade: Annotated[Int32, Doc("How often Firehose tried"), NONE]
    arrivaltimestamp: Annotated[
        Int64,
        Doc("Time at which the record arrived in Firehose, in milliseconds since 1970 (UTC)"),
        NONE,
    ]
    attemptendingtimestamp: Annotated[
        Int64, Doc("Time at which Firehose gave up, in milliseconds since 1970 (UTC)"), NONE
    ]
    rawdata: Annotated[
        str,
        Doc(
            "The record in base64, enough to replay it: as CloudWatch Logs sent it (gzip), or "
            "where the conversion failed as the "
            "function returned it (JSON lines). May hold personal data"
        ),
        FREE_TEXT,
    ]
    lambdaarn: Annotated[str, Doc("Function that was asked to transform the record"), NONE]
    sequencenumber: Annotated[
        str, Doc("Number of the record in its stream (conversion only)"), NONE
    ]
    subsequencenumber: Annotated[
        Int64, Doc("Number within an aggregated record (conversion only)"), NONE
    ]
    datacatalogtable: Annotated[
        DataCatalogTable,
        Doc("Table that the record was to be converted by (conversion only)"),
        NONE,
    ]
