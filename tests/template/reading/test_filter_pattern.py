"""Which lines a subscription filter lets pass."""

import json

import pytest

from tests.local.streams import application
from voice_analytics.errors import UserError
from voice_analytics.template.filter_pattern import compile_pattern

FLAT = '{"_event_type": "session_analytics", "session_id": "s"}'
WRAPPED = json.dumps({"message": "", "analytics_data": {"_event_type": "session_analytics"}})
ESCAPED = json.dumps({"message": FLAT})
WITH_NAN = '{"_event_type": "session_analytics", "x": NaN}'
CUT = FLAT[:-5]
OTHER = '{"_event_type": "metrics"}'
JSON_PATTERN = '{ $._event_type = "session_analytics" }'


@pytest.mark.parametrize("line", [FLAT, WRAPPED, ESCAPED, WITH_NAN, CUT])
def test_the_pattern_of_the_template_lets_every_shape_pass(line: str) -> None:
    assert compile_pattern(application().subscription.filter_pattern)(line)


def test_the_pattern_of_the_template_keeps_other_lines_out() -> None:
    assert not compile_pattern(application().subscription.filter_pattern)(OTHER)


@pytest.mark.parametrize(
    ("line", "passes"),
    [
        (FLAT, True),
        (f" {FLAT} ", True),
        (WRAPPED, False),
        (ESCAPED, False),
        (WITH_NAN, False),
        (CUT, False),
        (OTHER, False),
    ],
)
def test_a_json_pattern_matches_only_a_line_that_is_json_as_a_whole(
    line: str, passes: bool
) -> None:
    assert compile_pattern(JSON_PATTERN)(line) is passes


@pytest.mark.parametrize(
    ("pattern", "line", "passes"),
    [
        ("", "anything", True),
        ("  ", "anything", True),
        ("%session_analytics|analytics_data%", '{"analytics_data": {}}', True),
        ("%^[hc]at$%", "cat", True),
        ("%^[hc]at$%", "a cat", False),
        (r"%\d{3}\.%", "123.", True),
        ("%Session%", "session", False),
        ('{ $.message.level = "INFO" }', '{"message": {"level": "INFO"}}', True),
        ("{$.level=INFO}", '{"level": "INFO"}', True),
        ("{$.level=INFO}", '{"level": ["INFO"]}', False),
        ("{$.level=INFO}", "[]", False),
        ("{$.level=INFO}", '{"level": "info"}', False),
    ],
)
def test_a_pattern_matches_as_cloudwatch_does(pattern: str, line: str, passes: bool) -> None:
    assert compile_pattern(pattern)(line) is passes


@pytest.mark.parametrize(
    "pattern",
    [
        "session_analytics",
        "?a ?b",
        "{ $.a = 1 }",
        '{ $.a = "x*" }',
        '{ $.a != "x" }',
        '{ ($.a = "x") || ($.b = "y") }',
        "[a, b]",
        "%%",
    ],
)
def test_a_pattern_of_another_form_is_refused_with_the_forms_that_are_understood(
    pattern: str,
) -> None:
    with pytest.raises(
        UserError, match=r"%regex%, \{ \$.field = \"text\" \} and the empty pattern"
    ):
        compile_pattern(pattern)


@pytest.mark.parametrize("pattern", ["%(a|b)%", "%a b%", "%a!%", '%"a"%', "%[a%", "%ü%"])
def test_a_regular_expression_that_cloudwatch_refuses_is_refused(pattern: str) -> None:
    with pytest.raises(UserError, match=r"refuses|not a regular expression"):
        compile_pattern(pattern)
