"""Invocations of the function in processes of their own, so that a run uses every processor.

Each process loads the function as Lambda does. What the function puts into S3 and Firehose comes
back with its answer, and is applied where the run is: in the order of the invocations, so that the
same input gives the same files.
"""

import os
import signal
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import connection, get_context, parent_process
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

from voice_analytics.errors import UserError
from voice_analytics.local.clients import (
    KEY_FILE,
    FirehoseClient,
    S3Client,
    SecretsManagerClient,
)
from voice_analytics.local.faults import NONE
from voice_analytics.local.function.runtime import LambdaFunction, load
from voice_analytics.local.function.sandbox import Log, silent
from voice_analytics.template.application import DeliveryStream


class Invoked(NamedTuple):
    """The function's answer, and what it did: objects by key, records that it reingested, log."""

    answer: Any
    stored: list[tuple[str, bytes]]
    reingested: list[bytes]
    log: str


class Workers:
    """Processes that invoke a stream's function."""

    def __init__(self, pool: ProcessPoolExecutor, count: int, log: Log) -> None:
        self._pool = pool
        self.count = count
        self._log = log

    def start(self, event: Mapping[str, Any]) -> Callable[[], Invoked]:
        """Begin an invocation; returns what waits for it, and raises UserError if it never ends."""
        with _dead_told():
            future = self._pool.submit(_invoke, event)

        def invoked() -> Invoked:
            with _dead_told():
                done = future.result()
            self._log(done.log)
            return done

        return invoked


@contextmanager
def _dead_told() -> Iterator[None]:
    try:
        yield
    except BrokenProcessPool:
        raise UserError(
            "a process that ran the function has died, maybe for want of memory",
            "send the log in smaller parts",
        ) from None


@contextmanager
def open_workers(
    stream: DeliveryStream, out: Path, count: int, log: Log = silent
) -> Iterator[Workers]:
    """So many processes for a run into a lake; `log` receives what the function prints."""
    pool = ProcessPoolExecutor(
        count, mp_context=get_context("spawn"), initializer=_begin, initargs=(stream, out)
    )
    try:
        # Ctrl-C is this process's alone: the others are made while it is blocked, and inherit that
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            for _ in range(count):
                pool.submit(os.getpid)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
        yield Workers(pool, count, log)
    finally:
        pool.shutdown(cancel_futures=True)


class _Process:
    """The function in this process, and what it did since the last invocation."""

    def __init__(self, stream: DeliveryStream, out: Path) -> None:
        assert stream.function
        self._stored: list[tuple[str, bytes]] = []
        self._reingested: list[bytes] = []
        self._log: list[str] = []
        self._function: LambdaFunction = load(stream.function, self._log.append)
        bucket = stream.destination.bucket_arn.rpartition(":")[2]
        self._function.connect(
            s3=S3Client(bucket, lambda key, body: self._stored.append((key, body)), NONE),
            firehose=FirehoseClient(stream.name, self._reingest, NONE),
            secretsmanager=SecretsManagerClient(out / KEY_FILE),
        )

    def _reingest(self, data: bytes) -> str:
        self._reingested.append(data)
        return str(len(self._reingested))

    def invoke(self, event: Mapping[str, Any]) -> Invoked:
        for did in (self._stored, self._reingested, self._log):
            did.clear()
        answer = self._function.invoke(event)
        return Invoked(answer, [*self._stored], [*self._reingested], "".join(self._log))


_process: _Process | None = None


def _begin(stream: DeliveryStream, out: Path) -> None:
    global _process  # noqa: PLW0603 - one for the process
    _process = _Process(stream, out)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A process whose parent was killed would wait for ever."""
    parent = parent_process()
    assert parent
    connection.wait([parent.sentinel])
    os._exit(1)


def _invoke(event: Mapping[str, Any]) -> Invoked:
    assert _process
    return _process.invoke(event)
