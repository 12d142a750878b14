"""A saved query over a part of the calls: other days, other agents, another time zone.

The query is put on top of its own views, in WITH clauses, and these on top of the calls that are
meant: `WITH sessions AS (SELECT … FROM sessions WHERE …), turns AS (…) SELECT …`. Inside such a
clause its own name still means the view of the database, so that the query's text stays as it is.
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from voice_analytics.catalog.saved_queries import View, period, relations, statement_alone, views

CALLS = "sessions"  # the view on which those of calls rest
UTC = "UTC"
_ONE_DAY = timedelta(days=1)  # no place on earth is farther from UTC
_COLUMN = re.compile(r"^    (?:\S.* AS )?([a-z_0-9]+),?$", re.MULTILINE)
_LOCAL = ("started_at", "ended_at")  # times of a call, beside its day


class Slice(NamedTuple):
    """Days, both included, and conditions on the columns of `sessions`, in SQL.

    In another time zone than UTC the days begin at its midnight, and a call's start and end are
    told in its time.
    """

    first: date
    last: date
    conditions: tuple[str, ...] = ()
    timezone: str = UTC

    @property
    def before(self) -> "Slice":
        """The same of as many days before."""
        return self._replace(
            first=self.first - (self.last - self.first) - _ONE_DAY, last=self.first - _ONE_DAY
        )

    def narrowed(self, *conditions: str) -> "Slice":
        """With more conditions."""
        return self._replace(conditions=(*self.conditions, *conditions))

    def sql(self, query: str) -> str:
        """The query over these calls; one that does not rest on `sessions` over the days alone."""
        whole = period(query, self.first, self.last)
        if self.is_whole or not rests_on_calls(query):
            return whole
        clauses = [f"{CALLS} AS (\n{self._calls()}\n)"]
        clauses += [f"{view.name} AS (\n{view.sql}\n)" for view in _needed(query)]
        code = statement_alone(whole)
        opening = ",\n".join(statement_alone(clause) for clause in clauses)
        rest = code.removeprefix("WITH ")
        return f"WITH {opening}{',' if rest != code else ''}\n{rest}"

    @property
    def is_whole(self) -> bool:
        """Whether these are all calls of their days, as `sessions` has them."""
        return not self.conditions and self.timezone == UTC

    def of_all_days(self) -> str:
        """The calls that the conditions choose, whatever their day, in SQL."""
        return self._chosen(self.conditions)

    def _calls(self) -> str:
        days = (self.first, self.last)
        if self.timezone != UTC:
            days = (self.first - _ONE_DAY, self.last + _ONE_DAY)
        between = f"dt BETWEEN '{days[0].isoformat()}' AND '{days[1].isoformat()}'"
        return self._chosen((between, *self.conditions))

    def _chosen(self, conditions: Sequence[str]) -> str:
        columns = "*"
        if self.timezone != UTC:
            columns = ", ".join(map(self._column, columns_of(views()[CALLS])))
        where = "\n  AND ".join(conditions) or "true"
        return f"SELECT {columns}\nFROM {CALLS}\nWHERE {where}"

    def _column(self, name: str) -> str:
        if name == "dt":
            local = f"date_format({self._local('started_at')}, '%Y-%m-%d')"
            return f"if(dt = date_format(started_at, '%Y-%m-%d'), {local}, dt) AS dt"
        return f"{self._local(name)} AS {name}" if name in _LOCAL else name

    def _local(self, column: str) -> str:
        zone = literal(self.timezone)
        return f"CAST(with_timezone({column}, 'UTC') AT TIME ZONE {zone} AS timestamp)"


def literal(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def columns_of(view: View) -> list[str]:
    """The names of a view's columns, by the SELECT that ends it."""
    return _COLUMN.findall(view.sql.rpartition("\nSELECT\n")[2])


@cache
def rests_on_calls(query: str) -> bool:
    """Whether all that a query reads are calls, so that it can be asked of a part of them."""
    read = _read(query)
    return CALLS in read and not {"session_analytics", "rejected_events", "delivery_errors"} & read


def _needed(query: str) -> list[View]:
    """The views on top of `sessions` that a query reads, each after those that it reads itself."""
    read = _read(query)
    return [view for name, view in views().items() if name in read and name != CALLS]


def _read(query: str) -> set[str]:
    """The relations that a query reads, and those that their views read, down to `sessions`."""
    known, read, waiting = views(), set[str](), set(relations(query))
    while waiting:
        name = waiting.pop()
        read.add(name)
        if name in known and name != CALLS:
            waiting |= set(relations(known[name].sql)) - read
    return read


def condition(column: str, values: Sequence[str]) -> str:
    """The condition that a column's text is one of these; the empty text stands for NULL."""
    texts = [literal(value) for value in values if value]
    parts = [f"CAST({column} AS varchar) IN ({', '.join(texts)})"] if texts else []
    parts += [f"{column} IS NULL"] if "" in values else []
    return f"({' OR '.join(parts)})"
