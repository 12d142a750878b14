"""Compact closed days: many small files of a day become few, with no moment without a row.

The order is safe for readers of the views: (1) the plan is noted, (2) the new file is written,
(3) it is read back and compared with its sources, (4) after a grace that is longer than any query,
the sources are deleted. Between (2) and (4) each row stands twice in the table and once in the
views, which show one row a call. Every step can be repeated after a crash: the new file is named
for its sources, and for who has been forgotten and is left out. A day's files are only merged with
those of the same schema.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from botocore.exceptions import ClientError

from voice_analytics.operate.aws import error_code
from voice_analytics.operate.forgotten import forgotten_names, remaining_rows
from voice_analytics.operate.ledger import Claim, Ledger
from voice_analytics.operate.objects import Listed, day_of, list_objects
from voice_analytics.operate.prices import Prices
from voice_analytics.operate.stack import Stack
from voice_analytics.operate.work import Tell

COMMAND = "compact"
SESSIONS = "sessions/"
FEW_FILES = 8
SMALL_BYTES = 32 * 1024 * 1024  # on average
LARGE_BYTES = 128 * 1024 * 1024  # a file of this size is left alone
MAX_SOURCE_BYTES = 256 * 1024 * 1024  # of a new file: they are merged in memory
GRACE = timedelta(minutes=60)  # a query lasts 30 minutes at most by default
# S3's codes for a source that another run has merged, or an erasure changed, since it was listed.
_GONE = frozenset({"NoSuchKey", "PreconditionFailed"})
OLDER_THAN = 8  # days: the saved queries read a week of the table itself
_ZSTD_LEVEL = 15  # a tenth fewer bytes than the default's, for 0.2 ms of a processor a row
# Each value is another one, or nearly: a dictionary of them is longer than they are. So it is with
# times, doubles and bigints.
_UNLIKE = frozenset({"event_id", "session_id"})


class Compaction(NamedTuple):
    """Which days are to be compacted (None: all closed ones), and how long sources stay."""

    first: date | None = None
    last: date | None = None
    grace: timedelta = GRACE

    def as_options(self) -> dict[str, Any]:
        """As the ledger keeps it."""
        return {
            "first": self.first.isoformat() if self.first else None,
            "last": self.last.isoformat() if self.last else None,
            "grace_seconds": self.grace.total_seconds(),
        }


def from_options(options: Mapping[str, Any]) -> Compaction:
    """What a run was asked for."""
    first, last = (
        date.fromisoformat(day) if day else None for day in (options["first"], options["last"])
    )
    return Compaction(first, last, timedelta(seconds=options["grace_seconds"]))


class Day(NamedTuple):
    """The small files of a closed day."""

    day: str
    files: list[Listed]

    @property
    def bytes(self) -> int:
        return sum(each.size for each in self.files)


@dataclass
class Result:
    """What was found or done; files and bytes before and after."""

    days: int = 0
    files: int = 0
    bytes: int = 0
    new_files: int = 0
    new_bytes: int = 0
    rows: int = 0
    waiting: int = 0
    deleted: int = 0
    of_another_run: list[str] = field(default_factory=list)
    changed_meanwhile: list[str] = field(default_factory=list)
    not_parquet: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def requests_usd(planned: Result, prices: Prices) -> float:
    """What S3 takes at most for the requests of a compaction: three reads a file, and the ledger.

    Deleting is free. A new file a day is assumed.
    """
    gets = 3 * planned.files + 8 * planned.days
    puts = 8 * planned.days
    return gets / 1000 * prices["s3_1000_gets"] + puts / 1000 * prices["s3_1000_puts"]


class MismatchError(Exception):
    """The new file does not hold what its sources hold; they are kept."""


def closed_days(stack: Stack, compaction: Compaction) -> Iterator[Day]:
    """Days that are worth it: with more than eight files that are not large, or small ones."""
    newest = datetime.now(UTC).date() - timedelta(days=OLDER_THAN)
    lowest = compaction.first.isoformat() if compaction.first else ""
    highest = min(compaction.last or newest, newest).isoformat()
    by_day: dict[str, list[Listed]] = {}
    for each in list_objects(stack, SESSIONS):
        if each.size < LARGE_BYTES and lowest <= (day := day_of(each.key)) <= highest:
            by_day.setdefault(day, []).append(each)
    for day, files in sorted(by_day.items()):
        total = sum(each.size for each in files)
        if len(files) > FEW_FILES or (len(files) > 1 and total / len(files) < SMALL_BYTES):
            yield Day(day, files)


def plan_compaction(stack: Stack, compaction: Compaction) -> Result:
    """What would be merged. Nothing is changed."""
    result = Result()
    with stack.aws.refusals():
        for day in closed_days(stack, compaction):
            _count(result, day)
    return result


def run_compaction(stack: Stack, compaction: Compaction, ledger: Ledger, tell: Tell) -> Result:
    """Write new files, and delete the sources of those that are older than the grace."""
    result = Result()
    with stack.aws.refusals():
        ledger.begin(compaction.as_options())
        for day in closed_days(stack, compaction):
            try:
                _compact(stack, day, ledger, result, compaction.grace)
            except ClientError as error:
                if error_code(error) not in _GONE:
                    raise
                result.changed_meanwhile.append(day.day)
            tell(f"{day.day}: {result.new_files} new files, {result.deleted} deleted")
    return result


def _compact(stack: Stack, day: Day, ledger: Ledger, result: Result, grace: timedelta) -> None:
    for target, sources in _groups(stack, day, ledger, result.not_parquet):
        if ledger.claim(target) is Claim.OF_ANOTHER_RUN and "written" not in ledger.noted(target):
            result.of_another_run.append(f"{day.day} (run {ledger.noted(target).get('run')})")
            continue
        if "written" not in ledger.noted(target):
            _count(result, Day(day.day, sources))
            ledger.note(target, sources=[[each.key, each.etag] for each in sources])
            size, rows = _write(stack, target, sources)
            result.new_files += 1
            result.new_bytes += size
            result.rows += rows
            ledger.note(target, written=datetime.now(UTC).isoformat())
        noted = ledger.noted(target)
        if datetime.now(UTC) - datetime.fromisoformat(noted["written"]) < grace:
            result.waiting += 1
            continue
        if "compared" not in noted:  # once more, before the first source goes
            try:
                _compare(stack, target, _read(stack, sources))
            except MismatchError:  # somebody has been forgotten since: it is made again
                result.changed_meanwhile.append(day.day)
                continue
            ledger.note(target, compared=True)
        for each in sources:
            stack.aws.client("s3").delete_object(Bucket=stack.bucket, Key=each.key)
            result.deleted += 1
        ledger.finish(target)


def _groups(
    stack: Stack, day: Day, ledger: Ledger, not_parquet: list[str]
) -> Iterator[tuple[str, list[Listed]]]:
    """New files with their sources: first those that are not finished, then what can be merged.

    Where an erasure has rewritten a source since, and none is deleted yet, the new file goes, and
    its sources are merged again. Once some are deleted, the erasure has rewritten the new file as
    well: it holds what is left of the others. What is not a Parquet file is left alone and named.
    """
    there = set(day.files)
    for made in day.files:
        if "/compact-" not in made.key:
            continue
        noted = ledger.noted(made.key)
        versions = dict(noted.get("sources", []))
        sources = [each for each in _sorted(there) if each.key in versions]
        if "compared" not in noted and any(each.etag != versions[each.key] for each in sources):
            stack.aws.client("s3").delete_object(Bucket=stack.bucket, Key=made.key)
            there.remove(made)
        elif sources:
            there -= {made, *sources}
            yield made.key, sources
    by_schema: dict[str, list[Listed]] = {}
    for each in _sorted(there):
        try:
            by_schema.setdefault(_schema(stack, each), []).append(each)
        except pa.ArrowInvalid:
            not_parquet.append(each.key)
    left_out = forgotten_names(stack)
    for files in by_schema.values():
        for sources in _of_bounded_size(files):
            if len(sources) > 1:
                yield _target(day.day, sources, left_out), sources


def _of_bounded_size(files: list[Listed]) -> Iterator[list[Listed]]:
    sources: list[Listed] = []
    size = 0
    for each in files:
        if sources and size + each.size > MAX_SOURCE_BYTES:
            yield sources
            sources, size = [], 0
        sources.append(each)
        size += each.size
    yield sources


def _target(day: str, sources: list[Listed], left_out: list[str]) -> str:
    names = "\n".join([*sorted(f"{each.key} {each.etag}" for each in sources), *left_out])
    return f"{SESSIONS}dt={day}/compact-{sha256(names.encode()).hexdigest()}.parquet"


def _schema(stack: Stack, listed: Listed) -> str:
    return str(pq.read_schema(BytesIO(_get(stack, listed.key))).remove_metadata())


def _write(stack: Stack, target: str, sources: list[Listed]) -> tuple[int, int]:
    """Write the new file and compare it with its sources; its bytes and rows."""
    table = _read(stack, sources)
    body = to_file(table)
    stack.aws.client("s3").put_object(Bucket=stack.bucket, Key=target, Body=body)
    _compare(stack, target, table)
    return len(body), table.num_rows


def merge(bodies: Iterable[bytes]) -> pa.Table:
    """The rows of files of one schema."""
    return pa.concat_tables(map(_table, bodies)).combine_chunks()


def to_file(table: pa.Table) -> bytes:
    """The rows as the new file holds them."""
    file = BytesIO()
    pq.write_table(
        table,
        file,
        compression="zstd",
        compression_level=_ZSTD_LEVEL,
        use_dictionary=list(_repeating(table.schema)),
        use_deprecated_int96_timestamps=True,  # as Firehose writes them
    )
    return file.getvalue()


def _repeating(fields: Iterable[pa.Field], above: str = "") -> Iterator[str]:
    """The paths in the file of what holds the same values again and again."""
    for each in fields:
        path, kind = above + each.name, each.type
        while pa.types.is_list(kind):
            path, kind = f"{path}.list.element", kind.value_type
        if pa.types.is_struct(kind):
            yield from _repeating(kind, f"{path}.")
        elif not (
            path in _UNLIKE
            or pa.types.is_timestamp(kind)
            or pa.types.is_float64(kind)
            or pa.types.is_int64(kind)
        ):
            yield path


def _compare(stack: Stack, target: str, table: pa.Table) -> None:
    if not _same(_table(_get(stack, target)), table):
        stack.aws.client("s3").delete_object(Bucket=stack.bucket, Key=target)
        raise MismatchError(target)


def _same(table: pa.Table, other: pa.Table) -> bool:
    return bool(table.equals(other))


def _read(stack: Stack, sources: list[Listed]) -> pa.Table:
    merged = merge(_get(stack, each.key, each.etag) for each in _sorted(sources))
    return remaining_rows(stack, merged)


def _sorted(sources: Iterable[Listed]) -> list[Listed]:
    return sorted(sources, key=lambda each: each.key)


def _table(body: bytes) -> pa.Table:
    """A file's rows. Microseconds hold every time that INT96 holds; nanoseconds would wrap."""
    table = pq.read_table(BytesIO(body), coerce_int96_timestamp_unit="us")
    return table.replace_schema_metadata(None)


def _get(stack: Stack, key: str, etag: str | None = None) -> bytes:
    condition = {"IfMatch": etag} if etag else {}
    response = stack.aws.client("s3").get_object(Bucket=stack.bucket, Key=key, **condition)
    body: bytes = response["Body"].read()
    return body


def _count(result: Result, day: Day) -> None:
    result.days += 1
    result.files += len(day.files)
    result.bytes += day.bytes
