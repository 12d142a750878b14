"""Fields of a date, read from a text from left to right as a format says."""

import re
from datetime import date, datetime, timedelta

from athena_duckdb.udf.registry import Failure

MONTHS = [f"{date(2000, month, 1):%B}" for month in range(1, 13)]
DAYS = [f"{date(2024, 1, day):%A}" for day in range(1, 8)]


def half_hour(moment: datetime) -> int:
    return moment.hour % 12 or 12


class DateReader:
    """Fields of a date, read from a text from left to right."""

    def __init__(self, text: str, form: str) -> None:
        self.text = text
        self.form = form
        self.at = 0
        self.fields: dict[str, int] = {}
        self.zone = ""

    def fail(self) -> Failure:
        rest = self.text[self.at :]
        where = f' is malformed at "{rest}"' if self.at > 0 and rest else ""
        too_short = " is too short" if self.at >= len(self.text) else ""
        return Failure(f'Invalid format: "{self.text}"{where or too_short}')

    def literal(self, text: str) -> None:
        if self.text[self.at : self.at + len(text)].lower() != text.lower():
            raise self.fail()
        self.at += len(text)

    def number(self, field: str, most: int, *, signed: bool = False, low: int = 0) -> int:
        sign = "[+-]?" if signed else ""
        match = re.compile(rf"{sign}\d{{1,{most}}}").match(self.text, self.at)
        if not match:
            raise self.fail()
        value = int(match[0])
        if value < low:
            raise self.fail()
        self.at = match.end()
        self.fields[field] = value
        return value

    def name(self, field: str, names: list[str], first: int) -> None:
        rest = self.text[self.at :].lower()
        for short in (False, True):
            for place, name in enumerate(names):
                shown = (name[:3] if short else name).lower()
                if rest.startswith(shown):
                    self.at += len(shown)
                    self.fields[field] = place + first
                    return
        raise self.fail()

    def half(self) -> None:
        self.name("half", ["AM", "PM"], 0)

    def fraction(self, most: int) -> None:
        match = re.compile(rf"\d{{1,{most}}}").match(self.text, self.at)
        if not match:
            raise self.fail()
        self.at = match.end()
        self.fields["microsecond"] = int(match[0][:6].ljust(6, "0"))

    def mysql(self, letter: str) -> None:  # noqa: C901, PLR0912 - a case a letter
        match letter:
            case "Y":
                self.number("year", 4)
            case "y":
                self.year_of_two()
            case "m" | "c":
                self.number("month", 2, low=1)
            case "d" | "e":
                self.number("day", 2, low=1)
            case "H" | "k":
                self.number("hour", 2)
            case "h" | "I" | "l":
                self.number("clock", 2, low=1)
            case "i":
                self.number("minute", 2)
            case "S" | "s":
                self.number("second", 2)
            case "f":
                self.fraction(9)
            case "p":
                self.half()
            case "M" | "b":
                self.name("month", MONTHS, 1)
            case "W" | "a":
                self.name("weekday", DAYS, 1)
            case "j":
                self.number("ordinal", 3, low=1)
            case "v":
                self.number("week", 2, low=1)
            case "x":
                self.number("weekyear", 4)
            case "T" | "r":
                self.clock(half=letter == "r")

    def clock(self, *, half: bool) -> None:
        self.number("clock" if half else "hour", 2)
        self.literal(":")
        self.number("minute", 2)
        self.literal(":")
        self.number("second", 2)
        if half:
            self.literal(" ")
            self.half()

    def year_of_two(self) -> None:
        value = self.number("year", 2)
        self.fields["year"] = value + (2000 if value < 70 else 1900)

    def moment(self) -> datetime:
        """The time that the fields mean.

        What is not there is as in 1970-01-01 00:00; a month or a day alone is one of 2000.
        """
        if self.at < len(self.text):
            raise self.fail()
        fields = self.fields
        if "weekday" in fields and not fields.keys() & {"year", "month", "day", "week", "weekyear"}:
            raise Failure("the local engine does not support a day of the week without its week")
        year = fields.get(
            "year", 2000 if fields.keys() & {"month", "day", "ordinal", "week"} else 1970
        )
        try:
            if "ordinal" in fields and "month" not in fields:
                start = date(year, 1, 1)
                day = start + timedelta(days=fields["ordinal"] - 1)
                if day.year != start.year:
                    raise self.fail()
            elif "week" in fields or "weekyear" in fields:
                day = date.fromisocalendar(
                    fields.get("weekyear", year),
                    fields.get("week", 1),
                    fields.get("weekday", 1),
                )
            else:
                day = date(year, fields.get("month", 1), fields.get("day", 1))
            hour = fields.get("hour", 0)
            if "clock" in fields:
                if fields["clock"] > 12:
                    raise self.fail()
                hour = fields["clock"] % 12 + 12 * fields.get("half", 0)
            return datetime(  # noqa: DTZ001 - what a clock shows
                day.year,
                day.month,
                day.day,
                hour,
                fields.get("minute", 0),
                fields.get("second", 0),
                fields.get("microsecond", 0) // 1000 * 1000,
            )
        except (ValueError, OverflowError) as error:
            raise Failure(f'Cannot parse "{self.text}": {error}') from error
