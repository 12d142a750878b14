"""Records a LiveKit call as one event: `record(session, ctx)` before `session.start()`."""

from voice_analytics_agent.call import Call, record
from voice_analytics_agent.personal_data import redact_personal_data
from voice_analytics_agent.sweep import sweep
from voice_analytics_agent.version import __version__

__all__ = ["Call", "__version__", "record", "redact_personal_data", "sweep"]
