"""A small lake, hostile words in it, and explore over it at a free port of 127.0.0.1."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from time import sleep
from typing import Any, NamedTuple

import pyarrow as pa
import pytest
import uvicorn

from tests.lake import lakes
from voice_analytics.explore.pages import Pages, Settings
from voice_analytics.explore.server import application, listen
from voice_analytics.lake.days import days_of
from voice_analytics.report.days import Days
from voice_analytics.report.sources import lake_source, one_at_a_time

NOON = datetime(2026, 11, 21, 12)  # noqa: DTZ001 - times in the lake are naive UTC
MARKUP = '</script><script>window.hacked = 1</script><img src=x onerror="window.hacked = 1">'
FORMULA = "=HYPERLINK(1)"
_TURN = pa.struct(
    [
        *(("role", pa.string()), ("content", pa.string()), ("said_at", pa.timestamp("us"))),
        *(("interrupted", pa.bool_()), ("e2e_latency_ms", pa.float64())),
    ]
)
_SCHEMA = pa.schema(
    [
        *((name, pa.timestamp("us")) for name in ("started_at", "logged_at")),
        *((name, pa.string()) for name in ("session_id", "agent_name", "agent_version")),
        *((name, pa.string()) for name in ("user_name", "user_email", "user_email_domain")),
        *((name, pa.string()) for name in ("outcome", "conversation_state", "room")),
        *(("duration_seconds", pa.float64()), ("team_size", pa.int32())),
        ("transcript", pa.list_(_TURN)),
    ]
)


def call(number: int, words: str, latency: float = 900.0, **fields: Any) -> dict[str, Any]:
    """A call of two turns, of which the caller's are these words."""
    started = NOON + timedelta(hours=number)
    turns = [
        {"role": "user", "content": words, "said_at": started + timedelta(seconds=3)},
        {
            "role": "assistant",
            "content": "I see, Ada.",
            "said_at": started + timedelta(seconds=5),
            "e2e_latency_ms": latency,
        },
    ]
    return {
        "session_id": f"call-{number}",
        "started_at": started,
        "logged_at": started,
        "agent_name": "guide",
        "agent_version": "1.0",
        "user_name": "Ada Lovelace",
        "user_email": "ada@acme.example",
        "user_email_domain": "acme.example",
        "duration_seconds": 60.0,
        "transcript": turns,
    } | fields


CALLS = [
    call(0, "I need an invoice by Friday", agent_version="2.0", team_size=12),
    call(1, "Hello", latency=2400.0, outcome="resolved"),
    call(2, MARKUP, outcome=FORMULA, agent_name=MARKUP, session_id=f"{MARKUP}&?#"),
    call(3, "a\u202eb \x1b[2J", room="it's"),
]


class Explored(NamedTuple):
    """Explore over the lake: its address, and the pages themselves."""

    address: str
    pages: Pages


@pytest.fixture(scope="session")
def small_lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("explore")
    lakes.write(folder, NOON.date().isoformat(), CALLS, _SCHEMA)
    return folder


@pytest.fixture(scope="session")
def explored(small_lake: Path) -> Iterator[Explored]:
    """Explore without --people, as it is started, on a thread."""
    held = Days(*days_of(small_lake))
    with lake_source(small_lake, seconds=300) as ask, listen(0) as listening:
        pages = Pages(one_at_a_time(ask), Settings("a lake", held, held, people=False, call_url=""))
        config = uvicorn.Config(application(pages), log_level="error", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            sleep(0.05)
        yield Explored(f"http://127.0.0.1:{listening.getsockname()[1]}", pages)
        server.should_exit = True
        thread.join()
