"""The corner cases.

Calls of every kind that a view or a saved query could get wrong, as agents describe them.
"""

from tests.queries.agent_events import (
    DAY,
    NEXT_DAY,
    NEXT_NOON,
    NOON,
    SILENT_DAY,
    booking,
    call,
    epoch,
    lead,
    search,
    turn,
)
from tests.queries.agent_words import (
    AUTHORITIES,
    INTEGRATIONS,
    MONTHLY_VOLUMES,
    REGULATED,
    TEAM_SIZES,
    TIERS,
    TIMELINES,
    URGENT,
)

# A day on which nothing is known but that there was a call.
SILENT = {
    "_event_type": "session_analytics",
    "session_id": "silent",
    "start_time": f"{SILENT_DAY}T08:00:00",
}

LEADS = [
    lead(
        "nothing-said",
        team_size=0,
        monthly_volume=0,
        integration_needs=[],
        urgency="",
        industry="",
        budget_authority="",
    ),
    lead(
        "nulls",
        team_size=None,
        monthly_volume=None,
        integration_needs=None,
        urgency=None,
        industry=None,
    ),
    *(lead(f"team-{size}", team_size=size) for size in TEAM_SIZES),
    *(lead(f"volume-{volume}", monthly_volume=volume) for volume in MONTHLY_VOLUMES),
    *(lead(f"integration-{text}", integration_needs=[text]) for text in INTEGRATIONS),
    lead("integrations", integration_needs=["Zapier", "API", "HubSpot", "Salesforce", "hub spot"]),
    lead("api-and-embedded", integration_needs=["Embedded", "API"]),
    *(lead(f"timeline-{text}", decision_timeline=text) for text in TIMELINES),
    *(lead(f"urgency-{text}", urgency=text) for text in URGENT),
    lead("urgency-is-nearer", decision_timeline="This Quarter", urgency="this_week"),
    lead("timeline-is-nearer", decision_timeline="end of the month", urgency="This Quarter"),
    lead("not-urgent-but-soon", decision_timeline="end of the month", urgency="not urgent"),
    *(lead(f"authority-{text}", budget_authority=text) for text in AUTHORITIES),
    *(lead(f"decides-{text}", budget_authority="decision_maker", urgency=text) for text in URGENT),
    lead("urgent-influencer", budget_authority="influencer", urgency="high"),
    lead(
        "urgent-by-timeline-alone", budget_authority="decision_maker", decision_timeline="tomorrow"
    ),
    *(lead(f"tier-{text}", qualification_tier=text) for text in TIERS),
    *(lead(f"industry-{text}", industry=text, team_size=3) for text in REGULATED),
    lead("clinic-of-two", industry="Healthcare", team_size=2),
    lead("clinic-of-nobody", industry="Healthcare"),
    # points: 25 + 20 + 20 + 15 + 15, then one part less each
    lead(
        "perfect",
        team_size=11,
        monthly_volume=100,
        integration_needs=["Salesforce"],
        urgency="this_week",
        budget_authority="yes",
    ),
    lead(
        "hot",
        team_size=11,
        monthly_volume=100,
        integration_needs=["Salesforce"],
        urgency="this_week",
    ),
    lead(
        "nearly-hot",
        team_size=11,
        monthly_volume=100,
        integration_needs=["HubSpot"],
        urgency="this_week",
    ),
    lead(
        "only-wanting",
        integration_needs=["API"],
        decision_timeline="next month",
        budget_authority="needs_approval",
    ),
]

PEOPLE = [
    call(
        "ana-first",
        user_email="Ana@Example.com",
        user_name="Ana",
        discovered_signals={"team_size": 8, "current_tool": "Word"},
    ),
    call(
        "ana-booked",
        f"{DAY}T15:00:00",
        user_email="ana@example.com",
        user_name="Ana",
        discovered_signals={"team_size": 8, "current_tool": " word "},
        tool_calls=[booking(success=True, meeting_link="https://example.com/m")],
    ),
    call(
        "ben-qualified",
        NEXT_NOON,
        user_email="ben@example.org",
        discovered_signals={"monthly_volume": 200},
    ),
    call(
        "trial-date",
        user_metadata={"trial_start_date": "2026-02-20", "utm_source": "google"},
        discovered_signals={"team_size": 6},
    ),
    call(
        "trial-soon",
        user_metadata={"trial_start_date": "soon"},
        discovered_signals={"team_size": 7},
    ),
]

TRANSCRIPTS = [
    call("empty-transcript", transcript=[]),
    call("text-alone", transcript_text="USER: hello\nASSISTANT: hi\n"),
    call("empty-transcript-with-text", transcript=[], transcript_text="USER: only here\n"),
    call(
        "other-text",
        transcript=[turn("user", "Hello there")],
        transcript_text="CALLER: hello there (noise)\n",
    ),
    call("user-alone", transcript=[turn("user", "one two three")]),
    call("agent-alone", transcript=[turn("assistant", "one two three")]),
    call("no-words", transcript=[turn("assistant", ""), turn("user", "")]),
    call(
        "odd-turns",
        transcript=[
            turn(None, "who said this"),
            turn("system", None),
            None,
            turn("Agent", ["two", "lines"]),
            turn("Assistant", "x"),
        ],
    ),
    call(
        "talk",
        transcript=[
            turn(
                "assistant",
                "Hi, how can I help?",
                created_at=f"{DAY}T12:00:01.5Z",
                llm_node_ttft=-1,
                tts_node_ttfb=0.3,
            ),
            turn(
                "user",
                "Templates please",
                end_of_turn_delay=0.3,
                transcription_delay=0.2,
                transcript_confidence=0.93,
            ),
            turn(
                "agent",
                "Sure",
                interrupted=True,
                e2e_latency=1.5,
                llm_node_ttft=0.7,
                tts_node_ttfb=0.301,
            ),
            turn("user", "Thanks", end_of_turn_delay=0.301),
            turn(
                "assistant",
                "Bye then",
                interrupted=True,
                metrics={
                    "e2e_latency": 1.501,
                    "llm_node_ttft": 0.701,
                    "llm_metadata": {"model_name": "gpt-4.1"},
                },
            ),
        ],
        interruption_count=7,
    ),
    call(
        "latencies",
        NEXT_NOON,
        transcript=[
            turn(
                "assistant",
                "a",
                e2e_latency=second / 10,
                metrics={"llm_metadata": {"model_name": "gpt-4.1-mini"}},
            )
            for second in range(1, 31)
        ],
    ),
]

TOOLS = [
    call("no-tools", tool_calls=[]),
    call("booking-failed", tool_calls=[booking(success=False, error="calendar is down")]),
    call("booking-unknown", tool_calls=[booking(meeting_link="https://example.com/m")]),
    call(
        "booked-at-the-second-try",
        tool_calls=[booking(success=False), booking(success=True), booking(success=True)],
    ),
    call(
        "other-tool-succeeded",
        tool_calls=[{"tool": "look_up", "success": True, "duration_ms": 12.5}],
    ),
    call(
        "searches",
        tool_calls=[
            search("Signing order", results_found=True, total_results=3),
            search(" signing ORDER ", results_found=False, total_results=0),
            search("bulk send", total_results=0),
            search("bulk send", total_results=2),
            search("api keys"),
            search("results say otherwise", results_found=True, total_results=0),
            search(None, results_found=False),
            search("it failed", error="timeout"),
            search("succeeded in spite of it", success=True, error={"code": 7}),
            {"tool": None, "success": None},
            None,
        ],
    ),
]

MODELS = [
    {
        "type": "llm_usage",
        "provider": "api.openai.com",
        "model": "gpt-4.1",
        "input_tokens": 1000,
        "output_tokens": 100,
    },
    {
        "type": "llm_usage",
        "provider": "api.openai.com",
        "model": "gpt-4.1-mini",
        "input_tokens": 10,
        "input_cached_tokens": 4,
    },
    {
        "type": "tts_usage",
        "provider": "Cartesia",
        "model": "sonic-3",
        "characters_count": 500,
        "audio_duration": 30.5,
    },
    {
        "type": "stt_usage",
        "provider": "Deepgram",
        "model": "nova-3",
        "audio_duration": 60.0,
        "total_requests": 0,
    },
]
USAGE = [
    call(
        "models",
        model_usage=MODELS,
        cost_summary={"openai_tokens": 1110, "openai_cost": 0.25, "openai_requests": 3},
    ),
    call("empty-usage", model_usage=[], cost_summary={}),
    call(
        "usage-summary",
        NEXT_NOON,
        metrics_summary={
            "llm_prompt_tokens": 7,
            "llm_prompt_cached_tokens": 2,
            "llm_completion_tokens": 3,
            "stt_audio_duration": 30,
        },
        cost_summary={
            "deepgram_minutes": 1.5,
            "deepgram_cost": 0.5,
            "unleash_searches": 4,
            "total_estimated_cost": 0.75,
        },
    ),
    call(
        "total-tokens-alone",
        metrics_summary={"llm_tokens": 50, "tts_characters": 20},
        cost_summary={"total_estimated_cost": 2},
    ),
    call("cost-without-length", seconds=None, cost_summary={"openai_cost": 1.0}),
    call("length-without-cost", seconds=600),
    call("heard", metrics_summary={"stt_audio_duration": 15}),
    call("no-length-at-all", seconds=0, cost_summary={"openai_cost": 0.125}),
    call("free", seconds=30, cost_summary={"openai_cost": 0.0, "cartesia_characters": 9}),
]

ENDINGS = [
    call(
        "closed-by-error",
        close_reason="CR_ERROR",
        errors={"llm": 2, "stt": 0, "tts": 1},
        conversation_state="GREETING",
    ),
    call(
        "realtime-error",
        NEXT_NOON,
        errors={"realtime": 1},
        conversation_state="CLOSING",
        outcome="resolved",
    ),
    *(
        call(f"errors-{count}", errors=dict.fromkeys(("llm", "stt", "tts", "realtime"), count))
        for count in (1, 2)
    ),
    call("no-errors", errors={"llm": 0, "stt": 0, "tts": 0, "realtime": 0}),
    call(
        "network",
        connection={
            "packet_loss": 0,
            "jitter": 12.5,
            "bandwidth_in": 1000,
            "device_info": {"browser": "Safari 26"},
        },
        disconnect_reason="user_hangup",
        agent_version="2.4.1",
    ),
]

TIMES = [
    call("over-midnight", f"{DAY}T23:59:30", seconds=90),
    call("just-before-midnight", f"{DAY}T23:59:59.999999", seconds=0.5),
    call("midnight", f"{NEXT_DAY}T00:00:00"),
    call("other-zone", f"{NEXT_DAY}T00:30:00+02:00"),
    call("clock-two-weeks-off", "2026-02-16T12:00:00", _timestamp=epoch(NOON)),
    call("emitted-unknown", _timestamp=None),
]

WRONG = [
    call(
        "wrong-values",
        discovered_signals={"team_size": "many"},
        transcript=[turn("user", "a", created_at="soon")] * 2,
    ),
    call(
        "wrong-again",
        agent_version="2.1.0",
        consent_obtained="maybe",
        discovered_signals={"team_size": "a few"},
    ),
    call(
        "wrong-costs",
        cost_summary={"2fa_checks": "many", "24/7_calls": "all", "openai_cost": 0.001},
    ),
    call("all-wrong", tool_calls=[search("q", duration_ms="long")] * 103),
]

# What the saved queries tell apart, beside the rules.
QUESTIONS = [
    call(
        "network-bad",
        NEXT_NOON,
        region="eu",
        connection={"packet_loss": 2.5, "device_info": {"browser": "Chrome 141", "os": "Windows"}},
    ),
    call(
        "network-jitter",
        connection={"jitter": 30.5, "device_info": {"browser": "Chrome 141", "os": "Windows"}},
    ),
    call(
        "network-edge",
        connection={
            "packet_loss": 1,
            "jitter": 30,
            "device_info": {"browser": "Chrome 141", "os": "Windows"},
        },
    ),
    call("device-alone", connection={"device_info": {"browser": "Chrome 141", "os": "Windows"}}),
    call(
        "from-google",
        user_metadata={"utm_source": "google"},
        discovered_signals={"team_size": 9},
        cost_summary={"openai_cost": 0.5},
    ),
    call(
        "from-partner", user_metadata={"utm_source": "partner"}, cost_summary={"openai_cost": 0.2}
    ),
    call("logged-late", end_time=f"{DAY}T12:01:00", _timestamp=epoch(f"{DAY}T15:30:00")),
    call("late-by-an-hour", end_time=f"{DAY}T12:01:00", _timestamp=epoch(f"{DAY}T13:00:59.75")),
    call(
        "clock-ahead",
        f"{DAY}T12:30:00",
        end_time=f"{DAY}T14:40:00",
        _timestamp=epoch(f"{DAY}T12:34:00"),
    ),
    call(
        "interrupted-without-turns",
        agent_name="trial-assistant",
        agent_version="2.4.1",
        interruption_count=2,
    ),
    call(
        "interrupted",
        agent_name="trial-assistant",
        agent_version="2.4.1",
        transcript=[
            turn("assistant", "a", interrupted=True),
            turn("user", "b"),
            turn("assistant", "c"),
        ],
    ),
    call(
        "carl-best",
        f"{DAY}T10:00:00",
        user_email="carl@example.org",
        user_name="Carl",
        consent_obtained=False,
        conversation_notes=["has a demo", "asks for prices"],
        discovered_signals={
            "team_size": 12,
            "pain_points": ["slow", "lost papers"],
            "integration_needs": ["Salesforce", "API"],
        },
    ),
    call(
        "carl-later",
        f"{NEXT_DAY}T10:00:00",
        seconds=240,
        user_email="CARL@example.org",
        discovered_signals={"team_size": 6},
    ),
    call("eve-best", user_email="eve@example.com", discovered_signals={"team_size": 20}),
    call(
        "eve-booked",
        NEXT_NOON,
        user_email="eve@example.com",
        discovered_signals={"team_size": 5},
        tool_calls=[booking(success=True)],
        transcript=[turn("assistant", "When?"), turn("user", "Now"), turn("assistant", "Done")],
    ),
    lead("named-twice", integration_needs=["Zapier", "ZAPIER"]),
    call(
        "same-gap",
        f"{DAY}T09:00:00",
        tool_calls=[search("once more", total_results=0)],
        transcript=[turn("assistant", "first")],
    ),
    call(
        "same-gap",
        f"{DAY}T10:00:00",
        tool_calls=[search("once more", total_results=0)],
        transcript=[turn("assistant", "second")],
    ),
    call(
        "zoe-left",
        NEXT_NOON,
        transcript=[
            turn("assistant", "a", e2e_latency=0.9),
            turn("user", "b", end_of_turn_delay=0.2),
        ],
    ),
    call("endless", "2026-03-04T12:00:00", seconds=1e20, _timestamp=epoch("2026-03-04T12:01:00")),
    call(
        "started-long-ago",
        "2026-02-20T12:00:00",
        end_time=f"{DAY}T12:01:00",
        _timestamp=epoch(f"{DAY}T12:01:00"),
    ),
    call(
        "gap-elsewhere",
        NEXT_NOON,
        tool_calls=[
            search("BULK\n send", category="sending", results_found=False, duration_ms=300)
        ],
    ),
    call(
        "system-last",
        close_reason="CR_USER_INITIATED",
        disconnect_reason="user_hangup",
        transcript=[
            turn("user", "b"),
            turn("assistant", "c"),
            turn("system", "left", interrupted=True),
        ],
    ),
    call(
        "in-a-room",
        NEXT_NOON,
        job_id="AJ_1",
        room_id="RM_1",
        room="Trial-7",
        user_email="Dora@Example.com",
        agent_name="guide",
    ),
    call("said-booked", outcome="Meeting Booked"),
    call("booked-and-resolved", tool_calls=[booking(success=True)], outcome="resolved"),
    call("handed-on", outcome=" Transferred-to  sales", close_reason="CR_ERROR"),
    call("machine", answered_by="machine-vm", disconnect_reason="user_hangup"),
    call("left-early", conversation_state="HELPING", disconnect_reason="user_hangup"),
    call("left-at-the-end", conversation_state="closing", disconnect_reason="user_hangup"),
    call("left-somewhere", close_reason="CR_PARTICIPANT_DISCONNECTED"),
    call("no-outcome", outcome=" ", close_reason="CR_TASK_COMPLETED"),
    call("ended-by-agent", disconnect_reason="agent_ended_call", conversation_state="HELPING"),
    call(
        "handed-over",
        NEXT_NOON,
        seconds=2500,
        agent_handoffs=[
            {"to_agent": "guide"},
            {"from_agent": "guide", "to_agent": "sales", "handed_off_at": f"{NEXT_NOON}.5"},
        ],
        signal_evidence={"team_size": "we are twelve", "urgency": "by Friday"},
        transcript=[turn("assistant", "Hi", agent="guide", e2e_latency=7.5)],
        tool_calls=[
            {"tool": "look_up", "success": False, "agent": "sales"},
            {"success": False, "error": "timeout"},
            {"tool": "look_up", "success": False},
        ],
        last_error="the model is overloaded",
    ),
    call("at-once-1", "2026-03-09T14:00:00", seconds=50, end_time="2026-03-09T14:01:00"),
    call("at-once-2", "2026-03-09T14:00:30", seconds=60, end_time="2026-03-09T14:01:00"),
    call("at-once-3", "2026-03-09T14:01:00", seconds=3),
    call("at-once-4", "2026-03-09T14:01:00", seconds=3),
    call("of-no-length", "2026-03-09T14:00:45", seconds=0),
    call("over-night", "2026-03-09T23:59:30", seconds=90),
    call("after-midnight", "2026-03-10T00:00:10", seconds=60),
    call(
        "mini-alone",
        NEXT_NOON,
        model_usage=MODELS[1:2],
        cost_summary={"openai_cost": 0.75, "deepgram_cost": 0.01},
    ),
    call(
        "unknown-keys",
        NEXT_NOON,
        agent_name="trial-assistant",
        agent_version="2.4.1",
        cost="low",
        transcript=[turn("assistant", "a", mood="glad"), turn("user", "b", mood="calm")],
    ),
    call("unknown-key", f"{NEXT_DAY}T13:00:00", cost={"eur": 1}),
]

# By call, the places of the values whose keys the contract does not know.
UNKNOWN = {
    "unknown-keys": ["/cost", "/transcript/0/mood", "/transcript/1/mood"],
    "unknown-key": ["/cost"],
}
# By call, the places of the values that are not as the contract says.
VIOLATIONS = {
    "clock-two-weeks-off": ["/start_time"],
    "started-long-ago": ["/duration_seconds", "/start_time"],
    "clock-ahead": ["/duration_seconds"],
    "wrong-values": [
        "/discovered_signals/team_size",
        "/transcript/0/created_at",
        "/transcript/1/created_at",
    ],
    "odd-turns": ["/transcript/0"],
    "wrong-again": ["/consent_obtained", "/discovered_signals/team_size"],
    "wrong-costs": ["/cost_summary/2fa_checks", "/cost_summary/24~17_calls"],
    "all-wrong": [f"/tool_calls/{at}/duration_ms" for at in range(103)],
}

CALLS = [*LEADS, *PEOPLE, *TRANSCRIPTS, *TOOLS, *USAGE, *ENDINGS, *TIMES, *WRONG, *QUESTIONS]
