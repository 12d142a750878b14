"""The function's code, loaded as Lambda loads it: afresh, with its layers."""

import contextlib
import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from voice_analytics.errors import UserError
from voice_analytics.template.application import TransformFunction

type Handler = Callable[[Any, Any], Any]


class Code(NamedTuple):
    """The handler, and the function's module `clients`, where it has one."""

    handler: Handler
    clients: ModuleType | None


def load_code(function: TransformFunction) -> Code:
    """Raises UserError where Lambda could not start the function."""
    module_name, _, attribute = function.handler.rpartition(".")
    own = [
        str(directory) for directory in (function.code, *function.layers)
    ]  # the code's own comes first, as on Lambda
    sys.path[:] = [*own, *(directory for directory in sys.path if directory not in own)]
    try:
        with _modules_of_its_own(function.code):
            return Code(
                getattr(importlib.import_module(module_name), attribute), sys.modules.get("clients")
            )
    except (ImportError, SyntaxError) as error:
        raise UserError(
            f"{function.name} cannot be loaded: {error}",
            f"look at {function.code} and the template's Handler and Layers",
        ) from error
    except AttributeError:
        raise UserError(
            f"{function.code}/{module_name}.py has no {attribute}",
            "correct Handler in the template",
        ) from None


@contextlib.contextmanager
def _modules_of_its_own(code: Path) -> Iterator[None]:
    """Its modules are its own: never shared with code that loads modules of the same names."""
    names = {path.stem for path in code.glob("*.py")}
    aside = {name: sys.modules.pop(name) for name in names & sys.modules.keys()}
    try:
        yield
    finally:
        for name in names & sys.modules.keys():
            del sys.modules[name]
        sys.modules.update(aside)
