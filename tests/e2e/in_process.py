"""The handler of the source, in this process: what the built function must answer."""

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from tests.template.cloudformation import TEMPLATE, Template

type Handler = Callable[[Any], Any]

_MODULES = ("app", "observability", "settings", "stores", "clients")


@contextmanager
def handler_of_the_source(
    function: Template, put_object: Callable[..., Any] | None
) -> Iterator[Handler]:
    """The handler, told by its environment what the (resolved) template tells it.

    `put_object` is what its S3 client does. None means that there is no AWS: no time is left to
    try.
    """
    seconds = function["Timeout"] if put_object else 0
    with pytest.MonkeyPatch.context() as patch:
        for name, value in function["Environment"]["Variables"].items():
            patch.setenv(name, value)
        patch.setattr(sys, "path", [str(TEMPLATE.parent / function["CodeUri"]), *sys.path])
        for module in _MODULES:
            patch.delitem(sys.modules, module, raising=False)
        clients = importlib.import_module("clients")
        clients.provide("s3", SimpleNamespace(put_object=put_object))
        lambda_handler = importlib.import_module("app").lambda_handler
        context = SimpleNamespace(
            aws_request_id="1", get_remaining_time_in_millis=lambda: seconds * 1000
        )
        yield lambda event: lambda_handler(event, context)
