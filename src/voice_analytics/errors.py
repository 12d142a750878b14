"""What a person can mend."""


class UserError(Exception):
    """A mistake in what the user gave: what is wrong, and what to do about it.

    The command line prints it as one line on stderr and exits with 1.
    """

    def __init__(self, wrong: str, way_out: str) -> None:
        super().__init__(f"{wrong}: {way_out}" if way_out else wrong)
        self.wrong = wrong
        self.way_out = way_out
