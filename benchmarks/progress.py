"""How far a run has come: a bar a subject on standard error, where that is a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class Steps:
    """Subjects that begin one after the other."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def begin(self, subject: str, steps: int) -> Callable[[], None]:
        """A bar for so many steps; what is returned says that one is done."""
        task = self._progress.add_task(subject, total=steps)

        def done() -> None:
            self._progress.advance(task)
            self._progress.refresh()

        return done


@contextmanager
def shown_progress() -> Iterator[Steps]:
    """The bars, gone when the run has ended.

    No thread draws them while something is timed: they move with the steps.
    """
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(
        *columns,
        console=console,
        transient=True,
        auto_refresh=False,
        disable=not console.is_terminal,
        redirect_stdout=False,
        redirect_stderr=False,
    ) as progress:
        yield Steps(progress)
