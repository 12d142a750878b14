"""Without people a text loses addresses and phone numbers, and keeps its times and ids."""

import pytest

from voice_analytics.report.privacy import HIDDEN, Privacy


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("call +1 (555) 010-9999 now", f"call {HIDDEN} now"),
        ("tel:0301234567", f"tel:{HIDDEN}"),
        ("write to ada@acme.example.", f"write to {HIDDEN}."),
        ("Ada asks for Ada's invoice", f"{HIDDEN} asks for {HIDDEN}'s invoice"),
        ("session_5112233445e", "session_5112233445e"),
        ("7e432096755512346", "7e432096755512346"),
        ("2026-11-27T23:03:12.345000", "2026-11-27T23:03:12.345000"),
        ("2026-11-27 23:03", "2026-11-27 23:03"),
        ("2026-11-27", "2026-11-27"),
        ("0301-11-27", HIDDEN),
    ],
)
def test_a_text_is_masked(text: str, shown: str) -> None:
    caller = {"user_name": "Ada Lovelace"}
    assert Privacy(people=False).mask(text, caller) == shown
    assert Privacy(people=True).mask(text, caller) == text
