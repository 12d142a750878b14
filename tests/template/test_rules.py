"""The template keeps every rule, and each rule finds the copy of the template that breaks it."""

from typing import Any

import pytest

from tests.template.broken import break_it
from tests.template.cloudformation import load
from tests.template.copies import account, data_path, watching
from tests.template.rules.parts import Rule

RULES = [*data_path.RULES, *watching.RULES, *account.RULES]
BROKEN_COPIES = [*data_path.BROKEN_COPIES, *watching.BROKEN_COPIES, *account.BROKEN_COPIES]


@pytest.mark.parametrize("rule", RULES)
def test_the_template_keeps(rule: Rule) -> None:
    assert list(rule(load())) == []


@pytest.mark.parametrize(
    ("rule", "path", "value"), BROKEN_COPIES, ids=[f"{r.__name__}-{p}" for r, p, _ in BROKEN_COPIES]
)
@pytest.mark.slow
def test_a_broken_copy_is_found_by(rule: Rule, path: str, value: Any) -> None:
    template = load()
    break_it(template, path, value)
    assert list(rule(template)) != []


def test_each_rule_has_a_broken_copy() -> None:
    assert {rule for rule, *_ in BROKEN_COPIES} == set(RULES)
