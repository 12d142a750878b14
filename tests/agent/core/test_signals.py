"""Signals: found in the caller's words alone, with negations, corrections and spoken numbers."""

from __future__ import annotations

from typing import Any

import pytest
from voice_analytics_agent.signals import discover
from voice_analytics_agent.signals.numbers import with_numerals


def found(*texts: str) -> dict[str, Any]:
    """The signals of a conversation; what begins with `>` is said by the agent."""
    turns = [
        {"role": "assistant", "content": text[1:].strip()}
        if text.startswith(">")
        else {"role": "user", "content": text}
        for text in texts
    ]
    return discover(turns)[0]


@pytest.mark.parametrize(
    ("spoken", "numerals"),
    [
        ("twenty five of us", "25 of us"),
        ("twenty-five", "25"),
        ("a couple of hundred calls", "200 calls"),
        ("two and a half thousand", "2500"),
        ("one and a half million", "1500000"),
        ("half a million", "500000"),
        ("a hundred and twenty", "120"),
        ("twenty five hundred", "2500"),
        ("three dozen", "36"),
        ("15k calls", "15000 calls"),
        ("1,200 documents", "1200 documents"),
        ("2.5 million", "2500000"),
        ("nine hundred and ninety nine thousand nine hundred and one", "999901"),
        ("five or six", "5 or 6"),
        ("a few hundred thousand", "a few hundred thousand"),
        ("a and b, half of us", "a and b, half of us"),
        ("", ""),
    ],
)
def test_spoken_numbers_become_numerals(spoken: str, numerals: str) -> None:
    assert with_numerals(spoken) == numerals


@pytest.mark.parametrize(
    ("said", "signals"),
    [
        ("There are twenty five of us", {"team_size": 25}),
        ("We have a team of twenty-five people", {"team_size": 25}),
        ("It's for a ten person company", {"team_size": 10}),
        ("It's just me", {"team_size": 1}),
        (
            "We are a team of twenty five and take two thousand calls a month",
            {"team_size": 25, "monthly_volume": 2000},
        ),
        ("We are twenty people. Actually we are thirty.", {"team_size": 30}),
        ("We were 20 people last year, now we are 25 people", {"team_size": 25}),
        ("We're about 25 people, right?", {"team_size": 25}),
        ("No we have no more than 20 people", {"team_size": 20}),
        ("We are no longer 20 people", {}),
        ("We're not 20 people", {}),
        ("Does it work for a team of twenty?", {}),
        ("Can you handle a team of fifty", {}),
        ("two and a half thousand calls a month", {"monthly_volume": 2500}),
        ("a couple of hundred contracts a month", {"monthly_volume": 200}),
        ("15k documents per month", {"monthly_volume": 15_000}),
        ("we send 700 quotes every week", {"monthly_volume": 3044}),
        ("around 300 calls daily", {"monthly_volume": 9131}),
        ("1200 invoices a year", {"monthly_volume": 100}),
        ("I pay $500 a month", {}),
        ("a few hundred calls a month", {}),
        ("We need it asap", {"urgency": "high"}),
        ("It's not urgent", {"urgency": "low"}),
        ("There is no rush", {"urgency": "low"}),
        ("We can't wait", {"urgency": "high"}),
        ("We don't use Salesforce", {}),
        ("We don't use Salesforce or HubSpot", {}),
        ("Salesforce isn't what we use", {}),
        ("We stopped using Zendesk", {}),
        ("Do you integrate with Salesforce?", {}),
        ("We're switching from DocuSign", {"current_tool": "DocuSign"}),
        ("We are a law firm", {"industry": "legal"}),
        ("We're based in Austin, Texas", {"location": "Austin, Texas"}),
        ("My bank told me to call", {}),
        ("I'm the owner", {"budget_authority": "decision maker"}),
        ("I'm not the owner", {"budget_authority": "needs approval"}),
        ("I need to check with my boss", {"budget_authority": "needs approval"}),
        ("We must decide by the end of May", {"decision_timeline": "by the end of May"}),
        ("We're looking to automate proposals", {"use_case": "automate proposals"}),
        ("I'd like to book a demo", {}),
        ("I need to go now", {}),
        ("No problem", {}),
        ("Our whole department is forty two people strong", {"team_size": 42}),
        ("My team's twelve strong", {"team_size": 12}),
        ("Sorry, I meant fifteen people, not fifty", {"team_size": 15}),
        ("We have nine people, no wait, ten people", {"team_size": 10}),
        ("My colleague said forty people but it's forty five people", {"team_size": 45}),
        ("We don't have more than ten people", {}),
        ("There were about thirty people in the meeting", {}),
        ("My last company had two hundred people", {}),
        ("Imagine we had five hundred employees", {}),
        ("If we were a hundred people, it would be cheaper", {}),
        ("We are twenty-five percent faster with it", {}),
        ("About twelve hundred invoices monthly", {"monthly_volume": 1200}),
        ("We handle three and a half thousand support calls each month", {"monthly_volume": 3500}),
        ("We do not take more than five calls a day", {}),
        ("Nobody here uses Slack", {}),
        ("None of us likes Pipedrive", {}),
        ("We neither use Salesforce nor Pipedrive", {}),
        ("We left HubSpot last year", {}),
        ("We were on Salesforce until March", {}),
        ("Our competitor uses Zendesk", {}),
        ("We have no integrations to speak of, just Excel", {}),
        ("We can't live without Slack", {"integration_needs": ["slack"]}),
        ("Zendesk is fine but we want to move away from it", {"current_tool": "Zendesk"}),
        ("We're not a law firm, we're an insurance broker", {"industry": "insurance"}),
        ("We're not based in Berlin, we're based in Munich", {"location": "Munich"}),
        ("I can't sign anything without my CFO", {"budget_authority": "needs approval"}),
        ("It has to be live before Christmas", {"decision_timeline": "before Christmas"}),
        ("I wouldn't say it's urgent", {"urgency": "low"}),
        ("", {}),
    ],
)  # fmt: skip
def test_what_a_caller_says(said: str, signals: dict[str, Any]) -> None:
    assert found(said) == signals


def test_systems_are_needs_unless_negated() -> None:
    signals = found("We don't use Salesforce, we use HubSpot", "It must connect to Slack")
    assert signals["integration_needs"] == ["hubspot", "slack"]
    assert signals["current_tool"] == "HubSpot"


def test_a_later_negation_takes_back() -> None:
    signals = found("We use Salesforce", "Sorry, we don't use Salesforce anymore")
    assert signals == {}


def test_pain_points_are_the_callers_sentences() -> None:
    pain = "Our problem is that contracts take forever."
    assert found(pain)["pain_points"] == [pain]


def test_a_list_of_teams_is_a_structure_and_no_size() -> None:
    signals = found("We have 12 sales reps and 4 support agents")
    assert signals == {"team_structure": "12 sales reps, 4 support agents"}


def test_the_agents_question_says_what_a_number_answers() -> None:
    assert found("> How many people are on your team?", "About twenty-five.") == {"team_size": 25}
    assert found("> How many calls do you get a week?", "three hundred") == {"monthly_volume": 1304}
    assert found("> How big is your team?", "It's just the two of us.") == {"team_size": 2}
    volume = {"monthly_volume": 2500}
    assert found("> How many calls a month?", "Somewhere around twenty five hundred.") == volume
    assert found("> What is your order number?", "twenty five") == {}


def test_what_the_agent_says_is_not_a_signal() -> None:
    assert found("> So you are 50 people and use Salesforce, and it is urgent?", "Yes.") == {}


def test_evidence_is_the_callers_sentence() -> None:
    turns = [{"role": "user", "content": "Hello there. We are twenty five people. Bye."}]
    signals, evidence = discover(turns)
    assert signals == {"team_size": 25}
    assert evidence == {"team_size": "We are twenty five people."}


def test_odd_and_long_turns_are_read() -> None:
    for content in (None, 7, ["a"], "\x00", "1" * 50_000, "we are " + "1" * 999, "a " * 30_000):
        assert discover([{"role": "user", "content": content}, {}]) == ({}, {})


def test_rules_take_linear_time() -> None:
    for piece in ("we are 1 ", "not ", "calls ", "a hundred and ", "we use ", ", ", "in the "):
        discover([{"role": "user", "content": piece * 5_000}])
