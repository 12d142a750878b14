"""The error of a query: what is wrong with it, and what to write instead."""


class QueryError(Exception):
    """A query that Athena would refuse, or that the local engine cannot answer.

    `problem` says what is wrong and where, `hint` what to do about it.
    """

    def __init__(self, problem: str, hint: str) -> None:
        super().__init__(f"{problem}: {hint}" if hint else problem)
        self.problem = problem
        self.hint = hint
