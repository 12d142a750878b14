"""A stricter policy over what is stored: the texts go, the figures and the other days stay."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pyarrow.parquet as pq
import pytest
from session_analytics.privacy.pseudonyms import Key, pseudonym

from tests.operate.account import Account
from tests.operate.test_forget import DAY, line, parquet, reject, rows_of
from voice_analytics.errors import UsageError
from voice_analytics.operate.redact import Days, policy_of, redact_days
from voice_analytics.operate.stores import Bucket

pytestmark = pytest.mark.slow
KEY = Key("1", b"k" * 64)
TODAY = datetime.now(UTC).date()


def texts(account: Account) -> str:
    rows = [str(rows_of(body)) for body in account.objects(f"sessions/dt={DAY}").values()]
    rejects = account.objects("rejected/").values()
    return "".join(rows) + "".join(gzip.decompress(body).decode() for body in rejects)


def test_rows_and_rejects_of_closed_days_are_as_if_they_came_under_the_policy(
    account: Account,
) -> None:
    words = [{"role": "user", "content": "my words", "interrupted": True}]
    account.put(f"sessions/dt={DAY}/a.parquet", parquet(line(transcript=words), line(None)))
    account.put(f"rejected/dt={DAY}/a.json.gz", gzip.compress(reject(line()[:-9])))
    account.put(f"sessions/dt={TODAY}/b.parquet", parquet(line()))
    open_day = account.objects(f"sessions/dt={TODAY}")
    store, policy = Bucket(account.stack), policy_of("analytics", lambda: KEY)
    planned = redact_days(store, policy, Days(), act=False)
    assert (planned["rows"], planned["rejects"], planned["objects"]) == (2, 1, 2)
    assert "ada@" in texts(account)
    assert redact_days(store, policy, Days(), act=True) == planned | {"versions": 2}
    assert "ada@" not in texts(account)
    assert "my words" not in texts(account)
    assert account.objects(f"sessions/dt={TODAY}") == open_day
    rows = _rows(account)
    assert rows[0]["user_email"] == pseudonym("ada@example.com", KEY)
    assert rows[0]["transcript"][0]["interrupted"]
    assert rows[0]["user_word_count"] == 2
    assert +redact_days(store, policy, Days(), act=True) == {}


def test_days_are_chosen(account: Account) -> None:
    account.put(f"sessions/dt={DAY}/a.parquet", parquet(line()))
    store, policy = Bucket(account.stack), policy_of("analytics", lambda: KEY)
    later = Days(first=datetime.fromisoformat(DAY).date() + timedelta(days=1))
    assert +redact_days(store, policy, later, act=True) == {}


@pytest.mark.parametrize("profile", ["sales", "no-such"])
def test_a_profile_that_would_change_nothing_is_refused(profile: str) -> None:
    with pytest.raises(UsageError, match=profile):
        policy_of(profile, lambda: KEY)


def _rows(account: Account) -> list[dict[str, Any]]:
    [body] = account.objects(f"sessions/dt={DAY}").values()
    table = pq.read_table(BytesIO(body), coerce_int96_timestamp_unit="us")
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


def test_the_line_of_a_reject_is_withheld_and_the_rest_of_it_stays(account: Account) -> None:
    account.put(f"rejected/dt={DAY}/a.json.gz", gzip.compress(reject(line()[:-9])))
    redact_days(Bucket(account.stack), policy_of("analytics", lambda: KEY), Days(), act=True)
    [body] = account.objects("rejected/").values()
    row = json.loads(gzip.decompress(body))
    assert row["error_code"] == "not_json"
    assert "raw_message" not in row
