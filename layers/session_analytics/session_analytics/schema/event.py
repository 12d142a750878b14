"""The contract: what an agent may log, as pydantic validates it.

Every field is optional and may be null; what makes an event valid (an identity and a start) is
decided in `flatten`. Unknown keys are allowed at every depth and kept. LiveKit's
`SessionReport.to_dict()` (livekit-agents 1.5 and later, seen in 1.8.9) is read as well: its keys
stand beside the agent's own. From these types `make schemas` makes
schemas/session_analytics.schema.json, and what the function runs: see `contract`.
"""

from typing import Annotated, Any, Literal, TypedDict

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
    with_config,
)

from session_analytics.schema.scalars import Double, Int32, Int64, Latency, Length, Timestamp
from session_analytics.schema.values import list_or_object, one_as_list

_CONTRACT = ConfigDict(extra="allow", coerce_numbers_to_str=True)

Texts = Annotated[list[str | None], BeforeValidator(one_as_list)]
Content = Annotated[
    str | list[Any],
    Field(
        union_mode="left_to_right",
        description="text, or a list of texts and of objects for audio or images",
    ),
]
FreeForm = Annotated[Any, Field(description="free-form JSON")]


@with_config(_CONTRACT)
class DiscoveredSignals(TypedDict, total=False):
    """What the agent found out about the lead. `0` and `""` mean "not mentioned"."""

    team_size: Int32 | None
    monthly_volume: Int32 | None
    integration_needs: Texts | None
    urgency: str | None
    qualification_tier: str | None
    industry: str | None
    location: str | None
    use_case: str | None
    current_tool: str | None
    pain_points: Texts | None
    decision_timeline: str | None
    budget_authority: str | None
    team_structure: str | None


@with_config(_CONTRACT)
class ToolCall(TypedDict, total=False):
    """One call of a tool. Keys that are not named here are kept as JSON in `details`."""

    tool: str | None
    timestamp: Timestamp | None
    success: bool | None
    duration_ms: Double | None
    error: FreeForm
    query: str | None
    category: str | None
    results_found: bool | None
    total_results: Int32 | None


@with_config(_CONTRACT)
class ModelMetadata(TypedDict, total=False):
    """LiveKit's note of the model that made a turn."""

    model_name: str | None


@with_config(_CONTRACT)
class TurnMetrics(TypedDict, total=False):
    """LiveKit's per-message metrics, in seconds; `-1` means none."""

    e2e_latency: Latency | None
    llm_node_ttft: Latency | None
    tts_node_ttfb: Latency | None
    end_of_turn_delay: Latency | None
    transcription_delay: Latency | None
    playback_latency: Latency | None
    llm_metadata: ModelMetadata | None


@with_config(_CONTRACT)
class Turn(TurnMetrics, total=False):
    """One turn of the conversation; its metrics stand in it or in `metrics`."""

    role: str | None
    content: Content | None
    created_at: Timestamp | None
    interrupted: bool | None
    transcript_confidence: Double | None
    metrics: TurnMetrics | None


@with_config(_CONTRACT)
class ChatItem(Turn, total=False):
    """An item of LiveKit's chat history: a message, a function call or its output."""

    type: str | None
    call_id: str | None
    name: str | None
    arguments: FreeForm
    output: FreeForm
    is_error: bool | None


@with_config(_CONTRACT)
class ChatHistory(TypedDict, total=False):
    """LiveKit's `ChatContext.to_dict()`."""

    items: list[ChatItem | None] | None


@with_config(_CONTRACT)
class Usage(TypedDict, total=False):
    """Usage of one model (LiveKit 1.5 and later); fields at their default are left out."""

    type: str | None
    provider: str | None
    model: str | None
    input_tokens: Int64 | None
    input_cached_tokens: Int64 | None
    output_tokens: Int64 | None
    characters_count: Int64 | None
    audio_duration: Double | None
    session_duration: Double | None
    total_requests: Int64 | None


@with_config(_CONTRACT)
class SessionUsage(TypedDict, total=False):
    """LiveKit's `AgentSessionUsage`."""

    model_usage: list[Usage | None] | None


@with_config(_CONTRACT)
class MetricsSummary(TypedDict, total=False):
    """All the shapes that usage sums have come in, LiveKit's `UsageSummary` among them."""

    llm_tokens: Int64 | None
    total_llm_calls: Int32 | None
    llm_prompt_tokens: Int64 | None
    llm_prompt_cached_tokens: Int64 | None
    llm_completion_tokens: Int64 | None
    tts_characters: Int64 | None
    tts_characters_count: Int64 | None
    stt_audio_seconds: Double | None
    stt_audio_duration: Double | None
    total_stt_duration: Double | None
    tts_audio_duration: Double | None
    total_tts_duration: Double | None
    avg_latency_ms: Double | None
    model_usage: list[Usage | None] | None


@with_config(_CONTRACT)
class DeviceInfo(TypedDict, total=False):
    """The caller's device."""

    browser: str | None
    os: str | None
    location: str | None


@with_config(_CONTRACT)
class Connection(TypedDict, total=False):
    """The caller's network: bandwidth in bytes, packet loss in percent, jitter in milliseconds."""

    bandwidth_in: Int64 | None
    bandwidth_out: Int64 | None
    packet_loss: Double | None
    jitter: Double | None
    device_info: DeviceInfo | None


@with_config(_CONTRACT)
class ErrorCounts(TypedDict, total=False):
    """LiveKit's count of errors by component."""

    llm: Int32 | None
    stt: Int32 | None
    tts: Int32 | None
    realtime: Int32 | None


Usages = Annotated[list[Usage | None], Tag("<list>")]
AnyUsage = Annotated[
    Usages | Annotated[SessionUsage, Tag("<object>")], Discriminator(list_or_object)
]
AnyMetrics = Annotated[
    Usages | Annotated[MetricsSummary, Tag("<object>")], Discriminator(list_or_object)
]


@with_config(_CONTRACT)
class Event(TypedDict, total=False):
    """What an agent logs at the end of a call, as one JSON object on one line."""

    _event_type: Annotated[
        Literal["session_analytics"] | None,
        Field(description="says that this line is such an event"),
    ]
    _timestamp: Annotated[
        Timestamp | None, Field(description="when the line was written; usually epoch seconds")
    ]
    _session_id: Annotated[str | None, Field(description="identity where session_id is missing")]
    schema_version: str | None

    session_id: Annotated[str | None, Field(description="identity of the call")]
    job_id: str | None
    room_id: str | None
    room: str | None
    region: str | None
    agent_name: str | None
    agent_version: str | None
    sdk_version: str | None
    language: str | None
    tags: Texts | None

    start_time: Annotated[
        Timestamp | None, Field(description="ISO 8601; without an offset it means UTC")
    ]
    end_time: Annotated[
        Timestamp | None, Field(description="ISO 8601; without an offset it means UTC")
    ]
    duration_seconds: Length | None
    timestamp: Annotated[Timestamp | None, Field(description="LiveKit report: when it was made")]
    duration_ms: Annotated[
        Length | None, Field(description="LiveKit report: length of the session in milliseconds")
    ]

    participant_id: str | None
    user_email: str | None
    user_name: str | None
    user_metadata: Annotated[
        Any, WithJsonSchema({"type": ["object", "string", "null"], "description": "free-form"})
    ]

    conversation_state: Annotated[
        str | None, Field(description="GREETING, CONSENT, QUALIFYING, HELPING, BOOKING, CLOSING, …")
    ]
    outcome: Annotated[
        str | None, Field(description="resolved, transferred, voicemail, abandoned, …")
    ]
    disconnect_reason: str | None
    close_reason: Annotated[
        str | None, Field(description="LiveKit report: CR_USER_INITIATED, CR_ERROR, …")
    ]
    errors: Annotated[ErrorCounts | None, Field(description="LiveKit report: errors by component")]
    conversation_notes: Texts | None
    consent_obtained: bool | None
    consent_timestamp: Timestamp | None
    interruption_count: Int32 | None

    discovered_signals: DiscoveredSignals | None
    tool_calls: list[ToolCall | None] | None
    transcript: list[Turn | None] | None
    transcript_text: Annotated[
        str | None, Field(description="the transcript as text, one `ROLE: content` line a turn")
    ]
    chat_history: Annotated[
        ChatHistory | None, Field(description="LiveKit report: messages and function calls")
    ]
    metrics_summary: AnyMetrics | None
    usage: Annotated[AnyUsage | None, Field(description="LiveKit report: usage by model")]
    model_usage: list[Usage | None] | None
    cost_summary: Annotated[
        dict[str, Double | None] | None,
        Field(
            description="`<provider>_cost` in USD, `<provider>_<unit>` quantities, "
            "`total_estimated_cost`"
        ),
    ]
    connection: Connection | None
