"""How long each side spoke, worked out of the turns where the event does not say."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from session_analytics.flatten.columns import Columns

type Span = tuple[datetime, datetime]
_NONE = timedelta(0)


def speaking_columns(columns: Columns, duration_seconds: float | None) -> Columns:
    """The seconds that each side spoke and nobody did, and the delay of the first answer.

    None where a turn of the side with words in it does not tell when it was spoken.
    """
    turns = columns.get("transcript") or []
    users, agents = _spans(turns, "user"), _spans(turns, "assistant")
    derived: Columns = {}
    if users:
        derived["user_talk_seconds"] = _seconds(_union(users))
    if agents:
        derived["agent_talk_seconds"] = _seconds(_union(agents))
    if users and agents:
        if duration_seconds is not None:
            silence = duration_seconds - _seconds(_union(users + agents))
            derived["silence_seconds"] = round(max(silence, 0.0), 3)
        heard = min(stopped for _, stopped in users)
        answers = [started for started, _ in agents if started >= heard]
        if answers:
            derived["first_response_ms"] = round((min(answers) - heard).total_seconds() * 1000, 3)
    return derived


def _spans(turns: list[Columns], role: str) -> list[Span]:
    """When the turns of a role were spoken; none where one does not say."""
    spans: list[Span] = []
    for turn in turns:
        if turn.get("role") != role or "content" not in turn:
            continue
        if "started_speaking_at" not in turn or "stopped_speaking_at" not in turn:
            return []
        started = datetime.fromisoformat(turn["started_speaking_at"])
        stopped = datetime.fromisoformat(turn["stopped_speaking_at"])
        if stopped < started:
            return []
        spans.append((started, stopped))
    return spans


def _union(spans: list[Span]) -> list[Span]:
    """The spans without what they share."""
    union: list[Span] = []
    for started, stopped in sorted(spans):
        if union and started <= union[-1][1]:
            union[-1] = (union[-1][0], max(union[-1][1], stopped))
        else:
            union.append((started, stopped))
    return union


def _seconds(spans: list[Span]) -> float:
    total = sum((stopped - started for started, stopped in spans), _NONE)
    return round(total.total_seconds(), 3)
