"""Errors that the user can correct."""


class UserError(Exception):
    """A mistake in what the user gave: `problem` says what is wrong and where, `hint` what to do.

    The command line prints it as one line on stderr and exits with 1.
    """

    exit_code: int | None = None  # where it is not that of a mistake

    def __init__(self, problem: str, hint: str) -> None:
        super().__init__(f"{problem}: {hint}" if hint else problem)
        self.problem = problem
        self.hint = hint


class UsageError(UserError):
    """A mistake in the command itself: an option that does not fit, or is not there.

    The command line exits with 2, as shells and scripts expect.
    """

    exit_code = 2


def why_unreadable(error: OSError | UnicodeDecodeError) -> str:
    """Why a text file could not be read, worded for a UserError."""
    return str(error.strerror) if isinstance(error, OSError) else "it is not UTF-8 text"
