"""What the rules of watching rest on.

A dashboard that is read as JSON, and lines of every shape.
"""

import json

import pytest

from tests.template.broken import Replaced, break_it
from tests.template.cloudformation import load
from tests.template.copies.watching import BODY
from tests.template.rules import dashboard
from tests.template.rules.log_queries import logged


def test_a_dashboard_that_is_not_json_is_found() -> None:
    template = load()
    break_it(template, BODY, Replaced('"widgets": [', '"widgets": [,'))
    with pytest.raises(json.JSONDecodeError):
        list(dashboard.widgets_are_such_as_cloudwatch_knows(template))


def test_the_lines_that_the_queries_are_tried_on_have_every_shape() -> None:
    beginnings = {line[:14] for line, _ in logged()}
    assert {'{"_event_type"', '{"message": "{', '{"message": "s'} <= beginnings
    assert any("'_event_type'" in line for line, _ in logged())
