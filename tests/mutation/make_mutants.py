"""Write the mutants of modules, made by mutmut: `make_mutants.py FOLDER MODULE…`.

A file a module: its source with all mutants in it, and of each what it changes. Runs in mutmut's
own environment, for mutmut needs a newer click than the SAM CLI has.
"""

import ast
import difflib
import json
import sys
from pathlib import Path

from mutmut.mutation.file_mutation import (  # type: ignore[import-not-found]
    mutate_file_contents,
)


def main(folder: Path, modules: list[Path]) -> None:
    for number, module in enumerate(modules):
        mutated = mutate_file_contents(str(module), module.read_text())
        code = mutated.code.replace("mutmut.mutation.trampoline", "tests.mutation.trampoline")
        lines = code.splitlines()
        functions = {
            node.name: lines[node.lineno - 1 : node.end_lineno]
            for node in ast.walk(ast.parse(code))
            if isinstance(node, ast.FunctionDef)
        }
        mutants = {name: _change(name, functions) for name in mutated.mutant_names}
        content = {"module": str(module.resolve()), "code": code, "mutants": mutants}
        (folder / f"{number}.json").write_text(json.dumps(content))


def _change(name: str, functions: dict[str, list[str]]) -> list[str]:
    """The lines that differ from those of the function, without the function's name."""
    original = functions[name.rpartition("_")[0] + "_orig"][1:]
    change = difflib.unified_diff(original, functions[name][1:], lineterm="", n=0)
    return [line for line in change if not line.startswith(("---", "+++", "@@"))]


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(argument) for argument in sys.argv[2:]])
