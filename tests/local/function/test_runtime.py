"""The real handler is loaded as the template says, and held to Lambda's limits."""

import os
import random
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.local.streams import application
from voice_analytics.errors import UserError
from voice_analytics.local.function import sandbox
from voice_analytics.local.function.code import Code, Handler
from voice_analytics.local.function.runtime import (
    MAX_RESPONSE_BYTES,
    FunctionError,
    LambdaFunction,
    load,
)
from voice_analytics.template.application import TransformFunction


def function(**changes: Any) -> TransformFunction:
    settings: dict[str, Any] = {
        "name": "transform",
        "code": Path(),
        "handler": "app.handler",
        "layers": (),
        "environment": {"COLOUR": "blue"},
        "memory_mb": 256,
        "timeout_seconds": 60,
    }
    return TransformFunction(**settings | changes)


def invoke(handler: Handler, event: Any = None, **changes: Any) -> Any:
    return LambdaFunction(Code(handler, None), function(**changes)).invoke(event or {})


def test_the_answer_is_what_json_makes_of_it() -> None:
    assert invoke(lambda event, _: {"got": event["a"], "tuple": (1, "ä")}, {"a": [1]}) == {
        "got": [1],
        "tuple": [1, "ä"],
    }


def test_the_context_is_as_lambdas() -> None:
    def handler(_: Any, context: Any) -> Any:
        return [
            context.function_name,
            context.memory_limit_in_mb,
            context.invoked_function_arn,
            context.log_group_name,
            len(context.aws_request_id),
            0 < context.get_remaining_time_in_millis() <= 60_000,
        ]

    arn = "arn:aws:lambda:us-west-1:123456789012:function:transform:1"
    assert invoke(handler) == ["transform", "256", arn, "/aws/lambda/transform", 36, True]


def test_the_environment_is_set_only_while_the_function_runs() -> None:
    before = dict(os.environ)
    assert invoke(lambda *_: [os.environ["COLOUR"], os.environ["AWS_REGION"]]) == [
        "blue",
        "us-west-1",
    ]
    assert dict(os.environ) == before


def test_what_the_function_prints_is_its_log_and_not_our_output(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log: list[str] = []
    LambdaFunction(Code(lambda *_: print("hello"), None), function(), log.append).invoke({})
    assert "".join(log) == "hello\n"
    assert capsys.readouterr().out == ""


def test_what_the_function_raises_is_its_answer_and_in_its_log() -> None:
    log: list[str] = []
    answer = LambdaFunction(Code(lambda event, _: event["x"], None), function(), log.append).invoke(
        {}
    )
    assert answer == FunctionError("KeyError", "'x'")
    assert "Traceback" in "".join(log)


@pytest.mark.parametrize(
    "handler", [lambda *_: sys.exit(1), lambda *_: object(), lambda *_: "\ud800"]
)
def test_a_function_that_gives_no_json_is_in_error(handler: Handler) -> None:
    assert isinstance(invoke(handler), FunctionError)


def test_a_function_that_is_too_slow_has_timed_out() -> None:
    assert invoke(lambda *_: time.sleep(0.01), timeout_seconds=0) == FunctionError(
        "Sandbox.Timedout", "Task timed out after 0.00 seconds"
    )


def test_waiting_takes_no_time_but_the_functions_own() -> None:
    def handler(_: Any, context: Any) -> int:
        time.sleep(30)
        remaining: int = context.get_remaining_time_in_millis()
        return remaining

    waited = sandbox.CLOCK.seconds
    assert invoke(handler) == 30_000
    assert invoke(handler, timeout_seconds=29).type == "Sandbox.Timedout"
    assert sandbox.CLOCK.seconds - waited == pytest.approx(60)


def test_the_dice_fall_alike_in_each_invocation_and_ours_go_on() -> None:
    random.seed(1)
    expected = random.random()
    random.seed(1)
    assert invoke(lambda *_: random.random()) == invoke(lambda *_: random.random())
    assert random.random() == expected


def test_the_functions_clients_are_those_that_it_is_given(tmp_path: Path) -> None:
    (tmp_path / "clients.py").write_text("given = {}\nprovide = given.__setitem__\n")
    (tmp_path / "app_storing_for_test.py").write_text(
        "import clients\ndef handler(event, context): return list(clients.given.values())\n"
    )
    loaded = load(function(code=tmp_path, handler="app_storing_for_test.handler"))
    loaded.connect(s3="bucket", firehose="stream")
    assert loaded.invoke({}) == ["bucket", "stream"]
    assert "app_storing_for_test" not in sys.modules


def test_a_function_that_would_call_aws_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "app_alone_for_test.py").write_text("def handler(event, context): return 1\n")
    loaded = load(function(code=tmp_path, handler="app_alone_for_test.handler"))
    with pytest.raises(UserError, match=r"has no clients\.py"):
        loaded.connect(s3="bucket", firehose="stream")


def test_the_response_may_have_exactly_6291556_bytes() -> None:
    largest = "x" * (MAX_RESPONSE_BYTES - len('""'))
    assert MAX_RESPONSE_BYTES == 6_291_556
    assert invoke(lambda *_: largest) == largest
    assert invoke(lambda *_: largest + "x").type == "Function.ResponseSizeTooLarge"


def test_the_request_may_have_six_mebibytes() -> None:
    room = 6 * 1024 * 1024 - len('{"a": ""}')
    assert invoke(lambda *_: "ok", {"a": "x" * room}) == "ok"
    assert invoke(lambda *_: "ok", {"a": "x" * (room + 1)}).type == "RequestTooLargeException"


def test_code_layers_and_environment_are_those_of_the_template(tmp_path: Path) -> None:
    code, layer = tmp_path / "code", tmp_path / "layer"
    code.mkdir()
    layer.mkdir()
    (layer / "layer_for_test.py").write_text("NAME = 'layer'\n")
    (code / "app_for_test.py").write_text(
        "import os, layer_for_test\nAT_START = os.environ['COLOUR']\n"
        "def handler(event, context): return [AT_START, os.environ['COLOUR'], "
        "layer_for_test.NAME]\n"
    )
    loaded = load(function(code=code, layers=(layer,), handler="app_for_test.handler"))
    assert loaded.invoke({}) == ["blue", "blue", "layer"]


def test_a_module_of_the_same_name_from_elsewhere_is_not_taken_for_the_functions(
    tmp_path: Path,
) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "same_name_for_test.py").write_text(
            f"def handler(event, context): return '{name}'\n"
        )
    loaded = [
        load(function(code=tmp_path / name, handler="same_name_for_test.handler"))
        for name in ("one", "two")
    ]
    assert [lambda_function.invoke({}) for lambda_function in loaded] == ["one", "two"]


@pytest.mark.parametrize(
    ("handler", "wrong"),
    [("app_without.handler", "cannot be loaded"), ("app_bare_for_test.none", "has no none")],
)
def test_a_function_that_lambda_could_not_start_is_said_at_once(
    handler: str, wrong: str, tmp_path: Path
) -> None:
    (tmp_path / "app_bare_for_test.py").write_text("")
    with pytest.raises(UserError, match=wrong):
        load(function(code=tmp_path, handler=handler))


def test_the_projects_own_function_starts() -> None:
    own = application().stream.function
    assert own is not None
    assert load(own).invoke(
        {"invocationId": "i", "deliveryStreamArn": "a", "region": "r", "records": []}
    ) == {"records": []}
