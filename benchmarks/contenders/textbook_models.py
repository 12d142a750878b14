"""The event as one models it with pydantic when it is to be read and written again.

A class an object, optional fields.
"""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Model(BaseModel):
    model_config = ConfigDict(extra="allow")


class Turn(Model):
    role: str
    content: str | list[str]
    created_at: datetime | None = None
    interrupted: bool = False
    metrics: dict[str, Any] | None = None


class ChatItem(Model):
    id: str
    type: str
    created_at: datetime | None = None


class ChatHistory(Model):
    items: list[ChatItem]


class ToolCall(Model):
    tool: str
    timestamp: datetime | None = None
    success: bool | None = None
    error: str | None = None


class DiscoveredSignals(Model):
    team_size: int | None = None
    monthly_volume: int | None = None
    integration_needs: list[str] = []
    urgency: str | None = None
    qualification_tier: str | None = None
    industry: str | None = None
    location: str | None = None
    use_case: str | None = None
    current_tool: str | None = None
    pain_points: list[str] = []
    decision_timeline: str | None = None
    budget_authority: str | None = None
    team_structure: str | None = None


class ModelUsage(Model):
    type: str | None = None
    provider: str
    model: str


class SessionUsage(Model):
    model_usage: list[ModelUsage]


class DeviceInfo(Model):
    browser: str | None = None
    os: str | None = None
    location: str | None = None


class Connection(Model):
    bandwidth_in: float | None = None
    bandwidth_out: float | None = None
    packet_loss: float | None = None
    jitter: float | None = None
    device_info: DeviceInfo | None = None


class SessionAnalytics(Model):
    event_type: str = Field(alias="_event_type")
    session_id: str | None = None
    job_id: str | None = None
    room: str | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None
    timestamp: datetime | None = None
    duration_seconds: float | None = None
    user_email: str | None = None
    user_name: str | None = None
    user_metadata: dict[str, Any] | None = None
    conversation_state: str | None = None
    consent_obtained: bool | None = None
    consent_timestamp: datetime | None = None
    conversation_notes: list[str] = []
    discovered_signals: DiscoveredSignals | None = None
    tool_calls: list[ToolCall] = []
    transcript: list[Turn] = []
    transcript_text: str | None = None
    chat_history: ChatHistory | None = None
    usage: SessionUsage | list[ModelUsage] | None = None
    model_usage: list[ModelUsage] = []
    metrics_summary: dict[str, Any] | list[ModelUsage] | None = None
    cost_summary: dict[str, float] | None = None
    connection: Connection | None = None


class Line(Model):
    """What LiveKit's formatter wraps around an event."""

    message: str | None = None
    analytics_data: SessionAnalytics | None = None
