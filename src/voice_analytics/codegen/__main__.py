"""`python -m voice_analytics.codegen schemas|events [--check]|compile`.

What `make schemas`, `events` and `build` run.
"""

import sys
from pathlib import Path

from cyclopts import App

from voice_analytics.codegen import events as sample_events
from voice_analytics.codegen import generated
from voice_analytics.codegen.layer import compile_python
from voice_analytics.errors import UserError

app = App(
    name="python -m voice_analytics.codegen",
    help="Write the generated files of this checkout, or check them.",
)
_ROOT = Path.cwd()


@app.command
def schemas(*, check: bool = False) -> int:
    """Write what is generated: schemas/, template.yaml's columns, the documents' lists, the layer.

    Of the layer: its contract, requirements and hash.

    Parameters
    ----------
    check
        Change nothing; name what would change and exit with 1.

    """
    if check:
        return _report(list(map(str, generated.drifted(_ROOT))), "make schemas")
    for path in generated.write(_ROOT):
        print(f"wrote {path}")
    return 0


@app.command
def events(*, check: bool = False) -> int:
    """Write events/*.json from events/sources/*.yaml.

    Parameters
    ----------
    check
        Change nothing; name what would change and exit with 1.

    """
    if check:
        return _report(sample_events.drifted_events(_ROOT), "make events")
    for path in sample_events.write_events(_ROOT):
        print(f"changed {path}")
    return 0


@app.command(name="compile")
def compile_(build: Path = Path(".aws-sam/build")) -> int:
    """Add compiled Python to what `sam build` has made, for a faster cold start.

    Parameters
    ----------
    build
        What `sam build` has made.

    """
    compile_python(build)
    return 0


def _report(drifted: list[str], mend: str) -> int:
    for name in drifted:
        print(f"{name} is not as its source says: run `{mend}`", file=sys.stderr)
    return 1 if drifted else 0


if __name__ == "__main__":
    try:
        sys.exit(app())
    except UserError as error:
        sys.exit(f"error: {error}")
