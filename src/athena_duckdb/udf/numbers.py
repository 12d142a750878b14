"""Arithmetic of decimals, and the mathematical functions that DuckDB computes in another way.

https://trino.io/docs/current/functions/math.html
https://trino.io/docs/current/functions/decimal.html
"""

import math
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

from athena_duckdb.udf.registry import EXACT, Failure, python

_BIGINT = 2**63


def _fit(number: Decimal, precision: int, scale: int, rounding: str = ROUND_HALF_UP) -> Decimal:
    result = number.quantize(Decimal(1).scaleb(-scale), rounding, EXACT)
    if abs(result) >= Decimal(10) ** (precision - scale):
        raise Failure("Decimal overflow")
    return result


@python
def decimal_product(left: Decimal, right: Decimal, precision: int, scale: int) -> Decimal:
    return _fit(EXACT.multiply(left, right), precision, scale)


@python
def decimal_sum(left: Decimal, right: Decimal, precision: int, scale: int) -> Decimal:
    return _fit(EXACT.add(left, right), precision, scale)


@python
def decimal_quotient(dividend: Decimal, divisor: Decimal, precision: int, scale: int) -> Decimal:
    if not divisor:
        raise Failure("Division by zero")
    numerator, denominator = int(dividend.scaleb(scale + 38, EXACT)), int(divisor.scaleb(38, EXACT))
    digits = (2 * abs(numerator) + abs(denominator)) // (2 * abs(denominator))
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    return _fit(Decimal(sign * digits).scaleb(-scale, EXACT), precision, scale)


@python
def decimal_remainder(dividend: Decimal, divisor: Decimal, precision: int, scale: int) -> Decimal:
    if not divisor:
        raise Failure("Division by zero")
    return _fit(EXACT.remainder(dividend, divisor), precision, scale)


@python
def decimal_rescale(value: Decimal, precision: int, scale: int) -> Decimal:
    """CAST(decimal AS decimal)."""
    result = value.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP, EXACT)
    if abs(result) >= Decimal(10) ** (precision - scale):
        raise Failure(f"Cannot cast DECIMAL '{value:f}' to DECIMAL({precision}, {scale})")
    return result


@python
def decimal_round(value: Decimal, places: int, precision: int, scale: int) -> Decimal:
    return _fit(_quantize(value, places, ROUND_HALF_UP), precision, scale)


@python
def decimal_truncate(value: Decimal, places: int, precision: int, scale: int) -> Decimal:
    return _fit(_quantize(value, places, ROUND_DOWN), precision, scale)


def _quantize(value: Decimal, places: int, rounding: str) -> Decimal:
    _, digits, exponent = value.as_tuple()
    if -places >= len(digits) + int(exponent) + 1:
        return Decimal(0)
    if places >= -int(exponent):
        return value
    return value.quantize(Decimal(1).scaleb(-places), rounding, EXACT)


@python
def double_round(value: float, places: int) -> float:
    """A half of the number's decimal digits is rounded away from zero."""
    if not math.isfinite(value):
        return value
    factor = 10.0**places if abs(places) < 300 else math.inf
    scaled = value * factor
    if not math.isfinite(scaled) or abs(scaled) >= _BIGINT:
        exact = Decimal(repr(value))
        return float(exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, EXACT))
    rounded = math.floor(abs(scaled) + 0.5) * (-1 if value < 0 else 1)
    return float(rounded / factor)


@python
def width_bucket(value: float, low: float, high: float, count: int) -> int:
    if count <= 0:
        raise Failure("bucketCount must be greater than 0")
    if math.isnan(value):
        raise Failure("operand must not be NaN")
    if not math.isfinite(low) or not math.isfinite(high):
        raise Failure(f"{'first' if not math.isfinite(low) else 'second'} bound must be finite")
    if low == high:
        raise Failure("bounds cannot equal each other")
    lower, upper = min(low, high), max(low, high)
    if value < lower:
        bucket = 0
    elif value >= upper:
        bucket = count + 1
    else:
        bucket = int(count * (value - lower) / (upper - lower) + 1)
    return bucket if low < high else count - bucket + 1


@python
def width_bucket_of(value: float, bins: list[float]) -> int:
    if not bins:
        raise Failure("Bins cannot be an empty array")
    if math.isnan(value):
        raise Failure("Operand cannot be NaN")
    lower, upper = 0, len(bins)
    while lower < upper:
        if bins[lower] > bins[upper - 1]:
            raise Failure("Bin values are not sorted in ascending order")
        index = (lower + upper) // 2
        if not math.isfinite(bins[index]):
            raise Failure(f"Bin value must be finite, got {bins[index]}")
        if value < bins[index]:
            upper = index
        else:
            lower = index + 1
    return lower


@python
def from_base(text: str, radix: int) -> int:
    _check_radix(radix)
    try:
        number = int(text, radix)
    except ValueError as error:
        raise Failure(f"Not a valid base-{radix} number: {text}") from error
    if not -_BIGINT <= number < _BIGINT or text.strip() != text or "_" in text:
        raise Failure(f"Not a valid base-{radix} number: {text}")
    return number


@python
def to_base(value: int, radix: int) -> str:
    _check_radix(radix)
    digits, rest = "", abs(value)
    while rest:
        rest, digit = divmod(rest, radix)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return ("-" if value < 0 else "") + (digits or "0")


def _check_radix(radix: int) -> None:
    if not 2 <= radix <= 36:
        raise Failure("Radix must be between 2 and 36")


@python
def log(base: float, value: float) -> float:
    try:
        return math.log(value) / math.log(base)
    except ZeroDivisionError:
        return math.copysign(math.inf, math.log(value)) if value != 1 else math.nan
    except ValueError:
        return _logarithm(value) / _logarithm(base)


def _logarithm(value: float) -> float:
    return math.nan if value < 0 or math.isnan(value) else math.log(value) if value else -math.inf


@python
def bit_count(value: int, bits: int) -> int:
    if not 2 <= bits <= 64:
        raise Failure(f"Bits specified in bit_count must be between 2 and 64, got {bits}")
    if not -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
        raise Failure(
            f"Number must be representable with the bits specified. {value} cannot be represented "
            f"with {bits} bits"
        )
    return int((value & (2**bits - 1)).bit_count())


def _signed(value: int, bits: int = 64) -> int:
    value &= 2**bits - 1
    return value - 2**bits if value >= 2 ** (bits - 1) else value


@python
def bitwise_left_shift(value: int, shift: int, bits: int) -> int:
    return _signed(value << _of_java(shift), bits) if shift < bits else 0


@python
def bitwise_right_shift(value: int, shift: int, bits: int) -> int:
    return _signed((value & (2**bits - 1)) >> _of_java(shift), bits) if shift < bits else 0


@python
def bitwise_right_shift_arithmetic(value: int, shift: int, bits: int) -> int:
    return value >> (_of_java(shift) if shift < bits else bits)


def _of_java(shift: int) -> int:
    """The bits by which Java shifts a long: the last six of a number below zero count too."""
    return shift & 63


@python
def numeric_histogram(count: int, pairs: list[Any]) -> Any:
    """Trino's streaming histogram: the two nearest centroids are merged until few are left."""
    if count < 2:
        raise Failure("numeric_histogram bucket count must be greater than one")
    merged: dict[float, float] = {}
    for pair in pairs:
        value, weight = pair.values()
        if value is not None and weight is not None:
            merged[value] = merged.get(value, 0.0) + weight
    items = sorted(merged.items())
    while len(items) > count:
        gaps = [(items[index + 1][0] - items[index][0], index) for index in range(len(items) - 1)]
        _, index = min(gaps)
        (left, first), (right, second) = items[index], items[index + 1]
        weight = first + second
        items[index : index + 2] = [((left * first + right * second) / weight, weight)]
    return {"key": [key for key, _ in items], "value": [value for _, value in items]}
