"""Trino on 127.0.0.1, over local folders as Athena is over a bucket."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.truth.java import CACHE, fetch, java_home

CATALOG = "awsdatacatalog"  # as Athena calls it
_PLUGINS = ("hive",)  # each further one makes the start slower
_START_SECONDS = 300
_STOP_SECONDS = 60
_NODE = {"node.environment": "truth", "node.id": "truth"}
_JVM = (
    *("-server", "-Xmx3G", "-XX:ActiveProcessorCount=2", "--enable-native-access=ALL-UNNAMED"),
    "-Djdk.attach.allowAttachSelf=true",
)
_CONFIG = {
    "coordinator": "true",
    "node-scheduler.include-coordinator": "true",
    "node.internal-address": "127.0.0.1",
    "query.max-memory": "2GB",
    "query.max-memory-per-node": "1GB",
}
_HIVE = {
    "connector.name": "hive",
    "hive.metastore": "file",
    "hive.metastore.catalog.dir": "local:///metastore",
    "fs.native-local.enabled": "true",
    "hive.parquet.use-column-names": "true",
    "hive.non-managed-table-writes-enabled": "true",
    # on S3 a folder that is not there is an empty one
    "hive.ignore-absent-partitions": "true",
}


@contextmanager
def trino(files: Path) -> Iterator[int]:
    """Run Trino over the folders in `files`; gives its port.

    Raises java.Missing where it cannot be fetched or run, TimeoutError where it does not start.
    """
    home, installed = java_home(), _installed()
    settings, port = files / "etc", _free_port()
    address = {"http-server.http.port": port, "discovery.uri": f"http://127.0.0.1:{port}"}
    written = {
        "node.properties": {**_NODE, "node.data-dir": files / "data"},
        "config.properties": {**_CONFIG, **address},
        f"catalog/{CATALOG}.properties": {**_HIVE, "local.location": files},
    }
    for name, values in written.items():
        path = settings / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{key}={value}\n" for key, value in values.items()))
    (settings / "jvm.config").write_text("\n".join(_JVM) + "\n")
    with (files / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [installed / "bin/launcher", "--etc-dir", settings, "run"],
            env={**os.environ, "JAVA_HOME": str(home), "PATH": f"{home}/bin:{os.environ['PATH']}"},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            _wait_for(port, process, files / "server.log")
            yield port
        finally:
            _end(process)


def _installed() -> Path:
    """The unpacked server with no more plugins than needed."""
    folder = CACHE / "server"
    (archive,) = fetch("trino").glob("*.tar.gz")
    server = folder / archive.name.removesuffix(".tar.gz")
    if not (server / ".whole").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        # all of it: files of one plugin are hard links to those of another
        subprocess.run(["tar", "-xzf", archive, "-C", folder], check=True)
        for plugin in (server / "plugin").iterdir():
            if plugin.name not in _PLUGINS:
                shutil.rmtree(plugin)
        (server / ".whole").touch()
    return server


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"Trino has not started:\n{log.read_text()[-2000:]}")
        try:
            with urlopen(f"http://127.0.0.1:{port}/v1/info", timeout=5) as answer:
                if b'"starting":false' in answer.read():
                    return
        except (URLError, TimeoutError, ConnectionError):
            pass
        time.sleep(0.5)
    raise TimeoutError(f"Trino has not started within {_START_SECONDS} s")


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the launcher and the server that it started."""
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
