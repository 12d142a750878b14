"""The contract: what an agent may log, as pydantic validates it.

Every field is optional and may be null; what makes an event valid (an identity and a start) is
decided in `flatten`. Unknown keys are allowed at every depth and kept. LiveKit's
`SessionReport.to_dict()` is read as well, of livekit-agents 1.3 to 2.0.0b1 and of agents-js: its
keys stand beside the agent's own. Of these SDKs 1.8.9 alone writes `duration_ms`, `errors`,
`close_reason`, `agent_name` and `tags`. From these types `make schemas` makes
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

from session_analytics.schema.scalars import (
    Amount,
    Count32,
    Count64,
    Latency,
    Phrase,
    Share,
    Text,
    Timestamp,
    Word,
)
from session_analytics.schema.values import list_or_object, one_as_list

_CONTRACT = ConfigDict(extra="allow", coerce_numbers_to_str=True)

Texts = Annotated[list[Phrase | None], BeforeValidator(one_as_list)]
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

    team_size: Count32 | None
    monthly_volume: Count32 | None
    integration_needs: Texts | None
    urgency: Word | None
    qualification_tier: Word | None
    industry: Phrase | None
    location: Phrase | None
    use_case: Phrase | None
    current_tool: Phrase | None
    pain_points: Texts | None
    decision_timeline: Phrase | None
    budget_authority: Phrase | None
    team_structure: Phrase | None


@with_config(_CONTRACT)
class FunctionCall(TypedDict, total=False):
    """The function of a tool call, as OpenAI writes it."""

    name: Text | None
    arguments: FreeForm


@with_config(_CONTRACT)
class ToolCall(TypedDict, total=False):
    """One call of a tool, an agent's own or LiveKit's `FunctionCall`.

    Keys that are not named here are kept as JSON in `details`.
    """

    type: Text | None
    tool: Text | None
    name: Annotated[Text | None, Field(description="the tool, where `tool` is missing")]
    function: FunctionCall | str | None
    call_id: Text | None
    id: FreeForm
    timestamp: Timestamp | None
    created_at: Annotated[Timestamp | None, Field(description="where `timestamp` is missing")]
    success: bool | None
    is_error: bool | None
    status: Annotated[Word | None, Field(description="done, error, cancelled")]
    duration_ms: Amount | None
    error: FreeForm
    query: Text | None
    category: Text | None
    results_found: bool | None
    total_results: Count32 | None
    agent: Text | None
    arguments: FreeForm
    result: FreeForm
    output: FreeForm


@with_config(_CONTRACT)
class ModelMetadata(TypedDict, total=False):
    """LiveKit's note of a model that took part in a turn."""

    model_name: Text | None
    model_provider: Text | None


@with_config(_CONTRACT)
class TurnMetrics(TypedDict, total=False):
    """LiveKit's per-message metrics, in seconds; `-1` means none."""

    e2e_latency: Latency | None
    llm_node_ttft: Latency | None
    llm_node_ttfs: Annotated[Latency | None, Field(description="seconds to the first sentence")]
    llm_node_tps: Annotated[Latency | None, Field(description="tokens a second")]
    tts_node_ttfb: Latency | None
    end_of_turn_delay: Latency | None
    transcription_delay: Latency | None
    on_user_turn_completed_delay: Latency | None
    playback_latency: Latency | None
    started_speaking_at: Timestamp | None
    stopped_speaking_at: Timestamp | None
    llm_metadata: ModelMetadata | None
    stt_metadata: ModelMetadata | None
    tts_metadata: ModelMetadata | None


@with_config(_CONTRACT)
class ChatItem(TurnMetrics, total=False):
    """A turn of the conversation, or another item of LiveKit's chat history.

    The words of a turn stand under `content`, `text`, `message` or `transcript`, its speaker under
    `role` or `speaker`; its metrics stand in it or in `metrics`. Other items are function calls,
    their outputs, and handoffs.
    """

    type: Text | None
    id: FreeForm
    role: Annotated[Word | None, Field(description="user, assistant, system, developer, tool, …")]
    speaker: Annotated[Word | None, Field(description="where `role` is missing")]
    content: Content | None
    text: Annotated[Content | None, Field(description="where `content` is missing")]
    message: Annotated[Content | None, Field(description="where `content` is missing")]
    transcript: Annotated[Content | None, Field(description="where `content` is missing")]
    created_at: Timestamp | None
    timestamp: Annotated[Timestamp | None, Field(description="where `created_at` is missing")]
    time: Annotated[Timestamp | None, Field(description="where `created_at` is missing")]
    interrupted: bool | None
    transcript_confidence: Share | None
    agent: Text | None
    metrics: TurnMetrics | None
    call_id: Text | None
    name: Text | None
    arguments: FreeForm
    output: FreeForm
    is_error: bool | None
    old_agent_id: Text | None
    new_agent_id: Text | None


@with_config(_CONTRACT)
class ChatHistory(TypedDict, total=False):
    """LiveKit's `ChatContext.to_dict()`."""

    items: list[ChatItem | None] | None


Items = Annotated[list[ChatItem | None], Tag("<list>")]
AnyHistory = Annotated[
    Items | Annotated[ChatHistory, Tag("<object>")], Discriminator(list_or_object)
]


@with_config(_CONTRACT)
class Usage(TypedDict, total=False):
    """Usage of one model (LiveKit 1.5 and later); fields at their default are left out."""

    type: Text | None
    provider: Text | None
    model: Text | None
    input_tokens: Count64 | None
    input_cached_tokens: Count64 | None
    input_audio_tokens: Count64 | None
    input_cached_audio_tokens: Count64 | None
    input_text_tokens: Count64 | None
    input_image_tokens: Count64 | None
    input_cache_creation_tokens: Count64 | None
    output_tokens: Count64 | None
    output_audio_tokens: Count64 | None
    output_text_tokens: Count64 | None
    output_reasoning_tokens: Count64 | None
    characters_count: Count64 | None
    audio_duration: Amount | None
    session_duration: Amount | None
    total_requests: Count64 | None
    cost_usd: Amount | None


@with_config(_CONTRACT)
class SessionUsage(TypedDict, total=False):
    """LiveKit's `AgentSessionUsage`."""

    model_usage: list[Usage | None] | None


@with_config(_CONTRACT)
class SessionError(TypedDict, total=False):
    """What went wrong, as LiveKit's session tells it."""

    type: Text | None
    label: Text | None
    message: FreeForm
    error: FreeForm
    recoverable: bool | None


@with_config(_CONTRACT)
class SessionEvent(TypedDict, total=False):
    """An event of LiveKit's session, as far as the row needs it; `type` says which keys it has."""

    type: Text | None
    created_at: Timestamp | None
    reason: Annotated[Word | None, Field(description="close")]
    error: SessionError | str | None
    new_state: Annotated[Word | None, Field(description="user_state_changed")]
    language: Annotated[Text | None, Field(description="user_input_transcribed")]
    item: Annotated[ChatItem | None, Field(description="conversation_item_added")]
    function_calls: Annotated[
        list[ChatItem | None] | None, Field(description="function_tools_executed")
    ]
    function_call_outputs: Annotated[
        list[ChatItem | None] | None, Field(description="function_tools_executed")
    ]
    usage: Annotated[SessionUsage | None, Field(description="session_usage_updated: cumulative")]


@with_config(_CONTRACT)
class MetricsSummary(TypedDict, total=False):
    """All the shapes that usage sums have come in, LiveKit's `UsageSummary` among them."""

    llm_tokens: Count64 | None
    total_llm_calls: Count32 | None
    llm_prompt_tokens: Count64 | None
    llm_prompt_cached_tokens: Count64 | None
    llm_completion_tokens: Count64 | None
    tts_characters: Count64 | None
    tts_characters_count: Count64 | None
    stt_audio_seconds: Amount | None
    stt_audio_duration: Amount | None
    total_stt_duration: Amount | None
    tts_audio_duration: Amount | None
    total_tts_duration: Amount | None
    avg_latency_ms: Latency | None
    model_usage: list[Usage | None] | None


@with_config(_CONTRACT)
class DeviceInfo(TypedDict, total=False):
    """The caller's device."""

    browser: Text | None
    os: Text | None
    location: Text | None


@with_config(_CONTRACT)
class Connection(TypedDict, total=False):
    """The caller's network: bandwidth in bytes, packet loss in percent, jitter in milliseconds."""

    bandwidth_in: Count64 | None
    bandwidth_out: Count64 | None
    packet_loss: Amount | None
    jitter: Amount | None
    device_info: DeviceInfo | None


@with_config(_CONTRACT)
class ErrorCounts(TypedDict, total=False):
    """LiveKit's count of errors by component."""

    llm: Count32 | None
    stt: Count32 | None
    tts: Count32 | None
    realtime: Count32 | None
    interruption: Count32 | None


@with_config(_CONTRACT)
class AgentHandoff(TypedDict, total=False):
    """One agent handed the call to another; the first, without `from_agent`, is the start."""

    from_agent: Text | None
    to_agent: Text | None
    handed_off_at: Timestamp | None


@with_config(_CONTRACT)
class Evaluation(TypedDict, total=False):
    """A judge's verdict on the call."""

    name: Text | None
    verdict: Word | None
    reasoning: Text | None


@with_config(_CONTRACT)
class Participant(TypedDict, total=False):
    """Who was in the room."""

    identity: Text | None
    kind: Word | None
    joined_at: Timestamp | None
    left_at: Timestamp | None
    disconnect_reason: Word | None
    attributes: FreeForm


@with_config(_CONTRACT)
class Truncation(TypedDict, total=False):
    """What the recorder left out, so that the line is not too long."""

    original_bytes: Count64 | None
    turns_left_out: Count32 | None
    characters_left_out: Count64 | None


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
    _session_id: Annotated[Text | None, Field(description="identity where session_id is missing")]
    schema_version: Text | None

    session_id: Annotated[Text | None, Field(description="identity of the call")]
    job_id: Text | None
    room_id: Text | None
    room: Text | None
    region: Text | None
    agent_name: Text | None
    agent_version: Text | None
    sdk_version: Text | None
    language: Word | None
    tags: Texts | None

    start_time: Annotated[
        Timestamp | None, Field(description="ISO 8601; without an offset it means UTC")
    ]
    started_at: Annotated[Timestamp | None, Field(description="where `start_time` is missing")]
    end_time: Annotated[
        Timestamp | None, Field(description="ISO 8601; without an offset it means UTC")
    ]
    ended_at: Annotated[Timestamp | None, Field(description="where `end_time` is missing")]
    duration_seconds: Amount | None
    duration: Annotated[
        Amount | None, Field(description="seconds, where `duration_seconds` is missing")
    ]
    timestamp: Annotated[Timestamp | None, Field(description="LiveKit report: when it was made")]
    duration_ms: Annotated[
        Amount | None, Field(description="LiveKit report: length of the session in milliseconds")
    ]
    events: Annotated[
        list[SessionEvent | None] | None,
        Field(description="LiveKit report: start, end, errors and more are worked out from it"),
    ]

    participant_id: Text | None
    user_email: Text | None
    user_name: Text | None
    user_metadata: Annotated[
        Any, WithJsonSchema({"type": ["object", "string", "null"], "description": "free-form"})
    ]
    participants: list[Participant | None] | None
    call_direction: Annotated[Word | None, Field(description="inbound, outbound")]
    caller_number: Text | None
    dialed_number: Text | None
    sip_call_id: Text | None
    answered_by: Annotated[
        Word | None,
        Field(description="human, machine-vm, machine-ivr, machine-unavailable, uncertain"),
    ]

    conversation_state: Annotated[
        Word | None,
        Field(description="GREETING, CONSENT, QUALIFYING, HELPING, BOOKING, CLOSING, …"),
    ]
    outcome: Annotated[
        Word | None, Field(description="resolved, transferred, voicemail, abandoned, …")
    ]
    outcome_reason: Text | None
    evaluations: list[Evaluation | None] | None
    disconnect_reason: Word | None
    close_reason: Annotated[
        Word | None, Field(description="LiveKit report: CR_USER_INITIATED, CR_ERROR, …")
    ]
    errors: Annotated[ErrorCounts | None, Field(description="LiveKit report: errors by component")]
    last_error: Annotated[Text | None, Field(description="the last error that was not recoverable")]
    conversation_notes: Texts | None
    consent_obtained: bool | None
    consent_timestamp: Timestamp | None
    interruption_count: Count32 | None
    away_count: Count32 | None
    false_interruption_count: Count32 | None
    agent_talk_seconds: Amount | None
    user_talk_seconds: Amount | None
    silence_seconds: Amount | None
    first_response_ms: Latency | None

    discovered_signals: DiscoveredSignals | None
    signal_evidence: Annotated[
        dict[str, Text | None] | None,
        Field(description="by signal: the caller's words that it was found in"),
    ]
    tool_calls: list[ToolCall | None] | None
    transcript: Annotated[
        AnyHistory | None, Field(description="turns, or the items of LiveKit's chat history")
    ]
    transcript_text: Annotated[
        Text | None, Field(description="the transcript as text, one `ROLE: content` line a turn")
    ]
    chat_history: Annotated[
        ChatHistory | None, Field(description="LiveKit report: messages and function calls")
    ]
    agent_handoffs: list[AgentHandoff | None] | None
    metrics_summary: AnyMetrics | None
    usage: Annotated[AnyUsage | None, Field(description="LiveKit report: usage by model")]
    model_usage: list[Usage | None] | None
    cost_summary: Annotated[
        dict[str, Amount | None] | None,
        Field(
            description="`<provider>_cost` in USD, `<provider>_<unit>` quantities, "
            "`total_estimated_cost`"
        ),
    ]
    price_table: Annotated[
        Text | None, Field(description="name and date of the prices that costs were computed with")
    ]
    unpriced_models: Texts | None
    connection: Connection | None
    options: Annotated[FreeForm, Field(description="LiveKit report: the session's options")]
    recording_path: Text | None
    audio_recording_path: Annotated[
        Text | None, Field(description="LiveKit report: where `recording_path` is missing")
    ]
    audio_recording_started_at: Timestamp | None

    recorder_version: Text | None
    recorder_errors: Texts | None
    is_partial: Annotated[
        bool | None, Field(description="whether the record was made before the call ended")
    ]
    truncation: Truncation | None
    redactions: Annotated[
        dict[str, Count32 | None] | None,
        Field(description="what was taken out of texts, by kind"),
    ]
