"""A record's bytes are a batch of log events, or corrupt; there is nothing between."""

import gzip
import json
import zlib

import pytest
from session_analytics import cloudwatch
from session_analytics.cloudwatch import CorruptRecord, decode, encode

from tests.rows import log_batch

BATCH = log_batch("one", "two é")
PLAIN = json.dumps(BATCH).encode()
GZIPPED = gzip.compress(PLAIN, mtime=0)


def test_what_is_encoded_decodes_to_the_same_batch() -> None:
    assert decode(encode(BATCH)) == BATCH


def test_the_same_batch_gives_the_same_bytes() -> None:
    assert encode(BATCH) == encode(BATCH)
    assert encode(BATCH)[4:8] == bytes(4)  # gzip's time


def test_a_batch_may_be_as_long_as_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cloudwatch, "MAX_DECOMPRESSED_BYTES", len(PLAIN))
    assert decode(GZIPPED) == BATCH
    monkeypatch.setattr(cloudwatch, "MAX_DECOMPRESSED_BYTES", len(PLAIN) - 1)
    with pytest.raises(CorruptRecord, match="when decompressed"):
        decode(GZIPPED)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(PLAIN, id="already decompressed"),
        pytest.param(gzip.compress(PLAIN[:50]) + gzip.compress(PLAIN[50:]), id="two members"),
        pytest.param(GZIPPED + b"\0" * 20, id="zero padding"),
    ],
)
def test_other_forms_of_the_same_batch_are_read(data: bytes) -> None:
    assert decode(data) == BATCH


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "neither gzip nor JSON"),
        (b"not gzip", "neither gzip nor JSON"),
        (zlib.compress(PLAIN), "neither gzip nor JSON"),
        (GZIPPED[:-9], "truncated gzip"),
        (GZIPPED[:40] + b"xx" + GZIPPED[42:], "broken gzip"),
        (GZIPPED + b"garbage", "broken gzip"),
        (GZIPPED + b"\0X", "truncated gzip"),
        (gzip.compress(b"no JSON", mtime=0), "no batch of log events: document: json_invalid"),
        (gzip.compress(b"[]", mtime=0), "no batch of log events: document: dict_type"),
        (
            gzip.compress(b'{"messageType": "DATA_MESSAGE"}', mtime=0),
            "no batch of log events: owner: missing",
        ),
        (
            json.dumps(BATCH | {"messageType": "OTHER"}).encode(),
            "no batch of log events: messageType: literal_error",
        ),
        (
            json.dumps(
                log_batch("x") | {"logEvents": [{"id": "1", "timestamp": -1, "message": ""}]}
            ).encode(),
            "logEvents/0/timestamp",
        ),
        (
            json.dumps(
                log_batch("x") | {"logEvents": [{"id": "1", "timestamp": 2**63, "message": ""}]}
            ).encode(),
            "logEvents/0/timestamp",
        ),
    ],
)
def test_a_corrupt_record_says_why_and_quotes_nothing(data: bytes, reason: str) -> None:
    with pytest.raises(CorruptRecord) as caught:
        decode(data)
    assert reason in str(caught.value)


def test_a_bomb_is_refused_before_it_has_burst(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cloudwatch, "MAX_DECOMPRESSED_BYTES", 10_000)
    with pytest.raises(CorruptRecord, match="more than 10000 bytes when decompressed"):
        decode(gzip.compress(b" " * 10_001))
    with pytest.raises(CorruptRecord, match="more than 10000 bytes when decompressed"):
        decode(gzip.compress(b" " * 6_000) * 2)
