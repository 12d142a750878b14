"""The classes of personal data that every field of the event and of the rows bears.

They stand in the annotations of `event` and `row`, and decide what the privacy policy does with a
field. The data dictionary, the Glue tables and the JSON Schema name them.
"""

from enum import StrEnum


class PersonalData(StrEnum):
    """What a field says about a person."""

    IDENTIFIER = "identifier"  # names a person: an address, a number, an id of theirs
    FREE_TEXT = "free_text"  # words of or about a person, or whatever the sender chose to write
    QUASI_IDENTIFIER = "quasi_identifier"  # names a person together with other data
    NONE = "none"


IDENTIFIER = PersonalData.IDENTIFIER
FREE_TEXT = PersonalData.FREE_TEXT
QUASI_IDENTIFIER = PersonalData.QUASI_IDENTIFIER
NONE = PersonalData.NONE
