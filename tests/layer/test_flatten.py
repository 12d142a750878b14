"""Every column, from a full event and from an empty one."""

import json
from typing import Any

import pytest
from session_analytics.schema.row import Row

from tests.rows import event, outcome, row, row_of_line

FULL: dict[str, Any] = {
    "_event_type": "session_analytics",
    "_timestamp": 1772711999.5,
    "_log_level": "INFO",
    "_session_id": "s1",
    "schema_version": "2",
    "session_id": "s1",
    "job_id": "AJ_1",
    "room_id": "RM_1",
    "room": "sales",
    "region": "us-west-1",
    "agent_name": "trialist",
    "agent_version": 4,
    "sdk_version": "1.8.9",
    "language": "en",
    "tags": ["trial", ""],
    "start_time": "2026-03-05T11:50:00.123999",
    "end_time": "2026-03-05T12:55:00.500+01:00",
    "duration_seconds": "300.5",
    "participant_id": "PA_1",
    "user_email": "Ana@Example.COM",
    "user_name": "Ana",
    "user_metadata": {
        "utm_source": "ads",
        "utm_campaign": "spring",
        "plan_tier": "trial",
        "trial_start_date": "2026-03-01",
        "Seats": 3,
    },
    "conversation_state": "BOOKING",
    "outcome": "resolved",
    "disconnect_reason": "client",
    "close_reason": "CR_USER_INITIATED",
    "errors": {"llm": 1, "stt": 2, "tts": 3, "realtime": 4, "interruption": 5},
    "conversation_notes": "wants a demo",
    "consent_obtained": "true",
    "consent_timestamp": "2026-03-05T11:50:30Z",
    "interruption_count": 7,
    "discovered_signals": {
        "team_size": "8",
        "monthly_volume": 120.0,
        "integration_needs": ["Salesforce", "HubSpot"],
        "pain_points": ["slow"],
        "urgency": "high",
        "qualification_tier": "Tier 1",
        "industry": "legal",
        "location": "Lyon",
        "use_case": "quotes",
        "current_tool": "paper",
        "decision_timeline": "this week",
        "budget_authority": "decision maker",
        "team_structure": "flat",
    },
    "tool_calls": [
        {"tool": "search", "timestamp": "2026-03-05T11:51:00", "success": True, "Custom": [1]}
    ],
    "transcript": [
        {"role": "user", "content": "two words"},
        {"role": "assistant", "content": "just three words"},
    ],
    "transcript_text": "something else",
    "metrics_summary": {
        "total_llm_calls": 9,
        "avg_latency_ms": 812.5,
        "llm_prompt_tokens": 100,
        "llm_prompt_cached_tokens": 60,
        "llm_completion_tokens": 40,
        "llm_tokens": 141,
        "tts_characters": 500,
        "tts_audio_duration": 30.5,
        "stt_audio_seconds": 60.25,
    },
    "model_usage": [
        {"type": "llm_usage", "provider": "openai", "model": "gpt", "input_tokens": 100}
    ],
    "cost_summary": {"openai_tokens": 140, "openai_cost": 0.02, "total_estimated_cost": 0.05},
    "connection": {
        "bandwidth_in": 1000,
        "bandwidth_out": 2000,
        "packet_loss": 0.5,
        "jitter": 12.5,
        "device_info": {"browser": "Firefox", "os": "Linux", "location": "FR"},
    },
    "agent_handoffs": [
        {"to_agent": "greeter", "handed_off_at": "2026-03-05T11:50:00Z"},
        {"from_agent": "greeter", "to_agent": "closer"},
    ],
    "outcome_reason": "asked for a demo",
    "evaluations": [{"name": "accuracy", "verdict": "pass", "reasoning": "right"}],
    "answered_by": "human",
    "participants": [
        {
            "identity": "caller",
            "kind": "sip",
            "joined_at": "2026-03-05T11:50:00Z",
            "left_at": 1772711700.5,
            "disconnect_reason": "client_initiated",
            "attributes": {"sip.callID": "c1"},
        }
    ],
    "call_direction": "inbound",
    "caller_number": "+15550100",
    "dialed_number": "+15550101",
    "sip_call_id": "c1",
    "last_error": "llm_error: timeout",
    "away_count": 1,
    "false_interruption_count": 2,
    "agent_talk_seconds": 20.5,
    "user_talk_seconds": 30,
    "silence_seconds": 250,
    "first_response_ms": 900,
    "options": {"max_tool_steps": 3},
    "recording_path": "s3://recordings/1.ogg",
    "price_table": "livekit 2026-11",
    "unpriced_models": ["openai/new"],
    "is_partial": True,
    "truncation": {"original_bytes": 2000000, "turns_left_out": 3, "characters_left_out": 9},
    "signal_evidence": {"team_size": "we are eight"},
    "redactions": {"email": 2},
    "recorder_version": "1.0",
    "recorder_errors": ["close: odd"],
    "unknown": {"Deep": [1, {"a/b~c": None}]},
}

EXPECTED: dict[str, Any] = {
    "dt": "2026-03-05",
    "event_id": "e0",
    "session_id": "s1",
    "schema_version": "2",
    "logged_at": "2026-03-05 12:00:00.000",
    "emitted_at": "2026-03-05 11:59:59.500",
    "aws_account_id": "123456789012",
    "log_group": "/aws/livekit/agent",
    "log_stream": "worker-1",
    "agent_name": "trialist",
    "agent_version": "4",
    "sdk_version": "1.8.9",
    "job_id": "AJ_1",
    "room_id": "RM_1",
    "room": "sales",
    "region": "us-west-1",
    "language": "en",
    "tags": ["trial"],
    "started_at": "2026-03-05 11:50:00.123",
    "ended_at": "2026-03-05 11:55:00.500",
    "duration_seconds": 300.5,
    "participant_id": "PA_1",
    "user_email": "Ana@Example.COM",
    "user_email_domain": "example.com",
    "user_name": "Ana",
    "user_metadata": (
        '{"utm_source":"ads","utm_campaign":"spring","plan_tier":"trial","trial_start_date":"2026-03-01","Seats":3}'
    ),
    "utm_source": "ads",
    "utm_campaign": "spring",
    "plan_tier": "trial",
    "trial_start_date": "2026-03-01",
    "conversation_state": "BOOKING",
    "outcome": "resolved",
    "disconnect_reason": "client",
    "close_reason": "CR_USER_INITIATED",
    "llm_error_count": 1,
    "stt_error_count": 2,
    "tts_error_count": 3,
    "realtime_error_count": 4,
    "interruption_error_count": 5,
    "conversation_notes": ["wants a demo"],
    "consent_obtained": True,
    "consent_at": "2026-03-05 11:50:30.000",
    "team_size": 8,
    "monthly_volume": 120,
    "integration_needs": ["salesforce", "hubspot"],
    "pain_points": ["slow"],
    "urgency": "high",
    "qualification_tier": "Tier 1",
    "industry": "legal",
    "location": "Lyon",
    "use_case": "quotes",
    "current_tool": "paper",
    "decision_timeline": "this week",
    "budget_authority": "decision maker",
    "team_structure": "flat",
    "tool_calls": [
        {
            "tool": "search",
            "called_at": "2026-03-05 11:51:00.000",
            "success": True,
            "details": '{"Custom":[1]}',
        }
    ],
    "tool_call_count": 1,
    "tool_error_count": 0,
    "transcript": [
        {"role": "user", "content": "two words"},
        {"role": "assistant", "content": "just three words"},
    ],
    "transcript_text": "something else",
    "turn_count": 2,
    "user_turn_count": 1,
    "agent_turn_count": 1,
    "user_word_count": 2,
    "agent_word_count": 3,
    "interruption_count": 7,
    "llm_call_count": 9,
    "avg_latency_ms": 812.5,
    "llm_input_tokens": 100,
    "llm_cached_input_tokens": 60,
    "llm_output_tokens": 40,
    "llm_total_tokens": 141,
    "tts_characters": 500,
    "tts_audio_seconds": 30.5,
    "stt_audio_seconds": 60.25,
    "model_usage": [
        {"type": "llm_usage", "provider": "openai", "model": "gpt", "input_tokens": 100}
    ],
    "cost_total_usd": 0.05,
    "costs": [{"provider": "openai", "cost_usd": 0.02, "quantity": 140.0, "unit": "tokens"}],
    "bandwidth_in_bytes": 1000,
    "bandwidth_out_bytes": 2000,
    "packet_loss_percent": 0.5,
    "jitter_ms": 12.5,
    "device_browser": "Firefox",
    "device_os": "Linux",
    "device_location": "FR",
    "agent_handoffs": [
        {"to_agent": "greeter", "handed_off_at": "2026-03-05 11:50:00.000"},
        {"from_agent": "greeter", "to_agent": "closer"},
    ],
    "handoff_count": 1,
    "outcome_reason": "asked for a demo",
    "evaluations": [{"name": "accuracy", "verdict": "pass", "reasoning": "right"}],
    "answered_by": "human",
    "participants": [
        {
            "identity": "caller",
            "kind": "sip",
            "joined_at": "2026-03-05 11:50:00.000",
            "left_at": "2026-03-05 11:55:00.500",
            "disconnect_reason": "client_initiated",
            "attributes": '{"sip.callID":"c1"}',
        }
    ],
    "call_direction": "inbound",
    "caller_number": "+15550100",
    "dialed_number": "+15550101",
    "sip_call_id": "c1",
    "last_error": "llm_error: timeout",
    "away_count": 1,
    "false_interruption_count": 2,
    "agent_talk_seconds": 20.5,
    "user_talk_seconds": 30.0,
    "silence_seconds": 250.0,
    "first_response_ms": 900.0,
    "session_options": '{"max_tool_steps":3}',
    "recording_path": "s3://recordings/1.ogg",
    "price_table": "livekit 2026-11",
    "unpriced_models": ["openai/new"],
    "is_partial": True,
    "truncation": {"original_bytes": 2000000, "turns_left_out": 3, "characters_left_out": 9},
    "signal_evidence": [{"signal": "team_size", "words": "we are eight"}],
    "redactions": [{"kind": "email", "count": 2}],
    "recorder_version": "1.0",
    "recorder_errors": ["close: odd"],
    "extras": {"/unknown": {"Deep": [1, {"a/b~c": None}]}, "/_log_level": "INFO"},
}


def test_a_full_event_fills_every_column_with_what_was_sent() -> None:
    assert row_of_line(json.dumps(FULL)) == EXPECTED


def test_the_full_event_has_every_column_but_violations_and_those_of_the_policy() -> None:
    of_the_policy = {"privacy_profile", "pseudonym_key"}
    assert set(Row.__annotations__) ^ set(EXPECTED) == {"contract_violations", "dt", *of_the_policy}


def test_an_empty_event_has_the_columns_that_every_row_has_and_no_other() -> None:
    assert row() == {
        "dt": "2026-03-05",
        "event_id": "e0",
        "session_id": "s1",
        "schema_version": "1",
        "logged_at": "2026-03-05 12:00:00.000",
        "aws_account_id": "123456789012",
        "log_group": "/aws/livekit/agent",
        "log_stream": "worker-1",
        "started_at": "2026-03-05 11:50:00.000",
        "extras": {},
    }


def test_null_everywhere_is_an_empty_event() -> None:
    nulls = {
        key: None
        for key in FULL
        if key not in {"_event_type", "session_id", "start_time", "unknown", "_log_level"}
    }
    assert row(**nulls) == row()


def test_all_shapes_of_a_line_give_the_same_row_but_for_the_extras() -> None:
    formatter = {
        "level": "INFO",
        "name": "livekit.analytics",
        "timestamp": "2026-03-05T12:00:00+00:00",
    }
    shapes = [
        FULL,
        formatter | {"message": "done", "analytics_data": FULL},
        FULL | {"message": "", "timestamp": formatter["timestamp"]},
        formatter | {"message": json.dumps(FULL)},
    ]
    for shape in shapes:
        assert row_of_line(json.dumps(shape)) | {"extras": {}} == EXPECTED | {"extras": {}}


def test_the_wrapper_fills_what_the_event_lacks_and_the_rest_of_it_is_kept() -> None:
    wrapper = {
        "job_id": "AJ_w",
        "room": "room-w",
        "region": "eu",
        "level": "INFO",
        "message": "done",
        "pid": 7,
    }
    line = wrapper | {"analytics_data": event(room="own", region="")}
    got = row_of_line(json.dumps(line))
    assert (got["job_id"], got["room"], got["region"]) == ("AJ_w", "own", "eu")
    assert got["extras"] == {
        "/_wrapper/room": "room-w",
        "/_wrapper/level": "INFO",
        "/_wrapper/message": "done",
        "/_wrapper/pid": 7,
    }


def test_a_key_of_the_events_own_named_like_the_wrapper_is_kept_too() -> None:
    got = row_of_line(json.dumps({"level": "INFO", "analytics_data": event(_wrapper={"mine": 1})}))
    assert got["extras"] == {"/_wrapper/level": "INFO", "/_wrapper/_wrapper": {"mine": 1}}


@pytest.mark.parametrize(
    ("fields", "session_id"),
    [
        ({"session_id": "a", "_session_id": "b"}, "a"),
        ({"session_id": "", "_session_id": "b", "job_id": "c"}, "b"),
        ({"session_id": None, "job_id": "c", "room_id": "d"}, "c"),
        ({"session_id": {"wrong": 1}, "room_id": "d", "room": "e"}, "d"),
        ({"session_id": "", "room": "e"}, "e"),
        ({"session_id": 12}, "12"),
    ],
)
def test_the_identity_is_the_first_that_is_not_empty(
    fields: dict[str, Any], session_id: str
) -> None:
    assert row(**fields)["session_id"] == session_id


def test_another_session_id_beside_the_identity_is_kept() -> None:
    assert row(_session_id="other")["extras"] == {"/_session_id": "other"}


@pytest.mark.parametrize(
    ("metadata", "stored", "source"),
    [
        ({"a": 1}, '{"a":1}', None),
        ('{"utm_source": "ads"}', '{"utm_source": "ads"}', "ads"),
        ("no JSON", '"no JSON"', None),
        (["x"], '["x"]', None),
        ({"utm_source": ["wrong"]}, '{"utm_source":["wrong"]}', None),
        ({"utm_source": 5}, '{"utm_source":5}', "5"),
        ({"utm_source": True}, '{"utm_source":true}', "true"),
        ({"utm_source": 1.5}, '{"utm_source":1.5}', "1.5"),
        ({"utm_source": 0}, '{"utm_source":0}', "0"),
        ({"utm_source": ""}, '{"utm_source":""}', None),
        ('{"utm_source":NaN}', '"{\\"utm_source\\":NaN}"', None),
        ('["utm_source"]', '["utm_source"]', None),
        (5, "5", None),
        ("", None, None),
        ({}, "{}", None),
    ],
)
def test_metadata_is_json_text_whatever_it_was(
    metadata: Any, stored: str | None, source: str | None
) -> None:
    got = row(user_metadata=metadata)
    assert (got.get("user_metadata"), got.get("utm_source")) == (stored, source)


@pytest.mark.parametrize(
    ("email", "domain"),
    [
        ("a@b@Sub.Example.com", "sub.example.com"),
        ("nobody", None),
        ("x@", None),
        ("Ana <ana@Example.com.>", "example.com"),
        ("a@.b.c.", "b.c"),
        ("a@.", None),
        ("@b", "b"),
    ],
)
def test_the_domain_is_all_after_the_last_at_sign(email: str, domain: str | None) -> None:
    assert row(user_email=email).get("user_email_domain") == domain


def test_not_mentioned_is_null() -> None:
    signals = {
        "team_size": 0,
        "monthly_volume": 0,
        "industry": "",
        "integration_needs": [],
        "pain_points": [""],
    }
    got = row(discovered_signals=signals, user_name="", outcome="")
    assert got == row() | {"integration_needs": [], "pain_points": []}


def test_integrations_are_in_lower_case_and_the_pains_as_they_were_told() -> None:
    signals = {"integration_needs": ["HubSpot", "", None], "pain_points": ["Slow", None]}
    got = row(discovered_signals=signals)
    assert (got["integration_needs"], got["pain_points"]) == (["hubspot"], ["Slow"])
    assert row(discovered_signals={"integration_needs": None}) == row()


@pytest.mark.parametrize("key", ["message", "msg"])
def test_a_message_that_is_empty_is_the_formatters_and_another_is_kept(key: str) -> None:
    assert row(**{key: ""})["extras"] == {}
    assert row(**{key: "x"})["extras"] == {f"/{key}": "x"}


@pytest.mark.parametrize(
    ("fields", "session_id", "extras"),
    [
        ({"_session_id": ""}, "s1", {}),
        ({"_session_id": "s1"}, "s1", {}),
        ({"session_id": "", "_session_id": "s2"}, "s2", {}),
        ({"schema_version": "", "_session_id": None}, "s1", {}),
    ],
)
def test_a_session_id_that_says_nothing_more_is_not_kept(
    fields: dict[str, Any], session_id: str, extras: dict[str, Any]
) -> None:
    got = row(**fields)
    assert (got["session_id"], got["extras"], got["schema_version"]) == (session_id, extras, "1")


def test_the_wrapper_fills_only_what_is_missing_or_empty() -> None:
    own = event(job_id="", room=None, region="us")
    wrapper = {"job_id": "AJ_w", "room": "", "region": "us", "level": "INFO"}
    got = row_of_line(json.dumps(wrapper | {"analytics_data": own}))
    assert (got["job_id"], got.get("room"), got["region"]) == ("AJ_w", None, "us")
    assert got["extras"] == {"/_wrapper/room": "", "/_wrapper/level": "INFO"}


@pytest.mark.parametrize(
    ("fields", "code", "path"),
    [
        ({"session_id": "", "room_id": ""}, "missing_session_id", "/session_id"),
        ({"start_time": None}, "no_start_time", "/start_time"),
    ],
)
def test_an_event_without_an_identity_or_a_start_is_rejected(
    fields: dict[str, Any], code: str, path: str
) -> None:
    (reject,) = outcome(json.dumps(event(**fields))).rejects
    assert (reject.code, reject.path, bool(reject.message)) == (code, path, True)


def test_json_text_is_compact_and_keeps_letters_as_they_are() -> None:
    got = outcome(json.dumps(event(user_metadata={"ville": "Orléans", "n": 1}, clé=[1, 2])))
    ((line,),) = got.lines.values()
    stored = json.loads(line.text)
    assert stored["user_metadata"] == '{"ville":"Orléans","n":1}'
    assert stored["extras"] == '{"/clé":[1,2]}'
