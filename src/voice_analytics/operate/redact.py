"""Apply a stricter privacy policy to closed days: rows and rejects that are stored already.

The same policy that the function applies to what arrives; an object is exchanged at once, and its
old versions go. A row that the profile was applied to stays as it is: a run can be repeated.
"""

import gzip
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import orjson
import pyarrow as pa
from session_analytics.privacy.policy import Policy
from session_analytics.privacy.profiles import read_profile
from session_analytics.privacy.pseudonyms import Key

from voice_analytics.catalog.columns import typed_columns
from voice_analytics.errors import UsageError
from voice_analytics.local.firehose.parquet import arrow_schema
from voice_analytics.operate.erasing import read_rows, write_rows
from voice_analytics.operate.objects import day_of
from voice_analytics.operate.stores import Store, Stored
from voice_analytics.project_files import ROOT

COMMAND = "redact"
CLOSED_AFTER = 2  # days: no call of an older day is still on its way
_PROFILES = ROOT / "functions/transform/privacy.json"


class Days(NamedTuple):
    """The first and the last day, both included."""

    first: date | None = None
    last: date | None = None

    def hold(self, key: str) -> bool:
        """Whether an object is of a closed day among them."""
        newest = datetime.now(UTC).date() - timedelta(days=CLOSED_AFTER)
        first = self.first.isoformat() if self.first else "0"
        return first <= day_of(key) <= min(self.last or newest, newest).isoformat()


def policy_of(profile: str, key: Callable[[], Key]) -> Policy:
    """A profile of this checkout. Raises UsageError for one that is unknown or keeps everything."""
    try:
        compiled_profile = read_profile(orjson.loads(_PROFILES.read_bytes()), profile)
    except ValueError as error:
        raise UsageError(f"--profile: {error}", "see schemas/privacy.yaml") from None
    if compiled_profile is None:
        raise UsageError(f"the profile {profile} keeps everything", "name a stricter one")
    return Policy(compiled_profile, key() if compiled_profile.needs_key else None)


def redact_days(store: Store, policy: Policy, days: Days, *, act: bool) -> Counter[str]:
    """What the policy changes, or would change where `act` is not set."""
    counts: Counter[str] = Counter(objects=0, rows=0, rejects=0, versions=0)
    for stored, change in _objects(store, days):
        body, read = store.read(stored.key)
        redacted, number, kind = change(body, policy)
        if not number:
            continue
        counts.update({"objects": 1, kind: number})
        if act:
            store.replace(read, redacted)
            counts["versions"] += _delete_versions(store, stored.key)
    return counts


type _Change = Callable[[bytes, Policy], tuple[bytes, int, str]]


def _objects(store: Store, days: Days) -> Iterator[tuple[Stored, _Change]]:
    for folder, change in (("sessions/", _rows), ("rejected/", _rejects)):
        for stored in list(store.objects(folder)):
            if days.hold(stored.key):
                yield stored, change


def _delete_versions(store: Store, key: str) -> int:
    versions = [version for stored_key, version in store.old_versions(key) if stored_key == key]
    for version in versions:
        store.delete_version(key, version)
    return len(versions)


def _rows(body: bytes, policy: Policy) -> tuple[bytes, int, str]:
    table = read_rows(body)
    rows: list[dict[str, Any]] = [
        {name: value for name, value in row.items() if value is not None}
        for row in table.to_pylist()
    ]
    todo = [row for row in rows if row.get("privacy_profile") != policy.profile.name]
    for row in todo:
        policy.apply(row)
    if not todo:
        return body, 0, "rows"
    schema = table.schema
    for field in arrow_schema(typed_columns()):
        if field.name not in schema.names and any(field.name in row for row in todo):
            schema = schema.append(field)
    return write_rows(pa.Table.from_pylist(rows, schema=schema), body), len(todo), "rows"


def _rejects(body: bytes, policy: Policy) -> tuple[bytes, int, str]:
    lines = []
    changed = 0
    for line in gzip.decompress(body).splitlines():
        row = orjson.loads(line)
        raw = row.get("raw_message")
        text = None if raw is None else policy.raw_message(raw)
        changed += text != raw
        left = {name: value for name, value in row.items() if name != "raw_message"}
        lines.append(orjson.dumps(left if text is None else row | {"raw_message": text}) + b"\n")
    return gzip.compress(b"".join(lines), mtime=0), changed, "rejects"
