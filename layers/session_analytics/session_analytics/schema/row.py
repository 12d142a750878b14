"""The columns of the tables: the one definition of their names, types, order and meaning.

The function does not import it. `make schemas` makes the Glue tables, the Athena DDL,
schemas/*.columns.json and the data dictionary from it. A row is a dict whose missing keys are NULL.
`dt`, the partition key, is not a column: it is the UTC date of `started_at` (of the log event,
where the call's clock was wrong). Descriptions have at most 255 characters: Glue's limit for a
comment.
"""

from typing import Annotated, TypedDict

from typing_extensions import Doc

from session_analytics.schema.scalars import Double, Int32, Int64, Timestamp

PARTITION_KEY = "dt"


class ToolCallStruct(TypedDict, total=False):
    """One call of a tool."""

    tool: Annotated[str, Doc("Name of the tool")]
    called_at: Annotated[Timestamp, Doc("Time of the call (UTC)")]
    success: Annotated[bool, Doc("As sent; of a LiveKit report: its output is no error")]
    duration_ms: Annotated[
        Double, Doc("Milliseconds, as sent; of a LiveKit report: from the call to its output")
    ]
    error: Annotated[
        str, Doc("What went wrong; of a LiveKit report: the output of a call that failed")
    ]
    query: Annotated[
        str, Doc("What the knowledge base was asked, also out of a LiveKit call's arguments")
    ]
    category: Annotated[
        str, Doc("Category of the question, also out of a LiveKit call's arguments")
    ]
    results_found: Annotated[bool, Doc("Whether the search found anything")]
    total_results: Annotated[Int32, Doc("Number of results")]
    details: Annotated[
        str,
        Doc("The tool's other keys as JSON text; of a LiveKit report: arguments and output"),
    ]
    call_id: Annotated[str, Doc("Id that the model gave the call")]
    status: Annotated[str, Doc("done, error or cancelled, as sent")]
    agent: Annotated[str, Doc("Agent that had the call at that time")]


class TurnStruct(TypedDict, total=False):
    """One turn of the conversation."""

    role: Annotated[
        str,
        Doc("user or assistant, however spelt (caller, human, agent, bot, ...); others as sent"),
    ]
    content: Annotated[str, Doc("What was said; the texts of a list, one a line")]
    said_at: Annotated[
        Timestamp, Doc("created_at of the turn (UTC): for LiveKit when its text was made")
    ]
    interrupted: Annotated[bool, Doc("Whether the other side broke in")]
    e2e_latency_ms: Annotated[Double, Doc("End of the caller's turn to the agent's first audio")]
    llm_ttft_ms: Annotated[Double, Doc("Language model: time to first token")]
    tts_ttfb_ms: Annotated[Double, Doc("Speech synthesis: time to first audio")]
    end_of_turn_delay_ms: Annotated[
        Double, Doc("End of speech to the decision that the turn is over")
    ]
    transcription_delay_ms: Annotated[Double, Doc("End of speech to its transcript")]
    playback_latency_ms: Annotated[Double, Doc("First audio to its playback")]
    confidence: Annotated[Double, Doc("Confidence of the transcript, 0 to 1")]
    llm_model: Annotated[str, Doc("Language model of the turn")]
    agent: Annotated[str, Doc("Agent that spoke, where the call was handed over between agents")]
    llm_provider: Annotated[str, Doc("Provider of the language model")]
    stt_model: Annotated[str, Doc("Model of speech recognition")]
    tts_model: Annotated[str, Doc("Model of speech synthesis")]
    started_speaking_at: Annotated[Timestamp, Doc("When the turn was begun to be spoken (UTC)")]
    stopped_speaking_at: Annotated[Timestamp, Doc("When the turn was spoken to its end (UTC)")]
    llm_tokens_per_second: Annotated[Double, Doc("Language model: output tokens a second")]
    tts_first_sentence_ms: Annotated[
        Double, Doc("Language model: time to the first sentence that can be synthesised")
    ]
    turn_completed_delay_ms: Annotated[
        Double, Doc("Time that the agent's on_user_turn_completed took")
    ]


class ModelUsageStruct(TypedDict, total=False):
    """Usage of one model. LiveKit leaves zeros out: NULL."""

    type: Annotated[
        str,
        Doc(
            "llm_usage, tts_usage, stt_usage, interruption_usage, eot_usage; worked out from the "
            "keys where missing"
        ),
    ]
    provider: Annotated[str, Doc("As sent")]
    model: Annotated[str, Doc("As sent")]
    input_tokens: Annotated[Int64, Doc("Input tokens, cached ones included")]
    cached_input_tokens: Annotated[Int64, Doc("Input tokens read from the cache")]
    output_tokens: Annotated[Int64, Doc("Output tokens")]
    characters: Annotated[Int64, Doc("Characters spoken")]
    audio_seconds: Annotated[Double, Doc("Seconds of audio made or recognised")]
    session_seconds: Annotated[Double, Doc("Seconds of a realtime session")]
    requests: Annotated[Int64, Doc("Requests")]
    input_audio_tokens: Annotated[Int64, Doc("Input tokens of audio, part of input_tokens")]
    cached_input_audio_tokens: Annotated[Int64, Doc("Input tokens of audio read from the cache")]
    output_audio_tokens: Annotated[Int64, Doc("Output tokens of audio, part of output_tokens")]
    input_text_tokens: Annotated[Int64, Doc("Input tokens of text, part of input_tokens")]
    output_text_tokens: Annotated[Int64, Doc("Output tokens of text, part of output_tokens")]
    input_image_tokens: Annotated[Int64, Doc("Input tokens of images, part of input_tokens")]
    cache_creation_tokens: Annotated[Int64, Doc("Input tokens written to the cache")]
    reasoning_tokens: Annotated[Int64, Doc("Output tokens of reasoning, part of output_tokens")]
    cost_usd: Annotated[Double, Doc("Cost in USD, where the sender has computed it")]


class CostStruct(TypedDict, total=False):
    """Cost and one quantity of one provider."""

    provider: Annotated[str, Doc("All before the last _ of the key in cost_summary")]
    cost_usd: Annotated[Double, Doc("Cost in USD, on the provider's first entry alone")]
    quantity: Annotated[Double, Doc("Amount in the unit")]
    unit: Annotated[str, Doc("tokens, minutes, characters, searches, ...")]


class HandoffStruct(TypedDict, total=False):
    """One agent handed the call to another."""

    from_agent: Annotated[str, Doc("Agent that had the call; NULL at the start of the call")]
    to_agent: Annotated[str, Doc("Agent that took it")]
    handed_off_at: Annotated[Timestamp, Doc("Time of the hand-over (UTC)")]


class EvaluationStruct(TypedDict, total=False):
    """A judge's verdict on the call."""

    name: Annotated[str, Doc("What was judged")]
    verdict: Annotated[str, Doc("pass, fail, maybe, ... as sent")]
    reasoning: Annotated[str, Doc("Why. May hold personal data")]


class ParticipantStruct(TypedDict, total=False):
    """Who was in the room."""

    identity: Annotated[str, Doc("LiveKit identity. Personal data")]
    kind: Annotated[str, Doc("standard, sip, agent, ... as sent")]
    joined_at: Annotated[Timestamp, Doc("When the participant came (UTC)")]
    left_at: Annotated[Timestamp, Doc("When the participant left (UTC)")]
    disconnect_reason: Annotated[str, Doc("Why the participant left, in words")]
    attributes: Annotated[str, Doc("The participant's attributes as JSON text. Personal data")]


class TruncationStruct(TypedDict, total=False):
    """What the recorder left out, so that the line is not too long."""

    original_bytes: Annotated[Int64, Doc("Bytes of the line with all of it")]
    turns_left_out: Annotated[Int32, Doc("Turns left out of the transcript")]
    characters_left_out: Annotated[Int64, Doc("Characters left out of texts")]


class SignalEvidenceStruct(TypedDict, total=False):
    """The caller's words that a signal was found in."""

    signal: Annotated[str, Doc("Key of discovered_signals")]
    words: Annotated[str, Doc("What the caller said. Personal data")]


class RedactionStruct(TypedDict, total=False):
    """What was taken out of texts."""

    kind: Annotated[str, Doc("email, phone, card, iban, ... as sent")]
    count: Annotated[Int32, Doc("How often")]


class ViolationStruct(TypedDict, total=False):
    """One value that was not as the contract says."""

    path: Annotated[str, Doc("JSON Pointer of the value in the event")]
    expected: Annotated[str, Doc("What the contract expects")]
    got: Annotated[str, Doc("What came, as JSON, cut at 80 characters")]


class Row(TypedDict, total=False):
    """One call, as delivered. Delivery is at least once, so the same call may stand twice."""

    event_id: Annotated[
        str, Doc("Id that CloudWatch Logs gave the log event: the identity for de-duplication")
    ]
    session_id: Annotated[
        str,
        Doc("The call: the first non-empty of session_id, _session_id, job_id, room_id and room"),
    ]
    schema_version: Annotated[
        str, Doc("Version of the event's schema that the agent named; 1 where it named none")
    ]
    logged_at: Annotated[Timestamp, Doc("Time of the log event in CloudWatch Logs (UTC)")]
    emitted_at: Annotated[
        Timestamp, Doc("Time at which the agent wrote the event, its _timestamp (UTC)")
    ]
    aws_account_id: Annotated[str, Doc("AWS account of the log group")]
    log_group: Annotated[str, Doc("Log group that the line came from")]
    log_stream: Annotated[str, Doc("Log stream that the line came from")]
    agent_name: Annotated[str, Doc("Name of the agent")]
    agent_version: Annotated[str, Doc("Version of the agent")]
    sdk_version: Annotated[str, Doc("Version of livekit-agents")]
    job_id: Annotated[str, Doc("LiveKit job, from the event or else from the formatter's wrapper")]
    room_id: Annotated[str, Doc("LiveKit room id (RM_...)")]
    room: Annotated[
        str,
        Doc("LiveKit room name, from the event or else from the wrapper; may be used twice a day"),
    ]
    region: Annotated[
        str, Doc("Region in which the agent ran, from the event or else from the wrapper")
    ]
    language: Annotated[str, Doc("Language of the call, as sent")]
    tags: Annotated[list[str], Doc("Tags of the session")]
    started_at: Annotated[
        Timestamp,
        Doc(
            "Start of the call (UTC): start_time, else end minus duration, else the first of a "
            "LiveKit report's events or items, else _timestamp (minus duration)"
        ),
    ]
    ended_at: Annotated[
        Timestamp,
        Doc("End of the call (UTC): end_time, a LiveKit report's close event, or its time"),
    ]
    duration_seconds: Annotated[
        Double,
        Doc(
            "Seconds, as sent, else ended_at minus started_at; NULL where one moment is known alone"
        ),
    ]
    participant_id: Annotated[str, Doc("LiveKit participant")]
    user_email: Annotated[str, Doc("E-mail address of the caller. Personal data")]
    user_email_domain: Annotated[str, Doc("Part of user_email after the last @, lower case")]
    user_name: Annotated[str, Doc("Name of the caller. Personal data")]
    user_metadata: Annotated[
        str, Doc("Free-form metadata of the caller as JSON text. May hold personal data")
    ]
    utm_source: Annotated[str, Doc("utm_source in user_metadata")]
    utm_campaign: Annotated[str, Doc("utm_campaign in user_metadata")]
    plan_tier: Annotated[str, Doc("plan_tier in user_metadata")]
    trial_start_date: Annotated[str, Doc("trial_start_date in user_metadata, as sent")]
    conversation_state: Annotated[
        str,
        Doc(
            "State in which the conversation ended: GREETING, CONSENT, QUALIFYING, HELPING, "
            "BOOKING, CLOSING, ..."
        ),
    ]
    outcome: Annotated[
        str, Doc("Outcome in the agent's words: resolved, transferred, voicemail, abandoned, ...")
    ]
    disconnect_reason: Annotated[str, Doc("Why the caller was disconnected, as sent")]
    close_reason: Annotated[
        str, Doc("Why LiveKit closed the session: CR_USER_INITIATED, CR_ERROR, ...")
    ]
    llm_error_count: Annotated[
        Int32, Doc("Errors of the language model that LiveKit counted, retried attempts included")
    ]
    stt_error_count: Annotated[
        Int32, Doc("Errors of speech recognition that LiveKit counted, retried attempts included")
    ]
    tts_error_count: Annotated[
        Int32, Doc("Errors of speech synthesis that LiveKit counted, retried attempts included")
    ]
    realtime_error_count: Annotated[
        Int32, Doc("Errors of the realtime model that LiveKit counted, retried attempts included")
    ]
    conversation_notes: Annotated[list[str], Doc("Notes that the agent took")]
    consent_obtained: Annotated[bool, Doc("Whether the caller consented to being recorded")]
    consent_at: Annotated[Timestamp, Doc("Time of the consent (UTC)")]
    team_size: Annotated[
        Int32, Doc("People in the caller's team; NULL where not mentioned (sent as 0)")
    ]
    monthly_volume: Annotated[Int32, Doc("Documents a month; NULL where not mentioned (sent as 0)")]
    integration_needs: Annotated[list[str], Doc("Integrations wanted, lower case")]
    pain_points: Annotated[list[str], Doc("Pains that the caller named")]
    urgency: Annotated[str, Doc("Urgency, as sent")]
    qualification_tier: Annotated[
        str,
        Doc("Tier that the agent gave, as sent: Tier 1, sales_ready, high_value, qualified, ..."),
    ]
    industry: Annotated[str, Doc("Industry of the caller")]
    location: Annotated[str, Doc("Location that the caller named")]
    use_case: Annotated[str, Doc("What the caller wants to do")]
    current_tool: Annotated[str, Doc("Tool that the caller uses today")]
    decision_timeline: Annotated[str, Doc("When the caller will decide, as sent")]
    budget_authority: Annotated[str, Doc("Whether the caller decides on the budget, as sent")]
    team_structure: Annotated[str, Doc("How the caller's team is organised")]
    tool_calls: Annotated[
        list[ToolCallStruct],
        Doc("Calls of the agent's tools, in order; details = JSON text of the tool's other keys"),
    ]
    tool_call_count: Annotated[
        Int32, Doc("Number of tool calls; NULL where the event has no list of them")
    ]
    tool_error_count: Annotated[
        Int32, Doc("Tool calls that failed: success is false, or an error is given")
    ]
    transcript: Annotated[
        list[TurnStruct], Doc("The conversation, one struct a turn. Personal data")
    ]
    transcript_text: Annotated[
        str, Doc("Transcript as text, only where it differs from the transcript. Personal data")
    ]
    turn_count: Annotated[
        Int32, Doc("Turns in the transcript, of whatever role; NULL where there is no transcript")
    ]
    user_turn_count: Annotated[Int32, Doc("Turns of the caller (role user)")]
    agent_turn_count: Annotated[Int32, Doc("Turns of the agent (role assistant or agent)")]
    user_word_count: Annotated[Int32, Doc("Words that the caller said, separated by white space")]
    agent_word_count: Annotated[Int32, Doc("Words that the agent said, separated by white space")]
    interruption_count: Annotated[
        Int32, Doc("Interruptions as sent, else the agent's turns that were interrupted")
    ]
    llm_call_count: Annotated[Int32, Doc("Calls of the language model (total_llm_calls)")]
    avg_latency_ms: Annotated[
        Double, Doc("Average latency in milliseconds, as sent in metrics_summary")
    ]
    llm_input_tokens: Annotated[
        Int64,
        Doc(
            "Input tokens of the language models, from metrics_summary, else summed from "
            "model_usage"
        ),
    ]
    llm_cached_input_tokens: Annotated[
        Int64, Doc("Input tokens read from the cache, part of llm_input_tokens")
    ]
    llm_output_tokens: Annotated[Int64, Doc("Output tokens of the language models")]
    llm_total_tokens: Annotated[Int64, Doc("Tokens as sent (llm_tokens), else input plus output")]
    tts_characters: Annotated[Int64, Doc("Characters spoken by speech synthesis")]
    tts_audio_seconds: Annotated[Double, Doc("Seconds of speech synthesised")]
    stt_audio_seconds: Annotated[Double, Doc("Seconds of speech recognised")]
    model_usage: Annotated[list[ModelUsageStruct], Doc("Usage by model (LiveKit 1.5 and later)")]
    cost_total_usd: Annotated[
        Double,
        Doc(
            "Estimated cost of the call in USD: total_estimated_cost as sent, else the sum of costs"
        ),
    ]
    costs: Annotated[
        list[CostStruct],
        Doc("One entry a provider and unit; a provider's cost stands on its first entry alone"),
    ]
    bandwidth_in_bytes: Annotated[Int64, Doc("Bytes received")]
    bandwidth_out_bytes: Annotated[Int64, Doc("Bytes sent")]
    packet_loss_percent: Annotated[Double, Doc("Packet loss in percent")]
    jitter_ms: Annotated[Double, Doc("Jitter in milliseconds")]
    device_browser: Annotated[str, Doc("Browser of the caller")]
    device_os: Annotated[str, Doc("Operating system of the caller")]
    device_location: Annotated[str, Doc("Location of the caller's device")]
    agent_handoffs: Annotated[list[HandoffStruct], Doc("Hand-overs between agents, in order")]
    handoff_count: Annotated[Int32, Doc("Hand-overs without the first, which is the start")]
    outcome_reason: Annotated[str, Doc("Why the outcome is so, as sent. May hold personal data")]
    evaluations: Annotated[
        list[EvaluationStruct], Doc("Verdicts on the call: as sent, else the tags lk.judge.*")
    ]
    answered_by: Annotated[
        str,
        Doc("Who answered: human, machine-vm, machine-ivr, machine-unavailable, uncertain"),
    ]
    participants: Annotated[list[ParticipantStruct], Doc("Who was in the room. Personal data")]
    call_direction: Annotated[str, Doc("inbound or outbound, of a call by telephone")]
    caller_number: Annotated[str, Doc("Telephone number of the caller. Personal data")]
    dialed_number: Annotated[str, Doc("Telephone number that was called. Personal data")]
    sip_call_id: Annotated[str, Doc("SIP Call-ID: joins with the records of the trunk's provider")]
    last_error: Annotated[str, Doc("Last error that was not recoverable: its type and message")]
    interruption_error_count: Annotated[
        Int32, Doc("Errors of interruption detection that LiveKit counted")
    ]
    away_count: Annotated[Int32, Doc("How often the caller was away: silent for long")]
    false_interruption_count: Annotated[
        Int32, Doc("Interruptions that were none: no words of the caller followed")
    ]
    agent_talk_seconds: Annotated[Double, Doc("Seconds in which the agent spoke")]
    user_talk_seconds: Annotated[Double, Doc("Seconds in which the caller spoke")]
    silence_seconds: Annotated[Double, Doc("Seconds in which nobody spoke")]
    first_response_ms: Annotated[
        Double, Doc("End of the caller's first turn to the agent's first answer")
    ]
    session_options: Annotated[str, Doc("Options of the LiveKit session as JSON text")]
    recording_path: Annotated[str, Doc("Where the recording of the call is")]
    price_table: Annotated[str, Doc("Name and date of the prices that costs were computed with")]
    unpriced_models: Annotated[list[str], Doc("Models that the price table does not have")]
    is_partial: Annotated[
        bool, Doc("Whether the record was made before the call ended: a crash, a checkpoint")
    ]
    truncation: Annotated[TruncationStruct, Doc("What the recorder left out of a line too long")]
    signal_evidence: Annotated[
        list[SignalEvidenceStruct], Doc("The caller's words behind the signals. Personal data")
    ]
    redactions: Annotated[list[RedactionStruct], Doc("What was taken out of texts, by kind")]
    recorder_version: Annotated[str, Doc("Version of voice-analytics-agent")]
    recorder_errors: Annotated[list[str], Doc("Events of the session that could not be read")]
    contract_violations: Annotated[
        list[ViolationStruct],
        Doc("Values that were not as the contract says, at most 100 (the last says how many more)"),
    ]
    extras: Annotated[
        str,
        Doc(
            "All that has no column, and the originals of wrong values: a JSON object whose keys "
            "are JSON Pointers"
        ),
    ]


ERROR_CODES = {
    "not_json": "the line, or the text in its message, names the event and is no JSON: it was cut, "
    "or is broken",
    "unknown_shape": "the line names the event, and no object in it is one",
    "too_deep": "nested deeper than 250 levels",
    "missing_session_id": "none of session_id, _session_id, job_id, room_id and room says which "
    "call it was",
    "no_start_time": "neither a start, nor an end with a length, nor the time of the line",
    "invalid_row": "a row that was sent again does not fit its columns",
    "too_large": "its row does not fit into an answer to Firehose, or its line not into a record",
}


class RejectedEvent(TypedDict, total=False):
    """One log event that could not become a row."""

    event_id: Annotated[str, Doc("Id that CloudWatch Logs gave the log event")]
    logged_at: Annotated[Timestamp, Doc("Time of the log event in CloudWatch Logs (UTC)")]
    aws_account_id: Annotated[str, Doc("AWS account of the log group")]
    log_group: Annotated[str, Doc("Log group that the line came from")]
    log_stream: Annotated[str, Doc("Log stream that the line came from")]
    error_code: Annotated[str, Doc("Why: " + ", ".join(ERROR_CODES))]
    error_path: Annotated[
        str, Doc("JSON Pointer of what is missing or wrong; empty for the line as a whole")
    ]
    error_message: Annotated[str, Doc("Why, in words; quotes nothing of the line")]
    raw_message: Annotated[
        str,
        Doc("The line as it came, never cut: enough to replay the event. May hold personal data"),
    ]
    rejected_at: Annotated[Timestamp, Doc("Time at which the record arrived in Firehose (UTC)")]
    transform_version: Annotated[str, Doc("Hash of the code that rejected it")]
