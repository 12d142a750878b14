"""A call in progress: time passes as somebody speaks or the agent uses a tool."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Literal

from voice_analytics.synthetic.visitor import Visitor

WORDS_PER_SECOND = 2.6
# Median in seconds and spread (log-normal): what a stage takes in a good cloud region, with the
# occasional slow answer.
HEARING = {"transcription_delay": (0.24, 0.4), "end_of_turn_delay": (0.55, 0.35)}
ANSWERING = {"llm_node_ttft": (0.62, 0.45), "tts_node_ttfb": (0.19, 0.35)}
INTERRUPTED = 0.05  # share of the agent's turns


@dataclass(slots=True)
class Turn:
    """One turn.

    `latencies` are LiveKit's per-message metrics, in seconds; so is `seconds`, the time of
    speaking.
    """

    role: Literal["assistant", "user"]
    text: str
    said_at: datetime
    seconds: float
    latencies: dict[str, float]
    interrupted: bool = False
    confidence: float | None = None


@dataclass(slots=True)
class ToolUse:
    """One use of a tool: what the agent asked for, and what came back.

    `error` says why it failed.
    """

    tool: str
    called_at: datetime
    seconds: float
    arguments: dict[str, Any]
    result: dict[str, Any]
    error: str | None = None


@dataclass(slots=True)
class Call:
    """Times are naive UTC; `now` is the end of the call once it is over.

    `job`: LiveKit's names for it.
    """

    rng: Random
    visitor: Visitor
    job: dict[str, str]
    started_at: datetime
    now: datetime
    state: str = "GREETING"
    outcome: str = "abandoned"
    consent: bool | None = None
    consent_at: datetime | None = None
    qualified: bool = False
    turns: list[Turn] = field(default_factory=list)
    tools: list[ToolUse] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """Its length so far."""
        return (self.now - self.started_at).total_seconds()

    def agent_says(self, line: str, **more: str) -> None:
        """A line of the script, after the agent has heard, thought and begun to speak.

        Now and then it is interrupted.
        """
        text = self.visitor.fill(line, **more)
        heard = self.turns[-1].latencies.get("end_of_turn_delay", 0.0) if self.turns else 0.0
        latencies = self._latencies(ANSWERING)
        latencies["e2e_latency"] = round(heard + sum(latencies.values()), 6)
        self._pass(latencies["e2e_latency"])
        interrupted = self.rng.random() < INTERRUPTED
        share = self.rng.uniform(0.4, 0.9) if interrupted else 1.0
        self._speak(
            Turn("assistant", text, self.now, _speaking(text) * share, latencies, interrupted)
        )

    def visitor_says(self, line: str, **more: str) -> None:
        """A line of the script, after a moment."""
        text = self.visitor.fill(line, **more)
        self._pass(self.rng.uniform(0.3, 2.2))
        seconds = _speaking(text) * self.rng.uniform(0.9, 1.4)
        confidence = round(self.rng.uniform(0.82, 0.999), 4)
        self._speak(
            Turn("user", text, self.now, seconds, self._latencies(HEARING), confidence=confidence)
        )

    def use_tool(
        self,
        tool: str,
        median: float,
        arguments: dict[str, Any],
        result: dict[str, Any],
        error: str | None,
    ) -> None:
        """A use of a tool that takes `median` seconds or so."""
        seconds = _spread(self.rng, median, 0.5)
        self.tools.append(ToolUse(tool, self.now, seconds, arguments, result, error))
        self._pass(seconds)

    def _speak(self, turn: Turn) -> None:
        self.turns.append(turn)
        self._pass(turn.seconds)

    def _pass(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def _latencies(self, stages: dict[str, tuple[float, float]]) -> dict[str, float]:
        return {
            stage: _spread(self.rng, median, sigma) for stage, (median, sigma) in stages.items()
        }


def _speaking(text: str) -> float:
    return len(text.split()) / WORDS_PER_SECOND


def _spread(rng: Random, median: float, sigma: float) -> float:
    """A log-normal duration in seconds, to the microsecond."""
    return round(median * rng.lognormvariate(0.0, sigma), 6)
