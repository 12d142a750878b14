"""The items of a conversation, sorted by type: turns, calls of functions, outputs, hand-overs.

They stand in the agent's own `transcript`, in LiveKit's `chat_history`, or, where a report has
neither, in the events of its session.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from session_analytics.schema.contract import KEYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from session_analytics.flatten.extras import Extras
    from session_analytics.schema.event import ChatHistory, ChatItem, Event, SessionEvent
    from session_analytics.schema.pointer import Path

_HISTORY_KEYS = frozenset(KEYS["ChatHistory"])


class Item(NamedTuple):
    """An item, its path in the event, and the agent that had the call at that time."""

    path: Path
    value: ChatItem
    agent: str | None


class History(NamedTuple):
    """The items of a list by their type.

    `is_complete` says whether every element could be read.
    """

    messages: list[Item]
    calls: list[Item]
    outputs: list[Item]
    handoffs: list[Item]
    configurations: list[Item]
    is_complete: bool


def own_history(event: Event, extras: Extras) -> History | None:
    """The agent's own transcript: turns, or LiveKit's items. None where there is none."""
    transcript = event.get("transcript")
    if isinstance(transcript, dict):
        return _chat_history(transcript, ("transcript",), extras)
    if transcript is None:
        return None
    return _sort(_placed(transcript, ("transcript",)), ("transcript",), extras, is_own=True)


def livekit_history(event: Event, extras: Extras) -> History | None:
    """LiveKit's chat history. Where it was left out, the items in the session's events."""
    chat = event.get("chat_history")
    if chat is not None:
        return _chat_history(chat, ("chat_history",), extras)
    events = event.get("events") or []
    items = list(_items_of_events(events))
    return _sort(items, ("events",), extras) if items else None


def keep_all(items: Iterable[Item], extras: Extras) -> None:
    """Keep items that have no column, since another list won."""
    for item in items:
        extras.keep(*item.path)


def _chat_history(chat: ChatHistory, path: Path, extras: Extras) -> History | None:
    extras.keep_unknown(chat, _HISTORY_KEYS, *path)
    items = chat.get("items")
    path = (*path, "items")
    return None if items is None else _sort(_placed(items, path), path, extras)


def _placed(items: Iterable[ChatItem | None], path: Path) -> Iterator[tuple[Path, ChatItem]]:
    for index, item in enumerate(items):
        if item is not None:
            yield (*path, index), item


def _items_of_events(events: list[SessionEvent | None]) -> Iterator[tuple[Path, ChatItem]]:
    for index, event in enumerate(events):
        if event is None:
            continue
        if (item := event.get("item")) is not None:
            yield ("events", index, "item"), item
        for key in ("function_calls", "function_call_outputs"):
            yield from _placed(event.get(key) or (), ("events", index, key))  # type: ignore[arg-type]


def _sort(
    items: Iterable[tuple[Path, ChatItem]], path: Path, extras: Extras, *, is_own: bool = False
) -> History:
    history = History([], [], [], [], [], not extras.has_invalid_items(*path))
    by_type = {
        "message": history.messages,
        "function_call": history.calls,
        "function_call_output": history.outputs,
        "agent_handoff": history.handoffs,
        "agent_config_update": history.configurations,
    }
    agent = None
    for item_path, item in items:
        kind = item.get("type") or "message"
        known = by_type.get(kind)
        if known is None and is_own:  # a type that is not LiveKit's is a turn's own
            known = history.messages
        if known is None or (kind == "message" and not is_own and not _is_message(item)):
            extras.keep(*item_path)
            continue
        if kind == "agent_handoff":
            agent = item.get("new_agent_id")
        elif kind == "agent_config_update":
            extras.keep(*item_path)
        known.append(Item(item_path, item, agent))
    return history


def _is_message(item: ChatItem) -> bool:
    return item.get("type") is not None or "role" in item
