"""Text that AWS's tools write of a log.

`aws logs tail` in all formats, the objects of an export to S3, and `--output text`. A message of
several lines goes on until the next line with a time. User Guide, "Exporting log data to Amazon
S3"; AWS CLI, `logs tail`.
"""

import re
from collections.abc import Iterator

from voice_analytics.local.logs.entries import Entry, epoch_ms, first_line

_COLOUR = r"(?:\x1b\[\d*m)*"  # --color on
_SECOND = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"
_STREAM = rf'(?: {_COLOUR}(?P<stream>[^\s{{\["\x1b][^\s\x1b]*){_COLOUR})?'
_MESSAGE = r"(?: (?P<message>.*))?"
_KINDS = (
    re.compile(rf"(?P<time>{_SECOND}(?:\.\d+)?Z){_MESSAGE}"),  # an export
    re.compile(  # detailed, json
        rf"{_COLOUR}(?P<time>{_SECOND}(?:\.\d+)?\+00:00){_COLOUR}{_STREAM}{_MESSAGE}"
    ),
    re.compile(rf"{_COLOUR}(?P<time>{_SECOND}){_COLOUR}{_MESSAGE}"),  # short
)
# --output text: a line begins with the name of its list, and has the values in the order of their
# names: eventId, ingestionTime, logStreamName, message, timestamp, of which get-log-events has
# neither id nor stream
_OUTPUT_TEXT = re.compile(r"\n*(?:[bf]/\d+(?:/s)?\t[bf]/\d+(?:/s)?\n)?EVENTS\t")
_EVENTS = re.compile(
    r"^EVENTS\t(?:(?P<id>\d{30,})\t\d+\t(?P<stream>[^\t\n]+)|\d+)\t(?P<message>.*?)\t(?P<time>\d+)$"
    r"(?=\n(?:EVENTS|SEARCHEDLOGSTREAMS|[bf]/\d+)|\n?\Z)",
    re.DOTALL | re.MULTILINE,
)


def entries_of_text(text: str) -> list[Entry] | None:
    """The entries of a text, numbered by line; None where its first line is not one of AWS's."""
    if _OUTPUT_TEXT.match(text):
        return [
            Entry(
                text.count("\n", 0, match.start()) + 1,
                match["message"],
                epoch_ms(match["time"]),
                match["stream"] or "",
                match["id"] or "",
            )
            for match in _EVENTS.finditer(text)
        ]
    kind = next((kind for kind in _KINDS if kind.fullmatch(first_line(text))), None)
    return list(_timed(text, kind)) if kind else None


def _timed(text: str, kind: re.Pattern[str]) -> Iterator[Entry]:
    """The messages under their times.

    A line that begins with a brace, below a message that does not, is not a part of it: it is a log
    line without a time, as in a log that only looks like one of AWS's.
    """
    entry = Entry(1, "")
    parts: list[str] = []

    def whole() -> Iterator[Entry]:
        message = "\n".join(parts).rstrip("\n")
        if message.strip():
            yield entry._replace(message=message)

    for number, line in enumerate(text.split("\n"), 1):
        match = kind.fullmatch(line)
        if not match and not _stands_alone(line, parts):
            parts.append(line)
            continue
        yield from whole()
        if match:
            stream = match.groupdict().get("stream") or ""
            entry = Entry(number, "", epoch_ms(match["time"]), stream)
            parts = [match["message"]] if (match["message"] or "").strip() else []
        else:
            entry, parts = Entry(number, ""), [line]
    yield from whole()


def _stands_alone(line: str, parts: list[str]) -> bool:
    return line.startswith("{") and bool(parts) and parts[0].strip() not in {"{", "["}
