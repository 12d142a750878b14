"""MySQL's formats of times.

https://trino.io/docs/current/functions/datetime.html#mysql-date-functions
"""

from collections.abc import Callable
from datetime import datetime

from athena_duckdb.udf.date_reader import DAYS, MONTHS, DateReader, half_hour
from athena_duckdb.udf.registry import Failure, python

_MYSQL: dict[str, Callable[[datetime], str]] = {
    "a": lambda moment: DAYS[moment.weekday()][:3],
    "b": lambda moment: MONTHS[moment.month - 1][:3],
    "c": lambda moment: str(moment.month),
    "d": lambda moment: f"{moment.day:02}",
    "e": lambda moment: str(moment.day),
    "f": lambda moment: f"{moment.microsecond:06}",
    "H": lambda moment: f"{moment.hour:02}",
    "h": lambda moment: f"{half_hour(moment):02}",
    "I": lambda moment: f"{half_hour(moment):02}",
    "i": lambda moment: f"{moment.minute:02}",
    "j": lambda moment: f"{moment.timetuple().tm_yday:03}",
    "k": lambda moment: str(moment.hour),
    "l": lambda moment: str(half_hour(moment)),
    "M": lambda moment: MONTHS[moment.month - 1],
    "m": lambda moment: f"{moment.month:02}",
    "p": lambda moment: "AM" if moment.hour < 12 else "PM",
    "r": lambda moment: (
        f"{half_hour(moment):02}:{moment:%M:%S} {'AM' if moment.hour < 12 else 'PM'}"
    ),
    "S": lambda moment: f"{moment.second:02}",
    "s": lambda moment: f"{moment.second:02}",
    "T": lambda moment: f"{moment:%H:%M:%S}",
    "v": lambda moment: f"{moment.isocalendar().week:02}",
    "W": lambda moment: DAYS[moment.weekday()],
    "x": lambda moment: f"{moment.isocalendar().year:04}",
    "Y": lambda moment: f"{moment.year:04}",
    "y": lambda moment: f"{moment.year % 100:02}",
    "%": lambda _: "%",
}
_UNSUPPORTED = "DUuVwX"


def _mysql_parts(form: str) -> list[tuple[str, str]]:
    """The letters of a format, and the text between them as ('', text)."""
    parts, position = [], 0
    while position < len(form):
        if form[position] == "%" and position + 1 < len(form):
            letter = form[position + 1]
            if letter in _UNSUPPORTED:
                raise Failure(f"%{letter} not supported in date format string")
            parts.append((letter, "") if letter in _MYSQL else ("", letter))
            position += 2
        else:
            parts.append(("", form[position]))
            position += 1
    return parts


@python
def date_format(moment: datetime, form: str) -> str:
    return "".join(
        _MYSQL[letter](moment) if letter else text for letter, text in _mysql_parts(form)
    )


@python
def date_parse(text: str, form: str) -> datetime:
    reader = DateReader(text, form)
    for letter, literal in _mysql_parts(form):
        if letter == "%":
            reader.literal("%")
        elif letter:
            reader.mysql(letter)
        else:
            reader.literal(literal)
    return reader.moment()
