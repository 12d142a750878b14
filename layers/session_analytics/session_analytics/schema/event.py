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

from session_analytics.schema.personal_data import (
    FREE_TEXT,
    IDENTIFIER,
    NONE,
    QUASI_IDENTIFIER,
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

    team_size: Annotated[Count32 | None, NONE]
    monthly_volume: Annotated[Count32 | None, NONE]
    integration_needs: Annotated[Texts | None, NONE]
    urgency: Annotated[Word | None, NONE]
    qualification_tier: Annotated[Word | None, NONE]
    industry: Annotated[Phrase | None, NONE]
    location: Annotated[Phrase | None, QUASI_IDENTIFIER]
    use_case: Annotated[Phrase | None, FREE_TEXT]
    current_tool: Annotated[Phrase | None, NONE]
    pain_points: Annotated[Texts | None, FREE_TEXT]
    decision_timeline: Annotated[Phrase | None, NONE]
    budget_authority: Annotated[Phrase | None, NONE]
    team_structure: Annotated[Phrase | None, FREE_TEXT]


@with_config(_CONTRACT)
class FunctionCall(TypedDict, total=False):
    """The function of a tool call, as OpenAI writes it."""

    name: Annotated[Text | None, NONE]
    arguments: Annotated[FreeForm, FREE_TEXT]


@with_config(_CONTRACT)
class ToolCall(TypedDict, total=False):
    """One call of a tool, an agent's own or LiveKit's `FunctionCall`.

    Keys that are not named here are kept as JSON in `details`.
    """

    type: Annotated[Text | None, NONE]
    tool: Annotated[Text | None, NONE]
    name: Annotated[Text | None, Field(description="the tool, where `tool` is missing"), NONE]
    function: Annotated[FunctionCall | Annotated[str, NONE] | None, FREE_TEXT]
    call_id: Annotated[Text | None, NONE]
    id: Annotated[FreeForm, NONE]
    timestamp: Annotated[Timestamp | None, NONE]
    created_at: Annotated[Timestamp | None, Field(description="where `timestamp` is missing"), NONE]
    success: Annotated[bool | None, NONE]
    is_error: Annotated[bool | None, NONE]
    status: Annotated[Word | None, Field(description="done, error, cancelled"), NONE]
    duration_ms: Annotated[Amount | None, NONE]
    error: Annotated[FreeForm, FREE_TEXT]
    query: Annotated[Text | None, FREE_TEXT]
    category: Annotated[Text | None, NONE]
    results_found: Annotated[bool | None, NONE]
    total_results: Annotated[Count32 | None, NONE]
    agent: Annotated[Text | None, NONE]
    arguments: Annotated[FreeForm, FREE_TEXT]
    result: Annotated[FreeForm, FREE_TEXT]
    output: Annotated[FreeForm, FREE_TEXT]


@with_config(_CONTRACT)
class ModelMetadata(TypedDict, total=False):
    """LiveKit's note of a model that took part in a turn."""

    model_name: Annotated[Text | None, NONE]
    model_provider: Annotated[Text | None, NONE]


@with_config(_CONTRACT)
class TurnMetrics(TypedDict, total=False):
    """LiveKit's per-message metrics, in seconds; `-1` means none."""

    e2e_latency: Annotated[Latency | None, NONE]
    llm_node_ttft: Annotated[Latency | None, NONE]
    llm_node_ttfs: Annotated[
        Latency | None, Field(description="seconds to the first sentence"), NONE
    ]
    llm_node_tps: Annotated[Latency | None, Field(description="tokens a second"), NONE]
    tts_node_ttfb: Annotated[Latency | None, NONE]
    end_of_turn_delay: Annotated[Latency | None, NONE]
    transcription_delay: Annotated[Latency | None, NONE]
    on_user_turn_completed_delay: Annotated[Latency | None, NONE]
    playback_latency: Annotated[Latency | None, NONE]
    started_speaking_at: Annotated[Timestamp | None, NONE]
    stopped_speaking_at: Annotated[Timestamp | None, NONE]
    llm_metadata: Annotated[ModelMetadata | None, NONE]
    stt_metadata: Annotated[ModelMetadata | None, NONE]
    tts_metadata: Annotated[ModelMetadata | None, NONE]
    provider_request_ids: Annotated[Texts | None, NONE]


@with_config(_CONTRACT)
class ChatItem(TurnMetrics, total=False):
    """A turn of the conversation, or another item of LiveKit's chat history.

    The words of a turn stand under `content`, `text`, `message` or `transcript`, its speaker under
    `role` or `speaker`; its metrics stand in it or in `metrics`. Other items are function calls,
    their outputs, and handoffs.
    """

    type: Annotated[Text | None, NONE]
    id: Annotated[FreeForm, NONE]
    role: Annotated[
        Word | None, Field(description="user, assistant, system, developer, tool, …"), NONE
    ]
    speaker: Annotated[Word | None, Field(description="where `role` is missing"), NONE]
    content: Annotated[Content | None, FREE_TEXT]
    text: Annotated[Content | None, Field(description="where `content` is missing"), FREE_TEXT]
    message: Annotated[Content | None, Field(description="where `content` is missing"), FREE_TEXT]
    transcript: Annotated[
        Content | None, Field(description="where `content` is missing"), FREE_TEXT
    ]
    created_at: Annotated[Timestamp | None, NONE]
    timestamp: Annotated[Timestamp | None, Field(description="where `created_at` is missing"), NONE]
    time: Annotated[Timestamp | None, Field(description="where `created_at` is missing"), NONE]
    interrupted: Annotated[bool | None, NONE]
    transcript_confidence: Annotated[Share | None, NONE]
    agent: Annotated[Text | None, NONE]
    metrics: Annotated[TurnMetrics | None, NONE]
    call_id: Annotated[Text | None, NONE]
    name: Annotated[Text | None, NONE]
    arguments: Annotated[FreeForm, FREE_TEXT]
    output: Annotated[FreeForm, FREE_TEXT]
    is_error: Annotated[bool | None, NONE]
    old_agent_id: Annotated[Text | None, NONE]
    new_agent_id: Annotated[Text | None, NONE]


@with_config(_CONTRACT)
class ChatHistory(TypedDict, total=False):
    """LiveKit's `ChatContext.to_dict()`."""

    items: Annotated[list[ChatItem | None] | None, FREE_TEXT]


Items = Annotated[list[ChatItem | None], Tag("<list>")]
AnyHistory = Annotated[
    Items | Annotated[ChatHistory, Tag("<object>")], Discriminator(list_or_object)
]


@with_config(_CONTRACT)
class Usage(TypedDict, total=False):
    """Usage of one model (LiveKit 1.5 and later); fields at their default are left out."""

    type: Annotated[Text | None, NONE]
    provider: Annotated[Text | None, NONE]
    model: Annotated[Text | None, NONE]
    input_tokens: Annotated[Count64 | None, NONE]
    input_cached_tokens: Annotated[Count64 | None, NONE]
    input_audio_tokens: Annotated[Count64 | None, NONE]
    input_cached_audio_tokens: Annotated[Count64 | None, NONE]
    input_text_tokens: Annotated[Count64 | None, NONE]
    input_cached_text_tokens: Annotated[Count64 | None, NONE]
    input_image_tokens: Annotated[Count64 | None, NONE]
    input_cached_image_tokens: Annotated[Count64 | None, NONE]
    input_cache_creation_tokens: Annotated[Count64 | None, NONE]
    output_tokens: Annotated[Count64 | None, NONE]
    output_audio_tokens: Annotated[Count64 | None, NONE]
    output_text_tokens: Annotated[Count64 | None, NONE]
    output_reasoning_tokens: Annotated[Count64 | None, NONE]
    characters_count: Annotated[Count64 | None, NONE]
    audio_duration: Annotated[Amount | None, NONE]
    session_duration: Annotated[Amount | None, NONE]
    total_requests: Annotated[Count64 | None, NONE]
    cost_usd: Annotated[Amount | None, NONE]


@with_config(_CONTRACT)
class SessionUsage(TypedDict, total=False):
    """LiveKit's `AgentSessionUsage`."""

    model_usage: Annotated[list[Usage | None] | None, NONE]


@with_config(_CONTRACT)
class SessionError(TypedDict, total=False):
    """What went wrong, as LiveKit's session tells it."""

    type: Annotated[Text | None, NONE]
    label: Annotated[Text | None, NONE]
    message: Annotated[FreeForm, FREE_TEXT]
    error: Annotated[FreeForm, FREE_TEXT]
    recoverable: Annotated[bool | None, NONE]


@with_config(_CONTRACT)
class SessionEvent(TypedDict, total=False):
    """An event of LiveKit's session, as far as the row needs it; `type` says which keys it has."""

    type: Annotated[Text | None, NONE]
    created_at: Annotated[Timestamp | None, NONE]
    reason: Annotated[Word | None, Field(description="close"), NONE]
    error: Annotated[SessionError | str | None, FREE_TEXT]
    new_state: Annotated[Word | None, Field(description="user_state_changed"), NONE]
    language: Annotated[Text | None, Field(description="user_input_transcribed"), NONE]
    item: Annotated[ChatItem | None, Field(description="conversation_item_added"), FREE_TEXT]
    function_calls: Annotated[
        list[ChatItem | None] | None, Field(description="function_tools_executed"), FREE_TEXT
    ]
    function_call_outputs: Annotated[
        list[ChatItem | None] | None, Field(description="function_tools_executed"), FREE_TEXT
    ]
    usage: Annotated[
        SessionUsage | None, Field(description="session_usage_updated: cumulative"), NONE
    ]


@with_config(_CONTRACT)
class MetricsSummary(TypedDict, total=False):
    """All the shapes that usage sums have come in, LiveKit's `UsageSummary` among them."""

    llm_tokens: Annotated[Count64 | None, NONE]
    total_llm_calls: Annotated[Count32 | None, NONE]
    llm_prompt_tokens: Annotated[Count64 | None, NONE]
    llm_prompt_cached_tokens: Annotated[Count64 | None, NONE]
    llm_completion_tokens: Annotated[Count64 | None, NONE]
    tts_characters: Annotated[Count64 | None, NONE]
    tts_characters_count: Annotated[Count64 | None, NONE]
    stt_audio_seconds: Annotated[Amount | None, NONE]
    stt_audio_duration: Annotated[Amount | None, NONE]
    total_stt_duration: Annotated[Amount | None, NONE]
    tts_audio_duration: Annotated[Amount | None, NONE]
    total_tts_duration: Annotated[Amount | None, NONE]
    avg_latency_ms: Annotated[Latency | None, NONE]
    model_usage: Annotated[list[Usage | None] | None, NONE]


@with_config(_CONTRACT)
class DeviceInfo(TypedDict, total=False):
    """The caller's device."""

    browser: Annotated[Text | None, NONE]
    os: Annotated[Text | None, NONE]
    location: Annotated[Text | None, QUASI_IDENTIFIER]


@with_config(_CONTRACT)
class Connection(TypedDict, total=False):
    """The caller's network: bandwidth in bytes, packet loss in percent, jitter in milliseconds."""

    bandwidth_in: Annotated[Count64 | None, NONE]
    bandwidth_out: Annotated[Count64 | None, NONE]
    packet_loss: Annotated[Amount | None, NONE]
    jitter: Annotated[Amount | None, NONE]
    device_info: Annotated[DeviceInfo | None, QUASI_IDENTIFIER]


@with_config(_CONTRACT)
class ErrorCounts(TypedDict, total=False):
    """LiveKit's count of errors by component."""

    llm: Annotated[Count32 | None, NONE]
    stt: Annotated[Count32 | None, NONE]
    tts: Annotated[Count32 | None, NONE]
    realtime: Annotated[Count32 | None, NONE]
    interruption: Annotated[Count32 | None, NONE]


@with_config(_CONTRACT)
class AgentHandoff(TypedDict, total=False):
    """One agent handed the call to another; the first, without `from_agent`, is the start."""

    from_agent: Annotated[Text | None, NONE]
    to_agent: Annotated[Text | None, NONE]
    handed_off_at: Annotated[Timestamp | None, NONE]


@with_config(_CONTRACT)
class Evaluation(TypedDict, total=False):
    """A judge's verdict on the call."""

    name: Annotated[Text | None, NONE]
    verdict: Annotated[Word | None, NONE]
    reasoning: Annotated[Text | None, FREE_TEXT]


@with_config(_CONTRACT)
class Participant(TypedDict, total=False):
    """Who was in the room."""

    identity: Annotated[Text | None, IDENTIFIER]
    kind: Annotated[Word | None, NONE]
    joined_at: Annotated[Timestamp | None, NONE]
    left_at: Annotated[Timestamp | None, NONE]
    disconnect_reason: Annotated[Word | None, NONE]
    attributes: Annotated[FreeForm, FREE_TEXT]


@with_config(_CONTRACT)
class Truncation(TypedDict, total=False):
    """What the recorder left out, so that the line is not too long."""

    original_bytes: Annotated[Count64 | None, NONE]
    turns_left_out: Annotated[Count32 | None, NONE]
    characters_left_out: Annotated[Count64 | None, NONE]
    fields_left_out: Annotated[Texts | None, NONE]


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
        NONE,
    ]
    _timestamp: Annotated[
        Timestamp | None,
        Field(description="when the line was written; usually epoch seconds"),
        NONE,
    ]
    _session_id: Annotated[
        Text | None, Field(description="identity where session_id is missing"), QUASI_IDENTIFIER
    ]
    schema_version: Annotated[Text | None, NONE]

    session_id: Annotated[Text | None, Field(description="identity of the call"), QUASI_IDENTIFIER]
    job_id: Annotated[Text | None, QUASI_IDENTIFIER]
    room_id: Annotated[Text | None, QUASI_IDENTIFIER]
    room: Annotated[Text | None, QUASI_IDENTIFIER]
    region: Annotated[Text | None, NONE]
    agent_name: Annotated[Text | None, NONE]
    agent_version: Annotated[Text | None, NONE]
    sdk_version: Annotated[Text | None, NONE]
    language: Annotated[Word | None, NONE]
    tags: Annotated[Texts | None, NONE]

    start_time: Annotated[
        Timestamp | None, Field(description="ISO 8601; without an offset it means UTC"), NONE
    ]
    started_at: Annotated[
        Timestamp | None, Field(description="where `start_time` is missing"), NONE
    ]
    end_time: Annotated[
        Timestamp | None, Field(description="ISO 8601; without an offset it means UTC"), NONE
    ]
    ended_at: Annotated[Timestamp | None, Field(description="where `end_time` is missing"), NONE]
    duration_seconds: Annotated[Amount | None, NONE]
    duration: Annotated[
        Amount | None, Field(description="seconds, where `duration_seconds` is missing"), NONE
    ]
    timestamp: Annotated[
        Timestamp | None, Field(description="LiveKit report: when it was made"), NONE
    ]
    duration_ms: Annotated[
        Amount | None,
        Field(description="LiveKit report: length of the session in milliseconds"),
        NONE,
    ]
    events: Annotated[
        list[SessionEvent | None] | None,
        Field(description="LiveKit report: start, end, errors and more are worked out from it"),
        FREE_TEXT,
    ]

    participant_id: Annotated[Text | None, IDENTIFIER]
    user_email: Annotated[Text | None, IDENTIFIER]
    user_name: Annotated[Text | None, IDENTIFIER]
    user_metadata: Annotated[
        Any,
        WithJsonSchema({"type": ["object", "string", "null"], "description": "free-form"}),
        FREE_TEXT,
    ]
    participants: Annotated[list[Participant | None] | None, IDENTIFIER]
    call_direction: Annotated[Word | None, Field(description="inbound, outbound"), NONE]
    caller_number: Annotated[Text | None, IDENTIFIER]
    dialed_number: Annotated[Text | None, IDENTIFIER]
    sip_call_id: Annotated[Text | None, IDENTIFIER]
    answered_by: Annotated[
        Word | None,
        Field(description="human, machine-vm, machine-ivr, machine-unavailable, uncertain"),
        NONE,
    ]

    conversation_state: Annotated[
        Word | None,
        Field(description="GREETING, CONSENT, QUALIFYING, HELPING, BOOKING, CLOSING, …"),
        NONE,
    ]
    outcome: Annotated[
        Word | None, Field(description="resolved, transferred, voicemail, abandoned, …"), NONE
    ]
    outcome_reason: Annotated[Text | None, FREE_TEXT]
    evaluations: Annotated[list[Evaluation | None] | None, FREE_TEXT]
    disconnect_reason: Annotated[Word | None, NONE]
    close_reason: Annotated[
        Word | None, Field(description="LiveKit report: CR_USER_INITIATED, CR_ERROR, …"), NONE
    ]
    errors: Annotated[
        ErrorCounts | None, Field(description="LiveKit report: errors by component"), NONE
    ]
    last_error: Annotated[
        Text | None, Field(description="the last error that was not recoverable"), FREE_TEXT
    ]
    conversation_notes: Annotated[Texts | None, FREE_TEXT]
    consent_obtained: Annotated[bool | None, NONE]
    consent_timestamp: Annotated[Timestamp | None, NONE]
    interruption_count: Annotated[Count32 | None, NONE]
    away_count: Annotated[Count32 | None, NONE]
    false_interruption_count: Annotated[Count32 | None, NONE]
    agent_talk_seconds: Annotated[Amount | None, NONE]
    user_talk_seconds: Annotated[Amount | None, NONE]
    silence_seconds: Annotated[Amount | None, NONE]
    first_response_ms: Annotated[Latency | None, NONE]

    discovered_signals: Annotated[DiscoveredSignals | None, FREE_TEXT]
    signal_evidence: Annotated[
        dict[str, Text | None] | None,
        Field(description="by signal: the caller's words that it was found in"),
        FREE_TEXT,
    ]
    tool_calls: Annotated[list[ToolCall | None] | None, FREE_TEXT]
    transcript: Annotated[
        AnyHistory | None,
        Field(description="turns, or the items of LiveKit's chat history"),
        FREE_TEXT,
    ]
    transcript_text: Annotated[
        Text | None,
        Field(description="the transcript as text, one `ROLE: content` line a turn"),
        FREE_TEXT,
    ]
    chat_history: Annotated[
        ChatHistory | None,
        Field(description="LiveKit report: messages and function calls"),
        FREE_TEXT,
    ]
    agent_handoffs: Annotated[list[AgentHandoff | None] | None, NONE]
    metrics_summary: Annotated[AnyMetrics | None, NONE]
    usage: Annotated[AnyUsage | None, Field(description="LiveKit report: usage by model"), NONE]
    model_usage: Annotated[list[Usage | None] | None, NONE]
    cost_summary: Annotated[
        dict[str, Amount | None] | None,
        Field(
            description="`<provider>_cost` in USD, `<provider>_<unit>` quantities, "
            "`total_estimated_cost`"
        ),
        NONE,
    ]
    price_table: Annotated[
        Text | None,
        Field(description="name and date of the prices that costs were computed with"),
        NONE,
    ]
    unpriced_models: Annotated[Texts | None, NONE]
    connection: Annotated[Connection | None, QUASI_IDENTIFIER]
    options: Annotated[FreeForm, Field(description="LiveKit report: the session's options"), NONE]
    recording_path: Annotated[Text | None, QUASI_IDENTIFIER]
    audio_recording_path: Annotated[
        Text | None,
        Field(description="LiveKit report: where `recording_path` is missing"),
        QUASI_IDENTIFIER,
    ]
    audio_recording_started_at: Annotated[Timestamp | None, NONE]

    recorder_version: Annotated[Text | None, NONE]
    recorder_errors: Annotated[Texts | None, FREE_TEXT]
    is_partial: Annotated[
        bool | None, Field(description="whether the record was made before the call ended"), NONE
    ]
    truncation: Annotated[Truncation | None, NONE]
    redactions: Annotated[
        dict[str, Count32 | None] | None,
        Field(description="what was taken out of texts, by kind"),
        NONE,
    ]
