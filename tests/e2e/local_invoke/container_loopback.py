"""A server on the loopback of a container: what runs in there reaches it, and nothing else does.

A container cannot reach the loopback of its machine, and on any other address the server could be
reached by others.
"""

import os
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Thread
from wsgiref.types import WSGIApplication

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import make_server


@contextmanager
def serving_inside(pid: int, port: int, application: WSGIApplication) -> Iterator[None]:
    """Serve an application of this process on 127.0.0.1 of the container of process `pid`.

    Linux, as root.
    """
    with ThreadPoolExecutor(
        1
    ) as visitor:  # a thread that enters a network stays in it: this one ends at once
        listener = visitor.submit(_listen_inside, pid, port).result()
    with listener:
        server = make_server(
            "127.0.0.1",
            port,
            application,
            threaded=True,
            request_handler=MotoRequestHandler,
            fd=listener.fileno(),
        )
        serving = Thread(target=server.serve_forever)
        serving.start()
        try:
            yield
        finally:
            server.shutdown()
            serving.join()
            server.server_close()


def _listen_inside(pid: int, port: int) -> socket.socket:
    """A socket belongs for good to the network in which it was made."""
    network = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY)
    try:
        os.setns(network, os.CLONE_NEWNET)
    finally:
        os.close(network)
    return socket.create_server(("127.0.0.1", port))
