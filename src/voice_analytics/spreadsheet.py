"""CSV for Excel and other spreadsheets, in which no cell starts a formula."""

from collections.abc import Sequence

# Excel, LibreOffice and Google Sheets start a formula from a cell that begins with one of these
# (OWASP, "CSV Injection"); an apostrophe in front makes it text
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def without_formula(text: str) -> str:
    """The text with an apostrophe in front where it would start a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_STARTS_FORMULA) else text


def csv_line(values: Sequence[str | None]) -> str:
    """A line of CSV: every value in quotes, null as nothing at all."""
    return ",".join("" if text is None else '"' + text.replace('"', '""') + '"' for text in values)


def spreadsheet(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table as CSV: numbers as they are, every other value as text that starts no formula."""
    lines = [csv_line([without_formula(name) for name in columns])]
    lines += [csv_line([_cell(value) for value in row]) for row in rows]
    return "\r\n".join(lines) + "\r\n"


def _cell(value: object) -> str | None:
    if value is None:
        return None
    return str(value) if isinstance(value, int | float) else without_formula(str(value))
