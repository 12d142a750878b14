"""Five ways to answer an invocation: each module says what it does and what it leaves out.

Lambda's runtime parses the event and writes the response as JSON: the same for all, not timed.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.contenders.flatten_only import flatten_only
from benchmarks.contenders.floor import Floor
from benchmarks.contenders.textbook import textbook
from benchmarks.contenders.this_project import this_project
from benchmarks.contenders.unpack_only import unpack_only
from benchmarks.race import Contender

FLOOR, UNPACK, FLATTEN, TEXTBOOK, PROJECT = (
    "floor",
    "unpack only",
    "flatten only",
    "textbook",
    "this project",
)


@contextmanager
def contenders(floor: Floor) -> Iterator[dict[str, Contender]]:
    """All of them, ready to run; while this lasts, standard output is the function's log."""
    with this_project() as project:
        yield {
            FLOOR: floor,
            UNPACK: unpack_only,
            FLATTEN: flatten_only,
            TEXTBOOK: textbook,
            PROJECT: project,
        }
