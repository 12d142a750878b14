"""LiveKit's chat history, sorted by type of item."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from session_analytics.schema.contract import KEYS
from session_analytics.schema.pointer import Path

if TYPE_CHECKING:
    from session_analytics.flatten.extras import Extras
    from session_analytics.schema.event import ChatItem, Event

_HISTORY_KEYS = frozenset(KEYS["ChatHistory"])

type PlacedItem = tuple[Path, ChatItem]


class History(NamedTuple):
    """The messages, the function calls and their outputs, each with its path in the event."""

    messages: list[PlacedItem]
    calls: list[PlacedItem]
    outputs: list[PlacedItem]


def sort_items(event: Event, extras: Extras) -> History | None:
    """The items by type; those of other types (hand-overs, configuration) have no column.

    None where there is no history.
    """
    chat = event.get("chat_history")
    if chat is None:
        return None
    extras.keep_unknown(chat, _HISTORY_KEYS, "chat_history")
    items = chat.get("items")
    if items is None:
        return None
    history = History([], [], [])
    for index, item in enumerate(items):
        if item is None:
            continue
        path = ("chat_history", "items", index)
        kind = item.get("type") or ("message" if "role" in item else None)
        if kind == "message":
            history.messages.append((path, item))
        elif kind == "function_call":
            history.calls.append((path, item))
        elif kind == "function_call_output":
            history.outputs.append((path, item))
        else:
            extras.keep(*path)
    return history


def keep_all(items: list[PlacedItem], extras: Extras) -> None:
    """The items have no column, since the agent's own list won."""
    for path, _ in items:
        extras.keep(*path)
