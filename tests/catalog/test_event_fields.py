"""A misspelt key is reported with the field that was meant; a foreign key is left alone."""

import pytest

from voice_analytics.catalog.event_fields import nearest_field


@pytest.mark.parametrize(
    ("pointer", "field"),
    [
        ("/cost", "cost_summary"),
        ("/sesion_id", "session_id"),
        ("/userEmail", "user_email"),
        ("/duration_second", "duration_seconds"),
        ("/discovered_signals/teamSize", "team_size"),
        ("/tool_calls/3/tol", "tool"),
        ("/tool_calls/*/tol", "tool"),
        ("/options", ""),
        ("/name", ""),
        ("/session_id", ""),
        ("/errors/interruption", ""),
        ("/nowhere/tol", ""),
        ("/a~1b", ""),
    ],
)
def test_the_nearest_field(pointer: str, field: str) -> None:
    assert nearest_field(pointer) == field
