"""Under `analytics` no identifier and no free text of an event occurs in what is stored.

Every text in a field that is classed as personal is a token of its own, for every shape of a line;
so are unknown keys, and values of the wrong type. Broken and cut lines become rejects.
"""

import contextlib
import gzip
import importlib
import io
import json
from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints, is_typeddict

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from session_analytics.batch import Rules, read_record
from session_analytics.cloudwatch import encode
from session_analytics.privacy.policy import Policy
from session_analytics.privacy.profiles import read_profile
from session_analytics.privacy.pseudonyms import Key
from session_analytics.rejects import protect_rejects, rejected_objects
from session_analytics.response import result_of
from session_analytics.schema.event import Content, Event, Texts
from session_analytics.schema.personal_data import NONE, PersonalData
from session_analytics.schema.scalars import Phrase, Text, Word

from tests.property.strategies import SCALARS, SHAPES, values
from tests.rows import FIRST_DAY, LOGGED_AT, event, log_batch
from voice_analytics.codegen.privacy import COMPILED
from voice_analytics.project_files import ROOT

PROFILES = orjson.loads((ROOT / COMPILED).read_bytes())
KEY = Key("1", b"k" * 64)
TOKEN = "zq7-{}-kx"
privacy = settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
_TEXT_TYPES = (str, Text, Word, Phrase)
_WORDS = st.sampled_from(["alpha", "beta", "gamma"])


def policy(profile: str = "analytics", key: Key = KEY) -> Policy:
    compiled_profile = read_profile(PROFILES, profile)
    assert compiled_profile is not None
    return Policy(compiled_profile, key)


@pytest.fixture(scope="module", autouse=True)
def _metrics() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("POWERTOOLS_METRICS_NAMESPACE", "VoiceAnalytics")
        environment.setenv("POWERTOOLS_SERVICE_NAME", "transform")
        yield


class _Tokens:
    """Texts that occur nowhere else."""

    def __init__(self) -> None:
        self.count = 0

    def new(self) -> str:
        self.count += 1
        return TOKEN.format(self.count)


def _filled(draw: st.DrawFn, annotation: Any, data_class: PersonalData, tokens: _Tokens) -> Any:
    """A value of a type of the contract; its texts are tokens where they are personal."""
    if annotation in (*_TEXT_TYPES, Texts, Content, Any):
        return _text(draw, annotation, data_class, tokens)
    if annotation in SCALARS:
        return draw(values(annotation))
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Annotated, Union, UnionType):
        classes = getattr(annotation, "__metadata__", ())
        data_class = next((each for each in classes if isinstance(each, PersonalData)), data_class)
        admitted = arguments[:1] if origin is Annotated else arguments
        chosen = draw(st.sampled_from([each for each in admitted if each is not type(None)]))
        return _filled(draw, chosen, data_class, tokens)
    if origin is list:
        return [
            _filled(draw, arguments[0], data_class, tokens) for _ in range(draw(st.integers(0, 2)))
        ]
    if is_typeddict(annotation):
        return _object(draw, annotation, tokens)
    assert origin is dict
    key = draw(_WORDS) if data_class is NONE else tokens.new()
    return {f"{key}_unit": _filled(draw, arguments[1], data_class, tokens)}


def _text(draw: st.DrawFn, annotation: Any, of: PersonalData, tokens: _Tokens) -> Any:
    if of is NONE:
        return draw(_WORDS)
    return [tokens.new()] if annotation in (Texts, Content) else tokens.new()


def _object(draw: st.DrawFn, model: type, tokens: _Tokens) -> dict[str, Any]:
    hints = get_type_hints(model, include_extras=True)
    names = draw(st.lists(st.sampled_from(sorted(hints)), unique=True, max_size=12))
    document: dict[str, Any] = {}
    for name in names:
        if name not in {"_event_type", "type"}:
            value = _filled(draw, hints[name], NONE, tokens)
            is_wrong = not isinstance(value, str) and draw(st.integers(0, 9)) == 0
            document[name] = tokens.new() if is_wrong else value
    if draw(st.booleans()):
        document[f"x/{tokens.new()}"] = {tokens.new(): [tokens.new(), 7]}
    return document


@st.composite
def personal_lines(draw: st.DrawFn) -> str:
    """A line with an event whose personal texts are tokens; perhaps cut or broken."""
    filled = _object(draw, Event, _Tokens())
    made = event() | filled | {"session_id": TOKEN.format("s"), "user_name": TOKEN.format("n")}
    if draw(st.booleans()):
        made["tags"] = [f"of {TOKEN.format('n')}", TOKEN.format("n").upper()]
    line = json.dumps(draw(st.sampled_from(list(SHAPES.values())))(made))
    match draw(st.sampled_from(["whole", "whole", "whole", "cut", "nameless", "NaN", "two"])):
        case "cut":
            return line[: draw(st.integers(1, len(line)))]
        case "nameless":
            return line.replace('"session_id"', '"x_id"')
        case "NaN":
            return line[:-1] + ', "packet_loss": NaN}'
        case "two":
            return line + line[: len(line) // 2]
    return line


def stored(line: str, under: Policy) -> Iterator[str]:
    """All that is stored of a line: its rows, rejects, log and metrics."""
    data = encode(log_batch(line))
    rules = Rules(FIRST_DAY, policy=under)
    read = read_record(data, round(LOGGED_AT.timestamp() * 1000), rules)
    [result] = protect_rejects([result_of("r", read)], under)
    yield result.data.decode()
    for reject in rejected_objects([result], "version"):
        yield gzip.decompress(reject.body).decode()
    observability = importlib.import_module("observability")
    counts = observability.count([result])
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        observability.report(counts, 1.0)
    yield json.dumps(counts) + printed.getvalue()


@privacy
@given(line=personal_lines())
def test_no_personal_text_of_an_event_is_stored(line: str) -> None:
    prefix = TOKEN.partition("{")[0]
    for text in stored(line, policy()):
        assert prefix not in text.lower()


@privacy
@given(line=personal_lines())
def test_a_policy_that_has_been_applied_changes_nothing_more(line: str) -> None:
    under = policy()
    rows = next(stored(line, under))
    for made in rows.split("\n")[:-1]:
        row = json.loads(made)
        assert not under.apply(row)
        assert row == json.loads(made)


@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40))
def test_pseudonyms_join_under_one_key_and_under_no_other(one: str, other: str) -> None:
    under = policy()
    assert under.pseudonym(f" {one.upper().lower()} ") == under.pseudonym(one.upper().lower())
    same = one.strip().lower() == other.strip().lower()
    assert (under.pseudonym(one) == under.pseudonym(other)) == same
    assert under.pseudonym(one) != policy(key=Key("2", b"x" * 64)).pseudonym(one)


def test_sales_does_nothing_at_all() -> None:
    assert read_profile(PROFILES, "sales") is None


def test_an_unknown_profile_is_named() -> None:
    with pytest.raises(ValueError, match=r"'secret' is not a profile .* sales, analytics"):
        read_profile(PROFILES, "secret")
