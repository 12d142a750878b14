"""The columns of the tables: the one definition of their names, types, order and meaning.

The function does not import it. `make schemas` makes the Glue tables, the Athena DDL,
schemas/*.columns.json and the data dictionary from it. A row is a dict whose missing keys are NULL.
`dt`, the partition key, is not a column: it is the UTC date of `started_at` (of the log event,
where the call's clock was wrong). Descriptions have at most 255 characters: Glue's limit for a
comment.
"""

from typing import Annotated, TypedDict

from typing_extensions import Doc

from session_analytics.schema.personal_data import (
    FREE_TEXT,
    IDENTIFIER,
    NONE,
    QUASI_IDENTIFIER,
)
from session_analytics.schema.scalars import Double, Int32, Int64, Timestamp

PARTITION_KEY = "dt"


class ToolCallStruct(TypedDict, total=False):
    """One call of a tool."""

    tool: Annotated[str, Doc("Name of the tool"), NONE]
    called_at: Annotated[Timestamp, Doc("Time of the call (UTC)"), NONE]
    success: Annotated[bool, Doc("As sent; of a LiveKit report: its output is not an error"), NONE]
    duration_ms: Annotated[
        Double, Doc("Milliseconds, as sent; of a LiveKit report: from the call to its output"), NONE
    ]
    error: Annotated[
        str,
        Doc("What went wrong; of a LiveKit report: the output of a call that failed"),
        FREE_TEXT,
    ]
    query: Annotated[
        str,
        Doc("What the knowledge base was asked, also out of a LiveKit call's arguments"),
        FREE_TEXT,
    ]
    category: Annotated[
        str, Doc("Category of the question, also out of a LiveKit call's arguments"), NONE
    ]
    results_found: Annotated[bool, Doc("Whether the search found anything"), NONE]
    total_results: Annotated[Int32, Doc("Number of results"), NONE]
    details: Annotated[
        str,
        Doc("The tool's other keys as JSON text; of a LiveKit report: arguments and output"),
        FREE_TEXT,
    ]
    call_id: Annotated[str, Doc("Id that the model gave the call"), NONE]
    status: Annotated[str, Doc("done, error or cancelled, as sent"), NONE]
    agent: Annotated[str, Doc("Agent that had the call at that time"), NONE]


class TurnStruct(TypedDict, total=False):
    """One turn of the conversation."""

    role: Annotated[
        str,
        Doc("user or assistant, however spelt (caller, human, agent, bot, ...); others as sent"),
        NONE,
    ]
    content: Annotated[str, Doc("What was said; the texts of a list, one a line"), FREE_TEXT]
    said_at: Annotated[
        Timestamp, Doc("created_at of the turn (UTC): for LiveKit when its text was made"), NONE
    ]
    interrupted: Annotated[bool, Doc("Whether the other side broke in"), NONE]
    e2e_latency_ms: Annotated[
        Double, Doc("End of the caller's turn to the agent's first audio"), NONE
    ]
    llm_ttft_ms: Annotated[Double, Doc("Language model: time to first token"), NONE]
    tts_ttfb_ms: Annotated[Double, Doc("Speech synthesis: time to first audio"), NONE]
    end_of_turn_delay_ms: Annotated[
        Double, Doc("End of speech to the decision that the turn is over"), NONE
    ]
    transcription_delay_ms: Annotated[Double, Doc("End of speech to its transcript"), NONE]
    playback_latency_ms: Annotated[Double, Doc("First audio to its playback"), NONE]
    confidence: Annotated[Double, Doc("Confidence of the transcript, 0 to 1"), NONE]
    llm_model: Annotated[str, Doc("Language model of the turn"), NONE]
    agent: Annotated[
        str, Doc("Agent that spoke, where the call was handed over between agents"), NONE
    ]
    llm_provider: Annotated[str, Doc("Provider of the language model"), NONE]
    stt_model: Annotated[str, Doc("Model of speech recognition"), NONE]
    tts_model: Annotated[str, Doc("Model of speech synthesis"), NONE]
    started_speaking_at: Annotated[
        Timestamp, Doc("When the turn was begun to be spoken (UTC)"), NONE
    ]
    stopped_speaking_at: Annotated[
        Timestamp, Doc("When the turn was spoken to its end (UTC)"), NONE
    ]
    llm_tokens_per_second: Annotated[Double, Doc("Language model: output tokens a second"), NONE]
    tts_first_sentence_ms: Annotated[
        Double, Doc("Language model: time to the first sentence that can be synthesised"), NONE
    ]
    turn_completed_delay_ms: Annotated[
        Double, Doc("Time that the agent's on_user_turn_completed took"), NONE
    ]
    provider_request_ids: Annotated[
        list[str], Doc("Ids of the requests, as the model's provider logs them"), NONE
    ]


class ModelUsageStruct(TypedDict, total=False):
    """Usage of one model. LiveKit leaves zeros out: NULL."""

    type: Annotated[
        str,
        Doc(
            "llm_usage, tts_usage, stt_usage, interruption_usage, eot_usage; worked out from the "
            "keys where missing"
        ),
        NONE,
    ]
    provider: Annotated[str, Doc("As sent"), NONE]
    model: Annotated[str, Doc("As sent"), NONE]
    input_tokens: Annotated[Int64, Doc("Input tokens, cached ones included"), NONE]
    cached_input_tokens: Annotated[Int64, Doc("Input tokens read from the cache"), NONE]
    output_tokens: Annotated[Int64, Doc("Output tokens"), NONE]
    characters: Annotated[Int64, Doc("Characters spoken"), NONE]
    audio_seconds: Annotated[Double, Doc("Seconds of audio made or recognised"), NONE]
    session_seconds: Annotated[Double, Doc("Seconds of a realtime session"), NONE]
    requests: Annotated[Int64, Doc("Requests"), NONE]
    input_audio_tokens: Annotated[Int64, Doc("Input tokens of audio, part of input_tokens"), NONE]
    cached_input_audio_tokens: Annotated[
        Int64, Doc("Input tokens of audio read from the cache"), NONE
    ]
    output_audio_tokens: Annotated[
        Int64, Doc("Output tokens of audio, part of output_tokens"), NONE
    ]
    input_text_tokens: Annotated[Int64, Doc("Input tokens of text, part of input_tokens"), NONE]
    output_text_tokens: Annotated[Int64, Doc("Output tokens of text, part of output_tokens"), NONE]
    input_image_tokens: Annotated[Int64, Doc("Input tokens of images, part of input_tokens"), NONE]
    cache_creation_tokens: Annotated[Int64, Doc("Input tokens written to the cache"), NONE]
    reasoning_tokens: Annotated[
        Int64, Doc("Output tokens of reasoning, part of output_tokens"), NONE
    ]
    cost_usd: Annotated[Double, Doc("Cost in USD, where the sender has computed it"), NONE]
    cached_input_text_tokens: Annotated[
        Int64, Doc("Input tokens of text read from the cache"), NONE
    ]
    cached_input_image_tokens: Annotated[
        Int64, Doc("Input tokens of images read from the cache"), NONE
    ]


class CostStruct(TypedDict, total=False):
    """Cost and one quantity of one provider."""

    provider: Annotated[str, Doc("All before the last _ of the key in cost_summary"), NONE]
    cost_usd: Annotated[Double, Doc("Cost in USD, on the provider's first entry alone"), NONE]
    quantity: Annotated[Double, Doc("Amount in the unit"), NONE]
    unit: Annotated[str, Doc("tokens, minutes, characters, searches, ..."), NONE]


class HandoffStruct(TypedDict, total=False):
    """One agent handed the call to another."""

    from_agent: Annotated[str, Doc("Agent that had the call; NULL at the start of the call"), NONE]
    to_agent: Annotated[str, Doc("Agent that took it"), NONE]
    handed_off_at: Annotated[Timestamp, Doc("Time of the hand-over (UTC)"), NONE]


class EvaluationStruct(TypedDict, total=False):
    """A judge's verdict on the call."""

    name: Annotated[str, Doc("What was judged"), NONE]
    verdict: Annotated[str, Doc("pass, fail, maybe, ... as sent"), NONE]
    reasoning: Annotated[str, Doc("Why. May hold personal data"), FREE_TEXT]


class ParticipantStruct(TypedDict, total=False):
    """Who was in the room."""

    identity: Annotated[str, Doc("LiveKit identity. Personal data"), IDENTIFIER]
    kind: Annotated[str, Doc("standard, sip, agent, ... as sent"), NONE]
    joined_at: Annotated[Timestamp, Doc("When the participant came (UTC)"), NONE]
    left_at: Annotated[Timestamp, Doc("When the participant left (UTC)"), NONE]
    disconnect_reason: Annotated[str, Doc("Why the participant left, in words"), NONE]
    attributes: Annotated[
        str, Doc("The participant's attributes as JSON text. Personal data"), FREE_TEXT
    ]


class TruncationStruct(TypedDict, total=False):
    """What the recorder left out, so that the line is not too long."""

    original_bytes: Annotated[Int64, Doc("Bytes of the line with all of it"), NONE]
    turns_left_out: Annotated[Int32, Doc("Turns left out of the transcript"), NONE]
    characters_left_out: Annotated[Int64, Doc("Characters left out of texts"), NONE]
    fields_left_out: Annotated[list[str], Doc("Names of fields left out whole"), NONE]


class SignalEvidenceStruct(TypedDict, total=False):
    """The caller's words that a signal was found in."""

    signal: Annotated[str, Doc("Key of discovered_signals"), NONE]
    words: Annotated[str, Doc("What the caller said. Personal data"), FREE_TEXT]


class RedactionStruct(TypedDict, total=False):
    """What was taken out of texts."""

    kind: Annotated[str, Doc("email, phone, card, iban, ... as sent"), NONE]
    count: Annotated[Int32, Doc("How often"), NONE]


class ViolationStruct(TypedDict, total=False):
    """One value that was not as the contract says."""

    path: Annotated[str, Doc("JSON Pointer of the value in the event"), NONE]
    expected: Annotated[str, Doc("What the contract expects"), NONE]
    got: Annotated[str, Doc("What came, as JSON, cut at 80 characters"), FREE_TEXT]


class Row(TypedDict, total=False):
    """One call, as delivered. Delivery is at least once, so the same call may stand twice."""

    event_id: Annotated[
        str,
        Doc("Id that CloudWatch Logs gave the log event: the identity for de-duplication"),
        NONE,
    ]
    session_id: Annotated[
        str,
        Doc("The call: the first non-empty of session_id, _session_id, job_id, room_id and room"),
        QUASI_IDENTIFIER,
    ]
    schema_version: Annotated[
        str, Doc("Version of the event's schema that the agent named; 1 where it named none"), NONE
    ]
    logged_at: Annotated[Timestamp, Doc("Time of the log event in CloudWatch Logs (UTC)"), NONE]
    emitted_at: Annotated[
        Timestamp, Doc("Time at which the agent wrote the event, its _timestamp (UTC)"), NONE
    ]
    aws_account_id: Annotated[str, Doc("AWS account of the log group"), NONE]
    log_group: Annotated[str, Doc("Log group that the line came from"), NONE]
    log_stream: Annotated[str, Doc("Log stream that the line came from"), NONE]
    agent_name: Annotated[str, Doc("Name of the agent"), NONE]
    agent_version: Annotated[str, Doc("Version of the agent"), NONE]
    sdk_version: Annotated[str, Doc("Version of livekit-agents"), NONE]
    job_id: Annotated[
        str,
        Doc("LiveKit job, from the event or else from the formatter's wrapper"),
        QUASI_IDENTIFIER,
    ]
    room_id: Annotated[str, Doc("LiveKit room id (RM_...)"), QUASI_IDENTIFIER]
    room: Annotated[
        str,
        Doc("LiveKit room name, from the event or else from the wrapper; may be used twice a day"),
        QUASI_IDENTIFIER,
    ]
    region: Annotated[
        str, Doc("Region in which the agent ran, from the event or else from the wrapper"), NONE
    ]
    language: Annotated[str, Doc("Language of the call, as sent"), NONE]
    tags: Annotated[list[str], Doc("Tags of the session"), NONE]
    started_at: Annotated[
        Timestamp,
        Doc(
            "Start of the call (UTC): start_time, else end minus duration, else the first of a "
            "LiveKit report's events or items, else _timestamp (minus duration)"
        ),
        NONE,
    ]
    ended_at: Annotated[
        Timestamp,
        Doc("End of the call (UTC): end_time, a LiveKit report's close event, or its time"),
        NONE,
    ]
    duration_seconds: Annotated[
        Double,
        Doc(
            "Seconds, as sent, else ended_at minus started_at; NULL where one moment is known alone"
        ),
        NONE,
    ]
    participant_id: Annotated[str, Doc("LiveKit participant"), IDENTIFIER]
    user_email: Annotated[str, Doc("E-mail address of the caller. Personal data"), IDENTIFIER]
    user_email_domain: Annotated[
        str, Doc("Part of user_email after the last @, lower case"), QUASI_IDENTIFIER
    ]
    user_name: Annotated[str, Doc("Name of the caller. Personal data"), IDENTIFIER]
    user_metadata: Annotated[
        str, Doc("Free-form metadata of the caller as JSON text. May hold personal data"), FREE_TEXT
    ]
    utm_source: Annotated[str, Doc("utm_source in user_metadata"), NONE]
    utm_campaign: Annotated[str, Doc("utm_campaign in user_metadata"), NONE]
    plan_tier: Annotated[str, Doc("plan_tier in user_metadata"), NONE]
    trial_start_date: Annotated[str, Doc("trial_start_date in user_metadata, as sent"), NONE]
    conversation_state: Annotated[
        str,
        Doc(
            "State in which the conversation ended: GREETING, CONSENT, QUALIFYING, HELPING, "
            "BOOKING, CLOSING, ..."
        ),
        NONE,
    ]
    outcome: Annotated[
        str,
        Doc("Outcome in the agent's words: resolved, transferred, voicemail, abandoned, ..."),
        NONE,
    ]
    disconnect_reason: Annotated[str, Doc("Why the caller was disconnected, as sent"), NONE]
    close_reason: Annotated[
        str, Doc("Why LiveKit closed the session: CR_USER_INITIATED, CR_ERROR, ..."), NONE
    ]
    llm_error_count: Annotated[
        Int32,
        Doc("Errors of the language model that LiveKit counted, retried attempts included"),
        NONE,
    ]
    stt_error_count: Annotated[
        Int32,
        Doc("Errors of speech recognition that LiveKit counted, retried attempts included"),
        NONE,
    ]
    tts_error_count: Annotated[
        Int32,
        Doc("Errors of speech synthesis that LiveKit counted, retried attempts included"),
        NONE,
    ]
    realtime_error_count: Annotated[
        Int32,
        Doc("Errors of the realtime model that LiveKit counted, retried attempts included"),
        NONE,
    ]
    conversation_notes: Annotated[list[str], Doc("Notes that the agent took"), FREE_TEXT]
    consent_obtained: Annotated[bool, Doc("Whether the caller consented to being recorded"), NONE]
    consent_at: Annotated[Timestamp, Doc("Time of the consent (UTC)"), NONE]
    team_size: Annotated[
        Int32, Doc("People in the caller's team; NULL where not mentioned (sent as 0)"), NONE
    ]
    monthly_volume: Annotated[
        Int32, Doc("Documents a month; NULL where not mentioned (sent as 0)"), NONE
    ]
    integration_needs: Annotated[list[str], Doc("Integrations wanted, lower case"), NONE]
    pain_points: Annotated[list[str], Doc("Pains that the caller named"), FREE_TEXT]
    urgency: Annotated[str, Doc("Urgency, as sent"), NONE]
    qualification_tier: Annotated[
        str,
        Doc("Tier that the agent gave, as sent: Tier 1, sales_ready, high_value, qualified, ..."),
        NONE,
    ]
    industry: Annotated[str, Doc("Industry of the caller"), NONE]
    location: Annotated[str, Doc("Location that the caller named"), QUASI_IDENTIFIER]
    use_case: Annotated[str, Doc("What the caller wants to do"), FREE_TEXT]
    current_tool: Annotated[str, Doc("Tool that the caller uses today"), NONE]
    decision_timeline: Annotated[str, Doc("When the caller will decide, as sent"), NONE]
    budget_authority: Annotated[str, Doc("Whether the caller decides on the budget, as sent"), NONE]
    team_structure: Annotated[str, Doc("How the caller's team is organised"), FREE_TEXT]
    tool_calls: Annotated[
        list[ToolCallStruct],
        Doc("Calls of the agent's tools, in order; details = JSON text of the tool's other keys"),
        FREE_TEXT,
    ]
    tool_call_count: Annotated[
        Int32, Doc("Number of tool calls; NULL where the event has no list of them"), NONE
    ]
    tool_error_count: Annotated[
        Int32, Doc("Tool calls that failed: success is false, or an error is given"), NONE
    ]
    transcript: Annotated[
        list[TurnStruct], Doc("The conversation, one struct a turn. Personal data"), FREE_TEXT
    ]
    transcript_text: Annotated[
        str,
        Doc("Transcript as text, only where it differs from the transcript. Personal data"),
        FREE_TEXT,
    ]
    turn_count: Annotated[
        Int32,
        Doc("Turns in the transcript, of whatever role; NULL where there is no transcript"),
        NONE,
    ]
    user_turn_count: Annotated[Int32, Doc("Turns of the caller (role user)"), NONE]
    agent_turn_count: Annotated[Int32, Doc("Turns of the agent (role assistant or agent)"), NONE]
    user_word_count: Annotated[
        Int32, Doc("Words that the caller said, separated by white space"), NONE
    ]
    agent_word_count: Annotated[
        Int32, Doc("Words that the agent said, separated by white space"), NONE
    ]
    interruption_count: Annotated[
        Int32, Doc("Interruptions as sent, else the agent's turns that were interrupted"), NONE
    ]
    llm_call_count: Annotated[Int32, Doc("Calls of the language model (total_llm_calls)"), NONE]
    avg_latency_ms: Annotated[
        Double, Doc("Average latency in milliseconds, as sent in metrics_summary"), NONE
    ]
    llm_input_tokens: Annotated[
        Int64,
        Doc(
            "Input tokens of the language models, from metrics_summary, else summed from "
            "model_usage"
        ),
        NONE,
    ]
    llm_cached_input_tokens: Annotated[
        Int64, Doc("Input tokens read from the cache, part of llm_input_tokens"), NONE
    ]
    llm_output_tokens: Annotated[Int64, Doc("Output tokens of the language models"), NONE]
    llm_total_tokens: Annotated[
        Int64, Doc("Tokens as sent (llm_tokens), else input plus output"), NONE
    ]
    tts_characters: Annotated[Int64, Doc("Characters spoken by speech synthesis"), NONE]
    tts_audio_seconds: Annotated[Double, Doc("Seconds of speech synthesised"), NONE]
    stt_audio_seconds: Annotated[Double, Doc("Seconds of speech recognised"), NONE]
    model_usage: Annotated[
        list[ModelUsageStruct], Doc("Usage by model (LiveKit 1.5 and later)"), NONE
    ]
    cost_total_usd: Annotated[
        Double,
        Doc(
            "Estimated cost of the call in USD: total_estimated_cost as sent, else the sum of costs"
        ),
        NONE,
    ]
    costs: Annotated[
        list[CostStruct],
        Doc("One entry a provider and unit; a provider's cost stands on its first entry alone"),
        NONE,
    ]
    bandwidth_in_bytes: Annotated[Int64, Doc("Bytes received"), NONE]
    bandwidth_out_bytes: Annotated[Int64, Doc("Bytes sent"), NONE]
    packet_loss_percent: Annotated[Double, Doc("Packet loss in percent"), NONE]
    jitter_ms: Annotated[Double, Doc("Jitter in milliseconds"), NONE]
    device_browser: Annotated[str, Doc("Browser of the caller"), NONE]
    device_os: Annotated[str, Doc("Operating system of the caller"), NONE]
    device_location: Annotated[str, Doc("Location of the caller's device"), QUASI_IDENTIFIER]
    agent_handoffs: Annotated[list[HandoffStruct], Doc("Hand-overs between agents, in order"), NONE]
    handoff_count: Annotated[Int32, Doc("Hand-overs without the first, which is the start"), NONE]
    outcome_reason: Annotated[
        str, Doc("Why the outcome is so, as sent. May hold personal data"), FREE_TEXT
    ]
    evaluations: Annotated[
        list[EvaluationStruct],
        Doc("Verdicts on the call: as sent, else the tags lk.judge.*"),
        FREE_TEXT,
    ]
    answered_by: Annotated[
        str,
        Doc("Who answered: human, machine-vm, machine-ivr, machine-unavailable, uncertain"),
        NONE,
    ]
    participants: Annotated[
        list[ParticipantStruct], Doc("Who was in the room. Personal data"), IDENTIFIER
    ]
    call_direction: Annotated[str, Doc("inbound or outbound, of a call by telephone"), NONE]
    caller_number: Annotated[str, Doc("Telephone number of the caller. Personal data"), IDENTIFIER]
    dialed_number: Annotated[
        str, Doc("Telephone number that was called. Personal data"), IDENTIFIER
    ]
    sip_call_id: Annotated[
        str, Doc("SIP Call-ID: joins with the records of the trunk's provider"), IDENTIFIER
    ]
    last_error: Annotated[
        str, Doc("Last error that was not recoverable: its type and message"), FREE_TEXT
    ]
    interruption_error_count: Annotated[
        Int32, Doc("Errors of interruption detection that LiveKit counted"), NONE
    ]
    away_count: Annotated[Int32, Doc("How often the caller was away: silent for long"), NONE]
    false_interruption_count: Annotated[
        Int32, Doc("Interruptions that were none: no words of the caller followed"), NONE
    ]
    agent_talk_seconds: Annotated[Double, Doc("Seconds in which the agent spoke"), NONE]
    user_talk_seconds: Annotated[Double, Doc("Seconds in which the caller spoke"), NONE]
    silence_seconds: Annotated[Double, Doc("Seconds in which nobody spoke"), NONE]
    first_response_ms: Annotated[
        Double, Doc("End of the caller's first turn to the agent's first answer"), NONE
    ]
    session_options: Annotated[str, Doc("Options of the LiveKit session as JSON text"), NONE]
    recording_path: Annotated[str, Doc("Where the recording of the call is"), QUASI_IDENTIFIER]
    price_table: Annotated[
        str, Doc("Name and date of the prices that costs were computed with"), NONE
    ]
    unpriced_models: Annotated[list[str], Doc("Models that the price table does not have"), NONE]
    is_partial: Annotated[
        bool, Doc("Whether the record was made before the call ended: a crash, a checkpoint"), NONE
    ]
    truncation: Annotated[
        TruncationStruct, Doc("What the recorder left out of a line too long"), NONE
    ]
    signal_evidence: Annotated[
        list[SignalEvidenceStruct],
        Doc("The caller's words behind the signals. Personal data"),
        FREE_TEXT,
    ]
    redactions: Annotated[list[RedactionStruct], Doc("What was taken out of texts, by kind"), NONE]
    privacy_profile: Annotated[
        str, Doc("Profile of the privacy policy that changed the row; NULL where none did"), NONE
    ]
    pseudonym_key: Annotated[
        str, Doc("Id of the key that the pseudonyms of the row were made with"), NONE
    ]
    recorder_version: Annotated[str, Doc("Version of voice-analytics-agent"), NONE]
    recorder_errors: Annotated[
        list[str], Doc("Events of the session that could not be read"), FREE_TEXT
    ]
    contract_violations: Annotated[
        list[ViolationStruct],
        Doc("Values that were not as the contract says, at most 100 (the last says how many more)"),
        FREE_TEXT,
    ]
    extras: Annotated[
        str,
        Doc(
            "All that has no column, and the originals of wrong values: a JSON object whose keys "
            "are JSON Pointers"
        ),
        FREE_TEXT,
    ]


ERROR_CODES = {
    "not_json": "the line, or the text in its message, names the event and is not JSON: it "
    "was cut, or is broken",
    "unknown_shape": "the line names the event, and no object in it is one",
    "too_deep": "nested deeper than 250 levels, or an event below more than 12 wrappers",
    "missing_session_id": "none of session_id, _session_id, job_id, room_id and room says which "
    "call it was",
    "no_start_time": "neither a start, nor an end with a length, nor the time of the line",
    "fault": "our code failed on it: error_message says where; a replay after a repair delivers it",
    "invalid_row": "a row that was sent again does not fit its columns",
    "too_large": "its row does not fit into an answer to Firehose, or its line not into a record",
}


class RejectedEvent(TypedDict, total=False):
    """One log event that could not become a row."""

    event_id: Annotated[str, Doc("Id that CloudWatch Logs gave the log event"), NONE]
    logged_at: Annotated[Timestamp, Doc("Time of the log event in CloudWatch Logs (UTC)"), NONE]
    aws_account_id: Annotated[str, Doc("AWS account of the log group"), NONE]
    log_group: Annotated[str, Doc("Log group that the line came from"), NONE]
    log_stream: Annotated[str, Doc("Log stream that the line came from"), NONE]
    error_code: Annotated[str, Doc("Why: " + ", ".join(ERROR_CODES)), NONE]
    error_path: Annotated[
        str, Doc("JSON Pointer of what is missing or wrong; empty for the line as a whole"), NONE
    ]
    error_message: Annotated[str, Doc("Why, in words; quotes nothing of the line"), NONE]
    raw_message: Annotated[
        str,
        Doc("The line as it came, never cut: enough to replay the event. May hold personal data"),
        FREE_TEXT,
    ]
    rejected_at: Annotated[
        Timestamp, Doc("Time at which the record arrived in Firehose (UTC)"), NONE
    ]
    transform_version: Annotated[str, Doc("Hash of the code that rejected it"), NONE]
