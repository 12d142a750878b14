"""What a person can mend, and how it is said."""


class UserError(Exception):
    """A mistake in what the user gave: what is wrong, and what to do about it.

    The command line prints it as one line on stderr and exits with 1.
    """

    def __init__(self, wrong: str, way_out: str) -> None:
        super().__init__(f"{wrong}: {way_out}" if way_out else wrong)
        self.wrong = wrong
        self.way_out = way_out


def why_unreadable(error: OSError | UnicodeDecodeError) -> str:
    """Why a file of text could not be read, in words that a UserError can say."""
    return str(error.strerror) if isinstance(error, OSError) else "it is no UTF-8 text"
