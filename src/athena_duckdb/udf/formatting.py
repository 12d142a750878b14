"""Numbers as Trino writes them: Java's Double.toString, DecimalFormat and Formatter."""

import math
import re
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from athena_duckdb.udf.registry import EXACT, Failure, python

_SPECIFIER = re.compile(r"%(?:(\d+)\$|(<))?([-#+ 0,(]*)(\d+)?(?:\.(\d+))?([tT]?[a-zA-Z%])")
_PLAIN_FROM, _PLAIN_TO = 1e-3, 1e7  # outside, Java writes a double with an exponent
# the conversions of a date behind %t, and those of a clock, as strftime and format() write them
_OF_DATES = {
    "Y": "{0:%Y}",
    "y": "{0:%y}",
    "m": "{0:%m}",
    "d": "{0:%d}",
    "j": "{0:%j}",
    "e": "{0.day}",
    "B": "{0:%B}",
    "b": "{0:%b}",
    "h": "{0:%b}",
    "A": "{0:%A}",
    "a": "{0:%a}",
    "F": "{0:%Y-%m-%d}",
    "D": "{0:%m/%d/%y}",
}
_OF_CLOCKS = {
    "H": "{0:%H}",
    "k": "{0.hour}",
    "I": "{0:%I}",
    "M": "{0:%M}",
    "S": "{0:%S}",
    "R": "{0:%H:%M}",
    "T": "{0:%H:%M:%S}",
    "r": "{0:%I:%M:%S %p}",
    "N": "{0:%f}000",
}
_BEST_UNITS = ("", "K", "M", "B", "T", "Q")


def digits(value: float, *, single: bool = False) -> tuple[str, str, int]:
    """The sign, the shortest digits that mean the value, and the exponent of the first of them."""
    text = shortest_single(value) if single else repr(value)
    sign, parts, exponent = Decimal(text).normalize(EXACT).as_tuple()
    if len(parts) == 1:  # Java writes two digits, those next to the value: 1.4E-45
        sign, parts, exponent = Decimal(f"{value:.1e}").normalize(EXACT).as_tuple()
    written = "".join(map(str, parts))
    return "-" if sign else "", written, int(exponent) + len(written) - 1


def shortest_single(value: float) -> str:
    """The shortest digits that mean a number of single precision."""
    import numpy as np  # noqa: PLC0415 - it takes long to import, and few queries need it

    return str(np.float32(value))


def _special(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return ""


def _scientific(value: float, *, single: bool) -> str:
    if special := _special(value):
        return special
    if value == 0:
        return "-0E0" if math.copysign(1, value) < 0 else "0E0"
    sign, written, exponent = digits(value, single=single)
    return f"{sign}{written[0]}.{written[1:] or '0'}E{exponent}"


@python
def double_text(value: float) -> str:
    """CAST(double AS varchar): 1.5E0."""
    return _scientific(value, single=False)


@python
def real_text(value: float) -> str:
    """CAST(real AS varchar): 1.5E0; seven digits at the most."""
    return _scientific(float(f"{value:.6e}"), single=True)


def java_double(value: float) -> str:
    """Double.toString: 1.5, 1.0E10."""
    if special := _special(value):
        return special
    if value == 0 or _PLAIN_FROM <= abs(value) < _PLAIN_TO:
        return repr(value)
    return _scientific(value, single=False)


_LARGEST = 2**63 - 1  # bigint


@python
def format_number(value: float) -> str:
    """A large number with a unit symbol: 1.23K."""
    shown = float(max(min(int(value), _LARGEST), -_LARGEST))
    unit = 0
    while abs(shown) >= 1000 and unit < len(_BEST_UNITS) - 1:
        shown /= 1000
        unit += 1
    places = 2 if shown < 10 else 1 if shown < 100 else 0
    text = str(Decimal(shown).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, EXACT))
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return ("0" if text == "-0" else text) + _BEST_UNITS[unit]


@python(nulls=True)
def format_(form: str | None, *values: Any) -> str | None:
    """Java's String.format, with the conversions b, c, d, e, f, g, o, s, x, % and n."""
    if form is None:
        return None
    parts: list[str] = []
    position = following = place = 0
    while (start := form.find("%", position)) >= 0:
        parts.append(form[position:start])
        match = _SPECIFIER.match(form, start)
        if not match:
            raise _bad(form, f"UnknownFormatConversion: Conversion = '{form[start + 1 :][:1]}'")
        position = match.end()
        index, same, flags, width, _, conversion = match.groups()
        if conversion in ("%", "n"):
            parts.append(_padded("%" if conversion == "%" else "\n", flags, width))
            continue
        if not same:
            place = int(index) - 1 if index else following
            following += not index
        if place >= len(values) or (same and not following):
            raise _bad(form, f"MissingFormatArgument: Format specifier '{match[0]}'")
        parts.append(_converted(form, match, values[place]))
    parts.append(form[position:])
    return "".join(parts)


def _bad(form: str, why: str) -> Failure:
    return Failure(f"Invalid format string: {form} ({why})")


def _padded(text: str, flags: str, width: str | None) -> str:
    if not width:
        return text
    return text.ljust(int(width)) if "-" in flags else text.rjust(int(width))


def _converted(form: str, match: re.Match[str], value: Any) -> str:
    _, _, flags, width, precision, conversion = match.groups()
    kind = conversion.lower()
    if kind == "s" or (kind == "b" and not isinstance(value, bool)) or value is None:
        shown = "false" if kind == "b" and value is None else _text(value)
        if kind == "b" and value is not None:
            shown = "true"
        text = shown[: int(precision)] if precision else shown
    elif kind == "b":
        text = str(value).lower()
    elif kind in "dxo" and isinstance(value, int) and not isinstance(value, bool):
        text = _integer(kind, value, flags, width)
    elif kind in "feg" and isinstance(value, float | Decimal):
        text = _fraction(kind, value, flags, width, precision)
    elif kind == "c" and isinstance(value, int):
        text = chr(value)
    elif kind[0] == "t" and (written := _part(value, conversion[1])):
        text = written
    elif kind in "ha":
        raise Failure(f"the local engine does not support %{conversion} in format")
    else:
        raise _bad(form, f"IllegalFormatConversion: {conversion} != {_java_class(value)}")
    padded = _padded(text, flags, width)
    return padded.upper() if conversion[0].isupper() else padded


def _part(value: Any, letter: str) -> str:
    """What `%t` and a letter writes of a time: "" where the time has not this part."""
    dated, timed = isinstance(value, date), isinstance(value, datetime | time)
    form = (dated and _OF_DATES.get(letter)) or (timed and _OF_CLOCKS.get(letter))
    if form:
        return str(form.format(value))
    if dated and letter == "C":
        return f"{value.year // 100:02}"
    if timed and letter in "lLp":
        hour = value.hour % 12 or 12
        shown = {"l": str(hour), "L": f"{value.microsecond // 1000:03}", "p": f"{value:%p}".lower()}
        return shown[letter]
    return ""


def _java_class(value: Any) -> str:
    known = ((bool, "Boolean"), (int, "Long"), (float, "Double"), (str, "String"))
    name = next((java for python_type, java in known if isinstance(value, python_type)), "")
    if name:
        return f"java.lang.{name}"
    return "java.math.BigDecimal" if isinstance(value, Decimal) else "java.time.LocalDateTime"


def _text(value: Any) -> str:  # noqa: PLR0911 - a case a type
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case float():
            return java_double(value)
        case Decimal():
            return f"{value:f}" if value.adjusted() >= -6 else str(value)
        case datetime() | time():
            return java_moment(value)
        case date():
            return value.isoformat()
    return str(value)


def java_moment(value: datetime | time) -> str:
    """LocalDateTime.toString: seconds only where they are not zero, digits in groups of three."""
    text = value.isoformat()
    if value.microsecond:
        return text[:-3] if value.microsecond % 1000 == 0 else text
    return text if value.second else text[:-3]


def _integer(kind: str, value: int, flags: str, width: str | None) -> str:
    if kind in "xo":
        text = format(value if value >= 0 else value + 2**64, kind)
        return text.rjust(int(width or 0), "0") if "0" in flags else text
    return _signed(value < 0, f"{abs(value):,}" if "," in flags else str(abs(value)), flags, width)


def _signed(negative: bool, text: str, flags: str, width: str | None) -> str:
    before = "-" if negative else "+" if "+" in flags else " " if " " in flags else ""
    after = ""
    if negative and "(" in flags:
        before, after = "(", ")"
    if "0" in flags and width:
        text = text.rjust(int(width) - len(before) - len(after), "0")
    return before + text + after


def _fraction(
    kind: str, value: float | Decimal, flags: str, width: str | None, precision: str | None
) -> str:
    if isinstance(value, float) and (special := _special(value)):
        return f"+{special}" if "+" in flags and value > 0 else special
    places = 6 if precision is None else int(precision)
    number = Decimal(repr(value)) if isinstance(value, float) else value
    negative = number.is_signed()
    number = abs(number)
    if kind == "g":
        places = max(places, 1)
        rounded = _to_digits(number, places)
        if rounded and not Decimal("0.0001") <= rounded < Decimal(10) ** places:
            kind, places = "e", places - 1
        else:
            kind, places = "f", max(places - 1 - (rounded.adjusted() if rounded else 0), 0)
    if kind == "e":
        text = _exponent(number, places)
    else:
        exact = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, EXACT)
        text = f"{exact:,f}" if "," in flags else f"{exact:f}"
    return _signed(negative, text, flags, width)


def _to_digits(number: Decimal, places: int) -> Decimal:
    if not number:
        return number
    return number.quantize(Decimal(1).scaleb(number.adjusted() - places + 1), ROUND_HALF_UP, EXACT)


def _exponent(number: Decimal, places: int) -> str:
    rounded = _to_digits(number, places + 1)
    exponent = rounded.adjusted() if rounded else 0
    mantissa = rounded.scaleb(-exponent).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, EXACT)
    return f"{mantissa:f}e{'-' if exponent < 0 else '+'}{abs(exponent):02}"
