"""What happens in a call: greeting, consent, questions, answers, a meeting perhaps.

Visitors may leave after each stage.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from voice_analytics.synthetic import script
from voice_analytics.synthetic.call import Call
from voice_analytics.synthetic.script import Topic
from voice_analytics.synthetic.visitor import Visitor

SEARCH_TOOL, SEARCH_SECONDS = "unleash_search_knowledge", 0.42
BOOKING_TOOL, BOOKING_SECONDS = "book_sales_meeting", 1.3
# Shares: of visitors who consent, of searches that fail or find nothing, of bookings that work.
CONSENTING, SEARCH_FAILS, NOTHING_FOUND, BOOKING_WORKS = 0.95, 0.04, 0.14, 0.88


def simulate_call(rng: Random, visitor: Visitor, started_at: datetime) -> Call:
    """Returns a whole call, or as much of one as the visitor stays for."""
    job = {
        "job_id": f"AJ_{rng.getrandbits(48):012x}",
        "room_id": f"RM_{rng.getrandbits(48):012x}",
        "room": f"trial-{rng.getrandbits(32):08x}",
    }
    call = Call(
        rng, visitor, job, started_at, started_at + timedelta(seconds=rng.uniform(0.4, 1.5))
    )
    for state, stage, leaving in STAGES:
        call.state = state
        stage(call)
        if call.consent is False or rng.random() < leaving:
            return call
    booked = any(use.tool == BOOKING_TOOL and not use.error for use in call.tools)
    call.outcome = "meeting_booked" if booked else "resolved"
    return call


def _greet(call: Call) -> None:
    call.agent_says(call.rng.choice(script.GREETINGS))


def _ask_consent(call: Call) -> None:
    call.agent_says(script.CONSENT_QUESTION)
    call.consent = call.rng.random() < CONSENTING
    call.visitor_says(
        call.rng.choice(script.CONSENT_GIVEN if call.consent else script.CONSENT_REFUSED)
    )
    if call.consent:
        call.consent_at = call.now
    else:
        call.agent_says(script.CONSENT_RESPECTED)


def _qualify(call: Call) -> None:
    for question, answer in script.QUALIFYING[: call.rng.randint(2, len(script.QUALIFYING))]:
        call.agent_says(question)
        call.visitor_says(answer)
    call.qualified = True
    call.notes.append(call.visitor.fill("{company}: {team} people, {use_case}, today with {tool}"))


def _help(call: Call) -> None:
    asked = call.rng.choices(script.TOPICS, script.TOPIC_WEIGHTS, k=call.rng.randint(1, 4))
    for topic in dict.fromkeys(asked):
        call.visitor_says(call.rng.choice(topic.questions))
        call.agent_says(_look_up(call, topic))
        call.visitor_says(call.rng.choice(script.THANKS))


def _look_up(call: Call, topic: Topic) -> str:
    """Searches for a topic; returns the agent's answer."""
    arguments = {"query": call.visitor.fill(topic.query).lower(), "category": topic.category}
    luck = call.rng.random()
    if luck < SEARCH_FAILS:
        call.use_tool(SEARCH_TOOL, SEARCH_SECONDS, arguments, {}, "search timed out")
        return script.SEARCH_FAILED
    total = 0 if luck < SEARCH_FAILS + NOTHING_FOUND else call.rng.randint(1, 9)
    call.use_tool(
        SEARCH_TOOL,
        SEARCH_SECONDS,
        arguments,
        {"results_found": total > 0, "total_results": total},
        None,
    )
    return call.rng.choice(topic.answers if total else script.NOTHING_FOUND)


def _offer_meeting(call: Call) -> None:
    if not call.visitor.worth_a_call or call.rng.random() < 0.3:
        return
    day, hour = call.rng.choice(script.MEETING_DAYS), call.rng.choice(script.MEETING_TIMES)
    call.agent_says(script.MEETING_OFFER, day=day, time=hour)
    call.visitor_says(script.MEETING_ACCEPTED, day=day)
    if _book(call, day, hour):
        call.agent_says(script.MEETING_BOOKED, day=day, time=hour)
        call.notes.append(f"meeting {day} {hour}")
    else:
        call.agent_says(script.MEETING_FAILED)
        call.notes.append("meeting could not be booked: write today")


def _book(call: Call, day: str, hour: str) -> bool:
    arguments = {
        "customer_name": call.visitor.name,
        "customer_email": call.visitor.email,
        "email_source": "signup",
        "preferred_date": day,
        "preferred_time": hour,
    }
    meeting = f"{call.rng.getrandbits(40):010x}"
    booked = {
        "meeting_time": f"{day} {hour}",
        "meeting_link": f"https://meet.example.com/{meeting}",
        "calendar_event_id": meeting,
    }
    works = call.rng.random() < BOOKING_WORKS
    call.use_tool(
        BOOKING_TOOL,
        BOOKING_SECONDS,
        arguments,
        booked if works else {},
        None if works else "calendar unavailable",
    )
    return works


def _close(call: Call) -> None:
    question, answer, farewell = call.rng.choice(script.FAREWELLS)
    call.agent_says(question)
    call.visitor_says(answer)
    call.agent_says(farewell)


# State, what happens in it, and the share of the visitors who leave after it.
STAGES: tuple[tuple[str, Callable[[Call], None], float], ...] = (
    ("GREETING", _greet, 0.05),
    ("CONSENT", _ask_consent, 0.03),
    ("QUALIFYING", _qualify, 0.06),
    ("HELPING", _help, 0.1),
    ("BOOKING", _offer_meeting, 0.02),
    ("CLOSING", _close, 0.0),
)
