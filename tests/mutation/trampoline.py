"""Calls a function, or the mutant of it that is judged. The mutants' sources import it."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

type MutantDict = dict[str, Callable[..., Any]]

active = ""  # `module.mutant`
called: set[str] = set()  # the functions, as `module.function`


def wrap_in_trampoline(
    mutants: MutantDict, *, is_classmethod: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator of the function whose mutants these are."""
    assert not is_classmethod

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        module = function.__module__

        def choose() -> Callable[..., Any]:
            original = mutants["_mutmut_orig"]
            called.add(f"{module}.{original.__name__.removesuffix('_orig')}")
            prefix, _, name = active.rpartition(".")
            return mutants.get(name, original) if prefix == module else original

        if inspect.isgeneratorfunction(function):

            @wraps(function)
            def generate(*args: Any, **options: Any) -> Any:
                return (yield from choose()(*args, **options))

            return generate

        @wraps(function)
        def call(*args: Any, **options: Any) -> Any:
            return choose()(*args, **options)

        return call

    return decorate
