"""What an event says of a lead: enough to call back, and nothing that a receiver would misread."""

import json
import logging

import pytest

from tests.alerts.conftest import Alerts, app, lead

CODE = app("lead_alerts")
HOSTILE = '"}, <!channel> <https://x.test|a> \\ \n\u202e`&'


def test_by_default_there_is_no_contact_data() -> None:
    event = json.dumps(CODE.lead_of(lead("a"), with_contact=False))
    assert "Dora" not in event
    assert "dora@" not in event
    assert "example.com" in event  # the company


def test_contact_data_is_there_when_it_is_asked_for() -> None:
    event = CODE.lead_of(lead("a"), with_contact=True)
    assert (event["name"], event["email"]) == ("Dora", "dora@example.com")


def test_every_field_is_there_whatever_is_unknown() -> None:
    known = CODE.lead_of(lead("a"), with_contact=True)
    nothing = dict.fromkeys(lead("a")) | {
        "session_id": "a",
        "started_at": "2026-03-02 09:00:00.000",
    }
    unknown = CODE.lead_of(nothing, with_contact=True)
    assert unknown.keys() == known.keys()
    assert None not in unknown.values()
    assert (unknown["name"], unknown["company"]) == ("Caller", "unknown company")


def test_the_summary_names_what_is_known_and_nobody() -> None:
    row = lead("a", timeline=None, monthly_volume=None)
    assert CODE.lead_of(row, with_contact=True)["summary"] == (
        "team of 25; wants salesforce; decision maker; qualified by team size, integration"
    )


@pytest.mark.parametrize("name", [name for name in lead("a") if name != "score"])
def test_texts_of_callers_are_not_markup(name: str) -> None:
    row = lead("a")
    if name not in ("started_at", "ended_at"):
        row[name] = HOSTILE
    event = CODE.lead_of(row, with_contact=True)
    for value in map(str, event.values()):
        assert not set('"\\<>&`\n\u202e') & set(value), value


@pytest.mark.parametrize(
    "address", ["no address", "a@b", "a b@example.com", "a@example.com,b@c.de"]
)
def test_what_is_not_an_address_is_left_out(address: str) -> None:
    assert CODE.lead_of(lead("a", user_email=address), with_contact=True)["email"] == ""


def test_times_are_iso_8601_in_utc() -> None:
    event = CODE.lead_of(lead("a", started_at="2026-03-02 09:00:00.125"), with_contact=False)
    assert event["started_at"] == "2026-03-02T09:00:00Z"
    assert event["date"] == "2026-03-02"


@pytest.mark.slow
def test_nothing_of_a_lead_is_logged(alerts: Alerts, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    alerts.rows = [lead("a-session", user_name="Somebody")]
    alerts.find()
    alerts.send()
    assert "Somebody" not in caplog.text
    assert "a-session" not in caplog.text
