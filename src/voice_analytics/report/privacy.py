"""What a page shows of a caller: everything, or initials, the company and the session."""

import re
from typing import NamedTuple

from voice_analytics.report.sources import Record

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
# a phone number, or one as long; digits beside letters are an id's
_NUMBER = re.compile(r"(?<!\w)\+?\d[\d ()./-]{6,}\d(?!\w)")
# a value that is a day or a time, whose digits are not a phone number
_MOMENT = re.compile(r"(19|20)\d\d-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?)?", re.ASCII)
_MIN_NAME = 3  # letters: a shorter part of a name is a part of many words
HIDDEN = "[…]"
# columns that name a person, or may
IDENTIFIERS = frozenset(
    {
        *("user_name", "user_email", "participant_id", "participants", "user_metadata", "extras"),
        *("caller_number", "dialed_number", "sip_call_id", "raw_message"),
    }
)


class Privacy(NamedTuple):
    """Whether people are named.

    Where they are not, texts lose the caller's own name and address, and whatever looks like an
    address or a phone number. Other things that a caller says of themselves stay.
    """

    people: bool

    def name(self, record: Record) -> str:
        """The caller's name, or the initials."""
        name = record["user_name"] or ""
        if self.people:
            return name or record["user_email"] or "Caller not known"
        return "".join(f"{part[0].upper()}." for part in name.split()) or "Caller"

    def mask(self, text: str, record: Record) -> str:
        """A text of the call with the caller's name and addresses hidden."""
        if self.people or _MOMENT.fullmatch(text):
            return text
        text = _NUMBER.sub(HIDDEN, _ADDRESS.sub(HIDDEN, text))
        parts = [part for part in (record.get("user_name") or "").split() if len(part) >= _MIN_NAME]
        if not parts:
            return text
        names = "|".join(map(re.escape, parts))
        return re.sub(rf"\b({names})\b", HIDDEN, text, flags=re.IGNORECASE)
